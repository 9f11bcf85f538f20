/* Fragments in the vault: what was dropped is taken in; loading and saving them, and the trash. */
#include "disk.h"
#include "drop.h"
#include "record.h"
#include "store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { FRAGMENT_TEXT = 1, FRAGMENT_NAME, FRAGMENT_MEDIA_TYPE, FRAGMENT_BYTES, FRAGMENT_TIME };
enum { TAKEN_MOST = 64, TAKEN_BYTES_MOST = 64 << 20, BAD_MOST = 1000 };

/* ---- The value */

void
fragment_free(Fragment *fragment)
{
	str_wipe(&fragment->text);
	str_wipe(&fragment->name);
	str_wipe(&fragment->media_type);
	str_wipe(&fragment->bytes);
	str_wipe(&fragment->unknown);
	*fragment = (Fragment){0};
}

static uint32_t
count_characters(StrView text)
{
	size_t characters = unicode_count_clusters(text);
	for (size_t i = 0; i < text.len; i++)
		characters -= text.ptr[i] == '\n';
	return characters > UINT32_MAX ? UINT32_MAX : (uint32_t)characters;
}

static bool
show_on_card(const Fragment *fragment, Card *card, Err *err)
{
	StrView title = card_first_line(str_view(&fragment->text));
	card->characters = count_characters(str_view(&fragment->text));
	return card_set_title(card, title.len > 0 ? title : str_view(&fragment->name)) || err_memory(err);
}

static void
put_bytes(Str *body, uint16_t tag, const Str *bytes)
{
	if (bytes->len > 0)
		field_put(body, tag, str_view(bytes));
}

bool
fragment_encode(const Fragment *fragment, Card *card, Str *body, Err *err)
{
	if (!unicode_valid(str_view(&fragment->text)) || !unicode_valid(str_view(&fragment->name)) ||
		!unicode_valid(str_view(&fragment->media_type)))
		return err_set(err, ERR_USAGE, "a text to be saved is not valid UTF-8: clean it first");
	if (fragment->text.len == 0 && fragment->bytes.len == 0)
		return err_set(err, ERR_USAGE, "there is nothing in it: write something first");
	put_bytes(body, FRAGMENT_TEXT, &fragment->text);
	put_bytes(body, FRAGMENT_NAME, &fragment->name);
	put_bytes(body, FRAGMENT_MEDIA_TYPE, &fragment->media_type);
	put_bytes(body, FRAGMENT_BYTES, &fragment->bytes);
	if (fragment->time_ms > 0)
		field_put_u64(body, FRAGMENT_TIME, (uint64_t)fragment->time_ms);
	str_append(body, str_view(&fragment->unknown));
	return str_ok(body, err) && (card == NULL || show_on_card(fragment, card, err));
}

static bool
take_field(uint16_t tag, StrView value, Fragment *out)
{
	uint64_t time = 0;
	Str *texts[] = {&out->text, &out->name, &out->media_type};
	if (tag >= FRAGMENT_TEXT && tag <= FRAGMENT_MEDIA_TYPE) {
		if (!unicode_valid(value))
			return false;
		str_set(texts[tag - FRAGMENT_TEXT], value);
	} else if (tag == FRAGMENT_BYTES) {
		str_set(&out->bytes, value);
	} else if (tag == FRAGMENT_TIME) {
		if (!field_u64(value, &time) || time > INT64_MAX)
			return false;
		out->time_ms = (int64_t)time;
	} else {
		field_put(&out->unknown, tag, value);
	}
	return true;
}

bool
fragment_decode(StrView body, Fragment *out, Err *err)
{
	Fragment read = {0};
	FieldReader reader = field_reader(body);
	uint16_t tag;
	StrView value;
	bool right = true;
	while (right && field_next(&reader, &tag, &value))
		right = take_field(tag, value, &read);
	bool ok = (right && !reader.malformed) ||
		  err_set(err, ERR_DAMAGED, "the fields of a record are damaged: take it from a backup");
	ok = ok && str_ok(&read.text, err) && str_ok(&read.name, err) && str_ok(&read.media_type, err) &&
	     str_ok(&read.bytes, err) && str_ok(&read.unknown, err);
	if (!ok)
		fragment_free(&read);
	*out = read;
	return ok;
}

/* ---- Saving, loading, the trash */

bool
vault_save_fragment(Vault *vault, Fragment *fragment, Err *err)
{
	Card card = {.kind = OBJECT_FRAGMENT};
	Str body = {0};
	if (fragment->time_ms == 0)
		fragment->time_ms = vault->sys->now_ms();
	card.time_ms = fragment->time_ms;
	const Item *item = NULL;
	if (fragment_encode(fragment, &card, &body, err))
		item = store_put(vault, &card, str_view(&body), err);
	else
		card_free(&card);
	str_wipe(&body);
	if (item != NULL)
		fragment->id = item->card.subject;
	return item != NULL;
}

