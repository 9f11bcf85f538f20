/* Counts that follow edits: of the lines from one on, across the border of that line, whatever is joined or torn. */
#include "unit.h"

#include "luckless.h"
#include "tally_model.h"

static void
assert_counts(Counts counts, size_t clusters, size_t solid, size_t words)
{
	assert_int_equal(counts.clusters, clusters);
	assert_int_equal(counts.clusters_solid, solid);
	assert_int_equal(counts.words, words);
}

static void
edit(Document *doc, Tally *tally, Span span, const char *text)
{
	Edit did;
	assert_true(document_replace(doc, span, sv(text), &did, NULL));
	assert_true(tally_edited(tally, &did, NULL));
}

static void
lines_before_do_not_count(void **state)
{
	(void)state;
	Document *doc = document_new(SV("제목\n부제\n첫 문장\n둘"), NULL);
	Tally *tally = tally_new(doc, 2, NULL);
	assert_counts(tally_counts(tally), 5, 4, 3);
	edit(doc, tally, (Span){0, 0}, "긴 ");
	assert_counts(tally_counts(tally), 5, 4, 3);
	edit(doc, tally, (Span){0, 0}, "새 제목\n"); /* the subtitle becomes a part of the text */
	assert_counts(tally_counts(tally), 7, 6, 4);
	edit(doc, tally, (Span){0, 11}, "");
	assert_counts(tally_counts(tally), 5, 4, 3);
	edit(doc, tally, (Span){document_line_start(doc, 1) - 1, document_line_start(doc, 1)}, "");
	assert_counts(tally_counts(tally), 1, 1, 1); /* title and subtitle are one line now */
	edit(doc, tally, (Span){0, document_length(doc)}, "");
	assert_counts(tally_counts(tally), 0, 0, 0);
	edit(doc, tally, (Span){0, 0}, "a\nb\nc d");
	assert_counts(tally_counts(tally), 3, 2, 2);
	tally_free(tally);
	document_free(doc);
}

static void
words_and_clusters_join_and_part(void **state)
{
	(void)state;
	Document *doc = document_new(SV("ab cd"), NULL);
	Tally *tally = tally_new(doc, 0, NULL);
	assert_counts(tally_counts(tally), 5, 4, 2);
	edit(doc, tally, (Span){2, 3}, "");
	assert_counts(tally_counts(tally), 4, 4, 1);
	edit(doc, tally, (Span){2, 2}, " ");
	assert_counts(tally_counts(tally), 5, 4, 2);
	edit(doc, tally, (Span){0, 0}, "\U0001F1F0\U0001F1F7");
	assert_counts(tally_counts(tally), 6, 5, 2);
	edit(doc, tally, (Span){0, 0}, "\U0001F1EF"); /* one flag and a half */
	assert_counts(tally_counts(tally), 7, 6, 2);
	Edit undone;
	document_group_end(doc);
	while (document_undo(doc, &undone))
		assert_true(tally_edited(tally, &undone, NULL));
	assert_counts(tally_counts(tally), 5, 4, 2);
	tally_free(tally);
	document_free(doc);
}

static void
a_selection_counts_alone(void **state)
{
	(void)state;
	Document *doc = document_new(SV("불이 난 밤"), NULL);
	assert_counts(document_count(doc, (Span){3, 10}), 3, 2, 2);
	assert_counts(document_count(doc, (Span){0, 999}), 6, 4, 3);
	assert_counts(document_count(doc, (Span){4, 4}), 0, 0, 0);
	document_free(doc);
}

/* One cluster that is longer than any reading. */
static void
a_tower_of_marks_is_one_character(void **state)
{
	(void)state;
	Str text = str_from(SV("가 "));
	for (int i = 0; i < 20000; i++)
		str_append_c(&text, "\u0301");
	str_append_c(&text, " 나");
	Document *doc = document_new(str_view(&text), NULL);
	Tally *tally = tally_new(doc, 0, NULL);
	assert_counts(tally_counts(tally), 4, 2, 2);
	edit(doc, tally, (Span){0, 0}, "다");
	assert_counts(tally_counts(tally), 5, 3, 2);
	tally_free(tally);
	document_free(doc);
	str_free(&text);
}

static void
without_memory_it_counts_again(void **state)
{
	(void)state;
	Document *doc = document_new(SV("ab cd"), NULL);
	Err err = {0};
	for (int left = 1; left < 3; left++) {
		allocations_left = left;
		assert_null(tally_new(doc, 0, &err));
		allocations_left = -1;
		assert_int_equal(err.kind, ERR_FAILED);
	}
	Tally *tally = tally_new(doc, 0, NULL);
	Edit did;
	assert_true(document_insert(doc, 0, SV("x "), &did, NULL));
	allocations_left = 1;
	assert_false(tally_edited(tally, &did, &err));
	allocations_left = -1;
	edit(doc, tally, (Span){0, 0}, "y ");
	assert_counts(tally_counts(tally), 9, 6, 4);
	tally_free(tally);
	document_free(doc);
}

static void
any_edits_leave_the_count_of_the_text(void **state)
{
	(void)state;
	uint32_t seed = 3;
	for (int round = 0; round < 300; round++) {
		uint8_t bytes[300];
		for (size_t i = 0; i < sizeof bytes; i++) {
			seed = seed * 1664525 + 1013904223;
			bytes[i] = (uint8_t)(seed >> 24);
		}
		tally_run(bytes, sizeof bytes);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_before_do_not_count),
		cmocka_unit_test(words_and_clusters_join_and_part),
		cmocka_unit_test(a_selection_counts_alone),
		cmocka_unit_test(a_tower_of_marks_is_one_character),
		cmocka_unit_test(without_memory_it_counts_again),
		cmocka_unit_test(any_edits_leave_the_count_of_the_text),
	};
	return cmocka_run_group_tests_name("tally", tests, NULL, NULL);
}
