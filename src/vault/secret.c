/* Key memory, key derivation, hashes and the wrap of the master key, all from libsodium. */
#include "secret.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool
secret_start(Err *err)
{
	return sodium_init() >= 0 || err_set(err, ERR_FAILED, "cannot start libsodium: install it again");
}

VaultKeys *
keys_new(Err *err)
{
	if (!secret_start(err))
		return NULL;
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
	crypto_kdf_derive_from_key(keys->drops, KEY_BYTES, ROLE_DROPS, "meokv1__", keys->master);
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

void
secret_box_pair(const uint8_t seed[KEY_BYTES], uint8_t public_key[KEY_BYTES], uint8_t secret_key[KEY_BYTES])
{
	_Static_assert(crypto_box_SEEDBYTES == KEY_BYTES && crypto_box_PUBLICKEYBYTES == KEY_BYTES &&
			       crypto_box_SECRETKEYBYTES == KEY_BYTES && crypto_box_SEALBYTES == BOX_EXTRA_BYTES,
		"a sealed box is made of keys of this size");
	crypto_box_seed_keypair(public_key, secret_key, seed);
}

static void
box_nonce(const uint8_t ephemeral[KEY_BYTES], const uint8_t public_key[KEY_BYTES], uint8_t nonce[crypto_box_NONCEBYTES])
{
	uint8_t both[2 * KEY_BYTES];
	memcpy(both, ephemeral, KEY_BYTES);
	memcpy(both + KEY_BYTES, public_key, KEY_BYTES);
	crypto_generichash(nonce, crypto_box_NONCEBYTES, both, sizeof both, NULL, 0);
}

/* Both sides of a box derive the same key: who sealed it can open it again, as long as the ephemeral key is there. */
static bool
box_verify(const uint8_t *box, const uint8_t nonce[crypto_box_NONCEBYTES], const uint8_t public_key[KEY_BYTES],
	const uint8_t secret_key[KEY_BYTES], StrView plain)
{
	uint8_t *again = malloc(plain.len + 1);
	bool same =
		again != NULL &&
		crypto_box_open_easy(again, box, plain.len + crypto_box_MACBYTES, nonce, public_key, secret_key) == 0 &&
		(plain.len == 0 || memcmp(again, plain.ptr, plain.len) == 0);
	if (again != NULL)
		sodium_memzero(again, plain.len + 1);
	free(again);
	return same;
}

bool
secret_box_seal(const uint8_t public_key[KEY_BYTES], const uint8_t seed[KEY_BYTES], StrView plain, uint8_t *out)
{
	/* crypto_box_seal would choose the ephemeral key from a source of its own, and every random byte of the vault
	 * comes from the table of calls. */
	uint8_t secret_key[KEY_BYTES], nonce[crypto_box_NONCEBYTES];
	secret_box_pair(seed, out, secret_key);
	box_nonce(out, public_key, nonce);
	bool ok = crypto_box_easy(out + KEY_BYTES, (const unsigned char *)plain.ptr, plain.len, nonce, public_key,
			  secret_key) == 0 &&
		  box_verify(out + KEY_BYTES, nonce, public_key, secret_key, plain);
	sodium_memzero(secret_key, sizeof secret_key);
	return ok;
}

bool
secret_box_open(const uint8_t public_key[KEY_BYTES], const uint8_t secret_key[KEY_BYTES], StrView sealed, uint8_t *out)
{
	return crypto_box_seal_open(out, (const unsigned char *)sealed.ptr, sealed.len, public_key, secret_key) == 0;
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
