"""A program on a terminal, as a writer sees it and types. Two terminals with one interface: libvterm
(tests/screen/vtscreen) and tmux. Standard library only.

    with Screen.of(meok) as screen:          # or Screen(["nano"], folder=tmp, environment={…}, backend="tmux")
        screen.expect("암호")
        screen.type("한글"); screen.keys("Enter", "Esc p")
        assert "한글" in screen.text()

Whatever is sent, the program is then waited for until it has read it and sleeps again (settle=False: not). A test that
fails in a `with` gets the transcript and the last picture as notes on its exception. `pressed` counts keys beyond text.
"""

import json, os, pathlib, select, shutil, signal, subprocess, tempfile, time, uuid
from declared import declare, declare_arguments

HERE = pathlib.Path(__file__).resolve().parent
BACKENDS = "vt", "tmux"
QUIET_MS = 40  # longer than the 25 ms after which a lone Esc is a key
ROWS, COLUMNS = 24, 80

# ---- Keys by the names that keymaps use, as the bytes that xterm sends

_NAMED = {
    "Enter": b"\r", "Tab": b"\t", "Backspace": b"\x7f", "Esc": b"\x1b", "Space": b" ", "^Space": b"\0",
    "Shift-Tab": b"\x1b[Z", "^Backspace": b"\x08", "^\\": b"\x1c", "^]": b"\x1d", "^_": b"\x1f",
    "F1": b"\x1bOP", "F2": b"\x1bOQ", "F3": b"\x1bOR", "F4": b"\x1bOS",
}
_LETTERED = {"Up": "A", "Down": "B", "Right": "C", "Left": "D", "Home": "H", "End": "F"}
_NUMBERED = {"Insert": 2, "Delete": 3, "PageUp": 5, "PageDown": 6, "F5": 15, "F6": 17, "F7": 18, "F8": 19, "F9": 20,
             "F10": 21, "F11": 23, "F12": 24}


def key_bytes(name):
    """The bytes of one key: "Enter", "^S", "Alt-p", "Shift-Up", "^Left", "F1", "/", "가"."""
    if name in _NAMED:
        return _NAMED[name]
    modifiers, rest = 0, name
    while True:
        for prefix, bit in ("Shift-", 1), ("Alt-", 2), ("Ctrl-", 4), ("^", 4):
            if rest.startswith(prefix) and len(rest) > len(prefix):
                modifiers, rest = modifiers | bit, rest[len(prefix):]
                break
        else:
            break
    if rest in _LETTERED:
        return f"\x1b[1;{modifiers + 1}{_LETTERED[rest]}".encode() if modifiers else b"\x1b[" + _LETTERED[rest].encode()
    if rest in _NUMBERED:
        return f"\x1b[{_NUMBERED[rest]}{f';{modifiers + 1}' if modifiers else ''}~".encode()
    if modifiers & 2:
        plain = {2: "", 6: "^", 3: "Shift-", 7: "^Shift-"}[modifiers] + rest
        return b"\x1b" + key_bytes(plain)
    if len(rest) == 1 and modifiers == 4 and "a" <= rest.lower() <= "z":
        return bytes([ord(rest.lower()) - ord("a") + 1])
    if len(rest) == 1 and modifiers == 0:
        return rest.encode()
    raise ValueError(f"{name} is no key that a terminal sends")


def paste_bytes(text, bracketed=True):
    """Pasted text as terminals send it: line ends as CR, between the brackets that the program has asked for."""
    text = text.encode() if isinstance(text, str) else text
    text = text.replace(b"\r\n", b"\r").replace(b"\n", b"\r")
    return b"\x1b[200~" + text + b"\x1b[201~" if bracketed else text


# ---- Terminals. Each has: send, taken, settle, expect, gone, look, cells, resize, signal, hangup, exited, count, cpu,
# written, close, pid

class NotThere(Exception):
    """This terminal cannot say that."""


def _cpu_clock(pid):
    # MAKE_PROCESS_CPUCLOCK(pid, CPUCLOCK_SCHED) of Linux, for any process of ours
    return time.clock_gettime((~pid << 3) | 2)


