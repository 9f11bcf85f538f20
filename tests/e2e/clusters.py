"""The kinds of characters as readers see them (clusters), and whether a screen keeps their neighbours where they
belong. "Right" is: what stands left and right of a cluster stands in its column, and no cell is left over from an earlier
picture.
Run directly it tests itself."""

import collections, unicodedata

# columns: what it takes on a screen of meok. agreed: terminals agree on that, so that one may also look at what they
# make of it; of the others only the neighbours are looked at. replaced: meok shows something else in its place
# (controls, zero-width characters, lone marks and lone vowels).
Cluster = collections.namedtuple("Cluster", "name text columns agreed replaced")


def _one(name, text, columns, agreed=True, replaced=False):
    return Cluster(name, text, columns, agreed, replaced)


ALL = [
    _one("ASCII", "x", 1),
    _one("Hangul NFC", "\uD55C", 2),
    _one("Hangul NFC without final", "\uAC00", 2),
    _one("Hangul NFD two jamo", "\u1100\u1161", 2),
    _one("Hangul NFD three jamo", "\u1112\u1161\u11AB", 2),
    _one("Hangul LV and a loose final", "\uAC00\u11A8", 2),
    _one("compatibility jamo", "\u314E", 2),
    _one("old jamo, three parts", "\uA960\uD7B0\uD7CB", 2, agreed=False),
    _one("old vowel", "\u1112\u119E\u11AB", 2, agreed=False),
    _one("a vowel alone", "\u1161", 2, agreed=False, replaced=True),
    _one("halfwidth jamo", "\uFFBE", 1),
    _one("wide Han", "\u6F22", 2),
    _one("Han beyond the BMP", "\U00020000", 2),
    _one("compatibility Han", "\uF900", 2),
    _one("fullwidth Latin", "\uFF21", 2),
    _one("ideographic space", "\u3000", 2),
    _one("emoji", "\U0001F600", 2),
    _one("ZWJ family", "\U0001F468\u200D\U0001F469\u200D\U0001F467\u200D\U0001F466", 2, agreed=False),
    _one("ZWJ profession with skin tone", "\U0001F469\U0001F3FD\u200D\U0001F680", 2, agreed=False),
    _one("flag", "\U0001F1F0\U0001F1F7", 2, agreed=False),
    _one("half a flag", "\U0001F1F0", 1, agreed=False),
    _one("tag flag", "\U0001F3F4\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F", 2, agreed=False),
    _one("skin tone", "\U0001F44D\U0001F3FD", 2, agreed=False),
    _one("keycap", "1\uFE0F\u20E3", 2, agreed=False),
    _one("heart with VS16", "\u2764\uFE0F", 2, agreed=False),
    _one("heart without", "\u2764", 1),
    _one("sun with VS15", "\u2600\uFE0E", 1, agreed=False),
    _one("one mark", "x\u0301", 1),
    _one("one mark that NFC takes", "e\u0301", 1),
    _one("four marks", "x\u0301\u0323\u0308\u0330", 1),
    _one("a mark on Hangul", "\uD55C\u0301", 2),
    _one("twelve marks", "x" + "\u0301\u0323" * 6, 1, agreed=False, replaced=True),
    _one("a mark alone", "\u0301", 1, agreed=False, replaced=True),
    _one("an enclosing mark", "\u3131\u20DD", 2, agreed=False),
    _one("Thai with vowel", "\u0E01\u0E33", 1, agreed=False, replaced=True),
    _one("Devanagari with vowel sign", "\u0915\u093F", 2, agreed=False),
    _one("Arabic letter", "\u0628", 1),
    _one("Hebrew with point", "\u05D1\u05BC", 1),
    _one("ambiguous", "\u00B7", 1),
    _one("ambiguous circled", "\u2460", 1),
    _one("ambiguous box", "\u2500", 1),
    _one("private use", "\uE000", 1, agreed=False),
    _one("unassigned", "\U0001FFF0", None, agreed=False),
    _one("noncharacter", "\uFFFE", None, agreed=False),
    _one("joiner alone", "\u200D", 1, agreed=False, replaced=True),
    _one("non-joiner alone", "\u200C", 1, agreed=False, replaced=True),
    _one("zero width space", "\u200B", 1, agreed=False, replaced=True),
    _one("byte order mark", "\uFEFF", 1, agreed=False, replaced=True),
    _one("bidi override", "\u202E", 1, agreed=False, replaced=True),
    _one("bidi isolate", "\u2066", 1, agreed=False, replaced=True),
    _one("soft hyphen", "\u00AD", None, agreed=False),
    _one("Hangul filler", "\u3164", 1, agreed=False, replaced=True),
    _one("tab", "\t", 4, replaced=True),
    _one("escape", "\x1b", 1, replaced=True),
    _one("delete", "\x7f", 1, replaced=True),
    _one("C1 control", "\u0085", 1, replaced=True),
    _one("line separator", "\u2028", 1, agreed=False, replaced=True),
]
# What no keyboard and no paste brings as text: a program takes these bytes as keys, or drops them.
KEYS = "tab", "escape", "delete", "C1 control"
# Invalid UTF-8: what it is, the bytes, and how many U+FFFD Unicode's maximal subparts make of it.
INVALID = [
    ("a lone byte", b"\xff", 1), ("a lone continuation", b"\x80", 1), ("two of them", b"\x80\xbf", 2),
    ("a cut Hangul syllable", b"\xed\x95", 1), ("a cut emoji", b"\xf0\x9f\x98", 1), ("overlong", b"\xc0\xaf", 2),
    ("a surrogate", b"\xed\xa0\x80", 3), ("beyond Unicode", b"\xf4\x90\x80\x80", 4),
]


