/* The body of the index: cards, the order of chains, what is gone, places and slots. */
#include "index_format.h"
#include "bytes.h"

#include <stdlib.h>
#include <string.h>

enum {
	FILE_KIND_INDEX = 3,
	AT_SALT = 64,

	TAG_MINIMUM = 1,
	TAG_OBJECT = 2,
	TAG_ORDER = 3,
	TAG_GONE = 4,
	TAG_GONE_HEAD = 5,
	TAG_PLACE = 6,
	TAG_SLOT = 7,

	FIELD_HEAD = 6,
	OBJECT_FIXED = ID_BYTES + CARD_FIXED_BYTES,
	PLACE_BYTES = ID_BYTES + 24,
};

/* ---- What is remembered */

void
index_free_memory(Memory *memory)
{
	for (size_t i = 0; i < memory->lost_len; i++)
		item_free(memory->lost[i]);
	free(memory->lost);
	free(memory->places);
	slot_list_free(&memory->slots);
	*memory = (Memory){0};
}

void
slot_list_free(SlotList *list)
{
	for (size_t i = 0; i < list->len; i++)
		str_free(&list->items[i].name);
	free(list->items);
	*list = (SlotList){0};
}

bool
slot_list_add(SlotList *list, StrView name, const uint8_t hash[SLOT_HASH_BYTES])
{
	SlotSeen *grown = array_grow(list->items, list->len, &list->cap, sizeof *grown);
	if (grown == NULL)
		return false;
	list->items = grown;
	SlotSeen *slot = &list->items[list->len];
	slot->name = str_from(name);
	memcpy(slot->hash, hash, SLOT_HASH_BYTES);
	if (slot->name.failed)
		return false;
	list->len++;
	return true;
}

const SlotSeen *
slot_list_find(const SlotList *list, StrView name)
{
	for (size_t i = 0; i < list->len; i++) {
		if (sv_equal(str_view(&list->items[i].name), name))
			return &list->items[i];
	}
	return NULL;
}

bool
index_add_lost(Memory *memory, Item *item)
{
	Item **grown =
		item == NULL ? NULL : array_grow(memory->lost, memory->lost_len, &memory->lost_cap, sizeof *grown);
	if (grown == NULL) {
		item_free(item);
		return false;
	}
	memory->lost = grown;
	memory->lost[memory->lost_len++] = item;
	return true;
}

bool
index_put_place(Memory *memory, const CursorPlace *place)
{
	size_t oldest = 0;
	for (size_t i = 0; i < memory->place_len; i++) {
		CursorPlace *known = &memory->places[i];
		if (id_equal(known->draft, place->draft)) {
			if (place->time_ms >= known->time_ms)
				*known = *place;
			return true;
		}
		if (known->time_ms < memory->places[oldest].time_ms)
			oldest = i;
	}
	if (memory->place_len == CURSOR_PLACES_MAX) {
		if (place->time_ms >= memory->places[oldest].time_ms)
			memory->places[oldest] = *place;
		return true;
	}
	CursorPlace *grown = array_grow(memory->places, memory->place_len, &memory->place_cap, sizeof *grown);
	if (grown == NULL)
		return false;
	memory->places = grown;
	memory->places[memory->place_len++] = *place;
	return true;
}

/* ---- To bytes */

static uint8_t *
put_head(uint8_t *at, uint16_t tag, size_t len)
{
	put_le(at, tag, 2);
	put_le(at + 2, len, 4);
	return at + FIELD_HEAD;
}

static size_t
object_size(const Item *item)
{
	return OBJECT_FIXED + item->card.title.len;
}

static uint8_t *
put_object(uint8_t *at, uint16_t tag, const Item *item)
{
	at = put_head(at, tag, object_size(item));
	memcpy(at, item->id.bytes, ID_BYTES);
	card_encode_fixed(&item->card, at + ID_BYTES);
	if (item->card.title.len > 0)
		memcpy(at + OBJECT_FIXED, item->card.title.ptr, item->card.title.len);
	return at + object_size(item);
}

static size_t
body_size(const Chains *chains, const Memory *memory)
{
	size_t size = FIELD_HEAD + 8 + FIELD_HEAD + chains->len * 4 + memory->place_len * (FIELD_HEAD + PLACE_BYTES);
	for (size_t i = 0; i < chains->len; i++)
		size += FIELD_HEAD + object_size(chains->by_id[i]);
	for (size_t i = 0; i < memory->lost_len; i++)
		size += FIELD_HEAD + object_size(memory->lost[i]);
	for (size_t i = 0; i < memory->slots.len; i++)
		size += FIELD_HEAD + SLOT_HASH_BYTES + memory->slots.items[i].name.len;
	return size;
}

static uint8_t *
put_chains(uint8_t *at, const Chains *chains)
{
	for (size_t i = 0; i < chains->len; i++) {
		chains->by_id[i]->number = (uint32_t)i;
		at = put_object(at, TAG_OBJECT, chains->by_id[i]);
	}
	at = put_head(at, TAG_ORDER, chains->len * 4);
	for (size_t i = 0; i < chains->len; i++, at += 4)
		put_le(at, chains->by_chain[i]->number, 4);
	return at;
}

