/* Changing the passphrase, and changing the master key. */
#include "slots.h"
#include "store.h"

#include <stdlib.h>
#include <string.h>

/* The slots that are there before a new one: only these may be removed, so that two that change the passphrase at the
 * same time never remove each other's. */
typedef struct Old {
	SlotFile *files;
	size_t count;
} Old;

static bool
slot_costs_kept(const SlotLimits *limits, uint64_t passes, uint64_t memory, Err *err)
{
	bool kept = passes >= 1 && passes <= limits->passes_max && memory >= limits->memory_min &&
		    memory <= limits->memory_max && memory % 1024 == 0;
	return kept || err_set(err, ERR_USAGE, "a key slot of that cost would not open: choose another cost");
}

/* Opens the new slot from the disk as vault_open would, and compares. */
static bool
reopens(const Vault *vault, const Slot *made, SlotSecret secret, const VaultKeys *keys, const SlotLimits *limits,
	Err *err)
{
	const char *dir = str_c(&vault->dir);
	char id[ID_TEXT + 1];
	StrList names = {0};
	Str name = {0};
	Slot slot = {0};
	id_format(made->id, id);
	str_printf(&name, "%s.key", id);
	VaultKeys *again = keys_new(err);
	bool ok = again != NULL && str_ok(&name, err) && slots_names(vault->sys, dir, &names, err);
	if (ok && !list_has(&names, str_view(&name)))
		ok = err_set(err, ERR_FAILED,
			"there are too many files in %s/keys for the new one to be found: remove what does not belong "
			"there",
			dir);
	if (ok) {
		Verdict verdict = slots_try_one(vault->sys, dir, str_c(&name), secret, limits, &slot, again);
		if (verdict == VERDICT_NO_MEMORY)
			ok = err_set(err, ERR_FAILED, "not enough memory to open %s: close other programs", dir);
		else if (verdict != VERDICT_OK || !id_equal(slot.vault, vault->id) || again->epoch != keys->epoch ||
			 !secret_equal(again->master, keys->master, KEY_BYTES))
			ok = err_set(err, ERR_FAILED,
				"the new key slot does not open: the old passphrase stays; check the disk of %s", dir);
	}
	keys_free(again);
	str_free(&name);
	list_free(&names);
	return ok;
}

static void
drop_slot(const Vault *vault, const Slot *slot)
{
	char name[ID_TEXT + sizeof ".key"];
	id_format(slot->id, name);
	memcpy(name + ID_TEXT, ".key", sizeof ".key");
	slots_remove(vault->sys, str_c(&vault->dir), name, NULL);
	slots_sync(vault->sys, str_c(&vault->dir), NULL);
}

/* A slot for the passphrase that is durable and known to open; on failure it is not there. */
static bool
make_slot(const Vault *vault, Slot *slot, StrView passphrase, const VaultKeys *keys, const SlotLimits *limits, Err *err)
{
	Str nfc = {0};
	bool ok = passphrase_nfc(passphrase, &nfc, err);
	SlotSecret secret = {SLOT_ARGON2ID, str_view(&nfc)};
	bool saved = ok && slots_save(vault->sys, str_c(&vault->dir), slot, secret, keys, err);
	ok = saved && reopens(vault, slot, secret, keys, limits, err);
	if (saved && !ok)
		drop_slot(vault, slot);
	str_wipe(&nfc);
	return ok;
}

/* Removes old slots: those for passphrases, or all. */
static bool
remove_old(const Vault *vault, const Old *old, bool recovery_too, Err *err)
{
	const char *dir = str_c(&vault->dir);
	bool ok = true;
	for (size_t i = 0; i < old->count; i++) {
		const SlotFile *file = &old->files[i];
		bool ours = file->kdf != 0 && id_equal(file->vault, vault->id);
		if (ours && (recovery_too || file->kdf == SLOT_ARGON2ID))
			ok = slots_remove(vault->sys, dir, file->name, NULL) && ok;
	}
	ok = slots_sync(vault->sys, dir, NULL) && ok;
	return ok ||
	       err_set(err, ERR_FAILED,
		       "the new passphrase opens the vault, but the old one too: an old file in %s/keys cannot be "
		       "removed: make the folder writable and do it again",
		       dir);
}

bool
rekey_passphrase(Vault *vault, StrView passphrase, uint64_t passes, uint64_t memory, const SlotLimits *limits, Err *err)
{
	Old old = {0};
	Slot slot = {.vault = vault->id, .kdf = SLOT_ARGON2ID, .passes = passes, .memory = memory};
	bool ok = slot_costs_kept(limits, passes, memory, err) &&
		  slots_list(vault->sys, str_c(&vault->dir), &old.files, &old.count, err) &&
		  make_slot(vault, &slot, passphrase, vault->keys, limits, err);
	/* Perhaps on another thread: what is remembered of the slots is brought up to date by vault_release. */
	vault->slots_new = vault->slots_new || ok;
	ok = ok && remove_old(vault, &old, false, err);
	free(old.files);
	index_slots_known(vault);
	return ok;
}

