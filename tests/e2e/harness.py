"""What the end-to-end tests share: the built meok, real and hostile servers, results as TAP. Standard library only.

A test file defines functions test_* and calls main(). Their parameters say what they need:
    tmp    a folder of the test's own with a short path, removed afterwards
    meok   a Meok with an empty home in it
    wp     the file's WordPress, in its first state (one server for a file, reset before each test that asks for it)
The first line of the docstring is the test's title. A test fails by an exception; Skip says why it cannot run here.

From the environment: MEOK_BIN, the meok to test, and MEOK_REAL, what that stands in for; WPSRC, another WordPress tree
than Debian's.
"""

import base64, collections, inspect, json, os, pathlib, select, shutil, signal, socket, ssl, subprocess, sys
import tempfile, threading, time, traceback, unicodedata
import http.client
from declared import begin, declare, declare_arguments

HERE = pathlib.Path(__file__).resolve().parent
SERVERS = HERE.parent / "servers"
OWN_AGENT = "meok-tests"
PASSPHRASE = "먹을 갈아 붓을 적신다 7"


class Skip(Exception):
    pass


class TimeIsUp(Exception):
    pass


def short_folder():
    """A new folder with a short path whatever TMPDIR says: a socket's path has 107 bytes at most."""
    return pathlib.Path(tempfile.mkdtemp(prefix="mt", dir="/tmp"))


def until(condition, seconds=10, what="a condition"):
    """Waits until condition() is true and returns its value."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"{what} did not come true in {seconds} s")
        time.sleep(0.01)


def is_running(pid):
    """Whether the process is there and not just waiting to be reaped by whoever inherited it."""
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def processes_under(folder):
    """The pids of all processes whose command line or working directory names the folder."""
    folder, found = str(folder), []
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            cwd = os.readlink(entry / "cwd")
        except OSError:
            cwd = ""
        try:
            command = (entry / "cmdline").read_bytes().decode(errors="replace")
        except OSError:
            command = ""
        if folder in command or cwd == folder or cwd.startswith(folder + "/"):
            found.append(int(entry.name))
    return found


# ---- The program under test

class Process(subprocess.Popen):
    """A running meok; what it is given to read is declared."""

    def communicate(self, input=None, timeout=None):
        declare("text", input)
        return super().communicate(input, timeout)


Result = collections.namedtuple("Result", "code out err")


class Meok:
    """The built meok with a home of its own: nothing of the caller's environment reaches it."""

    def __init__(self, folder, passphrase=PASSPHRASE):
        self.home = pathlib.Path(folder) / "home"
        self.passphrase = passphrase
        self.program = os.environ.get("MEOK_BIN") or "meok"
        # what runs in the end, where a stand-in is started
        self.executable = os.environ.get("MEOK_REAL") or os.path.realpath(shutil.which(self.program) or self.program)
        self.wrapper = []  # what runs it: strace and the like
        self.environment = {
            "HOME": str(self.home), "PATH": "/usr/bin:/bin", "TERM": "xterm-256color", "LANG": "C.UTF-8",
            "TZ": "Asia/Seoul",
        }
        for kind in "data", "config", "state", "cache":
            self.environment[f"XDG_{kind.upper()}_HOME"] = str(self.home / kind)
        # What a sanitized build or a shared library path needs.
        for name in "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "LD_LIBRARY_PATH":
            if name in os.environ:
                self.environment[name] = os.environ[name]
        self.home.mkdir(mode=0o700)

    @property
    def vault(self):
        return self.home / "data" / "meok"

    def start(self, *arguments, passphrase=True, secret=None, environment=None, stdin=subprocess.DEVNULL, cwd=None):
        """A running meok, as subprocess.Popen. passphrase: True for this home's, text for another, None for none;
        secret: what --secret-fd reads. Neither ever stands in its arguments or environment."""
        command, inherited = [*self.wrapper, self.program], []
        if passphrase is True:
            passphrase = self.passphrase
        declare_arguments(arguments, cwd or self.home)
        for option, text, kind in ("--passphrase-fd", passphrase, "passphrase"), ("--secret-fd", secret, "secret"):
            if text is None:
                continue
            declare(kind, text)
            reading, writing = os.pipe()
            os.write(writing, text.encode() + b"\n")
            os.close(writing)
            inherited.append(reading)
            command_part = [option, str(reading)]
            if option == "--passphrase-fd":
                command += command_part
            else:
                arguments = [*arguments, *command_part]
        command += [str(argument) for argument in arguments]
        try:
            return Process(
                command, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, pass_fds=inherited,
                env={**self.environment, **(environment or {})}, cwd=cwd or self.home, start_new_session=True)
        finally:
            for reading in inherited:
                os.close(reading)

    def run(self, *arguments, stdin=None, timeout=60, code=None, **options):
        """Runs meok to its end: Result(code, out, err). stdin: text or bytes. code: the exit code it must have."""
        if isinstance(stdin, str):
            stdin = stdin.encode()
        process = self.start(*arguments, stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE, **options)
        try:
            out, err = process.communicate(stdin, timeout)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            raise
        result = Result(process.returncode, out.decode(), err.decode())
        if code is not None and result.code != code:
            raise AssertionError(f"meok {' '.join(map(str, arguments))}: exit {result.code}, not {code}\n"
                                 f"{result.out}{result.err}")
        return result

    def json(self, *arguments, **options):
        """What meok prints with --json, parsed; it must succeed."""
        return json.loads(self.run(*arguments, "--json", **{"code": 0, **options}).out)

    def leaks(self, *texts):
        """The files under this home in which, or in whose name, one of the texts stands in the clear."""
        needles = [form.encode(coding) for text in texts for form in
                   {unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)}
                   for coding in ("utf-8", "utf-16-le")]
        found = []
        for path in self.home.rglob("*"):
            haystack = os.fsencode(path.name) + b"\0" + (path.read_bytes() if path.is_file() else b"")
            if any(needle in haystack for needle in needles):
                found.append(path)
        return found


