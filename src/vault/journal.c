/* Journals: one file of sealed records for each draft on a desk, written before what they tell is drawn. */
#include "journal.h"
#include "disk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	STEP_BYTES = 64 << 10,    /* space is reserved in steps */
	RESERVE_BYTES = 64 << 10, /* so much of it lies ahead at least */
	TIME_MS = 60000,          /* a group after that long says when it was written */
	PATIENCE_MS = 1000,       /* between two tries for another file */
	SMALL_BYTES = 64 << 10,   /* buffers that are kept for the next key */
	LOCK_TRIES = 20,
	LOCK_PAUSE_MS = 5,
	LEFT_MAX = 8,
};

struct Journal {
	Vault *vault;
	Id id;
	Str path;
	int fd;
	Records *records;
	Str fields; /* added, not yet sealed; plaintext */
	/* The file from sealed_at on, the part that is not written yet behind the part that may not be durable yet: a
	 * disk that failed once need not give back what it was given. */
	Str sealed;
	uint64_t sealed_at, size, reserved;
	int no_space;       /* why the last try to reserve failed, an errno value; 0: it did not */
	int64_t time_ms;    /* the last time that stands in it */
	int64_t replace_ms; /* when another file was tried last, without success; 0: never */
	Err replace_err;
	/* Journals that this one continues, the oldest first, and that could not be removed: they must not outlive it,
	 * or they would be recovered once more. */
	struct {
		Id id;
		bool whole;
	} left[LEFT_MAX];
	size_t left_count;
	/* Of the two threads: bytes in the file, bytes that the disk has; the descriptor has failed; a thread is at it.
	 */
	atomic_uint_fast64_t written, synced;
	atomic_bool dead, syncing;
};

static bool
journal_err(int failure, Err *err)
{
	if (failure == ENOSPC || failure == EDQUOT)
		return err_set(err, ERR_FAILED, "the disk is full: make room");
	return err_set(
		err, ERR_FAILED, "cannot write the journal: %s: keep the draft often, or export it", strerror(failure));
}

/* ---- Sealing */

/* What was added becomes one group behind what is sealed. On failure it stays where it is. */
static bool
seal_fields(Journal *journal, Err *err)
{
	Str *fields = &journal->fields;
	if (fields->len == 0)
		return true;
	int64_t now = journal->vault->sys->now_ms();
	if (now - journal->time_ms >= TIME_MS || now < journal->time_ms) {
		journal_encode_time(now, fields);
		journal->time_ms = now;
	}
	if (!journal_seal_group(journal->records, str_view(fields), &journal->sealed, err))
		return false;
	if (fields->cap > SMALL_BYTES) {
		str_wipe(fields);
	} else {
		secret_wipe(fields->ptr, fields->len);
		str_clear(fields);
	}
	return true;
}

/* Lets go of what the disk has. */
static void
forget_durable(Journal *journal)
{
	uint64_t synced = atomic_load(&journal->synced);
	size_t durable = (size_t)(synced - journal->sealed_at);
	Str *sealed = &journal->sealed;
	if (durable == 0)
		return;
	if (durable == sealed->len && sealed->cap > SMALL_BYTES)
		str_free(sealed);
	else if (durable == sealed->len)
		str_clear(sealed);
	else if (durable < sealed->len / 2)
		return; /* moved seldom */
	else
		str_splice(sealed, 0, durable, (StrView){NULL, 0});
	journal->sealed_at = synced;
}

static uint64_t
sealed_end(const Journal *journal)
{
	return journal->sealed_at + journal->sealed.len;
}

/* ---- Writing */

/* Takes space for what comes, so that a full disk is known of while there is some left. 0, or an errno value when there
 * is no room even for what ends at `end`. */
