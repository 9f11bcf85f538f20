/* The keys of one file and the stream of chunks in it. Bytes in, bytes out; no I/O. What the header and the card
 * mean, and whether they are right, is object.h's matter. */
#ifndef MEOK_VAULT_SEAL_H
#define MEOK_VAULT_SEAL_H

#include "secret.h"
#include "verdict.h"

enum {
	SEAL_KEYED_BYTES = 80, /* the part of the header that the file's keys are derived from */
	SEAL_COMMITMENT_BYTES = 32,
	SEAL_STREAM_BYTES = 24,
	SEAL_HEADER_BYTES = 136,
	SEAL_CARD_BYTES = 1024,
	SEAL_CHUNK_BYTES = 65536,
	SEAL_EXTRA_BYTES = 17,
	SEAL_HEAD_BYTES =
		SEAL_HEADER_BYTES + SEAL_CARD_BYTES + SEAL_EXTRA_BYTES, /* header and card: what a list reads */
	SEAL_FILE_MAX = 128 << 20,
};

/* The smallest size of a file with room for a body of that length; 0 when there is none. */
size_t seal_size(uint64_t body_len);
/* The room for a body in a file of that size; 0 when no file has that size. */
size_t seal_room(uint64_t file_size);

/* True when the head of a file commits to that key. */
bool seal_commits(const uint8_t role_key[KEY_BYTES], StrView head);
/* Appends a sealed file: header, card, body and zeros up to the size. `stream` are 24 random bytes. */
bool seal_write(const uint8_t role_key[KEY_BYTES], const uint8_t keyed[SEAL_KEYED_BYTES],
	const uint8_t stream[SEAL_STREAM_BYTES], const uint8_t card[SEAL_CARD_BYTES], StrView body, Str *file,
	Err *err);
/* Opens the card from the first SEAL_HEAD_BYTES of a file: VERDICT_OK or VERDICT_DAMAGED. */
Verdict seal_open_card(const uint8_t role_key[KEY_BYTES], StrView head, uint8_t card[SEAL_CARD_BYTES]);
/* Opens a whole file of a right size; *body is set to all plaintext behind the card, padding included. VERDICT_OK,
 * VERDICT_DAMAGED (nothing is released) or VERDICT_NO_MEMORY. */
Verdict seal_open(const uint8_t role_key[KEY_BYTES], StrView file, uint8_t card[SEAL_CARD_BYTES], Str *body);
/* The same into `plain`, which has seal_room(file.len) bytes: what it holds when the verdict is VERDICT_DAMAGED is not
 * to be looked at. */
Verdict seal_open_into(
	const uint8_t role_key[KEY_BYTES], StrView file, uint8_t card[SEAL_CARD_BYTES], uint8_t *plain);
/* True when the file opens to exactly this card, this body and zeros. */
bool seal_verify(const uint8_t role_key[KEY_BYTES], StrView file, const uint8_t card[SEAL_CARD_BYTES], StrView body);

/* The same without a card and without zeros, for a file that stays on this device: header, then chunks, of which the
 * last may be shorter. */
bool seal_blob_write(const uint8_t role_key[KEY_BYTES], const uint8_t keyed[SEAL_KEYED_BYTES],
	const uint8_t stream[SEAL_STREAM_BYTES], StrView body, Str *file, Err *err);
/* Verdicts as those of seal_open. */
Verdict seal_blob_open(const uint8_t role_key[KEY_BYTES], StrView file, Str *body);

/* ---- Records of a journal: 128 bytes each, of one stream that has no end */

enum { RECORD_BYTES = 128, RECORD_PLAIN_BYTES = RECORD_BYTES - SEAL_EXTRA_BYTES };

typedef struct Records Records;
/* The stream behind a header whose commitment is in it (seal_commit). NULL when the commitment is not that of the key,
 * or memory ran out (*no_memory). */
Records *records_new(const uint8_t role_key[KEY_BYTES], const uint8_t header[SEAL_HEADER_BYTES], bool *no_memory);
void records_free(Records *records);
/* `closes`: it is the last record of its group. A stream is either pushed or pulled. */
void records_push(Records *records, const uint8_t plain[RECORD_PLAIN_BYTES], bool closes, uint8_t out[RECORD_BYTES]);
bool
records_pull(Records *records, const uint8_t record[RECORD_BYTES], bool *closes, uint8_t plain[RECORD_PLAIN_BYTES]);
/* Fills in the commitment of a header. */
void seal_commit(const uint8_t role_key[KEY_BYTES], uint8_t header[SEAL_HEADER_BYTES]);

#endif
