/* What holds for every screen, whatever is in its model and however large it is: nothing a terminal obeys, the cursor
 * and the chosen row to be seen, the text where it was. */
#include "screens_unit.h"

enum { ROUNDS = 900, LIST = 40 };

/* ---- Random models */

typedef struct Random {
	uint64_t state;
	bool hostile;
	StrView texts[24]; /* to choose from */
	size_t text_count;
	Str long_text, marks;
} Random;

static uint32_t
next_number(Random *random, uint32_t below)
{
	random->state = random->state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(random->state >> 33) % below;
}

static bool
coin(Random *random)
{
	return next_number(random, 2) == 1;
}

static void
random_open(Random *random, uint64_t seed, bool hostile)
{
	*random = (Random){.state = seed, .hostile = hostile};
	static const StrView tame[] = {SV(""), SV("a"), SV("on"), SV("Rain on slate"),
		SV("비가 오는 날이면 다락에 올라갔다."), SV("https://blog.example.org/2026/11/rain-on-slate/"),
		SV("데이터 센터"), SV("published, edited since"),
		SV("a sentence of several words that does not fit into one row of a telephone")};
	static const StrView wild[] = {SV("\x1B[2J\x1B]0;owned\x07"), SV("one\ntwo\r\nthree\n\n\n"), SV("\t\tx\t"),
		SV("\xE2\x80\xAEtxet\xE2\x80\xAC \xE2\x80\x8B\xEF\xBB\xBF\xE2\x81\xA6"),
		SV("\xFF\xC0\xAF\xED\xA0\x80\xF4\x90"), SV("👩‍👩‍👧🇰🇷🏳️‍🌈🇰"),
		SV("\xC2\x9B"
		   "31m\xC2\x85\x7F"),
		SV("\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB\xE1\x85\xA1\xE1\x86\xAB"), SV("\xCC\x81\xE2\x83\x9D"),
		{"nul\0inside", 10}, SV("﷽﷽﷽"), SV("\xE2\x80\xA8\xE2\x80\xA9"), SV("    ")};
	for (size_t i = 0; i < COUNT(tame); i++)
		random->texts[random->text_count++] = tame[i];
	if (!hostile)
		return;
	for (size_t i = 0; i < COUNT(wild); i++)
		random->texts[random->text_count++] = wild[i];
	for (int i = 0; i < 10000; i++)
		str_append_c(&random->long_text, i % 7 == 0 ? "한" : i % 5 == 0 ? " " : "x");
	str_append_c(&random->marks, "e");
	for (int i = 0; i < 5000; i++)
		str_append_c(&random->marks, "\xCC\x81");
	random->texts[random->text_count++] = str_view(&random->long_text);
	random->texts[random->text_count++] = str_view(&random->marks);
}

static void
random_close(Random *random)
{
	str_free(&random->long_text);
	str_free(&random->marks);
}

static StrView
any_text(Random *random)
{
	return random->texts[next_number(random, (uint32_t)random->text_count)];
}

static Field
any_field(Random *random)
{
	Field field = {any_text(random), 0, coin(random)};
	/* not always between clusters, and sometimes behind the end */
	field.cursor = coin(random) ? field.text.len : next_number(random, (uint32_t)field.text.len + 3);
	return field;
}

static Notice
any_notice(Random *random)
{
	return (Notice){
		(NoticeKind)next_number(random, 5), any_text(random), coin(random), coin(random) ? SV("Esc") : SV("")};
}

static size_t
any_hints(Random *random, Hint *hints, size_t most)
{
	size_t count = next_number(random, (uint32_t)most + 1);
	for (size_t i = 0; i < count; i++)
		hints[i] = (Hint){coin(random) ? SV("Enter") : any_text(random), any_text(random)};
	return count;
}

/* ---- What must hold of any picture */

static void
assert_harmless(const Surface *surface)
{
	Str text = {0};
	surface_text(surface, &text);
	StrView all = str_view(&text);
	for (size_t pos = 0, len; pos < all.len; pos += len) {
		uint32_t rune = unicode_rune(all, pos, &len);
		bool control = (rune < 0x20 && rune != '\n') || (rune >= 0x7F && rune < 0xA0);
		bool bidi = (rune >= 0x202A && rune <= 0x202E) || (rune >= 0x2066 && rune <= 0x2069);
		bool separator = rune == 0x2028 || rune == 0x2029 || rune == 0x200B || rune == 0xFEFF;
		if (control || bidi || separator) {
			print_error("U+%04X on the screen\n", (unsigned)rune);
			fail();
		}
	}
	str_free(&text);
}

