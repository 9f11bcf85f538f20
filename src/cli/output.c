/* What the writer sees: errors, notes, harmless text, JSON. */
#include "cli.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int
exit_code(ErrKind kind)
{
	switch (kind) {
	case ERR_NONE:
		return 0;
	case ERR_FAILED:
		return 1;
	case ERR_USAGE:
		return 2;
	case ERR_PASSPHRASE:
		return 3;
	case ERR_NOT_FOUND:
		return 4;
	case ERR_REFUSED:
		return 5;
	case ERR_NETWORK:
	case ERR_UNKNOWN:
		return 6;
	case ERR_CONFLICT:
		return 7;
	case ERR_DAMAGED:
		return 8;
	}
	return 1;
}

static void
note_line(StrView line)
{
	SafeText safe = safe_text(line, SAFE_ONE_LINE);
	fprintf(stderr, "%s\n", safe.text.failed ? _("meok: out of memory") : str_c(&safe.text));
	safe_free(&safe);
}

int
output_error(const Err *err)
{
	char text[ERR_TEXT_MAX];
	err_format(err, gettext(err->id), text, sizeof text);
	output_note("meok: %s", text);
	return exit_code(err->kind);
}

void
output_note(const char *format, ...)
{
	char line[2 * ERR_TEXT_MAX];
	va_list list;
	va_start(list, format);
	vsnprintf(line, sizeof line, format, list);
	va_end(list);
	note_line(sv(line));
}

void
output_text(StrView text, SafeLines lines)
{
	if (!isatty(STDOUT_FILENO)) {
		if (text.len > 0)
			fwrite(text.ptr, 1, text.len, stdout);
		return;
	}
	SafeText safe = safe_text(text, lines);
	fputs(str_c(&safe.text), stdout);
	safe_free(&safe);
}

void
output_cell(StrView text, size_t columns)
{
	SafeText safe = safe_text(text, SAFE_ONE_LINE);
	StrView view = str_view(&safe.text);
	size_t width = unicode_width(view, false), end = view.len;
	if (width > columns) {
		width = 0;
		for (end = 0; end < view.len;) {
			size_t next = cluster_next(view, end);
			size_t wide = (size_t)cluster_width(sv_slice(view, end, next), false);
			if (width + wide > columns - 1)
				break;
			width += wide;
			end = next;
		}
		printf("%.*s…", (int)end, view.ptr);
		width++;
	} else if (end > 0) {
		printf("%.*s", (int)end, view.ptr);
	}
	for (; width < columns; width++)
		putchar(' ');
	safe_free(&safe);
}

bool
output_json(Json *root, Err *err)
{
	Str text = {0}, safe = {0};
	bool ok = json_print(root, true, &text, err);
	if (ok)
		safe_json(str_view(&text), &safe);
	ok = ok && str_ok(&safe, err);
	if (ok)
		printf("%s\n", str_c(&safe));
	str_free(&text);
	str_free(&safe);
	json_free(root);
	return ok;
}

void
output_put_id(Json *object, const char *key, Id id)
{
	char text[ID_TEXT + 1];
	id_format(id, text);
	json_put_text(object, key, sv(text));
}

void
output_put_time(Json *object, const char *key, int64_t ms)
{
	Str text = {0};
	time_utc(ms, &text);
	if (ms == 0)
		json_put_null(object, key);
	else
		json_put_text(object, key, str_view(&text));
	str_free(&text);
}

Json *
output_put_damage(Json *array, const Damage *damage)
{
	char id[ID_TEXT + 1] = "", reason[ERR_TEXT_MAX];
	Json *row = json_new_object();
	if (!id_is_none(damage->subject))
		id_format(damage->subject, id);
	err_format(&damage->reason, damage->reason.id, reason, sizeof reason);
	json_put_text(row, "id", sv(id));
	json_put_text(row, "title", str_view(&damage->title));
	json_put_text(row, "path", str_view(&damage->path));
	json_put_text(row, "reason", sv(reason));
	json_put(array, NULL, row);
	return row;
}

void
output_note_damage(const Damage *damage)
{
	char reason[ERR_TEXT_MAX];
	err_format(&damage->reason, gettext(damage->reason.id), reason, sizeof reason);
	if (damage->title.len > 0)
		output_note(_("damaged: %s (%s): %s"), str_c(&damage->title), str_c(&damage->path), reason);
	else
		output_note(_("damaged: %s: %s"), str_c(&damage->path), reason);
}

bool
output_flush(Err *err)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return true;
	return err_set(err, ERR_FAILED, "cannot write the output: %s", strerror(errno));
}
