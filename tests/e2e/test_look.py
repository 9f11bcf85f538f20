#!/usr/bin/env python3
"""Searching all drafts: in the library as one types, at home and on a phone, and from the command line."""
import os
import pathlib
import time

from harness import Skip, main
from screen import Screen
from test_canaries import memory_of

SEA = ("바다에서 온 편지", "골목 끝 우체통에\n\n데이터\n센터보다 오래된 편지가 있다.\n")
ROOF = ("A quiet roof", "Rain fell on the roof; nobody had repaired it since the storm.\n")
NIGHT = ("전기가 끊긴 밤", "촛불이 흔들렸다. 우체통 앞까지만 환했다. 우체통은 붉다.\n")


def filled(meok):
    meok.run("init", "--kdf", "interactive", code=0)
    meok.run("new", "--title", SEA[0], "--keyword", "데이터 센터", "--work", "시사 노트", "-", stdin=SEA[1], code=0)
    meok.run("new", "--title", ROOF[0], "--keyword", "weather", "-", stdin=ROOF[1], code=0)
    meok.run("new", "--title", NIGHT[0], "-", stdin=NIGHT[1], code=0)


def titles(meok, query, *options):
    return [draft["title"] for draft in meok.json("list", "--search", query, *options)["drafts"]]


def test_from_the_command_line(meok):
    """words, phrases, signs, states in two languages; best first or newest first; where the words are"""
    filled(meok)
    assert titles(meok, "우체통") == [NIGHT[0], SEA[0]]
    assert titles(meok, "우체통 편지") == [SEA[0]]
    assert titles(meok, "편지") == [SEA[0]]
    assert titles(meok, '"데이터 센터보다"') == [SEA[0]]
    assert titles(meok, "RAIN Roof") == [ROOF[0]]
    assert titles(meok, "#데이터센터") == titles(meok, "work:시사") == [SEA[0]]
    assert titles(meok, "#weather storm") == [ROOF[0]]
    assert titles(meok, "없는말") == []
    assert len(titles(meok, "state:초고")) == len(titles(meok, "state:draft")) == 3
    assert titles(meok, "state:발행") == []
    assert titles(meok, "우체통", "--sort", "date") == [NIGHT[0], SEA[0]]
    meok.run("set", meok.json("list", "--search", "골목")["drafts"][0]["id"], "--subtitle", "새로", code=0)
    assert titles(meok, "우체통", "--sort", "date") == [SEA[0], NIGHT[0]]
    assert titles(meok, "우체통") == [NIGHT[0], SEA[0]]
    found = meok.json("list", "--search", "촛불")["drafts"][0]
    assert found["hits"] == 1 and found["snippet"].startswith("촛불이 흔들렸다."), found
    listed = meok.run("list", "--search", "storm", code=0).out
    assert listed.count("\n") == 2 and "since the storm" in listed.splitlines()[1], listed
    for wrong in ("--search", "state:nowhere"), ("--search", "비", "--sort", "size"):
        refused = meok.run("list", *wrong)
        assert refused.code == 2 and refused.out == "", refused
    assert meok.leaks("우체통", "촛불이") == []


def test_the_trash_is_found_by_its_state(meok):
    """a trashed draft is in no search, but in one for the trash"""
    filled(meok)
    meok.run("rm", meok.json("list", "--search", "촛불")["drafts"][0]["id"], code=0)
    assert titles(meok, "우체통") == [SEA[0]]
    assert titles(meok, "우체통 state:휴지통") == titles(meok, "우체통", "--state", "trashed") == [NIGHT[0]]


def test_a_damaged_draft_is_named(meok):
    """the others are found, the one that cannot be read is named"""
    filled(meok)
    objects = [path for path in (meok.vault / "objects").rglob("*") if path.is_file()]
    before = {path: path.read_bytes() for path in objects}
    told = 0
    for path in objects:
        path.write_bytes(before[path][:1500] + bytes([before[path][1500] ^ 1]) + before[path][1501:])
        result = meok.run("list", "--search", "우체통")
        if SEA[0] not in result.out or NIGHT[0] not in result.out:
            assert "could not be searched" in result.err, result
            told += 1
        path.write_bytes(before[path])
    assert told == 2


def search(screen, query):
    screen.keys("/")
    screen.type(query)


def test_in_the_library(meok):
    """titles with the key, texts soon after, the place of the words below; the same in Korean and English"""
    filled(meok)
    for rows, columns in (24, 80), (10, 40):
        with Screen.of(meok, unlocked=True, rows=rows, columns=columns) as screen:
            screen.expect(NIGHT[0], 20)
            search(screen, "우체통")
            screen.expect("촛불이 흔들렸다.")
            assert screen.row_of(NIGHT[0]) < screen.row_of(SEA[0]) and ROOF[0] not in screen.text()
            screen.keys("Down")
            screen.expect("골목 끝 우체통에")
            screen.keys("Esc")
            screen.expect(ROOF[0])
            search(screen, "storm")
            screen.expect("since the storm")
            assert NIGHT[0] not in screen.text() and SEA[0] not in screen.text()
            screen.keys("Enter")
            screen.expect("Rain fell on")
            screen.keys("^Q", settle=False)
            assert screen.exited(20) == 0


