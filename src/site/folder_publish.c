/* One article into its folder: its own file, the pages that point to it, the index and the feed. */
#include <stdlib.h>
#include <string.h>

#include "folder.h"
#include "hugo.h"
#include "plain.h"
#include "plan.h"
#include "slug.h"

static const char POSTS[] = "content/posts";

/* What is under way; the manifest's entries do not move while it exists. */
typedef struct Publication {
	DriverContext *ctx;
	const Article *article;
	Folder *folder;
	Entry *entry;
	Str version, old_work;
	StrList old_keywords;
	bool existed;
	bool hidden; /* readers have not seen it */
	Plan plan;
} Publication;

/* ---- Is it allowed? */

static bool
check_article(const Folder *folder, const Article *article, Err *err)
{
	if (article->as_draft && !folder->hugo)
		return err_set(err, ERR_REFUSED,
			"a plain folder has no drafts, everything in it can be read: publish the article, or keep it "
			"in meok");
	if (article->token.len == 0)
		return err_set(err, ERR_USAGE, "the article has no token: publish it again");
	if (article->keywords.len > MANIFEST_KEYWORDS_MAX)
		return err_set(err, ERR_REFUSED, "a folder takes 100 keywords for an article at most: remove some");
	return true;
}

static bool
changed_by_hand(const OwnFile *file, Err *err)
{
	return err_set(err, ERR_CONFLICT,
		"%s in the blog's folder was changed since meok wrote it: copy the change into your draft, then "
		"publish with --overwrite",
		str_c(&file->path));
}

static bool
check_own(const Publication *p, Err *err)
{
	const Article *article = p->article;
	const Entry *entry = p->entry;
	OwnState state;
	if (!inside_look(&p->folder->in, &entry->file, &state, NULL, NULL, err))
		return false;
	if (article->overwrite)
		return true;
	if (state == OWN_ABSENT)
		return err_set(err, ERR_CONFLICT,
			"%s was removed from the blog's folder: write it again, or leave it removed",
			str_c(&entry->file.path));
	if (state == OWN_CHANGED)
		return changed_by_hand(&entry->file, err);
	StrView seen = str_view(&article->remote_version), held = str_view(&entry->version);
	if (seen.len > 0 && !sv_equal(seen, held) && !sv_equal(seen, str_view(&entry->next_version)) &&
		!sv_equal(held, str_view(&p->version)))
		return err_set(err, ERR_CONFLICT,
			"another meok published a newer text of %s: replace it, or take that one over first",
			str_c(&entry->file.path));
	return true;
}

static bool
check_shared(const Publication *p, Err *err)
{
	const Manifest *manifest = &p->folder->manifest;
	const OwnFile *shared[] = {&manifest->index, &manifest->feed};
	for (size_t i = 0; i < 2; i++) {
		OwnState state;
		if (shared[i]->hash.len == 0)
			continue;
		if (!inside_look(&p->folder->in, shared[i], &state, NULL, NULL, err))
			return false;
		if (state == OWN_CHANGED && !p->article->overwrite)
			return changed_by_hand(shared[i], err);
	}
	return true;
}

/* ---- The entry */

/* One clean line: what a title may hold on a page, in YAML and in a list. */
static bool
set_line(Str *to, const Str *from, Err *err)
{
	Str clean = {0};
	if (!unicode_clean(str_view(from), &clean, NULL, err))
		return false;
	for (size_t i = 0; i < clean.len; i++)
		if (clean.ptr[i] == '\n' || clean.ptr[i] == '\t')
			clean.ptr[i] = ' ';
	str_set(to, sv_trim(str_view(&clean)));
	str_free(&clean);
	return str_ok(to, err);
}

static bool
set_keywords(Entry *entry, const StrList *keywords, Err *err)
{
	list_free(&entry->keywords);
	for (size_t i = 0; i < keywords->len; i++) {
		Str keyword = {0};
		if (!set_line(&keyword, &keywords->items[i], err)) {
			str_free(&keyword);
			return false;
		}
		if (keyword.len > 0 && !list_has(&entry->keywords, str_view(&keyword)))
			list_append(&entry->keywords, str_view(&keyword));
		str_free(&keyword);
	}
	return list_ok(&entry->keywords, err);
}

