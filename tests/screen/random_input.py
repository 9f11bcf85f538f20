#!/usr/bin/env python3
"""random_input.py BYTES [--seed N] [--rows N] [--columns N] [--keep FILE] [-- PROGRAM ARG…]

Feeds a program on a terminal so many bytes of random input and watches it: death by a signal, no progress for five
seconds, what sanitizers say, not leaving after a hang-up. Prints figures; exit code 1 and the last bytes when something was
wrong. Without a program: meok ($MEOK_BIN) with a vault of its own, unlocked. A program that leaves by itself is started
again. It runs as you and gets every key there is: never give it an editor that can start a shell.
--keep: all bytes since the program's last start go there when it fails.
"""

import argparse, os, pathlib, random, shutil, signal, sys, time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))
sys.dont_write_bytecode = True
import accidents, clusters, harness, screen

HANG_SECONDS = 5
LEAVE_SECONDS = 10
CHECK_EVERY = 200  # pieces of input between two looks at whether it comes to rest
PAUSE_SECONDS = 0.5  # then: a sheet that ignores hasty keys would never be left by input that never pauses

WORDS = ("먹을 갈아 붓을 적신다", "카카오(주)**는", "데이터 센터", "# 제목", "---", "> 인용", "- 하나", "```", "[글](https://a.example)",
         "The ink dries", "1234", "ㄱㅏㄴ", "\u1112\u1161\u11ab", "\n", "  ", "https://", "/", "#키워드", "@blog")
KEYS = sorted({key for keys in accidents.INTENDED.values() for key in keys} |
              {f"F{n}" for n in range(1, 13)} | {f"^{chr(letter)}" for letter in range(ord("A"), ord("Z") + 1)} |
              {f"Shift-{key}" for key in ("Up", "Down", "Left", "Right", "Home", "End", "Tab")} |
              {f"Alt-{chr(letter)}" for letter in range(ord("a"), ord("z") + 1)} |
              {"Insert", "^Home", "^End", "^Delete"})


class Generator:
    """Pieces of input: bytes, or a size for the terminal. The same for the same seed and keys."""

    def __init__(self, seed, keys=KEYS):
        self.random, self.keys = random.Random(f"input {seed}"), [screen.key_bytes(key) for key in keys]
        self.kinds = [(self._keys, 40), (self._text, 25), (self._uniform, 8), (self._escapes, 8), (self._paste, 6),
                      (self._cut, 4), (self._clusters, 4), (self._ahead, 3), (self._invalid, 2), (self._size, 1)]

    def piece(self):
        make = self.random.choices([kind for kind, _ in self.kinds], [weight for _, weight in self.kinds])[0]
        return make()

    def _some(self, make, most):
        return b"".join(make() for _ in range(self.random.randint(1, most)))

    def _key(self):
        return self.random.choice(self.keys)

    def _word(self):
        return self.random.choice(WORDS).encode()

    def _keys(self):
        return self._key() * (self.random.randint(2, 40) if self.random.random() < 0.05 else 1)

    def _text(self):
        return self._some(self._word, 4).replace(b"\n", b"\r")

    def _uniform(self):
        return self.random.randbytes(self.random.randint(1, 60))

    def _escapes(self):
        """Sequences of the right form with anything in them."""
        def one():
            numbers = ";".join(str(self.random.choice((0, 1, 2, 5, 13, 27, 200, 201, 65535, 10 ** 12)))
                               for _ in range(self.random.randint(0, 6)))
            return self.random.choice((
                f"\x1b[{self.random.choice(('', '?', '<', '>', '='))}{numbers}{chr(self.random.randint(0x40, 0x7E))}",
                f"\x1bO{chr(self.random.randint(0x20, 0x7E))}", f"\x1b]{numbers}\x07", f"\x1b]52;c;5rC5\x1b\\",
                f"\x1bP{numbers}\x1b\\", f"\x1b[<{numbers}M",
                f"\x1b[{self.random.randint(32, 0x1FFFF)};{self.random.randint(1, 9)}u",
                f"\x1b[27;{self.random.randint(1, 9)};{self.random.randint(1, 300)}~", "\x1b\x1b", "\x1b[I", "\x1b[O",
                f"\x1b{chr(self.random.randint(0x20, 0x7E))}", "\x1b[" + "1;" * self.random.choice((1, 7, 40)),
                "\x1b[200~", "\x1b[201~", "\x9b1A")).encode()
        return self._some(one, 5)

    def _paste(self):
        body = self.random.choice((self._text, self._uniform, self._escapes, self._clusters, self._invalid))
        text = self._some(body, self.random.choices((1, 3, 20, 200), (40, 40, 18, 2))[0])
        return screen.paste_bytes(text, bracketed=self.random.random() < 0.7)

    def _cut(self):
        """The beginning or the end of something, as a bad link delivers it."""
        data = self.random.choice((self._text, self._paste, self._escapes, self._clusters))()
        at = self.random.randint(0, len(data))
        return (data[:at] if self.random.random() < 0.5 else data[at:]) or b"x"

    def _clusters(self):
        return self._some(lambda: self.random.choice(clusters.ALL).text.encode(), 6)

    def _ahead(self):
        return self._some(self._key, 20)

    def _invalid(self):
        return self._some(lambda: self.random.choice(clusters.INVALID)[1], 3)

    def _size(self):
        return accidents.Resize(self.random.randint(1, 70), self.random.randint(1, 250))


