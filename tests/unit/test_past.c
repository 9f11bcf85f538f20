/* Former revisions: found by their ids, brought back, the way out of a damaged one, what lies in the trash. */
#include "app_unit.h"

#include <stdlib.h>
#include <sys/stat.h>

static int64_t clock_ms = 1700000000000;

static int64_t
test_now(void)
{
	return clock_ms;
}

/* An App on a clock that goes on by an hour with every save. */
static AppCase
begin(Sys *sys)
{
	AppCase c = {.dir = make_dir()};
	Str path = {0};
	*sys = SYS_POSIX;
	sys->now_ms = test_now;
	vault_close(quick_vault(c.dir, &path));
	c.app = (App){.sys = sys, .vault = quick_open(sys, str_c(&path))};
	str_free(&path);
	return c;
}

static Id
save(AppCase *c, Id draft, const char *title, const char *body, Id *object)
{
	Revision revision = text_revision(title, body);
	revision.draft = draft;
	list_append(&revision.keywords, sv(body));
	clock_ms += 3600 * 1000;
	assert_true(vault_save_draft(c->app.vault, &revision, &c->err));
	draft = revision.draft;
	if (object != NULL)
		*object = revision.object;
	revision_free(&revision);
	return draft;
}

static void
flip_last_byte(AppCase *c, Id object)
{
	Str path = {0};
	assert_true(store_path(c->app.vault, object, &path, &c->err));
	assert_int_equal(chmod(str_c(&path), 0600), 0);
	FILE *file = fopen(str_c(&path), "r+b");
	assert_non_null(file);
	assert_int_equal(fseek(file, -1, SEEK_END), 0);
	int byte = fgetc(file);
	assert_int_equal(fseek(file, -1, SEEK_END), 0);
	assert_int_equal(fputc(byte ^ 1, file), byte ^ 1);
	assert_int_equal(fclose(file), 0);
	str_free(&path);
}

static void
assert_draft(AppCase *c, Id draft, const char *title, const char *body, const char *keyword)
{
	Revision read = {0};
	if (!vault_load_draft(c->app.vault, draft, &read, &c->err))
		fail_msg("%s", err_text(&c->err));
	assert_string_equal(str_c(&read.title), title);
	assert_string_equal(str_c(&read.body), body);
	assert_int_equal(read.keywords.len, 1);
	assert_string_equal(str_c(&read.keywords.items[0]), keyword);
	revision_free(&read);
}

static size_t
history_of(AppCase *c, Id draft, RevisionEntry **entries)
{
	size_t count = 0;
	if (!vault_history(c->app.vault, draft, entries, &count, &c->err))
		fail_msg("%s", err_text(&c->err));
	return count;
}

static void
test_find(void **state)
{
	(void)state;
	Sys sys;
	AppCase c = begin(&sys);
	Id objects[33], found;
	Id draft = save(&c, ID_NONE, "글", "0", &objects[0]);
	for (size_t i = 1; i < 33; i++)
		save(&c, draft, "글", i % 2 != 0 ? "하나" : "둘", &objects[i]);
	Id other = save(&c, ID_NONE, "다른 글", "본문", NULL);
	RevisionEntry *entries = NULL;
	size_t count = history_of(&c, draft, &entries), length = revisions_short_id(entries, count);
	assert_int_equal(count, 33);
	assert_true(length >= 7 && length <= ID_TEXT);
	for (size_t i = 0; i < 33; i++) {
		char id[ID_TEXT + 1];
		id_format(objects[i], id);
		assert_true(app_find_revision(&c.app, draft, (StrView){id, length}, &found, &c.err));
		assert_true(id_equal(found, objects[i]));
		/* Those of another draft are not meant. */
		assert_false(app_find_revision(&c.app, other, (StrView){id, ID_TEXT}, &found, &c.err));
		assert_int_equal(c.err.kind, ERR_NOT_FOUND);
	}
	assert_false(app_find_revision(&c.app, draft, SV(""), &found, &c.err));
	assert_int_equal(c.err.kind, ERR_NOT_FOUND);
	/* There are 32 letters, so one has more than one of them. */
	size_t ambiguous = 0;
	for (size_t i = 0; i < 33; i++) {
		char id[ID_TEXT + 1];
		id_format(objects[i], id);
		if (!app_find_revision(&c.app, draft, (StrView){id, 1}, &found, &c.err)) {
			assert_int_equal(c.err.kind, ERR_USAGE);
			ambiguous++;
		}
	}
	assert_true(ambiguous >= 2);
	free(entries);
	app_end(&c);
}

