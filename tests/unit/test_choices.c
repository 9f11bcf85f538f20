/* Keywords to choose from: their order, spellings that are nearly the same, what is new to a site, what is left out. */
#include "app_unit.h"

static void
use(AppCase *c, const char *keyword, int times)
{
	for (int i = 0; i < times; i++) {
		Revision revision = text_revision("다른 글", "");
		list_append(&revision.keywords, sv(keyword));
		assert_true(vault_save_draft(c->app.vault, &revision, &c->err));
		revision_free(&revision);
	}
}

static void
put_term(AppCase *c, Id site, bool is_work, const char *name, uint32_t articles)
{
	Vocabulary vocabulary = {0};
	assert_true(vault_load_vocabulary(c->app.vault, site, &vocabulary, &c->err));
	vocabulary.site = site;
	assert_true(vocabulary_put(&vocabulary, is_work, sv(name), sv(name), articles, &c->err));
	assert_true(vault_save_vocabulary(c->app.vault, &vocabulary, &c->err));
	vocabulary_free(&vocabulary);
}

static Revision
outage(void)
{
	Revision revision = text_revision("극복할 수 있는 시련은 기회가 된다",
		"판교 데이터 센터에서 화재가 났다. 데이터 센터의 화재로 카카오톡이 멈췄다. 화재는 오래 갔다.\n\n"
		"시련은 사람을 키운다. 시련이 없는 데이터 센터는 없다. The Server was down, and the server stayed "
		"down.\n");
	str_set(&revision.subtitle, SV("데이터 센터 화재 사건은 과연"));
	return revision;
}

static KeywordChoices
choices_of(AppCase *c, const Revision *revision, Id site)
{
	KeywordChoices choices = {0};
	if (!app_keyword_choices(&c->app, revision, site, &choices, &c->err))
		fail_msg("%s", err_text(&c->err));
	for (size_t i = 0; i < choices.len; i++)
		for (size_t k = 0; k < i; k++)
			assert_false(unicode_same(str_view(&choices.items[i].name), str_view(&choices.items[k].name)));
	return choices;
}

static size_t
place_of(const KeywordChoices *choices, const char *name)
{
	for (size_t i = 0; i < choices->len; i++)
		if (sv_equal(str_view(&choices->items[i].name), sv(name)))
			return i;
	return SIZE_MAX;
}

static const KeywordChoice *
choice_of(const KeywordChoices *choices, const char *name)
{
	size_t place = place_of(choices, name);
	if (place == SIZE_MAX)
		fail_msg("no choice %s", name);
	return &choices->items[place];
}

static void
the_text_alone_gives_choices(void **state)
{
	(void)state;
	AppCase c = app_begin();
	Revision revision = outage();
	KeywordChoices choices = choices_of(&c, &revision, ID_NONE);
	const KeywordChoice *trial = choice_of(&choices, "시련");
	assert_true(trial->in_title && trial->in_text);
	assert_false(trial->is_new); /* no site has told its own */
	assert_int_equal(trial->drafts + trial->articles, 0);
	const KeywordChoice *fire = choice_of(&choices, "화재");
	assert_true(fire->in_text && !fire->in_title);
	assert_true(place_of(&choices, "시련") < place_of(&choices, "화재"));
	assert_true(place_of(&choices, "데이터 센터") != SIZE_MAX);
	keyword_choices_free(&choices);
	revision_free(&revision);
	app_end(&c);
}

static void
they_stand_as_a_writer_would_want(void **state)
{
	(void)state;
	AppCase c = app_begin();
	Id site = app_site(&c, "blog", 3);
	put_term(&c, site, false, "기회", 2);         /* title, site */
	put_term(&c, site, false, "데이터 센터", 41); /* text, site */
	put_term(&c, site, false, "여행", 90);        /* site only */
	put_term(&c, site, false, "맛집", 120);
	put_term(&c, site, true, "화재", 7); /* a work is no keyword */
	use(&c, "화재", 5);                  /* text, used */
	use(&c, "산문", 9);                  /* used only */
	use(&c, "여행", 1);                  /* used, site */
	Revision revision = outage();
	KeywordChoices choices = choices_of(&c, &revision, site);
	static const char *const order[] = {"기회", "데이터 센터", "시련", "화재", "여행", "산문", "맛집"};
	for (size_t i = 1; i < sizeof order / sizeof order[0]; i++) {
		if (!(place_of(&choices, order[i - 1]) < place_of(&choices, order[i])))
			fail_msg("%s is not before %s", order[i - 1], order[i]);
	}
	assert_int_equal(place_of(&choices, "기회"), 0);
	assert_true(choice_of(&choices, "기회")->in_title && !choice_of(&choices, "기회")->is_new);
	assert_int_equal(choice_of(&choices, "데이터 센터")->articles, 41);
	assert_int_equal(choice_of(&choices, "화재")->drafts, 5);
	assert_int_equal(choice_of(&choices, "화재")->articles, 0);
	assert_true(choice_of(&choices, "화재")->is_new);
	assert_true(choice_of(&choices, "시련")->is_new);
	assert_int_equal(choice_of(&choices, "여행")->drafts, 1);
	assert_int_equal(choice_of(&choices, "여행")->articles, 90);
	keyword_choices_free(&choices);
	revision_free(&revision);
	app_end(&c);
}

