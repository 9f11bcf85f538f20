/* The folder driver's entry points: typed paths, the flavour, what an interrupted publication left. */
#include "folder.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "hugo.h"
#include "slug.h"
#include "url.h"

enum { DIR_MODE = 0755, CONFIG_MAX = 1 << 20 };

/* ---- What the writer typed */

bool
folder_path(StrView typed, Str *out, Err *err)
{
	StrView text = sv_trim(typed);
	Str path = {0};
	if (sv_starts(text, SV("file://"))) {
		url_decode(&path, sv_slice(text, strlen("file://"), text.len));
	} else if (sv_equal(text, SV("~")) || sv_starts(text, SV("~/"))) {
		const char *home = getenv("HOME");
		if (home == NULL || home[0] != '/')
			return err_set(err, ERR_USAGE, "HOME is not set: give the blog's folder from / on");
		str_append_c(&path, home);
		str_append(&path, sv_slice(text, 1, text.len));
	} else {
		str_append(&path, text);
	}
	while (path.len > 1 && path.ptr[path.len - 1] == '/')
		str_truncate(&path, path.len - 1);
	bool done = str_ok(&path, err);
	if (done && (path.len == 0 || path.ptr[0] != '/' || memchr(path.ptr, '\0', path.len) != NULL))
		done = err_set(err, ERR_USAGE, "%s is not a full path: give the blog's folder from / on", str_c(&path));
	if (done)
		str_move(out, &path);
	str_free(&path);
	return done;
}

static bool
claims(StrView typed)
{
	StrView text = sv_trim(typed);
	return sv_starts(text, SV("/")) || sv_equal(text, SV("~")) || sv_starts(text, SV("~/")) ||
	       sv_starts(text, SV("file://"));
}

/* ---- Flavours */

static const char *
hugo_config(const Inside *in)
{
	for (size_t i = 0; i < HUGO_CONFIGS; i++)
		if (inside_has(in, sv(HUGO_CONFIG_NAMES[i])))
			return HUGO_CONFIG_NAMES[i];
	return NULL;
}

/* Sets *hugo by the flavour asked for, or by what is in the folder when that is empty; ERR_USAGE when it is neither
 * word, ERR_REFUSED when the folder is no hugo site. */
static bool
is_hugo(const Inside *in, StrView flavour, const Manifest *manifest, bool *hugo, Err *err)
{
	if (flavour.len == 0)
		flavour = str_view(&manifest->flavour);
	bool wants_hugo = sv_equal(flavour, SV("hugo"));
	if (!wants_hugo && flavour.len > 0 && !sv_equal(flavour, SV("plain"))) {
		Str shown = str_from(flavour);
		err_set(err, ERR_USAGE, "a folder cannot be of the kind %s: choose plain or hugo", str_c(&shown));
		str_free(&shown);
		return false;
	}
	if (manifest->flavour.len > 0 && !sv_equal(flavour, str_view(&manifest->flavour)))
		return err_set(err, ERR_REFUSED,
			"the folder %s is already a blog of the kind %s: choose another folder", str_c(&in->root),
			str_c(&manifest->flavour));
	bool is_hugo = hugo_config(in) != NULL;
	if (wants_hugo && !is_hugo)
		return err_set(err, ERR_REFUSED,
			"%s is not a hugo site (it has no hugo.toml, hugo.yaml or config.toml): make one there with "
			"hugo new site",
			str_c(&in->root));
	*hugo = wants_hugo || (flavour.len == 0 && is_hugo);
	return true;
}

/* ---- Opening */

static bool
settle_file(const Inside *in, OwnFile *file, bool *promoted, Err *err)
{
	OwnState state;
	*promoted = false;
	if (file->writing.len == 0)
		return true;
	if (!inside_look(in, file, &state, NULL, promoted, err))
		return false;
	if (*promoted)
		str_move(&file->hash, &file->writing);
	return true;
}

