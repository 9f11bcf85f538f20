/* Any bytes as the body of an index and as a sealed one: what is read is in order, and is written so that it is read
 * the same. */
#include <stdlib.h>
#include <string.h>

#include "../../src/vault/index_format.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(bool holds)
{
	if (!holds)
		abort();
}

static bool
same_item(const Item *a, const Item *b)
{
	uint8_t x[SEAL_CARD_BYTES], y[SEAL_CARD_BYTES];
	card_encode(&a->card, x);
	card_encode(&b->card, y);
	return id_equal(a->id, b->id) && a->superseded == b->superseded && memcmp(x, y, sizeof x) == 0;
}

/* The orders hold all items, and every chain has a head. */
static void
check_chains(const Chains *chains)
{
	for (size_t i = 0; i < chains->len; i++) {
		const Item *item = chains->by_id[i];
		check(chains_find(chains, item->id) == item);
		Chain chain = chains_of(chains, item->card.kind, item->card.subject);
		check(chain.len > 0 && chain_head(chain, NULL) != NULL);
		check(strlen(str_c(&item->card.title)) == item->card.title.len);
	}
}

static void
check_same(const Chains *a, const Chains *b, const Memory *x, const Memory *y)
{
	check(a->len == b->len && x->lost_len == y->lost_len && x->place_len == y->place_len &&
		x->slots.len == y->slots.len);
	for (size_t i = 0; i < a->len; i++)
		check(same_item(a->by_id[i], b->by_id[i]) && same_item(a->by_chain[i], b->by_chain[i]));
	for (size_t i = 0; i < x->place_len; i++)
		check(memcmp(&x->places[i], &y->places[i], sizeof x->places[i]) == 0);
	for (size_t i = 0; i < x->slots.len; i++)
		check(slot_list_find(&y->slots, str_view(&x->slots.items[i].name)) != NULL);
}

static void
check_body(StrView input)
{
	Chains chains = {0}, again = {0};
	Memory memory = {0}, memory_again = {0};
	Str body = {0}, second = {0};
	if (index_decode(input, &chains, &memory) != VERDICT_OK) {
		check(chains.by_id == NULL && memory.lost == NULL && memory.places == NULL);
		return;
	}
	check_chains(&chains);
	check(index_encode(&chains, &memory, &body, NULL));
	check(index_decode(str_view(&body), &again, &memory_again) == VERDICT_OK);
	check_same(&chains, &again, &memory, &memory_again);
	check(index_encode(&again, &memory_again, &second, NULL));
	check(sv_equal(str_view(&body), str_view(&second)));
	chains_free(&chains);
	chains_free(&again);
	index_free_memory(&memory);
	index_free_memory(&memory_again);
	str_free(&body);
	str_free(&second);
}

/* Nothing but what was sealed opens. */
static void
check_sealed(StrView input)
{
	static const uint8_t key[KEY_BYTES] = {7};
	ObjectPlace place = {.epoch = 1};
	ObjectNonce nonce = {{3}, {5}};
	Str file = {0}, body = {0};
	check(index_open(key, &place, input, &body) != VERDICT_OK);
	check(index_seal(key, &place, &nonce, input, &file, NULL));
	check(index_open(key, &place, str_view(&file), &body) == VERDICT_OK && sv_equal(str_view(&body), input));
	size_t at = input.len == 0 ? 0 : (uint8_t)input.ptr[0] * file.len / 256;
	file.ptr[at] ^= 1;
	check(index_open(key, &place, str_view(&file), &body) != VERDICT_OK);
	str_free(&file);
	str_free(&body);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	StrView input = {(const char *)data, size};
	check_body(input);
	check_sealed(input);
	return 0;
}
