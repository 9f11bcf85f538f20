/* What the commands cost over a large vault and a large folder: processor time (children's included), memory, and bytes
 * read and written. Prints a table, tests nothing; all it makes is in a temporary folder. */
#include "meok/vault.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { DRAFTS = 10000, SENT = 2000, SINGLES = 1000, CHAPTERS = 200, WORKS = 50, BIG_BYTES = 10000000 };
static const char PASSPHRASE[] = "a passphrase of the benchmark";

typedef struct Bench {
	const char *program;
	char dir[32];
	Str vault, empty, moderate, output;
} Bench;

typedef struct Cost {
	double seconds;
	long peak_kb;
	unsigned long long read, written;
} Cost;

static void
fail(const char *what)
{
	fprintf(stderr, "bench_cli: %s\n", what);
	exit(1);
}

static void
require(bool ok, const Err *err)
{
	char text[512];
	if (ok)
		return;
	err_format(err, err->id, text, sizeof text);
	fail(text);
}

/* ---- Running */

/* What a process that has ended, and those it waited for, read and wrote; sockets are not in it. */
static void
read_io(pid_t pid, Cost *cost)
{
	char path[64], line[128];
	snprintf(path, sizeof path, "/proc/%ld/io", (long)pid);
	FILE *file = fopen(path, "re");
	if (file == NULL)
		return;
	while (fgets(line, sizeof line, file) != NULL) {
		sscanf(line, "rchar: %llu", &cost->read);
		sscanf(line, "wchar: %llu", &cost->written);
	}
	fclose(file);
}

static void
become(const Bench *bench, const char *vault, char *const *arguments, size_t count, int passphrase, const char *input)
{
	char descriptor[16];
	const char *command[32] = {bench->program, "--vault", vault, "--passphrase-fd", descriptor};
	size_t used = 5;
	snprintf(descriptor, sizeof descriptor, "%d", passphrase);
	for (size_t i = 0; i < count && used < 31; i++)
		command[used++] = arguments[i];
	int out = open(str_c(&bench->output), O_WRONLY | O_CREAT | O_TRUNC, 0600);
	int in = chdir(bench->dir) == 0 ? open(input == NULL ? "/dev/null" : input, O_RDONLY) : -1;
	if (out < 0 || in < 0 || dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(out, 2) < 0)
		_exit(127);
	execv(bench->program, (char *const *)command);
	_exit(127);
}

static Cost
run(const Bench *bench, const char *vault, char *const *arguments, size_t count, const char *input)
{
	Cost cost = {0};
	int ends[2], status;
	struct rusage usage;
	siginfo_t info;
	if (pipe(ends) != 0 || write(ends[1], PASSPHRASE, sizeof PASSPHRASE - 1) < 0)
		fail("no pipe");
	close(ends[1]);
	pid_t pid = fork();
	if (pid == 0)
		become(bench, vault, arguments, count, ends[0], input);
	close(ends[0]);
	if (pid < 0 || waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) != 0)
		fail("cannot start meok");
	read_io(pid, &cost);
	if (wait4(pid, &status, 0, &usage) != pid || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		fprintf(stderr, "bench_cli: meok %s went wrong\n", arguments[0]);
		exit(1);
	}
	cost.seconds = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
		       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
	cost.peak_kb = usage.ru_maxrss;
	return cost;
}

static size_t
split(char *line, char **words, size_t most)
{
	size_t count = 0;
	char *rest = NULL;
	for (char *word = strtok_r(line, " ", &rest); word != NULL && count < most; word = strtok_r(NULL, " ", &rest))
		words[count++] = word;
	return count;
}

/* The least of several runs; a command that changes something is run once. */
static Cost
cost_of(const Bench *bench, const char *vault, const char *line, const char *input, int runs)
{
	Cost least = {0};
	char text[256], *words[16];
	snprintf(text, sizeof text, "%s", line);
	size_t count = split(text, words, 16);
	for (int i = 0; i < runs; i++) {
		Cost cost = run(bench, vault, words, count, input);
		if (i == 0 || cost.seconds < least.seconds)
			least = cost;
	}
	return least;
}

static void
row(const char *name, Cost cost, double unlock)
{
	double own = cost.seconds > unlock ? cost.seconds - unlock : 0;
	printf("%-52s %8.3f %8.3f %8.1f %10.1f %10.1f\n", name, cost.seconds, own, (double)cost.peak_kb / 1024,
		(double)cost.read / 1000, (double)cost.written / 1000);
	fflush(stdout);
}

/* ---- What there is */

static int
no_sync(int fd)
{
	(void)fd;
	return 0;
}

