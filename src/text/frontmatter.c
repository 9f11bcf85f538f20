/* Front matter: the part of YAML that blogs use, at the head of a Markdown file. */
#include "meok/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef enum Field {
	FIELD_TITLE,
	FIELD_SUBTITLE,
	FIELD_KEYWORDS,
	FIELD_WORK,
	FIELD_COMMENTS,
	FIELD_DATE,
	FIELD_SITE,
	FIELD_UNKNOWN,
} Field;

static const struct {
	const char *name;
	Field field;
} names[] = {
	{"title", FIELD_TITLE},
	{"제목", FIELD_TITLE},
	{"subtitle", FIELD_SUBTITLE},
	{"description", FIELD_SUBTITLE},
	{"소제목", FIELD_SUBTITLE},
	{"부제", FIELD_SUBTITLE},
	{"부제목", FIELD_SUBTITLE},
	{"keywords", FIELD_KEYWORDS},
	{"tags", FIELD_KEYWORDS},
	{"키워드", FIELD_KEYWORDS},
	{"태그", FIELD_KEYWORDS},
	{"work", FIELD_WORK},
	{"series", FIELD_WORK},
	{"category", FIELD_WORK},
	{"categories", FIELD_WORK},
	{"작품", FIELD_WORK},
	{"comments", FIELD_COMMENTS},
	{"댓글", FIELD_COMMENTS},
	{"date", FIELD_DATE},
	{"날짜", FIELD_DATE},
	{"site", FIELD_SITE},
	{"블로그", FIELD_SITE},
};

/* One field while its value is read: a scalar, or items. */
typedef struct Reading {
	FrontMatter *out;
	size_t line;   /* number of the current line, the opening --- is 1 */
	size_t opened; /* line of the field's name */
	bool open;     /* a field has been named */
	Field field;
	bool is_list;
	Str scalar;
	StrList items;
	Err *err;
} Reading;

static bool
fail(Reading *r, size_t line, const char *what)
{
	char number[24];
	snprintf(number, sizeof number, "%zu", line);
	if (strcmp(what, "quote") == 0)
		return err_set(r->err, ERR_USAGE, "line %s of the front matter: a quote is not closed", number);
	if (strcmp(what, "list") == 0)
		return err_set(r->err, ERR_USAGE, "line %s of the front matter: a list in [ ] is not closed", number);
	if (strcmp(what, "comments") == 0)
		return err_set(r->err, ERR_USAGE, "line %s of the front matter: comments are true or false", number);
	if (strcmp(what, "date") == 0)
		return err_set(r->err, ERR_USAGE,
			"line %s of the front matter: a date looks like 2026-01-03 or 2026-01-03T09:00:00+09:00",
			number);
	if (strcmp(what, "behind") == 0)
		return err_set(r->err, ERR_USAGE,
			"line %s of the front matter: put the whole value in quotes, not its beginning only", number);
	return err_set(r->err, ERR_USAGE, "line %s of the front matter: a line is a name, a colon and a value", number);
}

/* ---- Scalars ---- */

/* What stands for `\c` in double quotes, hexadecimal digits included; *pos is at c and moves to the last byte taken. */
static void
append_escape(StrView text, size_t *pos, Str *out)
{
	static const char kinds[] = "xuU";
	char c = text.ptr[*pos], digits[9] = "", *end = digits;
	const char *kind = strchr(kinds, c);
	size_t count = c == '\0' || kind == NULL ? 0 : (size_t)2 << (kind - kinds);
	if (count > 0 && *pos + count < text.len) {
		memcpy(digits, text.ptr + *pos + 1, count);
		for (end = digits;
			(*end >= '0' && *end <= '9') || (*end >= 'a' && *end <= 'f') || (*end >= 'A' && *end <= 'F');
			end++)
			;
	}
	if (count > 0 && end == digits + count) {
		unsigned long rune = strtoul(digits, NULL, 16);
		str_append_rune(out, rune < 0x20 && rune != '\t' && rune != '\n' ? 0xFFFD : (uint32_t)rune);
		*pos += count;
	} else {
		str_append_byte(out, (char)(c == 'n' ? '\n' : c == 't' ? '\t' : c));
	}
}

/* A quoted scalar at the start of *rest, which moves behind it. */
static bool
take_quoted(StrView *rest, Str *out)
{
	char quote = rest->ptr[0];
	for (size_t i = 1; i < rest->len; i++) {
		char c = rest->ptr[i];
		char next = i + 1 < rest->len ? rest->ptr[i + 1] : '\0';
		if (quote == '\'' && c == '\'' && next == '\'') {
			str_append_byte(out, '\'');
			i++;
		} else if (quote == '"' && c == '\\' && next != '\0') {
			i++;
			append_escape(*rest, &i, out);
		} else if (c == quote) {
			*rest = sv_slice(*rest, i + 1, rest->len);
			return true;
		} else {
			str_append_byte(out, c);
		}
	}
	return false;
}

