/* Journals that sessions left behind: found, read, removed or set aside. */
#include "disk.h"
#include "journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

/* ---- Places */

bool
journal_folder(const Vault *vault, Str *out, Err *err)
{
	if (vault->state.len == 0)
		return err_set(err, ERR_FAILED, "there is no folder for the journal: set HOME or XDG_STATE_HOME");
	path_join(out, str_view(&vault->state), SV("journal"));
	return str_ok(out, err);
}

bool
journal_path(const Vault *vault, Id journal, const char *ending, Str *out, Err *err)
{
	char name[ID_TEXT + 1];
	id_format(journal, name);
	if (!journal_folder(vault, out, err))
		return false;
	str_printf(out, "/%s%s", name, ending);
	return str_ok(out, err);
}

int
journal_open(const Sys *sys, const char *path, int flags)
{
	int fd;
	do
		fd = sys->open(path, flags | O_NOFOLLOW, 0600);
	while (fd < 0 && errno == EINTR);
	return fd;
}

bool
journal_lock(const Sys *sys, int fd)
{
	int result;
	do
		result = sys->lock(fd);
	while (result != 0 && errno == EINTR);
	return result == 0 || errno != EWOULDBLOCK;
}

/* ---- Reading */

bool
journal_load(const Vault *vault, Id journal, Str *file, Err *err)
{
	Str path = {0};
	off_t size = 0;
	bool is_dir = false, ok = journal_path(vault, journal, "", &path, err);
	if (ok && vault->sys->stat_size(str_c(&path), &size, &is_dir) != 0)
		ok = err_set(err, errno == ENOENT || errno == ENOTDIR ? ERR_NOT_FOUND : ERR_FAILED,
			"cannot look at %s: %s", str_c(&path), strerror(errno));
	if (ok && (is_dir || size > 2 * (off_t)JOURNAL_FILE_MAX))
		ok = err_set(err, ERR_FAILED, "%s is no journal: look what it is, and move it elsewhere", str_c(&path));
	ok = ok && disk_read_whole(vault->sys, str_c(&path), (size_t)size, file, err);
	str_free(&path);
	return ok;
}

/* The stream behind a head, with that key of its epoch which it commits to. */
static Records *
open_records(const Vault *vault, uint32_t epoch, StrView file, Verdict *verdict, bool *no_memory)
{
	Records *records = NULL;
	*verdict = VERDICT_UNKNOWN_EPOCH;
	*no_memory = false;
	for (const VaultKeys *keys = keys_of_epoch(vault->keys, epoch); keys != NULL && records == NULL && !*no_memory;
		keys = keys_of_epoch(keys->former, epoch)) {
		records = records_new(keys->journals, (const uint8_t *)file.ptr, no_memory);
		*verdict = records != NULL ? VERDICT_OK : VERDICT_DAMAGED;
	}
	return records;
}

bool
journal_groups(const Vault *vault, Id journal, StrView file, JournalGroupFn *each, void *data, Verdict *verdict,
	bool *whole, Err *err)
{
	ObjectPlace place = {.vault = vault->id, .object = journal};
	bool no_memory = false, ok = true, understood = true, first = true;
	Err why = {0};
	*whole = true;
	*verdict = journal_head_read(file, &place, &place.epoch);
	if (*verdict != VERDICT_OK)
		return true;
	Records *records = open_records(vault, place.epoch, file, verdict, &no_memory);
	if (records == NULL)
		return !no_memory || err_memory(err);
	Str fields = {0};
	size_t at = JOURNAL_HEAD_BYTES;
	while (ok && journal_open_group(records, file, &at, &fields, whole, &why)) {
		ok = journal_decode(str_view(&fields), first, NULL, NULL, &understood, err);
		if (!ok || !understood)
			break;
		ok = each(data, str_view(&fields), first, err);
		first = false;
	}
	if (why.kind != ERR_NONE)
		ok = err_memory(err);
	if (first)
		*verdict = VERDICT_DAMAGED;
	*whole = *whole && understood;
	records_free(records);
	str_wipe(&fields);
	return ok;
}

typedef struct Reading {
	JournalEntryFn *each;
	void *data;
} Reading;

/* STEP_TIME is not of the caller's steps. */
static bool
read_entry(void *data, const JournalEntry *entry, Err *err)
{
	const Reading *reading = data;
	return (int)entry->step == STEP_TIME || reading->each(reading->data, entry, err);
}

static bool
read_group(void *data, StrView fields, bool first, Err *err)
{
	bool understood;
	return journal_decode(fields, first, read_entry, data, &understood, err);
}

bool
journal_read(Vault *vault, Id journal, JournalEntryFn *each, void *data, bool *whole, Err *err)
{
	Str file = {0}, path = {0};
	Reading reading = {each, data};
	Verdict verdict;
	bool complete = true;
	bool ok = journal_path(vault, journal, "", &path, err) && journal_load(vault, journal, &file, err) &&
		  journal_groups(vault, journal, str_view(&file), read_group, &reading, &verdict, &complete, err);
	if (ok && verdict != VERDICT_OK)
		ok = verdict_err(verdict, str_c(&path), err);
	str_free(&file);
	str_free(&path);
	if (ok && whole != NULL)
		*whole = complete;
	return ok;
}

