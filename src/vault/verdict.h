/* How reading a slot or an object ended, by the names of meok-vault(5). */
#ifndef MEOK_VAULT_VERDICT_H
#define MEOK_VAULT_VERDICT_H

#include "meok/base.h"

typedef enum Verdict {
	VERDICT_OK,
	VERDICT_WRONG_PASSPHRASE,
	VERDICT_DAMAGED,
	VERDICT_UNKNOWN_VERSION,
	VERDICT_UNKNOWN_SUITE,
	VERDICT_UNKNOWN_FLAGS,
	VERDICT_LIMITS,
	VERDICT_FOREIGN,
	VERDICT_MISNAMED,
	VERDICT_UNKNOWN_EPOCH,
	VERDICT_NO_MEMORY, /* not of the format: this machine could not look */
} Verdict;

/* The name in meok-vault(5); "no-memory" for the last. */
const char *verdict_name(Verdict verdict);
/* Fills *err for a verdict that is not VERDICT_OK; `what` names the file. Returns false. */
bool verdict_err(Verdict verdict, const char *what, Err *err);

#endif
