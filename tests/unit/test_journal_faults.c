/* Journals when calls, disks or memory fail, at every point of writing and resuming, and while a thread synchronises.
 */
#include "journal_unit.h"

#include "luckless.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>

/* ---- Every call */

/* What a writer was told, and what was tried. */
typedef struct Told {
	StrList tried; /* all entries that were added */
	size_t safe;   /* so many of them were written, as journal_write said */
	bool begun, closed;
} Told;

/* Writes the story as a session does, going on whatever fails. */
static void
tell_story(Vault *vault, Told *told)
{
	JournalEntry begin = story_begin();
	Journal *journal = journal_new(vault, &begin, NULL);
	*told = (Told){.begun = journal != NULL};
	if (journal == NULL)
		return;
	for (int i = 0; i < STORY_GROUPS; i++) {
		assert_true(story_add(journal, i, &told->tried, NULL));
		if (journal_write(journal, NULL))
			told->safe = told->tried.len;
		if (i % 3 == 1)
			journal_sync(journal, NULL);
	}
	told->closed = journal_close(journal, true, NULL);
	if (told->closed)
		told->safe = told->tried.len;
}

/* After the session, on a machine that is well again. */
static void
check_told(const Desk *desk, const Told *told)
{
	StrList read = {0};
	bool whole = true;
	Id id = only_journal(desk->vault);
	if (!id_is_none(id)) {
		assert_true(read_lines(desk->vault, id, &read, &whole));
		assert_true(whole);
		assert_true(!told->begun || is_prefix(&read, &told->tried));
	}
	assert_true(read.len >= told->safe);
	list_free(&read);
}

typedef struct Fault {
	int number;
	bool forever;
} Fault;

static const Fault FAULTS[] = {{EIO, false}, {EIO, true}, {ENOSPC, false}, {ENOSPC, true}, {EDQUOT, true},
	{EROFS, false}, {EROFS, true}, {EINTR, false}};
enum { FAULT_COUNT = sizeof FAULTS / sizeof *FAULTS };

/* Whether the call that failed is one that POSIX lets a signal interrupt. */
static bool
interruptible(void)
{
	static const char *const names[] = {
		"open ", "read ", "pread ", "write ", "allocate ", "sync ", "sync_data ", "lock ", "close "};
	StrView rest = str_view(&faulty.log), line;
	while (sv_split(&rest, '\n', &line)) {
		if (!sv_ends(line, SV(" FAILED")))
			continue;
		for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
			if (sv_starts(line, sv(names[i])))
				return true;
		}
	}
	return false;
}

static void
no_failing_call_loses_what_was_written(void **state)
{
	(void)state;
	Desk desk = desk_start();
	Sys sys = faulty_sys();
	int cases = 0;
	for (size_t f = 0; f < FAULT_COUNT; f++) {
		bool more = true;
		for (int at = 1; more; at++) {
			Told told;
			Vault *vault = desk_open(&desk, &sys);
			faulty_arm(at, FAULTS[f].number, FAULTS[f].forever);
			tell_story(vault, &told);
			more = faulty.failed > 0;
			bool signal = FAULTS[f].number == EINTR && interruptible();
			faulty_arm(0, 0, false);
			vault_close(vault);
			check_told(&desk, &told);
			/* What failed once is tried again, or written elsewhere. */
			assert_true(FAULTS[f].forever || !told.begun || told.closed);
			assert_true(!signal || (told.begun && told.safe == told.tried.len));
			assert_true(more || told.closed);
			list_free(&told.tried);
			desk_clear(&desk);
			cases++;
		}
	}
	print_message("%d faults\n", cases);
	assert_true(cases > FAULT_COUNT * 20);
	desk_end(&desk);
}