def _sleeps(pid):
    for stat in pathlib.Path(f"/proc/{pid}/task").glob("*/stat"):
        try:
            if stat.read_text().rpartition(")")[2].split()[0] in "RD":
                return False
        except OSError:
            pass  # the thread has just ended
    return True


class VtTerminal:
    """libvterm, and the program as a grandchild of this process."""

    def __init__(self, command, folder, environment, rows, columns, cwd, pass_fds):
        self.log = folder / f"screen-{uuid.uuid4().hex[:8]}.out"
        program = pathlib.Path(os.environ.get("MEOK_BUILD", "build")) / "tests/screen/vtscreen"
        self.process = subprocess.Popen(
            [program, "-o", self.log, str(rows), str(columns), *command], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env={"TERM": "xterm-256color", **environment}, cwd=cwd, pass_fds=pass_fds)
        self.pid = self._ask("cpu")["pid"]

    def _ask(self, line):
        try:
            self.process.stdin.write(line.encode() + b"\n")
            self.process.stdin.flush()
            answer = self.process.stdout.readline()
        except OSError:
            answer = b""
        if not answer:
            raise RuntimeError(f"vtscreen ended ({self.process.wait()}) at: {line[:80]}")
        return json.loads(answer.decode(errors="replace"))

    def send(self, data):
        return self._ask("send " + data.hex())["ok"]

    def taken(self, seconds):
        return self._ask(f"taken {int(seconds * 1000)}")["ok"]

    def settle(self, seconds, quiet_ms):
        return self._ask(f"quiet {quiet_ms} {int(seconds * 1000)}")["ok"]

    def expect(self, text, seconds):
        return self._ask(f"seen {text.encode().hex()} {int(seconds * 1000)}")["ok"]

    def gone(self, text, seconds):
        return self._ask(f"gone {text.encode().hex()} {int(seconds * 1000)}")["ok"]

    def look(self):
        return self._ask("dump")

    def cells(self):
        return self._ask("cells")["cells"]

    def resize(self, rows, columns):
        assert self._ask(f"resize {rows} {columns}")["ok"]

    def signal(self, number):
        return self._ask(f"signal {int(number)}")["ok"]

    def hangup(self):
        self._ask("hangup")

    def exited(self, seconds):
        answer = self._ask(f"exit {int(seconds * 1000)}")
        return -answer["signal"] if "signal" in answer else answer["exit"]

    def count(self):
        return self._ask("count")

    def cpu(self):
        return self._ask("cpu")["ns"] / 1e9

    def written(self):
        return self.log.read_bytes()

    def close(self):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()
        self.log.unlink()


