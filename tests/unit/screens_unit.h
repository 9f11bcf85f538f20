/* What the tests of screens share: pictures as text. */
#ifndef MEOK_TESTS_SCREENS_UNIT_H
#define MEOK_TESTS_SCREENS_UNIT_H

#include "unit.h"

#include "../../src/ui/internal.h"
#include "meok/ui.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define HINTS(array) .hints = (array), .hint_count = COUNT(array)
#define DRAW(draw, model, rows, columns, wanted)                          \
	do {                                                              \
		Surface *surface_ = surface_new((rows), (columns), NULL); \
		assert_non_null(surface_);                                \
		draw((model), surface_);                                  \
		assert_picture_(surface_, (wanted), __FILE__, __LINE__);  \
		surface_free(surface_);                                   \
	} while (0)

/* The rows that are not blank, each with its number, and where the cursor is when it is shown. */
static inline void
picture_of(const Surface *surface, Str *out)
{
	Str text = {0};
	surface_text(surface, &text);
	StrView rest = str_view(&text), row;
	for (int i = 0; sv_split(&rest, '\n', &row); i++) {
		if (row.len > 0)
			str_printf(out, "%02d|%.*s\n", i, (int)row.len, row.ptr);
	}
	if (surface->cursor_shown)
		str_printf(out, "cursor %d,%d\n", surface->cursor_row, surface->cursor_column);
	str_free(&text);
}

static inline void
assert_picture_(const Surface *surface, const char *wanted, const char *file, int line)
{
	Str got = {0};
	picture_of(surface, &got);
	if (sv_equal(str_view(&got), sv(wanted))) {
		str_free(&got);
		return;
	}
	print_error("got\n%s\nwanted\n%s\n", str_c(&got), wanted);
	str_free(&got);
	_fail(file, line);
}

#endif
