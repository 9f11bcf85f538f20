/* The bytes that turn one picture into another: which rows, in which order, and whether some of them only move. */
#include "painter.h"

#include <stdlib.h>
#include <string.h>

enum {
	SEVERAL = 4,       /* changed rows from which on rows may be moved, and a frame may be large */
	LARGE_BYTES = 512, /* what does not come at once for certain is bracketed */
	SCROLL_MAX = 12,   /* rows that are moved at once */
	SCROLL_BYTES = 16, /* about what moving costs */
	SAVE_RESTORE = 4,  /* bytes of DECSC and DECRC */
	FOREIGN = 1 << 30, /* a cluster that only the old picture has */
	BLANK_ROW = -1,
};

/* A frame in the making: the painter, and where each row comes from. */
typedef struct Frame {
	Painter p;
	const Surface *from,
		*to; /* from NULL: nothing is on the screen but blanks, or garbage when it could not be erased */
	bool garbage;
	int *source;   /* row of `from` that stands here now, or BLANK_ROW */
	bool *changed; /* rows that are to be painted */
	int changed_count;
	/* for moving rows */
	uint64_t *old_hash, *new_hash;
	int *cost; /* of painting each row over a blank one, roughly */
} Frame;

/* ---- Rows as spots */

static uint32_t
common_glyph(const Frame *f, const Surface *surface, uint32_t glyph)
{
	if (surface == f->to || (glyph & CELL_CLUSTER) == 0)
		return glyph;
	size_t number = surface_find(f->to, surface_glyph(surface, glyph, NULL));
	return number == SIZE_MAX ? glyph | FOREIGN : CELL_CLUSTER | (uint32_t)number;
}

static uint8_t
glyph_bytes(const Surface *surface, uint32_t glyph)
{
	if ((glyph & CELL_CLUSTER) != 0)
		return (uint8_t)surface_glyph(surface, glyph, NULL).len;
	return glyph < 0x80 ? 1 : glyph < 0x800 ? 2 : glyph < 0x10000 ? 3 : 4;
}

static void
load_row(const Frame *f, const Surface *surface, int row, Spot *out)
{
	Colours colours = f->p.rule->colours;
	const Cell *cells = surface_cells(surface, row);
	uint8_t style = UINT8_MAX, look = LOOK_PLAIN;
	bool seen = false;
	for (int i = 0; i < f->p.columns; i++) {
		Cell cell = cells[i];
		if (cell.style != style) {
			style = cell.style;
			look = theme_look((Style)style, colours);
			seen = theme_marks_blanks(look);
		}
		uint8_t used = cell.glyph == ' ' && !seen ? LOOK_PLAIN : look;
		out[i] = (Spot){common_glyph(f, surface, cell.glyph), used, cell.width, cell.doubtful, 0};
		out[i].bytes = glyph_bytes(surface, cell.glyph);
	}
}

static void
load_old(const Frame *f, int row, Spot *out)
{
	int source = f->source[row];
	if (source != BLANK_ROW) {
		load_row(f, f->from, source, out);
		return;
	}
	for (int i = 0; i < f->p.columns; i++)
		out[i] = f->garbage ? SPOT_GARBAGE : spot_blank();
}

static bool
has_clusters(const Frame *f, int row)
{
	const Cell *cells = surface_cells(f->to, row);
	for (int i = 0; i < f->p.columns; i++)
		if ((cells[i].glyph & CELL_CLUSTER) != 0)
			return true;
	return false;
}

/* Whether a row of the screen already is what it shall be. */
static bool
row_same(const Frame *f, int row)
{
	size_t columns = (size_t)f->p.columns;
	int source = f->source[row];
	if (source != BLANK_ROW &&
		memcmp(surface_cells(f->from, source), surface_cells(f->to, row), columns * sizeof(Cell)) == 0 &&
		(f->to->entry_count == 0 || !has_clusters(f, row)))
		return true;
	load_old(f, row, f->p.was);
	load_row(f, f->to, row, f->p.will);
	return memcmp(f->p.was, f->p.will, columns * sizeof(Spot)) == 0;
}

static void
find_changed(Frame *f)
{
	f->changed_count = 0;
	for (int row = 0; row < f->p.rows; row++) {
		f->changed[row] = !row_same(f, row);
		f->changed_count += f->changed[row];
	}
}

/* ---- Rows that only move */

static uint64_t
hash_row(const Frame *f, const Spot *spots)
{
	uint64_t hash = 0xCBF29CE484222325u;
	for (int i = 0; i < f->p.columns; i++) {
		uint64_t word;
		memcpy(&word, &spots[i], sizeof word);
		hash = (hash ^ word) * 0x100000001B3u;
		hash ^= hash >> 29;
	}
	return hash;
}

