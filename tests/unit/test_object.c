/* Objects as bytes: every flip, every cut, every fault of a header or a card. */
#include "vault_unit.h"

static const uint8_t ROLE[KEY_BYTES] = {9, 8, 7};

static ObjectPlace
place_of(uint8_t number)
{
	ObjectPlace place = {.epoch = 1};
	memset(place.vault.bytes, 0xAB, ID_BYTES);
	memset(place.object.bytes, number, ID_BYTES);
	return place;
}

static Card
sample_card(ObjectKind kind)
{
	Card card = {
		.kind = (uint8_t)kind,
		.automatic = true,
		.parent_count = 2,
		.state = kind == OBJECT_PUBLICATION ? PHASE_PUBLIC : 0,
		.characters = 1743,
		.lamport = 12,
		.run = 10,
		.time_ms = 1700000000000,
	};
	Id *ids[] = {&card.subject, &card.parents[0], &card.parents[1], &card.session, &card.draft, &card.work,
		&card.site, &card.revision};
	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
		memset(ids[i]->bytes, (int)i + 1, ID_BYTES);
	assert_true(card_set_title(&card, SV("극복할 수 있는 시련은 기회가 된다")));
	return card;
}

static Str
seal_sample(ObjectKind kind, const ObjectPlace *place, StrView body)
{
	ObjectNonce nonce;
	Err err = {0};
	Str file = {0};
	Card card = sample_card(kind);
	seeded_state = 77 + (uint64_t)kind;
	seeded_random(&nonce, sizeof nonce);
	assert_true(object_seal(ROLE, place, &nonce, &card, body, &file, &err));
	card_free(&card);
	return file;
}

static Str
body_of(size_t len)
{
	Str text = {0}, body = {0};
	while (text.len < len)
		str_append_c(&text, "벼루 ");
	field_put(&body, 3, str_view(&text));
	str_free(&text);
	return body;
}

static void
an_object_comes_back(void **state)
{
	(void)state;
	ObjectPlace place = place_of(1);
	Str body = body_of(5000), again = {0};
	Str file = seal_sample(OBJECT_REVISION, &place, str_view(&body));
	Card wanted = sample_card(OBJECT_REVISION), card;
	assert_int_equal(file.len, 8192);
	assert_int_equal(object_open(ROLE, &place, str_view(&file), &card, &again), VERDICT_OK);
	assert_true(sv_equal(str_view(&body), str_view(&again)));
	assert_int_equal(card.body_len, body.len);
	assert_true(sv_equal(str_view(&card.title), str_view(&wanted.title)));
	uint8_t a[SEAL_CARD_BYTES], b[SEAL_CARD_BYTES];
	wanted.body_len = body.len;
	card_encode(&wanted, a);
	card_encode(&card, b);
	assert_memory_equal(a, b, sizeof a);
	card_free(&card);
	assert_int_equal(
		object_open_card(ROLE, &place, sv_slice(str_view(&file), 0, SEAL_HEAD_BYTES), 8192, &card), VERDICT_OK);
	assert_int_equal(card.lamport, 12);
	assert_int_equal(card.parent_count, 2);
	card_free(&card);
	card_free(&wanted);
	str_free(&file);
	str_free(&body);
	str_free(&again);
}

/* Opens whole and by card; nothing may come out of a file that is not what was sealed. */
static Verdict
refused(const ObjectPlace *place, StrView file)
{
	Card card;
	Str body = {0};
	Verdict verdict = object_open(ROLE, place, file, &card, &body);
	assert_int_not_equal(verdict, VERDICT_OK);
	assert_null(body.ptr);
	card_free(&card);
	return verdict;
}

static void
every_flipped_bit_is_noticed(void **state)
{
	(void)state;
	static const struct {
		ObjectKind kind;
		size_t len;
	} samples[] = {{OBJECT_REVISION, 900}, {OBJECT_SITE, 30}, {OBJECT_WORK, 5000}};
	for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
		ObjectPlace place = place_of((uint8_t)(i + 1));
		Str body = body_of(samples[i].len);
		Str file = seal_sample(samples[i].kind, &place, str_view(&body));
		for (size_t bit = 0; bit < file.len * 8; bit++) {
			file.ptr[bit / 8] ^= (char)(1 << bit % 8);
			refused(&place, str_view(&file));
			/* a list that reads the card only shows the right one or none */
			Card card;
			Verdict verdict = object_open_card(ROLE, &place, str_view(&file), file.len, &card);
			assert_int_equal(verdict == VERDICT_OK, bit / 8 >= SEAL_HEAD_BYTES);
			card_free(&card);
			file.ptr[bit / 8] ^= (char)(1 << bit % 8);
		}
		str_free(&file);
		str_free(&body);
	}
}

