/* Writing the vault folder: the order of the calls, and every one of them failing. */
#include "store_unit.h"

#include <sys/stat.h>

/* ---- The order of calls */

/* Where the n-th line of the record with this start is; -1 when there is none. */
static int
line_of(const char *start_of_line, const char *part)
{
	int line = 0;
	StrView rest = str_view(&faulty.log), one;
	while (sv_split(&rest, '\n', &one)) {
		if (sv_starts(one, sv(start_of_line)) && sv_find(one, sv(part), 0) != SIZE_MAX)
			return line;
		line++;
	}
	return -1;
}

static void
a_save_is_synchronised_in_order(void **state)
{
	(void)state;
	Fixture f = start();
	Sys sys = faulty_sys();
	Vault *vault = quick_open(&sys, str_c(&f.path));
	faulty_arm(0, 0, false);
	save(vault, "제목", "본문");
	int make = line_of("make_dir", "/objects/"), sync_objects = line_of("sync", "/v/objects");
	int opened = line_of("open", "/v/tmp/"), allocated = line_of("allocate", "/v/tmp/"),
	    written = line_of("write", "/v/tmp/");
	int synced = line_of("sync", "/v/tmp/"), closed = line_of("close", "/v/tmp/");
	int renamed = line_of("rename_new", "/objects/"), sync_shard = line_of("sync", "/objects/");
	assert_true(make >= 0);
	assert_true(make < sync_objects);
	assert_true(sync_objects < renamed);
	assert_true(
		opened < allocated && allocated < written && written < synced && synced < closed && closed < renamed);
	assert_true(renamed < sync_shard);
	vault_close(vault);
	/* a shard folder that another session has made is not trusted to be durable */
	vault = quick_open(&sys, str_c(&f.path));
	char shard[300];
	for (const char *c = "abcdefghijklmnopqrstuvwxyz234567"; *c != '\0'; c++) {
		snprintf(shard, sizeof shard, "%s/objects/%c", str_c(&f.path), *c);
		mkdir(shard, 0700);
	}
	faulty_arm(0, 0, false);
	save(vault, "둘", "본문");
	assert_true(line_of("sync", "/v/objects") >= 0);
	assert_true(line_of("sync", "/v/objects") < line_of("rename_new", "/objects/"));
	vault_close(vault);
	/* creating: the slot comes after everything else is durable */
	Str path = {0};
	Err err = {0};
	path_join(&path, sv(f.dir), SV("n"));
	faulty_arm(0, 0, false);
	assert_true(open_create(&sys, str_c(&path), PASSPHRASE, 1, 8192, &err));
	assert_true(line_of("sync", "/n/keys") > line_of("rename_new", "/n/keys/"));
	assert_true(line_of("rename_new", "/n/keys/") > line_of("rename_over", "README.txt"));
	assert_true(line_of("rename_new", "/n/keys/") > line_of("make_dir", "/n/objects"));
	assert_true(line_of("sync", "/n") > line_of("make_dir", "/n/tmp"));
	/* every folder that was made on the way is durable before the slot */
	path_join(&path, sv(f.dir), SV("deep/er/n"));
	faulty_arm(0, 0, false);
	assert_true(open_create(&sys, str_c(&path), PASSPHRASE, 1, 8192, &err));
	static const char *const made[] = {"/deep/er/n\n", "/deep/er\n", "/deep\n"};
	for (size_t i = 0; i < sizeof made / sizeof *made; i++) {
		size_t at = sv_find(
			str_view(&faulty.log), sv(made[i]), sv_find(str_view(&faulty.log), SV("README.txt"), 0));
		assert_true(at < sv_find(str_view(&faulty.log), SV("/keys/"), 0));
	}
	faulty_arm(0, 0, false);
	str_free(&path);
	end(&f);
}

/* ---- Every call fails */

typedef struct Faults {
	int runs, failures;
} Faults;

