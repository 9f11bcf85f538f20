/* Fragments: dropped without the passphrase, and listed. */
#include "cli.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LINE_LIMIT = 1 << 16 };

/* ---- What was given */

/* The type of a file that is no text, by how it begins. */
static const char *
media_type(StrView bytes)
{
	static const struct {
		size_t at;
		StrView bytes;
		const char *type;
	} known[] = {
		{0, {"\x89PNG\r\n\x1a\n", 8}, "image/png"},
		{0, {"\xFF\xD8\xFF", 3}, "image/jpeg"},
		{0, {"GIF8", 4}, "image/gif"},
		{8, {"WEBP", 4}, "image/webp"},
		{4, {"ftypavif", 8}, "image/avif"},
		{4, {"ftypheic", 8}, "image/heic"},
		{0, {"II*\0", 4}, "image/tiff"},
		{0, {"MM\0*", 4}, "image/tiff"},
		{0, {"%PDF-", 5}, "application/pdf"},
	};
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (sv_starts(sv_slice(bytes, known[i].at, bytes.len), known[i].bytes))
			return known[i].type;
	return "application/octet-stream";
}

/* Bytes are a text when they are valid UTF-8; from an argument or a keyboard they are one whatever they are. */
static bool
take_bytes(StrView bytes, bool is_text, Fragment *out, size_t *replaced, Err *err)
{
	if (sv_starts(bytes, SV("\xEF\xBB\xBF")))
		bytes = sv_slice(bytes, 3, bytes.len);
	if (!is_text && !unicode_valid(bytes)) {
		str_set(&out->bytes, bytes);
		str_set(&out->media_type, sv(media_type(bytes)));
		return str_ok(&out->bytes, err) && str_ok(&out->media_type, err);
	}
	Str clean = {0};
	bool ok = unicode_clean(bytes, &clean, replaced, err);
	if (ok)
		str_set(&out->text, sv_trim(str_view(&clean)));
	str_wipe(&clean);
	return ok && str_ok(&out->text, err);
}

static bool
is_file(const char *argument)
{
	struct stat status;
	return strcmp(argument, "-") != 0 && stat(argument, &status) == 0 && S_ISREG(status.st_mode);
}

/* One line, as the terminal's own editing gives it. */
static bool
ask_line(Str *out, Err *err)
{
	fprintf(stderr, "%s", _("A thought: "));
	fflush(stderr);
	for (;;) {
		char byte;
		ssize_t got = read(STDIN_FILENO, &byte, 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0 || byte == '\n' || out->len == LINE_LIMIT)
			break;
		str_append_byte(out, byte);
	}
	return str_ok(out, err);
}

static bool
read_fragment(Cli *cli, const char *argument, Fragment *out, size_t *replaced, Err *err)
{
	Str raw = {0}, name = {0};
	bool asked = argument == NULL && isatty(STDIN_FILENO), file = argument != NULL && is_file(argument);
	bool spoken = argument != NULL && !file && strcmp(argument, "-") != 0;
	bool ok = true;
	if (spoken)
		str_append_c(&raw, argument);
	else if (asked)
		ok = ask_line(&raw, err);
	else
		ok = input_text(cli, file ? argument : "-", &raw, err);
	ok = ok && str_ok(&raw, err) && take_bytes(str_view(&raw), spoken || asked, out, replaced, err);
	if (ok && file) {
		const char *slash = strrchr(argument, '/');
		ok = unicode_clean(sv(slash == NULL ? argument : slash + 1), &name, NULL, err);
		str_set(&out->name, str_view(&name));
	}
	str_wipe(&raw);
	str_free(&name);
	return ok && str_ok(&out->name, err);
}

/* ---- Dropping */

static void
format_size(size_t bytes, Str *out)
{
	if (bytes < 10240)
		str_printf(out, ngettext("%zu byte", "%zu bytes", bytes), bytes);
	else
		str_printf(out, "%zu KiB", bytes / 1024);
}

/* Says what it took, so that a name is never mistaken for a text. */
static void
confirm(const Fragment *fragment, size_t replaced)
{
	Str size = {0};
	size_t characters = unicode_count_clusters(str_view(&fragment->text));
	format_size(fragment->bytes.len, &size);
	if (fragment->bytes.len == 0 && fragment->name.len > 0)
		output_note(ngettext("sealed: the text of %2$s, %1$zu character",
				    "sealed: the text of %2$s, %1$zu characters", characters),
			characters, str_c(&fragment->name));
	else if (fragment->bytes.len == 0)
		output_note(ngettext("sealed: a text of %zu character", "sealed: a text of %zu characters", characters),
			characters);
	else if (fragment->name.len > 0)
		output_note(_("sealed: the file %s, %s, %s"), str_c(&fragment->name), str_c(&fragment->media_type),
			str_c(&size));
	else
		output_note(_("sealed: a file without a name, %s, %s"), str_c(&fragment->media_type), str_c(&size));
	if (replaced > 0)
		output_note(ngettext("%zu ill-formed character was replaced by U+FFFD",
				    "%zu ill-formed characters were replaced by U+FFFD", replaced),
			replaced);
	str_free(&size);
}

