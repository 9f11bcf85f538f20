/* The verdicts of reading: their names, and what each says to a writer. */
#include "verdict.h"

const char *
verdict_name(Verdict verdict)
{
	static const char *const names[] = {
		[VERDICT_OK] = "ok",
		[VERDICT_WRONG_PASSPHRASE] = "wrong-passphrase",
		[VERDICT_DAMAGED] = "damaged",
		[VERDICT_UNKNOWN_VERSION] = "unknown-version",
		[VERDICT_UNKNOWN_SUITE] = "unknown-suite",
		[VERDICT_UNKNOWN_FLAGS] = "unknown-flags",
		[VERDICT_LIMITS] = "limits",
		[VERDICT_FOREIGN] = "foreign",
		[VERDICT_MISNAMED] = "misnamed",
		[VERDICT_UNKNOWN_EPOCH] = "unknown-epoch",
		[VERDICT_NO_MEMORY] = "no-memory",
	};
	return names[verdict];
}

bool
verdict_err(Verdict verdict, const char *what, Err *err)
{
	switch (verdict) {
	case VERDICT_WRONG_PASSPHRASE:
		return err_set(err, ERR_PASSPHRASE, "wrong passphrase: nothing was changed, try again");
	case VERDICT_UNKNOWN_VERSION:
	case VERDICT_UNKNOWN_SUITE:
	case VERDICT_UNKNOWN_FLAGS:
		return err_set(err, ERR_DAMAGED,
			"%s is damaged or was written by a newer meok: update meok, or take this file from a backup",
			what);
	case VERDICT_LIMITS:
		return err_set(err, ERR_DAMAGED,
			"%s asks for more memory or time than meok allows: take this file from a backup", what);
	case VERDICT_FOREIGN:
		return err_set(err, ERR_DAMAGED,
			"%s is damaged or belongs to another vault: take this file from a backup", what);
	case VERDICT_MISNAMED:
		return err_set(err, ERR_DAMAGED, "%s is damaged or was renamed: take this file from a backup", what);
	case VERDICT_UNKNOWN_EPOCH:
		return err_set(err, ERR_DAMAGED,
			"%s is sealed with a key of another meok rekey: open the vault again, with the passphrase "
			"given there",
			what);
	case VERDICT_NO_MEMORY:
		return err_memory(err);
	case VERDICT_OK:
	case VERDICT_DAMAGED:
		break;
	}
	return err_set(err, ERR_DAMAGED, "%s is damaged: take this file from a backup", what);
}
