#!/usr/bin/python3
"""A second decoder of meok's vault, written from meok-vault(5) alone.

It shares no line with the program, so that the two can be held against each
other and against the page. It only reads; python3-nacl is all it needs.

    decode.py VAULTDIR --passphrase-fd N [--list | --show ID]
    decode.py VAULTDIR --recovery-fd N [--list | --show ID]
    decode.py --vectors DIR

Here are the folder and the command; decode_format.py reads slots and objects,
decode_more.py journals, the index, dropped files and the vectors.
"""

import argparse
import errno
import json
import os
import stat
import sys
from collections import defaultdict
from pathlib import Path

from decode_format import (
    BASE32, FIRST_CHUNK, KEYS, NONE, OBJECT_MAX, PACK, REVISION, TOMBSTONE,
    WORK, Refused, base32_decode, base32_encode, check, open_head, open_object,
    open_slot, read_passphrase, read_recovery, slot_kind, vault_verdict)
from decode_more import run_vectors

SLOT_FILES, KEYS_MAX = 64, 256


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


def object_path(object_id):
    name = base32_encode(object_id)
    return f"objects/{name[0]}/{name}"


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
        slots = sorted(slots, key=os.fsencode)[:SLOT_FILES]
        for i, name in enumerate(slots):
            data = b""
            try:
                data = self._read_slot(name)
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
        self.id, self.masters = slot.vault, {slot.epoch: [slot.master]}
        self.chains, self.begun = defaultdict(list), set()
        self._read_cards()
        if self.locked:
            for name in slots[i + 1:]:
                self._try_slot(name, passphrase, recovery)
            self._read_cards()
        for path in self.begun:
            self.refused.pop(path, None)

    def _read_slot(self, name):
        return read_file(self.folder / "keys" / name, 8192)[1]

    def _try_slot(self, name, passphrase, recovery):
        """Takes in what another slot yields."""
        try:
            slot = open_slot(self._read_slot(name), passphrase, recovery)[1]
        except Refused:
            return
        if slot and slot.vault == self.id:
            self._learn(slot.epoch, slot.master)

    def _learn(self, epoch, master):
        """Whether that master key was not at hand before."""
        known = self.masters.setdefault(epoch, [])
        new = master not in known and sum(map(
            len, self.masters.values())) < KEYS_MAX
        if new:
            known.append(master)
        return new

    def _read_cards(self):
        """All cards that open, with the keys that objects of kind 12 hold."""
        self.chains.clear()
        waiting, again = list(self._object_files()), True
        while again:
            self.locked, again = [], False
            before = len(self.chains[KEYS, None])
            for path in waiting:
                self._add(path)
            for card in self.chains[KEYS, None][before:]:
                again = self._read_keys(card) or again
            waiting = self.locked
        del self.chains[KEYS, None]

    def _read_keys(self, card):
        opened, new = self.open(card.id)[1], False
        if opened:
            for key in opened.record["key"]:
                new = self._learn(key["epoch"], key["key"]) or new
            self.begun.update(map(object_path, opened.record["begun"]))
        return new

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
        name = str(path.relative_to(self.folder))
        try:
            size, head = read_file(path, FIRST_CHUNK)
            card = open_head(
                head, size, path.name, self.id, self.masters)[0]
            self.refused.pop(name, None)
            self.chains[card.kind, card.subject].append(card)
            if card.kind == KEYS:
                self.chains[KEYS, None].append(card)
        except Refused as refused:
            self.refused[name] = refused.args[0]
            if refused.args[0] == "unknown-epoch" or len(refused.args) > 1:
                self.locked.append(path)

    def open(self, object_id):
        try:
            data = read_file(
                self.folder / object_path(object_id), OBJECT_MAX + 1)[1]
        except Refused as refused:
            return refused.args[0], None
        return open_object(data, base32_encode(object_id), self.id,
                           self.masters)

    def packed(self, draft):
        """(revisions, gone): what the packs of a draft list, by id."""
        revisions, gone = {}, {}
        for card in heads(self.chains.get((PACK, draft), [])):
            opened = self.open(card.id)[1]
            for entry in opened.record["revision"] if opened else ():
                revisions[entry["id"]] = entry
            for entry in opened.record["gone"] if opened else ():
                gone[entry["id"]] = entry
        return revisions, {i: g for i, g in gone.items() if i not in revisions}

    def revisions(self, draft):
        """(heads, what may stand for one, number): with what is packed."""
        chain = self.chains.get((REVISION, draft), [])
        revisions, gone = self.packed(draft)
        runs = [(entry["card"].session, entry["card"].run,
                 entry["card"].lamport) for entry in revisions.values()]
        runs += [(entry["session"], entry["run"], entry["lamport"])
                 for entry in gone.values()]

        def covered(card):
            return card.id in revisions or card.id in gone or any(
                session == card.session and run <= card.lamport < lamport
                for session, run, lamport in runs)

        loose = [card for card in chain if not covered(card)]
        found = [card for card in heads(chain) if not covered(card)]
        return found, loose or chain, len(loose) + len(revisions)

    def state(self, kind, subject):
        """The card of the newest head, or None."""
        return newest(self.chains.get((kind, subject), []))

    def drafts(self):
        """(subject, newest head) of every draft that is not destroyed."""
        for kind, subject in sorted(self.chains):
            stones = self.chains.get((TOMBSTONE, subject), [])
            if kind == REVISION and all(s.state != 3 for s in stones):
                found, others, _ = self.revisions(subject)
                yield subject, max(found or others, key=age)

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


def age(card):
    return card.lamport, card.id


def newest(chain):
    return max(heads(chain) or chain, default=None, key=age)


# ---- What the command prints

def summary(vault, subject, card):
    found, _, count = vault.revisions(subject)
    return {
        "id": base32_encode(subject), "revision": base32_encode(card.id),
        "title": card.title, "time": card.time,
        "characters": card.characters, "revisions": count,
        "heads": len(found), "trash": vault.in_trash(subject)}


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
