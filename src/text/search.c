/* Looking for a text in a document, whatever the case of its letters: the only file that calls pcre2. */
#include "window.h"

#include <stdlib.h>
#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

/* Case changes letters one by one, so a hit has as many code points as the needle, of four bytes at most. Text is
 * looked at where it lies if that much of it lies together, else gathered; either is far longer than a hit. */
enum { NEEDLE_MAX = 2048, GATHER = 32 * 1024, RUN_MAX = 256 * 1024, BACK_FIRST = 1024 };

typedef struct Search {
	const Document *doc;
	pcre2_code *code;
	pcre2_match_data *match;
	size_t hit_max; /* bytes */
	char *gathered;
} Search;

static void
search_close(Search *search)
{
	pcre2_match_data_free(search->match);
	pcre2_code_free(search->code);
	free(search->gathered);
}

static bool
search_open(Search *search, const Document *doc, StrView needle, Err *err)
{
	int error;
	PCRE2_SIZE offset;
	*search = (Search){.doc = doc, .hit_max = 4 * unicode_count(needle)};
	if (needle.len > NEEDLE_MAX)
		return err_set(err, ERR_USAGE, "the text to look for is too long: look for a part of it");
	search->code = pcre2_compile(
		(PCRE2_SPTR)needle.ptr, needle.len, PCRE2_LITERAL | PCRE2_CASELESS | PCRE2_UTF, &error, &offset, NULL);
	if (search->code != NULL)
		search->match = pcre2_match_data_create_from_pattern(search->code, NULL);
	search->gathered = malloc(GATHER);
	if (search->code == NULL || search->match == NULL || search->gathered == NULL) {
		search_close(search);
		return err_memory(err);
	}
	/* Where there is no JIT the search is slower and finds the same. */
	(void)pcre2_jit_compile(search->code, PCRE2_JIT_COMPLETE);
	return true;
}

/* The text from `from` on, up to `limit` or less: pieces that lie behind each other in memory are one run. */
static StrView
text_from(Search *search, size_t from, size_t limit)
{
	StrView run = document_chunk(search->doc, from);
	while (from + run.len < limit && run.len < RUN_MAX) {
		StrView next = document_chunk(search->doc, from + run.len);
		if (next.ptr != run.ptr + run.len)
			break;
		run.len += next.len;
	}
	if (run.len < GATHER && from + run.len < limit) {
		size_t to = document_floor(search->doc, from + GATHER < limit ? from + GATHER : limit), len = 0;
		while (from + len < to) {
			StrView chunk = document_chunk(search->doc, from + len);
			chunk = sv_slice(chunk, 0, to - from - len);
			memcpy(search->gathered + len, chunk.ptr, chunk.len);
			len += chunk.len;
		}
		run = (StrView){search->gathered, len};
	}
	return run;
}

static bool
is_cluster_border(const Document *doc, size_t pos)
{
	return pos == 0 || pos >= document_length(doc) ||
	       document_cluster_next(doc, document_cluster_prev(doc, pos)) == pos;
}

/* Behind the rune at `pos`. */
static size_t
step(StrView text, size_t pos)
{
	size_t len;
	unicode_rune(text, pos, &len);
	return pos + len;
}

typedef enum Found { FOUND, FOUND_NONE, FOUND_FAILED } Found;

/* The first hit in `text`, which stands at `at` in the document, that begins before `before`. */
static Found
find_in(Search *search, StrView text, size_t at, size_t before, Span *hit)
{
	for (size_t pos = 0; pos < text.len && at + pos < before;) {
		int result = pcre2_match(
			search->code, (PCRE2_SPTR)text.ptr, text.len, pos, PCRE2_NO_UTF_CHECK, search->match, NULL);
		if (result == PCRE2_ERROR_NOMATCH)
			break;
		if (result < 0)
			return FOUND_FAILED;
		const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(search->match);
		*hit = (Span){at + ends[0], at + ends[1]};
		if (hit->from >= before)
			break;
		if (is_cluster_border(search->doc, hit->from) && is_cluster_border(search->doc, hit->to))
			return FOUND;
		pos = step(text, ends[0]);
	}
	return FOUND_NONE;
}

/* The first hit that begins in `where`. */
static Found
find_first(Search *search, Span where, Span *hit)
{
	size_t length = document_length(search->doc);
	size_t limit =
		where.to < length - search->hit_max && search->hit_max < length ? where.to + search->hit_max : length;
	limit = document_floor(search->doc, limit);
	while (where.from < where.to && where.from < length) {
		StrView text = text_from(search, where.from, limit);
		Found found = find_in(search, text, where.from, where.to, hit);
		if (found != FOUND_NONE || where.from + text.len >= limit)
			return found;
		/* What begins near the end of the text may end behind it. */
		where.from = document_floor(search->doc, where.from + text.len - search->hit_max + 1);
	}
	return FOUND_NONE;
}

/* The last hit that begins before `before`. */
static Found
find_last(Search *search, size_t before, Span *hit)
{
	size_t length = document_length(search->doc);
	size_t to = before < length ? before : length;
	for (size_t back = BACK_FIRST; to > 0; back = back < RUN_MAX ? back * 4 : back) {
		size_t from = document_floor(search->doc, to > back ? to - back : 0);
		Span next, where = {from, to};
		Found found, any = FOUND_NONE;
		while ((found = find_first(search, where, &next)) == FOUND) {
			any = FOUND;
			*hit = next;
			where.from = document_cluster_next(search->doc, next.from);
		}
		if (any == FOUND || found == FOUND_FAILED)
			return found == FOUND_FAILED ? found : any;
		to = from;
	}
	return FOUND_NONE;
}

bool
document_find(const Document *doc, StrView needle, size_t from, bool forward, Span *out, Err *err)
{
	Search search;
	Span hit;
	if (err != NULL)
		err->kind = ERR_NONE;
	if (needle.len == 0 || !search_open(&search, doc, needle, err))
		return false;
	size_t start = document_floor(doc, from);
	if (start < from)
		start = document_cluster_next(doc, start);
	Found found = forward ? find_first(&search, (Span){start, document_length(doc)}, &hit)
			      : find_last(&search, from, &hit);
	search_close(&search);
	if (found == FOUND)
		*out = hit;
	else if (found == FOUND_FAILED)
		err_memory(err);
	return found == FOUND;
}

size_t
document_find_all(const Document *doc, StrView needle, Span within, Span *out, size_t most, Err *err)
{
	Search search;
	Span hit;
	Found found = FOUND_NONE;
	size_t count = 0;
	if (err != NULL)
		err->kind = ERR_NONE;
	if (needle.len == 0 || !search_open(&search, doc, needle, err))
		return 0;
	Span where = within;
	where.from = document_floor(doc, within.from > search.hit_max ? within.from - search.hit_max : 0);
	while (count < most && (found = find_first(&search, where, &hit)) == FOUND) {
		bool touches = hit.to > within.from;
		if (touches)
			out[count++] = hit;
		where.from = touches ? hit.to : document_cluster_next(doc, hit.from);
	}
	search_close(&search);
	if (found == FOUND_FAILED)
		err_memory(err);
	return count;
}
