#!/usr/bin/env python3
"""random_accidents.py SLIPS [--seed N] [--beside N] [--wordpress SLIPS]

Lets slips of accidents.py happen to meok in every state it has, several meoks side by side. The writer notices within ten
seconds, presses Esc until nothing is open any more, and then the blog is looked at: the files of the folder, or what a
real WordPress shows its readers. Prints figures; exit code 1 when anything is public that nobody meant to publish.
--wordpress: so many of the slips happen to drafts of a WordPress.
"""

import argparse, collections, concurrent.futures, pathlib, random, shutil, sys, time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))
sys.dont_write_bytecode = True
import accidents, harness
from screen import Screen

GUARD_SECONDS = 0.5  # longer than the 400 ms in which the sheet ignores keys
NOTICED_SECONDS = 9.3  # of the ten: the rest is for getting to the Esc key
SLIPS_OF_ONE = 12  # then meok starts again, from a fresh copy of its home
ESCAPES = 12
BODY = "바람이 불어 **등대**의 불이 흔들렸다.\n"

# How to get there from the editor, what shows that one is there, and how often it is tried.
Way = collections.namedtuple("Way", "keys shows weight")
WAYS = {
    "start": Way("", "", 1), "title": Way("", "", 1), "subtitle": Way("Enter", "", 1), "body": Way("Enter Enter", "", 3),
    "menu": Way("Esc", "Esc ▸", 4), "keywords": Way("Esc k", "Enter take", 1), "work": Way("Esc w", "Enter take", 1),
    "comments": Way("Esc c", "Enter take", 1), "prompt": Way("Esc /", "stay here", 1), "help": Way("Esc ?", "Esc close", 1),
    "library": Way("Esc l", "Enter open", 2), "form": Way("Esc b", "a folder on this computer", 1),
    "where": Way("Esc p", "a folder on this computer", 3), "sheet": Way("Esc p", "Enter publish", 6),
    "hold": Way("Esc p", "Enter publish", 5), "update": Way("End ! Esc p", "send the change", 4),
    "result": Way("End ! Esc p", "send the change", 2),
}
# The homes that these need: no blog yet; a blog, and the article is on it.
HOMES = {"where": "first", "update": "out", "result": "out", "sheet": "new", "hold": "new"}


class Folder:
    """The blog of one writer, a folder in the writer's home."""

    def __init__(self, meok):
        self.meok, self.title = meok, "등대지기"

    def add(self):
        self.meok.run("site", "add", "blog", self.meok.home / "pages", "--type", "plain", code=0)

    def public(self):
        """What readers see: articles by name."""
        return {path.name: path.read_bytes() for path in self.meok.home.rglob("*.html") if path.name != "index.html"}

    def published(self):
        """The article is public now, and that was meant."""

    def again(self, draft):
        """The home is as it was before, and so are the pages in it: nothing to do."""


class OnWordPress:
    """One writer's article on a WordPress that several share. all_ids: those of everybody's articles."""

    def __init__(self, meok, wp, number, all_ids):
        self.meok, self.wp, self.title, self.id, self.all_ids = meok, wp, f"등대지기 {number}", None, all_ids

    def add(self):
        self.meok.run("site", "add", "blog", self.wp.url(), "--user", "admin", secret=self.wp.passwords["admin"], code=0)

    def public(self):
        """What readers see and is not known to be another writer's."""
        return {post["id"]: (post["title"]["raw"], post["content"]["raw"]) for post in self.wp.posts("publish")
                if post["id"] == self.id or post["id"] not in self.all_ids}

    def published(self):
        [self.id] = [post["id"] for post in self.wp.posts("publish") if post["title"]["raw"] == self.title]
        self.all_ids.add(self.id)

    def again(self, draft):
        self.meok.run("publish", draft, "--overwrite", code=0)


