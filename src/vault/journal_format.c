/* A journal as bytes: entries to fields, fields to records, and back. */
#include "journal_format.h"
#include "bytes.h"
#include "record.h"

#include <string.h>

enum {
	FILE_KIND = 4,
	FIELD_HEAD = 6,
	BEGIN_BYTES = 56,
	BEGIN_CONTINUES = 40,
	REPLACE_HEAD = 24,
	CURSOR_BYTES = 17,
	SAVED_BYTES = 40
};

static const uint8_t MAGIC[8] = {0x8D, 0x6D, 0x65, 0x6F, 0x6B, 0x0D, 0x0A, 0x1A};

/* ---- The head */

void
journal_head(uint8_t head[JOURNAL_HEAD_BYTES], const uint8_t role_key[KEY_BYTES], const ObjectPlace *place,
	const ObjectNonce *nonce)
{
	memset(head, 0, JOURNAL_HEAD_BYTES);
	memcpy(head, MAGIC, sizeof MAGIC);
	head[8] = 1;
	head[9] = FILE_KIND;
	head[10] = 1;
	memcpy(head + 16, &place->vault, 16);
	memcpy(head + 32, &place->object, 16);
	put_le(head + 48, place->epoch, 4);
	memcpy(head + 64, nonce->salt, SALT_BYTES);
	memcpy(head + 112, nonce->stream, SEAL_STREAM_BYTES);
	seal_commit(role_key, head);
}

static bool
all_zero(const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (bytes[i] != 0)
			return false;
	return true;
}

Verdict
journal_head_read(StrView file, Id vault, ObjectPlace *place)
{
	const uint8_t *head = (const uint8_t *)file.ptr;
	if (file.len < JOURNAL_HEAD_BYTES || memcmp(head, MAGIC, sizeof MAGIC) != 0 || head[9] != FILE_KIND)
		return VERDICT_DAMAGED;
	if (head[8] != 1)
		return VERDICT_UNKNOWN_VERSION;
	if (head[10] != 1)
		return VERDICT_UNKNOWN_SUITE;
	if (head[11] != 0 || !all_zero(file.ptr + 12, 4) || !all_zero(file.ptr + 52, 12) ||
		!all_zero(file.ptr + SEAL_HEADER_BYTES, JOURNAL_HEAD_BYTES - SEAL_HEADER_BYTES))
		return VERDICT_UNKNOWN_FLAGS;
	memcpy(&place->vault, head + 16, 16);
	memcpy(&place->object, head + 32, 16);
	place->epoch = (uint32_t)get_le(head + 48, 4);
	return id_equal(place->vault, vault) ? VERDICT_OK : VERDICT_FOREIGN;
}

/* ---- Entries */

static void
put_number(Str *out, uint64_t value)
{
	uint8_t bytes[8];
	put_le(bytes, value, sizeof bytes);
	str_append(out, (StrView){(const char *)bytes, sizeof bytes});
}

static void
put_id(Str *out, Id id)
{
	str_append(out, (StrView){(const char *)&id, sizeof id});
}

/* The tag and length of a field whose value follows. */
static void
put_head(Str *out, unsigned tag, size_t length)
{
	uint8_t bytes[FIELD_HEAD];
	put_le(bytes, tag, 2);
	put_le(bytes + 2, length, 4);
	str_append(out, (StrView){(const char *)bytes, sizeof bytes});
}

static bool
encode_settings(const Revision *settings, Str *fields, Err *err)
{
	Revision bare = {.keywords = settings->keywords,
		.work = settings->work,
		.comments = settings->comments,
		.site = settings->site};
	Card card = {0};
	Str body = {0};
	bool ok = revision_encode(&bare, &card, &body, err);
	if (ok)
		field_put(fields, STEP_SETTINGS, str_view(&body));
	card_free(&card);
	str_wipe(&body);
	return ok;
}

