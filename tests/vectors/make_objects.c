/* Vectors of objects: sound ones, sound seals around what may not be, broken streams, edits and splices. Some faults
 * need a stream that no writer of ours would make, so libsodium is called directly. */
#include "make.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

void
header_of(Vectors *v, uint8_t file_kind, Id object, uint8_t keyed[SEAL_KEYED_BYTES])
{
	static const uint8_t start[] = {0x8D, 0x6D, 0x65, 0x6F, 0x6B, 0x0D, 0x0A, 0x1A, 1, 0, 1};
	memset(keyed, 0, SEAL_KEYED_BYTES);
	memcpy(keyed, start, sizeof start);
	keyed[9] = file_kind;
	memcpy(keyed + 16, v->vault.bytes, ID_BYTES);
	memcpy(keyed + 32, object.bytes, ID_BYTES);
	keyed[48] = 1;
	fill_random(v, keyed + 64, SALT_BYTES);
}

Card
card_of(Vectors *v, ObjectKind kind)
{
	Card card = {.kind = (uint8_t)kind,
		.session = id_of(0x77),
		.lamport = 40u + v->next_object,
		.time_ms = 1760000000000};
	card.run = card.lamport;
	return card;
}

/* Seals a card and a body, both as they are, under the next object id. */
static Str
seal_raw(Vectors *v, const uint8_t card[SEAL_CARD_BYTES], const Str *body, Id *object)
{
	uint8_t keyed[SEAL_KEYED_BYTES], stream[SEAL_STREAM_BYTES];
	Str file = {0};
	Err err;
	*object = id_of(v->next_object++);
	header_of(v, 2, *object, keyed);
	fill_random(v, stream, sizeof stream);
	need(seal_write(v->keys->objects, keyed, stream, card, str_view(body), &file, &err), "cannot seal");
	return file;
}

static Str
plain_of(const uint8_t card[SEAL_CARD_BYTES], const Str *body)
{
	Str plain = {0};
	str_append(&plain, bytes_view(card, SEAL_CARD_BYTES));
	str_append(&plain, str_view(body));
	return plain;
}

/* A base and its one case, from card bytes and a body. Returns the file. */
static Str
add_object(Vectors *v, const char *name, const uint8_t card[SEAL_CARD_BYTES], const Str *body, Verdict verdict)
{
	Id object;
	Str file = seal_raw(v, card, body, &object);
	add_base(v, name, "object", str_view(&file), &object);
	if (verdict == VERDICT_OK) {
		Str plain = plain_of(card, body);
		add_good_case(v, name, name, "", &plain);
		str_free(&plain);
	} else {
		add_case(v, name, name, "", verdict);
	}
	return file;
}

/* The same from a card; frees it and the body. A subject of none becomes the object's own id. */
Str
add_record(Vectors *v, const char *name, Card *card, Str *body, Verdict verdict)
{
	uint8_t bytes[SEAL_CARD_BYTES];
	if (id_is_none(card->subject))
		card->subject = id_of(v->next_object);
	card->body_len = body->len;
	card_encode(card, bytes);
	Str file = add_object(v, name, bytes, body, verdict);
	card_free(card);
	str_free(body);
	return file;
}

static Str
text_body(uint16_t tag, size_t body_len)
{
	Str text = {0}, body = {0};
	while (text.len + 6 < body_len)
		str_append_byte(&text, (char)('a' + text.len % 26));
	field_put(&body, tag, str_view(&text));
	str_free(&text);
	return body;
}

static Revision
sample_revision(void)
{
	Revision revision = {.title = str_from(SV("먹을 가는 저녁")), .subtitle = str_from(SV("벼루와 물"))};
	str_append_c(&revision.body, "물을 붓고 먹을 간다.\n\n---\n\n> 서두르면 색이 옅다.\n\n**천천히**가 맞다.\n");
	list_append(&revision.keywords, SV("벼루"));
	list_append(&revision.keywords, SV("저녁 시간"));
	revision.work = id_of(0xA1);
	revision.site = id_of(0xA2);
	revision.comments = COMMENTS_OPEN;
	return revision;
}

