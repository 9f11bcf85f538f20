/* The slot files of a vault folder: saving, listing, trying and removing them. */
#ifndef MEOK_VAULT_SLOTS_H
#define MEOK_VAULT_SLOTS_H

#include "meok/vault.h"
#include "slot.h"

enum { SLOTS_MAX = 64 }; /* files that are tried */

/* What one slot file says without a secret, by its first copy with a right checksum. */
typedef struct SlotFile {
	char name[256];
	Id vault, id;
	uint8_t kdf; /* 0: neither copy is sound */
} SlotFile;

/* The passphrase in NFC, so that Hangul typed on any system gives the same bytes. */
bool passphrase_nfc(StrView passphrase, Str *out, Err *err);
/* The costs that KdfCost stands for on this machine. */
Slot slots_of_cost(KdfCost cost);
/* Chooses what is random about the slot, seals it for `secret` around the keys and saves it. */
bool slots_save(const Sys *sys, const char *dir, Slot *slot, SlotSecret secret, const VaultKeys *keys, Err *err);
/* The names of the slot files, in order, as many as are tried. ERR_NOT_FOUND when there is no such folder. */
bool slots_names(const Sys *sys, const char *dir, StrList *names, Err *err);
/* Tries all slots of these names. The bytes of one are dealt with at most once. */
Verdict slots_try(const Sys *sys, const char *dir, const StrList *names, SlotSecret secret, const SlotLimits *limits,
	Slot *slot, VaultKeys *keys);
/* Opens the one slot file of that name. */
Verdict slots_try_one(const Sys *sys, const char *dir, const char *name, SlotSecret secret, const SlotLimits *limits,
	Slot *slot, VaultKeys *keys);
/* What lies in keys/: all slot files, also behind those that are tried. Free *out with free(). */
bool slots_list(const Sys *sys, const char *dir, SlotFile **out, size_t *count, Err *err);
bool slots_remove(const Sys *sys, const char *dir, const char *name, Err *err);
bool slots_sync(const Sys *sys, const char *dir, Err *err); /* makes names in keys/ durable */

#endif
