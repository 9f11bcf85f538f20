/* Markdown as HTML: blocks, spans, hyphens, addresses, limits. */
#include "markup_unit.h"

static void
test_every_block(void **state)
{
	(void)state;
	static const Example examples[] = {
		{"", ""},
		{"\n\n", ""},
		{"첫 줄\n", "<p>첫 줄</p>\n"},
		{"하나\n\n둘", "<p>하나</p>\n<p>둘</p>\n"},
		{"# 하나\n## 둘\n### 셋\n#### 넷\n##### 다섯\n###### 여섯\n####### 일곱\n",
			"<h1>하나</h1>\n<h2>둘</h2>\n<h3>셋</h3>\n<h4>넷</h4>\n<h5>다섯</h5>\n<h6>여섯</h6>\n"
			"<p>####### 일곱</p>\n"},
		{"제목\n===\n", "<h1>제목</h1>\n"},
		{"#\n", "<h1></h1>\n"},
		{"> 하나\n> 둘\n>\n> 셋\n", "<blockquote>\n<p>하나 둘</p>\n<p>셋</p>\n</blockquote>\n"},
		{"> > 안\n", "<blockquote>\n<blockquote>\n<p>안</p>\n</blockquote>\n</blockquote>\n"},
		{">\n", "<blockquote>\n</blockquote>\n"},
		{"***\n", "<hr>\n"},
		{"```c\nif (a < b && *p)\n\tx[\"y\"]++;\n```\n",
			"<pre><code class=\"language-c\">if (a &lt; b &amp;&amp; "
			"*p)\n\tx[&quot;y&quot;]++;\n</code></pre>\n"},
		{"~~~ 한글\"<b> 나머지\n~~~\n", "<pre><code class=\"language-한글&quot;&lt;b&gt;\"></code></pre>\n"},
		{"    들여 쓴\n\n      줄\n", "<pre><code>들여 쓴\n\n  줄\n</code></pre>\n"},
		{"```\n\t둘\n  \t \t셋\n \t\n```\n", "<pre><code>\t둘\n  \t \t셋\n    \n</code></pre>\n"},
		{"\t하나\n\t\t둘\n    \t둘\n", "<pre><code>하나\n\t둘\n\t둘\n</code></pre>\n"},
		{" ```\n\t둘\n ```\n", "<pre><code>   둘\n</code></pre>\n"},
		{"> ```\n> \t둘\n>\t\t셋\n> ```\n",
			"<blockquote>\n<pre><code>\t둘\n  \t셋\n</code></pre>\n</blockquote>\n"},
		{"- \t\t코드\n\n\t\t더\n", "<ul>\n<li><pre><code>  코드\n\n  더\n</code></pre></li>\n</ul>\n"},
		{"<div>\n\t<b>\n</div>\n", "<div>\n\t<b>\n</div>\n"},
		{"<div class=\"a\">\n*그대로* &amp;\n</div>\n", "<div class=\"a\">\n*그대로* &amp;\n</div>\n"},
		{"<!-- 남긴다 -->\n", "<!-- 남긴다 -->\n"},
		{"[가]: /나\n", ""},
	};
	assert_examples(MARKUP_HTML, examples);
}

static void
test_lists(void **state)
{
	(void)state;
	static const Example examples[] = {
		{"- 하나\n- 둘\n", "<ul>\n<li>하나</li>\n<li>둘</li>\n</ul>\n"},
		{"- 하나\n\n- 둘\n", "<ul>\n<li><p>하나</p></li>\n<li><p>둘</p></li>\n</ul>\n"},
		{"- 하나\n\n  더\n", "<ul>\n<li><p>하나</p>\n<p>더</p></li>\n</ul>\n"},
		{"1. 하나\n2. 둘\n", "<ol>\n<li>하나</li>\n<li>둘</li>\n</ol>\n"},
		{"7) 일곱\n", "<ol start=\"7\">\n<li>일곱</li>\n</ol>\n"},
		{"0. 영\n", "<ol start=\"0\">\n<li>영</li>\n</ol>\n"},
		{"999999999. 끝\n", "<ol start=\"999999999\">\n<li>끝</li>\n</ol>\n"},
		{"- 하나\n  - 안\n    1. 더 안\n- 둘\n", "<ul>\n<li>하나\n<ul>\n<li>안\n<ol>\n<li>더 "
							 "안</li>\n</ol></li>\n</ul></li>\n<li>둘</li>\n</ul>\n"},
		{"- 하나\n  ```\n  코드\n  ```\n  뒤\n",
			"<ul>\n<li>하나\n<pre><code>코드\n</code></pre>\n뒤</li>\n</ul>\n"},
		{"- > 인용\n", "<ul>\n<li><blockquote>\n<p>인용</p>\n</blockquote></li>\n</ul>\n"},
		{"-\n- 둘\n", "<ul>\n<li></li>\n<li>둘</li>\n</ul>\n"},
		{"- 하나\n* 둘\n", "<ul>\n<li>하나</li>\n</ul>\n<ul>\n<li>둘</li>\n</ul>\n"},
	};
	assert_examples(MARKUP_HTML, examples);
}

