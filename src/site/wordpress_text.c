/* WordPress' text: HTML in names and messages made plain, plain titles made HTML, slugs cut to length. */
#include "wordpress.h"

#include <ctype.h>
#include <string.h>

enum { SLUG_MAX = 200, ENTITY_MAX = 10 };

typedef struct Entity {
	const char *name;
	uint32_t rune;
} Entity;

static const Entity ENTITIES[] = {
	{"amp", '&'},
	{"lt", '<'},
	{"gt", '>'},
	{"quot", '"'},
	{"apos", '\''},
	{"nbsp", ' '},
	{"hellip", 0x2026},
	{"lsquo", 0x2018},
	{"rsquo", 0x2019},
	{"ldquo", 0x201C},
	{"rdquo", 0x201D},
	{"ndash", 0x2013},
	{"mdash", 0x2014},
	{"laquo", 0xAB},
	{"raquo", 0xBB},
};

static uint32_t
read_number(StrView digits, int base)
{
	uint32_t value = 0;
	for (size_t i = 0; i < digits.len; i++) {
		char c = digits.ptr[i];
		const char *all = "0123456789abcdef";
		const char *at = c == '\0' ? NULL : strchr(all, c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c);
		if (at == NULL || at - all >= base)
			return 0;
		value = value * (uint32_t)base + (uint32_t)(at - all);
		if (value > 0x10FFFF)
			return 0;
	}
	return value;
}

/* The character that "&name;" at the start of `s` stands for, and its length; 0 when it is no entity. */
static size_t
read_entity(StrView s, uint32_t *rune)
{
	size_t end = sv_find(sv_slice(s, 0, ENTITY_MAX), SV(";"), 0);
	if (end == SIZE_MAX || end < 2)
		return 0;
	StrView name = sv_slice(s, 1, end);
	*rune = 0;
	if (sv_starts(name, SV("#x")) || sv_starts(name, SV("#X")))
		*rune = read_number(sv_slice(name, 2, SIZE_MAX), 16);
	else if (sv_starts(name, SV("#")))
		*rune = read_number(sv_slice(name, 1, SIZE_MAX), 10);
	for (size_t i = 0; *rune == 0 && i < sizeof ENTITIES / sizeof ENTITIES[0]; i++)
		if (sv_equal(name, sv(ENTITIES[i].name)))
			*rune = ENTITIES[i].rune;
	return *rune == 0 ? 0 : end + 1;
}

/* The length of a tag at the start of `s`; 0 when "<" is only a sign. */
static size_t
tag_length(StrView s)
{
	char next = s.len > 1 ? s.ptr[1] : ' ';
	if (!((next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z') || next == '/' || next == '!'))
		return 0;
	size_t end = sv_find(s, SV(">"), 0);
	return end == SIZE_MAX ? 0 : end + 1;
}

void
wp_plain(Str *out, StrView html)
{
	for (size_t i = 0; i < html.len;) {
		StrView rest = sv_slice(html, i, SIZE_MAX);
		uint32_t rune = 0;
		size_t len = html.ptr[i] == '&' ? read_entity(rest, &rune) : 0;
		if (len > 0)
			str_append_rune(out, rune);
		else if (html.ptr[i] == '<')
			len = tag_length(rest);
		if (len == 0) {
			str_append_byte(out, html.ptr[i]);
			len = 1;
		}
		i += len;
	}
}

/* Whether a browser would read more than the sign itself at this "&". */
static bool
looks_like_entity(StrView s)
{
	size_t end = 1;
	while (end < s.len && (s.ptr[end] == '#' || isalnum((unsigned char)s.ptr[end])))
		end++;
	return end > 1 && end < s.len && s.ptr[end] == ';';
}

void
wp_escape(Str *out, StrView plain)
{
	for (size_t i = 0; i < plain.len; i++) {
		char c = plain.ptr[i];
		if (c == '<')
			str_append_c(out, "&lt;");
		else if (c == '>')
			str_append_c(out, "&gt;");
		else if (c == '&' && looks_like_entity(sv_slice(plain, i, SIZE_MAX)))
			str_append_c(out, "&amp;");
		else
			str_append_byte(out, c);
	}
}

void
wp_cut_slug(Str *out, StrView slug)
{
	size_t used = 0, end = 0;
	while (end < slug.len) {
		size_t next = cluster_next(slug, end);
		for (size_t i = end; i < next; i++)
			used += (slug.ptr[i] & 0x80) != 0 ? 3 : 1;
		if (used > SLUG_MAX)
			break;
		end = next;
	}
	while (end > 0 && end < slug.len && slug.ptr[end - 1] == '-')
		end--;
	str_append(out, sv_slice(slug, 0, end));
}

/* The value of an attribute inside one tag, quoted either way. */
static bool
find_attribute(StrView tag, StrView name, StrView *value)
{
	for (size_t at = 0; (at = sv_find(tag, name, at)) != SIZE_MAX; at += name.len) {
		StrView rest = sv_slice(tag, at + name.len, SIZE_MAX);
		if (rest.len < 2 || rest.ptr[0] != '=' || (rest.ptr[1] != '"' && rest.ptr[1] != '\''))
			continue;
		size_t end = sv_find(rest, rest.ptr[1] == '"' ? SV("\"") : SV("'"), 2);
		if (end == SIZE_MAX)
			return false;
		*value = sv_slice(rest, 2, end);
		return true;
	}
	return false;
}

bool
wp_find_api_link(StrView html, Str *out)
{
	for (size_t at = 0; (at = sv_find(html, SV("<link "), at)) != SIZE_MAX; at++) {
		StrView tag = sv_slice(html, at, sv_find(html, SV(">"), at)), value;
		if (!find_attribute(tag, SV(" rel"), &value) || !sv_equal(value, SV("https://api.w.org/")))
			continue;
		if (!find_attribute(tag, SV(" href"), &value))
			continue;
		wp_plain(out, value);
		return true;
	}
	return false;
}
