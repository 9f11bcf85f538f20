/* .meok/manifest.json as a value: guarded reading, order by date and by chapter, hashes. */
#include "manifest.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char FORMAT_NAME[] = "meok-folder";

static void
own_file_free(OwnFile *file)
{
	str_free(&file->path);
	str_free(&file->hash);
	str_free(&file->writing);
}

static void
entry_free(Entry *entry)
{
	Str *texts[] = {&entry->token, &entry->title, &entry->subtitle, &entry->author, &entry->language, &entry->work,
		&entry->slug, &entry->version, &entry->next_version};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		str_free(texts[i]);
	list_free(&entry->keywords);
	own_file_free(&entry->file);
}

void
manifest_free(Manifest *manifest)
{
	for (size_t i = 0; i < manifest->len; i++)
		entry_free(&manifest->entries[i]);
	free(manifest->entries);
	str_free(&manifest->flavour);
	str_free(&manifest->id);
	own_file_free(&manifest->index);
	own_file_free(&manifest->feed);
	own_file_free(&manifest->style);
	*manifest = (Manifest){0};
}

/* ---- Paths and hashes */

bool
own_path_ok(StrView path)
{
	if (path.len == 0 || path.len > 4096 || !unicode_valid(path))
		return false;
	for (size_t i = 0; i < path.len; i++) {
		unsigned char byte = (unsigned char)path.ptr[i];
		if (byte < 0x20 || byte == 0x7f || byte == '\\')
			return false;
	}
	StrView rest = path, part;
	if (path.ptr[path.len - 1] == '/')
		return false;
	while (sv_split(&rest, '/', &part))
		if (part.len == 0 || part.len > 255 || part.ptr[0] == '.')
			return false;
	return true;
}

static uint64_t
fnv1a(uint64_t hash, StrView bytes)
{
	for (size_t i = 0; i < bytes.len; i++)
		hash = (hash ^ (unsigned char)bytes.ptr[i]) * UINT64_C(0x100000001b3);
	return hash;
}

static const uint64_t FNV_BASIS = UINT64_C(0xcbf29ce484222325);

void
own_hash(StrView bytes, Str *out)
{
	str_clear(out);
	str_printf(out, "%zu-%016" PRIx64, bytes.len, fnv1a(FNV_BASIS, bytes));
}

void
manifest_version(const Article *article, Str *out)
{
	uint64_t hash = FNV_BASIS;
	const Str *texts[] = {&article->title, &article->subtitle, &article->body, &article->body_html, &article->work,
		&article->author, &article->language};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		hash = fnv1a(fnv1a(hash, str_view(texts[i])), (StrView){"", 1});
	for (size_t i = 0; i < article->keywords.len; i++)
		hash = fnv1a(fnv1a(hash, str_view(&article->keywords.items[i])), (StrView){"", 1});
	char rest[48];
	snprintf(rest, sizeof(rest), "%" PRIu32 " %d %d", article->chapter, (int)article->comments, article->as_draft);
	hash = fnv1a(hash, sv(rest));
	str_clear(out);
	str_printf(out, "%016" PRIx64, hash);
}

void
manifest_urn(StrView token, Str *out)
{
	uint64_t high = fnv1a(FNV_BASIS, token);
	uint64_t low = fnv1a(high ^ UINT64_C(0x9e3779b97f4a7c15), token);
	high = (high & ~UINT64_C(0xf000)) | UINT64_C(0x8000);
	low = (low & (UINT64_MAX >> 2)) | UINT64_C(1) << 63;
	str_clear(out);
	str_printf(out, "urn:uuid:%08" PRIx64 "-%04" PRIx64 "-%04" PRIx64 "-%04" PRIx64 "-%012" PRIx64, high >> 32,
		(high >> 16) & 0xffff, high & 0xffff, low >> 48, low & UINT64_C(0xffffffffffff));
}

/* ---- Looking up */

Entry *
manifest_find(const Manifest *manifest, StrView token)
{
	for (size_t i = 0; i < manifest->len; i++)
		if (sv_equal(str_view(&manifest->entries[i].token), token))
			return &manifest->entries[i];
	return NULL;
}

