/* Markdown to a tree of blocks, over md4c; the house rule of hyphens. */
#include "markup.h"

#include <md4c.h>
#include <string.h>

enum { MARKDOWN_LIMIT = 64 << 20, DEPTH_LIMIT = 100 };

static const unsigned FLAGS = MD_FLAG_TABLES | MD_FLAG_STRIKETHROUGH;

/* ---- Hyphens
 * A line of three or more hyphens is always a rule. Written with asterisks it cannot be a heading's underline, so such
 * lines are rewritten, but for those that are code, raw HTML, text or a title. Where a rule may stand a heading with #
 * may stand too, and of that the parser tells the place: a first parse sees such headings for the lines in question. */

typedef struct Probe {
	StrView probe; /* "# xx" for every such line of text */
	Str *text;
} Probe;

static int
ignore_block(MD_BLOCKTYPE type, void *detail, void *data)
{
	(void)type;
	(void)detail;
	(void)data;
	return 0;
}

static int
ignore_span(MD_SPANTYPE type, void *detail, void *data)
{
	(void)type;
	(void)detail;
	(void)data;
	return 0;
}

/* Some pieces that the parser shows ("\n") do not lie in the source: SIZE_MAX. */
static size_t
place_in(StrView source, StrView piece)
{
	uintptr_t base = (uintptr_t)source.ptr, at = (uintptr_t)piece.ptr;
	return at < base || at - base + piece.len > source.len ? SIZE_MAX : at - base;
}

static int
find_heading(MD_TEXTTYPE type, const MD_CHAR *text, MD_SIZE size, void *data)
{
	Probe *p = data;
	size_t pos = place_in(p->probe, (StrView){text, size});
	if (type != MD_TEXT_NORMAL || pos == SIZE_MAX)
		return 0;
	/* Only the text of such a heading begins with what was a hyphen and is none any more, and no #. */
	if (pos >= 2 && size > 0 && *text == 'x' && p->text->ptr[pos] == '-')
		memset(p->text->ptr + pos - 2, '*', size + 2);
	return 0;
}

/* The run of hyphens when the line is nothing else behind its blanks, > and list indentation. */
static bool
hyphens_of(StrView line, size_t *from, size_t *to)
{
	size_t i = 0;
	while (i < line.len && (line.ptr[i] == ' ' || line.ptr[i] == '\t' || line.ptr[i] == '>'))
		i++;
	*from = i;
	while (i < line.len && line.ptr[i] == '-')
		i++;
	*to = i;
	while (i < line.len && (line.ptr[i] == ' ' || line.ptr[i] == '\t'))
		i++;
	return *to - *from >= 3 && i == line.len;
}

static bool
rewrite_hyphens(Str *text, Err *err)
{
	if (sv_find(str_view(text), SV("---"), 0) == SIZE_MAX)
		return true;
	Str probe = str_from(str_view(text));
	StrView rest = str_view(&probe), line;
	while (!probe.failed && sv_split(&rest, '\n', &line)) {
		size_t from, to;
		if (!hyphens_of(line, &from, &to))
			continue;
		size_t start = (size_t)(line.ptr - probe.ptr);
		memset(probe.ptr + start + from, 'x', to - from);
		memcpy(probe.ptr + start + from, "# ", 2);
	}
	Probe data = {.probe = str_view(&probe), .text = text};
	MD_PARSER parser = {.flags = FLAGS,
		.enter_block = ignore_block,
		.leave_block = ignore_block,
		.enter_span = ignore_span,
		.leave_span = ignore_span,
		.text = find_heading};
	bool ok = !probe.failed && md_parse(probe.ptr, (MD_SIZE)probe.len, &parser, &data) == 0;
	str_free(&probe);
	return ok ? true : err_memory(err);
}

/* ---- The tree */

typedef struct Parsing {
	StrView source;
	const char *sentinel; /* NULL: none in the text */
	Block *document, *at;
	unsigned depth;     /* of containers */
	unsigned flattened; /* containers that were too deep to keep */
	unsigned image;     /* > 0: inside the alternative text of a picture */
	bool image_dropped; /* of which only that text stays */
	size_t indent;      /* columns that the line of code begins with */
	Spans spans;        /* of the leaf that is open */
	bool failed;
} Parsing;

