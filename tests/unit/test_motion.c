/* Clusters and words of a document: those of the whole text, wherever its pieces end, and quickly in any paragraph. */
#include "unit.h"

#include "../../src/text/window.h"

#include <time.h>

#define FAMILY "\U0001F468\u200d\U0001F469\u200d\U0001F467"
#define KOREA "\U0001F1F0\U0001F1F7"
#define JAPAN "\U0001F1EF\U0001F1F5"
#define JAMO "\u1112\u1161\u11ab"

static Document *
document_of(StrView text)
{
	Document *doc = document_new(text, NULL);
	assert_non_null(doc);
	return doc;
}

static void
assert_clusters(const char *text, size_t count)
{
	Document *doc = document_of(sv(text));
	size_t found = 0, pos = 0, length = document_length(doc), borders[64];
	for (; pos < length; pos = document_cluster_next(doc, pos))
		borders[found++] = pos;
	assert_int_equal(found, count);
	assert_int_equal(pos, length);
	while (found > 0) {
		pos = document_cluster_prev(doc, pos);
		assert_int_equal(pos, borders[--found]);
	}
	assert_int_equal(document_cluster_prev(doc, 0), 0);
	assert_int_equal(document_cluster_next(doc, length + 5), length);
	document_free(doc);
}

static void
clusters_are_what_a_reader_sees(void **state)
{
	(void)state;
	assert_clusters("가a\n", 3);
	assert_clusters(FAMILY FAMILY "a", 3);
	assert_clusters(KOREA JAPAN KOREA, 3);
	assert_clusters("a" KOREA JAPAN KOREA "b", 5);
	assert_clusters("\U0001F1F0" KOREA, 2);
	assert_clusters(JAMO JAMO "\u1112", 3);
	assert_clusters("x\u0323\u0302\u0301y", 2);
	assert_clusters("\u2764\ufe0f\U0001F44D\U0001F3FD", 2);
}

/* Every cluster typed code point by code point, so that each is a piece of its own. */
static void
pieces_cut_no_cluster(void **state)
{
	(void)state;
	static const char text[] = "가" FAMILY KOREA JAPAN "q\u0323\u0302 " "\u1113\u1161\u11ab" "e.g. don't 漢字かな 나다 123.5";
	Document *doc = document_of((StrView){NULL, 0});
	size_t len;
	for (size_t pos = sizeof text - 1; pos > 0;) {
		do
			pos--;
		while (((unsigned char)text[pos] & 0xC0) == 0x80);
		unicode_rune(sv(text), pos, &len);
		assert_true(document_insert(doc, 0, (StrView){text + pos, len}, NULL, NULL));
	}
	StrView all = sv(text);
	assert_int_equal(document_length(doc), all.len);
	for (size_t pos = 0; pos < all.len; pos = cluster_next(all, pos)) {
		assert_int_equal(document_cluster_next(doc, pos), cluster_next(all, pos));
		assert_int_equal(document_cluster_prev(doc, pos), cluster_prev(all, pos));
		assert_int_equal(document_word_next(doc, pos), word_next(all, pos));
		assert_int_equal(document_word_prev(doc, pos), word_prev(all, pos));
	}
	document_free(doc);
}

static void
words_cross_lines(void **state)
{
	(void)state;
	Document *doc = document_of(SV("하나 …\n\n둘, don't 3.5%"));
	assert_int_equal(document_word_next(doc, 0), 6);
	assert_int_equal(document_word_next(doc, 6), 15);
	assert_int_equal(document_word_next(doc, 15), 22);
	assert_int_equal(document_word_next(doc, 22), 26);
	assert_int_equal(document_word_next(doc, 26), 27);
	assert_int_equal(document_word_next(doc, 27), 27);
	assert_int_equal(document_word_prev(doc, 27), 23);
	assert_int_equal(document_word_prev(doc, 17), 12);
	assert_int_equal(document_word_prev(doc, 12), 0);
	assert_int_equal(document_word_prev(doc, 0), 0);
	document_free(doc);
}

static void
assert_word_at(const Document *doc, size_t pos, const char *wanted)
{
	Str text = {0};
	document_copy(doc, document_word_at(doc, pos), &text);
	assert_view_equal(str_view(&text), wanted);
	str_free(&text);
}

