/* Text as people see it: normal form C, clusters, words, line breaks, caseless keys (over libunistring). */
#include "internal.h"

#include <stdlib.h>
#include <string.h>
#include <unicase.h>
#include <unictype.h>
#include <unigbrk.h>
#include <unilbrk.h>
#include <uninorm.h>
#include <uniwbrk.h>

static const uint8_t *
units(StrView in, size_t pos)
{
	return (const uint8_t *)in.ptr + pos;
}

/* ---- Normal form C */

enum { NFC_CHUNK = 4096 };

/* Appends the NFC of a stretch of well-formed text. */
static bool
normalize(StrView stretch, Str *out, Err *err)
{
	uint8_t buffer[NFC_CHUNK];
	size_t len = sizeof buffer;
	uint8_t *result = u8_normalize(UNINORM_NFC, units(stretch, 0), stretch.len, buffer, &len);
	if (result == NULL)
		return err_memory(err);
	str_append(out, (StrView){(const char *)result, len});
	if (result != buffer)
		free(result);
	return str_ok(out, err);
}

/* The end of the stretch that must be normalised in one piece, from a rune that may join backwards at `pos`. It ends
 * before a rune that joins nothing when another of that kind follows it, so that decomposed Korean is one stretch. */
static size_t
unstable_end(StrView in, size_t pos)
{
	size_t len, last = SIZE_MAX, from = pos;
	for (; pos < in.len; pos += len) {
		uint32_t rune = utf8_at(in, pos, &len);
		bool stable = (rune_bits(rune) & RUNE_NOT_NFC) == 0;
		if (rune == RUNE_BAD)
			return last != SIZE_MAX ? last : pos;
		if (stable && last != SIZE_MAX)
			return last;
		if (stable && pos - from >= NFC_CHUNK)
			return pos;
		last = stable ? pos : SIZE_MAX;
	}
	return last != SIZE_MAX ? last : pos;
}

/* The first rune at or after `pos` that may join backwards; *start: the rune before it that it may join. */
static size_t
find_unstable(StrView in, size_t pos, size_t *start)
{
	size_t len;
	*start = pos;
	while (pos < in.len) {
		if (in.len - pos > 8 && utf8_plain8(in.ptr + pos)) {
			*start = pos + 7;
			pos += 8;
			continue;
		}
		uint32_t rune = utf8_at(in, pos, &len);
		if ((rune_bits(rune) & RUNE_NOT_NFC) != 0)
			return pos;
		*start = rune == RUNE_BAD ? pos + len : pos;
		pos += len;
	}
	return pos;
}

/* Appends the NFC of `in`; ill-formed bytes stay and join nothing. */
bool
unicode_nfc(StrView in, Str *out, Err *err)
{
	size_t before = out->len;
	for (size_t pos = 0; pos < in.len;) {
		size_t start;
		size_t hit = find_unstable(in, pos, &start);
		if (hit == in.len) {
			str_append(out, sv_slice(in, pos, hit));
			break;
		}
		size_t end = unstable_end(in, hit);
		str_append(out, sv_slice(in, pos, start));
		if (!normalize(sv_slice(in, start, end), out, err))
			break;
		pos = end;
	}
	if (!out->failed)
		return true;
	str_truncate(out, before);
	return err_memory(err);
}

bool
unicode_is_nfc(StrView in)
{
	size_t start;
	if (find_unstable(in, 0, &start) == in.len)
		return true;
	Str form = {0};
	bool same = unicode_nfc(in, &form, NULL) && sv_equal(str_view(&form), in);
	str_free(&form);
	return same;
}

/* ---- Clusters (UAX 29) */

enum { ZWJ = 0x200D, REGIONAL_FIRST = 0x1F1E6, REGIONAL_LAST = 0x1F1FF, WINDOW = 256 };

static bool
is_simple(uint32_t rune)
{
	return (rune_bits(rune) & RUNE_SIMPLE) != 0;
}

static bool
is_regional(uint32_t rune)
{
	return rune >= REGIONAL_FIRST && rune <= REGIONAL_LAST;
}

/* Whether there is a border between two neighbours whatever stands before them. */
static bool
cluster_border_certain(uint32_t a, uint32_t b)
{
	if (a == RUNE_BAD || b == RUNE_BAD || (is_simple(a) && is_simple(b)))
		return true;
	if (a == ZWJ || (is_regional(a) && is_regional(b)))
		return false;
	return uc_is_grapheme_break(a, b);
}

