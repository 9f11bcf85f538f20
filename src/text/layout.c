/* Which rows a document has at a given width: the rows around the place that is looked at, and how to get to another.
 */
#include "flow.h"
#include "stops.h"
#include "window.h"

#include <stdlib.h>
#include <string.h>

enum {
	ROWS_MAX = 512,  /* rows that are kept */
	STOP_ROWS = 64,  /* rows between two stops */
	ROW_BYTES = 2,   /* a column, roughly and rather too many */
	MARGIN_ROWS = 4, /* rows before the wanted one that edits near it want to find */
	AGAIN_MAX = 128, /* rows laid out anew at once behind an edit */
};

typedef struct PlacedRows {
	PlacedRow *items;
	size_t len, cap;
} PlacedRows;

struct Layout {
	const Document *doc;
	Flow flow;
	uint64_t revision; /* the one that all below is about */
	PlacedRows rows;   /* without gaps; each begins where the one before it ends, or behind its newline */
	Stops stops;
};

/* ---- Rows that are kept */

static void
forget(Layout *layout)
{
	layout->rows.len = 0;
	layout->stops.len = 0;
	flow_reset(&layout->flow);
	layout->revision = document_revision(layout->doc);
}

static bool
rows_add(PlacedRows *rows, PlacedRow row)
{
	PlacedRow *items = array_grow(rows->items, rows->len, &rows->cap, sizeof *items);
	if (items == NULL)
		return false;
	rows->items = items;
	rows->items[rows->len++] = row;
	return true;
}

/* Replaces [from, to) by `with`. */
static bool
rows_splice(PlacedRows *rows, size_t from, size_t to, const PlacedRow *with, size_t count)
{
	size_t len = rows->len - (to - from) + count;
	if (len > rows->cap) {
		PlacedRow *items = reallocarray(rows->items, len + len / 2, sizeof *items);
		if (items == NULL)
			return false;
		rows->items = items;
		rows->cap = len + len / 2;
	}
	if (to < rows->len && count != to - from)
		memmove(rows->items + from + count, rows->items + to, (rows->len - to) * sizeof *rows->items);
	if (count > 0)
		memcpy(rows->items + from, with, count * sizeof *with);
	rows->len = len;
	return true;
}

static void
rows_drop_first(PlacedRows *rows, size_t count)
{
	rows_splice(rows, 0, count, NULL, 0);
}

static bool
holds(const LayoutRow *row, size_t pos)
{
	return pos >= row->span.from && (pos < row->span.to || (row->closes && pos == row->span.to));
}

/* The row that holds `pos` among those that are kept; their number when it is not there. */
static size_t
rows_find(const PlacedRows *rows, size_t pos)
{
	size_t low = 0, high = rows->len;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (rows->items[middle].row.span.from > pos)
			high = middle;
		else
			low = middle + 1;
	}
	return low > 0 && holds(&rows->items[low - 1].row, pos) ? low - 1 : rows->len;
}

/* ---- Places from which rows can be laid out */

typedef struct Place {
	size_t pos; /* a row begins here */
	bool opens; /* and with it a paragraph */
} Place;

/* About how many bytes so many rows have. */
static size_t
bytes_of(const Layout *layout, size_t rows)
{
	return rows * ROW_BYTES * (size_t)layout->flow.rule.columns;
}

/* Lays out from `place` to the row that holds `target`, or to a doubtful stop that proves right, and makes stops on the
 * way; those that prove wrong go. */
static bool
walk(Layout *layout, Place place, size_t target, bool *landed, Err *err)
{
	Stops *stops = &layout->stops, made = {0};
	size_t first = stops_after(stops, place.pos), next = first, rows = 0;
	PlacedRow row;
	bool done = true;
	*landed = false;
	flow_start(&layout->flow, place.pos, place.opens);
	while (done && !*landed) {
		done = flow_next(&layout->flow, &row, err);
		if (!done || row.row.closes || holds(&row.row, target))
			break;
		Stop here = {row.row.span.to, row.reach, true};
		while (next < stops->len && stops->items[next].pos < here.pos)
			next++;
		*landed = next < stops->len && stops->items[next].pos == here.pos;
		if (*landed)
			stops->items[next] = here;
		else if (++rows % STOP_ROWS == 0)
			done = stops_replace(&made, made.len, made.len, &here, 1) || err_memory(err);
	}
	if (next > first && next < stops->len && !*landed)
		stops->items[next].sure = false;
	if (done && (next > first || made.len > 0))
		done = stops_replace(stops, first, next, made.items, made.len) || err_memory(err);
	stops_free(&made);
	return done;
}

