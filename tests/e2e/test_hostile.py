#!/usr/bin/env python3
"""Somebody holds the vault folder, the blog, or half of the machine: no word, article or credential is his."""
import collections, json, os, pty, random, re, resource, select, shutil, signal, socket, subprocess, sys, time
import harness
from harness import Hostile

EVIL = "\x1b]0;x\x07\x9b31m\u202e\u2066\x85\n\r\x08악"
UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\udc80-\udcff]")
API = "https://api.w.org/"


def make(meok, drafts=1):
    meok.run("init", "--kdf", "interactive", code=0)
    return [meok.run("new", "--title", f"글 {i}", "-", stdin=f"속 {i}\n", code=0).out.strip() for i in range(drafts)]


def connect(meok, wp):
    meok.run("site", "add", "blog", wp.url(), "--user", "admin", secret=wp.passwords["admin"], code=0)


def test_no_file_in_the_place_of_one(meok):
    """a pipe, a socket, a link, a folder where a sealed file belongs: nothing waits for it, it is named, the rest opens"""
    make(meok, 3)
    shard = next((meok.vault / "objects").iterdir())
    (meok.vault / "drops").mkdir(exist_ok=True)
    name = "bcdefghijklmnopqrstuvwxya"
    key = meok.vault / "keys" / "drop.pub"
    right = key.read_bytes()

    def socket_at(path):
        listener = socket.socket(socket.AF_UNIX)
        os.chdir(path.parent)  # its path may be longer than one of a socket
        listener.bind(path.name)
        listener.close()

    kinds = {"pipe": os.mkfifo, "socket": socket_at, "link": lambda path: path.symlink_to("/etc/hostname"),
             "dangling": lambda path: path.symlink_to("/nowhere"), "folder": os.mkdir}
    for kind, put in kinds.items():
        for path in shard / (shard.name + name), meok.vault / "drops" / ("a" + name), meok.vault / "keys" / f"a{name}.key", key:
            if path == key:
                key.unlink()
            put(path)
            start = time.monotonic()
            assert len(meok.json("list")["drafts"]) == 3, (kind, path)
            checked = meok.run("check")
            if path != key:
                assert checked.code == 8 and path.name in checked.err, (kind, path, checked)
                meok.run("drop", "생각", passphrase=None, code=0)
            elif kind != "folder":
                assert key.read_bytes() == right  # made anew
            assert time.monotonic() - start < 20
            os.rmdir(path) if path.is_dir() and not path.is_symlink() else path.unlink()
            if path == key:
                key.write_bytes(right)
    assert meok.run("check", code=0).err == ""


def on_terminal(meok, *arguments):
    """What meok writes to a terminal, standard output and error together."""
    reading, writing = os.pipe()
    os.write(writing, meok.passphrase.encode() + b"\n")
    os.close(writing)
    program = shutil.which(meok.program) or meok.program
    command = [program, "--passphrase-fd", str(reading), *map(str, arguments)]
    pid, terminal = pty.fork()
    if pid == 0:
        os.set_inheritable(reading, True)
        os.execve(program, command, meok.environment)
    os.close(reading)
    out, end = b"", time.monotonic() + 30
    while time.monotonic() < end:
        if not select.select([terminal], [], [], 0.5)[0]:
            continue
        try:
            data = os.read(terminal, 65536)
        except OSError:
            break
        if not data:
            break
        out += data
    else:
        os.kill(pid, signal.SIGKILL)
    os.close(terminal)
    os.waitpid(pid, 0)
    return out.decode("utf-8", "surrogateescape").replace("\r\n", "\n")


