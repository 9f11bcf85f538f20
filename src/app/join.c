/* Texts changed in two places: each part of a draft put together from what both grew out of and what each made of it.
 */
#include "meok/app.h"
#include "meok/i18n.h"

#include <stdlib.h>
#include <string.h>

void
join_free(Join *join)
{
	for (size_t i = 0; i < join->len; i++) {
		str_wipe(&join->conflicts[i].base);
		str_wipe(&join->conflicts[i].mine);
		str_wipe(&join->conflicts[i].theirs);
	}
	free(join->conflicts);
	revision_free(&join->revision);
	revision_free(&join->theirs);
	merge_free(&join->body);
	str_wipe(&join->mine_body);
	*join = (Join){0};
}

/* What is joined: base is NULL when nothing is known that both grew out of. */
typedef struct Joining {
	App *app;
	const Revision *base, *mine, *theirs;
	Join *join;
} Joining;

static bool
same(const Str *a, const Str *b)
{
	return sv_equal(str_view(a), str_view(b));
}

static bool
add_conflict(Joining *j, JoinField field, StrView base, StrView mine, StrView theirs, Err *err)
{
	Join *join = j->join;
	JoinConflict *all = array_grow(join->conflicts, join->len, &join->cap, sizeof *all);
	if (all == NULL)
		return err_memory(err);
	join->conflicts = all;
	JoinConflict *one = &all[join->len++];
	*one = (JoinConflict){
		.field = field, .base = str_from(base), .mine = str_from(mine), .theirs = str_from(theirs)};
	return str_ok(&one->base, err) && str_ok(&one->mine, err) && str_ok(&one->theirs, err);
}

/* ---- Title and subtitle */

static bool
join_line(Joining *j, JoinField field, const Str *base, const Str *mine, const Str *theirs, Str *out, Err *err)
{
	bool take = base != NULL ? same(mine, base) : mine->len == 0;
	bool stay = same(mine, theirs) || (base != NULL ? same(theirs, base) : theirs->len == 0);
	if (stay)
		return true;
	if (!take)
		return add_conflict(
			j, field, base != NULL ? str_view(base) : SV(""), str_view(mine), str_view(theirs), err);
	str_set(out, str_view(theirs));
	return str_ok(out, err);
}

/* ---- Keywords: a set in the order of mine */

static bool
has_keyword(const StrList *list, const Str *keyword)
{
	for (size_t i = 0; i < list->len; i++)
		if (unicode_same(str_view(&list->items[i]), str_view(keyword)))
			return true;
	return false;
}

static bool
join_keywords(Joining *j, Err *err)
{
	static const StrList none;
	const StrList *base = j->base != NULL ? &j->base->keywords : &none;
	const StrList *theirs = &j->theirs->keywords, *mine = &j->mine->keywords;
	StrList *out = &j->join->revision.keywords;
	for (size_t i = out->len; i-- > 0;)
		if (has_keyword(base, &out->items[i]) && !has_keyword(theirs, &out->items[i]))
			list_remove(out, i);
	for (size_t i = 0; i < theirs->len; i++)
		if (!has_keyword(base, &theirs->items[i]) && !has_keyword(mine, &theirs->items[i]))
			list_append(out, str_view(&theirs->items[i]));
	return list_ok(out, err);
}

/* ---- Work, site, comments */

static StrView
name_of(Joining *j, JoinField field, Id id)
{
	if (id_is_none(id))
		return sv(_("none"));
	return field == JOIN_WORK ? app_work_name(j->app, id) : app_site_name(j->app, id);
}

static bool
join_id(Joining *j, JoinField field, Id base, Id mine, Id theirs, Id *out, Err *err)
{
	bool known = j->base != NULL;
	if (id_equal(mine, theirs) || id_equal(theirs, base))
		return true;
	if (id_equal(mine, base)) {
		*out = theirs;
		return true;
	}
	/* A name is valid until the next is asked for. */
	Str was = str_from(known ? name_of(j, field, base) : SV("")), here = str_from(name_of(j, field, mine));
	bool ok = str_ok(&was, err) && str_ok(&here, err) &&
		  add_conflict(j, field, str_view(&was), str_view(&here), name_of(j, field, theirs), err);
	str_free(&was);
	str_free(&here);
	return ok;
}

static StrView
comments_name(Comments comments)
{
	switch (comments) {
	case COMMENTS_OPEN:
		return sv(_("on"));
	case COMMENTS_CLOSED:
		return sv(_("off"));
	case COMMENTS_DEFAULT:
		break;
	}
	return sv(_("as the blog decides"));
}

static bool
join_comments(Joining *j, Err *err)
{
	Comments base = j->base != NULL ? j->base->comments : COMMENTS_DEFAULT;
	Comments mine = j->mine->comments, theirs = j->theirs->comments;
	if (mine == theirs || theirs == base)
		return true;
	if (mine != base)
		return add_conflict(
			j, JOIN_COMMENTS, comments_name(base), comments_name(mine), comments_name(theirs), err);
	j->join->revision.comments = theirs;
	return true;
}

