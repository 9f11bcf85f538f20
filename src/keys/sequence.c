/* What one character, control or escape sequence from a terminal means: ECMA-48 as xterm, rxvt, the Linux console and
 * their kin send it. */
#include "internal.h"

enum { ESC = 0x1B, BEL = 0x07, DEL = 0x7F };
/* A lone Esc must feel instant; the other pieces of a sequence are only ever apart when a link is slow. */
enum { WAIT_ESC_MS = 25, WAIT_REST_MS = 100, WAIT_STRING_MS = 250 };
enum { CSI_MAX = 128, SS3_MAX = 8, STRING_MAX = 4096 };

static Token
token_nothing(size_t len)
{
	return (Token){.kind = TOKEN_NOTHING, .len = len};
}

static Token
token_key(uint32_t code, unsigned mods, size_t len)
{
	return (Token){.kind = TOKEN_KEY, .len = len, .key = key_make(code, mods), .alt = (mods & MOD_ALT) != 0};
}

/* It is no sequence: Esc was struck, and what follows is what it is. */
static Token
token_esc(void)
{
	return token_key(KEY_ESC, 0, 1);
}

static Token
token_more(bool all, int wait_ms)
{
	return all ? token_esc() : (Token){.kind = TOKEN_MORE, .wait_ms = wait_ms};
}

static Token
read_control(unsigned char byte)
{
	switch (byte) {
	case '\0':
		return token_key(' ', MOD_CTRL, 1);
	case DEL:
		return token_key(KEY_BACKSPACE, 0, 1);
	default:
		/* Tab, Enter and Esc by key_make; ^\ ^] ^^ ^_ in their order */
		return token_key(byte <= 26 ? byte + 0x60u : byte + 0x40u, MOD_CTRL, 1);
	}
}

static Token
read_rune(StrView bytes, bool all)
{
	unsigned char lead = (unsigned char)bytes.ptr[0];
	size_t len, want = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
	uint32_t rune = unicode_rune(bytes, 0, &len);
	bool begun = lead >= 0xC2 && lead <= 0xF4 && len == bytes.len && len < want;
	if (begun && !all)
		return (Token){.kind = TOKEN_MORE, .wait_ms = WAIT_REST_MS};
	return rune >= 0x80 && rune < 0xA0 ? token_nothing(len) : token_key(rune, 0, len);
}

/* Numbers of a sequence: parted by semicolons, each with one more behind a colon. */
enum { NUMBERS = 3 };
typedef struct Numbers {
	uint32_t value[NUMBERS], second[NUMBERS];
	size_t len; /* how many were there, also over NUMBERS */
} Numbers;

static Numbers
read_numbers(StrView text)
{
	Numbers numbers = {.len = text.len > 0};
	size_t at = 0, part = 0;
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];
		if (c == ';') {
			at++;
			part = 0;
			numbers.len++;
		} else if (c == ':') {
			part++;
		} else if (at < NUMBERS && part < 2 && c >= '0' && c <= '9') {
			uint32_t *number = part == 0 ? &numbers.value[at] : &numbers.second[at];
			if (*number < 0x110000)
				*number = *number * 10 + (uint32_t)(c - '0');
		}
	}
	return numbers;
}

static unsigned
read_mods(uint32_t number)
{
	unsigned bits = number > 0 ? number - 1 : 0, mods = 0;
	if ((bits & 1) != 0)
		mods |= MOD_SHIFT;
	if ((bits & (2 | 8 | 32)) != 0) /* Alt, Meta as xterm and as kitty count it */
		mods |= MOD_ALT;
	if ((bits & 4) != 0)
		mods |= MOD_CTRL;
	return mods;
}

/* The key of a final letter of CSI and SS3 sequences; 0 when there is none. */
static uint32_t
key_of_letter(char letter)
{
	switch (letter) {
	case 'A':
		return KEY_UP;
	case 'B':
		return KEY_DOWN;
	case 'C':
		return KEY_RIGHT;
	case 'D':
		return KEY_LEFT;
	case 'H':
		return KEY_HOME;
	case 'F':
		return KEY_END;
	case 'P':
	case 'Q':
	case 'R':
	case 'S':
		return KEY_F1 + (uint32_t)(letter - 'P');
	default:
		return 0;
	}
}

/* The key of CSI number ~; 0 when there is none. */
static uint32_t
key_of_number(uint32_t number)
{
	static const uint32_t low[] = {
		0, KEY_HOME, KEY_INSERT, KEY_DELETE, KEY_END, KEY_PAGE_UP, KEY_PAGE_DOWN, KEY_HOME, KEY_END};
	if (number < sizeof low / sizeof low[0])
		return low[number];
	if (number >= 11 && number <= 15)
		return KEY_F1 + number - 11;
	if (number >= 17 && number <= 21)
		return KEY_F1 + 5 + number - 17;
	if (number == 23 || number == 24)
		return KEY_F1 + 10 + number - 23;
	return 0;
}

