/* Vectors of the kinds of objects that came later: packs, fragments, keys of former epochs, and what readers had of a
 * publication before. */
#include "make.h"

#include <stdio.h>
#include <string.h>

static void
object(Vectors *v, const char *name, Card card, Str *body, Verdict verdict)
{
	Str file = add_record(v, name, &card, body, verdict);
	str_free(&file);
}

/* One field of an entry, in place of (or, with `again`, in front of) the sound one with that tag. */
typedef struct Fault {
	const char *name;
	uint16_t tag;
	StrView value;
	bool left_out, again;
	Verdict verdict;
} Fault;

typedef struct Field {
	uint16_t tag;
	StrView value;
} Field;

static void
put_entry(Str *body, uint16_t tag, const Field *fields, size_t count, const Fault *fault)
{
	Str entry = {0};
	bool known = false;
	for (size_t i = 0; i < count; i++) {
		bool here = fault != NULL && fault->tag == fields[i].tag;
		known = known || here;
		if (here && !fault->left_out)
			field_put(&entry, fault->tag, fault->value);
		if (!here || fault->again)
			field_put(&entry, fields[i].tag, fields[i].value);
	}
	if (fault != NULL && !known && !fault->left_out)
		field_put(&entry, fault->tag, fault->value);
	field_put(body, tag, str_view(&entry));
	str_free(&entry);
}

/* ---- Packs */

enum { PACKED_MOST = SEAL_CARD_BYTES + 1 };

static Card
packed_card(Vectors *v, size_t body_len)
{
	Card card = card_of(v, OBJECT_REVISION);
	card.subject = id_of(1);
	card.lamport = card.run = 9;
	card.body_len = body_len;
	need(card_set_title(&card, SV("묶은 판")), "card");
	return card;
}

static size_t
card_bytes(Card *card, uint8_t out[PACKED_MOST])
{
	size_t len = SEAL_CARD_BYTES;
	memset(out, 0, PACKED_MOST);
	card_encode(card, out);
	card_free(card);
	while (out[len - 1] == 0)
		len--;
	return len;
}

static Card
pack_card(Vectors *v)
{
	Card card = card_of(v, OBJECT_PACK);
	card.subject = id_of(1);
	return card;
}

typedef struct CardFault {
	const char *name;
	size_t at;
	uint8_t value;
	size_t len; /* that the card is sealed with; 0: without the zeros at its end */
	Verdict verdict;
} CardFault;

static void
add_packed_cards(Vectors *v)
{
	static const CardFault faults[] = {
		{"pack-card-sound", 0, OBJECT_REVISION, 0, VERDICT_OK},
		{"pack-card-with-its-zeros", 0, OBJECT_REVISION, SEAL_CARD_BYTES, VERDICT_OK},
		{"pack-card-1025", 0, OBJECT_REVISION, PACKED_MOST, VERDICT_DAMAGED},
		{"pack-card-empty", 0, 0, 1, VERDICT_DAMAGED},
		{"pack-card-of-a-work", 0, OBJECT_WORK, 0, VERDICT_DAMAGED},
		{"pack-card-three-parents", 2, 3, 0, VERDICT_DAMAGED},
		{"pack-card-true-length", 8, 1, 0, VERDICT_DAMAGED},
		{"pack-card-of-another-draft", 16, 2, 0, VERDICT_DAMAGED},
		{"pack-card-run-over-counter", 88, 10, 0, VERDICT_DAMAGED},
		{"pack-card-reserved-byte", 1023, 1, SEAL_CARD_BYTES, VERDICT_OK},
	};
	Str inner = {0};
	const Id id = id_of(0xC1);
	field_put_c(&inner, 3, "먼저 쓴 글.\n");
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
		uint8_t bytes[PACKED_MOST];
		Str body = {0};
		Card card = packed_card(v, inner.len);
		size_t len = card_bytes(&card, bytes);
		bytes[faults[i].at] = faults[i].value;
		if (faults[i].len > 0)
			len = faults[i].len;
		const Field fields[] = {
			{1, bytes_view(id.bytes, ID_BYTES)}, {2, bytes_view(bytes, len)}, {3, str_view(&inner)}};
		put_entry(&body, 1, fields, 3, NULL);
		object(v, faults[i].name, pack_card(v), &body, faults[i].verdict);
	}
	str_free(&inner);
}

