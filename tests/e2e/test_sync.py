#!/usr/bin/env python3
"""Two machines that share a vault through a folder synchroniser that knows nothing of it: git, and a real Syncthing. With
numbers as arguments (drafts, cuts): the Syncthing's part at that size."""
import subprocess, sys, threading, time
from harness import Meok, Skip, main
from syncthing import Pair, objects

DRAFTS, CUTS = 20, 3


def devices(tmp):
    homes = []
    for name in "ab":
        (tmp / name).mkdir()
        homes.append(Meok(tmp / name))
    homes[0].run("init", "--kdf", "interactive", code=0)
    homes[1].vault.parent.mkdir(parents=True, exist_ok=True)
    return homes


def body(number):
    return f"첫 단락 {number}.\n\n가운데 단락 {number}.\n\n끝 단락 {number}.\n"


def write(meok, count):
    return [meok.run("new", "--title", f"글 {n}", "-", stdin=body(n), code=0).out.strip() for n in range(count)]


def edit(meok, draft, paragraph, words):
    """One paragraph of what this device sees now."""
    seen = meok.json("show", draft)
    text = seen["body"]
    old = next(line for line in text.split("\n") if line.startswith(paragraph))
    meok.run("set", draft, "--base", seen["revision"], "--body", "-", stdin=text.replace(old, f"{old} {words}"), code=0)


def found(meok, words):
    return len(meok.json("list", "--search", words)["drafts"])


def check_all(homes, count, words):
    """Every edit is there on both, nothing is split, nothing is damaged or lies beside the objects."""
    for meok in homes:
        for one in words:
            assert found(meok, one) == count, (one, found(meok, one))
        drafts = meok.json("list")["drafts"]
        assert len(drafts) == count and not any(draft["split"] for draft in drafts), drafts
        result = meok.run("check", code=0)
        assert result.err == "", result.err
        assert not [name for name in objects(meok.vault) if "conflict" in name]


# ---- git

def git(folder, *arguments, code=0):
    environment = {"HOME": str(folder), "PATH": "/usr/bin:/bin", "GIT_CONFIG_NOSYSTEM": "1"}
    for kind in "AUTHOR", "COMMITTER":
        environment |= {f"GIT_{kind}_NAME": "one", f"GIT_{kind}_EMAIL": "one@example.org"}
    try:
        done = subprocess.run(["git", "-C", str(folder), *arguments], env=environment, capture_output=True, text=True)
    except FileNotFoundError:
        raise Skip("git is not installed") from None
    assert done.returncode == code, (arguments, done.stdout, done.stderr)


def exchange(meok):
    git(meok.vault, "add", "-A")
    git(meok.vault, "commit", "-q", "--allow-empty", "-m", "as it is")
    git(meok.vault, "pull", "-q", "--no-rebase", "--no-edit", "origin", "main")
    git(meok.vault, "push", "-q", "origin", "main")


def test_git(tmp):
    """two clones of a vault with a bare one between: both edit, pull merges with no driver of ours, and all is there"""
    homes = devices(tmp)
    drafts = write(homes[0], 5)
    git(tmp, "init", "-q", "--bare", "-b", "main", "middle")
    git(homes[0].vault, "init", "-q", "-b", "main")
    git(homes[0].vault, "remote", "add", "origin", str(tmp / "middle"))
    git(homes[0].vault, "add", "-A")
    git(homes[0].vault, "commit", "-q", "-m", "first")
    git(homes[0].vault, "push", "-q", "origin", "main")
    git(tmp, "clone", "-q", str(tmp / "middle"), str(homes[1].vault))
    for turn in range(3):
        for draft in drafts:
            edit(homes[0], draft, "첫", f"하나{turn}")
            edit(homes[1], draft, "끝", f"둘{turn}")
        for meok in homes[0], homes[1], homes[0]:
            exchange(meok)
        for meok in homes if turn == 1 else homes[:1]:
            meok.run("merge", code=0)
        for meok in homes[0], homes[1], homes[0]:
            exchange(meok)
    check_all(homes, len(drafts), [f"{who}{turn}" for who in ("하나", "둘") for turn in range(3)])


# ---- Syncthing

class Device(threading.Thread):
    """Edits one paragraph of each draft, one draft after the other."""

    def __init__(self, meok, drafts, paragraph, words):
        super().__init__()
        self.meok, self.drafts, self.paragraph, self.words, self.error = meok, drafts, paragraph, words, None

    def run(self):
        try:
            for draft in self.drafts:
                edit(self.meok, draft, self.paragraph, self.words)
        except BaseException as error:
            self.error = error


def both_write(homes, drafts, pair, cuts):
    """Both devices at once, with the link cut and mended."""
    threads = [Device(homes[0], drafts, "첫", "하나"), Device(homes[1], drafts, "끝", "둘")]
    for thread in threads:
        thread.start()
    pause = max(0.7, len(drafts) / 50)  # so that the cuts are spread over the writing
    for _ in range(cuts):
        pair.cut()
        time.sleep(pause)
        pair.mend()
        time.sleep(pause)
    for thread in threads:
        thread.join()
        if thread.error:
            raise thread.error


def synchronise(tmp, count, cuts):
    began = time.monotonic()
    homes = devices(tmp)
    drafts = write(homes[0], count)
    with Pair(tmp, [meok.vault for meok in homes]) as pair:
        pair.settle(120)
        both_write(homes, drafts, pair, cuts)
        pair.settle(120)
        split = sum(draft["split"] for draft in homes[0].json("list")["drafts"])
        # Both merge at the same time, and then see what the other made.
        merging = [meok.start("merge") for meok in homes]
        for process in merging:
            _, err = process.communicate(timeout=600)
            assert process.returncode == 0, err
        pair.settle(120)
        check_all(homes, count, ["하나", "둘"])
    print(f"# {count} drafts, {cuts} cuts: {split} were split, {2 * count} edits on both, "
          f"{len(objects(homes[0].vault))} files, {time.monotonic() - began:.0f} s")


def test_syncthing(tmp):
    """two devices write the same drafts at once through a real Syncthing whose link is cut and mended: all edits are on both"""
    synchronise(tmp, DRAFTS, CUTS)


if __name__ == "__main__":
    if [word for word in sys.argv[1:] if word.isdigit()]:
        DRAFTS, CUTS = int(sys.argv[1]), int(sys.argv[2])
        sys.argv[1:] = ["test_syncthing"]
        main(seconds=1800)
    else:
        main()
