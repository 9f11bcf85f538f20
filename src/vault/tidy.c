/* History that becomes thinner with time: which old revisions stay, and the pack that holds them. */
#include "pack.h"

#include <stdlib.h>
#include <string.h>

enum { PACK_AT = 8, PACK_PARENTS = 2, PACK_MAX = 32 << 20 };

static const int64_t HOUR_MS = 3600000, DAY_MS = 24 * 3600000LL, WEEK_MS = 7 * 24 * 3600000LL;

/* One tidying. */
typedef struct Tidy {
	Vault *vault;
	Id draft;
	int64_t now_ms;
	Pack all;      /* what the packs held, then what comes out of files */
	size_t packed; /* so many of it were packed before */
	Str *bodies;   /* that the entries of `all` point into */
	size_t body_len, body_cap;
	Item *parents[PACK_PARENTS];
	size_t parent_count;
	Id *published;
	size_t published_len, published_cap;
} Tidy;

static void
tidy_free(Tidy *tidy)
{
	pack_free(&tidy->all);
	for (size_t i = 0; i < tidy->body_len; i++)
		str_wipe(&tidy->bodies[i]);
	free(tidy->bodies);
	free(tidy->published);
}

/* ---- What readers had */

static bool
add_published(Tidy *tidy, Id revision, Err *err)
{
	if (id_is_none(revision))
		return true;
	Id *grown = array_grow(tidy->published, tidy->published_len, &tidy->published_cap, sizeof *grown);
	if (grown == NULL)
		return err_memory(err);
	tidy->published = grown;
	tidy->published[tidy->published_len++] = revision;
	return true;
}

static bool
load_published(Tidy *tidy, Err *err)
{
	Publication *list = NULL;
	size_t count = 0;
	if (!vault_publications(tidy->vault, tidy->draft, &list, &count, err))
		return false;
	bool ok = true;
	for (size_t i = 0; i < count; i++) {
		ok = ok && add_published(tidy, list[i].revision, err);
		for (size_t k = 0; ok && k < list[i].earlier_count; k++)
			ok = add_published(tidy, list[i].earlier[k], err);
		publication_free(&list[i]);
	}
	free(list);
	return ok;
}

/* ---- What there is */

static bool
in_all(const Tidy *tidy, Id object)
{
	for (size_t i = 0; i < tidy->all.len; i++)
		if (id_equal(tidy->all.items[i].id, object))
			return true;
	return false;
}

/* An empty place for a body, whose bytes stay where they are when the list of bodies grows. */
static Str *
new_body(Tidy *tidy, Err *err)
{
	Str *grown = array_grow(tidy->bodies, tidy->body_len, &tidy->body_cap, sizeof *grown);
	if (grown == NULL) {
		err_memory(err);
		return NULL;
	}
	tidy->bodies = grown;
	tidy->bodies[tidy->body_len] = (Str){0};
	return &tidy->bodies[tidy->body_len++];
}

/* A revision counts before a gone of the same id. */
static void
prefer_revision(Pack *all, PackEntry *entry)
{
	for (size_t i = 0; i < all->len; i++) {
		PackEntry *there = &all->items[i];
		if (!id_equal(there->id, entry->id) || !there->gone || entry->gone)
			continue;
		card_free(&there->card);
		*there = *entry;
		entry->card = (Card){0};
		return;
	}
}

static bool
load_pack(Tidy *tidy, const Item *item, Err *err)
{
	Pack pack = {0};
	Str *body = new_body(tidy, err);
	bool ok = body != NULL && store_read(tidy->vault, item, body, err) &&
		  pack_decode(str_view(body), item->card.subject, &pack, err);
	for (size_t i = 0; ok && i < pack.len; i++) {
		PackEntry *entry = &pack.items[i];
		if (in_all(tidy, entry->id))
			prefer_revision(&tidy->all, entry);
		else
			ok = pack_add(&tidy->all, entry->id, entry->gone, &entry->card, entry->body) || err_memory(err);
	}
	pack_free(&pack);
	return ok;
}

static bool
load_packs(Tidy *tidy, Err *err)
{
	Chain chain = chains_of(&tidy->vault->chains, OBJECT_PACK, tidy->draft);
	bool ok = true;
	for (size_t i = 0; ok && i < chain.len; i++) {
		if (chain.items[i]->superseded || tidy->parent_count == PACK_PARENTS)
			continue;
		tidy->parents[tidy->parent_count++] = chain.items[i];
		ok = load_pack(tidy, chain.items[i], err);
	}
	tidy->packed = tidy->all.len;
	return ok;
}

static bool
is_old(const Tidy *tidy, const Item *item)
{
	return item->superseded && tidy->now_ms - item->card.time_ms > DAY_MS;
}

static bool
load_file(Tidy *tidy, const Item *item, Err *err)
{
	Str *body = new_body(tidy, err);
	Err why = {0};
	if (body == NULL)
		return false;
	if (!store_read(tidy->vault, item, body, &why)) {
		/* What is damaged stays where a check finds it. */
		if (why.kind == ERR_DAMAGED || why.kind == ERR_NOT_FOUND)
			return true;
		if (err != NULL)
			*err = why;
		return false;
	}
	Card card = item->card;
	card.title = str_from(str_view(&item->card.title));
	if (!str_ok(&card.title, err)) {
		card_free(&card);
		return false;
	}
	return pack_add(&tidy->all, item->id, false, &card, str_view(body)) || err_memory(err);
}

