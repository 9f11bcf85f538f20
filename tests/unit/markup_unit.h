/* What the tests of Markdown share. */
#ifndef MEOK_TESTS_MARKUP_UNIT_H
#define MEOK_TESTS_MARKUP_UNIT_H

#include "meok/text.h"
#include "unit.h"

/* Clean Markdown and what it must become in one of the forms. */
typedef struct Example {
	const char *markdown, *wanted;
} Example;

static inline void
assert_renders_(MarkupForm form, StrView markdown, const char *wanted, const char *file, int line)
{
	Str out = {0};
	Err err = {0};
	if (!markup_render(markdown, form, &out, &err)) {
		print_error("of     \"%.*s\"\n%s\n", (int)markdown.len, markdown.ptr, err_text(&err));
		_fail(file, line);
	}
	if (!sv_equal(str_view(&out), sv(wanted)))
		print_error("of     \"%.*s\"\n", (int)markdown.len, markdown.len > 0 ? markdown.ptr : "");
	assert_text_equal_(str_view(&out), wanted, file, line);
	str_free(&out);
}

#define assert_html(markdown, wanted) assert_renders_(MARKUP_HTML, sv(markdown), wanted, __FILE__, __LINE__)
#define assert_blocks(markdown, wanted) assert_renders_(MARKUP_BLOCKS, sv(markdown), wanted, __FILE__, __LINE__)
#define assert_examples(form, examples)                                        \
	for (size_t i_ = 0; i_ < sizeof(examples) / sizeof(examples)[0]; i_++) \
	assert_renders_(form, sv((examples)[i_].markdown), (examples)[i_].wanted, __FILE__, __LINE__)

#endif
