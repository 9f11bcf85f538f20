/* Chains of objects: what supersedes what, and what the state of a subject is. */
#include "chain.h"

#include <stdlib.h>
#include <string.h>

Item *
item_new(Id id, Card *card)
{
	Item *item = calloc(1, sizeof *item);
	if (item == NULL) {
		card_free(card);
		return NULL;
	}
	item->id = id;
	item->card = *card;
	*card = (Card){0};
	return item;
}

void
item_free(Item *item)
{
	if (item == NULL)
		return;
	card_free(&item->card);
	free(item);
}

void
chains_free(Chains *chains)
{
	for (size_t i = 0; i < chains->len; i++)
		item_free(chains->by_id[i]);
	free(chains->by_id);
	free(chains->by_chain);
	*chains = (Chains){0};
}

bool
chains_reserve(Chains *chains, size_t more)
{
	if (more <= chains->cap - chains->len)
		return true;
	size_t cap = chains->cap + (chains->cap / 2 > more ? chains->cap / 2 : more + 64);
	Item **by_chain = realloc(chains->by_chain, cap * sizeof(Item *));
	if (by_chain == NULL)
		return false;
	chains->by_chain = by_chain;
	Item **by_id = realloc(chains->by_id, cap * sizeof(Item *));
	if (by_id == NULL)
		return false;
	chains->by_id = by_id;
	chains->cap = cap;
	return true;
}

static int
compare_chain(const Item *item, uint8_t kind, Id subject)
{
	if (item->card.kind != kind)
		return item->card.kind < kind ? -1 : 1;
	return id_compare(item->card.subject, subject);
}

static int
compare_age(const Item *a, const Item *b)
{
	if (a->card.lamport != b->card.lamport)
		return a->card.lamport < b->card.lamport ? -1 : 1;
	return id_compare(a->id, b->id);
}

static int
by_chain_order(const void *a, const void *b)
{
	const Item *x = *(Item *const *)a, *y = *(Item *const *)b;
	int order = compare_chain(x, y->card.kind, y->card.subject);
	return order != 0 ? order : compare_age(x, y);
}

static int
by_id_order(const void *a, const void *b)
{
	return id_compare((*(Item *const *)a)->id, (*(Item *const *)b)->id);
}

