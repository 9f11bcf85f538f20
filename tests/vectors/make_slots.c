/* Vectors of key slots: opened, mistyped, damaged, forged. */
#include "make.h"

#include <stdio.h>
#include <string.h>

static const char PASSPHRASE[] = "먹을 갈아 쓴다";
/* The same words in decomposed letters. */
static const char PASSPHRASE_NFD[] = "\xE1\x84\x86\xE1\x85\xA5\xE1\x86\xA8\xE1\x84\x8B\xE1\x85\xB3\xE1\x86\xAF "
				     "\xE1\x84\x80\xE1\x85\xA1\xE1\x86\xAF\xE1\x84\x8B\xE1\x85\xA1 "
				     "\xE1\x84\x8A\xE1\x85\xB3\xE1\x86\xAB\xE1\x84\x83\xE1\x85\xA1";

static void
base_slot(Vectors *v, const char *name, const Slot *slot, SlotSecret secret, const VaultKeys *keys,
	uint8_t copy[SLOT_BYTES])
{
	Str file = {0};
	Err err;
	need(slot_seal(slot, secret, keys, &file, &err), "cannot seal a slot");
	memcpy(copy, file.ptr, SLOT_BYTES);
	str_printf(&v->text, "base %s slot %zu %d\n", name, v->bin.len, SLOT_BYTES);
	str_append(&v->bin, sv_slice(str_view(&file), 0, SLOT_BYTES));
	str_free(&file);
}

static Slot
slot_of(Vectors *v, SlotKdf kdf, uint64_t passes, uint64_t memory)
{
	Slot slot = {.vault = v->vault, .kdf = kdf, .passes = passes, .memory = memory, .created_ms = 1760000000000};
	fill_random(v, slot.id.bytes, ID_BYTES);
	fill_random(v, slot.salt, sizeof slot.salt);
	fill_random(v, slot.nonce, sizeof slot.nonce);
	return slot;
}

static Str
slot_plain(const Vectors *v)
{
	const uint8_t epoch[4] = {(uint8_t)v->keys->epoch};
	Str plain = {0};
	str_append(&plain, bytes_view(v->keys->master, KEY_BYTES));
	str_append(&plain, bytes_view(epoch, sizeof epoch));
	str_append(&plain, bytes_view(v->vault.bytes, ID_BYTES));
	return plain;
}

static void
put_secret(Str *what, StrView typed)
{
	str_append_c(what, " secret=");
	put_hex(what, typed.ptr, typed.len);
}

static void
slot_case(Vectors *v, const char *name, const char *base, StrView typed, const char *keys, Verdict verdict)
{
	Str what = {0};
	put_secret(&what, typed);
	str_append_c(&what, keys);
	if (verdict == VERDICT_OK) {
		Str plain = slot_plain(v);
		add_good_case(v, name, base, str_c(&what), &plain);
		str_free(&plain);
	} else {
		add_case(v, name, base, str_c(&what), verdict);
	}
	str_free(&what);
}

/* Edits byte `at` of one or both copies, with a right checksum when `forged`. */
static void
slot_edit(Vectors *v, const char *name, const char *base, StrView typed, const uint8_t copy[SLOT_BYTES], size_t at,
	uint8_t value, int copies, bool forged, Verdict verdict)
{
	uint8_t edited[SLOT_BYTES];
	Str keys = {0};
	memcpy(edited, copy, SLOT_BYTES);
	edited[at] = value;
	if (forged)
		secret_hash(edited + 240, 16, NULL, 0, bytes_view(edited, 240));
	str_append_c(&keys, " edit=");
	for (size_t i = 0; i < 2; i++) {
		if ((copies >> i & 1) == 0)
			continue;
		str_printf(&keys, "%s%zu:%02x", i == 1 && copies == 3 ? "," : "", i * SLOT_COPY_AT + at, value);
		if (forged) {
			str_printf(&keys, ",%zu:", i * SLOT_COPY_AT + 240);
			put_hex(&keys, edited + 240, 16);
		}
	}
	slot_case(v, name, base, typed, str_c(&keys), verdict);
	str_free(&keys);
}

