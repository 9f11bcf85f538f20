/* Former revisions: log, and the way out of damage. */
#include "cli.h"

#include <stdio.h>
#include <stdlib.h>

enum { SHORT_ID = 10 };

/* ---- The way out of damage */

/* The words of `meok restore` that bring a draft back whole, and when it was so. */
typedef struct WayOut {
	char draft[ID_TEXT + 1], revision[ID_TEXT + 1];
	Str minute;
} WayOut;

static bool
find_way_out(Cli *cli, Id draft, WayOut *out)
{
	RevisionEntry sound;
	size_t length = ID_TEXT;
	*out = (WayOut){0};
	if (!app_find_sound(&cli->app, draft, &sound, NULL))
		return false;
	id_format(draft, out->draft);
	id_format(sound.object, out->revision);
	/* As they are told apart, when that can be found out; whole ids do as well. */
	if (app_short_id(&cli->app, &length, NULL))
		out->draft[length] = '\0';
	out->revision[SHORT_ID] = '\0';
	time_minute(sound.time_ms, &out->minute);
	return true;
}

void
history_note_way_out(Cli *cli, Id draft)
{
	WayOut way;
	if (id_is_none(draft) || vault_entry(cli->app.vault, OBJECT_REVISION, draft) == NULL)
		return;
	if (find_way_out(cli, draft, &way))
		output_note(_("  it is whole as it was on %s: `meok restore %s %s` brings that back"),
			str_c(&way.minute), way.draft, way.revision);
	else
		output_note("%s", _("  no earlier state of it can be read: bring the file back from a backup"));
	str_free(&way.minute);
}

void
history_put_way_out(Cli *cli, Json *row, Id draft)
{
	RevisionEntry sound;
	if (!id_is_none(draft) && vault_entry(cli->app.vault, OBJECT_REVISION, draft) != NULL &&
		app_find_sound(&cli->app, draft, &sound, NULL))
		output_put_id(row, "sound", sound.object);
}

int
history_error(Cli *cli, Id draft, const Err *err)
{
	const Entry *entry = vault_entry(cli->app.vault, OBJECT_REVISION, draft);
	WayOut way = {0};
	Err better = *err;
	if (err->kind == ERR_DAMAGED && entry != NULL && find_way_out(cli, draft, &way))
		err_set(&better, ERR_DAMAGED,
			"%s is damaged, but whole as it was on %s: `meok restore %s %s` brings that back",
			entry->title.len > 0 ? str_c(&entry->title) : way.draft, str_c(&way.minute), way.draft,
			way.revision);
	str_free(&way.minute);
	return output_error(&better);
}

/* ---- log */

static void
put_revisions(Json *root, const RevisionEntry *entries, size_t count)
{
	Json *rows = json_new_array();
	for (size_t i = 0; i < count; i++) {
		Json *row = json_new_object();
		output_put_id(row, "id", entries[i].object);
		output_put_time(row, "time", entries[i].time_ms);
		json_put_number(row, "characters", entries[i].characters);
		json_put_bool(row, "newest", entries[i].head);
		json_put_bool(row, "automatic", entries[i].automatic);
		json_put_bool(row, "published", entries[i].published);
		json_put_bool(row, "packed", entries[i].packed);
		json_put(rows, NULL, row);
	}
	json_put(root, "revisions", rows);
}

static bool
print_json(Cli *cli, Id draft, const RevisionEntry *entries, size_t count, Err *err)
{
	const Entry *entry = vault_entry(cli->app.vault, OBJECT_REVISION, draft);
	Json *root = json_new_object();
	output_put_id(root, "id", draft);
	json_put_text(root, "title", entry != NULL ? str_view(&entry->title) : sv(""));
	put_revisions(root, entries, count);
	return output_json(root, err);
}

static void
print_revision(const RevisionEntry *entry, size_t id_length)
{
	char id[ID_TEXT + 1];
	Str minute = {0};
	id_format(entry->object, id);
	time_minute(entry->time_ms, &minute);
	printf("%.*s  %s  ", (int)id_length, id, str_c(&minute));
	printf(ngettext("%u character", "%u characters", entry->characters), entry->characters);
	if (entry->head)
		printf(" · %s", _("newest"));
	if (entry->published)
		printf(" · %s", _("published"));
	if (entry->automatic)
		printf(" · %s", _("kept by itself"));
	printf("\n");
	str_free(&minute);
}

int
command_log(Cli *cli)
{
	Err err = {0};
	Id draft = ID_NONE;
	RevisionEntry *entries = NULL;
	size_t count = 0;
	bool ok = app_find_draft(&cli->app, sv(cli->arguments.rest[0]), &draft, &err) &&
		  vault_history(cli->app.vault, draft, &entries, &count, &err);
	if (ok && cli->arguments.values[OPT_JSON] != NULL) {
		ok = print_json(cli, draft, entries, count, &err);
	} else if (ok) {
		size_t id_length = revisions_short_id(entries, count);
		for (size_t i = 0; i < count; i++)
			print_revision(&entries[i], id_length);
	}
	free(entries);
	return ok ? 0 : output_error(&err);
}
