/* Settings: lines of commands, from files and from inside the vault. */
#include "meok/app.h"

#include <stdlib.h>
#include <string.h>

enum { INCLUDE_DEPTH = 8, INCLUDE_FILES = 64, SETTINGS_LIMIT = 1 << 20 };

static const char TIME[] = "0-9999"; /* in place of values: minutes, or seconds with s behind */

typedef struct SettingRow {
	const char *name;
	SettingsPlace place;
	size_t offset;         /* of its Str in Settings */
	const char *values[4]; /* what it can be; none: anything */
} SettingRow;

static const SettingRow rows[] = {
	{"vault", SETTINGS_FILE, offsetof(Settings, vault), {NULL}},
	{"language", SETTINGS_FILE, offsetof(Settings, language), {"ko", "en"}},
	{"ca-file", SETTINGS_FILE, offsetof(Settings, ca_file), {NULL}},
	{"theme", SETTINGS_FILE, offsetof(Settings, theme), {"auto", "none", "16", "256"}},
	{"passphrase_command", SETTINGS_FILE, offsetof(Settings, passphrase_command), {NULL}},
	{"lock", SETTINGS_FILE, offsetof(Settings, lock), {TIME}},
	{"kdf", SETTINGS_FILE, offsetof(Settings, kdf), {"interactive", "moderate", "sensitive"}},
	{"default-site", SETTINGS_SEALED, offsetof(Settings, default_site), {NULL}},
};
enum { ROWS = sizeof rows / sizeof rows[0], VALUES = sizeof rows[0].values / sizeof rows[0].values[0] };

static Str *
row_value(Settings *settings, const SettingRow *row)
{
	return (Str *)((char *)settings + row->offset);
}

typedef struct Reading {
	const Sys *sys;
	SettingsPlace place;
	Settings *settings;
	Complaints *complaints;
	size_t files; /* included so far */
	bool failed;  /* memory ran out */
} Reading;

static void
complain(Reading *reading, const char *name, size_t line, const Err *what)
{
	Complaints *all = reading->complaints;
	Complaint *items = array_grow(all->items, all->len, &all->cap, sizeof *items);
	if (items == NULL) {
		reading->failed = true;
		return;
	}
	all->items = items;
	Complaint *one = &all->items[all->len++];
	*one = (Complaint){.what = *what};
	str_printf(&one->where, "%s:%zu", name, line);
	reading->failed = reading->failed || one->where.failed;
}

static bool
is_time(const Str *value)
{
	size_t len = value->len - sv_ends(str_view(value), SV("s"));
	bool digits = len >= 1 && len <= 4;
	for (size_t i = 0; digits && i < len; i++)
		digits = value->ptr[i] >= '0' && value->ptr[i] <= '9';
	return digits;
}

/* Empty stands for the default. */
static bool
value_fits(const SettingRow *row, const Str *value, Err *err)
{
	Str all = {0};
	bool fits = row->values[0] == NULL || value->len == 0;
	for (size_t i = 0; !fits && i < VALUES && row->values[i] != NULL; i++) {
		fits = sv_equal(str_view(value), sv(row->values[i]));
		str_printf(&all, "%s%s", i > 0 ? ", " : "", row->values[i]);
	}
	if (!fits && row->values[0] == TIME) {
		fits = is_time(value);
		if (!fits)
			err_set(err, ERR_USAGE, "%s cannot be %s: give a number of minutes", row->name, str_c(value));
	} else if (!fits)
		err_set(err, ERR_USAGE, "%s cannot be %s: choose one of %s", row->name, str_c(value), str_c(&all));
	str_free(&all);
	return fits;
}

static bool
apply_set(Reading *reading, const StrList *words, Err *err)
{
	if (words->len != 3)
		return err_set(err, ERR_USAGE, "set needs a name and one value: put a value with blanks in quotes");
	StrList names = {0};
	for (size_t i = 0; i < ROWS; i++) {
		if (rows[i].place != reading->place)
			continue;
		if (sv_equal(str_view(&words->items[1]), sv(rows[i].name))) {
			list_free(&names);
			Str *value = row_value(reading->settings, &rows[i]);
			if (!value_fits(&rows[i], &words->items[2], err))
				return false;
			str_set(value, str_view(&words->items[2]));
			return str_ok(value, err);
		}
		list_append(&names, sv(rows[i].name));
	}
	StrView nearest = list_nearest(&names, str_view(&words->items[1]));
	if (nearest.len > 0)
		err_set(err, ERR_USAGE, "there is no setting %s: did you mean %s?", str_c(&words->items[1]),
			nearest.ptr);
	else
		err_set(err, ERR_USAGE, "there is no setting %s", str_c(&words->items[1]));
	list_free(&names);
	return false;
}

