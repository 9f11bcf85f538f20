#!/usr/bin/env python3
"""Every command is killed at each of its calls on files: what was acknowledged before is there, what it was doing is
done or not done, nothing needs repair, and it can be done again.

    kill_calls.py [--every 1] [--seed 1] [COMMAND…]

The calls are those of the real program on the real file system; strace sends the signal as a call is entered.
"""
import argparse, collections, os, pathlib, random, re, shutil, signal, subprocess, sys, time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))
from harness import PASSPHRASE, Meok, Skip, short_folder

NEW = "첫서리 내린 밭머리 9"
CALL = re.compile(r"^(\d+) +(?:\[[^]]*\] )?(\w+)\(")
RESUMED = re.compile(r"^\d+ +<\.\.\. ")

# A command: what it is called, its words, what it reads, the passphrase lines, whether it is done again after a kill,
# and whether it changes the keys.
Command = collections.namedtuple("Command", "name words stdin passphrase again keys", defaults=(None, True, False, False))


class Lost(Exception):
    """Something is not as it was before or would be after."""


def prepared(meok):
    """A vault with everything in it that a command may touch. Returns what the commands need to name."""
    meok.run("init", "--kdf", "interactive", code=0)
    (meok.home / "config" / "meok").mkdir(parents=True)
    (meok.home / "config" / "meok" / "config").write_text("set kdf interactive\n")
    new = lambda title, body, *options: meok.run("new", "--title", title, *options, "-", stdin=body, code=0).out.strip()
    names = {"walk": new("밤길", "가로등이 하나 나갔다.\n", "--keyword", "밤", "--work", "골목")}
    names["split"] = new("갈라진 글", "첫 문단.\n\n가운데.\n\n끝 문단.\n")
    base = meok.json("log", names["split"])["revisions"][0]["id"]
    for body in "첫 문단을 고쳤다.\n\n가운데.\n\n끝 문단.\n", "첫 문단.\n\n가운데.\n\n끝 문단도 고쳤다.\n":
        meok.run("set", names["split"], "--base", base, "--body", "-", stdin=body, code=0)
    names["old"] = new("묵은 글", "버려도 된다.\n")
    meok.run("rm", names["old"], code=0)
    site = meok.home / "pages"
    site.mkdir()
    meok.run("site", "add", "마당", site, "--type", "plain", code=0)
    meok.run("set", names["walk"], "--site", "마당", code=0)
    meok.run("drop", "다리 밑에서 들은 노래", passphrase=None, code=0)
    names["recovery"] = meok.run("recovery-key", code=0).out.strip()
    files = meok.home / "files"
    files.mkdir()
    for number in range(3):
        (files / f"{number}.md").write_text(f"# 들여온 글 {number}\n\n{number}번째로 들여온다.\n")
    # What is remembered of this device belongs to what must survive.
    meok.run("list", code=0)
    return names


def commands(names):
    both = PASSPHRASE + "\n" + NEW
    return [
        Command("new", ["new", "--title", "새 글", "-"], "방금 쓴 문장.\n"),
        Command("set", ["set", names["walk"], "--title", "밤길 둘", "--keyword", "가로등", "--body", "-"], "고쳐 쓴다.\n"),
        Command("rm", ["rm", names["walk"], names["split"]]),
        Command("restore", ["restore", names["old"]]),
        Command("empty", ["trash", "--empty", "--yes"], again=True),
        Command("merge", ["merge"], again=True),
        Command("publish", ["publish", names["walk"]], again=True),
        Command("site-remove", ["site", "remove", "마당"]),
        Command("drop", ["drop", "두 번째 생각"], passphrase=None),
        Command("fragments", ["fragments"], again=True),
        Command("import", ["import", "files"], again=True),
        Command("export", ["export", "out", "--revisions", "--trash"]),
        Command("recovery-key", ["recovery-key"], keys=True),
        Command("check", ["check"], again=True),
        Command("passwd", ["passwd"], passphrase=both, keys=True),
        Command("recover", ["recover"], passphrase=names["recovery"] + "\n" + NEW, keys=True),
        Command("rekey", ["rekey"], passphrase=both, keys=True),
        Command("init", ["--vault", "second", "init"], again=True),
    ]


def run(meok, command, words=None):
    return meok.run(*(words or command.words), stdin=command.stdin, passphrase=command.passphrase)


# ---- What there is

def opens(meok, command):
    """The passphrases that open the vault. With the new one first: it removes what is retired."""
    if not command.keys:
        return [PASSPHRASE]
    return [secret for secret in (NEW, PASSPHRASE) if meok.run("trash", passphrase=secret).code == 0]


def facts(meok, secret):
    """A line for each thing that must be as before or as after; and for each the thing that it is a state of."""
    if secret is None:
        raise Lost("no passphrase opens the vault")
    out = meok.home / "looked"
    shutil.rmtree(out, ignore_errors=True)
    meok.run("export", out, "--trash", passphrase=secret, code=0)
    found = collections.Counter()
    for path in out.rglob("*.md"):
        place, text = path.relative_to(out).parts[0], re.sub(r"(?m)^date: .*\n", "", path.read_text())
        found[place if place in ("trash", "fragments") else "drafts", text] += 1
    shutil.rmtree(out)
    for site in meok.json("site", "list", passphrase=secret)["sites"]:
        found["site", site["name"]] += 1
    return found


