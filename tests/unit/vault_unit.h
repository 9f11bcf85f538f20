/* What tests of the vault share: a quick vault, random bytes that are the same in every run, and calls that fail on
 * demand. */
#ifndef MEOK_TESTS_VAULT_UNIT_H
#define MEOK_TESTS_VAULT_UNIT_H

#include "unit.h"

#include "../../src/vault/record.h"
#include "../../src/vault/store.h"

#include <errno.h>

/* Costs far under the format's, so that a test opens a thousand vaults. */
static const SlotLimits QUICK = {.passes_max = 16, .memory_min = 8192, .memory_max = 1u << 30};
#define PASSPHRASE SV("먹을 갈아 쓴다")

static inline Vault *
quick_open(const Sys *sys, const char *dir)
{
	Err err = {0};
	Vault *vault = open_vault(sys, dir, NULL, PASSPHRASE, &QUICK, &err);
	if (vault == NULL)
		print_error("%s\n", err_text(&err));
	assert_non_null(vault);
	return vault;
}

/* A new vault in dir/v; *path is its folder. */
static inline Vault *
quick_vault(const char *dir, Str *path)
{
	Err err = {0};
	path_join(path, sv(dir), SV("v"));
	if (!open_create(&SYS_POSIX, str_c(path), PASSPHRASE, 1, 8192, &err))
		print_error("%s\n", err_text(&err));
	return quick_open(&SYS_POSIX, str_c(path));
}

static inline Revision
text_revision(const char *title, const char *body)
{
	return (Revision){.title = str_from(sv(title)), .body = str_from(sv(body))};
}

/* Random bytes of a plain generator: the same for the same seed. */
static uint64_t seeded_state;

static inline void
seeded_random(void *buffer, size_t size)
{
	uint8_t *at = buffer;
	for (size_t i = 0; i < size; i++) {
		seeded_state ^= seeded_state << 13;
		seeded_state ^= seeded_state >> 7;
		seeded_state ^= seeded_state << 17;
		at[i] = (uint8_t)(seeded_state >> 24);
	}
}

/* ---- Calls that fail on demand, and a record of what was called */

static struct {
	int calls;   /* counted so far */
	int fail_at; /* the call that fails, from 1; 0: none */
	int fail_errno;
	bool forever;                      /* and all after it */
	const char *only_name, *only_path; /* when set, only calls of that name on paths with this part are counted */
	int failed;                        /* how many did */
	Str log;                           /* one line a call that changes something: "name path" */
} faulty;

static inline void
faulty_arm(int fail_at, int fail_errno, bool forever)
{
	str_free(&faulty.log);
	faulty.calls = faulty.failed = 0;
	faulty.fail_at = fail_at;
	faulty.fail_errno = fail_errno;
	faulty.forever = forever;
	faulty.only_name = faulty.only_path = NULL;
}

/* The n-th call `name` on a path that has `path` in it fails, and all such calls after it when `forever`. */
static inline void
faulty_arm_on(const char *name, const char *path, int fail_at, int fail_errno, bool forever)
{
	faulty_arm(fail_at, fail_errno, forever);
	faulty.only_name = name;
	faulty.only_path = path;
}

static inline bool
faulty_call(const char *name, const char *path)
{
	bool counts = faulty.only_name == NULL ||
		      (strcmp(name, faulty.only_name) == 0 && strstr(path, faulty.only_path) != NULL);
	faulty.calls += counts;
	bool fails = counts && faulty.fail_at != 0 &&
		     (faulty.calls == faulty.fail_at || (faulty.forever && faulty.calls > faulty.fail_at));
	str_printf(&faulty.log, "%s %s%s\n", name, path, fails ? " FAILED" : "");
	if (fails) {
		faulty.failed++;
		errno = faulty.fail_errno;
	}
	return fails;
}

/* What each open descriptor is, for the record. */
static char faulty_paths[256][300];

static inline const char *
faulty_fd(int fd)
{
	return fd >= 0 && fd < 256 ? faulty_paths[fd] : "?";
}

static inline int
faulty_open(const char *path, int flags, mode_t mode)
{
	if (faulty_call("open", path))
		return -1;
	int fd = SYS_POSIX.open(path, flags, mode);
	if (fd >= 0 && fd < 256)
		snprintf(faulty_paths[fd], sizeof faulty_paths[fd], "%s", path);
	return fd;
}

