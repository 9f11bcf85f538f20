/* Which rows of a draft are on the screen, and where the cursor stands among them. */
#ifndef MEOK_APP_VIEW_H
#define MEOK_APP_VIEW_H

#include "writing.h"

enum { VIEW_ROWS_MAX = 400 };

typedef struct ViewRow {
	LayoutRow row;
	size_t line; /* 0 title, 1 subtitle, 2 and more body */
	bool rule;   /* the line between subtitle and body; `row` is not set */
} ViewRow;
typedef struct View {
	ViewRow rows[VIEW_ROWS_MAX];
	size_t count;
	int cursor_row, cursor_column;
} View;

/* Lays out `rows` rows so that the cursor is among them, moving the top no more than that needs. */
bool view_make(Writing *writing, int rows, View *view, Err *err);
/* Moves the cursor up (below 0) or down by that many rows; the column aimed at stays. */
bool view_move_rows(Writing *writing, int rows, Err *err);
/* To the begin or the end of its row. */
bool view_row_edge(Writing *writing, bool end, Err *err);

#endif
