/* Files of journals inside the room: where they lie, and the groups in one. */
#ifndef MEOK_VAULT_JOURNAL_H
#define MEOK_VAULT_JOURNAL_H

#include "journal_format.h"
#include "store.h"

enum { JOURNAL_FILE_MAX = 1 << 30 };

/* The ending of a file that is not a journal yet, and of one that is none any more. */
#define JOURNAL_NEW ".new"
#define JOURNAL_DAMAGED ".damaged"

/* Sets *out to the folder; ERR_FAILED when the vault has no state folder. */
bool journal_folder(const Vault *vault, Str *out, Err *err);
bool journal_path(const Vault *vault, Id journal, const char *ending, Str *out, Err *err);
/* Opens a file itself, never what a link leads to. -1 with errno. */
int journal_open(const Sys *sys, const char *path, int flags);
/* Locks an open file: false when somebody else has it. On a file system without locks nobody can be kept away. */
bool journal_lock(const Sys *sys, int fd);
/* The bytes of a journal, with what is reserved behind it. ERR_NOT_FOUND. */
bool journal_load(const Vault *vault, Id journal, Str *file, Err *err);
/* Called for each whole group that holds what the page describes, in order. */
typedef bool JournalGroupFn(void *data, StrView fields, bool first, Err *err);
/* *verdict is not VERDICT_OK when there is not even the first group. *whole: false when something other than a torn end
 * follows the last group. False when `each` said so, or memory ran out. */
bool journal_groups(const Vault *vault, Id journal, StrView file, JournalGroupFn *each, void *data, Verdict *verdict,
	bool *whole, Err *err);
/* Removes a journal, or sets it aside and notes that as damage when it is not whole. One that is gone is fine. */
bool journal_discard(Vault *vault, Id journal, bool whole, Err *err);
/* Removes a journal's file so that neither it nor one that it continued comes back with a power cut. */
bool journal_remove_file(const Vault *vault, const Str *path, Err *err);

#endif
