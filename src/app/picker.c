/* A list to choose from: its items come from its use, narrowed by what is typed. */
#include "picker.h"

#include "commands.h"

#include <stdlib.h>
#include <string.h>

enum { NUMBERED = 9 };

static Context
context(const void *state)
{
	return ((const Picker *)state)->use->has_input ? CONTEXT_PICKER : CONTEXT_LIST;
}

/* ---- Items */

static void
clear_items(Picker *picker)
{
	for (size_t i = 0; i < picker->len; i++) {
		str_free(&picker->items[i].label);
		str_free(&picker->items[i].detail);
	}
	picker->len = 0;
}

void
picker_add(Session *session, Picker *picker, PickerItem *item)
{
	PickerItem *items = array_grow(picker->items, picker->len, &picker->cap, sizeof *items);
	Err err = {0};
	if (items != NULL) {
		picker->items = items;
		items[picker->len++] = *item;
		if (!str_ok(&item->label, &err) || !str_ok(&item->detail, &err))
			session_say_error(session, &err);
	} else {
		str_free(&item->label);
		str_free(&item->detail);
		session_say(session, NOTICE_ERROR, "%s", _("out of memory"));
	}
	*item = (PickerItem){0};
}

void
picker_refill(Session *session, Picker *picker)
{
	clear_items(picker);
	Err err = {0};
	picker->use->fill(session, picker);
	if (!str_ok(&picker->aside, &err) || !str_ok(&picker->empty, &err))
		session_say_error(session, &err);
	if (picker->current != PICKER_NONE && picker->current >= picker->len)
		picker->current = picker->len > 0 ? picker->len - 1 : 0;
	session_mark_dirty(session);
}

void
picker_rest(Picker *picker)
{
	picker->top = 0;
	picker->current = picker->use->idle && picker->input.text.len == 0 ? PICKER_NONE : 0;
}

Picker *
picker_on_top(Session *session, const PickerUse *use)
{
	Picker *picker = session_on_top(session, &PICKER) ? session->places[session->depth - 1].state : NULL;
	return picker != NULL && (use == NULL || picker->use == use) ? picker : NULL;
}

/* ---- The picture */

static void
scroll(Picker *picker, size_t rows)
{
	if (picker->current == PICKER_NONE) {
		picker->top = 0;
		return;
	}
	if (picker->current < picker->top)
		picker->top = picker->current;
	if (picker->current >= picker->top + rows)
		picker->top = picker->current - rows + 1;
	if (picker->top + rows > picker->len)
		picker->top = picker->len > rows ? picker->len - rows : 0;
}

/* Digits count from the top of what is seen, and only while they are no text. */
static int
number_of(const Picker *picker, size_t row)
{
	return picker->input.text.len == 0 && row < NUMBERED ? (int)row + 1 : 0;
}

static void
draw(Session *session, void *state)
{
	Picker *picker = state;
	const PickerUse *use = picker->use;
	Hints hints;
	hints_make(session, context(picker), use->hints, use->hint_count, &hints);
	PickerModel model = {.heading = sv(_(use->heading)),
		.chosen_current = SIZE_MAX,
		.aside = str_view(&picker->aside),
		.has_input = use->has_input,
		.input = line_field(&picker->input),
		.empty = str_view(&picker->empty),
		.hints = hints.items,
		.hint_count = hints.count,
		.notice = session_notice(session)};
	if (use->draw != NULL)
		use->draw(session, picker, &model);
	int height = picker_rows(&model, surface_rows(session->surface));
	size_t rows = height > 0 ? (size_t)height : 1;
	scroll(picker, rows);
	size_t count = picker->len - picker->top < rows ? picker->len - picker->top : rows;
	PickerRow *items = calloc(count + 1, sizeof *items);
	if (items == NULL)
		count = 0;
	for (size_t i = 0; i < count; i++) {
		const PickerItem *item = &picker->items[picker->top + i];
		items[i] = (PickerRow){.number = number_of(picker, i),
			.label = str_view(&item->label),
			.detail = str_view(&item->detail),
			.label_style = item->style,
			.marked = item->marked};
	}
	model.rows = items;
	model.row_count = count;
	model.current = count > 0 && picker->current != PICKER_NONE ? picker->current - picker->top : SIZE_MAX;
	model.more_above = picker->top > 0;
	model.more_below = picker->top + count < picker->len;
	draw_picker(&model, session->surface);
	free(items);
	hints_free(&hints);
}

