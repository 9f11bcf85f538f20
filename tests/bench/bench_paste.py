#!/usr/bin/env python3
"""bench_paste.py [BYTES]: what a paste costs meok, nano and nvim: processor seconds and the wait until its end is seen.
Prints, tests nothing."""

import pathlib, shutil, sys, time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))
sys.dont_write_bytecode = True
import harness, mixed
from screen import Screen

PATIENCE = 120


def measure(name, screen, data):
    with screen:
        before, began = screen.cpu(), time.monotonic()
        screen.send(b"\x1b[200~" + data + b"\x1b[201~", settle=False)
        try:
            screen.expect("끝", PATIENCE)
            seen = f"{time.monotonic() - began:7.2f} s"
        except AssertionError:
            seen = "   not seen"
        screen.settle(PATIENCE, 300)
        print(f"{name:6} processor {screen.cpu() - before:7.2f} s   its end on the screen after {seen}", flush=True)


def programs(folder, meok):
    draft = meok.run("new", "--title", "글", "-", stdin="", code=0).out.strip()
    screen = Screen.of(meok, "edit", draft, unlocked=True)
    screen.expect("글", 20)
    screen.keys("Enter", "Enter")
    yield "meok", screen
    environment = {"HOME": str(folder), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    if shutil.which("nano"):
        yield "nano", Screen(["nano", "--ignorercfiles"], folder, environment, cwd=folder)
    if shutil.which("nvim"):
        screen = Screen(["nvim", "--clean", "-n"], folder, environment, cwd=folder)
        screen.keys("i")
        yield "nvim", screen


def main():
    length = int(sys.argv[1]) if len(sys.argv) > 1 else 1 << 20
    folder = harness.short_folder()
    try:
        meok = harness.Meok(folder)
        meok.run("init", "--kdf", "interactive", code=0)
        for what, data in ("prose", mixed.mixed(length, keys=False, damage=False)), ("mixed", mixed.mixed(length, keys=False)):
            print(f"{len(data)} bytes, {what}")
            for name, screen in programs(folder, meok):
                measure(name, screen, data)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
