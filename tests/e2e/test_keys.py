#!/usr/bin/env python3
"""Changing the passphrase and the keys, and locking: nothing is lost, and who should be shut out is."""
import os, pathlib, shutil, subprocess, time
import harness
from harness import PASSPHRASE, main, until
from screen import Screen

NEW = "새벽 두 시의 등대 lighthouse 2"
TITLE, BODY = "등대지기의 밤", "불을 켜고 파도를 센다"


def with_draft(meok, title=TITLE, body=BODY):
    if not meok.vault.exists():
        meok.run("init", "--kdf", "interactive", code=0)
        (meok.home / "config" / "meok").mkdir(parents=True, exist_ok=True)
        configure(meok, "set kdf interactive")
    return meok.run("new", "--title", title, "-", stdin=body, code=0).out.strip()


def configure(meok, *lines):
    (meok.home / "config" / "meok" / "config").write_text("".join(line + "\n" for line in lines))


def body_of(meok, draft, passphrase=True):
    return meok.json("show", draft, passphrase=passphrase)["body"].rstrip("\n")


def slots(meok):
    return sorted(path.name for path in (meok.vault / "keys").glob("*.key"))


def test_passwd(meok):
    """passwd: the old passphrase opens nothing, the new one and the recovery key do; an old copy opens as before"""
    draft = with_draft(meok)
    recovery = meok.run("recovery-key", code=0).out.strip()
    old_keys = meok.home / "old-keys"
    shutil.copytree(meok.vault / "keys", old_keys)
    said = meok.run("passwd", passphrase=PASSPHRASE + "\n" + NEW, code=0)
    assert "rekey" in said.err and said.out == "", said
    assert meok.run("show", draft).code == 3
    assert body_of(meok, draft, NEW) == BODY
    assert body_of(meok, draft, recovery) == BODY
    assert len(slots(meok)) == 2
    # what the manual says plainly: a copy of the old slot still opens the vault
    for path in old_keys.iterdir():
        shutil.copy(path, meok.vault / "keys")
    assert body_of(meok, draft) == BODY


def test_passwd_refuses(meok):
    """passwd: a wrong old one, an empty new one, one that is too long or not UTF-8 change nothing"""
    draft = with_draft(meok)
    before = slots(meok)
    assert meok.run("passwd", passphrase="틀린 암호\n" + NEW).code == 3
    assert meok.run("passwd", passphrase=PASSPHRASE).code == 2
    assert meok.run("passwd", passphrase=PASSPHRASE + "\n" + "a" * 1025).code == 2
    assert meok.run("passwd", "--kdf", "free", passphrase=PASSPHRASE + "\n" + NEW).code == 2
    assert slots(meok) == before and body_of(meok, draft) == BODY


def test_recover(meok):
    """recover: the recovery key gives a new passphrase; the forgotten one opens nothing; the key still does"""
    draft = with_draft(meok)
    recovery = meok.run("recovery-key", code=0).out.strip()
    slip = ("B" if recovery[0] != "B" else "C") + recovery[1:]
    wrong = meok.run("recover", passphrase=slip + "\n" + NEW)
    assert wrong.code == 3 and "slip" in wrong.err, wrong
    meok.run("recover", passphrase=recovery + "\n" + NEW, code=0)
    assert meok.run("show", draft).code == 3
    assert body_of(meok, draft, NEW) == BODY and body_of(meok, draft, recovery) == BODY


