/* What the test and the fuzz target of frames share: random pictures that follow each other as an editor's do, and a
 * terminal (libvterm) that is asked what it shows.
 */
#ifndef MEOK_TESTS_FRAMES_UNIT_H
#define MEOK_TESTS_FRAMES_UNIT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <vterm.h>

#include "../../src/ui/internal.h"

/* ---- Dice: a sequence made of a seed, or bytes from a fuzzer */

typedef struct Dice {
	uint32_t seed;
	const uint8_t *data; /* NULL: the seed decides */
	size_t size, pos;
} Dice;

static inline unsigned
dice(Dice *d, unsigned faces)
{
	if (d->data != NULL)
		return d->pos < d->size ? d->data[d->pos++] % faces : 0;
	d->seed = d->seed * 1103515245 + 12345;
	return (d->seed >> 8) % faces;
}

static inline bool
dice_left(const Dice *d)
{
	return d->data == NULL || d->pos < d->size;
}

/* ---- Pictures */

typedef enum Alphabet { ALPHABET_ASCII, ALPHABET_HANGUL, ALPHABET_CERTAIN, ALPHABET_ALL } Alphabet;

static inline StrView
random_text(Dice *d, Alphabet alphabet)
{
	static const char *const ascii[] = {
		"a", "the ", "quick", " ", "brown fox", "jumps over", "e", "   ", "x", "1,743"};
	static const char *const hangul[] = {"가", "봄비가 ", "내리는 ", "창가에서", " ", "편지를 쓴다", "ㄱ", "한"};
	static const char *const certain[] = {"漢字", "x\u0304", "😀", "š", "カナ", "✓", "가\u0301", "ｶ"};
	static const char *const strange[] = {"👩‍👩‍👧", "❤️", "👍🏽", "🇰🇷", "1️⃣", "“말”", "…",
		"का", "\u1112\u1161\u11AB", "e\u0301\u0302", "🫠", "☀", "─", "\x1B[2J", "\t", "\u202E", "\uE000",
		"😀\uFE0E", "ש", "🇰"};
	unsigned kind = alphabet == ALPHABET_ASCII    ? 0
			: alphabet == ALPHABET_HANGUL ? dice(d, 2)
						      : dice(d, 2 + alphabet - 1);
	switch (kind) {
	case 0:
		return sv(ascii[dice(d, sizeof ascii / sizeof ascii[0])]);
	case 1:
		return sv(hangul[dice(d, sizeof hangul / sizeof hangul[0])]);
	case 2:
		return sv(certain[dice(d, sizeof certain / sizeof certain[0])]);
	default:
		return sv(strange[dice(d, sizeof strange / sizeof strange[0])]);
	}
}

static inline Style
random_style(Dice *d)
{
	return dice(d, 3) == 0 ? (Style)dice(d, STYLES) : STYLE_TEXT;
}

static inline void
row_text(const Surface *s, int row, int from, int to, Str *out)
{
	char room[4];
	const Cell *cells = surface_cells(s, row);
	for (int i = from; i < to && i < s->columns; i++)
		if (cells[i].width > 0)
			str_append(out, surface_glyph(s, cells[i].glyph, room));
}

/* As if something were typed or deleted in the middle of a row. */
static inline void
edit_row(Surface *s, Dice *d, Alphabet alphabet)
{
	Str text = {0};
	int row = (int)dice(d, (unsigned)s->rows), at = (int)dice(d, (unsigned)s->columns);
	int skip = dice(d, 2) == 0 ? (int)dice(d, 4) : 0;
	row_text(s, row, 0, at, &text);
	if (skip == 0)
		str_append(&text, random_text(d, alphabet));
	row_text(s, row, at + skip, s->columns, &text);
	Style style = (Style)surface_cells(s, row)[at].style;
	surface_fill(s, row, 0, s->columns, ' ', STYLE_TEXT);
	surface_put(s, row, 0, s->columns, str_view(&text), style);
	surface_cursor(s, row, at);
	str_free(&text);
}

