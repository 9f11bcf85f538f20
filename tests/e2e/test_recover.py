#!/usr/bin/env python3
"""Killed, hung up, cut off: what was on the screen is there again, with cursor, selection and undo, and says so once."""
import os, pathlib, signal, subprocess
from harness import PASSPHRASE, Skip, main
from screen import BACKENDS, Screen

FIRST, SECOND = "장마가 끝난 날 우산을 버렸다. ", "버린 자리에 또 비가 왔다."


def vault(meok):
    if not meok.vault.exists():
        meok.run("init", "--kdf", "interactive", code=0)


def opened(meok, *arguments, backend="vt", **options):
    screen = Screen.of(meok, *arguments, unlocked=backend == "vt", backend=backend, **options)
    if backend == "tmux":
        screen.type(PASSPHRASE)
        screen.keys("Enter", settle=False)
    return screen


def kill(screen):
    screen.signal(signal.SIGKILL)
    screen.exited()


def journals(meok):
    return sorted(pathlib.Path(meok.home).rglob("meok/*/journal/*"))


def picture(screen):
    """What the writer sees of the text, and where the cursor is."""
    return screen.screen()[:-2], screen.cursor()


def test_killed(meok):
    """kill -9 in mid-word: text, cursor, selection and undo are as they were, and the line says recovered"""
    vault(meok)
    for backend in BACKENDS:
        with opened(meok, backend=backend) as screen:
            screen.expect("낱글" if "ko" in os.environ.get("LANGUAGE", "") else "new", 20)
            screen.keys("n")
            screen.type("우산")
            screen.keys("Enter", "Enter")
            screen.type(FIRST)
            screen.type(SECOND)
            screen.keys("Left", "Left")
            before = picture(screen)
            kill(screen)
        assert len(journals(meok)) == 1
        with opened(meok, backend=backend) as screen:
            screen.expect("recovered", 20)
            assert picture(screen) == before, (screen.text(), before)
            screen.keys("^Z")
            screen.expect_gone(SECOND)
            screen.keys("^Y")
            screen.expect(SECOND)
            screen.keys("^S")
            screen.expect("kept")
            screen.keys("^Q", settle=False)
            assert screen.exited(20) == 0
        assert journals(meok) == []
        drafts = meok.json("list")["drafts"]
        assert [draft["title"] for draft in drafts] == ["우산"], drafts
        assert meok.json("show", drafts[0]["id"])["body"].rstrip("\n") == FIRST + SECOND
        meok.run("rm", drafts[0]["id"], code=0)


def test_selection_and_settings(meok):
    """a selection is there again, and so are keywords that no revision has"""
    vault(meok)
    draft = meok.run("new", "--title", "소금", "-", stdin="간수가 빠진 소금은 쓰지 않다.\n", code=0).out.strip()
    with opened(meok, "edit", draft) as screen:
        screen.expect("소금은", 20)
        screen.keys("^A")
        before = picture(screen)
        styled = [screen.styled(row, 3) for row in range(6)]
        kill(screen)
    with opened(meok, "edit", draft) as screen:
        screen.expect("소금은", 20)
        assert picture(screen) == before
        assert [screen.styled(row, 3) for row in range(6)] == styled
        screen.keys("Esc k")
        screen.type("염전")
        screen.keys("Enter", "Esc")
        screen.expect("염전")
        kill(screen)
    with opened(meok, "edit", draft) as screen:
        screen.expect("염전", 20)
        screen.keys("^Q", settle=False)
        assert screen.exited(20) == 0
    assert meok.json("show", draft)["keywords"] == ["염전"]


def test_a_clean_end(meok):
    """after leaving nothing is said to be recovered, and no journal is left"""
    vault(meok)
    draft = meok.run("new", "--title", "끝", "-", stdin="처음\n", code=0).out.strip()
    with opened(meok, "edit", draft) as screen:
        screen.expect("처음", 20)
        screen.keys("Enter", "Enter")
        screen.type("다시 ")
        screen.keys("^Q", settle=False)
        assert screen.exited(20) == 0
    assert journals(meok) == []
    with opened(meok, "edit", draft) as screen:
        screen.expect("다시 처음", 20)
        assert "recovered" not in screen.text()


def test_hang_up(meok):
    """after a hang-up the draft lies on the desk again, and what was typed can be taken back"""
    vault(meok)
    for backend in BACKENDS:
        draft = meok.run("new", "--title", f"문턱 {backend}", "-", stdin="", code=0).out.strip()
        with opened(meok, "edit", draft, backend=backend) as screen:
            screen.expect("문턱", 20)
            screen.keys("Enter", "Enter")
            screen.type(FIRST)
            screen.type(SECOND)
            screen.keys("Home")
            before = picture(screen)
            screen.hangup()
            screen.exited(20)
        assert meok.json("show", draft)["body"].rstrip("\n") == FIRST + SECOND
        with opened(meok, backend=backend) as screen:
            screen.expect("recovered", 20)
            assert picture(screen) == before, (screen.text(), before)
            screen.keys("^Z")
            screen.expect_gone(SECOND)
            screen.keys("^Y", "^Q", settle=False)
            assert screen.exited(20) == 0
        assert journals(meok) == []


