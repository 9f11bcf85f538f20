#!/usr/bin/env python3
"""What a draft was before: seen, compared and brought back, with nothing lost by it; the trash, emptied only when that
was asked and answered; a draft whose newest revision is damaged."""
import os, pty, re, select
from harness import main
from screen import Screen

KOREAN = {"LANG": "ko_KR.UTF-8", "LANGUAGE": "ko"}
TITLE = "다리 위에서"
FIRST = "강물은 얼지 않았다.\n\n결재 서류는 책상에 남았다.\n\n지울 문단이다.\n"
SECOND = "강물은 얼지 않았다.\n\n결제 서류는 책상에 남았다.\n\n새로 쓴 문단이 여기 있다.\n\n하나 더.\n"


def objects(meok):
    return {path for path in (meok.vault / "objects").rglob("*") if path.is_file()}


def two_revisions(meok, title=TITLE):
    """A draft that was FIRST and is SECOND, and the file of its newest revision."""
    if not meok.vault.exists():
        meok.run("init", "--kdf", "interactive", code=0)
    draft = meok.run("new", "--title", title, "-", stdin=FIRST, code=0).out.strip()
    before = objects(meok)
    meok.run("set", draft, "--body", "-", stdin=SECOND, code=0)
    head, = objects(meok) - before
    return draft, head


def revisions(meok, draft):
    return meok.json("log", draft)["revisions"]


def bodies(meok, draft):
    return [meok.json("show", draft, "--revision", one["id"])["body"] for one in revisions(meok, draft)]


def damage(path, at=-1):
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.chmod(0o600)
    path.write_bytes(data)


def leave(screen):
    screen.keys("^Q", settle=False)
    assert screen.exited(20) == 0


def row_of(screen, text):
    return next(row for row in screen.screen() if text in row)


def test_from_the_editor(meok):
    """what is unsaved is kept first; a former text comes back as one change that undo takes back; all is in the log"""
    draft, _ = two_revisions(meok)
    with Screen.of(meok, "edit", draft, unlocked=True) as screen:
        screen.expect("하나 더.", 20)
        screen.keys("^End")
        screen.type("아직 저장하지 않았다.")
        screen.keys("Esc h")
        screen.expect("History")
        assert len(re.findall(r"(?m)^.*today \d\d:\d\d.*character", screen.text())) == 2, screen.text()
        screen.keys("Down", "Enter")
        screen.expect("places are different now")
        assert row_of(screen, "→").split() == ["~", "결제", "→", "결재"], screen.text()
        assert row_of(screen, "강물은").startswith("   강물은") and row_of(screen, "하나 더.").startswith(" - ")
        assert "지울 문단이다." in screen.text()
        screen.keys("r")
        screen.expect("takes it back")
        screen.expect("결재")
        screen.expect_gone("하나 더.")
        screen.keys("^Z")
        screen.expect("아직 저장하지 않았다.")
        screen.expect("결제")
        leave(screen)
    latest = SECOND + "아직 저장하지 않았다."
    assert meok.json("show", draft)["body"] == latest
    assert set(bodies(meok, draft)) == {FIRST, SECOND, latest}, bodies(meok, draft)
    assert bodies(meok, draft)[:3] == [latest, FIRST, latest]


def test_from_the_library(meok):
    """the draft that is chosen; what is brought back is open, its settings are as they were, the text before is kept"""
    draft, _ = two_revisions(meok)
    meok.run("set", draft, "--keyword", "다리", "--comments", "off", code=0)
    with Screen.of(meok, unlocked=True) as screen:
        screen.keys("h")
        screen.expect("History")
        screen.keys("Enter")
        screen.expect("It is the same as now.")
        assert "하나 더." in screen.text()
        screen.keys("Esc", "3", "n", "n")
        screen.expect("that was the last place")
        screen.keys("q")
        screen.keys("r")
        screen.expect("takes it back")
        screen.expect("지울 문단이다.")
        screen.keys("Esc h", "r")
        screen.expect("nothing is different")
        leave(screen)
    shown = meok.json("show", draft)
    assert (shown["body"], shown["keywords"], shown["comments"]) == (FIRST, ["다리"], "closed"), shown
    assert bodies(meok, draft) == [FIRST, SECOND, SECOND, FIRST]


