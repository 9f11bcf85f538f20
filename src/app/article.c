/* From a draft and a site to the Article and the Account that a driver gets. */
#include "meok/app.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* BCP 47: Korean when the letters say so, else what the locale says. */
static const char *
guess_language(StrView text, char locale[4])
{
	size_t hangul = 0, kana = 0, letters = 0, len;
	for (size_t i = 0; i < text.len; i += len) {
		uint32_t rune = unicode_rune(text, i, &len);
		if (len == 0)
			break;
		hangul += rune >= 0xAC00 && rune <= 0xD7A3;
		kana += rune >= 0x3040 && rune <= 0x30FF;
		letters += (rune | 0x20) - 'a' < 26 || rune >= 0xC0;
	}
	if (hangul * 10 > letters)
		return "ko";
	if (kana * 10 > letters)
		return "ja";
	static const char *const variables[] = {"LC_ALL", "LC_CTYPE", "LANG"};
	for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++) {
		const char *value = getenv(variables[i]);
		if (value == NULL || value[0] == '\0')
			continue;
		bool named = value[0] >= 'a' && value[0] <= 'z' && value[1] >= 'a' && value[1] <= 'z' &&
			     (value[2] == '_' || value[2] == '.');
		/* Letters without Hangul are not Korean, whatever the machine speaks. */
		if (!named || strncmp(value, "ko", 2) == 0)
			break;
		snprintf(locale, 4, "%.2s", value);
		return locale;
	}
	return "en";
}

static bool
put_known_terms(App *app, Id site, Article *out, Err *err)
{
	Vocabulary vocabulary = {0};
	bool ok = vault_load_vocabulary(app->vault, site, &vocabulary, err);
	for (size_t i = 0; ok && i < vocabulary.len; i++) {
		const Term *term = &vocabulary.terms[i];
		ok = site_terms_put(&out->known, term->is_work, str_view(&term->remote_id), str_view(&term->name),
			     term->count) ||
		     err_memory(err);
	}
	vocabulary_free(&vocabulary);
	return ok;
}

static bool
put_body(const Revision *revision, const DriverTraits *traits, Article *out, Err *err)
{
	StrView markdown = str_view(&revision->body);
	if (traits->body == BODY_MARKDOWN)
		str_append(&out->body, markdown);
	else if (!markup_render(markdown, traits->body == BODY_BLOCKS ? MARKUP_BLOCKS : MARKUP_HTML, &out->body, err))
		return false;
	if (traits->body == BODY_HTML)
		return true;
	return markup_render(markdown, MARKUP_HTML, &out->body_html, err);
}

static SiteComments
site_comments(Comments comments)
{
	switch (comments) {
	case COMMENTS_OPEN:
		return SITE_COMMENTS_OPEN;
	case COMMENTS_CLOSED:
		return SITE_COMMENTS_CLOSED;
	case COMMENTS_DEFAULT:
		break;
	}
	return SITE_COMMENTS_DEFAULT;
}

static void
put_history(const Publication *publication, Article *out)
{
	str_append(&out->token, str_view(&publication->token));
	out->sent_before = publication->sent_ms != 0;
	out->phase = (SitePhase)publication->phase;
	str_append(&out->remote_id, str_view(&publication->remote_id));
	str_append(&out->remote_version, str_view(&publication->remote_version));
	str_append(&out->remote_slug, str_view(&publication->slug));
}

bool
app_article(App *app, const Revision *revision, const SiteRecord *site, const Publication *publication, Article *out,
	Err *err)
{
	const DriverTraits *traits = driver_traits(str_view(&site->driver));
	if (traits == NULL)
		return err_set(err, ERR_FAILED, "site %s needs a newer meok: it is of type %s", str_c(&site->name),
			str_c(&site->driver));
	Article article = {.comments = site_comments(revision->comments)};
	char locale[4];
	put_history(publication, &article);
	str_append(&article.title, str_view(&revision->title));
	str_append(&article.subtitle, str_view(&revision->subtitle));
	list_copy(&article.keywords, &revision->keywords);
	str_append(&article.work, app_work_name(app, revision->work));
	if (!traits->needs_secret)
		str_append(&article.author, str_view(&site->user));
	str_append_c(&article.language, guess_language(str_view(&revision->body), locale));
	bool ok = app_chapter(app, revision->draft, revision->work, &article.chapter, err) &&
		  put_body(revision, traits, &article, err) && put_known_terms(app, site->id, &article, err);
	const Str *strings[] = {&article.token, &article.remote_id, &article.remote_version, &article.remote_slug,
		&article.title, &article.subtitle, &article.work, &article.author, &article.language, &article.body,
		&article.body_html};
	for (size_t i = 0; ok && i < sizeof strings / sizeof strings[0]; i++)
		ok = str_ok(strings[i], err);
	ok = ok && list_ok(&article.keywords, err);
	if (ok)
		*out = article;
	else
		article_free(&article);
	return ok;
}

bool
app_account(App *app, const SiteRecord *site, Account *out, Err *err)
{
	Account account = {.may_publish = site->may_publish};
	str_append(&account.driver, str_view(&site->driver));
	str_append(&account.endpoint, str_view(&site->endpoint));
	str_append(&account.address, str_view(&site->address));
	str_append(&account.user, str_view(&site->user));
	str_append(&account.secret, str_view(&site->secret));
	str_append(&account.flavour, str_view(&site->flavour));
	str_append(
		&account.ca_file, site->ca_file.len > 0 ? str_view(&site->ca_file) : str_view(&app->settings.ca_file));
	bool ok = str_ok(&account.driver, err) && str_ok(&account.endpoint, err) && str_ok(&account.address, err) &&
		  str_ok(&account.user, err) && str_ok(&account.secret, err) && str_ok(&account.flavour, err) &&
		  str_ok(&account.ca_file, err);
	if (ok)
		*out = account;
	else
		account_free(&account);
	return ok;
}

bool
app_keywords_fit(const Revision *revision, const SiteRecord *site, Err *err)
{
	if (site->keyword_limit > 0 && revision->keywords.len > site->keyword_limit) {
		char limit[16], count[24];
		snprintf(limit, sizeof limit, "%u", site->keyword_limit);
		snprintf(count, sizeof count, "%zu", revision->keywords.len);
		return err_set(err, ERR_USAGE, "%s takes at most %s keywords and the draft has %s: leave some out",
			str_c(&site->name), limit, count);
	}
	return true;
}

bool
app_publishable(const App *app, const Revision *revision, const SiteRecord *site, Err *err)
{
	if (vault_is_split(app->vault, revision->draft))
		return err_set(err, ERR_CONFLICT,
			"the draft was changed in two places: choose what stands before readers see it, with two "
			"versions in the menu or `meok merge`");
	if (vault_newest_is_missing(app->vault, revision->draft))
		return err_set(err, ERR_CONFLICT,
			"the newest text of the draft is missing on this device: wait for the synchronisation, or take "
			"this older one with `meok check --accept`");
	if (revision->title.len == 0)
		return err_set(err, ERR_USAGE,
			"the draft has no title yet: readers find it by that; give it one with `meok set ID --title "
			"T`");
	return app_keywords_fit(revision, site, err);
}