static uint8_t *
put_memory(uint8_t *at, const Memory *memory)
{
	for (int head = 0; head <= 1; head++) {
		for (size_t i = 0; i < memory->lost_len; i++) {
			if (memory->lost[i]->superseded == (head == 0))
				at = put_object(at, head ? TAG_GONE_HEAD : TAG_GONE, memory->lost[i]);
		}
	}
	for (size_t i = 0; i < memory->place_len; i++) {
		const CursorPlace *place = &memory->places[i];
		at = put_head(at, TAG_PLACE, PLACE_BYTES);
		memcpy(at, place->draft.bytes, ID_BYTES);
		put_le(at + ID_BYTES, place->cursor, 8);
		put_le(at + ID_BYTES + 8, place->anchor, 8);
		put_le(at + ID_BYTES + 16, (uint64_t)place->time_ms, 8);
		at += PLACE_BYTES;
	}
	for (size_t i = 0; i < memory->slots.len; i++) {
		const SlotSeen *slot = &memory->slots.items[i];
		at = put_head(at, TAG_SLOT, SLOT_HASH_BYTES + slot->name.len);
		memcpy(at, slot->hash, SLOT_HASH_BYTES);
		memcpy(at + SLOT_HASH_BYTES, str_c(&slot->name), slot->name.len);
		at += SLOT_HASH_BYTES + slot->name.len;
	}
	return at;
}

bool
index_encode(const Chains *chains, const Memory *memory, Str *body, Err *err)
{
	size_t size = body_size(chains, memory);
	uint8_t *bytes = malloc(size + 1);
	if (bytes == NULL)
		return err_memory(err);
	uint8_t *at = put_head(bytes, TAG_MINIMUM, 8);
	put_le(at, memory->minimum < INDEX_MINIMUM ? INDEX_MINIMUM : memory->minimum, 8);
	at = put_memory(put_chains(at + 8, chains), memory);
	*at = '\0';
	Str made = {.ptr = (char *)bytes, .len = size, .cap = size + 1};
	str_move(body, &made);
	return true;
}

/* ---- From bytes */

/* Reads a remembered object, all but the place of its title. */
static bool
get_object(StrView value, Id *id, Card *card, StrView *title)
{
	if (value.len < OBJECT_FIXED)
		return false;
	memcpy(id->bytes, value.ptr, ID_BYTES);
	*title = sv_slice(value, OBJECT_FIXED, value.len);
	return card_decode_fixed((const uint8_t *)value.ptr + ID_BYTES, *title, card);
}

/* One walk through the fields. */
typedef struct Decoding {
	Chains *chains;
	Memory *memory;
	size_t objects, ordered, title_at;
} Decoding;

/* The next object of the block. */
static bool
get_present(Decoding *decoding, StrView value)
{
	Item *item = &decoding->chains->block[decoding->objects++];
	StrView title;
	if (!get_object(value, &item->id, &item->card, &title))
		return false;
	item->indexed = true;
	char *at = decoding->chains->titles + decoding->title_at;
	if (title.len > 0) {
		memcpy(at, title.ptr, title.len);
		at[title.len] = '\0';
		item->card.title = (Str){.ptr = at, .len = title.len, .cap = title.len + 1};
		decoding->title_at += title.len + 1;
	}
	return true;
}

static bool
get_order(Decoding *decoding, StrView value)
{
	Chains *chains = decoding->chains;
	if (value.len != chains->len * 4 || decoding->ordered > 0)
		return false;
	for (size_t i = 0; i < chains->len; i++) {
		uint64_t number = get_le((const uint8_t *)value.ptr + i * 4, 4);
		if (number >= chains->len)
			return false;
		/* A number that comes twice is not in order, which is looked at in the end. */
		chains->by_chain[i] = &chains->block[number];
	}
	decoding->ordered = chains->len;
	return true;
}

static Verdict
get_lost(Decoding *decoding, StrView value, bool head)
{
	Id id;
	Card card;
	StrView title;
	if (!get_object(value, &id, &card, &title))
		return VERDICT_DAMAGED;
	card.title = str_from(title);
	if (card.title.failed)
		return VERDICT_NO_MEMORY;
	Item *item = item_new(id, &card);
	if (item == NULL)
		return VERDICT_NO_MEMORY;
	item->superseded = !head;
	item->indexed = true;
	return index_add_lost(decoding->memory, item) ? VERDICT_OK : VERDICT_NO_MEMORY;
}

static Verdict
get_place(Decoding *decoding, StrView value)
{
	const uint8_t *at = (const uint8_t *)value.ptr;
	CursorPlace place;
	if (value.len != PLACE_BYTES || decoding->memory->place_len == CURSOR_PLACES_MAX)
		return VERDICT_DAMAGED;
	memcpy(place.draft.bytes, at, ID_BYTES);
	place.cursor = get_le(at + ID_BYTES, 8);
	place.anchor = get_le(at + ID_BYTES + 8, 8);
	uint64_t time_ms = get_le(at + ID_BYTES + 16, 8);
	if (time_ms > INT64_MAX)
		return VERDICT_DAMAGED;
	place.time_ms = (int64_t)time_ms;
	size_t before = decoding->memory->place_len;
	if (!index_put_place(decoding->memory, &place))
		return VERDICT_NO_MEMORY;
	return decoding->memory->place_len > before ? VERDICT_OK : VERDICT_DAMAGED;
}