static void
spellings_that_differ_in_blanks_are_near(void **state)
{
	(void)state;
	AppCase c = app_begin();
	Id site = app_site(&c, "blog", 0);
	put_term(&c, site, false, "데이터 센터", 41);
	put_term(&c, site, false, "데이터센터", 3);
	put_term(&c, site, false, "일상", 1);
	use(&c, "데 이터센터", 1);
	use(&c, "판교", 1);
	Revision revision = outage();
	KeywordChoices choices = choices_of(&c, &revision, site);
	assert_view_equal(str_view(&choice_of(&choices, "데이터 센터")->near), "데이터센터");
	assert_view_equal(str_view(&choice_of(&choices, "데이터센터")->near), "데이터 센터");
	assert_view_equal(str_view(&choice_of(&choices, "데 이터센터")->near), "데이터 센터");
	assert_view_equal(str_view(&choice_of(&choices, "판교")->near), "");
	assert_view_equal(str_view(&choice_of(&choices, "일상")->near), "");
	keyword_choices_free(&choices);
	/* one that only the writer spells so is nobody's near */
	choices = choices_of(&c, &revision, ID_NONE);
	assert_view_equal(str_view(&choice_of(&choices, "데이터 센터")->near), "");
	assert_int_equal(choice_of(&choices, "데이터 센터")->articles, 0);
	keyword_choices_free(&choices);
	revision_free(&revision);
	app_end(&c);
}

static void
the_sites_spelling_stays(void **state)
{
	(void)state;
	AppCase c = app_begin();
	Id site = app_site(&c, "blog", 0);
	put_term(&c, site, false, "SERVER", 4);
	use(&c, "Server", 2);
	Revision revision = outage();
	KeywordChoices choices = choices_of(&c, &revision, site);
	const KeywordChoice *server = choice_of(&choices, "SERVER");
	assert_int_equal(server->drafts, 2);
	assert_int_equal(server->articles, 4);
	assert_true(server->in_text && !server->is_new);
	assert_view_equal(str_view(&server->near), "");
	keyword_choices_free(&choices);
	choices = choices_of(&c, &revision, ID_NONE);
	assert_int_equal(choice_of(&choices, "Server")->drafts, 2);
	keyword_choices_free(&choices);
	revision_free(&revision);
	app_end(&c);
}

/* Words the suggestions say nothing of, and parts of other words. */
static void
known_words_are_found_in_the_text(void **state)
{
	(void)state;
	AppCase c = app_begin();
	static const char *const known[] = {"카카오", "art", "밤", "down", "톡", "사람을", "과연", "극복"};
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		use(&c, known[i], 1);
	Revision revision = outage();
	str_append_c(&revision.body, "It started at 봄밤.\n");
	KeywordChoices choices = choices_of(&c, &revision, ID_NONE);
	assert_true(choice_of(&choices, "카카오")->in_text); /* 카카오톡이 */
	assert_true(choice_of(&choices, "down")->in_text);
	assert_true(choice_of(&choices, "과연")->in_text); /* in the subtitle */
	assert_true(choice_of(&choices, "극복")->in_title);
	assert_false(choice_of(&choices, "art")->in_text); /* st-art-ed */
	assert_false(choice_of(&choices, "밤")->in_text);
	assert_false(choice_of(&choices, "톡")->in_text);
	keyword_choices_free(&choices);
	revision_free(&revision);
	app_end(&c);
}

static void
what_it_has_or_cannot_have_is_left_out(void **state)
{
	(void)state;
	AppCase c = app_begin();
	Id site_id = app_site(&c, "blog", 0);
	SiteRecord site = {0};
	assert_true(vault_load_site(c.app.vault, site_id, &site, &c.err));
	site.closed_vocabulary = true;
	assert_true(vault_save_site(c.app.vault, &site, &c.err));
	site_record_free(&site);
	Revision revision = outage();
	list_append(&revision.keywords, SV("시련"));
	list_append(&revision.keywords, SV("SERVER"));
	KeywordChoices choices = choices_of(&c, &revision, site_id);
	assert_int_equal(place_of(&choices, "시련"), SIZE_MAX);
	for (size_t i = 0; i < choices.len; i++)
		assert_false(unicode_same(str_view(&choices.items[i].name), SV("server")));
	assert_true(place_of(&choices, "화재") != SIZE_MAX); /* the site has told nothing yet */
	put_term(&c, site_id, false, "카카오", 1);
	assert_true(app_keyword_choices(&c.app, &revision, site_id, &choices, &c.err));
	assert_int_equal(choices.len, 1);
	assert_view_equal(str_view(&choices.items[0].name), "카카오");
	keyword_choices_free(&choices);
	revision_free(&revision);
	app_end(&c);
}

static void
nothing_gives_no_choices(void **state)
{
	(void)state;
	AppCase c = app_begin();
	Revision revision = {0};
	KeywordChoices choices = choices_of(&c, &revision, app_site(&c, "blog", 0));
	assert_int_equal(choices.len, 0);
	keyword_choices_free(&choices);
	Id gone;
	memset(&gone, 7, sizeof gone);
	assert_false(app_keyword_choices(&c.app, &revision, gone, &choices, &c.err));
	assert_int_equal(c.err.kind, ERR_NOT_FOUND);
	app_end(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_text_alone_gives_choices),
		cmocka_unit_test(they_stand_as_a_writer_would_want),
		cmocka_unit_test(spellings_that_differ_in_blanks_are_near),
		cmocka_unit_test(the_sites_spelling_stays),
		cmocka_unit_test(known_words_are_found_in_the_text),
		cmocka_unit_test(what_it_has_or_cannot_have_is_left_out),
		cmocka_unit_test(nothing_gives_no_choices),
	};
	return cmocka_run_group_tests_name("choices", tests, NULL, NULL);
}
