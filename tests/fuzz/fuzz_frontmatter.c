/* Front matter: reading never reaches outside its bytes, the body is the end of the text, an error names a line that is
 * there, and what is written in quotes is read back the same. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "meok/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(bool holds)
{
	if (!holds)
		abort();
}

static size_t
count_lines(StrView text)
{
	size_t lines = 0;
	StrView line;
	while (sv_split(&text, '\n', &line))
		lines++;
	return lines;
}

static void
check_error(const Err *err, StrView text)
{
	check(err->kind == ERR_USAGE && err->arg_count == 1);
	unsigned long line = strtoul(err->args[0], NULL, 10);
	check(line >= 2 && line < count_lines(text));
}

static void
check_values(const FrontMatter *front)
{
	const struct {
		bool has;
		const Str *value;
	} texts[] = {{front->has_title, &front->title}, {front->has_subtitle, &front->subtitle},
		{front->has_work, &front->work}, {front->has_site, &front->site}};
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		check(texts[i].has == (texts[i].value->len > 0));
		check(texts[i].value->len == 0 || unicode_valid(str_view(texts[i].value)));
	}
	check(front->has_keywords || front->keywords.len == 0);
	for (size_t i = 0; i < front->keywords.len; i++)
		check(front->keywords.items[i].len > 0);
	for (size_t i = 0; i < front->unknown.len; i++)
		check(front->unknown.items[i].len > 0);
}

/* `"` and `\` are all that must be escaped in a line. */
static void
append_quoted(StrView value, Str *out)
{
	str_append_byte(out, '"');
	for (size_t i = 0; i < value.len; i++) {
		char c = value.ptr[i];
		if (c == '\n') {
			str_append_c(out, "\\n");
			continue;
		}
		if (c == '"' || c == '\\')
			str_append_byte(out, '\\');
		str_append_byte(out, c);
	}
	str_append_byte(out, '"');
}

static void
append_single_quoted(StrView value, Str *out)
{
	str_append_byte(out, '\'');
	for (size_t i = 0; i < value.len; i++) {
		str_append_byte(out, value.ptr[i]);
		if (value.ptr[i] == '\'')
			str_append_byte(out, '\'');
	}
	str_append_byte(out, '\'');
}

static void
check_round_trip(StrView value)
{
	Str text = {0};
	StrView line = sv_slice(value, 0, sv_find(value, SV("\n"), 0)), body;
	FrontMatter front;
	if (value.len == 0)
		return;
	str_append_c(&text, "---\ntitle: ");
	append_quoted(value, &text);
	str_append_c(&text, " # 하나\n부제: ");
	append_single_quoted(line, &text);
	str_append_c(&text, "\nkeywords: [");
	append_quoted(value, &text);
	str_append_c(&text, " , ");
	append_single_quoted(line, &text);
	str_append_c(&text, "]\nwork:\n  - ");
	append_quoted(value, &text);
	str_append_c(&text, "\n---\n");
	str_append(&text, value);
	check(frontmatter_parse(str_view(&text), &front, &body, NULL));
	check(sv_equal(str_view(&front.title), value) && sv_equal(str_view(&front.subtitle), line));
	check(sv_equal(str_view(&front.work), value) && sv_equal(body, value));
	check(front.keywords.len == (line.len > 0 ? 2 : 1) && sv_equal(str_view(&front.keywords.items[0]), value));
	check(line.len == 0 || sv_equal(str_view(&front.keywords.items[1]), line));
	check(front.unknown.len == 0 && !front.has_comments && !front.has_date && !front.has_site);
	frontmatter_free(&front);
	str_free(&text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Str text = {0};
	FrontMatter front;
	StrView body = {NULL, 0};
	Err err = {0};
	check(unicode_clean((StrView){(const char *)data, size}, &text, NULL, NULL));
	/* Exactly as long as it is, so that a byte read too many is seen. */
	char *exact = malloc(text.len > 0 ? text.len : 1);
	check(exact != NULL);
	memcpy(exact, str_c(&text), text.len);
	StrView view = {exact, text.len};
	if (frontmatter_parse(view, &front, &body, &err)) {
		check(body.ptr + body.len == view.ptr + view.len);
		check(body.len == view.len || sv_starts(view, SV("---")));
		check_values(&front);
		frontmatter_free(&front);
	} else {
		check(body.ptr == NULL);
		check_error(&err, view);
	}
	free(exact);
	check_round_trip(str_view(&text));
	str_free(&text);
	return 0;
}
