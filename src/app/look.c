/* Full-text search: which drafts a query may find by their cards, and which of those have its words. */
#include "look.h"

#include <stdlib.h>
#include <string.h>

enum { COUNTED = 1000, SNIPPET_BEFORE = 60, SNIPPET_BYTES = 400, BEFORE = 14, CLUSTERS = 64 };

/* What was found in one text; of a draft that is split there are several. */
typedef struct Found {
	size_t in_title, count;
	Str snippet;
	bool hit;
} Found;

struct Look {
	Sweep *sweep;
	LookQuery query;
	Needle *words;
	Found *found; /* for each place of the sweep */
	size_t len;
	bool keeps;  /* texts, so that an excerpt is made when it is asked for */
	Id *fitting; /* sorted */
	size_t fitting_count;
	bool all_but; /* those are the ones that do not fit: what is said of the cards leaves out the trash alone */
	atomic_bool stop;
	atomic_bool failed; /* memory ran out */
};

Look *
look_new(size_t keep, Err *err)
{
	Look *look = calloc(1, sizeof *look);
	Sweep *sweep = look == NULL ? NULL : sweep_new(keep, err);
	if (sweep == NULL) {
		free(look);
		err_memory(err);
		return NULL;
	}
	look->sweep = sweep;
	look->keeps = keep > 0;
	return look;
}

static void
clear(Look *look)
{
	for (size_t i = 0; i < look->len; i++)
		str_wipe(&look->found[i].snippet);
	free(look->found);
	look->found = NULL;
	look->len = 0;
	if (look->words != NULL)
		explicit_bzero(look->words, look->query.words.len * sizeof *look->words);
	free(look->words);
	look->words = NULL;
	look_query_free(&look->query);
	free(look->fitting);
	look->fitting = NULL;
	look->fitting_count = 0;
	look->all_but = false;
}

void
look_free(Look *look)
{
	if (look == NULL)
		return;
	clear(look);
	sweep_free(look->sweep);
	free(look);
}

/* ---- By the cards */

static int
compare_ids(const void *a, const void *b)
{
	return id_compare(*(const Id *)a, *(const Id *)b);
}

static bool
has_id(const Id *sorted, size_t count, Id id)
{
	return count > 0 && bsearch(&id, sorted, count, sizeof id, compare_ids) != NULL;
}

typedef struct Ids {
	Id *items;
	size_t len, cap;
} Ids;

static bool
add_id(Ids *ids, Id id, Err *err)
{
	Id *grown = array_grow(ids->items, ids->len, &ids->cap, sizeof *grown);
	if (grown == NULL)
		return err_memory(err);
	ids->items = grown;
	ids->items[ids->len++] = id;
	return true;
}

static void
sort_ids(Ids *ids)
{
	if (ids->len > 1)
		qsort(ids->items, ids->len, sizeof *ids->items, compare_ids);
}

static bool
has_part(StrView name, const StrList *parts)
{
	for (size_t i = 0; i < parts->len; i++)
		if (sv_find(name, str_view(&parts->items[i]), 0) != SIZE_MAX)
			return true;
	return false;
}

/* The works or sites that a part of a name means. */
static bool
take_named(Vault *vault, ObjectKind kind, const StrList *parts, Ids *out, Err *err)
{
	size_t count;
	const Entry *const *entries = vault_entries(vault, kind, &count);
	bool ok = entries != NULL || err_memory(err);
	for (size_t i = 0; ok && i < count && parts->len > 0; i++) {
		Str name = {0};
		ok = look_name(str_view(&entries[i]->title), &name, err);
		if (ok && has_part(str_view(&name), parts))
			ok = add_id(out, entries[i]->subject, err);
		str_free(&name);
	}
	sort_ids(out);
	return ok;
}

