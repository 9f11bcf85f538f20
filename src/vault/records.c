/* Works, sites, publication records, vocabularies and settings in the vault. */
#include "record.h"
#include "store.h"

#include <stdlib.h>
#include <string.h>

/* ---- What all of them share */

/* Puts the next state of a subject, unless it is the state already. Takes the card; *subject is filled when it was
 * none. */
static bool
save_record(Vault *vault, Card *card, Id *subject, const Str *body, Err *err)
{
	Id session = vault->session;
	/* Another session may have written since; its object is to be a parent, not a rival. */
	if (!vault_refresh(vault, err)) {
		card_free(card);
		return false;
	}
	card->subject = *subject;
	if (!id_is_none(*subject) && store_destroyed(vault, *subject)) {
		uint8_t kind = card->kind;
		card_free(card);
		return kind == OBJECT_SITE
			       ? err_set(err, ERR_NOT_FOUND, "this site was removed from the vault: add it again")
			       : err_set(err, ERR_NOT_FOUND,
					 "the draft was destroyed meanwhile: what is published of it stays on the blog");
	}
	Chain chain = chains_of(&vault->chains, card->kind, *subject);
	Item *other, *head = chain_head(chain, &other);
	if (head != NULL && other == NULL && head->card.body_len == body->len) {
		Str stored = {0};
		bool same = store_read(vault, head, &stored, NULL) && sv_equal(str_view(&stored), str_view(body));
		str_wipe(&stored);
		if (same) {
			card_free(card);
			return true;
		}
	}
	if (head != NULL)
		card->parents[card->parent_count++] = head->id;
	if (other != NULL)
		card->parents[card->parent_count++] = other->id;
	/* The newest object of the chain is the head unless its writer was wrong; a run goes on only on one's own last
	 * word. */
	if (head != NULL && head == chain.items[chain.len - 1] && id_equal(head->card.session, session))
		card->run = head->card.run;
	uint8_t kind = card->kind;
	const Item *saved = store_put(vault, card, str_view(body), err);
	if (saved == NULL)
		return false;
	*subject = saved->card.subject;
	store_prune(vault, kind, *subject);
	return true;
}

static bool
load_record(Vault *vault, ObjectKind kind, Id subject, Str *body, Err *err)
{
	const Item *head;
	if (store_destroyed(vault, subject))
		return err_set(
			err, ERR_NOT_FOUND, "there is nothing with that id in the vault: look it up in the list");
	return store_read_head(vault, kind, subject, &head, body, err);
}

/* ---- Works */

void
work_free(Work *work)
{
	str_free(&work->name);
	str_free(&work->blurb);
	str_free(&work->cadence);
	str_free(&work->unknown);
	free(work->chapters);
	*work = (Work){0};
}

size_t
work_chapter(const Work *work, Id draft)
{
	for (size_t i = 0; i < work->chapter_count; i++) {
		if (id_equal(work->chapters[i], draft))
			return i + 1;
	}
	return 0;
}

bool
work_add_chapter(Work *work, Id draft, Err *err)
{
	if (work_chapter(work, draft) != 0)
		return true;
	Id *chapters = realloc(work->chapters, (work->chapter_count + 1) * sizeof *chapters);
	if (chapters == NULL)
		return err_memory(err);
	work->chapters = chapters;
	work->chapters[work->chapter_count++] = draft;
	return true;
}

bool
vault_save_work(Vault *vault, Work *work, Err *err)
{
	Card card = {.kind = OBJECT_WORK};
	Str body = {0};
	bool ok = work_encode(work, &card, &body, err);
	if (ok)
		ok = save_record(vault, &card, &work->id, &body, err);
	else
		card_free(&card);
	str_wipe(&body);
	return ok;
}

bool
vault_load_work(Vault *vault, Id id, Work *out, Err *err)
{
	Str body = {0};
	Work read = {0};
	bool ok = load_record(vault, OBJECT_WORK, id, &body, err) && work_decode(str_view(&body), &read, err);
	str_wipe(&body);
	if (ok) {
		work_free(out);
		*out = read;
		out->id = id;
	}
	return ok;
}

/* ---- Sites */

void
site_record_free(SiteRecord *site)
{
	str_free(&site->name);
	str_free(&site->driver);
	str_free(&site->endpoint);
	str_free(&site->address);
	str_free(&site->user);
	str_wipe(&site->secret);
	str_free(&site->ca_file);
	str_free(&site->flavour);
	str_wipe(&site->unknown);
	*site = (SiteRecord){0};
}

