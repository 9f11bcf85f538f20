/* What is typed into the library's filter: titles that fit at once, texts as soon as they are read. */
#include "library_filter.h"

#include "fragment_look.h"

#include <stdlib.h>

enum { KEPT_BYTES = 64 << 20 };

struct LibraryFilter {
	Session *session;
	FilterFoundFn *found;
	void *data;
	Look *look;
	Job *job;        /* reading for the query that `look` has */
	Str typed;       /* the newest query */
	bool outdated;   /* the job reads for another one */
	LookQuery query; /* the same, read */
	Str words;       /* of it, folded: what titles are compared with */
	LookHits hits;   /* of the newest query, or none yet */
	FragmentLook *fragments;
	FragmentHits thoughts; /* of the newest query */
	bool has_hits;
	Id shown; /* the draft of the excerpt */
	Str excerpt;
};

LibraryFilter *
library_filter_new(Session *session, FilterFoundFn *found, void *data, Err *err)
{
	LibraryFilter *filter = calloc(1, sizeof *filter);
	Look *look = filter == NULL ? NULL : look_new(KEPT_BYTES, err);
	FragmentLook *fragments = look == NULL ? NULL : fragment_look_new(err);
	if (fragments == NULL) {
		look_free(look);
		free(filter);
		err_memory(err);
		return NULL;
	}
	*filter =
		(LibraryFilter){.session = session, .found = found, .data = data, .look = look, .fragments = fragments};
	return filter;
}

void
library_filter_free(LibraryFilter *filter)
{
	if (filter == NULL)
		return;
	look_stop(filter->look);
	job_free(filter->job);
	look_free(filter->look);
	look_hits_free(&filter->hits);
	fragment_look_free(filter->fragments);
	fragment_hits_free(&filter->thoughts);
	str_wipe(&filter->typed);
	str_wipe(&filter->words);
	str_wipe(&filter->excerpt);
	look_query_free(&filter->query);
	free(filter);
}

bool
library_filter_is_reading(const LibraryFilter *filter)
{
	return filter->job != NULL && filter->typed.len > 0;
}

static bool
take_hits(LibraryFilter *filter, Err *err)
{
	filter->has_hits = look_end(filter->look, filter->session->app, LOOK_BY_RELEVANCE, &filter->hits, err);
	return filter->has_hits;
}

/* Nothing is typed yet: what may be is looked for in texts that are there then. */
static void
read_ahead(void *data)
{
	look_read(((LibraryFilter *)data)->look);
}

static void
work(void *data)
{
	look_work(((LibraryFilter *)data)->look);
}

static bool begin(LibraryFilter *filter, Err *err);

static void
done(void *data)
{
	LibraryFilter *filter = data;
	Err err = {0};
	job_free(filter->job);
	filter->job = NULL;
	if (!filter->outdated && filter->typed.len == 0)
		return;
	bool ok = filter->outdated ? begin(filter, &err) : take_hits(filter, &err);
	if (!ok)
		session_say_error(filter->session, &err);
	filter->found(filter->data);
}

static bool
begin(LibraryFilter *filter, Err *err)
{
	filter->outdated = false;
	if (!look_begin(filter->look, filter->session->app, str_view(&filter->typed), err))
		return false;
	bool ahead = filter->typed.len == 0;
	if (!ahead && look_is_done(filter->look))
		return take_hits(filter, err);
	filter->job = job_start(filter->session->loop, ahead ? read_ahead : work, done, filter, err);
	return filter->job != NULL;
}

/* The words as one text, as a title may have them. */
static bool
join_words(LibraryFilter *filter, Err *err)
{
	const StrList *words = &filter->query.words;
	str_wipe(&filter->words);
	for (size_t i = 0; i < words->len; i++) {
		str_append_c(&filter->words, i > 0 ? " " : "");
		str_append(&filter->words, str_view(&words->items[i]));
	}
	return str_ok(&filter->words, err);
}

bool
library_filter_set(LibraryFilter *filter, StrView typed, Err *err)
{
	look_hits_free(&filter->hits);
	filter->has_hits = false;
	filter->shown = ID_NONE;
	str_wipe(&filter->excerpt);
	str_set(&filter->typed, typed);
	look_query_free(&filter->query);
	if (!str_ok(&filter->typed, err) || !look_parse(typed, &filter->query, err) || !join_words(filter, err) ||
		!fragment_look_find(filter->fragments, filter->session->app, typed, &filter->thoughts, err))
		return false;
	if (filter->job == NULL)
		return begin(filter, err);
	filter->outdated = true;
	look_stop(filter->look);
	return true;
}

/* ---- What was found */