/* As much well-formed text from `pos` as fits into `limit` bytes, at least one code point. */
static size_t
window_end(StrView in, size_t pos, size_t limit)
{
	size_t len, end = pos;
	while (end < in.len && utf8_at(in, end, &len) != RUNE_BAD && (end == pos || end + len - pos <= limit))
		end += len;
	return end;
}

/* Runs u8_grapheme_breaks over [from, to); *breaks is `small` when that is large enough, else allocated. Without memory
 * false. */
static bool
grapheme_breaks(StrView in, size_t from, size_t to, char *small, size_t small_size, char **breaks)
{
	*breaks = to - from <= small_size ? small : malloc(to - from);
	if (*breaks == NULL)
		return false;
	u8_grapheme_breaks(units(in, from), to - from, *breaks);
	return true;
}

size_t
cluster_next(StrView in, size_t pos)
{
	if (pos >= in.len)
		return in.len;
	size_t len, next_len;
	uint32_t rune = utf8_at(in, pos, &len);
	if (rune == RUNE_BAD || pos + len == in.len)
		return pos + len;
	if (is_simple(rune) && is_simple(utf8_at(in, pos + len, &next_len)))
		return pos + len;
	/* A border depends only on what stands before it, so a cut window shows every border inside it rightly. */
	for (size_t limit = WINDOW / 4;; limit *= 4) {
		char small[WINDOW], *breaks;
		size_t end = window_end(in, pos, limit);
		if (!grapheme_breaks(in, pos, end, small, sizeof small, &breaks))
			return end;
		const char *hit = memchr(breaks + 1, 1, end - pos - 1);
		size_t found = hit != NULL ? pos + (size_t)(hit - breaks) : end;
		if (breaks != small)
			free(breaks);
		if (hit != NULL || end == in.len || utf8_at(in, end, &len) == RUNE_BAD)
			return found;
	}
}

size_t
cluster_prev(StrView in, size_t pos)
{
	if (pos > in.len)
		pos = in.len;
	if (pos == 0)
		return 0;
	size_t len;
	uint32_t after = utf8_before(in, pos, &len);
	size_t start = pos - len;
	while (start > 0) {
		uint32_t before = utf8_before(in, start, &len);
		if (cluster_border_certain(before, after))
			break;
		after = before;
		start -= len;
	}
	if (pos - start <= 1)
		return start;
	char small[WINDOW], *breaks;
	if (after == RUNE_BAD || !grapheme_breaks(in, start, pos, small, sizeof small, &breaks))
		return start;
	const char *hit = memrchr(breaks + 1, 1, pos - start - 1);
	size_t found = hit != NULL ? start + (size_t)(hit - breaks) : start;
	if (breaks != small)
		free(breaks);
	return found;
}

/* The end of a stretch that begins at the border `pos` and that the table cannot decide: it ends behind a simple rune
 * that a simple one follows, or before ill-formed bytes. */
static size_t
uncertain_end(StrView in, size_t pos)
{
	size_t len;
	for (bool simple = false; pos < in.len; pos += len) {
		uint32_t rune = utf8_at(in, pos, &len);
		bool now = is_simple(rune);
		if (rune == RUNE_BAD || (simple && now))
			break;
		simple = now;
	}
	return pos;
}

void
cluster_breaks(StrView in, uint8_t *out)
{
	size_t len, from = 0; /* the context of pos: the simple rune before it, or pos itself when a border is certain
				 there */
	for (size_t pos = 0; pos < in.len;) {
		if (in.len - pos >= 8 && utf8_plain8(in.ptr + pos)) {
			memset(out + pos, 1, 8);
			from = pos + 7;
			pos += 8;
			continue;
		}
		uint32_t rune = utf8_at(in, pos, &len);
		if (rune == RUNE_BAD || is_simple(rune)) {
			memset(out + pos, 0, len);
			out[pos] = 1;
			from = rune == RUNE_BAD ? pos + len : pos;
			pos += len;
		} else {
			pos = uncertain_end(in, pos);
			u8_grapheme_breaks(units(in, from), pos - from, (char *)out + from);
			out[from] = 1;
			from = pos;
		}
	}
}

size_t
cluster_chunk(StrView in, size_t pos, uint8_t *breaks, size_t size)
{
	size_t len, end = pos;
	while (end < in.len) {
		utf8_at(in, end, &len);
		if (end + len - pos > size)
			break;
		end += len;
	}
	cluster_breaks(sv_slice(in, pos, end), breaks);
	if (end == in.len)
		return end;
	/* The last cluster may go on behind the chunk. */
	const uint8_t *last = memrchr(breaks, 1, end - pos);
	return last != breaks ? pos + (size_t)(last - breaks) : cluster_next(in, pos);
}

