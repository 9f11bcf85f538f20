/* What was written elsewhere comes to the draft on the desk. */
#ifndef MEOK_APP_REJOIN_H
#define MEOK_APP_REJOIN_H

#include "writing.h"

/* Looks for what other sessions and machines wrote, and takes it into the draft on the desk where it does not
 * contradict: one undoable change, saved at once when both had changed. One line says so. What contradicts stays a head
 * of its own, for conflict_open; that is said once. Cheap when nothing is new. */
void desk_rejoin(Session *session);
/* The draft on the desk and one of its other heads together. Replaces *out; nothing changes. */
bool desk_join(Session *session, Id other, Join *out, Err *err);
/* What both together are: it goes on the desk and is saved, so that the draft is one again. False with *err. */
bool desk_take(Session *session, const Revision *joined, Err *err);

#endif
