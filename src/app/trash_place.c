/* The trash: what lies in it, taken out again, or destroyed for good when that was asked and answered. */
#include "commands.h"
#include "editor.h"
#include "picker.h"

#include <stdlib.h>

static const PickerUse TRASH;

/* What the next key may confirm. */
typedef enum Question { QUESTION_NONE, QUESTION_ONE, QUESTION_ALL } Question;

typedef struct Trash {
	Id *drafts; /* the one that went last first */
	size_t count;
	Question asked, pending; /* pending: asked right before the key that is being handled */
	Id asked_draft;
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
add_draft(Session *session, Picker *picker, const Entry *entry)
{
	Trash *trash = picker->data;
	PickerItem item = {.tag = trash->count};
	trash->drafts[trash->count++] = entry->subject;
	str_append(&item.label, entry->title.len > 0 ? str_view(&entry->title) : sv(_("(no title)")));
	format_moment(session->app->sys, entry->trashed_ms, &item.detail);
	str_append_c(&item.detail, " · ");
	format_characters(entry->characters, &item.detail);
	picker_add(session, picker, &item);
}

static bool
collect(Session *session, Picker *picker, Err *err)
{
	Trash *trash = picker->data;
	size_t count = 0, trashed = 0;
	free(trash->drafts);
	trash->drafts = NULL;
	trash->count = 0;
	if (!vault_refresh(session->app->vault, err))
		return false;
	const Entry *const *all = vault_entries(session->app->vault, OBJECT_REVISION, &count);
	const Entry **entries = calloc(count + 1, sizeof *entries);
	trash->drafts = calloc(count + 1, sizeof *trash->drafts);
	bool ok = (all != NULL && entries != NULL && trash->drafts != NULL) || err_memory(err);
	for (size_t i = 0; ok && i < count; i++)
		if (all[i]->trashed)
			entries[trashed++] = all[i];
	if (trashed > 1)
		qsort(entries, trashed, sizeof *entries, latest_first);
	for (size_t i = 0; i < trashed; i++)
		add_draft(session, picker, entries[i]);
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
	if (vault_restore_draft(session->app->vault, trash->drafts[item->tag], &err))
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
		free(trash->drafts);
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
	trash->asked_draft = trash->drafts[item->tag];
	session_key_of(session, CONTEXT_LIST, "confirm", &key);
	vault_draft_publications(session->app->vault, trash->asked_draft, &published);
	session_say(session, NOTICE_INFO,
		published > 0 ? _("%s destroys it for good (a blog keeps what it has), any other key keeps it: “%s”")
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
		ngettext("%s destroys %zu draft for good, any other key keeps it",
			"%s destroys %zu drafts for good, any other key keeps them", trash->count),
		str_c(&key), trash->count);
	trash->asked = QUESTION_ALL;
	str_free(&key);
	return true;
}

/* Those that were shown when it was asked, and no other that came since. */
static bool
destroy_shown(Session *session, const Trash *trash, size_t *count, Err *err)
{
	bool ok = true;
	for (size_t i = 0; ok && i < trash->count; i++) {
		ok = vault_destroy_draft(session->app->vault, trash->drafts[i], err);
		*count += ok;
	}
	return ok;
}

bool
run_confirm(Session *session, const StrList *words)
{
	(void)words;
	Picker *picker = picker_on_top(session, &TRASH);
	Trash *trash = picker != NULL ? picker->data : NULL;
	if (trash == NULL || trash->pending == QUESTION_NONE)
		return false;
	size_t count = 0;
	Err err = {0};
	bool ok = trash->pending == QUESTION_ONE ? vault_destroy_draft(session->app->vault, trash->asked_draft, &err)
						 : destroy_shown(session, trash, &count, &err);
	count += ok && trash->pending == QUESTION_ONE;
	picker_refill(session, picker);
	if (count > 0)
		session_say(session, NOTICE_GOOD, ngettext("%zu draft is destroyed", "%zu drafts are destroyed", count),
			count);
	if (!ok)
		session_say_error(session, &err);
	return true;
}
