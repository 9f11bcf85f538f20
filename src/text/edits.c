/* What makes one text into another: lines that differ, cut down to the words that do. */
#include "compare.h"

#include <stdlib.h>
#include <string.h>

static bool
add_lines(Parts *parts, StrView text)
{
	for (size_t pos = 0; pos < text.len;) {
		const char *newline = memchr(text.ptr + pos, '\n', text.len - pos);
		size_t end = newline == NULL ? text.len : (size_t)(newline - text.ptr) + 1;
		if (!parts_add(parts, sv_slice(text, pos, end)))
			return false;
		pos = end;
	}
	return true;
}

static size_t
start_of(const Parts *parts, size_t line, StrView text)
{
	return line < parts->len ? (size_t)(parts->items[line].text.ptr - text.ptr) : text.len;
}

static bool
is_blank(char letter)
{
	return letter == ' ' || letter == '\n';
}

/* Behind a blank, before one, and where a line begins nothing melts into a letter beside it. */
static bool
can_cut(const char *line, size_t pos)
{
	return pos == 0 || is_blank(line[pos - 1]) || is_blank(line[pos]);
}

/* Takes off what both have at the ends. */
static void
cut_ends(StrView a, StrView b, TextEdit *edit)
{
	size_t a_len = edit->before.to - edit->before.from, b_len = edit->after.to - edit->after.from;
	size_t least = a_len < b_len ? a_len : b_len, head = 0, tail = 0;
	const char *x = a.ptr + edit->before.from, *y = b.ptr + edit->after.from;
	for (size_t i = 0; i < least && x[i] == y[i]; i++)
		if (is_blank(x[i]))
			head = i + 1;
	for (size_t i = 1; i <= least - head && x[a_len - i] == y[b_len - i]; i++)
		if (can_cut(x, a_len - i) && can_cut(y, b_len - i))
			tail = i;
	edit->before = (Span){edit->before.from + head, edit->before.to - tail};
	edit->after = (Span){edit->after.from + head, edit->after.to - tail};
}

static bool
collect(const Parts *a, const Parts *b, StrView before, StrView after, TextEdits *out)
{
	for (Hunk hunk = {0}; hunk_next(a, b, &hunk);) {
		TextEdit edit = {{start_of(a, hunk.a_from, before), start_of(a, hunk.a_to, before)},
			{start_of(b, hunk.b_from, after), start_of(b, hunk.b_to, after)}};
		TextEdit *items = array_grow(out->items, out->len, &out->cap, sizeof *items);
		if (items == NULL)
			return false;
		cut_ends(before, after, &edit);
		out->items = items;
		items[out->len++] = edit;
	}
	return true;
}

bool
text_edits(StrView before, StrView after, TextEdits *out, Err *err)
{
	Comparison c;
	Parts a = {0}, b = {0};
	TextEdits found = {0};
	bool done = comparison_begin(&c) && add_lines(&a, before) && add_lines(&b, after);
	if (done)
		comparison_run(&c, &a, &b);
	done = done && collect(&a, &b, before, after, &found);
	comparison_free(&c);
	free(a.items);
	free(b.items);
	if (!done) {
		text_edits_free(&found);
		return err_memory(err);
	}
	text_edits_free(out);
	*out = found;
	return true;
}

void
text_edits_free(TextEdits *edits)
{
	free(edits->items);
	*edits = (TextEdits){0};
}
