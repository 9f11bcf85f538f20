#!/usr/bin/env python3
"""Fragments: dropped without the passphrase, seen in the library, one key from a draft; nothing of it in the clear."""
import hashlib, pathlib, shutil, subprocess, unicodedata
from harness import Skip, main
from screen import Screen

THOUGHT = "빗소리는 왜 늘 과거형으로 들리는가"
PLACE, LINES = "골목의 우체통", "편지를 부치지 않은 지 오래다.\n그래도 우체통은 붉다."
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20


def with_vault(meok):
    meok.run("init", "--kdf", "interactive", code=0)


def drop(meok, *arguments, **options):
    """Dropped with no passphrase at hand; what was said."""
    result = meok.run("drop", *arguments, passphrase=None, code=0, **options)
    assert result.out == "" and result.err.count("\n") == 1, result
    return result.err


def fragments(meok):
    return meok.json("fragments")["fragments"]


def dropped_files(meok):
    folder = meok.vault / "drops"
    return sorted(folder.iterdir()) if folder.exists() else []


def text_of(screen):
    return "\n".join(row.rstrip() for row in screen.look()["rows"])


def test_there_and_back(meok):
    """a text, a pipe, a text file and a picture: said what it was, listed as it was, in NFC"""
    with_vault(meok)
    picture, note = meok.home / "마당.png", meok.home / "적바림.txt"
    picture.write_bytes(PNG)
    note.write_text(LINES + "\n")
    assert "text of" in drop(meok, unicodedata.normalize("NFD", THOUGHT))
    drop(meok, "-", stdin=unicodedata.normalize("NFD", PLACE) + "\n" + LINES)
    drop(meok, stdin="이름도 인자도 없이")
    assert "적바림.txt" in drop(meok, note) and "마당.png" in drop(meok, picture)
    drop(meok, "-", stdin=PNG)
    assert len(dropped_files(meok)) == 6
    found = fragments(meok)
    assert dropped_files(meok) == []
    assert {f["text"] for f in found} == {THOUGHT, PLACE + "\n" + LINES, "이름도 인자도 없이", LINES, ""}
    assert sorted((f["name"], f["type"], f["bytes"]) for f in found if f["bytes"]) == \
        [("", "image/png", len(PNG)), ("마당.png", "image/png", len(PNG))]
    listed = meok.run("fragments", code=0).out
    assert THOUGHT in listed and LINES in listed and "마당.png" in listed
    assert meok.json("list")["drafts"] == []
    assert meok.run("check", code=0).err == ""


def test_what_is_refused(meok):
    """nothing, no vault, no key, another's key: said, and nothing is written"""
    for arguments, stdin in (("",), None), (("  \n ",), None), (("-",), ""), ((), "\n"):
        assert meok.run("drop", *arguments, stdin=stdin, passphrase=None).code == 2, arguments
    assert meok.run("drop", THOUGHT, passphrase=None).code == 4
    with_vault(meok)
    assert meok.run("drop", "두", "마디", passphrase=None).code == 2
    meok.run("list", code=0)  # this device has seen the key
    key = meok.vault / "keys/drop.pub"
    right = key.read_bytes()
    other = bytearray(right)
    other[50] ^= 1
    other[80:] = hashlib.blake2b(bytes(other[:80]), digest_size=16).digest()
    key.write_bytes(other)
    refused = meok.run("drop", THOUGHT, passphrase=None)
    assert refused.code == 8 and dropped_files(meok) == [], refused
    # opening the vault says so, and puts it right
    assert "drop.pub" in meok.run("list", code=0).err
    assert key.read_bytes() == right
    assert meok.run("list", code=0).err.count("drop.pub") == 0
    drop(meok, THOUGHT)
    # a damaged one stays and is named
    file = dropped_files(meok)[0]
    content = bytearray(file.read_bytes())
    content[2000] ^= 4
    file.write_bytes(content)
    assert file.name in meok.run("fragments", code=0).err and dropped_files(meok) == [file]
    assert meok.run("check").code == 8


def test_nothing_in_the_clear(meok, tmp):
    """neither on disk nor in any buffer that is written: while it waits, taken in, and as a draft"""
    with_vault(meok)
    drop(meok, "-", stdin=THOUGHT)
    drop(meok, THOUGHT)
    assert meok.leaks(THOUGHT, "빗소리는", "과거형으로") == []
    assert len(fragments(meok)) == 2
    assert meok.leaks(THOUGHT, "빗소리는", "과거형으로") == []
    strace = shutil.which("strace")
    if strace is None:
        raise Skip("strace is not installed")
    log = pathlib.Path(tmp) / "calls"
    environment = {**meok.environment, "ASAN_OPTIONS": "detect_leaks=0"}  # which does not work under strace
    for text, command in (THOUGHT, [meok.program, "drop", "-"]), ("positive control", ["cat"]):
        process = subprocess.run(
            [strace, "-f", "-xx", "-s", "1000000", "-e", "trace=write,pwrite64,writev,pwritev,sendto,sendmsg", "-o", log,
             *command], input=text.encode(), capture_output=True, env=environment)
        assert process.returncode == 0, process.stderr
        needle = "".join(f"\\x{byte:02x}" for byte in text.encode()[:12])
        assert (needle in log.read_text()) == (command == ["cat"]), command


