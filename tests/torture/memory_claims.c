/* What has to be true of a session after a fault: nothing lost, no edit done by half, somebody told, undo sound; and
 * when there is memory again, everything works. */
#include "memory.h"

#include "../../src/app/editor.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

extern const char __executable_start; /* the linker's: what addr2line counts from */

/* ---- What is wrong */

static const char *
way_name(const Trouble *trouble)
{
	return trouble->fault == FAULT_MEMORY  ? "no memory"
	       : trouble->fault == FAULT_SHORT ? "short"
					       : strerrorname_np(trouble->failure);
}

void
wrong(const char *what, const char *more)
{
	const Trouble *trouble = &machine.trouble;
	Report *report = machine.report;
	if (report->wrong)
		return;
	report->wrong = true;
	size_t len = (size_t)snprintf(report->why, sizeof report->why - WHERE_BYTES, "%s: %s %s at %d (%s): %s %s",
		act_name(), way_name(trouble), trouble->forever ? "for ever" : "once", trouble->at,
		trouble->last == NULL ? "-" : trouble->last, what, more);
	if (len > sizeof report->why - WHERE_BYTES)
		len = sizeof report->why - WHERE_BYTES - 1;
	len += (size_t)snprintf(report->why + len, sizeof report->why - len, "\n#  by addr2line:");
	for (int i = 2; i < trouble->from_count && len < sizeof report->why; i++)
		len += (size_t)snprintf(report->why + len, sizeof report->why - len, " %#zx",
			(size_t)((const char *)trouble->from[i] - &__executable_start));
}

void
wrong_texts(const char *what, const char *a, const char *b)
{
	static char both[WHY_BYTES / 2];
	snprintf(both, sizeof both, "\n#  is: %.900s\n# was: %.900s", a, b);
	wrong(what, both);
}

static bool
speaks(const Err *err)
{
	size_t len = strlen(err->id);
	return err->kind != ERR_NONE && len > 0 && err->id[len - 1] != '.' &&
	       (strchr(err->id, ':') != NULL || strcmp(err->id, "out of memory") == 0);
}

/* ---- What has to be true after the fault */

bool
fault_is_unseen(void)
{
	return machine.trouble.fault == FAULT_SHORT ||
	       (machine.trouble.fault == FAULT_ERRNO && machine.trouble.failure == EINTR);
}

static bool
is_whole(const char *text)
{
	const char *before = machine.before.text, *after = machine.report->after.text;
	static char line[CONTENT_BYTES];
	sight_line(text, line, sizeof line);
	/* Another draft may be on the desk than the one that should be. */
	if (!machine.before.desk && sight_has_line(machine.before.content, line))
		return true;
	return strcmp(text, before) == 0 || strcmp(text, after) == 0 ||
	       (machine.blind &&
		       (sight_is_with(text, before, MEMORY_BLIND) || sight_is_with(text, after, MEMORY_BLIND)));
}

/* It was there before and would be there after: it is there. */
static bool
stays(const char *line, void *data)
{
	const Sight *sight = data;
	static char desk[CONTENT_BYTES];
	if (strncmp(line, "under:", 6) == 0)
		return true;
	if (!sight_has_line(machine.report->after.content, line) || sight_has_line(sight->content, line))
		return true;
	/* That of the draft on the desk is looked at by itself. */
	sight_line(machine.before.text, desk, sizeof desk);
	if (strcmp(line, desk) == 0)
		return true;
	sight_line(machine.report->after.text, desk, sizeof desk);
	if (strcmp(line, desk) == 0 && (machine.now.desk || machine.last.desk))
		return true;
	sight_line(machine.unmarked, desk, sizeof desk);
	if (strcmp(line, desk) == 0)
		return true;
	wrong_texts("a text is lost:", sight->content, line);
	return false;
}

/* Nothing is there that never was. */
static bool
is_known(const char *line, void *data)
{
	(void)data;
	static char desk[CONTENT_BYTES], bare[CONTENT_BYTES];
	sight_line(machine.now.text, desk, sizeof desk);
	bool signed_so = strncmp(line, "trash:", 6) == 0 || strncmp(line, "under:", 6) == 0;
	snprintf(bare, sizeof bare, "%s", signed_so ? line + 6 : line);
	if (strcmp(bare, desk) == 0 || sight_has_line(machine.before.content, bare) ||
		sight_has_line(machine.before.content, line) || sight_has_line(machine.report->after.content, bare) ||
		sight_has_line(machine.report->after.content, line))
		return true;
	for (size_t i = 0; i < machine.text_count; i++) {
		sight_line(machine.texts[i], desk, sizeof desk);
		if (strcmp(bare, desk) == 0)
			return true;
	}
	if (machine.blind && strstr(line, MEMORY_BLIND) != NULL)
		return true;
	wrong_texts("a text is there that was never written:", line, machine.before.content);
	return false;
}

/* A session that comes after a kill now has what was on the screen. */
static void
check_content(const Sight *sight, bool told)
{
	static char line[CONTENT_BYTES];
	sight_each_line(machine.before.content, stays, (void *)sight);
	sight_each_line(sight->content, is_known, NULL);
	if (!machine.before.desk || (machine.report->after.desk && !sight->desk && !sight->over))
		return;
	sight_line(sight->text, line, sizeof line);
	bool has = sight->desk && (line[0] == '\0' || sight_has_line(sight->content, line));
	sight_line(machine.report->after.text, line, sizeof line);
	has = has || (!sight->desk && sight_has_line(sight->content, line));
	bool new = line[0] != '\0' && sight_has_line(sight->content, line);
	sight_line(machine.before.text, line, sizeof line);
	bool old = new || line[0] == '\0' || sight_has_line(sight->content, line) ||
		   (!machine.report->after.desk && sight_has_line(machine.report->after.content, line));
	if (!has && !old)
		wrong_texts("what was on the screen is lost:", sight->content, line);
	else if (sight->desk && !has && !told)
		wrong_texts("what is on the screen is in no journal, and nobody says so:", sight->content, sight->text);
}