def test_rekey(meok):
    """rekey: all is there, old copies of the slots open nothing that is new, a new recovery key is printed"""
    drafts = [with_draft(meok, f"{TITLE} {i}", f"{BODY} {i}") for i in range(12)]
    recovery = meok.run("recovery-key", code=0).out.strip()
    objects = {path.name for path in (meok.vault / "objects").rglob("*") if path.is_file()}
    old_keys = meok.home / "old-keys"
    shutil.copytree(meok.vault / "keys", old_keys)
    result = meok.run("rekey", passphrase=PASSPHRASE + "\n" + NEW, code=0)
    fresh = result.out.strip()
    assert len(fresh.split("-")) == 14 and fresh != recovery, result
    assert objects <= {path.name for path in (meok.vault / "objects").rglob("*") if path.is_file()}
    for i, draft in enumerate(drafts):
        assert body_of(meok, draft, NEW) == f"{BODY} {i}"
    assert body_of(meok, drafts[0], fresh) == f"{BODY} 0"
    assert meok.run("show", drafts[0]).code == 3 and meok.run("show", drafts[0], passphrase=recovery).code == 3
    assert meok.json("check", passphrase=NEW)["damaged"] == []
    # the old slots alone, brought back: they open, and read nothing
    new_keys = meok.home / "new-keys"
    shutil.move(meok.vault / "keys", new_keys)
    shutil.copytree(old_keys, meok.vault / "keys")
    listed = meok.json("list")
    assert (listed if isinstance(listed, list) else listed["drafts"]) == []
    damage = meok.run("check")
    assert damage.code == 8 and "open the vault again" in damage.err, damage
    # beside the new ones they are removed by whoever opens with the new passphrase
    for path in new_keys.iterdir():
        shutil.copy(path, meok.vault / "keys")
    assert body_of(meok, drafts[3], NEW) == f"{BODY} 3"
    assert meok.run("show", drafts[0]).code == 3
    assert slots(meok) == sorted(path.name for path in new_keys.glob("*.key"))


def test_two_machines_rekey(meok):
    """two machines rekey at the same time: rekey --join brings together what both sealed"""
    draft = with_draft(meok)
    other = meok.home / "other"
    shutil.copytree(meok.vault, other)
    meok.run("rekey", passphrase=PASSPHRASE + "\n" + NEW, code=0)
    meok.run("--vault", other, "rekey", passphrase=PASSPHRASE + "\n" + "저쪽 등대", code=0)
    there = meok.run("--vault", other, "new", "--title", "저쪽", "-", stdin=BODY, passphrase="저쪽 등대", code=0).out.strip()
    shutil.copytree(other, meok.vault, dirs_exist_ok=True)
    assert meok.run("check", passphrase=NEW).code == 8
    assert meok.run("rekey", "--join", passphrase=NEW + "\n틀린").code == 3
    meok.run("rekey", "--join", passphrase=NEW + "\n" + "저쪽 등대", code=0)
    assert meok.json("check", passphrase=NEW)["damaged"] == []
    assert body_of(meok, draft, NEW) == BODY and body_of(meok, there, NEW) == BODY


def test_passphrase_command(meok):
    """passphrase_command: its first line opens the vault; what goes wrong with it is said; no secret in any argv"""
    draft = with_draft(meok)
    secret = meok.home / "secret"
    secret.write_text(PASSPHRASE + "\nuser: somebody\n")
    configure(meok, "set kdf interactive", f"set passphrase_command 'cat {secret}'")
    assert meok.json("show", draft, passphrase=None)["title"] == TITLE
    # what is handed over goes before it
    assert meok.run("show", draft, passphrase="틀린").code == 3
    for command, part in (
            ("exit 7", "exit code 7"), ("true", "gave nothing"), ("yes x | tr -d '\\n' | head -c 9000", "longer than"),
            ("printf '\\377'", "not UTF-8"), ("kill -9 $$", "137")):
        configure(meok, f"set passphrase_command \"{command.replace(chr(92), chr(92) * 2)}\"")
        result = meok.run("show", draft, passphrase=None)
        assert result.code != 0 and part in result.err, (command, result)
    # it sees no terminal and none of our files, and what it leaves behind is not waited for
    configure(meok, f"set passphrase_command '(sleep 20 &) ; ls /proc/self/fd > {meok.home}/fds; "
              f"(: > /dev/tty) 2>/dev/null && exit 9; cat {secret}'")
    began = time.monotonic()
    assert meok.json("show", draft, passphrase=None)["title"] == TITLE
    assert time.monotonic() - began < 10
    assert (meok.home / "fds").read_text().split() == ["0", "1", "2", "3"]
    # in the screens too
    with Screen.of(meok, "edit", draft) as screen:
        screen.expect(TITLE, 20)
        screen.keys("^Q", settle=False)
        assert screen.exited(10) == 0
    configure(meok, "set passphrase_command 'exit 3'")
    with Screen.of(meok, "edit", draft) as screen:
        screen.expect("exit code 3", 20)
        screen.keys("Esc")
        screen.type(PASSPHRASE)
        screen.keys("Enter", settle=False)
        screen.expect(TITLE, 20)
        screen.keys("^Q", settle=False)
        assert screen.exited(10) == 0
    # one that hangs is not waited for when the terminal goes
    configure(meok, "set passphrase_command 'sleep 50'")
    with Screen.of(meok, "edit", draft, settle=False) as screen:
        screen.expect("opening the vault", 10)
        began = time.monotonic()
        screen.hangup()
        assert screen.exited(10) is not None
        assert time.monotonic() - began < 2


