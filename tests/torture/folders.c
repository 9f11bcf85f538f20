/* Folders of the provider simulator: listed, copied, changed. */
#include "provider.h"

#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

static int
by_name(const void *a, const void *b)
{
	return sv_compare(str_view(a), str_view(b));
}

static void
list_folder(const char *vault, const char *folder, StrList *files)
{
	StrList names = {0};
	Str path = path_of(vault, folder);
	if (SYS_POSIX.list_dir(str_c(&path), &names)) {
		for (size_t i = 0; i < names.len; i++) {
			Str name = {0};
			str_printf(&name, "%s/%s", folder, str_c(&names.items[i]));
			list_take(files, &name);
		}
	}
	list_free(&names);
	str_free(&path);
}

void
list_vault(const char *vault, StrList *files)
{
	list_free(files);
	list_folder(vault, "keys", files);
	for (const char *c = "abcdefghijklmnopqrstuvwxyz234567"; *c != '\0'; c++) {
		char folder[] = {'o', 'b', 'j', 'e', 'c', 't', 's', '/', *c, '\0'};
		list_folder(vault, folder, files);
	}
	qsort(files->items, files->len, sizeof files->items[0], by_name);
	assert_false(files->failed);
}

Str
path_of(const char *dir, const char *inside)
{
	Str path = {0};
	str_printf(&path, "%s/%s", dir, inside);
	assert_false(path.failed);
	return path;
}

bool
is_there(const char *dir, const char *file)
{
	Str path = path_of(dir, file);
	bool there = file_exists(&SYS_POSIX, str_c(&path));
	str_free(&path);
	return there;
}

Str
read_bytes(const char *dir, const char *file)
{
	Str path = path_of(dir, file), bytes = {0};
	assert_true(file_read(&SYS_POSIX, str_c(&path), SIZE_MAX / 2, &bytes, NULL));
	str_free(&path);
	return bytes;
}

void
write_bytes(const char *dir, const char *file, StrView bytes)
{
	Str path = path_of(dir, file), folder = {0};
	str_set(&folder, sv_slice(str_view(&path), 0, (size_t)(strrchr(path.ptr, '/') - path.ptr)));
	assert_true(file_make_dirs(&SYS_POSIX, str_c(&folder), 0700, NULL));
	FILE *out = fopen(str_c(&path), "wb");
	assert_non_null(out);
	assert_int_equal(fwrite(bytes.ptr, 1, bytes.len, out), bytes.len);
	assert_int_equal(fclose(out), 0);
	str_free(&path);
	str_free(&folder);
}

void
copy_file(const char *from, const char *to, const char *file)
{
	Str bytes = read_bytes(from, file);
	write_bytes(to, file, str_view(&bytes));
	str_free(&bytes);
}

void
remove_file(const char *dir, const char *file)
{
	Str path = path_of(dir, file);
	assert_int_equal(unlink(str_c(&path)), 0);
	str_free(&path);
}

static int
remove_one(const char *path, const struct stat *info, int type, struct FTW *where)
{
	(void)info;
	(void)type;
	(void)where;
	return remove(path);
}

void
remove_tree(const char *dir)
{
	if (file_exists(&SYS_POSIX, dir))
		assert_int_equal(nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

static void
copy_below(const char *from, const char *to)
{
	StrList names = {0};
	assert_true(SYS_POSIX.list_dir(from, &names));
	assert_int_equal(mkdir(to, 0700), 0);
	for (size_t i = 0; i < names.len; i++) {
		const char *name = str_c(&names.items[i]);
		Str a = path_of(from, name), b = path_of(to, name);
		bool is_dir = false;
		assert_int_equal(SYS_POSIX.stat_size(str_c(&a), NULL, &is_dir), 0);
		if (is_dir)
			copy_below(str_c(&a), str_c(&b));
		else
			copy_file(from, to, name);
		str_free(&a);
		str_free(&b);
	}
	list_free(&names);
}

void
copy_tree(const char *from, const char *to)
{
	remove_tree(to);
	copy_below(from, to);
}

size_t
dice(size_t limit)
{
	uint32_t value;
	seeded_random(&value, sizeof value);
	return value % limit;
}

/* ---- The machine */

static int
no_sync(int fd)
{
	(void)fd;
	return 0;
}

/* The vault's ids come from the same numbers as the dice: one seed, one story. */
static int64_t clock_ms;

static int64_t
next_ms(void)
{
	return clock_ms += 977;
}

void
simulated_seed(uint64_t seed)
{
	uint64_t first;
	seeded_state = (seed + 1) * 0x9E3779B97F4A7C15;
	clock_ms = 1700000000000;
	for (int i = 0; i < 8; i++)
		seeded_random(&first, sizeof first);
}

void
simulated_wait(int64_t ms)
{
	clock_ms += ms;
}

Sys
simulated_sys(void)
{
	Sys sys = SYS_POSIX;
	sys.sync = sys.sync_data = no_sync;
	sys.random = seeded_random;
	sys.now_ms = next_ms;
	return sys;
}

Vault *
open_device(const Sys *sys, const char *vault, const char *state, Err *err)
{
	return open_vault(sys, vault, state, PASSPHRASE, &QUICK, err);
}

bool
make_vault(const Sys *sys, const char *vault, Err *err)
{
	return open_create(sys, vault, PASSPHRASE, 1, 8192, err);
}
