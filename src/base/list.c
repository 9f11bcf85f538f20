/* Arrays that grow: of anything, and of strings, with the nearest word for a slip of the fingers. */
#include "meok/base.h"

#include <stdlib.h>
#include <string.h>

void *
array_grow(void *items, size_t len, size_t *cap, size_t size)
{
	if (len < *cap)
		return items;
	if (*cap > SIZE_MAX / 2 / size)
		return NULL;
	size_t wanted = *cap == 0 ? 8 : *cap * 2;
	void *grown = reallocarray(items, wanted, size);
	if (grown != NULL)
		*cap = wanted;
	return grown;
}

static bool
list_reserve(StrList *list)
{
	Str *items = list->failed ? NULL : array_grow(list->items, list->len, &list->cap, sizeof *items);
	if (items == NULL) {
		list->failed = true;
		return false;
	}
	list->items = items;
	return true;
}

void
list_append(StrList *list, StrView item)
{
	Str copy = str_from(item);
	list_take(list, &copy);
}

void
list_take(StrList *list, Str *item)
{
	if (item->failed)
		list->failed = true;
	if (!list_reserve(list)) {
		str_free(item);
		return;
	}
	list->items[list->len++] = *item;
	*item = (Str){0};
}

void
list_remove(StrList *list, size_t index)
{
	if (index >= list->len)
		return;
	str_free(&list->items[index]);
	list->len--;
	memmove(&list->items[index], &list->items[index + 1], (list->len - index) * sizeof list->items[0]);
}

void
list_copy(StrList *to, const StrList *from)
{
	if (to == from)
		return;
	list_free(to);
	for (size_t i = 0; i < from->len; i++)
		list_append(to, str_view(&from->items[i]));
	to->failed = to->failed || from->failed;
}

bool
list_has(const StrList *list, StrView item)
{
	for (size_t i = 0; i < list->len; i++)
		if (sv_equal(str_view(&list->items[i]), item))
			return true;
	return false;
}

bool
list_ok(const StrList *list, Err *err)
{
	return list->failed ? err_memory(err) : true;
}

void
list_free(StrList *list)
{
	for (size_t i = 0; i < list->len; i++)
		str_free(&list->items[i]);
	free(list->items);
	*list = (StrList){0};
}

enum { NEAR_MAX = 64 };

/* Optimal string alignment distance (Damerau 1964): insert, delete, replace, swap of neighbours. */
static size_t
distance(StrView a, StrView b)
{
	size_t rows[3][NEAR_MAX + 1];
	size_t *before = rows[0], *last = rows[1], *now = rows[2];
	for (size_t j = 0; j <= b.len; j++)
		last[j] = j;
	for (size_t i = 1; i <= a.len; i++) {
		now[0] = i;
		for (size_t j = 1; j <= b.len; j++) {
			size_t best = last[j - 1] + (a.ptr[i - 1] != b.ptr[j - 1]);
			if (last[j] + 1 < best)
				best = last[j] + 1;
			if (now[j - 1] + 1 < best)
				best = now[j - 1] + 1;
			bool swapped = i > 1 && j > 1 && a.ptr[i - 1] == b.ptr[j - 2] && a.ptr[i - 2] == b.ptr[j - 1];
			if (swapped && before[j - 2] + 1 < best)
				best = before[j - 2] + 1;
			now[j] = best;
		}
		size_t *spare = before;
		before = last;
		last = now;
		now = spare;
	}
	return last[b.len];
}

StrView
list_nearest(const StrList *list, StrView word)
{
	StrView nearest = {NULL, 0};
	if (word.len > NEAR_MAX)
		return nearest;
	/* A third of the bytes may be wrong, and never all of them. */
	size_t best = word.len / 3 + 2;
	for (size_t i = 0; i < list->len; i++) {
		StrView item = str_view(&list->items[i]);
		if (item.len > NEAR_MAX)
			continue;
		size_t d = distance(item, word);
		if (d < best && d < item.len && d < word.len) {
			best = d;
			nearest = item;
		}
	}
	return nearest;
}
