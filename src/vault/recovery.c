/* The recovery key as text: base32 in groups, a check group, and the slips of the hand that are forgiven. */
#include "recovery.h"

#include <string.h>

enum {
	KEY_LETTERS = 52, /* 256 bits, five a letter, four spare */
	CHECK_LETTERS = 4,
	ALL_LETTERS = KEY_LETTERS + CHECK_LETTERS,
	GROUP = 4,
	MAX_ONES = 8, /* two readings each */
};

static const char ALPHABET[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/* The five bits from bit `at` on; zero bits follow the last byte. */
static unsigned
five_bits(const uint8_t *bytes, size_t len, size_t at)
{
	unsigned value = 0;
	for (size_t bit = at; bit < at + 5; bit++)
		value = value << 1 | (bit / 8 < len ? bytes[bit / 8] >> (7 - bit % 8) & 1u : 0u);
	return value;
}

static void
letters_of(const uint8_t key[KEY_BYTES], char letters[ALL_LETTERS])
{
	uint8_t check[32];
	secret_hash(check, sizeof check, NULL, 0, (StrView){(const char *)key, KEY_BYTES});
	for (size_t i = 0; i < KEY_LETTERS; i++)
		letters[i] = ALPHABET[five_bits(key, KEY_BYTES, i * 5)];
	for (size_t i = 0; i < CHECK_LETTERS; i++)
		letters[KEY_LETTERS + i] = ALPHABET[five_bits(check, sizeof check, i * 5)];
	secret_wipe(check, sizeof check);
}

void
recovery_show(const uint8_t key[KEY_BYTES], Str *out)
{
	char letters[ALL_LETTERS];
	letters_of(key, letters);
	for (size_t i = 0; i < ALL_LETTERS; i += GROUP) {
		if (i > 0)
			str_append_byte(out, '-');
		str_append(out, (StrView){letters + i, GROUP});
	}
	secret_wipe(letters, sizeof letters);
}

/* The key that `letters` spell; false when the spare bits or the check group are wrong. */
static bool
spells_key(const char letters[ALL_LETTERS], uint8_t key[KEY_BYTES])
{
	memset(key, 0, KEY_BYTES);
	for (size_t i = 0; i < KEY_LETTERS; i++) {
		unsigned value = (unsigned)(strchr(ALPHABET, letters[i]) - ALPHABET);
		for (size_t k = 0; k < 5; k++) {
			size_t bit = i * 5 + k;
			if (bit < KEY_BYTES * 8)
				key[bit / 8] |= (uint8_t)((value >> (4 - k) & 1u) << (7 - bit % 8));
		}
	}
	/* Spelling it again compares the spare bits and the check group at once. */
	char again[ALL_LETTERS];
	letters_of(key, again);
	bool same = secret_equal(letters, again, ALL_LETTERS);
	secret_wipe(again, sizeof again);
	return same;
}

/* Takes out blanks and hyphens and maps what looks alike. False when it cannot be a recovery key. */
static bool
collect(StrView text, char letters[ALL_LETTERS], size_t *count, size_t *groups)
{
	*count = 0;
	*groups = 1;
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];
		if (c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '-') {
			*groups += c == '-';
			continue;
		}
		if (c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		else if (c == '0')
			c = 'O';
		else if (c == '8')
			c = 'B';
		if (c != '1' && c != '9' && strchr(ALPHABET, c) == NULL)
			return false;
		if (*count < ALL_LETTERS)
			letters[*count] = c;
		++*count;
	}
	return true;
}

RecoveryForm
recovery_read(StrView text, uint8_t key[KEY_BYTES])
{
	char letters[ALL_LETTERS];
	size_t count, groups, ones[MAX_ONES], one_count = 0, found = 0;
	if (memchr(text.ptr == NULL ? "" : text.ptr, '\0', text.len) != NULL ||
		!collect(text, letters, &count, &groups))
		return RECOVERY_NOT;
	if (count != ALL_LETTERS)
		return groups >= 12 && count > KEY_LETTERS - GROUP && count < ALL_LETTERS + GROUP ? RECOVERY_TYPO
												  : RECOVERY_NOT;
	bool readable = memchr(letters, '9', ALL_LETTERS) == NULL;
	for (size_t i = 0; readable && i < ALL_LETTERS; i++) {
		if (letters[i] != '1')
			continue;
		readable = one_count < MAX_ONES;
		if (readable)
			ones[one_count++] = i;
	}
	/* A 1 stands for I or L; only the check group can tell. */
	for (unsigned choice = 0; readable && choice < 1u << one_count; choice++) {
		uint8_t candidate[KEY_BYTES];
		for (size_t i = 0; i < one_count; i++)
			letters[ones[i]] = choice >> i & 1u ? 'L' : 'I';
		if (spells_key(letters, candidate)) {
			memcpy(key, candidate, KEY_BYTES);
			found++;
		}
		secret_wipe(candidate, sizeof candidate);
	}
	secret_wipe(letters, sizeof letters);
	if (found == 1)
		return RECOVERY_KEY;
	secret_wipe(key, KEY_BYTES);
	return RECOVERY_TYPO;
}
