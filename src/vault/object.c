/* Sealed objects as bytes: the header, the card, and the rules that make a file one. */
#include "object.h"
#include "bytes.h"

#include <string.h>

enum {
	AT_VERSION = 8,
	AT_FILE_KIND = 9,
	AT_SUITE = 10,
	AT_BYTE_ZERO = 11,
	AT_FLAGS = 12,
	AT_VAULT = 16,
	AT_OBJECT = 32,
	AT_EPOCH = 48,
	AT_ZERO = 52,
	AT_SALT = 64,
	FILE_KIND_OBJECT = 2,

	CARD_KIND = 0,
	CARD_FLAGS = 1,
	CARD_PARENT_COUNT = 2,
	CARD_STATE = 3,
	CARD_CHARACTERS = 4,
	CARD_BODY_LEN = 8,
	CARD_SUBJECT = 16,
	CARD_PARENTS = 32,
	CARD_SESSION = 64,
	CARD_LAMPORT = 80,
	CARD_RUN = 88,
	CARD_TIME = 96,
	CARD_DRAFT = 104,
	CARD_WORK = 120,
	CARD_SITE = 136,
	CARD_REVISION = 152,
	CARD_TITLE_LEN = 168,
	CARD_TITLE = 170,
	CARD_RESERVED = CARD_TITLE + CARD_TITLE_MAX,

	FLAG_AUTOMATIC = 1,
};

static const uint8_t MAGIC[8] = {0x8D, 0x6D, 0x65, 0x6F, 0x6B, 0x0D, 0x0A, 0x1A};

void
card_free(Card *card)
{
	str_wipe(&card->title);
	*card = (Card){0};
}

/* Bytes of `title` that fit, ending at a whole character. */
static size_t
title_cut(StrView title)
{
	size_t len = title.len < CARD_TITLE_MAX ? title.len : CARD_TITLE_MAX;
	while (len > 0 && len < title.len && ((unsigned char)title.ptr[len] & 0xC0) == 0x80)
		len--;
	return len;
}

/* One mark that makes a line a heading, a quote or an item, and the blank behind it; 0: there is none. */
static size_t
mark_length(StrView line)
{
	size_t at = 0;
	if (line.ptr[0] == '>')
		return 1;
	while (at < line.len && at < 6 && line.ptr[at] == '#')
		at++;
	if (at == 0 && (line.ptr[0] == '-' || line.ptr[0] == '*' || line.ptr[0] == '+'))
		at = 1;
	return at > 0 && at < line.len && line.ptr[at] == ' ' ? at : 0;
}

/* A rule, or what underlines a heading. */
static bool
is_ruled(StrView line)
{
	for (size_t i = 0; i < line.len; i++) {
		if (strchr("-*_= ", line.ptr[i]) == NULL || line.ptr[i] == '\0')
			return false;
	}
	return true;
}

StrView
card_first_line(StrView text)
{
	StrView line;
	while (sv_split(&text, '\n', &line)) {
		line = sv_trim(line);
		if (is_ruled(line))
			continue;
		for (size_t mark; line.len > 0 && (mark = mark_length(line)) > 0;)
			line = sv_trim(sv_slice(line, mark, line.len));
		if (line.len > 0)
			return line;
	}
	return (StrView){NULL, 0};
}

bool
card_set_title(Card *card, StrView title)
{
	str_set(&card->title, sv_slice(title, 0, title_cut(title)));
	return !card->title.failed;
}

void
card_encode_fixed(const Card *card, uint8_t out[CARD_FIXED_BYTES])
{
	memset(out, 0, CARD_FIXED_BYTES);
	out[CARD_KIND] = card->kind;
	out[CARD_FLAGS] = card->automatic ? FLAG_AUTOMATIC : 0;
	out[CARD_PARENT_COUNT] = card->parent_count;
	out[CARD_STATE] = card->state;
	put_le(out + CARD_CHARACTERS, card->characters, 4);
	put_le(out + CARD_BODY_LEN, card->body_len, 8);
	memcpy(out + CARD_SUBJECT, card->subject.bytes, ID_BYTES);
	for (size_t i = 0; i < card->parent_count && i < 2; i++)
		memcpy(out + CARD_PARENTS + i * ID_BYTES, card->parents[i].bytes, ID_BYTES);
	memcpy(out + CARD_SESSION, card->session.bytes, ID_BYTES);
	put_le(out + CARD_LAMPORT, card->lamport, 8);
	put_le(out + CARD_RUN, card->run, 8);
	put_le(out + CARD_TIME, (uint64_t)card->time_ms, 8);
	memcpy(out + CARD_DRAFT, card->draft.bytes, ID_BYTES);
	memcpy(out + CARD_WORK, card->work.bytes, ID_BYTES);
	memcpy(out + CARD_SITE, card->site.bytes, ID_BYTES);
	memcpy(out + CARD_REVISION, card->revision.bytes, ID_BYTES);
	put_le(out + CARD_TITLE_LEN, title_cut(str_view(&card->title)), 2);
}

