/* Sites and keywords: site add, list, check, remove; keywords. */
#include "cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool
wants_secret(Cli *cli, StrView type, StrView address)
{
	const DriverTraits *traits = driver_traits(type);
	if (cli->arguments.values[OPT_SECRET_FD] != NULL)
		return true;
	if (traits != NULL)
		return traits->needs_secret;
	return type.len == 0 && !app_is_folder(address);
}

static void
print_probe(const char *name, const Probe *probe)
{
	output_text(sv(name), SAFE_ONE_LINE);
	printf(": ");
	output_text(str_view(&probe->driver), SAFE_ONE_LINE);
	printf("  ");
	output_text(str_view(&probe->address), SAFE_ONE_LINE);
	if (probe->user_name.len > 0) {
		printf("  ");
		output_text(str_view(&probe->user_name), SAFE_ONE_LINE);
	}
	printf("\n");
	if (!probe->may_publish)
		output_note("%s", _("this account may not publish by itself: its articles are handed in for review"));
}

int
command_site_add(Cli *cli)
{
	Err err = {0};
	const Arguments *arguments = &cli->arguments;
	Str secret = {0};
	Probe probe = {0};
	unsigned long limit = 0;
	SiteAdd add = {
		.name = sv(arguments->rest[0]),
		.address = sv(arguments->rest[1]),
		.type = sv(arguments->values[OPT_TYPE]),
		.user = sv(arguments->values[OPT_USER]),
	};
	bool ok = true;
	if (arguments->values[OPT_KEYWORD_LIMIT] != NULL)
		ok = option_number(arguments, OPT_KEYWORD_LIMIT, 1000, &limit, &err);
	add.keyword_limit = (uint32_t)limit;
	if (ok && wants_secret(cli, add.type, add.address)) {
		if (add.user.len == 0)
			ok = err_set(&err, ERR_USAGE,
				"say who writes there with --user: the name you log in with on the blog");
		ok = ok && input_secret(cli, _("Application password (made on the blog under Users, Profile): "),
				   &secret, &err);
		add.secret = str_view(&secret);
	}
	ok = ok && app_add_site(&cli->app, &add, &probe, &err);
	if (ok)
		print_probe(arguments->rest[0], &probe);
	str_wipe(&secret);
	probe_free(&probe);
	return ok ? 0 : output_error(&err);
}

static void
put_site(Json *array, const SiteRecord *site)
{
	Json *row = json_new_object();
	json_put_text(row, "name", str_view(&site->name));
	json_put_text(row, "type", site->flavour.len > 0 ? str_view(&site->flavour) : str_view(&site->driver));
	json_put_text(row, "address", str_view(&site->address));
	json_put_text(row, "user", str_view(&site->user));
	json_put_number(row, "keyword_limit", site->keyword_limit);
	json_put_bool(row, "may_publish", site->may_publish);
	json_put(array, NULL, row);
}

static void
print_site(const SiteRecord *site)
{
	enum { NAME_COLUMNS = 18, TYPE_COLUMNS = 12 };
	output_cell(str_view(&site->name), NAME_COLUMNS);
	output_cell(site->flavour.len > 0 ? str_view(&site->flavour) : str_view(&site->driver), TYPE_COLUMNS);
	output_text(str_view(&site->address), SAFE_ONE_LINE);
	if (site->user.len > 0) {
		printf("  ");
		output_text(str_view(&site->user), SAFE_ONE_LINE);
	}
	if (site->keyword_limit > 0)
		printf(_("  (at most %u keywords)"), site->keyword_limit);
	printf("\n");
}

int
command_site_list(Cli *cli)
{
	Err err = {0};
	size_t count, shown = 0;
	bool ok = true;
	Json *array = cli->arguments.values[OPT_JSON] != NULL ? json_new_array() : NULL;
	const Entry *const *sites = vault_entries(cli->app.vault, OBJECT_SITE, &count);
	for (size_t i = 0; ok && i < count; i++) {
		SiteRecord site = {0};
		if (sites[i]->trashed)
			continue;
		ok = vault_load_site(cli->app.vault, sites[i]->subject, &site, &err);
		if (ok && array != NULL)
			put_site(array, &site);
		else if (ok)
			print_site(&site);
		site_record_free(&site);
		shown++;
	}
	if (array != NULL) {
		Json *root = json_new_object();
		json_put(root, "sites", array);
		if (ok)
			ok = output_json(root, &err);
		else
			json_free(root);
	} else if (ok && shown == 0) {
		output_note("%s", _("no sites yet: `meok site add NAME URL|FOLDER` adds one; without any, meok "
				    "publishes to ~/meok-blog"));
	}
	return ok ? 0 : output_error(&err);
}

