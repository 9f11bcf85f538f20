/* keys: from the bytes of a terminal to keys, and from keys to the words of a command. It knows no command and no
 * screen: what a key does is data in keymap files (meok-keys(5)).
 */
#ifndef MEOK_KEYS_H
#define MEOK_KEYS_H

#include "meok/base.h"

/* ---- Keys and their names (names.c) */

/* No key that comes from input_next or keys_parse has MOD_ALT: Alt is the key KEY_ESC in front. */
enum { MOD_SHIFT = 1, MOD_ALT = 2, MOD_CTRL = 4 };

/* Below 0x110000 a code is the code point that was typed; a letter with MOD_CTRL is lower case. What a plain terminal
 * sends as the same byte is the same key: Ctrl-I is KEY_TAB, Ctrl-M KEY_ENTER, Ctrl-[ KEY_ESC, Ctrl-? KEY_BACKSPACE,
 * Ctrl-@ Ctrl-Space, Ctrl-_ Ctrl-/. */
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
	uint8_t mods; /* of MOD_*; MOD_SHIFT only where the code point does not say it already (Shift-Space keeps it) */
} Key;

enum { KEYS_MAX = 4 }; /* keys of one binding */
typedef struct Keys {
	Key items[KEYS_MAX];
	size_t len;
} Keys;

bool key_equal(Key a, Key b);
bool key_is_text(Key key); /* it types its code point where nothing is bound to it: no control, no key without one */
/* "^S", "^Left", "Alt-p" (the same two keys as "Esc p"), "Shift-Up", "F1", "Enter", "Space", "Esc p k", "/", "가":
 * keys parted by blanks. Names are without case; meok-keys(5) lists them. ERR_USAGE says which name is not one. */
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
/* Takes what one read returned, at `now_ms` (any clock that never steps back). Take all events before the next read:
 * what is left counts as part of it. All that comes right behind the end of a bracketed paste, without the pause
 * that input_wait tells, is still part of it: a text may hold an end marker of its own. Markers in it are removed
 * wherever they stand. A read of 64 bytes or more that is mostly text is a paste as
 * well, and so is every read within 50 ms of it: a terminal without bracketed paste sends one so. Keys that are held
 * down are none. Such a paste ends with an empty last piece, by input_flush or by a read that comes later. */
bool input_feed(Input *input, StrView bytes, int64_t now_ms, Err *err);
/* The next event; false when more bytes are needed. Pieces of a paste may be cut inside of a character or of CR LF:
 * put them together before they are cleaned. */
bool input_next(Input *input, InputEvent *event);
/* Once input_next returned false: milliseconds after which, if no read comes, input_flush decides; -1: nothing waits.
 * A lone Esc 25, another begun sequence or character 100, a begun answer 250, the end of a paste 25, without brackets 50.
 * A bracketed paste waits for its end for ever; should that be lost, an Esc on its own (1000) ends the paste. */
int input_wait(const Input *input);
/* What waits is all that comes: a lone Esc is the key, the begin of a character is U+FFFD, an unfinished sequence is
 * Esc and text. An answer that holds a control or 4096 bytes is no answer, but Esc and text as well. Then call
 * input_next. */
void input_flush(Input *input);

/* ---- Keymaps (keymap.c)
 * Which keys run which words in which context. A context is a name of the caller's table; the first one is what all
 * others fall back to. Later bindings replace earlier ones of the same keys, and of keys that begin like them or that
 * they begin like: there is no binding that no key reaches. A binding of the fall-back that stands so to one of the
 * context's own is hidden in it. */

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
 * context (with the nearest name), an unknown key, too few words. Keys of which some are bound on their own already
 * as a whole are no error: the new ones win and the old binding is gone. Unbound keys, and longer ones that begin with
 * them, mean nothing in the context, whatever it falls back to; they need not have been bound. After a failure nothing
 * has changed; otherwise bindings that were handed out are not valid any more. */
bool keymap_apply(Keymap *keymap, const StrList *words, StrView where, Err *err);

typedef enum KeyMatch { MATCH_NONE, MATCH_PREFIX, MATCH_BOUND } KeyMatch;
/* What `keys` mean in a context: a whole binding (*out), the beginning of longer ones, or nothing. A Hangul letter
 * matches as the Latin key under it where the Latin key is bound and the Hangul one is not; a letter or syllable of several
 * keys as all of them. */
KeyMatch keymap_match(const Keymap *keymap, size_t context, const Keys *keys, const Binding **out);
/* One key that came, as keys to match one after the other behind the keys `before` that wait already (may be none):
 * itself, or, when it is a Hangul letter or syllable of several keys that is not bound itself but whose first Latin key
 * leads somewhere, the single letters that were struck (가: ㄱ ㅏ, which match as r k). For each of them the
 * caller does what it does for a key; one that turns out unbound is still the letter to insert. Where Latin letters
 * are text, so are syllables: they come out whole. Returns how many, at least 1. */
size_t keymap_expand(
	const Keymap *keymap, size_t context, const Keys *before, Key key, Key out[HANGUL_KEYS_MAX]);
/* All bindings of a context, and those it falls back to that are not hidden by its own, in the order in which they were
 * made, that begin with `prefix` (may be empty). Returns how many there are and writes at most `most` of them. */
size_t keymap_list(const Keymap *keymap, size_t context, const Keys *prefix, const Binding **out, size_t most);
/* The first binding of a context (or its fall-back) that runs exactly these words; NULL when no key does. The shortest
 * one wins. `command` is the words joined with one blank. */
const Binding *keymap_find(const Keymap *keymap, size_t context, StrView command);

#endif