static void
add_revisions(Vectors *v)
{
	Err err;
	Revision revision = sample_revision();
	Card card = card_of(v, OBJECT_REVISION);
	Str body = {0}, file;
	need(revision_encode(&revision, &card, &body, &err), "revision");
	file = add_record(v, "revision", &card, &body, VERDICT_OK);
	str_free(&file);

	field_put_c(&revision.unknown, 900, "a field of a later version");
	field_put_u64(&revision.unknown, 65535, 7);
	card = card_of(v, OBJECT_REVISION);
	card.automatic = true;
	card.subject = id_of(1);
	card.parent_count = 2;
	card.parents[0] = id_of(1);
	card.parents[1] = id_of(0xB0);
	card.run = 30;
	need(revision_encode(&revision, &card, &body, &err), "revision");
	card.automatic = true;
	file = add_record(v, "revision-unknown-fields-two-parents-automatic", &card, &body, VERDICT_OK);
	str_free(&file);
	revision_free(&revision);

	card = card_of(v, OBJECT_REVISION);
	file = add_record(v, "revision-empty", &card, &body, VERDICT_OK);
	str_free(&file);

	card = card_of(v, OBJECT_REVISION);
	str_free(&card.title);
	for (int i = 0; i < 140; i++)
		str_append_c(&card.title, "긴");
	field_put(&body, 1, str_view(&card.title));
	file = add_record(v, "revision-long-title", &card, &body, VERDICT_OK);
	str_free(&file);

	card = card_of(v, OBJECT_REVISION);
	field_put_c(&body, 1, "first");
	field_put_c(&body, 1, "the last of two counts");
	file = add_record(v, "revision-title-twice", &card, &body, VERDICT_OK);
	str_free(&file);
}

static void
add_sizes(Vectors *v)
{
	static const struct {
		const char *name;
		size_t body_len;
	} sizes[] = {{"size-4096-full", 2902}, {"size-8192-first", 2903}, {"size-16384-full", 15190},
		{"size-131072-first", 64343}};
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		Card card = card_of(v, OBJECT_REVISION);
		Str body = text_body(3, sizes[i].body_len);
		Str file = add_record(v, sizes[i].name, &card, &body, VERDICT_OK);
		str_free(&file);
	}
}

