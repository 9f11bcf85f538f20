/* Markdown: both forms are well made, no sentinel stays behind, code comes out as it went in, and what is said is what
 * md4c's own renderer says, but for the rules of this house. */
#include <md4c-html.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/text/markup.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(bool holds)
{
	if (!holds)
		abort();
}

static bool
has(StrView text, const char *part)
{
	return sv_find(text, sv(part), 0) != SIZE_MAX;
}

static Str
render(StrView markdown, MarkupForm form)
{
	Str out = {0};
	Err err = {0};
	check(markup_render(markdown, form, &out, &err));
	check(out.len == 0 || unicode_valid(str_view(&out)));
	return out;
}

/* ---- The blocks of WordPress, by the grammar in which the editor writes them ---- */

static bool
take(StrView *rest, const char *literal)
{
	bool there = sv_starts(*rest, sv(literal));
	if (there)
		*rest = sv_slice(*rest, strlen(literal), rest->len);
	return there;
}

/* Up to `end`, which is taken too; no border of a block in between. */
static StrView
take_leaf(StrView *rest, const char *end)
{
	size_t hit = sv_find(*rest, sv(end), 0);
	check(hit != SIZE_MAX);
	StrView leaf = sv_slice(*rest, 0, hit);
	check(!has(leaf, "<!-- wp:") && !has(leaf, "<!-- /wp:"));
	*rest = sv_slice(*rest, hit + strlen(end), rest->len);
	return leaf;
}

static void take_blocks(StrView *rest);

static void
take_list(StrView *rest)
{
	bool ordered = take(rest, " {\"ordered\":true");
	if (ordered && take(rest, ",\"start\":"))
		while (rest->len > 0 && rest->ptr[0] >= '0' && rest->ptr[0] <= '9')
			*rest = sv_slice(*rest, 1, rest->len);
	check(!ordered || take(rest, "}"));
	check(take(rest, " -->\n") && take(rest, ordered ? "<ol" : "<ul"));
	take_leaf(rest, ">");
	do {
		check(take(rest, "<!-- wp:list-item -->\n<li>"));
		size_t end = sv_find(*rest, SV("</li>"), 0), inner = sv_find(*rest, SV("<!-- wp:list"), 0);
		check(end != SIZE_MAX);
		size_t len = inner < end ? inner : end;
		check(raw_is_whole(sv_slice(*rest, 0, len), RAW_IN_PARAGRAPH));
		*rest = sv_slice(*rest, len, rest->len);
		for (bool more = inner < end; more; more = take(rest, "\n\n")) {
			check(take(rest, "<!-- wp:list"));
			take_list(rest);
		}
		check(take(rest, "</li>\n<!-- /wp:list-item -->"));
	} while (take(rest, "\n\n"));
	check(take(rest, ordered ? "</ol>\n<!-- /wp:list -->" : "</ul>\n<!-- /wp:list -->"));
}

static void
take_heading(StrView *rest)
{
	char end[] = "</h2>\n<!-- /wp:heading -->";
	if (take(rest, " {\"level\":")) {
		end[3] = rest->ptr[0];
		check(end[3] >= '1' && end[3] <= '6' && end[3] != '2');
		*rest = sv_slice(*rest, 1, rest->len);
		check(take(rest, "}"));
	}
	char begin[] = {' ', '-', '-', '>', '\n', '<', 'h', end[3], '>', '\0'};
	check(take(rest, begin));
	check(raw_is_whole(take_leaf(rest, end), RAW_IN_PARAGRAPH));
}

static void
take_block(StrView *rest)
{
	check(take(rest, "<!-- wp:"));
	if (take(rest, "paragraph -->\n<p>")) {
		check(raw_is_whole(take_leaf(rest, "</p>\n<!-- /wp:paragraph -->"), RAW_IN_PARAGRAPH));
	} else if (take(rest, "heading")) {
		take_heading(rest);
	} else if (take(rest, "quote -->\n<blockquote class=\"wp-block-quote\">")) {
		if (!sv_starts(*rest, SV("</blockquote>")))
			take_blocks(rest);
		check(take(rest, "</blockquote>\n<!-- /wp:quote -->"));
	} else if (take(rest, "list")) {
		take_list(rest);
	} else if (take(rest, "code -->\n<pre class=\"wp-block-code\"><code>")) {
		StrView code = take_leaf(rest, "</code></pre>\n<!-- /wp:code -->");
		check(!has(code, "<") && !has(code, "["));
	} else if (take(rest, "table -->\n<figure class=\"wp-block-table\"><table>")) {
		check(raw_is_whole(take_leaf(rest, "</table></figure>\n<!-- /wp:table -->"), RAW_ANYWHERE));
	} else if (take(rest, "html -->\n")) {
		take_leaf(rest, "\n<!-- /wp:html -->");
	} else {
		check(take(rest, "separator -->\n<hr class=\"wp-block-separator has-alpha-channel-opacity\"/>\n"
				 "<!-- /wp:separator -->"));
	}
}

