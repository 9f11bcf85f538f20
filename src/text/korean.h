/* What Korean words are made of, as far as choosing keywords needs it: particles behind nouns, forms of verbs, words
 * that name nothing. By rules and lists, without a dictionary: it guesses, and the caller weighs the guesses of a whole
 * text. */
#ifndef MEOK_TEXT_KOREAN_H
#define MEOK_TEXT_KOREAN_H

#include "meok/base.h"

enum { KOREAN_SPLITS_MAX = 8 };

/* A way to read a word: a noun of `stem` bytes and the particles behind it. */
typedef struct KoreanSplit {
	size_t stem;        /* may be one syllable, which is no keyword but tells 책에서 from 서울 */
	uint32_t particles; /* their number: equal particles have equal numbers; never 0 */
	bool sure;          /* endings of verbs do not look like these */
} KoreanSplit;

bool korean_syllable(uint32_t rune);
/* Fills `splits` with the ways to read the word, shortest stem first, and returns how many. The reading without
 * particles is not among them. */
size_t korean_splits(StrView word, KoreanSplit splits[KOREAN_SPLITS_MAX]);
/* Whether the word is nothing but particles (what follows a closing quote); *split tells which, its stem is 0. */
bool korean_particles(StrView word, KoreanSplit *split);
/* The bytes of the noun in a word like 극복할 or 마비되었다, 0 when it does not look like one. */
size_t korean_action(StrView word);
/* Whether the word ends as verbs, adjectives and adverbs do. Some nouns do as well: ask only when nothing else is
 * known. */
bool korean_ends_as_verb(StrView word);
/* Whether no noun ends like this, whatever particles follow. */
bool korean_never_noun(StrView word);

/* Words parted by blanks. */
extern const char KOREAN_STOP_WORDS[];  /* never keywords */
extern const char KOREAN_PALE_WORDS[];  /* nouns that fit any text */
extern const char KOREAN_WHOLE_WORDS[]; /* nouns that look like a noun with a particle */

#endif
