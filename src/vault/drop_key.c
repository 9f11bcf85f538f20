/* The drop key of an open vault: keys/drop.pub compared with what the master key gives, and this device's copy of it.
 */
#include "disk.h"
#include "drop.h"
#include "store.h"

#include <string.h>

enum { PATH_LIMIT = 8192 };

/* The file that a device remembers a drop key in: the key as in the vault, then the path of the vault's folder. */
static const char COPY_NAME[] = "drop.pub";

void
drop_pair(const VaultKeys *keys, uint8_t public_key[KEY_BYTES], uint8_t secret_key[KEY_BYTES])
{
	uint8_t secret[KEY_BYTES];
	secret_box_pair(keys->drops, public_key, secret);
	if (secret_key != NULL)
		memcpy(secret_key, secret, KEY_BYTES);
	secret_wipe(secret, sizeof secret);
}

/* ---- In the vault */

typedef enum KeyState {
	KEY_RIGHT,
	KEY_MISSING,
	KEY_FORMER,  /* of an earlier epoch of this vault */
	KEY_LATER,   /* perhaps of a master key that is not at hand yet */
	KEY_FOREIGN, /* not of this vault */
	KEY_DAMAGED,
	KEY_NEWER, /* written by a later version of meok */
	KEY_UNREADABLE,
} KeyState;

/* A key that one of those at hand gives; two machines may have made two of the same epoch. */
static bool
is_own(const Vault *vault, const DropKey *key)
{
	uint8_t own[KEY_BYTES];
	for (const VaultKeys *keys = keys_of_epoch(vault->keys, key->epoch); keys != NULL;
		keys = keys_of_epoch(keys->former, key->epoch)) {
		drop_pair(keys, own, NULL);
		if (memcmp(own, key->public_key, KEY_BYTES) == 0)
			return true;
	}
	return false;
}

/* `right` is what the file is to be; it becomes what is there when that is as good. */
static KeyState
compare(const Vault *vault, const char *path, uint8_t right[DROP_KEY_BYTES], Err *why)
{
	uint8_t bytes[DROP_KEY_BYTES + 1];
	size_t got = 0;
	uint64_t size = 0;
	DropKey key;
	if (!disk_read_head(vault->sys, path, bytes, sizeof bytes, &got, &size, why)) {
		if (why->kind == ERR_NOT_FOUND)
			return KEY_MISSING;
		return why->kind == ERR_DAMAGED ? KEY_DAMAGED : KEY_UNREADABLE;
	}
	if (got == DROP_KEY_BYTES && memcmp(bytes, right, DROP_KEY_BYTES) == 0)
		return KEY_RIGHT;
	Verdict verdict = drop_key_decode((StrView){(const char *)bytes, got}, &key);
	if (verdict == VERDICT_DAMAGED)
		return KEY_DAMAGED;
	if (verdict != VERDICT_OK) {
		verdict_err(verdict, "keys/drop.pub", why);
		return KEY_NEWER;
	}
	if (!id_equal(key.vault, vault->id))
		return KEY_FOREIGN;
	/* Where there is what no key opens, another machine may have made the key that does, and this one with it. */
	if (!is_own(vault, &key))
		return key.epoch > vault->keys->epoch || (key.epoch == vault->keys->epoch && vault->unresolved > 0)
			       ? KEY_LATER
			       : KEY_FOREIGN;
	if (key.epoch < vault->keys->epoch)
		return KEY_FORMER;
	memcpy(right, bytes, DROP_KEY_BYTES);
	return KEY_RIGHT;
}

static bool
write_anew(Vault *vault, KeyState state, const uint8_t right[DROP_KEY_BYTES])
{
	const char *dir = str_c(&vault->dir);
	StrView bytes = {(const char *)right, DROP_KEY_BYTES};
	return state == KEY_MISSING ? disk_save(vault->sys, dir, "keys", "drop.pub", bytes, NULL)
				    : disk_replace(vault->sys, dir, "keys", "drop.pub", bytes, NULL);
}