static void
one_kind_of_call_may_fail_for_ever(void **state)
{
	(void)state;
	static const char *const names[] = {"sync_data", "sync", "allocate", "write", "lock", "unlink", "rename_new",
		"close", "open", "pread", "stat_size", "make_dir"};
	Desk desk = desk_start();
	Sys sys = faulty_sys();
	for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
		for (size_t f = 0; f < FAULT_COUNT; f++) {
			bool more = FAULTS[f].forever;
			for (int at = 1; more; at++) {
				Told told;
				Vault *vault = desk_open(&desk, &sys);
				faulty_arm_on(names[n], "journal", at, FAULTS[f].number, true);
				tell_story(vault, &told);
				more = faulty.failed > 0;
				faulty_arm(0, 0, false);
				vault_close(vault);
				check_told(&desk, &told);
				/* A disk that does not confirm is left for a new file, which it does confirm. */
				assert_true(strcmp(names[n], "sync_data") != 0 || told.closed);
				list_free(&told.tried);
				desk_clear(&desk);
			}
		}
	}
	desk_end(&desk);
}

/* Everything from one call on fails: as if the process, or the machine, had ended there. */
static void
resuming_may_end_anywhere(void **state)
{
	(void)state;
	Desk desk = desk_start();
	Sys sys = faulty_sys();
	for (size_t f = 0; f < FAULT_COUNT; f++) {
		bool more = true;
		for (int at = 1; more; at++) {
			StrList written = {0}, read = {0};
			bool whole = false;
			Id id = story_write(desk.vault, &written, NULL);
			Vault *vault = desk_open(&desk, &sys);
			faulty_arm(at, FAULTS[f].number, FAULTS[f].forever);
			Journal *journal = journal_resume(vault, id, NULL);
			more = faulty.failed > 0;
			assert_true(more || journal != NULL);
			assert_true(FAULTS[f].number != EINTR || !interruptible() || journal != NULL);
			if (journal != NULL)
				journal_close(journal, true, NULL);
			faulty_arm(0, 0, false);
			vault_close(vault);
			Id left = only_journal(desk.vault);
			assert_false(id_is_none(left));
			assert_true(read_lines(desk.vault, left, &read, &whole) && whole);
			assert_same_lines(&read, &written);
			/* Nothing of the attempt is left behind for good. */
			assert_int_equal(count_files(str_c(&desk.vault->state), "journal"), 1);
			list_free(&written);
			list_free(&read);
			desk_clear(&desk);
		}
	}
	desk_end(&desk);
}

/* The same in the list, and in removing. */
static void
looking_may_fail_anywhere(void **state)
{
	(void)state;
	Desk desk = desk_start();
	Sys sys = faulty_sys();
	StrList written = {0};
	Id id = story_write(desk.vault, &written, NULL);
	for (size_t f = 0; f < FAULT_COUNT; f++) {
		bool more = true;
		for (int at = 1; more; at++) {
			JournalFound *found;
			size_t count, damaged;
			Err err = {0};
			Vault *vault = desk_open(&desk, &sys);
			faulty_arm(at, FAULTS[f].number, FAULTS[f].forever);
			bool ok = vault_journals(vault, &found, &count, &err);
			more = faulty.failed > 0;
			faulty_arm(0, 0, false);
			vault_damage(vault, &damaged);
			/* It is there, or something was said. */
			assert_true(ok ? count == 1 || damaged == 1 : err.kind != ERR_NONE);
			assert_true(more || (ok && count == 1));
			free(found);
			vault_close(vault);
			assert_true(id_equal(only_journal(desk.vault), id));
		}
	}
	list_free(&written);
	desk_end(&desk);
}

static void
removing_may_fail_anywhere(void **state)
{
	(void)state;
	Desk desk = desk_start();
	Sys sys = faulty_sys();
	for (size_t f = 0; f < FAULT_COUNT; f++) {
		bool more = true;
		for (int at = 1; more; at++) {
			Err err = {0};
			Id id = story_write(desk.vault, NULL, NULL);
			Vault *vault = desk_open(&desk, &sys);
			faulty_arm(at, FAULTS[f].number, FAULTS[f].forever);
			bool removed = vault_remove_journal(vault, id, &err);
			more = faulty.failed > 0;
			faulty_arm(0, 0, false);
			vault_close(vault);
			assert_true(removed || err.kind != ERR_NONE);
			Id left = only_journal(desk.vault);
			assert_true(removed ? id_is_none(left) : id_equal(left, id));
			desk_clear(&desk);
		}
	}
	desk_end(&desk);
}

