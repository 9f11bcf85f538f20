#!/usr/bin/env python3
"""The command line: drafts come back as they went in, bad input is one clear line, exit codes hold."""
import json, os, pathlib, pty, select, shutil, signal, subprocess, sys, time, unicodedata
import harness

ARTICLE = pathlib.Path(__file__).with_name("article.md")


def make(meok):
    meok.run("init", "--kdf", "interactive", code=0)


def one_line(result, code, *words):
    assert result.code == code, result
    assert len(result.err.splitlines()) == 1 and result.err.startswith("meok: "), result
    for word in words:
        assert word in result.err, (word, result)


def test_a_draft_comes_back(meok):
    """front matter, options and text are kept; --markdown reads back to the same draft"""
    make(meok)
    text = "---\n제목: 앞머리 글\n소제목: '작은 제목'\n키워드: [하나, \"둘, 셋\"]\n작품: 산문\n댓글: 끔\nlayout: x\n---\n\n본문이다.\n\n둘째 문단.\n"
    made = meok.run("new", "-", stdin=text, code=0)
    assert "layout" in made.err and "산문" in made.err, made
    draft = made.out.strip()
    shown = meok.json("show", draft[:7])
    assert (shown["title"], shown["subtitle"], shown["keywords"]) == ("앞머리 글", "작은 제목", ["하나", "둘, 셋"]), shown
    assert shown["work"] == "산문" and shown["chapter"] == 1 and shown["comments"] == "closed"
    assert shown["body"] == "본문이다.\n\n둘째 문단.\n" and shown["state"] == "draft" and shown["published"] == []
    copy = meok.run("new", "-", stdin=meok.run("show", draft, "--markdown", code=0).out, code=0).out.strip()
    again = meok.json("show", copy)
    for key in "title", "subtitle", "keywords", "work", "comments", "body":
        assert again[key] == shown[key], key
    assert again["chapter"] == 2
    assert "<p>본문이다.</p>" in meok.run("show", draft, "--html", code=0).out
    meok.run("set", draft, "--keyword", "", "--work", "", "--title", "고친 제목", code=0)
    changed = meok.json("show", "@")
    assert changed["id"] == draft and changed["keywords"] == [] and changed["work"] == "" and changed["title"] == "고친 제목"
    assert changed["body"] == shown["body"]


def test_the_list_finds(meok):
    """list by state, work and text; trash and back"""
    make(meok)
    a = meok.run("new", "--title", "봄밤", "--work", "사계", "-", stdin="Zebra가 잠든 밤\n", code=0).out.strip()
    b = meok.run("new", "--title", "여름", "-", stdin="다른 글\n", code=0).out.strip()
    ids = lambda *options: [d["id"] for d in meok.json("list", *options)["drafts"]]
    assert ids() == [b, a] and ids("--work", "사계") == [a] and ids("--search", "zebra") == [a]
    assert ids("--search", unicodedata.normalize("NFD", "봄밤")) == [a] and ids("--state", "published") == []
    meok.run("rm", a, code=0)
    assert ids() == [b] and ids("--state", "trashed") == [a]
    meok.run("restore", a[:8], code=0)
    assert set(ids()) == {a, b}
    table = meok.run("list", code=0).out
    assert "봄밤" in table and a[:7] in table


def test_text_is_kept_exactly(meok):
    """decomposed text becomes NFC; ill-formed bytes become U+FFFD, counted and said; CRLF becomes LF"""
    make(meok)
    done = meok.run("new", "--title", unicodedata.normalize("NFD", "한글 제목"), "-",
                    stdin=unicodedata.normalize("NFD", "각설탕").encode() + b"\r\n\xff\xfe ok\xed\xa0\x80\r\n", code=0)
    shown = meok.json("show", done.out.strip())
    assert shown["title"] == "한글 제목" and shown["body"] == "각설탕\n\ufffd\ufffd ok\ufffd\ufffd\ufffd\n", shown
    assert "5" in done.err, done
    big = "가나다라 마바사 " * 200000
    draft = meok.run("new", "--title", "긴 글", "-", stdin=big, code=0).out.strip()
    assert meok.json("show", draft)["body"] == big
    family = "👨‍👩‍👧‍👦 🇰🇷 👍🏽 1️⃣ é한"
    draft = meok.run("new", "--title", family, "-", stdin=family, code=0).out.strip()
    shown = meok.json("show", draft)
    assert shown["title"] == shown["body"] == unicodedata.normalize("NFC", family)