static void
add_other_kinds(Vectors *v)
{
	Err err;
	Str body = {0}, file;
	Work work = {.name = str_from(SV("시사 노트")),
		.blurb = str_from(SV("매주 한 편")),
		.limit = 30,
		.site = id_of(0xA2)};
	for (uint8_t i = 1; i < 6; i++)
		need(work_add_chapter(&work, id_of(i), &err), "work");
	Card card = card_of(v, OBJECT_WORK);
	need(work_encode(&work, &card, &body, &err), "work");
	file = add_record(v, "work", &card, &body, VERDICT_OK);
	str_free(&file);
	work_free(&work);

	SiteRecord site = {.name = str_from(SV("내 블로그")),
		.driver = str_from(SV("wordpress")),
		.endpoint = str_from(SV("https://blog.example.org/wp-json/")),
		.user = str_from(SV("meok")),
		.secret = str_from(SV("abcd efgh ijkl mnop")),
		.keyword_limit = 3,
		.may_publish = true};
	card = card_of(v, OBJECT_SITE);
	need(site_encode(&site, &card, &body, &err), "site");
	file = add_record(v, "site", &card, &body, VERDICT_OK);
	str_free(&file);
	site_record_free(&site);

	Publication publication = {.draft = id_of(1),
		.site = id_of(0xA2),
		.revision = id_of(2),
		.token = str_from(SV("k7q2")),
		.phase = PHASE_PUBLIC,
		.remote_id = str_from(SV("17")),
		.url = str_from(SV("https://blog.example.org/17")),
		.sent_ms = 1760000000000,
		.published_ms = 1760000001000};
	card = card_of(v, OBJECT_PUBLICATION);
	need(publication_encode(&publication, &card, &body, &err), "publication");
	card.subject = publication_subject(publication.draft, publication.site);
	file = add_record(v, "publication", &card, &body, VERDICT_OK);
	str_free(&file);
	card = card_of(v, OBJECT_PUBLICATION);
	need(publication_encode(&publication, &card, &body, &err), "publication");
	card.subject = publication_subject(publication.site, publication.draft);
	file = add_record(v, "publication-wrong-subject", &card, &body, VERDICT_DAMAGED);
	str_free(&file);
	publication_free(&publication);

	card = card_of(v, OBJECT_SETTINGS);
	card.subject = v->vault;
	need(settings_encode(SV("set wrap keep-all\n"), &body, &err), "settings");
	file = add_record(v, "settings", &card, &body, VERDICT_OK);
	str_free(&file);

	Vocabulary words = {.site = id_of(0xA2)};
	need(vocabulary_put(&words, false, SV("5"), SV("시련"), 4, &err) &&
			vocabulary_put(&words, true, SV("9"), SV("시사 노트"), 7, &err),
		"vocabulary");
	card = card_of(v, OBJECT_VOCABULARY);
	card.subject = words.site;
	need(vocabulary_encode(&words, &card, &body, &err), "vocabulary");
	file = add_record(v, "vocabulary", &card, &body, VERDICT_OK);
	str_free(&file);
	vocabulary_free(&words);

	static const struct {
		const char *name;
		uint8_t kind, state;
		Verdict verdict;
	} plain[] = {
		{"tombstone-trashed", OBJECT_TOMBSTONE, TOMBSTONE_TRASHED, VERDICT_OK},
		{"tombstone-destroyed", OBJECT_TOMBSTONE, TOMBSTONE_DESTROYED, VERDICT_OK},
		{"tombstone-state-0", OBJECT_TOMBSTONE, 0, VERDICT_DAMAGED},
		{"tombstone-state-4", OBJECT_TOMBSTONE, 4, VERDICT_DAMAGED},
		{"kind-reserved", OBJECT_ATTACHMENT, 0, VERDICT_OK},
		{"kind-unknown", 200, 0, VERDICT_OK},
	};
	for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
		card = card_of(v, (ObjectKind)plain[i].kind);
		card.state = plain[i].state;
		card.subject = id_of(1);
		if (plain[i].kind != OBJECT_TOMBSTONE)
			field_put(&body, 1, SV("\xFF\xFE whatever"));
		file = add_record(v, plain[i].name, &card, &body, plain[i].verdict);
		str_free(&file);
	}
}

/* Sealed right, but the card says what no card may say. */
static void
add_card_faults(Vectors *v)
{
	static const struct {
		const char *name;
		size_t at;
		uint8_t value;
		Verdict verdict;
	} faults[] = {
		{"card-kind-0", 0, 0, VERDICT_DAMAGED},
		{"card-flags-of-the-future", 1, 0xFE, VERDICT_OK},
		{"card-three-parents", 2, 3, VERDICT_DAMAGED},
		{"card-parent-not-counted", 2, 0, VERDICT_DAMAGED},
		{"card-parent-missing", 2, 2, VERDICT_DAMAGED},
		{"card-state-ignored", 3, 9, VERDICT_OK},
		{"card-body-shorter", 8, 10, VERDICT_DAMAGED},
		{"card-body-longer-than-room", 9, 0x0C, VERDICT_DAMAGED},
		{"card-body-longer-than-any", 15, 0x80, VERDICT_DAMAGED},
		{"card-counter-2-63", 87, 0x80, VERDICT_DAMAGED},
		{"card-run-0", 88, 0, VERDICT_DAMAGED},
		{"card-run-after-counter", 89, 1, VERDICT_DAMAGED},
		{"card-time-2-63", 103, 0x80, VERDICT_DAMAGED},
		{"card-title-shorter", 168, 3, VERDICT_DAMAGED},
		{"card-title-over-400", 169, 2, VERDICT_DAMAGED},
		{"card-title-not-utf8", 172, 0xFF, VERDICT_DAMAGED},
		{"card-title-nul", 172, 0, VERDICT_DAMAGED},
		{"card-behind-title", 569, 1, VERDICT_DAMAGED},
		{"card-reserved", 1023, 1, VERDICT_OK},
	};
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
		Card card = card_of(v, OBJECT_REVISION);
		Str body = text_body(3, 300);
		uint8_t bytes[SEAL_CARD_BYTES];
		card.subject = id_of(1);
		card.parent_count = 1;
		card.parents[0] = id_of(1);
		card.body_len = body.len;
		str_append_c(&card.title, "card title");
		card_encode(&card, bytes);
		bytes[faults[i].at] = faults[i].value;
		Str file = add_object(v, faults[i].name, bytes, &body, faults[i].verdict);
		str_free(&file);
		str_free(&body);
		card_free(&card);
	}
}