int
command_drop(Cli *cli)
{
	Err err = {0};
	Fragment fragment = {0};
	size_t replaced = 0;
	const char *argument = cli->arguments.rest_count > 0 ? cli->arguments.rest[0] : NULL;
	bool ok = read_fragment(cli, argument, &fragment, &replaced, &err);
	if (ok && fragment.text.len == 0 && fragment.bytes.len == 0)
		ok = err_set(&err, ERR_USAGE, "there is nothing in it: give a text, a file, or - for standard input");
	ok = ok && vault_drop(cli->app.sys, str_c(&cli->app.settings.vault), str_c(&cli->app.state), &fragment, &err);
	if (ok)
		confirm(&fragment, replaced);
	fragment_free(&fragment);
	return ok ? 0 : output_error(&err);
}

/* ---- Listing */

static void
print_fragment(const Fragment *fragment)
{
	enum { SHORT_ID = 7 };
	char id[ID_TEXT + 1];
	Str when = {0}, size = {0};
	id_format(fragment->id, id);
	time_minute(fragment->time_ms, &when);
	printf("%.*s  %s", SHORT_ID, id, str_c(&when));
	if (fragment->name.len > 0) {
		printf("  ");
		output_text(str_view(&fragment->name), SAFE_ONE_LINE);
	}
	if (fragment->bytes.len > 0) {
		format_size(fragment->bytes.len, &size);
		printf("  ");
		output_text(str_view(&fragment->media_type), SAFE_ONE_LINE);
		printf("  %s", str_c(&size));
	}
	printf("\n");
	if (fragment->text.len > 0) {
		output_text(str_view(&fragment->text), SAFE_KEEP_NEWLINES);
		printf("\n");
	}
	printf("\n");
	str_free(&when);
	str_free(&size);
}

static void
put_fragment(Json *rows, const Fragment *fragment)
{
	Json *row = json_new_object();
	output_put_id(row, "id", fragment->id);
	output_put_time(row, "time", fragment->time_ms);
	json_put_text(row, "text", str_view(&fragment->text));
	json_put_text(row, "name", str_view(&fragment->name));
	json_put_text(row, "type", str_view(&fragment->media_type));
	json_put_number(row, "bytes", (int64_t)fragment->bytes.len);
	json_put(rows, NULL, row);
}

static bool
collect_all(Vault *vault, Err *err)
{
	size_t waiting = 0, before;
	do {
		before = waiting;
		if (!vault_collect_drops(vault, &waiting, err))
			return false;
	} while (waiting > 0 && waiting != before);
	return true;
}

/* The ids of the fragments that are not in the trash: loading one may void the entries. */
static bool
take_ids(Vault *vault, Id **ids, size_t *count, Err *err)
{
	size_t all;
	const Entry *const *entries = vault_entries(vault, OBJECT_FRAGMENT, &all);
	*ids = entries == NULL ? NULL : calloc(all + 1, sizeof **ids);
	*count = 0;
	if (*ids == NULL)
		return err_memory(err);
	for (size_t i = 0; i < all; i++)
		if (!entries[i]->trashed)
			(*ids)[(*count)++] = entries[i]->subject;
	return true;
}

int
command_fragments(Cli *cli)
{
	Err err = {0};
	Vault *vault = cli->app.vault;
	bool as_json = cli->arguments.values[OPT_JSON] != NULL;
	Json *root = as_json ? json_new_object() : NULL, *rows = as_json ? json_new_array() : NULL;
	Id *ids = NULL;
	size_t count = 0, damaged;
	bool ok = collect_all(vault, &err) && take_ids(vault, &ids, &count, &err);
	for (size_t i = 0; ok && i < count; i++) {
		Fragment fragment = {0};
		Err why = {0};
		/* One that is damaged must not hide the others. */
		if (!vault_load_fragment(vault, ids[i], &fragment, &why))
			output_error(&why);
		else if (as_json)
			put_fragment(rows, &fragment);
		else
			print_fragment(&fragment);
		fragment_free(&fragment);
	}
	free(ids);
	if (as_json) {
		json_put(root, "fragments", rows);
		if (ok)
			ok = output_json(root, &err);
		else
			json_free(root);
	} else if (ok && count == 0) {
		output_note("%s", _("no fragments yet: `meok drop TEXT` makes one"));
	}
	const Damage *damage = vault_damage(vault, &damaged);
	for (size_t i = 0; ok && i < damaged; i++)
		output_note_damage(&damage[i]);
	return ok ? 0 : output_error(&err);
}