/* ---- Removing */

static void
sync_removals(const Vault *vault)
{
	Str folder = {0};
	if (journal_folder(vault, &folder, NULL))
		disk_sync_folder(vault->sys, str_c(&folder), NULL);
	str_free(&folder);
}

/* One that it continued may not come back with a power cut when this one, which says so, is gone; nor this one itself.
 * That they may is no failure: what they hold is in a revision. */
bool
journal_remove_file(const Vault *vault, const Str *path, Err *err)
{
	sync_removals(vault);
	if (!disk_remove(vault->sys, str_c(path), err))
		return false;
	sync_removals(vault);
	return true;
}

bool
journal_discard(Vault *vault, Id journal, bool whole, Err *err)
{
	Str path = {0}, aside = {0};
	Err reason = {0};
	bool ok = journal_path(vault, journal, "", &path, err) &&
		  journal_path(vault, journal, JOURNAL_DAMAGED, &aside, err);
	if (ok && whole) {
		ok = journal_remove_file(vault, &path, err);
	} else if (ok && vault->sys->rename_over(str_c(&path), str_c(&aside)) == 0) {
		err_set(&reason, ERR_DAMAGED,
			"a part of the journal %s could not be read: keep the file until nothing is missed",
			str_c(&aside));
		ok = scan_add_damage(vault, str_view(&aside), &reason, err);
	} else if (ok && errno != ENOENT) {
		ok = err_set(err, ERR_FAILED, "cannot rename %s: %s: check the disk", str_c(&path), strerror(errno));
	}
	str_free(&path);
	str_free(&aside);
	return ok;
}

static bool
pass_group(void *data, StrView fields, bool first, Err *err)
{
	(void)data;
	(void)fields;
	(void)first;
	(void)err;
	return true;
}

bool
vault_remove_journal(Vault *vault, Id journal, Err *err)
{
	const Sys *sys = vault->sys;
	Str path = {0}, file = {0};
	Err why = {0};
	Verdict verdict;
	bool whole = true, ok = journal_path(vault, journal, "", &path, err);
	int fd = ok ? journal_open(sys, str_c(&path), O_RDONLY | O_NONBLOCK) : -1;
	if (fd >= 0 && !journal_lock(sys, fd))
		ok = err_set(err, ERR_FAILED, "another meok has that draft open: close it there");
	if (ok && !journal_load(vault, journal, &file, &why)) {
		ok = why.kind == ERR_NOT_FOUND;
		if (!ok && err != NULL)
			*err = why;
	} else if (ok) {
		/* What could not be read of it is set aside, not destroyed. */
		ok = journal_groups(vault, journal, str_view(&file), pass_group, NULL, &verdict, &whole, err) &&
		     journal_discard(vault, journal, whole && verdict == VERDICT_OK, err);
	}
	if (fd >= 0)
		sys->close(fd);
	str_free(&path);
	str_free(&file);
	return ok;
}

/* ---- What is there */

typedef struct Look {
	JournalFound found;
	Id continues;
	size_t groups; /* that can be read */
	bool held, whole;
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
	if ((int)entry->step != STEP_TIME)
		look->found.left = entry->step == STEP_LEFT;
	return true;
}

static bool
look_group(void *data, StrView fields, bool first, Err *err)
{
	Look *look = data;
	JournalEntry begin;
	StrView rest;
	bool understood;
	if (first)
		look->continues = journal_continues(fields, &begin, &rest);
	look->groups++;
	return journal_decode(fields, first, look_entry, look, &understood, err);
}

/* Tells why a journal that nobody holds cannot be read. One that no key opens is set aside; what a newer meok may have
 * made, or may be read another time, stays. */
static bool
tell_unread(Vault *vault, Id id, Verdict verdict, const Err *why, Err *err)
{
	Str path = {0};
	Err reason = *why;
	bool stays = verdict == VERDICT_UNKNOWN_VERSION || verdict == VERDICT_UNKNOWN_SUITE ||
		     verdict == VERDICT_UNKNOWN_FLAGS || verdict == VERDICT_UNKNOWN_EPOCH;
	bool ok = journal_path(vault, id, "", &path, err);
	if (ok && why->kind == ERR_NONE && !stays) {
		ok = journal_discard(vault, id, false, err);
	} else if (ok) {
		if (why->kind == ERR_NONE)
			verdict_err(verdict, str_c(&path), &reason);
		ok = scan_add_damage(vault, str_view(&path), &reason, err);
	}
	str_free(&path);
	return ok;
}

