/* Front matter: names, forms of values, lists, what is no front matter, errors that name the line. */
#include "unit.h"

#include "meok/text.h"

static FrontMatter
parse(const char *text, const char *wanted_body)
{
	FrontMatter front = {0};
	StrView body;
	Err err = {0};
	if (!frontmatter_parse(sv(text), &front, &body, &err))
		print_error("%s\n", err_text(&err));
	assert_view_equal(body, wanted_body);
	return front;
}

static void
assert_list(const StrList *list, const char *joined)
{
	Str text = {0};
	for (size_t i = 0; i < list->len; i++) {
		str_append(&text, str_view(&list->items[i]));
		str_append_byte(&text, '|');
	}
	assert_view_equal(str_view(&text), joined);
	str_free(&text);
}

static void
english_names(void **state)
{
	(void)state;
	FrontMatter front = parse("---\n"
				  "title: The night the power went\n"
				  "subtitle: \"What a \\\"server\\\" is\\u0021\"\n"
				  "tags: [power, 'it''s, two', \"a, b\", ]\n"
				  "work: Notes # a comment\n"
				  "comments: off\n"
				  "date: 2026-01-03T09:00:00+09:00\n"
				  "site: blog\n"
				  "---\nText",
		"Text");
	assert_view_equal(str_view(&front.title), "The night the power went");
	assert_view_equal(str_view(&front.subtitle), "What a \"server\" is!");
	assert_list(&front.keywords, "power|it's, two|a, b|");
	assert_view_equal(str_view(&front.work), "Notes");
	assert_true(front.has_comments && !front.comments_open);
	assert_true(front.has_date);
	assert_true(front.date_ms == 1767398400000);
	assert_view_equal(str_view(&front.site), "blog");
	assert_int_equal(front.unknown.len, 0);
	frontmatter_free(&front);
}

static void
korean_names(void **state)
{
	(void)state;
	FrontMatter front =
		parse("---\n제목: 첫눈: 밤\n소제목: '조용한 밤'\n키워드:\n  - 하나\n  - \"둘, 셋\"\n- 넷 # 말\n"
		      "작품: 시사 노트\n댓글: 켬\n블로그: 내 블로그\n---\n\n글\n",
			"\n글\n");
	assert_view_equal(str_view(&front.title), "첫눈: 밤");
	assert_view_equal(str_view(&front.subtitle), "조용한 밤");
	assert_list(&front.keywords, "하나|둘, 셋|넷|");
	assert_view_equal(str_view(&front.work), "시사 노트");
	assert_true(front.has_comments && front.comments_open);
	assert_view_equal(str_view(&front.site), "내 블로그");
	frontmatter_free(&front);
}

static void
what_other_programs_write(void **state)
{
	(void)state;
	FrontMatter front = parse(
		"---\r\nlayout: post\r\nTitle:  \"밤\"\r\ntags: 하나, 둘 셋,하나,\r\n"
		"categories:\r\n  - 첫째\r\n  - 둘째\r\ndate: 2026-01-03 09:00:00 +0900\r\n"
		"params:\r\n  title: 속의 것\r\n  list:\r\n    - a\r\ndescription: >-\r\n  접힌\r\n  # 글\r\n---\r\n글",
		"글");
	assert_view_equal(str_view(&front.title), "밤");
	assert_list(&front.keywords, "하나|둘 셋|");
	assert_view_equal(str_view(&front.work), "첫째");
	assert_view_equal(str_view(&front.subtitle), "접힌 # 글");
	assert_true(front.date_ms == 1767398400000);
	assert_list(&front.unknown, "layout|params|");
	frontmatter_free(&front);
}

static void
unknown_fields_hold_anything(void **state)
{
	(void)state;
	FrontMatter front = parse("---\n"
				  "cover:\n  sizes:\n    - \"2\": 3\n  note: \"open\n"
				  "authors:\n- name: 가\n  mail: \"x\" y\n- 나\n"
				  "resources: [\n  \"가\n  나,\n]\n"
				  "params: {\n  a: b\n}\n"
				  "summary: >-\n  긴 글\n\n  둘째 줄: 끝\n"
				  "broken: \"quote\n"
				  "title: 글\n---\n",
		"");
	assert_list(&front.unknown, "cover|authors|resources|params|summary|broken|");
	assert_view_equal(str_view(&front.title), "글");
	assert_false(front.has_keywords || front.has_subtitle);
	frontmatter_free(&front);
}

static void
the_better_name_wins(void **state)
{
	(void)state;
	FrontMatter front = parse(
		"---\ndescription: 설명\nsubtitle: 부제\ncategories: [가]\nseries: 나\ntags: [다]\n키워드: 라\n---\n",
		"");
	assert_view_equal(str_view(&front.subtitle), "부제");
	assert_view_equal(str_view(&front.work), "나");
	assert_list(&front.keywords, "라|");
	assert_list(&front.unknown, "description|categories|tags|");
	frontmatter_free(&front);
	front = parse("---\nwork: 나\nseries: 가\n---\n", "");
	assert_view_equal(str_view(&front.work), "나");
	assert_list(&front.unknown, "series|");
	frontmatter_free(&front);
}

static void
nothing_is_not_set(void **state)
{
	(void)state;
	FrontMatter front =
		parse("---\ntitle:\nsubtitle: ~\nwork: null # 없음\ntags:\n# 말\n\ncomments:\nsite: \"\"\n---\n", "");
	assert_false(
		front.has_title || front.has_subtitle || front.has_work || front.has_keywords || front.has_comments);
	assert_true(front.has_site);
	assert_int_equal(front.site.len, 0);
	frontmatter_free(&front);
	front = parse("---\ntags: []\n---\n", "");
	assert_true(front.has_keywords);
	assert_int_equal(front.keywords.len, 0);
	frontmatter_free(&front);
	front = parse("---\n---\n글", "글");
	assert_false(front.has_title);
	frontmatter_free(&front);
	front = parse("---\ntitle: a#b\n---", "");
	assert_view_equal(str_view(&front.title), "a#b");
	frontmatter_free(&front);
}

