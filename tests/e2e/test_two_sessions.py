#!/usr/bin/env python3
"""Two sessions at once on one draft: edits that do not touch are both there in the end, edits that do are shown side by
side, and no acknowledged save is lost whatever is chosen."""
import re, time
from harness import main
from screen import Screen

BODY = "강물은 얼지 않았다.\n\n다리 위에 사람이 서 있었다.\n\n눈은 밤새 내렸다.\n"


def draft_of(meok, body=BODY):
    if not meok.vault.exists():
        meok.run("init", "--kdf", "interactive", code=0)
    return meok.run("new", "--title", "겨울 다리", "-", stdin=body, code=0).out.strip()


def opened(meok, draft, **options):
    return Screen.of(meok, "edit", draft, unlocked=True, **options)


def go_to(screen, paragraph, rest):
    """The end of a paragraph, from the top of the draft."""
    screen.keys("^Home")
    screen.keys(*["Down"] * 20)
    screen.keys("^Home")
    for _ in range(12):
        row, _ = screen.cursor()
        if paragraph in screen.screen()[row]:
            break
        screen.keys("Down")
    screen.keys("End")
    screen.type(rest)


def leave(screen):
    screen.keys("^Q", settle=False)
    assert screen.exited(20) == 0


def shown(meok, draft):
    return meok.json("show", draft)


def heads(meok):
    return [draft["split"] for draft in meok.json("list")["drafts"]]


def test_different_paragraphs(meok):
    """two screens on one draft, another paragraph each, both saved: both edits are in the end in both"""
    draft = draft_of(meok)
    with opened(meok, draft) as one, opened(meok, draft) as other:
        one.expect("눈은", 20)
        other.expect("눈은", 20)
        go_to(one, "강물은", " 그래도 건넜다.")
        go_to(other, "눈은", " 아침에 그쳤다.")
        one.keys("^S")
        one.expect("kept", 10)
        # The one that saves second takes the first in, and says so; the first sees it when it is looked at again.
        other.keys("^S")
        other.expect("merged with what was written elsewhere", 10)
        other.expect("그래도 건넜다.")
        one.focus(True)
        one.expect("아침에 그쳤다.", 10)
        for screen in one, other:
            leave(screen)
    assert shown(meok, draft)["body"] == BODY.replace("않았다.", "않았다. 그래도 건넜다.").replace("내렸다.", "내렸다. 아침에 그쳤다.")
    assert heads(meok) == [False]


def test_seen_without_a_key(meok):
    """what was saved elsewhere comes to a screen that nobody touches, to one that was written on too; then all is quiet"""
    draft = draft_of(meok)
    with opened(meok, draft) as one, opened(meok, draft) as other:
        one.expect("눈은", 20)
        other.expect("눈은", 20)
        go_to(other, "눈은", " 아침에 그쳤다.")
        go_to(one, "강물은", " 그래도 건넜다.")
        one.keys("^S")
        other.expect("그래도 건넜다.", 10)
        one.expect("아침에 그쳤다.", 10)
        meok.run("set", draft, "--body", "-", stdin="새 머리말.\n\n" + shown(meok, draft)["body"], code=0)
        for screen in one, other:
            screen.expect("새 머리말.", 10)
        # Each heard of what the other made of it, and made nothing more.
        time.sleep(2)
        count = len(meok.json("log", draft)["revisions"])
        cpu = one.cpu(), other.cpu()
        time.sleep(3)
        assert len(meok.json("log", draft)["revisions"]) == count
        assert one.cpu() - cpu[0] < 0.05 and other.cpu() - cpu[1] < 0.05
        for screen in one, other:
            leave(screen)
    assert heads(meok) == [False]
    assert all(part in shown(meok, draft)["body"] for part in ("새 머리말.", "건넜다.", "그쳤다."))


def test_cursor_and_undo(meok):
    """what comes from elsewhere is one step that undo takes back, and the cursor stays with its text"""
    draft = draft_of(meok)
    with opened(meok, draft) as screen:
        screen.expect("눈은", 20)
        go_to(screen, "다리 위에", "")
        meok.run("set", draft, "--body", "-", stdin="새 머리말이 앞에 왔다.\n\n" + BODY, code=0)
        screen.focus(True)
        screen.expect("새 머리말", 10)
        row, column = screen.cursor()
        assert "다리 위에" in screen.screen()[row], screen.text()
        screen.type(" 혼자.")
        screen.expect("서 있었다. 혼자.")
        screen.keys("^Z", "^Z")
        screen.expect_gone("새 머리말")
        screen.expect("다리 위에 사람이 서 있었다.")
        screen.keys("^Y")
        screen.expect("새 머리말")
        leave(screen)


def split(meok, screen, draft):
    """The same paragraph here and elsewhere; ends where the screen shows both."""
    screen.expect("눈은", 20)
    go_to(screen, "다리 위에", " 우산도 없이.")
    meok.run("set", draft, "--body", "-", stdin=BODY.replace("서 있었다.", "앉아 있었다."), code=0)
    screen.expect("changed elsewhere too", 10)
    screen.keys("^S", "Left")
    screen.expect("split: Esc d")
    screen.keys("Esc d")
    screen.expect("Changed in two places", 10)


