/* The page of one article, and the words, dates and escapes that all pages share. */
#include "plain.h"
#include "url.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const PlainWords KOREAN = {.articles = "글",
	.works = "작품",
	.previous = "이전",
	.next = "다음",
	.all = "글 목록",
	.skip = "본문으로 건너뛰기",
	.updated = "고침",
	.keywords = "키워드",
	.feed = "피드",
	.untitled = "제목 없는 글",
	.top = "맨 위로",
	.korean = true};
static const PlainWords ENGLISH = {.articles = "Writings",
	.works = "Works",
	.previous = "Previous",
	.next = "Next",
	.all = "All writings",
	.skip = "Skip to the text",
	.updated = "updated",
	.keywords = "Keywords",
	.feed = "Feed",
	.untitled = "Untitled",
	.top = "Back to the top"};

/* What a page may load. Images and sound may come from where the writer says; nothing may run, be sent or be framed. */
static const char POLICY[] = "default-src 'none'; style-src 'self' file:; img-src 'self' file: data: https: http:; "
			     "media-src 'self' file: https: http:; base-uri 'none'; form-action 'none'";

static const char LINKS_OPEN[] = "<!-- chapters -->\n", LINKS_CLOSE[] = "<!-- /chapters -->\n";

/* ---- Words, dates, escapes */

