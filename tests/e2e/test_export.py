#!/usr/bin/env python3
"""Out into Markdown files and in again: the same drafts; folders of hugo and jekyll; what cannot be read is named."""
import os, stat, subprocess
from harness import main


def filled(meok):
    meok.run("init", "--kdf", "interactive", code=0)
    meok.run("new", "--title", "첫 장: 물/불", "--subtitle", "강가에서", "--keyword", "강", "--keyword", "데이터 센터",
             "--work", "시사 노트", "--comments", "off", "-", stdin="물이 불었다.\n\n---\n\n*다시* 줄었다.\n", code=0)
    meok.run("new", "--title", "둘째 장", "--work", "시사 노트", "-", stdin="짧다.\n", code=0)
    for body in "같은 이름 하나", "같은 이름 둘":
        meok.run("new", "--title", "..같은 이름", "-", stdin=body, code=0)
    gone = meok.run("new", "--title", "버린 글", "-", stdin="버렸다", code=0).out.strip()
    meok.run("rm", gone, code=0)


def files(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_there_and_back(meok):
    """what export writes, import reads: the same drafts, works and chapters; nothing twice; 0600 and 0700"""
    filled(meok)
    out = meok.home / "밖으로"
    done = meok.run("export", out, code=0)
    assert "readable by whoever" in done.err, done
    assert files(out) == ["같은 이름 2.md", "같은 이름.md", "시사 노트/01 첫 장- 물-불.md", "시사 노트/02 둘째 장.md"], files(out)
    for path in [out, *out.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path
    again = meok.run("export", out)
    assert again.code == 2 and "not empty" in again.err, again
    other = meok.home / "other"
    meok.run("--vault", other, "init", "--kdf", "interactive", code=0)
    meok.run("--vault", other, "import", out, code=0)
    listed = meok.run("--vault", other, "list", code=0).out
    assert listed.count("\n") == 4 and listed.count("시사 노트") == 2, listed
    there = meok.run("--vault", other, "import", out, code=0)
    assert "0 drafts made" in there.err and "4 files are as they were imported" in there.err, there
    back = meok.home / "back"
    meok.run("--vault", other, "export", back, code=0)
    # which of two with one name gets the number is not said
    assert files(back) == files(out)
    assert sorted(path.read_text() for path in back.rglob("*.md")) == sorted(path.read_text() for path in out.rglob("*.md"))


def test_revisions_and_trash(meok):
    """earlier revisions and the trash, when asked for"""
    filled(meok)
    draft = meok.json("list")["drafts"][0]["id"]
    meok.run("set", draft, "--body", "-", stdin="고쳐 쓴 글\n", code=0)
    meok.run("drop", "우산은 왜 두고 오나", code=0)
    (meok.home / "그림.png").write_bytes(b"\x89PNG\r\n\x1a\n\xff")
    meok.run("drop", meok.home / "그림.png", code=0)
    out = meok.home / "out"
    done = meok.run("export", out, "--revisions", "--trash", code=0)
    assert "2 fragments" in done.err, done
    assert (out / "fragments/우산은 왜 두고 오나.md").read_text() == "우산은 왜 두고 오나"
    assert (out / "fragments/그림.png").read_bytes() == b"\x89PNG\r\n\x1a\n\xff"
    assert any(".revisions/" in name for name in files(out)) and "trash/버린 글.md" in files(out), files(out)
    done = meok.run("import", out, "--dry-run", code=0)
    assert ".revisions" not in done.out and len(done.out.splitlines()) == 5, done


def test_import_again(meok):
    """a file that changed since is named and left out; --update makes its text a new revision and loses nothing"""
    meok.run("init", "--kdf", "interactive", code=0)
    blog = meok.home / "blog"
    blog.mkdir()
    texts = {name: f"---\ntitle: {name}\ndate: 2024-03-01\ntags: [가]\n---\n\n{name}의 처음.\n" for name in ("그대로", "고침", "둘다")}
    for name, text in texts.items():
        (blog / f"{name}.md").write_text(text)
    meok.run("import", blog, code=0)
    drafts = {draft["title"]: draft["id"] for draft in meok.json("list")["drafts"]}
    # written on here since: the file is still the one that was imported
    meok.run("set", drafts["둘다"], "--body", "-", stdin="여기서 고쳤다.\n", code=0)
    done = meok.run("import", blog, code=0)
    assert "0 drafts made" in done.err and "3 files are as they were imported" in done.err and "changed" not in done.err, done
    for name in "고침", "둘다":
        (blog / f"{name}.md").write_text(texts[name] + "\n바깥에서 덧붙였다.\n")
    os.utime(blog / "그대로.md")
    done = meok.run("import", blog, code=0)
    assert "1 file is as it was" in done.err and "2 files were left out" in done.err and "고침.md has changed" in done.err, done
    assert meok.json("show", drafts["둘다"])["body"] == "여기서 고쳤다.\n"
    assert meok.json("show", drafts["고침"])["body"] == "고침의 처음.\n"
    dry = meok.run("import", "--update", "--dry-run", blog, code=0)
    assert sorted(os.path.basename(line) for line in dry.out.splitlines()) == ["고침.md", "둘다.md"], dry
    done = meok.run("import", "--update", blog, blog / "고침.md", code=0)
    assert "0 drafts made" in done.err and "2 drafts got the texts" in done.err, done
    assert len(meok.json("list")["drafts"]) == 3
    for name in "고침", "둘다":
        shown = meok.json("show", drafts[name])
        assert shown["body"] == f"{name}의 처음.\n\n바깥에서 덧붙였다.\n" and shown["keywords"] == ["가"] and not shown["split"], shown
        assert not shown["changed"].startswith("2024"), shown
    log = meok.json("log", drafts["둘다"])["revisions"]
    assert len(log) == 3
    meok.run("restore", drafts["둘다"], log[1]["id"], code=0)
    assert meok.json("show", drafts["둘다"])["body"] == "여기서 고쳤다.\n"
    # what was brought back here is not undone by the file, which said all it has to say
    assert "3 files are as they were" in meok.run("import", "--update", blog, code=0).err
    assert meok.json("show", drafts["둘다"])["body"] == "여기서 고쳤다.\n"


def test_split(meok):
    """a draft that was changed in two places: both texts come out, each in a file of its own, and it is said"""
    meok.run("init", "--kdf", "interactive", code=0)
    draft = meok.run("new", "--title", "두 갈래", "-", stdin="처음.\n", code=0).out.strip()
    base = meok.json("log", draft)["revisions"][0]["id"]
    for body in "집에서 고친 글.\n", "길에서 고친 글.\n":
        meok.run("set", draft, "--base", base, "--body", "-", stdin=body, code=0)
    done = meok.run("export", meok.home / "out", "--revisions", code=0)
    assert "changed in two places" in done.err and done.err.startswith("1 draft "), done
    texts = "".join(path.read_text() for path in (meok.home / "out").glob("*.md"))
    assert files(meok.home / "out")[0] == "두 갈래 2.md" and "집에서" in texts and "길에서" in texts, texts


def test_blogs(meok):
    """hugo and jekyll: YAML and TOML, bundles, dates in names; what is no text is named and the rest comes in"""
    meok.run("init", "--kdf", "interactive", code=0)
    blog = meok.home / "blog"
    for name, text in {
            "content/post/yaml.md": "---\ntitle: 야믈\ntags: [가, 나]\nweight: 3\ndate: 2024-03-01T10:00:00+09:00\n---\n\n본문\n",
            "content/post/toml.md": '+++\ntitle = "토믈"\ndate = 2023-05-01\ntags = ["다"]\n\n[params]\nx = 1\n+++\n\n몸\n',
            "content/post/bundle/index.md": "---\ntitle: 묶음\n---\n글\n",
            "content/post/_index.md": "---\ntitle: 목록\n---\n",
            "themes/x/README.md": "# 남의 것\n", ".git/x.md": "아니다\n",
            "_posts/2022-01-02-hello-world.md": "지킬의 글\n", "_drafts/생각.markdown": "# 생각 한 조각\n\n아직.\n"}.items():
        path = blog / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (blog / "content/post/broken.md").write_bytes(b"---\ntitle: \xff\xfe\n---\n\xff")
    (blog / "content/post/bad.md").write_text("---\nno colon here\n---\n")
    os.symlink("/etc/hostname", blog / "content/post/link.md")
    done = meok.run("import", blog)
    assert done.code == 2 and "bad.md" in done.err and "line 2" in done.err, done
    assert "weight" in done.err
    listed = {draft["title"]: draft for draft in meok.json("list")["drafts"]}
    assert {"야믈", "토믈", "묶음", "hello-world", "생각 한 조각"} <= set(listed), listed.keys()
    assert "남의 것" not in listed and "목록" not in listed and "link" not in listed
    times = meok.run("list", code=0).out
    for title, date in ("야믈", "2024-03-01"), ("토믈", "2023-05-01"), ("hello-world", "2022-01-02"):
        assert any(title in line and date in line for line in times.splitlines()), times
    assert meok.json("show", listed["토믈"]["id"])["keywords"] == ["다"]


def test_hugo_reads_it(meok):
    """a real hugo builds a site from what export writes"""
    filled(meok)
    site = meok.home / "site"
    subprocess.run(["hugo", "new", "site", site], check=True, capture_output=True)
    (site / "layouts/_default").mkdir(parents=True, exist_ok=True)
    (site / "layouts/_default/single.html").write_text("<h1>{{ .Title }}</h1>{{ .Content }}")
    out = site / "content/posts"
    meok.run("export", out, code=0)
    subprocess.run(["hugo", "-s", site], check=True, capture_output=True)
    pages = [path.read_text() for path in (site / "public").rglob("index.html")]
    assert any("<h1>첫 장: 물/불</h1>" in page and "<em>다시</em>" in page for page in pages), len(pages)


def test_a_full_place(meok):
    """where nothing can be written: an error that says so, and the drafts are as they were"""
    filled(meok)
    (meok.home / "file").write_text("x")
    done = meok.run("export", meok.home / "file" / "out")
    assert done.code == 1 and done.err.startswith("meok: "), done
    assert len(meok.json("list")["drafts"]) == 4


if __name__ == "__main__":
    main()
