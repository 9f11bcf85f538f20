/* The stream of chunks in one file. */
#include "vault_unit.h"

static const uint8_t ROLE[KEY_BYTES] = {1, 2, 3};

static Str
seal_text(StrView body, uint64_t seed, uint8_t card[SEAL_CARD_BYTES])
{
	uint8_t keyed[SEAL_KEYED_BYTES], stream[SEAL_STREAM_BYTES];
	Err err = {0};
	Str file = {0};
	seeded_state = seed;
	seeded_random(keyed, sizeof keyed);
	seeded_random(stream, sizeof stream);
	seeded_random(card, SEAL_CARD_BYTES);
	assert_true(seal_write(ROLE, keyed, stream, card, body, &file, &err));
	return file;
}

static Str
text_of(size_t len)
{
	Str text = {0};
	for (size_t i = 0; i < len; i++)
		str_append_byte(&text, (char)('a' + i % 23));
	return text;
}

static void
sizes_are_the_smallest_that_fit(void **state)
{
	(void)state;
	static const struct {
		size_t size, room;
	} rooms[] = {{4096, 2902}, {8192, 6998}, {16384, 15190}, {32768, 31574}, {65536, 64342}, {131072, 129861},
		{134217728, 134181735}};
	for (size_t i = 0; i < sizeof rooms / sizeof *rooms; i++) {
		assert_int_equal(seal_room(rooms[i].size), rooms[i].room);
		assert_int_equal(seal_size(rooms[i].room), rooms[i].size);
	}
	assert_int_equal(seal_size(0), 4096);
	assert_int_equal(seal_size(134181736), 0);
	assert_int_equal(seal_size(UINT64_MAX), 0);
	for (size_t steps = 1; steps <= 2048; steps++) {
		size_t size = steps * 65536;
		assert_int_equal(seal_size(seal_room(size)), size);
		assert_int_equal(seal_size(seal_room(size) + 1), steps == 2048 ? 0 : size + 65536);
	}
	static const size_t wrong[] = {0, 1, 1177, 2048, 4095, 4097, 12288, 65535, 65537, 98304, 134217729, 134283264};
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		assert_int_equal(seal_room(wrong[i]), 0);
}

static void
bodies_come_back_at_every_border(void **state)
{
	(void)state;
	static const size_t borders[] = {0, 2902, 6998, 15190, 31574, 64342, 65536, 129861, 195380, 65536 * 5};
	for (size_t i = 0; i < sizeof borders / sizeof *borders; i++) {
		for (size_t more = 0; more < 2; more++) {
			uint8_t card[SEAL_CARD_BYTES], again[SEAL_CARD_BYTES];
			Str text = text_of(borders[i] + more), body = {0};
			Str file = seal_text(str_view(&text), i + 1, card);
			assert_int_equal(file.len, seal_size(text.len));
			assert_int_equal(seal_open(ROLE, str_view(&file), again, &body), VERDICT_OK);
			assert_memory_equal(card, again, sizeof card);
			assert_int_equal(body.len, seal_room(file.len));
			assert_true(sv_starts(str_view(&body), str_view(&text)));
			for (size_t k = text.len; k < body.len; k++)
				assert_int_equal(body.ptr[k], 0);
			assert_true(seal_verify(ROLE, str_view(&file), card, str_view(&text)));
			assert_int_equal(
				seal_open_card(ROLE, sv_slice(str_view(&file), 0, SEAL_HEAD_BYTES), again), VERDICT_OK);
			assert_int_equal(seal_open_card(ROLE, sv_slice(str_view(&file), 0, SEAL_HEAD_BYTES - 1), again),
				VERDICT_DAMAGED);
			str_free(&text);
			str_free(&body);
			str_free(&file);
		}
	}
}

static void
verifying_sees_a_difference(void **state)
{
	(void)state;
	uint8_t card[SEAL_CARD_BYTES];
	Str text = text_of(70000);
	Str file = seal_text(str_view(&text), 4, card);
	text.ptr[69999] = '!';
	assert_false(seal_verify(ROLE, str_view(&file), card, str_view(&text)));
	assert_false(seal_verify(ROLE, str_view(&file), card, sv_slice(str_view(&text), 0, 69999)));
	text.ptr[69999] = (char)('a' + 69999 % 23);
	assert_true(seal_verify(ROLE, str_view(&file), card, str_view(&text)));
	card[1000] ^= 1;
	assert_false(seal_verify(ROLE, str_view(&file), card, str_view(&text)));
	str_free(&text);
	str_free(&file);
}

