#!/usr/bin/env python3
"""The screen harness itself, on small programs, on both terminals."""
import hashlib, pathlib, shutil, signal, sys, time
import accidents, clusters, ime
from harness import Skip, is_running, main, processes_under, until
from screen import BACKENDS, Screen, key_bytes, paste_bytes

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "screen"))
import random_input

ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}

# A program in raw mode that shows each read as a line of hexadecimal digits and leaves at q.
READS = """
import os, sys, tty
tty.setraw(0)
print("reads", end="\\r\\n", flush=True)
while True:
    data = os.read(0, 100000)
    if not data: break
    print(len(data), data[:30].hex(), end="\\r\\n", flush=True)
    if data == b"q": sys.exit(7)
"""

PASTED = """
import hashlib, os, tty
tty.setraw(0)
print("ready", end="\\r\\n", flush=True)
hash, length = hashlib.sha1(), 0
while length < 1000012:
    data = os.read(0, 65536)
    hash.update(data)
    length += len(data)
print(hash.hexdigest(), flush=True)
os.read(0, 1)
"""

# Works for half a second without a word, then for ever.
WORKS = """
import os, time, tty
tty.setraw(0)
print("ready", end="\\r\\n", flush=True)
os.read(0, 1)
end = time.monotonic() + .5
while time.monotonic() < end: pass
print("done", flush=True)
os.read(0, 1)
while True: pass
"""

ASKS = """
import os, sys, tty
tty.setraw(0)
sys.stdout.write("\\x1b[3;4H\\x1b[6n")
sys.stdout.flush()
print("got", os.read(0, 100).hex(), flush=True)
os.read(0, 1)
"""

SIZES = """
import os, signal
def show(*_):
    print("size %d %d" % os.get_terminal_size()[::-1], flush=True)
signal.signal(signal.SIGWINCH, show)
show()
while True: signal.pause()
"""

# Says in files what a hang-up was to it.
HANGS_UP = """
import os, pathlib, signal, sys
folder = pathlib.Path(sys.argv[1])
signal.signal(signal.SIGHUP, lambda *_: (folder / "hup").touch())
print("ready", flush=True)
try: data = os.read(0, 10)
except OSError as error: data = error.errno
(folder / "end").write_text(repr(data))
sys.exit(5)
"""

# Keeps what is typed, with Backspace, and shows it.
KEEPS = """
import os, tty, unicodedata
tty.setraw(0)
print("ready", end="\\r\\n", flush=True)
text = ""
while True:
    for c in os.read(0, 1000).decode():
        text = text[:-1] if c == "\\x7f" else text + ("/" if c == "\\r" else c)
    print("\\x1b[2;1H\\x1b[K<" + unicodedata.normalize("NFC", text) + ">", end="", flush=True)
"""

# Draws a second picture over the first without erasing it, and each later one rightly.
LEAVES = """
import os, tty
tty.setraw(0)
number = 0
while True:
    print("\\x1b[Htw" if number == 1 else "\\x1b[2J\\x1b[Hone", end="", flush=True)
    number += 1
    os.read(0, 10)
"""


def python(text, tmp, name="program.py"):
    (tmp / name).write_text(text)
    return [sys.executable, "-B", tmp / name]


def on(backend, command, tmp, **options):
    if backend == "tmux" and not shutil.which("tmux"):
        raise Skip("tmux is not installed")
    return Screen(command, tmp, {**ENVIRONMENT, "HOME": str(tmp)}, backend=backend, **options)


def both(tmp, command, **options):
    """The program on one terminal after the other; the caller writes `with one:`, so that its notes find its failures."""
    for backend in BACKENDS:
        yield on(backend, command, tmp, **options)


def test_what_is_shown(tmp):
    """both terminals show wide characters, the cursor, the title and the other screen"""
    program = ("printf '\\033[?1049h\\033]2;제목\\007\\033[2J\\033[3;5H한글 abc\\033[1;1H\\033[1m굵게\\033[m\\033[?25l';"
               "read x; printf '\\033[?25h\\033[?1049l'; exec sleep 100")
    for one in both(tmp, ["sh", "-c", program], rows=6, columns=30):
        with one:
            one.expect("한글 abc")
            look = one.look()
            assert one.screen() == ["굵게", "", "    한글 abc", "", "", ""], one.screen()
            assert (look["title"], look["visible"], look["alternate"]) == ("제목", False, True), look
            assert one.cursor() == (0, 4) and one.row_of("abc") == 2
            one.keys("Enter")
            look = one.look()
            assert (look["visible"], look["alternate"]) == (True, False), look
            one.expect_gone("한글")