StrView
plain_language(const Str *language)
{
	if (language->len == 0 || language->len > 35)
		return SV("ko");
	for (size_t i = 0; i < language->len; i++) {
		char c = language->ptr[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
		if (!letter && (i == 0 || !((c >= '0' && c <= '9') || c == '-')))
			return SV("ko");
	}
	return str_view(language);
}

const PlainWords *
plain_words(StrView language)
{
	bool korean = sv_equal(language, SV("ko")) || sv_starts(language, SV("ko-")) || sv_equal(language, SV("kor"));
	return korean ? &KOREAN : &ENGLISH;
}

static bool
reads_rightward(StrView language)
{
	static const char *const RIGHT_TO_LEFT[] = {"ar", "he", "fa", "ur", "yi", "ps", "ug", "dv"};
	for (size_t i = 0; i < sizeof(RIGHT_TO_LEFT) / sizeof(RIGHT_TO_LEFT[0]); i++)
		if (sv_equal(sv_slice(language, 0, 2), sv(RIGHT_TO_LEFT[i])) &&
			(language.len == 2 || language.ptr[2] == '-'))
			return false;
	return true;
}

void
plain_escape(StrView text, Str *out)
{
	for (size_t pos = 0, len; pos < text.len; pos += len) {
		uint32_t rune = unicode_rune(text, pos, &len);
		if (rune == '&')
			str_append_c(out, "&amp;");
		else if (rune == '<')
			str_append_c(out, "&lt;");
		else if (rune == '>')
			str_append_c(out, "&gt;");
		else if (rune == '"')
			str_append_c(out, "&quot;");
		else if (rune == '\'')
			str_append_c(out, "&#39;");
		else if (rune == '\t' || rune == '\n' || rune == '\r')
			str_append_byte(out, ' ');
		else if (rune >= 0x20 && !(rune >= 0x7f && rune < 0xa0) && (rune & 0xfffe) != 0xfffe)
			str_append_rune(out, rune);
	}
}

void
plain_title(const PlainWords *words, const Entry *entry, Str *out)
{
	plain_escape(entry->title.len > 0 ? str_view(&entry->title) : sv(words->untitled), out);
}

void
plain_chapter(const PlainWords *words, uint32_t chapter, Str *out)
{
	str_printf(out, words->korean ? "%lu화" : "Chapter %lu", (unsigned long)chapter);
}

void
plain_work(const PlainWords *words, const Entry *entry, Str *out)
{
	plain_escape(str_view(&entry->work), out);
	if (entry->chapter == 0)
		return;
	str_append_c(out, words->korean ? " " : ", ");
	plain_chapter(words, entry->chapter, out);
}

void
plain_time(const PlainWords *words, int64_t ms, PlainDate form, Str *out)
{
	static const char *const MONTHS[] = {"January", "February", "March", "April", "May", "June", "July", "August",
		"September", "October", "November", "December"};
	Str exact = {0}, date = {0};
	int year = 0, month = 1, day = 1;
	time_local(ms, &exact);
	time_date(ms, &date);
	if (sscanf(str_c(&date), "%d-%d-%d", &year, &month, &day) != 3 || month < 1 || month > 12)
		month = 1;
	str_printf(out, "<time datetime=\"%s\">", str_c(&exact));
	if (words->korean && form == PLAIN_DATE_WHOLE)
		str_printf(out, "%d년 ", year);
	if (words->korean)
		str_printf(out, "%d월 %d일", month, day);
	else
		str_printf(out, "%d %s", day, MONTHS[month - 1]);
	if (!words->korean && form == PLAIN_DATE_WHOLE)
		str_printf(out, " %d", year);
	str_append_c(out, "</time>");
	out->failed = out->failed || exact.failed || date.failed;
	str_free(&exact);
	str_free(&date);
}

/* ---- The site */

bool
plain_site(const Manifest *manifest, StrView folder_name, PlainSite *out, Err *err)
{
	const Entry **entries;
	size_t len;
	if (!manifest_by_date(manifest, &entries, &len, err))
		return false;
	*out = (PlainSite){.manifest = manifest};
	str_set(&out->language, len > 0 ? plain_language(&entries[0]->language) : SV("ko"));
	for (size_t i = 0; i < len && out->name.len == 0; i++)
		str_set(&out->name, str_view(&entries[i]->author));
	free(entries);
	if (out->name.len == 0)
		str_set(&out->name, folder_name);
	if (str_ok(&out->name, err) && str_ok(&out->language, err))
		return true;
	plain_site_free(out);
	return false;
}

void
plain_site_free(PlainSite *site)
{
	str_free(&site->name);
	str_free(&site->language);
}

static void
put_meta(const char *name, StrView content, Str *out)
{
	if (content.len == 0)
		return;
	str_printf(out, "<meta name=\"%s\" content=\"", name);
	plain_escape(content, out);
	str_append_c(out, "\">\n");
}

void
plain_head(const PlainSite *site, StrView language, StrView title, const Entry *entry, Str *out)
{
	str_append_c(out, "<!DOCTYPE html>\n<html lang=\"");
	plain_escape(language, out);
	str_append_c(out, reads_rightward(language) ? "\">\n<head>\n" : "\" dir=\"rtl\">\n<head>\n");
	str_printf(out, "<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"%s\">\n",
		POLICY);
	str_append_c(out,
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		"<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"generator\" content=\"meok\">\n"
		"<title>");
	str_append(out, title);
	str_append_c(out, "</title>\n");
	if (entry != NULL) {
		put_meta("description", str_view(&entry->subtitle), out);
		put_meta("author", str_view(&entry->author), out);
	}
	str_append_c(out, "<link rel=\"stylesheet\" href=\"");
	url_encode_path(out, str_view(&site->manifest->style.path));
	str_append_c(out, "\">\n<link rel=\"alternate\" type=\"application/atom+xml\" title=\"");
	plain_escape(str_view(&site->name), out);
	str_append_c(out, "\" href=\"");
	url_encode_path(out, str_view(&site->manifest->feed.path));
	str_append_c(out, "\">\n</head>\n");
}

/* ---- One article */

/* The digit of a heading tag at `pos`, or 0. Text never looks like one: its < is an entity. */
static int
heading_at(StrView html, size_t pos)
{
	size_t at = pos + 1;
	if (at < html.len && html.ptr[at] == '/')
		at++;
	if (at + 2 >= html.len || (html.ptr[at] != 'h' && html.ptr[at] != 'H'))
		return 0;
	char digit = html.ptr[at + 1], end = html.ptr[at + 2];
	bool heading = digit >= '1' && digit <= '6' && (end == '>' || end == ' ' || end == '\n' || end == '\t');
	return heading ? digit - '0' : 0;
}

void
plain_headings(StrView html, Str *out)
{
	int highest = 7;
	for (size_t pos = sv_find(html, SV("<"), 0); pos != SIZE_MAX; pos = sv_find(html, SV("<"), pos + 1)) {
		int level = heading_at(html, pos);
		if (level > 0 && level < highest)
			highest = level;
	}
	size_t from = 0;
	for (size_t pos = sv_find(html, SV("<"), 0); pos != SIZE_MAX; pos = sv_find(html, SV("<"), pos + 1)) {
		int level = heading_at(html, pos);
		if (level == 0)
			continue;
		size_t digit = pos + (html.ptr[pos + 1] == '/' ? 3 : 2);
		int moved = level + 2 - highest;
		str_append(out, sv_slice(html, from, digit));
		str_append_byte(out, (char)('0' + (moved > 6 ? 6 : moved)));
		from = digit + 1;
	}
	str_append(out, sv_slice(html, from, html.len));
}

static void
put_link(const PlainWords *words, const Entry *to, const char *relation, const char *label, Str *out)
{
	str_printf(out, "<a rel=\"%s\" href=\"", relation);
	url_encode_path(out, str_view(&to->file.path));
	str_printf(out, "\"><span>%s", label);
	if (to->chapter > 0) {
		str_append_c(out, " · ");
		plain_chapter(words, to->chapter, out);
	}
	str_append_c(out, "</span> ");
	plain_title(words, to, out);
	str_append_c(out, "</a>\n");
}

/* The links to the chapters around this one, between marks by which plain_relink finds them again. */
static void
put_links(const PlainSite *site, const Entry *entry, Str *out)
{
	const Entry *before, *after;
	const PlainWords *words = plain_words(plain_language(&entry->language));
	manifest_neighbours(site->manifest, entry, &before, &after);
	str_append_c(out, LINKS_OPEN);
	if (before != NULL || after != NULL) {
		str_append_c(out, "<nav class=\"chapters\" aria-label=\"");
		plain_escape(str_view(&entry->work), out);
		str_append_c(out, "\">\n");
		if (before != NULL)
			put_link(words, before, "prev", words->previous, out);
		if (after != NULL)
			put_link(words, after, "next", words->next, out);
		str_append_c(out, "</nav>\n");
	}
	str_append_c(out, LINKS_CLOSE);
}

static void
put_article_head(const PlainWords *words, const Entry *entry, Str *out)
{
	str_append_c(out, "<header>\n");
	if (entry->work.len > 0) {
		str_append_c(out, "<p class=\"work\">");
		plain_work(words, entry, out);
		str_append_c(out, "</p>\n");
	}
	str_append_c(out, "<h1>");
	plain_title(words, entry, out);
	str_append_c(out, "</h1>\n");
	if (entry->subtitle.len > 0) {
		str_append_c(out, "<p class=\"subtitle\">");
		plain_escape(str_view(&entry->subtitle), out);
		str_append_c(out, "</p>\n");
	}
	str_append_c(out, "<p class=\"by\">");
	if (entry->author.len > 0) {
		str_append_c(out, "<span class=\"author\">");
		plain_escape(str_view(&entry->author), out);
		str_append_c(out, "</span> · ");
	}
	plain_time(words, entry->date_ms, PLAIN_DATE_WHOLE, out);
	Str date = {0}, updated = {0};
	time_date(entry->date_ms, &date);
	time_date(entry->updated_ms, &updated);
	if (entry->updated_ms > entry->date_ms && !sv_equal(str_view(&date), str_view(&updated))) {
		str_printf(out, " · %s ", words->updated);
		plain_time(words, entry->updated_ms, PLAIN_DATE_WHOLE, out);
	}
	str_free(&date);
	str_free(&updated);
	str_append_c(out, "</p>\n</header>\n<hr class=\"head\">\n");
}

static void
put_keywords(const PlainWords *words, const Entry *entry, Str *out)
{
	if (entry->keywords.len == 0)
		return;
	str_printf(out, "<footer>\n<ul class=\"keywords\" aria-label=\"%s\">\n", words->keywords);
	for (size_t i = 0; i < entry->keywords.len; i++) {
		str_append_c(out, "<li>");
		plain_escape(str_view(&entry->keywords.items[i]), out);
		str_append_c(out, "</li>\n");
	}
	str_append_c(out, "</ul>\n</footer>\n");
}

static void
put_home(const PlainSite *site, const char *before, StrView name, Str *out)
{
	str_append_c(out, "<a href=\"");
	url_encode_path(out, str_view(&site->manifest->index.path));
	str_printf(out, "\">%s", before);
	plain_escape(name, out);
	str_append_c(out, "</a>");
}

bool
plain_page(const PlainSite *site, const Entry *entry, StrView body_html, Str *out, Err *err)
{
	StrView language = plain_language(&entry->language);
	const PlainWords *words = plain_words(language);
	Str title = {0};
	plain_title(words, entry, &title);
	plain_head(site, language, str_view(&title), entry, out);
	out->failed = out->failed || title.failed;
	str_free(&title);
	str_printf(out, "<body class=\"page\">\n<a class=\"skip\" href=\"#text\">%s</a>\n<header class=\"site\">",
		words->skip);
	put_home(site, "", entry->author.len > 0 ? str_view(&entry->author) : str_view(&site->name), out);
	str_append_c(out, "</header>\n<main>\n<article>\n");
	put_article_head(words, entry, out);
	str_append_c(out, "<div class=\"text\" id=\"text\">\n");
	plain_headings(body_html, out);
	str_append_c(out, "\n</div>\n");
	put_keywords(words, entry, out);
	str_append_c(out, "</article>\n");
	put_links(site, entry, out);
	str_append_c(out, "</main>\n<footer class=\"site\">");
	put_home(site, "← ", sv(words->all), out);
	str_append_c(out, "</footer>\n</body>\n</html>\n");
	return str_ok(out, err);
}

static size_t
find_last(StrView text, StrView needle)
{
	size_t last = SIZE_MAX;
	for (size_t pos = sv_find(text, needle, 0); pos != SIZE_MAX; pos = sv_find(text, needle, pos + 1))
		last = pos;
	return last;
}

bool
plain_relink(const PlainSite *site, const Entry *entry, StrView page, Str *out, Err *err)
{
	/* The last pair: the writer's own HTML, which may hold anything, stands before it. */
	size_t open = find_last(page, sv(LINKS_OPEN)), close = find_last(page, sv(LINKS_CLOSE));
	if (open == SIZE_MAX || close == SIZE_MAX || close < open)
		return err_set(err, ERR_DAMAGED,
			"the page %s has lost the place for its chapter links: publish its article again",
			str_c(&entry->file.path));
	str_append(out, sv_slice(page, 0, open));
	put_links(site, entry, out);
	str_append(out, sv_slice(page, close + strlen(LINKS_CLOSE), page.len));
	return str_ok(out, err);
}
