/* A blog of plain files: one HTML page for each article, an index, an Atom feed (RFC 4287) and one style sheet, all in
 * one folder. They work from file:// as from any web server, ask nothing from elsewhere and run no script: a content
 * security policy in each page holds for the writer's own raw HTML, too. No I/O.
 */
#ifndef MEOK_SITE_PLAIN_H
#define MEOK_SITE_PLAIN_H

#include "manifest.h"

enum { PLAIN_FEED_MAX = 50 }; /* newest articles in the feed */

extern const char PLAIN_STYLE[]; /* plain_style.c */

/* What pages call the site: the newest article's author, else `folder_name`; and its language. */
typedef struct PlainSite {
	const Manifest *manifest;
	Str name, language;
} PlainSite;
bool plain_site(const Manifest *manifest, StrView folder_name, PlainSite *out, Err *err);
void plain_site_free(PlainSite *site);

/* Each appends a whole file. `entry` must be one of the manifest's, listed; `body_html` is a fragment. */
bool plain_page(const PlainSite *site, const Entry *entry, StrView body_html, Str *out, Err *err);
bool plain_index(const PlainSite *site, Str *out, Err *err);
bool plain_feed(const PlainSite *site, Str *out, Err *err);
/* Appends `page` (as plain_page made it) with its links to the chapters around it as they are now. False with
 * ERR_DAMAGED when the place is not there. */
bool plain_relink(const PlainSite *site, const Entry *entry, StrView page, Str *out, Err *err);

/* ---- Shared by the pages */

/* Words of a page in its own language, Korean or English: the page speaks to readers, not in the locale of the writer.
 */
typedef struct PlainWords {
	const char *articles, *works, *previous, *next, *all, *skip, *updated, *keywords, *feed, *untitled, *top;
	bool korean;
} PlainWords;
const PlainWords *plain_words(StrView language);
StrView plain_language(const Str *language); /* "ko" unless it looks like BCP 47 */

typedef enum PlainDate { PLAIN_DATE_WHOLE, PLAIN_DATE_IN_YEAR } PlainDate;
void plain_escape(StrView text, Str *out); /* for HTML and XML text and attributes; drops what XML cannot hold */
void plain_title(const PlainWords *words, const Entry *entry, Str *out); /* escaped */
void plain_work(const PlainWords *words, const Entry *entry, Str *out);  /* escaped: its name and the chapter */
void plain_chapter(const PlainWords *words, uint32_t chapter, Str *out);
void plain_time(const PlainWords *words, int64_t ms, PlainDate form, Str *out); /* a time element */
/* Opens html, head and body; `title` is escaped, `description` is not. `relation` names the feed. */
void plain_head(const PlainSite *site, StrView language, StrView title, const Entry *entry, Str *out);
/* Appends the fragment with its headings moved so that the highest is h2. */
void plain_headings(StrView html, Str *out);

#endif