/* Saves a second revision of a draft while call number `at` fails. True when a call did fail. */
static bool
save_with_fault(int at, int fail_errno, bool forever, Faults *faults)
{
	Fixture f = start();
	Id draft = save(f.vault, "제목", "처음");
	vault_close(f.vault);
	Sys sys = faulty_sys();
	faulty_arm(0, 0, false);
	f.vault = quick_open(&sys, str_c(&f.path));
	Revision revision = {0}, read = {0};
	Err err = {0};
	assert_true(vault_load_draft(f.vault, draft, &revision, &err));
	str_set(&revision.body, SV("다음"));
	faulty_arm(at, fail_errno, forever);
	bool saved = vault_save_draft(f.vault, &revision, &err);
	bool failed = faulty.failed > 0;
	bool no_unlink = forever;
	faulty_arm(0, 0, false);
	if (!saved) {
		faults->failures++;
		assert_int_equal(err.kind, ERR_FAILED);
		assert_true(strlen(err_text(&err)) > 20);
		/* in memory nothing changed, and the next save works */
		assert_true(vault_load_draft(f.vault, draft, &read, &err));
		assert_view_equal(str_view(&read.body), "처음");
		assert_int_equal(vault_entry(f.vault, OBJECT_REVISION, draft)->revisions, 1);
		if (!no_unlink)
			assert_int_equal(count_files(str_c(&f.path), "objects"), 1);
		assert_true(vault_save_draft(f.vault, &revision, &err));
	}
	/* what was called saved is there for everybody */
	Vault *again = quick_open(&SYS_POSIX, str_c(&f.path));
	assert_true(vault_load_draft(again, draft, &read, &err));
	assert_view_equal(str_view(&read.body), "다음");
	assert_int_equal(damaged(again), 0);
	vault_close(again);
	revision_free(&revision);
	revision_free(&read);
	end(&f);
	faults->runs++;
	return failed;
}

static void
a_save_survives_every_failing_call(void **state)
{
	(void)state;
	static const int errors[] = {EIO, ENOSPC, EDQUOT, EROFS, EINTR};
	Faults faults = {0};
	for (size_t e = 0; e < sizeof errors / sizeof *errors; e++) {
		for (int at = 1; save_with_fault(at, errors[e], false, &faults); at++)
			;
		/* a call that is interrupted for ever would be tried for ever */
		for (int at = 1; errors[e] != EINTR && save_with_fault(at, errors[e], true, &faults); at++)
			;
	}
	assert_true(faults.runs > 100);
	assert_true(faults.failures > 50);
}

static void
an_interrupted_call_is_no_failure(void **state)
{
	(void)state;
	Fixture f = start();
	Sys sys = faulty_sys();
	faulty_arm(0, 0, false);
	Vault *vault = quick_open(&sys, str_c(&f.path));
	save(vault, "제목", "본문");
	static const char *const calls[] = {"open", "allocate", "write", "sync", "close"};
	int interrupted = 0;
	for (int at = 1; at < 40; at++) {
		faulty_arm(at, EINTR, false);
		Revision revision = text_revision("글", "마디");
		str_printf(&revision.body, "%d", at);
		Err err = {0};
		bool saved = vault_save_draft(vault, &revision, &err);
		bool retried = false;
		for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
			char pattern[32];
			snprintf(pattern, sizeof pattern, "%s ", calls[i]);
			retried = retried || line_of(pattern, "FAILED") >= 0;
		}
		if (retried) {
			assert_true(saved);
			interrupted++;
		}
		revision_free(&revision);
	}
	assert_true(interrupted >= 5);
	faulty_arm(0, 0, false);
	vault_close(vault);
	end(&f);
}

/* Lines of the record with this start and part. */
static int
count_lines(const char *start_of_line, const char *part)
{
	int lines = 0;
	StrView rest = str_view(&faulty.log), one;
	while (sv_split(&rest, '\n', &one))
		lines += sv_starts(one, sv(start_of_line)) && sv_find(one, sv(part), 0) != SIZE_MAX;
	return lines;
}

static void
a_failed_fsync_gets_one_new_file(void **state)
{
	(void)state;
	Fixture f = start();
	Sys sys = faulty_sys();
	faulty_arm(0, 0, false);
	Vault *vault = quick_open(&sys, str_c(&f.path));
	static const char *const places[] = {"/v/tmp/", "/v/objects/"};
	for (size_t i = 0; i < 2; i++) {
		size_t before = count_files(str_c(&f.path), "objects");
		Revision revision = text_revision("글", i == 0 ? "하나" : "둘");
		Err err = {0};
		/* once: the descriptor is given up, a second file is written, nothing of the first stays */
		faulty_arm_on("sync", places[i], 1, EIO, false);
		assert_true(vault_save_draft(vault, &revision, &err));
		assert_int_equal(faulty.failed, 1);
		assert_int_equal(count_lines("allocate", "/v/tmp/"), 2);
		assert_int_equal(count_lines("unlink", places[i]), 1);
		assert_int_equal(count_files(str_c(&f.path), "objects"), before + 1);
		/* twice: it says so, and nothing is there */
		str_append_c(&revision.body, "!");
		faulty_arm_on("sync", places[i], 1, EIO, true);
		assert_false(vault_save_draft(vault, &revision, &err));
		assert_int_equal(faulty.failed, 2);
		assert_non_null(strstr(err_text(&err), "save again"));
		assert_int_equal(count_files(str_c(&f.path), "objects"), before + 1);
		assert_int_equal(count_files(str_c(&f.path), "tmp"), 0);
		revision_free(&revision);
	}
	faulty_arm(0, 0, false);
	vault_close(vault);
	end(&f);
}

