#!/usr/bin/env python3
"""Clusters under a writer's keys: one arrow, one Backspace, one step of overwriting for each, their neighbours in their
columns and nothing left over, in the text, the title, the pickers and the library, on small and large screens."""
import unicodedata
import clusters, harness
from clusters import named
from screen import Screen

SIZES = (24, 80), (50, 200), (10, 40)
# a line separator ends a row: test_screens keeps it
TYPED = [cluster for cluster in clusters.ALL if cluster.name not in (*clusters.KEYS, "line separator")]
AGREED = [cluster for cluster in TYPED if cluster.agreed and not cluster.replaced]
JOINED = [cluster for cluster in TYPED if cluster.name in ("a mark alone", "joiner alone", "non-joiner alone")]  # with "["
# what a name of a keyword, a work or a draft may hold: names are trimmed of nothing between brackets
NAMED = [cluster for cluster in clusters.ALL if cluster.name != "ASCII"]


def press(screen, *names):
    """Keys that need no wait for what a lone Esc would mean."""
    for name in names:
        screen.keys(name, settle=False)
    screen.settle(quiet_ms=4)


def put(screen, text):
    screen.type(text, settle=False)
    screen.settle(quiet_ms=4)


def redraw_finds_nothing(screen, cluster):
    screen.settle(quiet_ms=15)
    found = clusters.stale(screen, lambda: screen.keys("^L"))
    assert found == [], (cluster, found)
    row = screen.cells()[screen.cursor()[0]]
    # a terminal's own idea of the other clusters is not meok's
    assert not cluster.agreed or clusters.halves(row) == [], (cluster, clusters.halves(row))


def drafts(meok, count=1):
    meok.run("init", "--kdf", "interactive", code=0)
    return [meok.run("new", "--title", "글", "-", stdin="", code=0).out.strip() for _ in range(count)]


def body_of(meok, draft):
    return meok.json("show", draft)["body"].rstrip("\n")


def nfc(text):
    return unicodedata.normalize("NFC", text)


def walk(screen, cluster):
    """On a line of its own, cursor at its end: [cluster] is three steps wide, each a whole cluster."""
    put(screen, f"[{cluster.text}]")
    end = screen.cursor()
    columns = cluster.columns if cluster.columns is not None else end[1] - 2
    assert end[1] == columns + 2, (cluster, end)
    assert clusters.neighbours(screen, end[0], 0, columns) == [], cluster
    places = [screen.cursor()]
    for key in ("Left",) * 3 + ("Right",) * 3:
        press(screen, key)
        places.append(screen.cursor())
    columns_seen = [place[1] for place in places]
    assert columns_seen == [columns + 2, columns + 1, 1, 0, 1, columns + 1, columns + 2], (cluster, columns_seen)
    assert {place[0] for place in places} == {end[0]}, (cluster, places)
    redraw_finds_nothing(screen, cluster)


def joined(screen, cluster):
    """One that becomes part of what stands before it."""
    put(screen, f"[{cluster.text}]")
    press(screen, "Left", "Backspace")
    row, column = screen.cursor()
    assert column == 0 and screen.screen()[row].startswith("]"), (cluster, screen.screen()[row])
    redraw_finds_nothing(screen, cluster)


def erase(screen, cluster):
    """Backspace and Delete take it whole, a letter overwrites it when it is selected."""
    row = screen.cursor()[0]
    press(screen, "Left", "Backspace")
    assert screen.screen()[row].startswith("[]") and screen.cursor() == (row, 1), (cluster, screen.screen()[row])
    press(screen, "^Z")
    press(screen, "Home", "Right", "Delete")
    assert screen.screen()[row].startswith("[]") and screen.cursor() == (row, 1), (cluster, screen.screen()[row])
    put(screen, cluster.text)
    press(screen, "Shift-Left")
    put(screen, "y")
    assert screen.screen()[row].startswith("[y]") and screen.cursor() == (row, 2), (cluster, screen.screen()[row])
    redraw_finds_nothing(screen, cluster)


def at_the_edge(screen, cluster, columns, room):
    """A word that fills the row up to `room` columns, then the cluster: it stands whole, here or on the next row."""
    word = "z" * (columns - room)
    put(screen, word + cluster.text)
    assert screen.look()["visible"], (cluster, room)
    put(screen, "]")
    assert screen.look()["visible"], (cluster, room)
    redraw_finds_nothing(screen, cluster)
    press(screen, "Left", "Backspace")
    row = screen.cursor()[0]
    shown = "".join(part.strip() for part in screen.screen()[max(row - 1, 0):row + 2])
    assert "z]" in shown, (cluster, room, shown)
    redraw_finds_nothing(screen, cluster)
    press(screen, "End", "^U", "^U")


