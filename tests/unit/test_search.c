/* Search: letters of either case, whole clusters, forward and backward, across pieces and lines. */
#include "unit.h"

#include "luckless.h"
#include "meok/text.h"

static void
assert_found(const Document *doc, const char *needle, size_t from, bool forward, Span wanted)
{
	Span hit;
	Err err = {.kind = ERR_FAILED};
	assert_true(document_find(doc, sv(needle), from, forward, &hit, &err));
	assert_int_equal(hit.from, wanted.from);
	assert_int_equal(hit.to, wanted.to);
}

static void
assert_none(const Document *doc, const char *needle, size_t from, bool forward)
{
	Span hit;
	Err err = {.kind = ERR_FAILED};
	assert_false(document_find(doc, sv(needle), from, forward, &hit, &err));
	assert_int_equal(err.kind, ERR_NONE);
}

static void
forward_and_backward(void **state)
{
	(void)state;
	Document *doc = document_new(SV("서버와 서버\n서버"), NULL);
	assert_found(doc, "서버", 0, true, (Span){0, 6});
	assert_found(doc, "서버", 1, true, (Span){10, 16}); /* from inside a letter: its start is before */
	assert_found(doc, "서버", 10, true, (Span){10, 16});
	assert_found(doc, "서버", 11, false, (Span){10, 16});
	assert_found(doc, "서버", 10, false, (Span){0, 6});
	assert_found(doc, "서버", 999, false, (Span){17, 23});
	assert_none(doc, "서버", 18, true);
	assert_none(doc, "서버", 0, false);
	assert_none(doc, "서버", 999, true);
	assert_none(doc, "서버실", 0, true);
	assert_none(doc, "", 0, true);
	assert_found(doc, "버\n서", 0, true, (Span){13, 20});
	assert_none(doc, ".", 0, true); /* a text, not a pattern */
	document_free(doc);
}

static void
case_makes_no_difference(void **state)
{
	(void)state;
	Document *doc = document_new(SV("The ΣΊΣΥΦΟΣ Straße İ ĳ K"), NULL);
	assert_found(doc, "tHE", 0, true, (Span){0, 3});
	assert_found(doc, "σίσυφος", 0, true, (Span){4, 18});
	assert_found(doc, "STRAßE", 0, true, (Span){19, 26});
	assert_none(doc, "STRASSE", 0, true);
	assert_found(doc, "k", 0, true, (Span){33, 34});
	document_free(doc);
}

static void
hits_are_whole_clusters(void **state)
{
	(void)state;
	Document *doc = document_new(
		SV("q\u0323 q \U0001F468\u200d\U0001F469 \U0001F469 \U0001F1F0\U0001F1F7\U0001F1FA\U0001F1F8"), NULL);
	assert_found(doc, "q", 0, true, (Span){4, 5});
	assert_found(doc, "\U0001F469", 0, true, (Span){18, 22});
	assert_none(doc, "\U0001F469", 18, false);
	assert_none(doc, "\U0001F1F7\U0001F1FA", 0, true);
	assert_found(doc, "\U0001F1FA\U0001F1F8", 0, true, (Span){31, 39});
	document_free(doc);
}

static void
all_hits_that_touch_a_span(void **state)
{
	(void)state;
	Document *doc = document_new(SV("ㅋㅋㅋㅋㅋ aBab"), NULL);
	Span hits[8];
	assert_int_equal(document_find_all(doc, SV("ㅋㅋ"), (Span){0, 20}, hits, 8, NULL), 2);
	assert_int_equal(hits[0].from, 0);
	assert_int_equal(hits[1].from, 6);
	assert_int_equal(document_find_all(doc, SV("ab"), (Span){0, 20}, hits, 1, NULL), 1);
	assert_int_equal(document_find_all(doc, SV("ab"), (Span){0, 20}, hits, 8, NULL), 2);
	assert_int_equal(hits[0].from, 16);
	assert_int_equal(hits[1].to, 20);
	assert_int_equal(document_find_all(doc, SV("ab"), (Span){17, 19}, hits, 8, NULL), 2); /* both stick out */
	assert_int_equal(document_find_all(doc, SV("ab"), (Span){18, 20}, hits, 8, NULL), 1);
	assert_int_equal(document_find_all(doc, SV("ab"), (Span){5, 5}, hits, 8, NULL), 0);
	assert_int_equal(document_find_all(doc, SV(""), (Span){0, 20}, hits, 8, NULL), 0);
	document_free(doc);
}

