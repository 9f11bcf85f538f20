/* The desk's journal: what happens to the draft is sealed and written before a picture shows it, and made durable soon
 * after, off the keys. */
#include "recorder.h"

#include "writing.h"

enum { SYNC_MS = 150, JOURNAL_LONG = 32 << 20 };

static void
complain(Session *session, const Err *err)
{
	Str text = {0};
	if (session->recorder.complained)
		return;
	session->recorder.complained = true;
	error_text(err, &text);
	session_say(session, NOTICE_WARNING, _("what you type is not safe from a crash just now: %s"), str_c(&text));
	str_free(&text);
}

/* ---- Durable within 200 ms, on a thread */

static void arrange_sync(Session *session);

static void
sync_work(void *data)
{
	Recorder *recorder = &((Session *)data)->recorder;
	recorder->sync_err = (Err){0};
	journal_sync(recorder->syncing, &recorder->sync_err);
}

static void
sync_done(void *data)
{
	Session *session = data;
	Recorder *recorder = &session->recorder;
	job_free(recorder->job);
	recorder->job = NULL;
	/* Writing goes on in another file then. */
	if (recorder->sync_err.kind != ERR_NONE) {
		complain(session, &recorder->sync_err);
		recorder_flush(session);
	}
	arrange_sync(session);
}

static void
on_sync_due(void *data)
{
	Session *session = data;
	Recorder *recorder = &session->recorder;
	Err err = {0};
	recorder->timer = 0;
	if (session->writing == NULL || session->writing->journal == NULL)
		return;
	recorder->syncing = session->writing->journal;
	recorder->job = job_start(session->loop, sync_work, sync_done, session, &err);
	/* Without a thread the keys wait for the disk, which is better than not to know. */
	if (recorder->job == NULL && !journal_sync(recorder->syncing, &err))
		complain(session, &err);
}

static void
arrange_sync(Session *session)
{
	Recorder *recorder = &session->recorder;
	const Writing *writing = session->writing;
	if (writing == NULL || writing->journal == NULL || journal_is_synced(writing->journal))
		return;
	if (recorder->timer == 0 && recorder->job == NULL)
		recorder->timer = loop_timer(session->loop, SYNC_MS, on_sync_due, session);
}

/* The journal is nobody else's afterwards. */
static void
end_sync(Recorder *recorder, Loop *loop)
{
	if (recorder->timer != 0)
		loop_timer_cancel(loop, recorder->timer);
	recorder->timer = 0;
	job_free(recorder->job);
	recorder->job = NULL;
}

/* ---- Beginning */

/* A text that is not that of its revision is the first change. */
static bool
begin(Session *session, Err *err)
{
	Writing *writing = session->writing;
	Str text = {0};
	JournalEntry entry = {.step = STEP_BEGIN,
		.draft = writing->revision.draft,
		.revision = writing->revision.object,
		.time_ms = session->app->sys->now_ms()};
	Journal *journal = journal_new(session->app->vault, &entry, err);
	if (journal == NULL)
		return false;
	bool ok = true;
	if (document_revision(writing->doc) != writing->kept_text) {
		document_copy(writing->doc, (Span){0, document_length(writing->doc)}, &text);
		ok = str_ok(&text, err) && journal_add(journal,
						   &(JournalEntry){.step = STEP_REPLACE,
							   .to = SIZE_MAX,
							   .text = str_view(&text),
							   .length = document_length(writing->doc)},
						   err);
	}
	str_wipe(&text);
	if (!ok) {
		journal_close(journal, false, NULL);
		return false;
	}
	writing->journal = journal;
	writing->journal_torn = false;
	writing->journal_late = document_can_undo(writing->doc) || document_can_redo(writing->doc);
	session->recorder.noted = false;
	return true;
}

