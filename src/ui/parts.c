/* What screens have in common: hints, notices, fields, wrapped text, the menu and the prompt over the bottom. */
#include "parts.h"

#include <stdio.h>
#include <stdlib.h>

#include "meok/i18n.h"

enum { ROWS_MIN = 6, COLUMNS_MIN = 30, HINT_GAP = 2, MENU_ROWS = 8, MENU_LEAVES = 3 };

/* ---- Measures */

int
parts_width(const Surface *surface)
{
	int columns = surface_columns(surface);
	return columns < PARTS_WIDE ? columns : PARTS_WIDE;
}

int
parts_top(int rows)
{
	return rows < PARTS_ROOMY ? 1 : 2;
}

int
parts_list_rows(int rows, int taken)
{
	int left = rows - parts_top(rows) - taken - PARTS_BOTTOM;
	return left > 1 ? left : 1;
}

size_t
parts_first(size_t current, size_t count, int shown)
{
	if (current >= count || current < (size_t)shown)
		return 0;
	return current - (size_t)shown + 1;
}

/* ---- Text */

int
parts_put(Surface *surface, int row, int column, int end, StrView text, Style style)
{
	if (end <= column)
		return column;
	return column + surface_put_cut(surface, row, column, end - column, text, style);
}

static StrView
without_blanks_behind(StrView text)
{
	while (text.len > 0 && (text.ptr[text.len - 1] == ' ' || text.ptr[text.len - 1] == '\n'))
		text.len--;
	return text;
}

/* The end of the row that begins at `start`: behind the last break that fits, or, where a word is wider than the row,
 * behind the last cluster that does. `breaks` NULL: there are none. */
static size_t
row_end(StrView text, const uint8_t *breaks, size_t start, int columns)
{
	int used = 0;
	size_t last_break = 0;
	for (size_t pos = start; pos < text.len;) {
		if (pos > start && breaks != NULL && breaks[pos] == 2)
			return pos;
		if (pos > start && breaks != NULL && breaks[pos] == 1)
			last_break = pos;
		size_t next = cluster_next(text, pos);
		StrView cluster = sv_slice(text, pos, next);
		bool hangs = sv_equal(cluster, SV(" ")) || sv_equal(cluster, SV("\n"));
		used += surface_width(cluster);
		if (used > columns && !hangs)
			return last_break > start ? last_break : pos > start ? pos : next;
		pos = next;
	}
	return text.len;
}

/* Where lines may break, for row_end; NULL when memory ran out: then rows break between clusters. */
static uint8_t *
breaks_of(StrView text)
{
	uint8_t *breaks = malloc(text.len > 0 ? text.len : 1);
	if (breaks != NULL && !line_breaks(text, BREAK_KEEP_ALL, breaks, NULL)) {
		free(breaks);
		return NULL;
	}
	return breaks;
}

int
parts_wrap(Surface *surface, int row, int column, int columns, int most, StrView text, Style style)
{
	text = without_blanks_behind(text);
	if (text.len == 0 || columns < 1 || most < 1)
		return 0;
	uint8_t *breaks = breaks_of(text);
	int rows = 0;
	for (size_t start = 0; start < text.len && rows < most; rows++) {
		size_t end = row_end(text, breaks, start, columns);
		bool last = rows == most - 1;
		StrView part = sv_slice(text, start, last ? text.len : end);
		if (surface != NULL)
			surface_put_cut(surface, row + rows, column, columns, without_blanks_behind(part), style);
		start = end;
	}
	free(breaks);
	return rows;
}

bool
draw_too_small(Surface *surface)
{
	int rows = surface_rows(surface), columns = surface_columns(surface);
	if (rows >= ROWS_MIN && columns >= COLUMNS_MIN)
		return false;
	for (int row = 0; row < rows; row++)
		surface_fill(surface, row, 0, columns, ' ', STYLE_TEXT);
	surface_hide_cursor(surface);
	char text[160];
	snprintf(text, sizeof text, _("Too small: %d columns and %d rows are needed."), COLUMNS_MIN, ROWS_MIN);
	parts_wrap(surface, 0, 0, columns, rows, sv(text), STYLE_TEXT);
	return true;
}

