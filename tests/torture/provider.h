/* What the provider simulator is made of: folders that are copied, and the two halves of it. */
#ifndef MEOK_TESTS_PROVIDER_H
#define MEOK_TESTS_PROVIDER_H

#include "../unit/vault_unit.h"

/* ---- folders.c */

/* Everything of a vault but tmp/ and README.txt: "keys/NAME", "objects/C/NAME", sorted. */
void list_vault(const char *vault, StrList *files);
Str path_of(const char *dir, const char *inside);
bool is_there(const char *dir, const char *file);
Str read_bytes(const char *dir, const char *file);
/* Makes the folders above it, replaces what is there. */
void write_bytes(const char *dir, const char *file, StrView bytes);
void copy_file(const char *from, const char *to, const char *file);
void remove_file(const char *dir, const char *file);
/* Makes `to` a copy of a folder of whatever; what was there is removed. */
void copy_tree(const char *from, const char *to);
void remove_tree(const char *dir);
/* Numbers under `limit`, the same for the same seed (seeded_state). */
size_t dice(size_t limit);
/* The real machine, with seeded randomness, a clock that goes on by itself, and no waiting for the disk. */
Sys simulated_sys(void);
void simulated_seed(uint64_t seed);
void simulated_wait(int64_t ms);                                                    /* the clock goes on */
Vault *open_device(const Sys *sys, const char *vault, const char *state, Err *err); /* NULL: *err */
bool make_vault(const Sys *sys, const char *vault, Err *err);

/* ---- devices.c */

/* One interleaving of three devices; fails the test when something is wrong. Adds up what was done. */
typedef struct DeviceFigures {
	size_t operations, syncs, cut, in_a_walk, saves, opens, thinned;
} DeviceFigures;
void run_devices(uint64_t seed, DeviceFigures *figures);

#endif
