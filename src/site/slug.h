/* File names out of titles, and file addresses out of paths. No I/O. */
#ifndef MEOK_SITE_SLUG_H
#define MEOK_SITE_SLUG_H

#include "meok/base.h"

enum { SLUG_MAX = 120 }; /* bytes: leaves room under the 255 of a file name for -2, .html and a temporary name's tail */

/* Sets *out to letters, digits and single hyphens made from any text: folded, NFC, cut at a cluster border, no hyphen
 * at an end. Empty when the text holds nothing that can stand in a name. Never a dot, a slash or a control. */
bool slug_make(StrView text, Str *out, Err *err);
/* Sets *out to `stem` + `extension`, or the first of `stem`-2, -3 … that is not in `taken`; names that differ only in
 * case or normalisation count as the same, as they do on other people's disks. *chosen gets the stem with its number.
 */
bool slug_pick(StrView stem, StrView extension, const StrList *taken, Str *chosen, Str *out, Err *err);
/* Sets *out to file:// and the path with every byte outside RFC 3986 unreserved and / percent-encoded. */
void slug_file_url(StrView path, Str *out);

#endif
