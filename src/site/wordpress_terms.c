/* WordPress' terms: keywords are tags, the work is a category; found by name, made one by one where they are missing.
 */
#include "wordpress.h"

enum { PAGE = 100 };

static StrView
collection(bool is_work)
{
	return is_work ? SV("wp/v2/categories") : SV("wp/v2/tags");
}

static uint32_t
term_count(const Json *term)
{
	double count = 0;
	bool good = json_number(json_get(term, "count"), &count) && count >= 0 && count < UINT32_MAX;
	return good ? (uint32_t)count : 0;
}

/* One page of terms by `query`; those that are no terms are left out. */
static bool
read_terms(Wp *wp, bool is_work, StrView query, SiteTerms *out, Err *err)
{
	WpAnswer answer;
	if (!wp_call(wp, &(WpCall){.method = "GET", .path = collection(is_work), .query = query}, &answer, err))
		return false;
	bool done = !wp_is_refusal(&answer) || wp_refuse(&answer, err);
	const Json *term = json_at(answer.json, 0);
	for (int i = 0; done && term != NULL && i < PAGE; i++, term = json_next(term)) {
		StrView html;
		Str id = {0}, name = {0};
		if (json_id(json_get(term, "id"), &id) && json_text(json_get(term, "name"), &html)) {
			wp_plain(&name, html);
			done = str_ok(&name, err) &&
			       (site_terms_put(out, is_work, str_view(&id), str_view(&name), term_count(term)) ||
				       err_memory(err));
		}
		str_free(&id);
		str_free(&name);
	}
	wp_answer_free(&answer);
	return done;
}

bool
wp_vocabulary(Wp *wp, SiteTerms *out, Err *err)
{
	StrView query = SV("orderby=count&order=desc&per_page=100&_fields=id,name,count");
	return read_terms(wp, false, query, out, err) && read_terms(wp, true, query, out, err);
}

static bool
find_on_site(Wp *wp, bool is_work, StrView name, Str *id, Err *err)
{
	Str query = {0};
	str_printf(&query, "per_page=%d&_fields=id,name,count&search=", PAGE);
	url_encode(&query, name);
	SiteTerms found = {0};
	bool done = str_ok(&query, err) && read_terms(wp, is_work, str_view(&query), &found, err);
	const SiteTerm *term = done ? site_terms_find(&found, is_work, name) : NULL;
	if (term != NULL)
		str_set(id, str_view(&term->remote_id));
	site_terms_free(&found);
	str_free(&query);
	return done && str_ok(id, err);
}

/* Refused because it exists (under a name that the search did not match) is success: the refusal names its id. */
static bool
take_created(const WpAnswer *answer, bool is_work, StrView name, Str *id, bool *created, Err *err)
{
	*created = !wp_is_refusal(answer);
	if (*created && json_id(json_get(answer->json, "id"), id))
		return str_ok(id, err);
	if (sv_equal(str_view(&answer->code), SV("term_exists")) &&
		json_id(json_path(answer->json, "data.term_id"), id))
		return str_ok(id, err);
	Str text = str_from(name);
	if (*created)
		err_set(err, ERR_NETWORK, "the site's answer about '%s' cannot be read: try again later", str_c(&text));
	else if (answer->status == 401)
		wp_refuse(answer, err);
	else if (answer->status == 403 && is_work)
		err_set(err, ERR_REFUSED,
			"this account may not make the work '%s' (a category) on the site: ask its owner to make it, "
			"or choose another",
			str_c(&text));
	else if (answer->status == 403)
		err_set(err, ERR_REFUSED,
			"this account may not make the keyword '%s' on the site: choose one that is there",
			str_c(&text));
	else
		err_set(err, ERR_REFUSED, "the site refused the name '%s': %s (%s)", str_c(&text),
			str_c(&answer->message), str_c(&answer->code));
	str_free(&text);
	return false;
}

/* Making a term twice makes one: the second is told that it exists. */
static bool
create(Wp *wp, bool is_work, StrView name, Str *id, bool *created, Err *err)
{
	Json *body = json_new_object();
	json_put_text(body, "name", name);
	WpCall call = {
		.method = "POST",
		.path = collection(is_work),
		.query = SV("_fields=id,name,code,message,data"),
		.body = body,
		.repeatable = true,
	};
	WpAnswer answer;
	if (!wp_call(wp, &call, &answer, err)) {
		/* No post was touched yet: whether the name is there, the next look tells. */
		if (err != NULL && err->kind == ERR_UNKNOWN)
			err->kind = ERR_NETWORK;
		return false;
	}
	bool done = take_created(&answer, is_work, name, id, created, err);
	wp_answer_free(&answer);
	return done;
}

static bool
resolve(Wp *wp, const SiteTerms *known, bool is_work, StrView wanted, Str *id, Outcome *out, Err *err)
{
	Str name = {0};
	bool created = false;
	bool done = unicode_nfc(wanted, &name, err) && str_ok(&name, err);
	const SiteTerm *term = done && known != NULL ? site_terms_find(known, is_work, str_view(&name)) : NULL;
	if (term != NULL)
		str_set(id, str_view(&term->remote_id));
	else if (done)
		done = find_on_site(wp, is_work, str_view(&name), id, err);
	if (done && id->len == 0)
		done = create(wp, is_work, str_view(&name), id, &created, err);
	if (done)
		done = site_terms_put(
			       &out->learned, is_work, str_view(id), str_view(&name), term == NULL ? 1 : term->count) ||
		       err_memory(err);
	if (created && !is_work)
		list_append(&out->notes, str_view(&name));
	str_free(&name);
	return done && str_ok(id, err) && list_ok(&out->notes, err);
}

bool
wp_resolve_terms(Wp *wp, const Article *article, bool use_known, WpTerms *terms, Outcome *out, Err *err)
{
	const SiteTerms *known = use_known ? &article->known : NULL;
	bool done = true;
	if (sv_trim(str_view(&article->work)).len > 0)
		done = resolve(wp, known, true, sv_trim(str_view(&article->work)), &terms->category, out, err);
	for (size_t i = 0; done && i < article->keywords.len; i++) {
		StrView name = sv_trim(str_view(&article->keywords.items[i]));
		Str id = {0};
		done = name.len == 0 || resolve(wp, known, false, name, &id, out, err);
		if (done && name.len > 0 && !list_has(&terms->tags, str_view(&id))) {
			list_append(&terms->names, name);
			list_append(&terms->tags, str_view(&id));
		}
		str_free(&id);
	}
	return done && list_ok(&terms->tags, err) && list_ok(&terms->names, err);
}
