/* Publishing from the command line: one draft, several, or a file; for real or dry. */
#include "cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- What would be sent */

static bool
keyword_is_known(const Article *article, StrView keyword)
{
	return site_terms_find(&article->known, false, keyword) != NULL;
}

static void
print_plan(const SiteRecord *site, const Article *article, bool update)
{
	printf(update ? _("would update on %s:\n") : _("would publish on %s:\n"), str_c(&site->name));
	printf("  ");
	output_text(str_view(&article->title), SAFE_ONE_LINE);
	if (article->subtitle.len > 0) {
		printf(" — ");
		output_text(str_view(&article->subtitle), SAFE_ONE_LINE);
	}
	printf("\n");
	if (article->work.len > 0) {
		printf(_("  work: "));
		output_text(str_view(&article->work), SAFE_ONE_LINE);
		printf(" %u\n", article->chapter);
	}
	for (size_t i = 0; i < article->keywords.len; i++) {
		StrView keyword = str_view(&article->keywords.items[i]);
		printf("%s", i == 0 ? _("  keywords: ") : ", ");
		output_text(keyword, SAFE_ONE_LINE);
		printf("%s", keyword_is_known(article, keyword) ? "" : _(" (new)"));
	}
	if (article->keywords.len > 0)
		printf("\n");
	if (article->comments != SITE_COMMENTS_DEFAULT)
		printf(article->comments == SITE_COMMENTS_OPEN ? _("  comments: on\n") : _("  comments: off\n"));
}

static void
put_plan(Json *array, Id draft, const SiteRecord *site, const Article *article, bool update)
{
	Json *row = json_new_object(), *keywords = json_new_array(), *fresh = json_new_array();
	output_put_id(row, "id", draft);
	json_put_text(row, "site", str_view(&site->name));
	json_put_text(row, "result", update ? SV("would-update") : SV("would-publish"));
	json_put_text(row, "title", str_view(&article->title));
	json_put_text(row, "work", str_view(&article->work));
	for (size_t i = 0; i < article->keywords.len; i++) {
		StrView keyword = str_view(&article->keywords.items[i]);
		json_put_text(keywords, NULL, keyword);
		if (!keyword_is_known(article, keyword))
			json_put_text(fresh, NULL, keyword);
	}
	json_put(row, "keywords", keywords);
	json_put(row, "new_keywords", fresh);
	json_put(array, NULL, row);
}

/* ---- For real */

static const char *
result_label(PublishResult result)
{
	static const char *const labels[] = {
		[RESULT_PUBLISHED] = N_("published on %s: "),
		[RESULT_UPDATED] = N_("updated on %s: "),
		[RESULT_UNCHANGED] = N_("nothing has changed since it was published on %s: "),
		[RESULT_REVIEW] = N_("handed in for review on %s: "),
		[RESULT_SITE_DRAFT] = N_("left as a draft on %s: "),
	};
	return labels[result];
}

static void
put_result(Json *array, Id draft, const Published *published)
{
	Json *row = json_new_object(), *fresh = json_new_array();
	output_put_id(row, "id", draft);
	json_put_text(row, "site", str_view(&published->site));
	json_put_text(row, "result", sv(result_name(published->result)));
	json_put_text(row, "url", str_view(&published->url));
	json_put_id(row, "remote_id", str_view(&published->remote_id));
	json_put_text(row, "slug", str_view(&published->slug));
	for (size_t i = 0; i < published->new_keywords.len; i++)
		json_put_text(fresh, NULL, str_view(&published->new_keywords.items[i]));
	json_put(row, "new_keywords", fresh);
	json_put(array, NULL, row);
}

static void
print_result(const Published *published)
{
	Str site = {0};
	char text[512];
	Err label = {0};
	str_append(&site, str_view(&published->site));
	const char *args[] = {str_c(&site)};
	err_set_args(&label, ERR_NONE, result_label(published->result), args, 1);
	err_format(&label, gettext(label.id), text, sizeof text);
	output_text(sv(text), SAFE_ONE_LINE);
	output_text(str_view(&published->url), SAFE_ONE_LINE);
	printf("\n");
	str_free(&site);
}

/* What publishing would answer, without asking the site. */
static bool
show_unchanged(Id draft, const SiteRecord *site, const Publication *publication, Json *results, Err *err)
{
	Published published = {.result = RESULT_UNCHANGED};
	str_append(&published.site, str_view(&site->name));
	str_append(&published.url, str_view(&publication->url));
	str_append(&published.remote_id, str_view(&publication->remote_id));
	str_append(&published.slug, str_view(&publication->slug));
	bool ok = str_ok(&published.site, err) && str_ok(&published.url, err) && str_ok(&published.remote_id, err) &&
		  str_ok(&published.slug, err);
	if (ok && results != NULL)
		put_result(results, draft, &published);
	else if (ok)
		print_result(&published);
	published_free(&published);
	return ok;
}