class Liar:
    """A WordPress that puts EVIL into every text; `refuse`: what is refused, by method or part of the target."""

    def __init__(self):
        self.refuse, self.post = None, None

    def __call__(self, server, connection, request):
        status, value = self.reply(server, request)
        headers = {"Link": f'<{server.url}/wp-json/>; rel="{API}"', "Set-Cookie": f"a={EVIL[:5]}"}
        kind = "application/json" if value is not None else "text/html"
        body = json.dumps(value) if value is not None else "<html>"
        harness.page(status, body, kind, headers if value is None else {})(server, connection, request)

    def reply(self, server, request):
        target, method = request.target, request.method
        if self.refuse and (self.refuse in target or self.refuse == method):
            return 403, {"code": "c" + EVIL, "message": "m" + EVIL, "data": {"status": 403}}
        if target == "/":
            return 200, None
        if "users/me" in target:
            return 200, {"id": 1, "name": EVIL, "capabilities": {"publish_posts": True, "edit_posts": True}}
        if "/tags" in target or "/categories" in target:
            if method == "POST":
                return 201, {"id": 77, "name": json.loads(request.body)["name"]}
            return 200, [{"id": i, "name": f"t{i}" + EVIL, "count": 3} for i in range(4)]
        if "/posts" in target and method == "POST":
            fields = {key: {"raw": v, "rendered": v} if key in ("title", "content", "excerpt") else v
                      for key, v in json.loads(request.body).items()}
            self.post = {"id": 5, "status": "draft", "slug": "s", "tags": [], "categories": [], "comment_status": "open",
                         "modified_gmt": "2026-01-01T00:00:00", "date_gmt": "2026-01-01T00:00:00",
                         "link": server.url + "/" + EVIL, **(self.post or {}), **fields}
            return 201, self.post
        if "/posts/" in target and self.post:
            return 200, self.post
        if "/posts" in target:
            return 200, []
        return 200, {"name": EVIL, "home": EVIL, "url": EVIL, "namespaces": ["wp/v2"],
                     "authentication": {"application-passwords": {}}}


def test_nothing_a_blog_says_commands_the_terminal(meok):
    """names, tags, messages, addresses with ESC, C1 and bidirectional controls: none reaches a terminal, in JSON neither"""
    make(meok, 0)
    with Hostile(Liar()) as server:
        meok.run("site", "add", "evil", server.url, "--user", "u", secret="한마디 비밀", code=0)
        draft = meok.run("new", "--title", "제목\x1b[31m\u202e", "--keyword", "k\u009b", "-", stdin="글 \x1b[31m \u009b",
                         code=0).out.strip()
        commands = [["site", "list"], ["site", "list", "--json"], ["site", "check", "evil"],
                    ["site", "check", "evil", "--json"], ["keywords"], ["keywords", "--json"], ["list", "--json"],
                    ["publish", draft, "--dry-run"], ["publish", draft, "--dry-run", "--json"], ["publish", draft],
                    ["publish", draft, "--json"], ["show", draft], ["show", draft, "--json"], ["show", draft, "--html"],
                    ["show", draft, "--markdown"]]
        seen = ""
        for command in commands:
            said = on_terminal(meok, *command)
            assert said and not UNSAFE.search(said), (command, said)
            seen += said
        assert "악" in seen
        before = json.loads(meok.run("site", "list", "--json", code=0).out)["sites"][0]["address"]
        assert before == EVIL, before  # the escapes are the same value
        for refused in "users/me", "/tags", "/posts", "POST", "wp-json":
            server.answer.refuse = refused
            meok.run("set", draft, "--title", "다시 " + refused, code=0)
            for command in ["site", "check", "evil"], ["publish", draft, "--overwrite"]:
                said = on_terminal(meok, *command)
                assert said and not UNSAFE.search(said), (refused, command, said)


