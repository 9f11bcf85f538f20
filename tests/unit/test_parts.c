/* Menu, prompt and fields over the bottom of a picture, and a window that is too small. */
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

static const Hint MENU_HINTS[] = {{SV("p"), SV("publish")}, {SV("k"), SV("keywords")}, {SV("w"), SV("work")},
	{SV("c"), SV("comments")}, {SV("l"), SV("library")}, {SV("/"), SV("find")}, {SV("?"), SV("help")},
	{SV("q"), SV("quit")}};

static void
draw_editor_and_menu(const MenuModel *menu, Surface *surface)
{
	EditorModel below = editor();
	draw_editor(&below, surface);
	draw_menu(menu, surface);
}

static void
draw_editor_and_prompt(const PromptModel *prompt, Surface *surface)
{
	EditorModel below = editor();
	draw_editor(&below, surface);
	draw_prompt(prompt, surface);
}

static void
test_menu(void **state)
{
	(void)state;
	MenuModel model = {SV("Esc"), MENU_HINTS, COUNT(MENU_HINTS)};
	DRAW(draw_editor_and_menu, &model, 24, 80,
		"00|Rain on slate\n"
		"01|a week in the attic\n"
		"02|────────────────────────────────────────────────────────────────────────────────\n"
		"03|It began **on a** Monday.\n"
		"04|비가 오는 날이면 다락에 올라갔다.\n"
		"05|~\n"
		"22| Esc ▸ p publish  k keywords  w work  c comments  l library  / find  ? help\n"
		"23|       q quit\n"
		"cursor 22,6\n");
	model.heading = SV("Esc ▸");
	DRAW(draw_editor_and_menu, &model, 10, 40,
		"00|Rain on slate\n"
		"01|a week in the attic\n"
		"02|────────────────────────────────────────\n"
		"03|It began **on a** Monday.\n"
		"04|비가 오는 날이면 다락에 올라갔다.\n"
		"05|~\n"
		"07| Esc ▸ p publish  k keywords  w work\n"
		"08|       c comments  l library  / find\n"
		"09|       ? help  q quit\n"
		"cursor 7,6\n");
}

static void
test_prompt(void **state)
{
	(void)state;
	static const Hint hints[] = {{SV("Enter"), SV("next")}, {SV("Esc"), SV("close")}};
	PromptModel model = {SV("Find"), {SV("slate"), 2, false}, SV("3 / 12"), hints, COUNT(hints), {0}};
	DRAW(draw_editor_and_prompt, &model, 24, 80,
		"00|Rain on slate\n"
		"01|a week in the attic\n"
		"02|────────────────────────────────────────────────────────────────────────────────\n"
		"03|It began **on a** Monday.\n"
		"04|비가 오는 날이면 다락에 올라갔다.\n"
		"05|~\n"
		"22| Find slate                                                              3 / 12\n"
		"23| Enter next  Esc close\n"
		"cursor 22,8\n");
	model.notice = (Notice){NOTICE_ERROR, SV("the disk is full"), true, SV("Esc")};
	DRAW(draw_editor_and_prompt, &model, 24, 80,
		"00|Rain on slate\n"
		"01|a week in the attic\n"
		"02|────────────────────────────────────────────────────────────────────────────────\n"
		"03|It began **on a** Monday.\n"
		"04|비가 오는 날이면 다락에 올라갔다.\n"
		"05|~\n"
		"22| Find slate                                                              3 / 12\n"
		"23| ✗ the disk is full  Esc close\n"
		"cursor 22,8\n");
	model.notice = (Notice){0};
	model.field = (Field){SV("빗소리가 지붕을 두드리는 밤에 다락에 올라가서"), 0, false};
	model.field.cursor = model.field.text.len;
	model.hint_count = 0;
	DRAW(draw_editor_and_prompt, &model, 10, 40,
		"00|Rain on slate\n"
		"01|a week in the attic\n"
		"02|────────────────────────────────────────\n"
		"03|It began **on a** Monday.\n"
		"04|비가 오는 날이면 다락에 올라갔다.\n"
		"05|~\n"
		"08| Attic no… │ Keywords 2/3 │ comments on\n"
		"09| Find …밤에 다락에 올라가서      3 / 12\n"
		"cursor 9,27\n");
	model.field.cursor = 0;
	DRAW(draw_editor_and_prompt, &model, 10, 40,
		"00|Rain on slate\n"
		"01|a week in the attic\n"
		"02|────────────────────────────────────────\n"
		"03|It began **on a** Monday.\n"
		"04|비가 오는 날이면 다락에 올라갔다.\n"
		"05|~\n"
		"08| Attic no… │ Keywords 2/3 │ comments on\n"
		"09| Find 빗소리가 지붕을 두드리는…  3 / 12\n"
		"cursor 9,6\n");
	model.field.cursor = 40;
	DRAW(draw_editor_and_prompt, &model, 10, 40,
		"00|Rain on slate\n"
		"01|a week in the attic\n"
		"02|────────────────────────────────────────\n"
		"03|It began **on a** Monday.\n"
		"04|비가 오는 날이면 다락에 올라갔다.\n"
		"05|~\n"
		"08| Attic no… │ Keywords 2/3 │ comments on\n"
		"09| Find …붕을 두드리는 밤에 다락…  3 / 12\n"
		"cursor 9,24\n");
}

static void
test_too_small(void **state)
{
	(void)state;
	EditorModel model = editor();
	MenuModel menu = {SV("Esc"), MENU_HINTS, COUNT(MENU_HINTS)};
	DRAW(draw_editor, &model, 5, 80, "00|Too small: 30 columns and 6 rows are needed.\n");
	DRAW(draw_editor, &model, 24, 29,
		"00|Too small: 30 columns and 6\n"
		"01|rows are needed.\n");
	DRAW(draw_editor_and_menu, &menu, 5, 29,
		"00|Too small: 30 columns and 6\n"
		"01|rows are needed.\n");
	DRAW(draw_editor, &model, 1, 1, "00|…\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_menu),
		cmocka_unit_test(test_prompt),
		cmocka_unit_test(test_too_small),
	};
	return cmocka_run_group_tests_name("parts", tests, NULL, NULL);
}
