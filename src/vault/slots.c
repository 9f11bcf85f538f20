/* The slot files in keys/: made, listed, tried with a secret, removed. */
#include "slots.h"
#include "disk.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

bool
passphrase_nfc(StrView passphrase, Str *out, Err *err)
{
	if (passphrase.len == 0)
		return err_set(err, ERR_USAGE, "the passphrase is empty: type one");
	if (!unicode_valid(passphrase))
		return err_set(err, ERR_USAGE, "the passphrase is not valid UTF-8: use a UTF-8 terminal");
	if (passphrase.len > PASSPHRASE_MAX * 4)
		return err_set(err, ERR_USAGE, "the passphrase is longer than %s bytes: choose a shorter one", "1024");
	if (!unicode_nfc(passphrase, out, err))
		return false;
	return out->len <= PASSPHRASE_MAX ||
	       err_set(err, ERR_USAGE, "the passphrase is longer than %s bytes: choose a shorter one", "1024");
}

Slot
slots_of_cost(KdfCost cost)
{
	static const struct {
		uint64_t passes, mebibytes;
	} costs[] = {
		[KDF_INTERACTIVE] = {2, 64},
		[KDF_MODERATE] = {3, 256},
		[KDF_SENSITIVE] = {4, 1024},
	};
	uint64_t memory = costs[cost].mebibytes << 20, share = secret_memory_share() >> 20 << 20;
	if (memory > share)
		memory = share < SLOT_LIMITS.memory_min ? SLOT_LIMITS.memory_min : share;
	return (Slot){.kdf = SLOT_ARGON2ID, .passes = costs[cost].passes, .memory = memory};
}

/* ---- Saving */

bool
slots_save(const Sys *sys, const char *dir, Slot *slot, SlotSecret secret, const VaultKeys *keys, Err *err)
{
	sys->random(&slot->id, sizeof slot->id);
	sys->random(slot->salt, sizeof slot->salt);
	sys->random(slot->nonce, sizeof slot->nonce);
	slot->created_ms = sys->now_ms();
	char name[ID_TEXT + 1 + sizeof ".key"];
	id_format(slot->id, name);
	memcpy(name + ID_TEXT, ".key", sizeof ".key");
	Str file = {0};
	bool ok = slot_seal(slot, secret, keys, &file, err) && disk_save(sys, dir, "keys", name, str_view(&file), err);
	str_free(&file);
	return ok;
}

/* ---- Trying */

/* The names of all slot files, in order. */
static bool
all_names(const Sys *sys, const char *dir, size_t limit, StrList *names, Err *err)
{
	Str keys = {0};
	path_join(&keys, sv(dir), SV("keys"));
	StrList all = {0};
	bool ok = str_ok(&keys, err) && disk_folder(sys, str_c(&keys), err);
	if (ok && !sys->list_dir(str_c(&keys), &all))
		ok = err_set(err, ERR_FAILED, "cannot list %s: %s", str_c(&keys), strerror(errno));
	while (ok && all.len > 0) {
		size_t least = 0;
		for (size_t i = 1; i < all.len; i++) {
			if (sv_compare(str_view(&all.items[i]), str_view(&all.items[least])) < 0)
				least = i;
		}
		if (names->len < limit && sv_ends(str_view(&all.items[least]), SV(".key")))
			list_take(names, &all.items[least]);
		list_remove(&all, least);
	}
	ok = ok && list_ok(names, err);
	list_free(&all);
	str_free(&keys);
	return ok;
}

bool
slots_names(const Sys *sys, const char *dir, StrList *names, Err *err)
{
	return all_names(sys, dir, SLOTS_MAX, names, err);
}

/* The worst of what was met, in the order of what a writer should hear. */
static Verdict
worse(Verdict a, Verdict b)
{
	static const Verdict order[] = {VERDICT_NO_MEMORY, VERDICT_WRONG_PASSPHRASE, VERDICT_LIMITS,
		VERDICT_UNKNOWN_VERSION, VERDICT_UNKNOWN_SUITE, VERDICT_UNKNOWN_FLAGS};
	for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
		if (a == order[i] || b == order[i])
			return order[i];
	}
	return VERDICT_DAMAGED;
}

