"""How Korean text arrives at a terminal: the same words, sent as different input methods and clients send them.

arrivals(text, way) gives [(bytes, pause in ms before the next ones)]; Screen.arrive sends them. expected(text, way) is
what a program must hold afterwards. A newline in the text is Enter. Run directly it tests itself.

committed   Most desktops (ibus, macOS, Windows Terminal): the client composes on its own side and sends whole
            syllables, each when the next one begins or when it is ended.
replaced    Clients that have no place to compose in (some SSH apps on phones, some web terminals): each state of the
            syllable is sent at once, and Backspace before the next state: ㅎ ⌫하 ⌫한.
replaced_together   The same, with Backspace and the new state in one write.
with_enter  The last syllable of a line is still being composed when Enter is pressed: both come in one read. Programs
            that look at Enter alone lose the syllable.
decomposed  Clients on systems that keep names in NFD, and some macOS input: a syllable comes as two or three conjoining
            jamo, each a character of its own, in one write.
decomposed_slowly   The same, each jamo in a read of its own: the syllable grows on the screen.
early_enter Enter is handled before the commit (an input method that sends the key on before it ends its syllable, as
            some do over slow links): the last syllable of the line arrives behind the Enter.
held_enter  Enter only ends the composition and is not sent; the writer presses it once more.
jamo        The keyboard's Hangul mode is off on the client and the letters come as compatibility jamo, never composed.
burst       A slow link: the whole text in one write.
"""

import unicodedata

WAYS = ("committed", "replaced", "replaced_together", "with_enter", "decomposed", "decomposed_slowly", "early_enter",
        "held_enter", "jamo", "burst")
KEY_MS = 4  # between keys: a fast typist has 60 to 100; programs must not need as long
ERASE = "\x7f"

_LEADS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_FINALS = " ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
# What two keys of the two-set layout make of each other.
_DOUBLE_VOWELS = {"ㅘ": "ㅗㅏ", "ㅙ": "ㅗㅐ", "ㅚ": "ㅗㅣ", "ㅝ": "ㅜㅓ", "ㅞ": "ㅜㅔ", "ㅟ": "ㅜㅣ", "ㅢ": "ㅡㅣ"}
_DOUBLE_FINALS = {"ㄳ": "ㄱㅅ", "ㄵ": "ㄴㅈ", "ㄶ": "ㄴㅎ", "ㄺ": "ㄹㄱ", "ㄻ": "ㄹㅁ", "ㄼ": "ㄹㅂ", "ㄽ": "ㄹㅅ", "ㄾ": "ㄹㅌ",
                  "ㄿ": "ㄹㅍ", "ㅀ": "ㄹㅎ", "ㅄ": "ㅂㅅ"}


def is_syllable(character):
    return "가" <= character <= "힣"


def _parts(syllable):
    index = ord(syllable) - ord("가")
    return index // 588, index // 28 % 21, index % 28


def _compose(lead, vowel, final=0):
    return chr(ord("가") + (lead * 21 + vowel) * 28 + final)


def jamo_of(syllable):
    """The keys that type it: 값 is ㄱ ㅏ ㅂ ㅅ."""
    lead, vowel, final = _parts(syllable)
    keys = _LEADS[lead] + _DOUBLE_VOWELS.get(_VOWELS[vowel], _VOWELS[vowel])
    return keys + (_DOUBLE_FINALS.get(_FINALS[final], _FINALS[final]) if final else "")


def states_of(syllable):
    """What an input method shows after each key: ㄱ 가 갑 값."""
    lead, vowel, final = _parts(syllable)
    states = [_LEADS[lead]]
    name = _VOWELS[vowel]
    if name in _DOUBLE_VOWELS:
        states.append(_compose(lead, _VOWELS.index(_DOUBLE_VOWELS[name][0])))
    states.append(_compose(lead, vowel))
    if final:
        name = _FINALS[final]
        if name in _DOUBLE_FINALS:
            states.append(_compose(lead, vowel, _FINALS.index(_DOUBLE_FINALS[name][0])))
        states.append(syllable)
    return states