def test_a_new_draft(meok):
    """without a letter there is no history; with some it begins there"""
    meok.run("init", "--kdf", "interactive", code=0)
    with Screen.of(meok, unlocked=True) as screen:
        screen.keys("n", "Esc h")
        screen.expect("there is no history yet")
        screen.type("첫 낱말")
        screen.keys("Esc h")
        screen.expect("History")
        assert screen.text().count("today") == 1
        screen.keys("Esc")
        screen.expect("Subtitle")
        leave(screen)


def test_published_and_automatic(meok):
    """what readers have is marked, what the program kept by itself as well"""
    draft, _ = two_revisions(meok)
    meok.run("site", "add", "pages", meok.home / "pages", "--type", "plain", code=0)
    meok.run("publish", draft, "--site", "pages", code=0)
    meok.run("set", draft, "--title", "다리 아래에서", code=0)
    marks = [(one["newest"], one["published"], one["automatic"]) for one in revisions(meok, draft)]
    assert marks == [(True, False, False), (False, True, False), (False, False, False)], marks
    with Screen.of(meok, "edit", draft, unlocked=True) as screen:
        screen.type("끊기기 전에 쓴 글")
        screen.hangup()
        screen.exited(20)
    assert [one["automatic"] for one in revisions(meok, draft)] == [True, False, False, False]
    assert "kept by itself" in meok.run("log", draft, code=0).out.splitlines()[0]
    with Screen.of(meok, unlocked=True) as screen:
        screen.expect("끊기기 전에", 20)
        screen.keys("Esc h")
        screen.expect("History")
        rows = [row for row in screen.screen() if "today" in row]
        assert ["✓" in row for row in rows] == [False, False, True, False], rows
        assert ["published" in row for row in rows] == [False, False, True, False], rows
        assert ["kept by itself" in row for row in rows] == [True, False, False, False], rows
        leave(screen)


def small(meok, backend, rows, columns, korean):
    draft, _ = two_revisions(meok, TITLE + ("" if korean else " (bridge)"))
    environment = KOREAN if korean else None
    with Screen.of(meok, backend=backend, rows=rows, columns=columns, environment=environment) as screen:
        screen.type(meok.passphrase)
        screen.keys("Enter", settle=False)
        screen.expect(TITLE, 30)
        screen.settle()
        # The keyboard may be in Hangul mode: ㅗ is h, ㅜ n, ㄱ r.
        screen.keys("ㅗ" if korean else "h")
        screen.expect("▸1")
        assert re.search(r"\d\d:\d\d", row_of(screen, "▸1"))
        screen.keys("Down", "Enter")
        screen.expect("강물은" if rows > 10 else TITLE)
        for _ in range(12):
            if "결제 → 결재" in screen.text():
                break
            screen.keys("ㅜ" if korean else "n")
        assert "~ 결제 → 결재" in screen.text(), screen.text()
        assert all(len(row) <= columns for row in screen.screen())
        screen.keys("ㄱ" if korean else "r")
        screen.expect("^Z")
        screen.keys("^End")
        screen.expect("지울 문단이다.")
        leave(screen)
    assert meok.json("show", draft)["body"] == FIRST
    meok.run("rm", draft, code=0)


def test_sizes_of_libvterm(meok):
    """80x24 and 40x10, English and Korean: the list, the comparison, the way back"""
    for rows, columns, korean in (24, 80, False), (10, 40, False), (24, 80, True), (10, 40, True):
        small(meok, "vt", rows, columns, korean)


def test_sizes_of_tmux(meok):
    """the same in tmux"""
    for rows, columns, korean in (24, 80, True), (10, 40, False):
        small(meok, "tmux", rows, columns, korean)


