/* The table of drivers, and the plain values of the site room. */
#include "driver.h"

#include <stdlib.h>

static const Driver *const DRIVERS[] = {&DRIVER_FOLDER, &DRIVER_WORDPRESS};
enum { DRIVER_COUNT = sizeof DRIVERS / sizeof DRIVERS[0] };

const Driver *
driver_find(StrView name)
{
	for (size_t i = 0; i < DRIVER_COUNT; i++)
		if (sv_equal(name, sv(DRIVERS[i]->traits.name)))
			return DRIVERS[i];
	return NULL;
}

const Driver *
driver_for_address(StrView typed)
{
	for (size_t i = 0; i + 1 < DRIVER_COUNT; i++)
		if (DRIVERS[i]->claims(typed))
			return DRIVERS[i];
	return DRIVERS[DRIVER_COUNT - 1];
}

const DriverTraits *
driver_traits(StrView name)
{
	const Driver *driver = driver_find(name);
	return driver == NULL ? NULL : &driver->traits;
}

bool
driver_takes_comments(StrView driver, StrView flavour)
{
	const DriverTraits *traits = driver_traits(driver);
	return traits == NULL || traits->per_post_comments || sv_equal(flavour, SV("hugo"));
}

void
driver_names(StrList *out)
{
	for (size_t i = 0; i < DRIVER_COUNT; i++)
		list_append(out, sv(DRIVERS[i]->traits.name));
}

void
driver_progress(DriverContext *ctx, SitePhase phase)
{
	if (ctx->progress != NULL)
		ctx->progress(ctx->data, phase);
}

bool
driver_checkpoint(
	DriverContext *ctx, SitePhase phase, StrView remote_id, StrView slug, StrView remote_version, Err *err)
{
	ctx->reached = phase;
	return ctx->checkpoint == NULL || ctx->checkpoint(ctx->data, phase, remote_id, slug, remote_version, err);
}

void
account_free(Account *account)
{
	str_free(&account->driver);
	str_free(&account->endpoint);
	str_free(&account->address);
	str_free(&account->user);
	str_wipe(&account->secret);
	str_free(&account->ca_file);
	str_free(&account->flavour);
	account->may_publish = false;
}

void
article_free(Article *article)
{
	str_free(&article->token);
	str_free(&article->title);
	str_free(&article->subtitle);
	str_free(&article->body);
	str_free(&article->body_html);
	str_free(&article->slug);
	list_free(&article->keywords);
	str_free(&article->work);
	str_free(&article->author);
	str_free(&article->language);
	site_terms_free(&article->known);
	str_free(&article->remote_id);
	str_free(&article->remote_version);
	str_free(&article->remote_slug);
	*article = (Article){0};
}

void
outcome_free(Outcome *outcome)
{
	str_free(&outcome->remote_id);
	str_free(&outcome->url);
	str_free(&outcome->slug);
	str_free(&outcome->remote_version);
	site_terms_free(&outcome->learned);
	list_free(&outcome->notes);
	*outcome = (Outcome){0};
}

void
probe_free(Probe *probe)
{
	str_free(&probe->driver);
	str_free(&probe->endpoint);
	str_free(&probe->address);
	str_free(&probe->site_name);
	str_free(&probe->flavour);
	str_free(&probe->user_name);
	site_terms_free(&probe->terms);
	*probe = (Probe){0};
}

void
site_terms_free(SiteTerms *terms)
{
	for (size_t i = 0; i < terms->len; i++) {
		str_free(&terms->items[i].remote_id);
		str_free(&terms->items[i].name);
	}
	free(terms->items);
	*terms = (SiteTerms){0};
}

bool
site_terms_put(SiteTerms *terms, bool is_work, StrView remote_id, StrView name, uint32_t count)
{
	SiteTerm term = {is_work, str_from(remote_id), str_from(name), count};
	if (!str_ok(&term.remote_id, NULL) || !str_ok(&term.name, NULL))
		goto fail;
	for (size_t i = 0; i < terms->len; i++) {
		SiteTerm *old = &terms->items[i];
		if (old->is_work != is_work || !sv_equal(str_view(&old->remote_id), remote_id))
			continue;
		str_free(&old->remote_id);
		str_free(&old->name);
		*old = term;
		return true;
	}
	SiteTerm *items = array_grow(terms->items, terms->len, &terms->cap, sizeof *items);
	if (items == NULL)
		goto fail;
	terms->items = items;
	terms->items[terms->len++] = term;
	return true;
fail:
	str_free(&term.remote_id);
	str_free(&term.name);
	return false;
}

const SiteTerm *
site_terms_find(const SiteTerms *terms, bool is_work, StrView name)
{
	for (size_t i = 0; i < terms->len; i++)
		if (terms->items[i].is_work == is_work && unicode_same(str_view(&terms->items[i].name), name))
			return &terms->items[i];
	return NULL;
}
