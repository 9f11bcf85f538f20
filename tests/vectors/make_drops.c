/* Vectors of dropped fragments and of the key that they are sealed to. */
#include "make.h"

#include "../../src/vault/drop.h"

#include <stdio.h>
#include <string.h>

enum { SMALLEST = 4096, ROOM = SMALLEST - 184, FILE_KIND_DROP = 5, CHECKSUM_BYTES = 16, AT_CHECKSUM = 80 };

/* ---- The drop key */

static DropKey
key_of(const Vectors *v, uint32_t epoch)
{
	DropKey key = {.vault = v->vault, .epoch = epoch};
	uint8_t secret[KEY_BYTES];
	secret_box_pair(v->keys->drops, key.public_key, secret);
	return key;
}

/* The same change with a right checksum, as a forger would make it. */
static void
add_forged(Vectors *v, const uint8_t sound[DROP_KEY_BYTES], size_t at, Verdict verdict)
{
	uint8_t bytes[DROP_KEY_BYTES], checksum[CHECKSUM_BYTES];
	char name[64];
	Str what = {0};
	memcpy(bytes, sound, sizeof bytes);
	bytes[at] ^= 2;
	secret_hash(checksum, sizeof checksum, NULL, 0, bytes_view(bytes, AT_CHECKSUM));
	str_printf(&what, " edit=%zu:%02x,%d:", at, bytes[at], AT_CHECKSUM);
	put_hex(&what, checksum, sizeof checksum);
	snprintf(name, sizeof name, "drop-key-forged-%zu", at);
	if (verdict == VERDICT_OK) {
		Str plain = str_from(bytes_view(bytes + 48, KEY_BYTES));
		add_good_case(v, name, "drop-key", str_c(&what), &plain);
		str_free(&plain);
	} else {
		add_case(v, name, "drop-key", str_c(&what), verdict);
	}
	str_free(&what);
}

static Verdict
forged_verdict(size_t at)
{
	if (at < 8 || at == 9)
		return VERDICT_DAMAGED;
	if (at == 8)
		return VERDICT_UNKNOWN_VERSION;
	if (at == 10)
		return VERDICT_UNKNOWN_SUITE;
	return at < 16 || (at >= 36 && at < 48) ? VERDICT_UNKNOWN_FLAGS : VERDICT_OK;
}

static void
add_drop_keys(Vectors *v)
{
	uint8_t bytes[DROP_KEY_BYTES], checksum[CHECKSUM_BYTES];
	char name[64], what[64];
	const DropKey key = key_of(v, 1);
	drop_key_encode(&key, bytes);
	add_base(v, "drop-key", "dropkey", bytes_view(bytes, sizeof bytes), NULL);
	Str plain = str_from(bytes_view(key.public_key, KEY_BYTES));
	add_good_case(v, "drop-key", "drop-key", "", &plain);
	str_free(&plain);
	for (size_t at = 0; at < DROP_KEY_BYTES; at += at < 16 || (at >= 32 && at < 50) ? 1 : 6) {
		add_flip(v, "drop-key", bytes_view(bytes, sizeof bytes), at, 2, VERDICT_DAMAGED);
		if (at < AT_CHECKSUM)
			add_forged(v, bytes, at, forged_verdict(at));
	}
	static const int lengths[] = {0, 1, 16, 48, 80, 95, 97, 192};
	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		snprintf(name, sizeof name, "drop-key-length-%d", lengths[i]);
		snprintf(what, sizeof what, " length=%d", lengths[i]);
		add_case(v, name, "drop-key", what, VERDICT_DAMAGED);
	}
	/* an epoch of 0, and one with every bit set */
	static const uint8_t epochs[] = {0x00, 0xFF};
	for (size_t i = 0; i < 2; i++) {
		Str keys = {0};
		uint8_t other[DROP_KEY_BYTES];
		memcpy(other, bytes, sizeof other);
		memset(other + 32, epochs[i], 4);
		secret_hash(checksum, sizeof checksum, NULL, 0, bytes_view(other, AT_CHECKSUM));
		str_append_c(&keys, " edit=32:");
		put_hex(&keys, other + 32, 4);
		str_printf(&keys, ",%d:", AT_CHECKSUM);
		put_hex(&keys, checksum, sizeof checksum);
		plain = str_from(bytes_view(key.public_key, KEY_BYTES));
		if (i == 0)
			add_case(v, "drop-key-epoch-0", "drop-key", str_c(&keys), VERDICT_DAMAGED);
		else
			add_good_case(v, "drop-key-epoch-2-32-less-1", "drop-key", str_c(&keys), &plain);
		str_free(&plain);
		str_free(&keys);
	}
}

