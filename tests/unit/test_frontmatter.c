/* Front matter: what is read, what is left, what is refused in which line. */
#include "meok/text.h"
#include "unit.h"

static FrontMatter
read(const char *text, const char *wanted_body)
{
	FrontMatter front;
	StrView body = {0};
	Err err = {0};
	if (!frontmatter_parse(sv(text), &front, &body, &err))
		fail_msg("of \"%s\": %s", text, err_text(&err));
	assert_view_equal(body, wanted_body);
	return front;
}

/* The list in one line. */
static void
assert_list_equal(const StrList *list, const char *wanted)
{
	Str joined = {0};
	for (size_t i = 0; i < list->len; i++) {
		str_append_c(&joined, i > 0 ? "|" : "");
		str_append(&joined, str_view(&list->items[i]));
	}
	assert_view_equal(str_view(&joined), wanted);
	str_free(&joined);
}

static void
assert_all_fields(const FrontMatter *front)
{
	assert_true(front->has_title && front->has_subtitle && front->has_keywords && front->has_work);
	assert_true(front->has_comments && front->has_date && front->has_site);
	assert_view_equal(str_view(&front->title), "전기가 끊긴 밤");
	assert_view_equal(str_view(&front->subtitle), "촛불: 하나");
	assert_list_equal(&front->keywords, "정전|촛불, 일기|R&D");
	assert_view_equal(str_view(&front->work), "퇴근길 산문");
	assert_false(front->comments_open);
	int64_t date;
	assert_true(time_parse(SV("2026-01-03T09:00:00+09:00"), &date));
	assert_int_equal(front->date_ms, date);
	assert_view_equal(str_view(&front->site), "blog");
	assert_int_equal(front->unknown.len, 0);
}

static void
test_all_fields(void **state)
{
	(void)state;
	FrontMatter front =
		read("---\ntitle: 전기가 끊긴 밤\nsubtitle: \"촛불: 하나\"\nkeywords: [정전, '촛불, 일기', R&D]\n"
		     "work: 퇴근길 산문\ncomments: false\ndate: 2026-01-03T09:00:00+09:00\nsite: blog\n---\n글\n",
			"글\n");
	assert_all_fields(&front);
	frontmatter_free(&front);
	front = read("---\n제목: 전기가 끊긴 밤\n소제목: '촛불: 하나'\n키워드:\n  - 정전\n  - \"촛불, 일기\"\n  - R&D\n"
		     "작품: 퇴근길 산문\n댓글: 끔\n날짜: 2026-01-03T09:00:00+09:00\n블로그: blog\n---\n\n글\n",
		"\n글\n");
	assert_all_fields(&front);
	frontmatter_free(&front);
	front = read(
		"---\nTitle: 전기가 끊긴 밤\nDescription: 촛불: 하나\ntags:\n- 정전\n-   촛불, 일기\n- R&D # 셋째\n"
		"series: [퇴근길 산문, 다른 것]\ncomments: off\ndate: \"2026-01-03T00:00:00Z\" # UTC\nsite: blog\n---",
		"");
	assert_all_fields(&front);
	frontmatter_free(&front);
	assert_null(front.title.ptr);
	assert_false(front.has_title);
}

static void
test_other_names(void **state)
{
	(void)state;
	static const char *const subtitles[] = {"subtitle", "description", "소제목", "부제", "부제목"};
	static const char *const keywords[] = {"keywords", "tags", "키워드", "태그", "TAGS"};
	static const char *const works[] = {"work", "series", "category", "categories", "작품"};
	for (size_t i = 0; i < 5; i++) {
		Str text = {0};
		str_printf(&text, "---\n%s: 가\n%s: 나\n%s: 다\n---\n", subtitles[i], keywords[i], works[i]);
		FrontMatter front = read(str_c(&text), "");
		assert_view_equal(str_view(&front.subtitle), "가");
		assert_list_equal(&front.keywords, "나");
		assert_view_equal(str_view(&front.work), "다");
		assert_false(front.has_title || front.has_comments || front.has_date || front.has_site);
		frontmatter_free(&front);
		str_free(&text);
	}
}