static void
take_blocks(StrView *rest)
{
	do
		take_block(rest);
	while (take(rest, "\n\n"));
}

/* ---- Against md4c's own HTML ---- */

static void
append_html(const MD_CHAR *text, MD_SIZE size, void *out)
{
	str_append(out, (StrView){text, size});
}

static void
replace(Str *text, const char *from, const char *to)
{
	for (size_t at = 0; (at = sv_find(str_view(text), sv(from), at)) != SIZE_MAX; at += strlen(to))
		str_splice(text, at, at + strlen(from), sv(to));
}

/* Blanks outside of code are one blank, beside a tag none; the same alignment and the same percent encoding. */
static Str
normal_form(const Str *html)
{
	Str out = {0};
	bool code = false;
	for (size_t i = 0; i < html->len; i++) {
		StrView rest = sv_slice(str_view(html), i, html->len);
		char c = html->ptr[i], last = out.len > 0 ? out.ptr[out.len - 1] : '>';
		bool inside = code;
		code = code ? !sv_starts(rest, SV("</code></pre>")) : sv_starts(rest, SV("<pre><code"));
		if (code || (c != ' ' && c != '\n')) {
			if (!inside && c == '<' && last == ' ')
				str_truncate(&out, out.len - 1);
			str_append_byte(&out, c);
		} else if (last != ' ' && last != '>') {
			str_append_byte(&out, ' ');
		}
	}
	if (out.len > 0 && out.ptr[out.len - 1] == ' ')
		str_truncate(&out, out.len - 1);
	static const char *const pairs[][2] = {{" style=\"text-align: left\"", " align=\"left\""},
		{" style=\"text-align: center\"", " align=\"center\""},
		{" style=\"text-align: right\"", " align=\"right\""}, {"%27", "'"}, {"%5B", "["}, {"%5D", "]"},
		{"%7E", "~"}};
	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
		replace(&out, pairs[i][0], pairs[i][1]);
	return out;
}

/* Without emphasis and what may mark it. */
static void
drop_emphasis(Str *html)
{
	static const char *const parts[] = {"<em>", "</em>", "<strong>", "</strong>", "*", "_"};
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
		replace(html, parts[i], "");
}

static bool
addresses_are_harmless(StrView html)
{
	static const char *const names[] = {"href=\"", "src=\""};
	for (size_t i = 0; i < 2; i++)
		for (size_t at = 0; (at = sv_find(html, sv(names[i]), at)) != SIZE_MAX;) {
			at += strlen(names[i]);
			size_t end = sv_find(html, SV("\""), at);
			if (!address_is_harmless(sv_slice(html, at, end)))
				return false;
		}
	return true;
}

static size_t
depth_of(StrView html)
{
	size_t depth = 0, deepest = 0;
	for (size_t i = 0; i < html.len; i++) {
		StrView rest = sv_slice(html, i, html.len);
		bool opens = sv_starts(rest, SV("<ul")) || sv_starts(rest, SV("<ol")) || sv_starts(rest, SV("<li")) ||
			     sv_starts(rest, SV("<block"));
		bool closes = sv_starts(rest, SV("</ul")) || sv_starts(rest, SV("</ol")) ||
			      sv_starts(rest, SV("</li")) || sv_starts(rest, SV("</block"));
		depth = opens ? depth + 1 : closes && depth > 0 ? depth - 1 : depth;
		deepest = depth > deepest ? depth : deepest;
	}
	return deepest;
}

static bool
has_line_of_hyphens(StrView text)
{
	StrView line;
	while (sv_split(&text, '\n', &line)) {
		size_t hyphens = 0, others = 0;
		for (size_t i = 0; i < line.len; i++) {
			hyphens += line.ptr[i] == '-';
			others += line.ptr[i] != '-' && strchr(" \t>", line.ptr[i]) == NULL;
		}
		if (hyphens >= 3 && others == 0)
			return true;
	}
	return false;
}

