#!/usr/bin/env python3
"""The main path by keys alone, in Korean: an empty home, three paragraphs, three keywords, a work, no comments, a blog,
readers; then a typo mended. Says how many keys it took beyond the text."""
import html, re, time
import harness
from harness import PASSPHRASE, until
from screen import Screen

GUARD = 0.5  # longer than the 400 ms in which keys do nothing
TITLE, SUBTITLE, WORK = "등대로 가는 계단", "백스물일곱 칸을 세는 사람", "해안 산책"
PARAGRAPHS = ["지난겨울 **김 씨(전직 항해사)**는 날마다 등대에 올랐다.",
              '그는**"바다가 먼저 묻는다"**라고 적었고, 나는 그 말을 결제일마다 떠올린다.',
              "**‘불 켜는 이’**라는 이름은 그가 스스로 지었다."]
KEYWORDS = ["등대", "겨울 바다", "항해 일지"]


def quick(meok):
    folder = meok.home / "config" / "meok"
    folder.mkdir(parents=True)
    (folder / "config").write_text("set kdf interactive\n")


def begin(screen):
    screen.type(PASSPHRASE)
    screen.keys("Enter")
    screen.type(PASSPHRASE)
    screen.keys("Enter")
    screen.expect("소제목", 20)


def write(screen):
    screen.type(TITLE)
    screen.keys("Enter")
    screen.type(SUBTITLE)
    screen.keys("Enter")
    for number, paragraph in enumerate(PARAGRAPHS):
        if number:
            screen.keys("Enter", "Enter")
        screen.type(paragraph)


def add_wordpress(screen, wp):
    screen.keys("Esc b", "2")
    screen.expect("앱 비밀번호", 10)
    for text in (wp.url(), "admin", wp.passwords["admin"], "3"):
        screen.type(text)
        screen.keys("Enter")
    screen.expect_gone("앱 비밀번호", 20)
    screen.expect("불 켜는 이", 20)


def choose_keywords(screen):
    screen.keys("Esc k")
    for name in KEYWORDS:
        screen.type(name)
        screen.keys("Enter")
    assert re.search(r"3 ?/ ?3", screen.text()), screen.text()
    screen.type("넷째")
    screen.keys("Enter")
    assert "3" in screen.text() and "넷째" in screen.text(), screen.text()
    refusal = screen.text()
    screen.keys("^U", "Esc")
    return refusal


def posts(wp):
    return [post for post in wp.posts() if html.unescape(post["title"]["rendered"]) == TITLE]


def terms(wp, kind, ids):
    rows = wp.rest("GET", f"/wp/v2/{kind}?per_page=100&context=edit").json
    names = {row["id"]: row["name"].replace("&amp;", "&") for row in rows}
    return [names[i] for i in ids]


def check_post(wp):
    [post] = posts(wp)
    assert post["status"] == "publish" and post["excerpt"]["raw"] == SUBTITLE and post["comment_status"] == "closed", post
    assert sorted(terms(wp, "tags", post["tags"])) == sorted(KEYWORDS), post
    assert terms(wp, "categories", post["categories"]) == [WORK], post
    content = post["content"]["raw"]
    for strong in ("김 씨(전직 항해사)", "‘불 켜는 이’"):
        assert f"<strong>{strong}</strong>" in content, content
    assert re.search(r'그는<strong>("|&quot;|&#34;)바다가 먼저 묻는다("|&quot;|&#34;)</strong>라고', content), content
    assert content.count("<p>") == 3 and not wp.posts("draft"), content
    return post


def test_the_whole_path_in_tmux(meok, wp):
    """from an empty home to readers of a WordPress in tmux at 80 by 24, and a typo mended, by keys alone"""
    quick(meok)
    with Screen.of(meok, backend="tmux", rows=24, columns=80, environment={"LANGUAGE": "ko"}) as screen:
        begin(screen)
        write(screen)
        time.sleep(1)
        add_wordpress(screen, wp)
        refusal = choose_keywords(screen)
        assert "3개" in refusal, refusal
        screen.keys("Esc w")
        screen.type(WORK)
        screen.keys("Enter")
        screen.expect(WORK)
        screen.keys("Esc c", "2")
        screen.keys("Esc p")
        screen.expect("발행", 5)
        time.sleep(GUARD)
        screen.keys("Enter")
        until(lambda: wp.posts("draft"), 20, "the hidden article")
        assert posts(wp) == [] or posts(wp)[0]["status"] != "publish"
        until(lambda: [post for post in posts(wp) if post["status"] == "publish"], 30, "the public article")
        pressed = screen.pressed
        first = check_post(wp)
        print(f"# keys beyond the text, from an empty home to readers: {pressed}")
        time.sleep(2)
        screen.keys("Enter")
        before = screen.pressed
        # 결제일 was meant to be 결재일; the search that takes the cursor there is moving, not mending
        screen.keys("^F")
        screen.type("결제일")
        screen.keys("Enter", "Right")
        moved = screen.pressed
        screen.keys("Delete")
        screen.type("재")
        screen.keys("Esc p")
        screen.expect("결재일", 5)
        time.sleep(GUARD)
        screen.keys("Enter")
        until(lambda: "결재일" in posts(wp)[0]["content"]["raw"], 20, "the change on the blog")
        print(f"# keys for the mended typo: {screen.pressed - moved}, and {moved - before} to get there")
        assert screen.pressed - moved <= 5, screen.pressed - moved
        [post] = posts(wp)
        assert post["id"] == first["id"] and post["link"] == first["link"] and not wp.posts("draft")


def walk(meok, wp, rows, columns):
    quick(meok)
    with Screen.of(meok, rows=rows, columns=columns, environment={"LANGUAGE": "ko"}) as screen:
        begin(screen)
        write(screen)
        time.sleep(1)
        add_wordpress(screen, wp)
        choose_keywords(screen)
        screen.keys("Esc w")
        screen.type(WORK)
        screen.keys("Enter", "Esc c", "2", "Esc p")
        time.sleep(GUARD)
        screen.keys("Enter")
        until(lambda: wp.posts("draft"), 20, "the hidden article")
        screen.settle()
        time.sleep(GUARD)
        screen.keys("g")
        until(lambda: [post for post in posts(wp) if post["status"] == "publish"], 20, "the public article")
        check_post(wp)


def test_the_path_on_a_phone(meok, wp):
    """the same at 40 by 10"""
    walk(meok, wp, 10, 40)


def test_the_path_on_a_large_screen(meok, wp):
    """the same at 200 by 50"""
    walk(meok, wp, 50, 200)


if __name__ == "__main__":
    harness.main()