class TmuxTerminal:
    """tmux, a server of its own for one program."""

    def __init__(self, command, folder, environment, rows, columns, cwd, pass_fds):
        if pass_fds:
            raise NotThere("a program in tmux inherits no descriptors")
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="t", dir=folder))
        self.environment = {**environment, "TMUX_TMPDIR": str(self.folder)}
        self.environment.setdefault("PATH", "/usr/bin:/bin")
        self.environment.pop("TERM", None)
        # Several words are run without a shell; one alone would go through sh.
        words = ["exec " + _quoted(command[0])] if len(command) == 1 else [str(word) for word in command]
        options = [["-g", "default-terminal", "tmux-256color"], ["-g", "status", "off"], ["-g", "remain-on-exit", "on"],
                   ["-g", "remain-on-exit-format", ""], ["-s", "escape-time", "0"],
                   ["-g", "default-shell", "/bin/sh"]]
        chain = ["start-server"] + [word for option in options for word in (";", "set", *option)]
        self.server = None
        try:
            self._tmux(*chain, ";", "new-session", "-d", "-s", "s", "-x", str(columns), "-y", str(rows), "-c",
                       str(cwd or folder), *words)
            server, pid, self.tty = self._ask("#{pid} #{pane_pid} #{pane_tty}").split()
            self.server, self.pid = int(server), int(pid)
        except BaseException:
            self.close()
            raise
        self.rows, self.columns, self.lost = rows, columns, None

    def _tmux(self, *arguments, input=None, check=True):
        done = subprocess.run(["tmux", "-u", "-L", "s", "-f", "/dev/null", *arguments], env=self.environment,
                              input=input, stdin=subprocess.DEVNULL if input is None else None, capture_output=True)
        if check and done.returncode:
            raise RuntimeError(f"tmux {arguments[0]}: {done.stderr.decode(errors='replace')}")
        return done.stdout.decode(errors="replace")

    def _ask(self, format):
        return self._tmux("display-message", "-p", "-t", "s:", format).rstrip("\n")

    def _dead(self):
        return self.lost is not None or self._ask("#{pane_dead}") == "1"

    def send(self, data):
        if self.lost is not None:
            return False
        if not data:
            return True
        if len(data) <= 1000:
            self._tmux("send-keys", "-t", "s:", "-H", *(f"{byte:02x}" for byte in data))
        else:
            self._tmux("load-buffer", "-b", "b", "-", ";", "paste-buffer", "-d", "-r", "-b", "b", "-t", "s:",
                       input=data)
        return True

    def taken(self, seconds):
        time.sleep(0.001)  # the server has heard of it, and writes it when it is through with that
        return self._until(lambda: not self._unread(), seconds, 0.001)

    def _unread(self):
        try:
            fd = os.open(self.tty, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        except OSError:
            return False  # it has gone
        try:
            poll = select.poll()
            poll.register(fd, select.POLLIN)
            return any(events & select.POLLIN for _, events in poll.poll(0))
        finally:
            os.close(fd)

    def settle(self, seconds, quiet_ms):
        end, before = time.monotonic() + seconds, None
        while time.monotonic() < end:
            if self._dead():
                return True
            try:
                now = self._ask("#{cursor_x} #{cursor_y}"), self._picture(), _cpu_clock(self.pid)
            except OSError:
                return True  # it has just ended
            if before and now[:2] == before[:2] and now[2] - before[2] < quiet_ms / 20000 and (
                    _sleeps(self.pid)) and not self._unread():
                return True
            before = now
            time.sleep(quiet_ms / 1000)
        return False

    def _picture(self):
        return self._tmux("capture-pane", "-p", "-t", "s:")

    def expect(self, text, seconds):
        return self._until(lambda: text in self._picture(), seconds)

    def gone(self, text, seconds):
        return self._until(lambda: text not in self._picture(), seconds)

    def _until(self, condition, seconds, step=0.02):
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end or (self._dead() and not condition()):
                return False
            time.sleep(step)
        return True

    def look(self):
        if self.lost is not None:
            return self.lost
        marks = self._ask("#{cursor_y} #{cursor_x} #{cursor_flag} #{alternate_on} #{mouse_any_flag} #{pane_title}")
        marks = marks.split(" ", 5)
        rows = self._picture().split("\n")[:-1]
        return {"rows": rows + [""] * (self.rows - len(rows)), "cursor": [int(marks[0]), int(marks[1])],
                "visible": marks[2] == "1", "alternate": marks[3] == "1", "mouse": int(marks[4]), "title": marks[5],
                "columns": self.columns, "bells": 0, "shape": 0}

    def cells(self):
        raise NotThere("tmux shows rows, not cells")

    def resize(self, rows, columns):
        self._tmux("resize-window", "-t", "s:", "-x", str(columns), "-y", str(rows))
        self.rows, self.columns = rows, columns

    def signal(self, number):
        if self._dead():
            return False
        os.kill(self.pid, number)
        return True

    def hangup(self):
        """The sudden death of the server; the program's exit code is lost with it."""
        self.lost = self.look()
        os.kill(self.server, signal.SIGKILL)

    def exited(self, seconds):
        end = time.monotonic() + seconds
        while True:
            if self.lost is not None:
                if not _runs(self.pid):
                    return 0
            elif self._dead():
                status, by = self._ask("#{pane_dead_status},#{pane_dead_signal}").split(",")
                if status or by:
                    return -int(by) if by else int(status)
                # tmux 3.3a hears of the end of output first, and now and then never of the program's.
                os.kill(self.server, signal.SIGCHLD)
            if time.monotonic() > end:
                return None
            time.sleep(0.01)

    def count(self):
        raise NotThere("tmux counts no bytes")

    def cpu(self):
        return _cpu_clock(self.pid)

    def written(self):
        raise NotThere("tmux keeps no output")

    def close(self):
        if not self.server:
            return shutil.rmtree(self.folder)
        if _runs(self.server):
            os.kill(self.server, signal.SIGTERM)
        end = time.monotonic() + 1
        while (_runs(self.server) or _session(self.pid)) and time.monotonic() < end:
            time.sleep(0.01)
        for pid in [*_session(self.pid), *([self.server] if _runs(self.server) else [])]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        while _runs(self.server) or _session(self.pid):  # killed is not yet gone
            time.sleep(0.01)
        shutil.rmtree(self.folder)


def _quoted(word):
    return "'" + str(word).replace("'", "'\\''") + "'"


def _runs(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _session(leader):
    """The running processes of the session that this one began."""
    found = []
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == leader and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found


# ---- What tests use

class Screen:
    """A running program and the terminal around it."""

    def __init__(self, command, folder, environment, backend="vt", rows=ROWS, columns=COLUMNS, cwd=None, pass_fds=(),
                 settle=True):
        self.transcript, self.pressed, self.typed = [], 0, 0
        self.backend, self.began, self.folder = backend, time.monotonic(), pathlib.Path(folder)
        # A sanitizer must not write over the picture that it is about.
        self.reports = self.folder / f"sanitizer-{uuid.uuid4().hex[:8]}"
        environment = dict(environment)
        for name in "ASAN_OPTIONS", "UBSAN_OPTIONS":
            environment[name] = ":".join(filter(None, (environment.get(name), f"log_path={self.reports}")))
        kind = {"vt": VtTerminal, "tmux": TmuxTerminal}[backend]
        self._note("start", " ".join(map(str, command)), f"{rows}x{columns} {backend}")
        self.terminal = kind([str(word) for word in command], self.folder, environment, rows, columns, cwd, pass_fds)
        if settle:
            self.settle()

    @classmethod
    def of(cls, meok, *arguments, environment=None, unlocked=False, **options):
        """meok with its own home and nothing of ours; harness.Meok says where both are. unlocked: it is told the
        passphrase (not in tmux), else it asks."""
        given = {"cwd": meok.home, **options}
        environment = {**meok.environment, **(environment or {})}
        declare_arguments(arguments, given["cwd"])
        declare("passphrase", meok.passphrase)
        if not unlocked:
            return cls([meok.program, *arguments], meok.home.parent, environment, **given)
        reading, writing = os.pipe()
        try:
            os.write(writing, meok.passphrase.encode() + b"\n")
            os.close(writing)
            return cls([meok.program, "--passphrase-fd", reading, *arguments], meok.home.parent, environment,
                       pass_fds=(reading,), **given)
        finally:
            os.close(reading)

    def __enter__(self):
        return self

    def __exit__(self, kind, error, _):
        if error is not None and hasattr(error, "add_note"):
            try:
                error.add_note(self.story())
            except Exception as reason:  # what went wrong first must still be told
                error.add_note(f"no picture: {reason}\n" + "\n".join(self.transcript[-40:]))
        reports = self.close()
        if error is None and reports:
            raise AssertionError(reports)

    def close(self):
        """Ends the program and the terminal. Returns what sanitizers had to say about the program."""
        if self.terminal:
            self.terminal.close()
            self.terminal = None
        return self.sanitizer()

    def sanitizer(self):
        return "\n".join(path.read_text(errors="replace") for path in sorted(self.folder.glob(self.reports.name + "*")))

    def _note(self, verb, *what):
        self.transcript.append(f"{time.monotonic() - self.began:8.3f} {verb} " + " ".join(map(str, what)))

    def story(self):
        """The transcript's end and the picture, for a message about a failure."""
        look = self.terminal.look()
        frame = "\n".join("|" + row.rstrip() for row in look["rows"])
        return "\n".join(self.transcript[-40:]) + f"\ncursor {look['cursor']}\n{frame}\n{self.sanitizer()}"

    @property
    def pid(self):
        return self.terminal.pid

    # -- typing

    def send(self, data, settle=True, note="send"):
        """Bytes as they are, in one write."""
        self._note(note, repr(data if len(data) <= 60 else data[:60] + b"..."))
        declare("typed", data)
        self.terminal.send(data)
        if settle:
            self.settle()

    def keys(self, *names, together=False, settle=True):
        """Keys beyond text, one after another: keys("Esc p", "Enter"). A blank parts keys; together: in one write."""
        names = " ".join(names).split()
        self.pressed += len(names)
        data = [key_bytes(name) for name in names]
        self._note("keys", *names, *(["together"] if together else []))
        for piece in [b"".join(data)] if together else data:
            self.terminal.send(piece)
            if settle:
                self.settle()

    def type(self, text, settle=True):
        """Text as from a keyboard: each character a write of its own once the program has read the one before."""
        self._note("type", repr(text))
        declare("typed", text)
        self.typed += len(text)
        for character in text:
            self.terminal.send(b"\r" if character == "\n" else character.encode())
            self.terminal.taken(5)
        if settle:
            self.settle()

    def arrive(self, sequence, settle=True):
        """What ime.py and accidents.py make: bytes, and how many ms later the next ones come."""
        for data, pause in sequence:
            self.send(data, settle=False, note="arrive")
            time.sleep(pause / 1000)
        if settle:
            self.settle()

    def paste(self, text, bracketed=True, settle=True):
        """Text or any bytes at once, line ends as terminals send them."""
        self.send(paste_bytes(text, bracketed), settle, "paste")

    def focus(self, gained):
        self.send(b"\x1b[I" if gained else b"\x1b[O")

    # -- looking

    def settle(self, seconds=5, quiet_ms=QUIET_MS):
        """Until the program has read everything, draws nothing and sleeps. False: it did not in that time."""
        quiet = self.terminal.settle(seconds, quiet_ms)
        if not quiet:
            self._note("still busy after", seconds, "s")
        return quiet

    def expect(self, text, seconds=5):
        """Until a row shows the text."""
        self._note("expect", repr(text))
        if not self.terminal.expect(text, seconds):
            raise AssertionError(f"{text!r} is not on the screen after {seconds} s")

    def expect_gone(self, text, seconds=5):
        self._note("expect gone", repr(text))
        if not self.terminal.gone(text, seconds):
            raise AssertionError(f"{text!r} is still on the screen after {seconds} s")

    def look(self):
        """All there is to see: rows, cursor, visible, alternate, title, mouse, bells, shape."""
        return self.terminal.look()

    def screen(self):
        """The rows without the blanks at their ends."""
        return [row.rstrip() for row in self.terminal.look()["rows"]]

    def text(self):
        return "\n".join(self.screen())

    def row_of(self, text):
        """The number of the first row that shows it."""
        for number, row in enumerate(self.screen()):
            if text in row:
                return number
        raise AssertionError(f"{text!r} is not on the screen")

    def cursor(self):
        """(row, column) from 0."""
        return tuple(self.terminal.look()["cursor"])

    def cells(self):
        """Rows of [text, columns, attributes, foreground, background]; the right half of a wide one is ["", 0, …]."""
        return self.terminal.cells()

    def styled(self, row, column):
        """The letters of a cell's attributes: b(old) u i f(lash) r(everse) s(truck)."""
        return self.terminal.cells()[row][column][2]

    def count(self):
        """Since last asked: bytes and reads of output, bytes sent."""
        return self.terminal.count()

    def cpu(self):
        """Processor seconds of the program."""
        return self.terminal.cpu()

    def written(self):
        """Every byte of output so far."""
        return self.terminal.written()

    # -- what happens to terminals and programs

    def resize(self, rows, columns, settle=True):
        self._note("resize", rows, columns)
        self.terminal.resize(rows, columns)
        if settle:
            self.settle()

    def signal(self, number):
        self._note("signal", number)
        return self.terminal.signal(number)

    def hangup(self):
        self._note("hangup")
        self.terminal.hangup()

    def exited(self, seconds=5):
        """The exit code, negative for a signal; the program must end in that time. After a hang-up of tmux always 0."""
        code = self.terminal.exited(seconds)
        self._note("exit", code)
        if code is None:
            raise AssertionError(f"still running after {seconds} s")
        return code

    def runs(self):
        return self.terminal.exited(0) is None
