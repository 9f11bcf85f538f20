/* The index of this device: read, kept, written; and what it makes of objects that are gone. */
#include "disk.h"
#include "pack.h"
#include "slots.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { READ_AGAIN = 64, LOCK_TRIES = 20, LOCK_PAUSE_MS = 5, ROLLED_BACK_MIN = 10 };

/* ---- Reading it */

static bool
index_path(const Vault *vault, Str *path, Err *err)
{
	path_join(path, str_view(&vault->state), SV("index"));
	return str_ok(path, err);
}

/* Opens the file. VERDICT_DAMAGED for everything that makes it useless. */
static Verdict
read_index(const Vault *vault, Chains *chains, Memory *memory, uint8_t salt[SALT_BYTES])
{
	Str path = {0}, file = {0}, body = {0};
	off_t size = 0;
	bool is_dir = false;
	Err why = {0};
	if (!index_path(vault, &path, NULL))
		return VERDICT_NO_MEMORY;
	bool there = vault->sys->stat_size(str_c(&path), &size, &is_dir) == 0 && !is_dir && size <= INDEX_FILE_MAX &&
		     disk_read_whole(vault->sys, str_c(&path), (size_t)size, &file, &why);
	Verdict verdict = VERDICT_DAMAGED;
	/* Written before a rekey, it is of a former epoch, of which there may be several keys. */
	for (const VaultKeys *keys = vault->keys;
		there && keys != NULL && verdict != VERDICT_OK && verdict != VERDICT_NO_MEMORY; keys = keys->former) {
		ObjectPlace place = {.vault = vault->id, .epoch = keys->epoch};
		verdict = index_open(keys->index, &place, str_view(&file), &body);
	}
	if (verdict == VERDICT_OK) {
		index_salt((const uint8_t *)file.ptr, salt);
		verdict = index_decode(str_view(&body), chains, memory);
	}
	str_free(&path);
	str_free(&file);
	str_wipe(&body);
	return verdict == VERDICT_OK || verdict == VERDICT_NO_MEMORY ? verdict : VERDICT_DAMAGED;
}

/* Some, others each time, are read again: bytes that were changed in place show by and by, and soon in a small vault.
 * To ask for the times of ten thousand files would cost as much as all the rest of opening them. */
static void
doubt_some(const Vault *vault)
{
	const Chains *chains = &vault->chains;
	uint32_t from;
	vault->sys->random(&from, sizeof from);
	for (size_t i = 0; i < READ_AGAIN && i < chains->len; i++)
		chains->by_id[(from % chains->len + i) % chains->len]->doubted = true;
}

bool
index_load(Vault *vault, bool *loaded, Err *err)
{
	Index *index = &vault->index;
	*loaded = false;
	if (vault->state.len == 0)
		return true;
	Verdict verdict = read_index(vault, &vault->chains, &index->memory, index->salt);
	if (verdict == VERDICT_NO_MEMORY)
		return err_memory(err);
	index->changed = verdict != VERDICT_OK;
	if (verdict != VERDICT_OK)
		return true;
	if (index->memory.minimum > INDEX_MINIMUM)
		return verdict_err(VERDICT_UNKNOWN_SUITE, str_c(&vault->state), err);
	index->has_file = *loaded = true;
	doubt_some(vault);
	index->written = vault->chains.changes;
	for (size_t i = 0; i < vault->chains.len; i++) {
		if (vault->chains.by_id[i]->card.lamport > vault->lamport)
			vault->lamport = vault->chains.by_id[i]->card.lamport;
	}
	return true;
}

/* ---- What is gone */

static size_t
find_lost(const Memory *memory, Id object)
{
	size_t i = 0;
	while (i < memory->lost_len && !id_equal(memory->lost[i]->id, object))
		i++;
	return i;
}

const Item *
index_recall(const Vault *vault, Id object)
{
	const Memory *memory = &vault->index.memory;
	size_t at = find_lost(memory, object);
	return at == memory->lost_len ? NULL : memory->lost[at];
}

bool
index_lose(Vault *vault, const Item *item, Err *err)
{
	if (!index_add_lost(&vault->index.memory, item_copy(item)))
		return err_memory(err);
	vault->index.changed = true;
	return true;
}

static bool
honest_revision(Vault *vault, Chain chain, const Item *gone)
{
	const Card *card = &gone->card;
	for (size_t i = 0; i < chain.len && card->automatic; i++) {
		const Card *other = &chain.items[i]->card;
		if (id_equal(other->session, card->session) && other->run <= card->lamport &&
			card->lamport < other->lamport)
			return true;
	}
	return pack_covers(vault, card->subject, gone->id, card);
}

