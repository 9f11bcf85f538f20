/* Markdown as it looks while it is written: the style of every byte, from one parse. */
#ifndef MEOK_TEXT_PAINT_H
#define MEOK_TEXT_PAINT_H

#include "meok/text.h"

typedef struct PlaceList {
	size_t *items;
	size_t len, cap;
} PlaceList;

/* Kept from one use to the next for its memory. */
typedef struct Paint {
	uint8_t *styles; /* a TextStyle for each byte */
	size_t cap;
	/* Starts of lines, behind an empty line and not the first, that could as well be the start of the text: a new
	 * block that is in no other, or an item of a list that is in no other. Not all of them, but none that is not.
	 */
	PlaceList borders;
	size_t text_end; /* where the last piece of text ends; 0: there is none */
	/* When that piece is in a fenced code block that is in no other block: the signs of the fence, else no bytes.
	 */
	Span fence;
} Paint;

/* Replaces what was in *paint. Memory and time are linear. */
bool paint_markdown(StrView markdown, Paint *paint, Err *err);
void paint_free(Paint *paint);

#endif
