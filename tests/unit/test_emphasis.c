/* Emphasis beside Korean, and all that must not change with it. */
#include "../../src/text/markup.h"
#include "markup_unit.h"

static void
test_emphasis_closes_before_a_particle(void **state)
{
	(void)state;
	static const Example examples[] = {
		{"**카카오(주)**는 쉰다\n", "<p><strong>카카오(주)</strong>는 쉰다</p>\n"},
		{"**‘소 잃고’**라는 말\n", "<p><strong>‘소 잃고’</strong>라는 말</p>\n"},
		{"**\"인용\"**이라고\n", "<p><strong>&quot;인용&quot;</strong>이라고</p>\n"},
		{"**「봄」**을 **『여름』**과 **《가을》**은 **〈겨울〉**이\n",
			"<p><strong>「봄」</strong>을 <strong>『여름』</strong>과 <strong>《가을》</strong>은 "
			"<strong>〈겨울〉</strong>이</p>\n"},
		{"**50%**의 **끝.**이라 **왜?**라고 **가…**처럼 **나—**로 **다⸺**로\n",
			"<p><strong>50%</strong>의 <strong>끝.</strong>이라 <strong>왜?</strong>라고 "
			"<strong>가…</strong>처럼 <strong>나—</strong>로 <strong>다⸺</strong>로</p>\n"},
		{"**（주）**는 **가！**라고 **일본語（ご）**が\n",
			"<p><strong>（주）</strong>는 <strong>가！</strong>라고 <strong>일본語（ご）</strong>が</p>\n"},
		{"**`main()`**은 **[가](/b)**를\n",
			"<p><strong><code>main()</code></strong>은 <strong><a href=\"/b\">가</a></strong>를</p>\n"},
		{"**가\\***는\n", "<p><strong>가*</strong>는</p>\n"},
		{"**가&amp;**는\n", "<p><strong>가&amp;</strong>는</p>\n"},
		{"**가(나)**\n", "<p><strong>가(나)</strong></p>\n"},
	};
	assert_examples(MARKUP_HTML, examples);
}

static void
test_emphasis_opens_behind_a_letter(void **state)
{
	(void)state;
	static const Example examples[] = {
		{"그는**\"인용\"**이라고 했다\n", "<p>그는<strong>&quot;인용&quot;</strong>이라고 했다</p>\n"},
		{"그는**(주)카카오** 앞\n", "<p>그는<strong>(주)카카오</strong> 앞</p>\n"},
		{"책은**『봄』**이다\n", "<p>책은<strong>『봄』</strong>이다</p>\n"},
		{"그는**`f()`**를\n", "<p>그는<strong><code>f()</code></strong>를</p>\n"},
		{"그는**강조**했다\n", "<p>그는<strong>강조</strong>했다</p>\n"},
	};
	assert_examples(MARKUP_HTML, examples);
}

