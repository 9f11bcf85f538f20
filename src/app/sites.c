/* Sites: adding, checking, removing, and which one a draft goes to. */
#include "meok/app.h"

#include <poll.h>
#include <stdlib.h>

/* ---- A probe on its way */

typedef struct Probing Probing;
/* Called once: with *probe (which it may take) or *error. Not to be freed from inside. */
typedef void ProbedFn(void *data, Probe *probe, const Err *error);

struct Probing {
	Loop *loop;
	NetChild *child;
	ProbedFn *done;
	void *data;
	bool over;
};

static void
probing_finish(Probing *probing, Probe *found, const Err *error)
{
	if (probing->over)
		return;
	probing->over = true;
	loop_unwatch(probing->loop, net_fd(probing->child));
	probing->done(probing->data, found, error);
}

static void
probing_event(Probing *probing, NetEvent *event)
{
	Err err = {0};
	switch (event->kind) {
	case NET_PROBED:
		probing_finish(probing, &event->probe, NULL);
		break;
	case NET_FAILED:
		probing_finish(probing, NULL, &event->error);
		break;
	case NET_GONE:
	case NET_PUBLISHED:
	case NET_CHECKPOINT:
		err_set(&err, ERR_NETWORK, "asking the site ended without an answer: try again");
		probing_finish(probing, NULL, &err);
		break;
	case NET_PROGRESS:
		break;
	}
}

static bool probing_watch(Probing *probing, Err *err);

static void
probing_ready(void *data, int fd, short revents)
{
	(void)fd;
	(void)revents;
	Probing *probing = data;
	Err err = {0};
	NetEvent event = {0};
	bool ok = net_pump(probing->child, &err);
	while (ok && !probing->over && net_receive(probing->child, &event)) {
		probing_event(probing, &event);
		net_event_free(&event);
	}
	if (!ok || (!probing->over && !probing_watch(probing, &err)))
		probing_finish(probing, NULL, &err);
}

static bool
probing_watch(Probing *probing, Err *err)
{
	short events = net_wants_write(probing->child) ? POLLIN | POLLOUT : POLLIN;
	return loop_watch(probing->loop, net_fd(probing->child), events, probing_ready, probing, err);
}

static bool
probing_start(Probing *probing, App *app, Loop *loop, const Account *account, ProbedFn *done, void *data, Err *err)
{
	*probing = (Probing){.loop = loop, .done = done, .data = data};
	probing->child = net_start(app->program, NET_PROBE, account, NULL, err);
	return probing->child != NULL && probing_watch(probing, err);
}

static void
probing_end(Probing *probing)
{
	if (probing->child != NULL)
		loop_unwatch(probing->loop, net_fd(probing->child));
	net_free(probing->child);
	*probing = (Probing){0};
}

/* ---- Sites */

bool
app_is_folder(StrView address)
{
	return sv_starts(address, SV("/")) || sv_starts(address, SV("./")) || sv_starts(address, SV("../")) ||
	       sv_starts(address, SV("~/")) || sv_equal(address, SV(".")) || sv_equal(address, SV("~")) ||
	       sv_equal(address, SV(".."));
}

/* An absolute path; ~ is the home folder. */
static bool
absolute_folder(StrView address, Str *out, Err *err)
{
	StrView rest = address;
	Str base = {0};
	if (sv_starts(address, SV("~"))) {
		const char *home = getenv("HOME");
		if (home == NULL || home[0] != '/')
			return err_set(err, ERR_USAGE, "HOME is not set: give the whole path of the folder");
		str_append_c(&base, home);
		rest = sv_slice(address, 1, address.len);
		while (sv_starts(rest, SV("/")))
			rest = sv_slice(rest, 1, rest.len);
	} else if (!sv_starts(address, SV("/"))) {
		char *here = realpath(".", NULL);
		if (here == NULL)
			return err_set(err, ERR_FAILED, "cannot tell the current folder: give the whole path");
		str_append_c(&base, here);
		free(here);
	}
	if (base.len == 0)
		str_append(out, address);
	else if (rest.len == 0)
		str_move(out, &base);
	else
		path_join(out, str_view(&base), rest);
	str_free(&base);
	return str_ok(out, err);
}

