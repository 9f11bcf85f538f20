/* One sealed object as bytes: header, card and body. No I/O. */
#ifndef MEOK_VAULT_OBJECT_H
#define MEOK_VAULT_OBJECT_H

#include "meok/vault.h"
#include "seal.h"

enum { CARD_TITLE_MAX = 400, CARD_FIXED_BYTES = 170 /* of a card, before its title */ };

typedef enum TombstoneState { /* values are the file format's */
	TOMBSTONE_TRASHED = 1,
	TOMBSTONE_KEPT = 2,
	TOMBSTONE_DESTROYED = 3,
} TombstoneState;

/* What a list shows of an object and what orders it. Numbers and ids that do not apply are zero. */
typedef struct Card {
	uint8_t kind; /* an ObjectKind, or one of a newer version */
	bool automatic;
	uint8_t parent_count;
	uint8_t state; /* publication: PublishPhase; tombstone: TombstoneState */
	uint32_t characters;
	uint64_t body_len;
	Id subject, parents[2], session;
	uint64_t lamport, run;
	int64_t time_ms;
	Id draft, work, site, revision;
	Str title; /* at most CARD_TITLE_MAX bytes */
} Card;

void card_free(Card *card);
/* What a list shows of a text without a title: its first line with something in it, without blanks and marks of
 * Markdown before it. A part of `text`. */
StrView card_first_line(StrView text);
/* Sets the title, cut after the last whole character that fits. False when memory ran out. */
bool card_set_title(Card *card, StrView title);
/* The 1024 bytes of a card; the title is cut as in card_set_title. */
void card_encode(const Card *card, uint8_t out[SEAL_CARD_BYTES]);
/* The same but for the title, and back: false when a card that begins so with that title would be damaged. `card` has
 * no title then. */
void card_encode_fixed(const Card *card, uint8_t out[CARD_FIXED_BYTES]);
bool card_decode_fixed(const uint8_t in[CARD_FIXED_BYTES], StrView title, Card *card);
/* VERDICT_OK, VERDICT_DAMAGED or VERDICT_NO_MEMORY. */
Verdict card_decode(const uint8_t in[SEAL_CARD_BYTES], Card *card);

/* Where an object belongs: a reader compares all three with the header. */
typedef struct ObjectPlace {
	Id vault, object;
	uint32_t epoch;
} ObjectPlace;

/* The random bytes of one object. */
typedef struct ObjectNonce {
	uint8_t salt[SALT_BYTES], stream[SEAL_STREAM_BYTES];
} ObjectNonce;

/* The header of a file of some kind, up to the commitment; and what it is by checks 3 to 8 of meok-vault(5). */
void
header_make(uint8_t file_kind, const ObjectPlace *place, const uint8_t salt[SALT_BYTES], uint8_t out[SEAL_KEYED_BYTES]);
Verdict header_check(uint8_t file_kind, const ObjectPlace *place, const uint8_t header[SEAL_HEADER_BYTES]);

/* Sets *file to the sealed object, after opening it again and comparing. card->body_len is taken from `body`. */
bool object_seal(const uint8_t role_key[KEY_BYTES], const ObjectPlace *place, const ObjectNonce *nonce,
	const Card *card, StrView body, Str *file, Err *err);
/* Reads the card from the first SEAL_HEAD_BYTES of a file of `file_size` bytes. *card is zeroed, then filled when the
 * verdict is VERDICT_OK. */
Verdict object_open_card(
	const uint8_t role_key[KEY_BYTES], const ObjectPlace *place, StrView head, uint64_t file_size, Card *card);
/* Opens a whole file. When only the body is not right, *card is filled nevertheless (kind is then not 0), so that a
 * damaged object can be named; *body is set with VERDICT_OK alone. */
Verdict object_open(const uint8_t role_key[KEY_BYTES], const ObjectPlace *place, StrView file, Card *card, Str *body);

/* Opens a whole file into `plain`, which has seal_room(file.len) bytes, for reading many: of the card only its kind is
 * given, and that it goes with the file is checked. *body lies in `plain`, which is to be wiped in any case. */
Verdict object_open_into(const uint8_t role_key[KEY_BYTES], const ObjectPlace *place, StrView file, uint8_t *plain,
	uint8_t *kind, StrView *body);

/* The keys that the head of a file was sealed with, of those given: of its epoch, and committed to where there are
 * several. NULL: none of its epoch. */
const VaultKeys *object_keys(const VaultKeys *keys, StrView head);
/* Sets *file to the same object under other keys: same id, card (all its bytes) and body. The whole file is checked
 * first, as by object_open; what does not open is not sealed again. */
Verdict object_reseal(const VaultKeys *from, const VaultKeys *to, const ObjectPlace *place, const ObjectNonce *nonce,
	StrView sealed, Str *file);

#endif
