/* Frames: after any sequence of them a terminal shows what it would show had it been drawn anew. */
#include "unit.h"

#include "frames_unit.h"

static const DiffRule FULL = {true, true, true, COLOURS_256, true, true};
static const DiffRule RULES[] = {
	{true, true, true, COLOURS_256, true, true},
	{true, true, true, COLOURS_16, false, false},
	{false, false, true, COLOURS_NONE, false, false},
	{true, false, false, COLOURS_256, false, true},
	{false, false, false, COLOURS_16, true, true},
};

static Surface *
make(int rows, int columns)
{
	Surface *surface = surface_new(rows, columns, NULL);
	assert_non_null(surface);
	return surface;
}

/* ---- Single steps, to the byte */

static void
assert_bytes(const Surface *from, const Surface *to, const char *wanted)
{
	Str bytes = {0};
	diff_frames(from, to, &FULL, &bytes);
	if (strcmp(str_c(&bytes), wanted) != 0) {
		for (size_t i = 0; i < bytes.len; i++)
			print_error(bytes.ptr[i] == '\033' ? "\\e" : "%c", bytes.ptr[i]);
		print_error("\n");
	}
	assert_string_equal(str_c(&bytes), wanted);
	str_free(&bytes);
}

static void
test_steps(void **state)
{
	(void)state;
	Surface *a = make(4, 40), *b = make(4, 40);
	surface_put(a, 1, 0, 40, SV("바람이 분다 the end of it"), STYLE_TEXT);
	surface_cursor(a, 1, 7);
	assert_true(surface_copy(b, a, NULL));
	assert_bytes(a, b, "");
	surface_cursor(b, 1, 9);
	assert_bytes(a, b, "\033[2C");
	surface_put(b, 1, 0, 40, SV("바람이 또 분다 the end of it"), STYLE_TEXT);
	surface_cursor(b, 1, 10);
	assert_bytes(a, b, "\033[3@또 ");
	assert_bytes(b, a, "\b\b\b\033[3P");
	/* a count in the last row, and back */
	surface_put_right(b, 3, 40, SV("12"), STYLE_TEXT);
	assert_bytes(a, b, "\033[3@또 \0337\n\n\033[28C12\0338");
	surface_hide_cursor(b);
	surface_put_right(b, 3, 40, SV("  "), STYLE_TEXT);
	assert_bytes(a, b, "\033[?25l\033[3@또 ");
	surface_free(a);
	surface_free(b);
}

static void
test_looks(void **state)
{
	(void)state;
	Surface *a = make(2, 20), *b = make(2, 20);
	surface_cursor(a, 0, 0);
	surface_cursor(b, 0, 0);
	surface_put(b, 0, 0, 20, SV("a bold  word"), STYLE_STRONG);
	assert_bytes(a, b, "\033[1ma bold  word\r\033[m");
	surface_put(b, 0, 0, 20, SV("            "), STYLE_STRONG);
	assert_bytes(a, b, "");
	surface_put(b, 0, 0, 20, SV("x "), STYLE_CURRENT);
	assert_bytes(a, b, "\033[7mx \r\033[m");
	surface_free(a);
	surface_free(b);
}

/* Of a line as wide as the screen nothing is erased between its parts. */
static void
test_lines(void **state)
{
	(void)state;
	Surface *a = make(2, 20), *b = make(2, 20);
	surface_cursor(a, 0, 0);
	surface_cursor(b, 0, 0);
	surface_fill(b, 0, 1, 3, 0x2500, STYLE_RULE);
	surface_put(b, 0, 5, 3, SV("a글"), STYLE_TEXT);
	assert_bytes(a, b, "\033[C\033[K\033[2m─\033[3G─\033[4G─\033[5G \033[ma글\r");
	surface_free(a);
	surface_free(b);
}

