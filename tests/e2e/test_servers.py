#!/usr/bin/env python3
"""The harness itself: the real server answers, misbehaves when told, serves the certificates it should, and goes."""

import os, pathlib, signal, socket, ssl, subprocess, sys, time
import http.client

import harness
from harness import Hostile, WordPress, processes_under, until


def test_rest_roles(wp):
    """WordPress takes each user's application password and knows their roles"""
    for user, may_publish in ("admin", True), ("author", True), ("contributor", False):
        me = wp.rest("GET", "/wp/v2/users/me?context=edit", user=user)
        assert me.status == 200, me.body
        assert me.json["slug"] == user
        assert me.json["capabilities"].get("publish_posts", False) == may_publish
    assert wp.rest("GET", "/wp/v2/users/me", user=None).status == 401


def test_korean_round_trip(wp):
    """A Korean draft comes back as it was sent, readers do not see it"""
    made = wp.rest("POST", "/wp/v2/posts", {"title": "전기가 끊긴 밤", "content": "촛불을 켰다.", "status": "draft"})
    assert made.status == 201, made.body
    [post] = wp.posts()
    assert (post["id"], post["title"]["raw"]) == (made.json["id"], "전기가 끊긴 밤")
    assert wp.rest("GET", "/wp/v2/posts", user=None).json == []


def test_reset(wp):
    """A reset brings the first state back: posts, ids, settings, uploads, faults, the log"""
    first = wp.rest("POST", "/wp/v2/posts", {"title": "하나", "status": "publish"}).json["id"]
    wp.sql("UPDATE wp_options SET option_value = '' WHERE option_name = 'permalink_structure'")
    upload = wp.get("/wp-json/wp/v2/media", "POST", b"\x89PNG\r\n\x1a\n", {})
    assert upload.status == 401
    stray = wp.root / "www/wp-content/uploads/2026/stray.txt"
    stray.parent.mkdir(parents=True)
    stray.write_text("x")
    fault = wp.fault("GET", "/", "drop")
    wp.reset()
    assert wp.posts() == [] and not stray.exists() and not fault.fired
    assert wp.sql("SELECT option_value FROM wp_options WHERE option_name = 'permalink_structure'") == [["/%postname%/"]]
    assert wp.rest("POST", "/wp/v2/posts", {"title": "다시", "status": "draft"}).json["id"] == first


def test_plain_permalinks(wp):
    """With plain permalinks the Link header still names the REST root"""
    wp.sql("UPDATE wp_options SET option_value = '' WHERE option_name = 'permalink_structure'")
    assert "?rest_route=/>" in wp.get("/").headers["Link"]
    assert "application/json" in wp.get("/?rest_route=/").headers["Content-Type"]


def test_fault_answer(wp):
    """answer: before the act nothing is stored, after it the post is there; each happens once"""
    before = wp.fault("POST", "^/wp-json/wp/v2/posts", "answer", status=503, headers={"Retry-After": "7"}, body="<html>")
    answer = wp.rest("POST", "/wp/v2/posts", {"title": "가"})
    assert (answer.status, answer.headers["Retry-After"], answer.body) == (503, "7", b"<html>")
    assert before.fired and wp.posts() == []
    after = wp.fault("POST", "^/wp-json/wp/v2/posts", "answer", after=True, status=500, body="lost")
    assert wp.rest("GET", "/wp/v2/posts").status == 200 and not after.fired
    answer = wp.rest("POST", "/wp/v2/posts", {"title": "나"})
    assert (answer.status, answer.body) == (500, b"lost"), answer.body
    assert after.fired and [post["title"]["raw"] for post in wp.posts()] == ["나"]
    assert wp.rest("POST", "/wp/v2/posts", {"title": "다"}).status == 201


def test_fault_drop(wp):
    """drop: the connection closes without a byte, before or after the post is stored"""
    for after in False, True:
        fault = wp.fault("POST", "posts$", "drop", after=after)
        try:
            wp.rest("POST", "/wp/v2/posts", {"title": "끊김"})
            raise AssertionError("an answer came")
        except http.client.RemoteDisconnected:
            assert fault.fired
        assert len(wp.posts()) == after


