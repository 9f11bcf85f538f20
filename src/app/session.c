/* The session: one loop over the terminal, signals and timers; keys to commands; pictures of the top of the stack. */
#include "session.h"

#include "editor.h"
#include "recorder.h"
#include "rejoin.h"
#include "watch.h"
#include "writing.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

enum {
	IDLE_KEEP_MS = 30000,
	BUSY_KEEP_MS = 180000,
	REJOIN_MS = 60000,
	PASTE_LIMIT = 256 << 20,
	TIDY_DRAFTS = 4,
};

int64_t
session_clock(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void
session_mark_dirty(Session *session)
{
	session->dirty = true;
}

/* ---- The stack of places */

static Place *
top_place(Session *session)
{
	return session->depth > 0 ? &session->places[session->depth - 1] : NULL;
}

void
session_arrive(Session *session)
{
	Place *top = top_place(session);
	session->pending.len = 0;
	session_mark_dirty(session);
	if (top == NULL)
		session->over = true;
	else if (top->kind->arrive != NULL)
		top->kind->arrive(session, top->state);
}

bool
session_push(Session *session, const PlaceKind *kind, void *state)
{
	if (state == NULL || session->depth == PLACES_MAX) {
		if (state != NULL && kind->free != NULL)
			kind->free(session, state);
		session_say(session, NOTICE_ERROR, "%s",
			state == NULL ? _("out of memory") : _("too many screens are open: close one first"));
		return false;
	}
	session->places[session->depth++] = (Place){kind, state};
	session_arrive(session);
	return true;
}

static void
drop_top(Session *session)
{
	Place place = session->places[--session->depth];
	if (place.kind->free != NULL)
		place.kind->free(session, place.state);
}

void
session_pop(Session *session)
{
	if (session->depth == 0)
		return;
	drop_top(session);
	session_arrive(session);
}

void
session_pop_to(Session *session, const PlaceKind *kind)
{
	if (session_state(session, kind) == NULL || top_place(session)->kind == kind)
		return;
	while (top_place(session)->kind != kind)
		drop_top(session);
	session_arrive(session);
}

void *
session_state(Session *session, const PlaceKind *kind)
{
	for (size_t i = session->depth; i-- > 0;)
		if (session->places[i].kind == kind)
			return session->places[i].state;
	return NULL;
}

bool
session_on_top(const Session *session, const PlaceKind *kind)
{
	return session->depth > 0 && session->places[session->depth - 1].kind == kind;
}

void
session_close_top(Session *session)
{
	Place *top = top_place(session);
	if (top == NULL || (top->kind->close != NULL && !top->kind->close(session, top->state)))
		return;
	session_pop(session);
}

bool
session_has_vault(Session *session)
{
	if (session->app->vault != NULL)
		return true;
	session_say(session, NOTICE_INFO, "%s", _("the vault is still being made: one moment"));
	return false;
}

/* ---- Leaving */

static bool
keep_writing(Session *session, bool automatic, Err *err)
{
	if (session->writing == NULL)
		return true;
	if (session->app->vault == NULL && writing_is_blank(session->writing))
		return true;
	if (session->app->vault != NULL && !session->gone && session_on_top(session, &EDITOR))
		desk_rejoin(session);
	if (session->app->vault == NULL)
		return session->job != NULL ? err_set(err, ERR_FAILED, "the vault is still being made: one moment")
					    : err_set(err, ERR_FAILED, "there is no vault to keep the draft in");
	return writing_keep(session->app, session->writing, automatic, err);
}

bool
session_keep(Session *session, Err *err)
{
	return keep_writing(session, false, err);
}

/* The draft cannot be kept, and its writer wants to go: first what there is to do, then why. */
static void
say_refused(Session *session, const Err *why, bool secure)
{
	Str quit = {0}, out = {0};
	session_key_of(session, CONTEXT_EDITOR, "quit", &quit);
	session_key_of(session, CONTEXT_EDITOR, "write-file", &out);
	session_dismiss_all(session);
	session_say_error(session, why);
	if (secure)
		session_say(session, NOTICE_ERROR,
			_("the draft cannot be saved (Esc tells why); %s again leaves and keeps it sealed for next "
			  "time; %s writes it to a file"),
			str_c(&quit), str_c(&out));
	else
		session_say(session, NOTICE_ERROR,
			_("the draft cannot be saved (Esc tells why); %s writes it to a file; the command abandon "
			  "leaves without it"),
			str_c(&out));
	str_free(&quit);
	str_free(&out);
}

void
session_leave(Session *session)
{
	Err err = {0};
	if (keep_writing(session, false, &err)) {
		session->over = true;
		return;
	}
	if (session->app->vault == NULL) {
		session_say_error(session, &err);
		return;
	}
	uint64_t text = document_revision(session->writing->doc);
	bool again = session->refused && session->refused_text == text, secure = recorder_secure(session, NULL);
	session->over = session->unkept = again && secure;
	session->refused = true;
	session->refused_text = text;
	if (!session->over)
		say_refused(session, &err, secure);
}

/* The terminal is gone, or we are told to end: nothing is asked. */
static void
leave_at_once(Session *session)
{
	session->gone = true;
	session->over = true;
}

void
session_hang_up(Session *session)
{
	leave_at_once(session);
}

static void
on_idle(void *data)
{
	Session *session = data;
	int64_t now = session_clock(), left = session->key_ms + IDLE_KEEP_MS - now;
	session->idle_timer = 0;
	/* Who never rests is kept from time to time. */
	if (left > 0 && now - session->kept_ms < BUSY_KEEP_MS) {
		session->idle_timer = loop_timer(session->loop, left, on_idle, session);
		return;
	}
	Err err = {0};
	Writing *writing = session->writing;
	if (writing == NULL || !writing_is_changed(writing))
		return;
	session->kept_ms = now;
	bool has_vault = session->app->vault != NULL;
	if (session_on_top(session, &EDITOR))
		desk_rejoin(session);
	bool kept = has_vault && writing_keep(session->app, writing, true, &err);
	if (has_vault && !kept && !writing->keep_failed) {
		writing->keep_failed = true;
		session_say_error(session, &err);
	}
	/* By then the disk may have room again, or the vault be there. */
	if (!kept)
		session->idle_timer = loop_timer(session->loop, IDLE_KEEP_MS, on_idle, session);
	session_mark_dirty(session);
}

/* ---- Keys */

static void
say_unbound(Session *session, const Keys *keys)
{
	Str name = {0};
	keys_format(keys, &name);
	session_say(session, NOTICE_INFO, _("%s does nothing here"), str_c(&name));
	str_free(&name);
}

/* In the other contexts letters are commands. */
static bool
takes_text(const Place *place)
{
	switch (place->kind->context(place->state)) {
	case CONTEXT_START:
	case CONTEXT_EDITOR:
	case CONTEXT_PICKER:
	case CONTEXT_FORM:
	case CONTEXT_PROMPT:
		return place->kind->text != NULL;
	case CONTEXT_ANY:
	case CONTEXT_CONFLICT:
	case CONTEXT_LIBRARY:
	case CONTEXT_LIST:
	case CONTEXT_SHEET:
	case CONTEXT_PAGE:
	case CONTEXTS:
		break;
	}
	return false;
}

static void
type_text(Session *session, StrView text, bool pasted)
{
	Place *top = top_place(session);
	if (top == NULL)
		return;
	if (pasted && top->kind->guard != NULL && top->kind->guard(session, top->state, NULL))
		return;
	if (takes_text(top))
		top->kind->text(session, top->state, text, pasted);
	else if (pasted)
		session_say(session, NOTICE_INFO, "%s", _("nothing was pasted: there is no text to put it into here"));
	session_mark_dirty(session);
}

static void handle_key(Session *session, Key key);

/* Where letters are commands a syllable is the keys under it. */
static void
handle_unbound(Session *session, const Keys *keys)
{
	Key key = keys->items[keys->len - 1], under[HANGUL_KEYS_MAX];
	Place *top = top_place(session);
	if (keys->len > 1) {
		if (key.code != KEY_ESC)
			say_unbound(session, keys);
		return;
	}
	if (key_is_text(key) && takes_text(top)) {
		Str text = {0};
		Err err = {0};
		str_append_rune(&text, key.code);
		if (str_ok(&text, &err))
			type_text(session, str_view(&text), false);
		else
			session_say_error(session, &err);
		str_wipe(&text);
		return;
	}
	size_t count = key_from_hangul(key.code, under);
	if (key_is_text(key) && count > 0)
		for (size_t i = 0; i < count && !session->over; i++)
			handle_key(session, under[i]);
	else
		say_unbound(session, keys);
}

static void
handle_key(Session *session, Key key)
{
	Place *top = top_place(session);
	if (top == NULL)
		return;
	if (top->kind->guard != NULL && top->kind->guard(session, top->state, &key)) {
		session->pending.len = 0;
		session_mark_dirty(session);
		return;
	}
	Context context = top->kind->context(top->state);
	bool dismissed = session->pending.len == 0 && session->message_count > 0 &&
			 (key.code == KEY_ESC || !session->messages[0].stays) && session_dismiss(session);
	Keys keys = session->pending;
	keys.items[keys.len++] = key;
	const Binding *binding = NULL;
	KeyMatch match = keymap_match(session->keymap, context, &keys, &binding);
	if (session->pending.len > 0)
		session_mark_dirty(session);
	session->pending.len = 0;
	/* An Esc that puts a message away does nothing else, but for the key that came right behind it (Alt). */
	if (dismissed && match != MATCH_PREFIX)
		return;
	session->dismissed = dismissed;
	switch (match) {
	case MATCH_PREFIX:
		if (keys.len < KEYS_MAX)
			session->pending = keys;
		session_mark_dirty(session);
		break;
	case MATCH_BOUND:
		if (!command_run(session, &binding->command) && keys.len == 1)
			handle_unbound(session, &keys);
		break;
	case MATCH_NONE:
		handle_unbound(session, &keys);
		break;
	}
}

static void
take_paste(Session *session, const InputEvent *event)
{
	session->pending.len = 0;
	session->pasting = !event->last;
	if (event->text.len > PASTE_LIMIT - session->paste.len) {
		/* A part of it would look like all of it. */
		str_wipe(&session->paste);
		session->paste.failed = true;
	}
	str_append(&session->paste, event->text);
	if (!event->last)
		return;
	Str clean = {0};
	Err err = {0};
	size_t replaced = 0;
	if (!str_ok(&session->paste, NULL)) {
		session_say(session, NOTICE_ERROR, "%s", _("the paste is too large: paste it in parts"));
	} else if (!unicode_clean(str_view(&session->paste), &clean, &replaced, &err)) {
		session_say_error(session, &err);
	} else {
		type_text(session, str_view(&clean), true);
		if (replaced > 0)
			session_say(session, NOTICE_WARNING,
				ngettext("%zu character of the paste was not text: U+FFFD stands in its place",
					"%zu characters of the paste were not text: U+FFFD stands in their place",
					replaced),
				replaced);
	}
	str_wipe(&session->paste);
	str_wipe(&clean);
}

/* What was written elsewhere is looked for when somebody sits down here, and once a minute while somebody writes. */
static void
rejoin_now_and_then(Session *session)
{
	int64_t now = session_clock();
	if (session->over || !session_on_top(session, &EDITOR) || now - session->joined_ms < REJOIN_MS)
		return;
	desk_rejoin(session);
	session->joined_ms = now;
}

static void
take_events(Session *session)
{
	InputEvent event;
	if (lock_is_due(session))
		return;
	while (!session->over && input_next(session->input, &event)) {
		session->key_ms = session_clock();
		/* Any key may change the draft: erasing, undo, its settings. */
		if (session->idle_timer == 0) {
			session->kept_ms = session->key_ms;
			session->idle_timer = loop_timer(session->loop, IDLE_KEEP_MS, on_idle, session);
		}
		switch (event.kind) {
		case INPUT_KEY:
			session->key_alone = event.alone;
			handle_key(session, event.key);
			break;
		case INPUT_PASTE:
			take_paste(session, &event);
			break;
		case INPUT_FOCUS:
			if (event.gained)
				session->joined_ms = -REJOIN_MS;
			break;
		}
	}
	rejoin_now_and_then(session);
	watch_go_on(session);
	if (session->dismissed)
		session->pending.len = 0;
	session->dismissed = false;
}

static void on_input_late(void *data);

static void
wait_for_rest(Session *session)
{
	int wait = input_wait(session->input);
	if (wait >= 0)
		session->input_timer = loop_timer(session->loop, wait, on_input_late, session);
}

/* False when there was nothing to read. */
static bool
read_terminal(Session *session)
{
	Str bytes = {0};
	Err err = {0};
	int got = term_read(session->term, &bytes);
	if (got < 0) {
		leave_at_once(session);
	} else if (got > 0) {
		if (!str_ok(&bytes, &err)) {
			session->pending.len = 0;
			session_say_error(session, &err);
		}
		loop_timer_cancel(session->loop, session->input_timer);
		session->input_timer = 0;
		if (!input_feed(session->input, str_view(&bytes), session_clock(), &err))
			session_say_error(session, &err);
		take_events(session);
		wait_for_rest(session);
	}
	str_wipe(&bytes);
	return got != 0;
}

/* The rest of a sequence may have come while we were at work. */
static void
on_input_late(void *data)
{
	Session *session = data;
	session->input_timer = 0;
	if (read_terminal(session))
		return;
	input_flush(session->input);
	take_events(session);
	wait_for_rest(session);
}

static void
on_terminal(void *data, int fd, short revents)
{
	(void)fd;
	Session *session = data;
	Err err = {0};
	if ((revents & POLLOUT) != 0 && !term_flush(session->term, &err))
		leave_at_once(session);
	else if ((revents & ~POLLOUT) != 0)
		read_terminal(session);
}

/* ---- Pictures */

enum { MENU_MAX = 40 };

static void
draw_pending(Session *session)
{
	const Binding *bindings[MENU_MAX];
	Hint hints[MENU_MAX];
	Str keys[MENU_MAX] = {0}, heading = {0};
	Place *top = top_place(session);
	size_t count =
		keymap_list(session->keymap, top->kind->context(top->state), &session->pending, bindings, MENU_MAX);
	size_t shown = 0;
	for (size_t i = 0; i < count && i < MENU_MAX; i++) {
		const CommandRow *row = command_row(str_view(&bindings[i]->command.items[0]));
		if (row == NULL || row->label == NULL)
			continue;
		Keys rest = {.len = bindings[i]->keys.len - session->pending.len};
		memcpy(rest.items, bindings[i]->keys.items + session->pending.len, rest.len * sizeof rest.items[0]);
		keys_format(&rest, &keys[shown]);
		hints[shown] = (Hint){.key = str_view(&keys[shown]), .label = sv(_(row->label))};
		shown++;
	}
	keys_format(&session->pending, &heading);
	MenuModel menu = {.heading = str_view(&heading), .hints = hints, .hint_count = shown};
	draw_menu(&menu, session->surface);
	for (size_t i = 0; i < shown; i++)
		str_free(&keys[i]);
	str_free(&heading);
}

static bool
draw(Session *session, Err *err)
{
	int rows, columns;
	term_size(session->term, &rows, &columns);
	if (!surface_reset(session->surface, rows, columns, err))
		return false;
	Place *top = top_place(session);
	if (!draw_too_small(session->surface)) {
		top->kind->draw(session, top->state);
		if (session->pending.len > 0)
			draw_pending(session);
	}
	session->dirty = false;
	if (!surface_is_whole(session->surface))
		return err_memory(err);
	return term_draw(session->term, session->surface, err);
}

/* Where memory runs out for a moment the picture is made once more. A session that nobody can see any more ends: what
 * it had shown is in a revision or in the journal. */
static void
show(Session *session)
{
	Err err = {0};
	bool shown = draw(session, &err);
	if (!shown && err_is_memory(&err)) {
		err = (Err){0};
		shown = draw(session, &err);
		session->starved = !shown && err_is_memory(&err);
	}
	if (!shown)
		leave_at_once(session);
}

/* ---- Signals */

static void
on_signal(void *data, int fd, short revents)
{
	(void)revents;
	Session *session = data;
	struct signalfd_siginfo info;
	Err err = {0};
	while (read(fd, &info, sizeof info) == (ssize_t)sizeof info) {
		switch (info.ssi_signo) {
		case SIGHUP:
		case SIGTERM:
		case SIGQUIT:
			/* what was typed before it came */
			read_terminal(session);
			leave_at_once(session);
			break;
		case SIGCONT:
			if (!term_resume(session->term, &err))
				leave_at_once(session);
			session_mark_dirty(session);
			break;
		default:
			session_mark_dirty(session);
			break;
		}
	}
}

static int
open_signals(sigset_t *before, Err *err)
{
	sigset_t wanted;
	sigemptyset(&wanted);
	sigaddset(&wanted, SIGHUP);
	sigaddset(&wanted, SIGTERM);
	sigaddset(&wanted, SIGQUIT);
	sigaddset(&wanted, SIGINT);
	sigaddset(&wanted, SIGWINCH);
	sigaddset(&wanted, SIGCONT);
	int fd = -1;
	if (sigprocmask(SIG_BLOCK, &wanted, before) == 0)
		fd = signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK);
	if (fd < 0)
		err_set(err, ERR_FAILED, "cannot listen for signals: %s", strerror(errno));
	return fd;
}

