/* The library: rows, the row chosen, and what is searched for. */
#include "screens_unit.h"

static const LibraryRow LIBRARY_ROWS[] = {
	{LIBRARY_DRAFT, 1, SV("Continue"), SV("Rain on slate"), SV("published, edited"), SV("14:02"), false,
		STYLE_WARNING},
	{LIBRARY_DRAFT, 2, {0}, SV("정전의 밤"), SV("draft"), SV("yesterday"), false, STYLE_TEXT},
	{LIBRARY_WORK, 3, SV("Works"), SV("Attic notes"), SV("7/30"), {0}, false, STYLE_TEXT},
	{LIBRARY_DRAFT, 0, {0}, SV("The first chapter, which has a rather long title of its own"), SV("published"),
		SV("3 Sep"), true, STYLE_GOOD},
	{LIBRARY_HEADING, 0, SV("Single"), SV("September 2026"), {0}, {0}, false, STYLE_TEXT},
	{LIBRARY_DRAFT, 0, {0}, SV("On walking home"), SV("unknown"), SV("2026-09-01"), false, STYLE_ERROR},
};
static const Hint LIBRARY_HINTS[] = {{SV("Enter"), SV("open")}, {SV("n"), SV("new")},
	{SV("Tab"), SV("work, date, state")}, {SV("/"), SV("find")}, {SV("F1"), SV("help")}};

static LibraryModel
library(void)
{
	return (LibraryModel){.rows = LIBRARY_ROWS,
		.row_count = COUNT(LIBRARY_ROWS),
		.current = 1,
		.order = SV("by work"),
		.summary = SV("12 drafts"),
		.empty = SV("Nothing here yet: n begins a draft."),
		HINTS(LIBRARY_HINTS)};
}

static void
test_library(void **state)
{
	(void)state;
	LibraryModel model = library();
	model.more_below = true;
	DRAW(draw_library, &model, 24, 80,
		"00| Library · by work              Find                                  12 drafts\n"
		"02| Continue  1 Rain on slate                       published, edited       14:02\n"
		"03|▸          2 정전의 밤                           draft               yesterday\n"
		"04| Works     3 Attic notes                         7/30\n"
		"05|               The first chapter, which has a …  published               3 Sep\n"
		"06| Single      September 2026\n"
		"07|             On walking home                     unknown            2026-09-01\n"
		"21|                                                                               ▾\n"
		"23| Enter open  n new  Tab work, date, state  / find  F1 help\n");
	DRAW(draw_library, &model, 10, 40,
		"00| Library · by work            12 drafts\n"
		"01| 1 Rain on slate         published, e…\n"
		"02|▸2 정전의 밤             draft\n"
		"03| 3 Attic notes           7/30\n"
		"04|     The first chapter…  published\n"
		"05|   September 2026\n"
		"06|   On walking home       unknown\n"
		"07|                                       ▾\n"
		"08| Enter open  n new\n"
		"09| Tab work, date, state  / find  F1 help\n");
	DRAW(draw_library, &model, 20, 200,
		"00| Library · by work                      Find                                              12 "
		"drafts\n"
		"02| Continue  1 Rain on slate                                           published, edited       "
		"14:02\n"
		"03|▸          2 정전의 밤                                               draft               "
		"yesterday\n"
		"04| Works     3 Attic notes                                             7/30\n"
		"05|               The first chapter, which has a rather long title of…  published               3 "
		"Sep\n"
		"06| Single      September 2026\n"
		"07|             On walking home                                         unknown            "
		"2026-09-01\n"
		"17|                                                                                                   "
		"▾\n"
		"19| Enter open  n new  Tab work, date, state  / find  F1 help\n");
	model.current = 5;
	DRAW(draw_library, &model, 6, 30,
		"00| Library · by work  12 drafts\n"
		"01|     The first …  published  ▴\n"
		"02|   September 2026\n"
		"03|▸  On walking h…  unknown    ▾\n"
		"04| Enter open  n new\n"
		"05| Tab work, date, state\n");
}

static void
test_library_filter(void **state)
{
	(void)state;
	LibraryModel model = library();
	model.filtering = true;
	model.filter = (Field){SV("slate #rain"), 11, false};
	model.row_count = 1;
	model.current = 0;
	DRAW(draw_library, &model, 24, 80,
		"00| Library · by work              Find slate #rain                      12 drafts\n"
		"02|▸Continue  1 Rain on slate                            published, edited  14:02\n"
		"23| Enter open  n new  Tab work, date, state  / find  F1 help\n"
		"cursor 0,48\n");
	DRAW(draw_library, &model, 10, 40,
		"00| Find slate #rain             12 drafts\n"
		"01|▸1 Rain on slate         published, e…\n"
		"08| Enter open  n new\n"
		"09| Tab work, date, state  / find  F1 help\n"
		"cursor 0,17\n");
	model.row_count = 0;
	DRAW(draw_library, &model, 24, 80,
		"00| Library · by work              Find slate #rain                      12 drafts\n"
		"02|           Nothing here yet: n begins a draft.\n"
		"23| Enter open  n new  Tab work, date, state  / find  F1 help\n"
		"cursor 0,48\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_library),
		cmocka_unit_test(test_library_filter),
	};
	return cmocka_run_group_tests_name("screen_library", tests, NULL, NULL);
}
