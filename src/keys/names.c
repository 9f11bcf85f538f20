/* Keys and their names, and the keys under Hangul letters. */
#include "internal.h"

#include <string.h>

static const struct {
	const char *name;
	uint32_t code;
} names[] = {
	/* the first name of a key is the one that is shown */
	{"Enter", KEY_ENTER},
	{"Return", KEY_ENTER},
	{"Ret", KEY_ENTER},
	{"Tab", KEY_TAB},
	{"Backspace", KEY_BACKSPACE},
	{"BS", KEY_BACKSPACE},
	{"Esc", KEY_ESC},
	{"Escape", KEY_ESC},
	{"Up", KEY_UP},
	{"Down", KEY_DOWN},
	{"Left", KEY_LEFT},
	{"Right", KEY_RIGHT},
	{"Home", KEY_HOME},
	{"End", KEY_END},
	{"PgUp", KEY_PAGE_UP},
	{"PageUp", KEY_PAGE_UP},
	{"PgDn", KEY_PAGE_DOWN},
	{"PageDown", KEY_PAGE_DOWN},
	{"PgDown", KEY_PAGE_DOWN},
	{"Insert", KEY_INSERT},
	{"Ins", KEY_INSERT},
	{"Delete", KEY_DELETE},
	{"Del", KEY_DELETE},
	{"Space", ' '},
	{"Spc", ' '},
	{"F1", KEY_F1},
	{"F2", KEY_F1 + 1},
	{"F3", KEY_F1 + 2},
	{"F4", KEY_F1 + 3},
	{"F5", KEY_F1 + 4},
	{"F6", KEY_F1 + 5},
	{"F7", KEY_F1 + 6},
	{"F8", KEY_F1 + 7},
	{"F9", KEY_F1 + 8},
	{"F10", KEY_F1 + 9},
	{"F11", KEY_F1 + 10},
	{"F12", KEY_F1 + 11},
};
enum { NAMES = sizeof names / sizeof names[0] };

static const struct {
	const char *text;
	unsigned mod;
} prefixes[] = {
	{"^", MOD_CTRL},
	{"C-", MOD_CTRL},
	{"Ctrl-", MOD_CTRL},
	{"Control-", MOD_CTRL},
	{"M-", MOD_ALT},
	{"A-", MOD_ALT},
	{"Alt-", MOD_ALT},
	{"Meta-", MOD_ALT},
	{"S-", MOD_SHIFT},
	{"Shift-", MOD_SHIFT},
};
enum { PREFIXES = sizeof prefixes / sizeof prefixes[0] };

static bool
is_letter(uint32_t code)
{
	return (code | 0x20) >= 'a' && (code | 0x20) <= 'z';
}

Key
key_make(uint32_t code, unsigned mods)
{
	mods &= MOD_SHIFT | MOD_CTRL;
	if (code >= KEY_ENTER)
		return (Key){code, (uint8_t)mods};
	if (is_letter(code)) {
		if ((mods & MOD_CTRL) != 0)
			code |= 0x20;
		else if ((mods & MOD_SHIFT) != 0)
			code &= ~0x20u;
	}
	if (code != ' ' && !(is_letter(code) && (mods & MOD_CTRL) != 0))
		mods &= ~(unsigned)MOD_SHIFT;
	if (mods != MOD_CTRL)
		return (Key){code, (uint8_t)mods};
	switch (code) {
	case 'i':
		return (Key){KEY_TAB, 0};
	case 'm':
		return (Key){KEY_ENTER, 0};
	case '[':
		return (Key){KEY_ESC, 0};
	case '?':
		return (Key){KEY_BACKSPACE, 0};
	case '@':
		return (Key){' ', MOD_CTRL};
	case '_':
		return (Key){'/', MOD_CTRL};
	default:
		return (Key){code, MOD_CTRL};
	}
}

bool
key_equal(Key a, Key b)
{
	return a.code == b.code && a.mods == b.mods;
}

bool
key_is_text(Key key)
{
	bool control = key.code < 0x20 || (key.code >= 0x7F && key.code < 0xA0);
	return key.code < KEY_ENTER && !control && (key.mods & (MOD_CTRL | MOD_ALT)) == 0;
}

