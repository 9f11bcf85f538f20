/* Cells: drawing, cutting, halves of wide clusters, and pictures that stay whole under random drawing. */
#include "unit.h"

#include <limits.h>

#include "../../src/ui/internal.h"

static void
assert_surface(const Surface *surface, const char *wanted)
{
	Str text = {0};
	surface_text(surface, &text);
	assert_view_equal(str_view(&text), wanted);
	str_free(&text);
}

static Surface *
make(int rows, int columns)
{
	Surface *surface = surface_new(rows, columns, NULL);
	assert_non_null(surface);
	return surface;
}

static void
test_put(void **state)
{
	(void)state;
	Surface *s = make(3, 10);
	assert_surface(s, "\n\n");
	assert_int_equal(surface_put(s, 0, 0, 10, SV("봄비가 온다"), STYLE_TEXT), 9);
	assert_int_equal(surface_put(s, 1, 2, INT_MAX, SV("abcdefghijkl"), STYLE_TEXT), 8);
	assert_int_equal(surface_put(s, 2, 0, 3, SV("가나다"), STYLE_TEXT), 2);
	assert_surface(s, "봄비가 온\n  abcdefgh\n가");
	assert_int_equal(surface_rows(s), 3);
	assert_int_equal(surface_columns(s), 10);
	surface_free(s);
}

static void
test_outside(void **state)
{
	(void)state;
	Surface *s = make(2, 4);
	assert_int_equal(surface_put(s, -1, 0, 4, SV("x"), STYLE_TEXT), 0);
	assert_int_equal(surface_put(s, 2, 0, 4, SV("x"), STYLE_TEXT), 0);
	assert_int_equal(surface_put(s, 0, -1, 4, SV("x"), STYLE_TEXT), 0);
	assert_int_equal(surface_put(s, 0, 4, 4, SV("x"), STYLE_TEXT), 0);
	assert_int_equal(surface_put(s, 0, 0, -3, SV("x"), STYLE_TEXT), 0);
	assert_int_equal(surface_put_cut(s, 0, 9, 4, SV("x"), STYLE_TEXT), 0);
	assert_int_equal(surface_put_right(s, 5, 4, SV("x"), STYLE_TEXT), 3);
	surface_fill(s, 0, 9, 3, '-', STYLE_TEXT);
	surface_fill(s, 0, 0, 3, 0xAC00, STYLE_TEXT);
	surface_restyle(s, 7, 0, 3, STYLE_ERROR);
	assert_surface(s, "\n");
	surface_cursor(s, 5, -5);
	assert_true(s->cursor_shown && s->cursor_row == 1 && s->cursor_column == 0);
	surface_cursor(s, -5, 50);
	assert_true(s->cursor_row == 0 && s->cursor_column == 3);
	surface_hide_cursor(s);
	assert_false(s->cursor_shown);
	surface_free(s);
}

static void
test_cut(void **state)
{
	(void)state;
	Surface *s = make(4, 8);
	assert_int_equal(surface_put_cut(s, 0, 0, 8, SV("가나다라"), STYLE_TEXT), 8);
	assert_int_equal(surface_put_cut(s, 1, 0, 8, SV("가나다라마"), STYLE_TEXT), 7);
	assert_int_equal(surface_put_cut(s, 2, 0, 4, SV("abcdef"), STYLE_TEXT), 4);
	assert_int_equal(surface_put_cut(s, 3, 0, 1, SV("가"), STYLE_TEXT), 1);
	assert_surface(s, "가나다라\n가나다…\nabc…\n…");
	surface_free(s);
}

static void
test_right(void **state)
{
	(void)state;
	Surface *s = make(3, 8);
	assert_int_equal(surface_put_right(s, 0, 8, SV("끝"), STYLE_TEXT), 6);
	assert_int_equal(surface_put_right(s, 1, 50, SV("abc"), STYLE_TEXT), 5);
	assert_int_equal(surface_put_right(s, 2, 3, SV("abcdef"), STYLE_TEXT), 0);
	assert_surface(s, "      끝\n     abc\nabc");
	surface_free(s);
}

static void
test_halves(void **state)
{
	(void)state;
	Surface *s = make(1, 8);
	surface_put(s, 0, 0, 8, SV("가나다라"), STYLE_TEXT);
	surface_put(s, 0, 1, 8, SV("x"), STYLE_TEXT);
	assert_surface(s, " x나다라");
	surface_put(s, 0, 3, 8, SV("한"), STYLE_TEXT);
	assert_surface(s, " x 한 라");
	surface_put(s, 0, 6, 1, SV("y"), STYLE_TEXT);
	assert_surface(s, " x 한 y");
	surface_free(s);
}

static void
test_harmless(void **state)
{
	(void)state;
	Surface *s = make(2, 20);
	assert_int_equal(surface_put(s, 0, 0, 20, SV("\x1B[2J\u202E\n"), STYLE_VALUE), 6);
	assert_int_equal(surface_put(s, 1, 0, 20, SV("\xFF\ta\u200D"), STYLE_SELECTION), 6);
	assert_surface(s, "␛[2J\u2426\u2424\n\uFFFD    a");
	assert_int_equal(surface_cells(s, 0)[0].style, STYLE_STRANGE);
	assert_int_equal(surface_cells(s, 0)[1].style, STYLE_VALUE);
	assert_int_equal(surface_cells(s, 1)[0].style, STYLE_SELECTION);
	surface_free(s);
}

