/* What tests of the app room share: an App with a quick vault and no configuration. */
#ifndef MEOK_TESTS_APP_UNIT_H
#define MEOK_TESTS_APP_UNIT_H

#include <sched.h>

#include "vault_unit.h"

#include "meok/app.h"

typedef struct AppCase {
	App app;
	char *dir;
	Err err;
} AppCase;

static inline AppCase
app_begin(void)
{
	AppCase c = {.dir = make_dir()};
	Str path = {0};
	c.app = (App){.sys = &SYS_POSIX, .vault = quick_vault(c.dir, &path)};
	str_free(&path);
	return c;
}

static inline void
app_end(AppCase *c)
{
	app_free(&c->app);
	remove_dir(c->dir);
}

/* The clock goes on between two drafts, so that one is the newer. */
static inline Id
app_draft(AppCase *c, const char *title, const char *body)
{
	Revision revision = text_revision(title, body);
	assert_true(vault_save_draft(c->app.vault, &revision, &c->err));
	Id draft = revision.draft;
	for (int64_t saved = c->app.sys->now_ms(); c->app.sys->now_ms() == saved;)
		sched_yield();
	revision_free(&revision);
	return draft;
}

static inline Id
app_site(AppCase *c, const char *name, uint32_t keyword_limit)
{
	SiteRecord site = {
		.name = str_from(sv(name)), .driver = str_from(SV("folder")), .keyword_limit = keyword_limit};
	assert_true(vault_save_site(c->app.vault, &site, &c->err));
	Id id = site.id;
	site_record_free(&site);
	return id;
}

#endif