static void
add_packs(Vectors *v)
{
	static const char zeros[16];
	static const Fault faults[] = {
		{"pack-sound", 0, {NULL, 0}, true, false, VERDICT_OK},
		{"pack-unknown-field-of-a-revision", 9, SV("later"), false, false, VERDICT_OK},
		{"pack-without-id", 1, {NULL, 0}, true, false, VERDICT_DAMAGED},
		{"pack-id-none", 1, {zeros, 16}, false, false, VERDICT_DAMAGED},
		{"pack-id-none-first", 1, {zeros, 16}, false, true, VERDICT_OK},
		{"pack-id-15-bytes-first", 1, {zeros, 15}, false, true, VERDICT_DAMAGED},
		{"pack-without-card", 2, {NULL, 0}, true, false, VERDICT_DAMAGED},
		{"pack-without-body", 3, {NULL, 0}, true, false, VERDICT_OK},
		{"pack-body-no-fields", 3, SV("\1\0\2"), false, false, VERDICT_DAMAGED},
	};
	Str inner = {0};
	const Id id = id_of(0xC1);
	uint8_t bytes[PACKED_MOST];
	field_put_c(&inner, 3, "먼저 쓴 글.\n");
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
		Str body = {0};
		/* where the body is at fault, its length is not */
		bool other = faults[i].tag == 3;
		Card card = packed_card(v, other ? faults[i].value.len : inner.len);
		size_t len = card_bytes(&card, bytes);
		const Field fields[] = {
			{1, bytes_view(id.bytes, ID_BYTES)}, {2, bytes_view(bytes, len)}, {3, str_view(&inner)}};
		put_entry(&body, 1, fields, 3, &faults[i]);
		object(v, faults[i].name, pack_card(v), &body, faults[i].verdict);
	}
	str_free(&inner);
	Str body = {0};
	object(v, "pack-empty", pack_card(v), &body, VERDICT_OK);
	field_put_c(&body, 1, "\1");
	object(v, "pack-revision-no-fields", pack_card(v), &body, VERDICT_DAMAGED);
	field_put_c(&body, 7, "a field of a later version");
	object(v, "pack-unknown-field", pack_card(v), &body, VERDICT_OK);
	/* a text that is not one, although the seal of the pack is right */
	field_put(&inner, 1, SV("\xC3("));
	Card card = packed_card(v, inner.len);
	size_t len = card_bytes(&card, bytes);
	const Field fields[] = {
		{1, bytes_view(id.bytes, ID_BYTES)}, {2, bytes_view(bytes, len)}, {3, str_view(&inner)}};
	put_entry(&body, 1, fields, 3, NULL);
	object(v, "pack-body-not-utf8", pack_card(v), &body, VERDICT_DAMAGED);
	str_free(&inner);
}

static void
add_gone(Vectors *v)
{
	static const char zero[16], four[] = "\4\0\0\0\0\0\0\0", top[] = "\0\0\0\0\0\0\0\x80";
	static const Fault faults[] = {
		{"gone-sound", 0, {NULL, 0}, true, false, VERDICT_OK},
		{"gone-unknown-field", 9, SV("later"), false, false, VERDICT_OK},
		{"gone-session-none", 2, {zero, 16}, false, false, VERDICT_OK},
		{"gone-run-0-first", 4, {zero, 8}, false, true, VERDICT_OK},
		{"gone-without-id", 1, {NULL, 0}, true, false, VERDICT_DAMAGED},
		{"gone-id-none", 1, {zero, 16}, false, false, VERDICT_DAMAGED},
		{"gone-session-15-bytes", 2, {zero, 15}, false, false, VERDICT_DAMAGED},
		{"gone-without-counter", 3, {NULL, 0}, true, false, VERDICT_DAMAGED},
		{"gone-counter-2-63", 3, {top, 8}, false, false, VERDICT_DAMAGED},
		{"gone-counter-7-bytes", 3, {four, 7}, false, false, VERDICT_DAMAGED},
		{"gone-run-0", 4, {zero, 8}, false, false, VERDICT_DAMAGED},
		{"gone-run-over-counter", 4, {four, 8}, false, false, VERDICT_DAMAGED},
	};
	const Id id = id_of(0xC2), session = id_of(0x77);
	const Field fields[] = {{1, bytes_view(id.bytes, ID_BYTES)}, {2, bytes_view(session.bytes, ID_BYTES)},
		{3, SV("\3\0\0\0\0\0\0\0")}, {4, SV("\2\0\0\0\0\0\0\0")}};
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
		Str body = {0};
		put_entry(&body, 2, fields, 4, &faults[i]);
		object(v, faults[i].name, pack_card(v), &body, faults[i].verdict);
	}
}

