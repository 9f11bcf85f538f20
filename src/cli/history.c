/* Former revisions, and the trash: log, restore, trash. */
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

/* ---- restore */

static int
restore_revision(Cli *cli, const char *draft_word, const char *revision_word)
{
	Err err = {0};
	Id draft = ID_NONE, revision;
	bool same = false;
	bool ok = app_find_draft(&cli->app, sv(draft_word), &draft, &err) &&
		  app_find_revision(&cli->app, draft, sv(revision_word), &revision, &err) &&
		  app_bring_back(&cli->app, draft, revision, &same, &err) &&
		  vault_restore_draft(cli->app.vault, draft, &err);
	if (ok && same)
		output_note("%s", _("nothing is different: the text is the same as now"));
	return ok ? 0 : history_error(cli, draft, &err);
}

int
command_restore(Cli *cli)
{
	if (cli->arguments.rest_count == 2)
		return restore_revision(cli, cli->arguments.rest[0], cli->arguments.rest[1]);
	Err err = {0};
	Id draft;
	bool ok = app_find_draft(&cli->app, sv(cli->arguments.rest[0]), &draft, &err) &&
		  vault_restore_draft(cli->app.vault, draft, &err);
	return ok ? 0 : output_error(&err);
}

/* ---- trash */

static size_t
print_trash(Cli *cli, size_t id_length)
{
	size_t count, trashed = 0;
	const Entry *const *drafts = vault_entries(cli->app.vault, OBJECT_REVISION, &count);
	for (size_t i = 0; i < count; i++) {
		if (!drafts[i]->trashed)
			continue;
		char id[ID_TEXT + 1];
		Str minute = {0};
		id_format(drafts[i]->subject, id);
		time_minute(drafts[i]->trashed_ms, &minute);
		printf("%.*s  %s  ", (int)id_length, id, str_c(&minute));
		output_text(
			drafts[i]->title.len > 0 ? str_view(&drafts[i]->title) : sv(_("(no title)")), SAFE_ONE_LINE);
		printf("\n");
		str_free(&minute);
		trashed++;
	}
	return trashed;
}

static bool
print_trash_json(Cli *cli, Err *err)
{
	size_t count;
	const Entry *const *drafts = vault_entries(cli->app.vault, OBJECT_REVISION, &count);
	Json *root = json_new_object(), *rows = json_new_array();
	for (size_t i = 0; i < count; i++) {
		if (!drafts[i]->trashed)
			continue;
		Json *row = json_new_object();
		output_put_id(row, "id", drafts[i]->subject);
		json_put_text(row, "title", str_view(&drafts[i]->title));
		json_put_number(row, "characters", drafts[i]->characters);
		output_put_time(row, "trashed", drafts[i]->trashed_ms);
		json_put(rows, NULL, row);
	}
	json_put(root, "drafts", rows);
	return output_json(root, err);
}

/* The drafts that were named, else all in the trash. */
static bool
choose_drafts(Cli *cli, Id **out, size_t *count, Err *err)
{
	const Arguments *arguments = &cli->arguments;
	size_t all;
	const Entry *const *drafts = vault_entries(cli->app.vault, OBJECT_REVISION, &all);
	size_t named = (size_t)arguments->rest_count;
	Id *ids = calloc(all + named + 1, sizeof *ids);
	if (ids == NULL || drafts == NULL) {
		free(ids);
		return err_memory(err);
	}
	*out = ids;
	for (size_t i = 0; i < named; i++) {
		if (!app_find_draft(&cli->app, sv(arguments->rest[i]), &ids[i], err))
			return false;
		const Entry *entry = vault_entry(cli->app.vault, OBJECT_REVISION, ids[i]);
		if (entry == NULL || !entry->trashed)
			return err_set(err, ERR_USAGE, "%s is not in the trash: `meok rm %s` puts it there first",
				arguments->rest[i], arguments->rest[i]);
	}
	*count = named;
	for (size_t i = 0; named == 0 && i < all; i++)
		if (drafts[i]->trashed)
			ids[(*count)++] = drafts[i]->subject;
	return true;
}

/* What is to go is shown before it is asked for. */
static bool
ask_to_destroy(Cli *cli, const Id *drafts, size_t count, Err *err)
{
	Str answer = {0};
	if (cli->arguments.values[OPT_YES] != NULL)
		return true;
	for (size_t i = 0; i < count; i++) {
		const Entry *entry = vault_entry(cli->app.vault, OBJECT_REVISION, drafts[i]);
		bool titled = entry != NULL && entry->title.len > 0;
		output_note("  %s", titled ? str_c(&entry->title) : _("(no title)"));
	}
	bool ok = input_answer(ngettext("Destroy this draft with its history, for good? Type yes: ",
				       "Destroy these drafts with their history, for good? Type yes: ", count),
		&answer, err);
	StrView word = sv_trim(str_view(&answer));
	if (ok && !unicode_same(word, SV("yes")) && !unicode_same(word, sv(_("yes"))))
		ok = err_set(err, ERR_USAGE, "given up: nothing was changed");
	str_free(&answer);
	return ok;
}

static bool
has_published(Cli *cli, const Id *drafts, size_t count)
{
	size_t publications = 0;
	for (size_t i = 0; i < count && publications == 0; i++)
		vault_draft_publications(cli->app.vault, drafts[i], &publications);
	return publications > 0;
}

static bool
destroy(Cli *cli, Err *err)
{
	Id *drafts = NULL;
	size_t count = 0, done = 0;
	bool ok = choose_drafts(cli, &drafts, &count, err);
	if (ok && count == 0)
		output_note("%s", _("the trash is empty"));
	if (ok && count > 0) {
		bool published = has_published(cli, drafts, count);
		ok = ask_to_destroy(cli, drafts, count, err);
		while (ok && done < count)
			ok = vault_destroy_draft(cli->app.vault, drafts[done], err) && ++done > 0;
		if (done > 0)
			printf(ngettext("%zu draft is destroyed", "%zu drafts are destroyed", done), done);
		if (done > 0)
			printf("\n");
		if (ok && published)
			output_note("%s", _("what blogs have of them stays there"));
	}
	free(drafts);
	return ok;
}

int
command_trash(Cli *cli)
{
	Err err = {0};
	size_t id_length = 0;
	bool ok = true, empty = cli->arguments.values[OPT_EMPTY] != NULL;
	if (cli->arguments.rest_count > 0 && !empty)
		ok = err_set(&err, ERR_USAGE, "drafts are named to destroy them: add --empty, or `meok restore ID`");
	else if (empty)
		ok = destroy(cli, &err);
	else if (cli->arguments.values[OPT_JSON] != NULL)
		ok = print_trash_json(cli, &err);
	else if (app_short_id(&cli->app, &id_length, &err)) {
		if (print_trash(cli, id_length) == 0)
			output_note("%s", _("the trash is empty"));
	} else {
		ok = false;
	}
	return ok ? 0 : output_error(&err);
}