static void
add_padding_faults(Vectors *v)
{
	Card card = card_of(v, OBJECT_REVISION);
	Str body = text_body(3, 300);
	uint8_t bytes[SEAL_CARD_BYTES];
	card.subject = id_of(1);
	card.body_len = body.len;
	card_encode(&card, bytes);
	/* what is sealed is longer than the true length in the card */
	Str longer = str_from(str_view(&body));
	str_append_byte(&longer, 1);
	Str file = add_object(v, "padding-first-byte", bytes, &longer, VERDICT_DAMAGED);
	str_free(&file);
	str_truncate(&longer, body.len);
	while (longer.len < 2901)
		str_append_byte(&longer, 0);
	str_append_byte(&longer, 1);
	file = add_object(v, "padding-last-byte", bytes, &longer, VERDICT_DAMAGED);
	str_free(&file);
	str_truncate(&longer, body.len);
	while (longer.len < 3000)
		str_append_byte(&longer, 0);
	file = add_object(v, "size-larger-than-needed", bytes, &longer, VERDICT_DAMAGED);
	str_free(&file);
	str_free(&longer);
	memset(bytes + 16, 0, ID_BYTES);
	file = add_object(v, "card-no-subject", bytes, &body, VERDICT_DAMAGED);
	str_free(&file);
	memset(bytes + 16, 1, ID_BYTES);
	memset(bytes + 32, 2, 2 * ID_BYTES);
	bytes[2] = 3;
	file = add_object(v, "card-three-parents-none-missing", bytes, &body, VERDICT_DAMAGED);
	str_free(&file);
	bytes[2] = 2;
	file = add_object(v, "card-equal-parents", bytes, &body, VERDICT_OK);
	str_free(&file);
	/* a title that runs on into what a reader ignores */
	memset(bytes + 170, 'a', CARD_TITLE_MAX + 1);
	bytes[168] = (CARD_TITLE_MAX + 1) & 0xFF;
	bytes[169] = (CARD_TITLE_MAX + 1) >> 8;
	file = add_object(v, "card-title-401", bytes, &body, VERDICT_DAMAGED);
	str_free(&file);
	str_free(&body);
}

typedef struct BadField {
	const char *name;
	uint8_t kind;
	uint16_t tag;
	StrView value;
	int cut; /* bytes taken off the end */
} BadField;