/* ---- The whole */

static bool
watch_terminal(Session *session, Err *err)
{
	short events = term_pending(session->term) ? POLLIN | POLLOUT : POLLIN;
	return loop_watch(session->loop, term_fd(session->term), events, on_terminal, session, err);
}

static bool
run_loop(Session *session, Err *err)
{
	while (!session->over) {
		/* One that there was no memory for. */
		if (session->depth == 0)
			return err_memory(err);
		/* What a picture shows is in the journal by then. */
		if (session->dirty)
			recorder_flush(session);
		if (session->dirty && !term_pending(session->term))
			show(session);
		if (session->over)
			break;
		if (!watch_terminal(session, err) || !loop_step(session->loop, -1, err))
			return false;
	}
	return true;
}

/* What is left of a session that has no memory to go on. False with what its writer has to know. */
static bool
say_starved(Session *session, bool kept, Err *err)
{
	const Writing *writing = session->writing;
	bool noted =
		writing != NULL && writing->journal != NULL && !writing->journal_torn && !session->recorder.complained;
	if (kept || noted)
		return err_set(err, ERR_FAILED,
			"there is not enough memory to go on: nothing that you wrote is lost: close other programs, "
			"then "
			"start meok again");
	return err_set(err, ERR_FAILED,
		"there is not enough memory to go on, and what you wrote last could not be written down: close other "
		"programs, then start meok again");
}

