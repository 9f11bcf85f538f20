/* The header lines of an answer: nothing invented, nothing out of range, and an address only where it resolves. */
#include <stdlib.h>

#include "../../src/site/header.h"
#include "../../src/site/url.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(bool holds)
{
	if (!holds)
		abort();
}

static void
check_reference(const Url *base, StrView reference)
{
	Url url = {0}, again = {0};
	if (!url_resolve(base, reference, &url, NULL))
		return;
	StrView text = url_text(&url);
	check(sv_starts(text, SV("https://")) || sv_starts(text, SV("http://")));
	for (size_t i = 0; i < text.len; i++)
		check((unsigned char)text.ptr[i] > ' ' && text.ptr[i] != 0x7F);
	check(sv_find(url_origin(&url), SV("@"), 0) == SIZE_MAX && url_host(&url).len > 0);
	check(url_path(&url).len > 0 && url_path(&url).ptr[0] == '/');
	check(url_parse(text, &again, NULL) && sv_equal(url_text(&again), text));
	check(sv_equal(url_origin(&again), url_origin(&url)));
	url_free(&url);
	url_free(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	StrView raw = {(const char *)data, size};
	HttpHeaders headers;
	Url base = {0};
	check(http_headers_parse(raw, &headers, NULL));
	check(headers.total >= -1 && headers.total <= INT32_MAX);
	check(headers.retry_after >= -1 && headers.retry_after <= 86400);
	check(sv_find(raw, str_view(&headers.location), 0) != SIZE_MAX || headers.location.len == 0);
	check(sv_find(raw, str_view(&headers.api_root), 0) != SIZE_MAX || headers.api_root.len == 0);
	check(sv_find(str_view(&headers.content_type), SV(";"), 0) == SIZE_MAX);
	check(url_parse(SV("https://blog.example.org/a/b?c=d"), &base, NULL));
	check_reference(&base, str_view(&headers.location));
	check_reference(&base, str_view(&headers.api_root));
	check_reference(&base, raw);
	url_free(&base);
	http_headers_free(&headers);
	return 0;
}
