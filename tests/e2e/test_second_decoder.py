#!/usr/bin/env python3
"""What the program writes is read by tests/vectors' own decoder: the vault through a change of keys, and what lies beside it."""
import os, pathlib, shutil, signal, sys
from harness import PASSPHRASE, Skip, main
from screen import Screen

TOP = pathlib.Path(os.environ.get("MEOK_TOP", pathlib.Path(__file__).resolve().parents[2]))
NEW = "새벽 두 시의 등대 lighthouse 2"
THOUGHT = "장터에서 들은 말을 적어 둔다"
FIRST, SECOND = "장마가 끝난 날 우산을 버렸다. ", "버린 자리에 또 비가 왔다."


def decoders():
    sys.path.insert(0, str(TOP / "tests" / "vectors"))
    try:
        import decode, decode_format, decode_more
    except ImportError as error:
        raise Skip("python3-nacl is not installed") from error
    return decode, decode_format, decode_more


def opened(meok, passphrase=PASSPHRASE):
    decode, form, _ = decoders()
    return decode.Vault(meok.vault, passphrase=form.read_passphrase(passphrase))


def bodies(vault):
    return sorted(vault.open(card.id)[1].record["body"] for _, card in vault.drafts())


def beside(meok, *parts):
    """The one file of that name among what the device keeps of the vault."""
    found, = (meok.home / "state" / "meok").glob(os.path.join("*", *parts))
    return found.name, found.read_bytes()


def test_former_keys(meok):
    """after a rekey the decoder reads everything, and what an older copy brings back under the former key"""
    decoders()
    meok.run("init", "--kdf", "interactive", code=0)
    (meok.home / "config" / "meok").mkdir(parents=True, exist_ok=True)
    (meok.home / "config" / "meok" / "config").write_text("set kdf interactive\n")
    for i in range(3):
        meok.run("new", "--title", f"등대 {i}", "-", stdin=f"불을 켠다 {i}\n", code=0)
    wanted = [f"불을 켠다 {i}\n" for i in range(3)]
    before = opened(meok)
    assert bodies(before) == wanted and before.refused == {}
    copy = meok.home / "copy"
    shutil.copytree(meok.vault / "objects", copy)
    meok.run("rekey", passphrase=PASSPHRASE + "\n" + NEW, code=0)
    after = opened(meok, NEW)
    assert bodies(after) == wanted and after.refused == {}
    assert sorted(after.masters) == [1, 2] and after.masters[1] == before.masters[1]
    shutil.copytree(copy, meok.vault / "objects", dirs_exist_ok=True)
    brought_back = opened(meok, NEW)
    assert bodies(brought_back) == wanted and brought_back.refused == {}


def test_index_and_drops(meok):
    """the index names the objects that are there; a dropped file and the drop key open; taken in, it is a fragment"""
    _, form, more = decoders()
    meok.run("init", "--kdf", "interactive", code=0)
    draft = meok.run("new", "--title", "등대", "-", stdin="불을 켠다\n", code=0).out.strip()
    meok.run("list", code=0)
    vault = opened(meok)
    verdict, index = more.open_index(beside(meok, "index")[1], vault.id, vault.masters)
    assert verdict == "ok", verdict
    assert draft in [form.base32_encode(card.id) for card in index.objects], index
    verdict, key = more.open_drop_key((meok.vault / "keys" / "drop.pub").read_bytes())
    assert (verdict, key.vault, key.epoch) == ("ok", vault.id, 1)
    meok.run("drop", THOUGHT, passphrase=None, code=0)
    path, = (meok.vault / "drops").iterdir()
    verdict, drop = more.open_drop(path.read_bytes(), path.name, vault.id, vault.masters)
    assert verdict == "ok" and drop.record["text"].rstrip("\n") == THOUGHT, (verdict, drop)
    meok.run("list", code=0)
    vault = opened(meok)
    head = vault.state(form.FRAGMENT, form.base32_decode(path.name, 16))
    assert vault.open(head.id)[1].body == drop.content and not path.exists()


def test_journal(meok):
    """the journal of a session that was killed holds every letter"""
    _, form, more = decoders()
    meok.run("init", "--kdf", "interactive", code=0)
    with Screen.of(meok, unlocked=True, backend="vt") as screen:
        screen.expect("낱글" if "ko" in os.environ.get("LANGUAGE", "") else "new", 20)
        screen.keys("n")
        screen.type("우산")
        screen.keys("Enter", "Enter")
        screen.type(FIRST)
        screen.type(SECOND)
        screen.signal(signal.SIGKILL)
        screen.exited()
    vault = opened(meok)
    name, data = beside(meok, "journal", "*")
    verdict, journal = more.open_journal(data, name, vault.id, vault.masters)
    assert (verdict, journal.rest) == ("ok", "torn"), (verdict, journal and journal.rest)
    text, number = b"\n\n", form.number  # an empty title, an empty subtitle, no body
    for tag, value in form.split_fields(b"".join(journal.groups)):
        if tag == more.REPLACE:
            start, end, length = (number(value, i, 8) for i in (0, 8, 16))
            text = text[:start] + value[24:] + text[end:]
            assert len(text) == length, (text, length)
    assert ("우산", FIRST + SECOND) == (text.decode().split("\n")[0], text.decode().split("\n")[2]), text


if __name__ == "__main__":
    main()