static void
encode_numbers(const JournalEntry *entry, Id continues, Str *fields)
{
	switch (entry->step) {
	case STEP_BEGIN:
		put_head(fields, STEP_BEGIN, BEGIN_BYTES);
		put_id(fields, entry->draft);
		put_id(fields, entry->revision);
		put_number(fields, (uint64_t)entry->time_ms);
		put_id(fields, continues);
		break;
	case STEP_REPLACE:
		put_head(fields, STEP_REPLACE, REPLACE_HEAD + entry->text.len);
		put_number(fields, entry->from);
		put_number(fields, entry->to);
		put_number(fields, entry->length);
		str_append(fields, entry->text);
		break;
	case STEP_GROUP_BEGIN:
	case STEP_GROUP_END:
		put_head(fields, entry->step, 0);
		break;
	case STEP_UNDO:
	case STEP_REDO:
		put_head(fields, entry->step, 8);
		put_number(fields, entry->length);
		break;
	case STEP_CURSOR:
		put_head(fields, STEP_CURSOR, CURSOR_BYTES);
		put_number(fields, entry->cursor);
		put_number(fields, entry->anchor);
		str_append_byte(fields, entry->selecting);
		break;
	case STEP_SAVED:
		put_head(fields, STEP_SAVED, SAVED_BYTES);
		put_id(fields, entry->draft);
		put_id(fields, entry->revision);
		put_number(fields, (uint64_t)entry->time_ms);
		break;
	case STEP_LEFT:
		put_head(fields, STEP_LEFT, 8);
		put_number(fields, (uint64_t)entry->time_ms);
		break;
	case STEP_SETTINGS:
		break;
	}
}

bool
journal_encode(const JournalEntry *entry, Id continues, Str *fields, Err *err)
{
	if (entry->step == STEP_SETTINGS)
		return encode_settings(entry->settings, fields, err) && str_ok(fields, err);
	if (entry->text.len > UINT32_MAX - REPLACE_HEAD)
		return err_set(err, ERR_FAILED, "the text is longer than %s: split it into several", "4 GiB");
	encode_numbers(entry, continues, fields);
	return str_ok(fields, err);
}

void
journal_encode_time(int64_t time_ms, Str *fields)
{
	put_head(fields, STEP_TIME, 8);
	put_number(fields, (uint64_t)time_ms);
}

static uint64_t
number_at(StrView value, size_t at)
{
	return get_le((const uint8_t *)value.ptr + at, 8);
}

static Id
id_at(StrView value, size_t at)
{
	Id id;
	memcpy(&id, value.ptr + at, sizeof id);
	return id;
}

static bool
time_at(StrView value, size_t at, int64_t *out)
{
	uint64_t number = number_at(value, at);
	*out = (int64_t)number;
	return number <= INT64_MAX;
}

/* Settings aside, which own memory. False: it is none of the page's. */
static bool
decode_entry(uint16_t tag, StrView value, JournalEntry *entry)
{
	*entry = (JournalEntry){.step = (JournalStep)tag};
	switch (tag) {
	case STEP_BEGIN:
	case STEP_SAVED:
		if (value.len != (tag == STEP_BEGIN ? BEGIN_BYTES : SAVED_BYTES))
			return false;
		entry->draft = id_at(value, 0);
		entry->revision = id_at(value, 16);
		return time_at(value, 32, &entry->time_ms);
	case STEP_REPLACE:
		if (value.len < REPLACE_HEAD)
			return false;
		entry->from = number_at(value, 0);
		entry->to = number_at(value, 8);
		entry->length = number_at(value, 16);
		entry->text = sv_slice(value, REPLACE_HEAD, value.len);
		return entry->from <= entry->to && unicode_valid(entry->text);
	case STEP_GROUP_BEGIN:
	case STEP_GROUP_END:
		return value.len == 0;
	case STEP_UNDO:
	case STEP_REDO:
		if (value.len != 8)
			return false;
		entry->length = number_at(value, 0);
		return true;
	case STEP_CURSOR:
		if (value.len != CURSOR_BYTES || (uint8_t)value.ptr[16] > 1)
			return false;
		entry->cursor = number_at(value, 0);
		entry->anchor = number_at(value, 8);
		entry->selecting = value.ptr[16] == 1;
		return true;
	case STEP_LEFT:
	case STEP_TIME:
		return value.len == 8 && time_at(value, 0, &entry->time_ms);
	case STEP_SETTINGS:
		return true;
	default:
		return false;
	}
}

