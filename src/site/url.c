/* Web addresses: reads, normalises and resolves them. */
#include "url.h"

#include <string.h>

enum { URL_MAX = 4096 };

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool
starts_nocase(StrView s, const char *prefix)
{
	size_t len = strlen(prefix);
	for (size_t i = 0; i < len; i++)
		if (i >= s.len || lower(s.ptr[i]) != prefix[i])
			return false;
	return true;
}

static bool
refuse(StrView typed, Err *err)
{
	Str text = str_from(typed);
	err_set(err, ERR_USAGE, "'%s' is not a web address: write it as https://blog.example.org", str_c(&text));
	str_free(&text);
	return false;
}

static void
append_hex(Str *out, unsigned char byte)
{
	str_append_byte(out, '%');
	str_append_byte(out, "0123456789ABCDEF"[byte >> 4]);
	str_append_byte(out, "0123456789ABCDEF"[byte & 15]);
}

/* Path and query, as typed but for what may not stand in a request line. */
static void
append_tail(Str *out, StrView tail)
{
	for (size_t i = 0; i < tail.len; i++) {
		unsigned char c = (unsigned char)tail.ptr[i];
		if (c <= ' ' || c >= 0x7F || strchr("\"<>\\^`{|}", c) != NULL)
			append_hex(out, c);
		else
			str_append_byte(out, (char)c);
	}
}

static bool
append_host(Str *out, StrView host)
{
	bool v6 = host.len > 2 && host.ptr[0] == '[' && host.ptr[host.len - 1] == ']';
	for (size_t i = 0; i < host.len; i++) {
		char c = host.ptr[i];
		bool good = v6 ? is_digit(c) || is_letter(c) || strchr("[]:.", c) != NULL
			       : is_digit(c) || is_letter(c) || c == '-' || c == '.' || c == '_' || (c & 0x80) != 0;
		if (!good)
			return false;
		str_append_byte(out, lower(c));
	}
	return host.len > 0;
}

/* ":8080" without the colon; the default port of the scheme is left out. */
static bool
append_port(Str *out, StrView digits, bool secure)
{
	unsigned port = 0;
	for (size_t i = 0; i < digits.len; i++) {
		if (!is_digit(digits.ptr[i]) || i >= 5)
			return false;
		port = port * 10 + (unsigned)(digits.ptr[i] - '0');
	}
	if (digits.len == 0 || port == (secure ? 443 : 80))
		return true;
	str_printf(out, ":%u", port);
	return port > 0 && port <= 65535;
}

static bool
has_controls(StrView s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] < ' ' || s.ptr[i] == 0x7F)
			return true;
	return false;
}

static size_t
first_of(StrView s, const char *set, size_t from)
{
	while (from < s.len && strchr(set, s.ptr[from]) == NULL)
		from++;
	return from;
}

static bool
read_parts(StrView typed, Url *url)
{
	bool secure = starts_nocase(typed, "https://");
	StrView rest = sv_slice(typed, secure ? 8 : 7, SIZE_MAX);
	rest = sv_slice(rest, 0, first_of(rest, "#", 0));
	size_t end = first_of(rest, "/?", 0);
	StrView authority = sv_slice(rest, 0, end), tail = sv_slice(rest, end, SIZE_MAX);
	size_t colon = authority.len;
	while (colon > 0 && is_digit(authority.ptr[colon - 1]))
		colon--;
	bool has_port = colon > 0 && authority.ptr[colon - 1] == ':';
	StrView host = sv_slice(authority, 0, has_port ? colon - 1 : authority.len);
	str_append_c(&url->text, secure ? "https://" : "http://");
	url->host_start = url->text.len;
	if (!append_host(&url->text, host))
		return false;
	url->host_end = url->text.len;
	if (has_port && !append_port(&url->text, sv_slice(authority, colon, SIZE_MAX), secure))
		return false;
	url->origin_end = url->text.len;
	if (tail.len == 0 || tail.ptr[0] != '/')
		str_append_byte(&url->text, '/');
	append_tail(&url->text, tail);
	url->path_end = first_of(str_view(&url->text), "?", url->origin_end);
	return true;
}