static void
every_cut_is_noticed(void **state)
{
	(void)state;
	ObjectPlace place = place_of(1);
	Str body = body_of(5000);
	Str file = seal_sample(OBJECT_REVISION, &place, str_view(&body));
	for (size_t len = 0; len < file.len; len++) {
		assert_int_equal(refused(&place, sv_slice(str_view(&file), 0, len)), VERDICT_DAMAGED);
		Card card;
		assert_int_equal(
			object_open_card(ROLE, &place, sv_slice(str_view(&file), 0, SEAL_HEAD_BYTES), len, &card),
			VERDICT_DAMAGED);
	}
	while (file.len < 65536) {
		str_append_byte(&file, 0);
		assert_int_equal(refused(&place, str_view(&file)), VERDICT_DAMAGED);
	}
	str_free(&file);
	str_free(&body);
}

static void
an_object_belongs_to_one_place(void **state)
{
	(void)state;
	ObjectPlace place = place_of(1), other = place_of(2);
	Str body = body_of(10);
	Str file = seal_sample(OBJECT_REVISION, &place, str_view(&body));
	assert_int_equal(refused(&other, str_view(&file)), VERDICT_MISNAMED);
	other = place;
	other.vault.bytes[0] ^= 1;
	assert_int_equal(refused(&other, str_view(&file)), VERDICT_FOREIGN);
	other = place;
	other.epoch = 2;
	assert_int_equal(refused(&other, str_view(&file)), VERDICT_UNKNOWN_EPOCH);
	/* renamed inside too: the keys are not those */
	memset(file.ptr + 32, 2, ID_BYTES);
	other = place_of(2);
	assert_int_equal(refused(&other, str_view(&file)), VERDICT_DAMAGED);
	Card card;
	assert_int_equal(object_open_card(ROLE, &place, str_view(&file), (uint64_t)SEAL_FILE_MAX + 65536, &card),
		VERDICT_LIMITS);
	str_free(&file);
	str_free(&body);
}

static void
each_header_fault_has_its_verdict(void **state)
{
	(void)state;
	static const struct {
		size_t at;
		Verdict verdict;
	} edits[] = {
		{0, VERDICT_DAMAGED},
		{8, VERDICT_UNKNOWN_VERSION},
		{9, VERDICT_DAMAGED},
		{10, VERDICT_UNKNOWN_SUITE},
		{11, VERDICT_UNKNOWN_FLAGS},
		{13, VERDICT_UNKNOWN_FLAGS},
		{16, VERDICT_FOREIGN},
		{32, VERDICT_MISNAMED},
		{48, VERDICT_UNKNOWN_EPOCH},
		{63, VERDICT_UNKNOWN_FLAGS},
		{64, VERDICT_DAMAGED},
		{80, VERDICT_DAMAGED},
		{112, VERDICT_DAMAGED},
	};
	ObjectPlace place = place_of(1);
	Str file = seal_sample(OBJECT_REVISION, &place, (StrView){NULL, 0});
	for (size_t i = 0; i < sizeof edits / sizeof *edits; i++) {
		file.ptr[edits[i].at] ^= 0x40;
		assert_int_equal(refused(&place, str_view(&file)), edits[i].verdict);
		file.ptr[edits[i].at] ^= 0x40;
	}
	str_free(&file);
}

/* Seals these exact bytes as card and body, which no writer would. */
static Verdict
forged(const uint8_t card_bytes[SEAL_CARD_BYTES], StrView body, size_t pad_to)
{
	ObjectPlace place = place_of(1);
	uint8_t keyed[SEAL_KEYED_BYTES] = {0x8D, 0x6D, 0x65, 0x6F, 0x6B, 0x0D, 0x0A, 0x1A, 1, 2, 1},
		stream[SEAL_STREAM_BYTES] = {5};
	memcpy(keyed + 16, place.vault.bytes, ID_BYTES);
	memcpy(keyed + 32, place.object.bytes, ID_BYTES);
	keyed[48] = 1;
	Str padded = str_from(body), file = {0}, out = {0};
	while (padded.len < pad_to)
		str_append_byte(&padded, 0);
	Err err;
	assert_true(seal_write(ROLE, keyed, stream, card_bytes, str_view(&padded), &file, &err));
	Card card;
	Verdict verdict = object_open(ROLE, &place, str_view(&file), &card, &out);
	card_free(&card);
	str_free(&out);
	str_free(&padded);
	str_free(&file);
	return verdict;
}

