/* The texts of all drafts, read on all processors at once: for a search. */
#include "disk.h"
#include "record.h"
#include "store.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One head of a draft. */
typedef struct Place {
	Id draft, revision;
	uint64_t body_len;
	int64_t time_ms;
	Str kept; /* its body, when it was kept */
	bool wanted, failed;
} Place;

/* What one thread reads with, again and again. */
typedef struct Room {
	char *file;
	uint8_t *plain;
	size_t size;
} Room;

struct Sweep {
	const Sys *sys;
	Id vault;
	VaultKeys *keys; /* of its own: those of the vault may change while it runs */
	Str objects;     /* path of the folder */
	Place *places;
	size_t len;
	Id *drafts;       /* of the places, in the same order */
	uint64_t changes; /* of the vault when they were listed */
	uint32_t epoch;
	bool listed;
	size_t keep;
	atomic_size_t kept;
	Room rooms[TEAM_MAX];
	/* of the run that is on */
	const size_t *order;
	const atomic_bool *stop;
	SweepFn *each;
	void *data;
};

bool
sweep_keyword(const SweepText *text, size_t *at, StrView *keyword)
{
	return revision_next_keyword(text->fields, at, keyword);
}

Sweep *
sweep_new(size_t keep, Err *err)
{
	Sweep *sweep = calloc(1, sizeof *sweep);
	if (sweep == NULL)
		err_memory(err);
	else
		sweep->keep = keep;
	return sweep;
}

static void
free_places(Place *places, size_t len)
{
	for (size_t i = 0; i < len; i++)
		str_wipe(&places[i].kept);
	free(places);
}

static void
free_rooms(Sweep *sweep)
{
	for (size_t i = 0; i < TEAM_MAX; i++) {
		Room *room = &sweep->rooms[i];
		if (room->plain != NULL)
			secret_wipe(room->plain, room->size);
		free(room->plain);
		free(room->file);
		*room = (Room){0};
	}
}

void
sweep_free(Sweep *sweep)
{
	if (sweep == NULL)
		return;
	free_places(sweep->places, sweep->len);
	free_rooms(sweep);
	free(sweep->drafts);
	keys_free(sweep->keys);
	str_free(&sweep->objects);
	free(sweep);
}

/* ---- What there is */

/* The keys that open objects, and no others. */
static VaultKeys *
copy_keys(const VaultKeys *keys, Err *err)
{
	VaultKeys *first = NULL, **end = &first;
	for (; keys != NULL; keys = keys->former) {
		VaultKeys *copy = keys_new(err);
		if (copy == NULL) {
			keys_free(first);
			return NULL;
		}
		memcpy(copy->objects, keys->objects, KEY_BYTES);
		copy->epoch = keys->epoch;
		*end = copy;
		end = &copy->former;
	}
	return first;
}

static int
compare_revisions(const void *a, const void *b)
{
	const Place *x = a, *y = b;
	return id_compare(x->revision, y->revision);
}

static int
compare_times(const void *a, const void *b)
{
	const Place *x = a, *y = b;
	if (x->time_ms != y->time_ms)
		return x->time_ms > y->time_ms ? -1 : 1;
	return id_compare(y->revision, x->revision);
}

/* Heads in the order of the chains. */
static size_t
list_heads(const Vault *vault, Place *places)
{
	const Chains *chains = &vault->chains;
	size_t count = 0;
	for (size_t at = chains_start(chains, OBJECT_REVISION), next; at < chains->len; at = next) {
		if (chains->by_chain[at]->card.kind != OBJECT_REVISION)
			break;
		Chain chain = chains_at(chains, at);
		next = at + chain.len;
		const Item *head = chain_head(chain, NULL);
		if (store_destroyed(vault, head->card.subject))
			continue;
		for (size_t i = chain.len; i > 0; i--) {
			const Item *item = chain.items[i - 1];
			if (item != head && item->superseded)
				continue;
			places[count++] = (Place){.draft = item->card.subject,
				.revision = item->id,
				.body_len = item->card.body_len,
				.time_ms = item->card.time_ms,
				.wanted = true};
		}
	}
	return count;
}

