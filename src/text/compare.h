/* Two rows of parts (lines, words, blocks) compared by Myers' greedy algorithm (1986). */
#ifndef MEOK_TEXT_COMPARE_H
#define MEOK_TEXT_COMPARE_H

#include "meok/text.h"

typedef struct Part {
	StrView text;
	uint64_t hash;
	bool changed; /* the other row does not have it here */
} Part;

typedef struct Parts {
	Part *items;
	size_t len, cap;
} Parts;

/* False when memory runs out. */
bool parts_add(Parts *parts, StrView text);

/* One comparison after the other with the same memory and one budget of work. */
typedef struct Comparison {
	Part *a, *b;
	size_t a_len, b_len;
	uint32_t *reach;
	size_t budget;
} Comparison;

/* False when memory runs out; comparison_free in any case. */
bool comparison_begin(Comparison *c);
void comparison_free(Comparison *c);
/* Marks the parts that only one of the rows has. What is left when the budget is used up counts as changed. */
void comparison_run(Comparison *c, const Parts *a, const Parts *b);

/* A run of parts that only one of the rows has. */
typedef struct Hunk {
	size_t a_from, a_to, b_from, b_to;
} Hunk;
/* The next one behind *hunk, which begins all zero. */
bool hunk_next(const Parts *a, const Parts *b, Hunk *hunk);

#endif
