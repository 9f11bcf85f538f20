/* Files, folders and paths on the real machine and under injected errors. */
#include "unit.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

static void
a_file_is_replaced_whole(void **state)
{
	(void)state;
	char *dir = make_dir();
	Str path = {0}, text = {0};
	Err err = {0};
	path_join(&path, sv(dir), SV("글.txt"));
	assert_true(file_replace(&SYS_POSIX, str_c(&path), SV("처음"), 0600, &err));
	assert_true(file_replace(&SYS_POSIX, str_c(&path), SV("다음"), 0600, &err));
	assert_true(file_read(&SYS_POSIX, str_c(&path), 100, &text, &err));
	assert_view_equal(str_view(&text), "다음");
	struct stat st;
	assert_int_equal(stat(str_c(&path), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	StrList names = {0};
	assert_true(SYS_POSIX.list_dir(dir, &names));
	assert_int_equal(names.len, 1);
	list_free(&names);
	assert_false(file_read(&SYS_POSIX, str_c(&path), 5, &text, &err));
	assert_int_equal(err.kind, ERR_FAILED);
	assert_non_null(strstr(err_text(&err), "too large"));
	assert_view_equal(str_view(&text), "다음");
	path_join(&path, sv(dir), SV("none"));
	assert_false(file_read(&SYS_POSIX, str_c(&path), 5, &text, &err));
	assert_int_equal(err.kind, ERR_NOT_FOUND);
	str_free(&path);
	str_free(&text);
	remove_dir(dir);
}

static void
rename_new_never_replaces(void **state)
{
	(void)state;
	char *dir = make_dir();
	Str a = {0}, b = {0}, text = {0};
	path_join(&a, sv(dir), SV("a"));
	path_join(&b, sv(dir), SV("b"));
	assert_true(file_replace(&SYS_POSIX, str_c(&a), SV("A"), 0600, NULL));
	assert_true(file_replace(&SYS_POSIX, str_c(&b), SV("B"), 0600, NULL));
	assert_int_equal(SYS_POSIX.rename_new(str_c(&a), str_c(&b)), -1);
	assert_int_equal(errno, EEXIST);
	assert_true(file_read(&SYS_POSIX, str_c(&b), 9, &text, NULL));
	assert_view_equal(str_view(&text), "B");
	str_free(&a);
	str_free(&b);
	str_free(&text);
	remove_dir(dir);
}

static ssize_t
write_no_space(int fd, const void *bytes, size_t size)
{
	(void)fd;
	(void)bytes;
	(void)size;
	errno = ENOSPC;
	return -1;
}

static ssize_t
write_three(int fd, const void *bytes, size_t size)
{
	return write(fd, bytes, size < 3 ? size : 3);
}

static void
a_full_disk_leaves_the_old_file(void **state)
{
	(void)state;
	char *dir = make_dir();
	Str path = {0}, text = {0};
	Err err = {0};
	path_join(&path, sv(dir), SV("f"));
	Sys sys = SYS_POSIX;
	sys.write = write_three;
	assert_true(file_replace(&sys, str_c(&path), SV("old text"), 0600, &err));
	sys.write = write_no_space;
	assert_false(file_replace(&sys, str_c(&path), SV("new text"), 0600, &err));
	assert_non_null(strstr(err_text(&err), "No space left"));
	assert_true(file_read(&SYS_POSIX, str_c(&path), 100, &text, &err));
	assert_view_equal(str_view(&text), "old text");
	StrList names = {0};
	assert_true(SYS_POSIX.list_dir(dir, &names));
	assert_int_equal(names.len, 1);
	list_free(&names);
	str_free(&path);
	str_free(&text);
	remove_dir(dir);
}

/* What a replacement did, in order: f a file synchronised, r renamed, d a folder synchronised. */
static char order[8];
static size_t order_len;

static int
noted_sync(int fd)
{
	struct stat st;
	assert_int_equal(fstat(fd, &st), 0);
	assert_true(order_len < sizeof order - 1);
	order[order_len++] = S_ISDIR(st.st_mode) ? 'd' : 'f';
	return 0;
}

static int
noted_rename(const char *from, const char *to)
{
	assert_true(order_len < sizeof order - 1);
	order[order_len++] = 'r';
	return rename(from, to);
}

static void
a_replacement_is_durable_in_order(void **state)
{
	(void)state;
	char *dir = make_dir();
	Str path = {0};
	path_join(&path, sv(dir), SV("f"));
	Sys sys = SYS_POSIX;
	sys.sync = noted_sync;
	sys.rename_over = noted_rename;
	assert_true(file_replace(&sys, str_c(&path), SV("text"), 0600, NULL));
	assert_string_equal(order, "frd");
	str_free(&path);
	remove_dir(dir);
}

static void
folders_are_made_all_the_way(void **state)
{
	(void)state;
	char *dir = make_dir();
	Str path = {0};
	Err err = {0};
	path_join(&path, sv(dir), SV("a/b/c"));
	assert_true(file_make_dirs(&SYS_POSIX, str_c(&path), 0700, &err));
	assert_true(file_make_dirs(&SYS_POSIX, str_c(&path), 0700, &err));
	assert_true(file_exists(&SYS_POSIX, str_c(&path)));
	path_join(&path, sv(dir), SV("a/file"));
	assert_true(file_replace(&SYS_POSIX, str_c(&path), SV(""), 0600, &err));
	path_join(&path, sv(dir), SV("a/file/x"));
	assert_false(file_make_dirs(&SYS_POSIX, str_c(&path), 0700, &err));
	str_free(&path);
	remove_dir(dir);
}

static void
paths_follow_xdg(void **state)
{
	(void)state;
	Str path = {0};
	setenv("HOME", "/home/w", 1);
	setenv("XDG_DATA_HOME", "relative", 1);
	assert_true(path_xdg("XDG_DATA_HOME", ".local/share", &path, NULL));
	assert_view_equal(str_view(&path), "/home/w/.local/share/meok");
	setenv("XDG_DATA_HOME", "/data", 1);
	assert_true(path_xdg("XDG_DATA_HOME", ".local/share", &path, NULL));
	assert_view_equal(str_view(&path), "/data/meok");
	unsetenv("XDG_DATA_HOME");
	unsetenv("HOME");
	Err err = {0};
	assert_false(path_xdg("XDG_DATA_HOME", ".local/share", &path, &err));
	assert_int_equal(err.kind, ERR_FAILED);
	str_free(&path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_is_replaced_whole),
		cmocka_unit_test(rename_new_never_replaces),
		cmocka_unit_test(a_full_disk_leaves_the_old_file),
		cmocka_unit_test(a_replacement_is_durable_in_order),
		cmocka_unit_test(folders_are_made_all_the_way),
		cmocka_unit_test(paths_follow_xdg),
	};
	return cmocka_run_group_tests_name("file", tests, NULL, NULL);
}