def compare(before, after, now):
    """`now` is before, after, or something between: what both have, it has; what neither has, it has not."""
    for fact in (before & after) - now:
        raise Lost(f"lost: {fact}")
    for fact in now - (before | after):
        raise Lost(f"nobody's: {fact}")
    for kind in {fact[0] for fact in before | after}:
        counts = [sum(number for fact, number in facts.items() if fact[0] == kind) for facts in (before, now, after)]
        if not min(counts[0], counts[2]) <= counts[1] <= max(counts[0], counts[2]):
            raise Lost(f"{counts[1]} of {kind}, between {counts[0]} and {counts[2]}")


def sound(meok, command):
    """The check finds nothing to repair. After a change of keys that was cut short it may ask about the slots."""
    secrets = opens(meok, command)
    for secret in secrets:
        result = meok.run("check", passphrase=secret)
        # a change that was cut short is asked about
        if command.keys and result.code != 0 and "slot" in result.out + result.err:
            result = meok.run("check", "--accept", passphrase=secret)
        if result.code != 0:
            raise Lost(f"check: {result.out}{result.err}")
    return secrets[0] if secrets else None


def pages(meok):
    return sorted(path.name for path in (meok.home / "pages").rglob("*") if path.is_file())


# ---- Kills

class Killer:
    def __init__(self):
        if not shutil.which("strace"):
            raise Skip("needs strace")
        self.folder = short_folder()
        first = Meok(self.folder)
        # leaks cannot be looked for in what is traced
        first.environment["ASAN_OPTIONS"] = "detect_leaks=0"
        self.meok, self.template = first, self.folder / "template"
        self.names = prepared(first)
        shutil.copytree(first.home, self.template, symlinks=True)
        self.before = facts(first, PASSPHRASE)
        self.kills = self.calls = 0

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def afresh(self):
        shutil.rmtree(self.meok.home)
        shutil.copytree(self.template, self.meok.home, symlinks=True)

    def traced(self, command, *options):
        self.meok.wrapper = ["strace", "-f", "-qq", "-e", "signal=none", *options]
        try:
            return run(self.meok, command)
        finally:
            self.meok.wrapper = []

    def calls_of(self, command):
        """(call, n) for each call on files from the first on the vault, n counted from 1 as strace does. Only root can
        read the names in what traces a meok: others get all calls."""
        log, seen, begun = self.folder / "log", collections.Counter(), False
        every, found = [], []
        self.afresh()
        result = self.traced(command, "-o", str(log), "-e", "trace=%file,%desc")
        if result.code != 0:
            raise Lost(f"{command.name} fails: {result.err}")
        for line in log.read_text(errors="replace").splitlines():
            call = CALL.match(line)
            if call is None or RESUMED.match(line):
                continue
            seen[call[1], call[2]] += 1
            begun = begun or "/data/meok" in line or "second" in line
            this = call[2], seen[call[1], call[2]]
            for calls in [every, found] if begun else [every]:
                if this not in calls:
                    calls.append(this)
        return found or every

    def kill(self, command, call, number, after, pages_after):
        self.afresh()
        result = self.traced(command, "-o", "/dev/null", "-e", f"trace={call}",
                             "-e", f"inject={call}:signal=KILL:when={number}")
        # the part that talks to sites is a process of its own
        if result.code not in (-signal.SIGKILL, 0) and not (command.name == "publish" and result.code == 6):
            raise Lost(f"exit {result.code}: {result.err}")
        self.kills += result.code != 0
        secret = sound(self.meok, command)
        compare(self.before, after, facts(self.meok, secret))
        if command.again:
            again = self.meok.run(*command.words, stdin=command.stdin, passphrase=secret)
            # what was made by the first time is in the way of making it
            if again.code != 0 and not (command.name == "init" and again.code == 2):
                raise Lost(f"again: exit {again.code}: {again.err}")
            now = facts(self.meok, secret)
            if now != after or pages(self.meok) != pages_after:
                raise Lost(f"again: {list((now - after) + (after - now))} {pages(self.meok)}")

    def command(self, command, every, rng):
        calls = self.calls_of(command)
        after, pages_after = facts(self.meok, sound(self.meok, command)), pages(self.meok)
        compare(self.before, after, after)
        chosen = [each for each in calls if rng.randrange(every) == 0] or [rng.choice(calls)]
        self.calls += len(calls)
        for call, number in chosen:
            try:
                self.kill(command, call, number, after, pages_after)
            except (Lost, AssertionError) as why:
                raise Lost(f"{command.name}, killed at {call} {number}: {why}") from why
        return len(calls), len(chosen)

    def run(self, every=1, seed=1, only=()):
        rng, start = random.Random(seed), time.monotonic()
        for command in commands(self.names):
            if only and command.name not in only:
                continue
            calls, tried = self.command(command, every, rng)
            print(f"# {command.name}: {tried} of {calls} calls", flush=True)
        return f"{self.kills} kills at {self.calls} calls of files, {time.monotonic() - start:.0f} s"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("only", nargs="*")
    given = parser.parse_args()
    killer = Killer()
    try:
        print("#", killer.run(given.every, given.seed, given.only) + ": nothing lost, nothing to repair")
    finally:
        killer.close()


if __name__ == "__main__":
    main()
