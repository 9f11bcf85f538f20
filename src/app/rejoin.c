/* What was written elsewhere comes to the draft on the desk: looked for now and then, merged where nothing contradicts.
 */
#include "rejoin.h"

#include <stdlib.h>

enum { ROUNDS = 8 }; /* heads taken in at once: each makes a revision */

/* What the heads of the draft on the desk are to it. */
typedef struct Around {
	bool base_here; /* what its text grew out of is a head still */
	bool alone;     /* there is one head */
	Id other;       /* the newest one that is not its own; ID_NONE: none */
} Around;

static bool
look_around(App *app, const Writing *writing, Around *out, Err *err)
{
	Id *heads;
	size_t count;
	*out = (Around){0};
	if (!vault_heads(app->vault, writing->revision.draft, &heads, &count, err))
		return false;
	for (size_t i = count; i-- > 0;) {
		bool own = id_equal(heads[i], writing->revision.base);
		out->base_here = out->base_here || own;
		if (!own && !id_equal(heads[i], writing->revision.merged))
			out->other = heads[i];
	}
	out->alone = count == 1;
	free(heads);
	return true;
}

/* The text under the one on the desk may be replaced while that is written on: it is kept while it is there. */
static void
remember_ground(App *app, Writing *writing)
{
	if (id_equal(writing->ground.object, writing->revision.base))
		return;
	Revision ground = {0};
	if (vault_load_revision(app->vault, writing->revision.base, &ground, NULL)) {
		revision_free(&writing->ground);
		writing->ground = ground;
	}
}

static bool
is_gone(App *app, Id revision)
{
	Revision there = {0};
	bool gone = !vault_load_revision(app->vault, revision, &there, NULL);
	revision_free(&there);
	return gone;
}

static void
say_merged(Session *session, int64_t when_ms)
{
	Str clock = {0};
	time_clock(when_ms, &clock);
	session_say(session, NOTICE_GOOD, _("merged with what was written elsewhere (%s)"), str_c(&clock));
	str_free(&clock);
}

/* ---- On the desk */

/* All but the texts, which the document has. */
static void
take_revision(Writing *writing, Revision *from)
{
	revision_free(&writing->revision);
	writing->revision = *from;
	*from = (Revision){0};
}

bool
desk_take(Session *session, const Revision *joined, Err *err)
{
	Writing *writing = session->writing;
	Revision copy = {0};
	if (!revision_copy(&copy, joined, err))
		return false;
	if (!writing_become(writing, joined, err)) {
		revision_free(&copy);
		return false;
	}
	take_revision(writing, &copy);
	/* Also a text that is the same as before ends the split. */
	writing->settings_changed = true;
	writing->apart = ID_NONE;
	return writing_keep(session->app, writing, true, err);
}

/* Nothing was written here since: what is newer takes the place of what is older. */
static bool
follow(Session *session, Id other, Err *err)
{
	Writing *writing = session->writing;
	Revision newer = {0};
	if (!vault_load_revision(session->app->vault, other, &newer, err) || !writing_become(writing, &newer, err)) {
		revision_free(&newer);
		return false;
	}
	take_revision(writing, &newer);
	writing_kept(writing, document_revision(writing->doc));
	writing->apart = ID_NONE;
	say_merged(session, writing->kept_ms);
	return true;
}

/* ---- Both have written */

static void
say_apart(Session *session, Id other)
{
	Str key = {0};
	if (id_equal(session->writing->apart, other))
		return;
	session->writing->apart = other;
	session_key_of(session, CONTEXT_EDITOR, "conflict", &key);
	/* It goes with the next key, which may be the one it names; the line of status goes on saying it. */
	session_say(session, NOTICE_INFO, _("the same place was changed elsewhere too: %s shows both, nothing is lost"),
		str_c(&key));
	str_free(&key);
}

bool
desk_join(Session *session, Id other, Join *out, Err *err)
{
	Writing *writing = session->writing;
	Around around;
	Revision mine = {0};
	/* Of a base that was replaced the one head there is now is what became of it. */
	bool known = look_around(session->app, writing, &around, err) && around.alone &&
		     !id_is_none(writing->ground.object) && id_equal(writing->ground.object, writing->revision.base) &&
		     is_gone(session->app, writing->revision.base);
	bool ok = writing_sync(writing, err) && revision_copy(&mine, &writing->revision, err) &&
		  app_join(session->app, &mine, known ? &writing->ground : NULL, other, out, err);
	revision_free(&mine);
	return ok;
}

static bool
join(Session *session, Id other, Err *err)
{
	Writing *writing = session->writing;
	Join join = {0};
	bool ok = desk_join(session, other, &join, err);
	if (ok && join.len > 0) {
		say_apart(session, other);
	} else if (ok && revision_same(&join.theirs, &writing->revision)) {
		/* The same was written there: it needs no word, and no revision of its own. */
		writing->revision.merged = other;
		writing->apart = ID_NONE;
	} else if (ok) {
		ok = desk_take(session, &join.revision, err);
		if (ok)
			say_merged(session, join.theirs.time_ms);
	}
	join_free(&join);
	return ok;
}

void
desk_rejoin(Session *session)
{
	Writing *writing = session->writing;
	Err err = {0};
	if (writing == NULL || session->app->vault == NULL || id_is_none(writing->revision.draft))
		return;
	bool ok = vault_refresh(session->app->vault, &err);
	for (int round = 0; ok && round < ROUNDS; round++) {
		Around around;
		ok = look_around(session->app, writing, &around, &err);
		if (!ok || id_is_none(around.other))
			break;
		session_mark_dirty(session);
		if (around.alone && !writing_is_changed(writing))
			ok = follow(session, around.other, &err);
		else
			ok = join(session, around.other, &err);
		if (!id_is_none(writing->apart))
			break;
	}
	remember_ground(session->app, writing);
	if (!ok)
		session_say_error(session, &err);
}
