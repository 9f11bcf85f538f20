/* Drafts: revisions, splits, automatic saves, the trash, and two copies of a vault brought together. */
#include "vault_unit.h"

#include <sys/stat.h>

typedef struct Fixture {
	char *dir;
	Str path;
	Vault *vault;
	Revision revision, read;
	Err err;
} Fixture;

static Fixture
start(void)
{
	Fixture f = {.dir = make_dir()};
	f.vault = quick_vault(f.dir, &f.path);
	f.revision = text_revision("제목", "처음");
	return f;
}

static void
end(Fixture *f)
{
	revision_free(&f->revision);
	revision_free(&f->read);
	vault_close(f->vault);
	str_free(&f->path);
	remove_dir(f->dir);
}

static void
save(Vault *vault, Revision *revision, const char *body)
{
	Err err = {0};
	str_set(&revision->body, sv(body));
	bool saved = vault_save_draft(vault, revision, &err);
	if (!saved)
		print_error("%s\n", err_text(&err));
	assert_true(saved);
}

static const Entry *
entry_of(Vault *vault, Id draft)
{
	return vault_entry(vault, OBJECT_REVISION, draft);
}

/* A copy of the vault folder, as another machine has it; opened. */
static Vault *
copy_vault(const Fixture *f, const char *name, Str *path)
{
	char command[500];
	path_join(path, sv(f->dir), sv(name));
	snprintf(command, sizeof command, "cp -r '%s' '%s'", str_c(&f->path), str_c(path));
	assert_int_equal(system(command), 0);
	return quick_open(&SYS_POSIX, str_c(path));
}

/* What a synchronising tool without memory does: each side gets what it lacks. */
static void
unite(const Str *a, const Str *b)
{
	char command[900];
	snprintf(command, sizeof command, "cp -rn '%s/.' '%s/' && cp -rn '%s/.' '%s/'", str_c(a), str_c(b), str_c(b),
		str_c(a));
	assert_int_equal(system(command), 0);
}

static void
a_draft_is_saved_and_loaded_whole(void **state)
{
	(void)state;
	Fixture f = start();
	f.revision.subtitle = str_from(SV("소제목"));
	list_append(&f.revision.keywords, SV("카카오"));
	list_append(&f.revision.keywords, SV("데이터 센터"));
	f.revision.comments = COMMENTS_CLOSED;
	memset(f.revision.work.bytes, 1, ID_BYTES);
	memset(f.revision.site.bytes, 2, ID_BYTES);
	field_put_c(&f.revision.unknown, 5000, "a newer version wrote this");
	save(f.vault, &f.revision, "본문");
	assert_true(id_equal(f.revision.draft, f.revision.object));
	assert_int_equal(f.revision.parent_count, 0);
	assert_true(f.revision.time_ms > 1600000000000);
	Vault *again = quick_open(&SYS_POSIX, str_c(&f.path));
	assert_true(vault_load_draft(again, f.revision.draft, &f.read, &f.err));
	assert_true(revision_same(&f.revision, &f.read));
	assert_true(sv_equal(str_view(&f.read.unknown), str_view(&f.revision.unknown)));
	assert_true(id_equal(f.read.object, f.revision.object));
	/* unknown fields are written back by the next save */
	save(again, &f.read, "고친 본문");
	Revision third = {0};
	assert_true(vault_load_draft(again, f.revision.draft, &third, &f.err));
	assert_true(sv_equal(str_view(&third.unknown), str_view(&f.revision.unknown)));
	assert_true(id_equal(third.parents[0], f.revision.object));
	const Entry *entry = entry_of(again, f.revision.draft);
	assert_true(id_equal(entry->work, f.revision.work) && id_equal(entry->site, f.revision.site));
	assert_int_equal(entry->characters, 5);
	assert_true(entry->created_ms <= entry->changed_ms);
	Revision copy = {0};
	assert_true(revision_copy(&copy, &third, &f.err));
	assert_true(revision_same(&copy, &third));
	revision_free(&copy);
	revision_free(&third);
	vault_close(again);
	end(&f);
}

