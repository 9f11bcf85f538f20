#!/usr/bin/env python3
"""meok over ssh, with a real sshd on loopback: the client is killed in mid-word again and again; the draft is there
again as it was, and nothing of meok is left on the server."""
import getpass, os, pathlib, random, shutil, signal, socket, subprocess, time
from harness import PASSPHRASE, Skip, is_running, main, until
from screen import Screen

SSHD = "/usr/sbin/sshd"
KILLS = 20
FOOT_ROWS = 2
WORDS = "장마가 끝난 날 우산을 버렸다 버린 자리에 또 비가 왔다 the rain came back 담장 아래 돌을 골라 물길을 냈다".split()


class Sshd:
    """As whoever runs the tests, with a configuration, keys and a port of its own."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder) / "ssh"
        self.folder.mkdir(mode=0o700)
        for name in "host", "client":
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.folder / name], check=True)
        shutil.copy(self.folder / "client.pub", self.folder / "allowed")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        (self.folder / "config").write_text(f"""\
Port {self.port}
ListenAddress 127.0.0.1
HostKey {self.folder}/host
AuthorizedKeysFile {self.folder}/allowed
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
PrintMotd no
PrintLastLog no
""")
        if os.getuid() == 0:
            os.makedirs("/run/sshd", mode=0o755, exist_ok=True)
        self.log = open(self.folder / "log", "wb")
        self.process = subprocess.Popen([SSHD, "-D", "-e", "-f", self.folder / "config"], stdin=subprocess.DEVNULL,
                                        stdout=self.log, stderr=self.log)
        try:
            until(self._listens, 10, "sshd listens")
        except BaseException:
            self.stop()
            raise

    def _listens(self):
        if self.process.poll() is not None:
            raise AssertionError(f"sshd ended: {(self.folder / 'log').read_text(errors='replace')}")
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def client(self, *command):
        """What starts a command on the server, on a terminal there."""
        known = [f"-o{option}" for option in (
            f"UserKnownHostsFile={self.folder}/known", "StrictHostKeyChecking=accept-new", "BatchMode=yes",
            "IdentitiesOnly=yes", "LogLevel=ERROR")]
        return ["ssh", "-F", "/dev/null", "-tt", "-p", str(self.port), "-i", str(self.folder / "client"), *known,
                f"{getpass.getuser()}@127.0.0.1", *command]

    def stop(self):
        self.process.terminate()
        self.process.wait(10)
        self.log.close()


def parents():
    """The parent of every process."""
    found = {}
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                found[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                pass
    return found


def below(pid):
    """All processes that descend from one."""
    tree, found, wave = parents(), [], [pid]
    while wave:
        wave = [child for child, parent in tree.items() if parent in wave]
        found += wave
    return found


def meok_of(meok):
    """The processes of this program with this home."""
    program, found = meok.executable, []
    for entry in pathlib.Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and os.path.realpath(entry / "exe") == program and \
                    f"HOME={meok.home}".encode() in (entry / "environ").read_bytes().split(b"\0"):
                found.append(int(entry.name))
        except OSError:
            pass
    return found


def cpu_of(pid):
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    except OSError:
        return 0


def picture(screen):
    look = screen.look()
    return [row.rstrip() for row in look["rows"][:-FOOT_ROWS]], tuple(look["cursor"])


def still(screen):
    """The picture when two looks in a row show the same: what is typed takes its way over the network."""
    last = None
    for _ in range(200):
        screen.settle()
        now = picture(screen)
        if now == last:
            return now
        last = now
        time.sleep(0.05)
    raise AssertionError("the picture does not come to rest")


def undo_and_redo(screen):
    seen = []
    for key in "^Z", "^Z", "^Y", "^Y":
        screen.keys(key)
        seen.append(still(screen)[0])
    return seen


def connect(sshd, meok, *arguments):
    environment = [f"{name}={value}" for name, value in meok.environment.items()]
    screen = Screen(sshd.client("env", "-i", *environment, meok.program, *arguments), meok.home.parent,
                    {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}, settle=False)
    screen.expect("passphrase", 20)
    screen.settle()
    screen.type(PASSPHRASE)
    screen.keys("Enter", settle=False)
    return screen


def test_client_killed(meok):
    """20 clients killed in mid-word: text, cursor and undo are as they were, meok is gone from the server in a second"""
    if not os.path.exists(SSHD) or not shutil.which("ssh"):
        raise Skip("openssh-server and openssh-client are not installed")
    rng = random.Random(5)
    meok.run("init", "--kdf", "interactive", code=0)
    draft = meok.run("new", "--title", "물길", "-", stdin="", code=0).out.strip()
    sshd = Sshd(meok.home.parent)
    slowest = used = 0
    try:
        screen = connect(sshd, meok, "edit", draft)
        screen.expect("물길", 20)
        still(screen)
        screen.keys("Enter", "Enter")
        for number in range(KILLS):
            with screen:
                for _ in range(rng.randint(1, 6)):
                    screen.type(rng.choice(WORDS) + " ")
                word = rng.choice(WORDS)
                screen.type(word[:1 + len(word) // 2])
                screen.keys(*["Left"] * rng.randint(0, 2))
                still(screen)
                pictures = undo_and_redo(screen)
                before = still(screen)
                servers = meok_of(meok)
                assert len(servers) == 1, servers
                spent = cpu_of(servers[0])
                cut = time.monotonic()
                screen.signal(signal.SIGKILL)
                while is_running(servers[0]) and time.monotonic() < cut + 5:
                    used = max(used, cpu_of(servers[0]) - spent)
                    time.sleep(0.005)
                took = time.monotonic() - cut
                slowest = max(slowest, took)
                assert took < 1, f"meok was still there {took:.2f} s after the client was killed"
            until(lambda: not below(sshd.process.pid), 5, "nothing is left of the session")
            assert not meok_of(meok)
            screen = connect(sshd, meok)
            screen.expect("recovered", 20)
            after = still(screen)
            assert after == before, (number, after, before)
            again = undo_and_redo(screen)
            assert again == pictures, (number, again, pictures)
            assert still(screen)[0] == before[0]
            screen.keys("^End")
        with screen:
            screen.keys("^Q", settle=False)
            assert screen.exited(20) == 0
        assert not meok_of(meok)
        assert used < 0.5, f"{used} s of processor time after the client was killed"
        print(f"# gone after {slowest * 1000:.0f} ms at most, {used * 1000:.0f} ms of processor time")
    finally:
        sshd.stop()


if __name__ == "__main__":
    main(240)
