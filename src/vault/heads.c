/* Drafts changed in two places: the heads of a chain, and what two revisions have in common. */
#include "store.h"

#include <stdlib.h>

bool
vault_heads(const Vault *vault, Id draft, Id **out, size_t *count, Err *err)
{
	Chain chain = chains_of(&vault->chains, OBJECT_REVISION, draft);
	Id *heads = calloc(chain.len + 1, sizeof *heads);
	if (heads == NULL)
		return err_memory(err);
	*count = 0;
	for (size_t i = chain.len; i > 0; i--)
		if (!chain.items[i - 1]->superseded)
			heads[(*count)++] = chain.items[i - 1]->id;
	if (*count == 0 && chain.len > 0)
		heads[(*count)++] = chain_head(chain, NULL)->id;
	*out = heads;
	return true;
}

/* Whether what a writer set differs: the time and the parents are not in the body. */
static bool
differ(const Vault *vault, const Item *a, const Item *b)
{
	if (a->card.body_len != b->card.body_len)
		return true;
	Str one = {0}, other = {0};
	bool same = store_read(vault, a, &one, NULL) && store_read(vault, b, &other, NULL) &&
		    sv_equal(str_view(&one), str_view(&other));
	str_wipe(&one);
	str_wipe(&other);
	return !same;
}

bool
vault_is_split(const Vault *vault, Id draft)
{
	Chain chain = chains_of(&vault->chains, OBJECT_REVISION, draft);
	Item *other, *head = chain_head(chain, &other);
	if (other == NULL)
		return false;
	for (size_t i = chain.len; i > 0; i--) {
		const Item *item = chain.items[i - 1];
		if (!item->superseded && item != head && differ(vault, head, item))
			return true;
	}
	return false;
}

/* ---- What two revisions have in common */

enum { OF_MINE = 1, OF_OTHER = 2, OF_BOTH = OF_MINE | OF_OTHER, UNDER = 4 /* one that was found */ };

/* Its place in the chain; chain.len when it is not in it. */
static size_t
place_of(const Vault *vault, Chain chain, Id object)
{
	const Item *item = chains_find(&vault->chains, object);
	size_t from = 0, to = chain.len;
	while (item != NULL && from < to) {
		size_t middle = from + (to - from) / 2;
		const Item *there = chain.items[middle];
		if (there == item)
			return middle;
		bool before = there->card.lamport != item->card.lamport ? there->card.lamport < item->card.lamport
									: id_compare(there->id, item->id) < 0;
		if (before)
			from = middle + 1;
		else
			to = middle;
	}
	return chain.len;
}

static void
mark(const Vault *vault, Chain chain, Id object, uint8_t whose, uint8_t *marks)
{
	size_t place = place_of(vault, chain, object);
	if (place < chain.len)
		marks[place] |= whose;
}

/* What a revision grew out of: its parents, and those of its run that are there still. */
static void
mark_grounds(const Vault *vault, Chain chain, size_t at, uint8_t *marks)
{
	const Card *card = &chain.items[at]->card;
	for (size_t p = 0; p < card->parent_count; p++)
		mark(vault, chain, card->parents[p], marks[at], marks);
	for (size_t i = at; i > 0 && chain.items[i - 1]->card.lamport >= card->run; i--)
		if (id_equal(chain.items[i - 1]->card.session, card->session))
			marks[i - 1] |= marks[at];
}

bool
vault_common(const Vault *vault, const Revision *mine, Id other, Id out[2], Err *err)
{
	size_t found = 0;
	out[0] = out[1] = ID_NONE;
	Chain chain = chains_of(&vault->chains, OBJECT_REVISION, mine->draft);
	uint8_t *marks = calloc(chain.len + 1, 1);
	if (marks == NULL)
		return err_memory(err);
	mark(vault, chain, other, OF_OTHER, marks);
	mark(vault, chain, mine->base, OF_MINE, marks);
	/* A base that is gone was replaced by its own session: what it grew out of itself is known still. */
	if (place_of(vault, chain, mine->base) == chain.len && id_equal(mine->object, mine->base))
		for (int p = 0; p < mine->parent_count; p++)
			mark(vault, chain, mine->parents[p], OF_MINE, marks);
	for (size_t i = chain.len; i > 0 && found < 2; i--) {
		if (marks[i - 1] == OF_BOTH) {
			out[found++] = chain.items[i - 1]->id;
			marks[i - 1] |= UNDER;
		}
		if (marks[i - 1] != 0)
			mark_grounds(vault, chain, i - 1, marks);
	}
	free(marks);
	return true;
}
