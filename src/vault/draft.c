/* Drafts: revisions saved and loaded, the trash. */
#include "pack.h"
#include "record.h"
#include "store.h"

#include <stdlib.h>
#include <string.h>

/* ---- The value */

void
revision_free(Revision *revision)
{
	str_wipe(&revision->title);
	str_wipe(&revision->subtitle);
	str_wipe(&revision->body);
	str_free(&revision->source);
	list_free(&revision->keywords);
	str_free(&revision->unknown);
	*revision = (Revision){0};
}

bool
revision_copy(Revision *to, const Revision *from, Err *err)
{
	Revision copy = *from;
	copy.title = str_from(str_view(&from->title));
	copy.subtitle = str_from(str_view(&from->subtitle));
	copy.body = str_from(str_view(&from->body));
	copy.source = str_from(str_view(&from->source));
	copy.unknown = str_from(str_view(&from->unknown));
	copy.keywords = (StrList){0};
	list_copy(&copy.keywords, &from->keywords);
	bool ok = str_ok(&copy.title, err) && str_ok(&copy.subtitle, err) && str_ok(&copy.body, err) &&
		  str_ok(&copy.source, err) && str_ok(&copy.unknown, err) && list_ok(&copy.keywords, err);
	if (!ok) {
		revision_free(&copy);
		return false;
	}
	revision_free(to);
	*to = copy;
	return true;
}

static bool
same_text(const Str *a, const Str *b)
{
	return sv_equal(str_view(a), str_view(b));
}

bool
revision_same(const Revision *a, const Revision *b)
{
	if (!same_text(&a->title, &b->title) || !same_text(&a->subtitle, &b->subtitle) ||
		!same_text(&a->body, &b->body) || !same_text(&a->source, &b->source) ||
		a->keywords.len != b->keywords.len)
		return false;
	for (size_t i = 0; i < a->keywords.len; i++) {
		if (!same_text(&a->keywords.items[i], &b->keywords.items[i]))
			return false;
	}
	return id_equal(a->work, b->work) && a->comments == b->comments && id_equal(a->site, b->site);
}

/* ---- Saving */

/* What a new revision comes after. */
typedef struct Base {
	Id parents[2];
	uint8_t parent_count;
	Item *replaced; /* an automatic revision that the new one takes the place of, or NULL */
} Base;

static Item *
own_head(const Vault *vault, Chain chain)
{
	for (size_t i = chain.len; i > 0; i--) {
		Item *item = chain.items[i - 1];
		if (!item->superseded && id_equal(item->card.session, vault->session))
			return item;
	}
	return NULL;
}

static bool
published(const Vault *vault, Id revision)
{
	const Chains *chains = &vault->chains;
	for (size_t i = chains_start(chains, OBJECT_PUBLICATION); i < chains->len; i++) {
		const Card *card = &chains->by_chain[i]->card;
		if (card->kind != OBJECT_PUBLICATION)
			break;
		if (id_equal(card->revision, revision))
			return true;
	}
	return false;
}

/* Whether an object is this session's last word in its chain, an automatic one that nothing else refers to. */
static bool
replaceable(const Vault *vault, Chain chain, const Item *item)
{
	if (!item->card.automatic || !id_equal(item->card.session, vault->session) || published(vault, item->id))
		return false;
	for (size_t i = 0; i < chain.len; i++) {
		const Card *card = &chain.items[i]->card;
		if (id_equal(card->session, vault->session) && card->lamport > item->card.lamport)
			return false;
		for (size_t p = 0; p < card->parent_count; p++) {
			if (id_equal(card->parents[p], item->id))
				return false;
		}
	}
	return true;
}

/* An automatic revision of another session may be gone tomorrow, replaced by the next: what it grew out of stays known
 * when it is named beside it. */
