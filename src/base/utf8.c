/* UTF-8 as bytes: code points, validity, and the cleaning of what comes from outside. */
#include "internal.h"

uint32_t
utf8_before(StrView in, size_t pos, size_t *len)
{
	const unsigned char *p = (const unsigned char *)in.ptr;
	size_t start = pos - 1;
	while (start > 0 && pos - start < 4 && utf8_is_tail(p[start]))
		start--;
	uint32_t rune = utf8_at(sv_slice(in, 0, pos), start, len);
	if (start + *len == pos)
		return rune;
	*len = 1;
	return RUNE_BAD;
}

bool
unicode_valid(StrView in)
{
	size_t len;
	for (size_t pos = 0; pos < in.len; pos += len) {
		if (in.len - pos >= 8 && utf8_plain8(in.ptr + pos)) {
			len = 8;
			continue;
		}
		uint32_t rune = utf8_at(in, pos, &len);
		if (rune == 0 || rune == RUNE_BAD)
			return false;
	}
	return true;
}

uint32_t
unicode_rune(StrView in, size_t pos, size_t *len)
{
	*len = 0;
	if (pos >= in.len)
		return 0;
	uint32_t rune = utf8_at(in, pos, len);
	return rune == RUNE_BAD ? 0xFFFD : rune;
}

size_t
unicode_count(StrView in)
{
	size_t count = 0, len;
	for (size_t pos = 0; pos < in.len; pos += len) {
		if (in.len - pos >= 8 && utf8_plain8(in.ptr + pos)) {
			len = 8;
			count += 8;
			continue;
		}
		utf8_at(in, pos, &len);
		count++;
	}
	return count;
}

/* Whether unicode_clean would give `in` back; the common case of every key press and every read. */
static bool
is_clean(StrView in)
{
	size_t len;
	for (size_t pos = 0; pos < in.len; pos += len) {
		if (in.len - pos >= 8 && utf8_plain8(in.ptr + pos)) {
			len = 8;
			continue;
		}
		uint32_t rune = utf8_at(in, pos, &len);
		if (rune < 0x20 ? rune != '\n' && rune != '\t'
				: rune >= 0x300 && (rune == RUNE_BAD || (rune_bits(rune) & RUNE_NOT_NFC) != 0))
			return false;
	}
	return true;
}

/* Appends `in` with line ends made LF, ill-formed bytes and controls made U+FFFD. Returns how many were replaced. */
static size_t
repair(StrView in, Str *out)
{
	size_t replaced = 0, kept = 0, len;
	for (size_t pos = 0; pos < in.len; pos += len) {
		uint32_t rune = utf8_at(in, pos, &len);
		if (rune != RUNE_BAD && (rune >= 0x20 || rune == '\n' || rune == '\t'))
			continue;
		str_append(out, sv_slice(in, kept, pos));
		kept = pos + len;
		if (rune != '\r') {
			str_append_rune(out, 0xFFFD);
			replaced++;
		} else if (kept == in.len || in.ptr[kept] != '\n') {
			str_append_byte(out, '\n');
		}
	}
	str_append(out, sv_slice(in, kept, in.len));
	return replaced;
}

bool
unicode_clean(StrView in, Str *out, size_t *replaced, Err *err)
{
	size_t count = 0;
	if (is_clean(in)) {
		str_append(out, in);
		if (!str_ok(out, err))
			return false;
	} else {
		Str repaired = {0};
		count = repair(in, &repaired);
		bool done = str_ok(&repaired, err) && unicode_nfc(str_view(&repaired), out, err);
		str_free(&repaired);
		if (!done)
			return false;
	}
	if (replaced != NULL)
		*replaced = count;
	return true;
}
