/* The sending behind the publish sheet: a moment to take a slip back, the progress, the ten seconds before it is
 * public, the outcome.
 */
#include "sheet.h"

#include "editor.h"

enum { SECOND_KEY_MS = 300, SECOND_MS = 1000 };

static void
cancel(Sheet *sheet, int *timer)
{
	if (*timer != 0)
		loop_timer_cancel(sheet->session->loop, *timer);
	*timer = 0;
}

static void
fail(Sheet *sheet, const Err *error)
{
	sheet->error = *error;
	sheet->stage = SHEET_FAILED;
	sheet_raise_guard(sheet);
	session_mark_dirty(sheet->session);
}

/* ---- On its way */

static void
progressed(void *data, SitePhase phase)
{
	Sheet *sheet = data;
	sheet->reached = phase;
	session_mark_dirty(sheet->session);
}

void
sheet_release(Sheet *sheet)
{
	cancel(sheet, &sheet->hold_timer);
	sheet->reached = SITE_PUBLIC;
	sheet->stage = SHEET_SENDING;
	publish_release(sheet->publishing);
	session_mark_dirty(sheet->session);
}

/* Seconds that passed while the screen was not shown, or meok was stopped, were no time to take anything back. */
static void
second_passed(void *data)
{
	Sheet *sheet = data;
	sheet->hold_timer = 0;
	if (!term_pending(sheet->session->term))
		sheet->seconds--;
	if (sheet->seconds <= 0) {
		sheet_release(sheet);
		return;
	}
	session_mark_dirty(sheet->session);
	sheet->hold_timer = loop_timer(sheet->session->loop, SECOND_MS, second_passed, sheet);
}

static void
held(void *data)
{
	Sheet *sheet = data;
	sheet->stage = SHEET_HOLD;
	sheet->seconds = SHEET_HOLD_SECONDS;
	sheet_raise_guard(sheet);
	session_mark_dirty(sheet->session);
	sheet->hold_timer = loop_timer(sheet->session->loop, SECOND_MS, second_passed, sheet);
}

/* ---- The outcome */

static void
end(void *data)
{
	Sheet *sheet = data;
	sheet->end_timer = 0;
	publish_free(sheet->publishing);
	sheet->publishing = NULL;
}

static bool
is_first(const App *app)
{
	size_t count, public = 0;
	const Entry *const *all = vault_entries(app->vault, OBJECT_PUBLICATION, &count);
	for (size_t i = 0; i < count; i++)
	public += all[i]->phase == PHASE_PUBLIC;
	return public == 1;
}

static void
done(void *data, const Published *published, const Err *error)
{
	Sheet *sheet = data;
	cancel(sheet, &sheet->hold_timer);
	/* It may not be freed from in here. Without memory for the timer it is freed with the sheet. */
	sheet->end_timer = loop_timer(sheet->session->loop, 0, end, sheet);
	if (error != NULL) {
		fail(sheet, error);
		return;
	}
	sheet->stage = SHEET_DONE;
	sheet->result = published->result;
	str_set(&sheet->url, str_view(&published->url));
	list_copy(&sheet->made, &published->new_keywords);
	sheet->first = published->result == RESULT_PUBLISHED && is_first(sheet->session->app);
	sheet_raise_guard(sheet);
	session_mark_dirty(sheet->session);
}

/* ---- Sending */

static void
send_now(void *data)
{
	Sheet *sheet = data;
	Session *session = sheet->session;
	Err err = {0};
	sheet->send_timer = 0;
	session_mark_dirty(session);
	if (!editor_keep(session))
		return;
	/* What the last try left behind is over before the next one begins. */
	sheet_abandon(sheet);
	PublishRequest request = {.draft = session->writing->revision.draft,
		.site = str_view(&sheet->topic.site.name),
		.as_draft = sheet->as_draft,
		.overwrite = sheet->overwrite};
	PublishWatcher watcher = {.progress = progressed, .done = done, .data = sheet};
	/* What is handed in for review is hidden anyway. */
	if (sheet->topic.site.may_publish)
		watcher.held = held;
	sheet->stage = SHEET_SENDING;
	sheet->reached = SITE_INTENT;
	sheet->publishing = publish_start(session->app, session->loop, &request, &watcher, &err);
	if (sheet->publishing == NULL)
		fail(sheet, &err);
}

void
sheet_arm(Sheet *sheet, bool as_draft, bool overwrite)
{
	Err err = {0};
	sheet->as_draft = as_draft;
	sheet->overwrite = overwrite;
	sheet->send_timer = loop_timer(sheet->session->loop, SECOND_KEY_MS, send_now, sheet);
	if (sheet->send_timer == 0) {
		err_memory(&err);
		fail(sheet, &err);
	}
	session_mark_dirty(sheet->session);
}

void
sheet_disarm(Sheet *sheet)
{
	cancel(sheet, &sheet->send_timer);
}

/* ---- Stopping */

void
sheet_abandon(Sheet *sheet)
{
	cancel(sheet, &sheet->send_timer);
	cancel(sheet, &sheet->hold_timer);
	cancel(sheet, &sheet->end_timer);
	publish_free(sheet->publishing);
	sheet->publishing = NULL;
}

void
sheet_stop(Sheet *sheet)
{
	Session *session = sheet->session;
	const char *site = str_c(&sheet->topic.site.name);
	bool held_back = publish_is_held(sheet->publishing);
	sheet_abandon(sheet);
	if (!held_back)
		session_say(session, NOTICE_WARNING,
			_("stopped: how far it got on %s is found out when you publish again, nothing is doubled"),
			site);
	else if (sheet_is_folder(&sheet->topic))
		session_say(session, NOTICE_INFO, "%s", _("taken back: nothing in the folder was changed"));
	else
		session_say(session, NOTICE_INFO,
			_("taken back: the article stays hidden on %s; publishing it again finishes it"), site);
}