/* Up to a comment: " #" in a plain scalar. */
static StrView
without_comment(StrView text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] == '#' && (i == 0 || text.ptr[i - 1] == ' ' || text.ptr[i - 1] == '\t'))
			return sv_trim(sv_slice(text, 0, i));
	return sv_trim(text);
}

static bool
is_quote(StrView text)
{
	return text.len > 0 && (text.ptr[0] == '"' || text.ptr[0] == '\'');
}

static bool
take_scalar(Reading *r, StrView text, Str *out)
{
	if (!is_quote(text)) {
		str_append(out, without_comment(text));
		return true;
	}
	StrView rest = text;
	if (!take_quoted(&rest, out))
		return fail(r, r->line, "quote");
	rest = without_comment(rest);
	return rest.len == 0 ? true : fail(r, r->line, "behind");
}

/* [a, "b, c", d] */
static bool
take_flow_list(Reading *r, StrView text)
{
	StrView rest = sv_slice(text, 1, text.len);
	for (;;) {
		Str item = {0};
		rest = sv_trim(rest);
		if (is_quote(rest)) {
			if (!take_quoted(&rest, &item)) {
				str_free(&item);
				return fail(r, r->line, "quote");
			}
			rest = sv_trim(rest);
		} else {
			size_t len = 0;
			while (len < rest.len && rest.ptr[len] != ',' && rest.ptr[len] != ']')
				len++;
			str_append(&item, sv_trim(sv_slice(rest, 0, len)));
			rest = sv_slice(rest, len, rest.len);
		}
		if (item.len > 0 || item.failed)
			list_take(&r->items, &item);
		str_free(&item);
		if (rest.len == 0 || (rest.ptr[0] != ',' && rest.ptr[0] != ']'))
			return fail(r, r->line, "list");
		bool end = rest.ptr[0] == ']';
		rest = sv_slice(rest, 1, rest.len);
		if (end)
			return without_comment(rest).len == 0 ? true : fail(r, r->line, "list");
	}
}

/* ---- Fields ---- */

static bool
is_word_of(StrView word, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (sv_equal(word, sv(words[i])))
			return true;
	return false;
}

static bool
set_comments(Reading *r, StrView word)
{
	static const char *const yes[] = {"true", "on", "yes", "open", "켬", "True", "Yes", "On"};
	static const char *const no[] = {"false", "off", "no", "closed", "끔", "False", "No", "Off"};
	if (word.len == 0)
		return true;
	r->out->has_comments = true;
	r->out->comments_open = is_word_of(word, yes, sizeof yes / sizeof yes[0]);
	if (!r->out->comments_open && !is_word_of(word, no, sizeof no / sizeof no[0]))
		return fail(r, r->opened, "comments");
	return true;
}

static void
set_text(Reading *r, bool *has, Str *to)
{
	StrView value = r->is_list && r->items.len > 0 ? str_view(&r->items.items[0]) : str_view(&r->scalar);
	if (value.len == 0)
		return;
	*has = true;
	str_set(to, value);
}

/* Keywords as one scalar are parted by commas. */
static void
set_keywords(Reading *r)
{
	if (!r->is_list) {
		StrView rest = str_view(&r->scalar), part;
		while (sv_split(&rest, ',', &part))
			if (sv_trim(part).len > 0)
				list_append(&r->items, sv_trim(part));
	}
	r->out->has_keywords = true;
	list_copy(&r->out->keywords, &r->items);
}

static bool
close_field(Reading *r)
{
	if (!r->open)
		return true;
	r->open = false;
	FrontMatter *out = r->out;
	bool ok = true;
	switch (r->field) {
	case FIELD_TITLE:
		set_text(r, &out->has_title, &out->title);
		break;
	case FIELD_SUBTITLE:
		set_text(r, &out->has_subtitle, &out->subtitle);
		break;
	case FIELD_WORK:
		set_text(r, &out->has_work, &out->work);
		break;
	case FIELD_SITE:
		set_text(r, &out->has_site, &out->site);
		break;
	case FIELD_KEYWORDS:
		set_keywords(r);
		break;
	case FIELD_COMMENTS:
		ok = set_comments(r, str_view(&r->scalar));
		break;
	case FIELD_DATE:
		out->has_date = r->scalar.len > 0;
		ok = !out->has_date || time_parse(str_view(&r->scalar), &out->date_ms) || fail(r, r->opened, "date");
		break;
	case FIELD_UNKNOWN:
		break;
	}
	str_clear(&r->scalar);
	list_free(&r->items);
	return ok;
}

