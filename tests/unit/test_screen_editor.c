/* The editor: its two lines at any width, and text that stays where it is. */
#include "screens_unit.h"

static const EditorSpan STRONG[] = {{8, 10, STYLE_MARK}, {10, 15, STYLE_STRONG}, {15, 17, STYLE_MARK}};
static const EditorRow EDITOR_ROWS[] = {
	{SV("Rain on slate"), NULL, 0, STYLE_TITLE, false, false},
	{SV("a week in the attic"), NULL, 0, STYLE_SUBTITLE, false, false},
	{.rule = true},
	{SV("It began **on a** Monday."), STRONG, COUNT(STRONG), STYLE_TEXT, false, false},
	{SV("비가 오는 날이면 다락에 올라갔다."), NULL, 0, STYLE_TEXT, false, false},
	{.tilde = true},
};
static const Hint EDITOR_HINTS[] = {{SV("Esc"), SV("commands")}, {SV("F1"), SV("help")}};

static EditorModel
editor(void)
{
	return (EditorModel){.rows = EDITOR_ROWS,
		.row_count = COUNT(EDITOR_ROWS),
		.cursor_row = 4,
		.cursor_column = 4,
		.title_hint = SV("Title"),
		.subtitle_hint = SV("Subtitle"),
		.body_hint = SV("Text"),
		.title_row = -1,
		.subtitle_row = -1,
		.body_row = -1,
		.work = SV("Attic notes ch. 7"),
		.keywords = 2,
		.keyword_limit = 3,
		.keyword_list = SV("rain · slate"),
		.comments = SV("comments on"),
		.site = SV("blog.example.org"),
		.state = SV("draft"),
		.count = SV("1,743 characters"),
		.saved = SV("saved 14:02"),
		HINTS(EDITOR_HINTS)};
}

static void
test_editor(void **state)
{
	(void)state;
	EditorModel model = editor();
	DRAW(draw_editor, &model, 24, 80,
		"00|Rain on slate\n"
		"01|a week in the attic\n"
		"02|────────────────────────────────────────────────────────────────────────────────\n"
		"03|It began **on a** Monday.\n"
		"04|비가 오는 날이면 다락에 올라갔다.\n"
		"05|~\n"
		"22| Attic notes… │ Keywords 2/3 rain · slate │ comments on │ blog.exampl… │ draft\n"
		"23| 1,743 characters  saved 14:02                            Esc commands  F1 help\n"
		"cursor 4,4\n");
	DRAW(draw_editor, &model, 10, 40,
		"00|Rain on slate\n"
		"01|a week in the attic\n"
		"02|────────────────────────────────────────\n"
		"03|It began **on a** Monday.\n"
		"04|비가 오는 날이면 다락에 올라갔다.\n"
		"05|~\n"
		"08| Attic no… │ Keywords 2/3 │ comments on\n"
		"09| 1,743 characters  saved 14:02\n"
		"cursor 4,4\n");
	DRAW(draw_editor, &model, 20, 200,
		"00|Rain on slate\n"
		"01|a week in the attic\n"
		"02|"
		"────────────────────────────────────────────────────────────────────────────────────────────────────\n"
		"03|It began **on a** Monday.\n"
		"04|비가 오는 날이면 다락에 올라갔다.\n"
		"05|~\n"
		"18| Work Attic notes ch. 7 │ Keywords 2/3 rain · slate │ comments on │ blog.example.org │ draft\n"
		"19| 1,743 characters  saved 14:02                                                Esc commands  F1 "
		"help\n"
		"cursor 4,4\n");
	DRAW(draw_editor, &model, 6, 30,
		"00|Rain on slate\n"
		"01|a week in the attic\n"
		"02|──────────────────────────────\n"
		"03|It began **on a** Monday.\n"
		"04| Attic notes … │ Keywords 2/3\n"
		"05| 1,743 characte…  saved 14:02\n");
}

static void
test_editor_empty(void **state)
{
	(void)state;
	static const EditorRow rows[] = {
		{.base = STYLE_TITLE}, {.base = STYLE_SUBTITLE}, {.rule = true}, {.base = STYLE_TEXT}};
	EditorModel model = editor();
	model.rows = rows;
	model.row_count = COUNT(rows);
	model.cursor_row = model.cursor_column = 0;
	model.title_row = 0;
	model.subtitle_row = 1;
	model.body_row = 3;
	model.work = model.site = model.keyword_list = model.state = (StrView){0};
	model.keywords = model.keyword_limit = 0;
	model.count = SV("0 characters");
	model.saved = (StrView){0};
	DRAW(draw_editor, &model, 24, 80,
		"00|Title\n"
		"01|Subtitle\n"
		"02|────────────────────────────────────────────────────────────────────────────────\n"
		"03|Text\n"
		"22| No work │ Keywords 0 │ comments on │ No blog\n"
		"23| 0 characters                                             Esc commands  F1 help\n"
		"cursor 0,0\n");
	model.plain = true;
	DRAW(draw_editor, &model, 24, 80,
		"00|Title\n"
		"01|Subtitle\n"
		"02|────────────────────────────────────────────────────────────────────────────────\n"
		"03|Text\n"
		"cursor 0,0\n");
}

