/* What a writer changes about a draft: keywords within their limit, chapters, states, and the draft as a file. */
#include "app_unit.h"

static void
add_keywords(StrList *list, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		list_append(list, sv(names[i]));
}

static void
keywords_are_cleaned_and_counted(void **state)
{
	(void)state;
	AppCase c = app_begin();
	app_site(&c, "brunch", 3);
	Revision revision = {0};
	StrList keywords = {0};
	static const char *const typed[] = {" 정전 ", "", "Candle", "candle", "일기"};
	add_keywords(&keywords, typed, 5);
	StrView title = SV("밤"), site = SV("brunch");
	DraftChange change = {.title = &title, .site = &site, .keywords = &keywords};
	DraftChanged changed;
	assert_true(app_change_draft(&c.app, &revision, &change, &changed, &c.err));
	assert_false(changed.unchanged);
	assert_int_equal(revision.keywords.len, 3);
	assert_view_equal(str_view(&revision.keywords.items[0]), "정전");
	assert_view_equal(str_view(&revision.keywords.items[1]), "Candle");
	assert_true(app_change_draft(&c.app, &revision, &change, &changed, &c.err));
	assert_true(changed.unchanged);
	Id before = revision.object;
	list_append(&keywords, SV("넷째"));
	assert_false(app_change_draft(&c.app, &revision, &change, &changed, &c.err));
	assert_int_equal(c.err.kind, ERR_USAGE);
	Revision stored = {0};
	assert_true(vault_load_draft(c.app.vault, revision.draft, &stored, &c.err));
	assert_true(id_equal(stored.object, before));
	revision_free(&stored);
	revision_free(&revision);
	list_free(&keywords);
	app_end(&c);
}

static void
chapters_are_counted_over_what_is_there(void **state)
{
	(void)state;
	AppCase c = app_begin();
	Revision chapters[3] = {0};
	StrView work = SV("퇴근길"), none = SV("");
	DraftChanged changed;
	uint32_t number;
	for (int i = 0; i < 3; i++) {
		DraftChange change = {.work = &work};
		assert_true(app_change_draft(&c.app, &chapters[i], &change, &changed, &c.err));
		assert_int_equal(changed.new_work, i == 0);
	}
	assert_true(app_chapter(&c.app, chapters[2].draft, chapters[2].work, &number, &c.err));
	assert_int_equal(number, 3);
	assert_true(vault_trash_draft(c.app.vault, chapters[0].draft, &c.err));
	assert_true(app_chapter(&c.app, chapters[2].draft, chapters[2].work, &number, &c.err));
	assert_int_equal(number, 2);
	DraftChange leave = {.work = &none};
	assert_true(app_change_draft(&c.app, &chapters[1], &leave, &changed, &c.err));
	assert_true(app_chapter(&c.app, chapters[2].draft, chapters[2].work, &number, &c.err));
	assert_int_equal(number, 1);
	for (int i = 0; i < 3; i++)
		revision_free(&chapters[i]);
	app_end(&c);
}

static DraftState
state_of(AppCase *c, Id draft)
{
	DraftState state;
	const Entry *entry = vault_entry(c->app.vault, OBJECT_REVISION, draft);
	assert_non_null(entry);
	assert_true(app_draft_state(&c->app, entry, &state, &c->err));
	return state;
}

static void
a_state_is_the_most_urgent_of_all_sites(void **state)
{
	(void)state;
	AppCase c = app_begin();
	Revision revision = text_revision("밤", "눈");
	assert_true(vault_save_draft(c.app.vault, &revision, &c.err));
	assert_int_equal(state_of(&c, revision.draft), STATE_DRAFT);
	Publication sent = {.draft = revision.draft,
		.site = app_site(&c, "a", 0),
		.revision = revision.object,
		.token = str_from(SV("meok-a")),
		.phase = PHASE_INTENT};
	assert_true(vault_save_publication(c.app.vault, &sent, &c.err));
	assert_int_equal(state_of(&c, revision.draft), STATE_DRAFT); /* nothing was sent */
	sent.sent_ms = 1;
	assert_true(vault_save_publication(c.app.vault, &sent, &c.err));
	assert_int_equal(state_of(&c, revision.draft), STATE_UNKNOWN);
	sent.phase = PHASE_PUBLIC;
	assert_true(vault_save_publication(c.app.vault, &sent, &c.err));
	assert_int_equal(state_of(&c, revision.draft), STATE_PUBLISHED);
	Publication other = {.draft = revision.draft,
		.site = app_site(&c, "b", 0),
		.token = str_from(SV("meok-b")),
		.phase = PHASE_REVIEW,
		.sent_ms = 1};
	assert_true(vault_save_publication(c.app.vault, &other, &c.err));
	assert_int_equal(state_of(&c, revision.draft), STATE_PUBLISHED);
	str_set(&revision.body, SV("비"));
	assert_true(vault_save_draft(c.app.vault, &revision, &c.err));
	assert_int_equal(state_of(&c, revision.draft), STATE_EDITED);
	assert_true(vault_trash_draft(c.app.vault, revision.draft, &c.err));
	assert_int_equal(state_of(&c, revision.draft), STATE_TRASHED);
	for (DraftState one = STATE_DRAFT; one <= STATE_TRASHED; one++) {
		DraftState again;
		assert_true(state_parse(sv(state_name(one)), &again) && again == one);
	}
	publication_free(&sent);
	publication_free(&other);
	revision_free(&revision);
	app_end(&c);
}

