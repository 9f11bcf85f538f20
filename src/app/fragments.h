/* Fragments in the library: rows, becoming a draft, the trash. */
#ifndef MEOK_APP_FRAGMENTS_H
#define MEOK_APP_FRAGMENTS_H

#include "session.h"

/* ", 4 fragments" behind the number of drafts; nothing when there is none. */
void fragments_count(size_t count, Str *summary);
/* What a row of the library shows of one. */
void fragments_row(const ShelfFragment *fragment, Str *title, Str *state);
/* Turns it into a draft on the desk; the fragment goes to the trash when that draft is kept. */
void fragments_open(Session *session, Id fragment);
/* False when it could not be done, which was said. */
bool fragments_trash(Session *session, const ShelfFragment *fragment);
bool fragments_untrash(Session *session, Id fragment); /* false: it is no fragment in the trash */

#endif