def test_dropped_while_the_screens_are_open(meok):
    """a thought dropped beside open screens is in the library when it is gone to; Enter makes a draft of it"""
    with_vault(meok)
    meok.run("new", "--title", "이미 있던 글", "-", stdin="처음부터 있던 문장", code=0)
    with Screen.of(meok, unlocked=True) as screen:
        screen.expect("이미 있던 글", 20)
        assert "1 draft" in screen.text() and "fragment" not in screen.look()["rows"][0]
        drop(meok, "-", stdin=PLACE + "\n\n" + LINES)
        drop(meok, THOUGHT)
        screen.keys("Tab")
        screen.expect("1 draft, 2 fragments")
        assert screen.row_of(THOUGHT) > screen.row_of("이미 있던 글")
        # newest first, with the section's name beside the first
        assert "Fragments" in screen.look()["rows"][screen.row_of(THOUGHT)]
        assert screen.row_of(PLACE) == screen.row_of(THOUGHT) + 1
        assert dropped_files(meok) == []
        screen.keys("G", "Enter")
        screen.expect("그래도 우체통은 붉다.")
        assert PLACE in screen.look()["rows"][0]
        # not kept yet: the fragment is still there for others
        assert len(fragments(meok)) == 2
        screen.keys("^S")
        assert [f["text"] for f in fragments(meok)] == [THOUGHT]
        screen.keys("Esc l")
        screen.expect("2 drafts, 1 fragment")
        screen.keys("^Q", settle=False)
        assert screen.exited(20) == 0
    made = [d for d in meok.json("list")["drafts"] if d["title"] == PLACE]
    assert len(made) == 1 and meok.json("show", made[0]["id"])["body"].rstrip("\n") == LINES
    assert meok.leaks(THOUGHT, PLACE, LINES.split("\n")[0]) == []


def test_seen_without_a_key(meok):
    """a drop, and a draft of another terminal, come to libraries that nobody touches; the row that was chosen stays so"""
    with_vault(meok)
    for title in "첫째 글", "둘째 글":
        meok.run("new", "--title", title, "-", stdin="처음부터 있던 문장", code=0)
    with Screen.of(meok, unlocked=True) as one, Screen.of(meok, unlocked=True) as other:
        for screen in one, other:
            screen.expect("2 drafts", 20)
        one.keys("Down")
        assert "▸" in one.screen()[one.row_of("첫째 글")]
        drop(meok, THOUGHT)
        for screen in one, other:
            screen.expect("2 drafts, 1 fragment", 10)
        meok.run("new", "--title", "셋째 글", "-", stdin="방금 온 문장", code=0)
        for screen in one, other:
            screen.expect("3 drafts, 1 fragment", 10)
        assert one.row_of("셋째 글") < one.row_of("첫째 글") and "▸" in one.screen()[one.row_of("첫째 글")]
        # what is looked for is not disturbed; it is all there when the filter is closed
        one.keys("/")
        one.type("없는말")
        one.expect("nothing fits")
        drop(meok, PLACE)
        other.expect("2 fragments", 10)
        assert "nothing fits" in one.text()
        one.keys("Esc")
        one.expect("2 fragments", 10)
        for screen in one, other:
            screen.keys("^Q", settle=False)
            assert screen.exited(20) == 0
    assert sorted(f["text"] for f in fragments(meok)) == sorted([THOUGHT, PLACE])
    assert meok.run("check", code=0).err == ""


def test_dropped_while_locked(meok):
    """dropped before the passphrase is typed: there at the first picture; one line is the body, kept on leaving"""
    with_vault(meok)
    with Screen.of(meok) as screen:
        screen.expect("Passphrase", 20)
        drop(meok, THOUGHT)
        screen.type(meok.passphrase)
        screen.keys("Enter", settle=False)
        screen.expect("1 fragment", 20)
        screen.keys("Enter")
        screen.expect("Subtitle")
        screen.expect(THOUGHT)
        screen.type(" — 아침")
        screen.keys("^Q", settle=False)
        assert screen.exited(20) == 0
    drafts = meok.json("list")["drafts"]
    assert len(drafts) == 1 and meok.json("show", drafts[0]["id"])["body"].rstrip("\n") == THOUGHT + " — 아침"
    assert fragments(meok) == []


