/* The index by date and by work, and the Atom feed. */
#include "plain.h"

#include <stdio.h>
#include <stdlib.h>

#include "url.h"

/* ---- Index */

static void
put_article_link(const PlainWords *words, const Entry *entry, Str *out)
{
	str_append_c(out, "<a href=\"");
	url_encode_path(out, str_view(&entry->file.path));
	StrView language = plain_language(&entry->language);
	if (plain_words(language) != words) {
		str_append_c(out, "\" lang=\"");
		plain_escape(language, out);
	}
	str_append_c(out, "\">");
	plain_title(words, entry, out);
	str_append_c(out, "</a>");
}

static void
put_dated(const PlainWords *words, const Entry *entry, Str *out)
{
	str_append_c(out, "<li>\n<p class=\"title\">");
	put_article_link(words, entry, out);
	str_append_c(out, "</p>\n");
	if (entry->subtitle.len > 0) {
		str_append_c(out, "<p class=\"subtitle\">");
		plain_escape(str_view(&entry->subtitle), out);
		str_append_c(out, "</p>\n");
	}
	str_append_c(out, "<p class=\"by\">");
	plain_time(words, entry->date_ms, PLAIN_DATE_IN_YEAR, out);
	if (entry->work.len > 0) {
		str_append_c(out, " · ");
		plain_work(words, entry, out);
	}
	str_append_c(out, "</p>\n</li>\n");
}

static int
year_of(int64_t ms)
{
	Str date = {0};
	time_date(ms, &date);
	int year = atoi(str_c(&date));
	str_free(&date);
	return year;
}

static bool
put_by_date(const PlainSite *site, const PlainWords *words, Str *out, Err *err)
{
	const Entry **entries;
	size_t len;
	if (!manifest_by_date(site->manifest, &entries, &len, err))
		return false;
	str_printf(out,
		"<section id=\"articles\" aria-labelledby=\"articles-title\">\n<h2 id=\"articles-title\">%s</h2>\n",
		words->articles);
	int year = 0;
	for (size_t i = 0; i < len; i++) {
		int own_year = year_of(entries[i]->date_ms);
		if (i == 0 || own_year != year)
			str_printf(out,
				words->korean ? "%s<h3>%d년</h3>\n<ul class=\"dated\">\n"
					      : "%s<h3>%d</h3>\n<ul class=\"dated\">\n",
				i == 0 ? "" : "</ul>\n", own_year);
		year = own_year;
		put_dated(words, entries[i], out);
	}
	str_append_c(out, len > 0 ? "</ul>\n</section>\n" : "</section>\n");
	free(entries);
	return true;
}

static void
put_chapter(const PlainWords *words, const Entry *entry, Str *out)
{
	str_append_c(out, "<li><span class=\"number\">");
	if (entry->chapter > 0)
		plain_chapter(words, entry->chapter, out);
	str_append_c(out, "</span> <span class=\"title\">");
	put_article_link(words, entry, out);
	str_append_c(out, "</span></li>\n");
}

static bool
put_work(const PlainSite *site, const PlainWords *words, StrView work, Str *out, Err *err)
{
	const Entry **chapters;
	size_t len;
	if (!manifest_chapters(site->manifest, work, &chapters, &len, err))
		return false;
	str_append_c(out, "<h3>");
	plain_escape(work, out);
	str_append_c(out, "</h3>\n<ol class=\"chapters\">\n");
	for (size_t i = 0; i < len; i++)
		put_chapter(words, chapters[i], out);
	str_append_c(out, "</ol>\n");
	free(chapters);
	return true;
}

static bool
put_works(const PlainSite *site, const PlainWords *words, const StrList *works, Str *out, Err *err)
{
	if (works->len == 0)
		return true;
	str_printf(out, "<section id=\"works\" aria-labelledby=\"works-title\">\n<h2 id=\"works-title\">%s</h2>\n",
		words->works);
	for (size_t i = 0; i < works->len; i++)
		if (!put_work(site, words, str_view(&works->items[i]), out, err))
			return false;
	str_append_c(out, "</section>\n");
	return true;
}

static void
put_index_head(const PlainSite *site, const PlainWords *words, bool has_works, Str *out)
{
	Str title = {0};
	plain_escape(str_view(&site->name), &title);
	plain_head(site, str_view(&site->language), str_view(&title), NULL, out);
	str_printf(
		out, "<body class=\"index\">\n<header class=\"site\">\n<h1 id=\"top\">%s</h1>\n<nav>\n", str_c(&title));
	str_printf(out, "<a href=\"#articles\">%s</a>\n", words->articles);
	if (has_works)
		str_printf(out, "<a href=\"#works\">%s</a>\n", words->works);
	str_append_c(out, "<a type=\"application/atom+xml\" href=\"");
	url_encode_path(out, str_view(&site->manifest->feed.path));
	str_printf(out, "\">%s</a>\n</nav>\n</header>\n<main>\n", words->feed);
	out->failed = out->failed || title.failed;
	str_free(&title);
}

