/* Searching the fragments: there are few and they are short, so they are read where the search runs, and once. */
#include "fragment_look.h"

#include <stdlib.h>
#include <string.h>

enum { COUNTED = 1000 };

typedef struct Thought {
	Id id;
	int64_t time_ms;
	Str title, text; /* as lists show it; all of it */
} Thought;

struct FragmentLook {
	Thought *items; /* sorted by id */
	size_t len;
};

static void
free_thoughts(Thought *thoughts, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		str_wipe(&thoughts[i].title);
		str_wipe(&thoughts[i].text);
	}
	free(thoughts);
}

FragmentLook *
fragment_look_new(Err *err)
{
	FragmentLook *look = calloc(1, sizeof *look);
	if (look == NULL)
		err_memory(err);
	return look;
}

void
fragment_look_free(FragmentLook *look)
{
	if (look == NULL)
		return;
	free_thoughts(look->items, look->len);
	free(look);
}

void
fragment_hits_free(FragmentHits *hits)
{
	for (size_t i = 0; i < hits->len; i++)
		str_wipe(&hits->items[i].snippet);
	free(hits->items);
	*hits = (FragmentHits){0};
}

/* ---- Their texts */

static int
compare_ids(const void *a, const void *b)
{
	const Thought *x = a, *y = b;
	return id_compare(x->id, y->id);
}

/* The cards first: reading a text may void them. Pictures have no characters. */
static Thought *
list_thoughts(App *app, size_t *len, bool **has_text, Err *err)
{
	size_t count;
	const Entry *const *entries = vault_entries(app->vault, OBJECT_FRAGMENT, &count);
	Thought *thoughts = calloc(count + 1, sizeof *thoughts);
	*has_text = calloc(count + 1, sizeof **has_text);
	bool ok = (entries != NULL && thoughts != NULL && *has_text != NULL) || err_memory(err);
	*len = 0;
	for (size_t i = 0; ok && i < count; i++) {
		if (entries[i]->trashed)
			continue;
		Thought *thought = &thoughts[*len];
		(*has_text)[(*len)++] = entries[i]->characters > 0;
		*thought = (Thought){.id = entries[i]->subject,
			.time_ms = entries[i]->changed_ms,
			.title = str_from(str_view(&entries[i]->title))};
		ok = str_ok(&thought->title, err);
	}
	if (ok)
		return thoughts;
	free_thoughts(thoughts, *len);
	free(*has_text);
	return NULL;
}

/* A fragment never changes: what was read of it stands. */
static void
take_text(FragmentLook *look, App *app, Thought *thought)
{
	Thought *known = look->len > 0 ? bsearch(thought, look->items, look->len, sizeof *thought, compare_ids) : NULL;
	Fragment fragment = {0};
	if (known != NULL && known->text.len > 0)
		str_move(&thought->text, &known->text);
	else if (vault_load_fragment(app->vault, thought->id, &fragment, NULL))
		str_move(&thought->text, &fragment.text);
	fragment_free(&fragment);
}

static bool
read_all(FragmentLook *look, App *app, Err *err)
{
	size_t len;
	bool *has_text;
	Thought *thoughts = list_thoughts(app, &len, &has_text, err);
	if (thoughts == NULL)
		return false;
	for (size_t i = 0; i < len; i++)
		if (has_text[i])
			take_text(look, app, &thoughts[i]);
	free(has_text);
	if (len > 1)
		qsort(thoughts, len, sizeof *thoughts, compare_ids);
	free_thoughts(look->items, look->len);
	look->items = thoughts;
	look->len = len;
	return true;
}

/* ---- The words in them */

static bool
find_words(const Thought *thought, const Needle *words, size_t count, FragmentHit *hit, bool *found)
{
	*found = true;
	for (size_t i = 0; *found && i < count; i++) {
		NeedleHits title, text;
		if (!needle_find(&words[i], str_view(&thought->title), COUNTED, &title) ||
			!needle_find(&words[i], str_view(&thought->text), COUNTED, &text))
			return false;
		hit->count += text.count > 0 ? text.count : title.count;
		*found = title.count + text.count > 0;
		if (title.count == 0 && text.count > 0 && hit->snippet.len == 0)
			look_snippet(str_view(&thought->text), &text, &hit->snippet);
	}
	if (!*found)
		str_wipe(&hit->snippet);
	return !hit->snippet.failed;
}

static int
newest_first(const void *a, const void *b)
{
	const FragmentHit *x = a, *y = b;
	if (x->time_ms != y->time_ms)
		return x->time_ms > y->time_ms ? -1 : 1;
	return id_compare(x->fragment, y->fragment);
}

static bool
find_all(const FragmentLook *look, const LookQuery *query, FragmentHits *out, Err *err)
{
	size_t count = query->words.len;
	Needle *words = calloc(count, sizeof *words);
	out->items = calloc(look->len + 1, sizeof *out->items);
	bool ok = (words != NULL && out->items != NULL) || err_memory(err);
	for (size_t i = 0; ok && i < count; i++)
		needle_make(&words[i], str_view(&query->words.items[i]), query->folds);
	for (size_t i = 0; ok && i < look->len; i++) {
		const Thought *thought = &look->items[i];
		FragmentHit *hit = &out->items[out->len];
		bool found = false;
		*hit = (FragmentHit){.fragment = thought->id, .time_ms = thought->time_ms};
		ok = find_words(thought, words, count, hit, &found) || err_memory(err);
		if (ok && found)
			out->len++;
		else
			str_wipe(&hit->snippet);
	}
	if (out->len > 1)
		qsort(out->items, out->len, sizeof *out->items, newest_first);
	if (words != NULL)
		explicit_bzero(words, count * sizeof *words);
	free(words);
	return ok;
}

bool
fragment_look_find(FragmentLook *look, App *app, StrView typed, FragmentHits *out, Err *err)
{
	LookQuery query = {0};
	FragmentHits hits = {0};
	bool ok = look_parse(typed, &query, err);
	bool none = query.words.len == 0 || query.keywords.len > 0 || query.sites.len > 0 || query.works.len > 0 ||
		    query.has_state;
	if (ok && !none)
		ok = read_all(look, app, err) && find_all(look, &query, &hits, err);
	look_query_free(&query);
	fragment_hits_free(ok ? out : &hits);
	if (ok)
		*out = hits;
	return ok;
}

bool
app_look_fragments(App *app, StrView query, FragmentHits *out, Err *err)
{
	FragmentLook *look = fragment_look_new(err);
	bool ok = look != NULL && fragment_look_find(look, app, query, out, err);
	fragment_look_free(look);
	return ok;
}
