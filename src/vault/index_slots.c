/* The key slots as this device knows them: what came, what went, and what it did itself. */
#include "disk.h"
#include "store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS_LOOKED_AT = 256 };

/* The slot files that there are. False when they cannot be listed. */
static bool
look_at_slots(const Vault *vault, SlotList *list, Err *err)
{
	StrList names = {0};
	Str path = {0};
	path_join(&path, str_view(&vault->dir), SV("keys"));
	bool ok = str_ok(&path, err);
	size_t folder_len = path.len;
	if (ok && !vault->sys->list_dir(str_c(&path), &names))
		ok = err_set(err, ERR_FAILED, "cannot list %s: %s: check the disk", str_c(&path), strerror(errno));
	for (size_t i = 0; ok && i < names.len && list->len < SLOTS_LOOKED_AT; i++) {
		char bytes[SLOT_FILE_BYTES];
		uint8_t hash[SLOT_HASH_BYTES];
		size_t got = 0;
		uint64_t size;
		if (!sv_ends(str_view(&names.items[i]), SV(".key")))
			continue;
		str_truncate(&path, folder_len);
		str_printf(&path, "/%s", str_c(&names.items[i]));
		ok = str_ok(&path, err);
		/* What cannot be read is as good as gone. */
		if (!ok || !disk_read_head(vault->sys, str_c(&path), bytes, sizeof bytes, &got, &size, NULL))
			continue;
		secret_hash(hash, sizeof hash, NULL, 0, (StrView){bytes, got});
		ok = slot_list_add(list, str_view(&names.items[i]), hash) || err_memory(err);
	}
	list_free(&names);
	str_free(&path);
	return ok;
}

static void
free_slot_changes(Index *index)
{
	for (size_t i = 0; i < index->slot_change_len; i++)
		str_free(&index->slot_changes[i].name);
	free(index->slot_changes);
	index->slot_changes = NULL;
	index->slot_change_len = 0;
}

/* Adds the slots of `list` that `other` does not have like that. */
static bool
add_changes(Index *index, const SlotList *list, const SlotList *other, bool came)
{
	for (size_t i = 0; i < list->len; i++) {
		const SlotSeen *slot = &list->items[i], *same = slot_list_find(other, str_view(&slot->name));
		if (same != NULL && (!came || memcmp(same->hash, slot->hash, SLOT_HASH_BYTES) == 0))
			continue;
		SlotChange *change = &index->slot_changes[index->slot_change_len++];
		*change = (SlotChange){str_from(str_view(&slot->name)), came, !came || same != NULL};
		if (change->name.failed)
			return false;
	}
	return true;
}

static bool
compare_slots(Index *index, Err *err)
{
	const SlotList *known = &index->memory.slots, *there = &index->looked;
	free_slot_changes(index);
	index->slot_changes = calloc(known->len + there->len + 1, sizeof *index->slot_changes);
	bool ok = index->slot_changes != NULL && add_changes(index, there, known, true) &&
		  add_changes(index, known, there, false);
	return ok || err_memory(err);
}

/* Takes over the list of slots that are right. */
static void
slots_are(Index *index, SlotList *list)
{
	slot_list_free(&index->memory.slots);
	index->memory.slots = *list;
	*list = (SlotList){0};
	index->changed = index->slots_own = true;
}

static bool
copy_slots(const SlotList *from, SlotList *to)
{
	for (size_t i = 0; i < from->len; i++) {
		if (!slot_list_add(to, str_view(&from->items[i].name), from->items[i].hash))
			return false;
	}
	return true;
}

void
index_free_slots(Index *index)
{
	free_slot_changes(index);
	slot_list_free(&index->looked);
}

bool
index_look_slots(Vault *vault, Err *err)
{
	Index *index = &vault->index;
	SlotList there = {0};
	if (vault->state.len == 0)
		return true;
	if (!look_at_slots(vault, &there, err)) {
		slot_list_free(&there);
		return false;
	}
	slot_list_free(&index->looked);
	index->looked = there;
	if (index->memory.slots.len == 0) {
		SlotList first = {0};
		if (!copy_slots(&index->looked, &first)) {
			slot_list_free(&first);
			return err_memory(err);
		}
		slots_are(index, &first);
	}
	bool ok = compare_slots(index, err);
	if (!ok || index->slot_change_len == 0 || vault->held)
		return ok;
	/* A session of this device that changes them says so in the index before it lets the folder go. */
	if (hold_is_taken(vault))
		free_slot_changes(index);
	else if (index_reread_slots(vault))
		ok = compare_slots(index, err);
	return ok;
}

static const SlotChange *
find_change(const Index *index, StrView name)
{
	for (size_t i = 0; i < index->slot_change_len; i++) {
		if (sv_equal(str_view(&index->slot_changes[i].name), name))
			return &index->slot_changes[i];
	}
	return NULL;
}

/* What is there now, but where a change waits to be accepted what was known before. */
static bool
known_slots(const Index *index, const SlotList *there, SlotList *known)
{
	for (size_t i = 0; i < there->len; i++) {
		const SlotSeen *slot = &there->items[i];
		if (find_change(index, str_view(&slot->name)) == NULL &&
			!slot_list_add(known, str_view(&slot->name), slot->hash))
			return false;
	}
	for (size_t i = 0; i < index->memory.slots.len; i++) {
		const SlotSeen *slot = &index->memory.slots.items[i];
		const SlotChange *change = find_change(index, str_view(&slot->name));
		if (change != NULL && change->went && !slot_list_add(known, str_view(&slot->name), slot->hash))
			return false;
	}
	return true;
}

void
index_slots_known(Vault *vault)
{
	Index *index = &vault->index;
	SlotList there = {0}, known = {0};
	if (vault->state.len > 0 && index->ready && look_at_slots(vault, &there, NULL) &&
		known_slots(index, &there, &known)) {
		slots_are(index, &known);
		slot_list_free(&index->looked);
		index->looked = there;
		there = (SlotList){0};
		/* Without memory the list is short until the next look. */
		compare_slots(index, NULL);
	}
	slot_list_free(&there);
	slot_list_free(&known);
}

const SlotChange *
vault_slots_changed(const Vault *vault, size_t *count)
{
	*count = vault->index.slot_change_len;
	return vault->index.slot_changes;
}

bool
vault_accept_slots(Vault *vault, Err *err)
{
	Index *index = &vault->index;
	SlotList known = {0};
	if (!copy_slots(&index->looked, &known)) {
		slot_list_free(&known);
		return err_memory(err);
	}
	slots_are(index, &known);
	return compare_slots(index, err) && vault_save_index(vault, err);
}
