/* Texts that contradict each other, one place after the other: the writer says which is to stand, or both. */
#include "commands.h"
#include "editor.h"
#include "rejoin.h"

#include <stdlib.h>

typedef struct Conflicts {
	Join join;
	MergeChoice *choices;
	size_t at; /* the conflict that is shown */
	ApartRow *rows;
	size_t len, cap;
	int columns; /* for which the rows were made; 0: they are to be made */
	size_t top;
	int shown; /* rows on the screen at the last picture */
} Conflicts;

static Context
context(const void *state)
{
	(void)state;
	return CONTEXT_CONFLICT;
}

/* ---- Rows */

static bool
add_row(Conflicts *place, ApartRow row)
{
	ApartRow *rows = array_grow(place->rows, place->len, &place->cap, sizeof *rows);
	if (rows == NULL)
		return false;
	place->rows = rows;
	rows[place->len++] = row;
	return true;
}

/* Puts the rows of a text into one column, from row `first` on. */
static bool
lay_text(Conflicts *place, StrView text, int column, size_t first, int width, Err *err)
{
	Rows wrapped = {0};
	StrView line;
	WrapRule rule = {.columns = width < 2 ? 2 : width, .rule = BREAK_KEEP_ALL};
	bool ok = true;
	size_t row = first;
	while (ok && sv_split(&text, '\n', &line)) {
		ok = wrap_paragraph(line, &rule, &wrapped, err);
		for (size_t i = 0; ok && i < wrapped.len; i++, row++) {
			if (row == place->len && !add_row(place, (ApartRow){.style = STYLE_TEXT}))
				ok = err_memory(err);
			else
				place->rows[row].cells[column] =
					sv_slice(line, wrapped.items[i].from, wrapped.items[i].to);
		}
	}
	rows_free(&wrapped);
	return ok;
}

static bool
lay_out(Conflicts *place, int columns, Err *err)
{
	const JoinConflict *conflict = &place->join.conflicts[place->at];
	StrView texts[APART_TEXTS] = {
		str_view(&conflict->mine), str_view(&conflict->base), str_view(&conflict->theirs)};
	StrView headings[APART_TEXTS] = {sv(_("here")), sv(_("before")), sv(_("elsewhere"))};
	bool wide = apart_columns(columns) == APART_TEXTS, ok = true;
	place->len = 0;
	place->columns = columns;
	if (wide)
		ok = add_row(
			place, (ApartRow){.cells = {headings[0], headings[1], headings[2]}, .style = STYLE_HEADING});
	for (int i = 0; ok && i < APART_TEXTS; i++) {
		StrView text = texts[i].len > 0 ? texts[i] : sv(_("(nothing)"));
		if (!wide)
			ok = (i == 0 || add_row(place, (ApartRow){.style = STYLE_TEXT})) &&
			     add_row(place, (ApartRow){.cells = {headings[i]}, .style = STYLE_HEADING});
		ok = ok && lay_text(place, text, wide ? i : 0, wide ? 1 : place->len, apart_width(columns), err);
	}
	return ok || err_memory(err);
}

static const HintWord HINTS[] = {{"take mine", N_("this one")}, {"take theirs", N_("the other")},
	{"take both", N_("both")}, {"move left", N_("the one before")}, {"close", N_("later")}};

static void
draw(Session *session, void *state)
{
	Conflicts *place = state;
	Err err = {0};
	int columns = surface_columns(session->surface);
	Notice notice = session_notice(session);
	if (columns != place->columns && !lay_out(place, columns, &err))
		notice = (Notice){.kind = NOTICE_ERROR, .text = sv(_("out of memory"))};
	place->shown = page_rows(surface_rows(session->surface));
	size_t shown = place->shown > 0 ? (size_t)place->shown : 1;
	if (place->top + shown > place->len)
		place->top = place->len > shown ? place->len - shown : 0;
	Str heading = {0}, aside = {0};
	Hints hints;
	str_printf(&heading, _("Changed in two places: %s"), join_field_label(place->join.conflicts[place->at].field));
	str_printf(&aside, "%zu / %zu", place->at + 1, place->join.len);
	hints_make(session, CONTEXT_CONFLICT, HINTS, sizeof HINTS / sizeof HINTS[0], &hints);
	ApartModel model = {.heading = str_view(&heading),
		.aside = str_view(&aside),
		.columns = apart_columns(columns),
		.rows = place->rows + place->top,
		.row_count = place->len - place->top < shown ? place->len - place->top : shown,
		.more_above = place->top > 0,
		.more_below = place->top + shown < place->len,
		.hints = hints.items,
		.hint_count = hints.count,
		.notice = notice};
	draw_apart(&model, session->surface);
	hints_free(&hints);
	str_free(&heading);
	str_free(&aside);
}