/* ---- The text */

static bool
join_body(Joining *j, Err *err)
{
	Join *join = j->join;
	StrView mine = str_view(&j->mine->body), theirs = str_view(&j->theirs->body);
	StrView base = j->base != NULL ? str_view(&j->base->body) : SV("");
	if (!text_merge(j->base != NULL ? &base : NULL, mine, theirs, &join->body, err))
		return false;
	for (size_t i = 0; i < join->body.len; i++) {
		const MergePlace *place = &join->body.places[i];
		if (place->side == MERGE_APART &&
			!add_conflict(j, JOIN_BODY, sv_slice(base, place->base.from, place->base.to),
				sv_slice(mine, place->mine.from, place->mine.to),
				sv_slice(theirs, place->theirs.from, place->theirs.to), err))
			return false;
	}
	str_set(&join->mine_body, mine);
	str_set(&join->revision.body, str_view(&join->body.text));
	return str_ok(&join->mine_body, err) && str_ok(&join->revision.body, err);
}

/* What no writer sees: a change wins over none. */
static bool
join_unseen(const Joining *j, Err *err)
{
	Revision *out = &j->join->revision;
	if (j->base != NULL && same(&j->mine->source, &j->base->source))
		str_set(&out->source, str_view(&j->theirs->source));
	if (j->base != NULL && same(&j->mine->unknown, &j->base->unknown))
		str_set(&out->unknown, str_view(&j->theirs->unknown));
	return str_ok(&out->source, err) && str_ok(&out->unknown, err);
}

/* ---- The whole */

static bool
join_fields(Joining *j, Err *err)
{
	const Revision *base = j->base, *mine = j->mine, *theirs = j->theirs;
	Revision *out = &j->join->revision;
	Id work = base != NULL ? base->work : ID_NONE, site = base != NULL ? base->site : ID_NONE;
	return join_line(j, JOIN_TITLE, base != NULL ? &base->title : NULL, &mine->title, &theirs->title, &out->title,
		       err) &&
	       join_line(j, JOIN_SUBTITLE, base != NULL ? &base->subtitle : NULL, &mine->subtitle, &theirs->subtitle,
		       &out->subtitle, err) &&
	       join_keywords(j, err) && join_id(j, JOIN_WORK, work, mine->work, theirs->work, &out->work, err) &&
	       join_id(j, JOIN_SITE, site, mine->site, theirs->site, &out->site, err) && join_comments(j, err) &&
	       join_body(j, err) && join_unseen(j, err);
}

enum { DEPTH = 4 }; /* of texts that had been taken in crosswise before */

static bool join_on(App *app, const Revision *mine, const Revision *ground, Id other, int depth, Join *out, Err *err);

/* A revision as what it is, not as what may come after the head. */
static bool
load_exactly(App *app, Id id, Revision *out)
{
	if (!vault_load_revision(app->vault, id, out, NULL))
		return false;
	out->base = id;
	return true;
}

/* What both grew out of; *known stays false when it is not there, or not readable. When each had taken the other in,
 * that is both of them together: what they made of it is not new to either. */
static bool
load_base(App *app, const Revision *mine, Id other, int depth, Revision *base, bool *known, Err *err)
{
	Id common[2];
	Join both = {0};
	if (!vault_common(app->vault, mine, other, common, err))
		return false;
	*known = !id_is_none(common[0]) && load_exactly(app, common[0], base);
	if (*known && !id_is_none(common[1]) && depth < DEPTH &&
		join_on(app, base, NULL, common[1], depth + 1, &both, NULL) && both.len == 0) {
		revision_free(base);
		*base = both.revision;
		both.revision = (Revision){0};
	}
	join_free(&both);
	return true;
}

static bool
join_on(App *app, const Revision *mine, const Revision *ground, Id other, int depth, Join *out, Err *err)
{
	Join join = {0};
	Revision base = {0};
	bool known = ground != NULL;
	Joining j = {.app = app, .mine = mine, .theirs = &join.theirs, .join = &join};
	bool ok = vault_load_revision(app->vault, other, &join.theirs, err) &&
		  revision_copy(&join.revision, mine, err) &&
		  (known || load_base(app, mine, other, depth, &base, &known, err));
	if (ok) {
		j.base = ground != NULL ? ground : known ? &base : NULL;
		join.revision.merged = other;
		ok = join_fields(&j, err);
	}
	revision_free(&base);
	join_free(ok ? out : &join);
	if (ok)
		*out = join;
	return ok;
}

bool
app_join(App *app, const Revision *mine, const Revision *ground, Id other, Join *out, Err *err)
{
	return join_on(app, mine, ground, other, 0, out, err);
}

/* ---- Choosing */

