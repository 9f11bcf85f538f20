/* WordPress discovery: from whatever was typed, an article's address too, to the REST root and what the account may do.
 */
#include "wordpress.h"

/* What the writer typed, read: with a scheme, and then once more over plain HTTP when it is this machine. */
typedef struct Search {
	Http *http;
	Url typed;
	Str root;
	bool spoke; /* some server answered */
} Search;

static bool
is_json(const HttpAnswer *answer)
{
	return sv_equal(str_view(&answer->headers.content_type), SV("application/json"));
}

/* "blog.example.org" and "www.blog.example.org" are one site: a redirect between them is the usual one. */
static StrView
without_www(StrView host)
{
	return sv_starts(host, SV("www.")) ? sv_slice(host, 4, SIZE_MAX) : host;
}

/* Another port is another server, maybe another person's; only the usual step from http to https keeps the site. */
static bool
is_same_site(const Url *page, const Url *typed)
{
	StrView to = sv_slice(url_text(page), page->host_start, page->origin_end);
	StrView from = sv_slice(url_text(typed), typed->host_start, typed->origin_end);
	bool same_scheme = url_is_secure(page) == url_is_secure(typed);
	bool usual_ports = page->host_end == page->origin_end && typed->host_end == typed->origin_end;
	return sv_equal(without_www(to), without_www(from)) && (same_scheme || (url_is_secure(page) && usual_ports));
}

/* The root that a page names. A site behind a TLS proxy often believes that it is plain HTTP: the page itself came over
 * TLS, so its API does. A root elsewhere is not followed: the password would go there. */
static bool
take_root(Search *search, const Url *page, StrView reference, Err *err)
{
	Url root = {0};
	if (!url_resolve(page, reference, &root, err))
		return false;
	bool upgrade = url_is_secure(page) && !url_is_secure(&root) && sv_equal(url_host(page), url_host(&root));
	str_clear(&search->root);
	str_append(&search->root, upgrade ? url_origin(page) : url_origin(&root));
	str_append(&search->root, sv_slice(url_text(&root), root.origin_end, SIZE_MAX));
	bool same = is_same_site(page, &search->typed) && (upgrade || sv_equal(url_origin(page), url_origin(&root)));
	if (!same)
		err_set(err, ERR_REFUSED,
			"this address leads to the site %s: give that address if it is the one you mean",
			str_c(&root.text));
	url_free(&root);
	return same && str_ok(&search->root, err);
}

static bool
is_rest_index(const HttpAnswer *answer)
{
	Json *json = is_json(answer) ? json_parse(str_view(&answer->body), HTTP_BODY_MAX, NULL) : NULL;
	bool found = false;
	const Json *space = json_at(json_get(json, "namespaces"), 0);
	for (; space != NULL && !found; space = json_next(space)) {
		StrView name;
		found = json_text(space, &name) && sv_equal(name, SV("wp/v2"));
	}
	json_free(json);
	return found;
}

static bool
ask(Search *search, StrView url, HttpAnswer *answer, Err *err)
{
	bool done =
		http_exchange(search->http, &(HttpRequest){.method = "GET", .url = url, .follow = true}, answer, err);
	search->spoke |= done;
	return done;
}

/* A page says where the API is in a header, and in its head where a cache or proxy took the header away. */
static bool
read_page(Search *search, const HttpAnswer *answer, bool *found, Err *err)
{
	Url page = {0};
	if (!url_parse(str_view(&answer->url), &page, err))
		return false;
	Str link = {0};
	bool done = true;
	str_append(&link, str_view(&answer->headers.api_root));
	if (link.len == 0 && is_rest_index(answer))
		str_append(&link, str_view(&answer->url));
	*found = link.len > 0 || wp_find_api_link(str_view(&answer->body), &link);
	if (*found)
		done = str_ok(&link, err) && take_root(search, &page, str_view(&link), err);
	str_free(&link);
	url_free(&page);
	return done;
}

/* The usual places, for a site whose pages name nothing: below the typed folder, then at the top. */
static bool
try_usual_places(Search *search, bool *found, Err *err)
{
	static const StrView PLACES[] = {{"wp-json/", 8}, {"?rest_route=/", 13}};
	StrView origin = url_origin(&search->typed), path = url_path(&search->typed);
	bool done = true;
	for (int top = path.len > 1 ? 0 : 1; top < 2 && done && !*found; top++) {
		for (size_t i = 0; i < sizeof PLACES / sizeof PLACES[0] && done && !*found; i++) {
			Str url = str_from(origin);
			str_append(&url, top ? SV("/") : path);
			if (!sv_ends(str_view(&url), SV("/")))
				str_append_byte(&url, '/');
			str_append(&url, PLACES[i]);
			HttpAnswer answer = {0};
			done = str_ok(&url, err) && ask(search, str_view(&url), &answer, err);
			if (done && is_rest_index(&answer))
				done = read_page(search, &answer, found, err);
			http_answer_free(&answer);
			str_free(&url);
		}
	}
	return done;
}

