#!/usr/bin/env python3
"""Publishing from the screens: the few keys it takes, and that no slip of the fingers reaches readers."""
import time
import harness
from harness import PASSPHRASE, until
from screen import Screen

GUARD = 0.5  # longer than the 400 ms in which keys do nothing
SLIP = 0.4  # longer than the 300 ms in which a second key takes the first one back
BODY = "바람이 불어 **등대**의 불이 흔들렸다.\n"


def quick(meok):
    """A home whose first vault is made without the long wait."""
    folder = meok.home / "config" / "meok"
    folder.mkdir(parents=True)
    (folder / "config").write_text("set kdf interactive\n")


def prepare(meok, wp=None, *options, body=BODY, user="admin", site=()):
    meok.run("init", "--kdf", "interactive", code=0)
    if wp:
        meok.run("site", "add", "blog", wp.url(), "--user", user, *site, secret=wp.passwords[user], code=0)
    else:
        meok.run("site", "add", "blog", meok.home / "pages", "--type", "plain", code=0)
    return meok.run("new", "--title", "등대지기", *options, "-", stdin=body, code=0).out.strip()


def edit(meok):
    screen = Screen.of(meok, "edit", "@")
    screen.type(PASSPHRASE)
    screen.keys("Enter")
    screen.expect("등대지기", 10)
    return screen


def open_sheet(screen, text="Enter publish"):
    screen.keys("Esc p")
    screen.expect(text)
    time.sleep(GUARD)


def send(screen):
    screen.keys("Enter")
    time.sleep(SLIP)


def state(meok, draft):
    return next(one["state"] for one in meok.json("list")["drafts"] if one["id"] == draft or draft in one["id"])


def pages(folder):
    return sorted(page.name for page in folder.glob("*.html") if page.name != "index.html") if folder.exists() else []


def public(wp):
    return [post for post in wp.posts("publish") if post["title"]["raw"] == "등대지기"]


def hidden(wp):
    return [post for post in wp.posts("draft") if post["title"]["raw"] == "등대지기"]


def test_the_first_article_takes_eight_keys(meok):
    """from an empty home to a page in eight keys beyond the text; an update takes three; unchanged text is not sent"""
    quick(meok)
    blog = meok.home / "meok-blog"
    with Screen.of(meok) as screen:
        screen.type(PASSPHRASE)
        screen.keys("Enter")
        screen.type(PASSPHRASE)
        screen.keys("Enter")
        screen.expect("Subtitle")
        screen.type("등대지기")
        screen.keys("Enter")
        screen.type("바다 이야기")
        screen.keys("Enter")
        screen.type(BODY)
        until(lambda: (meok.vault / "objects").exists(), 10, "the vault")
        time.sleep(1)
        screen.keys("Esc p")
        screen.expect("a folder on this computer")
        screen.keys("1")
        screen.expect("new article → meok-blog")
        time.sleep(GUARD)
        screen.keys("Enter")
        assert screen.pressed == 8, screen.pressed
        screen.expect("public in")
        assert pages(blog) == []
        screen.expect("published: readers can see it now", 15)
        screen.expect("recovery key")
        assert pages(blog) == ["등대지기.html"] and "<strong>등대</strong>의" in (blog / "등대지기.html").read_text()

        time.sleep(GUARD)
        screen.keys("Enter")
        screen.expect("│ published")
        screen.type("물결이 높았다.")
        before = screen.pressed
        open_sheet(screen, "send the change")
        assert "1 change" in screen.text() and "물결이 높았다." in screen.text()
        screen.keys("Enter")
        screen.expect("the change is public")
        assert screen.pressed - before == 3 and "recovery key" not in screen.text()
        assert "물결이" in (blog / "등대지기.html").read_text() and pages(blog) == ["등대지기.html"]
        time.sleep(GUARD)
        screen.keys("Enter", "Esc p")
        screen.expect("nothing has changed since it was published")


