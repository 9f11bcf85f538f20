/* The head of a Markdown file: the part of YAML that blogs use. */
#include "meok/text.h"

#include <stdio.h>

typedef enum FieldKind {
	FIELD_TITLE,
	FIELD_SUBTITLE,
	FIELD_KEYWORDS,
	FIELD_WORK,
	FIELD_COMMENTS,
	FIELD_DATE,
	FIELD_SITE,
	FIELD_KINDS,
} FieldKind;

/* Of two names for the same thing the lower rank wins: a subtitle says it better than a description. */
static const struct {
	const char *name;
	FieldKind kind;
	int rank;
} FIELDS[] = {
	{"title", FIELD_TITLE, 1},
	{"제목", FIELD_TITLE, 1},
	{"subtitle", FIELD_SUBTITLE, 1},
	{"부제", FIELD_SUBTITLE, 1},
	{"부제목", FIELD_SUBTITLE, 1},
	{"소제목", FIELD_SUBTITLE, 1},
	{"description", FIELD_SUBTITLE, 2},
	{"keywords", FIELD_KEYWORDS, 1},
	{"키워드", FIELD_KEYWORDS, 1},
	{"tags", FIELD_KEYWORDS, 2},
	{"태그", FIELD_KEYWORDS, 2},
	{"work", FIELD_WORK, 1},
	{"작품", FIELD_WORK, 1},
	{"series", FIELD_WORK, 2},
	{"categories", FIELD_WORK, 3},
	{"category", FIELD_WORK, 4},
	{"comments", FIELD_COMMENTS, 1},
	{"댓글", FIELD_COMMENTS, 1},
	{"date", FIELD_DATE, 1},
	{"날짜", FIELD_DATE, 1},
	{"site", FIELD_SITE, 1},
	{"블로그", FIELD_SITE, 1},
};

typedef enum ValueForm {
	VALUE_NONE, /* nothing behind the colon: null, or a list of lines follows */
	VALUE_SCALAR,
	VALUE_FOLDED, /* | or >: the indented lines that follow */
	VALUE_LIST,
} ValueForm;

typedef struct Entry {
	StrView name;
	int field; /* index in FIELDS; -1: unknown */
	size_t line;
	ValueForm form;
	bool plain; /* a scalar without quotes */
	StrList values;
} Entry;

typedef struct Parser {
	FrontMatter made;
	const char *set_by[FIELD_KINDS];
	int ranks[FIELD_KINDS]; /* 0: not set */
	Entry entry;
	bool in_entry;
	bool toml;     /* between lines of +++, as hugo writes it: name = value */
	bool in_table; /* of it: what follows belongs to something else */
} Parser;

/* ---- Errors: all of them name the line */

/* An argument of err_set, alive as long as the call. */
typedef struct Argument {
	char text[ERR_ARG_MAX + 8]; /* longer than what an error keeps, so that the error cuts it */
} Argument;

static Argument
number_of(size_t line)
{
	Argument argument;
	snprintf(argument.text, sizeof argument.text, "%zu", line);
	return argument;
}

static Argument
text_of(StrView text)
{
	Argument argument;
	snprintf(argument.text, sizeof argument.text, "%.*s", (int)text.len, text.len > 0 ? text.ptr : "");
	return argument;
}

/* ---- Scalars */

static bool
is_space(char c)
{
	return c == ' ' || c == '\t';
}

static void
skip_spaces(StrView *rest)
{
	while (rest->len > 0 && is_space(rest->ptr[0]))
		*rest = sv_slice(*rest, 1, rest->len);
}

/* Nothing more in the line but perhaps a comment. */
static bool
at_end(StrView rest)
{
	StrView trimmed = sv_trim(rest);
	return trimmed.len == 0 || (trimmed.ptr[0] == '#' && (rest.ptr != trimmed.ptr));
}

