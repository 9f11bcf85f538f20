/* Reads the words of a Markdown text for keyword suggestions: skips what is not prose and tells words apart. */
#include "prose.h"

#include <string.h>
#include <strings.h>

typedef enum RuneKind {
	KIND_OTHER = 0,
	KIND_HANGUL = 1,
	KIND_LETTER = 2,
	KIND_DIGIT = 4,
	KIND_MARK = 8, /* part of a word, never its start */
} RuneKind;

static bool
in_range(uint32_t rune, uint32_t from, uint32_t to)
{
	return rune >= from && rune <= to;
}

/* Letters by block: a suggestion may miss a word of a rare script, but must not take punctuation for one. */
static RuneKind
rune_kind(uint32_t rune)
{
	static const uint32_t letters[][2] = {{0xC0, 0xD6}, {0xD8, 0xF6}, {0xF8, 0x2AF}, {0x370, 0x373}, {0x376, 0x377},
		{0x37B, 0x37D}, {0x386, 0x386}, {0x388, 0x3FF}, {0x400, 0x481}, {0x48A, 0x556}, {0x561, 0x587},
		{0x5D0, 0x5F2}, {0x620, 0x669}, {0x66E, 0x6D3}, {0x904, 0x963}, {0x966, 0xDF3}, {0xE01, 0xE3A},
		{0xE40, 0xE4E}, {0x10A0, 0x10FA}, {0x1E00, 0x1FBC}, {0x3005, 0x3007}, {0x30A1, 0x30FA},
		{0x30FC, 0x30FE}, {0x3400, 0x4DBF}, {0x4E00, 0x9FFF}, {0xF900, 0xFAFF}, {0x20000, 0x3FFFD}};
	if (in_range(rune | 0x20, 'a', 'z'))
		return KIND_LETTER;
	if (in_range(rune, '0', '9'))
		return KIND_DIGIT;
	if (in_range(rune, 0xAC00, 0xD7A3))
		return KIND_HANGUL;
	if (in_range(rune, 0x300, 0x36F))
		return KIND_MARK;
	for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++)
		if (in_range(rune, letters[i][0], letters[i][1]))
			return KIND_LETTER;
	return KIND_OTHER;
}

/* The code point at `pos` (0 at the end), fast for what most texts are made of. */
static uint32_t
rune_at(StrView text, size_t pos, size_t *len)
{
	const unsigned char *p = (const unsigned char *)text.ptr + pos;
	*len = 1;
	if (pos >= text.len)
		return 0;
	if (p[0] < 0x80)
		return p[0];
	if (p[0] >= 0xEA && p[0] <= 0xEC && text.len - pos >= 3 && (p[1] & 0xC0) == 0x80 && (p[2] & 0xC0) == 0x80) {
		*len = 3;
		return (p[0] & 0xFu) << 12 | (p[1] & 0x3Fu) << 6 | (p[2] & 0x3Fu);
	}
	return unicode_rune(text, pos, len);
}

static char
byte_at(StrView text, size_t pos)
{
	return pos < text.len ? text.ptr[pos] : '\0';
}

static bool
is_alpha(char c)
{
	return in_range((unsigned char)c | 0x20, 'a', 'z');
}

