/* What a writer does to the text as a whole: keeping, undo, the clipboard, finding, counting. */
#include "commands.h"
#include "editor.h"
#include "prompt.h"
#include "recorder.h"

#include <stdio.h>

bool
run_save(Session *session, const StrList *words)
{
	(void)words;
	bool changed = writing_is_changed(session->writing);
	if (!editor_keep(session))
		return true;
	Editor *editor = session_state(session, &EDITOR);
	editor_refresh(session, editor);
	/* Keeping may have said more already: what was merged with it. */
	if (session->message_count == 0 || session->messages[0].stays)
		session_say(
			session, NOTICE_GOOD, "%s", changed ? _("kept") : _("nothing has changed since it was kept"));
	return true;
}

static void
say_no_memory(Session *session)
{
	Err err = {0};
	err_memory(&err);
	session_say_error(session, &err);
}

bool
run_undo(Session *session, const StrList *words)
{
	(void)words;
	writing_pause(session->writing);
	if (!document_can_undo(session->writing->doc))
		session_say(session, NOTICE_INFO, "%s", _("there is nothing to take back"));
	else if (!writing_undo(session->writing))
		say_no_memory(session);
	return true;
}

bool
run_redo(Session *session, const StrList *words)
{
	(void)words;
	if (!document_can_redo(session->writing->doc))
		session_say(session, NOTICE_INFO, "%s", _("there is nothing to make again"));
	else if (!writing_redo(session->writing))
		say_no_memory(session);
	return true;
}

/* What the place on top shows of the text is read again: the sheet counts such lines. */
bool
run_paragraphs(Session *session, const StrList *words)
{
	(void)words;
	size_t count = 0;
	Err err = {0};
	if (!writing_part_lines(session->writing, &count, &err)) {
		session_say_error(session, &err);
		return true;
	}
	if (!session_on_top(session, &EDITOR) && editor_keep(session))
		session_arrive(session);
	session_say(session, count > 0 ? NOTICE_GOOD : NOTICE_INFO,
		ngettext("%zu new paragraph", "%zu new paragraphs", count), count);
	return true;
}

/* ---- The clipboard */

/* What is selected, else the paragraph with its newline. */
static Span
clipped_span(const Writing *writing, bool *selected)
{
	Span span = writing_selection(writing);
	*selected = span.from < span.to;
	if (*selected)
		return span;
	size_t line = document_line_at(writing->doc, writing->cursor);
	size_t from = document_line_start(writing->doc, line);
	return (Span){from, document_line_start(writing->doc, line + 1)};
}

static bool
clip(Session *session, Span span)
{
	Err err = {0};
	str_wipe(&session->clipboard);
	document_copy(session->writing->doc, span, &session->clipboard);
	if (str_ok(&session->clipboard, &err) && term_copy(session->term, str_view(&session->clipboard), &err))
		return true;
	session_say_error(session, &err);
	return session->clipboard.len > 0;
}

bool
run_copy(Session *session, const StrList *words)
{
	(void)words;
	bool selected;
	Span span = clipped_span(session->writing, &selected);
	if (span.from == span.to)
		session_say(session, NOTICE_INFO, "%s", _("there is nothing to copy"));
	else if (clip(session, span))
		session_say(session, NOTICE_GOOD, "%s",
			selected ? _("copied, and sent to the clipboard of your terminal")
				 : _("the paragraph is copied, and sent to the clipboard of your terminal"));
	return true;
}

bool
run_cut(Session *session, const StrList *words)
{
	(void)words;
	Err err = {0};
	bool selected;
	Span span = clipped_span(session->writing, &selected);
	writing_pause(session->writing);
	if (span.from == span.to)
		session_say(session, NOTICE_INFO, "%s", _("there is nothing to cut"));
	else if (clip(session, span) && !writing_delete(session->writing, span, &err))
		session_say_error(session, &err);
	return true;
}

bool
run_paste(Session *session, const StrList *words)
{
	(void)words;
	const Place *top = &session->places[session->depth - 1];
	if (session->clipboard.len == 0)
		session_say(session, NOTICE_INFO, "%s",
			_("nothing was cut or copied yet; your terminal's own paste works too"));
	else if (top->kind->text != NULL)
		top->kind->text(session, top->state, str_view(&session->clipboard), true);
	return true;
}

bool
run_select_all(Session *session, const StrList *words)
{
	(void)words;
	Writing *writing = session->writing;
	Span body = writing_body(writing);
	writing_pause(writing);
	writing->anchor = body.from;
	writing->cursor = body.to;
	writing->selecting = true;
	writing->goal = -1;
	return true;
}

/* ---- Finding */

/* Takes the cursor to the hit nearest from a position, from the other end when there is none; false when there is none
 * at all. */