static void
hash_rows(Frame *f)
{
	for (int row = 0; row < f->p.rows; row++) {
		load_old(f, row, f->p.was);
		f->old_hash[row] = hash_row(f, f->p.was);
		load_row(f, f->to, row, f->p.will);
		f->new_hash[row] = hash_row(f, f->p.will);
		int cost = 0, used = 0;
		for (int i = 0; i < f->p.columns; i++) {
			cost += f->p.will[i].width > 0 ? f->p.will[i].bytes : 0;
			if (!spot_same(f->p.will[i], spot_blank()))
				used = cost;
		}
		f->cost[row] = used + SCROLL_BYTES / 2;
	}
}

/* What is saved at a row when the row `by` above it comes there. Rows that differ in part are taken to cost half. */
static int
gain_at(const Frame *f, int row, int by)
{
	int source = row - by;
	int now = f->changed[row] ? f->cost[row] / 2 : 0;
	if (source < 0 || source >= f->p.rows)
		return now - f->cost[row];
	return now - (f->old_hash[source] == f->new_hash[row] ? 0 : f->cost[row] / 2);
}

/* A block of rows that moves: the rows [first, last] of the new picture were `by` higher up before. */
typedef struct Scroll {
	int by, first, last, gain;
} Scroll;

static Scroll
best_scroll_by(const Frame *f, int by)
{
	Scroll best = {.by = by}, now = {.by = by};
	int lost = by > 0 ? by : -by;
	for (int row = 0; row < f->p.rows; row++) {
		if (row - by < 0 || row - by >= f->p.rows)
			continue;
		if (now.gain <= 0)
			now = (Scroll){.by = by, .first = row};
		now.gain += gain_at(f, row, by);
		now.last = row;
		if (now.gain > best.gain)
			best = now;
	}
	/* The rows that the block leaves come out blank. */
	for (int i = 1; best.gain > 0 && i <= lost; i++) {
		int row = by > 0 ? best.first - i : best.last + i;
		best.gain += (f->changed[row] ? f->cost[row] / 2 : 0) - f->cost[row];
	}
	return best;
}

static void
delete_rows(Frame *f, int row, int count)
{
	move_to(&f->p, row, 0);
	csi_put(f->p.out, count, 'M');
	int kept = f->p.rows - row - count;
	memmove(f->source + row, f->source + row + count, (size_t)kept * sizeof *f->source);
	for (int i = f->p.rows - count; i < f->p.rows; i++)
		f->source[i] = BLANK_ROW;
}

static void
insert_rows(Frame *f, int row, int count)
{
	move_to(&f->p, row, 0);
	csi_put(f->p.out, count, 'L');
	int kept = f->p.rows - row - count;
	memmove(f->source + row + count, f->source + row, (size_t)kept * sizeof *f->source);
	for (int i = row; i < row + count; i++)
		f->source[i] = BLANK_ROW;
}

static void
do_scroll(Frame *f, Scroll scroll)
{
	int count = scroll.by > 0 ? scroll.by : -scroll.by;
	int top = scroll.by > 0 ? scroll.first - count : scroll.first;
	int bottom = scroll.by > 0 ? scroll.last : scroll.last + count;
	if (scroll.by > 0) {
		if (bottom + 1 < f->p.rows)
			delete_rows(f, bottom - count + 1, count);
		insert_rows(f, top, count);
	} else {
		delete_rows(f, top, count);
		if (bottom + 1 < f->p.rows)
			insert_rows(f, bottom - count + 1, count);
	}
}

static void
move_rows(Frame *f)
{
	Scroll best = {0};
	int most = f->p.rows - 1 < SCROLL_MAX ? f->p.rows - 1 : SCROLL_MAX;
	hash_rows(f);
	for (int by = -most; by <= most; by++) {
		if (by == 0)
			continue;
		Scroll scroll = best_scroll_by(f, by);
		if (scroll.gain > best.gain)
			best = scroll;
	}
	if (best.gain <= SCROLL_BYTES)
		return;
	do_scroll(f, best);
	find_changed(f);
}

/* ---- The frame */