Entry *
manifest_add(Manifest *manifest, Err *err)
{
	if (manifest->len >= MANIFEST_ARTICLES_MAX) {
		err_set(err, ERR_FAILED,
			"this folder already holds 4000 articles, the most it can: choose another folder");
		return NULL;
	}
	Entry *grown = array_grow(manifest->entries, manifest->len, &manifest->cap, sizeof *grown);
	if (grown == NULL) {
		err_memory(err);
		return NULL;
	}
	manifest->entries = grown;
	Entry *entry = &manifest->entries[manifest->len++];
	*entry = (Entry){0};
	return entry;
}

static int
compare_dates(const void *a, const void *b)
{
	const Entry *left = *(const Entry *const *)a, *right = *(const Entry *const *)b;
	if (left->date_ms != right->date_ms)
		return left->date_ms > right->date_ms ? -1 : 1;
	return left > right ? -1 : left < right; /* the same array: the one that came later is newer */
}

static int
compare_chapters(const void *a, const void *b)
{
	const Entry *left = *(const Entry *const *)a, *right = *(const Entry *const *)b;
	uint32_t left_number = left->chapter - 1, right_number = right->chapter - 1; /* 0 wraps behind all others */
	if (left_number != right_number)
		return left_number < right_number ? -1 : 1;
	return compare_dates(b, a);
}

/* `work` NULL: all. */
static bool
pick_listed(const Manifest *manifest, const StrView *work, const Entry ***out, size_t *len, Err *err)
{
	const Entry **picked = malloc((manifest->len + 1) * sizeof(const Entry *));
	if (picked == NULL)
		return err_memory(err);
	size_t count = 0;
	for (size_t i = 0; i < manifest->len; i++) {
		const Entry *entry = &manifest->entries[i];
		if (entry->listed && (work == NULL || sv_equal(str_view(&entry->work), *work)))
			picked[count++] = entry;
	}
	qsort(picked, count, sizeof(*picked), work == NULL ? compare_dates : compare_chapters);
	*out = picked;
	*len = count;
	return true;
}

bool
manifest_by_date(const Manifest *manifest, const Entry ***out, size_t *len, Err *err)
{
	return pick_listed(manifest, NULL, out, len, err);
}

bool
manifest_chapters(const Manifest *manifest, StrView work, const Entry ***out, size_t *len, Err *err)
{
	return pick_listed(manifest, &work, out, len, err);
}

void
manifest_neighbours(const Manifest *manifest, const Entry *entry, const Entry **before, const Entry **after)
{
	*before = *after = NULL;
	if (!entry->listed || entry->work.len == 0)
		return;
	for (size_t i = 0; i < manifest->len; i++) {
		const Entry *other = &manifest->entries[i];
		if (other == entry || !other->listed || !sv_equal(str_view(&other->work), str_view(&entry->work)))
			continue;
		const Entry **side = compare_chapters(&other, &entry) < 0 ? before : after;
		int order = *side == NULL ? 0 : compare_chapters(&other, side);
		if (*side == NULL || (side == before ? order > 0 : order < 0))
			*side = other;
	}
}

bool
manifest_works(const Manifest *manifest, StrList *out, Err *err)
{
	const Entry **entries;
	size_t len;
	if (!manifest_by_date(manifest, &entries, &len, err))
		return false;
	for (size_t i = 0; i < len; i++)
		if (entries[i]->work.len > 0 && !list_has(out, str_view(&entries[i]->work)))
			list_append(out, str_view(&entries[i]->work));
	free(entries);
	return list_ok(out, err);
}

/* ---- Reading */

static bool
damaged(Err *err, const char *what)
{
	return err_set(err, ERR_DAMAGED,
		"meok's list of this folder (.meok/manifest.json) is damaged at %s: put back an earlier copy of it",
		what);
}

/* A missing text is empty; anything but text is damage. */
static bool
read_text(const Json *object, const char *key, Str *out, Err *err)
{
	const Json *value = json_get(object, key);
	StrView text = {0};
	if (value != NULL && !json_text(value, &text))
		return damaged(err, key);
	str_set(out, text);
	return str_ok(out, err);
}

static bool
read_whole(const Json *object, const char *key, double max, double *out, Err *err)
{
	const Json *value = json_get(object, key);
	*out = 0;
	if (value != NULL && (!json_number(value, out) || !(*out >= 0 && *out <= max)))
		return damaged(err, key);
	return true;
}