/* Moves `place` to the last stop at or before `pos` that rows from there lead to for sure. */
static void
follow_stops(const Stops *stops, size_t pos, Place *place)
{
	for (size_t i = stops_after(stops, place->pos); i < stops->len; i++) {
		if (stops->items[i].pos > pos || !stops->items[i].sure)
			return;
		*place = (Place){stops->items[i].pos, false};
	}
}

/* A place at or before `pos` in its paragraph, from which it is not far. */
static bool
locate(Layout *layout, size_t pos, Place *place, Err *err)
{
	const Stops *stops = &layout->stops;
	bool landed = true;
	*place = (Place){document_line_start(layout->doc, document_line_at(layout->doc, pos)), true};
	for (;;) {
		follow_stops(stops, pos, place);
		size_t i = stops_after(stops, place->pos);
		bool doubtful = i < stops->len && stops->items[i].pos <= pos;
		if (!landed || (!doubtful && pos - place->pos <= bytes_of(layout, STOP_ROWS)))
			return true;
		if (!walk(layout, *place, pos, &landed, err))
			return false;
	}
}

/* ---- Bringing rows in */

static bool
lay_down(Layout *layout, Err *err)
{
	PlacedRows *rows = &layout->rows;
	PlacedRow row;
	if (rows->len >= ROWS_MAX)
		rows_drop_first(rows, ROWS_MAX / 2);
	LayoutRow last = rows->items[rows->len - 1].row;
	flow_start(&layout->flow, last.span.to + last.closes, last.closes);
	return flow_next(&layout->flow, &row, err) && (rows_add(rows, row) || err_memory(err));
}

/* Fills `rows` from `place` on until they hold `pos`, and keeps the last of them. */
static bool
lay_from(Layout *layout, Place place, size_t pos, PlacedRows *rows, Err *err)
{
	PlacedRow row;
	flow_start(&layout->flow, place.pos, place.opens);
	do {
		if (rows->len >= ROWS_MAX)
			rows_drop_first(rows, ROWS_MAX / 2);
		if (!flow_next(&layout->flow, &row, err))
			return false;
		if (!rows_add(rows, row))
			return err_memory(err);
	} while (!holds(&row.row, pos));
	return true;
}

static bool
lay_up(Layout *layout, Err *err)
{
	PlacedRows above = {0}, *rows = &layout->rows;
	Place place;
	size_t pos = rows->items[0].row.span.from - 1;
	bool done = locate(layout, pos, &place, err) && lay_from(layout, place, pos, &above, err);
	if (done && above.len > ROWS_MAX / 2)
		rows_drop_first(&above, above.len - ROWS_MAX / 2);
	if (done && rows->len > ROWS_MAX / 2)
		rows->len = ROWS_MAX / 2;
	done = done && (rows_splice(rows, 0, 0, above.items, above.len) || err_memory(err));
	free(above.items);
	return done;
}

static bool
lay_around(Layout *layout, size_t pos, Err *err)
{
	Place place;
	if (!locate(layout, pos, &place, err))
		return false;
	if (!place.opens && pos - place.pos < bytes_of(layout, MARGIN_ROWS) &&
		!locate(layout, place.pos - 1, &place, err))
		return false;
	layout->rows.len = 0;
	if (lay_from(layout, place, pos, &layout->rows, err))
		return true;
	layout->rows.len = 0;
	return false;
}

/* Makes sure that the row that holds `pos` is kept, and tells where. */
static bool
bring(Layout *layout, size_t pos, size_t *index, Err *err)
{
	const PlacedRows *rows = &layout->rows;
	size_t near = bytes_of(layout, STOP_ROWS);
	bool done = true;
	if (document_revision(layout->doc) != layout->revision)
		forget(layout);
	*index = rows_find(rows, pos);
	while (done && *index == rows->len) {
		size_t from = rows->len > 0 ? rows->items[0].row.span.from : 0;
		size_t to = rows->len > 0 ? rows->items[rows->len - 1].row.span.to : 0;
		if (rows->len > 0 && pos < from && from - pos <= near)
			done = lay_up(layout, err);
		else if (rows->len > 0 && pos >= to && pos - to <= near)
			done = lay_down(layout, err);
		else
			done = lay_around(layout, pos, err);
		*index = rows_find(rows, pos);
	}
	return done;
}

