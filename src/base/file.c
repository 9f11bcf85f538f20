/* Whole files and paths over the table of calls. */
#include "meok/base.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef enum ReadEnd { READ_WHOLE, READ_FAILED, READ_TOO_LARGE, READ_NO_MEMORY } ReadEnd;

/* A signal may come while a call waits. */
static int
open_again(const Sys *sys, const char *path, int flags, mode_t mode)
{
	int fd;
	do
		fd = sys->open(path, flags, mode);
	while (fd < 0 && errno == EINTR);
	return fd;
}

static bool
sync_again(const Sys *sys, int fd)
{
	int result;
	do
		result = sys->sync(fd);
	while (result != 0 && errno == EINTR);
	return result == 0;
}

/* READ_FAILED leaves the reason in errno. */
static ReadEnd
read_all(const Sys *sys, int fd, size_t limit, Str *out)
{
	char buffer[16384];
	ReadEnd end = READ_WHOLE;
	for (;;) {
		ssize_t got = sys->read(fd, buffer, sizeof buffer);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			end = got < 0 ? READ_FAILED : READ_WHOLE;
			break;
		}
		if ((size_t)got > limit - out->len) {
			end = READ_TOO_LARGE;
			break;
		}
		str_append(out, (StrView){buffer, (size_t)got});
		if (out->failed) {
			end = READ_NO_MEMORY;
			break;
		}
	}
	int failure = errno;
	explicit_bzero(buffer, sizeof buffer);
	errno = failure;
	return end;
}

static bool
read_named(const Sys *sys, int fd, const char *name, size_t limit, Str *out, Err *err)
{
	char most[24];
	snprintf(most, sizeof most, "%zu", limit);
	switch (read_all(sys, fd, limit, out)) {
	case READ_WHOLE:
		return true;
	case READ_FAILED:
		return err_set(err, ERR_FAILED, "cannot read %s: %s", name, strerror(errno));
	case READ_TOO_LARGE:
		return err_set(err, ERR_FAILED, "%s is too large: at most %s bytes can be read", name, most);
	case READ_NO_MEMORY:
		break;
	}
	return err_memory(err);
}

bool
file_read(const Sys *sys, const char *path, size_t limit, Str *out, Err *err)
{
	int fd = open_again(sys, path, O_RDONLY, 0);
	if (fd < 0) {
		ErrKind kind = errno == ENOENT || errno == ENOTDIR ? ERR_NOT_FOUND : ERR_FAILED;
		return err_set(err, kind, "cannot open %s: %s", path, strerror(errno));
	}
	Str bytes = {0};
	bool ok = read_named(sys, fd, path, limit, &bytes, err);
	sys->close(fd);
	if (ok)
		str_move(out, &bytes);
	str_wipe(&bytes);
	return ok;
}

bool
file_read_fd(const Sys *sys, int fd, size_t limit, Str *out, Err *err)
{
	return read_named(sys, fd, "stdin", limit, out, err);
}

bool
file_write_all(const Sys *sys, int fd, StrView bytes)
{
	while (bytes.len > 0) {
		ssize_t put = sys->write(fd, bytes.ptr, bytes.len);
		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0) {
			if (put == 0)
				errno = EIO;
			return false;
		}
		bytes = (StrView){bytes.ptr + put, bytes.len - (size_t)put};
	}
	return true;
}

static StrView
parent_of(StrView path)
{
	while (path.len > 1 && path.ptr[path.len - 1] == '/')
		path.len--;
	const char *slash = memrchr(path.ptr, '/', path.len);
	if (slash == NULL)
		return SV(".");
	return slash == path.ptr ? SV("/") : (StrView){path.ptr, (size_t)(slash - path.ptr)};
}

