#!/usr/bin/env python3
"""A driver types into meok on a terminal and kills it at random moments; what had been drawn is there again, to the
character, with cursor and undo.

    kill9.py 1000 --seed 1

What was typed is followed by a model of the draft. The picture that the terminal had when the program was dead is one
of the model's states, and the draft that is recovered is the same one or a later one. In every fourth round the driver
waits for the picture, looks at what undo and redo show, and finds the same pictures after the kill.
"""
import argparse, os, pathlib, random, shutil, signal, sys, threading, time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))
from harness import Meok, short_folder
from screen import Screen, key_bytes, paste_bytes

SYLLABLES = "가나다라마바사아자차카타파하글쓰기봄여름가을겨울장마우산바람물결돌담길첫눈끝말"
LETTERS = "abcdefghijklmnopqrstuvwxyz 0123456789 "
MARK = "◆"
LONGEST, MOST_LINES, HEAD_ROWS, FOOT_ROWS = 300, 6, 3, 3  # all of the body stays on the screen, however it wraps
UNDOS = 4
BURST, PASTE_END = 60, 0.06  # bytes; seconds


class Lost(Exception):
    """The draft is not what had been drawn."""


class Model:
    """The body and the cursor in it, after each character or key."""

    def __init__(self, text="", cursor=0):
        self.states = [(text, cursor)]

    def insert(self, text):
        for character in text:
            body, at = self.states[-1]
            self.states.append((body[:at] + character + body[at:], at + 1))

    def paste(self, text):
        body, at = self.states[-1]
        self.states.append((body[:at] + text + body[at:], at + len(text)))

    def key(self, name):
        body, at = self.states[-1]
        if name == "Left":
            at = max(at - 1, 0)
        elif name == "Right":
            at = min(at + 1, len(body))
        elif at > 0:
            body, at = body[:at - 1] + body[at:], at - 1
        self.states.append((body, at))

    @property
    def text(self):
        return self.states[-1][0]


def squashed(text):
    return "".join(text.split())


def words(rng, most):
    alphabet = rng.choice((SYLLABLES, SYLLABLES + " ", LETTERS))
    return "".join(rng.choice(alphabet) for _ in range(rng.randint(1, most)))


class Hand:
    """Sends without waiting for a picture, but never so much at once that it would be taken for a paste."""

    def __init__(self, screen):
        self.screen, self.unread = screen, 0

    def send(self, data):
        if self.unread + len(data) >= BURST:
            self.screen.terminal.taken(0.5)
            self.unread = 0
        self.unread += len(data)
        self.screen.send(data, settle=False)

    def paste(self, text):
        self.screen.terminal.taken(0.5)
        self.screen.send(paste_bytes(text), settle=False)
        # What comes right behind the end of a paste is a part of it.
        self.screen.terminal.taken(0.5)
        time.sleep(PASTE_END)


def act(rng, hand, model):
    """One thing that a writer does, sent without waiting."""
    kind = rng.random()
    room = len(model.text) < LONGEST and model.text.count("\n") < MOST_LINES
    # At the very ends a key would leave the body, for the lines above it.
    body, at = model.states[-1]
    if kind < 0.70 and room:
        text = words(rng, 12)
        hand.send(text.encode())
        model.insert(text)
    elif kind < 0.76 and room:
        hand.send(key_bytes("Enter"))
        model.paste("\n")
    elif kind < 0.82 and room:
        text = "\n".join(words(rng, 30).strip() or "글" for _ in range(rng.randint(1, 3)))
        hand.paste(text)
        model.paste(text)
    elif kind < 0.92 and at > 3:
        times = rng.randint(1, 3)
        hand.send(key_bytes("Backspace") * times)
        for _ in range(times):
            model.key("Backspace")
    elif at > 3:
        name = rng.choice(("Left", "Left", "Right"))
        if name == "Left" or at < len(body):
            hand.send(key_bytes(name))
            model.key(name)


def picture(screen):
    look = screen.look()
    return [row.rstrip() for row in look["rows"][:-FOOT_ROWS]], tuple(look["cursor"])


def ended(screen):
    """The picture that the program left, all of its output read."""
    if screen.exited() != -signal.SIGKILL:
        raise Lost("it ended before the kill")
    return picture(screen)


def dead(screen):
    screen.signal(signal.SIGKILL)
    return ended(screen)