size_t
unicode_count_clusters(StrView in)
{
	uint8_t breaks[CLUSTER_CHUNK];
	size_t count = 0;
	for (size_t pos = 0, end; pos < in.len; pos = end) {
		end = cluster_chunk(in, pos, breaks, sizeof breaks);
		size_t filled = end - pos < sizeof breaks ? end - pos : sizeof breaks;
		for (size_t i = 0; i < filled; i++)
			count += breaks[i];
	}
	return count;
}

/* ---- Words (UAX 29) */

static bool
joins_word_before(int property)
{
	return property == WBP_EXTEND || property == WBP_FORMAT || property == WBP_ZWJ;
}

static bool
ends_line(int property)
{
	return property == WBP_CR || property == WBP_LF || property == WBP_NEWLINE;
}

/* Whether there is a word border between two neighbours whatever stands around them; or inside a run of blanks or line
 * ends, where a false one hides no word. */
static bool
word_border_certain(uint32_t a, uint32_t b)
{
	if (a == RUNE_BAD || b == RUNE_BAD)
		return true;
	int left = uc_wordbreak_property(a), right = uc_wordbreak_property(b);
	if (ends_line(left) || ends_line(right))
		return true;
	if (joins_word_before(left) || joins_word_before(right))
		return false;
	return left == WBP_OTHER || right == WBP_OTHER || left == WBP_WSS || right == WBP_WSS;
}

/* The last certain border before `pos`; 0 is one. */
static size_t
word_restart(StrView in, size_t pos)
{
	size_t len;
	if (pos == 0)
		return 0;
	uint32_t after = utf8_before(in, pos, &len);
	pos -= len;
	while (pos > 0) {
		uint32_t before = utf8_before(in, pos, &len);
		if (word_border_certain(before, after))
			break;
		after = before;
		pos -= len;
	}
	return pos;
}

/* The first certain border behind `pos`; the end is one. */
static size_t
word_resume(StrView in, size_t pos)
{
	size_t len;
	if (pos >= in.len)
		return in.len;
	uint32_t before = utf8_at(in, pos, &len);
	pos += len;
	while (pos < in.len) {
		uint32_t after = utf8_at(in, pos, &len);
		if (word_border_certain(before, after))
			break;
		before = after;
		pos += len;
	}
	return pos;
}

static bool
holds_letter_or_digit(StrView in, size_t from, size_t to)
{
	size_t len;
	for (; from < to; from += len) {
		uint32_t rune = utf8_at(in, from, &len);
		if (rune != RUNE_BAD && uc_is_general_category_withtable(rune, UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_N))
			return true;
	}
	return false;
}

typedef struct Word {
	size_t from, to; /* to == 0: none */
} Word;

/* The first word between the certain borders `from` and `to` that ends behind `pos`, or the last one that starts before
 * it. */
static Word
find_word(StrView in, size_t from, size_t to, size_t pos, bool last)
{
	Word found = {0};
	char small[WINDOW], *breaks = small;
	size_t len;
	if (from == to || utf8_at(in, from, &len) == RUNE_BAD)
		return found;
	if (to - from > sizeof small)
		breaks = malloc(to - from);
	if (breaks == NULL) /* one word, then: nothing is lost but a stop of the cursor */
		return holds_letter_or_digit(in, from, to) ? (Word){from, to} : found;
	u8_wordbreaks(units(in, from), to - from, breaks);
	for (size_t start = from; start < to;) {
		const char *hit = memchr(breaks + (start - from) + 1, 1, to - start - 1);
		size_t end = hit != NULL ? from + (size_t)(hit - breaks) : to;
		bool wanted = last ? start < pos : end > pos;
		if (wanted && holds_letter_or_digit(in, start, end)) {
			found = (Word){start, end};
			if (!last)
				break;
		}
		start = end;
	}
	if (breaks != small)
		free(breaks);
	return found;
}

size_t
word_next(StrView in, size_t pos)
{
	if (pos >= in.len)
		return in.len;
	size_t len, to;
	utf8_at(in, pos, &len);
	for (size_t from = word_restart(in, pos + len); from < in.len; from = to) {
		to = word_resume(in, from);
		Word word = find_word(in, from, to, pos, false);
		if (word.to != 0)
			return word.to;
	}
	return in.len;
}