/* The kitty protocol numbers keys without a character in U+E000 to U+F8FF: those of the keypad, from 57399 on. */
enum { NUMBERED_FIRST = 57344, NUMBERED_LAST = 63743, KEYPAD_FIRST = 57399 };

static uint32_t
key_of_numbered(uint32_t number)
{
	static const uint32_t keypad[] = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '.', '/', '*', '-', '+',
		KEY_ENTER, '=', ',', KEY_LEFT, KEY_RIGHT, KEY_UP, KEY_DOWN, KEY_PAGE_UP, KEY_PAGE_DOWN, KEY_HOME,
		KEY_END, KEY_INSERT, KEY_DELETE};
	size_t index = number - KEYPAD_FIRST;
	return number >= KEYPAD_FIRST && index < sizeof keypad / sizeof keypad[0] ? keypad[index] : 0;
}

/* A key that was sent as the number of its character (CSI u, modifyOtherKeys). */
static Token
key_of_character(uint32_t number, unsigned mods, size_t len)
{
	if (number == '\b' || number == DEL)
		return token_key(KEY_BACKSPACE, mods, len);
	if (number == '\t')
		return token_key(KEY_TAB, mods, len);
	if (number == '\r')
		return token_key(KEY_ENTER, mods, len);
	if (number == ESC)
		return token_key(KEY_ESC, mods, len);
	if (number >= NUMBERED_FIRST && number <= NUMBERED_LAST)
		number = key_of_numbered(number);
	else if (number > 0x10FFFF)
		number = 0;
	bool typed = number >= ' ' && !(number >= DEL && number < 0xA0) && !(number >= 0xD800 && number < 0xE000);
	return typed ? token_key(number, mods, len) : token_nothing(len);
}

static Token
read_tilde(const Numbers *numbers, unsigned mods, size_t len)
{
	if (numbers->value[0] == 200 && numbers->len == 1)
		return (Token){.kind = TOKEN_PASTE, .len = len};
	if (numbers->value[0] == 27 && numbers->len == 3)
		return key_of_character(numbers->value[2], mods, len);
	uint32_t code = key_of_number(numbers->value[0]);
	return code != 0 ? token_key(code, mods, len) : token_nothing(len);
}

static Token
read_csi_u(const Numbers *numbers, unsigned mods, size_t len)
{
	uint32_t number = numbers->value[0], shifted = numbers->second[0];
	if ((mods & MOD_SHIFT) != 0 && (mods & MOD_CTRL) == 0 && shifted != 0)
		number = shifted;
	return key_of_character(number, mods, len);
}

/* A whole CSI sequence without private marks and intermediate bytes: its numbers and its final byte. */
static Token
decode_csi(StrView text, char final, size_t len)
{
	Numbers numbers = read_numbers(text);
	unsigned mods = read_mods(numbers.value[1]);
	if (numbers.second[1] == 3) /* a key was released */
		return token_nothing(len);
	switch (final) {
	case '~':
		return read_tilde(&numbers, mods, len);
	case 'u':
		return read_csi_u(&numbers, mods, len);
	case 'Z':
		return token_key(KEY_TAB, mods | MOD_SHIFT, len);
	case '^': /* rxvt: with Ctrl, with both */
	case '@':
		return read_tilde(&numbers, final == '^' ? MOD_CTRL : MOD_CTRL | MOD_SHIFT, len);
	case 'a': /* rxvt: arrows with Shift */
	case 'b':
	case 'c':
	case 'd':
		return numbers.len == 0 ? token_key(key_of_letter((char)(final - 0x20)), MOD_SHIFT, len)
					: token_nothing(len);
	case 'I':
	case 'O':
		return numbers.len == 0 ? (Token){.kind = TOKEN_FOCUS, .len = len, .gained = final == 'I'}
					: token_nothing(len);
	case 'R':
		if (numbers.len > 0) /* where the cursor is; so F3 with Shift is not seen in this form */
			return token_nothing(len);
		break;
	default:
		break;
	}
	uint32_t code = key_of_letter(final);
	return code != 0 ? token_key(code, numbers.len == 1 ? read_mods(numbers.value[0]) : mods, len)
			 : token_nothing(len);
}

/* CSI M and three bytes: the oldest mouse report. */
static Token
read_mouse(StrView bytes, bool all)
{
	for (size_t i = 3; i < 6; i++) {
		if (i == bytes.len)
			return all ? token_nothing(3) : token_more(false, WAIT_REST_MS);
		if ((unsigned char)bytes.ptr[i] < ' ')
			return token_nothing(3);
	}
	return token_nothing(6);
}