static inline void
move_rows_by(Surface *s, Dice *d)
{
	int first = (int)dice(d, (unsigned)s->rows), count = (int)dice(d, (unsigned)(s->rows - first)) + 1;
	int by = (int)dice(d, (unsigned)count);
	size_t row = (size_t)s->columns;
	Cell *at = s->cells + (size_t)first * row;
	if (dice(d, 2) == 0)
		memmove(at + (size_t)by * row, at, (size_t)(count - by) * row * sizeof(Cell));
	else
		memmove(at, at + (size_t)by * row, (size_t)(count - by) * row * sizeof(Cell));
}

static inline void
draw_at_random(Surface *s, Dice *d, Alphabet alphabet)
{
	int row = (int)dice(d, (unsigned)s->rows), column = (int)dice(d, (unsigned)s->columns);
	StrView text = random_text(d, alphabet);
	for (unsigned i = dice(d, 6); i > 0 && column < s->columns; i--) {
		int used = surface_put(s, row, column, s->columns, text, random_style(d));
		column += used;
		text = random_text(d, alphabet);
	}
}

/* A picture that comes a step or a few after the one it holds. */
static inline void
change_picture(Surface *s, Dice *d, Alphabet alphabet)
{
	for (unsigned i = dice(d, 4) + 1; i > 0; i--) {
		unsigned row = dice(d, (unsigned)s->rows);
		switch (dice(d, 9)) {
		case 0:
			surface_restyle(
				s, (int)row, (int)dice(d, (unsigned)s->columns), (int)dice(d, 12), random_style(d));
			break;
		case 1:
			surface_fill(s, (int)row, (int)dice(d, (unsigned)s->columns), s->columns, ' ', random_style(d));
			break;
		case 2:
			move_rows_by(s, d);
			break;
		case 3:
			for (int r = 0; dice(d, 3) == 0 && r < s->rows; r++)
				draw_at_random(s, d, alphabet);
			break;
		case 4:
			surface_put_right(s, (int)row, s->columns, random_text(d, alphabet), random_style(d));
			break;
		case 5:
		case 6:
			draw_at_random(s, d, alphabet);
			break;
		default:
			edit_row(s, d, alphabet);
		}
	}
	if (dice(d, 8) == 0)
		surface_hide_cursor(s);
	else if (dice(d, 3) == 0)
		surface_cursor(s, (int)dice(d, (unsigned)s->rows), (int)dice(d, (unsigned)s->columns));
}

/* ---- The terminal */

typedef struct Screen {
	VTerm *vt;
	VTermScreen *screen;
	bool cursor_shown;
} Screen;

static inline int
screen_property(VTermProp property, VTermValue *value, void *user)
{
	Screen *screen = user;
	if (property == VTERM_PROP_CURSORVISIBLE)
		screen->cursor_shown = value->boolean;
	return 1;
}

static const VTermScreenCallbacks SCREEN_CALLBACKS = {.settermprop = screen_property};

/* With something on every cell already, so that nothing is blank by chance. */
static inline void
screen_open(Screen *s, int rows, int columns)
{
	static const char begin[] = "\033[?1049h\033[?7l\033[31;7m";
	s->vt = vterm_new(rows, columns);
	vterm_set_utf8(s->vt, 1);
	s->screen = vterm_obtain_screen(s->vt);
	vterm_screen_set_callbacks(s->screen, &SCREEN_CALLBACKS, s);
	vterm_screen_enable_altscreen(s->screen, 1);
	vterm_screen_reset(s->screen, 1);
	vterm_input_write(s->vt, begin, sizeof begin - 1);
	for (int row = 0; row < rows; row++) {
		char place[32];
		int len = snprintf(place, sizeof place, "\033[%dH", row + 1);
		vterm_input_write(s->vt, place, (size_t)len);
		for (int i = 0; i < columns; i++)
			vterm_input_write(s->vt, "#", 1);
	}
}

static inline void
screen_close(Screen *s)
{
	vterm_free(s->vt);
}

