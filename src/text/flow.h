/* The rows of a document one after another, from the start of one of them on. */
#ifndef MEOK_TEXT_FLOW_H
#define MEOK_TEXT_FLOW_H

#include "wrap.h"

typedef struct PlacedRow {
	LayoutRow row;
	size_t reach; /* a change behind this does not touch the row */
} PlacedRow;

/* Reads a bounded window of the document. All zero but for `doc` and `rule` is ready to start. */
typedef struct Flow {
	const Document *doc;
	WrapRule rule;
	size_t pos;  /* where the next row begins */
	bool opens;  /* it is the first of its paragraph */
	bool ended;  /* there is none */
	bool loaded; /* `wrap` shows the document as it is, around `pos` */
	size_t paragraph_end;
	Str text;
	WrapText wrap;
	size_t at;   /* where `text` stands in the document */
	size_t want; /* how much to read next */
} Flow;

/* `pos` must be the start of a row. */
void flow_start(Flow *flow, size_t pos, bool opens);
/* Forgets what was read: the document or the rule has changed. */
void flow_reset(Flow *flow);
void flow_free(Flow *flow);
/* False at the end of the document (flow->ended) and when memory runs out. */
bool flow_next(Flow *flow, PlacedRow *out, Err *err);

#endif