/* ---- Disks */

/* A disk that fails to synchronise and forgets what it had not confirmed, as some file systems do. */
static struct {
	char path[300];
	off_t confirmed;
	int calls, fail_every;
	atomic_int failed;
} forgetful;

static int
forgetful_open(const char *path, int flags, mode_t mode)
{
	if ((flags & O_CREAT) != 0 && strstr(path, "/journal/") != NULL) {
		/* As it will be called. */
		snprintf(
			forgetful.path, sizeof forgetful.path, "%.*s", (int)(strlen(path) - strlen(JOURNAL_NEW)), path);
		forgetful.confirmed = 0;
	}
	return SYS_POSIX.open(path, flags, mode);
}

static int
forgetful_sync_data(int fd)
{
	if (++forgetful.calls % forgetful.fail_every != 0) {
		forgetful.confirmed = lseek(fd, 0, SEEK_CUR);
		return SYS_POSIX.sync_data(fd);
	}
	char zeros[4096] = {0};
	off_t end = lseek(fd, 0, SEEK_CUR);
	for (off_t at = forgetful.confirmed; at < end; at += (off_t)sizeof zeros) {
		size_t len = end - at < (off_t)sizeof zeros ? (size_t)(end - at) : sizeof zeros;
		assert_int_equal(pwrite(fd, zeros, len, at), len);
	}
	forgetful.failed++;
	errno = EIO;
	return -1;
}

static int
forgetful_sync(int fd)
{
	forgetful.confirmed = lseek(fd, 0, SEEK_CUR);
	return SYS_POSIX.sync(fd);
}

static void
what_a_disk_forgets_is_written_again(void **state)
{
	(void)state;
	Desk desk = desk_start();
	Sys sys = SYS_POSIX;
	sys.open = forgetful_open;
	sys.sync = forgetful_sync;
	sys.sync_data = forgetful_sync_data;
	forgetful.calls = 0;
	forgetful.failed = 0;
	forgetful.fail_every = 3;
	Vault *vault = desk_open(&desk, &sys);
	StrList written = {0}, read = {0};
	bool whole = false;
	Err err;
	JournalEntry begin = story_begin();
	Journal *journal = journal_new(vault, &begin, &err);
	note_entry(&written, &begin, NULL);
	for (size_t i = 0; i < 500; i++) {
		JournalEntry key = typed(i, i % 2 == 0 ? "가" : "a");
		assert_true(journal_add(journal, &key, &err) && note_entry(&written, &key, &err));
		assert_true(journal_write(journal, &err));
		if (i % 5 == 4 && !journal_sync(journal, &err)) {
			assert_false(journal_is_synced(journal));
			assert_true(journal_write(journal, &err));
			assert_true(journal_is_synced(journal));
		}
	}
	assert_true(forgetful.failed > 30);
	/* The last one as well. */
	forgetful.fail_every = 1;
	assert_true(journal_close(journal, true, &err));
	Id id = only_journal(desk.vault);
	assert_true(read_lines(desk.vault, id, &read, &whole) && whole);
	assert_same_lines(&read, &written);
	assert_int_equal(count_files(str_c(&desk.vault->state), "journal"), 1);
	list_free(&written);
	list_free(&read);
	vault_close(vault);
	desk_end(&desk);
}

static struct {
	off_t limit;
} disk;

static int
small_allocate(int fd, off_t size)
{
	return size > disk.limit ? ENOSPC : SYS_POSIX.allocate(fd, size);
}