def test_wrong_words_get_one_line(meok):
    """unknown commands, options, drafts, sites, works: one line with the nearest name"""
    make(meok)
    draft = meok.run("new", "--title", "글", "--work", "산책길", "-", stdin="글", code=0).out.strip()
    one_line(meok.run("pubilsh", passphrase=None), 2, "publish")
    one_line(meok.run("zzzz", passphrase=None), 2, "--help")
    one_line(meok.run("site", passphrase=None), 2)
    one_line(meok.run("site", "lits", passphrase=None), 2, "site list")
    one_line(meok.run("new", "--tittle", "x", passphrase=None), 2, "--title")
    one_line(meok.run("list", "--zzz", passphrase=None), 2, "--zzz")
    one_line(meok.run("show", passphrase=None), 2, "ID")
    one_line(meok.run("show", "a", "b", passphrase=None), 2, "b")
    one_line(meok.run("show", "zzzzzzz"), 4, "meok list")
    one_line(meok.run("publish", "zzzzzzz"), 4)
    one_line(meok.run("publish", draft, "--site", "blgo"), 4, "blgo")
    meok.run("site", "add", "blog", str(meok.home / "b"), "--type", "plain", code=0)
    one_line(meok.run("publish", draft, "--site", "blgo"), 4, "blog")
    one_line(meok.run("list", "--work", "산첵길"), 4, "산책길")
    one_line(meok.run("site", "add", "blog", str(meok.home / "b"), "--type", "plain"), 2, "blog")
    one_line(meok.run("site", "add", "x", str(meok.home / "b"), "--type", "wordpres"), 2, "wordpress")
    one_line(meok.run("list", "--state", "gone"), 2, "gone")
    one_line(meok.run("set", draft, "--comments", "maybe"), 2, "maybe")
    one_line(meok.run("new", "--site", "nowhere", "-", stdin="x"), 4, "nowhere")
    one_line(meok.run("new", str(meok.home / "none.md")), 4, "none.md")
    one_line(meok.run("publish", stdin=""), 2)
    assert len(meok.json("list")["drafts"]) == 1


def test_passphrases(meok):
    """wrong: exit 3, nothing changed; none and no terminal: no prompt; decomposed Hangul opens; recovery key opens"""
    make(meok)
    meok.run("new", "--title", "글", "-", stdin="글", code=0)
    before = sorted((p, p.read_bytes()) for p in meok.vault.rglob("*") if p.is_file())
    one_line(meok.run("list", passphrase="다른 암호"), 3, "wrong passphrase")
    assert before == sorted((p, p.read_bytes()) for p in meok.vault.rglob("*") if p.is_file())
    one_line(meok.run("list", passphrase=None), 2, "--passphrase-fd")
    one_line(meok.run("init", "--kdf", "interactive"), 2, "already")
    assert meok.run("list", passphrase=unicodedata.normalize("NFD", meok.passphrase)).code == 0
    key = meok.run("recovery-key", code=0).out.strip()
    assert len(key.split("-")) == 14
    assert meok.run("list", passphrase=key, code=0).out
    assert meok.run("list", passphrase=key.lower().replace("-", " "), code=0).out
    wrong = key[:-1] + ("A" if key[-1] != "A" else "B")
    assert meok.run("list", passphrase=wrong).code == 3
    one_line(meok.run("list", "--vault", str(meok.home / "none")), 4, "meok init")