class Writer:
    """A writer with one draft, to whom accidents happen. blog: makes a Folder or OnWordPress of a Meok."""

    def __init__(self, folder, blog, seed):
        folder.mkdir()
        self.folder, self.random = folder, random.Random(f"writer {seed}")
        self.meok = harness.Meok(folder)
        self.blog = blog(self.meok)
        self.screen, self.home, self.slips = None, None, 0
        self.figures, self.faults = collections.Counter(), []
        self._make_homes()

    def _make_homes(self):
        self.meok.run("init", "--kdf", "interactive", code=0)
        self.draft = self.meok.run("new", "--title", self.blog.title, "-", stdin=BODY, code=0).out.strip()
        self._store("first")
        self.blog.add()
        self._store("new")
        self.meok.run("publish", self.draft, code=0)
        self.blog.published()
        self._store("out")

    def _store(self, name):
        shutil.rmtree(self.folder / name, ignore_errors=True)
        shutil.copytree(self.meok.home, self.folder / name)

    def _start(self, home, locked=False):
        """A fresh home, and meok in it."""
        self.leave()
        if home == "out" and self.figures["sent"] > self.figures["stored"]:
            self._fetch("out")
            self.blog.again(self.draft)
            self._store("out")
            self.figures["stored"] = self.figures["sent"]
        self._fetch(home)
        self.home, self.slips = home, 0
        self.figures["starts"] += 1
        self.screen = Screen.of(self.meok, "edit", self.draft, unlocked=not locked)
        self.screen.expect("Passphrase" if locked else self.blog.title, 20)

    def _fetch(self, home):
        shutil.rmtree(self.meok.home)
        shutil.copytree(self.folder / home, self.meok.home)

    def leave(self):
        if self.screen:
            reports = self.screen.close()
            self.screen = None
            if reports:
                self.faults.append(reports)

    def _at_home(self):
        """In the editor with nothing open above it, on this draft as it was."""
        rows = self.screen.screen()
        if not any("│ Keywords" in row for row in rows[-3:]):
            return False
        self.screen.keys("^Home")
        return self.screen.screen()[0] == self.blog.title

    def _ready(self, home, state):
        if state == "start" or self.screen is None or self.slips >= SLIPS_OF_ONE or home not in (None, self.home) or (
                not self.screen.runs() or not self._at_home()):
            self._start(home or self.random.choice(("first", "new", "new", "out")), locked=state == "start")
        self.slips += 1

    def _go(self, state):
        """Returns since when something may be on its way."""
        way = WAYS[state]
        for key in way.keys.split():
            self.screen.keys(key)
        if way.shows:
            self.screen.expect(way.shows)
        if state == "form":
            self.screen.keys(self.random.choice("23"))
        elif state in ("sheet", "update"):
            time.sleep(self.random.choice((0, 0.1, GUARD_SECONDS, GUARD_SECONDS, 1)))
        elif state in ("hold", "result"):
            time.sleep(GUARD_SECONDS)
            began = time.monotonic()
            self.screen.keys("Enter")
            self.screen.expect("public in" if state == "hold" else "is public", 20)
            time.sleep(self.random.choice((0, 0.1, GUARD_SECONDS, 3)))
            return began
        return time.monotonic()

    def suffer(self, slip):
        """One slip, and what comes of it."""
        self._ready(HOMES.get(slip.state), slip.state)
        try:
            began = self._go(slip.state)
        except AssertionError:
            # An earlier slip has left something behind: a vault as it was shows whether there is more to it.
            self.figures["second tries"] += 1
            self._start(HOMES.get(slip.state, self.home), slip.state == "start")
            began = self._go(slip.state)
        if slip.state == "result":
            self.figures["sent"] += 1
            self.slips = SLIPS_OF_ONE
        before = self.blog.public()
        accidents.run(self.screen, slip)
        self.wait(began)
        self._press_escape()
        self.figures["slips"] += 1
        self._judge(slip, before, self.blog.public())
        if self.screen and not self.screen.runs():
            code = self.screen.exited(0)
            if code != 0:
                self._fault(slip, f"meok ended with {code}")
            self.leave()

    def wait(self, began):
        """Whoever sees that something is on its way stares at it for a while."""
        time.sleep(0.6)
        on_its_way = self.screen.runs() and any(word in self.screen.text() for word in ("public in", "on its way"))
        self.figures["held"] += on_its_way
        latest = NOTICED_SECONDS if on_its_way or self.random.random() < 0.05 else 1
        time.sleep(max(0, self.random.uniform(0, latest) - (time.monotonic() - began)))

    def _press_escape(self):
        before = None
        for _ in range(ESCAPES):
            if not self.screen.runs():
                return
            self.screen.keys("Esc")
            self.figures["escapes"] += 1
            time.sleep(0.1)
            now = self.screen.screen()
            if now == before or any("│ Keywords" in row for row in now[-3:]):
                return
            before = now

    def _judge(self, slip, before, after):
        if self.screen.runs() and "public in" in self.screen.text():
            self._fault(slip, "Esc does not take it back")
        new = [name for name in after if name not in before]
        changed = [name for name in before if after.get(name) != before[name]]
        sent_alone = slip.state == "update" and any(what in (b"\r", b"\n") for what, _ in slip.arrivals)
        if new:
            self._fault(slip, f"PUBLIC: {new}")
            self.slips = SLIPS_OF_ONE
        if changed:
            self.figures["sent"] += 1
            self.figures["changes sent by a lone Enter"] += 1
            self.slips = SLIPS_OF_ONE
            if not sent_alone:
                self._fault(slip, f"CHANGED: {changed}")

    def _fault(self, slip, what):
        self.faults.append(f"{what}\nslip {slip}\n{self.screen.story()}")