static bool
take_hex(StrView *rest, size_t digits, uint32_t *out)
{
	*out = 0;
	if (rest->len < digits)
		return false;
	for (size_t i = 0; i < digits; i++) {
		char c = rest->ptr[i];
		uint32_t digit = c >= '0' && c <= '9'   ? (uint32_t)(c - '0')
				 : c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a' + 10)
				 : c >= 'A' && c <= 'F' ? (uint32_t)(c - 'A' + 10)
							: 16;
		if (digit == 16)
			return false;
		*out = *out * 16 + digit;
	}
	*rest = sv_slice(*rest, digits, rest->len);
	return true;
}

/* What follows a backslash in double quotes. Controls but tab and newline do not get into a text this way. */
static bool
take_escape(StrView *rest, Str *out)
{
	static const struct {
		char letter;
		const char *text;
	} simple[] = {{'n', "\n"}, {'t', "\t"}, {'\t', "\t"}, {' ', " "}, {'"', "\""}, {'/', "/"}, {'\\', "\\"},
		{'_', "\u00a0"}, {'N', "\n"}, {'L', "\n"}, {'P', "\n"}};
	if (rest->len == 0)
		return false;
	char c = rest->ptr[0];
	*rest = sv_slice(*rest, 1, rest->len);
	for (size_t i = 0; i < sizeof simple / sizeof *simple; i++)
		if (simple[i].letter == c) {
			str_append_c(out, simple[i].text);
			return true;
		}
	uint32_t rune;
	size_t digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
	if (digits == 0 || !take_hex(rest, digits, &rune) || (rune < 0x20 && rune != '\t' && rune != '\n'))
		return false;
	str_append_rune(out, rune);
	return true;
}

/* A scalar in quotes, from the opening one on. */
static bool
take_quoted(StrView *rest, size_t line, Str *out, Err *err)
{
	char quote = rest->ptr[0];
	*rest = sv_slice(*rest, 1, rest->len);
	while (rest->len > 0) {
		char c = rest->ptr[0];
		*rest = sv_slice(*rest, 1, rest->len);
		if (c == '\\' && quote == '"') {
			if (!take_escape(rest, out))
				return err_set(err, ERR_USAGE,
					"line %s of the front matter has an unknown escape after \\: "
					"write \\\\ for a backslash",
					number_of(line).text);
		} else if (c != quote) {
			str_append_byte(out, c);
		} else if (quote == '\'' && rest->len > 0 && rest->ptr[0] == quote) {
			str_append_byte(out, quote);
			*rest = sv_slice(*rest, 1, rest->len);
		} else {
			return true;
		}
	}
	return err_set(err, ERR_USAGE,
		"line %s of the front matter opens a quotation mark that it does not close: close it",
		number_of(line).text);
}

/* A scalar without quotes: up to a comment, and in [a, b] up to a comma or the bracket. */
static void
take_plain(StrView *rest, bool in_brackets, Str *out)
{
	size_t len = 0;
	for (; len < rest->len; len++) {
		char c = rest->ptr[len];
		if ((in_brackets && (c == ',' || c == ']')) || (c == '#' && len > 0 && is_space(rest->ptr[len - 1])))
			break;
	}
	str_append(out, sv_trim(sv_slice(*rest, 0, len)));
	*rest = sv_slice(*rest, len, rest->len);
}

static bool
take_scalar(StrView *rest, size_t line, bool in_brackets, bool *plain, Str *out, Err *err)
{
	skip_spaces(rest);
	*plain = rest->len == 0 || (rest->ptr[0] != '"' && rest->ptr[0] != '\'');
	if (!*plain)
		return take_quoted(rest, line, out, err);
	take_plain(rest, in_brackets, out);
	return true;
}

/* One scalar that takes the rest of a line. */
static bool
take_line_scalar(Entry *entry, StrView rest, size_t line, Err *err)
{
	Str value = {0};
	bool ok = take_scalar(&rest, line, false, &entry->plain, &value, err);
	if (ok && !at_end(rest) && !entry->plain)
		ok = err_set(err, ERR_USAGE,
			"line %s of the front matter goes on after the closing quotation mark: put all of it into "
			"quotes",
			number_of(line).text);
	if (ok)
		list_take(&entry->values, &value);
	str_free(&value);
	return ok;
}

