/* The texts of all drafts at once: all of them, as they are now, whatever happens to the vault meanwhile. */
#include "vault_unit.h"

#include <fcntl.h>
#include <unistd.h>

enum { DRAFTS = 60 };

typedef struct Case {
	char *dir;
	Str path;
	Vault *vault;
	Err err;
	Id drafts[DRAFTS];
} Case;

/* What a run gave: bodies by the place, so that threads do not meet. */
typedef struct Given {
	Str bodies[DRAFTS * 2];
	size_t keywords[DRAFTS * 2];
	atomic_size_t count;
} Given;

static Case
begin(void)
{
	Case c = {.dir = make_dir()};
	c.vault = quick_vault(c.dir, &c.path);
	for (int i = 0; i < DRAFTS; i++) {
		char title[32];
		snprintf(title, sizeof title, "글 %d", i);
		Revision revision = text_revision(title, "몸 ");
		for (int k = 0; k < i * 300; k++)
			str_append_c(&revision.body, "가나다 abc\n");
		str_append_c(&revision.body, title);
		for (int k = 0; k < i % 4; k++)
			list_append(&revision.keywords, SV("낱말"));
		assert_true(vault_save_draft(c.vault, &revision, &c.err));
		c.drafts[i] = revision.draft;
		revision_free(&revision);
	}
	return c;
}

static void
end(Case *c)
{
	vault_close(c->vault);
	str_free(&c->path);
	remove_dir(c->dir);
}

static void
take(void *data, size_t at, const SweepText *text)
{
	Given *given = data;
	assert_int_equal(given->bodies[at].len, 0);
	str_set(&given->bodies[at], text->body);
	size_t pos = 0;
	StrView keyword;
	while (sweep_keyword(text, &pos, &keyword)) {
		assert_true(sv_equal(keyword, SV("낱말")));
		given->keywords[at]++;
	}
	atomic_fetch_add(&given->count, 1);
}

static void
given_free(Given *given)
{
	for (size_t i = 0; i < sizeof given->bodies / sizeof given->bodies[0]; i++)
		str_free(&given->bodies[i]);
	*given = (Given){0};
}

/* The place of a draft. */
static size_t
place_of(const Sweep *sweep, Id draft)
{
	for (size_t i = 0; i < sweep_count(sweep); i++)
		if (id_equal(*sweep_draft(sweep, i), draft))
			return i;
	fail_msg("not there");
	return 0;
}

static void
check_all(Case *c, const Sweep *sweep, const Given *given)
{
	for (int i = 0; i < DRAFTS; i++) {
		Revision revision = {0};
		size_t at = place_of(sweep, c->drafts[i]);
		assert_true(vault_load_draft(c->vault, c->drafts[i], &revision, &c->err));
		assert_true(sv_equal(str_view(&given->bodies[at]), str_view(&revision.body)));
		assert_int_equal(given->keywords[at], revision.keywords.len);
		assert_false(sweep_failed(sweep, at));
		revision_free(&revision);
	}
}

static void
test_all_texts(void **state)
{
	(void)state;
	Case c = begin();
	Given given = {0};
	static const size_t keeps[] = {0, 20000, 64 << 20};
	for (size_t k = 0; k < sizeof keeps / sizeof keeps[0]; k++) {
		Sweep *sweep = sweep_new(keeps[k], &c.err);
		for (int run = 0; run < 3; run++) {
			assert_true(sweep_list(sweep, c.vault, &c.err));
			assert_int_equal(sweep_count(sweep), DRAFTS);
			sweep_run(sweep, NULL, take, &given);
			assert_int_equal(atomic_load(&given.count), DRAFTS);
			check_all(&c, sweep, &given);
			given_free(&given);
		}
		sweep_free(sweep);
	}
	end(&c);
}

/* The calls of several threads are counted; faulty_sys is for one. */
static atomic_int opened;

static int
count_open(const char *path, int flags, mode_t mode)
{
	atomic_fetch_add(&opened, 1);
	return SYS_POSIX.open(path, flags, mode);
}

