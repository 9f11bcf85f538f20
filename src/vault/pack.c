/* Packs in an open vault: what they list, loaded when it is asked for, and revisions out of them. */
#include "pack.h"

#include <stdlib.h>
#include <string.h>

struct PackList {
	Id pack;
	Cover *covers;
	size_t len;
};

void
packs_free(Vault *vault)
{
	for (size_t i = 0; i < vault->pack_len; i++)
		free(vault->packs[i].covers);
	free(vault->packs);
	vault->packs = NULL;
	vault->pack_len = vault->pack_cap = 0;
}

/* ---- What a pack lists */

/* The entries of a pack with their bodies in *body. */
static bool
read_pack(const Vault *vault, const Item *item, Pack *pack, Str *body, Err *err)
{
	return store_read(vault, item, body, err) && pack_decode(str_view(body), item->card.subject, pack, err);
}

static bool
load_list(const Vault *vault, const Item *item, PackList *list, Err *err)
{
	Pack pack = {0};
	Str body = {0};
	*list = (PackList){.pack = item->id};
	bool ok = read_pack(vault, item, &pack, &body, err);
	if (ok) {
		list->covers = calloc(pack.len + 1, sizeof *list->covers);
		ok = list->covers != NULL || err_memory(err);
	}
	for (size_t i = 0; ok && i < pack.len; i++) {
		const PackEntry *entry = &pack.items[i];
		list->covers[list->len++] =
			(Cover){entry->id, entry->card.session, entry->card.lamport, entry->card.run, entry->gone};
	}
	pack_free(&pack);
	str_wipe(&body);
	return ok;
}

/* NULL when the pack cannot be read; one that is damaged is not read a second time. */
static const PackList *
list_of(Vault *vault, const Item *item, Err *err)
{
	for (size_t i = 0; i < vault->pack_len; i++)
		if (id_equal(vault->packs[i].pack, item->id))
			return &vault->packs[i];
	PackList *packs = array_grow(vault->packs, vault->pack_len, &vault->pack_cap, sizeof *packs);
	if (packs == NULL) {
		err_memory(err);
		return NULL;
	}
	vault->packs = packs;
	PackList list;
	Err why = {0};
	if (!load_list(vault, item, &list, &why)) {
		if (err != NULL)
			*err = why;
		if (why.kind != ERR_DAMAGED)
			return NULL;
	}
	vault->packs[vault->pack_len] = list;
	return &vault->packs[vault->pack_len++];
}

static bool
lists(const PackList *list, Id object, const Card *card)
{
	for (size_t i = 0; i < list->len; i++) {
		const Cover *cover = &list->covers[i];
		if (id_equal(cover->id, object) ||
			(id_equal(cover->session, card->session) && cover->run <= card->lamport &&
				card->lamport < cover->lamport))
			return true;
	}
	return false;
}

bool
pack_covers(Vault *vault, Id draft, Id object, const Card *card)
{
	Chain chain = chains_of(&vault->chains, OBJECT_PACK, draft);
	for (size_t i = 0; i < chain.len; i++) {
		const PackList *list = chain.items[i]->superseded ? NULL : list_of(vault, chain.items[i], NULL);
		if (list != NULL && lists(list, object, card))
			return true;
	}
	return false;
}

/* ---- What comes back from another copy */

/* False when no head of the draft is to go. */
static bool
drop_head(Vault *vault, Id draft)
{
	Chain chain = chains_of(&vault->chains, OBJECT_REVISION, draft);
	Item *other;
	if (chain_head(chain, &other) == NULL || other == NULL)
		return false;
	for (size_t i = 0; i < chain.len; i++) {
		Item *item = chain.items[i];
		if (item->superseded || !pack_covers(vault, draft, item->id, &item->card))
			continue;
		/* In a vault that may only be read it is left where it is, and known for what it is. */
		if (!store_remove(vault, item, NULL)) {
			item->superseded = true;
			store_changed(vault);
		}
		return true;
	}
	return false;
}

