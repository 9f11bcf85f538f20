/* The rows of a document: which row holds a place, rows up and down, columns, and everything the same after edits. */
#include "unit.h"

#include "layout_model.h"
#include "luckless.h"

static Layout *
layout_of(Document **doc, const char *text, int columns)
{
	WrapRule rule = {columns, BREAK_KEEP_ALL, false};
	*doc = document_new(sv(text), NULL);
	Layout *layout = layout_new(*doc, &rule, NULL);
	assert_non_null(layout);
	return layout;
}

static void
assert_row(Layout *layout, size_t pos, LayoutRow wanted)
{
	LayoutRow row;
	assert_true(layout_row(layout, pos, &row, NULL));
	assert_int_equal(row.span.from, wanted.span.from);
	assert_int_equal(row.span.to, wanted.span.to);
	assert_int_equal(row.columns, wanted.columns);
	assert_int_equal(row.opens, wanted.opens);
	assert_int_equal(row.closes, wanted.closes);
}

static void
a_place_has_one_row(void **state)
{
	(void)state;
	Document *doc;
	Layout *layout = layout_of(&doc, "가나 다라\n\n마\n", 5); /* 가나␣|다라 */
	LayoutRow first = {{0, 7}, 4, true, false}, second = {{7, 13}, 4, false, true};
	assert_row(layout, 0, first);
	assert_row(layout, 6, first);
	assert_row(layout, 7, second); /* the border belongs to the second row */
	assert_row(layout, 13, second);
	assert_row(layout, 14, (LayoutRow){{14, 14}, 0, true, true});
	assert_row(layout, 15, (LayoutRow){{15, 18}, 2, true, true});
	assert_row(layout, 19, (LayoutRow){{19, 19}, 0, true, true}); /* behind the last newline */
	assert_row(layout, 999, (LayoutRow){{19, 19}, 0, true, true});
	layout_free(layout);
	document_free(doc);
}

static void
the_document_has_two_ends(void **state)
{
	(void)state;
	Document *doc;
	Layout *layout = layout_of(&doc, "", 5);
	LayoutRow row;
	Err err = {.kind = ERR_FAILED};
	assert_row(layout, 0, (LayoutRow){{0, 0}, 0, true, true});
	assert_true(layout_row(layout, 0, &row, NULL));
	assert_false(layout_next(layout, &row, &row, &err));
	assert_int_equal(err.kind, ERR_NONE);
	err.kind = ERR_FAILED;
	assert_false(layout_prev(layout, &row, &row, &err));
	assert_int_equal(err.kind, ERR_NONE);
	layout_free(layout);
	document_free(doc);
}

static void
columns_and_positions_are_inverse(void **state)
{
	(void)state;
	Document *doc;
	Layout *layout = layout_of(&doc, "a가\t나    다", 9); /* a가→→→→나␣␣␣␣|다 */
	LayoutRow row;
	assert_true(layout_row(layout, 0, &row, NULL));
	assert_int_equal(row.columns, 9);
	assert_int_equal(layout_column(layout, &row, 0), 0);
	assert_int_equal(layout_column(layout, &row, 1), 1);
	assert_int_equal(layout_column(layout, &row, 4), 3);
	assert_int_equal(layout_column(layout, &row, 5), 7);
	assert_int_equal(layout_column(layout, &row, 8), 9);
	assert_int_equal(layout_column(layout, &row, 12), 13); /* hanging blanks go beyond the edge */
	assert_int_equal(layout_position(layout, &row, -1), 0);
	assert_int_equal(layout_position(layout, &row, 2), 1);
	assert_int_equal(layout_position(layout, &row, 6), 4);
	assert_int_equal(layout_position(layout, &row, 7), 5);
	assert_int_equal(
		layout_position(layout, &row, 99), 11); /* a row that does not close: before its last cluster */
	assert_true(layout_next(layout, &row, &row, NULL));
	assert_int_equal(layout_position(layout, &row, 99), document_length(doc));
	layout_free(layout);
	document_free(doc);
}

static void
a_narrow_layout_is_two_columns_wide(void **state)
{
	(void)state;
	Document *doc;
	Layout *layout = layout_of(&doc, "가나", -3);
	assert_row(layout, 0, (LayoutRow){{0, 3}, 2, true, false});
	layout_free(layout);
	document_free(doc);
}

