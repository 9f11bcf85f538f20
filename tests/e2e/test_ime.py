#!/usr/bin/env python3
"""Korean from ten kinds of input methods in every field that takes text, and command keys while the keyboard writes
Hangul: nothing lost, doubled or split into the next field."""
import harness, ime
from screen import Screen

TITLE, SUBTITLE, BODY, KEYWORD = "값을 모르는 밤", "왜 젖었나", "먹을 갈아 붓을 적신다. 값을 몰라", "겨울 바다"
# one for each way: what is typed chooses a work that begins like it
WORKS = "읽은 책", "산책", "밥값", "달빛", "흙집", "닭장", "꽃밭", "윗집", "멸치", "튤립"


def submit(screen, text, way):
    screen.arrive(ime.arrivals(text + "\n", way))


def parts(text, way):
    """What stands in the field after Enter, and what was brought behind it."""
    return tuple(ime.expected(text + "\n", way).split("\n"))


def late_text(screen, text, way):
    """Takes what came behind the Enter out of the next field, where it must be all there is."""
    behind = parts(text, way)[1]
    screen.keys(*["Backspace"] * len(behind))


def fields(meok, way, work):
    draft = meok.run("new", "-", stdin="", code=0).out.strip()
    with Screen.of(meok, "edit", draft, unlocked=True, environment={"LANGUAGE": "ko"}) as screen:
        screen.settle()
        submit(screen, TITLE, way)
        assert screen.cursor() == (1, 2 * len(parts(TITLE, way)[1])), (way, screen.cursor())
        late_text(screen, TITLE, way)
        submit(screen, SUBTITLE, way)
        assert screen.cursor()[0] == 3, way
        late_text(screen, SUBTITLE, way)
        screen.arrive(ime.arrivals(BODY, way))
        screen.keys("Esc k")
        submit(screen, KEYWORD, way)
        row = screen.cursor()[0]
        assert screen.screen()[row].partition(">")[2].strip() == parts(KEYWORD, way)[1], (way, screen.text())
        late_text(screen, KEYWORD, way)
        screen.keys("Esc")
        screen.keys("Esc w")
        submit(screen, work, way)
        screen.settle()
        late = parts(work, way)[1]
        if late:  # the picker has gone with its Enter: the syllable is in the text, behind what stood there
            screen.keys("Backspace")
        screen.keys("^F")
        screen.arrive(ime.arrivals("붓을", way))
        row, _ = screen.cursor()
        assert ime.expected("붓을", way) in screen.screen()[row], (way, screen.screen()[row])
        assert "없" not in screen.screen()[row], (way, screen.screen()[row])
        screen.keys("Enter", "Esc")
        screen.keys("^S", "^Q", settle=False)
        assert screen.exited(20) == 0
    shown = meok.json("show", draft)
    kept = (shown["title"], shown["subtitle"], shown["body"].rstrip("\n"))
    # names are trimmed
    wanted = (parts(TITLE, way)[0], parts(SUBTITLE, way)[0], ime.expected(BODY, way))
    assert tuple(map(str.rstrip, kept)) == tuple(map(str.rstrip, wanted)), (way, kept, wanted)
    assert shown["keywords"] == [parts(KEYWORD, way)[0].strip()], (way, shown)
    assert shown["work"] == parts(work, way)[0].strip(), (way, shown)


def test_every_field(meok):
    """title, subtitle, text, keyword, work and search from ten kinds of input methods"""
    meok.run("init", "--kdf", "interactive", code=0)
    for way, work in zip(ime.WAYS, WORKS, strict=True):
        fields(meok, way, work)


def chosen(screen):
    return next(number for number, text in enumerate(screen.screen()) if text.startswith("▸") or text.startswith(" ▸"))


def test_keys_in_hangul_mode(meok):
    """ㅓ ㅏ ㅎ and the syllables they grow into move, ㅂ leaves, in library, lists and pages, and behind Esc"""
    meok.run("init", "--kdf", "interactive", code=0)
    for number in range(6):
        meok.run("new", "--title", f"글 {number}", "--work", f"묶음 {number}", "-", stdin="먹\n\n" * 40, code=0)
    draft = meok.run("new", "--title", "등대", "-", stdin="먹\n\n" * 40, code=0).out.strip()
    with Screen.of(meok, "edit", draft, unlocked=True) as screen:
        screen.expect("등대", 20)
        screen.keys("Esc ㅣ")
        screen.expect("Library")
        top = chosen(screen)
        places = []
        # 허 is g j, 하 is g k: composed by an input method that never heard of commands
        for keys in "ㅓ", "ㅓ", "ㅏ", "허", "ㅓ", "하":
            screen.type(keys)
            places.append(chosen(screen) - top)
        assert places[:3] == [1, 2, 1] and places[3] == 1 and places[4] == 2 and places[5] == 0, places
        screen.type("?")
        screen.expect_gone("Library ·")
        first = screen.text()
        screen.type("ㅓ")
        assert screen.text() != first
        screen.type("ㅏ")
        assert screen.text() == first
        screen.type("ㅂ")
        screen.expect("Library ·")
        screen.type("ㅎ")
        screen.keys("Enter")
        screen.expect("Esc commands")
        screen.keys("Esc ㅔ")
        screen.expect("a folder on this computer")
        before = chosen(screen)
        screen.type("ㅓ")
        assert chosen(screen) == before + 1
        screen.type("ㅏ")
        assert chosen(screen) == before
        screen.type("ㅂ")
        screen.expect_gone("a folder on this computer")
        assert "ㅂ" not in screen.text() and "ㅓ" not in screen.text()
        screen.keys("Esc ㅍ")
        screen.settle()
        screen.type("ㅂ")
        screen.keys("Esc ㅣ")
        screen.expect("Library")
        screen.type("ㅂ", settle=False)
        assert screen.exited(20) == 0
    assert meok.json("show", draft)["body"] == "먹\n\n" * 40


if __name__ == "__main__":
    harness.main(seconds=240)