static bool
plan(Cli *cli, Id draft, Json *results, Err *err)
{
	Revision revision = {0};
	SiteRecord site = {0};
	Publication publication = {0};
	Article article = {0};
	Err why = {0};
	bool ok = vault_load_draft(cli->app.vault, draft, &revision, err);
	if (ok && app_has_no_site(&cli->app)) {
		/* Choosing would make the folder: a dry run makes nothing. */
		ok = err_set(err, ERR_USAGE, "there is no site yet: publishing would make the folder ~/meok-blog");
	}
	ok = ok && app_choose_site(&cli->app, &revision, sv(cli->arguments.values[OPT_SITE]), &site, err) &&
	     app_publishable(&cli->app, &revision, &site, err);
	if (ok && !vault_load_publication(cli->app.vault, draft, site.id, &publication, &why) &&
		why.kind != ERR_NOT_FOUND) {
		*err = why;
		ok = false;
	}
	ok = ok && app_article(&cli->app, &revision, &site, &publication, &article, err);
	bool update = publication.phase == PHASE_PUBLIC;
	bool overwrite = cli->arguments.values[OPT_OVERWRITE] != NULL;
	if (ok && !overwrite && app_is_unchanged(&revision, &publication))
		ok = show_unchanged(draft, &site, &publication, results, err);
	else if (ok && results != NULL)
		put_plan(results, draft, &site, &article, update);
	else if (ok)
		print_plan(&site, &article, update);
	article_free(&article);
	publication_free(&publication);
	site_record_free(&site);
	revision_free(&revision);
	return ok;
}

static bool
publish_one(Cli *cli, Id draft, Json *results, Err *err)
{
	if (cli->arguments.values[OPT_DRY_RUN] != NULL)
		return plan(cli, draft, results, err);
	PublishRequest request = {
		.draft = draft,
		.site = sv(cli->arguments.values[OPT_SITE]),
		.as_draft = cli->arguments.values[OPT_AS_DRAFT] != NULL,
		.overwrite = cli->arguments.values[OPT_OVERWRITE] != NULL,
	};
	Published published = {0};
	bool ok = app_publish(&cli->app, &request, NULL, NULL, &published, err);
	if (ok && results != NULL)
		put_result(results, draft, &published);
	else if (ok)
		print_result(&published);
	published_free(&published);
	return ok;
}

/* A draft, else a file whose text becomes one: the same file is the same draft the next time. */
static bool
find_or_read(Cli *cli, const char *word, Id *out, Err *err)
{
	if (strchr(word, '/') == NULL && app_find_draft(&cli->app, sv(word), out, err))
		return true;
	if (err->kind == ERR_USAGE || !file_exists(cli->app.sys, word)) {
		if (err->kind == ERR_NONE)
			return err_set(err, ERR_NOT_FOUND, "there is no draft and no file %s", word);
		return false;
	}
	*err = (Err){0};
	Revision revision = {0};
	bool ok = draft_from_file(cli, word, DRAFT_RENEWED, &revision, err);
	*out = revision.draft;
	revision_free(&revision);
	return ok;
}

static bool
ids_from_input(Cli *cli, StrList *ids, Err *err)
{
	Str text = {0};
	bool ok = input_text(cli, "-", &text, err);
	StrView rest = str_view(&text), line;
	while (ok && sv_split(&rest, '\n', &line))
		if (sv_trim(line).len > 0)
			list_append(ids, sv_trim(line));
	str_free(&text);
	if (ok && ids->len == 0)
		return err_set(err, ERR_USAGE, "no draft was named: `meok list` shows their ids");
	return ok && list_ok(ids, err);
}

int
command_publish(Cli *cli)
{
	Err err = {0};
	StrList words = {0};
	Json *results = cli->arguments.values[OPT_JSON] != NULL ? json_new_array() : NULL;
	for (int i = 0; i < cli->arguments.rest_count; i++)
		list_append(&words, sv(cli->arguments.rest[i]));
	int code = 0;
	if (words.len == 0 && !ids_from_input(cli, &words, &err))
		code = output_error(&err);
	for (size_t i = 0; i < words.len; i++) {
		Id draft;
		err = (Err){0};
		if (find_or_read(cli, str_c(&words.items[i]), &draft, &err) && publish_one(cli, draft, results, &err))
			continue;
		int failed = output_error(&err);
		code = code == 0 ? failed : code;
	}
	if (results != NULL) {
		Json *root = json_new_object();
		json_put(root, "articles", results);
		err = (Err){0};
		if (!output_json(root, &err))
			code = output_error(&err);
	}
	list_free(&words);
	return code;
}
