/* Key slots: 256 bytes, twice, that turn a passphrase or a recovery key into the master key. */
#include "slot.h"
#include "bytes.h"

#include <string.h>

enum {
	AT_VERSION = 8,
	AT_FILE_KIND = 9,
	AT_KDF = 10,
	AT_SUITE = 11,
	AT_FLAGS = 12,
	AT_VAULT = 16,
	AT_ID = 32,
	AT_PASSES = 48,
	AT_MEMORY = 56,
	AT_SALT = 64,
	AT_ZERO = 80,
	AT_COMMITMENT = 96,
	AT_NONCE = 128,
	AT_WRAPPED = 152,
	AT_CHECKSUM = 240,
	FILE_KIND_SLOT = 1,
	PAYLOAD = 72,
	PAYLOAD_EPOCH = 32,
	PAYLOAD_CREATED = 36,
	CHECKSUM = 16,
	COMMITMENT = 32,
};

static const uint8_t MAGIC[8] = {0x8D, 0x6D, 0x65, 0x6F, 0x6B, 0x0D, 0x0A, 0x1A};

const SlotLimits SLOT_LIMITS = {.passes_max = 16, .memory_min = 64u << 20, .memory_max = 1u << 30};

/* Both keys come from one derivation. */
typedef struct Derived {
	uint8_t bytes[2 * KEY_BYTES];
} Derived;

static const uint8_t *
kek_of(const Derived *derived)
{
	return derived->bytes;
}

static const uint8_t *
commitment_key_of(const Derived *derived)
{
	return derived->bytes + KEY_BYTES;
}

static StrView
view(const uint8_t *bytes, size_t len)
{
	return (StrView){(const char *)bytes, len};
}

static bool
derive(SlotSecret secret, const uint8_t salt[SALT_BYTES], uint64_t passes, uint64_t memory, Derived *out)
{
	if (secret.kdf == SLOT_ARGON2ID)
		return secret_argon2id(out->bytes, secret.bytes, salt, passes, memory);
	uint8_t message[16 + SALT_BYTES];
	memcpy(message, "meok-recovery-v1", 16);
	memcpy(message + 16, salt, SALT_BYTES);
	secret_hash(out->bytes, sizeof out->bytes, secret.bytes.ptr, secret.bytes.len, view(message, sizeof message));
	return true;
}

static bool
checksum_right(const uint8_t *copy)
{
	uint8_t sum[CHECKSUM];
	secret_hash(sum, sizeof sum, NULL, 0, view(copy, AT_CHECKSUM));
	return memcmp(sum, copy + AT_CHECKSUM, sizeof sum) == 0;
}

static const uint8_t *
copy_at(StrView file, int index)
{
	size_t at = index == 0 ? 0 : SLOT_COPY_AT;
	return file.len >= at + SLOT_BYTES ? (const uint8_t *)file.ptr + at : NULL;
}

/* The checks of meok-vault(5) that need no secret. */
static Verdict
check_copy(const uint8_t *copy, const SlotLimits *limits)
{
	if (copy == NULL || !checksum_right(copy))
		return VERDICT_DAMAGED;
	if (memcmp(copy, MAGIC, sizeof MAGIC) != 0 || copy[AT_FILE_KIND] != FILE_KIND_SLOT)
		return VERDICT_DAMAGED;
	if (copy[AT_VERSION] != 1)
		return VERDICT_UNKNOWN_VERSION;
	if (copy[AT_SUITE] != 1 || (copy[AT_KDF] != SLOT_ARGON2ID && copy[AT_KDF] != SLOT_RECOVERY))
		return VERDICT_UNKNOWN_SUITE;
	if (get_le(copy + AT_FLAGS, 4) != 0 || get_le(copy + AT_ZERO, 8) != 0 || get_le(copy + AT_ZERO + 8, 8) != 0)
		return VERDICT_UNKNOWN_FLAGS;
	uint64_t passes = get_le(copy + AT_PASSES, 8), memory = get_le(copy + AT_MEMORY, 8);
	if (copy[AT_KDF] == SLOT_RECOVERY)
		return passes == 0 && memory == 0 ? VERDICT_OK : VERDICT_LIMITS;
	bool kept = passes >= 1 && passes <= limits->passes_max && memory >= limits->memory_min &&
		    memory <= limits->memory_max && memory % 1024 == 0;
	return kept ? VERDICT_OK : VERDICT_LIMITS;
}

static Verdict
unwrap(const uint8_t *copy, const Derived *derived, VaultKeys *keys)
{
	uint8_t commitment[COMMITMENT], payload[PAYLOAD];
	secret_hash(commitment, sizeof commitment, commitment_key_of(derived), KEY_BYTES, view(copy, AT_COMMITMENT));
	if (!secret_equal(commitment, copy + AT_COMMITMENT, sizeof commitment))
		return VERDICT_WRONG_PASSPHRASE;
	bool opened = secret_unwrap(kek_of(derived), copy + AT_NONCE, view(copy, AT_NONCE),
		view(copy + AT_WRAPPED, PAYLOAD + WRAP_EXTRA_BYTES), payload);
	uint32_t epoch = opened ? (uint32_t)get_le(payload + PAYLOAD_EPOCH, 4) : 0;
	if (epoch != 0) {
		memcpy(keys->master, payload, KEY_BYTES);
		keys->epoch = epoch;
		keys_derive(keys);
	}
	secret_wipe(payload, sizeof payload);
	return epoch != 0 ? VERDICT_OK : VERDICT_DAMAGED;
}