static void
add_field_faults(Vectors *v)
{
	static const char three[] = "\3\0\0\0\0\0\0\0", two[] = "\2\0\0\0\0\0\0\0", wide[] = "\0\0\0\0\1\0\0\0";
	const BadField faults[] = {
		{"field-head-cut", OBJECT_REVISION, 3, SV(""), 1},
		{"field-value-cut", OBJECT_REVISION, 3, SV("abc"), 1},
		{"field-value-cut-unknown-kind", 200, 3, SV("abc"), 1},
		{"revision-title-not-utf8", OBJECT_REVISION, 1, SV("\xC0\xAF"), 0},
		{"revision-body-surrogate", OBJECT_REVISION, 3, SV("\xED\xA0\x80"), 0},
		{"revision-body-nul", OBJECT_REVISION, 3, SV("a\0b"), 0},
		{"revision-keyword-cut-character", OBJECT_REVISION, 4, SV("\xEA\xB0"), 0},
		{"revision-work-15-bytes", OBJECT_REVISION, 5, SV("123456789012345"), 0},
		{"revision-comments-3", OBJECT_REVISION, 6, {three, 8}, 0},
		{"revision-comments-7-bytes", OBJECT_REVISION, 6, {two, 7}, 0},
		{"revision-site-empty", OBJECT_REVISION, 7, {NULL, 0}, 0},
		{"revision-source-not-utf8", OBJECT_REVISION, 8, SV("\xFF"), 0},
		{"work-chapter-17-bytes", OBJECT_WORK, 3, SV("12345678901234567"), 0},
		{"work-limit-2-32", OBJECT_WORK, 4, {wide, 8}, 0},
		{"site-secret-not-utf8", OBJECT_SITE, 6, SV("\xFF"), 0},
		{"work-comments-3", OBJECT_WORK, 6, {three, 8}, 0},
		{"site-keywords-2-32", OBJECT_SITE, 9, {wide, 8}, 0},
		{"site-publish-2", OBJECT_SITE, 10, {two, 8}, 0},
		{"site-closed-3", OBJECT_SITE, 11, {three, 8}, 0},
		{"publication-without-draft", OBJECT_PUBLICATION, 4, SV("token"), 0},
		{"settings-not-utf8", OBJECT_SETTINGS, 1, SV("\xF5\x80\x80\x80"), 0},
		{"vocabulary-term-cut", OBJECT_VOCABULARY, 1, SV("\3\0\5\0\0\0ab"), 0},
		{"vocabulary-is-work-2", OBJECT_VOCABULARY, 1, SV("\1\0\x8\0\0\0\2\0\0\0\0\0\0\0"), 0},
		{"vocabulary-count-2-32", OBJECT_VOCABULARY, 1, SV("\4\0\x8\0\0\0\0\0\0\0\1\0\0\0"), 0},
		{"vocabulary-term-name-not-utf8", OBJECT_VOCABULARY, 1, SV("\3\0\1\0\0\0\x80"), 0},
	};
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
		Card card = card_of(v, (ObjectKind)faults[i].kind);
		Str body = {0};
		field_put(&body, faults[i].tag, faults[i].value);
		str_truncate(&body, body.len - (size_t)faults[i].cut);
		Str file = add_record(v, faults[i].name, &card, &body, VERDICT_DAMAGED);
		str_free(&file);
	}
}

typedef struct BadPublication {
	const char *name;
	uint16_t tag; /* of the one field that is not as in a sound record */
	StrView value;
	bool left_out, again; /* it is missing; it comes once more, behind the others */
	Verdict verdict;
} BadPublication;