static Block *
add_block(Parsing *p, BlockKind kind)
{
	Block *block = block_new(p->at, kind);
	p->failed = p->failed || block == NULL;
	p->document = p->document == NULL ? block : p->document;
	p->at = block == NULL ? p->at : block;
	return block;
}

/* Without the sentinel. */
static void
append_bare(Parsing *p, StrView text, Str *out, bool escape)
{
	while (text.len > 0) {
		size_t hit = p->sentinel == NULL ? SIZE_MAX : sv_find(text, sv(p->sentinel), 0);
		StrView part = sv_slice(text, 0, hit);
		if (escape)
			markup_escape(part, out);
		else
			str_append(out, part);
		text = hit == SIZE_MAX ? (StrView){NULL, 0} : sv_slice(text, hit + SENTINEL_LEN, text.len);
	}
}

static void
append_attribute(Parsing *p, const MD_ATTRIBUTE *attribute, Str *out)
{
	for (size_t i = 0; attribute->text != NULL && attribute->substr_offsets[i] < attribute->size; i++) {
		StrView part = {attribute->text + attribute->substr_offsets[i],
			attribute->substr_offsets[i + 1] - attribute->substr_offsets[i]};
		append_bare(p, part, out, attribute->substr_types[i] != MD_TEXT_ENTITY);
	}
}

/* Entities are kept. */
static void
append_address(Parsing *p, const MD_ATTRIBUTE *attribute, Str *out)
{
	for (size_t i = 0; attribute->text != NULL && attribute->substr_offsets[i] < attribute->size; i++) {
		Str bare = {0};
		StrView part = {attribute->text + attribute->substr_offsets[i],
			attribute->substr_offsets[i + 1] - attribute->substr_offsets[i]};
		append_bare(p, part, &bare, false);
		if (attribute->substr_types[i] == MD_TEXT_ENTITY)
			str_append(out, str_view(&bare));
		else
			address_append(str_view(&bare), out);
		p->failed = p->failed || bare.failed;
		str_free(&bare);
	}
}

/* Judged as it will stand in the page, where an ampersand of the text is no entity. */
static bool
is_harmless(Parsing *p, const MD_ATTRIBUTE *attribute)
{
	Str address = {0};
	append_address(p, attribute, &address);
	bool harmless = !address.failed && address_is_harmless(str_view(&address));
	p->failed = p->failed || address.failed;
	str_free(&address);
	return harmless;
}

/* ---- Callbacks */

static const BlockKind KINDS[] = {
	[MD_BLOCK_DOC] = BLOCK_DOCUMENT,
	[MD_BLOCK_QUOTE] = BLOCK_QUOTE,
	[MD_BLOCK_UL] = BLOCK_LIST,
	[MD_BLOCK_OL] = BLOCK_LIST,
	[MD_BLOCK_LI] = BLOCK_ITEM,
	[MD_BLOCK_HR] = BLOCK_RULE,
	[MD_BLOCK_H] = BLOCK_HEADING,
	[MD_BLOCK_CODE] = BLOCK_CODE,
	[MD_BLOCK_HTML] = BLOCK_HTML,
	[MD_BLOCK_P] = BLOCK_PARAGRAPH,
	[MD_BLOCK_TABLE] = BLOCK_TABLE,
	[MD_BLOCK_THEAD] = BLOCK_HEAD,
	[MD_BLOCK_TBODY] = BLOCK_BODY,
	[MD_BLOCK_TR] = BLOCK_ROW,
	[MD_BLOCK_TH] = BLOCK_CELL,
	[MD_BLOCK_TD] = BLOCK_CELL,
};

static bool
is_container(MD_BLOCKTYPE type)
{
	return type == MD_BLOCK_QUOTE || type == MD_BLOCK_UL || type == MD_BLOCK_OL || type == MD_BLOCK_LI;
}

