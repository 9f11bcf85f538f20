/* A journal as bytes: entries to fields, fields to records, and back. No I/O. */
#ifndef MEOK_VAULT_JOURNAL_FORMAT_H
#define MEOK_VAULT_JOURNAL_FORMAT_H

#include "object.h"

enum {
	JOURNAL_HEAD_BYTES = 256,
	STEP_TIME = 11, /* beside the steps of a JournalStep: when a group was written */
};

/* Makes the head of a new journal. */
void journal_head(uint8_t head[JOURNAL_HEAD_BYTES], const uint8_t role_key[KEY_BYTES], const ObjectPlace *place,
	const ObjectNonce *nonce);
/* Whether these bytes begin with the head of the journal at `place`, whose epoch is not looked at: *epoch is the head's
 * own. VERDICT_OK, VERDICT_DAMAGED, VERDICT_UNKNOWN_VERSION, VERDICT_UNKNOWN_SUITE, VERDICT_UNKNOWN_FLAGS,
 * VERDICT_FOREIGN, VERDICT_MISNAMED. */
Verdict journal_head_read(StrView file, const ObjectPlace *place, uint32_t *epoch);

/* Appends an entry as a field; `continues` is of STEP_BEGIN alone. False, with *fields as they were: ERR_USAGE when
 * journal_decode would not take the entry, ERR_FAILED without memory. */
bool journal_encode(const JournalEntry *entry, Id continues, Str *fields, Err *err);
void journal_encode_time(int64_t time_ms, Str *fields); /* nothing when memory ran out */
/* Gives all entries of a group, STEP_TIME among them; settings of an entry are valid inside `each` only. Nothing is
 * given when a field of the group is none of the page's, or a begin stands where it may not (*understood is then
 * false): the `first` group of a journal, and no other, begins with one. `each` may be NULL. False when `each` said so,
 * or memory ran out. */
bool journal_decode(StrView fields, bool first, JournalEntryFn *each, void *data, bool *understood, Err *err);
/* Takes the first group apart: its begin, the journal that it continues (ID_NONE: none), and the fields behind. */
Id journal_continues(StrView fields, JournalEntry *begin, StrView *rest);

/* Appends the records of a group. False when memory ran out: nothing was sealed. */
bool journal_seal_group(Records *records, StrView fields, Str *out, Err *err);
/* Reads the group at *at and moves *at behind it; *fields are replaced. False at the end of what can be read; *whole
 * is then false when something other than a torn end follows. Errors are those of memory. */
bool journal_open_group(Records *records, StrView file, size_t *at, Str *fields, bool *whole, Err *err);

#endif
