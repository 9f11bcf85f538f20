/* One row of the screen turned into another: cells inserted, deleted, overwritten, erased, whatever is shortest. */
#include "painter.h"

#include <string.h>

enum {
	SHIFT_MAX = 44,  /* columns that are inserted or deleted at once */
	STEPS_MAX = 20,  /* then the rest is written over */
	ERASE_BYTES = 3, /* EL */
	FAR_BYTES = 4,   /* about what a move costs */
	NEVER = 1 << 24,
};

typedef enum Op { OP_WRITE, OP_INSERT, OP_DELETE } Op;

typedef struct Choice {
	Op op;
	int count, cost;
} Choice;

/* Columns without the blanks at the end. */
static int
used_columns(const Spot *row, int columns)
{
	while (columns > 0 && spot_same(row[columns - 1], spot_blank()))
		columns--;
	return columns;
}

static int
last_difference(const Painter *p)
{
	int end = p->columns;
	while (end > 0 && spot_same(p->was[end - 1], p->will[end - 1]))
		end--;
	return end;
}

static void
sum_bytes(Painter *p)
{
	uint8_t look = p->look;
	p->sums[0] = 0;
	for (int i = 0; i < p->columns; i++) {
		Spot spot = p->will[i];
		int change = spot.width > 0 ? spot_look_cost(look, spot) : 0;
		if (change > 0)
			look = spot.look;
		p->changes[i] = change;
		p->sums[i + 1] = p->sums[i] + change + (spot.width > 0 ? spot.bytes : 0);
	}
}

/* Bytes for writing the columns [from, to), the pen being what it is now. */
static int
bytes_of(const Painter *p, int from, int to)
{
	if (from >= to)
		return 0;
	return p->sums[to] - p->sums[from] - p->changes[from] + spot_look_cost(p->look, p->will[from]);
}

/* What stands at a column once the row has moved left by `shift` (right, when negative). */
static Spot
shifted(const Painter *p, int column, int shift)
{
	int at = column + shift;
	if (at >= p->columns)
		return spot_blank();
	if (column == p->columns - 1 && p->was[at].width == 2)
		return SPOT_GARBAGE; /* its second half is cut off */
	return p->was[at];
}

/* About what remains to be paid for the columns from `from` on. */
static int
remainder_of(const Painter *p, int from, int shift, int used)
{
	while (from < p->columns && spot_same(shifted(p, from, shift), p->will[from]))
		from++;
	if (from >= p->columns)
		return 0;
	if (from >= used)
		return FAR_BYTES + ERASE_BYTES;
	int end = p->columns;
	while (spot_same(shifted(p, end - 1, shift), p->will[end - 1]))
		end--;
	return FAR_BYTES + (end > used ? bytes_of(p, from, used) + ERASE_BYTES : bytes_of(p, from, end));
}

static bool
starts_cluster(const Spot *row, int columns, int column)
{
	return column >= columns || row[column].width > 0;
}

static void
find_differences(Painter *p)
{
	int next = p->columns;
	p->differs[p->columns] = next;
	for (int i = p->columns - 1; i >= 0; i--) {
		if (!spot_same(p->was[i], p->will[i]))
			next = i;
		p->differs[i] = next;
	}
}

/* What remains after `count` columns at x were written over. */
static int
remainder_behind(const Painter *p, int behind, int end, int used)
{
	int from = starts_cluster(p->was, p->columns, behind) ? p->differs[behind] : behind;
	if (from >= p->columns)
		return 0;
	if (from >= used)
		return FAR_BYTES + ERASE_BYTES;
	return FAR_BYTES + (end > used ? bytes_of(p, from, used) + ERASE_BYTES : bytes_of(p, from, end));
}

static void
weigh_writing(const Painter *p, int x, int end, int used, Choice *best)
{
	int limit = x >= used || end - used <= ERASE_BYTES ? end : used;
	while (!starts_cluster(p->will, p->columns, limit))
		limit++;
	for (int behind = x + 1; behind <= limit; behind++) {
		if (!starts_cluster(p->will, p->columns, behind))
			continue;
		/* stopping is of use only where old and new agree again */
		if (behind < limit && p->differs[behind] == behind)
			continue;
		int cost = bytes_of(p, x, behind) + remainder_behind(p, behind, end, used);
		if (cost < best->cost)
			*best = (Choice){OP_WRITE, behind - x, cost};
	}
}

