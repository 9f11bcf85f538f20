/* A recovery key as a person reads and types it. Bytes in, value out. */
#ifndef MEOK_VAULT_RECOVERY_H
#define MEOK_VAULT_RECOVERY_H

#include "secret.h"

typedef enum RecoveryForm {
	RECOVERY_NOT,  /* does not look like one */
	RECOVERY_TYPO, /* looks like one, but the check group says that something was mistyped */
	RECOVERY_KEY,
} RecoveryForm;

/* Appends the 13 groups of four and the check group. */
void recovery_show(const uint8_t key[KEY_BYTES], Str *out);
RecoveryForm recovery_read(StrView text, uint8_t key[KEY_BYTES]);

#endif
