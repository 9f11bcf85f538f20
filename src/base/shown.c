/* Clusters as the cells of a screen may hold them: harmless, with columns, and whether terminals agree about those. */
#include "internal.h"

#include <string.h>

enum { NO_PICTURE = 0x2426, REPLACEMENT = 0xFFFD, GRAPHEME_JOINER = 0x034F };

/* What of a cluster has been kept so far. */
typedef struct Cell {
	Shown *out;
	bool picture; /* the last base is one, maybe with marks behind it */
	bool sticks;  /* the next base belongs to it */
	Jamo jamo;    /* the part of a syllable that stands last */
	int marks, joined, sticky;
} Cell;

/* Blocks in which terminals of every age agree with our table, as far as it calls a code point neither ambiguous nor a
 * picture of one column. All of them were assigned by Unicode 9, when emoji became wide, or are wide as a block. */
static const struct {
	uint32_t first, last;
} CERTAIN[] = {{0x0020, 0x0377}, {0x037A, 0x037F}, {0x0384, 0x038A}, {0x038C, 0x038C}, {0x038E, 0x03A1},
	{0x03A3, 0x0482}, {0x048A, 0x052F}, {0x0531, 0x0556}, {0x0559, 0x055F}, {0x0561, 0x0587}, {0x1E00, 0x1F15},
	{0x2010, 0x2064}, {0x2070, 0x2071}, {0x2074, 0x208E}, {0x2090, 0x209C}, {0x20A0, 0x20BE}, {0x2100, 0x218B},
	{0x2190, 0x23FE}, {0x2400, 0x2426}, {0x2440, 0x244A}, {0x2460, 0x2689}, {0x2690, 0x2B73}, {0x2E80, 0x2E99},
	{0x2E9B, 0x2EF3}, {0x2F00, 0x2FD5}, {0x2FF0, 0x2FFB}, {0x3000, 0x303F}, {0x3041, 0x3096}, {0x309B, 0x30FF},
	{0x3105, 0x312D}, {0x3131, 0x318E}, {0x3190, 0x31BA}, {0x31C0, 0x31E3}, {0x31F0, 0x321E}, {0x3220, 0x32FE},
	{0x3300, 0x4DB5}, {0x4E00, 0x9FFF}, {0xAC00, 0xD7A3}, {0xF900, 0xFA6D}, {0xFA70, 0xFAD9}, {0xFF01, 0xFFBE},
	{0xFFC2, 0xFFC7}, {0xFFCA, 0xFFCF}, {0xFFD2, 0xFFD7}, {0xFFDA, 0xFFDC}, {0xFFE0, 0xFFE6}, {0xFFE8, 0xFFEE},
	{0x1F300, 0x1F64F}, {0x1F680, 0x1F6D2}, {0x1F910, 0x1F91E}, {0x1F920, 0x1F927}, {0x1F930, 0x1F930},
	{0x1F933, 0x1F93E}, {0x1F940, 0x1F94B}, {0x1F950, 0x1F95E}, {0x1F980, 0x1F991}, {0x1F9C0, 0x1F9C0}};

static bool
certain(uint32_t rune)
{
	uint8_t bits = rune_bits(rune);
	int width = bits & RUNE_WIDTH;
	if (width == 0 || width == RUNE_AMBIGUOUS || (bits & RUNE_MARK) != 0 ||
		(width == 1 && (bits & RUNE_PICTOGRAPH) != 0))
		return false;
	for (size_t i = 0; i < sizeof CERTAIN / sizeof CERTAIN[0] && CERTAIN[i].first <= rune; i++)
		if (rune <= CERTAIN[i].last)
			return true;
	return false;
}

/* One such mark on a letter is drawn over it everywhere. */
static bool
plain_mark(uint32_t rune)
{
	return rune >= 0x0300 && rune <= 0x036F && rune != GRAPHEME_JOINER;
}

static bool
put(Cell *cell, StrView bytes)
{
	Shown *out = cell->out;
	if (out->len + bytes.len > SHOWN_MAX)
		return false;
	memcpy(out->text + out->len, bytes.ptr, bytes.len);
	out->len = (uint8_t)(out->len + bytes.len);
	return true;
}

static bool
put_rune(Cell *cell, uint32_t rune)
{
	char bytes[3] = {(char)(0xE0 | rune >> 12), (char)(0x80 | (rune >> 6 & 0x3F)), (char)(0x80 | (rune & 0x3F))};
	return put(cell, (StrView){bytes, sizeof bytes});
}

static void
set_base(Cell *cell, uint32_t rune)
{
	uint8_t bits = rune_bits(rune);
	cell->picture = (bits & RUNE_PICTOGRAPH) != 0;
	cell->jamo = rune_jamo_end(rune);
	cell->sticks = (bits & (RUNE_SIMPLE | RUNE_PICTOGRAPH)) == 0 && cell->jamo == JAMO_NONE;
	cell->marks = 0;
}

static uint32_t
control_picture(uint32_t rune)
{
	return rune == '\n' ? 0x2424 : rune == 0x7F ? 0x2421 : 0x2400 + rune;
}

/* The first code point: what follows depends on it. False when nothing of the rest belongs to what is shown. */
static bool
put_first(Cell *cell, uint32_t rune, StrView bytes)
{
	uint8_t bits = rune_bits(rune);
	Jamo jamo = rune_jamo(rune);
	uint32_t instead = 0;
	if (rune == RUNE_BAD)
		instead = REPLACEMENT;
	else if (rune < 0x20 || rune == 0x7F)
		instead = control_picture(rune);
	else if ((bits & RUNE_HIDDEN) != 0)
		instead = NO_PICTURE;
	if (instead != 0) {
		put_rune(cell, instead);
		set_base(cell, instead);
		return false;
	}
	if ((bits & RUNE_MARK) != 0) {
		put_rune(cell, DOTTED_CIRCLE);
		set_base(cell, DOTTED_CIRCLE);
		cell->marks = 1;
	} else if (jamo == JAMO_VOWEL || jamo == JAMO_TAIL) {
		put_rune(cell, LEAD_FILLER);
		if (jamo == JAMO_TAIL)
			put_rune(cell, VOWEL_FILLER);
		set_base(cell, rune);
	} else {
		set_base(cell, rune);
	}
	put(cell, bytes);
	return true;
}

