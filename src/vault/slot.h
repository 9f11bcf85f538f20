/* One key slot file, from which a secret yields the master key. Bytes in, bytes out; no I/O. */
#ifndef MEOK_VAULT_SLOT_H
#define MEOK_VAULT_SLOT_H

#include "secret.h"
#include "verdict.h"

enum {
	SLOT_BYTES = 256,
	SLOT_FILE_BYTES = 8192,
	SLOT_COPY_AT = 4096,
	PASSPHRASE_MAX = 1024,
};

typedef enum SlotKdf { /* values are the file format's */
	SLOT_ARGON2ID = 1,
	SLOT_RECOVERY = 2,
} SlotKdf;

/* What opens a slot: an NFC passphrase, or the 32 bytes of a recovery key. */
typedef struct SlotSecret {
	SlotKdf kdf;
	StrView bytes;
} SlotSecret;

typedef struct SlotLimits {
	uint64_t passes_max, memory_min, memory_max; /* bytes */
} SlotLimits;
extern const SlotLimits SLOT_LIMITS; /* the format's */

/* What a slot says in the clear, and chose at random. */
typedef struct Slot {
	Id vault, id;
	SlotKdf kdf;
	uint64_t passes, memory; /* 0 for a recovery key */
	int64_t created_ms;
	uint8_t salt[SALT_BYTES], nonce[WRAP_NONCE_BYTES];
} Slot;

/* Appends the file of a slot that wraps keys->master, after opening it again. The caller has chosen every member of
 * `slot`; costs are not held against the limits here. */
bool slot_seal(const Slot *slot, SlotSecret secret, const VaultKeys *keys, Str *file, Err *err);
/* Reads a slot file. With VERDICT_OK *slot and the master key, epoch and role keys in *keys are set. */
Verdict slot_open(StrView file, SlotSecret secret, const SlotLimits *limits, Slot *slot, VaultKeys *keys);
/* The key derivation of the first copy with a right checksum; 0 when there is none. */
uint8_t slot_kdf(StrView file);
/* The same, and which vault and slot that copy names. */
uint8_t slot_marks(StrView file, Id *vault, Id *slot);
/* How many of the two copies carry a right checksum: visible without a secret. */
int slot_sound_copies(StrView file);

#endif
