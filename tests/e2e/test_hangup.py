#!/usr/bin/env python3
"""Terminals that are too small, unknown, silent or gone, and keymap files with errors: nothing is lost, nothing spins."""
import os, pathlib, pty, signal, subprocess, sys, threading, time
import harness
from harness import PASSPHRASE, main, until
from screen import BACKENDS, Screen

TITLE, SUBTITLE, BODY = "끊긴 줄", "한밤에", "먹을 갈다 말고 일어섰다"
GENEROUS = 5  # seconds in which meok must have left; it takes a tenth of that
CPU = 0.5  # processor seconds that leaving may cost: a loop that spins takes as long as it lasts
SPINS = 0.05  # processor seconds in two seconds in which nothing happens
IDLE = 30  # seconds after which a draft is kept by itself

# Stands for sshd: meok in a pty of its own, told by its standard input to die.
PARENT = """
import os, pty, sys
pid, master = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], sys.argv[1:])
print(pid, flush=True)
os.set_blocking(master, False)
import select
while True:
    for fd in select.select([0, master], [], [])[0]:
        data = os.read(fd, 65536)
        os.write(master, data) if fd == 0 else None
"""


def with_draft(meok, *options, title=TITLE):
    if not meok.vault.exists():
        meok.run("init", "--kdf", "interactive", code=0)
    return meok.run("new", "--title", title, *options, "-", stdin="", code=0).out.strip()


def on_body(meok, draft, **named):
    screen = Screen.of(meok, "edit", draft, unlocked=named.get("backend") != "tmux", **named)
    if named.get("backend") == "tmux":
        screen.type(PASSPHRASE)
        screen.keys("Enter", settle=False)
    screen.expect(TITLE, 20)
    screen.keys("Enter", "Enter")
    return screen


def kept(meok, draft):
    return meok.json("show", draft)["body"].rstrip("\n")


def test_too_small(meok):
    """20 columns by 5 rows: a sentence instead of a picture, keys still count, it grows back and nothing is lost"""
    for backend in BACKENDS:
        draft = with_draft(meok)
        with on_body(meok, draft, backend=backend) as screen:
            screen.type(BODY)
            before = screen.screen()
            # tmux tells of sizes late and leaves some out; then it has cut the picture and nobody draws it again
            for rows, columns in ((1, 1), (5, 20)) if backend == "vt" else ((5, 20),):
                screen.resize(rows, columns)
            assert "Too small" in screen.text() and screen.look()["cursor"][0] < 5, screen.text()
            screen.type("고")
            screen.keys("Backspace")
            screen.resize(24, 80)
            screen.expect(BODY)
            assert screen.screen() == before, screen.text()
            screen.resize(5, 20)
            screen.type("!")
            screen.keys("^Q", settle=False)
            assert screen.exited(20) == 0
        assert kept(meok, draft) == BODY + "!"


def leaves(meok, end, backend="vt"):
    """The seconds that meok takes to go after its terminal's end, and the processor's."""
    draft = with_draft(meok)
    with on_body(meok, draft, backend=backend) as screen:
        screen.type(BODY)
        screen.expect(BODY)
        pid, cpu = screen.pid, time.clock_gettime((~screen.pid << 3) | 2)
        used, began = 0, time.monotonic()
        end(screen)
        while harness.is_running(pid) and time.monotonic() < began + GENEROUS:
            try:
                used = time.clock_gettime((~pid << 3) | 2) - cpu
            except OSError:
                break
            time.sleep(0.002)
        took = time.monotonic() - began
        assert not harness.is_running(pid), f"still there after {took:.1f} s and {used:.2f} s of the processor"
        screen.exited(GENEROUS)
    assert kept(meok, draft) == BODY, kept(meok, draft)
    assert used < CPU, used
    return f"{took:.2f} s ({used:.2f} s of the processor)"


def test_the_terminal_is_gone(meok):
    """the terminal closes, SIGHUP, SIGTERM: meok has left soon, everything is kept, nothing spins"""
    for name, end, backend in (
            ("the terminal closes", Screen.hangup, "vt"), ("tmux is killed", Screen.hangup, "tmux"),
            ("SIGHUP", lambda screen: screen.signal(signal.SIGHUP), "vt"),
            ("SIGTERM", lambda screen: screen.signal(signal.SIGTERM), "vt")):
        print(f"# {name}: left after {leaves(meok, end, backend)}")