static bool
settle(Folder *folder, Err *err)
{
	Manifest *manifest = &folder->manifest;
	OwnFile *shared[] = {&manifest->index, &manifest->feed, &manifest->style};
	bool promoted;
	for (size_t i = 0; i < 3; i++)
		if (!settle_file(&folder->in, shared[i], &promoted, err))
			return false;
	for (size_t i = 0; i < manifest->len; i++) {
		Entry *entry = &manifest->entries[i];
		if (!settle_file(&folder->in, &entry->file, &promoted, err))
			return false;
		if (promoted && entry->next_version.len > 0)
			str_move(&entry->version, &entry->next_version);
		entry->listed = entry->file.hash.len > 0 && !entry->draft;
	}
	return true;
}

/* Before anything is made in a folder that turns out to be the wrong one. */
static bool
check_flavour(const Sys *sys, StrView root, StrView flavour, Err *err)
{
	Inside in = {.sys = sys, .root = str_from(root), .lock = -1};
	Manifest nothing = {0};
	bool hugo;
	bool done = str_ok(&in.root, err) &&
		    (!file_exists(sys, str_c(&in.root)) || is_hugo(&in, flavour, &nothing, &hugo, err));
	str_free(&in.root);
	return done;
}

bool
folder_open(Folder *folder, const Sys *sys, StrView root, StrView flavour, Err *err)
{
	bool there;
	*folder = (Folder){.in.lock = -1};
	if (!check_flavour(sys, root, flavour, err) || !inside_open(&folder->in, sys, root, err))
		return false;
	bool done = inside_load_manifest(&folder->in, &folder->manifest, &there, err) &&
		    is_hugo(&folder->in, flavour, &folder->manifest, &folder->hugo, err) && settle(folder, err);
	if (done && !there) {
		Id random;
		char text[ID_TEXT + 1];
		sys->random(&random, sizeof(random));
		id_format(random, text);
		manifest_urn(sv(text), &folder->manifest.id);
		str_set(&folder->manifest.flavour, folder->hugo ? SV("hugo") : SV("plain"));
		done = str_ok(&folder->manifest.id, err) && str_ok(&folder->manifest.flavour, err);
	}
	if (!done)
		folder_close(folder);
	return done;
}

void
folder_close(Folder *folder)
{
	manifest_free(&folder->manifest);
	inside_close(&folder->in);
}

/* ---- Terms */

typedef struct Tally {
	StrView name;
	uint32_t count;
} Tally;

static int
compare_names(const void *a, const void *b)
{
	return sv_compare(((const Tally *)a)->name, ((const Tally *)b)->name);
}

static int
compare_counts(const void *a, const void *b)
{
	const Tally *left = a, *right = b;
	if (left->count != right->count)
		return left->count > right->count ? -1 : 1;
	return compare_names(a, b);
}

static bool
put_tallies(Tally *tallies, size_t len, bool is_work, SiteTerms *out, Err *err)
{
	size_t distinct = 0;
	if (len > 1)
		qsort(tallies, len, sizeof(*tallies), compare_names);
	for (size_t i = 0; i < len; i++) {
		if (distinct > 0 && sv_equal(tallies[distinct - 1].name, tallies[i].name))
			tallies[distinct - 1].count++;
		else
			tallies[distinct++] = (Tally){tallies[i].name, 1};
	}
	if (distinct > 1)
		qsort(tallies, distinct, sizeof(*tallies), compare_counts);
	for (size_t i = 0; i < distinct && i < FOLDER_TERMS_MAX; i++)
		if (!site_terms_put(out, is_work, tallies[i].name, tallies[i].name, tallies[i].count))
			return err_memory(err);
	return true;
}

