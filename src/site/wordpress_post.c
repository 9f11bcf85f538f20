/* A WordPress post as its REST API tells it, and what is sent for an article. Pure functions. */
#include "wordpress.h"

#include <inttypes.h>
#include <string.h>

const char WP_POST_FIELDS[] = "_fields=id,status,slug,generated_slug,link,date_gmt,modified_gmt,title.raw,content.raw,"
			      "excerpt.raw,tags,categories,comment_status,_links.predecessor-version";

/* WordPress refuses to create a post that is blank all over. */
#define PLACEHOLDER SV("\xE2\x80\xA6")

void
wp_post_free(WpPost *post)
{
	Str *const texts[] = {&post->id, &post->status, &post->slug, &post->generated_slug, &post->link, &post->title,
		&post->content, &post->excerpt, &post->date_gmt, &post->modified_gmt, &post->predecessor,
		&post->comment_status};
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		str_free(texts[i]);
	list_free(&post->tags);
	list_free(&post->categories);
	*post = (WpPost){0};
}

void
wp_terms_free(WpTerms *terms)
{
	list_free(&terms->tags);
	list_free(&terms->names);
	str_free(&terms->category);
}

static void
take_text(const Json *json, const char *path, Str *out)
{
	StrView text;
	if (json_text(json_path(json, path), &text))
		str_append(out, text);
}

static bool
take_ids(const Json *array, StrList *out)
{
	for (const Json *item = json_at(array, 0); item != NULL; item = json_next(item)) {
		Str id = {0};
		bool good = json_id(item, &id);
		list_take(out, &id);
		if (!good)
			return false;
	}
	return true;
}

bool
wp_post_read(const Json *json, WpPost *post, Err *err)
{
	WpPost p = {0};
	bool good = json_id(json_get(json, "id"), &p.id) && take_ids(json_get(json, "tags"), &p.tags) &&
		    take_ids(json_get(json, "categories"), &p.categories);
	json_id(json_path(json, "_links.predecessor-version.0.id"), &p.predecessor);
	take_text(json, "status", &p.status);
	take_text(json, "slug", &p.slug);
	take_text(json, "generated_slug", &p.generated_slug);
	take_text(json, "link", &p.link);
	take_text(json, "title.raw", &p.title);
	take_text(json, "content.raw", &p.content);
	take_text(json, "excerpt.raw", &p.excerpt);
	take_text(json, "date_gmt", &p.date_gmt);
	take_text(json, "modified_gmt", &p.modified_gmt);
	take_text(json, "comment_status", &p.comment_status);
	if (!good || p.status.len == 0) {
		wp_post_free(&p);
		return err_set(err, ERR_UNKNOWN,
			"the site's answer is not about an article: look at the site, then try again");
	}
	bool fits = str_ok(&p.title, err) && str_ok(&p.content, err) && str_ok(&p.excerpt, err) && str_ok(&p.id, err) &&
		    str_ok(&p.slug, err) && str_ok(&p.link, err) && list_ok(&p.tags, err) &&
		    list_ok(&p.categories, err);
	if (fits)
		*post = p;
	else
		wp_post_free(&p);
	return fits;
}

/* FNV-1a, 64 bits: tells two honest states of a text apart; the site's owner is no adversary of it. */
static uint64_t
hash(uint64_t state, StrView bytes)
{
	for (size_t i = 0; i < bytes.len; i++)
		state = (state ^ (unsigned char)bytes.ptr[i]) * UINT64_C(0x100000001b3);
	return (state ^ 0xFF) * UINT64_C(0x100000001b3);
}

void
wp_post_version(const WpPost *post, Str *out)
{
	uint64_t state = UINT64_C(0xcbf29ce484222325);
	state = hash(state, str_view(&post->title));
	state = hash(state, str_view(&post->content));
	state = hash(state, str_view(&post->excerpt));
	str_append(out, str_view(&post->modified_gmt));
	str_append_byte(out, '/');
	str_append(out, str_view(&post->predecessor));
	str_printf(out, "/%016" PRIx64, state);
}

static bool
same_escaped(const Str *held, const Str *plain)
{
	Str escaped = {0};
	wp_escape(&escaped, str_view(plain));
	bool same = str_ok(&escaped, NULL) && sv_equal(str_view(held), str_view(&escaped));
	str_free(&escaped);
	return same;
}