static void
add_publication_faults(Vectors *v)
{
	static const char zero[8], seven[] = "\7\0\0\0\0\0\0\0", top[] = "\0\0\0\0\0\0\0\x80";
	static const char latest[] = "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F";
	/* The first two are sound: they show that the others have one fault each. */
	static const BadPublication faults[] = {
		{"publication-sent-2-63-less-1", 10, {latest, 8}, false, false, VERDICT_OK},
		{"publication-phase-0-first", 5, {zero, 8}, false, true, VERDICT_OK},
		{"publication-phase-7-first", 5, {seven, 8}, false, true, VERDICT_DAMAGED},
		{"publication-phase-0", 5, {zero, 8}, false, false, VERDICT_DAMAGED},
		{"publication-phase-7", 5, {seven, 8}, false, false, VERDICT_DAMAGED},
		{"publication-without-phase", 5, {NULL, 0}, true, false, VERDICT_DAMAGED},
		{"publication-without-site", 2, {NULL, 0}, true, false, VERDICT_DAMAGED},
		{"publication-draft-left-out", 1, {NULL, 0}, true, false, VERDICT_DAMAGED},
		{"publication-revision-15-bytes", 3, {"123456789012345", 15}, false, false, VERDICT_DAMAGED},
		{"publication-sent-2-63", 10, {top, 8}, false, false, VERDICT_DAMAGED},
		{"publication-published-2-63", 11, {top, 8}, false, false, VERDICT_DAMAGED},
	};
	static const uint16_t tags[] = {1, 2, 3, 5, 10, 11};
	const Id draft = id_of(1), site = id_of(0xA2), revision = id_of(2);
	const StrView sound[] = {bytes_view(draft.bytes, ID_BYTES), bytes_view(site.bytes, ID_BYTES),
		bytes_view(revision.bytes, ID_BYTES), SV("\2\0\0\0\0\0\0\0"), SV("\x10\0\0\0\0\1\0\0"),
		SV("\x11\0\0\0\0\1\0\0")};
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
		const BadPublication *fault = &faults[i];
		Card card = card_of(v, OBJECT_PUBLICATION);
		Str body = {0};
		for (size_t k = 0; k < sizeof tags / sizeof *tags; k++) {
			bool here = tags[k] == fault->tag;
			if (!here || !fault->left_out)
				field_put(&body, tags[k], here ? fault->value : sound[k]);
		}
		for (size_t k = 0; fault->again && k < sizeof tags / sizeof *tags; k++) {
			if (tags[k] == fault->tag)
				field_put(&body, tags[k], sound[k]);
		}
		bool no_draft = fault->left_out && fault->tag == 1, no_site = fault->left_out && fault->tag == 2;
		card.subject = publication_subject(no_draft ? ID_NONE : draft, no_site ? ID_NONE : site);
		/* What a list shows of it is not checked: the body counts. */
		card.state = 200;
		Str file = add_record(v, fault->name, &card, &body, fault->verdict);
		str_free(&file);
	}
	Card card = card_of(v, OBJECT_REVISION);
	Str body = {0};
	field_put_u64(&body, 6, 3);
	field_put_u64(&body, 6, 2);
	Str file = add_record(v, "revision-comments-3-then-2", &card, &body, VERDICT_DAMAGED);
	str_free(&file);
	card = card_of(v, OBJECT_REVISION);
	field_put_c(&body, 1, "\xEF\xBB\xBF\xE1\x84\x8B\xE1\x85\xB0");
	file = add_record(v, "revision-title-bom-not-nfc", &card, &body, VERDICT_OK);
	str_free(&file);
	card = card_of(v, OBJECT_SETTINGS);
	card.subject = id_of(0xEE);
	field_put_c(&body, 1, "set wrap anywhere\n");
	file = add_record(v, "settings-of-another-subject", &card, &body, VERDICT_OK);
	str_free(&file);
}

/* ---- Streams that no writer makes */

typedef struct StreamFault {
	const char *name;
	uint8_t card_tag, last_tag;
	uint64_t card_index, last_index;
	uint8_t card_last, last_last;
	bool header_in_ad;
	uint8_t forged_at, forged; /* this byte of the header is changed before anything is derived from it or sealed */
} StreamFault;

void
push_chunk(StreamState *state, Str *file, StrView plain, uint8_t tag, uint64_t index, uint8_t last, bool header_in_ad)
{
	uint8_t ad[SEAL_HEADER_BYTES + 9], out[SEAL_CHUNK_BYTES + SEAL_EXTRA_BYTES];
	memcpy(ad, file->ptr, SEAL_HEADER_BYTES);
	for (int i = 0; i < 8; i++)
		ad[SEAL_HEADER_BYTES + i] = (uint8_t)(index >> (8 * i));
	ad[SEAL_HEADER_BYTES + 8] = last;
	const uint8_t *from = header_in_ad ? ad : ad + SEAL_HEADER_BYTES;
	size_t len = header_in_ad ? sizeof ad : 9;
	crypto_secretstream_xchacha20poly1305_push(
		state, out, NULL, (const uint8_t *)plain.ptr, plain.len, from, len, tag);
	str_append(file, bytes_view(out, plain.len + SEAL_EXTRA_BYTES));
}

