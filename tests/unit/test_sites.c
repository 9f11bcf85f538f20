/* Adding a site on the caller's loop and to its end, what ends it, and the folder that is made on first use. */
#include "app_unit.h"

#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

typedef struct Case {
	AppCase c;
	Loop *loop;
	int done;
	bool ok;
	Str type; /* of the probe */
	Err error;
} Case;

static const char *
child_program(void)
{
	static char path[512];
	const char *build = getenv("MEOK_BUILD");
	snprintf(path, sizeof path, "%s/tests/unit/net_child", build != NULL ? build : ".");
	if (access(path, X_OK) != 0)
		fail_msg("%s is not there", path);
	return path;
}

static Case *
begin(void)
{
	Case *t = calloc(1, sizeof *t);
	assert_non_null(t);
	t->c = app_begin();
	t->c.app.program = child_program();
	t->loop = loop_new(NULL);
	assert_non_null(t->loop);
	return t;
}

static void
end(Case *t)
{
	loop_free(t->loop);
	str_free(&t->type);
	app_end(&t->c);
	free(t);
}

static void
on_added(void *data, const Probe *probe, const Err *error)
{
	Case *t = data;
	t->done++;
	t->ok = error == NULL;
	assert_true((probe == NULL) != (error == NULL));
	if (error != NULL)
		t->error = *error;
	else
		str_set(&t->type, str_view(&probe->flavour));
	loop_stop(t->loop);
}

static void
folder_in(const Case *t, const char *name, char out[300])
{
	snprintf(out, 300, "%s/%s", t->c.dir, name);
}

static SiteAdding *
start(Case *t, const char *name, const char *address, const char *type)
{
	SiteAdd add = {
		.name = sv(name), .address = sv(address), .type = sv(type), .user = SV("한지우"), .keyword_limit = 3};
	return site_add_start(&t->c.app, t->loop, &add, on_added, t, &t->c.err);
}

static size_t
count_sites(Case *t)
{
	size_t count;
	assert_non_null(vault_entries(t->c.app.vault, OBJECT_SITE, &count));
	return count;
}

static void
a_site_is_added_on_the_loop(void **state)
{
	(void)state;
	Case *t = begin();
	char folder[300];
	folder_in(t, "blog", folder);
	SiteAdding *adding = start(t, " 내 블로그 ", folder, "");
	assert_non_null(adding);
	assert_int_equal(count_sites(t), 0); /* nothing is kept before the site has answered */
	assert_true(loop_run(t->loop, NULL));
	assert_int_equal(t->done, 1);
	if (!t->ok)
		fail_msg("%s", err_text(&t->error));
	assert_view_equal(str_view(&t->type), "plain");
	site_add_free(adding);
	Id id;
	SiteRecord site = {0};
	assert_true(app_find_site(&t->c.app, SV("내 블로그"), &id, &t->c.err));
	assert_true(vault_load_site(t->c.app.vault, id, &site, &t->c.err));
	assert_view_equal(str_view(&site.endpoint), folder);
	assert_view_equal(str_view(&site.user), "한지우");
	assert_int_equal(site.keyword_limit, 3);
	assert_true(site.may_publish);
	site_record_free(&site);
	assert_view_equal(str_view(&t->c.app.settings.default_site), "내 블로그");
	end(t);
}

static void
known_errors_are_returned(void **state)
{
	(void)state;
	Case *t = begin();
	app_site(&t->c, "blog", 0);
	assert_null(start(t, "Blog", "/tmp", ""));
	assert_int_equal(t->c.err.kind, ERR_USAGE);
	assert_null(start(t, "  ", "/tmp", ""));
	assert_int_equal(t->c.err.kind, ERR_USAGE);
	assert_null(start(t, "other", "/tmp", "wordpres"));
	assert_int_equal(t->c.err.kind, ERR_USAGE);
	assert_non_null(strstr(err_text(&t->c.err), "wordpress"));
	assert_true(loop_run(t->loop, NULL));
	assert_int_equal(t->done, 0);
	end(t);
}