/* What `show --markdown` writes, `new` reads back the same. */
static void
a_draft_as_a_file_reads_back(void **state)
{
	(void)state;
	AppCase c = app_begin();
	Revision revision = {0};
	StrList keywords = {0};
	static const char *const names[] = {"쉼표, 있음", "\"따옴표\"", "back\\slash"};
	add_keywords(&keywords, names, 3);
	StrView title = SV("제목: \"밤\" # 하나"), subtitle = SV("- 목록이 아닌 것"), work = SV("'연작'");
	StrView body = SV("---\n\n눈이 왔다.\n");
	DraftChange change = {.title = &title,
		.subtitle = &subtitle,
		.work = &work,
		.keywords = &keywords,
		.body = &body,
		.set_comments = true,
		.comments = COMMENTS_CLOSED};
	assert_true(app_change_draft(&c.app, &revision, &change, NULL, &c.err));
	Str file = {0};
	assert_true(app_markdown(&c.app, &revision, &file, &c.err));
	FrontMatter front = {0};
	StrView rest;
	if (!frontmatter_parse(str_view(&file), &front, &rest, &c.err))
		fail_msg("%s", err_text(&c.err));
	assert_view_equal(str_view(&front.title), "제목: \"밤\" # 하나");
	assert_view_equal(str_view(&front.subtitle), "- 목록이 아닌 것");
	assert_view_equal(str_view(&front.work), "'연작'");
	assert_int_equal(front.keywords.len, 3);
	for (size_t i = 0; i < 3; i++)
		assert_view_equal(str_view(&front.keywords.items[i]), names[i]);
	assert_true(front.has_comments && !front.comments_open);
	assert_int_equal(front.unknown.len, 0);
	assert_view_equal(sv_trim(rest), "---\n\n눈이 왔다.");
	frontmatter_free(&front);
	str_free(&file);
	revision_free(&revision);
	list_free(&keywords);
	app_end(&c);
}

/* Pieces that mean something to YAML, to Markdown or to a reader of front matter. */
static void
put_random(Str *out, size_t most, bool lines)
{
	static const char *const pieces[] = {"눈", "가 ", "a", " ", "\"", "'", ": ", "#", " # ", "---", "- ", "[", "]",
		"{", "}", "\\", "\\n", ",", "!", "&", "*", "%", "@", "`", "|", ">", "?", "~", "null", "true", "0x1F",
		"2026-01-03", "\t", "+++", "👩‍👩‍👧", "제목: ", "=", "title: b"};
	uint32_t number;
	seeded_random(&number, sizeof number);
	for (size_t count = number % most; count > 0; count--) {
		seeded_random(&number, sizeof number);
		if (lines && number % 7 == 0)
			str_append_c(out, "\n");
		str_append_c(out, pieces[number / 8 % (sizeof pieces / sizeof pieces[0])]);
	}
}

static StrView
without_newlines_before(StrView text)
{
	while (sv_starts(text, SV("\n")))
		text = sv_slice(text, 1, text.len);
	return text;
}

static void
random_drafts_come_back_from_their_files(void **state)
{
	(void)state;
	AppCase c = app_begin();
	seeded_state = 0x6D656F6B;
	for (int i = 0; i < 400; i++) {
		Str texts[3] = {0}, file = {0};
		StrList keywords = {0};
		Revision revision = {0};
		FrontMatter front = {0};
		StrView rest;
		for (size_t k = 0; k < 3; k++)
			put_random(&texts[k], k < 2 ? 8 : 30, k == 2);
		for (int k = 0; k < i % 4; k++) {
			Str keyword = {0};
			put_random(&keyword, 4, false);
			list_take(&keywords, &keyword);
		}
		StrView title = str_view(&texts[0]), subtitle = str_view(&texts[1]), body = str_view(&texts[2]);
		DraftChange change = {.title = &title,
			.subtitle = &subtitle,
			.body = &body,
			.keywords = &keywords,
			.set_comments = true,
			.comments = (Comments)(i % 3)};
		assert_true(app_change_draft(&c.app, &revision, &change, NULL, &c.err));
		assert_true(app_markdown(&c.app, &revision, &file, &c.err));
		if (!frontmatter_parse(str_view(&file), &front, &rest, &c.err))
			fail_msg("%s in\n%s", err_text(&c.err), str_c(&file));
		assert_true(front.has_title);
		assert_string_equal(str_c(&front.title), str_c(&revision.title));
		assert_string_equal(str_c(&front.subtitle), str_c(&revision.subtitle));
		assert_int_equal(front.keywords.len, revision.keywords.len);
		for (size_t k = 0; k < front.keywords.len; k++)
			assert_string_equal(str_c(&front.keywords.items[k]), str_c(&revision.keywords.items[k]));
		assert_int_equal(front.has_comments, revision.comments != COMMENTS_DEFAULT);
		assert_true(!front.has_comments || front.comments_open == (revision.comments == COMMENTS_OPEN));
		assert_int_equal(front.unknown.len, 0);
		assert_true(front.has_date && front.date_ms == revision.time_ms / 1000 * 1000);
		assert_true(sv_equal(without_newlines_before(rest), without_newlines_before(str_view(&revision.body))));
		frontmatter_free(&front);
		revision_free(&revision);
		list_free(&keywords);
		str_free(&file);
		for (size_t k = 0; k < 3; k++)
			str_free(&texts[k]);
	}
	app_end(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keywords_are_cleaned_and_counted),
		cmocka_unit_test(chapters_are_counted_over_what_is_there),
		cmocka_unit_test(a_state_is_the_most_urgent_of_all_sites),
		cmocka_unit_test(a_draft_as_a_file_reads_back),
		cmocka_unit_test(random_drafts_come_back_from_their_files),
	};
	return cmocka_run_group_tests_name("drafts", tests, NULL, NULL);
}
