/* The body of a pack: old revisions of one draft to fields and back. */
#include "pack_format.h"
#include "record.h"

#include <stdlib.h>
#include <string.h>

enum { PACK_REVISION = 1, PACK_GONE = 2 };
enum { ENTRY_ID = 1, ENTRY_CARD = 2, ENTRY_BODY = 3 };
enum { GONE_SESSION = 2, GONE_LAMPORT = 3, GONE_RUN = 4 };
enum { FIELD_HEAD = 6 };

void
pack_free(Pack *pack)
{
	for (size_t i = 0; i < pack->len; i++)
		card_free(&pack->items[i].card);
	free(pack->items);
	*pack = (Pack){0};
}

bool
pack_add(Pack *pack, Id id, bool gone, Card *card, StrView body)
{
	PackEntry *items = array_grow(pack->items, pack->len, &pack->cap, sizeof *items);
	if (items == NULL) {
		card_free(card);
		return false;
	}
	pack->items = items;
	pack->items[pack->len++] = (PackEntry){id, gone, *card, body};
	*card = (Card){0};
	return true;
}

/* ---- Writing */

size_t
pack_entry_size(const PackEntry *entry)
{
	return (size_t)FIELD_HEAD * 5 + 2 * ID_BYTES + SEAL_CARD_BYTES + entry->body.len;
}

static void
encode_entry(const PackEntry *entry, Str *fields)
{
	uint8_t card[SEAL_CARD_BYTES];
	size_t len = sizeof card;
	field_put_id(fields, ENTRY_ID, entry->id);
	if (entry->gone) {
		field_put_id(fields, GONE_SESSION, entry->card.session);
		field_put_u64(fields, GONE_LAMPORT, entry->card.lamport);
		field_put_u64(fields, GONE_RUN, entry->card.run);
		return;
	}
	card_encode(&entry->card, card);
	while (len > 0 && card[len - 1] == 0)
		len--;
	field_put(fields, ENTRY_CARD, (StrView){(const char *)card, len});
	field_put(fields, ENTRY_BODY, entry->body);
}

bool
pack_encode(const Pack *pack, Str *body, Err *err)
{
	Str fields = {0};
	for (size_t i = 0; i < pack->len; i++) {
		str_clear(&fields);
		encode_entry(&pack->items[i], &fields);
		if (!str_ok(&fields, err))
			break;
		field_put(body, pack->items[i].gone ? PACK_GONE : PACK_REVISION, str_view(&fields));
	}
	bool ok = str_ok(&fields, err) && str_ok(body, err);
	str_wipe(&fields);
	return ok;
}

/* ---- Reading */

typedef enum Read { READ_OK, READ_DAMAGED, READ_NO_MEMORY } Read;

static Read
decode_card(StrView value, Card *card)
{
	uint8_t bytes[SEAL_CARD_BYTES] = {0};
	if (value.len > sizeof bytes)
		return READ_DAMAGED;
	if (value.len > 0)
		memcpy(bytes, value.ptr, value.len);
	Verdict verdict = card_decode(bytes, card);
	secret_wipe(bytes, sizeof bytes);
	return verdict == VERDICT_OK ? READ_OK : verdict == VERDICT_NO_MEMORY ? READ_NO_MEMORY : READ_DAMAGED;
}

static Read
check_revision(const PackEntry *entry, Id draft)
{
	Revision revision = {0};
	Err err = {0};
	if (entry->card.kind != OBJECT_REVISION || !id_equal(entry->card.subject, draft) ||
		entry->card.body_len != entry->body.len)
		return READ_DAMAGED;
	bool ok = revision_decode(entry->body, &revision, &err);
	revision_free(&revision);
	return ok ? READ_OK : err.kind == ERR_DAMAGED ? READ_DAMAGED : READ_NO_MEMORY;
}

/* Fields with unknown tags are passed over, and of those that come twice the last one counts. */
static Read
decode_entry(StrView fields, bool gone, Id draft, PackEntry *entry)
{
	FieldReader reader = field_reader(fields);
	uint16_t tag;
	StrView value, card = {0};
	bool sound = true;
	*entry = (PackEntry){.gone = gone};
	while (field_next(&reader, &tag, &value)) {
		if (tag == ENTRY_ID)
			sound = field_id(value, &entry->id) && sound;
		else if (!gone && tag == ENTRY_CARD)
			card = value;
		else if (!gone && tag == ENTRY_BODY)
			entry->body = value;
		else if (gone && tag == GONE_SESSION)
			sound = field_id(value, &entry->card.session) && sound;
		else if (gone && tag == GONE_LAMPORT)
			sound = field_u64(value, &entry->card.lamport) && sound;
		else if (gone && tag == GONE_RUN)
			sound = field_u64(value, &entry->card.run) && sound;
	}
	if (!sound || reader.malformed || id_is_none(entry->id))
		return READ_DAMAGED;
	if (gone)
		return entry->card.run >= 1 && entry->card.run <= entry->card.lamport &&
				       entry->card.lamport <= INT64_MAX
			       ? READ_OK
			       : READ_DAMAGED;
	Read read = decode_card(card, &entry->card);
	return read == READ_OK ? check_revision(entry, draft) : read;
}

bool
pack_decode(StrView body, Id draft, Pack *out, Err *err)
{
	Pack pack = {0};
	FieldReader reader = field_reader(body);
	uint16_t tag;
	StrView value;
	Read read = READ_OK;
	while (read == READ_OK && field_next(&reader, &tag, &value)) {
		PackEntry entry;
		if (tag != PACK_REVISION && tag != PACK_GONE)
			continue;
		read = decode_entry(value, tag == PACK_GONE, draft, &entry);
		if (read != READ_OK)
			card_free(&entry.card);
		else if (!pack_add(&pack, entry.id, entry.gone, &entry.card, entry.body))
			read = READ_NO_MEMORY;
	}
	if (read == READ_OK && reader.malformed)
		read = READ_DAMAGED;
	if (read != READ_OK)
		pack_free(&pack);
	*out = pack;
	if (read == READ_NO_MEMORY)
		return err_memory(err);
	return read == READ_OK ||
	       err_set(err, ERR_DAMAGED, "the fields of a record are damaged: take it from a backup");
}