/* ---- One field, whatever the kind */

static void
add_single_fields(Vectors *v)
{
	static const char zeros[16], top[] = "\0\0\0\0\0\0\0\x80", latest[] = "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F";
	static const struct {
		const char *name;
		uint8_t kind;
		uint16_t tag;
		StrView value;
		Verdict verdict;
	} cases[] = {
		{"fragment-empty", OBJECT_FRAGMENT, 0, {NULL, 0}, VERDICT_OK},
		{"fragment-bytes-any", OBJECT_FRAGMENT, 4, SV("\x89PNG\0\xFF\xC0"), VERDICT_OK},
		{"fragment-time-2-63-less-1", OBJECT_FRAGMENT, 5, {latest, 8}, VERDICT_OK},
		{"fragment-unknown-field", OBJECT_FRAGMENT, 6, SV("\xFF"), VERDICT_OK},
		{"fragment-text-not-utf8", OBJECT_FRAGMENT, 1, SV("\xC3("), VERDICT_DAMAGED},
		{"fragment-text-nul", OBJECT_FRAGMENT, 1, SV("a\0b"), VERDICT_DAMAGED},
		{"fragment-name-not-utf8", OBJECT_FRAGMENT, 2, SV("\xC3("), VERDICT_DAMAGED},
		{"fragment-media-type-not-utf8", OBJECT_FRAGMENT, 3, SV("\xC3("), VERDICT_DAMAGED},
		{"fragment-time-2-63", OBJECT_FRAGMENT, 5, {top, 8}, VERDICT_DAMAGED},
		{"fragment-time-9-bytes", OBJECT_FRAGMENT, 5, {zeros, 9}, VERDICT_DAMAGED},
		{"keys-empty", OBJECT_KEYS, 0, {NULL, 0}, VERDICT_OK},
		{"keys-unknown-field", OBJECT_KEYS, 4, SV("later"), VERDICT_OK},
		{"keys-begun", OBJECT_KEYS, 2, SV("0123456789abcdef"), VERDICT_OK},
		{"keys-retired-none", OBJECT_KEYS, 3, {zeros, 16}, VERDICT_OK},
		{"keys-begun-17-bytes", OBJECT_KEYS, 2, SV("0123456789abcdef0"), VERDICT_DAMAGED},
		{"keys-retired-empty", OBJECT_KEYS, 3, {NULL, 0}, VERDICT_DAMAGED},
		{"keys-key-empty", OBJECT_KEYS, 1, {NULL, 0}, VERDICT_DAMAGED},
		{"keys-key-no-fields", OBJECT_KEYS, 1, SV("\1\0"), VERDICT_DAMAGED},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		Str body = {0};
		if (cases[i].tag != 0)
			field_put(&body, cases[i].tag, cases[i].value);
		object(v, cases[i].name, card_of(v, (ObjectKind)cases[i].kind), &body, cases[i].verdict);
	}
	Fragment fragment = {.text = str_from(SV("\n골목 끝에 감나무가 있었다.\n")),
		.name = str_from(SV("골목.txt")),
		.media_type = str_from(SV("text/plain")),
		.time_ms = 1760000000000};
	Card card = card_of(v, OBJECT_FRAGMENT);
	Str body = {0};
	Err err;
	need(fragment_encode(&fragment, &card, &body, &err), "fragment");
	object(v, "fragment", card, &body, VERDICT_OK);
	fragment_free(&fragment);
}

/* ---- Keys of former epochs */