/* Whether what is there explains that an object is not; see INDEX in meok-vault(5). */
static bool
honest(Vault *vault, const Item *gone)
{
	const Card *card = &gone->card;
	if (store_destroyed(vault, card->subject))
		return true;
	if (card->kind == OBJECT_TOMBSTONE && card->state == TOMBSTONE_DESTROYED)
		return false;
	Chain chain = chains_of(&vault->chains, card->kind, card->subject);
	if (card->kind == OBJECT_REVISION)
		return honest_revision(vault, chain, gone);
	bool leaves_one =
		card->kind == OBJECT_WORK || card->kind == OBJECT_PUBLICATION || card->kind == OBJECT_SETTINGS;
	for (size_t i = chain.len; i > 0 && item_compare_age(chain.items[i - 1], gone) > 0; i--) {
		if (!leaves_one || chain.items[i - 1]->superseded)
			return true;
	}
	return false;
}

static void
free_missing(Index *index)
{
	for (size_t i = 0; i < index->missing_len; i++)
		str_free(&index->missing[i].title);
	free(index->missing);
	index->missing = NULL;
	index->missing_len = 0;
}

/* What a writer calls the subject: records of what was published bear no name of their own. */
static StrView
title_of(const Vault *vault, const Item *item)
{
	static const uint8_t named[] = {OBJECT_REVISION, OBJECT_WORK, OBJECT_SITE};
	Id about = item->card.kind == OBJECT_PUBLICATION ? item->card.draft : item->card.subject;
	if (item->card.title.len > 0)
		return str_view(&item->card.title);
	for (size_t i = 0; i < sizeof named; i++) {
		const Item *head = store_head(vault, named[i], about, NULL);
		if (head != NULL)
			return str_view(&head->card.title);
	}
	return (StrView){NULL, 0};
}

static bool
list_missing(Vault *vault, size_t count, Err *err)
{
	Index *index = &vault->index;
	free_missing(index);
	index->missing = calloc(count + 1, sizeof *index->missing);
	if (index->missing == NULL)
		return err_memory(err);
	for (size_t i = 0; i < index->memory.lost_len; i++) {
		const Item *item = index->memory.lost[i];
		if (item->seen)
			continue;
		Missing *missing = &index->missing[index->missing_len++];
		*missing = (Missing){.object = item->id,
			.subject = item->card.subject,
			.kind = (ObjectKind)item->card.kind,
			.title = str_from(title_of(vault, item)),
			.time_ms = item->card.time_ms,
			.was_head = !item->superseded};
		if (!str_ok(&missing->title, err))
			return false;
	}
	index->rolled_back = count > ROLLED_BACK_MIN && count > vault->chains.len;
	return true;
}

/* Whether there is a file that is not what it was, or may be one where nobody could look. */
static bool
file_there(const Vault *vault, Id object)
{
	uint32_t shard = (uint32_t)1 << (object.bytes[0] >> 3);
	if ((vault->index.unreadable & shard) != 0)
		return true;
	for (size_t i = 0; i < vault->damage_len; i++) {
		if (id_equal(vault->damage[i].object, object))
			return true;
	}
	return false;
}

bool
index_judge(Vault *vault, bool *fresh, Err *err)
{
	Memory *memory = &vault->index.memory;
	size_t kept = 0, missing = 0;
	*fresh = false;
	/* kept: it was missing before; number: it goes. One may explain another, so that they go together. */
	for (size_t i = 0; i < memory->lost_len; i++) {
		Item *item = memory->lost[i];
		bool back = chains_find(&vault->chains, item->id) != NULL;
		item->seen = !back && file_there(vault, item->id);
		item->number = back || (!item->seen && honest(vault, item));
		bool gone = item->number == 0 && !item->seen;
		missing += gone;
		*fresh = *fresh || (gone && !item->kept);
		item->kept = gone;
	}
	for (size_t i = 0; i < memory->lost_len; i++) {
		if (memory->lost[i]->number == 0)
			memory->lost[kept++] = memory->lost[i];
		else
			item_free(memory->lost[i]);
	}
	vault->index.changed = vault->index.changed || kept != memory->lost_len;
	memory->lost_len = kept;
	return list_missing(vault, missing, err);
}

const Missing *
vault_missing(const Vault *vault, size_t *count)
{
	*count = vault->index.missing_len;
	return vault->index.missing;
}

