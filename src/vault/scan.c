/* What is there: the cards of all objects, what is damaged, and a check of everything. */
#include "disk.h"
#include "pack.h"
#include "record.h"
#include "store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char SHARDS[] = "abcdefghijklmnopqrstuvwxyz234567";

/* ---- The list of damage */

static void
damage_clear(Damage *damage)
{
	str_free(&damage->path);
	str_free(&damage->title);
}

void
scan_free_damage(Vault *vault)
{
	for (size_t i = 0; i < vault->damage_len; i++)
		damage_clear(&vault->damage[i]);
	free(vault->damage);
	vault->damage = NULL;
	vault->damage_len = vault->damage_cap = 0;
}

void
scan_forget_damage(Vault *vault, Id subject)
{
	size_t kept = 0;
	for (size_t i = 0; i < vault->damage_len; i++) {
		if (!id_is_none(vault->damage[i].object) && id_equal(vault->damage[i].subject, subject))
			damage_clear(&vault->damage[i]);
		else
			vault->damage[kept++] = vault->damage[i];
	}
	vault->damage_len = kept;
}

bool
scan_damage(Vault *vault, StrView path, Id object, const Card *card, const Err *reason, Err *err)
{
	Damage *grown = array_grow(vault->damage, vault->damage_len, &vault->damage_cap, sizeof *grown);
	if (grown == NULL)
		return err_memory(err);
	vault->damage = grown;
	Damage damage = {.object = object, .reason = *reason, .path = str_from(path)};
	if (card != NULL && card->kind != 0) {
		damage.subject = card->subject;
		str_append(&damage.title, str_view(&card->title));
	}
	if (!str_ok(&damage.path, err) || !str_ok(&damage.title, err)) {
		damage_clear(&damage);
		return false;
	}
	vault->damage[vault->damage_len++] = damage;
	return true;
}

bool
scan_add_damage(Vault *vault, StrView path, const Err *reason, Err *err)
{
	for (size_t i = 0; i < vault->damage_len; i++) {
		if (sv_equal(str_view(&vault->damage[i].path), path))
			return true;
	}
	return scan_damage(vault, path, ID_NONE, NULL, reason, err);
}

static bool
names_parent(const Card *card, Id object)
{
	for (size_t i = 0; i < card->parent_count; i++) {
		if (id_equal(card->parents[i], object))
			return true;
	}
	return false;
}

/* Finds out whose an unreadable object is: its card may be remembered; the first of a chain bears the id of the
 * subject, others are named by a child. */
static bool
damage_name(Vault *vault, Damage *damage, Err *err)
{
	const Item *kin = NULL, *known = index_recall(vault, damage->object);
	if (known != NULL && id_is_none(damage->subject)) {
		damage->subject = known->card.subject;
		str_set(&damage->title, str_view(&known->card.title));
	}
	for (size_t i = 0; i < vault->chains.len && kin == NULL && !id_is_none(damage->object); i++) {
		const Item *item = vault->chains.by_chain[i];
		if (item->card.kind == OBJECT_TOMBSTONE)
			continue;
		bool of_subject = id_is_none(damage->subject) ? id_equal(item->card.subject, damage->object)
							      : id_equal(item->card.subject, damage->subject);
		if (of_subject || (id_is_none(damage->subject) && names_parent(&item->card, damage->object)))
			kin = item;
	}
	if (kin == NULL)
		return str_ok(&damage->title, err);
	const Item *head = store_head(vault, kin->card.kind, kin->card.subject, NULL);
	damage->subject = kin->card.subject;
	if (damage->title.len == 0)
		str_set(&damage->title, str_view(&head->card.title));
	return str_ok(&damage->title, err);
}

static bool
damage_name_all(Vault *vault, Err *err)
{
	for (size_t i = 0; i < vault->damage_len; i++) {
		if (!damage_name(vault, &vault->damage[i], err))
			return false;
	}
	return true;
}

/* ---- Reading cards */

/* One walk through the folder. */
typedef struct Scan {
	Vault *vault;
	bool only_new; /* known objects are not read again */
	bool report_strays;
	bool last;       /* what has no key now has none */
	IdList waiting;  /* cards that no key at hand opens: one may turn up in an object of kind 12 */
	Chains before;   /* when all are read again: what was there */
	size_t from, to; /* when not: the part of by_id that is of this shard folder */
	Str path;        /* whole; what lies inside the vault begins at `inside` */
	size_t inside;
} Scan;

static StrView
inside_path(const Scan *scan)
{
	return sv_slice(str_view(&scan->path), scan->inside, scan->path.len);
}

