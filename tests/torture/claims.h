/* What a vault acknowledged, and whether a folder keeps to it. Texts are numbers here, so that claims are plain values.
 */
#ifndef MEOK_TESTS_CLAIMS_H
#define MEOK_TESTS_CLAIMS_H

#include "crash_sys.h"
#include "torture.h"

enum {
	CLAIM_DRAFTS = 6,
	CLAIM_HEADS = 12,
	CLAIM_SAVES = 96,
	CLAIM_SESSIONS = 2,
	CLAIM_OBJECTS = 32,
	CLAIM_JOURNALS = 8
};

/* Kinds of records of which there is one each. */
typedef enum RecordName { RECORD_WORK, RECORD_SETTINGS, RECORD_SITE, RECORD_PUBLICATION, RECORD_NAMES } RecordName;

typedef struct DraftClaim {
	Id id;
	int heads[CLAIM_HEADS]; /* texts that no later save of an acknowledged text took the place of */
	int head_count;
	bool trashed;
	bool gone; /* destroyed */
} DraftClaim;

/* Texts that stay in the history. */
typedef struct SaveClaim {
	Id object;
	int text, draft;
} SaveClaim;

typedef struct RecordClaim {
	Id id;
	int values[CLAIM_HEADS]; /* any of these may be the newest */
	int since[CLAIM_HEADS];  /* when each was acknowledged */
	int count;
	bool gone; /* removed, its credential destroyed */
} RecordClaim;

typedef enum FlightKind {
	FLIGHT_NONE,
	FLIGHT_SAVE,
	FLIGHT_TRASH,
	FLIGHT_RESTORE,
	FLIGHT_RECORD,
	FLIGHT_REMOVE,
	FLIGHT_DESTROY,
	FLIGHT_KEYS
} FlightKind;

/* What a session is at, not acknowledged yet. */
typedef struct Flight {
	FlightKind kind;
	int draft, text; /* draft: -1, a new one */
	int base;        /* the text it takes the place of, 0: none */
	bool lasting;
	bool overtaken; /* a save on top of it was acknowledged first */
	RecordName record;
	int began;
} Flight;

/* A journal of so many entries, which are numbered from 1. */
typedef struct JournalClaim {
	Id id, from;       /* from: the one it goes on with, while that may still be there */
	int synced, added; /* acknowledged as durable; handed to it at all */
	int written;       /* acknowledged as written: kill -9 may not lose them */
	bool dropped;      /* told to go: may be there or not */
	bool open;
} JournalClaim;

typedef struct Claims {
	bool created;
	int passphrase;        /* the one that opens, of those of claim_passphrase */
	int passphrase_before; /* one that opens no more; -1: none */
	int clock;             /* counts acknowledgements */
	DraftClaim drafts[CLAIM_DRAFTS];
	int draft_count;
	SaveClaim saves[CLAIM_SAVES];
	int save_count;
	RecordClaim records[RECORD_NAMES];
	Id site_objects[CLAIM_OBJECTS]; /* every object that ever held the credential */
	int site_object_count;
	JournalClaim journals[CLAIM_JOURNALS];
	int journal_count, journals_coming;
	Flight flights[CLAIM_SESSIONS];
} Claims;

#define CLAIM_DIR "/writer/글/vault"
#define CLAIM_STATE "/writer/.local/state/meok"

/* The text of a number: its title, and a body of one to several sizes of file. */
void claim_title(int text, Str *out);
void claim_body(int text, Str *out);
void claim_value(int value, Str *out);
void claim_entry(int number, Str *out); /* what an entry of a journal types */

void claim_passphrase(int number, Str *out);

void claims_saved(Claims *claims, int session, Id draft, Id object);
void claims_trashed(Claims *claims, int session); /* or back, or destroyed */
void claims_record(Claims *claims, int session, Id id);
void claims_removed(Claims *claims, int session);
void claims_keys(Claims *claims, int session);

typedef enum Wanted {
	WANT_CLAIMS,  /* what was acknowledged is there */
	WANT_KILLED,  /* and all that was written */
	WANT_SETTLED, /* and the claims become what is there */
} Wanted;

/* Opens the vault of CRASH_SYS's file system anew and compares. What is wrong is in `why`. With `whole`
 * everything is verified, too. */
bool claims_hold(Claims *claims, Wanted wanted, bool whole, char *why, size_t why_size);

/* What the files of this have in common (claims.c, claims_journal.c). */
typedef struct Look {
	Claims *claims;
	Vault *vault;
	Wanted wanted;
	char *why;
	size_t why_size;
} Look;
bool claims_wrong(Look *look, const char *what, int number, const Err *err); /* false */
bool claims_journals(Look *look);

#endif
