#!/usr/bin/env python3
"""The screens as a writer meets them: what was typed, however it arrived and however it ended, is what is kept."""
import pathlib, signal, sys, time, unicodedata
import accidents, clusters, ime
from harness import PASSPHRASE, main
from screen import BACKENDS, Screen

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "screen"))
import random_input

TITLE, SUBTITLE, BODY = "전기가 끊긴 밤", "초를 찾다가", "먹을 갈아 붓을 적신다. 값을 몰라"


def with_vault(meok):
    meok.run("init", "--kdf", "interactive", code=0)


def on_draft(meok, *options, **named):
    """The editor on a new draft, unlocked."""
    draft = meok.run("new", *options, "-", stdin="", code=0).out.strip()
    return draft, Screen.of(meok, "edit", draft, unlocked=True, **named)


def body_of(meok, draft):
    return meok.json("show", draft)["body"].rstrip("\n")


def to_body(screen):
    screen.keys("Enter", "Enter")


def test_first_run(meok):
    """from an empty home to the first character of the text: four keys, one decision; it is there again afterwards"""
    with Screen.of(meok) as screen:
        screen.type(PASSPHRASE)
        screen.keys("Enter")
        screen.type(PASSPHRASE)
        screen.keys("Enter", settle=False)
        screen.expect("Subtitle", 20)
        screen.type(TITLE)
        screen.keys("Enter")
        screen.type(SUBTITLE)
        screen.keys("Enter")
        assert screen.pressed == 4
        screen.type(BODY)
        screen.expect(BODY)
        row = screen.row_of(BODY)
        assert screen.cursor()[0] == row and screen.look()["visible"]
        screen.keys("Esc q", settle=False)
        assert screen.exited(20) == 0
    found = meok.json("list")
    drafts = found if isinstance(found, list) else found["drafts"]
    assert [draft["title"] for draft in drafts] == [TITLE]
    shown = meok.json("show", drafts[0]["id"])
    assert (shown["title"], shown["subtitle"], shown["body"].rstrip("\n")) == (TITLE, SUBTITLE, BODY), shown
    assert meok.leaks(TITLE, SUBTITLE, BODY, PASSPHRASE) == []


def test_every_input_method(meok):
    """Korean arrives whole from ten kinds of input methods"""
    with_vault(meok)
    for way in ime.WAYS:
        draft, screen = on_draft(meok, "--title", TITLE)
        with screen:
            to_body(screen)
            screen.arrive(ime.arrivals("읽은 책", way))
            screen.expect(ime.expected("읽은 책", way))
            screen.keys("^S")
            screen.keys("^Q", settle=False)
            assert screen.exited(20) == 0
        assert body_of(meok, draft) == ime.expected("읽은 책", way), way


def test_a_paste_that_ends_early(meok):
    """keys behind an end marker inside of a paste are text, also when they come in a read of their own"""
    with_vault(meok)
    draft, screen = on_draft(meok, "--title", TITLE)
    with screen:
        to_body(screen)
        screen.send(b"\x1b[200~" + "먹".encode() + b"\x1b[201~", settle=False)
        screen.terminal.taken(5)
        screen.send(b"\x11touch trap\r")
        assert screen.runs()
        screen.expect("touch trap")
        screen.keys("^Q", settle=False)
        assert screen.exited(20) == 0
    assert body_of(meok, draft) == "먹\ufffdtouch trap"


def test_an_end_inside_of_a_paste(meok):
    """what has come of a paste whose end has not is kept"""
    with_vault(meok)
    for end in Screen.hangup, lambda screen: screen.signal(signal.SIGTERM), lambda screen: screen.signal(signal.SIGQUIT):
        draft, screen = on_draft(meok, "--title", TITLE)
        with screen:
            to_body(screen)
            screen.send(b"\x1b[200~" + BODY.encode())
            end(screen)
            assert screen.exited(20) == 0
        assert body_of(meok, draft) == BODY


def test_finding_twice(meok):
    """what is typed after ^F takes the place of the word before; Home keeps it"""
    with_vault(meok)
    draft, screen = on_draft(meok, "--title", TITLE)
    with screen:
        to_body(screen)
        screen.type(BODY)
        screen.keys("^F")
        screen.type("먹을")
        screen.keys("Enter", "^F")
        screen.type("값을")
        screen.expect("1 / 1")
        screen.keys("Enter", "^F", "Home")
        screen.type("먹")
        screen.expect("먹값을")
        screen.keys("Esc", "^Q", settle=False)
        assert screen.exited(20) == 0