/* ---- Keys */

static void
text(Session *session, void *state, StrView typed, bool pasted)
{
	(void)pasted;
	Picker *picker = state;
	Err err = {0};
	if (!line_insert(&picker->input, typed, &err))
		session_say_error(session, &err);
	picker_rest(picker);
	picker_refill(session, picker);
}

static bool
move(Session *session, void *state, Motion motion, bool select)
{
	(void)select;
	Picker *picker = state;
	size_t last = picker->len > 0 ? picker->len - 1 : 0, at = picker->current;
	size_t page = surface_rows(session->surface) > 8 ? (size_t)surface_rows(session->surface) - 8 : 1;
	switch (motion) {
	case MOVE_UP:
		at = at == PICKER_NONE ? 0 : at - (at > 0);
		break;
	case MOVE_DOWN:
		at = at == PICKER_NONE ? 0 : at + (at < last);
		break;
	case MOVE_PAGE_UP:
		at = at == PICKER_NONE || at < page ? 0 : at - page;
		break;
	case MOVE_PAGE_DOWN:
		at = at == PICKER_NONE ? 0 : at + page < last ? at + page : last;
		break;
	case MOVE_TOP:
		at = 0;
		break;
	case MOVE_BOTTOM:
		at = last;
		break;
	case MOVE_LEFT:
	case MOVE_RIGHT:
		if (picker->input.text.len == 0 && picker->use->move_chosen != NULL)
			return picker->use->move_chosen(session, picker, motion == MOVE_LEFT ? -1 : 1);
		return line_move(&picker->input, motion);
	case MOVE_WORD_LEFT:
	case MOVE_WORD_RIGHT:
	case MOVE_HOME:
	case MOVE_END:
		return line_move(&picker->input, motion);
	}
	picker->current = at;
	return true;
}

static bool
erase(Session *session, void *state, Deletion what)
{
	Picker *picker = state;
	if (picker->input.text.len == 0 && what == DELETE_LEFT && picker->use->erase_chosen != NULL) {
		picker->use->erase_chosen(session, picker);
		picker_refill(session, picker);
	} else if (line_delete(&picker->input, what)) {
		picker_rest(picker);
		picker_refill(session, picker);
	}
	return picker->use->has_input;
}

static void
accept(Session *session, void *state)
{
	Picker *picker = state;
	if (picker->current < picker->len)
		picker->use->take(session, picker, picker->current);
	else
		session_close_top(session);
}

static bool
guard(Session *session, void *state, const Key *key)
{
	(void)session;
	(void)key;
	Picker *picker = state;
	if (picker->use->key != NULL)
		picker->use->key(picker);
	return false;
}

static bool
close_place(Session *session, void *state)
{
	Picker *picker = state;
	return picker->use->close == NULL || picker->use->close(session);
}

static void
arrive(Session *session, void *state)
{
	picker_refill(session, state);
}

static void
free_place(Session *session, void *state)
{
	(void)session;
	Picker *picker = state;
	clear_items(picker);
	free(picker->items);
	line_free(&picker->input);
	str_free(&picker->heading);
	str_free(&picker->aside);
	str_free(&picker->empty);
	if (picker->use->free != NULL)
		picker->use->free(picker);
	free(picker);
}

const PlaceKind PICKER = {
	.context = context,
	.draw = draw,
	.guard = guard,
	.text = text,
	.move = move,
	.erase = erase,
	.accept = accept,
	.close = close_place,
	.arrive = arrive,
	.free = free_place,
};

bool
picker_open(Session *session, const PickerUse *use, void *data)
{
	Picker *picker = calloc(1, sizeof *picker);
	if (picker != NULL) {
		picker->use = use;
		picker->data = data;
		picker_rest(picker);
	} else if (use->free != NULL) {
		use->free(&(Picker){.data = data});
	}
	return session_push(session, &PICKER, picker);
}

/* A digit is text as soon as something is typed. */
bool
run_choose(Session *session, const StrList *words)
{
	Picker *picker = picker_on_top(session, NULL);
	if (picker == NULL || picker->input.text.len > 0 || words->len != 2)
		return false;
	size_t item = picker->top + (size_t)(str_c(&words->items[1])[0] - '1');
	if (item < picker->len) {
		if (!picker->use->idle)
			picker->current = item;
		picker->use->take(session, picker, item);
	}
	return true;
}