bool
vault_save_site(Vault *vault, SiteRecord *site, Err *err)
{
	Card card = {.kind = OBJECT_SITE};
	Str body = {0};
	bool ok = site_encode(site, &card, &body, err);
	if (ok)
		ok = save_record(vault, &card, &site->id, &body, err);
	else
		card_free(&card);
	str_wipe(&body);
	return ok;
}

bool
vault_load_site(Vault *vault, Id id, SiteRecord *out, Err *err)
{
	Str body = {0};
	SiteRecord read = {0};
	bool ok = load_record(vault, OBJECT_SITE, id, &body, err) && site_decode(str_view(&body), &read, err);
	str_wipe(&body);
	if (ok) {
		site_record_free(out);
		*out = read;
		out->id = id;
	}
	return ok;
}

bool
vault_remove_site(Vault *vault, Id id, Err *err)
{
	if (!vault_refresh(vault, err))
		return false;
	bool known = store_head(vault, OBJECT_SITE, id, NULL) != NULL;
	for (size_t i = 0; i < vault->damage_len && !known; i++)
		known = id_equal(vault->damage[i].subject, id);
	if (!known || store_destroyed(vault, id))
		return err_set(err, ERR_NOT_FOUND, "there is no such site: look its name up in the list");
	/* Durable first: a copy of the vault that still has the credential must know to destroy it too. */
	return store_tombstone(vault, id, TOMBSTONE_DESTROYED, err) && store_purge(vault, id, err);
}

/* ---- Publications */

void
publication_free(Publication *publication)
{
	str_free(&publication->token);
	str_free(&publication->remote_id);
	str_free(&publication->url);
	str_free(&publication->slug);
	str_free(&publication->remote_version);
	str_free(&publication->unknown);
	free(publication->earlier);
	*publication = (Publication){0};
}

static bool
add_earlier(Publication *publication, Id revision, Err *err)
{
	bool there = id_is_none(revision) || id_equal(revision, publication->revision);
	for (size_t i = 0; i < publication->earlier_count && !there; i++)
		there = id_equal(publication->earlier[i], revision);
	if (there)
		return true;
	Id *earlier = realloc(publication->earlier, (publication->earlier_count + 1) * sizeof *earlier);
	if (earlier == NULL)
		return err_memory(err);
	publication->earlier = earlier;
	publication->earlier[publication->earlier_count++] = revision;
	return true;
}

/* What readers had before is not thinned away, whoever makes this record. */
static bool
remember_published(Vault *vault, Publication *publication, Err *err)
{
	Publication before = {0};
	Err why = {0};
	if (!vault_load_publication(vault, publication->draft, publication->site, &before, &why)) {
		/* A damaged record must not keep an article from being sent: its chain keeps the one before. */
		if (why.kind == ERR_NOT_FOUND || why.kind == ERR_DAMAGED)
			return true;
		if (err != NULL)
			*err = why;
		return false;
	}
	bool ok = true;
	for (size_t i = 0; ok && i < before.earlier_count; i++)
		ok = add_earlier(publication, before.earlier[i], err);
	if (ok && (before.phase == PHASE_PUBLIC || before.phase == PHASE_REVIEW))
		ok = add_earlier(publication, before.revision, err);
	publication_free(&before);
	return ok;
}

bool
vault_save_publication(Vault *vault, Publication *publication, Err *err)
{
	Card card = {.kind = OBJECT_PUBLICATION};
	Id subject = publication_subject(publication->draft, publication->site);
	Str body = {0};
	bool ok = remember_published(vault, publication, err) && publication_encode(publication, &card, &body, err);
	if (ok)
		ok = save_record(vault, &card, &subject, &body, err);
	else
		card_free(&card);
	str_wipe(&body);
	return ok;
}

bool
vault_load_publication(Vault *vault, Id draft, Id site, Publication *out, Err *err)
{
	Str body = {0};
	Publication read = {0};
	bool ok = load_record(vault, OBJECT_PUBLICATION, publication_subject(draft, site), &body, err) &&
		  publication_decode(str_view(&body), &read, err);
	str_wipe(&body);
	if (ok) {
		publication_free(out);
		*out = read;
	}
	return ok;
}

/* The sites that hold something of a draft; a copy, for reading a record may change the lists. */
static bool
publication_sites(Vault *vault, Id draft, Id **sites, size_t *count, Err *err)
{
	const Entry *const *entries = vault_draft_publications(vault, draft, count);
	*sites = entries == NULL ? NULL : calloc(*count + 1, sizeof **sites);
	if (*sites == NULL)
		return err_memory(err);
	for (size_t i = 0; i < *count; i++)
		(*sites)[i] = entries[i]->site;
	return true;
}