def named(name):
    return next(cluster for cluster in ALL if cluster.name == name)


def same(shown, text):
    """Whether a screen's text is this text, blanks at the end and the form of the Hangul aside."""
    return unicodedata.normalize("NFC", shown).rstrip() == unicodedata.normalize("NFC", text).rstrip()


def halves(row):
    """Faults in one row of Screen.cells(): half of a wide character that stands alone."""
    faults = []
    for column, (text, columns, *_) in enumerate(row):
        if text == "\ufffd" and columns == 0:
            faults.append(f"column {column}: a right half without its left")
        wide = text != "" and unicodedata.east_asian_width(text[0]) in "WF"
        if columns == 1 and wide:
            faults.append(f"column {column}: {text!r} has lost its right half")
        if columns == 2 and not wide:
            faults.append(f"column {column}: {text!r} stands before the right half of something else")
    return faults


def neighbours(screen, row, column, columns, left="[", right="]"):
    """Faults around a cluster: `left` in its column, then the cluster's columns, then `right`."""
    cells = screen.cells()[row]
    faults = []
    for place, text in (column, left), (column + 1 + columns, right):
        if place >= len(cells) or cells[place][0] != text:
            faults.append(f"column {place}: {cells[place][0] if place < len(cells) else 'nothing'!r}, not {text!r}")
    return faults


def in_text(screen, row, cluster, left="[", right="]"):
    """Faults in a row as text, for terminals that show no cells: the cluster stands whole between its neighbours."""
    shown = unicodedata.normalize("NFC", screen.screen()[row])
    wanted = unicodedata.normalize("NFC", left + cluster.text + right)
    return [] if wanted in shown else [f"{wanted!r} is not in {shown!r}"]


def _seen(cell, styles):
    """What a reader sees of a cell: blanks have no weight and no ink, the right half of a character is drawn with the
    left one."""
    text, columns, attributes, foreground, background = cell
    if columns == 0:
        return text, columns
    if text in ("", " "):
        text, attributes = " ", "".join(one for one in attributes if one in "urs")
        foreground = foreground if attributes else None
    return (text, columns, attributes, foreground, background) if styles else (text, columns)


def differences(before, after, styles=True):
    """Places in which two pictures (Screen.cells()) differ to a reader: (row, column, cell before, cell after)."""
    found = [(row, column, one, other)
             for row, (first, second) in enumerate(zip(before, after))
             for column, (one, other) in enumerate(zip(first, second))
             if _seen(one, styles) != _seen(other, styles)]
    return found + ([(-1, -1, str(len(before)), str(len(after)))] if len(before) != len(after) else [])


def _cursor(screen):
    """Its place, None while it is hidden: then it stands anywhere."""
    look = screen.look()
    return tuple(look["cursor"]) if look["visible"] else None


def stale(screen, redraw):
    """Cells that change when redraw() makes the program draw everything again: they showed what is not there. The
    cursor's place counts as well."""
    before, at = screen.cells(), _cursor(screen)
    redraw()
    found = differences(before, screen.cells())
    return found + ([("cursor", at, _cursor(screen))] if at != _cursor(screen) else [])


def self_test():
    names = [cluster.name for cluster in ALL]
    assert len(set(names)) == len(names) >= 40
    for cluster in ALL:
        assert cluster.text and cluster.columns in (None, 1, 2, 4), cluster
        cluster.text.encode()
    for name, data, count in INVALID:
        assert data.decode(errors="replace").count("\ufffd") == count, name
    wide, right, narrow = ["\uD55C", 2, "", None, None], ["", 0, "", None, None], ["x", 1, "", None, None]
    assert halves([wide, right, narrow]) == []
    assert halves([["\ufffd", 0, "", None, None]]) and halves([["\uD55C", 1, "", None, None]])
    assert halves([["x", 2, "", None, None], right])
    assert differences([[wide, right]], [[wide, right]]) == []
    assert differences([[wide, right]], [[narrow, right]]) == [(0, 0, wide, narrow)]
    bold = ["x", 1, "b", None, None]
    assert differences([[narrow]], [[bold]]) and not differences([[narrow]], [[bold]], styles=False)
    assert differences([[narrow]], [[narrow], [narrow]])
    bold_right = ["", 0, "b", None, None]
    blank, bold_blank, marked_blank = (["", 1, "", None, None], [" ", 1, "b", None, None], [" ", 1, "r", None, None])
    assert not differences([[blank]], [[bold_blank]]) and not differences([[wide, right]], [[wide, bold_right]])
    assert differences([[narrow]], [[blank]]) and differences([[blank]], [[marked_blank]])
    assert same("\u1112\u1161\u11AB  ", "\uD55C") and not same("\uD55C", "\uAE00")


if __name__ == "__main__":
    print("1..1")
    self_test()
    print("ok 1 - clusters and the comparison of pictures")