static void
end_cursor(Frame *f)
{
	Painter *p = &f->p;
	if (!f->to->cursor_shown || (p->row == p->end_row && p->column == p->end_column)) {
		look_set(p, LOOK_PLAIN);
		return;
	}
	int by_move = move_cost(p, p->end_row, p->end_column) + look_cost(p->look, LOOK_PLAIN);
	if (p->end_at != SIZE_MAX && SAVE_RESTORE + look_cost(p->end_look, LOOK_PLAIN) < by_move) {
		str_splice(p->out, p->end_at, p->end_at, SV("\0337"));
		str_append_c(p->out, "\0338");
		p->look = p->end_look;
	} else {
		move_to(p, p->end_row, p->end_column);
	}
	look_set(p, LOOK_PLAIN);
}

static void
paint_rows(Frame *f)
{
	for (int row = 0; row < f->p.rows; row++) {
		int spill = f->p.spill;
		f->p.spill = 0;
		if (!f->changed[row] && spill == 0)
			continue;
		load_old(f, row, f->p.was);
		load_row(f, f->to, row, f->p.will);
		for (int i = 0; i < f->p.columns && (i < spill || f->p.was[i].width == 0); i++)
			f->p.was[i] = SPOT_GARBAGE;
		paint_row(&f->p, row);
	}
	end_cursor(f);
}

/* The screen may hold anything, and the pen be anything. */
static void
begin_anew(Frame *f)
{
	str_append_c(f->p.out, f->p.rule->erase ? "\033[m\033[H\033[2J" : "\033[m\033[H");
	f->garbage = !f->p.rule->erase;
	f->p.row = f->p.column = 0;
	for (int row = 0; row < f->p.rows; row++)
		f->source[row] = BLANK_ROW;
}

/* Hides the cursor where it would be seen running about, and shows it where it belongs. */
static void
bracket(const Frame *f, size_t start, bool large)
{
	bool anew = f->from == NULL, was_shown = !anew && f->from->cursor_shown, shown = f->to->cursor_shown;
	bool synchronised = large && f->p.rule->synchronised;
	Str *out = f->p.out;
	if (anew || (was_shown && (large || !shown)))
		str_splice(out, start, start, SV("\033[?25l"));
	if (synchronised)
		str_splice(out, start, start, SV("\033[?2026h"));
	if (shown && (anew || !was_shown || large))
		str_append_c(out, "\033[?25h");
	if (synchronised)
		str_append_c(out, "\033[?2026l");
}

static void
make_frame(Frame *f)
{
	bool anew = f->from == NULL;
	size_t start = f->p.out->len;
	painter_mark(&f->p);
	if (anew)
		begin_anew(f);
	for (int row = 0; !anew && row < f->p.rows; row++)
		f->source[row] = row;
	find_changed(f);
	bool several = f->changed_count >= SEVERAL;
	if (several && !anew && f->p.rule->insert_delete_rows)
		move_rows(f);
	paint_rows(f);
	bracket(f, start, anew || (several && f->p.out->len - start > LARGE_BYTES));
}

static Painter
painter_of(const Surface *from, const Surface *to, const DiffRule *rule, Str *out)
{
	Painter p = {.to = to, .rule = rule, .out = out, .columns = to->columns, .rows = to->rows};
	bool known = from != NULL && from->cursor_shown;
	p.row = known ? from->cursor_row : UNKNOWN;
	p.column = known ? from->cursor_column : UNKNOWN;
	p.end_row = to->cursor_shown ? to->cursor_row : UNKNOWN - 1;
	p.end_column = to->cursor_column;
	p.end_at = SIZE_MAX;
	return p;
}

void
diff_frames(const Surface *from, const Surface *to, const DiffRule *rule, Str *out)
{
	if (from != NULL && (from->rows != to->rows || from->columns != to->columns))
		from = NULL;
	size_t columns = (size_t)to->columns, rows = (size_t)to->rows;
	size_t size = rows * (2 * sizeof(uint64_t) + 2 * sizeof(int) + sizeof(bool)) + columns * 2 * sizeof(Spot) +
		      (columns + 1) * 3 * sizeof(int);
	uint64_t *room = malloc(size);
	if (room == NULL) {
		out->failed = true;
		return;
	}
	Frame f = {.p = painter_of(from, to, rule, out), .from = from, .to = to};
	f.old_hash = room;
	f.new_hash = f.old_hash + rows;
	f.p.was = (Spot *)(f.new_hash + rows);
	f.p.will = f.p.was + columns;
	f.p.sums = (int *)(f.p.will + columns);
	f.p.changes = f.p.sums + columns + 1;
	f.p.differs = f.p.changes + columns + 1;
	f.source = f.p.differs + columns + 1;
	f.cost = f.source + rows;
	f.changed = (bool *)(f.cost + rows);
	make_frame(&f);
	explicit_bzero(room, size);
	free(room);
}
