/* Recovery keys as people type them. */
#include "vault_unit.h"

#include "../../src/vault/recovery.h"

#include <ctype.h>

static Str
shown_key(uint64_t seed, uint8_t key[KEY_BYTES])
{
	Str shown = {0};
	seeded_state = seed;
	seeded_random(key, KEY_BYTES);
	recovery_show(key, &shown);
	return shown;
}

static void
a_key_is_read_back(void **state)
{
	(void)state;
	VaultKeys *keys = keys_new(NULL);
	for (uint64_t seed = 1; seed < 200; seed++) {
		uint8_t key[KEY_BYTES], read[KEY_BYTES];
		Str shown = shown_key(seed, key);
		assert_int_equal(shown.len, 14 * 5 - 1);
		assert_int_equal(recovery_read(str_view(&shown), read), RECOVERY_KEY);
		assert_memory_equal(key, read, KEY_BYTES);
		/* lower case, blanks for hyphens, a line end */
		for (size_t i = 0; i < shown.len; i++)
			shown.ptr[i] = shown.ptr[i] == '-' ? ' ' : (char)tolower((unsigned char)shown.ptr[i]);
		str_append_byte(&shown, '\n');
		memset(read, 0, sizeof read);
		assert_int_equal(recovery_read(str_view(&shown), read), RECOVERY_KEY);
		assert_memory_equal(key, read, KEY_BYTES);
		str_free(&shown);
	}
	keys_free(keys);
}

static void
what_looks_alike_is_forgiven(void **state)
{
	(void)state;
	int forgiven = 0;
	for (uint64_t seed = 1; seed < 200; seed++) {
		uint8_t key[KEY_BYTES], read[KEY_BYTES];
		Str shown = shown_key(seed, key);
		int ones = 0, changed = 0;
		for (size_t i = 0; i < shown.len; i++) {
			char c = shown.ptr[i];
			if (c == 'O')
				shown.ptr[i] = '0';
			else if (c == 'B')
				shown.ptr[i] = '8';
			else if ((c == 'I' || c == 'L') && ones++ < 8)
				shown.ptr[i] = '1';
			changed += shown.ptr[i] != c;
		}
		assert_int_equal(recovery_read(str_view(&shown), read), RECOVERY_KEY);
		assert_memory_equal(key, read, KEY_BYTES);
		forgiven += changed;
		str_free(&shown);
	}
	assert_true(forgiven > 500);
}

static void
a_slip_is_told(void **state)
{
	(void)state;
	uint8_t key[KEY_BYTES], read[KEY_BYTES];
	Str shown = shown_key(5, key);
	for (size_t i = 0; i < shown.len; i++) {
		char was = shown.ptr[i];
		if (was == '-')
			continue;
		shown.ptr[i] = was == 'Q' ? 'R' : 'Q';
		assert_int_equal(recovery_read(str_view(&shown), read), RECOVERY_TYPO);
		shown.ptr[i] = '9';
		assert_int_equal(recovery_read(str_view(&shown), read), RECOVERY_TYPO);
		shown.ptr[i] = was;
		/* two neighbours the wrong way round */
		if (i + 1 < shown.len && shown.ptr[i + 1] != '-' && shown.ptr[i + 1] != was) {
			shown.ptr[i] = shown.ptr[i + 1];
			shown.ptr[i + 1] = was;
			assert_int_equal(recovery_read(str_view(&shown), read), RECOVERY_TYPO);
			shown.ptr[i + 1] = shown.ptr[i];
			shown.ptr[i] = was;
		}
	}
	assert_int_equal(recovery_read(sv_slice(str_view(&shown), 0, shown.len - 1), read), RECOVERY_TYPO);
	str_append_c(&shown, "A");
	assert_int_equal(recovery_read(str_view(&shown), read), RECOVERY_TYPO);
	str_free(&shown);
}

static void
a_passphrase_is_no_key(void **state)
{
	(void)state;
	uint8_t read[KEY_BYTES];
	assert_int_equal(recovery_read(SV(""), read), RECOVERY_NOT);
	assert_int_equal(recovery_read((StrView){NULL, 0}, read), RECOVERY_NOT);
	assert_int_equal(recovery_read(SV("correct horse battery staple"), read), RECOVERY_NOT);
	assert_int_equal(recovery_read(SV("벼루에 먹을 간다"), read), RECOVERY_NOT);
	assert_int_equal(recovery_read(SV("abc\0def"), read), RECOVERY_NOT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_is_read_back),
		cmocka_unit_test(what_looks_alike_is_forgiven),
		cmocka_unit_test(a_slip_is_told),
		cmocka_unit_test(a_passphrase_is_no_key),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
