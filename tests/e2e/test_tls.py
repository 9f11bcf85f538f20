#!/usr/bin/env python3
"""Certificates, redirects and sockets: a credential goes to its own origin over a verified connection or nowhere."""
import os, pathlib, re, shutil, subprocess
import harness
from harness import Hostile, Skip, page, redirect


def add(meok, wp, port, *options, url=None):
    return meok.run("site", "add", "blog", url or wp.url(port), "--user", "admin", *options, secret=wp.passwords["admin"])


def test_a_verified_connection_works(meok, wp):
    """TLS with the right authority: connect, publish, update"""
    meok.run("init", "--kdf", "interactive", code=0)
    done = add(meok, wp, "tls", "--ca-file", wp.ca_file)
    assert done.code == 0, done
    draft = meok.run("new", "--title", "닫힌 편지", "-", stdin="안쪽 글", code=0).out.strip()
    assert meok.json("publish", draft)["articles"][0]["result"] == "published"
    requests = [r for r in wp.requests() if r["agent"].startswith("meok")]
    assert requests and all(r["tls"] for r in requests), requests


def test_bad_certificates_are_named(meok, wp):
    """unknown authority, wrong host, expired: refused, each with its reason, and no request arrives"""
    meok.run("init", "--kdf", "interactive", code=0)
    cases = [("tls", [], r"unknown|not trust|authority"),
             ("stranger", ["--ca-file", wp.ca_file], r"unknown|not trust|authority"),
             ("other_host", ["--ca-file", wp.ca_file], r"another host|other name|host name|different host"),
             ("expired", ["--ca-file", wp.ca_file], r"expired")]
    said = set()
    for port, options, reason in cases:
        done = add(meok, wp, port, *options)
        assert done.code == 6 and re.search(reason, done.err) and len(done.err.splitlines()) == 1, (port, done)
        said.add(done.err)
    assert wp.requests() == [] and len(said) >= 3
    assert meok.json("site", "list")["sites"] == []


def test_plain_http_is_refused_elsewhere(meok):
    """http:// to any host but this computer is refused before a byte is sent"""
    meok.run("init", "--kdf", "interactive", code=0)
    done = meok.run("site", "add", "blog", "http://blog.example.org", "--user", "a", secret="abcd efgh")
    assert done.code in (2, 5, 6) and "https" in done.err, done


def test_a_redirect_never_carries_the_credential(meok, wp):
    """not when a site is added, and not when an article is sent"""
    meok.run("init", "--kdf", "interactive", code=0)
    with Hostile(page(200, "{}", "application/json")) as thief:
        with Hostile(redirect(thief.url + "/wp-json/")) as gate:
            done = add(meok, wp, None, url=gate.url)
            assert done.code != 0, done
        add(meok, wp, "http")
        draft = meok.run("new", "--title", "편지", "-", stdin="글", code=0).out.strip()
        for status in 301, 302, 307, 308:
            fault = wp.fault("POST", "/wp/v2/posts", "answer", status=status, headers={"Location": thief.url + "/x"})
            done = meok.run("publish", draft)
            assert fault.fired and done.code in (5, 6) and f"127.0.0.1:{thief.port}" in done.err, done
        assert all("Authorization" not in r.headers for r in thief.requests), thief.requests
        assert all(r.method == "GET" and not r.body for r in thief.requests)


def test_the_keeper_of_the_key_opens_no_socket(meok, wp, tmp):
    """strace: the process that opens the vault makes one socketpair and no socket; its child never opens the vault"""
    if not shutil.which("strace"):
        raise Skip("strace is not installed")
    meok.run("init", "--kdf", "interactive", code=0)
    assert add(meok, wp, "http").code == 0
    draft = meok.run("new", "--title", "추적", "-", stdin="글", code=0).out.strip()
    trace = pathlib.Path(tmp) / "trace"
    real, meok.program = meok.program, str(pathlib.Path(tmp) / "traced")
    pathlib.Path(meok.program).write_text(
        f"#!/bin/sh\nexec strace -f -qq -o '{trace}' -e trace=socket,socketpair,connect,openat,open,execve '{real}' \"$@\"\n")
    pathlib.Path(meok.program).chmod(0o755)
    environment = {"ASAN_OPTIONS": "detect_leaks=0"}
    done = meok.run("publish", draft, "--json", environment=environment)
    assert done.code == 0, done
    calls = [line.split(None, 1) for line in trace.read_text().splitlines()]
    parent = calls[0][0]
    net = {pid for pid, call in calls if "socket(" in call or "connect(" in call}
    assert parent not in net and net, calls[:5]
    mine = [call for pid, call in calls if pid == parent]
    assert sum("socketpair(" in call for call in mine) == 1
    # The tracer of a normal user may not read the memory of a process that cannot be dumped: it sees no paths.
    vault = str(meok.vault)
    assert any(vault in call for call in mine) or os.getuid() != 0
    # the child before its exec is still the parent's image; after it, it must not touch the vault
    for pid in net:
        opened = [call for other, call in calls if other == pid]
        assert not any(vault in call for call in opened), pid


if __name__ == "__main__":
    harness.main()