static void
test_tables(void **state)
{
	(void)state;
	static const Example examples[] = {
		{"| 가 | 나 | 다 | 라 |\n|:---|:---:|---:|----|\n| 1 | **2** | `3` | 4 |\n",
			"<table><thead><tr><th align=\"left\">가</th><th align=\"center\">나</th>"
			"<th align=\"right\">다</th><th>라</th></tr></thead><tbody><tr>"
			"<td align=\"left\">1</td><td align=\"center\"><strong>2</strong></td>"
			"<td align=\"right\"><code>3</code></td><td>4</td></tr></tbody></table>\n"},
		{"가 | 나\n--- | ---\n1\n", "<table><thead><tr><th>가</th><th>나</th></tr></thead><tbody><tr><td>1</"
					    "td><td></td></tr></tbody>"
					    "</table>\n"},
		{"| a\\|b | c |\n|---|---|\n", "<table><thead><tr><th>a|b</th><th>c</th></tr></thead></table>\n"},
	};
	assert_examples(MARKUP_HTML, examples);
}

static void
test_every_span(void **state)
{
	(void)state;
	static const Example examples[] = {
		{"*a* _b_ **c** __d__ ~~e~~ `f`\n", "<p><em>a</em> <em>b</em> <strong>c</strong> <strong>d</strong> "
						    "<del>e</del> <code>f</code></p>\n"},
		{"*a **b** c*\n", "<p><em>a <strong>b</strong> c</em></p>\n"},
		{"하나\n둘\n", "<p>하나 둘</p>\n"},
		{"하나  \n둘\\\n셋\n", "<p>하나<br>둘<br>셋</p>\n"},
		{"`` a ` b ``\n", "<p><code>a ` b</code></p>\n"},
		{"`<b>&amp;*x*`\n", "<p><code>&lt;b&gt;&amp;amp;*x*</code></p>\n"},
		{"\\*a\\* \\<b> \\&amp;\n", "<p>*a* &lt;b&gt; &amp;amp;</p>\n"},
		{"&amp; &copy; &#44032; &#xAC00; &none; & < > \"\n",
			"<p>&amp; &copy; &#44032; &#xAC00; &none; &amp; &lt; &gt; &quot;</p>\n"},
		{"가 <kbd>Esc</kbd> <!-- 주석 -->\n", "<p>가 <kbd>Esc</kbd> <!-- 주석 --></p>\n"},
		{"[가](/나?a=1&b=2 \"제목 \\\"&amp;<\")\n",
			"<p><a href=\"/%EB%82%98?a=1&amp;b=2\" title=\"제목 &quot;&amp;&lt;\">가</a></p>\n"},
		{"[가](<a b>)\n", "<p><a href=\"a%20b\">가</a></p>\n"},
		{"[가]()\n", "<p><a href=\"\">가</a></p>\n"},
		{"[가][나] [나][] [나]\n\n[나]: /다 '라'\n",
			"<p><a href=\"/%EB%8B%A4\" title=\"라\">가</a> <a href=\"/%EB%8B%A4\" title=\"라\">나</a> "
			"<a href=\"/%EB%8B%A4\" title=\"라\">나</a></p>\n"},
		{"<https://a.example/?x=1&y=2> <a@b.example>\n",
			"<p><a href=\"https://a.example/?x=1&amp;y=2\">https://a.example/?x=1&amp;y=2</a> "
			"<a href=\"mailto:a@b.example\">a@b.example</a></p>\n"},
		{"![대신 *읽을* \"글\" `c`](/그림.png \"제목\")\n",
			"<p><img src=\"/%EA%B7%B8%EB%A6%BC.png\" alt=\"대신 읽을 &quot;글&quot; c\" "
			"title=\"제목\"></p>\n"},
		{"![가\n나  \n다 <b>](x)\n", "<p><img src=\"x\" alt=\"가 나 다 &lt;b&gt;\"></p>\n"},
		{"![바깥 ![안](b) [줄](c)](a)\n", "<p><img src=\"a\" alt=\"바깥 안 줄\"></p>\n"},
		{"[![가](a)](b)\n", "<p><a href=\"b\"><img src=\"a\" alt=\"가\"></a></p>\n"},
		{"https://a.example\n", "<p>https://a.example</p>\n"},
	};
	assert_examples(MARKUP_HTML, examples);
}

