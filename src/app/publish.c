/* One article on its way: the record that survives everything, the child that sends it, and what it reports. */
#include "meok/app.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

enum { VAULT_PAUSE_MS = 100, VAULT_TRIES = 100 };

struct Publishing {
	App *app;
	Loop *loop;
	PublishWatcher watcher;
	Id draft; /* the request */
	Str site_name;
	bool as_draft, overwrite;
	Revision revision;
	SiteRecord site;
	Publication publication; /* as it stands in the vault */
	bool was_public;
	NetChild *child;
	int timer; /* 0: none */
	int tries; /* to hold the vault */
	bool holds_vault;
	bool held; /* the article, before it is public */
	bool over;
	Err error; /* to be told by report_error */
};

const char *
result_name(PublishResult result)
{
	static const char *const names[] = {
		[RESULT_PUBLISHED] = "published",
		[RESULT_UPDATED] = "updated",
		[RESULT_UNCHANGED] = "unchanged",
		[RESULT_REVIEW] = "review",
		[RESULT_SITE_DRAFT] = "site-draft",
	};
	return names[result];
}

void
published_free(Published *published)
{
	str_free(&published->site);
	str_free(&published->url);
	str_free(&published->remote_id);
	str_free(&published->slug);
	list_free(&published->new_keywords);
	*published = (Published){0};
}

/* ---- The record */

static void
make_token(const Sys *sys, Str *token)
{
	Id random;
	char text[ID_TEXT + 1];
	sys->random(&random, sizeof random);
	id_format(random, text);
	str_printf(token, "meok-%s", text);
	explicit_bzero(&random, sizeof random);
	explicit_bzero(text, sizeof text);
}

/* Loads or begins the record. What was handed in for review or left as a site draft is sent again under its old token.
 */
static bool
load_record(Publishing *p, Err *err)
{
	Err why = {0};
	if (vault_load_publication(p->app->vault, p->revision.draft, p->site.id, &p->publication, &why)) {
		p->was_public = p->publication.phase == PHASE_PUBLIC;
		return true;
	}
	if (why.kind != ERR_NOT_FOUND) {
		*err = why;
		return false;
	}
	p->publication = (Publication){.draft = p->revision.draft, .site = p->site.id, .phase = PHASE_INTENT};
	make_token(p->app->sys, &p->publication.token);
	return str_ok(&p->publication.token, err);
}

bool
app_is_unchanged(const Revision *revision, const Publication *publication)
{
	return publication->phase == PHASE_PUBLIC && id_equal(publication->revision, revision->object);
}

static bool
save_record(Publishing *p, Err *err)
{
	return vault_save_publication(p->app->vault, &p->publication, err);
}

/* Puts what was learned about one term; *fresh when the vocabulary did not know it so. A name under a new id was made
 * anew on the site: its old id is forgotten, or each publish would ask for it again. */
static bool
learn_term(Vocabulary *vocabulary, const SiteTerm *term, bool *fresh, Err *err)
{
	StrView id = str_view(&term->remote_id), name = str_view(&term->name);
	uint32_t count = term->count;
	bool known = false;
	for (size_t i = 0; i < vocabulary->len; i++) {
		Term *old = &vocabulary->terms[i];
		if (old->is_work != term->is_work)
			continue;
		bool same_id = sv_equal(str_view(&old->remote_id), id);
		if (!same_id && unicode_same(str_view(&old->name), name))
			str_set(&old->remote_id, id);
		if (!same_id)
			continue;
		known = sv_equal(str_view(&old->name), name);
		count = count > old->count ? count : old->count;
	}
	*fresh = *fresh || !known;
	return vocabulary_put(vocabulary, term->is_work, id, name, count, err);
}

static bool
save_vocabulary(Publishing *p, const SiteTerms *learned, Err *err)
{
	Vocabulary vocabulary = {0};
	bool fresh = false;
	bool ok = learned->len == 0 || vault_load_vocabulary(p->app->vault, p->site.id, &vocabulary, err);
	for (size_t i = 0; ok && i < learned->len; i++)
		ok = learn_term(&vocabulary, &learned->items[i], &fresh, err);
	vocabulary.site = p->site.id;
	ok = ok && (!fresh || vault_save_vocabulary(p->app->vault, &vocabulary, err));
	vocabulary_free(&vocabulary);
	return ok;
}

