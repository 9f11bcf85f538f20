/* Where a Markdown text can be cut without tearing anything: runs of lines between empty ones, fenced code, lists and
 * raw HTML whole. */
#ifndef MEOK_TEXT_PARAGRAPHS_H
#define MEOK_TEXT_PARAGRAPHS_H

#include "compare.h"

/* Adds each one to *parts, from the start of its first line to the end of its last, without the newline. What lies
 * between two holds only blanks and at least two newlines. False when memory runs out. */
bool paragraphs_split(StrView text, Parts *parts);

#endif
