"""Key slots and objects, read by meok-vault(5) alone.

Each open_…() gives a verdict and, with ok, what is in the file. Numbers behind
"check" in comments are the steps of the page.
"""

import hashlib
import hmac
import itertools
import unicodedata
from collections import namedtuple

import nacl.bindings as sodium
import nacl.exceptions

MAGIC = bytes.fromhex("8D6D656F6B0D0A1A")
NONE = bytes(16)
BASE32 = "abcdefghijklmnopqrstuvwxyz234567"

SLOT_SIZE, SLOT_COPIES = 256, (0, 4096)
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
    """A check has failed; the first argument is the verdict."""


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


def open_header(head, kind, role, name, vault, masters):
    """Checks 2 to 9 of the header of a file: the key of its stream.

    `name` is the id that it is stored under; `masters` gives the master keys
    of each epoch.
    """
    check(len(head) == HEADER)
    check(head[:8] == MAGIC and head[9] == kind)
    check(head[8] == 1, "unknown-version")
    check(head[10] == 1, "unknown-suite")
    check(not any(head[11:16]) and not any(head[52:64]), "unknown-flags")
    check(head[16:32] == vault, "foreign")
    check(head[32:48] == name, "misnamed")
    at_hand = masters.get(number(head, 48, 4))
    check(at_hand, "unknown-epoch")
    for master in at_hand:
        keys = blake2b(512, role_key(master, role), head[:80])
        if hmac.compare_digest(keys[32:], head[80:112]):
            return keys[:32]
    raise Refused("damaged", "no key of its epoch")


class Stream:
    """The chunks behind a sound header, numbered from 0 to `last`."""

    def __init__(self, header, key, last=None):
        self.header, self.last, self.index = header, last, 0
        self.state = sodium.crypto_secretstream_xchacha20poly1305_state()
        sodium.crypto_secretstream_xchacha20poly1305_init_pull(
            self.state, header[112:136], key)

    def pull_any(self, chunk, more_ad):
        """The plaintext and the tag of the next chunk."""
        ad = self.header + self.index.to_bytes(8, "little") + more_ad
        try:
            pulled = sodium.crypto_secretstream_xchacha20poly1305_pull(
                self.state, chunk, ad)
        except nacl.exceptions.CryptoError:
            raise Refused("damaged") from None
        self.index += 1
        return pulled

    def pull(self, chunk):
        """Check 10 for the next chunk."""
        last = self.index == self.last
        plain, tag = self.pull_any(chunk, bytes([last]))
        check(tag == (3 if last else 0))
        return plain


def open_head(head, size, name, vault, masters):
    """The card, its bytes and the stream behind it, from 1177 bytes on."""
    check(size <= OBJECT_MAX, "limits")                             # check 1
    check(size in (4096, 8192, 16384, 32768) or
          size > 0 and size % STEP == 0)
    header, object_id = head[:HEADER], base32_decode(name, 16)
    key = open_header(header, 2, 1, object_id, vault, masters)
    stream = Stream(header, key, chunk_count(size))
    plain = stream.pull(head[HEADER:FIRST_CHUNK])
    card = parse_card(plain, object_id)
    check(size == smallest_size(card.length))                      # check 11
    return card, plain, stream


def open_object(data, name, vault, masters):
    """(verdict, Object or None) of the bytes of an object file."""
    try:
        card, plain_card, stream = open_head(
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
        record, unknown = parse_record(body, card)
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

REVISION, WORK, SITE, PUBLICATION, FRAGMENT = 1, 2, 4, 5, 7
TOMBSTONE, PACK, KEYS = 9, 10, 12

# One field of a record: a number may not be above `most`. The sort is text,
# number, id, key (32 bytes), bytes, or the table of a field of fields.
Field = namedtuple("Field", "name sort most repeated",
                   defaults=("text", (1 << 64) - 1, False))


def _number(name, most=(1 << 64) - 1):
    return Field(name, "number", most)


COUNT_MAX, TIME_MAX = (1 << 32) - 1, (1 << 63) - 1
EMPTY = {"text": "", "number": 0, "id": NONE, "bytes": b"", "key": b""}
TERM = {
    1: _number("is work", 1), 2: Field("remote id"), 3: Field("name"),
    4: _number("count", COUNT_MAX)}
PACKED = {1: Field("id", "id"), 2: Field("card", "bytes"),
          3: Field("body", "bytes")}
GONE = {1: Field("id", "id"), 2: Field("session", "id"),
        3: _number("lamport"), 4: _number("run")}
FORMER = {1: _number("epoch", COUNT_MAX), 2: Field("key", "key")}
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
        10: _number("sent", TIME_MAX), 11: _number("published", TIME_MAX),
        12: Field("earlier", "id", repeated=True)},
    FRAGMENT: {
        1: Field("text"), 2: Field("name"), 3: Field("media type"),
        4: Field("bytes", "bytes"), 5: _number("time", TIME_MAX)},
    8: {1: Field("lines")},
    TOMBSTONE: {},
    PACK: {
        1: Field("revision", PACKED, repeated=True),
        2: Field("gone", GONE, repeated=True)},
    11: {1: Field("term", TERM, repeated=True)},
    KEYS: {
        1: Field("key", FORMER, repeated=True),
        2: Field("begun", "id", repeated=True),
        3: Field("retired", "id", repeated=True)},
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
    if sort == "bytes":
        return value
    if isinstance(sort, dict):
        return parse_fields(value, sort)[0]
    check(len(value) == {"number": 8, "id": 16, "key": 32}[sort])
    return number(value, 0, 8) if sort == "number" else value


def parse_fields(data, known):
    """The record, with every field of `known`, and the unknown fields."""
    record = {field.name: [] if field.repeated else EMPTY[field.sort]
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


def parse_packed(entry, draft):
    """Gives a revision of a pack its parsed card and record."""
    check(entry["id"] != NONE and len(entry["card"]) <= CARD)
    card = parse_card(entry["card"].ljust(CARD, b"\0"), entry["id"])
    check(card.kind == REVISION and card.subject == draft)
    check(card.length == len(entry["body"]))
    entry["card"] = card
    entry["record"] = parse_fields(entry["body"], RECORDS[REVISION])[0]


def parse_record(body, card):
    """Check 12."""
    record, unknown = parse_fields(body, RECORDS.get(card.kind, {}))
    if card.kind == PUBLICATION:
        draft, site = record["draft"], record["site"]
        check(record["phase"] != 0 and draft != NONE and site != NONE)
        check(card.subject == publication_subject(draft, site))
    for entry in record["revision"] if card.kind == PACK else ():
        parse_packed(entry, card.subject)
    for gone in record["gone"] if card.kind == PACK else ():
        check(gone["id"] != NONE)
        check(1 <= gone["run"] <= gone["lamport"] < 1 << 63)
    for former in record["key"] if card.kind == KEYS else ():
        check(former["epoch"] != 0 and former["key"])
    return record, unknown
