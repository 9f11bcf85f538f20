/* A file system in memory that knows what of it would survive power loss, behind the table of calls.
 *
 * What it promises is what POSIX does and no more. The bytes of a file and its size are durable after fsync or
 * fdatasync of it; until then each sector of 512 bytes of each write since, and each size it had since, may be there
 * or not, whatever the order. A name (of a new file or folder, a removed one, either side of a rename) is durable after
 * fsync of the folder it stands in; until then it may mean whatever it has meant since. */
#ifndef MEOK_TESTS_CRASH_SYS_H
#define MEOK_TESTS_CRASH_SYS_H

#include "meok/base.h"

typedef struct CrashFs CrashFs;

/* An empty root folder. */
CrashFs *crash_new(uint64_t seed);
void crash_free(CrashFs *fs);
/* What CRASH_SYS works on from now on; the one it worked on before. */
CrashFs *crash_use(CrashFs *fs);
/* `changed` is called after every call that changed what is there or what is durable. */
void crash_watch(CrashFs *fs, void (*changed)(void *data), void *data);
extern const Sys CRASH_SYS;

void crash_pass_time(CrashFs *fs, int64_t ms);

/* For tables that do some calls wrongly on purpose: what a descriptor is open on. */
bool crash_is_folder(int fd);
const char *crash_path(int fd);
/* The last name that this thread has given by renaming in a file system that is watched. */
const char *crash_renamed(void);

/* ---- What may be left after a crash now */

typedef struct CrashStates {
	size_t limit;     /* at most so many; when there are more, samples, the extremes always among them */
	uint64_t random;  /* seed of the samples */
	const char *dull; /* a folder of that name is no more than sampled: kept, lost and at random with each state */
	/* Since begin: */
	bool exhaustive;
	size_t next, count; /* without what is dull */
	size_t round, rounds;
	size_t dim_count, dim_cap;
	struct CrashDim *dims;
} CrashStates;

/* Begins to enumerate; crash_next gives a file system as it may be after a crash, everything in it durable, or NULL at
 * the end. The live one stays as it is. */
void crash_begin(CrashFs *fs, CrashStates *states);
CrashFs *crash_next(CrashFs *fs, CrashStates *states);
void crash_end(CrashStates *states);
/* As the process left it: what kill -9 leaves. */
CrashFs *crash_killed(CrashFs *fs);
/* A number of all names and bytes; with `without` not of what lies in folders of that name. */
uint64_t crash_hash(const CrashFs *fs, const char *without);

/* ---- Looking and meddling past the calls: for checks, and for tests of damage */

bool crash_has(const CrashFs *fs, const char *path);
/* The bytes of a file, borrowed until it changes; NULL when there is none. */
const uint8_t *crash_bytes(const CrashFs *fs, const char *path, size_t *len);
/* Sets them, durable. */
void crash_set_bytes(CrashFs *fs, const char *path, const uint8_t *bytes, size_t len);
void crash_flip(CrashFs *fs, const char *path, uint64_t bit);
/* Calls `each` with the path of every file. */
void crash_each(const CrashFs *fs, void (*each)(const char *path, void *data), void *data);

#endif
