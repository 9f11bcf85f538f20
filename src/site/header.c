/* The header lines of an HTTP answer, read without trusting a byte of them. */
#include "header.h"

#include <string.h>
#include <strings.h>

static const char API_RELATION[] = "https://api.w.org/";

static bool
is_named(StrView name, const char *wanted)
{
	return name.len == strlen(wanted) && strncasecmp(name.ptr, wanted, name.len) == 0;
}

/* A decimal number up to `limit`; -1 when it is anything else. */
static int64_t
read_number(StrView text, int64_t limit)
{
	int64_t n = 0;
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] < '0' || text.ptr[i] > '9')
			return -1;
		n = n * 10 + (text.ptr[i] - '0');
		if (n > limit)
			return -1;
	}
	return text.len == 0 ? -1 : n;
}

static void
set_content_type(HttpHeaders *out, StrView value)
{
	StrView type = sv_trim(sv_slice(value, 0, sv_find(value, SV(";"), 0)));
	str_clear(&out->content_type);
	for (size_t i = 0; i < type.len; i++) {
		char c = type.ptr[i];
		str_append_byte(&out->content_type, c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c);
	}
}

/* The end of a link's parameter, which may be quoted. */
static size_t
parameter_end(StrView s, size_t from)
{
	bool quoted = false;
	for (; from < s.len; from++) {
		if (s.ptr[from] == '"')
			quoted = !quoted;
		else if (!quoted && (s.ptr[from] == ';' || s.ptr[from] == ','))
			break;
	}
	return from;
}

static bool
has_api_relation(StrView parameter)
{
	StrView name;
	if (!sv_split(&parameter, '=', &name) || !is_named(sv_trim(name), "rel"))
		return false;
	StrView relations = sv_trim(parameter), one;
	if (relations.len >= 2 && relations.ptr[0] == '"' && relations.ptr[relations.len - 1] == '"')
		relations = sv_slice(relations, 1, relations.len - 1);
	while (sv_split(&relations, ' ', &one))
		if (sv_equal(one, sv(API_RELATION)))
			return true;
	return false;
}

static void
find_api_root(HttpHeaders *out, StrView value)
{
	size_t at = 0;
	while ((at = sv_find(value, SV("<"), at)) != SIZE_MAX) {
		size_t close = sv_find(value, SV(">"), at);
		if (close == SIZE_MAX)
			return;
		StrView target = sv_slice(value, at + 1, close);
		at = close + 1;
		while (at < value.len && value.ptr[at] != ',') {
			size_t end = parameter_end(value, value.ptr[at] == ';' ? at + 1 : at);
			StrView parameter = sv_trim(sv_slice(value, value.ptr[at] == ';' ? at + 1 : at, end));
			if (has_api_relation(parameter)) {
				str_set(&out->api_root, target);
				return;
			}
			at = end > at ? end : at + 1;
		}
	}
}

static void
take_line(HttpHeaders *out, StrView line)
{
	size_t colon = sv_find(line, SV(":"), 0);
	if (colon == SIZE_MAX)
		return;
	StrView name = sv_slice(line, 0, colon), value = sv_trim(sv_slice(line, colon + 1, SIZE_MAX));
	if (is_named(name, "content-type") && out->content_type.len == 0)
		set_content_type(out, value);
	else if (is_named(name, "location") && out->location.len == 0)
		str_set(&out->location, value);
	else if (is_named(name, "link") && out->api_root.len == 0)
		find_api_root(out, value);
	else if (is_named(name, "x-wp-total") && out->total < 0)
		out->total = read_number(value, INT32_MAX);
	else if (is_named(name, "retry-after") && out->retry_after < 0)
		out->retry_after = (int)read_number(value, 86400);
}

bool
http_headers_parse(StrView raw, HttpHeaders *out, Err *err)
{
	HttpHeaders headers = {.total = -1, .retry_after = -1};
	StrView line;
	while (sv_split(&raw, '\n', &line))
		take_line(&headers, line);
	if (!str_ok(&headers.content_type, err) || !str_ok(&headers.location, err) || !str_ok(&headers.api_root, err)) {
		http_headers_free(&headers);
		return false;
	}
	*out = headers;
	return true;
}

void
http_headers_free(HttpHeaders *headers)
{
	str_free(&headers->content_type);
	str_free(&headers->location);
	str_free(&headers->api_root);
	*headers = (HttpHeaders){.total = -1, .retry_after = -1};
}
