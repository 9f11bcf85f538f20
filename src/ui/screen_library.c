/* The library: drafts and works in rows, with what is searched for in the heading. */
#include "parts.h"

#include "meok/i18n.h"

enum { SECTION = 10, NUMBER = 2, INDENT = 2, GAP = 2, FILTER_MIN = 12, WHEN_MOST = 16 };

/* Columns of the table: where each begins, and where the whole ends. */
typedef struct Table {
	int section, number, title, state, when, end;
} Table;

int
library_rows(int rows)
{
	return parts_list_rows(rows, 0);
}

static int
at_most(int value, int most)
{
	return value < most ? value : most;
}

static Table
table_of(const LibraryModel *model, int width)
{
	int state = 0, when = 0;
	for (size_t i = 0; i < model->row_count; i++) {
		int one = surface_width(model->rows[i].state);
		state = one > state ? one : state;
		one = surface_width(model->rows[i].when);
		when = one > when ? one : when;
	}
	bool narrow = width < PARTS_NARROW;
	Table table = {.section = PARTS_MARGIN, .end = width - PARTS_MARGIN - 1};
	table.number = PARTS_MARGIN + (narrow ? 0 : SECTION);
	table.title = table.number + NUMBER;
	state = at_most(state, narrow ? width / 3 : width * 3 / 10);
	when = narrow ? 0 : at_most(when, WHEN_MOST);
	table.when = table.end - when;
	table.state = table.when - (when > 0 ? GAP : 0) - state;
	return table;
}

static void
draw_row(const LibraryRow *row, Surface *surface, int at, const Table *table)
{
	if (table->section < table->number)
		parts_put(surface, at, table->section, table->number - 1, row->section, STYLE_DIM);
	if (row->number >= 1 && row->number <= 9) {
		const char digit = (char)('0' + row->number);
		surface_put(surface, at, table->number, 1, (StrView){&digit, 1}, STYLE_KEY);
	}
	int title = table->title + (row->indented ? INDENT : 0);
	int title_end = row->state.len > 0 ? table->state - GAP : row->when.len > 0 ? table->when - GAP : table->end;
	parts_put(surface, at, title, title_end, row->title, row->kind == LIBRARY_HEADING ? STYLE_HEADING : STYLE_TEXT);
	parts_put(surface, at, table->state, table->when < table->end ? table->when - 1 : table->end, row->state,
		row->state_style);
	if (table->when >= table->end)
		return;
	int width = surface_width(row->when);
	if (width <= table->end - table->when)
		surface_put_right(surface, at, table->end, row->when, STYLE_DIM);
	else
		parts_put(surface, at, table->when, table->end, row->when, STYLE_DIM);
}

/* What is typed comes before what is counted and how it is ordered. */
static void
draw_top(const LibraryModel *model, Surface *surface, int width)
{
	bool searched = model->filtering || model->filter.text.len > 0;
	bool narrow = width < PARTS_NARROW;
	bool only_filter = narrow && searched;
	int place = only_filter ? PARTS_MARGIN : width * 2 / 5;
	int end;
	int column = parts_heading(surface, only_filter ? SV("") : sv(_("Library")), model->summary, &end);
	if (model->order.len > 0 && !only_filter) {
		int stop = narrow || place - GAP > end ? end : place - GAP;
		column = parts_put(surface, 0, column, stop, SV(" · "), STYLE_DIM);
		parts_put(surface, 0, column, stop, model->order, STYLE_DIM);
	}
	if (narrow && !searched)
		return;
	column = place + surface_width(sv(_("Find"))) + 1;
	if (searched && end - column < FILTER_MIN) {
		surface_fill(surface, 0, place, surface_columns(surface) - place, ' ', STYLE_TEXT);
		end = width - PARTS_MARGIN;
	}
	parts_put(surface, 0, place, end, sv(_("Find")), searched ? STYLE_TEXT : STYLE_DIM);
	if (searched)
		draw_field(surface, 0, column, end - column, &model->filter, model->filtering);
}

void
draw_library(const LibraryModel *model, Surface *surface)
{
	if (draw_too_small(surface))
		return;
	int rows = surface_rows(surface), width = parts_width(surface);
	int top = parts_top(rows), shown = library_rows(rows);
	Table table = table_of(model, width);
	draw_top(model, surface, width);
	if (model->row_count == 0)
		parts_wrap(surface, top, table.number, table.end - table.number, shown, model->empty, STYLE_DIM);
	size_t first = parts_first(model->current, model->row_count, shown);
	int drawn = 0;
	for (; drawn < shown && first + (size_t)drawn < model->row_count; drawn++) {
		draw_row(&model->rows[first + (size_t)drawn], surface, top + drawn, &table);
		if (first + (size_t)drawn == model->current)
			parts_current(surface, top + drawn, table.end);
	}
	parts_more(surface, top, shown, width - 1, model->more_above || first > 0,
		model->more_below || first + (size_t)drawn < model->row_count);
	parts_bottom(surface, model->hints, model->hint_count, &model->notice);
}