/* CSI [ and a letter: F1 to F5 of the Linux console. */
static Token
read_linux(StrView bytes, bool all)
{
	if (bytes.len == 3)
		return all ? token_nothing(3) : token_more(false, WAIT_REST_MS);
	char letter = bytes.ptr[3];
	return letter >= 'A' && letter <= 'E' ? token_key(KEY_F1 + (uint32_t)(letter - 'A'), 0, 4) : token_nothing(3);
}

static bool
is_between(StrView bytes, size_t pos, char low, char high)
{
	return pos < bytes.len && bytes.ptr[pos] >= low && bytes.ptr[pos] <= high;
}

static Token
read_csi(StrView bytes, bool all)
{
	size_t pos = 2;
	if (is_between(bytes, pos, '[', '['))
		return read_linux(bytes, all);
	if (is_between(bytes, pos, 'M', 'M'))
		return read_mouse(bytes, all);
	while (is_between(bytes, pos, '0', '9'))
		pos++;
	if (pos > 2 && pos <= CSI_MAX && is_between(bytes, pos, '$', '$')) { /* rxvt: with Shift; nothing follows */
		Numbers numbers = read_numbers(sv_slice(bytes, 2, pos));
		if (key_of_number(numbers.value[0]) != 0)
			return read_tilde(&numbers, MOD_SHIFT, pos + 1);
	}
	while (is_between(bytes, pos, '0', '?'))
		pos++;
	StrView text = sv_slice(bytes, 2, pos);
	while (is_between(bytes, pos, ' ', '/'))
		pos++;
	if (pos > CSI_MAX)
		return token_esc();
	if (pos == bytes.len)
		return token_more(all, WAIT_REST_MS);
	if (!is_between(bytes, pos, '@', '~'))
		return token_esc();
	bool foreign = pos > 2 + text.len || (text.len > 0 && text.ptr[0] >= '<');
	return foreign ? token_nothing(pos + 1) : decode_csi(text, bytes.ptr[pos], pos + 1);
}

static Token
read_ss3(StrView bytes, bool all)
{
	static const char keypad[] = "*+,-./0123456789"; /* from j on */
	size_t pos = 2;
	while (pos < SS3_MAX && is_between(bytes, pos, '0', ';'))
		pos++;
	if (pos == bytes.len)
		return token_more(all, WAIT_REST_MS);
	char final = bytes.ptr[pos];
	Numbers numbers = read_numbers(sv_slice(bytes, 2, pos));
	unsigned mods = read_mods(numbers.value[numbers.len > 1]);
	uint32_t code = key_of_letter(final);
	if (code != 0)
		return token_key(code, mods, pos + 1);
	if (final == 'M' || final == 'I')
		return token_key(final == 'M' ? KEY_ENTER : KEY_TAB, mods, pos + 1);
	if (numbers.len == 0 && final >= 'a' && final <= 'd') /* rxvt */
		return token_key(key_of_letter((char)(final - 0x20)), MOD_CTRL, pos + 1);
	if (final >= 'j' && final <= 'y')
		return token_key((uint32_t)keypad[final - 'j'], mods, pos + 1);
	return final == 'X' ? token_key('=', mods, pos + 1) : token_esc();
}

/* The answers that are strings: OSC, DCS and APC, up to BEL or ST. */
static Token
read_string(StrView bytes, bool all)
{
	for (size_t pos = 2; pos < bytes.len; pos++) {
		unsigned char c = (unsigned char)bytes.ptr[pos];
		if (c == BEL)
			return token_nothing(pos + 1);
		if (c == ESC && is_between(bytes, pos + 1, '\\', '\\'))
			return token_nothing(pos + 2);
		if (c == ESC && pos + 1 == bytes.len)
			break;
		if (c < ' ' || c == DEL || pos >= STRING_MAX)
			return token_esc();
	}
	return token_more(all, bytes.len == 2 ? WAIT_REST_MS : WAIT_STRING_MS);
}

static Token
read_escape(StrView bytes, bool all)
{
	if (bytes.len == 1)
		return token_more(all, WAIT_ESC_MS);
	switch (bytes.ptr[1]) {
	case '[':
		return read_csi(bytes, all);
	case 'O':
		return read_ss3(bytes, all);
	case ']':
	case 'P':
	case '_':
		return read_string(bytes, all);
	default:
		return token_esc();
	}
}

Token
token_read(StrView bytes, bool all)
{
	unsigned char byte = (unsigned char)bytes.ptr[0];
	if (byte == ESC)
		return read_escape(bytes, all);
	if (byte < ' ' || byte == DEL)
		return read_control(byte);
	return byte < 0x80 ? token_key(byte, 0, 1) : read_rune(bytes, all);
}
