/* Coming back: drafts as they were when a session ended without a word, from their journals. */
#include "recorder.h"
#include "writing.h"

#include <stdlib.h>

/* A journal being read onto a document. */
typedef struct Replay {
	App *app;
	Document *doc; /* NULL: the revision it began with is gone, and no later one came yet */
	Revision revision;
	size_t cursor, anchor;
	bool selecting;
	uint64_t kept_text; /* as in Writing */
	bool settings_changed;
	int64_t kept_ms;
	size_t changes;
} Replay;

static void
replay_free(Replay *replay)
{
	document_free(replay->doc);
	revision_free(&replay->revision);
}

/* ---- One entry after the other */

static bool
start_from(Replay *replay, Id revision, Err *err)
{
	Err why = {0};
	if (!id_is_none(revision) && !vault_load_revision(replay->app->vault, revision, &replay->revision, &why)) {
		if (why.kind == ERR_NOT_FOUND || why.kind == ERR_DAMAGED)
			return true;
		if (err != NULL)
			*err = why;
		return false;
	}
	/* What is written on it now grew out of it, whatever came after. */
	replay->revision.base = revision;
	replay->kept_ms = id_is_none(revision) ? 0 : replay->revision.time_ms;
	replay->doc = writing_document(&replay->revision, err);
	if (replay->doc == NULL)
		return false;
	replay->kept_text = document_revision(replay->doc);
	return true;
}

static bool
check_length(const Replay *replay, const JournalEntry *entry, Err *err)
{
	return document_length(replay->doc) == entry->length ||
	       err_set(err, ERR_DAMAGED,
		       "a journal does not fit the revision it was written on: export the draft, and keep the file");
}

static bool
replace(Replay *replay, const JournalEntry *entry, Err *err)
{
	Edit edit;
	size_t length = document_length(replay->doc);
	Span span = {entry->from, entry->to < length ? entry->to : length};
	if (span.from > span.to)
		return err_set(err, ERR_DAMAGED,
			"a journal does not fit the revision it was written on: export the draft, and keep the file");
	if (!document_replace(replay->doc, span, entry->text, &edit, err))
		return false;
	replay->changes++;
	replay->cursor = edit.at + edit.inserted;
	replay->selecting = false;
	return check_length(replay, entry, err);
}

static bool
travel(Replay *replay, bool (*step)(Document *, Edit *), const JournalEntry *entry, Err *err)
{
	Edit edit;
	if (step(replay->doc, &edit)) {
		replay->cursor = edit.at + edit.inserted;
		replay->changes++;
	}
	replay->selecting = false;
	return check_length(replay, entry, err);
}

static bool
take_settings(Replay *replay, const Revision *settings, Err *err)
{
	Revision *revision = &replay->revision;
	StrList keywords = {0};
	list_copy(&keywords, &settings->keywords);
	if (!list_ok(&keywords, err)) {
		list_free(&keywords);
		return false;
	}
	list_free(&revision->keywords);
	revision->keywords = keywords;
	revision->work = settings->work;
	revision->comments = settings->comments;
	revision->site = settings->site;
	return true;
}

static bool
saved(Replay *replay, const JournalEntry *entry, Err *err)
{
	if (replay->doc == NULL && !start_from(replay, entry->revision, err))
		return false;
	if (replay->doc == NULL)
		return true;
	replay->revision.draft = entry->draft;
	replay->revision.object = replay->revision.base = entry->revision;
	replay->kept_text = document_revision(replay->doc);
	replay->kept_ms = entry->time_ms;
	replay->settings_changed = false;
	return true;
}

static bool
each(void *data, const JournalEntry *entry, Err *err)
{
	Replay *replay = data;
	if (entry->step == STEP_BEGIN) {
		bool ok = start_from(replay, entry->revision, err);
		replay->revision.draft = entry->draft;
		return ok;
	}
	if (entry->step == STEP_SAVED)
		return saved(replay, entry, err);
	if (replay->doc == NULL)
		return true;
	switch (entry->step) {
	case STEP_REPLACE:
		return replace(replay, entry, err);
	case STEP_GROUP_BEGIN:
		document_group_begin(replay->doc);
		return true;
	case STEP_GROUP_END:
		document_group_end(replay->doc);
		return true;
	case STEP_UNDO:
		return travel(replay, document_undo, entry, err);
	case STEP_REDO:
		return travel(replay, document_redo, entry, err);
	case STEP_CURSOR:
		replay->cursor = entry->cursor;
		replay->anchor = entry->anchor;
		replay->selecting = entry->selecting;
		return true;
	case STEP_SETTINGS:
		replay->settings_changed =
			replay->settings_changed || !recorder_same_settings(&replay->revision, entry->settings);
		return take_settings(replay, entry->settings, err);
	case STEP_BEGIN:
	case STEP_SAVED:
	case STEP_LEFT:
		break;
	}
	return true;
}