/* What the writer's files say wrong is told once, all at once, and the rest works. */
static void
say_complaints(Session *session)
{
	const Complaints *all = &session->app->complaints;
	for (size_t i = 0; i < all->len && i < NOTICES_MAX; i++) {
		Str text = {0};
		error_text(&all->items[i].what, &text);
		session_say(session, NOTICE_WARNING, "%s: %s", str_c(&all->items[i].where), str_c(&text));
		str_free(&text);
	}
}

static Colours
colours_of(const Settings *settings)
{
	StrView theme = str_view(&settings->theme);
	return sv_equal(theme, SV("none"))  ? COLOURS_NONE
	       : sv_equal(theme, SV("16"))  ? COLOURS_16
	       : sv_equal(theme, SV("256")) ? COLOURS_256
					    : COLOURS_AUTO;
}

static bool
open_session(Session *session, Err *err)
{
	session->loop = loop_new(err);
	session->input = session->loop != NULL ? input_new(err) : NULL;
	session->surface = session->input != NULL ? surface_new(24, 80, err) : NULL;
	session->keymap = session->surface != NULL ? keymap_new(CONTEXT_NAMES, CONTEXTS, err) : NULL;
	if (session->keymap == NULL || !commands_bind(session->app, session->keymap, err))
		return false;
	session->term = term_open(STDIN_FILENO, colours_of(&session->app->settings), err);
	return session->term != NULL;
}