def test_the_same_paragraph(meok):
    """the same paragraph on both sides: shown beside each other and one under the other; each choice keeps what it says"""
    mine, theirs = "다리 위에 사람이 서 있었다. 우산도 없이.", "다리 위에 사람이 앉아 있었다."
    for columns, key, kept, gone in (120, "m", [mine], [theirs]), (120, "t", [theirs], [mine]), (80, "b", [mine, theirs], []):
        draft = draft_of(meok)
        with opened(meok, draft, columns=columns) as screen:
            split(meok, screen, draft)
            text = screen.text()
            assert re.search(r"here.*before.*elsewhere", text) if columns == 120 else "elsewhere" in text, text
            assert "우산도" in text and "앉아" in text, text
            screen.keys(key)
            screen.expect("one again", 10)
            body = shown(meok, draft)["body"]
            assert all(part in body for part in kept) and not any(part in body for part in gone), body
            leave(screen)
        assert meok.run("show", draft, code=0).err == ""
        assert not shown(meok, draft)["split"]
        meok.run("rm", draft, code=0)


def test_left_for_later(meok):
    """Esc leaves both as they are: list, show, library and merge say so, and opening the draft asks again"""
    draft = draft_of(meok)
    with opened(meok, draft) as screen:
        split(meok, screen, draft)
        screen.keys("Esc")
        screen.expect("both stay as they are")
        leave(screen)
    assert heads(meok) == [True]
    assert "split" in meok.run("list", code=0).out
    assert "meok merge" in meok.run("show", draft, code=0).err
    meok.run("set", draft, "--base", "nowhere", "--title", "없다", code=4)
    result = meok.run("merge", draft, code=7)
    for part in "<<<<<<<", "우산도 없이", "|||||||", "앉아 있었다", ">>>>>>>":
        assert part in result.out, result.out
    # A save on a split draft keeps both.
    assert "meok merge" in meok.run("set", draft, "--title", "겨울", code=0).err
    assert heads(meok) == [True]
    with Screen.of(meok, unlocked=True) as screen:
        screen.expect("split", 20)
    with opened(meok, draft) as screen:
        screen.expect("Changed in two places", 20)
        screen.keys("b")
        screen.expect("one again", 10)
        leave(screen)
    body = shown(meok, draft)["body"]
    assert "우산도 없이" in body and "앉아 있었다" in body and heads(meok) == [False]


def test_not_published_unseen(meok):
    """a draft with two texts is not published before one of them was chosen: on the command line and on the sheet"""
    draft = draft_of(meok)
    (meok.home / "blog").mkdir()
    meok.run("site", "add", "마당", meok.home / "blog", "--type", "plain", code=0)
    base = meok.json("log", draft)["revisions"][0]["id"]
    for body in "다리가 끊겼다.\n", "다리가 놓였다.\n":
        meok.run("set", draft, "--base", base, "--body", "-", stdin=body, code=0)
    for words in ["publish", draft], ["publish", draft, "--dry-run"]:
        refused = meok.run(*words)
        assert refused.code == 7 and "changed in two places" in refused.err and "meok merge" in refused.err, refused
    with opened(meok, draft) as screen:
        screen.expect("Changed in two places", 20)
        screen.keys("Esc")
        screen.expect("both stay as they are")
        screen.keys("Esc", "p")
        screen.expect("the draft was changed in two places")
        screen.keys("Enter")
        screen.settle()
        screen.expect("the draft was changed in two places")
    assert not list((meok.home / "blog").rglob("*.md")) and not list((meok.home / "blog").rglob("*다리*"))


def test_newest_is_missing(meok):
    """a newest text that does not come through: said wherever the older one is shown, not published, both kept later"""
    draft = draft_of(meok)
    before = set(meok.vault.joinpath("objects").rglob("*"))
    meok.run("set", draft, "--body", "-", stdin="눈이 녹았다.\n", code=0)
    [newest] = [path for path in set(meok.vault.joinpath("objects").rglob("*")) - before if path.is_file()]
    sealed = newest.read_bytes()
    newest.unlink()
    asked = meok.run("show", draft, code=0)
    assert "강물은" in asked.out and "is missing" in asked.err, asked
    refused = meok.run("publish", draft)
    assert refused.code == 7 and "is missing" in refused.err, refused
    with opened(meok, draft) as screen:
        screen.expect("1 object that was here is missing", 20)
        screen.keys("Esc")
        screen.expect("a newer text of this draft was here")
        screen.keys("Esc", "^End")
        screen.type("덧붙인다.")
        leave(screen)
    newest.write_bytes(sealed)
    assert heads(meok) == [True]
    merged = meok.run("merge", draft)
    assert "눈이 녹았다" in merged.out and "덧붙인다" in merged.out, merged


def test_two_commands_at_once(meok):
    """two commands change the same draft at the same moment, 50 times: every acknowledged save is there in the end"""
    draft, splits = draft_of(meok), 0
    for round in range(50):
        running = [meok.start("set", draft, option, f"{option[2:]} {round}") for option in ("--title", "--subtitle")]
        for process in running:
            _, err = process.communicate(timeout=60)
            assert process.returncode == 0, err
        splits += shown(meok, draft)["split"]
        meok.run("merge", code=0)
        now = shown(meok, draft)
        assert (now["title"], now["subtitle"], now["split"]) == (f"title {round}", f"subtitle {round}", False), now
    print(f"# {splits} of 50 pairs split the draft")
    assert now["body"] == BODY
    meok.run("check", code=0)


if __name__ == "__main__":
    main()
