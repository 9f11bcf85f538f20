/* What the body of a pack holds: old revisions of one draft, and the names of those that are gone. No I/O. */
#ifndef MEOK_VAULT_PACK_FORMAT_H
#define MEOK_VAULT_PACK_FORMAT_H

#include "object.h"

typedef struct PackEntry {
	Id id;
	bool gone; /* of the card only session, lamport and run are known, and there is no body */
	Card card;
	StrView body; /* borrowed */
} PackEntry;

typedef struct Pack {
	PackEntry *items;
	size_t len, cap;
} Pack;

void pack_free(Pack *pack);
/* Takes the card, whatever happens. False when memory ran out. */
bool pack_add(Pack *pack, Id id, bool gone, Card *card, StrView body);
/* The bytes that pack_encode makes of an entry, at most. */
size_t pack_entry_size(const PackEntry *entry);
bool pack_encode(const Pack *pack, Str *body, Err *err); /* appends */
/* Replaces *out; bodies are views into `body`. ERR_DAMAGED, also when a revision is not one of that draft, or
 * ERR_FAILED without memory; *out is then empty. */
bool pack_decode(StrView body, Id draft, Pack *out, Err *err);

#endif
