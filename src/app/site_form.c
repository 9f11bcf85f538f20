/* Adding a blog: a few fields, then the blog itself is asked whether they are right. */
#include "session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIELDS_MAX = 4 };

typedef struct FieldUse {
	const char *label, *help, *value; /* label and help marked with N_ */
	bool secret, optional;
} FieldUse;

typedef struct FormUse {
	const char *driver, *type; /* as site_form_open is asked; as SiteAdd.type */
	const char *heading, *text, *found;
	FieldUse fields[FIELDS_MAX];
	size_t count;
} FormUse;

enum { ADDRESS, USER, SECRET, LIMIT };

static const FormUse FORMS[] = {
	{.driver = "folder",
		.type = "plain",
		.heading = N_("A folder on this computer"),
		.text = N_(
			"Articles become plain web pages in it. Nobody but you sees them until you put the folder on "
			"the web."),
		.found = N_("a folder of plain pages"),
		.fields = {{.label = N_("Folder"),
			.help = N_("It is made when it is not there."),
			.value = "~/meok-blog"}},
		.count = 1},
	{.driver = "hugo",
		.type = "hugo",
		.heading = N_("hugo"),
		.text = N_("Articles are written as Markdown into the folder of a hugo site; hugo makes the pages."),
		.found = "hugo",
		.fields = {{.label = N_("Folder"), .help = N_("The one in which hugo.toml or config.toml stands.")}},
		.count = 1},
	{.driver = "wordpress",
		.type = "wordpress",
		.heading = "WordPress",
		.text = N_("Your own blog, or one on a host that lets programs in."),
		.found = "WordPress",
		.fields = {{.label = N_("Address"), .help = N_("As you open it in a browser: blog.example.org")},
			{.label = N_("User"), .help = N_("The name you log in with.")},
			{.label = N_("Application password"),
				.help = N_("Not the one you log in with: the blog makes it under Users, Profile, "
					   "Application Passwords."),
				.secret = true},
			{.label = N_("Keyword limit"),
				.help = N_("How many keywords an article may have; empty: any number."),
				.optional = true}},
		.count = 4},
};
enum { FORMS_COUNT = sizeof FORMS / sizeof FORMS[0] };

typedef struct Form {
	Session *session;
	const FormUse *use;
	LineInput lines[FIELDS_MAX];
	size_t focus;
	bool shown; /* the secret is to be read */
	Str name;   /* the blog's, while it is asked */
	SiteAdding *adding;
	int end_timer; /* 0: none */
	bool added;
	size_t keywords; /* that the blog told */
	bool may_publish;
	Err error;
} Form;

static const PlaceKind FORM;

static Context
context(const void *state)
{
	(void)state;
	return CONTEXT_FORM;
}

static LineInput *
focused(Form *form)
{
	return &form->lines[form->focus];
}

static bool
is_working(const Form *form)
{
	return form->adding != NULL;
}

/* ---- The picture */

static const HintWord HINTS[] = {{"accept", N_("go on")}, {"move down", N_("next field")}, {"close", N_("close")}};
static const HintWord SECRET_HINTS[] = {{"accept", N_("go on")}, {"move down", N_("next field")},
	{"show-passphrase", N_("show")}, {"close", N_("close")}};
static const HintWord WORKING_HINTS[] = {{"close", N_("stop")}};

#define HINTS_FOR(words) hints_make(session, CONTEXT_FORM, words, sizeof(words) / sizeof(words)[0], &hints)

static void
draw(Session *session, void *state)
{
	Form *form = state;
	const FormUse *use = form->use;
	FormField fields[FIELDS_MAX];
	Hints hints;
	Str working = {0};
	if (is_working(form))
		HINTS_FOR(WORKING_HINTS);
	else if (use->fields[form->focus].secret)
		HINTS_FOR(SECRET_HINTS);
	else
		HINTS_FOR(HINTS);
	for (size_t i = 0; i < use->count; i++) {
		form->lines[i].secret = use->fields[i].secret && !form->shown;
		fields[i] = (FormField){.label = sv(_(use->fields[i].label)),
			.field = line_field(&form->lines[i]),
			.help = sv(_(use->fields[i].help))};
	}
	if (is_working(form))
		str_printf(&working, _("asking %s …"), str_c(&form->name));
	FormModel model = {.heading = sv(_(use->heading)),
		.text = sv(_(use->text)),
		.fields = fields,
		.field_count = use->count,
		.focus = form->focus,
		.working = str_view(&working),
		.hints = hints.items,
		.hint_count = hints.count,
		.notice = session_notice(session)};
	draw_form(&model, session->surface);
	hints_free(&hints);
	str_free(&working);
}

/* ---- Typing */

static bool
say_working(const Form *form)
{
	if (!is_working(form))
		return false;
	session_say(form->session, NOTICE_INFO, "%s", _("the blog is being asked: one moment, or Esc stops it"));
	return true;
}