/* ---- The end */

static void
stop_waiting(Publishing *p)
{
	if (p->child != NULL)
		loop_unwatch(p->loop, net_fd(p->child));
	if (p->timer != 0)
		loop_timer_cancel(p->loop, p->timer);
	p->timer = 0;
}

static void
finish(Publishing *p, const Published *published, const Err *error)
{
	if (p->over)
		return;
	p->over = true;
	p->held = false;
	stop_waiting(p);
	p->watcher.done(p->watcher.data, published, error);
}

/* What ended the child while the article was held changed nothing on the site. */
static void
finish_failed(Publishing *p, const Err *error)
{
	Err hidden = {0};
	if (p->held)
		err_set(&hidden, ERR_NETWORK,
			"the link broke before %s was made public: it is still hidden on %s, publish it again to "
			"finish",
			str_c(&p->revision.title), str_c(&p->site.name));
	finish(p, NULL, p->held ? &hidden : error);
}

static bool
set_timer(Publishing *p, int64_t delay_ms, LoopTimerFn *fn, Err *err)
{
	p->timer = loop_timer(p->loop, delay_ms, fn, p);
	return p->timer != 0 || err_memory(err);
}

static void
report_error(void *data)
{
	Publishing *p = data;
	p->timer = 0;
	finish(p, NULL, &p->error);
}

/* ---- What the child reports */

static bool
is_to_be_held(const Publishing *p, const NetEvent *event)
{
	return p->watcher.held != NULL && event->phase == SITE_FILLED && !p->was_public && !p->as_draft;
}

static bool
on_checkpoint(Publishing *p, const NetEvent *event, Err *err)
{
	bool held = is_to_be_held(p, event);
	Publication *record = &p->publication;
	if (!p->was_public) {
		record->phase = (PublishPhase)event->phase;
		/* Says that the article is hidden whatever happens now: nobody has told the child to go on. */
		record->revision = held ? p->revision.object : ID_NONE;
	}
	str_set(&record->remote_id, str_view(&event->remote_id));
	str_set(&record->remote_version, str_view(&event->remote_version));
	if (event->slug.len > 0)
		str_set(&record->slug, str_view(&event->slug));
	if (!str_ok(&record->remote_id, err) || !str_ok(&record->remote_version, err) || !str_ok(&record->slug, err) ||
		!save_record(p, err))
		return false;
	if (!held)
		return net_acknowledge(p->child, err);
	p->held = true;
	p->watcher.held(p->watcher.data);
	return true;
}

static PublishResult
result_of(const Publishing *p, const Outcome *outcome)
{
	switch (outcome->phase) {
	case SITE_REVIEW:
		return RESULT_REVIEW;
	case SITE_DRAFT:
		return RESULT_SITE_DRAFT;
	case SITE_INTENT:
	case SITE_CREATED:
	case SITE_FILLED:
	case SITE_PUBLIC:
		break;
	}
	return p->was_public && outcome->updated ? RESULT_UPDATED : RESULT_PUBLISHED;
}

static void
on_published(Publishing *p, NetEvent *event)
{
	Err err = {0};
	Outcome *outcome = &event->outcome;
	Publication *record = &p->publication;
	if (outcome->phase != SITE_PUBLIC && outcome->phase != SITE_REVIEW && outcome->phase != SITE_DRAFT) {
		err_set(&err, ERR_UNKNOWN, "the network process sent something that cannot be read");
		finish(p, NULL, &err);
		return;
	}
	record->phase = (PublishPhase)outcome->phase;
	record->revision = p->revision.object;
	if (record->published_ms == 0)
		record->published_ms = outcome->published_ms;
	str_set(&record->remote_id, str_view(&outcome->remote_id));
	str_set(&record->url, str_view(&outcome->url));
	str_set(&record->slug, str_view(&outcome->slug));
	str_set(&record->remote_version, str_view(&outcome->remote_version));
	bool ok = str_ok(&record->remote_id, &err) && str_ok(&record->url, &err) && str_ok(&record->slug, &err) &&
		  str_ok(&record->remote_version, &err) && save_record(p, &err) &&
		  save_vocabulary(p, &outcome->learned, &err);
	if (!ok) {
		finish(p, NULL, &err);
		return;
	}
	Published published = {.result = result_of(p, outcome)};
	str_append(&published.site, str_view(&p->site.name));
	str_move(&published.url, &outcome->url);
	str_move(&published.remote_id, &outcome->remote_id);
	str_move(&published.slug, &outcome->slug);
	list_copy(&published.new_keywords, &outcome->notes);
	finish(p, &published, NULL);
	published_free(&published);
}

