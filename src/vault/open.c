/* Making a vault, opening it, and its keys. */
#include "disk.h"
#include "pack.h"
#include "recovery.h"
#include "slots.h"
#include "store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char README[] =
	"This folder is a meok vault: sealed writing, and nothing in it can be read without its passphrase.\n"
	"Open it with meok (meok --vault THIS-FOLDER). How it is laid out is in the manual page meok-vault(5).\n"
	"It may be copied and synchronised with any tool, as a whole; leave out tmp/. Do not edit, rename or\n"
	"delete single files: each holds a part of what was written. Without a passphrase or a recovery key\n"
	"nobody can open it, its owner included.\n"
	"\n"
	"이 폴더는 meok의 금고입니다. 글은 모두 잠겨 있고, 암호 없이는 아무것도 읽을 수 없습니다.\n"
	"meok으로 여십시오(meok --vault 이-폴더). 파일의 짜임새는 설명서 meok-vault(5)에 적혀 있습니다.\n"
	"어떤 도구로든 폴더째 복사하고 동기화해도 됩니다. tmp/는 빼도 좋습니다. 파일 하나하나에 글의 일부가\n"
	"들어 있으니 고치거나 이름을 바꾸거나 지우지 마십시오. 암호도 복구 열쇠도 없으면 주인조차 열 수\n"
	"없습니다.\n";

/* ---- Making */

static bool
is_leftover(const char *name)
{
	static const char *const names[] = {"README.txt", "keys", "objects", "tmp"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (strcmp(name, names[i]) == 0)
			return true;
	}
	return sv_starts(sv(name), SV(".tmp-"));
}

/* A folder that is empty, or holds only what a creation that was cut short left: no slot and no object. */
static bool
folder_usable(const Sys *sys, const char *dir, Err *err)
{
	static const char *const inner[] = {"", "/keys", "/objects"};
	bool ok = true;
	for (size_t i = 0; ok && i < sizeof inner / sizeof *inner; i++) {
		Str path = {0};
		StrList names = {0};
		str_printf(&path, "%s%s", dir, inner[i]);
		ok = str_ok(&path, err);
		bool listed = ok && sys->list_dir(str_c(&path), &names);
		if (ok && !listed && errno != ENOENT)
			ok = err_set(err, ERR_FAILED, "cannot list %s: %s", str_c(&path), strerror(errno));
		for (size_t k = 0; ok && listed && k < names.len; k++) {
			if (i > 0 || !is_leftover(str_c(&names.items[k])))
				ok = err_set(err, ERR_USAGE,
					"the folder %s is not empty: choose another one for the vault", dir);
		}
		list_free(&names);
		str_free(&path);
	}
	return ok;
}

static bool
make_folders(const Sys *sys, const char *dir, Err *err)
{
	static const char *const inner[] = {"keys", "objects", "tmp"};
	bool ok = file_make_dirs(sys, dir, 0700, err) && disk_folder(sys, dir, err);
	for (size_t i = 0; ok && i < sizeof inner / sizeof *inner; i++) {
		Str path = {0};
		path_join(&path, sv(dir), sv(inner[i]));
		ok = str_ok(&path, err) && disk_make_folder(sys, str_c(&path), NULL, err);
		str_free(&path);
	}
	return ok;
}

/* The folder that holds `path`. */
static void
parent_of(const Str *path, Str *parent)
{
	const char *slash = strrchr(str_c(path), '/');
	str_set(parent, sv_slice(str_view(path), 0, slash == NULL ? 0 : (size_t)(slash - path->ptr)));
	if (parent->len == 0)
		str_append_c(parent, slash == NULL ? "." : "/");
}

/* How many of the folders above the vault have to be made. */
static int
missing_above(const Sys *sys, const char *dir)
{
	int missing = 0;
	Str path = str_from(sv(dir)), parent = {0};
	for (;;) {
		parent_of(&path, &parent);
		bool top = parent.len == 1 && (parent.ptr[0] == '/' || parent.ptr[0] == '.');
		if (path.failed || parent.failed || top || file_exists(sys, str_c(&parent)))
			break;
		missing++;
		str_move(&path, &parent);
	}
	str_free(&path);
	str_free(&parent);
	return missing;
}