bool
vault_newest_is_missing(const Vault *vault, Id draft)
{
	const Index *index = &vault->index;
	for (size_t i = 0; i < index->missing_len; i++) {
		const Missing *missing = &index->missing[i];
		if (missing->was_head && missing->kind == OBJECT_REVISION && id_equal(missing->subject, draft))
			return true;
	}
	return false;
}

bool
vault_is_rolled_back(const Vault *vault)
{
	return vault->index.rolled_back;
}

/* ---- Places */

void
vault_set_place(Vault *vault, Id draft, size_t cursor)
{
	CursorPlace place = {.draft = draft, .cursor = cursor, .anchor = cursor, .time_ms = vault->sys->now_ms()};
	/* A place that is not remembered for want of memory is the beginning. */
	if (!id_is_none(draft) && index_put_place(&vault->index.memory, &place))
		vault->index.changed = true;
}

bool
vault_place(const Vault *vault, Id draft, size_t *cursor)
{
	const Memory *memory = &vault->index.memory;
	for (size_t i = 0; i < memory->place_len; i++) {
		if (id_equal(memory->places[i].draft, draft)) {
			*cursor = (size_t)memory->places[i].cursor;
			return true;
		}
	}
	return false;
}

/* ---- Writing it */

/* Holds the state folder while the file is read and replaced. Nobody keeps it for long; when it cannot be had, nothing
 * worse comes of it than that one of two sessions forgets what the other saw. */
static int
lock_state(const Vault *vault)
{
	const struct timespec pause = {.tv_nsec = LOCK_PAUSE_MS * 1000000L};
	int fd = vault->sys->open(str_c(&vault->state), O_RDONLY | O_DIRECTORY, 0);
	for (int i = 0; fd >= 0 && i < LOCK_TRIES && vault->sys->lock(fd) != 0; i++)
		nanosleep(&pause, NULL);
	return fd;
}

/* True when the file is not the one that this session has read or written. */
static bool
file_is_other(const Vault *vault)
{
	uint8_t header[SEAL_HEADER_BYTES], salt[SALT_BYTES];
	size_t got = 0;
	uint64_t size;
	Str path = {0};
	bool there = index_path(vault, &path, NULL) &&
		     disk_read_head(vault->sys, str_c(&path), header, sizeof header, &got, &size, NULL) &&
		     got == sizeof header;
	str_free(&path);
	if (!there)
		return false;
	index_salt(header, salt);
	return !vault->index.has_file || memcmp(salt, vault->index.salt, sizeof salt) != 0;
}

/* Takes over an object that another session remembers. */
static bool
remember(Vault *vault, const Item *item)
{
	Memory *memory = &vault->index.memory;
	if (chains_find(&vault->chains, item->id) != NULL || find_lost(memory, item->id) < memory->lost_len)
		return true;
	return index_add_lost(memory, item_copy(item));
}

static bool
theirs_has(const Chains *chains, const Memory *memory, Id object)
{
	return chains_find(chains, object) != NULL || find_lost(memory, object) < memory->lost_len;
}

/* What was lost and is not in the other session's index any more, was accepted or explained there. */
static void
forget_like(Memory *memory, const Chains *chains, const Memory *theirs)
{
	size_t kept = 0;
	for (size_t i = 0; i < memory->lost_len; i++) {
		if (memory->lost[i]->indexed && !theirs_has(chains, theirs, memory->lost[i]->id))
			item_free(memory->lost[i]);
		else
			memory->lost[kept++] = memory->lost[i];
	}
	memory->lost_len = kept;
}

/* Adds what another session has written since this one read the file. */
static bool
merge_file(Vault *vault, Err *err)
{
	Index *index = &vault->index;
	Chains chains = {0};
	Memory theirs = {0};
	uint8_t salt[SALT_BYTES];
	if (!file_is_other(vault))
		return true;
	Verdict verdict = read_index(vault, &chains, &theirs, salt);
	bool ok = verdict != VERDICT_NO_MEMORY;
	if (verdict == VERDICT_OK)
		forget_like(&index->memory, &chains, &theirs);
	for (size_t i = 0; ok && i < chains.len; i++)
		ok = remember(vault, chains.by_id[i]);
	for (size_t i = 0; ok && i < theirs.lost_len; i++)
		ok = remember(vault, theirs.lost[i]);
	for (size_t i = 0; ok && i < theirs.place_len; i++)
		ok = index_put_place(&index->memory, &theirs.places[i]);
	if (ok && verdict == VERDICT_OK && !index->slots_own) {
		slot_list_free(&index->memory.slots);
		index->memory.slots = theirs.slots;
		theirs.slots = (SlotList){0};
	}
	if (theirs.minimum > index->memory.minimum)
		index->memory.minimum = theirs.minimum;
	chains_free(&chains);
	index_free_memory(&theirs);
	return ok || err_memory(err);
}

