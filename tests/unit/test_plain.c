/* Pages, index and feed: structure and escaping. */
#include "unit.h"

#include "../../src/site/plain.h"

static Entry *
add(Manifest *manifest, const char *title, const char *path, const char *work, uint32_t chapter, int64_t date_ms)
{
	Entry *entry = manifest_add(manifest, NULL);
	assert_non_null(entry);
	str_set(&entry->token, sv(path));
	str_set(&entry->title, sv(title));
	str_set(&entry->work, sv(work));
	str_set(&entry->author, SV("한지우"));
	str_set(&entry->language, SV("ko"));
	str_set(&entry->file.path, sv(path));
	entry->chapter = chapter;
	entry->date_ms = entry->updated_ms = date_ms;
	entry->listed = true;
	return entry;
}

static void
start(Manifest *manifest)
{
	*manifest = (Manifest){0};
	str_set(&manifest->id, SV("urn:uuid:0"));
	str_set(&manifest->index.path, SV("index.html"));
	str_set(&manifest->feed.path, SV("feed.xml"));
	str_set(&manifest->style.path, SV("style.css"));
}

static bool
has(const Str *text, const char *part)
{
	return strstr(str_c(text), part) != NULL;
}

static void
assert_has(const Str *text, const char *part)
{
	if (!has(text, part))
		fail_msg("no %s in:\n%s", part, str_c(text));
}

static size_t
times(const Str *text, const char *part)
{
	size_t count = 0;
	for (const char *at = strstr(str_c(text), part); at != NULL; at = strstr(at + 1, part))
		count++;
	return count;
}

enum { DAY = 86400000 };
static const int64_t JANUARY = 1767398400000; /* 3 January 2026, nine in the morning in Korea */

