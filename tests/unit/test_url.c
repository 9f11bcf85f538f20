/* Web addresses: one normal form, no way to smuggle another host past it. */
#include "unit.h"

#include "../../src/site/url.h"

static void
check_normal(const char *typed, const char *wanted)
{
	Url url = {0};
	assert_true(url_parse(sv(typed), &url, NULL));
	assert_view_equal(url_text(&url), wanted);
	/* the normal form is its own normal form */
	Url again = {0};
	assert_true(url_parse(url_text(&url), &again, NULL));
	assert_view_equal(url_text(&again), wanted);
	url_free(&url);
	url_free(&again);
}

static void
test_normal_form(void **state)
{
	(void)state;
	check_normal("https://Blog.Example.ORG", "https://blog.example.org/");
	check_normal("  HTTPS://blog.example.org:443/a#top ", "https://blog.example.org/a");
	check_normal("http://127.0.0.1:80/", "http://127.0.0.1/");
	check_normal("https://x.org:8443?rest_route=/", "https://x.org:8443/?rest_route=/");
	check_normal("https://x.org/첫눈 아침", "https://x.org/%EC%B2%AB%EB%88%88%20%EC%95%84%EC%B9%A8");
	check_normal("https://한글.kr/", "https://한글.kr/");
	check_normal("http://[::1]:8080/a?b=c?d", "http://[::1]:8080/a?b=c?d");
}

static void
test_refused(void **state)
{
	(void)state;
	static const char *const BAD[] = {"", "blog.example.org", "ftp://x.org/", "https://", "https:///x",
		"https://:8080/", "https://a@b.org/", "https://b.org:80@evil.org/", "https://x.org:99999/",
		"https://x.org:0/", "https://x org/", "https://x.org/a\r\nHost: evil", "https://x.org\t.evil/",
		"https://x.org\\@evil.org/", "https://x%2eorg/", "https://[::1/", "file:///etc/passwd",
		"https://x.org:80a/"};
	for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
		Url url = {0};
		Err err = {0};
		if (url_parse(sv(BAD[i]), &url, &err))
			fail_msg("taken: %s as %s", BAD[i], str_c(&url.text));
		assert_int_equal(err.kind, ERR_USAGE);
	}
	Url url = {0};
	assert_false(url_parse((StrView){"https://x.org/\0a", 16}, &url, NULL));
}

static void
test_parts(void **state)
{
	(void)state;
	Url url = {0};
	assert_true(url_parse(SV("https://X.org:8443/a/b?c=d"), &url, NULL));
	assert_view_equal(url_origin(&url), "https://x.org:8443");
	assert_view_equal(url_host(&url), "x.org");
	assert_view_equal(url_path(&url), "/a/b");
	assert_true(url_is_secure(&url));
	url_free(&url);
}

static void
check_loopback(const char *typed, bool wanted)
{
	Url url = {0};
	assert_true(url_parse(sv(typed), &url, NULL));
	if (url_is_loopback(&url) != wanted)
		fail_msg("%s", typed);
	url_free(&url);
}

static void
test_loopback(void **state)
{
	(void)state;
	check_loopback("http://localhost/", true);
	check_loopback("http://LOCALHOST:8080/", true);
	check_loopback("http://127.0.0.1/", true);
	check_loopback("http://127.255.3.4/", true);
	check_loopback("http://[::1]/", true);
	check_loopback("http://127.evil.org/", false);
	check_loopback("http://127.0.0.1.evil.org/", false);
	check_loopback("http://localhost.evil.org/", false);
	check_loopback("http://10.0.0.1/", false);
	check_loopback("http://127.0.0/", false);
	check_loopback("http://127.0.0.1./", false);
	check_loopback("http://0127.0.0.1/", false);
	check_loopback("http://[::2]/", false);
}

static void
check_resolved(const char *reference, const char *wanted)
{
	Url base = {0}, url = {0};
	assert_true(url_parse(SV("https://x.org/a/b?c=d"), &base, NULL));
	bool done = url_resolve(&base, sv(reference), &url, NULL);
	assert_int_equal(done, wanted != NULL);
	if (done)
		assert_view_equal(url_text(&url), wanted);
	url_free(&base);
	url_free(&url);
}

static void
test_resolve(void **state)
{
	(void)state;
	check_resolved("https://www.x.org/", "https://www.x.org/");
	check_resolved("//y.org/z", "https://y.org/z");
	check_resolved("/z", "https://x.org/z");
	check_resolved("z", "https://x.org/a/z");
	check_resolved("?e", "https://x.org/a/b?e");
	check_resolved("", "https://x.org/a/b");
	check_resolved("#f", "https://x.org/a/b");
	check_resolved("javascript:alert(1)", NULL);
	check_resolved("ftp://x.org/", NULL);
	check_resolved("/a\r\nb", NULL);
	check_resolved("//evil@y.org/", NULL);
}

static void
test_percent(void **state)
{
	(void)state;
	Str out = {0};
	url_encode(&out, SV("R&D 눈-1_~."));
	assert_view_equal(str_view(&out), "R%26D%20%EB%88%88-1_~.");
	str_clear(&out);
	url_decode(&out, SV("%EB%88%88"));
	assert_view_equal(str_view(&out), "눈");
	str_clear(&out);
	url_encode_path(&out, SV("/눈 1/a.html"));
	assert_view_equal(str_view(&out), "/%EB%88%88%201/a.html");
	str_clear(&out);
	url_decode(&out, SV("%eb%88%88%2"));
	assert_view_equal(str_view(&out), "눈%2");
	str_clear(&out);
	url_decode(&out, SV("%zz%"));
	assert_view_equal(str_view(&out), "%zz%");
	str_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_normal_form),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_loopback),
		cmocka_unit_test(test_resolve),
		cmocka_unit_test(test_percent),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
