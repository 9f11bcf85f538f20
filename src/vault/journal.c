/* Journals: one file of sealed records for each draft on a desk, written before what they tell is drawn. */
#include "disk.h"
#include "journal_format.h"
#include "store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { AHEAD_BYTES = 64 << 10, FILE_MAX = 1 << 30, TIME_MS = 60000 };

struct Journal {
	Vault *vault;
	Id id;
	Str path;
	int fd;
	Records *records;
	Str fields;            /* added, not yet sealed; wiped */
	Str sealed;            /* sealed, not yet written whole */
	size_t sealed_written; /* so much of it is in the file */
	uint64_t size, reserved;
	int64_t time_ms; /* the last time that stands in it */
	/* Of the two threads: bytes in the file, bytes that the disk has; the descriptor failed to synchronise; a
	 * thread is at it. */
	atomic_uint_fast64_t written, synced;
	atomic_bool dead, syncing;
};

/* ---- Places */

static bool
journal_err(int failure, Err *err)
{
	if (failure == ENOSPC || failure == EDQUOT)
		return err_set(err, ERR_FAILED, "the disk is full: make room");
	return err_set(
		err, ERR_FAILED, "cannot write the journal: %s: keep the draft often, or export it", strerror(failure));
}

static bool
folder_path(const Vault *vault, Str *out, Err *err)
{
	if (vault->state.len == 0)
		return err_set(err, ERR_FAILED, "there is no folder for the journal: set HOME or XDG_STATE_HOME");
	path_join(out, str_view(&vault->state), SV("journal"));
	return str_ok(out, err);
}

static bool
file_path(const Vault *vault, Id journal, const char *ending, Str *out, Err *err)
{
	char name[ID_TEXT + 1];
	Str folder = {0};
	id_format(journal, name);
	bool ok = folder_path(vault, &folder, err);
	str_clear(out);
	str_printf(out, "%s/%s%s", str_c(&folder), name, ending);
	ok = ok && str_ok(out, err);
	str_free(&folder);
	return ok;
}

/* The role key of an epoch; NULL when this vault does not know it. */
static const uint8_t *
role_key(const Vault *vault, uint32_t epoch)
{
	const VaultKeys *keys = keys_of_epoch(vault->keys, epoch);
	return keys != NULL ? keys->journals : NULL;
}

/* ---- Writing */

static bool
reserve(Journal *journal, uint64_t end)
{
	const Sys *sys = journal->vault->sys;
	if (end + AHEAD_BYTES / 2 <= journal->reserved)
		return true;
	uint64_t size = (end + 2 * AHEAD_BYTES - 1) / AHEAD_BYTES * AHEAD_BYTES;
	int failure;
	do
		failure = sys->allocate(journal->fd, (off_t)size);
	while (failure == EINTR);
	if (failure == 0)
		journal->reserved = size;
	errno = failure;
	/* What is reserved already is there for the time when there is no more; who cannot reserve finds out in time.
	 */
	return failure == 0 || end <= journal->reserved || failure == EOPNOTSUPP || failure == EINVAL ||
	       failure == ENOSYS;
}

/* Writes what is sealed, from where the last try ended. */
static bool
write_sealed(Journal *journal, Err *err)
{
	const Sys *sys = journal->vault->sys;
	size_t left = journal->sealed.len - journal->sealed_written;
	if (left > FILE_MAX || journal->size > FILE_MAX - left)
		return err_set(err, ERR_FAILED, "the journal is too long: keep the draft");
	if (!reserve(journal, journal->size + left))
		return journal_err(errno, err);
	while (journal->sealed_written < journal->sealed.len) {
		ssize_t part = sys->write(journal->fd, journal->sealed.ptr + journal->sealed_written,
			journal->sealed.len - journal->sealed_written);
		if (part < 0 && errno == EINTR)
			continue;
		if (part <= 0)
			return journal_err(part < 0 ? errno : ENOSPC, err);
		journal->sealed_written += (size_t)part;
		journal->size += (uint64_t)part;
		atomic_store(&journal->written, journal->size);
	}
	str_clear(&journal->sealed);
	journal->sealed_written = 0;
	return true;
}

