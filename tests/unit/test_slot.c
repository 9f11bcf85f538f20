/* Key slots: every flip, every cut, every forged parameter. */
#include "vault_unit.h"

#include "../../src/vault/recovery.h"

static const SlotSecret SECRET = {SLOT_ARGON2ID, {"열쇠말", 9}};
static const uint8_t RECOVERY[KEY_BYTES] = {7, 1, 2, 3};

static Str
make_slot(SlotKdf kdf, VaultKeys *keys)
{
	Err err = {0};
	Str file = {0};
	seeded_state = 99;
	Slot slot = {.kdf = kdf, .created_ms = 1700000000000};
	if (kdf == SLOT_ARGON2ID) {
		slot.passes = 1;
		slot.memory = 8192;
	}
	seeded_random(slot.vault.bytes, ID_BYTES);
	seeded_random(slot.id.bytes, ID_BYTES);
	seeded_random(slot.salt, sizeof slot.salt);
	seeded_random(slot.nonce, sizeof slot.nonce);
	seeded_random(keys->master, sizeof keys->master);
	keys->epoch = 1;
	SlotSecret secret =
		kdf == SLOT_ARGON2ID ? SECRET : (SlotSecret){SLOT_RECOVERY, {(const char *)RECOVERY, KEY_BYTES}};
	assert_true(slot_seal(&slot, secret, keys, &file, &err));
	assert_int_equal(file.len, SLOT_FILE_BYTES);
	return file;
}

static SlotSecret
recovery_secret(void)
{
	return (SlotSecret){SLOT_RECOVERY, {(const char *)RECOVERY, KEY_BYTES}};
}

/* Gives a copy that was edited a right checksum again, as a forger would. */
static void
fix_checksum(char *copy)
{
	secret_hash(copy + 240, 16, NULL, 0, (StrView){copy, 240});
}

static void
a_slot_opens_with_its_secret_only(void **state)
{
	(void)state;
	VaultKeys *keys = keys_new(NULL), *again = keys_new(NULL);
	Str file = make_slot(SLOT_ARGON2ID, keys);
	Slot slot;
	assert_int_equal(slot_open(str_view(&file), SECRET, &QUICK, &slot, again), VERDICT_OK);
	assert_memory_equal(again->master, keys->master, KEY_BYTES);
	assert_int_equal(again->epoch, 1);
	assert_memory_equal(file.ptr + 16, slot.vault.bytes, ID_BYTES);
	SlotSecret wrong = {SLOT_ARGON2ID, SV("열쇠")};
	assert_int_equal(slot_open(str_view(&file), wrong, &QUICK, &slot, again), VERDICT_WRONG_PASSPHRASE);
	assert_int_equal(slot_open(str_view(&file), recovery_secret(), &QUICK, &slot, again), VERDICT_WRONG_PASSPHRASE);
	/* The format's own limits refuse what tests use. */
	assert_int_equal(slot_open(str_view(&file), SECRET, &SLOT_LIMITS, &slot, again), VERDICT_LIMITS);
	str_free(&file);
	file = make_slot(SLOT_RECOVERY, keys);
	assert_int_equal(slot_open(str_view(&file), recovery_secret(), &SLOT_LIMITS, &slot, again), VERDICT_OK);
	assert_memory_equal(again->master, keys->master, KEY_BYTES);
	str_free(&file);
	keys_free(keys);
	keys_free(again);
}

/* Opens the file and demands: the right master key, or none. */
static Verdict
never_wrong(StrView file, SlotSecret secret, const VaultKeys *keys, VaultKeys *again)
{
	Slot slot;
	memset(again->master, 0, KEY_BYTES);
	Verdict verdict = slot_open(file, secret, &QUICK, &slot, again);
	if (verdict == VERDICT_OK)
		assert_memory_equal(again->master, keys->master, KEY_BYTES);
	return verdict;
}

static void
any_flipped_bit_leaves_the_other_copy(void **state)
{
	(void)state;
	VaultKeys *keys = keys_new(NULL), *again = keys_new(NULL);
	Str file = make_slot(SLOT_ARGON2ID, keys);
	for (size_t bit = 0; bit < file.len * 8; bit++) {
		/* between the copies nothing is read; one bit a byte is enough there */
		if ((bit / 8) % SLOT_COPY_AT >= SLOT_BYTES && bit % 8 != 0)
			continue;
		file.ptr[bit / 8] ^= (char)(1 << bit % 8);
		assert_int_equal(never_wrong(str_view(&file), SECRET, keys, again), VERDICT_OK);
		file.ptr[bit / 8] ^= (char)(1 << bit % 8);
	}
	str_free(&file);
	keys_free(keys);
	keys_free(again);
}

static void
any_forged_bit_is_refused(void **state)
{
	(void)state;
	static const SlotKdf kdfs[] = {SLOT_ARGON2ID, SLOT_RECOVERY};
	/* Small limits, as in life: a forged cost must not be computed. */
	const SlotLimits limits = {.passes_max = 4, .memory_min = 8192, .memory_max = 65536};
	VaultKeys *keys = keys_new(NULL), *again = keys_new(NULL);
	for (size_t k = 0; k < 2; k++) {
		Str file = make_slot(kdfs[k], keys);
		SlotSecret secret = k == 0 ? SECRET : recovery_secret();
		for (size_t bit = 0; bit < (size_t)SLOT_BYTES * 8; bit++) {
			Str forged = str_from(str_view(&file));
			for (int copy = 0; copy < 2; copy++) {
				forged.ptr[copy * SLOT_COPY_AT + (int)(bit / 8)] ^= (char)(1 << bit % 8);
				if (bit / 8 < 240)
					fix_checksum(forged.ptr + copy * SLOT_COPY_AT);
			}
			Slot slot;
			assert_int_not_equal(slot_open(str_view(&forged), secret, &limits, &slot, again), VERDICT_OK);
			str_free(&forged);
		}
		str_free(&file);
	}
	keys_free(keys);
	keys_free(again);
}

