/* One line of input over the place below it. */
#ifndef MEOK_APP_PROMPT_H
#define MEOK_APP_PROMPT_H

#include "session.h"

typedef struct PromptUse {
	const char *label;                               /* marked with N_ */
	void (*change)(Session *session, StrView value); /* after every change; NULL: nothing */
	void (*note)(Session *session, Str *out);        /* what stands at the right; NULL: nothing */
	bool (*accept)(Session *session, StrView value); /* Enter: true closes it */
	void (*cancel)(Session *session);                /* Esc; NULL: nothing */
	const HintWord *hints;
	size_t hint_count;
} PromptUse;

/* The line begins as `value`, which the first thing typed replaces. */
bool prompt_open(Session *session, const PromptUse *use, StrView value);

#endif