def test_change_in_the_settings(meok):
    """the settings change the passphrase: typed twice, and the new one opens the vault"""
    draft = with_draft(meok)
    with Screen.of(meok, "edit", draft, unlocked=True) as screen:
        screen.expect(TITLE, 20)
        screen.keys("Esc ,")
        screen.expect("Change the passphrase")
        row = [line for line in screen.text().splitlines() if "Change the passphrase" in line][0]
        number = row.split()[0] if row.split()[0].isdigit() else row.split()[1]
        screen.keys(number)
        screen.expect("Choose another passphrase")
        screen.type(NEW)
        assert "Hangul" in screen.text()
        screen.keys("Enter")
        screen.type(NEW + "x")
        screen.keys("Enter")
        screen.expect("not the same")
        screen.type(NEW)
        screen.keys("Enter", settle=False)
        screen.expect("the passphrase is changed", 20)
        assert NEW not in screen.text()
        screen.keys("Esc", "^Q", settle=False)
        assert screen.exited(10) == 0
    assert body_of(meok, draft, NEW) == BODY and meok.run("show", draft).code == 3


def test_lock(meok):
    """Esc x: the text is kept, keys typed with it are dropped, the unlock screen says so and leads back to the place"""
    draft = with_draft(meok, body="첫 줄\n\n둘째 줄")
    with Screen.of(meok, "edit", draft, "+3:3", unlocked=True) as screen:
        screen.expect(TITLE, 20)
        pid = screen.pid
        screen.type("새")
        screen.send(b"\x1bxabc\rdef", settle=False)
        screen.expect("locked; the draft is kept", 20)
        screen.settle()
        text = screen.text()
        assert TITLE not in text and "둘째" not in text and "●" not in text, text
        assert pathlib.Path(f"/proc/{pid}/cmdline").read_bytes() == f"meok\0edit\0{full_id(meok, draft)}\0+3:4\0".encode()
        screen.type(PASSPHRASE)
        screen.keys("Enter", settle=False)
        screen.expect("둘째새 줄", 20)
        screen.type("!")
        screen.keys("^Q", settle=False)
        assert screen.exited(10) == 0
    assert body_of(meok, draft) == "첫 줄\n\n둘째새! 줄"


def full_id(meok, draft):
    return meok.json("show", draft)["id"]


def test_lock_from_the_library(meok):
    """x in the library locks, and the library is there again after the passphrase; options are handed on"""
    with_draft(meok)
    vault = meok.home / "elsewhere"
    shutil.move(meok.vault, vault)
    with Screen.of(meok, "--vault", vault, unlocked=True) as screen:
        screen.expect(TITLE, 20)
        screen.keys("x", settle=False)
        screen.expect("locked; the draft is kept", 20)
        assert f"--vault={vault}" in pathlib.Path(f"/proc/{screen.pid}/cmdline").read_text()
        screen.settle()
        screen.type(PASSPHRASE)
        screen.keys("Enter", settle=False)
        screen.expect(TITLE, 20)
        screen.keys("q", settle=False)
        assert screen.exited(10) == 0


