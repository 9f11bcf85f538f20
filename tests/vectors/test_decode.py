#!/usr/bin/python3
"""Checks of the decoder by itself: a small encoder by the page, and TAP.

The encoder also runs the stream of the page's SECRETSTREAM section without
libsodium, so that the section is known to be enough for a reader.
"""

import json
import os
import random
import struct
import subprocess
import sys
import tempfile
import traceback
import unicodedata
from pathlib import Path

try:
    import nacl.bindings as sodium
except ImportError:
    print("1..0 # SKIP python3-nacl is not installed")
    sys.exit(0)

import decode as command
import decode_format as decode
import decode_more
from decode_format import NONE, base32_encode, blake2b

rng = random.Random(20251122)
VAULT, SESSION = rng.randbytes(16), rng.randbytes(16)
MASTER, RECOVERY = rng.randbytes(32), rng.randbytes(32)
PASSPHRASE = "겨울 바다의 편지"


# ---- An encoder

def checksummed(copy):
    return bytes(copy[:240]) + blake2b(128, b"", copy[:240])


def slot_copy(passphrase=None, epoch=1, derivation=None, **changes):
    """One copy; `changes` are bytes to put at an offset: at8=b"\\2"."""
    derivation = derivation or (1 if passphrase else 2)
    limits = (1, 64 << 20) if derivation == 1 else (0, 0)
    head = bytearray(struct.pack(
        "<8sBBBBI16s16sQQ16s16x", decode.MAGIC, 1, 1, derivation, 1, 0, VAULT,
        rng.randbytes(16), *limits, rng.randbytes(16)))
    if passphrase:
        keys = sodium.crypto_pwhash_alg(
            64, decode.read_passphrase(passphrase), bytes(head[64:80]),
            *limits, sodium.crypto_pwhash_ALG_ARGON2ID13)
    else:
        keys = blake2b(512, RECOVERY, b"meok-recovery-v1" + head[64:80])
    patch(head, changes)
    head += blake2b(256, keys[32:], head)
    nonce = rng.randbytes(24)
    payload = MASTER + struct.pack("<IQ28s", epoch, 1763800000000,
                                   rng.randbytes(28))
    sealed = sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(
        payload, bytes(head), nonce, keys[:32])
    return checksummed(bytes(head) + nonce + sealed)


def slot_file(first, second=None):
    return first.ljust(4096, b"\0") + (second or first).ljust(4096, b"\0")


def patch(data, changes):
    for name, value in changes.items():
        offset = int(name.removeprefix("at"))
        data[offset:offset + len(value)] = value


def field(tag, value):
    if isinstance(value, int):
        value = value.to_bytes(8, "little")
    elif isinstance(value, str):
        value = value.encode("utf-8")
    return struct.pack("<HI", tag, len(value)) + value


def make_card(kind=1, subject=None, length=0, title="", lamport=1, run=None,
              parents=(), state=0, session=SESSION, **changes):
    first, second = (*parents, NONE, NONE)[:2]
    title = title.encode("utf-8")
    card = bytearray(struct.pack(
        "<BBBBIQ16s16s16s16sQQQ64xH400s454s", kind, 1, len(parents), state,
        7, length, subject or SESSION, first, second, session, lamport,
        lamport if run is None else run, 1763800000000, len(title), title,
        rng.randbytes(454)))
    patch(card, changes)
    return bytes(card)


def seal(card, body, object_id, size=None, tags=None, commitment=None,
         master=MASTER, epoch=1, **changes):
    """An object file; `changes` go into the header before it is sealed."""
    size = size or decode.smallest_size(len(body))
    head = bytearray(struct.pack(
        "<8sBBBBI16s16sI12x16s", decode.MAGIC, 1, 2, 1, 0, 0, VAULT,
        object_id, epoch, rng.randbytes(16)))
    patch(head, changes)
    keys = blake2b(512, decode.role_key(master, 1), head)
    state = sodium.crypto_secretstream_xchacha20poly1305_state()
    start = sodium.crypto_secretstream_xchacha20poly1305_init_push(
        state, keys[:32])
    head = bytes(head) + (commitment or keys[32:]) + start
    count = decode.chunk_count(size)
    plain = body.ljust(decode.room(size), b"\0")
    chunks = [card] + [plain[i:i + 65536]
                       for i in range(0, 65536 * count, 65536)]
    out = [head]
    for i, chunk in enumerate(chunks):
        tag = (tags or {}).get(i, 3 if i == count else 0)
        ad = head + struct.pack("<QB", i, i == count)
        out.append(sodium.crypto_secretstream_xchacha20poly1305_push(
            state, chunk, ad, tag))
    return b"".join(out)


def sealed(body=b"", kind=1, size=None, tags=None, head=None, **card):
    """(bytes, name) of an object with a new id."""
    object_id = rng.randbytes(16)
    card = {"subject": object_id, "length": len(body), **card}
    data = seal(make_card(kind, **card), body, object_id, size, tags,
                **(head or {}))
    return data, base32_encode(object_id)


def open_object(data, name):
    return decode.open_object(data, name, VAULT, {1: [MASTER]})


def verdict(*arguments, **named):
    return open_object(*sealed(*arguments, **named))[0]


def expect(wanted, got, about=""):
    if wanted != got:
        raise AssertionError(f"{about}: {got!r} and not {wanted!r}")


# ---- The stream of the page, without libsodium

def rounds(state):
    def quarter(a, b, c, d):
        for x, y, z, bits in ((a, b, d, 16), (c, d, b, 12),
                              (a, b, d, 8), (c, d, b, 7)):
            state[x] = state[x] + state[y] & 0xFFFFFFFF
            mixed = state[z] ^ state[x]
            state[z] = (mixed << bits | mixed >> 32 - bits) & 0xFFFFFFFF
    for _ in range(10):
        for i in range(4):
            quarter(i, i + 4, i + 8, i + 12)
        for i in range(4):
            quarter(i, (i + 1) % 4 + 4, (i + 2) % 4 + 8, (i + 3) % 4 + 12)
    return state


def chacha_words(key, nonce):
    return list(struct.unpack("<16I", b"expand 32-byte k" + key + nonce))