/* How many rows begin with the sign of the chosen row, and the last of them in *row. */
static int
marked_rows(const Surface *surface, int *row)
{
	int count = 0;
	for (int i = 0; i < surface_rows(surface); i++) {
		if (surface_cells(surface, i)[0].glyph == 0x25B8) {
			assert_int_equal(surface_cells(surface, i)[0].style, STYLE_CURRENT);
			*row = i;
			count++;
		}
	}
	return count;
}

static bool
row_holds(const Surface *surface, int row, StrView wanted)
{
	Str text = {0};
	surface_text(surface, &text);
	StrView rest = str_view(&text), one = {0};
	for (int i = 0; i <= row; i++)
		sv_split(&rest, '\n', &one);
	bool holds = sv_find(one, wanted, 0) != SIZE_MAX;
	str_free(&text);
	return holds;
}

typedef void CheckFn(Random *random, Surface *surface);

/* Small windows come often: there a screen has the least room for mistakes. */
static void
on_any_size(CheckFn *check, uint64_t seed)
{
	for (int hostile = 0; hostile < 2; hostile++) {
		Random random;
		random_open(&random, seed, hostile == 1);
		Surface *surface = surface_new(1, 1, NULL);
		for (int i = 0; i < ROUNDS / (hostile == 1 ? 3 : 1); i++) {
			int rows = 1 + (int)next_number(&random, coin(&random) ? 16 : 100);
			int columns = 1 + (int)next_number(&random, coin(&random) ? 60 : 300);
			assert_true(surface_reset(surface, rows, columns, NULL));
			check(&random, surface);
			assert_harmless(surface);
		}
		surface_free(surface);
		random_close(&random);
	}
}

static bool
is_too_small(const Surface *surface)
{
	if (surface_rows(surface) >= 6 && surface_columns(surface) >= 30)
		return false;
	assert_false(surface->cursor_shown);
	return true;
}

/* ---- The screens */

static void
check_start(Random *random, Surface *surface)
{
	Hint hints[6];
	StartModel model = {.first_run = coin(random),
		.passphrase = any_field(random),
		.again = any_field(random),
		.focus = (int)next_number(random, 2),
		.latin = next_number(random, 200),
		.hangul = next_number(random, 3),
		.digits = next_number(random, 2),
		.other = next_number(random, 3) * 100000,
		.has_again = coin(random),
		.same = coin(random),
		.strength = (int)next_number(random, 7) - 1,
		.capitals_only = coin(random),
		.shown = coin(random),
		.vault = any_text(random),
		.working = coin(random) ? any_text(random) : SV(""),
		.other_language = SV("English"),
		.language_key = coin(random) ? any_text(random) : SV("^L"),
		.hints = hints,
		.hint_count = any_hints(random, hints, 6),
		.notice = any_notice(random)};
	draw_start(&model, surface);
	if (is_too_small(surface))
		return;
	assert_int_equal(surface->cursor_shown, model.working.len == 0);
	if (!surface->cursor_shown)
		return;
	bool again = model.first_run && model.focus == 1;
	assert_true(row_holds(surface, surface->cursor_row, again ? SV("Once more") : SV("Passphrase")));
	assert_in_range(surface->cursor_row, 1, surface_rows(surface) - 3);
}