void
card_encode(const Card *card, uint8_t out[SEAL_CARD_BYTES])
{
	memset(out, 0, SEAL_CARD_BYTES);
	card_encode_fixed(card, out);
	size_t title_len = title_cut(str_view(&card->title));
	if (title_len > 0)
		memcpy(out + CARD_TITLE, card->title.ptr, title_len);
}

static bool
all_zero(const uint8_t *bytes, size_t len)
{
	/* Words first: the padding of many texts is long. */
	uint64_t any = 0, word;
	for (; len >= sizeof word; bytes += sizeof word, len -= sizeof word) {
		memcpy(&word, bytes, sizeof word);
		any |= word;
	}
	for (size_t i = 0; i < len; i++)
		any |= bytes[i];
	return any == 0;
}

static Id
id_at(const uint8_t *at)
{
	Id id;
	memcpy(id.bytes, at, ID_BYTES);
	return id;
}

/* The rules of a card, but for the title's. */
static bool
card_numbers_right(const Card *card, const uint8_t *in)
{
	if (card->kind == 0 || id_is_none(card->subject) || card->parent_count > 2)
		return false;
	if (card->kind == OBJECT_TOMBSTONE && (card->state < TOMBSTONE_TRASHED || card->state > TOMBSTONE_DESTROYED))
		return false;
	for (size_t i = 0; i < 2; i++) {
		if (all_zero(in + CARD_PARENTS + i * ID_BYTES, ID_BYTES) != (i >= card->parent_count))
			return false;
	}
	return card->run >= 1 && card->run <= card->lamport && card->lamport <= INT64_MAX && card->time_ms >= 0 &&
	       card->body_len <= seal_room(SEAL_FILE_MAX);
}

bool
card_decode_fixed(const uint8_t in[CARD_FIXED_BYTES], StrView title, Card *card)
{
	*card = (Card){
		.kind = in[CARD_KIND],
		.automatic = (in[CARD_FLAGS] & FLAG_AUTOMATIC) != 0,
		.parent_count = in[CARD_PARENT_COUNT],
		.state = in[CARD_STATE],
		.characters = (uint32_t)get_le(in + CARD_CHARACTERS, 4),
		.body_len = get_le(in + CARD_BODY_LEN, 8),
		.subject = id_at(in + CARD_SUBJECT),
		.parents = {id_at(in + CARD_PARENTS), id_at(in + CARD_PARENTS + ID_BYTES)},
		.session = id_at(in + CARD_SESSION),
		.lamport = get_le(in + CARD_LAMPORT, 8),
		.run = get_le(in + CARD_RUN, 8),
		.time_ms = (int64_t)get_le(in + CARD_TIME, 8),
		.draft = id_at(in + CARD_DRAFT),
		.work = id_at(in + CARD_WORK),
		.site = id_at(in + CARD_SITE),
		.revision = id_at(in + CARD_REVISION),
	};
	return get_le(in + CARD_TITLE_LEN, 2) == title.len && title.len <= CARD_TITLE_MAX &&
	       card_numbers_right(card, in) && unicode_valid(title);
}

Verdict
card_decode(const uint8_t in[SEAL_CARD_BYTES], Card *card)
{
	Card read;
	size_t title_len = (size_t)get_le(in + CARD_TITLE_LEN, 2);
	if (title_len > CARD_TITLE_MAX)
		return VERDICT_DAMAGED;
	StrView title = {(const char *)in + CARD_TITLE, title_len};
	if (!card_decode_fixed(in, title, &read) || !all_zero(in + CARD_TITLE + title_len, CARD_TITLE_MAX - title_len))
		return VERDICT_DAMAGED;
	if (!card_set_title(&read, title))
		return VERDICT_NO_MEMORY;
	*card = read;
	return VERDICT_OK;
}