/* The first place in a sorted array whose item does not come before `item`. */
static size_t
place_of(Item *const *array, size_t len, Item *item, int (*order)(const void *, const void *))
{
	size_t from = 0, to = len;
	while (from < to) {
		size_t middle = from + (to - from) / 2;
		if (order(&array[middle], &item) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

static size_t
chain_start(const Chains *chains, uint8_t kind, Id subject)
{
	size_t from = 0, to = chains->len;
	while (from < to) {
		size_t middle = from + (to - from) / 2;
		if (compare_chain(chains->by_chain[middle], kind, subject) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

size_t
chains_start(const Chains *chains, uint8_t kind)
{
	return chain_start(chains, kind, ID_NONE);
}

Chain
chains_at(const Chains *chains, size_t at)
{
	const Card *first = &chains->by_chain[at]->card;
	size_t end = at + 1;
	while (end < chains->len && compare_chain(chains->by_chain[end], first->kind, first->subject) == 0)
		end++;
	return (Chain){chains->by_chain + at, end - at};
}

Chain
chains_of(const Chains *chains, uint8_t kind, Id subject)
{
	size_t at = chain_start(chains, kind, subject);
	if (at == chains->len || compare_chain(chains->by_chain[at], kind, subject) != 0)
		return (Chain){NULL, 0};
	return chains_at(chains, at);
}

Item *
chains_find(const Chains *chains, Id object)
{
	size_t from = 0, to = chains->len;
	while (from < to) {
		size_t middle = from + (to - from) / 2;
		int order = id_compare(chains->by_id[middle]->id, object);
		if (order == 0)
			return chains->by_id[middle];
		if (order < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return NULL;
}

static bool
same_chain(const Item *a, const Item *b)
{
	return compare_chain(a, b->card.kind, b->card.subject) == 0;
}

/* Marks what the items of one chain supersede. */
static void
mark(const Chains *chains, Chain chain)
{
	for (size_t i = 0; i < chain.len; i++)
		chain.items[i]->superseded = false;
	for (size_t i = 0; i < chain.len; i++) {
		const Item *item = chain.items[i];
		for (size_t p = 0; p < item->card.parent_count; p++) {
			Item *parent = chains_find(chains, item->card.parents[p]);
			if (parent != NULL && parent != item && same_chain(parent, item))
				parent->superseded = true;
		}
		/* Its run: what its own session wrote since. */
		for (size_t k = i; k > 0 && chain.items[k - 1]->card.lamport >= item->card.run; k--) {
			Item *earlier = chain.items[k - 1];
			if (earlier->card.lamport < item->card.lamport &&
				id_equal(earlier->card.session, item->card.session))
				earlier->superseded = true;
		}
	}
}

void
chains_append(Chains *chains, Item *item)
{
	chains->by_chain[chains->len] = item;
	chains->by_id[chains->len] = item;
	chains->len++;
}

void
chains_sort(Chains *chains)
{
	if (chains->len == 0)
		return;
	qsort(chains->by_chain, chains->len, sizeof(Item *), by_chain_order);
	qsort(chains->by_id, chains->len, sizeof(Item *), by_id_order);
	for (size_t at = 0; at < chains->len;) {
		Chain chain = chains_at(chains, at);
		mark(chains, chain);
		at += chain.len;
	}
}

static void
insert_at(Item **array, size_t len, size_t at, Item *item)
{
	memmove(array + at + 1, array + at, (len - at) * sizeof *array);
	array[at] = item;
}

void
chains_insert(Chains *chains, Item *item)
{
	insert_at(chains->by_chain, chains->len, place_of(chains->by_chain, chains->len, item, by_chain_order), item);
	insert_at(chains->by_id, chains->len, place_of(chains->by_id, chains->len, item, by_id_order), item);
	chains->len++;
	mark(chains, chains_of(chains, item->card.kind, item->card.subject));
}

void
chains_remove(Chains *chains, Item *item)
{
	size_t in_chain = place_of(chains->by_chain, chains->len, item, by_chain_order);
	size_t in_ids = place_of(chains->by_id, chains->len, item, by_id_order);
	chains->len--;
	memmove(chains->by_chain + in_chain, chains->by_chain + in_chain + 1,
		(chains->len - in_chain) * sizeof(Item *));
	memmove(chains->by_id + in_ids, chains->by_id + in_ids + 1, (chains->len - in_ids) * sizeof(Item *));
	mark(chains, chains_of(chains, item->card.kind, item->card.subject));
	item_free(item);
}

void
chains_filter(Chains *chains, bool (*keep)(const Item *item, void *data), void *data)
{
	size_t kept = 0;
	for (size_t i = 0; i < chains->len; i++) {
		Item *item = chains->by_id[i];
		if (keep(item, data))
			chains->by_id[kept++] = item;
		else
			item_free(item);
	}
	chains->len = kept;
	if (kept > 0)
		memcpy(chains->by_chain, chains->by_id, kept * sizeof(Item *));
	chains_sort(chains);
}

Item *
chain_head(Chain chain, Item **other)
{
	Item *head = NULL, *next = NULL;
	for (size_t i = chain.len; i > 0 && next == NULL; i--) {
		if (chain.items[i - 1]->superseded)
			continue;
		if (head == NULL)
			head = chain.items[i - 1];
		else
			next = chain.items[i - 1];
	}
	if (head == NULL && chain.len > 0)
		head = chain.items[chain.len - 1];
	if (other != NULL)
		*other = next;
	return head;
}

uint8_t
chains_tombstone(const Chains *chains, Id subject)
{
	Chain chain = chains_of(chains, OBJECT_TOMBSTONE, subject);
	for (size_t i = 0; i < chain.len; i++) {
		if (chain.items[i]->card.state == TOMBSTONE_DESTROYED)
			return TOMBSTONE_DESTROYED;
	}
	const Item *head = chain_head(chain, NULL);
	return head == NULL ? 0 : head->card.state;
}
