/* Key memory, key derivation, hashes and the wrap of the master key. It knows libsodium and nothing of files.
 */
#ifndef MEOK_VAULT_SECRET_H
#define MEOK_VAULT_SECRET_H

#include "meok/base.h"

enum {
	KEY_BYTES = 32,
	SALT_BYTES = 16,
	WRAP_NONCE_BYTES = 24,
	WRAP_EXTRA_BYTES = 16, /* a wrapped text is this much longer */
	ROLE_OBJECTS = 1,
	ROLE_JOURNALS = 3,
	ROLE_INDEX = 4,
	ROLE_DROPS = 7,
	BOX_EXTRA_BYTES = 48, /* a sealed box is this much longer */
};

/* The keys of an open vault, in memory of their own (keys_new). */
typedef struct VaultKeys {
	uint8_t master[KEY_BYTES];
	uint8_t objects[KEY_BYTES]; /* the role key that seals objects */
	uint8_t journals[KEY_BYTES];
	uint8_t drops[KEY_BYTES]; /* the seed of the key pair for fragments */
	uint8_t index[KEY_BYTES]; /* that of this device's index */
	uint32_t epoch;
	bool locked;              /* the system keeps this page out of swap */
	bool kept;                /* of a former key: an object of kind 12 holds it */
	struct VaultKeys *former; /* other keys that are at hand, of former epochs as a rule; freed with this one */
} VaultKeys;

enum { RING_MAX = 256 }; /* that are at hand at once */

/* Before anything else here, where keys_new is not called. */
bool secret_start(Err *err);
/* Guarded memory that is zeroed when freed. NULL with *err when there is none or libsodium cannot start. */
VaultKeys *keys_new(Err *err);
void keys_free(VaultKeys *keys);
void keys_derive(VaultKeys *keys); /* fills the role keys from `master` */
/* The first of these keys that is of an epoch, NULL when there is none; ask ->former for the next of the same epoch. */
const VaultKeys *keys_of_epoch(const VaultKeys *keys, uint32_t epoch);
/* Takes a master key in behind those that are there, unless it is there or there are RING_MAX; *added tells. */
bool keys_add(VaultKeys *keys, uint32_t epoch, const uint8_t master[KEY_BYTES], bool kept, bool *added, Err *err);

/* BLAKE2b; out_len 16 to 64, key_len 0 or 16 to 64. */
void secret_hash(void *out, size_t out_len, const void *key, size_t key_len, StrView data);
/* Argon2id13, 64 bytes. False when the memory cannot be had. `memory` in bytes. */
bool
secret_argon2id(uint8_t out[64], StrView passphrase, const uint8_t salt[SALT_BYTES], uint64_t passes, uint64_t memory);
/* A quarter of the machine's memory, in bytes. */
uint64_t secret_memory_share(void);
/* XChaCha20-Poly1305. `out` has room for len + WRAP_EXTRA_BYTES, or for len - WRAP_EXTRA_BYTES. */
void secret_wrap(
	const uint8_t key[KEY_BYTES], const uint8_t nonce[WRAP_NONCE_BYTES], StrView ad, StrView plain, uint8_t *out);
bool secret_unwrap(
	const uint8_t key[KEY_BYTES], const uint8_t nonce[WRAP_NONCE_BYTES], StrView ad, StrView sealed, uint8_t *out);
/* An X25519 key pair, the same for the same seed. */
void secret_box_pair(const uint8_t seed[KEY_BYTES], uint8_t public_key[KEY_BYTES], uint8_t secret_key[KEY_BYTES]);
/* libsodium's sealed box, with the pair of `seed` (random) as the ephemeral one. `out` has room for len +
 * BOX_EXTRA_BYTES. False when the public key is none, or what was sealed does not open again. */
bool secret_box_seal(const uint8_t public_key[KEY_BYTES], const uint8_t seed[KEY_BYTES], StrView plain, uint8_t *out);
/* `out` has room for len - BOX_EXTRA_BYTES. */
bool
secret_box_open(const uint8_t public_key[KEY_BYTES], const uint8_t secret_key[KEY_BYTES], StrView sealed, uint8_t *out);
bool secret_equal(const void *a, const void *b, size_t len); /* in constant time */
void secret_wipe(void *bytes, size_t len);

#endif
