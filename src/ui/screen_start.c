/* The first run and the unlock: one passphrase, with what helps to type the same one again. */
#include "parts.h"

#include <stdio.h>

#include "meok/i18n.h"

enum { FIELD = 16, FIELD_NARROW = 34, GAP = 2 };

/* What the screen may say below its heading, from the most to the least important. The fields themselves are always
 * drawn. */
typedef enum Part {
	PART_WORKING,
	PART_COUNTS,
	PART_SAME,
	PART_LAYOUT,
	PART_CAPITALS,
	PART_INTRO,
	PART_STRENGTH,
	PART_VAULT,
	PART_AIR, /* blank lines */
	PARTS,
} Part;

typedef struct Plan {
	int rows[PARTS]; /* that a part gets; 0: it is left out */
	int width;
	bool narrow; /* what is said about a field stands under it, not beside it */
} Plan;

static StrView
intro_text(const StartModel *model)
{
	if (!model->first_run)
		return sv(_("Type your passphrase: it opens your writing."));
	if (model->changes)
		return sv(_("Choose another passphrase. Copies of the vault that were made before still open with the "
			    "old one."));
	return sv(_("Your writing is kept locked. Choose the passphrase that opens it: "
		    "without it nothing can be restored."));
}

static StrView
layout_text(const StartModel *model)
{
	if (model->hangul == 0)
		return (StrView){0};
	if (!model->first_run)
		return sv(_("There is Hangul in it: is the keyboard in the mode you chose it in?"));
	return sv(_("There is Hangul in it: every time, type it in the same keyboard mode."));
}

static StrView
strength_text(const StartModel *model)
{
	switch (model->first_run ? model->strength : 0) {
	case 1:
		return sv(_("Strength: weak. A longer one is harder to guess."));
	case 2:
		return sv(_("Strength: fair. A longer one is harder to guess."));
	case 3:
		return sv(_("Strength: good"));
	case 4:
		return sv(_("Strength: very good"));
	default:
		return (StrView){0};
	}
}

static int
field_count(const StartModel *model)
{
	return model->first_run ? 2 : 1;
}

static int
focus(const StartModel *model)
{
	return model->first_run && model->focus == 1 ? 1 : 0;
}

static Plan
plan_rows(const StartModel *model, int rows, int width)
{
	Plan plan = {.width = width, .narrow = width < PARTS_NARROW};
	int text = (width < PARTS_READ ? width : PARTS_READ) - 2 * PARTS_MARGIN;
	int wanted[PARTS] = {0};
	wanted[PART_WORKING] = parts_wrap(NULL, 0, 0, text, 2, model->working, STYLE_TEXT);
	wanted[PART_COUNTS] = plan.narrow ? 1 : 0;
	wanted[PART_SAME] = plan.narrow && model->first_run && model->has_again && focus(model) == 0 ? 1 : 0;
	wanted[PART_LAYOUT] = parts_wrap(NULL, 0, 0, text - 2, 3, layout_text(model), STYLE_TEXT);
	wanted[PART_CAPITALS] = model->capitals_only ? 1 : 0;
	wanted[PART_INTRO] = parts_wrap(NULL, 0, 0, text, 4, intro_text(model), STYLE_TEXT);
	wanted[PART_STRENGTH] = strength_text(model).len > 0 ? 1 : 0;
	wanted[PART_VAULT] = model->vault.len > 0 ? 1 : 0;
	wanted[PART_AIR] = 4;
	int left = rows - 1 - PARTS_BOTTOM - field_count(model);
	for (int part = 0; part < PARTS; part++) {
		if (wanted[part] <= left) {
			plan.rows[part] = wanted[part];
			left -= wanted[part];
		}
	}
	return plan;
}

/* ---- Beside a field */

static void
counts_text(const StartModel *model, char *out, size_t size)
{
	int used = snprintf(out, size, _("Latin %zu, Hangul %zu"), model->latin, model->hangul);
	if (model->digits > 0 && used >= 0 && (size_t)used < size)
		used += snprintf(out + used, size - (size_t)used, _(", digits %zu"), model->digits);
	if (model->other > 0 && used >= 0 && (size_t)used < size)
		snprintf(out + used, size - (size_t)used, _(", others %zu"), model->other);
}

static void
draw_side(const StartModel *model, Surface *surface, int field, int row, int column, int end)
{
	if (field == 1 && model->has_again) {
		column = model->same ? parts_put(surface, row, column, end, SV("✓ "), STYLE_GOOD) : column;
		column = parts_put(surface, row, column, end, sv(model->same ? _("the same") : _("differs so far")),
			model->same ? STYLE_GOOD : STYLE_DIM);
	}
	if (field != focus(model))
		return;
	char counts[160];
	counts_text(model, counts, sizeof counts);
	if (field == 1 && model->has_again)
		column = parts_put(surface, row, column, end, SV(" · "), STYLE_DIM);
	parts_put(surface, row, column, end, sv(counts), STYLE_DIM);
}

/* ---- The picture */

/* The other language stands in the corner, where whoever cannot read the rest looks for it. */
static void
draw_top(const StartModel *model, Surface *surface, int width)
{
	int end = width - PARTS_MARGIN, used;
	Hint language = {model->language_key, model->other_language};
	parts_put(surface, 0, PARTS_MARGIN, end, SV("meok"), STYLE_TITLE);
	if (model->language_key.len > 0 && parts_hints_fit(&language, 1, end - 8, &used) == 1)
		parts_hints(surface, 0, end - used, end, &language, 1);
}

