/* What the files of the keys room share: keys in their one form, and the sequences of a terminal. */
#ifndef MEOK_KEYS_INTERNAL_H
#define MEOK_KEYS_INTERNAL_H

#include "meok/keys.h"

/* The one form of a key, however it was sent or written: what a plain terminal cannot tell apart is the same key
 * (Ctrl-I and Tab, Ctrl-[ and Esc, Ctrl-_ and Ctrl-/), and Shift is gone where the code point says it. `mods` of
 * MOD_SHIFT and MOD_CTRL. */
Key key_make(uint32_t code, unsigned mods);

/* The first thing in bytes from a terminal, outside of pastes. */
typedef enum TokenKind {
	TOKEN_MORE,    /* it is not complete yet */
	TOKEN_NOTHING, /* a mouse report, an answer, an unknown sequence, a C1 control: passed over */
	TOKEN_KEY,
	TOKEN_FOCUS,
	TOKEN_PASTE, /* a bracketed paste begins behind it */
} TokenKind;

typedef struct Token {
	TokenKind kind;
	size_t len; /* bytes of it; never 0 but for MORE */
	Key key;
	bool alt;    /* KEY: KEY_ESC comes before it, in the same sequence */
	bool gained; /* FOCUS */
	int wait_ms; /* MORE: how long the rest may take */
} Token;

/* What `bytes` (not empty) begin with. `all`: no more bytes will come, and the answer is never MORE. What begins like a
 * sequence and cannot be one (a control inside, too long, cut off) is KEY_ESC, and the rest of it ordinary text. */
Token token_read(StrView bytes, bool all);

#endif
