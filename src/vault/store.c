/* Objects into the folder, out of it again, and removed. */
#include "store.h"
#include "disk.h"

#include <stdlib.h>
#include <string.h>

enum { RESEALED_A_SAVE = 2, LOOKED_AT_A_SAVE = 40 };

bool
store_path(const Vault *vault, Id object, Str *path, Err *err)
{
	char name[ID_TEXT + 1];
	id_format(object, name);
	str_clear(path);
	str_printf(path, "%s/objects/%c/%s", str_c(&vault->dir), name[0], name);
	return str_ok(path, err);
}

void
store_changed(Vault *vault)
{
	for (int kind = 0; kind < KIND_COUNT; kind++)
		vault->entries[kind].valid = false;
}

/* Makes the shard folder of a name, and its own name durable once a session. */
static bool
shard_ready(Vault *vault, const char *name, char shard[sizeof "objects/x"], Err *err)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz234567";
	uint32_t bit = (uint32_t)1 << (strchr(letters, name[0]) - letters);
	memcpy(shard, "objects/x", sizeof "objects/x");
	shard[sizeof "objects/x" - 2] = name[0];
	Str objects = {0}, folder = {0};
	str_printf(&objects, "%s/objects", str_c(&vault->dir));
	str_printf(&folder, "%s/%s", str_c(&vault->dir), shard);
	bool made = false;
	bool ok = str_ok(&objects, err) && str_ok(&folder, err) && disk_folder(vault->sys, str_c(&objects), err) &&
		  disk_make_folder(vault->sys, str_c(&folder), &made, err);
	/* A folder that is there may be another session's, which had no time to synchronise it. */
	if (ok && (made || (vault->durable_shards & bit) == 0)) {
		ok = disk_sync_folder(vault->sys, str_c(&objects), err);
		if (ok)
			vault->durable_shards |= bit;
	}
	str_free(&objects);
	str_free(&folder);
	return ok;
}

bool
ids_add(IdList *list, Id id, Err *err)
{
	Id *grown = array_grow(list->items, list->len, &list->cap, sizeof *grown);
	if (grown == NULL)
		return err_memory(err);
	list->items = grown;
	list->items[list->len++] = id;
	return true;
}

bool
ids_have(const IdList *list, Id id)
{
	for (size_t i = 0; i < list->len; i++) {
		if (id_equal(list->items[i], id))
			return true;
	}
	return false;
}

void
ids_free(IdList *list)
{
	free(list->items);
	*list = (IdList){0};
}

const VaultKeys *
store_keys(const Vault *vault, StrView head)
{
	const VaultKeys *keys = object_keys(vault->keys, head);
	return keys != NULL ? keys : vault->keys;
}

static bool
seal_and_save(Vault *vault, const VaultKeys *keys, Id object, const Card *card, StrView body, Err *err)
{
	ObjectPlace place = {.vault = vault->id, .object = object, .epoch = keys->epoch};
	ObjectNonce nonce;
	vault->sys->random(&nonce, sizeof nonce);
	char name[ID_TEXT + 1], shard[sizeof "objects/x"];
	id_format(object, name);
	Str file = {0};
	bool ok = object_seal(keys->objects, &place, &nonce, card, body, &file, err) &&
		  shard_ready(vault, name, shard, err) &&
		  disk_save(vault->sys, str_c(&vault->dir), shard, name, str_view(&file), err);
	str_free(&file);
	return ok;
}

const Item *
store_put_under(Vault *vault, const VaultKeys *keys, Id object, Card *card, StrView body, Err *err)
{
	if (id_is_none(card->subject))
		card->subject = object;
	card->session = vault->session;
	card->lamport = vault->lamport + 1;
	if (card->run == 0)
		card->run = card->lamport;
	if (card->time_ms == 0)
		card->time_ms = vault->sys->now_ms();
	card->body_len = body.len;
	/* All memory that is needed afterwards is had before, so that what is saved is never called failed. */
	Item *item = item_new(object, card);
	if (item == NULL || !chains_reserve(&vault->chains, 1)) {
		item_free(item);
		err_memory(err);
		return NULL;
	}
	if (!seal_and_save(vault, keys, object, &item->card, body, err)) {
		item_free(item);
		return NULL;
	}
	vault->lamport = item->card.lamport;
	chains_insert(&vault->chains, item);
	/* A tombstone speaks of another kind; anything else is in the list of its own alone. */
	if (item->card.kind == OBJECT_TOMBSTONE)
		store_changed(vault);
	else if (item->card.kind < KIND_COUNT)
		vault->entries[item->card.kind].valid = false;
	return item;
}