/* Makes the names of the vault folder, and of `made` folders above it, durable. */
static bool
sync_folders(const Sys *sys, const char *dir, int made, Err *err)
{
	Str path = str_from(sv(dir)), parent = {0};
	bool ok = str_ok(&path, err) && disk_sync_folder(sys, dir, err);
	for (int i = 0; ok && i <= made; i++) {
		parent_of(&path, &parent);
		/* these may be links: a home on another disk */
		ok = str_ok(&parent, err) && file_sync_dir(sys, str_c(&parent), err);
		str_move(&path, &parent);
	}
	str_free(&path);
	str_free(&parent);
	return ok;
}

static bool
save_readme(const Sys *sys, const char *dir, Err *err)
{
	Str path = {0};
	path_join(&path, sv(dir), SV("README.txt"));
	bool ok =
		str_ok(&path, err) && file_replace(sys, str_c(&path), (StrView){README, sizeof README - 1}, 0600, err);
	if (!ok)
		sys->unlink(str_c(&path));
	str_free(&path);
	return ok;
}

/* Another meok may have made a vault there since it was looked at. */
static bool
fill_folder(const Sys *sys, const char *dir, int made, Slot *slot, SlotSecret secret, const VaultKeys *keys, Err *err)
{
	int fd;
	if (!hold_folder(sys, dir, &fd, err))
		return false;
	bool ours = folder_usable(sys, dir, err);
	bool ok = ours && save_readme(sys, dir, err) && sync_folders(sys, dir, made, err) &&
		  slots_save(sys, dir, slot, secret, keys, err);
	if (ours && !ok) {
		Str path = {0};
		path_join(&path, sv(dir), SV("README.txt"));
		if (str_ok(&path, NULL))
			sys->unlink(str_c(&path));
		str_free(&path);
	}
	sys->close(fd);
	return ok;
}

/* Chooses the keys and the vault's id, which *keys (empty) and slot->vault then hold. */
static bool
create_at(const Sys *sys, const char *dir, SlotSecret secret, Slot *slot, VaultKeys *keys, Err *err)
{
	if (file_exists(sys, dir) && (!disk_folder(sys, dir, err) || !folder_usable(sys, dir, err)))
		return false;
	sys->random(keys->master, sizeof keys->master);
	keys->epoch = 1;
	sys->random(&slot->vault, sizeof slot->vault);
	/* The slot comes last and makes it a vault; everything it needs is durable by then. */
	int made = missing_above(sys, dir);
	return make_folders(sys, dir, err) && fill_folder(sys, dir, made, slot, secret, keys, err);
}

bool
open_plain_dir(const char *dir, Str *out, Err *err)
{
	StrView name = sv(dir);
	while (name.len > 1 && name.ptr[name.len - 1] == '/')
		name.len--;
	str_set(out, name);
	if (name.len == 0)
		return err_set(err, ERR_USAGE, "the vault folder has no name: say which with --vault");
	return str_ok(out, err);
}

/* Makes the vault and opens it with the keys that sealed its slot, which slot_seal has tried. */
static Vault *
create_vault(const Sys *sys, const char *dir, StrView passphrase, Slot *slot, Err *err)
{
	Vault *vault = calloc(1, sizeof *vault);
	if (vault == NULL) {
		err_memory(err);
		return NULL;
	}
	Str nfc = {0};
	vault->sys = sys;
	bool ok = open_plain_dir(dir, &vault->dir, err) && passphrase_nfc(passphrase, &nfc, err);
	if (ok && vault_exists(sys, str_c(&vault->dir)))
		ok = err_set(err, ERR_USAGE, "there is a vault in %s already: open it, or choose another folder", dir);
	ok = ok && (vault->keys = keys_new(err)) != NULL;
	SlotSecret secret = {SLOT_ARGON2ID, str_view(&nfc)};
	ok = ok && create_at(sys, str_c(&vault->dir), secret, slot, vault->keys, err);
	str_wipe(&nfc);
	if (!ok) {
		vault_close(vault);
		return NULL;
	}
	vault->id = slot->vault;
	vault->slot = slot->id;
	keys_derive(vault->keys);
	/* The slot is durable and this is a vault; a drop key that could not be written is written when it is opened.
	 */
	drop_key_settle(vault, NULL);
	return vault;
}

bool
open_create(const Sys *sys, const char *dir, StrView passphrase, uint64_t passes, uint64_t memory, Err *err)
{
	Slot slot = {.kdf = SLOT_ARGON2ID, .passes = passes, .memory = memory};
	Vault *vault = create_vault(sys, dir, passphrase, &slot, err);
	bool made = vault != NULL;
	vault_close(vault);
	return made;
}

