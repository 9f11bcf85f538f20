/* Any bytes as a dropped file, as what is inside the box of one, as its content, and as a drop key. */
#include <stdlib.h>
#include <string.h>

#include "../../src/vault/drop.h"
#include "../../src/vault/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t SEED[KEY_BYTES] = "the key pair of a fuzzed vault";
static const Id DROP = {{1, 2, 3}};

typedef struct Pair {
	DropKey key;
	uint8_t secret_key[KEY_BYTES];
} Pair;

static void
check(bool holds)
{
	if (!holds)
		abort();
}

/* As a reader does it: the header, then the box. */
static Verdict
read_drop(const Pair *pair, StrView file, Str *content)
{
	uint32_t epoch = 0;
	Verdict verdict = drop_check(sv_slice(file, 0, DROP_HEADER_BYTES), file.len, pair->key.vault, DROP, &epoch);
	if (verdict == VERDICT_OK && epoch != pair->key.epoch)
		return VERDICT_UNKNOWN_EPOCH;
	return verdict == VERDICT_OK ? drop_open(file, pair->key.public_key, pair->secret_key, content) : verdict;
}

/* What is decoded is what is encoded again. */
static void
check_fields(StrView content)
{
	Fragment read = {0}, again = {0};
	Str body = {0};
	Err err = {0};
	if (fragment_decode(content, &read, &err) && fragment_encode(&read, NULL, &body, &err)) {
		check(fragment_decode(str_view(&body), &again, &err));
		check(sv_equal(str_view(&read.text), str_view(&again.text)));
		check(sv_equal(str_view(&read.bytes), str_view(&again.bytes)));
		check(read.time_ms == again.time_ms);
	}
	fragment_free(&read);
	fragment_free(&again);
	str_free(&body);
}

/* The bytes as content come back; with one bit changed, which the first byte chooses, nothing does. */
static void
check_content(const Pair *pair, const uint8_t *data, size_t size)
{
	Str file = {0}, content = {0};
	Err err = {0};
	StrView input = {(const char *)data, size};
	check(drop_seal(&pair->key, DROP, SEED, input, &file, &err));
	check(read_drop(pair, str_view(&file), &content) == VERDICT_OK && sv_equal(str_view(&content), input));
	str_wipe(&content);
	size_t at = size == 0 ? 0 : (data[0] * 256u + data[size - 1]) * 7u % (file.len * 8);
	file.ptr[at / 8] ^= (char)(1 << at % 8);
	check(read_drop(pair, str_view(&file), &content) != VERDICT_OK && content.len == 0);
	str_free(&file);
}

/* The bytes behind the header in a box that opens: only one form of them is a dropped file. */
static void
check_inside(const Pair *pair, const uint8_t *data, size_t size)
{
	uint8_t plain[4096 - DROP_HEADER_BYTES - BOX_EXTRA_BYTES] = {0};
	Str file = {0}, content = {0}, again = {0};
	Err err = {0};
	check(drop_seal(&pair->key, DROP, SEED, (StrView){NULL, 0}, &file, &err));
	memcpy(plain, file.ptr, DROP_HEADER_BYTES);
	size_t room = sizeof plain - DROP_HEADER_BYTES;
	memcpy(plain + DROP_HEADER_BYTES, data, size < room ? size : room);
	check(secret_box_seal(pair->key.public_key, SEED, (StrView){(const char *)plain, sizeof plain},
		(uint8_t *)file.ptr + DROP_HEADER_BYTES));
	if (read_drop(pair, str_view(&file), &content) == VERDICT_OK) {
		check(drop_seal(&pair->key, DROP, SEED, str_view(&content), &again, &err));
		check(sv_equal(str_view(&again), str_view(&file)));
	}
	str_wipe(&content);
	str_free(&again);
	str_free(&file);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Pair pair = {.key = {.vault = {{9, 8, 7}}, .epoch = 1}};
	StrView input = {(const char *)data, size};
	Str content = {0};
	DropKey key;
	uint8_t encoded[DROP_KEY_BYTES];
	check(secret_start(NULL));
	secret_box_pair(SEED, pair.key.public_key, pair.secret_key);
	check(read_drop(&pair, input, &content) != VERDICT_OK || content.len < size);
	str_wipe(&content);
	if (drop_key_decode(input, &key) == VERDICT_OK) {
		drop_key_encode(&key, encoded);
		check(memcmp(encoded, data, DROP_KEY_BYTES) == 0);
	}
	if (size <= 1 << 17) {
		check_fields(input);
		check_content(&pair, data, size);
		check_inside(&pair, data, size);
	}
	return 0;
}