/* [a, "b, c", 'd'] */
static bool
take_brackets(Entry *entry, StrView rest, Err *err)
{
	rest = sv_slice(rest, 1, rest.len);
	for (;;) {
		skip_spaces(&rest);
		if (rest.len > 0 && rest.ptr[0] == ']')
			break;
		Str value = {0};
		bool plain, ok = take_scalar(&rest, entry->line, true, &plain, &value, err);
		if (ok && (value.len > 0 || !plain))
			list_take(&entry->values, &value);
		str_free(&value);
		skip_spaces(&rest);
		if (!ok)
			return false;
		if (rest.len == 0 || (rest.ptr[0] != ',' && rest.ptr[0] != ']'))
			return err_set(err, ERR_USAGE,
				"line %s of the front matter has a list that does not end: close it with ] in the same "
				"line",
				number_of(entry->line).text);
		if (rest.ptr[0] == ',')
			rest = sv_slice(rest, 1, rest.len);
	}
	rest = sv_slice(rest, 1, rest.len);
	return at_end(rest) ||
	       err_set(err, ERR_USAGE,
		       "line %s of the front matter goes on after its list: put all of it into the brackets",
		       number_of(entry->line).text);
}

/* ---- Fields */

static bool
is_word(StrView value, const char *const *words)
{
	for (; *words != NULL; words++)
		if (unicode_same(value, sv(*words)))
			return true;
	return false;
}

static bool
set_comments(Parser *p, StrView value, Err *err)
{
	static const char *const open[] = {"true", "on", "open", "yes", "켬", NULL};
	static const char *const closed[] = {"false", "off", "closed", "no", "끔", NULL};
	if (!is_word(value, open) && !is_word(value, closed))
		return err_set(err, ERR_USAGE, "line %s of the front matter says %s for comments: write on or off",
			number_of(p->entry.line).text, text_of(value).text);
	p->made.comments_open = is_word(value, open);
	p->made.has_comments = true;
	return true;
}

static bool
set_date(Parser *p, StrView value, Err *err)
{
	if (!time_parse(value, &p->made.date_ms))
		return err_set(err, ERR_USAGE,
			"line %s of the front matter has a date that is none, %s: write 2026-01-03 or "
			"2026-01-03T09:00:00+09:00",
			number_of(p->entry.line).text, text_of(value).text);
	p->made.has_date = true;
	return true;
}

static void
add_keyword(StrList *keywords, StrView keyword)
{
	keyword = sv_trim(keyword);
	if (keyword.len > 0 && !list_has(keywords, keyword))
		list_append(keywords, keyword);
}

static bool
set_keywords(Parser *p)
{
	const Entry *entry = &p->entry;
	list_free(&p->made.keywords);
	for (size_t i = 0; i < entry->values.len; i++) {
		StrView rest = str_view(&entry->values.items[i]), part;
		if (entry->form == VALUE_LIST || !entry->plain) {
			add_keyword(&p->made.keywords, rest);
			continue;
		}
		while (sv_split(&rest, ',', &part))
			add_keyword(&p->made.keywords, part);
	}
	p->made.has_keywords = true;
	return true;
}

static bool
set_text(bool *has, Str *field, StrView value)
{
	str_set(field, value);
	*has = true;
	return true;
}

static bool
set_field(Parser *p, FieldKind kind, Err *err)
{
	StrView value = p->entry.values.len > 0 ? str_view(&p->entry.values.items[0]) : (StrView){NULL, 0};
	FrontMatter *made = &p->made;
	switch (kind) {
	case FIELD_TITLE:
		return set_text(&made->has_title, &made->title, value);
	case FIELD_SUBTITLE:
		return set_text(&made->has_subtitle, &made->subtitle, value);
	case FIELD_WORK:
		return set_text(&made->has_work, &made->work, value);
	case FIELD_SITE:
		return set_text(&made->has_site, &made->site, value);
	case FIELD_KEYWORDS:
		return set_keywords(p);
	case FIELD_COMMENTS:
		return set_comments(p, value, err);
	case FIELD_DATE:
		return set_date(p, value, err);
	case FIELD_KINDS:
		break;
	}
	return true;
}

