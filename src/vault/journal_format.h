/* A journal as bytes: entries to fields, fields to records, and back. No I/O. */
#ifndef MEOK_VAULT_JOURNAL_FORMAT_H
#define MEOK_VAULT_JOURNAL_FORMAT_H

#include "object.h"

enum { JOURNAL_HEAD_BYTES = 256, STEP_TIME = 11 };

/* Makes the head of a new journal. `random` are SALT_BYTES and SEAL_STREAM_BYTES that nobody knew before. */
void journal_head(uint8_t head[JOURNAL_HEAD_BYTES], const uint8_t role_key[KEY_BYTES], const ObjectPlace *place,
	const ObjectNonce *nonce);
/* Whether these bytes are the head of a journal of that vault; sets the journal's id and epoch. VERDICT_OK,
 * VERDICT_DAMAGED, VERDICT_UNKNOWN_VERSION, VERDICT_UNKNOWN_SUITE, VERDICT_UNKNOWN_FLAGS, VERDICT_FOREIGN. */
Verdict journal_head_read(StrView file, Id vault, ObjectPlace *place);

/* Appends an entry as a field. `continues` is of STEP_BEGIN alone. */
bool journal_encode(const JournalEntry *entry, Id continues, Str *fields, Err *err);
void journal_encode_time(int64_t time_ms, Str *fields);
/* Gives all entries of a group; `settings` of an entry is valid inside `each` only. *understood is false when a field
 * is none of the page's. False when `each` said so, or memory ran out. */
bool journal_decode(StrView fields, JournalEntryFn *each, void *data, bool *understood, Err *err);
/* The begin of a journal's first group. False when it is none. */
bool journal_decode_begin(StrView fields, JournalEntry *begin, Id *continues);

/* Appends the records of a group. */
bool journal_seal_group(Records *records, StrView fields, Str *out, Err *err);
/* Reads the group at *at and moves *at behind it; *fields are replaced. False at the end of what can be read; *whole
 * is then false when something other than a torn end follows. Errors are those of memory. */
bool journal_open_group(Records *records, StrView file, size_t *at, Str *fields, bool *whole, Err *err);

#endif
