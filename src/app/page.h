/* A page to read, for those who do more with it than show it (page.c). */
#ifndef MEOK_APP_PAGE_H
#define MEOK_APP_PAGE_H

#include "session.h"

typedef struct PageUse {
	bool signs; /* each line begins with its sign, as app_compare writes them */
	const HintWord *hints;
	size_t hint_count;
} PageUse;

/* As page_open. Takes *text. */
bool page_open_as(Session *session, const PageUse *use, const char *heading, Str *text);
bool page_is_on_top(const Session *session, const PageUse *use);

#endif
