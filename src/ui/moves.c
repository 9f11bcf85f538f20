/* The cheapest way from one place on the screen to another. */
#include "painter.h"

#include <string.h>

enum { MOVE_MAX = 32, STEPS_MAX = 6 };

/* One way to move, spelled out. */
typedef struct Way {
	char bytes[MOVE_MAX];
	int len; /* over MOVE_MAX: no way */
} Way;

static const Way NO_WAY = {.len = 2 * MOVE_MAX};

static int
digits(int number)
{
	return number < 10 ? 1 : number < 100 ? 2 : number < 1000 ? 3 : number < 10000 ? 4 : 5;
}

static int
write_number(char *out, int number)
{
	int count = digits(number);
	for (int i = count - 1; i >= 0; i--, number /= 10)
		out[i] = (char)('0' + number % 10);
	return count;
}

int
csi_cost(int count)
{
	return 3 + (count == 1 ? 0 : digits(count));
}

static int
write_csi(char *out, int count, char final)
{
	int len = 0;
	out[len++] = '\033';
	out[len++] = '[';
	if (count != 1)
		len += write_number(out + len, count);
	out[len++] = final;
	return len;
}

void
csi_put(Str *out, int count, char final)
{
	char bytes[MOVE_MAX];
	str_append(out, (StrView){bytes, (size_t)write_csi(bytes, count, final)});
}

static void
shorter_csi(Way *best, int count, char final)
{
	if (csi_cost(count) < best->len)
		best->len = write_csi(best->bytes, count, final);
}

static void
shorter_steps(Way *best, int count, const char *step)
{
	int size = (int)strlen(step);
	if (count > STEPS_MAX || count * size >= best->len)
		return;
	best->len = 0;
	for (int i = 0; i < count; i++, best->len += size)
		memcpy(best->bytes + best->len, step, (size_t)size);
}

static void
shorter_return(Way *best, int to)
{
	int cost = 1 + (to > 0 ? csi_cost(to) : 0);
	if (cost >= best->len)
		return;
	best->bytes[0] = '\r';
	best->len = 1 + (to > 0 ? write_csi(best->bytes + 1, to, 'C') : 0);
}

static Way
along_row(const Painter *p, int from, int to)
{
	Way best = NO_WAY;
	if (from == to && from != UNKNOWN) {
		best.len = 0;
		return best;
	}
	if (from != UNKNOWN && to > from)
		shorter_csi(&best, to - from, 'C');
	if (from != UNKNOWN && to < from) {
		shorter_steps(&best, from - to, "\b");
		shorter_csi(&best, from - to, 'D');
	}
	shorter_return(&best, to);
	if (p->rule->column_moves)
		shorter_csi(&best, to + 1, 'G');
	return best;
}

static Way
along_column(const Painter *p, int from, int to)
{
	Way best = NO_WAY;
	if (from == UNKNOWN)
		return best;
	if (from == to)
		best.len = 0;
	else if (to > from) {
		shorter_steps(&best, to - from, "\n");
		shorter_csi(&best, to - from, 'B');
	} else {
		shorter_steps(&best, from - to, "\033M");
		shorter_csi(&best, from - to, 'A');
	}
	if (from != to && p->rule->column_moves)
		shorter_csi(&best, to + 1, 'd');
	return best;
}

static Way
absolute(int row, int column)
{
	Way way = {.bytes = "\033[", .len = 2};
	if (row > 0)
		way.len += write_number(way.bytes + way.len, row + 1);
	if (column > 0) {
		way.bytes[way.len++] = ';';
		way.len += write_number(way.bytes + way.len, column + 1);
	}
	way.bytes[way.len++] = 'H';
	return way;
}

/* The two halves of the way; the second is empty when one absolute move is shorter. */
static int
find_way(const Painter *p, int row, int column, Way *first, Way *second)
{
	*first = along_column(p, p->row, row);
	*second = along_row(p, p->column, column);
	Way jump = absolute(row, column);
	if (first->len + second->len <= jump.len)
		return first->len + second->len;
	*first = jump;
	second->len = 0;
	return jump.len;
}

int
move_cost(const Painter *p, int row, int column)
{
	Way first, second;
	return find_way(p, row, column, &first, &second);
}

static void
arrive(Painter *p, int row, int column)
{
	p->row = row;
	p->column = column;
	painter_mark(p);
}

void
move_to(Painter *p, int row, int column)
{
	Way first, second;
	find_way(p, row, column, &first, &second);
	str_append(p->out, (StrView){first.bytes, (size_t)first.len});
	str_append(p->out, (StrView){second.bytes, (size_t)second.len});
	arrive(p, row, column);
}

void
move_absolutely(Painter *p, int row, int column)
{
	if (p->row == row && p->rule->column_moves) {
		csi_put(p->out, column + 1, 'G');
	} else {
		Way jump = absolute(row, column);
		str_append(p->out, (StrView){jump.bytes, (size_t)jump.len});
	}
	arrive(p, row, column);
}

void
painter_mark(Painter *p)
{
	if (p->row != p->end_row || p->column != p->end_column)
		return;
	p->end_at = p->out->len;
	p->end_look = p->look;
}