void
header_make(uint8_t file_kind, const ObjectPlace *place, const uint8_t salt[SALT_BYTES], uint8_t out[SEAL_KEYED_BYTES])
{
	memset(out, 0, SEAL_KEYED_BYTES);
	memcpy(out, MAGIC, sizeof MAGIC);
	out[AT_VERSION] = 1;
	out[AT_FILE_KIND] = file_kind;
	out[AT_SUITE] = 1;
	memcpy(out + AT_VAULT, place->vault.bytes, ID_BYTES);
	memcpy(out + AT_OBJECT, place->object.bytes, ID_BYTES);
	put_le(out + AT_EPOCH, place->epoch, 4);
	memcpy(out + AT_SALT, salt, SALT_BYTES);
}

bool
object_seal(const uint8_t role_key[KEY_BYTES], const ObjectPlace *place, const ObjectNonce *nonce, const Card *card,
	StrView body, Str *file, Err *err)
{
	uint8_t keyed[SEAL_KEYED_BYTES], encoded[SEAL_CARD_BYTES];
	header_make(FILE_KIND_OBJECT, place, nonce->salt, keyed);
	Card sized = *card;
	sized.body_len = body.len;
	card_encode(&sized, encoded);
	Str sealed = {0};
	bool ok = seal_write(role_key, keyed, nonce->stream, encoded, body, &sealed, err);
	if (ok && !seal_verify(role_key, str_view(&sealed), encoded, body))
		ok = err_set(err, ERR_FAILED,
			"what was sealed does not open again: this machine's memory may be faulty or full");
	secret_wipe(encoded, sizeof encoded);
	if (ok)
		str_move(file, &sealed);
	str_free(&sealed);
	return ok;
}

Verdict
header_check(uint8_t file_kind, const ObjectPlace *place, const uint8_t header[SEAL_HEADER_BYTES])
{
	if (memcmp(header, MAGIC, sizeof MAGIC) != 0 || header[AT_FILE_KIND] != file_kind)
		return VERDICT_DAMAGED;
	if (header[AT_VERSION] != 1)
		return VERDICT_UNKNOWN_VERSION;
	if (header[AT_SUITE] != 1)
		return VERDICT_UNKNOWN_SUITE;
	if (header[AT_BYTE_ZERO] != 0 || get_le(header + AT_FLAGS, 4) != 0 ||
		!all_zero(header + AT_ZERO, AT_SALT - AT_ZERO))
		return VERDICT_UNKNOWN_FLAGS;
	if (!id_equal(id_at(header + AT_VAULT), place->vault))
		return VERDICT_FOREIGN;
	if (!id_equal(id_at(header + AT_OBJECT), place->object))
		return VERDICT_MISNAMED;
	return get_le(header + AT_EPOCH, 4) == place->epoch ? VERDICT_OK : VERDICT_UNKNOWN_EPOCH;
}

/* Checks 1 to 8 of meok-vault(5). */
static Verdict
head_check(const ObjectPlace *place, StrView head, uint64_t file_size)
{
	if (file_size > SEAL_FILE_MAX)
		return VERDICT_LIMITS;
	if (seal_room(file_size) == 0 || head.len < SEAL_HEAD_BYTES)
		return VERDICT_DAMAGED;
	return header_check(FILE_KIND_OBJECT, place, (const uint8_t *)head.ptr);
}

/* The card, and that the file has the one size that goes with it. */
static Verdict
card_check(const uint8_t encoded[SEAL_CARD_BYTES], uint64_t file_size, Card *card)
{
	Card read = {0};
	Verdict verdict = card_decode(encoded, &read);
	if (verdict == VERDICT_OK && seal_size(read.body_len) != file_size)
		verdict = VERDICT_DAMAGED;
	if (verdict == VERDICT_OK)
		*card = read;
	else
		card_free(&read);
	return verdict;
}

Verdict
object_open_card(
	const uint8_t role_key[KEY_BYTES], const ObjectPlace *place, StrView head, uint64_t file_size, Card *card)
{
	uint8_t encoded[SEAL_CARD_BYTES];
	*card = (Card){0};
	Verdict verdict = head_check(place, head, file_size);
	if (verdict == VERDICT_OK)
		verdict = seal_open_card(role_key, head, encoded);
	if (verdict == VERDICT_OK)
		verdict = card_check(encoded, file_size, card);
	secret_wipe(encoded, sizeof encoded);
	return verdict;
}