static void
weigh_inserting(const Painter *p, int x, int used, Choice *best)
{
	int plain = look_cost(p->look, LOOK_PLAIN);
	for (int count = 1; count <= SHIFT_MAX && x + count < p->columns; count++) {
		int behind = x + count;
		if (!starts_cluster(p->will, p->columns, behind))
			continue;
		if (behind < used && !spot_same(p->will[behind], p->was[x]))
			continue;
		int cost = plain + csi_cost(count) + bytes_of(p, x, behind) + remainder_of(p, behind, -count, used);
		if (cost < best->cost)
			*best = (Choice){OP_INSERT, count, cost};
	}
}

static void
weigh_deleting(const Painter *p, int x, int used, Choice *best)
{
	int plain = look_cost(p->look, LOOK_PLAIN);
	for (int count = 1; count <= SHIFT_MAX && x + count < p->columns; count++) {
		if (!starts_cluster(p->was, p->columns, x + count) || !spot_same(p->will[x], p->was[x + count]))
			continue;
		int cost = plain + csi_cost(count) + remainder_of(p, x, count, used);
		if (cost < best->cost)
			*best = (Choice){OP_DELETE, count, cost};
	}
}

/* ---- Doing it */

static void
write_cells(Painter *p, int x, int count)
{
	int behind = x + count;
	if (!starts_cluster(p->was, p->columns, behind))
		p->was[behind] = SPOT_GARBAGE;
	for (int i = x; i < behind; i++)
		if (p->will[i].width > 0)
			spot_put(p, p->will[i]);
	memcpy(p->was + x, p->will + x, (size_t)count * sizeof *p->was);
}

static void
insert_cells(Painter *p, int x, int count)
{
	look_set(p, LOOK_PLAIN);
	csi_put(p->out, count, '@');
	size_t kept = (size_t)(p->columns - x - count);
	memmove(p->was + x + count, p->was + x, kept * sizeof *p->was);
	if (p->was[p->columns - 1].width == 2)
		p->was[p->columns - 1] = SPOT_GARBAGE;
	for (int i = x; i < x + count; i++)
		p->was[i] = spot_blank();
	painter_mark(p);
	write_cells(p, x, count);
}

static void
delete_cells(Painter *p, int x, int count)
{
	look_set(p, LOOK_PLAIN);
	csi_put(p->out, count, 'P');
	size_t kept = (size_t)(p->columns - x - count);
	memmove(p->was + x, p->was + x + count, kept * sizeof *p->was);
	for (int i = p->columns - count; i < p->columns; i++)
		p->was[i] = spot_blank();
	painter_mark(p);
}

static void
erase_from(Painter *p, int x)
{
	look_set(p, LOOK_PLAIN);
	str_append_c(p->out, "\033[K");
	for (int i = x; i < p->columns; i++)
		p->was[i] = spot_blank();
	painter_mark(p);
}

/* ---- Clusters that terminals differ about */

static bool
has_doubtful(const Painter *p, int from, int to)
{
	for (int i = from; i < to; i++)
		if (p->was[i].doubtful || p->will[i].doubtful)
			return true;
	return false;
}

/* Columns that the cluster at x may have touched: at most two for each of its code points. */
static int
reach_of(const Painter *p, int x)
{
	char room[4];
	int reach = x + 2 * (int)unicode_count(surface_glyph(p->to, p->will[x].glyph, room));
	return reach;
}

/* Some terminals wrap what does not fit even when told not to. In the last row that would move the whole screen, so
 * there only the first code point of such a cluster is drawn. */
static void
put_doubtful(Painter *p, int row, int x)
{
	Spot spot = p->will[x];
	bool overflows = (spot.glyph & CELL_CLUSTER) != 0 && reach_of(p, x) > p->columns;
	if (overflows && row + 1 < p->rows)
		p->spill = reach_of(p, x) - p->columns + 1;
	if (overflows && row + 1 == p->rows) {
		size_t len;
		spot.glyph = unicode_rune(surface_glyph(p->to, spot.glyph, NULL), 0, &len);
	}
	spot_put(p, spot);
}

