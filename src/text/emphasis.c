/* Emphasis beside Korean: CommonMark's rule for flanking (0.30, 6.2) takes a run between punctuation and a letter for
 * text, which breaks **카카오(주)**는 and 그는**"인용"**이라고. A private-use character counts as a letter: put between
 * the punctuation and the run, it lets the run open and close as one inside a word, and is taken out again behind the
 * parser. */
#include "markup.h"

#include <string.h>

/* The private-use code points of the first plane. */
enum { FIRST = 0xE000, LAST = 0xF8FF };

bool
emphasis_sentinel(StrView markdown, char sentinel[SENTINEL_LEN + 1])
{
	/* A text may hold all of them: it is searched once. */
	bool used[LAST - FIRST + 1] = {false};
	size_t len;
	for (size_t pos = 0; pos + SENTINEL_LEN <= markdown.len; pos++) {
		unsigned char lead = (unsigned char)markdown.ptr[pos];
		uint32_t rune = lead == 0xEE || lead == 0xEF ? unicode_rune(markdown, pos, &len) : 0;
		if (rune >= FIRST && rune <= LAST)
			used[rune - FIRST] = true;
	}
	unsigned free_one = 0;
	while (free_one <= LAST - FIRST && used[free_one])
		free_one++;
	Str text = {0};
	str_append_rune(&text, FIRST + free_one);
	bool found = free_one <= LAST - FIRST && text.len == SENTINEL_LEN;
	if (found)
		memcpy(sentinel, text.ptr, SENTINEL_LEN + 1);
	str_free(&text);
	return found;
}

static bool
in_range(uint32_t rune, uint32_t from, uint32_t to)
{
	return rune >= from && rune <= to;
}

/* Letters of scripts that write words without blanks around their particles: Hangul, kana, Han. */
static bool
is_letter(uint32_t rune)
{
	return in_range(rune, 0xAC00, 0xD7A3) || in_range(rune, 0x1100, 0x11FF) || in_range(rune, 0x3131, 0x318E) ||
	       in_range(rune, 0x3041, 0x30FF) || in_range(rune, 0x3400, 0x4DBF) || in_range(rune, 0x4E00, 0x9FFF) ||
	       in_range(rune, 0xF900, 0xFAFF) || in_range(rune, 0x20000, 0x323AF);
}

static bool
is_punctuation(uint32_t rune)
{
	return in_range(rune, 0x21, 0x2F) || in_range(rune, 0x3A, 0x40) || in_range(rune, 0x5B, 0x60) ||
	       in_range(rune, 0x7B, 0x7E) || rune == 0xA1 || rune == 0xA7 || rune == 0xAB || rune == 0xB6 ||
	       rune == 0xB7 || rune == 0xBB || rune == 0xBF || in_range(rune, 0x2010, 0x2027) ||
	       in_range(rune, 0x2030, 0x205E) || in_range(rune, 0x2E00, 0x2E5D) || in_range(rune, 0x3001, 0x3003) ||
	       in_range(rune, 0x3008, 0x3011) || in_range(rune, 0x3014, 0x301F) || rune == 0x30FB ||
	       in_range(rune, 0xFF01, 0xFF0F) || in_range(rune, 0xFF1A, 0xFF20) || in_range(rune, 0xFF3B, 0xFF40) ||
	       in_range(rune, 0xFF5B, 0xFF65);
}

static bool
one_of(uint32_t rune, const uint32_t *set, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (set[i] == rune)
			return true;
	return false;
}

/* What text only begins with: no emphasis closes behind it. */
static bool
is_opening(uint32_t rune)
{
	static const uint32_t set[] = {'(', '[', '{', 0xAB, 0x2018, 0x201A, 0x201C, 0x201E, 0x2039, 0x2045, 0x3008,
		0x300A, 0x300C, 0x300E, 0x3010, 0x3014, 0x3016, 0x3018, 0x301A, 0x301D, 0xFF08, 0xFF3B, 0xFF5B, 0xFF5F,
		0xFF62};
	return one_of(rune, set, sizeof set / sizeof set[0]);
}

/* What text only ends with: no emphasis opens before it. */
static bool
is_closing(uint32_t rune)
{
	static const uint32_t set[] = {')', ']', '}', '.', ',', '!', '?', ':', ';', 0xB7, 0xBB, 0x2019, 0x201D, 0x203A,
		0x2026, 0x2046, 0x3001, 0x3002, 0x3009, 0x300B, 0x300D, 0x300F, 0x3011, 0x3015, 0x3017, 0x3019, 0x301B,
		0x301E, 0x301F, 0xFF01, 0xFF09, 0xFF0C, 0xFF0E, 0xFF1A, 0xFF1B, 0xFF1F, 0xFF3D, 0xFF5D, 0xFF60, 0xFF61,
		0xFF63, 0xFF64};
	return one_of(rune, set, sizeof set / sizeof set[0]);
}

/* The code point that ends at `pos`; 0 at the beginning. */
static uint32_t
rune_before(StrView text, size_t pos)
{
	size_t start = pos, len;
	if (pos == 0)
		return 0;
	do
		start--;
	while (start > 0 && ((unsigned char)text.ptr[start] & 0xC0) == 0x80);
	return unicode_rune(text, start, &len);
}

static bool
is_escaped(StrView text, size_t pos)
{
	size_t slashes = 0;
	while (slashes < pos && text.ptr[pos - 1 - slashes] == '\\')
		slashes++;
	return slashes % 2 == 1;
}

void
emphasis_mark(StrView markdown, const char *sentinel, Str *out)
{
	size_t copied = 0, len;
	for (size_t pos = 0; pos < markdown.len;) {
		pos = sv_find(markdown, SV("*"), pos);
		if (pos == SIZE_MAX)
			break;
		/* An escaped one is punctuation before the run. */
		pos += is_escaped(markdown, pos) ? 1 : 0;
		size_t end = pos;
		while (end < markdown.len && markdown.ptr[end] == '*')
			end++;
		uint32_t before = rune_before(markdown, pos), after = unicode_rune(markdown, end, &len);
		bool opens = end > pos && is_letter(before) && is_punctuation(after) && !is_closing(after);
		bool closes = end > pos && is_letter(after) && is_punctuation(before) && !is_opening(before);
		str_append(out, sv_slice(markdown, copied, pos));
		if (closes)
			str_append_c(out, sentinel);
		str_append(out, sv_slice(markdown, pos, end));
		if (opens)
			str_append_c(out, sentinel);
		copied = end;
		pos = end;
	}
	str_append(out, sv_slice(markdown, copied, markdown.len));
}

size_t
emphasis_origin(Origin *origin, size_t place)
{
	if (*origin->sentinel == '\0')
		return place;
	if (place < origin->seen)
		origin->seen = origin->count = 0;
	const char *at = origin->marked.ptr + origin->seen, *end = origin->marked.ptr + place;
	while ((at = memchr(at, *origin->sentinel, (size_t)(end - at))) != NULL) {
		bool found = end - at >= SENTINEL_LEN && memcmp(at, origin->sentinel, SENTINEL_LEN) == 0;
		origin->count += found;
		at += found ? SENTINEL_LEN : 1;
	}
	origin->seen = place;
	return place - origin->count * SENTINEL_LEN;
}
