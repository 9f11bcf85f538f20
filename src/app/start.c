/* First run and unlock: a passphrase, and the derivation of the key on a thread of its own. */
#include "commands.h"
#include "watch.h"
#include "writing.h"

#include <stdlib.h>
#include <string.h>

/* What the thread works on; the loop's side touches it only before and after. */
typedef struct Derivation {
	const Sys *sys;
	Str dir, state, secret, command; /* command: gives the secret; empty: it was typed */
	atomic_bool stop;
	bool create;
	KdfCost cost;
	Vault *vault;
	Err err;
} Derivation;

typedef struct Start {
	bool first_run;
	LineInput passphrase, again;
	int focus;
	bool shown;
	Derivation *derivation; /* while it is on */
} Start;

static const PlaceKind START;

static Context
context(const void *state)
{
	(void)state;
	return CONTEXT_START;
}

static LineInput *
focused(Start *start)
{
	return start->focus == 0 ? &start->passphrase : &start->again;
}

/* ---- The picture */

void
start_count_scripts(StrView text, StartModel *model)
{
	size_t len, letters = 0, small = 0;
	for (size_t pos = 0; pos < text.len;) {
		size_t next = cluster_next(text, pos);
		uint32_t rune = unicode_rune(text, pos, &len);
		bool latin = (rune | 0x20) >= 'a' && (rune | 0x20) <= 'z';
		bool hangul = (rune >= 0xAC00 && rune <= 0xD7A3) || (rune >= 0x3131 && rune <= 0x318E) ||
			      (rune >= 0x1100 && rune <= 0x11FF);
		if (latin)
			model->latin++;
		else if (hangul)
			model->hangul++;
		else if (rune >= '0' && rune <= '9')
			model->digits++;
		else
			model->other++;
		letters += latin;
		small += latin && rune >= 'a';
		pos = next;
	}
	model->capitals_only = letters >= 3 && small == 0;
}

static bool
same_so_far(const Start *start)
{
	return sv_equal(str_view(&start->passphrase.text), str_view(&start->again.text));
}

static const HintWord FIRST_HINTS[] = {{"accept", N_("go on")}, {"show-passphrase", N_("show")}, {"quit", N_("quit")}};
static const HintWord UNLOCK_HINTS[] = {{"accept", N_("open")}, {"show-passphrase", N_("show")}, {"quit", N_("quit")}};

static void
draw(Session *session, void *state)
{
	Start *start = state;
	Hints hints;
	Str language_key = {0};
	session_key_of(session, CONTEXT_START, "language", &language_key);
	if (start->first_run)
		hints_make(session, CONTEXT_START, FIRST_HINTS, sizeof FIRST_HINTS / sizeof FIRST_HINTS[0], &hints);
	else
		hints_make(session, CONTEXT_START, UNLOCK_HINTS, sizeof UNLOCK_HINTS / sizeof UNLOCK_HINTS[0], &hints);
	start->passphrase.secret = start->again.secret = !start->shown;
	StartModel model = {.first_run = start->first_run,
		.passphrase = line_field(&start->passphrase),
		.again = line_field(&start->again),
		.focus = start->focus,
		.has_again = start->again.text.len > 0,
		.same = same_so_far(start),
		.shown = start->shown,
		.strength = vault_strength(str_view(&start->passphrase.text)),
		.vault = str_view(&session->app->settings.vault),
		.language_key = str_view(&language_key),
		.other_language = sv(language_is_korean() ? "English" : "한국어"),
		.hints = hints.items,
		.hint_count = hints.count,
		.notice = session_notice(session)};
	start_count_scripts(str_view(&focused(start)->text), &model);
	if (start->derivation != NULL)
		model.working = sv(start->first_run ? _("making the vault …") : _("opening the vault …"));
	draw_start(&model, session->surface);
	hints_free(&hints);
	str_free(&language_key);
}

/* ---- Typing */

static void
text(Session *session, void *state, StrView typed, bool pasted)
{
	(void)pasted;
	Start *start = state;
	Err err = {0};
	enum { PASSPHRASE_MAX = 4096 };
	/* A line break ends what was copied from a password manager; it is no part of it. */
	while (sv_ends(typed, SV("\n")))
		typed.len--;
	if (start->derivation != NULL)
		return;
	if (focused(start)->text.len + typed.len > PASSPHRASE_MAX)
		session_say(session, NOTICE_WARNING, "%s", _("that is too long for a passphrase"));
	else if (!line_insert(focused(start), typed, &err))
		session_say_error(session, &err);
}

