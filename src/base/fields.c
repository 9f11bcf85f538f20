/* Tagged fields: the form of everything inside a seal and between the two processes. */
#include "meok/base.h"

#include <string.h>

enum { FIELD_HEAD = 6 };

void
field_put(Str *out, uint16_t tag, StrView value)
{
	if (value.len > UINT32_MAX) {
		out->failed = true;
		return;
	}
	uint32_t len = (uint32_t)value.len;
	char head[FIELD_HEAD] = {
		(char)tag, (char)(tag >> 8), (char)len, (char)(len >> 8), (char)(len >> 16), (char)(len >> 24)};
	size_t start = out->len;
	str_append(out, (StrView){head, sizeof head});
	str_append(out, value);
	if (out->failed)
		str_truncate(out, start);
}

void
field_put_c(Str *out, uint16_t tag, const char *value)
{
	field_put(out, tag, sv(value));
}

void
field_put_u64(Str *out, uint16_t tag, uint64_t value)
{
	char bytes[8];
	for (int i = 0; i < 8; i++)
		bytes[i] = (char)(value >> (8 * i));
	field_put(out, tag, (StrView){bytes, sizeof bytes});
}

void
field_put_id(Str *out, uint16_t tag, Id id)
{
	field_put(out, tag, (StrView){(const char *)id.bytes, ID_BYTES});
}

FieldReader
field_reader(StrView bytes)
{
	return (FieldReader){.rest = bytes};
}

bool
field_next(FieldReader *reader, uint16_t *tag, StrView *value)
{
	if (reader->malformed || reader->rest.len == 0)
		return false;
	const unsigned char *head = (const unsigned char *)reader->rest.ptr;
	if (reader->rest.len < FIELD_HEAD) {
		reader->malformed = true;
		return false;
	}
	uint32_t len = (uint32_t)head[2] | (uint32_t)head[3] << 8 | (uint32_t)head[4] << 16 | (uint32_t)head[5] << 24;
	if (len > reader->rest.len - FIELD_HEAD) {
		reader->malformed = true;
		return false;
	}
	*tag = (uint16_t)(head[0] | head[1] << 8);
	*value = (StrView){reader->rest.ptr + FIELD_HEAD, len};
	reader->rest = (StrView){reader->rest.ptr + FIELD_HEAD + len, reader->rest.len - FIELD_HEAD - len};
	return true;
}

bool
field_u64(StrView value, uint64_t *out)
{
	if (value.len != 8)
		return false;
	*out = 0;
	for (int i = 7; i >= 0; i--)
		*out = *out << 8 | (unsigned char)value.ptr[i];
	return true;
}

bool
field_id(StrView value, Id *out)
{
	if (value.len != ID_BYTES)
		return false;
	memcpy(out->bytes, value.ptr, ID_BYTES);
	return true;
}
