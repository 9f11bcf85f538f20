/* The publish sheet in all its stages. */
#include "screens_unit.h"

static const SheetLine SHEET_LINES[] = {
	{SV("1"), SV("Subtitle"), SV("a week in the attic"), {0}},
	{SV("2"), SV("Work"), SV("Attic notes, ch. 7"), SV("of 30")},
	{SV("3"), SV("Keywords"), SV("3/3  rain, slate, attic"), {0}},
	{SV("4"), SV("Comments"), SV("off"), {0}},
	{SV("5"), SV("When"), SV("now"), {0}},
};
static const StrView WARNINGS[] = {SV("Two pictures have no description.")};
static const Hint SHEET_HINTS[] = {
	{SV("Enter"), SV("publish (10 seconds to stop it)")}, {SV("v"), SV("preview")}, {SV("Esc"), SV("close")}};
static const Hint HOLD_HINTS[] = {{SV("Esc"), SV("stop")}, {SV("g"), SV("now")}};

static SheetModel
sheet(SheetStage stage)
{
	return (SheetModel){.stage = stage,
		.title = SV("Rain on slate"),
		.target = SV("new → blog.example.org"),
		.ready = true,
		HINTS(HOLD_HINTS)};
}

static void
test_sheet_ask(void **state)
{
	(void)state;
	SheetModel model = sheet(SHEET_ASK);
	model.lines = SHEET_LINES;
	model.line_count = COUNT(SHEET_LINES);
	model.check = SV("✓ 1,743 characters");
	model.warnings = WARNINGS;
	model.warning_count = 1;
	model.hints = SHEET_HINTS;
	model.hint_count = COUNT(SHEET_HINTS);
	DRAW(draw_sheet, &model, 24, 80,
		"00| Publish: Rain on slate                                  new → blog.example.org\n"
		"02| 1 Subtitle  a week in the attic\n"
		"03| 2 Work      Attic notes, ch. 7  of 30\n"
		"04| 3 Keywords  3/3  rain, slate, attic\n"
		"05| 4 Comments  off\n"
		"06| 5 When      now\n"
		"08| ✓ 1,743 characters\n"
		"09| ! Two pictures have no description.\n"
		"23| Enter publish (10 seconds to stop it)  v preview  Esc close\n");
	DRAW(draw_sheet, &model, 10, 40,
		"00| Publish: Rain on slate\n"
		"01| new → blog.example.org\n"
		"02| 1 Subtitle  a week in the attic\n"
		"03| 2 Work      Attic notes, ch. 7  of 30\n"
		"04| 3 Keywords  3/3  rain, slate, attic\n"
		"05| 4 Comments  off    5 When      now\n"
		"06| ✓ 1,743 characters\n"
		"07| ! Two pictures have no description.\n"
		"08| Enter publish (10 seconds to stop it)\n"
		"09| v preview  Esc close\n");
	DRAW(draw_sheet, &model, 20, 200,
		"00| Publish: Rain on slate                                                      new → "
		"blog.example.org\n"
		"02| 1 Subtitle  a week in the attic\n"
		"03| 2 Work      Attic notes, ch. 7  of 30\n"
		"04| 3 Keywords  3/3  rain, slate, attic\n"
		"05| 4 Comments  off\n"
		"06| 5 When      now\n"
		"08| ✓ 1,743 characters\n"
		"09| ! Two pictures have no description.\n"
		"19| Enter publish (10 seconds to stop it)  v preview  Esc close\n");
	model.ready = false;
	model.armed_in_ms = 250;
	DRAW(draw_sheet, &model, 24, 80,
		"00| Publish: Rain on slate                                  new → blog.example.org\n"
		"02| 1 Subtitle  a week in the attic\n"
		"03| 2 Work      Attic notes, ch. 7  of 30\n"
		"04| 3 Keywords  3/3  rain, slate, attic\n"
		"05| 4 Comments  off\n"
		"06| 5 When      now\n"
		"08| ✓ 1,743 characters\n"
		"09| ✗ Two pictures have no description.\n"
		"23| …\n");
}