static bool
move(Session *session, void *state, Motion motion, bool select)
{
	(void)session;
	(void)select;
	Start *start = state;
	if (start->first_run && motion == MOVE_UP)
		start->focus = 0;
	else if (start->first_run && motion == MOVE_DOWN)
		start->focus = 1;
	else
		return line_move(focused(start), motion);
	return true;
}

static bool
erase(Session *session, void *state, Deletion what)
{
	(void)session;
	Start *start = state;
	if (start->derivation == NULL)
		line_delete(focused(start), what);
	return true;
}

/* ---- Deriving the key */

static void
derivation_free(Derivation *derivation)
{
	if (derivation == NULL)
		return;
	vault_close(derivation->vault);
	str_wipe(&derivation->secret);
	str_free(&derivation->dir);
	str_free(&derivation->state);
	str_free(&derivation->command);
	free(derivation);
}

/* The classic lock-out: the same keys in the keyboard's other mode. */
static bool
try_other_layout(Derivation *work, bool (*convert)(StrView, Str *, Err *))
{
	Str other = {0};
	Err err = {0};
	bool differs = convert(str_view(&work->secret), &other, &err) && str_ok(&other, &err) &&
		       !sv_equal(str_view(&other), str_view(&work->secret));
	if (differs)
		work->vault = vault_open(work->sys, str_c(&work->dir), str_c(&work->state), str_view(&other), &err);
	str_wipe(&other);
	return work->vault != NULL;
}

/* On the thread: of the session only what it works on is touched. */
static void
derive(void *data)
{
	Derivation *work = ((Session *)data)->derivation;
	if (work->command.len > 0 &&
		!passphrase_from_command(str_c(&work->command), &work->stop, &work->secret, &work->err))
		return;
	StrView secret = str_view(&work->secret);
	if (work->create) {
		work->vault = vault_create_open(
			work->sys, str_c(&work->dir), str_c(&work->state), secret, work->cost, &work->err);
		return;
	}
	work->vault = vault_open(work->sys, str_c(&work->dir), str_c(&work->state), secret, &work->err);
	if (work->vault == NULL && work->err.kind == ERR_PASSPHRASE && !try_other_layout(work, hangul_from_keys))
		try_other_layout(work, hangul_to_keys);
}

static void
take_vault(Session *session, Derivation *derivation)
{
	Err err = {0};
	Vault *vault = derivation->vault;
	derivation->vault = NULL;
	if (!app_take_vault(session->app, vault, &err))
		session_say_error(session, &err);
}

/* What was waiting for the vault goes on: what is below the passphrase, or what the session was started for. */
static void
go_on(Session *session)
{
	if (session_on_top(session, &START))
		session_pop(session);
	else
		session_arrive(session);
	if (session->depth == 0) {
		session->over = false;
		session_open_first(session);
	}
}

/* A slip of the fingers is told until the next key; anything else until it was read. */
static void
say_refusal(Session *session, const Err *err)
{
	Str text = {0};
	error_text(err, &text);
	if (err->kind == ERR_PASSPHRASE)
		session_say(session, NOTICE_INFO, "%s", str_c(&text));
	else
		session_say_error(session, err);
	str_free(&text);
}

static void
derived(void *data)
{
	Session *session = data;
	Derivation *derivation = session->derivation;
	bool first_run = derivation->create;
	Start *start = session_state(session, &START);
	job_free(session->job);
	session->job = NULL;
	session->derivation = NULL;
	session_mark_dirty(session);
	if (start != NULL)
		start->derivation = NULL;
	if (derivation->vault != NULL) {
		take_vault(session, derivation);
		lock_watch(session);
		watch_begin(session);
		go_on(session);
	} else {
		/* It may have been made, and not been opened. */
		if (start == NULL && first_run)
			start_open(session);
		else if (start != NULL)
			start->first_run = !vault_exists(session->app->sys, str_c(&session->app->settings.vault));
		say_refusal(session, &derivation->err);
		if (start != NULL)
			line_free(&start->passphrase);
	}
	derivation_free(derivation);
}

