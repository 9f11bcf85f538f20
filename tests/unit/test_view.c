/* The rows of a draft on the screen: the cursor among them, as little moved as that needs, and the cursor by rows. */
#include "unit.h"

#include "../../src/app/view.h"

static Writing *
writing_of(const char *text, int columns)
{
	WrapRule rule = {columns, BREAK_KEEP_ALL, false};
	Writing *writing = writing_new(&rule, NULL);
	assert_non_null(writing);
	assert_true(writing_insert(writing, sv(text), NULL));
	writing->cursor = 0;
	return writing;
}

static void
assert_moves(Writing *writing, size_t from, int rows, size_t wanted)
{
	writing->cursor = from;
	writing->goal = -1;
	assert_true(view_move_rows(writing, rows, NULL));
	assert_int_equal(writing->cursor, wanted);
}

static void
the_first_and_the_last_row_have_ends(void **state)
{
	(void)state;
	Writing *writing = writing_of("title\nsub\nbody", 20);
	assert_moves(writing, 3, -1, 0);
	assert_moves(writing, 3, -9, 0);
	assert_moves(writing, 8, -2, 0); /* the last of two steps leads nowhere */
	assert_moves(writing, 11, 1, 14);
	assert_moves(writing, 11, 9, 14);
	assert_moves(writing, 7, 2, 14);
	assert_moves(writing, 2, 1, 8);
	assert_moves(writing, 2, 2, 12);
	assert_moves(writing, 14, -2, 4);
	writing_free(writing);
}

static void
the_column_aimed_at_outlives_short_rows(void **state)
{
	(void)state;
	Writing *writing = writing_of("a long title\ns\n가나다라마바사", 20);
	assert_moves(writing, 9, 1, 14);
	assert_true(view_move_rows(writing, 1, NULL));
	assert_int_equal(writing->cursor, 15 + 4 * 3); /* column 8 is the nearest border of a wide letter */
	assert_true(view_move_rows(writing, -2, NULL));
	assert_int_equal(writing->cursor, 9);
	writing_free(writing);
}

static void
home_and_end_are_those_of_the_row(void **state)
{
	(void)state;
	Writing *writing = writing_of("t\ns\nalpha beta gamma", 12); /* alpha beta_|gamma */
	writing->cursor = 6;
	assert_true(view_row_edge(writing, true, NULL));
	assert_int_equal(writing->cursor, 4 + 10);
	assert_true(view_row_edge(writing, false, NULL));
	assert_int_equal(writing->cursor, 4);
	writing->cursor = 16;
	assert_true(view_row_edge(writing, false, NULL));
	assert_int_equal(writing->cursor, 15);
	assert_true(view_row_edge(writing, true, NULL));
	assert_int_equal(writing->cursor, 20);
	writing_free(writing);
}

static void
a_line_stands_between_subtitle_and_body(void **state)
{
	(void)state;
	View view;
	Writing *writing = writing_of("t\ns\nb\nc", 20);
	assert_true(view_make(writing, 9, &view, NULL));
	assert_int_equal(view.count, 5);
	for (size_t i = 0; i < view.count; i++)
		assert_int_equal(view.rows[i].rule, i == 2);
	assert_int_equal(view.rows[0].line, 0);
	assert_int_equal(view.rows[1].line, 1);
	assert_int_equal(view.rows[3].line, 2);
	assert_int_equal(view.rows[4].line, 3);
	assert_int_equal(view.cursor_row, 0);
	writing_free(writing);
}

static void
the_top_moves_no_more_than_it_must(void **state)
{
	(void)state;
	View view;
	Writing *writing = writing_of("t\ns\n0\n1\n2\n3\n4\n5\n6\n7\n8\n9", 20);
	writing->cursor = 4;
	assert_true(view_make(writing, 5, &view, NULL));
	assert_int_equal(view.cursor_row, 3);
	assert_int_equal(view.rows[0].row.span.from, 0);
	document_mark_set(writing->doc, writing->top, 4);
	writing->cursor = 14; /* one row below the lowest one */
	assert_true(view_make(writing, 5, &view, NULL));
	assert_int_equal(view.cursor_row, 4);
	assert_int_equal(view.rows[0].row.span.from, 6);
	writing->cursor = 8; /* in sight: nothing moves */
	size_t top = document_mark(writing->doc, writing->top);
	assert_true(view_make(writing, 5, &view, NULL));
	assert_int_equal(document_mark(writing->doc, writing->top), top);
	assert_int_equal(view.cursor_row, 1);
	writing->cursor = top - 2; /* one row above */
	assert_true(view_make(writing, 5, &view, NULL));
	assert_int_equal(view.cursor_row, 0);
	writing->cursor = document_length(writing->doc); /* far away: in the middle */
	document_mark_set(writing->doc, writing->top, 0);
	assert_true(view_make(writing, 5, &view, NULL));
	assert_int_equal(view.cursor_row, 2);
	writing_free(writing);
}

/* ---- Whatever happens */

static size_t
pick(size_t below)
{
	return (size_t)rand() % below;
}