static void
close_session(Session *session)
{
	while (session->depth > 0)
		drop_top(session);
	watch_end(session);
	job_free(session->job);
	writing_free(session->writing);
	term_close(session->term);
	surface_free(session->surface);
	input_free(session->input);
	keymap_free(session->keymap);
	loop_free(session->loop);
	for (size_t i = 0; i < session->message_count; i++)
		str_free(&session->messages[i].text);
	str_wipe(&session->paste);
	str_wipe(&session->clipboard);
	str_wipe(&session->last_search);
}

/* What was on a desk when a session ended without a word lies on it again. */
static bool
come_back(Session *session)
{
	const SessionStart *start = session->start;
	JournalFound found;
	Id wanted = ID_NONE;
	if (start->draft.len > 0 && !app_find_draft(session->app, start->draft, &wanted, NULL))
		return false;
	return recover_others(session, wanted, &found) && editor_recover(session, &found);
}

/* What a writer should know of the vault before writing is told once, when it opens: what this device has seen and does
 * not find any more, and that it may only be read. */
static void
say_state_of_vault(Session *session)
{
	size_t count = 0, slots = 0;
	if (!vault_may_write(session->app->vault)) {
		Str key = {0};
		session_key_of(session, CONTEXT_EDITOR, "write-file", &key);
		session_say(session, NOTICE_WARNING,
			_("the vault may only be read here: nothing new can be kept in it; %s in a draft writes it to "
			  "a file"),
			str_c(&key));
		str_free(&key);
	}
	vault_missing(session->app->vault, &count);
	vault_slots_changed(session->app->vault, &slots);
	if (vault_is_rolled_back(session->app->vault))
		session_say(session, NOTICE_WARNING, "%s",
			_("this folder is an older copy of the vault, or another one: `meok check` tells more"));
	else if (count > 0)
		session_say(session, NOTICE_WARNING,
			ngettext("%zu object that was here is missing: `meok check` names it",
				"%zu objects that were here are missing: `meok check` names them", count),
			count);
	if (slots > 0)
		session_say(session, NOTICE_WARNING, "%s",
			_("the keys of the vault were changed elsewhere: `meok check` tells more"));
}