static void
a_page_is_too_much_to_look_for(void **state)
{
	(void)state;
	Str needle = {0};
	Span hit;
	Err err = {0};
	for (int i = 0; i < 5000; i++)
		str_append_c(&needle, "가");
	Document *doc = document_new(str_view(&needle), NULL);
	assert_false(document_find(doc, str_view(&needle), 0, true, &hit, &err));
	assert_int_equal(err.kind, ERR_USAGE);
	assert_int_equal(document_find_all(doc, str_view(&needle), (Span){0, 9}, &hit, 1, &err), 0);
	assert_int_equal(err.kind, ERR_USAGE);
	str_truncate(&needle, 2046);
	assert_found(doc, str_c(&needle), 0, true, (Span){0, 2046});
	str_free(&needle);
	document_free(doc);
}

static void
without_memory_nothing_is_found(void **state)
{
	(void)state;
	Document *doc = document_new(SV("서버"), NULL);
	Span hit;
	Err err = {0};
	allocations_left = 1;
	assert_false(document_find(doc, SV("서버"), 0, true, &hit, &err));
	assert_int_equal(document_find_all(doc, SV("서버"), (Span){0, 6}, &hit, 1, NULL), 0);
	allocations_left = -1;
	assert_int_equal(err.kind, ERR_FAILED);
	document_free(doc);
}

static uint32_t
next_random(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static bool
is_hit(StrView text, StrView needle, size_t pos)
{
	if (text.len - pos < needle.len)
		return false;
	for (size_t i = 0; i < needle.len; i++)
		if (lower(text.ptr[pos + i]) != lower(needle.ptr[i]))
			return false;
	size_t end = pos + needle.len, border = pos;
	while (border < end)
		border = cluster_next(text, border);
	return border == end;
}

/* A text of many pieces, larger than what is gathered at once, against a search by hand. */
static void
hits_are_found_wherever_pieces_end(void **state)
{
	(void)state;
	static const char *const parts[] = {"a", "B", "b", "가", "나", " ", "\n", "q\u0323", "서버"};
	static const char *const needles[] = {
		"ab", "b", "가나", "나\nA", "bbb", "서버 서버", "q", "\n\n", "aaaaaaa", "가 나 가"};
	uint32_t seed = 21;
	Document *doc = document_new((StrView){NULL, 0}, NULL);
	Str text = {0};
	for (int i = 0; i < 9000; i++) {
		size_t length = document_length(doc),
		       pos = next_random(&seed) % 4 ? length : next_random(&seed) % (length + 1);
		Str part = {0};
		for (uint32_t n = next_random(&seed) % 10; n > 0; n--)
			str_append_c(&part, parts[next_random(&seed) % 9]);
		assert_true(document_insert(doc, pos, str_view(&part), NULL, NULL));
		str_free(&part);
	}
	document_copy(doc, (Span){0, document_length(doc)}, &text);
	assert_true(text.len > 60000);
	StrView all = str_view(&text);
	for (size_t n = 0; n < sizeof needles / sizeof *needles; n++) {
		StrView needle = sv(needles[n]);
		size_t count = 0, found = 0, last = SIZE_MAX, wait = 0;
		Span *hits = calloc(all.len, sizeof *hits), hit;
		count = document_find_all(doc, needle, (Span){0, all.len}, hits, all.len, NULL);
		for (size_t pos = 0; pos < all.len; pos = cluster_next(all, pos)) {
			if (pos % 97 == 0) {
				assert_int_equal(document_find(doc, needle, pos, false, &hit, NULL), last != SIZE_MAX);
				assert_true(last == SIZE_MAX || hit.from == last);
			}
			if (!is_hit(all, needle, pos))
				continue;
			if (last == SIZE_MAX || last + 40 < pos)
				assert_found(doc, needles[n], pos - (last == SIZE_MAX ? pos : 0), true,
					(Span){pos, pos + needle.len});
			last = pos;
			if (pos < wait)
				continue;
			assert_true(found < count);
			assert_int_equal(hits[found].from, pos);
			assert_int_equal(hits[found++].to, wait = pos + needle.len);
		}
		assert_int_equal(found, count);
		free(hits);
	}
	str_free(&text);
	document_free(doc);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forward_and_backward),
		cmocka_unit_test(case_makes_no_difference),
		cmocka_unit_test(hits_are_whole_clusters),
		cmocka_unit_test(all_hits_that_touch_a_span),
		cmocka_unit_test(a_page_is_too_much_to_look_for),
		cmocka_unit_test(without_memory_nothing_is_found),
		cmocka_unit_test(hits_are_found_wherever_pieces_end),
	};
	return cmocka_run_group_tests_name("search", tests, NULL, NULL);
}