bool
journal_decode(StrView fields, JournalEntryFn *each, void *data, bool *understood, Err *err)
{
	FieldReader reader = field_reader(fields);
	uint16_t tag;
	StrView value;
	*understood = true;
	while (field_next(&reader, &tag, &value)) {
		JournalEntry entry;
		Revision settings = {0};
		Err why = {0};
		if (!decode_entry(tag, value, &entry)) {
			*understood = false;
			return true;
		}
		if (tag == STEP_SETTINGS && !revision_decode(value, &settings, &why)) {
			*understood = why.kind != ERR_DAMAGED;
			return why.kind == ERR_DAMAGED || err_memory(err);
		}
		entry.settings = &settings;
		bool ok = each(data, &entry, err);
		revision_free(&settings);
		if (!ok)
			return false;
	}
	*understood = !reader.malformed;
	return true;
}

bool
journal_decode_begin(StrView fields, JournalEntry *begin, Id *continues)
{
	FieldReader reader = field_reader(fields);
	uint16_t tag;
	StrView value;
	if (!field_next(&reader, &tag, &value) || tag != STEP_BEGIN || !decode_entry(tag, value, begin))
		return false;
	*continues = id_at(value, BEGIN_CONTINUES);
	return true;
}

/* ---- Groups of records */

bool
journal_seal_group(Records *records, StrView fields, Str *out, Err *err)
{
	enum { ROOM = RECORD_PLAIN_BYTES - 1 };
	size_t count = fields.len == 0 ? 1 : (fields.len + ROOM - 1) / ROOM;
	uint8_t plain[RECORD_PLAIN_BYTES], sealed[RECORD_BYTES] = {0};
	/* What has been sealed has moved the stream on: room for all of it is found first. */
	size_t before = out->len;
	for (size_t i = 0; i < count; i++)
		str_append(out, (StrView){(const char *)sealed, sizeof sealed});
	bool ok = str_ok(out, err);
	out->failed = false;
	str_truncate(out, before);
	if (!ok)
		return false;
	for (size_t i = 0; i < count; i++) {
		size_t from = i * ROOM, len = fields.len - from < ROOM ? fields.len - from : ROOM;
		memset(plain, 0, sizeof plain);
		plain[0] = (uint8_t)len;
		if (len > 0)
			memcpy(plain + 1, fields.ptr + from, len);
		records_push(records, plain, i + 1 == count, sealed);
		str_append(out, (StrView){(const char *)sealed, sizeof sealed});
	}
	secret_wipe(plain, sizeof plain);
	return true;
}

/* Adds what a record holds to its group. False: no writer made it. */
static bool
take_plain(const uint8_t plain[RECORD_PLAIN_BYTES], Str *fields)
{
	size_t used = plain[0];
	if (used >= RECORD_PLAIN_BYTES || !all_zero((const char *)plain + 1 + used, RECORD_PLAIN_BYTES - 1 - used))
		return false;
	str_append(fields, (StrView){(const char *)plain + 1, used});
	return true;
}

bool
journal_open_group(Records *records, StrView file, size_t *at, Str *fields, bool *whole, Err *err)
{
	uint8_t plain[RECORD_PLAIN_BYTES];
	bool closes = false;
	size_t pos = *at;
	str_clear(fields);
	while (!closes) {
		StrView rest = sv_slice(file, pos, file.len);
		if (rest.len < RECORD_BYTES)
			return false;
		if (!records_pull(records, (const uint8_t *)rest.ptr, &closes, plain) || !take_plain(plain, fields)) {
			*whole = *whole && all_zero(rest.ptr, RECORD_BYTES);
			secret_wipe(plain, sizeof plain);
			return false;
		}
		pos += RECORD_BYTES;
	}
	secret_wipe(plain, sizeof plain);
	*at = pos;
	return str_ok(fields, err);
}
