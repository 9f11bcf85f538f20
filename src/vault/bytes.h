/* Little-endian numbers at a place in memory. */
#ifndef MEOK_VAULT_BYTES_H
#define MEOK_VAULT_BYTES_H

#include <stddef.h>
#include <stdint.h>

static inline void
put_le(uint8_t *at, uint64_t value, size_t size)
{
	for (size_t i = 0; i < size; i++)
		at[i] = (uint8_t)(value >> (8 * i));
}

static inline uint64_t
get_le(const uint8_t *at, size_t size)
{
	uint64_t value = 0;
	for (size_t i = size; i-- > 0;)
		value = value << 8 | at[i];
	return value;
}

#endif
