/* What a draft was before: its revisions, each compared with what is now, and brought back when it is wanted. */
#include "commands.h"
#include "editor.h"
#include "page.h"
#include "picker.h"

#include <stdlib.h>

typedef struct Past {
	Id draft;
	RevisionEntry *entries;
	size_t count;
} Past;

static const PickerUse HISTORY;
static const PageUse COMPARISON;

/* ---- The list */

void
format_moment(const Sys *sys, int64_t ms, Str *out)
{
	enum { DAY_MS = 86400000 };
	Str minute = {0}, clock = {0}, today = {0}, yesterday = {0};
	int64_t now = sys->now_ms();
	time_date(now, &today);
	time_date(now - DAY_MS, &yesterday);
	time_minute(ms, &minute);
	time_clock(ms, &clock);
	StrView day = sv_slice(str_view(&minute), 0, today.len);
	if (day.len > 0 && sv_equal(day, str_view(&today)))
		str_printf(out, _("today %s"), str_c(&clock));
	else if (day.len > 0 && sv_equal(day, str_view(&yesterday)))
		str_printf(out, _("yesterday %s"), str_c(&clock));
	else
		str_append(out, str_view(&minute));
	out->failed = out->failed || minute.failed || clock.failed || today.failed || yesterday.failed;
	str_free(&minute);
	str_free(&clock);
	str_free(&today);
	str_free(&yesterday);
}

static void
add_revision(Session *session, Picker *picker, size_t at)
{
	const RevisionEntry *entry = &((Past *)picker->data)->entries[at];
	PickerItem item = {.tag = at, .style = entry->head ? STYLE_VALUE : STYLE_TEXT, .marked = entry->published};
	format_moment(session->app->sys, entry->time_ms, &item.label);
	format_characters(entry->characters, &item.detail);
	str_append_c(&item.detail, entry->automatic ? _(" · kept by itself") : _(" · kept by you"));
	if (entry->published)
		str_append_c(&item.detail, _(" · published"));
	picker_add(session, picker, &item);
}

static void
fill(Session *session, Picker *picker)
{
	Past *past = picker->data;
	Err err = {0};
	const Entry *entry = vault_entry(session->app->vault, OBJECT_REVISION, past->draft);
	str_clear(&picker->aside);
	if (entry != NULL)
		str_append(&picker->aside, entry->title.len > 0 ? str_view(&entry->title) : sv(_("(no title)")));
	free(past->entries);
	past->entries = NULL;
	past->count = 0;
	if (!vault_history(session->app->vault, past->draft, &past->entries, &past->count, &err))
		session_say_error(session, &err);
	for (size_t i = 0; i < past->count; i++)
		add_revision(session, picker, i);
}

static void
free_past(Picker *picker)
{
	Past *past = picker->data;
	if (past != NULL)
		free(past->entries);
	free(past);
}

/* ---- One revision compared with what is now */

static bool
is_on_desk(const Session *session, Id draft)
{
	return session->writing != NULL && id_equal(session->writing->revision.draft, draft);
}

/* The text on the desk, else the newest revision; where that cannot be read, the revision itself. */
static bool
load_now(Session *session, const Revision *then, Revision *now, Err *err)
{
	Err why = {0};
	if (is_on_desk(session, then->draft))
		return writing_sync(session->writing, err) && revision_copy(now, &session->writing->revision, err);
	if (vault_load_draft(session->app->vault, then->draft, now, &why))
		return true;
	if (why.kind == ERR_DAMAGED)
		return revision_copy(now, then, err);
	*err = why;
	return false;
}

static bool
compare(Session *session, const RevisionEntry *entry, Str *page, Err *err)
{
	Revision then = {0}, now = {0};
	Changes changes = {0};
	bool ok = vault_load_revision(session->app->vault, entry->object, &then, err) &&
		  load_now(session, &then, &now, err) &&
		  text_changes(str_view(&now.body), str_view(&then.body), &changes, err);
	if (ok) {
		size_t places = changes.count + !sv_equal(str_view(&now.title), str_view(&then.title)) +
				!sv_equal(str_view(&now.subtitle), str_view(&then.subtitle));
		str_append_byte(page, STAYS);
		if (places > 0)
			str_printf(page,
				ngettext("%zu place is different now. + comes back, - goes, ~ changes.",
					"%zu places are different now. + comes back, - goes, ~ changes.", places),
				places);
		else
			str_append_c(page, _("It is the same as now."));
		str_append_c(page, "\n\n");
		ok = app_compare(&now, &then, page, err);
	}
	changes_free(&changes);
	revision_free(&then);
	revision_free(&now);
	return ok;
}

static void
show(Session *session, Picker *picker, size_t item)
{
	const RevisionEntry *entry = &((Past *)picker->data)->entries[picker->items[item].tag];
	Str page = {0}, when = {0};
	Err err = {0};
	if (compare(session, entry, &page, &err)) {
		format_moment(session->app->sys, entry->time_ms, &when);
		page_open_as(session, &COMPARISON, str_c(&when), &page);
		if (!str_ok(&when, &err))
			session_say_error(session, &err);
	} else {
		session_say_error(session, &err);
	}
	str_wipe(&page);
	str_free(&when);
}