static size_t
border(const Writing *writing, size_t pos)
{
	size_t next = document_cluster_next(writing->doc, pos);
	return document_cluster_prev(writing->doc, next);
}

/* The rows of a view follow each other as a fresh layout of the same text has them, with the line where it belongs. */
static void
assert_fresh(Writing *writing, const WrapRule *rule, const View *view, int rows)
{
	LayoutRow row;
	Layout *layout = layout_new(writing->doc, rule, NULL);
	assert_non_null(layout);
	assert_true(view->count > 0 && (int)view->count <= rows);
	assert_in_range(view->cursor_row, 0, view->count - 1);
	assert_false(view->rows[view->cursor_row].rule);
	assert_false(view->rows[0].rule);
	assert_true(layout_row(layout, view->rows[0].row.span.from, &row, NULL));
	bool more = true;
	for (size_t i = 0; i < view->count; i++) {
		const ViewRow *one = &view->rows[i];
		assert_true(more);
		if (one->rule) {
			assert_int_equal(view->rows[i - 1].line, 1);
			assert_true(view->rows[i - 1].row.closes);
			continue;
		}
		assert_memory_equal(&one->row.span, &row.span, sizeof row.span);
		assert_int_equal(one->row.closes, row.closes);
		assert_int_equal(one->line, document_line_at(writing->doc, row.span.from));
		if (i > 0 && one->line == 2 && row.opens)
			assert_true(view->rows[i - 1].rule);
		more = layout_next(layout, &row, &row, NULL);
	}
	if ((int)view->count < rows)
		assert_false(more);
	const LayoutRow *here = &view->rows[view->cursor_row].row;
	assert_in_range(writing->cursor, here->span.from, here->span.to);
	assert_int_equal(view->cursor_column, layout_column(layout, here, writing->cursor));
	layout_free(layout);
}

static void
edit_somehow(Writing *writing)
{
	static const char *const texts[] = {"a", " ", "가", "나다 라마바 사아자차카타", "\n", "\n\n",
		"a long line of words that wraps more than once", "한\n글", "ㅎ", "ᅡ"};
	size_t length = document_length(writing->doc);
	writing->cursor = border(writing, pick(length + 1));
	switch (pick(6)) {
	case 0:
		writing->selecting = true;
		writing->anchor = border(writing, pick(length + 1));
		break;
	case 1:
		writing_undo(writing);
		return;
	case 2: {
		Span span = {writing->cursor, border(writing, writing->cursor + pick(length - writing->cursor + 1))};
		if (span.from < span.to)
			assert_true(writing_delete(writing, span, NULL));
		return;
	}
	default:
		break;
	}
	document_group_end(writing->doc);
	assert_true(writing_insert(writing, sv(texts[pick(sizeof texts / sizeof texts[0])]), NULL));
}

static void
after_anything_the_rows_are_right(void **state)
{
	(void)state;
	srand(7);
	for (int round = 0; round < 40; round++) {
		WrapRule rule = {20, BREAK_KEEP_ALL, false};
		Writing *writing = writing_of("제목\n부제\n첫 문단\n\nsecond paragraph", 20);
		View view;
		for (int step = 0; step < 60; step++) {
			int rows = 1 + (int)pick(12);
			edit_somehow(writing);
			if (pick(8) == 0) {
				rule.columns = 2 + (int)pick(40);
				layout_set_rule(writing->layout, &rule);
			}
			if (pick(3) == 0)
				assert_true(view_move_rows(writing, (int)pick(21) - 10, NULL));
			if (pick(5) == 0)
				writing->cursor = pick(2) == 0 ? 0 : document_length(writing->doc);
			assert_true(view_make(writing, rows, &view, NULL));
			assert_fresh(writing, &rule, &view, rows);
		}
		writing_free(writing);
	}
}

/* Only a long paragraph is remembered from one picture to the next. */
static void
a_long_paragraph_follows_its_edits(void **state)
{
	(void)state;
	WrapRule rule = {20, BREAK_KEEP_ALL, false};
	Writing *writing = writing_of("t\ns\n", 20);
	View view;
	srand(11);
	writing->cursor = document_length(writing->doc);
	for (int i = 0; i < 4000; i++)
		assert_true(writing_insert(writing, i % 7 == 0 ? SV("낱말 ") : SV("many words "), NULL));
	for (int step = 0; step < 60; step++) {
		assert_true(view_make(writing, 12, &view, NULL));
		assert_fresh(writing, &rule, &view, 12);
		edit_somehow(writing);
	}
	writing_free(writing);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_and_the_last_row_have_ends),
		cmocka_unit_test(the_column_aimed_at_outlives_short_rows),
		cmocka_unit_test(home_and_end_are_those_of_the_row),
		cmocka_unit_test(a_line_stands_between_subtitle_and_body),
		cmocka_unit_test(the_top_moves_no_more_than_it_must),
		cmocka_unit_test(after_anything_the_rows_are_right),
		cmocka_unit_test(a_long_paragraph_follows_its_edits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
