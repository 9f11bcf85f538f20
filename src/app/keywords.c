/* Keywords: which ones the drafts and the sites use, and how often. */
#include "keywords.h"

#include <stdlib.h>

/* One use, not yet added up with the others of the same keyword. */
static bool
add_use(KeywordUses *uses, StrView name, uint32_t drafts, uint32_t articles, Err *err)
{
	KeywordUse *items = array_grow(uses->items, uses->len, &uses->cap, sizeof *items);
	if (items == NULL)
		return err_memory(err);
	uses->items = items;
	KeywordUse *use = &uses->items[uses->len++];
	*use = (KeywordUse){.name = str_from(name), .drafts = drafts, .articles = articles};
	return unicode_fold(name, &use->key, err) && str_ok(&use->name, err) && str_ok(&use->key, err);
}

static bool
count_draft(App *app, Id draft, KeywordUses *uses, Err *err)
{
	Revision revision = {0};
	Err why = {0};
	if (!vault_load_draft(app->vault, draft, &revision, &why)) {
		/* A damaged draft has no keywords to tell; `meok list` names it. */
		if (why.kind != ERR_DAMAGED && err != NULL)
			*err = why;
		return why.kind == ERR_DAMAGED;
	}
	bool ok = true;
	for (size_t k = 0; ok && k < revision.keywords.len; k++)
		ok = add_use(uses, str_view(&revision.keywords.items[k]), 1, 0, err);
	revision_free(&revision);
	return ok;
}

/* Of the newest drafts. */
static bool
count_drafts(App *app, size_t most, KeywordUses *uses, Err *err)
{
	size_t count, len = 0;
	const Entry *const *drafts = vault_entries(app->vault, OBJECT_REVISION, &count);
	/* Ids, since opening a draft may void the list. */
	Id *ids = drafts == NULL ? NULL : calloc(count + 1, sizeof *ids);
	if (ids == NULL)
		return err_memory(err);
	for (size_t i = 0; i < count && len < most; i++)
		if (!drafts[i]->trashed)
			ids[len++] = drafts[i]->subject;
	bool ok = true;
	for (size_t i = 0; ok && i < len; i++)
		ok = count_draft(app, ids[i], uses, err);
	free(ids);
	return ok;
}

static bool
count_articles(App *app, Id site, KeywordUses *uses, Err *err)
{
	Vocabulary vocabulary = {0};
	bool ok = vault_load_vocabulary(app->vault, site, &vocabulary, err);
	for (size_t i = 0; ok && i < vocabulary.len; i++) {
		if (vocabulary.terms[i].is_work)
			continue;
		ok = add_use(uses, str_view(&vocabulary.terms[i].name), 0, vocabulary.terms[i].count, err);
	}
	vocabulary_free(&vocabulary);
	return ok;
}

static int
compare_keys(const void *a, const void *b)
{
	const KeywordUse *x = a, *y = b;
	int order = sv_compare(str_view(&x->key), str_view(&y->key));
	/* Of two spellings the site's own comes first and stays. */
	return order != 0 ? order : (x->articles < y->articles) - (x->articles > y->articles);
}

static void
free_use(KeywordUse *use)
{
	str_free(&use->name);
	str_free(&use->key);
}

/* Adds up the uses of the same keyword. */
static void
merge_uses(KeywordUses *uses)
{
	size_t kept = 0;
	if (uses->len > 1)
		qsort(uses->items, uses->len, sizeof uses->items[0], compare_keys);
	for (size_t i = 0; i < uses->len; i++) {
		KeywordUse *last = kept > 0 ? &uses->items[kept - 1] : NULL;
		if (last == NULL || !sv_equal(str_view(&last->key), str_view(&uses->items[i].key))) {
			uses->items[kept++] = uses->items[i];
			continue;
		}
		last->drafts += uses->items[i].drafts;
		last->articles += uses->items[i].articles;
		free_use(&uses->items[i]);
	}
	uses->len = kept;
}

bool
keywords_of_drafts(App *app, size_t most, KeywordUses *out, Err *err)
{
	KeywordUses uses = {0};
	if (!count_drafts(app, most, &uses, err)) {
		keyword_uses_free(&uses);
		return false;
	}
	merge_uses(&uses);
	*out = uses;
	return true;
}

static int
compare_uses(const void *a, const void *b)
{
	const KeywordUse *x = a, *y = b;
	uint64_t left = (uint64_t)x->drafts + x->articles, right = (uint64_t)y->drafts + y->articles;
	if (left != right)
		return left < right ? 1 : -1;
	return sv_compare(str_view(&x->name), str_view(&y->name));
}

bool
app_keywords(App *app, Id site, KeywordUses *out, Err *err)
{
	KeywordUses uses = {0};
	bool ok = count_drafts(app, SIZE_MAX, &uses, err);
	if (!id_is_none(site)) {
		ok = ok && count_articles(app, site, &uses, err);
	} else {
		size_t count;
		const Entry *const *sites = vault_entries(app->vault, OBJECT_SITE, &count);
		for (size_t i = 0; ok && i < count; i++)
			if (!sites[i]->trashed)
				ok = count_articles(app, sites[i]->subject, &uses, err);
	}
	if (!ok) {
		keyword_uses_free(&uses);
		return false;
	}
	merge_uses(&uses);
	if (uses.len > 1)
		qsort(uses.items, uses.len, sizeof uses.items[0], compare_uses);
	*out = uses;
	return true;
}

void
keyword_uses_free(KeywordUses *uses)
{
	for (size_t i = 0; i < uses->len; i++)
		free_use(&uses->items[i]);
	free(uses->items);
	*uses = (KeywordUses){0};
}
