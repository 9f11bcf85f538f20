/* One draft: for a reader, as Markdown, as HTML, as JSON. */
#include "cli.h"

#include <stdio.h>
#include <stdlib.h>

static const char *
publication_state(const Publication *publication)
{
	switch (publication->phase) {
	case PHASE_PUBLIC:
		return "published";
	case PHASE_REVIEW:
		return "review";
	case PHASE_SITE_DRAFT:
		return "site-draft";
	case PHASE_FILLED:
		if (app_is_hidden(publication->phase, publication->revision))
			return "hidden";
		break;
	case PHASE_INTENT:
	case PHASE_CREATED:
		break;
	}
	return "unknown";
}

static const char *
comments_name(Comments comments)
{
	switch (comments) {
	case COMMENTS_OPEN:
		return "open";
	case COMMENTS_CLOSED:
		return "closed";
	case COMMENTS_DEFAULT:
		break;
	}
	return "default";
}

static void
line(const char *label, StrView value)
{
	enum { LABEL_COLUMNS = 14 };
	if (value.len == 0)
		return;
	output_cell(sv(label), LABEL_COLUMNS);
	output_text(value, SAFE_ONE_LINE);
	printf("\n");
}

static const char *
comments_label(Comments comments)
{
	switch (comments) {
	case COMMENTS_OPEN:
		return _("on");
	case COMMENTS_CLOSED:
		return _("off");
	case COMMENTS_DEFAULT:
		break;
	}
	return "";
}

static bool
show_person(Cli *cli, const Revision *revision, const Publication *publications, size_t count, Err *err)
{
	Str work = {0}, keywords = {0}, changed = {0};
	uint32_t chapter;
	if (!app_chapter(&cli->app, revision->draft, revision->work, &chapter, err))
		return false;
	str_append(&work, app_work_name(&cli->app, revision->work));
	if (chapter > 0)
		str_printf(&work, " %u", chapter);
	for (size_t i = 0; i < revision->keywords.len; i++) {
		str_append_c(&keywords, i > 0 ? " · " : "");
		str_append(&keywords, str_view(&revision->keywords.items[i]));
	}
	time_minute(revision->time_ms, &changed);
	line(_("Title"), str_view(&revision->title));
	line(_("Subtitle"), str_view(&revision->subtitle));
	line(_("Work"), str_view(&work));
	line(_("Keywords"), str_view(&keywords));
	line(_("Comments"), sv(comments_label(revision->comments)));
	line(_("Site"), app_site_name(&cli->app, revision->site));
	line(_("Changed"), str_view(&changed));
	for (size_t i = 0; i < count; i++)
		line(_("On the web"), str_view(&publications[i].url));
	printf("\n");
	output_text(str_view(&revision->body), SAFE_KEEP_NEWLINES);
	if (revision->body.len > 0 && revision->body.ptr[revision->body.len - 1] != '\n')
		printf("\n");
	str_free(&work);
	str_free(&keywords);
	str_free(&changed);
	return true;
}

static void
put_publications(Cli *cli, Json *root, const Publication *publications, size_t count)
{
	Json *array = json_new_array();
	for (size_t i = 0; i < count; i++) {
		const Publication *one = &publications[i];
		if (one->phase == PHASE_INTENT && one->sent_ms == 0)
			continue;
		Json *row = json_new_object();
		json_put_text(row, "site", app_site_name(&cli->app, one->site));
		json_put_text(row, "state", sv(publication_state(one)));
		json_put_text(row, "url", str_view(&one->url));
		json_put_id(row, "remote_id", str_view(&one->remote_id));
		output_put_time(row, "published", one->published_ms);
		json_put(array, NULL, row);
	}
	json_put(root, "published", array);
}

static bool
show_json(Cli *cli, const Revision *revision, const Publication *publications, size_t count, Err *err)
{
	Json *root = json_new_object(), *keywords = json_new_array();
	const Entry *entry = vault_entry(cli->app.vault, OBJECT_REVISION, revision->draft);
	DraftState state = STATE_DRAFT;
	uint32_t chapter = 0;
	bool ok = entry != NULL && app_draft_state(&cli->app, entry, &state, err) &&
		  app_chapter(&cli->app, revision->draft, revision->work, &chapter, err);
	output_put_id(root, "id", revision->draft);
	output_put_id(root, "revision", revision->object);
	json_put_text(root, "title", str_view(&revision->title));
	json_put_text(root, "subtitle", str_view(&revision->subtitle));
	for (size_t i = 0; i < revision->keywords.len; i++)
		json_put_text(keywords, NULL, str_view(&revision->keywords.items[i]));
	json_put(root, "keywords", keywords);
	json_put_text(root, "work", app_work_name(&cli->app, revision->work));
	if (chapter > 0)
		json_put_number(root, "chapter", chapter);
	json_put_text(root, "comments", sv(comments_name(revision->comments)));
	json_put_text(root, "site", app_site_name(&cli->app, revision->site));
	json_put_text(root, "state", sv(state_name(state)));
	json_put_bool(root, "split", vault_is_split(cli->app.vault, revision->draft));
	output_put_time(root, "created", entry == NULL ? 0 : entry->created_ms);
	output_put_time(root, "changed", revision->time_ms);
	json_put_text(root, "body", str_view(&revision->body));
	put_publications(cli, root, publications, count);
	if (ok)
		return output_json(root, err);
	json_free(root);
	return false;
}

static bool
show_text(Cli *cli, const Revision *revision, bool html, Err *err)
{
	Str text = {0};
	bool ok = html ? markup_render(str_view(&revision->body), MARKUP_HTML, &text, err)
		       : app_markdown(&cli->app, revision, &text, err);
	if (ok)
		output_text(str_view(&text), SAFE_KEEP_NEWLINES);
	str_free(&text);
	return ok;
}

/* The newest revision, or the one that is asked for. */
static bool
load(Cli *cli, Id draft, Revision *out, Err *err)
{
	const char *word = cli->arguments.values[OPT_REVISION];
	Id revision;
	if (word == NULL)
		return vault_load_draft(cli->app.vault, draft, out, err);
	return app_find_revision(&cli->app, draft, sv(word), &revision, err) &&
	       vault_load_revision(cli->app.vault, revision, out, err);
}

int
command_show(Cli *cli)
{
	Err err = {0};
	Id id = ID_NONE;
	Revision revision = {0};
	Publication *publications = NULL;
	size_t count = 0;
	const char *const *values = cli->arguments.values;
	if (values[OPT_MARKDOWN] != NULL && values[OPT_HTML] != NULL) {
		err_set(&err, ERR_USAGE, "choose one of --markdown, --html and --json");
		return output_error(&err);
	}
	bool ok = app_find_draft(&cli->app, sv(cli->arguments.rest[0]), &id, &err) && load(cli, id, &revision, &err) &&
		  vault_publications(cli->app.vault, id, &publications, &count, &err);
	if (ok && (values[OPT_MARKDOWN] != NULL || values[OPT_HTML] != NULL))
		ok = show_text(cli, &revision, values[OPT_HTML] != NULL, &err);
	else if (ok && values[OPT_JSON] != NULL)
		ok = show_json(cli, &revision, publications, count, &err);
	else if (ok)
		ok = show_person(cli, &revision, publications, count, &err);
	if (ok)
		merge_note_texts(cli, id);
	for (size_t i = 0; i < count; i++)
		publication_free(&publications[i]);
	free(publications);
	revision_free(&revision);
	return ok ? 0 : history_error(cli, id, &err);
}
