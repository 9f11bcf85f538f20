/* Markdown as the block markup of WordPress. */
#include "markup_unit.h"

#define PARAGRAPH(text) "<!-- wp:paragraph -->\n<p>" text "</p>\n<!-- /wp:paragraph -->"
#define ITEM(text) "<!-- wp:list-item -->\n<li>" text "</li>\n<!-- /wp:list-item -->"
#define LIST(items) "<!-- wp:list -->\n<ul>" items "</ul>\n<!-- /wp:list -->"
#define HTML(html) "<!-- wp:html -->\n" html "\n<!-- /wp:html -->"
#define RULE \
	"<!-- wp:separator -->\n<hr class=\"wp-block-separator has-alpha-channel-opacity\"/>\n<!-- /wp:separator -->"
#define CODE(code) "<!-- wp:code -->\n<pre class=\"wp-block-code\"><code>" code "</code></pre>\n<!-- /wp:code -->"
#define QUOTE(blocks) \
	"<!-- wp:quote -->\n<blockquote class=\"wp-block-quote\">" blocks "</blockquote>\n<!-- /wp:quote -->"
#define TABLE(rows) \
	"<!-- wp:table -->\n<figure class=\"wp-block-table\"><table>" rows "</table></figure>\n<!-- /wp:table -->"

static void
test_every_block(void **state)
{
	(void)state;
	static const Example examples[] = {
		{"", ""},
		{"하나\n둘\n\n셋\n", PARAGRAPH("하나 둘") "\n\n" PARAGRAPH("셋")},
		{"# 하나\n## 둘\n###### 여섯\n",
			"<!-- wp:heading {\"level\":1} -->\n<h1>하나</h1>\n<!-- /wp:heading -->\n\n"
			"<!-- wp:heading -->\n<h2>둘</h2>\n<!-- /wp:heading -->\n\n"
			"<!-- wp:heading {\"level\":6} -->\n<h6>여섯</h6>\n<!-- /wp:heading -->"},
		{"글\n---\n글\n", PARAGRAPH("글") "\n\n" RULE "\n\n" PARAGRAPH("글")},
		{"> 하나\n>\n> - 둘\n", QUOTE(PARAGRAPH("하나") "\n\n" LIST(ITEM("둘")))},
		{"> > 안\n", QUOTE(QUOTE(PARAGRAPH("안")))},
		{">\n", QUOTE("")},
		{"```c\na[1] < b;\n\n```\n", CODE("a&#91;1] &lt; b;\n")},
		{"```\n```\n", CODE("")},
		{"    가\n", CODE("가")},
		{"| 가 | 나 |\n|:--|---|\n| 1 | 2 |\n",
			TABLE("<thead><tr><th class=\"has-text-align-left\" data-align=\"left\">가</th><th>나</th></tr>"
			      "</thead><tbody><tr><td class=\"has-text-align-left\" data-align=\"left\">1</td>"
			      "<td>2</td></tr></tbody>")},
		{"<div>\n*그대로*\n</div>\n", HTML("<div>\n*그대로*\n</div>")},
		{"**가(나)**는 *다* ~~라~~ `마`  \n<kbd>바</kbd> ![사](/a)\n",
			PARAGRAPH("<strong>가(나)</strong>는 <em>다</em> <del>라</del> <code>마</code><br>"
				  "<kbd>바</kbd> <img src=\"/a\" alt=\"사\">")},
	};
	assert_examples(MARKUP_BLOCKS, examples);
}