static bool
add_card(Vault *vault, Id object, Card *card, Err *err)
{
	if (card->lamport > vault->lamport)
		vault->lamport = card->lamport;
	if (!chains_reserve(&vault->chains, 1)) {
		card_free(card);
		return err_memory(err);
	}
	Item *item = item_new(object, card);
	if (item == NULL)
		return err_memory(err);
	item->seen = true;
	chains_append(&vault->chains, item);
	return true;
}

/* Takes in the card of an object; of one that is known only looks whether it still opens. */
static bool
read_card(Scan *scan, Id object, Item *known, Err *err)
{
	Vault *vault = scan->vault;
	uint8_t head[SEAL_HEAD_BYTES];
	size_t got = 0;
	uint64_t size = 0;
	Err reason = {0};
	if (!disk_read_head(vault->sys, str_c(&scan->path), head, sizeof head, &got, &size, &reason)) {
		/* Gone since the folder was listed: another session removed it. */
		if (reason.kind == ERR_NOT_FOUND)
			return true;
		return scan_damage(vault, inside_path(scan), object, NULL, &reason, err);
	}
	StrView bytes = {(const char *)head, got};
	const VaultKeys *keys = store_keys(vault, bytes);
	ObjectPlace place = {.vault = vault->id, .object = object, .epoch = keys->epoch};
	Card card;
	Verdict verdict = object_open_card(keys->objects, &place, bytes, size, &card);
	if (verdict == VERDICT_OK && known != NULL) {
		known->seen = true;
		card_free(&card);
		return true;
	}
	if (verdict == VERDICT_OK)
		return add_card(vault, object, &card, err);
	if (verdict == VERDICT_NO_MEMORY)
		return err_memory(err);
	/* Of the first epoch there is one key; of later ones another machine may have made another. */
	bool other = verdict == VERDICT_DAMAGED && keys->epoch > 1 && !seal_commits(keys->objects, bytes);
	if (verdict == VERDICT_UNKNOWN_EPOCH || other) {
		if (!scan->last)
			return ids_add(&scan->waiting, object, err);
		vault->unresolved++;
		if (epoch_never_began(vault, object))
			return true;
	}
	verdict_err(verdict, str_c(&scan->path) + scan->inside, &reason);
	return scan_damage(vault, inside_path(scan), object, NULL, &reason, err);
}

static bool
stray(Scan *scan, Err *err)
{
	Err reason = {0};
	Id original;
	char name[ID_TEXT + 1];
	if (!scan->report_strays)
		return true;
	/* abc….sync-conflict-20260103, "abc… (1)": a name that begins with an id is a copy of that object. */
	const char *inside = str_c(&scan->path) + scan->inside, *slash = strrchr(inside, '/');
	if (slash != NULL && strlen(slash + 1) > ID_TEXT && id_parse((StrView){slash + 1, ID_TEXT}, &original)) {
		id_format(original, name);
		err_set(&reason, ERR_FAILED,
			"%s is a copy of the object %s that some tool made: remove it, or should that object be "
			"damaged, put it in its place",
			inside, name);
	} else {
		err_set(&reason, ERR_FAILED, "%s is no object of this vault: look what it is, and move it elsewhere",
			inside);
	}
	return scan_damage(scan->vault, inside_path(scan), ID_NONE, NULL, &reason, err);
}

/* The first bytes of an id, in the order of ids. */
static uint64_t
id_prefix(const Id *id)
{
	uint64_t prefix = 0;
	for (int i = 0; i < 8; i++)
		prefix = prefix << 8 | id->bytes[i];
	return prefix;
}

static Item *
find_known(const Scan *scan, Id object)
{
	Item *const *by_id = scan->vault->chains.by_id;
	uint64_t prefix = id_prefix(&object);
	size_t from = scan->from, to = scan->to;
	while (from < to) {
		size_t middle = from + (to - from) / 2;
		if (id_prefix(&by_id[middle]->id) < prefix)
			from = middle + 1;
		else
			to = middle;
	}
	while (from < scan->to && id_compare(by_id[from]->id, object) < 0)
		from++;
	return from < scan->to && id_equal(by_id[from]->id, object) ? by_id[from] : NULL;
}

/* Items that were there before the walk stay in order in front of the new ones; those of a folder have ids that begin
 * alike. */
static void
find_shard(Scan *scan, size_t number)
{
	const Chains *chains = &scan->vault->chains;
	size_t end = scan->only_new ? chains->sorted : 0;
	scan->from = scan->to;
	while (scan->to < end && (size_t)(chains->by_id[scan->to]->id.bytes[0] >> 3) == number)
		scan->to++;
}