/* What an epoch that began left to do is done a little with every save. */
static void
reseal_some(Vault *vault)
{
	for (int looked = 0, sealed = 0; looked < LOOKED_AT_A_SAVE && sealed < RESEALED_A_SAVE && vault->behind.len > 0;
		looked++) {
		bool done;
		store_reseal(vault, vault->behind.items[--vault->behind.len], &done, NULL);
		sealed += done;
	}
}

const Item *
store_put(Vault *vault, Card *card, StrView body, Err *err)
{
	Id object;
	vault->sys->random(&object, sizeof object);
	const Item *item = store_put_under(vault, vault->keys, object, card, body, err);
	if (item != NULL)
		reseal_some(vault);
	return item;
}

bool
store_reseal(Vault *vault, Id object, bool *done, Err *err)
{
	ObjectPlace place = {.vault = vault->id, .object = object};
	Str path = {0}, file = {0}, again = {0};
	char head[SEAL_HEAD_BYTES], name[ID_TEXT + 1], shard[sizeof "objects/x"];
	size_t got = 0;
	uint64_t size = 0;
	*done = false;
	id_format(object, name);
	bool ok = store_path(vault, object, &path, err);
	const VaultKeys *from = NULL;
	/* What cannot be read stays as it is: reading it elsewhere tells why. */
	if (ok && disk_read_head(vault->sys, str_c(&path), head, sizeof head, &got, &size, NULL))
		from = object_keys(vault->keys, (StrView){head, got});
	bool behind = from != NULL && from != vault->keys && seal_room(size) != 0;
	if (ok && behind && disk_read_whole(vault->sys, str_c(&path), (size_t)size, &file, NULL)) {
		ObjectNonce nonce;
		vault->sys->random(&nonce, sizeof nonce);
		Verdict verdict = object_reseal(from, vault->keys, &place, &nonce, str_view(&file), &again);
		if (verdict == VERDICT_NO_MEMORY)
			ok = err_memory(err);
		else if (verdict == VERDICT_OK)
			ok = *done = shard_ready(vault, name, shard, err) &&
				     disk_replace(vault->sys, str_c(&vault->dir), shard, name, str_view(&again), err);
	}
	str_free(&path);
	str_free(&file);
	str_free(&again);
	return ok;
}

Item *
store_head(const Vault *vault, uint8_t kind, Id subject, Item **other)
{
	return chain_head(chains_of(&vault->chains, kind, subject), other);
}

bool
store_read(const Vault *vault, const Item *item, Str *body, Err *err)
{
	Str path = {0}, file = {0};
	Card card = {0};
	Verdict verdict = VERDICT_DAMAGED;
	bool ok = store_path(vault, item->id, &path, err) &&
		  disk_read_whole(vault->sys, str_c(&path), seal_size(item->card.body_len), &file, err);
	if (ok) {
		const VaultKeys *keys = store_keys(vault, str_view(&file));
		ObjectPlace place = {.vault = vault->id, .object = item->id, .epoch = keys->epoch};
		verdict = object_open(keys->objects, &place, str_view(&file), &card, body);
		ok = verdict == VERDICT_OK || verdict_err(verdict, str_c(&path), err);
	}
	card_free(&card);
	str_free(&path);
	str_free(&file);
	return ok;
}

bool
store_read_head(Vault *vault, uint8_t kind, Id subject, const Item **head, Str *body, Err *err)
{
	for (int attempt = 0;; attempt++) {
		Err why = {0};
		*head = store_head(vault, kind, subject, NULL);
		if (*head == NULL)
			return err_set(err, ERR_NOT_FOUND,
				"there is nothing with that id in the vault: look it up in the list");
		if (store_read(vault, *head, body, &why))
			return true;
		/* Another session may have put a newer one in its place. */
		if (why.kind != ERR_NOT_FOUND || attempt > 0) {
			if (err != NULL)
				*err = why;
			return false;
		}
		if (!vault_refresh(vault, err))
			return false;
	}
}

static bool
remove_file(const Vault *vault, Id object, Err *err)
{
	Str path = {0};
	bool ok = store_path(vault, object, &path, err) && disk_remove(vault->sys, str_c(&path), err);
	str_free(&path);
	return ok;
}