static void
write_file(const Bench *bench, const char *name, size_t size, const char *head)
{
	Str path = {0}, text = {0};
	str_printf(&path, "%s/%s", bench->dir, name);
	str_append_c(&text, head);
	for (int i = 0; text.len < size; i++)
		str_printf(&text,
			"카카오톡은 밤이 되어서도 **불통**이었고, 문제 %d는 생각보다 컸다. The server was down.\n\n",
			i);
	FILE *file = text.failed || path.failed ? NULL : fopen(str_c(&path), "we");
	if (file == NULL || fwrite(text.ptr, 1, text.len, file) != text.len || fclose(file) != 0)
		fail("cannot write an article");
	str_free(&path);
	str_free(&text);
}

static void
save_draft(Vault *vault, Id draft, int number, Id work)
{
	Revision revision = {.draft = draft, .work = work};
	Str word = {0};
	Err err = {0};
	str_printf(&revision.title, "밤의 기록 %d", number);
	for (int i = 0; revision.body.len < 2000; i++)
		str_printf(&revision.body, "그날 %d번째 밤에는 냉장고도 조용했다, 촛불 %d개가 **흔들**렸다.\n\n",
			number, i);
	str_printf(&word, "낱말 %d", number % 500);
	list_append(&revision.keywords, SV("촛불"));
	list_append(&revision.keywords, str_view(&word));
	require(vault_save_draft(vault, &revision, &err), &err);
	str_free(&word);
	revision_free(&revision);
}

/* An article that has changed since it was sent. */
static void
save_publication(Vault *vault, Id draft, Id site)
{
	Publication publication = {.draft = draft,
		.site = site,
		.revision = site,
		.phase = PHASE_PUBLIC,
		.token = str_from(SV("token")),
		.sent_ms = 1,
		.published_ms = 1};
	Err err = {0};
	require(vault_save_publication(vault, &publication, &err), &err);
	publication_free(&publication);
}

static void
put_line(FILE *file, Id id)
{
	char text[ID_TEXT + 1];
	id_format(id, text);
	fprintf(file, "%s\n", text);
}

static FILE *
open_list(const Bench *bench, const char *name)
{
	Str path = {0};
	str_printf(&path, "%s/%s", bench->dir, name);
	FILE *file = fopen(str_c(&path), "we");
	if (file == NULL)
		fail("cannot write a list of ids");
	str_free(&path);
	return file;
}

static Id
save_work(Vault *vault, int number)
{
	Work work = {0};
	Err err = {0};
	str_printf(&work.name, "작품 %d", number);
	require(vault_save_work(vault, &work, &err), &err);
	Id id = work.id;
	work_free(&work);
	return id;
}

/* Drafts, of which some were sent to a site that is never asked, and others are to be sent into folders:
 * single articles into one, chapters of one work into the other. */
static void
fill(const Bench *bench, Vault *vault)
{
	Id *drafts = calloc(DRAFTS, sizeof *drafts), works[WORKS], site;
	if (drafts == NULL)
		fail("out of memory");
	SYS_POSIX.random(drafts, DRAFTS * sizeof *drafts);
	SYS_POSIX.random(&site, sizeof site);
	for (int i = 0; i < WORKS; i++)
		works[i] = save_work(vault, i);
	/* Saving a record looks for what other sessions wrote, so the drafts come last. */
	for (int i = DRAFTS - SENT; i < DRAFTS; i++)
		save_publication(vault, drafts[i], site);
	FILE *singles = open_list(bench, "singles.ids"), *chapters = open_list(bench, "chapters.ids");
	for (int i = 0; i < DRAFTS; i++) {
		bool single = i < SINGLES, chapter = !single && i < SINGLES + CHAPTERS;
		save_draft(vault, drafts[i], i, single ? ID_NONE : chapter ? works[0] : works[1 + i % (WORKS - 1)]);
		if (single || chapter)
			put_line(single ? singles : chapters, drafts[i]);
	}
	if (fclose(singles) != 0 || fclose(chapters) != 0)
		fail("cannot write a list of ids");
	free(drafts);
}

