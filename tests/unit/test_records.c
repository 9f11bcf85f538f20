/* Works, sites, publications, vocabularies and settings in a vault. */
#include "vault_unit.h"

typedef struct Fixture {
	char *dir;
	Str path;
	Vault *vault;
	Err err;
} Fixture;

static Fixture
start(void)
{
	Fixture f = {.dir = make_dir()};
	f.vault = quick_vault(f.dir, &f.path);
	return f;
}

static void
end(Fixture *f)
{
	vault_close(f->vault);
	str_free(&f->path);
	remove_dir(f->dir);
}

static Id
id_of(uint8_t number)
{
	Id id;
	memset(id.bytes, number, ID_BYTES);
	return id;
}

static void
works_are_kept(void **state)
{
	(void)state;
	Fixture f = start();
	Work work = {.name = str_from(SV("시사 노트")), .limit = 30}, read = {0};
	assert_true(vault_save_work(f.vault, &work, &f.err));
	assert_false(id_is_none(work.id));
	for (uint8_t i = 1; i < 8; i++) {
		assert_true(work_add_chapter(&work, id_of(i), &f.err));
		assert_true(vault_save_work(f.vault, &work, &f.err));
	}
	/* unchanged: nothing is written; changed: one predecessor stays to fall back on */
	assert_true(vault_save_work(f.vault, &work, &f.err));
	assert_int_equal(count_files(str_c(&f.path), "objects"), 2);
	Vault *again = quick_open(&SYS_POSIX, str_c(&f.path));
	assert_true(vault_load_work(again, work.id, &read, &f.err));
	assert_int_equal(read.chapter_count, 7);
	assert_true(id_equal(read.id, work.id));
	const Entry *entry = vault_entry(again, OBJECT_WORK, work.id);
	assert_view_equal(str_view(&entry->title), "시사 노트");
	assert_true(id_is_none(entry->other_head));
	assert_false(vault_load_work(again, id_of(9), &read, &f.err));
	assert_int_equal(f.err.kind, ERR_NOT_FOUND);
	vault_close(again);
	work_free(&work);
	work_free(&read);
	end(&f);
}

static void
a_damaged_head_falls_back(void **state)
{
	(void)state;
	Fixture f = start();
	Publication publication = {
		.draft = id_of(1), .site = id_of(2), .phase = PHASE_INTENT, .token = str_from(SV("토큰"))};
	Publication read = {0};
	assert_true(vault_save_publication(f.vault, &publication, &f.err));
	publication.phase = PHASE_CREATED;
	assert_true(vault_save_publication(f.vault, &publication, &f.err));
	Item *head = store_head(f.vault, OBJECT_PUBLICATION, publication_subject(id_of(1), id_of(2)), NULL);
	Str path = {0};
	assert_true(store_path(f.vault, head->id, &path, &f.err));
	FILE *file = fopen(str_c(&path), "r+b");
	assert_non_null(file);
	fseek(file, 700, SEEK_SET);
	fputc('x', file);
	fclose(file);
	assert_true(vault_scan(f.vault, &f.err));
	assert_true(vault_load_publication(f.vault, id_of(1), id_of(2), &read, &f.err));
	assert_int_equal(read.phase, PHASE_INTENT);
	assert_view_equal(str_view(&read.token), "토큰");
	str_free(&path);
	publication_free(&publication);
	publication_free(&read);
	end(&f);
}

