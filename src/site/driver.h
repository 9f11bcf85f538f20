/* A driver knows one kind of blog. It is one const struct in the table of driver.c; everything that all drivers need
 * (HTTP, progress, checkpoints, the machine) reaches it through a DriverContext, so that tests can stand in for each.
 *
 * Drivers are straight-line code: they block, and the child process they run in is killed when nobody wants the answer.
 */
#ifndef MEOK_SITE_DRIVER_H
#define MEOK_SITE_DRIVER_H

#include "meok/site.h"

struct Http;

typedef struct DriverContext {
	const Account *account;
	/* Without a credential: the driver says to which origin it belongs. NULL without a network. */
	struct Http *http;
	const Sys *sys;    /* the folder driver's disk and clock */
	SitePhase reached; /* how far the last checkpoint got; sent with a failure. 0: nothing was begun */
	void *data;
	void (*progress)(void *data, SitePhase phase);
	bool (*checkpoint)(
		void *data, SitePhase phase, StrView remote_id, StrView slug, StrView remote_version, Err *err);
} DriverContext;

/* Says how far the work is. */
void driver_progress(DriverContext *ctx, SitePhase phase);
/* Returns once it is durable at the parent that the site holds the article as `remote_id` in that phase. False when the
 * parent is gone: the driver returns at once and leaves everything as it is. */
bool driver_checkpoint(
	DriverContext *ctx, SitePhase phase, StrView remote_id, StrView slug, StrView remote_version, Err *err);

typedef struct Driver {
	DriverTraits traits;
	/* Whether what a writer typed (address or path) looks like this driver's; the first in the table that says yes
	 * is asked. No I/O. */
	bool (*claims)(StrView typed);
	/* ctx->account->endpoint holds what the writer typed. Fills *out; the caller frees it also on failure. */
	bool (*probe)(DriverContext *ctx, Probe *out, Err *err);
	/* Fills *out; the caller frees it also on failure. Error kinds as in base.h; after ERR_UNKNOWN and ERR_NETWORK
	 * the same call with sent_before, phase and remote_id as last checkpointed must lead to exactly one post. */
	bool (*publish)(DriverContext *ctx, const Article *article, Outcome *out, Err *err);
	/* The most used keywords and works, at most 100 of each; nothing where a site has no such list. */
	bool (*terms)(DriverContext *ctx, SiteTerms *out, Err *err);
} Driver;

extern const Driver DRIVER_WORDPRESS; /* wordpress.c */
extern const Driver DRIVER_FOLDER;    /* folder.c */

const Driver *driver_find(StrView name);         /* NULL when there is none */
const Driver *driver_for_address(StrView typed); /* never NULL: what no other claims is asked over HTTP */

#endif
