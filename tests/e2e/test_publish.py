#!/usr/bin/env python3
"""From an empty home to a published article on a real WordPress, and everything that can go wrong on the way."""
import datetime, html, http.client, pathlib, re, time
import harness
from harness import Hostile

ARTICLE = pathlib.Path(__file__).with_name("article.md")
TITLE = "골목 끝의 등대 & <불빛>"
SUBTITLE = "계단 백스물일곱 개를 세는 사람"
KEYWORDS = ["등대", "겨울 바다", "R&D 일지"]
WORK = "해안 산책"


def connect(meok, wp, user="admin", *options):
    meok.run("init", "--kdf", "interactive", code=0)
    return meok.run("site", "add", "blog", wp.url(), "--user", user, *options, secret=wp.passwords[user], code=0)


def write(meok, title=TITLE, keywords=KEYWORDS, work=WORK, body=None):
    options = [part for keyword in keywords for part in ("--keyword", keyword)]
    if work:
        options += ["--work", work]
    done = meok.run("new", "--title", title, "--subtitle", SUBTITLE, "--comments", "off", *options, "-",
                    stdin=ARTICLE.read_bytes() if body is None else body, code=0)
    return done.out.strip()


def publish(meok, draft, *options):
    return meok.json("publish", draft, *options)["articles"][0]


def terms(wp, kind, ids):
    rows = wp.rest("GET", f"/wp/v2/{kind}?per_page=100&context=edit").json
    names = {row["id"]: row["name"].replace("&amp;", "&") for row in rows}
    return [names[i] for i in ids]


def test_an_article_reaches_readers_as_it_was_written(meok, wp):
    """title, excerpt, tags, category, comments, text and date arrive; nothing else is left behind"""
    connect(meok, wp, "admin", "--keyword-limit", "3")
    before = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0, tzinfo=None)
    draft = write(meok)
    answer = publish(meok, draft)
    after = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)
    assert answer["result"] == "published" and answer["id"] == draft and answer["site"] == "blog", answer
    assert sorted(answer["new_keywords"]) == sorted(KEYWORDS), answer

    [post] = wp.posts()
    assert str(post["id"]) == str(answer["remote_id"]) and post["link"] == answer["url"], (post, answer)
    assert post["status"] == "publish"
    # a title is HTML to WordPress: what readers see is what counts
    assert html.unescape(post["title"]["rendered"]) == TITLE and post["excerpt"]["raw"] == SUBTITLE
    assert terms(wp, "tags", post["tags"]) and sorted(terms(wp, "tags", post["tags"])) == sorted(KEYWORDS)
    assert terms(wp, "categories", post["categories"]) == [WORK]
    assert post["comment_status"] == "closed"
    published = datetime.datetime.fromisoformat(post["date_gmt"])
    assert before <= published <= after, (before, published, after)

    content = post["content"]["raw"]
    for strong in ("김 씨(전직 항해사)", "‘불 켜는 이’", "세 통(여분 포함)"):
        assert f"<strong>{strong}</strong>" in content, content
    assert re.search(r'그는<strong>("|&quot;|&#34;)바다가 먼저 묻는다("|&quot;|&#34;)</strong>라고', content), content
    assert "<em>해 질 녘</em>과" in content
    assert "**카카오(주)**는 이 줄에서 굵어지지 않는다 &amp; &lt;b&gt;그대로&lt;/b&gt;다" in content, content
    assert "<code>**grep(1)**는</code>" in content and "<del>지운 말</del>" in content
    assert "<hr" in content and "<h2" in content and content.count("<h2") == 1, content
    assert '<a href="https://wind.example.org/%EB%B0%A9%ED%96%A5?a=1&amp;b=2">바람의 방향</a>' in content, content
    assert "<table" in content and "<blockquote" in content and "<ol" in content

    token = wp.sql("SELECT COUNT(*) FROM wp_postmeta WHERE meta_key='_wp_old_slug'")
    assert token == [["0"]], token
    feed = wp.get("/feed/").body.decode()
    page = wp.get(f"/?p={post['id']}").body.decode()
    assert TITLE.split(" &")[0] in feed and "meok-" not in feed and "meok-" not in page
    assert "meok-" not in post["slug"] and "meok-" not in wp.rest("GET", f"/wp/v2/posts/{post['id']}").body.decode()
    assert wp.sql("SELECT COUNT(*) FROM wp_posts WHERE post_name LIKE 'meok-%'") == [["0"]]


