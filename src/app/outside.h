/* Out of the vault: what a writer wants in a file of the machine, in the clear. */
#ifndef MEOK_APP_OUTSIDE_H
#define MEOK_APP_OUTSIDE_H

#include "prompt.h"

enum { OUTSIDE_HINT_COUNT = 2 };
extern const HintWord OUTSIDE_HINTS[OUTSIDE_HINT_COUNT]; /* of a prompt that asks for the file's name */

/* Writes a new file, mode 0600, at the path that was typed (~/ is the writer's home), and says that it is in the clear.
 * True also for an empty name, which writes nothing; false when it could not be written or is there already, which was
 * said. */
bool outside_write(Session *session, StrView typed, StrView bytes);

#endif