static void
comments_have_many_words(void **state)
{
	(void)state;
	static const char *const open[] = {"true", "True", "on", "ON", "open", "yes", "켬", "\"on\""};
	static const char *const closed[] = {"false", "off", "closed", "no", "끔", "'false'"};
	for (size_t i = 0; i < sizeof open / sizeof *open + sizeof closed / sizeof *closed; i++) {
		bool wanted = i < sizeof open / sizeof *open;
		Str text = {0};
		str_printf(
			&text, "---\ncomments: %s\n---\n", wanted ? open[i] : closed[i - sizeof open / sizeof *open]);
		FrontMatter front = parse(str_c(&text), "");
		assert_true(front.has_comments);
		assert_int_equal(front.comments_open, wanted);
		frontmatter_free(&front);
		str_free(&text);
	}
}

static void
a_rule_is_no_front_matter(void **state)
{
	(void)state;
	static const char *const texts[] = {"", "글", "---", "---\n", "---\n\ntitle: 밤\n---\n", "---\n  \n글\n---\n",
		"---\n그날 밤 불이 났다.\n그리고", "----\ntitle: 밤\n----\n", " ---\ntitle: 밤\n---\n",
		"글\n---\ntitle: 밤\n---\n", "--- 글\ntitle: 밤\n---\n"};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		FrontMatter front = parse(texts[i], texts[i]);
		assert_false(front.has_title);
		assert_int_equal(front.unknown.len, 0);
		frontmatter_free(&front);
	}
}

static void
errors_name_the_line(void **state)
{
	(void)state;
	static const struct {
		const char *text, *line;
	} cases[] = {
		{"---\ntitle 밤\n---\n", "2"},
		{"---\ntitle: 밤\n\n# 말\nsubtitle: \"열린\n---\n", "5"},
		{"---\ntitle: '열린\n---\n", "2"},
		{"---\ntags: [하나, 둘\n---\n", "2"},
		{"---\ntags: [하나] 둘\n---\n", "2"},
		{"---\ntitle: \"밤\" 낮\n---\n", "2"},
		{"---\ntitle: \"밤\\q\"\n---\n", "2"},
		{"---\ntitle: \"\\u00\"\n---\n", "2"},
		{"---\ntitle: [밤]\n---\n", "2"},
		{"---\ntitle:\n  - 밤\n---\n", "2"},
		{"---\nsite: a\ntitle: 밤\n  낮\n---\n", "4"},
		{"---\n  title: 밤\n---\n", "2"},
		{"---\n- 밤\n---\n", "2"},
		{"---\nwork: {a: b}\n---\n", "2"},
		{"---\ntitle: 밤\n제목: 낮\n---\n", "3"},
		{"---\ncomments: 글쎄\n---\n", "2"},
		{"---\nsite: a\ndate: 2026-13-01\n---\n", "3"},
		{"---\ntags: 하나\n  - 둘\n---\n", "3"},
		{"---\n: 값\n---\n", "2"},
		{"---\ntitle:밤\n---\n", "2"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		FrontMatter front = {0};
		StrView body = SV("그대로");
		Err err = {0};
		assert_false(frontmatter_parse(sv(cases[i].text), &front, &body, &err));
		assert_int_equal(err.kind, ERR_USAGE);
		assert_string_equal(err.args[0], cases[i].line);
		assert_non_null(strstr(err_text(&err), "of the front matter"));
		assert_view_equal(body, "그대로");
		assert_false(front.has_title);
	}
}

static void
toml_is_read_up_to_its_first_table(void **state)
{
	(void)state;
	Err err = {0};
	FrontMatter front = {0};
	StrView body;
	StrView text = SV("+++\ntitle = \"벼루 씻는 날\"\ntags = [\"먹\", 'a = b']\ndate = 2024-05-01T08:00:00+09:00\n"
			  "weight = 3\n\n[params]\ntitle = \"아니다\"\n+++\n\n물이 맑다.\n");
	assert_true(frontmatter_parse(text, &front, &body, &err));
	assert_string_equal(str_c(&front.title), "벼루 씻는 날");
	assert_int_equal(front.keywords.len, 2);
	assert_string_equal(str_c(&front.keywords.items[1]), "a = b");
	assert_true(front.has_date);
	assert_int_equal(front.unknown.len, 1);
	assert_view_equal(body, "\n물이 맑다.\n");
	frontmatter_free(&front);
	assert_false(frontmatter_parse(SV("+++\ntitle: x\n+++\n"), &front, &body, &err));
	assert_int_equal(err.kind, ERR_USAGE);
	assert_true(frontmatter_parse(SV("+++ 이것은 글이다\n"), &front, &body, &err));
	assert_view_equal(body, "+++ 이것은 글이다\n");
	frontmatter_free(&front);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(english_names),
		cmocka_unit_test(korean_names),
		cmocka_unit_test(what_other_programs_write),
		cmocka_unit_test(unknown_fields_hold_anything),
		cmocka_unit_test(the_better_name_wins),
		cmocka_unit_test(nothing_is_not_set),
		cmocka_unit_test(comments_have_many_words),
		cmocka_unit_test(a_rule_is_no_front_matter),
		cmocka_unit_test(toml_is_read_up_to_its_first_table),
		cmocka_unit_test(errors_name_the_line),
	};
	return cmocka_run_group_tests_name("frontmatter", tests, NULL, NULL);
}