static void
test_lists(void **state)
{
	(void)state;
	static const Example examples[] = {
		{"- 하나\n- 둘\n", LIST(ITEM("하나") "\n\n" ITEM("둘"))},
		{"- 하나\n\n- 둘\n", LIST(ITEM("하나") "\n\n" ITEM("둘"))},
		{"- 하나\n\n  더\n", LIST(ITEM("하나<br><br>더"))},
		{"-\n", LIST(ITEM(""))},
		{"1. 하나\n", "<!-- wp:list {\"ordered\":true} -->\n<ol>" ITEM("하나") "</ol>\n<!-- /wp:list -->"},
		{"0. 영\n", "<!-- wp:list {\"ordered\":true,\"start\":0} -->\n<ol start=\"0\">" ITEM(
				    "영") "</ol>\n<!-- /wp:list -->"},
		{"3. 셋\n", "<!-- wp:list {\"ordered\":true,\"start\":3} -->\n<ol start=\"3\">" ITEM(
				    "셋") "</ol>\n<!-- /wp:list -->"},
		{"- 하나\n  - 안\n    - 더 안\n- 둘\n",
			LIST(ITEM("하나" LIST(ITEM("안" LIST(ITEM("더 안"))))) "\n\n" ITEM("둘"))},
		{"- 하나\n  - 안\n  + 다른\n", LIST(ITEM("하나" LIST(ITEM("안")) "\n\n" LIST(ITEM("다른"))))},
		/* what an item of the editor cannot hold */
		{"- 하나\n  ```\n  a[1]\n  https://a.b/c\n  ```\n",
			HTML("<ul>\n<li>하나\n<pre><code>a&#91;1]\nhttps:&#47;&#47;a.b/c\n</code></pre></li>\n</ul>")},
		{"- # 제목\n", HTML("<ul>\n<li><h1>제목</h1></li>\n</ul>")},
		{"- > 인용\n", HTML("<ul>\n<li><blockquote>\n<p>인용</p>\n</blockquote></li>\n</ul>")},
		{"- 하나\n  - 안\n\n  뒤\n",
			HTML("<ul>\n<li><p>하나</p>\n<ul>\n<li>안</li>\n</ul>\n<p>뒤</p></li>\n</ul>")},
		{"- 하나\n  - ***\n", HTML("<ul>\n<li>하나\n<ul>\n<li><hr></li>\n</ul></li>\n</ul>")},
		{"> 1. 하나\n>    > 둘\n",
			QUOTE(HTML("<ol>\n<li>하나\n<blockquote>\n<p>둘</p>\n</blockquote></li>\n</ol>"))},
	};
	assert_examples(MARKUP_BLOCKS, examples);
}

static void
test_code_is_neither_shortcode_nor_embed(void **state)
{
	(void)state;
	static const Example examples[] = {
		{"```\n[gallery]\n```\n", CODE("&#91;gallery]")},
		{"```\nhttps://a.b/c?d=[1]\n```\n", CODE("https:&#47;&#47;a.b/c?d=&#91;1]")},
		{"```\n하나\n \tHTTP://a.b \nhttps://c.d\n```\n",
			CODE("하나\n \tHTTP:&#47;&#47;a.b \nhttps:&#47;&#47;c.d")},
		{"```\nget https://a.b\nhttps://a.b c\nftp://a.b\nhttps://\nx\n```\n",
			CODE("get https://a.b\nhttps://a.b c\nftp://a.b\nhttps://\nx")},
	};
	assert_examples(MARKUP_BLOCKS, examples);
}

