#!/usr/bin/env python3
"""Nothing leaves in the clear: disk, command lines, environments, while it runs and afterwards."""
import os, pathlib, re, time
import harness
from harness import Hostile

SENTENCE = "이 문장은 어디에도 남지 않아야 한다 카나리아 7Q2X"
TITLE = "카나리아의 새장 9F4K"
KEYWORD = "카나리아낱말"


def scan(folders, needles, since, skip):
    """Files changed since then, under these folders, that hold a needle."""
    found = []
    for folder in folders:
        for path, names, files in os.walk(folder):
            names[:] = [n for n in names if os.path.join(path, n) not in skip]
            for name in files:
                file = os.path.join(path, name)
                try:
                    if os.path.islink(file) or os.stat(file).st_mtime < since - 1:
                        continue
                    content = pathlib.Path(file).read_bytes()
                except OSError:
                    continue
                if any(n in content or n in os.fsencode(file) for n in needles):
                    found.append(file)
    return found


def test_nothing_is_left_in_the_clear(meok, wp, tmp):
    """after making, searching, publishing and changing: not one canary on disk outside the server"""
    since = time.time()
    meok.run("init", "--kdf", "interactive", code=0)
    password = wp.passwords["admin"]
    meok.run("site", "add", "blog", wp.url(), "--user", "admin", secret=password, code=0)
    draft = meok.run("new", "--title", TITLE, "--keyword", KEYWORD, "-", stdin=SENTENCE, code=0).out.strip()
    meok.run("list", "--search", "카나리아", code=0)
    meok.json("publish", draft)
    meok.run("set", draft, "--body", "-", stdin=SENTENCE + "\n고침", code=0)
    meok.json("publish", draft)
    meok.run("rm", draft, code=0)
    meok.run("restore", draft, code=0)
    assert meok.leaks(SENTENCE, TITLE, KEYWORD, password, meok.passphrase) == []
    needles = [text.encode() for text in (SENTENCE, TITLE, KEYWORD, password, meok.passphrase)]
    places = ["/tmp", "/var/tmp", "/dev/shm", "/var/crash", "/var/lib/systemd/coredump", os.path.expanduser("~/.cache")]
    skip = {str(wp.root)} | {str(p) for p in pathlib.Path("/tmp").glob("mt*") if p not in (wp.root, pathlib.Path(tmp))}
    assert scan([p for p in places if os.path.isdir(p)], needles, since, skip) == []
    # a positive control: the scanner does see a file that holds one
    control = pathlib.Path(tmp) / "control"
    control.write_text(TITLE)
    assert scan([tmp], needles, since, set()) == [str(control)]


def processes_of(pid):
    """The process and all below it."""
    found, added = {pid}, True
    while added:
        added = False
        for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) in found and int(stat.parent.name) not in found:
                found.add(int(stat.parent.name))
                added = True
    return found


def test_command_lines_and_environments_hold_nothing(meok, wp):
    """neither process shows a canary or a stranger's variable while an article is being sent"""
    meok.run("init", "--kdf", "interactive", code=0)
    password = wp.passwords["admin"]
    meok.run("site", "add", "blog", wp.url(), "--user", "admin", secret=password, code=0)
    draft = meok.run("new", "--title", TITLE, "--keyword", KEYWORD, "-", stdin=SENTENCE, code=0).out.strip()
    wp.fault("POST", "/wp/v2/posts", "delay", seconds=2)
    strange = {"SSLKEYLOGFILE": str(meok.home / "keys.log"), "HTTPS_PROXY": "http://127.0.0.1:9", "STRANGER": "x",
               "http_proxy": "http://127.0.0.1:9", "CURL_CA_BUNDLE": "/nowhere"}
    process = meok.start("publish", draft, environment=strange)
    needles = [text.encode() for text in (SENTENCE, TITLE, KEYWORD, password, meok.passphrase)]
    seen = set()
    readable = 0
    while process.poll() is None:
        for pid in processes_of(process.pid):
            for name in "cmdline", "environ":
                try:
                    content = pathlib.Path(f"/proc/{pid}/{name}").read_bytes()
                except OSError:
                    continue
                assert not any(n in content for n in needles), (pid, name)
                if name == "cmdline" and content:
                    seen.add(content)
                if name == "environ" and content and b"net\0" in pathlib.Path(f"/proc/{pid}/cmdline").read_bytes():
                    readable += 1
                    assert not any(v.encode() in content for v in strange), content
        time.sleep(0.05)
    out, err = process.communicate()
    assert process.returncode == 0, err
    assert any(line.endswith(b"net\0") for line in seen) and len(seen) >= 2, seen
    if os.getuid() == 0:
        assert readable > 0
    assert not (meok.home / "keys.log").exists()


def test_files_are_the_owners_alone(meok):
    """0700 and 0600 whatever the umask says"""
    old = os.umask(0)
    try:
        meok.run("init", "--kdf", "interactive", code=0)
        meok.run("new", "--title", "문단속", "-", stdin="글", code=0)
    finally:
        os.umask(old)
    for path in [meok.vault, *meok.vault.rglob("*")]:
        mode = path.stat().st_mode & 0o777
        assert mode == (0o700 if path.is_dir() else 0o600), (path, oct(mode))


def test_a_crash_leaves_no_core(meok, wp, tmp):
    """killed by a signal that dumps core while it holds text: no core file"""
    import resource, signal
    meok.run("init", "--kdf", "interactive", code=0)
    meok.run("site", "add", "blog", wp.url(), "--user", "admin", secret=wp.passwords["admin"], code=0)
    draft = meok.run("new", "--title", TITLE, "-", stdin=SENTENCE, code=0).out.strip()
    wp.fault("POST", "/wp/v2/posts", "delay", seconds=3)
    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
    process = meok.start("publish", draft)
    harness.until(lambda: len(processes_of(process.pid)) > 1, what="the child")
    time.sleep(0.3)
    for pid in processes_of(process.pid):
        try:
            # the soft limit of a process of ours is zero, so the kernel writes nothing
            limits = pathlib.Path(f"/proc/{pid}/limits").read_text()
        except OSError:
            continue
        assert re.search(r"Max core file size\s+0\s+0", limits), limits
    process.send_signal(signal.SIGSEGV)
    process.communicate()
    assert process.returncode != 0
    assert list(meok.home.rglob("*core*")) == []
    again = meok.json("publish", draft)["articles"][0]
    assert again["result"] == "published" and len(wp.posts()) == 1


if __name__ == "__main__":
    harness.main()