static int
reserve(Journal *journal, uint64_t end)
{
	const Sys *sys = journal->vault->sys;
	if (end + RESERVE_BYTES <= journal->reserved)
		return 0;
	uint64_t size = (end + RESERVE_BYTES + STEP_BYTES) / STEP_BYTES * STEP_BYTES;
	int failure;
	do
		failure = sys->allocate(journal->fd, (off_t)size);
	while (failure == EINTR);
	/* A file system that cannot reserve will say so when it is written to. */
	if (failure == EOPNOTSUPP || failure == EINVAL || failure == ENOSYS)
		failure = 0;
	if (failure == 0)
		journal->reserved = size;
	journal->no_space = failure;
	return end <= journal->reserved ? 0 : failure;
}

/* Writes what is sealed, from where the last try ended. 0 or an errno value. */
static int
write_sealed(Journal *journal)
{
	const Sys *sys = journal->vault->sys;
	uint64_t end = sealed_end(journal);
	int failure = journal->size < end || journal->no_space != 0 ? reserve(journal, end) : 0;
	if (failure != 0)
		return failure;
	while (journal->size < end) {
		size_t at = (size_t)(journal->size - journal->sealed_at);
		ssize_t part = sys->write(journal->fd, journal->sealed.ptr + at, journal->sealed.len - at);
		if (part < 0 && errno == EINTR)
			continue;
		if (part <= 0)
			return part < 0 ? errno : EIO;
		journal->size += (uint64_t)part;
		atomic_store(&journal->written, journal->size);
	}
	return 0;
}

/* ---- A file of its own */

static void
journal_free(Journal *journal)
{
	if (journal == NULL)
		return;
	if (journal->fd >= 0)
		journal->vault->sys->close(journal->fd);
	records_free(journal->records);
	str_wipe(&journal->fields);
	str_free(&journal->sealed);
	str_free(&journal->path);
	free(journal);
}

/* A journal with a head and nothing in it, in memory. */
static Journal *
make(Vault *vault, Err *err)
{
	Journal *journal = calloc(1, sizeof *journal);
	if (journal == NULL) {
		err_memory(err);
		return NULL;
	}
	const Sys *sys = vault->sys;
	ObjectPlace place = {.vault = vault->id, .epoch = vault->keys->epoch};
	const uint8_t *key = vault->keys->journals;
	ObjectNonce nonce;
	uint8_t head[JOURNAL_HEAD_BYTES];
	bool no_memory;
	journal->vault = vault;
	journal->fd = -1;
	sys->random(&journal->id, sizeof journal->id);
	sys->random(&nonce, sizeof nonce);
	place.object = journal->id;
	journal_head(head, key, &place, &nonce);
	bool ok = journal_path(vault, journal->id, "", &journal->path, err);
	str_append(&journal->sealed, (StrView){(const char *)head, sizeof head});
	ok = ok && str_ok(&journal->sealed, err);
	if (ok && (journal->records = records_new(key, head, &no_memory)) == NULL)
		ok = err_memory(err);
	if (ok)
		return journal;
	journal_free(journal);
	return NULL;
}

static bool
sync_file(const Sys *sys, int fd)
{
	int result;
	do
		result = sys->sync(fd);
	while (result != 0 && errno == EINTR);
	return result == 0;
}

static void
drop_fd(Journal *journal)
{
	if (journal->fd >= 0)
		journal->vault->sys->close(journal->fd);
	journal->fd = -1;
	journal->size = journal->reserved = 0;
	journal->no_space = 0;
}

/* Everything the journal has, in a locked file, durable under `temporary`. 0 or an errno value. */
static int
write_new(Journal *journal, const char *temporary)
{
	const Sys *sys = journal->vault->sys;
	/* Reading is for file systems that cannot reserve: the library does it by hand. */
	journal->fd = journal_open(sys, temporary, O_RDWR | O_CREAT | O_EXCL);
	if (journal->fd < 0)
		return errno;
	if (!journal_lock(sys, journal->fd))
		return EWOULDBLOCK;
	int failure = write_sealed(journal);
	return failure != 0 || sync_file(sys, journal->fd) ? failure : errno;
}