static bool
read_own(const Json *object, OwnFile *out, bool required, Err *err)
{
	if (!read_text(object, "path", &out->path, err) || !read_text(object, "hash", &out->hash, err) ||
		!read_text(object, "writing", &out->writing, err))
		return false;
	if (out->path.len == 0 && !required && out->hash.len == 0 && out->writing.len == 0)
		return true;
	return own_path_ok(str_view(&out->path)) || damaged(err, "path");
}

static bool
read_keywords(const Json *array, StrList *out, Err *err)
{
	if (array == NULL)
		return true;
	if (!json_is_array(array) || json_count(array) > MANIFEST_KEYWORDS_MAX)
		return damaged(err, "keywords");
	for (const Json *item = json_at(array, 0); item != NULL; item = json_next(item)) {
		StrView keyword;
		if (!json_text(item, &keyword))
			return damaged(err, "keywords");
		list_append(out, keyword);
	}
	return list_ok(out, err);
}

static bool
read_comments(const Json *object, SiteComments *out, Err *err)
{
	const Json *value = json_get(object, "comments");
	bool open;
	*out = SITE_COMMENTS_DEFAULT;
	if (value == NULL)
		return true;
	if (!json_bool(value, &open))
		return damaged(err, "comments");
	*out = open ? SITE_COMMENTS_OPEN : SITE_COMMENTS_CLOSED;
	return true;
}

static bool
read_entry(const Json *object, Manifest *manifest, Err *err)
{
	Entry *entry = manifest_add(manifest, err);
	double chapter, date, updated;
	static const double MS_MAX = 253402300799999.0; /* the year 9999 */
	if (entry == NULL)
		return false;
	struct {
		const char *key;
		Str *to;
	} texts[] = {{"token", &entry->token}, {"title", &entry->title}, {"subtitle", &entry->subtitle},
		{"author", &entry->author}, {"language", &entry->language}, {"work", &entry->work},
		{"slug", &entry->slug}, {"version", &entry->version}, {"next_version", &entry->next_version}};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (!read_text(object, texts[i].key, texts[i].to, err))
			return false;
	if (entry->token.len == 0)
		return damaged(err, "token");
	if (!read_whole(object, "chapter", UINT32_MAX, &chapter, err) ||
		!read_whole(object, "date_ms", MS_MAX, &date, err) ||
		!read_whole(object, "updated_ms", MS_MAX, &updated, err) ||
		!read_keywords(json_get(object, "keywords"), &entry->keywords, err) ||
		!read_comments(object, &entry->comments, err) || !read_own(object, &entry->file, true, err))
		return false;
	const Json *draft = json_get(object, "draft");
	if (draft != NULL && !json_bool(draft, &entry->draft))
		return damaged(err, "draft");
	entry->chapter = (uint32_t)chapter;
	entry->date_ms = (int64_t)date;
	entry->updated_ms = (int64_t)updated;
	entry->listed = entry->file.hash.len > 0 && !entry->draft;
	return true;
}

static int
compare_views(const void *a, const void *b)
{
	return sv_compare(*(const StrView *)a, *(const StrView *)b);
}

static bool
all_different(StrView *views, size_t len)
{
	qsort(views, len, sizeof(*views), compare_views);
	for (size_t i = 1; i < len; i++)
		if (sv_equal(views[i - 1], views[i]))
			return false;
	return true;
}

static bool
check_unique(const Manifest *manifest, Err *err)
{
	StrView *views = malloc((manifest->len + 3) * sizeof(*views));
	if (views == NULL)
		return err_memory(err);
	size_t len = 0;
	for (size_t i = 0; i < manifest->len; i++)
		views[len++] = str_view(&manifest->entries[i].token);
	bool tokens = all_different(views, len);
	const OwnFile *shared[] = {&manifest->index, &manifest->feed, &manifest->style};
	len = 0;
	for (size_t i = 0; i < manifest->len; i++)
		views[len++] = str_view(&manifest->entries[i].file.path);
	for (size_t i = 0; i < 3; i++)
		if (shared[i]->path.len > 0)
			views[len++] = str_view(&shared[i]->path);
	bool paths = all_different(views, len);
	free(views);
	if (!tokens)
		return damaged(err, "token");
	return paths || damaged(err, "path");
}