static void
test_page(void **state)
{
	(void)state;
	Manifest manifest;
	PlainSite site;
	start(&manifest);
	Entry *entry = add(&manifest, "먹을 가는 저녁", "먹.html", "문방구 이야기", 2, JANUARY);
	str_set(&entry->subtitle, SV("돌과 물"));
	list_append(&entry->keywords, SV("먹"));
	entry->updated_ms += 2 * DAY;
	assert_true(plain_site(&manifest, SV("blog"), &site, NULL));
	assert_view_equal(str_view(&site.name), "한지우");
	Str out = {0};
	assert_true(plain_page(&site, entry, SV("<p>첫 <em>문장</em></p>"), &out, NULL));
	assert_true(sv_starts(str_view(&out), SV("<!DOCTYPE html>\n<html lang=\"ko\">\n")));
	assert_has(&out,
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'self' file:;");
	assert_has(&out, "<title>먹을 가는 저녁</title>");
	assert_has(&out, "<meta name=\"description\" content=\"돌과 물\">");
	assert_has(&out,
		"<p class=\"work\">문방구 이야기 2화</p>\n<h1>먹을 가는 저녁</h1>\n<p class=\"subtitle\">돌과 물</p>");
	assert_has(&out, "<time datetime=\"2026-01-03T09:00:00+09:00\">2026년 1월 3일</time> · 고침 <time "
			 "datetime=\"2026-01-05");
	assert_has(&out, "<p>첫 <em>문장</em></p>");
	assert_has(&out, "<li>먹</li>");
	assert_has(&out, "<a href=\"index.html\">← 글 목록</a>");
	assert_has(&out, "<main>");
	assert_int_equal(times(&out, "<h1>"), 1);
	assert_false(has(&out, "<script"));
	assert_false(has(&out, "http://"));
	assert_false(has(&out, "https://"));
	assert_false(has(&out, "<nav")); /* the only chapter has no neighbours */
	str_free(&out);
	plain_site_free(&site);
	manifest_free(&manifest);
}

static void
test_escapes(void **state)
{
	(void)state;
	Manifest manifest;
	PlainSite site;
	start(&manifest);
	Entry *entry = add(&manifest, "<script>alert(\"1\")</script> & '\x01\x1b", "a b\"'.html", "<i>", 1, JANUARY);
	add(&manifest, "</a>", "c.html", "<i>", 2, JANUARY);
	str_set(&entry->subtitle, SV("\"><img src=x>"));
	str_set(&entry->author, SV("<b>"));
	str_set(&entry->language, SV("ko\" onload=\"x"));
	list_append(&entry->keywords, SV("<u>&"));
	assert_true(plain_site(&manifest, SV("blog"), &site, NULL));
	Str page = {0}, index = {0}, feed = {0};
	assert_true(plain_page(&site, entry, SV(""), &page, NULL));
	assert_true(plain_index(&site, &index, NULL));
	assert_true(plain_feed(&site, &feed, NULL));
	Str *all[] = {&page, &index, &feed};
	for (size_t i = 0; i < 3; i++) {
		assert_has(all[i], "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;");
		static const char *const NEVER[] = {
			"<script", "<img", "<b>", "<i>", "<u>", "</a></a>", "onload", "\x01", "\x1b"};
		for (size_t j = 0; j < sizeof(NEVER) / sizeof(NEVER[0]); j++)
			if (has(all[i], NEVER[j]))
				fail_msg("%s in:\n%s", NEVER[j], str_c(all[i]));
		str_free(all[i]);
	}
	plain_site_free(&site);
	manifest_free(&manifest);
}

static void
check_headings(const char *html, const char *wanted)
{
	Str out = {0};
	plain_headings(sv(html), &out);
	assert_view_equal(str_view(&out), wanted);
	str_free(&out);
}

static void
test_headings(void **state)
{
	(void)state;
	check_headings("<h1>a</h1><h2 id=\"x\">b</h2><h6>c</h6>", "<h2>a</h2><h3 id=\"x\">b</h3><h6>c</h6>");
	check_headings("<h3>a</h3><p>&lt;h1&gt;</p><h4>b</h4>", "<h2>a</h2><p>&lt;h1&gt;</p><h3>b</h3>");
	check_headings("<h2>a</h2>", "<h2>a</h2>");
	check_headings("<hr><header><h9><h1", "<hr><header><h9><h1");
	check_headings("<", "<");
	check_headings("", "");
}

static void
test_chapters(void **state)
{
	(void)state;
	Manifest manifest;
	PlainSite site;
	start(&manifest);
	add(&manifest, "하나", "1.html", "W", 1, JANUARY);
	add(&manifest, "둘", "2.html", "W", 2, JANUARY + DAY);
	assert_true(plain_site(&manifest, SV("blog"), &site, NULL));
	Str page = {0}, again = {0};
	StrView fake = SV("<!-- chapters -->\n<nav>mine</nav><!-- /chapters -->\n<!-- chapters -->\n");
	assert_true(plain_page(&site, &manifest.entries[1], fake, &page, NULL));
	assert_has(&page, "<a rel=\"prev\" href=\"1.html\"><span>이전 · 1화</span> 하나</a>");
	assert_false(has(&page, "rel=\"next\""));

	add(&manifest, "셋", "3.html", "W", 3, JANUARY - DAY);
	assert_true(plain_relink(&site, &manifest.entries[1], str_view(&page), &again, NULL));
	assert_has(&again, "<a rel=\"next\" href=\"3.html\"><span>다음 · 3화</span> 셋</a>");
	assert_has(&again, "<nav>mine</nav>");
	assert_int_equal(times(&again, "rel=\"prev\""), 1);
	str_clear(&page); /* the same as made anew */
	assert_true(plain_page(&site, &manifest.entries[1], fake, &page, NULL));
	assert_view_equal(str_view(&again), str_c(&page));

	Err err = {0};
	assert_false(plain_relink(&site, &manifest.entries[1], SV("<p>"), &again, &err));
	assert_int_equal(err.kind, ERR_DAMAGED);
	str_free(&page);
	str_free(&again);
	plain_site_free(&site);
	manifest_free(&manifest);
}

static void
test_index(void **state)
{
	(void)state;
	Manifest manifest;
	PlainSite site;
	Str out = {0};
	start(&manifest);
	assert_true(plain_site(&manifest, SV("blog"), &site, NULL));
	assert_true(plain_index(&site, &out, NULL));
	assert_has(&out, "<h1 id=\"top\">blog</h1>");
	assert_false(has(&out, "#works"));
	plain_site_free(&site);
	str_clear(&out);

	add(&manifest, "옛 글", "old.html", "W", 2, JANUARY - 30 * (int64_t)DAY);
	add(&manifest, "새 글", "new.html", "W", 1, JANUARY);
	Entry *english = add(&manifest, "Ink", "ink.html", "", 0, JANUARY + DAY);
	str_set(&english->language, SV("en"));
	str_set(&english->author, SV(""));
	add(&manifest, "숨은 글", "hidden.html", "", 0, JANUARY)->listed = false;
	assert_true(plain_site(&manifest, SV("blog"), &site, NULL));
	assert_view_equal(str_view(&site.language), "en");
	assert_view_equal(str_view(&site.name), "한지우");
	str_set(&site.language, SV("ko"));
	assert_true(plain_index(&site, &out, NULL));
	assert_has(&out, "<h3>2026년</h3>");
	assert_has(&out, "<h3>2025년</h3>");
	assert_true(strstr(str_c(&out), "ink.html") < strstr(str_c(&out), "new.html"));
	assert_true(strstr(str_c(&out), "new.html") < strstr(str_c(&out), "old.html"));
	assert_has(&out, "href=\"ink.html\" lang=\"en\">Ink</a>");
	const char *works = strstr(str_c(&out), "id=\"works\"");
	assert_non_null(works);
	assert_true(strstr(works, "new.html") < strstr(works, "old.html")); /* chapter 1, then chapter 2 */
	assert_false(has(&out, "hidden.html"));
	assert_int_equal(times(&out, "<ul"), times(&out, "</ul>"));
	assert_int_equal(times(&out, "<section"), times(&out, "</section>"));
	str_free(&out);
	plain_site_free(&site);
	manifest_free(&manifest);
}

static void
test_feed(void **state)
{
	(void)state;
	Manifest manifest;
	PlainSite site;
	Str out = {0}, urn = {0};
	start(&manifest);
	for (int i = 0; i < PLAIN_FEED_MAX + 10; i++) {
		char path[32];
		snprintf(path, sizeof(path), "%d.html", i);
		add(&manifest, "글", path, "", 0, JANUARY + i * (int64_t)DAY);
	}
	manifest.entries[0].updated_ms = JANUARY + 100 * (int64_t)DAY;
	assert_true(plain_site(&manifest, SV("blog"), &site, NULL));
	assert_true(plain_feed(&site, &out, NULL));
	assert_true(sv_starts(str_view(&out), SV("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n")));
	assert_int_equal(times(&out, "<entry "), PLAIN_FEED_MAX);
	assert_int_equal(times(&out, "</entry>"), PLAIN_FEED_MAX);
	assert_has(&out, "<updated>2026-04-13T00:00:00Z</updated>");
	assert_has(&out, "<published>2026-03-03T00:00:00Z</published>");
	manifest_urn(SV("59.html"), &urn);
	assert_has(&out, str_c(&urn));
	assert_has(&out, "<author><name>한지우</name>");
	str_free(&out);
	str_free(&urn);
	plain_site_free(&site);
	manifest_free(&manifest);
}

static void
test_languages(void **state)
{
	(void)state;
	Manifest manifest;
	PlainSite site;
	Str out = {0};
	start(&manifest);
	Entry *entry = add(&manifest, "", "a.html", "Stones", 3, JANUARY);
	str_set(&entry->language, SV("en-GB"));
	assert_true(plain_site(&manifest, SV("blog"), &site, NULL));
	assert_true(plain_page(&site, entry, SV(""), &out, NULL));
	assert_has(&out, "<html lang=\"en-GB\">");
	assert_has(&out, "<h1>Untitled</h1>");
	assert_has(&out, "Stones, Chapter 3");
	assert_has(&out, ">3 January 2026</time>");
	str_clear(&out);
	str_set(&entry->language, SV("ar"));
	assert_true(plain_page(&site, entry, SV(""), &out, NULL));
	assert_has(&out, "<html lang=\"ar\" dir=\"rtl\">");
	str_free(&out);
	plain_site_free(&site);
	manifest_free(&manifest);
}

/* The style sheet asks nothing from elsewhere and is whole. */
static void
test_style(void **state)
{
	(void)state;
	Str style = str_from(sv(PLAIN_STYLE));
	assert_false(has(&style, "url("));
	assert_false(has(&style, "@import"));
	assert_has(&style, "word-break: keep-all");
	assert_has(&style, "@media print");
	assert_int_equal(times(&style, "{"), times(&style, "}"));
	str_free(&style);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_page),
		cmocka_unit_test(test_escapes),
		cmocka_unit_test(test_headings),
		cmocka_unit_test(test_chapters),
		cmocka_unit_test(test_index),
		cmocka_unit_test(test_feed),
		cmocka_unit_test(test_languages),
		cmocka_unit_test(test_style),
	};
	setenv("TZ", "KST-9", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
