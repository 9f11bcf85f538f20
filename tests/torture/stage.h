/* What a session plays on, without a second thread and without waiting: a terminal that is read as it is drawn on, a
 * clock that goes on when everybody waits, threads that do their work at once. Whenever the session would wait for
 * somebody, `idle` is called instead. */
#ifndef MEOK_TESTS_STAGE_H
#define MEOK_TESTS_STAGE_H

#include "../../src/app/session.h"

enum { STAGE_ROWS = 24, STAGE_COLUMNS = 80 };

/* Descriptor 0 is the terminal from now on. The program is linked with STAGE_WRAPS. */
void stage_open(void (*idle)(Session *session));
/* What is typed there, before idle returns. */
void stage_keys(const char *bytes);
/* So much time passes when idle has returned. */
void stage_rest(int64_t ms);
/* The rows that the terminal shows, with newlines. */
void stage_picture(char *out, size_t size);
/* The terminal has its modes and its first screen again. */
bool stage_is_given_back(void);

/* For who forks while it plays: all copies share the terminal, one plays at a time. */
void stage_note(void);
void stage_go_on(void);

#endif