def test_given_up_it_stays_a_fragment(meok):
    """a draft that is left without keeping leaves the fragment where it was"""
    with_vault(meok)
    drop(meok, THOUGHT)
    with Screen.of(meok, unlocked=True) as screen:
        screen.expect(THOUGHT, 20)
        screen.keys("Enter")
        screen.expect("Subtitle")
        screen.keys("F2")
        screen.type("abandon")
        screen.keys("Enter")
        screen.expect("1 fragment")
        screen.keys("^Q", settle=False)
        assert screen.exited(20) == 0
    assert [f["text"] for f in fragments(meok)] == [THOUGHT] and meok.json("list")["drafts"] == []


def test_written_in_the_library(meok):
    """i writes one in a line, in Hangul mode too; d puts it into the trash, u takes it back"""
    with_vault(meok)
    with Screen.of(meok, unlocked=True) as screen:
        screen.expect("Library", 20)
        screen.keys("ㅑ")  # i in Hangul mode
        screen.expect("Fragment")
        screen.type(THOUGHT)
        screen.keys("Enter")
        screen.expect("0 drafts, 1 fragment")
        assert THOUGHT in screen.text()
        screen.keys("d")
        screen.expect("is in the trash")
        assert "fragment" not in screen.look()["rows"][0].replace("Library", "")
        screen.keys("u")
        screen.expect("1 fragment")
        screen.keys("i", "Enter")
        assert "1 fragment" in screen.look()["rows"][0]
        screen.keys("^Q", settle=False)
        assert screen.exited(20) == 0
    assert [f["text"] for f in fragments(meok)] == [THOUGHT]


def choose(screen, text):
    screen.keys(*["Up"] * 4)
    for _ in range(4):
        if "▸" in screen.screen()[screen.row_of(text)]:
            return
        screen.keys("Down")
    raise AssertionError(screen.text())


def test_out_of_the_trash(meok):
    """one key throws nothing away: what d put into the trash is there in the next session, and goes for good when asked"""
    with_vault(meok)
    drop(meok, THOUGHT)
    drop(meok, "-", stdin=PNG)
    drop(meok, PLACE)
    meok.run("new", "--title", "글도 하나", "-", stdin="몸", code=0)
    with Screen.of(meok, unlocked=True) as screen:
        screen.expect("3 fragments", 20)
        screen.keys("G", "d", "d", "d", "d", "^Q", settle=False)
        assert screen.exited(20) == 0
    assert fragments(meok) == []
    trash = meok.json("trash")
    assert sorted(row["title"] for row in trash["fragments"]) == sorted([THOUGHT, PLACE, ""]), trash
    assert [row["title"] for row in trash["drafts"]] == ["글도 하나"]
    listed = meok.run("trash", code=0).out
    assert THOUGHT in listed and "fragment" in listed
    with Screen.of(meok, unlocked=True) as screen:
        screen.keys("t")
        screen.expect("글도 하나", 20)
        assert THOUGHT in screen.text() and "fragment" in screen.text(), screen.text()
        choose(screen, THOUGHT)
        screen.keys("Enter")
        screen.expect("out of the trash")
        choose(screen, PLACE)
        screen.keys("x")
        screen.expect("destroys it for good")
        screen.keys("y")
        screen.expect("1 fragment is destroyed")
        screen.keys("e")
        screen.expect("destroys all of it for good (2)")
        screen.keys("j")
        screen.keys("Esc")
        screen.expect("1 fragment")
        screen.keys("^Q", settle=False)
        assert screen.exited(20) == 0
    assert [f["text"] for f in fragments(meok)] == [THOUGHT]
    # the same on the command line
    kept, = (f["id"] for f in fragments(meok))
    meok.run("rm", kept[:7], code=0)
    assert fragments(meok) == []
    meok.run("restore", kept[:7], code=0)
    assert [f["text"] for f in fragments(meok)] == [THOUGHT]
    assert "not in the trash" in meok.run("trash", "--empty", "--yes", kept, code=2).err
    out = meok.run("trash", "--empty", "--yes", code=0).out
    assert "1 draft" in out and "1 fragment" in out
    meok.run("rm", kept, code=0)
    assert "1 fragment" in meok.run("trash", "--empty", "--yes", kept, code=0).out
    assert meok.json("trash") == {"drafts": [], "fragments": []}
    meok.run("restore", kept, code=4)
    assert meok.run("check", code=0).err == ""