/* Names that stand in `dir` on disk, in the manifest, or mean something else there. */
static bool
taken_names(const Folder *folder, StrView dir, StrList *taken, Err *err)
{
	const Manifest *manifest = &folder->manifest;
	if (!inside_list(&folder->in, dir, taken, err))
		return false;
	size_t on_disk = taken->len;
	for (size_t i = 0; folder->hugo && i < on_disk; i++) { /* name/index.md has the same address as name.md */
		Str page = str_from(str_view(&taken->items[i]));
		str_append_c(&page, ".md");
		list_take(taken, &page);
	}
	if (folder->hugo) {
		list_append(taken, SV("index.md"));
		list_append(taken, SV("_index.md"));
	}
	const OwnFile *shared[] = {&manifest->index, &manifest->feed, &manifest->style};
	for (size_t i = 0; i < 3; i++)
		list_append(taken, str_view(&shared[i]->path));
	for (size_t i = 0; i < manifest->len; i++) {
		const char *path = str_c(&manifest->entries[i].file.path), *slash = strrchr(path, '/');
		list_append(taken, sv(slash == NULL ? path : slash + 1));
	}
	return list_ok(taken, err);
}

static bool
choose_path(const Folder *folder, StrView dir, StrView stem, StrView extension, Str *slug, Str *path, Err *err)
{
	StrList taken = {0};
	Str name = {0};
	bool done = taken_names(folder, dir, &taken, err) && slug_pick(stem, extension, &taken, slug, &name, err);
	if (done && dir.len > 0)
		path_join(path, dir, str_view(&name));
	else if (done)
		str_move(path, &name);
	list_free(&taken);
	str_free(&name);
	return done && str_ok(path, err);
}

static bool
name_article(Publication *p, Err *err)
{
	Entry *entry = p->entry;
	Str stem = {0};
	const Str *wanted[] = {&p->article->slug, &entry->title};
	bool done = true;
	for (size_t i = 0; done && i < 2 && stem.len == 0; i++)
		done = slug_make(str_view(wanted[i]), &stem, err);
	if (done && stem.len == 0)
		time_date(entry->date_ms, &stem);
	str_clear(&entry->file.path);
	done = done && str_ok(&stem, err) &&
	       choose_path(p->folder, p->folder->hugo ? sv(POSTS) : SV(""), str_view(&stem),
		       p->folder->hugo ? SV(".md") : SV(".html"), &entry->slug, &entry->file.path, err);
	str_free(&stem);
	return done;
}

static bool
name_shared(Folder *folder, Err *err)
{
	Manifest *manifest = &folder->manifest;
	struct {
		OwnFile *file;
		StrView stem, extension;
	} shared[] = {{&manifest->index, SV("index"), SV(".html")}, {&manifest->feed, SV("feed"), SV(".xml")},
		{&manifest->style, SV("style"), SV(".css")}};
	Str slug = {0};
	bool done = true;
	for (size_t i = 0; done && i < 3; i++)
		if (shared[i].file->hash.len == 0) {
			OwnState state = OWN_ABSENT;
			if (shared[i].file->path.len > 0)
				done = inside_look(&folder->in, shared[i].file, &state, NULL, NULL, err);
			if (done && (shared[i].file->path.len == 0 || state == OWN_CHANGED)) {
				str_clear(&shared[i].file->path);
				done = choose_path(folder, SV(""), shared[i].stem, shared[i].extension, &slug,
					&shared[i].file->path, err);
			}
		}
	str_free(&slug);
	return done;
}

static bool
find_entry(Publication *p, Err *err)
{
	Manifest *manifest = &p->folder->manifest;
	const Article *article = p->article;
	p->entry = manifest_find(manifest, str_view(&article->token));
	if (p->entry == NULL && article->remote_id.len > 0)
		p->entry = manifest_find(manifest, str_view(&article->remote_id));
	if (p->entry != NULL) {
		p->existed = p->entry->file.hash.len > 0;
		return !p->existed || check_own(p, err);
	}
	if (article->sent_before && article->phase >= SITE_PUBLIC && !article->overwrite)
		return err_set(err, ERR_CONFLICT,
			"the folder %s knows nothing of this article any more: write it again, or look for the right "
			"folder",
			str_c(&p->folder->in.root));
	p->entry = manifest_add(manifest, err);
	if (p->entry == NULL)
		return false;
	str_set(&p->entry->token, str_view(&article->token));
	return str_ok(&p->entry->token, err);
}

/* A draft that was to go public and was taken back before its file was written is still one, whatever the list says. */
static bool
is_hidden(const Publication *p)
{
	bool taken_back = p->folder->hugo && p->article->phase == SITE_FILLED && p->entry->file.writing.len > 0;
	return !p->existed || p->entry->draft || taken_back;
}

