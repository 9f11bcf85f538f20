/* Commands that every place understands in its own way: motions, deletions, Enter, Esc, leaving. */
#include "commands.h"

#include <signal.h>

static const char *const motions[] = {
	[MOVE_LEFT] = "left",
	[MOVE_RIGHT] = "right",
	[MOVE_WORD_LEFT] = "word-left",
	[MOVE_WORD_RIGHT] = "word-right",
	[MOVE_UP] = "up",
	[MOVE_DOWN] = "down",
	[MOVE_HOME] = "home",
	[MOVE_END] = "end",
	[MOVE_PAGE_UP] = "page-up",
	[MOVE_PAGE_DOWN] = "page-down",
	[MOVE_TOP] = "top",
	[MOVE_BOTTOM] = "bottom",
};
static const char *const deletions[] = {
	[DELETE_LEFT] = "left",
	[DELETE_RIGHT] = "right",
	[DELETE_WORD_LEFT] = "word-left",
	[DELETE_WORD_RIGHT] = "word-right",
	[DELETE_TO_END] = "to-end",
	[DELETE_TO_START] = "to-start",
};
enum { MOTIONS = sizeof motions / sizeof motions[0], DELETIONS = sizeof deletions / sizeof deletions[0] };

/* The number of the word behind the command in a list of names; `count` when it is none, which is said. */
static size_t
read_word(Session *session, const StrList *words, const char *const *names, size_t count)
{
	for (size_t i = 0; words->len == 2 && i < count; i++)
		if (sv_equal(str_view(&words->items[1]), sv(names[i])))
			return i;
	session_say(session, NOTICE_WARNING, _("%s does not know “%s”"), str_c(&words->items[0]),
		words->len > 1 ? str_c(&words->items[1]) : "");
	return count;
}

static const Place *
top_place(const Session *session)
{
	return &session->places[session->depth - 1];
}

static bool
move(Session *session, const StrList *words, bool select)
{
	const Place *top = top_place(session);
	size_t motion = read_word(session, words, motions, MOTIONS);
	if (motion == MOTIONS)
		return true;
	return top->kind->move != NULL && top->kind->move(session, top->state, (Motion)motion, select);
}

bool
run_move(Session *session, const StrList *words)
{
	return move(session, words, false);
}

bool
run_select(Session *session, const StrList *words)
{
	return move(session, words, true);
}

bool
run_delete(Session *session, const StrList *words)
{
	const Place *top = top_place(session);
	size_t what = read_word(session, words, deletions, DELETIONS);
	if (what == DELETIONS)
		return true;
	return top->kind->erase != NULL && top->kind->erase(session, top->state, (Deletion)what);
}

bool
run_accept(Session *session, const StrList *words)
{
	(void)words;
	const Place *top = top_place(session);
	if (session->message_count > 0 && session->messages[0].stays && top->kind->text == NULL)
		session_dismiss(session);
	else if (top->kind->accept != NULL)
		top->kind->accept(session, top->state);
	return true;
}

bool
run_close(Session *session, const StrList *words)
{
	(void)words;
	session_close_top(session);
	return true;
}

bool
run_quit(Session *session, const StrList *words)
{
	(void)words;
	session_leave(session);
	return true;
}

bool
run_redraw(Session *session, const StrList *words)
{
	(void)words;
	term_forget(session->term);
	return true;
}

/* The shell gets the terminal as it was; SIGCONT takes it again. */
bool
run_suspend(Session *session, const StrList *words)
{
	(void)words;
	term_pause(session->term);
	kill(0, SIGTSTP);
	return true;
}