static bool
is_digit(char c)
{
	return in_range((unsigned char)c, '0', '9');
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static size_t
line_end(StrView text, size_t pos)
{
	const char *hit = pos < text.len ? memchr(text.ptr + pos, '\n', text.len - pos) : NULL;
	return hit != NULL ? (size_t)(hit - text.ptr) : text.len;
}

static size_t
run_length(StrView text, size_t pos, char c)
{
	size_t len = 0;
	while (byte_at(text, pos + len) == c && pos + len < text.len)
		len++;
	return len;
}

/* Whether only blanks and bytes of `set` stand in [pos, end), at least one of the set. */
static bool
line_is(StrView text, size_t pos, size_t end, const char *set)
{
	bool seen = false;
	for (; pos < end; pos++) {
		if (is_blank(text.ptr[pos]))
			continue;
		if (text.ptr[pos] == '\0' || strchr(set, text.ptr[pos]) == NULL)
			return false;
		seen = true;
	}
	return seen;
}

/* Whether the line that starts at `pos` holds nothing but blanks. */
static bool
line_is_empty(StrView text, size_t pos)
{
	while (is_blank(byte_at(text, pos)))
		pos++;
	return pos >= text.len || text.ptr[pos] == '\n';
}

/* ---- Line starts */

static void
break_block(Prose *prose)
{
	prose->sentence = prose->gap_wide = true;
	prose->heading = false;
}

/* The end of a fenced block whose `run` fence characters stand at `pos`; without a closing fence the end of the text.
 */
static size_t
fence_end(StrView text, size_t pos, size_t run)
{
	char fence = text.ptr[pos];
	for (pos = line_end(text, pos); pos < text.len; pos = line_end(text, pos)) {
		pos++;
		while (is_blank(byte_at(text, pos)) || byte_at(text, pos) == '>')
			pos++;
		size_t here = run_length(text, pos, fence);
		if (here >= run && line_is_empty(text, pos + here))
			return line_end(text, pos);
	}
	return text.len;
}

static bool
is_fence(StrView text, size_t pos, size_t *run)
{
	char c = byte_at(text, pos);
	if (c != '`' && c != '~')
		return false;
	*run = run_length(text, pos, c);
	if (*run < 3)
		return false;
	size_t info = pos + *run, end = line_end(text, pos);
	return c == '~' || memchr(text.ptr + info, '`', end - info) == NULL;
}

/* [label]: destination */
static bool
is_definition(StrView text, size_t pos)
{
	if (byte_at(text, pos) != '[' || byte_at(text, pos + 1) == '^')
		return false;
	for (size_t i = pos + 1; i < text.len && text.ptr[i] != '\n'; i++)
		if (text.ptr[i] == ']')
			return byte_at(text, i + 1) == ':';
	return false;
}

/* The bytes of "- ", "12. " and the like, 0 when no list item starts at `pos`. */
static size_t
list_marker(StrView text, size_t pos)
{
	size_t len = 0;
	char c = byte_at(text, pos);
	if (c == '-' || c == '*' || c == '+') {
		len = 1;
	} else {
		while (len < 9 && is_digit(byte_at(text, pos + len)))
			len++;
		c = byte_at(text, pos + len);
		len = len > 0 && (c == '.' || c == ')') ? len + 1 : 0;
	}
	return len > 0 && is_blank(byte_at(text, pos + len)) ? len : 0;
}

/* Steps over indentation and quote marks; the columns of indentation behind the last quote mark. */
static size_t
skip_prefix(Prose *prose)
{
	size_t columns = 0;
	for (;; prose->pos++) {
		char c = byte_at(prose->text, prose->pos);
		if (c == ' ') {
			columns++;
		} else if (c == '\t') {
			columns += 4 - columns % 4;
		} else if (c == '>' && columns < 4) {
			prose->gap_wide = true;
			columns = 0;
			if (byte_at(prose->text, prose->pos + 1) == ' ')
				prose->pos++;
		} else {
			return columns;
		}
	}
}

/* Steps over what makes a line a heading or an item. */
static void
skip_marker(Prose *prose, size_t columns)
{
	size_t len = list_marker(prose->text, prose->pos);
	size_t hashes = run_length(prose->text, prose->pos, '#');
	if (len > 0) {
		prose->in_list = true;
		prose->pos += len;
		break_block(prose);
	} else if (columns == 0 && prose->after_empty) {
		prose->in_list = false;
	}
	if (hashes > 0 && hashes <= 6 && is_blank(byte_at(prose->text, prose->pos + hashes))) {
		break_block(prose);
		prose->heading = true;
	}
}

/* Called at the start of a line; leaves `pos` where its prose begins, at its end when it has none. */
static void
enter_line(Prose *prose)
{
	size_t run, columns = skip_prefix(prose), end = line_end(prose->text, prose->pos);
	prose->line_start = false;
	if (prose->heading)
		break_block(prose);
	if (prose->pos == end) {
		prose->after_empty = true;
		break_block(prose);
		return;
	}
	if (columns >= 4 && prose->after_empty && !prose->in_list) {
		prose->pos = end;
		return;
	}
	if (is_fence(prose->text, prose->pos, &run)) {
		prose->pos = fence_end(prose->text, prose->pos, run);
		break_block(prose);
	} else if (is_definition(prose->text, prose->pos) || line_is(prose->text, prose->pos, end, "-=*_|:")) {
		prose->pos = end;
		break_block(prose);
	} else {
		skip_marker(prose, columns);
	}
	prose->after_empty = false;
}

/* ---- Marks inside a line */

static void
skip_wide(Prose *prose, size_t to)
{
	prose->pos = to;
	prose->gap_wide = true;
}

static void
skip_mark(Prose *prose, size_t to)
{
	prose->pos = to;
	prose->gap_mark = true;
}

/* A code span ends at the next run of as many backticks in the same paragraph; without one the run is literal. */
static void
skip_ticks(Prose *prose)
{
	StrView text = prose->text;
	size_t run = run_length(text, prose->pos, '`'), pos = prose->pos + run;
	if (run > PROSE_TICKS_MAX || prose->no_ticks[run] > pos) {
		skip_wide(prose, pos);
		return;
	}
	size_t after = pos;
	while (pos < text.len && !(text.ptr[pos] == '\n' && line_is_empty(text, pos + 1))) {
		if (text.ptr[pos] != '`') {
			pos++;
			continue;
		}
		size_t here = run_length(text, pos, '`');
		pos += here;
		if (here == run) {
			skip_wide(prose, pos);
			return;
		}
	}
	prose->no_ticks[run] = pos;
	skip_wide(prose, after);
}

/* From '(' behind a link text to behind its ')'; `pos` itself when it is no destination. */
static size_t
destination_end(Prose *prose, size_t pos)
{
	StrView text = prose->text;
	size_t i = pos, depth = 0;
	char quote = '\0';
	if (pos < prose->no_destination)
		return pos;
	for (; i < text.len && text.ptr[i] != '\n'; i++) {
		char c = text.ptr[i];
		if (c == '\\')
			i++;
		else if (quote != '\0')
			quote = c == quote ? '\0' : quote;
		else if (c == '<' || (c == '"' && text.ptr[i - 1] == ' '))
			quote = c == '<' ? '>' : '"';
		else if (c == '(')
			depth++;
		else if (c == ')' && --depth == 0)
			return i + 1;
	}
	prose->no_destination = i;
	return pos;
}

static void
skip_link_end(Prose *prose)
{
	StrView text = prose->text;
	size_t next = prose->pos + 1;
	if (byte_at(text, next) == '(') {
		next = destination_end(prose, next);
	} else if (byte_at(text, next) == '[') {
		size_t end = next + 1;
		while (end < text.len && text.ptr[end] != ']' && text.ptr[end] != '\n')
			end++;
		if (byte_at(text, end) == ']')
			next = end + 1;
	}
	skip_mark(prose, next);
}

/* The end of the element that opens with the tag at `pos` when its content is no prose, else 0. */
static size_t
element_end(Prose *prose, size_t pos)
{
	static const char *const names[] = {"script", "style", "pre", "code", "kbd"};
	StrView text = prose->text;
	for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
		size_t len = strlen(names[i]);
		if (text.len - pos < len + 2 || strncasecmp(text.ptr + pos + 1, names[i], len) != 0 ||
			is_alpha(text.ptr[pos + 1 + len]) || (prose->unclosed & 1u << i) != 0)
			continue;
		for (size_t at = pos + 1; at < text.len; at++) {
			const char *hit = memchr(text.ptr + at, '<', text.len - at);
			if (hit == NULL)
				break;
			at = (size_t)(hit - text.ptr);
			if (byte_at(text, at + 1) == '/' && text.len - at >= len + 3 &&
				strncasecmp(hit + 2, names[i], len) == 0)
				return at + 2 + len;
		}
		prose->unclosed |= 1u << i;
	}
	return 0;
}