def test_cells(tmp):
    """cells have columns and attributes, and half of a wide character is seen"""
    program = "printf '가\\033[1;4;7mB\\033[0;31mC\\033[m\\r\\n나다\\033[2;1HX\\r\\n'; exec sleep 100"
    with on("vt", ["sh", "-c", program], tmp, rows=4, columns=8) as one:
        one.expect("C")
        cells = one.cells()
        assert [cell[:2] for cell in cells[0][:5]] == [["가", 2], ["", 0], ["B", 1], ["C", 1], [" ", 1]], cells[0]
        assert cells[0][2][2] == "bur" == one.styled(0, 2) and cells[0][3][2:] == ["", 1, None], cells[0]
        assert len(clusters.halves(cells[1])) == 1 and clusters.halves(cells[0]) == [], cells[1]


def test_bytes_arrive(tmp):
    """bytes arrive as they were sent: one write in one read, NUL, invalid UTF-8, every named key"""
    named = ["Esc", "Enter", "Tab", "Backspace", "^S", "Alt-p", "F1", "F12", "Up", "^Left", "Shift-Up", "Delete",
             "Shift-Tab", "가", "^Space", "Alt-Enter"]
    for one in both(tmp, python(READS, tmp), rows=40):
        with one:
            one.expect("reads")
            for data in "끝\r".encode(), b"\0\xff\xfe\xc3", bytes(range(0x80, 0x90)), paste_bytes(b"a\n\xffb"):
                one.send(data)
                one.expect(f"{len(data)} {data.hex()}")
            for name in named:
                one.keys(name)
                one.expect(key_bytes(name).hex())
            assert one.pressed == len(named)
            one.keys("Esc p", "Enter", together=True)
            one.expect("3 1b700d")
            one.type("한글")
            one.expect("3 " + "글".encode().hex())
            assert (one.pressed, one.typed) == (len(named) + 3, 2)
            one.focus(False)
            one.expect(b"\x1b[O".hex())
            one.keys("q", settle=False)
            assert one.exited() == 7 and not one.runs()


