/* The real machine behind the table of calls. */
#include "meok/base.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static int
sys_open(const char *path, int flags, mode_t mode)
{
	return open(path, flags | O_CLOEXEC, mode);
}

static int
sys_rename_new(const char *from, const char *to)
{
	if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -1;
	/* A file system without RENAME_NOREPLACE: link refuses an existing name too. */
	if (link(from, to) != 0)
		return -1;
	return unlink(from);
}

static bool
sys_list_dir(const char *path, StrList *names)
{
	DIR *dir = opendir(path);
	if (dir == NULL)
		return false;
	int failure = 0;
	for (;;) {
		errno = 0;
		struct dirent *entry = readdir(dir);
		if (entry == NULL) {
			failure = errno;
			break;
		}
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			list_append(names, sv(entry->d_name));
	}
	closedir(dir);
	if (names->failed)
		failure = ENOMEM;
	errno = failure;
	return failure == 0;
}

static int
sys_stat_size(const char *path, off_t *size, bool *is_dir)
{
	struct stat st;
	if (lstat(path, &st) != 0)
		return -1;
	if (size != NULL)
		*size = st.st_size;
	if (is_dir != NULL)
		*is_dir = S_ISDIR(st.st_mode);
	return 0;
}

static int64_t
sys_now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void
sys_random(void *buffer, size_t size)
{
	char *at = buffer;
	while (size > 0) {
		ssize_t got = getrandom(at, size, 0);
		if (got < 0) {
			if (errno == EINTR)
				continue;
			abort(); /* a kernel without getrandom: a key must never be made from nothing */
		}
		at += got;
		size -= (size_t)got;
	}
}

static int
sys_allocate(int fd, off_t size)
{
	return posix_fallocate(fd, 0, size);
}

static int
sys_may_write(const char *path)
{
	return access(path, W_OK);
}

static int
sys_lock(int fd)
{
	return flock(fd, LOCK_EX | LOCK_NB);
}

const Sys SYS_POSIX = {
	.open = sys_open,
	.read = read,
	.pread = pread,
	.write = write,
	.allocate = sys_allocate,
	.truncate = ftruncate,
	.sync = fsync,
	.sync_data = fdatasync,
	.lock = sys_lock,
	.close = close,
	.rename_new = sys_rename_new,
	.rename_over = rename,
	.unlink = unlink,
	.make_dir = mkdir,
	.list_dir = sys_list_dir,
	.stat_size = sys_stat_size,
	.may_write = sys_may_write,
	.now_ms = sys_now_ms,
	.random = sys_random,
};
