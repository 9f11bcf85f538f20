/* Drafts changed in two places: which heads there are, whether they differ, and the nearest text that both grew out of,
 * also when what lay between was removed. */
#include "vault_unit.h"

#include <unistd.h>

typedef struct Fixture {
	char *dir;
	Str here_path, there_path;
	Vault *here, *there; /* two sessions on one folder, as two machines that are always in step */
	Revision mine, theirs;
	Err err;
} Fixture;

static Fixture
start(void)
{
	Fixture f = {.dir = make_dir()};
	f.here = quick_vault(f.dir, &f.here_path);
	f.there = quick_open(&SYS_POSIX, str_c(&f.here_path));
	f.mine = text_revision("제목", "처음");
	return f;
}

static void
end(Fixture *f)
{
	revision_free(&f->mine);
	revision_free(&f->theirs);
	vault_close(f->here);
	vault_close(f->there);
	str_free(&f->here_path);
	str_free(&f->there_path);
	remove_dir(f->dir);
}

static Id
save(Vault *vault, Revision *revision, const char *body, bool automatic)
{
	Err err = {0};
	str_set(&revision->body, sv(body));
	revision->automatic = automatic;
	bool saved = vault_save_draft(vault, revision, &err);
	if (!saved)
		print_error("%s\n", err_text(&err));
	assert_true(saved);
	return revision->object;
}

static void
load_there(Fixture *f)
{
	assert_true(vault_refresh(f->there, &f->err));
	assert_true(vault_load_draft(f->there, f->mine.draft, &f->theirs, &f->err));
}

static size_t
count_heads(Vault *vault, Id draft)
{
	Id *heads;
	size_t count;
	assert_true(vault_heads(vault, draft, &heads, &count, NULL));
	const Entry *entry = vault_entry(vault, OBJECT_REVISION, draft);
	assert_non_null(entry);
	assert_true(id_equal(heads[0], entry->head));
	assert_int_equal(count > 1, !id_is_none(entry->other_head));
	assert_true(count < 2 || id_equal(heads[1], entry->other_head));
	free(heads);
	return count;
}

static void
assert_common(Vault *vault, const Revision *mine, Id other, Id wanted)
{
	Id common[2];
	assert_true(vault_common(vault, mine, other, common, NULL));
	assert_true(id_equal(common[0], wanted));
}

static void
test_split(void **state)
{
	(void)state;
	Fixture f = start();
	Id first = save(f.here, &f.mine, "처음", false);
	assert_int_equal(count_heads(f.here, f.mine.draft), 1);
	assert_false(vault_is_split(f.here, f.mine.draft));
	load_there(&f);
	Id mine = save(f.here, &f.mine, "처음부터", false);
	Id theirs = save(f.there, &f.theirs, "처음으로", false);
	assert_true(vault_refresh(f.here, NULL) && vault_refresh(f.there, NULL));
	assert_int_equal(count_heads(f.here, f.mine.draft), 2);
	assert_true(vault_is_split(f.here, f.mine.draft));
	assert_common(f.here, &f.mine, theirs, first);
	assert_common(f.there, &f.theirs, mine, first);
	/* One that takes the other in ends it. */
	f.mine.merged = theirs;
	Id both = save(f.here, &f.mine, "처음부터 처음으로", false);
	assert_int_equal(count_heads(f.here, f.mine.draft), 1);
	assert_false(vault_is_split(f.here, f.mine.draft));
	assert_true(vault_refresh(f.there, NULL));
	assert_common(f.there, &f.theirs, both, theirs);
	end(&f);
}

/* The same text on both sides needs nobody. */
static void
test_same_text(void **state)
{
	(void)state;
	Fixture f = start();
	save(f.here, &f.mine, "처음", false);
	load_there(&f);
	save(f.here, &f.mine, "같은 말", false);
	save(f.there, &f.theirs, "같은 말", false);
	assert_true(vault_refresh(f.here, NULL));
	assert_int_equal(count_heads(f.here, f.mine.draft), 2);
	assert_false(vault_is_split(f.here, f.mine.draft));
	end(&f);
}

/* Each took in what the other wrote, at the same time: the newer of what both know is the ground. */
static void
test_crossed(void **state)
{
	(void)state;
	Fixture f = start();
	save(f.here, &f.mine, "처음", false);
	load_there(&f);
	Id mine = save(f.here, &f.mine, "내 말", false);
	Id theirs = save(f.there, &f.theirs, "네 말", false);
	Id newest = id_compare(mine, theirs) > 0 ? mine : theirs;
	assert_true(vault_refresh(f.here, NULL) && vault_refresh(f.there, NULL));
	f.mine.merged = theirs;
	f.theirs.merged = mine;
	save(f.here, &f.mine, "내 말 네 말", false);
	Id other = save(f.there, &f.theirs, "네 말 내 말", false);
	assert_true(vault_refresh(f.here, NULL));
	/* Both have the same counter: the greater id counts as newer. */
	assert_common(f.here, &f.mine, other, newest);
	Id common[2];
	assert_true(vault_common(f.here, &f.mine, other, common, NULL));
	assert_true(id_equal(common[1], id_equal(newest, mine) ? theirs : mine));
	end(&f);
}

/* What the other session kept unasked and replaced since is gone, but not what it stood on. */
static void
test_replaced(void **state)
{
	(void)state;
	Fixture f = start();
	Id first = save(f.here, &f.mine, "처음", false);
	Id passing = save(f.here, &f.mine, "처음 그리고", true);
	load_there(&f);
	assert_true(id_equal(f.theirs.base, passing));
	Revision before = {0};
	assert_true(revision_copy(&before, &f.theirs, NULL));
	save(f.there, &f.theirs, "처음 그리고 저쪽", false);
	/* This session does not know that the other stood on it. */
	Id next = save(f.here, &f.mine, "처음 그리고 이쪽", true);
	assert_true(vault_refresh(f.there, NULL) && vault_refresh(f.here, NULL));
	assert_false(vault_load_revision(f.there, passing, &f.mine, NULL));
	assert_int_equal(count_heads(f.there, f.theirs.draft), 2);
	assert_common(f.there, &f.theirs, next, first);
	assert_common(f.here, &f.mine, f.theirs.object, first);
	/* Nor is it lost to one that has not saved yet. */
	assert_common(f.there, &before, next, first);
	str_set(&before.body, SV("처음 그리고 또"));
	assert_true(vault_save_draft(f.there, &before, NULL));
	revision_free(&before);
	end(&f);
}

/* Nothing is known of revisions that never arrived. */
static void
test_missing(void **state)
{
	(void)state;
	Fixture f = start();
	Id first = save(f.here, &f.mine, "처음", false);
	load_there(&f);
	save(f.here, &f.mine, "이쪽", false);
	Id theirs = save(f.there, &f.theirs, "저쪽", false);
	char name[ID_TEXT + 1];
	Str file = {0};
	id_format(first, name);
	str_printf(&file, "%s/objects/%c/%s", str_c(&f.here_path), name[0], name);
	assert_int_equal(unlink(str_c(&file)), 0);
	assert_true(vault_scan(f.here, NULL));
	assert_int_equal(count_heads(f.here, f.mine.draft), 2);
	assert_common(f.here, &f.mine, theirs, ID_NONE);
	str_free(&file);
	end(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_split),
		cmocka_unit_test(test_same_text),
		cmocka_unit_test(test_crossed),
		cmocka_unit_test(test_replaced),
		cmocka_unit_test(test_missing),
	};
	return cmocka_run_group_tests_name("heads", tests, NULL, NULL);
}