static void
test_short_ids(void **state)
{
	(void)state;
	RevisionEntry entries[3] = {0};
	assert_int_equal(revisions_short_id(entries, 0), 7);
	assert_int_equal(revisions_short_id(entries, 1), 7);
	/* The same in all but the last byte. */
	entries[1].object.bytes[ID_BYTES - 1] = 1;
	entries[2].object.bytes[0] = 1;
	size_t length = revisions_short_id(entries, 2);
	char one[ID_TEXT + 1], two[ID_TEXT + 1];
	id_format(entries[0].object, one);
	id_format(entries[1].object, two);
	assert_true(strncmp(one, two, length) != 0 && strncmp(one, two, length - 1) == 0);
	assert_int_equal(revisions_short_id(entries, 3), length);
}

/* Text comes back, settings stay, and nothing that was there is gone. */
static void
test_bring_back(void **state)
{
	(void)state;
	Sys sys;
	AppCase c = begin(&sys);
	Id first, second;
	bool same = true;
	Id draft = save(&c, ID_NONE, "처음 제목", "처음", &first);
	save(&c, draft, "나중 제목", "나중", &second);
	assert_true(app_bring_back(&c.app, draft, first, &same, &c.err));
	assert_false(same);
	assert_draft(&c, draft, "처음 제목", "처음", "나중");
	RevisionEntry *entries = NULL;
	assert_int_equal(history_of(&c, draft, &entries), 3);
	assert_true(entries[0].head && !entries[1].head && !entries[2].head);
	assert_false(entries[0].automatic);
	free(entries);
	/* Once more makes no difference, and no revision. */
	assert_true(app_bring_back(&c.app, draft, first, &same, &c.err));
	assert_true(same);
	assert_int_equal(history_of(&c, draft, &entries), 3);
	free(entries);
	assert_true(app_bring_back(&c.app, draft, second, &same, &c.err));
	assert_draft(&c, draft, "나중 제목", "나중", "나중");
	/* What is no revision changes nothing. */
	assert_false(app_bring_back(&c.app, draft, (Id){{1}}, &same, &c.err));
	assert_int_equal(c.err.kind, ERR_NOT_FOUND);
	assert_draft(&c, draft, "나중 제목", "나중", "나중");
	app_end(&c);
}

/* Thirty hours of work a month ago: what was packed is found and comes back as any other. */
static void
test_packed(void **state)
{
	(void)state;
	Sys sys;
	AppCase c = begin(&sys);
	Id first, found;
	size_t removed = 0, packed = 0;
	bool same = true;
	Id draft = save(&c, ID_NONE, "글", "처음", &first);
	for (int i = 0; i < 30; i++)
		save(&c, draft, "글", i % 2 != 0 ? "하나" : "둘", NULL);
	clock_ms += 30LL * 86400 * 1000;
	save(&c, draft, "글", "지금", NULL);
	assert_true(vault_tidy(c.app.vault, draft, &removed, &c.err));
	assert_true(removed > 20);
	RevisionEntry *entries = NULL;
	size_t count = history_of(&c, draft, &entries);
	for (size_t i = 0; i < count; i++)
		packed += entries[i].packed;
	assert_true(packed >= 1 && packed == count - 1 && entries[0].head && !entries[0].packed);
	assert_true(id_equal(entries[count - 1].object, first));
	free(entries);
	char id[ID_TEXT + 1];
	id_format(first, id);
	assert_true(app_find_revision(&c.app, draft, sv(id), &found, &c.err) && id_equal(found, first));
	assert_true(app_bring_back(&c.app, draft, first, &same, &c.err));
	assert_draft(&c, draft, "글", "처음", "지금");
	app_end(&c);
}