class Driver:
    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.folder = short_folder()
        self.meok = Meok(self.folder)
        self.meok.run("init", "--kdf", "interactive", code=0)
        self.draft, self.body = None, None
        self.kills = self.recovered = self.drawn = self.ahead = self.undone = 0

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def begin(self):
        self.draft = self.meok.run("new", "--title", "못", "-", stdin="", code=0).out.strip()
        self.body = Model()

    def open(self, *arguments):
        return Screen.of(self.meok, *arguments, unlocked=True, settle=False)

    def first(self):
        """A new draft, opened; the cursor goes to its body."""
        self.begin()
        screen = self.open("edit", self.draft)
        screen.expect("못", 20)
        screen.settle()
        screen.keys("Enter", "Enter")
        return screen

    def hammer(self, screen):
        """Types and kills in the middle of it. The body as it was drawn."""
        hand, killed = Hand(screen), threading.Event()
        pid, wait = screen.pid, self.rng.random() ** 2 * 0.25

        def kill():
            time.sleep(wait)
            os.kill(pid, signal.SIGKILL)
            killed.set()

        killer = threading.Thread(target=kill)
        killer.start()
        while not killed.is_set():
            act(self.rng, hand, self.body)
            if self.rng.random() < 0.3:
                killed.wait(self.rng.random() * 0.02)
        killer.join()
        return ended(screen)

    def still(self, screen):
        """Types, waits, looks back and forth, and kills. All pictures: the last one, and those of undo and redo."""
        hand = Hand(screen)
        for _ in range(self.rng.randint(3, 12)):
            act(self.rng, hand, self.body)
        screen.settle()
        pictures = self.back_and_forth(screen)
        return [dead(screen)] + pictures

    @staticmethod
    def back_and_forth(screen):
        pictures = []
        for key in ["^Z"] * UNDOS + ["^Y"] * UNDOS:
            screen.keys(key)
            pictures.append(picture(screen)[0])
        return pictures

    def come_back(self):
        screen = self.open()
        screen.expect("recovered", 20)
        screen.settle()
        return screen

    def locate(self, screen):
        """The body as the vault has it and the place of the cursor, which shows in what is typed there."""
        screen.type(MARK)
        screen.keys("^S")
        screen.expect("kept", 10)
        stored = self.meok.json("show", self.draft)["body"]
        if stored.count(MARK) != 1:
            raise Lost(f"one mark was typed, stored is {stored!r}")
        screen.keys("Backspace")
        return stored.replace(MARK, ""), stored.find(MARK)

    def check_drawn(self, drawn, screen):
        """What was drawn is a state of the model, and the recovered draft the same state or a later one."""
        shown = squashed("".join(drawn[0][HEAD_ROWS:]))
        was = [number for number, (text, _) in enumerate(self.body.states) if squashed(text) == shown]
        if not was:
            raise Lost(f"the last picture was never typed: {shown!r}, the end was {self.body.text!r}")
        now, at = self.locate(screen)
        is_now = [number for number, (text, cursor) in enumerate(self.body.states)
                  if text.rstrip("\n") == now.rstrip("\n") and cursor == at]
        if not is_now:
            raise Lost(f"recovered is {now!r} with the cursor at {at}, which was never typed; drawn was {shown!r}")
        if is_now[-1] < was[0]:
            raise Lost(f"drawn was {shown!r}, recovered is the older {now!r}")
        self.drawn += len(shown)
        self.ahead += is_now[0] > was[-1]
        self.body = Model(self.body.states[is_now[-1]][0], at)

    def check_still(self, pictures, screen):
        if picture(screen) != pictures[0]:
            raise Lost(f"recovered is {picture(screen)}, drawn was {pictures[0]}")
        seen = self.back_and_forth(screen)
        if seen != pictures[1:]:
            raise Lost(f"undo shows {seen}, before the kill it was {pictures[1:]}")
        self.undone += 1
        self.drawn += len(squashed("".join(pictures[0][0][HEAD_ROWS:])))
        now, at = self.locate(screen)
        if now.rstrip("\n") != self.body.text.rstrip("\n"):
            raise Lost(f"recovered is {now!r}, typed was {self.body.text!r}")
        self.body = Model(self.body.text, at)

    def run(self, kills, say=lambda _: None):
        screen = self.first()
        # Something to recover from the first kill on.
        screen.type("못")
        self.body.insert("못")
        while self.kills < kills:
            with screen:
                quiet = self.kills % 4 == 3
                left = self.still(screen) if quiet else self.hammer(screen)
            self.kills += 1
            screen = self.come_back()
            try:
                (self.check_still if quiet else self.check_drawn)(left, screen)
            except BaseException:
                print("\n".join("# " + line for line in screen.story().splitlines()))
                screen.close()
                raise
            self.recovered += 1
            if len(self.body.text) >= LONGEST or self.body.text.count("\n") >= MOST_LINES:
                screen.keys("^Q", settle=False)
                screen.exited(20)
                screen.close()
                screen = self.first()
                screen.type("못")
                self.body.insert("못")
            if self.kills % 50 == 0:
                say(f"{self.kills} kills, {self.recovered} recovered")
        screen.close()
        return (f"{self.kills} kills, {self.drawn} characters drawn in the last pictures, 0 lost; {self.undone} with "
                f"undo and redo compared; {self.ahead} recovered more than had been drawn")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("kills", type=int, nargs="?", default=1000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    driver = Driver(options.seed)
    began = time.monotonic()
    print("1..1", flush=True)
    try:
        said = driver.run(options.kills, lambda text: print(f"# {text}", flush=True))
        print(f"ok 1 - {said}; {time.monotonic() - began:.0f} s")
    except (Lost, AssertionError) as error:
        print(f"# after {driver.kills} kills, seed {options.seed}: {error}\nnot ok 1 - nothing that was drawn is lost")
        return 1
    finally:
        driver.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