/* What was kept is not read again; what has changed is. */
static void
test_kept_texts(void **state)
{
	(void)state;
	Case c = begin();
	Given given = {0};
	Sys sys = SYS_POSIX;
	sys.open = count_open;
	c.vault->sys = &sys;
	Sweep *sweep = sweep_new(64 << 20, &c.err);
	assert_true(sweep_list(sweep, c.vault, &c.err));
	sweep_want(sweep, place_of(sweep, c.drafts[3]), false);
	sweep_run(sweep, NULL, take, &given);
	assert_int_equal(atomic_load(&given.count), DRAFTS - 1);
	given_free(&given);
	Revision revision = {0};
	assert_true(vault_load_draft(c.vault, c.drafts[5], &revision, &c.err));
	str_set(&revision.body, SV("새 글"));
	assert_true(vault_save_draft(c.vault, &revision, &c.err));
	revision_free(&revision);
	assert_true(sweep_list(sweep, c.vault, &c.err));
	atomic_store(&opened, 0);
	sweep_run(sweep, NULL, take, &given);
	assert_int_equal(atomic_load(&opened), 2); /* the one that was not wanted, and the one that changed */
	assert_int_equal(atomic_load(&given.count), DRAFTS);
	check_all(&c, sweep, &given);
	given_free(&given);
	sweep_free(sweep);
	end(&c);
}

static void
flip(const Case *c, Id object)
{
	char name[ID_TEXT + 1];
	Str path = {0};
	id_format(object, name);
	str_printf(&path, "%s/objects/%c/%s", str_c(&c->path), name[0], name);
	int fd = open(str_c(&path), O_RDWR);
	char byte;
	assert_int_equal(pread(fd, &byte, 1, 2000), 1);
	byte ^= 4;
	assert_int_equal(pwrite(fd, &byte, 1, 2000), 1);
	close(fd);
	str_free(&path);
}

static void
test_damage_is_told(void **state)
{
	(void)state;
	Case c = begin();
	Given given = {0};
	Sweep *sweep = sweep_new(0, &c.err);
	assert_true(sweep_list(sweep, c.vault, &c.err));
	size_t at = place_of(sweep, c.drafts[7]);
	flip(&c, vault_entry(c.vault, OBJECT_REVISION, c.drafts[7])->head);
	sweep_run(sweep, NULL, take, &given);
	assert_int_equal(atomic_load(&given.count), DRAFTS - 1);
	assert_true(sweep_failed(sweep, at));
	assert_int_equal(given.bodies[at].len, 0);
	assert_false(sweep_again(sweep, c.vault, at, take, &given, &c.err));
	assert_int_equal(c.err.kind, ERR_DAMAGED);
	given_free(&given);
	sweep_free(sweep);
	end(&c);
}

/* Another session replaces a text while this one searches; the vault may be gone altogether. */
static void
test_the_vault_goes_on(void **state)
{
	(void)state;
	Case c = begin();
	Given given = {0};
	Sweep *sweep = sweep_new(0, &c.err);
	Revision revision = {0};
	assert_true(vault_load_draft(c.vault, c.drafts[9], &revision, &c.err));
	revision.automatic = true;
	str_set(&revision.body, SV("einmal"));
	assert_true(vault_save_draft(c.vault, &revision, &c.err));
	assert_true(sweep_list(sweep, c.vault, &c.err));
	size_t at = place_of(sweep, c.drafts[9]);
	str_set(&revision.body, SV("zweimal"));
	assert_true(vault_save_draft(c.vault, &revision, &c.err));
	revision_free(&revision);
	sweep_run(sweep, NULL, take, &given);
	assert_true(sweep_failed(sweep, at));
	assert_true(sweep_again(sweep, c.vault, at, take, &given, &c.err));
	assert_true(sv_equal(str_view(&given.bodies[at]), SV("zweimal")));
	given_free(&given);
	assert_true(sweep_list(sweep, c.vault, &c.err));
	vault_close(c.vault);
	sweep_run(sweep, NULL, take, &given);
	assert_int_equal(atomic_load(&given.count), DRAFTS);
	given_free(&given);
	sweep_free(sweep);
	c.vault = NULL;
	end(&c);
}

