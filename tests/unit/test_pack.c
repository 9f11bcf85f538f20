/* History that becomes thinner: what stays, what is packed, and that nothing that should stay is ever out of reach. */
#include "vault_unit.h"

#include "../../src/vault/pack.h"

#include <stdlib.h>
#include <unistd.h>

enum { REVISIONS_MAX = 600 };
static const int64_t MINUTE = 60000, HOUR = 3600000, DAY = 24 * 3600000LL, NOW = 1700000000000;

static int64_t clock_ms;

static int64_t
test_now(void)
{
	return clock_ms;
}

static Sys
clocked(Sys sys)
{
	sys.now_ms = test_now;
	return sys;
}

/* The real machine at the time that the test says. */
static const Sys *
clocked_machine(void)
{
	static Sys sys;
	sys = clocked(SYS_POSIX);
	return &sys;
}

/* A draft whose revisions were saved at given ages. */
typedef struct Story {
	char *dir;
	Str path;
	Vault *vault;
	Id draft, objects[REVISIONS_MAX];
	int64_t times[REVISIONS_MAX];
	size_t count;
} Story;

static Story
story_new(void)
{
	Story s = {.dir = make_dir()};
	vault_close(quick_vault(s.dir, &s.path));
	s.vault = quick_open(clocked_machine(), str_c(&s.path));
	return s;
}

static void
story_free(Story *s)
{
	vault_close(s->vault);
	str_free(&s->path);
	remove_dir(s->dir);
}

static void
story_open(Story *s, const Sys *sys)
{
	vault_close(s->vault);
	s->vault = quick_open(sys, str_c(&s->path));
}

static void
text_of(size_t number, char out[64])
{
	snprintf(out, 64, "%zu번째로 고쳐 쓴 문장", number);
}

static void
save_at(Story *s, int64_t age)
{
	char body[64];
	Err err = {0};
	text_of(s->count, body);
	clock_ms = NOW - age;
	Revision revision = text_revision("고치고 또 고치다", body);
	revision.draft = s->draft;
	assert_true(vault_save_draft(s->vault, &revision, &err));
	s->draft = revision.draft;
	s->objects[s->count] = revision.object;
	s->times[s->count++] = clock_ms;
	revision_free(&revision);
	clock_ms = NOW;
}

static size_t
number_of(const Story *s, Id object)
{
	for (size_t i = 0; i < s->count; i++)
		if (id_equal(s->objects[i], object))
			return i;
	fail_msg("a revision that nobody saved");
	return 0;
}

/* Which revisions are there; each is read, and has its own text. */
static void
look(Story *s, bool there[REVISIONS_MAX])
{
	RevisionEntry *entries = NULL;
	size_t count = 0;
	Err err = {0};
	memset(there, 0, REVISIONS_MAX * sizeof *there);
	assert_true(vault_history(s->vault, s->draft, &entries, &count, &err));
	for (size_t i = 0; i < count; i++) {
		char body[64];
		Revision revision = {0};
		size_t number = number_of(s, entries[i].object);
		assert_false(there[number]);
		there[number] = true;
		assert_int_equal(entries[i].time_ms, s->times[number]);
		assert_true(i == 0 || entries[i - 1].time_ms >= entries[i].time_ms);
		assert_true(entries[i].head == (number == s->count - 1));
		if (!vault_load_revision(s->vault, entries[i].object, &revision, &err))
			fail_msg("%zu: %s", number, err_text(&err));
		text_of(number, body);
		assert_string_equal(str_c(&revision.body), body);
		assert_int_equal(revision.time_ms, s->times[number]);
		revision_free(&revision);
	}
	free(entries);
}

/* The rule of the page once more, in the simplest way: which of the superseded ones stay. */
static bool
should_stay(const Story *s, size_t number)
{
	int64_t age = NOW - s->times[number];
	int64_t size = age <= DAY ? 0 : age <= 7 * DAY ? HOUR : age <= 90 * DAY ? DAY : 7 * DAY;
	if (size == 0 || number == 0 || number + 2 >= s->count)
		return true;
	for (size_t i = number + 1; i + 1 < s->count; i++) {
		int64_t other = NOW - s->times[i];
		int64_t other_size = other <= DAY ? 0 : other <= 7 * DAY ? HOUR : other <= 90 * DAY ? DAY : 7 * DAY;
		if (other_size == size && s->times[i] / size == s->times[number] / size)
			return false;
	}
	return true;
}

