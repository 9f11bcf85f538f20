/* The open vault inside the room: objects put into the folder, read from it and removed. */
#ifndef MEOK_VAULT_STORE_H
#define MEOK_VAULT_STORE_H

#include "index.h"
#include "slot.h"

typedef struct IdList {
	Id *items;
	size_t len, cap;
} IdList;

enum { KIND_COUNT = OBJECT_VOCABULARY + 1 };

typedef struct EntryList {
	Entry *items;
	char *titles;           /* of all of them */
	const Entry **by_time;  /* newest change first */
	const Entry **by_draft; /* of publications */
	size_t len;
	bool valid;
} EntryList;

typedef struct PackList PackList; /* pack.c */

typedef struct BadDrop {
	Str name;
	uint64_t size;
	Err reason;
	bool seen; /* for the walk: its file is there */
} BadDrop;

struct Vault {
	const Sys *sys;
	Str dir;
	Str state; /* this device's folder for what it remembers of the vault; empty: nothing is remembered */
	VaultKeys *keys;
	Id id, session;
	uint64_t lamport; /* the highest in any card seen */
	Chains chains;
	Index index;
	uint32_t durable_shards; /* shard folders whose own name this session has synchronised */
	Damage *damage;
	size_t damage_len, damage_cap;
	EntryList entries[KIND_COUNT];
	PackList *packs; /* what packs list, of those that were asked for */
	size_t pack_len, pack_cap;
	Id slot;            /* that opened the vault */
	IdList begun;       /* objects of an epoch that may never have begun */
	IdList begun_by;    /* of each, the object that named it */
	IdList retired;     /* slots that must not be in the folder */
	IdList learned;     /* objects of kind 12 whose keys are at hand */
	IdList behind;      /* objects that may be of former epochs, to be sealed again a few at a time */
	bool slots_new;     /* this session changed the slots; the index is told when the vault is released */
	size_t unresolved;  /* objects of which the last scan had no key */
	BadDrop *bad_drops; /* dropped files that cannot be taken in: not read again until the next scan */
	size_t bad_drop_len, bad_drop_cap;
	size_t drops_waiting; /* were left for the next refresh */
	size_t drop_keys;     /* how many master keys were at hand when keys/drop.pub was compared with them */
	Err drop_key_reason;  /* what was wrong with keys/drop.pub when the vault was opened */
	int hold;             /* the locked folder, when it is held */
	bool held;
};

/* ---- open.c: vault_create and vault_open with explicit costs, for quick tests */

bool open_create(const Sys *sys, const char *dir, StrView passphrase, uint64_t passes, uint64_t memory, Err *err);
Vault *
open_vault(const Sys *sys, const char *dir, const char *state, StrView secret, const SlotLimits *limits, Err *err);

/* The folder's name without slashes at the end: with one, a link would be followed. */
bool open_plain_dir(const char *dir, Str *out, Err *err);

/* ---- store.c */

/* Sets *path to the object's file. */
bool store_path(const Vault *vault, Id object, Str *path, Err *err);
/* Seals and saves an object. The caller has set the card's kind, subject (ID_NONE: the new object's own id), parents,
 * run (0: it begins one) and what a list shows; session, counter and time (where it is 0) are set here. The card is
 * taken, whatever happens. Returns the new item, durable and in its chain; NULL with *err, and nothing changed. */
const Item *store_put(Vault *vault, Card *card, StrView body, Err *err);
/* The same under other keys than those in use, and an id that the caller has chosen. */
const Item *store_put_under(Vault *vault, const VaultKeys *keys, Id object, Card *card, StrView body, Err *err);
/* The keys to open a file with, by its first bytes; those in use when no key of its epoch is known. */
const VaultKeys *store_keys(const Vault *vault, StrView head);
/* Seals an object of other keys under those in use. *done: it was. One that is gone, damaged or of unknown keys is
 * left.
 */
bool store_reseal(Vault *vault, Id object, bool *done, Err *err);
bool ids_add(IdList *list, Id id, Err *err);
bool ids_have(const IdList *list, Id id);
void ids_free(IdList *list);
/* The newest head of a subject; NULL when there is none. *other (may be NULL) is the next one of a split, or NULL. */
Item *store_head(const Vault *vault, uint8_t kind, Id subject, Item **other);
/* Opens and verifies the object of an item. *body is plaintext: wipe it. */
bool store_read(const Vault *vault, const Item *item, Str *body, Err *err);
/* Opens an object whose file may have been replaced meanwhile: the head of a subject, after looking at the folder again
 * when the file is gone. */
