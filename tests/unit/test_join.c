/* Texts changed in two places: each part of a draft on its own, choices, marks as diff3 sets them, and heads that were
 * merged crosswise. */
#include "app_unit.h"

/* A draft with two heads: what `here` and `there` make of the first revision. Returns the other head's id. */
typedef struct Split {
	Id draft, other;
	Revision mine;
} Split;

typedef void ChangeFn(Revision *revision);

static Split
split(AppCase *c, ChangeFn *here, ChangeFn *there)
{
	Split s = {0};
	Revision first = text_revision("제목", "하나\n\n둘\n\n셋");
	list_append(&first.keywords, SV("가"));
	list_append(&first.keywords, SV("나"));
	assert_true(vault_save_draft(c->app.vault, &first, &c->err));
	s.draft = first.draft;
	Revision theirs = {0};
	assert_true(revision_copy(&theirs, &first, NULL) && revision_copy(&s.mine, &first, NULL));
	there(&theirs);
	here(&s.mine);
	/* Another session, as another machine is. */
	Str dir = {0};
	path_join(&dir, sv(c->dir), SV("v"));
	Vault *elsewhere = quick_open(&SYS_POSIX, str_c(&dir));
	assert_true(vault_save_draft(elsewhere, &theirs, &c->err));
	vault_close(elsewhere);
	assert_true(vault_save_draft(c->app.vault, &s.mine, &c->err));
	assert_true(vault_refresh(c->app.vault, &c->err));
	assert_true(vault_is_split(c->app.vault, s.draft));
	s.other = theirs.object;
	revision_free(&first);
	revision_free(&theirs);
	str_free(&dir);
	return s;
}

static Join
join(AppCase *c, const Split *s)
{
	Join out = {0};
	if (!app_join(&c->app, &s->mine, NULL, s->other, &out, &c->err))
		fail_msg("%s", err_text(&c->err));
	return out;
}

static void
change_body_and_keywords(Revision *revision)
{
	str_set(&revision->body, SV("하나!\n\n둘\n\n셋"));
	list_remove(&revision->keywords, 0);
	list_append(&revision->keywords, SV("다"));
}

static void
change_the_rest(Revision *revision)
{
	str_set(&revision->title, SV("새 제목"));
	str_set(&revision->subtitle, SV("소제목"));
	str_set(&revision->body, SV("하나\n\n둘\n\n셋!"));
	list_append(&revision->keywords, SV("라"));
	revision->comments = COMMENTS_CLOSED;
}

static void
test_apart_parts(void **state)
{
	(void)state;
	AppCase c = app_begin();
	Split s = split(&c, change_body_and_keywords, change_the_rest);
	Join both = join(&c, &s);
	assert_int_equal(both.len, 0);
	const Revision *r = &both.revision;
	assert_string_equal(str_c(&r->title), "새 제목");
	assert_string_equal(str_c(&r->subtitle), "소제목");
	assert_string_equal(str_c(&r->body), "하나!\n\n둘\n\n셋!");
	assert_int_equal(r->comments, COMMENTS_CLOSED);
	assert_int_equal(r->keywords.len, 3);
	static const char *const keywords[] = {"나", "다", "라"};
	for (size_t i = 0; i < 3; i++)
		assert_string_equal(str_c(&r->keywords.items[i]), keywords[i]);
	assert_true(id_equal(r->merged, s.other));
	join_free(&both);
	/* Saved, the draft is one again. */
	Joined joined;
	assert_true(app_join_heads(&c.app, s.draft, &joined, &c.err));
	assert_int_equal(joined.merged, 1);
	assert_false(joined.apart || vault_is_split(c.app.vault, s.draft));
	joined_free(&joined);
	revision_free(&s.mine);
	app_end(&c);
}

static void
contradict_here(Revision *revision)
{
	str_set(&revision->title, SV("이쪽"));
	str_set(&revision->body, SV("하나\n\n둘 여기\n\n셋"));
	revision->comments = COMMENTS_OPEN;
}

