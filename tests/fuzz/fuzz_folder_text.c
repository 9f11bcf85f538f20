/* A writer's text on its way into file names, YAML, HTML and Markdown. */
#include <stdlib.h>
#include <string.h>

#include "../../src/site/hugo.h"
#include "../../src/site/plain.h"
#include "../../src/site/slug.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_slug(StrView text)
{
	Str slug = {0}, again = {0};
	if (!slug_make(text, &slug, NULL) || slug.len > SLUG_MAX || (slug.len > 0 && !own_path_ok(str_view(&slug))) ||
		sv_find(str_view(&slug), SV("/"), 0) != SIZE_MAX || sv_find(str_view(&slug), SV("--"), 0) != SIZE_MAX)
		abort();
	if (!slug_make(str_view(&slug), &again, NULL) || !sv_equal(str_view(&slug), str_view(&again)))
		abort();
	str_free(&slug);
	str_free(&again);
}

static void
check_quote(StrView text)
{
	Str quoted = {0};
	hugo_quote(text, &quoted);
	if (quoted.len < 2 || quoted.ptr[0] != '"' || quoted.ptr[quoted.len - 1] != '"' ||
		!unicode_valid(str_view(&quoted)))
		abort();
	for (size_t i = 1; i + 1 < quoted.len; i++) {
		if ((unsigned char)quoted.ptr[i] < 0x20 || quoted.ptr[i] == '"')
			abort();
		if (quoted.ptr[i] == '\\')
			i++;
		if (i + 1 == quoted.len)
			abort();
	}
	str_free(&quoted);
}

static void
check_escape(StrView text)
{
	Str escaped = {0};
	plain_escape(text, &escaped);
	if (strpbrk(str_c(&escaped), "<>\"'") != NULL || (escaped.len > 0 && !unicode_valid(str_view(&escaped))))
		abort();
	str_free(&escaped);
}

/* Nothing but headings' digits changes. */
static void
check_headings(StrView html)
{
	Str moved = {0};
	plain_headings(html, &moved);
	if (moved.len != html.len)
		abort();
	for (size_t i = 0; i < html.len; i++)
		if (moved.ptr[i] != html.ptr[i] && (i < 2 || (html.ptr[i - 1] | 0x20) != 'h'))
			abort();
	str_free(&moved);
}

/* Nothing but lines is added, and a second time none. */
static void
check_body(StrView markdown)
{
	Str once = {0}, twice = {0};
	hugo_body(markdown, &once);
	hugo_body(str_view(&once), &twice);
	if (once.len < markdown.len || !sv_equal(str_view(&once), str_view(&twice)))
		abort();
	str_free(&once);
	str_free(&twice);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	StrView text = {(const char *)data, size};
	Str value = {0};
	check_slug(text);
	check_quote(text);
	check_escape(text);
	check_headings(text);
	check_body(text);
	hugo_config_text(text, "title", &value);
	if (value.len > 0 && !unicode_valid(str_view(&value)))
		abort();
	str_free(&value);
	return 0;
}
