/* Key memory, key derivation, hashes and the wrap of the master key, all from libsodium. */
#include "secret.h"

#include <sodium.h>
#include <string.h>
#include <unistd.h>

VaultKeys *
keys_new(Err *err)
{
	if (sodium_init() < 0) {
		err_set(err, ERR_FAILED, "cannot start libsodium: install it again");
		return NULL;
	}
	VaultKeys *keys = sodium_malloc(sizeof *keys);
	if (keys == NULL) {
		err_memory(err);
		return NULL;
	}
	sodium_memzero(keys, sizeof *keys);
	/* sodium_malloc goes on silently when the page could not be locked; asking again tells. */
	keys->locked = sodium_mlock(keys, sizeof *keys) == 0;
	return keys;
}

void
keys_free(VaultKeys *keys)
{
	while (keys != NULL) {
		VaultKeys *former = keys->former;
		sodium_memzero(keys, sizeof *keys);
		sodium_free(keys);
		keys = former;
	}
}

void
keys_derive(VaultKeys *keys)
{
	_Static_assert(crypto_kdf_KEYBYTES == KEY_BYTES, "the master key is a crypto_kdf key");
	crypto_kdf_derive_from_key(keys->objects, KEY_BYTES, ROLE_OBJECTS, "meokv1__", keys->master);
	crypto_kdf_derive_from_key(keys->journals, KEY_BYTES, ROLE_JOURNALS, "meokv1__", keys->master);
	crypto_kdf_derive_from_key(keys->index, KEY_BYTES, ROLE_INDEX, "meokv1__", keys->master);
}

const VaultKeys *
keys_of_epoch(const VaultKeys *keys, uint32_t epoch)
{
	while (keys != NULL && keys->epoch != epoch)
		keys = keys->former;
	return keys;
}

bool
keys_add(VaultKeys *keys, uint32_t epoch, const uint8_t master[KEY_BYTES], bool kept, bool *added, Err *err)
{
	size_t count = 1;
	*added = false;
	for (;; keys = keys->former, count++) {
		if (keys->epoch == epoch && secret_equal(keys->master, master, KEY_BYTES)) {
			keys->kept = keys->kept || kept;
			return true;
		}
		if (keys->former == NULL)
			break;
	}
	if (count >= RING_MAX)
		return true;
	VaultKeys *former = keys_new(err);
	if (former == NULL)
		return false;
	memcpy(former->master, master, KEY_BYTES);
	former->epoch = epoch;
	former->kept = kept;
	keys_derive(former);
	keys->former = former;
	*added = true;
	return true;
}

void
secret_hash(void *out, size_t out_len, const void *key, size_t key_len, StrView data)
{
	crypto_generichash(out, out_len, (const unsigned char *)data.ptr, data.len, key, key_len);
}

bool
secret_argon2id(uint8_t out[64], StrView passphrase, const uint8_t salt[SALT_BYTES], uint64_t passes, uint64_t memory)
{
	_Static_assert(crypto_pwhash_argon2id_SALTBYTES == SALT_BYTES, "the salt of a slot is an Argon2 salt");
	const char *typed = passphrase.ptr == NULL ? "" : passphrase.ptr;
	return crypto_pwhash_argon2id(out, 64, typed, passphrase.len, salt, passes, (size_t)memory,
		       crypto_pwhash_argon2id_ALG_ARGON2ID13) == 0;
}

uint64_t
secret_memory_share(void)
{
	long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
	return pages > 0 && page > 0 ? (uint64_t)pages / 4 * (uint64_t)page : 0;
}

void
secret_wrap(
	const uint8_t key[KEY_BYTES], const uint8_t nonce[WRAP_NONCE_BYTES], StrView ad, StrView plain, uint8_t *out)
{
	crypto_aead_xchacha20poly1305_ietf_encrypt(out, NULL, (const unsigned char *)plain.ptr, plain.len,
		(const unsigned char *)ad.ptr, ad.len, NULL, nonce, key);
}

bool
secret_unwrap(
	const uint8_t key[KEY_BYTES], const uint8_t nonce[WRAP_NONCE_BYTES], StrView ad, StrView sealed, uint8_t *out)
{
	return crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL, (const unsigned char *)sealed.ptr,
		       sealed.len, (const unsigned char *)ad.ptr, ad.len, nonce, key) == 0;
}

bool
secret_equal(const void *a, const void *b, size_t len)
{
	return sodium_memcmp(a, b, len) == 0;
}

void
secret_wipe(void *bytes, size_t len)
{
	sodium_memzero(bytes, len);
}