typedef struct Lines {
	const char *others;
} Lines;

static bool
is_among(const char *line, void *data)
{
	const Lines *lines = data;
	return strncmp(line, "under:", 6) == 0 || sight_has_line(lines->others, line);
}

static bool
same_texts(const char *a, const char *b)
{
	return sight_each_line(a, is_among, &(Lines){b}) && sight_each_line(b, is_among, &(Lines){a});
}

/* Nothing was lost but, perhaps, what a picture shows. */
static bool
is_done(const Sight *sight)
{
	const Sight *after = &machine.report->after;
	return !after->over && sight->desk == after->desk && (after->unkept || !sight->unkept) &&
	       sight->depth == after->depth && sight->top == after->top && strcmp(sight->text, after->text) == 0 &&
	       same_texts(sight->content, after->content);
}

/* The first rows of the picture are what they should be. */
bool
shows(const Sight *sight, int rows)
{
	const char *a = sight->picture, *b = machine.report->after.picture;
	for (int row = 0; row < rows; row++) {
		size_t len = strcspn(a, "\n");
		if (strncmp(a, b, len + 1) != 0)
			return false;
		a += len + 1;
		b += len + 1;
	}
	return true;
}

void
check_after(Session *session)
{
	Sight *now = &machine.now;
	Report *report = machine.report;
	sight_take(now, session);
	report->told = sight_tells(now, report->after.notices, session);
	bool done = !machine.blind && is_done(now), same = done && strcmp(now->picture, report->after.picture) == 0;
	if (fault_is_unseen()) {
		if (!same && !report->after.over)
			wrong_texts("it was noticed:", now->picture, report->after.picture);
		return;
	}
	if (now->desk && !is_whole(now->text))
		wrong_texts("half an edit:", now->text, machine.before.text);
	check_content(now, report->told);
	report->healed =
		done && !same && !report->told && (now->top != CONTEXT_EDITOR || shows(now, STAGE_ROWS - BOTTOM_ROWS));
	if (!same && !report->told && !report->healed && !machine.blind)
		wrong_texts("nothing tells the writer:", now->picture, report->after.picture);
	if (machine.blind && !report->told)
		wrong_texts("nothing tells the writer of what fails for ever:", now->picture, report->after.picture);
}

/* ---- When there is memory again */

bool
text_was_seen(const char *text)
{
	for (size_t i = 0; machine.scene->known[i] != NULL; i++)
		if (strcmp(machine.scene->known[i], text) == 0)
			return true;
	for (size_t i = 0; i < machine.text_count; i++)
		if (strcmp(machine.texts[i], text) == 0)
			return true;
	return false;
}

/* All that can be undone leads to texts that were there, and back. */
void
check_undo(Session *session)
{
	Writing *writing = session->writing;
	size_t count = 0;
	Str text = {0};
	static char begin[TEXT_BYTES];
	snprintf(begin, sizeof begin, "%s", machine.now.text);
	writing_pause(writing);
	while (writing_undo(writing)) {
		count++;
		str_clear(&text);
		document_copy(writing->doc, (Span){0, document_length(writing->doc)}, &text);
		if (!text_was_seen(str_c(&text)) && !is_whole(str_c(&text)))
			wrong_texts("undo leads to a text that never was:", str_c(&text), begin);
	}
	for (; count > 0; count--)
		writing_redo(writing);
	str_clear(&text);
	document_copy(writing->doc, (Span){0, document_length(writing->doc)}, &text);
	if (strcmp(str_c(&text), begin) != 0)
		wrong_texts("redo leads elsewhere:", str_c(&text), begin);
	str_free(&text);
	session_mark_dirty(session);
}

void
check_mark(void)
{
	static char line[CONTENT_BYTES];
	if (!sight_is_with(machine.now.text, machine.last.text, MEMORY_MARK))
		wrong_texts("typing does not work again:", machine.now.text, machine.last.text);
	sight_line(machine.now.text, line, sizeof line);
	if (!sight_has_line(machine.now.content, line))
		wrong_texts("what is typed now is in no journal:", machine.now.content, machine.now.picture);
}

/* ---- When the session has ended */

void
check_end(bool ok, const Err *err)
{
	Report *report = machine.report;
	Sight *now = &machine.now;
	static char line[CONTENT_BYTES];
	bool during = machine.phase == PHASE_FAULT;
	if (during) {
		report->struck = machine.trouble.struck > 0;
		faulty_clear();
		report->left = true;
		report->told = !ok && speaks(err);
	}
	*now = (Sight){0};
	sight_take(now, NULL);
	if (!stage_is_given_back())
		wrong("the terminal is not given back", "");
	if (during && !ok && !report->told)
		wrong("it ends without a proper message", err->id);
	if (during && ok && !may_leave())
		wrong("it ends without a word", "");
	if (during)
		check_content(now, report->told);
	if (!during && machine.phase != PHASE_LEAVING)
		wrong("it ends by itself", err->id);
	if (!during && !ok)
		wrong("it cannot be left without an error:", err->id);
	if (!during && machine.last.desk) {
		sight_line(machine.last.text, line, sizeof line);
		static char under[CONTENT_BYTES + 8];
		snprintf(under, sizeof under, "under:%s", line);
		if (line[0] != '\0' && !sight_has_line(now->content, line) && !sight_has_line(now->content, under))
			wrong_texts("what was saved is lost:", now->content, line);
	}
	if (!during)
		sight_each_line(machine.before.content, stays, now);
}