/* Drafts that were sent to one of these sites. */
static bool
take_sent(Vault *vault, const Ids *sites, Ids *out, Err *err)
{
	size_t count;
	const Entry *const *entries = vault_entries(vault, OBJECT_PUBLICATION, &count);
	bool ok = entries != NULL || err_memory(err);
	for (size_t i = 0; ok && i < count && sites->len > 0; i++)
		if (has_id(sites->items, sites->len, entries[i]->site))
			ok = add_id(out, entries[i]->draft, err);
	sort_ids(out);
	return ok;
}

/* What the cards are asked. */
typedef struct Wanted {
	Ids works, sites, sent;
} Wanted;

static bool
fits(const LookQuery *query, const Wanted *wanted, const Entry *entry)
{
	if (query->works.len > 0 && !has_id(wanted->works.items, wanted->works.len, entry->work))
		return false;
	return query->sites.len == 0 || has_id(wanted->sites.items, wanted->sites.len, entry->site) ||
	       has_id(wanted->sent.items, wanted->sent.len, entry->subject);
}

/* A state that cannot be read fits whatever is not sure either. */
static bool
state_fits(App *app, const LookQuery *query, Id draft, bool *out, Err *err)
{
	DraftState state = STATE_UNKNOWN;
	Err why = {0};
	const Entry *entry = vault_entry(app->vault, OBJECT_REVISION, draft);
	if (entry != NULL && !app_draft_state(app, entry, &state, &why)) {
		state = STATE_UNKNOWN;
		if (why.kind != ERR_DAMAGED && why.kind != ERR_NOT_FOUND) {
			if (err != NULL)
				*err = why;
			return false;
		}
	}
	*out = entry != NULL && (query->states >> state & 1) != 0;
	return true;
}

/* Only those of which everything else fits are asked for their state: that may open records. */
static bool
keep_by_state(App *app, const LookQuery *query, Ids *ids, Err *err)
{
	size_t kept = 0;
	bool ok = true;
	for (size_t i = 0; ok && i < ids->len; i++) {
		bool keep = false;
		ok = state_fits(app, query, ids->items[i], &keep, err);
		if (keep)
			ids->items[kept++] = ids->items[i];
	}
	ids->len = kept;
	return ok;
}

static bool
choose(Look *look, App *app, Err *err)
{
	const LookQuery *query = &look->query;
	Wanted wanted = {0};
	Ids ids = {0};
	size_t count = 0;
	look->all_but = query->works.len == 0 && query->sites.len == 0 && !query->has_state;
	bool ok = take_named(app->vault, OBJECT_WORK, &query->works, &wanted.works, err) &&
		  take_named(app->vault, OBJECT_SITE, &query->sites, &wanted.sites, err) &&
		  take_sent(app->vault, &wanted.sites, &wanted.sent, err);
	const Entry *const *entries = ok ? vault_entries(app->vault, OBJECT_REVISION, &count) : NULL;
	ok = ok && (entries != NULL || err_memory(err));
	for (size_t i = 0; ok && i < count; i++) {
		bool trashed = entries[i]->trashed && !query->has_state;
		if (look->all_but ? trashed : !trashed && fits(query, &wanted, entries[i]))
			ok = add_id(&ids, entries[i]->subject, err);
	}
	if (ok && query->has_state)
		ok = keep_by_state(app, query, &ids, err);
	sort_ids(&ids);
	free(wanted.works.items);
	free(wanted.sites.items);
	free(wanted.sent.items);
	look->fitting = ids.items;
	look->fitting_count = ids.len;
	return ok;
}

bool
look_fits(const Look *look, Id draft)
{
	return has_id(look->fitting, look->fitting_count, draft) != look->all_but;
}

bool
look_is_done(const Look *look)
{
	return look->query.words.len == 0 && look->query.keywords.len == 0;
}

static bool
make_words(Look *look, Err *err)
{
	const StrList *words = &look->query.words;
	look->words = calloc(words->len + 1, sizeof *look->words);
	if (look->words == NULL)
		return err_memory(err);
	for (size_t i = 0; i < words->len; i++)
		needle_make(&look->words[i], str_view(&words->items[i]), look->query.folds);
	return true;
}

