/* What opening a large vault costs behind the key derivation, until the shelf is filled: with the index, without one,
 * and with one that is older than the folder. Prints a table, tests nothing; all it makes is in a temporary folder. */
#include "meok/app.h"

#include "../../src/vault/store.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { DRAFTS = 10000, LATER = 200, RUNS = 9 };

/* A key derivation of next to nothing, which is not measured. */
static const SlotLimits QUICK = {.passes_max = 16, .memory_min = 8192, .memory_max = 1u << 30};

typedef struct Paths {
	Str vault, state, index;
} Paths;

static void
require(bool ok, const Err *err)
{
	char text[ERR_TEXT_MAX];
	if (ok)
		return;
	err_format(err, err->id, text, sizeof text);
	fprintf(stderr, "bench_open: %s\n", text);
	exit(1);
}

static int
no_sync(int fd)
{
	(void)fd;
	return 0;
}

static int
remove_one(const char *path, const struct stat *info, int type, struct FTW *where)
{
	(void)info;
	(void)type;
	(void)where;
	return remove(path);
}

static double
cpu_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static Vault *
open_it(const Sys *sys, const Paths *paths)
{
	Err err = {0};
	Vault *vault =
		open_vault(sys, str_c(&paths->vault), str_c(&paths->state), SV("a passphrase"), &QUICK, &err);
	require(vault != NULL, &err);
	return vault;
}

static void
save_drafts(Vault *vault, int from, int to)
{
	for (int i = from; i < to; i++) {
		Revision revision = {.body = str_from(SV("촛불이 켜졌다.\n"))};
		Err err = {0};
		str_printf(&revision.title, "밤의 기록, %d번째 이야기", i);
		require(vault_save_draft(vault, &revision, &err), &err);
		revision_free(&revision);
	}
}

static void
put_file(const Str *path, const Str *bytes)
{
	Err err = {0};
	require(file_replace(&SYS_POSIX, str_c(path), str_view(bytes), 0600, &err), &err);
}

/* Opening and the shelf, in one run: `before` is what a run begins with (NULL: no index). */
static double
measure_once(const Sys *sys, const Paths *paths, const Str *before)
{
	Err err = {0};
	Shelf shelf = {0};
	App app = {.sys = sys};
	if (before != NULL)
		put_file(&paths->index, before);
	else
		unlink(str_c(&paths->index));
	double from = cpu_ms();
	app.vault = open_it(sys, paths);
	require(app_shelf(&app, &shelf, &err), &err);
	double took = cpu_ms() - from;
	if (shelf.len != DRAFTS + LATER)
		abort();
	shelf_free(&shelf);
	app_free(&app);
	return took;
}

static void
measure(const Sys *sys, const Paths *paths, const char *name, const Str *before)
{
	double least = 0, sum = 0;
	for (int i = 0; i < RUNS; i++) {
		double took = measure_once(sys, paths, before);
		least = i == 0 || took < least ? took : least;
		sum += took;
	}
	printf("%-48s %8.1f ms least, %8.1f ms mean of %d\n", name, least, sum / RUNS, RUNS);
}

int
main(void)
{
	char dir[] = "/tmp/meok-XXXXXX";
	Sys sys = SYS_POSIX;
	sys.sync = no_sync;
	Err err = {0};
	Paths paths = {0};
	Str stale = {0}, good = {0};
	if (mkdtemp(dir) == NULL)
		return 1;
	path_join(&paths.vault, sv(dir), SV("v"));
	path_join(&paths.state, sv(dir), SV("s"));
	require(open_create(&sys, str_c(&paths.vault), SV("a passphrase"), 1, 8192, &err), &err);
	Vault *vault = open_it(&sys, &paths);
	path_join(&paths.index, str_view(&vault->state), SV("index"));
	save_drafts(vault, 0, DRAFTS);
	vault_close(vault);
	require(file_read(&sys, str_c(&paths.index), INDEX_FILE_MAX, &stale, &err), &err);
	vault = open_it(&sys, &paths);
	save_drafts(vault, DRAFTS, DRAFTS + LATER);
	vault_close(vault);
	require(file_read(&sys, str_c(&paths.index), INDEX_FILE_MAX, &good, &err), &err);
	printf("processor time from the keys to the shelf, %d drafts, an index of %zu bytes\n", DRAFTS + LATER, good.len);
	measure(&sys, &paths, "with the index", &good);
	measure(&sys, &paths, "with one that lacks 200 drafts", &stale);
	measure(&sys, &paths, "without an index", NULL);
	str_free(&paths.vault);
	str_free(&paths.state);
	str_free(&paths.index);
	str_free(&stale);
	str_free(&good);
	return nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS) == 0 ? 0 : 1;
}
