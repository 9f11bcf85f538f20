/* What a writer may choose as keywords of one draft, the likeliest first. */
#include "keywords.h"

#include <stdlib.h>

/* Opening 500 drafts takes a few hundredths of a second; who wrote more is still served by the newest. */
enum { SUGGESTIONS = 40, DRAFTS = 500, TEXT_MAX = 1 << 20 };

/* A choice in the making; those with the same key become one. */
typedef struct Candidate {
	KeywordChoice choice;
	Str key, solid; /* as unicode_fold compares it; the same without blanks */
	bool on_site, used;
	size_t rank; /* among the suggestions; SIZE_MAX: none */
} Candidate;

typedef struct Candidates {
	Candidate *items;
	size_t len, cap;
} Candidates;

static void
candidate_free(Candidate *one)
{
	str_free(&one->choice.name);
	str_free(&one->choice.near);
	str_free(&one->key);
	str_free(&one->solid);
}

static void
candidates_free(Candidates *all)
{
	for (size_t i = 0; i < all->len; i++)
		candidate_free(&all->items[i]);
	free(all->items);
}

/* ---- Where they come from */

static Candidate *
put(Candidates *all, StrView name, Err *err)
{
	Candidate *items = array_grow(all->items, all->len, &all->cap, sizeof *items);
	if (items == NULL) {
		err_memory(err);
		return NULL;
	}
	all->items = items;
	Candidate *one = &all->items[all->len++];
	*one = (Candidate){.choice.name = str_from(name), .rank = SIZE_MAX};
	if (!unicode_fold(name, &one->key, err))
		return NULL;
	for (size_t i = 0; i < one->key.len; i++)
		if (one->key.ptr[i] != ' ')
			str_append_byte(&one->solid, one->key.ptr[i]);
	return str_ok(&one->choice.name, err) && str_ok(&one->key, err) && str_ok(&one->solid, err) ? one : NULL;
}

static bool
take_text(const Revision *revision, Candidates *all, Err *err)
{
	Str text = {0};
	Suggestions suggestions = {0};
	str_append(&text, str_view(&revision->subtitle));
	str_append_c(&text, "\n\n");
	str_append(&text, str_view(&revision->body));
	bool ok = str_ok(&text, err) &&
		  keywords_suggest(str_view(&revision->title), str_view(&text), SUGGESTIONS, &suggestions, err);
	for (size_t i = 0; ok && i < suggestions.len; i++) {
		Candidate *one = put(all, str_view(&suggestions.items[i].term), err);
		ok = one != NULL;
		if (!ok)
			break;
		one->rank = i;
		one->choice.in_title = suggestions.items[i].in_title;
		one->choice.in_text = true;
	}
	suggestions_free(&suggestions);
	str_free(&text);
	return ok;
}

static bool
take_site(const Vocabulary *vocabulary, Candidates *all, Err *err)
{
	for (size_t i = 0; i < vocabulary->len; i++) {
		if (vocabulary->terms[i].is_work)
			continue;
		Candidate *one = put(all, str_view(&vocabulary->terms[i].name), err);
		if (one == NULL)
			return false;
		one->on_site = true;
		one->choice.articles = vocabulary->terms[i].count;
	}
	return true;
}

static bool
take_used(App *app, Candidates *all, Err *err)
{
	KeywordUses uses = {0};
	bool ok = keywords_of_drafts(app, DRAFTS, &uses, err);
	for (size_t i = 0; ok && i < uses.len; i++) {
		Candidate *one = put(all, str_view(&uses.items[i].name), err);
		ok = one != NULL;
		if (ok) {
			one->used = true;
			one->choice.drafts = uses.items[i].drafts;
		}
	}
	keyword_uses_free(&uses);
	return ok;
}

/* ---- Each once */

static int
compare_keys(const void *a, const void *b)
{
	const Candidate *x = a, *y = b;
	int order = sv_compare(str_view(&x->key), str_view(&y->key));
	if (order != 0)
		return order;
	/* The spelling that stays: the site's, else the writer's, else the text's. */
	int left = 2 * x->on_site + x->used, right = 2 * y->on_site + y->used;
	if (left != right)
		return right - left;
	return (x->choice.articles < y->choice.articles) - (x->choice.articles > y->choice.articles);
}