static void
check_editor(Random *random, Surface *surface)
{
	EditorRow rows[120];
	EditorSpan spans[3] = {{next_number(random, 4), 4 + next_number(random, 4), STYLE_STRONG},
		{9, 9 + next_number(random, 40), STYLE_LINK}, {60, next_number(random, 200), STYLE_CODE}};
	Hint hints[4];
	for (size_t i = 0; i < COUNT(rows); i++)
		rows[i] = (EditorRow){.text = any_text(random), .spans = spans, .span_count = next_number(random, 4)};
	EditorModel model = {.rows = rows,
		.row_count = next_number(random, COUNT(rows) + 1),
		.cursor_row = (int)next_number(random, 130) - 5,
		.cursor_column = (int)next_number(random, 320) - 5,
		.title_hint = any_text(random),
		.title_row = (int)next_number(random, 130) - 5,
		.subtitle_row = -1,
		.body_row = -1,
		.work = any_text(random),
		.keywords = next_number(random, 5),
		.keyword_limit = next_number(random, 4),
		.keyword_list = any_text(random),
		.comments = any_text(random),
		.site = any_text(random),
		.state = any_text(random),
		.count = any_text(random),
		.saved = any_text(random),
		.hints = hints,
		.hint_count = any_hints(random, hints, 4),
		.notice = any_notice(random),
		.plain = coin(random)};
	int text_rows = editor_text_rows(&model, surface_rows(surface));
	assert_in_range(text_rows, 1, surface_rows(surface));
	draw_editor(&model, surface);
	if (is_too_small(surface))
		return;
	if (surface->cursor_shown) {
		assert_int_equal(surface->cursor_row, model.cursor_row);
		int column = model.cursor_column + EDITOR_MARGIN, last = surface_columns(surface) - 1;
		assert_int_equal(surface->cursor_column, column < last ? column : last);
		assert_true(model.cursor_row < text_rows);
	} else {
		assert_true(model.cursor_row < 0 || model.cursor_row >= text_rows || model.cursor_column < 0);
	}
}

/* Nothing at the bottom reaches into the rows that editor_text_rows gives to the text. */
static void
check_editor_keeps_text(Random *random, Surface *surface)
{
	EditorRow rows[120];
	for (size_t i = 0; i < COUNT(rows); i++)
		rows[i] = (EditorRow){.text = SV("ⅷ")};
	EditorModel model = {.rows = rows,
		.row_count = COUNT(rows),
		.title_row = -1,
		.subtitle_row = -1,
		.body_row = -1,
		.work = any_text(random),
		.keyword_list = any_text(random),
		.count = any_text(random),
		.notice = any_notice(random),
		.plain = coin(random)};
	draw_editor(&model, surface);
	if (is_too_small(surface))
		return;
	int text_rows = editor_text_rows(&model, surface_rows(surface));
	for (int row = 0; row < surface_rows(surface); row++)
		assert_int_equal(surface_cells(surface, row)[EDITOR_MARGIN].glyph == 0x2177, row < text_rows);
}

static void
check_library(Random *random, Surface *surface)
{
	LibraryRow rows[LIST];
	Hint hints[6];
	for (size_t i = 0; i < LIST; i++)
		rows[i] = (LibraryRow){(LibraryRowKind)next_number(random, 3), (int)next_number(random, 12) - 1,
			any_text(random), any_text(random), any_text(random), any_text(random), coin(random),
			(Style)next_number(random, STYLES)};
	LibraryModel model = {.rows = rows,
		.row_count = next_number(random, LIST + 1),
		.current = next_number(random, LIST),
		.filter = any_field(random),
		.filtering = coin(random),
		.order = any_text(random),
		.summary = any_text(random),
		.empty = any_text(random),
		.more_above = coin(random),
		.more_below = coin(random),
		.hints = hints,
		.hint_count = any_hints(random, hints, 6),
		.notice = any_notice(random)};
	if (!random->hostile)
		rows[model.current].title = SV("Q7");
	draw_library(&model, surface);
	if (is_too_small(surface))
		return;
	int row = 0;
	assert_int_equal(marked_rows(surface, &row), model.current < model.row_count ? 1 : 0);
	if (!random->hostile && model.current < model.row_count)
		assert_true(row_holds(surface, row, SV("Q7")));
	assert_int_equal(surface->cursor_shown, model.filtering);
	if (model.filtering)
		assert_int_equal(surface->cursor_row, 0);
	assert_in_range(library_rows(surface_rows(surface)), 1, surface_rows(surface) - 3);
}

