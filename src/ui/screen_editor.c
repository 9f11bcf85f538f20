/* The editor: the text, the publishing line and the status line. */
#include "parts.h"

#include <stdio.h>

#include "meok/i18n.h"

enum {
	SLOT = 8,     /* the place behind the count moves in steps of this, so that a digit more moves nothing */
	PART_MIN = 6, /* columns under which a name says nothing any more */
	STATUS_GAP = 2,
};

int
editor_text_rows(const EditorModel *model, int rows)
{
	int below = PARTS_BOTTOM;
	if (model->plain)
		below = model->notice.kind == NOTICE_NONE ? 0 : PARTS_BOTTOM;
	else if (rows >= PARTS_ROOMY)
		below = PARTS_BOTTOM + 1;
	return rows > below ? rows - below : 1;
}

/* ---- The text */

/* The text is put whole and only then coloured: a span that ends inside a cluster must not take it apart. */
static void
draw_row(const EditorRow *row, Surface *surface, int at, int end)
{
	surface_put(surface, at, EDITOR_MARGIN, end - EDITOR_MARGIN, row->text, row->base);
	int column = EDITOR_MARGIN;
	size_t pos = 0;
	for (size_t i = 0; i < row->span_count && column < end; i++) {
		const EditorSpan *span = &row->spans[i];
		if (span->from < pos || span->to < span->from || span->to > row->text.len)
			continue;
		column += surface_width(sv_slice(row->text, pos, span->from));
		int width = surface_width(sv_slice(row->text, span->from, span->to));
		if (column < end)
			surface_restyle(surface, at, column, width < end - column ? width : end - column, span->style);
		column += width;
		pos = span->to;
	}
}

static void
draw_placeholder(const EditorModel *model, Surface *surface, int row, StrView hint, int rows, int end)
{
	if (row < 0 || row >= rows || ((size_t)row < model->row_count && model->rows[row].text.len > 0))
		return;
	parts_put(surface, row, EDITOR_MARGIN, end, hint, STYLE_DIM);
}

static void
draw_text(const EditorModel *model, Surface *surface, int rows)
{
	int columns = surface_columns(surface);
	int rule = columns - 2 * EDITOR_MARGIN < PARTS_WIDE ? columns - 2 * EDITOR_MARGIN : PARTS_WIDE;
	for (int i = 0; i < rows && (size_t)i < model->row_count; i++) {
		const EditorRow *row = &model->rows[i];
		if (row->rule)
			surface_fill(surface, i, EDITOR_MARGIN, rule, 0x2500, STYLE_RULE);
		else if (row->tilde)
			surface_put(surface, i, EDITOR_MARGIN, 1, SV("~"), STYLE_DIM);
		else
			draw_row(row, surface, i, columns);
	}
	draw_placeholder(model, surface, model->title_row, model->title_hint, rows, columns - EDITOR_MARGIN);
	draw_placeholder(model, surface, model->subtitle_row, model->subtitle_hint, rows, columns - EDITOR_MARGIN);
	draw_placeholder(model, surface, model->body_row, model->body_hint, rows, columns - EDITOR_MARGIN);
	/* Behind a full row, and behind blanks that hang over the edge, it stays in sight on the last column. */
	int column = EDITOR_MARGIN + model->cursor_column;
	if (model->cursor_row >= 0 && model->cursor_row < rows && model->cursor_column >= 0)
		surface_cursor(surface, model->cursor_row, column < columns ? column : columns - 1);
}

/* ---- The publishing line */

/* One control: its label, what is always said, and what may be cut. */
typedef struct Control {
	StrView label, fixed, value;
	bool unset;
	int label_width, fixed_width, value_width;
	int room; /* columns the value gets */
} Control;

enum { WORK, KEYWORDS, COMMENTS, SITE, STATE, CONTROLS, JOINT = 3 };

static int
joined(int left, int right, int gap)
{
	return left + right + (left > 0 && right > 0 ? gap : 0);
}

static int
control_width(const Control *control)
{
	return joined(joined(control->label_width, control->fixed_width, 1), control->room, 1);
}

static int
controls_width(const Control *controls)
{
	int width = 0;
	for (int i = 0; i < CONTROLS; i++)
		width = joined(width, control_width(&controls[i]), JOINT);
	return width;
}

static void
give_room(Control *controls, int most)
{
	for (int i = 0; i < CONTROLS; i++)
		controls[i].room = controls[i].value_width < most ? controls[i].value_width : most;
}

static bool
all_fit(Control *controls, int columns)
{
	give_room(controls, columns);
	return controls_width(controls) <= columns;
}

/* Gives every value the same most columns, the largest with which all fit; values that need less leave theirs to the
 * others. True when all that is cut can still be recognised. */
static bool
share_room(Control *controls, int columns)
{
	int most = columns;
	for (give_room(controls, most); most > 0 && controls_width(controls) > columns; give_room(controls, most))
		most--;
	for (int i = 0; i < CONTROLS; i++) {
		if (controls[i].room < controls[i].value_width && controls[i].room < PART_MIN)
			return false;
	}
	return controls_width(controls) <= columns;
}

