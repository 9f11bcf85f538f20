/* Places at which a text may be entered: looked for from a position in a document, by blocks. */
#include "window.h"

#include <string.h>

typedef struct RuneRange {
	uint32_t first, last;
} RuneRange;

/* Letters of alphabets whose marks are runes of their own kind, syllables, ideographs, pictures. What is not here is
 * only looked past: scripts whose letters join (Indic), jamo, flags, skin tones, marks, and signs that line breaking
 * remembers. */
static const RuneRange RESTARTS[] = {
	{'0', '9'},
	{'A', 'Z'},
	{'a', 'z'},
	{0xC0, 0xD6},
	{0xD8, 0xF6},
	{0xF8, 0x24F},
	{0x391, 0x3A1},
	{0x3A3, 0x3E1},
	{0x400, 0x481},
	{0x48A, 0x52F},
	{0x531, 0x556},
	{0x561, 0x586},
	{0x5D0, 0x5EA},
	{0x620, 0x64A},
	{0xE01, 0xE30},
	{0x10D0, 0x10FA},
	{0x1E00, 0x1EFF},
	{0x3042, 0x3042},
	{0x304B, 0x3062},
	{0x306A, 0x3082},
	{0x30AB, 0x30C2},
	{0x30CA, 0x30E2},
	{0x3131, 0x3163},
	{0x3400, 0x4DBF},
	{0x4E00, 0x9FFF},
	{0xAC00, 0xD7A3},
	{0x1F400, 0x1F43E},
	{0x1F600, 0x1F64F},
	{0x20000, 0x2A6DF},
};

bool
rune_restarts(uint32_t rune)
{
	size_t low = 0, high = sizeof RESTARTS / sizeof RESTARTS[0];
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (rune > RESTARTS[middle].last)
			low = middle + 1;
		else
			high = middle;
	}
	return low < sizeof RESTARTS / sizeof RESTARTS[0] && rune >= RESTARTS[low].first;
}

static bool
is_tail(char byte)
{
	return ((unsigned char)byte & 0xC0) == 0x80;
}

size_t
document_floor(const Document *doc, size_t pos)
{
	if (pos >= document_length(doc))
		return document_length(doc);
	while (pos > 0 && is_tail(document_chunk(doc, pos).ptr[0]))
		pos--;
	return pos;
}

/* Copies [from, to), less than BLOCK_MAX bytes. */
enum { BLOCK = 64, BLOCK_MAX = BLOCK + 8 };

static StrView
copy_block(const Document *doc, size_t from, size_t to, char *block)
{
	size_t len = 0;
	while (from + len < to) {
		StrView chunk = document_chunk(doc, from + len);
		size_t take = chunk.len < to - from - len ? chunk.len : to - from - len;
		memcpy(block + len, chunk.ptr, take);
		len += take;
	}
	return (StrView){block, len};
}

static bool
restarts_at(StrView text, size_t i)
{
	size_t len;
	return !is_tail(text.ptr[i]) && rune_restarts(unicode_rune(text, i, &len));
}

size_t
document_restart(const Document *doc, size_t pos)
{
	char bytes[BLOCK_MAX];
	pos = document_floor(doc, pos);
	while (pos > 0) {
		size_t from = document_floor(doc, pos > BLOCK ? pos - BLOCK : 0);
		StrView block = copy_block(doc, from, document_floor(doc, pos + 1 + 3), bytes);
		for (size_t i = pos - from; i > 0; i--)
			if ((i < block.len && restarts_at(block, i)) || block.ptr[i - 1] == '\n')
				return from + i;
		pos = from;
	}
	return 0;
}

size_t
document_restart_after(const Document *doc, size_t pos)
{
	size_t length = document_length(doc);
	pos = document_floor(doc, pos);
	if (pos > 0 && pos < length && document_chunk(doc, pos - 1).ptr[0] == '\n')
		return pos;
	while (pos < length) {
		StrView chunk = document_chunk(doc, pos);
		for (size_t i = 0; i < chunk.len; i++) {
			if (restarts_at(chunk, i))
				return pos + i;
			if (chunk.ptr[i] == '\n')
				return pos + i + 1;
		}
		pos += chunk.len;
	}
	return length;
}
