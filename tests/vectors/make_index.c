/* Vectors of the index: sound ones, bodies that say what no index may say, streams that no writer makes, edits. */
#include "make.h"

#include "../../src/vault/index_format.h"

#include <stdio.h>
#include <string.h>

enum { FILE_KIND_INDEX = 3, TAG_FINAL = 3 };

static void
index_header(Vectors *v, uint8_t header[SEAL_HEADER_BYTES], uint8_t keys[64])
{
	header_of(v, FILE_KIND_INDEX, ID_NONE, header);
	secret_hash(keys, 64, v->keys->index, KEY_BYTES, bytes_view(header, SEAL_KEYED_BYTES));
	memcpy(header + SEAL_KEYED_BYTES, keys + 32, SEAL_COMMITMENT_BYTES);
	fill_random(v, header + SEAL_KEYED_BYTES + SEAL_COMMITMENT_BYTES, SEAL_STREAM_BYTES);
}

/* A base and its one case; the body is sealed as it is. */
static void
add_index(Vectors *v, const char *name, Str *body, Verdict verdict)
{
	uint8_t header[SEAL_HEADER_BYTES], keys[64];
	Str file = {0};
	Err err;
	index_header(v, header, keys);
	need(seal_blob_write(v->keys->index, header, header + SEAL_KEYED_BYTES + SEAL_COMMITMENT_BYTES, str_view(body),
		     &file, &err),
		"cannot seal an index");
	add_base(v, name, "index", str_view(&file), NULL);
	if (verdict == VERDICT_OK)
		add_good_case(v, name, name, "", body);
	else
		add_case(v, name, name, "", verdict);
	str_free(&file);
	str_free(body);
}

/* ---- Bodies */

static void
put_object(Str *body, uint16_t tag, uint8_t id, uint64_t lamport, StrView title, uint8_t at, uint8_t byte)
{
	uint8_t fixed[CARD_FIXED_BYTES];
	const Id object = id_of(id);
	Str value = {0};
	Card card = {.kind = OBJECT_REVISION,
		.subject = id_of(1),
		.session = id_of(0x77),
		.lamport = lamport,
		.run = lamport,
		.time_ms = 1760000000000,
		.body_len = 100};
	need(card_set_title(&card, title), "card");
	card_encode_fixed(&card, fixed);
	card_free(&card);
	if (at > 0)
		fixed[at] = byte;
	str_append(&value, bytes_view(object.bytes, ID_BYTES));
	str_append(&value, bytes_view(fixed, sizeof fixed));
	str_append(&value, title);
	field_put(body, tag, str_view(&value));
	str_free(&value);
}

static void
put_place(Str *body, uint8_t draft, StrView time)
{
	const Id id = id_of(draft);
	Str value = str_from(bytes_view(id.bytes, ID_BYTES));
	str_append(&value, SV("\x9\0\0\0\0\0\0\0\4\0\0\0\0\0\0\0"));
	str_append(&value, time);
	field_put(body, 6, str_view(&value));
	str_free(&value);
}

#define HASH "0123456789abcdef0123456789abcdef"
#define TIME "\1\0\0\0\0\1\0\0"

/* Objects 3, 4 and 5 of one chain, of which 5 is the oldest. */
static Str
three_objects(void)
{
	Str body = {0};
	field_put_u64(&body, 1, INDEX_MINIMUM);
	put_object(&body, 2, 3, 8, SV("가을 길"), 0, 0);
	put_object(&body, 2, 4, 9, SV(""), 0, 0);
	put_object(&body, 2, 5, 7, SV("가을"), 0, 0);
	return body;
}

static void
add_sound(Vectors *v)
{
	Str body = three_objects();
	field_put(&body, 3, SV("\2\0\0\0\0\0\0\0\1\0\0\0"));
	put_object(&body, 4, 9, 3, SV("없어진 판"), 0, 0);
	put_object(&body, 5, 6, 4, SV("없어진 머리"), 0, 0);
	put_place(&body, 1, SV(TIME));
	put_place(&body, 2, SV(TIME));
	field_put(&body, 7, SV(HASH "first.key"));
	field_put_c(&body, 8, "a field of a later version");
	add_index(v, "index", &body, VERDICT_OK);
	add_index(v, "index-empty", &body, VERDICT_OK);
	field_put_u64(&body, 1, INDEX_MINIMUM + 1);
	add_index(v, "index-minimum-258", &body, VERDICT_UNKNOWN_SUITE);
	field_put_u64(&body, 1, 2 * 256 + 1);
	add_index(v, "index-minimum-version-2", &body, VERDICT_UNKNOWN_SUITE);
	field_put_u64(&body, 1, 256);
	add_index(v, "index-minimum-256", &body, VERDICT_OK);
}

