"""Text as it comes out of the clipboard of somebody who collects from everywhere, and what of it is to be kept. The
second is written after Unicode 3.9 and 3.11 with Python's own decoder and normaliser: it shares nothing with meok."""

import random, re, unicodedata

PROSE = ("먹을 갈아 붓을 적신다.", "판교 데이터 센터에서 불이 났다.", "The ink dries before the thought does.", "1,743자", "**굵게**는",
         "ça va, naïve cœur", "日本語の文章。", "עברית", "[링크](https://a.example/가)", "- 하나", "> 인용", "\ttab", "`code`", "")
EMOJI = ("👨‍👩‍👧‍👦", "🇰🇷", "👍🏽", "❤️", "1️⃣", "🧑‍🚀", "é", "ą́", "각", "\u1100\u1161\u11a8", "ㄱㅏ")
NEWLINES = (b"\r\n", b"\n", b"\r", b"\r\r\n", b"\n\n")
CONTROLS = b"\0", b"\x07", b"\x0b", b"\x0c", b"\x7f", b"\xc2\x80", b"\xc2\x85", b"\xc2\x9b1A", b"\xc2\x9f"
# What a program that took it for keys would do much damage with: leave, suspend, publish, close, answer.
KEYS = b"\x11", b"\x03", b"\x1a", b"\x1bp\r", b"\x1bq", b"\x1b", b"\x1b[A", b"\x15", b"\x0b"
INVALID = (
    b"\xff", b"\xfe", b"\x80", b"\xbf\xbf", b"\xc0\x80", b"\xc1\xbf", b"\xc0\xaf", b"\xe0\x80\xaf", b"\xe0\x9f\xbf", b"\xf0\x80\x80\xaf",
    b"\xf0\x8f\xbf\xbf", b"\xed\xa0\x80", b"\xed\xbf\xbf", b"\xed\xa0\xbd\xed\xb8\x80", b"\xf4\x90\x80\x80", b"\xf5\x80\x80\x80",
    b"\xf8\x88\x80\x80\x80", b"\xfc\x84\x80\x80\x80\x80", b"\xed\x95", b"\xea", b"\xf0\x9f\x98", b"\xf0\x9f", b"\xf0", b"\xc3", b"\xe1\x80\xe2\xf0\x91\x92\xf1\xbf",
)


def _word(chance):
    text = chance.choice(PROSE)
    return unicodedata.normalize(chance.choice(("NFC", "NFD")), text).encode()


def mixed(length, seed=1, keys=True, damage=True):
    """That many bytes, the same for a seed. keys: with bytes in it that are commands when they are typed; damage: with
    what is not text."""
    chance, out = random.Random(f"mixed {seed}"), bytearray("처음에는 글이다. ".encode() * 200)
    kinds = [(_word, 60), (lambda c: c.choice(EMOJI).encode(), 8), (lambda c: c.choice(NEWLINES), 10),
             (lambda c: b" ", 18), (lambda c: c.choice(INVALID), 3 if damage else 0),
             (lambda c: c.choice(CONTROLS), 1 if damage else 0),
             (lambda c: c.choice(KEYS), 1 if keys else 0)]
    makers, weights = zip(*kinds)
    while len(out) < length - 30:
        out += chance.choices(makers, weights)[0](chance)
    return bytes(out[:length - 30]) + b"." * (30 - len("끝".encode())) + "끝".encode()


def kept(data):
    """What is to be saved of it: Unicode 3.9's replacement of maximal subparts, one form of line end, no controls, NFC."""
    text = data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", re.sub(r"[\x00-\x08\x0b-\x1f]", "\ufffd", text))


def first_difference(one, other):
    """For a message: where two texts part, or None."""
    for at, (a, b) in enumerate(zip(one, other)):
        if a != b:
            return f"at {at} of {len(one)} and {len(other)}: {one[max(0, at - 12):at + 12]!a} {other[max(0, at - 12):at + 12]!a}"
    return None if len(one) == len(other) else f"{len(one)} and {len(other)} characters: {one[-20:]!a} {other[-20:]!a}"