static void
contradict_there(Revision *revision)
{
	str_set(&revision->title, SV("저쪽"));
	str_set(&revision->body, SV("하나\n\n둘 저기\n\n셋"));
	revision->comments = COMMENTS_CLOSED;
}

static void
test_contradictions(void **state)
{
	(void)state;
	AppCase c = app_begin();
	Split s = split(&c, contradict_here, contradict_there);
	Join both = join(&c, &s);
	Revision chosen = {0};
	assert_int_equal(both.len, 3);
	assert_int_equal(both.conflicts[0].field, JOIN_TITLE);
	assert_int_equal(both.conflicts[1].field, JOIN_COMMENTS);
	assert_int_equal(both.conflicts[2].field, JOIN_BODY);
	assert_string_equal(str_c(&both.conflicts[2].base), "둘");
	const MergeChoice choices[] = {CHOOSE_BOTH, CHOOSE_THEIRS, CHOOSE_BOTH};
	assert_true(join_choose(&both, choices, &chosen, &c.err));
	assert_string_equal(str_c(&chosen.title), "이쪽 / 저쪽");
	assert_int_equal(chosen.comments, COMMENTS_CLOSED);
	assert_string_equal(str_c(&chosen.body), "하나\n\n둘 여기\n\n둘 저기\n\n셋");
	Str text = {0};
	assert_true(join_diff3(&both, &text, &c.err));
	const char *marks = "하나\n\n<<<<<<<\n둘 여기\n|||||||\n둘\n=======\n둘 저기\n>>>>>>>\n\n셋\n";
	assert_true(sv_ends(str_view(&text), sv(marks)));
	/* Nobody chose: both stay. */
	Joined joined;
	assert_true(app_join_heads(&c.app, s.draft, &joined, &c.err));
	assert_true(joined.apart && joined.merged == 0 && vault_is_split(c.app.vault, s.draft));
	joined_free(&joined);
	str_free(&text);
	revision_free(&chosen);
	revision_free(&s.mine);
	join_free(&both);
	app_end(&c);
}

/* Each side took the other in and wrote on: what they made of it is new to neither. */
static void
test_crosswise(void **state)
{
	(void)state;
	AppCase c = app_begin();
	Split s = split(&c, change_body_and_keywords, change_the_rest);
	Str dir = {0};
	path_join(&dir, sv(c.dir), SV("v"));
	App elsewhere = {.sys = &SYS_POSIX, .vault = quick_open(&SYS_POSIX, str_c(&dir))};
	App *apps[] = {&c.app, &elsewhere};
	for (int i = 0; i < 2; i++) {
		Joined joined;
		assert_true(app_join_heads(apps[i], s.draft, &joined, &c.err));
		assert_int_equal(joined.merged, 1);
		joined_free(&joined);
	}
	static const char *const bodies[] = {"하나! 둘째\n\n둘\n\n셋!", "하나!\n\n둘\n\n셋! 넷째"};
	for (int i = 0; i < 2; i++) {
		Revision revision = {0};
		assert_true(vault_load_draft(apps[i]->vault, s.draft, &revision, &c.err));
		str_set(&revision.body, sv(bodies[i]));
		assert_true(vault_save_draft(apps[i]->vault, &revision, &c.err));
		revision_free(&revision);
	}
	assert_true(vault_refresh(c.app.vault, &c.err));
	Joined joined;
	Revision merged = {0};
	assert_true(app_join_heads(&c.app, s.draft, &joined, &c.err));
	assert_false(joined.apart);
	assert_true(vault_load_draft(c.app.vault, s.draft, &merged, &c.err));
	assert_string_equal(str_c(&merged.body), "하나! 둘째\n\n둘\n\n셋! 넷째");
	joined_free(&joined);
	revision_free(&merged);
	revision_free(&s.mine);
	vault_close(elsewhere.vault);
	str_free(&dir);
	app_end(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_apart_parts),
		cmocka_unit_test(test_contradictions),
		cmocka_unit_test(test_crosswise),
	};
	return cmocka_run_group_tests_name("join", tests, NULL, NULL);
}