def test_idle_lock(meok):
    """no key for as long as the settings say: kept and locked; thinking is not idling, and 0 is never"""
    draft = with_draft(meok)
    configure(meok, "set lock 3s")
    with Screen.of(meok, "edit", draft, unlocked=True) as screen:
        screen.expect(TITLE, 20)
        screen.keys("Enter", "Enter")
        for letter in "생각하다":
            screen.type(letter)
            time.sleep(1.2)
        assert TITLE in screen.text()
        screen.expect("locked, because no key came", 10)
        screen.keys("^Q", settle=False)
        assert screen.exited(10) == 0
    assert body_of(meok, draft) == "생각하다" + BODY
    configure(meok, "set lock 0")
    with Screen.of(meok, "edit", draft, unlocked=True) as screen:
        screen.expect(TITLE, 20)
        time.sleep(4)
        assert TITLE in screen.text()
        screen.keys("^Q", settle=False)
        assert screen.exited(10) == 0


def test_no_lock_without_keeping(meok):
    """a draft that cannot be kept is not locked away: that is said, and the text stays"""
    draft = with_draft(meok)
    with Screen.of(meok, "edit", draft, unlocked=True) as screen:
        screen.expect(TITLE, 20)
        screen.keys("Enter", "Enter")
        screen.type("잃을 수 없는 ")
        tmp = meok.vault / "tmp"
        shutil.rmtree(tmp)
        tmp.write_text("in the way")
        screen.keys("Esc x")
        screen.expect("not a folder", 10)
        assert "잃을 수 없는" in screen.text()
        screen.keys("Esc")
        screen.expect("not locked")
        screen.keys("Esc")
        tmp.unlink()
        screen.keys("^S")
        screen.keys("^Q", settle=False)
        assert screen.exited(10) == 0
    assert body_of(meok, draft) == "잃을 수 없는 " + BODY


def test_screens_leave_no_core(meok):
    """the screens, before and after a lock, may not dump core and are closed to other programs of the same user"""
    if os.getuid() != 0 or not shutil.which("setpriv"):
        raise harness.Skip("needs root and setpriv: meok runs as another user")
    nobody = 65534
    draft = with_draft(meok)
    for path in [meok.home, *meok.home.rglob("*")]:
        os.chown(path, nobody, nobody)
    os.chmod(meok.home.parent, 0o755)
    command = ["setpriv", f"--reuid={nobody}", f"--regid={nobody}", "--clear-groups"]
    control = subprocess.Popen([*command, "sleep", "20"])
    until(lambda: b"sleep" in pathlib.Path(f"/proc/{control.pid}/cmdline").read_bytes().split(b"\0")[0], what="sleep")
    assert os.stat(f"/proc/{control.pid}/environ").st_uid == nobody
    control.kill()
    control.wait()
    with Screen([*command, meok.program, "edit", draft], meok.home.parent, meok.environment, cwd=meok.home) as screen:
        for locked in False, True:
            screen.type(PASSPHRASE)
            screen.keys("Enter", settle=False)
            screen.expect(TITLE, 20)
            limits = pathlib.Path(f"/proc/{screen.pid}/limits").read_text()
            line = [line for line in limits.splitlines() if line.startswith("Max core file size")][0]
            assert line.split()[4:6] == ["0", "0"], line
            # of a process that is not dumpable these files are root's
            assert os.stat(f"/proc/{screen.pid}/environ").st_uid == 0
            if not locked:
                screen.keys("Esc x", settle=False)
                screen.expect("locked; the draft is kept", 20)
                screen.settle()
        screen.keys("^Q", settle=False)
        assert screen.exited(10) == 0


if __name__ == "__main__":
    main()