static void
write_for_a_year(Story *s)
{
	for (int64_t age = 400 * DAY; age > 100 * DAY; age -= 2 * DAY + 5 * HOUR)
		save_at(s, age);
	for (int64_t age = 80 * DAY; age > 8 * DAY; age -= 9 * HOUR)
		save_at(s, age);
	for (int64_t age = 3 * DAY; age > DAY; age -= 17 * MINUTE)
		save_at(s, age);
	for (int64_t age = 20 * HOUR; age > 0; age -= 50 * MINUTE)
		save_at(s, age);
}

static void
old_revisions_become_fewer(void **state)
{
	(void)state;
	Story s = story_new();
	Err err = {0};
	size_t removed = 0, stay = 0, before;
	bool there[REVISIONS_MAX];
	write_for_a_year(&s);
	before = count_files(str_c(&s.path), "objects");
	assert_true(vault_tidy(s.vault, s.draft, &removed, &err));
	look(&s, there);
	for (size_t i = 0; i < s.count; i++) {
		if (there[i] != should_stay(&s, i))
			fail_msg("revision %zu is %s", i, there[i] ? "there" : "gone");
		stay += there[i];
	}
	print_message("# %zu revisions in %zu files are %zu in %zu\n", s.count, before, stay,
		count_files(str_c(&s.path), "objects"));
	assert_true(removed > 200 && stay < s.count / 2);
	assert_int_equal(count_files(str_c(&s.path), "objects"), before - removed + 1);
	/* the same for whoever opens it, and a second time changes nothing */
	story_open(&s, clocked_machine());
	bool again[REVISIONS_MAX];
	look(&s, again);
	assert_memory_equal(there, again, sizeof there);
	assert_true(vault_tidy(s.vault, s.draft, &removed, &err));
	assert_int_equal(removed, 0);
	size_t objects = 0, damaged = 0;
	assert_true(vault_check(s.vault, &objects, &err));
	vault_damage(s.vault, &damaged);
	assert_int_equal(damaged, 0);
	/* and it goes on from there */
	for (int i = 0; i < 20; i++)
		save_at(&s, -i * MINUTE);
	clock_ms = NOW + 30 * DAY;
	assert_true(vault_tidy(s.vault, s.draft, &removed, &err));
	assert_true(removed > 18);
	assert_int_equal(count_files(str_c(&s.path), "objects"), 2);
	story_free(&s);
}

static void
what_readers_had_stays(void **state)
{
	(void)state;
	Story s = story_new();
	Err err = {0};
	bool there[REVISIONS_MAX];
	write_for_a_year(&s);
	static const size_t sent[] = {3, 160, 161, 300};
	for (size_t i = 0; i < sizeof sent / sizeof *sent; i++) {
		Publication publication = {.draft = s.draft,
			.site = {{7}},
			.revision = s.objects[sent[i]],
			.phase = PHASE_PUBLIC,
			.token = str_from(SV("t"))};
		assert_true(vault_save_publication(s.vault, &publication, &err));
		publication_free(&publication);
	}
	assert_true(vault_tidy(s.vault, s.draft, NULL, &err));
	look(&s, there);
	for (size_t i = 0; i < sizeof sent / sizeof *sent; i++)
		assert_true(there[sent[i]]);
	RevisionEntry *entries = NULL;
	size_t count = 0, published = 0;
	assert_true(vault_history(s.vault, s.draft, &entries, &count, &err));
	for (size_t i = 0; i < count; i++)
		published += entries[i].published;
	assert_int_equal(published, sizeof sent / sizeof *sent);
	free(entries);
	story_free(&s);
}

static void
a_draft_that_is_split_is_left_alone(void **state)
{
	(void)state;
	Story s = story_new();
	Err err = {0};
	size_t removed = 1;
	write_for_a_year(&s);
	clock_ms = NOW;
	Revision revision = text_revision("고치고 또 고치다", "다른 기계에서");
	revision.draft = s.draft;
	revision.base = s.objects[s.count - 3];
	Vault *other = quick_open(clocked_machine(), str_c(&s.path));
	assert_true(vault_save_draft(other, &revision, &err));
	revision_free(&revision);
	vault_close(other);
	assert_true(vault_refresh(s.vault, &err));
	assert_true(vault_tidy(s.vault, s.draft, &removed, &err));
	assert_int_equal(removed, 0);
	story_free(&s);
}

