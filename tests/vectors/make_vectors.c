/* Makes vault.txt and vault.bin: the public vectors of meok-vault(5). With a folder as argument it writes them there;
 * without one it compares them with what is committed, as a test. The verdicts are stated here by hand, from the page:
 * no reader is asked for them. Some faults need a stream that no writer of ours would make, so libsodium is called
 * directly. */
#include "../../src/vault/recovery.h"
#include "../../src/vault/record.h"
#include "../../src/vault/slot.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct Vectors {
	Str text, bin;
	Keys *keys;
	Id vault, other_vault;
	uint64_t random;
	uint8_t next_object;
	char object_name[ID_TEXT + 1]; /* of the base made last */
} Vectors;

static void
need(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "make_vectors: %s\n", what);
	exit(1);
}

static void
fill_random(Vectors *v, void *buffer, size_t size)
{
	uint8_t *at = buffer;
	for (size_t i = 0; i < size; i++) {
		v->random = v->random * 6364136223846793005u + 1442695040888963407u;
		at[i] = (uint8_t)(v->random >> 56);
	}
}

static Id
id_of(uint8_t number)
{
	Id id;
	memset(id.bytes, number, ID_BYTES);
	return id;
}

static StrView
bytes_view(const void *bytes, size_t len)
{
	return (StrView){bytes, len};
}

static void
put_hex(Str *out, const void *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		str_printf(out, "%02x", ((const uint8_t *)bytes)[i]);
}

static void
put_hash(Str *out, const Str *plain)
{
	uint8_t hash[32];
	secret_hash(hash, sizeof hash, NULL, 0, str_view(plain));
	str_append_c(out, " hash=");
	put_hex(out, hash, sizeof hash);
}

/* ---- Cases */

/* Ends a case line: `what` are its keys with a blank in front of each, or empty. */
static void
add_case(Vectors *v, const char *name, const char *base, const char *what, Verdict verdict)
{
	str_printf(&v->text, "case %s base=%s%s verdict=%s\n", name, base, what, verdict_name(verdict));
}

static void
add_good_case(Vectors *v, const char *name, const char *base, const char *what, const Str *plain)
{
	str_printf(&v->text, "case %s base=%s%s verdict=ok", name, base, what);
	put_hash(&v->text, plain);
	str_append_byte(&v->text, '\n');
}

/* One flipped bit of a base at `at`. */
static void
add_flip(Vectors *v, const char *base, StrView bytes, size_t at, uint8_t mask, Verdict verdict)
{
	char name[64], what[64];
	snprintf(name, sizeof name, "%s-flip-%zu-%02x", base, at, mask);
	snprintf(what, sizeof what, " edit=%zu:%02x", at, ((const uint8_t *)bytes.ptr)[at] ^ mask);
	add_case(v, name, base, what, verdict);
}

/* ---- Objects */

static void
base_object(Vectors *v, const char *name, const Str *file, Id object)
{
	id_format(object, v->object_name);
	str_printf(&v->text, "base %s object %zu %zu %s\n", name, v->bin.len, file->len, v->object_name);
	str_append(&v->bin, str_view(file));
}

static void
header_of(Vectors *v, Id object, uint8_t keyed[SEAL_KEYED_BYTES])
{
	static const uint8_t start[] = {0x8D, 0x6D, 0x65, 0x6F, 0x6B, 0x0D, 0x0A, 0x1A, 1, 2, 1};
	memset(keyed, 0, SEAL_KEYED_BYTES);
	memcpy(keyed, start, sizeof start);
	memcpy(keyed + 16, v->vault.bytes, ID_BYTES);
	memcpy(keyed + 32, object.bytes, ID_BYTES);
	keyed[48] = 1;
	fill_random(v, keyed + 64, SALT_BYTES);
}

