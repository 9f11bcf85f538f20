/* The WordPress driver: one publish, one post, in three steps that may each be repeated.
 *
 *   create   a hidden draft under the token, an address nobody can guess: found again when the answer is lost
 *   fill     the whole article and its final address, still hidden (with the status it would leave _wp_old_slug, and
 * the token's address would redirect for ever) finish   publish, or hand in for review, or leave as a draft; the date
 * is then that of the publication
 */
#include "wordpress.h"

#include <string.h>

typedef struct Publish {
	Wp wp;
	const Article *article;
	Outcome *out;
	WpTerms terms;
	WpPost post;  /* as the site last told; no id: there is none */
	bool hidden;  /* the post is our unfinished one: a refusal removes it */
	bool written; /* what the post holds is ours */
} Publish;

static bool
has_status(const WpPost *post, const char *status)
{
	return sv_equal(str_view(&post->status), sv(status));
}

static bool
is_hidden_status(const WpPost *post)
{
	return has_status(post, "draft") || has_status(post, "pending") || has_status(post, "auto-draft");
}

/* Room for the text that comes back: JSON may write six bytes for three. */
static size_t
answer_limit(const Article *article)
{
	return HTTP_BODY_MAX + 4 * (article->body.len + article->title.len + article->subtitle.len);
}

static void
post_path(Str *path, StrView id)
{
	str_append_c(path, "wp/v2/posts");
	if (id.len > 0) {
		str_append_byte(path, '/');
		url_encode(path, id);
	}
}

/* Sends `body` to the post (or to the collection, without an id) and reads the post that comes back. False with
 * *refused set (may be NULL) when WordPress refused; the error is then filled as well. */
static bool
write_post(Publish *p, StrView id, Json *body, WpPost *out, WpAnswer *refusal, Err *err)
{
	Str path = {0};
	post_path(&path, id);
	WpCall call = {
		.method = "POST",
		.path = str_view(&path),
		.query = sv(WP_POST_FIELDS),
		.body = body,
		.repeatable = id.len > 0,
		.limit = answer_limit(p->article),
	};
	WpAnswer answer = {0};
	bool done = wp_call(&p->wp, &call, &answer, err);
	str_free(&path);
	if (done && wp_is_refusal(&answer)) {
		done = wp_refuse(&answer, err);
		if (refusal != NULL) {
			*refusal = answer;
			return false;
		}
	} else if (done) {
		WpPost fresh;
		done = wp_post_read(answer.json, &fresh, err);
		if (done) {
			wp_post_free(out);
			*out = fresh;
		}
	}
	wp_answer_free(&answer);
	return done;
}

/* Removes a hidden post for good; false when it may still be there. No error: the one that led here is the one to
 * report. */
static bool
remove_post(Publish *p, StrView id)
{
	Str path = {0};
	post_path(&path, id);
	WpAnswer answer;
	WpCall call = {.method = "DELETE",
		.path = str_view(&path),
		.query = SV("force=true&_fields=deleted"),
		.repeatable = true};
	bool gone = wp_call(&p->wp, &call, &answer, NULL);
	if (gone) {
		gone = !wp_is_refusal(&answer) || answer.status == 404 || answer.status == 410;
		wp_answer_free(&answer);
	}
	str_free(&path);
	return gone;
}

/* ---- Looking */

/* Reads the post `id`. Leaves p->post empty when it is gone or in the trash. */
static bool
look_by_id(Publish *p, StrView id, bool *trashed, Err *err)
{
	Str path = {0}, query = {0};
	post_path(&path, id);
	str_append_c(&query, "context=edit&");
	str_append_c(&query, WP_POST_FIELDS);
	WpCall call = {
		.method = "GET", .path = str_view(&path), .query = str_view(&query), .limit = answer_limit(p->article)};
	WpAnswer answer = {0};
	bool done = wp_call(&p->wp, &call, &answer, err);
	*trashed = false;
	if (done && !wp_is_refusal(&answer)) {
		done = wp_post_read(answer.json, &p->post, err);
		*trashed = done && has_status(&p->post, "trash");
		if (*trashed)
			wp_post_free(&p->post);
	} else if (done && answer.status == 403) {
		done = err_set(err, ERR_REFUSED,
			"this account may no longer change the article on the site, perhaps an editor published it: "
			"ask them");
	} else if (done && answer.status != 404 && answer.status != 410) {
		done = wp_refuse(&answer, err);
	}
	wp_answer_free(&answer);
	str_free(&path);
	str_free(&query);
	return done;
}