bool
url_parse(StrView typed, Url *out, Err *err)
{
	StrView trimmed = sv_trim(typed);
	if (trimmed.len > URL_MAX || has_controls(trimmed) ||
		!(starts_nocase(trimmed, "http://") || starts_nocase(trimmed, "https://")))
		return refuse(typed, err);
	Url url = {0};
	bool good = read_parts(trimmed, &url);
	if (!str_ok(&url.text, err) || !good) {
		url_free(&url);
		return good ? false : refuse(typed, err);
	}
	*out = url;
	return true;
}

bool
url_resolve(const Url *base, StrView reference, Url *out, Err *err)
{
	StrView ref = sv_trim(reference), text = url_text(base);
	if (starts_nocase(ref, "http://") || starts_nocase(ref, "https://"))
		return url_parse(ref, out, err);
	size_t colon = first_of(ref, ":/?#", 0);
	if (colon < ref.len && ref.ptr[colon] == ':')
		return refuse(ref, err);
	Str full = {0};
	if (sv_starts(ref, SV("//"))) {
		str_append(&full, sv_slice(text, 0, url_is_secure(base) ? 6 : 5));
	} else if (sv_starts(ref, SV("/"))) {
		str_append(&full, url_origin(base));
	} else if (ref.len == 0 || ref.ptr[0] == '?' || ref.ptr[0] == '#') {
		str_append(&full, sv_slice(text, 0, base->path_end));
	} else {
		size_t slash = base->path_end;
		while (text.ptr[slash - 1] != '/')
			slash--;
		str_append(&full, sv_slice(text, 0, slash));
	}
	str_append(&full, ref);
	bool done = str_ok(&full, err) && url_parse(str_view(&full), out, err);
	str_free(&full);
	return done;
}

void
url_free(Url *url)
{
	str_free(&url->text);
	*url = (Url){0};
}

StrView
url_text(const Url *url)
{
	return str_view(&url->text);
}

StrView
url_origin(const Url *url)
{
	return sv_slice(url_text(url), 0, url->origin_end);
}

StrView
url_host(const Url *url)
{
	return sv_slice(url_text(url), url->host_start, url->host_end);
}

StrView
url_path(const Url *url)
{
	return sv_slice(url_text(url), url->origin_end, url->path_end);
}

bool
url_is_secure(const Url *url)
{
	return sv_starts(url_text(url), SV("https://"));
}

/* Exactly 127.a.b.c: "127.evil.example" is a name like any other. */
static bool
is_loopback_v4(StrView host)
{
	StrView part;
	int parts = 0;
	bool first = true;
	while (sv_split(&host, '.', &part)) {
		unsigned n = 0;
		for (size_t i = 0; i < part.len; i++) {
			if (!is_digit(part.ptr[i]) || i >= 3)
				return false;
			n = n * 10 + (unsigned)(part.ptr[i] - '0');
		}
		if (part.len == 0 || n > 255 || (first && n != 127))
			return false;
		first = false;
		parts++;
	}
	return parts == 4;
}

bool
url_is_loopback(const Url *url)
{
	StrView host = url_host(url);
	return sv_equal(host, SV("localhost")) || sv_equal(host, SV("[::1]")) || is_loopback_v4(host);
}

static void
encode_but(Str *out, StrView text, const char *plain)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];
		if (is_digit(c) || is_letter(c) || (c != '\0' && strchr(plain, c) != NULL))
			str_append_byte(out, c);
		else
			append_hex(out, (unsigned char)c);
	}
}

void
url_encode(Str *out, StrView text)
{
	encode_but(out, text, "-._~");
}

void
url_encode_path(Str *out, StrView path)
{
	encode_but(out, path, "-._~/");
}

static int
hex_value(char c)
{
	if (is_digit(c))
		return c - '0';
	c = lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

void
url_decode(Str *out, StrView text)
{
	for (size_t i = 0; i < text.len; i++) {
		int high = text.ptr[i] == '%' && i + 2 < text.len ? hex_value(text.ptr[i + 1]) : -1;
		int low = high >= 0 ? hex_value(text.ptr[i + 2]) : -1;
		if (low >= 0) {
			str_append_byte(out, (char)(high << 4 | low));
			i += 2;
		} else {
			str_append_byte(out, text.ptr[i]);
		}
	}
}
