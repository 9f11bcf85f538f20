/* The journal of the draft on the desk: written before each picture, durable within 200 ms, read again after a crash.
 */
#ifndef MEOK_APP_RECORDER_H
#define MEOK_APP_RECORDER_H

#include "session.h"

/* All that happened to the draft on the desk is sealed and written; what failed is told once, and tried again with the
 * next call. Nothing while there is no draft or no vault. */
void recorder_flush(Session *session);
/* The same, and durable when it returns true: the process may end, and nothing of the text is lost. */
bool recorder_secure(Session *session, Err *err);
/* Notes that the session is left as it was told to: coming back needs no word about it. */
void recorder_left(Session *session);
/* Ends the journal of session->writing. `keep`: it stays for the next session, with all that can be undone. */
bool recorder_close(Session *session, bool keep, Err *err);

/* Nothing differs but, perhaps, texts and ids. */
bool recorder_same_settings(const Revision *a, const Revision *b);

/* ---- Coming back (recover.c) */

/* The draft of a journal that a session left behind, as it was: text, cursor, selection, undo. The journal goes on with
 * it. NULL when it cannot be: the journal stays where it is. */
Writing *recover_writing(Session *session, const JournalFound *found, Err *err);
/* Journals that were left behind. The one to go on with (the newest; with a `wanted` draft, that draft's) goes to
 * *newest; what the others hold is kept as revisions. Tells what cannot be read. False: there is none to go on with. */
bool recover_others(Session *session, Id wanted, JournalFound *newest);
/* The journal that was left of this draft. */
bool recover_find(Session *session, Id draft, JournalFound *found);

#endif
