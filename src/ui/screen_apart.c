/* Two texts that contradict each other: beside each other, with what both grew out of between them, or one under the
 * other on a narrow screen. */
#include "parts.h"

enum { GAP = 3, WIDE = 100 };

int
apart_columns(int columns)
{
	return columns >= WIDE ? APART_TEXTS : 1;
}

int
apart_width(int columns)
{
	int width = columns - 2 * PARTS_MARGIN - 1;
	if (apart_columns(columns) == 1)
		return width < 1 ? 1 : width < PARTS_READ ? width : PARTS_READ;
	return (width - (APART_TEXTS - 1) * GAP) / APART_TEXTS;
}

void
draw_apart(const ApartModel *model, Surface *surface)
{
	if (draw_too_small(surface))
		return;
	int rows = surface_rows(surface), columns = surface_columns(surface), end;
	int top = parts_top(rows), shown = page_rows(rows), width = apart_width(columns);
	parts_heading(surface, model->heading, model->aside, &end);
	for (int i = 0; i < shown && (size_t)i < model->row_count; i++) {
		const ApartRow *row = &model->rows[i];
		for (int k = 0; k < model->columns && k < APART_TEXTS; k++) {
			int column = PARTS_MARGIN + k * (width + GAP);
			parts_put(surface, top + i, column, column + width, row->cells[k], row->style);
		}
	}
	parts_more(surface, top, shown, columns - 1, model->more_above,
		model->more_below || (size_t)shown < model->row_count);
	parts_bottom(surface, model->hints, model->hint_count, &model->notice);
}
