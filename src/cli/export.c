/* meok export: every draft as a Markdown file with front matter, in the clear. */
#include "cli.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_BYTES = 120, FAILURES_MAX = 20 };

typedef struct Export {
	Cli *cli;
	const char *dir;
	StrList taken; /* paths that were written, in lower case, for file systems that know no case */
	size_t drafts, split, revisions, fragments;
} Export;

/* ---- Names of files */

/* Any part of a cluster may be a slash: a letter of another script may stand before it. */
static bool
means_something(StrView cluster)
{
	for (size_t i = 0; i < cluster.len; i++) {
		unsigned char byte = (unsigned char)cluster.ptr[i];
		if (byte < 0x20 || byte == 0x7F || (byte < 0x80 && strchr("/\\:*?\"<>|", byte) != NULL))
			return true;
	}
	return false;
}

/* A title as the name of a file on any system: nothing that means something to it, no blank at its ends. */
static void
put_name(StrView title, Str *out)
{
	size_t from = out->len, pos = 0;
	while (pos < title.len) {
		size_t next = cluster_next(title, pos);
		StrView cluster = sv_slice(title, pos, next);
		if (out->len - from + cluster.len > NAME_BYTES)
			break;
		if (means_something(cluster))
			str_append_byte(out, '-');
		else if (out->len > from || (cluster.ptr[0] != '.' && cluster.ptr[0] != ' '))
			str_append(out, cluster);
		pos = next;
	}
	while (out->len > from && (out->ptr[out->len - 1] == ' ' || out->ptr[out->len - 1] == '.'))
		str_truncate(out, out->len - 1);
	if (out->len == from)
		str_append_c(out, "untitled");
}

static bool
is_taken(const Export *export, const Str *folded)
{
	for (size_t i = 0; i < export->taken.len; i++)
		if (sv_equal(str_view(&export->taken.items[i]), str_view(folded)))
			return true;
	return false;
}

/* path + ending, or the first of "path 2" + ending … that is not taken. */
static bool
choose_path(Export *export, const Str *path, Str *chosen, Err *err)
{
	Str folded = {0};
	bool ok = true;
	for (size_t n = 1; ok; n++) {
		str_clear(chosen);
		str_append(chosen, str_view(path));
		if (n > 1)
			str_printf(chosen, " %zu", n);
		str_clear(&folded);
		ok = str_ok(chosen, err) && unicode_fold(str_view(chosen), &folded, err);
		if (ok && !is_taken(export, &folded))
			break;
	}
	if (ok) {
		list_append(&export->taken, str_view(&folded));
		ok = list_ok(&export->taken, err);
	}
	str_free(&folded);
	return ok;
}

/* ---- Files */

static bool
write_revision(Export *export, const Revision *revision, const char *path, Err *err)
{
	Str text = {0};
	bool ok = app_markdown(&export->cli->app, revision, &text, err) &&
		  file_replace(export->cli->app.sys, path, str_view(&text), 0600, err);
	str_wipe(&text);
	return ok;
}

/* Those before the newest one, in a folder beside the file. */
static bool
write_history(Export *export, Id draft, const Str *path, Err *err)
{
	RevisionEntry *entries = NULL;
	size_t count = 0;
	Str folder = {0}, file = {0}, minute = {0};
	bool ok = vault_history(export->cli->app.vault, draft, &entries, &count, err);
	str_printf(&folder, "%s.revisions", str_c(path));
	if (ok && count > 1)
		ok = str_ok(&folder, err) && file_make_dirs(export->cli->app.sys, str_c(&folder), 0700, err);
	for (size_t i = 0; ok && i < count; i++) {
		Revision revision = {0};
		char id[ID_TEXT + 1];
		if (entries[i].head)
			continue;
		id_format(entries[i].object, id);
		str_clear(&file);
		str_clear(&minute);
		time_minute(entries[i].time_ms, &minute);
		for (size_t k = 0; k < minute.len; k++)
			minute.ptr[k] = minute.ptr[k] == ':' ? '.' : minute.ptr[k];
		str_printf(&file, "%s/%s %.10s.md", str_c(&folder), str_c(&minute), id);
		ok = str_ok(&file, err) &&
		     vault_load_revision(export->cli->app.vault, entries[i].object, &revision, err) &&
		     write_revision(export, &revision, str_c(&file), err);
		export->revisions += ok;
		revision_free(&revision);
	}
	free(entries);
	str_free(&folder);
	str_free(&file);
	str_free(&minute);
	return ok;
}

/* DIR/title.md, or DIR/work/03 title.md; in DIR/trash what is in the trash. */
static bool
draft_path(Export *export, const Revision *revision, Str *path, Err *err)
{
	Str wanted = {0};
	uint32_t chapter = 0;
	App *app = &export->cli->app;
	const Entry *entry = vault_entry(app->vault, OBJECT_REVISION, revision->draft);
	StrView work = app_work_name(app, revision->work);
	str_printf(&wanted, "%s/%s", export->dir, entry != NULL && entry->trashed ? "trash/" : "");
	bool ok = true;
	if (work.len > 0) {
		put_name(work, &wanted);
		ok = app_chapter(app, revision->draft, revision->work, &chapter, err);
		str_append_byte(&wanted, '/');
	}
	ok = ok && str_ok(&wanted, err) && file_make_dirs(app->sys, str_c(&wanted), 0700, err);
	if (chapter > 0)
		str_printf(&wanted, "%02u ", chapter);
	put_name(str_view(&revision->title), &wanted);
	ok = ok && str_ok(&wanted, err) && choose_path(export, &wanted, path, err);
	str_free(&wanted);
	return ok;
}

