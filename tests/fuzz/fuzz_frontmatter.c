/* Front matter: any text gives fields and a body that is its end, or an error that names a line; nothing else. */
#include "meok/text.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool condition)
{
	if (!condition)
		abort();
}

static void
check_fields(const FrontMatter *front)
{
	require(front->has_title || front->title.len == 0);
	require(front->has_subtitle || front->subtitle.len == 0);
	require(front->has_work || front->work.len == 0);
	require(front->has_site || front->site.len == 0);
	require(front->has_keywords || front->keywords.len == 0);
	require(unicode_valid(str_view(&front->title)) && unicode_valid(str_view(&front->subtitle)));
	for (size_t i = 0; i < front->keywords.len; i++) {
		StrView keyword = str_view(&front->keywords.items[i]);
		require(keyword.len > 0 && unicode_valid(keyword));
	}
	for (size_t i = 0; i < front->unknown.len; i++)
		require(front->unknown.items[i].len > 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Str text = {0};
	require(unicode_clean((StrView){(const char *)data, size}, &text, NULL, NULL));
	FrontMatter front = {0};
	StrView body;
	Err err = {0};
	if (frontmatter_parse(str_view(&text), &front, &body, &err)) {
		require(sv_ends(str_view(&text), body));
		require(body.len == text.len || sv_starts(str_view(&text), SV("---")));
		check_fields(&front);
	} else {
		require(err.kind == ERR_USAGE && err.arg_count >= 1 && err.args[0][0] >= '1' && err.args[0][0] <= '9');
		require(sv_starts(str_view(&text), SV("---")));
		check_fields(&front);
	}
	frontmatter_free(&front);
	str_free(&text);
	return 0;
}