static bool
is_null(const Entry *entry)
{
	static const char *const words[] = {"~", "null", NULL};
	if (entry->form == VALUE_NONE)
		return true;
	StrView value = entry->values.len > 0 ? str_view(&entry->values.items[0]) : (StrView){NULL, 0};
	return entry->form == VALUE_SCALAR && entry->plain && (value.len == 0 || is_word(value, words));
}

/* Takes over what an entry says. */
static bool
accept_entry(Parser *p, Err *err)
{
	const Entry *entry = &p->entry;
	if (entry->field < 0) {
		list_append(&p->made.unknown, entry->name);
		return true;
	}
	FieldKind kind = FIELDS[entry->field].kind;
	int rank = FIELDS[entry->field].rank;
	if (is_null(entry))
		return true;
	if (entry->form == VALUE_LIST && kind != FIELD_KEYWORDS && kind != FIELD_WORK)
		return err_set(err, ERR_USAGE, "line %s of the front matter makes %s a list: write one value",
			number_of(entry->line).text, text_of(entry->name).text);
	if (rank == p->ranks[kind])
		return err_set(err, ERR_USAGE, "line %s of the front matter gives %s a second time: remove one",
			number_of(entry->line).text, text_of(entry->name).text);
	if (p->ranks[kind] != 0 && rank > p->ranks[kind]) {
		list_append(&p->made.unknown, entry->name);
		return true;
	}
	if (p->ranks[kind] != 0)
		list_append(&p->made.unknown, sv(p->set_by[kind]));
	p->ranks[kind] = rank;
	p->set_by[kind] = FIELDS[entry->field].name;
	return set_field(p, kind, err);
}

static bool
end_entry(Parser *p, Err *err)
{
	bool ok = !p->in_entry || accept_entry(p, err);
	list_free(&p->entry.values);
	p->entry = (Entry){0};
	p->in_entry = false;
	return ok;
}

/* ---- Lines */

static int
find_field(StrView name)
{
	for (size_t i = 0; i < sizeof FIELDS / sizeof *FIELDS; i++)
		if (unicode_same(name, sv(FIELDS[i].name)))
			return (int)i;
	return -1;
}

/* "name: value", or "name = value"; a name may stand in quotes. */
static bool
split_name(StrView line, bool toml, StrView *name, StrView *value)
{
	size_t colon = 0;
	while (colon < line.len &&
		!(toml ? line.ptr[colon] == '='
		       : line.ptr[colon] == ':' && (colon + 1 == line.len || is_space(line.ptr[colon + 1]))))
		colon++;
	*name = sv_trim(sv_slice(line, 0, colon));
	*value = sv_slice(line, colon + 1, line.len);
	if (name->len >= 2 && (name->ptr[0] == '"' || name->ptr[0] == '\'') && name->ptr[name->len - 1] == name->ptr[0])
		*name = sv_slice(*name, 1, name->len - 1);
	return colon < line.len && name->len > 0;
}

static bool
begin_entry(Parser *p, StrView line, size_t number, Err *err)
{
	StrView value;
	if (!end_entry(p, err))
		return false;
	Entry *entry = &p->entry;
	if (!split_name(line, p->toml, &entry->name, &value))
		return err_set(err, ERR_USAGE,
			"line %s of the front matter is not of the form name: value: put a colon and a blank "
			"behind the name",
			number_of(number).text);
	p->in_entry = true;
	entry->field = find_field(entry->name);
	entry->line = number;
	if (entry->field < 0 || at_end(value))
		return true;
	skip_spaces(&value);
	switch (value.ptr[0]) {
	case '[':
		entry->form = VALUE_LIST;
		return take_brackets(entry, value, err);
	case '|':
	case '>':
		entry->form = VALUE_FOLDED;
		return true;
	case '{':
		return err_set(err, ERR_USAGE, "line %s of the front matter gives %s in braces: write one value",
			number_of(number).text, text_of(entry->name).text);
	default:
		entry->form = VALUE_SCALAR;
		return take_line_scalar(entry, value, number, err);
	}
}

static bool
is_item(StrView trimmed)
{
	return trimmed.len > 0 && trimmed.ptr[0] == '-' && (trimmed.len == 1 || is_space(trimmed.ptr[1]));
}