void
packs_apply(Vault *vault)
{
	for (size_t at = chains_start(&vault->chains, OBJECT_PACK); at < vault->chains.len;) {
		const Card *card = &vault->chains.by_chain[at]->card;
		if (card->kind != OBJECT_PACK)
			return;
		Id draft = card->subject;
		while (drop_head(vault, draft))
			;
		at = chains_start(&vault->chains, OBJECT_PACK);
		while (at < vault->chains.len && vault->chains.by_chain[at]->card.kind == OBJECT_PACK &&
			id_compare(vault->chains.by_chain[at]->card.subject, draft) <= 0)
			at++;
	}
}

/* ---- Revisions out of packs */

static bool
has(const Cover *covers, size_t count, Id object)
{
	for (size_t i = 0; i < count; i++)
		if (id_equal(covers[i].id, object))
			return true;
	return false;
}

bool
packs_list(Vault *vault, Id draft, Cover **out, size_t *count, Err *err)
{
	Cover *all = NULL;
	size_t len = 0, cap = 0;
	Chain chain = chains_of(&vault->chains, OBJECT_PACK, draft);
	for (size_t i = 0; i < chain.len; i++) {
		Err why = {0};
		const PackList *list = chain.items[i]->superseded ? NULL : list_of(vault, chain.items[i], &why);
		for (size_t k = 0; list != NULL && k < list->len; k++) {
			const Cover *cover = &list->covers[k];
			if (cover->gone || has(all, len, cover->id) || chains_find(&vault->chains, cover->id) != NULL)
				continue;
			Cover *grown = array_grow(all, len, &cap, sizeof *grown);
			if (grown == NULL) {
				free(all);
				return err_memory(err);
			}
			all = grown;
			all[len++] = *cover;
		}
	}
	*out = all;
	*count = len;
	return true;
}

static bool
take_entry(Pack *pack, Id object, Card *card, Str *body, Err *err)
{
	for (size_t i = 0; i < pack->len; i++) {
		PackEntry *entry = &pack->items[i];
		if (entry->gone || !id_equal(entry->id, object))
			continue;
		if (body != NULL)
			str_set(body, entry->body);
		if (body != NULL && !str_ok(body, err))
			return false;
		*card = entry->card;
		entry->card.title = (Str){0};
		return true;
	}
	return err_set(err, ERR_NOT_FOUND, "there is nothing with that id in the vault: look it up in the list");
}

static bool
load_from(Vault *vault, const Item *item, Id object, Card *card, Str *body, Err *err)
{
	Pack pack = {0};
	Str whole = {0};
	bool ok = read_pack(vault, item, &pack, &whole, err) && take_entry(&pack, object, card, body, err);
	pack_free(&pack);
	str_wipe(&whole);
	return ok;
}

static bool
holds(Vault *vault, const Item *item, Id object)
{
	const PackList *list = item->superseded ? NULL : list_of(vault, item, NULL);
	for (size_t i = 0; list != NULL && i < list->len; i++)
		if (!list->covers[i].gone && id_equal(list->covers[i].id, object))
			return true;
	return false;
}

bool
packs_card(Vault *vault, Id draft, Id object, Card *card, Err *err)
{
	Chain chain = chains_of(&vault->chains, OBJECT_PACK, draft);
	for (size_t i = 0; i < chain.len; i++)
		if (holds(vault, chain.items[i], object))
			return load_from(vault, chain.items[i], object, card, NULL, err);
	return err_set(err, ERR_NOT_FOUND, "there is nothing with that id in the vault: look it up in the list");
}

bool
packs_load(Vault *vault, Id object, Card *card, Str *body, Err *err)
{
	const Chains *chains = &vault->chains;
	for (size_t i = chains_start(chains, OBJECT_PACK); i < chains->len; i++) {
		const Item *item = chains->by_chain[i];
		if (item->card.kind != OBJECT_PACK)
			break;
		if (holds(vault, item, object))
			return load_from(vault, item, object, card, body, err);
	}
	return err_set(err, ERR_NOT_FOUND, "there is nothing with that id in the vault: look it up in the list");
}