static void
fill_list(Block *block, bool ordered, unsigned start)
{
	block->ordered = ordered;
	block->number = start;
}

static void
fill_code(Parsing *p, Block *block, const MD_BLOCK_CODE_DETAIL *detail)
{
	append_attribute(p, &detail->lang, &block->language);
}

static void
fill_cell(Block *block, const MD_BLOCK_TD_DETAIL *detail, bool header)
{
	block->header = header;
	switch (detail->align) {
	case MD_ALIGN_LEFT:
		block->align = "left";
		break;
	case MD_ALIGN_CENTER:
		block->align = "center";
		break;
	case MD_ALIGN_RIGHT:
		block->align = "right";
		break;
	case MD_ALIGN_DEFAULT:
		break;
	}
}

static void
close_block(Parsing *p)
{
	if (block_is_leaf(p->at->kind) && !spans_settle(&p->spans, &p->at->html))
		p->failed = true;
	p->at = p->at->parent;
}

static void
close_inline(Parsing *p)
{
	if (p->at != NULL && p->at->kind == BLOCK_INLINE)
		close_block(p);
}

static int
enter_block(MD_BLOCKTYPE type, void *detail, void *data)
{
	Parsing *p = data;
	close_inline(p);
	if (is_container(type)) {
		/* Deeper than any person nests: what is inside stays, the containers do not. A list keeps its items. */
		if ((p->depth >= DEPTH_LIMIT && type != MD_BLOCK_LI) || p->flattened > 0) {
			p->flattened++;
			return 0;
		}
		p->depth++;
	}
	Block *block = add_block(p, KINDS[type]);
	if (block == NULL)
		return 1;
	if (type == MD_BLOCK_UL)
		fill_list(block, false, 1);
	else if (type == MD_BLOCK_OL)
		fill_list(block, true, ((MD_BLOCK_OL_DETAIL *)detail)->start);
	else if (type == MD_BLOCK_H)
		block->number = ((MD_BLOCK_H_DETAIL *)detail)->level;
	else if (type == MD_BLOCK_CODE)
		fill_code(p, block, detail);
	else if (type == MD_BLOCK_TH || type == MD_BLOCK_TD)
		fill_cell(block, detail, type == MD_BLOCK_TH);
	return p->failed ? 1 : 0;
}

static int
leave_block(MD_BLOCKTYPE type, void *detail, void *data)
{
	(void)detail;
	Parsing *p = data;
	close_inline(p);
	if (is_container(type)) {
		if (p->flattened > 0) {
			p->flattened--;
			return 0;
		}
		p->depth--;
	}
	close_block(p);
	return p->failed ? 1 : 0;
}

/* Where inline text goes: the leaf that is open, or one made for it in a tight list's item. */
static Str *
target(Parsing *p)
{
	if (!block_is_leaf(p->at->kind) && add_block(p, BLOCK_INLINE) == NULL)
		return NULL;
	return &p->at->html;
}

static bool
open_span(Parsing *p, const char *tag, Str *out)
{
	size_t at = out->len;
	str_printf(out, "<%s>", tag);
	return spans_open(&p->spans, tag, at, out->len - at);
}

static bool
open_link(Parsing *p, const MD_SPAN_A_DETAIL *detail, Str *out)
{
	size_t at = out->len;
	if (is_harmless(p, &detail->href)) {
		str_append_c(out, "<a href=\"");
		append_address(p, &detail->href, out);
		if (detail->title.text != NULL) {
			str_append_c(out, "\" title=\"");
			append_attribute(p, &detail->title, out);
		}
		str_append_c(out, "\">");
	}
	return spans_open(&p->spans, "a", at, out->len - at);
}

static void
open_image(Parsing *p, const MD_SPAN_IMG_DETAIL *detail, Str *out)
{
	p->image_dropped = !is_harmless(p, &detail->src);
	if (p->image_dropped)
		return;
	str_append_c(out, "<img src=\"");
	append_address(p, &detail->src, out);
	str_append_c(out, "\" alt=\"");
}