static inline ssize_t
faulty_pread(int fd, void *buffer, size_t size, off_t offset)
{
	return faulty_call("pread", faulty_fd(fd)) ? -1 : SYS_POSIX.pread(fd, buffer, size, offset);
}

static inline ssize_t
faulty_read(int fd, void *buffer, size_t size)
{
	return faulty_call("read", faulty_fd(fd)) ? -1 : SYS_POSIX.read(fd, buffer, size);
}

/* Short writes all the time: the loop around them is always needed. */
static inline ssize_t
faulty_write(int fd, const void *buffer, size_t size)
{
	if (faulty_call("write", faulty_fd(fd)))
		return -1;
	return SYS_POSIX.write(fd, buffer, size > 1500 ? 1500 : size);
}

static inline int
faulty_allocate(int fd, off_t size)
{
	return faulty_call("allocate", faulty_fd(fd)) ? faulty.fail_errno : SYS_POSIX.allocate(fd, size);
}

static inline int
faulty_sync(int fd)
{
	return faulty_call("sync", faulty_fd(fd)) ? -1 : SYS_POSIX.sync(fd);
}

static inline int
faulty_sync_data(int fd)
{
	return faulty_call("sync_data", faulty_fd(fd)) ? -1 : SYS_POSIX.sync_data(fd);
}

static inline int
faulty_lock(int fd)
{
	return faulty_call("lock", faulty_fd(fd)) ? -1 : SYS_POSIX.lock(fd);
}

/* A close that fails has closed all the same, as on Linux. */
static inline int
faulty_close(int fd)
{
	bool fails = faulty_call("close", faulty_fd(fd));
	int failure = errno;
	int result = SYS_POSIX.close(fd);
	errno = failure;
	return fails ? -1 : result;
}

static inline int
faulty_rename_new(const char *from, const char *to)
{
	return faulty_call("rename_new", to) ? -1 : SYS_POSIX.rename_new(from, to);
}

static inline int
faulty_rename_over(const char *from, const char *to)
{
	return faulty_call("rename_over", to) ? -1 : SYS_POSIX.rename_over(from, to);
}

static inline int
faulty_unlink(const char *path)
{
	return faulty_call("unlink", path) ? -1 : SYS_POSIX.unlink(path);
}

static inline int
faulty_make_dir(const char *path, mode_t mode)
{
	return faulty_call("make_dir", path) ? -1 : SYS_POSIX.make_dir(path, mode);
}

static inline bool
faulty_list_dir(const char *path, StrList *names)
{
	return !faulty_call("list_dir", path) && SYS_POSIX.list_dir(path, names);
}

static inline int
faulty_stat_size(const char *path, off_t *size, bool *is_dir)
{
	return faulty_call("stat_size", path) ? -1 : SYS_POSIX.stat_size(path, size, is_dir);
}

static inline Sys
faulty_sys(void)
{
	Sys sys = SYS_POSIX;
	sys.open = faulty_open;
	sys.read = faulty_read;
	sys.pread = faulty_pread;
	sys.write = faulty_write;
	sys.allocate = faulty_allocate;
	sys.sync = faulty_sync;
	sys.sync_data = faulty_sync_data;
	sys.lock = faulty_lock;
	sys.close = faulty_close;
	sys.rename_new = faulty_rename_new;
	sys.rename_over = faulty_rename_over;
	sys.unlink = faulty_unlink;
	sys.make_dir = faulty_make_dir;
	sys.list_dir = faulty_list_dir;
	sys.stat_size = faulty_stat_size;
	return sys;
}

/* Files below a folder, in objects/ or elsewhere. */
static inline size_t
count_files(const char *dir, const char *inside)
{
	char command[400], line[32] = "";
	snprintf(command, sizeof command, "find '%s/%s' -type f | wc -l", dir, inside);
	FILE *pipe = popen(command, "r");
	if (pipe == NULL || fgets(line, sizeof line, pipe) == NULL)
		abort();
	pclose(pipe);
	return strtoul(line, NULL, 10);
}

#endif
