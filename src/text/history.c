/* Groups of changes, and how a change melts into the one before it. */
#include "history.h"

#include <stdlib.h>
#include <string.h>

/* Room for one item more; what is added is all zero. */
static void *
grow(void *items, size_t len, size_t *cap, size_t size)
{
	if (len < *cap)
		return items;
	size_t wanted = *cap == 0 ? 4 : *cap * 2;
	char *grown = realloc(items, wanted * size);
	if (grown != NULL) {
		memset(grown + *cap * size, 0, (wanted - *cap) * size);
		*cap = wanted;
	}
	return grown;
}

bool
history_reserve(History *history, bool open)
{
	Group *groups = grow(history->items, history->len, &history->cap, sizeof *groups);
	if (groups == NULL)
		return false;
	history->items = groups;
	Group *group = open ? &groups[history->len - 1] : &groups[history->len];
	Change *changes = grow(group->items, group->len, &group->cap, sizeof *changes);
	if (changes == NULL)
		return false;
	group->items = changes;
	return true;
}

static Change *
last_change(const History *history, bool open)
{
	if (!open || history->items[history->len - 1].len == 0)
		return NULL;
	Group *group = &history->items[history->len - 1];
	return &group->items[group->len - 1];
}

const Tree *
history_last(const History *history, bool open)
{
	const Change *last = last_change(history, open);
	return last == NULL ? NULL : last->removed;
}

/* `edit` came after `last` and touches what it inserted: what lies outside of that was there before both. */
static void
melt(Change *last, Pieces *pieces, Edit edit, Tree *removed, const Marks *marks)
{
	size_t edit_end = edit.at + edit.removed, last_end = last->at + last->inserted;
	size_t from = edit.at < last->at ? edit.at : last->at;
	size_t to = edit_end > last_end ? edit_end : last_end;
	size_t before = last->at - from, after = to - last_end;

	memory_shift(&last->marks, before);
	if (before > 0)
		memory_add(&last->marks, marks, (Span){from, last->at - 1}, 0);
	if (after > 0)
		memory_add(&last->marks, marks, (Span){last_end + 1, to}, before + tree_bytes(last->removed) + 1);

	Tree *head, *tail, *middle;
	tree_split(pieces, removed, before, &head, &middle);
	tree_split(pieces, middle, tree_bytes(middle) - after, &middle, &tail);
	tree_release(pieces, middle);
	last->removed = tree_join(pieces, tree_join(pieces, head, last->removed), tail);
	last->inserted = to - from - edit.removed + edit.inserted;
	last->at = from;
}

void
history_add(History *history, bool open, Pieces *pieces, Edit edit, Tree *removed, const Marks *marks)
{
	Change *last = last_change(history, open);
	if (last != NULL && edit.at <= last->at + last->inserted && edit.at + edit.removed >= last->at) {
		melt(last, pieces, edit, removed, marks);
		return;
	}
	Group *group = open ? &history->items[history->len - 1] : &history->items[history->len++];
	Change *change = &group->items[group->len++];
	*change = (Change){.at = edit.at, .inserted = edit.inserted, .removed = removed};
	if (edit.removed > 0)
		memory_add(&change->marks, marks, (Span){edit.at, edit.at + edit.removed}, 0);
}

void
history_free(History *history, Pieces *pieces)
{
	for (size_t i = 0; i < history->cap; i++) {
		Group *group = &history->items[i];
		for (size_t j = 0; j < group->len; j++) {
			tree_release(pieces, group->items[j].removed);
			memory_free(&group->items[j].marks);
		}
		free(group->items);
	}
	free(history->items);
	*history = (History){0};
}
