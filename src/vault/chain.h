/* The cards of a vault in memory, ordered into chains, and which of a chain are its heads. No I/O. */
#ifndef MEOK_VAULT_CHAIN_H
#define MEOK_VAULT_CHAIN_H

#include "object.h"

typedef struct Item {
	Id id;
	Card card;
	bool superseded; /* another of its chain took its place */
	bool seen;       /* for the scan: its file is there */
} Item;

/* All items, twice: in the order of chains (kind, subject, Lamport counter, id), and of ids. */
typedef struct Chains {
	Item **by_chain, **by_id;
	size_t len, cap;
} Chains;

/* The objects of one kind and subject, oldest first. Valid until items are added or removed. */
typedef struct Chain {
	Item *const *items;
	size_t len;
} Chain;

void chains_free(Chains *chains);
bool chains_reserve(Chains *chains, size_t more);
/* Takes the item in at the end of both orders; chains_sort is due afterwards. Room was reserved. */
void chains_append(Chains *chains, Item *item);
void chains_sort(Chains *chains);
/* Takes the item in at its place. Room was reserved. */
void chains_insert(Chains *chains, Item *item);
void chains_remove(Chains *chains, Item *item); /* and frees it */
/* Frees all items for which `keep` is false. */
void chains_filter(Chains *chains, bool (*keep)(const Item *item, void *data), void *data);
Item *chains_find(const Chains *chains, Id object);
Chain chains_of(const Chains *chains, uint8_t kind, Id subject);
/* The chain that begins at by_chain[at]. */
Chain chains_at(const Chains *chains, size_t at);
/* Where the chains of a kind begin. */
size_t chains_start(const Chains *chains, uint8_t kind);
/* The newest head, and the one after it or NULL in *other (may be NULL). NULL when the chain is empty. */
Item *chain_head(Chain chain, Item **other);
/* What the tombstones of a subject say: a TombstoneState, 0 when there is none. */
uint8_t chains_tombstone(const Chains *chains, Id subject);
Item *item_new(Id id, Card *card); /* takes the card; NULL without memory, the card is then freed */
void item_free(Item *item);

#endif