/* In a column beside the fields where there is room for all of them, otherwise as the last thing on the screen. Returns
 * where the column begins, or the end of the row. */
static int
draw_actions(const StartModel *model, Surface *surface, const Plan *plan, int row)
{
	int end = plan->width - PARTS_MARGIN, widest = 0;
	size_t room = (size_t)field_count(model) + (plan->rows[PART_AIR] > 0 ? 1 : 0);
	bool beside = !plan->narrow && model->hint_count <= room;
	for (size_t i = 0; i < model->hint_count && beside; i++) {
		int used;
		beside = parts_hints_fit(&model->hints[i], 1, end / 5, &used) == 1;
		widest = used > widest ? used : widest;
	}
	if (!beside || model->hint_count == 0) {
		parts_bottom(surface, model->hints, model->hint_count, &model->notice);
		return end;
	}
	for (size_t i = 0; i < model->hint_count; i++)
		parts_hints(surface, row + (int)i, end - widest, end, &model->hints[i], 1);
	parts_bottom(surface, NULL, 0, &model->notice);
	return end - widest - GAP;
}

static int
sign_and_text(Surface *surface, int row, int columns, int rows, const char *sign, StrView text)
{
	int used =
		parts_put(surface, row, PARTS_MARGIN, PARTS_MARGIN + columns, sv(sign), STYLE_WARNING) - PARTS_MARGIN;
	return parts_wrap(surface, row, PARTS_MARGIN + used, columns - used, rows, text, STYLE_WARNING);
}

static void
draw_below(const StartModel *model, Surface *surface, const Plan *plan, int row)
{
	int columns = (plan->width < PARTS_READ ? plan->width : PARTS_READ) - 2 * PARTS_MARGIN;
	row += plan->rows[PART_AIR] > 0 ? 1 : 0;
	row += parts_wrap(surface, row, PARTS_MARGIN, columns, plan->rows[PART_WORKING], model->working, STYLE_TITLE);
	row += parts_wrap(
		surface, row, PARTS_MARGIN, columns, plan->rows[PART_STRENGTH], strength_text(model), STYLE_DIM);
	if (plan->rows[PART_LAYOUT] > 0)
		row += sign_and_text(surface, row, columns, plan->rows[PART_LAYOUT], "! ", layout_text(model));
	if (plan->rows[PART_CAPITALS] > 0)
		row += sign_and_text(surface, row, columns, 1, "! ", sv(_("Capitals only: is Caps Lock on?")));
	if (plan->rows[PART_VAULT] > 0) {
		row += plan->rows[PART_AIR] > 0 ? 1 : 0;
		int column =
			parts_put(surface, row, PARTS_MARGIN, PARTS_MARGIN + columns, sv(_("Vault")), STYLE_DIM) + 1;
		parts_put(surface, row, column, PARTS_MARGIN + columns, model->vault, STYLE_DIM);
	}
}

void
draw_start(const StartModel *model, Surface *surface)
{
	if (draw_too_small(surface))
		return;
	Plan plan = plan_rows(model, surface_rows(surface), parts_width(surface));
	int air = plan.rows[PART_AIR] > 0 ? 1 : 0, end = plan.width - PARTS_MARGIN;
	draw_top(model, surface, plan.width);
	int row = 1 + air;
	int columns = (end < PARTS_READ ? end : PARTS_READ) - PARTS_MARGIN;
	row += parts_wrap(surface, row, PARTS_MARGIN, columns, plan.rows[PART_INTRO], intro_text(model), STYLE_TEXT) +
	       air;

	const StrView labels[2] = {sv(_("Passphrase")), sv(_("Once more"))};
	const Field *fields[2] = {&model->passphrase, &model->again};
	int field_rows[2] = {0}, side_rows[2] = {0}, count = field_count(model), widest = 0;
	for (int i = 0; i < count; i++) {
		bool side = i == focus(model) ? plan.rows[PART_COUNTS] > 0 : plan.rows[PART_SAME] > 0 && i == 1;
		field_rows[i] = row++;
		side_rows[i] = !plan.narrow ? field_rows[i] : side ? row++ : -1;
		int width = surface_width(labels[i]);
		widest = width > widest ? width : widest;
	}
	if (widest > plan.width / 3)
		widest = plan.width / 3;
	int column = PARTS_MARGIN + widest + GAP;
	int most = plan.narrow ? FIELD_NARROW : FIELD;
	int room = most < end - column ? most : end - column;
	int side_end = draw_actions(model, surface, &plan, field_rows[0]);
	for (int i = 0; i < count; i++) {
		bool here = i == focus(model);
		Field field = *fields[i];
		field.hidden = field.hidden && !model->shown;
		parts_put(surface, field_rows[i], PARTS_MARGIN, column - 1, labels[i], here ? STYLE_TEXT : STYLE_DIM);
		draw_field(surface, field_rows[i], column, room, &field, here && model->working.len == 0);
		if (side_rows[i] >= 0)
			draw_side(model, surface, i, side_rows[i],
				plan.narrow ? PARTS_MARGIN + GAP : column + room + GAP, plan.narrow ? end : side_end);
	}
	draw_below(model, surface, &plan, row);
}