def test_the_blocks_are_valid_for_wordpress(meok, wp, tmp):
    """WordPress' own parser finds named blocks and no stray HTML"""
    import json, subprocess
    connect(meok, wp)
    publish(meok, write(meok))
    [post] = wp.posts()
    script = ("require $argv[1] . '/wp-includes/class-wp-block-parser.php';"
              "foreach (glob($argv[1] . '/wp-includes/class-wp-block-parser-*.php') as $f) require_once $f;"
              "echo json_encode((new WP_Block_Parser())->parse(stream_get_contents(STDIN)));")
    out = subprocess.run(["php8.2", "-r", script, "/usr/share/wordpress"], input=post["content"]["raw"].encode(),
                         capture_output=True, check=True)
    names = set()

    def walk(blocks):
        for block in blocks:
            if block["blockName"] is None:
                assert block["innerHTML"].strip() == "", block
            names.add(block["blockName"])
            walk(block["innerBlocks"])
    walk(json.loads(out.stdout))
    expected = {"core/paragraph", "core/separator", "core/heading", "core/list", "core/list-item", "core/quote",
                "core/table", "core/code"}
    assert expected <= names, expected - names
    assert "core/freeform" not in names


def test_a_change_goes_to_the_same_post(meok, wp):
    """publishing again after a change keeps post and address; without a change nothing is sent"""
    connect(meok, wp)
    draft = write(meok)
    first = publish(meok, draft)
    date = wp.posts()[0]["date_gmt"]
    time.sleep(1.1)
    meok.run("set", draft, "--title", "골목 끝의 등대, 고침", "--body", "-", stdin="낱말 하나를 고쳤다.\n", code=0)
    assert meok.json("list")["drafts"][0]["state"] == "edited"
    second = publish(meok, draft)
    assert second["result"] == "updated" and second["url"] == first["url"], (first, second)
    [post] = wp.posts()
    assert post["link"] == first["url"] and post["date_gmt"] == date and post["title"]["raw"] == "골목 끝의 등대, 고침"
    assert "낱말 하나를 고쳤다." in post["content"]["raw"]
    assert meok.json("list")["drafts"][0]["state"] == "published"
    sent = len(wp.requests())
    assert publish(meok, draft)["result"] == "unchanged" and len(wp.requests()) == sent
    assert wp.sql("SELECT COUNT(*) FROM wp_postmeta WHERE meta_key='_wp_old_slug'") == [["0"]]


def test_an_author_publishes(meok, wp):
    """an author publishes with keywords; a work the site lacks is refused before anything is created"""
    connect(meok, wp, "author")
    answer = publish(meok, write(meok, work=None))
    assert answer["result"] == "published"
    [post] = wp.posts("publish")
    assert sorted(terms(wp, "tags", post["tags"])) == sorted(KEYWORDS)
    refused = meok.run("publish", write(meok, title="둘째 글", work="없는 작품"))
    assert refused.code == 5 and "없는 작품" in refused.err and len(refused.err.splitlines()) <= 1, refused
    assert len(wp.posts()) == 1


def test_a_contributor_hands_in_for_review(meok, wp):
    """a contributor's article waits for review, once"""
    added = connect(meok, wp, "contributor")
    assert "review" in added.err
    draft = write(meok, keywords=[], work=None)
    assert publish(meok, draft)["result"] == "review"
    [post] = wp.posts()
    assert post["status"] == "pending" and html.unescape(post["title"]["rendered"]) == TITLE
    assert meok.json("list")["drafts"][0]["state"] == "review"
    meok.run("set", draft, "--subtitle", "고친 소제목", code=0)
    assert publish(meok, draft)["result"] == "review"
    [post] = wp.posts()
    assert post["status"] == "pending" and post["excerpt"]["raw"] == "고친 소제목"


def test_few_requests_on_one_connection(meok, wp):
    """an article with known keywords takes at most four requests on one connection"""
    connect(meok, wp)
    publish(meok, write(meok))
    before = len(wp.requests())
    publish(meok, write(meok, title="두 번째 등대"))
    requests = wp.requests()[before:]
    assert len(requests) <= 4, [(r["method"], r["target"]) for r in requests]
    assert len({r["connection"] for r in requests}) == 1, requests
    assert len(wp.posts()) == 2


