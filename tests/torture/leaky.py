"""A program that leaks in every way there is: the control of canaries.py. Each line of standard input is a way's name and
a text; what the machine does not allow is left out. Prints the ways that were gone."""
import base64, ctypes, fcntl, mmap, os, pathlib, socket, sys, tempfile, unicodedata

LIBC = ctypes.CDLL(None, use_errno=True)


def into_file(text, write):
    fd, path = tempfile.mkstemp(dir=".")
    try:
        write(fd, text.encode())
    finally:
        os.close(fd)
        os.unlink(path)


def through_files(text, move):
    """From one file to another without the bytes being seen."""
    with tempfile.TemporaryFile(dir=".") as source, tempfile.TemporaryFile(dir=".") as target:
        source.write(text.encode())
        source.flush()
        source.seek(0)
        move(source.fileno(), target.fileno(), len(text.encode()))


def with_socket(text, send):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as log, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out:
        log.bind("datagrams")
        out.connect("datagrams")
        send(out, text.encode())
    os.unlink("datagrams")


def run(words, environment):
    if (pid := os.fork()) == 0:
        os.execve("/bin/true", words, environment)
    os.waitpid(pid, 0)


def mapped(text):
    with tempfile.TemporaryFile(dir=".") as file:
        file.truncate(4096)
        with mmap.mmap(file.fileno(), 4096) as shared:
            shared[:len(text.encode())] = text.encode()


def named(text, make):
    make(text)
    (os.rmdir if os.path.isdir(text) and not os.path.islink(text) else os.unlink)(text)


def renamed(text):
    pathlib.Path("old").touch()
    os.rename("old", text)
    os.unlink(text)


def bound(text):
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("\0" + text)


def spliced(text):
    reading, writing = os.pipe()
    through_files(text, lambda source, target, size: (os.splice(source, writing, size), os.splice(reading, target, size)))


def typed(text):
    fcntl.ioctl(os.open("/dev/null", os.O_RDWR), 0x5412, text.encode()[:1])


def as_key(text):
    call = {"x86_64": 248, "aarch64": 217}[os.uname().machine]
    LIBC.syscall(call, b"user", text.encode(), b"x", 1, -2)


def as_thread(text):
    LIBC.prctl(15, text.encode()[:15], 0, 0, 0)


WAYS = {
    "write": lambda text: into_file(text, os.write),
    "pwrite": lambda text: into_file(text, lambda fd, data: os.pwrite(fd, data, 0)),
    "writev": lambda text: into_file(text, lambda fd, data: os.writev(fd, [data[:2], data[2:]])),
    "pwritev": lambda text: into_file(text, lambda fd, data: os.pwritev(fd, [data[:2], data[2:]], 0)),
    "send": lambda text: with_socket(text, lambda out, data: out.send(data)),
    "sendmsg": lambda text: with_socket(text, lambda out, data: out.sendmsg([data[:2], data[2:]])),
    "abstract address": bound,
    "file name": lambda text: named(text, lambda name: pathlib.Path(name).touch()),
    "folder name": lambda text: named(text, os.mkdir),
    "new name": renamed,
    "symlink": lambda text: named(text, lambda name: os.symlink("x", name)),
    "symlink's target": lambda text: (os.symlink(text, "link"), os.unlink("link")),
    "FIFO name": lambda text: named(text, os.mkfifo),
    "attribute": lambda text: into_file(text, lambda fd, data: os.setxattr(fd, "user.x", data)),
    "argument": lambda text: run(["true", text], {}),
    "environment": lambda text: run(["true"], {"NOTE": text}),
    "memory file's name": lambda text: os.close(os.memfd_create(text)),
    "key": as_key,
    "thread's name": as_thread,
    "NFD": lambda text: into_file(unicodedata.normalize("NFD", text), os.write),
    "UTF-16": lambda text: into_file(text, lambda fd, data: os.write(fd, b"x" + data.decode().encode("utf-16-le"))),
    "UTF-32": lambda text: into_file(text, lambda fd, data: os.write(fd, b"x" + data.decode().encode("utf-32-le"))),
    "percent": lambda text: into_file(text, lambda fd, data: os.write(fd, "".join(f"%{byte:02X}" for byte in data).encode())),
    "JSON": lambda text: into_file(text, lambda fd, data: os.write(fd, ascii(data.decode()).encode())),
    "hex": lambda text: into_file(text, lambda fd, data: os.write(fd, data.hex().encode())),
    **{f"base64 {lead}": (lambda lead: lambda text: into_file(text, lambda fd, data: os.write(
        fd, base64.b64encode(b"#" * lead + data + b"!"))))(lead) for lead in range(3)},
}
# Of these it is enough that they are used.
UNSEEN = {
    "mmap": mapped,
    "sendfile": lambda text: through_files(text, lambda source, target, size: os.sendfile(target, source, 0, size)),
    "copy_file_range": lambda text: through_files(text, lambda source, target, size: os.copy_file_range(source, target, size)),
    "splice": spliced,
    "ioctl": typed,
}


def main():
    for line in sys.stdin:
        way, text = line.rstrip("\n").split("\t")
        try:
            {**WAYS, **UNSEEN}[way](text)
        except OSError as error:
            if way != "ioctl":
                print(f"{way}: {error}", file=sys.stderr)
                continue
        print(way, flush=True)


if __name__ == "__main__":
    main()
