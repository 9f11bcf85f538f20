/* Header lines of an answer: the few that matter, whatever surrounds them. */
#include "unit.h"

#include "../../src/site/header.h"

static HttpHeaders
parse(const char *raw)
{
	HttpHeaders headers;
	assert_true(http_headers_parse(sv(raw), &headers, NULL));
	return headers;
}

static void
test_usual(void **state)
{
	(void)state;
	HttpHeaders h = parse("HTTP/1.1 200 OK\r\nContent-Type: Application/JSON; charset=UTF-8\r\nX-WP-Total: 41\r\n"
			      "Retry-After: 7\r\nLocation: /next\r\n"
			      "Link: <https://x.org/wp-json/>; rel=\"https://api.w.org/\"\r\n\r\n");
	assert_view_equal(str_view(&h.content_type), "application/json");
	assert_int_equal(h.total, 41);
	assert_int_equal(h.retry_after, 7);
	assert_view_equal(str_view(&h.location), "/next");
	assert_view_equal(str_view(&h.api_root), "https://x.org/wp-json/");
	http_headers_free(&h);
}

static void
test_absent_and_strange(void **state)
{
	(void)state;
	HttpHeaders h = parse("no colon here\nRetry-After: Wed, 21 Oct 2026 07:28:00 GMT\nx-wp-total: -1\n: empty\n"
			      "content-type:\n");
	assert_int_equal(h.content_type.len, 0);
	assert_int_equal(h.total, -1);
	assert_int_equal(h.retry_after, -1);
	http_headers_free(&h);
	h = parse("Retry-After: 99999999999999999999\nX-WP-Total: 99999999999999999999\nX-WP-Total: 3\n");
	assert_int_equal(h.retry_after, -1);
	assert_int_equal(h.total, 3);
	http_headers_free(&h);
	h = parse("");
	assert_int_equal(h.total, -1);
	http_headers_free(&h);
}

static void
test_first_counts(void **state)
{
	(void)state;
	HttpHeaders h = parse("Location: /a\nLocation: /b\nContent-Type: text/html\nContent-Type: application/json\n");
	assert_view_equal(str_view(&h.location), "/a");
	assert_view_equal(str_view(&h.content_type), "text/html");
	http_headers_free(&h);
}

static void
check_root(const char *link, const char *wanted)
{
	Str raw = {0};
	str_append_c(&raw, "Link: ");
	str_append_c(&raw, link);
	HttpHeaders h = parse(str_c(&raw));
	assert_view_equal(str_view(&h.api_root), wanted);
	http_headers_free(&h);
	str_free(&raw);
}

static void
test_links(void **state)
{
	(void)state;
	check_root("<https://x.org/?rest_route=/>; rel=\"https://api.w.org/\"", "https://x.org/?rest_route=/");
	check_root("<https://x.org/a,b>; rel=\"next\", <https://x.org/wp-json/>; title=\"a, b; c\"; rel=\"x "
		   "https://api.w.org/\"",
		"https://x.org/wp-json/");
	check_root("<https://x.org/wp-json/>;rel=https://api.w.org/", "https://x.org/wp-json/");
	check_root("<https://x.org/p>; rel=shortlink", "");
	check_root("<https://x.org/p>; rev=\"https://api.w.org/\"", "");
	check_root("<https://x.org/p; rel=\"https://api.w.org/\"", "");
	check_root("<<<<;;;,,,\"", "");
	check_root("<a>;;;,,<b>; rel=\"", "");
	check_root("<>; rel=\"https://api.w.org/\"", "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_usual),
		cmocka_unit_test(test_absent_and_strange),
		cmocka_unit_test(test_first_counts),
		cmocka_unit_test(test_links),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
