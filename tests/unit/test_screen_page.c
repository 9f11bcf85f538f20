/* Pages to read: keys in their column, prose at the margin. */
#include "screens_unit.h"

static const PageLine PAGE_LINES[] = {
	{SV("Writing"), STYLE_HEADING, {0}},
	{SV("saves"), STYLE_TEXT, SV("^S")},
	{SV("opens the menu, on every keyboard"), STYLE_TEXT, SV("Esc")},
	{SV("there is"), STYLE_TEXT, SV(" ")},
	{SV("Keys are looked up in the keymap, so that this page never lies."), STYLE_TEXT, {0}},
	{{0}, STYLE_TEXT, {0}},
	{SV("Publishing"), STYLE_HEADING, {0}},
	{SV("opens the sheet"), STYLE_TEXT, SV("Esc p")},
	{SV("shows it as readers will"), STYLE_TEXT, SV("Esc v")},
};
static const Hint PAGE_HINTS[] = {{SV("Esc"), SV("close")}, {SV("Space"), SV("on")}};

static void
test_page(void **state)
{
	(void)state;
	PageModel model = {.heading = SV("Help"),
		.aside = SV("1/3"),
		.lines = PAGE_LINES,
		.line_count = COUNT(PAGE_LINES),
		.more_below = true,
		.hints = PAGE_HINTS,
		.hint_count = COUNT(PAGE_HINTS)};
	DRAW(draw_page, &model, 24, 80,
		"00| Help                                                                       1/3\n"
		"02| Writing\n"
		"03| ^S              saves\n"
		"04| Esc             opens the menu, on every keyboard\n"
		"05|                 there is\n"
		"06| Keys are looked up in the keymap, so that this page never lies.\n"
		"08| Publishing\n"
		"09| Esc p           opens the sheet\n"
		"10| Esc v           shows it as readers will\n"
		"21|                                                                               ▾\n"
		"23| Esc close  Space on\n");
	DRAW(draw_page, &model, 10, 40,
		"00| Help                               1/3\n"
		"01| Writing\n"
		"02| ^S         saves\n"
		"03| Esc        opens the menu, on every k…\n"
		"04|            there is\n"
		"05| Keys are looked up in the keymap, so …\n"
		"07| Publishing                            ▾\n"
		"09| Esc close  Space on\n");
	DRAW(draw_page, &model, 20, 200,
		"00| Help                                                                                           "
		"1/3\n"
		"02| Writing\n"
		"03| ^S              saves\n"
		"04| Esc             opens the menu, on every keyboard\n"
		"05|                 there is\n"
		"06| Keys are looked up in the keymap, so that this page never lies.\n"
		"08| Publishing\n"
		"09| Esc p           opens the sheet\n"
		"10| Esc v           shows it as readers will\n"
		"17|                                                                                                   "
		"▾\n"
		"19| Esc close  Space on\n");
	/* prose begins at the margin */
	model.lines = &PAGE_LINES[4];
	model.line_count = 1;
	model.more_above = true;
	model.notice = (Notice){NOTICE_WARNING, SV("The blog answers slowly."), true, SV("Esc")};
	DRAW(draw_page, &model, 10, 40,
		"00| Help                               1/3\n"
		"01| Keys are looked up in the keymap, so …▴\n"
		"07|                                       ▾\n"
		"08| ! The blog answers slowly.  Esc close\n"
		"09| Esc close  Space on\n");
	assert_int_equal(page_columns(200, false), 90);
	assert_int_equal(page_columns(40, false), 38);
	assert_int_equal(page_columns(40, true), 27);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_page),
	};
	return cmocka_run_group_tests_name("screen_page", tests, NULL, NULL);
}