static void
close_image(Parsing *p, const MD_SPAN_IMG_DETAIL *detail, Str *out)
{
	if (p->image_dropped)
		return;
	if (detail->title.text != NULL) {
		str_append_c(out, "\" title=\"");
		append_attribute(p, &detail->title, out);
	}
	str_append_c(out, "\">");
}

static const char *
span_tag(MD_SPANTYPE type)
{
	switch (type) {
	case MD_SPAN_EM:
		return "em";
	case MD_SPAN_STRONG:
		return "strong";
	case MD_SPAN_CODE:
		return "code";
	case MD_SPAN_DEL:
		return "del";
	case MD_SPAN_A:
		return "a";
	case MD_SPAN_IMG:
	case MD_SPAN_LATEXMATH:
	case MD_SPAN_LATEXMATH_DISPLAY:
	case MD_SPAN_WIKILINK:
	case MD_SPAN_U:
		break;
	}
	return NULL;
}

/* The parser does not hand every refusal on. */
static int
go_on(Parsing *p, bool ok)
{
	p->failed = p->failed || !ok;
	return ok ? 0 : 1;
}

static int
enter_span(MD_SPANTYPE type, void *detail, void *data)
{
	Parsing *p = data;
	Str *out = target(p);
	if (out == NULL)
		return 1;
	if (type == MD_SPAN_IMG && p->image++ == 0)
		open_image(p, detail, out);
	const char *tag = span_tag(type);
	if (p->image > 0 || tag == NULL)
		return 0;
	return go_on(p, type == MD_SPAN_A ? open_link(p, detail, out) : open_span(p, tag, out));
}

static int
leave_span(MD_SPANTYPE type, void *detail, void *data)
{
	Parsing *p = data;
	Str *out = target(p);
	if (out == NULL)
		return 1;
	const char *tag = span_tag(type);
	if (type == MD_SPAN_IMG && --p->image == 0)
		close_image(p, detail, out);
	if (p->image > 0 || tag == NULL)
		return 0;
	return go_on(p, spans_close(&p->spans, tag, out));
}

static size_t
column_behind(char c, size_t column)
{
	return c == '\t' ? column / 4 * 4 + 4 : column + 1;
}

/* The parser shows the blanks before a line of code as spaces: what stands in the source takes their place, so that a
 * tab stays one unless its half belongs to a container. */
static void
append_indent(Parsing *p, StrView piece, Str *out)
{
	size_t end = place_in(p->source, piece), start = end, column = 0, from = 0;
	while (end != SIZE_MAX && start > 0 && p->source.ptr[start - 1] != '\n')
		start--;
	for (size_t i = start; end != SIZE_MAX && i < end; i++)
		from = column_behind(p->source.ptr[i], from);
	from = from < p->indent ? 0 : from - p->indent;
	for (size_t i = start; end != SIZE_MAX && i < end; i++) {
		size_t behind = column_behind(p->source.ptr[i], column);
		if (column >= from)
			str_append_byte(out, p->source.ptr[i]);
		else
			for (size_t k = from; k < behind; k++)
				str_append_byte(out, ' ');
		column = behind;
	}
	for (size_t i = 0; end == SIZE_MAX && i < p->indent; i++)
		str_append_byte(out, ' ');
	p->indent = 0;
}

