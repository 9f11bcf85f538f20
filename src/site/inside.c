/* Reads and writes inside one folder only, through no symbolic link. */
#include "inside.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>

enum { FILE_MODE = 0644, DIR_MODE = 0755, PAGE_BYTES_MAX = 512 << 20 };
enum { LOCK_TRIES = 100, LOCK_PAUSE_MS = 50 };

static const char OWN_DIR[] = ".meok", OWN_LIST[] = ".meok/manifest.json", OWN_LOCK[] = ".meok/lock",
		  OWN_PART[] = ".meok/writing";

static bool
full_path(const Inside *in, StrView path, Str *out, Err *err)
{
	path_join(out, str_view(&in->root), path);
	return str_ok(out, err);
}

static bool
refuse_path(StrView path, Err *err)
{
	Str shown = str_from(path);
	err_set(err, ERR_FAILED, "the name %s does not stay inside the blog's folder: give the article another address",
		str_c(&shown));
	str_free(&shown);
	return false;
}

/* *is_dir: a real folder. False when nothing is there; a link counts as something that is no folder. */
static bool
look_at(const Inside *in, StrView path, bool *is_dir)
{
	Str full = {0};
	bool there = full_path(in, path, &full, NULL) && in->sys->stat_size(str_c(&full), NULL, is_dir) == 0;
	str_free(&full);
	return there;
}

static bool
not_a_folder(StrView path, Err *err)
{
	Str shown = str_from(path);
	err_set(err, ERR_FAILED,
		"%s in the blog's folder is no real folder: meok follows no symbolic link there, replace it by a "
		"folder",
		str_c(&shown));
	str_free(&shown);
	return false;
}

/* Every folder above `path` must be a real one; a missing one is fine. */
static bool
parents_are_real(const Inside *in, StrView path, Err *err)
{
	for (size_t slash = sv_find(path, SV("/"), 0); slash != SIZE_MAX; slash = sv_find(path, SV("/"), slash + 1)) {
		bool is_dir = false;
		StrView parent = sv_slice(path, 0, slash);
		if (look_at(in, parent, &is_dir) && !is_dir)
			return not_a_folder(parent, err);
	}
	return true;
}

static bool
make_one(const Inside *in, StrView path, Err *err)
{
	Str full = {0};
	bool is_dir = false;
	bool done = full_path(in, path, &full, err);
	if (done && in->sys->make_dir(str_c(&full), DIR_MODE) != 0) {
		int failure = errno;
		if (failure != EEXIST)
			done = err_set(
				err, ERR_FAILED, "cannot make the folder %s: %s", str_c(&full), strerror(failure));
		else if (!look_at(in, path, &is_dir) || !is_dir)
			done = not_a_folder(path, err);
	}
	str_free(&full);
	return done;
}

/* ---- Opening */

static void
pause_ms(long ms)
{
	struct timespec pause = {.tv_nsec = ms * 1000000};
	nanosleep(&pause, NULL);
}

static bool
take_lock(Inside *in, Err *err)
{
	Str path = {0};
	if (!full_path(in, sv(OWN_LOCK), &path, err))
		return false;
	in->lock = in->sys->open(str_c(&path), O_RDWR | O_CREAT | O_NOFOLLOW, FILE_MODE);
	int failure = errno;
	str_free(&path);
	if (in->lock < 0)
		return err_set(
			err, ERR_FAILED, "cannot write into the folder %s: %s", str_c(&in->root), strerror(failure));
	for (int i = 0; i < LOCK_TRIES; i++) {
		if (flock(in->lock, LOCK_EX | LOCK_NB) == 0)
			return true;
		if (errno != EWOULDBLOCK && errno != EINTR)
			return true; /* a file system without locks: one writer publishes there at a time anyway */
		pause_ms(LOCK_PAUSE_MS);
	}
	in->sys->close(in->lock);
	in->lock = -1;
	return err_set(err, ERR_FAILED, "another meok is writing into %s: try again in a moment", str_c(&in->root));
}