def test_a_fourth_keyword_is_refused(meok, wp):
    """the site's limit is held when the draft is made for it, and when it is published"""
    connect(meok, wp, "admin", "--keyword-limit", "3")
    four = [part for keyword in ("하나", "둘", "셋", "넷") for part in ("--keyword", keyword)]
    refused = meok.run("new", "--title", "네 낱말", "--site", "blog", *four, "-", stdin="글")
    assert refused.code == 2 and "3" in refused.err and "4" in refused.err, refused
    draft = meok.run("new", "--title", "네 낱말", *four, "-", stdin="글", code=0).out.strip()
    refused = meok.run("publish", draft)
    assert refused.code == 2 and "3" in refused.err, refused
    assert wp.posts() == []


def test_whatever_breaks_there_is_one_post(meok, wp):
    """each step's answer lost in each way, then published again: exactly one post, none hidden"""
    connect(meok, wp)
    for number, act in enumerate(["drop", "cut", "kill"]):
        for nth in range(3):
            draft = write(meok, title=f"끊긴 글 {number}-{nth}", keywords=["등대"], work=None)
            published = {p["id"] for p in wp.posts()}
            # the nth write of this article: create, fill, publish
            target = r"^/wp-json/wp/v2/posts(\?|$)" if nth == 0 else r"^/wp-json/wp/v2/posts/\d+"
            if nth == 2:
                wp.fault("POST", target, "delay", seconds=0)
            fault = wp.fault("POST", target, act, after=True, bytes=40)
            first = meok.run("publish", draft)
            assert fault.fired, (act, nth, first)
            assert first.code in (0, 6), first
            if first.code == 6:
                assert len(first.err.splitlines()) == 1, first.err
                assert meok.json("list")["drafts"][0]["state"] == "unknown"
            again = publish(meok, draft)
            assert again["result"] in ("published", "updated", "unchanged"), again
            new = [p for p in wp.posts() if p["id"] not in published]
            assert len(new) == 1 and new[0]["status"] == "publish", (act, nth, new)
            assert "meok-" not in new[0]["slug"]


def test_a_refusal_leaves_nothing_hidden(meok, wp):
    """when a step is refused for good the hidden draft is removed and the draft here is unchanged"""
    connect(meok, wp)
    draft = write(meok, keywords=[], work=None)
    body = '{"code":"rest_forbidden","message":"오늘은 안 됩니다","data":{"status":403}}'
    fault = wp.fault("POST", r"^/wp-json/wp/v2/posts/\d+", "answer", status=403, body=body,
                     headers={"Content-Type": "application/json"})
    shown = meok.json("show", draft)
    refused = meok.run("publish", draft)
    assert fault.fired and refused.code == 5 and "오늘은 안 됩니다" in refused.err, refused
    assert wp.posts() == [] and wp.posts("trash") == []
    again = meok.json("show", draft)
    assert again["body"] == shown["body"] and again["state"] == "draft", again
    assert publish(meok, draft)["result"] == "published"
    assert len(wp.posts()) == 1


def test_a_change_on_the_web_is_not_overwritten(meok, wp):
    """an article changed or deleted on the web is a conflict, until overwriting is asked for"""
    connect(meok, wp)
    draft = write(meok)
    remote = publish(meok, draft)["remote_id"]
    time.sleep(1.1)
    wp.rest("POST", f"/wp/v2/posts/{remote}", {"content": "편집장이 웹에서 고친 글"})
    meok.run("set", draft, "--body", "-", stdin="내가 고친 글\n", code=0)
    conflict = meok.run("publish", draft)
    assert conflict.code == 7 and "--overwrite" in conflict.err, conflict
    assert wp.posts()[0]["content"]["raw"] == "편집장이 웹에서 고친 글"
    assert publish(meok, draft, "--overwrite")["result"] == "updated"
    assert "내가 고친 글" in wp.posts()[0]["content"]["raw"]
    wp.rest("DELETE", f"/wp/v2/posts/{remote}?force=true")
    meok.run("set", draft, "--body", "-", stdin="또 고친 글\n", code=0)
    conflict = meok.run("publish", draft)
    assert conflict.code == 7 and "--overwrite" in conflict.err, conflict
    assert wp.posts() == []
    publish(meok, draft, "--overwrite")
    [post] = wp.posts()
    assert post["status"] == "publish" and "또 고친 글" in post["content"]["raw"]


