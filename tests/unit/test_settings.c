/* Settings: lines of commands, complaints with file and line, includes. */
#include "unit.h"

#include "meok/app.h"

typedef struct Fixture {
	Settings settings;
	Complaints complaints;
	Err err;
} Fixture;

static void
parse(Fixture *f, const char *lines, const char *name, SettingsPlace place)
{
	assert_true(settings_parse(&SYS_POSIX, sv(lines), name, place, &f->settings, &f->complaints, &f->err));
}

static void
fixture_free(Fixture *f)
{
	settings_free(&f->settings);
	complaints_free(&f->complaints);
}

static void
assert_complaint(const Fixture *f, size_t index, const char *where, const char *word)
{
	assert_true(index < f->complaints.len);
	assert_string_equal(str_c(&f->complaints.items[index].where), where);
	assert_non_null(strstr(err_text(&f->complaints.items[index].what), word));
}

static void
values_are_set(void **state)
{
	(void)state;
	Fixture f = {0};
	parse(&f, "# 주석\n\nset vault \"/srv/글 상자\"\nset language ko # behind it\n  set   ca-file '/etc/ca #1.pem'",
		"config", SETTINGS_FILE);
	assert_int_equal(f.complaints.len, 0);
	assert_view_equal(str_view(&f.settings.vault), "/srv/글 상자");
	assert_view_equal(str_view(&f.settings.language), "ko");
	assert_view_equal(str_view(&f.settings.ca_file), "/etc/ca #1.pem");
	fixture_free(&f);
}

static void
times_are_checked(void **state)
{
	(void)state;
	Fixture f = {0};
	parse(&f, "set lock 15\nset lock 90s\nset lock soon\nset lock -1\nset lock 10000\nset lock s\n", "config",
		SETTINGS_FILE);
	assert_int_equal(f.complaints.len, 4);
	assert_complaint(&f, 0, "config:3", "lock cannot be soon: give a number of minutes");
	assert_view_equal(str_view(&f.settings.lock), "90s");
	fixture_free(&f);
}

/* A vault that somebody sends must not run anything. */
static void
no_command_from_the_vault(void **state)
{
	(void)state;
	Fixture f = {0};
	parse(&f, "set passphrase_command 'touch /tmp/x'\nset lock 0\n", "settings", SETTINGS_SEALED);
	assert_int_equal(f.complaints.len, 2);
	assert_int_equal(f.settings.passphrase_command.len, 0);
	parse(&f, "set passphrase_command 'pass show meok'\n", "config", SETTINGS_FILE);
	assert_view_equal(str_view(&f.settings.passphrase_command), "pass show meok");
	fixture_free(&f);
}

static void
values_are_checked(void **state)
{
	(void)state;
	Fixture f = {0};
	parse(&f,
		"set theme 256\nset kdf sensitive\nset theme blue\nset kdf hard\nset language fr\nset theme none\n"
		"set kdf \"\"\n",
		"config", SETTINGS_FILE);
	assert_int_equal(f.complaints.len, 3);
	assert_complaint(&f, 0, "config:3", "theme cannot be blue: choose one of auto, none, 16, 256");
	assert_complaint(&f, 1, "config:4", "kdf cannot be hard: choose one of interactive, moderate, sensitive");
	assert_complaint(&f, 2, "config:5", "choose one of ko, en");
	assert_view_equal(str_view(&f.settings.theme), "none");
	assert_view_equal(str_view(&f.settings.kdf), "");
	assert_int_equal(f.settings.language.len, 0);
	parse(&f, "set theme 16\n", "settings", SETTINGS_SEALED);
	assert_complaint(&f, 3, "settings:1", "theme");
	fixture_free(&f);
}