/* 0 or an errno value; nothing of the file is there then, if it could be removed. */
static int
place_once(Journal *journal, const char *folder, const char *temporary)
{
	const Sys *sys = journal->vault->sys;
	Err ignored;
	int failure = write_new(journal, temporary);
	bool taken = false;
	if (failure == 0 && sys->rename_new(temporary, str_c(&journal->path)) != 0) {
		failure = errno;
		taken = failure == EEXIST;
	} else if (failure == 0 && !disk_sync_folder(sys, folder, &ignored)) {
		failure = EIO;
	}
	if (failure == 0)
		return 0;
	if (journal->fd >= 0)
		sys->unlink(temporary);
	/* Without RENAME_NOREPLACE the name may have been linked already. */
	if (journal->fd >= 0 && !taken)
		sys->unlink(str_c(&journal->path));
	drop_fd(journal);
	return failure;
}

/* Gives what the journal has so far a file, durable under its name, and locked. */
static bool
place_file(Journal *journal, Err *err)
{
	const Sys *sys = journal->vault->sys;
	Str folder = {0}, temporary = {0};
	bool ok = journal_folder(journal->vault, &folder, err) && disk_make_folder(sys, str_c(&folder), NULL, err) &&
		  disk_sync_folder(sys, str_c(&journal->vault->state), err) &&
		  journal_path(journal->vault, journal->id, JOURNAL_NEW, &temporary, err);
	if (ok) {
		/* Another meok may have taken it for one that was left unfinished, before it was locked; and only a new
		 * file counts after a failed fsync. */
		int failure = place_once(journal, str_c(&folder), str_c(&temporary));
		if (failure == ENOENT || failure == EWOULDBLOCK || failure == EIO)
			failure = place_once(journal, str_c(&folder), str_c(&temporary));
		ok = failure == 0 || journal_err(failure, err);
	}
	if (ok) {
		atomic_store(&journal->synced, journal->size);
		forget_durable(journal);
	}
	str_free(&folder);
	str_free(&temporary);
	return ok;
}

Journal *
journal_new(Vault *vault, const JournalEntry *begin, Err *err)
{
	Journal *journal = make(vault, err);
	if (journal == NULL)
		return NULL;
	journal->time_ms = begin->time_ms;
	if (journal_encode(begin, ID_NONE, &journal->fields, err) && seal_fields(journal, err) &&
		place_file(journal, err))
		return journal;
	journal_free(journal);
	return NULL;
}

/* ---- Going on in another file */

/* False when one stays behind. */
static bool
remove_left(Journal *journal, Err *err)
{
	while (journal->left_count > 0 &&
		journal_discard(journal->vault, journal->left[0].id, journal->left[0].whole, err)) {
		journal->left_count--;
		memmove(journal->left, journal->left + 1, journal->left_count * sizeof *journal->left);
	}
	return journal->left_count == 0;
}

/* It goes on in this one, which says so for as long as it is there. */
static void
leave_behind(Journal *journal, Id old, bool whole)
{
	if (journal->left_count < LEFT_MAX) {
		journal->left[journal->left_count].id = old;
		journal->left[journal->left_count++].whole = whole;
	}
	remove_left(journal, NULL);
}

typedef struct Copying {
	Journal *to;
	Id from;
} Copying;

/* The group as it is, but that the begin says what it continues. */
static bool
copy_group(void *data, StrView fields, bool first, Err *err)
{
	const Copying *copying = data;
	Journal *to = copying->to;
	JournalEntry begin;
	StrView rest = fields;
	if (first) {
		journal_continues(fields, &begin, &rest);
		to->time_ms = begin.time_ms;
		if (!journal_encode(&begin, copying->from, &to->fields, err))
			return false;
	}
	str_append(&to->fields, rest);
	bool ok = str_ok(&to->fields, err) && journal_seal_group(to->records, str_view(&to->fields), &to->sealed, err);
	if (to->fields.len > 0)
		secret_wipe(to->fields.ptr, to->fields.len);
	str_clear(&to->fields);
	return ok;
}