class Trouble(Exception):
    pass


# The ends of whatever may be open, then what draws everything again in every context.
MEOK_PROBE = (b"\x07", b"\x1b\\", screen.paste_bytes(""), screen.key_bytes("^L"))


class Torture:
    """start() gives a new Screen that is ready for input. codes: with which the program may leave by itself. probe: writes
    after which a program that still listens draws something."""

    def __init__(self, start, count, seed=1, keys=KEYS, codes=(0,), hang=HANG_SECONDS, leave=LEAVE_SECONDS,
                 probe=None):
        self.start, self.count, self.codes = start, count, codes
        self.hang, self.leave, self.probe = hang, leave, probe
        self.generator = Generator(seed, keys)
        self.sent = self.starts = self.pieces = self.peak_kb = self.resizes = 0
        self.cpu = self.slowest = 0.0
        self.since_start, self.screen = [], None

    def run(self):
        """Raises Trouble, or returns a line of figures."""
        began = time.monotonic()
        try:
            self._begin()
            while self.sent < self.count:
                self._step(self.generator.piece())
            self._rest()
            self._leave()
        except RuntimeError as reason:  # the terminal of the tests itself
            raise Trouble(f"{reason}\nafter {self.figures(began)}\n{self.screen.sanitizer()}") from None
        except Trouble as trouble:
            raise Trouble(f"{trouble}\nafter {self.figures(began)}\nlast bytes: {self.tail()}\n"
                          f"{self._story()}") from None
        finally:
            if self.screen:
                self.screen.close()
        return self.figures(began)

    def figures(self, began):
        return (f"{self.sent} bytes in {self.pieces} pieces, {self.resizes} sizes, {self.starts} starts, "
                f"{time.monotonic() - began:.0f} s, processor {self.cpu:.2f} s, "
                f"slowest piece {self.slowest * 1000:.0f} ms, peak memory {self.peak_kb} KB")

    def tail(self, most=400):
        return b"".join(self.since_start)[-most:].hex()

    def _story(self):
        try:
            return self.screen.story() if self.screen else ""
        except Exception as reason:
            return f"no picture: {reason}"

    def _begin(self):
        self.screen, self.since_start = self.start(), []
        self.starts += 1

    def _note_use(self):
        try:
            status = pathlib.Path(f"/proc/{self.screen.pid}/status").read_text()
            self.peak_kb = max([self.peak_kb, *(int(line.split()[1]) for line in status.splitlines()
                                                if line.startswith("VmHWM"))])
        except OSError:
            pass

    def _step(self, piece):
        began = time.monotonic()
        self.pieces += 1
        if isinstance(piece, accidents.Resize):
            self.screen.terminal.resize(*piece)
            self.resizes += 1
            return
        self.since_start.append(piece)
        self.sent += len(piece)
        self.screen.terminal.send(piece)
        self._taken()
        self.slowest = max(self.slowest, time.monotonic() - began)
        if self.pieces % 20 == 0:
            self._note_use()
        if not self.screen.runs():
            self._ended()
        elif self.pieces % CHECK_EVERY == 0:
            self._rest()
            time.sleep(PAUSE_SECONDS)

    def _taken(self):
        end = time.monotonic() + self.hang
        while not self.screen.terminal.taken(0.2) and self.screen.runs():
            if self._stopped():
                self.screen.signal(signal.SIGCONT)  # it suspended itself, and here is no shell to bring it back
                end = time.monotonic() + self.hang
            elif time.monotonic() > end:
                raise Trouble(f"it has not read its input for {self.hang} s")

    def _stopped(self):
        try:
            return pathlib.Path(f"/proc/{self.screen.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"
        except OSError:
            return False

    def _rest(self):
        self._note_use()
        if self._stopped():
            self.screen.signal(signal.SIGCONT)
        if not self.screen.settle(self.hang):
            raise Trouble(f"it does not come to rest within {self.hang} s")
        if self.screen.runs() and self.probe:
            self._prove()
        if not self.screen.runs():
            self._ended()

    def _prove(self):
        for data in self.probe:
            self.screen.count()
            self.screen.send(data)
        if self.screen.runs() and self.screen.count()["bytes"] == 0:
            raise Trouble("it reads its input but no longer answers any")

    def _ended(self):
        code = self.screen.exited(0)
        # While it leaves it has given the terminal back, and ^C and ^\ are signals again.
        interrupted = code in (-signal.SIGINT, -signal.SIGQUIT) and not self.screen.look()["alternate"]
        self._check(0 if interrupted else code)
        if code not in self.codes and not interrupted:
            raise Trouble(f"it left with exit code {code}")
        self.cpu += self.screen.cpu()
        self.screen.close()
        self._begin()

    def _leave(self):
        self.screen.hangup()
        code = self.screen.terminal.exited(self.leave)
        if code is None:
            raise Trouble(f"it is still there {self.leave} s after the hang-up")
        # SIGHUP itself ends programs that do not catch it
        self._check(0 if code == -signal.SIGHUP else code)
        self.cpu += self.screen.cpu()

    def _check(self, code):
        reports = self.screen.sanitizer()
        if reports:
            raise Trouble(reports)
        if code < 0:
            raise Trouble(f"it died of signal {-code}")


def start_meok(meok, rows=screen.ROWS, columns=screen.COLUMNS):
    """A function that starts meok on a vault with one draft, unlocked."""
    meok.run("init", "--kdf", "interactive", code=0)
    meok.run("new", "--title", "첫 글", "-", stdin="먹을 갈아\n\n---\n\n붓을 적신다.\n" * 20, code=0)

    def start():
        one = screen.Screen.of(meok, unlocked=True, rows=rows, columns=columns)
        # Before it has the terminal, ^C is no key but a signal.
        harness.until(lambda: one.look()["alternate"], 20, "the first picture")
        one.settle()
        return one
    return start


def main():
    parser = argparse.ArgumentParser(usage=__doc__.splitlines()[0], add_help=False)
    parser.add_argument("bytes", type=int)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--rows", type=int, default=screen.ROWS)
    parser.add_argument("--columns", type=int, default=screen.COLUMNS)
    parser.add_argument("--keep")
    parser.add_argument("program", nargs="*")
    options = parser.parse_args()
    folder = harness.short_folder()
    try:
        if options.program:
            environment = {"HOME": str(folder), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
            start = lambda: screen.Screen(options.program, folder, environment, rows=options.rows,
                                          columns=options.columns, cwd=folder)
        else:
            start = start_meok(harness.Meok(folder), options.rows, options.columns)
        torture = Torture(start, options.bytes, options.seed, codes=range(128),
                          probe=None if options.program else MEOK_PROBE)
        try:
            print(f"seed {options.seed}: {torture.run()}")
        except Trouble as trouble:
            if options.keep:
                pathlib.Path(options.keep).write_bytes(b"".join(torture.since_start))
            print(f"seed {options.seed}: {trouble}")
            return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
