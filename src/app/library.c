/* The library: what the writer was writing, the works with their chapters, and every other draft. */
#include "commands.h"
#include "editor.h"
#include "fragments.h"
#include "library_filter.h"

#include <stdlib.h>
#include <string.h>

enum { CONTINUED = 3, NUMBERED = 9 };

typedef enum Order { ORDER_WORKS, ORDER_DATE, ORDER_STATE, ORDERS } Order;

typedef struct Line {
	LibraryRowKind kind;
	size_t index;        /* into the shelf's items, its works or its fragments */
	const char *section; /* untranslated; NULL: the same as above */
	bool indented;
} Line;

typedef struct Library {
	Session *session;
	Shelf shelf;
	Line *lines;
	size_t len, cap;
	size_t current, top;
	size_t found_drafts; /* lines of a filter before those of fragments */
	Order order;
	LineInput filter;
	bool filtering;
	LibraryFilter *search; /* while the filter is open: before the first letter it reads ahead */
	Id open_work;          /* its chapters are shown */
	Id last_trashed;
} Library;

static const PlaceKind LIBRARY;

static Context
context(const void *state)
{
	return ((const Library *)state)->filtering ? CONTEXT_PICKER : CONTEXT_LIBRARY;
}

/* ---- The lines */

static bool
add_line(Library *library, Line line)
{
	Line *lines = array_grow(library->lines, library->len, &library->cap, sizeof *lines);
	if (lines == NULL)
		return false;
	library->lines = lines;
	lines[library->len++] = line;
	return true;
}

static int
compare_chapters(const void *a, const void *b, void *data)
{
	const ShelfItem *items = data;
	const Line *x = a, *y = b;
	uint32_t left = items[x->index].chapter, right = items[y->index].chapter;
	return left != right ? (left < right ? -1 : 1) : (x->index > y->index) - (x->index < y->index);
}

static bool
add_chapters(Library *library, Id work)
{
	size_t first = library->len;
	bool ok = true;
	for (size_t i = 0; ok && i < library->shelf.len; i++)
		if (id_equal(library->shelf.items[i].work, work))
			ok = add_line(library, (Line){LIBRARY_DRAFT, i, NULL, true});
	if (library->len > first)
		qsort_r(library->lines + first, library->len - first, sizeof library->lines[0], compare_chapters,
			library->shelf.items);
	return ok;
}

static bool
has_work(const Library *library, Id work)
{
	for (size_t i = 0; i < library->shelf.work_count; i++)
		if (id_equal(library->shelf.works[i].id, work))
			return true;
	return false;
}

static bool
add_by_works(Library *library)
{
	bool ok = true;
	const Shelf *shelf = &library->shelf;
	const char *section = N_("Continue");
	for (size_t i = 0; ok && i < shelf->len && i < CONTINUED; i++, section = NULL)
		ok = add_line(library, (Line){LIBRARY_DRAFT, i, section, false});
	section = N_("Works");
	for (size_t i = 0; ok && i < shelf->work_count; i++, section = NULL) {
		ok = add_line(library, (Line){LIBRARY_WORK, i, section, false});
		if (ok && id_equal(shelf->works[i].id, library->open_work))
			ok = add_chapters(library, library->open_work);
	}
	section = N_("Articles");
	for (size_t i = CONTINUED; ok && i < shelf->len; i++) {
		if (!id_is_none(shelf->items[i].work) && has_work(library, shelf->items[i].work))
			continue;
		ok = add_line(library, (Line){LIBRARY_DRAFT, i, section, false});
		section = NULL;
	}
	return ok;
}

/* Below everything else, in every order. */
static bool
add_fragments(Library *library)
{
	const char *section = N_("Fragments");
	bool ok = true;
	for (size_t i = 0; ok && i < library->shelf.fragment_count; i++, section = NULL)
		ok = add_line(library, (Line){LIBRARY_FRAGMENT, i, section, false});
	return ok;
}

