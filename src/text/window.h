/* Where a text may be entered in its middle: behind some letters clusters, words and line breaks do not depend on what
 * stands before them. So a window of a paragraph of any size says the same about its inside as the whole would.
 */
#ifndef MEOK_TEXT_WINDOW_H
#define MEOK_TEXT_WINDOW_H

#include "meok/text.h"

/* Whether, from behind this rune on, clusters and line breaks are what they would be in a text that begins with it: a
 * letter, digit or picture that is no mark, joins no flags, and is no half of a syllable. */
bool rune_restarts(uint32_t rune);

/* The start of the code point that `pos` lies in; at most the length. */
size_t document_floor(const Document *doc, size_t pos);
/* The last place at or before `pos` / the first at or after it, where such a rune stands, a line begins, or (after) the
 * text ends. */
size_t document_restart(const Document *doc, size_t pos);
size_t document_restart_after(const Document *doc, size_t pos);

#endif