bool store_read_head(Vault *vault, uint8_t kind, Id subject, const Item **head, Str *body, Err *err);
/* Removes the file of an item and forgets it. */
bool store_remove(Vault *vault, Item *item, Err *err);
/* Removes what the newest objects of a chain of records made superfluous; see Removal in meok-vault(5). */
void store_prune(Vault *vault, uint8_t kind, Id subject);
bool store_destroyed(const Vault *vault, Id subject);
/* Removes every object of a destroyed subject, and makes that durable. */
bool store_purge(Vault *vault, Id subject, Err *err);
/* Says a new state of a subject. */
bool store_tombstone(Vault *vault, Id subject, TombstoneState state, Err *err);
/* Lists are built anew the next time they are asked for. */
void store_changed(Vault *vault);

/* ---- epoch.c */

/* Takes in what an object of kind 12 says. *more: a key was not known before. Damage of the object changes nothing. */
bool epoch_learn(Vault *vault, const Item *item, bool *more, Err *err);
/* Tries the secret with the other slots too, when objects are left that no key is known for. *more: a key was not known
 * before. */
bool epoch_join(Vault *vault, StrView secret, const SlotLimits *limits, bool *more, Err *err);
/* Saves all keys at hand but `keys` in two objects of kind 12, sealed under `keys`. */
bool epoch_save_keys(Vault *vault, const VaultKeys *keys, const Id objects[2], const IdList *retired, Err *err);
/* Says in one under the keys in use that these objects may never be opened. */
bool epoch_save_begun(Vault *vault, const Id objects[2], Err *err);
/* True for one named as begun when none that was named with it opens either: that is no damage. */
bool epoch_never_began(const Vault *vault, Id object);
/* vault_join_keys with other limits. */
bool epoch_join_keys(Vault *vault, StrView other_secret, const SlotLimits *limits, Err *err);
/* Notes what may still be sealed under former keys. */
void epoch_note_behind(Vault *vault);
/* Removes retired slots that another copy of the vault brought back. */
void epoch_remove_retired(Vault *vault);

/* ---- rekey.c: with explicit costs, for quick tests */

bool rekey_passphrase(
	Vault *vault, StrView passphrase, uint64_t passes, uint64_t memory, const SlotLimits *limits, Err *err);
bool rekey_vault(Vault *vault, StrView passphrase, uint64_t passes, uint64_t memory, const SlotLimits *limits,
	size_t *resealed, Err *err);

/* ---- entries.c */

void entries_free(EntryList *list);

/* ---- hold.c */

/* Waits ten seconds at most until no other meok on this machine holds the folder; closing *fd lets go. */
bool hold_folder(const Sys *sys, const char *dir, int *fd, Err *err);

/* Another session is at what only one may do. */
bool hold_is_taken(const Vault *vault);

/* ---- scan.c */

void scan_free_damage(Vault *vault);
void scan_forget_damage(Vault *vault, Id subject); /* its damaged files were removed */
/* Notes a file that is none of the vault folder's, once. */
bool scan_add_damage(Vault *vault, StrView path, const Err *reason, Err *err);
/* Notes a file that is not right; `path` is inside the vault folder, `card` what is known of it, or NULL. */
bool scan_damage(Vault *vault, StrView path, Id object, const Card *card, const Err *reason, Err *err);

/* ---- drop_key.c */

/* The key pair for fragments of a master key. `secret_key` may be NULL, else wipe it. */
void drop_pair(const VaultKeys *keys, uint8_t public_key[KEY_BYTES], uint8_t secret_key[KEY_BYTES]);
/* Sees to it that keys/drop.pub, and this device's copy of it, are those of the newest epoch; what was wrong with it is
 * kept for the damage list. Every scan does it when there are other keys at hand than the last time. False without
 * memory only: a vault that may only be read is opened all the same. */
bool drop_key_settle(Vault *vault, Err *err);

/* ---- fragment.c */

/* Takes in what was dropped and lists what cannot be; `again`: looks also at what could not be before. False without
 * memory only. */
bool fragment_collect(Vault *vault, bool again, Err *err);
void fragment_free_drops(Vault *vault);

#endif
