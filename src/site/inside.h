/* Reading and writing inside one folder and nowhere else. Every path is checked by own_path_ok and every folder on the
 * way must be a real one: a symbolic link is never followed, whoever put it there. The folder itself may be one; the
 * writer chose it. What is half written lies in .meok, never between the pages.
 */
#ifndef MEOK_SITE_INSIDE_H
#define MEOK_SITE_INSIDE_H

#include "manifest.h"

typedef struct Inside {
	const Sys *sys;
	Str root; /* absolute, without a slash at the end */
	int lock; /* descriptor, -1: none */
} Inside;

/* Opens `root`, makes .meok in it and waits a few seconds at most for another meok to finish there. ERR_NOT_FOUND when
 * the folder is missing. */
bool inside_open(Inside *in, const Sys *sys, StrView root, Err *err);
void inside_close(Inside *in);

typedef enum OwnState {
	OWN_ABSENT,
	OWN_SAME,    /* as we wrote it */
	OWN_CHANGED, /* something else: edited, another kind of file, a link */
} OwnState;
/* Appends what the file holds to *bytes (may be NULL) when it is OWN_SAME. A file that has the hash `writing` counts as
 * written: *promoted (may be NULL) says so. */
bool inside_look(const Inside *in, const OwnFile *file, OwnState *state, Str *bytes, bool *promoted, Err *err);
/* Whole and durable, or not at all. `fresh`: nothing may be there, ERR_CONFLICT when something came in between. */
bool inside_write(const Inside *in, StrView path, StrView bytes, bool fresh, Err *err);
bool inside_make_dir(const Inside *in, StrView path, Err *err);            /* with those above it */
bool inside_list(const Inside *in, StrView dir, StrList *names, Err *err); /* empty `dir`: the folder itself */
bool inside_has(const Inside *in, StrView path);                           /* a file or anything else of that name */
/* Any regular file inside, ours or not, up to `limit` bytes; false when it cannot be read. */
bool inside_read_foreign(const Inside *in, StrView path, size_t limit, Str *out);

/* *there false and *out empty when there is none yet. */
bool inside_load_manifest(const Inside *in, Manifest *out, bool *there, Err *err);
/* Refuses to save what could not be read again. */
bool inside_save_manifest(const Inside *in, const Manifest *manifest, Err *err);

#endif