static void
text(Session *session, void *state, StrView typed, bool pasted)
{
	(void)pasted;
	Form *form = state;
	Err err = {0};
	enum { FIELD_MAX = 4096 };
	/* A line break ends what was copied from a page; it is no part of it. */
	while (sv_ends(typed, SV("\n")))
		typed.len--;
	if (say_working(form))
		return;
	if (focused(form)->text.len + typed.len > FIELD_MAX)
		session_say(session, NOTICE_WARNING, "%s", _("that is too long for this field"));
	else if (!line_insert(focused(form), typed, &err))
		session_say_error(session, &err);
}

static bool
move(Session *session, void *state, Motion motion, bool select)
{
	(void)session;
	(void)select;
	Form *form = state;
	if (say_working(form))
		return true;
	if (motion == MOVE_UP)
		form->focus -= form->focus > 0;
	else if (motion == MOVE_DOWN)
		form->focus += form->focus + 1 < form->use->count;
	else
		return line_move(focused(form), motion);
	return true;
}

static bool
erase(Session *session, void *state, Deletion what)
{
	(void)session;
	Form *form = state;
	if (!say_working(form))
		line_delete(focused(form), what);
	return true;
}

/* ---- The blog's name: its host, or the last part of its folder */

static StrView
host_of(StrView address)
{
	size_t scheme = sv_find(address, SV("://"), 0);
	if (scheme != SIZE_MAX)
		address = sv_slice(address, scheme + 3, address.len);
	for (size_t i = 0; i < address.len; i++)
		if (strchr("/?#", address.ptr[i]) != NULL)
			return sv_slice(address, 0, i);
	return address;
}

static StrView
base_of(StrView folder)
{
	while (folder.len > 1 && sv_ends(folder, SV("/")))
		folder.len--;
	size_t from = 0;
	for (size_t i = 0; i + 1 < folder.len; i++)
		if (folder.ptr[i] == '/')
			from = i + 1;
	return sv_slice(folder, from, folder.len);
}

static bool
make_name(App *app, const FormUse *use, StrView address, Str *out, Err *err)
{
	enum { NAME_MAX = 60, TRIES = 1000 };
	Id there;
	bool is_url = strcmp(use->type, "wordpress") == 0;
	StrView base = is_url ? host_of(address) : base_of(address);
	size_t at = is_url ? sv_find(base, SV("@"), 0) : SIZE_MAX;
	if (at != SIZE_MAX)
		base = sv_slice(base, at + 1, base.len);
	if (base.len > NAME_MAX)
		base.len = cluster_prev(base, NAME_MAX);
	if (base.len == 0 || sv_equal(base, SV("~")) || sv_equal(base, SV(".")) || sv_equal(base, SV("..")) ||
		sv_equal(base, SV("/")))
		base = sv(use->type);
	str_set(out, base);
	for (int i = 2; str_ok(out, err) && app_find_site(app, str_view(out), &there, NULL); i++) {
		if (i > TRIES)
			return err_set(err, ERR_FAILED, "there are too many blogs of that name: remove one first");
		str_set(out, base);
		str_printf(out, "-%d", i);
	}
	return str_ok(out, err);
}

/* ---- Asking the blog */

static void
say_found(Form *form)
{
	Session *session = form->session;
	Str found = {0};
	str_append_c(&found, _(form->use->found));
	if (form->keywords > 0) {
		str_append_c(&found, ", ");
		str_printf(&found, ngettext("%zu keyword known", "%zu keywords known", form->keywords), form->keywords);
	}
	if (form->may_publish)
		session_say(session, NOTICE_GOOD, _("%s is added: %s"), str_c(&form->name), str_c(&found));
	else
		session_say(session, NOTICE_WARNING,
			_("%s is added: %s. This account may not publish by itself, it hands in for review"),
			str_c(&form->name), str_c(&found));
	str_free(&found);
}

/* Outside of the adding's own function, where it may be freed and the form may close. */
static void
end(void *data)
{
	Form *form = data;
	Session *session = form->session;
	Err err = {0};
	Id site;
	form->end_timer = 0;
	site_add_free(form->adding);
	form->adding = NULL;
	session_mark_dirty(session);
	if (!form->added) {
		session_say_error(session, &form->error);
	} else if (!app_find_site(session->app, str_view(&form->name), &site, &err)) {
		session_say_error(session, &err);
	} else {
		say_found(form);
		session_pop_to(session, &FORM);
		site_chosen(session, site);
	}
}

static void
added(void *data, const Probe *probe, const Err *error)
{
	Form *form = data;
	form->added = probe != NULL;
	if (error != NULL)
		form->error = *error;
	if (probe != NULL) {
		form->may_publish = probe->may_publish;
		form->keywords = 0;
		for (size_t i = 0; i < probe->terms.len; i++)
			form->keywords += !probe->terms.items[i].is_work;
	}
	form->end_timer = loop_timer(form->session->loop, 0, end, form);
	if (form->end_timer == 0)
		session_say(form->session, NOTICE_ERROR, "%s", _("out of memory"));
}