static Id
ground_below(const Vault *vault, const Revision *revision, const Item *from)
{
	if (from == NULL)
		return revision->parent_count > 0 && id_equal(revision->object, revision->base) ? revision->parents[0]
												: ID_NONE;
	const Card *card = &from->card;
	bool passing = card->automatic && !id_equal(card->session, vault->session) && card->parent_count > 0;
	return passing ? card->parents[0] : ID_NONE;
}

/* Chooses the parents: what the text grew out of, and never a head that its writer has not seen. */
static Base
choose_base(const Vault *vault, const Revision *revision)
{
	Base base = {0};
	Chain chain = chains_of(&vault->chains, OBJECT_REVISION, revision->draft);
	Item *other, *head = chain_head(chain, &other);
	Item *from = chains_find(&vault->chains, revision->base);
	if (id_is_none(revision->base)) {
		if (head != NULL)
			base.parents[base.parent_count++] = head->id;
		if (other != NULL)
			base.parents[base.parent_count++] = other->id;
		return base;
	}
	/* A base that is no head any more: this session itself has written on, or else the draft splits here. */
	if (from == NULL || from->superseded) {
		Item *own = own_head(vault, chain);
		from = own != NULL ? own : from;
	}
	base.parents[base.parent_count++] = from != NULL ? from->id : revision->base;
	if (!id_is_none(revision->merged) && !id_equal(revision->merged, base.parents[0]))
		base.parents[base.parent_count++] = revision->merged;
	else if (from != NULL && replaceable(vault, chain, from))
		base.replaced = from;
	else if (!id_is_none(ground_below(vault, revision, from)))
		base.parents[base.parent_count++] = ground_below(vault, revision, from);
	return base;
}

/* Whether the fields are those of the draft's only head. */
static bool
equals_head(const Vault *vault, const Item *head, StrView body)
{
	if (head->card.body_len != body.len)
		return false;
	Str stored = {0};
	bool same = store_read(vault, head, &stored, NULL) && sv_equal(str_view(&stored), body);
	str_wipe(&stored);
	return same;
}

static void
fill_from_item(Revision *revision, const Item *item)
{
	const Card *card = &item->card;
	revision->draft = card->subject;
	revision->object = item->id;
	revision->merged = ID_NONE;
	revision->date_ms = 0;
	revision->parent_count = card->parent_count;
	memcpy(revision->parents, card->parents, sizeof revision->parents);
	revision->time_ms = card->time_ms;
	revision->automatic = card->automatic;
}

/* Takes the place of an automatic revision: its parents, its run, and then its file. */
static void
inherit(const Base *base, Card *card)
{
	card->parent_count = base->parent_count;
	memcpy(card->parents, base->parents, sizeof card->parents);
	if (base->replaced == NULL)
		return;
	card->run = base->replaced->card.run;
	card->parent_count = base->replaced->card.parent_count;
	memcpy(card->parents, base->replaced->card.parents, sizeof card->parents);
}

static bool
save_encoded(Vault *vault, Revision *revision, Card *card, StrView body, Err *err)
{
	Item *other, *head = store_head(vault, OBJECT_REVISION, revision->draft, &other);
	Base base = choose_base(vault, revision);
	bool same = head != NULL && other == NULL && equals_head(vault, head, body);
	/* Asking for a save makes an automatic revision of the same text a lasting one. */
	bool lasting = same && base.replaced == head && head->card.automatic && !revision->automatic;
	if (same && !lasting) {
		card_free(card);
		fill_from_item(revision, head);
		revision->base = head->id;
		return true;
	}
	if (!lasting && !revision->automatic)
		base.replaced = NULL;
	inherit(&base, card);
	const Item *saved = store_put(vault, card, body, err);
	if (saved == NULL)
		return false;
	fill_from_item(revision, saved);
	revision->base = saved->id;
	/* One that cannot be removed only takes space: the new one's run supersedes it. */
	if (base.replaced != NULL)
		store_remove(vault, base.replaced, NULL);
	return true;
}