size_t
word_prev(StrView in, size_t pos)
{
	size_t from;
	if (pos > in.len)
		pos = in.len;
	for (size_t end = pos; end > 0; end = from) {
		from = word_restart(in, end);
		Word word = find_word(in, from, word_resume(in, from), pos, true);
		if (word.to != 0)
			return word.from;
	}
	return 0;
}

/* ---- Line breaks (UAX 14) */

static bool
is_hangul(uint32_t rune)
{
	return (rune >= 0xAC00 && rune <= 0xD7FF) || (rune >= 0x1100 && rune <= 0x11FF) ||
	       (rune >= 0x3130 && rune <= 0x318F) || (rune >= 0xA960 && rune <= 0xA97F) ||
	       (rune >= 0xFFA0 && rune <= 0xFFDC);
}

/* What a Korean word is not torn from: letters, digits, signs (%, ℃), brackets, quotes, the marks of Markdown. After a
 * comma, a dash, a slash or an ellipsis, and beside pictures, a line may still break. */
static bool
clings_to_hangul(uint32_t rune)
{
	if (rune < 0x80)
		return rune > 0x20 && strchr(",.!?:;-/", (int)rune) == NULL;
	if (rune >= 0x2600 && (rune_bits(rune) & RUNE_PICTOGRAPH) != 0)
		return false;
	return uc_is_general_category_withtable(
		rune, UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_M | UC_CATEGORY_MASK_N | UC_CATEGORY_MASK_S |
			      UC_CATEGORY_MASK_Ps | UC_CATEGORY_MASK_Pe | UC_CATEGORY_MASK_Pi | UC_CATEGORY_MASK_Pf);
}

/* Line break class AL or HL, near enough to repair LB29. */
static bool
is_alphabetic(uint32_t rune)
{
	if (rune < 0x80)
		return (rune | 0x20) - 'a' < 26 || (rune > 0x20 && strchr("#&*<=>@^_`~", (int)rune) != NULL);
	return (rune_bits(rune) & RUNE_WIDTH) != 2 && !is_hangul(rune) &&
	       uc_is_general_category_withtable(rune, UC_CATEGORY_MASK_L);
}

/* libunistring breaks "e.g." and "example.org" behind the full stop, against LB29. */
static bool
is_infix(uint32_t rune)
{
	return rune == ',' || rune == '.' || rune == ':' || rune == ';' || rune == 0x37E || rune == 0x589 ||
	       rune == 0x60C || rune == 0x60D || rune == 0x7F8 || rune == 0x2044 || rune == 0xFE10 || rune == 0xFE13 ||
	       rune == 0xFE14;
}

static void
veto_breaks(StrView in, BreakRule rule, uint8_t *out)
{
	size_t len;
	uint32_t before = ' ';
	for (size_t pos = 0; pos < in.len; pos += len) {
		uint32_t rune = utf8_at(in, pos, &len);
		if (out[pos] == 1) {
			bool korean = rule == BREAK_KEEP_ALL && ((is_hangul(before) && clings_to_hangul(rune)) ||
									(is_hangul(rune) && clings_to_hangul(before)));
			if (korean || (is_infix(before) && is_alphabetic(rune)))
				out[pos] = 0;
		}
		if ((rune_bits(rune) & RUNE_MARK) == 0)
			before = rune;
	}
}

/* From what u8_possible_linebreaks says (a mandatory break is marked on the newline) to what line_breaks promises. */
static void
translate_breaks(StrView in, uint8_t *out)
{
	size_t len;
	bool must = false;
	for (size_t pos = 0; pos < in.len; pos += len) {
		utf8_at(in, pos, &len);
		uint8_t mark = out[pos];
		memset(out + pos, 0, len);
		if (must)
			out[pos] = 2;
		else if (mark == UC_BREAK_POSSIBLE && pos > 0)
			out[pos] = 1;
		must = mark == UC_BREAK_MANDATORY;
	}
}

