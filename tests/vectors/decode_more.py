"""What meok keeps beside objects, read by meok-vault(5) alone.

Journals, the index, dropped files and the key that they are sealed to; and
the vectors. Each open_…() gives a verdict and, with ok, what is in the file.
"""

from collections import defaultdict, namedtuple
from pathlib import Path

import nacl.bindings as sodium
import nacl.exceptions

import decode_format as decode
from decode_format import (
    HEADER, NONE, STEP, TAG_AND_MAC, TIME_MAX, Refused, base32_decode, blake2b,
    check, number)

JOURNAL_HEAD, RECORD, RECORD_ROOM = 256, 128, 110
INDEX_MAX, PLACES_MAX, MINIMUM = 1 << 30, 1000, 257
DROP_MAX, DROP_HEADER, DROP_EXTRA, DROP_KEY = 16 << 20, 64, 184, 96

Journal = namedtuple("Journal", "groups rest")
Index = namedtuple("Index", "body objects gone places slots")
Drop = namedtuple("Drop", "content record")
DropKey = namedtuple("DropKey", "vault epoch public")


def verdict_of(read):
    """Makes (verdict, result or None) of what is refused or returned."""
    def reading(*arguments):
        try:
            return "ok", read(*arguments)
        except Refused as refused:
            return refused.args[0], None
    reading.__doc__ = read.__doc__
    return reading


# ---- Journal

BEGIN, REPLACE, GROUP, END, UNDO, REDO, CURSOR, SETTINGS, SAVED, LEFT, TIME = (
    range(1, 12))
ENTRY_SIZES = {BEGIN: 56, GROUP: 0, END: 0, UNDO: 8, REDO: 8, CURSOR: 17,
               SAVED: 40, LEFT: 8, TIME: 8}
ENTRY_TIMES = {BEGIN: 32, SAVED: 32, LEFT: 0, TIME: 0}


def check_entry(tag, value):
    check(BEGIN <= tag <= TIME)
    if tag in ENTRY_SIZES:
        check(len(value) == ENTRY_SIZES[tag])
    if tag in ENTRY_TIMES:
        check(number(value, ENTRY_TIMES[tag], 8) <= TIME_MAX)
    if tag == CURSOR:
        check(value[16] <= 1)
    elif tag == REPLACE:
        check(len(value) >= 24)
        check(number(value, 0, 8) <= number(value, 8, 8))
        decode.parse_text(value[24:])
    elif tag == SETTINGS:
        decode.parse_fields(value, decode.RECORDS[decode.REVISION])


def check_group(fields, first):
    entries = decode.split_fields(fields)
    check(entries or not first)
    for i, (tag, value) in enumerate(entries):
        check((tag == BEGIN) == (first and i == 0))
        check_entry(tag, value)


@verdict_of
def open_journal(data, name, vault, masters):
    """The groups of a journal, and whether it ends torn or damaged."""
    check(len(data) >= JOURNAL_HEAD)
    header = data[:HEADER]
    key = decode.open_header(
        header, 4, 3, base32_decode(name, 16), vault, masters)
    stream, groups, group = decode.Stream(header, key), [], b""
    rest = "torn"
    for offset in range(JOURNAL_HEAD, len(data) - RECORD + 1, RECORD):
        record = data[offset:offset + RECORD]
        try:
            plain, tag = stream.pull_any(record, b"")
            check(tag in (0, 1) and plain[0] <= RECORD_ROOM)
            check(not any(plain[1 + plain[0]:]))
            group += plain[1:1 + plain[0]]
        except Refused:
            rest = "damaged" if any(record) else "torn"
            break
        if tag == 1:
            try:
                check_group(group, not groups)
            except Refused:
                rest = "damaged"
                break
            groups.append(group)
            group = b""
    check(groups)
    return Journal(groups, rest)


# ---- Index