static void
check_picker(Random *random, Surface *surface)
{
	PickerRow rows[LIST];
	StrView chosen[LIST];
	Hint hints[6];
	for (size_t i = 0; i < LIST; i++) {
		rows[i] = (PickerRow){(int)next_number(random, 12) - 1, any_text(random), any_text(random),
			(Style)next_number(random, STYLES), coin(random)};
		chosen[i] = any_text(random);
	}
	PickerModel model = {.heading = any_text(random),
		.chosen = chosen,
		.chosen_count = next_number(random, LIST + 1),
		.chosen_current = coin(random) ? SIZE_MAX : next_number(random, LIST),
		.aside = any_text(random),
		.has_input = coin(random),
		.input = any_field(random),
		.rows = rows,
		.row_count = next_number(random, LIST + 1),
		.current = coin(random) ? SIZE_MAX : next_number(random, LIST),
		.empty = any_text(random),
		.more_above = coin(random),
		.more_below = coin(random),
		.hints = hints,
		.hint_count = any_hints(random, hints, 6),
		.notice = any_notice(random)};
	if (!random->hostile && model.current != SIZE_MAX)
		rows[model.current].label = SV("Q7");
	draw_picker(&model, surface);
	if (is_too_small(surface))
		return;
	int row = 0;
	assert_int_equal(marked_rows(surface, &row), model.current < model.row_count ? 1 : 0);
	if (!random->hostile && model.current < model.row_count)
		assert_true(row_holds(surface, row, SV("Q7")));
	assert_int_equal(surface->cursor_shown, model.has_input);
	if (model.has_input)
		assert_int_equal(surface->cursor_row, 1);
	assert_in_range(picker_rows(&model, surface_rows(surface)), 1, surface_rows(surface) - 3);
}

static void
check_form(Random *random, Surface *surface)
{
	FormField fields[12];
	Hint hints[4];
	for (size_t i = 0; i < COUNT(fields); i++)
		fields[i] = (FormField){any_text(random), any_field(random), any_text(random)};
	FormModel model = {.heading = any_text(random),
		.text = any_text(random),
		.fields = fields,
		.field_count = 1 + next_number(random, COUNT(fields)),
		.working = coin(random) ? any_text(random) : SV(""),
		.hints = hints,
		.hint_count = any_hints(random, hints, 4),
		.notice = any_notice(random)};
	model.focus = next_number(random, (uint32_t)model.field_count);
	fields[model.focus].label = SV("Q7");
	draw_form(&model, surface);
	if (is_too_small(surface))
		return;
	assert_int_equal(surface->cursor_shown, model.working.len == 0);
	if (!surface->cursor_shown)
		return;
	assert_true(row_holds(surface, surface->cursor_row, SV("Q7")));
	assert_in_range(surface->cursor_row, 1, surface_rows(surface) - 3);
}

static void
check_sheet(Random *random, Surface *surface)
{
	SheetLine lines[8];
	StrView warnings[4];
	Hint hints[5];
	for (size_t i = 0; i < COUNT(lines); i++)
		lines[i] = (SheetLine){any_text(random), any_text(random), any_text(random), any_text(random)};
	for (size_t i = 0; i < COUNT(warnings); i++)
		warnings[i] = any_text(random);
	SheetModel model = {.stage = (SheetStage)next_number(random, SHEET_FAILED + 1),
		.title = any_text(random),
		.target = any_text(random),
		.lines = lines,
		.line_count = next_number(random, COUNT(lines) + 1),
		.check = any_text(random),
		.warnings = warnings,
		.warning_count = next_number(random, COUNT(warnings) + 1),
		.ready = coin(random),
		.armed_in_ms = (int)next_number(random, 3) * 200,
		.progress = any_text(random),
		.hold_seconds = (int)next_number(random, 30) - 5,
		.hold_total = (int)next_number(random, 20) - 5,
		.changes = next_number(random, 3),
		.change_before = any_text(random),
		.change_after = any_text(random),
		.url = any_text(random),
		.result = random->hostile ? any_text(random) : SV("Q7"),
		.detail = any_text(random),
		.hints = hints,
		.hint_count = any_hints(random, hints, 5),
		.notice = any_notice(random)};
	draw_sheet(&model, surface);
	if (is_too_small(surface))
		return;
	assert_false(surface->cursor_shown);
	if (random->hostile || model.stage < SHEET_DONE)
		return;
	bool seen = false;
	for (int row = 1; row < surface_rows(surface) - 2; row++)
		seen = seen || row_holds(surface, row, model.stage == SHEET_DONE ? SV("✓ Q7") : SV("✗ Q7"));
	assert_true(seen);
}

