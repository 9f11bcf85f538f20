/* The state of a draft as far as the card of a publication tells: a list of thousands must not open every record.
 */
#ifndef MEOK_APP_STATE_H
#define MEOK_APP_STATE_H

#include "meok/app.h"

/* What one publication makes of a draft whose newest revision is `head`. Of an intent only its record tells more than
 * STATE_UNKNOWN (app_draft_state). */
DraftState state_of_card(Id head, const Entry *publication);
/* Which state of several sites a writer must hear of first. */
DraftState state_more_urgent(DraftState a, DraftState b);

#endif