def test_signs_in_the_library(meok):
    """keywords, works and states narrow what is listed; what fits nothing says so"""
    filled(meok)
    with Screen.of(meok, unlocked=True) as screen:
        screen.expect(NIGHT[0], 20)
        for query, there, away in (("#데이터", [SEA], [ROOF, NIGHT]), ("work:시사", [SEA], [ROOF, NIGHT]),
                                   ("state:초고 roof", [ROOF], [SEA, NIGHT]), ("ㅈㄱ", [NIGHT], [ROOF]),
                                   ("#weather 편지", [], [ROOF, SEA, NIGHT])):
            search(screen, query)
            for title, _ in there:
                screen.expect(title)
            for title, _ in away:
                screen.expect_gone(title)
            if not there:
                screen.expect("nothing fits")
            screen.keys("Esc")
            screen.expect(NIGHT[0])
            screen.expect(ROOF[0])
        screen.keys("^Q", settle=False)
        assert screen.exited(20) == 0


def test_typing_goes_on(meok):
    """a query that is typed in one go, taken back and typed anew ends with what is in the field"""
    filled(meok)
    with Screen.of(meok, unlocked=True) as screen:
        screen.expect(NIGHT[0], 20)
        screen.keys("/")
        screen.send("rain촛불".encode())
        screen.expect("nothing fits")
        screen.keys(*["Backspace"] * 6, together=True)
        screen.send("촛불".encode())
        screen.expect(NIGHT[0])
        screen.expect_gone(ROOF[0])
        # it may be left in the middle
        screen.send("\x15".encode() + b"roof\x1b", settle=False)
        screen.expect(SEA[0])
        screen.keys("^Q", settle=False)
        assert screen.exited(20) == 0


# ---- Reading ahead

WORDS = ["돌담", "빨래", "나루터", "서리", "뒤주"]


def filled_with_long_drafts(meok, count):
    """Drafts of a megabyte, each with a word of its own at the end."""
    folder = meok.home / "long"
    folder.mkdir()
    for i in range(count):
        (folder / f"{i}.md").write_text(f"# 긴 글 {i}\n\n" + "바람이 불고 the lamp went out 다시 불고\n" * 22000 + f"\n{WORDS[i % 5]}{i}끝\n")
    meok.run("init", "--kdf", "interactive", code=0)
    meok.run("import", folder, code=0)


def read_ahead(screen):
    """Opens the filter and waits until nothing is read any more."""
    screen.keys("/")
    threads = pathlib.Path(f"/proc/{screen.pid}/task")
    until = time.monotonic() + 20
    while len(list(threads.iterdir())) > 1:
        assert time.monotonic() < until, "still reading"
        time.sleep(0.02)


def test_texts_are_there_before_the_first_letter(meok):
    """/ brings the texts into memory: words are found although the files are gone by then; what is saved later is read anew"""
    filled(meok)
    with Screen.of(meok, unlocked=True) as screen:
        screen.expect(NIGHT[0], 20)
        read_ahead(screen)
        (meok.vault / "objects").rename(meok.vault / "away")
        screen.type("우체통")
        screen.expect("촛불이 흔들렸다.")
        screen.expect(SEA[0])
        screen.keys(*["Backspace"] * 3)
        screen.type("storm")
        screen.expect("since the storm")
        (meok.vault / "away").rename(meok.vault / "objects")
        # a draft that is saved after the texts were read, from the filter and back to it
        screen.keys("Enter")
        screen.expect("Rain fell on")
        screen.type("마루 밑 ")
        screen.keys("^S")
        screen.keys("Esc l")
        screen.expect(SEA[0])
        search(screen, "마루")
        screen.expect("마루 밑 ")
        assert SEA[0] not in screen.text()
        screen.keys("^Q", settle=False)
        assert screen.exited(20) == 0


def test_leaving_while_it_reads_ahead(meok):
    """50 MB: a letter, Esc and the lock are obeyed at once while the texts are read, and so is a terminal that goes away"""
    filled_with_long_drafts(meok, 50)
    with Screen.of(meok, unlocked=True) as screen:
        screen.expect("긴 글 7", 20)
        for _ in range(5):
            screen.keys("/", "Esc", together=True)
        screen.keys("/", "7", together=True)
        screen.expect("긴 글 47", 10)
        screen.keys("Backspace")
        screen.type("서리43끝")
        screen.expect("1 draft", 20)
        screen.expect("긴 글 43")
        screen.keys("Esc")
        screen.keys("/", "Esc", "x", together=True, settle=False)
        screen.expect("locked; the draft is kept", 20)
        screen.keys("^Q", settle=False)
        assert screen.exited(10) == 0
    with Screen.of(meok, unlocked=True) as screen:
        screen.expect("긴 글 7", 20)
        screen.keys("/", settle=False)
        screen.hangup()
        screen.exited(5)


def test_nothing_that_was_read_ahead_is_left_by_the_lock(meok):
    """the texts are in memory before a letter is typed, and gone after the lock that nobody asked for"""
    if os.getuid() != 0:
        raise Skip("needs root: nobody else may read the memory of a meok")
    filled(meok)
    secrets = [SEA[1].split("\n")[0].encode(), b"nobody had repaired", "촛불이 흔들렸다".encode()]
    config = meok.home / "config" / "meok"
    config.mkdir(parents=True, exist_ok=True)
    (config / "config").write_text("set lock 5s\n")

    def held(screen):
        memory = list(memory_of(screen.pid))
        return [any(secret in part for part in memory) for secret in secrets]

    with Screen.of(meok, unlocked=True) as screen:
        screen.expect(NIGHT[0], 20)
        assert held(screen) == [False] * 3
        read_ahead(screen)
        assert held(screen) == [True] * 3
        screen.expect("locked, because no key came", 20)
        screen.settle()
        assert held(screen) == [False] * 3
        screen.keys("^Q", settle=False)
        assert screen.exited(10) == 0


if __name__ == "__main__":
    main()