bool
vault_create(const Sys *sys, const char *dir, StrView passphrase, KdfCost cost, Err *err)
{
	Slot slot = slots_of_cost(cost);
	Vault *vault = create_vault(sys, dir, passphrase, &slot, err);
	bool made = vault != NULL;
	vault_close(vault);
	return made;
}

/* Where this device remembers things about the vault: its own folder below `state`, made when it is missing. */
static bool
use_state(Vault *vault, const char *state, Err *err)
{
	if (state == NULL || state[0] == '\0')
		return true;
	char id[ID_TEXT + 1];
	id_format(vault->id, id);
	path_join(&vault->state, sv(state), sv(id));
	const char *path = str_c(&vault->state);
	if (!str_ok(&vault->state, err))
		return false;
	bool there = file_exists(vault->sys, path);
	int made = there ? 0 : missing_above(vault->sys, path);
	/* A journal is durable only with the names above it. */
	return file_make_dirs(vault->sys, path, 0700, err) && (there || sync_folders(vault->sys, path, made, err));
}

/* What is remembered need not be read; the rest is. */
static bool
take_stock(Vault *vault, Err *err)
{
	bool loaded;
	if (!index_load(vault, &loaded, err))
		return false;
	return (loaded ? vault_refresh(vault, err) : vault_scan(vault, err)) && index_look_slots(vault, err);
}

static Vault *
begin_session(Vault *vault, const char *state, Err *err)
{
	vault->sys->random(&vault->session, sizeof vault->session);
	vault->index.ready = use_state(vault, state, err) && take_stock(vault, err);
	if (vault->index.ready)
		return vault;
	vault_close(vault);
	return NULL;
}

Vault *
vault_create_open(const Sys *sys, const char *dir, const char *state, StrView passphrase, KdfCost cost, Err *err)
{
	Slot slot = slots_of_cost(cost);
	Vault *vault = create_vault(sys, dir, passphrase, &slot, err);
	return vault == NULL ? NULL : begin_session(vault, state, err);
}

/* ---- Opening */

bool
vault_find(const Sys *sys, const char *dir, Err *err)
{
	StrList names = {0};
	bool there = slots_names(sys, dir, &names, err) &&
		     (names.len > 0 || err_set(err, ERR_NOT_FOUND,
					       "there is no vault in %s yet: make one with `meok init`", dir));
	list_free(&names);
	return there;
}

bool
vault_exists(const Sys *sys, const char *dir)
{
	Err err = {0};
	return vault_find(sys, dir, &err) || err.kind != ERR_NOT_FOUND;
}

/* Finds the slot that the secret opens: as a recovery key when it is one, then as a passphrase. */
static bool
unlock(Vault *vault, StrView text, const SlotLimits *limits, Err *err)
{
	StrList names = {0};
	Str nfc = {0};
	uint8_t recovery[KEY_BYTES];
	Slot slot = {0};
	Verdict verdict = VERDICT_DAMAGED;
	const char *dir = str_c(&vault->dir);
	bool ok = slots_names(vault->sys, dir, &names, err);
	RecoveryForm form = recovery_read(text, recovery);
	if (ok && form == RECOVERY_KEY) {
		SlotSecret secret = {SLOT_RECOVERY, {(const char *)recovery, sizeof recovery}};
		verdict = slots_try(vault->sys, dir, &names, secret, limits, &slot, vault->keys);
	}
	secret_wipe(recovery, sizeof recovery);
	Err why = {0};
	bool second = ok && verdict != VERDICT_OK && passphrase_nfc(text, &nfc, &why);
	bool no_passphrase = why.kind == ERR_USAGE;
	if (why.kind != ERR_NONE && !(no_passphrase && form == RECOVERY_KEY)) {
		/* What cannot be a passphrase is a wrong one. */
		if (no_passphrase)
			why.kind = ERR_PASSPHRASE;
		if (err != NULL)
			*err = why;
		ok = false;
	}
	if (second) {
		SlotSecret secret = {SLOT_ARGON2ID, str_view(&nfc)};
		Verdict again = slots_try(vault->sys, dir, &names, secret, limits, &slot, vault->keys);
		/* The slot of a right recovery key may be damaged; that it is no passphrase either is no news. */
		verdict = form == RECOVERY_KEY && again == VERDICT_WRONG_PASSPHRASE ? verdict : again;
	}
	str_wipe(&nfc);
	list_free(&names);
	if (!ok)
		return false;
	vault->id = slot.vault;
	vault->slot = slot.id;
	if (verdict == VERDICT_OK)
		return true;
	if (verdict == VERDICT_WRONG_PASSPHRASE && form == RECOVERY_TYPO)
		return err_set(err, ERR_PASSPHRASE,
			"the recovery key has a slip in it: compare it group by group and try again");
	if (verdict == VERDICT_NO_MEMORY)
		return err_set(err, ERR_FAILED, "not enough memory to open %s: close other programs", dir);
	if (verdict == VERDICT_WRONG_PASSPHRASE)
		return verdict_err(verdict, dir, err);
	Str keys = {0};
	str_printf(&keys, "%s/keys", dir);
	verdict_err(verdict, str_c(&keys), err);
	str_free(&keys);
	return false;
}