static void
bindings_are_collected_as_written(void **state)
{
	(void)state;
	Fixture f = {0}, again = {0};
	Str lines = {0};
	parse(&f,
		"bind editor C-s save\n\n  bind all \"C-x C-c\" quit   # 나가기\n"
		"set theme 16\nunbind editor 'M-\"'\nbind \"open\nbinds x\n",
		"/c/keys", SETTINGS_FILE);
	assert_int_equal(f.settings.binds.len, 3);
	assert_view_equal(str_view(&f.settings.binds.items[0]), "bind editor C-s save");
	assert_view_equal(str_view(&f.settings.binds.items[1]), "bind all \"C-x C-c\" quit   # 나가기");
	assert_view_equal(str_view(&f.settings.binds.items[2]), "unbind editor 'M-\"'");
	assert_int_equal(f.settings.bind_places.len, 3);
	assert_view_equal(str_view(&f.settings.bind_places.items[1]), "/c/keys:3");
	assert_int_equal(f.complaints.len, 2);
	assert_complaint(&f, 0, "/c/keys:6", "quote");
	assert_complaint(&f, 1, "/c/keys:7", "bind or unbind");
	/* a second file adds to it, and all is printed in order */
	parse(&f, "bind editor C-q quit\n", "more", SETTINGS_FILE);
	assert_view_equal(str_view(&f.settings.bind_places.items[3]), "more:1");
	settings_print(&f.settings, SETTINGS_FILE, &lines);
	parse(&again, str_c(&lines), "printed", SETTINGS_FILE);
	assert_int_equal(again.complaints.len, 0);
	assert_int_equal(again.settings.binds.len, 4);
	assert_view_equal(str_view(&again.settings.binds.items[2]), "unbind editor 'M-\"'");
	assert_view_equal(str_view(&again.settings.theme), "16");
	/* not in sealed ones, which print none */
	str_clear(&lines);
	settings_print(&f.settings, SETTINGS_SEALED, &lines);
	assert_view_equal(str_view(&lines), "");
	parse(&again, "bind editor C-s save\n", "settings", SETTINGS_SEALED);
	assert_complaint(&again, 0, "settings:1", "sealed");
	assert_int_equal(again.settings.binds.len, 4);
	str_free(&lines);
	fixture_free(&f);
	fixture_free(&again);
}

/* ---- Which files are read */

static void
write_in(const char *dir, const char *name, const char *text)
{
	Str path = {0};
	path_join(&path, sv(dir), sv(name));
	assert_true(file_replace(&SYS_POSIX, str_c(&path), sv(text), 0600, NULL));
	str_free(&path);
}

static void
the_keys_are_read_after_the_configuration(void **state)
{
	(void)state;
	char *dir = make_dir(), config[300], other[310];
	App app;
	Err err = {0};
	setenv("XDG_CONFIG_HOME", dir, 1);
	setenv("HOME", dir, 1);
	assert_true(app_init(&app, &SYS_POSIX, NULL, NULL, NULL, &err)); /* neither is there */
	assert_int_equal(app.settings.binds.len, 0);
	assert_int_equal(app_kdf_cost(&app), KDF_MODERATE);
	app_free(&app);
	snprintf(config, sizeof config, "%s/meok", dir);
	assert_true(file_make_dirs(&SYS_POSIX, config, 0700, NULL));
	write_in(config, "config", "bind editor C-s one\nset kdf interactive\n");
	write_in(config, "keys", "bind editor C-s two\nbad\n");
	write_in(config, "other", "bind editor C-s three\nset kdf sensitive\n");
	assert_true(app_init(&app, &SYS_POSIX, NULL, NULL, NULL, &err));
	assert_int_equal(app.settings.binds.len, 2);
	assert_view_equal(str_view(&app.settings.binds.items[1]), "bind editor C-s two");
	assert_true(sv_ends(str_view(&app.settings.bind_places.items[1]), SV("/meok/keys:1")));
	assert_int_equal(app.complaints.len, 1);
	assert_int_equal(app_kdf_cost(&app), KDF_INTERACTIVE);
	app_free(&app);
	snprintf(other, sizeof other, "%s/other", config);
	assert_true(app_init(&app, &SYS_POSIX, "/v", other, NULL, &err));
	assert_int_equal(app.settings.binds.len, 2);
	assert_view_equal(str_view(&app.settings.binds.items[0]), "bind editor C-s three");
	assert_int_equal(app_kdf_cost(&app), KDF_SENSITIVE);
	app_free(&app);
	/* without a home there are no keys, but a named configuration works */
	unsetenv("HOME");
	unsetenv("XDG_CONFIG_HOME");
	assert_true(app_init(&app, &SYS_POSIX, "/v", other, NULL, &err));
	assert_int_equal(app.settings.binds.len, 1);
	app_free(&app);
	assert_false(app_init(&app, &SYS_POSIX, "/v", NULL, NULL, &err));
	app_free(&app);
	assert_false(app_init(&app, &SYS_POSIX, "/v", "/nowhere/config", NULL, &err));
	assert_int_equal(err.kind, ERR_NOT_FOUND);
	app_free(&app);
	remove_dir(dir);
}

