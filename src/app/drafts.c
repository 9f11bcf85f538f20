/* What a writer changes about a draft, its number in its work, and the draft as a file. */
#include "meok/app.h"

#include <stdlib.h>

/* ---- Changing */

static bool
set_text(Str *to, const StrView *text, bool one_line, size_t *replaced, Err *err)
{
	if (text == NULL)
		return true;
	Str clean = {0};
	size_t bad = 0;
	if (!unicode_clean(*text, &clean, &bad, err)) {
		str_free(&clean);
		return false;
	}
	*replaced += bad;
	if (one_line) {
		for (size_t i = 0; i < clean.len; i++)
			if (clean.ptr[i] == '\n' || clean.ptr[i] == '\t')
				clean.ptr[i] = ' ';
		Str trimmed = str_from(sv_trim(str_view(&clean)));
		str_move(&clean, &trimmed);
	}
	str_move(to, &clean);
	return str_ok(to, err);
}

static bool
has_same(const StrList *list, StrView item)
{
	for (size_t i = 0; i < list->len; i++)
		if (unicode_same(str_view(&list->items[i]), item))
			return true;
	return false;
}

static bool
set_keywords(StrList *to, const StrList *wanted, size_t *replaced, Err *err)
{
	if (wanted == NULL)
		return true;
	StrList clean = {0};
	bool ok = true;
	for (size_t i = 0; ok && i < wanted->len; i++) {
		StrView raw = str_view(&wanted->items[i]);
		Str one = {0};
		ok = set_text(&one, &raw, true, replaced, err);
		if (ok && one.len > 0 && !has_same(&clean, str_view(&one)))
			list_take(&clean, &one);
		str_free(&one);
	}
	ok = ok && list_ok(&clean, err);
	if (ok)
		list_copy(to, &clean);
	list_free(&clean);
	return ok && list_ok(to, err);
}

static bool
set_site(App *app, Revision *revision, const StrView *name, Err *err)
{
	if (name == NULL)
		return true;
	if (name->len == 0) {
		revision->site = ID_NONE;
		return true;
	}
	return app_find_site(app, *name, &revision->site, err);
}

/* The work of that name, made when there is none; its defaults fill what the draft leaves open. */
static bool
set_work(App *app, Revision *revision, const StrView *name, DraftChanged *changed, Err *err)
{
	if (name == NULL)
		return true;
	Str clean = {0};
	if (!set_text(&clean, name, true, &changed->replaced, err))
		return false;
	Work work = {0};
	Err why = {0};
	Id id;
	bool ok = true;
	if (clean.len == 0) {
		revision->work = ID_NONE;
	} else if (app_find_work(app, str_view(&clean), &id, &why)) {
		ok = vault_load_work(app->vault, id, &work, err);
		if (ok && revision->comments == COMMENTS_DEFAULT)
			revision->comments = work.comments;
		if (ok && id_is_none(revision->site))
			revision->site = work.site;
		revision->work = id;
	} else {
		str_move(&work.name, &clean);
		ok = vault_save_work(app->vault, &work, err);
		revision->work = work.id;
		changed->new_work = ok;
	}
	work_free(&work);
	str_free(&clean);
	return ok;
}

static bool
keep_chapter(App *app, const Revision *revision, Err *err)
{
	if (id_is_none(revision->work))
		return true;
	Work work = {0};
	bool ok = vault_load_work(app->vault, revision->work, &work, err);
	if (ok && work_chapter(&work, revision->draft) == 0)
		ok = work_add_chapter(&work, revision->draft, err) && vault_save_work(app->vault, &work, err);
	work_free(&work);
	return ok;
}

static bool
keywords_fit(App *app, const Revision *revision, Err *err)
{
	if (id_is_none(revision->site))
		return true;
	SiteRecord site = {0};
	Err why = {0};
	bool ok = vault_load_site(app->vault, revision->site, &site, &why);
	/* A site that has been removed sets no limit. */
	if (!ok && why.kind == ERR_NOT_FOUND)
		ok = true;
	else if (!ok)
		*err = why;
	else
		ok = app_keywords_fit(revision, &site, err);
	site_record_free(&site);
	return ok;
}

