"""What happens to a writer's fingers and terminals: a seeded generator of slips. Pure data: each Slip says from which
state of the program it is, what kind, and what arrives as [(bytes or a resize, ms until the next)].

    for slip in accidents.slips(seed=1, count=50): …
    run(screen, slip)       # on a Screen

Run directly it tests itself, or with a seed and a number prints slips.
"""

import collections, random, sys, time
from screen import key_bytes, paste_bytes

Slip = collections.namedtuple("Slip", "seed state kind intended arrivals")
Resize = collections.namedtuple("Resize", "rows columns")

HELD_MS = 33  # a held key comes 30 times a second
# What a writer means to press in each state. The names are the screens' of DESIGN, the keys those of their hints.
INTENDED = {
    "start": ["Enter", "Tab", "Backspace", "a", "^R", "^L"],
    "title": ["Enter", "한", "Backspace", "Down", "Esc"],
    "subtitle": ["Enter", "글", "Up", "Backspace", "Esc"],
    "body": ["Enter", "한", "a", "Space", "Backspace", "Delete", "Up", "Down", "Left", "Right", "Home", "End", "PageUp",
             "PageDown", "^S", "^Z", "^V", "^F", "Esc", "Tab"],
    "menu": ["p", "k", "w", "c", "l", "/", "?", "q", "Esc", "ㅔ", "ㅂ"],
    "where": ["1", "2", "Esc", "Enter"],
    "keywords": ["1", "2", "Enter", "Backspace", "Esc", "한", "Space", "m", "^Left", "^Right"],
    "work": ["1", "Enter", "Esc", "한", "Down"],
    "comments": ["1", "2", "Enter", "Esc"],
    "sheet": ["Enter", "Esc", "d", "v", "1", "2", "3", "4"],
    "hold": ["Esc", "g", "Enter"],
    "update": ["Enter", "Esc", "v"],
    "result": ["Enter", "Esc", "y"],
    "library": ["Enter", "n", "Down", "Up", "/", "Tab", "1", "q", "Esc", "i"],
    "form": ["Tab", "Enter", "Esc", "a", "한", "Backspace"],
    "prompt": ["Enter", "Esc", "한", "Backspace"],
    "help": ["Esc", "q", "Down", "PageDown"],
}
STATES = tuple(INTENDED)

_ROWS = ("`1234567890-=", "qwertyuiop[]\\", "asdfghjkl;'", "zxcvbnm,./")
_HANGUL = dict(zip("qwertyuiopasdfghjklzxcvbnm", "ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔㅁㄴㅇㄹㅎㅗㅓㅏㅣㅋㅌㅊㅍㅠㅜㅡ"))
_LATIN = {jamo: letter for letter, jamo in _HANGUL.items()}
# Keys beside those that have a name, on most keyboards.
_NAMED = {"Enter": ["\\", "'", "]", "Backspace"], "Backspace": ["=", "-", "\\", "Enter"],
          "Esc": ["`", "1", "F1", "Tab"], "Tab": ["`", "q", "1", "Esc"], "Space": ["v", "b", "n", "c"], "Up": ["Down", "Shift-Up", "Right", "PageUp"],
          "Down": ["Up", "Left", "Right"], "Left": ["Down", "Up"], "Right": ["Down", "PageDown"],
          "Home": ["End", "Insert"], "End": ["Home", "PageDown"], "Delete": ["Insert", "End", "Backspace"], "PageUp": ["Home", "PageDown"],
          "PageDown": ["End", "PageUp"]}


def neighbours(key):
    """The keys around a key, with Ctrl where it has it: of "^S" ^A ^D ^W …; of "ㅂ" those beside q."""
    if key in _NAMED:
        return list(_NAMED[key])
    if key.startswith("^") and len(key) > 1:
        # only letters and keys that move have a form with Ctrl that terminals send
        return ["^" + one.upper() if len(one) == 1 else "^" + one for one in neighbours(key[1:])
                if (len(one) == 1 and one.isalpha()) or one in ("Up", "Down", "Left", "Right", "Home", "End")]
    if len(key) == 1 and (letter := _LATIN.get(key)):
        return [_HANGUL[one] for one in neighbours(letter) if one in _HANGUL]
    found = []
    for number, row in enumerate(_ROWS):
        column = row.find(key.lower())
        if column < 0:
            continue
        # each row lies half a key to the right of the one above it
        places = [(number, column - 1), (number, column + 1), (number - 1, column), (number - 1, column + 1),
                  (number + 1, column - 1), (number + 1, column)]
        found = [_ROWS[r][c] for r, c in places if 0 <= r < len(_ROWS) and 0 <= c < len(_ROWS[r])]
    return found


def _held(random, key, _):
    return [(key_bytes(key), HELD_MS)] * random.randint(5, 40)


def _doubled(random, key, _):
    return [(key_bytes("Enter"), random.randint(20, 150)), (key_bytes("Enter"), 0)]


def _twice(random, key, _):
    return [(key_bytes(key), random.randint(20, 150)), (key_bytes(key), 0)]


def _esc_twice(random, key, _):
    return [(key_bytes("Esc"), random.choice((0, 5, 20, 30, 120))), (key_bytes("Esc"), 0)]


_PASTES = ("붙여 넣은 문장 하나.", "두 줄\n짜리 글\n", "q\n", "\x1b[31m빨강\x07", "\x1b", "ㅂㅈㄷㄱ", "가" * 3000, b"\xff\xfe\x80 \xed\x95",
           "a\tb\r\nc", "1\n2\n3\n\n\n", "\x03\x04\x1a\x11", "")