/* Moves what is kept over to the new list, and wipes the rest. */
static void
take_kept(Sweep *sweep, Place *places, size_t count)
{
	size_t kept = 0;
	if (sweep->len > 0)
		qsort(sweep->places, sweep->len, sizeof *places, compare_revisions);
	for (size_t i = 0; i < count && sweep->len > 0; i++) {
		Place *old = bsearch(&places[i], sweep->places, sweep->len, sizeof *places, compare_revisions);
		if (old == NULL)
			continue;
		str_move(&places[i].kept, &old->kept);
		kept += places[i].kept.len;
	}
	free_places(sweep->places, sweep->len);
	atomic_store(&sweep->kept, kept);
}

bool
sweep_list(Sweep *sweep, Vault *vault, Err *err)
{
	if (sweep->listed && sweep->changes == vault->chains.changes && sweep->epoch == vault->keys->epoch &&
		id_equal(sweep->vault, vault->id)) {
		for (size_t i = 0; i < sweep->len; i++)
			sweep->places[i].wanted = true;
		return true;
	}
	VaultKeys *keys = copy_keys(vault->keys, err);
	if (keys == NULL)
		return false;
	Place *places = calloc(vault->chains.len + 1, sizeof *places);
	Id *drafts = calloc(vault->chains.len + 1, sizeof *drafts);
	str_clear(&sweep->objects);
	str_printf(&sweep->objects, "%s/objects", str_c(&vault->dir));
	if (places == NULL || drafts == NULL || !str_ok(&sweep->objects, NULL)) {
		free(places);
		free(drafts);
		keys_free(keys);
		return err_memory(err);
	}
	size_t count = list_heads(vault, places);
	if (count > 0)
		qsort(places, count, sizeof *places, compare_times);
	for (size_t i = 0; i < count; i++)
		drafts[i] = places[i].draft;
	take_kept(sweep, places, count);
	keys_free(sweep->keys);
	free(sweep->drafts);
	sweep->sys = vault->sys;
	sweep->vault = vault->id;
	sweep->keys = keys;
	sweep->places = places;
	sweep->drafts = drafts;
	sweep->len = count;
	sweep->changes = vault->chains.changes;
	sweep->epoch = vault->keys->epoch;
	sweep->listed = true;
	return true;
}

size_t
sweep_count(const Sweep *sweep)
{
	return sweep->len;
}

const Id *
sweep_draft(const Sweep *sweep, size_t at)
{
	return &sweep->drafts[at];
}

void
sweep_want(Sweep *sweep, size_t at, bool wanted)
{
	sweep->places[at].wanted = wanted;
}

bool
sweep_failed(const Sweep *sweep, size_t at)
{
	return sweep->places[at].failed;
}

/* ---- Reading */

/* Sizes come in steps, so that texts of growing size do not ask for a new room each. */
static bool
room_for(Room *room, size_t size)
{
	if (room->size >= size)
		return true;
	size_t step = 65536;
	while (step < size)
		step *= 2;
	if (room->plain != NULL)
		secret_wipe(room->plain, room->size);
	free(room->plain);
	free(room->file);
	*room = (Room){.file = malloc(step), .plain = malloc(step)};
	room->size = room->file != NULL && room->plain != NULL ? step : 0;
	return room->size > 0;
}

/* The body of a head, as it lies in `plain`, or in the room when that is NULL. */
static bool
open_place(const Sweep *sweep, const Place *place, Room *room, uint8_t *plain, StrView *body)
{
	char name[ID_TEXT + 1], path[PATH_MAX];
	id_format(place->revision, name);
	size_t size = seal_size(place->body_len);
	int len = snprintf(path, sizeof path, "%s/%c/%s", str_c(&sweep->objects), name[0], name);
	if (len < 0 || (size_t)len >= sizeof path || !room_for(room, size) ||
		!disk_read_into(sweep->sys, path, size, room->file, NULL))
		return false;
	StrView file = {room->file, size};
	const VaultKeys *keys = object_keys(sweep->keys, file);
	if (keys == NULL)
		return false;
	ObjectPlace where = {.vault = sweep->vault, .object = place->revision, .epoch = keys->epoch};
	uint8_t kind;
	return object_open_into(keys->objects, &where, file, plain != NULL ? plain : room->plain, &kind, body) ==
		       VERDICT_OK &&
	       kind == OBJECT_REVISION && body->len == place->body_len;
}

