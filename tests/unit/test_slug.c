/* File names and file addresses out of hostile titles. */
#include "unit.h"

#include "../../src/site/slug.h"

static void
check_slug(const char *title, const char *wanted)
{
	Str slug = {0};
	assert_true(slug_make(sv(title), &slug, NULL));
	assert_view_equal(str_view(&slug), wanted);
	str_free(&slug);
}

static void
test_titles(void **state)
{
	(void)state;
	check_slug("먹을 가는 저녁", "먹을-가는-저녁");
	check_slug("Ink, and 3 Stones!", "ink-and-3-stones");
	check_slug("The writer's desk", "the-writers-desk");
	check_slug("  ...비 오는 날?  ", "비-오는-날");
	check_slug("「겨울」・봄", "겨울-봄");
	check_slug("２０２６년 ＡＢＣ", "２０２６년-ａｂｃ");
	check_slug("ÉTÉ", "été");
	check_slug("\xe1\x84\x80\xe1\x85\xa1", "가"); /* conjoining jamo */
	check_slug("불🔥꽃", "불-꽃");
}

static void
test_hostile(void **state)
{
	(void)state;
	check_slug("../../etc/passwd", "etc-passwd");
	check_slug("/", "");
	check_slug("..", "");
	check_slug(".", "");
	check_slug("", "");
	check_slug(".htaccess", "htaccess");
	check_slug("a/b\\c:d*e?f\"g<h>i|j", "a-b-c-d-e-f-g-h-i-j");
	check_slug("a\x01\x1b[31m\x7f z", "a-31m-z");
	check_slug("a\xe2\x80\xae"
		   "b\xe2\x80\x8b"
		   "c\xef\xbb\xbf",
		"a-b-c"); /* U+202E, U+200B, U+FEFF */
	check_slug("a\xff\xfe"
		   "b",
		"a-b");
	check_slug("~root", "root");
	check_slug("-rf", "rf");
}

static void
test_long(void **state)
{
	(void)state;
	Str title = {0}, slug = {0};
	for (int i = 0; i < 300; i++)
		str_append_c(&title, "글");
	assert_true(slug_make(str_view(&title), &slug, NULL));
	assert_int_equal(slug.len, SLUG_MAX);
	assert_true(unicode_valid(str_view(&slug)));

	str_clear(&title);
	str_append_c(&title, "a"); /* now every third byte is inside a syllable at the limit */
	for (int i = 0; i < 300; i++)
		str_append_c(&title, "글");
	assert_true(slug_make(str_view(&title), &slug, NULL));
	assert_int_equal(slug.len, 1 + 39 * 3);
	assert_true(unicode_valid(str_view(&slug)));

	str_clear(&title); /* one base with marks beyond any limit: no cluster fits, nothing is cut apart */
	str_append_c(&title, "b");
	for (int i = 0; i < 200; i++)
		str_append_c(&title, "\xcc\x81");
	assert_true(slug_make(str_view(&title), &slug, NULL));
	assert_int_equal(slug.len, 0);
	str_free(&title);
	str_free(&slug);
}

/* Every code point alone between two letters: only harmless bytes come out. */
static void
test_every_rune(void **state)
{
	(void)state;
	Str title = {0}, slug = {0};
	for (uint32_t rune = 1; rune <= 0x10ffff; rune += rune < 0x3200 ? 1 : 37) {
		str_clear(&title);
		str_append_c(&title, "q");
		str_append_rune(&title, rune);
		str_append_c(&title, "q");
		assert_true(slug_make(str_view(&title), &slug, NULL));
		assert_true(unicode_valid(str_view(&slug)));
		assert_true(unicode_is_nfc(str_view(&slug)));
		assert_true(slug.len >= 2);
		assert_int_equal(slug.ptr[0], 'q');
		for (size_t i = 0; i < slug.len; i++) {
			unsigned char c = (unsigned char)slug.ptr[i];
			assert_true(c >= 0x80 || c == '-' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'));
		}
	}
	str_free(&title);
	str_free(&slug);
}

static void
check_pick(const StrList *taken, const char *stem, const char *wanted)
{
	Str chosen = {0}, name = {0};
	assert_true(slug_pick(sv(stem), SV(".html"), taken, &chosen, &name, NULL));
	assert_view_equal(str_view(&name), wanted);
	assert_view_equal(sv_slice(str_view(&name), 0, name.len - 5), str_c(&chosen));
	str_free(&chosen);
	str_free(&name);
}

static void
test_pick(void **state)
{
	(void)state;
	StrList taken = {0};
	list_append(&taken, SV("INDEX.HTML"));
	list_append(&taken, SV("a.html"));
	list_append(&taken, SV("A-2.html"));
	list_append(&taken, SV("\xe1\x84\x80\xe1\x85\xa1.html")); /* 가 as macOS used to store it */
	list_append(&taken, SV("\xff\xfe"));
	check_pick(&taken, "index", "index-2.html");
	check_pick(&taken, "a", "a-3.html");
	check_pick(&taken, "가", "가-2.html");
	check_pick(&taken, "b", "b.html");
	list_free(&taken);
}

static void
test_url(void **state)
{
	(void)state;
	Str url = {0};
	slug_file_url(SV("/home/a b/글#?%&.html"), &url);
	assert_view_equal(str_view(&url), "file:///home/a%20b/%EA%B8%80%23%3F%25%26.html");
	str_free(&url);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_titles),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_long),
		cmocka_unit_test(test_every_rune),
		cmocka_unit_test(test_pick),
		cmocka_unit_test(test_url),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