typedef struct Ranked {
	size_t item;
	int score;   /* of the title */
	size_t rank; /* among what was found in texts, from 1; 0: only by its title */
} Ranked;

static int
compare_ranked(const void *a, const void *b)
{
	const Ranked *x = a, *y = b;
	if (x->score != y->score)
		return x->score > y->score ? -1 : 1;
	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	return (x->item > y->item) - (x->item < y->item);
}

/* A hit by its draft, to be looked up. */
typedef struct Known {
	Id draft;
	size_t rank;
} Known;

static int
compare_known(const void *a, const void *b)
{
	const Known *x = a, *y = b;
	return id_compare(x->draft, y->draft);
}

static Known *
sort_hits(const LookHits *hits)
{
	Known *known = calloc(hits->len + 1, sizeof *known);
	for (size_t i = 0; known != NULL && i < hits->len; i++)
		known[i] = (Known){hits->items[i].draft, i + 1};
	if (known != NULL && hits->len > 1)
		qsort(known, hits->len, sizeof *known, compare_known);
	return known;
}

/* Titles may be typed by their first consonants, so the best of them come first whatever the texts hold. While an older
 * query is still being read for, it is not known what fits the cards of the newest: titles alone are compared. */
static bool
rank(const LibraryFilter *filter, const ShelfItem *item, const Known *known, Ranked *out)
{
	const Known *hit =
		bsearch(&(Known){.draft = item->draft}, known, filter->hits.len, sizeof *known, compare_known);
	out->rank = hit == NULL ? 0 : hit->rank;
	out->score = 0;
	bool has_words = filter->words.len > 0;
	if (!filter->outdated && !look_fits(filter->look, item->draft))
		return false;
	if (has_words && (filter->query.keywords.len == 0 || hit != NULL))
		out->score = match_folded(str_view(&filter->words), str_view(&item->title));
	return hit != NULL || out->score > 0;
}

bool
library_filter_items(const LibraryFilter *filter, const Shelf *shelf, size_t **out, size_t *count, Err *err)
{
	Ranked *ranked = calloc(shelf->len + 1, sizeof *ranked);
	size_t *items = calloc(shelf->len + 1, sizeof *items);
	Known *known = sort_hits(&filter->hits);
	bool ok = (ranked != NULL && items != NULL && known != NULL) || err_memory(err);
	*count = 0;
	for (size_t i = 0; ok && i < shelf->len; i++) {
		ranked[*count].item = i;
		*count += rank(filter, &shelf->items[i], known, &ranked[*count]);
	}
	if (*count > 1)
		qsort(ranked, *count, sizeof *ranked, compare_ranked);
	for (size_t i = 0; ok && i < *count; i++)
		items[i] = ranked[i].item;
	free(ranked);
	free(known);
	if (!ok)
		free(items);
	else
		*out = items;
	return ok;
}

static bool
has_hit(const FragmentHits *hits, Id fragment)
{
	for (size_t i = 0; i < hits->len; i++)
		if (id_equal(hits->items[i].fragment, fragment))
			return true;
	return false;
}

/* What a fragment has of what can be asked for is words alone. */
static bool
only_words(const LookQuery *query)
{
	return query->words.len > 0 && query->keywords.len == 0 && query->sites.len == 0 && query->works.len == 0 &&
	       !query->has_state;
}

bool
library_filter_fragments(const LibraryFilter *filter, const Shelf *shelf, size_t **out, size_t *count, Err *err)
{
	size_t *items = calloc(shelf->fragment_count + 1, sizeof *items);
	*count = 0;
	if (items == NULL)
		return err_memory(err);
	for (size_t i = 0; i < shelf->fragment_count && only_words(&filter->query); i++) {
		const ShelfFragment *fragment = &shelf->fragments[i];
		if (has_hit(&filter->thoughts, fragment->id) ||
			match_folded(str_view(&filter->words), str_view(&fragment->title)) > 0)
			items[(*count)++] = i;
	}
	*out = items;
	return true;
}

StrView
library_filter_snippet(LibraryFilter *filter, Id draft)
{
	Err err = {0};
	if (!filter->has_hits || id_is_none(draft))
		return (StrView){NULL, 0};
	if (!id_equal(filter->shown, draft)) {
		filter->shown = draft;
		str_wipe(&filter->excerpt);
		/* A draft that went meanwhile has none; one that there was no memory for is made with the next picture.
		 */
		if (!look_excerpt(filter->look, filter->session->app, draft, &filter->excerpt, &err)) {
			str_wipe(&filter->excerpt);
			if (err_is_memory(&err))
				filter->shown = ID_NONE;
		}
	}
	return str_view(&filter->excerpt);
}