static void
sizes_from_nothing_to_megabytes(void **state)
{
	(void)state;
	Fixture f = start();
	static const size_t sizes[] = {0, 1, 2850, 2900, 7000, 64300, 64400, 131072, 3000000};
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		str_clear(&f.revision.body);
		for (size_t k = 0; k < sizes[i]; k++)
			str_append_byte(&f.revision.body, (char)('a' + (k * 7 + i) % 26));
		assert_true(vault_save_draft(f.vault, &f.revision, &f.err));
		assert_true(vault_load_draft(f.vault, f.revision.draft, &f.read, &f.err));
		assert_true(sv_equal(str_view(&f.read.body), str_view(&f.revision.body)));
	}
	end(&f);
}

static void
unchanged_text_writes_nothing(void **state)
{
	(void)state;
	Fixture f = start();
	save(f.vault, &f.revision, "본문");
	Id object = f.revision.object;
	save(f.vault, &f.revision, "본문");
	assert_true(id_equal(object, f.revision.object));
	assert_int_equal(count_files(str_c(&f.path), "objects"), 1);
	list_append(&f.revision.keywords, SV("먹"));
	save(f.vault, &f.revision, "본문");
	assert_false(id_equal(object, f.revision.object));
	assert_int_equal(count_files(str_c(&f.path), "objects"), 2);
	end(&f);
}

static void
history_is_kept_and_brought_back(void **state)
{
	(void)state;
	Fixture f = start();
	save(f.vault, &f.revision, "하나");
	Id first = f.revision.object;
	save(f.vault, &f.revision, "둘");
	Id second = f.revision.object;
	save(f.vault, &f.revision, "셋");
	RevisionEntry *history;
	size_t count;
	assert_true(vault_history(f.vault, f.revision.draft, &history, &count, &f.err));
	assert_int_equal(count, 3);
	assert_true(history[0].head && !history[1].head && !history[2].head);
	assert_true(id_equal(history[2].object, first));
	free(history);
	/* in another session, the first one is made the newest again */
	Vault *again = quick_open(&SYS_POSIX, str_c(&f.path));
	assert_true(vault_load_revision(again, first, &f.read, &f.err));
	assert_view_equal(str_view(&f.read.body), "하나");
	assert_true(vault_save_draft(again, &f.read, &f.err));
	assert_int_equal(f.read.parent_count, 1);
	assert_true(id_equal(f.read.parents[0], f.revision.object));
	const Entry *entry = entry_of(again, f.revision.draft);
	assert_true(id_is_none(entry->other_head));
	assert_int_equal(entry->revisions, 4);
	assert_false(vault_load_revision(again, f.vault->id, &f.read, &f.err));
	assert_int_equal(f.err.kind, ERR_NOT_FOUND);
	assert_true(vault_load_revision(again, second, &f.read, &f.err));
	assert_view_equal(str_view(&f.read.body), "둘");
	vault_close(again);
	end(&f);
}

static void
an_unseen_head_is_never_buried(void **state)
{
	(void)state;
	Fixture f = start();
	save(f.vault, &f.revision, "바탕");
	Id draft = f.revision.draft;
	Vault *other = quick_open(&SYS_POSIX, str_c(&f.path));
	assert_true(vault_load_draft(other, draft, &f.read, &f.err));
	save(other, &f.read, "다른 자리에서 쓴 글");
	/* the first session looks at the folder, but its writer goes on with what is on the screen */
	assert_true(vault_refresh(f.vault, &f.err));
	save(f.vault, &f.revision, "여기서 쓴 글");
	const Entry *entry = entry_of(f.vault, draft);
	assert_true(id_equal(entry->head, f.revision.object));
	assert_true(id_equal(entry->other_head, f.read.object));
	/* and goes on; the other head stays */
	save(f.vault, &f.revision, "여기서 더 쓴 글");
	entry = entry_of(f.vault, draft);
	assert_true(id_equal(entry->other_head, f.read.object));
	/* until it is merged */
	Revision theirs = {0};
	assert_true(vault_load_revision(f.vault, entry->other_head, &theirs, &f.err));
	assert_view_equal(str_view(&theirs.body), "다른 자리에서 쓴 글");
	f.revision.merged = theirs.object;
	save(f.vault, &f.revision, "여기서 더 쓴 글\n\n다른 자리에서 쓴 글");
	assert_int_equal(f.revision.parent_count, 2);
	assert_true(id_is_none(f.revision.merged));
	entry = entry_of(f.vault, draft);
	assert_true(id_is_none(entry->other_head));
	assert_int_equal(entry->revisions, 5);
	revision_free(&theirs);
	vault_close(other);
	end(&f);
}