def test_a_site_draft_becomes_public_later(meok, wp):
    """--as-draft leaves it hidden on the site; publishing later makes the same post public"""
    connect(meok, wp)
    draft = write(meok, work=None)
    first = publish(meok, draft, "--as-draft")
    assert first["result"] == "site-draft"
    [post] = wp.posts()
    assert post["status"] == "draft" and html.unescape(post["title"]["rendered"]) == TITLE and "meok-" not in post["slug"], post
    assert meok.json("list")["drafts"][0]["state"] == "site-draft"
    second = publish(meok, draft)
    assert second["result"] == "published" and str(second["remote_id"]) == str(first["remote_id"])
    [post] = wp.posts()
    assert post["status"] == "publish"


def test_existing_keywords_are_reused(meok, wp):
    """a keyword that differs in case or normal form only is the site's own; a dry run sends nothing"""
    import unicodedata
    wp.rest("POST", "/wp/v2/tags", {"name": "등대"})
    wp.rest("POST", "/wp/v2/tags", {"name": "SeaSide"})
    connect(meok, wp)
    draft = write(meok, keywords=[unicodedata.normalize("NFD", "등대"), "seaside"], work=None)
    sent = len(wp.requests())
    plan = publish(meok, draft, "--dry-run")
    assert plan["result"] == "would-publish" and plan["new_keywords"] == [] and len(wp.requests()) == sent, plan
    assert publish(meok, draft)["new_keywords"] == []
    [post] = wp.posts()
    assert sorted(terms(wp, "tags", post["tags"])) == sorted(["등대", "SeaSide"])
    assert len(wp.rest("GET", "/wp/v2/tags").json) == 2


def test_discovery_from_any_address(meok, wp):
    """an article's address, an address without scheme, plain permalinks, and a page that is no WordPress"""
    meok.run("init", "--kdf", "interactive", code=0)
    post = wp.rest("POST", "/wp/v2/posts", {"title": "이미 있는 글", "status": "publish"}).json
    secret = wp.passwords["admin"]
    add = lambda name, url, **more: meok.run("site", "add", name, url, "--user", "admin", secret=secret, **more)
    assert add("a", post["link"]).code == 0
    assert add("b", wp.url() + "/wp-admin/").code == 0
    wp.sql("UPDATE wp_options SET option_value='' WHERE option_name='permalink_structure'")
    assert add("c", wp.url()).code == 0
    draft = meok.run("new", "--title", "평범한 주소", "--site", "c", "-", stdin="글", code=0).out.strip()
    assert publish(meok, draft)["result"] == "published"
    with Hostile(harness.page()) as other:
        none = add("d", other.url)
        assert none.code == 5 and "WordPress" in none.err and len(none.err.splitlines()) == 1, none
    wrong = meok.run("site", "add", "e", wp.url(), "--user", "admin", secret="wrong wrong wrong")
    assert wrong.code == 5 and "application password" in wrong.err, wrong
    assert [s["name"] for s in meok.json("site", "list")["sites"]].count("e") == 0


def test_servers_that_misbehave(meok, wp):
    """down, HTML, redirect, endless, silent-and-closed: one line each, exit 5 or 6, the draft unchanged"""
    connect(meok, wp)
    draft = write(meok, keywords=[], work=None)
    html = {"Content-Type": "text/html"}
    cases = [
        (dict(act="answer", status=200, body="<html>점검 중</html>", headers=html), (5, 6)),
        (dict(act="answer", status=502, body="<html>Bad Gateway</html>", headers=html), (5, 6)),
        (dict(act="answer", status=301, headers={"Location": "https://elsewhere.example/x"}), (5, 6)),
        (dict(act="answer", status=200, body="", headers={"Content-Type": "application/json"}), (5, 6)),
        (dict(act="answer", status=200, body='{"id":[1],"slug":7}', headers={"Content-Type": "application/json"}), (5, 6)),
        (dict(act="answer", status=500, body='{"code":"x","message":"\\u001b[31m빨강\\u202e","data":{}}',
              headers={"Content-Type": "application/json"}), (5, 6)),
    ]
    for fault, codes in cases:
        armed = wp.fault("POST", r"^/wp-json/wp/v2/posts(\?|$)", **fault)
        done = meok.run("publish", draft)
        assert armed.fired and done.code in codes, (fault, done)
        assert len(done.err.splitlines()) == 1 and "\x1b" not in done.err and "\u202e" not in done.err, done
        assert meok.json("show", draft)["title"] == TITLE
    assert publish(meok, draft)["result"] in ("published", "updated")
    assert len(wp.posts()) == 1