/* The text keeps its rows under a notice of any length, and a notice that stays says how to put it away. */
static void
test_editor_notice(void **state)
{
	(void)state;
	EditorModel model = editor();
	model.notice = (Notice){NOTICE_GOOD, SV("Saved."), false, SV("Esc")};
	assert_int_equal(editor_text_rows(&model, 24), 21);
	DRAW(draw_editor, &model, 24, 80,
		"00|Rain on slate\n"
		"01|a week in the attic\n"
		"02|────────────────────────────────────────────────────────────────────────────────\n"
		"03|It began **on a** Monday.\n"
		"04|비가 오는 날이면 다락에 올라갔다.\n"
		"05|~\n"
		"22| Attic notes… │ Keywords 2/3 rain · slate │ comments on │ blog.exampl… │ draft\n"
		"23| ✓ Saved.\n"
		"cursor 4,4\n");
	model.notice = (Notice){NOTICE_ERROR,
		SV("The disk is full: the text is still here. Make room and save again, "
		   "and leave meok open until then."),
		true, SV("Esc")};
	assert_int_equal(editor_text_rows(&model, 24), 21);
	DRAW(draw_editor, &model, 24, 80,
		"00|Rain on slate\n"
		"01|a week in the attic\n"
		"02|────────────────────────────────────────────────────────────────────────────────\n"
		"03|It began **on a** Monday.\n"
		"04|비가 오는 날이면 다락에 올라갔다.\n"
		"05|~\n"
		"22| ✗ The disk is full: the text is still here. Make room and save again, and\n"
		"23|   leave meok open until then.  Esc close\n"
		"cursor 4,4\n");
	DRAW(draw_editor, &model, 10, 40,
		"00|Rain on slate\n"
		"01|a week in the attic\n"
		"02|────────────────────────────────────────\n"
		"03|It began **on a** Monday.\n"
		"04|비가 오는 날이면 다락에 올라갔다.\n"
		"05|~\n"
		"08| ✗ The disk is full: the text is still\n"
		"09|   here. Make room and save…  Esc close\n"
		"cursor 4,4\n");
	model.plain = true;
	assert_int_equal(editor_text_rows(&model, 10), 8);
	DRAW(draw_editor, &model, 10, 40,
		"00|Rain on slate\n"
		"01|a week in the attic\n"
		"02|────────────────────────────────────────\n"
		"03|It began **on a** Monday.\n"
		"04|비가 오는 날이면 다락에 올라갔다.\n"
		"05|~\n"
		"08| ✗ The disk is full: the text is still\n"
		"09|   here. Make room and save…  Esc close\n"
		"cursor 4,4\n");
}

static void
assert_style(const Surface *surface, int row, int from, int to, Style style)
{
	for (int column = from; column < to; column++)
		assert_int_equal(surface_cells(surface, row)[column].style, style);
}

static void
test_editor_styles(void **state)
{
	(void)state;
	EditorModel model = editor();
	Surface *surface = surface_new(24, 80, NULL);
	draw_editor(&model, surface);
	assert_style(surface, 0, 0, 13, STYLE_TITLE);
	assert_style(surface, 1, 0, 19, STYLE_SUBTITLE);
	assert_style(surface, 3, 0, 8, STYLE_TEXT);
	assert_style(surface, 3, 8, 10, STYLE_MARK);
	assert_style(surface, 3, 10, 15, STYLE_STRONG);
	assert_style(surface, 3, 15, 17, STYLE_MARK);
	assert_style(surface, 3, 17, 25, STYLE_TEXT);
	surface_free(surface);
}

/* A count that grows moves nothing behind it. */
static void
test_editor_count_is_stable(void **state)
{
	(void)state;
	EditorModel model = editor();
	Surface *a = surface_new(24, 80, NULL), *b = surface_new(24, 80, NULL);
	model.count = SV("999 characters");
	draw_editor(&model, a);
	model.count = SV("1,000 characters");
	draw_editor(&model, b);
	int differing = 0, last = 0;
	for (int column = 0; column < 80; column++) {
		if (surface_cells(a, 23)[column].glyph != surface_cells(b, 23)[column].glyph) {
			differing++;
			last = column;
		}
	}
	assert_in_range(differing, 1, 16);
	assert_in_range(last, 1, 16);
	surface_free(a);
	surface_free(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_editor),
		cmocka_unit_test(test_editor_empty),
		cmocka_unit_test(test_editor_notice),
		cmocka_unit_test(test_editor_styles),
		cmocka_unit_test(test_editor_count_is_stable),
	};
	return cmocka_run_group_tests_name("screen_editor", tests, NULL, NULL);
}
