/* The publish sheet: a deliberate key opens it, a guard catches slips, and no key is left without an answer. */
#include "sheet.h"

#include "commands.h"
#include "editor.h"

#include <stdlib.h>
#include <string.h>

enum { GUARD_MS = 400 };

static const PlaceKind SHEET;

static Context
context(const void *state)
{
	(void)state;
	return CONTEXT_SHEET;
}

/* ---- The guard */

static void
guard_passed(void *data)
{
	Sheet *sheet = data;
	int64_t left = sheet->open_ms - session_clock();
	sheet->guard_timer = 0;
	if (left > 0)
		sheet->guard_timer = loop_timer(sheet->session->loop, left, guard_passed, sheet);
	session_mark_dirty(sheet->session);
}

void
sheet_raise_guard(Sheet *sheet)
{
	sheet->open_ms = session_clock() + GUARD_MS;
	if (sheet->guard_timer == 0)
		sheet->guard_timer = loop_timer(sheet->session->loop, GUARD_MS, guard_passed, sheet);
}

static bool
is_guarded(const Sheet *sheet)
{
	return session_clock() < sheet->open_ms;
}

/* The first word of what the key runs here, or the empty view. */
static StrView
command_of(const Session *session, Key key)
{
	Keys keys = {.items = {key}, .len = 1};
	const Binding *binding = NULL;
	if (keymap_match(session->keymap, CONTEXT_SHEET, &keys, &binding) != MATCH_BOUND)
		return (StrView){NULL, 0};
	return str_view(&binding->command.items[0]);
}

/* While it is sent or held nothing may cover the sheet: only stopping, making it public and leaving mean something.
 * Typing by somebody who looks elsewhere never makes it public: that key must stand alone. */
static bool
guard_sending(Session *session, Sheet *sheet, const Key *key)
{
	StrView command = key != NULL ? command_of(session, *key) : (StrView){NULL, 0};
	bool held = sheet->stage == SHEET_HOLD;
	if (sv_equal(command, SV("close"))) {
		session_close_top(session);
		return true;
	}
	if (sv_equal(command, SV("quit")) || sv_equal(command, SV("redraw")))
		return false;
	if (held && sv_equal(command, SV("release")) && !is_guarded(sheet) && session->key_alone)
		return false;
	sheet_raise_guard(sheet);
	session_say(session, NOTICE_INFO, "%s",
		held ? _("the article is on its way: only taking it back or making it public means something now")
		     : _("the article is on its way: only stopping it means something now"));
	return true;
}

static bool
guard(Session *session, void *state, const Key *key)
{
	Sheet *sheet = state;
	if (sheet->send_timer != 0) {
		sheet_disarm(sheet);
		sheet_raise_guard(sheet);
		session_say(session, NOTICE_INFO, "%s",
			_("nothing was sent: more than one key came; press the one you mean once more"));
		return true;
	}
	if (sheet->stage == SHEET_SENDING || sheet->stage == SHEET_HOLD)
		return guard_sending(session, sheet, key);
	if (key == NULL) {
		sheet_raise_guard(sheet);
		return false;
	}
	/* A garbled picture is mended whatever else is ignored. */
	if (!is_guarded(sheet) || sv_equal(command_of(session, *key), SV("redraw")))
		return false;
	sheet_raise_guard(sheet);
	return true;
}

/* What sends must be a key by itself, not a piece of what was pasted or typed ahead. */
static void
send(Session *session, Sheet *sheet, bool as_draft, bool overwrite)
{
	if (sheet->topic.obstacle.kind != ERR_NONE) {
		session_say_error(session, &sheet->topic.obstacle);
	} else if (!session->key_alone) {
		sheet_raise_guard(sheet);
		session_say(session, NOTICE_INFO, "%s",
			_("nothing was sent: that key came together with others; press it once more"));
	} else {
		sheet_arm(sheet, as_draft, overwrite);
	}
}

/* ---- The place */

static void
accept(Session *session, void *state)
{
	Sheet *sheet = state;
	switch (sheet->stage) {
	case SHEET_ASK:
	case SHEET_UPDATE:
		send(session, sheet, false, false);
		break;
	case SHEET_FAILED:
		send(session, sheet, sheet->as_draft, false);
		break;
	case SHEET_DONE:
		session_pop(session);
		break;
	case SHEET_SENDING:
	case SHEET_HOLD:
		break;
	}
}

static bool
close_place(Session *session, void *state)
{
	(void)session;
	Sheet *sheet = state;
	if (sheet->stage == SHEET_SENDING || sheet->stage == SHEET_HOLD)
		sheet_stop(sheet);
	return true;
}

static void
arrive(Session *session, void *state)
{
	Sheet *sheet = state;
	if (sheet->asks_site && app_has_no_site(session->app)) {
		session_pop(session);
		return;
	}
	if (sheet->stage == SHEET_ASK || sheet->stage == SHEET_UPDATE)
		sheet_read(sheet);
	sheet_raise_guard(sheet);
}

static void
free_place(Session *session, void *state)
{
	Sheet *sheet = state;
	sheet_abandon(sheet);
	if (sheet->guard_timer != 0)
		loop_timer_cancel(session->loop, sheet->guard_timer);
	sheet_topic_free(&sheet->topic);
	str_free(&sheet->url);
	list_free(&sheet->made);
	free(sheet);
}

static const PlaceKind SHEET = {
	.context = context,
	.draw = sheet_draw,
	.guard = guard,
	.accept = accept,
	.close = close_place,
	.arrive = arrive,
	.free = free_place,
};

/* ---- Opening */