/* A line that belongs to the entry before it: an item of its list or more of its text. */
static bool
continue_entry(Parser *p, StrView line, size_t number, Err *err)
{
	Entry *entry = &p->entry;
	StrView trimmed = sv_trim(line);
	if (!p->in_entry)
		return err_set(err, ERR_USAGE,
			"line %s of the front matter belongs to no name: begin the line with one",
			number_of(number).text);
	if (entry->field < 0)
		return true;
	if (entry->form == VALUE_FOLDED) {
		if (entry->values.len == 0)
			list_append(&entry->values, (StrView){NULL, 0});
		if (!list_ok(&entry->values, err))
			return false;
		Str *text = &entry->values.items[0];
		if (text->len > 0)
			str_append_byte(text, ' ');
		str_append(text, trimmed);
		return str_ok(text, err);
	}
	if (!is_item(trimmed) || (entry->form != VALUE_NONE && entry->form != VALUE_LIST))
		return err_set(err, ERR_USAGE,
			"line %s of the front matter is indented: write the value behind the name, or a list "
			"as lines of - item",
			number_of(number).text);
	entry->form = VALUE_LIST;
	trimmed = sv_slice(trimmed, 1, trimmed.len);
	return at_end(trimmed) || take_line_scalar(entry, trimmed, number, err);
}

static bool
parse_line(Parser *p, StrView line, size_t number, Err *err)
{
	StrView trimmed = sv_trim(line);
	bool indented = line.len > 0 && is_space(line.ptr[0]);
	if (trimmed.len == 0 || (trimmed.ptr[0] == '#' && !(p->in_entry && p->entry.form == VALUE_FOLDED && indented)))
		return true;
	if (p->toml && trimmed.ptr[0] == '[' && !indented)
		p->in_table = true;
	if (p->in_table)
		return true;
	bool closes_unknown = p->in_entry && p->entry.field < 0 && (trimmed.ptr[0] == ']' || trimmed.ptr[0] == '}');
	if (indented || is_item(trimmed) || closes_unknown)
		return continue_entry(p, line, number, err);
	return begin_entry(p, trimmed, number, err);
}

/* Finds the line that closes what one of three such signs opens. A --- that opens nothing is a rule. */
static bool
find_head(StrView text, StrView fence, StrView *head, StrView *body)
{
	StrView rest = text, line;
	if (!sv_split(&rest, '\n', &line) || !sv_starts(line, fence) ||
		sv_trim(sv_slice(line, fence.len, line.len)).len > 0)
		return false;
	size_t from = text.len - rest.len;
	for (bool first = true; sv_split(&rest, '\n', &line); first = false) {
		if (first && sv_trim(line).len == 0)
			return false;
		if (!sv_starts(line, fence) || sv_trim(sv_slice(line, fence.len, line.len)).len > 0)
			continue;
		*head = sv_slice(text, from, (size_t)(line.ptr - text.ptr));
		*body = rest.ptr == NULL ? (StrView){NULL, 0} : rest;
		return true;
	}
	return false;
}

bool
frontmatter_parse(StrView text, FrontMatter *out, StrView *body, Err *err)
{
	Parser p = {0};
	StrView head = {NULL, 0}, rest = text, line;
	bool ok = true;
	p.toml = sv_starts(text, SV("+++"));
	if (find_head(text, p.toml ? SV("+++") : SV("---"), &head, &rest)) {
		size_t number = 2;
		for (; ok && sv_split(&head, '\n', &line); number++)
			ok = parse_line(&p, line, number, err);
		ok = ok && end_entry(&p, err);
	}
	FrontMatter *made = &p.made;
	ok = ok && str_ok(&made->title, err) && str_ok(&made->subtitle, err) && str_ok(&made->work, err) &&
	     str_ok(&made->site, err) && list_ok(&made->keywords, err) && list_ok(&made->unknown, err);
	list_free(&p.entry.values);
	if (!ok) {
		frontmatter_free(made);
		return false;
	}
	*out = *made;
	*body = rest;
	return true;
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