/* ---- Edits */

/* Lays out anew from the row `first` on until a row begins where one began before, and everything behind is as it was;
 * or to the end of what is kept. */
typedef struct Again {
	Edit edit;
	size_t same_from; /* behind the edit: from a row that begins here on, equal text is laid out equally */
	PlacedRows fresh;
	size_t next; /* the old row that comes next */
	bool settled;
} Again;

static bool
is_settled(const Again *again, const PlacedRows *rows, const Flow *flow)
{
	if (again->next == rows->len)
		return false;
	LayoutRow old = rows->items[again->next].row;
	if (old.span.from + again->edit.inserted - again->edit.removed != flow->pos)
		return false;
	bool both_open = old.opens && flow->opens && old.span.from > again->edit.at + again->edit.removed;
	return both_open || flow->pos >= again->same_from;
}

/* Where something that stood behind an edit stands now. */
static size_t
moved(size_t pos, const Edit *edit)
{
	return pos + edit->inserted - edit->removed;
}

static void
skip_passed(Again *again, const PlacedRows *rows, size_t pos)
{
	for (; again->next < rows->len; again->next++) {
		size_t from = rows->items[again->next].row.span.from;
		if (from >= again->edit.at + again->edit.removed && moved(from, &again->edit) >= pos)
			return;
	}
}

static bool
lay_again(Layout *layout, size_t first, Again *again)
{
	const PlacedRows *rows = &layout->rows;
	Flow *flow = &layout->flow;
	PlacedRow row;
	flow_start(flow, rows->items[first].row.span.from, rows->items[first].row.opens);
	again->next = first;
	while (!flow->ended && again->fresh.len < AGAIN_MAX) {
		skip_passed(again, rows, flow->pos);
		again->settled = is_settled(again, rows, flow);
		if (again->settled || again->next == rows->len)
			break;
		if (!flow_next(flow, &row, NULL) || !rows_add(&again->fresh, row))
			return false;
	}
	return true;
}

static void
rows_move(PlacedRows *rows, size_t from, const Edit *edit)
{
	for (size_t i = from; i < rows->len; i++) {
		PlacedRow *row = &rows->items[i];
		row->row.span.from = moved(row->row.span.from, edit);
		row->row.span.to = moved(row->row.span.to, edit);
		row->reach = moved(row->reach, edit);
	}
}

/* The kept rows from `first` on are touched by the edit. */
static bool
edit_rows(Layout *layout, size_t first, StopsEdit *change)
{
	PlacedRows *rows = &layout->rows;
	const Flow *flow = &layout->flow;
	Again again = {.edit = change->edit, .same_from = change->doubtful};
	bool done = lay_again(layout, first, &again);
	if (done && again.settled) {
		size_t before = first + again.fresh.len;
		rows_move(rows, again.next, &change->edit);
		rows->items[again.next].row.opens = flow->opens;
		done = rows_splice(rows, first, again.next, again.fresh.items, again.fresh.len);
		change->settled = flow->pos;
		change->reach = done && before > 0 ? rows->items[before - 1].reach : 0;
	} else if (done) {
		done = rows_splice(rows, first, rows->len, again.fresh.items, again.fresh.len);
		if (change->doubtful < flow->pos)
			change->doubtful = flow->pos;
	}
	free(again.fresh.items);
	return done;
}

/* Drops what an edit before the kept rows may have touched: the paragraph that it ended in. */
static void
edit_before_rows(PlacedRows *rows, const Edit *edit)
{
	size_t keep = 0;
	while (keep < rows->len &&
		(!rows->items[keep].row.opens || rows->items[keep].row.span.from <= edit->at + edit->removed))
		keep++;
	rows_drop_first(rows, keep);
	rows_move(rows, 0, edit);
}

