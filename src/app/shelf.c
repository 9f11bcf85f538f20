/* The list of drafts as a screen shows it: states and chapters of everything in one pass. */
#include "state.h"

#include <stdlib.h>

typedef struct Chapter {
	Id draft;
	uint32_t number;
} Chapter;

typedef struct Chapters {
	Chapter *items;
	size_t len, cap;
} Chapters;

typedef struct NamedWork {
	Str key; /* its name as unicode_fold compares it */
	ShelfWork work;
} NamedWork;

typedef struct Works {
	NamedWork *items;
	size_t len, cap;
} Works;

/* ---- Works: their records are opened, there are few of them */

static bool
put_work(Works *works, const Entry *entry, Err *err)
{
	NamedWork *items = array_grow(works->items, works->len, &works->cap, sizeof *items);
	if (items == NULL)
		return err_memory(err);
	works->items = items;
	NamedWork *one = &works->items[works->len++];
	*one = (NamedWork){.work = {.id = entry->subject, .name = str_from(str_view(&entry->title))}};
	return unicode_fold(str_view(&entry->title), &one->key, err) && str_ok(&one->key, err) &&
	       str_ok(&one->work.name, err);
}

static bool
put_chapter(Chapters *chapters, Id draft, uint32_t number, Err *err)
{
	Chapter *items = array_grow(chapters->items, chapters->len, &chapters->cap, sizeof *items);
	if (items == NULL)
		return err_memory(err);
	chapters->items = items;
	chapters->items[chapters->len++] = (Chapter){draft, number};
	return true;
}

/* Counts as app_chapter does, all chapters of a work at once. */
static bool
number_chapters(App *app, ShelfWork *shown, Chapters *chapters, Err *err)
{
	Work work = {0};
	Err why = {0};
	if (!vault_load_work(app->vault, shown->id, &work, &why)) {
		/* With one damaged work it is still a shelf: without that work's numbers. */
		bool bearable = why.kind == ERR_DAMAGED || why.kind == ERR_NOT_FOUND;
		if (!bearable && err != NULL)
			*err = why;
		return bearable;
	}
	shown->limit = work.limit;
	bool ok = true;
	for (size_t i = 0; ok && i < work.chapter_count; i++) {
		const Entry *entry = vault_entry(app->vault, OBJECT_REVISION, work.chapters[i]);
		if (entry == NULL || entry->trashed || !id_equal(entry->work, shown->id))
			continue;
		ok = put_chapter(chapters, work.chapters[i], ++shown->chapters, err);
	}
	work_free(&work);
	return ok;
}

static int
compare_names(const void *a, const void *b)
{
	const NamedWork *x = a, *y = b;
	int order = sv_compare(str_view(&x->key), str_view(&y->key));
	return order != 0 ? order : id_compare(x->work.id, y->work.id);
}

static int
compare_chapters(const void *a, const void *b)
{
	return id_compare(((const Chapter *)a)->draft, ((const Chapter *)b)->draft);
}

static bool
take_works(App *app, Shelf *shelf, Chapters *chapters, Err *err)
{
	Works works = {0};
	size_t count;
	const Entry *const *entries = vault_entries(app->vault, OBJECT_WORK, &count);
	bool ok = entries != NULL || err_memory(err);
	for (size_t i = 0; ok && i < count; i++) {
		if (!entries[i]->trashed)
			ok = put_work(&works, entries[i], err);
	}
	if (works.len > 1)
		qsort(works.items, works.len, sizeof works.items[0], compare_names);
	shelf->works = calloc(works.len + 1, sizeof *shelf->works);
	shelf->work_cap = works.len;
	ok = ok && (shelf->works != NULL || err_memory(err));
	for (size_t i = 0; i < works.len; i++) {
		ok = ok && number_chapters(app, &works.items[i].work, chapters, err);
		if (ok)
			shelf->works[shelf->work_count++] = works.items[i].work;
		else
			str_free(&works.items[i].work.name);
		str_free(&works.items[i].key);
	}
	free(works.items);
	if (chapters->len > 1)
		qsort(chapters->items, chapters->len, sizeof chapters->items[0], compare_chapters);
	return ok;
}

/* ---- Drafts: from their cards */

static bool
take_draft(App *app, Shelf *shelf, const Entry *entry, const Chapters *chapters, bool *unsure, Err *err)
{
	ShelfItem *items = array_grow(shelf->items, shelf->len, &shelf->cap, sizeof *items);
	if (items == NULL)
		return err_memory(err);
	shelf->items = items;
	ShelfItem *item = &shelf->items[shelf->len++];
	*item = (ShelfItem){.draft = entry->subject,
		.work = entry->work,
		.title = str_from(str_view(&entry->title)),
		.characters = entry->characters,
		.changed_ms = entry->changed_ms};
	Chapter wanted = {.draft = entry->subject};
	const Chapter *chapter =
		chapters->len == 0 || id_is_none(entry->work)
			? NULL
			: bsearch(&wanted, chapters->items, chapters->len, sizeof wanted, compare_chapters);
	if (chapter != NULL)
		item->chapter = chapter->number;
	bool open;
	if (!str_ok(&item->title, err) || !state_of_cards(app, entry, &item->state, &open, err))
		return false;
	/* Kept for later: opening a record may void the list of entries. */
	if (open)
		item->state = STATE_UNKNOWN;
	*unsure = *unsure || open;
	return true;
}

/* Opens the records of those whose cards do not tell. */
static bool
make_sure(App *app, Shelf *shelf, Err *err)
{
	for (size_t i = 0; i < shelf->len; i++) {
		ShelfItem *item = &shelf->items[i];
		const Entry *entry = vault_entry(app->vault, OBJECT_REVISION, item->draft);
		Err why = {0};
		if (item->state != STATE_UNKNOWN || entry == NULL || app_draft_state(app, entry, &item->state, &why))
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

bool
app_shelf(App *app, Shelf *out, Err *err)
{
	Shelf shelf = {0};
	Chapters chapters = {0};
	bool unsure = false;
	bool ok = take_works(app, &shelf, &chapters, err);
	size_t count = 0;
	const Entry *const *entries = ok ? vault_entries(app->vault, OBJECT_REVISION, &count) : NULL;
	ok = ok && (entries != NULL || err_memory(err));
	for (size_t i = 0; ok && i < count; i++) {
		if (!entries[i]->trashed)
			ok = take_draft(app, &shelf, entries[i], &chapters, &unsure, err);
	}
	ok = ok && (!unsure || make_sure(app, &shelf, err));
	free(chapters.items);
	if (!ok) {
		shelf_free(&shelf);
		return false;
	}
	shelf_free(out);
	*out = shelf;
	return true;
}

void
shelf_free(Shelf *shelf)
{
	for (size_t i = 0; i < shelf->len; i++)
		str_free(&shelf->items[i].title);
	for (size_t i = 0; i < shelf->work_count; i++)
		str_free(&shelf->works[i].name);
	free(shelf->items);
	free(shelf->works);
	*shelf = (Shelf){0};
}