static bool
load_files(Tidy *tidy, Err *err)
{
	Chain chain = chains_of(&tidy->vault->chains, OBJECT_REVISION, tidy->draft);
	bool ok = true;
	for (size_t i = 0; ok && i < chain.len; i++)
		if (is_old(tidy, chain.items[i]) && !in_all(tidy, chain.items[i]->id))
			ok = load_file(tidy, chain.items[i], err);
	return ok;
}

/* ---- What stays */

static bool
stays_for_ever(const Tidy *tidy, const PackEntry *entry, uint64_t first, const Item *head)
{
	if (entry->card.lamport == first)
		return true;
	for (size_t i = 0; i < head->card.parent_count; i++)
		if (id_equal(head->card.parents[i], entry->id))
			return true;
	for (size_t i = 0; i < tidy->published_len; i++)
		if (id_equal(tidy->published[i], entry->id))
			return true;
	return false;
}

/* The span of time of which one revision stays: its length in *size, 0: all of them. */
static int64_t
span_of(int64_t age_ms, int64_t time_ms, int64_t *size)
{
	*size = age_ms <= DAY_MS ? 0 : age_ms <= WEEK_MS ? HOUR_MS : age_ms <= 90 * DAY_MS ? DAY_MS : WEEK_MS;
	return *size == 0 ? 0 : time_ms / *size;
}

static int
newest_first(const void *a, const void *b)
{
	const PackEntry *x = *(PackEntry *const *)a, *y = *(PackEntry *const *)b;
	if (x->card.time_ms != y->card.time_ms)
		return x->card.time_ms > y->card.time_ms ? -1 : 1;
	return x->card.lamport > y->card.lamport ? -1 : x->card.lamport < y->card.lamport;
}

static bool
thin(Tidy *tidy, Err *err)
{
	const Item *head = store_head(tidy->vault, OBJECT_REVISION, tidy->draft, NULL);
	uint64_t first = UINT64_MAX;
	size_t count = 0;
	PackEntry **order = calloc(tidy->all.len + 1, sizeof *order);
	if (order == NULL)
		return err_memory(err);
	for (size_t i = 0; i < tidy->all.len; i++) {
		PackEntry *entry = &tidy->all.items[i];
		if (entry->gone)
			continue;
		order[count++] = entry;
		first = entry->card.lamport < first ? entry->card.lamport : first;
	}
	qsort(order, count, sizeof *order, newest_first);
	int64_t last_span = -1, last_size = -1;
	for (size_t i = 0; i < count; i++) {
		int64_t size, span = span_of(tidy->now_ms - order[i]->card.time_ms, order[i]->card.time_ms, &size);
		bool repeated = size != 0 && size == last_size && span == last_span;
		last_size = size;
		last_span = span;
		if (repeated && !stays_for_ever(tidy, order[i], first, head)) {
			order[i]->gone = true;
			order[i]->body = (StrView){NULL, 0};
		}
	}
	free(order);
	return true;
}

/* What has no room, the newest first, stays in its file. False: what is packed already has none. */
static bool
fits(Tidy *tidy)
{
	size_t size = 0;
	for (size_t i = 0; i < tidy->all.len; i++)
		size += pack_entry_size(&tidy->all.items[i]);
	while (size > PACK_MAX && tidy->all.len > tidy->packed) {
		PackEntry *last = &tidy->all.items[--tidy->all.len];
		size -= pack_entry_size(last);
		card_free(&last->card);
	}
	return size <= PACK_MAX;
}

/* ---- The new pack */

/* It is read from the disk and compared before anything is removed. */
static bool
read_back(const Vault *vault, const Item *item, const Str *body, Err *err)
{
	Str stored = {0};
	Pack pack = {0};
	bool ok =
		store_read(vault, item, &stored, err) &&
		pack_decode(str_view(&stored), item->card.subject, &pack, err) &&
		(sv_equal(str_view(&stored), str_view(body)) ||
			err_set(err, ERR_DAMAGED, "a pack of old revisions did not come back from the disk: check it"));
	pack_free(&pack);
	str_wipe(&stored);
	return ok;
}

static bool
save_pack(Tidy *tidy, Err *err)
{
	Card card = {.kind = OBJECT_PACK, .subject = tidy->draft};
	Str body = {0};
	for (size_t i = 0; i < tidy->parent_count; i++)
		card.parents[card.parent_count++] = tidy->parents[i]->id;
	bool ok = pack_encode(&tidy->all, &body, err);
	const Item *saved = ok ? store_put(tidy->vault, &card, str_view(&body), err) : NULL;
	ok = saved != NULL && read_back(tidy->vault, saved, &body, err);
	str_wipe(&body);
	if (ok)
		store_prune(tidy->vault, OBJECT_PACK, tidy->draft);
	return ok;
}