static void
test_scalars(void **state)
{
	(void)state;
	static const struct {
		const char *value, *title;
	} examples[] = {
		{"가 나", "가 나"},
		{"  가  ", "가"},
		{"\t가\t", "가"},
		{"가 # 나", "가"},
		{"가#나", "가#나"},
		{"가: 나: 다", "가: 나: 다"},
		{"가\"나\"", "가\"나\""},
		{"C:\\x\\n", "C:\\x\\n"},
		{"'가 # 나' # 다", "가 # 나"},
		{"'it''s'", "it's"},
		{"'a\\n\"'", "a\\n\""},
		{"\"가 # 나\"", "가 # 나"},
		{"\"a\\\"b\\\\c\\td\\ne\\/f\"", "a\"b\\c\td\ne/f"},
		{"\"\\uD55C\\uae00 \\x41 \\U0001F58B\"", "한글 A \xF0\x9F\x96\x8B"},
		{"\"\\u0000\\x1B\\x0a\\uD800\\UFFFFFFFF\"", "\xEF\xBF\xBD\xEF\xBF\xBD\n\xEF\xBF\xBD\xEF\xBF\xBD"},
		{"\"\\u12\\xZZ\\U0000000\"", "u12xZZU0000000"},
		{"it's", "it's"},
		{"- 가", "- 가"},
		{"{가}", "{가}"},
		{"[가, 나]", "가"},
		{"true", "true"},
	};
	for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
		Str text = {0};
		str_printf(&text, "---\ntitle: %s\nsite: x\n---\n", examples[i].value);
		FrontMatter front = read(str_c(&text), "");
		assert_true(front.has_title);
		assert_view_equal(str_view(&front.title), examples[i].title);
		assert_view_equal(str_view(&front.site), "x");
		frontmatter_free(&front);
		str_free(&text);
	}
}

static void
test_lists(void **state)
{
	(void)state;
	static const struct {
		const char *value, *keywords;
	} examples[] = {
		{" 가, 나 다 ,라", "가|나 다|라"},
		{" '가, 나'", "가|나"},
		{" [가, \"나, ]\", '다''라']", "가|나, ]|다'라"},
		{" [ 가 ,, 나 , ] # 둘", "가|나"},
		{" []", ""},
		{" ", ""},
		{"\n- 가\n- '나 # 다'\n-\n- \"\"\n\n# 사이\n- 라 # 넷\n", "가|나 # 다|라"},
		{"\n  -\t가\n", ""},
		{"\n    - 가: 나\n", "가: 나"},
		{" # 목록\n- 가", "가"},
	};
	for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
		Str text = {0};
		str_printf(&text, "---\nkeywords:%s\ntitle: 글\n---\n", examples[i].value);
		FrontMatter front;
		StrView body;
		Err err = {0};
		bool read_well = frontmatter_parse(str_view(&text), &front, &body, &err);
		/* a tab is no blank behind a dash */
		assert_int_equal(read_well, strchr(examples[i].value, '\t') == NULL);
		if (read_well) {
			assert_true(front.has_keywords);
			assert_list_equal(&front.keywords, examples[i].keywords);
			assert_view_equal(str_view(&front.title), "글");
			frontmatter_free(&front);
		}
		str_free(&text);
	}
}

static void
test_comments_words(void **state)
{
	(void)state;
	static const char *const words[][2] = {
		{"true", "false"}, {"on", "off"}, {"yes", "no"}, {"open", "closed"}, {"켬", "끔"}, {"True", "False"}};
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		for (int closed = 0; closed < 2; closed++) {
			Str text = {0};
			str_printf(&text, "---\ncomments: %s\n---\n", words[i][closed]);
			FrontMatter front = read(str_c(&text), "");
			assert_true(front.has_comments);
			assert_int_equal(front.comments_open, closed == 0);
			frontmatter_free(&front);
			str_free(&text);
		}
	}
}

