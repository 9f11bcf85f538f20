/* How much of a text highlighting reads: fixed, but for tests. */
#ifndef MEOK_TEXT_HIGHLIGHT_H
#define MEOK_TEXT_HIGHLIGHT_H

#include "meok/text.h"

/* In bytes. */
typedef struct HighlightBounds {
	size_t whole;   /* a text up to this is shown as if it were read whole */
	size_t reach;   /* how far before what is visible reading may begin */
	size_t ahead;   /* how far behind it the end of its last block is looked for */
	size_t spacing; /* between places that are kept to begin at */
} HighlightBounds;

Highlight *highlight_new_within(const Document *doc, size_t from_line, const HighlightBounds *bounds, Err *err);

#endif