static bool
scan_name(Scan *scan, char shard, StrView name, Err *err)
{
	Id object;
	bool is_object = id_parse(name, &object) && name.ptr[0] == shard;
	Item *known = is_object && scan->only_new ? find_known(scan, object) : NULL;
	if (known != NULL && !known->doubted) {
		known->seen = true;
		return true;
	}
	size_t folder_len = scan->path.len;
	str_append_byte(&scan->path, '/');
	str_append(&scan->path, name);
	bool ok = str_ok(&scan->path, err) && (is_object ? read_card(scan, object, known, err) : stray(scan, err));
	str_truncate(&scan->path, folder_len);
	return ok;
}

static bool
folder_damage(Scan *scan, Err *reason, Err *err)
{
	return scan_damage(scan->vault, inside_path(scan), ID_NONE, NULL, reason, err);
}

/* What cannot be listed this time is there as far as anybody knows: a chain without its middle would look split. */
static void
keep_shard(const Scan *scan)
{
	for (size_t i = scan->from; i < scan->to; i++)
		scan->vault->chains.by_id[i]->seen = true;
}

static bool
scan_shard(Scan *scan, size_t number, Err *err)
{
	Vault *vault = scan->vault;
	Err reason = {0};
	char shard = SHARDS[number];
	uint32_t bit = (uint32_t)1 << number;
	find_shard(scan, number);
	str_truncate(&scan->path, scan->inside);
	str_printf(&scan->path, "objects/%c", shard);
	if (!str_ok(&scan->path, err))
		return false;
	if (!disk_folder(vault->sys, str_c(&scan->path), &reason)) {
		if (reason.kind == ERR_NOT_FOUND)
			return true;
		vault->index.unreadable |= bit;
		keep_shard(scan);
		return folder_damage(scan, &reason, err);
	}
	StrList names = {0};
	if (!vault->sys->list_dir(str_c(&scan->path), &names)) {
		err_set(&reason, ERR_FAILED, "cannot list %s: %s: check the disk", str_c(&scan->path), strerror(errno));
		list_free(&names);
		vault->index.unreadable |= bit;
		keep_shard(scan);
		return folder_damage(scan, &reason, err);
	}
	bool ok = true;
	for (size_t i = 0; ok && i < names.len; i++)
		ok = scan_name(scan, shard, str_view(&names.items[i]), err);
	list_free(&names);
	return ok;
}

static bool
scan_start(Scan *scan, Err *err)
{
	str_printf(&scan->path, "%s/", str_c(&scan->vault->dir));
	scan->inside = scan->path.len;
	str_append_c(&scan->path, "objects");
	return str_ok(&scan->path, err);
}

static bool
was_seen(const Item *item, void *data)
{
	(void)data;
	return item->seen;
}

static bool
not_destroyed(const Item *item, void *data)
{
	const Vault *vault = data;
	return item->card.kind == OBJECT_TOMBSTONE || !store_destroyed(vault, item->card.subject);
}

/* Objects of destroyed subjects that another copy brought back are removed again. */
static void
purge_destroyed(Vault *vault)
{
	for (size_t at = chains_start(&vault->chains, OBJECT_TOMBSTONE); at < vault->chains.len;) {
		const Card *card = &vault->chains.by_chain[at]->card;
		if (card->kind != OBJECT_TOMBSTONE)
			return;
		Id subject = card->subject;
		/* A vault that may only be read keeps them; they are not shown. */
		if (store_destroyed(vault, subject))
			store_purge(vault, subject, NULL);
		at = chains_start(&vault->chains, OBJECT_TOMBSTONE);
		while (at < vault->chains.len && vault->chains.by_chain[at]->card.kind == OBJECT_TOMBSTONE &&
			id_compare(vault->chains.by_chain[at]->card.subject, subject) <= 0)
			at++;
	}
}

/* Takes in the keys of former epochs that the items hold. */
static bool
learn_keys(Scan *scan, bool *more, Err *err)
{
	const Chains *chains = &scan->vault->chains;
	bool ok = true;
	for (size_t i = 0; ok && i < chains->len; i++) {
		const Item *item = chains->by_id[i];
		bool one = false;
		if (item->card.kind == OBJECT_KEYS)
			ok = epoch_learn(scan->vault, item, &one, err);
		*more = *more || one;
	}
	return ok;
}

static bool
read_waiting(Scan *scan, Err *err)
{
	IdList waiting = scan->waiting;
	scan->waiting = (IdList){0};
	bool ok = true;
	for (size_t i = 0; ok && i < waiting.len; i++) {
		Chains before = scan->vault->chains;
		before.len = scan->only_new ? before.sorted : 0;
		str_clear(&scan->path);
		ok = store_path(scan->vault, waiting.items[i], &scan->path, err) &&
		     read_card(scan, waiting.items[i], chains_find(&before, waiting.items[i]), err);
	}
	ids_free(&waiting);
	return ok;
}