/* The parser pairs such marks with one that stands in an address. */
static void
test_no_element_stays_open(void **state)
{
	(void)state;
	static const Example examples[] = {
		{"*가 [나](다*) 라\n", "<p>*가 <a href=\"%EB%8B%A4*\">나</a> 라</p>\n"},
		{"[가](*)나*\n", "<p><a href=\"*\">가</a>나*</p>\n"},
		{"**가 *나 [다](*) 라**\n", "<p><strong>가 *나 <a href=\"*\">다</a> 라</strong></p>\n"},
		{"*가 **나 [다](**) 라*\n", "<p><em>가 **나 <a href=\"**\">다</a> 라</em></p>\n"},
		{"**가 *나 [다](* \"**\") *라*\n", "<p>**가 *나 <a href=\"*\" title=\"**\">다</a> <em>라</em></p>\n"},
		{"~~가 [나](~~)\n", "<p>~~가 <a href=\"~~\">나</a></p>\n"},
		{"- *가 ![나](다*)\n  > 라*\n", "<ul>\n<li>*가 <img src=\"%EB%8B%A4*\" "
						"alt=\"나\">\n<blockquote>\n<p>라*</p>\n</blockquote></li>\n"
						"</ul>\n"},
		{"*가 [나](data:*) 라\n\n*마*\n", "<p>*가 나 라</p>\n<p><em>마</em></p>\n"},
	};
	assert_examples(MARKUP_HTML, examples);
}

static void
test_a_line_of_hyphens_is_a_rule(void **state)
{
	(void)state;
	static const Example examples[] = {
		{"---\n", "<hr>\n"},
		{"글\n---\n", "<p>글</p>\n<hr>\n"},
		{"글\n   ------- \t\n뒤\n", "<p>글</p>\n<hr>\n<p>뒤</p>\n"},
		{"글\n---", "<p>글</p>\n<hr>\n"},
		{"> 글\n> ---\n", "<blockquote>\n<p>글</p>\n<hr>\n</blockquote>\n"},
		{"> 글\n---\n", "<blockquote>\n<p>글</p>\n</blockquote>\n<hr>\n"},
		{"- 글\n  ---\n", "<ul>\n<li>글\n<hr></li>\n</ul>\n"},
		{"10. 글\n    ---\n", "<ol start=\"10\">\n<li>글\n<hr></li>\n</ol>\n"},
		{"> - 글\n>   ---\n", "<blockquote>\n<ul>\n<li>글\n<hr></li>\n</ul>\n</blockquote>\n"},
		{"- 글\n---\n", "<ul>\n<li>글</li>\n</ul>\n<hr>\n"},
		{"# 글\n---\n", "<h1>글</h1>\n<hr>\n"},
		{"제목\n===\n---\n", "<h1>제목</h1>\n<hr>\n"},
		/* a definition before it leaves no paragraph to underline */
		{"[가]: /나\n---\n", "<hr>\n"},
		{"[가]:\n---\n", "<p>[가]:</p>\n<hr>\n"},
		{"| 가 | 나 |\n|---|---|\n---\n",
			"<table><thead><tr><th>가</th><th>나</th></tr></thead></table>\n<hr>\n"},
		{"`글\n---\n`\n", "<p>`글</p>\n<hr>\n<p>`</p>\n"},
	};
	assert_examples(MARKUP_HTML, examples);
}