static bool
look_at(Vault *vault, Id id, Look *look, Err *err)
{
	const Sys *sys = vault->sys;
	Str path = {0}, file = {0};
	Verdict verdict = VERDICT_DAMAGED;
	Err why = {0};
	*look = (Look){.found.id = id};
	bool ok = journal_path(vault, id, "", &path, err);
	int fd = ok ? journal_open(sys, str_c(&path), O_RDONLY | O_NONBLOCK) : -1;
	look->held = fd >= 0 && !journal_lock(sys, fd);
	bool there = ok && journal_load(vault, id, &file, &why);
	if (there)
		ok = journal_groups(vault, id, str_view(&file), look_group, look, &verdict, &look->whole, err);
	/* Told while it is locked: a session may have gone on with it since. */
	if (ok && look->groups == 0 && !look->held && why.kind != ERR_NOT_FOUND)
		ok = tell_unread(vault, id, verdict, &why, err);
	if (fd >= 0)
		sys->close(fd);
	str_free(&path);
	str_free(&file);
	return ok;
}

/* What a session was making when it ended. */
static void
remove_unfinished(Vault *vault, StrView name, const Str *folder)
{
	const Sys *sys = vault->sys;
	Id id;
	Str path = {0};
	if (!sv_ends(name, SV(JOURNAL_NEW)) || !id_parse(sv_slice(name, 0, name.len - strlen(JOURNAL_NEW)), &id))
		return;
	path_join(&path, str_view(folder), name);
	int fd = path.failed ? -1 : journal_open(sys, str_c(&path), O_RDONLY | O_NONBLOCK);
	if (fd >= 0 && journal_lock(sys, fd))
		sys->unlink(str_c(&path));
	if (fd >= 0)
		sys->close(fd);
	str_free(&path);
}

static int
newest_first(const void *a, const void *b)
{
	const JournalFound *x = a, *y = b;
	if (x->time_ms != y->time_ms)
		return x->time_ms > y->time_ms ? -1 : 1;
	return id_compare(x->id, y->id);
}

/* Marks the shorter of each journal and the one that it continues as gone. Usually that is the old one, whose session
 * ended before it was removed; the new one when it could not be finished and the session stayed with the old. */
static bool
drop_continued(Vault *vault, Look *looks, size_t count, bool *gone, Err *err)
{
	bool ok = true, any = false;
	for (size_t k = 0; ok && k < count; k++) {
		for (size_t i = 0; ok && i < count; i++) {
			if (i == k || looks[k].groups == 0 || looks[i].groups == 0 || gone[i] || gone[k] ||
				!id_equal(looks[k].continues, looks[i].found.id))
				continue;
			size_t loser = looks[i].groups > looks[k].groups ? k : i;
			gone[loser] = true;
			if (looks[i].held || looks[loser].held)
				continue;
			/* The name of what stays is durable before the other goes. */
			Str folder = {0};
			if (!any)
				ok = journal_folder(vault, &folder, err) &&
				     disk_sync_folder(vault->sys, str_c(&folder), err);
			any = true;
			ok = ok && journal_discard(vault, looks[loser].found.id, looks[loser].whole, err);
			str_free(&folder);
		}
	}
	return ok;
}

/* Keeps those that nobody holds and nothing continues. */
static bool
choose(Vault *vault, Look *looks, size_t count, JournalFound *out, size_t *chosen, Err *err)
{
	bool *gone = calloc(count + 1, sizeof *gone);
	bool ok = (gone != NULL || err_memory(err)) && drop_continued(vault, looks, count, gone, err);
	*chosen = 0;
	for (size_t i = 0; ok && i < count; i++) {
		if (looks[i].groups > 0 && !looks[i].held && !gone[i])
			out[(*chosen)++] = looks[i].found;
	}
	free(gone);
	qsort(out, *chosen, sizeof *out, newest_first);
	return ok;
}

bool
vault_journals(Vault *vault, JournalFound **out, size_t *count, Err *err)
{
	Str folder = {0};
	StrList names = {0};
	size_t len = 0, chosen = 0;
	*count = 0;
	*out = NULL;
	if (vault->state.len == 0)
		return true;
	bool ok = journal_folder(vault, &folder, err);
	if (ok && !vault->sys->list_dir(str_c(&folder), &names) && errno != ENOENT)
		ok = err_set(err, ERR_FAILED, "cannot list %s: %s: check the disk", str_c(&folder), strerror(errno));
	ok = ok && list_ok(&names, err);
	Look *looks = ok ? calloc(names.len + 1, sizeof *looks) : NULL;
	JournalFound *found = ok ? calloc(names.len + 1, sizeof *found) : NULL;
	ok = ok && ((looks != NULL && found != NULL) || err_memory(err));
	for (size_t i = 0; ok && i < names.len; i++) {
		Id id;
		if (id_parse(str_view(&names.items[i]), &id))
			ok = look_at(vault, id, &looks[len++], err);
		else
			remove_unfinished(vault, str_view(&names.items[i]), &folder);
	}
	ok = ok && choose(vault, looks, len, found, &chosen, err);
	if (ok) {
		*out = found;
		*count = chosen;
	} else {
		free(found);
	}
	free(looks);
	list_free(&names);
	str_free(&folder);
	return ok;
}
