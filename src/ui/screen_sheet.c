/* The publish sheet and what comes of it: the question, the update, the sending, the hold, the outcome. */
#include "parts.h"

#include <stdio.h>

#include "meok/i18n.h"

enum { KEY = 2, GAP = 2, BAR = 10, LABEL_MOST = 14, PAIR = 34, DETAIL_ROWS = 6 };

/* The place that is left, from `row` to `end` (exclusive). */
typedef struct Room {
	Surface *surface;
	int row, end;
	int left, right; /* columns */
} Room;

static int
rows_left(const Room *room)
{
	return room->end > room->row ? room->end - room->row : 0;
}

/* A sign and a text behind it, over as many rows as it takes and there are. */
static void
say(Room *room, StrView sign, StrView text, Style style, int most)
{
	int rows = rows_left(room) < most ? rows_left(room) : most;
	if (rows == 0 || text.len == 0)
		return;
	int column = parts_put(room->surface, room->row, room->left, room->right, sign, style);
	room->row += parts_wrap(room->surface, room->row, column, room->right - column, rows, text, style);
}

/* Rows that say needs. */
static int
say_rows(const Room *room, StrView sign, StrView text, int most)
{
	int columns = room->right - room->left - surface_width(sign);
	return parts_wrap(NULL, 0, 0, columns, most, text, STYLE_TEXT);
}

static void
air(Room *room, int needed)
{
	if (rows_left(room) > needed)
		room->row++;
}

/* ---- What will be published */

static int
label_columns(const SheetModel *model)
{
	int widest = 0;
	for (size_t i = 0; i < model->line_count; i++) {
		int one = surface_width(model->lines[i].label);
		widest = one > widest ? one : widest;
	}
	return widest < LABEL_MOST ? widest : LABEL_MOST;
}

static void
draw_line(const SheetLine *line, const Room *room, int column, int end, int label)
{
	parts_put(room->surface, room->row, column, column + KEY - 1, line->key, STYLE_KEY);
	column += KEY;
	parts_put(room->surface, room->row, column, column + label, line->label, STYLE_DIM);
	column = parts_put(room->surface, room->row, column + label + GAP, end, line->value, STYLE_VALUE);
	if (line->note.len > 0)
		parts_put(
			room->surface, room->row, column + (line->value.len > 0 ? GAP : 0), end, line->note, STYLE_DIM);
}

static int
line_width(const SheetLine *line, int label)
{
	int note = surface_width(line->note);
	return KEY + label + GAP + surface_width(line->value) + (note > 0 ? GAP + note : 0);
}

/* One line a row. Where the rows do not suffice two short ones share one; what still has no row is left out. */
static void
draw_lines(const SheetModel *model, Room *room, int kept)
{
	int label = label_columns(model);
	int half = (room->right - room->left) / 2;
	int rows = rows_left(room) - kept;
	rows = rows > 1 ? rows : 1;
	size_t left = model->line_count;
	for (size_t i = 0; i < model->line_count && rows > 0 && rows_left(room) > 0; rows--, room->row++) {
		bool pair = left > (size_t)rows && i + 1 < model->line_count && half >= PAIR / 2 &&
			    line_width(&model->lines[i], label) <= half - GAP &&
			    line_width(&model->lines[i + 1], label) <= half;
		draw_line(&model->lines[i], room, room->left, pair ? room->left + half - GAP : room->right, label);
		if (pair)
			draw_line(&model->lines[i + 1], room, room->left + half, room->right, label);
		i += pair ? 2 : 1;
		left -= pair ? 2 : 1;
	}
}

static void
draw_ask(const SheetModel *model, Room *room)
{
	StrView sign = model->ready ? SV("! ") : SV("✗ ");
	int kept = model->check.len > 0 ? 1 : 0;
	for (size_t i = 0; i < model->warning_count && kept < rows_left(room); i++)
		kept += say_rows(room, sign, model->warnings[i], 2);
	if (rows_left(room) > (int)model->line_count + kept + 2)
		room->row++;
	draw_lines(model, room, kept);
	air(room, kept);
	say(room, SV(""), model->check, sv_starts(model->check, SV("✓")) ? STYLE_GOOD : STYLE_TEXT, 1);
	for (size_t i = 0; i < model->warning_count; i++)
		say(room, sign, model->warnings[i], model->ready ? STYLE_WARNING : STYLE_ERROR, 2);
}

