/* What screens ask of the app over a large vault: the shelf, and keywords to choose from. Prints a table, tests
 * nothing; all it makes is in a temporary folder. */
#include "meok/app.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { DRAFTS = 10000, WORKS = 50, RUNS = 7, LONG_BYTES = 100000 };

static void
require(bool ok, const Err *err)
{
	char text[ERR_TEXT_MAX];
	if (ok)
		return;
	err_format(err, err->id, text, sizeof text);
	fprintf(stderr, "bench_app: %s\n", text);
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

static void
put_prose(Str *text, size_t size)
{
	for (int i = 0; text->len < size; i++)
		str_printf(text,
			"그날 %d번째 밤에는 냉장고도 조용했다, 촛불 %d개가 **흔들**렸다. The server was down.\n\n", i,
			i);
}

/* ---- What there is */

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

static Id
save_draft(Vault *vault, Id draft, int number, Id work, size_t size)
{
	Revision revision = {.draft = draft, .work = work};
	Str word = {0};
	Err err = {0};
	str_printf(&revision.title, "밤의 기록 %d", number);
	put_prose(&revision.body, size);
	str_printf(&word, "낱말 %d", number % 500);
	list_append(&revision.keywords, SV("촛불"));
	list_append(&revision.keywords, str_view(&word));
	require(vault_save_draft(vault, &revision, &err), &err);
	Id saved = revision.draft;
	str_free(&word);
	revision_free(&revision);
	return saved;
}

static void
save_work(Vault *vault, int number, const Id *drafts, Id *out)
{
	Work work = {.id = *out};
	Err err = {0};
	str_printf(&work.name, "작품 %d", number);
	for (int i = number; drafts != NULL && i < DRAFTS; i += WORKS)
		require(work_add_chapter(&work, drafts[i], &err), &err);
	require(vault_save_work(vault, &work, &err), &err);
	*out = work.id;
	work_free(&work);
}

/* Every draft is a chapter, was published, and has changed since. Saving a record looks for what other sessions wrote,
 * so the drafts come last. */
static void
fill(Vault *vault, Id site)
{
	Id *drafts = calloc(DRAFTS, sizeof *drafts), works[WORKS];
	if (drafts == NULL)
		exit(1);
	memset(works, 0, sizeof works);
	SYS_POSIX.random(drafts, DRAFTS * sizeof *drafts);
	for (int i = 0; i < WORKS; i++)
		save_work(vault, i, drafts, &works[i]);
	for (int i = 0; i < DRAFTS; i++)
		save_publication(vault, drafts[i], site);
	for (int i = 0; i < DRAFTS; i++)
		save_draft(vault, drafts[i], i, works[i % WORKS], 2000);
	free(drafts);
}

/* ---- Measuring */

static void
measure_shelf(App *app, const char *name, bool changed)
{
	double least = 0;
	Err err = {0};
	Shelf shelf = {0};
	for (int i = 0; i < RUNS; i++) {
		if (changed)
			save_draft(app->vault, ID_NONE, i, ID_NONE, 100);
		double from = now_ms();
		require(app_shelf(app, &shelf, &err), &err);
		double took = now_ms() - from;
		least = i == 0 || took < least ? took : least;
	}
	printf("%-60s %8.1f ms\n", name, least);
	shelf_free(&shelf);
}

static void
measure_choices(App *app, const char *name, size_t size, Id site)
{
	double least = 0;
	Err err = {0};
	KeywordChoices choices = {0};
	Revision revision = {.title = str_from(SV("촛불의 밤"))};
	put_prose(&revision.body, size);
	for (int i = 0; i < RUNS; i++) {
		double from = now_ms();
		require(app_keyword_choices(app, &revision, site, &choices, &err), &err);
		double took = now_ms() - from;
		least = i == 0 || took < least ? took : least;
	}
	printf("%-60s %8.1f ms, %zu choices\n", name, least, choices.len);
	keyword_choices_free(&choices);
	revision_free(&revision);
}

int
main(void)
{
	char dir[] = "/tmp/meok-XXXXXX";
	Sys sys = SYS_POSIX;
	sys.sync = no_sync;
	Str path = {0};
	Err err = {0};
	if (mkdtemp(dir) == NULL)
		return 1;
	path_join(&path, sv(dir), SV("v"));
	App app = {.sys = &sys};
	app.vault =
		vault_create_open(&sys, str_c(&path), NULL, SV("a passphrase of the benchmark"), KDF_INTERACTIVE, &err);
	require(app.vault != NULL, &err);
	SiteRecord site = {.name = str_from(SV("blog")), .driver = str_from(SV("folder"))};
	require(vault_save_site(app.vault, &site, &err), &err);
	fill(app.vault, site.id);
	printf("%d drafts, each a published chapter of one of %d works\n", DRAFTS, WORKS);
	measure_shelf(&app, "the shelf", false);
	measure_shelf(&app, "the shelf after a draft was saved", true);
	measure_choices(&app, "keywords to choose from, 2 KB", 2000, site.id);
	measure_choices(&app, "keywords to choose from, 100 KB", LONG_BYTES, site.id);
	site_record_free(&site);
	app_free(&app);
	str_free(&path);
	return nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS) == 0 ? 0 : 1;
}