static bool
read_all(const Json *root, Manifest *out, Err *err)
{
	StrView format;
	double version;
	const Json *articles = json_get(root, "articles");
	if (!json_text(json_get(root, "format"), &format) || !sv_equal(format, sv(FORMAT_NAME)))
		return damaged(err, "format");
	if (!read_whole(root, "version", 1e9, &version, err))
		return false;
	if (version > MANIFEST_VERSION)
		return err_set(err, ERR_FAILED,
			"meok's list of this folder (.meok/manifest.json) was written by a newer meok: update meok "
			"first");
	if (version != MANIFEST_VERSION)
		return damaged(err, "version");
	if (!read_text(root, "flavour", &out->flavour, err) || !read_text(root, "id", &out->id, err) ||
		!read_own(json_get(root, "index"), &out->index, false, err) ||
		!read_own(json_get(root, "feed"), &out->feed, false, err) ||
		!read_own(json_get(root, "style"), &out->style, false, err))
		return false;
	if (!sv_equal(str_view(&out->flavour), SV("plain")) && !sv_equal(str_view(&out->flavour), SV("hugo")))
		return damaged(err, "flavour");
	if (!json_is_array(articles) || json_count(articles) > MANIFEST_ARTICLES_MAX)
		return damaged(err, "articles");
	for (const Json *item = json_at(articles, 0); item != NULL; item = json_next(item))
		if (!read_entry(item, out, err))
			return false;
	return check_unique(out, err);
}

bool
manifest_parse(StrView bytes, Manifest *out, Err *err)
{
	Json *root = json_parse(bytes, MANIFEST_BYTES_MAX, NULL);
	if (root == NULL)
		return damaged(err, "its form");
	bool done = read_all(root, out, err);
	json_free(root);
	if (!done)
		manifest_free(out);
	return done;
}

/* ---- Writing */

static void
put_text(Json *object, const char *key, const Str *text)
{
	if (text->len > 0)
		json_put_text(object, key, str_view(text));
}

static void
put_own(Json *object, const OwnFile *file)
{
	put_text(object, "path", &file->path);
	put_text(object, "hash", &file->hash);
	put_text(object, "writing", &file->writing);
}

static Json *
make_own(const OwnFile *file)
{
	Json *object = json_new_object();
	put_own(object, file);
	return object;
}

static Json *
make_entry(const Entry *entry)
{
	Json *object = json_new_object();
	put_text(object, "token", &entry->token);
	put_text(object, "title", &entry->title);
	put_text(object, "subtitle", &entry->subtitle);
	put_text(object, "author", &entry->author);
	put_text(object, "language", &entry->language);
	put_text(object, "work", &entry->work);
	if (entry->chapter > 0)
		json_put_number(object, "chapter", entry->chapter);
	if (entry->keywords.len > 0) {
		Json *keywords = json_new_array();
		for (size_t i = 0; i < entry->keywords.len; i++)
			json_put_text(keywords, NULL, str_view(&entry->keywords.items[i]));
		json_put(object, "keywords", keywords);
	}
	if (entry->comments != SITE_COMMENTS_DEFAULT)
		json_put_bool(object, "comments", entry->comments == SITE_COMMENTS_OPEN);
	if (entry->draft)
		json_put_bool(object, "draft", true);
	json_put_number(object, "date_ms", entry->date_ms);
	json_put_number(object, "updated_ms", entry->updated_ms);
	put_text(object, "slug", &entry->slug);
	put_text(object, "version", &entry->version);
	put_text(object, "next_version", &entry->next_version);
	put_own(object, &entry->file);
	return object;
}

bool
manifest_print(const Manifest *manifest, Str *out, Err *err)
{
	Json *root = json_new_object();
	json_put_text(root, "format", sv(FORMAT_NAME));
	json_put_number(root, "version", MANIFEST_VERSION);
	put_text(root, "flavour", &manifest->flavour);
	put_text(root, "id", &manifest->id);
	json_put(root, "index", make_own(&manifest->index));
	json_put(root, "feed", make_own(&manifest->feed));
	json_put(root, "style", make_own(&manifest->style));
	Json *articles = json_new_array();
	for (size_t i = 0; i < manifest->len; i++)
		json_put(articles, NULL, make_entry(&manifest->entries[i]));
	json_put(root, "articles", articles);
	bool printed = json_print(root, true, out, err);
	json_free(root);
	if (!printed)
		return false;
	str_append_byte(out, '\n');
	return str_ok(out, err);
}
