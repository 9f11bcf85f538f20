#!/usr/bin/env python3
"""The screen after sizes that change at any moment equals one that is drawn anew. Given a number: that many sizes, on
both terminals, with a line of figures."""
import random, signal, sys, time
import clusters, harness
from screen import Screen

SIZES = [(24, 80), (50, 200), (10, 40), (6, 30), (5, 20), (16, 60), (40, 120), (2, 3)]
KEYS = ["Left", "Right", "Up", "Down", "Home", "End", "PageUp", "PageDown", "^Home", "^End", "Backspace", "Enter", "Esc",
        "^Z", "^Y", "^F", "Shift-Right", "Esc k", "Esc w", "Esc c", "F1", "^S"]
COUNT = 60


def text_of(rng):
    words = ["먹을", "갈아", "“붓을”", "적신다", "ink", "**굵게**", "…"]
    words += [one.text for one in clusters.ALL if one.name not in clusters.KEYS and "\x1b" not in one.text]
    return " ".join(rng.choice(words) for _ in range(rng.randint(1, 6)))


def storm(screen, rng, count, redraw):
    """Keys, text and sizes mixed; after each size the picture is compared with the one drawn anew."""
    for number in range(count):
        for _ in range(rng.randint(0, 4)):
            if rng.random() < 0.5:
                screen.send(text_of(rng).encode(), settle=False)
            else:
                screen.keys(rng.choice(KEYS), settle=False)
        rows, columns = rng.choice(SIZES) if rng.random() < 0.7 else (rng.randint(2, 60), rng.randint(2, 200))
        screen.resize(rows, columns, settle=rng.random() < 0.5)
        if rng.random() < 0.3:
            screen.send(text_of(rng).encode(), settle=False)
        time.sleep(0.3)  # an unfinished sequence is waited for a quarter of a second
        screen.settle()
        redraw(screen, number)


def draw_anew(screen):
    """No key: that would take a passing message away. After a stop everything is drawn again."""
    screen.signal(signal.SIGCONT)
    screen.settle()


def seen(cells):
    """Of a blank only what is to be seen: reversed, underlined or struck, and its background."""
    return [[["", columns, "".join(set(style) & set("rus")), "", back] if text in ("", " ") and columns == 1 else
             [text, columns, style, fore, back] for text, columns, style, fore, back in row] for row in cells]


def same_cells(screen, number):
    before, at = seen(screen.cells()), screen.cursor()
    draw_anew(screen)
    found = clusters.differences(before, seen(screen.cells()))
    assert found == [] and at == screen.cursor(), (number, found[:3], at, screen.cursor())


def same_rows(screen, number):
    before = screen.screen()
    draw_anew(screen)
    assert screen.screen() == before, (number, before, screen.screen())


def run(meok, backend, count, check, seed=11):
    meok.run("init", "--kdf", "interactive", code=0)
    draft = meok.run("new", "--title", "크기", "-", stdin="첫 줄.\n\n" * 30, code=0).out.strip()
    with Screen.of(meok, "edit", draft, backend=backend) as screen:
        screen.type(harness.PASSPHRASE)
        screen.keys("Enter")
        screen.expect("첫 줄", 20)
        storm(screen, random.Random(seed), count, check)
        assert screen.runs()


def test_sizes_in_libvterm(meok):
    """sizes that change at any moment leave no stale cell"""
    run(meok, "vt", COUNT, same_cells)


def test_sizes_in_tmux(meok):
    """nor any in tmux"""
    run(meok, "tmux", COUNT // 4, same_rows)


if __name__ == "__main__":
    if len(sys.argv) == 2 and sys.argv[1].isdigit():
        COUNT = int(sys.argv.pop())
    harness.main(seconds=1800)