/* Looks for what an earlier create left under the token (or token-2, which a second create gets) and keeps the oldest;
 * a second one is removed. */
static bool
look_by_token(Publish *p, Err *err)
{
	Str query = {0};
	const char *token = str_c(&p->article->token);
	str_printf(
		&query, "context=edit&status=any&orderby=id&order=asc&slug=%s,%s-2&%s", token, token, WP_POST_FIELDS);
	WpCall call = {.method = "GET",
		.path = SV("wp/v2/posts"),
		.query = str_view(&query),
		.limit = answer_limit(p->article)};
	WpAnswer answer = {0};
	bool done = str_ok(&query, err) && wp_call(&p->wp, &call, &answer, err) &&
		    (!wp_is_refusal(&answer) || wp_refuse(&answer, err));
	if (done && !json_is_array(answer.json))
		done = err_set(err, ERR_NETWORK, "the site's answer cannot be read: try again later");
	for (const Json *item = json_at(answer.json, 0); done && item != NULL; item = json_next(item)) {
		WpPost post;
		done = wp_post_read(item, &post, err);
		if (done && p->post.id.len == 0) {
			p->post = post;
		} else if (done) {
			if (is_hidden_status(&post) && !sv_equal(str_view(&post.id), str_view(&p->post.id)))
				remove_post(p, str_view(&post.id));
			wp_post_free(&post);
		}
	}
	wp_answer_free(&answer);
	str_free(&query);
	return done;
}

/* ---- The three steps */

static bool
checkpoint(Publish *p, SitePhase phase, Err *err)
{
	Str version = {0};
	wp_post_version(&p->post, &version);
	bool done = str_ok(&version, err) && driver_checkpoint(p->wp.ctx, phase, str_view(&p->post.id),
						     str_view(&p->post.slug), str_view(&version), err);
	str_free(&version);
	return done;
}

/* The server may have worked on a create whose answer was lost, and on this one: both are ours, one stays. */
static bool
keep_one(Publish *p, Err *err)
{
	Str mine = {0};
	str_move(&mine, &p->post.id);
	wp_post_free(&p->post);
	bool done = look_by_token(p, err);
	bool trashed = false;
	if (done && p->post.id.len == 0)
		done = look_by_id(p, str_view(&mine), &trashed, err);
	else if (done && !sv_equal(str_view(&mine), str_view(&p->post.id)) && !remove_post(p, str_view(&mine)))
		done = err_set(err, ERR_UNKNOWN, "the site made the hidden draft twice: try again to clear one away");
	str_free(&mine);
	if (done && p->post.id.len == 0)
		return err_set(err, ERR_UNKNOWN, "the site lost the hidden draft at once: try again");
	return done;
}

static bool
create(Publish *p, Err *err)
{
	Err why = {0};
	p->wp.ctx->reached = SITE_INTENT;
	bool done = write_post(p, (StrView){0}, wp_body_create(p->article), &p->post, NULL, &why);
	if (!done && why.kind == ERR_UNKNOWN) {
		/* Only what is found counts: creating again now could race with the lost one. */
		Err look = {0};
		done = look_by_token(p, &look) && p->post.id.len > 0;
	}
	if (!done) {
		if (err != NULL)
			*err = why;
		return false;
	}
	if (!sv_equal(str_view(&p->post.slug), str_view(&p->article->token)) && !keep_one(p, err))
		return false;
	p->hidden = true;
	if (!is_hidden_status(&p->post))
		return err_set(err, ERR_REFUSED,
			"the site would not keep the article hidden before it is complete (%s): "
			"look at its plugins",
			str_c(&p->post.status));
	return checkpoint(p, SITE_CREATED, err);
}

