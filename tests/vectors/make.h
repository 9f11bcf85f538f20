/* What the parts of make_vectors share. */
#ifndef MEOK_TESTS_MAKE_H
#define MEOK_TESTS_MAKE_H

#include "../../src/vault/recovery.h"
#include "../../src/vault/record.h"
#include "../../src/vault/slot.h"

#include <sodium.h>

typedef struct Vectors {
	Str text, bin;
	VaultKeys *keys;
	Id vault;
	uint64_t random;
	uint8_t next_object;
} Vectors;

void need(bool ok, const char *what);
void fill_random(Vectors *v, void *buffer, size_t size);
Id id_of(uint8_t number);
StrView bytes_view(const void *bytes, size_t len);
void put_hex(Str *out, const void *bytes, size_t len);
void put_hash(Str *out, const Str *plain);
/* Ends a case line: `what` are its keys with a blank in front of each, or empty. */
void add_case(Vectors *v, const char *name, const char *base, const char *what, Verdict verdict);
void add_good_case(Vectors *v, const char *name, const char *base, const char *what, const Str *plain);
/* A line for bytes that are appended to vault.bin; `id`, if any, is the name that they are stored under. */
void add_base(Vectors *v, const char *name, const char *kind, StrView bytes, const Id *id);
StrView base_bytes(const Vectors *v, const char *name);
/* One flipped bit of a base at `at`. */
void add_flip(Vectors *v, const char *base, StrView bytes, size_t at, uint8_t mask, Verdict verdict);

/* What an object, journal, drop or index is after a change of this byte of its header, by the page: 0 to 111. */
Verdict header_verdict(size_t at);

/* ---- make_objects.c */

typedef crypto_secretstream_xchacha20poly1305_state StreamState;
/* A sound header of a file kind up to its salt, which is random. */
void header_of(Vectors *v, uint8_t file_kind, Id object, uint8_t keyed[SEAL_KEYED_BYTES]);
/* Appends a chunk with its index and whether it is said to be the last; the header is the beginning of *file. */
void
push_chunk(StreamState *state, Str *file, StrView plain, uint8_t tag, uint64_t index, uint8_t last, bool header_in_ad);
Card card_of(Vectors *v, ObjectKind kind);
/* A base and its one case. Frees the card and the body. A subject of none becomes the object's own id. */
Str add_record(Vectors *v, const char *name, Card *card, Str *body, Verdict verdict);

/* Each appends the bases and cases of its kind. */
void make_slots(Vectors *v);
void make_objects(Vectors *v);
void make_kinds(Vectors *v);
void make_journals(Vectors *v);
void make_index(Vectors *v);
void make_drops(Vectors *v);

#endif
