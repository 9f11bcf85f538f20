/* Starts of rows in long paragraphs, every few rows, from which a layout goes on without going back to where the
 * paragraph begins. An edit moves those behind it and makes the first of them doubtful: whether rows still begin there
 * is known when the rows before it have been laid out again and one of them ends there.
 */
#ifndef MEOK_TEXT_STOPS_H
#define MEOK_TEXT_STOPS_H

#include "meok/text.h"

typedef struct Stop {
	size_t pos;
	size_t reach; /* that of the row before: what changes behind it leaves this stop alone */
	bool sure;    /* rows laid out from the stop before it, or from the start of the paragraph, lead here */
} Stop;

/* In order. All zero is empty. */
typedef struct Stops {
	Stop *items;
	size_t len, cap;
} Stops;

void stops_free(Stops *stops);
/* The first one behind `pos`. */
size_t stops_after(const Stops *stops, size_t pos);
/* Puts `made` in the place of [from, to). False when memory runs out, and nothing has changed. */
bool stops_replace(Stops *stops, size_t from, size_t to, const Stop *made, size_t count);
/* What an edit leaves. Rows are as they were from `settled` on (a position after the edit, SIZE_MAX when that is not
 * known; then from a place behind `doubtful` they may be). `reach` is that of the row before `settled`. */
typedef struct StopsEdit {
	Edit edit;
	size_t settled, reach, doubtful;
} StopsEdit;
void stops_edited(Stops *stops, const StopsEdit *change);

#endif