static char
fold(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/* Without regard to case, and to the locale. */
static bool
starts_folded(StrView text, const char *prefix)
{
	for (size_t i = 0; prefix[i] != '\0'; i++)
		if (i >= text.len || fold(text.ptr[i]) != fold(prefix[i]))
			return false;
	return true;
}

/* A code point that a keyboard can type as text. */
static bool
is_typed(uint32_t rune)
{
	return rune >= ' ' && !(rune >= 0x7F && rune < 0xA0) && !(rune >= 0xD800 && rune < 0xE000) && rune < 0x110000;
}

/* "U+3000": for what has no picture. */
static bool
parse_number(StrView name, uint32_t *code)
{
	if (name.len < 4 || name.len > 8 || !starts_folded(name, "U+"))
		return false;
	uint32_t value = 0;
	for (size_t i = 2; i < name.len; i++) {
		const char *digits = "0123456789abcdef";
		const char *digit = strchr(digits, fold(name.ptr[i]));
		if (digit == NULL || *digit == '\0')
			return false;
		value = value << 4 | (uint32_t)(digit - digits);
	}
	*code = value;
	return is_typed(value);
}

static bool
parse_rune(StrView name, uint32_t *code)
{
	size_t len;
	*code = unicode_rune(name, 0, &len);
	if (len == name.len)
		return is_typed(*code);
	Str composed = {0};
	bool one = unicode_nfc(name, &composed, NULL) && str_ok(&composed, NULL);
	if (one) {
		*code = unicode_rune(str_view(&composed), 0, &len);
		one = len == composed.len && is_typed(*code);
	}
	str_free(&composed);
	return one;
}

static bool
parse_code(StrView name, uint32_t *code)
{
	for (size_t i = 0; i < NAMES; i++) {
		if (strlen(names[i].name) == name.len && starts_folded(name, names[i].name)) {
			*code = names[i].code;
			return true;
		}
	}
	return parse_number(name, code) || parse_rune(name, code);
}

static bool
unknown_key(StrView name, Err *err)
{
	StrList known = {0};
	Str shown = str_from(name);
	for (size_t i = 0; i < NAMES; i++)
		list_append(&known, sv(names[i].name));
	StrView nearest = list_nearest(&known, name);
	if (nearest.len > 0)
		err_set(err, ERR_USAGE, "there is no key %s: did you mean %s?", str_c(&shown), nearest.ptr);
	else
		err_set(err, ERR_USAGE,
			"there is no key %s: write ^S, Alt-p, Shift-Up, F1, Enter, Space or the character itself",
			str_c(&shown));
	str_free(&shown);
	list_free(&known);
	return false;
}

/* Takes one prefix off; a character on its own is none ("^" is a key). */
static bool
take_prefix(StrView *name, unsigned *mods)
{
	size_t first;
	unicode_rune(*name, 0, &first);
	for (size_t i = 0; i < PREFIXES && name->len > first; i++) {
		size_t len = strlen(prefixes[i].text);
		if (name->len > len && starts_folded(*name, prefixes[i].text)) {
			*mods |= prefixes[i].mod;
			*name = sv_slice(*name, len, name->len);
			return true;
		}
	}
	return false;
}

/* Appends the key, or the two keys of one with Alt. */
static bool
parse_key(StrView name, Keys *keys, Err *err)
{
	unsigned mods = 0;
	uint32_t code;
	StrView rest = name;
	while (take_prefix(&rest, &mods))
		;
	if (!unicode_valid(name) || !parse_code(rest, &code))
		return unknown_key(name, err);
	if ((mods & MOD_SHIFT) != 0 && code < KEY_ENTER && code != ' ' && !is_letter(code)) {
		Str shown = str_from(name);
		err_set(err, ERR_USAGE,
			"%s cannot be bound: write the character that the key types while Shift is held down",
			str_c(&shown));
		str_free(&shown);
		return false;
	}
	if (keys->len + ((mods & MOD_ALT) != 0 ? 2 : 1) > KEYS_MAX)
		return err_set(err, ERR_USAGE, "there are too many keys in one binding: use at most four");
	if ((mods & MOD_ALT) != 0)
		keys->items[keys->len++] = (Key){KEY_ESC, 0};
	keys->items[keys->len++] = key_make(code, mods);
	return true;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

bool
keys_parse(StrView text, Keys *out, Err *err)
{
	Keys keys = {0};
	for (size_t pos = 0; pos < text.len;) {
		if (is_blank(text.ptr[pos])) {
			pos++;
			continue;
		}
		size_t end = pos;
		while (end < text.len && !is_blank(text.ptr[end]))
			end++;
		if (!parse_key(sv_slice(text, pos, end), &keys, err))
			return false;
		pos = end;
	}
	if (keys.len == 0)
		return err_set(err, ERR_USAGE, "no key is named: write one as ^S, Alt-p, F1 or a character");
	*out = keys;
	return true;
}

/* The character, or its number when nobody could see it. */
static void
format_rune(uint32_t code, Str *out)
{
	Str text = {0};
	str_append_rune(&text, code);
	SafeText safe = safe_text(str_view(&text), SAFE_ONE_LINE);
	bool seen = is_typed(code) && code != 0xA0 && code != 0x3000 && unicode_width(str_view(&text), false) > 0 &&
		    sv_equal(str_view(&safe.text), str_view(&text));
	if (text.failed || safe.text.failed)
		out->failed = true;
	else if (seen)
		str_append(out, str_view(&text));
	else
		str_printf(out, "U+%04X", (unsigned)code);
	safe_free(&safe);
	str_free(&text);
}

static void
format_key(Key key, Str *out)
{
	if ((key.mods & MOD_ALT) != 0)
		str_append_c(out, "Esc ");
	if ((key.mods & MOD_SHIFT) != 0)
		str_append_c(out, "Shift-");
	if ((key.mods & MOD_CTRL) != 0)
		str_append_c(out, "^");
	for (size_t i = 0; i < NAMES; i++) {
		if (names[i].code == key.code) {
			str_append_c(out, names[i].name);
			return;
		}
	}
	format_rune((key.mods & MOD_CTRL) != 0 && is_letter(key.code) ? key.code & ~0x20u : key.code, out);
}

void
keys_format(const Keys *keys, Str *out)
{
	for (size_t i = 0; i < keys->len; i++) {
		if (i > 0)
			str_append_byte(out, ' ');
		format_key(keys->items[i], out);
	}
}

/* The two-set layout (KS X 5002), in the order of the Unicode jamo. */
static const char leads[][2] = {
	"r", "R", "s", "e", "E", "f", "a", "q", "Q", "t", "T", "d", "w", "W", "c", "z", "x", "v", "g"};
static const char vowels[][3] = {
	"k", "o", "i", "O", "j", "p", "u", "P", "h", "hk", "ho", "hl", "y", "n", "nj", "np", "nl", "b", "m", "ml", "l"};
static const char tails[][3] = {"", "r", "R", "rt", "s", "sw", "sg", "e", "f", "fr", "fa", "fq", "ft", "fx", "fv", "fg",
	"a", "q", "qt", "t", "T", "d", "w", "c", "z", "x", "v", "g"};
/* U+3131 to U+314E; the vowels follow in the order above. */
static const char consonants[][3] = {"r", "R", "rt", "s", "sw", "sg", "e", "E", "f", "fr", "fa", "fq", "ft", "fx", "fv",
	"fg", "a", "q", "Q", "qt", "t", "T", "d", "w", "W", "c", "z", "x", "v", "g"};
enum {
	LEADS = sizeof leads / sizeof leads[0],
	VOWELS = sizeof vowels / sizeof vowels[0],
	TAILS = sizeof tails / sizeof tails[0],
	CONSONANTS = sizeof consonants / sizeof consonants[0],
};

static size_t
put_keys(const char *letters, size_t count, Key *out)
{
	for (; *letters != '\0'; letters++)
		out[count++] = (Key){(uint32_t)*letters, 0};
	return count;
}

size_t
key_from_hangul(uint32_t rune, Key out[HANGUL_KEYS_MAX])
{
	if (rune >= 0xAC00 && rune < 0xAC00 + LEADS * VOWELS * TAILS) {
		uint32_t index = rune - 0xAC00;
		size_t count = put_keys(leads[index / TAILS / VOWELS], 0, out);
		count = put_keys(vowels[index / TAILS % VOWELS], count, out);
		return put_keys(tails[index % TAILS], count, out);
	}
	if (rune >= 0x3131 && rune < 0x3131 + CONSONANTS)
		return put_keys(consonants[rune - 0x3131], 0, out);
	if (rune >= 0x314F && rune < 0x314F + VOWELS)
		return put_keys(vowels[rune - 0x314F], 0, out);
	if (rune >= 0x1100 && rune < 0x1100 + LEADS)
		return put_keys(leads[rune - 0x1100], 0, out);
	if (rune >= 0x1161 && rune < 0x1161 + VOWELS)
		return put_keys(vowels[rune - 0x1161], 0, out);
	if (rune > 0x11A7 && rune < 0x11A7 + TAILS)
		return put_keys(tails[rune - 0x11A7], 0, out);
	return 0;
}