static void
test_styles(void **state)
{
	(void)state;
	Surface *s = make(1, 8);
	surface_put(s, 0, 0, 8, SV("a가나b"), STYLE_TEXT);
	surface_restyle(s, 0, 2, 2, STYLE_FOUND);
	static const Style wanted[] = {STYLE_TEXT, STYLE_FOUND, STYLE_FOUND, STYLE_FOUND, STYLE_FOUND, STYLE_TEXT};
	for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
		assert_int_equal(surface_cells(s, 0)[i].style, wanted[i]);
	surface_fill(s, 0, 6, 50, '-', STYLE_RULE);
	assert_surface(s, "a가나b--");
	assert_int_equal(surface_cells(s, 0)[7].style, STYLE_RULE);
	for (int style = 0; style < STYLES; style++)
		for (int colours = COLOURS_NONE; colours <= COLOURS_256; colours++)
			assert_true(theme_look((Style)style, (Colours)colours) < LOOK_MAX);
	assert_string_equal(theme_sgr(theme_look(STYLE_TEXT, COLOURS_256)), "");
	surface_free(s);
}

static void
test_width(void **state)
{
	(void)state;
	assert_int_equal(surface_width(SV("")), 0);
	assert_int_equal(surface_width(SV("봄비 ab\t👩‍👩‍👧\n")), 5 + 2 + 4 + 2 + 1);
}

static void
test_reset(void **state)
{
	(void)state;
	Surface *s = make(2, 4), *copy = make(1, 1);
	surface_put(s, 0, 0, 4, SV("👩‍👩‍👧e\u0301\u0302"), STYLE_TEXT);
	assert_int_equal(s->entry_count, 2);
	surface_cursor(s, 1, 1);
	assert_true(surface_copy(copy, s, NULL));
	size_t used = s->bytes_len;
	assert_true(used > 0 && surface_reset(s, 5, 9, NULL));
	assert_surface(s, "\n\n\n\n");
	assert_false(s->cursor_shown);
	assert_int_equal(s->entry_count, 0);
	assert_surface(copy, "👩‍👩‍👧e\u0301\u0302\n");
	assert_true(copy->cursor_shown && copy->cursor_row == 1);
	for (size_t i = 0; i < used; i++)
		assert_int_equal(s->bytes[i], 0);
	assert_true(surface_reset(s, 0, -4, NULL));
	assert_int_equal(surface_rows(s) * surface_columns(s), 1);
	surface_free(s);
	surface_free(copy);
	surface_free(NULL);
}

/* ---- Random drawing */

static uint32_t
next_random(uint32_t *seed)
{
	*seed = *seed * 1103515245 + 12345;
	return *seed >> 8;
}

/* Every cell is a whole cluster, a half that has its other half, or a blank. */
static void
assert_whole(const Surface *s)
{
	char room[4];
	for (int row = 0; row < s->rows; row++) {
		const Cell *cells = surface_cells(s, row);
		for (int i = 0; i < s->columns; i++) {
			if (cells[i].width == 0) {
				assert_true(i > 0 && cells[i - 1].width == 2);
				assert_int_equal(cells[i].style, cells[i - 1].style);
			} else {
				StrView text = surface_glyph(s, cells[i].glyph, room);
				assert_int_equal(cluster_columns(text, false), cells[i].width);
				assert_true(unicode_valid(text));
			}
			if (cells[i].width == 2)
				assert_true(i + 1 < s->columns && cells[i + 1].width == 0);
		}
	}
}

static void
test_random(void **state)
{
	(void)state;
	static const char *const texts[] = {"a", "가", "봄비가 온다", "x\u0304y", "👩‍👩‍👧", "🇰🇷", "\t",
		"“말”", "\x1B", "\u1112\u1161\u11AB", "…", "मनीष", "words here"};
	uint32_t seed = 7;
	Surface *s = make(4, 12);
	Str many = {0};
	for (int round = 0; round < 20000; round++) {
		int row = (int)(next_random(&seed) % 6) - 1, column = (int)(next_random(&seed) % 16) - 2;
		int count = (int)(next_random(&seed) % 8);
		Style style = (Style)(next_random(&seed) % STYLES);
		StrView text = sv(texts[next_random(&seed) % (sizeof texts / sizeof texts[0])]);
		switch (next_random(&seed) % 6) {
		case 0:
			surface_put_cut(s, row, column, count, text, style);
			break;
		case 1:
			surface_put_right(s, row, column, text, style);
			break;
		case 2:
			surface_fill(s, row, column, count, round % 2 == 0 ? '-' : 0x2500, style);
			break;
		case 3:
			surface_restyle(s, row, column, count, style);
			break;
		default:
			surface_put(s, row, column, count, text, style);
		}
		assert_whole(s);
		if (round % 500 == 0)
			assert_true(surface_reset(s, 1 + round % 7, 1 + round % 13, NULL));
	}
	/* more different clusters than the first table of them holds */
	assert_true(surface_reset(s, 30, 40, NULL));
	for (int i = 0; i < 1000; i++) {
		str_clear(&many);
		str_append_rune(&many, 0x4E00 + (uint32_t)i);
		str_append_rune(&many, 0x301);
		surface_put(s, i / 20, i % 20 * 2, 2, str_view(&many), STYLE_TEXT);
	}
	assert_int_equal(s->entry_count, 600);
	assert_whole(s);
	str_free(&many);
	surface_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_put),
		cmocka_unit_test(test_outside),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_right),
		cmocka_unit_test(test_halves),
		cmocka_unit_test(test_harmless),
		cmocka_unit_test(test_styles),
		cmocka_unit_test(test_width),
		cmocka_unit_test(test_reset),
		cmocka_unit_test(test_random),
	};
	return cmocka_run_group_tests_name("surface", tests, NULL, NULL);
}
