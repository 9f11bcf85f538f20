/* One line of input over the place below it: finding words, naming things. */
#include "prompt.h"

#include <stdlib.h>

typedef struct Prompt {
	const PromptUse *use;
	LineInput line;
	bool offered; /* the line is the last one still: typing takes its place, any other key keeps it */
} Prompt;

static Context
context(const void *state)
{
	(void)state;
	return CONTEXT_PROMPT;
}

static void
draw(Session *session, void *state)
{
	Prompt *prompt = state;
	Hints hints;
	Str note = {0};
	if (session->depth > 1) {
		const Place *below = &session->places[session->depth - 2];
		below->kind->draw(session, below->state);
	}
	hints_make(session, CONTEXT_PROMPT, prompt->use->hints, prompt->use->hint_count, &hints);
	if (prompt->use->note != NULL)
		prompt->use->note(session, &note);
	PromptModel model = {.label = sv(_(prompt->use->label)),
		.field = line_field(&prompt->line),
		.note = str_view(&note),
		.hints = hints.items,
		.hint_count = hints.count,
		.notice = session_notice(session)};
	draw_prompt(&model, session->surface);
	hints_free(&hints);
	str_free(&note);
}

static void
changed(Session *session, Prompt *prompt)
{
	if (prompt->use->change != NULL)
		prompt->use->change(session, str_view(&prompt->line.text));
}

static void
text(Session *session, void *state, StrView typed, bool pasted)
{
	(void)pasted;
	Prompt *prompt = state;
	Err err = {0};
	if (prompt->offered)
		line_free(&prompt->line);
	prompt->offered = false;
	if (!line_insert(&prompt->line, typed, &err))
		session_say_error(session, &err);
	changed(session, prompt);
}

static bool
move(Session *session, void *state, Motion motion, bool select)
{
	(void)session;
	(void)select;
	Prompt *prompt = state;
	prompt->offered = false;
	return line_move(&prompt->line, motion);
}

static bool
erase(Session *session, void *state, Deletion what)
{
	Prompt *prompt = state;
	prompt->offered = false;
	if (line_delete(&prompt->line, what))
		changed(session, prompt);
	return true;
}

static void
accept(Session *session, void *state)
{
	Prompt *prompt = state;
	if (prompt->use->accept(session, str_view(&prompt->line.text)) &&
		session->places[session->depth - 1].state == state)
		session_pop(session);
}

static bool
close_place(Session *session, void *state)
{
	Prompt *prompt = state;
	if (prompt->use->cancel != NULL)
		prompt->use->cancel(session);
	return true;
}

static void
free_place(Session *session, void *state)
{
	(void)session;
	Prompt *prompt = state;
	line_free(&prompt->line);
	free(prompt);
}

static const PlaceKind PROMPT = {
	.context = context,
	.draw = draw,
	.text = text,
	.move = move,
	.erase = erase,
	.accept = accept,
	.close = close_place,
	.free = free_place,
};

bool
prompt_open(Session *session, const PromptUse *use, StrView value)
{
	Err err = {0};
	Prompt *prompt = calloc(1, sizeof *prompt);
	if (prompt != NULL) {
		prompt->use = use;
		prompt->offered = value.len > 0;
		if (!line_insert(&prompt->line, value, &err))
			session_say_error(session, &err);
	}
	return session_push(session, &PROMPT, prompt);
}
