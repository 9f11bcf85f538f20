/* The pieces of a Markdown text that are merged as one: told by their first letters, line by line. A fence or a comment
 * that is never closed reaches to the end, as CommonMark has it. */
#include "paragraphs.h"

#include <string.h>
#include <strings.h>

enum { CODE_INDENT = 4, LIST_INDENT = 2 };

/* What a piece has open at the end of a line. */
typedef struct Piece {
	char fence; /* its letter; 0: none */
	size_t fence_len;
	const char *closer; /* of raw HTML; NULL: none */
	char list;          /* the sign of its items; 0: no list */
	bool code;          /* it began as indented code */
} Piece;

static StrView
line_at(StrView text, size_t pos)
{
	const char *end = memchr(text.ptr + pos, '\n', text.len - pos);
	return sv_slice(text, pos, end == NULL ? text.len : (size_t)(end - text.ptr));
}

static bool
is_empty(StrView line)
{
	for (size_t i = 0; i < line.len; i++)
		if (line.ptr[i] != ' ' && line.ptr[i] != '\t')
			return false;
	return true;
}

/* Takes the blanks off the front of a line: how many columns they are. */
static size_t
take_indent(StrView *line)
{
	size_t columns = 0, i = 0;
	for (; i < line->len && (line->ptr[i] == ' ' || line->ptr[i] == '\t'); i++)
		columns = line->ptr[i] == ' ' ? columns + 1 : columns / CODE_INDENT * CODE_INDENT + CODE_INDENT;
	*line = sv_slice(*line, i, line->len);
	return columns;
}

static size_t
run_of(StrView line, char letter)
{
	size_t len = 0;
	while (len < line.len && line.ptr[len] == letter)
		len++;
	return len;
}

/* A rule of hyphens or asterisks looks like an item. */
static bool
is_rule(StrView line)
{
	size_t signs = 0;
	for (size_t i = 0; i < line.len; i++) {
		if (line.ptr[i] == line.ptr[0])
			signs++;
		else if (line.ptr[i] != ' ' && line.ptr[i] != '\t')
			return false;
	}
	return signs >= 3;
}

/* The sign of a list's item: its bullet, or what stands behind its number; 0 when the line is none. */
static char
item_sign(StrView line)
{
	if (line.len == 0)
		return 0;
	size_t at = 0;
	if (line.ptr[0] == '-' || line.ptr[0] == '*' || line.ptr[0] == '+') {
		if (is_rule(line))
			return 0;
	} else {
		while (at < line.len && at < 9 && line.ptr[at] >= '0' && line.ptr[at] <= '9')
			at++;
		if (at == 0 || at == line.len || (line.ptr[at] != '.' && line.ptr[at] != ')'))
			return 0;
	}
	bool ends = at + 1 == line.len || line.ptr[at + 1] == ' ' || line.ptr[at + 1] == '\t';
	return ends ? line.ptr[at] : 0;
}

static bool
starts_with_tag(StrView line, const char *tag)
{
	size_t len = strlen(tag);
	return line.len >= len && strncasecmp(line.ptr, tag, len) == 0;
}

/* What ends the raw HTML that a line opens, if that may have empty lines in it; NULL when it opens none. */
static const char *
closer_of(StrView line)
{
	static const char *const ways[][2] = {{"<!--", "-->"}, {"<![CDATA[", "]]>"}, {"<?", "?>"},
		{"<script", "</script>"}, {"<pre", "</pre>"}, {"<style", "</style>"}, {"<textarea", "</textarea>"}};
	for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++)
		if (starts_with_tag(line, ways[i][0]))
			return ways[i][1];
	return NULL;
}

static bool
has_closer(StrView line, const char *closer)
{
	size_t len = strlen(closer);
	for (size_t i = 0; i + len <= line.len; i++)
		if (strncasecmp(line.ptr + i, closer, len) == 0)
			return true;
	return false;
}

static void
open_fence(Piece *piece, StrView line)
{
	char letter = line.len > 0 ? line.ptr[0] : 0;
	if (letter != '`' && letter != '~')
		return;
	size_t len = run_of(line, letter);
	if (len < 3 || (letter == '`' && memchr(line.ptr + len, '`', line.len - len) != NULL))
		return;
	piece->fence = letter;
	piece->fence_len = len;
}

static void
read_line(Piece *piece, StrView line)
{
	size_t indent = take_indent(&line);
	if (piece->fence != 0) {
		size_t len = run_of(line, piece->fence);
		if (len >= piece->fence_len && is_empty(sv_slice(line, len, line.len)))
			piece->fence = 0;
		return;
	}
	if (piece->closer == NULL && indent < CODE_INDENT)
		piece->closer = closer_of(line);
	if (piece->closer != NULL) {
		piece->closer = has_closer(line, piece->closer) ? NULL : piece->closer;
		return;
	}
	char sign = item_sign(line);
	if (sign != 0 && indent < CODE_INDENT)
		piece->list = sign;
	if (indent < CODE_INDENT || piece->list != 0)
		open_fence(piece, sign != 0 ? sv_trim(sv_slice(line, 1, line.len)) : line);
}

/* Whether a line behind empty ones belongs to the piece still. */
static bool
goes_on(const Piece *piece, StrView line)
{
	size_t indent = take_indent(&line);
	if (piece->fence != 0 || piece->closer != NULL)
		return true;
	if (piece->list != 0)
		return indent >= LIST_INDENT || item_sign(line) == piece->list;
	return piece->code && indent >= CODE_INDENT;
}

/* Where the first line at or behind `pos` that is not empty begins; the text's length when there is none. */
static size_t
skip_empty(StrView text, size_t pos)
{
	while (pos < text.len) {
		StrView line = line_at(text, pos);
		if (!is_empty(line))
			return pos;
		pos += line.len + 1;
	}
	return text.len;
}

/* The end of the piece that begins at `pos`. */
static size_t
piece_end(StrView text, size_t pos)
{
	StrView line = line_at(text, pos), first = line;
	Piece piece = {.code = take_indent(&first) >= CODE_INDENT};
	for (;;) {
		read_line(&piece, line);
		size_t end = pos + line.len;
		size_t next = skip_empty(text, end + 1);
		bool joined = next == end + 1;
		if (next >= text.len)
			return end;
		line = line_at(text, next);
		if (!joined && !goes_on(&piece, line))
			return end;
		pos = next;
	}
}

bool
paragraphs_split(StrView text, Parts *parts)
{
	for (size_t pos = skip_empty(text, 0); pos < text.len;) {
		size_t end = piece_end(text, pos);
		if (!parts_add(parts, sv_slice(text, pos, end)))
			return false;
		pos = skip_empty(text, end + 1);
	}
	return true;
}