static void
each_card_fault_is_damage(void **state)
{
	(void)state;
	static const struct {
		size_t at;
		uint8_t value;
		Verdict verdict;
	} edits[] = {
		{0, 0, VERDICT_DAMAGED},      /* no kind */
		{0, 200, VERDICT_OK},         /* a kind of the future */
		{1, 0xFE, VERDICT_OK},        /* flags of the future */
		{2, 3, VERDICT_DAMAGED},      /* three parents */
		{2, 1, VERDICT_DAMAGED},      /* one, and an id in the second place */
		{8, 10, VERDICT_DAMAGED},     /* shorter body: padding is not zero */
		{9, 0x0C, VERDICT_DAMAGED},   /* longer body than this size has room for */
		{12, 1, VERDICT_DAMAGED},     /* longer than any file */
		{80, 9, VERDICT_DAMAGED},     /* counter before its run */
		{87, 0x80, VERDICT_DAMAGED},  /* counter of 2^63 */
		{88, 13, VERDICT_DAMAGED},    /* run after the counter */
		{88, 0, VERDICT_DAMAGED},     /* run 0 */
		{103, 0x80, VERDICT_DAMAGED}, /* time of 2^63 */
		{168, 0, VERDICT_DAMAGED},    /* shorter title: not followed by zeros */
		{169, 2, VERDICT_DAMAGED},    /* title of over 400 bytes */
		{170, 0xFF, VERDICT_DAMAGED}, /* title not UTF-8 */
		{169, 1, VERDICT_DAMAGED},    /* title with NUL */
		{569, 1, VERDICT_DAMAGED},    /* behind the title */
		{570, 1, VERDICT_OK},         /* reserved */
		{1023, 0xFF, VERDICT_OK},
	};
	Card card = sample_card(OBJECT_REVISION);
	Str body = body_of(200);
	card.body_len = body.len;
	uint8_t bytes[SEAL_CARD_BYTES];
	card_encode(&card, bytes);
	assert_int_equal(forged(bytes, str_view(&body), 0), VERDICT_OK);
	for (size_t i = 0; i < sizeof edits / sizeof *edits; i++) {
		uint8_t was = bytes[edits[i].at];
		assert_int_not_equal(was, edits[i].value);
		bytes[edits[i].at] = edits[i].value;
		assert_int_equal(forged(bytes, str_view(&body), 0), edits[i].verdict);
		bytes[edits[i].at] = was;
	}
	/* lists read the state of a tombstone from the card, so the card must have one */
	bytes[0] = OBJECT_TOMBSTONE;
	for (uint8_t said = 0; said <= TOMBSTONE_DESTROYED + 1; said++) {
		Card stone = {0};
		bytes[3] = said;
		assert_int_equal(card_decode(bytes, &stone) == VERDICT_OK,
			said >= TOMBSTONE_TRASHED && said <= TOMBSTONE_DESTROYED);
		card_free(&stone);
	}
	card_encode(&card, bytes);
	memset(bytes + 32, 0, ID_BYTES);
	assert_int_equal(forged(bytes, str_view(&body), 0), VERDICT_DAMAGED); /* a parent that is none */
	card_encode(&card, bytes);
	memset(bytes + 16, 0, ID_BYTES);
	assert_int_equal(forged(bytes, str_view(&body), 0), VERDICT_DAMAGED); /* no subject */
	card_encode(&card, bytes);
	assert_int_equal(forged(bytes, str_view(&body), 4000), VERDICT_DAMAGED); /* in a larger file than needed */
	str_append_byte(&body, 1);
	assert_int_equal(forged(bytes, str_view(&body), 0), VERDICT_DAMAGED); /* padding that is not zero */
	str_truncate(&body, body.len - 1);
	str_append_c(&body, "\1\0\5"); /* a field that is cut off */
	card.body_len = body.len;
	card_encode(&card, bytes);
	assert_int_equal(forged(bytes, str_view(&body), 0), VERDICT_DAMAGED);
	str_free(&body);
	card_free(&card);
}

static void
titles_are_cut_at_whole_characters(void **state)
{
	(void)state;
	Str title = {0};
	Card card = {0};
	for (int i = 0; i < 200; i++)
		str_append_c(&title, "먹");
	assert_true(card_set_title(&card, str_view(&title)));
	assert_int_equal(card.title.len, 399);
	assert_true(card_set_title(&card, sv_slice(str_view(&title), 0, 9)));
	assert_int_equal(card.title.len, 9);
	str_free(&title);
	card_free(&card);
}

static void
a_text_shows_how_it_begins(void **state)
{
	(void)state;
	static const char *const texts[][2] = {{"", ""}, {"\n \n\t\n", ""}, {"첫 줄\n둘째 줄", "첫 줄"},
		{"\n\n  들여 쓴 줄  \n", "들여 쓴 줄"}, {"# 제목\n글", "제목"}, {"> > 인용한 말", "인용한 말"},
		{"- 하나\n- 둘", "하나"}, {"---\n\n* * *\n글", "글"}, {"#해시", "#해시"},
		{"-5도까지 내려갔다", "-5도까지 내려갔다"}, {"**굵게** 시작", "**굵게** 시작"},
		{"####### 일곱", "####### 일곱"}, {"- \n> \n끝", "끝"}, {"> # 인용한 제목", "인용한 제목"}};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		assert_view_equal(card_first_line(sv(texts[i][0])), texts[i][1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_text_shows_how_it_begins),
		cmocka_unit_test(an_object_comes_back),
		cmocka_unit_test(every_flipped_bit_is_noticed),
		cmocka_unit_test(every_cut_is_noticed),
		cmocka_unit_test(an_object_belongs_to_one_place),
		cmocka_unit_test(each_header_fault_has_its_verdict),
		cmocka_unit_test(each_card_fault_is_damage),
		cmocka_unit_test(titles_are_cut_at_whole_characters),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
