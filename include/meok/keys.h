/* keys: from the bytes of a terminal to keys, and from keys to the words of a command. It knows no command and no
 * screen: what a key does is data in keymap files (meok-keys(5)).
 */
#ifndef MEOK_KEYS_H
#define MEOK_KEYS_H

#include "meok/base.h"

/* ---- Keys and their names (names.c) */

enum { MOD_SHIFT = 1, MOD_ALT = 2, MOD_CTRL = 4 };

/* Below 0x110000 a code is the code point that was typed; a letter with MOD_CTRL is lower case. */
enum {
	KEY_ENTER = 0x110000,
	KEY_TAB,
	KEY_BACKSPACE,
	KEY_ESC,
	KEY_UP,
	KEY_DOWN,
	KEY_LEFT,
	KEY_RIGHT,
	KEY_HOME,
	KEY_END,
	KEY_PAGE_UP,
	KEY_PAGE_DOWN,
	KEY_INSERT,
	KEY_DELETE,
	KEY_F1, /* … KEY_F1 + 11 */
	KEY_LAST = KEY_F1 + 11,
};
typedef struct Key {
	uint32_t code;
	uint8_t mods; /* of MOD_*; MOD_SHIFT only where the code point does not say it already */
} Key;

enum { KEYS_MAX = 4 }; /* keys of one binding */
typedef struct Keys {
	Key items[KEYS_MAX];
	size_t len;
} Keys;

bool key_equal(Key a, Key b);
/* "^S", "^Left", "Alt-p" (the same two keys as "Esc p"), "Shift-Up", "F1", "Enter", "Space", "Esc p k", "/", "가":
 * keys parted by blanks. ERR_USAGE says which name is not one. */
bool keys_parse(StrView text, Keys *out, Err *err);
void keys_format(const Keys *keys, Str *out); /* appends the form that a screen shows; keys_parse reads it back */
/* The keys of the two-set layout (ㅂ is q, 가 is r k, ㄲ is R) that type a Hangul letter, syllable or compatibility
 * letter: how many there are, 0 when it is none. */
enum { HANGUL_KEYS_MAX = 6 };
size_t key_from_hangul(uint32_t rune, Key out[HANGUL_KEYS_MAX]);

/* ---- Input (input.c)
 * Bytes as a terminal sends them, to keys, pastes and focus: UTF-8, CSI, SS3, CSI u, modifyOtherKeys, bracketed paste,
 * focus; mouse reports and answers to questions are passed over. Ill-formed UTF-8 becomes U+FFFD, a maximal subpart
 * each; no byte of text is ever lost. Alt+x, and Esc x in one read, are two keys: KEY_ESC, then x. */

typedef enum InputKind {
	INPUT_KEY,
	INPUT_PASTE, /* a piece of pasted text */
	INPUT_FOCUS, /* the terminal's window got or lost the focus */
} InputKind;

typedef struct InputEvent {
	InputKind kind;
	Key key;
	bool alone;   /* KEY: nothing else came in the same read (Esc and the key behind it count as one) */
	StrView text; /* PASTE: bytes as they came, not clean; valid until the next input_feed */
	bool last;    /* PASTE: it ends with this piece */
	bool gained;  /* FOCUS */
} InputEvent;

typedef struct Input Input;
Input *input_new(Err *err);
void input_free(Input *input); /* wipes what it still holds */
/* Takes what one read returned, at `now_ms` (any clock that never steps back). All that comes in the read in which a
 * bracketed paste ends is still part of the paste. A read of 64 bytes or more that is mostly text is a paste as well,
 * and so is every read within 50 ms of it: a terminal without bracketed paste sends one so. */
bool input_feed(Input *input, StrView bytes, int64_t now_ms, Err *err);
/* The next event; false when more bytes are needed. */
bool input_next(Input *input, InputEvent *event);
/* Milliseconds after which an unfinished sequence (a lone Esc: 25 ms) is decided by input_flush; -1: nothing waits. */
int input_wait(const Input *input);
/* What waits is all that comes: a lone Esc is the key, the begin of a character is U+FFFD. Then call input_next. */
void input_flush(Input *input);

/* ---- Keymaps (keymap.c)
 * Which keys run which words in which context. A context is a name of the caller's table; the first one is what all
 * others fall back to. Later bindings replace earlier ones of the same keys. */

typedef struct Binding {
	Keys keys;
	StrList command; /* name and arguments */
	Str where;       /* file:line, for messages about it */
} Binding;

typedef struct Keymap Keymap;
Keymap *keymap_new(const char *const *contexts, size_t count, Err *err); /* `contexts` must stay */
void keymap_free(Keymap *keymap);
size_t keymap_contexts(const Keymap *keymap);
/* `words` is one line of a keymap file: bind CONTEXT KEYS COMMAND [ARGS], or unbind CONTEXT KEYS. ERR_USAGE for an unknown
 * context (with the nearest name), an unknown key, too few words, and keys of which some are bound on their own already
 * as a whole (then the new ones win and the old binding is gone: no error). */
bool keymap_apply(Keymap *keymap, const StrList *words, StrView where, Err *err);

typedef enum KeyMatch { MATCH_NONE, MATCH_PREFIX, MATCH_BOUND } KeyMatch;
/* What `keys` mean in a context: a whole binding (*out), the beginning of longer ones, or nothing. A Hangul letter
 * matches as the Latin key under it where the Latin key is bound and the Hangul one is not. */
KeyMatch keymap_match(const Keymap *keymap, size_t context, const Keys *keys, const Binding **out);
/* All bindings of a context, and those it falls back to that are not hidden by its own, in the order in which they were
 * made, that begin with `prefix` (may be empty). Returns how many there are and writes at most `most` of them. */
size_t keymap_list(const Keymap *keymap, size_t context, const Keys *prefix, const Binding **out, size_t most);
/* The first binding of a context (or its fall-back) that runs exactly these words; NULL when no key does. The shortest
 * one wins. `command` is the words joined with one blank. */
const Binding *keymap_find(const Keymap *keymap, size_t context, StrView command);

#endif