/* What is remembered must not be less durable than the memory of it: another session, or whoever synchronises the
 * folder, may have named an object and not synchronised its name yet. Where that cannot be done, nothing worse comes of
 * it than a question after a power cut. */
static void
settle_folders(const Vault *vault)
{
	uint32_t shards = 0;
	for (size_t i = 0; i < vault->chains.len; i++) {
		const Item *item = vault->chains.by_id[i];
		if (!item->indexed && !id_equal(item->card.session, vault->session))
			shards |= (uint32_t)1 << (item->id.bytes[0] >> 3);
	}
	for (uint8_t shard = 0; shard < 32; shard++) {
		Str path = {0};
		if ((shards >> shard & 1) != 0 &&
			store_path(vault, (Id){.bytes = {(uint8_t)(shard << 3)}}, &path, NULL)) {
			str_truncate(&path, path.len - 1 - ID_TEXT);
			disk_sync_folder(vault->sys, str_c(&path), NULL);
		}
		str_free(&path);
	}
	if (vault->index.slots_own)
		slots_sync(vault->sys, str_c(&vault->dir), NULL);
}

bool
index_reread_slots(Vault *vault)
{
	Chains chains = {0};
	Memory theirs = {0};
	uint8_t salt[SALT_BYTES];
	bool ok = file_is_other(vault) && read_index(vault, &chains, &theirs, salt) == VERDICT_OK;
	if (ok) {
		slot_list_free(&vault->index.memory.slots);
		vault->index.memory.slots = theirs.slots;
		theirs.slots = (SlotList){0};
	}
	chains_free(&chains);
	index_free_memory(&theirs);
	return ok;
}

static bool
write_index(Vault *vault, Err *err)
{
	Index *index = &vault->index;
	ObjectPlace place = {.vault = vault->id, .epoch = vault->keys->epoch};
	ObjectNonce nonce;
	vault->sys->random(&nonce, sizeof nonce);
	Str path = {0}, body = {0}, file = {0};
	bool ok = index_path(vault, &path, err) && index_encode(&vault->chains, &index->memory, &body, err) &&
		  index_seal(vault->keys->index, &place, &nonce, str_view(&body), &file, err) &&
		  file_replace(vault->sys, str_c(&path), str_view(&file), 0600, err);
	str_wipe(&body);
	str_free(&file);
	str_free(&path);
	if (!ok)
		return false;
	memcpy(index->salt, nonce.salt, SALT_BYTES);
	index->has_file = true;
	index->changed = index->slots_own = false;
	index->written = vault->chains.changes;
	for (size_t i = 0; i < vault->chains.len; i++)
		vault->chains.by_id[i]->indexed = true;
	for (size_t i = 0; i < index->memory.lost_len; i++)
		index->memory.lost[i]->indexed = true;
	return true;
}

bool
vault_save_index(Vault *vault, Err *err)
{
	const Index *index = &vault->index;
	if (vault->state.len == 0 || !index->ready || (!index->changed && index->written == vault->chains.changes))
		return true;
	int lock = lock_state(vault);
	settle_folders(vault);
	bool ok = merge_file(vault, err) && write_index(vault, err);
	if (lock >= 0)
		vault->sys->close(lock);
	return ok;
}

bool
vault_accept_missing(Vault *vault, Err *err)
{
	Index *index = &vault->index;
	Memory *memory = &index->memory;
	size_t kept = 0;
	/* Only what was told: what another session remembers is not accepted unseen. */
	for (size_t i = 0; i < memory->lost_len; i++) {
		if (memory->lost[i]->kept)
			item_free(memory->lost[i]);
		else
			memory->lost[kept++] = memory->lost[i];
	}
	memory->lost_len = kept;
	free_missing(index);
	index->rolled_back = false;
	index->changed = true;
	return vault_save_index(vault, err);
}

void
index_close(Vault *vault)
{
	Index *index = &vault->index;
	vault_save_index(vault, NULL);
	free_missing(index);
	index_free_slots(index);
	index_free_memory(&index->memory);
}