bool
line_breaks(StrView in, BreakRule rule, uint8_t *out, Err *err)
{
	if (in.len == 0)
		return true;
	if (unicode_valid(in)) {
		u8_possible_linebreaks(units(in, 0), in.len, "UTF-8", (char *)out);
	} else {
		/* Ill-formed bytes and NUL break like a letter. */
		char *copy = malloc(in.len);
		if (copy == NULL)
			return err_memory(err);
		size_t len;
		for (size_t pos = 0; pos < in.len; pos += len) {
			uint32_t rune = utf8_at(in, pos, &len);
			if (rune == RUNE_BAD || rune == 0)
				memset(copy + pos, 'x', len);
			else
				memcpy(copy + pos, in.ptr + pos, len);
		}
		u8_possible_linebreaks((const uint8_t *)copy, in.len, "UTF-8", (char *)out);
		free(copy);
	}
	translate_breaks(in, out);
	veto_breaks(in, rule, out);
	return true;
}

/* ---- Caseless keys */

static bool
is_blank(uint32_t rune)
{
	if (rune < 0x80)
		return rune == ' ' || (rune >= '\t' && rune <= '\r');
	return rune >= 0x85 && rune <= 0x3000 && uc_is_property_white_space(rune);
}

/* Appends text with every run of white space as one space and none at the ends. */
static void
collapse_blanks(StrView in, Str *out)
{
	size_t len, start = out->len;
	for (size_t pos = 0, word; pos < in.len;) {
		for (; pos < in.len && is_blank(utf8_at(in, pos, &len)); pos += len)
			;
		for (word = pos; pos < in.len && !is_blank(utf8_at(in, pos, &len)); pos += len)
			;
		if (pos > word && out->len > start)
			str_append_byte(out, ' ');
		str_append(out, sv_slice(in, word, pos));
	}
}

/* Runes that have no case, except for ASCII's, are their own canonical form and join nothing before them: most of what
 * is written in English and Korean. */
static bool
folds_alone(uint32_t rune)
{
	return rune < 0x80 || (rune >= 0xAC00 && rune <= 0xD7A3) || (rune >= 0x4E00 && rune <= 0x9FFF) ||
	       (rune >= 0x2010 && rune <= 0x2027) || (rune >= 0x3000 && rune <= 0x3020);
}

/* Folds a stretch by the book. */
static bool
fold_stretch(StrView in, Str *out, Err *err)
{
	uint8_t *apart, *folded = NULL;
	size_t apart_len = 0, folded_len = 0;
	/* Canonical caseless matching (Unicode 15, 3.13, D145) folds the decomposed form. */
	apart = u8_normalize(UNINORM_NFD, units(in, 0), in.len, NULL, &apart_len);
	if (apart != NULL)
		folded = u8_casefold(apart, apart_len, NULL, UNINORM_NFC, NULL, &folded_len);
	if (folded != NULL)
		str_append(out, (StrView){(const char *)folded, folded_len});
	bool done = folded != NULL ? str_ok(out, err) : err_memory(err);
	free(apart);
	free(folded);
	return done;
}

static void
append_lower(StrView in, Str *out)
{
	size_t from = out->len;
	str_append(out, in);
	for (size_t i = from; i < out->len; i++)
		if (out->ptr[i] >= 'A' && out->ptr[i] <= 'Z')
			out->ptr[i] = (char)(out->ptr[i] | 0x20);
}

static bool
fold_clean(StrView in, Str *out, Err *err)
{
	for (size_t pos = 0, start = 0, last = 0, len; start < in.len; start = pos) {
		last = pos;
		for (; pos < in.len && folds_alone(utf8_at(in, pos, &len)); pos += len)
			last = pos;
		/* The last one before a stretch of others may be what they join. */
		append_lower(sv_slice(in, start, pos < in.len ? last : pos), out);
		if (pos == in.len)
			break;
		while (pos < in.len && !folds_alone(utf8_at(in, pos, &len)))
			pos += len;
		if (!fold_stretch(sv_slice(in, last, pos), out, err))
			return false;
	}
	return str_ok(out, err);
}

bool
unicode_fold(StrView in, Str *out, Err *err)
{
	Str clean = {0}, folded = {0};
	size_t before = out->len;
	bool done = unicode_clean(in, &clean, NULL, err) && fold_clean(str_view(&clean), &folded, err);
	if (done) {
		collapse_blanks(str_view(&folded), out);
		done = str_ok(out, err);
	}
	if (!done)
		str_truncate(out, before);
	str_free(&clean);
	str_free(&folded);
	return done;
}

bool
unicode_same(StrView a, StrView b)
{
	Str left = {0}, right = {0};
	bool same = unicode_fold(a, &left, NULL) && unicode_fold(b, &right, NULL) &&
		    sv_equal(str_view(&left), str_view(&right));
	str_free(&left);
	str_free(&right);
	return same;
}
