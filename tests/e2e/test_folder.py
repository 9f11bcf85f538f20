#!/usr/bin/env python3
"""Publishing without an account: the plain folder in a real browser, and hugo."""
import html, json, pathlib, re, shutil, subprocess, urllib.parse
import xml.etree.ElementTree as ElementTree
import harness
from harness import Skip

ARTICLE = pathlib.Path(__file__).with_name("article.md")
CHROMIUM = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync"]


def browse(url, tmp, *options):
    """The document as the browser holds it after loading."""
    if not shutil.which("chromium"):
        raise Skip("chromium is not installed")
    done = subprocess.run([*CHROMIUM, f"--user-data-dir={tmp}/browser", "--dump-dom", *options, url],
                          capture_output=True, timeout=90, env={"HOME": str(tmp), "PATH": "/usr/bin:/bin"})
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.decode()


def write(meok, title, *options):
    return meok.run("new", "--title", title, "--subtitle", "소제목", "--comments", "off", *options, "-",
                    stdin=ARTICLE.read_bytes(), code=0).out.strip()


def path_of(url):
    return pathlib.Path(urllib.parse.unquote(urllib.parse.urlparse(url).path))


def test_a_folder_without_any_site(meok, tmp):
    """with no site at all an article goes to ~/meok-blog, and a browser shows page, index and feed"""
    meok.run("init", "--kdf", "interactive", code=0)
    first = write(meok, "등대 <하나> & 둘", "--keyword", "등대", "--keyword", "겨울 바다", "--work", "해안 산책")
    second = write(meok, "두 번째 밤", "--work", "해안 산책")
    answers = [meok.json("publish", draft)["articles"][0] for draft in (first, second)]
    blog = meok.home / "meok-blog"
    page = path_of(answers[0]["url"])
    assert page.parent == blog and answers[0]["result"] == "published", answers

    dom = browse(answers[0]["url"], tmp)
    assert "<strong>김 씨(전직 항해사)</strong>는" in dom and "<strong>‘불 켜는 이’</strong>라고" in dom
    assert re.search(r"<h1[^>]*>등대 &lt;하나&gt; &amp; 둘</h1>", dom), dom[:3000]
    assert "**카카오(주)**는 이 줄에서 굵어지지 않는다 &amp; &lt;b&gt;그대로&lt;/b&gt;다" in dom
    assert "<hr" in dom and "<table" in dom and "겨울 바다" in dom and "소제목" in dom and 'lang="ko"' in dom
    assert "<script" not in dom

    index = browse((blog / "index.html").as_uri(), tmp)
    assert "등대 &lt;하나&gt; &amp; 둘" in index and "두 번째 밤" in index and "해안 산책" in index
    feed = ElementTree.parse(blog / "feed.xml").getroot()
    atom = "{http://www.w3.org/2005/Atom}"
    assert feed.tag == atom + "feed"
    titles = [entry.findtext(atom + "title") for entry in feed.iter(atom + "entry")]
    assert sorted(titles) == sorted(["등대 <하나> & 둘", "두 번째 밤"])
    for element in "id", "updated", "title":
        assert feed.findtext(atom + element)
        assert all(entry.findtext(atom + element) for entry in feed.iter(atom + "entry"))
    shown = browse((blog / "feed.xml").as_uri(), tmp)
    assert "두 번째 밤" in shown

    shot = pathlib.Path(tmp) / "page.png"
    browse(answers[0]["url"], tmp, f"--screenshot={shot}", "--window-size=1280,1600")
    if shot.exists():
        assert shot.stat().st_size > 20000


def test_a_change_keeps_the_page(meok, tmp):
    """publishing again rewrites the same page; a page that somebody changed is a conflict"""
    meok.run("init", "--kdf", "interactive", code=0)
    draft = write(meok, "고쳐 쓰는 글")
    first = meok.json("publish", draft)["articles"][0]
    meok.run("set", draft, "--title", "새 제목", "--body", "-", stdin="고친 글이다.\n", code=0)
    second = meok.json("publish", draft)["articles"][0]
    assert second["result"] == "updated" and second["url"] == first["url"]
    page = path_of(first["url"])
    assert "고친 글이다." in page.read_text()
    pages = [p for p in page.parent.glob("*.html") if p.name != "index.html"]
    assert pages == [page]
    page.write_text(page.read_text().replace("고친", "남이 고친"))
    meok.run("set", draft, "--body", "-", stdin="또 고친 글이다.\n", code=0)
    conflict = meok.run("publish", draft)
    assert conflict.code == 7 and "--overwrite" in conflict.err, conflict
    assert "남이 고친" in page.read_text()
    assert meok.json("publish", draft, "--overwrite")["articles"][0]["result"] == "updated"


def test_a_file_of_somebody_else_is_never_touched(meok, tmp):
    """a page of that name that meok did not write stays, and the article takes another name"""
    meok.run("init", "--kdf", "interactive", code=0)
    blog = meok.home / "pages"
    blog.mkdir()
    (blog / "note.html").write_text("mine")
    meok.run("site", "add", "pages", str(blog), "--type", "plain", code=0)
    draft = meok.run("new", "--title", "note", "-", stdin="text", code=0).out.strip()
    url = meok.json("publish", draft)["articles"][0]["url"]
    assert (blog / "note.html").read_text() == "mine" and path_of(url) != blog / "note.html"
    assert path_of(url).exists()


def test_hugo_builds_it(meok, tmp):
    """hugo builds the article with title, tags and comments: false"""
    if not shutil.which("hugo"):
        raise Skip("hugo is not installed")
    meok.run("init", "--kdf", "interactive", code=0)
    site = pathlib.Path(tmp) / "hugo"
    (site / "layouts/_default").mkdir(parents=True)
    (site / "config.toml").write_text('baseURL = "https://h.example.org/"\ntitle = "시험"\nlanguageCode = "ko"\n'
                                      'disableKinds = ["taxonomy", "term", "RSS", "sitemap"]\n')
    (site / "layouts/_default/single.html").write_text(
        "<h1>{{ .Title }}</h1>{{ jsonify .Params }}<main>{{ .Content }}</main>")
    (site / "layouts/_default/list.html").write_text("{{ range .Pages }}{{ .Title }}{{ end }}")
    meok.run("site", "add", "notes", str(site), code=0)
    assert meok.json("site", "list")["sites"][0]["type"] == "hugo"
    title = 'quote " back\\slash: #한글 제목'
    draft = write(meok, title, "--keyword", "등대", "--keyword", "겨울: 바다", "--work", "해안 산책")
    answer = meok.json("publish", draft)["articles"][0]
    assert answer["result"] == "published"
    done = subprocess.run(["hugo", "--source", str(site), "--quiet"], capture_output=True, timeout=60,
                          env={"HOME": str(tmp), "PATH": "/usr/bin:/bin", "TMPDIR": str(tmp)})
    assert done.returncode == 0, done.stdout + done.stderr
    pages = [p.read_text() for p in (site / "public").rglob("index.html") if "<main>" in p.read_text()]
    assert len(pages) == 1, pages
    [page] = pages
    assert html.unescape(re.search("<h1>(.*?)</h1>", page).group(1)) == title, page[:300]
    params = json.loads(html.unescape(re.search(r"</h1>(\{.*?\})<main>", page, re.S).group(1)))
    assert params["tags"] == ["등대", "겨울: 바다"] and params["comments"] is False and params["draft"] is False
    assert "해안 산책" in json.dumps(params, ensure_ascii=False)


if __name__ == "__main__":
    harness.main()