static bool
no_fragment(Err *err)
{
	return err_set(err, ERR_NOT_FOUND, "there is nothing with that id in the vault: look it up in the list");
}

bool
vault_load_fragment(Vault *vault, Id id, Fragment *out, Err *err)
{
	Str body = {0};
	Fragment read = {0};
	const Item *head;
	if (store_destroyed(vault, id))
		return no_fragment(err);
	bool ok = store_read_head(vault, OBJECT_FRAGMENT, id, &head, &body, err) &&
		  fragment_decode(str_view(&body), &read, err);
	str_wipe(&body);
	if (!ok)
		return false;
	fragment_free(out);
	*out = read;
	out->id = id;
	return true;
}

static bool
say_state(Vault *vault, Id id, TombstoneState state, Err *err)
{
	if (store_head(vault, OBJECT_FRAGMENT, id, NULL) == NULL || store_destroyed(vault, id))
		return no_fragment(err);
	bool trashed = chains_tombstone(&vault->chains, id) == TOMBSTONE_TRASHED;
	return trashed == (state == TOMBSTONE_TRASHED) || store_tombstone(vault, id, state, err);
}

bool
vault_remove_fragment(Vault *vault, Id id, Err *err)
{
	return say_state(vault, id, TOMBSTONE_TRASHED, err);
}

bool
vault_restore_fragment(Vault *vault, Id id, Err *err)
{
	return say_state(vault, id, TOMBSTONE_KEPT, err);
}

bool
vault_destroy_fragment(Vault *vault, Id id, Err *err)
{
	if (!vault_refresh(vault, err))
		return false;
	/* One that was destroyed in part is destroyed to the end. */
	uint8_t state = chains_tombstone(&vault->chains, id);
	if (state != TOMBSTONE_DESTROYED && store_head(vault, OBJECT_FRAGMENT, id, NULL) == NULL)
		return no_fragment(err);
	if (state != TOMBSTONE_TRASHED && state != TOMBSTONE_DESTROYED)
		return err_set(
			err, ERR_USAGE, "only what is in the trash can be destroyed: put the fragment there first");
	return (state == TOMBSTONE_DESTROYED || store_tombstone(vault, id, TOMBSTONE_DESTROYED, err)) &&
	       store_purge(vault, id, err);
}

/* ---- Dropped files that cannot be taken in */

void
fragment_free_drops(Vault *vault)
{
	for (size_t i = 0; i < vault->bad_drop_len; i++)
		str_free(&vault->bad_drops[i].name);
	free(vault->bad_drops);
	vault->bad_drops = NULL;
	vault->bad_drop_len = vault->bad_drop_cap = 0;
}

static BadDrop *
find_bad(Vault *vault, StrView name)
{
	for (size_t i = 0; i < vault->bad_drop_len; i++) {
		if (sv_equal(str_view(&vault->bad_drops[i].name), name))
			return &vault->bad_drops[i];
	}
	return NULL;
}

static bool
add_bad(Vault *vault, StrView name, uint64_t size, const Err *reason, Err *err)
{
	BadDrop *bad = find_bad(vault, name);
	if (bad == NULL) {
		BadDrop *grown = array_grow(vault->bad_drops, vault->bad_drop_len, &vault->bad_drop_cap, sizeof *grown);
		if (grown == NULL)
			return err_memory(err);
		vault->bad_drops = grown;
		Str kept = str_from(name);
		if (!str_ok(&kept, err))
			return false;
		bad = &grown[vault->bad_drop_len++];
		*bad = (BadDrop){.name = kept};
	}
	bad->size = size;
	bad->reason = *reason;
	bad->seen = true;
	return true;
}

/* Those whose files are gone are forgotten; the others are told again. */
static bool
report_bad(Vault *vault, Err *err)
{
	size_t kept = 0;
	bool ok = true;
	Str path = {0};
	for (size_t i = 0; i < vault->bad_drop_len; i++) {
		BadDrop *bad = &vault->bad_drops[i];
		if (!bad->seen) {
			str_free(&bad->name);
			continue;
		}
		str_clear(&path);
		str_printf(&path, "drops/%s", str_c(&bad->name));
		ok = ok && str_ok(&path, err) && scan_damage(vault, str_view(&path), ID_NONE, NULL, &bad->reason, err);
		if (kept != i)
			vault->bad_drops[kept] = *bad;
		kept++;
	}
	vault->bad_drop_len = kept;
	str_free(&path);
	return ok;
}