static void
merge(Candidates *all)
{
	size_t kept = 0;
	if (all->len > 1)
		qsort(all->items, all->len, sizeof all->items[0], compare_keys);
	for (size_t i = 0; i < all->len; i++) {
		Candidate *one = &all->items[i], *last = kept > 0 ? &all->items[kept - 1] : NULL;
		if (last == NULL || !sv_equal(str_view(&last->key), str_view(&one->key))) {
			all->items[kept++] = *one;
			continue;
		}
		last->choice.in_title = last->choice.in_title || one->choice.in_title;
		last->choice.in_text = last->choice.in_text || one->choice.in_text;
		last->choice.drafts += one->choice.drafts;
		last->choice.articles += one->choice.articles;
		last->on_site = last->on_site || one->on_site;
		last->used = last->used || one->used;
		last->rank = one->rank < last->rank ? one->rank : last->rank;
		candidate_free(one);
	}
	all->len = kept;
}

static bool
has_it(const Revision *revision, StrView key)
{
	for (size_t i = 0; i < revision->keywords.len; i++)
		if (unicode_same(str_view(&revision->keywords.items[i]), key))
			return true;
	return false;
}

static void
leave_out(Candidates *all, const Revision *revision, bool closed)
{
	size_t kept = 0;
	for (size_t i = 0; i < all->len; i++) {
		Candidate *one = &all->items[i];
		if (one->key.len == 0 || (closed && !one->on_site) || has_it(revision, str_view(&one->key)))
			candidate_free(one);
		else
			all->items[kept++] = *one;
	}
	all->len = kept;
}

/* ---- What is known of each */

/* Part of a word: Hangul needs no border behind it, where particles stand. */
static bool
goes_on(StrView text, size_t at, bool behind)
{
	size_t len;
	uint32_t rune = unicode_rune(text, at, &len);
	bool latin = (rune | 0x20) - 'a' < 26 || rune - '0' < 10 || (rune >= 0xC0 && rune < 0x1100);
	bool hangul = rune >= 0xAC00 && rune <= 0xD7A3;
	return len > 0 && (latin || (hangul && !behind));
}

static size_t
rune_before(StrView text, size_t at)
{
	do
		at--;
	while (at > 0 && ((unsigned char)text.ptr[at] & 0xC0) == 0x80);
	return at;
}

/* Whether a folded text has the words, from the border of a word on. */
static bool
stands_in(StrView text, StrView key)
{
	for (size_t at = 0; (at = sv_find(text, key, at)) != SIZE_MAX; at++) {
		size_t end = at + key.len;
		bool begins = at == 0 || !goes_on(text, rune_before(text, at), false);
		if (begins && !goes_on(text, end, true))
			return true;
	}
	return false;
}

/* Site's and used ones that the suggestions missed. */
static bool
look_into_text(const Revision *revision, Candidates *all, Err *err)
{
	Str title = {0}, text = {0};
	StrView body = str_view(&revision->body);
	bool ok = unicode_fold(str_view(&revision->title), &title, err) &&
		  unicode_fold(str_view(&revision->subtitle), &text, err);
	str_append_byte(&text, ' ');
	ok = ok && unicode_fold(sv_slice(body, 0, TEXT_MAX), &text, err) && str_ok(&title, err) && str_ok(&text, err);
	for (size_t i = 0; ok && i < all->len; i++) {
		Candidate *one = &all->items[i];
		StrView key = str_view(&one->key);
		one->choice.in_title = one->choice.in_title || stands_in(str_view(&title), key);
		one->choice.in_text = one->choice.in_text || one->choice.in_title || stands_in(str_view(&text), key);
	}
	str_free(&title);
	str_free(&text);
	return ok;
}

static int
compare_solid(const void *a, const void *b)
{
	const Candidate *x = *(Candidate *const *)a, *y = *(Candidate *const *)b;
	int order = sv_compare(str_view(&x->solid), str_view(&y->solid));
	if (order != 0)
		return order;
	return (x->choice.articles < y->choice.articles) - (x->choice.articles > y->choice.articles);
}

