/* meok import: Markdown files and folders of them (an export, hugo, jekyll) as drafts. */
#include "cli.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { DEPTH_MAX = 32 };

typedef struct Import {
	Cli *cli;
	Sources before; /* files that drafts came from */
	StrList now;    /* those of this run */
	size_t made, updated, there, changed, failed;
	int code; /* of the first failure */
} Import;

/* ---- One file */

static bool
is_markdown(StrView name)
{
	return sv_ends(name, SV(".md")) || sv_ends(name, SV(".markdown"));
}

/* The last part of a path. */
static StrView
base_name(StrView path)
{
	size_t from = path.len;
	while (from > 0 && path.ptr[from - 1] != '/')
		from--;
	return sv_slice(path, from, path.len);
}

static int
by_name(const void *a, const void *b)
{
	return sv_compare(str_view(a), str_view(b));
}

static void
note_error(Import *import, const char *path, const Err *err)
{
	output_note("%s:", path);
	int code = output_error(err);
	import->code = import->code == 0 ? code : import->code;
	import->failed++;
}

/* What would be done is told, and nothing is. */
static bool
is_dry(Import *import, const char *path)
{
	bool dry = import->cli->arguments.values[OPT_DRY_RUN] != NULL;
	if (dry) {
		output_text(sv(path), SAFE_ONE_LINE);
		printf("\n");
	}
	return dry;
}

/* What was changed in the vault since is never taken away unasked. */
static void
import_again(Import *import, const char *path, Id draft)
{
	Err err = {0};
	Revision revision = {0};
	bool same = false, ok = draft_was_file(import->cli, draft, path, &same, &err);
	if (ok && same) {
		import->there++;
	} else if (ok && import->cli->arguments.values[OPT_UPDATE] == NULL) {
		output_note(_("%s has changed since it was imported"), path);
		import->changed++;
	} else if (ok) {
		ok = is_dry(import, path) ||
		     (vault_load_draft(import->cli->app.vault, draft, &revision, &err) &&
			     draft_from_file(import->cli, path, DRAFT_IMPORTED, &revision, &err));
		import->updated += ok;
	}
	if (!ok)
		note_error(import, path, &err);
	revision_free(&revision);
}

static void
import_file(Import *import, const char *path)
{
	Err err = {0};
	Revision revision = {0};
	char *whole = realpath(path, NULL);
	StrView from = sv(whole == NULL ? path : whole);
	const Source *before = sources_find(&import->before, from);
	if (list_has(&import->now, from)) {
		import->there++;
	} else if (before != NULL) {
		list_append(&import->now, from);
		import_again(import, path, before->draft);
	} else if (is_dry(import, path) || draft_from_file(import->cli, path, DRAFT_IMPORTED, &revision, &err)) {
		list_append(&import->now, from);
		import->made++;
	} else {
		note_error(import, path, &err);
	}
	revision_free(&revision);
	free(whole);
}

/* ---- Folders */

/* What blogs keep beside their articles, and what an export keeps of the past. */
static bool
is_passed_over(StrView name)
{
	static const char *const names[] = {"themes", "layouts", "archetypes", "public", "resources", "node_modules",
		"_site", "_layouts", "_includes", "_sass", "vendor", "fragments", "_index.md", "README.md"};
	if (sv_starts(name, SV(".")) || sv_ends(name, SV(".revisions")))
		return true;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (sv_equal(name, sv(names[i])))
			return true;
	return false;
}

static void
note_failure(Import *import, const char *path)
{
	Err err = {0};
	err_set(&err, ERR_FAILED, "cannot read %s: %s", path, strerror(errno));
	int code = output_error(&err);
	import->code = import->code == 0 ? code : import->code;
	import->failed++;
}

static void import_path(Import *import, const char *path, bool named, int depth);

static void
import_folder(Import *import, const char *path, int depth)
{
	StrList names = {0};
	if (depth > DEPTH_MAX || !import->cli->app.sys->list_dir(path, &names)) {
		errno = depth > DEPTH_MAX ? ELOOP : errno;
		note_failure(import, path);
		list_free(&names);
		return;
	}
	if (names.len > 0)
		qsort(names.items, names.len, sizeof *names.items, by_name);
	for (size_t i = 0; i < names.len; i++) {
		Str inner = {0};
		path_join(&inner, sv(path), str_view(&names.items[i]));
		if (!is_passed_over(str_view(&names.items[i])) && str_ok(&inner, NULL))
			import_path(import, str_c(&inner), false, depth + 1);
		str_free(&inner);
	}
	list_free(&names);
}

/* Links are followed only where the writer named them. */
static void
import_path(Import *import, const char *path, bool named, int depth)
{
	struct stat about;
	char *whole = named ? realpath(path, NULL) : NULL;
	const char *place = whole != NULL ? whole : path;
	if (lstat(place, &about) != 0)
		note_failure(import, path);
	else if (S_ISDIR(about.st_mode))
		import_folder(import, place, depth);
	else if (named || (S_ISREG(about.st_mode) && is_markdown(base_name(sv(path)))))
		import_file(import, place);
	free(whole);
}

int
command_import(Cli *cli)
{
	Import import = {.cli = cli};
	Err err = {0};
	if (!app_sources(&cli->app, &import.before, &err))
		return output_error(&err);
	for (int i = 0; i < cli->arguments.rest_count; i++)
		import_path(&import, cli->arguments.rest[i], true, 0);
	output_note(ngettext("%zu draft made", "%zu drafts made", import.made), import.made);
	if (import.updated > 0)
		output_note(
			ngettext("%zu draft got the text that its file has now; the one before is in its history",
				"%zu drafts got the texts that their files have now; those before are in their history",
				import.updated),
			import.updated);
	if (import.there > 0)
		output_note(
			ngettext("%zu file is as it was imported before: nothing was done with it",
				"%zu files are as they were imported before: nothing was done with them", import.there),
			import.there);
	if (import.changed > 0)
		output_note(
			ngettext("%zu file was left out although it has changed: with --update its draft gets the text",
				"%zu files were left out although they have changed: with --update their drafts get "
				"the texts",
				import.changed),
			import.changed);
	if (import.failed > 0)
		output_note(ngettext("%zu could not be read", "%zu could not be read", import.failed), import.failed);
	sources_free(&import.before);
	list_free(&import.now);
	return import.code;
}