def test_a_password_stays_with_its_site(meok):
    """an API named on another host, port or scheme, redirects of every kind, 401 for ever: no credential goes there"""
    make(meok, 0)
    index = json.dumps({"name": "x", "namespaces": ["wp/v2"], "authentication": {"application-passwords": {}}})
    with Hostile(harness.page(200, index, "application/json")) as other:
        for answer in (harness.page(headers={"Link": f'<{other.url}/wp-json/>; rel="{API}"'}),
                       harness.page(headers={"Link": f'<http://localhost:{other.port}/>; rel="{API}"'}),
                       harness.page(body=f'<link rel="{API}" href="{other.url}/wp-json/">'),
                       harness.redirect(other.url + "/", 301), harness.redirect(f"http://localhost:{other.port}/", 307),
                       harness.redirect(f"http://u:p@127.0.0.1:{other.port}/", 308)):
            with Hostile(answer) as server:
                done = meok.run("site", "add", "x", server.url, "--user", "u", secret="한마디 비밀")
                assert done.code != 0 and "비밀" not in done.out + done.err, done
                assert not any("Authorization" in request.headers for request in server.requests)
            assert not any("Authorization" in request.headers for request in other.requests), answer
    with Hostile(Liar()) as server:
        meok.run("site", "add", "x", server.url, "--user", "u", secret="한마디 비밀", code=0)
        draft = meok.run("new", "--title", "글", "-", stdin="글", code=0).out.strip()
        with Hostile(harness.page(200, "{}", "application/json")) as other:
            for status in 301, 302, 303, 307, 308:
                server.answer = harness.redirect(other.url + "/wp-json/", status)
                assert meok.run("publish", draft).code in (5, 6)
                assert other.requests == []
            # discovery follows redirects, with nothing in its hands
            assert meok.run("site", "check", "x").code != 0
            assert not any("Authorization" in request.headers for request in other.requests)
        server.answer, before = harness.page(401, '{"code":"x","message":"y"}', "application/json"), len(server.requests)
        assert meok.run("publish", draft).code == 5 and len(server.requests) - before < 8


def test_answers_without_measure(meok):
    """endless, nested, truncated and half-numeric answers end soon, with one line"""
    make(meok, 0)
    deep = "[" * 100000 + "]" * 100000
    for answer in (harness.endless(), harness.endless(b"[0", b",0" * 32768), harness.page(200, deep, "application/json"),
                   harness.page(200, '{"namespaces":["wp/v2"],"name":1e999}', "application/json"),
                   harness.page(200, b'{"namespaces":["wp/v2"],"name":"\xff\x1b"}', "application/json"),
                   harness.raw(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200000 + b"\r\n"), harness.raw(b"\x1b\x9b\0\r\n")):
        with Hostile(answer) as server:
            started = time.monotonic()
            done = meok.run("site", "add", "x", server.url, "--user", "u", secret="s", timeout=30)
            assert done.code not in (0, -11, -6) and len(done.err.splitlines()) == 1, done
            assert not UNSAFE.search(done.err.rstrip("\n")) and time.monotonic() - started < 20


def test_two_at_once_publish_once(meok, wp):
    """two sessions that publish the same drafts at the same moment make one article of each"""
    drafts = make(meok, 4)
    connect(meok, wp)
    both = [meok.start("publish", *drafts) for _ in range(2)]
    for process in both:
        _, err = process.communicate(timeout=60)
        assert process.returncode == 0, err
    titles = collections.Counter(post["title"]["raw"] for post in wp.posts())
    assert titles == {f"글 {i}": 1 for i in range(4)}, titles


def test_two_at_once_make_one_folder(meok):
    """two first publications without a site: one site, one page"""
    [draft] = make(meok)
    both = [meok.start("publish", draft) for _ in range(2)]
    assert [process.wait(60) for process in both] == [0, 0]
    for process in both:
        process.communicate()
    assert len(meok.json("site", "list")["sites"]) == 1
    assert len([p for p in (meok.home / "meok-blog").glob("*.html") if p.name != "index.html"]) == 1


def test_two_at_once_make_one_vault(meok):
    """two inits at the same moment: one vault, and the other one is told"""
    for _ in range(3):
        both = [meok.start("init", "--kdf", "interactive", passphrase=word) for word in ("하나 둘 셋", "넷 다섯 여섯")]
        codes = [process.wait(60) for process in both]
        for process in both:
            process.communicate()
        assert sorted(codes) == [0, 2], codes
        assert len(list((meok.vault / "keys").glob("*.key"))) == 1
        shutil.rmtree(meok.vault)


