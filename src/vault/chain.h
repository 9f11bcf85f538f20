/* The cards of a vault in memory, ordered into chains, and which of a chain are its heads. No I/O. */
#ifndef MEOK_VAULT_CHAIN_H
#define MEOK_VAULT_CHAIN_H

#include "object.h"

typedef struct Item {
	Id id;
	Card card;       /* its title is not to be changed: it may stand in one block with those of others */
	bool superseded; /* another of its chain took its place */
	bool seen;       /* for the scan: its file is there */
	bool doubted;    /* for the scan: its card is to be read again */
	bool kept;       /* for chains_filter */
	bool in_block;   /* it and its title are freed with the Chains */
	bool indexed;    /* for the index: the file that was last read or written holds it */
	uint32_t number; /* and its place there */
} Item;

/* All items, twice: in the order of chains (kind, subject, Lamport counter, id), and of ids. */
typedef struct Chains {
	Item **by_chain, **by_id;
	size_t len, cap;
	size_t sorted;    /* so many are in order, before those that were appended since */
	uint64_t changes; /* counts what was taken in and out */
	Item *block;      /* of chains_allocate */
	char *titles;
	size_t titles_len;
} Chains;

/* The objects of one kind and subject, oldest first. Valid until items are added or removed. */
typedef struct Chain {
	Item *const *items;
	size_t len;
} Chain;

void chains_free(Chains *chains);
/* Makes empty chains into ones of `count` items with no order yet, and room for their titles, each with a NUL behind
 * it, in two allocations. The caller fills in block, titles and both orders, then calls chains_ordered. */
bool chains_allocate(Chains *chains, size_t count, size_t titles_len);
/* Says that both orders are right, after looking: false when they are not, or an id comes twice. */
bool chains_ordered(Chains *chains);
bool chains_reserve(Chains *chains, size_t more);
/* Takes the item in at the end of both orders; chains_sort is due afterwards, and cheap when few were appended. Room
 * was reserved. */
void chains_append(Chains *chains, Item *item);
void chains_sort(Chains *chains);
/* Takes the item in at its place. Room was reserved. */
void chains_insert(Chains *chains, Item *item);
void chains_remove(Chains *chains, Item *item); /* and frees it */
/* Frees all items for which `keep` is false; none is freed before all were asked about. */
void chains_filter(Chains *chains, bool (*keep)(const Item *item, void *data), void *data);
Item *chains_find(const Chains *chains, Id object);
Chain chains_of(const Chains *chains, uint8_t kind, Id subject);
/* The chain that begins at by_chain[at]. */
Chain chains_at(const Chains *chains, size_t at);
/* Where the chains of a kind begin. */
size_t chains_start(const Chains *chains, uint8_t kind);
int item_compare_age(const Item *a, const Item *b); /* within a chain: below 0 when `a` is older */
/* The newest head, and the one after it or NULL in *other (may be NULL). NULL when the chain is empty. */
Item *chain_head(Chain chain, Item **other);
/* What the tombstones of a subject say: a TombstoneState, 0 when there is none. */
uint8_t chains_tombstone(const Chains *chains, Id subject);
Item *item_new(Id id, Card *card); /* takes the card; NULL without memory, the card is then freed */
Item *item_copy(const Item *item); /* on its own; NULL without memory */
void item_free(Item *item);

#endif
