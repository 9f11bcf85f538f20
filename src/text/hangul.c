/* The two-set keyboard, over libhangul: what keys would have typed in Hangul mode, and the keys under Hangul text. */
#include "meok/text.h"

#include <hangul.h>

/* ---- Keys to Hangul */

static void
append_runes(const ucschar *runes, Str *out)
{
	for (; *runes != 0; runes++)
		str_append_rune(out, *runes);
}

static bool
is_key(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool
hangul_from_keys(StrView latin, Str *out, Err *err)
{
	HangulInputContext *composer = hangul_ic_new("2");
	if (composer == NULL)
		return err_memory(err);
	/* As typed: a vowel before a consonant is no syllable. */
	hangul_ic_set_option(composer, HANGUL_IC_OPTION_AUTO_REORDER, false);
	hangul_ic_set_option(composer, HANGUL_IC_OPTION_COMBI_ON_DOUBLE_STROKE, false);
	hangul_ic_set_option(composer, HANGUL_IC_OPTION_NON_CHOSEONG_COMBI, true);
	for (size_t i = 0; i < latin.len; i++) {
		bool taken = is_key(latin.ptr[i]) && hangul_ic_process(composer, latin.ptr[i]);
		append_runes(taken ? hangul_ic_get_commit_string(composer) : hangul_ic_flush(composer), out);
		if (!taken)
			str_append_byte(out, latin.ptr[i]);
	}
	append_runes(hangul_ic_flush(composer), out);
	hangul_ic_delete(composer);
	return str_ok(out, err);
}

/* ---- Hangul to keys */

enum {
	SYLLABLE_FIRST = 0xAC00,
	SYLLABLE_LAST = 0xD7A3,
	MEDIALS = 21,
	FINALS = 28,
	LETTER_FIRST = 0x3131, /* ㄱ */
	LETTER_VOWEL = 0x314F, /* ㅏ */
	LETTER_LAST = 0x3163,  /* ㅣ */
	INITIAL_FIRST = 0x1100,
	INITIAL_LAST = 0x1112,
	MEDIAL_FIRST = 0x1161,
	MEDIAL_LAST = 0x1175,
	FINAL_FIRST = 0x11A8,
	FINAL_LAST = 0x11C2,
};

static const char *const INITIAL_KEYS[] = {
	"r", "R", "s", "e", "E", "f", "a", "q", "Q", "t", "T", "d", "w", "W", "c", "z", "x", "v", "g"};
static const char *const MEDIAL_KEYS[MEDIALS] = {
	"k", "o", "i", "O", "j", "p", "u", "P", "h", "hk", "ho", "hl", "y", "n", "nj", "np", "nl", "b", "m", "ml", "l"};
static const char *const FINAL_KEYS[FINALS] = {"", "r", "R", "rt", "s", "sw", "sg", "e", "f", "fr", "fa", "fq", "ft",
	"fx", "fv", "fg", "a", "q", "qt", "t", "T", "d", "w", "c", "z", "x", "v", "g"};
/* ㄱ to ㅎ as letters of their own. */
static const char *const CONSONANT_KEYS[] = {"r", "R", "rt", "s", "sw", "sg", "e", "E", "f", "fr", "fa", "fq", "ft",
	"fx", "fv", "fg", "a", "q", "Q", "qt", "t", "T", "d", "w", "W", "c", "z", "x", "v", "g"};

static bool
is_between(uint32_t rune, uint32_t first, uint32_t last)
{
	return rune >= first && rune <= last;
}

/* False when no keys type it. */
static bool
append_keys(uint32_t rune, Str *out)
{
	if (is_between(rune, SYLLABLE_FIRST, SYLLABLE_LAST)) {
		uint32_t index = rune - SYLLABLE_FIRST;
		str_append_c(out, INITIAL_KEYS[index / FINALS / MEDIALS]);
		str_append_c(out, MEDIAL_KEYS[index / FINALS % MEDIALS]);
		str_append_c(out, FINAL_KEYS[index % FINALS]);
	} else if (is_between(rune, LETTER_FIRST, LETTER_VOWEL - 1)) {
		str_append_c(out, CONSONANT_KEYS[rune - LETTER_FIRST]);
	} else if (is_between(rune, LETTER_VOWEL, LETTER_LAST)) {
		str_append_c(out, MEDIAL_KEYS[rune - LETTER_VOWEL]);
	} else if (is_between(rune, INITIAL_FIRST, INITIAL_LAST)) {
		str_append_c(out, INITIAL_KEYS[rune - INITIAL_FIRST]);
	} else if (is_between(rune, MEDIAL_FIRST, MEDIAL_LAST)) {
		str_append_c(out, MEDIAL_KEYS[rune - MEDIAL_FIRST]);
	} else if (is_between(rune, FINAL_FIRST, FINAL_LAST)) {
		str_append_c(out, FINAL_KEYS[rune - FINAL_FIRST + 1]);
	} else {
		return false;
	}
	return true;
}

bool
hangul_to_keys(StrView hangul, Str *out, Err *err)
{
	size_t len;
	for (size_t pos = 0; pos < hangul.len; pos += len) {
		uint32_t rune = unicode_rune(hangul, pos, &len);
		if (!append_keys(rune, out))
			str_append(out, sv_slice(hangul, pos, pos + len));
	}
	return str_ok(out, err);
}