def beneath(meok, draft):
    """meok under a parent that is killed without a word, as sshd is: (the parent, meok's pid)."""
    reading, writing = os.pipe()
    os.write(writing, meok.passphrase.encode() + b"\n")
    os.close(writing)
    try:
        # pty.fork closes nothing: the descriptor is there in meok
        parent = subprocess.Popen([sys.executable, "-c", PARENT, meok.program, "--passphrase-fd", str(reading), "edit", draft],
                                  env=meok.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, pass_fds=(reading,),
                                  cwd=meok.home)
    finally:
        os.close(reading)
    return parent, int(parent.stdout.readline())


def test_the_parent_is_killed(meok):
    """whoever held the terminal is killed in mid-word: meok has left soon and the word is kept"""
    draft = with_draft(meok)
    parent, pid = beneath(meok, draft)
    with parent:
        time.sleep(2)
        parent.stdin.write(b"\r\r")
        parent.stdin.flush()
        time.sleep(0.5)
        parent.stdin.write(BODY.encode())
        parent.stdin.flush()
        time.sleep(0.5)
        began = time.monotonic()
        parent.kill()
        until(lambda: not harness.is_running(pid), GENEROUS, "meok's end")
        print(f"# left after {time.monotonic() - began:.2f} s")
    assert kept(meok, draft) == BODY, kept(meok, draft)


def test_nobody_reads(meok):
    """a terminal that takes nothing any more, then goes: what was typed is kept, and waiting costs nothing"""
    draft = with_draft(meok)
    with on_body(meok, draft) as screen:
        screen.type(BODY)
        screen.settle()
        before = screen.cpu()
        time.sleep(2)
        assert screen.cpu() - before < SPINS, screen.cpu() - before
        screen.signal(signal.SIGSTOP)
        screen.send(" 그리고".encode(), settle=False)
        screen.hangup()
        screen.terminal.signal(signal.SIGCONT)
        screen.exited(GENEROUS)
    # what meok never got to read is the terminal's loss
    assert kept(meok, draft) in (BODY, BODY + " 그리고"), kept(meok, draft)


def test_unknown_terminals(meok):
    """a TERM that is unknown, missing or cannot show screens: exit code 2 and a sentence"""
    draft = with_draft(meok)
    for term, sentence in ("no-such-terminal", "not known here"), ("", "TERM does not say"), ("dumb", "cannot show screens"):
        with Screen.of(meok, "edit", draft, unlocked=True, environment={"TERM": term}, columns=160) as screen:
            assert screen.exited(20) == 2, term
            text = screen.text()
            assert sentence in text and "xterm-256color" in text, text


def test_a_keymap_with_errors(meok):
    """a file of keys with errors: each is told with file and line, the good lines and all other keys work"""
    draft = with_draft(meok)
    folder = meok.home / "config" / "meok"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "keys").write_text("bind editor F6 save\nbind editor F7 fly\nbind nowhere F8 save\nbind editor Hyper-x save\n"
                                 "\"\n\x00\xff\nbind editor F9 quit\n", encoding="latin-1")
    with Screen.of(meok, "edit", draft, unlocked=True, columns=100) as screen:
        said = []
        for _ in range(5):
            said.append(" ".join(row.strip() for row in screen.screen()[-4:]))
            screen.keys("Esc")
        for line, word in (2, "fly"), (3, "nowhere"), (4, "Hyper-x"), (5, "quote"), (6, "UTF-8"):
            assert any(f"config/meok/keys:{line}: " in one and word in one for one in said), (line, said)
        assert "keys:" not in screen.text()
        screen.keys("^Home", "Enter", "Enter")
        screen.type(BODY)
        screen.keys("F6")
        screen.expect("kept")
        screen.keys("F9", settle=False)
        assert screen.exited(20) == 0
    assert kept(meok, draft) == BODY


def test_idle_seconds_keep_the_draft(meok):
    """30 seconds without a key and the draft is kept by itself: typed, only erased, only a setting changed"""
    drafts = [with_draft(meok) for _ in range(3)]
    meok.run("set", drafts[1], "--body", "-", stdin=BODY, code=0)
    screens = [on_body(meok, draft) for draft in drafts]
    try:
        screens[0].type(BODY)
        screens[1].keys("End", "Backspace")
        screens[2].keys("Esc c", "2")
        for screen in screens:
            screen.expect("not saved yet")
        began = time.monotonic()
        for screen in screens:
            screen.expect_gone("not saved yet", IDLE + 10)
        took = time.monotonic() - began
        print(f"# kept after {took:.1f} s")
        assert IDLE - 5 < took < IDLE + 5, took
        for screen in screens:
            screen.signal(signal.SIGKILL)
            screen.exited()
    finally:
        for screen in screens:
            screen.close()
    assert [kept(meok, draft) for draft in drafts] == [BODY, BODY[:-1], ""]
    assert meok.json("show", drafts[2])["comments"] == "closed"


if __name__ == "__main__":
    main()