/* What an interrupted file_replace left behind. */
static void
sweep(const Inside *in)
{
	Str dir = {0}, path = {0};
	StrList names = {0};
	if (full_path(in, sv(OWN_DIR), &dir, NULL) && in->sys->list_dir(str_c(&dir), &names))
		for (size_t i = 0; i < names.len; i++)
			if (sv_starts(str_view(&names.items[i]), SV(".tmp-"))) {
				path_join(&path, str_view(&dir), str_view(&names.items[i]));
				if (!path.failed)
					in->sys->unlink(str_c(&path));
			}
	list_free(&names);
	str_free(&dir);
	str_free(&path);
}

bool
inside_open(Inside *in, const Sys *sys, StrView root, Err *err)
{
	while (root.len > 1 && root.ptr[root.len - 1] == '/')
		root.len--;
	*in = (Inside){.sys = sys, .root = str_from(root), .lock = -1};
	if (!str_ok(&in->root, err))
		return false;
	bool done = false;
	int fd = -1;
	if (root.len == 0 || root.ptr[0] != '/')
		err_set(err, ERR_USAGE, "%s is not a full path: give the blog's folder from / on", str_c(&in->root));
	else if ((fd = sys->open(str_c(&in->root), O_RDONLY | O_DIRECTORY, 0)) < 0)
		err_set(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_FAILED,
			"cannot open the blog's folder %s: %s; connect its disk, or set the site up again",
			str_c(&in->root), strerror(errno));
	else
		done = make_one(in, sv(OWN_DIR), err) && take_lock(in, err);
	if (fd >= 0)
		sys->close(fd);
	if (done)
		sweep(in);
	else
		inside_close(in);
	return done;
}

void
inside_close(Inside *in)
{
	if (in->lock >= 0)
		in->sys->close(in->lock);
	in->lock = -1;
	str_free(&in->root);
}

/* ---- Reading */

bool
inside_has(const Inside *in, StrView path)
{
	return look_at(in, path, NULL);
}

bool
inside_list(const Inside *in, StrView dir, StrList *names, Err *err)
{
	Str full = {0};
	bool is_dir = false;
	bool done = full_path(in, dir, &full, err);
	if (done && dir.len > 0) {
		done = own_path_ok(dir) ? parents_are_real(in, dir, err) : refuse_path(dir, err);
		if (done && (!look_at(in, dir, &is_dir) || !is_dir))
			done = not_a_folder(dir, err);
	}
	if (done && !in->sys->list_dir(str_c(&full), names))
		done = err_set(err, ERR_FAILED, "cannot list the folder %s: %s", str_c(&full), strerror(errno));
	str_free(&full);
	return done;
}

/* False with errno; a link, a device or a pipe is read as little as any folder. */
static bool
read_plain_file(const Inside *in, const char *full, size_t limit, Str *out, Err *err)
{
	int fd = in->sys->open(full, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0);
	if (fd < 0)
		return err_set(
			err, errno == ENOENT ? ERR_NOT_FOUND : ERR_FAILED, "cannot open %s: %s", full, strerror(errno));
	bool done = file_read_fd(in->sys, fd, limit, out, err);
	in->sys->close(fd);
	return done;
}

bool
inside_look(const Inside *in, const OwnFile *file, OwnState *state, Str *bytes, bool *promoted, Err *err)
{
	StrView path = str_view(&file->path);
	Str full = {0}, read = {0}, hash = {0};
	bool is_dir = false;
	bool done = own_path_ok(path) ? parents_are_real(in, path, err) : refuse_path(path, err);
	done = done && full_path(in, path, &full, err);
	if (promoted != NULL)
		*promoted = false;
	*state = OWN_ABSENT;
	if (done && look_at(in, path, &is_dir)) {
		*state = OWN_CHANGED;
		if (!is_dir && read_plain_file(in, str_c(&full), PAGE_BYTES_MAX, &read, NULL)) {
			own_hash(str_view(&read), &hash);
			bool finished = file->writing.len > 0 && sv_equal(str_view(&hash), str_view(&file->writing));
			if (finished || (file->hash.len > 0 && sv_equal(str_view(&hash), str_view(&file->hash))))
				*state = OWN_SAME;
			if (promoted != NULL)
				*promoted = finished;
		}
		done = str_ok(&hash, err);
	}
	if (done && *state == OWN_SAME && bytes != NULL) {
		str_append(bytes, str_view(&read));
		done = str_ok(bytes, err);
	}
	str_free(&full);
	str_free(&read);
	str_free(&hash);
	return done;
}

