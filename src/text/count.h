/* Counting text that comes in parts. */
#ifndef MEOK_TEXT_COUNT_H
#define MEOK_TEXT_COUNT_H

#include "meok/text.h"

typedef struct Counter {
	Counts counts;
	bool in_word;
} Counter;

/* Counts the clusters that begin in the first `len` bytes of `text`; `clusters` is what cluster_breaks says of it. */
void counter_add(Counter *counter, StrView text, size_t len, const uint8_t *clusters);

#endif