static int
put_text(MD_TEXTTYPE type, const MD_CHAR *text, MD_SIZE size, void *data)
{
	Parsing *p = data;
	StrView view = {text, size};
	Str *out = target(p);
	if (out == NULL)
		return 1;
	if (p->at->kind == BLOCK_CODE || p->at->kind == BLOCK_HTML) {
		if (size > 0 && *text == ' ' && place_in(p->source, view) == SIZE_MAX) {
			p->indent += size;
			return 0;
		}
		if (p->indent > 0)
			append_indent(p, view, out);
	}
	switch (type) {
	case MD_TEXT_NULLCHAR:
		str_append_rune(out, 0xFFFD);
		break;
	case MD_TEXT_BR:
		str_append_c(out, p->image > 0 ? " " : "<br>");
		break;
	case MD_TEXT_SOFTBR:
		/* A newline inside a paragraph would become a <br> on a WordPress blog. */
		str_append_byte(out, ' ');
		break;
	case MD_TEXT_ENTITY:
		append_bare(p, view, out, false);
		break;
	case MD_TEXT_HTML:
		p->at->raw = p->at->raw || p->image == 0;
		append_bare(p, view, out, p->image > 0);
		break;
	case MD_TEXT_NORMAL:
	case MD_TEXT_CODE:
	case MD_TEXT_LATEXMATH:
		append_bare(p, view, out, true);
		break;
	}
	return out->failed ? 1 : 0;
}

/* The text as the parser gets it. Without a sentinel it is left empty. */
static bool
prepare(StrView markdown, char sentinel[SENTINEL_LEN + 1], Str *text, Err *err)
{
	if (emphasis_sentinel(markdown, sentinel)) {
		emphasis_mark(markdown, sentinel, text);
	} else {
		sentinel[0] = '\0';
		str_append(text, markdown);
	}
	return str_ok(text, err) && rewrite_hyphens(text, err);
}

Block *
markup_parse(StrView markdown, Err *err)
{
	char sentinel[SENTINEL_LEN + 1];
	Parsing p = {0};
	Str text = {0};
	MD_PARSER parser = {.flags = FLAGS,
		.enter_block = enter_block,
		.leave_block = leave_block,
		.enter_span = enter_span,
		.leave_span = leave_span,
		.text = put_text};
	bool ok = prepare(markdown, sentinel, &text, err);
	p.source = str_view(&text);
	p.sentinel = sentinel[0] == '\0' ? NULL : sentinel;
	if (ok && (md_parse(str_c(&text), (MD_SIZE)text.len, &parser, &p) != 0 || p.failed || block_failed(p.document)))
		ok = err_memory(err);
	str_free(&text);
	spans_free(&p.spans);
	if (ok)
		return p.document;
	block_free(p.document);
	return NULL;
}

/* ---- Steps */

typedef struct Walk {
	StrView source;
	Origin origin;
	MarkupStepFn *fn;
	void *data;
} Walk;

static int
walk_block(Walk *w, StepKind kind, MD_BLOCKTYPE type, bool fenced)
{
	Step step = {.kind = kind, .block = KINDS[type], .fenced = fenced};
	return w->fn(w->data, &step) ? 0 : 1;
}

static int
walk_into_block(MD_BLOCKTYPE type, void *detail, void *data)
{
	bool fenced = type == MD_BLOCK_CODE && ((MD_BLOCK_CODE_DETAIL *)detail)->fence_char != '\0';
	return walk_block(data, STEP_INTO_BLOCK, type, fenced);
}

static int
walk_out_of_block(MD_BLOCKTYPE type, void *detail, void *data)
{
	(void)detail;
	return walk_block(data, STEP_OUT_OF_BLOCK, type, false);
}

static int
walk_span(Walk *w, StepKind kind, MD_SPANTYPE type)
{
	static const InlineKind kinds[] = {
		[MD_SPAN_EM] = INLINE_EMPHASIS,
		[MD_SPAN_STRONG] = INLINE_STRONG,
		[MD_SPAN_A] = INLINE_LINK,
		[MD_SPAN_IMG] = INLINE_IMAGE,
		[MD_SPAN_CODE] = INLINE_CODE,
		[MD_SPAN_DEL] = INLINE_STRUCK,
	};
	Step step = {.kind = kind, .span = kinds[type]};
	return w->fn(w->data, &step) ? 0 : 1;
}

static int
walk_into_span(MD_SPANTYPE type, void *detail, void *data)
{
	(void)detail;
	return walk_span(data, STEP_INTO_SPAN, type);
}

static int
walk_out_of_span(MD_SPANTYPE type, void *detail, void *data)
{
	(void)detail;
	return walk_span(data, STEP_OUT_OF_SPAN, type);
}