bool
inside_read_foreign(const Inside *in, StrView path, size_t limit, Str *out)
{
	Str full = {0};
	bool done = own_path_ok(path) && parents_are_real(in, path, NULL) && full_path(in, path, &full, NULL) &&
		    read_plain_file(in, str_c(&full), limit, out, NULL);
	str_free(&full);
	return done;
}

/* ---- Writing */

bool
inside_make_dir(const Inside *in, StrView path, Err *err)
{
	if (!own_path_ok(path))
		return refuse_path(path, err);
	for (size_t slash = sv_find(path, SV("/"), 0); slash != SIZE_MAX; slash = sv_find(path, SV("/"), slash + 1))
		if (!make_one(in, sv_slice(path, 0, slash), err))
			return false;
	return make_one(in, path, err);
}

static bool
put_in_place(const Inside *in, const char *part, const char *full, bool fresh, Err *err)
{
	int result = fresh ? in->sys->rename_new(part, full) : in->sys->rename_over(part, full);
	if (result == 0)
		return true;
	int failure = errno;
	in->sys->unlink(part);
	if (fresh && failure == EEXIST)
		return err_set(err, ERR_CONFLICT, "a file %s appeared while meok was writing: publish again", full);
	return err_set(err, ERR_FAILED, "cannot write %s: %s", full, strerror(failure));
}

bool
inside_write(const Inside *in, StrView path, StrView bytes, bool fresh, Err *err)
{
	Str full = {0}, part = {0}, dir = {0};
	bool done = own_path_ok(path) ? parents_are_real(in, path, err) : refuse_path(path, err);
	done = done && full_path(in, path, &full, err) && full_path(in, sv(OWN_PART), &part, err);
	if (done) {
		const char *slash = strrchr(str_c(&full), '/');
		str_set(&dir, sv_slice(str_view(&full), 0, (size_t)(slash - str_c(&full))));
		done = str_ok(&dir, err) && file_replace(in->sys, str_c(&part), bytes, FILE_MODE, err) &&
		       put_in_place(in, str_c(&part), str_c(&full), fresh, err) &&
		       file_sync_dir(in->sys, str_c(&dir), err);
	}
	str_free(&full);
	str_free(&part);
	str_free(&dir);
	return done;
}

/* ---- The list */

bool
inside_load_manifest(const Inside *in, Manifest *out, bool *there, Err *err)
{
	Str full = {0}, bytes = {0};
	Err why = {0};
	bool done = full_path(in, sv(OWN_LIST), &full, err);
	*there = false;
	if (done && read_plain_file(in, str_c(&full), MANIFEST_BYTES_MAX, &bytes, &why)) {
		*there = true;
		done = manifest_parse(str_view(&bytes), out, err);
	} else if (done && why.kind != ERR_NOT_FOUND) {
		done = err_set(err, ERR_FAILED, "cannot read meok's list %s: make it readable again, then retry",
			str_c(&full));
	}
	str_free(&full);
	str_free(&bytes);
	return done;
}

bool
inside_save_manifest(const Inside *in, const Manifest *manifest, Err *err)
{
	Str full = {0}, bytes = {0};
	Manifest again = {0};
	bool done = full_path(in, sv(OWN_LIST), &full, err) && manifest_print(manifest, &bytes, err);
	if (done && !manifest_parse(str_view(&bytes), &again, NULL))
		done = err_set(err, ERR_FAILED,
			"the folder %s holds more articles than meok's list of it can: choose another folder",
			str_c(&in->root));
	done = done && file_replace(in->sys, str_c(&full), str_view(&bytes), FILE_MODE, err);
	manifest_free(&again);
	str_free(&full);
	str_free(&bytes);
	return done;
}
