/* Searching the fragments: the words of a query in their names and texts, which are read once. */
#ifndef MEOK_APP_FRAGMENT_LOOK_H
#define MEOK_APP_FRAGMENT_LOOK_H

#include "look.h"

typedef struct FragmentLook FragmentLook;
FragmentLook *fragment_look_new(Err *err);
void fragment_look_free(FragmentLook *look); /* what it read is wiped; NULL allowed */
/* As app_look_fragments. */
bool fragment_look_find(FragmentLook *look, App *app, StrView typed, FragmentHits *out, Err *err);

#endif