static void
a_session_follows_its_own_last_word(void **state)
{
	(void)state;
	Fixture f = start();
	save(f.vault, &f.revision, "바탕");
	assert_true(vault_load_draft(f.vault, f.revision.draft, &f.read, &f.err));
	save(f.vault, &f.revision, "다음");
	/* another value of the same session, loaded before: its text is meant to follow */
	save(f.vault, &f.read, "그다음");
	assert_int_equal(f.read.parent_count, 1);
	assert_true(id_equal(f.read.parents[0], f.revision.object));
	assert_true(id_is_none(entry_of(f.vault, f.read.draft)->other_head));
	end(&f);
}

static void
without_a_base_all_heads_are_parents(void **state)
{
	(void)state;
	Fixture f = start();
	save(f.vault, &f.revision, "바탕");
	Vault *other = quick_open(&SYS_POSIX, str_c(&f.path));
	assert_true(vault_load_draft(other, f.revision.draft, &f.read, &f.err));
	save(other, &f.read, "하나");
	save(f.vault, &f.revision, "둘");
	assert_true(vault_refresh(f.vault, &f.err));
	Revision fresh = text_revision("제목", "합친 글");
	fresh.draft = f.revision.draft;
	assert_true(vault_save_draft(f.vault, &fresh, &f.err));
	assert_int_equal(fresh.parent_count, 2);
	assert_true(id_is_none(entry_of(f.vault, fresh.draft)->other_head));
	revision_free(&fresh);
	vault_close(other);
	end(&f);
}

static void
automatic_revisions_replace_each_other(void **state)
{
	(void)state;
	Fixture f = start();
	save(f.vault, &f.revision, "바탕");
	Id base = f.revision.object;
	for (int i = 0; i < 20; i++) {
		char body[32];
		snprintf(body, sizeof body, "치는 중 %d", i);
		f.revision.automatic = true;
		save(f.vault, &f.revision, body);
		assert_int_equal(entry_of(f.vault, f.revision.draft)->revisions, 2);
		assert_int_equal(f.revision.parent_count, 1);
		assert_true(id_equal(f.revision.parents[0], base));
	}
	assert_int_equal(count_files(str_c(&f.path), "objects"), 2);
	/* asked for with the same text: it lasts from now on */
	f.revision.automatic = false;
	save(f.vault, &f.revision, "치는 중 19");
	assert_false(f.revision.automatic);
	assert_int_equal(count_files(str_c(&f.path), "objects"), 2);
	f.revision.automatic = true;
	save(f.vault, &f.revision, "다시 치는 중");
	assert_int_equal(count_files(str_c(&f.path), "objects"), 3);
	/* asked for with other text: the automatic one stays in the history */
	f.revision.automatic = false;
	save(f.vault, &f.revision, "다 쳤다");
	assert_int_equal(count_files(str_c(&f.path), "objects"), 4);
	/* another session's automatic one is not replaced */
	f.revision.automatic = true;
	save(f.vault, &f.revision, "또");
	Vault *other = quick_open(&SYS_POSIX, str_c(&f.path));
	assert_true(vault_load_draft(other, f.revision.draft, &f.read, &f.err));
	f.read.automatic = true;
	save(other, &f.read, "또 또");
	assert_int_equal(count_files(str_c(&f.path), "objects"), 6);
	vault_close(other);
	end(&f);
}

static void
a_draft_that_began_automatically_keeps_its_id(void **state)
{
	(void)state;
	Fixture f = start();
	f.revision.automatic = true;
	save(f.vault, &f.revision, "ㄱ");
	Id draft = f.revision.draft;
	f.revision.automatic = true;
	save(f.vault, &f.revision, "가");
	assert_true(id_equal(draft, f.revision.draft));
	assert_false(id_equal(draft, f.revision.object));
	assert_int_equal(f.revision.parent_count, 0);
	assert_int_equal(count_files(str_c(&f.path), "objects"), 1);
	Vault *again = quick_open(&SYS_POSIX, str_c(&f.path));
	assert_true(vault_load_draft(again, draft, &f.read, &f.err));
	assert_view_equal(str_view(&f.read.body), "가");
	vault_close(again);
	end(&f);
}

