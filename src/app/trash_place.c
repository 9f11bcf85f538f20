/* The trash: what lies in it, taken out again, or destroyed for good when that was asked and answered. */
#include "commands.h"
#include "editor.h"
#include "picker.h"

#include <stdlib.h>

static const PickerUse TRASH;

/* What the next key may confirm. */
typedef enum Question { QUESTION_NONE, QUESTION_ONE, QUESTION_ALL } Question;

/* A draft or a fragment. */
typedef struct Thing {
	Id id;
	bool is_fragment;
} Thing;

typedef struct Trash {
	Thing *things; /* the one that went last first */
	size_t count, fragments;
	Question asked, pending; /* pending: asked right before the key that is being handled */
	Thing asked_thing;
} Trash;

/* ---- The list */

static int
latest_first(const void *a, const void *b)
{
	const Entry *x = *(const Entry *const *)a, *y = *(const Entry *const *)b;
	if (x->trashed_ms != y->trashed_ms)
		return x->trashed_ms > y->trashed_ms ? -1 : 1;
	return id_compare(x->subject, y->subject);
}

static void
add_thing(Session *session, Picker *picker, const Entry *entry)
{
	Trash *trash = picker->data;
	PickerItem item = {.tag = trash->count};
	bool is_fragment = entry->kind == OBJECT_FRAGMENT;
	trash->things[trash->count++] = (Thing){entry->subject, is_fragment};
	trash->fragments += is_fragment;
	str_append(&item.label,
		entry->title.len > 0 ? str_view(&entry->title) : sv(is_fragment ? _("(no name)") : _("(no title)")));
	format_moment(session->app->sys, entry->trashed_ms, &item.detail);
	if (is_fragment) {
		str_append_c(&item.detail, " · ");
		str_append_c(&item.detail, _("fragment"));
	}
	if (!is_fragment || entry->characters > 0) {
		str_append_c(&item.detail, " · ");
		format_characters(entry->characters, &item.detail);
	}
	picker_add(session, picker, &item);
}

static bool
collect(Session *session, Picker *picker, Err *err)
{
	static const ObjectKind kinds[] = {OBJECT_REVISION, OBJECT_FRAGMENT};
	enum { KIND_LEN = sizeof kinds / sizeof kinds[0] };
	Trash *trash = picker->data;
	size_t counts[KIND_LEN] = {0}, trashed = 0;
	const Entry *const *all[KIND_LEN];
	free(trash->things);
	trash->things = NULL;
	trash->count = trash->fragments = 0;
	if (!vault_refresh(session->app->vault, err))
		return false;
	for (size_t k = 0; k < KIND_LEN; k++)
		all[k] = vault_entries(session->app->vault, kinds[k], &counts[k]);
	const Entry **entries = calloc(counts[0] + counts[1] + 1, sizeof *entries);
	trash->things = calloc(counts[0] + counts[1] + 1, sizeof *trash->things);
	bool ok = (all[0] != NULL && all[1] != NULL && entries != NULL && trash->things != NULL) || err_memory(err);
	for (size_t k = 0; ok && k < KIND_LEN; k++)
		for (size_t i = 0; i < counts[k]; i++)
			if (all[k][i]->trashed)
				entries[trashed++] = all[k][i];
	if (trashed > 1)
		qsort(entries, trashed, sizeof *entries, latest_first);
	for (size_t i = 0; i < trashed; i++)
		add_thing(session, picker, entries[i]);
	free(entries);
	return ok;
}

static void
fill(Session *session, Picker *picker)
{
	Err err = {0};
	if (!collect(session, picker, &err))
		session_say_error(session, &err);
	str_clear(&picker->empty);
	str_append_c(&picker->empty, _("the trash is empty"));
}

static void
take(Session *session, Picker *picker, size_t at)
{
	const Trash *trash = picker->data;
	Err err = {0};
	if (at >= picker->len)
		return;
	const PickerItem *item = &picker->items[at];
	Thing thing = trash->things[item->tag];
	if (thing.is_fragment ? vault_restore_fragment(session->app->vault, thing.id, &err)
			      : vault_restore_draft(session->app->vault, thing.id, &err))
		session_say(session, NOTICE_GOOD, _("“%s” is out of the trash"), str_c(&item->label));
	else
		session_say_error(session, &err);
	picker_refill(session, picker);
}

/* A question holds for one key. */
static void
on_key(Picker *picker)
{
	Trash *trash = picker->data;
	trash->pending = trash->asked;
	trash->asked = QUESTION_NONE;
}

/* Esc says no before it closes. */
static bool
close_trash(Session *session)
{
	const Trash *trash = picker_on_top(session, &TRASH)->data;
	if (trash->pending == QUESTION_NONE)
		return true;
	session_say(session, NOTICE_INFO, "%s", _("nothing was destroyed"));
	return false;
}

static void
free_trash(Picker *picker)
{
	Trash *trash = picker->data;
	if (trash != NULL)
		free(trash->things);
	free(trash);
}