/* ---- Dropped files */

static Str
fields_of(StrView text)
{
	Str content = {0};
	field_put(&content, 1, text);
	field_put_u64(&content, 5, 1760000000000);
	return content;
}

/* Seals any plaintext to a key, behind the header of a file that is named `id`. */
static Str
seal_plain(Vectors *v, const DropKey *key, Id id, const Str *plain)
{
	uint8_t header[SEAL_KEYED_BYTES], seed[KEY_BYTES];
	header_of(v, FILE_KIND_DROP, id, header);
	Str file = str_from(bytes_view(header, DROP_HEADER_BYTES));
	size_t box = plain->len + BOX_EXTRA_BYTES;
	for (size_t i = 0; i < box; i++)
		str_append_byte(&file, 0);
	fill_random(v, seed, sizeof seed);
	need(!file.failed && secret_box_seal(
				     key->public_key, seed, str_view(plain), (uint8_t *)file.ptr + DROP_HEADER_BYTES),
		"cannot seal a drop");
	return file;
}

typedef struct BoxFault {
	const char *name;
	size_t at; /* of the plaintext */
	uint8_t flip;
	size_t size; /* of the file */
	Verdict verdict;
} BoxFault;

static Str
plain_of(Vectors *v, Id id, const Str *content, size_t size)
{
	uint8_t header[SEAL_KEYED_BYTES];
	uint64_t random = v->random;
	header_of(v, FILE_KIND_DROP, id, header);
	v->random = random; /* its salt is not of this header */
	Str plain = str_from(bytes_view(header, DROP_HEADER_BYTES));
	for (int i = 0; i < 8; i++)
		str_append_byte(&plain, (char)((uint64_t)content->len >> (8 * i)));
	str_append(&plain, str_view(content));
	while (plain.len < size - DROP_HEADER_BYTES - BOX_EXTRA_BYTES)
		str_append_byte(&plain, 0);
	return plain;
}

static void
add_boxes(Vectors *v)
{
	static const BoxFault faults[] = {
		/* The first is as it should be: it shows that the others have one fault each. */
		{"drop-box-right", 0, 0, SMALLEST, VERDICT_OK},
		{"drop-box-other-magic", 0, 1, SMALLEST, VERDICT_DAMAGED},
		{"drop-box-other-vault", 31, 1, SMALLEST, VERDICT_DAMAGED},
		{"drop-box-other-id", 32, 1, SMALLEST, VERDICT_DAMAGED},
		{"drop-box-other-epoch", 48, 3, SMALLEST, VERDICT_DAMAGED},
		{"drop-box-other-zeros", 63, 1, SMALLEST, VERDICT_DAMAGED},
		{"drop-box-length-one-less", 64, 1, SMALLEST, VERDICT_DAMAGED},
		{"drop-box-length-over-room", 65, 0x40, SMALLEST, VERDICT_DAMAGED},
		{"drop-box-length-2-63", 71, 0x80, SMALLEST, VERDICT_DAMAGED},
		{"drop-box-last-byte", SMALLEST - 113, 1, SMALLEST, VERDICT_DAMAGED},
		{"drop-box-size-larger-than-needed", 0, 0, 2 * SMALLEST, VERDICT_DAMAGED},
	};
	const DropKey key = key_of(v, 1);
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
		/* an odd length, of which the lowest bit can be taken */
		Str content = fields_of(SV("배 위에서 들은 말이 있다."));
		if (content.len % 2 == 0) {
			str_clear(&content);
			content = fields_of(SV("배 위에서 들은 말이 있다"));
		}
		const Id id = id_of(v->next_object++);
		Str plain = plain_of(v, id, &content, faults[i].size);
		plain.ptr[faults[i].at] = (char)((uint8_t)plain.ptr[faults[i].at] ^ faults[i].flip);
		Str file = seal_plain(v, &key, id, &plain);
		add_base(v, faults[i].name, "drop", str_view(&file), &id);
		if (faults[i].verdict == VERDICT_OK)
			add_good_case(v, faults[i].name, faults[i].name, "", &content);
		else
			add_case(v, faults[i].name, faults[i].name, "", faults[i].verdict);
		str_free(&plain);
		str_free(&file);
		str_free(&content);
	}
}

