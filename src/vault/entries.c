/* Lists of what is there, from the cards of the heads. */
#include "store.h"

#include <stdlib.h>
#include <string.h>

void
entries_free(EntryList *list)
{
	for (size_t i = 0; i < list->len; i++)
		str_free(&list->items[i].title);
	free(list->items);
	free(list->by_time);
	free(list->by_draft);
	*list = (EntryList){0};
}

static bool
entry_fill(const Vault *vault, Chain chain, Entry *entry)
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
		.trashed = chains_tombstone(&vault->chains, card->subject) == TOMBSTONE_TRASHED,
		.draft = card->draft,
		.revision = card->revision,
		.phase = card->kind == OBJECT_PUBLICATION ? (PublishPhase)card->state : 0,
	};
	str_append(&entry->title, str_view(&card->title));
	return !entry->title.failed;
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
	for (size_t at = chains_start(chains, (uint8_t)kind); list->len < count;) {
		Chain chain = chains_at(chains, at);
		Entry *entry = &list->items[list->len];
		list->by_time[list->len++] = entry;
		if (!entry_fill(vault, chain, entry)) {
			entries_free(list);
			return false;
		}
		at += chain.len;
	}
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
