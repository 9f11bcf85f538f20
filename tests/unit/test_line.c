/* One line of input: what typing, pasting, moving and deleting leave of it, and where the cursor stands. */
#include "unit.h"

#include "../../src/app/session.h"

/* The text with | where the cursor stands. */
static void
assert_line(const LineInput *line, const char *wanted)
{
	Str got = {0};
	assert_in_range(line->cursor, 0, line->text.len);
	str_append(&got, sv_slice(str_view(&line->text), 0, line->cursor));
	str_append_byte(&got, '|');
	str_append(&got, sv_slice(str_view(&line->text), line->cursor, line->text.len));
	assert_view_equal(str_view(&got), wanted);
	str_free(&got);
}

static LineInput
line_of(const char *text)
{
	LineInput line = {0};
	assert_true(line_insert(&line, sv(text), NULL));
	return line;
}

static void
text_goes_in_at_the_cursor(void **state)
{
	(void)state;
	LineInput line = line_of("가다");
	assert_line(&line, "가다|");
	assert_true(line_move(&line, MOVE_LEFT));
	assert_true(line_insert(&line, SV("나"), NULL));
	assert_line(&line, "가나|다");
	line_free(&line);
	assert_line(&line, "|");
}

static void
it_stays_one_line_of_clean_text(void **state)
{
	(void)state;
	LineInput line = line_of("a\nb\tc\r\nd");
	assert_line(&line, "a b c d|");
	assert_true(line_insert(&line, SV("\xff"), NULL));
	assert_line(&line, "a b c d\xEF\xBF\xBD|");
	line_free(&line);
}

/* What is typed may compose with what stands before the cursor, and with what stands behind it. */
static void
both_joints_compose(void **state)
{
	(void)state;
	LineInput line = line_of("ㅎᄒ");
	assert_true(line_insert(&line, SV("\xE1\x85\xA1"), NULL)); /* U+1161 */
	assert_line(&line, "ㅎ하|");
	assert_true(line_insert(&line, SV("\xE1\x86\xAB"), NULL)); /* U+11AB */
	assert_line(&line, "ㅎ한|");
	line_free(&line);
	line = line_of("x\xE1\x85\xA1y");
	assert_true(line_move(&line, MOVE_HOME));
	assert_true(line_move(&line, MOVE_RIGHT));
	assert_true(line_insert(&line, SV("\xE1\x84\x92"), NULL)); /* U+1112 before U+1161 */
	assert_line(&line, "x하|y");
	line_free(&line);
	line = line_of("하y");
	assert_true(line_delete(&line, DELETE_TO_START));
	assert_true(line_insert(&line, SV("\xCC\x81y"), NULL)); /* U+0301 */
	assert_true(line_move(&line, MOVE_HOME));
	assert_true(line_insert(&line, SV("e"), NULL));
	assert_line(&line, "é|y");
	line_free(&line);
}

static void
motions_end_where_the_line_does(void **state)
{
	(void)state;
	static const Motion meaningless[] = {MOVE_UP, MOVE_DOWN, MOVE_PAGE_UP, MOVE_PAGE_DOWN, MOVE_TOP, MOVE_BOTTOM};
	LineInput line = line_of("두 낱말 x");
	assert_true(line_move(&line, MOVE_RIGHT));
	assert_line(&line, "두 낱말 x|");
	assert_true(line_move(&line, MOVE_WORD_LEFT));
	assert_line(&line, "두 낱말 |x");
	assert_true(line_move(&line, MOVE_WORD_LEFT));
	assert_line(&line, "두 |낱말 x");
	assert_true(line_move(&line, MOVE_HOME));
	assert_true(line_move(&line, MOVE_LEFT));
	assert_line(&line, "|두 낱말 x");
	assert_true(line_move(&line, MOVE_WORD_RIGHT));
	assert_in_range(line.cursor, 3, 4); /* behind the word, or behind the blank after it */
	assert_true(line_move(&line, MOVE_END));
	assert_line(&line, "두 낱말 x|");
	for (size_t i = 0; i < sizeof meaningless / sizeof meaningless[0]; i++) {
		assert_false(line_move(&line, meaningless[i]));
		assert_line(&line, "두 낱말 x|");
	}
	line_free(&line);
}

static void
deletions_take_what_they_say(void **state)
{
	(void)state;
	LineInput line = line_of("하나 둘 셋");
	assert_false(line_delete(&line, DELETE_RIGHT));
	assert_false(line_delete(&line, DELETE_TO_END));
	assert_true(line_delete(&line, DELETE_LEFT));
	assert_line(&line, "하나 둘 |");
	assert_true(line_delete(&line, DELETE_WORD_LEFT));
	assert_line(&line, "하나 |");
	assert_true(line_move(&line, MOVE_HOME));
	assert_false(line_delete(&line, DELETE_LEFT));
	assert_false(line_delete(&line, DELETE_TO_START));
	assert_false(line_delete(&line, DELETE_WORD_LEFT));
	assert_true(line_delete(&line, DELETE_RIGHT));
	assert_line(&line, "|나 ");
	assert_true(line_move(&line, MOVE_RIGHT));
	assert_true(line_delete(&line, DELETE_TO_END));
	assert_line(&line, "나|");
	assert_true(line_delete(&line, DELETE_TO_START));
	assert_line(&line, "|");
	line_free(&line);
	line = line_of("가나다");
	assert_true(line_move(&line, MOVE_LEFT));
	assert_true(line_delete(&line, DELETE_LEFT));
	assert_line(&line, "가|다");
	line_free(&line);
}

static void
a_family_is_one_step(void **state)
{
	(void)state;
	LineInput line = line_of("a👨‍👩‍👧");
	assert_true(line_move(&line, MOVE_LEFT));
	assert_line(&line, "a|👨‍👩‍👧");
	assert_true(line_delete(&line, DELETE_RIGHT));
	assert_line(&line, "a|");
	line_free(&line);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_goes_in_at_the_cursor),
		cmocka_unit_test(it_stays_one_line_of_clean_text),
		cmocka_unit_test(both_joints_compose),
		cmocka_unit_test(motions_end_where_the_line_does),
		cmocka_unit_test(deletions_take_what_they_say),
		cmocka_unit_test(a_family_is_one_step),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
