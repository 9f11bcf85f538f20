/* What a list of drafts shows: order, states, chapters, works by name, and what damage leaves of it. */
#include "app_unit.h"

#include <fcntl.h>
#include <unistd.h>

static Shelf
shelf_of(AppCase *c)
{
	Shelf shelf = {0};
	if (!app_shelf(&c->app, &shelf, &c->err))
		fail_msg("%s", err_text(&c->err));
	return shelf;
}

static const ShelfItem *
item_of(const Shelf *shelf, Id draft)
{
	for (size_t i = 0; i < shelf->len; i++)
		if (id_equal(shelf->items[i].draft, draft))
			return &shelf->items[i];
	fail_msg("not on the shelf");
	return NULL;
}

static Id
draft_in(AppCase *c, const char *title, const char *work)
{
	Revision revision = {0};
	StrView title_view = sv(title), work_view = sv(work), body = SV("눈이 왔다.");
	DraftChange change = {.title = &title_view, .work = &work_view, .body = &body};
	assert_true(app_change_draft(&c->app, &revision, &change, NULL, &c->err));
	Id draft = revision.draft;
	revision_free(&revision);
	return draft;
}

static void
save_publication(AppCase *c, Id draft, Id site, Id revision, PublishPhase phase, int64_t sent_ms)
{
	Publication publication = {.draft = draft,
		.site = site,
		.revision = revision,
		.phase = phase,
		.token = str_from(SV("meok-t")),
		.sent_ms = sent_ms};
	assert_true(vault_save_publication(c->app.vault, &publication, &c->err));
	publication_free(&publication);
}

static Id
head_of(AppCase *c, Id draft)
{
	const Entry *entry = vault_entry(c->app.vault, OBJECT_REVISION, draft);
	assert_non_null(entry);
	return entry->head;
}

static void
an_empty_vault_has_an_empty_shelf(void **state)
{
	(void)state;
	AppCase c = app_begin();
	Shelf shelf = shelf_of(&c);
	assert_int_equal(shelf.len, 0);
	assert_int_equal(shelf.work_count, 0);
	shelf_free(&shelf);
	app_end(&c);
}

static void
newest_first_without_the_trash(void **state)
{
	(void)state;
	AppCase c = app_begin();
	Id ids[4];
	for (int i = 0; i < 4; i++) {
		char title[16];
		snprintf(title, sizeof title, "글 %d", i);
		ids[i] = app_draft(&c, title, "가나다");
	}
	assert_true(vault_trash_draft(c.app.vault, ids[1], &c.err));
	Shelf shelf = shelf_of(&c);
	assert_int_equal(shelf.len, 3);
	for (size_t i = 1; i < shelf.len; i++)
		assert_true(shelf.items[i - 1].changed_ms >= shelf.items[i].changed_ms);
	assert_view_equal(str_view(&item_of(&shelf, ids[3])->title), "글 3");
	assert_int_equal(item_of(&shelf, ids[3])->characters, 3);
	assert_int_equal(item_of(&shelf, ids[3])->chapter, 0);
	/* the next one replaces it */
	app_draft(&c, "새 글", "");
	assert_true(app_shelf(&c.app, &shelf, &c.err));
	assert_int_equal(shelf.len, 4);
	shelf_free(&shelf);
	app_end(&c);
}