def test_the_trash(meok):
    """taken out with Enter; destroyed only by the key that the question names, right behind it; nothing is left then"""
    meok.run("init", "--kdf", "interactive", code=0)
    empty = len(objects(meok))
    drafts = [two_revisions(meok, f"글 {number}")[0] for number in "일이삼사"]
    with Screen.of(meok, unlocked=True, rows=10, columns=40) as screen:
        screen.keys("d", "d", "d", "d")
        screen.expect("0 drafts")
        screen.keys("t")
        screen.expect("The trash")
        assert all(f"글 {number}" in screen.text() for number in "일이삼사"), screen.text()
        first = row_of(screen, "▸1").split("글 ")[1][0]
        screen.keys("Enter")
        screen.expect("is out of the trash")
        assert f"글 {first}" not in screen.screen()[1]
        # Another key between the question and the answer: it stays.
        screen.keys("x")
        screen.expect("any other key keeps it")
        screen.keys("j", "y")
        assert sum(f"글 {number}" in screen.text() for number in "일이삼사") == 3, screen.text()
        screen.keys("x", "Esc", "y", "e", "k", "y")
        assert sum(f"글 {number}" in screen.text() for number in "일이삼사") == 3, screen.text()
        # ㅌ is x, ㅛ y, ㄷ e
        screen.keys("ㅌ", "ㅛ")
        screen.expect("1 draft is destroyed")
        assert sum(f"글 {number}" in screen.text() for number in "일이삼사") == 2, screen.text()
        screen.keys("ㄷ")
        screen.expect("destroys 2 drafts for good")
        screen.keys("ㅛ")
        screen.expect("the trash is empty")
        screen.keys("Esc")
        screen.expect(f"글 {first}")
        leave(screen)
    assert [one["title"] for one in meok.json("list")["drafts"]] == [f"글 {first}"]
    assert meok.json("list", "--state", "trashed")["drafts"] == []
    # Two revisions and two words of the trash for the one that is left, one last word for each destroyed.
    assert len(objects(meok)) - empty <= 4 + 3, objects(meok)
    for draft in drafts:
        assert meok.run("show", draft).code == (0 if meok.json("list")["drafts"][0]["id"] == draft else 4)


def test_a_damaged_draft(meok):
    """opening it names it, and its history opens at what is whole; bringing that back makes it a draft like others"""
    draft, head = two_revisions(meok)
    damage(head)
    for way in "edit", "library":
        with Screen.of(meok, *(("edit", draft) if way == "edit" else ()), unlocked=True) as screen:
            if way == "library":
                screen.keys("1")
            screen.expect(f"{TITLE} is damaged")
            screen.expect("History")
            assert "▸2" in screen.text(), screen.text()
            screen.keys("Esc")
            screen.keys("Up", "Enter")
            screen.expect("is damaged")
            screen.keys("Esc")
            screen.keys("Down")
            if way == "library":
                screen.keys("Enter")
                screen.expect("지울 문단이다.")
                screen.keys("r")
                screen.expect("the draft is what it was")
                screen.keys("^End")
                screen.type("그리고.")
            leave(screen)
    assert meok.json("show", draft)["body"] == FIRST + "그리고."
    assert [one["newest"] for one in revisions(meok, draft)].count(True) == 1


def test_a_damaged_card(meok):
    """a newest revision of which not even the card can be read: the one before opens, and it is said that it is that"""
    draft, head = two_revisions(meok)
    damage(head, 100)
    with Screen.of(meok, "edit", draft, unlocked=True) as screen:
        screen.expect("is damaged, perhaps the newest one", 20)
        assert TITLE in screen.text()
        screen.keys("Esc")
        screen.expect("지울 문단이다.")
        screen.type("새 ")
        leave(screen)
    assert meok.json("show", draft)["body"] == FIRST


def test_a_damaged_draft_on_the_command_line(meok):
    """the error says which line brings the last whole revision back, and that line does"""
    draft, head = two_revisions(meok)
    damage(head)
    for command in ("show", draft), ("set", draft, "--title", "다른 제목"):
        failed = meok.run(*command, code=8)
        assert TITLE in failed.err, failed
        words = re.search(r"`meok (restore \w+ \w+)`", failed.err).group(1).split()
    meok.run(*words, code=0)
    assert meok.json("show", draft)["body"] == FIRST
    assert meok.run("check").code == 8