def test_fault_cut(wp):
    """cut: the answer ends in its middle though its length was promised, and the post is stored"""
    fault = wp.fault("POST", "posts$", "cut", after=True, bytes=100)
    try:
        wp.rest("POST", "/wp/v2/posts", {"title": "잘림"})
        raise AssertionError("the whole answer came")
    except http.client.IncompleteRead as cut:
        assert len(cut.partial) == 100 and cut.expected > 100
    assert fault.fired and len(wp.posts()) == 1


def test_fault_delay(wp):
    """delay: silence, then the answer as usual"""
    fault = wp.fault("GET", "users/me", "delay", seconds=0.6)
    started = time.monotonic()
    assert wp.rest("GET", "/wp/v2/users/me").status == 200
    assert fault.fired and 0.6 <= time.monotonic() - started < 10


def test_fault_kill(wp):
    """kill: the worker dies, nginx answers 502 with a page, and the next request is served"""
    fault = wp.fault("POST", "posts$", "kill", after=True)
    answer = wp.rest("POST", "/wp/v2/posts", {"title": "죽음"})
    assert (answer.status, answer.headers["Content-Type"]) == (502, "text/html"), answer.body
    assert fault.fired and len(wp.posts()) == 1


def test_faults_in_order(wp):
    """Faults armed for the same request happen one after the other"""
    for status in 429, 500:
        wp.fault("GET", "posts$", "answer", status=status, headers={"Content-Type": "application/json"}, body="{}")
    assert [wp.rest("GET", "/wp/v2/posts").status for _ in range(3)] == [429, 500, 200]


def handshake(port, ca_file):
    context = ssl.create_default_context(cafile=ca_file)
    with socket.create_connection(("127.0.0.1", port), timeout=10) as plain:
        with context.wrap_socket(plain, server_hostname="127.0.0.1") as secure:
            return secure.version()


def test_certificates(wp):
    """The good port is trusted with our CA only; the others fail for expiry, for their CA, for their name"""
    assert handshake(wp.ports["tls"], wp.ca_file).startswith("TLSv1")
    for port, ca_file, reason in (("tls", None, "unable to get local issuer"), ("expired", wp.ca_file, "expired"),
                                  ("stranger", wp.ca_file, "unable to get local issuer"),
                                  ("other_host", wp.ca_file, "mismatch")):
        try:
            handshake(wp.ports[port], ca_file)
            raise AssertionError(f"{port} was trusted")
        except ssl.SSLCertVerificationError as error:
            assert reason in str(error), f"{port}: {error}"


def test_loopback_only(wp):
    """Every listening socket of the servers is on 127.0.0.1"""
    ours = set(wp.ports.values())
    seen = set()
    for table in "tcp", "tcp6":
        for line in pathlib.Path("/proc/net", table).read_text().splitlines()[1:]:
            address, port = line.split()[1].split(":")
            if line.split()[3] == "0A" and int(port, 16) in ours:
                assert address == "0100007F", line
                seen.add(int(port, 16))
    assert seen == ours


def test_access_log(wp):
    """The log counts requests and connections, the harness's own left out"""
    connection = http.client.HTTPConnection("127.0.0.1", wp.ports["http"], timeout=30)
    for path in "/wp-json/wp/v2/posts", "/wp-json/wp/v2/tags?search=%EB%B4%84":
        connection.request("GET", path, headers={"User-Agent": "somebody"})
        connection.getresponse().read()
    connection.close()
    wp.rest("GET", "/wp/v2/posts")
    requests = wp.requests()
    assert [(r["method"], r["target"], r["status"], r["nth"]) for r in requests] == [
        ("GET", "/wp-json/wp/v2/posts", 200, 1), ("GET", "/wp-json/wp/v2/tags?search=%EB%B4%84", 200, 2)]
    assert len({r["connection"] for r in requests}) == 1
    wp.reset()
    assert wp.requests() == []


def stopped_by(end, reaped=True):
    server = WordPress().start()
    root, port = server.root, server.ports["http"]
    pids = processes_under(root)
    names = {pathlib.Path(f"/proc/{pid}/comm").read_text().strip() for pid in pids}
    assert {"up", "mariadbd", "nginx", "php-fpm8.2"} <= names, names
    owners = {os.stat(f"/proc/{pid}").st_uid for pid in pids}
    assert owners == {os.getuid()}, owners
    end(server)
    assert not any(os.path.exists(f"/proc/{pid}") if reaped else harness.is_running(pid) for pid in pids)
    assert processes_under(root) == []
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
        raise AssertionError("something still listens")
    except ConnectionRefusedError:
        pass
    return root