def test_addresses_that_misbehave(meok):
    """nobody there, ten gigabytes, a trickle of nothing, a closed line, a redirect in circles: one line each, no site"""
    meok.run("init", "--kdf", "interactive", code=0)
    add = lambda url: meok.run("site", "add", "blog", url, "--user", "a", secret="abcd efgh ijkl")
    circle = Hostile(lambda server, connection, request: harness.redirect(server.url + "/next")(server, connection, request))
    answers = [harness.endless(), harness.endless(b"<html>", type="text/html"), harness.raw(b""), harness.raw(b"HTTP/1.1"),
               harness.page(200, '{"a":' * 5000, "application/json"), harness.page(500, "", "text/html"),
               harness.page(200, b"\x1b[2J\xff\xfe", "application/json")]
    servers = [circle] + [Hostile(answer) for answer in answers]
    for server in servers:
        with server:
            done = add(server.url)
        assert done.code in (5, 6) and len(done.err.splitlines()) == 1 and "\x1b" not in done.err, (server.url, done)
        assert all("Authorization" not in request.headers for request in server.requests)
    done = add(servers[-1].url)
    assert done.code == 6 and len(done.err.splitlines()) == 1, done
    assert meok.json("site", "list")["sites"] == []


def forward(wp):
    """Hands every request on to the blog and its answer back."""
    def answer(server, connection, request):
        blog = http.client.HTTPConnection("127.0.0.1", wp.ports["http"], timeout=30)
        headers = {k: v for k, v in request.headers.items() if k.lower() not in ("connection", "content-length")}
        blog.request(request.method, request.target, request.body or None, headers)
        response = blog.getresponse()
        body = response.read()
        head = [f"HTTP/1.1 {response.status} x", f"Content-Length: {len(body)}", "Connection: close"]
        head += [f"{k}: {v}" for k, v in response.getheaders()
                 if k.lower() not in ("connection", "content-length", "transfer-encoding")]
        connection.sendall("\r\n".join(head).encode() + b"\r\n\r\n" + body)
        blog.close()
    return answer


def test_a_blog_that_is_down(meok, wp):
    """nobody listens any more: exit 6, one line, and the draft is a draft as before, not one being checked"""
    meok.run("init", "--kdf", "interactive", code=0)
    with Hostile(forward(wp)) as gate:
        meok.run("site", "add", "blog", gate.url, "--user", "admin", secret=wp.passwords["admin"], code=0)
        published = write(meok, title="먼저 쓴 글", keywords=[], work=None)
        publish(meok, published)
    draft = write(meok, keywords=[], work=None)
    meok.run("set", published, "--subtitle", "고침", code=0)
    for one, state in (draft, "draft"), (published, "edited"):
        down = meok.run("publish", one)
        assert down.code == 6 and len(down.err.splitlines()) == 1, down
        assert {d["id"]: d["state"] for d in meok.json("list")["drafts"]}[one] == state, (one, state)
    assert len(wp.posts()) == 1


def test_a_create_that_was_lost_before_the_blog_went_down(meok, wp):
    """the answer to the create is lost and nobody listens for a while: still one post when the blog is back"""
    meok.run("init", "--kdf", "interactive", code=0)
    passing = forward(wp)
    with Hostile(passing) as gate:
        meok.run("site", "add", "blog", gate.url, "--user", "admin", secret=wp.passwords["admin"], code=0)
        port = gate.port
    draft = write(meok, keywords=[], work=None)
    lost = []

    def swallow(server, connection, request):
        if lost:
            return
        if request.method == "POST":
            lost.append(request)
            sink = type("Sink", (), {"sendall": lambda self, data: None})()
            passing(server, sink, request)
        else:
            passing(server, connection, request)
    with Hostile(swallow, port=port):
        assert meok.run("publish", draft).code == 6
    assert len(lost) == 1 and len(wp.posts()) == 1
    for _ in range(2):
        assert meok.run("publish", draft).code == 6
        assert meok.json("list")["drafts"][0]["state"] == "unknown"
    with Hostile(passing, port=port):
        assert publish(meok, draft)["result"] == "published"
    [post] = wp.posts()
    assert post["status"] == "publish" and "meok-" not in post["slug"]


if __name__ == "__main__":
    harness.main()
