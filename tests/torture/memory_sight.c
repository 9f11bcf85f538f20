/* What is there when a session waits: on the desk, on the terminal, and for a session that comes after a kill. */
#include "memory.h"

#include "../../src/app/recorder.h"
#include "../../src/app/writing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
give_up(const char *what, const Err *err)
{
	char text[ERR_TEXT_MAX] = "";
	if (err != NULL)
		err_format(err, err->id, text, sizeof text);
	fprintf(stderr, "%s %s\n", what, text);
	abort();
}

static void
put(const Str *from, char *out, size_t size)
{
	if (from->failed || from->len >= size)
		give_up("a text is too long for the check", NULL);
	snprintf(out, size, "%s", str_c(from));
}

/* ---- For a session after a kill */

void
sight_line(const char *text, char *out, size_t size)
{
	size_t len = 0;
	bool blank = sv_trim(sv(text)).len == 0;
	for (const char *c = text; !blank && *c != '\0' && len + 1 < size; c++)
		out[len++] = *c == '\n' ? '|' : *c;
	out[len] = '\0';
}

static void
add_line(StrList *lines, const char *sign, const Revision *revision)
{
	Str text = {0}, line = {0};
	char *flat = malloc(CONTENT_BYTES);
	str_printf(&text, "%s\n%s\n%s", str_c(&revision->title), str_c(&revision->subtitle), str_c(&revision->body));
	sight_line(str_c(&text), flat, CONTENT_BYTES);
	str_printf(&line, "%s%s", flat[0] == '\0' ? "" : sign, flat);
	if (line.len > 0)
		list_append(lines, str_view(&line));
	str_free(&text);
	str_free(&line);
	free(flat);
}

static void
add_left_behind(App *app, StrList *lines, StrList *drafts)
{
	JournalFound *found = NULL;
	size_t count = 0;
	Err err = {0};
	if (!vault_journals(app->vault, &found, &count, &err))
		give_up("journals cannot be found", &err);
	for (size_t i = 0; i < count; i++) {
		static Session session;
		session = (Session){.app = app};
		Writing *writing = recover_writing(&session, &found[i], &err);
		if (writing == NULL || !writing_sync(writing, &err))
			give_up("a journal cannot be read", &err);
		char id[ID_TEXT + 1];
		id_format(writing->revision.draft, id);
		if (!id_is_none(writing->revision.draft))
			list_append(drafts, sv(id));
		add_line(lines, "", &writing->revision);
		journal_close(writing->journal, true, NULL);
		writing_free(writing);
		while (session.message_count > 0)
			session_dismiss(&session);
	}
	free(found);
}

static void
add_drafts(App *app, StrList *lines, const StrList *done)
{
	size_t count;
	Err err = {0};
	const Entry *const *entries = vault_entries(app->vault, OBJECT_REVISION, &count);
	for (size_t i = 0; i < count; i++) {
		char id[ID_TEXT + 1];
		Revision revision = {0};
		bool left = false;
		id_format(entries[i]->subject, id);
		for (size_t j = 0; j < done->len; j++)
			left = left || sv_equal(str_view(&done->items[j]), sv(id));
		if (!vault_load_draft(app->vault, entries[i]->subject, &revision, &err))
			give_up("a draft cannot be read", &err);
		add_line(lines, left ? "under:" : entries[i]->trashed ? "trash:" : "", &revision);
		revision_free(&revision);
	}
}

static void
add_fragments(App *app, StrList *lines)
{
	size_t count;
	Err err = {0};
	const Entry *const *entries = vault_entries(app->vault, OBJECT_FRAGMENT, &count);
	for (size_t i = 0; i < count; i++) {
		Fragment fragment = {0};
		Str line = {0};
		if (!vault_load_fragment(app->vault, entries[i]->subject, &fragment, &err))
			give_up("a fragment cannot be read", &err);
		str_printf(&line, "%s:%s", entries[i]->trashed ? "used" : "fragment", str_c(&fragment.text));
		list_append(lines, str_view(&line));
		str_free(&line);
		fragment_free(&fragment);
	}
}

static int
by_text(const void *a, const void *b)
{
	return sv_compare(str_view(a), str_view(b));
}