def test_stop():
    """A stopped server leaves neither a process nor a folder; all of it ran as the caller"""
    assert not stopped_by(lambda server: server.stop()).exists()


def test_down():
    """down stops it from outside and returns when all is gone"""
    def end(server):
        subprocess.run([harness.SERVERS / "wordpress/down", server.root], check=True)
        server.process.wait()
        server.stop()
    stopped_by(end)


def test_killed_runner():
    """When the test runner is killed hard, its servers go too"""
    code = "import harness, time; s = harness.WordPress().start(); print(s.root, flush=True); time.sleep(600)"
    runner = subprocess.Popen([sys.executable, "-c", code], cwd=harness.HERE, stdout=subprocess.PIPE, text=True)
    told = runner.stdout.readline().strip()
    try:
        assert told and processes_under(told)
        runner.kill()
        runner.wait()
        until(lambda: not processes_under(told), what="the end of the servers")
        harness.shutil.rmtree(told)
    finally:
        runner.kill()
        runner.wait()
        runner.stdout.close()


def test_killed_script():
    """When the script itself is killed hard, the servers below it go too"""
    def end(server):
        server.process.kill()
        server.process.wait()
        until(lambda: not processes_under(server.root), what="the end of the servers")
        server.stop()
    stopped_by(end, reaped=False)


def fetch(server, seconds=5):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=seconds)
    try:
        connection.request("POST", "/wp-json/", b"body", {"Authorization": "Basic x"})
        return connection.getresponse()
    finally:
        connection.close()


def test_hostile():
    """The hostile servers redirect, answer with pages, never end, stay silent, and record what came"""
    with Hostile(harness.redirect("http://127.0.0.1:9/x", 307)) as server:
        answer = fetch(server)
        assert (answer.status, answer.headers["Location"]) == (307, "http://127.0.0.1:9/x")
        [request] = server.requests
        assert (request.method, request.target, request.body) == ("POST", "/wp-json/", b"body")
        assert request.headers["Authorization"] == "Basic x"
    with Hostile(harness.page(403)) as server:
        answer = fetch(server)
        assert answer.status == 403 and "점검" in answer.read().decode()
    with Hostile(harness.endless()) as server:
        assert len(fetch(server).read(5_000_000)) == 5_000_000
    with Hostile(harness.silent()) as server:
        try:
            fetch(server, 0.3)
            raise AssertionError("it spoke")
        except TimeoutError:
            pass
    try:
        fetch(server, 1)
        raise AssertionError("it still listens")
    except ConnectionRefusedError:
        pass


def test_meok_environment(tmp):
    """meok runs with a home of its own, and secrets travel by pipe only"""
    spy = tmp / "spy"
    spy.write_text('#!/bin/sh\ntr "\\0" " " </proc/$$/cmdline; env\nread -r p <&$2; read -r s <&$5\n'
                   'echo "got $p and $s"; cat; echo complaint >&2; exit 7\n')
    spy.chmod(0o700)
    meok = harness.Meok(tmp, passphrase="먹물")
    meok.program = str(spy)
    os.environ["MEOK_TEST_CANARY"] = "caged"
    done = meok.run("site", secret="열쇠", stdin="본문\n")
    seen, _, told = done.out.partition("got ")
    assert told == "먹물 and 열쇠\n본문\n" and done.err == "complaint\n" and done.code == 7
    assert "먹물" not in seen and "열쇠" not in seen and "caged" not in seen
    assert f"HOME={tmp}/home" in seen


def test_leaks(tmp):
    """The search for plaintext finds it in contents and names, composed or decomposed"""
    meok = harness.Meok(tmp)
    assert meok.leaks("봄밤") == []
    (meok.home / "a").write_bytes(harness.unicodedata.normalize("NFD", "어느 봄밤에").encode())
    (meok.home / "봄밤.md").mkdir()
    assert sorted(path.name for path in meok.leaks("봄밤")) == ["a", "봄밤.md"]


harness.main()
