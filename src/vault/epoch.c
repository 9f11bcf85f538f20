/* The keys of former epochs, and the objects of kind 12 that hold them. */
#include "record.h"
#include "recovery.h"
#include "slots.h"
#include "store.h"

#include <stdlib.h>
#include <string.h>

enum { TAG_KEY = 1, TAG_BEGUN = 2, TAG_RETIRED = 3, KEY_EPOCH = 1, KEY_MASTER = 2 };

typedef struct KeyField {
	uint64_t epoch;
	StrView master;
} KeyField;

static bool
read_key(StrView value, KeyField *key)
{
	FieldReader reader = field_reader(value);
	uint16_t tag;
	StrView part;
	bool right = true;
	*key = (KeyField){0};
	while (field_next(&reader, &tag, &part)) {
		if (tag == KEY_EPOCH)
			right = right && field_u64(part, &key->epoch) && key->epoch <= UINT32_MAX;
		else if (tag == KEY_MASTER)
			right = right && (key->master = part).len == KEY_BYTES;
	}
	return right && !reader.malformed && key->epoch != 0 && key->master.len == KEY_BYTES;
}

bool
epoch_body_right(StrView body)
{
	FieldReader reader = field_reader(body);
	uint16_t tag;
	StrView value;
	while (field_next(&reader, &tag, &value)) {
		KeyField key;
		Id id;
		if (tag == TAG_KEY ? !read_key(value, &key)
				   : (tag == TAG_BEGUN || tag == TAG_RETIRED) && !field_id(value, &id))
			return false;
	}
	return !reader.malformed;
}

static bool
note(IdList *list, Id id, Err *err)
{
	return ids_have(list, id) || ids_add(list, id, err);
}

static bool
note_begun(Vault *vault, Id object, Id named_by, Err *err)
{
	return ids_have(&vault->begun, object) ||
	       (ids_add(&vault->begun, object, err) && ids_add(&vault->begun_by, named_by, err));
}

/* Also amid a walk, when what is new is not in order yet. */
static bool
opened(const Chains *chains, Id object)
{
	for (size_t i = 0; i < chains->len; i++) {
		if (id_equal(chains->by_id[i]->id, object))
			return true;
	}
	return false;
}

bool
epoch_never_began(const Vault *vault, Id object)
{
	const Id *begun = vault->begun.items, *by = vault->begun_by.items;
	size_t at = 0, len = vault->begun_by.len;
	while (at < len && !id_equal(begun[at], object))
		at++;
	if (at == len)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (i != at && id_equal(by[i], by[at]) && opened(&vault->chains, begun[i]))
			return false;
	}
	return true;
}

bool
epoch_learn(Vault *vault, const Item *item, bool *more, Err *err)
{
	Str body = {0};
	Err reason = {0};
	if (ids_have(&vault->learned, item->id))
		return true;
	if (!store_read(vault, item, &body, &reason) || !epoch_body_right(str_view(&body))) {
		/* Damage of one leaves its twin; a check tells of it. */
		str_wipe(&body);
		return true;
	}
	FieldReader reader = field_reader(str_view(&body));
	uint16_t tag;
	StrView value;
	bool ok = ids_add(&vault->learned, item->id, err);
	while (ok && field_next(&reader, &tag, &value)) {
		KeyField key;
		Id id;
		bool added = false;
		if (tag == TAG_KEY && read_key(value, &key))
			ok = keys_add(
				vault->keys, (uint32_t)key.epoch, (const uint8_t *)key.master.ptr, true, &added, err);
		else if (tag == TAG_BEGUN && field_id(value, &id))
			ok = note_begun(vault, id, item->id, err);
		else if (tag == TAG_RETIRED && field_id(value, &id))
			ok = note(&vault->retired, id, err);
		*more = *more || added;
	}
	str_wipe(&body);
	return ok;
}

/* ---- Saving them */

bool
epoch_save_keys(Vault *vault, const VaultKeys *keys, const Id objects[2], const IdList *retired, Err *err)
{
	Str body = {0}, field = {0};
	for (const VaultKeys *key = vault->keys; key != NULL; key = key->former) {
		if (key->epoch == keys->epoch && secret_equal(key->master, keys->master, KEY_BYTES))
			continue;
		str_clear(&field);
		field_put_u64(&field, KEY_EPOCH, key->epoch);
		field_put(&field, KEY_MASTER, (StrView){(const char *)key->master, KEY_BYTES});
		field_put(&body, TAG_KEY, str_view(&field));
	}
	for (size_t i = 0; i < retired->len; i++)
		field_put_id(&body, TAG_RETIRED, retired->items[i]);
	bool ok = str_ok(&field, err) && str_ok(&body, err);
	for (int i = 0; ok && i < 2; i++) {
		Card card = {.kind = OBJECT_KEYS};
		ok = store_put_under(vault, keys, objects[i], &card, str_view(&body), err) != NULL;
	}
	str_wipe(&body);
	str_wipe(&field);
	return ok;
}

bool
epoch_save_begun(Vault *vault, const Id objects[2], Err *err)
{
	Str body = {0};
	Card card = {.kind = OBJECT_KEYS};
	Id object;
	vault->sys->random(&object, sizeof object);
	bool ok = true;
	for (int i = 0; i < 2; i++) {
		field_put_id(&body, TAG_BEGUN, objects[i]);
		ok = ok && note_begun(vault, objects[i], object, err);
	}
	ok = ok && str_ok(&body, err) &&
	     store_put_under(vault, vault->keys, object, &card, str_view(&body), err) != NULL;
	str_free(&body);
	return ok;
}