static bool
create_with_fault(int at, int fail_errno, bool forever)
{
	char *dir = make_dir();
	Str path = {0};
	Err err = {0};
	Sys sys = faulty_sys();
	path_join(&path, sv(dir), SV("v"));
	faulty_arm(at, fail_errno, forever);
	bool made = open_create(&sys, str_c(&path), PASSPHRASE, 1, 8192, &err);
	bool failed = faulty.failed > 0;
	faulty_arm(0, 0, false);
	if (!made) {
		assert_true(strlen(err_text(&err)) > 10);
		if (!forever)
			assert_int_equal(count_files(dir, "."), 0);
		/* on a disk that refuses everything from then on, a slot that is in place cannot be taken back */
		bool there = vault_exists(&SYS_POSIX, str_c(&path));
		assert_true(forever || !there);
		/* what is left is no obstacle */
		assert_int_equal(open_create(&SYS_POSIX, str_c(&path), PASSPHRASE, 1, 8192, &err), !there);
	}
	vault_close(quick_open(&SYS_POSIX, str_c(&path)));
	str_free(&path);
	remove_dir(dir);
	return failed;
}

static void
creating_survives_every_failing_call(void **state)
{
	(void)state;
	int at;
	for (at = 1; create_with_fault(at, ENOSPC, false); at++)
		;
	assert_true(at > 25);
	for (at = 1; create_with_fault(at, EIO, true); at++)
		;
	assert_true(at > 25);
}

static void
reading_survives_every_failing_call(void **state)
{
	(void)state;
	Fixture f = start();
	for (int i = 0; i < 5; i++)
		save(f.vault, "제목", i % 2 ? "하나" : "둘");
	Sys sys = faulty_sys();
	int opened = 0, refused = 0;
	for (int at = 1;; at++) {
		faulty_arm(at, EIO, false);
		Err err = {0};
		Vault *vault = open_vault(&sys, str_c(&f.path), NULL, PASSPHRASE, &QUICK, &err);
		bool failed = faulty.failed > 0;
		if (vault == NULL) {
			refused++;
			assert_int_not_equal(err.kind, ERR_NONE);
		} else {
			/* what could not be read is named, the rest is there */
			opened++;
			if (damaged(vault) == 0)
				assert_int_equal(count(vault, OBJECT_REVISION), 5);
		}
		vault_close(vault);
		if (!failed)
			break;
	}
	faulty_arm(0, 0, false);
	assert_true(opened > 10 && refused > 2);
	end(&f);
}

static void
a_folder_that_may_only_be_read_opens(void **state)
{
	(void)state;
	Fixture f = start();
	Id draft = save(f.vault, "제목", "본문");
	Sys sys = faulty_sys();
	faulty_arm(0, 0, false);
	Vault *vault = quick_open(&sys, str_c(&f.path));
	/* opening has changed nothing */
	assert_int_equal(line_of("write", ""), -1);
	assert_int_equal(line_of("make_dir", ""), -1);
	assert_int_equal(line_of("unlink", ""), -1);
	assert_int_equal(line_of("rename", ""), -1);
	Revision revision = {0};
	Err err = {0};
	assert_true(vault_load_draft(vault, draft, &revision, &err));
	str_set(&revision.body, SV("다음"));
	faulty_arm(1, EROFS, true);
	sys.stat_size = SYS_POSIX.stat_size;
	assert_false(vault_save_draft(vault, &revision, &err));
	assert_non_null(strstr(err_text(&err), "only be read"));
	faulty_arm(0, 0, false);
	revision_free(&revision);
	vault_close(vault);
	end(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_save_is_synchronised_in_order),
		cmocka_unit_test(a_save_survives_every_failing_call),
		cmocka_unit_test(an_interrupted_call_is_no_failure),
		cmocka_unit_test(a_failed_fsync_gets_one_new_file),
		cmocka_unit_test(creating_survives_every_failing_call),
		cmocka_unit_test(reading_survives_every_failing_call),
		cmocka_unit_test(a_folder_that_may_only_be_read_opens),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
