/* Searching drafts: what a query means, what is found in a text, what comes first. */
#include "app_unit.h"

#include "../../src/app/look.h"

#include <fcntl.h>
#include <unistd.h>

/* ---- What is typed */

static LookQuery
parse(const char *typed)
{
	LookQuery query = {0};
	assert_true(look_parse(sv(typed), &query, NULL));
	return query;
}

/* Items joined with bars. */
static void
assert_list(const StrList *list, const char *expected)
{
	Str joined = {0};
	for (size_t i = 0; i < list->len; i++) {
		str_append_c(&joined, i > 0 ? "|" : "");
		str_append(&joined, str_view(&list->items[i]));
	}
	assert_string_equal(str_c(&joined), expected);
	str_free(&joined);
}

static void
a_query_in_parts(void **state)
{
	(void)state;
	static const struct {
		const char *typed, *words, *keywords, *sites, *works;
	} rows[] = {
		{"", "", "", "", ""},
		{"  비  Rain ", "비|rain", "", "", ""},
		{"\"오래된 편지\" 우체통", "오래된 편지|우체통", "", "", ""},
		{"\"열린 채", "열린 채", "", "", ""},
		{"#바다 #\"데이터 센터\"", "", "바다|데이터센터", "", ""},
		{"@Blog.example.org 글", "글", "", "blog.example.org", ""},
		{"work:시사 작품:\"퇴근길 산문\"", "", "", "", "시사|퇴근길산문"},
		{"# @ work: state: \"\"", "", "", "", ""},
		{"a#b c@d 5\"", "a#b|c@d|5\"", "", "", ""},
		{"비 비", "비|비", "", "", ""},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		LookQuery query = parse(rows[i].typed);
		assert_list(&query.words, rows[i].words);
		assert_list(&query.keywords, rows[i].keywords);
		assert_list(&query.sites, rows[i].sites);
		assert_list(&query.works, rows[i].works);
		assert_false(query.has_state);
		look_query_free(&query);
	}
}

static void
states_by_name(void **state)
{
	(void)state;
	static const struct {
		const char *typed;
		unsigned states;
	} rows[] = {
		{"state:draft", 1u << STATE_DRAFT},
		{"state:dr", 1u << STATE_DRAFT},
		{"상태:초고", 1u << STATE_DRAFT},
		{"state:발행됨", 1u << STATE_PUBLISHED},
		{"state:발행", 1u << STATE_PUBLISHED | 1u << STATE_EDITED},
		{"STATE:Edited", 1u << STATE_EDITED},
		{"state:고치는", 1u << STATE_EDITED},
		{"state:\"확인 중\"", 1u << STATE_UNKNOWN},
		{"state:휴지통", 1u << STATE_TRASHED},
		{"state:draft state:trashed", 1u << STATE_DRAFT | 1u << STATE_TRASHED},
		{"state:nonsense", 0},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		LookQuery query = parse(rows[i].typed);
		assert_true(query.has_state);
		assert_int_equal(query.states, rows[i].states);
		assert_int_equal(query.unknown_state.len > 0, rows[i].states == 0);
		look_query_free(&query);
	}
}

/* ---- In a text */

static void
hits_in_texts(void **state)
{
	(void)state;
	static const struct {
		const char *typed, *text;
		size_t count, at;
	} rows[] = {
		{"비", "어제 비가 왔다. 비", 2, 7},
		{"RAIN", "rain, Rain and rAiN", 3, 0},
		{"데이터 센터", "데이터\n  센터, 데이터센터", 1, 0},
		{"aa", "aaaaa", 2, 0},
		{"없다", "있다", 0, 0},
		{"été", "Un ÉTÉ, l'été", 2, 3},
		{"straße", "die STRASSE, Straße", 2, 4},
		{"ПРИВЕТ", "ну\nпривет", 1, 5},
		{"Ж", "еж", 1, 2},
		{"\xE1\x84\x87\xE1\x85\xB5", "비", 1, 0}, /* typed in parts */
		{"x", "", 0, 0},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		Str folded = {0};
		Needle needle;
		NeedleHits hits;
		assert_true(unicode_fold(sv(rows[i].typed), &folded, NULL));
		needle_make(&needle, str_view(&folded), needle_needs_fold(sv(rows[i].typed)));
		assert_true(needle_find(&needle, sv(rows[i].text), 100, &hits));
		assert_int_equal(hits.count, rows[i].count);
		assert_int_equal(hits.at, rows[i].at);
		str_free(&folded);
	}
	Needle empty;
	NeedleHits none = {.count = 9};
	needle_make(&empty, SV(""), false);
	assert_true(needle_find(&empty, SV("가"), 10, &none));
	assert_int_equal(none.count, 0);
}