static Verdict
get_slot(Decoding *decoding, StrView value)
{
	Memory *memory = decoding->memory;
	StrView name = sv_slice(value, SLOT_HASH_BYTES, value.len);
	if (name.len == 0 || memchr(name.ptr, '\0', name.len) != NULL)
		return VERDICT_DAMAGED;
	if (slot_list_find(&memory->slots, name) != NULL)
		return VERDICT_DAMAGED;
	bool added = slot_list_add(&memory->slots, name, (const uint8_t *)value.ptr);
	return added ? VERDICT_OK : VERDICT_NO_MEMORY;
}

static Verdict
get_field(Decoding *decoding, uint16_t tag, StrView value)
{
	switch (tag) {
	case TAG_MINIMUM:
		return field_u64(value, &decoding->memory->minimum) ? VERDICT_OK : VERDICT_DAMAGED;
	case TAG_OBJECT:
		return get_present(decoding, value) ? VERDICT_OK : VERDICT_DAMAGED;
	case TAG_ORDER:
		return get_order(decoding, value) ? VERDICT_OK : VERDICT_DAMAGED;
	case TAG_GONE:
	case TAG_GONE_HEAD:
		return get_lost(decoding, value, tag == TAG_GONE_HEAD);
	case TAG_PLACE:
		return get_place(decoding, value);
	case TAG_SLOT:
		return get_slot(decoding, value);
	default:
		return VERDICT_OK;
	}
}

/* How much memory the objects need. */
static bool
count_objects(StrView body, size_t *objects, size_t *titles)
{
	FieldReader reader = field_reader(body);
	uint16_t tag;
	StrView value;
	*objects = *titles = 0;
	while (field_next(&reader, &tag, &value)) {
		if (tag != TAG_OBJECT)
			continue;
		if (value.len < OBJECT_FIXED)
			return false;
		(*objects)++;
		*titles += value.len - OBJECT_FIXED + 1;
	}
	return !reader.malformed;
}

/* What is lost is in order, and in none of the chains. */
static bool
lost_right(const Decoding *decoding)
{
	for (size_t i = 0; i < decoding->memory->lost_len; i++) {
		if (chains_find(decoding->chains, decoding->memory->lost[i]->id) != NULL)
			return false;
	}
	return true;
}

static Verdict
decode_fields(Decoding *decoding, StrView body)
{
	FieldReader reader = field_reader(body);
	uint16_t tag;
	StrView value;
	while (field_next(&reader, &tag, &value)) {
		Verdict verdict = get_field(decoding, tag, value);
		if (verdict != VERDICT_OK)
			return verdict;
	}
	bool right =
		decoding->ordered == decoding->chains->len && chains_ordered(decoding->chains) && lost_right(decoding);
	return right ? VERDICT_OK : VERDICT_DAMAGED;
}

Verdict
index_decode(StrView body, Chains *chains, Memory *memory)
{
	size_t objects, titles;
	Chains read = {0};
	Memory remembered = {0};
	if (!count_objects(body, &objects, &titles) || objects > UINT32_MAX)
		return VERDICT_DAMAGED;
	if (!chains_allocate(&read, objects, titles))
		return VERDICT_NO_MEMORY;
	Decoding decoding = {.chains = &read, .memory = &remembered};
	Verdict verdict = decode_fields(&decoding, body);
	if (verdict == VERDICT_OK) {
		*chains = read;
		*memory = remembered;
		return verdict;
	}
	chains_free(&read);
	index_free_memory(&remembered);
	return verdict;
}

/* ---- The seal */

bool
index_seal(const uint8_t role_key[KEY_BYTES], const ObjectPlace *place, const ObjectNonce *nonce, StrView body,
	Str *file, Err *err)
{
	uint8_t keyed[SEAL_KEYED_BYTES];
	ObjectPlace own = {.vault = place->vault, .epoch = place->epoch};
	header_make(FILE_KIND_INDEX, &own, nonce->salt, keyed);
	return seal_blob_write(role_key, keyed, nonce->stream, body, file, err);
}

Verdict
index_open(const uint8_t role_key[KEY_BYTES], const ObjectPlace *place, StrView file, Str *body)
{
	ObjectPlace own = {.vault = place->vault, .epoch = place->epoch};
	if (file.len > INDEX_FILE_MAX)
		return VERDICT_LIMITS;
	if (file.len < SEAL_HEADER_BYTES)
		return VERDICT_DAMAGED;
	Verdict verdict = header_check(FILE_KIND_INDEX, &own, (const uint8_t *)file.ptr);
	return verdict == VERDICT_OK ? seal_blob_open(role_key, file, body) : verdict;
}

void
index_salt(const uint8_t header[SEAL_HEADER_BYTES], uint8_t salt[SALT_BYTES])
{
	memcpy(salt, header + AT_SALT, SALT_BYTES);
}
