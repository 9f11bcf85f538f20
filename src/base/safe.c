/* SafeText: foreign text made harmless for a terminal. */
#include "internal.h"

#include <stdio.h>

/* What has been written since the last base. */
typedef struct Writer {
	Str *out;
	bool has_base; /* something a mark may sit on, in this line */
	bool picture;  /* an emoji, maybe with marks behind it */
	Jamo jamo;     /* the part of a syllable that stands last */
	int marks, joined, sticky;
} Writer;

static void
put_base(Writer *w, uint32_t rune)
{
	str_append_rune(w->out, rune);
	w->has_base = true;
	w->picture = (rune_bits(rune) & RUNE_PICTOGRAPH) != 0;
	w->jamo = rune_jamo_end(rune);
	w->marks = w->joined = w->sticky = 0;
}

/* <U+202E> in place of what has no glyph of its own. */
static void
put_visible(Writer *w, uint32_t rune)
{
	str_printf(w->out, "<U+%04X>", (unsigned)rune);
	w->has_base = true;
	w->picture = false;
	w->jamo = JAMO_NONE;
	w->marks = w->joined = w->sticky = 0;
}

static void
put_control(Writer *w, uint32_t rune, SafeLines lines)
{
	if (rune == '\n' && lines == SAFE_KEEP_NEWLINES) {
		put_base(w, '\n');
		w->has_base = false;
	} else if (rune == '\n') {
		put_base(w, 0x2424);
	} else {
		put_base(w, rune == 0x7F ? 0x2421 : 0x2400 + rune);
	}
}

static void
put_mark(Writer *w, uint32_t rune)
{
	if (!w->has_base)
		put_base(w, DOTTED_CIRCLE);
	if (w->marks < SAFE_MARKS)
		str_append_rune(w->out, rune);
	w->marks++;
}

/* A joiner stays only where it does its work: between two pictures. */
static void
put_joiner(Writer *w, StrView in, size_t next)
{
	size_t len;
	bool joins = w->picture && next < in.len && w->joined < SAFE_JOINED &&
		     (rune_bits(utf8_at(in, next, &len)) & RUNE_PICTOGRAPH) != 0;
	if (!joins) {
		put_visible(w, ZERO_WIDTH_JOINER);
		return;
	}
	int joined = w->joined + 1;
	utf8_at(in, next, &len);
	str_append_rune(w->out, ZERO_WIDTH_JOINER);
	w->marks = 0;
	w->joined = joined;
}

/* A vowel or final without what it belongs to has no column: fillers give it one (Unicode 15, 3.12). */
static void
put_jamo(Writer *w, uint32_t rune, Jamo kind)
{
	int sticky = w->sticky + 1;
	Jamo before = w->jamo;
	if (kind == JAMO_LEAD && before != JAMO_LEAD)
		sticky = 0;
	if (sticky > SAFE_STICKY) {
		put_visible(w, rune);
		return;
	}
	if (kind != JAMO_LEAD && (w->marks > 0 || before == JAMO_NONE || (kind == JAMO_VOWEL && before == JAMO_TAIL))) {
		put_base(w, LEAD_FILLER);
		before = JAMO_LEAD;
		sticky = 0;
	}
	if (kind == JAMO_TAIL && before == JAMO_LEAD)
		str_append_rune(w->out, VOWEL_FILLER);
	put_base(w, rune);
	w->sticky = sticky;
}

static void
put_rune(Writer *w, uint32_t rune, StrView in, size_t next, SafeLines lines)
{
	uint8_t bits = rune_bits(rune);
	if (rune < 0x20 || rune == 0x7F) {
		put_control(w, rune, lines);
	} else if (rune == ZERO_WIDTH_JOINER) {
		put_joiner(w, in, next);
	} else if ((bits & RUNE_HIDDEN) != 0) {
		put_visible(w, rune);
	} else if ((bits & RUNE_MARK) != 0) {
		put_mark(w, rune);
	} else if (rune_jamo(rune) != JAMO_NONE) {
		put_jamo(w, rune, rune_jamo(rune));
	} else if ((bits & (RUNE_SIMPLE | RUNE_PICTOGRAPH)) == 0) {
		int sticky = w->sticky + 1;
		if (sticky > SAFE_STICKY && !(rune >= 0x1F1E6 && rune <= 0x1F1FF)) {
			put_visible(w, rune);
			return;
		}
		put_base(w, rune);
		w->sticky = sticky;
	} else {
		int joined = w->joined;
		bool after_joiner = sv_ends(str_view(w->out), SV("\xE2\x80\x8D"));
		put_base(w, rune);
		if (after_joiner)
			w->joined = joined;
	}
}

SafeText
safe_text(StrView untrusted, SafeLines lines)
{
	SafeText safe = {0};
	Writer w = {.out = &safe.text};
	size_t len;
	for (size_t pos = 0; pos < untrusted.len; pos += len) {
		uint32_t rune = utf8_at(untrusted, pos, &len);
		put_rune(&w, rune == RUNE_BAD ? 0xFFFD : rune, untrusted, pos + len, lines);
	}
	return safe;
}

/* All of them stand inside strings: the grammar of JSON has no such character. */
void
safe_json(StrView json, Str *out)
{
	size_t len;
	for (size_t pos = 0; pos < json.len; pos += len) {
		uint32_t rune = utf8_at(json, pos, &len);
		bool foreign =
			rune == 0x7F || (rune > 0x7F && rune != RUNE_BAD && (rune_bits(rune) & RUNE_HIDDEN) != 0);
		if (!foreign)
			str_append(out, sv_slice(json, pos, pos + len));
		else if (rune < 0x10000)
			str_printf(out, "\\u%04x", (unsigned)rune);
		else
			str_printf(out, "\\u%04x\\u%04x", (unsigned)(0xD7C0 + (rune >> 10)),
				(unsigned)(0xDC00 | (rune & 0x3FF)));
	}
}

void
safe_free(SafeText *safe)
{
	str_free(&safe->text);
}