/* ---- Choosing */

static void
go_to(Conflicts *place, size_t at)
{
	place->at = at;
	place->top = 0;
	place->columns = 0;
}

/* All is chosen: it goes on the desk. */
static void
finish(Session *session, Conflicts *place)
{
	Err err = {0};
	Revision chosen = {0};
	bool ok = join_choose(&place->join, place->choices, &chosen, &err) && desk_take(session, &chosen, &err);
	revision_free(&chosen);
	if (!ok) {
		session_say_error(session, &err);
		return;
	}
	session_pop(session);
	session_say(session, NOTICE_GOOD, "%s", _("the draft is one again; undo brings back what was here"));
	desk_rejoin(session);
}

static const PlaceKind CONFLICT;

bool
run_take(Session *session, const StrList *words)
{
	Conflicts *place = session_state(session, &CONFLICT);
	if (place == NULL || words->len < 2)
		return false;
	StrView what = str_view(&words->items[1]);
	place->choices[place->at] = sv_equal(what, SV("mine"))     ? CHOOSE_MINE
				    : sv_equal(what, SV("theirs")) ? CHOOSE_THEIRS
								   : CHOOSE_BOTH;
	if (place->at + 1 < place->join.len)
		go_to(place, place->at + 1);
	else
		finish(session, place);
	return true;
}

static bool
move(Session *session, void *state, Motion motion, bool select)
{
	(void)session;
	(void)select;
	Conflicts *place = state;
	size_t step = place->shown > 1 ? (size_t)place->shown - 1 : 1;
	switch (motion) {
	case MOVE_UP:
		place->top -= place->top > 0;
		break;
	case MOVE_DOWN:
		place->top++;
		break;
	case MOVE_PAGE_UP:
		place->top -= place->top < step ? place->top : step;
		break;
	case MOVE_PAGE_DOWN:
		place->top += step;
		break;
	case MOVE_TOP:
	case MOVE_HOME:
		place->top = 0;
		break;
	case MOVE_BOTTOM:
	case MOVE_END:
		place->top = place->len;
		break;
	case MOVE_LEFT:
		if (place->at > 0)
			go_to(place, place->at - 1);
		break;
	case MOVE_RIGHT:
	case MOVE_WORD_LEFT:
	case MOVE_WORD_RIGHT:
		return false;
	}
	return true;
}

static bool
close_place(Session *session, void *state)
{
	(void)state;
	session_say(session, NOTICE_INFO, "%s", _("both stay as they are: the library shows the draft as split"));
	return true;
}

static void
free_place(Session *session, void *state)
{
	(void)session;
	Conflicts *place = state;
	join_free(&place->join);
	free(place->choices);
	free(place->rows);
	free(place);
}

static const PlaceKind CONFLICT = {
	.context = context,
	.draw = draw,
	.move = move,
	.close = close_place,
	.free = free_place,
};

bool
conflict_open(Session *session)
{
	Err err = {0};
	desk_rejoin(session);
	if (session->writing == NULL || id_is_none(session->writing->apart))
		return false;
	Conflicts *place = calloc(1, sizeof *place);
	bool ok =
		(place != NULL || err_memory(&err)) && desk_join(session, session->writing->apart, &place->join, &err);
	if (ok) {
		place->choices = calloc(place->join.len + 1, sizeof *place->choices);
		ok = place->choices != NULL || err_memory(&err);
	}
	if (ok) {
		/* That both can be seen needs no word where both are seen. */
		if (session->message_count > 0 && !session->messages[0].stays)
			session_dismiss(session);
		return session_push(session, &CONFLICT, place);
	}
	if (place != NULL)
		free_place(session, place);
	session_say_error(session, &err);
	return false;
}

bool
run_conflict(Session *session, const StrList *words)
{
	(void)words;
	if (!conflict_open(session) && session->message_count == 0)
		session_say(session, NOTICE_INFO, "%s", _("nothing contradicts what is here"));
	return true;
}