static bool
seal_fields(Journal *journal, Err *err)
{
	if (journal->fields.len == 0)
		return true;
	int64_t now = journal->vault->sys->now_ms();
	if (now - journal->time_ms >= TIME_MS || now < journal->time_ms) {
		journal_encode_time(now, &journal->fields);
		journal->time_ms = now;
	}
	/* A group that is sealed in part would shift the stream: room for all of it is found first. */
	Str sealed = {0};
	bool ok = str_ok(&journal->fields, err) &&
		  journal_seal_group(journal->records, str_view(&journal->fields), &sealed, err);
	str_append(&journal->sealed, str_view(&sealed));
	ok = ok && str_ok(&journal->sealed, err);
	str_free(&sealed);
	str_wipe(&journal->fields);
	return ok;
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
	ObjectNonce nonce;
	uint8_t head[JOURNAL_HEAD_BYTES];
	bool no_memory;
	journal->vault = vault;
	journal->fd = -1;
	sys->random(&journal->id, sizeof journal->id);
	sys->random(&nonce, sizeof nonce);
	place.object = journal->id;
	journal_head(head, vault->keys->journals, &place, &nonce);
	journal->records = records_new(vault->keys->journals, head, &no_memory);
	str_append(&journal->sealed, (StrView){(const char *)head, sizeof head});
	if (journal->records != NULL && str_ok(&journal->sealed, err) &&
		file_path(vault, journal->id, "", &journal->path, err))
		return journal;
	if (journal->records == NULL)
		err_memory(err);
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

/* Gives what the journal has so far a file, durable under its name, and locked. */
static bool
place_file(Journal *journal, Err *err)
{
	const Sys *sys = journal->vault->sys;
	Str folder = {0}, temporary = {0};
	bool ok = folder_path(journal->vault, &folder, err) && disk_make_folder(sys, str_c(&folder), NULL, err) &&
		  file_path(journal->vault, journal->id, ".new", &temporary, err);
	if (ok) {
		do
			journal->fd = sys->open(str_c(&temporary), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
		while (journal->fd < 0 && errno == EINTR);
		ok = journal->fd >= 0 || journal_err(errno, err);
	}
	/* On a file system without locks nobody else can be kept away. */
	if (ok && sys->lock(journal->fd) != 0 && errno == EWOULDBLOCK)
		ok = journal_err(errno, err);
	ok = ok && write_sealed(journal, err);
	if (ok && !sync_file(sys, journal->fd))
		ok = journal_err(errno, err);
	if (ok && sys->rename_new(str_c(&temporary), str_c(&journal->path)) != 0)
		ok = journal_err(errno, err);
	if (!ok && temporary.len > 0)
		sys->unlink(str_c(&temporary));
	if (ok && !disk_sync_folder(sys, str_c(&folder), err)) {
		sys->unlink(str_c(&journal->path));
		ok = false;
	}
	if (ok)
		atomic_store(&journal->synced, journal->size);
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

/* ---- Reading */

/* Calls for each whole group of a file. */
typedef bool GroupFn(void *data, StrView fields, bool *understood, Err *err);

static bool
read_groups(const Vault *vault, StrView file, GroupFn *each, void *data, Verdict *verdict, bool *whole, Err *err)
{
	ObjectPlace place;
	bool no_memory = false, ok = true, understood = true;
	*whole = true;
	*verdict = journal_head_read(file, vault->id, &place);
	if (*verdict != VERDICT_OK)
		return true;
	const uint8_t *key = role_key(vault, place.epoch);
	Records *records = key == NULL ? NULL : records_new(key, (const uint8_t *)file.ptr, &no_memory);
	if (records == NULL) {
		*verdict = key == NULL ? VERDICT_UNKNOWN_EPOCH : VERDICT_DAMAGED;
		return !no_memory || err_memory(err);
	}
	Str fields = {0};
	size_t at = JOURNAL_HEAD_BYTES;
	Err why = {0};
	while (ok && understood && journal_open_group(records, file, &at, &fields, whole, &why))
		ok = each(data, str_view(&fields), &understood, err);
	if (ok && why.kind != ERR_NONE) {
		ok = false;
		if (err != NULL)
			*err = why;
	}
	*whole = *whole && understood;
	records_free(records);
	str_wipe(&fields);
	return ok;
}

/* A journal's bytes. Its length is what is there, zeros reserved ahead included. */
static bool
load(const Vault *vault, Id journal, Str *file, Err *err)
{
	Str path = {0};
	bool ok = file_path(vault, journal, "", &path, err) &&
		  file_read(vault->sys, str_c(&path), (size_t)FILE_MAX + AHEAD_BYTES * 2, file, err);
	str_free(&path);
	return ok;
}

typedef struct Reading {
	JournalEntryFn *each;
	void *data;
	bool begun;
} Reading;

/* A begin is the first entry, and no other. */
static bool
read_group(void *data, StrView fields, bool *understood, Err *err)
{
	Reading *reading = data;
	JournalEntry begin;
	Id continues;
	if (!reading->begun && !journal_decode_begin(fields, &begin, &continues)) {
		*understood = false;
		return true;
	}
	reading->begun = true;
	return journal_decode(fields, reading->each, reading->data, understood, err);
}

bool
journal_read(Vault *vault, Id journal, JournalEntryFn *each, void *data, bool *whole, Err *err)
{
	Str file = {0};
	Reading reading = {each, data, false};
	Verdict verdict;
	bool complete = true;
	bool ok = load(vault, journal, &file, err) &&
		  read_groups(vault, str_view(&file), read_group, &reading, &verdict, &complete, err);
	if (ok && (verdict != VERDICT_OK || !reading.begun))
		ok = verdict_err(verdict != VERDICT_OK ? verdict : VERDICT_DAMAGED, "journal", err);
	str_free(&file);
	if (whole != NULL)
		*whole = complete;
	return ok;
}

/* ---- Going on */

typedef struct Copying {
	Journal *to;
	Id from;
	bool begun;
} Copying;

/* The group as it is, but that the begin says what it continues. */
static bool
copy_group(void *data, StrView fields, bool *understood, Err *err)
{
	Copying *copying = data;
	Journal *to = copying->to;
	JournalEntry begin;
	Id continues;
	FieldReader reader = field_reader(fields);
	uint16_t tag;
	StrView first, rest = fields;
	if (!copying->begun) {
		if (!journal_decode_begin(fields, &begin, &continues)) {
			*understood = false;
			return true;
		}
		field_next(&reader, &tag, &first);
		rest = sv_slice(fields, (size_t)(first.ptr - fields.ptr) + first.len, fields.len);
		if (!journal_encode(&begin, copying->from, &to->fields, err))
			return false;
		copying->begun = true;
	}
	str_append(&to->fields, rest);
	return seal_fields(to, err);
}

/* Removes a file of the folder, or sets it aside when something in it could not be read. */
static bool
drop_file(const Vault *vault, Id journal, bool whole, Err *err)
{
	Str path = {0}, aside = {0};
	bool ok = file_path(vault, journal, "", &path, err) && file_path(vault, journal, ".damaged", &aside, err);
	if (ok && !whole && vault->sys->rename_over(str_c(&path), str_c(&aside)) != 0 && errno != ENOENT)
		ok = journal_err(errno, err);
	else if (ok && whole)
		ok = disk_remove(vault->sys, str_c(&path), err);
	str_free(&path);
	str_free(&aside);
	return ok;
}

/* Writes all that a journal has into a file of its own and takes that in the old one's place. *whole: nothing of the
 * old one was left out. */
static Journal *
copy_journal(Vault *vault, Id from, bool *whole, Err *err)
{
	Str file = {0};
	Verdict verdict = VERDICT_DAMAGED;
	Journal *journal = make(vault, err);
	Copying copying = {journal, from, false};
	bool ok = journal != NULL && load(vault, from, &file, err) &&
		  read_groups(vault, str_view(&file), copy_group, &copying, &verdict, whole, err);
	if (ok && (verdict != VERDICT_OK || !copying.begun))
		ok = verdict_err(verdict != VERDICT_OK ? verdict : VERDICT_DAMAGED, "journal", err);
	ok = ok && place_file(journal, err);
	str_free(&file);
	if (ok)
		return journal;
	journal_free(journal);
	return NULL;
}

Journal *
journal_resume(Vault *vault, Id from, Err *err)
{
	const Sys *sys = vault->sys;
	Str path = {0};
	bool whole = true;
	Journal *journal = NULL;
	int fd = file_path(vault, from, "", &path, err) ? sys->open(str_c(&path), O_RDONLY | O_NOFOLLOW, 0) : -1;
	if (fd < 0)
		err_set(err, ERR_NOT_FOUND, "%s is not there", str_c(&path));
	else if (sys->lock(fd) != 0 && errno == EWOULDBLOCK)
		err_set(err, ERR_FAILED, "another meok has that draft open: close it there");
	else
		journal = copy_journal(vault, from, &whole, err);
	/* One that stays behind is known by what the new one says. */
	if (journal != NULL)
		drop_file(vault, from, whole, NULL);
	if (fd >= 0)
		sys->close(fd);
	str_free(&path);
	return journal;
}

/* The descriptor has lost what it was told to keep: all that it was given goes into a new file. */
static bool
replace_dead(Journal *journal, Err *err)
{
	bool whole = true;
	/* What is not in the file yet follows behind it, in the old stream's place. */
	Journal *fresh = copy_journal(journal->vault, journal->id, &whole, err);
	if (fresh == NULL)
		return false;
	Id old_id = journal->id;
	int old_fd = journal->fd;
	records_free(journal->records);
	str_free(&journal->path);
	str_free(&journal->sealed);
	journal->id = fresh->id;
	journal->fd = fresh->fd;
	journal->records = fresh->records;
	journal->path = fresh->path;
	journal->sealed_written = 0;
	journal->size = fresh->size;
	journal->reserved = fresh->reserved;
	atomic_store(&journal->written, fresh->size);
	atomic_store(&journal->synced, fresh->size);
	atomic_store(&journal->dead, false);
	fresh->fd = -1;
	fresh->records = NULL;
	fresh->path = (Str){0};
	drop_file(journal->vault, old_id, whole, NULL);
	journal->vault->sys->close(old_fd);
	journal_free(fresh);
	return true;
}

/* ---- From the desk */

bool
journal_add(Journal *journal, const JournalEntry *entry, Err *err)
{
	size_t before = journal->fields.len;
	if (journal_encode(entry, ID_NONE, &journal->fields, err))
		return true;
	journal->fields.failed = false;
	str_truncate(&journal->fields, before);
	return false;
}

bool
journal_write(Journal *journal, Err *err)
{
	/* A dead descriptor is written to as long as a thread still waits for it, and replaced by the next call. */
	bool replace = atomic_load(&journal->dead) && !atomic_load(&journal->syncing);
	if (!seal_fields(journal, err) || !write_sealed(journal, err))
		return false;
	return !replace || replace_dead(journal, err);
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

bool
journal_close(Journal *journal, bool keep, Err *err)
{
	if (journal == NULL)
		return true;
	bool ok;
	if (keep)
		ok = journal_write(journal, err) && (journal_is_synced(journal) || journal_sync(journal, err));
	else
		ok = disk_remove(journal->vault->sys, str_c(&journal->path), err);
	journal_free(journal);
	return ok;
}

/* ---- What was left behind */

typedef struct Look {
	JournalFound found;
	Id continues;
	bool readable, held;
} Look;

static bool
look_entry(void *data, const JournalEntry *entry, Err *err)
{
	(void)err;
	Look *look = data;
	if (entry->step == STEP_BEGIN || entry->step == STEP_SAVED)
		look->found.draft = entry->draft;
	if (entry->time_ms != 0)
		look->found.time_ms = entry->time_ms;
	look->found.left = entry->step == STEP_LEFT;
	return true;
}

static bool
look_group(void *data, StrView fields, bool *understood, Err *err)
{
	Look *look = data;
	JournalEntry begin;
	if (!look->readable && !journal_decode_begin(fields, &begin, &look->continues)) {
		*understood = false;
		return true;
	}
	look->readable = true;
	return journal_decode(fields, look_entry, look, understood, err);
}

static bool
look_at(Vault *vault, Id id, Look *look, Err *err)
{
	const Sys *sys = vault->sys;
	Str path = {0}, file = {0};
	Verdict verdict = VERDICT_DAMAGED;
	bool whole;
	*look = (Look){.found.id = id};
	int fd = file_path(vault, id, "", &path, err) ? sys->open(str_c(&path), O_RDONLY | O_NOFOLLOW, 0) : -1;
	if (fd >= 0) {
		look->held = sys->lock(fd) != 0 && errno == EWOULDBLOCK;
		sys->close(fd);
	}
	str_free(&path);
	/* One that its session is just removing is not there any more. */
	Err why = {0};
	bool there = load(vault, id, &file, &why);
	bool ok = !there || read_groups(vault, str_view(&file), look_group, look, &verdict, &whole, err);
	str_free(&file);
	/* Sealed by a meok that is newer, or under a key of another machine: it stays. */
	bool hopeless = there && ok && !look->readable && !look->held && verdict == VERDICT_DAMAGED;
	return ok && (!hopeless || drop_file(vault, id, false, err));
}

static int
newest_first(const void *a, const void *b)
{
	const JournalFound *x = a, *y = b;
	if (x->time_ms != y->time_ms)
		return x->time_ms > y->time_ms ? -1 : 1;
	return id_compare(x->id, y->id);
}

/* Keeps those that nobody holds and nothing continues. */
static void
choose(Vault *vault, const Look *looks, size_t count, JournalFound *out, size_t *chosen)
{
	*chosen = 0;
	for (size_t i = 0; i < count; i++) {
		bool continued = false;
		for (size_t k = 0; k < count && !continued; k++)
			continued = k != i && looks[k].readable && id_equal(looks[k].continues, looks[i].found.id);
		if (continued && !looks[i].held)
			drop_file(vault, looks[i].found.id, true, NULL);
		else if (looks[i].readable && !looks[i].held)
			out[(*chosen)++] = looks[i].found;
	}
	qsort(out, *chosen, sizeof *out, newest_first);
}

bool
vault_journals(Vault *vault, JournalFound **out, size_t *count, Err *err)
{
	Str folder = {0};
	StrList names = {0};
	size_t len = 0;
	*count = 0;
	*out = NULL;
	if (vault->state.len == 0)
		return true;
	bool ok = folder_path(vault, &folder, err);
	if (ok && !vault->sys->list_dir(str_c(&folder), &names) && errno != ENOENT)
		ok = err_set(err, ERR_FAILED, "cannot list %s: %s: check the disk", str_c(&folder), strerror(errno));
	Look *looks = ok ? calloc(names.len + 1, sizeof *looks) : NULL;
	*out = ok ? calloc(names.len + 1, sizeof **out) : NULL;
	ok = ok && ((looks != NULL && *out != NULL) || err_memory(err));
	for (size_t i = 0; ok && i < names.len; i++) {
		Id id;
		if (id_parse(str_view(&names.items[i]), &id))
			ok = look_at(vault, id, &looks[len++], err);
	}
	if (ok)
		choose(vault, looks, len, *out, count);
	if (!ok) {
		free(*out);
		*out = NULL;
	}
	free(looks);
	list_free(&names);
	str_free(&folder);
	return ok;
}

bool
vault_remove_journal(Vault *vault, Id journal, Err *err)
{
	Str file = {0};
	Look look = {.held = false};
	Reading reading = {look_entry, &look, false};
	Verdict verdict;
	bool whole = true;
	/* What could not be read of it is set aside, not destroyed. */
	bool read = load(vault, journal, &file, NULL) &&
		    read_groups(vault, str_view(&file), read_group, &reading, &verdict, &whole, NULL);
	str_free(&file);
	return drop_file(vault, journal, !read || whole, err);
}