static void
publications_do_not_grow_the_vault(void **state)
{
	(void)state;
	Fixture f = start();
	Publication publication = {.draft = id_of(1), .token = str_from(SV("t"))}, read = {0};
	assert_false(vault_save_publication(f.vault, &publication, &f.err));
	assert_int_equal(f.err.kind, ERR_USAGE);
	for (uint8_t site = 2; site < 5; site++) {
		for (int round = 0; round < 4; round++) {
			for (PublishPhase phase = PHASE_INTENT; phase <= PHASE_PUBLIC; phase++) {
				publication.site = id_of(site);
				publication.phase = phase;
				publication.revision = id_of((uint8_t)(100 + round));
				assert_true(vault_save_publication(f.vault, &publication, &f.err));
			}
		}
	}
	assert_int_equal(count_files(str_c(&f.path), "objects"), 6);
	Vault *again = quick_open(&SYS_POSIX, str_c(&f.path));
	Publication *list;
	size_t count;
	assert_true(vault_publications(again, id_of(1), &list, &count, &f.err));
	assert_int_equal(count, 3);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(list[i].phase, PHASE_PUBLIC);
		assert_true(id_equal(list[i].revision, id_of(103)));
		publication_free(&list[i]);
	}
	free(list);
	const Entry *const *entries = vault_draft_publications(again, id_of(1), &count);
	assert_int_equal(count, 3);
	for (size_t i = 0; i < count; i++)
		assert_true(id_equal(entries[i]->draft, id_of(1)) && entries[i]->phase == PHASE_PUBLIC);
	assert_non_null(vault_draft_publications(again, id_of(7), &count));
	assert_int_equal(count, 0);
	assert_true(vault_publications(again, id_of(7), &list, &count, &f.err));
	assert_int_equal(count, 0);
	free(list);
	assert_false(vault_load_publication(again, id_of(1), id_of(9), &read, &f.err));
	assert_int_equal(f.err.kind, ERR_NOT_FOUND);
	/* a list needs no body */
	const Entry *entry = vault_entry(again, OBJECT_PUBLICATION, publication_subject(id_of(1), id_of(3)));
	assert_true(id_equal(entry->draft, id_of(1)) && id_equal(entry->site, id_of(3)));
	assert_int_equal(entry->phase, PHASE_PUBLIC);
	assert_true(id_equal(entry->revision, id_of(103)));
	vault_close(again);
	publication_free(&publication);
	end(&f);
}

static void
two_sessions_write_into_one_chain(void **state)
{
	(void)state;
	Fixture f = start();
	Vault *other = quick_open(&SYS_POSIX, str_c(&f.path));
	Publication publication = {.draft = id_of(1), .site = id_of(2), .phase = PHASE_INTENT}, read = {0};
	assert_true(vault_save_publication(f.vault, &publication, &f.err));
	publication.phase = PHASE_CREATED;
	assert_true(vault_save_publication(other, &publication, &f.err));
	publication.phase = PHASE_FILLED;
	assert_true(vault_save_publication(f.vault, &publication, &f.err));
	publication.phase = PHASE_PUBLIC;
	assert_true(vault_save_publication(other, &publication, &f.err));
	/* the first session's newest was removed under its feet; it finds the one in its place */
	assert_true(vault_load_publication(f.vault, id_of(1), id_of(2), &read, &f.err));
	publication.phase = PHASE_SITE_DRAFT;
	assert_true(vault_save_publication(other, &publication, &f.err));
	assert_true(vault_load_publication(f.vault, id_of(1), id_of(2), &read, &f.err));
	assert_true(read.phase == PHASE_SITE_DRAFT || read.phase == PHASE_PUBLIC);
	assert_true(vault_refresh(f.vault, &f.err));
	assert_true(vault_load_publication(f.vault, id_of(1), id_of(2), &read, &f.err));
	assert_int_equal(read.phase, PHASE_SITE_DRAFT);
	assert_int_equal(count_files(str_c(&f.path), "objects"), 2);
	const Entry *entry = vault_entry(f.vault, OBJECT_PUBLICATION, publication_subject(id_of(1), id_of(2)));
	assert_true(id_is_none(entry->other_head));
	publication_free(&read);
	vault_close(other);
	end(&f);
}

static void
copies_brought_together_keep_the_newest(void **state)
{
	(void)state;
	Fixture f = start();
	Publication publication = {.draft = id_of(1), .site = id_of(2), .phase = PHASE_INTENT}, read = {0};
	assert_true(vault_save_publication(f.vault, &publication, &f.err));
	char copy[300], command[900];
	snprintf(copy, sizeof copy, "%s/copy", f.dir);
	snprintf(command, sizeof command, "cp -r '%s' '%s'", str_c(&f.path), copy);
	assert_int_equal(system(command), 0);
	for (PublishPhase phase = PHASE_CREATED; phase <= PHASE_PUBLIC; phase++) {
		publication.phase = phase;
		assert_true(vault_save_publication(f.vault, &publication, &f.err));
	}
	snprintf(command, sizeof command, "cp -rn '%s/.' '%s/' && cp -rn '%s/.' '%s/'", copy, str_c(&f.path),
		str_c(&f.path), copy);
	assert_int_equal(system(command), 0);
	Vault *other = quick_open(&SYS_POSIX, copy);
	assert_true(vault_scan(f.vault, &f.err));
	Vault *both[] = {f.vault, other};
	for (int i = 0; i < 2; i++) {
		assert_true(vault_load_publication(both[i], id_of(1), id_of(2), &read, &f.err));
		assert_int_equal(read.phase, PHASE_PUBLIC);
	}
	publication_free(&read);
	vault_close(other);
	end(&f);
}