static void
a_full_disk_is_told_while_there_is_a_reserve(void **state)
{
	(void)state;
	Desk desk = desk_start();
	Sys sys = SYS_POSIX;
	sys.allocate = small_allocate;
	disk.limit = 256 << 10;
	Vault *vault = desk_open(&desk, &sys);
	Err err = {0};
	StrList written = {0}, before = {0}, read = {0};
	JournalEntry begin = story_begin();
	Journal *journal = journal_new(vault, &begin, &err);
	assert_true(note_entry(&written, &begin, &err));
	uint64_t told = 0, stuck = 0;
	for (size_t i = 0; i < 4000; i++) {
		JournalEntry key = typed(i, "a");
		assert_true(journal_add(journal, &key, &err) && note_entry(&written, &key, &err));
		uint64_t size = journal_size(journal);
		err = (Err){0};
		bool ok = journal_write(journal, &err);
		assert_true(ok == (told == 0) || told == 0);
		if (!ok)
			assert_string_equal(err_text(&err), "the disk is full: make room");
		if (!ok && told == 0)
			told = size;
		if (journal_size(journal) == size && stuck == 0)
			stuck = size;
	}
	assert_true(told > 0 && told + (60 << 10) <= stuck && stuck <= (uint64_t)disk.limit);
	/* What is in the file is there for others; the rest comes when there is room. */
	disk.limit = 100 << 20;
	assert_true(journal_write(journal, &err));
	assert_true(journal_close(journal, true, &err));
	assert_true(read_lines(desk.vault, only_journal(desk.vault), &read, NULL));
	assert_same_lines(&read, &written);
	list_free(&written);
	list_free(&before);
	list_free(&read);
	vault_close(vault);
	desk_end(&desk);
}

static int
no_allocate(int fd, off_t size)
{
	(void)fd;
	(void)size;
	return EOPNOTSUPP;
}

static int
no_lock(int fd)
{
	(void)fd;
	errno = ENOTSUP;
	return -1;
}

static void
a_file_system_may_know_neither_space_nor_locks(void **state)
{
	(void)state;
	Desk desk = desk_start();
	Sys sys = SYS_POSIX;
	sys.allocate = no_allocate;
	sys.lock = no_lock;
	Vault *vault = desk_open(&desk, &sys);
	Told told;
	tell_story(vault, &told);
	assert_true(told.closed);
	check_told(&desk, &told);
	assert_false(id_is_none(only_journal(vault)));
	list_free(&told.tried);
	vault_close(vault);
	desk_end(&desk);
}

static int64_t patient_ms;

static int64_t
patient_clock(void)
{
	return patient_ms;
}

/* A disk that takes no new file is not asked for one with every key, and asked again after a while. */
static void
another_file_is_tried_once_in_a_while(void **state)
{
	(void)state;
	Desk desk = desk_start();
	Sys sys = faulty_sys();
	sys.now_ms = patient_clock;
	patient_ms = STORY_MS;
	Vault *vault = desk_open(&desk, &sys);
	Err err;
	StrList read = {0};
	JournalEntry begin = story_begin(), key = typed(0, "가");
	Journal *journal = journal_new(vault, &begin, &err);
	assert_true(journal_add(journal, &key, &err) && journal_write(journal, &err));
	faulty_arm_on("sync_data", "journal", 1, EIO, true);
	assert_false(journal_sync(journal, &err));
	faulty_arm_on("open", JOURNAL_NEW, 1, EMFILE, true);
	for (int i = 0; i < 100; i++) {
		patient_ms += 30;
		assert_true(journal_add(journal, &key, &err));
		assert_false(journal_write(journal, &err));
	}
	assert_in_range(faulty.failed, 3, 4);
	assert_int_equal(journal_size(journal), JOURNAL_HEAD_BYTES + 102 * RECORD_BYTES);
	faulty_arm(0, 0, false);
	patient_ms += 1000;
	assert_true(journal_write(journal, &err));
	assert_true(journal_is_synced(journal));
	assert_true(journal_close(journal, true, &err));
	assert_true(read_lines(desk.vault, only_journal(desk.vault), &read, NULL));
	assert_int_equal(read.len, 102);
	list_free(&read);
	vault_close(vault);
	desk_end(&desk);
}