static void
test_several_in_one_sentence(void **state)
{
	(void)state;
	static const Example examples[] = {
		{"**카카오(주)**는 **네이버(주)**와 **라인(주)**를\n",
			"<p><strong>카카오(주)</strong>는 <strong>네이버(주)</strong>와 "
			"<strong>라인(주)</strong>를</p>\n"},
		{"그는**\"하나\"**라고, 나는**\"둘\"**이라고\n", "<p>그는<strong>&quot;하나&quot;</strong>라고, "
								 "나는<strong>&quot;둘&quot;</strong>이라고</p>\n"},
		{"**가(나)**는**\"다\"**를 **라** 마**바**사\n",
			"<p><strong>가(나)</strong>는<strong>&quot;다&quot;</strong>를 <strong>라</strong> "
			"마<strong>바</strong>사</p>\n"},
		{"**가(나)**는\n**다(라)**는\n", "<p><strong>가(나)</strong>는 <strong>다(라)</strong>는</p>\n"},
		{"*가(나)*는 **다(라)**는 ***마(바)***는\n",
			"<p><em>가(나)</em>는 <strong>다(라)</strong>는 <em><strong>마(바)</strong></em>는</p>\n"},
		{"**굵고 *기운(글)*은 안**에\n", "<p><strong>굵고 <em>기운(글)</em>은 안</strong>에</p>\n"},
		{"*기울고 **굵은(글)**은 안(쪽)*에\n", "<p><em>기울고 <strong>굵은(글)</strong>은 안(쪽)</em>에</p>\n"},
		{"(*강조*)는 \"**강조**\"라고 ‘*강조*’라는\n",
			"<p>(<em>강조</em>)는 &quot;<strong>강조</strong>&quot;라고 ‘<em>강조</em>’라는</p>\n"},
		{"**굵게**(주)는 [가](/b)*나*\n",
			"<p><strong>굵게</strong>(주)는 <a href=\"/b\">가</a><em>나</em></p>\n"},
		{"~~지운(말)~~은 그는~~\"말\"~~이라고\n",
			"<p><del>지운(말)</del>은 그는<del>&quot;말&quot;</del>이라고</p>\n"},
		{"- **가(나)**는\n\n> 그는**\"다\"**라고\n\n## *라(마)*는\n\n| **바(사)**는 | 아 |\n|---|---|\n",
			"<ul>\n<li><strong>가(나)</strong>는</li>\n</ul>\n<blockquote>\n<p>그는<strong>&quot;다&quot;"
			"</strong>라고</p>\n</blockquote>\n<h2><em>라(마)</em>는</h2>\n<table><thead><tr><th>"
			"<strong>바(사)</strong>는</th><th>아</th></tr></thead></table>\n"},
		{"[**가(나)**는]\n\n[**가(나)**는]: /b\n", "<p><a href=\"/b\"><strong>가(나)</strong>는</a></p>\n"},
	};
	assert_examples(MARKUP_HTML, examples);
}

/* Beside other scripts, and where CommonMark itself says no. */
static void
test_elsewhere_commonmark_decides(void **state)
{
	(void)state;
	static const Example examples[] = {
		{"**Kakao(Corp)**is\n", "<p>**Kakao(Corp)**is</p>\n"},
		{"he**\"said\"**it\n", "<p>he**&quot;said&quot;**it</p>\n"},
		{"**Kakao** (Corp), **\"x\"** *y*z\n",
			"<p><strong>Kakao</strong> (Corp), <strong>&quot;x&quot;</strong> <em>y</em>z</p>\n"},
		{"a * b * c, 2*3*4, ** x **\n", "<p>a * b * c, 2<em>3</em>4, ** x **</p>\n"},
		{"가 * 나 * 다 ** 라 **\n", "<p>가 * 나 * 다 ** 라 **</p>\n"},
		{"_카카오(주)_는 snake_case_이름\n", "<p>_카카오(주)_는 snake_case_이름</p>\n"},
		{"**가(나)\n", "<p>**가(나)</p>\n"},
		{"가\\*(나)\\*는\n", "<p>가*(나)*는</p>\n"},
		{"** 가(나)**는\n", "<p>** 가(나)**는</p>\n"},
	};
	assert_examples(MARKUP_HTML, examples);
}

/* Code, addresses, titles, raw HTML and entities come out as they went in, whatever stands in them. */
static void
test_nothing_else_changes(void **state)
{
	(void)state;
	static const Example examples[] = {
		{"`**가(나)**는` `그는**\"다\"**라고`\n",
			"<p><code>**가(나)**는</code> <code>그는**&quot;다&quot;**라고</code></p>\n"},
		{"```가*(나)*는\n**가(나)**는\n그는**\"다\"**라고\n```\n",
			"<pre><code "
			"class=\"language-가*(나)*는\">**가(나)**는\n그는**&quot;다&quot;**라고\n</code></pre>\n"},
		{"    **가(나)**는\n", "<pre><code>**가(나)**는\n</code></pre>\n"},
		{"[가](/나*(다)*라 '마*(바)*사')\n",
			"<p><a href=\"/%EB%82%98*(%EB%8B%A4)*%EB%9D%BC\" title=\"마*(바)*사\">가</a></p>\n"},
		{"[가](</나*(다)*라>)\n", "<p><a href=\"/%EB%82%98*(%EB%8B%A4)*%EB%9D%BC\">가</a></p>\n"},
		{"![가*(나)*다](/나*(다)*라 \"마*(바)*사\")\n", "<p><img src=\"/%EB%82%98*(%EB%8B%A4)*%EB%9D%BC\" "
								"alt=\"가(나)다\" title=\"마*(바)*사\"></p>\n"},
		{"[가]\n\n[가]: /나*(다)*라 '마*(바)*사'\n",
			"<p><a href=\"/%EB%82%98*(%EB%8B%A4)*%EB%9D%BC\" title=\"마*(바)*사\">가</a></p>\n"},
		{"<http://a.b/나*(다)*라>\n",
			"<p><a href=\"http://a.b/%EB%82%98*(%EB%8B%A4)*%EB%9D%BC\">http://a.b/나*(다)*라</a></p>\n"},
		{"<b title=\"가*(나)*다\">라</b> <!-- 가*(나)*다 -->\n",
			"<p><b title=\"가*(나)*다\">라</b> <!-- 가*(나)*다 --></p>\n"},
		{"<div>\n**가(나)**는\n</div>\n", "<div>\n**가(나)**는\n</div>\n"},
		{"가&#xE000;나 &#xe001; &amp;#xE002;\n", "<p>가&#xE000;나 &#xe001; &amp;#xE002;</p>\n"},
		{"&#xE000; **가(나)**는 `&#xE000;` [다](/&#xE000; \"&#xE000;\")\n",
			"<p>&#xE000; <strong>가(나)</strong>는 <code>&amp;#xE000;</code> "
			"<a href=\"/&#xE000;\" title=\"&#xE000;\">다</a></p>\n"},
		{"\xEE\x80\x80**가(나)**는\n", "<p>\xEE\x80\x80<strong>가(나)</strong>는</p>\n"},
	};
	assert_examples(MARKUP_HTML, examples);
}