/* What a writer hears of a file that was not right. `seen`: this device has seen the right one there. */
static void
tell(KeyState state, bool seen, bool written, Err *reason)
{
	const char *name = "keys/drop.pub";
	if (state == KEY_FOREIGN && !written)
		err_set(reason, ERR_DAMAGED,
			"%s is another's and cannot be put right: drop nothing, and look who may write to this folder",
			name);
	else if (state == KEY_FOREIGN)
		err_set(reason, ERR_DAMAGED,
			"%s was another's, who can read what was dropped since; it is put right: look who may write to "
			"this folder",
			name);
	else if (state == KEY_FORMER && seen)
		err_set(reason, ERR_DAMAGED,
			"%s was again the one from before the keys were changed: look who may write to this folder",
			name);
	else if ((state == KEY_DAMAGED || (state == KEY_MISSING && seen)) && !written)
		err_set(reason, ERR_DAMAGED,
			"%s is damaged and cannot be written anew: make room, or let meok write to the vault", name);
	else if (state == KEY_DAMAGED)
		err_set(reason, ERR_DAMAGED, "%s was damaged and is written anew: nothing needs to be done", name);
	else if (state == KEY_MISSING && seen)
		err_set(reason, ERR_DAMAGED, "%s was gone and is written anew: nothing needs to be done", name);
	else if (state == KEY_LATER)
		err_set(reason, ERR_DAMAGED,
			"%s is of a key that is not at hand here: wait until all of the vault has arrived, then open "
			"it again",
			name);
}

static void
settle_in_vault(Vault *vault, const char *path, bool seen, uint8_t right[DROP_KEY_BYTES])
{
	Err why = {0};
	KeyState state = compare(vault, path, right, &why);
	vault->drop_key_reason = (Err){0};
	if (state == KEY_UNREADABLE || state == KEY_NEWER) {
		vault->drop_key_reason = why;
	} else if (state != KEY_RIGHT) {
		/* Where the vault may only be read nothing can be dropped into it either; it opens all the same. */
		bool written = state != KEY_LATER && write_anew(vault, state, right);
		tell(state, seen, written, &vault->drop_key_reason);
	}
}

/* ---- On this device */

/* Folders of the state: their names are vault ids. False when memory ran out. */
static bool
copy_path(const char *state, StrView name, Str *path)
{
	Id id;
	str_clear(path);
	if (id_parse(name, &id))
		str_printf(path, "%s/%.*s/%s", state, (int)name.len, name.ptr, COPY_NAME);
	return !path->failed;
}

/* Splits a copy into the key and the path; false when it is none. */
static bool
read_copy(const Sys *sys, const char *path, Str *bytes, StrView *key, StrView *dir)
{
	if (!file_read(sys, path, DROP_KEY_BYTES + PATH_LIMIT, bytes, NULL) || bytes->len <= DROP_KEY_BYTES)
		return false;
	*key = sv_slice(str_view(bytes), 0, DROP_KEY_BYTES);
	*dir = sv_slice(str_view(bytes), DROP_KEY_BYTES, bytes->len);
	return true;
}

/* What another vault in the same place left. */
static void
forget_others(const Vault *vault, const char *state, StrView own_name)
{
	StrList names = {0};
	Str path = {0};
	bool listed = vault->sys->list_dir(state, &names);
	for (size_t i = 0; listed && i < names.len; i++) {
		Str bytes = {0};
		StrView key, dir, name = str_view(&names.items[i]);
		if (!sv_equal(name, own_name) && copy_path(state, name, &path) && path.len > 0 &&
			read_copy(vault->sys, str_c(&path), &bytes, &key, &dir) && sv_equal(dir, str_view(&vault->dir)))
			vault->sys->unlink(str_c(&path));
		str_free(&bytes);
	}
	str_free(&path);
	list_free(&names);
}

/* What this device remembers of one vault. */
typedef struct Copy {
	Str path, wanted, there;
} Copy;

static void
copy_free(Copy *copy)
{
	str_free(&copy->path);
	str_free(&copy->wanted);
	str_free(&copy->there);
}

