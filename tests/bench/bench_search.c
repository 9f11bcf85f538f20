/* Full-text search in a vault beside ripgrep on the same texts in the clear: one after the other again and again, all
 * files in the page cache, ripgrep with the threads it chooses. Prints tables, tests nothing; all it makes is in a
 * temporary folder.
 *
 *   bench_search [PAIRS [SET]]
 *
 * meok finds letters whatever their case and counts the hits of each draft, for the order they are shown in. `rg -il`
 * folds as well and stops at the first hit, `rg -l` does neither; ratios are given to both. `rg -i --count-matches`
 * does what meok does, and is there to compare with where every text has hits. The time of ripgrep includes the start
 * of its process, which a line of its own shows; that of meok does not include opening the vault, which takes a second
 * on purpose. Words are written as the texts have them, so that all of them find the same. */
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

enum { PAIRS = 15, PAIRS_MAX = 200, KEEP = 64 << 20 };

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
}

/* `rare`: words that few texts have. */
static void
put_draft(Vault *vault, const char *folder, int number, size_t size, bool rare, uint32_t *random)
{
	Err err = {0};
	Revision revision = {0};
	Str path = {0};
	str_printf(&revision.title, "글 %d", number);
	put_prose(&revision.body, size, random);
	if (rare)
		str_append_c(&revision.body, "\n여기에 코스모스가 피었다. A Kaleidoscope of it.\n");
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

/* How often a byte comes out, and what it cost. */
static Cost
run_ripgrep(const char *option, const char *word, const char *folder)
{
	int ends[2];
	char *arguments[] = {
		"rg", (char *)(uintptr_t)option, "--", (char *)(uintptr_t)word, (char *)(uintptr_t)folder, NULL};
	if (strcmp(option, "-ic") == 0)
		arguments[1] = "-i", arguments[2] = "--count-matches";
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

/* `kept`: the texts are in memory, as after a first search or when the library has read ahead. */
static Cost
run_look(App *app, Look *kept, const char *word)
{
	Err err = {0};
	LookHits hits = {0};
	double wall = now_ms(), cpu = cpu_ms(RUSAGE_SELF);
	if (kept == NULL) {
		require(app_look(app, sv(word), LOOK_BY_RELEVANCE, &hits, &err), &err);
	} else {
		require(look_begin(kept, app, sv(word), &err), &err);
		look_work(kept);
		require(look_end(kept, app, LOOK_BY_RELEVANCE, &hits, &err), &err);
	}
	Cost cost = {now_ms() - wall, cpu_ms(RUSAGE_SELF) - cpu, hits.len};
	look_hits_free(&hits);
	return cost;
}

/* What `/` in the library begins, to its end; *out has the texts afterwards. */
static Cost
run_ahead(App *app, Look **out)
{
	Err err = {0};
	double wall = now_ms(), cpu = cpu_ms(RUSAGE_SELF);
	*out = look_new(KEEP, &err);
	require(*out != NULL && look_begin(*out, app, (StrView){NULL, 0}, &err), &err);
	look_read(*out);
	return (Cost){now_ms() - wall, cpu_ms(RUSAGE_SELF) - cpu, 0};
}

/* ---- Tables */

typedef struct Range {
	double min, median, max;
} Range;

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static Range
range_of(double *values, int count)
{
	qsort(values, (size_t)count, sizeof values[0], compare);
	return (Range){values[0], values[count / 2], values[count - 1]};
}

static Range
wall_of(const Cost *costs, int count)
{
	double values[PAIRS_MAX];
	for (int i = 0; i < count; i++)
		values[i] = costs[i].wall;
	return range_of(values, count);
}

static double
cpu_of(const Cost *costs, int count)
{
	double values[PAIRS_MAX];
	for (int i = 0; i < count; i++)
		values[i] = costs[i].cpu;
	return range_of(values, count).median;
}

/* Of the two of each pair, that ran one after the other. */
static Range
ratio_of(const Cost *ours, const Cost *theirs, int count)
{
	double values[PAIRS_MAX];
	for (int i = 0; i < count; i++)
		values[i] = ours[i].wall / theirs[i].wall;
	return range_of(values, count);
}

static void
print_cost(const char *name, const Cost *costs, int pairs)
{
	Range wall = wall_of(costs, pairs);
	printf("    %-26s %7zu %8.1f %7.1f %7.1f %8.1f", name, costs[0].hits, wall.min, wall.median, wall.max,
		cpu_of(costs, pairs));
}

static void
print_ours(const char *name, const Cost *ours, const Cost *plain, const Cost *folding, int pairs)
{
	Range to_plain = ratio_of(ours, plain, pairs), to_folding = ratio_of(ours, folding, pairs);
	print_cost(name, ours, pairs);
	printf("   %6.2f %5.2f %5.2f   %6.2f %5.2f %5.2f\n", to_plain.min, to_plain.median, to_plain.max,
		to_folding.min, to_folding.median, to_folding.max);
}

static void
measure(App *app, const char *folder, const char *word, const char *where, int pairs)
{
	Cost plain[PAIRS_MAX], folding[PAIRS_MAX], counting[PAIRS_MAX], first[PAIRS_MAX], typed[PAIRS_MAX];
	Look *kept;
	run_ahead(app, &kept);
	run_ripgrep("-il", word, folder);
	run_look(app, NULL, word);
	for (int i = 0; i < pairs; i++) {
		plain[i] = run_ripgrep("-l", word, folder);
		first[i] = run_look(app, NULL, word);
		folding[i] = run_ripgrep("-il", word, folder);
		typed[i] = run_look(app, kept, word);
		counting[i] = run_ripgrep("-ic", word, folder);
	}
	look_free(kept);
	printf("  %s (%s)\n", word, where);
	print_cost("rg -l", plain, pairs);
	printf("\n");
	print_cost("rg -il", folding, pairs);
	printf("\n");
	print_cost("rg -i --count-matches", counting, pairs);
	printf("\n");
	print_ours("meok, first search", first, plain, folding, pairs);
	print_ours("meok, texts in memory", typed, plain, folding, pairs);
}

static void
measure_rest(App *app, const char *empty, int pairs)
{
	Cost start[PAIRS_MAX], ahead[PAIRS_MAX];
	for (int i = 0; i < pairs; i++) {
		Look *look;
		start[i] = run_ripgrep("-l", "q", empty);
		ahead[i] = run_ahead(app, &look);
		look_free(look);
	}
	print_cost("rg -l in an empty folder", start, pairs);
	printf("\n");
	print_cost("meok, reading ahead", ahead, pairs);
	printf("\n");
}

static void
bench(const char *dir, const char *name, int drafts, size_t size, int pairs)
{
	static const struct {
		const char *word, *where;
	} words[] = {{"없는낱말", "nowhere"}, {"zzyzx", "nowhere"}, {"코스모스", "in a few"},
		{"Kaleidoscope", "in a few"}, {"우체통", "in all"}, {"server", "in all"}};
	Err err = {0};
	Sys sys = SYS_POSIX;
	sys.sync = sys.sync_data = no_sync;
	Str vault = {0}, clear = {0}, empty = {0};
	uint32_t random = 7;
	str_printf(&vault, "%s/%s-sealed", dir, name);
	str_printf(&clear, "%s/%s", dir, name);
	str_printf(&empty, "%s/%s-empty", dir, name);
	require(file_make_dirs(&sys, str_c(&clear), 0700, &err) && file_make_dirs(&sys, str_c(&empty), 0700, &err),
		&err);
	App app = {.sys = &sys};
	app.vault = vault_create_open(&sys, str_c(&vault), NULL, SV("먹을 갈아 쓴다"), KDF_INTERACTIVE, &err);
	require(app.vault != NULL, &err);
	for (int i = 0; i < drafts; i++)
		put_draft(app.vault, str_c(&clear), i, size, i % (drafts / 10) == 7, &random);
	printf("%s: %d drafts of %zu bytes, %d runs of each; ms, ratios of wall time\n", name, drafts, size, pairs);
	printf("                                                     wall     cpu            to rg -l"
	       "            to rg -il\n");
	printf("                                  hits      min  median     max  median      min   med   max"
	       "      min   med   max\n");
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		measure(&app, str_c(&clear), words[i].word, words[i].where, pairs);
	measure_rest(&app, str_c(&empty), pairs);
	app_free(&app);
	str_free(&vault);
	str_free(&clear);
	str_free(&empty);
}

int
main(int argc, char **argv)
{
	char dir[] = "/tmp/meok-search-XXXXXX";
	int pairs = argc > 1 ? atoi(argv[1]) : PAIRS;
	const char *set = argc > 2 ? argv[2] : NULL;
	if (pairs < 1 || pairs > PAIRS_MAX) {
		fprintf(stderr, "bench_search: 1 to %d runs\n", PAIRS_MAX);
		return 1;
	}
	if (mkdtemp(dir) == NULL)
		return 1;
	if (set == NULL || strcmp(set, "many") == 0)
		bench(dir, "many", 10000, 5000, pairs);
	if (set == NULL || strcmp(set, "long") == 0)
		bench(dir, "long", 100, 500000, pairs);
	nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	return 0;
}