static Verdict
slot_verdict(size_t at)
{
	if (at < 8 || at == 9)
		return VERDICT_DAMAGED;
	if (at == 8)
		return VERDICT_UNKNOWN_VERSION;
	if (at < 12)
		return VERDICT_UNKNOWN_SUITE;
	if (at < 16 || (at >= 80 && at < 96))
		return VERDICT_UNKNOWN_FLAGS;
	if (at >= 48 && at < 64)
		return VERDICT_LIMITS;
	return at < 128 ? VERDICT_WRONG_PASSPHRASE : VERDICT_DAMAGED;
}

/* The recovery slot with one byte of its payload changed under the seal. */
static void
add_payload(Vectors *v, const char *name, const uint8_t key[KEY_BYTES], StrView typed, const uint8_t sound[SLOT_BYTES],
	size_t at, uint8_t value, Verdict verdict)
{
	uint8_t message[32], derived[64], payload[72], copy[SLOT_BYTES];
	memcpy(copy, sound, SLOT_BYTES);
	memcpy(message, "meok-recovery-v1", 16);
	memcpy(message + 16, copy + 64, SALT_BYTES);
	secret_hash(derived, sizeof derived, key, KEY_BYTES, bytes_view(message, sizeof message));
	need(secret_unwrap(derived, copy + 128, bytes_view(copy, 128), bytes_view(copy + 152, 88), payload), name);
	payload[at] = value;
	secret_wrap(derived, copy + 128, bytes_view(copy, 128), bytes_view(payload, sizeof payload), copy + 152);
	secret_hash(copy + 240, 16, NULL, 0, bytes_view(copy, 240));
	str_printf(&v->text, "base %s slot %zu %d\n", name, v->bin.len, SLOT_BYTES);
	str_append(&v->bin, bytes_view(copy, sizeof copy));
	uint32_t epoch = v->keys->epoch;
	v->keys->epoch = payload[32];
	slot_case(v, name, name, typed, "", verdict);
	v->keys->epoch = epoch;
}

