#!/usr/bin/env python3
"""What reaches the terminal: each key that changes the picture is one write, so that no half of a frame is ever seen."""
import os, re, shutil, subprocess
import harness
from harness import Skip, until
from screen import Screen

TEXT = "먹을 갈아 붓을 적신다. The ink dries slowly 값 "  # with a line that wraps


def traced(screen, log):
    """strace on all threads of the program, attached; its system calls go to the log."""
    command = ["strace", "-f", "-y", "-s", "8", "-e", "trace=write,writev,pwrite64,sendto,sendmsg", "-o", log, "-p",
               str(screen.pid)]
    tracer = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    line = tracer.stderr.readline()
    if "attached" not in line:
        tracer.wait()
        tracer.stderr.close()
        raise Skip(f"strace may not look here: {line.strip()}")
    return tracer


def to_terminal(log):
    """The writes to the terminal so far."""
    return [line for line in log.read_text(errors="replace").splitlines()
            if re.search(r"\b(write|writev|pwrite64)\(\d+</dev/(pts/|tty)", line)]


def test_one_write_for_each_key(meok, tmp):
    """forty keys in the text, twenty in the library: exactly one write to the terminal for each"""
    if not shutil.which("strace"):
        raise Skip("no strace here")
    meok.run("init", "--kdf", "interactive", code=0)
    for number in range(12):
        meok.run("new", "--title", f"글 {number}", "-", stdin="먹\n", code=0)
    with Screen.of(meok, "edit", "@", unlocked=True) as screen:
        screen.settle()
        screen.keys("^End")
        log = tmp / "writes"
        log.touch()
        tracer = traced(screen, log)
        try:
            counts = []
            for key in (TEXT * 2)[:40]:
                before = len(to_terminal(log))
                screen.type(key)
                until(lambda: len(to_terminal(log)) > before, 5, "a write")
                counts.append(len(to_terminal(log)) - before)
            assert counts == [1] * 40, counts
            screen.keys("Esc l")
            screen.expect("Library")
            counts = []
            for key in "j" * 10 + "k" * 10:
                before = len(to_terminal(log))
                screen.type(key)
                until(lambda: len(to_terminal(log)) > before, 5, "a write")
                counts.append(len(to_terminal(log)) - before)
            assert counts == [1] * 20, counts
            whole = len(to_terminal(log))
            screen.keys("^L")
            assert len(to_terminal(log)) == whole + 1, "a whole screen is one write as well"
        finally:
            tracer.terminate()
            tracer.wait()
            tracer.stderr.close()


if __name__ == "__main__":
    harness.main()