def choose(seed, count):
    """The slips of this seed. Who meant g means it: making it public at once is no accident."""
    chance = random.Random(f"accidents {seed}")
    states, weights = list(WAYS), [way.weight for way in WAYS.values()]
    number = made = 0
    while made < count:
        slip = accidents.slip(f"{seed}.{number}", chance.choices(states, weights)[0])
        number += 1
        if (slip.state, slip.intended) != ("hold", "g"):
            made += 1
            yield slip


def run(folder, count, seed=1, beside=6, wp=None):
    """So many slips, to so many writers at once. Returns (figures, faults)."""
    slips, all_ids = list(choose(seed, count)), set()
    beside = max(1, min(beside, count))

    def settle_in(number):
        blog = Folder if wp is None else lambda meok: OnWordPress(meok, wp, number, all_ids)
        return Writer(folder / f"{'f' if wp is None else 'w'}{number}", blog, f"{seed}.{number}")

    def suffer(writer, share):
        try:
            for slip in share:
                writer.suffer(slip)
                writer.figures[slip.state] += 1
        except Exception as reason:
            raise AssertionError(f"{reason}\nslip {slip}\n{writer.screen.story() if writer.screen else ''}") from reason
        finally:
            writer.leave()
        return writer
    # All have their one article out before anybody's slip can be taken for one of them.
    writers = [settle_in(number) for number in range(beside)]
    figures, faults = collections.Counter(), []
    with concurrent.futures.ThreadPoolExecutor(beside) as pool:
        for writer in pool.map(suffer, writers, [slips[number::beside] for number in range(beside)]):
            figures.update(writer.figures)
            faults += writer.faults
    return figures, faults


def tell(figures, faults, seconds):
    states = ", ".join(f"{state} {figures[state]}" for state in WAYS if figures[state])
    return (f"{figures['slips']} slips in {seconds:.0f} s, {figures['starts']} starts, {figures['held']} times something was "
            f"on its way afterwards, {figures['escapes']} times Esc, {figures['second tries']} second tries, "
            f"{figures['changes sent by a lone Enter']} changes sent by a lone Enter on the line of an update, "
            f"{len(faults)} faults ({states})")


def main():
    parser = argparse.ArgumentParser(usage=__doc__.splitlines()[0], add_help=False)
    parser.add_argument("slips", type=int)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--beside", type=int, default=6)
    parser.add_argument("--wordpress", type=int, default=0)
    options = parser.parse_args()
    folder, bad = harness.short_folder(), []
    try:
        for blog, count in ("folder", options.slips - options.wordpress), ("WordPress", options.wordpress):
            if count <= 0:
                continue
            wp, began = harness.WordPress().start() if blog == "WordPress" else None, time.monotonic()
            try:
                figures, faults = run(folder, count, f"{options.seed} {blog}", options.beside, wp)
            finally:
                if wp:
                    wp.stop()
            print(f"{blog}: {tell(figures, faults, time.monotonic() - began)}", *faults, sep="\n", flush=True)
            bad += faults
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