def hchacha20(key, nonce):
    state = rounds(chacha_words(key, nonce))
    return struct.pack("<8I", *state[:4], *state[12:])


def keystream(key, nonce, length):
    out = b""
    for block in range(-(-length // 64)):
        start = chacha_words(key, struct.pack("<I", block) + nonce)
        end = rounds(start[:])
        out += struct.pack("<16I", *(a + b & 0xFFFFFFFF
                                     for a, b in zip(start, end)))
    return out[:length]


def poly1305(key, data):
    r = decode.number(key, 0, 16) & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
    total = 0
    for i in range(0, len(data), 16):
        block = data[i:i + 16] + b"\1"
        total = (total + decode.number(block, 0, 17)) * r % ((1 << 130) - 5)
    return (total + decode.number(key, 16, 16)).to_bytes(17, "little")[:16]


def xor(a, b):
    return bytes(x ^ y for x, y in zip(a, b))


def page_stream(data, key):
    """The plaintext of every chunk, as SECRETSTREAM says."""
    head, count = data[:136], decode.chunk_count(len(data))
    k, inonce = hchacha20(key, head[112:128]), head[128:136]
    plain, offset = [], 136
    for i in range(count + 1):
        size = 1041 if i == 0 else 65553 if i < count else len(data) - offset
        chunk, offset = data[offset:offset + size], offset + size
        ad = head + struct.pack("<QB", i, i == count)
        stream = keystream(k, struct.pack("<I", i + 1) + inonce, size + 111)
        t, m = stream[64:128], chunk[1:-16]
        mac = poly1305(stream[:32], ad + bytes(-len(ad) % 16) + chunk[:1]
                       + t[1:] + m + bytes(len(m) % 16)
                       + struct.pack("<QQ", len(ad), 64 + len(m)))
        expect(mac, chunk[-16:], f"MAC of chunk {i}")
        expect(3 if i == count else 0, chunk[0] ^ t[0], f"tag of chunk {i}")
        plain.append(xor(m, stream[128:]))
        inonce = xor(inonce, mac)
    return plain


# ---- Tests

def test_base32():
    for size in (2, 16, 32):
        data = rng.randbytes(size)
        expect(data, decode.base32_decode(base32_encode(data), size))
    expect("a" * 26, base32_encode(NONE))
    expect(None, decode.base32_decode("a" * 25 + "b", 16), "spare bits")
    for text in ("a" * 25, "a" * 27, "A" * 26, "1" * 26, ""):
        expect(None, decode.base32_decode(text, 16), text)


def shown(key):
    text = base32_encode(key) + base32_encode(blake2b(256, b"", key))[:4]
    return "-".join(text[i:i + 4] for i in range(0, 56, 4)).upper()


def test_recovery_key():
    for _ in range(200):
        key = rng.randbytes(32)
        text = shown(key)
        typed = text.lower().replace("o", "0").replace("b", "8")
        expect(key, decode.read_recovery(text))
        expect(key, decode.read_recovery(typed.replace("-", " \t\r\n")))
        if 0 < text.count("I") + text.count("L") <= 8:
            ones = text.replace("I", "1").replace("L", "1")
            expect(key, decode.read_recovery(ones), ones)
    zero = shown(bytes(32))
    for text in ("I" * 9 + zero[9:], "1" * 56, zero[:-1], zero + "A", "",
                 zero[:62] + "B" + zero[63:], "ı" + zero[1:],
                 "é" + zero[1:], zero[:-1] + "9"):
        expect(None, decode.read_recovery(text), text)


def test_passphrase():
    composed = unicodedata.normalize("NFC", PASSPHRASE)
    decomposed = unicodedata.normalize("NFD", PASSPHRASE)
    expect(composed.encode(), decode.read_passphrase(decomposed.encode()))
    expect(None, decode.read_passphrase(""))
    expect(None, decode.read_passphrase(b"\xed\xa0\x80"))
    expect(None, decode.read_passphrase("a\0b"))
    expect(1024, len(decode.read_passphrase("a" * 1024)))
    expect(None, decode.read_passphrase("a" * 1025))
    expect(1023, len(decode.read_passphrase("각" * 341)))
    expect(None, decode.read_passphrase("각" * 342))


def open_slot(data):
    return decode.open_slot(data, recovery=RECOVERY)


def test_slot_by_recovery_key():
    copy = slot_copy()
    got, slot = open_slot(slot_file(copy))
    expect(("ok", VAULT, copy[32:48], 1, MASTER, 1763800000000),
           (got, *slot))
    expect("ok", open_slot(copy)[0], "the second copy is cut off")
    expect("ok", open_slot(bytes(4096) + copy)[0], "the first is zero")
    expect("damaged", open_slot(copy[:255])[0])
    expect("damaged", open_slot(b"")[0])
    expect("wrong-passphrase",
           decode.open_slot(copy, recovery=bytes(32))[0])
    expect("wrong-passphrase", decode.open_slot(copy, passphrase=b"a")[0])


def test_slot_by_passphrase():
    composed = unicodedata.normalize("NFC", PASSPHRASE)
    decomposed = unicodedata.normalize("NFD", PASSPHRASE)
    data = slot_file(slot_copy(composed))
    for typed, wanted in ((composed, "ok"), (decomposed, "ok"),
                          (composed + " ", "wrong-passphrase")):
        secret = decode.read_passphrase(typed)
        expect(wanted, decode.open_slot(data, passphrase=secret)[0], typed)
    expect("wrong-passphrase", open_slot(data)[0], "a recovery key")


def test_every_bit_of_a_slot():
    copy = slot_copy()
    for bit in range(2048):
        flipped = bytearray(copy)
        flipped[bit // 8] ^= 1 << bit % 8
        flipped = bytes(flipped)
        expect("damaged", open_slot(slot_file(flipped))[0], bit)
        expect("ok", open_slot(slot_file(flipped, copy))[0], bit)
        expect("ok", open_slot(slot_file(copy, flipped))[0], bit)
        if bit >= 1920:
            continue
        byte = bit // 8
        expect(
            "damaged" if byte < 8 or byte == 9 or byte >= 128 else
            "unknown-version" if byte == 8 else
            "unknown-suite" if byte in (10, 11) else
            "limits" if 48 <= byte < 64 else
            "unknown-flags" if byte < 16 or 80 <= byte < 96 else
            "wrong-passphrase", open_slot(checksummed(flipped))[0], bit)


def test_order_of_slot_checks():
    good = slot_copy()

    def opened(**changes):
        return open_slot(slot_copy(**changes))[0]

    expect("unknown-version", opened(at8=b"\2\1\3\2\1", at80=b"\1"))
    expect("unknown-suite", opened(at11=b"\2\1", at48=b"\1"))
    expect("unknown-suite", opened(at10=b"\3\1\1"))
    expect("unknown-flags", opened(at12=b"\1", at48=b"\1"))
    expect("limits", opened(at48=b"\1"))
    expect("limits", opened(at56=b"\1"))
    expect("damaged", opened(epoch=0))
    for opslimit, memlimit in ((0, 64 << 20), (17, 64 << 20), (1 << 63, 1),
                               (1, (64 << 20) - 1024), (1, (64 << 20) + 1),
                               (1, (1 << 30) + 1024)):
        limits = struct.pack("<QQ", opslimit, memlimit)
        expect("limits", opened(derivation=1, at48=limits), limits)
    later = slot_copy(at8=b"\2")
    bad = checksummed(good[:200] + b"\0\0\0" + good[203:])
    expect("unknown-version", open_slot(slot_file(bad, later))[0])
    expect("unknown-version", open_slot(slot_file(later, bad))[0])
    expect("ok", open_slot(slot_file(later, good))[0])
    expect("unknown-version",
           open_slot(slot_file(later, slot_copy(at11=b"\2")))[0])


def test_sizes():
    expect([2902, 6998, 15190, 31574, 64342, 129861, 134181735],
           [decode.room(s) for s in (4096, 8192, 16384, 32768, 65536, 131072,
                                     134217728)])
    for steps in range(1, 2049):
        room = decode.room(65536 * steps)
        expect(65536 * steps, decode.smallest_size(room))
        if steps < 2048:
            expect(65536 * (steps + 1), decode.smallest_size(room + 1))
    for length in (0, 1, 2896, 6998, 6999, 64342, 64343, 129861, 200000):
        body = field(7777, bytes(length - 6)) if length >= 6 else b""
        data, name = sealed(body)
        expect("ok", open_object(data, name)[0], length)
        expect(body, open_object(data, name)[1].body)
        expect("damaged", open_object(data[:-1], name)[0])
        expect("damaged", open_object(data + b"\0", name)[0])
    expect("damaged", verdict(b"", size=8192), "not the smallest size")
    expect("damaged", verdict(field(99, bytes(2897)), size=8192, length=2902))
    for size, wanted in ((0, "damaged"), (12288, "damaged"),
                         (65537, "damaged"), (134217729, "limits")):
        expect(wanted, open_object(bytes(size), "a" * 26)[0], size)


def test_every_byte_of_an_object():
    data, name = sealed(field(3, "바람이 분다."))
    expect("ok", open_object(data, name)[0])
    special = {8: "unknown-version", 10: "unknown-suite"}
    special.update({i: "unknown-flags" for i in (*range(11, 16),
                                                 *range(52, 64))})
    special.update({i: "foreign" for i in range(16, 32)})
    special.update({i: "misnamed" for i in range(32, 48)})
    special.update({i: "unknown-epoch" for i in range(48, 52)})
    for i in range(4096):
        flipped = bytearray(data)
        flipped[i] ^= 1 << rng.randrange(8)
        expect(special.get(i, "damaged"),
               open_object(bytes(flipped), name)[0], i)
    expect("misnamed", open_object(data, base32_encode(SESSION))[0])
    expect("foreign", decode.open_object(data, name, NONE, {1: [MASTER]})[0])
    expect("unknown-epoch", decode.open_object(data, name, VAULT, {})[0])
    expect("damaged",
           decode.open_object(data, name, VAULT, {1: [bytes(32)]})[0])


def test_chunks():
    body = field(3, "가" * 60000)
    data, name = sealed(body)
    expect("ok", open_object(data, name)[0])
    card, first = data[136:1177], data[1177:66730]
    swapped = data[:136] + card + data[66730:] + first
    expect("damaged", open_object(swapped, name)[0])
    for tags in ({0: 3}, {1: 1}, {1: 2}, {1: 3}, {3: 0}, {3: 1}, {3: 2}):
        expect("damaged", verdict(body, tags=tags), tags)
    expect("damaged", verdict(body + b"\1", length=len(body)), "padding")
    expect("damaged", verdict(body, head={"commitment": bytes(32)}))


def test_page_stream():
    for length in (100, 70000):
        body = field(3, "x" * length)
        data, name = sealed(body, title="page")
        keys = blake2b(512, decode.role_key(MASTER, 1), data[:80])
        expect(keys[32:], data[80:112])
        plain = page_stream(data, keys[:32])
        expect(decode.room(len(data)), sum(map(len, plain[1:])))
        expect(body, b"".join(plain[1:])[:len(body)])


def test_cards():
    top = (1 << 63).to_bytes(8, "little")
    expect("ok", verdict(title="가" * 133, parents=(SESSION, VAULT)))
    expect("ok", verdict(at1=b"\xff\0\xff"), "ignored bits")
    expect("ok", verdict(at80=b"\xff" * 7 + b"\x7f" + b"\1" + bytes(7)))
    bad = [{"kind": 0}, {"at16": NONE}, {"at2": b"\3"}, {"at2": b"\1"},
           {"parents": (SESSION,), "at2": b"\0"},
           {"parents": (SESSION, NONE)}, {"parents": (SESSION,),
                                          "at2": b"\2"},
           {"parents": (SESSION, VAULT), "at2": b"\3"},
           {"run": 0}, {"lamport": 0}, {"run": 2}, {"at80": top},
           {"at80": top + b"\1"}, {"at96": top},
           {"length": decode.BODY_MAX + 1},
           {"length": 1 << 63}, {"length": 2903}, {"at168": b"\x91\1"},
           {"at170": b"x"}, {"at569": b"x"},
           {"title": "a\0b"}, {"at168": b"\1\0\xff"},
           {"at168": b"\3\0\xed\xa0\x80"}, {"at168": b"\2\0\xc0\x80"}]
    for card in bad:
        expect("damaged", verdict(**card), card)
    for state, wanted in enumerate(("damaged", "ok", "ok", "ok", "damaged")):
        expect(wanted, verdict(kind=9, state=state), state)


def test_bodies():
    def of(kind, *fields, **card):
        return verdict(b"".join(field(*f) for f in fields), kind=kind, **card)

    data, name = sealed(
        field(1, "제목") + field(4, "b") + field(4, "a") + field(4, "")
        + field(900, b"\xff") + field(6, 1) + field(6, 2) + field(1, "뒤"))
    got = open_object(data, name)[1]
    expect(["뒤", ["b", "a", ""], 2, NONE, ""],
           [got.record[key] for key in ("title", "keyword", "comments",
                                        "work", "subtitle")])
    expect([(900, b"\xff")], got.unknown)
    expect("damaged", verdict(field(1, "a")[:-1]))
    expect("damaged", verdict(field(1, "a") + b"\0"))
    expect("damaged", verdict(struct.pack("<HI", 900, 0xFFFFFFFF)))
    for kind, fields in (
            (1, [(1, b"\xff")]), (1, [(3, "a\0")]), (1, [(4, b"\xff")]),
            (1, [(5, b"a" * 15)]), (1, [(6, b"a" * 7)]), (1, [(6, 3)]),
            (1, [(5, b"")]), (1, [(1, b"\xff"), (1, "a")]),
            (1, [(6, 3), (6, 2)]), (1, [(8, b"\xff")]),
            (2, [(3, b"a" * 17)]), (2, [(4, 1 << 32)]), (2, [(6, 3)]),
            (4, [(9, 1 << 32)]), (4, [(10, 2)]), (4, [(11, 2)]),
            (8, [(1, b"\xff")]), (11, [(1, b"\0")]), (11, [(1, field(1, 2))]),
            (11, [(1, field(4, 1 << 32))]), (11, [(1, field(3, b"\xff"))])):
        expect("damaged", of(kind, *fields), fields)
    for kind in (3, 6, 13, 255):
        expect("ok", of(kind, (1, b"\xff"), (6, b"")))
        expect("damaged", verdict(b"\0", kind=kind))
    expect("ok", of(9, (1, b"\xff"), state=1))
    expect("ok", of(11, (1, field(3, "시") + field(9, b"\xff")), (1, b"")))


def test_publications():
    draft, site = rng.randbytes(16), rng.randbytes(16)
    subject = decode.publication_subject(draft, site)

    def of(phase=2, draft=draft, site=site, more=b"", subject=subject):
        body = (field(1, draft) + field(2, site) + field(5, phase) + more)
        return verdict(body, kind=5, subject=subject)

    expect("ok", of())
    expect("ok", of(more=field(10, (1 << 63) - 1)))
    expect("ok", of(phase=0, more=field(5, 2)), "the last one counts")
    for wrong in ({"phase": 0}, {"phase": 7}, {"draft": NONE},
                  {"site": NONE}, {"subject": SESSION}, {"draft": site},
                  {"more": field(10, 1 << 63)}, {"more": field(11, 1 << 63)},
                  {"more": field(2, SESSION)}, {"phase": 7,
                                                "more": field(5, 2)}):
        expect("damaged", of(**wrong), wrong)


def test_fragments_and_former_keys():
    def of(kind, *fields):
        return verdict(b"".join(field(*f) for f in fields), kind=kind)

    expect("ok", of(7, (1, "글"), (4, b"\xff\0"), (5, (1 << 63) - 1)))
    for wrong in ((1, b"\xff"), (2, "a\0"), (3, b"\xff"), (5, 1 << 63),
                  (5, b"")):
        expect("damaged", of(7, wrong, (wrong[0], b"")), wrong)
    epoch, key = field(1, 1), field(2, MASTER)
    expect("ok", of(12, (1, epoch + key), (2, SESSION), (3, VAULT)))
    expect("ok", of(12, (1, field(1, 0) + epoch + key)), "the last counts")
    for wrong in (epoch, key, b"", epoch + key[:-1], field(1, 1 << 32) + key,
                  field(2, MASTER[1:]) + epoch + key, field(1, 0) + key,
                  field(1, 1 << 32) + epoch + key):
        expect("damaged", of(12, (1, wrong)), wrong)
    for tag in (2, 3):
        expect("damaged", of(12, (tag, SESSION[1:])))


def packed(object_id=None, body=b"", drop=None, **card):
    """A revision of a pack of the draft VAULT."""
    inner = make_card(**{"subject": VAULT, "length": len(body), **card})
    parts = {1: object_id or rng.randbytes(16), 2: inner.rstrip(b"\0"),
             3: body}
    return field(1, b"".join(
        field(tag, value) for tag, value in parts.items() if tag != drop))


def gone(object_id, session=SESSION, lamport=3, run=2):
    return field(2, field(1, object_id) + field(2, session)
                 + field(3, lamport) + field(4, run))


def test_packs():
    body = field(3, "바람이 분다.")
    other = rng.randbytes(16)

    def of(*parts):
        return verdict(b"".join(parts), kind=10, subject=VAULT)

    expect("ok", of())
    expect("ok", of(packed(body=body), gone(other), field(9, b"\xff")))
    expect("ok", of(packed(drop=3)), "no body is an empty one")
    for wrong in (
            packed(NONE), packed(drop=1), packed(drop=2),
            packed(body=body, drop=3), packed(kind=2), packed(subject=other),
            packed(body=body, length=1), packed(body=field(1, b"\xff")),
            packed(run=0), packed(body=b"\0"), gone(NONE), gone(other, b""),
            gone(other, run=0), gone(other, run=4), gone(other, run=b"\1"),
            gone(other, lamport=1 << 63), field(1, b"\0"),
            field(1, field(1, other) + field(2, bytes(1025)))):
        expect("damaged", of(wrong), wrong)
        expect("damaged", of(packed(), wrong), wrong)
    expect("ok", of(field(1, field(2, b"") + packed()[6:])), "the last one")


# ---- What is no object

def make_header(kind, object_id, key=None, epoch=1, **changes):
    """A header, and with a role key the key of its stream."""
    head = bytearray(struct.pack(
        "<8sBBBBI16s16sI12x16s", decode.MAGIC, 1, kind, 1, 0, 0, VAULT,
        object_id, epoch, rng.randbytes(16)))
    patch(head, changes)
    keys = blake2b(512, key, head)
    return bytes(head) + keys[32:] + rng.randbytes(24), keys[:32]


class Sealing:
    """A stream that is written: AD is the header, the index and `more`."""

    def __init__(self, header, key):
        self.out, self.header, self.index = header, header, 0
        self.state = sodium.crypto_secretstream_xchacha20poly1305_state()
        # what begins to read has the same state as what begins to write
        sodium.crypto_secretstream_xchacha20poly1305_init_pull(
            self.state, header[112:], key)

    def push(self, plain, tag, more=b""):
        ad = self.header + struct.pack("<Q", self.index) + more
        self.out += sodium.crypto_secretstream_xchacha20poly1305_push(
            self.state, plain, ad, tag)
        self.index += 1


def make_journal(*groups, tags=(0, 1), room=110, **changes):
    """(bytes, name) of a journal with these groups of fields."""
    object_id = rng.randbytes(16)
    header, key = make_header(
        4, object_id, decode.role_key(MASTER, 3), **changes)
    stream = Sealing(header, key)
    stream.out += bytes(120)
    for group in groups:
        parts = [group[i:i + room] for i in range(0, len(group), room)]
        for i, part in enumerate(parts or [b""]):
            plain = bytes([len(part)]) + part.ljust(110, b"\0")
            stream.push(plain, tags[i + 1 >= len(parts)])
    return stream.out, base32_encode(object_id)


BEGIN = field(1, SESSION + NONE + bytes(24))


def journal(data, name, masters=None):
    """The verdict, the groups and the end of a journal."""
    got, opened = decode_more.open_journal(
        data, name, VAULT, masters or {1: [MASTER]})
    return (got, *opened) if opened else (got,)


def test_journals():
    replace = field(2, struct.pack("<QQQ", 0, 0, 300) + b"a" * 300)
    groups = [BEGIN, replace, b"", field(5, 0) + field(6, 300)]
    data, name = make_journal(*groups)
    ends, sizes = [256], [1, 3, 1, 1]
    for size in sizes:
        ends.append(ends[-1] + 128 * size)
    expect(ends[-1], len(data))
    for length in range(len(data) + 1):
        whole = sum(end <= length for end in ends[1:])
        wanted = ("ok", groups[:whole], "torn") if whole else ("damaged",)
        expect(wanted, journal(data[:length], name), length)
    for i in range(256, len(data), 5):
        flipped = bytearray(data)
        flipped[i] ^= 1 << rng.randrange(8)
        whole = sum(end <= i for end in ends[1:])
        wanted = ("ok", groups[:whole], "damaged") if whole else ("damaged",)
        expect(wanted, journal(bytes(flipped), name), i)
    for end, wanted in ((bytes(128), "torn"),
                        (bytes(128) + b"x" * 256, "torn"),
                        (b"x" * 127, "torn"),
                        (b"x" * 128, "damaged"),
                        (bytes(127) + b"x", "damaged")):
        expect(("ok", groups, wanted), journal(data + end, name), end)
    hole = data[:512] + bytes(128) + data[640:]
    expect(("ok", groups[:1], "torn"), journal(hole, name), "a hole")
    thin, name = make_journal(*groups, room=7)
    expect(("ok", groups, "torn"), journal(thin, name), "records not full")


def test_journal_heads():
    data, name = make_journal(BEGIN)
    for i in range(256):
        flipped = bytearray(data)
        flipped[i] ^= 1
        wanted = (
            "ok" if i >= 136 else "unknown-version" if i == 8 else
            "unknown-suite" if i == 10 else
            "unknown-flags" if 11 <= i < 16 or 52 <= i < 64 else
            "foreign" if 16 <= i < 32 else "misnamed" if 32 <= i < 48 else
            "unknown-epoch" if 48 <= i < 52 else "damaged")
        expect(wanted, journal(bytes(flipped), name)[0], i)
    expect(("unknown-epoch",), journal(data, name, {2: [MASTER]}))
    expect(("damaged",), journal(data, name, {1: [RECOVERY]}))
    expect("ok", journal(data, name, {1: [RECOVERY, MASTER]})[0])


def test_journal_entries():
    low, high = struct.pack("<Q", (1 << 63) - 1), struct.pack("<Q", 1 << 63)
    good = [(2, bytes(24)), (2, bytes(8) + low * 2), (3, b""), (4, b""),
            (5, high), (7, bytes(17)), (7, bytes(16) + b"\1"), (8, b""),
            (8, field(6, 2) + field(99, b"\xff")), (9, bytes(32) + low),
            (10, low), (11, low)]
    bad = [(0, b""), (1, BEGIN[6:]), (2, bytes(23)), (2, bytes(24) + b"\xff"),
           (2, bytes(24) + b"\0"), (2, low + bytes(16)), (3, b"a"),
           (4, b"a"), (5, b""), (6, bytes(9)), (7, bytes(16)),
           (7, bytes(16) + b"\2"), (8, b"a"), (8, field(6, 3)),
           (8, field(4, b"\xff")), (9, bytes(32) + high), (9, bytes(39)),
           (10, high), (11, b""), (12, b"")]
    for entry in good:
        groups = [BEGIN, field(*entry), b""]
        expect(("ok", groups, "torn"), journal(*make_journal(*groups)), entry)
    for entry in bad:
        groups = [BEGIN, field(5, 0) + field(*entry), b""]
        expect(("ok", groups[:1], "damaged"),
               journal(*make_journal(*groups)), entry)
    for first in (b"", field(11, 0), field(11, 0) + BEGIN, BEGIN + BEGIN,
                  BEGIN[:-1], field(1, BEGIN[6:-1]),
                  field(1, SESSION + NONE + high + NONE)):
        expect(("damaged",), journal(*make_journal(first, b"")), first)
    for tags in ((0, 2), (0, 3), (0, 0)):
        expect(("damaged",), journal(*make_journal(BEGIN, tags=tags)), tags)


def make_index(body, chunk=65536, **changes):
    header, key = make_header(3, NONE, decode.role_key(MASTER, 4), **changes)
    stream = Sealing(header, key)
    chunks = [body[i:i + chunk] for i in range(0, len(body), chunk)] or [b""]
    for i, plain in enumerate(chunks):
        last = i + 1 == len(chunks)
        stream.push(plain, 3 if last else 0, bytes([last]))
    return stream.out


def index(data, masters=None):
    return decode_more.open_index(data, VAULT, masters or {1: [MASTER]})[0]


def remembered(tag, number, lamport=1, title="", **card):
    data = make_card(**{"subject": VAULT, "title": title, "lamport": lamport,
                        **card})
    return field(tag, bytes([number]) * 16 + data[:170] + title.encode())


def test_indexes():
    objects = remembered(2, 1, 7, "눈") + remembered(2, 2, 5)
    order = field(3, struct.pack("<II", 1, 0))
    place, slot = field(6, SESSION + bytes(24)), field(7, bytes(32) + b"a")
    good = [b"", field(1, 257), objects + order, objects + order
            + remembered(4, 3) + remembered(5, 4), place + slot,
            place + field(6, VAULT + bytes(24)), field(1, 300) + field(1, 1),
            slot + field(7, bytes(32) + b"\xff"), field(8, b"\xff")]
    bad = [objects, order, objects + order + order, objects[:-1] + order,
           objects + field(3, struct.pack("<II", 0, 1)),
           objects + field(3, struct.pack("<II", 1, 1)),
           objects + field(3, struct.pack("<II", 1, 2)),
           remembered(2, 2) + remembered(2, 1, 2) + order,
           objects + order + remembered(4, 2),
           objects + order + remembered(5, 1),
           remembered(4, 1, title="a\0"), remembered(4, 1, at168=b"\1"),
           remembered(5, 1, run=0), remembered(4, 1, kind=0),
           place + place, slot + slot, place[:-1], field(6, bytes(39)),
           field(6, bytes(39) + b"\x80"), field(7, bytes(32)),
           field(7, bytes(32) + b"a\0"), field(1, b""), b"\0"]
    for body in good:
        expect("ok", index(make_index(body)), body)
    for body in bad:
        expect("damaged", index(make_index(body)), body)
    expect("unknown-suite", index(make_index(field(1, 258))))
    many = b"".join(field(6, i.to_bytes(16, "big") + bytes(24))
                    for i in range(1001))
    expect("ok", index(make_index(many[:-46])))
    expect("damaged", index(make_index(many)))


def test_index_streams():
    body = field(99, bytes(70000))
    data = make_index(body)
    opened = decode_more.open_index(data, VAULT, {1: [MASTER]})[1]
    expect(body, opened.body)
    exact = field(99, bytes(65536 - 6))
    expect("ok", index(make_index(exact)))
    header, key = make_header(3, NONE, decode.role_key(MASTER, 4))
    stream = Sealing(header, key)
    stream.push(exact, 0, b"\0")
    stream.push(b"", 3, b"\1")
    expect("damaged", index(stream.out), "an empty chunk behind another")
    expect("damaged", index(make_index(body, chunk=1000)))
    for length in (0, 135, 136, 152, 65688, 65689, 65690, len(data) - 1):
        expect("damaged", index(data[:length]), length)
    expect("damaged", index(data + b"\0"))
    expect("misnamed", index(make_index(b"", at32=b"\1")))
    expect("foreign", index(make_index(b"", at16=NONE)))
    expect("unknown-epoch", index(make_index(b"", epoch=2)))
    expect("unknown-flags", index(make_index(b"", at63=b"\1")))
    expect("unknown-version", index(make_index(b"", at8=b"\2\3\2\1")))
    expect("damaged", index(make_index(b"", at9=b"\2")))


def make_drop(content, size=4096, length=None, public=None, inside=None,
              **changes):
    """(bytes, name) of a dropped file."""
    object_id = rng.randbytes(16)
    header = bytearray(make_header(5, object_id, MASTER)[0][:64])
    patch(header, changes)
    header = bytes(header)
    length = len(content) if length is None else length
    plain = (inside or header) + struct.pack("<Q", length) + content
    public = public or sodium.crypto_box_seed_keypair(
        decode.role_key(MASTER, 7))[0]
    box = sodium.crypto_box_seal(plain.ljust(size - 112, b"\0"), public)
    return header + box, base32_encode(object_id)


def drop(data, name, masters=None):
    return decode_more.open_drop(
        data, name, VAULT, masters or {1: [MASTER]})[0]


def test_drops():
    content = field(1, "장터에서") + field(5, 7)
    data, name = make_drop(content)
    opened = decode_more.open_drop(data, name, VAULT, {1: [MASTER]})[1]
    expect((content, "장터에서", 7), (
        opened.content, opened.record["text"], opened.record["time"]))
    special = {8: "unknown-version", 10: "unknown-suite"}
    special.update({i: "unknown-flags" for i in (*range(11, 16),
                                                 *range(52, 64))})
    special.update({i: "foreign" for i in range(16, 32)})
    special.update({i: "misnamed" for i in range(32, 48)})
    special.update({i: "unknown-epoch" for i in range(48, 52)})
    for i in (*range(128), 1000, 4095):
        flipped = bytearray(data)
        flipped[i] ^= 1
        expect(special.get(i, "damaged"), drop(bytes(flipped), name), i)
    for size, wanted in ((0, "damaged"), (4095, "damaged"),
                         (12288, "damaged"), (16 << 20, "damaged"),
                         ((16 << 20) + 1, "limits")):
        expect(wanted, drop(bytes(size), name), size)
    expect("damaged", drop(data, name, {1: [RECOVERY]}))
    expect("ok", drop(data, name, {1: [RECOVERY, MASTER]}))
    expect("unknown-epoch", drop(data, name, {2: [MASTER]}))
    for sizes in ((3912, 4096), (3913, 8192), (65352, 65536),
                  (65353, 131072)):
        body = field(4, bytes(sizes[0] - 6))
        expect("ok", drop(*make_drop(body, sizes[1])), sizes)
    for wrong in (
            make_drop(content, 8192), make_drop(content, length=3913),
            make_drop(content, length=len(content) - 1),
            make_drop(content, length=1 << 63), make_drop(content + b"\1"),
            make_drop(content, inside=bytes(64)), make_drop(field(5, 1 << 63)),
            make_drop(field(1, b"\xff")), make_drop(content, public=(
                sodium.crypto_box_seed_keypair(RECOVERY)[0]))):
        expect("damaged", drop(*wrong))


def make_drop_key(epoch=1, **changes):
    head = bytearray(struct.pack("<8sBBBBI16sI12x32s", decode.MAGIC, 1, 6, 1,
                                 0, 0, VAULT, epoch, RECOVERY))
    patch(head, changes)
    return bytes(head) + blake2b(128, b"", head)


def test_drop_keys():
    def read(data):
        return decode_more.open_drop_key(data)

    data = make_drop_key()
    expect(("ok", (VAULT, 1, RECOVERY)), read(data))
    for i in range(96):
        flipped = bytearray(data)
        flipped[i] ^= 1
        expect("damaged", read(bytes(flipped))[0], i)
        expect("damaged", read(data[:i])[0], i)
    expect("damaged", read(data + b"\0")[0])
    expect("damaged", read(make_drop_key(epoch=0))[0])
    for at, wanted in ((0, "damaged"), (8, "unknown-version"), (9, "damaged"),
                       (10, "unknown-suite"), (11, "unknown-flags"),
                       (15, "unknown-flags"), (36, "unknown-flags"),
                       (47, "unknown-flags"), (16, "ok"), (48, "ok")):
        expect(wanted, read(make_drop_key(**{f"at{at}": b"\3"}))[0], at)


def test_chains():
    def card(number, lamport, run=None, parents=(), session=SESSION):
        raw = make_card(subject=VAULT, lamport=lamport, run=run,
                        parents=parents, session=session)
        return decode.parse_card(raw, bytes([number]) * 16)

    one = card(1, 1)
    two = card(2, 2, parents=(one.id,))
    other = card(3, 2, parents=(one.id,), session=VAULT)
    run = card(4, 5, run=2, parents=(one.id,))
    expect([two], command.heads([one, two]))
    expect([two, other], command.heads([one, two, other]))
    expect(other, command.newest([two, one, other]), "the greater id")
    expect([other, run], command.heads([one, two, other, run]), "a run")
    expect([two], command.heads([two]), "a parent that is missing")
    own = card(7, 3, parents=(b"\7" * 16,) * 2)
    expect([own], command.heads([own]), "its own parent")
    nobody = [card(8, 1, session=NONE), card(9, 2, run=1, session=NONE)]
    expect(nobody[1:], command.heads(nobody), "none is a session")
    ring = [card(5, 1, parents=(b"\6" * 16,)),
            card(6, 2, parents=(b"\5" * 16,))]
    expect(ring[1], command.newest(ring), "no head at all")


def test_folder():
    draft, work = rng.randbytes(16), rng.randbytes(16)
    body = (field(1, "첫 눈") + field(2, "겨울") + field(3, "눈이 온다.\n")
            + field(4, "눈") + field(4, "시") + field(5, work))
    named = field(1, "사계")
    objects = [
        (draft, make_card(subject=draft, title="첫", length=0), b""),
        (b"\1" * 16, make_card(subject=draft, title="첫 눈", lamport=2,
                               length=len(body), parents=(draft,)), body),
        (work, make_card(2, subject=work, lamport=3, length=len(named)),
         named),
        (b"\2" * 16, make_card(9, subject=draft, lamport=4, state=1), b""),
        (b"\3" * 16, make_card(subject=b"\3" * 16, lamport=5), b""),
        (b"\4" * 16, make_card(9, subject=b"\3" * 16, lamport=6, state=3),
         b"")]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "keys").mkdir()
        (folder / "keys" / "a (copy).key").write_bytes(
            slot_file(slot_copy(PASSPHRASE)))
        (folder / "keys" / "0.key").symlink_to("a (copy).key")
        (folder / "keys" / "1.key").mkdir()
        for object_id, card, content in objects:
            text = base32_encode(object_id)
            path = folder / "objects" / text[0] / text
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(seal(card, content, object_id))
        (folder / "objects" / "a" / "notes.txt").write_bytes(b"foreign")
        (folder / "objects" / "a" / ("a" * 26)).write_bytes(bytes(4096))
        answer = run_decoder(folder, "--show", base32_encode(draft))
        listed = run_decoder(folder, "--list")
    wanted = {
        "id": base32_encode(draft), "revision": base32_encode(b"\1" * 16),
        "title": "첫 눈", "time": 1763800000000, "characters": 7,
        "revisions": 2, "heads": 1, "trash": True}
    expect([wanted], listed["drafts"])
    wanted.update(
        verdict="ok", subtitle="겨울", keywords=["눈", "시"],
        work={"id": base32_encode(work), "name": "사계"},
        body="눈이 온다.\n")
    expect([wanted], answer["drafts"])
    expect(dict.fromkeys(
        ("keys/0.key", "keys/1.key", "objects/a/" + "a" * 26), "damaged"),
        answer["refused"])


def put_object(folder, object_id, card, body=b"", **options):
    text = base32_encode(object_id)
    path = folder / "objects" / text[0] / text
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(seal(card, body, object_id, **options))
    return f"objects/{text[0]}/{text}"


def new_folder(name, *slots):
    folder = Path(name)
    (folder / "keys").mkdir()
    (folder / "objects").mkdir()
    for i, slot in enumerate(slots):
        (folder / "keys" / f"{i}.key").write_bytes(slot_file(slot))
    return folder


def read_folder(folder):
    """(drafts by subject, what is refused)"""
    vault = command.Vault(folder, recovery=RECOVERY)
    return dict(vault.drafts()), vault.refused


def test_former_epochs():
    oldest, old, lost = (rng.randbytes(32) for _ in range(3))
    drafts = [bytes([i]) * 16 for i in range(1, 5)]
    begun = rng.randbytes(16)
    with tempfile.TemporaryDirectory() as name:
        folder = new_folder(name, slot_copy(epoch=3))
        # the keys of two epochs, each held under the next, and two of epoch 2
        for holder, keys, options in (
                (b"\xc1", ((2, old), (2, lost)), {"epoch": 3}),
                (b"\xc2", ((1, oldest),), {"epoch": 2, "master": old})):
            body = b"".join(field(1, field(1, epoch) + field(2, key))
                            for epoch, key in keys) + field(2, begun)
            put_object(folder, holder * 16, make_card(
                12, subject=holder * 16, length=len(body)), body, **options)
        for draft, options in zip(drafts, (
                {"epoch": 3}, {"epoch": 2, "master": old},
                {"epoch": 1, "master": oldest}, {"epoch": 2,
                                                 "master": lost})):
            put_object(folder, draft, make_card(subject=draft), **options)
        nobody = {"master": rng.randbytes(32)}
        put_object(folder, begun, make_card(subject=begun), epoch=4, **nobody)
        refused = {
            put_object(folder, b"\xd1" * 16, make_card(), epoch=9, **nobody):
            "unknown-epoch",
            put_object(folder, b"\xd2" * 16, make_card(), epoch=2, **nobody):
            "damaged"}
        found = read_folder(folder)
        expect(drafts, list(found[0]))
        expect(refused, found[1])


def test_key_of_another_slot():
    other = slot_copy(epoch=2)
    with tempfile.TemporaryDirectory() as name:
        folder = new_folder(name, slot_copy(epoch=1), other)
        put_object(folder, SESSION, make_card(subject=SESSION), epoch=2)
        expect([SESSION], list(read_folder(folder)[0]))
        (folder / "keys" / "1.key").unlink()
        expect({"unknown-epoch"}, set(read_folder(folder)[1].values()))


def test_packs_in_a_folder():
    first, head = VAULT, rng.randbytes(16)
    back, run, listed = (rng.randbytes(16) for _ in range(3))
    other = rng.randbytes(16)
    body = (packed(listed, lamport=4, run=3, session=other)
            + gone(back, lamport=2, run=2) + gone(listed))
    with tempfile.TemporaryDirectory() as name:
        folder = new_folder(name, slot_copy())
        put_object(folder, first, make_card(subject=VAULT))
        put_object(folder, head, make_card(
            subject=VAULT, lamport=9, parents=(first,)))
        vault = command.Vault(folder, recovery=RECOVERY)
        expect((1, 2), (len(vault.revisions(VAULT)[0]),
                        vault.revisions(VAULT)[2]))
        put_object(folder, b"\xe1" * 16, make_card(
            10, subject=VAULT, lamport=10, length=len(body)), body)
        # brought back by another copy: one that is gone, one that a packed
        # one replaced by its run, and the packed one itself
        put_object(folder, back, make_card(subject=VAULT, lamport=2))
        put_object(folder, run, make_card(
            subject=VAULT, lamport=3, session=other))
        put_object(folder, listed, make_card(
            subject=VAULT, lamport=4, session=other))
        vault = command.Vault(folder, recovery=RECOVERY)
        found, _, count = vault.revisions(VAULT)
        expect([head], [card.id for card in found])
        expect(3, count, "two files and a packed one")
        expect({listed}, set(vault.packed(VAULT)[0]))
        expect({back}, set(vault.packed(VAULT)[1]))
        expect({}, vault.refused)


def test_folder_that_does_not_open():
    passphrase = slot_file(slot_copy(PASSPHRASE))
    recovery = slot_file(slot_copy())
    later = slot_file(slot_copy(at8=b"\2"))
    many = slot_file(slot_copy(at11=b"\2"))
    cases = [
        ([], "no vault"), ([recovery], "ok"), ([b""], "damaged"),
        ([passphrase], "wrong-passphrase"),
        ([passphrase, b""], "damaged"),
        ([b"", later, many], "unknown-version"),
        ([slot_file(slot_copy(derivation=1))], "wrong-passphrase"),
        ([b""] * 63 + [recovery], "ok"), ([b""] * 64 + [recovery], "damaged")]
    with tempfile.TemporaryDirectory() as name:
        for i, (slots, wanted) in enumerate(cases):
            folder = Path(name) / str(i)
            (folder / "keys").mkdir(parents=True)
            (folder / "objects").mkdir()
            for k, slot in enumerate(slots):
                (folder / "keys" / f"{k:02}.key").write_bytes(slot)
            expect(wanted, opened_folder(folder), i)
        folder = Path(name) / "1"
        (Path(name) / "link").symlink_to("1")
        expect("no vault", opened_folder(Path(name) / "link"), "a link")
        (folder / "objects" / "a").write_bytes(b"")
        (folder / "objects" / "b").symlink_to("../keys")
        vault = command.Vault(folder, recovery=RECOVERY)
        expect({"objects/a": "damaged", "objects/b": "damaged"},
               vault.refused)
        (folder / "keys").rename(folder / "other")
        (folder / "keys").symlink_to("other")
        expect("no vault", opened_folder(folder), "keys is a link")


def opened_folder(folder):
    try:
        command.Vault(folder, recovery=RECOVERY)
        return "ok"
    except decode.Refused as refused:
        return refused.args[0]


def run_decoder(folder, *options):
    receive, send = os.pipe()
    os.write(send, PASSPHRASE.encode() + b"\n")
    os.close(send)
    script = Path(__file__).with_name("decode.py")
    try:
        return json.loads(subprocess.run(
            [sys.executable, script, folder, "--passphrase-fd", str(receive),
             *options], pass_fds=[receive], check=True, stdout=subprocess.PIPE
        ).stdout)
    finally:
        os.close(receive)


def test_vectors():
    vectors = decode_more.Vectors(Path(__file__).parent)
    for name, case in vectors.cases:
        expect(decode_more.wanted_of(case), vectors.run(case), name)
    expect(True, len(vectors.cases) > 900, "the number of cases")


def main():
    tests = [(name.removeprefix("test_").replace("_", " "), function)
             for name, function in globals().items()
             if name.startswith("test_")]
    print(f"1..{len(tests)}")
    failed = 0
    for i, (name, function) in enumerate(tests, 1):
        try:
            function()
            print(f"ok {i} - {name}")
        except Exception:
            failed += 1
            print(f"not ok {i} - {name}")
            print("# " + traceback.format_exc().replace("\n", "\n# "))
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
