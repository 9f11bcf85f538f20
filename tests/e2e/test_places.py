#!/usr/bin/env python3
"""What the places do beside the main path: selections, the passphrase's slips, the library, lists and their keywords."""
import re
from harness import main
from screen import Screen


def make_vault(meok, *articles):
    """A vault with these titles in it; the newest last. Returns the ids."""
    meok.run("init", "--kdf", "interactive", code=0)
    return [meok.run("new", "--title", title, "-", stdin=body, code=0).out.strip() for title, body in articles]


def leave(screen):
    screen.keys("^Q", settle=False)
    assert screen.exited(20) == 0


def test_a_selection(meok):
    """what is selected is seen as such, and typing, cutting and pasting take it as a whole"""
    draft, = make_vault(meok, ("제목", "하나 둘"))
    with Screen.of(meok, "edit", draft, unlocked=True) as screen:
        screen.expect("하나 둘")
        screen.keys("^End", "Shift-Left")
        row, column = screen.cursor()[:2]
        assert "r" in screen.styled(row, column)
        screen.type("셋")
        screen.expect("하나 셋")
        screen.keys("Shift-Home", "^X")
        screen.expect_gone("하나")
        screen.keys("^V", "^V")
        screen.expect("하나 셋하나 셋")
        screen.keys("^Z")
        screen.keys("^A")
        screen.type("끝")
        leave(screen)
    assert meok.json("show", draft)["body"].rstrip("\n") == "끝"


def test_slips_at_the_passphrase(meok):
    """two that differ make no vault; the other keyboard layout opens it all the same, another passphrase does not"""
    with Screen.of(meok) as screen:
        screen.type("qntdmf wjrtlsek 7")
        screen.keys("Enter")
        screen.type("qntdmf wjrtlsek 8")
        screen.keys("Enter")
        screen.expect("the two are not the same")
        assert not (meok.home / "data/meok").exists()
        screen.type("qntdmf wjrtlsek 7")
        screen.keys("Enter", settle=False)
        screen.expect("Subtitle", 20)
        screen.type("초")
        leave(screen)
    with Screen.of(meok) as screen:
        screen.type("붓을 적신다 9")
        screen.keys("Enter", settle=False)
        screen.expect("wrong passphrase", 20)
        screen.type("붓을 적신다 7")
        screen.keys("Enter", settle=False)
        screen.expect("Continue", 20)
        leave(screen)


def test_the_library(meok):
    """every draft stands in it once the newest are told apart; u takes back what d put into the trash; / finds one"""
    make_vault(meok, *[(f"글 {number}", "본문") for number in "일이삼사오"])
    with Screen.of(meok, unlocked=True) as screen:
        screen.expect("Continue")
        for number in "일이삼사오":
            assert screen.text().count(f"글 {number}") == 1, number
        screen.keys("d")
        screen.expect("is in the trash")
        screen.keys("Esc")
        screen.expect_gone("글 오")
        screen.keys("u")
        screen.expect("글 오")
        screen.keys("/")
        screen.type("글 이")
        screen.expect_gone("글 삼")
        screen.keys("Enter")
        screen.expect("본문")
        leave(screen)


def test_keywords(meok):
    """a keyword that is chosen is kept without another change; the blog's limit holds; digits are text behind a letter"""
    draft, = make_vault(meok, ("제목", "본문"))
    meok.run("site", "add", "blog", meok.home / "pages", "--type", "plain", "--keyword-limit", "2", code=0)
    with Screen.of(meok, "edit", draft, unlocked=True) as screen:
        screen.keys("Esc k")
        screen.type("등대1")
        screen.expect("등대1")
        assert not re.search(r"\d +등대1", screen.text())
        screen.keys("Enter")
        screen.expect("1 / 2")
        screen.type("바다")
        screen.keys("Enter")
        screen.expect("2 / 2")
        screen.type("섬")
        screen.keys("Enter")
        screen.expect("takes at most 2 keywords")
        screen.keys("^U")
        screen.keys("Esc")
        leave(screen)
    assert meok.json("show", draft)["keywords"] == ["등대1", "바다"]


def test_a_long_list(meok):
    """in a list that is longer than the screen the row chosen is always seen, one row at a time"""
    make_vault(meok, *[(f"글 {number:02}", "") for number in range(30)])
    with Screen.of(meok, unlocked=True, rows=14) as screen:
        screen.keys("Tab")
        screen.expect("by date")
        for number in range(29, -1, -1):
            assert f"글 {number:02}" in screen.text(), number
            screen.keys("j")
        screen.keys("Esc")
        screen.keys(":")
        before = None
        for _ in range(20):
            rows = {re.sub(r"^[▸ ]*[0-9]? *", "", row).split(" ")[0] for row in screen.screen()[2:-1] if row.strip()}
            assert before is None or len(before - rows) <= 1, (before, rows)
            before = rows
            screen.keys("Down")
        screen.keys("Esc")
        leave(screen)


if __name__ == "__main__":
    main(seconds=200)
