/* Borders between blocks of a long text: the sure ones before the last change, and behind it those that become sure
 * again, all at once, when reading on meets one of them. */
#include "borders.h"

#include <stdlib.h>

static bool
push(BorderStack *stack, Border border)
{
	Border *items = array_grow(stack->items, stack->len, &stack->cap, sizeof *items);
	if (items == NULL)
		return false;
	stack->items = items;
	items[stack->len++] = border;
	return true;
}

static Border *
top(const BorderStack *stack)
{
	return stack->len == 0 ? NULL : &stack->items[stack->len - 1];
}

void
borders_free(Borders *borders)
{
	free(borders->sure.items);
	free(borders->maybe.items);
	borders->sure = borders->maybe = (BorderStack){0};
}

/* Whether the change may have made the border what it is. A block begins by the line it begins with; a cut is made
 * because of all within reach of the border before it. */
static bool
depends_on(const Borders *b, const Border *border, const Edit *edit, size_t line)
{
	return border->cut ? border->at + b->reach > edit->at : border->at >= line;
}

void
borders_edited(Borders *b, const Edit *edit, size_t line, size_t len)
{
	size_t old_end = edit->at + edit->removed, tail = len - edit->at - edit->inserted;
	Border *last;
	while ((last = top(&b->maybe)) != NULL && last->at >= tail)
		b->maybe.len--;
	b->agreed = b->maybe.len > 0 && b->agreed < tail ? b->agreed : tail;
	bool apart = b->maybe.len > 0;
	while ((last = top(&b->sure)) != NULL && depends_on(b, last, edit, line)) {
		Border moved = *last;
		moved.apart = apart;
		b->sure.len--;
		moved.at = old_end + tail - last->at;
		/* Without memory they have to be found again. */
		if (last->at <= old_end)
			continue;
		if (!push(&b->maybe, moved))
			b->maybe.len = 0;
		apart = false;
	}
	/* Where cuts are depends on the last border before them. */
	while ((last = top(&b->maybe)) != NULL && last->cut)
		b->maybe.len--;
}

Border
borders_last(const Borders *b, size_t start)
{
	const Border *last = top(&b->sure);
	return last == NULL ? (Border){.at = start} : *last;
}

static Border
sure_at(const Borders *b, size_t start, size_t count)
{
	return count == 0 ? (Border){.at = start} : b->sure.items[count - 1];
}

Border
borders_nearest(const Borders *b, size_t start, size_t pos)
{
	size_t from = 0, to = b->sure.len;
	while (from < to) {
		size_t middle = from + (to - from) / 2;
		if (b->sure.items[middle].at <= pos)
			from = middle + 1;
		else
			to = middle;
	}
	/* A cut may be known only because of a look further on. */
	while (from > 0 && b->sure.items[from - 1].cut && pos - sure_at(b, start, from - 1).at <= b->reach)
		from--;
	return sure_at(b, start, from);
}

/* The nearest of `maybe`, and all that follow from it. */
static bool
make_sure(Borders *b, size_t len)
{
	for (bool apart = false; b->maybe.len > 0 && !apart; b->maybe.len--) {
		Border moved = *top(&b->maybe);
		apart = moved.apart;
		moved.at = len - moved.at;
		if (!push(&b->sure, moved))
			return false;
	}
	return true;
}

bool
borders_found(Borders *b, Border border, size_t len, bool keep, bool *settled)
{
	const Border *next;
	while ((next = top(&b->maybe)) != NULL && (next->cut || len - next->at < border.at))
		b->maybe.len--;
	bool met = next != NULL && len - next->at == border.at && !border.cut;
	*settled = met && next->at <= b->agreed;
	if (*settled)
		return make_sure(b, len);
	b->maybe.len -= met;
	const Border *last = top(&b->sure);
	if (!keep && last != NULL && border.at - last->at < b->spacing)
		return true;
	return push(&b->sure, border);
}