static bool
find_root(Search *search, Err *err)
{
	HttpAnswer answer = {0};
	bool found = false;
	if (!ask(search, url_text(&search->typed), &answer, err))
		return false;
	bool done = read_page(search, &answer, &found, err);
	http_answer_free(&answer);
	if (done && !found)
		done = try_usual_places(search, &found, err);
	if (done && !found)
		return err_set(err, ERR_REFUSED,
			"%s is no WordPress that can be written to: check the address, and that its REST API is on",
			str_c(&search->typed.text));
	return done;
}

/* A bare host means https; on this machine, where certificates are rare, plain HTTP is tried when nothing answered. */
static bool
search_site(Search *search, StrView typed, Err *err)
{
	bool bare = sv_find(typed, SV("://"), 0) == SIZE_MAX;
	Str url = {0};
	str_append(&url, bare ? SV("https://") : SV(""));
	str_append(&url, sv_trim(typed));
	bool done = str_ok(&url, err) && url_parse(str_view(&url), &search->typed, err) && find_root(search, err);
	if (!done && bare && !search->spoke && search->typed.text.len > 0 && url_is_loopback(&search->typed)) {
		str_set(&url, SV("http://"));
		str_append(&url, sv_trim(typed));
		url_free(&search->typed);
		done = str_ok(&url, err) && url_parse(str_view(&url), &search->typed, err) && find_root(search, err);
	}
	str_free(&url);
	return done;
}

static void
take_plain(const Json *json, const char *key, Str *out)
{
	StrView text;
	if (json_text(json_get(json, key), &text))
		wp_plain(out, text);
}

/* The site's name and address, and whether it takes application passwords at all. */
static bool
read_index(Wp *wp, Probe *out, bool *takes_passwords, Err *err)
{
	WpAnswer answer;
	WpCall call = {
		.method = "GET", .query = SV("_fields=name,home,url,namespaces,authentication"), .anonymous = true};
	if (!wp_call(wp, &call, &answer, err))
		return false;
	bool done = !wp_is_refusal(&answer) || wp_refuse(&answer, err);
	if (done) {
		take_plain(answer.json, "name", &out->site_name);
		take_plain(answer.json, "home", &out->address);
		if (out->address.len == 0)
			take_plain(answer.json, "url", &out->address);
		*takes_passwords = json_path(answer.json, "authentication.application-passwords") != NULL;
	}
	wp_answer_free(&answer);
	return done && str_ok(&out->site_name, err) && str_ok(&out->address, err);
}

/* Public reads answer a wrong password as if none were given: only this question tells. */
static bool
read_user(Wp *wp, bool takes_passwords, Probe *out, Err *err)
{
	WpAnswer answer;
	WpCall call = {.method = "GET",
		.path = SV("wp/v2/users/me"),
		.query = SV("context=edit&_fields=id,name,capabilities")};
	if (!wp_call(wp, &call, &answer, err))
		return false;
	bool done = !wp_is_refusal(&answer);
	if (!done && answer.status == 401 && !takes_passwords)
		err_set(err, ERR_REFUSED,
			"this site takes no application passwords: it needs https and WordPress 5.6, and no plugin "
			"that switches them off");
	else if (!done)
		wp_refuse(&answer, err);
	bool may_write = false;
	if (done) {
		take_plain(answer.json, "name", &out->user_name);
		json_bool(json_path(answer.json, "capabilities.publish_posts"), &out->may_publish);
		json_bool(json_path(answer.json, "capabilities.edit_posts"), &may_write);
	}
	wp_answer_free(&answer);
	if (done && !may_write)
		return err_set(err, ERR_REFUSED,
			"the account %s may not write articles on this site: ask its owner for the role of an author",
			str_c(&wp->ctx->account->user));
	return done && str_ok(&out->user_name, err);
}

static bool
read_site(Wp *wp, Probe *out, Err *err)
{
	bool takes_passwords = false;
	if (!read_index(wp, out, &takes_passwords, err))
		return false;
	if (wp->ctx->account->secret.len > 0 && !read_user(wp, takes_passwords, out, err))
		return false;
	return wp_vocabulary(wp, &out->terms, err);
}

bool
wp_probe(DriverContext *ctx, Probe *out, Err *err)
{
	Search search = {.http = ctx->http};
	Wp wp = {0};
	bool done = search_site(&search, str_view(&ctx->account->endpoint), err);
	if (done) {
		str_set(&out->driver, SV("wordpress"));
		str_set(&out->endpoint, str_view(&search.root));
		done = str_ok(&out->driver, err) && str_ok(&out->endpoint, err) &&
		       wp_open(&wp, ctx, str_view(&search.root), err) && read_site(&wp, out, err);
	}
	wp_free(&wp);
	url_free(&search.typed);
	str_free(&search.root);
	return done;
}
