/* Forms: a few labelled fields under a sentence. */
#include "parts.h"

#include "meok/i18n.h"

enum { GAP = 2, FIELD_MOST = 60, TEXT_MOST = 6 };

/* Rows of the parts; the field in focus with its help comes first, then the other fields, then what explains. */
typedef struct Plan {
	int text, working, help, air;
	size_t first, shown; /* fields */
} Plan;

static int
reading_columns(int width)
{
	return (width < PARTS_READ ? width : PARTS_READ) - 2 * PARTS_MARGIN;
}

static int
take(int *left, int wanted)
{
	int got = wanted <= *left ? wanted : 0;
	*left -= got;
	return got;
}

static Plan
plan_rows(const FormModel *model, int rows, int width)
{
	Plan plan = {0};
	int left = rows - 1 - PARTS_BOTTOM, columns = reading_columns(width);
	plan.shown = model->field_count < (size_t)left ? model->field_count : (size_t)left;
	left -= (int)plan.shown;
	plan.first = parts_first(model->focus, model->field_count, (int)plan.shown);
	plan.working = take(&left, parts_wrap(NULL, 0, 0, columns, 2, model->working, STYLE_TEXT));
	for (size_t i = 0; i < model->field_count && left > 0; i++) {
		int tall = parts_wrap(NULL, 0, 0, columns - GAP, 2, model->fields[i].help, STYLE_TEXT);
		plan.help = tall > plan.help ? tall : plan.help;
	}
	/* room for the tallest help is kept, so that the fields stay where they are when the focus moves */
	if (plan.help > left)
		plan.help = left;
	left -= plan.help;
	int text = parts_wrap(NULL, 0, 0, columns, TEXT_MOST, model->text, STYLE_TEXT);
	plan.text = take(&left, text < left ? text : left);
	plan.air = left >= 4 ? 1 : 0;
	return plan;
}

static int
label_columns(const FormModel *model, int width)
{
	int widest = 0;
	for (size_t i = 0; i < model->field_count; i++) {
		int one = surface_width(model->fields[i].label);
		widest = one > widest ? one : widest;
	}
	return widest < width / 3 ? widest : width / 3;
}

void
draw_form(const FormModel *model, Surface *surface)
{
	if (draw_too_small(surface))
		return;
	int width = parts_width(surface), end;
	Plan plan = plan_rows(model, surface_rows(surface), width);
	int columns = reading_columns(width);
	parts_heading(surface, model->heading, (StrView){0}, &end);
	int row = 1 + plan.air;
	row += parts_wrap(surface, row, PARTS_MARGIN, columns, plan.text, model->text, STYLE_TEXT);
	row += plan.text > 0 ? plan.air : 0;

	int column = PARTS_MARGIN + label_columns(model, width) + GAP;
	int room = end - column < FIELD_MOST ? end - column : FIELD_MOST;
	for (size_t i = plan.first; i < plan.first + plan.shown; i++) {
		const FormField *field = &model->fields[i];
		bool here = i == model->focus;
		parts_put(surface, row, PARTS_MARGIN, column - 1, field->label, here ? STYLE_TEXT : STYLE_DIM);
		draw_field(surface, row, column, room, &field->field, here && model->working.len == 0);
		row++;
	}
	row += plan.air;
	if (model->focus < model->field_count)
		parts_wrap(surface, row, PARTS_MARGIN + GAP, columns - GAP, plan.help, model->fields[model->focus].help,
			STYLE_DIM);
	row += plan.help > 0 ? plan.help + plan.air : 0;
	parts_wrap(surface, row, PARTS_MARGIN, columns, plan.working, model->working, STYLE_TITLE);
	parts_bottom(surface, model->hints, model->hint_count, &model->notice);
}