static void
copy_tree(const char *option, const char *from, const char *inside, const char *to)
{
	char command[700];
	snprintf(command, sizeof command, "cp -a%s '%s%s' '%s'", option, from, inside, to);
	assert_int_equal(system(command), 0);
}

/* Two devices tidy at different times, a third never heard of it: together all is well. */
static void
copies_that_tidied_are_one_vault(void **state)
{
	(void)state;
	Story s = story_new();
	Err err = {0};
	bool here[REVISIONS_MAX], elsewhere[REVISIONS_MAX], there[REVISIONS_MAX];
	char other[300], stale[300];
	write_for_a_year(&s);
	snprintf(other, sizeof other, "%s/other", s.dir);
	snprintf(stale, sizeof stale, "%s/stale", s.dir);
	copy_tree("", str_c(&s.path), "", other);
	copy_tree("", str_c(&s.path), "", stale);
	assert_true(vault_tidy(s.vault, s.draft, NULL, &err));
	look(&s, here);
	Vault *first = s.vault;
	s.vault = quick_open(clocked_machine(), other);
	clock_ms = NOW + 40 * DAY;
	assert_true(vault_tidy(s.vault, s.draft, NULL, &err));
	look(&s, elsewhere);
	vault_close(s.vault);
	s.vault = first;
	clock_ms = NOW;
	copy_tree("n", other, "/.", str_c(&s.path));
	copy_tree("n", stale, "/.", str_c(&s.path));
	/* twice: before and after the two packs became one */
	for (int round = 0; round < 2; round++) {
		story_open(&s, clocked_machine());
		const Entry *entry = vault_entry(s.vault, OBJECT_REVISION, s.draft);
		assert_true(id_is_none(entry->other_head));
		assert_true(id_equal(entry->head, s.objects[s.count - 1]));
		look(&s, there);
		for (size_t i = 0; i < s.count; i++)
			assert_true(there[i] || !here[i] || !elsewhere[i]);
		assert_true(vault_tidy(s.vault, s.draft, NULL, &err));
	}
	assert_int_equal(chains_of(&s.vault->chains, OBJECT_PACK, s.draft).len, 1);
	story_free(&s);
}

/* Whatever call fails: what should stay is there, in its file or in the pack. */
static void
every_call_may_fail(void **state)
{
	(void)state;
	Story s = story_new();
	Err err = {0};
	for (int64_t age = 200 * DAY; age > 150 * DAY; age -= 4 * DAY)
		save_at(&s, age);
	save_at(&s, 0);
	char saved[300];
	snprintf(saved, sizeof saved, "%s/saved", s.dir);
	copy_tree("", str_c(&s.path), "", saved);
	Sys faulty_table = clocked(faulty_sys());
	bool wanted[REVISIONS_MAX], there[REVISIONS_MAX], reached = true;
	for (size_t i = 0; i < s.count; i++)
		wanted[i] = should_stay(&s, i);
	int tries = 0, refused = 0;
	for (int forever = 0; forever < 2; forever++) {
		reached = true;
		for (int n = 1; reached; n++, tries++) {
			faulty_arm(0, 0, false);
			story_open(&s, &faulty_table);
			faulty_arm(n, n % 2 == 0 ? EIO : ENOSPC, forever == 1);
			bool ok = vault_tidy(s.vault, s.draft, NULL, &err);
			reached = faulty.failed > 0;
			refused += !ok;
			assert_true(ok || strlen(err_text(&err)) > 10);
			faulty_arm(0, 0, false);
			story_open(&s, clocked_machine());
			look(&s, there);
			for (size_t i = 0; i < s.count; i++)
				assert_true(there[i] || !wanted[i]);
			remove_dir(strdup(str_c(&s.path)));
			copy_tree("", saved, "", str_c(&s.path));
		}
	}
	print_message("# %d failing calls, %d of them told\n", tries, refused);
	assert_true(tries > 40 && refused > 10);
	story_free(&s);
}