/* A base and its one case, as meok seals it. Frees the content. */
static void
add_drop(Vectors *v, const char *name, const DropKey *key, Str *content, Verdict verdict)
{
	uint8_t seed[KEY_BYTES];
	Str file = {0};
	Err err;
	const Id id = id_of(v->next_object++);
	fill_random(v, seed, sizeof seed);
	need(drop_seal(key, id, seed, str_view(content), &file, &err), "cannot seal a drop");
	add_base(v, name, "drop", str_view(&file), &id);
	if (verdict == VERDICT_OK)
		add_good_case(v, name, name, "", content);
	else
		add_case(v, name, name, "", verdict);
	str_free(&file);
	str_free(content);
}

static void
add_contents(Vectors *v)
{
	static const struct {
		const char *name;
		uint16_t tag;
		StrView value;
		size_t cut; /* off the end of the content */
		Verdict verdict;
	} contents[] = {
		{"drop-picture", 4, SV("\x89PNG\r\n\x1A\n\0\xFF"), 0, VERDICT_OK},
		{"drop-unknown-field", 6, SV("\xFF"), 0, VERDICT_OK},
		{"drop-text-not-utf8", 1, SV("\xC3("), 0, VERDICT_DAMAGED},
		{"drop-name-nul", 2, SV("a\0b"), 0, VERDICT_DAMAGED},
		{"drop-media-type-not-utf8", 3, SV("\xFF"), 0, VERDICT_DAMAGED},
		{"drop-time-2-63", 5, SV("\0\0\0\0\0\0\0\x80"), 0, VERDICT_DAMAGED},
		{"drop-time-7-bytes", 5, SV("\0\0\0\0\0\0\0"), 0, VERDICT_DAMAGED},
		{"drop-field-head-cut", 1, {NULL, 0}, 1, VERDICT_DAMAGED},
		{"drop-field-value-cut", 1, SV("ab"), 1, VERDICT_DAMAGED},
	};
	const DropKey key = key_of(v, 1);
	Str content = fields_of(SV("장터에서 본 것을 적어 둔다.\n"));
	add_drop(v, "drop", &key, &content, VERDICT_OK);
	add_drop(v, "drop-empty", &key, &content, VERDICT_OK);
	Str text = {0};
	while (text.len < ROOM - 6)
		str_append_byte(&text, (char)('a' + text.len % 26));
	field_put(&content, 1, str_view(&text));
	add_drop(v, "drop-full", &key, &content, VERDICT_OK);
	str_free(&text);
	for (size_t i = 0; i < sizeof contents / sizeof *contents; i++) {
		field_put(&content, contents[i].tag, contents[i].value);
		str_truncate(&content, content.len - contents[i].cut);
		add_drop(v, contents[i].name, &key, &content, contents[i].verdict);
	}
	/* sealed to another key than that of its epoch; to one of an epoch that is not at hand */
	DropKey other = key;
	uint8_t secret[KEY_BYTES], seed[KEY_BYTES] = {9};
	secret_box_pair(seed, other.public_key, secret);
	content = fields_of(SV("누구의 열쇠인가"));
	add_drop(v, "drop-to-another-key", &other, &content, VERDICT_DAMAGED);
	other = key_of(v, 7);
	content = fields_of(SV("뒷날의 열쇠"));
	Str plain = str_from(str_view(&content));
	add_drop(v, "drop-epoch-7", &other, &content, VERDICT_UNKNOWN_EPOCH);
	Str keys = {0};
	str_append_c(&keys, " keys=7:");
	put_hex(&keys, seed, KEY_BYTES);
	add_case(v, "drop-epoch-7-other-key", "drop-epoch-7", str_c(&keys), VERDICT_DAMAGED);
	str_append_c(&keys, ",7:");
	put_hex(&keys, v->keys->master, KEY_BYTES);
	add_good_case(v, "drop-epoch-7-second-key", "drop-epoch-7", str_c(&keys), &plain);
	str_free(&keys);
	str_free(&plain);
}

