/* The files that one publication changes, kept together so that a crash at any point leaves a readable site: the list
 * says first what will be written, then the files follow in the order of the plan, then the list is saved again.
 */
#ifndef MEOK_SITE_PLAN_H
#define MEOK_SITE_PLAN_H

#include "inside.h"

typedef struct PlannedWrite {
	OwnFile *file; /* the manifest's: no entry may be added while a plan exists */
	Str bytes, hash;
	bool fresh;
} PlannedWrite;

typedef struct Plan {
	PlannedWrite *items;
	size_t len, cap;
} Plan;

void plan_free(Plan *plan);
/* Takes `bytes` for `file`; leaves it out when the file holds just that already. */
bool plan_put(Plan *plan, const Inside *in, OwnFile *file, Str *bytes, Err *err);
/* Notes in the manifest what is about to be written, and saves it. */
bool plan_announce(Plan *plan, const Inside *in, const Manifest *manifest, Err *err);
/* Writes the files; the manifest is changed but not saved. */
bool plan_write(Plan *plan, const Inside *in, Err *err);

#endif