/* ---- The draft again */

static size_t
within(const Document *doc, size_t pos)
{
	return pos < document_length(doc) ? pos : document_length(doc);
}

static Writing *
make_writing(Replay *replay, Err *err)
{
	WrapRule rule = {.columns = 78, .rule = BREAK_KEEP_ALL};
	Writing *writing = writing_on(&rule, replay->doc, &replay->revision, err);
	replay->doc = NULL;
	replay->revision = (Revision){0};
	if (writing == NULL)
		return NULL;
	writing->kept_text = replay->kept_text;
	writing->kept_ms = replay->kept_ms;
	writing->settings_changed = replay->settings_changed;
	writing->cursor = within(writing->doc, replay->cursor);
	writing->anchor = within(writing->doc, replay->anchor);
	writing->selecting = replay->selecting;
	return writing;
}

static Writing *
read_journal(Session *session, const JournalFound *found, Err *err)
{
	Replay replay = {.app = session->app};
	bool whole = true;
	Writing *writing = NULL;
	if (journal_read(session->app->vault, found->id, each, &replay, &whole, err)) {
		if (replay.doc != NULL)
			writing = make_writing(&replay, err);
		else
			err_set(err, ERR_DAMAGED,
				"the revision that a journal was written on is gone: bring the vault's objects back "
				"from a backup");
	}
	if (writing != NULL && replay.changes > 0 && !found->left)
		writing->recovered_ms = found->time_ms;
	if (writing != NULL && !whole)
		session_say(session, NOTICE_WARNING, "%s",
			_("a part of what was typed last could not be read: the damaged journal was set aside"));
	replay_free(&replay);
	return writing;
}

Writing *
recover_writing(Session *session, const JournalFound *found, Err *err)
{
	Writing *writing = read_journal(session, found, err);
	Err why = {0};
	if (writing == NULL)
		return NULL;
	writing->journal = journal_resume(session->app->vault, found->id, &why);
	if (writing->journal == NULL) {
		/* The old one would bring the same text once more: it goes when a revision has it. */
		int64_t recovered_ms = writing->recovered_ms;
		if (!writing_keep(session->app, writing, true, err) ||
			!vault_remove_journal(session->app->vault, found->id, err)) {
			writing_free(writing);
			return NULL;
		}
		writing->recovered_ms = recovered_ms;
	}
	return writing;
}

/* ---- Those that were left behind */

static void
say_lost(Session *session, const Err *err)
{
	Str text = {0};
	error_text(err, &text);
	session_say(session, NOTICE_ERROR, _("something that was typed before could not be brought back: %s"),
		str_c(&text));
	str_free(&text);
}

/* It becomes a revision. */
static void
keep_one(Session *session, const JournalFound *found)
{
	Err err = {0};
	Writing *writing = read_journal(session, found, &err);
	if (writing == NULL || !writing_keep(session->app, writing, true, &err) ||
		!vault_remove_journal(session->app->vault, found->id, &err))
		say_lost(session, &err);
	writing_free(writing);
}

bool
recover_others(Session *session, Id wanted, JournalFound *newest)
{
	JournalFound *found = NULL;
	size_t count = 0, chosen = SIZE_MAX, damaged, known;
	Err err = {0};
	vault_damage(session->app->vault, &known);
	if (!vault_journals(session->app->vault, &found, &count, &err)) {
		say_lost(session, &err);
		return false;
	}
	const Damage *damage = vault_damage(session->app->vault, &damaged);
	for (; known < damaged; known++)
		say_lost(session, &damage[known].reason);
	for (size_t i = 0; i < count && chosen == SIZE_MAX; i++)
		if (id_is_none(wanted) || id_equal(found[i].draft, wanted))
			chosen = i;
	for (size_t i = count; i-- > 0;) {
		if (i == chosen)
			*newest = found[i];
		else
			keep_one(session, &found[i]);
	}
	free(found);
	return chosen != SIZE_MAX;
}

bool
recover_find(Session *session, Id draft, JournalFound *out)
{
	JournalFound *found = NULL;
	size_t count = 0;
	bool there = false;
	Err err = {0};
	if (!vault_journals(session->app->vault, &found, &count, &err))
		say_lost(session, &err);
	for (size_t i = 0; i < count && !there; i++) {
		there = id_equal(found[i].draft, draft);
		if (there)
			*out = found[i];
	}
	free(found);
	return there;
}