/* Opens and demands that nothing is released. */
static void
refused(StrView file)
{
	uint8_t again[SEAL_CARD_BYTES];
	Str body = {0};
	assert_int_equal(seal_open(ROLE, file, again, &body), VERDICT_DAMAGED);
	assert_null(body.ptr);
}

static void
every_flipped_bit_is_noticed(void **state)
{
	(void)state;
	uint8_t card[SEAL_CARD_BYTES];
	Str text = text_of(1000);
	Str file = seal_text(str_view(&text), 5, card);
	for (size_t bit = 0; bit < file.len * 8; bit++) {
		file.ptr[bit / 8] ^= (char)(1 << bit % 8);
		refused(str_view(&file));
		file.ptr[bit / 8] ^= (char)(1 << bit % 8);
	}
	uint8_t other[KEY_BYTES] = {1, 2, 4}, again[SEAL_CARD_BYTES];
	Str body = {0};
	assert_int_equal(seal_open(other, str_view(&file), again, &body), VERDICT_DAMAGED);
	str_free(&text);
	str_free(&file);
}

static void
chunks_do_not_move(void **state)
{
	(void)state;
	uint8_t card[SEAL_CARD_BYTES];
	Str text = text_of(190000);
	Str file = seal_text(str_view(&text), 6, card), other = seal_text(str_view(&text), 7, card), moved = {0};
	const size_t chunk = SEAL_CHUNK_BYTES + SEAL_EXTRA_BYTES;
	StrView whole = str_view(&file);
	/* two chunks of one file exchanged */
	str_set(&moved, whole);
	memcpy(moved.ptr + SEAL_HEAD_BYTES, file.ptr + SEAL_HEAD_BYTES + chunk, chunk);
	memcpy(moved.ptr + SEAL_HEAD_BYTES + chunk, file.ptr + SEAL_HEAD_BYTES, chunk);
	refused(str_view(&moved));
	/* a chunk, the card, everything behind the header from another file */
	str_set(&moved, whole);
	memcpy(moved.ptr + SEAL_HEAD_BYTES, other.ptr + SEAL_HEAD_BYTES, chunk);
	refused(str_view(&moved));
	str_set(&moved, whole);
	memcpy(moved.ptr + SEAL_HEADER_BYTES, other.ptr + SEAL_HEADER_BYTES, SEAL_HEAD_BYTES - SEAL_HEADER_BYTES);
	refused(str_view(&moved));
	str_set(&moved, whole);
	memcpy(moved.ptr + SEAL_HEADER_BYTES, other.ptr + SEAL_HEADER_BYTES, other.len - SEAL_HEADER_BYTES);
	refused(str_view(&moved));
	/* a chunk left out, and one twice: the file has a right size in both cases */
	str_set(&moved, sv_slice(whole, 0, whole.len - 65536));
	refused(str_view(&moved));
	str_set(&moved, whole);
	str_append(&moved, sv_slice(whole, whole.len - 65536, whole.len));
	refused(str_view(&moved));
	/* anything behind the last chunk */
	str_set(&moved, whole);
	for (size_t i = 0; i < 65536; i++)
		str_append_byte(&moved, 0);
	refused(str_view(&moved));
	str_free(&moved);
	str_free(&text);
	str_free(&file);
	str_free(&other);
}

static void
too_long_is_refused(void **state)
{
	(void)state;
	uint8_t keyed[SEAL_KEYED_BYTES] = {0}, stream[SEAL_STREAM_BYTES] = {0}, card[SEAL_CARD_BYTES] = {0};
	Str file = {0};
	Err err = {0};
	/* nothing of the body is touched before its length is looked at */
	StrView huge = {"", (size_t)SEAL_FILE_MAX};
	assert_false(seal_write(ROLE, keyed, stream, card, huge, &file, &err));
	assert_int_equal(err.kind, ERR_FAILED);
	assert_null(file.ptr);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes_are_the_smallest_that_fit),
		cmocka_unit_test(bodies_come_back_at_every_border),
		cmocka_unit_test(verifying_sees_a_difference),
		cmocka_unit_test(every_flipped_bit_is_noticed),
		cmocka_unit_test(chunks_do_not_move),
		cmocka_unit_test(too_long_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
