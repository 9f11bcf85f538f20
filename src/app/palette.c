/* Every command that applies here, found by its name or by what it does. */
#include "commands.h"
#include "picker.h"

#include <stdlib.h>

/* The context below the palette. */
static Context
context_below(Session *session)
{
	const Place *below = &session->places[session->depth - 2];
	return session->depth > 1 ? below->kind->context(below->state) : CONTEXT_ANY;
}

typedef struct Ranked {
	const CommandRow *row;
	int score;
} Ranked;

static int
compare(const void *a, const void *b)
{
	const Ranked *x = a, *y = b;
	if (x->score != y->score)
		return x->score > y->score ? -1 : 1;
	return (x->row > y->row) - (x->row < y->row);
}

static int
score_of(const CommandRow *row, StrView typed)
{
	int best = match_folded(typed, sv(row->name)), other = match_folded(typed, sv(_(row->help)));
	best = other > best ? other : best;
	other = row->label != NULL ? match_folded(typed, sv(_(row->label))) : 0;
	return other > best ? other : best;
}

static void
add_row(Session *session, Picker *picker, const CommandRow *row)
{
	Str key = {0};
	PickerItem item = {.tag = (size_t)(row - COMMAND_ROWS)};
	str_append_c(&item.label, row->name);
	session_key_of(session, context_below(session), row->name, &key);
	if (key.len > 0)
		str_printf(&item.detail, "%s — %s", str_c(&key), _(row->help));
	else
		str_append_c(&item.detail, _(row->help));
	item.detail.failed = item.detail.failed || key.failed;
	str_free(&key);
	picker_add(session, picker, &item);
}

static void
fill(Session *session, Picker *picker)
{
	Ranked ranked[128];
	size_t count = 0;
	Str typed = {0};
	Err err = {0};
	if (!unicode_fold(str_view(&picker->input.text), &typed, &err))
		session_say_error(session, &err);
	Context context = context_below(session);
	for (const CommandRow *row = COMMAND_ROWS; row->name != NULL; row++) {
		/* What needs a word behind it is for keymaps. */
		bool whole = row->arguments[0] == '\0' || row->arguments[0] == '[';
		int score = typed.len > 0 ? score_of(row, str_view(&typed)) : 1;
		if (whole && (row->contexts & (1u << context)) != 0 && score > 0 && count < 128)
			ranked[count++] = (Ranked){row, score};
	}
	qsort(ranked, count, sizeof ranked[0], compare);
	for (size_t i = 0; i < count; i++)
		add_row(session, picker, ranked[i].row);
	str_free(&typed);
	str_clear(&picker->empty);
	str_append_c(&picker->empty, _("no command fits"));
}

static void
take(Session *session, Picker *picker, size_t item)
{
	const CommandRow *row = &COMMAND_ROWS[picker->items[item].tag];
	StrList words = {0};
	list_append(&words, sv(row->name));
	session_pop(session);
	if (!words.failed)
		command_run(session, &words);
	list_free(&words);
}

static const HintWord HINTS[] = {{"accept", N_("do it")}, {"close", N_("close")}};
static const PickerUse PALETTE = {
	.heading = N_("All commands"),
	.has_input = true,
	.fill = fill,
	.take = take,
	.hints = HINTS,
	.hint_count = sizeof HINTS / sizeof HINTS[0],
};

bool
palette_open(Session *session)
{
	return picker_open(session, &PALETTE, NULL);
}

bool
run_commands(Session *session, const StrList *words)
{
	(void)words;
	if (picker_on_top(session, &PALETTE) == NULL)
		palette_open(session);
	return true;
}
