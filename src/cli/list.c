/* The list of drafts, as a table or as JSON. */
#include "cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STATE_COLUMNS = 18 };

typedef struct Filter {
	bool by_state, by_work;
	DraftState state;
	Id work;
	StrView search;
} Filter;

static bool
read_filter(Cli *cli, Filter *filter, Err *err)
{
	const char *const *values = cli->arguments.values;
	if (values[OPT_STATE] != NULL) {
		filter->by_state = true;
		if (!state_parse(sv(values[OPT_STATE]), &filter->state))
			return err_set(err, ERR_USAGE, "there is no state %s: `meok list --help` shows them",
				values[OPT_STATE]);
	}
	if (values[OPT_WORK] != NULL) {
		filter->by_work = true;
		if (!app_find_work(&cli->app, sv(values[OPT_WORK]), &filter->work, err))
			return false;
	}
	filter->search = sv(values[OPT_SEARCH]);
	return true;
}

/* The drafts in the order they are listed: as they were found, or newest first. */
typedef struct Listed {
	Id *drafts;
	size_t len;
	LookHits hits;
} Listed;

static void
listed_free(Listed *listed)
{
	free(listed->drafts);
	look_hits_free(&listed->hits);
}

static bool
list_all(Cli *cli, Listed *out, Err *err)
{
	const Entry *const *entries = vault_entries(cli->app.vault, OBJECT_REVISION, &out->len);
	out->drafts = calloc(out->len + 1, sizeof *out->drafts);
	if (entries == NULL || out->drafts == NULL)
		return err_memory(err);
	for (size_t i = 0; i < out->len; i++)
		out->drafts[i] = entries[i]->subject;
	return true;
}

/* Trashed drafts are found by their state alone, as in the list. */
static bool
list_found(Cli *cli, const Filter *filter, LookOrder order, Listed *out, Err *err)
{
	Str query = str_from(filter->search);
	if (filter->by_state && filter->state == STATE_TRASHED)
		str_append_c(&query, " state:trashed");
	bool ok = str_ok(&query, err) && app_look(&cli->app, str_view(&query), order, &out->hits, err);
	str_wipe(&query);
	out->len = out->hits.len;
	out->drafts = ok ? calloc(out->len + 1, sizeof *out->drafts) : NULL;
	if (ok && out->drafts == NULL)
		return err_memory(err);
	for (size_t i = 0; ok && i < out->len; i++)
		out->drafts[i] = out->hits.items[i].draft;
	return ok;
}

static bool
list_drafts(Cli *cli, const Filter *filter, Listed *out, Err *err)
{
	const char *sort = cli->arguments.values[OPT_SORT];
	bool by_date = sort != NULL && strcmp(sort, "date") == 0;
	if (sort != NULL && !by_date && strcmp(sort, "relevance") != 0)
		return err_set(err, ERR_USAGE, "--sort is relevance or date, not %s", sort);
	if (filter->search.len == 0)
		return list_all(cli, out, err);
	return list_found(cli, filter, by_date ? LOOK_BY_DATE : LOOK_BY_RELEVANCE, out, err);
}

static bool
matches(Cli *cli, const Entry *entry, const Filter *filter, DraftState *state, bool *found, Err *err)
{
	*found = false;
	if (!app_draft_state(&cli->app, entry, state, err))
		return false;
	/* A query that names the trash shows it. */
	if (filter->by_state ? *state != filter->state : filter->search.len == 0 && *state == STATE_TRASHED)
		return true;
	*found = !filter->by_work || id_equal(entry->work, filter->work);
	return true;
}

static void
print_row(Cli *cli, const Entry *entry, DraftState state, size_t id_length, const LookHit *hit)
{
	char id[ID_TEXT + 1];
	Str date = {0};
	id_format(entry->subject, id);
	time_date(entry->changed_ms, &date);
	printf("%.*s  %s  ", (int)id_length, id, str_c(&date));
	output_cell(sv(state_label(state)), STATE_COLUMNS);
	output_text(entry->title.len > 0 ? str_view(&entry->title) : sv(_("(no title)")), SAFE_ONE_LINE);
	StrView work = app_work_name(&cli->app, entry->work);
	if (work.len > 0) {
		printf("  · ");
		output_text(work, SAFE_ONE_LINE);
	}
	if (vault_is_split(cli->app.vault, entry->subject))
		printf("  · %s", _("split"));
	printf("\n");
	if (hit != NULL && hit->snippet.len > 0) {
		printf("%*s", (int)id_length + 2, "");
		output_text(str_view(&hit->snippet), SAFE_ONE_LINE);
		printf("\n");
	}
	str_free(&date);
}

static void
put_row(Cli *cli, Json *array, const Entry *entry, DraftState state, const LookHit *hit)
{
	Json *row = json_new_object();
	output_put_id(row, "id", entry->subject);
	json_put_text(row, "title", str_view(&entry->title));
	json_put_text(row, "state", sv(state_name(state)));
	json_put_text(row, "work", app_work_name(&cli->app, entry->work));
	json_put_text(row, "site", app_site_name(&cli->app, entry->site));
	json_put_number(row, "characters", entry->characters);
	json_put_number(row, "revisions", (int64_t)entry->revisions);
	json_put_bool(row, "split", vault_is_split(cli->app.vault, entry->subject));
	output_put_time(row, "created", entry->created_ms);
	output_put_time(row, "changed", entry->changed_ms);
	if (hit != NULL) {
		json_put_number(row, "hits", (int64_t)(hit->count + hit->in_title));
		json_put_text(row, "snippet", str_view(&hit->snippet));
	}
	json_put(array, NULL, row);
}

