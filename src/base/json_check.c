/* The grammar of JSON (RFC 8259) and our limits, checked before a parser that is more forgiving sees the text. */
#include "internal.h"

#include <stdio.h>

enum { MAX_DEPTH = 64, MAX_TOKENS = 200000, MAX_NUMBER = 60, MAX_EXPONENT = 307 };

typedef struct Scan {
	StrView text;
	size_t pos;
	size_t tokens;
	Err *err;
} Scan;

static bool
malformed(const Scan *scan)
{
	char where[24];
	snprintf(where, sizeof where, "%zu", scan->pos);
	return err_set(scan->err, ERR_REFUSED,
		"the answer isn't valid JSON (at byte %s): check the address of the site", where);
}

/* The byte at the position, or -1 at the end. */
static int
peek(const Scan *scan)
{
	return scan->pos < scan->text.len ? (unsigned char)scan->text.ptr[scan->pos] : -1;
}

static bool
take(Scan *scan, char byte)
{
	if (peek(scan) != byte)
		return false;
	scan->pos++;
	return true;
}

static void
skip_blanks(Scan *scan)
{
	while (peek(scan) == ' ' || peek(scan) == '\t' || peek(scan) == '\n' || peek(scan) == '\r')
		scan->pos++;
}

static bool
count_token(Scan *scan)
{
	if (++scan->tokens <= MAX_TOKENS)
		return true;
	return err_set(
		scan->err, ERR_REFUSED, "the answer of the site has too many parts: ask for fewer items at once");
}

/* Four hexadecimal digits. */
static bool
take_hex(Scan *scan, uint32_t *value)
{
	*value = 0;
	for (int i = 0; i < 4; i++, scan->pos++) {
		int c = peek(scan);
		if (c >= '0' && c <= '9')
			*value = *value << 4 | (uint32_t)(c - '0');
		else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
			*value = *value << 4 | (uint32_t)((c | 0x20) - 'a' + 10);
		else
			return malformed(scan);
	}
	return true;
}

/* Behind "\u": a code unit that is no NUL, and no half of a pair alone. */
static bool
take_unicode_escape(Scan *scan)
{
	uint32_t unit, low;
	if (!take_hex(scan, &unit))
		return false;
	if (unit == 0)
		return err_set(
			scan->err, ERR_REFUSED, "the answer of the site holds a NUL character, which no text may have");
	if (unit >= 0xDC00 && unit <= 0xDFFF)
		return malformed(scan);
	if (unit < 0xD800 || unit > 0xDBFF)
		return true;
	if (!take(scan, '\\') || !take(scan, 'u'))
		return malformed(scan);
	return take_hex(scan, &low) && (low >= 0xDC00 && low <= 0xDFFF ? true : malformed(scan));
}

static bool
take_escape(Scan *scan)
{
	switch (peek(scan)) {
	case '"':
	case '\\':
	case '/':
	case 'b':
	case 'f':
	case 'n':
	case 'r':
	case 't':
		scan->pos++;
		return true;
	case 'u':
		scan->pos++;
		return take_unicode_escape(scan);
	default:
		return malformed(scan);
	}
}

static bool
take_string(Scan *scan)
{
	if (!take(scan, '"'))
		return malformed(scan);
	for (;;) {
		int c = peek(scan);
		if (c < 0x20)
			return malformed(scan);
		scan->pos++;
		if (c == '"')
			return true;
		if (c == '\\' && !take_escape(scan))
			return false;
	}
}

static size_t
take_digits(Scan *scan)
{
	size_t from = scan->pos;
	while (peek(scan) >= '0' && peek(scan) <= '9')
		scan->pos++;
	return scan->pos - from;
}

/* A number that a double holds as something finite, whatever the locale writes for the decimal point. */
static bool
take_number(Scan *scan)
{
	size_t from = scan->pos;
	take(scan, '-');
	bool zero = peek(scan) == '0';
	size_t whole = take_digits(scan);
	if (whole == 0 || (zero && whole > 1))
		return malformed(scan);
	if (take(scan, '.') && take_digits(scan) == 0)
		return malformed(scan);
	long exponent = 0;
	if (take(scan, 'e') || take(scan, 'E')) {
		bool negative = peek(scan) == '-';
		if (!take(scan, '-'))
			take(scan, '+');
		size_t start = scan->pos;
		if (take_digits(scan) == 0)
			return malformed(scan);
		for (size_t i = start; i < scan->pos && exponent <= MAX_EXPONENT; i++)
			exponent = exponent * 10 + (scan->text.ptr[i] - '0');
		if (negative)
			exponent = 0;
	}
	if (scan->pos - from > MAX_NUMBER || exponent + (long)whole - 1 > MAX_EXPONENT)
		return err_set(scan->err, ERR_REFUSED, "the answer of the site holds a number that is out of range");
	return true;
}

static bool
take_literal(Scan *scan, StrView word)
{
	if (!sv_starts(sv_slice(scan->text, scan->pos, scan->text.len), word))
		return malformed(scan);
	scan->pos += word.len;
	return true;
}

/* A value that holds no other. */
static bool
take_scalar(Scan *scan)
{
	if (!count_token(scan))
		return false;
	switch (peek(scan)) {
	case '"':
		return take_string(scan);
	case 't':
		return take_literal(scan, SV("true"));
	case 'f':
		return take_literal(scan, SV("false"));
	case 'n':
		return take_literal(scan, SV("null"));
	default:
		return take_number(scan);
	}
}

static bool
take_key(Scan *scan)
{
	skip_blanks(scan);
	if (!count_token(scan) || !take_string(scan))
		return false;
	skip_blanks(scan);
	return take(scan, ':') ? true : malformed(scan);
}

/* The whole text, with the kinds of the open brackets as a stack instead of recursion. */
static bool
take_text(Scan *scan)
{
	char closers[MAX_DEPTH];
	size_t depth = 0;
	for (;;) {
		skip_blanks(scan);
		bool object = peek(scan) == '{';
		if (object || peek(scan) == '[') {
			if (depth == MAX_DEPTH)
				return err_set(scan->err, ERR_REFUSED,
					"the answer of the site is nested too deeply to be read");
			if (!count_token(scan))
				return false;
			closers[depth++] = object ? '}' : ']';
			scan->pos++;
			skip_blanks(scan);
			if (peek(scan) != closers[depth - 1]) {
				if (object && !take_key(scan))
					return false;
				continue;
			}
		} else if (!take_scalar(scan)) {
			return false;
		}
		/* Behind a value: close what ends here, go on where a comma stands. */
		skip_blanks(scan);
		while (depth > 0 && take(scan, closers[depth - 1])) {
			depth--;
			skip_blanks(scan);
		}
		if (depth == 0)
			return scan->pos == scan->text.len ? true : malformed(scan);
		if (!take(scan, ','))
			return malformed(scan);
		if (closers[depth - 1] == '}' && !take_key(scan))
			return false;
	}
}

bool
json_check(StrView text, Err *err)
{
	Scan scan = {text, 0, 0, err};
	if (!unicode_valid(text))
		return err_set(
			err, ERR_REFUSED, "the answer of the site isn't valid UTF-8: check the address of the site");
	return take_text(&scan);
}