def test_the_trash(meok):
    """a draft comes out of the trash on a later day too, the one that went last first"""
    with_vault(meok)
    for title in ("벼루", "연적", "서진"):
        meok.run("new", "--title", title, "-", stdin="", code=0)
    with Screen.of(meok, unlocked=True) as screen:
        screen.expect("벼루", 20)
        screen.keys("d", "d", "Esc q", settle=False)
        assert screen.exited(20) == 0
    assert len(meok.json("list")["drafts"]) == 1
    with Screen.of(meok, unlocked=True) as screen:
        screen.expect("벼루", 20)
        screen.keys("d")
        screen.keys("u")
        screen.expect("“벼루”")
        screen.keys("u", "u", "u")
        screen.expect("the trash is empty")
        screen.keys("q", settle=False)
        assert screen.exited(20) == 0
    assert len(meok.json("list")["drafts"]) == 3


def test_lines_for_paragraphs(meok):
    """who ends paragraphs with one Enter has them made on the sheet with one key, and ^Z takes it back"""
    with_vault(meok)
    meok.run("site", "add", "blog", str(meok.home / "pages"), "--type", "plain", code=0)
    draft, screen = on_draft(meok, "--title", TITLE)
    lines = ["**먹**을 갈았다.", "> 붓은 마르기 전에", "> 씻는다.", "그래서 씻었다."]
    with screen:
        to_body(screen)
        for line in lines:
            screen.type(line)
            screen.keys("Enter")
        screen.keys("Esc p")
        screen.expect("2 line ends")
        time.sleep(0.5)  # the sheet takes no key before
        screen.keys("l")
        screen.expect("2 new paragraphs")
        time.sleep(0.5)
        screen.keys("Esc")
        screen.expect("F1 help")
        screen.keys("^S")
        parted = (lines[0], lines[1], ">", lines[2], "", lines[3])
        assert body_of(meok, draft) == "\n".join(parted), body_of(meok, draft)
        screen.keys("^Z", "^S")
        assert body_of(meok, draft) == "\n".join(lines)
        screen.keys("^Q", settle=False)
        assert screen.exited(20) == 0


def test_a_dropped_line(meok):
    """after a hang-up, SIGTERM and SIGHUP the text is there, on both terminals"""
    with_vault(meok)
    ends = [("vt", Screen.hangup), ("tmux", Screen.hangup), ("vt", lambda screen: screen.signal(signal.SIGTERM)),
            ("tmux", lambda screen: screen.signal(signal.SIGHUP))]
    for backend, end in ends:
        draft = meok.run("new", "--title", TITLE, "-", stdin="", code=0).out.strip()
        with Screen.of(meok, "edit", draft, backend=backend) as screen:
            screen.type(PASSPHRASE)
            screen.keys("Enter", settle=False)
            screen.expect(TITLE, 20)
            to_body(screen)
            screen.type(BODY)
            screen.expect(BODY)
            end(screen)
            screen.exited(20)
        assert body_of(meok, draft) == BODY, backend


def test_clusters_stay_whole(meok):
    """every kind of cluster comes back as it was typed, and leaves no stale cell behind"""
    with_vault(meok)
    typed = [cluster for cluster in clusters.ALL if cluster.name not in clusters.KEYS]
    draft, screen = on_draft(meok, "--title", TITLE)
    with screen:
        to_body(screen)
        for cluster in typed:
            screen.send(f"[{cluster.text}]".encode())
            screen.keys("Enter")
            assert clusters.stale(screen, lambda: screen.keys("^L")) == [], cluster
        screen.keys("^S")
        screen.keys("^Q", settle=False)
        assert screen.exited(20) == 0
    lines = body_of(meok, draft).split("\n")
    wanted = [unicodedata.normalize("NFC", f"[{cluster.text}]") for cluster in typed]
    for line, text, cluster in zip(lines, wanted, typed):
        assert line == text, (cluster.name, line, text)
    assert len(lines) == len(wanted)


def test_slips(meok):
    """a writer's slips: nothing dies, and the text that was there stays reachable"""
    with_vault(meok)
    draft = meok.run("new", "--title", TITLE, "-", stdin=BODY, code=0).out.strip()
    for slip in accidents.slips(1, 40, state="body"):
        with Screen.of(meok, "edit", draft, unlocked=True) as screen:
            # the desk is as the slip before left it
            screen.expect("Keywords", 20)
            screen.keys("^Home")
            screen.expect(TITLE)
            to_body(screen)
            accidents.run(screen, slip)
            screen.resize(24, 80)
            if screen.runs():
                screen.hangup()
            assert screen.exited(20) >= 0, slip
    meok.json("show", draft)


def test_random_input(meok):
    """200,000 bytes of random input: it may leave, but neither dies nor hangs"""
    start = random_input.start_meok(meok)
    print("#", random_input.Torture(start, 200000, codes=range(128), probe=random_input.MEOK_PROBE).run())


if __name__ == "__main__":
    main(seconds=600)
