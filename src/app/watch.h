/* What others write into the vault's folder while it is open comes to the screen by itself. */
#ifndef MEOK_APP_WATCH_H
#define MEOK_APP_WATCH_H

#include "session.h"

/* From now on, once there is a vault. Where the system does not tell of changes, as for a folder of another machine,
 * they are found as without it: when somebody comes back to a screen, and while somebody writes. */
void watch_begin(Session *session);
/* A key was handled: what could not be looked at before may be now. */
void watch_go_on(Session *session);
void watch_end(Session *session);

#endif