bool
look_begin(Look *look, App *app, StrView typed, Err *err)
{
	clear(look);
	atomic_store(&look->stop, false);
	atomic_store(&look->failed, false);
	/* Which drafts fit comes first: opening a record may void what the sweep lists. */
	bool ok = look_parse(typed, &look->query, err) && make_words(look, err) && choose(look, app, err) &&
		  sweep_list(look->sweep, app->vault, err);
	size_t count = ok ? sweep_count(look->sweep) : 0;
	look->found = calloc(count + 1, sizeof *look->found);
	if (look->found == NULL)
		return ok && err_memory(err);
	look->len = count;
	for (size_t i = 0; i < count; i++)
		sweep_want(look->sweep, i, look_fits(look, *sweep_draft(look->sweep, i)));
	return ok;
}

/* ---- By the texts */

static bool
has_keyword(const SweepText *text, StrView wanted, bool *found)
{
	size_t at = 0;
	StrView keyword;
	bool ok = true;
	while (ok && !*found && sweep_keyword(text, &at, &keyword)) {
		Str name = {0};
		ok = look_name(keyword, &name, NULL);
		*found = ok && sv_starts(str_view(&name), wanted);
		str_free(&name);
	}
	return ok;
}

static bool
has_keywords(const SweepText *text, const StrList *wanted, bool *found)
{
	bool ok = true;
	*found = true;
	for (size_t i = 0; ok && *found && i < wanted->len; i++) {
		*found = false;
		ok = has_keyword(text, str_view(&wanted->items[i]), found);
	}
	return ok;
}

void
look_snippet(StrView text, const NeedleHits *hits, Str *out)
{
	size_t from = hits->at > SNIPPET_BEFORE ? hits->at - SNIPPET_BEFORE : 0;
	while (from < hits->at && ((uint8_t)text.ptr[from] & 0xC0) == 0x80)
		from++;
	StrView part = sv_slice(text, from, from + SNIPPET_BYTES);
	size_t begin = hits->at - from, end = begin, clusters = 0;
	for (; begin > 0 && clusters < BEFORE; clusters++)
		begin = cluster_prev(part, begin);
	for (; end < part.len && clusters < CLUSTERS; clusters++)
		end = cluster_next(part, end);
	/* The last one may have been cut with the part. */
	if (end == part.len && from + part.len < text.len)
		end = cluster_prev(part, end);
	if (from + begin > 0)
		str_append_c(out, "…");
	bool blank = true;
	for (size_t i = begin; i < end; i++) {
		bool is_blank = part.ptr[i] == ' ' || part.ptr[i] == '\n' || part.ptr[i] == '\t';
		if (!is_blank || !blank)
			str_append_byte(out, is_blank ? ' ' : part.ptr[i]);
		blank = is_blank;
	}
	if (from + end < text.len)
		str_append_c(out, "…");
}

static bool
count_keywords(const SweepText *text, const Needle *word, size_t *count)
{
	size_t at = 0;
	StrView keyword;
	NeedleHits hits;
	while (sweep_keyword(text, &at, &keyword)) {
		if (!needle_find(word, keyword, COUNTED, &hits))
			return false;
		*count += hits.count;
	}
	return true;
}

/* One word in all of a text. */
static bool
find_word(const SweepText *text, const Needle *word, bool excerpt, Found *found, bool *there)
{
	NeedleHits title, subtitle, body;
	size_t in_keywords = 0;
	if (!needle_find(word, text->title, 1, &title) || !needle_find(word, text->subtitle, COUNTED, &subtitle) ||
		!needle_find(word, text->body, COUNTED, &body) || !count_keywords(text, word, &in_keywords))
		return false;
	size_t count = subtitle.count + body.count + in_keywords;
	*there = title.count + count > 0;
	found->in_title += title.count;
	found->count += count;
	if (!excerpt)
		return true;
	if (found->snippet.len == 0 && body.count > 0)
		look_snippet(text->body, &body, &found->snippet);
	else if (found->snippet.len == 0 && subtitle.count > 0)
		look_snippet(text->subtitle, &subtitle, &found->snippet);
	return !found->snippet.failed;
}