static bool
add_by_state(Library *library)
{
	static const DraftState order[] = {STATE_UNKNOWN, STATE_HIDDEN, STATE_EDITED, STATE_DRAFT, STATE_REVIEW,
		STATE_SITE_DRAFT, STATE_PUBLISHED};
	bool ok = true;
	for (size_t s = 0; s < sizeof order / sizeof order[0]; s++) {
		for (size_t i = 0; ok && i < library->shelf.len; i++)
			if (library->shelf.items[i].state == order[s])
				ok = add_line(library, (Line){LIBRARY_DRAFT, i, NULL, false});
	}
	return ok;
}

static bool
add_filtered(Library *library)
{
	size_t *items = NULL, count = 0;
	bool ok =
		library->search == NULL || library_filter_items(library->search, &library->shelf, &items, &count, NULL);
	for (size_t i = 0; ok && i < count; i++)
		ok = add_line(library, (Line){LIBRARY_DRAFT, items[i], NULL, false});
	free(items);
	library->found_drafts = library->len;
	items = NULL;
	const char *section = N_("Fragments");
	if (ok && library->search != NULL)
		ok = library_filter_fragments(library->search, &library->shelf, &items, &count, NULL);
	for (size_t i = 0; ok && items != NULL && i < count; i++, section = NULL)
		ok = add_line(library, (Line){LIBRARY_FRAGMENT, items[i], section, false});
	free(items);
	return ok;
}

static void
rebuild(Session *session, Library *library)
{
	library->len = 0;
	bool ok = true;
	if (library->filter.text.len > 0)
		ok = add_filtered(library);
	else if (library->order == ORDER_WORKS)
		ok = add_by_works(library);
	else if (library->order == ORDER_STATE)
		ok = add_by_state(library);
	else
		for (size_t i = 0; ok && i < library->shelf.len; i++)
			ok = add_line(library, (Line){LIBRARY_DRAFT, i, NULL, false});
	if (ok && library->filter.text.len == 0)
		ok = add_fragments(library);
	if (!ok)
		session_say(session, NOTICE_ERROR, "%s", _("out of memory"));
	if (library->current >= library->len)
		library->current = library->len > 0 ? library->len - 1 : 0;
	session_mark_dirty(session);
}

static void
on_found(void *data)
{
	Library *library = data;
	rebuild(library->session, library);
}

/* Looks for what is in the filter now, or reads ahead for what will be. */
static void
search(Session *session, Library *library)
{
	Err err = {0};
	bool ok = true;
	bool wanted = library->filtering || library->filter.text.len > 0;
	if (!wanted || session->app->vault == NULL) {
		library_filter_free(library->search);
		library->search = NULL;
	} else {
		if (library->search == NULL)
			library->search = library_filter_new(session, on_found, library, &err);
		ok = library->search != NULL &&
		     library_filter_set(library->search, str_view(&library->filter.text), &err);
	}
	if (!ok)
		session_say_error(session, &err);
	rebuild(session, library);
}

static void
drop_filter(Library *library)
{
	library->filtering = false;
	line_free(&library->filter);
	library_filter_free(library->search);
	library->search = NULL;
}

static void
arrive(Session *session, void *state)
{
	Library *library = state;
	Err err = {0};
	if (session->app->vault == NULL)
		return;
	if (!vault_refresh(session->app->vault, &err) || !app_shelf(session->app, &library->shelf, &err))
		session_say_error(session, &err);
	search(session, library);
}

/* ---- The picture */

static Style
state_style(DraftState state)
{
	switch (state) {
	case STATE_PUBLISHED:
		return STYLE_GOOD;
	case STATE_EDITED:
	case STATE_UNKNOWN:
	case STATE_HIDDEN:
		return STYLE_WARNING;
	case STATE_DRAFT:
	case STATE_REVIEW:
	case STATE_SITE_DRAFT:
	case STATE_TRASHED:
		break;
	}
	return STYLE_DIM;
}

