/* The list of drafts as a screen shows it: states and chapters of everything in one pass. */
#include "state.h"

#include <stdlib.h>
#include <string.h>

/* Where a draft's item is, by its id. Ids are random, so their first bytes are hash enough. */
typedef struct Slot {
	Id draft, head;
	size_t item; /* from 1; 0: the slot is free */
} Slot;

typedef struct Table {
	Slot *slots;
	size_t mask;
} Table;

typedef struct NamedWork {
	Str key;   /* its name as unicode_fold compares it */
	Work work; /* empty when the record cannot be read */
	ShelfWork shown;
} NamedWork;

typedef struct Works {
	NamedWork *items;
	size_t len, cap;
} Works;

/* ---- The table */

static bool
table_init(Table *table, size_t count, Err *err)
{
	size_t size = 16;
	while (size < count * 2)
		size *= 2;
	*table = (Table){.slots = calloc(size, sizeof *table->slots), .mask = size - 1};
	return table->slots != NULL || err_memory(err);
}

/* The slot of a draft, or the free one that it would get. */
static Slot *
table_find(const Table *table, Id draft)
{
	uint64_t hash;
	memcpy(&hash, draft.bytes, sizeof hash);
	size_t at = hash & table->mask;
	while (table->slots[at].item != 0 && !id_equal(table->slots[at].draft, draft))
		at = (at + 1) & table->mask;
	return &table->slots[at];
}

/* ---- Works: their records are opened, there are few of them */

static bool
put_work(Works *works, const Entry *entry, Err *err)
{
	NamedWork *items = array_grow(works->items, works->len, &works->cap, sizeof *items);
	if (items == NULL)
		return err_memory(err);
	works->items = items;
	NamedWork *one = &works->items[works->len++];
	*one = (NamedWork){.shown = {.id = entry->subject, .name = str_from(str_view(&entry->title))}};
	return unicode_fold(str_view(&entry->title), &one->key, err) && str_ok(&one->key, err) &&
	       str_ok(&one->shown.name, err);
}

/* With a damaged work it is still a shelf: without that work's numbers. */
static bool
open_work(App *app, NamedWork *one, Err *err)
{
	Err why = {0};
	if (vault_load_work(app->vault, one->shown.id, &one->work, &why)) {
		one->shown.limit = one->work.limit;
		return true;
	}
	if (why.kind == ERR_DAMAGED || why.kind == ERR_NOT_FOUND)
		return true;
	if (err != NULL)
		*err = why;
	return false;
}

static int
compare_names(const void *a, const void *b)
{
	const NamedWork *x = a, *y = b;
	int order = sv_compare(str_view(&x->key), str_view(&y->key));
	return order != 0 ? order : id_compare(x->shown.id, y->shown.id);
}

static bool
take_works(App *app, Works *works, Err *err)
{
	size_t count;
	const Entry *const *entries = vault_entries(app->vault, OBJECT_WORK, &count);
	bool ok = entries != NULL || err_memory(err);
	for (size_t i = 0; ok && i < count; i++) {
		if (!entries[i]->trashed)
			ok = put_work(works, entries[i], err);
	}
	for (size_t i = 0; ok && i < works->len; i++)
		ok = open_work(app, &works->items[i], err);
	if (works->len > 1)
		qsort(works->items, works->len, sizeof works->items[0], compare_names);
	return ok;
}

static void
works_free(Works *works)
{
	for (size_t i = 0; i < works->len; i++) {
		str_free(&works->items[i].key);
		work_free(&works->items[i].work);
		str_free(&works->items[i].shown.name);
	}
	free(works->items);
}

/* Numbers the chapters as app_chapter does, and moves the works over. */
static bool
give_works(Works *works, const Table *table, Shelf *shelf, Err *err)
{
	shelf->works = calloc(works->len + 1, sizeof *shelf->works);
	if (shelf->works == NULL)
		return err_memory(err);
	shelf->work_cap = works->len;
	for (size_t i = 0; i < works->len; i++) {
		const Work *work = &works->items[i].work;
		ShelfWork *shown = &works->items[i].shown;
		for (size_t k = 0; k < work->chapter_count; k++) {
			const Slot *slot = table_find(table, work->chapters[k]);
			ShelfItem *item = slot->item == 0 ? NULL : &shelf->items[slot->item - 1];
			if (item != NULL && id_equal(item->work, shown->id))
				item->chapter = ++shown->chapters;
		}
		shelf->works[shelf->work_count++] = *shown;
		*shown = (ShelfWork){0};
	}
	return true;
}

/* ---- Drafts: from their cards */