void
layout_edited(Layout *layout, const Edit *edit)
{
	PlacedRows *rows = &layout->rows;
	uint64_t revision = document_revision(layout->doc);
	if (revision == layout->revision)
		return;
	flow_reset(&layout->flow);
	StopsEdit change = {.edit = *edit, .settled = SIZE_MAX};
	change.doubtful = document_restart_after(layout->doc, edit->at + edit->inserted);
	size_t first = 0;
	bool done = revision == layout->revision + 1;
	while (first < rows->len && rows->items[first].reach < edit->at)
		first++;
	if (done && first < rows->len) {
		const LayoutRow *row = &rows->items[first].row;
		if (row->span.from <= edit->at && (first > 0 || row->opens))
			done = edit_rows(layout, first, &change);
		else
			edit_before_rows(rows, edit);
	}
	if (done)
		stops_edited(&layout->stops, &change);
	else
		forget(layout);
	layout->revision = revision;
}

/* ---- For those who look */

Layout *
layout_new(const Document *doc, const WrapRule *rule, Err *err)
{
	Layout *layout = calloc(1, sizeof *layout);
	if (layout == NULL) {
		err_memory(err);
		return NULL;
	}
	layout->doc = layout->flow.doc = doc;
	layout_set_rule(layout, rule);
	return layout;
}

void
layout_free(Layout *layout)
{
	if (layout == NULL)
		return;
	flow_free(&layout->flow);
	stops_free(&layout->stops);
	free(layout->rows.items);
	free(layout);
}

void
layout_set_rule(Layout *layout, const WrapRule *rule)
{
	WrapRule *old = &layout->flow.rule, made = *rule;
	if (made.columns < 2)
		made.columns = 2;
	if (made.columns == old->columns && made.rule == old->rule && made.ambiguous_wide == old->ambiguous_wide)
		return;
	*old = made;
	forget(layout);
}

bool
layout_row(Layout *layout, size_t pos, LayoutRow *out, Err *err)
{
	size_t index, length = document_length(layout->doc);
	if (!bring(layout, pos < length ? pos : length, &index, err))
		return false;
	*out = layout->rows.items[index].row;
	return true;
}

static bool
no_row(Err *err)
{
	if (err != NULL)
		err->kind = ERR_NONE;
	return false;
}

bool
layout_next(Layout *layout, const LayoutRow *row, LayoutRow *out, Err *err)
{
	if (row->closes && row->span.to >= document_length(layout->doc))
		return no_row(err);
	return layout_row(layout, row->span.to + row->closes, out, err);
}

bool
layout_prev(Layout *layout, const LayoutRow *row, LayoutRow *out, Err *err)
{
	if (row->span.from == 0)
		return no_row(err);
	return layout_row(layout, row->span.from - 1, out, err);
}

/* ---- Columns of a row */

/* The text of a row: where it lies, or copied to `copy` when it lies in pieces. */
static StrView
text_of(const Layout *layout, const LayoutRow *row, Str *copy)
{
	size_t len = row->span.to - row->span.from;
	StrView chunk = document_chunk(layout->doc, row->span.from);
	if (chunk.len >= len)
		return sv_slice(chunk, 0, len);
	document_copy(layout->doc, row->span, copy);
	return str_view(copy);
}

int
layout_column(const Layout *layout, const LayoutRow *row, size_t pos)
{
	Str copy = {0};
	StrView text = text_of(layout, row, &copy);
	int columns = 0;
	size_t until = pos > row->span.from ? pos - row->span.from : 0;
	for (size_t at = 0, next; at < text.len; at = next) {
		next = cluster_next(text, at);
		if (next > until)
			break;
		columns += cluster_columns(sv_slice(text, at, next), layout->flow.rule.ambiguous_wide);
	}
	str_free(&copy);
	return columns;
}

size_t
layout_position(const Layout *layout, const LayoutRow *row, int column)
{
	Str copy = {0};
	StrView text = text_of(layout, row, &copy);
	int columns = 0;
	size_t at = 0;
	for (size_t next; at < text.len; at = next) {
		next = cluster_next(text, at);
		columns += cluster_columns(sv_slice(text, at, next), layout->flow.rule.ambiguous_wide);
		if (columns > column || (next == text.len && !row->closes))
			break;
	}
	str_free(&copy);
	return row->span.from + at;
}