/* Among those with the same letters, the site's own that carries most articles, other than itself. */
static bool
find_near(Candidate *const *same, size_t count, Err *err)
{
	for (size_t i = 0; count > 1 && i < count; i++) {
		const Candidate *near = NULL;
		for (size_t k = 0; near == NULL && k < count; k++)
			near = k != i && same[k]->on_site ? same[k] : NULL;
		if (near != NULL)
			str_set(&same[i]->choice.near, str_view(&near->choice.name));
		if (!str_ok(&same[i]->choice.near, err))
			return false;
	}
	return true;
}

static bool
find_nears(Candidates *all, Err *err)
{
	Candidate **order = calloc(all->len + 1, sizeof *order);
	if (order == NULL)
		return err_memory(err);
	for (size_t i = 0; i < all->len; i++)
		order[i] = &all->items[i];
	if (all->len > 1)
		qsort(order, all->len, sizeof *order, compare_solid);
	bool ok = true;
	for (size_t from = 0, to; ok && from < all->len; from = to) {
		StrView solid = str_view(&order[from]->solid);
		for (to = from + 1; to < all->len && sv_equal(str_view(&order[to]->solid), solid);)
			to++;
		ok = find_near(order + from, to - from, err);
	}
	free(order);
	return ok;
}

/* ---- The order */

/* A keyword that readers of the site know and the title names comes first; one that this draft says nothing of, last.
 */
static int
tier(const Candidate *one)
{
	const KeywordChoice *choice = &one->choice;
	if (choice->in_title && (one->on_site || one->used))
		return 0;
	if (choice->in_text && one->on_site)
		return 1;
	if (choice->in_title)
		return 2;
	if (choice->in_text)
		return one->used ? 3 : 4;
	return one->used ? (one->on_site ? 5 : 6) : 7;
}

static int
compare_choices(const void *a, const void *b)
{
	const Candidate *x = a, *y = b;
	int left = tier(x), right = tier(y);
	if (left != right)
		return left - right;
	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	uint64_t more = (uint64_t)x->choice.drafts + x->choice.articles,
		 less = (uint64_t)y->choice.drafts + y->choice.articles;
	return more != less ? (more < less ? 1 : -1) : sv_compare(str_view(&x->key), str_view(&y->key));
}

static bool
give(Candidates *all, bool told, KeywordChoices *out, Err *err)
{
	KeywordChoices choices = {.items = calloc(all->len + 1, sizeof *choices.items), .cap = all->len};
	if (choices.items == NULL)
		return err_memory(err);
	if (all->len > 1)
		qsort(all->items, all->len, sizeof all->items[0], compare_choices);
	for (size_t i = 0; i < all->len; i++) {
		KeywordChoice *choice = &choices.items[choices.len++];
		*choice = all->items[i].choice;
		choice->is_new = told && !all->items[i].on_site;
		all->items[i].choice = (KeywordChoice){0};
	}
	keyword_choices_free(out);
	*out = choices;
	return true;
}

/* *told: the site has named keywords of its own; *closed: it takes no others. */
static bool
ask_site(App *app, Id site, Candidates *all, bool *told, bool *closed, Err *err)
{
	*told = *closed = false;
	if (id_is_none(site))
		return true;
	Vocabulary vocabulary = {0};
	SiteRecord record = {0};
	size_t before = all->len;
	bool ok = vault_load_vocabulary(app->vault, site, &vocabulary, err) && take_site(&vocabulary, all, err) &&
		  vault_load_site(app->vault, site, &record, err);
	*told = all->len > before;
	*closed = *told && record.closed_vocabulary;
	site_record_free(&record);
	vocabulary_free(&vocabulary);
	return ok;
}

bool
app_keyword_choices(App *app, const Revision *revision, Id site, KeywordChoices *out, Err *err)
{
	Candidates all = {0};
	bool told, closed;
	bool ok = ask_site(app, site, &all, &told, &closed, err) && take_used(app, &all, err) &&
		  take_text(revision, &all, err);
	if (ok) {
		merge(&all);
		ok = find_nears(&all, err);
	}
	if (ok) {
		leave_out(&all, revision, closed);
		ok = look_into_text(revision, &all, err) && give(&all, told, out, err);
	}
	candidates_free(&all);
	return ok;
}

void
keyword_choices_free(KeywordChoices *choices)
{
	for (size_t i = 0; i < choices->len; i++) {
		str_free(&choices->items[i].name);
		str_free(&choices->items[i].near);
	}
	free(choices->items);
	*choices = (KeywordChoices){0};
}
