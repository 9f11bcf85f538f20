/* What the parts of make_vectors share. */
#ifndef MEOK_TESTS_MAKE_H
#define MEOK_TESTS_MAKE_H

#include "../../src/vault/recovery.h"
#include "../../src/vault/record.h"
#include "../../src/vault/slot.h"

typedef struct Vectors {
	Str text, bin;
	VaultKeys *keys;
	Id vault;
	uint64_t random;
	uint8_t next_object;
	char object_name[ID_TEXT + 1]; /* of the base made last */
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
/* One flipped bit of a base at `at`. */
void add_flip(Vectors *v, const char *base, StrView bytes, size_t at, uint8_t mask, Verdict verdict);

/* make_slots.c, make_objects.c: append the bases and cases of their kind. */
void make_slots(Vectors *v);
void make_objects(Vectors *v);

#endif
