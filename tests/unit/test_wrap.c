/* Wrapping: whole words, wide characters at the edge, hanging blanks, whole clusters, rows that cover everything. */
#include "unit.h"

#include "meok/text.h"

/* Rows joined with a bar, each followed by its columns. */
static void
assert_wraps(const char *paragraph, int columns, BreakRule rule, const char *wanted)
{
	Rows rows = {0};
	Str shown = {0};
	WrapRule how = {columns, rule, false};
	assert_true(wrap_paragraph(sv(paragraph), &how, &rows, NULL));
	for (size_t i = 0; i < rows.len; i++) {
		Row row = rows.items[i];
		str_append(&shown, sv_slice(sv(paragraph), row.from, row.to));
		str_printf(&shown, "|%d|", row.columns);
	}
	assert_view_equal(str_view(&shown), wanted);
	rows_free(&rows);
	str_free(&shown);
}

static void
korean_words_stay_whole(void **state)
{
	(void)state;
	assert_wraps("불이 난 밤 서버는 멈췄다.", 10, BREAK_KEEP_ALL, "불이 난 밤 |10|서버는 |6|멈췄다.|7|");
	assert_wraps("불이 난 밤 서버는 멈췄다.", 11, BREAK_ANYWHERE, "불이 난 밤 |10|서버는 멈췄|11|다.|3|");
	assert_wraps("그는(물론) 갔다", 9, BREAK_KEEP_ALL, "그는(물론|9|) 갔다|6|");
	assert_wraps("The server went down.", 10, BREAK_KEEP_ALL, "The server |10|went down.|10|");
	assert_wraps("하나 둘", 80, BREAK_KEEP_ALL, "하나 둘|7|");
}

static void
an_empty_paragraph_is_one_row(void **state)
{
	(void)state;
	assert_wraps("", 10, BREAK_KEEP_ALL, "|0|");
}

static void
a_word_wider_than_the_row_breaks_between_clusters(void **state)
{
	(void)state;
	assert_wraps("아주긴낱말하나", 5, BREAK_KEEP_ALL, "아주|4|긴낱|4|말하|4|나|2|");
	assert_wraps("앞 아주긴낱말하나 뒤", 6, BREAK_KEEP_ALL, "앞 |2|아주긴|6|낱말하|6|나 뒤|5|");
	assert_wraps("https://example.org", 8, BREAK_KEEP_ALL, "https://|8|example.|8|org|3|");
	assert_wraps("e\u0301e\u0301e\u0301", 2, BREAK_KEEP_ALL, "e\u0301e\u0301|2|e\u0301|1|");
	assert_wraps("\U0001F1F0\U0001F1F7\U0001F1EF\U0001F1F5\U0001F468\u200d\U0001F469\u200d\U0001F467", 3,
		BREAK_KEEP_ALL,
		"\U0001F1F0\U0001F1F7|2|\U0001F1EF\U0001F1F5|2|\U0001F468\u200d\U0001F469\u200d\U0001F467|2|");
}

static void
a_wide_character_never_straddles_the_edge(void **state)
{
	(void)state;
	assert_wraps("a가나", 2, BREAK_KEEP_ALL, "a|1|가|2|나|2|");
	assert_wraps("abc가", 4, BREAK_ANYWHERE, "abc|3|가|2|");
	assert_wraps("ab가", 4, BREAK_ANYWHERE, "ab가|4|");
}

static void
blanks_hang_beyond_the_edge(void **state)
{
	(void)state;
	assert_wraps("가나    다", 4, BREAK_KEEP_ALL, "가나    |4|다|2|");
	assert_wraps("가나 ", 4, BREAK_KEEP_ALL, "가나 |4|");
	assert_wraps("가 나 ", 5, BREAK_KEEP_ALL, "가 나 |5|");
	assert_wraps("   ", 2, BREAK_KEEP_ALL, "   |0|");
	assert_wraps(" 가", 2, BREAK_KEEP_ALL, " |0|가|2|");
	assert_wraps("가나\u3000다", 4, BREAK_KEEP_ALL, "가나\u3000|4|다|2|");
	assert_wraps("가\u00a0나", 4, BREAK_KEEP_ALL, "가\u00a0|3|나|2|"); /* a no-break blank is a part of the word */
}