def test_damage_is_named(meok):
    """a damaged draft is named, the others open; asked for, it is exit 8; check says the same"""
    make(meok)
    good = meok.run("new", "--title", "성한 글", "-", stdin="성하다", code=0).out.strip()
    before = set(meok.vault.joinpath("objects").rglob("*"))
    bad = meok.run("new", "--title", "깨진 글", "-", stdin="깨진다 " * 3000, code=0).out.strip()
    [new] = [p for p in set(meok.vault.joinpath("objects").rglob("*")) - before if p.is_file()]
    whole = new.read_bytes()
    assert meok.run("check", code=0).out
    # in the body: the card still tells the title; in the card: the name of the file is the draft's id
    for offset, title in (len(whole) - 100, True), (300, False):
        new.write_bytes(whole[:offset] + bytes([whole[offset] ^ 1]) + whole[offset + 1:])
        assert meok.json("show", good)["body"] == "성하다"
        listed = meok.run("list", code=0)
        assert "성한 글" in listed.out
        asked = meok.run("show", bad)
        said = asked.err.splitlines()  # what is damaged, and which way out there is
        assert asked.code == 8 and said[0].startswith("meok: "), asked
        assert "깨진다" not in asked.out
        checked = meok.run("check")
        assert checked.code == 8 and new.name in checked.out + checked.err, checked
        # this device has seen the card: the title is known whatever is damaged
        assert "깨진 글" in asked.err and "깨진 글" in checked.out + checked.err, (asked, checked)
    new.write_bytes(whole)
    assert meok.run("check").code == 0
    # programs are told the way out too, and it is one
    meok.run("set", bad, "--body", "-", stdin="고친 글\n", code=0)
    for path in meok.vault.joinpath("objects").rglob("*"):
        if path.is_file() and path not in before and path != new:
            path.write_bytes(path.read_bytes()[:-9] + b"123456789")
    [row] = json.loads(meok.run("check", "--json", code=8).out)["damaged"]
    meok.run("restore", bad, row["sound"], code=0)
    assert meok.json("show", bad)["body"].startswith("깨진다")


def test_settings(meok):
    """a bad line of the settings file is named with file and line, and the rest works"""
    make(meok)
    config = meok.home / "config/meok/config"
    config.parent.mkdir(parents=True)
    (config.parent / "more").write_text("set vautl /nowhere\n")
    config.write_text("# 주석\nset language ko\ninclude more\nbogus\nset language \"open\n")
    done = meok.run("list")
    assert done.code == 0
    lines = done.err.splitlines()
    assert any("more:1" in line and "vault" in line for line in lines), lines
    assert any("config:4" in line for line in lines) and any("config:5" in line for line in lines), lines
    assert any("아직" in line for line in lines), lines  # Korean, as the second line of the file wants it


def test_korean_without_a_korean_locale(meok):
    """LANG=ko_KR.UTF-8 on a machine without that locale: Korean messages, no complaint"""
    done = meok.run("pubilsh", passphrase=None, environment={"LANG": "ko_KR.UTF-8"})
    assert done.code == 2 and any("\uac00" <= c <= "\ud7a3" for c in done.err), done
    assert len(done.err.splitlines()) == 1
    plain = meok.run("pubilsh", passphrase=None, environment={"LANG": "C"})
    assert plain.err.startswith("meok: there is no command"), plain
    usage = meok.run("--help", passphrase=None, environment={"LANGUAGE": "ko"})
    assert usage.code == 0 and "암호" in usage.out, usage.out


