/* The tree of blocks as an HTML fragment or as WordPress block markup, in the form that the block editor itself saves.
 */
#include "markup.h"

static void print_html(const Block *block, MarkupForm form, Str *out);
static void print_blocks(const Block *first, Str *out);

static void
drop_newline(Str *out)
{
	if (out->len > 0 && out->ptr[out->len - 1] == '\n')
		str_truncate(out, out->len - 1);
}

/* ---- HTML */

static const char *const heading_tags[] = {"", "h1", "h2", "h3", "h4", "h5", "h6"};

static void
html_children(const Block *block, MarkupForm form, Str *out)
{
	for (const Block *child = block->first; child != NULL; child = child->next)
		print_html(child, form, out);
}

static void
html_leaf(const char *tag, const Block *block, Str *out)
{
	str_printf(out, "<%s>", tag);
	str_append(out, str_view(&block->html));
	str_printf(out, "</%s>\n", tag);
}

static void
html_list_open(const Block *block, Str *out)
{
	if (block->ordered && block->number != 1)
		str_printf(out, "<ol start=\"%u\">", block->number);
	else
		str_append_c(out, block->ordered ? "<ol>" : "<ul>");
}

static void
html_list(const Block *block, MarkupForm form, Str *out)
{
	html_list_open(block, out);
	str_append_byte(out, '\n');
	html_children(block, form, out);
	str_append_c(out, block->ordered ? "</ol>\n" : "</ul>\n");
}

static void
html_item(const Block *block, MarkupForm form, Str *out)
{
	str_append_c(out, "<li>");
	html_children(block, form, out);
	drop_newline(out);
	str_append_c(out, "</li>\n");
}

/* "https://…" alone on its line, but for what stands before its //: WordPress would put a player there. */
static size_t
lone_address(StrView line)
{
	size_t colon = sv_find(line, SV("://"), 0);
	StrView scheme = sv_trim(sv_slice(line, 0, colon));
	if (colon == SIZE_MAX || !(unicode_same(scheme, SV("http")) || unicode_same(scheme, SV("https"))))
		return SIZE_MAX;
	StrView rest = sv_trim(sv_slice(line, colon + 3, line.len));
	bool blank = sv_find(rest, SV(" "), 0) != SIZE_MAX || sv_find(rest, SV("\t"), 0) != SIZE_MAX;
	return rest.len == 0 || blank ? SIZE_MAX : colon + 1;
}

/* As the block editor writes it: a bracket would begin a shortcode. */
static void
append_code(StrView code, Str *out)
{
	StrView line;
	for (bool first = true; sv_split(&code, '\n', &line); first = false) {
		size_t slashes = lone_address(line);
		str_append_c(out, first ? "" : "\n");
		for (size_t i = 0; i < line.len; i++) {
			if (line.ptr[i] == '[')
				str_append_c(out, "&#91;");
			else if (slashes != SIZE_MAX && (i == slashes || i == slashes + 1))
				str_append_c(out, "&#47;");
			else
				str_append_byte(out, line.ptr[i]);
		}
	}
}

static void
html_code(const Block *block, MarkupForm form, Str *out)
{
	str_append_c(out, "<pre><code");
	if (block->language.len > 0) {
		str_append_c(out, " class=\"language-");
		str_append(out, str_view(&block->language));
		str_append_byte(out, '"');
	}
	str_append_byte(out, '>');
	if (form == MARKUP_BLOCKS)
		append_code(str_view(&block->html), out);
	else
		str_append(out, str_view(&block->html));
	str_append_c(out, "</code></pre>\n");
}

static void
print_cells(const Block *row, bool wordpress, Str *out)
{
	str_append_c(out, "<tr>");
	for (const Block *cell = row->first; cell != NULL; cell = cell->next) {
		const char *tag = cell->header ? "th" : "td";
		if (cell->align == NULL)
			str_printf(out, "<%s>", tag);
		else if (wordpress)
			str_printf(out, "<%s class=\"has-text-align-%s\" data-align=\"%s\">", tag, cell->align,
				cell->align);
		else
			str_printf(out, "<%s align=\"%s\">", tag, cell->align);
		if (wordpress)
			raw_append(str_view(&cell->html), out);
		else
			str_append(out, str_view(&cell->html));
		str_printf(out, "</%s>", tag);
	}
	str_append_c(out, "</tr>");
}

static void
print_table(const Block *block, bool wordpress, Str *out)
{
	str_append_c(out, "<table>");
	for (const Block *part = block->first; part != NULL; part = part->next) {
		const char *tag = part->kind == BLOCK_HEAD ? "thead" : "tbody";
		str_printf(out, "<%s>", tag);
		for (const Block *row = part->first; row != NULL; row = row->next)
			print_cells(row, wordpress, out);
		str_printf(out, "</%s>", tag);
	}
	str_append_c(out, "</table>");
}

