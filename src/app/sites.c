/* Sites: adding, checking, removing, and which one a draft goes to. */
#include "meok/app.h"

#include <poll.h>
#include <stdlib.h>

/* ---- A probe, run to its end */

typedef struct Probing {
	Loop *loop;
	NetChild *child;
	Probe *out;
	Err *err;
	bool ok, over;
} Probing;

static void
probing_event(Probing *probing, NetEvent *event)
{
	switch (event->kind) {
	case NET_PROBED:
		*probing->out = event->probe;
		event->probe = (Probe){0};
		probing->ok = true;
		probing->over = true;
		break;
	case NET_FAILED:
		*probing->err = event->error;
		probing->over = true;
		break;
	case NET_GONE:
	case NET_PUBLISHED:
	case NET_CHECKPOINT:
		err_set(probing->err, ERR_NETWORK, "asking the site ended without an answer: try again");
		probing->over = true;
		break;
	case NET_PROGRESS:
		break;
	}
}

static void
probing_ready(void *data, int fd, short revents)
{
	(void)revents;
	Probing *probing = data;
	NetEvent event = {0};
	if (!net_pump(probing->child, probing->err))
		probing->over = true;
	while (!probing->over && net_receive(probing->child, &event)) {
		probing_event(probing, &event);
		net_event_free(&event);
	}
	if (!probing->over) {
		short events = net_wants_write(probing->child) ? POLLIN | POLLOUT : POLLIN;
		probing->over = !loop_watch(probing->loop, fd, events, probing_ready, probing, probing->err);
	}
	if (probing->over)
		loop_stop(probing->loop);
}

static bool
probe(App *app, const Account *account, Probe *out, Err *err)
{
	Err why = {0};
	Probing probing = {.out = out, .err = &why};
	probing.loop = loop_new(&why);
	if (probing.loop != NULL)
		probing.child = net_start(app->program, NET_PROBE, account, NULL, &why);
	if (probing.child != NULL &&
		loop_watch(probing.loop, net_fd(probing.child), POLLIN | POLLOUT, probing_ready, &probing, &why) &&
		!loop_run(probing.loop, &why))
		probing.ok = false;
	net_free(probing.child);
	loop_free(probing.loop);
	if (!probing.ok && err != NULL)
		*err = why;
	return probing.ok;
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

bool
app_add_site(App *app, const SiteAdd *add, Probe *found, Err *err)
{
	if (!name_is_free(app, add->name, err))
		return false;
	Account account = {.may_publish = true};
	bool ok = set_type(add, &account, err);
	if (ok && sv_equal(str_view(&account.driver), SV("folder")))
		ok = absolute_folder(add->address, &account.endpoint, err);
	else
		str_append(&account.endpoint, add->address);
	str_append(&account.user, add->user);
	str_append(&account.secret, add->secret);
	str_append(&account.ca_file, str_view(&app->settings.ca_file));
	ok = ok && str_ok(&account.endpoint, err) && str_ok(&account.user, err) && str_ok(&account.secret, err) &&
	     str_ok(&account.ca_file, err) && probe(app, &account, found, err) && keep_site(app, add, found, err);
	account_free(&account);
	return ok;
}

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