/* Reads the cards of other epochs, until no key is new. */
static bool
settle(Scan *scan, Err *err)
{
	bool ok = true;
	do {
		bool more = false;
		ok = learn_keys(scan, &more, err);
		scan->last = !more;
		ok = ok && read_waiting(scan, err);
	} while (ok && !scan->last);
	return ok;
}

static bool
walk(Scan *scan, Err *err)
{
	Vault *vault = scan->vault;
	Err reason = {0};
	if (!scan_start(scan, err))
		return false;
	if (!disk_folder(vault->sys, str_c(&scan->path), &reason)) {
		if (reason.kind != ERR_NOT_FOUND) {
			vault->index.unreadable = UINT32_MAX;
			scan->to = scan->only_new ? vault->chains.sorted : 0;
			keep_shard(scan);
		}
		return folder_damage(scan, &reason, err);
	}
	for (size_t i = 0; SHARDS[i] != '\0'; i++) {
		if (!scan_shard(scan, i, err))
			return false;
	}
	return true;
}

/* Remembers what was there and is not any more. */
static bool
lose_unseen(Scan *scan, Err *err)
{
	Vault *vault = scan->vault;
	bool ok = true, any = false;
	for (size_t i = 0; ok && i < scan->before.len; i++) {
		const Item *item = scan->before.by_id[i];
		ok = chains_find(&vault->chains, item->id) != NULL || index_lose(vault, item, err);
	}
	for (size_t i = 0; ok && i < vault->chains.len; i++) {
		const Item *item = vault->chains.by_id[i];
		if (item->seen)
			continue;
		any = true;
		ok = index_lose(vault, item, err);
	}
	if (ok && any)
		chains_filter(&vault->chains, was_seen, NULL);
	return ok;
}

/* One walk, and what comes of it. *fresh: something is missing that was not before. */
static bool
scan_once(Scan *scan, bool *fresh, Err *err)
{
	Vault *vault = scan->vault;
	if (!scan->only_new) {
		scan->before = vault->chains;
		vault->chains = (Chains){.changes = scan->before.changes + 1};
	}
	for (size_t i = 0; i < vault->chains.len; i++)
		vault->chains.by_id[i]->seen = false;
	scan->from = scan->to = 0;
	scan_free_damage(vault);
	store_changed(vault);
	vault->index.unreadable = 0;
	vault->unresolved = 0;
	scan->last = false;
	bool ok = walk(scan, err) && settle(scan, err);
	ids_free(&scan->waiting);
	for (size_t i = 0; ok && i < vault->chains.len; i++)
		vault->chains.by_id[i]->doubted = false;
	chains_sort(&vault->chains);
	/* Half a walk must not make known objects look removed. */
	ok = ok && lose_unseen(scan, err) && index_judge(vault, fresh, err) && damage_name_all(vault, err);
	if (!ok && !scan->only_new) {
		chains_free(&vault->chains);
		vault->chains = scan->before;
		vault->chains.changes++;
		scan->before = (Chains){0};
	}
	chains_free(&scan->before);
	str_free(&scan->path);
	return ok;
}

static bool
scan_vault(Scan *scan, Err *err)
{
	bool fresh = false;
	if (!scan_once(scan, &fresh, err))
		return false;
	/* Whoever removes an object has put there before what replaces it, perhaps in a folder that was passed already.
	 */
	scan->only_new = true;
	return !fresh || scan_once(scan, &fresh, err);
}

/* What another copy of the vault brought back although it was removed is removed again. */
static void
remove_again(Vault *vault)
{
	purge_destroyed(vault);
	packs_apply(vault);
}

bool
vault_scan(Vault *vault, Err *err)
{
	Scan scan = {.vault = vault};
	bool ok = scan_vault(&scan, err);
	if (ok)
		remove_again(vault);
	return ok && fragment_collect(vault, true, err);
}

bool
vault_refresh(Vault *vault, Err *err)
{
	Scan scan = {.vault = vault, .only_new = true};
	bool ok = scan_vault(&scan, err);
	if (ok)
		remove_again(vault);
	return ok && fragment_collect(vault, false, err);
}

const Damage *
vault_damage(const Vault *vault, size_t *count)
{
	*count = vault->damage_len;
	return vault->damage;
}

/* ---- Checking everything */