static bool
find_all(const Look *look, const SweepText *text, bool excerpt, Found *found)
{
	bool there = true;
	bool ok = has_keywords(text, &look->query.keywords, &there);
	for (size_t i = 0; ok && there && i < look->query.words.len; i++)
		ok = find_word(text, &look->words[i], excerpt, found, &there);
	found->hit = ok && there;
	if (!found->hit)
		str_wipe(&found->snippet);
	return ok;
}

static void
visit(void *data, size_t at, const SweepText *text)
{
	Look *look = data;
	if (!find_all(look, text, !look->keeps, &look->found[at]))
		atomic_store(&look->failed, true);
}

void
look_read(Look *look)
{
	sweep_run(look->sweep, &look->stop, NULL, NULL);
}

void
look_work(Look *look)
{
	if (!look_is_done(look))
		sweep_run(look->sweep, &look->stop, visit, look);
}

void
look_stop(Look *look)
{
	atomic_store(&look->stop, true);
}

/* ---- What was found */

/* A text that was replaced while the others were read. */
static bool
read_again(Look *look, App *app, size_t at, bool *done, Err *err)
{
	Err why = {0};
	*done = sweep_again(look->sweep, app->vault, at, visit, look, &why);
	if (*done || why.kind == ERR_DAMAGED || why.kind == ERR_NOT_FOUND)
		return !atomic_load(&look->failed) || err_memory(err);
	if (err != NULL)
		*err = why;
	return false;
}

static int
compare_drafts(const void *a, const void *b)
{
	const LookHit *x = a, *y = b;
	int order = id_compare(x->draft, y->draft);
	return order != 0 ? order : (x->changed_ms < y->changed_ms) - (x->changed_ms > y->changed_ms);
}

static int
compare_dates(const void *a, const void *b)
{
	const LookHit *x = a, *y = b;
	if (x->changed_ms != y->changed_ms)
		return x->changed_ms > y->changed_ms ? -1 : 1;
	return id_compare(x->draft, y->draft);
}

static int
compare_relevance(const void *a, const void *b)
{
	const LookHit *x = a, *y = b;
	if (x->in_title != y->in_title)
		return x->in_title > y->in_title ? -1 : 1;
	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	return compare_dates(a, b);
}

/* Of a draft that is split the head with the most hits stands for it. */
static void
unite(LookHits *hits)
{
	size_t kept = 0;
	for (size_t i = 0; i < hits->len; i++) {
		LookHit *hit = &hits->items[i], *last = kept > 0 ? &hits->items[kept - 1] : NULL;
		if (last == NULL || !id_equal(last->draft, hit->draft)) {
			hits->items[kept++] = *hit;
			continue;
		}
		LookHit *worse =
			hit->in_title > last->in_title || (hit->in_title == last->in_title && hit->count > last->count)
				? last
				: hit;
		str_wipe(&worse->snippet);
		if (worse == last)
			*last = *hit;
	}
	hits->len = kept;
}

static bool
gather(Look *look, App *app, LookHits *hits, Err *err)
{
	bool all = look_is_done(look);
	for (size_t i = 0; i < look->len; i++) {
		Id draft = *sweep_draft(look->sweep, i);
		Found *found = &look->found[i];
		if (!all && !found->hit && !sweep_failed(look->sweep, i))
			continue;
		if (!look_fits(look, draft))
			continue;
		bool read = all || !sweep_failed(look->sweep, i);
		if (!read && !read_again(look, app, i, &read, err))
			return false;
		if (!read)
			hits->unread[hits->unread_count++] = draft;
		if (!read || (!all && !found->hit))
			continue;
		const Entry *entry = vault_entry(app->vault, OBJECT_REVISION, draft);
		if (entry == NULL)
			continue;
		LookHit *hit = &hits->items[hits->len++];
		*hit = (LookHit){.draft = draft,
			.in_title = found->in_title,
			.count = found->count,
			.changed_ms = entry->changed_ms};
		str_move(&hit->snippet, &found->snippet);
	}
	return true;
}

