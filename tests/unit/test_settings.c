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
		cmocka_unit_test(each_bad_line_is_named_and_the_rest_works),
		cmocka_unit_test(files_include_files),
		cmocka_unit_test(sealed_settings_come_back),
	};
	return cmocka_run_group_tests_name("settings", tests, NULL, NULL);
}
