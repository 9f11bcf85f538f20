/* The index of this device as bytes: what it remembers, sealed and opened again. No I/O. */
#ifndef MEOK_VAULT_INDEX_FORMAT_H
#define MEOK_VAULT_INDEX_FORMAT_H

#include "chain.h"

enum {
	CURSOR_PLACES_MAX = 1000,
	SLOT_HASH_BYTES = 32,
	INDEX_MINIMUM = 1 * 256 + 1, /* version and suite of meok-vault(5) */
	INDEX_FILE_MAX = 1 << 30,
};

/* Where the cursor of a draft was. */
typedef struct CursorPlace {
	Id draft;
	uint64_t cursor, anchor;
	int64_t time_ms;
} CursorPlace;

/* A file in keys/ as it was when it was last looked at. */
typedef struct SlotSeen {
	Str name;
	uint8_t hash[SLOT_HASH_BYTES];
} SlotSeen;

typedef struct SlotList {
	SlotSeen *items;
	size_t len, cap;
} SlotList;

/* What is remembered beside the cards of what is there. */
typedef struct Memory {
	uint64_t minimum; /* the lowest version * 256 + suite that is taken */
	/* Objects that are not in their chain: gone, or their cards do not open. `superseded` is what they were;
	 * `seen`: there is a file. */
	Item **lost;
	size_t lost_len, lost_cap;
	CursorPlace *places;
	size_t place_len, place_cap;
	SlotList slots;
} Memory;

void index_free_memory(Memory *memory);
void slot_list_free(SlotList *list);
bool slot_list_add(SlotList *list, StrView name, const uint8_t hash[SLOT_HASH_BYTES]); /* false without memory */
const SlotSeen *slot_list_find(const SlotList *list, StrView name);                    /* NULL when it is not there */
/* Takes the item (NULL: there was no memory for it); false without memory, it is then freed. */
bool index_add_lost(Memory *memory, Item *item);
/* The later of what is known and this counts; the oldest makes room for a new one. False without memory. */
bool index_put_place(Memory *memory, const CursorPlace *place);

/* Sets *body. Changes nothing in the items but their `number`. */
bool index_encode(const Chains *chains, const Memory *memory, Str *body, Err *err);
/* VERDICT_OK, VERDICT_DAMAGED or VERDICT_NO_MEMORY; *chains and *memory are empty before, and stay so without
 * VERDICT_OK. */
Verdict index_decode(StrView body, Chains *chains, Memory *memory);

/* Sets *file to the sealed body. place->object is not looked at. */
bool index_seal(const uint8_t role_key[KEY_BYTES], const ObjectPlace *place, const ObjectNonce *nonce, StrView body,
	Str *file, Err *err);
/* The verdicts of an object, but for misnamed. */
Verdict index_open(const uint8_t role_key[KEY_BYTES], const ObjectPlace *place, StrView file, Str *body);
/* The salt in a file's header, by which one is known from another. */
void index_salt(const uint8_t header[SEAL_HEADER_BYTES], uint8_t salt[SALT_BYTES]);

#endif
