/* Front matter that hugo reads back whatever the title holds. */
#include "unit.h"

#include "../../src/site/hugo.h"

static void
check_quote(StrView text, const char *wanted)
{
	Str out = {0};
	hugo_quote(text, &out);
	assert_view_equal(str_view(&out), wanted);
	str_free(&out);
}

static void
test_quotes(void **state)
{
	(void)state;
	check_quote(SV("글: 하나 # 둘"), "\"글: 하나 # 둘\"");
	check_quote(SV("그가 \"가자\"고 했다"), "\"그가 \\\"가자\\\"고 했다\"");
	check_quote(SV("C:\\글"), "\"C:\\\\글\"");
	check_quote(SV("a\nb\tc"), "\"a\\nb\\tc\"");
	check_quote(SV("---\ndraft: false"), "\"---\\ndraft: false\"");
	check_quote(SV("\x01\x1b\x7f"), "\"\\u0001\\u001B\\u007F\"");
	check_quote(SV("\xc2\x85\xe2\x80\xa8\xe2\x80\xae\xef\xbb\xbf"), "\"\\u0085\\u2028\\u202E\\uFEFF\"");
	check_quote(SV("\xf0\x9f\xbf\xbf"), "\"\\U0001FFFF\"");
	check_quote(SV("불🔥"), "\"불🔥\"");
	check_quote(SV(""), "\"\"");
}

static void
check_body(const char *markdown, const char *wanted)
{
	Str out = {0};
	hugo_body(sv(markdown), &out);
	assert_view_equal(str_view(&out), wanted);
	str_free(&out);
}

static void
test_rules(void **state)
{
	(void)state;
	check_body("글\n---\n다음\n", "글\n\n---\n다음\n");
	check_body("글\n\n---\n", "글\n\n---\n");
	check_body("글\n   -----  \n", "글\n\n   -----  \n");
	check_body("---\n글", "---\n글\n");
	check_body("> 글\n> ---\n", "> 글\n>\n> ---\n");
	check_body("글\n--\n", "글\n--\n");
	check_body("글\n- - -\n", "글\n- - -\n");
	check_body("글\n===\n", "글\n===\n");
	check_body("```\n코드\n---\n```\n글\n---\n", "```\n코드\n---\n```\n글\n\n---\n");
	check_body("~~~ sh\na\n---\n```\nb\n---\n~~~~\n", "~~~ sh\na\n---\n```\nb\n---\n~~~~\n");
	check_body("글\n    ---\n", "글\n    ---\n");
	check_body("``` a`b\n---\n", "``` a`b\n\n---\n");
	check_body("", "");
}

static void
test_front_matter(void **state)
{
	(void)state;
	Entry entry = {
		.chapter = 7, .comments = SITE_COMMENTS_CLOSED, .date_ms = 1767398400000, .updated_ms = 1767398460000};
	str_set(&entry.title, SV("벼루: \"검은\" 돌"));
	str_set(&entry.subtitle, SV("먹이 갈리는 소리"));
	str_set(&entry.slug, SV("벼루"));
	str_set(&entry.author, SV("한지우"));
	str_set(&entry.work, SV("문방구 이야기"));
	list_append(&entry.keywords, SV("벼루"));
	list_append(&entry.keywords, SV("a, b"));
	Str out = {0};
	assert_true(hugo_page(&entry, SV("첫 문장.\n"), &out, NULL));
	assert_view_equal(str_view(&out), "---\n"
					  "title: \"벼루: \\\"검은\\\" 돌\"\n"
					  "subtitle: \"먹이 갈리는 소리\"\n"
					  "description: \"먹이 갈리는 소리\"\n"
					  "date: 2026-01-03T09:00:00+09:00\n"
					  "lastmod: 2026-01-03T09:01:00+09:00\n"
					  "slug: \"벼루\"\n"
					  "author: \"한지우\"\n"
					  "tags:\n  - \"벼루\"\n  - \"a, b\"\n"
					  "categories:\n  - \"문방구 이야기\"\ncategories_weight: 7\n"
					  "series:\n  - \"문방구 이야기\"\nseries_weight: 7\nseries_order: 7\n"
					  "comments: false\n"
					  "draft: false\n"
					  "---\n\n첫 문장.\n");
	str_clear(&out);
	Entry bare = {.draft = true};
	assert_true(hugo_page(&bare, SV(""), &out, NULL));
	assert_view_equal(str_view(&out),
		"---\ntitle: \"\"\ndate: 1970-01-01T09:00:00+09:00\nlastmod: 1970-01-01T09:00:00+09:00\n"
		"slug: \"\"\ndraft: true\n---\n\n");
	str_free(&out);
	Str *texts[] = {&entry.title, &entry.subtitle, &entry.slug, &entry.author, &entry.work};
	for (size_t i = 0; i < 5; i++)
		str_free(texts[i]);
	list_free(&entry.keywords);
}

static void
check_config(const char *config, const char *key, const char *wanted)
{
	Str out = {0};
	hugo_config_text(sv(config), key, &out);
	assert_view_equal(str_view(&out), wanted);
	str_free(&out);
}

static void
test_config(void **state)
{
	(void)state;
	check_config("baseURL = 'https://a.example/'\ntitle = \"먹\" # 이름\n", "title", "먹");
	check_config("baseURL = 'https://a.example/'\n", "baseurl", "https://a.example/");
	check_config("title: 나의 글 # 설명\n", "title", "나의 글");
	check_config("{\n  \"baseURL\": \"https://b.example/\",\n  \"title\": \"글\"\n}\n", "title", "글");
	check_config("[params]\ntitle = 'no'\n", "title", "");
	check_config("subtitle = 'no'\n", "title", "");
	check_config("title = \"open\\\"\n", "title", "");
	check_config("title = \"open\n", "title", "");
	check_config("", "title", "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_quotes),
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_front_matter),
		cmocka_unit_test(test_config),
	};
	setenv("TZ", "KST-9", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
