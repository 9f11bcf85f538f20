/* Pickers: what is chosen, what is typed, what may be chosen. */
#include "screens_unit.h"

static const PickerRow PICKER_ROWS[] = {
	{1, SV("data centre"), SV("in the text · 41 on the blog"), STYLE_TEXT, false},
	{2, SV("시련"), SV("in the title · new"), STYLE_TEXT, false},
	{3, SV("slate"), SV("in the text"), STYLE_TEXT, true},
};
static const StrView CHOSEN[] = {SV("rain"), SV("slate"), SV("attic")};
static const Hint PICKER_HINTS[] = {{SV("1-9"), SV("choose")}, {SV("Enter"), SV("take")}, {SV("Backspace"), SV("drop")},
	{SV("^Left ^Right"), SV("order")}, {SV("Esc"), SV("done")}};

static PickerModel
picker(void)
{
	return (PickerModel){.heading = SV("Keywords 2/3"),
		.chosen = CHOSEN,
		.chosen_count = 2,
		.chosen_current = SIZE_MAX,
		.aside = SV("blog.example.org"),
		.has_input = true,
		.rows = PICKER_ROWS,
		.row_count = COUNT(PICKER_ROWS),
		.current = 1,
		.empty = SV("Nothing like that."),
		HINTS(PICKER_HINTS)};
}

static void
test_picker(void **state)
{
	(void)state;
	PickerModel model = picker();
	DRAW(draw_picker, &model, 24, 80,
		"00| Keywords 2/3   ① rain  ② slate                                blog.example.org\n"
		"01| >\n"
		"03| 1   data centre  in the text · 41 on the blog\n"
		"04|▸2   시련         in the title · new\n"
		"05| 3 ✓ slate        in the text\n"
		"23| 1-9 choose  Enter take  Backspace drop  ^Left ^Right order  Esc done\n"
		"cursor 1,3\n");
	model.chosen_count = 3;
	model.chosen_current = 2;
	DRAW(draw_picker, &model, 10, 40,
		"00| Keywords 2/3   … ② slate  ▸③ attic\n"
		"01| >\n"
		"02| 1   data centre  in the text · 41 on…\n"
		"03|▸2   시련         in the title · new\n"
		"04| 3 ✓ slate        in the text\n"
		"08| 1-9 choose  Enter take  Backspace drop\n"
		"09| ^Left ^Right order  Esc done\n"
		"cursor 1,3\n");
	DRAW(draw_picker, &model, 6, 30,
		"00| Keywords 2/3   … ▸③ attic\n"
		"01| >\n"
		"02| 1   data centre  in the te…\n"
		"03|▸2   시련         in the ti… ▾\n"
		"04| 1-9 choose  Enter take\n"
		"05| Backspace drop\n"
		"cursor 1,3\n");
	model.input = (Field){SV("zzz"), 3, false};
	model.row_count = 0;
	model.current = SIZE_MAX;
	DRAW(draw_picker, &model, 24, 80,
		"00| Keywords 2/3   ① rain  ② slate  ▸③ attic                      blog.example.org\n"
		"01| > zzz\n"
		"03|   Nothing like that.\n"
		"23| 1-9 choose  Enter take  Backspace drop  ^Left ^Right order  Esc done\n"
		"cursor 1,6\n");
	model = picker();
	model.has_input = false;
	model.chosen_count = 0;
	model.heading = SV("Where to?");
	DRAW(draw_picker, &model, 20, 200,
		"00| Where to?                                                                         "
		"blog.example.org\n"
		"02| 1   data centre  in the text · 41 on the blog\n"
		"03|▸2   시련         in the title · new\n"
		"04| 3 ✓ slate        in the text\n"
		"19| 1-9 choose  Enter take  Backspace drop  ^Left ^Right order  Esc done\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_picker),
	};
	return cmocka_run_group_tests_name("screen_picker", tests, NULL, NULL);
}
