/* One article on its way through a real child into a folder: held, released, taken back, cut off, kept waiting. */
#include "app_unit.h"

#include <signal.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

typedef struct Case {
	AppCase c;
	char blog[200];
	Loop *loop;
	Publishing *publishing;
	int held, done;
	bool release_at_once;
	PublishResult result;
	Err error; /* kind ERR_NONE: it went well */
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

/* A vault with a site `blog`: a folder of the flavour. */
static Case *
begin(const char *flavour)
{
	Case *t = calloc(1, sizeof *t);
	assert_non_null(t);
	t->c = app_begin();
	t->c.app.program = child_program();
	snprintf(t->blog, sizeof t->blog, "%s/blog", t->c.dir);
	assert_int_equal(mkdir(t->blog, 0755), 0);
	if (strcmp(flavour, "hugo") == 0) {
		char config[260];
		snprintf(config, sizeof config, "%s/hugo.toml", t->blog);
		assert_true(file_replace(&SYS_POSIX, config, SV("title = 'x'\n"), 0644, NULL));
	}
	SiteRecord site = {.name = str_from(SV("blog")),
		.driver = str_from(SV("folder")),
		.endpoint = str_from(sv(t->blog)),
		.flavour = str_from(sv(flavour)),
		.may_publish = true};
	assert_true(vault_save_site(t->c.app.vault, &site, &t->c.err));
	site_record_free(&site);
	t->loop = loop_new(NULL);
	assert_non_null(t->loop);
	return t;
}

static void
end(Case *t)
{
	publish_free(t->publishing);
	loop_free(t->loop);
	app_end(&t->c);
	free(t);
}

/* ---- The watcher */

static void
on_held(void *data)
{
	Case *t = data;
	t->held++;
	if (t->release_at_once)
		publish_release(t->publishing);
	loop_stop(t->loop);
}

static void
on_done(void *data, const Published *published, const Err *error)
{
	Case *t = data;
	t->done++;
	if (error != NULL)
		t->error = *error;
	else
		t->result = published->result;
	loop_stop(t->loop);
}

static int64_t
now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Returns how long publish_start took. */
static int64_t
start(Case *t, Id draft, bool as_draft, PublishHeldFn *held)
{
	PublishRequest request = {.draft = draft, .site = SV("blog"), .as_draft = as_draft};
	PublishWatcher watcher = {.held = held, .done = on_done, .data = t};
	t->held = t->done = 0;
	t->error = (Err){0};
	int64_t from = now_ms();
	t->publishing = publish_start(&t->c.app, t->loop, &request, &watcher, &t->c.err);
	if (t->publishing == NULL)
		fail_msg("%s", err_text(&t->c.err));
	return now_ms() - from;
}

static void
run(Case *t)
{
	assert_true(loop_run(t->loop, NULL));
}

static void
run_to_hold(Case *t, Id draft)
{
	start(t, draft, false, on_held);
	run(t);
	if (t->done > 0)
		fail_msg("%s", err_text(&t->error));
	assert_int_equal(t->held, 1);
	assert_true(publish_is_held(t->publishing));
}

static void
stop(Case *t)
{
	publish_free(t->publishing);
	t->publishing = NULL;
}

static void
expect_result(Case *t, PublishResult result)
{
	assert_int_equal(t->done, 1);
	if (t->error.kind != ERR_NONE)
		fail_msg("%s", err_text(&t->error));
	assert_int_equal(t->result, result);
	stop(t);
}

/* ---- What is there */

static DraftState
state_of(Case *t, Id draft)
{
	DraftState state;
	const Entry *entry = vault_entry(t->c.app.vault, OBJECT_REVISION, draft);
	assert_non_null(entry);
	assert_true(app_draft_state(&t->c.app, entry, &state, &t->c.err));
	return state;
}

/* As it stands on the disk, for whoever opens the vault after a crash. */
static DraftState
durable_state_of(Case *t, Id draft)
{
	Vault *mine = t->c.app.vault;
	Str path = {0};
	path_join(&path, sv(t->c.dir), SV("v"));
	t->c.app.vault = quick_open(&SYS_POSIX, str_c(&path));
	DraftState state = state_of(t, draft);
	vault_close(t->c.app.vault);
	t->c.app.vault = mine;
	str_free(&path);
	return state;
}

static size_t
pages(Case *t)
{
	StrList names = {0};
	size_t count = 0;
	assert_true(SYS_POSIX.list_dir(t->blog, &names));
	for (size_t i = 0; i < names.len; i++)
		count += sv_ends(str_view(&names.items[i]), SV(".html"));
	list_free(&names);
	return count;
}

static void
edit(Case *t, Id draft, const char *body)
{
	Revision revision = {0};
	assert_true(vault_load_draft(t->c.app.vault, draft, &revision, &t->c.err));
	str_set(&revision.body, sv(body));
	assert_true(vault_save_draft(t->c.app.vault, &revision, &t->c.err));
	revision_free(&revision);
}

/* Sends a signal to the one child there is. */
static void
signal_child(int number)
{
	char path[64];
	int pid = 0, other = 0;
	snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
	FILE *file = fopen(path, "r");
	assert_non_null(file);
	assert_int_equal(fscanf(file, "%d %d", &pid, &other), 1);
	fclose(file);
	assert_int_equal(kill(pid, number), 0);
}

/* ---- Held */

static void
an_article_waits_hidden_until_it_is_released(void **state)
{
	(void)state;
	Case *t = begin("plain");
	Id draft = app_draft(&t->c, "밤", "눈이 왔다.");
	run_to_hold(t, draft);
	assert_int_equal(pages(t), 0);
	assert_int_equal(durable_state_of(t, draft), STATE_HIDDEN);
	for (int i = 0; i < 3; i++)
		assert_true(loop_step(t->loop, 20, NULL));
	assert_int_equal(t->done, 0);
	assert_int_equal(pages(t), 0);
	publish_release(t->publishing);
	assert_false(publish_is_held(t->publishing));
	publish_release(t->publishing);                              /* once more is nothing */
	assert_int_equal(durable_state_of(t, draft), STATE_UNKNOWN); /* nobody can say at this moment */
	run(t);
	expect_result(t, RESULT_PUBLISHED);
	assert_int_equal(pages(t), 2);
	assert_int_equal(durable_state_of(t, draft), STATE_PUBLISHED);
	end(t);
}

static void
it_may_be_released_at_once(void **state)
{
	(void)state;
	Case *t = begin("plain");
	Id draft = app_draft(&t->c, "밤", "눈이 왔다.");
	t->release_at_once = true;
	start(t, draft, false, on_held);
	run(t); /* held */
	run(t);
	expect_result(t, RESULT_PUBLISHED);
	assert_int_equal(t->held, 1);
	end(t);
}

static void
what_is_taken_back_stays_hidden_and_is_finished_later(void **state)
{
	(void)state;
	Case *t = begin("plain");
	Id draft = app_draft(&t->c, "밤", "눈이 왔다.");
	for (int i = 0; i < 2; i++) {
		run_to_hold(t, draft);
		stop(t);
		assert_int_equal(t->done, 0);
		assert_int_equal(pages(t), 0);
		assert_int_equal(state_of(t, draft), STATE_HIDDEN);
		assert_int_equal(durable_state_of(t, draft), STATE_HIDDEN);
	}
	edit(t, draft, "비가 왔다.");
	assert_int_equal(state_of(t, draft), STATE_HIDDEN);
	Published published;
	PublishRequest request = {.draft = draft, .site = SV("blog")};
	if (!app_publish(&t->c.app, &request, NULL, NULL, &published, &t->c.err))
		fail_msg("%s", err_text(&t->c.err));
	assert_int_equal(published.result, RESULT_PUBLISHED);
	published_free(&published);
	assert_int_equal(pages(t), 2);
	assert_int_equal(state_of(t, draft), STATE_PUBLISHED);
	end(t);
}

static void
an_update_is_not_held(void **state)
{
	(void)state;
	Case *t = begin("plain");
	Id draft = app_draft(&t->c, "밤", "눈이 왔다.");
	start(t, draft, false, NULL); /* nobody asks to hold it */
	run(t);
	expect_result(t, RESULT_PUBLISHED);
	start(t, draft, false, on_held);
	run(t);
	expect_result(t, RESULT_UNCHANGED);
	edit(t, draft, "비가 왔다.");
	start(t, draft, false, on_held);
	run(t);
	expect_result(t, RESULT_UPDATED);
	assert_int_equal(t->held, 0);
	assert_int_equal(pages(t), 2);
	end(t);
}

static void
a_draft_of_the_site_is_held_when_it_becomes_public(void **state)
{
	(void)state;
	Case *t = begin("hugo");
	Id draft = app_draft(&t->c, "밤", "눈이 왔다.");
	start(t, draft, true, on_held);
	run(t);
	expect_result(t, RESULT_SITE_DRAFT);
	assert_int_equal(t->held, 0);
	assert_int_equal(state_of(t, draft), STATE_SITE_DRAFT);
	run_to_hold(t, draft);
	stop(t);
	assert_int_equal(state_of(t, draft), STATE_HIDDEN);
	run_to_hold(t, draft);
	publish_release(t->publishing);
	run(t);
	expect_result(t, RESULT_PUBLISHED);
	end(t);
}

/* ---- Cut off */

static void
a_link_lost_while_held_says_that_it_is_hidden(void **state)
{
	(void)state;
	Case *t = begin("plain");
	Id draft = app_draft(&t->c, "밤", "눈이 왔다.");
	run_to_hold(t, draft);
	signal_child(SIGKILL);
	run(t);
	assert_int_equal(t->done, 1);
	assert_int_equal(t->error.kind, ERR_NETWORK);
	assert_non_null(strstr(err_text(&t->error), "still hidden on blog"));
	assert_false(publish_is_held(t->publishing));
	publish_release(t->publishing); /* too late: nothing */
	stop(t);
	assert_int_equal(durable_state_of(t, draft), STATE_HIDDEN);
	assert_int_equal(pages(t), 0);
	start(t, draft, false, NULL);
	run(t);
	expect_result(t, RESULT_PUBLISHED);
	assert_int_equal(pages(t), 2);
	end(t);
}

static void
a_link_lost_after_the_release_is_unknown(void **state)
{
	(void)state;
	Case *t = begin("plain");
	Id draft = app_draft(&t->c, "밤", "눈이 왔다.");
	run_to_hold(t, draft);
	signal_child(SIGSTOP);
	publish_release(t->publishing);
	signal_child(SIGKILL);
	run(t);
	assert_int_equal(t->done, 1);
	assert_int_equal(t->error.kind, ERR_UNKNOWN);
	stop(t);
	assert_int_equal(durable_state_of(t, draft), STATE_UNKNOWN);
	/* so it is held again, and there is one of it in the end */
	run_to_hold(t, draft);
	publish_release(t->publishing);
	run(t);
	expect_result(t, RESULT_PUBLISHED);
	assert_int_equal(pages(t), 2);
	end(t);
}

/* What cannot be noted is not released. */
static void
a_release_that_cannot_be_made_durable_fails(void **state)
{
	(void)state;
	Case *t = begin("plain");
	Id draft = app_draft(&t->c, "밤", "눈이 왔다.");
	Sys sys = faulty_sys();
	Str path = {0};
	path_join(&path, sv(t->c.dir), SV("v"));
	vault_close(t->c.app.vault);
	t->c.app.vault = quick_open(&sys, str_c(&path));
	run_to_hold(t, draft);
	faulty_arm(1, ENOSPC, true);
	faulty.only_name = "write";
	faulty.only_path = "/v/";
	publish_release(t->publishing);
	assert_true(faulty.failed > 0);
	assert_int_equal(t->done, 0); /* never from inside */
	run(t);
	faulty_arm(0, 0, false);
	assert_int_equal(t->done, 1);
	assert_int_equal(t->error.kind, ERR_FAILED);
	stop(t);
	assert_int_equal(pages(t), 0);
	assert_int_equal(durable_state_of(t, draft), STATE_HIDDEN);
	str_free(&path);
	str_free(&faulty.log);
	vault_close(t->c.app.vault);
	t->c.app.vault = NULL;
	end(t);
}

/* ---- Somebody else holds the vault */

static Vault *
other_session(Case *t)
{
	Str path = {0};
	path_join(&path, sv(t->c.dir), SV("v"));
	Vault *other = quick_open(&SYS_POSIX, str_c(&path));
	str_free(&path);
	return other;
}

static void
let_go(void *data)
{
	vault_release(data);
}

static void
it_waits_for_another_session_without_blocking(void **state)
{
	(void)state;
	Case *t = begin("plain");
	Id draft = app_draft(&t->c, "밤", "눈이 왔다.");
	Vault *other = other_session(t);
	assert_true(vault_hold(other, NULL));
	assert_in_range(start(t, draft, false, on_held), 0, 50);
	assert_false(publish_is_held(t->publishing));
	assert_true(loop_timer(t->loop, 250, let_go, other) > 0);
	run(t);
	assert_int_equal(t->held, 1);
	/* and now it is ours */
	bool held;
	assert_true(vault_try_hold(other, &held, NULL));
	assert_false(held);
	stop(t);
	assert_true(vault_try_hold(other, &held, NULL));
	assert_true(held);
	/* taken back while it waits: nothing happened, and the other's hold is not ours to end */
	start(t, draft, false, on_held);
	assert_true(loop_step(t->loop, 20, NULL));
	stop(t);
	Vault *third = other_session(t);
	assert_true(vault_try_hold(third, &held, NULL));
	assert_false(held);
	vault_close(third);
	vault_close(other);
	end(t);
}

static void
it_gives_up_after_ten_seconds(void **state)
{
	(void)state;
	Case *t = begin("plain");
	Id draft = app_draft(&t->c, "밤", "눈이 왔다.");
	Vault *other = other_session(t);
	assert_true(vault_hold(other, NULL));
	int64_t from = now_ms();
	start(t, draft, false, on_held);
	run(t);
	assert_in_range(now_ms() - from, 9900, 15000);
	assert_int_equal(t->done, 1);
	assert_int_equal(t->error.kind, ERR_FAILED);
	assert_non_null(strstr(err_text(&t->error), "another meok"));
	stop(t);
	assert_int_equal(state_of(t, draft), STATE_DRAFT);
	vault_close(other);
	end(t);
}

static void
known_errors_are_returned_and_hold_nothing(void **state)
{
	(void)state;
	Case *t = begin("plain");
	Id draft = app_draft(&t->c, "", "제목이 없다.");
	PublishRequest request = {.draft = draft, .site = SV("blog")};
	PublishWatcher watcher = {.held = on_held, .done = on_done, .data = t};
	assert_null(publish_start(&t->c.app, t->loop, &request, &watcher, &t->c.err));
	assert_int_equal(t->c.err.kind, ERR_USAGE);
	request.site = SV("bolg");
	assert_null(publish_start(&t->c.app, t->loop, &request, &watcher, &t->c.err));
	assert_int_equal(t->c.err.kind, ERR_NOT_FOUND);
	assert_int_equal(t->done, 0);
	Vault *other = other_session(t);
	bool held;
	assert_true(vault_try_hold(other, &held, NULL));
	assert_true(held);
	vault_close(other);
	/* freed before it could say that there is nothing to do */
	draft = app_draft(&t->c, "밤", "눈이 왔다.");
	start(t, draft, false, NULL);
	run(t);
	expect_result(t, RESULT_PUBLISHED);
	start(t, draft, false, NULL);
	stop(t);
	run(t);
	assert_int_equal(t->done, 0);
	end(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_article_waits_hidden_until_it_is_released),
		cmocka_unit_test(it_may_be_released_at_once),
		cmocka_unit_test(what_is_taken_back_stays_hidden_and_is_finished_later),
		cmocka_unit_test(an_update_is_not_held),
		cmocka_unit_test(a_draft_of_the_site_is_held_when_it_becomes_public),
		cmocka_unit_test(a_link_lost_while_held_says_that_it_is_hidden),
		cmocka_unit_test(a_link_lost_after_the_release_is_unknown),
		cmocka_unit_test(a_release_that_cannot_be_made_durable_fails),
		cmocka_unit_test(it_waits_for_another_session_without_blocking),
		cmocka_unit_test(it_gives_up_after_ten_seconds),
		cmocka_unit_test(known_errors_are_returned_and_hold_nothing),
	};
	return cmocka_run_group_tests_name("publish", tests, NULL, NULL);
}
