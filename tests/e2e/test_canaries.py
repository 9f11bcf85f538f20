#!/usr/bin/env python3
"""A hundred canaries: after a lock none is in the program's memory, and at no time is one written anywhere but to the
terminal and into what is asked for."""
import os, pathlib, re, shutil, struct, subprocess, sys
import harness
sys.path.insert(0, str(harness.HERE.parent / "torture"))
import canaries as machine
from harness import Skip, main, until
from screen import Screen

LATIN, HANGUL = "kQzanary", "캸나릨"  # every canary begins with one of these, and nothing else has them


def canaries(kind, count):
    """Half of them Latin, half Hangul, each different."""
    made = []
    for i in range(count):
        marker, letters = (LATIN, "abcdefghij") if i % 2 == 0 else (HANGUL, "가나다라마바사아자차")
        made.append(marker + kind[0] + letters[i // 10] + letters[i % 10] + ("x" if i % 2 == 0 else "끝"))
    return made


TEXTS = canaries("t", 30)
TITLES = canaries("h", 20)
KEYWORDS = canaries("k", 15)
FINDS = canaries("f", 10)
FILTERS = canaries("l", 8)
CUTS = canaries("c", 10)
TOKENS = canaries("s", 5)
PASSPHRASES = canaries("p", 2)
ALL = TEXTS + TITLES + KEYWORDS + FINDS + FILTERS + CUTS + TOKENS + PASSPHRASES
assert len(set(ALL)) == 100


# ---- Memory

def as_cells(text):
    """A pattern of the cells that show it: 4 bytes of code point, 4 that describe it; a wide one has two."""
    pattern = b""
    for character in text:
        pattern += re.escape(struct.pack("<I", ord(character))) + b"[\x00-\xff]{4}"
        if ord(character) >= 0x1100:
            pattern += b"[\x00-\xff]{8}"
    return pattern


ENCODINGS = {
    "utf-8": lambda text: re.escape(text.encode()),
    "utf-32": lambda text: re.escape(text.encode("utf-32-le")),
    "cells": as_cells,
}


def memory_of(pid):
    """The readable parts of a live process's memory."""
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", 0) as mem:
        for line in maps:
            span, rights = line.split()[:2]
            begin, end = (int(part, 16) for part in span.split("-"))
            if rights[0] != "r" or line.rstrip().endswith(("[vvar]", "[vsyscall]")):
                continue
            if end - begin > 1 << 32:
                raise Skip("a sanitized build maps more memory than can be looked through")
            try:
                mem.seek(begin)
                yield mem.read(end - begin)
            except OSError:
                continue


def found_in(pid):
    """{encoding: the canaries, and pieces of them that are no whole one as "…"}"""
    markers = {name: re.compile(b"|".join(encode(marker) for marker in (LATIN, HANGUL)), re.DOTALL)
               for name, encode in ENCODINGS.items()}
    whole = {name: [(canary, re.compile(encode(canary), re.DOTALL)) for canary in ALL] for name, encode in ENCODINGS.items()}
    found = {name: set() for name in ENCODINGS}
    for part in memory_of(pid):
        for name, marker in markers.items():
            for hit in marker.finditer(part):
                known = [canary for canary, pattern in whole[name] if pattern.match(part, hit.start())]
                found[name].update(known or ["…"])
    return found


def with_canaries(meok):
    """A vault with twenty drafts that are full of them; the first one's id."""
    if os.getuid() != 0:
        raise Skip("needs root: nobody else may read the memory of a meok")
    meok.passphrase = " ".join(PASSPHRASES)
    meok.run("init", "--kdf", "interactive", code=0)
    for i, title in reversed(list(enumerate(TITLES))):
        body = "\n\n".join(TEXTS) if i == 0 else TEXTS[i]
        words = KEYWORDS if i == 0 else KEYWORDS[i % 15:i % 15 + 1]
        options = [part for word in words for part in ("--keyword", word)]
        draft = meok.run("new", "--title", title, *options, "-", stdin=body, code=0).out.strip()
    return draft


def use_everything(screen, keep=lambda: None):
    """Puts all of them into memory: text, search, clipboard, a form's secret, the library's filter."""
    for word in FINDS:
        screen.keys("^F", "^U")
        screen.type(word)
        keep()
        screen.keys("Enter")
    screen.keys("^End", settle=False)
    for word in CUTS:
        screen.type("\n\n" + word, settle=False)
        screen.keys("^X", settle=False)
    screen.settle()
    keep()
    screen.keys("Esc b")
    screen.expect("WordPress")
    row = [line for line in screen.text().splitlines() if "WordPress" in line][0]
    screen.keys(re.search(r"\d", row).group())
    screen.expect("Application password")
    screen.keys("Tab", "Tab")
    for token in TOKENS:
        screen.type(token, settle=False)
    screen.settle()
    keep()
    screen.keys("Esc")
    screen.settle()
    screen.keys("Esc")
    screen.settle()


def to_library(screen, keep=lambda: None):
    screen.keys("Esc l")
    screen.expect(TITLES[1])
    for word in FILTERS:
        screen.keys("/")
        screen.type(word)
        keep()
        screen.keys("Esc")


def test_memory_after_a_lock(meok):
    """100 canaries in three encodings: found in the memory before the lock, 0 after it"""
    draft = with_canaries(meok)
    before = {name: set() for name in ENCODINGS}

    def keep():
        for name, hits in found_in(screen.pid).items():
            before[name] |= hits

    with Screen.of(meok, "edit", draft) as screen:
        screen.type(meok.passphrase)
        keep()
        screen.keys("Enter", settle=False)
        screen.expect(TITLES[0], 20)
        use_everything(screen, keep)
        to_library(screen, keep)
        # the control: the same scan has seen them all, and all the ways that they are held
        assert before["utf-8"] >= set(ALL), sorted(set(ALL) - before["utf-8"])
        assert before["cells"] & set(TEXTS) and before["cells"] & set(TITLES), before["cells"]
        # what is compared letter by letter is spread out to code points: searched for, and typed to filter titles
        assert before["utf-32"] & set(FINDS) and before["utf-32"] & set(FILTERS), before["utf-32"]
        print("# before the lock:", ", ".join(f"{len(hits & set(ALL))} in {name}" for name, hits in before.items()))
        screen.keys("x", settle=False)
        screen.expect("locked; the draft is kept", 20)
        screen.settle()
        after = found_in(screen.pid)
        assert after == {name: set() for name in ENCODINGS}, after
        screen.keys("^Q", settle=False)
        assert screen.exited(10) == 0


def test_the_scan_finds_each_encoding(meok):
    """the control of the scan itself: a program that holds a canary in each of the three encodings is found out"""
    if os.getuid() != 0:
        raise Skip("needs root: nobody else may read the memory of a meok")
    program = ("import sys, struct; a, b = sys.stdin.buffer.readline().split(); a, b = a.decode(), b.decode();"
               "held = [a.encode('utf-32-le'), b''.join(struct.pack('<II', ord(c), 256) for c in b)];"
               "print(flush=True); sys.stdin.read()")
    child = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    child.stdin.write(f"{TEXTS[1]} {TEXTS[0]}\n".encode())
    child.stdin.flush()
    child.stdout.readline()
    found = found_in(child.pid)
    child.communicate()
    assert TEXTS[1] in found["utf-8"] and TEXTS[1] in found["utf-32"] and TEXTS[0] in found["cells"], found


def test_keys_that_may_be_swapped_are_told(meok):
    """where the system locks no memory, the settings say that the keys may reach the swap space; else they do not"""
    if os.getuid() != 0 or not shutil.which("setpriv") or not shutil.which("prlimit"):
        raise Skip("needs root, setpriv and prlimit")
    meok.run("init", "--kdf", "interactive", code=0)
    limited = ["prlimit", "--memlock=0", "setpriv", "--bounding-set=-ipc_lock", "--inh-caps=-ipc_lock"]
    for before, told in ([], False), (limited, True):
        with Screen([*before, meok.program], meok.home.parent, meok.environment, cwd=meok.home) as screen:
            screen.expect("Passphrase", 20)
            screen.type(meok.passphrase)
            screen.keys("Enter", settle=False)
            screen.expect("no draft yet", 20)
            screen.keys(",")
            screen.expect("Change the passphrase")
            status = pathlib.Path(f"/proc/{screen.pid}/status").read_text()
            if bool(re.search(r"VmLck:\s+0 kB", status)) != told:
                raise Skip("a sanitized build locks no memory and is told that it does")
            assert ("may reach the swap space" in screen.text()) == told, screen.text()


# ---- What is written

CALLS = "write,writev,pwrite64,pwritev,pwritev2,sendto,sendmsg,sendmmsg,rename,renameat,renameat2,link,linkat,symlink," \
        "mkdir,open,openat,creat,execve,setxattr"
NEEDLES = [marker.encode() for marker in (LATIN, HANGUL)]


def traced(log):
    return ["strace", "-f", "-qq", "-v", "-xx", "-y", "-s", "1000000", "-e", f"trace={CALLS}", "-e", "signal=none", "-o", str(log)]


def unescape(text):
    return bytes.fromhex(text.replace("\\x", ""))


def calls_of(log):
    """(name, descriptor, path of the descriptor, all strings joined) of each call."""
    for line in log.read_text().splitlines():
        call = re.match(r"\d+ +(\w+)\((?:(\d+)<([^>]*)>)?", line)
        if call:
            path = call.group(3) or ""
            path = unescape(path).decode() if path.startswith("\\x") else path
            yield call.group(1), call.group(2), path, b"\n".join(map(unescape, re.findall(r'"((?:\\x[0-9a-f]{2})*)"', line)))


def leaks_of(log, allowed):
    """(calls seen, those that hold a canary and are not allowed)"""
    seen, leaks = 0, []
    for name, fd, path, content in calls_of(log):
        seen += 1
        if any(needle in content for needle in NEEDLES) and not allowed(name, fd, path):
            leaks.append((name, path, content[:100]))
    return seen, leaks


def is_terminal(call, fd, path):
    return call == "write" and path.startswith(("/dev/pts/", "/dev/tty"))


def test_what_the_screens_write(meok, tmp):
    """writes, file names, argv and environ of the screens, unlocked, used, locked, opened again: canaries on the tty only"""
    if not shutil.which("strace"):
        raise Skip("needs strace")
    meok.environment["ASAN_OPTIONS"] = "detect_leaks=0"  # which does not work under strace
    draft = with_canaries(meok)
    log = pathlib.Path(tmp) / "trace"
    command = [*traced(log), meok.executable, "edit", draft]
    with Screen(command, meok.home.parent, meok.environment, cwd=meok.home) as screen:
        screen.expect("Passphrase", 20)
        screen.type(meok.passphrase)
        screen.keys("Enter", settle=False)
        screen.expect(TITLES[0], 30)
        use_everything(screen)
        screen.keys("^S")
        to_library(screen)
        screen.keys("x", settle=False)
        screen.expect("locked; the draft is kept", 30)
        screen.settle()
        screen.type(meok.passphrase)
        screen.keys("Enter", settle=False)
        screen.expect(TITLES[0], 30)
        screen.keys("q", settle=False)
        assert screen.exited(20) == 0
        drawn = screen.written()
    # A window's title stays in lists and logs of the terminal; the clipboard gets what was cut and no more.
    assert not re.search(rb"\x1b\](?:[012];|[lLI])|\x1bk", drawn)
    assert drawn.count(b"\x1b]52;") == len(CUTS), drawn.count(b"\x1b]52;")
    seen, leaks = leaks_of(log, is_terminal)
    assert leaks == [], leaks[:5]
    # the control: they were on the terminal, a file of the vault was written, and the program began twice
    _, everywhere = leaks_of(log, lambda *_: False)
    assert len(everywhere) > 20 and seen > len(everywhere), (seen, len(everywhere))
    calls = list(calls_of(log))
    assert sum(name == "execve" for name, *_ in calls) == 2
    assert any(name == "write" and path.startswith(str(meok.vault)) for name, _, path, _ in calls)


def test_what_commands_write(meok, tmp):
    """what the commands write, passwd and rekey too: canaries in what show and list print, and nowhere else"""
    if not shutil.which("strace"):
        raise Skip("needs strace")
    meok.environment["ASAN_OPTIONS"] = "detect_leaks=0"  # which does not work under strace
    draft = with_canaries(meok)
    log = pathlib.Path(tmp) / "trace"
    program, total = meok.executable, 0
    # argv holds what the caller chose to put there, so only standard input carries canaries
    front = f"---\ntitle: {TITLES[2]}\nkeywords: [{KEYWORDS[0]}, {KEYWORDS[1]}]\n---\n{TEXTS[3]}\n"
    new = PASSPHRASES[0] + " other"
    runs = [(("new", "-"), front, None), (("set", draft, "--body", "-"), TEXTS[4], None),
            (("list",), None, None), (("show", draft), None, None), (("recovery-key",), None, None),
            (("passwd",), None, meok.passphrase + "\n" + new), (("rekey",), None, new + "\n" + meok.passphrase),
            (("check",), None, None), (("rm", draft), None, None), (("show", draft), None, PASSPHRASES[1])]
    wrapper = pathlib.Path(tmp) / "traced"
    wrapper.write_text("#!/bin/sh\nexec " + " ".join(traced(log)) + f' {program} "$@"\n')
    wrapper.chmod(0o700)
    meok.program = str(wrapper)
    for arguments, stdin, passphrase in runs:
        result = meok.run(*arguments, stdin=stdin, passphrase=passphrase or True)
        assert result.code == (3 if passphrase == PASSPHRASES[1] else 0), (arguments, result)
        prints = arguments[0] in ("list", "show")
        seen, leaks = leaks_of(log, lambda call, fd, path: prints and fd == "1")
        total += seen
        assert leaks == [], (arguments, leaks[:5])
        assert not any(marker in result.err for marker in (LATIN, HANGUL)), (arguments, result.err)
    assert total > 300, total


def test_observed(meok):
    """a share of `make torture-canaries`: a file of tests, observed, and a program that leaks in every way, found out"""
    if not machine.can_observe():
        raise Skip("needs root, and a kernel that can ask another program about calls")
    found, ways = machine.leaks_of_control()
    assert found == ways and len(ways) > 25, (found, ways)
    seen = machine.look_at("test_secrets.py", meok.executable, machine.own_texts(meok.executable))
    print("#", machine.list_of(seen.figures))
    assert not seen.broken, (seen.broken, seen.output)
    assert not seen.leaks, seen.leaks
    assert seen.figures["processes"] > 5 and seen.figures["left"] == 0 and seen.figures["found somewhere"] > 10, seen.figures


if __name__ == "__main__":
    main()