static bool
terms_in(const Manifest *manifest, SiteTerms *out, Err *err)
{
	size_t keywords = 0, works = 0, keyword_count = 0;
	for (size_t i = 0; i < manifest->len; i++)
		keyword_count += manifest->entries[i].keywords.len;
	Tally *keyword = calloc(keyword_count + 1, sizeof(*keyword)), *work = calloc(manifest->len + 1, sizeof(*work));
	bool done = keyword != NULL && work != NULL;
	for (size_t i = 0; done && i < manifest->len; i++) {
		const Entry *entry = &manifest->entries[i];
		for (size_t j = 0; j < entry->keywords.len; j++)
			keyword[keywords++].name = str_view(&entry->keywords.items[j]);
		if (entry->work.len > 0)
			work[works++].name = str_view(&entry->work);
	}
	if (!done)
		err_memory(err);
	done = done && put_tallies(keyword, keywords, false, out, err) && put_tallies(work, works, true, out, err);
	free(keyword);
	free(work);
	return done;
}

/* ---- The driver */

static StrView
last_part(StrView path)
{
	size_t from = path.len;
	while (from > 0 && path.ptr[from - 1] != '/')
		from--;
	return sv_slice(path, from, path.len);
}

static void
describe_hugo(const Folder *folder, Probe *out)
{
	Str config = {0}, base = {0};
	const char *name = hugo_config(&folder->in);
	if (name != NULL && inside_read_foreign(&folder->in, sv(name), CONFIG_MAX, &config)) {
		hugo_config_text(str_view(&config), "title", &out->site_name);
		hugo_config_text(str_view(&config), "baseurl", &base);
	}
	if (sv_starts(str_view(&base), SV("https://")) || sv_starts(str_view(&base), SV("http://")))
		str_move(&out->address, &base);
	else
		slug_file_url(str_view(&folder->in.root), &out->address);
	str_free(&config);
	str_free(&base);
}

static void
describe_plain(const Folder *folder, Probe *out)
{
	const Str *index = &folder->manifest.index.path;
	Str path = {0};
	path_join(&path, str_view(&folder->in.root), index->len > 0 ? str_view(index) : SV("index.html"));
	slug_file_url(str_view(&path), &out->address);
	str_free(&path);
}

static bool
describe(const Folder *folder, Probe *out, Err *err)
{
	str_set(&out->driver, SV("folder"));
	str_set(&out->endpoint, str_view(&folder->in.root));
	str_set(&out->flavour, folder->hugo ? SV("hugo") : SV("plain"));
	out->may_publish = true;
	if (folder->hugo)
		describe_hugo(folder, out);
	else
		describe_plain(folder, out);
	if (out->site_name.len == 0)
		(void)unicode_clean(last_part(str_view(&folder->in.root)), &out->site_name, NULL, NULL);
	return terms_in(&folder->manifest, &out->terms, err) && str_ok(&out->driver, err) &&
	       str_ok(&out->endpoint, err) && str_ok(&out->flavour, err) && str_ok(&out->address, err) &&
	       str_ok(&out->site_name, err);
}

static bool
probe(DriverContext *ctx, Probe *out, Err *err)
{
	Str root = {0};
	Folder folder;
	StrView flavour = str_view(&ctx->account->flavour);
	bool done = folder_path(str_view(&ctx->account->endpoint), &root, err);
	if (done && (flavour.len == 0 || sv_equal(flavour, SV("plain"))))
		done = file_make_dirs(ctx->sys, str_c(&root), DIR_MODE, err);
	if (done && (done = folder_open(&folder, ctx->sys, str_view(&root), flavour, err))) {
		done = describe(&folder, out, err);
		folder_close(&folder);
	}
	str_free(&root);
	return done;
}

static bool
terms(DriverContext *ctx, SiteTerms *out, Err *err)
{
	Str root = {0};
	Folder folder;
	bool done = folder_path(str_view(&ctx->account->endpoint), &root, err);
	if (done && (done = folder_open(&folder, ctx->sys, str_view(&root), str_view(&ctx->account->flavour), err))) {
		done = terms_in(&folder.manifest, out, err);
		folder_close(&folder);
	}
	str_free(&root);
	return done;
}

const Driver DRIVER_FOLDER = {
	.traits = {.name = "folder",
		.body = BODY_MARKDOWN,
		.per_post_comments = false,
		.has_keywords = true,
		.has_works = true},
	.claims = claims,
	.probe = probe,
	.publish = folder_publish,
	.terms = terms,
};