static void
test_hyphens_that_are_no_rule_stay(void **state)
{
	(void)state;
	static const Example examples[] = {
		{"글\n--\n", "<h2>글</h2>\n"},
		{"글 ---\n--- 글\n", "<p>글 --- --- 글</p>\n"},
		{"```\n---\n```\n", "<pre><code>---\n</code></pre>\n"},
		{"    ---\n", "<pre><code>---\n</code></pre>\n"},
		{"\t---\n", "<pre><code>---\n</code></pre>\n"},
		{"- ```\n  ---\n  ```\n", "<ul>\n<li><pre><code>---\n</code></pre></li>\n</ul>\n"},
		{"> ```\n> ---\n> ```\n", "<blockquote>\n<pre><code>---\n</code></pre>\n</blockquote>\n"},
		{"<pre>\n---\n</pre>\n", "<pre>\n---\n</pre>\n"},
		{"<!--\n---\n-->\n", "<!--\n---\n-->\n"},
		{"<div>\n---\n</div>\n", "<div>\n---\n</div>\n"},
		{"글\n    ---\n", "<p>글 ---</p>\n"},
		{"글\n\t-----\n뒤\n", "<p>글 ----- 뒤</p>\n"},
		{"- 글\n      ---\n", "<ul>\n<li>글 ---</li>\n</ul>\n"},
		{"> 글\n    ---\n", "<blockquote>\n<p>글 ---</p>\n</blockquote>\n"},
		{"`글\n    ---\n`\n", "<p><code>글 --- </code></p>\n"},
		{"[가](/나 \"다\n    ---\n    라\")\n", "<p><a href=\"/%EB%82%98\" title=\"다\n---\n라\">가</a></p>\n"},
		{"[가]\n\n[가]: /나 \"다\n    ---\n    라\"\n",
			"<p><a href=\"/%EB%82%98\" title=\"다\n---\n라\">가</a></p>\n"},
		{"가 <b title=\"\n    ---\n\">나</b>\n", "<p>가 <b title=\"\n---\n\">나</b></p>\n"},
		{"| 가 | 나 |\n|---|---|\n| --- | -- |\n",
			"<table><thead><tr><th>가</th><th>나</th></tr></thead><tbody><tr><td>---</td><td>--</td></tr>"
			"</tbody></table>\n"},
		{"- - -\n", "<hr>\n"},
	};
	assert_examples(MARKUP_HTML, examples);
}

static void
test_harmful_addresses_lose_their_link(void **state)
{
	(void)state;
	static const char *const addresses[] = {
		"javascript:alert(1)",
		"JaVaScRiPt:alert(1)",
		"vbscript:x",
		"data:text/html;base64,PGI+",
		"data:image/svg+xml,x",
		"file:///etc/passwd",
		"blob:x",
		"intent:x",
		"javascript&#58;alert(1)",
		"javascript&#x3A;alert(1)",
		"javascript&colon;alert(1)",
		"&#106;avascript:alert(1)",
		"&#x6A;avascript:alert(1)",
		"java&Tab;script:alert(1)",
		"java&NewLine;script:alert(1)",
		"java&#xE000;script:alert(1)",
		"javascript\\:alert(1)",
		"<java\tscript:alert(1)>",
		"<  javascript:alert(1)>",
		"<\tjavascript:alert(1)>",
		"<javascript :alert(1)>",
		"%6Aavascript:alert(1)",
		"\xEF\xBF\xBDjavascript:alert(1)",
		"<\xC2\xA0javascript:alert(1)>",
		"\xE2\x80\x8Bjavascript:alert(1)",
		"<java\x7Fscript:alert(1)>",
		"httpx:x",
		":x",
		"javascript가*():alert(1)",
	};
	for (size_t i = 0; i < sizeof addresses / sizeof addresses[0]; i++) {
		Str markdown = {0};
		str_printf(&markdown, "[*가*](%s) ![나 `다`](%s \"라\") [마]\n\n[마]: %s\n", addresses[i], addresses[i],
			addresses[i]);
		assert_renders_(MARKUP_HTML, str_view(&markdown), "<p><em>가</em> 나 다 마</p>\n", __FILE__, __LINE__);
		assert_renders_(MARKUP_BLOCKS, str_view(&markdown),
			"<!-- wp:paragraph -->\n<p><em>가</em> 나 다 마</p>\n<!-- /wp:paragraph -->", __FILE__,
			__LINE__);
		str_free(&markdown);
	}
	assert_html("<javascript:alert(1)>\n", "<p>javascript:alert(1)</p>\n");
	assert_html("[![가](data:x)](/나)\n", "<p><a href=\"/%EB%82%98\">가</a></p>\n");
	assert_html("[가 ![나](/다)](data:x) [라](/마)\n",
		"<p>가 <img src=\"/%EB%8B%A4\" alt=\"나\"> <a href=\"/%EB%A7%88\">라</a></p>\n");
}

