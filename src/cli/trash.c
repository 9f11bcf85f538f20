/* Into the trash, out of it, and out of the world: rm, restore, trash. */
#include "cli.h"

#include <stdio.h>
#include <stdlib.h>

/* A draft or a fragment. */
typedef struct Thing {
	Id id;
	bool is_fragment;
} Thing;

static bool
find_thing(Cli *cli, const char *word, Thing *out, Err *err)
{
	Err no_draft = {0}, no_fragment = {0};
	Id draft, fragment;
	bool is_draft = app_find_draft(&cli->app, sv(word), &draft, &no_draft);
	bool is_fragment = app_find_fragment(&cli->app, sv(word), &fragment, &no_fragment);
	/* Of one that is damaged both say that it is theirs. */
	if (is_draft && is_fragment && !id_equal(draft, fragment))
		return err_set(err, ERR_USAGE, "a draft and a fragment begin with %s: type more of its id", word);
	if (!is_draft && !is_fragment) {
		*err = no_fragment.kind == ERR_USAGE ? no_fragment : no_draft;
		return false;
	}
	*out = (Thing){is_fragment ? fragment : draft, is_fragment};
	return true;
}

static const Entry *
entry_of(Cli *cli, const Thing *thing)
{
	return vault_entry(cli->app.vault, thing->is_fragment ? OBJECT_FRAGMENT : OBJECT_REVISION, thing->id);
}

static const char *
title_of(const Entry *entry)
{
	if (entry != NULL && entry->title.len > 0)
		return str_c(&entry->title);
	return entry != NULL && entry->kind == OBJECT_FRAGMENT ? _("(no name)") : _("(no title)");
}

/* ---- rm, restore */

/* All are looked up before the first is touched: a slip in the last id changes nothing. */
int
command_rm(Cli *cli)
{
	Err err = {0};
	Thing thing;
	bool ok = true;
	for (int i = 0; ok && i < cli->arguments.rest_count; i++)
		ok = find_thing(cli, cli->arguments.rest[i], &thing, &err);
	for (int i = 0; ok && i < cli->arguments.rest_count; i++)
		ok = find_thing(cli, cli->arguments.rest[i], &thing, &err) &&
		     (thing.is_fragment ? vault_remove_fragment(cli->app.vault, thing.id, &err)
					: vault_trash_draft(cli->app.vault, thing.id, &err));
	return ok ? 0 : output_error(&err);
}

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
	Thing thing;
	bool ok = find_thing(cli, cli->arguments.rest[0], &thing, &err) &&
		  (thing.is_fragment ? vault_restore_fragment(cli->app.vault, thing.id, &err)
				     : vault_restore_draft(cli->app.vault, thing.id, &err));
	return ok ? 0 : output_error(&err);
}

/* ---- trash */

static const ObjectKind KINDS[] = {OBJECT_REVISION, OBJECT_FRAGMENT};
enum { KIND_LEN = sizeof KINDS / sizeof KINDS[0] };

static size_t
print_trash(Cli *cli, ObjectKind kind, size_t id_length)
{
	size_t count, trashed = 0;
	const Entry *const *entries = vault_entries(cli->app.vault, kind, &count);
	for (size_t i = 0; i < count; i++) {
		if (!entries[i]->trashed)
			continue;
		char id[ID_TEXT + 1];
		Str minute = {0};
		id_format(entries[i]->subject, id);
		time_minute(entries[i]->trashed_ms, &minute);
		printf("%.*s  %s  ", (int)id_length, id, str_c(&minute));
		output_text(sv(title_of(entries[i])), SAFE_ONE_LINE);
		if (kind == OBJECT_FRAGMENT)
			printf("  · %s", _("fragment"));
		printf("\n");
		str_free(&minute);
		trashed++;
	}
	return trashed;
}

static Json *
trash_rows(Cli *cli, ObjectKind kind)
{
	size_t count;
	const Entry *const *entries = vault_entries(cli->app.vault, kind, &count);
	Json *rows = json_new_array();
	for (size_t i = 0; i < count; i++) {
		if (!entries[i]->trashed)
			continue;
		Json *row = json_new_object();
		output_put_id(row, "id", entries[i]->subject);
		json_put_text(row, "title", str_view(&entries[i]->title));
		json_put_number(row, "characters", entries[i]->characters);
		output_put_time(row, "trashed", entries[i]->trashed_ms);
		json_put(rows, NULL, row);
	}
	return rows;
}

static bool
print_trash_json(Cli *cli, Err *err)
{
	Json *root = json_new_object();
	json_put(root, "drafts", trash_rows(cli, OBJECT_REVISION));
	json_put(root, "fragments", trash_rows(cli, OBJECT_FRAGMENT));
	return output_json(root, err);
}

typedef struct Things {
	Thing *items;
	size_t len, cap, fragments;
} Things;

static bool
add_thing(Things *things, Thing thing, Err *err)
{
	Thing *grown = array_grow(things->items, things->len, &things->cap, sizeof *grown);
	if (grown == NULL)
		return err_memory(err);
	things->items = grown;
	grown[things->len++] = thing;
	things->fragments += thing.is_fragment;
	return true;
}

