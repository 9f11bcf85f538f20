/* WordPress' text: entities and tags out, titles in, slugs cut where WordPress would not cut them better. */
#include "unit.h"

#include "../../src/site/wordpress.h"

static void
check_plain(const char *html, const char *wanted)
{
	Str out = {0};
	wp_plain(&out, sv(html));
	assert_view_equal(str_view(&out), wanted);
	str_free(&out);
}

static void
test_plain(void **state)
{
	(void)state;
	check_plain("R&amp;D", "R&D");
	check_plain("&lt;3 &#8217;&#x2019;&rsquo; &quot;a&quot; &#039;b&#39;", "<3 ’’’ \"a\" 'b'");
	check_plain("<strong>Error:</strong> no <a href=\"x\">way</a>.", "Error: no way.");
	check_plain("&amp;amp; &unknown; & && &; &#; &#xZZ; &#0;", "&amp; &unknown; & && &; &#; &#xZZ; &#0;");
	check_plain("a < b > c <3", "a < b > c <3");
	check_plain("<unclosed", "<unclosed");
	check_plain("&#1114112; &#99999999;", "&#1114112; &#99999999;");
	check_plain("", "");
}

static void
check_escaped(const char *plain, const char *wanted)
{
	Str out = {0}, back = {0};
	wp_escape(&out, sv(plain));
	assert_view_equal(str_view(&out), wanted);
	wp_plain(&back, str_view(&out));
	assert_view_equal(str_view(&back), plain);
	str_free(&out);
	str_free(&back);
}

static void
test_escape(void **state)
{
	(void)state;
	check_escaped("R&D", "R&D");
	check_escaped("R&D; 사랑 & 눈", "R&amp;D; 사랑 & 눈");
	check_escaped("<i>x</i> <3", "&lt;i&gt;x&lt;/i&gt; &lt;3");
	check_escaped("&lt; &#60;", "&amp;lt; &amp;#60;");
	check_escaped("", "");
}

static void
check_slug(const char *slug, size_t bytes)
{
	Str out = {0};
	wp_cut_slug(&out, sv(slug));
	assert_int_equal(out.len, bytes);
	assert_true(unicode_valid(str_view(&out)));
	assert_true(sv_starts(sv(slug), str_view(&out)));
	str_free(&out);
}

static void
test_slugs(void **state)
{
	(void)state;
	check_slug("first-snow", 10);
	/* 22 syllables are 198 bytes percent-encoded */
	check_slug("가나다라마바사아자차가나다라마바사아자차가나", 66);
	check_slug("가나다라마바사아자차가나다라마바사아자차가나다", 66);
	check_slug("가나다라마바사아자차가나다라마바사아자차가나-다", 66);
	char wide[300];
	memset(wide, 'a', sizeof wide - 1);
	wide[sizeof wide - 1] = '\0';
	check_slug(wide, 200);
	check_slug("", 0);
}

static void
test_api_links(void **state)
{
	(void)state;
	Str out = {0};
	assert_true(wp_find_api_link(
		SV("<link rel='x'><link rel=\"https://api.w.org/\" href=\"https://x/?a=b&#038;c\" />"), &out));
	assert_view_equal(str_view(&out), "https://x/?a=b&c");
	str_clear(&out);
	assert_false(wp_find_api_link(SV("<link rel=\"https://api.w.org/\" />"), &out));
	assert_false(wp_find_api_link(SV("<link data-rel=\"https://api.w.org/\" href=\"x\">"), &out));
	assert_false(wp_find_api_link(SV("<link rel=\"https://api.w.org/\" href=\"unclosed>"), &out));
	assert_false(wp_find_api_link(SV("<link <link <link "), &out));
	assert_false(wp_find_api_link(SV(""), &out));
	str_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_escape),
		cmocka_unit_test(test_slugs),
		cmocka_unit_test(test_api_links),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