/* ---- Memory */

enum { SCARCE_STEPS = 6, SCARCE_PASTE = 300 << 10 };

/* Tries a step with so many allocations left, and again with plenty: nothing of it is lost or there twice. */
static void
scarce_step(Journal *journal, const JournalEntry *entry, int *left)
{
	Err err = {0};
	allocations_left = *left;
	bool added = journal_add(journal, entry, &err);
	bool written = added && journal_write(journal, &err);
	*left = allocations_left;
	allocations_left = -1;
	assert_true(written || (*left == 0 && err.kind == ERR_FAILED));
	if (*left == 0)
		*left = -1;
	patient_ms += 2000;
	assert_true(added || journal_add(journal, entry, &err));
	assert_true(written || journal_write(journal, &err));
}

static void
no_failing_allocation_loses_what_was_written(void **state)
{
	(void)state;
	Desk desk = desk_start();
	Sys sys = faulty_sys();
	Revision settings = {0};
	char *text = malloc(SCARCE_PASTE);
	assert_non_null(text);
	memset(text, 'a', SCARCE_PASTE);
	list_append(&settings.keywords, SV("마당"));
	sys.now_ms = patient_clock;
	patient_ms = STORY_MS;
	Vault *vault = desk_open(&desk, &sys);
	const JournalEntry begin = story_begin();
	const JournalEntry steps[SCARCE_STEPS] = {typed(0, "가"), {.step = STEP_SETTINGS, .settings = &settings},
		{.step = STEP_REPLACE, .text = {text, SCARCE_PASTE}}, typed(3, "나"), typed(6, "다"),
		{.step = STEP_LEFT, .time_ms = STORY_MS}};
	bool more = true;
	for (int at = 1; more; at++) {
		StrList tried = {0}, read = {0};
		bool whole = false;
		int left = at;
		Journal *journal = journal_new(vault, &begin, NULL);
		assert_true(note_entry(&tried, &begin, NULL));
		for (int i = 0; i < SCARCE_STEPS; i++) {
			/* The fifth goes into another file. */
			faulty_arm_on("sync_data", "journal", i == 4 ? 1 : 0, EIO, false);
			assert_true(journal_sync(journal, NULL) == (i != 4));
			scarce_step(journal, &steps[i], &left);
			assert_true(note_entry(&tried, &steps[i], NULL));
		}
		faulty_arm(0, 0, false);
		more = left == -1;
		assert_true(journal_close(journal, true, NULL));
		assert_true(read_lines(vault, only_journal(vault), &read, &whole) && whole);
		assert_same_lines(&read, &tried);
		list_free(&tried);
		list_free(&read);
		desk_clear(&desk);
	}
	free(text);
	list_free(&settings.keywords);
	vault_close(vault);
	desk_end(&desk);
}

static bool
ignore_entry(void *data, const JournalEntry *entry, Err *err)
{
	(void)data;
	(void)entry;
	(void)err;
	return true;
}

/* One call with so many allocations left; false when it said that there were too few. */
static bool
scarce_call(Vault *vault, int which, Id id, Err *err)
{
	JournalFound *found = NULL;
	Journal *journal = NULL;
	size_t count = 0;
	bool whole, ok;
	JournalEntry begin = story_begin();
	switch (which) {
	case 0:
		ok = vault_journals(vault, &found, &count, err);
		break;
	case 1:
		ok = journal_read(vault, id, ignore_entry, NULL, &whole, err);
		break;
	case 2:
		ok = (journal = journal_resume(vault, id, err)) != NULL;
		break;
	case 3:
		ok = (journal = journal_new(vault, &begin, err)) != NULL;
		break;
	default:
		ok = vault_remove_journal(vault, id, err);
		break;
	}
	allocations_left = -1;
	free(found);
	if (journal != NULL)
		assert_true(journal_close(journal, which == 2, NULL));
	return ok;
}