static inline VTermScreenCell
screen_cell(const Screen *s, int row, int column)
{
	VTermScreenCell cell;
	memset(&cell, 0, sizeof cell);
	vterm_screen_get_cell(s->screen, (VTermPos){row, column}, &cell);
	if (cell.chars[0] == ' ' && cell.chars[1] == 0)
		cell.chars[0] = 0;
	return cell;
}

/* What is to be seen of a cell is the same: colours and weight of blanks are not. */
static inline bool
cells_equal(const VTermScreenCell *a, const VTermScreenCell *b)
{
	bool blank = a->chars[0] == 0;
	return memcmp(a->chars, b->chars, sizeof a->chars) == 0 && a->width == b->width &&
	       a->attrs.reverse == b->attrs.reverse && a->attrs.underline == b->attrs.underline &&
	       a->attrs.strike == b->attrs.strike && vterm_color_is_equal(&a->bg, &b->bg) &&
	       (blank || (a->attrs.bold == b->attrs.bold && vterm_color_is_equal(&a->fg, &b->fg)));
}

/* Whether the terminal's cell holds the cluster that the picture has there. */
static inline bool
cell_is(const VTermScreenCell *cell, StrView text)
{
	size_t pos = 0, len;
	if (sv_equal(text, SV(" ")))
		return cell->chars[0] == 0;
	for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell->chars[i] != 0; i++, pos += len)
		if (pos >= text.len || unicode_rune(text, pos, &len) != cell->chars[i])
			return false;
	return pos >= text.len;
}

/* Empty when the terminal shows the picture: every cluster whose width is not in doubt in its column, with blanks where
 * there are blanks, and the cursor. Otherwise what is wrong. */
static inline const char *
screen_differs(const Screen *screen, const Surface *s)
{
	static char text[160];
	char room[4];
	VTermPos place;
	for (int row = 0; row < s->rows; row++) {
		const Cell *cells = surface_cells(s, row);
		for (int i = 0; i < s->columns; i++) {
			if (cells[i].width == 0 || cells[i].doubtful)
				continue;
			VTermScreenCell cell = screen_cell(screen, row, i);
			StrView glyph = surface_glyph(s, cells[i].glyph, room);
			/* a blank beside a doubtful cluster may be the half of one, but never of what was there before
			 */
			if (cell.width == cells[i].width && cell_is(&cell, glyph))
				continue;
			snprintf(text, sizeof text, "row %d column %d: wanted '%.*s', got U+%04X of width %d", row, i,
				(int)glyph.len, glyph.ptr, (unsigned)cell.chars[0], cell.width);
			return text;
		}
	}
	if (screen->cursor_shown != s->cursor_shown)
		return "the cursor is hidden or shown wrongly";
	vterm_state_get_cursorpos(vterm_obtain_state(screen->vt), &place);
	if (s->cursor_shown && (place.row != s->cursor_row || place.col != s->cursor_column)) {
		snprintf(text, sizeof text, "the cursor is at %d,%d, not at %d,%d", place.row, place.col, s->cursor_row,
			s->cursor_column);
		return text;
	}
	return "";
}

/* The same for two terminals, cell by cell, looks included. */
static inline const char *
screens_differ(const Screen *a, const Screen *b, const Surface *s)
{
	static char text[160];
	for (int row = 0; row < s->rows; row++) {
		for (int i = 0; i < s->columns; i++) {
			const Cell *cell = surface_cells(s, row) + i;
			VTermScreenCell one = screen_cell(a, row, i), other = screen_cell(b, row, i);
			if (cell->doubtful || cell->width == 0 || cells_equal(&one, &other))
				continue;
			snprintf(text, sizeof text, "row %d column %d: U+%04X against U+%04X drawn anew", row, i,
				(unsigned)one.chars[0], (unsigned)other.chars[0]);
			return text;
		}
	}
	return "";
}

static inline void
screen_feed(const Screen *screen, const Surface *from, const Surface *to, const DiffRule *rule, Str *bytes)
{
	str_clear(bytes);
	diff_frames(from, to, rule, bytes);
	vterm_input_write(screen->vt, str_c(bytes), bytes->len);
}

#endif