static bool
take_drafts(App *app, Table *table, Shelf *shelf, Err *err)
{
	size_t count;
	const Entry *const *entries = vault_entries(app->vault, OBJECT_REVISION, &count);
	if (entries == NULL)
		return err_memory(err);
	shelf->items = calloc(count + 1, sizeof *shelf->items);
	shelf->cap = count;
	if (shelf->items == NULL)
		return err_memory(err);
	if (!table_init(table, count, err))
		return false;
	for (size_t i = 0; i < count; i++) {
		const Entry *entry = entries[i];
		if (entry->trashed)
			continue;
		ShelfItem *item = &shelf->items[shelf->len++];
		*item = (ShelfItem){.draft = entry->subject,
			.work = entry->work,
			.title = str_from(str_view(&entry->title)),
			.characters = entry->characters,
			.split = !id_is_none(entry->other_head) && vault_is_split(app->vault, entry->subject),
			.changed_ms = entry->changed_ms};
		if (!str_ok(&item->title, err))
			return false;
		*table_find(table, entry->subject) = (Slot){entry->subject, entry->head, shelf->len};
	}
	return true;
}

/* *unsure: the records of some have to be opened to be certain. */
static bool
take_states(App *app, const Table *table, Shelf *shelf, bool *unsure, Err *err)
{
	size_t count;
	const Entry *const *publications = vault_entries(app->vault, OBJECT_PUBLICATION, &count);
	if (publications == NULL)
		return err_memory(err);
	for (size_t i = 0; i < count; i++) {
		const Slot *slot = table_find(table, publications[i]->draft);
		if (slot->item == 0)
			continue;
		ShelfItem *item = &shelf->items[slot->item - 1];
		item->state = state_more_urgent(item->state, state_of_card(slot->head, publications[i]));
		*unsure = *unsure || publications[i]->phase == PHASE_INTENT;
	}
	return true;
}

static bool
make_sure(App *app, Shelf *shelf, Err *err)
{
	for (size_t i = 0; i < shelf->len; i++) {
		ShelfItem *item = &shelf->items[i];
		Err why = {0};
		if (item->state != STATE_UNKNOWN)
			continue;
		const Entry *entry = vault_entry(app->vault, OBJECT_REVISION, item->draft);
		if (entry == NULL || app_draft_state(app, entry, &item->state, &why))
			continue;
		item->state = STATE_UNKNOWN; /* what a record that cannot be read leaves it */
		if (why.kind != ERR_DAMAGED && why.kind != ERR_NOT_FOUND) {
			if (err != NULL)
				*err = why;
			return false;
		}
	}
	return true;
}

/* ---- Fragments: from their cards, too */

static bool
take_fragments(App *app, Shelf *shelf, Err *err)
{
	size_t count;
	const Entry *const *entries = vault_entries(app->vault, OBJECT_FRAGMENT, &count);
	shelf->fragments = entries == NULL ? NULL : calloc(count + 1, sizeof *shelf->fragments);
	if (shelf->fragments == NULL)
		return err_memory(err);
	for (size_t i = 0; i < count; i++) {
		const Entry *entry = entries[i];
		if (entry->trashed)
			continue;
		ShelfFragment *one = &shelf->fragments[shelf->fragment_count++];
		*one = (ShelfFragment){.id = entry->subject,
			.title = str_from(str_view(&entry->title)),
			.characters = entry->characters,
			.time_ms = entry->changed_ms};
		if (!str_ok(&one->title, err))
			return false;
	}
	return true;
}

bool
app_shelf(App *app, Shelf *out, Err *err)
{
	Shelf shelf = {0};
	Works works = {0};
	Table table = {0};
	bool unsure = false;
	/* Works first: opening a record may void the lists of entries. */
	bool ok = take_works(app, &works, err) && take_drafts(app, &table, &shelf, err) &&
		  take_states(app, &table, &shelf, &unsure, err) && give_works(&works, &table, &shelf, err) &&
		  take_fragments(app, &shelf, err) && (!unsure || make_sure(app, &shelf, err));
	works_free(&works);
	free(table.slots);
	shelf_free(ok ? out : &shelf);
	if (ok)
		*out = shelf;
	return ok;
}

void
shelf_free(Shelf *shelf)
{
	for (size_t i = 0; i < shelf->len; i++)
		str_free(&shelf->items[i].title);
	for (size_t i = 0; i < shelf->work_count; i++)
		str_free(&shelf->works[i].name);
	for (size_t i = 0; i < shelf->fragment_count; i++)
		str_free(&shelf->fragments[i].title);
	free(shelf->items);
	free(shelf->works);
	free(shelf->fragments);
	*shelf = (Shelf){0};
}
