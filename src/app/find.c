/* Finding drafts, sites and works by what a person types. */
#include "meok/app.h"

#include <stdlib.h>
#include <string.h>

enum { SHORT_ID = 7 };

static bool
has_prefix(Id id, StrView prefix)
{
	char text[ID_TEXT + 1];
	id_format(id, text);
	return sv_starts(sv(text), prefix);
}

static bool
find_latest(App *app, Id *out, Err *err)
{
	size_t count;
	const Entry *const *drafts = vault_entries(app->vault, OBJECT_REVISION, &count);
	for (size_t i = 0; i < count; i++) {
		if (drafts[i]->trashed)
			continue;
		*out = drafts[i]->subject;
		return true;
	}
	return err_set(err, ERR_NOT_FOUND, "there is no draft yet: make one with `meok new`");
}

/* The damaged draft that a prefix means, when no whole one does. */
static bool
find_damaged(App *app, StrView prefix, Id *out)
{
	size_t count;
	const Damage *damage = vault_damage(app->vault, &count);
	for (size_t i = 0; i < count; i++) {
		Id id = id_is_none(damage[i].subject) ? damage[i].object : damage[i].subject;
		if (!id_is_none(id) && has_prefix(id, prefix)) {
			*out = id;
			return true;
		}
	}
	return false;
}

bool
app_find_draft(App *app, StrView prefix, Id *out, Err *err)
{
	if (sv_equal(prefix, SV("@")))
		return find_latest(app, out, err);
	Str shown = str_from(prefix);
	if (!str_ok(&shown, err))
		return false;
	size_t count, hits = 0;
	const Entry *const *drafts = vault_entries(app->vault, OBJECT_REVISION, &count);
	for (size_t i = 0; prefix.len > 0 && i < count; i++) {
		if (!has_prefix(drafts[i]->subject, prefix))
			continue;
		if (hits++ == 0)
			*out = drafts[i]->subject;
	}
	bool ok = hits == 1 || (hits == 0 && prefix.len > 0 && find_damaged(app, prefix, out));
	if (hits > 1)
		err_set(err, ERR_USAGE, "more than one draft begins with %s: type more of its id", str_c(&shown));
	else if (!ok)
		err_set(err, ERR_NOT_FOUND, "no draft begins with %s: `meok list` shows them all", str_c(&shown));
	str_free(&shown);
	return ok;
}

bool
app_find_fragment(App *app, StrView prefix, Id *out, Err *err)
{
	Str shown = str_from(prefix);
	if (!str_ok(&shown, err))
		return false;
	size_t count, hits = 0;
	const Entry *const *fragments = vault_entries(app->vault, OBJECT_FRAGMENT, &count);
	for (size_t i = 0; prefix.len > 0 && i < count; i++)
		if (has_prefix(fragments[i]->subject, prefix) && hits++ == 0)
			*out = fragments[i]->subject;
	if (hits > 1)
		err_set(err, ERR_USAGE, "more than one fragment begins with %s: type more of its id", str_c(&shown));
	else if (hits == 0)
		err_set(err, ERR_NOT_FOUND, "no fragment begins with %s: `meok fragments` shows them all",
			str_c(&shown));
	str_free(&shown);
	return hits == 1;
}

static int
compare_ids(const void *a, const void *b)
{
	return memcmp(a, b, ID_TEXT);
}

bool
app_short_id(App *app, size_t *length, Err *err)
{
	size_t count, most = SHORT_ID;
	const Entry *const *drafts = vault_entries(app->vault, OBJECT_REVISION, &count);
	char(*ids)[ID_TEXT + 1] = calloc(count + 1, sizeof *ids);
	if (ids == NULL)
		return err_memory(err);
	for (size_t i = 0; i < count; i++)
		id_format(drafts[i]->subject, ids[i]);
	qsort(ids, count, sizeof *ids, compare_ids);
	for (size_t i = 1; i < count; i++)
		while (most < ID_TEXT && memcmp(ids[i - 1], ids[i], most) == 0)
			most++;
	free(ids);
	*length = most;
	return true;
}

/* The subject of a kind whose title is the same keyword; fills `names` for the nearest one. */
static bool
find_named(App *app, ObjectKind kind, StrView name, Id *out, StrList *names)
{
	size_t count;
	const Entry *const *entries = vault_entries(app->vault, kind, &count);
	for (size_t i = 0; i < count; i++) {
		if (entries[i]->trashed)
			continue;
		if (unicode_same(str_view(&entries[i]->title), name)) {
			*out = entries[i]->subject;
			return true;
		}
		list_append(names, str_view(&entries[i]->title));
	}
	return false;
}

bool
app_find_site(App *app, StrView name, Id *out, Err *err)
{
	StrList names = {0};
	Str shown = str_from(name);
	bool ok = find_named(app, OBJECT_SITE, name, out, &names);
	StrView nearest = list_nearest(&names, name);
	if (!ok && nearest.len > 0)
		err_set(err, ERR_NOT_FOUND, "there is no site %s: did you mean %s?", str_c(&shown), nearest.ptr);
	else if (!ok)
		err_set(err, ERR_NOT_FOUND,
			"there is no site %s: `meok site list` shows them, `meok site add` adds one", str_c(&shown));
	str_free(&shown);
	list_free(&names);
	return ok;
}

bool
app_find_work(App *app, StrView name, Id *out, Err *err)
{
	StrList names = {0};
	Str shown = str_from(name);
	bool ok = find_named(app, OBJECT_WORK, name, out, &names);
	StrView nearest = list_nearest(&names, name);
	if (!ok && nearest.len > 0)
		err_set(err, ERR_NOT_FOUND, "there is no work %s: did you mean %s?", str_c(&shown), nearest.ptr);
	else if (!ok)
		err_set(err, ERR_NOT_FOUND, "there is no work %s: `meok set ID --work NAME` makes one", str_c(&shown));
	str_free(&shown);
	list_free(&names);
	return ok;
}

StrView
app_site_name(App *app, Id site)
{
	const Entry *entry = vault_entry(app->vault, OBJECT_SITE, site);
	return entry == NULL || entry->trashed ? (StrView){NULL, 0} : str_view(&entry->title);
}

StrView
app_work_name(App *app, Id work)
{
	const Entry *entry = vault_entry(app->vault, OBJECT_WORK, work);
	return entry == NULL ? (StrView){NULL, 0} : str_view(&entry->title);
}