def test_closed_descriptors_are_not_reused(meok):
    """standard descriptors closed by the caller: no socket and no file of the vault takes their place"""
    [draft] = make(meok)
    with Hostile(Liar()) as server:
        meok.run("site", "add", "x", server.url, "--user", "u", secret="s", code=0)
        server.answer = harness.silent()
        secret = meok.home / "passphrase"
        secret.write_text(meok.passphrase + "\n")
        script = f"exec 9<{secret} <&- >&- 2>&-; exec {meok.program} --passphrase-fd 9 publish {draft} --site x"
        process = subprocess.Popen(["/bin/sh", "-c", script], env=meok.environment, start_new_session=True)
        try:
            before = len(server.requests)
            harness.until(lambda: len(server.requests) > before, 20, "a request")
            try:
                links = [os.readlink(f"/proc/{process.pid}/fd/{fd}") for fd in range(3)]
            except PermissionError:
                raise harness.Skip("only root may look at it")
            assert links == ["/dev/null"] * 3, links
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    assert meok.json("check")["damaged"] == []


def test_a_provider_plays_with_the_folder(meok, tmp):
    """links, pipes, folders, holes, swaps and cuts in place of objects: no wrong word, every other draft opens"""
    drafts = make(meok, 4)
    outside = tmp / "outside"
    outside.write_text("밖")
    copy = tmp / "copy"
    shutil.copytree(meok.vault, copy)
    objects = [path.relative_to(copy) for path in copy.glob("objects/*/*")]

    def sparse(path):
        path.unlink()
        with path.open("wb") as file:
            file.truncate(1 << 40)

    def become(make_it):
        def act(path):
            path.unlink()
            make_it(path)
        return act

    def flip(path):
        data = bytearray(path.read_bytes())
        data[random.Random(1).randrange(len(data))] ^= 4
        path.write_bytes(data)

    def swap(path):
        other = next(p for p in meok.vault.glob("objects/*/*") if p != path)
        data = path.read_bytes()
        path.write_bytes(other.read_bytes())
        other.write_bytes(data)

    acts = [become(lambda p: p.symlink_to(outside)), become(os.mkfifo), become(lambda p: p.mkdir()), sparse, flip, swap,
            lambda p: os.truncate(p, 4096 - 1), lambda p: os.truncate(p, 0), become(lambda p: p.symlink_to(p)),
            become(lambda p: p.symlink_to("/dev/zero"))]
    for number, act in enumerate(acts):
        shutil.rmtree(meok.vault)
        shutil.copytree(copy, meok.vault)
        victim = meok.vault / objects[number % len(objects)]
        act(victim)
        done = meok.run("check", timeout=30)
        assert done.code == 8, (number, done)
        opened = 0
        for i, draft in enumerate(drafts):
            shown = meok.run("show", draft, "--json", timeout=30)
            assert shown.code in (0, 4, 8), (number, shown)
            if shown.code == 0:
                assert json.loads(shown.out)["body"] == f"속 {i}\n"
                opened += 1
        assert opened >= len(drafts) - (2 if act is swap else 1), number
    for name in "keys", "objects", "tmp":
        shutil.rmtree(meok.vault)
        shutil.copytree(copy, meok.vault)
        shutil.rmtree(meok.vault / name)
        elsewhere = tmp / f"elsewhere-{name}"
        elsewhere.mkdir()
        (meok.vault / name).symlink_to(elsewhere)
        assert meok.run("new", "--title", "x", "-", stdin="x").code != 0
        assert list(elsewhere.iterdir()) == [], name


def test_a_slot_that_asks_for_too_much(meok):
    """8 GiB or a thousand passes are refused before anything is computed"""
    import hashlib
    make(meok, 0)
    [slot] = (meok.vault / "keys").glob("*.key")
    good = slot.read_bytes()
    for offset, value in (56, 8 << 30), (48, 1000), (56, (1 << 64) - 1024), (48, 0):
        data = bytearray(good)
        for at in 0, 4096:
            data[at + offset:at + offset + 8] = value.to_bytes(8, "little")
            data[at + 240:at + 256] = hashlib.blake2b(data[at:at + 240], digest_size=16).digest()
        slot.write_bytes(data)
        started = time.monotonic()
        done = meok.run("list")
        assert done.code not in (0, 3) and time.monotonic() - started < 2, (offset, value, done)