/* Makes the removal of an object durable. */
static bool
sync_removal(const Vault *vault, Id object, Err *err)
{
	char name[ID_TEXT + 1];
	Str folder = {0};
	id_format(object, name);
	str_printf(&folder, "%s/objects/%c", str_c(&vault->dir), name[0]);
	bool ok = str_ok(&folder, err) && disk_sync_folder(vault->sys, str_c(&folder), err);
	str_free(&folder);
	return ok;
}

bool
store_remove(Vault *vault, Item *item, Err *err)
{
	if (!remove_file(vault, item->id, err))
		return false;
	chains_remove(&vault->chains, item);
	store_changed(vault);
	return true;
}

/* Of these kinds the last state but one stays, to fall back on should the newest be damaged. A site's is not kept: it
 * holds a credential that may have been changed because it leaked. */
static bool
keeps_one(uint8_t kind)
{
	return kind == OBJECT_WORK || kind == OBJECT_PUBLICATION || kind == OBJECT_SETTINGS;
}

void
store_prune(Vault *vault, uint8_t kind, Id subject)
{
	for (;;) {
		Chain chain = chains_of(&vault->chains, kind, subject);
		Item *old = NULL;
		size_t kept = keeps_one(kind) ? 1 : 0;
		for (size_t i = chain.len; i > 0 && old == NULL; i--) {
			Item *item = chain.items[i - 1];
			bool final = kind == OBJECT_TOMBSTONE && item->card.state == TOMBSTONE_DESTROYED;
			if (!item->superseded || final)
				continue;
			if (kept > 0)
				kept--;
			else
				old = item;
		}
		/* One that cannot be removed only takes space: it is superseded, and decides nothing. */
		Id object = old == NULL ? ID_NONE : old->id;
		if (old == NULL || !store_remove(vault, old, NULL))
			return;
		/* A credential that was replaced does not come back with the next power cut. */
		if (kind == OBJECT_SITE)
			sync_removal(vault, object, NULL);
	}
}

bool
store_destroyed(const Vault *vault, Id subject)
{
	return chains_tombstone(&vault->chains, subject) == TOMBSTONE_DESTROYED;
}

/* The files of a subject: those whose card could be read, and damaged ones that are known to be its. */
static bool
collect_purge(const Vault *vault, Id subject, Id **objects, size_t *count, Err *err)
{
	Id *list = malloc((vault->chains.len + vault->damage_len + 1) * sizeof *list);
	if (list == NULL)
		return err_memory(err);
	*count = 0;
	for (size_t i = 0; i < vault->chains.len; i++) {
		const Item *item = vault->chains.by_id[i];
		if (item->card.kind != OBJECT_TOMBSTONE && id_equal(item->card.subject, subject))
			list[(*count)++] = item->id;
	}
	for (size_t i = 0; i < vault->damage_len; i++) {
		const Damage *damage = &vault->damage[i];
		if (!id_is_none(damage->object) && id_equal(damage->subject, subject))
			list[(*count)++] = damage->object;
	}
	*objects = list;
	return true;
}

bool
store_purge(Vault *vault, Id subject, Err *err)
{
	Id *objects = NULL;
	size_t count = 0;
	if (!collect_purge(vault, subject, &objects, &count, err))
		return false;
	bool ok = true;
	for (size_t i = 0; i < count; i++) {
		/* What cannot be removed now is removed by the next session that may; the others need not wait for it.
		 */
		bool removed = remove_file(vault, objects[i], ok ? err : NULL) &&
			       sync_removal(vault, objects[i], ok ? err : NULL);
		Item *item = chains_find(&vault->chains, objects[i]);
		if (item != NULL)
			chains_remove(&vault->chains, item);
		ok = ok && removed;
	}
	free(objects);
	if (ok)
		scan_forget_damage(vault, subject);
	store_changed(vault);
	return ok;
}

bool
store_tombstone(Vault *vault, Id subject, TombstoneState state, Err *err)
{
	Item *other, *head = store_head(vault, OBJECT_TOMBSTONE, subject, &other);
	Card card = {.kind = OBJECT_TOMBSTONE, .state = (uint8_t)state, .subject = subject};
	if (head != NULL)
		card.parents[card.parent_count++] = head->id;
	if (other != NULL)
		card.parents[card.parent_count++] = other->id;
	if (store_put(vault, &card, (StrView){NULL, 0}, err) == NULL)
		return false;
	store_prune(vault, OBJECT_TOMBSTONE, subject);
	return true;
}