static bool
set_type(const SiteAdd *add, Account *account, Err *err)
{
	StrView type = add->type;
	if (type.len == 0) {
		/* A URL's type is found out by the probe; a folder's flavour as well. */
		if (app_is_folder(add->address))
			str_append_c(&account->driver, "folder");
	} else if (sv_equal(type, SV("plain")) || sv_equal(type, SV("hugo"))) {
		str_append_c(&account->driver, "folder");
		str_append(&account->flavour, type);
	} else {
		StrList names = {0};
		driver_names(&names);
		list_append(&names, SV("plain"));
		list_append(&names, SV("hugo"));
		StrView nearest = list_nearest(&names, type);
		bool known = list_has(&names, type);
		Str shown = str_from(type);
		if (!known && nearest.len > 0)
			err_set(err, ERR_USAGE, "there is no type %s: did you mean %s?", str_c(&shown), nearest.ptr);
		else if (!known)
			err_set(err, ERR_USAGE, "there is no type %s: it can be wordpress, hugo or plain",
				str_c(&shown));
		str_free(&shown);
		list_free(&names);
		if (!known)
			return false;
		str_append(&account->driver, type);
	}
	return str_ok(&account->driver, err) && str_ok(&account->flavour, err);
}

static bool
probed_vocabulary(App *app, Id site, const SiteTerms *terms, Err *err)
{
	Vocabulary vocabulary = {.site = site};
	bool ok = true;
	for (size_t i = 0; ok && i < terms->len; i++) {
		const SiteTerm *term = &terms->items[i];
		ok = vocabulary_put(&vocabulary, term->is_work, str_view(&term->remote_id), str_view(&term->name),
			term->count, err);
	}
	ok = ok && (terms->len == 0 || vault_save_vocabulary(app->vault, &vocabulary, err));
	vocabulary_free(&vocabulary);
	return ok;
}

static bool
save_settings(App *app, Err *err)
{
	Str lines = {0};
	settings_print(&app->settings, SETTINGS_SEALED, &lines);
	bool ok = str_ok(&lines, err) && vault_save_settings(app->vault, str_view(&lines), err);
	str_free(&lines);
	return ok;
}

static bool
keep_site(App *app, const SiteAdd *add, const Probe *found, Err *err)
{
	SiteRecord site = {.keyword_limit = add->keyword_limit, .may_publish = found->may_publish};
	Str name = {0};
	bool ok = unicode_clean(sv_trim(add->name), &name, NULL, err);
	str_move(&site.name, &name);
	str_append(&site.driver, str_view(&found->driver));
	str_append(&site.endpoint, str_view(&found->endpoint));
	str_append(&site.address, str_view(&found->address));
	str_append(&site.user, add->user);
	str_append(&site.secret, add->secret);
	str_append(&site.flavour, str_view(&found->flavour));
	str_append(&site.ca_file, str_view(&app->settings.ca_file));
	ok = ok && str_ok(&site.driver, err) && str_ok(&site.endpoint, err) && str_ok(&site.address, err) &&
	     str_ok(&site.user, err) && str_ok(&site.secret, err) && str_ok(&site.flavour, err) &&
	     str_ok(&site.ca_file, err) && vault_save_site(app->vault, &site, err) &&
	     probed_vocabulary(app, site.id, &found->terms, err);
	if (ok && app->settings.default_site.len == 0) {
		str_set(&app->settings.default_site, str_view(&site.name));
		ok = str_ok(&app->settings.default_site, err) && save_settings(app, err);
	}
	site_record_free(&site);
	return ok;
}

static bool
name_is_free(App *app, StrView name, Err *err)
{
	Id there;
	if (sv_trim(name).len == 0)
		return err_set(err, ERR_USAGE, "a site needs a name: any short word you will type after --site");
	if (!unicode_valid(name))
		return err_set(err, ERR_USAGE, "the name of the site is not UTF-8");
	if (!app_find_site(app, sv_trim(name), &there, NULL))
		return true;
	Str shown = str_from(name);
	err_set(err, ERR_USAGE, "there is a site %s already: take another name, or remove it first", str_c(&shown));
	str_free(&shown);
	return false;
}