static void
print_fragment(const Entry *entry, const FragmentHit *hit, size_t id_length)
{
	char id[ID_TEXT + 1];
	Str date = {0};
	id_format(entry->subject, id);
	time_date(entry->changed_ms, &date);
	printf("%.*s  %s  ", (int)id_length, id, str_c(&date));
	output_cell(sv(_("fragment")), STATE_COLUMNS);
	output_text(str_view(&entry->title), SAFE_ONE_LINE);
	printf("\n");
	if (hit->snippet.len > 0) {
		printf("%*s", (int)id_length + 2, "");
		output_text(str_view(&hit->snippet), SAFE_ONE_LINE);
		printf("\n");
	}
	str_free(&date);
}

static void
put_fragment(Json *array, const Entry *entry, const FragmentHit *hit)
{
	Json *row = json_new_object();
	output_put_id(row, "id", entry->subject);
	json_put_text(row, "title", str_view(&entry->title));
	json_put_number(row, "characters", entry->characters);
	output_put_time(row, "time", entry->changed_ms);
	json_put_number(row, "hits", (int64_t)hit->count);
	json_put_text(row, "snippet", str_view(&hit->snippet));
	json_put(array, NULL, row);
}

/* What was found in fragments, into the array, or printed when that is NULL. */
static bool
list_fragments(Cli *cli, const Filter *filter, size_t id_length, Json *rows, size_t *shown, Err *err)
{
	FragmentHits hits = {0};
	if (filter->search.len == 0 || filter->by_state || filter->by_work)
		return true;
	if (!app_look_fragments(&cli->app, filter->search, &hits, err))
		return false;
	for (size_t i = 0; i < hits.len; i++) {
		const Entry *entry = vault_entry(cli->app.vault, OBJECT_FRAGMENT, hits.items[i].fragment);
		if (entry == NULL)
			continue;
		++*shown;
		if (rows != NULL)
			put_fragment(rows, entry, &hits.items[i]);
		else
			print_fragment(entry, &hits.items[i], id_length);
	}
	fragment_hits_free(&hits);
	return true;
}

static void
note_unread(Cli *cli, const LookHits *hits)
{
	for (size_t i = 0; i < hits->unread_count; i++) {
		char id[ID_TEXT + 1];
		id_format(hits->unread[i], id);
		const Entry *entry = vault_entry(cli->app.vault, OBJECT_REVISION, hits->unread[i]);
		output_note(_("could not be searched: %s (`meok check` tells why)"),
			entry != NULL && entry->title.len > 0 ? str_c(&entry->title) : id);
	}
}

int
command_list(Cli *cli)
{
	Err err = {0};
	Filter filter = {0};
	Listed listed = {0};
	bool as_json = cli->arguments.values[OPT_JSON] != NULL;
	Json *root = as_json ? json_new_object() : NULL, *rows = as_json ? json_new_array() : NULL,
	     *fragments = as_json ? json_new_array() : NULL;
	size_t id_length = 0;
	bool ok = read_filter(cli, &filter, &err) && list_drafts(cli, &filter, &listed, &err) &&
		  app_short_id(&cli->app, &id_length, &err);
	size_t count, damaged, shown = 0;
	for (size_t i = 0; ok && i < listed.len; i++) {
		DraftState state;
		bool found = false;
		const Entry *entry = vault_entry(cli->app.vault, OBJECT_REVISION, listed.drafts[i]);
		const LookHit *hit = listed.hits.len > 0 ? &listed.hits.items[i] : NULL;
		ok = entry == NULL || matches(cli, entry, &filter, &state, &found, &err);
		/* Asked for anew: reading a state may void the entry. */
		entry = vault_entry(cli->app.vault, OBJECT_REVISION, listed.drafts[i]);
		if (!ok || !found || entry == NULL)
			continue;
		shown++;
		if (as_json)
			put_row(cli, rows, entry, state, hit);
		else
			print_row(cli, entry, state, id_length, hit);
	}
	ok = ok && list_fragments(cli, &filter, id_length, fragments, &shown, &err);
	note_unread(cli, &listed.hits);
	vault_entries(cli->app.vault, OBJECT_REVISION, &count);
	listed_free(&listed);
	const Damage *damage = vault_damage(cli->app.vault, &damaged);
	if (as_json) {
		Json *list = json_new_array();
		for (size_t i = 0; i < damaged; i++)
			output_put_damage(list, &damage[i]);
		json_put(root, "drafts", rows);
		if (filter.search.len > 0)
			json_put(root, "fragments", fragments);
		else
			json_free(fragments);
		json_put(root, "damaged", list);
		if (ok)
			ok = output_json(root, &err);
		else
			json_free(root);
	} else if (ok && shown == 0 && count == 0) {
		output_note("%s", _("no drafts yet: `meok new FILE` makes one"));
	}
	for (size_t i = 0; ok && i < damaged; i++)
		output_note_damage(&damage[i]);
	return ok ? 0 : output_error(&err);
}