/* ---- Hints */

static int
hint_width(const Hint *hint)
{
	int key = surface_width(hint->key), label = surface_width(hint->label);
	return key + label + (key > 0 && label > 0);
}

size_t
parts_hints_fit(const Hint *hints, size_t count, int columns, int *used)
{
	int total = 0;
	size_t fit = 0;
	for (; fit < count; fit++) {
		int width = hint_width(&hints[fit]) + (fit > 0 ? HINT_GAP : 0);
		if (width > columns - total)
			break;
		total += width;
	}
	*used = total;
	return fit;
}

static int
hint_put(Surface *surface, int row, int column, int end, const Hint *hint)
{
	int at = parts_put(surface, row, column, end, hint->key, STYLE_KEY);
	if (at > column && hint->label.len > 0)
		at++;
	return parts_put(surface, row, at, end, hint->label, STYLE_DIM);
}

int
parts_hints(Surface *surface, int row, int column, int end, const Hint *hints, size_t count)
{
	int used;
	size_t fit = parts_hints_fit(hints, count, end - column, &used);
	if (fit == 0 && count > 0)
		return hint_put(surface, row, column, end, &hints[0]);
	for (size_t i = 0; i < fit; i++) {
		if (i > 0)
			column += HINT_GAP;
		column = hint_put(surface, row, column, end, &hints[i]);
	}
	return column;
}

void
draw_hints(Surface *surface, int row, const Hint *hints, size_t count)
{
	parts_hints(surface, row, PARTS_MARGIN, surface_columns(surface) - PARTS_MARGIN, hints, count);
}

/* ---- The bottom */

void
parts_blank(Surface *surface, int row)
{
	surface_fill(surface, row, 0, surface_columns(surface), ' ', STYLE_TEXT);
}

static const char *
notice_sign(NoticeKind kind)
{
	switch (kind) {
	case NOTICE_GOOD:
		return "✓ ";
	case NOTICE_WARNING:
		return "! ";
	case NOTICE_ERROR:
		return "✗ ";
	case NOTICE_NONE:
	case NOTICE_INFO:
		break;
	}
	return "";
}

static Style
notice_style(NoticeKind kind)
{
	switch (kind) {
	case NOTICE_GOOD:
		return STYLE_GOOD;
	case NOTICE_WARNING:
		return STYLE_WARNING;
	case NOTICE_ERROR:
		return STYLE_ERROR;
	case NOTICE_NONE:
	case NOTICE_INFO:
		break;
	}
	return STYLE_TEXT;
}

/* Where the parts of a notice stand on a screen of this width. */
typedef struct NoticePlan {
	StrView text;
	size_t first; /* bytes of the text in the first row */
	int column, end;
	int tail; /* columns kept for the key that puts it away */
	int rows;
} NoticePlan;

static NoticePlan
notice_plan(const Notice *notice, int columns, Hint *dismiss)
{
	NoticePlan plan = {.text = without_blanks_behind(notice->text)};
	*dismiss = (Hint){notice->dismiss, sv(_("close"))};
	plan.column = PARTS_MARGIN + surface_width(sv(notice_sign(notice->kind)));
	plan.end = columns - PARTS_MARGIN;
	if (notice->stays && notice->dismiss.len > 0)
		plan.tail = hint_width(dismiss) + HINT_GAP;
	if (plan.tail > (plan.end - plan.column) / 2)
		plan.tail = (plan.end - plan.column) / 2;
	uint8_t *breaks = breaks_of(plan.text);
	plan.first = row_end(plan.text, breaks, 0, plan.end - plan.column - plan.tail);
	plan.rows = plan.first < plan.text.len ? 2 : 1;
	if (plan.rows == 2)
		plan.first = row_end(plan.text, breaks, 0, plan.end - plan.column);
	free(breaks);
	return plan;
}

