/* Making and changing drafts: new, set. */
#include "cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool
parse_comments(const char *word, Comments *out, Err *err)
{
	if (strcmp(word, "on") == 0)
		*out = COMMENTS_OPEN;
	else if (strcmp(word, "off") == 0)
		*out = COMMENTS_CLOSED;
	else
		return err_set(err, ERR_USAGE, "--comments is on or off, not %s", word);
	return true;
}

static bool
change_from_options(Cli *cli, DraftChange *change, StrView views[4], Err *err)
{
	const Arguments *arguments = &cli->arguments;
	static const Option options[4] = {OPT_TITLE, OPT_SUBTITLE, OPT_WORK, OPT_SITE};
	const StrView **members[4] = {&change->title, &change->subtitle, &change->work, &change->site};
	for (size_t i = 0; i < 4; i++) {
		if (arguments->values[options[i]] == NULL)
			continue;
		views[i] = sv(arguments->values[options[i]]);
		*members[i] = &views[i];
	}
	if (arguments->values[OPT_KEYWORD] != NULL)
		change->keywords = &arguments->keywords;
	if (arguments->values[OPT_COMMENTS] == NULL)
		return true;
	change->set_comments = true;
	return parse_comments(arguments->values[OPT_COMMENTS], &change->comments, err);
}

static void
note_change(Cli *cli, const Revision *revision, const DraftChanged *changed)
{
	if (changed->replaced > 0)
		output_note(ngettext("%zu ill-formed character was replaced by U+FFFD",
				    "%zu ill-formed characters were replaced by U+FFFD", changed->replaced),
			changed->replaced);
	if (changed->new_work)
		output_note(_("new work: %s"), app_work_name(&cli->app, revision->work).ptr);
}

static void
note_unknown_fields(const FrontMatter *front)
{
	Str names = {0};
	for (size_t i = 0; i < front->unknown.len; i++) {
		str_append_c(&names, i > 0 ? ", " : "");
		str_append(&names, str_view(&front->unknown.items[i]));
	}
	if (names.len > 0)
		output_note(_("left out of the front matter, because meok has no place for it: %s"), str_c(&names));
	str_free(&names);
}

/* Without a title anywhere else, a first line "# Title" is the title, not the body's own heading. */
static bool
take_heading(StrView *body, StrView *title)
{
	StrView rest = *body, line;
	while (sv_split(&rest, '\n', &line)) {
		StrView text = sv_trim(line);
		if (text.len == 0)
			continue;
		if (!sv_starts(line, SV("# ")))
			return false;
		*title = sv_trim(sv_slice(text, 2, text.len));
		*body = rest;
		return title->len > 0;
	}
	return false;
}

/* What the head of a file says, where the command line says nothing. */
static void
change_from_front(const FrontMatter *front, DraftChange *change, StrView views[4])
{
	if (front->has_title && change->title == NULL) {
		views[0] = str_view(&front->title);
		change->title = &views[0];
	}
	if (front->has_subtitle && change->subtitle == NULL) {
		views[1] = str_view(&front->subtitle);
		change->subtitle = &views[1];
	}
	if (front->has_work && change->work == NULL) {
		views[2] = str_view(&front->work);
		change->work = &views[2];
	}
	if (front->has_site && change->site == NULL) {
		views[3] = str_view(&front->site);
		change->site = &views[3];
	}
	if (front->has_keywords && change->keywords == NULL)
		change->keywords = &front->keywords;
	if (front->has_comments && !change->set_comments) {
		change->set_comments = true;
		change->comments = front->comments_open ? COMMENTS_OPEN : COMMENTS_CLOSED;
	}
}

/* Text straight from a file may hold anything: front matter is read from the cleaned text. */
static bool
clean_text(Cli *cli, const char *path, Str *out, size_t *replaced, Err *err)
{
	Str raw = {0};
	bool ok = input_text(cli, path, &raw, err);
	StrView text = str_view(&raw);
	if (sv_starts(text, SV("\xEF\xBB\xBF")))
		text = sv_slice(text, 3, text.len);
	ok = ok && unicode_clean(text, out, replaced, err);
	str_wipe(&raw);
	return ok;
}

/* jekyll's 2024-03-01-title.md; of a bundle title/index.md the folder has the name. */
static void
change_from_name(const char *path, const FrontMatter *front, DraftChange *change, StrView *title, Revision *revision)
{
	StrView whole = sv(path);
	while (whole.len > 0 && whole.ptr[whole.len - 1] != '.')
		whole.len--;
	whole.len -= whole.len > 0;
	if (sv_ends(whole, SV("/index")))
		whole.len -= strlen("/index");
	size_t from = whole.len;
	while (from > 0 && whole.ptr[from - 1] != '/')
		from--;
	StrView name = sv_slice(whole, from, whole.len);
	int64_t date;
	bool dated = name.len > 11 && name.ptr[10] == '-' && time_parse(sv_slice(name, 0, 10), &date);
	if (dated)
		name = sv_slice(name, 11, name.len);
	if (change->title == NULL && name.len > 0 && unicode_valid(name)) {
		*title = name;
		change->title = title;
	}
	if (front->has_date)
		revision->date_ms = front->date_ms;
	else if (dated)
		revision->date_ms = date;
}

/* What a file says of a draft; the change points into the rest. */
typedef struct FileChange {
	Str text, source;
	FrontMatter front;
	DraftChange change;
	StrView views[4], body, title, from;
	size_t replaced;
} FileChange;