/* Steps behind the '>' of the tag around `pos`; stays when none comes in this paragraph. */
static void
skip_to_tag_end(Prose *prose)
{
	StrView text = prose->text;
	char quote = '\0';
	size_t i = prose->pos;
	for (; i < text.len; i++) {
		char c = text.ptr[i];
		if (c == '\n' && line_is_empty(text, i + 1))
			break;
		if (quote != '\0') {
			quote = c == quote ? '\0' : quote;
		} else if (c == '"' && text.ptr[i - 1] == '=') {
			quote = c;
		} else if (c == '>') {
			prose->pos = i + 1;
			return;
		}
	}
	prose->no_tag = i;
}

enum { COMMENT_UNCLOSED = 1 << 16 };

static void
skip_tag(Prose *prose)
{
	StrView text = prose->text;
	size_t pos = prose->pos;
	char c = byte_at(text, pos + 1);
	if (!is_alpha(c) && c != '/' && c != '!' && c != '?') {
		skip_wide(prose, pos + 1);
		return;
	}
	if (sv_starts(sv_slice(text, pos, text.len), SV("<!--")) && (prose->unclosed & COMMENT_UNCLOSED) == 0) {
		size_t end = sv_find(text, SV("-->"), pos + 4);
		if (end != SIZE_MAX) {
			skip_wide(prose, end + 3);
			return;
		}
		prose->unclosed |= COMMENT_UNCLOSED;
	}
	size_t from = element_end(prose, pos);
	from = from > 0 ? from : pos + 1;
	skip_wide(prose, from);
	if (from >= prose->no_tag)
		skip_to_tag_end(prose);
}