/* Not when readers know the address already, nor when a site's own draft has one and none is asked for. */
static bool
may_set_slug(const Publish *p)
{
	SitePhase phase = p->article->phase;
	return is_hidden_status(&p->post) && phase != SITE_PUBLIC &&
	       !(phase == SITE_DRAFT && p->article->slug.len == 0);
}

/* Writes the whole article; once more with terms looked up anew when the site does not know an id any more. */
static bool
fill(Publish *p, Err *err)
{
	bool with_slug = may_set_slug(p);
	for (int round = 0; round < 2; round++) {
		WpPost echo = {0};
		Err why = {0};
		bool done = write_post(
			p, str_view(&p->post.id), wp_body_fill(p->article, &p->terms, with_slug), &echo, NULL, &why);
		if (done) {
			wp_post_free(&p->post);
			p->post = echo;
			p->written = true;
			done = wp_check_echo(&p->post, p->article, &p->terms, &why);
			if (done)
				return true;
		}
		bool stale = p->written && round == 0 && !wp_post_has_terms(&p->post, &p->terms);
		if (stale) {
			wp_terms_free(&p->terms);
			site_terms_free(&p->out->learned);
			stale = wp_resolve_terms(&p->wp, p->article, false, &p->terms, p->out, &why);
		}
		if (!stale) {
			if (err != NULL)
				*err = why;
			return false;
		}
	}
	return err_set(err, ERR_REFUSED, "the site does not keep the article's keywords: try again later");
}

static bool
set_status(Publish *p, const char *status, WpAnswer *refusal, Err *err)
{
	return write_post(p, str_view(&p->post.id), wp_body_status(status), &p->post, refusal, err);
}

/* What WordPress made of it, which a role or a plugin decides. */
static bool
judge_status(Publish *p, Err *err)
{
	if (has_status(&p->post, "publish"))
		p->out->phase = SITE_PUBLIC;
	else if (has_status(&p->post, "pending"))
		p->out->phase = SITE_REVIEW;
	else
		return err_set(err, ERR_REFUSED,
			"the site keeps the article as '%s' instead of publishing it: look at it there",
			str_c(&p->post.status));
	return true;
}

static bool
finish(Publish *p, Err *err)
{
	if (p->article->as_draft && is_hidden_status(&p->post)) {
		p->out->phase = SITE_DRAFT;
		return true;
	}
	WpAnswer refusal = {0};
	bool may = p->wp.ctx->account->may_publish;
	bool done = set_status(p, may ? "publish" : "pending", &refusal, err);
	/* A role may have been taken away since it was asked: handing in for review is what such an account can do. */
	if (!done && may && refusal.status == 403)
		done = set_status(p, "pending", NULL, err);
	wp_answer_free(&refusal);
	return done && judge_status(p, err);
}

static bool
finish_outcome(Publish *p, Err *err)
{
	Outcome *out = p->out;
	bool named = p->post.slug.len > 0;
	str_set(&out->remote_id, str_view(&p->post.id));
	str_set(&out->url, str_view(&p->post.link));
	str_clear(&out->slug);
	url_decode(&out->slug, str_view(named ? &p->post.slug : &p->post.generated_slug));
	if (!unicode_valid(str_view(&out->slug)))
		str_set(&out->slug, str_view(&p->post.slug));
	str_clear(&out->remote_version);
	wp_post_version(&p->post, &out->remote_version);
	out->published_ms = wp_post_published_ms(&p->post);
	return str_ok(&out->remote_id, err) && str_ok(&out->url, err) && str_ok(&out->slug, err) &&
	       str_ok(&out->remote_version, err);
}