static void
compare(StrView text, const Str *html)
{
	/* Tabs of code, raw HTML in pictures and pictures in pictures are what this house does otherwise. */
	size_t picture = sv_find(text, SV("!["), 0);
	if (has_line_of_hyphens(text) || has(text, "\t") || has(text, "<pre") ||
		(picture != SIZE_MAX && (has(text, "<") || sv_find(text, SV("!["), picture + 1) != SIZE_MAX)))
		return;
	Str theirs = {0}, marked = {0};
	check(md_html(text.ptr, (MD_SIZE)text.len, append_html, &theirs, MD_FLAG_TABLES | MD_FLAG_STRIKETHROUGH,
		      MD_HTML_FLAG_VERBATIM_ENTITIES) == 0);
	/* A bracket or an asterisk in an address may leave them with an element that nothing opens or closes. */
	if (raw_is_whole(str_view(&theirs), RAW_ANYWHERE) && addresses_are_harmless(str_view(&theirs)) &&
		depth_of(str_view(&theirs)) < 100) {
		Str ours = str_from(str_view(html));
		emphasis_mark(text, "|", &marked);
		bool as_it_is = marked.len == text.len;
		if (!as_it_is) {
			drop_emphasis(&ours);
			drop_emphasis(&theirs);
		}
		Str a = normal_form(&ours), b = normal_form(&theirs);
		str_free(&ours);
		/* Emphasis that closes elsewhere may part ~~ from ~~. */
		if (as_it_is || !has(text, "~"))
			check(sv_equal(str_view(&a), str_view(&b)));
		str_free(&a);
		str_free(&b);
	}
	str_free(&theirs);
	str_free(&marked);
}

/* ---- Code, between emphasis that needs help ---- */

static void
check_code_span(StrView text)
{
	Str markdown = {0}, wanted = {0};
	StrView code = sv_trim(sv_slice(text, 0, sv_find(text, SV("\n"), 0)));
	if (code.len == 0 || has(code, "`"))
		return;
	str_append_c(&markdown, "**가(나)**는`");
	str_append(&markdown, code);
	str_append_c(&markdown, "`는**\"다\"**라");
	str_append_c(&wanted, "<p><strong>가(나)</strong>는<code>");
	markup_escape(code, &wanted);
	str_append_c(&wanted, "</code>는<strong>&quot;다&quot;</strong>라</p>\n");
	Str html = render(str_view(&markdown), MARKUP_HTML);
	check(sv_equal(str_view(&html), str_view(&wanted)));
	str_free(&html);
	str_free(&markdown);
	str_free(&wanted);
}

static void
check_code_block(StrView text)
{
	Str markdown = {0}, wanted = {0};
	StrView line, rest = text;
	if (has(text, "~~~"))
		return;
	str_append_c(&markdown, "**가(나)**는\n~~~ 가*(나)*는\n");
	str_append_c(&wanted, "<p><strong>가(나)</strong>는</p>\n<pre><code class=\"language-가*(나)*는\">");
	while (sv_split(&rest, '\n', &line)) {
		/* A line of nothing but blanks is empty to the parser. */
		line = sv_trim(line).len == 0 ? (StrView){NULL, 0} : line;
		str_append(&markdown, line);
		str_append_byte(&markdown, '\n');
		markup_escape(line, &wanted);
		str_append_byte(&wanted, '\n');
	}
	str_append_c(&markdown, "~~~\n는**\"다\"**라");
	str_append_c(&wanted, "</code></pre>\n<p>는<strong>&quot;다&quot;</strong>라</p>\n");
	Str html = render(str_view(&markdown), MARKUP_HTML);
	check(sv_equal(str_view(&html), str_view(&wanted)));
	str_free(&html);
	str_free(&markdown);
	str_free(&wanted);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Str text = {0};
	check(unicode_clean((StrView){(const char *)data, size}, &text, NULL, NULL));
	StrView view = {str_c(&text), text.len};
	Str html = render(view, MARKUP_HTML), blocks = render(view, MARKUP_BLOCKS);
	static const char *const sentinels[] = {"xE000", "xe000", "57344", "\xEE\x80\x80", "%EE%80%80"};
	bool clean = true;
	for (size_t i = 0; i < sizeof sentinels / sizeof sentinels[0]; i++)
		clean = clean && !has(view, sentinels[i]);
	for (size_t i = 0; clean && i < sizeof sentinels / sizeof sentinels[0]; i++)
		check(!has(str_view(&html), sentinels[i]) && !has(str_view(&blocks), sentinels[i]));
	check(has(view, "<") || raw_is_whole(str_view(&html), RAW_ANYWHERE));
	StrView rest = str_view(&blocks);
	if (rest.len > 0)
		take_blocks(&rest);
	check(rest.len == 0);
	compare(view, &html);
	check_code_span(view);
	check_code_block(view);
	str_free(&html);
	str_free(&blocks);
	str_free(&text);
	return 0;
}
