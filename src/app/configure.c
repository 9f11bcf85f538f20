/* One setting changed from within: in the writer's configuration file, of which all else stays as it is. */
#include "meok/app.h"

enum { CONFIG_LIMIT = 1 << 20 };

/* True when a line of the file sets this name. */
static bool
sets(StrView line, const char *name)
{
	StrList words = {0};
	bool is = words_parse(line, &words, NULL) && words.len >= 2 && sv_equal(str_view(&words.items[0]), SV("set")) &&
		  sv_equal(str_view(&words.items[1]), sv(name));
	list_free(&words);
	return is;
}

/* The last line that sets the name takes the new value; without one it is added at the end. */
static void
rewrite(StrView before, const char *name, StrView value, Str *after)
{
	Str line = {0};
	StrView rest = before, old;
	size_t last = SIZE_MAX, at = 0;
	str_printf(&line, "set %s ", name);
	words_quote(value, &line);
	for (; sv_split(&rest, '\n', &old); at++)
		if (sets(old, name))
			last = at;
	rest = before;
	for (at = 0; sv_split(&rest, '\n', &old); at++) {
		if (rest.len == 0 && old.len == 0)
			break;
		str_append(after, at == last ? str_view(&line) : old);
		str_append_byte(after, '\n');
	}
	if (last == SIZE_MAX) {
		str_append(after, str_view(&line));
		str_append_byte(after, '\n');
	}
	if (line.failed)
		after->failed = true;
	str_free(&line);
}

static bool
write_config(App *app, const char *name, StrView value, Err *err)
{
	Str path = {0}, before = {0}, after = {0};
	Err why = {0};
	bool ok = str_view(&app->config).len > 0 ||
		  err_set(err, ERR_FAILED, "there is no configuration file to write to");
	str_append(&path, str_view(&app->config));
	ok = ok && (file_read(app->sys, str_c(&path), CONFIG_LIMIT, &before, &why) || why.kind == ERR_NOT_FOUND);
	if (!ok && why.kind != ERR_NONE)
		*err = why;
	if (ok) {
		StrView dir = str_view(&path);
		while (dir.len > 0 && dir.ptr[dir.len - 1] != '/')
			dir.len--;
		Str folder = str_from(dir);
		rewrite(str_view(&before), name, value, &after);
		ok = str_ok(&after, err) && str_ok(&folder, err) &&
		     (folder.len == 0 || file_make_dirs(app->sys, str_c(&folder), 0700, err)) &&
		     file_replace(app->sys, str_c(&path), str_view(&after), 0600, err);
		str_free(&folder);
	}
	str_free(&path);
	str_free(&before);
	str_free(&after);
	return ok;
}

bool
app_set(App *app, const char *name, StrView value, Err *err)
{
	Str line = {0};
	Complaints complaints = {0};
	str_printf(&line, "set %s ", name);
	words_quote(value, &line);
	bool ok = str_ok(&line, err) && settings_parse(app->sys, str_view(&line), "settings", SETTINGS_FILE,
						&app->settings, &complaints, err);
	if (ok && complaints.len > 0) {
		*err = complaints.items[0].what;
		ok = false;
	}
	complaints_free(&complaints);
	str_free(&line);
	return ok && write_config(app, name, value, err);
}