static bool
begin_derivation(Session *session, Start *start, Err *err)
{
	Derivation *work = calloc(1, sizeof *work);
	if (work == NULL)
		return err_memory(err);
	work->sys = session->app->sys;
	work->create = start->first_run;
	work->cost = app_kdf_cost(session->app);
	str_append(&work->dir, str_view(&session->app->settings.vault));
	str_append(&work->state, str_view(&session->app->state));
	str_append(&work->secret, str_view(&start->passphrase.text));
	if (work->secret.len == 0)
		str_append(&work->command, str_view(&session->app->settings.passphrase_command));
	session->derivation = work;
	if (str_ok(&work->dir, err) && str_ok(&work->state, err) && str_ok(&work->secret, err) &&
		str_ok(&work->command, err))
		session->job = job_start(session->loop, derive, derived, session, err);
	if (session->job != NULL) {
		start->derivation = work;
		return true;
	}
	session->derivation = NULL;
	derivation_free(work);
	return false;
}

static bool
has_command(const Session *session, const Start *start)
{
	return !start->first_run && session->app->settings.passphrase_command.len > 0;
}

static void
accept(Session *session, void *state)
{
	Start *start = state;
	Err err = {0};
	if (start->derivation != NULL)
		return;
	if (start->passphrase.text.len == 0 && !has_command(session, start)) {
		start->focus = 0;
		session_say(session, NOTICE_INFO, "%s", _("type a passphrase: it keeps others out of your drafts"));
	} else if (start->first_run && start->focus == 0) {
		start->focus = 1;
	} else if (start->first_run && !same_so_far(start)) {
		line_free(&start->again);
		session_say(session, NOTICE_INFO, "%s", _("the two are not the same: type it once more"));
	} else if (!begin_derivation(session, start, &err)) {
		session_say_error(session, &err);
	} else if (start->first_run && session->depth == 1) {
		/* The key takes a moment; the writer need not wait for it. */
		session_pop(session);
		session->over = false;
		library_open(session);
		editor_open(session, ID_NONE, 0, 0);
	}
}

/* ---- Coming and going */

static bool
close_place(Session *session, void *state)
{
	(void)state;
	if (session->depth > 1)
		session_say(session, NOTICE_WARNING, "%s",
			_("without a vault the draft cannot be kept: choose a passphrase"));
	else
		session_say(session, NOTICE_INFO, "%s", _("^Q leaves meok"));
	return false;
}

static void
free_place(Session *session, void *state)
{
	(void)session;
	Start *start = state;
	line_free(&start->passphrase);
	line_free(&start->again);
	free(start);
}

static const PlaceKind START = {
	.context = context,
	.draw = draw,
	.text = text,
	.move = move,
	.erase = erase,
	.accept = accept,
	.close = close_place,
	.free = free_place,
};

bool
start_open(Session *session)
{
	Start *start = calloc(1, sizeof *start);
	Err err = {0};
	bool there = vault_find(session->app->sys, str_c(&session->app->settings.vault), &err);
	if (start != NULL)
		start->first_run = !there && err.kind == ERR_NOT_FOUND;
	if (!session_push(session, &START, start))
		return false;
	/* A vault that cannot be looked at is no reason to make another. */
	if (!there && err.kind != ERR_NOT_FOUND)
		session_say_error(session, &err);
	const char *was_locked = session->start->was_locked;
	if (was_locked != NULL && strcmp(was_locked, "idle") == 0)
		session_say(
			session, NOTICE_INFO, "%s", _("locked, because no key came for a while; the draft is kept"));
	else if (was_locked != NULL)
		session_say(session, NOTICE_INFO, "%s", _("locked; the draft is kept"));
	/* What was locked is not opened by itself. */
	err = (Err){0};
	if (was_locked == NULL && has_command(session, start) && !begin_derivation(session, start, &err))
		session_say_error(session, &err);
	return true;
}

void
start_finish(Session *session)
{
	if (session->job == NULL)
		return;
	atomic_store(&session->derivation->stop, true);
	job_free(session->job);
	session->job = NULL;
	if (session->derivation->vault != NULL)
		take_vault(session, session->derivation);
	derivation_free(session->derivation);
	session->derivation = NULL;
}

bool
run_language(Session *session, const StrList *words)
{
	(void)words;
	Err err = {0};
	StrView wanted = language_is_korean() ? SV("en") : SV("ko");
	language_choose(wanted);
	if (!app_set(session->app, "language", wanted, &err))
		session_say_error(session, &err);
	return true;
}

bool
run_show_passphrase(Session *session, const StrList *words)
{
	(void)words;
	Start *start = session_state(session, &START);
	if (start == NULL)
		return passphrase_form_show(session) || site_form_show_secret(session);
	start->shown = !start->shown;
	return true;
}
