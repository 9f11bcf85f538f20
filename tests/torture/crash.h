/* What the parts of the crash simulator share: a life that is lived, and sessions in it. */
#ifndef MEOK_TESTS_CRASH_H
#define MEOK_TESTS_CRASH_H

#include "claims.h"

#include <pthread.h>

enum { WHY = ERR_TEXT_MAX + 100 };

typedef struct Seen { /* numbers met, in an open hash */
	uint64_t *slots;
	size_t len, cap;
} Seen;

typedef struct Run {
	/* What is wanted. */
	size_t limit;  /* states of one moment */
	size_t wanted; /* states in all; none are looked at after so many */
	/* The life that is lived. */
	const Sys *sys;
	CrashFs *fs;
	Claims claims;
	int sessions, acts;
	int next_text;
	char doomed[300]; /* the file that the save under way may remove; or empty */
	uint64_t random;
	bool site_removed;
	/* A state met on the way, to live on from. */
	CrashFs *kept;
	Claims kept_claims;
	size_t chances;
	/* Whose turn it is. */
	pthread_mutex_t mutex;
	pthread_cond_t turned;
	int turn, alive;
	bool done[CLAIM_SESSIONS];
	/* Figures. */
	Seen distinct, outside, opened; /* images; without tmp; together with what was claimed of them */
	size_t resealed;
	size_t packed; /* files whose revisions went into packs */
	size_t lives, moments, exhaustive, failed;
	char why[WHY];
	Str trace; /* what was done in this life */
} Run;

typedef struct Session {
	Run *run;
	int number;
	Vault *vault;
	Revision revisions[CLAIM_DRAFTS]; /* what it has on its desk of each draft */
	Journal *journal;
	int journal_claim;
	int bases[CLAIM_DRAFTS]; /* and the text it grew out of */
} Session;

/* crash.c */
void crash_moment(Run *run); /* looks at every state that a crash now may leave */
void crash_broken(Run *run, const char *what, const Err *err);
/* A life from the first run on, and one that goes on from a state that a crash left of it. */
void crash_live(Run *run, uint64_t seed);
/* Notes an act for the report of a failure. */
void crash_note(Session *session, const char *what, int draft, int text, int base);
void crash_run_free(Run *run);

/* crash_acts.c: what a session does, at random, or all of what a life begins with. */
bool act_enter(Session *session);
void act_begin(Session *session);
void act(Session *session);
void act_leave(Session *session);

/* crash_controls.c: orders that are known to be bad, each of which has to be caught. */
bool controls_caught(int *test, size_t limit, uint64_t seed);
extern const int CONTROL_COUNT;

#endif