static Verdict
open_copy(const uint8_t *copy, SlotSecret secret, const SlotLimits *limits, Slot *slot, VaultKeys *keys)
{
	Verdict verdict = check_copy(copy, limits);
	if (verdict != VERDICT_OK)
		return verdict;
	if (copy[AT_KDF] != secret.kdf)
		return VERDICT_WRONG_PASSPHRASE;
	Derived derived;
	if (!derive(secret, copy + AT_SALT, get_le(copy + AT_PASSES, 8), get_le(copy + AT_MEMORY, 8), &derived))
		return VERDICT_NO_MEMORY;
	verdict = unwrap(copy, &derived, keys);
	secret_wipe(&derived, sizeof derived);
	if (verdict != VERDICT_OK)
		return verdict;
	*slot = (Slot){.kdf = secret.kdf, .passes = get_le(copy + AT_PASSES, 8), .memory = get_le(copy + AT_MEMORY, 8)};
	memcpy(slot->vault.bytes, copy + AT_VAULT, ID_BYTES);
	memcpy(slot->id.bytes, copy + AT_ID, ID_BYTES);
	memcpy(slot->salt, copy + AT_SALT, SALT_BYTES);
	memcpy(slot->nonce, copy + AT_NONCE, WRAP_NONCE_BYTES);
	return VERDICT_OK;
}

Verdict
slot_open(StrView file, SlotSecret secret, const SlotLimits *limits, Slot *slot, VaultKeys *keys)
{
	const uint8_t *first = copy_at(file, 0), *second = copy_at(file, 1);
	Verdict verdict = open_copy(first, secret, limits, slot, keys);
	/* An equal copy would only cost the same derivation again. */
	if (verdict == VERDICT_OK || second == NULL || (first != NULL && memcmp(first, second, SLOT_BYTES) == 0))
		return verdict;
	Verdict other = open_copy(second, secret, limits, slot, keys);
	return other == VERDICT_OK || verdict == VERDICT_DAMAGED ? other : verdict;
}

uint8_t
slot_marks(StrView file, Id *vault, Id *slot)
{
	for (int i = 0; i < 2; i++) {
		const uint8_t *copy = copy_at(file, i);
		if (copy == NULL || !checksum_right(copy))
			continue;
		memcpy(vault->bytes, copy + AT_VAULT, ID_BYTES);
		memcpy(slot->bytes, copy + AT_ID, ID_BYTES);
		return copy[AT_KDF];
	}
	return 0;
}

uint8_t
slot_kdf(StrView file)
{
	Id vault, slot;
	return slot_marks(file, &vault, &slot);
}

int
slot_sound_copies(StrView file)
{
	int sound = 0;
	for (int i = 0; i < 2; i++) {
		const uint8_t *copy = copy_at(file, i);
		sound += copy != NULL && checksum_right(copy);
	}
	return sound;
}

static void
write_copy(const Slot *slot, const Derived *derived, const VaultKeys *keys, uint8_t copy[SLOT_BYTES])
{
	memset(copy, 0, SLOT_BYTES);
	memcpy(copy, MAGIC, sizeof MAGIC);
	copy[AT_VERSION] = 1;
	copy[AT_FILE_KIND] = FILE_KIND_SLOT;
	copy[AT_KDF] = (uint8_t)slot->kdf;
	copy[AT_SUITE] = 1;
	memcpy(copy + AT_VAULT, slot->vault.bytes, ID_BYTES);
	memcpy(copy + AT_ID, slot->id.bytes, ID_BYTES);
	put_le(copy + AT_PASSES, slot->passes, 8);
	put_le(copy + AT_MEMORY, slot->memory, 8);
	memcpy(copy + AT_SALT, slot->salt, SALT_BYTES);
	secret_hash(copy + AT_COMMITMENT, COMMITMENT, commitment_key_of(derived), KEY_BYTES, view(copy, AT_COMMITMENT));
	memcpy(copy + AT_NONCE, slot->nonce, WRAP_NONCE_BYTES);
	uint8_t payload[PAYLOAD] = {0};
	memcpy(payload, keys->master, KEY_BYTES);
	put_le(payload + PAYLOAD_EPOCH, keys->epoch, 4);
	put_le(payload + PAYLOAD_CREATED, (uint64_t)slot->created_ms, 8);
	secret_wrap(
		kek_of(derived), slot->nonce, view(copy, AT_NONCE), view(payload, sizeof payload), copy + AT_WRAPPED);
	secret_wipe(payload, sizeof payload);
	secret_hash(copy + AT_CHECKSUM, CHECKSUM, NULL, 0, view(copy, AT_CHECKSUM));
}

bool
slot_seal(const Slot *slot, SlotSecret secret, const VaultKeys *keys, Str *file, Err *err)
{
	Derived derived;
	if (!derive(secret, slot->salt, slot->passes, slot->memory, &derived))
		return err_set(
			err, ERR_FAILED, "not enough memory to derive a key from the passphrase: close other programs");
	uint8_t copy[SLOT_BYTES];
	write_copy(slot, &derived, keys, copy);
	VaultKeys *again = keys_new(err);
	bool ok = again != NULL;
	if (ok && (!checksum_right(copy) || unwrap(copy, &derived, again) != VERDICT_OK ||
			  !secret_equal(again->master, keys->master, KEY_BYTES)))
		ok = err_set(err, ERR_FAILED, "the new key does not open again: this machine's memory may be faulty");
	keys_free(again);
	secret_wipe(&derived, sizeof derived);
	if (!ok)
		return false;
	static const char zeros[SLOT_COPY_AT - SLOT_BYTES];
	for (int i = 0; i < 2; i++) {
		str_append(file, view(copy, sizeof copy));
		str_append(file, (StrView){zeros, sizeof zeros});
	}
	return str_ok(file, err);
}