static bool
go_to_hit(Session *session, size_t from, bool forward)
{
	Writing *writing = session->writing;
	StrView needle = str_view(&session->last_search);
	Err err = {0};
	Span hit;
	if (needle.len == 0)
		return false;
	bool found = document_find(writing->doc, needle, from, forward, &hit, &err);
	if (!found && err.kind == ERR_NONE)
		found = document_find(
			writing->doc, needle, forward ? 0 : document_length(writing->doc), forward, &hit, &err);
	if (err.kind != ERR_NONE)
		session_say_error(session, &err);
	if (!found)
		return false;
	writing_pause(writing);
	writing->cursor = hit.from;
	writing->selecting = false;
	writing->goal = -1;
	return true;
}

static void
find_changed(Session *session, StrView value)
{
	Editor *editor = session_state(session, &EDITOR);
	Err err = {0};
	str_set(&session->last_search, value);
	if (!str_ok(&session->last_search, &err))
		session_say_error(session, &err);
	editor->finding = value.len > 0;
	go_to_hit(session, session->writing->cursor, true);
}

static void
find_note(Session *session, Str *out)
{
	enum { COUNTED = 1000 };
	Span hits[COUNTED];
	Document *doc = session->writing->doc;
	if (session->last_search.len == 0)
		return;
	size_t count = document_find_all(
		doc, str_view(&session->last_search), (Span){0, document_length(doc)}, hits, COUNTED, NULL);
	size_t here = 0;
	while (here < count && hits[here].from < session->writing->cursor)
		here++;
	if (count == 0)
		str_append_c(out, _("not there"));
	else if (count == COUNTED)
		str_printf(out, _("%zu and more"), count);
	else
		str_printf(out, "%zu / %zu", here < count ? here + 1 : count, count);
}

static bool
find_accept(Session *session, StrView value)
{
	(void)session;
	(void)value;
	return true;
}

static void
find_cancel(Session *session)
{
	Editor *editor = session_state(session, &EDITOR);
	editor->finding = false;
}

static const HintWord FIND_HINTS[] = {{"find-next", N_("next")}, {"accept", N_("stay here")}, {"close", N_("close")}};
static const PromptUse FIND = {
	.label = N_("Find"),
	.change = find_changed,
	.note = find_note,
	.accept = find_accept,
	.cancel = find_cancel,
	.hints = FIND_HINTS,
	.hint_count = sizeof FIND_HINTS / sizeof FIND_HINTS[0],
};

bool
run_find(Session *session, const StrList *words)
{
	(void)words;
	Editor *editor = session_state(session, &EDITOR);
	editor->finding = session->last_search.len > 0;
	return prompt_open(session, &FIND, str_view(&session->last_search));
}

static bool
find_again(Session *session, bool forward)
{
	Editor *editor = session_state(session, &EDITOR);
	if (editor == NULL)
		return false;
	if (session->last_search.len == 0 && session_on_top(session, &EDITOR))
		return run_find(session, NULL);
	size_t cursor = session->writing->cursor;
	editor->finding = true;
	if (!go_to_hit(session, forward ? document_cluster_next(session->writing->doc, cursor) : cursor, forward))
		session_say(session, NOTICE_INFO, _("“%s” is not in the draft"), str_c(&session->last_search));
	return true;
}

bool
run_find_next(Session *session, const StrList *words)
{
	(void)words;
	return find_again(session, true);
}

bool
run_find_previous(Session *session, const StrList *words)
{
	(void)words;
	return find_again(session, false);
}

/* ---- Looking at it as a whole */

/* A manuscript page has 200 characters, blanks included. */
bool
run_count(Session *session, const StrList *words)
{
	(void)words;
	enum { PAGE_CHARACTERS = 200 };
	Writing *writing = session->writing;
	Span selection = writing_selection(writing);
	bool part = selection.from < selection.to;
	Counts counts = part ? document_count(writing->doc, selection) : tally_counts(writing->tally);
	Str all = {0}, solid = {0}, words_text = {0};
	format_number(counts.clusters, &all);
	format_number(counts.clusters_solid, &solid);
	format_number(counts.words, &words_text);
	session_say(session, NOTICE_INFO,
		part ? _("selected: %s characters, %s without blanks, %s words, %.1f manuscript pages (200 each)")
		     : _("%s characters, %s without blanks, %s words, %.1f manuscript pages (200 each)"),
		str_c(&all), str_c(&solid), str_c(&words_text), (double)counts.clusters / PAGE_CHARACTERS);
	str_free(&all);
	str_free(&solid);
	str_free(&words_text);
	return true;
}

bool
run_focus(Session *session, const StrList *words)
{
	(void)words;
	Editor *editor = session_state(session, &EDITOR);
	editor->plain = !editor->plain;
	return true;
}

bool
run_abandon(Session *session, const StrList *words)
{
	(void)words;
	Err err = {0};
	/* As it was asked for: nothing of it comes back. */
	if (!recorder_close(session, false, &err))
		session_say_error(session, &err);
	session_pop(session);
	return true;
}
