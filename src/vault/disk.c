/* Durable files: the order of calls that power loss cannot break. */
#include "disk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

typedef enum Saved { SAVED, SAVE_FAILED, SAVE_SYNC_FAILED } Saved;

static bool
disk_err(int failure, const char *path, Err *err)
{
	if (failure == ENOSPC || failure == EDQUOT)
		return err_set(err, ERR_FAILED, "the disk is full: make room in %s, then save again", path);
	if (failure == EROFS || failure == EACCES || failure == EPERM)
		return err_set(
			err, ERR_FAILED, "it may only be read: change the permissions of %s, then save again", path);
	return err_set(
		err, ERR_FAILED, "%s: cannot save to %s: save again, or to another place", strerror(failure), path);
}

static int
open_again(const Sys *sys, const char *path, int flags)
{
	int fd;
	do
		fd = sys->open(path, flags, 0600);
	while (fd < 0 && errno == EINTR);
	return fd;
}

static bool
sync_fd(const Sys *sys, int fd)
{
	int result;
	do
		result = sys->sync(fd);
	while (result != 0 && errno == EINTR);
	return result == 0;
}

bool
disk_folder(const Sys *sys, const char *path, Err *err)
{
	bool is_dir = false;
	if (sys->stat_size(path, NULL, &is_dir) != 0) {
		ErrKind kind = errno == ENOENT || errno == ENOTDIR ? ERR_NOT_FOUND : ERR_FAILED;
		return err_set(err, kind, "cannot look at %s: %s", path, strerror(errno));
	}
	return is_dir || err_set(err, ERR_FAILED, "%s is a link or a file, not a folder: name the folder itself", path);
}

bool
disk_make_folder(const Sys *sys, const char *path, bool *made, Err *err)
{
	bool fresh = sys->make_dir(path, 0700) == 0;
	if (!fresh && errno != EEXIST)
		return disk_err(errno, path, err);
	if (made != NULL)
		*made = fresh;
	return fresh || disk_folder(sys, path, err);
}