static bool
take_named(Cli *cli, Things *out, Err *err)
{
	const Arguments *arguments = &cli->arguments;
	bool ok = true;
	for (int i = 0; ok && i < arguments->rest_count; i++) {
		const char *word = arguments->rest[i];
		Thing thing;
		ok = find_thing(cli, word, &thing, err);
		const Entry *entry = ok ? entry_of(cli, &thing) : NULL;
		if (ok && (entry == NULL || !entry->trashed))
			ok = err_set(
				err, ERR_USAGE, "%s is not in the trash: `meok rm %s` puts it there first", word, word);
		ok = ok && add_thing(out, thing, err);
	}
	return ok;
}

static bool
take_all(Cli *cli, Things *out, Err *err)
{
	bool ok = true;
	for (size_t k = 0; ok && k < KIND_LEN; k++) {
		size_t count;
		const Entry *const *entries = vault_entries(cli->app.vault, KINDS[k], &count);
		ok = entries != NULL || err_memory(err);
		for (size_t i = 0; ok && i < count; i++)
			if (entries[i]->trashed)
				ok = add_thing(out, (Thing){entries[i]->subject, KINDS[k] == OBJECT_FRAGMENT}, err);
	}
	return ok;
}

static const char *
question(const Things *things)
{
	if (things->fragments == 0)
		return ngettext("Destroy this draft with its history, for good? Type yes: ",
			"Destroy these drafts with their history, for good? Type yes: ", things->len);
	return ngettext("Destroy this for good? Type yes: ", "Destroy these for good? Type yes: ", things->len);
}

/* What is to go is shown before it is asked for. */
static bool
ask_to_destroy(Cli *cli, const Things *things, Err *err)
{
	Str answer = {0};
	if (cli->arguments.values[OPT_YES] != NULL)
		return true;
	for (size_t i = 0; i < things->len; i++)
		output_note("  %s", title_of(entry_of(cli, &things->items[i])));
	bool ok = input_answer(question(things), &answer, err);
	StrView word = sv_trim(str_view(&answer));
	if (ok && !unicode_same(word, SV("yes")) && !unicode_same(word, sv(_("yes"))))
		ok = err_set(err, ERR_USAGE, "given up: nothing was changed");
	str_free(&answer);
	return ok;
}

static bool
has_published(Cli *cli, const Things *things)
{
	size_t publications = 0;
	for (size_t i = 0; i < things->len && publications == 0; i++)
		vault_draft_publications(cli->app.vault, things->items[i].id, &publications);
	return publications > 0;
}

/* Says how many went, also when another one did not. */
static bool
destroy_all(Cli *cli, const Things *things, Err *err)
{
	size_t drafts = 0, fragments = 0;
	bool ok = true;
	for (size_t i = 0; ok && i < things->len; i++) {
		const Thing *thing = &things->items[i];
		ok = thing->is_fragment ? vault_destroy_fragment(cli->app.vault, thing->id, err)
					: vault_destroy_draft(cli->app.vault, thing->id, err);
		drafts += ok && !thing->is_fragment;
		fragments += ok && thing->is_fragment;
	}
	if (drafts > 0) {
		printf(ngettext("%zu draft is destroyed", "%zu drafts are destroyed", drafts), drafts);
		printf("\n");
	}
	if (fragments > 0) {
		printf(ngettext("%zu fragment is destroyed", "%zu fragments are destroyed", fragments), fragments);
		printf("\n");
	}
	return ok;
}

static bool
destroy(Cli *cli, Err *err)
{
	Things things = {0};
	bool ok = cli->arguments.rest_count > 0 ? take_named(cli, &things, err) : take_all(cli, &things, err);
	if (ok && things.len == 0)
		output_note("%s", _("the trash is empty"));
	if (ok && things.len > 0) {
		bool published = has_published(cli, &things);
		ok = ask_to_destroy(cli, &things, err) && destroy_all(cli, &things, err);
		if (ok && published)
			output_note("%s", _("what blogs have of them stays there"));
	}
	free(things.items);
	return ok;
}

int
command_trash(Cli *cli)
{
	Err err = {0};
	size_t id_length = 0, shown = 0;
	bool ok = true, empty = cli->arguments.values[OPT_EMPTY] != NULL;
	if (cli->arguments.rest_count > 0 && !empty)
		ok = err_set(&err, ERR_USAGE, "drafts are named to destroy them: add --empty, or `meok restore ID`");
	else if (empty)
		ok = destroy(cli, &err);
	else if (cli->arguments.values[OPT_JSON] != NULL)
		ok = print_trash_json(cli, &err);
	else if (app_short_id(&cli->app, &id_length, &err)) {
		for (size_t k = 0; k < KIND_LEN; k++)
			shown += print_trash(cli, KINDS[k], id_length);
		if (shown == 0)
			output_note("%s", _("the trash is empty"));
	} else {
		ok = false;
	}
	return ok ? 0 : output_error(&err);
}