static void
test_unknown_fields_are_named_and_left(void **state)
{
	(void)state;
	FrontMatter front = read("---\n"
				 "layout: post\n"
				 "cover:\n  image: a.jpg\n  sizes:\n    - 1\n    - \"2\": 3\n  note: \"open\n"
				 "authors:\n- name: 가\n  mail: \"x\" y\n- 나\n"
				 "resources: [\n  \"가\n  나,\n]\n"
				 "params: {\n  a: b\n}\n"
				 "summary: >-\n  긴 글\n\n  둘째 줄: 끝\n"
				 "broken: \"quote\n"
				 "draft: true # 하나\n"
				 "가 나: 다\n"
				 "title: 글\n---\n",
		"");
	assert_list_equal(&front.unknown, "layout|cover|authors|resources|params|summary|broken|draft|가 나");
	assert_view_equal(str_view(&front.title), "글");
	assert_false(front.has_keywords || front.has_subtitle);
	frontmatter_free(&front);
}

static void
test_empty_values(void **state)
{
	(void)state;
	FrontMatter front = read(
		"---\ntitle:\nsubtitle: \"\"\nkeywords:\nwork: # 없음\ncomments:\ndate: ''\nsite: []\n---\n글", "글");
	assert_false(front.has_title || front.has_subtitle || front.has_work || front.has_site);
	assert_false(front.has_comments || front.has_date);
	/* no keywords are said, too */
	assert_true(front.has_keywords);
	assert_int_equal(front.keywords.len, 0);
	frontmatter_free(&front);
}

static void
test_the_last_of_two_counts(void **state)
{
	(void)state;
	FrontMatter front = read("---\ntitle: 하나\n제목: 둘\ntags: [가, 나]\nkeywords: 다\n---\n", "");
	assert_view_equal(str_view(&front.title), "둘");
	assert_list_equal(&front.keywords, "다");
	frontmatter_free(&front);
}

static void
test_where_there_is_none(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"",
		"글\n",
		"---",
		"---\n",
		"---\n글\n",
		"---\ntitle: 글\n",
		"---\n\ntitle: 글\n---\n",
		"---\n \t\ntitle: 글\n---\n",
		" ---\ntitle: 글\n---\n",
		"----\ntitle: 글\n---\n",
		"\n---\ntitle: 글\n---\n",
		"--- 가\ntitle: 글\n---\n",
		"---\ntitle: 글\n ---\n",
		"---\ntitle: 글\n----\n",
		"+++\ntitle = \"글\"\n+++\n",
	};
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		FrontMatter front = read(texts[i], texts[i]);
		assert_false(front.has_title);
		frontmatter_free(&front);
	}
}

static void
test_the_head_ends_at_the_second_line_of_hyphens(void **state)
{
	(void)state;
	FrontMatter front = read("---  \t\ntitle: 글\n--- \n---\n둘\n", "---\n둘\n");
	assert_view_equal(str_view(&front.title), "글");
	frontmatter_free(&front);
	front = read("---\n---\n글\n", "글\n");
	frontmatter_free(&front);
	front = read("---\n# 아무것도\n---\n", "");
	assert_false(front.has_title);
	frontmatter_free(&front);
}