/* All but the names of other things. */
static bool
set_texts(Revision *revision, const DraftChange *change, size_t *replaced, Err *err)
{
	if (change->set_comments)
		revision->comments = change->comments;
	return set_text(&revision->title, change->title, true, replaced, err) &&
	       set_text(&revision->subtitle, change->subtitle, true, replaced, err) &&
	       set_text(&revision->body, change->body, false, replaced, err) &&
	       set_text(&revision->source, change->source, false, replaced, err) &&
	       set_keywords(&revision->keywords, change->keywords, replaced, err);
}

bool
app_change_draft(App *app, Revision *revision, const DraftChange *change, DraftChanged *changed, Err *err)
{
	DraftChanged what = {0};
	Err unheard;
	if (err == NULL)
		err = &unheard;
	bool ok = set_texts(revision, change, &what.replaced, err) && set_site(app, revision, change->site, err) &&
		  keywords_fit(app, revision, err) && set_work(app, revision, change->work, &what, err) &&
		  keywords_fit(app, revision, err);
	if (!ok)
		return false;
	Id before = revision->object;
	if (!vault_save_draft(app->vault, revision, err) || !keep_chapter(app, revision, err))
		return false;
	what.unchanged = !id_is_none(before) && id_equal(before, revision->object);
	if (changed != NULL)
		*changed = what;
	return true;
}

bool
app_find_source(App *app, StrView path, Id *out, Err *err)
{
	size_t count;
	const Entry *const *drafts = vault_entries(app->vault, OBJECT_REVISION, &count);
	for (size_t i = 0; i < count; i++) {
		Revision revision = {0};
		/* A damaged draft cannot be the one; its damage is told where it is asked for. */
		bool same = !drafts[i]->trashed && vault_load_draft(app->vault, drafts[i]->subject, &revision, NULL) &&
			    revision.source.len > 0 && sv_equal(str_view(&revision.source), path);
		revision_free(&revision);
		if (same) {
			*out = drafts[i]->subject;
			return true;
		}
	}
	return err_set(err, ERR_NOT_FOUND, "no draft came from this file yet");
}

static void
take_source(void *data, size_t at, const SweepText *text)
{
	Str *sources = data;
	str_set(&sources[at], text->source);
}

static int
compare_sources(const void *a, const void *b)
{
	const Source *x = a, *y = b;
	int order = sv_compare(str_view(&x->path), str_view(&y->path));
	return order != 0 ? order : id_compare(x->draft, y->draft);
}

void
sources_free(Sources *sources)
{
	for (size_t i = 0; i < sources->len; i++)
		str_free(&sources->items[i].path);
	free(sources->items);
	*sources = (Sources){0};
}

/* What the threads of a sweep have found, each at its place. */
static bool
gather_sources(const App *app, const Sweep *sweep, Str *found, Sources *out, Err *err)
{
	Sources sources = {.items = calloc(sweep_count(sweep) + 1, sizeof *sources.items)};
	bool ok = sources.items != NULL || err_memory(err);
	for (size_t i = 0; i < sweep_count(sweep); i++) {
		Id draft = *sweep_draft(sweep, i);
		const Entry *entry = vault_entry(app->vault, OBJECT_REVISION, draft);
		ok = ok && str_ok(&found[i], err);
		if (ok && found[i].len > 0 && entry != NULL && !entry->trashed) {
			sources.items[sources.len].draft = draft;
			str_move(&sources.items[sources.len++].path, &found[i]);
		}
		str_free(&found[i]);
	}
	if (sources.len > 1)
		qsort(sources.items, sources.len, sizeof *sources.items, compare_sources);
	sources_free(ok ? out : &sources);
	if (ok)
		*out = sources;
	return ok;
}