/* ---- What an update changes */

static void
draw_change(const SheetModel *model, Room *room)
{
	if (model->changes == 0) {
		say(room, SV(""), sv(_("Nothing has changed.")), STYLE_DIM, 1);
		return;
	}
	char count[120];
	snprintf(count, sizeof count, ngettext("%zu change", "%zu changes", model->changes), model->changes);
	StrView before = model->change_before, after = model->change_after, arrow = SV(" → ");
	if (rows_left(room) == 0)
		return;
	int column = parts_put(room->surface, room->row, room->left, room->right, sv(count), STYLE_TITLE);
	if (before.len > 0 || after.len > 0)
		column = parts_put(room->surface, room->row, column, room->right,
			model->changes > 1 ? sv(_(", the first: ")) : SV(": "), STYLE_TITLE);
	int wanted = surface_width(before) + surface_width(arrow) + surface_width(after);
	if (before.len > 0 && after.len > 0 && wanted <= room->right - column) {
		column = parts_put(room->surface, room->row, column, room->right, before, STYLE_STRUCK);
		column = parts_put(room->surface, room->row, column, room->right, arrow, STYLE_DIM);
		parts_put(room->surface, room->row++, column, room->right, after, STYLE_VALUE);
		return;
	}
	room->row++;
	int most = rows_left(room) > 1 ? rows_left(room) / 2 : 1;
	say(room, SV("- "), before, STYLE_STRUCK, most < 3 ? most : 3);
	say(room, SV("+ "), after, STYLE_VALUE, 3);
}

static void
draw_update(const SheetModel *model, Room *room)
{
	air(room, 4);
	draw_change(model, room);
	if (model->line_count > 0) {
		air(room, (int)model->line_count);
		draw_lines(model, room, (int)model->warning_count);
	}
	StrView sign = model->ready ? SV("! ") : SV("✗ ");
	for (size_t i = 0; i < model->warning_count; i++)
		say(room, sign, model->warnings[i], model->ready ? STYLE_WARNING : STYLE_ERROR, 2);
}

/* ---- On its way */

static void
draw_sending(const SheetModel *model, Room *room)
{
	air(room, 2);
	say(room, SV("… "), model->progress.len > 0 ? model->progress : sv(_("Sending")), STYLE_TITLE, 2);
	say(room, SV(""), model->detail, STYLE_DIM, DETAIL_ROWS);
	if (model->line_count > 0 && rows_left(room) > 1) {
		room->row++;
		draw_lines(model, room, 0);
	}
}

static void
seconds_text(int seconds, char *out, size_t size)
{
	snprintf(out, size, ngettext("public in %d second", "public in %d seconds", (unsigned long)seconds), seconds);
}

/* The bar stands where the longest of the countdown's texts ends, so that a tick changes a digit and a cell. */
static void
draw_hold(const SheetModel *model, Room *room)
{
	int total = model->hold_total > 0 ? model->hold_total : 0;
	int seconds = model->hold_seconds > 0 ? model->hold_seconds : 0;
	seconds = seconds < total ? seconds : total;
	char text[120], longest[120];
	seconds_text(seconds, text, sizeof text);
	seconds_text(total, longest, sizeof longest);

	air(room, 3);
	StrView up = model->progress.len > 0 ? model->progress : sv(_("On the site, hidden"));
	bool one_row = surface_width(up) + 4 + surface_width(sv(longest)) + 1 + BAR <= room->right - room->left;
	int column = parts_put(room->surface, room->row, room->left, room->right, up, STYLE_TEXT);
	column = parts_put(room->surface, room->row, column, room->right, SV(" ✓"), STYLE_GOOD) + GAP;
	if (!one_row) {
		room->row++;
		column = room->left;
	}
	parts_put(room->surface, room->row, column, room->right, sv(text), STYLE_TITLE);
	column += surface_width(sv(longest)) + 1;
	if (total > 0 && column + BAR <= room->right) {
		int filled = (int)((int64_t)seconds * BAR / total);
		surface_fill(room->surface, room->row, column, filled, 0x2593, STYLE_TITLE);
		surface_fill(room->surface, room->row, column + filled, BAR - filled, 0x2591, STYLE_DIM);
	}
	room->row++;
	if (rows_left(room) > 1 && model->detail.len > 0)
		room->row++;
	say(room, SV(""), model->detail, STYLE_DIM, DETAIL_ROWS);
	if (model->line_count > 0 && rows_left(room) > 1) {
		room->row++;
		draw_lines(model, room, 0);
	}
}