static void
an_edit_that_was_not_told_is_noticed(void **state)
{
	(void)state;
	Document *doc;
	Edit edit;
	Layout *layout = layout_of(&doc, "가나", 8);
	assert_row(layout, 0, (LayoutRow){{0, 6}, 4, true, true});
	assert_true(document_insert(doc, 0, SV("다"), &edit, NULL));
	assert_row(layout, 0, (LayoutRow){{0, 9}, 6, true, true});
	assert_true(document_insert(doc, 0, SV("라"), &edit, NULL));
	assert_true(document_insert(doc, 0, SV("a "), &edit, NULL));
	layout_edited(layout, &edit);
	assert_row(layout, 0, (LayoutRow){{0, 2}, 1, true, false});
	layout_free(layout);
	document_free(doc);
}

static uint32_t
next_random(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

static void
edits_leave_what_a_fresh_layout_gives(void **state)
{
	(void)state;
	uint32_t seed = 11;
	for (int round = 0; round < 300; round++) {
		uint8_t bytes[400];
		size_t len = 40 + next_random(&seed) % (sizeof bytes - 40);
		for (size_t i = 0; i < len; i++)
			bytes[i] = (uint8_t)next_random(&seed);
		layout_run(bytes, len);
	}
}

/* One paragraph of many stops: edits at one end, looks at the other. */
static void
long_paragraphs_are_laid_out_from_their_middle(void **state)
{
	(void)state;
	static const char *const words[] = {
		"불이 난 밤 서버는 멈췄다. ", "e.g. 3.5% ", "아주긴낱말하나 ", "漢字文", "— ", "word "};
	uint32_t seed = 5;
	LayoutModel model = {.rule = {20, BREAK_KEEP_ALL, false}};
	Str text = {0};
	while (text.len < 150000)
		str_append_c(&text, words[next_random(&seed) % 6]);
	model.doc = document_new(str_view(&text), NULL);
	model.layout = layout_new(model.doc, &model.rule, NULL);
	for (int round = 0; round < 120; round++) {
		size_t length = document_length(model.doc), pos = next_random(&seed) % (length + 1);
		for (uint32_t key = next_random(&seed) % 4; key > 0; key--)
			layout_model_edit(&model, (Span){pos, pos + (key == 3 ? next_random(&seed) % 400 : 0)},
				sv(layout_fragment(next_random(&seed))));
		if (round % 3 != 0)
			continue;
		layout_model_text(&model);
		layout_model_look(&model, pos, 30);
		layout_model_look(&model, next_random(&seed) % length, round % 4 == 0 ? 700 : 5);
		layout_model_look(&model, length, 3);
	}
	layout_free(model.layout);
	document_free(model.doc);
	str_free(&model.text);
	str_free(&text);
	free(model.rows);
}

/* No word ever ends, so no row begins again where one began before. */
static void
a_paragraph_of_one_word_never_settles(void **state)
{
	(void)state;
	LayoutModel model = {.rule = {10, BREAK_KEEP_ALL, false}};
	Str text = {0};
	for (int i = 0; i < 40000; i++)
		str_append_byte(&text, (char)('a' + i % 26));
	model.doc = document_new(str_view(&text), NULL);
	model.layout = layout_new(model.doc, &model.rule, NULL);
	for (int round = 0; round < 12; round++) {
		layout_model_edit(&model, (Span){(size_t)round * 3000, (size_t)round * 3000}, SV("b"));
		layout_model_text(&model);
		layout_model_look(&model, (size_t)(12 - round) * 3000, 20);
		layout_model_look(&model, round % 2 == 0 ? model.text.len : 0, 20);
	}
	layout_free(model.layout);
	document_free(model.doc);
	str_free(&model.text);
	str_free(&text);
	free(model.rows);
}

/* A stop that had become doubtful goes unseen, because its rows are only changed in place: what follows it is doubtful
 * then. */
static void
doubt_outlives_a_stop(void **state)
{
	(void)state;
	LayoutModel model = {.rule = {10, BREAK_KEEP_ALL, false}};
	Str text = {0};
	for (int i = 0; i < 40000; i++)
		str_append_byte(&text, (char)('a' + i % 26));
	model.doc = document_new(str_view(&text), NULL);
	model.layout = layout_new(model.doc, &model.rule, NULL);
	layout_model_text(&model);
	layout_model_look(&model, text.len, 1); /* stops every 640 bytes */
	layout_model_edit(&model, (Span){100, 100}, SV("b"));
	layout_model_text(&model);
	layout_model_look(&model, 0, 80); /* past the first stop, which is at 641 and begins no row any more */
	layout_model_edit(&model, (Span){641, 642}, SV("c"));
	layout_model_text(&model);
	layout_model_look(&model, 20000, 3);
	layout_free(model.layout);
	document_free(model.doc);
	str_free(&model.text);
	str_free(&text);
	free(model.rows);
}

/* Whatever fails, the error says so, and with memory the rows are right again. */
static void
without_memory_nothing_is_wrong(void **state)
{
	(void)state;
	LayoutModel model = {.rule = {20, BREAK_KEEP_ALL, false}};
	Str text = {0};
	for (int i = 0; i < 1500; i++)
		str_append_c(&text, i % 7 == 0 ? "낱말 " : "word ");
	model.doc = document_new(str_view(&text), NULL);
	size_t failed = 0;
	for (int left = 1, done = 0; done < 4; left++) {
		LayoutRow row;
		Edit edit;
		Err err = {0};
		allocations_left = left;
		model.layout = layout_new(model.doc, &model.rule, &err);
		allocations_left = -1;
		done = model.layout != NULL;
		if (done == 0) {
			assert_int_equal(err.kind, ERR_FAILED);
			continue;
		}
		allocations_left = left;
		done += layout_row(model.layout, 5000, &row, &err);
		allocations_left = -1;
		assert_true(done == 2 || err.kind == ERR_FAILED);
		assert_true(layout_row(model.layout, 5000, &row, NULL));
		assert_true(document_replace(model.doc, (Span){4990, 5000}, SV("어떤 긴 낱말들"), &edit, NULL));
		allocations_left = left;
		layout_edited(model.layout, &edit);
		done += layout_row(model.layout, 3000, &row, NULL);
		row.span.from = 3000;
		done += layout_prev(model.layout, &row, &row, NULL);
		allocations_left = -1;
		failed += done < 4;
		layout_model_text(&model);
		layout_model_look(&model, 5000, 40);
		layout_model_look(&model, model.text.len, 3);
		layout_free(model.layout);
	}
	assert_true(failed > 5);
	document_free(model.doc);
	str_free(&model.text);
	str_free(&text);
	free(model.rows);
}

/* It is told for every picture. Far into a paragraph, laying out anew takes memory. */
static void
the_same_rule_lays_out_nothing_anew(void **state)
{
	(void)state;
	WrapRule rule = {20, BREAK_KEEP_ALL, false};
	Str text = {0};
	for (int i = 0; i < 1500; i++)
		str_append_c(&text, "word ");
	Document *doc = document_new(str_view(&text), NULL);
	Layout *layout = layout_new(doc, &rule, NULL);
	LayoutRow row;
	assert_true(layout_row(layout, 7000, &row, NULL));
	layout_set_rule(layout, &rule);
	allocations_left = 1;
	bool kept = layout_row(layout, 7000, &row, NULL);
	allocations_left = -1;
	assert_true(kept);
	rule.columns = 30;
	layout_set_rule(layout, &rule);
	allocations_left = 1;
	kept = layout_row(layout, 7000, &row, NULL);
	allocations_left = -1;
	assert_false(kept);
	layout_free(layout);
	document_free(doc);
	str_free(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_place_has_one_row),
		cmocka_unit_test(the_document_has_two_ends),
		cmocka_unit_test(columns_and_positions_are_inverse),
		cmocka_unit_test(a_narrow_layout_is_two_columns_wide),
		cmocka_unit_test(an_edit_that_was_not_told_is_noticed),
		cmocka_unit_test(edits_leave_what_a_fresh_layout_gives),
		cmocka_unit_test(long_paragraphs_are_laid_out_from_their_middle),
		cmocka_unit_test(a_paragraph_of_one_word_never_settles),
		cmocka_unit_test(doubt_outlives_a_stop),
		cmocka_unit_test(without_memory_nothing_is_wrong),
		cmocka_unit_test(the_same_rule_lays_out_nothing_anew),
	};
	return cmocka_run_group_tests_name("layout", tests, NULL, NULL);
}