/* 14:02 today, "yesterday", else the date. */
static void
format_when(const Sys *sys, int64_t ms, Str *out)
{
	enum { DAY_MS = 86400000 };
	Str today = {0}, yesterday = {0}, day = {0}, minute = {0};
	int64_t now = sys->now_ms();
	time_date(now, &today);
	time_date(now - DAY_MS, &yesterday);
	time_date(ms, &day);
	time_minute(ms, &minute);
	if (sv_equal(str_view(&day), str_view(&today)))
		str_append(out, sv_slice(str_view(&minute), minute.len - sizeof "14:02" + 1, minute.len));
	else if (sv_equal(str_view(&day), str_view(&yesterday)))
		str_append_c(out, _("yesterday"));
	else
		str_append(out, str_view(&day));
	str_free(&today);
	str_free(&yesterday);
	str_free(&day);
	str_free(&minute);
}

/* The words of one row, owned until the picture is drawn. */
typedef struct RowText {
	Str title, state, when;
} RowText;

static void
fill_row(Session *session, const Library *library, size_t at, RowText *text, LibraryRow *row)
{
	const Line *line = &library->lines[at];
	*row = (LibraryRow){.kind = line->kind, .indented = line->indented, .state_style = STYLE_DIM};
	row->number = at < NUMBERED ? (int)at + 1 : 0;
	if (line->section != NULL)
		row->section = sv(_(line->section));
	if (line->kind == LIBRARY_WORK) {
		const ShelfWork *work = &library->shelf.works[line->index];
		str_append(&text->title, str_view(&work->name));
		if (work->limit > 0)
			str_printf(&text->state, _("%u of %u chapters"), work->chapters, work->limit);
		else
			str_printf(&text->state, ngettext("%u chapter", "%u chapters", work->chapters), work->chapters);
	} else if (line->kind == LIBRARY_FRAGMENT) {
		const ShelfFragment *fragment = &library->shelf.fragments[line->index];
		fragments_row(fragment, &text->title, &text->state);
		format_when(session->app->sys, fragment->time_ms, &text->when);
	} else {
		const ShelfItem *item = &library->shelf.items[line->index];
		if (line->indented && item->chapter > 0)
			str_printf(&text->title, "%u. ", item->chapter);
		str_append(&text->title, item->title.len > 0 ? str_view(&item->title) : sv(_("(no title)")));
		str_append_c(&text->state, item->split ? _("split") : state_label(item->state));
		if (item->state == STATE_DRAFT && !item->split) {
			str_append_byte(&text->state, ' ');
			format_characters(item->characters, &text->state);
		}
		format_when(session->app->sys, item->changed_ms, &text->when);
		row->state_style = item->split ? STYLE_WARNING : state_style(item->state);
	}
	row->title = str_view(&text->title);
	row->state = str_view(&text->state);
	row->when = str_view(&text->when);
}

static const HintWord HINTS[] = {{"accept", N_("open")}, {"new", N_("new")}, {"fragment", N_("fragment")},
	{"filter", N_("find")}, {"order", N_("order")}, {"trash", N_("trash")}, {"settings", N_("settings")},
	{"help", N_("help")}, {"quit", N_("quit")}};
static const HintWord FILTER_HINTS[] = {{"accept", N_("open")}, {"close", N_("show all")}};

static void
scroll(Library *library, size_t rows)
{
	if (library->current < library->top)
		library->top = library->current;
	if (library->current >= library->top + rows)
		library->top = library->current - rows + 1;
	if (library->top + rows > library->len)
		library->top = library->len > rows ? library->len - rows : 0;
}

static bool
is_searching(const Library *library)
{
	return library->search != NULL && library_filter_is_reading(library->search);
}

/* How many drafts there are, or fit. */
static void
put_summary(const Library *library, Str *summary)
{
	Str number = {0};
	bool filtered = library->filter.text.len > 0;
	size_t count = filtered ? library->found_drafts : library->shelf.len;
	format_number(count, &number);
	if (is_searching(library))
		str_append_c(summary, _("searching …"));
	else
		str_printf(summary, ngettext("%s draft", "%s drafts", count), str_c(&number));
	fragments_count(filtered ? library->len - library->found_drafts : library->shelf.fragment_count, summary);
	str_free(&number);
}

/* Where in the chosen draft the words are. */
static Notice
snippet_of(const Library *library)
{
	const Line *line = library->current < library->len ? &library->lines[library->current] : NULL;
	if (library->search == NULL || line == NULL || line->kind != LIBRARY_DRAFT)
		return (Notice){0};
	StrView text = library_filter_snippet(library->search, library->shelf.items[line->index].draft);
	return (Notice){.kind = text.len > 0 ? NOTICE_INFO : NOTICE_NONE, .text = text};
}