static void
print_html(const Block *block, MarkupForm form, Str *out)
{
	switch (block->kind) {
	case BLOCK_DOCUMENT:
		html_children(block, form, out);
		break;
	case BLOCK_PARAGRAPH:
		html_leaf("p", block, out);
		break;
	case BLOCK_INLINE:
	case BLOCK_HTML:
		str_append(out, str_view(&block->html));
		if (block->next != NULL && block->kind == BLOCK_INLINE)
			str_append_byte(out, '\n');
		break;
	case BLOCK_HEADING:
		html_leaf(heading_tags[block->number], block, out);
		break;
	case BLOCK_QUOTE:
		str_append_c(out, "<blockquote>\n");
		html_children(block, form, out);
		str_append_c(out, "</blockquote>\n");
		break;
	case BLOCK_LIST:
		html_list(block, form, out);
		break;
	case BLOCK_ITEM:
		html_item(block, form, out);
		break;
	case BLOCK_RULE:
		str_append_c(out, "<hr>\n");
		break;
	case BLOCK_CODE:
		html_code(block, form, out);
		break;
	case BLOCK_TABLE:
		print_table(block, false, out);
		str_append_byte(out, '\n');
		break;
	case BLOCK_HEAD:
	case BLOCK_BODY:
	case BLOCK_ROW:
	case BLOCK_CELL:
		break; /* print_table does them */
	}
}

/* ---- WordPress blocks
 * As the block editor's own save functions write them: what it would not write the same again it calls invalid. */

enum { GROUP_LIMIT = 64 };

/* Whether text that stands in one element holds that element's ends together. */
static bool
text_is_native(const Block *leaf)
{
	return !leaf->raw || raw_is_whole(str_view(&leaf->html), RAW_IN_PARAGRAPH);
}

/* An item of the block editor holds text and, behind it, lists; nothing else. */
static bool
list_is_native(const Block *list)
{
	for (const Block *item = list->first; item != NULL; item = item->next) {
		bool list_seen = false;
		for (const Block *child = item->first; child != NULL; child = child->next) {
			bool text = child->kind == BLOCK_PARAGRAPH || child->kind == BLOCK_INLINE;
			if (text ? list_seen || !text_is_native(child)
				 : child->kind != BLOCK_LIST || !list_is_native(child))
				return false;
			list_seen = list_seen || !text;
		}
	}
	return true;
}

static bool
table_is_native(const Block *table)
{
	for (const Block *part = table->first; part != NULL; part = part->next)
		for (const Block *row = part->first; row != NULL; row = row->next)
			for (const Block *cell = row->first; cell != NULL; cell = cell->next)
				if (!text_is_native(cell))
					return false;
	return true;
}

/* Whether the editor has a block for it: what it has none for is HTML of the writer's own. */
static bool
is_native(const Block *block)
{
	switch (block->kind) {
	case BLOCK_PARAGRAPH:
	case BLOCK_INLINE:
	case BLOCK_HEADING:
		return text_is_native(block);
	case BLOCK_LIST:
		return list_is_native(block);
	case BLOCK_TABLE:
		return table_is_native(block);
	case BLOCK_HTML:
		return false;
	case BLOCK_DOCUMENT:
	case BLOCK_QUOTE:
	case BLOCK_ITEM:
	case BLOCK_RULE:
	case BLOCK_CODE:
	case BLOCK_HEAD:
	case BLOCK_BODY:
	case BLOCK_ROW:
	case BLOCK_CELL:
		break;
	}
	return true;
}

static void
raw_leaf(const Block *block, Str *out)
{
	if (block->kind == BLOCK_INLINE)
		html_leaf("p", block, out);
	else
		print_html(block, MARKUP_BLOCKS, out);
}

/* HTML that a block opens (<details>) and a later one closes makes one block of all between. Returns the last of them.
 */
static const Block *
block_raw(const Block *block, Str *out)
{
	Str html = {0}, open = {0};
	const Block *last = block;
	raw_leaf(block, &html);
	size_t alone = html.len, from = 0;
	bool whole = false;
	for (int i = 0; raw_follow(sv_slice(str_view(&html), from, html.len), RAW_ANYWHERE, &open); i++) {
		whole = open.len == 0;
		if (whole || last->next == NULL || i == GROUP_LIMIT)
			break;
		from = html.len;
		last = last->next;
		raw_leaf(last, &html);
	}
	if (!whole) {
		last = block;
		str_truncate(&html, alone);
	}
	drop_newline(&html);
	str_append_c(out, "<!-- wp:html -->\n");
	raw_append(str_view(&html), out);
	str_append_c(out, "\n<!-- /wp:html -->");
	out->failed = out->failed || html.failed || open.failed;
	str_free(&html);
	str_free(&open);
	return last;
}