def open_chunks(data, key):
    """The plaintext of a stream of whole chunks and a last one."""
    sealed, chunk = data[HEADER:], STEP + TAG_AND_MAC
    count = max(1, -(-len(sealed) // chunk))
    last = len(sealed) - chunk * (count - 1)
    check(last >= TAG_AND_MAC and (last > TAG_AND_MAC or count == 1))
    stream = decode.Stream(data[:HEADER], key, count - 1)
    return b"".join(stream.pull(sealed[i * chunk:(i + 1) * chunk])
                    for i in range(count))


def parse_remembered(value):
    """The card of a remembered object."""
    check(len(value) >= 186)
    fixed, title = value[16:186], value[186:]
    check(number(fixed, 168, 2) == len(title) <= decode.TITLE_MAX)
    card = (fixed + title).ljust(decode.CARD, b"\0")
    return decode.parse_card(card, value[:16])


def parse_place(value):
    check(len(value) == 40)
    check(number(value, 32, 8) <= TIME_MAX)
    return value[:16], number(value, 16, 8), number(value, 24, 8)


def parse_slot(value):
    check(len(value) > 32 and 0 not in value[32:])
    return value[32:], value[:32]


def check_order(objects, orders):
    check(len(orders) == 1 or not objects and not orders)
    order = orders[0] if orders else b""
    check(len(order) == 4 * len(objects))
    numbers = [number(order, 4 * i, 4) for i in range(len(objects))]
    check(sorted(numbers) == list(range(len(objects))))
    chained = [(c.kind, c.subject, c.lamport, c.id)
               for c in map(objects.__getitem__, numbers)]
    check(chained == sorted(chained))


@verdict_of
def open_index(data, vault, masters):
    """What a device remembers of a vault."""
    check(len(data) <= INDEX_MAX, "limits")
    check(len(data) >= HEADER)
    key = decode.open_header(data[:HEADER], 3, 4, NONE, vault, masters)
    body = open_chunks(data, key)
    values = defaultdict(list)
    for tag, value in decode.split_fields(body):
        values[tag].append(value)
    minimum = [decode.parse_value(value, "number") for value in values[1]]
    objects = [parse_remembered(value) for value in values[2]]
    gone = [parse_remembered(value) for value in values[4] + values[5]]
    places = [parse_place(value) for value in values[6]]
    slots = [parse_slot(value) for value in values[7]]
    ids = [card.id for card in objects]
    check(all(a < b for a, b in zip(ids, ids[1:])))
    check_order(objects, values[3])
    check(not set(ids) & {card.id for card in gone})
    for named in (places, slots):
        check(len({name for name, *_ in named}) == len(named))
    check(len(places) <= PLACES_MAX)
    check(not minimum or minimum[-1] <= MINIMUM, "unknown-suite")
    return Index(body, objects, gone, places, slots)


# ---- Dropped files, and the key that they are sealed to

def check_start(data, kind):
    check(data[:8] == decode.MAGIC and data[9] == kind)
    check(data[8] == 1, "unknown-version")
    check(data[10] == 1, "unknown-suite")
    check(not any(data[11:16]), "unknown-flags")


@verdict_of
def open_drop_key(data):
    """The vault id, the epoch and the public key of keys/drop.pub."""
    check(len(data) == DROP_KEY)
    check(blake2b(128, b"", data[:80]) == data[80:])
    check_start(data, 6)
    check(not any(data[36:48]), "unknown-flags")
    epoch = number(data, 32, 4)
    check(epoch != 0)
    return DropKey(data[16:32], epoch, data[48:80])


def drop_size(length):
    """The size of the dropped file that holds so much content."""
    for size in (4096, 8192, 16384, 32768):
        if length <= size - DROP_EXTRA:
            return size
    return -(-(length + DROP_EXTRA) // STEP) * STEP


def open_box(box, master):
    """The plaintext of a sealed box, or None."""
    public, secret = sodium.crypto_box_seed_keypair(
        decode.role_key(master, 7))
    try:
        return sodium.crypto_box_seal_open(box, public, secret)
    except nacl.exceptions.CryptoError:
        return None


@verdict_of
def open_drop(data, name, vault, masters):
    """The content of a dropped file, and the fragment that it is."""
    check(len(data) <= DROP_MAX, "limits")                          # check 1
    check(len(data) in (4096, 8192, 16384, 32768) or
          len(data) > 0 and len(data) % STEP == 0)
    header = data[:DROP_HEADER]
    check_start(header, 5)
    check(not any(header[52:]), "unknown-flags")                    # check 5
    check(header[16:32] == vault, "foreign")
    check(header[32:48] == base32_decode(name, 16), "misnamed")
    at_hand = masters.get(number(header, 48, 4))
    check(at_hand, "unknown-epoch")                                 # check 8
    opened = (open_box(data[DROP_HEADER:], master) for master in at_hand)
    plain = next((p for p in opened if p and p[:DROP_HEADER] == header), b"")
    check(plain)
    length, rest = number(plain, DROP_HEADER, 8), plain[DROP_HEADER + 8:]
    check(length <= len(rest) and drop_size(length) == len(data))  # check 10
    check(not any(rest[length:]))
    content = rest[:length]
    record = decode.parse_fields(
        content, decode.RECORDS[decode.FRAGMENT])[0]
    return Drop(content, record)


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
            data = bytearray((data.ljust(4096, b"\0")) * 2)
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
        """The verdict and, with ok, the hash in hex and how it ends."""
        data, given = self.build(case), {**self.given, **case}
        kind, *base = self.bases[case["base"]]
        vault = bytes.fromhex(given["vault"])
        masters = {1: [bytes.fromhex(given["master"])]}
        if "keys" in case:
            masters = defaultdict(list)
            for key in case["keys"].split(","):
                epoch, master = key.split(":")
                masters[int(epoch)].append(bytes.fromhex(master))
        name, rest = given.get("name", (*base, None, None, None)[2]), None
        if kind == "slot":
            verdict, plain = read_slot(data, bytes.fromhex(case["secret"]))
        elif kind == "object":
            verdict, opened = decode.open_object(data, name, vault, masters)
            plain = opened and opened.plain + opened.body
        elif kind == "journal":
            verdict, opened = open_journal(data, name, vault, masters)
            plain = opened and b"".join(opened.groups)
            rest = opened and opened.rest
        elif kind == "index":
            verdict, opened = open_index(data, vault, masters)
            plain = opened and opened.body
        elif kind == "drop":
            verdict, opened = open_drop(data, name, vault, masters)
            plain = opened and opened.content
        elif kind == "dropkey":
            verdict, opened = open_drop_key(data)
            plain = opened and opened.public
        else:
            raise ValueError(f"vault.txt: this base is of no kind: {kind}")
        if verdict != "ok":
            return verdict, None, None
        return verdict, blake2b(256, b"", plain).hex(), rest


def read_slot(data, secret):
    recovery = decode.read_recovery(secret.decode("utf-8", "replace"))
    passphrase = None if recovery else decode.read_passphrase(secret)
    verdict, slot = decode.open_slot(data, passphrase, recovery)
    return verdict, slot and (
        slot.master + slot.epoch.to_bytes(4, "little") + slot.vault)


def wanted_of(case):
    return case["verdict"], case.get("hash"), case.get("rest")


def run_vectors(folder):
    vectors, failed = Vectors(folder), 0
    print(f"1..{len(vectors.cases)}")
    for i, (name, case) in enumerate(vectors.cases, 1):
        wanted, got = wanted_of(case), vectors.run(case)
        failed += got != wanted
        print(f"{'ok' if got == wanted else 'not ok'} {i} - {name}")
        if got != wanted:
            print(f"# {got} and not {wanted}")
    return failed != 0