static void
add_orders(Vectors *v)
{
	static const struct {
		const char *name;
		StrView order;
		Verdict verdict;
	} orders[] = {
		{"index-order", SV("\2\0\0\0\0\0\0\0\1\0\0\0"), VERDICT_OK},
		{"index-order-of-numbers", SV("\0\0\0\0\1\0\0\0\2\0\0\0"), VERDICT_DAMAGED},
		{"index-order-number-twice", SV("\2\0\0\0\0\0\0\0\0\0\0\0"), VERDICT_DAMAGED},
		{"index-order-number-3", SV("\2\0\0\0\0\0\0\0\3\0\0\0"), VERDICT_DAMAGED},
		{"index-order-two", SV("\2\0\0\0\0\0\0\0"), VERDICT_DAMAGED},
		{"index-order-four", SV("\2\0\0\0\0\0\0\0\1\0\0\0\1\0\0\0"), VERDICT_DAMAGED},
		{"index-order-13-bytes", SV("\2\0\0\0\0\0\0\0\1\0\0\0\0"), VERDICT_DAMAGED},
		{"index-order-missing", {NULL, 0}, VERDICT_DAMAGED},
	};
	for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
		Str body = three_objects();
		if (orders[i].order.len > 0)
			field_put(&body, 3, orders[i].order);
		add_index(v, orders[i].name, &body, orders[i].verdict);
	}
	Str body = three_objects();
	field_put(&body, 3, orders[0].order);
	field_put(&body, 3, orders[0].order);
	add_index(v, "index-order-twice", &body, VERDICT_DAMAGED);
	put_object(&body, 2, 4, 8, SV(""), 0, 0);
	put_object(&body, 2, 3, 9, SV(""), 0, 0);
	field_put(&body, 3, SV("\0\0\0\0\1\0\0\0"));
	add_index(v, "index-objects-not-in-order", &body, VERDICT_DAMAGED);
	put_object(&body, 2, 4, 8, SV(""), 0, 0);
	put_object(&body, 2, 4, 9, SV(""), 0, 0);
	field_put(&body, 3, SV("\0\0\0\0\1\0\0\0"));
	add_index(v, "index-object-twice", &body, VERDICT_DAMAGED);
	put_object(&body, 2, 4, 8, SV(""), 0, 0);
	field_put(&body, 3, SV("\0\0\0\0"));
	put_object(&body, 4, 4, 8, SV(""), 0, 0);
	add_index(v, "index-gone-and-there", &body, VERDICT_DAMAGED);
	put_object(&body, 2, 4, 8, SV(""), 0, 0);
	field_put(&body, 3, SV("\0\0\0\0"));
	put_object(&body, 5, 4, 8, SV(""), 0, 0);
	add_index(v, "index-gone-head-and-there", &body, VERDICT_DAMAGED);
}

/* One object with a card that no object may have, there and gone. */
static void
add_cards(Vectors *v)
{
	static const struct {
		const char *name;
		uint8_t at, byte;
		StrView title;
	} faults[] = {
		{"parent-count-3", 2, 3, SV("")},
		{"subject-none", 16, 0, SV("")},
		{"parent-not-counted", 32, 1, SV("")},
		{"run-over-counter", 88, 9, SV("")},
		{"time-2-63", 103, 0x80, SV("")},
		{"title-length", 168, 2, SV("abc")},
		{"title-not-utf8", 0, 0, SV("\xC3(")},
		{"title-nul", 0, 0, SV("a\0b")},
	};
	char name[64];
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
		for (uint16_t tag = 2; tag <= 4; tag += 2) {
			Str body = {0};
			put_object(&body, tag, 4, 8, faults[i].title, faults[i].at, faults[i].byte);
			/* a subject is none when all of its bytes are */
			if (faults[i].at == 16)
				memset(body.ptr + 6 + ID_BYTES + 16, 0, ID_BYTES);
			if (tag == 2)
				field_put(&body, 3, SV("\0\0\0\0"));
			snprintf(name, sizeof name, "index-%s-%s", tag == 2 ? "object" : "gone", faults[i].name);
			add_index(v, name, &body, VERDICT_DAMAGED);
		}
	}
}