static void
works_are_sorted_and_their_chapters_counted(void **state)
{
	(void)state;
	AppCase c = app_begin();
	Id first = draft_in(&c, "하나", "벼루"), second = draft_in(&c, "둘", "벼루"),
	   third = draft_in(&c, "셋", "벼루");
	Id other = draft_in(&c, "one", "apple"), single = app_draft(&c, "낱글", "");
	draft_in(&c, "two", "Banana");
	Id work_id;
	assert_true(app_find_work(&c.app, SV("벼루"), &work_id, &c.err));
	Work work = {0};
	assert_true(vault_load_work(c.app.vault, work_id, &work, &c.err));
	/* the writer's order, and a chapter that went elsewhere */
	Id moved = work.chapters[0];
	work.chapters[0] = work.chapters[2];
	work.chapters[2] = moved;
	work.limit = 30;
	assert_true(vault_save_work(c.app.vault, &work, &c.err));
	work_free(&work);
	assert_true(vault_trash_draft(c.app.vault, second, &c.err));
	Shelf shelf = shelf_of(&c);
	assert_int_equal(shelf.work_count, 3);
	assert_view_equal(str_view(&shelf.works[0].name), "apple");
	assert_view_equal(str_view(&shelf.works[1].name), "Banana");
	assert_view_equal(str_view(&shelf.works[2].name), "벼루");
	assert_int_equal(shelf.works[2].chapters, 2);
	assert_int_equal(shelf.works[2].limit, 30);
	assert_int_equal(item_of(&shelf, third)->chapter, 1);
	assert_int_equal(item_of(&shelf, first)->chapter, 2);
	assert_int_equal(item_of(&shelf, other)->chapter, 1);
	assert_int_equal(item_of(&shelf, single)->chapter, 0);
	/* the same that app_chapter says */
	for (size_t i = 0; i < shelf.len; i++) {
		uint32_t number;
		assert_true(app_chapter(&c.app, shelf.items[i].draft, shelf.items[i].work, &number, &c.err));
		assert_int_equal(shelf.items[i].chapter, number);
	}
	shelf_free(&shelf);
	app_end(&c);
}

static void
states_are_those_of_each_draft(void **state)
{
	(void)state;
	static const struct {
		PublishPhase phase;
		int64_t sent_ms;
		bool of_head;
		DraftState wanted;
	} cases[] = {
		{PHASE_INTENT, 0, false, STATE_DRAFT},
		{PHASE_INTENT, 1, false, STATE_UNKNOWN},
		{PHASE_CREATED, 1, false, STATE_UNKNOWN},
		{PHASE_FILLED, 1, false, STATE_UNKNOWN},
		{PHASE_FILLED, 1, true, STATE_HIDDEN},
		{PHASE_PUBLIC, 1, true, STATE_PUBLISHED},
		{PHASE_PUBLIC, 1, false, STATE_EDITED},
		{PHASE_REVIEW, 1, true, STATE_REVIEW},
		{PHASE_SITE_DRAFT, 1, true, STATE_SITE_DRAFT},
	};
	enum { CASES = sizeof cases / sizeof cases[0] };
	AppCase c = app_begin();
	Id site = app_site(&c, "blog", 0), other_site = app_site(&c, "other", 0), drafts[CASES + 2];
	for (size_t i = 0; i < CASES; i++) {
		drafts[i] = app_draft(&c, "글", "");
		Id revision = cases[i].of_head ? head_of(&c, drafts[i]) : ID_NONE;
		save_publication(&c, drafts[i], site, revision, cases[i].phase, cases[i].sent_ms);
	}
	/* two sites: what is more urgent; an intent of which nothing was sent hides nothing */
	drafts[CASES] = app_draft(&c, "글", "");
	save_publication(&c, drafts[CASES], site, head_of(&c, drafts[CASES]), PHASE_PUBLIC, 1);
	save_publication(&c, drafts[CASES], other_site, ID_NONE, PHASE_INTENT, 0);
	drafts[CASES + 1] = app_draft(&c, "글", "");
	save_publication(&c, drafts[CASES + 1], site, head_of(&c, drafts[CASES + 1]), PHASE_PUBLIC, 1);
	save_publication(&c, drafts[CASES + 1], other_site, head_of(&c, drafts[CASES + 1]), PHASE_FILLED, 1);
	Shelf shelf = shelf_of(&c);
	assert_int_equal(shelf.len, CASES + 2);
	for (size_t i = 0; i < CASES; i++) {
		if (item_of(&shelf, drafts[i])->state != cases[i].wanted)
			fail_msg("case %zu: %s", i, state_name(item_of(&shelf, drafts[i])->state));
	}
	assert_int_equal(item_of(&shelf, drafts[CASES])->state, STATE_PUBLISHED);
	assert_int_equal(item_of(&shelf, drafts[CASES + 1])->state, STATE_HIDDEN);
	for (size_t i = 0; i < shelf.len; i++) {
		DraftState single;
		const Entry *entry = vault_entry(c.app.vault, OBJECT_REVISION, shelf.items[i].draft);
		assert_true(app_draft_state(&c.app, entry, &single, &c.err));
		assert_int_equal(single, shelf.items[i].state);
	}
	shelf_free(&shelf);
	app_end(&c);
}