static void
each_bad_line_is_named_and_the_rest_works(void **state)
{
	(void)state;
	Fixture f = {0};
	parse(&f,
		"set langauge ko\nset language\nsett language ko\nset vault \"open\nset language \xff\nset "
		"default-site blog\nset language en\n",
		"config", SETTINGS_FILE);
	assert_int_equal(f.complaints.len, 6);
	assert_complaint(&f, 0, "config:1", "language");
	assert_complaint(&f, 1, "config:2", "one value");
	assert_complaint(&f, 2, "config:3", "sett");
	assert_string_equal(str_c(&f.complaints.items[3].where), "config:4");
	assert_complaint(&f, 4, "config:5", "UTF-8");
	assert_complaint(&f, 5, "config:6", "default-site");
	assert_view_equal(str_view(&f.settings.language), "en");
	fixture_free(&f);
}

static void
files_include_files(void **state)
{
	(void)state;
	char *dir = make_dir();
	Fixture f = {0};
	Str path = {0}, config = {0};
	path_join(&path, sv(dir), SV("more"));
	path_join(&config, sv(dir), SV("config"));
	assert_true(file_replace(&SYS_POSIX, str_c(&path), SV("set language ko\nbad\n"), 0600, NULL));
	parse(&f, "include more\ninclude none\n", str_c(&config), SETTINGS_FILE);
	assert_view_equal(str_view(&f.settings.language), "ko");
	assert_int_equal(f.complaints.len, 2);
	assert_non_null(strstr(str_c(&f.complaints.items[0].where), "more:2"));
	assert_non_null(strstr(str_c(&f.complaints.items[1].where), "config:2"));
	fixture_free(&f);
	/* A file that includes itself ends with a complaint, not with the stack. */
	f = (Fixture){0};
	assert_true(file_replace(&SYS_POSIX, str_c(&path), SV("include more\n"), 0600, NULL));
	parse(&f, "include more\n", str_c(&config), SETTINGS_FILE);
	assert_int_equal(f.complaints.len, 1);
	assert_non_null(strstr(err_text(&f.complaints.items[0].what), "include each other"));
	fixture_free(&f);
	/* Nor does one that includes itself many times take for ever. */
	f = (Fixture){0};
	Str lines = {0};
	for (int i = 0; i < 30; i++)
		str_append_c(&lines, "include more\n");
	assert_true(file_replace(&SYS_POSIX, str_c(&path), str_view(&lines), 0600, NULL));
	parse(&f, "include more\n", str_c(&config), SETTINGS_FILE);
	assert_true(f.complaints.len > 30 && f.complaints.len < 64 * 30);
	str_free(&lines);
	fixture_free(&f);
	str_free(&path);
	str_free(&config);
	remove_dir(dir);
}

static void
sealed_settings_come_back(void **state)
{
	(void)state;
	Fixture f = {0}, again = {0};
	Str lines = {0};
	str_append_c(&f.settings.default_site, "내 \"블로그\" \\ #1");
	str_append_c(&f.settings.vault, "/not/sealed");
	settings_print(&f.settings, SETTINGS_SEALED, &lines);
	parse(&again, str_c(&lines), "settings", SETTINGS_SEALED);
	assert_int_equal(again.complaints.len, 0);
	assert_view_equal(str_view(&again.settings.default_site), "내 \"블로그\" \\ #1");
	assert_int_equal(again.settings.vault.len, 0);
	parse(&again, "include /etc/passwd\n", "settings", SETTINGS_SEALED);
	assert_int_equal(again.complaints.len, 1);
	str_free(&lines);
	fixture_free(&f);
	fixture_free(&again);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_set),
		cmocka_unit_test(values_are_checked),
		cmocka_unit_test(times_are_checked),
		cmocka_unit_test(no_command_from_the_vault),
		cmocka_unit_test(bindings_are_collected_as_written),
		cmocka_unit_test(the_keys_are_read_after_the_configuration),
		cmocka_unit_test(each_bad_line_is_named_and_the_rest_works),
		cmocka_unit_test(files_include_files),
		cmocka_unit_test(sealed_settings_come_back),
	};
	return cmocka_run_group_tests_name("settings", tests, NULL, NULL);
}