static void
make(const Bench *bench)
{
	Sys sys = SYS_POSIX;
	sys.sync = no_sync;
	Err err = {0};
	StrView passphrase = sv(PASSPHRASE);
	require(vault_create(&sys, str_c(&bench->vault), passphrase, KDF_INTERACTIVE, &err) &&
			vault_create(&sys, str_c(&bench->empty), passphrase, KDF_INTERACTIVE, &err) &&
			vault_create(&sys, str_c(&bench->moderate), passphrase, KDF_MODERATE, &err),
		&err);
	Vault *vault = vault_open(&sys, str_c(&bench->vault), NULL, passphrase, &err);
	require(vault != NULL, &err);
	fill(bench, vault);
	vault_close(vault);
	write_file(bench, "small.md", 1000, "# 작은 글\n\n");
	write_file(bench, "single.md", 2000, "---\ntitle: 밤의 기록\n---\n\n");
	write_file(bench, "chapter.md", 2000, "---\ntitle: 다음 화\nwork: 작품 0\n---\n\n");
	write_file(bench, "big.md", BIG_BYTES, "# 큰 글\n\n");
}

static int
remove_one(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
	(void)status;
	(void)kind;
	(void)walk;
	return remove(path);
}

/* ---- The table */

typedef struct Step {
	const char *name, *line, *input; /* input: a file in the temporary folder */
	int runs;
} Step;

static const Step STEPS[] = {
	{"list", "list", NULL, 3},
	{"list --json", "list --json", NULL, 3},
	{"list --search of a word in every draft", "list --search 촛불", NULL, 3},
	{"list --search of a word in none", "list --search 코끼리", NULL, 3},
	{"show @", "show @", NULL, 3},
	{"keywords", "keywords", NULL, 3},
	{"check", "check", NULL, 1},
	{"new, 1 KB", "new small.md", NULL, 1},
	{"keywords --suggest @, 1 KB", "keywords --suggest @", NULL, 3},
	{"set @ --title", "set @ --title 다른제목", NULL, 1},
	{"new, 10 MB", "new big.md", NULL, 1},
	{"show @, 10 MB", "show @", NULL, 3},
	{"keywords --suggest @, 10 MB", "keywords --suggest @", NULL, 1},
	{"publish @, 10 MB, to a new folder", "publish @ --site huge", NULL, 1},
	{"publish 1,000 articles to a folder", "publish --site singles", "singles.ids", 1},
	{"publish FILE beside 1,000 articles", "publish single.md --site singles", NULL, 1},
	{"publish again, nothing changed", "publish @ --site singles", NULL, 1},
	{"publish 200 chapters of one work to a folder", "publish --site chapters", "chapters.ids", 1},
	{"publish FILE as the next of 200 chapters", "publish chapter.md --site chapters", NULL, 1},
	{"site check of a folder with 1,000 articles", "site check singles", NULL, 3},
};

static void
add_folder(const Bench *bench, const char *name)
{
	char line[128];
	snprintf(line, sizeof line, "site add %s %s/%s", name, bench->dir, name);
	(void)cost_of(bench, str_c(&bench->vault), line, NULL, 1);
}

static void
print_table(const Bench *bench)
{
	printf("%-52s %8s %8s %8s %10s %10s\n", "command", "cpu s", "own s", "peak MB", "read KB", "written KB");
	row("--version", cost_of(bench, str_c(&bench->empty), "--version", NULL, 5), 0);
	row("--help", cost_of(bench, str_c(&bench->empty), "--help", NULL, 5), 0);
	row("list of an empty vault, as init makes it", cost_of(bench, str_c(&bench->moderate), "list", NULL, 3), 0);
	Cost unlock = cost_of(bench, str_c(&bench->empty), "list", NULL, 5);
	row("list of an empty vault, cheapest Argon2id", unlock, 0);
	add_folder(bench, "singles");
	add_folder(bench, "chapters");
	add_folder(bench, "huge");
	for (size_t i = 0; i < sizeof STEPS / sizeof STEPS[0]; i++) {
		const Step *step = &STEPS[i];
		row(step->name, cost_of(bench, str_c(&bench->vault), step->line, step->input, step->runs),
			unlock.seconds);
	}
}

int
main(int argc, char **argv)
{
	Bench bench = {.dir = "/tmp/meok-bench-XXXXXX"};
	if (argc != 2 || argv[1][0] != '/' || mkdtemp(bench.dir) == NULL)
		fail("usage: bench_cli /path/to/meok");
	bench.program = argv[1];
	str_printf(&bench.vault, "%s/vault", bench.dir);
	str_printf(&bench.empty, "%s/empty", bench.dir);
	str_printf(&bench.moderate, "%s/moderate", bench.dir);
	str_printf(&bench.output, "%s/output", bench.dir);
	if (setenv("HOME", bench.dir, 1) != 0 || setenv("LC_ALL", "C.UTF-8", 1) != 0)
		fail("out of memory");
	make(&bench);
	print_table(&bench);
	nftw(bench.dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	str_free(&bench.vault);
	str_free(&bench.empty);
	str_free(&bench.moderate);
	str_free(&bench.output);
	return 0;
}
