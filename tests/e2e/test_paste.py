#!/usr/bin/env python3
"""Pastes: a megabyte of text from everywhere is kept as its normal form, is one step of undo, and never a command."""
import time
import mixed
from harness import main
from screen import Screen

MEGABYTE = 1 << 20


def on_draft(meok):
    """The editor on a new draft, in its body."""
    meok.run("init", "--kdf", "interactive", code=0)
    draft = meok.run("new", "--title", "모은 글", "-", stdin="", code=0).out.strip()
    screen = Screen.of(meok, "edit", draft, unlocked=True)
    screen.expect("모은 글", 20)
    screen.keys("Enter", "Enter")
    return draft, screen


def leave(screen):
    screen.keys("^S")
    screen.keys("^Q", settle=False)
    assert screen.exited(20) == 0


def is_kept(meok, draft, data):
    """Both ways of showing it show exactly what is to be kept, and nothing beside it."""
    wanted = mixed.kept(data)
    body = meok.json("show", draft)["body"]
    assert body in (wanted, wanted + "\n"), mixed.first_difference(body, wanted)
    source = meok.run("show", draft, "--markdown", code=0).out
    assert source.endswith(body), mixed.first_difference(source[-len(body):], body)
    assert len(source) < len(wanted) + 1000


def test_a_megabyte(meok):
    """1 MB in brackets: its NFC, a U+FFFD for each maximal subpart; ^Z takes all of it back, ^Y brings it again"""
    data = mixed.mixed(MEGABYTE)
    draft, screen = on_draft(meok)
    with screen:
        began, cpu = time.monotonic(), screen.cpu()
        screen.send(b"\x1b[200~" + data + b"\x1b[201~", settle=False)
        screen.expect("끝", 60)
        print(f"# shown after {time.monotonic() - began:.2f} s, processor {screen.cpu() - cpu:.2f} s")
        screen.expect("were not text: U+FFFD stands in their place")
        screen.settle(20)
        screen.keys("Esc", "^Z")
        screen.expect("Text (Markdown", 20)
        assert screen.row_of("Text (Markdown") == 3 and "모은 글" in screen.screen()[0]
        screen.keys("^Y")
        screen.expect("끝", 20)
        leave(screen)
    is_kept(meok, draft, data)


def test_torn_apart(meok):
    """what is saved does not depend on where the reads of the terminal part it"""
    data = mixed.mixed(20000, seed=2)
    draft, screen = on_draft(meok)
    with screen:
        whole = b"\x1b[200~" + data + b"\x1b[201~"
        for number, at in enumerate(range(0, len(whole), 37)):
            screen.send(whole[at:at + 37], settle=False)
            if number % 50 == 0:
                screen.terminal.taken(5)
                time.sleep(0.03)  # longer than an Esc by itself is waited for
        screen.expect("끝", 20)
        leave(screen)
    is_kept(meok, draft, data)


def test_without_brackets(meok):
    """1 MB from a terminal that brackets nothing: no byte of it is a command, the text is kept all the same"""
    data = mixed.mixed(MEGABYTE, seed=3)
    draft, screen = on_draft(meok)
    with screen:
        screen.send(data, settle=False)
        screen.expect("끝", 60)
        screen.settle(20)
        screen.keys("Esc")
        assert screen.runs() and "│ Keywords 0 │" in screen.text(), screen.text()
        leave(screen)
    is_kept(meok, draft, data)
    assert len(meok.json("list")["drafts"]) == 1


if __name__ == "__main__":
    main()
