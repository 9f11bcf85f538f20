/* What a typed key costs in the journal: processor time and instructions of journal_add and journal_write, and what a
 * megabyte that is pasted takes. */
#include "../../src/vault/store.h"

#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { KEYS = 50000, PASTES = 20, PASTE_BYTES = 1 << 20, SYNC_EVERY = 10 };

static const SlotLimits QUICK = {.passes_max = 16, .memory_min = 8192, .memory_max = 1u << 30};

static double
now_us(void)
{
	struct timespec t;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void
require(bool ok, const Err *err)
{
	char text[ERR_TEXT_MAX];
	if (ok)
		return;
	err_format(err, err->id, text, sizeof text);
	fprintf(stderr, "bench_journal: %s\n", text);
	exit(1);
}

/* A counter of the instructions of this thread, -1 where the machine has none. */
static int
count_instructions(void)
{
	struct perf_event_attr wanted = {
		.type = PERF_TYPE_HARDWARE,
		.size = sizeof wanted,
		.config = PERF_COUNT_HW_INSTRUCTIONS,
		.exclude_hv = 1,
	};
	return (int)syscall(SYS_perf_event_open, &wanted, 0, -1, -1, 0);
}

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static void
report(const char *name, double *costs, size_t count)
{
	qsort(costs, count, sizeof *costs, by_size);
	printf("%-22s %8.2f %8.2f %8.2f\n", name, costs[count / 2], costs[count * 99 / 100], costs[count - 1]);
}

static void
type_key(Journal *journal, size_t at, Err *err)
{
	JournalEntry change = {.step = STEP_REPLACE, .from = at, .to = at, .length = at + 3, .text = SV("글")};
	JournalEntry cursor = {.step = STEP_CURSOR, .cursor = at + 3};
	require(journal_add(journal, &change, err) && journal_add(journal, &cursor, err) && journal_write(journal, err),
		err);
}

static void
bench_keys(Vault *vault, double *costs, Err *err)
{
	Journal *journal = journal_new(vault, &(JournalEntry){.step = STEP_BEGIN, .time_ms = 1}, err);
	require(journal != NULL, err);
	for (size_t i = 0; i < KEYS; i++) {
		double start = now_us();
		type_key(journal, i * 3, err);
		costs[i] = now_us() - start;
		/* In meok a thread does it, which is not what is measured. */
		if (i % SYNC_EVERY == 0)
			require(journal_sync(journal, err), err);
	}
	report("a key", costs, KEYS);
	int fd = count_instructions();
	uint64_t counted = 0;
	if (fd >= 0)
		ioctl(fd, PERF_EVENT_IOC_RESET, 0);
	for (size_t i = 0; i < KEYS; i++)
		type_key(journal, i * 3, err);
	if (fd >= 0 && read(fd, &counted, sizeof counted) == sizeof counted)
		printf("instructions a key     %8.0f\n", (double)counted / KEYS);
	else
		puts("instructions a key     not counted by this machine");
	printf("bytes a key            %8.0f\n", (double)journal_size(journal) / (2 * KEYS));
	require(journal_close(journal, false, err), err);
}

static void
bench_pastes(Vault *vault, double *costs, Err *err)
{
	Journal *journal = journal_new(vault, &(JournalEntry){.step = STEP_BEGIN, .time_ms = 1}, err);
	require(journal != NULL, err);
	char *text = malloc(PASTE_BYTES);
	require(text != NULL || err_memory(err), err);
	memset(text, 'a', PASTE_BYTES);
	JournalEntry paste = {.step = STEP_REPLACE, .text = {text, PASTE_BYTES}, .length = PASTE_BYTES};
	for (size_t i = 0; i < PASTES; i++) {
		double start = now_us();
		require(journal_add(journal, &paste, err) && journal_write(journal, err), err);
		costs[i] = now_us() - start;
		require(journal_sync(journal, err), err);
	}
	report("a megabyte pasted", costs, PASTES);
	free(text);
	require(journal_close(journal, false, err), err);
}

/* The folder to measure in may be named: file systems differ. */
int
main(int argc, char **argv)
{
	static double costs[KEYS];
	char dir[300], vault_dir[320], command[340];
	Err err = {0};
	snprintf(dir, sizeof dir, "%s/meok-XXXXXX", argc > 1 ? argv[1] : "/tmp");
	if (mkdtemp(dir) == NULL) {
		perror(dir);
		return 1;
	}
	snprintf(vault_dir, sizeof vault_dir, "%s/v", dir);
	require(open_create(&SYS_POSIX, vault_dir, SV("먹"), 1, 8192, &err), &err);
	Vault *vault = open_vault(&SYS_POSIX, vault_dir, dir, SV("먹"), &QUICK, &err);
	require(vault != NULL, &err);
	printf("CPU microseconds         median      p99     most\n");
	bench_keys(vault, costs, &err);
	bench_pastes(vault, costs, &err);
	vault_close(vault);
	snprintf(command, sizeof command, "rm -rf '%s'", dir);
	return system(command) == 0 ? 0 : 1;
}