def test_locked(meok):
    """after the lock the draft is there as it was, undo too, and nothing is said to be recovered"""
    vault(meok)
    draft = meok.run("new", "--title", "자물쇠", "-", stdin="", code=0).out.strip()
    with opened(meok, "edit", draft) as screen:
        screen.expect("자물쇠", 20)
        screen.keys("Enter", "Enter")
        screen.type(FIRST)
        screen.type(SECOND)
        screen.keys("Left", "Left")
        before = picture(screen)
        screen.keys("Esc x", settle=False)
        screen.expect("Passphrase", 20)
        screen.type(meok.passphrase)
        screen.keys("Enter", settle=False)
        screen.expect(SECOND, 20)
        assert picture(screen) == before and "recovered" not in screen.text(), screen.text()
        screen.keys("^Z")
        screen.expect_gone(SECOND)
        screen.keys("^Y", "^Q", settle=False)
        assert screen.exited(20) == 0
    assert journals(meok) == []


def test_several(meok):
    """two sessions killed: the newest draft lies on the desk, the other is in the library; nothing opens twice"""
    vault(meok)
    drafts = [meok.run("new", "--title", title, "-", stdin="", code=0).out.strip() for title in ("동쪽", "서쪽")]
    screens = []
    for draft, words in zip(drafts, (FIRST, SECOND)):
        screen = opened(meok, "edit", draft)
        screens.append(screen)
        screen.expect("쪽", 20)
        screen.keys("Enter", "Enter")
        screen.type(words)
    with screens[0], screens[1]:
        assert len(journals(meok)) == 2
        with opened(meok) as third:
            third.expect("동쪽", 20)
            assert "recovered" not in third.text(), "a journal of a session that lives was taken"
            third.keys("^Q", settle=False)
            assert third.exited(20) == 0
        for screen in screens:
            kill(screen)
    with opened(meok) as screen:
        screen.expect("recovered", 20)
        screen.expect(SECOND.strip())
        screen.keys("^Q", settle=False)
        assert screen.exited(20) == 0
    assert [meok.json("show", draft)["body"].rstrip("\n") for draft in drafts] == [FIRST, SECOND]
    assert journals(meok) == []


def test_nothing_in_the_clear(meok):
    """no word of what was typed stands in any file, before the kill and after"""
    vault(meok)
    with opened(meok) as screen:
        screen.expect("new", 20)
        screen.keys("n")
        screen.type("secretword")
        screen.keys("Enter", "Enter")
        screen.type("비밀낱말")
        kill(screen)
    for path in pathlib.Path(meok.home).rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            for word in ("secretword", "비밀낱말"):
                for encoding in ("utf-8", "utf-16-le", "utf-32-le"):
                    assert word.encode(encoding) not in data, path


def test_cannot_be_saved(meok):
    """a vault that takes nothing: ^Q says why it stays, ^O writes a file, ^Q again leaves, and the text comes back"""
    vault(meok)
    draft = meok.run("new", "--title", "막힌 길", "-", stdin="처음.\n", code=0).out.strip()
    for backend in BACKENDS:
        with opened(meok, "edit", draft, backend=backend) as screen:
            screen.expect("막힌 길", 20)
            screen.keys("^End")
            screen.type(FIRST)
            tmp = meok.vault / "tmp"
            tmp.rename(meok.vault / "aside")
            tmp.write_text("")
            screen.keys("^Q")
            screen.expect("^Q again leaves")
            assert FIRST.strip() in screen.text()
            copy = meok.home / f"copy-{backend}.md"
            screen.keys("^O")
            screen.expect("meok.md")
            screen.type(str(copy))
            screen.keys("Enter")
            screen.expect("in the clear")
            assert FIRST.strip() in copy.read_text() and copy.stat().st_mode & 0o777 == 0o600
            # another change: what was asked before is asked anew
            screen.type(SECOND)
            screen.keys("^Q")
            screen.expect("^Q again leaves")
            screen.keys("Esc")
            screen.expect("not a folder")
            screen.keys("^Q")
            assert screen.exited() == 1
            assert "stays sealed in its journal" in screen.text(), screen.text()
        tmp.unlink()
        (meok.vault / "aside").rename(tmp)
        assert not meok.leaks(FIRST, SECOND) or meok.leaks(FIRST, SECOND) == [copy]
        with opened(meok, "edit", draft, backend=backend) as screen:
            screen.expect("recovered", 20)
            screen.expect(SECOND.split()[-1])
            screen.keys("^S")
            screen.expect("kept")
            screen.keys("^A", "Backspace", "^S")
        copy.unlink()


