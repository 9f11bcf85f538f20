/* The state of a draft as far as cards tell: a list of thousands must not open every record.
 */
#ifndef MEOK_APP_STATE_H
#define MEOK_APP_STATE_H

#include "meok/app.h"

/* *unsure: app_draft_state has to open a record to be certain. Changes nothing in the lists of the vault. */
bool state_of_cards(App *app, const Entry *draft, DraftState *out, bool *unsure, Err *err);

#endif