static void
a_published_automatic_revision_stays(void **state)
{
	(void)state;
	Fixture f = start();
	f.revision.automatic = true;
	save(f.vault, &f.revision, "보낸 글");
	Publication publication = {.draft = f.revision.draft, .revision = f.revision.object, .phase = PHASE_PUBLIC};
	memset(publication.site.bytes, 3, ID_BYTES);
	assert_true(vault_save_publication(f.vault, &publication, &f.err));
	f.revision.automatic = true;
	save(f.vault, &f.revision, "고친 글");
	assert_true(vault_load_revision(f.vault, publication.revision, &f.read, &f.err));
	assert_view_equal(str_view(&f.read.body), "보낸 글");
	assert_int_equal(entry_of(f.vault, f.revision.draft)->revisions, 2);
	publication_free(&publication);
	end(&f);
}

static void
copies_brought_together_show_no_false_split(void **state)
{
	(void)state;
	Fixture f = start();
	Str path = {0};
	save(f.vault, &f.revision, "바탕");
	Id draft = f.revision.draft;
	f.revision.automatic = true;
	save(f.vault, &f.revision, "치는 중 1");
	Vault *other = copy_vault(&f, "copy", &path);
	for (int i = 2; i < 6; i++) {
		char body[32];
		snprintf(body, sizeof body, "치는 중 %d", i);
		f.revision.automatic = true;
		save(f.vault, &f.revision, body);
	}
	unite(&f.path, &path);
	assert_true(vault_scan(other, &f.err));
	assert_true(vault_scan(f.vault, &f.err));
	Vault *both[] = {f.vault, other};
	for (int i = 0; i < 2; i++) {
		const Entry *entry = entry_of(both[i], draft);
		assert_true(id_is_none(entry->other_head));
		assert_true(vault_load_draft(both[i], draft, &f.read, &f.err));
		assert_view_equal(str_view(&f.read.body), "치는 중 5");
	}
	/* the other machine went on from the replaced one: that is a real split, and both texts are there */
	Vault *third = other;
	RevisionEntry *history;
	size_t count;
	assert_true(vault_history(third, draft, &history, &count, &f.err));
	assert_int_equal(count, 3);
	Revision late = {0};
	assert_true(vault_load_revision(third, history[1].object, &late, &f.err));
	assert_view_equal(str_view(&late.body), "치는 중 1");
	late.base = late.object;
	save(third, &late, "다른 자리의 글");
	assert_false(id_is_none(entry_of(third, draft)->other_head));
	free(history);
	revision_free(&late);
	vault_close(other);
	str_free(&path);
	end(&f);
}

static void
the_trash_and_back(void **state)
{
	(void)state;
	Fixture f = start();
	Str path = {0};
	save(f.vault, &f.revision, "본문");
	Id draft = f.revision.draft;
	assert_false(entry_of(f.vault, draft)->trashed);
	assert_true(vault_restore_draft(f.vault, draft, &f.err));
	assert_int_equal(count_files(str_c(&f.path), "objects"), 1);
	assert_true(vault_trash_draft(f.vault, draft, &f.err));
	assert_true(entry_of(f.vault, draft)->trashed);
	assert_true(vault_trash_draft(f.vault, draft, &f.err));
	assert_int_equal(count_files(str_c(&f.path), "objects"), 2);
	assert_true(vault_load_draft(f.vault, draft, &f.read, &f.err));
	Vault *other = copy_vault(&f, "copy", &path);
	assert_true(entry_of(other, draft)->trashed);
	assert_true(vault_restore_draft(f.vault, draft, &f.err));
	assert_false(entry_of(f.vault, draft)->trashed);
	assert_int_equal(count_files(str_c(&f.path), "objects"), 2);
	/* the old tombstone comes back from the copy and decides nothing */
	unite(&f.path, &path);
	assert_true(vault_scan(f.vault, &f.err));
	assert_true(vault_scan(other, &f.err));
	assert_false(entry_of(f.vault, draft)->trashed);
	assert_false(entry_of(other, draft)->trashed);
	Id nobody = {{1}};
	assert_false(vault_trash_draft(f.vault, nobody, &f.err));
	assert_int_equal(f.err.kind, ERR_NOT_FOUND);
	assert_false(vault_restore_draft(f.vault, nobody, &f.err));
	assert_false(vault_load_draft(f.vault, nobody, &f.read, &f.err));
	assert_int_equal(f.err.kind, ERR_NOT_FOUND);
	vault_close(other);
	str_free(&path);
	end(&f);
}