static void
draw_outcome(const SheetModel *model, Room *room)
{
	bool done = model->stage == SHEET_DONE;
	air(room, 4);
	say(room, done ? SV("✓ ") : SV("✗ "), model->result, done ? STYLE_GOOD : STYLE_ERROR, 3);
	say(room, SV("  "), model->url, STYLE_LINK, 4);
	if (model->detail.len > 0)
		air(room, say_rows(room, SV("  "), model->detail, DETAIL_ROWS));
	say(room, SV("  "), model->detail, STYLE_DIM, DETAIL_ROWS);
	StrView sign = SV("! ");
	for (size_t i = 0; i < model->warning_count; i++)
		say(room, sign, model->warnings[i], STYLE_WARNING, 2);
	if (model->line_count > 0 && rows_left(room) > 1) {
		room->row++;
		draw_lines(model, room, 0);
	}
}

/* ---- The picture */

static const char *
stage_heading(SheetStage stage)
{
	switch (stage) {
	case SHEET_UPDATE:
		return _("Update");
	case SHEET_ASK:
	case SHEET_SENDING:
	case SHEET_HOLD:
	case SHEET_DONE:
	case SHEET_FAILED:
		break;
	}
	return _("Publish");
}

static void
draw_top(const SheetModel *model, Room *room)
{
	Surface *surface = room->surface;
	int end = room->right, width = surface_width(model->target);
	int column = parts_put(surface, 0, room->left, end, sv(stage_heading(model->stage)), STYLE_DIM);
	column = parts_put(surface, 0, column, end, SV(": "), STYLE_DIM);
	bool beside = width <= (end - column) / 2;
	if (beside && width > 0)
		end = surface_put_right(surface, 0, end, model->target, STYLE_DIM) - GAP;
	if (model->title.len > 0)
		parts_put(surface, 0, column, end, model->title, STYLE_TITLE);
	else
		parts_put(surface, 0, column, end, sv(_("no title")), STYLE_DIM);
	room->row = 1;
	if (!beside && rows_left(room) > 2)
		parts_put(surface, room->row++, room->left, room->right, model->target, STYLE_DIM);
}

void
draw_sheet(const SheetModel *model, Surface *surface)
{
	if (draw_too_small(surface))
		return;
	Room room = {
		surface, 0, surface_rows(surface) - PARTS_BOTTOM, PARTS_MARGIN, parts_width(surface) - PARTS_MARGIN};
	draw_top(model, &room);
	switch (model->stage) {
	case SHEET_ASK:
		draw_ask(model, &room);
		break;
	case SHEET_UPDATE:
		draw_update(model, &room);
		break;
	case SHEET_SENDING:
		draw_sending(model, &room);
		break;
	case SHEET_HOLD:
		draw_hold(model, &room);
		break;
	case SHEET_DONE:
	case SHEET_FAILED:
		draw_outcome(model, &room);
		break;
	}
	/* keys that do nothing yet are not offered */
	size_t hints = model->armed_in_ms > 0 ? 0 : model->hint_count;
	parts_bottom(surface, model->hints, hints, &model->notice);
	if (model->armed_in_ms > 0 && model->notice.kind == NOTICE_NONE)
		surface_put(surface, surface_rows(surface) - 1, PARTS_MARGIN, 1, SV("…"), STYLE_DIM);
}