int
command_site_check(Cli *cli)
{
	Err err = {0};
	Id site;
	Probe probe = {0};
	bool ok = app_find_site(&cli->app, sv(cli->arguments.rest[0]), &site, &err) &&
		  app_check_site(&cli->app, site, &probe, &err);
	if (ok && cli->arguments.values[OPT_JSON] != NULL) {
		Json *root = json_new_object();
		json_put_text(root, "name", sv(cli->arguments.rest[0]));
		json_put_text(root, "type", str_view(&probe.driver));
		json_put_text(root, "address", str_view(&probe.address));
		json_put_text(root, "user", str_view(&probe.user_name));
		json_put_bool(root, "may_publish", probe.may_publish);
		json_put_number(root, "terms", (int64_t)probe.terms.len);
		ok = output_json(root, &err);
	} else if (ok) {
		print_probe(cli->arguments.rest[0], &probe);
	}
	probe_free(&probe);
	return ok ? 0 : output_error(&err);
}

int
command_site_remove(Cli *cli)
{
	Err err = {0};
	Id site;
	bool ok = app_find_site(&cli->app, sv(cli->arguments.rest[0]), &site, &err) &&
		  app_remove_site(&cli->app, site, &err);
	return ok ? 0 : output_error(&err);
}

/* ---- Keywords */

static bool
suggest(Cli *cli, bool as_json, Err *err)
{
	enum { MOST = 20 };
	Id draft;
	Revision revision = {0};
	Suggestions suggestions = {0};
	bool ok = app_find_draft(&cli->app, sv(cli->arguments.values[OPT_SUGGEST]), &draft, err) &&
		  vault_load_draft(cli->app.vault, draft, &revision, err) &&
		  keywords_suggest(str_view(&revision.title), str_view(&revision.body), MOST, &suggestions, err);
	Json *array = as_json ? json_new_array() : NULL;
	for (size_t i = 0; ok && i < suggestions.len; i++) {
		StrView term = str_view(&suggestions.items[i].term);
		if (as_json) {
			json_put_text(array, NULL, term);
		} else {
			output_text(term, SAFE_ONE_LINE);
			printf("\n");
		}
	}
	if (as_json) {
		Json *root = json_new_object();
		json_put(root, "suggestions", array);
		if (ok)
			ok = output_json(root, err);
		else
			json_free(root);
	}
	suggestions_free(&suggestions);
	revision_free(&revision);
	return ok;
}

static bool
list_keywords(Cli *cli, bool as_json, Err *err)
{
	enum { NAME_COLUMNS = 30 };
	Id site = ID_NONE;
	KeywordUses uses = {0};
	const char *name = cli->arguments.values[OPT_SITE];
	bool ok = (name == NULL || app_find_site(&cli->app, sv(name), &site, err)) &&
		  app_keywords(&cli->app, site, &uses, err);
	Json *array = as_json ? json_new_array() : NULL;
	for (size_t i = 0; ok && i < uses.len; i++) {
		const KeywordUse *use = &uses.items[i];
		if (as_json) {
			Json *row = json_new_object();
			json_put_text(row, "name", str_view(&use->name));
			json_put_number(row, "drafts", use->drafts);
			json_put_number(row, "articles", use->articles);
			json_put(array, NULL, row);
		} else {
			output_cell(str_view(&use->name), NAME_COLUMNS);
			printf(_("drafts %u, on the web %u\n"), use->drafts, use->articles);
		}
	}
	if (as_json) {
		Json *root = json_new_object();
		json_put(root, "keywords", array);
		if (ok)
			ok = output_json(root, err);
		else
			json_free(root);
	}
	keyword_uses_free(&uses);
	return ok;
}

int
command_keywords(Cli *cli)
{
	Err err = {0};
	bool as_json = cli->arguments.values[OPT_JSON] != NULL;
	bool ok = cli->arguments.values[OPT_SUGGEST] != NULL ? suggest(cli, as_json, &err)
							     : list_keywords(cli, as_json, &err);
	return ok ? 0 : output_error(&err);
}