static Card
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
	header_of(v, *object, keyed);
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
	base_object(v, name, &file, object);
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
static Str
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
		{"work-chapter-17-bytes", OBJECT_WORK, 3, SV("12345678901234567"), 0},
		{"work-limit-2-32", OBJECT_WORK, 4, {wide, 8}, 0},
		{"site-secret-not-utf8", OBJECT_SITE, 6, SV("\xFF"), 0},
		{"site-publish-2", OBJECT_SITE, 10, {two, 8}, 0},
		{"site-closed-3", OBJECT_SITE, 11, {three, 8}, 0},
		{"publication-without-draft", OBJECT_PUBLICATION, 4, SV("token"), 0},
		{"settings-not-utf8", OBJECT_SETTINGS, 1, SV("\xF5\x80\x80\x80"), 0},
		{"vocabulary-term-cut", OBJECT_VOCABULARY, 1, SV("\3\0\5\0\0\0ab"), 0},
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

/* ---- Streams that no writer makes */

typedef struct StreamFault {
	const char *name;
	uint8_t card_tag, last_tag;
	uint64_t card_index, last_index;
	uint8_t card_last, last_last;
	bool header_in_ad;
} StreamFault;

static void
push_chunk(crypto_secretstream_xchacha20poly1305_state *state, Str *file, StrView plain, uint8_t tag, uint64_t index,
	uint8_t last, bool header_in_ad)
{
	uint8_t ad[SEAL_HEADER_BYTES + 9], out[4096];
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
		{"stream-right", 0, 3, 0, 1, 0, 1, true},
		{"stream-final-on-card", 3, 3, 0, 1, 0, 1, true},
		{"stream-final-on-card-only", 3, 0, 0, 1, 0, 1, true},
		{"stream-no-final", 0, 0, 0, 1, 0, 1, true},
		{"stream-push-on-card", 1, 3, 0, 1, 0, 1, true},
		{"stream-rekey-on-card", 2, 3, 0, 1, 0, 1, true},
		{"stream-push-on-last", 0, 1, 0, 1, 0, 1, true},
		{"stream-card-index-1", 0, 3, 1, 1, 0, 1, true},
		{"stream-last-index-0", 0, 3, 0, 0, 0, 1, true},
		{"stream-last-index-2-32", 0, 3, 0, 1 + ((uint64_t)1 << 32), 0, 1, true},
		{"stream-card-said-last", 0, 3, 0, 1, 1, 1, true},
		{"stream-last-not-said-last", 0, 3, 0, 1, 0, 0, true},
		{"stream-header-not-in-ad", 0, 3, 0, 1, 0, 1, false},
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
		header_of(v, object, header);
		secret_hash(keys, sizeof keys, v->keys->objects, KEY_BYTES, bytes_view(header, SEAL_KEYED_BYTES));
		memcpy(header + SEAL_KEYED_BYTES, keys + 32, SEAL_COMMITMENT_BYTES);
		fill_random(v, header + 112, SEAL_STREAM_BYTES);
		str_append(&file, bytes_view(header, sizeof header));
		crypto_secretstream_xchacha20poly1305_state state;
		crypto_secretstream_xchacha20poly1305_init_pull(&state, header + 112, keys);
		push_chunk(&state, &file, bytes_view(bytes, sizeof bytes), fault->card_tag, fault->card_index,
			fault->card_last, fault->header_in_ad);
		push_chunk(&state, &file, bytes_view(padded, sizeof padded), fault->last_tag, fault->last_index,
			fault->last_last, fault->header_in_ad);
		base_object(v, fault->name, &file, object);
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

static Verdict
header_verdict(size_t at)
{
	if (at < 8 || at == 9)
		return VERDICT_DAMAGED;
	if (at == 8)
		return VERDICT_UNKNOWN_VERSION;
	if (at == 10)
		return VERDICT_UNKNOWN_SUITE;
	if (at < 16 || (at >= 52 && at < 64))
		return VERDICT_UNKNOWN_FLAGS;
	if (at < 32)
		return VERDICT_FOREIGN;
	if (at < 48)
		return VERDICT_MISNAMED;
	return at < 52 ? VERDICT_UNKNOWN_EPOCH : VERDICT_DAMAGED;
}

/* The bytes of a base, from its line in the text. */
static StrView
base_bytes(const Vectors *v, const char *name)
{
	char line[128];
	snprintf(line, sizeof line, "base %s object ", name);
	size_t at = sv_find(str_view(&v->text), sv(line), 0);
	need(at != SIZE_MAX, name);
	size_t offset, length;
	need(sscanf(v->text.ptr + at + strlen(line), "%zu %zu", &offset, &length) == 2, name);
	return sv_slice(str_view(&v->bin), offset, offset + length);
}

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

/* ---- Slots */

static const char PASSPHRASE[] = "먹을 갈아 쓴다";
/* The same words in decomposed letters. */
static const char PASSPHRASE_NFD[] = "\xE1\x84\x86\xE1\x85\xA5\xE1\x86\xA8\xE1\x84\x8B\xE1\x85\xB3\xE1\x86\xAF "
				     "\xE1\x84\x80\xE1\x85\xA1\xE1\x86\xAF\xE1\x84\x8B\xE1\x85\xA1 "
				     "\xE1\x84\x8A\xE1\x85\xB3\xE1\x86\xAB\xE1\x84\x83\xE1\x85\xA1";

static void
base_slot(Vectors *v, const char *name, const Slot *slot, SlotSecret secret, const Keys *keys, uint8_t copy[SLOT_BYTES])
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

/* ---- All of it */

static void
make_all(Vectors *v)
{
	v->random = 20251122;
	v->next_object = 1;
	fill_random(v, v->keys->master, KEY_BYTES);
	fill_random(v, v->vault.bytes, ID_BYTES);
	v->keys->epoch = 1;
	keys_derive(v->keys);
	str_append_c(&v->text,
		"# Vectors for meok-vault(5), made by make_vectors.c; README.md says how to read them.\nvault ");
	put_hex(&v->text, v->vault.bytes, ID_BYTES);
	str_append_c(&v->text, "\nmaster ");
	put_hex(&v->text, v->keys->master, KEY_BYTES);
	str_append_c(&v->text, "\n\n# Key slots\n");
	add_passphrase_slot(v);
	add_recovery_slot(v);
	str_append_c(&v->text, "\n# Sound objects, and sound seals around what may not be\n");
	add_revisions(v);
	add_sizes(v);
	add_other_kinds(v);
	add_card_faults(v);
	add_padding_faults(v);
	add_field_faults(v);
	str_append_c(&v->text, "\n# Streams that no writer makes\n");
	add_stream_faults(v);
	str_append_c(&v->text, "\n# Edited objects\n");
	add_object_edits(v);
	add_splices(v);
	need(!v->text.failed && !v->bin.failed, "out of memory");
}

static void
write_file(const char *dir, const char *name, const Str *content)
{
	Str path = {0};
	Err err;
	path_join(&path, sv(dir), sv(name));
	need(file_replace(&SYS_POSIX, str_c(&path), str_view(content), 0644, &err), str_c(&path));
	str_free(&path);
}

static bool
same_file(const char *dir, const char *name, const Str *content)
{
	Str path = {0}, committed = {0};
	str_printf(&path, "%s/tests/vectors/%s", dir, name);
	bool same = file_read(&SYS_POSIX, str_c(&path), 16u << 20, &committed, NULL) &&
		    sv_equal(str_view(&committed), str_view(content));
	str_free(&path);
	str_free(&committed);
	return same;
}

int
main(int argc, char **argv)
{
	Vectors v = {.keys = keys_new(NULL)};
	need(v.keys != NULL, "cannot start libsodium");
	make_all(&v);
	bool ok = true;
	if (argc > 1) {
		write_file(argv[1], "vault.txt", &v.text);
		write_file(argv[1], "vault.bin", &v.bin);
	} else {
		const char *top = getenv("MEOK_TOP");
		ok = top != NULL && same_file(top, "vault.txt", &v.text) && same_file(top, "vault.bin", &v.bin);
		printf("1..1\n%sok 1 - the committed vectors are what make_vectors makes\n", ok ? "" : "not ");
	}
	keys_free(v.keys);
	str_free(&v.text);
	str_free(&v.bin);
	return ok ? 0 : 1;
}