static void
add_recovery_slot(Vectors *v)
{
	uint8_t key[KEY_BYTES], copy[SLOT_BYTES];
	Str shown = {0}, typed = {0};
	fill_random(v, key, sizeof key);
	recovery_show(key, &shown);
	Slot slot = slot_of(v, SLOT_RECOVERY, 0, 0);
	base_slot(v, "recovery", &slot, (SlotSecret){SLOT_RECOVERY, bytes_view(key, sizeof key)}, v->keys, copy);
	StrView right = str_view(&shown);
	slot_case(v, "recovery-as-shown", "recovery", right, "", VERDICT_OK);
	for (size_t i = 0; i < shown.len; i++) {
		char c = shown.ptr[i];
		str_append_byte(&typed, c == '-' ? ' ' : c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c);
	}
	str_append_c(&typed, "\r\n");
	slot_case(v, "recovery-lower-case-with-blanks", "recovery", str_view(&typed), "", VERDICT_OK);
	str_clear(&typed);
	for (size_t i = 0, ones = 0; i < shown.len; i++) {
		char c = shown.ptr[i];
		if ((c == 'I' || c == 'L') && ones++ < 8)
			c = '1';
		str_append_byte(&typed, c == 'O' ? '0' : c == 'B' ? '8' : c == '-' ? '\t' : c);
	}
	slot_case(v, "recovery-look-alikes", "recovery", str_view(&typed), "", VERDICT_OK);
	str_set(&typed, right);
	typed.ptr[0] = typed.ptr[0] == 'Q' ? 'R' : 'Q';
	slot_case(v, "recovery-slip-in-first-group", "recovery", str_view(&typed), "", VERDICT_WRONG_PASSPHRASE);
	str_set(&typed, right);
	typed.ptr[typed.len - 1] = typed.ptr[typed.len - 1] == 'Q' ? 'R' : 'Q';
	slot_case(v, "recovery-slip-in-check-group", "recovery", str_view(&typed), "", VERDICT_WRONG_PASSPHRASE);
	slot_case(v, "recovery-group-missing", "recovery", sv_slice(right, 5, right.len), "", VERDICT_WRONG_PASSPHRASE);
	slot_case(v, "recovery-passphrase-typed", "recovery", sv(PASSPHRASE), "", VERDICT_WRONG_PASSPHRASE);
	uint8_t other[KEY_BYTES] = {9};
	str_clear(&typed);
	recovery_show(other, &typed);
	slot_case(v, "recovery-other-key", "recovery", str_view(&typed), "", VERDICT_WRONG_PASSPHRASE);

	/* every byte, forged in both copies; then the same bit flipped in one copy only, which is mere damage */
	for (size_t at = 0; at < 240; at += at < 64 ? 1 : 5) {
		char name[64];
		snprintf(name, sizeof name, "recovery-forged-%zu", at);
		uint8_t value = at == 10 ? 3 : copy[at] ^ (uint8_t)(1 << at % 8);
		slot_edit(v, name, "recovery", right, copy, at, value, 3, true, slot_verdict(at));
	}
	static const size_t places[] = {0, 8, 20, 70, 100, 130, 200, 240, 255};
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		char name[64];
		uint8_t value = copy[places[i]] ^ 4;
		snprintf(name, sizeof name, "recovery-first-copy-%zu", places[i]);
		slot_edit(v, name, "recovery", right, copy, places[i], value, 1, false, VERDICT_OK);
		snprintf(name, sizeof name, "recovery-second-copy-%zu", places[i]);
		slot_edit(v, name, "recovery", right, copy, places[i], value, 2, false, VERDICT_OK);
		snprintf(name, sizeof name, "recovery-both-copies-%zu", places[i]);
		slot_edit(v, name, "recovery", right, copy, places[i], value, 3, false, VERDICT_DAMAGED);
	}
	slot_edit(v, "recovery-first-copy-of-the-future", "recovery", right, copy, 8, 2, 1, true, VERDICT_OK);
	slot_edit(v, "recovery-second-copy-of-the-future", "recovery", right, copy, 8, 2, 2, true, VERDICT_OK);
	slot_edit(v, "recovery-other-vault-id-forged", "recovery", right, copy, 16, copy[16] ^ 0xFF, 3, true,
		VERDICT_WRONG_PASSPHRASE);
	static const struct {
		const char *name, *keys;
		Verdict verdict;
	} cuts[] = {
		{"recovery-empty-file", " length=0", VERDICT_DAMAGED},
		{"recovery-255-bytes", " length=255", VERDICT_DAMAGED},
		{"recovery-256-bytes", " length=256", VERDICT_OK},
		{"recovery-4096-bytes", " length=4096", VERDICT_OK},
		{"recovery-4351-bytes", " length=4351", VERDICT_OK},
		{"recovery-first-copy-is-of-another-slot", " copy=passphrase:0:256:0", VERDICT_OK},
		{"recovery-second-copy-is-of-another-slot", " copy=passphrase:0:256:4096", VERDICT_OK},
		{"recovery-first-copy-gone-second-cut", " edit=0:00 length=4351", VERDICT_DAMAGED},
		{"recovery-longer-file", " length=9000", VERDICT_OK},
		{"recovery-between-the-copies", " edit=300:ff,4095:01,4352:07,8191:01", VERDICT_OK},
	};
	for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++)
		slot_case(v, cuts[i].name, "recovery", right, cuts[i].keys, cuts[i].verdict);
	add_payload(v, "recovery-epoch-0", key, right, copy, 32, 0, VERDICT_DAMAGED);
	add_payload(v, "recovery-epoch-2", key, right, copy, 32, 2, VERDICT_OK);
	add_payload(v, "recovery-reserved-payload", key, right, copy, 71, 0xFF, VERDICT_OK);
	str_free(&shown);
	str_free(&typed);
}