static void
add_stream_faults(Vectors *v)
{
	/* The first is as it should be: it shows that this way of making a file is right. */
	static const StreamFault faults[] = {
		{"stream-right", 0, 3, 0, 1, 0, 1, true, 0, 0},
		{"stream-final-on-card", 3, 3, 0, 1, 0, 1, true, 0, 0},
		{"stream-final-on-card-only", 3, 0, 0, 1, 0, 1, true, 0, 0},
		{"stream-no-final", 0, 0, 0, 1, 0, 1, true, 0, 0},
		{"stream-push-on-card", 1, 3, 0, 1, 0, 1, true, 0, 0},
		{"stream-rekey-on-card", 2, 3, 0, 1, 0, 1, true, 0, 0},
		{"stream-push-on-last", 0, 1, 0, 1, 0, 1, true, 0, 0},
		{"stream-card-index-1", 0, 3, 1, 1, 0, 1, true, 0, 0},
		{"stream-last-index-0", 0, 3, 0, 0, 0, 1, true, 0, 0},
		{"stream-last-index-2-32", 0, 3, 0, 1 + ((uint64_t)1 << 32), 0, 1, true, 0, 0},
		{"stream-card-said-last", 0, 3, 0, 1, 1, 1, true, 0, 0},
		{"stream-last-not-said-last", 0, 3, 0, 1, 0, 0, true, 0, 0},
		{"stream-header-not-in-ad", 0, 3, 0, 1, 0, 1, false, 0, 0},
		{"stream-magic-forged", 0, 3, 0, 1, 0, 1, true, 0, 0x80},
		{"stream-magic-end-forged", 0, 3, 0, 1, 0, 1, true, 7, 0x01},
		{"stream-file-kind-forged", 0, 3, 0, 1, 0, 1, true, 9, 0x03},
		{"stream-commitment-forged", 0, 3, 0, 1, 0, 1, true, 80, 0x01},
		{"stream-commitment-end-forged", 0, 3, 0, 1, 0, 1, true, 111, 0x80},
	};
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
		const StreamFault *fault = &faults[i];
		Id object = id_of(v->next_object);
		Card card = card_of(v, OBJECT_REVISION);
		Str body = text_body(3, 500), file = {0};
		uint8_t bytes[SEAL_CARD_BYTES], header[SEAL_HEADER_BYTES], keys[64], padded[2902] = {0};
		card.subject = id_of(1);
		card.body_len = body.len;
		card_encode(&card, bytes);
		memcpy(padded, body.ptr, body.len);
		v->next_object++;
		header_of(v, 2, object, header);
		if (fault->forged_at < SEAL_KEYED_BYTES)
			header[fault->forged_at] ^= fault->forged;
		secret_hash(keys, sizeof keys, v->keys->objects, KEY_BYTES, bytes_view(header, SEAL_KEYED_BYTES));
		memcpy(header + SEAL_KEYED_BYTES, keys + 32, SEAL_COMMITMENT_BYTES);
		if (fault->forged_at >= SEAL_KEYED_BYTES)
			header[fault->forged_at] ^= fault->forged;
		fill_random(v, header + 112, SEAL_STREAM_BYTES);
		str_append(&file, bytes_view(header, sizeof header));
		crypto_secretstream_xchacha20poly1305_state state;
		crypto_secretstream_xchacha20poly1305_init_pull(&state, header + 112, keys);
		push_chunk(&state, &file, bytes_view(bytes, sizeof bytes), fault->card_tag, fault->card_index,
			fault->card_last, fault->header_in_ad);
		push_chunk(&state, &file, bytes_view(padded, sizeof padded), fault->last_tag, fault->last_index,
			fault->last_last, fault->header_in_ad);
		add_base(v, fault->name, "object", str_view(&file), &object);
		if (i == 0) {
			Str plain = plain_of(bytes, &body);
			add_good_case(v, fault->name, fault->name, "", &plain);
			str_free(&plain);
		} else {
			add_case(v, fault->name, fault->name, "", VERDICT_DAMAGED);
		}
		str_free(&file);
		str_free(&body);
	}
}

/* ---- Edits of sound objects */