static int
walk_text(MD_TEXTTYPE type, const MD_CHAR *text, MD_SIZE size, void *data)
{
	Walk *w = data;
	size_t at = place_in(w->source, (StrView){text, size});
	if (at == SIZE_MAX || size == 0)
		return 0;
	size_t from = emphasis_origin(&w->origin, at), to = emphasis_origin(&w->origin, at + size);
	Step step = {.kind = STEP_TEXT, .raw = type == MD_TEXT_HTML, .source = {from, to}};
	return w->fn(w->data, &step) ? 0 : 1;
}

bool
markup_walk(StrView markdown, MarkupStepFn *fn, void *data, Err *err)
{
	char sentinel[SENTINEL_LEN + 1];
	Str text = {0};
	MD_PARSER parser = {.flags = FLAGS,
		.enter_block = walk_into_block,
		.leave_block = walk_out_of_block,
		.enter_span = walk_into_span,
		.leave_span = walk_out_of_span,
		.text = walk_text};
	bool ok = prepare(markdown, sentinel, &text, err);
	Walk walk = {str_view(&text), {.marked = str_view(&text), .sentinel = sentinel}, fn, data};
	if (ok && md_parse(str_c(&text), (MD_SIZE)text.len, &parser, &walk) != 0)
		ok = err_memory(err);
	str_free(&text);
	return ok;
}

bool
markup_render(StrView markdown, MarkupForm form, Str *out, Err *err)
{
	if (markdown.len > MARKDOWN_LIMIT)
		return err_set(err, ERR_FAILED, "the text is over 64 MiB: divide it into several drafts");
	Block *document = markup_parse(markdown, err);
	if (document == NULL)
		return false;
	markup_print(document, form, out);
	block_free(document);
	return str_ok(out, err);
}

/* ---- Line ends that are none to readers */

typedef struct Joints {
	StrView source;
	size_t at; /* behind what was seen last */
	size_t *places;
	size_t most, count;
} Joints;

static int
joined_block(MD_BLOCKTYPE type, void *detail, void *data)
{
	(void)type;
	(void)detail;
	(void)data;
	return 0;
}

static int
joined_span(MD_SPANTYPE type, void *detail, void *data)
{
	(void)type;
	(void)detail;
	(void)data;
	return 0;
}

static int
joined_text(MD_TEXTTYPE type, const MD_CHAR *text, MD_SIZE size, void *data)
{
	Joints *joints = data;
	size_t at = place_in(joints->source, (StrView){text, size});
	if (at != SIZE_MAX)
		joints->at = at + size;
	if (type != MD_TEXT_SOFTBR)
		return 0;
	/* The parser does not tell where: it is the next line end between two lines that both have something. */
	StrView rest = sv_slice(joints->source, joints->at, joints->source.len), line;
	bool filled = true;
	while (sv_split(&rest, '\n', &line)) {
		joints->at = (size_t)(line.ptr - joints->source.ptr) + line.len;
		StrView behind = rest, next;
		bool goes_on = sv_split(&behind, '\n', &next) && sv_trim(next).len > 0;
		if (filled && goes_on)
			break;
		filled = goes_on;
	}
	if (joints->count < joints->most)
		joints->places[joints->count] = joints->at;
	joints->count++;
	joints->at++;
	return 0;
}

bool
markup_joined_lines(StrView markdown, size_t *places, size_t most, size_t *count, Err *err)
{
	MD_PARSER parser = {.flags = FLAGS,
		.enter_block = joined_block,
		.leave_block = joined_block,
		.enter_span = joined_span,
		.leave_span = joined_span,
		.text = joined_text};
	Str text = {0};
	str_append(&text, markdown);
	bool ok = str_ok(&text, err) && rewrite_hyphens(&text, err);
	Joints joints = {.source = str_view(&text), .places = places, .most = most};
	ok = ok && (md_parse(str_c(&text), (MD_SIZE)text.len, &parser, &joints) == 0 || err_memory(err));
	*count = joints.count;
	str_free(&text);
	return ok;
}