/* An element that one block of Markdown opens and a later one closes is one block of HTML. */
static void
test_html_is_kept_whole(void **state)
{
	(void)state;
	static const Example examples[] = {
		{"<details>\n<summary>겉</summary>\n\n속 **글**\n\n- 하나\n\n</details>\n\n뒤\n",
			HTML("<details>\n<summary>겉</summary>\n<p>속 "
			     "<strong>글</strong></p>\n<ul>\n<li>하나</li>\n</ul>\n"
			     "</details>") "\n\n" PARAGRAPH("뒤")},
		{"<div>\n\n<div>\n\n가\n\n</div>\n\n</div>\n\n<div>\n</div>\n",
			HTML("<div>\n<div>\n<p>가</p>\n</div>\n</div>") "\n\n" HTML("<div>\n</div>")},
		/* never closed, or closed and never opened: alone */
		{"<div>\n\n가\n", HTML("<div>") "\n\n" PARAGRAPH("가")},
		{"가\n\n</div>\n", PARAGRAPH("가") "\n\n" HTML("</div>")},
		{"<b>\n\n</i>\n\n</b>\n", HTML("<b>") "\n\n" HTML("</i>") "\n\n" HTML("</b>")},
		/* what a paragraph of the editor cannot hold */
		{"가 <b>나\n", HTML("<p>가 <b>나</p>")},
		{"가 <b>나 *다</b> 라*\n", HTML("<p>가 <b>나 <em>다</b> 라</em></p>")},
		{"가 <div>나</div>\n", HTML("<p>가 <div>나</div></p>")},
		{"가 <b/> 나\n", HTML("<p>가 <b/> 나</p>")},
		{"가 <!DOCTYPE a> <?b?>\n", HTML("<p>가 <!DOCTYPE a> <?b?></p>")},
		{"<svg>\n<path d=\"M0\"/>\n\n가\n\n</svg>\n", HTML("<svg>\n<path d=\"M0\"/>\n<p>가</p>\n</svg>")},
		{"# <b>가\n", HTML("<h1><b>가</h1>")},
		{"- <b>가\n- 나</b>\n", HTML("<ul>\n<li><b>가</li>\n<li>나</b></li>\n</ul>")},
		{"| <b> | </b> |\n|---|---|\n",
			HTML("<table><thead><tr><th><b></th><th></b></th></tr></thead></table>")},
		{"가 <KBD class='a>b'>나</kbd> <br/> <wbr> <!-- <b> --> `<b>`\n",
			PARAGRAPH("가 <KBD class='a>b'>나</kbd> <br/> <wbr> <!-- <b> --> <code>&lt;b&gt;</code>")},
		{"- <b>가</b>\n", LIST(ITEM("<b>가</b>"))},
		{"<script>\nif (a </b> c) d('</div>');\n</script>\n",
			HTML("<script>\nif (a </b> c) d('</div>');\n</script>")},
	};
	assert_examples(MARKUP_BLOCKS, examples);
}

static void
test_comments_of_the_text_are_no_borders(void **state)
{
	(void)state;
	static const Example examples[] = {
		{"<!-- wp:paragraph -->\n", HTML("<!-- wp :paragraph -->")},
		{"<!--\t\n/wp:quote-->\n", HTML("<!--\t\n/wp :quote-->")},
		{"<!--\xE3\x80\x80wp:quote -->\n", HTML("<!--\xE3\x80\x80wp :quote -->")},
		{"가 <!-- /wp:paragraph --> 나\n", PARAGRAPH("가 <!-- /wp :paragraph --> 나")},
		{"- 가 <!-- wp:a/b {\"c\":1} /-->\n", LIST(ITEM("가 <!-- wp :a/b {\"c\":1} /-->"))},
		{"| <!-- wp:a --> | 나 |\n|---|---|\n",
			TABLE("<thead><tr><th><!-- wp :a --></th><th>나</th></tr></thead>")},
		{"가 <b title=\"<!-- wp:a -->\">나</b>\n", PARAGRAPH("가 <b title=\"<!-- wp :a -->\">나</b>")},
		{"`<!-- wp:a -->`\n", PARAGRAPH("<code>&lt;!-- wp:a --&gt;</code>")},
		{"<!-- wpautop -->\n", HTML("<!-- wpautop -->")},
	};
	assert_examples(MARKUP_BLOCKS, examples);
	assert_html("<!-- wp:paragraph -->\n", "<!-- wp:paragraph -->\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_block),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_code_is_neither_shortcode_nor_embed),
		cmocka_unit_test(test_html_is_kept_whole),
		cmocka_unit_test(test_comments_of_the_text_are_no_borders),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