def test_wordpress_from_its_form_to_readers(meok, wp):
    """a blog is added by its form, the article waits hidden, Esc takes it back, publishing again makes it public once"""
    quick(meok)
    with Screen.of(meok) as screen:
        screen.type(PASSPHRASE)
        screen.keys("Enter")
        screen.type(PASSPHRASE)
        screen.keys("Enter")
        screen.expect("Subtitle")
        screen.type("등대지기")
        screen.keys("Enter")
        screen.type("바다 이야기")
        screen.keys("Enter")
        screen.type(BODY)
        time.sleep(1)
        screen.keys("Esc p", "2")
        screen.expect("Application password")
        screen.type(wp.url())
        screen.keys("Enter")
        screen.type("admin")
        screen.keys("Enter")
        screen.type("abcd efgh")
        screen.keys("Enter", "Enter")
        screen.expect("Esc", 10)
        assert wp.url() in screen.text() and "admin" in screen.text(), "what was typed is kept after a refusal"
        screen.keys("Esc", "Up")
        screen.keys("^U")
        screen.type(wp.passwords["admin"])
        assert wp.passwords["admin"] not in screen.text()
        screen.keys("Enter", "Enter")
        screen.expect(f"new article → 127.0.0.1:{wp.ports['http']}", 10)
        assert "is added: WordPress" in screen.text(), screen.text()
        time.sleep(GUARD)
        send(screen)
        screen.expect("public in")
        assert not public(wp) and len(hidden(wp)) == 1
        screen.keys("Esc")
        screen.expect("taken back: the article stays hidden")
        time.sleep(0.5)
        assert not public(wp) and len(hidden(wp)) == 1

        screen.keys("Esc p")
        screen.expect("hidden until now →")
        time.sleep(GUARD)
        send(screen)
        screen.expect("public in")
        time.sleep(GUARD)
        screen.keys("g")
        screen.expect("published: readers can see it now", 10)
        [post] = public(wp)
        assert not hidden(wp) and post["link"][:60] in screen.text()
        assert "<strong>등대</strong>의" in post["content"]["raw"]


def test_keys_behind_the_opening_do_nothing(meok, wp):
    """what is typed on behind the publish key sends nothing, however long it goes on"""
    prepare(meok, wp)
    with edit(meok) as screen:
        screen.keys("Esc p", settle=False)
        for _ in range(30):
            screen.keys("Enter", settle=False)
            time.sleep(0.05)
        screen.settle()
        assert "nothing was sent" not in screen.text(), "the first Enter meant something"
        screen.send("d\rㅇ\r".encode())
        time.sleep(1)
        screen.expect("Enter publish")
        assert "nothing was sent" not in screen.text()
    assert not [request for request in wp.requests() if request["method"] == "POST"]


def test_slips_of_the_enter_key(meok, wp):
    """a double Enter and a held one send nothing; one that repeats late waits hidden and writes nothing into the draft"""
    draft = prepare(meok, wp)
    before = len(wp.requests())
    with edit(meok) as screen:
        open_sheet(screen)
        screen.keys("Enter Enter", together=True)
        screen.expect("nothing was sent")
        time.sleep(GUARD)
        screen.keys("Enter", "Enter")
        screen.expect("more than one key came")
        time.sleep(GUARD)
        screen.keys("Enter", settle=False)
        time.sleep(0.25)
        for _ in range(40):
            screen.keys("Enter", settle=False)
            time.sleep(0.03)
        time.sleep(1)
        assert len(wp.requests()) == before and "Enter publish" in screen.text(), screen.text()

        screen.keys("Enter", settle=False)
        time.sleep(0.5)
        for _ in range(60):
            screen.keys("Enter", settle=False)
            time.sleep(0.03)
        screen.expect("public in")
        assert not public(wp)
        screen.type("ghgg")
        screen.expect("public in")
        assert not public(wp)
        screen.keys("Esc")
        screen.expect("taken back")
    assert not public(wp) and state(meok, draft) == "hidden"
    assert meok.json("show", draft)["body"] == BODY


def test_pastes_send_nothing(meok, wp):
    """pasted text with keys in it, bracketed or not, leaves the sheet as it was"""
    prepare(meok, wp)
    before = len(wp.requests())
    with edit(meok) as screen:
        open_sheet(screen)
        screen.paste("\n")
        screen.expect("nothing was pasted")
        screen.keys("Enter")  # at once behind a paste: guarded
        time.sleep(GUARD + SLIP)
        screen.paste("d\n", bracketed=False)
        screen.expect("came together with others")
        time.sleep(GUARD + SLIP)
        screen.expect("Enter publish")
    assert len(wp.requests()) == before


def test_a_change_on_the_web_is_seen_first(meok, wp):
    """an article that was edited on the web is not overwritten unasked; o overwrites it"""
    draft = prepare(meok, wp)
    meok.run("publish", draft, code=0)
    [post] = public(wp)
    time.sleep(1.1)  # WordPress' clock for changes has seconds
    wp.rest("POST", f"/wp/v2/posts/{post['id']}", {"content": "<p>웹에서 고침</p>"})
    with edit(meok) as screen:
        screen.keys("^End")
        screen.type("더 쓴다.")
        open_sheet(screen, "send the change")
        send(screen)
        screen.expect("the article was changed on the site", 10)
        assert "--overwrite" not in screen.text() and "Overwriting puts your draft" in screen.text()
        assert public(wp)[0]["content"]["raw"] == "<p>웹에서 고침</p>"
        time.sleep(GUARD)
        screen.keys("o")
        screen.expect("the change is public", 10)
        [now] = public(wp)
        assert "더 쓴다." in now["content"]["raw"]