static const HintWord HINTS[] = {{"accept", N_("take out")}, {"destroy", N_("destroy")},
	{"empty-trash", N_("empty the trash")}, {"close", N_("close")}};
static const PickerUse TRASH = {
	.heading = N_("The trash"),
	.fill = fill,
	.take = take,
	.key = on_key,
	.close = close_trash,
	.free = free_trash,
	.hints = HINTS,
	.hint_count = sizeof HINTS / sizeof HINTS[0],
};

bool
trash_bring_back(Session *session)
{
	Picker *picker = picker_on_top(session, &TRASH);
	if (picker != NULL)
		take(session, picker, picker->current);
	return picker != NULL;
}

bool
run_trash_list(Session *session, const StrList *words)
{
	(void)words;
	if (!session_has_vault(session))
		return true;
	Trash *trash = calloc(1, sizeof *trash);
	if (trash != NULL)
		picker_open(session, &TRASH, trash);
	else
		session_say(session, NOTICE_ERROR, "%s", _("out of memory"));
	return true;
}

/* ---- For good */

bool
run_destroy(Session *session, const StrList *words)
{
	(void)words;
	Picker *picker = picker_on_top(session, &TRASH);
	if (picker == NULL || picker->current >= picker->len)
		return picker != NULL;
	Trash *trash = picker->data;
	const PickerItem *item = &picker->items[picker->current];
	size_t published = 0;
	Str key = {0};
	trash->asked = QUESTION_ONE;
	trash->asked_thing = trash->things[item->tag];
	session_key_of(session, CONTEXT_LIST, "confirm", &key);
	vault_draft_publications(session->app->vault, trash->asked_thing.id, &published);
	session_say(session, NOTICE_INFO,
		published > 0 ? _("%s destroys it for good (a blog keeps what it has), any other key keeps it: “%s”")
		: trash->asked_thing.is_fragment
			? _("%s destroys it for good, any other key keeps it: “%s”")
			: _("%s destroys it and its history for good, any other key keeps it: “%s”"),
		str_c(&key), str_c(&item->label));
	str_free(&key);
	return true;
}

bool
run_empty_trash(Session *session, const StrList *words)
{
	(void)words;
	Picker *picker = picker_on_top(session, &TRASH);
	if (picker == NULL || picker->len == 0)
		return picker != NULL;
	Trash *trash = picker->data;
	Str key = {0};
	session_key_of(session, CONTEXT_LIST, "confirm", &key);
	session_say(session, NOTICE_INFO,
		trash->fragments == 0
			? ngettext("%s destroys %zu draft for good, any other key keeps it",
				  "%s destroys %zu drafts for good, any other key keeps them", trash->count)
			: _("%s destroys all of it for good (%zu), any other key keeps it"),
		str_c(&key), trash->count);
	trash->asked = QUESTION_ALL;
	str_free(&key);
	return true;
}

typedef struct Destroyed {
	size_t drafts, fragments;
} Destroyed;

static bool
destroy(Session *session, Thing thing, Destroyed *done, Err *err)
{
	bool ok = thing.is_fragment ? vault_destroy_fragment(session->app->vault, thing.id, err)
				    : vault_destroy_draft(session->app->vault, thing.id, err);
	done->drafts += ok && !thing.is_fragment;
	done->fragments += ok && thing.is_fragment;
	return ok;
}

/* Those that were shown when it was asked, and no other that came since. */
static bool
destroy_shown(Session *session, const Trash *trash, Destroyed *done, Err *err)
{
	bool ok = true;
	for (size_t i = 0; ok && i < trash->count; i++)
		ok = destroy(session, trash->things[i], done, err);
	return ok;
}

static void
say_destroyed(Session *session, const Destroyed *done)
{
	size_t count = done->drafts + done->fragments;
	if (count > 0 && done->fragments == 0)
		session_say(session, NOTICE_GOOD, ngettext("%zu draft is destroyed", "%zu drafts are destroyed", count),
			count);
	else if (count > 0 && done->drafts == 0)
		session_say(session, NOTICE_GOOD,
			ngettext("%zu fragment is destroyed", "%zu fragments are destroyed", count), count);
	else if (count > 0)
		session_say(session, NOTICE_GOOD, _("all %zu are destroyed, drafts and fragments"), count);
}

bool
run_confirm(Session *session, const StrList *words)
{
	(void)words;
	Picker *picker = picker_on_top(session, &TRASH);
	Trash *trash = picker != NULL ? picker->data : NULL;
	if (trash == NULL || trash->pending == QUESTION_NONE)
		return false;
	Destroyed done = {0};
	Err err = {0};
	bool ok = trash->pending == QUESTION_ONE ? destroy(session, trash->asked_thing, &done, &err)
						 : destroy_shown(session, trash, &done, &err);
	picker_refill(session, picker);
	say_destroyed(session, &done);
	if (!ok)
		session_say_error(session, &err);
	return true;
}
