/* What a vault acknowledged, and whether a folder keeps to it. Texts are numbers here, so that claims are plain values.
 */
#ifndef MEOK_TESTS_CLAIMS_H
#define MEOK_TESTS_CLAIMS_H

#include "crash_sys.h"
#include "torture.h"

enum { CLAIM_DRAFTS = 6, CLAIM_HEADS = 12, CLAIM_SAVES = 96, CLAIM_SESSIONS = 2, CLAIM_OBJECTS = 32 };

/* Kinds of records of which there is one each. */
typedef enum RecordName { RECORD_WORK, RECORD_SETTINGS, RECORD_SITE, RECORD_PUBLICATION, RECORD_NAMES } RecordName;

typedef struct DraftClaim {
	Id id;
	int heads[CLAIM_HEADS]; /* texts that no later save of an acknowledged text took the place of */
	int head_count;
	bool trashed;
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
	FLIGHT_REMOVE
} FlightKind;

/* What a session is at, not acknowledged yet. */
typedef struct Flight {
	FlightKind kind;
	int draft, text; /* draft: -1, a new one */
	int base;        /* the text it takes the place of, 0: none */
	bool lasting;
	RecordName record;
	int began;
} Flight;

typedef struct Claims {
	bool created;
	int clock; /* counts acknowledgements */
	DraftClaim drafts[CLAIM_DRAFTS];
	int draft_count;
	SaveClaim saves[CLAIM_SAVES];
	int save_count;
	RecordClaim records[RECORD_NAMES];
	Id site_objects[CLAIM_OBJECTS]; /* every object that ever held the credential */
	int site_object_count;
	Flight flights[CLAIM_SESSIONS];
} Claims;

#define CLAIM_DIR "/writer/글/vault"

/* The text of a number: its title, and a body of one to several sizes of file. */
void claim_title(int text, Str *out);
void claim_body(int text, Str *out);
void claim_value(int value, Str *out);

void claims_saved(Claims *claims, int session, Id draft, Id object);
void claims_trashed(Claims *claims, int session);
void claims_record(Claims *claims, int session, Id id);
void claims_removed(Claims *claims, int session);

/* Opens the vault of CRASH_SYS's file system anew and compares. What is wrong is in `why`. With `settle` the claims
 * become what is there. With `whole` everything is verified, too. */
bool claims_hold(Claims *claims, bool settle, bool whole, char *why, size_t why_size);

#endif