static void parse(Reading *reading, StrView lines, const char *name, int depth);

static bool
apply_include(Reading *reading, const StrList *words, const char *name, int depth, Err *err)
{
	if (words->len != 2)
		return err_set(err, ERR_USAGE, "include needs one file name");
	if (reading->place == SETTINGS_SEALED)
		return err_set(err, ERR_USAGE, "sealed settings include no files");
	if (depth >= INCLUDE_DEPTH || reading->files++ >= INCLUDE_FILES)
		return err_set(err, ERR_USAGE, "too many files include each other");
	Str path = {0}, text = {0};
	StrView wanted = str_view(&words->items[1]);
	const char *slash = strrchr(name, '/');
	if (sv_starts(wanted, SV("/")) || slash == NULL)
		str_set(&path, wanted);
	else
		path_join(&path, (StrView){name, (size_t)(slash - name)}, wanted);
	bool ok = str_ok(&path, err) && file_read(reading->sys, str_c(&path), SETTINGS_LIMIT, &text, err);
	if (ok)
		parse(reading, str_view(&text), str_c(&path), depth + 1);
	str_free(&path);
	str_free(&text);
	return ok;
}

/* Kept for whoever knows the keys and the commands. */
static bool
keep_bind(Reading *reading, StrView line, const char *name, size_t number, Err *err)
{
	if (reading->place == SETTINGS_SEALED)
		return err_set(err, ERR_USAGE, "sealed settings bind no keys");
	Settings *settings = reading->settings;
	Str where = {0};
	str_printf(&where, "%s:%zu", name, number);
	list_append(&settings->binds, sv_trim(line));
	list_take(&settings->bind_places, &where);
	return list_ok(&settings->binds, err) && list_ok(&settings->bind_places, err);
}

static bool
apply_line(Reading *reading, StrView line, const char *name, size_t number, int depth, Err *err)
{
	StrList words = {0};
	bool ok = words_parse(line, &words, err);
	if (ok && words.len > 0) {
		StrView command = str_view(&words.items[0]);
		if (sv_equal(command, SV("set")))
			ok = apply_set(reading, &words, err);
		else if (sv_equal(command, SV("include")))
			ok = apply_include(reading, &words, name, depth, err);
		else if (sv_equal(command, SV("bind")) || sv_equal(command, SV("unbind")))
			ok = keep_bind(reading, line, name, number, err);
		else
			ok = err_set(err, ERR_USAGE,
				"there is no command %s: a line begins with set, include, bind or unbind",
				str_c(&words.items[0]));
	}
	list_free(&words);
	return ok;
}

static void
parse(Reading *reading, StrView lines, const char *name, int depth)
{
	StrView line;
	for (size_t number = 1; sv_split(&lines, '\n', &line); number++) {
		Err err = {0};
		if (!unicode_valid(line))
			err_set(&err, ERR_USAGE, "this line is not UTF-8");
		else if (apply_line(reading, line, name, number, depth, &err))
			continue;
		complain(reading, name, number, &err);
	}
}

bool
settings_parse(const Sys *sys, StrView lines, const char *name, SettingsPlace place, Settings *settings,
	Complaints *complaints, Err *err)
{
	Reading reading = {.sys = sys, .place = place, .settings = settings, .complaints = complaints};
	parse(&reading, lines, name, 0);
	return !reading.failed && list_ok(&settings->binds, NULL) ? true : err_memory(err);
}

void
settings_print(const Settings *settings, SettingsPlace place, Str *lines)
{
	for (size_t i = 0; i < ROWS; i++) {
		const Str *value = (const Str *)((const char *)settings + rows[i].offset);
		if (rows[i].place != place || value->len == 0)
			continue;
		str_printf(lines, "set %s ", rows[i].name);
		words_quote(str_view(value), lines);
		str_append_byte(lines, '\n');
	}
	for (size_t i = 0; place == SETTINGS_FILE && i < settings->binds.len; i++)
		str_printf(lines, "%s\n", str_c(&settings->binds.items[i]));
}

void
settings_free(Settings *settings)
{
	for (size_t i = 0; i < ROWS; i++)
		str_free(row_value(settings, &rows[i]));
	list_free(&settings->binds);
	list_free(&settings->bind_places);
}

void
complaints_free(Complaints *complaints)
{
	for (size_t i = 0; i < complaints->len; i++)
		str_free(&complaints->items[i].where);
	free(complaints->items);
	*complaints = (Complaints){0};
}