static void
test_harmless_addresses_stay(void **state)
{
	(void)state;
	static const Example examples[] = {
		{"[가](http://a.b) [나](HTTPS://a.b) [다](mailto:a@b.c)\n",
			"<p><a href=\"http://a.b\">가</a> <a href=\"HTTPS://a.b\">나</a> "
			"<a href=\"mailto:a@b.c\">다</a></p>\n"},
		{"[가](/a:b) [나](#a:b) [다](?a:b) [라](./a:b) [마](//a.b/c)\n",
			"<p><a href=\"/a:b\">가</a> <a href=\"#a:b\">나</a> <a href=\"?a:b\">다</a> "
			"<a href=\"./a:b\">라</a> <a href=\"//a.b/c\">마</a></p>\n"},
		{"[가](/?a=1&amp;b=&quot;2)\n", "<p><a href=\"/?a=1&amp;b=&quot;2\">가</a></p>\n"},
		{"[가](/%EA%B0%80%20(나)\\))\n", "<p><a href=\"/%EA%B0%80%20(%EB%82%98))\">가</a></p>\n"},
		{"[가](</a\"b<c\\>d`e{f}>)\n", "<p>[가](&lt;/a&quot;b&lt;c&gt;d`e{f}&gt;)</p>\n"},
		{"[가](</a\"b\\<c\\>d`e{f}\\\\>)\n", "<p><a href=\"/a%22b%3Cc%3Ed%60e%7Bf%7D%5C\">가</a></p>\n"},
	};
	assert_examples(MARKUP_HTML, examples);
}

static void
repeat(Str *out, const char *part, size_t count)
{
	for (size_t i = 0; i < count; i++)
		str_append_c(out, part);
}

static size_t
occurrences(const Str *text, const char *part)
{
	size_t count = 0;
	for (size_t at = 0; (at = sv_find(str_view(text), sv(part), at)) != SIZE_MAX; at++)
		count++;
	return count;
}

/* Every element that is opened is closed, and the innermost text is there. */
static void
assert_deep(const Str *markdown)
{
	static const char *const elements[] = {"blockquote", "ul", "ol", "li", "p", "em", "strong", "del", "a"};
	for (MarkupForm form = MARKUP_HTML; form <= MARKUP_BLOCKS; form++) {
		Str out = {0};
		Err err = {0};
		assert_true(markup_render(str_view(markdown), form, &out, &err));
		assert_true(sv_find(str_view(&out), SV("속"), 0) != SIZE_MAX);
		for (size_t i = 0; i < sizeof elements / sizeof elements[0]; i++) {
			char opening[32], with_attributes[32], closing[32];
			snprintf(opening, sizeof opening, "<%s>", elements[i]);
			snprintf(with_attributes, sizeof with_attributes, "<%s ", elements[i]);
			snprintf(closing, sizeof closing, "</%s>", elements[i]);
			assert_int_equal(occurrences(&out, opening) + occurrences(&out, with_attributes),
				occurrences(&out, closing));
		}
		assert_int_equal(occurrences(&out, "<!-- wp:"), occurrences(&out, "<!-- /wp:"));
		str_free(&out);
	}
}

static void
test_nesting_ten_thousand_deep(void **state)
{
	(void)state;
	static const struct {
		const char *before, *after;
	} nests[] = {{">", ""}, {"> - ", ""}, {"- ", ""}, {"1. ", ""}, {"- > ", ""}, {"*가 **나 ", "*** "},
		{"[", "](a)"}, {"![", "](a)"}, {"~~a ", " b~~"}, {"<div>", "</div>"}, {"(**가", "**)"}};
	for (size_t i = 0; i < sizeof nests / sizeof nests[0]; i++) {
		Str markdown = {0};
		repeat(&markdown, nests[i].before, 10000);
		str_append_c(&markdown, "속");
		repeat(&markdown, nests[i].after, 10000);
		assert_true(str_ok(&markdown, NULL));
		assert_deep(&markdown);
		str_free(&markdown);
	}
	/* a staircase: each list inside the item before */
	Str markdown = {0};
	for (size_t i = 0; i < 300; i++) {
		repeat(&markdown, "  ", i);
		str_printf(&markdown, "- %zu\n", i);
	}
	repeat(&markdown, "  ", 299);
	str_append_c(&markdown, "  속\n");
	assert_deep(&markdown);
	str_free(&markdown);
}

