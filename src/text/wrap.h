/* The wrapping of one paragraph, by whoever asks: a whole paragraph (wrap.c) or windows of one (flow.c). */
#ifndef MEOK_TEXT_WRAP_H
#define MEOK_TEXT_WRAP_H

#include "meok/text.h"

/* A paragraph or a part of one, with what wrapping asks of every byte. All zero is empty. */
typedef struct WrapText {
	StrView text;
	bool whole;        /* it ends with its paragraph */
	uint8_t *breaks;   /* as line_breaks gives them */
	uint8_t *clusters; /* as cluster_breaks gives them; in the same memory */
	size_t cap;
} WrapText;

typedef struct WrappedRow {
	size_t to;
	int columns;  /* without the blanks at its end */
	size_t reach; /* a change behind this does not touch the row; at least `to` */
} WrappedRow;

/* `text` must stay while `wrap` is used. False when memory runs out. */
bool wrap_look(WrapText *wrap, StrView text, bool whole, BreakRule rule, Err *err);
void wrap_free(WrapText *wrap);
/* The row that begins at the cluster border `from`. False when the text ends too early to tell. */
bool wrap_row(const WrapText *wrap, size_t from, const WrapRule *rule, WrappedRow *out);

#endif
