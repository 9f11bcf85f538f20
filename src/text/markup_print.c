/* The tree of blocks as an HTML fragment or as WordPress block markup, in the form that the block editor itself saves.
 */
#include "markup.h"

static void print_html(const Block *block, Str *out);
static void print_blocks(const Block *first, Str *out);

/* ---- HTML ----------------------------------------------------------------------------------------------------------
 */

static void
html_children(const Block *block, Str *out)
{
	for (const Block *child = block->first; child != NULL; child = child->next)
		print_html(child, out);
}

static void
html_leaf(const char *tag, const Block *block, Str *out)
{
	str_printf(out, "<%s>", tag);
	str_append(out, str_view(&block->html));
	str_printf(out, "</%s>\n", tag);
}

static void
html_heading(const Block *block, Str *out)
{
	char tag[3] = {'h', (char)('0' + block->number), '\0'};
	html_leaf(tag, block, out);
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
html_list(const Block *block, Str *out)
{
	html_list_open(block, out);
	str_append_byte(out, '\n');
	html_children(block, out);
	str_append_c(out, block->ordered ? "</ol>\n" : "</ul>\n");
}

static void
html_item(const Block *block, Str *out)
{
	str_append_c(out, "<li>");
	html_children(block, out);
	if (out->len > 0 && out->ptr[out->len - 1] == '\n')
		str_truncate(out, out->len - 1);
	str_append_c(out, "</li>\n");
}

static void
html_code(const Block *block, Str *out)
{
	str_append_c(out, "<pre><code");
	if (block->language.len > 0) {
		str_append_c(out, " class=\"language-");
		str_append(out, str_view(&block->language));
		str_append_byte(out, '"');
	}
	str_append_byte(out, '>');
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
			str_printf(out, "<%s style=\"text-align: %s\">", tag, cell->align);
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
print_html(const Block *block, Str *out)
{
	switch (block->kind) {
	case BLOCK_DOCUMENT:
		html_children(block, out);
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
		html_heading(block, out);
		break;
	case BLOCK_QUOTE:
		str_append_c(out, "<blockquote>\n");
		html_children(block, out);
		str_append_c(out, "</blockquote>\n");
		break;
	case BLOCK_LIST:
		html_list(block, out);
		break;
	case BLOCK_ITEM:
		html_item(block, out);
		break;
	case BLOCK_RULE:
		str_append_c(out, "<hr>\n");
		break;
	case BLOCK_CODE:
		html_code(block, out);
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
 * ------------------------------------------------------------------------------------------------- */

/* An item of the block editor holds text and, behind it, lists; nothing else. */
static bool
list_is_native(const Block *list)
{
	for (const Block *item = list->first; item != NULL; item = item->next) {
		bool list_seen = false;
		for (const Block *child = item->first; child != NULL; child = child->next) {
			bool text = child->kind == BLOCK_PARAGRAPH || child->kind == BLOCK_INLINE;
			if (text ? list_seen : child->kind != BLOCK_LIST || !list_is_native(child))
				return false;
			list_seen = list_seen || !text;
		}
	}
	return true;
}

static void
block_raw(const Block *block, Str *out)
{
	str_append_c(out, "<!-- wp:html -->\n");
	print_html(block, out);
	if (out->len > 0 && out->ptr[out->len - 1] == '\n')
		str_truncate(out, out->len - 1);
	str_append_c(out, "\n<!-- /wp:html -->");
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
				continue;
			}
			str_append_c(out, text_before ? "<br><br>" : "");
			str_append(out, str_view(&child->html));
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
	html_heading(block, out);
	str_append_c(out, "<!-- /wp:heading -->");
}

/* As the editor writes it: a bracket would begin a shortcode. The last newline belongs to Markdown, not to the code. */
static void
block_code(const Block *block, Str *out)
{
	StrView code = str_view(&block->html);
	if (sv_ends(code, SV("\n")))
		code.len--;
	str_append_c(out, "<!-- wp:code -->\n<pre class=\"wp-block-code\"><code>");
	for (size_t i = 0; i < code.len; i++) {
		if (code.ptr[i] == '[')
			str_append_c(out, "&#91;");
		else
			str_append_byte(out, code.ptr[i]);
	}
	str_append_c(out, "</code></pre>\n<!-- /wp:code -->");
}

static void
print_block(const Block *block, Str *out)
{
	switch (block->kind) {
	case BLOCK_PARAGRAPH:
	case BLOCK_INLINE:
		str_append_c(out, "<!-- wp:paragraph -->\n");
		html_leaf("p", block, out);
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
		if (list_is_native(block))
			block_list(block, out);
		else
			block_raw(block, out);
		break;
	case BLOCK_RULE:
		str_append_c(out,
			"<!-- wp:separator -->\n<hr class=\"wp-block-separator has-alpha-channel-opacity\"/>\n"
			"<!-- /wp:separator -->");
		break;
	case BLOCK_CODE:
		block_code(block, out);
		break;
	case BLOCK_HTML:
		block_raw(block, out);
		break;
	case BLOCK_TABLE:
		str_append_c(out, "<!-- wp:table -->\n<figure class=\"wp-block-table\">");
		print_table(block, true, out);
		str_append_c(out, "</figure>\n<!-- /wp:table -->");
		break;
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
		print_block(block, out);
		str_append_c(out, block->next != NULL ? "\n\n" : "");
	}
}

void
markup_print(const Block *document, MarkupForm form, Str *out)
{
	if (form == MARKUP_HTML)
		print_html(document, out);
	else
		print_blocks(document->first, out);
}
