/* Pages to read: help, messages, the preview. */
#include "parts.h"

enum { KEYS = 16, KEYS_NARROW = 11, SIGN = 2 };

int
page_rows(int rows)
{
	return parts_list_rows(rows, 0);
}

static int
key_columns(int columns)
{
	return columns < PARTS_NARROW ? KEYS_NARROW : KEYS;
}

int
page_columns(int columns, bool keyed)
{
	int width = columns - 2 * PARTS_MARGIN;
	width = width < PARTS_READ ? width : PARTS_READ;
	width -= keyed ? key_columns(columns) : 0;
	return width > 1 ? width : 1;
}

int
page_sign_columns(int columns)
{
	int width = page_columns(columns, false) - SIGN;
	return width > 1 ? width : 1;
}

void
draw_page(const PageModel *model, Surface *surface)
{
	if (draw_too_small(surface))
		return;
	int rows = surface_rows(surface), columns = surface_columns(surface);
	int top = parts_top(rows), shown = page_rows(rows), end;
	parts_heading(surface, model->heading, model->aside, &end);
	for (int i = 0; i < shown && (size_t)i < model->line_count; i++) {
		const PageLine *line = &model->lines[i];
		int column = PARTS_MARGIN;
		if (line->key.len > 0) {
			column += model->signs ? SIGN : key_columns(columns);
			parts_put(surface, top + i, PARTS_MARGIN, column - 1, line->key, STYLE_KEY);
		}
		parts_put(surface, top + i, column, columns - PARTS_MARGIN, line->text, line->style);
	}
	parts_more(surface, top, shown, parts_width(surface) - 1, model->more_above,
		model->more_below || (size_t)shown < model->line_count);
	parts_bottom(surface, model->hints, model->hint_count, &model->notice);
}
