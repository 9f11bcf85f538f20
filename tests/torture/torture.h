/* What the machines share: quick vaults, TAP, options. */
#ifndef MEOK_TESTS_TORTURE_H
#define MEOK_TESTS_TORTURE_H

#include "../../src/vault/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Costs far under the format's, so that a run opens vaults by the hundred thousand. */
static const SlotLimits TORTURE_LIMITS = {.passes_max = 16, .memory_min = 8192, .memory_max = 1u << 30};
#define TORTURE_PASSPHRASE SV("먹을 갈아 쓴다")

static inline uint64_t
torture_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return (*state * 0x2545F4914F6CDD1DULL) >> 16;
}

/* The number behind `--name`, or `otherwise`. */
static inline uint64_t
torture_option(int argc, char **argv, const char *name, uint64_t otherwise)
{
	for (int i = 1; i + 1 < argc; i++) {
		if (strcmp(argv[i], name) == 0)
			return strtoull(argv[i + 1], NULL, 10);
	}
	return otherwise;
}

static inline double
torture_seconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* One line of TAP; true when all is well. */
static inline bool
torture_result(int number, bool ok, const char *what)
{
	printf("%s %d - %s\n", ok ? "ok" : "not ok", number, what);
	fflush(stdout);
	return ok;
}

#endif