/* A failure that left nothing on the server makes the record as if nothing had been sent. */
static void
on_failed(Publishing *p, const NetEvent *event)
{
	Err error = event->error;
	bool nothing_there = event->phase == SITE_INTENT && error.kind != ERR_UNKNOWN && !p->was_public;
	if (nothing_there) {
		p->publication.sent_ms = 0;
		p->publication.phase = PHASE_INTENT;
		p->publication.revision = ID_NONE;
		str_clear(&p->publication.remote_id);
		Err why = {0};
		if (!save_record(p, &why))
			error = why;
	}
	finish_failed(p, &error);
}

static void
on_event(Publishing *p, NetEvent *event)
{
	Err err = {0};
	switch (event->kind) {
	case NET_PROGRESS:
		if (p->watcher.progress != NULL)
			p->watcher.progress(p->watcher.data, event->phase);
		break;
	case NET_CHECKPOINT:
		if (!on_checkpoint(p, event, &err))
			finish(p, NULL, &err);
		break;
	case NET_PUBLISHED:
		on_published(p, event);
		break;
	case NET_FAILED:
		on_failed(p, event);
		break;
	case NET_PROBED:
	case NET_GONE:
		err_set(&err, ERR_UNKNOWN,
			"the link broke while %s was being sent: publish it again to find out and finish, nothing will "
			"be doubled",
			str_c(&p->revision.title));
		finish_failed(p, &err);
		break;
	}
}

static bool watch_child(Publishing *p, Err *err);

static void
on_ready(void *data, int fd, short revents)
{
	(void)fd;
	(void)revents;
	Publishing *p = data;
	Err err = {0};
	if (!net_pump(p->child, &err)) {
		finish_failed(p, &err);
		return;
	}
	NetEvent event = {0};
	while (!p->over && net_receive(p->child, &event)) {
		on_event(p, &event);
		net_event_free(&event);
	}
	if (!p->over && !watch_child(p, &err))
		finish(p, NULL, &err);
}

static bool
watch_child(Publishing *p, Err *err)
{
	short events = net_wants_write(p->child) ? POLLIN | POLLOUT : POLLIN;
	return loop_watch(p->loop, net_fd(p->child), events, on_ready, p, err);
}

/* ---- Starting */

static void
report_unchanged(void *data)
{
	Publishing *p = data;
	p->timer = 0;
	Published published = {.result = RESULT_UNCHANGED};
	str_append(&published.site, str_view(&p->site.name));
	str_append(&published.url, str_view(&p->publication.url));
	str_append(&published.remote_id, str_view(&p->publication.remote_id));
	str_append(&published.slug, str_view(&p->publication.slug));
	finish(p, &published, NULL);
	published_free(&published);
}

/* The record is durable before the first byte is sent. */
static bool
send_article(Publishing *p, Err *err)
{
	Account account = {0};
	Article article = {0};
	bool ok = app_account(p->app, &p->site, &account, err) &&
		  app_article(p->app, &p->revision, &p->site, &p->publication, &article, err);
	if (ok) {
		article.as_draft = p->as_draft;
		article.overwrite = p->overwrite;
		p->publication.sent_ms = p->app->sys->now_ms();
		ok = save_record(p, err);
	}
	if (ok) {
		p->child = net_start(p->app->program, NET_PUBLISH, &account, &article, err);
		ok = p->child != NULL && watch_child(p, err);
	}
	account_free(&account);
	article_free(&article);
	return ok;
}

/* With the vault held. */
static bool
begin(Publishing *p, Err *err)
{
	if (!vault_load_draft(p->app->vault, p->draft, &p->revision, err) ||
		!app_choose_site(p->app, &p->revision, str_view(&p->site_name), &p->site, err) ||
		!app_publishable(p->app, &p->revision, &p->site, err) || !load_record(p, err))
		return false;
	if (!p->overwrite && app_is_unchanged(&p->revision, &p->publication))
		return set_timer(p, 0, report_unchanged, err);
	return send_article(p, err);
}