static bool
read_limit(StrView typed, uint32_t *out)
{
	enum { LIMIT_MAX = 1000 };
	uint32_t value = 0;
	for (size_t i = 0; i < typed.len; i++) {
		if (typed.ptr[i] < '0' || typed.ptr[i] > '9' || value > LIMIT_MAX)
			return false;
		value = value * 10 + (uint32_t)(typed.ptr[i] - '0');
	}
	*out = value;
	return value <= LIMIT_MAX;
}

static StrView
typed_in(const Form *form, size_t field)
{
	return field < form->use->count ? sv_trim(str_view(&form->lines[field].text)) : (StrView){NULL, 0};
}

static void
begin(Session *session, Form *form)
{
	Err err = {0};
	SiteAdd add = {.address = typed_in(form, ADDRESS),
		.type = sv(form->use->type),
		.user = typed_in(form, USER),
		.secret = typed_in(form, SECRET)};
	if (!read_limit(typed_in(form, LIMIT), &add.keyword_limit)) {
		form->focus = LIMIT;
		session_say(session, NOTICE_INFO, "%s", _("the keyword limit is a number up to 1000, or empty"));
		return;
	}
	if (make_name(session->app, form->use, add.address, &form->name, &err)) {
		add.name = str_view(&form->name);
		form->adding = site_add_start(session->app, session->loop, &add, added, form, &err);
	}
	if (form->adding == NULL)
		session_say_error(session, &err);
}

/* The first field that must be filled and is not; the count when none is missing. */
static size_t
missing_field(const Form *form)
{
	size_t i = 0;
	while (i < form->use->count && (form->use->fields[i].optional || typed_in(form, i).len > 0))
		i++;
	return i;
}

static void
accept(Session *session, void *state)
{
	Form *form = state;
	size_t missing = missing_field(form);
	bool last = form->focus + 1 == form->use->count;
	bool skips = form->focus + 1 < form->use->count && form->use->fields[form->focus + 1].optional &&
		     typed_in(form, form->focus + 1).len == 0;
	if (say_working(form))
		return;
	if (missing < form->use->count) {
		if (last || missing == form->focus)
			session_say(session, NOTICE_INFO, _("%s: this is needed"), _(form->use->fields[missing].label));
		form->focus = last || missing <= form->focus ? missing : form->focus + 1;
	} else if (skips) {
		form->focus++;
	} else {
		begin(session, form);
	}
}

/* ---- Coming and going */

static void
stop(Form *form)
{
	if (form->end_timer != 0)
		loop_timer_cancel(form->session->loop, form->end_timer);
	form->end_timer = 0;
	site_add_free(form->adding);
	form->adding = NULL;
}

static bool
close_place(Session *session, void *state)
{
	Form *form = state;
	if (!is_working(form))
		return true;
	stop(form);
	session_say(session, NOTICE_INFO, "%s", _("stopped: nothing was added"));
	return false;
}

static void
free_place(Session *session, void *state)
{
	(void)session;
	Form *form = state;
	stop(form);
	for (size_t i = 0; i < FIELDS_MAX; i++)
		line_free(&form->lines[i]);
	str_free(&form->name);
	free(form);
}

static const PlaceKind FORM = {
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
site_form_open(Session *session, const char *driver)
{
	Err err = {0};
	const FormUse *use = NULL;
	for (size_t i = 0; i < FORMS_COUNT; i++)
		if (strcmp(FORMS[i].driver, driver) == 0)
			use = &FORMS[i];
	if (use == NULL || !session_has_vault(session))
		return false;
	Form *form = calloc(1, sizeof *form);
	if (form != NULL) {
		form->session = session;
		form->use = use;
		for (size_t i = 0; i < use->count; i++)
			if (!line_insert(&form->lines[i], sv(use->fields[i].value), &err))
				session_say_error(session, &err);
	}
	return session_push(session, &FORM, form);
}

bool
site_form_show_secret(Session *session)
{
	Form *form = session_state(session, &FORM);
	if (form == NULL)
		return false;
	form->shown = !form->shown;
	return true;
}

/* ---- The blog that needs no form */

bool
site_add_plain(Session *session)
{
	App *app = session->app;
	Err err = {0};
	Id site = ID_NONE;
	StrView name = SV("meok-blog");
	Probe probe = {0};
	SiteAdd add = {.name = name, .address = SV("~/meok-blog"), .type = SV("plain")};
	if (!session_has_vault(session))
		return false;
	bool ok = app_find_site(app, name, &site, NULL) ||
		  (app_add_site(app, &add, &probe, &err) && app_find_site(app, name, &site, &err));
	probe_free(&probe);
	if (ok)
		site_chosen(session, site);
	else
		session_say_error(session, &err);
	return ok;
}
