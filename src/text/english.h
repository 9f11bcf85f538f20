/* What English words need before they are compared: function words, plural and possessive forms. */
#ifndef MEOK_TEXT_ENGLISH_H
#define MEOK_TEXT_ENGLISH_H

#include "meok/base.h"

extern const char ENGLISH_STOP_WORDS[]; /* lower case, parted by blanks: never keywords */
extern const char ENGLISH_PALE_WORDS[]; /* nouns and verbs that fit any text */

/* The word without 's; *function becomes true for don't, I'll and the like. */
StrView english_bare(StrView word, bool *function);
/* Appends what a lower-case plural may be the plural of to *out; `rank` 0 is the first guess. False when there is none.
 */
bool english_singular(StrView plural, int rank, Str *out);
/* Whether a lower-case word looks like an adverb, or like a form of a verb rather than a noun. */
bool english_pale_ending(StrView word);

#endif