static void
test_all_heads_of_a_split_draft(void **state)
{
	(void)state;
	Case c = begin();
	Given given = {0};
	Revision one = {0}, other = {0};
	assert_true(vault_load_draft(c.vault, c.drafts[2], &one, &c.err));
	assert_true(revision_copy(&other, &one, &c.err));
	str_set(&one.body, SV("hier"));
	str_set(&other.body, SV("dort"));
	Vault *second = quick_open(&SYS_POSIX, str_c(&c.path));
	assert_true(vault_save_draft(c.vault, &one, &c.err) && vault_save_draft(second, &other, &c.err));
	vault_close(second);
	assert_true(vault_refresh(c.vault, &c.err));
	Sweep *sweep = sweep_new(0, &c.err);
	assert_true(sweep_list(sweep, c.vault, &c.err));
	assert_int_equal(sweep_count(sweep), DRAFTS + 1);
	sweep_run(sweep, NULL, take, &given);
	int found = 0;
	for (size_t i = 0; i <= DRAFTS; i++)
		found += sv_equal(str_view(&given.bodies[i]), SV("hier")) ||
			 sv_equal(str_view(&given.bodies[i]), SV("dort"));
	assert_int_equal(found, 2);
	given_free(&given);
	revision_free(&one);
	revision_free(&other);
	sweep_free(sweep);
	end(&c);
}

typedef struct Stopping {
	atomic_bool stop;
	atomic_size_t count;
} Stopping;

static void
stop_soon(void *data, size_t at, const SweepText *text)
{
	(void)at;
	(void)text;
	Stopping *stopping = data;
	if (atomic_fetch_add(&stopping->count, 1) == 4)
		atomic_store(&stopping->stop, true);
}

static void
test_it_can_be_stopped(void **state)
{
	(void)state;
	Case c = begin();
	Stopping stopping = {0};
	Sweep *sweep = sweep_new(0, &c.err);
	assert_true(sweep_list(sweep, c.vault, &c.err));
	sweep_run(sweep, &stopping.stop, stop_soon, &stopping);
	assert_in_range(atomic_load(&stopping.count), 5, 4 + TEAM_MAX);
	sweep_free(sweep);
	sweep_free(NULL);
	end(&c);
}

/* ---- Reading ahead */

static Sys
counting_sys(void)
{
	Sys sys = SYS_POSIX;
	sys.open = count_open;
	atomic_store(&opened, 0);
	return sys;
}

/* How many files the next run opens; all texts are given in any case. */
static int
opened_by_run(Case *c, Sweep *sweep)
{
	Given given = {0};
	atomic_store(&opened, 0);
	sweep_run(sweep, NULL, take, &given);
	int count = atomic_load(&opened);
	assert_int_equal(atomic_load(&given.count), DRAFTS);
	check_all(c, sweep, &given);
	given_free(&given);
	return count;
}

static void
test_reading_ahead(void **state)
{
	(void)state;
	Case c = begin();
	Sys sys = counting_sys();
	c.vault->sys = &sys;
	Sweep *sweep = sweep_new(64 << 20, &c.err);
	assert_true(sweep_list(sweep, c.vault, &c.err));
	sweep_want(sweep, place_of(sweep, c.drafts[3]), false);
	sweep_run(sweep, NULL, NULL, NULL);
	assert_int_equal(atomic_load(&opened), DRAFTS - 1);
	assert_true(sweep_list(sweep, c.vault, &c.err));
	assert_int_equal(opened_by_run(&c, sweep), 1);
	assert_int_equal(opened_by_run(&c, sweep), 0);
	/* A draft that is saved between the two is read as it is now. */
	Revision revision = {0};
	assert_true(vault_load_draft(c.vault, c.drafts[50], &revision, &c.err));
	str_set(&revision.body, SV("새 글"));
	assert_true(vault_save_draft(c.vault, &revision, &c.err));
	revision_free(&revision);
	assert_true(sweep_list(sweep, c.vault, &c.err));
	assert_int_equal(opened_by_run(&c, sweep), 1);
	sweep_free(sweep);
	end(&c);
}