static const HintWord PAGE_HINTS[] = {{"bring-back", N_("bring it back")}, {"next-change", N_("next place")},
	{"close", N_("close")}, {"move page-down", N_("further")}};
static const PageUse COMPARISON = {
	.signs = true,
	.hints = PAGE_HINTS,
	.hint_count = sizeof PAGE_HINTS / sizeof PAGE_HINTS[0],
};

static const HintWord HINTS[] = {
	{"accept", N_("compare")}, {"bring-back", N_("bring it back")}, {"close", N_("close")}};
static const PickerUse HISTORY = {
	.heading = N_("History"),
	.fill = fill,
	.take = show,
	.free = free_past,
	.hints = HINTS,
	.hint_count = sizeof HINTS / sizeof HINTS[0],
};

bool
history_open(Session *session, Id draft)
{
	Past *past = calloc(1, sizeof *past);
	if (past != NULL) {
		past->draft = draft;
		return picker_open(session, &HISTORY, past);
	}
	session_say(session, NOTICE_ERROR, "%s", _("out of memory"));
	return false;
}

bool
history_open_sound(Session *session, Id draft)
{
	if (!history_open(session, draft))
		return false;
	Picker *picker = picker_on_top(session, &HISTORY);
	const Past *past = picker->data;
	RevisionEntry sound;
	Err err = {0};
	if (!app_find_sound(session->app, draft, &sound, &err)) {
		session_say_error(session, &err);
		return true;
	}
	for (size_t i = 0; i < past->count; i++)
		if (id_equal(past->entries[i].object, sound.object))
			picker->current = i;
	return true;
}

/* ---- Bringing one back */

static void
say_back(Session *session, StrView when)
{
	Str key = {0}, moment = str_from(when);
	session_key_of(session, CONTEXT_EDITOR, "undo", &key);
	session_say(
		session, NOTICE_GOOD, _("the text is that of %s again; %s takes it back"), str_c(&moment), str_c(&key));
	str_free(&key);
	str_free(&moment);
}

/* What lies on the desk is kept before and after: both are in the history. */
static void
become(Session *session, const Revision *then, StrView when)
{
	Writing *writing = session->writing;
	Err err = {0};
	if (!editor_keep(session))
		return;
	uint64_t before = document_revision(writing->doc);
	if (!writing_become(writing, then, &err))
		session_say_error(session, &err);
	else if (document_revision(writing->doc) == before)
		session_say(session, NOTICE_INFO, "%s", _("nothing is different: the text is the same as now"));
	else if (editor_keep(session))
		say_back(session, when);
}

/* A draft whose newest revision cannot be read has nothing that could be changed: it begins with the former one. */
static void
begin_with(Session *session, Revision *then, StrView when)
{
	Str moment = str_from(when);
	if (editor_open_on(session, then) && editor_keep(session))
		session_say(session, NOTICE_GOOD, _("the draft is what it was: %s"), str_c(&moment));
	str_free(&moment);
}

static void
bring_back(Session *session, Id draft, Revision *then, StrView when)
{
	Revision now = {0};
	Err err = {0};
	if (is_on_desk(session, draft)) {
		become(session, then, when);
	} else if (vault_load_draft(session->app->vault, draft, &now, &err)) {
		if (editor_open(session, draft, 0, 0))
			become(session, then, when);
	} else if (err.kind == ERR_DAMAGED) {
		begin_with(session, then, when);
	} else {
		session_say_error(session, &err);
	}
	revision_free(&now);
}

bool
history_bring_back(Session *session)
{
	bool page = page_is_on_top(session, &COMPARISON);
	const Place *place = session->depth > page ? &session->places[session->depth - 1 - page] : NULL;
	const Picker *picker = place != NULL && place->kind == &PICKER ? place->state : NULL;
	if (picker == NULL || picker->use != &HISTORY || picker->current >= picker->len)
		return false;
	const Past *past = picker->data;
	const RevisionEntry *entry = &past->entries[picker->items[picker->current].tag];
	Id draft = past->draft;
	Revision then = {0};
	Str when = {0};
	Err err = {0};
	format_moment(session->app->sys, entry->time_ms, &when);
	if (vault_load_revision(session->app->vault, entry->object, &then, &err)) {
		if (page)
			session_pop(session);
		session_pop(session);
		bring_back(session, draft, &then, str_view(&when));
	} else {
		session_say_error(session, &err);
	}
	revision_free(&then);
	str_free(&when);
	return true;
}

/* ---- Commands */

bool
run_history(Session *session, const StrList *words)
{
	(void)words;
	Id draft = ID_NONE;
	if (!session_has_vault(session))
		return true;
	if (session->writing != NULL) {
		/* What was never kept has no history: it begins now. */
		if (id_is_none(session->writing->revision.draft) && !editor_keep(session))
			return true;
		draft = session->writing->revision.draft;
	} else if (!library_current(session, &draft)) {
		return true;
	}
	if (id_is_none(draft))
		session_say(session, NOTICE_INFO, "%s", _("there is no history yet: nothing was written"));
	else
		history_open(session, draft);
	return true;
}

bool
run_bring_back(Session *session, const StrList *words)
{
	(void)words;
	return history_bring_back(session) || trash_bring_back(session);
}
