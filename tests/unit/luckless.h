/* Allocations that fail on demand: a test that includes this is linked with FAIL_ALLOCATIONS and --wrap=reallocarray,
 * and the linker sends what the program allocates here. */
#ifndef MEOK_TESTS_LUCKLESS_H
#define MEOK_TESTS_LUCKLESS_H

#include <stdbool.h>
#include <stddef.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *ptr, size_t size);
void *__real_reallocarray(void *ptr, size_t count, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *ptr, size_t size);
void *__wrap_reallocarray(void *ptr, size_t count, size_t size);

static int allocations_left = -1; /* -1: all succeed; once there are none left, none succeeds */

static bool
out_of_luck(void)
{
	if (allocations_left > 0)
		allocations_left--;
	return allocations_left == 0;
}

void *
__wrap_malloc(size_t size)
{
	return out_of_luck() ? NULL : __real_malloc(size);
}

void *
__wrap_calloc(size_t count, size_t size)
{
	return out_of_luck() ? NULL : __real_calloc(count, size);
}

void *
__wrap_realloc(void *ptr, size_t size)
{
	return out_of_luck() ? NULL : __real_realloc(ptr, size);
}

void *
__wrap_reallocarray(void *ptr, size_t count, size_t size)
{
	return out_of_luck() ? NULL : __real_reallocarray(ptr, count, size);
}

#endif