static void
test_errors_name_their_line(void **state)
{
	(void)state;
	static const struct {
		const char *text, *error;
	} examples[] = {
		{"---\ntitle: \"글\n---\n", "line 2 of the front matter: a quote is not closed"},
		{"---\ntitle: 글\n\n# x\nsite: '글''\n---\n", "line 5 of the front matter: a quote is not closed"},
		{"---\ntitle: \"\\\n---\n", "line 2 of the front matter: a quote is not closed"},
		{"---\nkeywords:\n- 가\n- \"나\n---\n", "line 4 of the front matter: a quote is not closed"},
		{"---\nkeywords: [가, \"나]\n---\n", "line 2 of the front matter: a quote is not closed"},
		{"---\nkeywords: [가, 나\n---\n", "line 2 of the front matter: a list in [ ] is not closed"},
		{"---\nkeywords: [\n---\n", "line 2 of the front matter: a list in [ ] is not closed"},
		{"---\nkeywords: ['가' 나]\n---\n", "line 2 of the front matter: a list in [ ] is not closed"},
		{"---\nkeywords: [가] 나\n---\n", "line 2 of the front matter: a list in [ ] is not closed"},
		{"---\ntitle: \"인용\"이라는 말\n---\n",
			"line 2 of the front matter: put the whole value in quotes, not its beginning only"},
		{"---\nkeywords:\n- '가' 나\n---\n",
			"line 3 of the front matter: put the whole value in quotes, not its beginning only"},
		{"---\ntitle: 글\ncomments: maybe\nsite: x\n---\n",
			"line 3 of the front matter: comments are true or false"},
		{"---\ncomments: TRUE!\n---\n", "line 2 of the front matter: comments are true or false"},
		{"---\n댓글: 켬\n날짜: 내일\n---\n",
			"line 3 of the front matter: a date looks like 2026-01-03 or 2026-01-03T09:00:00+09:00"},
		{"---\ndate: 2026-02-30\n---\n",
			"line 2 of the front matter: a date looks like 2026-01-03 or 2026-01-03T09:00:00+09:00"},
		{"---\n글\n---\n", "line 2 of the front matter: a line is a name, a colon and a value"},
		{"---\ntitle:글\n---\n", "line 2 of the front matter: a line is a name, a colon and a value"},
		{"---\n: 글\n---\n", "line 2 of the front matter: a line is a name, a colon and a value"},
		{"---\n- 글\n---\n", "line 2 of the front matter: a line is a name, a colon and a value"},
		{"---\n  title: 글\n---\n", "line 2 of the front matter: a line is a name, a colon and a value"},
		{"---\ntitle: 글\n  둘째 줄\n---\n",
			"line 3 of the front matter: a line is a name, a colon and a value"},
		{"---\ntitle: 글\n- 둘\n---\n", "line 3 of the front matter: a line is a name, a colon and a value"},
	};
	for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
		FrontMatter front = {.comments_open = true, .date_ms = 7};
		StrView body = SV("그대로");
		Err err = {0};
		if (frontmatter_parse(sv(examples[i].text), &front, &body, &err))
			fail_msg("\"%s\" is read", examples[i].text);
		assert_int_equal(err.kind, ERR_USAGE);
		assert_string_equal(err_text(&err), examples[i].error);
		assert_view_equal(body, "그대로");
		assert_true(front.comments_open && front.date_ms == 7 && front.title.ptr == NULL);
	}
}

/* A file from another system comes here with its line ends cleaned. */
static void
test_carriage_returns_are_cleaned_before(void **state)
{
	(void)state;
	Str text = {0};
	assert_true(unicode_clean(SV("---\r\ntitle: 글\r\nkeywords: [가, 나]\r\n---\r\n본문\r\n"), &text, NULL, NULL));
	FrontMatter front = read(str_c(&text), "본문\n");
	assert_view_equal(str_view(&front.title), "글");
	assert_list_equal(&front.keywords, "가|나");
	frontmatter_free(&front);
	str_free(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_fields),
		cmocka_unit_test(test_other_names),
		cmocka_unit_test(test_scalars),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_comments_words),
		cmocka_unit_test(test_unknown_fields_are_named_and_left),
		cmocka_unit_test(test_empty_values),
		cmocka_unit_test(test_the_last_of_two_counts),
		cmocka_unit_test(test_where_there_is_none),
		cmocka_unit_test(test_the_head_ends_at_the_second_line_of_hyphens),
		cmocka_unit_test(test_errors_name_their_line),
		cmocka_unit_test(test_carriage_returns_are_cleaned_before),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