static void
skip_entity(Prose *prose)
{
	size_t end = prose->pos + 1;
	while (end < prose->pos + 32 && (is_alpha(byte_at(prose->text, end)) || is_digit(byte_at(prose->text, end)) ||
						byte_at(prose->text, end) == '#'))
		end++;
	skip_wide(prose, byte_at(prose->text, end) == ';' ? end + 1 : prose->pos + 1);
}

static void
end_sentence(Prose *prose, size_t len)
{
	size_t pos = prose->pos + len, rune_len;
	if (pos >= prose->text.len || rune_kind(rune_at(prose->text, pos, &rune_len)) == KIND_OTHER)
		prose->sentence = true;
	skip_wide(prose, pos);
}

/* Steps over one thing that is no word. */
static void
skip_other(Prose *prose, uint32_t rune, size_t len)
{
	switch (rune) {
	case '\n':
		prose->line_start = prose->gap_blank = true;
		prose->pos++;
		break;
	case ' ':
	case '\t':
		prose->gap_blank = true;
		prose->pos++;
		break;
	case '`':
		skip_ticks(prose);
		break;
	case ']':
		skip_link_end(prose);
		break;
	case '<':
		skip_tag(prose);
		break;
	case '&':
		skip_entity(prose);
		break;
	case '.':
	case '!':
	case '?':
	case 0x2026: /* … */
	case 0x3002: /* 。 */
		end_sentence(prose, len);
		break;
	case '*':
	case '_':
	case '~':
	case '\'':
	case '"':
	case ')':
	case 0x2019: /* ’ */
	case 0x201D: /* ” */
	case 0x3009: /* 〉 */
	case 0x300B: /* 》 */
	case 0x300D: /* 」 */
	case 0x300F: /* 』 */
		skip_mark(prose, prose->pos + len);
		break;
	default:
		skip_wide(prose, prose->pos + len);
		break;
	}
}

/* ---- Words */

/* http://…, www.…: the end of the address, `pos` when there is none. */
static size_t
address_end(StrView text, size_t pos)
{
	StrView rest = sv_slice(text, pos, text.len);
	if (!sv_starts(rest, SV("http://")) && !sv_starts(rest, SV("https://")) && !sv_starts(rest, SV("www.")))
		return pos;
	while (pos < text.len && text.ptr[pos] > ' ' && strchr("<>\")]", text.ptr[pos]) == NULL)
		pos++;
	return pos;
}

/* The bytes of a sign at `pos` that belongs to the word around it (C&C, don't, K-팝, Node.js), else 0. */
static size_t
joiner(StrView text, size_t pos, RuneKind before)
{
	size_t len, next_len;
	uint32_t rune = rune_at(text, pos, &len);
	if (pos >= text.len || before == KIND_HANGUL)
		return 0;
	RuneKind after = rune_kind(rune_at(text, pos + len, &next_len));
	switch (rune) {
	case '-':
		return after == KIND_LETTER || after == KIND_DIGIT || after == KIND_HANGUL ? len : 0;
	case '&':
	case '_':
	case '.':
		return after == KIND_LETTER || after == KIND_DIGIT ? len : 0;
	case '\'':
	case 0x2019:
		return before == KIND_LETTER && after == KIND_LETTER ? len : 0;
	default:
		return 0;
	}
}