int
parts_notice(Surface *surface, int last, const Notice *notice)
{
	if (notice->kind == NOTICE_NONE)
		return 0;
	Hint dismiss;
	NoticePlan plan = notice_plan(notice, surface_columns(surface), &dismiss);
	Style style = notice_style(notice->kind);
	int first = last - plan.rows + 1;
	for (int row = first; row <= last; row++)
		parts_blank(surface, row);
	surface_put(surface, first, PARTS_MARGIN, plan.column, sv(notice_sign(notice->kind)), style);
	StrView above = without_blanks_behind(sv_slice(plan.text, 0, plan.first));
	int column = plan.column;
	if (plan.rows == 2) {
		parts_put(surface, first, column, plan.end, above, style);
		StrView below = sv_slice(plan.text, plan.first, plan.text.len);
		column = parts_put(surface, last, column, plan.end - plan.tail, below, style);
	} else {
		column = parts_put(surface, last, column, plan.end - plan.tail, above, style);
	}
	if (plan.tail > 0)
		hint_put(surface, last, column + HINT_GAP, plan.end, &dismiss);
	return plan.rows;
}

void
parts_bottom(Surface *surface, const Hint *hints, size_t count, const Notice *notice)
{
	int last = surface_rows(surface) - 1, used;
	Hint dismiss;
	if (notice->kind != NOTICE_NONE && notice_plan(notice, surface_columns(surface), &dismiss).rows == 2) {
		parts_notice(surface, last, notice);
		return;
	}
	size_t fit = parts_hints_fit(hints, count, surface_columns(surface) - 2 * PARTS_MARGIN, &used);
	if (parts_notice(surface, last - 1, notice) == 0 && fit > 0 && fit < count) {
		draw_hints(surface, last - 1, hints, fit);
		draw_hints(surface, last, hints + fit, count - fit);
	} else {
		draw_hints(surface, last, hints, count);
	}
}

int
parts_heading(Surface *surface, StrView heading, StrView aside, int *end)
{
	*end = parts_width(surface) - PARTS_MARGIN;
	int room = *end - PARTS_MARGIN - surface_width(heading) - HINT_GAP, wanted = surface_width(aside);
	if (wanted > 0 && room >= wanted)
		*end = surface_put_right(surface, 0, *end, aside, STYLE_DIM) - HINT_GAP;
	return parts_put(surface, 0, PARTS_MARGIN, *end, heading, STYLE_TITLE);
}

void
parts_more(Surface *surface, int first, int rows, int column, bool above, bool below)
{
	if (above)
		surface_put(surface, first, column, 1, SV("▴"), STYLE_DIM);
	if (below)
		surface_put(surface, first + rows - 1, column, 1, SV("▾"), STYLE_DIM);
}

void
parts_current(Surface *surface, int row, int width)
{
	surface_put(surface, row, 0, 1, SV("▸"), STYLE_CURRENT);
	surface_restyle(surface, row, 0, width, STYLE_CURRENT);
}

/* ---- Fields */

/* Where the visible part of a text begins, so that its column `cursor` is left of `room`: in steps, so that typing at
 * the end does not move all of it with every key. */
static int
scrolled(int cursor, int room)
{
	if (cursor < room)
		return 0;
	int step = room / 4 > 0 ? room / 4 : 1;
	return (cursor - room) / step * step + step;
}

/* The first cluster at or behind a column. */
static size_t
byte_at(StrView text, int column)
{
	size_t pos = 0;
	for (int used = 0; used < column && pos < text.len;) {
		size_t next = cluster_next(text, pos);
		used += surface_width(sv_slice(text, pos, next));
		pos = next;
	}
	return pos;
}

static int
draw_dots(Surface *surface, int row, int column, int columns, const Field *field)
{
	int count = (int)unicode_count_clusters(field->text);
	int cursor = (int)unicode_count_clusters(sv_slice(field->text, 0, field->cursor));
	int first = scrolled(cursor, columns);
	int shown = count - first < columns ? count - first : columns;
	surface_fill(surface, row, column, shown, 0x25CF, STYLE_TEXT);
	return cursor - first;
}

