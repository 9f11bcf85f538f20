/* The rows of a document one after another, wrapped in windows that grow as the reading goes on. */
#include "flow.h"

#include "window.h"

enum { WANT_MAX = 4096 };

void
flow_reset(Flow *flow)
{
	flow->loaded = false;
}

void
flow_free(Flow *flow)
{
	str_free(&flow->text);
	wrap_free(&flow->wrap);
}

/* Where the paragraph of `pos` ends. */
static size_t
paragraph_end(const Document *doc, size_t pos)
{
	size_t line = document_line_at(doc, pos);
	if (line + 1 == document_lines(doc))
		return document_length(doc);
	return document_line_start(doc, line + 1) - 1;
}

void
flow_start(Flow *flow, size_t pos, bool opens)
{
	if (flow->loaded && !flow->ended && flow->pos == pos)
		return;
	flow->loaded = flow->ended = false;
	flow->pos = pos;
	flow->opens = opens;
	flow->paragraph_end = paragraph_end(flow->doc, pos);
	flow->want = 3 * (size_t)flow->rule.columns;
}

static bool
load(Flow *flow, Err *err)
{
	flow->at = flow->opens ? flow->pos : document_restart(flow->doc, flow->pos);
	size_t to = flow->paragraph_end - flow->pos > flow->want ? document_floor(flow->doc, flow->pos + flow->want)
								 : flow->paragraph_end;
	str_clear(&flow->text);
	document_copy(flow->doc, (Span){flow->at, to}, &flow->text);
	flow->loaded = str_ok(&flow->text, err) &&
		       wrap_look(&flow->wrap, str_view(&flow->text), to == flow->paragraph_end, flow->rule.rule, err);
	flow->text.failed = false;
	return flow->loaded;
}

bool
flow_next(Flow *flow, PlacedRow *out, Err *err)
{
	WrappedRow row;
	if (flow->ended || (!flow->loaded && !load(flow, err)))
		return false;
	for (bool from_here = false; !wrap_row(&flow->wrap, flow->pos - flow->at, &flow->rule, &row);
		from_here = true) {
		if (from_here || flow->want < WANT_MAX)
			flow->want *= 2;
		if (!load(flow, err))
			return false;
	}
	size_t to = flow->at + row.to;
	bool closes = to == flow->paragraph_end;
	*out = (PlacedRow){{{flow->pos, to}, row.columns, flow->opens, closes}, flow->at + row.reach};
	flow->pos = to;
	flow->opens = closes;
	if (closes) {
		flow->loaded = false;
		flow->ended = to == document_length(flow->doc);
		flow->pos = flow->ended ? to : to + 1;
		if (!flow->ended)
			flow->paragraph_end = paragraph_end(flow->doc, flow->pos);
	}
	return true;
}