bool
wp_post_same_text(const WpPost *post, const Article *article)
{
	return same_escaped(&post->title, &article->title) && same_escaped(&post->excerpt, &article->subtitle) &&
	       sv_equal(str_view(&post->content), str_view(&article->body));
}

bool
wp_post_has_terms(const WpPost *post, const WpTerms *terms)
{
	for (size_t i = 0; i < terms->tags.len; i++)
		if (!list_has(&post->tags, str_view(&terms->tags.items[i])))
			return false;
	return terms->category.len == 0 || list_has(&post->categories, str_view(&terms->category));
}

static bool
gmt_ms(const Str *gmt, int64_t *ms)
{
	Str zoned = str_from(str_view(gmt));
	str_append_byte(&zoned, 'Z');
	bool good = gmt->len > 0 && str_ok(&zoned, NULL) && time_parse(str_view(&zoned), ms);
	str_free(&zoned);
	return good;
}

bool
wp_post_untouched(const WpPost *post)
{
	int64_t published = 0, modified = 0;
	return gmt_ms(&post->date_gmt, &published) && gmt_ms(&post->modified_gmt, &modified) &&
	       modified - published <= 1000 && published - modified <= 1000;
}

int64_t
wp_post_published_ms(const WpPost *post)
{
	int64_t ms = 0;
	return sv_equal(str_view(&post->status), SV("publish")) && gmt_ms(&post->date_gmt, &ms) ? ms : 0;
}

static void
put_escaped(Json *body, const char *key, const Str *plain)
{
	Str escaped = {0};
	wp_escape(&escaped, str_view(plain));
	json_put_text(body, key, str_view(&escaped));
	str_free(&escaped);
}

Json *
wp_body_create(const Article *article)
{
	Json *body = json_new_object();
	put_escaped(body, "title", &article->title);
	if (sv_trim(str_view(&article->title)).len == 0)
		json_put_text(body, "content", PLACEHOLDER);
	json_put_text(body, "slug", str_view(&article->token));
	json_put_text(body, "status", SV("draft"));
	return body;
}

Json *
wp_body_fill(const Article *article, const WpTerms *terms, bool with_slug)
{
	Json *body = json_new_object(), *tags = json_new_array();
	put_escaped(body, "title", &article->title);
	json_put_text(body, "content", str_view(&article->body));
	put_escaped(body, "excerpt", &article->subtitle);
	for (size_t i = 0; i < terms->tags.len; i++)
		json_put_id(tags, NULL, str_view(&terms->tags.items[i]));
	json_put(body, "tags", tags);
	if (terms->category.len > 0) {
		Json *categories = json_new_array();
		json_put_id(categories, NULL, str_view(&terms->category));
		json_put(body, "categories", categories);
	}
	if (article->comments != SITE_COMMENTS_DEFAULT)
		json_put_text(
			body, "comment_status", article->comments == SITE_COMMENTS_OPEN ? SV("open") : SV("closed"));
	if (with_slug) {
		/* An empty one makes WordPress derive the address from the title when it goes public. */
		Str slug = {0};
		wp_cut_slug(&slug, str_view(&article->slug));
		json_put_text(body, "slug", str_view(&slug));
		str_free(&slug);
	}
	return body;
}

Json *
wp_body_status(const char *status)
{
	Json *body = json_new_object();
	json_put_text(body, "status", sv(status));
	return body;
}

bool
wp_check_echo(const WpPost *post, const Article *article, const WpTerms *terms, Err *err)
{
	for (size_t i = 0; i < terms->tags.len; i++)
		if (!list_has(&post->tags, str_view(&terms->tags.items[i])))
			return err_set(err, ERR_REFUSED, "the site did not take the keyword '%s': choose another",
				str_c(&terms->names.items[i]));
	if (terms->category.len > 0 && !list_has(&post->categories, str_view(&terms->category)))
		return err_set(
			err, ERR_REFUSED, "the site did not take the work '%s': choose another", str_c(&article->work));
	const char *wanted = article->comments == SITE_COMMENTS_OPEN ? "open" : "closed";
	if (article->comments != SITE_COMMENTS_DEFAULT && !sv_equal(str_view(&post->comment_status), sv(wanted)))
		return err_set(err, ERR_REFUSED,
			"the site does not let an article choose its comments: leave that to the site and publish "
			"again");
	return true;
}