/* At every place of a long text, among what resembles it. */
static void
hits_at_every_place(void **state)
{
	(void)state;
	static const char *const words[] = {"코스모스", "바다", "q", "Kaleidoscope of it", "ab"};
	for (size_t w = 0; w < sizeof words / sizeof words[0]; w++) {
		Str folded = {0};
		Needle needle;
		assert_true(unicode_fold(sv(words[w]), &folded, NULL));
		needle_make(&needle, str_view(&folded), false);
		for (size_t before = 0; before < 300; before++) {
			Str text = {0};
			NeedleHits hits;
			for (size_t i = 0; i < before; i++)
				str_append_byte(&text, "zy.\n7"[i % 5]);
			str_append_c(&text, words[w]);
			for (size_t i = 0; i < 299 - before; i++)
				str_append_byte(&text, "zy.\n7"[i % 5]);
			assert_true(needle_find(&needle, str_view(&text), 10, &hits));
			assert_int_equal(hits.count, 1);
			assert_int_equal(hits.at, before);
			assert_int_equal(hits.len, strlen(words[w]));
			str_free(&text);
		}
		str_free(&folded);
	}
}

/* ---- In drafts */

static LookHits
look(AppCase *c, const char *query)
{
	LookHits hits = {0};
	if (!app_look(&c->app, sv(query), LOOK_BY_RELEVANCE, &hits, &c->err))
		fail_msg("%s", err_text(&c->err));
	return hits;
}

static size_t
found(AppCase *c, const char *query)
{
	LookHits hits = look(c, query);
	size_t count = hits.len;
	look_hits_free(&hits);
	return count;
}

static Id
made(AppCase *c, const char *title, const char *body, const char *keyword, const char *work, const char *site)
{
	Revision revision = {0};
	StrView views[] = {sv(title), sv(body), sv(work), sv(site)};
	StrList keywords = {0};
	if (keyword[0] != '\0')
		list_append(&keywords, sv(keyword));
	DraftChange change = {
		.title = &views[0], .body = &views[1], .work = &views[2], .site = &views[3], .keywords = &keywords};
	assert_true(app_change_draft(&c->app, &revision, &change, NULL, &c->err));
	Id draft = revision.draft;
	revision_free(&revision);
	list_free(&keywords);
	return draft;
}

