/* A query on the first line, a text behind it: what is found is there, what is there is found, and a query means the
 * same once its parts are put together again. */
#include "../../src/app/look.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool right)
{
	if (!right)
		abort();
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\t';
}

/* The letter that A to Z are compared as. */
static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/* The plainest way: the end of a hit that begins at `at`, or 0. */
static size_t
model_end(StrView needle, StrView text, size_t at)
{
	for (size_t i = 0; i < needle.len; i++) {
		size_t blanks = 0;
		if (needle.ptr[i] != ' ') {
			if (at >= text.len || lower(text.ptr[at]) != needle.ptr[i])
				return 0;
			at++;
			continue;
		}
		while (at + blanks < text.len && is_blank(text.ptr[at + blanks]))
			blanks++;
		if (blanks == 0)
			return 0;
		at += blanks;
	}
	return at;
}

static void
check_word(StrView word, bool folds, StrView text)
{
	Needle needle;
	NeedleHits hits;
	needle_make(&needle, word, folds);
	require(needle_find(&needle, text, SIZE_MAX, &hits));
	require(hits.count == 0 || (hits.at <= text.len && hits.len <= text.len - hits.at));
	if (folds || word.len >= NEEDLE_MAX || needle.piece_count == PIECES_MAX)
		return;
	size_t count = 0, first = 0;
	for (size_t at = 0, end; at<text.len; at = end> 0 ? end : at + 1) {
		end = model_end(word, text, at);
		if (end > 0 && count++ == 0)
			first = at;
	}
	require(count == hits.count && (count == 0 || first == hits.at));
}

static void
put_parts(const StrList *parts, const char *sign, Str *out)
{
	for (size_t i = 0; i < parts->len; i++)
		str_printf(out, "%s\"%s\" ", sign, str_c(&parts->items[i]));
}

static void
require_same(const StrList *a, const StrList *b)
{
	require(a->len == b->len);
	for (size_t i = 0; i < a->len; i++)
		require(sv_equal(str_view(&a->items[i]), str_view(&b->items[i])));
}

/* A word may hold a quotation mark inside; such a query cannot be put together again. */
static bool
has_mark(const StrList *parts)
{
	for (size_t i = 0; i < parts->len; i++)
		if (sv_find(str_view(&parts->items[i]), SV("\""), 0) != SIZE_MAX)
			return true;
	return false;
}

static void
check_query(const LookQuery *query)
{
	LookQuery again = {0};
	Str typed = {0};
	if (has_mark(&query->words) || has_mark(&query->keywords) || has_mark(&query->sites) || has_mark(&query->works))
		return;
	put_parts(&query->words, "", &typed);
	put_parts(&query->keywords, "#", &typed);
	put_parts(&query->sites, "@", &typed);
	put_parts(&query->works, "work:", &typed);
	require(str_ok(&typed, NULL) && look_parse(str_view(&typed), &again, NULL));
	require_same(&query->words, &again.words);
	require_same(&query->keywords, &again.keywords);
	require_same(&query->sites, &again.sites);
	require_same(&query->works, &again.works);
	require(!again.has_state);
	look_query_free(&again);
	str_free(&typed);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	StrView input = {(const char *)data, size}, typed = {NULL, 0};
	LookQuery query = {0};
	Str text = {0};
	sv_split(&input, '\n', &typed);
	require(look_parse(typed, &query, NULL) && unicode_clean(input, &text, NULL, NULL));
	for (size_t i = 0; i < query.words.len; i++)
		check_word(str_view(&query.words.items[i]), query.folds, str_view(&text));
	require(query.has_state || query.unknown_state.len == 0);
	check_query(&query);
	look_query_free(&query);
	str_free(&text);
	return 0;
}
