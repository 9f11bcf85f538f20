/* What undo and redo know: changes in groups. A change is the text that was there before it, as a tree. */
#ifndef MEOK_TEXT_HISTORY_H
#define MEOK_TEXT_HISTORY_H

#include "marks.h"
#include "pieces.h"

/* To take it back, [at, at + inserted) becomes `removed` again. */
typedef struct Change {
	size_t at, inserted;
	Tree *removed;
	MarkMemory marks; /* of those that stood in `removed` */
} Change;

typedef struct Group {
	Change *items;
	size_t len, cap;
} Group;

typedef struct History {
	Group *items;
	size_t len, cap;
} History;

/* Room for one more change, in a new group unless `open`; afterwards history_add cannot fail. */
bool history_reserve(History *history, bool open);
/* Adds what `edit` did to the text: `removed` (taken over) stood there and `marks` have not been moved yet. A change
 * that touches the one before it in the same group melts into it: needs four tree operations on the two removed texts.
 */
void history_add(History *history, bool open, Pieces *pieces, Edit edit, Tree *removed, const Marks *marks);
/* The text that a change of the open group would melt into; NULL when there is none. */
const Tree *history_last(const History *history, bool open);
void history_free(History *history, Pieces *pieces);

#endif