static void
words_signs_and_both(void **state)
{
	(void)state;
	AppCase c = app_begin();
	app_site(&c, "Blog.example.org", 0);
	Id sea = made(&c, "바다에서", "파도가 데이터\n센터를 덮는다", "데이터 센터", "시사 노트", "blog.example.org");
	Id rain = made(&c, "비", "Rain on the roof", "날씨", "", "");
	Id gone = made(&c, "버린 글", "파도", "", "", "");
	assert_true(vault_trash_draft(c.app.vault, gone, &c.err));
	static const struct {
		const char *query;
		int sea, rain, gone;
	} rows[] = {
		{"", 1, 1, 0},
		{"파도", 1, 0, 0},
		{"바다 파도", 1, 0, 0},
		{"바다 rain", 0, 0, 0},
		{"\"데이터 센터\"", 1, 0, 0},
		{"데이터 파도가", 1, 0, 0},
		{"#데이터센터", 1, 0, 0},
		{"#데이", 1, 0, 0},
		{"#센터", 0, 0, 0},
		{"날씨", 0, 1, 0},
		{"#날씨 ROOF", 0, 1, 0},
		{"#날씨 #바다", 0, 0, 0},
		{"@example", 1, 0, 0},
		{"@nowhere", 0, 0, 0},
		{"work:시사노트", 1, 0, 0},
		{"work:시사 rain", 0, 0, 0},
		{"state:초고", 1, 1, 0},
		{"state:휴지통", 0, 0, 1},
		{"state:trashed 파도", 0, 0, 1},
		{"state:published", 0, 0, 0},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		LookHits hits = look(&c, rows[i].query);
		int seen[3] = {0};
		for (size_t k = 0; k < hits.len; k++) {
			seen[0] += id_equal(hits.items[k].draft, sea);
			seen[1] += id_equal(hits.items[k].draft, rain);
			seen[2] += id_equal(hits.items[k].draft, gone);
		}
		if (seen[0] != rows[i].sea || seen[1] != rows[i].rain || seen[2] != rows[i].gone)
			fail_msg("%s", rows[i].query);
		look_hits_free(&hits);
	}
	LookHits none = {0};
	assert_false(app_look(&c.app, SV("state:nowhere"), LOOK_BY_DATE, &none, &c.err));
	assert_int_equal(c.err.kind, ERR_USAGE);
	app_end(&c);
}

static void
the_order_of_hits(void **state)
{
	(void)state;
	AppCase c = app_begin();
	Id thrice = app_draft(&c, "하나", "촛불 촛불 촛불");
	Id title = app_draft(&c, "촛불", "없다");
	Id once = app_draft(&c, "둘", "촛불");
	Id newest = app_draft(&c, "셋", "촛불");
	Id relevance[] = {title, thrice, newest, once}, date[] = {newest, once, title, thrice};
	LookHits hits = look(&c, "촛불");
	assert_int_equal(hits.len, 4);
	for (size_t i = 0; i < 4; i++)
		assert_true(id_equal(hits.items[i].draft, relevance[i]));
	assert_int_equal(hits.items[1].count, 3);
	assert_true(app_look(&c.app, SV("촛불"), LOOK_BY_DATE, &hits, &c.err));
	for (size_t i = 0; i < 4; i++)
		assert_true(id_equal(hits.items[i].draft, date[i]));
	look_hits_free(&hits);
	app_end(&c);
}

static void
snippets(void **state)
{
	(void)state;
	AppCase c = app_begin();
	Str body = {0};
	for (int i = 0; i < 40; i++)
		str_append_c(&body, "앞에 온 말\n\n\t");
	str_append_c(&body, "여기 코스모스가 👩‍👩‍👧 피었다");
	for (int i = 0; i < 40; i++)
		str_append_c(&body, "\n뒤에 온 말");
	app_draft(&c, "긴 글", str_c(&body));
	app_draft(&c, "코스모스뿐", "짧다");
	LookHits hits = look(&c, "코스모스");
	assert_int_equal(hits.len, 2);
	assert_int_equal(hits.items[0].snippet.len, 0);
	StrView snippet = str_view(&hits.items[1].snippet);
	assert_true(sv_find(snippet, SV("여기 코스모스가 👩‍👩‍👧 피었다 뒤에"), 0) != SIZE_MAX);
	assert_true(sv_starts(snippet, SV("…")) && sv_ends(snippet, SV("…")));
	assert_true(unicode_valid(snippet) && sv_find(snippet, SV("\n"), 0) == SIZE_MAX);
	assert_in_range(unicode_count_clusters(snippet), 40, 70);
	look_hits_free(&hits);
	hits = look(&c, "짧다");
	assert_string_equal(str_c(&hits.items[0].snippet), "짧다");
	look_hits_free(&hits);
	str_free(&body);
	app_end(&c);
}