bool
session_open_first(Session *session)
{
	const SessionStart *start = session->start;
	if (session->app->vault == NULL)
		return start_open(session);
	lock_watch(session);
	watch_begin(session);
	if (!library_open(session))
		return false;
	say_state_of_vault(session);
	if (come_back(session))
		return true;
	if (start->new_draft)
		return editor_open(session, ID_NONE, 0, 0);
	if (start->draft.len == 0)
		return true;
	Err err = {0};
	Id draft;
	if (app_find_draft(session->app, start->draft, &draft, &err))
		return editor_open(session, draft, start->line, start->column);
	session_say_error(session, &err);
	return false;
}

bool
session_run(App *app, const SessionStart *start, Err *err)
{
	Session session = {.app = app, .start = start};
	sigset_t before;
	int signals = open_signals(&before, err);
	bool ok = signals >= 0 && open_session(&session, err) &&
		  loop_watch(session.loop, signals, POLLIN, on_signal, &session, err);
	if (ok) {
		session_open_first(&session);
		say_complaints(&session);
		ok = run_loop(&session, err);
		/* Whatever ended it: the text is kept before anything else. */
		Err why = {0};
		start_finish(&session);
		passphrase_form_finish(&session);
		if (session.paste.len > 0)
			take_paste(&session, &(InputEvent){.kind = INPUT_PASTE, .last = true});
		bool ends = session.gone || !ok, kept = !ends || keep_writing(&session, true, &why);
		if (session.starved)
			ok = say_starved(&session, kept, err);
		else if (!kept)
			ok = false, *err = why;
	}
	if (session.unkept)
		ok = err_set(err, ERR_FAILED,
			"the draft could not be saved: what you wrote stays sealed in its journal, and is there when "
			"you open meok again");
	close_session(&session);
	/* Nobody waits any more: old revisions become fewer. What cannot be done now is done another time. */
	if (ok && !session.gone && app->vault != NULL)
		vault_tidy_some(app->vault, TIDY_DRAFTS, NULL);
	/* A line that was lost tells it by the terminal and by a signal: whichever was heard first was obeyed, and what
	 * is left to do is not cut short by the other. */
	if (session.gone)
		signal(SIGHUP, SIG_IGN);
	if (signals >= 0) {
		close(signals);
		sigprocmask(SIG_SETMASK, &before, NULL);
	}
	return ok;
}