def test_no_room(meok):
    """files cut short by a limit: an error, what was there stays, and there is room again"""
    [draft] = make(meok)
    body = os.urandom(400000).hex()
    reading, writing = os.pipe()
    os.write(writing, meok.passphrase.encode() + b"\n")
    os.close(writing)

    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100000, 100000))
    done = subprocess.run([meok.program, "--passphrase-fd", str(reading), "set", draft, "--body", "-"], input=body.encode(),
                          env=meok.environment, pass_fds=[reading], preexec_fn=limit, capture_output=True)
    os.close(reading)
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 1, done
    assert meok.json("show", draft)["body"] == "속 0\n" and meok.json("check")["damaged"] == []
    assert list((meok.vault / "tmp").iterdir()) == []
    meok.run("set", draft, "--body", "-", stdin=body, code=0)


def test_titles_are_no_paths(meok, tmp):
    """names that climb, end early or mean something to a shell become plain files inside the folder"""
    make(meok, 0)
    blog = tmp / "blog"
    blog.mkdir()
    (tmp / "trap").mkdir()
    meok.run("site", "add", "f", blog, "--type", "plain", code=0)
    before = sorted(tmp.glob("*"))
    for title in ("../../x", "..", ".", "/etc/passwd", "a/../../b", "$(touch x)", "`x`;x", "-rf", "index", ".meok", "con",
                  "글\n둘째 줄", "<script>x</script>", "]]>", "a" * 5000):
        draft = meok.run("new", "--title", title, "-", stdin=title, code=0).out.strip()
        meok.run("publish", draft, "--site", "f", code=0)
    (blog / "x2.html").symlink_to(tmp / "trap/out")
    draft = meok.run("new", "--title", "x2", "-", stdin="글", code=0).out.strip()
    meok.run("publish", draft, "--site", "f", code=0)
    assert sorted(tmp.glob("*")) == before and list((tmp / "trap").iterdir()) == []
    pages = list(blog.rglob("*.html")) + [blog / "feed.xml"]
    assert all(path.parent == blog for path in pages) and len(pages) >= 16
    assert not any("<script>x" in path.read_text() for path in pages if path.exists() and path.name in ("index.html", "feed.xml"))


def test_killed_at_any_moment(meok, wp):
    """SIGKILL during save and publish: what was acknowledged is there, each article is on the blog once"""
    rounds, chance, written = int(os.environ.get("MEOK_KILLS", "20")), random.Random(7), {}
    make(meok, 0)
    connect(meok, wp)
    for i in range(rounds):
        process = meok.start("new", "--title", f"죽임 {i}", "-", stdin=subprocess.PIPE)
        process.stdin.write(f"글 {i}\n".encode())
        process.stdin.close()
        process.stdin = None
        time.sleep(chance.random() * 0.3)
        process.kill()
        shown = process.communicate()[0].decode().strip()
        if shown:
            written[shown] = f"죽임 {i}"
        if written:
            process = meok.start("publish", chance.choice(list(written)[-3:]))
            time.sleep(chance.random() * 0.9)
            process.kill()
            process.communicate()
    time.sleep(1)  # the last child notices
    there = {row["id"]: row["title"] for row in meok.json("list")["drafts"]}
    assert all(there.get(draft) == title for draft, title in written.items()), (written, there)
    assert meok.json("check")["damaged"] == []
    for draft in written:
        meok.run("publish", draft, code=0)
    titles = collections.Counter(row[0] for row in wp.sql(
        "SELECT post_title FROM wp_posts WHERE post_type='post' AND post_status NOT IN ('auto-draft','inherit','trash')"))
    assert all(titles[title] == 1 for title in written.values()) and max(titles.values(), default=1) == 1, titles


if __name__ == "__main__":
    harness.main()