static void
add_fields(Vectors *v)
{
	static const struct {
		const char *name;
		uint16_t tag;
		StrView value;
		Verdict verdict;
	} fields[] = {
		{"index-minimum-7-bytes", 1, SV("\1\1\0\0\0\0\0"), VERDICT_DAMAGED},
		{"index-object-185-bytes", 2, SV(HASH HASH HASH HASH HASH "0123456789abcdef012345678"),
			VERDICT_DAMAGED},
		{"index-gone-empty", 4, {NULL, 0}, VERDICT_DAMAGED},
		{"index-place-39-bytes", 6, SV(HASH "\0\0\0\0\0\0\0"), VERDICT_DAMAGED},
		{"index-place-time-latest", 6, SV(HASH "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F"), VERDICT_OK},
		{"index-place-time-2-63", 6, SV(HASH "\0\0\0\0\0\0\0\x80"), VERDICT_DAMAGED},
		{"index-slot-31-bytes", 7, SV("0123456789abcdef0123456789abcde"), VERDICT_DAMAGED},
		{"index-slot-without-name", 7, SV(HASH), VERDICT_DAMAGED},
		{"index-slot-name-nul", 7, SV(HASH "a\0.key"), VERDICT_DAMAGED},
		{"index-slot-name-not-utf8", 7, SV(HASH "\xFF.key"), VERDICT_OK},
		{"index-unknown-field", 65535, {NULL, 0}, VERDICT_OK},
	};
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		Str body = {0};
		field_put(&body, fields[i].tag, fields[i].value);
		add_index(v, fields[i].name, &body, fields[i].verdict);
	}
	Str body = {0};
	put_place(&body, 1, SV(TIME));
	put_place(&body, 1, SV(TIME));
	add_index(v, "index-place-twice", &body, VERDICT_DAMAGED);
	field_put(&body, 7, SV(HASH "a.key"));
	field_put(&body, 7, SV(HASH "a.key"));
	add_index(v, "index-slot-twice", &body, VERDICT_DAMAGED);
	field_put_c(&body, 8, "abc");
	str_truncate(&body, body.len - 1);
	add_index(v, "index-field-cut", &body, VERDICT_DAMAGED);
}

/* ---- Streams */

typedef struct Chunk {
	const char *name;
	uint8_t tag, last;
	uint64_t index;
	bool header_in_ad;
} Chunk;

static void
add_streams(Vectors *v)
{
	/* The first is as it should be: it shows that this way of making a file is right. */
	static const Chunk chunks[] = {
		{"index-stream-right", TAG_FINAL, 1, 0, true},
		{"index-stream-no-final", 0, 1, 0, true},
		{"index-stream-push", 1, 1, 0, true},
		{"index-stream-not-said-last", TAG_FINAL, 0, 0, true},
		{"index-stream-index-1", TAG_FINAL, 1, 1, true},
		{"index-stream-header-not-in-ad", TAG_FINAL, 1, 0, false},
	};
	for (size_t i = 0; i < sizeof chunks / sizeof *chunks; i++) {
		uint8_t header[SEAL_HEADER_BYTES], keys[64];
		Str file = {0}, body = {0};
		StreamState state;
		index_header(v, header, keys);
		crypto_secretstream_xchacha20poly1305_init_pull(
			&state, header + SEAL_KEYED_BYTES + SEAL_COMMITMENT_BYTES, keys);
		field_put_u64(&body, 1, INDEX_MINIMUM);
		str_append(&file, bytes_view(header, sizeof header));
		push_chunk(&state, &file, str_view(&body), chunks[i].tag, chunks[i].index, chunks[i].last,
			chunks[i].header_in_ad);
		add_base(v, chunks[i].name, "index", str_view(&file), NULL);
		if (i == 0)
			add_good_case(v, chunks[i].name, chunks[i].name, "", &body);
		else
			add_case(v, chunks[i].name, chunks[i].name, "", VERDICT_DAMAGED);
		str_free(&file);
		str_free(&body);
	}
}

/* A body of one whole chunk and a little; and, as a base of its own, the empty chunk that could follow the whole one.
 */