static void
test_damaged(void **state)
{
	(void)state;
	Sys sys;
	AppCase c = begin(&sys);
	Id first, second, third;
	RevisionEntry sound;
	bool same = true;
	Id draft = save(&c, ID_NONE, "처음 제목", "처음", &first);
	save(&c, draft, "둘째 제목", "둘째", &second);
	save(&c, draft, "셋째 제목", "셋째", &third);
	assert_true(app_find_sound(&c.app, draft, &sound, &c.err));
	assert_true(id_equal(sound.object, third));
	flip_last_byte(&c, third);
	assert_true(app_find_sound(&c.app, draft, &sound, &c.err));
	assert_true(id_equal(sound.object, second));
	assert_false(app_bring_back(&c.app, draft, third, &same, &c.err));
	assert_int_equal(c.err.kind, ERR_DAMAGED);
	flip_last_byte(&c, second);
	assert_true(app_find_sound(&c.app, draft, &sound, &c.err));
	assert_true(id_equal(sound.object, first));
	/* All of it comes back, on top of what cannot be read: no other head is left. */
	assert_true(app_bring_back(&c.app, draft, first, &same, &c.err));
	assert_false(same);
	assert_draft(&c, draft, "처음 제목", "처음", "처음");
	assert_true(id_is_none(vault_entry(c.app.vault, OBJECT_REVISION, draft)->other_head));
	assert_true(vault_scan(c.app.vault, &c.err));
	assert_draft(&c, draft, "처음 제목", "처음", "처음");
	assert_true(id_is_none(vault_entry(c.app.vault, OBJECT_REVISION, draft)->other_head));
	/* Nothing is left that could be read. */
	Id fourth = vault_entry(c.app.vault, OBJECT_REVISION, draft)->head;
	flip_last_byte(&c, first);
	flip_last_byte(&c, fourth);
	assert_false(app_find_sound(&c.app, draft, &sound, &c.err));
	assert_int_equal(c.err.kind, ERR_DAMAGED);
	app_end(&c);
}

/* When it went there, whatever was done with it before. */
static void
test_trash_time(void **state)
{
	(void)state;
	Sys sys;
	AppCase c = begin(&sys);
	Id draft = save(&c, ID_NONE, "글", "본문", NULL), other = save(&c, ID_NONE, "다른 글", "본문", NULL);
	for (int round = 0; round < 3; round++) {
		clock_ms += 86400 * 1000;
		assert_true(vault_trash_draft(c.app.vault, draft, &c.err));
		const Entry *entry = vault_entry(c.app.vault, OBJECT_REVISION, draft);
		assert_true(entry->trashed && entry->trashed_ms == clock_ms);
		assert_true(vault_scan(c.app.vault, &c.err));
		entry = vault_entry(c.app.vault, OBJECT_REVISION, draft);
		assert_true(entry->trashed && entry->trashed_ms == clock_ms);
		assert_int_equal(vault_entry(c.app.vault, OBJECT_REVISION, other)->trashed_ms, 0);
		clock_ms += 86400 * 1000;
		assert_true(vault_restore_draft(c.app.vault, draft, &c.err));
		entry = vault_entry(c.app.vault, OBJECT_REVISION, draft);
		assert_true(!entry->trashed && entry->trashed_ms == 0);
	}
	app_end(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_short_ids),
		cmocka_unit_test(test_bring_back),
		cmocka_unit_test(test_packed),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_trash_time),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
