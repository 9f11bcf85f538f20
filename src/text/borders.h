/* Where a long Markdown text can be read from without what stands before: kept while it is edited, so that neither a
 * key nor a look at another part costs what the text is long. */
#ifndef MEOK_TEXT_BORDERS_H
#define MEOK_TEXT_BORDERS_H

#include "meok/text.h"

typedef struct Border {
	size_t at;
	bool cut;         /* no block begins here, but none does within reach of the border before either */
	bool inside;      /* a cut inside a line */
	char fence;       /* a cut inside a fenced code block: the sign of its fence, else 0 */
	size_t fence_len; /* and how many */
	bool apart;       /* in `maybe`: that the one behind follows from this one is not known */
} Border;

typedef struct BorderStack {
	Border *items;
	size_t len, cap;
} BorderStack;

/* Begins with reach and spacing set and the rest zero. */
typedef struct Borders {
	size_t reach;      /* how far a border may be from what is read */
	size_t spacing;    /* those nearer to the one before are not kept */
	BorderStack sure;  /* in order, all before the last change */
	BorderStack maybe; /* behind it, the nearest last; their `at` counts from the end of the text */
	size_t agreed;     /* that many bytes at the end of the text are what they were when `maybe` was sure */
} Borders;

void borders_free(Borders *borders);
/* A change in the line that begins at `line`, after which the text has `len` bytes. */
void borders_edited(Borders *borders, const Edit *edit, size_t line, size_t len);
/* The last sure one, or the start of the text. */
Border borders_last(const Borders *borders, size_t start);
/* The one to read `pos` from: at most `reach` before it where such a one is known, and the same one whatever was read
 * and changed before. */
Border borders_nearest(const Borders *borders, size_t start, size_t pos);
/* A border found behind the last sure one, in a text of `len` bytes. *settled is set when it tells that all of `maybe`
 * is sure again. False when memory runs out. */
bool borders_found(Borders *borders, Border border, size_t len, bool keep, bool *settled);

#endif