static Field
field_of(StrView name)
{
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (unicode_same(name, sv(names[i].name)))
			return names[i].field;
	return FIELD_UNKNOWN;
}

/* "name: value", "- item" below a name, or what belongs to a field that meok does not know. */
static bool
read_line(Reading *r, StrView line)
{
	StrView text = sv_trim(line);
	bool indented = line.len > 0 && (line.ptr[0] == ' ' || line.ptr[0] == '\t');
	if (text.len == 0 || text.ptr[0] == '#')
		return true;
	bool dash = sv_starts(text, SV("- ")) || sv_equal(text, SV("-"));
	bool closing = text.ptr[0] == ']' || text.ptr[0] == '}';
	if (r->open && r->field == FIELD_UNKNOWN && (indented || dash || closing))
		return true;
	if (r->open && dash && r->scalar.len == 0) {
		Str item = {0};
		r->is_list = true;
		bool ok = take_scalar(r, sv_trim(sv_slice(text, 1, text.len)), &item);
		if (ok && item.len > 0)
			list_take(&r->items, &item);
		str_free(&item);
		return ok;
	}
	size_t colon = sv_find(text, SV(":"), 0);
	bool named = colon != SIZE_MAX && colon > 0 && !indented &&
		     (colon + 1 == text.len || text.ptr[colon + 1] == ' ' || text.ptr[colon + 1] == '\t');
	if (!named)
		return fail(r, r->line, "line");
	if (!close_field(r))
		return false;
	StrView name = sv_trim(sv_slice(text, 0, colon)), value = sv_trim(sv_slice(text, colon + 1, text.len));
	r->field = field_of(name);
	r->open = true;
	r->opened = r->line;
	r->is_list = sv_starts(value, SV("["));
	if (r->field == FIELD_UNKNOWN) {
		list_append(&r->out->unknown, name);
		return true;
	}
	return r->is_list ? take_flow_list(r, value) : take_scalar(r, value, &r->scalar);
}

/* ---- The head ---- */

static bool
is_fence(StrView line)
{
	while (line.len > 0 && (line.ptr[line.len - 1] == ' ' || line.ptr[line.len - 1] == '\t'))
		line.len--;
	return sv_equal(line, SV("---"));
}

/* A --- that is followed by a blank line or never closed is a rule, not front matter. */
static bool
find_head(StrView text, StrView *head, StrView *body)
{
	StrView rest = text, line;
	if (!sv_split(&rest, '\n', &line) || !is_fence(line))
		return false;
	const char *start = rest.ptr;
	for (bool first = true; sv_split(&rest, '\n', &line); first = false) {
		if (first && sv_trim(line).len == 0)
			return false;
		if (!is_fence(line))
			continue;
		*head = (StrView){start, (size_t)(line.ptr - start)};
		*body = rest.ptr == NULL ? (StrView){text.ptr + text.len, 0} : rest;
		return true;
	}
	return false;
}

static bool
copies_are_whole(const FrontMatter *out, Err *err)
{
	return str_ok(&out->title, err) && str_ok(&out->subtitle, err) && str_ok(&out->work, err) &&
	       str_ok(&out->site, err) && list_ok(&out->keywords, err) && list_ok(&out->unknown, err);
}

bool
frontmatter_parse(StrView text, FrontMatter *out, StrView *body, Err *err)
{
	StrView head, line, rest;
	FrontMatter front = {0};
	if (!find_head(text, &head, &rest)) {
		*body = text;
		*out = front;
		return true;
	}
	Reading reading = {.out = &front, .line = 1, .err = err};
	bool ok = true;
	while (ok && sv_split(&head, '\n', &line)) {
		reading.line++;
		ok = read_line(&reading, line) && str_ok(&reading.scalar, err) && list_ok(&reading.items, err);
	}
	ok = ok && close_field(&reading) && copies_are_whole(&front, err);
	str_free(&reading.scalar);
	list_free(&reading.items);
	if (ok) {
		*out = front;
		*body = rest;
	} else {
		frontmatter_free(&front);
	}
	return ok;
}

void
frontmatter_free(FrontMatter *front)
{
	str_free(&front->title);
	str_free(&front->subtitle);
	str_free(&front->work);
	str_free(&front->site);
	list_free(&front->keywords);
	list_free(&front->unknown);
	*front = (FrontMatter){0};
}