static void
test_the_sentinel_is_one_that_the_text_lacks(void **state)
{
	(void)state;
	char sentinel[SENTINEL_LEN + 1];
	assert_true(emphasis_sentinel(SV("글"), sentinel));
	assert_string_equal(sentinel, "\uE000");
	assert_true(emphasis_sentinel(SV("\uE000 \uE001 \uE003"), sentinel));
	assert_string_equal(sentinel, "\uE002");
	assert_true(emphasis_sentinel(SV("&#xE000; \xEE\x80"), sentinel));
	assert_string_equal(sentinel, "\uE000");
	Str all = {0};
	for (unsigned rune = 0xE000; rune < 0xF8FF; rune++)
		str_append_rune(&all, rune);
	assert_true(emphasis_sentinel(str_view(&all), sentinel));
	assert_string_equal(sentinel, "\uF8FF");
	/* without a sentinel the text is still rendered, as CommonMark has it */
	str_append_rune(&all, 0xF8FF);
	assert_false(emphasis_sentinel(str_view(&all), sentinel));
	Str markdown = {0}, out = {0};
	str_append(&markdown, str_view(&all));
	str_append_c(&markdown, " **가** **가(나)**는");
	assert_true(markup_render(str_view(&markdown), MARKUP_HTML, &out, NULL));
	str_splice(&all, 0, 0, SV("<p>"));
	str_append_c(&all, " <strong>가</strong> **가(나)**는</p>\n");
	assert_view_equal(str_view(&out), str_c(&all));
	str_free(&markdown);
	str_free(&out);
	str_free(&all);
}

static void
test_marks_stand_inside_the_runs(void **state)
{
	(void)state;
	static const Example examples[] = {
		{"**가(나)**는", "**가(나)|**는"},
		{"그는**\"가\"**라", "그는**|\"가\"|**라"},
		{"가\\*(나)\\*는", "가\\*(나)\\*는"},
		{"가\\\\*(나)", "가\\\\*(나)"},
		{"가\\***는 가\\**", "가\\*|**는 가\\**"},
		{"a*(b)*c", "a*(b)*c"},
		{"*", "*"},
		{"", ""},
	};
	for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
		Str out = {0};
		emphasis_mark(sv(examples[i].markdown), "|", &out);
		assert_view_equal(str_view(&out), examples[i].wanted);
		str_free(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_emphasis_closes_before_a_particle),
		cmocka_unit_test(test_emphasis_opens_behind_a_letter),
		cmocka_unit_test(test_several_in_one_sentence),
		cmocka_unit_test(test_elsewhere_commonmark_decides),
		cmocka_unit_test(test_nothing_else_changes),
		cmocka_unit_test(test_the_sentinel_is_one_that_the_text_lacks),
		cmocka_unit_test(test_marks_stand_inside_the_runs),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