static void
file_change_free(FileChange *file)
{
	frontmatter_free(&file->front);
	str_wipe(&file->text);
	str_free(&file->source);
}

static bool
read_change(Cli *cli, const char *path, DraftFrom how, Revision *revision, FileChange *file, Err *err)
{
	DraftChange *change = &file->change;
	if (!clean_text(cli, path, &file->text, &file->replaced, err) ||
		!frontmatter_parse(str_view(&file->text), &file->front, &file->body, err) ||
		!change_from_options(cli, change, file->views, err))
		return false;
	if (strcmp(path, "-") != 0) {
		char *whole = realpath(path, NULL);
		str_append_c(&file->source, whole == NULL ? path : whole);
		free(whole);
		file->from = str_view(&file->source);
		change->source = &file->from;
	}
	change_from_front(&file->front, change, file->views);
	if (change->title == NULL && take_heading(&file->body, &file->title))
		change->title = &file->title;
	if (how == DRAFT_IMPORTED)
		change_from_name(path, &file->front, change, &file->title, revision);
	while (sv_starts(file->body, SV("\n")))
		file->body = sv_slice(file->body, 1, file->body.len);
	change->body = &file->body;
	return str_ok(&file->source, err);
}

bool
draft_from_file(Cli *cli, const char *path, DraftFrom how, Revision *revision, Err *err)
{
	FileChange file = {0};
	DraftChanged changed = {0};
	Id id;
	bool ok = read_change(cli, path, how, revision, &file, err);
	if (ok && how == DRAFT_RENEWED && app_find_source(&cli->app, str_view(&file.source), &id, NULL))
		ok = vault_load_draft(cli->app.vault, id, revision, err);
	/* A later text of a draft is not as old as the first. */
	if (!id_is_none(revision->draft))
		revision->date_ms = 0;
	ok = ok && app_change_draft(&cli->app, revision, &file.change, &changed, err);
	if (ok) {
		changed.replaced += file.replaced;
		note_change(cli, revision, &changed);
		note_unknown_fields(&file.front);
	}
	file_change_free(&file);
	return ok;
}

bool
draft_was_file(Cli *cli, Id draft, const char *path, bool *out, Err *err)
{
	FileChange file = {0};
	Revision none = {0};
	bool ok = read_change(cli, path, DRAFT_IMPORTED, &none, &file, err) &&
		  app_was_so(&cli->app, draft, &file.change, out, err);
	file_change_free(&file);
	return ok;
}

static void
print_id(Id id)
{
	char text[ID_TEXT + 1];
	id_format(id, text);
	printf("%s\n", text);
}

/* On a terminal without a file the text is written in the editor; what the options say is there already. */
static int
new_on_screen(Cli *cli)
{
	Err err = {0};
	Revision revision = {0};
	DraftChange change = {0};
	DraftChanged changed = {0};
	StrView views[4];
	bool ok = change_from_options(cli, &change, views, &err);
	bool asked = change.title != NULL || change.subtitle != NULL || change.keywords != NULL ||
		     change.work != NULL || change.site != NULL || change.set_comments;
	ok = ok && (!asked || app_change_draft(&cli->app, &revision, &change, &changed, &err));
	int code = ok ? screens_edit(cli, revision.draft) : output_error(&err);
	revision_free(&revision);
	return code;
}

int
command_new(Cli *cli)
{
	if (cli->arguments.rest_count == 0 && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO))
		return new_on_screen(cli);
	Err err = {0};
	Revision revision = {0};
	const char *path = cli->arguments.rest_count > 0 ? cli->arguments.rest[0] : "-";
	bool ok = draft_from_file(cli, path, DRAFT_NEW, &revision, &err);
	if (ok)
		print_id(revision.draft);
	revision_free(&revision);
	return ok ? 0 : output_error(&err);
}

/* The head, or the revision that the new text grew out of: what came after that stays a head of its own. */
static bool
load_base(Cli *cli, Id draft, const char *base, Revision *out, Err *err)
{
	Id id;
	if (base == NULL)
		return vault_load_draft(cli->app.vault, draft, out, err);
	if (!id_parse(sv(base), &id) || !vault_load_revision(cli->app.vault, id, out, NULL) ||
		!id_equal(out->draft, draft))
		return err_set(err, ERR_NOT_FOUND,
			"the draft has no revision %s: `meok show --json` names the newest one", base);
	out->base = id;
	return true;
}

int
command_set(Cli *cli)
{
	Err err = {0};
	Id id = ID_NONE;
	Revision revision = {0};
	DraftChange change = {0};
	DraftChanged changed = {0};
	StrView views[4], body;
	Str text = {0};
	const char *path = cli->arguments.values[OPT_BODY];
	bool ok = app_find_draft(&cli->app, sv(cli->arguments.rest[0]), &id, &err) &&
		  load_base(cli, id, cli->arguments.values[OPT_BASE], &revision, &err) &&
		  change_from_options(cli, &change, views, &err) &&
		  (path == NULL || input_text(cli, path, &text, &err));
	if (path != NULL) {
		body = str_view(&text);
		change.body = &body;
	}
	ok = ok && app_change_draft(&cli->app, &revision, &change, &changed, &err);
	if (ok)
		note_change(cli, &revision, &changed);
	/* Another session may have saved meanwhile: then both are there. */
	if (ok && vault_refresh(cli->app.vault, NULL))
		merge_note_texts(cli, id);
	revision_free(&revision);
	str_wipe(&text);
	return ok ? 0 : history_error(cli, id, &err);
}