static void
block_leaf(const char *tag, const Block *block, Str *out)
{
	str_printf(out, "<%s>", tag);
	raw_append(str_view(&block->html), out);
	str_printf(out, "</%s>\n", tag);
}

static void
block_list(const Block *list, Str *out)
{
	if (!list->ordered)
		str_append_c(out, "<!-- wp:list -->\n");
	else if (list->number == 1)
		str_append_c(out, "<!-- wp:list {\"ordered\":true} -->\n");
	else
		str_printf(out, "<!-- wp:list {\"ordered\":true,\"start\":%u} -->\n", list->number);
	html_list_open(list, out);
	for (const Block *item = list->first; item != NULL; item = item->next) {
		str_append_c(out, "<!-- wp:list-item -->\n<li>");
		bool text_before = false;
		for (const Block *child = item->first; child != NULL; child = child->next) {
			if (child->kind == BLOCK_LIST) {
				block_list(child, out);
				str_append_c(out, child->next != NULL ? "\n\n" : "");
				continue;
			}
			str_append_c(out, text_before ? "<br><br>" : "");
			raw_append(str_view(&child->html), out);
			text_before = true;
		}
		str_append_c(out, "</li>\n<!-- /wp:list-item -->");
		str_append_c(out, item->next != NULL ? "\n\n" : "");
	}
	str_append_c(out, list->ordered ? "</ol>\n<!-- /wp:list -->" : "</ul>\n<!-- /wp:list -->");
}

static void
block_heading(const Block *block, Str *out)
{
	/* Level 2 is the editor's default. Without the class of 6.2 it is valid before and after. */
	if (block->number == 2)
		str_append_c(out, "<!-- wp:heading -->\n");
	else
		str_printf(out, "<!-- wp:heading {\"level\":%u} -->\n", block->number);
	block_leaf(heading_tags[block->number], block, out);
	str_append_c(out, "<!-- /wp:heading -->");
}

/* The last newline belongs to Markdown, not to the code. */
static void
block_code(const Block *block, Str *out)
{
	StrView code = str_view(&block->html);
	if (sv_ends(code, SV("\n")))
		code.len--;
	str_append_c(out, "<!-- wp:code -->\n<pre class=\"wp-block-code\"><code>");
	append_code(code, out);
	str_append_c(out, "</code></pre>\n<!-- /wp:code -->");
}

static void
print_block(const Block *block, Str *out)
{
	switch (block->kind) {
	case BLOCK_PARAGRAPH:
	case BLOCK_INLINE:
		str_append_c(out, "<!-- wp:paragraph -->\n");
		block_leaf("p", block, out);
		str_append_c(out, "<!-- /wp:paragraph -->");
		break;
	case BLOCK_HEADING:
		block_heading(block, out);
		break;
	case BLOCK_QUOTE:
		str_append_c(out, "<!-- wp:quote -->\n<blockquote class=\"wp-block-quote\">");
		print_blocks(block->first, out);
		str_append_c(out, "</blockquote>\n<!-- /wp:quote -->");
		break;
	case BLOCK_LIST:
		block_list(block, out);
		break;
	case BLOCK_RULE:
		str_append_c(out,
			"<!-- wp:separator -->\n<hr class=\"wp-block-separator has-alpha-channel-opacity\"/>\n"
			"<!-- /wp:separator -->");
		break;
	case BLOCK_CODE:
		block_code(block, out);
		break;
	case BLOCK_TABLE:
		str_append_c(out, "<!-- wp:table -->\n<figure class=\"wp-block-table\">");
		print_table(block, true, out);
		str_append_c(out, "</figure>\n<!-- /wp:table -->");
		break;
	case BLOCK_HTML: /* block_raw does it */
	case BLOCK_DOCUMENT:
	case BLOCK_ITEM:
	case BLOCK_HEAD:
	case BLOCK_BODY:
	case BLOCK_ROW:
	case BLOCK_CELL:
		break; /* printed by what holds them */
	}
}

static void
print_blocks(const Block *first, Str *out)
{
	for (const Block *block = first; block != NULL; block = block->next) {
		if (is_native(block))
			print_block(block, out);
		else
			block = block_raw(block, out);
		str_append_c(out, block->next != NULL ? "\n\n" : "");
	}
}

void
markup_print(const Block *document, MarkupForm form, Str *out)
{
	if (form == MARKUP_HTML)
		print_html(document, form, out);
	else
		print_blocks(document->first, out);
}
