/* Keeps the elements inside a line of text nested: md4c 0.4 takes an asterisk in the address of a link for the end of
 * emphasis, and then shows a beginning without an end, or an end without a beginning. */
#include "markup.h"

#include <stdlib.h>
#include <string.h>

/* What the writer typed for the element. */
static const char *
mark_of(const char *tag)
{
	static const struct {
		const char *tag, *mark;
	} marks[] = {{"em", "*"}, {"strong", "**"}, {"del", "~~"}, {"code", "`"}};
	for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
		if (strcmp(tag, marks[i].tag) == 0)
			return marks[i].mark;
	return "";
}

static bool
add(SpanList *list, Tag tag)
{
	if (list->len == list->cap) {
		size_t cap = list->cap == 0 ? 8 : list->cap * 2;
		Tag *items = realloc(list->items, cap * sizeof *items);
		if (items == NULL)
			return false;
		list->items = items;
		list->cap = cap;
	}
	list->items[list->len++] = tag;
	return true;
}

bool
spans_open(Spans *spans, const char *tag, size_t at, size_t len)
{
	return add(&spans->open, (Tag){.name = tag, .at = at, .len = len});
}

bool
spans_close(Spans *spans, const char *tag, Str *html)
{
	size_t found = spans->open.len;
	while (found > 0 && strcmp(spans->open.items[found - 1].name, tag) != 0)
		found--;
	if (found == 0) {
		str_append_c(html, mark_of(tag));
		return true;
	}
	for (size_t i = found; i < spans->open.len; i++)
		if (!add(&spans->stray, spans->open.items[i]))
			return false;
	/* A link that leads nowhere has no tag. */
	if (spans->open.items[found - 1].len > 0)
		str_printf(html, "</%s>", tag);
	spans->open.len = found - 1;
	return true;
}

static int
by_place(const void *a, const void *b)
{
	const Tag *left = a, *right = b;
	return left->at < right->at ? -1 : left->at > right->at;
}

bool
spans_settle(Spans *spans, Str *html)
{
	Str whole = {0};
	size_t copied = 0;
	for (size_t i = 0; i < spans->open.len; i++)
		if (!add(&spans->stray, spans->open.items[i]))
			return false;
	spans->open.len = 0;
	if (spans->stray.len == 0)
		return true;
	qsort(spans->stray.items, spans->stray.len, sizeof spans->stray.items[0], by_place);
	for (size_t i = 0; i < spans->stray.len; i++) {
		Tag tag = spans->stray.items[i];
		str_append(&whole, sv_slice(str_view(html), copied, tag.at));
		str_append_c(&whole, mark_of(tag.name));
		copied = tag.at + tag.len;
	}
	str_append(&whole, sv_slice(str_view(html), copied, html->len));
	spans->stray.len = 0;
	bool ok = !whole.failed && !html->failed;
	if (ok)
		str_move(html, &whole);
	str_free(&whole);
	return ok;
}

void
spans_free(Spans *spans)
{
	free(spans->open.items);
	free(spans->stray.items);
	*spans = (Spans){0};
}