/* ---- Taking in */

/* One walk through drops/. */
typedef struct Walk {
	Vault *vault;
	Str path; /* whole; what lies inside the vault begins at `inside` */
	size_t inside, taken;
	uint64_t bytes;
	bool stopped; /* nothing can be saved just now: the disk is full, or may only be read */
} Walk;

/* The subject has an object already that opens: another session took it in, or this one, before it was cut off. */
static bool
is_here(Vault *vault, Id drop)
{
	const Item *head = store_head(vault, OBJECT_FRAGMENT, drop, NULL);
	Str body = {0};
	Fragment fragment = {0};
	if (store_destroyed(vault, drop))
		return true;
	bool here = head != NULL && store_read(vault, head, &body, NULL) &&
		    fragment_decode(str_view(&body), &fragment, NULL);
	str_wipe(&body);
	fragment_free(&fragment);
	return here;
}

static Verdict
open_with_epoch(const Vault *vault, uint32_t epoch, StrView file, Str *content)
{
	uint8_t public_key[KEY_BYTES], secret_key[KEY_BYTES];
	Verdict verdict = VERDICT_UNKNOWN_EPOCH;
	for (const VaultKeys *keys = keys_of_epoch(vault->keys, epoch); keys != NULL && verdict != VERDICT_OK;
		keys = keys_of_epoch(keys->former, epoch)) {
		drop_pair(keys, public_key, secret_key);
		verdict = drop_open(file, public_key, secret_key, content);
	}
	secret_wipe(secret_key, sizeof secret_key);
	return verdict;
}

/* Opens a dropped file; *content is what becomes an object's body. */
static bool
open_drop(Walk *walk, Id drop, uint64_t size, StrView head, Str *content, Err *reason)
{
	Vault *vault = walk->vault;
	const char *inside = str_c(&walk->path) + walk->inside;
	uint32_t epoch = 0;
	Str file = {0};
	Verdict verdict = drop_check(head, size, vault->id, drop, &epoch);
	if (verdict == VERDICT_OK && keys_of_epoch(vault->keys, epoch) == NULL)
		verdict = VERDICT_UNKNOWN_EPOCH;
	if (verdict != VERDICT_OK)
		return verdict_err(verdict, inside, reason);
	bool ok = disk_read_whole(vault->sys, str_c(&walk->path), (size_t)size, &file, reason);
	if (ok) {
		/* The file may be another by now than its head was read from. */
		verdict = drop_check(str_view(&file), size, vault->id, drop, &epoch);
		if (verdict == VERDICT_OK)
			verdict = open_with_epoch(vault, epoch, str_view(&file), content);
		ok = verdict == VERDICT_OK || verdict_err(verdict, inside, reason);
	}
	str_free(&file);
	return ok;
}

/* Saves what was dropped as an object: what is in it, as it is. */
static bool
put_fragment(Vault *vault, Id drop, const Fragment *fragment, StrView content, Err *err)
{
	Card card = {.kind = OBJECT_FRAGMENT, .subject = drop};
	Item *other, *head = store_head(vault, OBJECT_FRAGMENT, drop, &other);
	int64_t now = vault->sys->now_ms();
	if (head != NULL)
		card.parents[card.parent_count++] = head->id;
	if (other != NULL)
		card.parents[card.parent_count++] = other->id;
	/* Whoever may write to the folder says when it was: not after now. */
	card.time_ms = fragment->time_ms > now ? now : fragment->time_ms;
	if (!show_on_card(fragment, &card, err)) {
		card_free(&card);
		return false;
	}
	return store_put(vault, &card, content, err) != NULL;
}

typedef enum Taken { TAKEN, TAKEN_BAD, TAKEN_NOT_NOW } Taken;

static Taken
take_in(Walk *walk, Id drop, uint64_t size, StrView head, Err *reason)
{
	Vault *vault = walk->vault;
	Str content = {0};
	Fragment fragment = {0};
	Taken taken = TAKEN_BAD;
	if (open_drop(walk, drop, size, head, &content, reason) &&
		fragment_decode(str_view(&content), &fragment, reason)) {
		taken = put_fragment(vault, drop, &fragment, str_view(&content), reason) ? TAKEN : TAKEN_NOT_NOW;
	}
	fragment_free(&fragment);
	str_wipe(&content);
	return taken;
}

/* Only told, and tried again the next time. */
static bool
not_now(Walk *walk, const Err *reason, Err *err)
{
	walk->stopped = true;
	walk->vault->drops_waiting++;
	return scan_damage(
		walk->vault, sv_slice(str_view(&walk->path), walk->inside, walk->path.len), ID_NONE, NULL, reason, err);
}