static int
refuse_open(const char *path, int flags, mode_t mode)
{
	(void)path;
	(void)flags;
	(void)mode;
	errno = EACCES;
	return -1;
}

/* What is not to be kept is not read either, and the limit holds for long texts and short ones. */
static void
test_reading_ahead_has_a_limit(void **state)
{
	(void)state;
	Case c = begin();
	Sys sys = counting_sys();
	c.vault->sys = &sys;
	static const size_t keeps[] = {0, 5000, 300000, 3000000};
	for (size_t k = 0; k < sizeof keeps / sizeof keeps[0]; k++) {
		Sweep *sweep = sweep_new(keeps[k], &c.err);
		size_t kept = 0;
		assert_true(sweep_list(sweep, c.vault, &c.err));
		atomic_store(&opened, 0);
		sweep_run(sweep, NULL, NULL, NULL);
		int ahead = atomic_load(&opened);
		Given given = {0};
		sys.open = refuse_open;
		sweep_run(sweep, NULL, take, &given);
		assert_int_equal(atomic_load(&given.count), ahead);
		for (int i = 0; i < DRAFTS; i++)
			kept += given.bodies[i].len;
		given_free(&given);
		sys.open = count_open;
		assert_true(kept <= keeps[k]);
		assert_int_equal(ahead > 0, keeps[k] > 0);
		assert_true(ahead < DRAFTS);
		assert_int_equal(opened_by_run(&c, sweep), DRAFTS - ahead);
		sweep_free(sweep);
	}
	end(&c);
}

/* The file is damaged before it is read ahead, or replaced: the search tells, as it would without. */
static void
test_reading_ahead_over_damage(void **state)
{
	(void)state;
	Case c = begin();
	Given given = {0};
	Sweep *sweep = sweep_new(64 << 20, &c.err);
	assert_true(sweep_list(sweep, c.vault, &c.err));
	size_t small = place_of(sweep, c.drafts[7]), big = place_of(sweep, c.drafts[58]);
	flip(&c, vault_entry(c.vault, OBJECT_REVISION, c.drafts[7])->head);
	flip(&c, vault_entry(c.vault, OBJECT_REVISION, c.drafts[58])->head);
	sweep_run(sweep, NULL, NULL, NULL);
	sweep_run(sweep, NULL, take, &given);
	assert_int_equal(atomic_load(&given.count), DRAFTS - 2);
	assert_true(sweep_failed(sweep, small) && sweep_failed(sweep, big));
	given_free(&given);
	sweep_free(sweep);
	end(&c);
}

static atomic_bool halt;

static int
stop_at_tenth(const char *path, int flags, mode_t mode)
{
	if (atomic_fetch_add(&opened, 1) == 10)
		atomic_store(&halt, true);
	return SYS_POSIX.open(path, flags, mode);
}

/* No thread begins another text; what was read until then is not read again. */
static void
test_reading_ahead_stops(void **state)
{
	(void)state;
	Case c = begin();
	Sweep *sweep = sweep_new(64 << 20, &c.err);
	Sys sys = SYS_POSIX;
	sys.open = stop_at_tenth;
	c.vault->sys = &sys;
	assert_true(sweep_list(sweep, c.vault, &c.err));
	atomic_store(&opened, 0);
	sweep_run(sweep, &halt, NULL, NULL);
	int ahead = atomic_load(&opened);
	assert_in_range(ahead, 11, 11 + TEAM_MAX);
	assert_int_equal(opened_by_run(&c, sweep), DRAFTS - ahead);
	sweep_free(sweep);
	end(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_texts),
		cmocka_unit_test(test_kept_texts),
		cmocka_unit_test(test_damage_is_told),
		cmocka_unit_test(test_the_vault_goes_on),
		cmocka_unit_test(test_all_heads_of_a_split_draft),
		cmocka_unit_test(test_it_can_be_stopped),
		cmocka_unit_test(test_reading_ahead),
		cmocka_unit_test(test_reading_ahead_has_a_limit),
		cmocka_unit_test(test_reading_ahead_over_damage),
		cmocka_unit_test(test_reading_ahead_stops),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
