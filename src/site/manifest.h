/* The list that the folder driver keeps in .meok/manifest.json: which files inside the folder are its own, what each
 * held when it was last written, and what is needed to draw the index and the feed again without opening an article.
 *
 * A file is known by two hashes. `hash` is what was last written for certain; `writing` is what was about to be written
 * when the list itself was last saved. The list is saved before and after the files, so after a crash every file of
 * ours has one of the two, and anything else was changed by somebody.
 */
#ifndef MEOK_SITE_MANIFEST_H
#define MEOK_SITE_MANIFEST_H

#include "meok/site.h"

enum { MANIFEST_VERSION = 1, MANIFEST_ARTICLES_MAX = 4000, MANIFEST_KEYWORDS_MAX = 100 };
enum { MANIFEST_BYTES_MAX = 32 << 20 };

typedef struct OwnFile {
	Str path;    /* inside the folder, parts joined by /; empty: not chosen yet */
	Str hash;    /* empty: never written */
	Str writing; /* empty: nothing under way */
} OwnFile;

typedef struct Entry {
	Str token, title, subtitle, author, language, work, slug;
	Str version;      /* manifest_version of what the file holds for certain */
	Str next_version; /* of what is being written, while file.writing is not empty */
	StrList keywords;
	uint32_t chapter;
	SiteComments comments;
	bool draft;
	int64_t date_ms, updated_ms;
	OwnFile file;
	bool listed; /* readers see it in the index; not stored: set by manifest_parse from hash and draft */
} Entry;

typedef struct Manifest {
	Str flavour; /* "plain" or "hugo" */
	Str id;      /* the feed's own urn:uuid, random */
	OwnFile index, feed, style;
	Entry *entries; /* in the order in which they came */
	size_t len, cap;
} Manifest;

void manifest_free(Manifest *manifest);
/* ERR_DAMAGED when it is not one of ours, holds a path that own_path_ok refuses or one path or token twice; ERR_FAILED
 * when a newer meok wrote it. *out must be empty. */
bool manifest_parse(StrView bytes, Manifest *out, Err *err);
bool manifest_print(const Manifest *manifest, Str *out, Err *err); /* appends; ends with a newline */
Entry *manifest_find(const Manifest *manifest, StrView token);     /* NULL when there is none */
/* An empty entry at the end; earlier pointers to entries are void. NULL at MANIFEST_ARTICLES_MAX or without memory. */
Entry *manifest_add(Manifest *manifest, Err *err);

/* The listed entries, newest first; or those of one work, by chapter (the unnumbered last), then by date. *out is
 * malloc'ed and borrows the entries. */
bool manifest_by_date(const Manifest *manifest, const Entry ***out, size_t *len, Err *err);
bool manifest_chapters(const Manifest *manifest, StrView work, const Entry ***out, size_t *len, Err *err);
/* The chapters around a listed one in its work; NULL where there is none. */
void manifest_neighbours(const Manifest *manifest, const Entry *entry, const Entry **before, const Entry **after);
/* Names of the works of the listed entries, the one with the newest article first. */
bool manifest_works(const Manifest *manifest, StrList *out, Err *err);

/* True for a path that stays inside: no empty, hidden or .. part, no backslash, no control, valid UTF-8. */
bool own_path_ok(StrView path);
/* Tells apart what people do to files, not what attackers could forge: length and 64-bit FNV-1a. Sets *out. */
void own_hash(StrView bytes, Str *out);
/* The same over everything that makes up what readers see of an article. Sets *out. */
void manifest_version(const Article *article, Str *out);
/* A UUID (RFC 9562, version 8) that is always the same for the same token. Sets *out to "urn:uuid:…". */
void manifest_urn(StrView token, Str *out);

#endif
