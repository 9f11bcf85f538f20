/* The files that one publication changes: announced in the list, written in order, then settled in the list. */
#include "plan.h"

#include <stdlib.h>

void
plan_free(Plan *plan)
{
	for (size_t i = 0; i < plan->len; i++) {
		str_free(&plan->items[i].bytes);
		str_free(&plan->items[i].hash);
	}
	free(plan->items);
	*plan = (Plan){0};
}

bool
plan_put(Plan *plan, const Inside *in, OwnFile *file, Str *bytes, Err *err)
{
	Str now = {0};
	OwnState state;
	bool done = str_ok(bytes, err) && inside_look(in, file, &state, &now, NULL, err);
	bool same = done && state == OWN_SAME && sv_equal(str_view(&now), str_view(bytes));
	str_free(&now);
	if (!done || same) {
		if (same)
			own_hash(str_view(bytes), &file->hash);
		str_free(bytes);
		return done && str_ok(&file->hash, err);
	}
	PlannedWrite *grown = array_grow(plan->items, plan->len, &plan->cap, sizeof *grown);
	if (grown == NULL) {
		str_free(bytes);
		return err_memory(err);
	}
	plan->items = grown;
	PlannedWrite *item = &plan->items[plan->len++];
	*item = (PlannedWrite){.file = file, .fresh = state == OWN_ABSENT};
	own_hash(str_view(bytes), &item->hash);
	str_move(&item->bytes, bytes);
	return str_ok(&item->hash, err);
}

bool
plan_announce(Plan *plan, const Inside *in, const Manifest *manifest, Err *err)
{
	for (size_t i = 0; i < plan->len; i++) {
		str_set(&plan->items[i].file->writing, str_view(&plan->items[i].hash));
		if (!str_ok(&plan->items[i].file->writing, err))
			return false;
	}
	return inside_save_manifest(in, manifest, err);
}

bool
plan_write(Plan *plan, const Inside *in, Err *err)
{
	for (size_t i = 0; i < plan->len; i++) {
		PlannedWrite *item = &plan->items[i];
		if (!inside_write(in, str_view(&item->file->path), str_view(&item->bytes), item->fresh, err))
			return false;
		str_move(&item->file->hash, &item->hash);
		str_free(&item->file->writing);
	}
	return true;
}
