/* Messages: one at a time at the bottom of the screen; those that matter stay until they were read. */
#include "session.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void
error_text(const Err *err, Str *out)
{
	char text[ERR_TEXT_MAX];
	err_format(err, _(err->id), text, sizeof text);
	str_append_c(out, text);
}

static void
remove_message(Session *session, size_t at)
{
	str_free(&session->messages[at].text);
	session->message_count--;
	memmove(&session->messages[at], &session->messages[at + 1],
		(session->message_count - at) * sizeof session->messages[0]);
	session_mark_dirty(session);
}

/* What does not stay goes with the next key. What came of the last key is seen now, before what still waits; only the
 * newest warning waits behind those before it. */
static void
add_message(Session *session, NoticeKind kind, Str *text)
{
	if (text->failed)
		kind = NOTICE_ERROR;
	bool stays = kind == NOTICE_WARNING || kind == NOTICE_ERROR;
	for (size_t i = session->message_count; i-- > 0;)
		if (!session->messages[i].stays || sv_equal(str_view(&session->messages[i].text), str_view(text)))
			remove_message(session, i);
	if (session->message_count == NOTICES_MAX)
		remove_message(session, session->message_count - 1);
	size_t at = kind == NOTICE_WARNING ? session->message_count : 0;
	memmove(&session->messages[at + 1], &session->messages[at],
		(session->message_count - at) * sizeof session->messages[0]);
	session->message_count++;
	Message *message = &session->messages[at];
	*message = (Message){.kind = kind, .stays = stays};
	str_move(&message->text, text);
	session_mark_dirty(session);
}

void
session_say(Session *session, NoticeKind kind, const char *format, ...)
{
	char buffer[1024];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(buffer, sizeof buffer, format, arguments);
	va_end(arguments);
	Str text = {0};
	str_append_c(&text, buffer);
	add_message(session, kind, &text);
	str_free(&text);
}

void
session_say_error(Session *session, const Err *err)
{
	Str text = {0};
	error_text(err, &text);
	add_message(session, NOTICE_ERROR, &text);
	str_free(&text);
}

Notice
session_notice(Session *session)
{
	if (session->message_count == 0)
		return (Notice){0};
	const Message *message = &session->messages[0];
	/* One that there was no memory for tells at least that. */
	return (Notice){.kind = message->kind,
		.text = message->text.failed ? sv(_("out of memory")) : str_view(&message->text),
		.stays = message->stays,
		.dismiss = message->stays ? sv(_("Esc")) : (StrView){NULL, 0}};
}

bool
session_dismiss(Session *session)
{
	if (session->message_count == 0)
		return false;
	bool stayed = session->messages[0].stays;
	remove_message(session, 0);
	return stayed;
}

void
session_dismiss_all(Session *session)
{
	while (session->message_count > 0)
		remove_message(session, session->message_count - 1);
}
