/* Any bytes as an object file, as a card, and as a card with a body under a right seal. */
#include <stdlib.h>
#include <string.h>

#include "../../src/vault/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The master key of tests/vectors, where the seeds are from. */
static const uint8_t MASTER[KEY_BYTES] = {0x9e, 0x5f, 0x56, 0x57, 0xfd, 0xc0, 0x4d, 0x3d, 0x30, 0x11, 0x23, 0x67, 0x46,
	0xce, 0x87, 0x8f, 0xa6, 0x59, 0x9a, 0x1c, 0xff, 0x81, 0x25, 0xd6, 0x2d, 0x72, 0x3b, 0x7f, 0x33, 0x6c, 0x57,
	0x32};

static void
check(bool holds)
{
	if (!holds)
		abort();
}

static ObjectPlace
claimed_place(const uint8_t *data, size_t size)
{
	ObjectPlace place = {.epoch = 1};
	if (size >= 48) {
		memcpy(place.vault.bytes, data + 16, ID_BYTES);
		memcpy(place.object.bytes, data + 32, ID_BYTES);
	}
	return place;
}

/* What opens is what a writer with the key would seal for that card and body. */
static void
check_file(const VaultKeys *keys, StrView file)
{
	ObjectPlace place = claimed_place((const uint8_t *)file.ptr, file.len);
	Card card, from_head;
	Str body = {0};
	Verdict verdict = object_open(keys->objects, &place, file, &card, &body);
	if (verdict == VERDICT_OK) {
		uint8_t encoded[SEAL_CARD_BYTES];
		check(seal_open_card(keys->objects, file, encoded) == VERDICT_OK);
		check(seal_verify(keys->objects, file, encoded, str_view(&body)));
		check(body.len == card.body_len && seal_size(body.len) == file.len);
		record_check(&card, str_view(&body));
	} else {
		check(body.ptr == NULL);
	}
	Verdict head = object_open_card(keys->objects, &place, file, file.len, &from_head);
	check(verdict != VERDICT_OK || head == VERDICT_OK);
	card_free(&from_head);
	card_free(&card);
	str_free(&body);
}

/* A card that is taken is written again as it was, but for what is reserved. */
static void
check_card(const uint8_t *bytes)
{
	Card card = {0};
	uint8_t again[SEAL_CARD_BYTES];
	if (card_decode(bytes, &card) != VERDICT_OK)
		return;
	card_encode(&card, again);
	check((bytes[1] & 1) == again[1]);
	check(bytes[0] == again[0] && memcmp(bytes + 2, again + 2, 568) == 0);
	check(card.title.len <= CARD_TITLE_MAX && unicode_valid(str_view(&card.title)));
	card_free(&card);
}

static void
check_sealed(const VaultKeys *keys, const uint8_t *card, StrView body)
{
	static const uint8_t start[] = {0x8D, 0x6D, 0x65, 0x6F, 0x6B, 0x0D, 0x0A, 0x1A, 1, 2, 1};
	uint8_t keyed[SEAL_KEYED_BYTES] = {0}, stream[SEAL_STREAM_BYTES] = {0};
	memcpy(keyed, start, sizeof start);
	memset(keyed + 16, 1, 32);
	keyed[48] = 1;
	Str file = {0};
	if (!seal_write(keys->objects, keyed, stream, card, body, &file, NULL))
		return;
	check(seal_verify(keys->objects, str_view(&file), card, body));
	check_file(keys, str_view(&file));
	str_free(&file);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	VaultKeys *keys = keys_new(NULL);
	check(keys != NULL);
	memcpy(keys->master, MASTER, KEY_BYTES);
	keys_derive(keys);
	StrView input = {(const char *)data, size};
	check_file(keys, input);
	if (size >= SEAL_CARD_BYTES) {
		check_card(data);
		check_sealed(keys, data, sv_slice(input, SEAL_CARD_BYTES, size));
	}
	keys_free(keys);
	return 0;
}