def _replaced(text, erase_apart):
    sent = []
    for character in text:
        before = None
        for state in states_of(character) if is_syllable(character) else [character]:
            if before and erase_apart:
                sent += [ERASE, state]
            else:
                sent.append((ERASE if before else "") + state)
            before = state
    return sent


def _with_enter(text):
    sent = []
    for number, character in enumerate(text):
        if character == "\n" and sent and is_syllable(text[number - 1]):
            sent[-1] += character
        else:
            sent.append(character)
    return sent


def _early_enter(text):
    sent = []
    for character in text:
        if character == "\n" and sent and is_syllable(sent[-1]):
            sent.insert(len(sent) - 1, character)
        else:
            sent.append(character)
    return sent


def pieces(text, way):
    """The text in the pieces in which it is written to the terminal."""
    if way in ("committed", "held_enter"):
        return list(text)
    if way in ("replaced", "replaced_together"):
        return _replaced(text, way == "replaced")
    if way == "with_enter":
        return _with_enter(text)
    if way == "decomposed":
        return [unicodedata.normalize("NFD", character) for character in text]
    if way == "decomposed_slowly":
        return list(unicodedata.normalize("NFD", text))
    if way == "early_enter":
        return _early_enter(text)
    if way == "jamo":
        return [key for character in text for key in (jamo_of(character) if is_syllable(character) else character)]
    if way == "burst":
        return [text]
    raise ValueError(way)


def arrivals(text, way, key_ms=KEY_MS):
    """[(bytes, ms until the next ones)]"""
    sent = []
    for piece in pieces(text, way):
        # An input method that holds Enter back makes the writer wait, look, and press it again.
        pause = 10 * key_ms if way == "held_enter" and piece == "\n" else key_ms
        sent.append((piece.replace("\n", "\r").encode(), pause))
    return sent


def expected(text, way):
    """What a program that understands its keys holds at the end, in NFC."""
    if way == "early_enter":
        return unicodedata.normalize("NFC", "".join(_early_enter(text)))
    if way == "jamo":
        return "".join(pieces(text, way))
    return unicodedata.normalize("NFC", text)


def replay(sent):
    """What the simplest right program makes of arrivals: characters, Backspace, Enter."""
    text = ""
    for data, _ in sent:
        for character in data.decode():
            text = text[:-1] if character == ERASE else text + ("\n" if character == "\r" else character)
    return unicodedata.normalize("NFC", text)


def self_test():
    assert jamo_of("값") == "ㄱㅏㅂㅅ" and states_of("값") == ["ㄱ", "가", "갑", "값"]
    assert jamo_of("왜") == "ㅇㅗㅐ" and states_of("왜") == ["ㅇ", "오", "왜"]
    assert states_of("한") == ["ㅎ", "하", "한"] and states_of("가") == ["ㄱ", "가"]
    for code in range(ord("가"), ord("힣") + 1):
        states = states_of(chr(code))
        assert states[-1] == chr(code) and len(states) == len(jamo_of(chr(code)))
        assert all(len(state) == 1 for state in states)
    assert _replaced("한", True) == ["ㅎ", ERASE, "하", ERASE, "한"]
    assert _replaced("한", False) == ["ㅎ", ERASE + "하", ERASE + "한"]
    text = "먹을 갈아\n붓 2자루\n"
    for way in WAYS:
        assert replay(arrivals(text, way)) == expected(text, way), way
        assert arrivals("", way) in ([], [(b"", KEY_MS)])
    assert ("아\r".encode(), KEY_MS) in arrivals(text, "with_enter")
    assert expected("가\n", "early_enter") == "\n가"
    assert len(arrivals("한", "decomposed")) == 1 and len(arrivals("한", "decomposed_slowly")) == 3
    assert len(arrivals(text, "burst")) == 1 and expected("한", "jamo") == "ㅎㅏㄴ"


if __name__ == "__main__":
    print("1..1")
    self_test()
    print("ok 1 - ways in which Korean arrives")