static void
draw(Session *session, void *state)
{
	static const char *const orders[] = {
		[ORDER_WORKS] = N_("by works"), [ORDER_DATE] = N_("by date"), [ORDER_STATE] = N_("by state")};
	Library *library = state;
	int height = library_rows(surface_rows(session->surface));
	size_t rows = height > 0 ? (size_t)height : 1;
	scroll(library, rows);
	size_t count = library->len - library->top < rows ? library->len - library->top : rows;
	LibraryRow *items = calloc(count + 1, sizeof *items);
	RowText *texts = calloc(count + 1, sizeof *texts);
	bool full = items != NULL && texts != NULL;
	if (!full)
		count = 0;
	for (size_t i = 0; i < count; i++)
		fill_row(session, library, library->top + i, &texts[i], &items[i]);
	Str summary = {0};
	put_summary(library, &summary);
	Hints hints;
	if (library->filtering)
		hints_make(session, CONTEXT_PICKER, FILTER_HINTS, sizeof FILTER_HINTS / sizeof FILTER_HINTS[0], &hints);
	else
		hints_make(session, CONTEXT_LIBRARY, HINTS, sizeof HINTS / sizeof HINTS[0], &hints);
	LibraryModel model = {.rows = items,
		.row_count = count,
		.current = library->current - library->top,
		.filter = line_field(&library->filter),
		.filtering = library->filtering,
		.order = sv(_(orders[library->order])),
		.summary = str_view(&summary),
		.more_above = library->top > 0,
		.more_below = library->top + count < library->len,
		.hints = hints.items,
		.hint_count = hints.count,
		.notice = session_notice(session)};
	if (!full)
		model.notice = (Notice){.kind = NOTICE_ERROR, .text = sv(_("out of memory"))};
	else if (model.notice.kind == NOTICE_NONE)
		model.notice = snippet_of(library);
	if (session->app->vault == NULL)
		model.empty = sv(_("the vault is still being made: one moment"));
	else if (library->filter.text.len > 0)
		model.empty = is_searching(library) ? (StrView){NULL, 0} : sv(_("nothing fits"));
	else if (full)
		model.empty = sv(_("no draft yet: n begins one"));
	draw_library(&model, session->surface);
	for (size_t i = 0; i < count; i++) {
		str_free(&texts[i].title);
		str_free(&texts[i].state);
		str_free(&texts[i].when);
	}
	free(items);
	free(texts);
	hints_free(&hints);
	str_free(&summary);
}

/* ---- Keys */

static void
text(Session *session, void *state, StrView typed, bool pasted)
{
	(void)pasted;
	Library *library = state;
	Err err = {0};
	if (!line_insert(&library->filter, typed, &err))
		session_say_error(session, &err);
	library->current = library->top = 0;
	search(session, library);
}

static bool
move(Session *session, void *state, Motion motion, bool select)
{
	(void)select;
	Library *library = state;
	int height = library_rows(surface_rows(session->surface));
	size_t page = height > 1 ? (size_t)height - 1 : 1;
	size_t last = library->len > 0 ? library->len - 1 : 0, at = library->current;
	switch (motion) {
	case MOVE_UP:
		at -= at > 0;
		break;
	case MOVE_DOWN:
		at += at < last;
		break;
	case MOVE_PAGE_UP:
		at -= at < page ? at : page;
		break;
	case MOVE_PAGE_DOWN:
		at = at + page < last ? at + page : last;
		break;
	case MOVE_TOP:
		at = 0;
		break;
	case MOVE_BOTTOM:
		at = last;
		break;
	case MOVE_LEFT:
	case MOVE_RIGHT:
	case MOVE_WORD_LEFT:
	case MOVE_WORD_RIGHT:
	case MOVE_HOME:
	case MOVE_END:
		if (library->filtering)
			return line_move(&library->filter, motion);
		at = motion == MOVE_HOME ? 0 : motion == MOVE_END ? last : at;
		break;
	}
	library->current = at;
	return true;
}

