/* Calls and allocations that fail on demand. An interrupted call is one that a signal may interrupt; a short one
 * moves a part of what it was given. The program is linked with --wrap for its allocations. */
#include "faulty_sys.h"

#include <errno.h>
#include <execinfo.h>
#include <stdlib.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *ptr, size_t size);
void *__real_reallocarray(void *ptr, size_t count, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *ptr, size_t size);
void *__wrap_reallocarray(void *ptr, size_t count, size_t size);

static Trouble *now;
static int outside; /* in the file system, whose memory is the machine's */

void
faulty_set(Trouble *trouble)
{
	now = trouble;
	trouble->seen = trouble->struck = trouble->allocations = trouble->calls = 0;
}

void
faulty_clear(void)
{
	now = NULL;
}

void
faulty_pause(void)
{
	outside++;
}

void
faulty_resume(void)
{
	outside--;
}

static bool
strikes(Fault fault, const char *name)
{
	if (now == NULL || outside > 0)
		return false;
	now->allocations += fault == FAULT_MEMORY;
	if (now->fault != fault)
		return false;
	now->seen++;
	if (now->at == 0 || (now->seen != now->at && !(now->forever && now->seen > now->at)))
		return false;
	if (now->struck++ == 0) {
		outside++;
		now->from_count = backtrace(now->from, FAULT_FRAMES);
		outside--;
	}
	now->last = name;
	return true;
}

/* ---- Memory */

void *
__wrap_malloc(size_t size)
{
	return strikes(FAULT_MEMORY, "malloc") ? NULL : __real_malloc(size);
}

void *
__wrap_calloc(size_t count, size_t size)
{
	return strikes(FAULT_MEMORY, "calloc") ? NULL : __real_calloc(count, size);
}

void *
__wrap_realloc(void *ptr, size_t size)
{
	return strikes(FAULT_MEMORY, "realloc") ? NULL : __real_realloc(ptr, size);
}

void *
__wrap_reallocarray(void *ptr, size_t count, size_t size)
{
	return strikes(FAULT_MEMORY, "reallocarray") ? NULL : __real_reallocarray(ptr, count, size);
}

bool
faulty_memory_strikes(const char *name)
{
	return strikes(FAULT_MEMORY, name);
}

/* ---- Calls */

static bool
fails(const char *name, bool interruptible)
{
	if (now != NULL && outside == 0)
		now->calls++;
	if (now == NULL || now->fault != FAULT_ERRNO || (now->failure == EINTR && !interruptible))
		return false;
	if (!strikes(FAULT_ERRNO, name))
		return false;
	errno = now->failure;
	return true;
}

static size_t
shortened(const char *name, size_t size)
{
	return size > 1 && strikes(FAULT_SHORT, name) ? size / 2 : size;
}

#define OUTSIDE(type, call)           \
	outside++;                    \
	type result = CRASH_SYS.call; \
	outside--;                    \
	return result

static int
faulty_open(const char *path, int flags, mode_t mode)
{
	if (fails("open", true))
		return -1;
	OUTSIDE(int, open(path, flags, mode));
}

static ssize_t
faulty_read(int fd, void *buffer, size_t size)
{
	if (fails("read", true))
		return -1;
	OUTSIDE(ssize_t, read(fd, buffer, shortened("read", size)));
}

static ssize_t
faulty_pread(int fd, void *buffer, size_t size, off_t offset)
{
	if (fails("pread", true))
		return -1;
	OUTSIDE(ssize_t, pread(fd, buffer, shortened("pread", size), offset));
}

static ssize_t
faulty_write(int fd, const void *buffer, size_t size)
{
	if (fails("write", true))
		return -1;
	OUTSIDE(ssize_t, write(fd, buffer, shortened("write", size)));
}

static int
faulty_allocate(int fd, off_t size)
{
	if (fails("allocate", true))
		return now->failure;
	OUTSIDE(int, allocate(fd, size));
}

static int
faulty_truncate(int fd, off_t size)
{
	if (fails("truncate", true))
		return -1;
	OUTSIDE(int, truncate(fd, size));
}

static int
faulty_sync(int fd)
{
	if (fails("sync", true))
		return -1;
	OUTSIDE(int, sync(fd));
}

static int
faulty_sync_data(int fd)
{
	if (fails("sync_data", true))
		return -1;
	OUTSIDE(int, sync_data(fd));
}

static int
faulty_lock(int fd)
{
	if (fails("lock", true))
		return -1;
	OUTSIDE(int, lock(fd));
}

/* One that fails has closed all the same, as on Linux. */
static int
faulty_close(int fd)
{
	outside++;
	CRASH_SYS.close(fd);
	outside--;
	return fails("close", true) ? -1 : 0;
}

static int
faulty_rename_new(const char *from, const char *to)
{
	if (fails("rename_new", false))
		return -1;
	OUTSIDE(int, rename_new(from, to));
}

static int
faulty_rename_over(const char *from, const char *to)
{
	if (fails("rename_over", false))
		return -1;
	OUTSIDE(int, rename_over(from, to));
}

static int
faulty_unlink(const char *path)
{
	if (fails("unlink", false))
		return -1;
	OUTSIDE(int, unlink(path));
}

static int
faulty_make_dir(const char *path, mode_t mode)
{
	if (fails("make_dir", false))
		return -1;
	OUTSIDE(int, make_dir(path, mode));
}

static bool
faulty_list_dir(const char *path, StrList *names)
{
	if (fails("list_dir", false))
		return false;
	OUTSIDE(bool, list_dir(path, names));
}

static int
faulty_stat_size(const char *path, off_t *size, bool *is_dir)
{
	if (fails("stat_size", false))
		return -1;
	OUTSIDE(int, stat_size(path, size, is_dir));
}

static int64_t
faulty_now_ms(void)
{
	return CRASH_SYS.now_ms();
}

static void
faulty_random(void *buffer, size_t size)
{
	CRASH_SYS.random(buffer, size);
}

static int
faulty_may_write(const char *path)
{
	return CRASH_SYS.may_write(path);
}

const Sys FAULTY_SYS = {
	.open = faulty_open,
	.read = faulty_read,
	.pread = faulty_pread,
	.write = faulty_write,
	.allocate = faulty_allocate,
	.truncate = faulty_truncate,
	.sync = faulty_sync,
	.sync_data = faulty_sync_data,
	.lock = faulty_lock,
	.close = faulty_close,
	.rename_new = faulty_rename_new,
	.rename_over = faulty_rename_over,
	.unlink = faulty_unlink,
	.make_dir = faulty_make_dir,
	.list_dir = faulty_list_dir,
	.stat_size = faulty_stat_size,
	.may_write = faulty_may_write,
	.now_ms = faulty_now_ms,
	.random = faulty_random,
};
