/* site: blogs. Drivers that turn one article into requests, the HTTP client under them, and the child process in which
 * both run. It knows its own plain Account, Article and Outcome; no vault, no document, no terminal, and no disk but
 * the folder driver's own folder.
 *
 *   parent (holds the vault key)                child `meok net` (holds one credential, one article)
 *   net_start(job) ──────── job ─────────────▶  net_main → driver → http
 *   net_receive    ◀─ progress, checkpoint ──   waits after a checkpoint until net_acknowledge
 *   net_receive    ◀─ outcome or error ──────   exits
 *
 * The child has its own session, a scrubbed environment, one socketpair as descriptor 3 and nothing else open. Frames
 * are tagged fields with a length cap (net.c says how): the parent parses nothing that a server wrote.
 */
#ifndef MEOK_SITE_H
#define MEOK_SITE_H

#include "meok/base.h"

/* ---- Values */

typedef enum BodyForm { BODY_MARKDOWN, BODY_HTML, BODY_BLOCKS } BodyForm;
typedef enum SiteComments { SITE_COMMENTS_DEFAULT, SITE_COMMENTS_OPEN, SITE_COMMENTS_CLOSED } SiteComments;

typedef struct Account {
	Str driver;   /* empty in a probe: find it out */
	Str endpoint; /* REST root, or folder; in a probe: whatever the writer typed */
	Str address;  /* what readers open */
	Str user, secret;
	Str ca_file; /* extra trust anchor, or empty */
	Str flavour; /* folder: "plain" or "hugo" */
	bool may_publish;
} Account;

typedef struct SiteTerm {
	bool is_work; /* category; else tag */
	Str remote_id, name;
	uint32_t count;
} SiteTerm;
typedef struct SiteTerms {
	SiteTerm *items;
	size_t len, cap;
} SiteTerms;

/* Values as in vault.h and meok-vault(5). */
typedef enum SitePhase {
	SITE_INTENT = 1,
	SITE_CREATED = 2,
	SITE_FILLED = 3,
	SITE_PUBLIC = 4,
	SITE_REVIEW = 5,
	SITE_DRAFT = 6,
} SitePhase;

typedef struct Article {
	Str token; /* [a-z0-9-], unguessable, at most 40 bytes: the hidden draft's address */
	Str title, subtitle;
	Str body;      /* in the driver's body form */
	Str body_html; /* the same as a plain HTML fragment; for drivers whose body form is another */
	Str slug;      /* wanted address; empty: made from the title */
	StrList keywords;
	Str work;         /* name, or empty */
	uint32_t chapter; /* number in the work, 0: none */
	SiteComments comments;
	Str author;      /* for pages and feeds; may be empty */
	Str language;    /* BCP 47, "ko" */
	SiteTerms known; /* ids that an earlier look told */
	/* what happened before */
	bool sent_before; /* a publication record existed: look before creating */
	SitePhase phase;
	Str remote_id, remote_version, remote_slug;
	/* what is wanted */
	bool as_draft;  /* leave it as the site's own draft */
	bool overwrite; /* replace even what was changed on the web, send again what was deleted there */
} Article;

typedef struct Outcome {
	SitePhase phase; /* SITE_PUBLIC, SITE_REVIEW or SITE_DRAFT */
	bool updated;    /* it was there before */
	Str remote_id, url, slug, remote_version;
	int64_t published_ms;
	SiteTerms learned; /* ids of keywords and work as used */
	StrList notes;     /* keywords that the site did not have before */
} Outcome;

typedef struct Probe {
	Str driver, endpoint, address, site_name;
	Str flavour;   /* folder: "plain" or "hugo", as found or as asked for */
	Str user_name; /* as the site shows it; empty without a credential */
	bool may_publish;
	SiteTerms terms; /* the most used first, at most 100 of each kind */
} Probe;

void account_free(Account *account); /* wipes the secret */
void article_free(Article *article);
void outcome_free(Outcome *outcome);
void probe_free(Probe *probe);
void site_terms_free(SiteTerms *terms);
bool site_terms_put(SiteTerms *terms, bool is_work, StrView remote_id, StrView name, uint32_t count);
const SiteTerm *site_terms_find(const SiteTerms *terms, bool is_work, StrView name); /* by unicode_same */

/* ---- What a driver can (driver.c) */

typedef struct DriverTraits {
	const char *name;
	BodyForm body;          /* what Article.body must hold */
	bool per_post_comments; /* false: the site decides, for most (driver_takes_comments) */
	bool has_keywords, has_works;
	bool needs_secret;
} DriverTraits;
const DriverTraits *driver_traits(StrView name); /* NULL when there is no such driver */
void driver_names(StrList *out);
/* Whether a single article can have its comments open or closed there; hugo's themes read it from the front matter. */
bool driver_takes_comments(StrView driver, StrView flavour);

/* ---- The child process (net.c) */

typedef enum NetJobKind { NET_PROBE = 1, NET_PUBLISH = 2, NET_TERMS = 3 } NetJobKind;

typedef enum NetEventKind {
	NET_PROGRESS = 1, /* phase says how far it is */
	/* phase, remote_id, slug and remote_version must be durable before the child goes on: answer net_acknowledge.
	 * Until the answer to SITE_FILLED the article is hidden: a parent that delays it leaves time to take it back.
	 */
	NET_CHECKPOINT = 2,
	NET_PUBLISHED = 3, /* outcome */
	NET_PROBED = 4,    /* probe (also the answer to NET_TERMS: only probe.terms is filled) */
	NET_FAILED = 5,    /* error; phase says how far it got */
	NET_GONE = 6,      /* the child ended without an answer: what happened is not known */
} NetEventKind;

typedef struct NetEvent {
	NetEventKind kind;
	SitePhase phase;
	Str remote_id, slug, remote_version;
	Outcome outcome;
	Probe probe;
	Err error;
} NetEvent;
void net_event_free(NetEvent *event);

typedef struct NetChild NetChild;

/* Starts the child (`program`, normally /proc/self/exe, run as `meok net`) and sends the job; `article` is NULL unless
 * the job publishes. Never blocks for long: what does not fit into the socket is sent by net_pump. */
NetChild *net_start(const char *program, NetJobKind kind, const Account *account, const Article *article, Err *err);
int net_fd(const NetChild *child); /* for poll: POLLIN, and POLLOUT while net_wants_write */
bool net_wants_write(const NetChild *child);
/* Writes and reads what is possible without blocking. False when the stream is broken beyond use (ERR_FAILED). */
bool net_pump(NetChild *child, Err *err);
/* Takes the next whole event; false when there is none yet. NET_GONE comes once, last, if no answer came before. */
bool net_receive(NetChild *child, NetEvent *event);
bool net_acknowledge(NetChild *child, Err *err);
/* Ends the child if it still runs (SIGTERM, SIGKILL after 200 ms), reaps it, frees. NULL is allowed. */
void net_free(NetChild *child);

/* The child's main: reads one job from `fd`, does it, returns the exit code. Called by cli for the hidden `net`. */
int net_main(int fd);

#endif