static void
test_sheet_update(void **state)
{
	(void)state;
	SheetModel model = sheet(SHEET_UPDATE);
	model.changes = 1;
	model.change_before = SV("slats");
	model.change_after = SV("slate");
	DRAW(draw_sheet, &model, 24, 80,
		"00| Update: Rain on slate                                   new → blog.example.org\n"
		"02| 1 change: slats → slate\n"
		"23| Esc stop  g now\n");
	model.changes = 3;
	model.change_before = SV("a sentence that was taken out");
	model.change_after = SV("another, longer one that stands in its place now");
	DRAW(draw_sheet, &model, 10, 40,
		"00| Update: Rain on slate\n"
		"01| new → blog.example.org\n"
		"03| 3 changes, the first:\n"
		"04| - a sentence that was taken out\n"
		"05| + another, longer one that stands in\n"
		"06|   its place now\n"
		"09| Esc stop  g now\n");
	model.change_before = (StrView){0};
	DRAW(draw_sheet, &model, 10, 40,
		"00| Update: Rain on slate\n"
		"01| new → blog.example.org\n"
		"03| 3 changes, the first:\n"
		"04| + another, longer one that stands in\n"
		"05|   its place now\n"
		"09| Esc stop  g now\n");
	model.changes = 0;
	model.title = (StrView){0};
	DRAW(draw_sheet, &model, 24, 80,
		"00| Update: no title                                        new → blog.example.org\n"
		"02| Nothing has changed.\n"
		"23| Esc stop  g now\n");
}

static void
test_sheet_sending_and_hold(void **state)
{
	(void)state;
	SheetModel model = sheet(SHEET_SENDING);
	model.progress = SV("sending the text");
	DRAW(draw_sheet, &model, 24, 80,
		"00| Publish: Rain on slate                                  new → blog.example.org\n"
		"02| … sending the text\n"
		"23| Esc stop  g now\n");
	model.progress = (StrView){0};
	model.stage = SHEET_HOLD;
	model.hold_seconds = 10;
	model.hold_total = 10;
	DRAW(draw_sheet, &model, 24, 80,
		"00| Publish: Rain on slate                                  new → blog.example.org\n"
		"02| On the site, hidden ✓  public in 10 seconds ▓▓▓▓▓▓▓▓▓▓\n"
		"23| Esc stop  g now\n");
	model.hold_seconds = 1;
	DRAW(draw_sheet, &model, 24, 80,
		"00| Publish: Rain on slate                                  new → blog.example.org\n"
		"02| On the site, hidden ✓  public in 1 second   ▓░░░░░░░░░\n"
		"23| Esc stop  g now\n");
	DRAW(draw_sheet, &model, 10, 40,
		"00| Publish: Rain on slate\n"
		"01| new → blog.example.org\n"
		"03| On the site, hidden ✓\n"
		"04| public in 1 second   ▓░░░░░░░░░\n"
		"09| Esc stop  g now\n");
	model.hold_seconds = 99;
	model.hold_total = 0;
	DRAW(draw_sheet, &model, 6, 30,
		"00| Publish: Rain on slate\n"
		"01| new → blog.example.org\n"
		"02| On the site, hidden ✓\n"
		"03| public in 0 seconds\n"
		"05| Esc stop  g now\n");
}

static void
test_sheet_outcome(void **state)
{
	(void)state;
	SheetModel model = sheet(SHEET_DONE);
	model.result = SV("Published.");
	model.url = SV("https://blog.example.org/2026/11/rain-on-slate/");
	DRAW(draw_sheet, &model, 24, 80,
		"00| Publish: Rain on slate                                  new → blog.example.org\n"
		"02| ✓ Published.\n"
		"03|   https://blog.example.org/2026/11/rain-on-slate/\n"
		"23| Esc stop  g now\n");
	DRAW(draw_sheet, &model, 10, 40,
		"00| Publish: Rain on slate\n"
		"01| new → blog.example.org\n"
		"03| ✓ Published.\n"
		"04|   https://blog.example.org/2026/11/\n"
		"05|   rain-on-slate/\n"
		"09| Esc stop  g now\n");
	model.stage = SHEET_FAILED;
	model.url = (StrView){0};
	model.result = SV("The blog refused the password: make a new application password. The draft is as it was.");
	model.detail = SV("incorrect_password: The provided password is an invalid application password.");
	DRAW(draw_sheet, &model, 24, 80,
		"00| Publish: Rain on slate                                  new → blog.example.org\n"
		"02| ✗ The blog refused the password: make a new application password. The draft is\n"
		"03|   as it was.\n"
		"05|   incorrect_password: The provided password is an invalid application\n"
		"06|   password.\n"
		"23| Esc stop  g now\n");
	DRAW(draw_sheet, &model, 10, 40,
		"00| Publish: Rain on slate\n"
		"01| new → blog.example.org\n"
		"03| ✗ The blog refused the password: make\n"
		"04|   a new application password. The\n"
		"05|   draft is as it was.\n"
		"06|   incorrect_password: The provided\n"
		"07|   password is an invalid application …\n"
		"09| Esc stop  g now\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sheet_ask),
		cmocka_unit_test(test_sheet_update),
		cmocka_unit_test(test_sheet_sending_and_hold),
		cmocka_unit_test(test_sheet_outcome),
	};
	return cmocka_run_group_tests_name("screen_sheet", tests, NULL, NULL);
}
