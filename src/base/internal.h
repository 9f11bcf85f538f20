/* What the files of the base room share: reading UTF-8 and the properties of a code point. */
#ifndef MEOK_BASE_INTERNAL_H
#define MEOK_BASE_INTERNAL_H

#include "meok/base.h"

/* What utf8_at answers for an ill-formed sequence. */
#define RUNE_BAD UINT32_MAX

/* One entry of width_table.h (script/gen-width-table): two bits of width and what the fast paths ask. */
enum {
	RUNE_WIDTH = 3, /* 0, 1, 2 columns, or RUNE_AMBIGUOUS */
	RUNE_AMBIGUOUS = 3,
	RUNE_SIMPLE = 1 << 2,      /* between two of these there is always a cluster border */
	RUNE_NOT_NFC = 1 << 3,     /* text without any of these is in NFC, and NFC never joins over a rune without it */
	RUNE_EMOJI_STYLE = 1 << 4, /* VARIATION SELECTOR-16 makes it two columns wide */
	RUNE_PICTOGRAPH = 1 << 5,  /* Extended_Pictographic */
	RUNE_MARK = 1 << 6,        /* combining: general category M or Grapheme_Extend */
	RUNE_HIDDEN = 1 << 7, /* no glyph of its own: bidirectional and zero-width format characters, C1 controls */
};

/* width_table.h: RUNE_BITS in blocks, each distinct one once; RUNE_INDEX finds the block. */
enum { RUNE_BLOCK = 128 };
extern const uint8_t RUNE_INDEX[0x110000 / RUNE_BLOCK];
extern const uint8_t RUNE_BITS[];

static inline uint8_t
rune_bits(uint32_t rune)
{
	if (rune > 0x10FFFF)
		rune = 0xFFFD; /* RUNE_BAD */
	return RUNE_BITS[RUNE_INDEX[rune / RUNE_BLOCK] * RUNE_BLOCK + rune % RUNE_BLOCK];
}

static inline bool
utf8_is_tail(unsigned char byte)
{
	return (byte & 0xC0) == 0x80;
}

/* Bytes of the maximal subpart (Unicode 15, 3.9) or of the whole sequence that starts with the lead byte p[0] of a
 * three or four byte form; `want` is the length of the form. */
static inline size_t
utf8_subpart(const unsigned char *p, size_t avail, size_t want)
{
	unsigned char low = 0x80, high = 0xBF;
	if (p[0] == 0xE0)
		low = 0xA0;
	else if (p[0] == 0xED)
		high = 0x9F;
	else if (p[0] == 0xF0)
		low = 0x90;
	else if (p[0] == 0xF4)
		high = 0x8F;
	if (avail < 2 || p[1] < low || p[1] > high)
		return 1;
	size_t len = 2;
	while (len < want && len < avail && utf8_is_tail(p[len]))
		len++;
	return len;
}

/* The code point at `pos` (which must be under in.len) and its length; RUNE_BAD and the length of the maximal subpart
 * when it is ill-formed. */
static inline uint32_t
utf8_at(StrView in, size_t pos, size_t *len)
{
	const unsigned char *p = (const unsigned char *)in.ptr + pos;
	size_t avail = in.len - pos;
	*len = 1;
	if (p[0] < 0x80)
		return p[0];
	if (p[0] < 0xC2 || p[0] > 0xF4)
		return RUNE_BAD;
	if (p[0] < 0xE0) {
		if (avail < 2 || !utf8_is_tail(p[1]))
			return RUNE_BAD;
		*len = 2;
		return (p[0] & 0x1Fu) << 6 | (p[1] & 0x3Fu);
	}
	size_t want = p[0] < 0xF0 ? 3 : 4;
	*len = utf8_subpart(p, avail, want);
	if (*len < want)
		return RUNE_BAD;
	if (want == 3)
		return (p[0] & 0x0Fu) << 12 | (p[1] & 0x3Fu) << 6 | (p[2] & 0x3Fu);
	return (p[0] & 0x07u) << 18 | (p[1] & 0x3Fu) << 12 | (p[2] & 0x3Fu) << 6 | (p[3] & 0x3Fu);
}

/* The code point or maximal subpart that ends at `pos` (over 0); its start is pos - *len. Undoes utf8_at. */
uint32_t utf8_before(StrView in, size_t pos, size_t *len);

/* Fills breaks (size bytes, at least CLUSTER_CHUNK) as cluster_breaks does with the whole clusters from the border
 * `pos` on, and returns the border behind the last of them. A cluster longer than `size` comes alone. */
enum { CLUSTER_CHUNK = 1024 };
size_t cluster_chunk(StrView in, size_t pos, uint8_t *breaks, size_t size);

/* Whether the eight bytes at p are all ASCII but NUL to US: the step of every scan. */
static inline bool
utf8_plain8(const char *p)
{
	uint64_t word;
	__builtin_memcpy(&word, p, sizeof word);
	return (((word - 0x2020202020202020u) | word) & 0x8080808080808080u) == 0;
}

/* What text may hold without harm to a terminal (safe.c, shown.c). */
enum {
	SAFE_MARKS = 4,  /* combining marks on one base */
	SAFE_JOINED = 8, /* pictures joined to one */
	SAFE_STICKY = 6, /* letters that stick to the next (conjoining jamo, number signs) */
	ZERO_WIDTH_JOINER = 0x200D,
	DOTTED_CIRCLE = 0x25CC,
	LEAD_FILLER = 0x115F,
	VOWEL_FILLER = 0x1160,
};

typedef enum Jamo { JAMO_NONE, JAMO_LEAD, JAMO_VOWEL, JAMO_TAIL } Jamo;

static inline Jamo
rune_jamo(uint32_t rune)
{
	if ((rune >= 0x1100 && rune <= 0x115F) || (rune >= 0xA960 && rune <= 0xA97C))
		return JAMO_LEAD;
	if ((rune >= 0x1160 && rune <= 0x11A7) || (rune >= 0xD7B0 && rune <= 0xD7C6))
		return JAMO_VOWEL;
	if ((rune >= 0x11A8 && rune <= 0x11FF) || (rune >= 0xD7CB && rune <= 0xD7FB))
		return JAMO_TAIL;
	return JAMO_NONE;
}

/* The part of a syllable that a finished character ends with: a vowel for 가, a final for 각. */
static inline Jamo
rune_jamo_end(uint32_t rune)
{
	if (rune >= 0xAC00 && rune <= 0xD7A3)
		return (rune - 0xAC00) % 28 == 0 ? JAMO_VOWEL : JAMO_TAIL;
	return rune_jamo(rune);
}

/* Whether `text` is one JSON text within the limits json_parse promises (all but the size). */
bool json_check(StrView text, Err *err);

#endif