/* Takes so much of what may be kept; false when that is not there any more. */
static bool
reserve(Sweep *sweep, size_t len)
{
	if (sweep->keep < len)
		return false;
	if (atomic_fetch_add(&sweep->kept, len) <= sweep->keep - len)
		return true;
	atomic_fetch_sub(&sweep->kept, len);
	return false;
}

/* Opens a long text where it is going to stay, if its padding is not worth a copy. */
static bool
open_to_keep(const Sweep *sweep, Place *place, Room *room, StrView *body)
{
	size_t size = seal_room(seal_size(place->body_len));
	if (size - place->body_len > place->body_len / 8)
		return open_place(sweep, place, room, NULL, body);
	Str kept = {.ptr = malloc(size + 1), .cap = size + 1};
	if (kept.ptr == NULL)
		return open_place(sweep, place, room, NULL, body);
	kept.ptr[size] = '\0';
	bool ok = open_place(sweep, place, room, (uint8_t *)kept.ptr, body);
	kept.len = ok ? body->len : 0;
	if (ok)
		str_move(&place->kept, &kept);
	else
		str_wipe(&kept);
	return ok;
}

/* Reads a text, and keeps it where there is room: one that is not kept is read again. */
static bool
read_place(Sweep *sweep, Place *place, Room *room, StrView *body)
{
	size_t len = place->body_len;
	if (!reserve(sweep, len))
		return sweep->each != NULL && open_place(sweep, place, room, NULL, body);
	bool ok = open_to_keep(sweep, place, room, body);
	if (ok && place->kept.ptr == NULL)
		place->kept = str_from(*body);
	if (!ok || place->kept.failed) {
		str_wipe(&place->kept);
		atomic_fetch_sub(&sweep->kept, len);
	}
	return ok;
}

static void
visit(void *data, size_t member, size_t index)
{
	Sweep *sweep = data;
	size_t at = sweep->order[index];
	Place *place = &sweep->places[at];
	if (sweep->stop != NULL && atomic_load_explicit(sweep->stop, memory_order_relaxed))
		return;
	SweepText text = {.draft = place->draft, .revision = place->revision, .fields = str_view(&place->kept)};
	place->failed = place->kept.len == 0 && !read_place(sweep, place, &sweep->rooms[member], &text.fields);
	if (place->failed || sweep->each == NULL)
		return;
	place->failed = !revision_views(text.fields, &text);
	if (!place->failed)
		sweep->each(sweep->data, at, &text);
}

/* Long ones first: so the threads end together. */
static size_t
plan(const Sweep *sweep, size_t *order)
{
	enum { LONG = 1 << 20 };
	size_t count = 0;
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < sweep->len; i++)
			if (sweep->places[i].wanted && (sweep->places[i].body_len >= LONG) == (pass == 0))
				order[count++] = i;
	return count;
}

void
sweep_run(Sweep *sweep, const atomic_bool *stop, SweepFn *each, void *data)
{
	size_t *order = calloc(sweep->len + 1, sizeof *order);
	for (size_t i = 0; i < sweep->len; i++)
		sweep->places[i].failed = order == NULL && sweep->places[i].wanted;
	if (order == NULL)
		return;
	sweep->order = order;
	sweep->stop = stop;
	sweep->each = each;
	sweep->data = data;
	team_run(team_size(), plan(sweep, order), visit, sweep);
	sweep->order = NULL;
	free(order);
	free_rooms(sweep);
}

bool
sweep_again(Sweep *sweep, Vault *vault, size_t at, SweepFn *each, void *data, Err *err)
{
	const Item *head;
	Str body = {0};
	SweepText text = {.draft = sweep->places[at].draft};
	if (!store_read_head(vault, OBJECT_REVISION, text.draft, &head, &body, err))
		return false;
	text.revision = head->id;
	text.fields = str_view(&body);
	bool ok = revision_views(text.fields, &text) ||
		  err_set(err, ERR_DAMAGED, "the fields of a record are damaged: take it from a backup");
	if (ok)
		each(data, at, &text);
	str_wipe(&body);
	return ok;
}