# ---- WordPress

class Answer:
    def __init__(self, response):
        self.status, self.headers, self.body = response.status, response.headers, response.read()

    @property
    def json(self):
        return json.loads(self.body)


class Fault:
    def __init__(self, wordpress, name):
        self.wordpress, self.name = wordpress, name

    @property
    def fired(self):
        return (self.wordpress.root / "faults/fired" / self.name).exists()


class WordPress:
    """A real WordPress on 127.0.0.1 (tests/servers/wordpress), a child of this process."""

    def __init__(self):
        self.process, self.root = None, None

    def start(self):
        self.root = short_folder()
        # The pipe to its standard input ties its life to ours.
        self.process = subprocess.Popen([SERVERS / "wordpress/up", self.root], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if self.process.stdout.readline() != "ready\n":
            message = self.process.stderr.read()
            self.stop()
            raise RuntimeError(f"WordPress does not start: {message}")
        self.ports = {name: int(port) for name, port in self._pairs("ports", "=")}
        self.passwords = dict(self._pairs("users", ":"))
        self.ca_file = self.root / "tls/ca.pem"
        self.fault_count = 0
        return self

    def stop(self):
        if self.process:
            self.process.stdin.close()
            self.process.wait()
            self.process.stdout.close()
            self.process.stderr.close()
            self.process = None
            shutil.rmtree(self.root)

    def _pairs(self, name, separator):
        return [line.split(separator, 1) for line in (self.root / name).read_text().splitlines()]

    def url(self, port="http"):
        """The blog's address on one of its ports: http, tls, and expired, stranger, other_host with bad certificates."""
        return f"{'http' if port == 'http' else 'https'}://127.0.0.1:{self.ports[port]}"

    def reset(self):
        """The blog as it was at first, no fault armed, the access log empty."""
        subprocess.run([SERVERS / "wordpress/reset", self.root], check=True)

    def get(self, target, method="GET", body=None, headers=None):
        """One request for any target on the plain port."""
        connection = http.client.HTTPConnection("127.0.0.1", self.ports["http"], timeout=30)
        try:
            connection.request(method, target, body, {"User-Agent": OWN_AGENT, **(headers or {})})
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def rest(self, method, path, data=None, user="admin"):
        """One REST request, such as rest("POST", "/wp/v2/posts", {"title": "봄"}). user None: a reader."""
        headers = {"Content-Type": "application/json"}
        if user:
            pair = f"{user}:{self.passwords[user]}".encode()
            headers["Authorization"] = "Basic " + base64.b64encode(pair).decode()
        return self.get("/wp-json" + path, method, None if data is None else json.dumps(data), headers)

    def posts(self, status="any"):
        """All posts of that status with their raw fields, oldest first."""
        answer = self.rest("GET", f"/wp/v2/posts?context=edit&per_page=100&order=asc&orderby=id&status={status}")
        assert answer.status == 200, answer.body
        return answer.json

    def sql(self, statement):
        """Runs SQL in the blog's database; returns rows as lists of text."""
        done = subprocess.run(
            ["mariadb", "--no-defaults", "--user=root", f"--socket={self.root}/db.sock", "--batch",
             "--skip-column-names", "--default-character-set=utf8mb4", "wp", "-e", statement],
            check=True, stdout=subprocess.PIPE, text=True)
        return [line.split("\t") for line in done.stdout.splitlines()]

    def fault(self, method, target, act, after=False, status=500, headers=None, body="", bytes=0, seconds=0):
        """Arms a fault that happens once to the next request of this method whose target fits the pattern; what the
        acts answer, drop, cut, delay, kill do stands in tests/servers/wordpress/faults.php. after: once WordPress has
        done and stored what was asked."""
        self.fault_count += 1
        name = f"{self.fault_count:04}"
        text = json.dumps({"method": method, "target": target, "act": act, "after": after, "status": status,
                           "headers": headers or {}, "body": body, "bytes": bytes, "seconds": seconds})
        # A worker must never see half a fault.
        (self.root / "faults" / name).write_text(text)
        (self.root / "faults" / name).rename(self.root / "faults/armed" / name)
        return Fault(self, name)

    def requests(self):
        """The finished requests since the reset, these helpers' own left out. Keys: method, target, status, port,
        connection (its number), nth (in that connection), protocol, tls, sent, received, agent, user."""
        # The one nginx worker logs in order: when it answers this, all finished requests are in the log.
        self.get("/.mark")
        lines = (self.root / "access.log").read_text().splitlines()
        return [request for request in map(json.loads, lines) if request["agent"] != OWN_AGENT]


# ---- Servers that misbehave

Request = collections.namedtuple("Request", "method target headers body")


class Hostile:
    """A server in threads: answer(connection, request) writes raw bytes to each request; see the ones below.
    certificate: a pair of files for TLS. As a context manager it closes at the end; requests lists what came."""

    def __init__(self, answer, certificate=None, port=0):
        self.answer, self.requests, self.connections, self.closing = answer, [], [], threading.Event()
        self.context = None
        if certificate:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(*certificate)
        self.listener = socket.create_server(("127.0.0.1", port))
        self.port = self.listener.getsockname()[1]
        self.threads = [threading.Thread(target=self._listen)]
        self.threads[0].start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    @property
    def url(self):
        return f"{'https' if self.context else 'http'}://127.0.0.1:{self.port}"

    def close(self):
        self.closing.set()
        self.listener.shutdown(socket.SHUT_RDWR)
        for connection in self.connections:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # the other side was first
        for thread in self.threads:
            thread.join()
        self.listener.close()

    def _listen(self):
        while not self.closing.is_set():
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections.append(connection)
            thread = threading.Thread(target=self._serve, args=(connection,))
            self.threads.append(thread)
            thread.start()

    def _serve(self, connection):
        try:
            if self.context:
                connection = self.context.wrap_socket(connection, server_side=True)
            with connection, connection.makefile("rb") as stream:
                request = self._read(stream)
                if request:
                    self.requests.append(request)
                    self.answer(self, connection, request)
        except OSError:
            pass  # the client left or refused our certificate, which is what such a server is for

    @staticmethod
    def _read(stream):
        line = stream.readline().split()
        if len(line) != 3:
            return None
        headers = http.client.parse_headers(stream)
        body = stream.read(int(headers.get("Content-Length", 0)))
        return Request(line[0].decode(), line[1].decode(), headers, body)


def page(status=200, body="<!doctype html><title>점검 중</title>", type="text/html; charset=utf-8", headers=None):
    """Always the same answer."""
    body = body.encode() if isinstance(body, str) else body
    head = {"Content-Type": type, "Content-Length": len(body), "Connection": "close", **(headers or {})}
    text = f"HTTP/1.1 {status} x\r\n" + "".join(f"{name}: {value}\r\n" for name, value in head.items()) + "\r\n"

    def answer(server, connection, request):
        connection.sendall(text.encode() + body)
    return answer


def redirect(location, status=302):
    return page(status, "", headers={"Location": location})


def endless(start=b'{"id":1,"content":"', filler=b"a" * 65536, type="application/json", pause=0):
    """A body that never ends; with pause seconds between the pieces, one that trickles."""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {type}\r\nConnection: close\r\n\r\n".encode() + start

    def answer(server, connection, request):
        connection.sendall(head)
        while not server.closing.wait(pause):
            connection.sendall(filler)
    return answer


def raw(answer_bytes):
    """These bytes and the end, whatever they are."""
    def answer(server, connection, request):
        connection.sendall(answer_bytes)
    return answer


def silent():
    """Takes the request and says nothing until the server is closed."""
    def answer(server, connection, request):
        server.closing.wait()
    return answer


# ---- The runner

class _Needs:
    """Makes what the parameters of a test name."""

    def __init__(self):
        self.wordpress, self.folder = None, None

    def tmp(self):
        self.folder = self.folder or short_folder()
        return self.folder

    def meok(self):
        return Meok(self.tmp())

    def wp(self):
        if self.wordpress:
            self.wordpress.reset()
        else:
            self.wordpress = WordPress().start()
        return self.wordpress

    def end_test(self):
        if self.folder:
            shutil.rmtree(self.folder)
            self.folder = None

    def end_file(self):
        if self.wordpress:
            self.wordpress.stop()


def _time_is_up(*_):
    raise TimeIsUp()


def _run_one(test, needs, seconds):
    signal.signal(signal.SIGALRM, _time_is_up)
    signal.alarm(seconds)
    try:
        test(**{name: getattr(needs, name)() for name in inspect.signature(test).parameters})
        return "ok", ""
    except Skip as reason:
        return "ok", f" # SKIP {reason}"
    except Exception:
        print("".join("# " + line + "\n" for line in traceback.format_exc().splitlines()), end="")
        return "not ok", ""
    finally:
        signal.alarm(0)
        needs.end_test()


def main(seconds=120):
    """Runs the test_* functions of the calling script, each for at most so many seconds, and exits."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    wanted = sys.argv[1:]
    tests = [value for name, value in vars(sys.modules["__main__"]).items()
             if name.startswith("test_") and callable(value) and (not wanted or name in wanted)]
    print(f"1..{len(tests)}", flush=True)
    needs, failed = _Needs(), 0
    try:
        for number, test in enumerate(tests, 1):
            begin(number, test)
            word, note = _run_one(test, needs, seconds)
            failed += word != "ok"
            title = (test.__doc__ or test.__name__[5:].replace("_", " ")).splitlines()[0]
            print(f"{word} {number} - {title}{note}", flush=True)
    finally:
        needs.end_file()
    sys.exit(failed > 0)