bool
vault_save_draft(Vault *vault, Revision *revision, Err *err)
{
	/* What is saved under a destroyed id would be removed again: the text becomes a draft of its own. */
	if (!id_is_none(revision->draft) && store_destroyed(vault, revision->draft))
		revision->draft = revision->base = revision->merged = ID_NONE;
	Card card = {.kind = OBJECT_REVISION, .subject = revision->draft};
	Str body = {0};
	card.time_ms = revision->date_ms > 0 ? revision->date_ms : 0;
	bool ok = revision_encode(revision, &card, &body, err);
	if (ok)
		ok = save_encoded(vault, revision, &card, str_view(&body), err);
	else
		card_free(&card);
	str_wipe(&body);
	return ok;
}

/* ---- Loading */

static bool
draft_damaged(const Str *title, Id draft, Err *err)
{
	char name[ID_TEXT + 1];
	id_format(draft, name);
	return err_set(err, ERR_DAMAGED,
		"%s is damaged: open an earlier revision of it, or take its file from a backup",
		title != NULL && title->len > 0 ? str_c(title) : name);
}

/* Why there is no such draft: it never was, or what there is of it cannot be read. */
static bool
no_draft(const Vault *vault, Id draft, Err *err)
{
	for (size_t i = 0; i < vault->damage_len; i++) {
		const Damage *damage = &vault->damage[i];
		if (id_equal(damage->subject, draft) || id_equal(damage->object, draft))
			return draft_damaged(&damage->title, draft, err);
	}
	char name[ID_TEXT + 1];
	id_format(draft, name);
	return err_set(err, ERR_NOT_FOUND, "there is no draft %s: look its id up in the list", name);
}

static bool
decode_item(const Vault *vault, const Item *item, StrView body, Revision *out, Err *err)
{
	Revision read;
	if (!revision_decode(body, &read, err))
		return false;
	fill_from_item(&read, item);
	/* A revision from the history is brought back on top of what is newest now. */
	const Item *head = store_head(vault, OBJECT_REVISION, item->card.subject, NULL);
	read.base = item->superseded && head != NULL ? head->id : item->id;
	revision_free(out);
	*out = read;
	return true;
}

static bool
fail_load(const Item *item, const Err *why, Err *err)
{
	if (item != NULL && why->kind == ERR_DAMAGED)
		return draft_damaged(&item->card.title, item->card.subject, err);
	if (err != NULL)
		*err = *why;
	return false;
}

bool
vault_load_draft(Vault *vault, Id draft, Revision *out, Err *err)
{
	Str body = {0};
	const Item *head = NULL;
	Err why = {0};
	bool ok = store_read_head(vault, OBJECT_REVISION, draft, &head, &body, &why) &&
		  decode_item(vault, head, str_view(&body), out, &why);
	str_wipe(&body);
	if (!ok && head == NULL && why.kind == ERR_NOT_FOUND)
		return no_draft(vault, draft, err);
	return ok || fail_load(head, &why, err);
}

static bool
load_packed(Vault *vault, Id object, Revision *out, Err *err)
{
	Card card = {0};
	Str body = {0};
	Err why = {0};
	bool ok = packs_load(vault, object, &card, &body, &why);
	if (!ok && why.kind == ERR_NOT_FOUND)
		return no_draft(vault, object, err);
	Item item = {.id = object, .card = card, .superseded = true};
	ok = ok && decode_item(vault, &item, str_view(&body), out, &why);
	str_wipe(&body);
	ok = ok || fail_load(&item, &why, err);
	card_free(&card);
	return ok;
}

bool
vault_load_revision(Vault *vault, Id object, Revision *out, Err *err)
{
	const Item *item = chains_find(&vault->chains, object);
	if (item == NULL)
		return load_packed(vault, object, out, err);
	if (item->card.kind != OBJECT_REVISION)
		return no_draft(vault, object, err);
	Str body = {0};
	Err why = {0};
	bool ok = store_read(vault, item, &body, &why) && decode_item(vault, item, str_view(&body), out, &why);
	str_wipe(&body);
	return ok || fail_load(item, &why, err);
}