Vault *
open_vault(const Sys *sys, const char *dir, const char *state, StrView secret, const SlotLimits *limits, Err *err)
{
	Vault *vault = calloc(1, sizeof *vault);
	if (vault == NULL) {
		err_memory(err);
		return NULL;
	}
	vault->sys = sys;
	bool ok = open_plain_dir(dir, &vault->dir, err);
	if (ok && !vault_exists(sys, str_c(&vault->dir))) {
		Err why = {0};
		ok = false;
		if (file_exists(sys, str_c(&vault->dir)) && !disk_folder(sys, str_c(&vault->dir), &why) && err != NULL)
			*err = why;
		else
			err_set(err, ERR_NOT_FOUND,
				"there is no vault in %s: make one with meok init, or say where with --vault", dir);
	}
	ok = ok && disk_folder(sys, str_c(&vault->dir), err) && (vault->keys = keys_new(err)) != NULL;
	ok = ok && unlock(vault, secret, limits, err);
	if (!ok) {
		vault_close(vault);
		return NULL;
	}
	vault = begin_session(vault, state, err);
	bool more = false;
	if (vault != NULL && vault->unresolved > 0 &&
		(!epoch_join(vault, secret, limits, &more, err) || (more && !vault_scan(vault, err)))) {
		vault_close(vault);
		return NULL;
	}
	if (vault != NULL) {
		epoch_remove_retired(vault);
		epoch_note_behind(vault);
	}
	return vault;
}

Vault *
vault_open(const Sys *sys, const char *dir, const char *state, StrView secret, Err *err)
{
	return open_vault(sys, dir, state, secret, &SLOT_LIMITS, err);
}

void
vault_close(Vault *vault)
{
	if (vault == NULL)
		return;
	vault_release(vault);
	index_close(vault);
	keys_free(vault->keys);
	chains_free(&vault->chains);
	ids_free(&vault->begun);
	ids_free(&vault->begun_by);
	ids_free(&vault->retired);
	ids_free(&vault->behind);
	ids_free(&vault->learned);
	scan_free_damage(vault);
	packs_free(vault);
	fragment_free_drops(vault);
	for (int kind = 0; kind < KIND_COUNT; kind++)
		entries_free(&vault->entries[kind]);
	str_free(&vault->dir);
	str_free(&vault->state);
	free(vault);
}

bool
vault_may_write(const Vault *vault)
{
	static const char *const folders[] = {"", "/objects", "/tmp"};
	bool may = true;
	for (size_t i = 0; may && i < sizeof folders / sizeof *folders; i++) {
		Str path = {0};
		str_printf(&path, "%s%s", str_c(&vault->dir), folders[i]);
		/* What is missing is made when it is needed; without memory, saving tells. */
		may = path.failed || vault->sys->may_write(str_c(&path)) == 0 || errno == ENOENT;
		str_free(&path);
	}
	return may;
}

bool
vault_memory_locked(const Vault *vault)
{
	return vault->keys->locked;
}

bool
vault_recovery_key(Vault *vault, Str *shown, Err *err)
{
	uint8_t key[KEY_BYTES];
	vault->sys->random(key, sizeof key);
	Slot slot = {.vault = vault->id, .kdf = SLOT_RECOVERY};
	SlotSecret secret = {SLOT_RECOVERY, {(const char *)key, sizeof key}};
	Str text = {0};
	recovery_show(key, &text);
	bool ok = str_ok(&text, err) && slots_save(vault->sys, str_c(&vault->dir), &slot, secret, vault->keys, err);
	secret_wipe(key, sizeof key);
	if (ok) {
		index_slots_known(vault);
		vault_save_index(vault, NULL);
		str_move(shown, &text);
	}
	str_wipe(&text);
	return ok;
}
