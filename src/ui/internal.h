/* What the files below the screens share: cells, and how styles look. */
#ifndef MEOK_UI_INTERNAL_H
#define MEOK_UI_INTERNAL_H

#include "meok/ui.h"

/* ---- Cells (surface.c) */

/* A cluster of one code point is that; the others are numbers of clusters that their surface keeps. */
enum { CELL_CLUSTER = 1u << 31 };

typedef struct Cell {
	uint32_t glyph;
	uint8_t style;
	uint8_t width; /* 1, 2; 0: the second half of the one before */
	bool doubtful; /* terminals differ about its width */
	uint8_t spare; /* 0, so that rows compare as bytes */
} Cell;

typedef struct ClusterEntry {
	uint32_t start, len, hash;
} ClusterEntry;

struct Surface {
	int rows, columns;
	Cell *cells;
	size_t cell_cap;
	bool cursor_shown;
	int cursor_row, cursor_column;
	/* clusters of several code points, each once */
	char *bytes;
	size_t bytes_len, bytes_cap;
	ClusterEntry *entries;
	size_t entry_count, entry_cap;
	bool torn;       /* there was no memory for one: it is drawn as a question mark */
	uint32_t *slots; /* open addressing: number of an entry + 1; a power of two of them, entry_cap * 2 */
};

static inline const Cell *
surface_cells(const Surface *surface, int row)
{
	return surface->cells + (size_t)row * (size_t)surface->columns;
}

/* The text of a glyph; `room` (4 bytes) holds it when it is one code point. */
StrView surface_glyph(const Surface *surface, uint32_t glyph, char room[4]);
/* The number of the entry with this text, SIZE_MAX when there is none. */
size_t surface_find(const Surface *surface, StrView text);
/* Makes *to what `from` is. False without memory; *to is unchanged then. */
bool surface_copy(Surface *to, const Surface *from, Err *err);

/* ---- Looks (theme.c): what different styles may have in common */

enum { LOOK_PLAIN = 0, LOOK_MAX = 16 };

uint8_t theme_look(Style style, Colours colours);
/* The parameters of SGR that make it, out of the default: "" for LOOK_PLAIN, "1;4". */
const char *theme_sgr(uint8_t look);
/* Whether a blank of that look is to be seen: reversed, underlined, struck or with a background. */
bool theme_marks_blanks(uint8_t look);

#endif