static SiteRecord
sample_site(void)
{
	return (SiteRecord){.name = str_from(SV("내 블로그")),
		.driver = str_from(SV("wordpress")),
		.endpoint = str_from(SV("https://blog.example.org/wp-json")),
		.secret = str_from(SV("abcd efgh ijkl")),
		.keyword_limit = 3,
		.may_publish = true};
}

static void
a_changed_credential_leaves_no_old_one(void **state)
{
	(void)state;
	Fixture f = start();
	SiteRecord site = sample_site(), read = {0};
	assert_true(vault_save_site(f.vault, &site, &f.err));
	str_set(&site.secret, SV("new secret"));
	assert_true(vault_save_site(f.vault, &site, &f.err));
	assert_int_equal(count_files(str_c(&f.path), "objects"), 1);
	assert_true(vault_load_site(f.vault, site.id, &read, &f.err));
	assert_view_equal(str_view(&read.secret), "new secret");
	assert_int_equal(read.keyword_limit, 3);
	site_record_free(&site);
	site_record_free(&read);
	end(&f);
}

static void
a_removed_site_is_destroyed_everywhere(void **state)
{
	(void)state;
	Fixture f = start();
	SiteRecord site = sample_site(), read = {0};
	assert_true(vault_save_site(f.vault, &site, &f.err));
	Vocabulary words = {.site = site.id};
	assert_true(vocabulary_put(&words, false, SV("1"), SV("시련"), 3, &f.err));
	assert_true(vault_save_vocabulary(f.vault, &words, &f.err));
	char copy[300], command[900];
	snprintf(copy, sizeof copy, "%s/copy", f.dir);
	snprintf(command, sizeof command, "cp -r '%s' '%s'", str_c(&f.path), copy);
	assert_int_equal(system(command), 0);
	Vault *other = quick_open(&SYS_POSIX, copy);

	assert_true(vault_remove_site(f.vault, site.id, &f.err));
	assert_int_equal(count_files(str_c(&f.path), "objects"), 1); /* the tombstone */
	assert_null(vault_entry(f.vault, OBJECT_SITE, site.id));
	assert_false(vault_load_site(f.vault, site.id, &read, &f.err));
	assert_int_equal(f.err.kind, ERR_NOT_FOUND);
	assert_false(vault_remove_site(f.vault, site.id, &f.err));
	assert_int_equal(f.err.kind, ERR_NOT_FOUND);
	/* somebody who still has it open cannot bring it back */
	assert_false(vault_save_site(f.vault, &site, &f.err));
	assert_int_equal(f.err.kind, ERR_NOT_FOUND);

	/* the other copy, with a newer state of the site: the tombstone wins, and the credential goes there too */
	str_set(&site.user, SV("meok"));
	assert_true(vault_save_site(other, &site, &f.err));
	snprintf(command, sizeof command, "cp -rn '%s/.' '%s/' && cp -rn '%s/.' '%s/'", copy, str_c(&f.path),
		str_c(&f.path), copy);
	assert_int_equal(system(command), 0);
	assert_true(vault_scan(f.vault, &f.err));
	assert_true(vault_refresh(other, &f.err));
	assert_null(vault_entry(other, OBJECT_SITE, site.id));
	assert_int_equal(count_files(str_c(&f.path), "objects"), 1);
	assert_int_equal(count_files(copy, "objects"), 1);
	vault_close(other);
	vocabulary_free(&words);
	site_record_free(&site);
	site_record_free(&read);
	end(&f);
}