static int
draw_text(Surface *surface, int row, int column, int columns, const Field *field)
{
	/* a mark on either side where text is hidden there */
	int mark = columns >= 6 ? 1 : 0;
	int cursor = surface_width(sv_slice(field->text, 0, field->cursor));
	bool beyond = surface_width(field->text) > columns - 1;
	int first = beyond ? scrolled(cursor, columns - 1 - 2 * mark) : 0;
	size_t from = byte_at(field->text, first);
	StrView shown = sv_slice(field->text, from, field->text.len);
	int at = column;
	if (from > 0 && mark > 0)
		at += surface_put(surface, row, at, 1, SV("…"), STYLE_DIM);
	surface_put_cut(surface, row, at, column + columns - at, shown, STYLE_TEXT);
	int inside = field->cursor > from ? surface_width(sv_slice(field->text, from, field->cursor)) : 0;
	return at - column + inside;
}

void
draw_field(Surface *surface, int row, int column, int columns, const Field *field, bool focus)
{
	if (columns < 1)
		return;
	Field safe = *field;
	if (!focus)
		safe.cursor = 0;
	else if (safe.cursor > safe.text.len)
		safe.cursor = safe.text.len;
	int cursor = safe.hidden ? draw_dots(surface, row, column, columns, &safe)
				 : draw_text(surface, row, column, columns, &safe);
	if (focus)
		surface_cursor(surface, row, column + (cursor < columns ? cursor : columns - 1));
}

/* ---- Over the bottom of any picture */

/* Which hints stand in which row of the menu: row i has those from[i] … from[i + 1]. On a phone it takes several rows,
 * since a key that is not shown is a key that is not there. */
static int
menu_rows(const MenuModel *model, int columns, int most, size_t from[MENU_ROWS + 1])
{
	int rows = 0, used;
	from[0] = 0;
	while (rows < most && (rows == 0 || from[rows] < model->hint_count)) {
		size_t left = model->hint_count - from[rows];
		size_t fit = parts_hints_fit(model->hints + from[rows], left, columns, &used);
		from[rows + 1] = from[rows] + (fit == 0 && left > 0 ? 1 : fit);
		rows++;
	}
	return rows;
}

void
draw_menu(const MenuModel *model, Surface *surface)
{
	int rows = surface_rows(surface), end = surface_columns(surface) - PARTS_MARGIN;
	if (rows < ROWS_MIN || surface_columns(surface) < COLUMNS_MIN)
		return;
	StrView sign = sv_ends(model->heading, SV("▸")) ? SV("") : SV(" ▸");
	int left = PARTS_MARGIN + surface_width(model->heading) + surface_width(sign) + 1;
	left = left < end / 2 ? left : end / 2;
	size_t from[MENU_ROWS + 1];
	int most = rows - MENU_LEAVES;
	int tall = menu_rows(model, end - left, most < MENU_ROWS ? most : MENU_ROWS, from);
	for (int i = 0; i < tall; i++) {
		parts_blank(surface, rows - tall + i);
		parts_hints(surface, rows - tall + i, left, end, model->hints + from[i], from[i + 1] - from[i]);
	}
	int column = parts_put(surface, rows - tall, PARTS_MARGIN, left - 1, model->heading, STYLE_TITLE);
	column = parts_put(surface, rows - tall, column, left - 1, sign, STYLE_TITLE);
	surface_cursor(surface, rows - tall, column);
}

void
draw_prompt(const PromptModel *model, Surface *surface)
{
	int rows = surface_rows(surface), end = parts_width(surface) - PARTS_MARGIN;
	if (rows < ROWS_MIN || surface_columns(surface) < COLUMNS_MIN)
		return;
	int below = parts_notice(surface, rows - 1, &model->notice);
	bool hints = below == 0 && model->hint_count > 0;
	int row = rows - 1 - (hints ? 1 : below);
	parts_blank(surface, row);
	if (hints)
		parts_blank(surface, rows - 1);
	int column = parts_put(surface, row, PARTS_MARGIN, end / 2, model->label, STYLE_TITLE) + 1;
	int note = surface_width(model->note);
	if (note > 0 && note <= (end - column) / 2)
		end = surface_put_right(surface, row, end, model->note, STYLE_DIM) - HINT_GAP;
	draw_field(surface, row, column, end - column, &model->field, true);
	if (hints)
		draw_hints(surface, rows - 1, model->hints, model->hint_count);
}