/* ---- Adding */

struct SiteAdding {
	App *app;
	SiteAddedFn *done;
	void *data;
	Str name, user, secret;
	uint32_t keyword_limit;
	Probing probing;
	Probe *out; /* where the probe is to be kept, or NULL */
};

static void
adding_probed(void *data, Probe *found, const Err *error)
{
	SiteAdding *adding = data;
	Err err = {0};
	SiteAdd add = {.name = str_view(&adding->name),
		.user = str_view(&adding->user),
		.secret = str_view(&adding->secret),
		.keyword_limit = adding->keyword_limit};
	/* The name may have been given away while the site was asked. */
	if (error == NULL && (!name_is_free(adding->app, add.name, &err) || !keep_site(adding->app, &add, found, &err)))
		error = &err;
	adding->done(adding->data, error == NULL ? found : NULL, error);
	if (found != NULL && adding->out != NULL) {
		*adding->out = *found;
		*found = (Probe){0};
	}
}

static bool
adding_account(App *app, const SiteAdd *add, Account *account, Err *err)
{
	account->may_publish = true;
	bool ok = set_type(add, account, err);
	if (ok && sv_equal(str_view(&account->driver), SV("folder")))
		ok = absolute_folder(add->address, &account->endpoint, err);
	else
		str_append(&account->endpoint, add->address);
	str_append(&account->user, add->user);
	str_append(&account->secret, add->secret);
	str_append(&account->ca_file, str_view(&app->settings.ca_file));
	return ok && str_ok(&account->endpoint, err) && str_ok(&account->user, err) && str_ok(&account->secret, err) &&
	       str_ok(&account->ca_file, err);
}

SiteAdding *
site_add_start(App *app, Loop *loop, const SiteAdd *add, SiteAddedFn *done, void *data, Err *err)
{
	if (!name_is_free(app, add->name, err))
		return NULL;
	SiteAdding *adding = calloc(1, sizeof *adding);
	if (adding == NULL) {
		err_memory(err);
		return NULL;
	}
	*adding = (SiteAdding){.app = app,
		.done = done,
		.data = data,
		.name = str_from(add->name),
		.user = str_from(add->user),
		.secret = str_from(add->secret),
		.keyword_limit = add->keyword_limit};
	Account account = {0};
	bool ok = str_ok(&adding->name, err) && str_ok(&adding->user, err) && str_ok(&adding->secret, err) &&
		  adding_account(app, add, &account, err) &&
		  probing_start(&adding->probing, app, loop, &account, adding_probed, adding, err);
	account_free(&account);
	if (ok)
		return adding;
	site_add_free(adding);
	return NULL;
}

void
site_add_free(SiteAdding *adding)
{
	if (adding == NULL)
		return;
	probing_end(&adding->probing);
	str_free(&adding->name);
	str_free(&adding->user);
	str_wipe(&adding->secret);
	free(adding);
}

/* ---- To the end */

typedef struct Waiting {
	Loop *loop;
	Probe *out;
	Err error;
	bool ok;
} Waiting;

static void
wait_added(void *data, const Probe *found, const Err *error)
{
	(void)found;
	Waiting *waiting = data;
	loop_stop(waiting->loop);
	waiting->ok = error == NULL;
	if (error != NULL)
		waiting->error = *error;
}

static void
wait_probed(void *data, Probe *found, const Err *error)
{
	Waiting *waiting = data;
	if (found != NULL) {
		*waiting->out = *found;
		*found = (Probe){0};
	}
	wait_added(data, found, error);
}

/* With the loop on which something began, or did not. */
static bool
wait_for(Waiting *waiting, bool began, Err *err)
{
	if (!began || !loop_run(waiting->loop, err))
		return false;
	if (!waiting->ok && err != NULL)
		*err = waiting->error;
	return waiting->ok;
}

bool
app_add_site(App *app, const SiteAdd *add, Probe *found, Err *err)
{
	Waiting waiting = {.loop = loop_new(err)};
	if (waiting.loop == NULL)
		return false;
	SiteAdding *adding = site_add_start(app, waiting.loop, add, wait_added, &waiting, err);
	if (adding != NULL)
		adding->out = found;
	bool ok = wait_for(&waiting, adding != NULL, err);
	site_add_free(adding);
	loop_free(waiting.loop);
	return ok;
}

