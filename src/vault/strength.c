/* How hard a passphrase is to guess, as zxcvbn sees the keys that were pressed for it. */
#include "secret.h"

#include "meok/vault.h"

#include <string.h>
#include <zxcvbn.h>

/* zxcvbn takes a sixth of a second for 64 alternating digits, and it is asked at every key. Whatever is not strong
 * after 40 keys repeats itself. */
enum { LOOKED_AT = 64, KEYS_MAX = 40 };

/* The keys of the two-set keyboard under U+3131 to U+3163: consonants with their clusters, then vowels. */
static const char JAMO[51][3] = {"r", "R", "rt", "s", "sw", "sg", "e", "E", "f", "fr", "fa", "fq", "ft", "fx", "fv",
	"fg", "a", "q", "Q", "qt", "t", "T", "d", "w", "W", "c", "z", "x", "v", "g", "k", "o", "i", "O", "j", "p", "u",
	"P", "h", "hk", "ho", "hl", "y", "n", "nj", "np", "nl", "b", "m", "ml", "l"};
/* Where the parts of a syllable stand in it. */
static const uint8_t LEADS[19] = {0, 1, 3, 6, 7, 8, 16, 17, 18, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29};
static const uint8_t TAILS[28] = {
	0, 0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 19, 20, 21, 22, 23, 25, 26, 27, 28, 29};
enum { VOWELS = 30, SYLLABLES = 11172, VOWEL_COUNT = 21, TAIL_COUNT = 28 };

/* What Koreans choose first, as keys; zxcvbn's own dictionaries are English. */
static const char *const COMMON[] = {"qlalfqjsgh", "qlalf", "dkagh", "duftl", "rmarh", "tkfkdgo", "tkfkd", "dkssud",
	"gktpdy", "dkssudgktpdy", "eogksalsrnr", "gksrnr", "tjdnf", "qntks", "emreh", "rkskek", "rkskekfk",
	"rkskekfkak", "dnfl", "djaak", "dkQk", "clsrn", "godqhr", "qkqh", "cjstk", "rhdwn", "dhQk", "gksmf", "qkek",
	"skan", "zjvl", "rhdiddl", "rkddkwl", "dlfrl", "dkrk", "wkrrk", "rmf", "rmfTmrl", "qmffhrm", "rlacl", "alksgo",
	"rhakdnj", "rkatkgkqslek", "ehdgoanfrhk", "qorentks", "whgdk", "whgdkgo", "snsk", "tlrks", "dkssudglrptpdy",
	NULL};

static void
put_keys(Str *keys, uint32_t rune)
{
	if (rune >= 0xAC00 && rune < 0xAC00 + SYLLABLES) {
		uint32_t index = rune - 0xAC00, tail = index % TAIL_COUNT;
		str_append_c(keys, JAMO[LEADS[index / TAIL_COUNT / VOWEL_COUNT]]);
		str_append_c(keys, JAMO[VOWELS + index / TAIL_COUNT % VOWEL_COUNT]);
		if (tail > 0)
			str_append_c(keys, JAMO[TAILS[tail]]);
	} else if (rune >= 0x3131 && rune <= 0x3163) {
		str_append_c(keys, JAMO[rune - 0x3131]);
	} else {
		/* Other scripts: one key a character, so that what repeats still does. */
		str_append_byte(keys, rune < 0x80 ? (char)rune : (char)('!' + rune % ('~' - '!' + 1)));
	}
}

/* The first bytes, whole characters only. */
static StrView
beginning(StrView passphrase)
{
	size_t end = 0, len = 0;
	while (end < passphrase.len) {
		unicode_rune(passphrase, end, &len);
		if (end + len > LOOKED_AT)
			break;
		end += len;
	}
	return sv_slice(passphrase, 0, end);
}

int
vault_strength(StrView passphrase)
{
	if (passphrase.len == 0)
		return 0;
	Str nfc = {0}, keys = {0};
	int strength = 1;
	if (unicode_clean(beginning(passphrase), &nfc, NULL, NULL)) {
		size_t len;
		for (size_t at = 0; at < nfc.len && keys.len < KEYS_MAX; at += len)
			put_keys(&keys, unicode_rune(str_view(&nfc), at, &len));
	}
	if (keys.len > 0 && str_ok(&keys, NULL)) {
		str_truncate(&keys, KEYS_MAX);
		/* It only reads the words, though its type does not say so. The scale is that of zxcvbn's own scores:
		 * 10^6, 10^8 and 10^10 guesses. */
		double bits = ZxcvbnMatch(str_c(&keys), (const char **)COMMON, NULL);
		strength += (bits >= 19.93) + (bits >= 26.58) + (bits >= 33.22);
	}
	str_wipe(&nfc);
	str_wipe(&keys);
	return strength;
}