static bool
has_title(Session *session)
{
	Writing *writing = session->writing;
	if (sv_trim(str_view(&writing->revision.title)).len > 0)
		return true;
	writing->cursor = writing_title(writing).to;
	writing->selecting = false;
	writing->goal = -1;
	session_say(session, NOTICE_INFO, "%s", _("an article needs a title: give it one, then publish"));
	return false;
}

/* Says so when readers have it as it is. */
static bool
is_unchanged(Session *session)
{
	const Revision *revision = &session->writing->revision;
	SiteRecord site = {0};
	Publication publication = {0};
	/* What cannot be read here is said by the sheet. */
	bool same = app_choose_site(session->app, revision, (StrView){NULL, 0}, &site, NULL) &&
		    vault_load_publication(session->app->vault, revision->draft, site.id, &publication, NULL) &&
		    app_is_unchanged(revision, &publication);
	if (same)
		session_say(session, NOTICE_INFO, _("nothing has changed since it was published: %s"),
			str_c(&publication.url));
	publication_free(&publication);
	site_record_free(&site);
	return same;
}

bool
sheet_open(Session *session)
{
	if (session_state(session, &SHEET) != NULL) {
		session_pop_to(session, &SHEET);
		return true;
	}
	if (session->writing == NULL || !session_has_vault(session) || !editor_keep(session) || !has_title(session))
		return false;
	bool no_site = app_has_no_site(session->app);
	if (!no_site && is_unchanged(session))
		return false;
	Sheet *sheet = calloc(1, sizeof *sheet);
	if (sheet != NULL)
		sheet->session = session;
	if (!session_push(session, &SHEET, sheet))
		return false;
	if (!no_site)
		return true;
	sheet->asks_site = true;
	if (sites_open(session))
		return true;
	session_pop_to(session, &SHEET);
	session_arrive(session);
	return false;
}

/* ---- A blog for the draft on the desk */

void
site_chosen(Session *session, Id site)
{
	Writing *writing = session->writing;
	if (writing == NULL) {
		session_pop(session);
		return;
	}
	if (!id_equal(writing->revision.site, site)) {
		writing->revision.site = site;
		writing->settings_changed = true;
	}
	session_pop_to(session, session_state(session, &SHEET) != NULL ? &SHEET : &EDITOR);
}

/* ---- Commands */

bool
run_publish(Session *session, const StrList *words)
{
	(void)words;
	if (session_on_top(session, &SHEET))
		session_say(session, NOTICE_INFO, "%s", _("this is where it is published: Enter sends it"));
	else
		sheet_open(session);
	return true;
}

bool
run_publish_draft(Session *session, const StrList *words)
{
	(void)words;
	Sheet *sheet = session_state(session, &SHEET);
	if (sheet->stage == SHEET_UPDATE)
		session_say(session, NOTICE_INFO, "%s",
			_("readers have it already: a published article does not become a draft again"));
	else if (sheet->stage == SHEET_ASK && !sheet_takes_drafts(&sheet->topic))
		session_say(
			session, NOTICE_INFO, "%s", _("a plain folder has no drafts: everything in it can be read"));
	else if (sheet->stage == SHEET_ASK)
		send(session, sheet, true, false);
	else
		return false;
	return true;
}

static bool
go_to_subtitle(Session *session)
{
	Writing *writing = session->writing;
	session_pop(session);
	writing->cursor = writing_subtitle(writing).to;
	writing->selecting = false;
	writing->goal = -1;
	return true;
}

bool
run_change(Session *session, const StrList *words)
{
	Sheet *sheet = session_state(session, &SHEET);
	char number = words->len == 2 && words->items[1].len == 1 ? words->items[1].ptr[0] : '\0';
	if (sheet->stage == SHEET_FAILED)
		sheet_read(sheet);
	if (sheet->stage != SHEET_ASK && sheet->stage != SHEET_UPDATE)
		return false;
	switch (number) {
	case '1':
		return go_to_subtitle(session);
	case '2':
		works_open(session);
		return true;
	case '3':
		keywords_open(session);
		return true;
	case '4':
		if (sheet->topic.blog_comments)
			session_say(session, NOTICE_INFO, "%s",
				_("this blog decides about comments itself: it has no switch for one article"));
		else
			comments_open(session);
		return true;
	case '5':
		sites_open(session);
		return true;
	default:
		return false;
	}
}

bool
run_release(Session *session, const StrList *words)
{
	(void)words;
	Sheet *sheet = session_state(session, &SHEET);
	if (sheet->stage != SHEET_HOLD)
		return false;
	sheet_release(sheet);
	return true;
}

bool
run_overwrite(Session *session, const StrList *words)
{
	(void)words;
	Sheet *sheet = session_state(session, &SHEET);
	if (sheet->stage != SHEET_FAILED || sheet->error.kind != ERR_CONFLICT)
		return false;
	send(session, sheet, sheet->as_draft, true);
	return true;
}

bool
run_copy_url(Session *session, const StrList *words)
{
	(void)words;
	Sheet *sheet = session_state(session, &SHEET);
	const Str *url = sheet->url.len > 0 ? &sheet->url : &sheet->topic.publication.url;
	Err err = {0};
	if (url->len == 0) {
		session_say(session, NOTICE_INFO, "%s", _("the article has no address before it is published"));
	} else if (term_copy(session->term, str_view(url), &err)) {
		str_set(&session->clipboard, str_view(url));
		session_say(session, NOTICE_GOOD, "%s", _("the address was sent to the clipboard of your terminal"));
	} else {
		session_say_error(session, &err);
	}
	return true;
}

bool
sheet_is_sending(Session *session)
{
	const Sheet *sheet = session_state(session, &SHEET);
	return sheet != NULL && (sheet->publishing != NULL || sheet->send_timer != 0);
}