static bool
resolve_terms(Publish *p, Err *err)
{
	return wp_resolve_terms(&p->wp, p->article, true, &p->terms, p->out, err);
}

/* A post that is hidden and ours, or none yet: on to the end. */
static bool
publish_hidden(Publish *p, Err *err)
{
	bool there = p->post.id.len > 0;
	if (there && !p->hidden)
		p->hidden = is_hidden_status(&p->post);
	if (!resolve_terms(p, err) || (!there && !create(p, err)))
		return false;
	driver_progress(p->wp.ctx, SITE_CREATED);
	if (!fill(p, err) || !checkpoint(p, SITE_FILLED, err))
		return false;
	return finish(p, err) && finish_outcome(p, err);
}

/* ---- Articles that are there already */

static bool
is_changed(const Publish *p)
{
	Str version = {0};
	wp_post_version(&p->post, &version);
	bool changed = !str_ok(&version, NULL) || !sv_equal(str_view(&version), str_view(&p->article->remote_version));
	str_free(&version);
	return changed;
}

static bool
refuse_changed(const Publish *p, Err *err)
{
	return err_set(err, ERR_CONFLICT,
		"the article was changed on the site since meok last wrote it (%s): compare them, then publish with "
		"--overwrite to replace it",
		str_c(&p->post.link));
}

/* The outcome of what is there, without writing. */
static bool
accept(Publish *p, Err *err)
{
	return judge_status(p, err) && finish_outcome(p, err);
}

/* Writes over a post that readers may see: its address, date and status stay. */
static bool
write_over(Publish *p, Err *err)
{
	SitePhase phase = p->article->as_draft ? SITE_DRAFT : SITE_PUBLIC;
	p->out->updated = true;
	driver_progress(p->wp.ctx, SITE_FILLED);
	bool filled = fill(p, err);
	/* What the site now holds is ours, even when it did not take all of it: the next look must not call that a
	 * conflict. */
	if (!filled && p->written)
		checkpoint(p, has_status(&p->post, "publish") ? SITE_PUBLIC : p->article->phase, NULL);
	if (!filled)
		return false;
	if (has_status(&p->post, "publish") || (has_status(&p->post, "pending") && !p->wp.ctx->account->may_publish))
		return accept(p, err);
	if (phase == SITE_PUBLIC && !checkpoint(p, p->article->phase == SITE_PUBLIC ? SITE_PUBLIC : SITE_FILLED, err))
		return false;
	return finish(p, err) && finish_outcome(p, err);
}

/* An article that was published, handed in or left as a draft: never over an edit made there unless told to. */
static bool
update(Publish *p, Err *err)
{
	const Article *article = p->article;
	bool trashed = false;
	p->wp.ctx->reached = article->phase;
	if (!look_by_id(p, str_view(&article->remote_id), &trashed, err))
		return false;
	if (p->post.id.len == 0) {
		if (!article->overwrite)
			return err_set(err, ERR_CONFLICT,
				trashed ? "the article is in the site's trash: restore it there, or publish with "
					  "--overwrite to send it as a new one"
					: "the article was deleted on the site: publish with --overwrite to send it as "
					  "a new one");
		return look_by_token(p, err) && publish_hidden(p, err);
	}
	bool changed = is_changed(p);
	/* Our own last write, whose answer was lost, is no edit by somebody else. */
	bool same = changed && wp_post_same_text(&p->post, article);
	if (changed && !same && !article->overwrite)
		return refuse_changed(p, err);
	if (!resolve_terms(p, err))
		return false;
	if (same && wp_post_has_terms(&p->post, &p->terms) && p->post.tags.len == p->terms.tags.len &&
		has_status(&p->post, "publish")) {
		p->out->updated = true;
		return accept(p, err);
	}
	if (changed && !article->overwrite)
		return refuse_changed(p, err);
	return write_over(p, err);
}