static void
add_edits(Vectors *v)
{
	StrView bytes = base_bytes(v, "drop");
	char name[64];
	Str what = {0};
	for (size_t at = 0; at < 64; at += at < 16 || (at >= 44 && at < 54) ? 1 : 5)
		add_flip(v, "drop", bytes, at, (uint8_t)(1 << at % 8), header_verdict(at));
	static const size_t places[] = {64, 80, 95, 96, 111, 112, 200, 2000, 4095};
	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		add_flip(v, "drop", bytes, places[i], 0x04, VERDICT_DAMAGED);
	str_append_c(&what, " edit=64:");
	for (int i = 0; i < KEY_BYTES; i++)
		str_append_c(&what, "00");
	add_case(v, "drop-shared-point-zero", "drop", str_c(&what), VERDICT_DAMAGED);
	static const struct {
		size_t length;
		Verdict verdict;
	} lengths[] = {{0, VERDICT_DAMAGED}, {63, VERDICT_DAMAGED}, {64, VERDICT_DAMAGED}, {112, VERDICT_DAMAGED},
		{2048, VERDICT_DAMAGED}, {4095, VERDICT_DAMAGED}, {4097, VERDICT_DAMAGED}, {8192, VERDICT_DAMAGED},
		{12288, VERDICT_DAMAGED}, {65536, VERDICT_DAMAGED}, {196608, VERDICT_DAMAGED},
		{16777216, VERDICT_DAMAGED}, {16777217, VERDICT_LIMITS}, {16842752, VERDICT_LIMITS}};
	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		str_clear(&what);
		str_printf(&what, " length=%zu", lengths[i].length);
		snprintf(name, sizeof name, "drop-length-%zu", lengths[i].length);
		add_case(v, name, "drop", str_c(&what), lengths[i].verdict);
	}
	add_case(v, "drop-misnamed", "drop", " name=aaaaaaaaaaaaaaaaaaaaaaaaaa", VERDICT_MISNAMED);
	add_case(v, "drop-foreign", "drop", " vault=0123456789abcdef0123456789abcdef", VERDICT_FOREIGN);
	add_case(v, "drop-other-master-key", "drop",
		" master=0000000000000000000000000000000000000000000000000000000000000001", VERDICT_DAMAGED);
	add_case(v, "drop-box-of-another", "drop", " copy=drop-full:64:4032:64", VERDICT_DAMAGED);
	add_case(v, "drop-under-another-name", "drop", " copy=drop-full:0:4096:0", VERDICT_MISNAMED);
	str_free(&what);
}

void
make_drops(Vectors *v)
{
	str_append_c(&v->text, "\n# The drop key, and dropped files\n");
	add_drop_keys(v);
	add_contents(v);
	add_boxes(v);
	add_edits(v);
}