bool
look_end(Look *look, App *app, LookOrder order, LookHits *out, Err *err)
{
	LookHits hits = {.items = calloc(look->len + 1, sizeof *hits.items),
		.unread = calloc(look->len + 1, sizeof *hits.unread)};
	bool ok = (hits.items != NULL && hits.unread != NULL && !atomic_load(&look->failed)) || err_memory(err);
	ok = ok && gather(look, app, &hits, err);
	if (!ok) {
		look_hits_free(&hits);
		return false;
	}
	if (hits.len > 1) {
		qsort(hits.items, hits.len, sizeof *hits.items, compare_drafts);
		unite(&hits);
		qsort(hits.items, hits.len, sizeof *hits.items,
			order == LOOK_BY_DATE ? compare_dates : compare_relevance);
	}
	look_hits_free(out);
	*out = hits;
	return true;
}

/* The excerpt of one text. */
typedef struct Excerpt {
	const Look *look;
	Found found;
	bool failed;
} Excerpt;

static void
take_excerpt(void *data, size_t at, const SweepText *text)
{
	Excerpt *excerpt = data;
	(void)at;
	excerpt->failed = !find_all(excerpt->look, text, true, &excerpt->found);
}

/* The place whose hits stand for a draft. */
static size_t
best_place(const Look *look, Id draft)
{
	size_t best = SIZE_MAX;
	for (size_t i = 0; i < look->len; i++) {
		const Found *found = &look->found[i], *other = best == SIZE_MAX ? NULL : &look->found[best];
		if (found->hit && id_equal(*sweep_draft(look->sweep, i), draft) &&
			(other == NULL || found->in_title > other->in_title ||
				(found->in_title == other->in_title && found->count > other->count)))
			best = i;
	}
	return best;
}

bool
look_excerpt(Look *look, App *app, Id draft, Str *out, Err *err)
{
	Excerpt excerpt = {.look = look};
	size_t at = best_place(look, draft);
	bool ok = true;
	if (at != SIZE_MAX) {
		for (size_t i = 0; i < look->len; i++)
			sweep_want(look->sweep, i, i == at);
		sweep_run(look->sweep, NULL, take_excerpt, &excerpt);
		if (sweep_failed(look->sweep, at))
			ok = sweep_again(look->sweep, app->vault, at, take_excerpt, &excerpt, err);
	}
	ok = ok && (!excerpt.failed || err_memory(err)) && str_ok(&excerpt.found.snippet, err);
	if (ok)
		str_move(out, &excerpt.found.snippet);
	str_wipe(&excerpt.found.snippet);
	return ok;
}

bool
app_look(App *app, StrView query, LookOrder order, LookHits *out, Err *err)
{
	Look *look = look_new(0, err);
	bool ok = look != NULL && look_begin(look, app, query, err);
	if (ok && look->query.unknown_state.len > 0)
		ok = err_set(err, ERR_USAGE, "there is no state %s: `meok list --help` shows them",
			str_c(&look->query.unknown_state));
	if (ok)
		look_work(look);
	ok = ok && look_end(look, app, order, out, err);
	look_free(look);
	return ok;
}

void
look_hits_free(LookHits *hits)
{
	for (size_t i = 0; i < hits->len; i++)
		str_wipe(&hits->items[i].snippet);
	free(hits->items);
	free(hits->unread);
	*hits = (LookHits){0};
}
