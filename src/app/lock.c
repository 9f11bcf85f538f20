/* Locking: everything is kept, then the program begins anew, so that no text stays in its memory. When it happens by
 * itself, and where it comes back to. */
#include "commands.h"
#include "editor.h"
#include "recorder.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { DEFAULT_MINUTES = 60, AGAIN_MS = 60000 };

/* Counts while the machine sleeps, too: a laptop that was closed for an hour is locked. */
int64_t
lock_clock(void)
{
	struct timespec now;
	clock_gettime(CLOCK_BOOTTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* 0: never. */
static int64_t
limit_ms(const Session *session)
{
	const Str *value = &session->app->settings.lock;
	if (value->len == 0)
		return (int64_t)DEFAULT_MINUTES * 60000;
	return strtoll(str_c(value), NULL, 10) * (sv_ends(str_view(value), SV("s")) ? 1000 : 60000);
}

/* Where the cursor stands, so that the next one finds the place again. */
static void
note_place(Session *session, SessionEnd *end)
{
	const Writing *writing = session->writing;
	if (session_state(session, &EDITOR) == NULL || writing == NULL || id_is_none(writing->revision.draft))
		return;
	size_t line = document_line_at(writing->doc, writing->cursor), at = document_line_start(writing->doc, line);
	enum { BODY = 2 };
	end->draft = writing->revision.draft;
	if (line < BODY)
		return;
	end->line = line - BODY + 1;
	end->column = 1;
	while (at < writing->cursor) {
		at = document_cluster_next(writing->doc, at);
		end->column++;
	}
}

/* False when it cannot be locked, which is said. */
static bool
lock(Session *session, bool idle)
{
	Err err = {0};
	if (!isatty(term_fd(session->term))) {
		session_hang_up(session);
		return true;
	}
	if (session->app->vault == NULL)
		return false;
	if (session->job != NULL || session->change != NULL || sheet_is_sending(session)) {
		session_say(session, NOTICE_INFO, "%s", _("not locked: something is still being done, one moment"));
		return false;
	}
	if (!session_keep(session, &err)) {
		session_say_error(session, &err);
		session_say(session, NOTICE_WARNING, "%s", _("not locked: the draft could not be kept"));
		return false;
	}
	session->app->end = (SessionEnd){.locked = true, .idle = idle};
	note_place(session, &session->app->end);
	/* With the journal the writer comes back to the very place, and to what can be undone. */
	recorder_flush(session);
	recorder_left(session);
	session->over = true;
	return true;
}

static void
on_timer(void *data)
{
	Session *session = data;
	session->lock_timer = 0;
	int64_t limit = limit_ms(session), left = session->touched_ms + limit - lock_clock();
	if (limit == 0)
		return;
	if (left <= 0 && session->app->vault != NULL && lock(session, true))
		return;
	session->lock_timer = loop_timer(session->loop, left > 0 ? left : AGAIN_MS, on_timer, session);
	session_mark_dirty(session);
}

void
lock_watch(Session *session)
{
	loop_timer_cancel(session->loop, session->lock_timer);
	session->lock_timer = 0;
	session->touched_ms = lock_clock();
	int64_t limit = limit_ms(session);
	if (limit > 0)
		session->lock_timer = loop_timer(session->loop, limit, on_timer, session);
}

bool
lock_is_due(Session *session)
{
	int64_t now = lock_clock(), limit = limit_ms(session), since = now - session->touched_ms;
	session->touched_ms = now;
	return limit > 0 && since >= limit && session->app->vault != NULL && lock(session, true);
}

bool
run_lock(Session *session, const StrList *words)
{
	(void)words;
	if (session_has_vault(session))
		lock(session, false);
	return true;
}
