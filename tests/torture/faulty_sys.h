/* A table of calls, over the file system in memory, in which the n-th call fails; and allocations that fail. */
#ifndef MEOK_TESTS_FAULTY_SYS_H
#define MEOK_TESTS_FAULTY_SYS_H

#include "crash_sys.h"

typedef enum Fault { FAULT_ERRNO, FAULT_SHORT, FAULT_MEMORY } Fault;

enum { FAULT_FRAMES = 14 };

typedef struct Trouble {
	Fault fault;
	int at;       /* the call (or allocation) that fails, from 1; 0: none does */
	int failure;  /* errno */
	bool forever; /* and all after it */
	/* Since it was set: */
	int seen, struck;
	int allocations, calls;   /* of either kind, whatever is to fail */
	const char *last;         /* the name of the call that failed last */
	void *from[FAULT_FRAMES]; /* who asked for what failed first, see backtrace(3) */
	int from_count;
} Trouble;

/* Calls of FAULTY_SYS and allocations of the program go through it from now on. */
void faulty_set(Trouble *trouble);
void faulty_clear(void);
/* Between them nothing fails and nothing is counted: for whoever looks at what is there. */
void faulty_pause(void);
void faulty_resume(void);
/* For what else needs memory and is not asked through malloc. */
bool faulty_memory_strikes(const char *name);
extern const Sys FAULTY_SYS;

#endif