static bool
erase(Session *session, void *state, Deletion what)
{
	Library *library = state;
	if (!library->filtering)
		return false;
	if (line_delete(&library->filter, what))
		search(session, library);
	return true;
}

static void
open_line(Session *session, Library *library, size_t at)
{
	if (at >= library->len || !session_has_vault(session))
		return;
	const Line *line = &library->lines[at];
	library->current = at;
	if (line->kind == LIBRARY_DRAFT) {
		Id draft = library->shelf.items[line->index].draft;
		drop_filter(library);
		editor_open(session, draft, 0, 0);
		return;
	}
	if (line->kind == LIBRARY_FRAGMENT) {
		fragments_open(session, library->shelf.fragments[line->index].id);
		return;
	}
	Id work = library->shelf.works[line->index].id;
	library->open_work = id_equal(library->open_work, work) ? ID_NONE : work;
	rebuild(session, library);
}

static void
accept(Session *session, void *state)
{
	Library *library = state;
	open_line(session, library, library->current);
}

/* The library is where everything closes to: Esc takes the filter away, or tells how to leave. */
static bool
close_place(Session *session, void *state)
{
	Library *library = state;
	if (library->filtering || library->filter.text.len > 0) {
		drop_filter(library);
		rebuild(session, library);
		return false;
	}
	Str key = {0};
	session_key_of(session, CONTEXT_LIBRARY, "quit", &key);
	session_say(session, NOTICE_INFO, _("%s leaves meok"), str_c(&key));
	str_free(&key);
	return false;
}

static void
free_place(Session *session, void *state)
{
	(void)session;
	Library *library = state;
	shelf_free(&library->shelf);
	drop_filter(library);
	free(library->lines);
	free(library);
}

static const PlaceKind LIBRARY = {
	.context = context,
	.draw = draw,
	.text = text,
	.move = move,
	.erase = erase,
	.accept = accept,
	.close = close_place,
	.arrive = arrive,
	.free = free_place,
};

bool
library_current(Session *session, Id *draft)
{
	const Library *library = session_state(session, &LIBRARY);
	if (library == NULL || library->current >= library->len ||
		library->lines[library->current].kind != LIBRARY_DRAFT)
		return false;
	*draft = library->shelf.items[library->lines[library->current].index].draft;
	return true;
}

bool
library_is_open(Session *session)
{
	const Library *library = session_on_top(session, &LIBRARY) ? session_state(session, &LIBRARY) : NULL;
	return library != NULL && !library->filtering && library->filter.text.len == 0;
}

static Id
line_id(const Library *library, const Line *line)
{
	return line->kind == LIBRARY_DRAFT  ? library->shelf.items[line->index].draft
	       : line->kind == LIBRARY_WORK ? library->shelf.works[line->index].id
					    : library->shelf.fragments[line->index].id;
}

void
library_look_again(Session *session)
{
	Library *library = session_state(session, &LIBRARY);
	size_t former = library->current, nearest = SIZE_MAX;
	bool any = former < library->len;
	Line chosen = any ? library->lines[former] : (Line){0};
	Id id = any ? line_id(library, &chosen) : ID_NONE;
	arrive(session, library);
	/* A draft may have two lines: among the newest and in its work. */
	for (size_t i = 0; any && i < library->len; i++) {
		size_t apart = i < former ? former - i : i - former;
		if (library->lines[i].kind == chosen.kind && id_equal(line_id(library, &library->lines[i]), id) &&
			apart < nearest) {
			nearest = apart;
			library->current = i;
		}
	}
}

bool
library_open(Session *session)
{
	Library *library = calloc(1, sizeof *library);
	if (library != NULL)
		library->session = session;
	return session_push(session, &LIBRARY, library);
}

static const ShelfFragment *
current_fragment(const Library *library)
{
	const Line *line = library->current < library->len ? &library->lines[library->current] : NULL;
	return line == NULL || line->kind != LIBRARY_FRAGMENT ? NULL : &library->shelf.fragments[line->index];
}

