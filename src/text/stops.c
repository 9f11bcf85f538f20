/* Stops of a layout: an ordered array, moved by edits. */
#include "stops.h"

#include <stdlib.h>
#include <string.h>

void
stops_free(Stops *stops)
{
	free(stops->items);
	*stops = (Stops){0};
}

size_t
stops_after(const Stops *stops, size_t pos)
{
	size_t low = 0, high = stops->len;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (stops->items[middle].pos > pos)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

bool
stops_replace(Stops *stops, size_t from, size_t to, const Stop *made, size_t count)
{
	size_t len = stops->len - (to - from) + count;
	if (len > stops->cap) {
		size_t cap = len + len / 2;
		Stop *items = reallocarray(stops->items, cap, sizeof *items);
		if (items == NULL)
			return false;
		stops->items = items;
		stops->cap = cap;
	}
	if (to < stops->len && count != to - from)
		memmove(stops->items + from + count, stops->items + to, (stops->len - to) * sizeof *stops->items);
	if (count > 0)
		memcpy(stops->items + from, made, count * sizeof *made);
	stops->len = len;
	return true;
}

void
stops_edited(Stops *stops, const StopsEdit *change)
{
	Edit edit = change->edit;
	bool settled = change->settled != SIZE_MAX, doubt = !settled;
	size_t first = settled ? change->settled : change->doubtful, kept = 0;
	for (size_t i = 0; i < stops->len; i++) {
		Stop stop = stops->items[i];
		if (stop.reach >= edit.at) {
			bool gone = stop.pos < edit.at + edit.removed;
			stop.pos += edit.inserted - edit.removed;
			stop.reach += edit.inserted - edit.removed;
			if (gone || stop.pos < first) {
				doubt = doubt || !stop.sure;
				continue;
			}
			if (stop.pos == first && settled)
				stop.reach = change->reach;
			stop.sure = stop.sure && !doubt;
			doubt = false;
		}
		stops->items[kept++] = stop;
	}
	stops->len = kept;
}
