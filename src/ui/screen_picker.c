/* Pickers: a heading with what is chosen, a line to type in, and rows to choose from. */
#include "parts.h"

#include <stdio.h>

enum { NUMBER = 2, MARK = 2, GAP = 2, CHOSEN_GAP = 3 };

int
picker_rows(const PickerModel *model, int rows)
{
	return parts_list_rows(rows, model->has_input ? 1 : 0);
}

/* ---- The heading */

/* ① … ⑳, then plain numbers: the circles beyond are two columns wide. */
static void
number_sign(size_t index, char out[24])
{
	if (index < 20)
		snprintf(out, 24, "\xE2\x91%c ", (char)(0xA0 + index));
	else
		snprintf(out, 24, "%zu ", index + 1);
}

static int
chosen_width(const PickerModel *model, size_t index)
{
	char sign[24];
	number_sign(index, sign);
	return surface_width(sv(sign)) + surface_width(model->chosen[index]) + (index == model->chosen_current ? 1 : 0);
}

static void
draw_chosen(const PickerModel *model, Surface *surface, int column, int end)
{
	/* begins with the first one that leaves room for the one the writer is at */
	size_t first = 0;
	if (model->chosen_current < model->chosen_count) {
		int width = chosen_width(model, model->chosen_current);
		for (first = model->chosen_current; first > 0; first--) {
			width += chosen_width(model, first - 1) + GAP;
			if (width > end - column - (first > 1 ? GAP : 0))
				break;
		}
	}
	if (first > 0)
		column = parts_put(surface, 0, column, end, SV("… "), STYLE_DIM);
	for (size_t i = first; i < model->chosen_count && column < end; i++) {
		char sign[24];
		number_sign(i, sign);
		bool here = i == model->chosen_current;
		if (here)
			column = parts_put(surface, 0, column, end, SV("▸"), STYLE_CURRENT);
		column = parts_put(surface, 0, column, end, sv(sign), here ? STYLE_CURRENT : STYLE_DIM);
		column = parts_put(surface, 0, column, end, model->chosen[i], here ? STYLE_CURRENT : STYLE_VALUE) + GAP;
	}
}

static void
draw_top(const PickerModel *model, Surface *surface)
{
	int wanted = 0, end;
	for (size_t i = 0; i < model->chosen_count && wanted < surface_columns(surface); i++)
		wanted += chosen_width(model, i) + GAP;
	/* the aside gives way to what is chosen */
	bool room =
		surface_width(model->heading) + CHOSEN_GAP + wanted + surface_width(model->aside) + 2 * PARTS_MARGIN <=
		parts_width(surface);
	int column = parts_heading(surface, model->heading, room ? model->aside : (StrView){0}, &end);
	if (model->chosen_count > 0)
		draw_chosen(model, surface, column + CHOSEN_GAP, end);
}

/* ---- The rows */

typedef struct Table {
	int mark, label, detail, end;
} Table;

static Table
table_of(const PickerModel *model, int width)
{
	int label = 0;
	bool marked = false;
	for (size_t i = 0; i < model->row_count; i++) {
		int one = surface_width(model->rows[i].label);
		label = one > label ? one : label;
		marked = marked || model->rows[i].marked;
	}
	Table table = {.mark = PARTS_MARGIN + NUMBER, .end = width - PARTS_MARGIN - 1};
	table.label = table.mark + (marked ? MARK : 0);
	int most = (table.end - table.label) * 3 / 5;
	table.detail = table.label + (label < most ? label : most) + GAP;
	return table;
}

static void
draw_row(const PickerRow *row, Surface *surface, int at, const Table *table)
{
	if (row->number >= 1 && row->number <= 9) {
		const char digit = (char)('0' + row->number);
		surface_put(surface, at, PARTS_MARGIN, 1, (StrView){&digit, 1}, STYLE_KEY);
	}
	if (row->marked)
		surface_put(surface, at, table->mark, 1, SV("✓"), STYLE_GOOD);
	int label_end = row->detail.len > 0 ? table->detail - GAP : table->end;
	parts_put(surface, at, table->label, label_end, row->label, row->label_style);
	parts_put(surface, at, table->detail, table->end, row->detail, STYLE_DIM);
}

void
draw_picker(const PickerModel *model, Surface *surface)
{
	if (draw_too_small(surface))
		return;
	int rows = surface_rows(surface), width = parts_width(surface), shown = picker_rows(model, rows);
	int top = parts_top(rows) + (model->has_input ? 1 : 0);
	draw_top(model, surface);
	if (model->has_input) {
		int column = PARTS_MARGIN + surface_put(surface, 1, PARTS_MARGIN, 2, SV("> "), STYLE_DIM);
		draw_field(surface, 1, column, width - PARTS_MARGIN - column, &model->input, true);
	}
	Table table = table_of(model, width);
	if (model->row_count == 0)
		parts_wrap(surface, top, PARTS_MARGIN + NUMBER, table.end - PARTS_MARGIN - NUMBER, shown, model->empty,
			STYLE_DIM);
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