/* A sequence of fields that ends exactly at the end. */
static bool
fields_right(StrView body)
{
	FieldReader reader = field_reader(body);
	uint16_t tag;
	StrView value;
	while (field_next(&reader, &tag, &value))
		;
	return !reader.malformed;
}

Verdict
object_open(const uint8_t role_key[KEY_BYTES], const ObjectPlace *place, StrView file, Card *card, Str *body)
{
	Verdict verdict = object_open_card(role_key, place, file, file.len, card);
	if (verdict != VERDICT_OK)
		return verdict;
	uint8_t encoded[SEAL_CARD_BYTES];
	Str plain = {0};
	verdict = seal_open(role_key, file, encoded, &plain);
	secret_wipe(encoded, sizeof encoded);
	if (verdict == VERDICT_OK) {
		const uint8_t *padding = (const uint8_t *)plain.ptr + card->body_len;
		if (!all_zero(padding, plain.len - card->body_len))
			verdict = VERDICT_DAMAGED;
		str_truncate(&plain, card->body_len);
		if (verdict == VERDICT_OK && !fields_right(str_view(&plain)))
			verdict = VERDICT_DAMAGED;
	}
	if (verdict == VERDICT_OK)
		str_move(body, &plain);
	str_wipe(&plain);
	return verdict;
}

Verdict
object_open_into(const uint8_t role_key[KEY_BYTES], const ObjectPlace *place, StrView file, uint8_t *plain,
	uint8_t *kind, StrView *body)
{
	uint8_t encoded[SEAL_CARD_BYTES];
	Verdict verdict = head_check(place, file, file.len);
	if (verdict != VERDICT_OK)
		return verdict;
	verdict = seal_open_into(role_key, file, encoded, plain);
	uint64_t body_len = get_le(encoded + CARD_BODY_LEN, 8);
	size_t room = seal_room(file.len);
	if (verdict == VERDICT_OK && (body_len > room || seal_size(body_len) != file.len ||
					     !all_zero(plain + body_len, room - (size_t)body_len)))
		verdict = VERDICT_DAMAGED;
	if (verdict == VERDICT_OK) {
		*kind = encoded[CARD_KIND];
		*body = (StrView){(const char *)plain, (size_t)body_len};
	}
	secret_wipe(encoded, sizeof encoded);
	return verdict;
}

const VaultKeys *
object_keys(const VaultKeys *keys, StrView head)
{
	if (head.len < SEAL_HEADER_BYTES)
		return NULL;
	uint32_t epoch = (uint32_t)get_le((const uint8_t *)head.ptr + AT_EPOCH, 4);
	const VaultKeys *first = keys_of_epoch(keys, epoch), *next = first;
	if (first == NULL || keys_of_epoch(first->former, epoch) == NULL)
		return first;
	while (next != NULL && !seal_commits(next->objects, head))
		next = keys_of_epoch(next->former, epoch);
	return next != NULL ? next : first;
}

Verdict
object_reseal(const VaultKeys *from, const VaultKeys *to, const ObjectPlace *place, const ObjectNonce *nonce,
	StrView sealed, Str *file)
{
	ObjectPlace old = {.vault = place->vault, .object = place->object, .epoch = from->epoch},
		    new = {.vault = place->vault, .object = place->object, .epoch = to->epoch};
	uint8_t encoded[SEAL_CARD_BYTES], keyed[SEAL_KEYED_BYTES];
	Card card = {0};
	Str body = {0}, out = {0};
	/* The second opening is for the bytes of the card that this version does not know. */
	Verdict verdict = object_open(from->objects, &old, sealed, &card, &body);
	str_wipe(&body);
	if (verdict == VERDICT_OK)
		verdict = seal_open(from->objects, sealed, encoded, &body);
	if (verdict == VERDICT_OK) {
		str_truncate(&body, card.body_len);
		header_make(FILE_KIND_OBJECT, &new, nonce->salt, keyed);
		if (!seal_write(to->objects, keyed, nonce->stream, encoded, str_view(&body), &out, NULL) ||
			!seal_verify(to->objects, str_view(&out), encoded, str_view(&body)))
			verdict = VERDICT_NO_MEMORY;
	}
	if (verdict == VERDICT_OK)
		str_move(file, &out);
	secret_wipe(encoded, sizeof encoded);
	card_free(&card);
	str_wipe(&body);
	str_free(&out);
	return verdict;
}