static void
add_object_edits(Vectors *v)
{
	StrView revision = base_bytes(v, "revision"), site = base_bytes(v, "site");
	for (size_t at = 0; at < SEAL_HEADER_BYTES; at += at < 64 ? 1 : 3)
		add_flip(v, "revision", revision, at, (uint8_t)(1 << at % 8), header_verdict(at));
	static const size_t places[] = {
		136, 137, 700, 1160, 1161, 1176, 1177, 1178, 1300, 2000, 3000, 4078, 4079, 4095};
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		add_flip(v, "revision", revision, places[i], 0x80, VERDICT_DAMAGED);
		add_flip(v, "site", site, places[i], 0x01, VERDICT_DAMAGED);
	}
	static const size_t lengths[] = {0, 1, 8, 80, 135, 136, 1176, 1177, 1178, 1194, 2048, 4095, 4097, 8191, 8192,
		12288, 16384, 65536, 131072};
	char name[64], what[128];
	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		snprintf(name, sizeof name, "revision-length-%zu", lengths[i]);
		snprintf(what, sizeof what, " length=%zu", lengths[i]);
		add_case(v, name, "revision", what, VERDICT_DAMAGED);
	}
	add_case(v, "revision-length-limit", "revision", " length=134217728", VERDICT_DAMAGED);
	add_case(v, "revision-length-over-limit", "revision", " length=134217729", VERDICT_LIMITS);
	add_case(v, "revision-length-64-KiB-over-limit", "revision", " length=134283264", VERDICT_LIMITS);
	add_case(v, "revision-named-as-another", "revision", " name=aaaaaaaaaaaaaaaaaaaaaaaaaa", VERDICT_MISNAMED);
	add_case(
		v, "revision-in-another-vault", "revision", " vault=0123456789abcdef0123456789abcdef", VERDICT_FOREIGN);
	add_case(v, "revision-other-master-key", "revision",
		" master=0000000000000000000000000000000000000000000000000000000000000001", VERDICT_DAMAGED);
}

/* Parts of one file put into another. */
static void
add_splices(Vectors *v)
{
	add_case(v, "splice-other-file-under-this-name", "revision", " copy=site:0:4096:0", VERDICT_MISNAMED);
	add_case(v, "splice-header", "revision", " copy=site:0:136:0", VERDICT_MISNAMED);
	add_case(v, "splice-all-but-ids", "revision", " copy=site:64:4032:64", VERDICT_DAMAGED);
	add_case(v, "splice-salt", "revision", " copy=site:64:16:64", VERDICT_DAMAGED);
	add_case(v, "splice-commitment", "revision", " copy=site:80:32:80", VERDICT_DAMAGED);
	add_case(v, "splice-salt-and-commitment", "revision", " copy=site:64:48:64", VERDICT_DAMAGED);
	add_case(v, "splice-stream-header", "revision", " copy=site:112:24:112", VERDICT_DAMAGED);
	add_case(v, "splice-card", "revision", " copy=site:136:1041:136", VERDICT_DAMAGED);
	add_case(v, "splice-body", "revision", " copy=site:1177:2919:1177", VERDICT_DAMAGED);
	add_case(v, "splice-everything-sealed", "revision", " copy=site:112:3984:112", VERDICT_DAMAGED);
	const char *two = "size-131072-first";
	add_case(v, "chunks-first-twice", two, " copy=size-131072-first:1177:64342:66730", VERDICT_DAMAGED);
	add_case(v, "chunks-last-in-place-of-first", two, " copy=size-131072-first:66730:64342:1177", VERDICT_DAMAGED);
	add_case(v, "chunks-last-cut-off", two, " length=65536", VERDICT_DAMAGED);
	add_case(v, "chunks-cut-behind-first", two, " length=66730", VERDICT_DAMAGED);
	add_case(v, "chunks-zeros-behind-last", two, " length=196608", VERDICT_DAMAGED);
	StrView bytes = base_bytes(v, two);
	static const size_t places[] = {1177, 40000, 66729, 66730, 100000, 131071};
	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		add_flip(v, two, bytes, places[i], 0x10, VERDICT_DAMAGED);
}

void
make_objects(Vectors *v)
{
	str_append_c(&v->text, "\n# Sound objects, and sound seals around what may not be\n");
	add_revisions(v);
	add_sizes(v);
	add_other_kinds(v);
	add_card_faults(v);
	add_padding_faults(v);
	add_field_faults(v);
	add_publication_faults(v);
	str_append_c(&v->text, "\n# Streams that no writer makes\n");
	add_stream_faults(v);
	str_append_c(&v->text, "\n# Edited objects\n");
	add_object_edits(v);
	add_splices(v);
}
