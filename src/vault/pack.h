/* Packs in an open vault: which revisions they hold, and which files they make superfluous. */
#ifndef MEOK_VAULT_PACK_H
#define MEOK_VAULT_PACK_H

#include "pack_format.h"
#include "store.h"

/* What a pack lists of one revision. */
typedef struct Cover {
	Id id, session;
	uint64_t lamport, run;
	bool gone;
} Cover;

void packs_free(Vault *vault);
/* Whether a pack of the draft lists that revision, or one that supersedes it by its run: its file may be gone. A pack
 * is read when it is asked for the first time; one that cannot be read covers nothing. */
bool pack_covers(Vault *vault, Id draft, Id object, const Card *card);
/* After a scan: what another copy of the vault brought back although a pack lists it is removed again, and is no head.
 */
void packs_apply(Vault *vault);
/* The packed revisions of a draft that have no file of their own. Free *out with free(). */
bool packs_list(Vault *vault, Id draft, Cover **out, size_t *count, Err *err);
/* A revision out of its pack: the card as it was sealed (free it) and its body. ERR_NOT_FOUND when no pack holds it;
 * ERR_DAMAGED. */
bool packs_load(Vault *vault, Id object, Card *card, Str *body, Err *err);
/* Its card alone. */
bool packs_card(Vault *vault, Id draft, Id object, Card *card, Err *err);

#endif
