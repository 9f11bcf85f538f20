/* What this device remembers of an open vault: the index in the state folder, and what it says of what is gone. */
#ifndef MEOK_VAULT_INDEX_H
#define MEOK_VAULT_INDEX_H

#include "index_format.h"

typedef struct Index {
	Memory memory;
	bool ready;       /* the folder was walked through: what is remembered is whole */
	bool changed;     /* something other than the chains, since the file was read or written */
	bool slots_own;   /* the slots that are remembered were changed here since then */
	uint64_t written; /* Chains.changes then */
	bool has_file;
	uint8_t salt[SALT_BYTES]; /* of that file */
	uint32_t unreadable;      /* for the scan: shard folders that could not be listed; nothing in them is gone */
	Missing *missing;
	size_t missing_len;
	bool rolled_back;
	SlotList looked; /* the slots as they were found last */
	SlotChange *slot_changes;
	size_t slot_change_len;
} Index;

/* Fills the empty chains with what is remembered, none of it seen yet. *loaded: there was an index. False only without
 * memory, or when the index says that this meok is too old. */
bool index_load(Vault *vault, bool *loaded, Err *err);
/* Keeps what is known of an object that leaves the chains because of what the folder holds. False without memory. */
bool index_lose(Vault *vault, const Item *item, Err *err);
/* After a walk through the folder: forgets what is back or honestly gone; what is missing then is in vault_missing.
 * *fresh: something is missing that was not before. */
bool index_judge(Vault *vault, bool *fresh, Err *err);
/* The card of an object that is in no chain, as it was; NULL when it was never seen. */
const Item *index_recall(const Vault *vault, Id object);
/* Writes what changed, and frees all. */
void index_close(Vault *vault);

/* Takes over the slots of a file that another session has written meanwhile. False when there is none. */
bool index_reread_slots(Vault *vault);

/* ---- index_slots.c */

/* Compares the slots with those remembered. The first time, all there are is right. */
bool index_look_slots(Vault *vault, Err *err);
/* The slots that there are now are this device's doing, but for those that vault_slots_changed tells. */
void index_slots_known(Vault *vault);
void index_free_slots(Index *index);

#endif