def test_place(meok):
    """a draft that was left is opened where its writer was: from the library, after leaving meok, and when it got shorter"""
    vault(meok)
    lines = "".join(f"{number}번째 문단은 여기서 끝난다.\n\n" for number in range(40))
    draft = meok.run("new", "--title", "긴 글", "-", stdin=lines, code=0).out.strip()
    with opened(meok, "edit", draft) as screen:
        screen.expect("0번째", 20)
        assert screen.cursor()[0] == 0, screen.cursor()  # never written in: the title
        screen.keys("^End", *["Up"] * 31, "Home", "Right", "Right")
        screen.type("바로 이 ")
        before = picture(screen)
        screen.keys("Esc", "l")
        screen.expect("Continue")
        screen.keys("Enter")
        screen.expect("바로 이")
        assert screen.screen()[screen.cursor()[0]] == before[0][before[1][0]] and screen.cursor()[1] == before[1][1]
        screen.keys("^Q", settle=False)
        assert screen.exited(20) == 0
    with opened(meok, "edit", draft) as screen:
        screen.expect("바로 이", 20)
        assert screen.screen()[screen.cursor()[0]] == before[0][before[1][0]] and screen.cursor()[1] == before[1][1]
        screen.keys("^Q", settle=False)
        assert screen.exited(20) == 0
    meok.run("set", draft, "--body", "-", stdin="짧아졌다.\n", code=0)
    with opened(meok, "edit", draft) as screen:
        screen.expect("짧아졌다", 20)
        screen.type("끝")
        screen.expect("끝")
        screen.keys("^S")
        screen.expect("kept")
    assert meok.json("show", draft)["body"].startswith("짧아졌다.\n끝")


def test_without_a_title(meok):
    """a draft that has no title is known by how it begins: in the library, in the list and in the trash"""
    vault(meok)
    with opened(meok) as screen:
        screen.expect("n new", 20)
        screen.keys("n", "Enter", "Enter")
        screen.type("# 강가의 오후")
        screen.keys("Enter")
        screen.type("물수제비를 일곱 번 떴다.")
        screen.keys("Esc", "l")
        screen.expect("Continue")
        assert "강가의 오후" in screen.text() and "no title" not in screen.text(), screen.text()
        screen.keys("^Q", settle=False)
        assert screen.exited(20) == 0
    [draft] = meok.json("list")["drafts"]
    assert draft["title"] == "강가의 오후" and meok.json("show", draft["id"])["title"] == "", draft
    meok.run("rm", draft["id"], code=0)
    assert "강가의 오후" in meok.run("trash", code=0).out
    meok.run("restore", draft["id"], code=0)
    (meok.home / "blog").mkdir()
    meok.run("site", "add", "마당", meok.home / "blog", "--type", "plain", code=0)
    assert "no title yet" in meok.run("publish", draft["id"], code=2).err


class ReadOnly:
    """A folder that nobody may write to, root neither."""

    def __init__(self, folder):
        self.folder, self.mounted = folder, False

    def __enter__(self):
        if os.geteuid() == 0:
            for options in ["--bind", self.folder], ["-o", "remount,bind,ro"]:
                done = subprocess.run(["mount", *options, self.folder], capture_output=True, text=True)
                if done.returncode != 0:
                    self.__exit__()
                    raise Skip(f"needs a mount: {done.stderr.strip()}")
                self.mounted = True
        else:
            self.modes(0o500)
        return self

    def modes(self, mode):
        for path in [self.folder, *(path for path in self.folder.rglob("*") if path.is_dir())]:
            path.chmod(mode)

    def __exit__(self, *_):
        if self.mounted:
            subprocess.run(["umount", "-l", self.folder], check=True)
        elif os.geteuid() != 0:
            self.modes(0o700)


def test_read_only(meok):
    """a vault that may only be read opens and says so before a word is typed; what is typed can leave for a file"""
    vault(meok)
    draft = meok.run("new", "--title", "읽기만 하는 글", "-", stdin="처음.\n", code=0).out.strip()
    with ReadOnly(meok.vault):
        assert "읽기만 하는 글" in meok.run("list", code=0).out
        assert "처음." in meok.run("show", draft, code=0).out
        assert meok.run("check").code == 0
        refused = meok.run("new", "-", stdin="새 글\n")
        assert refused.code == 1 and "may only be read" in refused.err, refused
        with opened(meok, "edit", draft) as screen:
            screen.expect("the vault may only be read here", 20)
            screen.keys("^End")
            screen.type(FIRST)
            screen.keys("^S")
            screen.expect("change the permissions")
            screen.keys("^O")
            screen.expect("meok.md")
            screen.type(str(meok.home / "copy.md"))
            screen.keys("Enter")
            screen.expect("in the clear")
            screen.keys("^Q")
            screen.expect("^Q again leaves")
            screen.keys("^Q")
            assert screen.exited() == 1
    assert FIRST.strip() in (meok.home / "copy.md").read_text()
    with opened(meok) as screen:
        screen.expect("recovered", 20)
        assert FIRST.strip() in screen.text()
        screen.keys("^S")
        screen.expect("kept")


if __name__ == "__main__":
    main()