static void
split_draft(AppCase *c, Id draft, const char *mine, const char *theirs)
{
	Revision one = {0}, other = {0};
	Str path = {0};
	assert_true(vault_load_draft(c->app.vault, draft, &one, &c->err) && revision_copy(&other, &one, &c->err));
	str_set(&one.body, sv(mine));
	str_set(&other.body, sv(theirs));
	path_join(&path, sv(c->dir), SV("v"));
	Vault *second = quick_open(&SYS_POSIX, str_c(&path));
	assert_true(vault_save_draft(c->app.vault, &one, &c->err) && vault_save_draft(second, &other, &c->err));
	vault_close(second);
	assert_true(vault_refresh(c->app.vault, &c->err));
	revision_free(&one);
	revision_free(&other);
	str_free(&path);
}

static void
break_draft(AppCase *c, Id draft)
{
	char name[ID_TEXT + 1];
	Str path = {0};
	id_format(vault_entry(c->app.vault, OBJECT_REVISION, draft)->head, name);
	str_printf(&path, "%s/v/objects/%c/%s", c->dir, name[0], name);
	int fd = open(str_c(&path), O_RDWR);
	assert_int_equal(pwrite(fd, "x", 1, 1500), 1);
	close(fd);
	str_free(&path);
}

static void
a_split_draft_is_one(void **state)
{
	(void)state;
	AppCase c = app_begin();
	Id draft = app_draft(&c, "나뉜 글", "처음");
	split_draft(&c, draft, "여기 촛불", "저기 촛불 우체통");
	assert_int_equal(found(&c, "촛불"), 1);
	assert_int_equal(found(&c, "여기"), 1);
	assert_int_equal(found(&c, "우체통"), 1);
	assert_int_equal(found(&c, "처음"), 0);
	app_end(&c);
}

static void
damage_is_named(void **state)
{
	(void)state;
	AppCase c = app_begin();
	Id broken = app_draft(&c, "깨진 글", "촛불");
	app_draft(&c, "성한 글", "촛불");
	break_draft(&c, broken);
	LookHits hits = look(&c, "촛불");
	assert_int_equal(hits.len, 1);
	assert_int_equal(hits.unread_count, 1);
	assert_true(id_equal(hits.unread[0], broken));
	look_hits_free(&hits);
	app_end(&c);
}

/* One search after the other with the same texts, as a filter is typed, while drafts change. */
static void
one_search_after_the_other(void **state)
{
	(void)state;
	AppCase c = app_begin();
	Look *look = look_new(1 << 20, &c.err);
	LookHits hits = {0};
	app_draft(&c, "하나", "촛불");
	static const char *const typed[] = {"ㅊ", "초", "촛", "촛불", "촛불 둘", ""};
	for (size_t i = 0; i < sizeof typed / sizeof typed[0]; i++) {
		Id added = app_draft(&c, "둘", "촛불 또");
		LookHits fresh = {0};
		assert_true(look_begin(look, &c.app, sv(typed[i]), &c.err));
		assert_true(look_fits(look, added));
		look_work(look);
		assert_true(look_end(look, &c.app, LOOK_BY_RELEVANCE, &hits, &c.err));
		assert_true(app_look(&c.app, sv(typed[i]), LOOK_BY_RELEVANCE, &fresh, &c.err));
		assert_int_equal(hits.len, fresh.len);
		for (size_t k = 0; k < hits.len; k++)
			assert_true(id_equal(hits.items[k].draft, fresh.items[k].draft));
		look_hits_free(&fresh);
	}
	look_hits_free(&hits);
	look_free(look);
	look_free(NULL);
	app_end(&c);
}

/* The library's search: texts read ahead, excerpts when they are asked for. It finds what a search from the beginning
 * finds, drafts that are saved, trashed, split or damaged after the texts were read included. */
typedef struct Ahead {
	AppCase c;
	Look *look;
} Ahead;

static void
read_ahead(Ahead *ahead)
{
	assert_true(look_begin(ahead->look, &ahead->c.app, SV(""), &ahead->c.err));
	look_read(ahead->look);
}

