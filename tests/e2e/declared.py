"""What the tests put into meok, told to the machine that looks for it in all that meok writes (tests/torture/canaries.py).
Without that machine nothing is told. Standard library only.

MEOK_OBSERVED is the machine's folder: "declared" in it takes a line of JSON for each text, "join" is the observer's FIFO.
"""

import base64, json, os, pathlib

KINDS = "passphrase", "secret", "text", "argument", "typed", "constant"
WHOLE = 4 << 20  # no more is told of one text


def _folder():
    return os.environ.get("MEOK_OBSERVED")


def _tell(entry):
    with open(pathlib.Path(_folder()) / "declared", "a") as declared:
        declared.write(json.dumps(entry) + "\n")


def begin(number, test):
    """The test that all programs belong to which start from now on. Its constants, too: some texts go other ways into
    meok than through the harness."""
    if not _folder():
        return
    _tell({"test": number, "name": test.__name__})
    with open(pathlib.Path(_folder()) / "join", "wb", 0) as join:
        join.write(f"test {number}\n".encode())
    for text in {*_texts_of([value for value in test.__globals__.values() if isinstance(value, (str, bytes, list, tuple))]),
                 *_texts_of(test.__code__.co_consts)}:
        if not (text if isinstance(text, bytes) else text.encode(errors="replace")).isascii():
            declare("constant", text.encode(errors="replace") if isinstance(text, str) else text)


def _texts_of(values):
    """The texts among them, in lists, and in the functions within a function."""
    for value in values:
        if isinstance(value, (str, bytes)):
            yield value
        elif isinstance(value, (list, tuple)):
            yield from _texts_of(value)
        elif hasattr(value, "co_consts"):
            yield from _texts_of(value.co_consts)


def declare(kind, text):
    """A text, as a writer has it, that meok is about to get: as text or bytes."""
    if not _folder() or not text:
        return
    data = text.encode() if isinstance(text, str) else bytes(text)
    _tell({"kind": kind, "data": base64.b64encode(data[:WHOLE]).decode()})


def declare_arguments(arguments, cwd):
    """What stands behind options or alone; of a file or folder its texts, but not its name."""
    if not _folder():
        return
    for argument in map(str, arguments):
        if argument.startswith("-") or "://" in argument or not argument.strip():
            continue
        try:
            path = pathlib.Path(cwd) / argument
            if not path.exists():
                declare("argument", argument)
            files = [path] if path.is_file() else sorted(path.rglob("*.md"))[:100] if path.is_dir() else []
            for file in files:
                if file.suffix in (".md", ".txt"):
                    declare("text", file.read_bytes())
        except (OSError, ValueError):
            declare("argument", argument)