static void
a_place_has_a_word_or_a_run(void **state)
{
	(void)state;
	Document *doc = document_of(SV("불이 난   밤(…!) don't\n\n끝."));
	assert_word_at(doc, 0, "불이");
	assert_word_at(doc, 3, "불이");
	assert_word_at(doc, 6, " ");
	assert_word_at(doc, 11, "   ");
	assert_word_at(doc, 16, "(…!)");
	assert_word_at(doc, 19, "(…!)");
	assert_word_at(doc, 24, "don't");
	assert_word_at(doc, 28, "don't"); /* at the end of the line: what is before it */
	assert_word_at(doc, 29, "");      /* an empty line */
	assert_word_at(doc, 30, "끝");
	assert_word_at(doc, 999, ".");
	document_free(doc);
	doc = document_of((StrView){NULL, 0});
	assert_word_at(doc, 0, "");
	document_free(doc);
}

/* Behind a rune that restarts, clusters and line breaks of any text are those of a text that begins with it. */
static void
restarts_forget_what_was_before(void **state)
{
	(void)state;
	static const uint32_t others[] = {' ', ' ', '-', '.', ',', '(', ')', '"', '\'', '/', '%', '$', '\t', 0xA0, 0xAD,
		0x300, 0x600, 0x1100, 0x1161, 0x11A8, 0x200B, 0x200D, 0x2014, 0x2018, 0x201C, 0x201D, 0x2026, 0x2028,
		0x2060, 0x3001, 0x300C, 0x300D, 0x3005, 0x3041, 0x30FC, 0x3099, 0xE33, 0x915, 0x94D, 0xFE0F, 0x1F1F0,
		0x1F1F7, 0x1F3FD, 0x1F468, 0x2764, 0x5BE, 0xFF08, 0xFF0C, 0x0D4E, 0x110BD};
	uint32_t seed = 9;
	size_t tried = 0;
	for (int round = 0; round < 60000; round++) {
		Str text = {0};
		size_t at[24], count = 0, len;
		while (count < 24) {
			seed = seed * 1664525 + 1013904223;
			uint32_t rune = others[(seed >> 10) % (sizeof others / sizeof *others)];
			if (seed >> 30 == 0) { /* a rune of the table, most of them now and then */
				do {
					seed = seed * 1664525 + 1013904223;
					rune = (seed >> 8) % (seed >> 31 ? 0x20000 : 0x3200);
				} while (!rune_restarts(rune));
			}
			at[count++] = text.len;
			str_append_rune(&text, rune);
		}
		uint8_t whole[120], part[120], clusters[120], part_clusters[120];
		StrView all = str_view(&text);
		BreakRule rule = round % 2 == 0 ? BREAK_KEEP_ALL : BREAK_ANYWHERE;
		assert_true(line_breaks(all, rule, whole, NULL));
		cluster_breaks(all, clusters);
		for (size_t i = 0; i < count; i++) {
			if (!rune_restarts(unicode_rune(all, at[i], &len)))
				continue;
			StrView rest = sv_slice(all, at[i], all.len);
			assert_true(line_breaks(rest, rule, part, NULL));
			cluster_breaks(rest, part_clusters);
			assert_memory_equal(part + len, whole + at[i] + len, rest.len - len);
			assert_memory_equal(part_clusters + len, clusters + at[i] + len, rest.len - len);
			tried++;
		}
		str_free(&text);
	}
	assert_true(tried > 200000);
}

static void
long_paragraphs_cost_nothing(void **state)
{
	(void)state;
	Str text = {0};
	while (text.len < 10 * 1000 * 1000)
		str_append_c(&text, "불이 난 밤 서버는 멈췄다. " FAMILY KOREA " word");
	Document *doc = document_of(str_view(&text));
	StrView all = str_view(&text);
	size_t pos = cluster_next(all, all.len / 2);
	pos = cluster_next(all, cluster_prev(all, pos));
	clock_t start = clock();
	for (int i = 0; i < 2000; i++) {
		size_t next = document_cluster_next(doc, pos), word = document_word_next(doc, pos);
		assert_int_equal(document_cluster_prev(doc, next), pos);
		assert_true(document_word_prev(doc, word) < word);
		pos = next;
	}
	/* Each would take milliseconds if it looked at the whole paragraph. */
	assert_true(clock() - start < CLOCKS_PER_SEC * 2);
	document_free(doc);
	str_free(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clusters_are_what_a_reader_sees),
		cmocka_unit_test(pieces_cut_no_cluster),
		cmocka_unit_test(words_cross_lines),
		cmocka_unit_test(a_place_has_a_word_or_a_run),
		cmocka_unit_test(restarts_forget_what_was_before),
		cmocka_unit_test(long_paragraphs_cost_nothing),
	};
	return cmocka_run_group_tests_name("motion", tests, NULL, NULL);
}