void
sight_content(char *out, size_t size)
{
	CrashFs *live = crash_use(NULL);
	crash_use(live);
	CrashFs *left = crash_killed(live);
	crash_use(left);
	Err err = {0};
	App app = {.sys = &CRASH_SYS};
	Str whole = {0};
	StrList lines = {0}, drafts = {0};
	out[0] = '\0';
	if (vault_exists(&CRASH_SYS, MEMORY_DIR)) {
		app.vault = vault_open(&CRASH_SYS, MEMORY_DIR, MEMORY_STATE, sv(MEMORY_PASSPHRASE), &err);
		if (app.vault == NULL)
			give_up("the vault does not open", &err);
		add_left_behind(&app, &lines, &drafts);
		add_drafts(&app, &lines, &drafts);
		add_fragments(&app, &lines);
		size_t damaged;
		if (vault_damage(app.vault, &damaged) != NULL && damaged > 0)
			list_append(&lines, SV("damage"));
	}
	if (lines.len > 0)
		qsort(lines.items, lines.len, sizeof *lines.items, by_text);
	for (size_t i = 0; i < lines.len; i++)
		str_printf(&whole, "%s\n", str_c(&lines.items[i]));
	put(&whole, out, size);
	str_free(&whole);
	list_free(&lines);
	list_free(&drafts);
	vault_close(app.vault);
	crash_use(live);
	crash_free(left);
}

/* ---- On the desk and on the terminal */

void
sight_take(Sight *sight, Session *session)
{
	*sight = (Sight){.over = session == NULL};
	sight_content(sight->content, sizeof sight->content);
	stage_picture(sight->picture, sizeof sight->picture);
	if (session == NULL)
		return;
	sight->depth = session->depth;
	if (session->depth > 0) {
		const Place *top = &session->places[session->depth - 1];
		sight->top = top->kind->context(top->state);
	}
	size_t len = 0;
	for (size_t i = 0; i < session->message_count && len + 1 < sizeof sight->notices; i++)
		if (session->messages[i].stays)
			len += (size_t)snprintf(sight->notices + len, sizeof sight->notices - len, "%s\n",
				str_c(&session->messages[i].text));
	const Writing *writing = session->writing;
	sight->desk = writing != NULL;
	if (writing == NULL)
		return;
	Str text = {0};
	document_copy(writing->doc, (Span){0, document_length(writing->doc)}, &text);
	put(&text, sight->text, sizeof sight->text);
	str_free(&text);
	sight->cursor = writing->cursor;
	sight->unkept = writing_is_unkept(writing);
}

/* ---- Looking at it */

bool
sight_each_line(const char *lines, bool (*each)(const char *line, void *data), void *data)
{
	static char line[CONTENT_BYTES];
	while (*lines != '\0') {
		size_t len = strcspn(lines, "\n");
		snprintf(line, sizeof line, "%.*s", (int)len, lines);
		if (!each(line, data))
			return false;
		lines += lines[len] == '\n' ? len + 1 : len;
	}
	return true;
}

bool
sight_has_line(const char *lines, const char *line)
{
	size_t wanted = strlen(line);
	while (*lines != '\0') {
		size_t len = strcspn(lines, "\n");
		if (len == wanted && memcmp(lines, line, len) == 0)
			return true;
		lines += lines[len] == '\n' ? len + 1 : len;
	}
	return false;
}

bool
sight_tells(const Sight *sight, const char *notices, Session *session)
{
	enum { SEEN_BYTES = 24 };
	bool told = false;
	for (size_t i = 0; i < session->message_count && !told; i++)
		told = session->messages[i].stays && !sight_has_line(notices, str_c(&session->messages[i].text));
	if (!told)
		return strstr(sight->picture, "out of memory") != NULL && strstr(notices, "out of memory") == NULL;
	Notice notice = session_notice(session);
	size_t len = notice.text.len < SEEN_BYTES ? notice.text.len : SEEN_BYTES;
	while (len > 0 && len < notice.text.len && ((unsigned char)notice.text.ptr[len] & 0xC0) == 0x80)
		len--;
	char seen[SEEN_BYTES + 1];
	snprintf(seen, sizeof seen, "%.*s", (int)len, notice.text.ptr);
	return len > 0 && strstr(sight->picture, seen) != NULL;
}

bool
sight_is_with(const char *longer, const char *text, const char *what)
{
	size_t len = strlen(text), more = strlen(what);
	if (strlen(longer) != len + more)
		return false;
	for (size_t at = 0; at <= len; at++)
		if (memcmp(longer, text, at) == 0 && memcmp(longer + at, what, more) == 0 &&
			strcmp(longer + at + more, text + at) == 0)
			return true;
	return false;
}
