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

/* The five bits of a letter; 32 for what is none. */
static unsigned
letter_value(char c)
{
	if (c >= 'a' && c <= 'z')
		return (unsigned)(c - 'a');
	return c >= '2' && c <= '7' ? (unsigned)(c - '2' + 26) : 32;
}

bool
id_parse(StrView text, Id *out)
{
	if (text.len != ID_TEXT)
		return false;
	Id id;
	uint32_t bits = 0;
	unsigned held = 0, wrong = 0;
	for (size_t i = 0, at = 0; i < ID_TEXT; i++) {
		unsigned value = letter_value(text.ptr[i]);
		wrong |= value & 32;
		bits = bits << 5 | (value & 31);
		held += 5;
		if (held >= 8) {
			held -= 8;
			id.bytes[at++] = (uint8_t)(bits >> held);
		}
	}
	/* the spare bits */
	if (wrong != 0 || (bits & ((1u << held) - 1)) != 0)
		return false;
	*out = id;
	return true;
}