/* Whether somebody worked on our hidden draft: after the fill its version is known; before it, it is blank. */
static bool
is_hidden_draft_changed(const Publish *p)
{
	const Article *article = p->article;
	if (article->phase == SITE_FILLED && article->remote_version.len > 0)
		return is_changed(p) && !wp_post_same_text(&p->post, article);
	bool unfilled = sv_equal(str_view(&p->post.slug), str_view(&article->token));
	return unfilled && article->phase == SITE_CREATED && article->remote_version.len > 0 && is_changed(p) &&
	       !wp_post_same_text(&p->post, article);
}

/* A first publish that may have got anywhere. */
static bool
resume(Publish *p, Err *err)
{
	const Article *article = p->article;
	bool trashed = false;
	p->wp.ctx->reached = article->phase == 0 ? SITE_INTENT : article->phase;
	bool done = article->remote_id.len == 0 || look_by_id(p, str_view(&article->remote_id), &trashed, err);
	if (done && p->post.id.len == 0)
		done = look_by_token(p, err);
	if (!done) {
		/* What the earlier attempt did is as unknown as before. */
		if (err != NULL && err->kind == ERR_NETWORK)
			err->kind = ERR_UNKNOWN;
		return false;
	}
	if (p->post.id.len == 0 || is_hidden_status(&p->post)) {
		if (p->post.id.len > 0 && !article->overwrite && is_hidden_draft_changed(p))
			return refuse_changed(p, err);
		return publish_hidden(p, err);
	}
	/* Our own publication, its answer lost, perhaps of an earlier wording. */
	if (wp_post_same_text(&p->post, article))
		return resolve_terms(p, err) && accept(p, err);
	if (!article->overwrite && !wp_post_untouched(&p->post))
		return refuse_changed(p, err);
	return resolve_terms(p, err) && write_over(p, err);
}

static bool
run(Publish *p, Err *err)
{
	const Article *article = p->article;
	bool settled = article->phase == SITE_PUBLIC || article->phase == SITE_REVIEW || article->phase == SITE_DRAFT;
	if (article->token.len == 0)
		return err_set(err, ERR_FAILED, "an article without a token was not sent");
	if (settled && article->remote_id.len > 0)
		return update(p, err);
	bool begun = article->sent_before || article->remote_id.len > 0;
	return begun ? resume(p, err) : publish_hidden(p, err);
}

static bool
wordpress_publish(DriverContext *ctx, const Article *article, Outcome *out, Err *err)
{
	Publish p = {.article = article, .out = out};
	Err why = {0};
	bool done = wp_open(&p.wp, ctx, str_view(&ctx->account->endpoint), &why) && run(&p, &why);
	/* Where it cannot be removed, the reached phase says that it is there, and the next publish takes it up again.
	 */
	if (!done && why.kind == ERR_REFUSED && p.hidden && is_hidden_status(&p.post) &&
		remove_post(&p, str_view(&p.post.id)))
		ctx->reached = SITE_INTENT;
	if (!done && err != NULL)
		*err = why;
	wp_post_free(&p.post);
	wp_terms_free(&p.terms);
	wp_free(&p.wp);
	return done;
}

static bool
wordpress_terms(DriverContext *ctx, SiteTerms *out, Err *err)
{
	Wp wp = {0};
	bool done = wp_open(&wp, ctx, str_view(&ctx->account->endpoint), err) && wp_vocabulary(&wp, out, err);
	wp_free(&wp);
	return done;
}

static bool
claims(StrView typed)
{
	return sv_starts(typed, SV("https://")) || sv_starts(typed, SV("http://")) ||
	       sv_find(typed, SV("."), 0) != SIZE_MAX || sv_starts(typed, SV("localhost"));
}

const Driver DRIVER_WORDPRESS = {
	.traits =
		{
			.name = "wordpress",
			.body = BODY_BLOCKS,
			.per_post_comments = true,
			.has_keywords = true,
			.has_works = true,
			.needs_secret = true,
		},
	.claims = claims,
	.probe = wp_probe,
	.publish = wordpress_publish,
	.terms = wordpress_terms,
};