static void retry(void *data);

/* Begins as soon as nobody else holds the vault. */
static bool
try_begin(Publishing *p, Err *err)
{
	if (!vault_try_hold(p->app->vault, &p->holds_vault, err))
		return false;
	if (p->holds_vault)
		return begin(p, err);
	if (++p->tries > VAULT_TRIES)
		return err_set(err, ERR_FAILED,
			"another meok is at work in %s: nothing was done, try again when it has ended",
			str_c(&p->app->settings.vault));
	return set_timer(p, VAULT_PAUSE_MS, retry, err);
}

static void
retry(void *data)
{
	Publishing *p = data;
	p->timer = 0;
	if (!try_begin(p, &p->error))
		finish(p, NULL, &p->error);
}

Publishing *
publish_start(App *app, Loop *loop, const PublishRequest *request, const PublishWatcher *watcher, Err *err)
{
	Publishing *p = calloc(1, sizeof *p);
	if (p == NULL) {
		err_memory(err);
		return NULL;
	}
	Err unheard;
	if (err == NULL)
		err = &unheard;
	*p = (Publishing){.app = app,
		.loop = loop,
		.watcher = *watcher,
		.draft = request->draft,
		.site_name = str_from(request->site),
		.as_draft = request->as_draft,
		.overwrite = request->overwrite};
	if (!str_ok(&p->site_name, err) || !try_begin(p, err)) {
		publish_free(p);
		return NULL;
	}
	return p;
}

void
publish_release(Publishing *p)
{
	if (!publish_is_held(p))
		return;
	p->held = false;
	/* From here on it may become public unheard. */
	p->publication.revision = ID_NONE;
	if (!save_record(p, &p->error) || !net_acknowledge(p->child, &p->error) || !watch_child(p, &p->error)) {
		loop_unwatch(p->loop, net_fd(p->child));
		if (!set_timer(p, 0, report_error, &p->error))
			finish(p, NULL, &p->error);
	}
}

bool
publish_is_held(const Publishing *p)
{
	return p->held;
}

void
publish_free(Publishing *p)
{
	if (p == NULL)
		return;
	if (!p->over)
		stop_waiting(p);
	net_free(p->child);
	if (p->holds_vault)
		vault_release(p->app->vault);
	str_free(&p->site_name);
	revision_free(&p->revision);
	site_record_free(&p->site);
	publication_free(&p->publication);
	free(p);
}

/* ---- To the end */

typedef struct Waiting {
	Loop *loop;
	ProgressFn *progress;
	void *data;
	Published *out;
	Err *err;
	bool ok;
} Waiting;

static void
wait_progress(void *data, SitePhase phase)
{
	Waiting *waiting = data;
	if (waiting->progress != NULL)
		waiting->progress(waiting->data, phase);
}

static void
wait_done(void *data, const Published *published, const Err *error)
{
	Waiting *waiting = data;
	loop_stop(waiting->loop);
	if (error != NULL) {
		if (waiting->err != NULL)
			*waiting->err = *error;
		return;
	}
	Published *out = waiting->out;
	out->result = published->result;
	str_append(&out->site, str_view(&published->site));
	str_append(&out->url, str_view(&published->url));
	str_append(&out->remote_id, str_view(&published->remote_id));
	str_append(&out->slug, str_view(&published->slug));
	list_copy(&out->new_keywords, &published->new_keywords);
	waiting->ok = true;
}

bool
app_publish(App *app, const PublishRequest *request, ProgressFn *progress, void *data, Published *out, Err *err)
{
	Loop *loop = loop_new(err);
	if (loop == NULL)
		return false;
	*out = (Published){0};
	Waiting waiting = {.loop = loop, .progress = progress, .data = data, .out = out, .err = err};
	PublishWatcher watcher = {.progress = wait_progress, .done = wait_done, .data = &waiting};
	Publishing *p = publish_start(app, loop, request, &watcher, err);
	bool ok = p != NULL && loop_run(loop, err) && waiting.ok;
	publish_free(p);
	loop_free(loop);
	return ok;
}