/* ---- Other slots */

/* Takes the key of an opened slot in; that of a higher epoch becomes the one in use. */
static bool
take_key(Vault *vault, const VaultKeys *found, bool *more, Err *err)
{
	bool added = false;
	if (!keys_add(vault->keys, found->epoch, found->master, false, &added, err))
		return false;
	*more = *more || added;
	if (!added || found->epoch <= vault->keys->epoch)
		return true;
	VaultKeys *before = vault->keys;
	while (before->former->epoch != found->epoch || !secret_equal(before->former->master, found->master, KEY_BYTES))
		before = before->former;
	VaultKeys *newest = before->former;
	before->former = newest->former;
	newest->former = vault->keys;
	vault->keys = newest;
	return true;
}

/* Tries one form of a secret with all slots but the one that opened the vault. */
static bool
join_with(Vault *vault, SlotSecret secret, const SlotLimits *limits, bool *opened, bool *more, Err *err)
{
	const char *dir = str_c(&vault->dir);
	StrList names = {0};
	SlotFile *files = NULL;
	size_t count = 0;
	VaultKeys *keys = keys_new(err);
	bool ok = keys != NULL && slots_names(vault->sys, dir, &names, err) &&
		  slots_list(vault->sys, dir, &files, &count, err);
	for (size_t i = 0; ok && i < names.len; i++) {
		Slot slot = {0};
		bool skip = false;
		for (size_t k = 0; k < count; k++)
			skip = skip || (strcmp(files[k].name, str_c(&names.items[i])) == 0 &&
					       id_equal(files[k].id, vault->slot));
		if (skip || slots_try_one(vault->sys, dir, str_c(&names.items[i]), secret, limits, &slot, keys) !=
				    VERDICT_OK)
			continue;
		if (!id_equal(slot.vault, vault->id))
			continue;
		*opened = true;
		ok = take_key(vault, keys, more, err);
	}
	free(files);
	list_free(&names);
	keys_free(keys);
	return ok;
}

static bool
join_any(Vault *vault, StrView text, const SlotLimits *limits, bool *opened, bool *more, Err *err)
{
	uint8_t recovery[KEY_BYTES];
	Str nfc = {0};
	bool ok = true;
	if (recovery_read(text, recovery) == RECOVERY_KEY) {
		SlotSecret secret = {SLOT_RECOVERY, {(const char *)recovery, sizeof recovery}};
		ok = join_with(vault, secret, limits, opened, more, err);
	}
	secret_wipe(recovery, sizeof recovery);
	if (ok && passphrase_nfc(text, &nfc, NULL))
		ok = join_with(vault, (SlotSecret){SLOT_ARGON2ID, str_view(&nfc)}, limits, opened, more, err);
	str_wipe(&nfc);
	return ok;
}

bool
epoch_join(Vault *vault, StrView secret, const SlotLimits *limits, bool *more, Err *err)
{
	bool opened = false;
	return join_any(vault, secret, limits, &opened, more, err);
}

/* Keys that only another slot gave are saved, so that the next opening finds them at once. */
static bool
keep_keys(Vault *vault, Err *err)
{
	bool kept = true;
	for (const VaultKeys *key = vault->keys->former; key != NULL; key = key->former)
		kept = kept && key->kept;
	if (kept)
		return true;
	Id objects[2];
	vault->sys->random(objects, sizeof objects);
	if (!epoch_save_keys(vault, vault->keys, objects, &(IdList){0}, err))
		return false;
	for (VaultKeys *key = vault->keys->former; key != NULL; key = key->former)
		key->kept = true;
	return true;
}

bool
epoch_join_keys(Vault *vault, StrView other_secret, const SlotLimits *limits, Err *err)
{
	bool opened = false, more = false;
	if (!join_any(vault, other_secret, limits, &opened, &more, err))
		return false;
	if (!opened)
		return err_set(err, ERR_PASSPHRASE, "wrong passphrase: nothing was changed, try again");
	return (!more || vault_scan(vault, err)) && keep_keys(vault, err);
}

bool
vault_join_keys(Vault *vault, StrView other_secret, Err *err)
{
	return epoch_join_keys(vault, other_secret, &SLOT_LIMITS, err);
}

void
epoch_remove_retired(Vault *vault)
{
	SlotFile *files;
	size_t count;
	bool removed = false;
	if (vault->retired.len == 0 || !slots_list(vault->sys, str_c(&vault->dir), &files, &count, NULL))
		return;
	for (size_t i = 0; i < count; i++) {
		if (files[i].kdf != 0 && id_equal(files[i].vault, vault->id) && ids_have(&vault->retired, files[i].id))
			removed = slots_remove(vault->sys, str_c(&vault->dir), files[i].name, NULL) || removed;
	}
	/* A folder that may only be read keeps them. */
	if (removed) {
		slots_sync(vault->sys, str_c(&vault->dir), NULL);
		index_look_slots(vault, NULL);
	}
	free(files);
}

void
epoch_note_behind(Vault *vault)
{
	const Chains *chains = &vault->chains;
	vault->behind.len = 0;
	if (vault->keys->former == NULL)
		return;
	/* Each session begins elsewhere, so that many short ones come through. */
	size_t first = chains->len > 0 ? vault->session.bytes[0] * chains->len / 256 : 0;
	for (size_t i = 0; i < chains->len; i++) {
		/* What is not noted without memory is noted by the next session. */
		if (!ids_add(&vault->behind, chains->by_id[(first + i) % chains->len]->id, NULL))
			return;
	}
}