def test_a_large_paste(tmp):
    """a megabyte pasted arrives whole at a program that reads slowly"""
    body = bytes((7 * i + i // 255) % 251 or 1 for i in range(1000000)).replace(b"\r", b" ").replace(b"\n", b" ")
    for one in both(tmp, python(PASTED, tmp)):
        with one:
            one.expect("ready")
            one.paste(body)
            one.expect(hashlib.sha1(paste_bytes(body)).hexdigest(), 20)


def test_waiting(tmp):
    """settling waits for work without output, gives up on what never rests, and a text that never comes is an error"""
    for one in both(tmp, python(WORKS, tmp)):
        with one:
            one.expect("ready")
            one.send(b"x")
            assert "done" in one.text(), one.text()
            before = time.monotonic()
            assert one.settle() and time.monotonic() - before < 3
            one.send(b"x", settle=False)
            assert not one.settle(seconds=0.3)
            assert one.cpu() > 0.1
            try:
                one.expect("never", 0.2)
            except AssertionError as error:
                assert "never" in str(error)
            else:
                raise AssertionError("it was found")
            assert "expect 'never'" in one.story() and "|ready" in one.story()


def test_terminals_answer(tmp):
    """questions to the terminal are answered"""
    for one in both(tmp, python(ASKS, tmp)):
        with one:
            one.expect(b"\x1b[3;4R".hex())


def test_resize(tmp):
    """a resized terminal tells the program, and the picture has the new size"""
    for one in both(tmp, python(SIZES, tmp)):
        with one:
            one.expect("size 24 80")
            for rows, columns in (10, 40), (50, 200), (1, 1), (6, 30), (24, 80):
                one.resize(rows, columns)
                if columns > 10:
                    one.expect(f"size {rows} {columns}")
                assert len(one.screen()) == rows and one.look()["columns"] == columns


def test_signals_and_ends(tmp):
    """exit codes, signals and their numbers come back"""
    for one in both(tmp, ["sh", "-c", "exit 3"], settle=False):
        with one:
            assert one.exited() == 3
    for one in both(tmp, ["sleep", "100"]):
        with one:
            assert one.runs()
            one.signal(signal.SIGTERM)
            assert one.exited() == -signal.SIGTERM


def test_hang_up(tmp):
    """a hang-up reaches the program as SIGHUP and as the end of input"""
    for one in both(tmp, [*python(HANGS_UP, tmp), tmp]):
        with one:
            one.expect("ready")
            one.hangup()
            code = one.exited()
            assert code == (5 if one.backend == "vt" else 0)
            assert (tmp / "hup").exists() and (tmp / "end").read_text() in ("b''", "5")
            (tmp / "hup").unlink(), (tmp / "end").unlink()
            assert not one.terminal.send(b"x")


def test_nothing_stays(tmp):
    """a program that ignores every signal is gone when its screen is closed, and so are its terminal and its files"""
    program = "trap '' HUP TERM INT; echo ready; while :; do sleep 100; done"
    for one in both(tmp, ["sh", "-c", program]):
        with one:
            one.expect("ready")
            pid, servers = one.pid, processes_under(tmp)
            assert servers
    assert not is_running(pid)
    until(lambda: not processes_under(tmp), 3, "the end of all processes")
    assert list(tmp.iterdir()) == [], list(tmp.iterdir())


def test_the_end_of_the_driver(tmp):
    """when the terminal is killed, the program does not outlive it"""
    with on("vt", ["sh", "-c", "trap '' HUP; echo ready; while :; do sleep 0.1; done"], tmp) as one:
        one.expect("ready")
        one.terminal.process.kill()
        until(lambda: not is_running(one.pid), 3, "the end of the program")


def test_counts(tmp):
    """bytes and reads of output are counted, and all output is kept"""
    with on("vt", python(READS, tmp), tmp) as one:
        one.expect("reads")
        one.count()
        one.send(b"abc")
        count = one.count()
        assert count == {"bytes": len("3 616263\r\n"), "reads": 1, "sent": 3}, count
        assert one.count() == {"bytes": 0, "reads": 0, "sent": 0}
        assert one.written() == b"reads\r\n3 616263\r\n"


def test_sanitizer_reports(tmp):
    """what a sanitizer writes about the program fails the test"""
    program = "printf 'ERROR: fake' > \"${ASAN_OPTIONS##*log_path=}.1\"; exec sleep 100"
    try:
        with on("vt", ["sh", "-c", program], tmp) as one:
            one.settle()
    except AssertionError as error:
        assert "fake" in str(error)
    else:
        raise AssertionError("the report went unseen")


def test_editors(tmp):
    """what is typed and pasted into nano and vim is what they save"""
    text, pasted = "한글과 English, ", "붙인 글 둘"
    for backend in BACKENDS:
        for name, start, end in (("nano", [], ("^S", "^X")), ("vim", ["i"], ("Esc",))):
            if not shutil.which(name):
                continue
            file = tmp / f"{name}-{backend}.txt"
            command = {"nano": ["nano", "-I", file], "vim": ["vim", "-u", "NONE", "-i", "NONE", "-n", file]}[name]
            with on(backend, command, tmp) as one:
                one.keys(*start)
                one.type(text)
                one.paste(pasted, bracketed=False)
                one.expect(text + pasted)
                one.keys(*end)
                if name == "vim":
                    one.type(":wq\n", settle=False)
                assert one.exited() == 0
            assert file.read_text() == text + pasted + "\n", file.read_text()


def test_input_methods_end_with_the_text(tmp):
    """every way in which input methods send a text leaves that text behind in an editor that knows characters"""
    text = "읽은 책 100권\n값을 몰라"
    for way in ime.WAYS:
        sent = ime.arrivals(text, way)
        assert ime.replay(sent) == ime.expected(text, way), way
    for way in ime.WAYS:
        with on("vt", python(KEEPS, tmp), tmp) as one:
            one.expect("ready")
            one.arrive(ime.arrivals("읽은 책", way))
            one.expect("<" + ime.expected("읽은 책", way) + ">")


def test_clusters_and_neighbours(tmp):
    """clusters between neighbours: right and wrong pictures are told apart"""
    pictures = []
    for cluster in clusters.ALL:
        if cluster.columns is None:
            continue
        shown = "?" * cluster.columns if cluster.replaced else cluster.text
        pictures.append((cluster, f"AB[{shown}\x1b[1;{4 + cluster.columns}H]CD"))
    wrong = [("가가]", "further right"), ("가\x1b[1;5H]", "its right half lost"), ("]", "further left")]
    with on("vt", ["sh", "-c", "stty raw -echo; exec cat"], tmp, rows=3, columns=20) as one:
        for cluster, picture in pictures:
            one.send(b"\x1b[H\x1b[2J" + picture.encode())
            assert clusters.neighbours(one, 0, 2, cluster.columns) == [], cluster
            assert not cluster.agreed or cluster.replaced or clusters.halves(one.cells()[0]) == [], cluster
        for picture, what in wrong:
            one.send(b"\x1b[H\x1b[2JAB[" + picture.encode())
            assert clusters.neighbours(one, 0, 2, 2) != [], what
        one.send("\x1b[H\x1b[2JAB[가\x1b[1;5H]".encode())
        assert clusters.halves(one.cells()[0]) != []
    with on("tmux", ["sh", "-c", "stty raw -echo; exec cat"], tmp, rows=3, columns=20) as one:
        for cluster, picture in pictures:
            if cluster.agreed and not cluster.replaced:
                one.send(b"\x1b[H\x1b[2J" + picture.encode())
                assert clusters.in_text(one, 0, cluster) == [], cluster


def test_stale_cells(tmp):
    """a cell that another picture left behind is found by drawing again"""
    with on("vt", python(LEAVES, tmp), tmp) as one:
        one.expect("one")
        one.send(b"x")
        found = clusters.stale(one, lambda: one.send(b"x"))
        letters = [(row, column, before[0], after[0]) for row, column, before, after in found[:-1]]
        assert letters == [(0, 0, "t", "o"), (0, 1, "w", "n")] and found[-1] == ("cursor", (0, 2), (0, 3)), found
        assert clusters.stale(one, lambda: one.send(b"x")) == []


# A program in raw mode that does to its input what FAULT says, and leaves when the terminal does.
TAKES = """
import os, signal, sys, time, tty
tty.setraw(0)
print("ready", end="\\r\\n", flush=True)
total = 0
while True:
    try: data = os.read(0, 65536)
    except OSError: break
    if not data: break
    total += len(data)
    print("\\x1b[H%d" % total, end="", flush=True)
    FAULT
"""


def test_random_input(tmp):
    """random input: a program that takes it all passes; death, a hang, no rest, no leaving and reports are found"""
    def torture(fault, count, **options):
        command = python(TAKES.replace("FAULT", fault), tmp)
        begin = lambda: on("vt", command, tmp, settle=False)

        def start():
            one = begin()
            one.expect("ready")
            return one
        return random_input.Torture(start, count, **options)
    good = torture("", 30000)
    line = good.run()
    assert good.sent >= 30000 and good.starts == 1 and f"{good.sent} bytes" in line and good.resizes > 0, line
    again = torture("", 30000)
    again.run()
    assert (again.sent, again.pieces) == (good.sent, good.pieces)
    leaving = torture("if b'q' in data: sys.exit(3)", 3000, codes=(3,))
    leaving.run()
    assert leaving.starts > 1
    at = "if total > 2000: "
    stays = """signal.signal(signal.SIGHUP, signal.SIG_IGN)
    while total > 2000:
        try: total += len(os.read(0, 65536)) or time.sleep(60)
        except OSError: time.sleep(60)"""
    reports = "open(os.environ['ASAN_OPTIONS'].split('log_path=')[1] + '.1', 'w').write('fake'); sys.exit()"
    faults = [(at + "os.kill(os.getpid(), signal.SIGSEGV)", "signal 11"), (at + "time.sleep(60)", "not read"),
              (at + "\n        while True: pass", "not read"), (at + "sys.exit(9)", "exit code 9"),
              (stays, "hang-up"), (at + reports, "fake")]
    deaf = "while total > 2000: os.read(0, 65536) or sys.exit()"
    for fault, words in [*faults, (deaf, "no longer answers")]:
        try:
            torture(fault, 5000, hang=1, leave=1, probe=(b"x",) if fault == deaf else None).run()
        except random_input.Trouble as trouble:
            assert words in str(trouble) and "last bytes: " in str(trouble), (words, str(trouble))
        else:
            raise AssertionError(f"went unseen: {fault}")


def test_the_parts_test_themselves():
    """the data modules' own tests"""
    accidents.self_test()
    clusters.self_test()
    ime.self_test()


if __name__ == "__main__":
    main()