def _pasted(random, key, _):
    """The key that opens something, and a paste while it opens."""
    return [(key_bytes(key), random.choice((0, 1, 10, 60))),
            (paste_bytes(random.choice(_PASTES), bracketed=random.random() < 0.8), 0)]


def _broken_paste(random, key, _):
    """The end of a paste gets lost, or the link stops within it for a while."""
    body = paste_bytes("잘린 글\n")
    cut = random.randint(1, len(body) - 1)
    return [(body[:cut], random.choice((0, 10, 200))), (body[cut:], random.choice((0, 50))), (key_bytes(key), 0)]


def _focus(random, key, _):
    report = lambda: random.choice((b"\x1b[O", b"\x1b[I"))
    return [(report(), random.randint(0, 50)), (key_bytes(key), random.randint(0, 50)), (report(), 0), (report(), 0)]


def _neighbour(random, key, _):
    return [(key_bytes(random.choice(neighbours(key) or ["x"])), 0)]


def _both(random, key, _):
    """Two keys hit at once."""
    pair = [key_bytes(key), key_bytes(random.choice(neighbours(key) or ["x"]))]
    random.shuffle(pair)
    return [(b"".join(pair), 0)] if random.random() < 0.5 else [(pair[0], 3), (pair[1], 0)]


def _ahead(random, key, state):
    """Keys typed ahead of a slow link, in one write."""
    more = [random.choice(INTENDED[state if random.random() < 0.5 else random.choice(STATES)])
            for _ in range(random.randint(2, 12))]
    return [(b"".join(key_bytes(one) for one in [key, *more]), 0)]


def _resized(random, key, _):
    sizes = [Resize(random.randint(1, 60), random.randint(1, 200)) for _ in range(random.randint(1, 6))]
    mixed = [(size, random.choice((0, 5, 40))) for size in sizes]
    mixed.insert(random.randint(0, len(mixed)), (key_bytes(key), random.choice((0, 10))))
    return mixed + [(Resize(24, 80), 0)]


def _other_layout(random, key, _):
    """The keyboard is in the other mode: q comes as ㅂ and ㅂ as q."""
    return [(_LATIN.get(key, _HANGUL.get(key, key) if len(key) == 1 else "한").encode(), 0)]


def _slow_sequence(random, key, _):
    """A key's sequence torn apart by the link."""
    data = key_bytes(random.choice(["Up", "Delete", "^Left", "F5", "Alt-p", key]))
    return [(data[n:n + 1], random.choice((0, 5, 24, 26, 40))) for n in range(len(data))]


KINDS = {
    "held": _held, "double Enter": _doubled, "twice": _twice, "Esc twice": _esc_twice, "paste while opening": _pasted,
    "broken paste": _broken_paste, "focus": _focus, "neighbour": _neighbour, "two at once": _both,
    "typed ahead": _ahead, "resized": _resized, "other layout": _other_layout, "slow sequence": _slow_sequence,
}


def slip(seed, state=None, kind=None):
    """The slip of this seed: the same every time."""
    chance = random.Random(f"slip {seed}")
    state_by_chance, kind_by_chance = chance.choice(STATES), chance.choice(list(KINDS))
    state, kind = state or state_by_chance, kind or kind_by_chance
    key = chance.choice(INTENDED[state])
    return Slip(seed, state, kind, key, KINDS[kind](chance, key, state))


def slips(seed=1, count=100, state=None, kind=None):
    for number in range(count):
        yield slip(f"{seed}.{number}", state, kind)


def run(screen, one, settle=True):
    """Lets a slip happen on a Screen."""
    for what, pause in one.arrivals:
        if isinstance(what, Resize):
            screen.resize(*what, settle=False)
        else:
            screen.send(what, settle=False, note="slip")
        if pause:
            time.sleep(pause / 1000)
    if settle:
        screen.settle()


def self_test():
    assert slip(7) == slip(7) and list(slips(3, 20)) == list(slips(3, 20)) != list(slips(4, 20))
    assert set("was") & set(neighbours("q")) == {"w", "a"} and "p" not in neighbours("q")
    assert neighbours("ㅂ") == ["ㅈ", "ㅁ"] and "^D" in neighbours("^S") and "Down" in neighbours("Up")
    for state in STATES:
        for key in INTENDED[state]:
            assert key_bytes(key)
        for kind in KINDS:
            for one in slips(1, 5, state, kind):
                assert one.arrivals and one.state == state and one.kind == kind
                for what, pause in one.arrivals:
                    assert isinstance(what, (bytes, Resize)) and 0 <= pause <= 1000, one
                    assert not isinstance(what, Resize) or (1 <= what.rows <= 60 and 1 <= what.columns <= 200)
    seen = {(one.state, one.kind) for one in slips(1, 3000)}
    assert len(seen) == len(STATES) * len(KINDS), len(seen)
    held = slip(1, "body", "held")
    assert 5 <= len(held.arrivals) <= 40 and len(set(held.arrivals)) == 1
    assert all(one.arrivals[-1][0] == Resize(24, 80) for one in slips(1, 20, "body", "resized"))
    assert all(len(one.arrivals) == 1 for one in slips(1, 20, "body", "typed ahead"))


if __name__ == "__main__":
    if len(sys.argv) == 3:
        for each in slips(sys.argv[1], int(sys.argv[2])):
            print(each)
    else:
        print("1..1")
        self_test()
        print("ok 1 - slips: seeded, every state and kind, only what terminals send")
