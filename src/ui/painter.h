/* What the files that make bytes for a terminal share: where its cursor and its pen stand, and one row of cells in a
 * form in which two pictures compare.
 */
#ifndef MEOK_UI_PAINTER_H
#define MEOK_UI_PAINTER_H

#include "internal.h"

enum { UNKNOWN = -1 };

/* A cell by what is to be seen of it: clusters by their number in the new picture, styles by their looks, and a blank
 * that shows nothing but itself is a plain one. Compared as bytes. */
typedef struct Spot {
	uint32_t glyph;
	uint8_t look;
	uint8_t width;
	uint8_t doubtful;
	uint8_t bytes; /* of the cluster */
} Spot;

typedef struct Painter {
	const Surface *to; /* whose clusters the glyphs name */
	const DiffRule *rule;
	Str *out;
	int columns, rows;
	int row, column; /* UNKNOWN: only absolute moves help */
	uint8_t look;
	/* where the cursor shall end, and where in `out` it stood there last (SIZE_MAX: never) */
	int end_row, end_column;
	size_t end_at;
	uint8_t end_look;
	int spill; /* columns of the next row where a cluster that did not fit may have gone */
	/* one row: what it is, what it shall be, and sums over the latter */
	Spot *was, *will;
	int *sums;    /* bytes of the cells before, changes of look included */
	int *changes; /* bytes of the change of look in front of a cell */
	int *differs; /* the next column, from here on, where the two differ */
} Painter;

/* ---- moves.c */

int move_cost(const Painter *p, int row, int column);
void move_to(Painter *p, int row, int column);
void move_absolutely(Painter *p, int row, int column); /* whatever the terminal thinks where it is */
int csi_cost(int count);                               /* bytes of csi_put */
void csi_put(Str *out, int count, char final);         /* CSI, the count unless it is 1, the final byte */
/* Remembers the place when it is where the cursor shall end. */
void painter_mark(Painter *p);

/* ---- pen.c */

int look_cost(uint8_t from, uint8_t to);
void look_set(Painter *p, uint8_t look);
/* Bytes for changing the pen from `look` so that `spot` can be written. */
int spot_look_cost(uint8_t look, Spot spot);
void spot_put(Painter *p, Spot spot); /* pen and text; the column follows, UNKNOWN at the edge */

static inline bool
spot_same(Spot a, Spot b)
{
	return a.glyph == b.glyph && a.look == b.look && a.width == b.width;
}

/* Nobody knows what is there. */
static const Spot SPOT_GARBAGE = {.glyph = UINT32_MAX, .look = UINT8_MAX, .width = 1};

static inline Spot
spot_blank(void)
{
	return (Spot){.glyph = ' ', .look = LOOK_PLAIN, .width = 1, .bytes = 1};
}

/* ---- rows.c */

/* Turns p->was into p->will on the terminal; p->was is used up. */
void paint_row(Painter *p, int row);

#endif