static void
choose_line(const JoinConflict *conflict, MergeChoice choice, Str *line)
{
	if (choice == CHOOSE_MINE)
		return;
	str_set(line, choice == CHOOSE_BOTH ? str_view(&conflict->mine) : SV(""));
	if (choice == CHOOSE_BOTH && conflict->mine.len > 0 && conflict->theirs.len > 0)
		str_append_c(line, " / ");
	str_append(line, str_view(&conflict->theirs));
}

/* Of what can be only one thing `both` is mine. */
static void
choose_setting(const Join *join, JoinField field, MergeChoice choice, Revision *out)
{
	if (choice != CHOOSE_THEIRS)
		return;
	if (field == JOIN_WORK)
		out->work = join->theirs.work;
	else if (field == JOIN_SITE)
		out->site = join->theirs.site;
	else
		out->comments = join->theirs.comments;
}

bool
join_choose(const Join *join, const MergeChoice *choices, Revision *out, Err *err)
{
	size_t at = 0;
	if (!revision_copy(out, &join->revision, err))
		return false;
	for (; at < join->len && join->conflicts[at].field != JOIN_BODY; at++) {
		const JoinConflict *conflict = &join->conflicts[at];
		if (conflict->field == JOIN_TITLE)
			choose_line(conflict, choices[at], &out->title);
		else if (conflict->field == JOIN_SUBTITLE)
			choose_line(conflict, choices[at], &out->subtitle);
		else
			choose_setting(join, conflict->field, choices[at], out);
	}
	str_clear(&out->body);
	return merge_choose(&join->body, str_view(&join->mine_body), str_view(&join->theirs.body), choices + at,
		       &out->body, err) &&
	       str_ok(&out->title, err) && str_ok(&out->subtitle, err);
}

const char *
join_field_label(JoinField field)
{
	switch (field) {
	case JOIN_TITLE:
		return _("Title");
	case JOIN_SUBTITLE:
		return _("Subtitle");
	case JOIN_WORK:
		return _("Work");
	case JOIN_SITE:
		return _("Blog");
	case JOIN_COMMENTS:
		return _("Comments");
	case JOIN_BODY:
		break;
	}
	return _("Text");
}

/* ---- A draft that nobody has open */

static bool
join_one(App *app, Revision *mine, Id other, Joined *out, Err *err)
{
	Join join = {0};
	bool ok = app_join(app, mine, NULL, other, &join, err);
	if (ok && join.len == 0) {
		ok = vault_save_draft(app->vault, &join.revision, err);
		out->merged += ok;
	} else if (ok) {
		out->apart = true;
		join_free(&out->join);
		out->join = join;
		return true;
	}
	join_free(&join);
	return ok;
}

bool
app_join_heads(App *app, Id draft, Joined *out, Err *err)
{
	bool ok = true, more = true;
	*out = (Joined){0};
	while (ok && more && !out->apart) {
		Id *heads = NULL;
		size_t count;
		Revision mine = {0};
		ok = vault_load_draft(app->vault, draft, &mine, err) &&
		     vault_heads(app->vault, draft, &heads, &count, err);
		more = ok && count > 1;
		if (more)
			ok = join_one(app, &mine, heads[1], out, err);
		free(heads);
		revision_free(&mine);
	}
	if (!ok)
		joined_free(out);
	return ok;
}

void
joined_free(Joined *joined)
{
	join_free(&joined->join);
	*joined = (Joined){0};
}

/* ---- As text for the terminal or a file */

static void
put_part(const char *mark, StrView text, Str *out)
{
	str_append_c(out, mark);
	str_append(out, text);
	if (text.len > 0 && text.ptr[text.len - 1] != '\n')
		str_append_byte(out, '\n');
}

static void
put_conflict(const JoinConflict *conflict, Str *out)
{
	put_part("<<<<<<<\n", str_view(&conflict->mine), out);
	put_part("|||||||\n", str_view(&conflict->base), out);
	put_part("=======\n", str_view(&conflict->theirs), out);
	str_append_c(out, ">>>>>>>\n");
}

bool
join_diff3(const Join *join, Str *out, Err *err)
{
	size_t at = 0, pos = 0;
	StrView text = str_view(&join->body.text);
	for (; at < join->len && join->conflicts[at].field != JOIN_BODY; at++) {
		str_printf(out, "%s:\n", join_field_label(join->conflicts[at].field));
		put_conflict(&join->conflicts[at], out);
		str_append_byte(out, '\n');
	}
	for (size_t i = 0; i < join->body.len; i++) {
		const MergePlace *place = &join->body.places[i];
		if (place->side != MERGE_APART)
			continue;
		put_part("", sv_slice(text, pos, place->result.from), out);
		put_conflict(&join->conflicts[at++], out);
		pos = place->result.to + (place->result.to < text.len && text.ptr[place->result.to] == '\n');
	}
	put_part("", sv_slice(text, pos, text.len), out);
	return str_ok(out, err);
}