/* Whether terminals differ only about one or two columns: each of them writes the first. */
static bool
surely_covers(const Painter *p, Spot spot)
{
	char room[4];
	if ((spot.glyph & CELL_CLUSTER) != 0)
		return false;
	StrView glyph = surface_glyph(p->to, spot.glyph, room);
	return cluster_columns(glyph, false) == 1 && cluster_columns(glyph, true) == 2;
}

/* Whether all the columns [from, to) are about to be written: by clusters that reach no further than we think, or, when
 * it is one column, as lines and dots do. */
static bool
covered(const Painter *p, int from, int to, int used)
{
	if (to > used)
		return false;
	if (to - from == 1 && p->will[from].doubtful)
		return surely_covers(p, p->will[from]);
	for (int i = from; i < to; i++)
		if (p->will[i].doubtful)
			return false;
	return true;
}

/* After a doubtful cluster: to the column behind it, whatever the terminal thinks, and nothing of it left there. */
static void
step_behind(Painter *p, int row, int x, int used)
{
	int behind = x + p->will[x].width, reach = reach_of(p, x);
	if (reach > p->columns) {
		reach = p->columns;
		p->row = UNKNOWN;
	}
	p->column = UNKNOWN;
	if (behind >= p->columns)
		return;
	move_absolutely(p, row, behind);
	if (covered(p, behind, reach, used))
		return;
	if (p->rule->erase) {
		erase_from(p, behind);
		return;
	}
	for (int i = behind; i < reach; i++)
		spot_put(p, spot_blank());
	p->column = UNKNOWN;
	move_absolutely(p, row, behind);
}

/* The row from x on, left to right, over blanks. */
static void
rewrite_from(Painter *p, int row, int x)
{
	int used = p->rule->erase ? used_columns(p->will, p->columns) : p->columns;
	move_to(p, row, x);
	if (p->rule->erase) {
		erase_from(p, x);
	} else {
		look_set(p, LOOK_PLAIN);
		for (int i = x; i < p->columns; i++)
			spot_put(p, spot_blank());
		move_absolutely(p, row, x);
	}
	for (int i = x; i < used; i++) {
		if (p->will[i].width == 0)
			continue;
		if (p->will[i].doubtful) {
			put_doubtful(p, row, i);
			step_behind(p, row, i, used);
		} else {
			spot_put(p, p->will[i]);
		}
	}
}

/* ---- The row */

static Choice
choose(Painter *p, int x, int end, int used, bool may_shift)
{
	Choice best = {.op = OP_WRITE, .cost = NEVER};
	sum_bytes(p);
	weigh_writing(p, x, end, used, &best);
	if (may_shift) {
		weigh_inserting(p, x, used, &best);
		weigh_deleting(p, x, used, &best);
	}
	return best;
}

void
paint_row(Painter *p, int row)
{
	int used = p->rule->erase ? used_columns(p->will, p->columns) : p->columns;
	for (int steps = 0;; steps++) {
		find_differences(p);
		int x = p->differs[0], end = last_difference(p);
		if (x >= p->columns)
			return;
		while (p->was[x].width == 0 || p->will[x].width == 0)
			x--;
		if (has_doubtful(p, x, end)) {
			rewrite_from(p, row, x);
			return;
		}
		move_to(p, row, x);
		if (x >= used && end - x > ERASE_BYTES + look_cost(p->look, LOOK_PLAIN)) {
			erase_from(p, x);
			return;
		}
		bool may_shift = p->rule->insert_delete_cells && steps < STEPS_MAX && !has_doubtful(p, end, p->columns);
		Choice choice = choose(p, x, end, used, may_shift);
		if (choice.op == OP_INSERT)
			insert_cells(p, x, choice.count);
		else if (choice.op == OP_DELETE)
			delete_cells(p, x, choice.count);
		else
			write_cells(p, x, choice.count);
	}
}