static void
check_page(Random *random, Surface *surface)
{
	PageLine lines[60];
	Hint hints[4];
	for (size_t i = 0; i < COUNT(lines); i++)
		lines[i] = (PageLine){any_text(random), (Style)next_number(random, STYLES), any_text(random)};
	PageModel model = {.heading = any_text(random),
		.aside = any_text(random),
		.lines = lines,
		.line_count = next_number(random, COUNT(lines) + 1),
		.more_above = coin(random),
		.more_below = coin(random),
		.hints = hints,
		.hint_count = any_hints(random, hints, 4),
		.notice = any_notice(random)};
	draw_page(&model, surface);
	if (!is_too_small(surface))
		assert_in_range(page_rows(surface_rows(surface)), 1, surface_rows(surface) - 3);
}

static void
check_over_the_bottom(Random *random, Surface *surface)
{
	Hint hints[12];
	check_library(random, surface);
	MenuModel menu = {any_text(random), hints, any_hints(random, hints, 12)};
	PromptModel prompt = {
		any_text(random), any_field(random), any_text(random), hints, menu.hint_count, any_notice(random)};
	bool asks = coin(random);
	if (asks)
		draw_prompt(&prompt, surface);
	else
		draw_menu(&menu, surface);
	if (is_too_small(surface))
		return;
	assert_true(surface->cursor_shown);
	int rows = surface_rows(surface);
	assert_in_range(surface->cursor_row, asks ? rows - 3 : 3, rows - 1);
}

/* ---- Once more for all */

static void
test_start(void **state)
{
	(void)state;
	on_any_size(check_start, 1);
}

static void
test_editor(void **state)
{
	(void)state;
	on_any_size(check_editor, 2);
	on_any_size(check_editor_keeps_text, 3);
}

static void
test_library(void **state)
{
	(void)state;
	on_any_size(check_library, 4);
}

static void
test_picker(void **state)
{
	(void)state;
	on_any_size(check_picker, 5);
}

static void
test_form(void **state)
{
	(void)state;
	on_any_size(check_form, 6);
}

static void
test_sheet(void **state)
{
	(void)state;
	on_any_size(check_sheet, 7);
}

static void
test_page(void **state)
{
	(void)state;
	on_any_size(check_page, 8);
}

static void
test_over_the_bottom(void **state)
{
	(void)state;
	on_any_size(check_over_the_bottom, 9);
}

/* The column of the cursor is the width of what stands before it: no field shows another place than the one typed at.
 */
static void
test_field_cursor(void **state)
{
	(void)state;
	StrView whole = SV("비가 오는 날 wet 👩‍👩‍👧 나무 rain e\xCC\x81t 하나 둘 셋");
	Surface *surface = surface_new(1, 80, NULL);
	for (int columns = 8; columns < 60; columns++) {
		for (size_t pos = 0;; pos = cluster_next(whole, pos)) {
			surface_reset(surface, 1, 80, NULL);
			Field field = {whole, pos, false};
			draw_field(surface, 0, 3, columns, &field, true);
			assert_true(surface->cursor_shown);
			assert_in_range(surface->cursor_column, 3, 3 + columns - 1);
			assert_int_equal(surface_cells(surface, 0)[3 + columns].glyph, ' ');
			/* what stands before the cursor on the screen is what stands before it in the text */
			const Cell *before = &surface_cells(surface, 0)[surface->cursor_column - 1];
			if (pos > 0 && before->width == 1 && (before->glyph & CELL_CLUSTER) == 0) {
				size_t len;
				assert_int_equal(before->glyph, unicode_rune(whole, cluster_prev(whole, pos), &len));
			}
			if (pos >= whole.len)
				break;
		}
	}
	surface_free(surface);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_start),
		cmocka_unit_test(test_editor),
		cmocka_unit_test(test_library),
		cmocka_unit_test(test_picker),
		cmocka_unit_test(test_form),
		cmocka_unit_test(test_sheet),
		cmocka_unit_test(test_page),
		cmocka_unit_test(test_over_the_bottom),
		cmocka_unit_test(test_field_cursor),
	};
	return cmocka_run_group_tests_name("screens", tests, NULL, NULL);
}
