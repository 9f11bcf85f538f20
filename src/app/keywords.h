/* Keywords that the writer used before.
 */
#ifndef MEOK_APP_KEYWORDS_H
#define MEOK_APP_KEYWORDS_H

#include "meok/app.h"

/* Of the `most` newest drafts, each keyword once, by key. *out must be empty. Opens every one of them. */
bool keywords_of_drafts(App *app, size_t most, KeywordUses *out, Err *err);

#endif