/* Damages the body of the head of a subject: its card stays readable. */
static void
damage(AppCase *c, ObjectKind kind, Id subject)
{
	Str path = {0};
	const Entry *entry = vault_entry(c->app.vault, kind, subject);
	assert_non_null(entry);
	assert_true(store_path(c->app.vault, entry->head, &path, &c->err));
	int fd = open(str_c(&path), O_RDWR);
	assert_true(fd >= 0);
	off_t last = lseek(fd, -100, SEEK_END);
	char byte;
	assert_int_equal(pread(fd, &byte, 1, last), 1);
	byte ^= 1;
	assert_int_equal(pwrite(fd, &byte, 1, last), 1);
	close(fd);
	str_free(&path);
}

static void
damage_leaves_a_shelf(void **state)
{
	(void)state;
	AppCase c = app_begin();
	Id chapter = draft_in(&c, "하나", "벼루"), sent = app_draft(&c, "둘", ""), work, site = app_site(&c, "blog", 0);
	save_publication(&c, sent, site, ID_NONE, PHASE_INTENT, 0);
	assert_true(app_find_work(&c.app, SV("벼루"), &work, &c.err));
	damage(&c, OBJECT_WORK, work);
	size_t count;
	const Entry *const *publications = vault_draft_publications(c.app.vault, sent, &count);
	assert_int_equal(count, 1);
	damage(&c, OBJECT_PUBLICATION, publications[0]->subject);
	Shelf shelf = shelf_of(&c);
	assert_int_equal(shelf.len, 2);
	assert_int_equal(shelf.work_count, 1);
	assert_view_equal(str_view(&shelf.works[0].name), "벼루");
	assert_int_equal(item_of(&shelf, chapter)->chapter, 0);
	assert_int_equal(item_of(&shelf, sent)->state, STATE_UNKNOWN);
	shelf_free(&shelf);
	app_end(&c);
}

static void
fragments_lie_beside_the_drafts(void **state)
{
	(void)state;
	AppCase c = app_begin();
	Fragment texts[3] = {{.text = str_from(SV("먼저 적은 조각\n둘째 줄")), .time_ms = 1000},
		{.text = str_from(SV("나중 조각")), .time_ms = 3000},
		{.name = str_from(SV("마당.png")), .bytes = str_from(SV("x")), .time_ms = 2000}};
	for (int i = 0; i < 3; i++)
		assert_true(vault_save_fragment(c.app.vault, &texts[i], &c.err));
	Shelf shelf = shelf_of(&c);
	assert_int_equal(shelf.len, 0);
	assert_int_equal(shelf.fragment_count, 3);
	assert_view_equal(str_view(&shelf.fragments[0].title), "나중 조각");
	assert_int_equal(shelf.fragments[0].characters, 5);
	assert_view_equal(str_view(&shelf.fragments[1].title), "마당.png");
	assert_int_equal(shelf.fragments[1].characters, 0);
	assert_view_equal(str_view(&shelf.fragments[2].title), "먼저 적은 조각");
	assert_int_equal(shelf.fragments[2].time_ms, 1000);
	shelf_free(&shelf);
	assert_true(vault_remove_fragment(c.app.vault, texts[1].id, &c.err));
	shelf = shelf_of(&c);
	assert_int_equal(shelf.fragment_count, 2);
	assert_true(id_equal(shelf.fragments[0].id, texts[2].id));
	shelf_free(&shelf);
	for (int i = 0; i < 3; i++)
		fragment_free(&texts[i]);
	app_end(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_vault_has_an_empty_shelf),
		cmocka_unit_test(newest_first_without_the_trash),
		cmocka_unit_test(works_are_sorted_and_their_chapters_counted),
		cmocka_unit_test(states_are_those_of_each_draft),
		cmocka_unit_test(damage_leaves_a_shelf),
		cmocka_unit_test(fragments_lie_beside_the_drafts),
	};
	return cmocka_run_group_tests_name("shelf", tests, NULL, NULL);
}