static void
rows_are_replaced(void **state)
{
	(void)state;
	Rows rows = {0};
	WrapRule how = {4, BREAK_KEEP_ALL, false};
	assert_true(wrap_paragraph(SV("가 나 다 라 마 바 사 아 자 차 카 타 파 하"), &how, &rows, NULL));
	assert_int_equal(rows.len, 14);
	how.columns = 80;
	assert_true(wrap_paragraph(SV("가 나"), &how, &rows, NULL));
	assert_int_equal(rows.len, 1);
	rows_free(&rows);
	how.columns = 2;
	how.ambiguous_wide = true;
	assert_true(wrap_paragraph(SV("··"), &how, &rows, NULL));
	assert_int_equal(rows.len, 2);
	rows_free(&rows);
}

static uint32_t
next_random(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

static int
columns_of(StrView text, bool ambiguous_wide)
{
	int columns = 0;
	for (size_t pos = 0, next; pos < text.len; pos = next) {
		next = cluster_next(text, pos);
		columns += cluster_columns(sv_slice(text, pos, next), ambiguous_wide);
	}
	return columns;
}

static void
nothing_takes_no_column(void **state)
{
	(void)state;
	assert_wraps("a\tb", 6, BREAK_KEEP_ALL, "a\tb|6|");
	assert_wraps("a\tb", 5, BREAK_KEEP_ALL, "a\t|1|b|1|");
	assert_wraps("a\u200bb", 3, BREAK_KEEP_ALL, "a\u200bb|3|");
	assert_int_equal(cluster_columns(SV("\u200b"), false), 1);
	assert_int_equal(cluster_columns(SV("\t"), false), 4);
}

/* Whatever the text: rows cover it exactly, fit, are made of whole clusters, and no row could have taken more. */
static void
rows_cover_any_paragraph(void **state)
{
	(void)state;
	static const char *const parts[] = {"가", "나다라", " ", "  ", "word", ",", ".", "(", ")", "“", "”", "e\u0301",
		"\U0001F468\u200d\U0001F469", "\U0001F1F0", "\u1112\u1161\u11ab", "\u200b", "\u3000", "—", "…", "3.5",
		"\t", "漢字", "\u0e01\u0e33"};
	uint32_t seed = 7;
	for (int round = 0; round < 3000; round++) {
		Str text = {0};
		Rows rows = {0};
		uint32_t count = next_random(&seed) % 40;
		for (uint32_t i = 0; i < count; i++)
			str_append_c(&text, parts[next_random(&seed) % (sizeof parts / sizeof *parts)]);
		WrapRule how = {2 + (int)(next_random(&seed) % 20),
			next_random(&seed) % 2 ? BREAK_KEEP_ALL : BREAK_ANYWHERE, next_random(&seed) % 2 == 1};
		StrView all = str_view(&text);
		assert_true(wrap_paragraph(all, &how, &rows, NULL));
		size_t pos = 0, border = 0;
		for (size_t i = 0; i < rows.len; i++) {
			Row row = rows.items[i];
			assert_int_equal(row.from, pos);
			assert_true(row.to > row.from || text.len == 0);
			StrView solid = sv_slice(all, row.from, row.to);
			while (columns_of(solid, how.ambiguous_wide) > row.columns) {
				size_t last = cluster_prev(solid, solid.len);
				StrView blank = sv_slice(solid, last, solid.len);
				assert_true(sv_equal(blank, SV(" ")) || sv_equal(blank, SV("\u3000")) ||
					    sv_equal(blank, SV("\t")));
				solid = sv_slice(solid, 0, last);
			}
			assert_int_equal(columns_of(solid, how.ambiguous_wide), row.columns);
			assert_true(row.columns <= how.columns || cluster_next(solid, 0) == solid.len);
			pos = row.to;
			while (border < pos)
				border = cluster_next(all, border);
			assert_int_equal(border, pos);
		}
		assert_int_equal(pos, text.len);
		rows_free(&rows);
		str_free(&text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(korean_words_stay_whole),
		cmocka_unit_test(an_empty_paragraph_is_one_row),
		cmocka_unit_test(a_word_wider_than_the_row_breaks_between_clusters),
		cmocka_unit_test(a_wide_character_never_straddles_the_edge),
		cmocka_unit_test(blanks_hang_beyond_the_edge),
		cmocka_unit_test(rows_are_replaced),
		cmocka_unit_test(nothing_takes_no_column),
		cmocka_unit_test(rows_cover_any_paragraph),
	};
	return cmocka_run_group_tests_name("wrap", tests, NULL, NULL);
}