def test_log_and_restore(meok):
    """revisions are listed newest first, shown and brought back by the beginning of their ids"""
    draft, _ = two_revisions(meok)
    meok.run("set", draft, "--title", "다른 제목", "--keyword", "강", code=0)
    listed = revisions(meok, draft)
    assert [one["newest"] for one in listed] == [True, False, False] and not any(one["packed"] for one in listed)
    characters = [one["characters"] for one in listed]
    assert characters[0] == characters[1] == meok.json("list")["drafts"][0]["characters"] > characters[2] > 20, listed
    lines = meok.run("log", draft[:8], code=0).out.splitlines()
    assert len(lines) == 3 and all(re.match(r"\w{7,}  \d{4}-\d\d-\d\d \d\d:\d\d  \d+ characters", line) for line in lines)
    assert "newest" in lines[0] and "newest" not in lines[1]
    oldest = lines[-1].split()[0]
    assert meok.run("show", draft, "--revision", oldest, "--markdown", code=0).out.endswith(FIRST)
    meok.run("rm", draft, code=0)
    meok.run("restore", draft, oldest, code=0)
    shown = meok.json("show", draft)
    assert (shown["body"], shown["title"], shown["keywords"]) == (FIRST, TITLE, ["강"]) and shown["state"] == "draft"
    assert len(revisions(meok, draft)) == 4
    assert "the same as now" in meok.run("restore", draft, oldest, code=0).err
    assert len(revisions(meok, draft)) == 4
    assert "meok log" in meok.run("restore", draft, "zzzz", code=4).err
    assert "meok log" in meok.run("show", draft, "--revision", "zzzz", code=4).err
    assert meok.run("restore", draft, "", code=4).out == ""


def answered(meok, arguments, answer):
    """meok on a terminal of its own, with one answer typed: its exit code and what the terminal showed."""
    reading, writing = os.pipe()
    os.write(writing, meok.passphrase.encode() + b"\n")
    os.close(writing)
    pid, terminal = pty.fork()
    if pid == 0:
        os.set_inheritable(reading, True)
        os.execve(meok.program, [meok.program, "--passphrase-fd", str(reading), *arguments], meok.environment)
    os.close(reading)
    shown, asked = b"", False
    while select.select([terminal], [], [], 30)[0]:
        try:
            piece = os.read(terminal, 4096)
        except OSError:
            break
        shown += piece
        if not asked and b"Type yes: " in shown:
            asked = True
            os.write(terminal, answer.encode() + b"\n")
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), shown.decode()


def test_trash_on_the_command_line(meok):
    """listed; destroyed only with an answer or --yes, one at a time or all; what is not in it cannot be"""
    meok.run("init", "--kdf", "interactive", code=0)
    assert "the trash is empty" in meok.run("trash", code=0).err
    one, two, kept = (two_revisions(meok, f"글 {number}")[0] for number in "일이삼")
    meok.run("rm", one, two, code=0)
    listed = meok.json("trash")["drafts"]
    assert {row["id"] for row in listed} == {one, two} and all(row["trashed"].startswith("20") for row in listed)
    out = meok.run("trash", code=0).out
    assert "글 일" in out and "글 이" in out and "글 삼" not in out
    assert "--yes" in meok.run("trash", "--empty", code=2).err
    assert "not in the trash" in meok.run("trash", "--empty", "--yes", kept, code=2).err
    assert "--empty" in meok.run("trash", one, code=2).err
    code, shown = answered(meok, ["trash", "--empty"], "no")
    assert code == 2 and "글 일" in shown and "글 이" in shown and "given up" in shown, shown
    assert len(meok.json("trash")["drafts"]) == 2
    assert "1 draft" in meok.run("trash", "--empty", "--yes", one, code=0).out
    meok.run("show", one, code=4)
    code, shown = answered(meok, ["trash", "--empty"], "yes")
    assert code == 0 and "1 draft is destroyed" in shown, shown
    meok.run("show", two, code=4)
    assert [row["id"] for row in meok.json("list")["drafts"]] == [kept] and meok.json("trash")["drafts"] == []
    assert meok.json("check")["damaged"] == []


def test_what_is_published_stays(meok):
    """destroying a published draft says that the page stays, and it does"""
    draft, _ = two_revisions(meok)
    pages = meok.home / "pages"
    meok.run("site", "add", "pages", pages, "--type", "plain", code=0)
    meok.run("publish", draft, "--site", "pages", code=0)
    before = {path: path.read_bytes() for path in pages.rglob("*") if path.is_file()}
    meok.run("rm", draft, code=0)
    with Screen.of(meok, unlocked=True) as screen:
        screen.keys("t", "x")
        screen.expect("a blog keeps what it has")
        screen.keys("Esc")
        leave(screen)
    assert "stays there" in meok.run("trash", "--empty", "--yes", code=0).err
    assert {path: path.read_bytes() for path in pages.rglob("*") if path.is_file()} == before
    meok.run("show", draft, code=4)


if __name__ == "__main__":
    main(seconds=200)
