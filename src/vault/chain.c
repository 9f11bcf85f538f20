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

Item *
item_copy(const Item *item)
{
	Card card = item->card;
	card.title = str_from(str_view(&item->card.title));
	Item *copy = card.title.failed ? NULL : item_new(item->id, &card);
	if (copy == NULL)
		return NULL;
	copy->superseded = item->superseded;
	copy->seen = item->seen;
	copy->indexed = item->indexed;
	return copy;
}

void
item_free(Item *item)
{
	if (item == NULL || item->in_block)
		return;
	card_free(&item->card);
	free(item);
}

void
chains_free(Chains *chains)
{
	for (size_t i = 0; i < chains->len; i++)
		item_free(chains->by_id[i]);
	if (chains->titles != NULL)
		explicit_bzero(chains->titles, chains->titles_len);
	free(chains->titles);
	free(chains->block);
	free(chains->by_id);
	free(chains->by_chain);
	*chains = (Chains){.changes = chains->changes + 1};
}

bool
chains_allocate(Chains *chains, size_t count, size_t titles_len)
{
	Chains made = {.len = 0, .titles_len = titles_len + 1};
	made.block = calloc(count + 1, sizeof *made.block);
	made.titles = malloc(made.titles_len);
	if (made.block == NULL || made.titles == NULL || !chains_reserve(&made, count)) {
		chains_free(&made);
		return false;
	}
	made.len = count;
	for (size_t i = 0; i < count; i++) {
		made.block[i].in_block = true;
		made.by_chain[i] = made.by_id[i] = &made.block[i];
	}
	*chains = made;
	return true;
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

int
item_compare_age(const Item *a, const Item *b)
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
	return order != 0 ? order : item_compare_age(x, y);
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

/* A parent of chain.items[at]: mostly the one before it. */
static Item *
find_parent(const Chains *chains, Chain chain, size_t at, Id id)
{
	enum { NEAR = 4 };
	for (size_t k = at; k > 0 && at - k < NEAR; k--) {
		if (id_equal(chain.items[k - 1]->id, id))
			return chain.items[k - 1];
	}
	Item *parent = chains_find(chains, id);
	return parent != NULL && parent != chain.items[at] && same_chain(parent, chain.items[at]) ? parent : NULL;
}

/* Marks what the items of one chain supersede. */
static void
mark(const Chains *chains, Chain chain)
{
	for (size_t i = 0; i < chain.len; i++)
		chain.items[i]->superseded = false;
	for (size_t i = 0; i < chain.len && chain.len > 1; i++) {
		const Item *item = chain.items[i];
		for (size_t p = 0; p < item->card.parent_count; p++) {
			Item *parent = find_parent(chains, chain, i, item->card.parents[p]);
			if (parent != NULL)
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
	chains->changes++;
}

/* Sorts what was appended and merges it with what was in order. */
static void
sort_tail(Item **array, size_t sorted, size_t len, int (*order)(const void *, const void *))
{
	size_t tail = len - sorted;
	qsort(array + sorted, tail, sizeof *array, order);
	if (sorted == 0 || order(&array[sorted - 1], &array[sorted]) < 0)
		return;
	Item **spare = malloc(tail * sizeof *spare);
	if (spare == NULL) {
		qsort(array, len, sizeof *array, order);
		return;
	}
	memcpy(spare, array + sorted, tail * sizeof *spare);
	for (size_t to = len; tail > 0; to--) {
		bool from_tail = sorted == 0 || order(&array[sorted - 1], &spare[tail - 1]) < 0;
		array[to - 1] = from_tail ? spare[--tail] : array[--sorted];
	}
	free(spare);
}

static void
mark_all(Chains *chains)
{
	for (size_t at = 0; at < chains->len;) {
		Chain chain = chains_at(chains, at);
		mark(chains, chain);
		at += chain.len;
	}
}

void
chains_sort(Chains *chains)
{
	if (chains->sorted == chains->len)
		return;
	sort_tail(chains->by_chain, chains->sorted, chains->len, by_chain_order);
	sort_tail(chains->by_id, chains->sorted, chains->len, by_id_order);
	chains->sorted = chains->len;
	mark_all(chains);
}

bool
chains_ordered(Chains *chains)
{
	for (size_t i = 1; i < chains->len; i++) {
		if (by_id_order(&chains->by_id[i - 1], &chains->by_id[i]) >= 0 ||
			by_chain_order(&chains->by_chain[i - 1], &chains->by_chain[i]) >= 0)
			return false;
	}
	chains->sorted = chains->len;
	mark_all(chains);
	return true;
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
	chains->sorted = ++chains->len;
	chains->changes++;
	mark(chains, chains_of(chains, item->card.kind, item->card.subject));
}

void
chains_remove(Chains *chains, Item *item)
{
	size_t in_chain = place_of(chains->by_chain, chains->len, item, by_chain_order);
	size_t in_ids = place_of(chains->by_id, chains->len, item, by_id_order);
	chains->sorted = --chains->len;
	chains->changes++;
	memmove(chains->by_chain + in_chain, chains->by_chain + in_chain + 1,
		(chains->len - in_chain) * sizeof(Item *));
	memmove(chains->by_id + in_ids, chains->by_id + in_ids + 1, (chains->len - in_ids) * sizeof(Item *));
	mark(chains, chains_of(chains, item->card.kind, item->card.subject));
	item_free(item);
}

void
chains_filter(Chains *chains, bool (*keep)(const Item *item, void *data), void *data)
{
	size_t kept = 0, at = 0;
	chains_sort(chains);
	for (size_t i = 0; i < chains->len; i++)
		chains->by_id[i]->kept = keep(chains->by_id[i], data);
	for (size_t i = 0; i < chains->len; i++) {
		if (chains->by_chain[i]->kept)
			chains->by_chain[at++] = chains->by_chain[i];
	}
	for (size_t i = 0; i < chains->len; i++) {
		Item *item = chains->by_id[i];
		if (item->kept)
			chains->by_id[kept++] = item;
		else
			item_free(item);
	}
	chains->changes += chains->len - kept;
	chains->sorted = chains->len = kept;
	mark_all(chains);
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
