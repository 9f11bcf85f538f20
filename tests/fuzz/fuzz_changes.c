/* What changed: none exactly when the words are the same, and the first place is what it says: the same words before
 * it, then its own in each text. The input is both texts, parted by a byte 0xFF. */
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

/* The input is clean but for the byte that parts it: only these blanks remain. */
static void
split(StrView text, StrList *words)
{
	static const char *const blanks[] = {" ", "\n", "\t", "\u00a0", "\u2000", "\u2001", "\u2002", "\u2003",
		"\u2004", "\u2005", "\u2006", "\u2007", "\u2008", "\u2009", "\u200a", "\u202f", "\u205f", "\u3000"};
	Str word = {0};
	for (size_t pos = 0; pos < text.len;) {
		size_t blank = 0;
		for (size_t i = 0; i < sizeof blanks / sizeof blanks[0] && blank == 0; i++)
			if (sv_starts(sv_slice(text, pos, text.len), sv(blanks[i])))
				blank = strlen(blanks[i]);
		if (blank == 0)
			str_append_byte(&word, text.ptr[pos]);
		else if (word.len > 0)
			list_take(words, &word);
		pos += blank == 0 ? 1 : blank;
	}
	if (word.len > 0)
		list_take(words, &word);
	str_free(&word);
	check(list_ok(words, NULL));
}

static bool
stand_at(const StrList *part, const StrList *words, size_t at)
{
	for (size_t i = 0; i < part->len; i++)
		if (at + i >= words->len || !sv_equal(str_view(&part->items[i]), str_view(&words->items[at + i])))
			return false;
	return true;
}

static void
check_first(const Changes *changes, const StrList *a, const StrList *b, size_t same)
{
	StrList was = {0}, is = {0};
	split(str_view(&changes->before), &was);
	split(str_view(&changes->after), &is);
	check(was.len + is.len > 0);
	bool found = false;
	for (size_t at = 0; at <= same && !found; at++)
		found = stand_at(&was, a, at) && stand_at(&is, b, at);
	check(found);
	list_free(&was);
	list_free(&is);
}

static void
check_pair(StrView before, StrView after)
{
	Changes changes = {0};
	StrList a = {0}, b = {0};
	split(before, &a);
	split(after, &b);
	check(text_changes(before, after, &changes, NULL));
	size_t same = 0;
	while (same < a.len && same < b.len && sv_equal(str_view(&a.items[same]), str_view(&b.items[same])))
		same++;
	check((changes.count == 0) == (same == a.len && same == b.len));
	check(changes.count <= a.len + b.len);
	if (changes.count > 0)
		check_first(&changes, &a, &b, same);
	else
		check(changes.before.len == 0 && changes.after.len == 0);
	changes_free(&changes);
	list_free(&a);
	list_free(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	StrView input = {(const char *)data, size};
	size_t middle = sv_find(input, SV("\xFF"), 0);
	Str before = {0}, after = {0};
	check(unicode_clean(sv_slice(input, 0, middle), &before, NULL, NULL));
	if (middle != SIZE_MAX)
		check(unicode_clean(sv_slice(input, middle + 1, size), &after, NULL, NULL));
	check_pair(str_view(&before), str_view(&after));
	check_pair(str_view(&after), str_view(&before));
	check_pair(str_view(&before), str_view(&before));
	str_free(&before);
	str_free(&after);
	return 0;
}