static bool
fill_entry(Publication *p, Err *err)
{
	const Article *article = p->article;
	Entry *entry = p->entry;
	int64_t now = p->ctx->sys->now_ms();
	p->hidden = is_hidden(p);
	bool goes_public = p->hidden && !article->as_draft;
	str_set(&p->old_work, str_view(&entry->work));
	if (p->existed)
		list_copy(&p->old_keywords, &entry->keywords);
	if (entry->date_ms == 0 || goes_public)
		entry->date_ms = entry->updated_ms = now;
	else if (!sv_equal(str_view(&entry->version), str_view(&p->version)) && p->existed)
		entry->updated_ms = now;
	entry->chapter = article->chapter;
	entry->comments = article->comments;
	entry->draft = article->as_draft;
	entry->listed = !entry->draft;
	str_set(&entry->language, plain_language(&article->language));
	str_set(&entry->next_version, str_view(&p->version));
	return set_line(&entry->title, &article->title, err) && set_line(&entry->subtitle, &article->subtitle, err) &&
	       set_line(&entry->author, &article->author, err) && set_line(&entry->work, &article->work, err) &&
	       set_keywords(entry, &article->keywords, err) && str_ok(&p->old_work, err) &&
	       list_ok(&p->old_keywords, err) && str_ok(&entry->language, err) && str_ok(&entry->next_version, err);
}

/* A name that was chosen once and never used is chosen again: the title may be another, and a file of that name is
 * somebody else's. */
static bool
settle_name(Publication *p, Err *err)
{
	return p->existed || name_article(p, err);
}

/* ---- The files */

/* The pages of the same work, whose links forward and back may point elsewhere now. */
static bool
plan_neighbours(Publication *p, const PlainSite *site, Err *err)
{
	Manifest *manifest = &p->folder->manifest;
	for (size_t i = 0; i < manifest->len; i++) {
		Entry *other = &manifest->entries[i];
		StrView work = str_view(&other->work);
		if (other == p->entry || !other->listed || work.len == 0 ||
			(!sv_equal(work, str_view(&p->entry->work)) && !sv_equal(work, str_view(&p->old_work))))
			continue;
		Str page = {0}, relinked = {0};
		OwnState state;
		bool done = inside_look(&p->folder->in, &other->file, &state, &page, NULL, err);
		/* A page that somebody changed keeps its links; the index has the new ones. */
		if (done && state == OWN_SAME && plain_relink(site, other, str_view(&page), &relinked, NULL))
			done = plan_put(&p->plan, &p->folder->in, &other->file, &relinked, err);
		str_free(&page);
		str_free(&relinked);
		if (!done)
			return false;
	}
	return true;
}

static bool
plan_style(Publication *p, Err *err)
{
	OwnFile *style = &p->folder->manifest.style;
	OwnState state;
	if (!inside_look(&p->folder->in, style, &state, NULL, NULL, err))
		return false;
	if (state == OWN_CHANGED)
		return true; /* the writer's own design */
	Str bytes = str_from(sv(PLAIN_STYLE));
	return plan_put(&p->plan, &p->folder->in, style, &bytes, err);
}

static StrView
folder_name(const Inside *in)
{
	const char *slash = strrchr(str_c(&in->root), '/');
	return sv(slash == NULL ? str_c(&in->root) : slash + 1);
}

static bool
plan_plain(Publication *p, Err *err)
{
	Manifest *manifest = &p->folder->manifest;
	const Inside *in = &p->folder->in;
	Str name = {0}, page = {0}, index = {0}, feed = {0};
	PlainSite site;
	if (!unicode_clean(folder_name(in), &name, NULL, err) || !plain_site(manifest, str_view(&name), &site, err)) {
		str_free(&name);
		return false;
	}
	bool done = plan_style(p, err) && plain_page(&site, p->entry, str_view(&p->article->body_html), &page, err) &&
		    plan_put(&p->plan, in, &p->entry->file, &page, err) && plan_neighbours(p, &site, err) &&
		    plain_index(&site, &index, err) && plan_put(&p->plan, in, &manifest->index, &index, err) &&
		    plain_feed(&site, &feed, err) && plan_put(&p->plan, in, &manifest->feed, &feed, err);
	plain_site_free(&site);
	str_free(&name);
	str_free(&page);
	str_free(&index);
	str_free(&feed);
	return done;
}