def in_text(meok, rows, columns, kinds):
    [draft] = drafts(meok)
    with Screen.of(meok, "edit", draft, unlocked=True, rows=rows, columns=columns) as screen:
        screen.expect("글", 20)
        press(screen, "^End")
        for cluster in kinds:
            if cluster in JOINED:
                joined(screen, cluster)
            else:
                walk(screen, cluster)
                erase(screen, cluster)
            press(screen, "End", "^U")
            for room in 1, 2, 3:
                at_the_edge(screen, cluster, columns, room)
            put(screen, f"[{cluster.text}]\n")
        screen.keys("^S", "^Q", settle=False)
        assert screen.exited(20) == 0
    assert body_of(meok, draft).split("\n") == [nfc(f"[{cluster.text}]") for cluster in kinds]


def test_in_the_text(meok):
    """every kind at 80 by 24: typing, arrows, Backspace, Delete, overwriting, three columns at the right edge"""
    in_text(meok, 24, 80, TYPED)


def test_in_the_text_of_a_phone(meok):
    """the same at 40 by 10"""
    in_text(meok, 10, 40, TYPED)


def test_in_the_text_of_a_large_screen(meok):
    """the same at 200 by 50"""
    in_text(meok, 50, 200, TYPED)


def test_in_the_title(meok):
    """every kind in title and subtitle: arrows, Backspace and the neighbours"""
    [draft] = drafts(meok)
    with Screen.of(meok, "edit", draft, unlocked=True) as screen:
        screen.expect("글", 20)
        for field in range(2):
            press(screen, "End", "^U")
            for cluster in TYPED:
                if cluster in JOINED:
                    joined(screen, cluster)
                else:
                    walk(screen, cluster)
                    press(screen, "Left", "Backspace")
                    assert screen.screen()[field].startswith("[]") and screen.cursor() == (field, 1), cluster
                    redraw_finds_nothing(screen, cluster)
                press(screen, "End", "^U")
            put(screen, "글")
            press(screen, "Down")


def test_in_lists(meok):
    """every kind in a keyword, the name of a work and a title: found by typing it, shown whole, in three sizes"""
    drafts(meok)
    made = {}
    for cluster in NAMED:
        name = f"[{cluster.text}]"
        made[cluster.name] = meok.run("new", "--title", name, "--work", name, "--keyword", name, "-", stdin="글",
                                      code=0).out.strip()
    for rows, columns in SIZES:
        with Screen.of(meok, unlocked=True, rows=rows, columns=columns) as screen:
            screen.settle()
            screen.keys("Esc l")
            screen.expect("Library", 20)
            for order in range(3):
                seen = 0
                for _ in range(2 * len(NAMED) + 9):
                    # the row on which the choice stands
                    row = next(n for n, text in enumerate(screen.screen()) if "▸" in text or "❯" in text)
                    if "[" in screen.screen()[row]:
                        cells = [cell[0] for cell in screen.cells()[row]]
                        assert "]" in cells, screen.screen()[row]
                        seen += 1
                    press(screen, "j")
                # by works, those whose names compare alike are one line
                assert seen >= (40 if order == 0 else len(NAMED)), (order, seen)
                assert (found := clusters.stale(screen, lambda: screen.keys("^L"))) == [], found
                press(screen, "g", "Tab")
        for kind in "Esc k", "Esc w":
            with Screen.of(meok, "edit", made["emoji"], unlocked=True, rows=rows, columns=columns) as screen:
                screen.keys(kind)
                for cluster in AGREED:
                    put(screen, f"[{cluster.text}]")
                    row = screen.cursor()[0]
                    assert clusters.same(screen.screen()[row].partition("> ")[2], f"[{cluster.text}]"), (
                        cluster, screen.screen()[row])
                    redraw_finds_nothing(screen, cluster)
                    press(screen, "Left", "Backspace")
                    assert screen.screen()[row].partition("> ")[2] == "[]", (cluster, screen.screen()[row])
                    press(screen, "End", "^U")


def test_in_tmux(meok):
    """the kinds on which terminals agree, in tmux in three sizes: whole between their neighbours, arrows, Backspace"""
    for (rows, columns), draft in zip(SIZES, drafts(meok, len(SIZES))):
        with Screen.of(meok, "edit", draft, backend="tmux", rows=rows, columns=columns) as screen:
            screen.type(meok.passphrase)
            screen.keys("Enter", settle=False)
            screen.expect("글", 20)
            press(screen, "^End")
            for cluster in AGREED:
                put(screen, f"[{cluster.text}]")
                row, column = screen.cursor()
                assert column == cluster.columns + 2, (cluster, column)
                assert clusters.in_text(screen, row, cluster) == [], cluster
                press(screen, "Left", "Left")
                assert screen.cursor() == (row, 1), (cluster, screen.cursor())
                press(screen, "Right", "Backspace")
                assert screen.screen()[row].startswith("[]"), (cluster, screen.screen()[row])
                before = screen.look()
                screen.keys("^L")
                assert screen.look() == before, cluster
                press(screen, "End", "^U")
                put(screen, f"[{cluster.text}]\n")


if __name__ == "__main__":
    harness.main(seconds=300)