static bool
write_new(const Sys *sys, const char *path, StrView bytes, mode_t mode)
{
	int fd = open_again(sys, path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode);
	if (fd < 0)
		return false;
	bool ok = file_write_all(sys, fd, bytes) && sync_again(sys, fd);
	int failure = errno;
	/* After EINTR it is closed all the same. */
	if (sys->close(fd) != 0 && errno != EINTR && ok) {
		ok = false;
		failure = errno;
	}
	if (!ok)
		sys->unlink(path);
	errno = failure;
	return ok;
}

bool
file_replace(const Sys *sys, const char *path, StrView bytes, mode_t mode, Err *err)
{
	Id unique;
	char name[ID_TEXT + 1];
	sys->random(&unique, sizeof unique);
	id_format(unique, name);
	StrView parent = parent_of(sv(path));
	Str dir = str_from(parent), temporary = {0};
	str_printf(&temporary, "%s/.tmp-%s", str_c(&dir), name);
	bool ok = str_ok(&dir, err) && str_ok(&temporary, err);
	if (ok && !write_new(sys, str_c(&temporary), bytes, mode))
		ok = err_set(err, ERR_FAILED, "cannot write %s: %s", path, strerror(errno));
	else if (ok && sys->rename_over(str_c(&temporary), path) != 0) {
		ok = err_set(err, ERR_FAILED, "cannot write %s: %s", path, strerror(errno));
		sys->unlink(str_c(&temporary));
	}
	ok = ok && file_sync_dir(sys, str_c(&dir), err);
	str_free(&dir);
	str_free(&temporary);
	return ok;
}

bool
file_sync_dir(const Sys *sys, const char *path, Err *err)
{
	int fd = open_again(sys, path, O_RDONLY | O_DIRECTORY, 0);
	if (fd < 0)
		return err_set(err, ERR_FAILED, "cannot open folder %s: %s", path, strerror(errno));
	bool ok = sync_again(sys, fd);
	int failure = errno;
	sys->close(fd);
	return ok ? true : err_set(err, ERR_FAILED, "cannot write folder %s: %s", path, strerror(failure));
}

bool
file_make_dirs(const Sys *sys, const char *path, mode_t mode, Err *err)
{
	Str part = {0};
	StrView whole = sv(path);
	bool ok = true;
	for (size_t i = 1; ok && i <= whole.len; i++) {
		if (i < whole.len && whole.ptr[i] != '/')
			continue;
		str_set(&part, sv_slice(whole, 0, i));
		ok = str_ok(&part, err);
		if (!ok || sys->make_dir(str_c(&part), mode) == 0)
			continue;
		int failure = errno;
		bool is_dir = false;
		/* What is there may be a link to a folder: a home on another disk. */
		bool there = failure == EEXIST || (sys->stat_size(str_c(&part), NULL, &is_dir) == 0 && is_dir);
		if (!there)
			ok = err_set(err, ERR_FAILED, "cannot make folder %s: %s", str_c(&part), strerror(failure));
	}
	str_free(&part);
	return ok;
}

bool
file_exists(const Sys *sys, const char *path)
{
	return sys->stat_size(path, NULL, NULL) == 0;
}

void
path_join(Str *out, StrView dir, StrView name)
{
	Str path = str_from(dir);
	if (path.len > 0 && path.ptr[path.len - 1] != '/')
		str_append_byte(&path, '/');
	str_append(&path, name);
	str_move(out, &path);
}

bool
path_xdg(const char *variable, const char *fallback, Str *out, Err *err)
{
	const char *base = getenv(variable);
	if (base != NULL && base[0] == '/') {
		path_join(out, sv(base), SV("meok"));
		return str_ok(out, err);
	}
	const char *home = getenv("HOME");
	if (home == NULL || home[0] != '/')
		return err_set(
			err, ERR_FAILED, "neither %s nor HOME is set: say where with --vault and --config", variable);
	Str dir = {0};
	path_join(&dir, sv(home), sv(fallback));
	bool ok = str_ok(&dir, err);
	if (ok)
		path_join(out, str_view(&dir), SV("meok"));
	str_free(&dir);
	return ok && str_ok(out, err);
}
