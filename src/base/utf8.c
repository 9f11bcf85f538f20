/* UTF-8 as bytes: validity, code points, maximal subparts. */
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
