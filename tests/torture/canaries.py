#!/usr/bin/env python3
"""The whole end-to-end suite with every meok in it observed: what the tests put into meok is looked for in all that it
writes anywhere, in names of files, in arguments and environments, in eight encodings.

    canaries.py [--keep] [FILE…]

Each test tells what it types, pipes and hands over (tests/e2e/declared.py). A find is a leak unless EXEMPT names the
place with its reason. A program that leaks in every way goes first: each way must be found.
"""
import argparse, base64, collections, json, os, pathlib, re, shutil, signal, struct, subprocess, sys, time
import unicodedata, urllib.parse

HERE = pathlib.Path(__file__).resolve().parent
SUITE = HERE.parent / "e2e"
sys.path[:0] = [str(SUITE), str(HERE)]
import leaky
from harness import short_folder

BUILD = pathlib.Path(os.environ.get("MEOK_BUILD", "build")) / "tests/torture"
SHORTEST = 8  # bytes; find_texts needs them, and less would be found by chance
PIECES = 400  # of one text
HEAD = struct.Struct("<IIIiiII")

# ---- What is looked for

def in_base64(piece):
    """Of a piece that begins at each of the three places in a group, without what its neighbours decide."""
    for lead in range(3):
        whole = base64.b64encode(b"\0" * lead + piece)
        yield whole[(0, 2, 3)[lead]:(len(piece) + lead) // 3 * 4]


def encoded(piece):
    composed, decomposed = unicodedata.normalize("NFC", piece), unicodedata.normalize("NFD", piece)
    plain = composed.encode(errors="surrogatepass")
    forms = {plain, decomposed.encode(errors="surrogatepass"), composed.lower().encode(errors="surrogatepass"),
             composed.encode("utf-16-le", "surrogatepass"), composed.encode("utf-32-le", "surrogatepass"),
             *in_base64(plain), urllib.parse.quote(plain).encode(), urllib.parse.quote(plain).lower().encode(),
             json.dumps(composed)[1:-1].encode(), plain.hex().encode()}
    return {form for form in forms if len(form) >= SHORTEST}


def pieces_of(data, whole):
    """Its lines and, unless they are to be whole, its words that are long enough to be nothing else."""
    text = re.sub(r"\x1b\[[0-9;?<]*[A-Za-z~]|[\x00-\x08\x0b-\x1f\x7f]", "\n", data.decode(errors="replace"))
    found = {}
    for line in re.split(r"[\n\ufffd]", text):
        for part in [line.strip()[:200], *([] if whole else line.split())]:
            part = part.strip(" .,:;!?\"'()[]{}<>*_#`-=+|…“”‘’「」")
            if len(part.encode()) >= SHORTEST:
                found[part] = True
    found = list(found)
    step = max(1, len(found) // PIECES)
    return found[::step]


def own_texts(real):
    """What the program says of its own accord is no canary: its strings and its catalogues."""
    share = pathlib.Path(real).resolve().parent.parent / "share"
    files = [real, *share.rglob("*.mo"), *share.rglob("*.keys")]
    return b"\n".join(pathlib.Path(file).read_bytes() for file in files)


def is_public(piece):
    """Ids are names of files in a vault, and paths the caller's."""
    return piece.isdigit() or piece.startswith("/tmp/mt") or (
        re.fullmatch(r"[a-z2-7]{7,26}", piece) and (len(piece) == 26 or re.search(r"\d", piece)))


class Needles:
    """The pieces of the texts of one file of tests: which test, which kinds, which text."""

    def __init__(self, declared, own):
        self.names, pieces, test = {0: "before the first test"}, collections.defaultdict(set), 0
        for entry in map(json.loads, declared.read_text().splitlines()):
            if "test" in entry:
                test = entry["test"]
                self.names[test] = entry["name"]
                continue
            # the words of a passphrase may well be words of a text
            for piece in pieces_of(base64.b64decode(entry["data"]), entry["kind"] in ("passphrase", "secret")):
                pieces[test, piece].add(entry["kind"])
        self.items = [(test, piece, kinds) for (test, piece), kinds in pieces.items()
                      if piece.encode(errors="surrogatepass") not in own and not is_public(piece)]

    def write(self, path):
        with open(path, "wb") as out:
            for number, (test, piece, _) in enumerate(self.items):
                for form in encoded(piece):
                    out.write(struct.pack("<III", test, number, len(form)) + form)


# ---- What was written

Call = collections.namedtuple("Call", "test watch pid name fd place data program arguments first meok named")


def command_of(arguments):
    """Which of the program's commands it was started for."""
    rest = iter(arguments)
    for word in rest:
        if word in ("--passphrase-fd", "--secret-fd", "--vault"):
            next(rest, None)
        elif not word.startswith("-"):
            return word
    return ""


def calls_of(log, names):
    """Each call of the log in turn, and whose it was."""
    begun, programs = {}, {}  # a watch's first program, and what its processes became
    named = collections.defaultdict(set)  # what the callers' words of a test name: folders among them
    with open(log, "rb") as stream:
        while head := stream.read(HEAD.size):
            test, watch, pid, number, fd, where, size = HEAD.unpack(head)
            place, data = stream.read(where).decode(errors="replace"), stream.read(size)
            if place in ("begin", "exec"):
                path, *words = data.split(b"\x1e\0")[0].decode(errors="replace").split("\0")[:-1]
                programs[watch, pid] = path, words[1:]
                begun.setdefault(watch, programs[watch, pid])
                named[test].update(word for word in words[1:] if place == "begin" and len(word) > 2 and word[0] != "-")
            program, arguments = programs.get((watch, pid), begun.get(watch, ("", [])))
            # The caller's words are the caller's; those of a program that it becomes or starts are its own.
            yield Call(test, watch, pid, names[number], fd, place, data, program, arguments, place == "begin",
                       begun[watch][0], named[test])


# ---- What is meant to be there: (name, reason, whether it is that)


def is_terminal(call, *_):
    return call.fd >= 0 and call.place.startswith(("/dev/pts/", "/dev/tty"))


def is_output(call, file, test, kinds, piece):
    if call.fd != 1 or not call.place.startswith("pipe:"):
        return False
    return not kinds & {"passphrase", "secret"} or command_of(call.arguments) in ("recovery-key", "rekey")


def is_message(call, file, test, kinds, piece):
    return call.fd == 2 and call.place.startswith("pipe:") and not kinds & {"passphrase", "secret", "text"}


def is_own_socketpair(call, *_):
    """Unnamed, and made by this process or, in the one that connects, by its parent."""
    return call.place == f"socketpair {call.pid}" or (
        call.arguments == ["net"] and call.place.startswith("socketpair "))


def is_loopback(call, *_):
    return call.arguments == ["net"] and call.place.startswith("tcp 127.0.0.1 ")


def paths_of(call):
    return [call.place] if call.place else [name for name in call.data.decode(errors="replace").split("\0") if name]


def is_within(path, folders):
    """Also of a relative path: then within one that was opened before."""
    return not path.startswith("/") or re.match(r"/tmp/mt[^/]*/home/meok-blog(/|$)", path) or any(
        (path + "/").startswith(f"{folder}/") or re.match(rf"/tmp/mt[^/]*/home/{re.escape(folder)}/", path + "/")
        for folder in folders)


def is_site_folder(call, *_):
    return call.arguments == ["net"] and all(is_within(path, call.named) for path in paths_of(call))


def is_export(call, *_):
    return command_of(call.arguments) in ("export", "import") and all(
        is_within(path, call.named) for path in paths_of(call))


def is_named(call, *_):
    return call.name == "openat" and all(path in call.arguments for path in paths_of(call))


def is_passphrase_command(call, file, *_):
    return file == "test_keys.py" and call.fd == 1 and call.place.startswith("pipe:") and (
        call.program not in (call.meok, "/proc/self/exe"))


def is_written_out(call, file, test, *_):
    return (file, test) == ("test_fragments.py", "test_a_picture") and all(
        pathlib.Path(path).name in ("마당.png", "out.png") and not re.search(r"/home/\w+/", path) for path in paths_of(call))


EXEMPT = [
    ("terminal", "the writer's own screen", is_terminal),
    ("caller's words", "the words that the test itself started the program with", lambda call, *_: call.first),
    ("output", "what a command prints for its caller, a pipe here; a passphrase or a password never, a recovery key when "
     "one is asked for", is_output),
    ("named file", "a file that the caller's words name is opened", is_named),
    ("written out", "a picture, under the name that the writer gives it with w", is_written_out),
    ("passphrase command", "the writer's own program, and the pipe that meok reads it from", is_passphrase_command),
    ("message", "what went wrong names the draft, work or site it is about, where the terminal would be; never a text, a "
     "passphrase or a password", is_message),
    ("socketpair", "what is to be published goes to the process that connects, in memory", is_own_socketpair),
    ("loopback", "plain http, which meok speaks to this machine alone; where the tests speak TLS nothing is found",
     is_loopback),
    ("site folder", "a published page, in the folder that the writer named", is_site_folder),
    ("export and import", "drafts in the clear, in the folder that the writer named", is_export),
]


# ---- One file of tests

def start_observer(folder, real):
    shutil.copy(BUILD / "stand_in", folder / "meok")
    (folder / "real").symlink_to(real)
    os.mkfifo(folder / "join")
    os.chmod(folder / "join", 0o666)
    os.chmod(folder, 0o755)
    (folder / "declared").write_text("")
    observer = subprocess.Popen([BUILD / "observe", "serve", folder], stdout=subprocess.PIPE, text=True)
    if observer.stdout.readline() != "ready\n":
        raise RuntimeError("the observer does not start")
    return observer


def end_observer(observer, folder):
    (folder / "join").write_text("end\n")
    said = observer.communicate(timeout=60)[0].split()
    if observer.returncode != 0:
        raise RuntimeError("the observer failed")
    return {"processes": int(said[1]), "left": int(said[3])}


def observed(command, real, folder):
    """Runs the command with MEOK_BIN an observed `real`: (how it ended and what it said, figures)."""
    observer = start_observer(folder, real)
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, cwd=SUITE, env={
            **os.environ, "MEOK_BIN": str(folder / "meok"), "MEOK_REAL": str(real), "MEOK_OBSERVED": str(folder),
            "PYTHONDONTWRITEBYTECODE": "1"})
    finally:
        figures = end_observer(observer, folder)
    return done, figures


def names_of_calls():
    lines = subprocess.run([BUILD / "observe", "calls"], stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()
    return {int(number): name for number, name in map(str.split, lines)}


Find = collections.namedtuple("Find", "test call piece kinds why")
UNSEEN = {"splice", "tee", "vmsplice", "sendfile", "copy_file_range", "process_vm_writev", "io_uring_setup", "io_submit",
          "shmget", "msgsnd", "mq_timedsend", "mmap", "ioctl"}


def look_through(folder, own, file):
    """(every find with the exemption's name or None, figures)"""
    needles, log = Needles(folder / "declared", own), folder / "log"
    needles.write(folder / "needles")
    lines = subprocess.run([BUILD / "find_texts", folder / "needles", log], stdout=subprocess.PIPE, text=True,
                           check=True).stdout.splitlines()
    hits = collections.defaultdict(list)
    for line in lines[:-1]:
        record, needle = map(int, line.split())
        hits[record].append(needle)
    figures, finds = collections.Counter(canaries=len(needles.items), bytes=int(lines[-1].split()[2])), []
    for number, call in enumerate(calls_of(log, names_of_calls())):
        figures["calls"] += 1
        figures["writes"] += call.fd >= 0
        figures["to the terminal"] += is_terminal(call)
        if call.name in UNSEEN:
            finds.append(Find(needles.names[call.test], call, call.name, set(), None))
        for needle in hits.get(number, ()):
            _, piece, kinds = needles.items[needle]
            test = needles.names[call.test]
            why = next((name for name, _, fits in EXEMPT if fits(call, file, test, kinds, piece)), None)
            finds.append(Find(test, call, piece, kinds, why))
    figures["found somewhere"] = len({(find.test, find.piece) for find in finds})
    return finds, figures


def tell(find, file):
    call = find.call
    place = re.sub(r"/tmp/mt[^/]*", "…", call.place)
    return (f"{file} {find.test}: {call.name} {call.fd if call.fd >= 0 else ''} {place} of "
            f"`{' '.join(call.arguments)[:60]}`: {find.piece[:40]!r} ({', '.join(sorted(find.kinds))})")


def suite_files():
    """What `make check-e2e` runs, in its order."""
    makefile = (HERE.parent.parent / "Makefile.am").read_text()
    names = re.search(r"^E2E_TESTS = ((?:.*\\\n)*.*)", makefile, re.M).group(1)
    return [pathlib.Path(name).name for name in names.replace("\\\n", " ").split()]


# ---- The control

def leaks_of_control():
    """(the ways of the leaky program that were found, all of its ways)"""
    folder, real = short_folder(), os.path.realpath(sys.executable)
    # of a thread's name the kernel keeps 15 bytes
    texts = {way: "샌" + chr(0xAC00 + number * 29) + chr(0xB098 + number * 31) + "낱말" for number, way in
             enumerate([*leaky.WAYS, *leaky.UNSEEN])}
    try:
        observer = start_observer(folder, real)
        with open(folder / "declared", "a") as declared:
            for text in texts.values():
                declared.write(json.dumps({"kind": "text", "data": base64.b64encode(text.encode()).decode()}) + "\n")
        lines = "".join(f"{way}\t{text}\n" for way, text in texts.items())
        done = subprocess.run([folder / "meok", HERE / "leaky.py"], input=lines, stdout=subprocess.PIPE, text=True,
                              cwd=folder)
        end_observer(observer, folder)
        finds, _ = look_through(folder, b"", "")
    finally:
        shutil.rmtree(folder)
    found = {find.piece for find in finds if not find.why}
    ways = done.stdout.split("\n")[:-1]
    return [way for way in ways if found & {way, texts[way]}], ways


# ---- All of it

Seen = collections.namedtuple("Seen", "figures leaks exempted broken output")


def can_observe():
    try:
        actions = pathlib.Path("/proc/sys/kernel/seccomp/actions_avail").read_text()
    except OSError:
        actions = ""
    return os.getuid() == 0 and "user_notif" in actions.split()


def look_at(file, real, own, keep=False):
    """Runs one file of tests observed. Leaks are lines, one for each place of a test."""
    folder = short_folder()
    try:
        done, counts = observed([sys.executable, "-B", SUITE / file], real, folder)
        finds, figures = look_through(folder, own, file)
    finally:
        if keep:
            print(f"# {file}: {folder}")
        else:
            shutil.rmtree(folder)
    failed = re.findall(r"^not ok .*", done.stdout, re.M)
    figures.update(counts, tests=len(re.findall(r"^(?:not )?ok ", done.stdout, re.M)),
                   skipped=done.stdout.count("# SKIP"))
    places = collections.defaultdict(list)
    for find in finds:
        if not find.why:
            places[find.test, find.call.name, find.call.fd, re.sub(r"\w{8,}|\d+", "", find.call.place)].append(find)
    if done.returncode != 0 and not failed:
        failed = [f"ended with {done.returncode}"]
    return Seen(figures, [f"{len(group)} × {tell(group[0], file)}" for group in places.values()],
                collections.Counter(find.why for find in finds if find.why), [f"{file}: {line}" for line in failed],
                done.stdout)


def list_of(figures):
    return ", ".join(f"{value:,} {name}" for name, value in figures.items())


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--keep", action="store_true", help="the logs stay in their folders")
    options.add_argument("files", nargs="*", help="of tests/e2e; all of the suite's without")
    options = options.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that nothing is left
    if not can_observe():
        sys.exit("this needs root, and a kernel that can ask another program about calls (seccomp_unotify)")
    real = os.path.realpath(os.environ["MEOK_BIN"])
    found, ways = leaks_of_control()
    print(f"control: {len(found)} of {len(ways)} ways to leak were found", flush=True)
    own, total, exempted = own_texts(real), collections.Counter(), collections.Counter()
    bad = [f"not found: {way}" for way in ways if way not in found]
    for file in options.files or suite_files():
        began, seen = time.monotonic(), look_at(file, real, own, options.keep)
        total.update(seen.figures)
        exempted.update(seen.exempted)
        bad += [f"leak: {line}" for line in seen.leaks] + seen.broken
        print(f"{file}: {time.monotonic() - began:.0f} s, {list_of(seen.figures)}", flush=True)
        for line in seen.leaks:
            print(f"  LEAK {line}", flush=True)
        if seen.broken:
            print(seen.output, flush=True)
    print(f"meant to be there: {list_of(exempted)}")
    print(f"all: {list_of(total)}")
    print("\n".join(bad) if bad else "no canary anywhere else")
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
