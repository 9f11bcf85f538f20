/* Any bytes as a slot file that a recovery key is tried on, and as the text of a recovery key. */
#include <stdlib.h>
#include <string.h>

#include "../../src/vault/recovery.h"
#include "../../src/vault/slot.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The recovery key and the master key of tests/vectors, where the seeds are from. */
static const char RECOVERY[] = "VLCV-MDIT-2TBV-6LRD-JJ7N-LZNY-BNUR-2WOV-CYFV-DCXM-MM4Z-NODS-QUSQ-KDPX";
static const uint8_t MASTER[KEY_BYTES] = {0x9e, 0x5f, 0x56, 0x57, 0xfd, 0xc0, 0x4d, 0x3d, 0x30, 0x11, 0x23, 0x67, 0x46,
	0xce, 0x87, 0x8f, 0xa6, 0x59, 0x9a, 0x1c, 0xff, 0x81, 0x25, 0xd6, 0x2d, 0x72, 0x3b, 0x7f, 0x33, 0x6c, 0x57,
	0x32};

static void
check(bool holds)
{
	if (!holds)
		abort();
}

static void
check_text(StrView text)
{
	uint8_t key[KEY_BYTES], again[KEY_BYTES];
	if (recovery_read(text, key) != RECOVERY_KEY)
		return;
	Str shown = {0};
	recovery_show(key, &shown);
	check(recovery_read(str_view(&shown), again) == RECOVERY_KEY && memcmp(key, again, KEY_BYTES) == 0);
	str_free(&shown);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	StrView input = {(const char *)data, size};
	uint8_t recovery[KEY_BYTES];
	Slot slot;
	VaultKeys *keys = keys_new(NULL);
	check(keys != NULL && recovery_read(sv(RECOVERY), recovery) == RECOVERY_KEY);
	SlotSecret secret = {SLOT_RECOVERY, {(const char *)recovery, sizeof recovery}};
	Verdict verdict = slot_open(input, secret, &SLOT_LIMITS, &slot, keys);
	if (verdict == VERDICT_OK)
		check(memcmp(keys->master, MASTER, KEY_BYTES) == 0);
	check(verdict == VERDICT_DAMAGED || slot_sound_copies(input) > 0);
	keys_free(keys);
	check_text(input);
	return 0;
}
