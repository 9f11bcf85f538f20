/* What changed between two texts: lines compared, then the words of the lines that differ. */
#include "compare.h"

#include <stdlib.h>
#include <string.h>

/* ---- Parts: lines, or words */

static bool
is_blank(StrView text, size_t pos, size_t *len)
{
	char c = text.ptr[pos];
	*len = 1;
	if ((unsigned char)c < 0x80)
		return c == ' ' || (c >= '\t' && c <= '\r');
	uint32_t rune = unicode_rune(text, pos, len);
	return rune == 0x3000 || rune == 0xA0 || (rune >= 0x2000 && rune <= 0x200A) || rune == 0x202F || rune == 0x205F;
}

/* Takes the next word off *rest; false when only blanks are left. */
static bool
next_word(StrView *rest, StrView *word)
{
	size_t from = 0, len;
	while (from < rest->len && is_blank(*rest, from, &len))
		from += len;
	size_t to = from;
	while (to < rest->len && !is_blank(*rest, to, &len))
		to += len;
	*word = sv_slice(*rest, from, to);
	*rest = sv_slice(*rest, to, rest->len);
	return word->len > 0;
}

/* Empty lines are no parts: as landmarks they are too much alike. */
static bool
add_lines(Parts *parts, StrView text)
{
	StrView line;
	while (sv_split(&text, '\n', &line))
		if (sv_trim(line).len > 0 && !parts_add(parts, line))
			return false;
	return true;
}

static bool
add_words(Parts *parts, StrView text)
{
	StrView word;
	while (next_word(&text, &word))
		if (!parts_add(parts, word))
			return false;
	return true;
}

/* ---- Places */

static StrView
text_of(const Parts *parts, size_t from, size_t to)
{
	if (from == to)
		return (StrView){NULL, 0};
	StrView last = parts->items[to - 1].text;
	const char *start = parts->items[from].text.ptr;
	return (StrView){start, (size_t)(last.ptr + last.len - start)};
}

static void
join_words(const Parts *parts, size_t from, size_t to, Str *out)
{
	for (size_t i = from; i < to; i++) {
		if (i > from)
			str_append_byte(out, ' ');
		str_append(out, parts->items[i].text);
	}
}

typedef struct Work {
	Comparison comparison;
	Parts a_lines, b_lines, a_words, b_words;
} Work;

/* Counts the places where words differ within lines that do. */
static bool
count_places(Work *w, const Hunk *lines, Changes *out)
{
	w->a_words.len = w->b_words.len = 0;
	if (!add_words(&w->a_words, text_of(&w->a_lines, lines->a_from, lines->a_to)) ||
		!add_words(&w->b_words, text_of(&w->b_lines, lines->b_from, lines->b_to)))
		return false;
	comparison_run(&w->comparison, &w->a_words, &w->b_words);
	for (Hunk words = {0}; hunk_next(&w->a_words, &w->b_words, &words);)
		if (out->count++ == 0) {
			join_words(&w->a_words, words.a_from, words.a_to, &out->before);
			join_words(&w->b_words, words.b_from, words.b_to, &out->after);
		}
	return !out->before.failed && !out->after.failed;
}

/* ---- Texts */

static bool
same_words(StrView a, StrView b)
{
	StrView left, right;
	bool more, also;
	do {
		more = next_word(&a, &left);
		also = next_word(&b, &right);
	} while (more && also && sv_equal(left, right));
	return !more && !also;
}

/* Takes the whole lines off that both begin with, and those that both end with. */
static void
trim_same_lines(StrView *a, StrView *b)
{
	size_t least = a->len < b->len ? a->len : b->len, same = 0, head = 0;
	for (; same < least && a->ptr[same] == b->ptr[same]; same++)
		if (a->ptr[same] == '\n')
			head = same + 1;
	*a = sv_slice(*a, head, a->len);
	*b = sv_slice(*b, head, b->len);
	least -= head;
	size_t tail = 0;
	for (same = 0; same < least && a->ptr[a->len - 1 - same] == b->ptr[b->len - 1 - same]; same++)
		if (a->ptr[a->len - 1 - same] == '\n')
			tail = same;
	*a = sv_slice(*a, 0, a->len - tail);
	*b = sv_slice(*b, 0, b->len - tail);
}

static bool
find_changes(Work *w, StrView before, StrView after, Changes *out)
{
	if (!add_lines(&w->a_lines, before) || !add_lines(&w->b_lines, after))
		return false;
	comparison_run(&w->comparison, &w->a_lines, &w->b_lines);
	for (Hunk lines = {0}; hunk_next(&w->a_lines, &w->b_lines, &lines);)
		if (!count_places(w, &lines, out))
			return false;
	return true;
}

bool
text_changes(StrView before, StrView after, Changes *out, Err *err)
{
	Changes found = {0};
	trim_same_lines(&before, &after);
	/* Lines broken elsewhere would look like words that moved. */
	bool done = true;
	if (!same_words(before, after)) {
		Work w = {0};
		done = comparison_begin(&w.comparison) && find_changes(&w, before, after, &found);
		comparison_free(&w.comparison);
		free(w.a_lines.items);
		free(w.b_lines.items);
		free(w.a_words.items);
		free(w.b_words.items);
	}
	if (!done) {
		changes_free(&found);
		return err_memory(err);
	}
	changes_free(out);
	*out = found;
	return true;
}

void
changes_free(Changes *changes)
{
	str_free(&changes->before);
	str_free(&changes->after);
	*changes = (Changes){0};
}
