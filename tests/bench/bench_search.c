/* Full-text search in a vault beside ripgrep on the same texts in the clear: runs in pairs, one after the other, and
 * medians of wall and CPU time. Prints tables, tests nothing; all it makes is in a temporary folder. */
#include "meok/app.h"

#include "../../src/app/look.h"

#include <fcntl.h>
#include <ftw.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PAIRS = 15, KEEP = 64 << 20 };

extern char **environ;

typedef struct Cost {
	double wall, cpu; /* ms */
	size_t hits;
} Cost;

static void
require(bool ok, const Err *err)
{
	char text[ERR_TEXT_MAX];
	if (ok)
		return;
	err_format(err, err->id, text, sizeof text);
	fprintf(stderr, "bench_search: %s\n", text);
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
now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static double
cpu_ms(int who)
{
	struct rusage used;
	getrusage(who, &used);
	return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1e3 +
	       (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e3;
}

/* ---- What there is: the same texts sealed and in the clear */

static uint32_t
next_random(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 8;
}

static void
put_prose(Str *text, size_t size, uint32_t *random)
{
	static const char *const words[] = {"그날", "밤에는", "냉장고도", "조용했다", "촛불이", "흔들렸다", "골목은",
		"우체통", "사람들은", "기차를", "기다리며", "오래된", "편지를", "읽었다", "바다가", "보이는", "창문을",
		"열면", "바람이", "들어왔다", "the", "server", "was", "down", "again", "Because", "nobody", "had",
		"watched", "it"};
	while (text->len < size) {
		uint32_t number = next_random(random);
		str_append_c(text, words[number % (sizeof words / sizeof words[0])]);
		str_append_c(text, number % 97 == 0 ? ".\n\n" : number % 13 == 0 ? ", " : " ");
	}
	if (next_random(random) % 500 == 0)
		str_append_c(text, "\n여기에 코스모스가 피었다. A Kaleidoscope of it.\n");
}

static void
put_draft(Vault *vault, const char *folder, int number, size_t size, uint32_t *random)
{
	Err err = {0};
	Revision revision = {0};
	Str path = {0};
	str_printf(&revision.title, "글 %d", number);
	put_prose(&revision.body, size, random);
	require(vault_save_draft(vault, &revision, &err), &err);
	str_printf(&path, "%s/%05d.md", folder, number);
	int fd = open(str_c(&path), O_WRONLY | O_CREAT, 0600);
	if (fd < 0 || !file_write_all(&SYS_POSIX, fd, str_view(&revision.body)))
		perror("bench_search");
	close(fd);
	str_free(&path);
	revision_free(&revision);
}

/* ---- One search each way */

static Cost
run_ripgrep(const char *word, const char *folder)
{
	int ends[2];
	char *arguments[] = {"rg", "-i", "-l", (char *)(uintptr_t)word, (char *)(uintptr_t)folder, NULL};
	posix_spawn_file_actions_t actions;
	pid_t child;
	Cost cost = {0};
	if (pipe(ends) != 0)
		exit(1);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
	posix_spawn_file_actions_addclose(&actions, ends[0]);
	double wall = now_ms(), cpu = cpu_ms(RUSAGE_CHILDREN);
	if (posix_spawnp(&child, "rg", &actions, NULL, arguments, environ) != 0) {
		fprintf(stderr, "bench_search: ripgrep is not installed\n");
		exit(1);
	}
	close(ends[1]);
	char bytes[65536];
	for (ssize_t got; (got = read(ends[0], bytes, sizeof bytes)) > 0;)
		for (ssize_t i = 0; i < got; i++)
			cost.hits += bytes[i] == '\n';
	waitpid(child, NULL, 0);
	cost.wall = now_ms() - wall;
	cost.cpu = cpu_ms(RUSAGE_CHILDREN) - cpu;
	close(ends[0]);
	posix_spawn_file_actions_destroy(&actions);
	return cost;
}

static Cost
run_look(App *app, Look *look, const char *word)
{
	Err err = {0};
	LookHits hits = {0};
	double wall = now_ms(), cpu = cpu_ms(RUSAGE_SELF);
	if (look == NULL) {
		require(app_look(app, sv(word), LOOK_BY_RELEVANCE, &hits, &err), &err);
	} else {
		require(look_begin(look, app, sv(word), &err), &err);
		look_work(look);
		require(look_end(look, app, LOOK_BY_RELEVANCE, &hits, &err), &err);
	}
	Cost cost = {now_ms() - wall, cpu_ms(RUSAGE_SELF) - cpu, hits.len};
	look_hits_free(&hits);
	return cost;
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static double
median(const Cost *costs, bool cpu)
{
	double values[PAIRS];
	for (int i = 0; i < PAIRS; i++)
		values[i] = cpu ? costs[i].cpu : costs[i].wall;
	qsort(values, PAIRS, sizeof values[0], compare);
	return values[PAIRS / 2];
}

static double
median_ratio(const Cost *ours, const Cost *theirs)
{
	double values[PAIRS];
	for (int i = 0; i < PAIRS; i++)
		values[i] = ours[i].wall / theirs[i].wall;
	qsort(values, PAIRS, sizeof values[0], compare);
	return values[PAIRS / 2];
}

static void
measure(App *app, const char *folder, const char *word)
{
	Cost ours[PAIRS], again[PAIRS], theirs[PAIRS];
	Err err = {0};
	Look *look = look_new(KEEP, &err);
	require(look != NULL, &err);
	run_look(app, look, word);
	run_ripgrep(word, folder);
	for (int i = 0; i < PAIRS; i++) {
		theirs[i] = run_ripgrep(word, folder);
		ours[i] = run_look(app, NULL, word);
		again[i] = run_look(app, look, word);
	}
	look_free(look);
	printf("  %-14s %6zu %6zu   %7.1f %7.1f   %7.1f %7.1f   %5.2f   %7.1f %7.1f\n", word, theirs[0].hits,
		ours[0].hits, median(theirs, false), median(theirs, true), median(ours, false), median(ours, true),
		median_ratio(ours, theirs), median(again, false), median(again, true));
}

static void
bench(const char *dir, const char *name, int drafts, size_t size)
{
	static const char *const words[] = {"코스모스", "KALEIDOSCOPE", "우체통", "server", "없는낱말", "q"};
	Err err = {0};
	Sys sys = SYS_POSIX;
	sys.sync = sys.sync_data = no_sync;
	Str vault = {0}, clear = {0};
	uint32_t random = 7;
	str_printf(&vault, "%s/%s-sealed", dir, name);
	str_printf(&clear, "%s/%s", dir, name);
	require(file_make_dirs(&sys, str_c(&clear), 0700, &err), &err);
	App app = {.sys = &sys};
	app.vault = vault_create_open(&sys, str_c(&vault), NULL, SV("먹을 갈아 쓴다"), KDF_INTERACTIVE, &err);
	require(app.vault != NULL, &err);
	for (int i = 0; i < drafts; i++)
		put_draft(app.vault, str_c(&clear), i, size, &random);
	printf("%s: %d drafts of %zu bytes\n", name, drafts, size);
	printf("                           hits       ripgrep, ms         meok, ms       wall    typed on, ms\n");
	printf("                     rg   meok      wall     cpu      wall     cpu   ratio      wall     cpu\n");
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		measure(&app, str_c(&clear), words[i]);
	app_free(&app);
	str_free(&vault);
	str_free(&clear);
}

int
main(void)
{
	char dir[] = "/tmp/meok-search-XXXXXX";
	if (mkdtemp(dir) == NULL)
		return 1;
	bench(dir, "many", 10000, 5000);
	bench(dir, "long", 100, 500000);
	nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	return 0;
}