def test_help_and_version(meok):
    """--help lists every command and option; --version is one line; options may stand before or after"""
    usage = meok.run("--help", passphrase=None, code=0).out
    for word in "init new list show set rm restore publish keywords recovery-key check passwd recover rekey".split():
        assert f"meok {word}" in usage, word
    assert "meok site add" in usage and "--vault" in usage
    for absent in "pull", "outbox", "unpublish", "--at ":
        assert absent not in usage, absent
    assert meok.run("publish", "--help", passphrase=None, code=0).out.count("--") >= 5
    assert meok.run("--version", passphrase=None, code=0).out.startswith("meok 0.")
    make(meok)
    other = meok.home / "other"
    meok.run("--vault", other, "init", "--kdf", "interactive", code=0)
    assert meok.run("list", "--vault", other, code=0).out == ""
    assert meok.run(passphrase=None).code == 0


def test_a_file_is_the_same_draft_again(meok):
    """publish FILE twice is one draft and one page; a first heading is the title"""
    make(meok)
    file = meok.home / "essay.md"
    file.write_text("# 파일에서 온 글\n\n첫 판이다.\n")
    first = meok.json("publish", str(file))["articles"][0]
    file.write_text("# 파일에서 온 글\n\n둘째 판이다.\n")
    second = meok.json("publish", str(file))["articles"][0]
    assert first["id"] == second["id"] and first["url"] == second["url"] and second["result"] == "updated"
    assert meok.json("publish", first["id"], "--dry-run")["articles"][0]["result"] == "unchanged"
    assert meok.json("publish", first["id"], "--dry-run", "--overwrite")["articles"][0]["result"] == "would-update"
    shown = meok.json("show", first["id"])
    assert shown["title"] == "파일에서 온 글" and shown["body"] == "둘째 판이다.\n"


def test_keywords(meok):
    """keywords in use, and suggestions from the text"""
    make(meok)
    draft = meok.run("new", "--title", "등대와 바다", "--keyword", "등대", "-", stdin=ARTICLE.read_bytes(), code=0).out.strip()
    assert meok.json("keywords")["keywords"][0]["name"] == "등대"
    suggestions = meok.json("keywords", "--suggest", draft)["suggestions"]
    assert suggestions and "등대" in suggestions, suggestions


def test_several_at_once(meok):
    """ids from standard input; one that fails does not stop the others"""
    make(meok)
    ids = [meok.run("new", "--title", t, "-", stdin="글\n", code=0).out.strip() for t in ("하나", "둘")]
    untitled = meok.run("new", "-", stdin="제목 없는 글\n", code=0).out.strip()
    done = meok.run("publish", "--json", stdin="\n".join([ids[0], untitled, ids[1]]) + "\n")
    assert done.code == 2 and len(json.loads(done.out)["articles"]) == 2, done
    assert len(done.err.splitlines()) == 1


def test_the_passphrase_prompt_is_silent(meok):
    """on a terminal the passphrase is asked for twice, nothing typed is shown, Ctrl-C leaves the terminal as it was"""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(shutil.which(meok.program) or meok.program, [meok.program, "init", "--kdf", "interactive"], meok.environment)
    out = b""
    answers = ["먹물 한 방울 7\x7f8\n".encode(), "먹물 한 방울 8\n".encode()]
    end = time.monotonic() + 30
    while time.monotonic() < end:
        ready, _, _ = select.select([terminal], [], [], 0.3)
        if ready:
            try:
                data = os.read(terminal, 4096)
            except OSError:
                break
            if not data:
                break
            out += data
        elif answers and out.rstrip(b" ").endswith(b":"):
            os.write(terminal, answers.pop(0))
            out += b"|"
    _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0, out.decode()
    assert "먹물".encode() not in out, out.decode()
    assert meok.run("list", passphrase="먹물 한 방울 8").code == 0


def test_output_that_cannot_be_written(meok):
    """a full disk behind standard output is an error, not silence"""
    make(meok)
    meok.run("new", "--title", "글", "-", stdin="글", code=0)
    process = meok.start("list")
    process.communicate()
    with open("/dev/full", "wb") as full:
        command = subprocess.run([meok.program, "--help"], stdout=full, stderr=subprocess.PIPE, env=meok.environment)
    assert command.returncode == 1 and command.stderr


if __name__ == "__main__":
    harness.main()