static void
a_cut_slot_opens_while_one_copy_is_whole(void **state)
{
	(void)state;
	VaultKeys *keys = keys_new(NULL), *again = keys_new(NULL);
	Str file = make_slot(SLOT_RECOVERY, keys);
	for (size_t len = 0; len <= file.len; len++) {
		Verdict verdict = never_wrong(sv_slice(str_view(&file), 0, len), recovery_secret(), keys, again);
		assert_int_equal(verdict, len >= SLOT_BYTES ? VERDICT_OK : VERDICT_DAMAGED);
	}
	memset(file.ptr, 0, SLOT_COPY_AT);
	assert_int_equal(never_wrong(str_view(&file), recovery_secret(), keys, again), VERDICT_OK);
	assert_int_equal(slot_sound_copies(str_view(&file)), 1);
	memset(file.ptr + SLOT_COPY_AT, 0, SLOT_COPY_AT);
	assert_int_equal(never_wrong(str_view(&file), recovery_secret(), keys, again), VERDICT_DAMAGED);
	assert_int_equal(slot_sound_copies(str_view(&file)), 0);
	str_free(&file);
	keys_free(keys);
	keys_free(again);
}

static void
each_fault_has_its_verdict(void **state)
{
	(void)state;
	static const struct {
		size_t at;
		uint8_t value;
		Verdict verdict;
	} edits[] = {
		{0, 0, VERDICT_DAMAGED},
		{8, 2, VERDICT_UNKNOWN_VERSION},
		{9, 2, VERDICT_DAMAGED},
		{10, 3, VERDICT_UNKNOWN_SUITE},
		{11, 2, VERDICT_UNKNOWN_SUITE},
		{12, 1, VERDICT_UNKNOWN_FLAGS},
		{15, 0x80, VERDICT_UNKNOWN_FLAGS},
		{80, 1, VERDICT_UNKNOWN_FLAGS},
		{95, 1, VERDICT_UNKNOWN_FLAGS},
		{48, 0, VERDICT_LIMITS},
		{48, 17, VERDICT_LIMITS},
		{57, 0x10, VERDICT_LIMITS},
		{60, 2, VERDICT_LIMITS},
		{56, 1, VERDICT_LIMITS},
		{16, 0xFF, VERDICT_WRONG_PASSPHRASE},
		{64, 0xFF, VERDICT_WRONG_PASSPHRASE},
		{96, 0xFF, VERDICT_WRONG_PASSPHRASE},
		{128, 0xFF, VERDICT_DAMAGED},
		{152, 0xFF, VERDICT_DAMAGED},
		{239, 0xFF, VERDICT_DAMAGED},
	};
	VaultKeys *keys = keys_new(NULL), *again = keys_new(NULL);
	Str file = make_slot(SLOT_ARGON2ID, keys);
	for (size_t i = 0; i < sizeof edits / sizeof *edits; i++) {
		Str edited = str_from(sv_slice(str_view(&file), 0, SLOT_BYTES));
		assert_int_not_equal((uint8_t)edited.ptr[edits[i].at], edits[i].value);
		edited.ptr[edits[i].at] = (char)edits[i].value;
		Slot slot;
		assert_int_equal(slot_open(str_view(&edited), SECRET, &QUICK, &slot, again), VERDICT_DAMAGED);
		fix_checksum(edited.ptr);
		const SlotLimits limits = {.passes_max = 16, .memory_min = 8192, .memory_max = 8192};
		assert_int_equal(slot_open(str_view(&edited), SECRET, &limits, &slot, again), edits[i].verdict);
		str_free(&edited);
	}
	str_free(&file);
	keys_free(keys);
	keys_free(again);
}

static void
the_better_copy_decides(void **state)
{
	(void)state;
	VaultKeys *keys = keys_new(NULL), *again = keys_new(NULL);
	Str file = make_slot(SLOT_RECOVERY, keys);
	Slot slot;
	/* first copy of a newer version, second as it was */
	file.ptr[8] = 2;
	fix_checksum(file.ptr);
	assert_int_equal(slot_open(str_view(&file), recovery_secret(), &QUICK, &slot, again), VERDICT_OK);
	/* second copy gone: what the first one says */
	file.ptr[SLOT_COPY_AT + 200] ^= 1;
	assert_int_equal(slot_open(str_view(&file), recovery_secret(), &QUICK, &slot, again), VERDICT_UNKNOWN_VERSION);
	/* first copy destroyed, second wrong */
	file.ptr[100] ^= 1;
	file.ptr[SLOT_COPY_AT + 200] ^= 1;
	file.ptr[SLOT_COPY_AT + 96] ^= 1;
	fix_checksum(file.ptr + SLOT_COPY_AT);
	assert_int_equal(slot_open(str_view(&file), recovery_secret(), &QUICK, &slot, again), VERDICT_WRONG_PASSPHRASE);
	str_free(&file);
	keys_free(keys);
	keys_free(again);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_slot_opens_with_its_secret_only),
		cmocka_unit_test(any_flipped_bit_leaves_the_other_copy),
		cmocka_unit_test(any_forged_bit_is_refused),
		cmocka_unit_test(a_cut_slot_opens_while_one_copy_is_whole),
		cmocka_unit_test(each_fault_has_its_verdict),
		cmocka_unit_test(the_better_copy_decides),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