/* Opens one object whole. */
static bool
check_item(Vault *vault, const Item *item, Err *err)
{
	Str path = {0}, file = {0}, body = {0};
	Card card = {0};
	Err reason = {0};
	bool ok = store_path(vault, item->id, &path, err);
	if (ok && !disk_read_whole(vault->sys, str_c(&path), seal_size(item->card.body_len), &file, &reason)) {
		ok = reason.kind == ERR_NOT_FOUND;
	} else if (ok) {
		const VaultKeys *keys = store_keys(vault, str_view(&file));
		ObjectPlace place = {.vault = vault->id, .object = item->id, .epoch = keys->epoch};
		Verdict verdict = object_open(keys->objects, &place, str_view(&file), &card, &body);
		if (verdict == VERDICT_OK)
			verdict = record_check(&card, str_view(&body));
		ok = verdict == VERDICT_OK || verdict_err(verdict, str_c(&path) + vault->dir.len + 1, &reason);
	}
	/* Out of memory ends the check, anything else is damage of this one object. */
	if (!ok && reason.kind != ERR_NONE)
		ok = scan_damage(vault, sv_slice(str_view(&path), vault->dir.len + 1, path.len), item->id, &item->card,
			&reason, err);
	card_free(&card);
	str_free(&path);
	str_free(&file);
	str_wipe(&body);
	return ok;
}

/* A slot that has lost one of its two copies still opens, and should be made again while it does. */
static bool
check_slots(Vault *vault, Err *err)
{
	StrList names = {0};
	Str path = {0};
	path_join(&path, str_view(&vault->dir), SV("keys"));
	bool ok = str_ok(&path, err);
	size_t folder_len = path.len;
	if (ok && !vault->sys->list_dir(str_c(&path), &names))
		ok = err_set(err, ERR_FAILED, "cannot list %s: %s: check the disk", str_c(&path), strerror(errno));
	for (size_t i = 0; ok && i < names.len; i++) {
		char bytes[SLOT_FILE_BYTES];
		size_t got = 0;
		uint64_t size;
		Err reason = {0};
		if (!sv_ends(str_view(&names.items[i]), SV(".key")))
			continue;
		str_truncate(&path, folder_len);
		str_printf(&path, "/%s", str_c(&names.items[i]));
		ok = str_ok(&path, err);
		const char *inside = str_c(&path) + vault->dir.len + 1;
		if (ok && disk_read_head(vault->sys, str_c(&path), bytes, sizeof bytes, &got, &size, &reason)) {
			int sound = slot_sound_copies((StrView){bytes, got});
			if (sound < 2)
				err_set(&reason, ERR_DAMAGED,
					"%s is damaged, with %s of 2 copies left: set the passphrase or key anew",
					inside, sound == 1 ? "1" : "0");
		}
		if (ok && reason.kind != ERR_NONE)
			ok = scan_damage(vault, sv(inside), ID_NONE, NULL, &reason, err);
	}
	list_free(&names);
	str_free(&path);
	return ok;
}

/* Files in objects/ that are no shard folder. */
static bool
check_strays(Scan *scan, Err *err)
{
	StrList names = {0};
	if (!scan_start(scan, err))
		return false;
	size_t objects_len = scan->path.len;
	bool ok = true;
	if (!scan->vault->sys->list_dir(str_c(&scan->path), &names)) {
		list_free(&names);
		return true; /* the walk has reported the folder */
	}
	for (size_t i = 0; ok && i < names.len; i++) {
		const char *name = str_c(&names.items[i]);
		if (name[1] == '\0' && strchr(SHARDS, name[0]) != NULL)
			continue;
		str_truncate(&scan->path, objects_len);
		str_printf(&scan->path, "/%s", name);
		ok = str_ok(&scan->path, err) && stray(scan, err);
	}
	list_free(&names);
	return ok;
}

bool
vault_check(Vault *vault, size_t *objects, Err *err)
{
	Scan scan = {.vault = vault, .report_strays = true};
	bool ok = scan_vault(&scan, err) && check_strays(&scan, err);
	str_free(&scan.path);
	size_t unreadable = 0;
	for (size_t i = 0; i < vault->damage_len; i++)
		unreadable += !id_is_none(vault->damage[i].object);
	*objects = vault->chains.len + unreadable;
	/* Whatever is destroyed need not be read. */
	if (ok) {
		chains_filter(&vault->chains, not_destroyed, vault);
		for (size_t i = 0; ok && i < vault->chains.len; i++)
			ok = check_item(vault, vault->chains.by_chain[i], err);
	}
	return ok && damage_name_all(vault, err) && check_slots(vault, err) && index_look_slots(vault, err) &&
	       fragment_collect(vault, true, err);
}
