/* 128-bit ids and their text form. */
#include "meok/base.h"

#include <string.h>

const Id ID_NONE = {{0}};

bool
id_is_none(Id id)
{
	return id_equal(id, ID_NONE);
}

bool
id_equal(Id a, Id b)
{
	return id_compare(a, b) == 0;
}

int
id_compare(Id a, Id b)
{
	return memcmp(a.bytes, b.bytes, ID_BYTES);
}

void
id_format(Id id, char out[ID_TEXT + 1])
{
	static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz234567";
	for (int i = 0; i < ID_TEXT; i++) {
		unsigned value = 0;
		for (int bit = i * 5; bit < i * 5 + 5; bit++)
			value = value << 1 | (bit < ID_BYTES * 8 ? id.bytes[bit / 8] >> (7 - bit % 8) & 1u : 0u);
		out[i] = alphabet[value];
	}
	out[ID_TEXT] = '\0';
}

bool
id_parse(StrView text, Id *out)
{
	if (text.len != ID_TEXT)
		return false;
	Id id = {{0}};
	for (int i = 0; i < ID_TEXT; i++) {
		char c = text.ptr[i];
		unsigned value;
		if (c >= 'a' && c <= 'z')
			value = (unsigned)(c - 'a');
		else if (c >= '2' && c <= '7')
			value = (unsigned)(c - '2' + 26);
		else
			return false;
		for (int k = 0; k < 5; k++) {
			int bit = i * 5 + k;
			unsigned set = value >> (4 - k) & 1u;
			if (bit < ID_BYTES * 8)
				id.bytes[bit / 8] |= (uint8_t)(set << (7 - bit % 8));
			else if (set != 0)
				return false;
		}
	}
	*out = id;
	return true;
}
