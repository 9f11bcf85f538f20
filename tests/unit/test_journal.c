/* Journals: every step there and back, cut and flipped anywhere, left behind, resumed, held by one session alone. */
#include "journal_unit.h"

#include <sys/stat.h>

/* ---- There and back */

static void
every_step_is_there_again(void **state)
{
	(void)state;
	Desk desk = desk_start();
	StrList written = {0}, read = {0};
	bool whole = false;
	Err err;
	JournalFound *found;
	size_t count;
	Id id = story_write(desk.vault, &written, NULL);
	assert_true(vault_journals(desk.vault, &found, &count, &err));
	assert_int_equal(count, 1);
	assert_true(id_equal(found[0].draft, STORY_DRAFT));
	assert_true(found[0].time_ms == STORY_MS + 9000);
	assert_true(found[0].left);
	assert_true(read_lines(desk.vault, id, &read, &whole));
	assert_true(whole);
	assert_same_lines(&read, &written);
	assert_int_equal(read.len, 14);
	free(found);
	list_free(&written);
	list_free(&read);
	desk_end(&desk);
}

static void
nothing_of_it_is_in_the_clear(void **state)
{
	(void)state;
	Desk desk = desk_start();
	Id id = story_write(desk.vault, NULL, NULL);
	Str path = journal_file(desk.vault, id, ""), bytes = read_bytes(&path);
	assert_int_equal(sv_find(str_view(&bytes), SV("참새"), 0), SIZE_MAX);
	assert_int_equal(sv_find(str_view(&bytes), SV("마당"), 0), SIZE_MAX);
	struct stat st;
	assert_int_equal(stat(str_c(&path), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(st.st_size % (64 << 10), 0);
	str_truncate(&path, strrchr(str_c(&path), '/') - str_c(&path));
	assert_int_equal(stat(str_c(&path), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	str_free(&path);
	str_free(&bytes);
	desk_end(&desk);
}

static void
a_key_is_one_record(void **state)
{
	(void)state;
	Desk desk = desk_start();
	Err err;
	JournalEntry begin = story_begin();
	Journal *journal = journal_new(desk.vault, &begin, &err);
	assert_non_null(journal);
	assert_int_equal(journal_size(journal), JOURNAL_HEAD_BYTES + RECORD_BYTES);
	assert_true(journal_is_synced(journal));
	/* The minute of the begin is long over: that is told once. */
	assert_true(journal_add(journal, &(JournalEntry){.step = STEP_UNDO}, &err) && journal_write(journal, &err));
	uint64_t size = journal_size(journal);
	JournalEntry key = {.step = STEP_REPLACE,
		.from = 1 << 30,
		.to = 1 << 30,
		.length = 1 << 30,
		.text = SV("👩‍👩‍👧")};
	JournalEntry cursor = {.step = STEP_CURSOR, .cursor = 1 << 30, .anchor = 1 << 30, .selecting = true};
	assert_true(journal_add(journal, &key, &err) && journal_add(journal, &cursor, &err));
	assert_int_equal(journal_size(journal), size);
	assert_true(journal_write(journal, &err));
	assert_int_equal(journal_size(journal), size + RECORD_BYTES);
	assert_false(journal_is_synced(journal));
	assert_true(journal_sync(journal, &err));
	assert_true(journal_is_synced(journal));
	assert_true(journal_write(journal, &err));
	assert_int_equal(journal_size(journal), size + RECORD_BYTES);
	assert_true(journal_close(journal, false, &err));
	desk_end(&desk);
}

static void
a_long_paste_is_one_group(void **state)
{
	(void)state;
	Desk desk = desk_start();
	Err err;
	Str text = {0};
	while (text.len < 1 << 20)
		str_append_c(&text, "콩 한 줌이 굴러 나갔다. ");
	JournalEntry begin = story_begin();
	JournalEntry paste = {.step = STEP_REPLACE, .length = text.len, .text = str_view(&text)};
	Journal *journal = journal_new(desk.vault, &begin, &err);
	StrList written = {0}, read = {0}, without = {0};
	note_entry(&written, &begin, NULL);
	note_entry(&written, &paste, NULL);
	assert_true(journal_add(journal, &paste, &err) && journal_write(journal, &err));
	uint64_t size = journal_size(journal);
	assert_true(journal_close(journal, true, &err));
	Id id = only_journal(desk.vault);
	assert_true(read_lines(desk.vault, id, &read, NULL));
	assert_same_lines(&read, &written);
	Str path = journal_file(desk.vault, id, "");
	assert_int_equal(truncate(str_c(&path), (off_t)size - 1), 0);
	assert_true(read_lines(desk.vault, id, &without, NULL));
	assert_int_equal(without.len, 1);
	str_free(&text);
	str_free(&path);
	list_free(&written);
	list_free(&read);
	list_free(&without);
	desk_end(&desk);
}

static void
what_no_reader_would_take_is_not_written(void **state)
{
	(void)state;
	Desk desk = desk_start();
	Err err = {0};
	StrList read = {0};
	JournalEntry begin = story_begin();
	Journal *journal = journal_new(desk.vault, &begin, &err);
	JournalEntry wrong = {.step = STEP_REPLACE, .text = SV("\xEA\xB0")};
	JournalEntry backwards = {.step = STEP_REPLACE, .from = 2, .to = 1};
	JournalEntry right = typed(0, "가");
	assert_false(journal_add(journal, &wrong, &err));
	assert_int_equal(err.kind, ERR_USAGE);
	assert_false(journal_add(journal, &backwards, &err));
	assert_true(journal_add(journal, &right, &err) && journal_write(journal, &err));
	assert_true(journal_add(journal, &(JournalEntry){.step = STEP_LEFT, .time_ms = -7}, &err));
	assert_true(journal_close(journal, true, &err));
	assert_true(read_lines(desk.vault, only_journal(desk.vault), &read, NULL));
	assert_int_equal(read.len, 3);
	assert_string_equal(str_c(&read.items[2]), "10 0");
	list_free(&read);
	desk_end(&desk);
}

/* Every name on the way to a new journal, the file before its name. */
static void
it_is_durable_when_it_is_new(void **state)
{
	(void)state;
	Desk desk = desk_start();
	Sys sys = faulty_sys();
	Err err;
	char line[700];
	const char *dir = desk.dir;
	str_clear(&desk.state);
	str_printf(&desk.state, "%s/far/away", dir);
	faulty_arm(0, 0, false);
	Vault *vault = desk_open(&desk, &sys);
	JournalEntry begin = story_begin();
	Journal *journal = journal_new(vault, &begin, &err);
	assert_non_null(journal);
	StrView log = str_view(&faulty.log);
	const char *own = str_c(&vault->state);
	size_t at = 0;
	const char *const above[] = {dir, "/far", "/far/away"};
	for (size_t i = 0; i < 3; i++) {
		snprintf(line, sizeof line, "\nsync %s%s\n", dir, i == 0 ? "" : above[i]);
		assert_int_not_equal(sv_find(log, sv(line), 0), SIZE_MAX);
	}
	static const char *const order[] = {"\nsync %s\n", "\nwrite %s/journal/", "\nsync %s/journal/",
		"\nrename_new %s/journal/", "\nsync %s/journal\n"};
	for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
		StrView format = sv(order[i]), before, after = format;
		assert_true(sv_split(&after, '%', &before));
		snprintf(line, sizeof line, "%.*s%s%s", (int)before.len, before.ptr, own, after.ptr + 1);
		at = sv_find(log, sv(line), at);
		assert_int_not_equal(at, SIZE_MAX);
	}
	assert_true(journal_close(journal, false, &err));
	vault_close(vault);
	faulty_arm(0, 0, false);
	desk_end(&desk);
}

static int64_t clock_ms;

static int64_t
set_clock(void)
{
	return clock_ms;
}

static void
it_says_when_it_was_written(void **state)
{
	(void)state;
	Desk desk = desk_start();
	Sys sys = SYS_POSIX;
	sys.now_ms = set_clock;
	clock_ms = STORY_MS;
	Vault *vault = desk_open(&desk, &sys);
	Err err;
	StrList read = {0};
	JournalEntry begin = story_begin(), key = typed(0, "가");
	Journal *journal = journal_new(vault, &begin, &err);
	for (int i = 0; i < 100; i++) {
		clock_ms += 1500;
		assert_true(journal_add(journal, &key, &err) && journal_write(journal, &err));
	}
	assert_int_equal(journal_size(journal), JOURNAL_HEAD_BYTES + 101 * RECORD_BYTES);
	assert_true(journal_close(journal, true, &err));
	JournalFound *found;
	size_t count;
	assert_true(vault_journals(vault, &found, &count, &err));
	assert_int_equal(count, 1);
	assert_false(found[0].left);
	assert_in_range(found[0].time_ms, clock_ms - 60000, clock_ms);
	assert_true(read_lines(vault, found[0].id, &read, NULL));
	assert_int_equal(read.len, 101);
	free(found);
	list_free(&read);
	vault_close(vault);
	desk_end(&desk);
}

/* ---- Torn and damaged */

/* The entries that the bytes of a journal give, in memory. */
static bool
note_group(void *data, StrView fields, bool first, Err *err)
{
	bool understood;
	assert_true(journal_decode(fields, first, note_entry, data, &understood, err));
	assert_true(understood);
	return true;
}

static Verdict
lines_of(Vault *vault, Id id, StrView bytes, StrList *lines, bool *whole)
{
	Verdict verdict = VERDICT_DAMAGED;
	/* The groups may say their minute, which no caller of journal_read gets to see. */
	assert_true(journal_groups(vault, id, bytes, note_group, lines, &verdict, whole, NULL));
	for (size_t i = 0; i < lines->len; i++) {
		if (strcmp(str_c(&lines->items[i]), "11") == 0)
			list_remove(lines, i--);
	}
	return verdict;
}

/* Entries of the story up to the end of each group. */
static void
story_counts(Vault *vault, Id id, StrView bytes, const uint64_t *ends, size_t *counts)
{
	for (int i = 0; i < STORY_GROUPS; i++) {
		StrList lines = {0};
		bool whole;
		assert_int_equal(lines_of(vault, id, sv_slice(bytes, 0, ends[i]), &lines, &whole), VERDICT_OK);
		counts[i] = lines.len;
		assert_true(i == 0 || counts[i] > counts[i - 1]);
		list_free(&lines);
	}
}

static size_t
groups_before(const uint64_t *ends, uint64_t length)
{
	size_t groups = 0;
	while (groups < STORY_GROUPS && ends[groups] <= length)
		groups++;
	return groups;
}

static void
cut_anywhere_it_ends_at_a_group(void **state)
{
	(void)state;
	Desk desk = desk_start();
	StrList written = {0};
	uint64_t ends[STORY_GROUPS];
	size_t counts[STORY_GROUPS];
	Id id = story_write(desk.vault, &written, ends);
	Str path = journal_file(desk.vault, id, ""), bytes = read_bytes(&path);
	story_counts(desk.vault, id, str_view(&bytes), ends, counts);
	assert_int_equal(counts[STORY_GROUPS - 1], written.len);
	for (size_t cut = 0; cut <= ends[STORY_GROUPS - 1]; cut++) {
		StrList lines = {0}, zeroed = {0};
		bool whole;
		size_t groups = groups_before(ends, cut);
		Verdict verdict = lines_of(desk.vault, id, sv_slice(str_view(&bytes), 0, cut), &lines, &whole);
		assert_int_equal(verdict, groups > 0 ? VERDICT_OK : VERDICT_DAMAGED);
		assert_int_equal(lines.len, groups > 0 ? counts[groups - 1] : 0);
		assert_true(is_prefix(&lines, &written) && whole);
		/* The same with the space that was reserved: zeros from there on. */
		Str tail = str_from(str_view(&bytes));
		memset(tail.ptr + cut, 0, tail.len - cut);
		/* Unless the record that is cut ends with zeros by chance, and is whole. */
		size_t rest = (RECORD_BYTES - cut % RECORD_BYTES) % RECORD_BYTES;
		if (cut >= JOURNAL_HEAD_BYTES && (rest == 0 || memcmp(tail.ptr + cut, bytes.ptr + cut, rest) != 0)) {
			lines_of(desk.vault, id, str_view(&tail), &zeroed, &whole);
			assert_same_lines(&zeroed, &lines);
			bool inside_record = cut % RECORD_BYTES != 0 && bytes.ptr[cut - 1] != 0;
			assert_true(whole || cut % RECORD_BYTES != 0);
			assert_false(whole && inside_record && cut < ends[STORY_GROUPS - 1]);
		}
		str_free(&tail);
		list_free(&lines);
		list_free(&zeroed);
	}
	str_free(&path);
	str_free(&bytes);
	list_free(&written);
	desk_end(&desk);
}

static void
a_lost_sector_ends_it(void **state)
{
	(void)state;
	Desk desk = desk_start();
	StrList written = {0};
	uint64_t ends[STORY_GROUPS];
	size_t counts[STORY_GROUPS];
	Id id = story_write(desk.vault, &written, ends);
	Str path = journal_file(desk.vault, id, ""), bytes = read_bytes(&path);
	story_counts(desk.vault, id, str_view(&bytes), ends, counts);
	for (size_t at = 512; at < ends[STORY_GROUPS - 1]; at += 512) {
		StrList lines = {0};
		bool whole;
		Str torn = str_from(str_view(&bytes));
		memset(torn.ptr + at, 0, 512);
		assert_int_equal(lines_of(desk.vault, id, str_view(&torn), &lines, &whole), VERDICT_OK);
		assert_int_equal(lines.len, counts[groups_before(ends, at) - 1]);
		assert_true(is_prefix(&lines, &written) && whole);
		str_free(&torn);
		list_free(&lines);
	}
	str_free(&path);
	str_free(&bytes);
	list_free(&written);
	desk_end(&desk);
}

static void
no_flipped_bit_makes_a_wrong_entry(void **state)
{
	(void)state;
	Desk desk = desk_start();
	StrList written = {0};
	uint64_t ends[STORY_GROUPS];
	size_t counts[STORY_GROUPS];
	Id id = story_write(desk.vault, &written, ends);
	Str path = journal_file(desk.vault, id, ""), bytes = read_bytes(&path);
	story_counts(desk.vault, id, str_view(&bytes), ends, counts);
	for (size_t at = 0; at < ends[STORY_GROUPS - 1]; at++) {
		for (int bit = 0; bit < 8; bit++) {
			StrList lines = {0};
			bool whole;
			bytes.ptr[at] ^= (char)(1 << bit);
			Verdict verdict = lines_of(desk.vault, id, str_view(&bytes), &lines, &whole);
			bytes.ptr[at] ^= (char)(1 << bit);
			bool head = at < SEAL_HEADER_BYTES, ignored = !head && at < JOURNAL_HEAD_BYTES;
			size_t groups = head ? 0 : ignored ? STORY_GROUPS : groups_before(ends, at);
			assert_int_equal(lines.len, groups > 0 ? counts[groups - 1] : 0);
			assert_true(is_prefix(&lines, &written));
			assert_true(verdict == VERDICT_OK ? groups > 0 : groups == 0);
			assert_true(head || whole == ignored);
			list_free(&lines);
		}
	}
	str_free(&path);
	str_free(&bytes);
	list_free(&written);
	desk_end(&desk);
}

static void
flip(const Str *path, size_t at)
{
	Str bytes = read_bytes(path);
	bytes.ptr[at] ^= 0x40;
	write_bytes(path, str_view(&bytes));
	str_free(&bytes);
}

static const Damage *
only_damage(const Vault *vault)
{
	size_t count;
	const Damage *damage = vault_damage(vault, &count);
	assert_int_equal(count, 1);
	return damage;
}

static void
damage_ends_it_and_the_file_is_kept(void **state)
{
	(void)state;
	for (int resume = 0; resume < 2; resume++) {
		Desk desk = desk_start();
		StrList written = {0}, read = {0}, again = {0};
		uint64_t ends[STORY_GROUPS];
		bool whole = true;
		Err err;
		Id id = story_write(desk.vault, &written, ends);
		Str path = journal_file(desk.vault, id, ""), aside = journal_file(desk.vault, id, ".damaged");
		flip(&path, ends[2] + 5);
		Str damaged = read_bytes(&path);
		assert_true(id_equal(only_journal(desk.vault), id));
		assert_true(read_lines(desk.vault, id, &read, &whole));
		assert_false(whole);
		assert_true(read.len > 2 && read.len < written.len && is_prefix(&read, &written));
		assert_true(file_exists(&SYS_POSIX, str_c(&path)));
		if (resume) {
			Journal *journal = journal_resume(desk.vault, id, &err);
			assert_non_null(journal);
			assert_true(journal_close(journal, true, &err));
			assert_true(read_lines(desk.vault, only_journal(desk.vault), &again, &whole));
			assert_true(whole);
			assert_same_lines(&again, &read);
		} else {
			assert_true(vault_remove_journal(desk.vault, id, &err));
			assert_true(id_is_none(only_journal(desk.vault)));
		}
		assert_false(file_exists(&SYS_POSIX, str_c(&path)));
		Str kept = read_bytes(&aside);
		assert_true(sv_equal(str_view(&kept), str_view(&damaged)));
		assert_string_equal(str_c(&only_damage(desk.vault)->path), str_c(&aside));
		str_free(&path);
		str_free(&aside);
		str_free(&damaged);
		str_free(&kept);
		list_free(&written);
		list_free(&read);
		list_free(&again);
		desk_end(&desk);
	}
}

static void
one_that_does_not_open_is_set_aside_and_told(void **state)
{
	(void)state;
	Desk desk = desk_start();
	Id id = story_write(desk.vault, NULL, NULL);
	Str path = journal_file(desk.vault, id, ""), aside = journal_file(desk.vault, id, ".damaged");
	flip(&path, 80);
	assert_true(id_is_none(only_journal(desk.vault)));
	assert_true(file_exists(&SYS_POSIX, str_c(&aside)) && !file_exists(&SYS_POSIX, str_c(&path)));
	assert_int_equal(only_damage(desk.vault)->reason.kind, ERR_DAMAGED);
	assert_true(id_is_none(only_journal(desk.vault)));
	only_damage(desk.vault);
	str_free(&path);
	str_free(&aside);
	desk_end(&desk);
}

static void
one_of_a_newer_meok_stays_and_is_told(void **state)
{
	(void)state;
	static const size_t places[] = {8, 10, 11, 12, 48};
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		Desk desk = desk_start();
		Err err;
		Id id = story_write(desk.vault, NULL, NULL);
		Str path = journal_file(desk.vault, id, "");
		flip(&path, places[i]);
		assert_true(id_is_none(only_journal(desk.vault)));
		assert_true(id_is_none(only_journal(desk.vault)));
		assert_true(file_exists(&SYS_POSIX, str_c(&path)));
		assert_string_equal(str_c(&only_damage(desk.vault)->path), str_c(&path));
		assert_false(journal_read(desk.vault, id, note_entry, NULL, NULL, &err));
		assert_int_equal(err.kind, ERR_DAMAGED);
		assert_null(journal_resume(desk.vault, id, &err));
		assert_true(file_exists(&SYS_POSIX, str_c(&path)));
		flip(&path, places[i]);
		assert_true(id_equal(only_journal(desk.vault), id));
		str_free(&path);
		desk_end(&desk);
	}
}

/* A group that opens but holds what this page does not describe ends a journal as damage does. */
static void
only_groups_that_are_understood_are_taken(void **state)
{
	(void)state;
	static const struct {
		uint16_t tag;
		StrView value;
	} wrong[] = {
		{12, {"", 0}},
		{STEP_UNDO, {"1234567", 7}},
		{STEP_GROUP_BEGIN, {"1", 1}},
		{STEP_CURSOR, {"12345678123456782", 17}},
		{STEP_REPLACE, {"\2\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 24}},
		{STEP_REPLACE, {"\0\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xFF", 25}},
		{STEP_LEFT, {"\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 8}},
		{STEP_SETTINGS, {"\4\0\5\0\0\0x", 7}},
		{STEP_BEGIN, {"12345678123456781234567812345678\0\0\0\0\0\0\0\0"
			      "1234567812345678",
				     56}},
	};
	Desk desk = desk_start();
	Id id = {{3}};
	ObjectPlace place = {desk.vault->id, id, 1};
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		uint8_t head[JOURNAL_HEAD_BYTES];
		bool no_memory, whole;
		StrList lines = {0};
		Str file = {0}, fields = {0};
		ObjectNonce nonce = {{(uint8_t)i}, {7}};
		JournalEntry begin = story_begin(), key = typed(0, "가");
		journal_head(head, desk.vault->keys->journals, &place, &nonce);
		Records *records = records_new(desk.vault->keys->journals, head, &no_memory);
		str_append(&file, (StrView){(const char *)head, sizeof head});
		assert_true(journal_encode(&begin, ID_NONE, &fields, NULL));
		assert_true(journal_seal_group(records, str_view(&fields), &file, NULL));
		str_clear(&fields);
		assert_true(journal_encode(&key, ID_NONE, &fields, NULL));
		field_put(&fields, wrong[i].tag, wrong[i].value);
		assert_true(journal_seal_group(records, str_view(&fields), &file, NULL));
		assert_int_equal(lines_of(desk.vault, id, str_view(&file), &lines, &whole), VERDICT_OK);
		assert_int_equal(lines.len, 1);
		assert_false(whole);
		records_free(records);
		str_free(&file);
		str_free(&fields);
		list_free(&lines);
	}
	desk_end(&desk);
}

/* ---- Sessions */

static void
one_session_at_a_time(void **state)
{
	(void)state;
	Desk desk = desk_start();
	Vault *other = desk_open(&desk, &SYS_POSIX);
	Err err = {0};
	JournalEntry begin = story_begin(), key = typed(0, "가");
	Journal *journal = journal_new(desk.vault, &begin, &err);
	assert_true(id_is_none(only_journal(other)));
	assert_true(journal_add(journal, &key, &err) && journal_write(journal, &err));
	assert_true(id_is_none(only_journal(other)));
	assert_true(journal_close(journal, true, &err));
	Id id = only_journal(other);
	assert_false(id_is_none(id));
	journal = journal_resume(other, id, &err);
	assert_non_null(journal);
	assert_true(id_is_none(only_journal(desk.vault)));
	assert_null(journal_resume(desk.vault, id, &err));
	assert_int_equal(err.kind, ERR_NOT_FOUND);
	assert_true(journal_close(journal, true, &err));
	assert_false(id_is_none(only_journal(desk.vault)));
	vault_close(other);
	desk_end(&desk);
}

static void
what_is_held_is_neither_resumed_nor_removed(void **state)
{
	(void)state;
	Desk desk = desk_start();
	Err err = {0};
	Id id = story_write(desk.vault, NULL, NULL);
	Str path = journal_file(desk.vault, id, "");
	int fd = SYS_POSIX.open(str_c(&path), 0, 0);
	assert_int_equal(SYS_POSIX.lock(fd), 0);
	assert_null(journal_resume(desk.vault, id, &err));
	assert_int_equal(err.kind, ERR_FAILED);
	assert_false(vault_remove_journal(desk.vault, id, &err));
	assert_int_equal(err.kind, ERR_FAILED);
	close(fd);
	assert_true(vault_remove_journal(desk.vault, id, &err));
	assert_true(vault_remove_journal(desk.vault, id, &err));
	assert_true(id_is_none(only_journal(desk.vault)));
	str_free(&path);
	desk_end(&desk);
}

static void
it_goes_on_under_another_key(void **state)
{
	(void)state;
	Desk desk = desk_start();
	Err err = {0};
	StrList written = {0}, read = {0};
	bool whole = false;
	Id id = story_write(desk.vault, &written, NULL);
	Str path = journal_file(desk.vault, id, ""), old = read_bytes(&path);
	Journal *journal = journal_resume(desk.vault, id, &err);
	assert_non_null(journal);
	assert_false(file_exists(&SYS_POSIX, str_c(&path)));
	JournalEntry key = typed(9, "다");
	assert_true(journal_add(journal, &key, &err) && journal_write(journal, &err));
	assert_true(note_entry(&written, &key, &err));
	assert_true(journal_close(journal, true, &err));
	Id fresh = only_journal(desk.vault);
	assert_false(id_equal(fresh, id));
	assert_true(read_lines(desk.vault, fresh, &read, &whole));
	assert_same_lines(&read, &written);
	Str fresh_path = journal_file(desk.vault, fresh, ""), now = read_bytes(&fresh_path);
	assert_int_not_equal(memcmp(old.ptr + 256, now.ptr + 256, 128), 0);
	assert_int_not_equal(memcmp(old.ptr + 64, now.ptr + 64, 16), 0);
	str_free(&path);
	str_free(&old);
	str_free(&fresh_path);
	str_free(&now);
	list_free(&written);
	list_free(&read);
	desk_end(&desk);
}

/* A journal under a former key, and one whose session goes on while the key changes. */
static void
it_opens_after_the_master_key_has_changed(void **state)
{
	(void)state;
	Desk desk = desk_start();
	Err err = {0};
	StrList written = {0}, read = {0}, kept = {0};
	bool whole = false;
	JournalEntry begin = story_begin(), key = typed(0, "가");
	Id id = story_write(desk.vault, &written, NULL);
	Journal *open = journal_new(desk.vault, &begin, &err);
	assert_true(rekey_vault(desk.vault, SV("붓을 새로 맸다"), 1, 8192, &QUICK, NULL, &err));
	assert_true(journal_add(open, &key, &err) && journal_write(open, &err) && journal_sync(open, &err));
	assert_true(read_lines(desk.vault, id, &read, &whole) && whole);
	assert_same_lines(&read, &written);
	assert_true(journal_close(open, false, &err));
	vault_close(desk.vault);
	desk.vault = open_vault(&SYS_POSIX, str_c(&desk.path), str_c(&desk.state), SV("붓을 새로 맸다"), &QUICK, &err);
	assert_non_null(desk.vault);
	Journal *journal = journal_resume(desk.vault, id, &err);
	assert_non_null(journal);
	assert_true(journal_close(journal, true, &err));
	Id fresh = only_journal(desk.vault);
	Str path = journal_file(desk.vault, fresh, ""), bytes = read_bytes(&path);
	assert_int_equal(bytes.ptr[48], 2);
	assert_true(read_lines(desk.vault, fresh, &kept, &whole) && whole);
	assert_same_lines(&kept, &written);
	str_free(&path);
	str_free(&bytes);
	list_free(&written);
	list_free(&read);
	list_free(&kept);
	desk_end(&desk);
}

static void
of_a_copy_and_its_origin_the_longer_stays(void **state)
{
	(void)state;
	for (int behind = 0; behind < 2; behind++) {
		Desk desk = desk_start();
		Err err = {0};
		StrList written = {0}, read = {0};
		uint64_t ends[STORY_GROUPS];
		Id id = story_write(desk.vault, &written, ends), wanted = id;
		Str path = journal_file(desk.vault, id, ""), old = read_bytes(&path);
		/* The copy is of fewer groups when the session stayed with the old one. */
		if (behind)
			assert_int_equal(truncate(str_c(&path), (off_t)ends[4]), 0);
		assert_true(journal_close(journal_resume(desk.vault, id, &err), true, &err));
		if (!behind)
			wanted = only_journal(desk.vault);
		write_bytes(&path, str_view(&old));
		assert_true(id_equal(only_journal(desk.vault), wanted));
		assert_true(read_lines(desk.vault, wanted, &read, NULL));
		assert_same_lines(&read, &written);
		assert_int_equal(count_files(str_c(&desk.vault->state), "journal"), 1);
		str_free(&path);
		str_free(&old);
		list_free(&written);
		list_free(&read);
		desk_end(&desk);
	}
}

static void
the_newest_comes_first(void **state)
{
	(void)state;
	Desk desk = desk_start();
	Sys sys = SYS_POSIX;
	sys.now_ms = set_clock;
	clock_ms = STORY_MS + 10;
	Vault *vault = desk_open(&desk, &sys);
	Err err;
	static const int64_t times[] = {STORY_MS + 5, STORY_MS + 9, STORY_MS + 1};
	for (size_t i = 0; i < 3; i++) {
		JournalEntry begin = {.step = STEP_BEGIN, .time_ms = times[i]};
		assert_true(journal_close(journal_new(vault, &begin, &err), true, &err));
	}
	JournalFound *found;
	size_t count;
	assert_true(vault_journals(vault, &found, &count, &err));
	assert_int_equal(count, 3);
	assert_true(found[0].time_ms == times[1] && found[1].time_ms == times[0] && found[2].time_ms == times[2]);
	assert_true(id_is_none(found[0].draft));
	free(found);
	vault_close(vault);
	desk_end(&desk);
}

static void
only_what_was_left_unfinished_is_cleared_away(void **state)
{
	(void)state;
	Desk desk = desk_start();
	static const char *const others[] = {"notes.txt", "x.new", "aaaaaaaaaaaaaaaaaaaaaaaaaa.damaged"};
	Id id = story_write(desk.vault, NULL, NULL);
	Str unfinished = journal_file(desk.vault, id, ".new"), path = {0};
	write_bytes(&unfinished, SV("half a head"));
	for (size_t i = 0; i < 3; i++) {
		str_clear(&path);
		str_printf(&path, "%s/journal/%s", str_c(&desk.vault->state), others[i]);
		write_bytes(&path, SV("theirs"));
	}
	int fd = SYS_POSIX.open(str_c(&unfinished), 0, 0);
	assert_int_equal(SYS_POSIX.lock(fd), 0);
	assert_true(id_equal(only_journal(desk.vault), id));
	assert_int_equal(count_files(str_c(&desk.vault->state), "journal"), 5);
	close(fd);
	assert_true(id_equal(only_journal(desk.vault), id));
	assert_false(file_exists(&SYS_POSIX, str_c(&unfinished)));
	assert_int_equal(count_files(str_c(&desk.vault->state), "journal"), 4);
	str_free(&unfinished);
	str_free(&path);
	desk_end(&desk);
}

static void
without_a_state_folder_there_are_none(void **state)
{
	(void)state;
	Desk desk = desk_start();
	Vault *vault = quick_open(&SYS_POSIX, str_c(&desk.path));
	Err err = {0};
	JournalEntry begin = story_begin();
	assert_null(journal_new(vault, &begin, &err));
	assert_int_equal(err.kind, ERR_FAILED);
	assert_true(id_is_none(only_journal(vault)));
	assert_true(id_is_none(only_journal(desk.vault)));
	vault_close(vault);
	desk_end(&desk);
}

static void
one_that_is_in_a_revision_goes(void **state)
{
	(void)state;
	Desk desk = desk_start();
	Err err;
	JournalEntry begin = story_begin();
	Journal *journal = journal_new(desk.vault, &begin, &err);
	assert_int_equal(count_files(str_c(&desk.vault->state), "journal"), 1);
	assert_true(journal_close(journal, false, &err));
	assert_int_equal(count_files(str_c(&desk.vault->state), "journal"), 0);
	assert_true(journal_close(NULL, true, &err));
	desk_end(&desk);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_step_is_there_again),
		cmocka_unit_test(nothing_of_it_is_in_the_clear),
		cmocka_unit_test(a_key_is_one_record),
		cmocka_unit_test(a_long_paste_is_one_group),
		cmocka_unit_test(what_no_reader_would_take_is_not_written),
		cmocka_unit_test(it_is_durable_when_it_is_new),
		cmocka_unit_test(it_says_when_it_was_written),
		cmocka_unit_test(cut_anywhere_it_ends_at_a_group),
		cmocka_unit_test(a_lost_sector_ends_it),
		cmocka_unit_test(no_flipped_bit_makes_a_wrong_entry),
		cmocka_unit_test(damage_ends_it_and_the_file_is_kept),
		cmocka_unit_test(one_that_does_not_open_is_set_aside_and_told),
		cmocka_unit_test(one_of_a_newer_meok_stays_and_is_told),
		cmocka_unit_test(only_groups_that_are_understood_are_taken),
		cmocka_unit_test(one_session_at_a_time),
		cmocka_unit_test(what_is_held_is_neither_resumed_nor_removed),
		cmocka_unit_test(it_goes_on_under_another_key),
		cmocka_unit_test(it_opens_after_the_master_key_has_changed),
		cmocka_unit_test(of_a_copy_and_its_origin_the_longer_stays),
		cmocka_unit_test(the_newest_comes_first),
		cmocka_unit_test(only_what_was_left_unfinished_is_cleared_away),
		cmocka_unit_test(without_a_state_folder_there_are_none),
		cmocka_unit_test(one_that_is_in_a_revision_goes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