def test_searched(meok):
    """what a fragment says is found: in the library as it is typed, and on the command line; not by signs of drafts"""
    with_vault(meok)
    drop(meok, "-", stdin=PLACE + "\n\n" + LINES)
    drop(meok, THOUGHT)
    picture = meok.home / "마당.png"
    picture.write_bytes(PNG)
    drop(meok, picture)
    meok.run("new", "--title", "우체통이 있는 글", "-", stdin="다른 골목", code=0)
    with Screen.of(meok, unlocked=True) as screen:
        screen.expect("3 fragments", 20)
        screen.keys("/")
        screen.type("붉다")
        screen.expect("0 drafts, 1 fragment")
        assert PLACE in screen.text() and THOUGHT not in screen.text(), screen.text()
        for typed, drafts, found in ("골목", 1, [PLACE]), ("ㅂㅅㄹ", 0, [THOUGHT]), ("마당", 0, ["마당.png"]), \
                ("골목 우체통", 1, [PLACE]), ("골목 state:draft", 1, []), ("골목 #없음", 0, []):
            screen.keys(*["Backspace"] * 20)
            screen.type(typed)
            screen.expect(f"{drafts} draft")
            for title in PLACE, THOUGHT, "마당.png":
                assert (title in screen.text()) == (title in found), (typed, screen.text())
        screen.keys(*["Backspace"] * 20)
        screen.type("붉다")
        screen.expect("1 fragment")
        screen.keys("Enter")
        screen.expect("그래도 우체통은 붉다.")
        screen.keys("F2")
        screen.type("abandon")
        screen.keys("Enter")
        screen.keys("^Q", settle=False)
        assert screen.exited(20) == 0
    found = meok.json("list", "--search", "우체통")
    assert [d["title"] for d in found["drafts"]] == ["우체통이 있는 글"]
    assert [(f["title"], f["hits"]) for f in found["fragments"]] == [(PLACE, 2)], found
    found = meok.json("list", "--search", "부치지")["fragments"]
    assert len(found) == 1 and "부치지" in found[0]["snippet"], found
    listed = meok.run("list", "--search", "부치지", code=0).out
    assert PLACE in listed and "부치지" in listed and "fragment" in listed, listed
    assert meok.json("list", "--search", "마당")["fragments"][0]["title"] == "마당.png"
    assert meok.json("list", "--search", "우체통 state:draft")["fragments"] == []
    assert meok.json("list", "--search", "우체통", "--state", "draft")["fragments"] == []
    assert "fragments" not in meok.json("list")
    meok.run("rm", found[0]["id"], code=0)
    assert meok.json("list", "--search", "부치지")["fragments"] == []


def test_a_picture(meok):
    """a picture's name becomes the text, the picture stays; it is written to a file of the writer's own, once"""
    with_vault(meok)
    picture = meok.home / "마당.png"
    picture.write_bytes(PNG)
    drop(meok, picture)
    with Screen.of(meok, unlocked=True) as screen:
        screen.expect("마당.png", 20)
        screen.keys("w")
        screen.expect("File")
        screen.keys("Enter")
        screen.expect("is there already")
        screen.type("out.png")
        screen.keys("Enter")
        screen.expect("is there already")  # it stays until it is read
        screen.keys("Esc")
        screen.expect("in the clear")
        screen.keys("Esc", "Enter")
        screen.expect("cannot be shown here")
        screen.keys("Esc")
        screen.expect("마당.png")
        screen.keys("^S", "Esc l")
        screen.expect("1 draft, 1 fragment")
        screen.keys("^Q", settle=False)
        assert screen.exited(20) == 0
    out = meok.home / "out.png"
    assert out.read_bytes() == PNG and out.stat().st_mode & 0o777 == 0o600
    assert len(fragments(meok)) == 1


def test_small_and_korean(meok):
    """40 by 10 in Korean: what is dropped is seen and becomes a draft"""
    with_vault(meok)
    for number in range(12):
        drop(meok, f"조각 {number + 1}번, " + "아주 긴 생각은 화면보다 길다 " * 3)
    with Screen.of(meok, unlocked=True, rows=10, columns=40, environment={"LANGUAGE": "ko"}) as screen:
        screen.expect("조각 12번", 20)
        for row in screen.look()["rows"]:
            assert sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in row.rstrip()) <= 40
        screen.keys("G")
        screen.expect("조각 1번")
        screen.keys("Enter")
        screen.expect("조각 1번, 아주 긴")
        screen.keys("^Q", settle=False)
        assert screen.exited(20) == 0
    assert len(fragments(meok)) == 11
    assert len(meok.json("list")["drafts"]) == 1


def test_asked_on_a_terminal(meok):
    """without an argument on a terminal one line is asked for"""
    with_vault(meok)
    with Screen.of(meok, "drop", settle=False) as screen:
        screen.expect("A thought:", 20)
        screen.type(THOUGHT)
        screen.keys("Enter", settle=False)
        assert screen.exited(20) == 0
    assert [f["text"] for f in fragments(meok)] == [THOUGHT]


if __name__ == "__main__":
    main()
