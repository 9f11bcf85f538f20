/* What raw HTML in Markdown opens and closes, so that the block editor is never given half an element. */
#include "markup.h"

#include <string.h>
#include <strings.h>

enum { NAME_MAX_LEN = 32 };

static bool
is_among(const char *name, const char *const *names)
{
	for (; *names != NULL; names++)
		if (strcmp(name, *names) == 0)
			return true;
	return false;
}

static bool
is_void(const char *name)
{
	static const char *const names[] = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta",
		"param", "source", "track", "wbr", NULL};
	return is_among(name, names);
}

/* Elements that neither end a paragraph nor change how what follows is read. */
static bool
is_phrasing(const char *name)
{
	static const char *const names[] = {"a", "abbr", "b", "bdi", "bdo", "big", "br", "cite", "code", "data", "del",
		"dfn", "em", "font", "i", "img", "ins", "kbd", "mark", "q", "rp", "rt", "ruby", "s", "samp", "small",
		"span", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr", NULL};
	return is_among(name, names);
}

/* Elements in which a < is text. */
static bool
holds_text(const char *name)
{
	static const char *const names[] = {
		"iframe", "noembed", "noframes", "script", "style", "textarea", "title", "xmp", NULL};
	return is_among(name, names);
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The name at `pos` in small letters, cut when it is long; moves pos behind it. */
static void
take_name(StrView html, size_t *pos, char name[NAME_MAX_LEN + 1])
{
	size_t len = 0;
	for (; *pos < html.len && strchr(" \t\n\f\r/>", html.ptr[*pos]) == NULL; (*pos)++) {
		char c = html.ptr[*pos];
		if (len < NAME_MAX_LEN)
			name[len++] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
	}
	name[len] = '\0';
}

/* Moves pos behind the > of a tag, over its attributes. */
static bool
skip_attributes(StrView html, size_t *pos, bool *closed)
{
	*closed = false;
	char quote = '\0', last = '\0';
	for (; *pos < html.len; (*pos)++) {
		char c = html.ptr[*pos];
		if (quote != '\0') {
			quote = c == quote ? '\0' : quote;
		} else if (c == '>') {
			*closed = last == '/';
			(*pos)++;
			return true;
		} else if ((c == '"' || c == '\'') && last == '=') {
			quote = c;
		}
		last = strchr(" \t\n\f\r", c) == NULL ? c : last;
	}
	return false;
}

/* Behind the end tag of an element that holds text. */
static bool
skip_text(StrView html, size_t *pos, const char *name)
{
	size_t len = strlen(name);
	while ((*pos = sv_find(html, SV("</"), *pos)) != SIZE_MAX) {
		*pos += 2;
		bool closed;
		if (html.len - *pos > len && strncasecmp(html.ptr + *pos, name, len) == 0 &&
			!is_letter(html.ptr[*pos + len]))
			return skip_attributes(html, pos, &closed);
	}
	return false;
}

/* Behind a comment, a declaration, a processing instruction, CDATA. */
static bool
skip_other(StrView html, size_t *pos)
{
	StrView rest = sv_slice(html, *pos, html.len);
	StrView end = sv_starts(rest, SV("<!--")) ? SV("-->") : SV(">");
	size_t hit = sv_find(html, end, *pos + (end.len == 3 ? 4 : 2));
	*pos = hit == SIZE_MAX ? html.len : hit + end.len;
	return hit != SIZE_MAX;
}

static bool
close_element(Str *open, const char *name)
{
	Str wanted = {0};
	str_printf(&wanted, "/%s", name);
	bool is_last = !wanted.failed && sv_ends(str_view(open), str_view(&wanted));
	if (is_last)
		str_truncate(open, open->len - wanted.len);
	str_free(&wanted);
	return is_last;
}

bool
raw_follow(StrView html, RawPlace place, Str *open)
{
	size_t pos = 0;
	while ((pos = sv_find(html, SV("<"), pos)) != SIZE_MAX) {
		char name[NAME_MAX_LEN + 1], next = pos + 1 < html.len ? html.ptr[pos + 1] : '\0';
		bool ends = next == '/', closed;
		if (next == '!' || next == '?') {
			/* But for comments a browser writes them back as something else. */
			bool comment = sv_starts(sv_slice(html, pos, html.len), SV("<!--"));
			if (!skip_other(html, &pos) || (place == RAW_IN_PARAGRAPH && !comment))
				return false;
			continue;
		}
		pos += ends ? 2 : 1;
		if (pos >= html.len || !is_letter(html.ptr[pos]))
			continue;
		take_name(html, &pos, name);
		if (!skip_attributes(html, &pos, &closed))
			return false;
		if (place == RAW_IN_PARAGRAPH && !is_phrasing(name))
			return false;
		if (ends ? !close_element(open, name) : holds_text(name) && !skip_text(html, &pos, name))
			return false;
		/* <path/> is whole, <b/> is open to every browser. */
		if (!ends && !(closed && !is_phrasing(name)) && !is_void(name) && !holds_text(name))
			str_printf(open, "/%s", name);
	}
	return !open->failed;
}

bool
raw_is_whole(StrView html, RawPlace place)
{
	Str open = {0};
	bool whole = raw_follow(html, place, &open) && open.len == 0;
	str_free(&open);
	return whole;
}

void
raw_append(StrView html, Str *out)
{
	size_t copied = 0;
	for (size_t pos = 0; (pos = sv_find(html, SV("<!--"), pos)) != SIZE_MAX;) {
		pos += 4;
		/* Bytes over 7F: the blanks of Unicode are blanks to the editor too. */
		size_t at = pos;
		while (at < html.len && (strchr(" \t\n\v\f\r", html.ptr[at]) != NULL || (html.ptr[at] & 0x80) != 0))
			at++;
		at += at < html.len && html.ptr[at] == '/' ? 1 : 0;
		if (!sv_starts(sv_slice(html, at, html.len), SV("wp:")))
			continue;
		str_append(out, sv_slice(html, copied, at + 2));
		str_append_byte(out, ' ');
		copied = at + 2;
	}
	str_append(out, sv_slice(html, copied, html.len));
}