bool
vault_publications(Vault *vault, Id draft, Publication **out, size_t *count, Err *err)
{
	Id *sites;
	size_t site_count, done = 0;
	if (!publication_sites(vault, draft, &sites, &site_count, err))
		return false;
	Publication *list = calloc(site_count + 1, sizeof *list);
	bool ok = list != NULL || err_memory(err);
	while (ok && done < site_count) {
		ok = vault_load_publication(vault, draft, sites[done], &list[done], err);
		done += ok;
	}
	free(sites);
	if (ok) {
		*out = list;
		*count = done;
		return true;
	}
	for (size_t i = 0; i < done; i++)
		publication_free(&list[i]);
	free(list);
	return false;
}

/* ---- Vocabularies */

static void
term_free(Term *term)
{
	str_free(&term->remote_id);
	str_free(&term->name);
}

void
vocabulary_free(Vocabulary *vocabulary)
{
	for (size_t i = 0; i < vocabulary->len; i++)
		term_free(&vocabulary->terms[i]);
	free(vocabulary->terms);
	*vocabulary = (Vocabulary){0};
}

static Term *
find_term(const Vocabulary *vocabulary, bool is_work, StrView remote_id)
{
	for (size_t i = 0; i < vocabulary->len; i++) {
		Term *term = &vocabulary->terms[i];
		if (term->is_work == is_work && sv_equal(str_view(&term->remote_id), remote_id))
			return term;
	}
	return NULL;
}

bool
vocabulary_put(Vocabulary *vocabulary, bool is_work, StrView remote_id, StrView name, uint32_t count, Err *err)
{
	Term fresh = {.is_work = is_work, .remote_id = str_from(remote_id), .name = str_from(name), .count = count};
	Term *place = find_term(vocabulary, is_work, remote_id);
	bool ok = str_ok(&fresh.remote_id, err) && str_ok(&fresh.name, err);
	if (ok && place == NULL) {
		Term *terms = array_grow(vocabulary->terms, vocabulary->len, &vocabulary->cap, sizeof *terms);
		ok = terms != NULL || err_memory(err);
		if (terms != NULL)
			vocabulary->terms = terms;
	}
	if (!ok) {
		term_free(&fresh);
		return false;
	}
	if (place == NULL)
		place = &vocabulary->terms[vocabulary->len++];
	else
		term_free(place);
	*place = fresh;
	return true;
}

bool
vault_save_vocabulary(Vault *vault, const Vocabulary *vocabulary, Err *err)
{
	Card card = {.kind = OBJECT_VOCABULARY};
	Id subject = vocabulary->site;
	Str body = {0};
	bool ok = !id_is_none(subject) || err_set(err, ERR_USAGE, "a vocabulary needs a site: name one");
	ok = ok && vocabulary_encode(vocabulary, &card, &body, err);
	if (ok) {
		card.site = subject;
		ok = save_record(vault, &card, &subject, &body, err);
	} else {
		card_free(&card);
	}
	str_wipe(&body);
	return ok;
}

bool
vault_load_vocabulary(Vault *vault, Id site, Vocabulary *out, Err *err)
{
	Str body = {0};
	Vocabulary read = {0};
	Err why = {0};
	bool ok = load_record(vault, OBJECT_VOCABULARY, site, &body, &why) &&
		  vocabulary_decode(str_view(&body), &read, &why);
	str_wipe(&body);
	/* A cache: when it is not there or damaged it is simply empty. */
	if (!ok && why.kind != ERR_NOT_FOUND && why.kind != ERR_DAMAGED) {
		if (err != NULL)
			*err = why;
		return false;
	}
	vocabulary_free(out);
	*out = read;
	out->site = site;
	return true;
}

/* ---- Settings */

bool
vault_save_settings(Vault *vault, StrView lines, Err *err)
{
	Card card = {.kind = OBJECT_SETTINGS};
	Id subject = vault->id;
	Str body = {0};
	bool ok = settings_encode(lines, &body, err) && save_record(vault, &card, &subject, &body, err);
	str_wipe(&body);
	return ok;
}

bool
vault_load_settings(Vault *vault, Str *lines, Err *err)
{
	Str body = {0};
	Err why = {0};
	bool ok = load_record(vault, OBJECT_SETTINGS, vault->id, &body, &why);
	if (ok) {
		ok = settings_decode(str_view(&body), lines, err);
	} else if (why.kind == ERR_NOT_FOUND) {
		str_clear(lines);
		ok = true;
	} else if (err != NULL) {
		*err = why;
	}
	str_wipe(&body);
	return ok;
}
