"""Real Syncthings on loopback: nothing announced, no relay, no port mapping, no report; stopped by pid. Standard library
only."""
import http.client, json, os, pathlib, re, signal, socket, subprocess
from harness import Skip, until

CONFIG = """<configuration version="35">
<folder id="vault" label="vault" path="{path}" type="sendreceive" rescanIntervalS="3600" fsWatcherEnabled="true"
 fsWatcherDelayS="1"><device id="{own}"></device><device id="{other}"></device><minDiskFree unit="">0</minDiskFree></folder>
<device id="{own}" name="own"><address>dynamic</address></device>
<device id="{other}" name="other"><address>tcp://127.0.0.1:{other_port}</address></device>
<gui enabled="true" tls="false"><address>127.0.0.1:{gui}</address><apikey>{key}</apikey></gui>
<options><listenAddress>tcp://127.0.0.1:{port}</listenAddress><globalAnnounceEnabled>false</globalAnnounceEnabled>
<localAnnounceEnabled>false</localAnnounceEnabled><relaysEnabled>false</relaysEnabled><natEnabled>false</natEnabled>
<crashReportingEnabled>false</crashReportingEnabled><urAccepted>-1</urAccepted><startBrowser>false</startBrowser>
<autoUpgradeIntervalH>0</autoUpgradeIntervalH><reconnectionIntervalS>1</reconnectionIntervalS>
<stunKeepaliveStartS>0</stunKeepaliveStartS></options>
</configuration>
"""
KEY = "only-on-loopback"


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


class Syncthing:
    """One device: a home of its own and one folder."""

    def __init__(self, home, folder, port, gui):
        self.home, self.folder, self.port, self.gui, self.process = pathlib.Path(home), folder, port, gui, None
        self.environment = {"HOME": str(home), "PATH": "/usr/bin:/bin", "STNOUPGRADE": "1", "STNODEFAULTFOLDER": "1"}
        self.home.mkdir()
        made = self._run("generate", f"--home={home}", "--no-default-folder")
        found = re.search(r"[A-Z2-7]{7}(?:-[A-Z2-7]{7}){7}", made)
        if not found:
            raise AssertionError(made)
        self.id = found[0]

    def _run(self, *arguments):
        try:
            done = subprocess.run(["syncthing", *arguments], env=self.environment, capture_output=True, text=True, timeout=60)
        except FileNotFoundError:
            raise Skip("syncthing is not installed") from None
        return done.stdout + done.stderr

    def start(self, other):
        (self.home / "config.xml").write_text(CONFIG.format(
            path=self.folder, own=self.id, other=other.id, other_port=other.port, port=self.port, gui=self.gui, key=KEY))
        with open(self.home / "log", "ab") as log:
            self.process = subprocess.Popen(["syncthing", "serve", f"--home={self.home}", "--no-browser", "--no-restart"],
                                            env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            start_new_session=True)
        until(self._answers, 60, "the REST API of syncthing")

    def _answers(self):
        try:
            return self.rest("GET", "/rest/system/ping") is not None
        except OSError:
            return False

    def rest(self, method, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.gui, timeout=30)
        try:
            connection.request(method, path, headers={"X-API-Key": KEY})
            answer = connection.getresponse()
            body = answer.read()
            assert answer.status == 200, (path, answer.status, body)
            return json.loads(body) if body.strip() else {}
        finally:
            connection.close()

    def cut(self, other):
        self.rest("POST", f"/rest/system/pause?device={other.id}")

    def mend(self, other):
        self.rest("POST", f"/rest/system/resume?device={other.id}")

    def connected(self, other):
        return self.rest("GET", "/rest/system/connections")["connections"].get(other.id, {}).get("connected", False)

    def scan(self):
        self.rest("POST", "/rest/db/scan?folder=vault")

    def needs(self):
        """How much is still to come, and what could not be taken."""
        status = self.rest("GET", "/rest/db/status?folder=vault")
        return status["needTotalItems"], status["pullErrors"]

    def stop(self):
        if self.process is None:
            return
        try:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait(20)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.process = None


class Pair:
    """Two devices that share one folder each."""

    def __init__(self, tmp, folders):
        ports = free_ports(4)
        self.devices = [Syncthing(tmp / f"st{i}", folders[i], ports[i], ports[2 + i]) for i in (0, 1)]
        for folder in folders:
            # Its mark that the folder is there, which the screens of syncthing make when it is added.
            (pathlib.Path(folder) / ".stfolder").mkdir(parents=True, exist_ok=True)

    def __enter__(self):
        try:
            for one, other in self.both():
                one.start(other)
            self.wait_connected()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for device in self.devices:
            device.stop()

    def both(self):
        return (self.devices, self.devices[::-1])

    def wait_connected(self):
        until(lambda: all(one.connected(other) for one, other in self.both()), 60, "the connection")

    def cut(self):
        self.devices[0].cut(self.devices[1])

    def mend(self):
        self.devices[0].mend(self.devices[1])
        self.wait_connected()

    def settle(self, seconds=60):
        """Until both have the same."""
        for device in self.devices:
            device.scan()

        def same():
            return (all(device.needs() == (0, 0) for device in self.devices)
                    and objects(self.devices[0].folder) == objects(self.devices[1].folder))
        until(same, seconds, "two folders with the same objects")


def objects(vault):
    """All sealed files, and whatever else lies between them."""
    return {str(path.relative_to(vault)) for part in ("objects", "keys") for path in (pathlib.Path(vault) / part).rglob("*")
            if path.is_file() and not path.name.startswith(".syncthing.")}