Id
library_fragment(Session *session)
{
	const Library *library = session_state(session, &LIBRARY);
	const ShelfFragment *fragment = library == NULL ? NULL : current_fragment(library);
	return fragment == NULL ? ID_NONE : fragment->id;
}

/* ---- Commands */

bool
run_library(Session *session, const StrList *words)
{
	(void)words;
	if (!editor_keep(session))
		return true;
	session_pop_to(session, &LIBRARY);
	return true;
}

bool
run_new(Session *session, const StrList *words)
{
	(void)words;
	if (session_has_vault(session))
		editor_open(session, ID_NONE, 0, 0);
	return true;
}

bool
run_open(Session *session, const StrList *words)
{
	Library *library = session_state(session, &LIBRARY);
	if (words->len == 2 && words->items[1].len == 1)
		open_line(session, library, (size_t)(str_c(&words->items[1])[0] - '1'));
	return true;
}

bool
run_filter(Session *session, const StrList *words)
{
	(void)words;
	Library *library = session_state(session, &LIBRARY);
	library->filtering = true;
	search(session, library);
	return true;
}

bool
run_order(Session *session, const StrList *words)
{
	(void)words;
	Library *library = session_state(session, &LIBRARY);
	library->order = (library->order + 1) % ORDERS;
	library->current = library->top = 0;
	/* What another session or a drop brought meanwhile is shown with it. */
	arrive(session, library);
	return true;
}

bool
run_trash(Session *session, const StrList *words)
{
	(void)words;
	Library *library = session_state(session, &LIBRARY);
	Err err = {0};
	const ShelfFragment *fragment = current_fragment(library);
	if (fragment != NULL) {
		library->last_trashed = fragment->id;
		if (fragments_trash(session, fragment))
			arrive(session, library);
		return true;
	}
	if (library->current >= library->len || library->lines[library->current].kind != LIBRARY_DRAFT)
		return true;
	const ShelfItem *item = &library->shelf.items[library->lines[library->current].index];
	Str title = str_from(item->title.len > 0 ? str_view(&item->title) : sv(_("(no title)")));
	Id draft = item->draft;
	Str key = {0};
	session_key_of(session, CONTEXT_LIBRARY, "untrash", &key);
	if (!vault_trash_draft(session->app->vault, draft, &err)) {
		session_say_error(session, &err);
	} else {
		library->last_trashed = draft;
		arrive(session, library);
		session_say(
			session, NOTICE_GOOD, _("“%s” is in the trash; %s takes it back"), str_c(&title), str_c(&key));
	}
	str_free(&title);
	str_free(&key);
	return true;
}

/* The one that went last; when that is back, or went in another session, the one of the rest that was changed last. */
static const Entry *
next_untrashed(Vault *vault, Id last)
{
	size_t count;
	const Entry *const *drafts = vault_entries(vault, OBJECT_REVISION, &count);
	const Entry *latest = NULL;
	for (size_t i = 0; i < count; i++) {
		if (drafts[i]->trashed && id_equal(drafts[i]->subject, last))
			return drafts[i];
		if (drafts[i]->trashed && latest == NULL)
			latest = drafts[i];
	}
	return latest;
}

bool
run_untrash(Session *session, const StrList *words)
{
	(void)words;
	Library *library = session_state(session, &LIBRARY);
	if (fragments_untrash(session, library->last_trashed)) {
		library->last_trashed = ID_NONE;
		arrive(session, library);
		return true;
	}
	const Entry *entry = next_untrashed(session->app->vault, library->last_trashed);
	Err err = {0};
	if (entry == NULL) {
		session_say(session, NOTICE_INFO, "%s", _("the trash is empty"));
		return true;
	}
	/* Restoring voids the entry. */
	Str title = str_from(entry->title.len > 0 ? str_view(&entry->title) : sv(_("(no title)")));
	if (!vault_restore_draft(session->app->vault, entry->subject, &err)) {
		session_say_error(session, &err);
	} else {
		library->last_trashed = ID_NONE;
		arrive(session, library);
		session_say(session, NOTICE_GOOD, _("“%s” is out of the trash"), str_c(&title));
	}
	str_free(&title);
	return true;
}