static void
test_what_is_too_deep_keeps_its_text(void **state)
{
	(void)state;
	Str markdown = {0}, out = {0};
	repeat(&markdown, ">", 100);
	str_append_c(&markdown, " - 하나\n");
	repeat(&markdown, ">", 100);
	str_append_c(&markdown, " - 둘\n");
	assert_true(markup_render(str_view(&markdown), MARKUP_HTML, &out, NULL));
	assert_true(sv_find(str_view(&out), SV("하나\n둘"), 0) != SIZE_MAX);
	assert_int_equal(occurrences(&out, "<li>"), 0);
	str_clear(&out);
	str_clear(&markdown);
	repeat(&markdown, ">", 99);
	str_append_c(&markdown, " - 하나\n");
	assert_true(markup_render(str_view(&markdown), MARKUP_HTML, &out, NULL));
	assert_true(sv_find(str_view(&out), SV("<ul>\n<li>하나</li>\n</ul>"), 0) != SIZE_MAX);
	str_free(&out);
	str_free(&markdown);
}

static void
test_a_text_over_the_limit_is_refused(void **state)
{
	(void)state;
	enum { LIMIT = 64 << 20 };
	char *bytes = malloc(LIMIT + 1);
	assert_non_null(bytes);
	memset(bytes, '\n', LIMIT + 1);
	memcpy(bytes, "**(b)**", 7);
	Str out = {0};
	Err err = {0};
	assert_false(markup_render((StrView){bytes, LIMIT + 1}, MARKUP_HTML, &out, &err));
	assert_int_equal(err.kind, ERR_FAILED);
	assert_int_equal(out.len, 0);
	assert_true(markup_render((StrView){bytes, LIMIT}, MARKUP_HTML, &out, &err));
	assert_view_equal(str_view(&out), "<p><strong>(b)</strong></p>\n");
	str_free(&out);
	free(bytes);
}

static void
test_rendering_appends(void **state)
{
	(void)state;
	Str out = str_from(SV("앞"));
	assert_true(markup_render(SV("글"), MARKUP_HTML, &out, NULL));
	assert_true(markup_render(SV("> 글"), MARKUP_BLOCKS, &out, NULL));
	assert_view_equal(str_view(&out), "앞<p>글</p>\n<!-- wp:quote -->\n<blockquote class=\"wp-block-quote\"><!-- "
					  "wp:paragraph -->\n<p>글</p>\n"
					  "<!-- /wp:paragraph --></blockquote>\n<!-- /wp:quote -->");
	str_clear(&out);
	markup_escape(SV("<a href=\"x\">&amp;</a> '가'"), &out);
	assert_view_equal(str_view(&out), "&lt;a href=&quot;x&quot;&gt;&amp;amp;&lt;/a&gt; '가'");
	str_free(&out);
}

/* What a browser would show as one paragraph. */
static void
test_joined_lines(void **state)
{
	(void)state;
	static const struct {
		const char *markdown;
		size_t count, last;
	} cases[] = {
		{"", 0, 0},
		{"한 줄", 0, 0},
		{"첫 줄\n둘째 줄", 1, 7},
		{"**먹**\n벼루", 1, 7},
		{"> 먹\n벼루", 1, 5},
		{"먹\n\n![](a.png)\n벼루", 1, 15},
		{"첫 문단\n\n둘째 문단", 0, 0},
		{"첫 줄\n둘째 줄\n셋째 줄\n\n문단", 2, 18},
		{"줄바꿈을 뜻한 줄  \n둘째 줄", 0, 0},
		{"- 하나\n- 둘", 0, 0},
		{"글\n---\n글", 0, 0},
		{"```\na\nb\n```", 0, 0},
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		size_t count = 99;
		size_t places[4] = {0};
		assert_true(markup_joined_lines(sv(cases[i].markdown), places, 4, &count, NULL));
		assert_int_equal(count, cases[i].count);
		if (count > 0)
			assert_int_equal(places[count - 1], cases[i].last);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_joined_lines),
		cmocka_unit_test(test_every_block),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_tables),
		cmocka_unit_test(test_every_span),
		cmocka_unit_test(test_no_element_stays_open),
		cmocka_unit_test(test_a_line_of_hyphens_is_a_rule),
		cmocka_unit_test(test_hyphens_that_are_no_rule_stay),
		cmocka_unit_test(test_harmful_addresses_lose_their_link),
		cmocka_unit_test(test_harmless_addresses_stay),
		cmocka_unit_test(test_nesting_ten_thousand_deep),
		cmocka_unit_test(test_what_is_too_deep_keeps_its_text),
		cmocka_unit_test(test_a_text_over_the_limit_is_refused),
		cmocka_unit_test(test_rendering_appends),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
