/* Former revisions: found by what a person types, and brought back. */
#include "meok/app.h"

#include <stdlib.h>

enum { SHORT_ID = 7 };

static bool
has_prefix(Id id, StrView prefix)
{
	char text[ID_TEXT + 1];
	id_format(id, text);
	return prefix.len > 0 && sv_starts(sv(text), prefix);
}

bool
app_find_revision(App *app, Id draft, StrView prefix, Id *out, Err *err)
{
	RevisionEntry *entries = NULL;
	size_t count = 0, hits = 0;
	char id[ID_TEXT + 1];
	Str shown = str_from(prefix);
	bool ok = str_ok(&shown, err) && vault_history(app->vault, draft, &entries, &count, err);
	for (size_t i = 0; ok && i < count; i++) {
		if (!has_prefix(entries[i].object, prefix))
			continue;
		if (hits++ == 0)
			*out = entries[i].object;
	}
	free(entries);
	id_format(draft, id);
	if (ok && hits > 1)
		ok = err_set(
			err, ERR_USAGE, "more than one revision begins with %s: type more of its id", str_c(&shown));
	else if (ok && hits == 0)
		ok = err_set(err, ERR_NOT_FOUND, "the draft has no revision %s: `meok log %s` shows them all",
			str_c(&shown), id);
	str_free(&shown);
	return ok;
}

size_t
revisions_short_id(const RevisionEntry *entries, size_t count)
{
	size_t most = SHORT_ID;
	char(*ids)[ID_TEXT + 1] = calloc(count + 1, sizeof *ids);
	if (ids == NULL)
		return ID_TEXT;
	for (size_t i = 0; i < count; i++)
		id_format(entries[i].object, ids[i]);
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < i; k++)
			while (most < ID_TEXT && sv_equal((StrView){ids[i], most}, (StrView){ids[k], most}))
				most++;
	free(ids);
	return most;
}

bool
app_find_sound(App *app, Id draft, RevisionEntry *out, Err *err)
{
	RevisionEntry *entries = NULL;
	size_t count = 0, at = 0;
	if (!vault_history(app->vault, draft, &entries, &count, err))
		return false;
	for (; at < count; at++) {
		Revision read = {0};
		bool sound = vault_load_revision(app->vault, entries[at].object, &read, NULL);
		revision_free(&read);
		if (sound)
			break;
	}
	bool ok = at < count;
	if (ok)
		*out = entries[at];
	else
		err_set(err, ERR_DAMAGED,
			"no earlier revision of the draft can be read: bring its files back from a backup");
	free(entries);
	return ok;
}

bool
app_bring_back(App *app, Id draft, Id revision, bool *same, Err *err)
{
	Revision then = {0}, now = {0};
	Err why = {0};
	bool ok = vault_load_revision(app->vault, revision, &then, err);
	if (ok && vault_load_draft(app->vault, draft, &now, &why)) {
		Id head = now.object;
		str_move(&now.title, &then.title);
		str_move(&now.subtitle, &then.subtitle);
		str_move(&now.body, &then.body);
		now.automatic = false;
		ok = vault_save_draft(app->vault, &now, err);
		*same = ok && id_equal(now.object, head);
	} else if (ok && why.kind == ERR_DAMAGED) {
		then.automatic = *same = false;
		ok = vault_save_draft(app->vault, &then, err);
	} else if (ok) {
		*err = why;
		ok = false;
	}
	revision_free(&then);
	revision_free(&now);
	return ok;
}
