/* The inside of the file system that forgets: for crash_sys.c and crash_states.c. */
#ifndef MEOK_TESTS_CRASH_FS_H
#define MEOK_TESTS_CRASH_FS_H

#include "crash_sys.h"

enum { SECTOR = 512, NAME_MAX_BYTES = 72, PATH_BYTES = 512, FDS = 64 };

/* Bytes that several file systems share until one of them changes them. */
typedef struct Blob {
	int refs;
	size_t len, cap;
	uint8_t *bytes;
} Blob;

/* What a file was told since it was synchronised: bytes at an offset, or only a size. */
typedef struct Pending {
	size_t offset, len, size; /* size: of the file afterwards */
	uint8_t *bytes;
} Pending;

/* What a name means: the number of a node, or -1. */
typedef struct Name {
	char text[NAME_MAX_BYTES];
	int live, durable;
	int *past; /* what it has meant since the folder was synchronised, `live` being the last */
	size_t past_len, past_cap;
} Name;

typedef struct Node {
	bool folder;
	int locked_by; /* descriptor, or -1 */
	Blob *live, *durable;
	Pending *pending;
	size_t pending_len, pending_cap;
	Name *names;
	size_t name_len, name_cap;
} Node;

typedef struct Open {
	bool used;
	int node;
	size_t at;
	int flags;
	char path[PATH_BYTES];
} Open;

struct CrashFs {
	Node *nodes;
	size_t len, cap;
	Open open[FDS];
	uint64_t random;
	int64_t now;
	void (*changed)(void *data);
	void *data;
};

/* The memory, or no more program. */
void *crash_must(void *ptr);
uint64_t crash_random_step(uint64_t *state);
Blob *crash_blob_new(const uint8_t *bytes, size_t len);
Blob *crash_blob_share(Blob *blob);
void crash_blob_drop(Blob *blob);
void crash_blob_resize(Blob **blob, size_t size); /* zeros where it grows */
int crash_node_new(CrashFs *fs, bool folder);
Name *crash_add_name(Node *folder, const char *text);

#endif
