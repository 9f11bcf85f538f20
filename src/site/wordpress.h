/* The WordPress driver's parts (REST API, WordPress 5.6 and later: application passwords).
 *
 *   wordpress.c           the driver: one publish, one post
 *   wordpress_call.c      one REST call: JSON, or one clear line
 *   wordpress_post.c      a post as the REST API tells it, and what is sent for an article
 *   wordpress_terms.c     keywords are tags, the work is a category
 *   wordpress_discover.c  from whatever was typed to the REST root
 *   wordpress_text.c      HTML in names and messages, slugs
 */
#ifndef MEOK_SITE_WORDPRESS_H
#define MEOK_SITE_WORDPRESS_H

#include "driver.h"
#include "http.h"

typedef struct Wp {
	DriverContext *ctx;
	Str root; /* "https://blog.example.org/wp-json/", or "…/?rest_route=/" under plain permalinks */
} Wp;

/* ---- One call (wordpress_call.c) */

typedef struct WpCall {
	const char *method;
	StrView path;    /* below the root: "wp/v2/posts/12" */
	StrView query;   /* "a=b&c=d", encoded; may be empty */
	Json *body;      /* taken; NULL: none */
	bool anonymous;  /* without the credential */
	bool repeatable; /* as in HttpRequest */
	size_t limit;
} WpCall;

typedef struct WpAnswer {
	int status;
	Json *json;        /* never NULL after wp_call */
	Str code, message; /* of a refusal (400 to 499): WordPress' words as plain text */
} WpAnswer;
void wp_answer_free(WpAnswer *answer);

/* Uses ctx->account: its endpoint as root, its credential for that origin. */
bool wp_open(Wp *wp, DriverContext *ctx, StrView root, Err *err);
void wp_free(Wp *wp);
/* True when WordPress answered: 200 to 299 with JSON, or a refusal that it explains (the caller looks at status).
 * ERR_NETWORK: nothing happened there; ERR_UNKNOWN: perhaps it did; ERR_REFUSED: something before WordPress refused. */
bool wp_call(Wp *wp, const WpCall *call, WpAnswer *answer, Err *err);
bool wp_is_refusal(const WpAnswer *answer);
/* Fills *err (ERR_REFUSED) from a refusal and returns false. */
bool wp_refuse(const WpAnswer *answer, Err *err);

/* ---- Text (wordpress_text.c) */

/* Appends `html` without its tags and with its entities resolved: WordPress' names ("R&amp;D") and messages. */
void wp_plain(Str *out, StrView html);
/* Appends plain text so that it stays plain text in a title, which WordPress prints as HTML. What reads the same either
 * way is left alone: "R&D" stays "R&D", "<i>" becomes "&lt;i&gt;". */
void wp_escape(Str *out, StrView plain);
/* Appends a wanted slug, cut at a character so that WordPress, which cuts its percent-encoded form at 200 bytes, does
 * not. */
void wp_cut_slug(Str *out, StrView slug);
/* The href of <link rel="https://api.w.org/" href="…"> in a page; appends, false when there is none. */
bool wp_find_api_link(StrView html, Str *out);

/* ---- Posts (wordpress_post.c) */

typedef struct WpPost {
	Str id, status, slug, generated_slug, link;
	Str title, content, excerpt; /* raw */
	Str date_gmt, modified_gmt, predecessor, comment_status;
	StrList tags, categories; /* ids */
} WpPost;
void wp_post_free(WpPost *post);
/* False (ERR_UNKNOWN) when the JSON is not a post. */
bool wp_post_read(const Json *json, WpPost *post, Err *err);
extern const char WP_POST_FIELDS[]; /* the query that asks for what wp_post_read reads */

typedef struct WpTerms {
	StrList tags;  /* ids in the order of the keywords, each once */
	StrList names; /* the keyword of each */
	Str category;  /* id, or empty: none wanted */
} WpTerms;
void wp_terms_free(WpTerms *terms);

/* What identifies a state of the post, opaque to all others: a change on the web changes it. Appends. */
void wp_post_version(const WpPost *post, Str *out);
bool wp_post_same_text(const WpPost *post, const Article *article);
bool wp_post_has_terms(const WpPost *post, const WpTerms *terms); /* perhaps others besides */
/* The post went public and was not touched after that second. */
bool wp_post_untouched(const WpPost *post);
int64_t wp_post_published_ms(const WpPost *post); /* 0: never */

Json *wp_body_create(const Article *article);
/* `with_slug` only while it is hidden: it changes the address. */
Json *wp_body_fill(const Article *article, const WpTerms *terms, bool with_slug);
Json *wp_body_status(const char *status);
/* Whether the answer holds what was sent; of unknown ids WordPress says nothing. ERR_REFUSED names what it did not
 * take. */
bool wp_check_echo(const WpPost *post, const Article *article, const WpTerms *terms, Err *err);

/* ---- Terms (wordpress_terms.c) */

bool wp_vocabulary(Wp *wp, SiteTerms *out, Err *err);
/* Ids for the article's work and keywords, from article->known when `use_known`, looked up and made where they are
 * missing: the work first, for that may be refused. Learned ids and new names go to *out. */
bool wp_resolve_terms(Wp *wp, const Article *article, bool use_known, WpTerms *terms, Outcome *out, Err *err);

/* ---- Discovery (wordpress_discover.c) */

bool wp_probe(DriverContext *ctx, Probe *out, Err *err);

#endif