/* A new journal with all that the bytes of another hold, in a file of its own. *whole: nothing was left out. */
static Journal *
copy_journal(Vault *vault, Id from, StrView file, bool *whole, Err *err)
{
	Verdict verdict = VERDICT_DAMAGED;
	Journal *journal = make(vault, err);
	Copying copying = {journal, from};
	bool ok = journal != NULL && journal_groups(vault, from, file, copy_group, &copying, &verdict, whole, err);
	if (ok && verdict != VERDICT_OK)
		ok = verdict_err(verdict, "journal", err);
	if (ok && place_file(journal, err))
		return journal;
	journal_free(journal);
	return NULL;
}

/* Waits a little: who only looks at it holds it for a moment. */
static bool
take_lock(const Sys *sys, int fd)
{
	const struct timespec pause = {.tv_nsec = LOCK_PAUSE_MS * 1000000L};
	bool locked = journal_lock(sys, fd);
	for (int i = 0; !locked && i < LOCK_TRIES; i++) {
		nanosleep(&pause, NULL);
		locked = journal_lock(sys, fd);
	}
	return locked;
}

Journal *
journal_resume(Vault *vault, Id from, Err *err)
{
	const Sys *sys = vault->sys;
	Str path = {0}, file = {0};
	bool whole = true;
	Journal *journal = NULL;
	if (!journal_path(vault, from, "", &path, err)) {
		str_free(&path);
		return NULL;
	}
	int fd = journal_open(sys, str_c(&path), O_RDONLY | O_NONBLOCK);
	if (fd < 0)
		err_set(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_FAILED, "cannot open %s: %s", str_c(&path),
			strerror(errno));
	else if (!take_lock(sys, fd))
		err_set(err, ERR_FAILED, "another meok has that draft open: close it there");
	else if (journal_load(vault, from, &file, err))
		journal = copy_journal(vault, from, str_view(&file), &whole, err);
	if (journal != NULL)
		leave_behind(journal, from, whole);
	if (fd >= 0)
		sys->close(fd);
	str_free(&path);
	str_free(&file);
	return journal;
}

/* The bytes of the file as they were sealed: what the disk has confirmed from there, the rest from memory. */
static bool
all_bytes(const Journal *journal, Str *file, Err *err)
{
	if (journal->sealed_at > 0 &&
		!disk_read_whole(journal->vault->sys, str_c(&journal->path), (size_t)journal->sealed_at, file, err))
		return false;
	str_append(file, str_view(&journal->sealed));
	return str_ok(file, err);
}

/* Takes over the file and the stream of another; what was added stays. */
static void
become(Journal *journal, Journal *fresh)
{
	const Sys *sys = journal->vault->sys;
	sys->close(journal->fd);
	records_free(journal->records);
	str_move(&journal->path, &fresh->path);
	str_move(&journal->sealed, &fresh->sealed);
	journal->id = fresh->id;
	journal->fd = fresh->fd;
	journal->records = fresh->records;
	journal->sealed_at = fresh->sealed_at;
	journal->size = fresh->size;
	journal->reserved = fresh->reserved;
	journal->no_space = 0;
	atomic_store(&journal->written, fresh->size);
	atomic_store(&journal->synced, fresh->size);
	atomic_store(&journal->dead, false);
	fresh->fd = -1;
	fresh->records = NULL;
	journal_free(fresh);
}