bool
disk_sync_folder(const Sys *sys, const char *path, Err *err)
{
	int fd = open_again(sys, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
	if (fd < 0)
		return disk_err(errno, path, err);
	/* EINVAL: a file system (some network ones) that has no such thing as synchronising a folder. */
	bool ok = sync_fd(sys, fd) || errno == EINVAL;
	int failure = errno;
	sys->close(fd);
	return ok || disk_err(failure, path, err);
}

/* Writes a new file and makes its bytes durable. */
static Saved
write_new(const Sys *sys, const char *path, StrView bytes)
{
	int fd = open_again(sys, path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW);
	if (fd < 0)
		return SAVE_FAILED;
	Saved saved = SAVED;
	int failure;
	do
		failure = sys->allocate(fd, (off_t)bytes.len);
	while (failure == EINTR);
	/* A file system that cannot allocate ahead will say so when it is written to. */
	if (failure == EOPNOTSUPP || failure == EINVAL || failure == ENOSYS)
		failure = 0;
	if (failure != 0) {
		saved = SAVE_FAILED;
	} else if (!file_write_all(sys, fd, bytes)) {
		saved = SAVE_FAILED;
		failure = errno;
	} else if (!sync_fd(sys, fd)) {
		saved = SAVE_SYNC_FAILED;
		failure = errno;
	}
	/* After EINTR the descriptor is closed all the same. */
	if (sys->close(fd) != 0 && errno != EINTR && saved == SAVED) {
		saved = SAVE_SYNC_FAILED;
		failure = errno;
	}
	if (saved != SAVED)
		sys->unlink(path); /* what cannot be removed stays in tmp, where nobody looks */
	errno = failure;
	return saved;
}

static Saved
save_once(const Sys *sys, const char *temporary, const char *folder, const char *path, StrView bytes, Err *err)
{
	Saved saved = write_new(sys, temporary, bytes);
	if (saved != SAVED) {
		disk_err(errno, folder, err);
		return saved;
	}
	if (sys->rename_new(temporary, path) != 0) {
		int failure = errno;
		sys->unlink(temporary);
		/* Without RENAME_NOREPLACE the name may have been linked already; if so it is ours, for ids are random.
		 */
		if (failure != EEXIST)
			sys->unlink(path);
		disk_err(failure, folder, err);
		return SAVE_FAILED;
	}
	if (!disk_sync_folder(sys, folder, err)) {
		sys->unlink(path);
		return SAVE_SYNC_FAILED;
	}
	return SAVED;
}

/* Paths of a save: the temporary file, the folder and the file in it. */
typedef struct Paths {
	Str tmp, temporary, folder, path;
} Paths;

static bool
paths_make(const Sys *sys, const char *root, const char *folder, const char *name, Paths *paths, Err *err)
{
	Id unique;
	char unique_name[ID_TEXT + 1];
	sys->random(&unique, sizeof unique);
	id_format(unique, unique_name);
	str_printf(&paths->tmp, "%s/tmp", root);
	str_printf(&paths->temporary, "%s/tmp/%s", root, unique_name);
	str_printf(&paths->folder, "%s/%s", root, folder);
	str_printf(&paths->path, "%s/%s/%s", root, folder, name);
	return str_ok(&paths->tmp, err) && str_ok(&paths->temporary, err) && str_ok(&paths->folder, err) &&
	       str_ok(&paths->path, err);
}

static void
paths_free(Paths *paths)
{
	str_free(&paths->tmp);
	str_free(&paths->temporary);
	str_free(&paths->folder);
	str_free(&paths->path);
}

bool
disk_save(const Sys *sys, const char *root, const char *folder, const char *name, StrView bytes, Err *err)
{
	Saved saved = SAVE_SYNC_FAILED;
	/* A descriptor whose fsync failed may report success the next time although the pages are lost; only a new file
	 * counts. */
	for (int attempt = 0; attempt < 2 && saved == SAVE_SYNC_FAILED; attempt++) {
		Paths paths = {0};
		saved = SAVE_FAILED;
		/* tmp may be missing: tools that synchronise leave it out. */
		if (paths_make(sys, root, folder, name, &paths, err) && disk_folder(sys, str_c(&paths.folder), err) &&
			disk_make_folder(sys, str_c(&paths.tmp), NULL, err))
			saved = save_once(
				sys, str_c(&paths.temporary), str_c(&paths.folder), str_c(&paths.path), bytes, err);
		paths_free(&paths);
	}
	return saved == SAVED;
}

bool
disk_replace(const Sys *sys, const char *root, const char *folder, const char *name, StrView bytes, Err *err)
{
	Saved saved = SAVE_SYNC_FAILED;
	for (int attempt = 0; attempt < 2 && saved == SAVE_SYNC_FAILED; attempt++) {
		Paths paths = {0};
		saved = SAVE_FAILED;
		if (paths_make(sys, root, folder, name, &paths, err) && disk_folder(sys, str_c(&paths.folder), err) &&
			disk_make_folder(sys, str_c(&paths.tmp), NULL, err)) {
			saved = write_new(sys, str_c(&paths.temporary), bytes);
			if (saved != SAVED) {
				disk_err(errno, str_c(&paths.folder), err);
			} else if (sys->rename_over(str_c(&paths.temporary), str_c(&paths.path)) != 0) {
				int failure = errno;
				sys->unlink(str_c(&paths.temporary));
				disk_err(failure, str_c(&paths.folder), err);
				saved = SAVE_FAILED;
			} else if (!disk_sync_folder(sys, str_c(&paths.folder), err)) {
				saved = SAVE_SYNC_FAILED;
			}
		}
		paths_free(&paths);
	}
	return saved == SAVED;
}

static bool
read_err(const char *path, Err *err)
{
	if (errno == ENOENT || errno == ENOTDIR)
		return err_set(err, ERR_NOT_FOUND, "%s is not there", path);
	if (errno == ELOOP)
		return err_set(err, ERR_DAMAGED, "%s is a symbolic link: put the file itself there", path);
	/* A pipe cannot be read at a place, a socket not be opened. */
	if (errno == ESPIPE || errno == ENXIO)
		return err_set(err, ERR_DAMAGED, "%s is no file: take it away, or put the sealed file there", path);
	return err_set(err, ERR_FAILED, "cannot read %s: %s: check the disk", path, strerror(errno));
}

/* Fills the buffer from the start of the file; fewer bytes at its end. */
static bool
read_start(const Sys *sys, const char *path, char *buffer, size_t size, size_t *got, Err *err)
{
	/* Nothing in a vault is a pipe; opening one must not wait for a writer. */
	int fd = open_again(sys, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0)
		return read_err(path, err);
	ssize_t part = 1;
	*got = 0;
	while (*got < size && part != 0) {
		part = sys->pread(fd, buffer + *got, size - *got, (off_t)*got);
		if (part > 0)
			*got += (size_t)part;
		else if (part < 0 && errno != EINTR)
			break;
	}
	int failure = errno;
	sys->close(fd);
	errno = failure;
	return part >= 0 || *got == size || read_err(path, err);
}

bool
disk_read_head(const Sys *sys, const char *path, void *buffer, size_t size, size_t *got, uint64_t *file_size, Err *err)
{
	off_t length;
	bool is_dir;
	if (sys->stat_size(path, &length, &is_dir) != 0)
		return read_err(path, err);
	if (is_dir)
		return err_set(err, ERR_DAMAGED, "%s is a folder: a sealed file belongs there", path);
	if (!read_start(sys, path, buffer, size, got, err))
		return false;
	*file_size = (uint64_t)length;
	return true;
}

bool
disk_read_into(const Sys *sys, const char *path, size_t size, char *buffer, Err *err)
{
	size_t got;
	return read_start(sys, path, buffer, size, &got, err) &&
	       (got == size || err_set(err, ERR_FAILED, "%s changed while it was read: try again", path));
}

bool
disk_read_whole(const Sys *sys, const char *path, size_t size, Str *out, Err *err)
{
	char *buffer = malloc(size + 1);
	if (buffer == NULL)
		return err_memory(err);
	Str whole = {.ptr = buffer, .len = size, .cap = size + 1};
	bool ok = disk_read_into(sys, path, size, buffer, err);
	buffer[size] = '\0';
	if (ok)
		str_move(out, &whole);
	str_free(&whole);
	return ok;
}

bool
disk_remove(const Sys *sys, const char *path, Err *err)
{
	if (sys->unlink(path) == 0 || errno == ENOENT)
		return true;
	return err_set(err, ERR_FAILED, "cannot remove %s: %s: remove it by hand", path, strerror(errno));
}
