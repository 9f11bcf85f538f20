#!/usr/bin/python3
"""A second decoder of meok's vault, written from meok-vault(5) alone.

It shares no line with the program, so that the two can be held against each
other and against the page. It only reads; python3-nacl is all it needs.

    decode.py VAULTDIR --passphrase-fd N [--list | --show ID]
    decode.py VAULTDIR --recovery-fd N [--list | --show ID]
    decode.py --vectors DIR

Numbers behind "check" in comments are the steps of the page.
"""

import argparse
import errno
import hashlib
import hmac
import itertools
import json
import os
import stat
import sys
import unicodedata
from collections import defaultdict, namedtuple
from pathlib import Path

import nacl.bindings as sodium
import nacl.exceptions

MAGIC = bytes.fromhex("8D6D656F6B0D0A1A")
NONE = bytes(16)
BASE32 = "abcdefghijklmnopqrstuvwxyz234567"

SLOT_SIZE, SLOT_COPIES, SLOT_FILES = 256, (0, 4096), 64
PASSPHRASE_MAX = 1024
OPSLIMIT = range(1, 16 + 1)
MEMLIMIT = range(64 << 20, (1024 << 20) + 1, 1024)

HEADER, CARD, TAG_AND_MAC = 136, 1024, 17
STEP = 65536
FIRST_CHUNK = HEADER + CARD + TAG_AND_MAC
OBJECT_MAX = 128 << 20
BODY_MAX = 134181735
TITLE_MAX = 400

Slot = namedtuple("Slot", "vault id epoch master made")
Card = namedtuple(
    "Card", "id kind automatic parents state characters length subject"
    " session lamport run time draft work site revision title")
Object = namedtuple("Object", "card record unknown plain body")


class Refused(Exception):
    """A check has failed; the only argument is the verdict."""


def check(condition, verdict="damaged"):
    if not condition:
        raise Refused(verdict)