/* The descriptor has lost, or may lose, what it was given: everything goes into a new file. */
static bool
replace_file(Journal *journal, Err *err)
{
	Id old = journal->id;
	Str file = {0};
	bool whole = true;
	int64_t now = journal->vault->sys->now_ms();
	if (journal->replace_ms != 0 && now >= journal->replace_ms && now - journal->replace_ms < PATIENCE_MS) {
		if (err != NULL)
			*err = journal->replace_err;
		return false;
	}
	Err why = {0};
	Journal *fresh = NULL;
	if (all_bytes(journal, &file, &why))
		fresh = copy_journal(journal->vault, old, str_view(&file), &whole, &why);
	str_free(&file);
	/* The same groups take the same space: the disk gave back less than it had confirmed. */
	if (fresh != NULL && (!whole || fresh->size != sealed_end(journal))) {
		journal_close(fresh, false, NULL);
		fresh = NULL;
		journal_err(EIO, &why);
	}
	if (fresh == NULL) {
		journal->replace_ms = now;
		journal->replace_err = why;
		if (err != NULL)
			*err = why;
		return false;
	}
	journal->replace_ms = 0;
	become(journal, fresh);
	leave_behind(journal, old, true);
	return true;
}

/* ---- From the desk */

bool
journal_add(Journal *journal, const JournalEntry *entry, Err *err)
{
	if (journal->fields.len > JOURNAL_FILE_MAX / 2)
		return err_set(err, ERR_FAILED, "the journal is too long: keep the draft");
	return journal_encode(entry, ID_NONE, &journal->fields, err);
}

/* What is sealed goes into the file, or all of it into another one. */
static bool
put_sealed(Journal *journal, Err *err)
{
	bool dead = atomic_load(&journal->dead), tried = false;
	if (sealed_end(journal) > JOURNAL_FILE_MAX)
		return err_set(err, ERR_FAILED, "the journal is too long: keep the draft");
	/* While a thread still waits for the dead descriptor it is written to: that much survives the process. */
	if (dead && !atomic_load(&journal->syncing)) {
		if (replace_file(journal, err))
			return true;
		tried = true;
	}
	int failure = write_sealed(journal);
	if (tried || failure == 0)
		return !tried;
	if (failure == ENOSPC || failure == EDQUOT)
		return journal_err(failure, err);
	atomic_store(&journal->dead, true);
	if (atomic_load(&journal->syncing))
		return journal_err(failure, err);
	return replace_file(journal, err);
}

bool
journal_write(Journal *journal, Err *err)
{
	bool nothing = journal->fields.len == 0 && journal->size == sealed_end(journal);
	if (nothing && journal->no_space == 0 && !atomic_load(&journal->dead))
		return true;
	forget_durable(journal);
	if (!seal_fields(journal, err) || !put_sealed(journal, err))
		return false;
	/* It is written, into the last of what was reserved. */
	return journal->no_space == 0 || journal_err(journal->no_space, err);
}

bool
journal_is_synced(const Journal *journal)
{
	return atomic_load(&journal->synced) == atomic_load(&journal->written);
}

bool
journal_sync(Journal *journal, Err *err)
{
	int result = -1, failure = EIO;
	/* In this order: journal_write looks at `syncing` after it knows that the descriptor is dead, this at `dead`
	 * after it has said that it is at it, so that nobody closes what the other uses. */
	atomic_store(&journal->syncing, true);
	if (!atomic_load(&journal->dead)) {
		uint64_t before = atomic_load(&journal->written);
		do
			result = journal->vault->sys->sync_data(journal->fd);
		while (result != 0 && errno == EINTR);
		failure = errno;
		if (result == 0)
			atomic_store(&journal->synced, before);
		else
			atomic_store(&journal->dead, true);
	}
	atomic_store(&journal->syncing, false);
	return result == 0 || journal_err(failure, err);
}

uint64_t
journal_size(const Journal *journal)
{
	return journal->size;
}

/* Everything in the file and the file on the disk; with one more try in another file. */
static bool
finish(Journal *journal, Err *err)
{
	if (!seal_fields(journal, err) || !put_sealed(journal, err))
		return false;
	return journal_is_synced(journal) || journal_sync(journal, NULL) || put_sealed(journal, err);
}

bool
journal_close(Journal *journal, bool keep, Err *err)
{
	if (journal == NULL)
		return true;
	bool ok = keep ? finish(journal, err)
		       : remove_left(journal, err) && journal_remove_file(journal->vault, &journal->path, err);
	journal_free(journal);
	return ok;
}