/* The old one is removed when the new one has everything. */
static bool
begin_anew(Session *session, Err *err)
{
	Writing *writing = session->writing;
	Journal *old = writing->journal;
	bool was_late = writing->journal_late;
	end_sync(&session->recorder, session->loop);
	if (!begin(session, err))
		return false;
	if (!journal_write(writing->journal, err) || !journal_sync(writing->journal, err)) {
		journal_close(writing->journal, false, NULL);
		writing->journal = old;
		writing->journal_torn = old != NULL;
		writing->journal_late = was_late;
		return false;
	}
	return old == NULL || journal_close(old, false, err);
}

/* ---- What is not a change of the text */

bool
recorder_same_settings(const Revision *a, const Revision *b)
{
	if (!id_equal(a->work, b->work) || !id_equal(a->site, b->site) || a->comments != b->comments ||
		a->keywords.len != b->keywords.len)
		return false;
	for (size_t i = 0; i < a->keywords.len; i++)
		if (!sv_equal(str_view(&a->keywords.items[i]), str_view(&b->keywords.items[i])))
			return false;
	return true;
}

static bool
note_settings(Recorder *recorder, const Writing *writing, Err *err)
{
	const Revision *now = &writing->revision;
	if (recorder->noted && recorder_same_settings(&recorder->settings, now))
		return true;
	revision_free(&recorder->settings);
	recorder->settings = (Revision){.work = now->work, .site = now->site, .comments = now->comments};
	list_copy(&recorder->settings.keywords, &now->keywords);
	return list_ok(&recorder->settings.keywords, err) &&
	       journal_add(
		       writing->journal, &(JournalEntry){.step = STEP_SETTINGS, .settings = &recorder->settings}, err);
}

static bool
note_cursor(Recorder *recorder, const Writing *writing, Err *err)
{
	if (recorder->noted && recorder->cursor == writing->cursor && recorder->anchor == writing->anchor &&
		recorder->selecting == writing->selecting)
		return true;
	recorder->cursor = writing->cursor;
	recorder->anchor = writing->anchor;
	recorder->selecting = writing->selecting;
	return journal_add(writing->journal,
		&(JournalEntry){.step = STEP_CURSOR,
			.cursor = writing->cursor,
			.anchor = writing->anchor,
			.selecting = writing->selecting},
		err);
}

/* ---- From the session */

static bool
flush(Session *session, Err *err)
{
	Writing *writing = session->writing;
	Recorder *recorder = &session->recorder;
	/* What is in a revision needs no journal: a long one begins anew there, and undo before it ends with the
	 * process. */
	bool is_long = writing->journal != NULL && journal_size(writing->journal) > JOURNAL_LONG;
	if ((writing->journal == NULL || writing->journal_torn || (is_long && !writing_is_changed(writing))) &&
		!begin_anew(session, err))
		return false;
	if (!note_settings(recorder, writing, err) || !note_cursor(recorder, writing, err)) {
		writing->journal_torn = true;
		return false;
	}
	recorder->noted = true;
	return journal_write(writing->journal, err);
}

void
recorder_flush(Session *session)
{
	Err err = {0};
	if (session->writing == NULL || session->app->vault == NULL)
		return;
	if (flush(session, &err))
		session->recorder.complained = false;
	else
		complain(session, &err);
	arrange_sync(session);
}

bool
recorder_secure(Session *session, Err *err)
{
	if (session->writing == NULL || session->app->vault == NULL)
		return err_set(err, ERR_FAILED, "there is no vault to keep the draft in");
	end_sync(&session->recorder, session->loop);
	return flush(session, err) && journal_sync(session->writing->journal, err);
}

void
recorder_left(Session *session)
{
	Writing *writing = session->writing;
	if (writing != NULL && writing->journal != NULL)
		journal_add(writing->journal,
			&(JournalEntry){.step = STEP_LEFT, .time_ms = session->app->sys->now_ms()}, NULL);
}

bool
recorder_close(Session *session, bool keep, Err *err)
{
	Writing *writing = session->writing;
	end_sync(&session->recorder, session->loop);
	revision_free(&session->recorder.settings);
	session->recorder.noted = false;
	if (writing == NULL || writing->journal == NULL)
		return true;
	Journal *journal = writing->journal;
	writing->journal = NULL;
	return journal_close(journal, keep, err);
}
