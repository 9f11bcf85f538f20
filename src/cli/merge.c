/* Drafts that were changed in two places, made one again. */
#include "cli.h"

#include <stdio.h>
#include <stdlib.h>

static StrView
title_of(Cli *cli, Id draft)
{
	const Entry *entry = vault_entry(cli->app.vault, OBJECT_REVISION, draft);
	return entry != NULL && entry->title.len > 0 ? str_view(&entry->title) : sv(_("(no title)"));
}

void
merge_note_texts(Cli *cli, Id draft)
{
	char id[ID_TEXT + 1];
	if (vault_newest_is_missing(cli->app.vault, draft))
		output_note("%s", _("a newer text of this draft was here and is missing: `meok check` tells more"));
	if (!vault_is_split(cli->app.vault, draft))
		return;
	id_format(draft, id);
	output_note(_("this draft was changed in two places: `meok merge %s` makes it one again"), id);
}

/* What contradicts goes to standard output, what is to be done to standard error. */
static bool
show_apart(Cli *cli, Id draft, const Join *join, Err *err)
{
	Str text = {0};
	SafeText title = safe_text(title_of(cli, draft), SAFE_ONE_LINE);
	bool ok = join_diff3(join, &text, err);
	if (ok) {
		output_text(str_view(&text), SAFE_KEEP_NEWLINES);
		err_set(err, ERR_CONFLICT, "%s was changed in the same place twice: open it in the editor and choose",
			str_c(&title.text));
	}
	safe_free(&title);
	str_wipe(&text);
	return false;
}

static bool
merge_one(Cli *cli, Id draft, Err *err)
{
	Joined joined;
	if (!app_join_heads(&cli->app, draft, &joined, err))
		return false;
	if (joined.merged > 0) {
		output_text(title_of(cli, draft), SAFE_ONE_LINE);
		printf(": %s\n", _("merged"));
	}
	bool ok = !joined.apart || show_apart(cli, draft, &joined.join, err);
	joined_free(&joined);
	return ok;
}

/* All drafts that are split: their ids, because a save makes the list invalid. */
static bool
find_split(Cli *cli, Id **out, size_t *count, Err *err)
{
	size_t all;
	const Entry *const *drafts = vault_entries(cli->app.vault, OBJECT_REVISION, &all);
	Id *ids = calloc(all + 1, sizeof *ids);
	if (drafts == NULL || ids == NULL) {
		free(ids);
		return err_memory(err);
	}
	*count = 0;
	for (size_t i = 0; i < all; i++)
		if (!drafts[i]->trashed && vault_is_split(cli->app.vault, drafts[i]->subject))
			ids[(*count)++] = drafts[i]->subject;
	*out = ids;
	return true;
}

static bool
find_named(Cli *cli, Id **out, size_t *count, Err *err)
{
	Id *ids = calloc((size_t)cli->arguments.rest_count + 1, sizeof *ids);
	bool ok = ids != NULL || err_memory(err);
	*count = 0;
	for (int i = 0; ok && i < cli->arguments.rest_count; i++)
		ok = app_find_draft(&cli->app, sv(cli->arguments.rest[i]), &ids[(*count)++], err);
	*out = ids;
	return ok;
}

int
command_merge(Cli *cli)
{
	Err err = {0};
	Id *ids = NULL;
	size_t count = 0;
	int code = 0;
	bool ok = cli->arguments.rest_count > 0 ? find_named(cli, &ids, &count, &err)
						: find_split(cli, &ids, &count, &err);
	if (!ok)
		code = output_error(&err);
	/* One that cannot be merged does not keep the others from it. */
	for (size_t i = 0; ok && i < count; i++)
		if (!merge_one(cli, ids[i], &err))
			code = output_error(&err);
	free(ids);
	return code;
}