bool
plain_index(const PlainSite *site, Str *out, Err *err)
{
	const PlainWords *words = plain_words(str_view(&site->language));
	StrList works = {0};
	bool done = manifest_works(site->manifest, &works, err);
	if (done) {
		put_index_head(site, words, works.len > 0, out);
		done = put_by_date(site, words, out, err) && put_works(site, words, &works, out, err);
		str_printf(out, "</main>\n<footer class=\"site\"><a href=\"#top\">%s</a></footer>\n</body>\n</html>\n",
			words->top);
	}
	list_free(&works);
	return done && str_ok(out, err);
}

/* ---- Feed */

static void
put_element(const char *name, StrView text, Str *out)
{
	str_printf(out, "<%s>", name);
	plain_escape(text, out);
	str_printf(out, "</%s>\n", name);
}

static void
put_utc(const char *name, int64_t ms, Str *out)
{
	Str time = {0};
	time_utc(ms, &time);
	put_element(name, str_view(&time), out);
	out->failed = out->failed || time.failed;
	str_free(&time);
}

static void
put_entry(const PlainSite *site, const Entry *entry, Str *out)
{
	StrView language = plain_language(&entry->language);
	Str urn = {0};
	manifest_urn(str_view(&entry->token), &urn);
	str_append_c(out, "<entry xml:lang=\"");
	plain_escape(language, out);
	str_append_c(out, "\">\n<title>");
	plain_title(plain_words(language), entry, out);
	str_append_c(out, "</title>\n<link rel=\"alternate\" type=\"text/html\" href=\"");
	url_encode_path(out, str_view(&entry->file.path));
	str_append_c(out, "\"/>\n");
	put_element("id", str_view(&urn), out);
	put_utc("published", entry->date_ms, out);
	put_utc("updated", entry->updated_ms, out);
	str_append_c(out, "<author>");
	put_element("name", entry->author.len > 0 ? str_view(&entry->author) : str_view(&site->name), out);
	str_append_c(out, "</author>\n");
	for (size_t i = 0; i < entry->keywords.len; i++) {
		str_append_c(out, "<category term=\"");
		plain_escape(str_view(&entry->keywords.items[i]), out);
		str_append_c(out, "\"/>\n");
	}
	if (entry->subtitle.len > 0)
		put_element("summary", str_view(&entry->subtitle), out);
	str_append_c(out, "</entry>\n");
	out->failed = out->failed || urn.failed;
	str_free(&urn);
}

static void
put_feed_head(const PlainSite *site, int64_t updated_ms, Str *out)
{
	const Manifest *manifest = site->manifest;
	str_append_c(out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<?xml-stylesheet type=\"text/css\" href=\"");
	url_encode_path(out, str_view(&manifest->style.path));
	str_append_c(out, "\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"");
	plain_escape(str_view(&site->language), out);
	str_append_c(out, "\">\n");
	put_element("title", str_view(&site->name), out);
	put_element("id", str_view(&manifest->id), out);
	put_utc("updated", updated_ms, out);
	str_append_c(out, "<link rel=\"self\" type=\"application/atom+xml\" href=\"");
	url_encode_path(out, str_view(&manifest->feed.path));
	str_append_c(out, "\"/>\n<link rel=\"alternate\" type=\"text/html\" href=\"");
	url_encode_path(out, str_view(&manifest->index.path));
	str_append_c(out, "\"/>\n<author>");
	put_element("name", str_view(&site->name), out);
	str_append_c(out, "</author>\n<generator>meok</generator>\n");
}

bool
plain_feed(const PlainSite *site, Str *out, Err *err)
{
	const Entry **entries;
	size_t len;
	int64_t updated_ms = 0;
	if (!manifest_by_date(site->manifest, &entries, &len, err))
		return false;
	for (size_t i = 0; i < len; i++)
		if (entries[i]->updated_ms > updated_ms)
			updated_ms = entries[i]->updated_ms;
	put_feed_head(site, updated_ms, out);
	for (size_t i = 0; i < len && i < PLAIN_FEED_MAX; i++)
		put_entry(site, entries[i], out);
	str_append_c(out, "</feed>\n");
	free(entries);
	return str_ok(out, err);
}