/* A file that cannot be removed only takes space. */
static void
remove_files(Tidy *tidy, size_t *removed)
{
	for (size_t i = 0; i < tidy->all.len; i++) {
		Item *item = chains_find(&tidy->vault->chains, tidy->all.items[i].id);
		if (item != NULL && item->superseded && store_remove(tidy->vault, item, NULL))
			(*removed)++;
	}
}

/* Files of which the draft could have fewer. */
static size_t
count_old(const Tidy *tidy)
{
	Chain chain = chains_of(&tidy->vault->chains, OBJECT_REVISION, tidy->draft);
	Item *other;
	size_t count = 0;
	if (chain_head(chain, &other) == NULL || other != NULL)
		return 0;
	for (size_t i = 0; i < chain.len; i++)
		count += is_old(tidy, chain.items[i]);
	return count;
}

/* Two that were made in different places become one. */
static size_t
count_packs(const Tidy *tidy)
{
	Chain chain = chains_of(&tidy->vault->chains, OBJECT_PACK, tidy->draft);
	size_t count = 0;
	for (size_t i = 0; i < chain.len; i++)
		count += !chain.items[i]->superseded;
	return count;
}

bool
vault_tidy(Vault *vault, Id draft, size_t *removed, Err *err)
{
	Tidy tidy = {.vault = vault, .draft = draft, .now_ms = vault->sys->now_ms()};
	size_t gone = 0;
	bool ok = true;
	if (count_old(&tidy) >= PACK_AT || count_packs(&tidy) > 1) {
		ok = load_published(&tidy, err) && load_packs(&tidy, err) && load_files(&tidy, err) && thin(&tidy, err);
		if (ok && fits(&tidy) && tidy.all.len > 0) {
			ok = (tidy.all.len == tidy.packed && tidy.parent_count < 2) || save_pack(&tidy, err);
			if (ok)
				remove_files(&tidy, &gone);
		}
	}
	tidy_free(&tidy);
	if (removed != NULL)
		*removed = gone;
	return ok;
}

static int
most_first(const void *a, const void *b)
{
	const Entry *x = *(const Entry *const *)a, *y = *(const Entry *const *)b;
	return x->revisions > y->revisions ? -1 : x->revisions < y->revisions;
}

/* The drafts with the most files, whose ids outlive the entries. */
static bool
choose_drafts(Vault *vault, Id **out, size_t *count, Err *err)
{
	size_t len = 0;
	const Entry *const *entries = vault_entries(vault, OBJECT_REVISION, &len);
	const Entry **order = calloc(len + 1, sizeof *order);
	Id *drafts = calloc(len + 1, sizeof *drafts);
	bool ok = entries != NULL && order != NULL && drafts != NULL;
	size_t many = 0;
	for (size_t i = 0; ok && i < len; i++)
		if (entries[i]->revisions > PACK_AT)
			order[many++] = entries[i];
	if (ok)
		qsort(order, many, sizeof *order, most_first);
	for (size_t i = 0; ok && i < many; i++)
		drafts[i] = order[i]->subject;
	free(order);
	*out = drafts;
	*count = many;
	return ok || err_memory(err);
}

bool
vault_tidy_some(Vault *vault, size_t most, Err *err)
{
	bool held = vault->held, mine = false;
	if (!held && !vault_try_hold(vault, &mine, err))
		return false;
	if (!held && !mine)
		return true;
	Id *drafts = NULL;
	size_t count = 0, done = 0;
	bool ok = choose_drafts(vault, &drafts, &count, err);
	for (size_t i = 0; ok && i < count && done < most; i++) {
		size_t removed = 0;
		ok = vault_tidy(vault, drafts[i], &removed, err);
		done += removed > 0;
	}
	free(drafts);
	if (mine)
		vault_release(vault);
	return ok;
}

/* ---- For good */

/* What is known of its publications goes first: without the draft nobody would look for it. */
static bool
destroy_publications(Vault *vault, Id draft, Err *err)
{
	for (;;) {
		size_t count = 0;
		const Entry *const *list = vault_draft_publications(vault, draft, &count);
		if (list == NULL)
			return err_memory(err);
		if (count == 0)
			return true;
		Id subject = list[0]->subject;
		if (!store_tombstone(vault, subject, TOMBSTONE_DESTROYED, err) || !store_purge(vault, subject, err))
			return false;
	}
}

bool
vault_destroy_draft(Vault *vault, Id draft, Err *err)
{
	if (!vault_refresh(vault, err))
		return false;
	/* One that was destroyed in part is destroyed to the end. */
	uint8_t state = chains_tombstone(&vault->chains, draft);
	if (state != TOMBSTONE_TRASHED && state != TOMBSTONE_DESTROYED)
		return err_set(err, ERR_USAGE, "only what is in the trash can be destroyed: put the draft there first");
	return destroy_publications(vault, draft, err) &&
	       (state == TOMBSTONE_DESTROYED || store_tombstone(vault, draft, TOMBSTONE_DESTROYED, err)) &&
	       store_purge(vault, draft, err);
}