/* Whether `rune` makes one syllable with the jamo before it (UAX 29, GB6-GB8). */
static bool
joins_jamo(const Cell *cell, uint32_t rune)
{
	Jamo jamo = rune >= 0xAC00 && rune <= 0xD7A3 ? JAMO_LEAD : rune_jamo(rune);
	if (jamo == JAMO_NONE || cell->jamo == JAMO_NONE || cell->marks > 0)
		return false;
	return cell->jamo == JAMO_LEAD || (cell->jamo == JAMO_VOWEL && jamo != JAMO_LEAD) || jamo == JAMO_TAIL;
}

/* A joiner comes only together with the picture it joins: *len grows by what was taken. */
static void
put_joiner(Cell *cell, StrView cluster, size_t pos, size_t *len)
{
	size_t next = pos + *len, more;
	if (!cell->picture || cell->joined >= SAFE_JOINED || next >= cluster.len)
		return;
	uint32_t rune = utf8_at(cluster, next, &more);
	if ((rune_bits(rune) & RUNE_PICTOGRAPH) == 0 || rune == RUNE_BAD ||
		!put(cell, sv_slice(cluster, pos, next + more)))
		return;
	*len += more;
	cell->joined++;
	set_base(cell, rune);
}

/* One more code point of the cluster; false at one that would begin another cell. */
static bool
put_next(Cell *cell, StrView cluster, size_t pos, size_t *len)
{
	uint32_t rune = utf8_at(cluster, pos, len);
	uint8_t bits = rune_bits(rune);
	StrView bytes = sv_slice(cluster, pos, pos + *len);
	if (rune == ZERO_WIDTH_JOINER) {
		put_joiner(cell, cluster, pos, len);
		return true;
	}
	if (rune == RUNE_BAD || rune < 0x20 || rune == 0x7F)
		return false;
	if ((bits & RUNE_HIDDEN) != 0)
		return true;
	if ((bits & RUNE_MARK) != 0) {
		if (cell->marks < SAFE_MARKS && put(cell, bytes))
			cell->marks++;
		return true;
	}
	if ((!cell->sticks && !joins_jamo(cell, rune)) || cell->sticky >= SAFE_STICKY)
		return false;
	if (rune_jamo(rune) == JAMO_TAIL && cell->jamo == JAMO_LEAD && !put_rune(cell, VOWEL_FILLER))
		return false;
	if (!put(cell, bytes))
		return false;
	cell->sticky++;
	set_base(cell, rune);
	return true;
}

static bool
doubtful(StrView shown)
{
	size_t len, more;
	if (!certain(utf8_at(shown, 0, &len)))
		return true;
	if (len == shown.len)
		return false;
	return !plain_mark(utf8_at(shown, len, &more)) || len + more < shown.len;
}

static void
show_slowly(StrView cluster, bool ambiguous_wide, Shown *out)
{
	Cell cell = {.out = out};
	size_t len = 0;
	uint32_t rune = cluster.len > 0 ? utf8_at(cluster, 0, &len) : 0;
	bool more = put_first(&cell, rune, sv_slice(cluster, 0, len));
	for (size_t pos = len; more && pos < cluster.len; pos += len)
		more = put_next(&cell, cluster, pos, &len);
	StrView shown = {out->text, out->len};
	out->columns = (uint8_t)cluster_width(shown, ambiguous_wide);
	out->replaced = out->len != cluster.len || memcmp(out->text, cluster.ptr, cluster.len) != 0;
	out->doubtful = doubtful(shown);
}

static bool
is_ascii(StrView cluster)
{
	return cluster.len == 1 && cluster.ptr[0] >= 0x20 && cluster.ptr[0] < 0x7F;
}

static bool
is_syllable(StrView cluster)
{
	if (cluster.len != 3)
		return false;
	const unsigned char *p = (const unsigned char *)cluster.ptr;
	uint32_t rune = (p[0] & 0x0Fu) << 12 | (p[1] & 0x3Fu) << 6 | (p[2] & 0x3Fu);
	return p[0] >= 0xEA && p[0] <= 0xED && utf8_is_tail(p[1]) && utf8_is_tail(p[2]) && rune >= 0xAC00 &&
	       rune <= 0xD7A3;
}

void
cluster_show(StrView cluster, bool ambiguous_wide, Shown *out)
{
	*out = (Shown){.len = 0};
	if (is_ascii(cluster) || is_syllable(cluster)) {
		memcpy(out->text, cluster.ptr, cluster.len);
		out->len = (uint8_t)cluster.len;
		out->columns = cluster.len == 1 ? 1 : 2;
	} else if (cluster.len == 1 && cluster.ptr[0] == '\t') {
		memcpy(out->text, "    ", 4);
		out->len = out->columns = 4;
	} else {
		show_slowly(cluster, ambiguous_wide, out);
	}
}

int
cluster_columns(StrView cluster, bool ambiguous_wide)
{
	if (is_ascii(cluster))
		return 1;
	if (is_syllable(cluster))
		return 2;
	Shown shown;
	cluster_show(cluster, ambiguous_wide, &shown);
	return shown.columns;
}
