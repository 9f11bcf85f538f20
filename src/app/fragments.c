/* Fragments: written in one line, turned into a draft, saved as a file, put into the trash. */
#include "fragments.h"

#include "commands.h"
#include "editor.h"
#include "outside.h"

#include <stdlib.h>
#include <string.h>

/* ---- In the library */

void
fragments_count(size_t count, Str *summary)
{
	Str number = {0};
	if (count == 0)
		return;
	format_number(count, &number);
	str_append_c(summary, ", ");
	str_printf(summary, ngettext("%s fragment", "%s fragments", count), str_c(&number));
	str_free(&number);
}

static StrView
shown_title(const ShelfFragment *fragment)
{
	return fragment->title.len > 0 ? str_view(&fragment->title) : sv(_("(no name)"));
}

void
fragments_row(const ShelfFragment *fragment, Str *title, Str *state)
{
	str_append(title, shown_title(fragment));
	if (fragment->characters > 0)
		format_characters(fragment->characters, state);
	else
		str_append_c(state, _("file"));
}

bool
fragments_trash(Session *session, const ShelfFragment *fragment)
{
	Err err = {0};
	Str key = {0}, title = str_from(shown_title(fragment));
	bool ok = vault_remove_fragment(session->app->vault, fragment->id, &err);
	session_key_of(session, CONTEXT_LIBRARY, "untrash", &key);
	if (ok)
		session_say(
			session, NOTICE_GOOD, _("“%s” is in the trash; %s takes it back"), str_c(&title), str_c(&key));
	else
		session_say_error(session, &err);
	str_free(&key);
	str_free(&title);
	return ok;
}

bool
fragments_untrash(Session *session, Id fragment)
{
	Vault *vault = session->app->vault;
	const Entry *entry = vault_entry(vault, OBJECT_FRAGMENT, fragment);
	Err err = {0};
	if (entry == NULL || !entry->trashed)
		return false;
	/* Restoring voids the entry. */
	Str title = str_from(entry->title.len > 0 ? str_view(&entry->title) : sv(_("(no name)")));
	if (vault_restore_fragment(vault, fragment, &err))
		session_say(session, NOTICE_GOOD, _("“%s” is out of the trash"), str_c(&title));
	else
		session_say_error(session, &err);
	str_free(&title);
	return true;
}

/* ---- Becoming a draft */

/* Of several lines the first is the title, the rest the body; one line is the body. */
static void
split(StrView text, StrView *title, StrView *body)
{
	StrView rest = text, line = {NULL, 0};
	*title = (StrView){NULL, 0};
	*body = text;
	while (line.len == 0 && sv_split(&rest, '\n', &line))
		line = sv_trim(line);
	while (sv_starts(rest, SV("\n")))
		rest = sv_slice(rest, 1, rest.len);
	if (sv_trim(rest).len == 0)
		return;
	*title = line;
	*body = rest;
}

void
fragments_open(Session *session, Id id)
{
	Err err = {0};
	Fragment fragment = {0};
	StrView title, body;
	if (!vault_load_fragment(session->app->vault, id, &fragment, &err)) {
		session_say_error(session, &err);
		return;
	}
	/* What a draft cannot hold stays in its fragment, and the fragment where it is. */
	bool file = fragment.text.len == 0;
	split(file ? str_view(&fragment.name) : str_view(&fragment.text), &title, &body);
	if (editor_open_text(session, title, body, file ? ID_NONE : id) && file) {
		Str key = {0};
		session_key_of(session, CONTEXT_LIBRARY, "fragment-save", &key);
		session_say(session, NOTICE_WARNING,
			_("pictures and files cannot be shown here; it stays in the library, where %s writes it to a "
			  "file"),
			str_c(&key));
		str_free(&key);
	}
	fragment_free(&fragment);
}

/* ---- Writing one */

static bool
keep_line(Session *session, StrView value)
{
	Err err = {0};
	if (sv_trim(value).len == 0)
		return true;
	Fragment fragment = {.text = str_from(sv_trim(value))};
	bool ok = str_ok(&fragment.text, &err) && vault_save_fragment(session->app->vault, &fragment, &err);
	if (ok)
		session_say(session, NOTICE_GOOD, "%s", _("kept as a fragment"));
	else
		session_say_error(session, &err);
	fragment_free(&fragment);
	return ok;
}

static const HintWord LINE_HINTS[] = {{"accept", N_("keep")}, {"close", N_("close")}};
static const PromptUse LINE = {
	.label = N_("Fragment"),
	.accept = keep_line,
	.hints = LINE_HINTS,
	.hint_count = sizeof LINE_HINTS / sizeof LINE_HINTS[0],
};

bool
run_fragment(Session *session, const StrList *words)
{
	(void)words;
	return !session_has_vault(session) || prompt_open(session, &LINE, (StrView){NULL, 0});
}

/* ---- Out of the vault */

static bool
save_file(Session *session, StrView value)
{
	Err err = {0};
	Fragment fragment = {0};
	Id id = library_fragment(session);
	if (id_is_none(id))
		return true;
	bool ok = vault_load_fragment(session->app->vault, id, &fragment, &err);
	if (ok)
		ok = outside_write(
			session, value, fragment.bytes.len > 0 ? str_view(&fragment.bytes) : str_view(&fragment.text));
	else
		session_say_error(session, &err);
	fragment_free(&fragment);
	return ok;
}

static const PromptUse FILE_NAME = {
	.label = N_("File"),
	.accept = save_file,
	.hints = OUTSIDE_HINTS,
	.hint_count = OUTSIDE_HINT_COUNT,
};

/* The name of the file that it was. Who dropped it may not be the writer: it names no folder and no hidden file. */
static StrView
offered_name(const Fragment *fragment)
{
	StrView name = str_view(&fragment->name);
	for (size_t i = name.len; i > 0; i--) {
		if (name.ptr[i - 1] == '/') {
			name = sv_slice(name, i, name.len);
			break;
		}
	}
	bool plain = name.len > 0 && name.ptr[0] != '.' && name.ptr[0] != '~';
	for (size_t i = 0; i < name.len; i++)
		plain = plain && (unsigned char)name.ptr[i] >= 0x20 && name.ptr[i] != 0x7F;
	return plain ? name : SV("meok-fragment.txt");
}

bool
run_fragment_save(Session *session, const StrList *words)
{
	(void)words;
	Err err = {0};
	Fragment fragment = {0};
	Id id = library_fragment(session);
	if (id_is_none(id)) {
		session_say(session, NOTICE_INFO, "%s", _("go to a fragment first: they stand below the drafts"));
		return true;
	}
	bool ok = vault_load_fragment(session->app->vault, id, &fragment, &err) &&
		  prompt_open(session, &FILE_NAME, offered_name(&fragment));
	if (err.kind != ERR_NONE)
		session_say_error(session, &err);
	fragment_free(&fragment);
	return ok;
}
