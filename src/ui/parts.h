/* What the screens share beyond ui.h: measures, wrapped text, hints in a line, and the bottom of a picture. */
#ifndef MEOK_UI_PARTS_H
#define MEOK_UI_PARTS_H

#include "meok/ui.h"

enum {
	PARTS_MARGIN = 1,
	PARTS_WIDE = 100,  /* lists and forms grow no wider than this: a row must stay one row to the eye */
	PARTS_READ = 90,   /* the same for prose */
	PARTS_NARROW = 60, /* under this many columns details are left out */
	PARTS_ROOMY = 16,  /* from this many rows on a picture has blank lines */
	PARTS_BOTTOM = 2,  /* rows below a list: the hints, and a notice above them or instead of them */
};

int parts_width(const Surface *surface);  /* columns that a screen uses, both margins included */
int parts_top(int rows);                  /* the first row below the heading */
int parts_list_rows(int rows, int taken); /* rows between the heading with `taken` rows more, and the bottom */

/* Text cut at column `end` (exclusive); returns the column behind it, never beyond `end`. */
int parts_put(Surface *surface, int row, int column, int end, StrView text, Style style);
/* Text over at most `most` rows, broken between words and cut at the end of the last. Returns the rows it takes; with
 * `surface` NULL that is all it does. */
int parts_wrap(Surface *surface, int row, int column, int columns, int most, StrView text, Style style);

/* How many hints fit, and in *used how many columns they take. */
size_t parts_hints_fit(const Hint *hints, size_t count, int columns, int *used);
/* Those that fit before `end`; returns the column behind them. A first one that does not fit is cut. */
int parts_hints(Surface *surface, int row, int column, int end, const Hint *hints, size_t count);

void parts_blank(Surface *surface, int row);
/* Draws a notice that ends at row `last`; returns the rows it takes: 0, 1 or 2. */
int parts_notice(Surface *surface, int last, const Notice *notice);
/* Hints in the last row, or in two; a notice of one line above them, one of two lines instead of them. */
void parts_bottom(Surface *surface, const Hint *hints, size_t count, const Notice *notice);
/* The heading, and right of it an aside that gives way first. Returns the column behind the heading; *end is where the
 * aside begins. */
int parts_heading(Surface *surface, StrView heading, StrView aside, int *end);
/* Marks that the rows of a list go on beyond what is drawn. */
void parts_more(Surface *surface, int first, int rows, int column, bool above, bool below);
void parts_current(Surface *surface, int row, int width);
/* The first row to draw so that `current` is among the `shown` ones. */
size_t parts_first(size_t current, size_t count, int shown);

#endif