bool
vault_change_passphrase(Vault *vault, StrView passphrase, KdfCost cost, Err *err)
{
	Slot slot = slots_of_cost(cost);
	return rekey_passphrase(vault, passphrase, slot.passes, slot.memory, &SLOT_LIMITS, err);
}

/* ---- A new master key */

static VaultKeys *
next_keys(const Vault *vault, Err *err)
{
	uint32_t highest = 0;
	for (const VaultKeys *key = vault->keys; key != NULL; key = key->former)
		highest = key->epoch > highest ? key->epoch : highest;
	if (highest == UINT32_MAX) {
		err_set(err, ERR_FAILED, "the keys of this vault cannot be changed any more: export it to a new one");
		return NULL;
	}
	VaultKeys *keys = keys_new(err);
	if (keys == NULL)
		return NULL;
	vault->sys->random(keys->master, sizeof keys->master);
	keys->epoch = highest + 1;
	keys_derive(keys);
	return keys;
}

/* Takes back what was saved for an epoch that does not begin. */
static void
take_back(Vault *vault, const Id objects[2])
{
	for (int i = 0; i < 2; i++) {
		Item *item = chains_find(&vault->chains, objects[i]);
		if (item != NULL && !store_remove(vault, item, NULL))
			chains_remove(&vault->chains, item); /* named as begun, it disturbs nobody */
	}
}

static bool
begin_epoch(Vault *vault, VaultKeys *keys, Slot *slot, const Old *old, StrView passphrase, const SlotLimits *limits,
	Err *err)
{
	Id objects[2];
	IdList retired = {0};
	vault->sys->random(objects, sizeof objects);
	bool ok = true;
	for (size_t i = 0; ok && i < old->count; i++) {
		if (old->files[i].kdf != 0 && id_equal(old->files[i].vault, vault->id))
			ok = ids_add(&retired, old->files[i].id, err);
	}
	/* What every object depends on is there before the slot that makes anybody need it. */
	ok = ok && epoch_save_begun(vault, objects, err) && epoch_save_keys(vault, keys, objects, &retired, err) &&
	     make_slot(vault, slot, passphrase, keys, limits, err);
	if (!ok)
		take_back(vault, objects);
	ids_free(&retired);
	return ok;
}

static bool
reseal_all(Vault *vault, size_t *resealed, Err *err)
{
	bool ok = true;
	*resealed = 0;
	for (size_t i = 0; ok && i < vault->chains.len; i++) {
		bool done;
		ok = store_reseal(vault, vault->chains.by_id[i]->id, &done, NULL);
		*resealed += done;
	}
	if (ok)
		vault->behind.len = 0;
	return ok || err_set(err, ERR_FAILED,
			     "the new passphrase opens the vault, but not everything is sealed under the new key yet: "
			     "look whether the disk is full, then rekey again");
}

bool
rekey_vault(Vault *vault, StrView passphrase, uint64_t passes, uint64_t memory, const SlotLimits *limits,
	size_t *resealed, Err *err)
{
	Old old = {0};
	Slot slot = {.vault = vault->id, .kdf = SLOT_ARGON2ID, .passes = passes, .memory = memory};
	VaultKeys *keys = NULL;
	size_t count = 0;
	/* What others wrote, and keys that they brought. */
	bool ok = slot_costs_kept(limits, passes, memory, err) && vault_refresh(vault, err) &&
		  slots_list(vault->sys, str_c(&vault->dir), &old.files, &old.count, err) &&
		  (keys = next_keys(vault, err)) != NULL &&
		  begin_epoch(vault, keys, &slot, &old, passphrase, limits, err);
	if (ok) {
		keys->former = vault->keys;
		vault->keys = keys;
		vault->slot = slot.id;
		for (VaultKeys *key = keys->former; key != NULL; key = key->former)
			key->kept = true;
		vault->slots_new = true;
		ok = remove_old(vault, &old, true, err) && reseal_all(vault, &count, err);
	} else {
		keys_free(keys);
	}
	free(old.files);
	index_slots_known(vault);
	if (resealed != NULL)
		*resealed = count;
	return ok;
}

bool
vault_rekey(Vault *vault, StrView passphrase, KdfCost cost, size_t *resealed, Err *err)
{
	Slot slot = slots_of_cost(cost);
	return rekey_vault(vault, passphrase, slot.passes, slot.memory, &SLOT_LIMITS, resealed, err);
}

bool
vault_has_recovery_key(Vault *vault)
{
	SlotFile *files;
	size_t count;
	bool has = false;
	if (!slots_list(vault->sys, str_c(&vault->dir), &files, &count, NULL))
		return false;
	for (size_t i = 0; i < count; i++)
		has = has || (files[i].kdf == SLOT_RECOVERY && id_equal(files[i].vault, vault->id));
	free(files);
	return has;
}
