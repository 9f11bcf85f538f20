/* Which rows of a draft are on the screen: follows the cursor, and moves it by rows. */
#include "view.h"

#include <limits.h>

enum { BODY_LINE = 2 };

/* ---- The rows from the top on */

static bool
starts_body(const Writing *writing, const LayoutRow *row)
{
	return row->opens && row->span.from == document_line_start(writing->doc, BODY_LINE) &&
	       document_line_at(writing->doc, row->span.from) == BODY_LINE;
}

static bool
fill(Writing *writing, int rows, View *view, Err *err)
{
	LayoutRow row;
	Err why = {0};
	view->count = 0;
	view->cursor_row = -1;
	if (rows > VIEW_ROWS_MAX)
		rows = VIEW_ROWS_MAX;
	if (!layout_row(writing->layout, document_mark(writing->doc, writing->top), &row, err))
		return false;
	for (bool more = true; more && (int)view->count < rows;) {
		if (view->count > 0 && starts_body(writing, &row)) {
			view->rows[view->count++] = (ViewRow){.rule = true, .line = 1};
			if ((int)view->count == rows)
				break;
		}
		size_t line = document_line_at(writing->doc, row.span.from);
		view->rows[view->count] = (ViewRow){.row = row, .line = line};
		bool here = writing->cursor >= row.span.from &&
			    (row.closes ? writing->cursor <= row.span.to : writing->cursor < row.span.to);
		if (here) {
			view->cursor_row = (int)view->count;
			view->cursor_column = layout_column(writing->layout, &row, writing->cursor);
		}
		view->count++;
		more = layout_next(writing->layout, &row, &row, &why);
	}
	if (why.kind == ERR_NONE)
		return true;
	*err = why;
	return false;
}

/* ---- The top */

/* Rows of the screen between two positions, counted to `most` at most. */
static int
distance(Writing *writing, size_t from, size_t to, int most)
{
	LayoutRow row;
	int count = 0;
	if (!layout_row(writing->layout, from, &row, NULL))
		return most;
	while (count < most && (row.closes ? row.span.to : row.span.to - 1) < to) {
		Err why;
		if (!layout_next(writing->layout, &row, &row, &why))
			break;
		count += starts_body(writing, &row) ? 2 : 1;
	}
	return count;
}

/* The top so that `above` rows of the screen stand over the cursor. */
static bool
set_top(Writing *writing, int above, Err *err)
{
	LayoutRow row;
	if (!layout_row(writing->layout, writing->cursor, &row, err))
		return false;
	for (Err why = {0}; above > 0;) {
		above -= starts_body(writing, &row) ? 2 : 1;
		if (above < 0 || !layout_prev(writing->layout, &row, &row, &why))
			break;
	}
	document_mark_set(writing->doc, writing->top, row.span.from);
	return true;
}

/* Follows the cursor with the top. */
static bool
make(Writing *writing, int rows, View *view, Err *err)
{
	size_t top = document_mark(writing->doc, writing->top);
	LayoutRow first;
	if (!layout_row(writing->layout, top, &first, err))
		return false;
	/* Text before it may have changed where its row begins. */
	if (first.span.from != top)
		document_mark_set(writing->doc, writing->top, first.span.from);
	if (!fill(writing, rows, view, err))
		return false;
	if (view->cursor_row >= 0)
		return true;
	int above = rows / 2;
	if (writing->cursor < first.span.from)
		above = distance(writing, writing->cursor, first.span.from, rows) < rows ? 0 : above;
	else if (distance(writing, first.span.from, writing->cursor, rows + rows / 2) < rows + rows / 2)
		above = rows - 1;
	return set_top(writing, above, err) && fill(writing, rows, view, err);
}

/* Whether the rows above the top would find room under the last one. */
static bool
fits(Writing *writing, int rows, const View *view)
{
	size_t top = document_mark(writing->doc, writing->top);
	int free = rows - (int)view->count;
	return top > 0 && free > 0 && distance(writing, 0, top, free + 1) <= free;
}

bool
view_make(Writing *writing, int rows, View *view, Err *err)
{
	if (!make(writing, rows, view, err))
		return false;
	if (!fits(writing, rows, view))
		return true;
	/* A short text stands on the screen as a whole: nobody is to look for its begin after much was taken back. */
	document_mark_set(writing->doc, writing->top, 0);
	return fill(writing, rows, view, err);
}

/* ---- The cursor by rows */

bool
view_move_rows(Writing *writing, int rows, Err *err)
{
	LayoutRow row;
	Err why = {0};
	if (!layout_row(writing->layout, writing->cursor, &row, err))
		return false;
	int goal = writing->goal >= 0 ? writing->goal : layout_column(writing->layout, &row, writing->cursor);
	bool moved = true, up = rows < 0;
	for (; moved && rows < 0; rows++)
		moved = layout_prev(writing->layout, &row, &row, &why);
	for (; moved && rows > 0; rows--)
		moved = layout_next(writing->layout, &row, &row, &why);
	if (why.kind != ERR_NONE) {
		*err = why;
		return false;
	}
	/* Beyond the first and the last row is their begin and end. */
	writing->cursor = moved ? layout_position(writing->layout, &row, goal) : up ? row.span.from : row.span.to;
	writing->goal = goal;
	return true;
}

bool
view_row_edge(Writing *writing, bool end, Err *err)
{
	LayoutRow row;
	if (!layout_row(writing->layout, writing->cursor, &row, err))
		return false;
	writing->cursor = !end         ? row.span.from
			  : row.closes ? row.span.to
				       : layout_position(writing->layout, &row, INT_MAX);
	writing->goal = -1;
	return true;
}