static void
without_memory_it_stays_as_it_is(void **state)
{
	(void)state;
	Desk desk = desk_start();
	for (int which = 0; which < 5; which++) {
		bool ok = false;
		for (int at = 1; !ok; at++) {
			StrList written = {0}, read = {0};
			bool whole = false;
			size_t count;
			Err err = {0};
			Id id = story_write(desk.vault, &written, NULL);
			Vault *vault = desk_open(&desk, &SYS_POSIX);
			allocations_left = at;
			ok = scarce_call(vault, which, id, &err);
			assert_true(ok || err.kind == ERR_FAILED);
			vault_close(vault);
			id = only_journal(desk.vault);
			assert_int_equal(id_is_none(id), ok && which == 4);
			if (!id_is_none(id)) {
				assert_true(read_lines(desk.vault, id, &read, &whole) && whole);
				assert_same_lines(&read, &written);
			}
			vault_damage(desk.vault, &count);
			assert_int_equal(count, 0);
			list_free(&written);
			list_free(&read);
			desk_clear(&desk);
			assert_true(at < 1000);
		}
	}
	desk_end(&desk);
}

/* ---- On a thread */

enum { THREAD_KEYS = 4000, THREAD_FAILS = 7 };

static atomic_int thread_syncs;

static int
flaky_sync_data(int fd)
{
	if (atomic_fetch_add(&thread_syncs, 1) % THREAD_FAILS != THREAD_FAILS - 1)
		return SYS_POSIX.sync_data(fd);
	errno = EIO;
	return -1;
}

typedef struct Syncing {
	Journal *journal;
	atomic_bool over;
} Syncing;

static void *
sync_on(void *data)
{
	Syncing *syncing = data;
	while (!atomic_load(&syncing->over))
		journal_sync(syncing->journal, NULL);
	return NULL;
}

static void
a_thread_synchronises_meanwhile(void **state)
{
	(void)state;
	Desk desk = desk_start();
	Sys sys = SYS_POSIX;
	sys.sync_data = flaky_sync_data;
	Vault *vault = desk_open(&desk, &sys);
	StrList written = {0}, read = {0};
	bool whole = false;
	Err err;
	JournalEntry begin = story_begin();
	Syncing syncing = {journal_new(vault, &begin, &err), false};
	pthread_t thread;
	assert_true(note_entry(&written, &begin, &err));
	assert_int_equal(pthread_create(&thread, NULL, sync_on, &syncing), 0);
	for (size_t i = 0; i < THREAD_KEYS || atomic_load(&thread_syncs) < 5 * THREAD_FAILS; i++) {
		JournalEntry key = typed(i, "가");
		assert_true(journal_add(syncing.journal, &key, &err) && note_entry(&written, &key, &err));
		assert_true(journal_write(syncing.journal, &err));
	}
	atomic_store(&syncing.over, true);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_true(journal_close(syncing.journal, true, &err));
	Id id = only_journal(desk.vault);
	assert_true(read_lines(desk.vault, id, &read, &whole) && whole);
	assert_same_lines(&read, &written);
	assert_int_equal(count_files(str_c(&desk.vault->state), "journal"), 1);
	list_free(&written);
	list_free(&read);
	vault_close(vault);
	desk_end(&desk);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_failing_call_loses_what_was_written),
		cmocka_unit_test(one_kind_of_call_may_fail_for_ever),
		cmocka_unit_test(resuming_may_end_anywhere),
		cmocka_unit_test(looking_may_fail_anywhere),
		cmocka_unit_test(removing_may_fail_anywhere),
		cmocka_unit_test(what_a_disk_forgets_is_written_again),
		cmocka_unit_test(a_full_disk_is_told_while_there_is_a_reserve),
		cmocka_unit_test(a_file_system_may_know_neither_space_nor_locks),
		cmocka_unit_test(another_file_is_tried_once_in_a_while),
		cmocka_unit_test(no_failing_allocation_loses_what_was_written),
		cmocka_unit_test(without_memory_it_stays_as_it_is),
		cmocka_unit_test(a_thread_synchronises_meanwhile),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