/* Removes a site while call number `at` fails. True when a call did fail. */
static bool
remove_with_fault(int at, int *kept)
{
	Fixture f = start();
	SiteRecord site = sample_site();
	assert_true(vault_save_site(f.vault, &site, &f.err));
	vault_close(f.vault);
	Sys sys = faulty_sys();
	faulty_arm(0, 0, false);
	f.vault = quick_open(&sys, str_c(&f.path));
	faulty_arm(at, EIO, false);
	bool removed = vault_remove_site(f.vault, site.id, &f.err);
	bool failed = faulty.failed > 0;
	faulty_arm(0, 0, false);
	Vault *again = quick_open(&SYS_POSIX, str_c(&f.path));
	const Entry *entry = vault_entry(again, OBJECT_SITE, site.id);
	if (removed)
		assert_null(entry);
	else
		assert_true(strlen(err_text(&f.err)) > 10);
	/* either it is whole, or the next session has destroyed the rest */
	assert_int_equal(count_files(str_c(&f.path), "objects"), 1);
	if (entry != NULL) {
		assert_true(vault_load_site(again, site.id, &site, &f.err));
		assert_view_equal(str_view(&site.secret), "abcd efgh ijkl");
		(*kept)++;
	}
	vault_close(again);
	site_record_free(&site);
	end(&f);
	return failed;
}

static void
removing_survives_every_failing_call(void **state)
{
	(void)state;
	int kept = 0, at;
	for (at = 1; remove_with_fault(at, &kept); at++)
		;
	assert_true(at > 40);
	assert_true(kept > 2 && kept < at);
}

static void
vocabularies_and_settings(void **state)
{
	(void)state;
	Fixture f = start();
	Vocabulary words = {.site = id_of(2)}, read = {0};
	Str lines = str_from(SV("old"));
	assert_true(vault_load_vocabulary(f.vault, id_of(2), &read, &f.err));
	assert_int_equal(read.len, 0);
	assert_true(id_equal(read.site, id_of(2)));
	for (int i = 0; i < 500; i++) {
		char name[32];
		snprintf(name, sizeof name, "키워드 %d", i);
		assert_true(vocabulary_put(&words, false, sv(name), sv(name), 1, &f.err));
	}
	assert_true(vault_save_vocabulary(f.vault, &words, &f.err));
	assert_true(vocabulary_put(&words, true, SV("7"), SV("시사 노트"), 7, &f.err));
	assert_true(vault_save_vocabulary(f.vault, &words, &f.err));
	assert_int_equal(count_files(str_c(&f.path), "objects"), 1);
	assert_true(vault_load_vocabulary(f.vault, id_of(2), &read, &f.err));
	assert_int_equal(read.len, 501);
	assert_true(vault_load_settings(f.vault, &lines, &f.err));
	assert_int_equal(lines.len, 0);
	assert_true(vault_save_settings(f.vault, SV("set wrap keep-all\n"), &f.err));
	assert_true(vault_save_settings(f.vault, SV("set wrap keep-all\nset language ko\n"), &f.err));
	assert_true(vault_load_settings(f.vault, &lines, &f.err));
	assert_view_equal(str_view(&lines), "set wrap keep-all\nset language ko\n");
	assert_true(vault_save_settings(f.vault, SV(""), &f.err));
	assert_true(vault_load_settings(f.vault, &lines, &f.err));
	assert_int_equal(lines.len, 0);
	words.site = ID_NONE;
	assert_false(vault_save_vocabulary(f.vault, &words, &f.err));
	assert_int_equal(f.err.kind, ERR_USAGE);
	vocabulary_free(&words);
	vocabulary_free(&read);
	str_free(&lines);
	end(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(works_are_kept),
		cmocka_unit_test(a_damaged_head_falls_back),
		cmocka_unit_test(publications_do_not_grow_the_vault),
		cmocka_unit_test(two_sessions_write_into_one_chain),
		cmocka_unit_test(copies_brought_together_keep_the_newest),
		cmocka_unit_test(a_changed_credential_leaves_no_old_one),
		cmocka_unit_test(a_removed_site_is_destroyed_everywhere),
		cmocka_unit_test(removing_survives_every_failing_call),
		cmocka_unit_test(vocabularies_and_settings),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
