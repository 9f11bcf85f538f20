/* Marks that move with the text. */
#include "marks.h"

#include <limits.h>
#include <stdlib.h>

static Mark *
live_mark(const Marks *marks, int mark)
{
	if (mark < 0 || (size_t)mark >= marks->len || marks->items[mark].stamp == 0)
		return NULL;
	return &marks->items[mark];
}

int
marks_add(Marks *marks, size_t pos, MarkSide side)
{
	size_t i = 0;
	while (i < marks->len && marks->items[i].stamp != 0)
		i++;
	if (i == marks->len) {
		size_t cap = marks->len < 8 ? 8 : marks->len * 2;
		Mark *items = cap > INT_MAX ? NULL : realloc(marks->items, cap * sizeof *items);
		if (items == NULL)
			return -1;
		for (size_t j = marks->len; j < cap; j++)
			items[j] = (Mark){0};
		marks->items = items;
		marks->len = cap;
	}
	marks->items[i] = (Mark){pos, ++marks->stamp, side};
	return (int)i;
}

void
marks_set(Marks *marks, int mark, size_t pos)
{
	Mark *m = live_mark(marks, mark);
	if (m == NULL)
		return;
	m->pos = pos;
	m->stamp = ++marks->stamp;
}

void
marks_remove(Marks *marks, int mark)
{
	Mark *m = live_mark(marks, mark);
	if (m != NULL)
		m->stamp = 0;
}

void
marks_free(Marks *marks)
{
	free(marks->items);
	*marks = (Marks){0};
}

/* A replacement counts as a deletion, then an insertion. Where normalisation made it wider than asked, a mark at the
 * outer border stays outside. */
static size_t
moved(const Mark *mark, Edit edit, Span asked)
{
	size_t end = edit.at + edit.removed;
	if (mark->pos < edit.at || (mark->pos == edit.at && edit.at < asked.from))
		return mark->pos;
	if (mark->pos > end || (mark->pos == end && end > asked.to))
		return mark->pos - edit.removed + edit.inserted;
	return mark->side == MARK_AFTER ? edit.at + edit.inserted : edit.at;
}

void
marks_move(Marks *marks, Edit edit, Span asked)
{
	for (size_t i = 0; i < marks->len; i++)
		if (marks->items[i].stamp != 0)
			marks->items[i].pos = moved(&marks->items[i], edit, asked);
}

static bool
has_mark(const MarkMemory *memory, int mark)
{
	for (size_t i = 0; i < memory->len; i++)
		if (memory->items[i].mark == mark)
			return true;
	return false;
}

void
memory_add(MarkMemory *memory, const Marks *marks, Span span, size_t shift)
{
	for (size_t i = 0; i < marks->len; i++) {
		const Mark *mark = &marks->items[i];
		if (mark->stamp == 0 || mark->pos < span.from || mark->pos > span.to || has_mark(memory, (int)i))
			continue;
		Remembered *items = realloc(memory->items, (memory->len + 1) * sizeof *items);
		if (items == NULL)
			return;
		items[memory->len++] = (Remembered){(int)i, mark->stamp, mark->pos - span.from + shift};
		memory->items = items;
	}
}

void
memory_shift(MarkMemory *memory, size_t by)
{
	for (size_t i = 0; i < memory->len; i++)
		memory->items[i].offset += by;
}

void
memory_restore(const MarkMemory *memory, Marks *marks, size_t at)
{
	for (size_t i = 0; i < memory->len; i++) {
		const Remembered *one = &memory->items[i];
		Mark *mark = live_mark(marks, one->mark);
		if (mark != NULL && mark->stamp == one->stamp)
			mark->pos = at + one->offset;
	}
}

void
memory_free(MarkMemory *memory)
{
	free(memory->items);
	*memory = (MarkMemory){0};
}