static bool
export_head(Export *export, Id draft, Id head, bool history, Err *err)
{
	Revision revision = {0};
	Str path = {0}, file = {0};
	bool ok = vault_load_revision(export->cli->app.vault, head, &revision, err) &&
		  draft_path(export, &revision, &path, err);
	str_printf(&file, "%s.md", str_c(&path));
	ok = ok && str_ok(&file, err) && write_revision(export, &revision, str_c(&file), err);
	if (ok && history)
		ok = write_history(export, draft, &path, err);
	revision_free(&revision);
	str_free(&path);
	str_free(&file);
	return ok;
}

/* One that was changed in two places has several texts, and none of them is less than the others. */
static bool
export_draft(Export *export, Id draft, Err *err)
{
	Id *heads = NULL;
	size_t count = 0;
	bool history = export->cli->arguments.values[OPT_REVISIONS] != NULL;
	if (!vault_heads(export->cli->app.vault, draft, &heads, &count, err))
		return false;
	if (!vault_is_split(export->cli->app.vault, draft))
		count = 1;
	bool ok = true;
	for (size_t i = 0; i < count; i++)
		ok = export_head(export, draft, heads[i], history && i == 0, ok ? err : NULL) && ok;
	export->drafts += ok;
	export->split += ok && count > 1;
	free(heads);
	return ok;
}

/* ---- Fragments: their texts in files of their own, pictures as they are */

static bool
export_fragment(Export *export, Id id, Err *err)
{
	Fragment fragment = {0};
	Str wanted = {0}, path = {0};
	if (!vault_load_fragment(export->cli->app.vault, id, &fragment, err))
		return false;
	bool is_text = fragment.bytes.len == 0;
	StrView first, rest = str_view(is_text ? &fragment.text : &fragment.name), ending = SV(".md");
	if (!sv_split(&rest, '\n', &first))
		first = rest;
	if (!is_text) {
		size_t dot = first.len;
		while (dot > 0 && first.ptr[dot - 1] != '.')
			dot--;
		ending = dot > 1 ? sv_slice(first, dot - 1, first.len) : (StrView){NULL, 0};
		first = sv_slice(first, 0, first.len - ending.len);
	}
	str_printf(&wanted, "%s/fragments", export->dir);
	bool ok = str_ok(&wanted, err) && file_make_dirs(export->cli->app.sys, str_c(&wanted), 0700, err);
	str_append_byte(&wanted, '/');
	put_name(first, &wanted);
	ok = ok && str_ok(&wanted, err) && choose_path(export, &wanted, &path, err);
	str_append(&path, ending);
	ok = ok && str_ok(&path, err) &&
	     file_replace(export->cli->app.sys, str_c(&path), str_view(is_text ? &fragment.text : &fragment.bytes),
		     0600, err);
	export->fragments += ok;
	fragment_free(&fragment);
	str_free(&wanted);
	str_free(&path);
	return ok;
}

/* ---- The command */

static bool
folder_ready(Export *export, Err *err)
{
	StrList names = {0};
	const Sys *sys = export->cli->app.sys;
	bool there = file_exists(sys, export->dir);
	bool ok = there || file_make_dirs(sys, export->dir, 0700, err);
	if (ok && !sys->list_dir(export->dir, &names))
		ok = err_set(err, ERR_FAILED, "cannot list %s: %s", export->dir, strerror(errno));
	if (ok && names.len > 0)
		ok = err_set(err, ERR_USAGE, "the folder %s is not empty: name a new one", export->dir);
	list_free(&names);
	return ok;
}

typedef bool ExportFn(Export *export, Id id, Err *err);

/* All of a kind; one that cannot be read does not keep the others inside. The exit code. */
static int
export_all(Export *export, ObjectKind kind, ExportFn *fn)
{
	Err err = {0};
	size_t count = 0, wanted = 0, failures = 0;
	int code = 0;
	bool with_trash = export->cli->arguments.values[OPT_TRASH] != NULL;
	const Entry *const *entries = vault_entries(export->cli->app.vault, kind, &count);
	Id *ids = entries == NULL ? NULL : calloc(count + 1, sizeof *ids);
	if (ids == NULL) {
		err_memory(&err);
		return output_error(&err);
	}
	for (size_t i = 0; i < count; i++)
		if (with_trash || !entries[i]->trashed)
			ids[wanted++] = entries[i]->subject;
	for (size_t i = 0; i < wanted; i++) {
		if (fn(export, ids[i], &err))
			continue;
		code = output_error(&err);
		/* A full disk will not get better with the next one. */
		if (++failures == FAILURES_MAX)
			break;
	}
	free(ids);
	return code;
}

int
command_export(Cli *cli)
{
	Err err = {0};
	Export export = {.cli = cli, .dir = cli->arguments.rest[0]};
	if (!folder_ready(&export, &err))
		return output_error(&err);
	int code = export_all(&export, OBJECT_REVISION, export_draft);
	int also = export_all(&export, OBJECT_FRAGMENT, export_fragment);
	code = code == 0 ? also : code;
	output_note(ngettext("%zu draft is in %s now, readable by whoever may open that folder",
			    "%zu drafts are in %s now, readable by whoever may open that folder", export.drafts),
		export.drafts, export.dir);
	if (export.split > 0)
		output_note(ngettext("%zu draft was changed in two places: each text is in a file of its own",
				    "%zu drafts were changed in two places: each text is in a file of its own",
				    export.split),
			export.split);
	if (export.revisions > 0)
		output_note(ngettext("with %zu earlier revision", "with %zu earlier revisions", export.revisions),
			export.revisions);
	if (export.fragments > 0)
		output_note(ngettext("and %zu fragment", "and %zu fragments", export.fragments), export.fragments);
	list_free(&export.taken);
	return code;
}
