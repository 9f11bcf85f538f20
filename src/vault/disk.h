/* One file into the vault folder so that it survives power loss, and out of it again. All through the Sys table.
 */
#ifndef MEOK_VAULT_DISK_H
#define MEOK_VAULT_DISK_H

#include "meok/base.h"

/* True when `path` is a folder itself; a symbolic link to one is not. ERR_NOT_FOUND when there is nothing. */
bool disk_folder(const Sys *sys, const char *path, Err *err);
/* Makes a folder with mode 0700 when it is missing. *made (may be NULL) tells. ERR_FAILED when something else is there.
 */
bool disk_make_folder(const Sys *sys, const char *path, bool *made, Err *err);
bool disk_sync_folder(const Sys *sys, const char *path, Err *err);
/* Writes root/folder/name durably by way of root/tmp, without replacing anything; one new try after a failed fsync. On
 * failure nothing of it is there. */
bool disk_save(const Sys *sys, const char *root, const char *folder, const char *name, StrView bytes, Err *err);
/* The same, but the file is there and is replaced. When it fails, either the old file or the new one is there, whole.
 */
bool disk_replace(const Sys *sys, const char *root, const char *folder, const char *name, StrView bytes, Err *err);
/* Reads at most `size` bytes from the start of a file that is not a symbolic link; *got bytes of *file_size. */
bool
disk_read_head(const Sys *sys, const char *path, void *buffer, size_t size, size_t *got, uint64_t *file_size, Err *err);
/* Reads a whole file of exactly `size` bytes. ERR_FAILED when it got shorter meanwhile. */
bool disk_read_into(const Sys *sys, const char *path, size_t size, char *buffer, Err *err);
bool disk_read_whole(const Sys *sys, const char *path, size_t size, Str *out, Err *err);
/* Removes a file; one that is gone already is fine. */
bool disk_remove(const Sys *sys, const char *path, Err *err);

#endif
