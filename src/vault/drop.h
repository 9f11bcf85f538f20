/* Dropped files and the drop key as bytes: what is sealed without the passphrase, and to which key. No I/O but where it
 * says so. */
#ifndef MEOK_VAULT_DROP_H
#define MEOK_VAULT_DROP_H

#include "meok/vault.h"
#include "secret.h"
#include "verdict.h"

enum {
	DROP_HEADER_BYTES = 64,
	DROP_FILE_MAX = 16 << 20,
	DROP_KEY_BYTES = 96, /* of the file keys/drop.pub */
};

typedef struct DropKey {
	Id vault;
	uint32_t epoch;
	uint8_t public_key[KEY_BYTES];
} DropKey;

void drop_key_encode(const DropKey *key, uint8_t out[DROP_KEY_BYTES]);
/* VERDICT_OK, VERDICT_DAMAGED or one of the unknown; *key is then filled only when it is VERDICT_OK. */
Verdict drop_key_decode(StrView file, DropKey *key);

/* The smallest size of a file with room for that content; 0 when there is none. */
size_t drop_size(size_t content_len);
/* Sets *file to the sealed file, after opening it again. `seed` is random. False with ERR_USAGE when the content is too
 * long. */
bool drop_seal(const DropKey *key, Id drop, const uint8_t seed[KEY_BYTES], StrView content, Str *file, Err *err);
/* Checks 1 to 7 of meok-vault(5) on the first DROP_HEADER_BYTES of a file; *epoch is set with VERDICT_OK. */
Verdict drop_check(StrView head, uint64_t file_size, Id vault, Id drop, uint32_t *epoch);
/* Checks 9 and 10 of a file that passed drop_check; *content is set with VERDICT_OK alone: wipe it. VERDICT_OK,
 * VERDICT_DAMAGED or VERDICT_NO_MEMORY. */
Verdict drop_open(StrView file, const uint8_t public_key[KEY_BYTES], const uint8_t secret_key[KEY_BYTES], Str *content);

/* ---- drop_key.c, with I/O */

/* ERR_DAMAGED when this device has seen another drop key for that vault, or in that folder. */
bool drop_key_is_known(const Sys *sys, const char *state, const char *dir, const DropKey *key, Err *err);

#endif
