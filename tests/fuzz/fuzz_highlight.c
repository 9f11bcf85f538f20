/* Markdown as it is written: spans in order, inside what was asked for and at the borders of characters; after any
 * changes what a fresh start says; and, when all is within reach or the text is short, in every part what is said of
 * the whole. What a page shows of text without links, pictures, HTML and entities, the screen shows. The input is a
 * text and, behind a byte 0xFF, changes of six bytes each. */
#include "../../src/text/highlight.h"
#include "../unit/highlight_model.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Few bytes, so that even a short text is full of cuts; and a way by borders that is exact. */
static const HighlightBounds NARROW = {.whole = 24, .reach = 40, .ahead = 16, .spacing = 7};
static const HighlightBounds EXACT = {.whole = 0, .reach = 1 << 20, .ahead = 1 << 20, .spacing = 1};

static const char *const PIECES[] = {"\n", "\n\n", "```\n", "~~~\n\n", "    ", "- ", "1. ", "> ", "# ", "---\n", "**",
	"*", "`", "~~", "[글](x)", "<!--", "-->", "| a | b |\n|---|---|\n", "글", "a b", "\\", "(", ")", "_", "===\n",
	"<div>\n", "[a]", "]: /b\n", ":"};
enum { PIECE_COUNT = sizeof PIECES / sizeof PIECES[0], CHANGES_MAX = 16 };

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

static bool
is_inside_character(const Document *doc, size_t pos)
{
	StrView chunk = document_chunk(doc, pos);
	return chunk.len > 0 && ((unsigned char)chunk.ptr[0] & 0xC0) == 0x80;
}

static void
spans_of(Highlight *h, const Document *doc, Span visible, StyledSpans *out)
{
	check(highlight_spans(h, visible, out, NULL));
	size_t last = 0, len = document_length(doc);
	for (size_t i = 0; i < out->len; i++) {
		Span span = out->items[i].span;
		check(span.from >= last && span.from < span.to && span.to <= len);
		check(span.to > visible.from && span.from < visible.to);
		check(out->items[i].style != TEXT_PLAIN && out->items[i].style <= TEXT_STRUCK);
		check(!is_inside_character(doc, span.from) && !is_inside_character(doc, span.to));
		last = span.to;
	}
}

static void
check_same(const StyledSpans *a, const StyledSpans *b)
{
	check(a->len == b->len);
	for (size_t i = 0; i < a->len; i++)
		check(a->items[i].span.from == b->items[i].span.from && a->items[i].span.to == b->items[i].span.to &&
			a->items[i].style == b->items[i].style);
}

/* One that saw every change against one that begins now. */
static void
check_fresh(Highlight *h, const Document *doc, size_t from_line, const HighlightBounds *bounds, Span visible)
{
	StyledSpans spans = {0}, wanted = {0};
	Highlight *fresh = highlight_new_within(doc, from_line, bounds, NULL);
	check(fresh != NULL);
	spans_of(h, doc, visible, &spans);
	spans_of(fresh, doc, visible, &wanted);
	check_same(&spans, &wanted);
	styled_spans_free(&spans);
	styled_spans_free(&wanted);
	highlight_free(fresh);
}

static void
check_part(Highlight *h, const Document *doc, StrView text, size_t from_line, Span visible)
{
	StyledSpans spans = {0};
	Str part = {0}, whole = {0};
	Highlight *plain = highlight_new(doc, from_line, NULL);
	check(plain != NULL);
	spans_of(h, doc, visible, &spans);
	styles_of(&spans, text.len, &part);
	spans_of(plain, doc, (Span){0, SIZE_MAX}, &spans);
	styles_of(&spans, text.len, &whole);
	for (size_t i = visible.from; i < visible.to && i < text.len; i++)
		check(part.ptr[i] == whole.ptr[i]);
	styled_spans_free(&spans);
	str_free(&part);
	str_free(&whole);
	highlight_free(plain);
}

static void
check_page(StrView text)
{
	static const char *const others[] = {"<", "&", "[", "\t"};
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
		if (has(text, others[i]))
			return;
	Document *doc = document_new(text, NULL);
	Highlight *h = highlight_new(doc, 0, NULL);
	StyledSpans spans = {0};
	Str styles = {0}, html = {0};
	Look screen = {0}, page = {0};
	check(h != NULL && markup_render(text, MARKUP_HTML, &html, NULL));
	spans_of(h, doc, (Span){0, text.len}, &spans);
	styles_of(&spans, text.len, &styles);
	look_of_screen(text, &styles, &screen);
	look_of_page(str_view(&html), &page);
	check(sv_equal(str_view(&screen.text), str_view(&page.text)));
	check(sv_equal(str_view(&screen.styles), str_view(&page.styles)));
	look_free(&screen);
	look_free(&page);
	str_free(&styles);
	str_free(&html);
	styled_spans_free(&spans);
	highlight_free(h);
	document_free(doc);
}

static void
change(Document *doc, Highlight *const *hs, const uint8_t *op)
{
	size_t pos = (size_t)(op[0] | op[1] << 8) % (document_length(doc) + 1);
	Edit edit;
	bool changed = true;
	if (op[2] == 0xFE)
		changed = document_undo(doc, &edit);
	else
		check(document_replace(doc, (Span){pos, pos + op[2] % 24},
			sv(op[3] == 0 ? "" : PIECES[op[3] % PIECE_COUNT]), &edit, NULL));
	document_group_end(doc);
	for (size_t i = 0; changed && i < 3; i++)
		highlight_edited(hs[i], &edit);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	StrView input = {(const char *)data, size};
	size_t middle = sv_find(input, SV("\xFF"), 0), from_line = size % 3;
	Str text = {0};
	/* Changes are many times the cost of one look. */
	check(unicode_clean(sv_slice(input, 0, middle < 4096 ? middle : 4096), &text, NULL, NULL));
	check_page(str_view(&text));
	Document *doc = document_new(str_view(&text), NULL);
	Highlight *hs[] = {highlight_new_within(doc, from_line, &NARROW, NULL),
		highlight_new_within(doc, from_line, &EXACT, NULL), highlight_new(doc, from_line, NULL)};
	check(doc != NULL && hs[0] != NULL && hs[1] != NULL && hs[2] != NULL);
	for (size_t i = middle == SIZE_MAX ? size : middle + 1, n = 0; i + 6 <= size && n < CHANGES_MAX; i += 6, n++) {
		change(doc, hs, data + i);
		size_t from = (size_t)(data[i + 4] | data[i + 1] << 8) % (document_length(doc) + 1);
		Span visible = {from, from + data[i + 5]};
		str_clear(&text);
		document_copy(doc, (Span){0, document_length(doc)}, &text);
		check_part(hs[2], doc, str_view(&text), from_line, visible);
		/* An address may be defined where it is not read. */
		if (has(str_view(&text), "]:"))
			continue;
		check_fresh(hs[0], doc, from_line, &NARROW, visible);
		check_part(hs[1], doc, str_view(&text), from_line, visible);
	}
	highlight_free(hs[0]);
	highlight_free(hs[1]);
	highlight_free(hs[2]);
	document_free(doc);
	str_free(&text);
	return 0;
}