static void
add_two_chunks(Vectors *v)
{
	enum { WHOLE = SEAL_CHUNK_BYTES, MORE = 100, AT_SECOND = SEAL_HEADER_BYTES + WHOLE + SEAL_EXTRA_BYTES };
	uint8_t header[SEAL_HEADER_BYTES], keys[64];
	Str file = {0}, tail = {0}, body = {0}, value = {0};
	StreamState state, other;
	while (value.len < WHOLE + MORE - 6)
		str_append_byte(&value, (char)('a' + value.len % 26));
	field_put(&body, 8, str_view(&value));
	index_header(v, header, keys);
	crypto_secretstream_xchacha20poly1305_init_pull(
		&state, header + SEAL_KEYED_BYTES + SEAL_COMMITMENT_BYTES, keys);
	str_append(&file, bytes_view(header, sizeof header));
	push_chunk(&state, &file, sv_slice(str_view(&body), 0, WHOLE), 0, 0, 0, true);
	other = state;
	str_append(&tail, bytes_view(header, sizeof header));
	push_chunk(&other, &tail, (StrView){NULL, 0}, TAG_FINAL, 1, 1, true);
	push_chunk(&state, &file, sv_slice(str_view(&body), WHOLE, body.len), TAG_FINAL, 1, 1, true);
	add_base(v, "index-two", "index", str_view(&file), NULL);
	add_base(v, "index-two-empty-end", "index", str_view(&tail), NULL);
	add_good_case(v, "index-two", "index-two", "", &body);
	char what[96];
	snprintf(what, sizeof what, " copy=index-two-empty-end:%d:%d:%d length=%d", SEAL_HEADER_BYTES, SEAL_EXTRA_BYTES,
		AT_SECOND, AT_SECOND + SEAL_EXTRA_BYTES);
	add_case(v, "index-two-empty-end", "index-two", what, VERDICT_DAMAGED);
	static const int lengths[] = {AT_SECOND - 1, AT_SECOND, AT_SECOND + 1, AT_SECOND + SEAL_EXTRA_BYTES - 1,
		AT_SECOND + SEAL_EXTRA_BYTES, AT_SECOND + SEAL_EXTRA_BYTES + MORE - 1,
		AT_SECOND + SEAL_EXTRA_BYTES + MORE + 1};
	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		char name[64];
		snprintf(name, sizeof name, "index-two-length-%d", lengths[i]);
		snprintf(what, sizeof what, " length=%d", lengths[i]);
		add_case(v, name, "index-two", what, VERDICT_DAMAGED);
	}
	add_flip(v, "index-two", str_view(&file), SEAL_HEADER_BYTES + 1, 1, VERDICT_DAMAGED);
	add_flip(v, "index-two", str_view(&file), AT_SECOND - 1, 0x80, VERDICT_DAMAGED);
	add_flip(v, "index-two", str_view(&file), AT_SECOND, 0x10, VERDICT_DAMAGED);
	str_free(&file);
	str_free(&tail);
	str_free(&body);
	str_free(&value);
}

/* ---- Edits */

static void
add_edits(Vectors *v)
{
	StrView bytes = base_bytes(v, "index");
	char name[64], what[96];
	for (size_t at = 0; at < SEAL_HEADER_BYTES; at += at < 16 || (at >= 44 && at < 54) ? 1 : 7)
		add_flip(v, "index", bytes, at, (uint8_t)(1 << at % 8), header_verdict(at));
	const size_t places[] = {
		SEAL_HEADER_BYTES, SEAL_HEADER_BYTES + 1, bytes.len / 2, bytes.len - 17, bytes.len - 1};
	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		add_flip(v, "index", bytes, places[i], 0x20, VERDICT_DAMAGED);
	const size_t lengths[] = {0, 8, 135, 136, 152, 153, bytes.len - 1, bytes.len + 1};
	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		snprintf(name, sizeof name, "index-length-%zu", lengths[i]);
		snprintf(what, sizeof what, " length=%zu", lengths[i]);
		add_case(v, name, "index", what, VERDICT_DAMAGED);
	}
	add_case(v, "index-foreign", "index", " vault=0123456789abcdef0123456789abcdef", VERDICT_FOREIGN);
	add_case(v, "index-other-master-key", "index",
		" master=0000000000000000000000000000000000000000000000000000000000000001", VERDICT_DAMAGED);
	Str keys = {0};
	str_append_c(&keys, " keys=2:");
	put_hex(&keys, v->keys->master, KEY_BYTES);
	add_case(v, "index-unknown-epoch", "index", str_c(&keys), VERDICT_UNKNOWN_EPOCH);
	str_free(&keys);
}

void
make_index(Vectors *v)
{
	str_append_c(&v->text, "\n# Indexes\n");
	add_sound(v);
	add_orders(v);
	add_cards(v);
	add_fields(v);
	add_streams(v);
	add_two_chunks(v);
	add_edits(v);
}