/* What is given up, one after the other, until the rest can be read. */
static void
give_up(Control *controls, int step)
{
	switch (step) {
	case 0:
		controls[KEYWORDS].value_width = 0;
		break;
	case 1:
		controls[STATE] = (Control){0};
		break;
	case 2:
		controls[SITE] = (Control){0};
		break;
	case 3:
		controls[COMMENTS] = (Control){0};
		break;
	default:
		break;
	}
}

static int
draw_control(const Control *control, Surface *surface, int row, int column, int end)
{
	const StrView texts[3] = {control->label, control->fixed, control->value};
	const int widths[3] = {control->label_width, control->fixed_width, control->room};
	bool first = true;
	for (int i = 0; i < 3; i++) {
		if (widths[i] == 0)
			continue;
		column += first ? 0 : 1;
		first = false;
		int stop = widths[i] < end - column ? column + widths[i] : end;
		Style style = i == 0 ? STYLE_BAR : STYLE_VALUE;
		column = parts_put(surface, row, column, stop, texts[i], control->unset ? STYLE_DIM : style);
	}
	return column;
}

static void
draw_publishing(const EditorModel *model, Surface *surface, int row)
{
	char number[48];
	if (model->keyword_limit > 0)
		snprintf(number, sizeof number, "%zu/%zu", model->keywords, model->keyword_limit);
	else
		snprintf(number, sizeof number, "%zu", model->keywords);
	Control controls[CONTROLS] = {
		[WORK] = {sv(_("Work")), .value = model->work},
		[KEYWORDS] = {sv(_("Keywords")), sv(number), model->keyword_list, .unset = model->keywords == 0},
		[COMMENTS] = {.fixed = model->comments},
		[SITE] = {.value = model->site},
		[STATE] = {.value = model->state},
	};
	if (model->work.len == 0)
		controls[WORK] = (Control){.fixed = sv(_("No work")), .unset = true};
	if (model->site.len == 0)
		controls[SITE] = (Control){.fixed = sv(_("No blog")), .unset = true};

	for (int i = 0; i < CONTROLS; i++) {
		controls[i].label_width = surface_width(controls[i].label);
		controls[i].fixed_width = surface_width(controls[i].fixed);
		controls[i].value_width = surface_width(controls[i].value);
	}

	int end = surface_columns(surface) - PARTS_MARGIN, column = PARTS_MARGIN;
	/* a label is the first to go: the name behind it says what it is */
	if (!all_fit(controls, end - column))
		controls[WORK].label_width = 0;
	for (int step = 0; !share_room(controls, end - column) && step < CONTROLS; step++)
		give_up(controls, step);
	for (int i = 0; i < CONTROLS; i++) {
		if (control_width(&controls[i]) == 0)
			continue;
		if (column > PARTS_MARGIN)
			column = parts_put(surface, row, column, end, SV(" │ "), STYLE_BAR);
		column = draw_control(&controls[i], surface, row, column, end);
	}
}

/* ---- The status line */

static void
draw_status(const EditorModel *model, Surface *surface, int row)
{
	int end = surface_columns(surface) - PARTS_MARGIN;
	int count = surface_width(model->count), saved = surface_width(model->saved), joint = surface_width(SV("  "));
	int slot = count > 0 ? (count + SLOT - 1) / SLOT * SLOT : 0;
	int left = PARTS_MARGIN + (count > 0 && saved > 0 ? slot + joint + saved : count + saved);
	int used = 0;
	/* not at the far end of a wide screen, where nobody looks */
	int stop = left + STATUS_GAP < parts_width(surface) / 2 ? parts_width(surface) - PARTS_MARGIN : end;
	size_t fit = parts_hints_fit(model->hints, model->hint_count, stop - left - STATUS_GAP, &used);
	if (fit > 0)
		parts_hints(surface, row, stop - used, stop, model->hints, fit);
	if (left > end) {
		/* on a phone it is more important that it is saved than how long it is */
		slot = end - PARTS_MARGIN - joint - saved;
		slot = count < slot ? count : slot > 0 ? slot : 0;
	}
	int column = PARTS_MARGIN;
	if (slot > 0) {
		parts_put(surface, row, column, column + slot, model->count, STYLE_TEXT);
		column += slot;
		if (saved > 0)
			column = parts_put(surface, row, column, end, SV("  "), STYLE_DIM);
	}
	parts_put(surface, row, column, end, model->saved, STYLE_DIM);
}

void
draw_editor(const EditorModel *model, Surface *surface)
{
	if (draw_too_small(surface))
		return;
	int rows = surface_rows(surface);
	draw_text(model, surface, editor_text_rows(model, rows));
	if (!model->plain) {
		draw_publishing(model, surface, rows - 2);
		if (model->notice.kind == NOTICE_NONE)
			draw_status(model, surface, rows - 1);
	}
	parts_notice(surface, rows - 1, &model->notice);
}