static void
add_keys(Vectors *v)
{
	static const char zero[8], wide[] = "\0\0\0\0\1\0\0\0", widest[] = "\xFF\xFF\xFF\xFF\0\0\0\0";
	static const Fault faults[] = {
		{"keys-sound", 0, {NULL, 0}, true, false, VERDICT_OK},
		{"keys-key-unknown-field", 3, SV("later"), false, false, VERDICT_OK},
		{"keys-epoch-2-32-less-1", 1, {widest, 8}, false, false, VERDICT_OK},
		{"keys-epoch-0-first", 1, {zero, 8}, false, true, VERDICT_OK},
		{"keys-without-epoch", 1, {NULL, 0}, true, false, VERDICT_DAMAGED},
		{"keys-epoch-0", 1, {zero, 8}, false, false, VERDICT_DAMAGED},
		{"keys-epoch-2-32", 1, {wide, 8}, false, false, VERDICT_DAMAGED},
		{"keys-epoch-2-32-first", 1, {wide, 8}, false, true, VERDICT_DAMAGED},
		{"keys-epoch-4-bytes", 1, {zero, 4}, false, false, VERDICT_DAMAGED},
		{"keys-without-key", 2, {NULL, 0}, true, false, VERDICT_DAMAGED},
		{"keys-key-31-bytes", 2, SV("0123456789abcdef0123456789abcde"), false, false, VERDICT_DAMAGED},
		{"keys-key-33-bytes-first", 2, SV("0123456789abcdef0123456789abcdef0"), false, true, VERDICT_DAMAGED},
	};
	const Field fields[] = {{1, SV("\1\0\0\0\0\0\0\0")}, {2, SV("0123456789abcdef0123456789abcdef")}};
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
		Str body = {0};
		put_entry(&body, 1, fields, 2, NULL);
		put_entry(&body, 1, fields, 2, &faults[i]);
		object(v, faults[i].name, card_of(v, OBJECT_KEYS), &body, faults[i].verdict);
	}
}

/* ---- Field 12 of publications */

static void
add_earlier(Vectors *v)
{
	static const struct {
		const char *name;
		size_t len;
		Verdict verdict;
	} cases[] = {{"publication-earlier-two", 16, VERDICT_OK}, {"publication-earlier-15-bytes", 15, VERDICT_DAMAGED},
		{"publication-earlier-empty", 0, VERDICT_DAMAGED}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const Id draft = id_of(1), site = id_of(0xA2), earlier = id_of(0xC3);
		Card card = card_of(v, OBJECT_PUBLICATION);
		Str body = {0};
		card.subject = publication_subject(draft, site);
		field_put_id(&body, 1, draft);
		field_put_id(&body, 2, site);
		field_put_u64(&body, 5, PHASE_PUBLIC);
		field_put(&body, 12, bytes_view(earlier.bytes, cases[i].len));
		field_put_id(&body, 12, id_of(0xC4));
		object(v, cases[i].name, card, &body, cases[i].verdict);
	}
}

/* ---- Which keys are at hand */

static void
put_key(Str *what, const char *before, const char *epoch, const uint8_t master[KEY_BYTES])
{
	str_append_c(what, before);
	str_append_c(what, epoch);
	put_hex(what, master, KEY_BYTES);
}

static void
add_epochs(Vectors *v)
{
	static const uint8_t other[KEY_BYTES] = {1};
	const uint8_t *master = v->keys->master;
	Str what = {0}, body = {0};
	Card card = card_of(v, OBJECT_SETTINGS);
	card.subject = v->vault;
	uint8_t bytes[SEAL_CARD_BYTES];
	field_put_c(&body, 1, "set wrap anywhere\n");
	card.body_len = body.len;
	card_encode(&card, bytes);
	Str plain = str_from(bytes_view(bytes, sizeof bytes));
	str_append(&plain, str_view(&body));
	object(v, "epochs", card, &body, VERDICT_OK);

	put_key(&what, " keys=", "2:", master);
	add_case(v, "epochs-key-of-the-next-only", "epochs", str_c(&what), VERDICT_UNKNOWN_EPOCH);
	str_clear(&what);
	put_key(&what, " keys=", "1:", other);
	put_key(&what, ",", "2:", master);
	add_case(v, "epochs-right-key-of-wrong-epoch", "epochs", str_c(&what), VERDICT_DAMAGED);
	str_clear(&what);
	put_key(&what, " keys=", "2:", other);
	put_key(&what, ",", "1:", master);
	add_good_case(v, "epochs-former-key", "epochs", str_c(&what), &plain);
	str_clear(&what);
	put_key(&what, " keys=", "1:", other);
	put_key(&what, ",", "1:", master);
	add_good_case(v, "epochs-second-key-of-the-epoch", "epochs", str_c(&what), &plain);
	str_free(&what);
	str_free(&plain);
}

void
make_kinds(Vectors *v)
{
	str_append_c(&v->text, "\n# Packs, fragments, keys of former epochs\n");
	add_packs(v);
	add_packed_cards(v);
	add_gone(v);
	add_single_fields(v);
	add_keys(v);
	add_earlier(v);
	add_epochs(v);
}