static void
test_rows_move(void **state)
{
	(void)state;
	Surface *a = make(10, 40), *b = make(10, 40);
	for (int row = 0; row < 9; row++) {
		char text[40];
		snprintf(text, sizeof text, "row %d of a text that is read on", row * 7919 % 100);
		surface_put(a, row, 0, 40, sv(text), STYLE_TEXT);
		if (row < 8)
			surface_put(b, row + (row > 3), 0, 40, sv(text), STYLE_TEXT);
	}
	surface_put(a, 9, 0, 40, SV("status"), STYLE_TEXT);
	surface_put(b, 9, 0, 40, SV("status"), STYLE_TEXT);
	surface_cursor(a, 0, 0);
	surface_cursor(b, 4, 0);
	assert_bytes(a, b, "\033[8B\033[M\033[4A\033[L");
	surface_free(a);
	surface_free(b);
}

/* ---- Sequences */

static void
explain(const char *what, const char *wrong, unsigned step, const Str *bytes)
{
	print_error("%s, step %u: %s\nsent: ", what, step, wrong);
	for (size_t i = 0; i < bytes->len; i++) {
		unsigned char c = (unsigned char)bytes->ptr[i];
		print_error(c < 0x20 || c == 0x7F ? "\\x%02x" : "%c", c);
	}
	print_error("\n");
	fail();
}

typedef struct Walk {
	int rows, columns;
	Alphabet alphabet;
	unsigned steps;
	uint32_t seed;
} Walk;

static void
walk_frames(Walk walk, const DiffRule *rule)
{
	Dice d = {.seed = walk.seed};
	Surface *from = make(walk.rows, walk.columns), *to = make(walk.rows, walk.columns);
	Screen screen = {0};
	Str bytes = {0};
	screen_open(&screen, walk.rows, walk.columns);
	screen_feed(&screen, NULL, from, rule, &bytes);
	for (unsigned step = 0; step < walk.steps; step++) {
		assert_true(surface_copy(to, from, NULL));
		if (step % 200 == 199)
			assert_true(surface_reset(to, walk.rows, walk.columns, NULL));
		change_picture(to, &d, walk.alphabet);
		screen_feed(&screen, from, to, rule, &bytes);
		const char *wrong = screen_differs(&screen, to);
		if (*wrong != '\0')
			explain("what is shown", wrong, step, &bytes);
		Screen fresh = {0};
		Str anew = {0};
		screen_open(&fresh, walk.rows, walk.columns);
		screen_feed(&fresh, NULL, to, rule, &anew);
		wrong = screens_differ(&screen, &fresh, to);
		if (*wrong != '\0')
			explain("against a fresh screen", wrong, step, &bytes);
		str_free(&anew);
		screen_close(&fresh);
		assert_true(surface_copy(from, to, NULL));
	}
	screen_close(&screen);
	surface_free(from);
	surface_free(to);
	str_free(&bytes);
}

static void
walk_all(Alphabet alphabet)
{
	static const Walk sizes[] = {{24, 80, 0, 400, 1}, {50, 200, 0, 60, 2}, {10, 40, 0, 800, 3}, {2, 5, 0, 1500, 4},
		{1, 1, 0, 100, 5}, {3, 2, 0, 300, 6}};
	for (size_t r = 0; r < sizeof RULES / sizeof RULES[0]; r++) {
		for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
			Walk walk = sizes[i];
			walk.alphabet = alphabet;
			walk.seed += (uint32_t)(100 * r + 1000 * alphabet);
			if (r > 0)
				walk.steps /= 4;
			walk_frames(walk, &RULES[r]);
		}
	}
}

static void
test_ascii(void **state)
{
	(void)state;
	walk_all(ALPHABET_ASCII);
}

static void
test_hangul(void **state)
{
	(void)state;
	walk_all(ALPHABET_HANGUL);
}

static void
test_certain(void **state)
{
	(void)state;
	walk_all(ALPHABET_CERTAIN);
}

static void
test_doubtful(void **state)
{
	(void)state;
	walk_all(ALPHABET_ALL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_steps),
		cmocka_unit_test(test_looks),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_rows_move),
		cmocka_unit_test(test_ascii),
		cmocka_unit_test(test_hangul),
		cmocka_unit_test(test_certain),
		cmocka_unit_test(test_doubtful),
	};
	return cmocka_run_group_tests_name("diff", tests, NULL, NULL);
}