/* Reads the bytes of a slot file. One that is gone, or is no file, is empty. */
static bool
read_slot(const Sys *sys, const char *dir, const char *name, char bytes[SLOT_FILE_BYTES], StrView *file, Err *err)
{
	size_t got = 0;
	uint64_t size;
	Str path = {0};
	Err why = {0};
	str_printf(&path, "%s/keys/%s", dir, name);
	bool ok = str_ok(&path, err);
	if (ok && !disk_read_head(sys, str_c(&path), bytes, SLOT_FILE_BYTES, &got, &size, &why)) {
		got = 0;
		ok = why.kind == ERR_NOT_FOUND || why.kind == ERR_DAMAGED;
		if (!ok && err != NULL)
			*err = why;
	}
	*file = (StrView){bytes, got};
	str_free(&path);
	return ok;
}

/* For opening, a slot that cannot be read is a damaged one. */
static StrView
slot_or_nothing(const Sys *sys, const char *dir, const char *name, char bytes[SLOT_FILE_BYTES])
{
	StrView file;
	return read_slot(sys, dir, name, bytes, &file, NULL) ? file : (StrView){bytes, 0};
}

Verdict
slots_try_one(const Sys *sys, const char *dir, const char *name, SlotSecret secret, const SlotLimits *limits,
	Slot *slot, VaultKeys *keys)
{
	char bytes[SLOT_FILE_BYTES];
	return slot_open(slot_or_nothing(sys, dir, name, bytes), secret, limits, slot, keys);
}

Verdict
slots_try(const Sys *sys, const char *dir, const StrList *names, SlotSecret secret, const SlotLimits *limits,
	Slot *slot, VaultKeys *keys)
{
	Verdict verdict = VERDICT_DAMAGED;
	bool any = false; /* a slot that this secret could be meant for, or that cannot be known not to be */
	for (size_t i = 0; i < names->len && verdict != VERDICT_OK; i++) {
		char bytes[SLOT_FILE_BYTES];
		StrView file = slot_or_nothing(sys, dir, str_c(&names->items[i]), bytes);
		Verdict one = slot_open(file, secret, limits, slot, keys);
		bool other_kind = one == VERDICT_WRONG_PASSPHRASE && slot_kdf(file) != secret.kdf;
		any = any || !other_kind;
		if (!other_kind)
			verdict = one == VERDICT_OK ? one : worse(verdict, one);
	}
	return any ? verdict : VERDICT_WRONG_PASSPHRASE;
}

/* ---- What lies there */

bool
slots_list(const Sys *sys, const char *dir, SlotFile **out, size_t *count, Err *err)
{
	StrList names = {0};
	SlotFile *files = NULL;
	bool ok = all_names(sys, dir, SIZE_MAX, &names, err);
	if (ok && (files = calloc(names.len + 1, sizeof *files)) == NULL)
		ok = err_memory(err);
	*count = 0;
	for (size_t i = 0; ok && i < names.len; i++) {
		SlotFile *slot = &files[*count];
		char bytes[SLOT_FILE_BYTES];
		StrView file;
		/* A name that no file system here has is none. */
		if (names.items[i].len >= sizeof slot->name)
			continue;
		memcpy(slot->name, str_c(&names.items[i]), names.items[i].len + 1);
		ok = read_slot(sys, dir, slot->name, bytes, &file, err);
		if (ok)
			slot->kdf = slot_marks(file, &slot->vault, &slot->id);
		++*count;
	}
	list_free(&names);
	if (ok)
		*out = files;
	else
		free(files);
	return ok;
}

bool
slots_remove(const Sys *sys, const char *dir, const char *name, Err *err)
{
	Str path = {0};
	str_printf(&path, "%s/keys/%s", dir, name);
	bool ok = str_ok(&path, err) && disk_remove(sys, str_c(&path), err);
	str_free(&path);
	return ok;
}

bool
slots_sync(const Sys *sys, const char *dir, Err *err)
{
	Str path = {0};
	path_join(&path, sv(dir), SV("keys"));
	bool ok = str_ok(&path, err) && disk_sync_folder(sys, str_c(&path), err);
	str_free(&path);
	return ok;
}
