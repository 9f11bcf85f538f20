/* Another passphrase on the screen: typed twice, with its scripts counted; the keys are derived on a thread. */
#include "commands.h"

#include <stdlib.h>
#include <string.h>

/* What the thread works on. */
typedef struct PassphraseChange {
	Session *session;
	Vault *vault;
	KdfCost cost;
	Str passphrase;
	Job *job;
	bool done;
	Err err;
} PassphraseChange;

typedef struct Form {
	LineInput passphrase, again;
	int focus;
	bool shown;
} Form;

static const PlaceKind PASSPHRASE_FORM;

static Context
context(const void *state)
{
	(void)state;
	return CONTEXT_FORM;
}

static LineInput *
focused(Form *form)
{
	return form->focus == 0 ? &form->passphrase : &form->again;
}

static bool
same_so_far(const Form *form)
{
	return sv_equal(str_view(&form->passphrase.text), str_view(&form->again.text));
}

static const HintWord HINTS[] = {{"accept", N_("go on")}, {"show-passphrase", N_("show")}, {"close", N_("close")}};

static void
draw(Session *session, void *state)
{
	Form *form = state;
	Hints hints;
	hints_make(session, CONTEXT_FORM, HINTS, sizeof HINTS / sizeof HINTS[0], &hints);
	form->passphrase.secret = form->again.secret = !form->shown;
	StartModel model = {.first_run = true,
		.changes = true,
		.passphrase = line_field(&form->passphrase),
		.again = line_field(&form->again),
		.focus = form->focus,
		.has_again = form->again.text.len > 0,
		.same = same_so_far(form),
		.shown = form->shown,
		.strength = vault_strength(str_view(&form->passphrase.text)),
		.vault = str_view(&session->app->settings.vault),
		.hints = hints.items,
		.hint_count = hints.count,
		.notice = session_notice(session)};
	start_count_scripts(str_view(&focused(form)->text), &model);
	if (session->change != NULL)
		model.working = sv(_("changing the passphrase …"));
	draw_start(&model, session->surface);
	hints_free(&hints);
}

static void
text(Session *session, void *state, StrView typed, bool pasted)
{
	(void)pasted;
	Form *form = state;
	Err err = {0};
	enum { TYPED_MAX = 4096 };
	while (sv_ends(typed, SV("\n")))
		typed.len--;
	if (session->change != NULL)
		return;
	if (focused(form)->text.len + typed.len > TYPED_MAX)
		session_say(session, NOTICE_WARNING, "%s", _("that is too long for a passphrase"));
	else if (!line_insert(focused(form), typed, &err))
		session_say_error(session, &err);
}

static bool
move(Session *session, void *state, Motion motion, bool select)
{
	(void)session;
	(void)select;
	Form *form = state;
	if (motion == MOVE_UP)
		form->focus = 0;
	else if (motion == MOVE_DOWN)
		form->focus = 1;
	else
		return line_move(focused(form), motion);
	return true;
}

static bool
erase(Session *session, void *state, Deletion what)
{
	if (session->change == NULL)
		line_delete(focused(state), what);
	return true;
}

/* ---- Changing it */

static void
change_free(PassphraseChange *change)
{
	str_wipe(&change->passphrase);
	free(change);
}

static void
work(void *data)
{
	PassphraseChange *change = data;
	change->done =
		vault_change_passphrase(change->vault, str_view(&change->passphrase), change->cost, &change->err);
}

/* The job is over; its outcome is told where somebody is still listening. */
static void
finished(void *data)
{
	PassphraseChange *change = data;
	Session *session = change->session;
	job_free(change->job);
	session->change = NULL;
	vault_release(session->app->vault);
	session_mark_dirty(session);
	if (change->done) {
		session_pop_to(session, &PASSPHRASE_FORM);
		if (session_on_top(session, &PASSPHRASE_FORM))
			session_pop(session);
		session_say(session, NOTICE_GOOD, "%s", _("the passphrase is changed"));
		if (session->app->settings.passphrase_command.len > 0)
			session_say(session, NOTICE_WARNING, "%s",
				_("passphrase_command in your settings has to give the new one from now on"));
	} else {
		session_say_error(session, &change->err);
	}
	change_free(change);
}

static bool
begin(Session *session, const Form *form, Err *err)
{
	bool held = false;
	PassphraseChange *change = calloc(1, sizeof *change);
	if (change == NULL)
		return err_memory(err);
	*change = (PassphraseChange){
		.session = session, .vault = session->app->vault, .cost = app_kdf_cost(session->app)};
	str_append(&change->passphrase, str_view(&form->passphrase.text));
	bool ok = str_ok(&change->passphrase, err) && vault_try_hold(change->vault, &held, err);
	if (ok && !held)
		ok = err_set(err, ERR_FAILED,
			"another meok is at work in %s: nothing was done, try again when it has ended",
			str_c(&session->app->settings.vault));
	if (ok)
		change->job = job_start(session->loop, work, finished, change, err);
	if (change->job != NULL) {
		session->change = change;
		return true;
	}
	vault_release(session->app->vault);
	change_free(change);
	return false;
}

void
passphrase_form_finish(Session *session)
{
	PassphraseChange *change = session->change;
	if (change == NULL)
		return;
	job_free(change->job);
	vault_release(session->app->vault);
	session->change = NULL;
	change_free(change);
}

static void
accept(Session *session, void *state)
{
	Form *form = state;
	Err err = {0};
	if (session->change != NULL)
		return;
	if (form->passphrase.text.len == 0) {
		form->focus = 0;
		session_say(session, NOTICE_INFO, "%s", _("type a passphrase: it keeps others out of your drafts"));
	} else if (form->focus == 0) {
		form->focus = 1;
	} else if (!same_so_far(form)) {
		line_free(&form->again);
		session_say(session, NOTICE_INFO, "%s", _("the two are not the same: type it once more"));
	} else if (!begin(session, form, &err)) {
		session_say_error(session, &err);
	}
}

static bool
close_place(Session *session, void *state)
{
	(void)state;
	if (session->change != NULL)
		session_say(session, NOTICE_INFO, "%s", _("the passphrase is being changed: one moment"));
	return session->change == NULL;
}

static void
free_place(Session *session, void *state)
{
	(void)session;
	Form *form = state;
	line_free(&form->passphrase);
	line_free(&form->again);
	free(form);
}

static const PlaceKind PASSPHRASE_FORM = {
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
passphrase_form_open(Session *session)
{
	return session_has_vault(session) && session_push(session, &PASSPHRASE_FORM, calloc(1, sizeof(Form)));
}

bool
passphrase_form_show(Session *session)
{
	Form *form = session_state(session, &PASSPHRASE_FORM);
	if (form != NULL)
		form->shown = !form->shown;
	return form != NULL;
}