static bool
probe(App *app, const Account *account, Probe *out, Err *err)
{
	Waiting waiting = {.loop = loop_new(err), .out = out};
	if (waiting.loop == NULL)
		return false;
	Probing probing;
	bool began = probing_start(&probing, app, waiting.loop, account, wait_probed, &waiting, err);
	bool ok = wait_for(&waiting, began, err);
	probing_end(&probing);
	loop_free(waiting.loop);
	return ok;
}

/* ---- Kept sites */

bool
app_check_site(App *app, Id id, Probe *found, Err *err)
{
	SiteRecord site = {0};
	Account account = {0};
	bool ok = vault_load_site(app->vault, id, &site, err) && app_account(app, &site, &account, err) &&
		  probe(app, &account, found, err) && probed_vocabulary(app, id, &found->terms, err);
	if (ok && site.may_publish != found->may_publish) {
		site.may_publish = found->may_publish;
		ok = vault_save_site(app->vault, &site, err);
	}
	account_free(&account);
	site_record_free(&site);
	return ok;
}

bool
app_remove_site(App *app, Id id, Err *err)
{
	bool was_default = sv_equal(app_site_name(app, id), str_view(&app->settings.default_site));
	if (!vault_remove_site(app->vault, id, err))
		return false;
	if (!was_default)
		return true;
	str_clear(&app->settings.default_site);
	return save_settings(app, err);
}

/* ---- Where a draft goes */

static bool
add_plain_folder(App *app, Id *out, Err *err)
{
	const char *home = getenv("HOME");
	if (home == NULL || home[0] != '/')
		return err_set(err, ERR_USAGE,
			"there is no site yet and HOME is not set: add one with `meok site add NAME URL|FOLDER`");
	Str folder = {0};
	Probe probe = {0};
	path_join(&folder, sv(home), SV("meok-blog"));
	SiteAdd add = {.name = SV("meok-blog"), .address = str_view(&folder), .type = SV("plain")};
	bool ok =
		str_ok(&folder, err) && app_add_site(app, &add, &probe, err) && app_find_site(app, add.name, out, err);
	probe_free(&probe);
	str_free(&folder);
	return ok;
}

/* The site that a work gives its drafts, ID_NONE when it gives none. */
static bool
work_site(App *app, Id work_id, Id *out, Err *err)
{
	*out = ID_NONE;
	if (id_is_none(work_id))
		return true;
	Work work = {0};
	if (!vault_load_work(app->vault, work_id, &work, err))
		return false;
	*out = work.site;
	work_free(&work);
	return true;
}

static size_t
count_sites(App *app, Id *only)
{
	size_t count, there = 0;
	const Entry *const *sites = vault_entries(app->vault, OBJECT_SITE, &count);
	for (size_t i = 0; i < count; i++) {
		if (sites[i]->trashed)
			continue;
		there++;
		*only = sites[i]->subject;
	}
	return there;
}

bool
app_has_no_site(App *app)
{
	Id unused;
	return count_sites(app, &unused) == 0;
}

bool
app_choose_site(App *app, const Revision *revision, StrView name, SiteRecord *out, Err *err)
{
	Id site = ID_NONE;
	if (name.len > 0) {
		if (!app_find_site(app, name, &site, err))
			return false;
	} else if (app_site_name(app, revision->site).len > 0) {
		site = revision->site;
	} else if (!work_site(app, revision->work, &site, err)) {
		return false;
	}
	if (app_site_name(app, site).len == 0) {
		const Str *preferred = &app->settings.default_site;
		size_t there = count_sites(app, &site);
		if (there == 0) {
			if (!add_plain_folder(app, &site, err))
				return false;
		} else if (there > 1 &&
			   (preferred->len == 0 || !app_find_site(app, str_view(preferred), &site, NULL))) {
			return err_set(err, ERR_USAGE,
				"there are several sites: say which with --site (`meok site list` shows them)");
		}
	}
	return vault_load_site(app->vault, site, out, err);
}