bool
app_sources(App *app, Sources *out, Err *err)
{
	Sweep *sweep = sweep_new(0, err);
	bool ok = sweep != NULL && sweep_list(sweep, app->vault, err);
	Str *found = ok ? calloc(sweep_count(sweep) + 1, sizeof *found) : NULL;
	if (found != NULL) {
		sweep_run(sweep, NULL, take_source, found);
		ok = gather_sources(app, sweep, found, out, err);
	} else if (ok) {
		ok = err_memory(err);
	}
	free(found);
	sweep_free(sweep);
	return ok;
}

const Source *
sources_find(const Sources *sources, StrView path)
{
	size_t low = 0, high = sources->len;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = sv_compare(str_view(&sources->items[middle].path), path);
		if (order == 0)
			return &sources->items[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static bool
is_so(const Revision *revision, const DraftChange *change, bool *out, Err *err)
{
	Revision copy = {0};
	size_t replaced = 0;
	bool ok = revision_copy(&copy, revision, err) && set_texts(&copy, change, &replaced, err);
	*out = ok && revision_same(&copy, revision);
	revision_free(&copy);
	return ok;
}

bool
app_was_so(App *app, Id draft, const DraftChange *change, bool *out, Err *err)
{
	RevisionEntry *entries = NULL;
	size_t count = 0;
	bool ok = vault_history(app->vault, draft, &entries, &count, err);
	*out = false;
	for (size_t i = 0; ok && i < count && !*out; i++) {
		Revision revision = {0};
		/* One that is damaged can be compared with nothing. */
		if (vault_load_revision(app->vault, entries[i].object, &revision, NULL))
			ok = is_so(&revision, change, out, err);
		revision_free(&revision);
	}
	free(entries);
	return ok;
}

/* ---- As a chapter */

bool
app_chapter(App *app, Id draft, Id work_id, uint32_t *out, Err *err)
{
	*out = 0;
	if (id_is_none(work_id))
		return true;
	Work work = {0};
	if (!vault_load_work(app->vault, work_id, &work, err))
		return false;
	uint32_t number = 0;
	for (size_t i = 0; i < work.chapter_count; i++) {
		const Entry *entry = vault_entry(app->vault, OBJECT_REVISION, work.chapters[i]);
		if (entry == NULL || entry->trashed || !id_equal(entry->work, work_id))
			continue;
		number++;
		if (id_equal(work.chapters[i], draft))
			*out = number;
	}
	work_free(&work);
	return true;
}

/* ---- As a file */

/* A double-quoted YAML scalar. */
static void
put_quoted(StrView text, Str *out)
{
	str_append_byte(out, '"');
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == '"' || text.ptr[i] == '\\')
			str_append_byte(out, '\\');
		str_append_byte(out, text.ptr[i]);
	}
	str_append_byte(out, '"');
}

static void
put_field(const char *name, StrView value, Str *out)
{
	if (value.len == 0)
		return;
	str_printf(out, "%s: ", name);
	put_quoted(value, out);
	str_append_byte(out, '\n');
}

bool
app_markdown(App *app, const Revision *revision, Str *out, Err *err)
{
	str_append_c(out, "---\n");
	/* Without one a heading of the text would be read back as the title. */
	if (revision->title.len == 0)
		str_append_c(out, "title: \"\"\n");
	put_field("title", str_view(&revision->title), out);
	put_field("subtitle", str_view(&revision->subtitle), out);
	str_append_c(out, "date: ");
	time_local(revision->time_ms, out);
	str_append_c(out, "\n");
	if (revision->keywords.len > 0) {
		str_append_c(out, "keywords: [");
		for (size_t i = 0; i < revision->keywords.len; i++) {
			str_append_c(out, i > 0 ? ", " : "");
			put_quoted(str_view(&revision->keywords.items[i]), out);
		}
		str_append_c(out, "]\n");
	}
	put_field("work", app_work_name(app, revision->work), out);
	put_field("site", app_site_name(app, revision->site), out);
	if (revision->comments != COMMENTS_DEFAULT)
		str_printf(out, "comments: %s\n", revision->comments == COMMENTS_OPEN ? "true" : "false");
	str_append_c(out, "---\n\n");
	str_append(out, str_view(&revision->body));
	return str_ok(out, err);
}
