/* The list of drafts, as a table or as JSON. */
#include "cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static bool
holds(StrView text, StrView folded, bool *found, Err *err)
{
	Str key = {0};
	bool ok = unicode_fold(text, &key, err);
	*found = *found || (ok && sv_find(str_view(&key), folded, 0) != SIZE_MAX);
	str_free(&key);
	return ok;
}

/* A draft that cannot be read does not match; it is named among the damaged. */
static bool
matches_text(Cli *cli, const Entry *entry, StrView folded, bool *found, Err *err)
{
	*found = false;
	if (folded.len == 0) {
		*found = true;
		return true;
	}
	Revision revision = {0};
	Err why = {0};
	if (!vault_load_draft(cli->app.vault, entry->subject, &revision, &why)) {
		if (why.kind != ERR_DAMAGED)
			*err = why;
		return why.kind == ERR_DAMAGED;
	}
	bool ok = holds(str_view(&revision.title), folded, found, err) &&
		  holds(str_view(&revision.subtitle), folded, found, err) &&
		  holds(str_view(&revision.body), folded, found, err);
	for (size_t i = 0; ok && i < revision.keywords.len; i++)
		ok = holds(str_view(&revision.keywords.items[i]), folded, found, err);
	revision_free(&revision);
	return ok;
}

static bool
matches(Cli *cli, const Entry *entry, const Filter *filter, StrView folded, DraftState *state, bool *found, Err *err)
{
	*found = false;
	if (!app_draft_state(&cli->app, entry, state, err))
		return false;
	if (filter->by_state ? *state != filter->state : *state == STATE_TRASHED)
		return true;
	if (filter->by_work && !id_equal(entry->work, filter->work))
		return true;
	return matches_text(cli, entry, folded, found, err);
}

static void
print_row(Cli *cli, const Entry *entry, DraftState state, size_t id_length)
{
	enum { STATE_COLUMNS = 18 };
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
	str_free(&date);
}

static void
put_row(Cli *cli, Json *array, const Entry *entry, DraftState state)
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
	json_put(array, NULL, row);
}

int
command_list(Cli *cli)
{
	Err err = {0};
	Filter filter = {0};
	Str folded = {0};
	bool as_json = cli->arguments.values[OPT_JSON] != NULL;
	Json *root = as_json ? json_new_object() : NULL, *rows = as_json ? json_new_array() : NULL;
	size_t id_length = 0;
	bool ok = read_filter(cli, &filter, &err) && unicode_fold(filter.search, &folded, &err) &&
		  app_short_id(&cli->app, &id_length, &err);
	size_t count, damaged, shown = 0;
	const Entry *const *drafts = vault_entries(cli->app.vault, OBJECT_REVISION, &count);
	for (size_t i = 0; ok && i < count; i++) {
		DraftState state;
		bool found;
		ok = matches(cli, drafts[i], &filter, str_view(&folded), &state, &found, &err);
		if (!ok || !found)
			continue;
		shown++;
		if (as_json)
			put_row(cli, rows, drafts[i], state);
		else
			print_row(cli, drafts[i], state, id_length);
	}
	str_free(&folded);
	const Damage *damage = vault_damage(cli->app.vault, &damaged);
	if (as_json) {
		Json *list = json_new_array();
		for (size_t i = 0; i < damaged; i++)
			output_put_damage(list, &damage[i]);
		json_put(root, "drafts", rows);
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