static bool
look_at(Walk *walk, Id drop, StrView name, Err *err)
{
	Vault *vault = walk->vault;
	uint8_t head[DROP_HEADER_BYTES];
	size_t got = 0;
	uint64_t size = 0;
	Err reason = {0};
	if (is_here(vault, drop)) {
		walk->taken++;
		return disk_remove(vault->sys, str_c(&walk->path), &reason) || add_bad(vault, name, size, &reason, err);
	}
	/* One that is not there has been taken in by another session since the folder was listed. */
	if (!disk_read_head(vault->sys, str_c(&walk->path), head, sizeof head, &got, &size, &reason))
		return reason.kind == ERR_NOT_FOUND || add_bad(vault, name, size, &reason, err);
	BadDrop *bad = find_bad(vault, name);
	if (bad != NULL && bad->size == size) {
		bad->seen = true;
		return true;
	}
	walk->taken++;
	walk->bytes += size;
	switch (take_in(walk, drop, size, (StrView){(const char *)head, got}, &reason)) {
	case TAKEN_BAD:
		return add_bad(vault, name, size, &reason, err);
	case TAKEN_NOT_NOW:
		return not_now(walk, &reason, err);
	case TAKEN:
		break;
	}
	/* One that cannot be removed now is found here again, and is no second fragment. */
	disk_remove(vault->sys, str_c(&walk->path), NULL);
	return true;
}

static bool
walk_names(Walk *walk, const StrList *names, Err *err)
{
	Vault *vault = walk->vault;
	bool ok = true;
	size_t folder_len = walk->path.len;
	for (size_t i = 0; ok && i < names->len; i++) {
		Id drop;
		StrView name = str_view(&names->items[i]);
		if (!id_parse(name, &drop))
			continue; /* what a synchronising tool made of one */
		bool full =
			walk->taken >= TAKEN_MOST || walk->bytes >= TAKEN_BYTES_MOST || vault->bad_drop_len >= BAD_MOST;
		if (walk->stopped || full) {
			BadDrop *bad = find_bad(vault, name);
			if (bad != NULL)
				bad->seen = true;
			else
				vault->drops_waiting++;
			continue;
		}
		str_truncate(&walk->path, folder_len);
		str_append_byte(&walk->path, '/');
		str_append(&walk->path, name);
		ok = str_ok(&walk->path, err) && look_at(walk, drop, name, err);
	}
	return ok;
}

static bool
walk_drops(Walk *walk, Err *err)
{
	Vault *vault = walk->vault;
	StrList names = {0};
	Err reason = {0};
	str_printf(&walk->path, "%s/", str_c(&vault->dir));
	walk->inside = walk->path.len;
	str_append_c(&walk->path, "drops");
	if (!str_ok(&walk->path, err))
		return false;
	if (!disk_folder(vault->sys, str_c(&walk->path), &reason))
		return reason.kind == ERR_NOT_FOUND || scan_damage(vault, SV("drops"), ID_NONE, NULL, &reason, err);
	bool ok;
	if (vault->sys->list_dir(str_c(&walk->path), &names)) {
		ok = list_ok(&names, err) && walk_names(walk, &names, err);
	} else {
		err_set(&reason, ERR_FAILED, "cannot list %s: %s: check the disk", str_c(&walk->path), strerror(errno));
		ok = scan_damage(vault, SV("drops"), ID_NONE, NULL, &reason, err);
	}
	list_free(&names);
	return ok;
}

bool
fragment_collect(Vault *vault, bool again, Err *err)
{
	Walk walk = {.vault = vault};
	size_t keys = 0;
	for (const VaultKeys *key = vault->keys; key != NULL; key = key->former)
		keys++;
	if (vault->drop_keys != keys && !drop_key_settle(vault, err))
		return false;
	vault->drop_keys = keys; /* keys only come: as many as before are the same */
	if (again)
		fragment_free_drops(vault);
	for (size_t i = 0; i < vault->bad_drop_len; i++)
		vault->bad_drops[i].seen = false;
	vault->drops_waiting = 0;
	bool ok = walk_drops(&walk, err);
	str_free(&walk.path);
	ok = ok && report_bad(vault, err);
	if (ok && vault->drop_key_reason.kind != ERR_NONE)
		ok = scan_damage(vault, SV("keys/drop.pub"), ID_NONE, NULL, &vault->drop_key_reason, err);
	return ok;
}

bool
vault_collect_drops(Vault *vault, size_t *waiting, Err *err)
{
	if (!vault_refresh(vault, err))
		return false;
	if (waiting != NULL)
		*waiting = vault->drops_waiting;
	return true;
}