def blake2b(bits, key, data):
    return hashlib.blake2b(data, key=key, digest_size=bits // 8).digest()


def number(data, offset, size):
    return int.from_bytes(data[offset:offset + size], "little")


# ---- Text forms

def base32_encode(data):
    digits = -(-len(data) * 8 // 5)
    value = int.from_bytes(data, "big") << digits * 5 - len(data) * 8
    return "".join(BASE32[value >> 5 * i & 31]
                   for i in reversed(range(digits)))


def base32_decode(text, size):
    """The bytes that `text` stands for, or None when it stands for none."""
    value, spare = 0, len(text) * 5 - size * 8
    if not 0 <= spare < 5 or not set(text) <= set(BASE32):
        return None
    for character in text:
        value = value << 5 | BASE32.index(character)
    if value & (1 << spare) - 1:
        return None
    return (value >> spare).to_bytes(size, "big")


def read_recovery(text):
    """The 32 bytes of a recovery key as a person typed it, or None."""
    text = "".join(c for c in text if c not in " \t\r\n-")
    ones = text.count("1")
    if len(text) != 56 or not text.isascii() or ones > 8:
        return None
    template = text.lower().replace("0", "o").replace("8", "b").split("1")
    found = []
    for letters in itertools.product("il", repeat=ones):
        parts = itertools.zip_longest(template, letters, fillvalue="")
        reading = "".join(itertools.chain(*parts))
        key = base32_decode(reading[:52], 32)
        if key and reading[52:] == base32_encode(blake2b(256, b"", key))[:4]:
            found.append(key)
    return found[0] if len(found) == 1 else None


def read_passphrase(typed):
    """The bytes that are hashed, or None when no slot can have them."""
    if isinstance(typed, bytes):
        try:
            typed = typed.decode("utf-8")
        except UnicodeDecodeError:
            return None
    normal = unicodedata.normalize("NFC", typed).encode("utf-8")
    fits = 1 <= len(normal) <= PASSPHRASE_MAX and 0 not in normal
    return normal if fits else None


# ---- Key slot

def open_slot(data, passphrase=None, recovery=None):
    """(verdict, Slot or None) of the bytes of a slot file.

    `passphrase` comes from read_passphrase() or `recovery` from
    read_recovery(); the other one stays None.
    """
    verdict, done = "damaged", None
    for offset in SLOT_COPIES:
        copy = data[offset:offset + SLOT_SIZE]
        if copy == done:
            continue
        done = copy
        try:
            return "ok", _open_copy(copy, passphrase, recovery)
        except Refused as refused:
            if verdict == "damaged":
                verdict = refused.args[0]
    return verdict, None


def _open_copy(copy, passphrase, recovery):
    check(len(copy) == SLOT_SIZE)                                   # check 1
    check(blake2b(128, b"", copy[:240]) == copy[240:])
    check(copy[:8] == MAGIC and copy[9] == 1)                       # check 2
    check(copy[8] == 1, "unknown-version")
    derivation = copy[10]
    check(copy[11] == 1 and derivation in (1, 2), "unknown-suite")
    check(not any(copy[12:16]) and not any(copy[80:96]), "unknown-flags")
    opslimit, memlimit = number(copy, 48, 8), number(copy, 56, 8)
    if derivation == 1:                                             # check 6
        check(opslimit in OPSLIMIT and memlimit in MEMLIMIT, "limits")
    else:
        check(opslimit == 0 and memlimit == 0, "limits")
    salt = copy[64:80]
    secret = passphrase if derivation == 1 else recovery
    check(secret is not None, "wrong-passphrase")                   # check 7
    if derivation == 1:
        keys = sodium.crypto_pwhash_alg(
            64, secret, salt, opslimit, memlimit,
            sodium.crypto_pwhash_ALG_ARGON2ID13)
    else:
        keys = blake2b(512, secret, b"meok-recovery-v1" + salt)
    commitment = blake2b(256, keys[32:], copy[:96])
    check(hmac.compare_digest(commitment, copy[96:128]), "wrong-passphrase")
    try:                                                            # check 9
        payload = sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(
            copy[152:240], copy[:128], copy[128:152], keys[:32])
    except nacl.exceptions.CryptoError:
        raise Refused("damaged") from None
    epoch = number(payload, 32, 4)
    check(epoch != 0)
    return Slot(copy[16:32], copy[32:48], epoch, payload[:32],
                number(payload, 36, 8))


def slot_kind(data):
    """The key derivation of the first copy with a right checksum, or 0."""
    for offset in SLOT_COPIES:
        copy = data[offset:offset + SLOT_SIZE]
        if (len(copy) == SLOT_SIZE
                and blake2b(128, b"", copy[:240]) == copy[240:]):
            return copy[10]
    return 0


def vault_verdict(verdicts):
    """What a vault says whose slots, those meant, gave these and no ok."""
    order = ("wrong-passphrase", "limits", "unknown-version",
             "unknown-suite", "unknown-flags", "damaged")
    return next((v for v in order if v in verdicts), order[0])


# ---- Object

def chunk_count(size):
    """n: the number of chunks behind the card."""
    return max(1, size // STEP)


def room(size):
    return size - FIRST_CHUNK - TAG_AND_MAC * chunk_count(size)


def smallest_size(length):
    """The size of the file that holds a body of this length."""
    for size in (4096, 8192, 16384, 32768, STEP):
        if length <= room(size):
            return size
    return -(-(length + FIRST_CHUNK) // (STEP - TAG_AND_MAC)) * STEP


def role_key(master, role):
    return hashlib.blake2b(
        b"", digest_size=32, key=master, person=b"meokv1__" + bytes(8),
        salt=role.to_bytes(8, "little") + bytes(8)).digest()


class Stream:
    """The chunks of an object whose header is sound."""

    def __init__(self, head, size, name, vault, masters):
        """Checks 1 to 9. `masters` gives the master key of each epoch."""
        check(size <= OBJECT_MAX, "limits")                         # check 1
        check(size in (4096, 8192, 16384, 32768) or
              size > 0 and size % STEP == 0)
        check(len(head) == HEADER)
        check(head[:8] == MAGIC and head[9] == 2)
        check(head[8] == 1, "unknown-version")
        check(head[10] == 1, "unknown-suite")
        check(not any(head[11:16]) and not any(head[52:64]), "unknown-flags")
        check(head[16:32] == vault, "foreign")
        check(head[32:48] == base32_decode(name, 16), "misnamed")
        master = masters.get(number(head, 48, 4))
        check(master is not None, "unknown-epoch")
        keys = blake2b(512, role_key(master, 1), head[:80])
        check(hmac.compare_digest(keys[32:], head[80:112]))
        self.id, self.header, self.last = head[32:48], head, chunk_count(size)
        self.index = 0
        self.state = sodium.crypto_secretstream_xchacha20poly1305_state()
        sodium.crypto_secretstream_xchacha20poly1305_init_pull(
            self.state, head[112:136], keys[:32])

    def pull(self, chunk):
        """Check 10 for the next chunk."""
        last = self.index == self.last
        ad = self.header + self.index.to_bytes(8, "little") + bytes([last])
        try:
            plain, tag = sodium.crypto_secretstream_xchacha20poly1305_pull(
                self.state, chunk, ad)
        except nacl.exceptions.CryptoError:
            raise Refused("damaged") from None
        check(tag == (3 if last else 0))
        self.index += 1
        return plain


def _open_card(head, size, name, vault, masters):
    """The card, its bytes and the stream behind it, from 1177 bytes on."""
    stream = Stream(head[:HEADER], size, name, vault, masters)
    plain = stream.pull(head[HEADER:FIRST_CHUNK])
    card = parse_card(plain, stream.id)
    check(size == smallest_size(card.length))                      # check 11
    return card, plain, stream


def open_object(data, name, vault, masters):
    """(verdict, Object or None) of the bytes of an object file."""
    try:
        card, plain_card, stream = _open_card(
            data, len(data), name, vault, masters)
        plain = []
        for i in range(stream.last):
            start = FIRST_CHUNK + i * (STEP + TAG_AND_MAC)
            end = start + STEP + TAG_AND_MAC
            plain.append(stream.pull(
                data[start:] if i + 1 == stream.last else data[start:end]))
        plain = b"".join(plain)
        body = plain[:card.length]
        check(plain.count(0, card.length) == len(plain) - card.length)
        record, unknown = parse_record(body, card, vault)
        return "ok", Object(card, record, unknown, plain_card, body)
    except Refused as refused:
        return refused.args[0], None


def parse_text(data):
    check(0 not in data)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused("damaged") from None


def parse_card(data, object_id):
    count, title_length = data[2], number(data, 168, 2)
    parents = [data[32:48], data[48:64]]
    card = Card(
        id=object_id, kind=data[0], automatic=bool(data[1] & 1),
        parents=parents[:count], state=data[3],
        characters=number(data, 4, 4), length=number(data, 8, 8),
        subject=data[16:32], session=data[64:80], lamport=number(data, 80, 8),
        run=number(data, 88, 8), time=number(data, 96, 8),
        draft=data[104:120], work=data[120:136], site=data[136:152],
        revision=data[152:168],
        title=parse_text(data[170:170 + min(title_length, TITLE_MAX)]))
    check(card.kind != 0 and card.subject != NONE)
    check(count <= 2)
    check(NONE not in card.parents and not any(b"".join(parents[count:])))
    check(1 <= card.run <= card.lamport < 1 << 63 and card.time < 1 << 63)
    check(card.length <= BODY_MAX)
    check(title_length <= TITLE_MAX and not any(data[170 + title_length:570]))
    check(card.kind != TOMBSTONE or 1 <= card.state <= 3)
    return card


# ---- Records

REVISION, WORK, SITE, PUBLICATION, TOMBSTONE = 1, 2, 4, 5, 9

# One field of a record: a number may not be above `most`.
Field = namedtuple("Field", "name sort most repeated",
                   defaults=("text", (1 << 64) - 1, False))


def _number(name, most=(1 << 64) - 1):
    return Field(name, "number", most)


COUNT_MAX, TIME_MAX = (1 << 32) - 1, (1 << 63) - 1
TERM = {
    1: _number("is work", 1), 2: Field("remote id"), 3: Field("name"),
    4: _number("count", COUNT_MAX)}
RECORDS = {
    REVISION: {
        1: Field("title"), 2: Field("subtitle"), 3: Field("body"),
        4: Field("keyword", repeated=True), 5: Field("work", "id"),
        6: _number("comments", 2), 7: Field("site", "id"),
        8: Field("source")},
    WORK: {
        1: Field("name"), 2: Field("blurb"),
        3: Field("chapter", "id", repeated=True),
        4: _number("limit", COUNT_MAX), 5: Field("cadence"),
        6: _number("comments", 2), 7: Field("site", "id")},
    SITE: {
        1: Field("name"), 2: Field("driver"), 3: Field("endpoint"),
        4: Field("address"), 5: Field("user"), 6: Field("secret"),
        7: Field("ca file"), 8: Field("flavour"),
        9: _number("keywords", COUNT_MAX), 10: _number("publish", 1),
        11: _number("closed", 1)},
    PUBLICATION: {
        1: Field("draft", "id"), 2: Field("site", "id"),
        3: Field("revision", "id"), 4: Field("token"),
        5: _number("phase", 6), 6: Field("remote id"), 7: Field("url"),
        8: Field("slug"), 9: Field("version"),
        10: _number("sent", TIME_MAX), 11: _number("published", TIME_MAX)},
    8: {1: Field("lines")},
    TOMBSTONE: {},
    11: {1: Field("term", "fields", repeated=True)},
}


def split_fields(data):
    """The (tag, value) pairs of a sequence of fields that ends exactly."""
    fields, offset = [], 0
    while offset < len(data):
        check(len(data) - offset >= 6)
        tag, length = number(data, offset, 2), number(data, offset + 2, 4)
        offset += 6
        check(length <= len(data) - offset)
        fields.append((tag, data[offset:offset + length]))
        offset += length
    return fields


def parse_value(value, sort):
    if sort == "text":
        return parse_text(value)
    if sort == "fields":
        return parse_fields(value, TERM)[0]
    check(len(value) == (8 if sort == "number" else 16))
    return number(value, 0, 8) if sort == "number" else value


def parse_fields(data, known):
    """The record, with every field of `known`, and the unknown fields."""
    empty = {"text": "", "number": 0, "id": NONE}
    record = {field.name: [] if field.repeated else empty[field.sort]
              for field in known.values()}
    unknown = []
    for tag, value in split_fields(data):
        if tag not in known:
            unknown.append((tag, value))
            continue
        field = known[tag]
        value = parse_value(value, field.sort)
        check(field.sort != "number" or value <= field.most)
        if field.repeated:
            record[field.name].append(value)
        else:
            record[field.name] = value
    return record, unknown


def publication_subject(draft, site):
    return blake2b(128, b"", b"meok publication" + draft + site)


def parse_record(body, card, vault):
    """Check 12."""
    record, unknown = parse_fields(body, RECORDS.get(card.kind, {}))
    if card.kind == PUBLICATION:
        draft, site = record["draft"], record["site"]
        check(record["phase"] != 0 and draft != NONE and site != NONE)
        check(card.subject == publication_subject(draft, site))
    return record, unknown


# ---- The folder

def read_file(path, most):
    """(size, first bytes) of a regular file; a link is not followed."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        check(error.errno != errno.ELOOP)
        raise
    try:
        about = os.fstat(fd)
        check(stat.S_ISREG(about.st_mode))
        with open(fd, "rb", closefd=False) as file:
            return about.st_size, file.read(most)
    finally:
        os.close(fd)


class Vault:
    """A vault folder, opened by the first slot that gives ok."""

    def __init__(self, folder, passphrase=None, recovery=None):
        self.folder, self.refused = Path(folder), {}
        for place in (self.folder, self.folder / "keys"):
            check(place.is_dir() and not place.is_symlink(), "no vault")
        slots = [name for name in os.listdir(self.folder / "keys")
                 if name.endswith(".key")]
        check(slots, "no vault")
        meant = set()
        for name in sorted(slots, key=os.fsencode)[:SLOT_FILES]:
            data = b""
            try:
                data = read_file(self.folder / "keys" / name, 8192)[1]
                verdict, slot = open_slot(data, passphrase, recovery)
            except Refused as refused:
                verdict = refused.args[0]
            if verdict == "ok":
                break
            self.refused["keys/" + name] = verdict
            wanted = 1 if recovery is None else 2
            if verdict != "wrong-passphrase" or slot_kind(data) == wanted:
                meant.add(verdict)
        else:
            raise Refused(vault_verdict(meant))
        self.id, self.masters = slot.vault, {slot.epoch: slot.master}
        self.chains = defaultdict(list)
        for path in self._object_files():
            self._add(path)

    def _object_files(self):
        objects = self.folder / "objects"
        if objects.is_symlink() or not objects.is_dir():
            self.refused["objects"] = "damaged"
            return
        for folder in [objects / letter for letter in BASE32]:
            if not os.path.lexists(folder):
                continue
            if folder.is_symlink() or not folder.is_dir():
                self.refused["objects/" + folder.name] = "damaged"
            else:
                for path in sorted(folder.iterdir()):
                    if (path.name[0] == folder.name
                            and base32_decode(path.name, 16) is not None):
                        yield path

    def _add(self, path):
        try:
            size, head = read_file(path, FIRST_CHUNK)
            card = _open_card(
                head, size, path.name, self.id, self.masters)[0]
            self.chains[card.kind, card.subject].append(card)
        except Refused as refused:
            name = str(path.relative_to(self.folder))
            self.refused[name] = refused.args[0]

    def open(self, object_id):
        name = base32_encode(object_id)
        path = self.folder / "objects" / name[0] / name
        try:
            data = read_file(path, OBJECT_MAX + 1)[1]
        except Refused as refused:
            return refused.args[0], None
        return open_object(data, name, self.id, self.masters)

    def state(self, kind, subject):
        """The card of the newest head, or None."""
        return newest(self.chains.get((kind, subject), []))

    def drafts(self):
        """(subject, newest head) of every draft that is not destroyed."""
        for kind, subject in sorted(self.chains):
            stones = self.chains.get((TOMBSTONE, subject), [])
            if kind == REVISION and all(s.state != 3 for s in stones):
                yield subject, self.state(kind, subject)

    def in_trash(self, subject):
        stone = self.state(TOMBSTONE, subject)
        return stone is not None and stone.state == 1


def superseded(card, chain):
    return any(
        card.id in other.parents or other.session == card.session
        and other.run <= card.lamport < other.lamport
        for other in chain if other.id != card.id)


def heads(chain):
    return [card for card in chain if not superseded(card, chain)]


def newest(chain):
    return max(heads(chain) or chain, default=None,
               key=lambda card: (card.lamport, card.id))


# ---- What the command prints

def summary(vault, subject, card):
    chain = vault.chains[REVISION, subject]
    return {
        "id": base32_encode(subject), "revision": base32_encode(card.id),
        "title": card.title, "time": card.time,
        "characters": card.characters, "revisions": len(chain),
        "heads": len(heads(chain)), "trash": vault.in_trash(subject)}


def draft(vault, subject, card):
    shown = summary(vault, subject, card)
    shown["verdict"], revision = vault.open(card.id)
    if not revision:
        return shown
    record = revision.record
    shown.update(
        title=record["title"], subtitle=record["subtitle"],
        keywords=record["keyword"], work=None, body=record["body"])
    if record["work"] != NONE:
        shown["work"] = {"id": base32_encode(record["work"]), "name": None}
        head = vault.state(WORK, record["work"])
        work = head and vault.open(head.id)[1]
        if work:
            shown["work"]["name"] = work.record["name"]
    return shown


# ---- Vectors (README.md beside this file says what the words mean)

class Vectors:
    def __init__(self, folder):
        self.folder = Path(folder)
        self.bytes = (self.folder / "vault.bin").read_bytes()
        self.bases, self.given, self.cases = {}, {}, []
        text = (self.folder / "vault.txt").read_text("utf-8")
        for line in text.splitlines():
            words = line.split(" ")
            if words[0] == "case":
                options = dict(word.split("=", 1) for word in words[2:])
                self.cases.append((words[1], options))
            elif words[0] == "base":
                self.bases[words[1]] = words[2:]
            elif words[0] in ("vault", "master"):
                self.given[words[0]] = words[1]
            elif line and not line.startswith("#"):
                raise ValueError(f"vault.txt: this line says nothing: {line}")

    def stored(self, base):
        offset, length = map(int, self.bases[base][1:3])
        return self.bytes[offset:offset + length]

    def build(self, case):
        """The file that a case is about."""
        data = bytearray(self.stored(case["base"]))
        if self.bases[case["base"]][0] == "slot":
            data = bytearray((bytes(data) + bytes(4096 - SLOT_SIZE)) * 2)
        if "copy" in case:
            base, *numbers = case["copy"].split(":")
            start, count, to = map(int, numbers)
            data[to:to + count] = self.stored(base)[start:start + count]
        for edit in filter(None, case.get("edit", "").split(",")):
            offset, new = edit.split(":")
            new, offset = bytes.fromhex(new), int(offset)
            data[offset:offset + len(new)] = new
        length = int(case.get("length", len(data)))
        return bytes(data[:length].ljust(length, b"\0"))

    def run(self, case):
        """The verdict and, with ok, the hash in hex."""
        data = self.build(case)
        if self.bases[case["base"]][0] == "slot":
            secret = bytes.fromhex(case["secret"])
            recovery = read_recovery(secret.decode("utf-8", "replace"))
            passphrase = None if recovery else read_passphrase(secret)
            verdict, slot = open_slot(data, passphrase, recovery)
            if slot:
                plain = (slot.master + slot.epoch.to_bytes(4, "little")
                         + slot.vault)
        else:
            given = {**self.given, **case}
            verdict, opened = open_object(
                data, given.get("name", self.bases[case["base"]][3]),
                bytes.fromhex(given["vault"]),
                {1: bytes.fromhex(given["master"])})
            if opened:
                plain = opened.plain + opened.body
        if verdict != "ok":
            return verdict, None
        return verdict, blake2b(256, b"", plain).hex()


def run_vectors(folder):
    vectors, failed = Vectors(folder), 0
    print(f"1..{len(vectors.cases)}")
    for i, (name, case) in enumerate(vectors.cases, 1):
        wanted, got = (case["verdict"], case.get("hash")), vectors.run(case)
        failed += got != wanted
        print(f"{'ok' if got == wanted else 'not ok'} {i} - {name}")
        if got != wanted:
            print(f"# {got} and not {wanted}")
    return failed != 0


# ---- The command

def read_secret(fd):
    with open(fd, "rb") as file:
        return file.read().split(b"\n")[0].removesuffix(b"\r")


def show(options):
    if options.passphrase_fd is not None:
        secret = {"passphrase": read_passphrase(
            read_secret(options.passphrase_fd))}
    else:
        typed = read_secret(options.recovery_fd).decode("ascii", "replace")
        secret = {"recovery": read_recovery(typed)}
    if None in secret.values():
        sys.exit("decode.py: the secret is mistyped: it opens no slot at all")
    try:
        vault = Vault(options.vault, **secret)
    except Refused as refused:
        sys.exit(f"decode.py: the vault does not open: {refused}")
    shown = [summary(vault, *item) if options.list else draft(vault, *item)
             for item in vault.drafts()
             if options.show in (None, base32_encode(item[0]))]
    if options.show and not shown:
        sys.exit(f"decode.py: there is no draft {options.show}")
    answer = {"vault": base32_encode(vault.id), "drafts": shown,
              "refused": vault.refused}
    print(json.dumps(answer, ensure_ascii=False, indent=2))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("vault", nargs="?", metavar="VAULTDIR")
    parser.add_argument("--vectors", metavar="DIR")
    secret = parser.add_mutually_exclusive_group()
    secret.add_argument("--passphrase-fd", type=int, metavar="N")
    secret.add_argument("--recovery-fd", type=int, metavar="N")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--list", action="store_true")
    what.add_argument("--show", metavar="ID")
    options = parser.parse_args()
    if options.vectors:
        sys.exit(run_vectors(options.vectors))
    if not options.vault or (options.passphrase_fd is None
                             and options.recovery_fd is None):
        parser.error("a vault folder and the descriptor of a secret, please")
    show(options)


if __name__ == "__main__":
    main()