static bool
plan_hugo(Publication *p, Err *err)
{
	Str page = {0};
	bool done = hugo_page(p->entry, str_view(&p->article->body), &page, err) &&
		    plan_put(&p->plan, &p->folder->in, &p->entry->file, &page, err);
	str_free(&page);
	return done;
}

/* ---- The outcome */

static bool
is_new_keyword(const Publication *p, StrView keyword)
{
	const Manifest *manifest = &p->folder->manifest;
	if (list_has(&p->old_keywords, keyword))
		return false;
	for (size_t i = 0; i < manifest->len; i++)
		if (&manifest->entries[i] != p->entry && list_has(&manifest->entries[i].keywords, keyword))
			return false;
	return true;
}

static bool
tell(const Publication *p, Outcome *out, Err *err)
{
	const Entry *entry = p->entry;
	Str path = {0};
	out->phase = entry->draft ? SITE_DRAFT : SITE_PUBLIC;
	out->updated = p->existed;
	out->published_ms = entry->date_ms;
	str_set(&out->remote_id, str_view(&entry->token));
	str_set(&out->slug, str_view(&entry->slug));
	str_set(&out->remote_version, str_view(&entry->version));
	path_join(&path, str_view(&p->folder->in.root), str_view(&entry->file.path));
	slug_file_url(str_view(&path), &out->url);
	bool done = str_ok(&path, err);
	str_free(&path);
	for (size_t i = 0; done && i < entry->keywords.len; i++) {
		StrView keyword = str_view(&entry->keywords.items[i]);
		if (is_new_keyword(p, keyword))
			list_append(&out->notes, keyword);
		done = site_terms_put(&out->learned, false, keyword, keyword, 0) || err_memory(err);
	}
	if (done && entry->work.len > 0)
		done = site_terms_put(&out->learned, true, str_view(&entry->work), str_view(&entry->work), 0) ||
		       err_memory(err);
	return done && list_ok(&out->notes, err) && str_ok(&out->remote_id, err) && str_ok(&out->url, err) &&
	       str_ok(&out->slug, err) && str_ok(&out->remote_version, err);
}

/* Before a file is written all of it stands in the child's memory, hidden as well as on any site. An update leaves the
 * parent's record as public as it was and only tells it the version to come. */
static SitePhase
phase_before_writing(const Publication *p)
{
	if (p->article->as_draft)
		return p->existed && p->article->phase != 0 ? p->article->phase : SITE_CREATED;
	return p->hidden ? SITE_FILLED : SITE_PUBLIC;
}

static bool
carry_out(Publication *p, Err *err)
{
	const Inside *in = &p->folder->in;
	Entry *entry = p->entry;
	if (!plan_announce(&p->plan, in, &p->folder->manifest, err) ||
		!driver_checkpoint(p->ctx, phase_before_writing(p), str_view(&entry->token), str_view(&entry->slug),
			str_view(&p->version), err) ||
		!plan_write(&p->plan, in, err))
		return false;
	str_move(&entry->version, &entry->next_version);
	if (!inside_save_manifest(in, &p->folder->manifest, err))
		return false;
	driver_progress(p->ctx, entry->draft ? SITE_DRAFT : SITE_PUBLIC);
	return true;
}

static bool
publish_into(Publication *p, Err *err)
{
	Folder *folder = p->folder;
	manifest_version(p->article, &p->version);
	if (!str_ok(&p->version, err) || !check_article(folder, p->article, err) || !check_shared(p, err))
		return false;
	if (folder->hugo && !inside_make_dir(&folder->in, sv(POSTS), err))
		return false;
	return find_entry(p, err) && fill_entry(p, err) && (folder->hugo || name_shared(folder, err)) &&
	       settle_name(p, err) && (folder->hugo ? plan_hugo(p, err) : plan_plain(p, err)) && carry_out(p, err);
}

bool
folder_publish(DriverContext *ctx, const Article *article, Outcome *out, Err *err)
{
	Str root = {0};
	Folder folder;
	if (!folder_path(str_view(&ctx->account->endpoint), &root, err))
		return false;
	bool done = folder_open(&folder, ctx->sys, str_view(&root), str_view(&ctx->account->flavour), err);
	if (done) {
		Publication p = {.ctx = ctx, .article = article, .folder = &folder};
		done = publish_into(&p, err) && tell(&p, out, err);
		str_free(&p.version);
		str_free(&p.old_work);
		list_free(&p.old_keywords);
		plan_free(&p.plan);
		folder_close(&folder);
	}
	str_free(&root);
	return done;
}
