/* Lists of what is there, from the cards of the heads. */
#include "store.h"

#include <stdlib.h>
#include <string.h>

void
entries_free(EntryList *list)
{
	free(list->titles);
	free(list->items);
	free(list->by_time);
	free(list->by_draft);
	*list = (EntryList){0};
}

static void
entry_fill(Chain chain, Entry *entry)
{
	Item *other;
	const Item *head = chain_head(chain, &other);
	const Card *card = &head->card;
	int64_t created = card->time_ms;
	for (size_t i = 0; i < chain.len; i++) {
		if (chain.items[i]->card.time_ms < created)
			created = chain.items[i]->card.time_ms;
	}
	*entry = (Entry){
		.kind = (ObjectKind)card->kind,
		.subject = card->subject,
		.head = head->id,
		.other_head = other == NULL ? ID_NONE : other->id,
		.created_ms = created,
		.changed_ms = card->time_ms,
		.characters = card->characters,
		.work = card->work,
		.site = card->site,
		.revisions = chain.len,
		.draft = card->draft,
		.revision = card->revision,
		.phase = card->kind == OBJECT_PUBLICATION ? (PublishPhase)card->state : 0,
		.title = card->title, /* until it is copied */
	};
}

static int
newest_first(const void *a, const void *b)
{
	const Entry *x = *(const Entry *const *)a, *y = *(const Entry *const *)b;
	if (x->changed_ms != y->changed_ms)
		return x->changed_ms > y->changed_ms ? -1 : 1;
	return id_compare(x->subject, y->subject);
}

static int
draft_order(const void *a, const void *b)
{
	const Entry *x = *(const Entry *const *)a, *y = *(const Entry *const *)b;
	int order = id_compare(x->draft, y->draft);
	return order != 0 ? order : id_compare(x->subject, y->subject);
}

static size_t
count_chains(const Chains *chains, uint8_t kind)
{
	size_t count = 0;
	for (size_t at = chains_start(chains, kind); at < chains->len && chains->by_chain[at]->card.kind == kind;
		count++)
		at += chains_at(chains, at).len;
	return count;
}

/* Gives the entries titles of their own, all in one block. */
static bool
own_titles(EntryList *list)
{
	size_t size = 1;
	for (size_t i = 0; i < list->len; i++)
		size += list->items[i].title.len + 1;
	list->titles = malloc(size);
	if (list->titles == NULL)
		return false;
	char *at = list->titles;
	for (size_t i = 0; i < list->len; i++) {
		Str *title = &list->items[i].title;
		if (title->len == 0) {
			*title = (Str){0};
			continue;
		}
		memcpy(at, title->ptr, title->len);
		at[title->len] = '\0';
		*title = (Str){.ptr = at, .len = title->len, .cap = title->len + 1};
		at += title->len + 1;
	}
	return true;
}

/* Entries and tombstones are both in the order of subjects. */
static void
fill_trashed(const Chains *chains, EntryList *list)
{
	size_t at = chains_start(chains, OBJECT_TOMBSTONE), i = 0;
	while (i < list->len && at < chains->len && chains->by_chain[at]->card.kind == OBJECT_TOMBSTONE) {
		Id subject = chains->by_chain[at]->card.subject;
		while (i < list->len && id_compare(list->items[i].subject, subject) < 0)
			i++;
		Chain tombstones = chains_at(chains, at);
		if (i < list->len && id_equal(list->items[i].subject, subject) &&
			chains_tombstone(chains, subject) == TOMBSTONE_TRASHED) {
			list->items[i].trashed = true;
			list->items[i].trashed_ms = chain_head(tombstones, NULL)->card.time_ms;
		}
		at += tombstones.len;
	}
}

static void
fill_items(const Chains *chains, EntryList *list, ObjectKind kind, size_t count)
{
	for (size_t at = chains_start(chains, (uint8_t)kind); list->len < count;) {
		Chain chain = chains_at(chains, at);
		Entry *entry = &list->items[list->len];
		list->by_time[list->len++] = entry;
		entry_fill(chain, entry);
		at += chain.len;
	}
}

/* Builds the list of a kind when something changed since. False without memory; the list is then empty. */
static bool
entries_build(Vault *vault, ObjectKind kind)
{
	EntryList *list = &vault->entries[kind];
	const Chains *chains = &vault->chains;
	if (list->valid)
		return true;
	entries_free(list);
	size_t count = count_chains(chains, (uint8_t)kind);
	list->items = calloc(count + 1, sizeof *list->items);
	list->by_time = calloc(count + 1, sizeof *list->by_time);
	list->by_draft = kind == OBJECT_PUBLICATION ? calloc(count + 1, sizeof *list->by_draft) : NULL;
	if (list->items == NULL || list->by_time == NULL || (kind == OBJECT_PUBLICATION && list->by_draft == NULL))
		return false;
	fill_items(chains, list, kind, count);
	if (!own_titles(list)) {
		entries_free(list);
		return false;
	}
	fill_trashed(chains, list);
	if (list->by_draft != NULL) {
		memcpy(list->by_draft, list->by_time, list->len * sizeof *list->by_draft);
		qsort(list->by_draft, list->len, sizeof *list->by_draft, draft_order);
	}
	qsort(list->by_time, list->len, sizeof *list->by_time, newest_first);
	list->valid = true;
	return true;
}

const Entry *const *
vault_entries(Vault *vault, ObjectKind kind, size_t *count)
{
	static const Entry *const none[1];
	*count = 0;
	if (kind < OBJECT_REVISION || kind > OBJECT_VOCABULARY)
		return none;
	if (!entries_build(vault, kind))
		return NULL;
	*count = vault->entries[kind].len;
	return vault->entries[kind].by_time;
}

static int
subject_order(const void *key, const void *entry)
{
	return id_compare(*(const Id *)key, ((const Entry *)entry)->subject);
}

const Entry *
vault_entry(Vault *vault, ObjectKind kind, Id subject)
{
	if (kind < OBJECT_REVISION || kind > OBJECT_VOCABULARY || !entries_build(vault, kind))
		return NULL;
	/* items are in the order of chains, by subject */
	const EntryList *list = &vault->entries[kind];
	return list->len == 0 ? NULL : bsearch(&subject, list->items, list->len, sizeof *list->items, subject_order);
}

const Entry *const *
vault_draft_publications(Vault *vault, Id draft, size_t *count)
{
	*count = 0;
	if (!entries_build(vault, OBJECT_PUBLICATION))
		return NULL;
	const EntryList *list = &vault->entries[OBJECT_PUBLICATION];
	size_t from = 0, to = list->len;
	while (from < to) {
		size_t middle = from + (to - from) / 2;
		if (id_compare(list->by_draft[middle]->draft, draft) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	while (from + *count < list->len && id_equal(list->by_draft[from + *count]->draft, draft))
		(*count)++;
	return list->by_draft + from;
}