static void
assert_same_hits(Ahead *ahead, const char *typed)
{
	LookHits hits = {0}, fresh = look(&ahead->c, typed);
	Err err = {0};
	assert_true(look_begin(ahead->look, &ahead->c.app, sv(typed), &err));
	look_work(ahead->look);
	assert_true(look_end(ahead->look, &ahead->c.app, LOOK_BY_RELEVANCE, &hits, &err));
	assert_int_equal(hits.len, fresh.len);
	assert_int_equal(hits.unread_count, fresh.unread_count);
	for (size_t i = 0; i < hits.len; i++) {
		Str excerpt = {0};
		assert_true(id_equal(hits.items[i].draft, fresh.items[i].draft));
		assert_int_equal(hits.items[i].count, fresh.items[i].count);
		assert_int_equal(hits.items[i].in_title, fresh.items[i].in_title);
		assert_int_equal(hits.items[i].snippet.len, 0);
		assert_true(look_excerpt(ahead->look, &ahead->c.app, hits.items[i].draft, &excerpt, &err));
		assert_string_equal(str_c(&excerpt), str_c(&fresh.items[i].snippet));
		str_free(&excerpt);
	}
	look_hits_free(&hits);
	look_hits_free(&fresh);
}

static void
as_if_not_read_ahead(void **state)
{
	(void)state;
	/* With room for all of them, and for hardly one. */
	static const size_t keeps[] = {1 << 20, 100};
	static const char *const typed[] = {"촛불", "여기", "다락 SEA", "beißen", "제목", "없는낱말", "#밤",
		"state:trashed", "촛불 state:draft", "하나"};
	for (size_t k = 0; k < sizeof keeps / sizeof keeps[0]; k++) {
		Ahead ahead = {.c = app_begin()};
		AppCase *c = &ahead.c;
		ahead.look = look_new(keeps[k], &c->err);
		Id saved = app_draft(c, "제목 하나", "촛불이 하나, 그리고 촛불");
		Id gone = app_draft(c, "버린 글", "촛불");
		Id split = app_draft(c, "나뉜 글", "처음 촛불");
		Id broken = app_draft(c, "깨진 글", "촛불");
		app_draft(c, "다락", "The SEA beißen\n촛불");
		Fragment fragment = {.text = str_from(SV("조각에 적은 촛불"))};
		assert_true(vault_save_fragment(c->app.vault, &fragment, &c->err));
		fragment_free(&fragment);
		read_ahead(&ahead);
		for (size_t i = 0; i < sizeof typed / sizeof typed[0]; i++)
			assert_same_hits(&ahead, typed[i]);
		Revision revision = {0};
		assert_true(vault_load_draft(c->app.vault, saved, &revision, &c->err));
		str_set(&revision.body, SV("여기는 아무것도 없다"));
		assert_true(vault_save_draft(c->app.vault, &revision, &c->err));
		revision_free(&revision);
		assert_true(vault_trash_draft(c->app.vault, gone, &c->err));
		split_draft(c, split, "여기 촛불", "저기 촛불 촛불");
		app_draft(c, "새 글", "여기 촛불");
		for (size_t i = 0; i < sizeof typed / sizeof typed[0]; i++)
			assert_same_hits(&ahead, typed[i]);
		/* What is damaged before it was read is not in memory: both say so. */
		look_free(ahead.look);
		ahead.look = look_new(keeps[k], &c->err);
		break_draft(c, broken);
		read_ahead(&ahead);
		for (size_t i = 0; i < sizeof typed / sizeof typed[0]; i++)
			assert_same_hits(&ahead, typed[i]);
		look_free(ahead.look);
		app_end(c);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_query_in_parts),
		cmocka_unit_test(states_by_name),
		cmocka_unit_test(hits_in_texts),
		cmocka_unit_test(hits_at_every_place),
		cmocka_unit_test(words_signs_and_both),
		cmocka_unit_test(the_order_of_hits),
		cmocka_unit_test(snippets),
		cmocka_unit_test(a_split_draft_is_one),
		cmocka_unit_test(damage_is_named),
		cmocka_unit_test(one_search_after_the_other),
		cmocka_unit_test(as_if_not_read_ahead),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