/* C++, C#, U.S.: what belongs to a word of letters behind its last one. */
static size_t
tail_signs(StrView text, size_t from, size_t end)
{
	StrView word = sv_slice(text, from, end);
	if (word.len == 1 && is_alpha(word.ptr[0])) {
		size_t plus = run_length(text, end, '+'), sharp = run_length(text, end, '#');
		size_t signs = plus == 2 ? 2 : sharp == 1 ? 1 : 0;
		return is_alpha(byte_at(text, end + signs)) || is_digit(byte_at(text, end + signs)) ? 0 : signs;
	}
	if (word.len < 3 || word.len % 2 == 0 || byte_at(text, end) != '.')
		return 0;
	for (size_t i = 0; i < word.len; i++)
		if (i % 2 == 0 ? !is_alpha(word.ptr[i]) : word.ptr[i] != '.')
			return 0;
	return 1;
}

/* The end of the word that starts at `pos`; *kinds: what it is made of, *first: its first kind. */
static size_t
word_end(StrView text, size_t pos, unsigned *kinds, RuneKind *first)
{
	size_t len, from = pos;
	RuneKind before = KIND_OTHER;
	*kinds = 0;
	*first = rune_kind(rune_at(text, pos, &len));
	for (; pos < text.len; pos += len) {
		RuneKind kind = rune_kind(rune_at(text, pos, &len));
		if (kind == KIND_OTHER) {
			len = joiner(text, pos, before);
			if (len == 0)
				break;
			continue;
		}
		if (kind != KIND_MARK)
			before = kind;
		*kinds |= kind;
	}
	return pos + tail_signs(text, from, pos);
}

/* Whether a cluster border is at `pos`, as far as the code points beside it tell; letters have no other clusters. */
static bool
is_border(StrView text, size_t pos)
{
	if (pos == 0 || pos >= text.len ||
		((unsigned char)text.ptr[pos - 1] < 0x80 && (unsigned char)text.ptr[pos] < 0x80))
		return true;
	size_t before = pos - 1;
	while (before > 0 && pos - before < 4 && ((unsigned char)text.ptr[before] & 0xC0) == 0x80)
		before--;
	return cluster_next(text, before) == pos;
}

/* Reads the run of letters at `pos`; false when it is nothing a reader would call a word (15일, 3.14, an address). */
static bool
read_word(Prose *prose, ProseWord *word)
{
	StrView text = prose->text;
	size_t from = prose->pos, end = address_end(text, from);
	if (end > from) {
		skip_wide(prose, end);
		return false;
	}
	unsigned kinds;
	RuneKind first;
	end = word_end(text, from, &kinds, &first);
	bool mail = byte_at(text, end) == '@';
	while (mail && end < text.len && text.ptr[end] > ' ')
		end++;
	if (mail || end - from > PROSE_WORD_MAX || (kinds & (KIND_LETTER | KIND_HANGUL)) == 0 ||
		(first == KIND_DIGIT && (kinds & KIND_LETTER) == 0) || !is_border(text, from) ||
		!is_border(text, end)) {
		skip_wide(prose, end);
		return false;
	}
	word->text = sv_slice(text, from, end);
	word->flags = (prose->sentence ? PROSE_SENTENCE : 0) | (prose->heading ? PROSE_HEADING : 0);
	if (!prose->gap_wide && prose->gap_blank != prose->gap_mark)
		word->flags |= prose->gap_blank ? PROSE_NEXT : PROSE_GLUED;
	prose->pos = end;
	prose->sentence = prose->gap_wide = prose->gap_blank = prose->gap_mark = false;
	return true;
}

void
prose_start(Prose *prose, StrView text)
{
	*prose = (Prose){.text = text, .line_start = true, .after_empty = true, .sentence = true, .gap_wide = true};
}

bool
prose_next(Prose *prose, ProseWord *word)
{
	while (prose->pos < prose->text.len) {
		if (prose->line_start) {
			enter_line(prose);
			continue;
		}
		size_t len;
		uint32_t rune = rune_at(prose->text, prose->pos, &len);
		RuneKind kind = rune_kind(rune);
		if (kind == KIND_OTHER || kind == KIND_MARK)
			skip_other(prose, rune, len);
		else if (read_word(prose, word))
			return true;
	}
	return false;
}