static void
add_passphrase_slot(Vectors *v)
{
	uint8_t copy[SLOT_BYTES];
	Slot slot = slot_of(v, SLOT_ARGON2ID, 1, 64u << 20);
	StrView right = sv(PASSPHRASE);
	base_slot(v, "passphrase", &slot, (SlotSecret){SLOT_ARGON2ID, right}, v->keys, copy);
	slot_case(v, "passphrase-right", "passphrase", right, "", VERDICT_OK);
	slot_case(v, "passphrase-decomposed", "passphrase", sv(PASSPHRASE_NFD), "", VERDICT_OK);
	slot_case(v, "passphrase-wrong", "passphrase", SV("먹을 갈아 쓴다."), "", VERDICT_WRONG_PASSPHRASE);
	slot_case(v, "passphrase-with-blank", "passphrase", SV("먹을 갈아 쓴다 "), "", VERDICT_WRONG_PASSPHRASE);
	slot_case(v, "passphrase-other-layout", "passphrase", SV("ajrdmf rkfdk Tmsek"), "", VERDICT_WRONG_PASSPHRASE);
	/* no slot has a passphrase like these; a recovery key is none for this slot */
	slot_case(v, "passphrase-empty", "passphrase", SV(""), "", VERDICT_WRONG_PASSPHRASE);
	slot_case(v, "passphrase-not-utf8", "passphrase", SV("\xED\xA0\x80"), "", VERDICT_WRONG_PASSPHRASE);
	slot_case(v, "passphrase-nul", "passphrase", SV("a\0b"), "", VERDICT_WRONG_PASSPHRASE);
	static const uint8_t other[KEY_BYTES] = {9};
	Str shown = {0};
	recovery_show(other, &shown);
	slot_case(v, "passphrase-recovery-key-typed", "passphrase", str_view(&shown), "", VERDICT_WRONG_PASSPHRASE);
	str_free(&shown);
	static const struct {
		const char *name;
		size_t at;
		uint8_t value;
		Verdict verdict;
	} edits[] = {
		{"passphrase-no-passes", 48, 0, VERDICT_LIMITS},
		{"passphrase-17-passes", 48, 17, VERDICT_LIMITS},
		{"passphrase-2-56-passes", 55, 1, VERDICT_LIMITS},
		{"passphrase-memory-not-a-multiple-of-1024", 57, 1, VERDICT_LIMITS},
		{"passphrase-memory-64-GiB", 60, 16, VERDICT_LIMITS},
		{"passphrase-memory-48-MiB", 59, 3, VERDICT_LIMITS},
		{"passphrase-memory-1-GiB-64-MiB", 59, 0x44, VERDICT_LIMITS},
		{"passphrase-two-passes-claimed", 48, 2, VERDICT_WRONG_PASSPHRASE},
		{"passphrase-more-memory-claimed", 58, 0x10, VERDICT_WRONG_PASSPHRASE},
		{"passphrase-derivation-2-claimed", 10, 2, VERDICT_LIMITS},
		{"passphrase-derivation-3", 10, 3, VERDICT_UNKNOWN_SUITE},
	};
	for (size_t i = 0; i < sizeof edits / sizeof *edits; i++)
		slot_edit(v, edits[i].name, "passphrase", right, copy, edits[i].at, edits[i].value, 3, true,
			edits[i].verdict);
	slot_edit(v, "passphrase-salt", "passphrase", right, copy, 64, copy[64] ^ 1, 3, true, VERDICT_WRONG_PASSPHRASE);
	slot_edit(v, "passphrase-commitment", "passphrase", right, copy, 127, copy[127] ^ 1, 3, true,
		VERDICT_WRONG_PASSPHRASE);
	slot_edit(v, "passphrase-nonce", "passphrase", right, copy, 128, copy[128] ^ 1, 3, true, VERDICT_DAMAGED);
	slot_edit(v, "passphrase-wrapped-key", "passphrase", right, copy, 152, copy[152] ^ 1, 3, true, VERDICT_DAMAGED);
	slot_edit(v, "passphrase-tag", "passphrase", right, copy, 239, copy[239] ^ 1, 3, true, VERDICT_DAMAGED);
	slot_edit(v, "passphrase-first-copy-wrong-salt", "passphrase", right, copy, 64, copy[64] ^ 1, 1, true,
		VERDICT_OK);
	slot_edit(
		v, "passphrase-first-copy-damaged", "passphrase", right, copy, 64, copy[64] ^ 1, 1, false, VERDICT_OK);
	slot_edit(v, "passphrase-wrong-and-one-copy-damaged", "passphrase", SV("아니다"), copy, 64, copy[64] ^ 1, 2,
		false, VERDICT_WRONG_PASSPHRASE);
	slot_edit(v, "passphrase-wrong-and-both-damaged", "passphrase", SV("아니다"), copy, 64, copy[64] ^ 1, 3, false,
		VERDICT_DAMAGED);
	slot = slot_of(v, SLOT_ARGON2ID, 3, 64u << 20);
	base_slot(v, "passphrase-ascii", &slot, (SlotSecret){SLOT_ARGON2ID, SV("correct horse battery staple")},
		v->keys, copy);
	slot_case(v, "passphrase-ascii", "passphrase-ascii", SV("correct horse battery staple"), "", VERDICT_OK);
}

void
make_slots(Vectors *v)
{
	add_passphrase_slot(v);
	add_recovery_slot(v);
}
