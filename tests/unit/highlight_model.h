/* What a page and a screen make of the same Markdown, in one form that can be compared: the characters a reader sees,
 * without blanks, and a letter for the style of each of their bytes. */
#ifndef MEOK_TESTS_HIGHLIGHT_MODEL_H
#define MEOK_TESTS_HIGHLIGHT_MODEL_H

#include <stdlib.h>
#include <string.h>

#include "meok/text.h"

typedef struct Look {
	Str text, styles;
} Look;

static const char STYLE_LETTERS[] = " .HSEBCLQRX";

static inline void
look_free(Look *look)
{
	str_free(&look->text);
	str_free(&look->styles);
}

static inline void
look_add(Look *look, char byte, TextStyle style)
{
	if (byte == ' ' || byte == '\t' || byte == '\n')
		return;
	str_append_byte(&look->text, byte);
	str_append_byte(&look->styles, STYLE_LETTERS[style]);
}

/* One letter for each byte of the text. */
static inline void
styles_of(const StyledSpans *spans, size_t len, Str *out)
{
	for (size_t i = 0; i < len; i++)
		str_append_byte(out, ' ');
	for (size_t i = 0; i < spans->len && !out->failed; i++)
		for (size_t k = spans->items[i].span.from; k < spans->items[i].span.to; k++)
			out->ptr[k] = STYLE_LETTERS[spans->items[i].style];
}

/* What the screen shows of the text, but for signs and rules. */
static inline void
look_of_screen(StrView text, const Str *styles, Look *out)
{
	for (size_t i = 0; i < text.len; i++)
		if (styles->ptr[i] != '.' && styles->ptr[i] != 'R')
			look_add(out, text.ptr[i], (TextStyle)(strchr(STYLE_LETTERS, styles->ptr[i]) - STYLE_LETTERS));
}

/* How often each element is open. */
typedef struct Open {
	int strong, em, code, a, del, heading, quote;
} Open;

static inline TextStyle
style_in(const Open *open)
{
	if (open->code > 0)
		return TEXT_CODE;
	if (open->strong > 0)
		return open->em > 0 ? TEXT_STRONG_EMPHASIS : TEXT_STRONG;
	if (open->em > 0)
		return TEXT_EMPHASIS;
	if (open->a > 0)
		return TEXT_LINK;
	if (open->del > 0)
		return TEXT_STRUCK;
	if (open->heading > 0)
		return TEXT_HEADING;
	return open->quote > 0 ? TEXT_QUOTE : TEXT_PLAIN;
}

static inline void
open_tag(StrView tag, Open *open)
{
	int step = sv_starts(tag, SV("/")) ? -1 : 1;
	StrView name = sv_slice(tag, step < 0 ? 1 : 0, sv_find(tag, SV(" "), 0));
	if (sv_equal(name, SV("strong")))
		open->strong += step;
	else if (sv_equal(name, SV("em")))
		open->em += step;
	else if (sv_equal(name, SV("code")))
		open->code += step;
	else if (sv_equal(name, SV("a")))
		open->a += step;
	else if (sv_equal(name, SV("del")))
		open->del += step;
	else if (sv_equal(name, SV("blockquote")))
		open->quote += step;
	else if (name.len == 2 && name.ptr[0] == 'h' && name.ptr[1] != 'r')
		open->heading += step;
}

/* What a browser shows of HTML that markup_render made; pictures and raw HTML are not understood. */
static inline void
look_of_page(StrView html, Look *out)
{
	static const char *const entities[] = {"&amp;", "&lt;", "&gt;", "&quot;"};
	Open open = {0};
	for (size_t i = 0; i < html.len;) {
		if (html.ptr[i] == '<') {
			size_t end = sv_find(html, SV(">"), i);
			open_tag(sv_slice(html, i + 1, end), &open);
			i = end + 1;
			continue;
		}
		char byte = html.ptr[i];
		size_t taken = 1;
		for (size_t k = 0; k < 4; k++)
			if (sv_starts(sv_slice(html, i, html.len), sv(entities[k]))) {
				byte = "&<>\""[k];
				taken = strlen(entities[k]);
			}
		look_add(out, byte, style_in(&open));
		i += taken;
	}
}

#endif