def test_a_lost_answer_doubles_nothing(meok, wp):
    """the link breaks after the post was made: the sheet says so, Enter tries again, readers see it once"""
    prepare(meok, wp)
    faults = [wp.fault("POST", "/wp/v2/posts", "drop", after=True) for _ in range(3)]
    with edit(meok) as screen:
        open_sheet(screen)
        send(screen)
        for _ in range(5):
            until(lambda: "public in" in screen.text() or "Enter try again" in screen.text(), 60, "an outcome")
            if "public in" in screen.text():
                break
            assert "nothing is doubled" in screen.text(), screen.text()
            send(screen)
        time.sleep(GUARD)
        screen.keys("g")
        screen.expect("published: readers can see it now", 10)
    assert all(fault.fired for fault in faults)
    assert len(public(wp)) == 1 and not hidden(wp)


def test_leaving_while_it_is_held(meok, wp):
    """a hang-up and ^Q within the ten seconds leave the article hidden and the draft as it was"""
    draft = prepare(meok, wp)
    for leave in lambda screen: screen.hangup(), lambda screen: screen.keys("^Q"):
        with edit(meok) as screen:
            open_sheet(screen, "Enter publish")
            send(screen)
            screen.expect("public in", 10)
            leave(screen)
            screen.exited()
        time.sleep(0.5)
        assert not public(wp) and len(hidden(wp)) == 1 and state(meok, draft) == "hidden"
    assert meok.json("show", draft)["body"] == BODY
    assert not harness.processes_under(meok.home)


def test_a_draft_on_the_blog(meok, wp):
    """d leaves it on the blog as a draft that readers do not see"""
    draft = prepare(meok, wp)
    with edit(meok) as screen:
        open_sheet(screen)
        screen.keys("d")
        screen.expect("left on the blog as a draft", 10)
        time.sleep(GUARD)
        screen.keys("Enter")
        screen.expect("│ blog")
    assert len(hidden(wp)) == 1 and not public(wp) and state(meok, draft) == "site-draft"


def test_what_stands_in_the_way(meok, wp):
    """too many keywords: the sheet says so and Enter sends nothing; fewer of them can be sent, the new ones marked"""
    draft = prepare(meok, wp, *(part for word in "하나 둘 셋 넷".split() for part in ("--keyword", word)),
                    site=("--keyword-limit", "3"))
    before = len(wp.requests())
    wp.rest("POST", "/wp/v2/tags", {"name": "둘"})
    with edit(meok) as screen:
        screen.keys("Esc p")
        screen.expect("blog takes at most 3 keywords and the draft has 4")
        time.sleep(GUARD)
        send(screen)
        time.sleep(0.5)
        assert "4/3  하나, 둘, 셋, 넷" in screen.text() and len(wp.requests()) == before, screen.text()
    meok.run("site", "check", "blog", code=0)
    meok.run("set", draft, "--keyword", "둘", "--keyword", "셋", code=0)
    with edit(meok) as screen:
        open_sheet(screen)
        assert "2/3  둘, 셋  new there: 셋" in screen.text(), screen.text()
        screen.keys("4", "2")
        screen.expect("4 comments  off")


def test_from_the_sheet_to_what_is_missing(meok):
    """without a title the cursor goes there; 1 goes to the subtitle, 3 to keywords and back"""
    prepare(meok)
    with edit(meok) as screen:
        screen.keys("Home", "^K", "Esc p")
        screen.expect("an article needs a title")
        assert screen.cursor()[0] == 0
        screen.type("등대지기")
        open_sheet(screen)
        screen.keys("1")
        assert screen.cursor()[0] == 1
        screen.type("바다 이야기")
        open_sheet(screen)
        assert "바다 이야기" in screen.text()
        screen.keys("4")
        screen.expect("this blog decides about comments itself")
        screen.keys("3")
        screen.expect_gone("Enter publish")
        screen.type("등대")
        screen.keys("Enter", "Esc")
        screen.expect("3 keywords  등대")
        time.sleep(GUARD)
        screen.keys("Esc")
        screen.expect("Keywords 1 등대")


def test_a_form_can_be_stopped(meok):
    """while a blog is asked keys are answered, Esc stops it, and what was typed stays"""
    prepare(meok)
    with harness.Hostile(harness.silent()) as server, edit(meok) as screen:
        screen.keys("Esc b")
        screen.expect("add: WordPress")
        screen.keys("3")
        screen.expect("Application password")
        for text in server.url, "글쓴이", "abcd":
            screen.type(text)
            screen.keys("Enter")
        screen.keys("Enter")
        screen.expect("asking 127.0.0.1")
        screen.type("x")
        screen.expect("the blog is being asked")
        screen.keys("Esc")
        screen.expect("nothing was added")
        assert server.url in screen.text() and "글쓴이" in screen.text()
        screen.keys("Esc", "Esc")
        screen.expect("등대지기")


if __name__ == "__main__":
    harness.main()