static bool
copy_read(const Vault *vault, Copy *copy, Err *err)
{
	path_join(&copy->path, str_view(&vault->state), sv(COPY_NAME));
	if (!str_ok(&copy->path, err))
		return false;
	/* One that cannot be read is written anew. */
	file_read(vault->sys, str_c(&copy->path), DROP_KEY_BYTES + PATH_LIMIT, &copy->there, NULL);
	return str_ok(&copy->there, err);
}

static bool
copy_write(const Vault *vault, Copy *copy, const uint8_t right[DROP_KEY_BYTES], Err *err)
{
	StrView state = str_view(&vault->state);
	size_t slash = state.len;
	while (slash > 0 && state.ptr[slash - 1] != '/')
		slash--;
	Str parent = str_from(sv_slice(state, 0, slash > 1 ? slash - 1 : slash));
	str_append(&copy->wanted, (StrView){(const char *)right, DROP_KEY_BYTES});
	str_append(&copy->wanted, str_view(&vault->dir));
	bool ok = str_ok(&copy->wanted, err) && str_ok(&parent, err);
	bool same = ok && sv_equal(str_view(&copy->there), str_view(&copy->wanted));
	/* A device that cannot remember it trusts the folder, as one does that has never opened the vault. */
	if (ok && !same && file_replace(vault->sys, str_c(&copy->path), str_view(&copy->wanted), 0600, NULL))
		forget_others(vault, str_c(&parent), sv_slice(state, slash, state.len));
	str_free(&parent);
	return ok;
}

bool
drop_key_settle(Vault *vault, Err *err)
{
	DropKey key = {.vault = vault->id, .epoch = vault->keys->epoch};
	uint8_t right[DROP_KEY_BYTES];
	Str path = {0};
	Copy copy = {0};
	bool remembers = vault->state.len > 0;
	drop_pair(vault->keys, key.public_key, NULL);
	drop_key_encode(&key, right);
	str_printf(&path, "%s/keys/drop.pub", str_c(&vault->dir));
	bool ok = str_ok(&path, err) && (!remembers || copy_read(vault, &copy, err));
	if (ok) {
		bool seen = sv_starts(str_view(&copy.there), (StrView){(const char *)right, DROP_KEY_BYTES});
		settle_in_vault(vault, str_c(&path), seen, right);
	}
	ok = ok && (!remembers || copy_write(vault, &copy, right, err));
	str_free(&path);
	copy_free(&copy);
	return ok;
}

/* ---- Without the vault */

static bool
fits(const Sys *sys, const char *path, const char *dir, const DropKey *key, bool *agrees)
{
	uint8_t own[DROP_KEY_BYTES];
	Str bytes = {0};
	StrView copy, place;
	DropKey seen;
	drop_key_encode(key, own);
	if (read_copy(sys, path, &bytes, &copy, &place) && drop_key_decode(copy, &seen) == VERDICT_OK &&
		(id_equal(seen.vault, key->vault) || sv_equal(place, sv(dir))))
		*agrees = *agrees && memcmp(copy.ptr, own, DROP_KEY_BYTES) == 0;
	bool ok = !bytes.failed;
	str_free(&bytes);
	return ok;
}

/* The vault's id stands in the same file as the key: who replaces one replaces the other. So the folder counts, too. */
bool
drop_key_is_known(const Sys *sys, const char *state, const char *dir, const DropKey *key, Err *err)
{
	StrList names = {0};
	Str path = {0};
	bool ok = true, agrees = true;
	if (state == NULL || state[0] == '\0')
		return true;
	/* Without such a folder this device has not opened any vault. */
	bool listed = sys->list_dir(state, &names);
	for (size_t i = 0; ok && listed && i < names.len; i++) {
		ok = copy_path(state, str_view(&names.items[i]), &path);
		if (ok && path.len > 0)
			ok = fits(sys, str_c(&path), dir, key, &agrees);
	}
	ok = (ok && !names.failed) || err_memory(err);
	str_free(&path);
	list_free(&names);
	return ok && (agrees || err_set(err, ERR_DAMAGED,
					"the drop key in %s is not the one this device knows: open the vault with "
					"meok, then drop this again",
					dir));
}