static void
what_the_site_says_reaches_done(void **state)
{
	(void)state;
	Case *t = begin();
	SiteAdding *adding = start(t, "blog", t->c.dir, "hugo");
	assert_non_null(adding);
	assert_true(loop_run(t->loop, NULL));
	assert_int_equal(t->done, 1);
	assert_false(t->ok);
	assert_non_null(strstr(err_text(&t->error), "not a hugo site"));
	site_add_free(adding);
	/* a child that never says anything */
	char folder[300];
	folder_in(t, "blog", folder);
	t->c.app.program = "/bin/true";
	adding = start(t, "blog", folder, "");
	assert_non_null(adding);
	assert_true(loop_run(t->loop, NULL));
	assert_int_equal(t->done, 2);
	assert_int_equal(t->error.kind, ERR_NETWORK);
	site_add_free(adding);
	/* the name is taken while the site is asked */
	t->c.app.program = child_program();
	adding = start(t, "blog", folder, "");
	assert_non_null(adding);
	app_site(&t->c, "blog", 0);
	assert_true(loop_run(t->loop, NULL));
	assert_int_equal(t->done, 3);
	assert_false(t->ok);
	assert_int_equal(t->error.kind, ERR_USAGE);
	site_add_free(adding);
	assert_int_equal(count_sites(t), 1);
	end(t);
}

static void
it_can_be_ended(void **state)
{
	(void)state;
	Case *t = begin();
	char folder[300];
	folder_in(t, "blog", folder);
	SiteAdding *adding = start(t, "blog", folder, "");
	assert_non_null(adding);
	site_add_free(adding);
	site_add_free(NULL);
	assert_true(loop_run(t->loop, NULL)); /* nothing is left to wait for */
	assert_int_equal(t->done, 0);
	assert_int_equal(count_sites(t), 0);
	end(t);
}

static void
to_the_end(void **state)
{
	(void)state;
	Case *t = begin();
	char folder[300];
	folder_in(t, "blog", folder);
	SiteAdd add = {.name = SV("blog"), .address = sv(folder)};
	Probe probe = {0};
	assert_true(app_add_site(&t->c.app, &add, &probe, &t->c.err));
	assert_view_equal(str_view(&probe.endpoint), folder);
	probe_free(&probe);
	assert_false(app_add_site(&t->c.app, &add, &probe, &t->c.err));
	assert_int_equal(t->c.err.kind, ERR_USAGE);
	probe_free(&probe);
	Id site;
	assert_true(app_find_site(&t->c.app, SV("blog"), &site, &t->c.err));
	assert_true(app_check_site(&t->c.app, site, &probe, &t->c.err));
	assert_view_equal(str_view(&probe.flavour), "plain");
	probe_free(&probe);
	add = (SiteAdd){.name = SV("no"), .address = sv(folder), .type = SV("hugo")};
	assert_false(app_add_site(&t->c.app, &add, &probe, &t->c.err));
	assert_int_equal(t->c.err.kind, ERR_REFUSED);
	probe_free(&probe);
	end(t);
}

static void
the_first_folder_is_made_quickly(void **state)
{
	(void)state;
	Case *t = begin();
	setenv("HOME", t->c.dir, 1);
	assert_true(app_has_no_site(&t->c.app));
	Revision revision = {0};
	SiteRecord site = {0};
	struct timespec from, to;
	clock_gettime(CLOCK_MONOTONIC, &from);
	assert_true(app_choose_site(&t->c.app, &revision, SV(""), &site, &t->c.err));
	clock_gettime(CLOCK_MONOTONIC, &to);
	print_message("# the first folder: %.1f ms\n",
		(double)(to.tv_sec - from.tv_sec) * 1e3 + (double)(to.tv_nsec - from.tv_nsec) / 1e6);
	assert_view_equal(str_view(&site.name), "meok-blog");
	assert_view_equal(str_view(&site.flavour), "plain");
	assert_false(app_has_no_site(&t->c.app));
	Str folder = {0};
	path_join(&folder, sv(t->c.dir), SV("meok-blog"));
	assert_true(file_exists(&SYS_POSIX, str_c(&folder)));
	str_free(&folder);
	site_record_free(&site);
	end(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_site_is_added_on_the_loop),
		cmocka_unit_test(known_errors_are_returned),
		cmocka_unit_test(what_the_site_says_reaches_done),
		cmocka_unit_test(it_can_be_ended),
		cmocka_unit_test(to_the_end),
		cmocka_unit_test(the_first_folder_is_made_quickly),
	};
	return cmocka_run_group_tests_name("sites", tests, NULL, NULL);
}