/* ---- History */

static bool
was_published(const Publication *list, size_t count, Id revision)
{
	for (size_t i = 0; i < count; i++) {
		if (id_equal(list[i].revision, revision))
			return true;
		for (size_t k = 0; k < list[i].earlier_count; k++)
			if (id_equal(list[i].earlier[k], revision))
				return true;
	}
	return false;
}

static RevisionEntry
entry_of(Id object, const Card *card)
{
	return (RevisionEntry){.object = object,
		.time_ms = card->time_ms,
		.automatic = card->automatic,
		.characters = card->characters};
}

/* Those in packs have their cards there. */
static bool
add_packed(Vault *vault, Id draft, const Cover *covers, size_t count, RevisionEntry *entries, size_t *len, Err *err)
{
	for (size_t i = 0; i < count; i++) {
		Card card = {0};
		if (!packs_card(vault, draft, covers[i].id, &card, err))
			return false;
		entries[*len] = entry_of(covers[i].id, &card);
		entries[(*len)++].packed = true;
		card_free(&card);
	}
	return true;
}

static int
newest_first(const void *a, const void *b)
{
	const RevisionEntry *x = a, *y = b;
	if (x->head != y->head)
		return x->head ? -1 : 1;
	if (x->time_ms != y->time_ms)
		return x->time_ms > y->time_ms ? -1 : 1;
	return id_compare(x->object, y->object);
}

bool
vault_history(Vault *vault, Id draft, RevisionEntry **out, size_t *count, Err *err)
{
	Chain chain = chains_of(&vault->chains, OBJECT_REVISION, draft);
	Cover *covers = NULL;
	Publication *publications = NULL;
	size_t packed = 0, published = 0, len = 0;
	if (chain.len == 0)
		return no_draft(vault, draft, err);
	if (!packs_list(vault, draft, &covers, &packed, err))
		return false;
	/* A publication that is damaged takes a mark away, not the history. */
	vault_publications(vault, draft, &publications, &published, NULL);
	chain = chains_of(&vault->chains, OBJECT_REVISION, draft);
	RevisionEntry *entries = calloc(chain.len + packed, sizeof *entries);
	bool ok = entries != NULL || err_memory(err);
	for (size_t i = chain.len; ok && i > 0; i--) {
		entries[len] = entry_of(chain.items[i - 1]->id, &chain.items[i - 1]->card);
		entries[len++].head = !chain.items[i - 1]->superseded;
	}
	ok = ok && add_packed(vault, draft, covers, packed, entries, &len, err);
	for (size_t i = 0; ok && i < len; i++)
		entries[i].published = was_published(publications, published, entries[i].object);
	if (ok && packed > 0)
		qsort(entries, len, sizeof *entries, newest_first);
	for (size_t i = 0; i < published; i++)
		publication_free(&publications[i]);
	free(publications);
	free(covers);
	if (!ok) {
		free(entries);
		return false;
	}
	*out = entries;
	*count = len;
	return true;
}

/* ---- The trash */

static bool
say_state(Vault *vault, Id draft, TombstoneState state, Err *err)
{
	if (store_head(vault, OBJECT_REVISION, draft, NULL) == NULL)
		return no_draft(vault, draft, err);
	uint8_t now = chains_tombstone(&vault->chains, draft);
	bool trashed = now == TOMBSTONE_TRASHED;
	if (trashed == (state == TOMBSTONE_TRASHED))
		return true;
	return store_tombstone(vault, draft, state, err);
}

bool
vault_trash_draft(Vault *vault, Id draft, Err *err)
{
	return say_state(vault, draft, TOMBSTONE_TRASHED, err);
}

bool
vault_restore_draft(Vault *vault, Id draft, Err *err)
{
	return say_state(vault, draft, TOMBSTONE_KEPT, err);
}