static void
a_damaged_pack_is_named(void **state)
{
	(void)state;
	Story s = story_new();
	Err err = {0};
	size_t damaged = 0, objects = 0, count = 0;
	write_for_a_year(&s);
	assert_true(vault_tidy(s.vault, s.draft, NULL, &err));
	Id pack = chains_of(&s.vault->chains, OBJECT_PACK, s.draft).items[0]->id;
	Str path = {0};
	assert_true(store_path(s.vault, pack, &path, &err));
	FILE *file = fopen(str_c(&path), "r+");
	assert_non_null(file);
	fseek(file, 5000, SEEK_SET);
	fputc(fgetc(file) ^ 1, file);
	fclose(file);
	story_open(&s, clocked_machine());
	RevisionEntry *entries = NULL;
	assert_true(vault_history(s.vault, s.draft, &entries, &count, &err));
	assert_true(count > 20);
	free(entries);
	Revision revision = {0};
	assert_false(vault_load_revision(s.vault, s.objects[0], &revision, &err));
	assert_true(vault_load_draft(s.vault, s.draft, &revision, &err));
	revision_free(&revision);
	/* nothing more is packed on top of what cannot be read */
	clock_ms = NOW + 40 * DAY;
	assert_false(vault_tidy(s.vault, s.draft, NULL, &err));
	assert_int_equal(err.kind, ERR_DAMAGED);
	assert_true(vault_check(s.vault, &objects, &err));
	const Damage *damage = vault_damage(s.vault, &damaged);
	assert_int_equal(damaged, 1);
	assert_true(id_equal(damage[0].subject, s.draft));
	assert_string_equal(str_c(&damage[0].title), "고치고 또 고치다");
	str_free(&path);
	story_free(&s);
}

static void
what_was_destroyed_stays_away(void **state)
{
	(void)state;
	Story s = story_new();
	Err err = {0};
	size_t count = 0;
	write_for_a_year(&s);
	assert_true(vault_tidy(s.vault, s.draft, NULL, &err));
	Publication publication = {.draft = s.draft, .site = {{7}}, .phase = PHASE_PUBLIC, .token = str_from(SV("t"))};
	assert_true(vault_save_publication(s.vault, &publication, &err));
	publication_free(&publication);
	Revision kept = text_revision("남는 글", "이것은 남는다");
	assert_true(vault_save_draft(s.vault, &kept, &err));
	assert_false(vault_destroy_draft(s.vault, s.draft, &err));
	assert_int_equal(err.kind, ERR_USAGE);
	assert_true(vault_trash_draft(s.vault, s.draft, &err));
	assert_true(vault_destroy_draft(s.vault, s.draft, &err));
	publication = (Publication){.draft = s.draft, .site = {{7}}, .phase = PHASE_PUBLIC, .token = str_from(SV("t"))};
	assert_false(vault_save_publication(s.vault, &publication, &err));
	assert_non_null(strstr(err_text(&err), "draft"));
	publication_free(&publication);
	err = (Err){0};
	story_open(&s, clocked_machine());
	assert_null(vault_entry(s.vault, OBJECT_REVISION, s.draft));
	vault_draft_publications(s.vault, s.draft, &count);
	assert_int_equal(count, 0);
	assert_non_null(vault_entry(s.vault, OBJECT_REVISION, kept.draft));
	/* the kept draft, and two tombstones that say destroyed, with the one before */
	assert_true(count_files(str_c(&s.path), "objects") <= 4);
	revision_free(&kept);
	story_free(&s);
}

static void
some_drafts_are_tidied(void **state)
{
	(void)state;
	Story s = story_new();
	Err err = {0};
	write_for_a_year(&s);
	Vault *other = quick_open(clocked_machine(), str_c(&s.path));
	assert_true(vault_hold(other, &err));
	size_t before = count_files(str_c(&s.path), "objects");
	assert_true(vault_tidy_some(s.vault, 3, &err));
	assert_int_equal(count_files(str_c(&s.path), "objects"), before);
	vault_close(other);
	assert_true(vault_tidy_some(s.vault, 3, &err));
	assert_true(count_files(str_c(&s.path), "objects") < before / 2);
	story_free(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(old_revisions_become_fewer),
		cmocka_unit_test(what_readers_had_stays),
		cmocka_unit_test(a_draft_that_is_split_is_left_alone),
		cmocka_unit_test(copies_that_tidied_are_one_vault),
		cmocka_unit_test(every_call_may_fail),
		cmocka_unit_test(a_damaged_pack_is_named),
		cmocka_unit_test(what_was_destroyed_stays_away),
		cmocka_unit_test(some_drafts_are_tidied),
	};
	return cmocka_run_group_tests_name("pack", tests, NULL, NULL);
}