/* A clock that the test turns. */
static int64_t turned_ms;

static int64_t
turned_clock(void)
{
	return turned_ms;
}

static void
lists_are_newest_first(void **state)
{
	(void)state;
	Fixture f = start();
	Sys sys = SYS_POSIX;
	sys.now_ms = turned_clock;
	turned_ms = 1000;
	Vault *vault = quick_open(&sys, str_c(&f.path));
	Id drafts[3];
	for (int i = 0; i < 3; i++) {
		Revision revision = text_revision("글", "본문");
		turned_ms += 1000;
		save(vault, &revision, i == 0 ? "a" : "b");
		drafts[i] = revision.draft;
		revision_free(&revision);
	}
	turned_ms += 1000;
	assert_true(vault_load_draft(vault, drafts[0], &f.read, &f.err));
	save(vault, &f.read, "고침");
	size_t count;
	const Entry *const *entries = vault_entries(vault, OBJECT_REVISION, &count);
	assert_int_equal(count, 3);
	assert_true(id_equal(entries[0]->subject, drafts[0]));
	assert_true(id_equal(entries[1]->subject, drafts[2]));
	assert_true(id_equal(entries[2]->subject, drafts[1]));
	assert_int_equal(entries[0]->created_ms, 2000);
	assert_int_equal(entries[0]->changed_ms, 5000);
	vault_close(vault);
	end(&f);
}

static void
a_draft_whose_files_are_gone_is_still_saved(void **state)
{
	(void)state;
	Fixture f = start();
	save(f.vault, &f.revision, "본문");
	char command[400];
	snprintf(command, sizeof command, "rm -r '%s'/objects/*", str_c(&f.path));
	assert_int_equal(system(command), 0);
	assert_false(vault_load_draft(f.vault, f.revision.draft, &f.read, &f.err));
	assert_int_equal(f.err.kind, ERR_NOT_FOUND);
	save(f.vault, &f.revision, "본문");
	assert_int_equal(count_files(str_c(&f.path), "objects"), 1);
	Vault *again = quick_open(&SYS_POSIX, str_c(&f.path));
	assert_true(vault_load_draft(again, f.revision.draft, &f.read, &f.err));
	assert_view_equal(str_view(&f.read.body), "본문");
	vault_close(again);
	end(&f);
}

static void
text_of_a_destroyed_draft_becomes_a_new_one(void **state)
{
	(void)state;
	Fixture f = start();
	save(f.vault, &f.revision, "본문");
	Id draft = f.revision.draft;
	assert_true(store_tombstone(f.vault, draft, TOMBSTONE_DESTROYED, &f.err));
	assert_true(store_purge(f.vault, draft, &f.err));
	/* nothing that is said later takes it back */
	assert_true(store_tombstone(f.vault, draft, TOMBSTONE_KEPT, &f.err));
	assert_true(vault_scan(f.vault, &f.err));
	assert_true(store_destroyed(f.vault, draft));
	save(f.vault, &f.revision, "아직 화면에 있는 글");
	assert_false(id_equal(f.revision.draft, draft));
	assert_true(vault_scan(f.vault, &f.err));
	assert_true(vault_load_draft(f.vault, f.revision.draft, &f.read, &f.err));
	assert_view_equal(str_view(&f.read.body), "아직 화면에 있는 글");
	end(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_draft_is_saved_and_loaded_whole),
		cmocka_unit_test(sizes_from_nothing_to_megabytes),
		cmocka_unit_test(unchanged_text_writes_nothing),
		cmocka_unit_test(history_is_kept_and_brought_back),
		cmocka_unit_test(an_unseen_head_is_never_buried),
		cmocka_unit_test(a_session_follows_its_own_last_word),
		cmocka_unit_test(without_a_base_all_heads_are_parents),
		cmocka_unit_test(automatic_revisions_replace_each_other),
		cmocka_unit_test(a_draft_that_began_automatically_keeps_its_id),
		cmocka_unit_test(a_published_automatic_revision_stays),
		cmocka_unit_test(copies_brought_together_show_no_false_split),
		cmocka_unit_test(the_trash_and_back),
		cmocka_unit_test(lists_are_newest_first),
		cmocka_unit_test(a_draft_whose_files_are_gone_is_still_saved),
		cmocka_unit_test(text_of_a_destroyed_draft_becomes_a_new_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
