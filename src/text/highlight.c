/* Markdown as it is written: the visible part of a document, read from the nearest place where a block begins. */
#include "borders.h"
#include "highlight.h"
#include "paint.h"

#include <stdlib.h>
#include <string.h>

struct Highlight {
	const Document *doc;
	size_t from_line;
	HighlightBounds bounds;
	Borders borders;
	/* What was read last: behind `lead` bytes that tell the parser how it begins, the document from `base` on. */
	Str text;
	size_t lead, base;
	Paint paint;
	/* Of what that is the answer; none when `painted` is false. */
	bool painted;
	Span visible;
	uint64_t revision;
};

static const HighlightBounds BOUNDS = {.whole = 32 << 10, .reach = 32 << 10, .ahead = 16 << 10, .spacing = 4 << 10};

Highlight *
highlight_new_within(const Document *doc, size_t from_line, const HighlightBounds *bounds, Err *err)
{
	Highlight *h = calloc(1, sizeof *h);
	if (h == NULL) {
		err_memory(err);
		return NULL;
	}
	h->doc = doc;
	h->from_line = from_line;
	h->bounds = *bounds;
	h->borders.reach = bounds->reach;
	h->borders.spacing = bounds->spacing;
	return h;
}

Highlight *
highlight_new(const Document *doc, size_t from_line, Err *err)
{
	return highlight_new_within(doc, from_line, &BOUNDS, err);
}

void
highlight_free(Highlight *h)
{
	if (h == NULL)
		return;
	borders_free(&h->borders);
	str_free(&h->text);
	paint_free(&h->paint);
	free(h);
}

static size_t
line_start(const Document *doc, size_t pos)
{
	return document_line_start(doc, document_line_at(doc, pos));
}

static size_t
character_start(const Document *doc, size_t pos)
{
	for (StrView rest; pos > 0; pos--) {
		rest = document_chunk(doc, pos);
		if (rest.len == 0 || ((unsigned char)rest.ptr[0] & 0xC0) != 0x80)
			break;
	}
	return pos;
}

void
highlight_edited(Highlight *h, const Edit *edit)
{
	borders_edited(&h->borders, edit, line_start(h->doc, edit->at), document_length(h->doc));
}

/* ---- Reading */

static void
put_lead(const Border *from, Str *text)
{
	str_clear(text);
	for (size_t i = 0; from->fence != '\0' && i < from->fence_len; i++)
		str_append_byte(text, from->fence);
	if (from->fence != '\0')
		str_append_byte(text, '\n');
	else if (from->inside)
		str_append_byte(text, 'x');
}

static void
read_text(Highlight *h, const Border *from, size_t to)
{
	put_lead(from, &h->text);
	h->lead = h->text.len;
	h->base = from->at;
	document_copy(h->doc, (Span){from->at, to}, &h->text);
}

static bool
paint(Highlight *h, Err *err)
{
	return str_ok(&h->text, err) && paint_markdown(str_view(&h->text), &h->paint, err);
}

/* From a place in what was read to the one in the document. */
static size_t
place(const Highlight *h, size_t pos)
{
	return pos - h->lead + h->base;
}

/* ---- Borders */

/* Where the line behind the one that holds `pos` begins; SIZE_MAX when that was not read. */
static size_t
next_line(const Highlight *h, size_t pos)
{
	size_t hit = sv_find(str_view(&h->text), SV("\n"), pos);
	if (hit != SIZE_MAX)
		return place(h, hit + 1);
	return place(h, h->text.len) == document_length(h->doc) ? document_length(h->doc) : SIZE_MAX;
}

/* How many of the borders that were read are each within reach of the one before: between others there are cuts. */
static size_t
count_near(const Highlight *h)
{
	const PlaceList *found = &h->paint.borders;
	size_t count = 0, before = h->base;
	for (; count < found->len; count++) {
		size_t behind = next_line(h, found->items[count]);
		if (behind == SIZE_MAX || behind - before > h->bounds.reach)
			break;
		before = place(h, found->items[count]);
	}
	return count;
}

static bool
keep_borders(Highlight *h, bool keep_last, Err *err)
{
	size_t count = count_near(h);
	bool settled = false;
	for (size_t i = 0; i < count && !settled; i++) {
		Border border = {.at = place(h, h->paint.borders.items[i])};
		bool keep = keep_last && i + 1 == count;
		if (!borders_found(&h->borders, border, document_length(h->doc), keep, &settled))
			return err_memory(err);
	}
	return true;
}

static bool
is_empty(StrView text)
{
	return sv_trim(text).len == 0;
}

/* No block begins within reach: a cut behind the last line of text, where what it stands in is known. Without any text
 * what was read is empty lines and the signs of blocks: the cut is before the last of those. */
static bool
keep_cut(Highlight *h, const Border *from, Err *err)
{
	const Paint *p = &h->paint;
	StrView text = str_view(&h->text);
	Border cut = {.cut = true};
	size_t pos = text.len;
	if (p->text_end > h->lead) {
		size_t end = sv_find(text, SV("\n"), p->text_end);
		pos = end == SIZE_MAX ? text.len : end + 1;
		cut.fence_len = p->fence.to - p->fence.from;
		cut.fence = cut.fence_len > 0 ? text.ptr[p->fence.from] : '\0';
	} else {
		while (pos > h->lead && is_empty(sv_slice(text, pos - 1, text.len)))
			pos--;
		while (pos > h->lead && text.ptr[pos - 1] != '\n')
			pos--;
		pos = pos > h->lead ? pos : text.len;
		bool same = is_empty(sv_slice(text, h->lead, pos));
		cut.fence = same ? from->fence : '\0';
		cut.fence_len = from->fence_len;
	}
	cut.at = place(h, pos);
	cut.inside = text.ptr[pos - 1] != '\n';
	bool settled;
	return borders_found(&h->borders, cut, document_length(h->doc), true, &settled) ? true : err_memory(err);
}

/* Reads on from the last border; *more tells whether there is a new last one. */
static bool
read_on(Highlight *h, const Border *last, bool *more, Err *err)
{
	size_t len = document_length(h->doc), to = last->at + h->bounds.reach;
	if (to < len) {
		size_t start = line_start(h->doc, to);
		to = start > last->at + h->bounds.reach / 2 ? start : character_start(h->doc, to);
	}
	read_text(h, last, to);
	if (!paint(h, err) || !keep_borders(h, true, err))
		return false;
	if (borders_last(&h->borders, last->at).at == last->at && to < len && to > last->at && !keep_cut(h, last, err))
		return false;
	*more = borders_last(&h->borders, last->at).at > last->at;
	return true;
}

static bool
find_border(Highlight *h, size_t start, size_t pos, Border *out, Err *err)
{
	for (bool more = true; more;) {
		*out = borders_nearest(&h->borders, start, pos);
		if (pos - out->at <= h->bounds.reach || out->at < borders_last(&h->borders, start).at)
			return true;
		if (!read_on(h, out, &more, err))
			return false;
	}
	return true;
}

/* ---- What is visible */

/* The end of the line before the first empty one at or behind `pos`, or of what was read. */
static size_t
block_end(StrView text, size_t pos)
{
	for (size_t end; (end = sv_find(text, SV("\n"), pos)) != SIZE_MAX; pos = end + 1) {
		size_t next = end + 1;
		while (next < text.len && (text.ptr[next] == ' ' || text.ptr[next] == '\t'))
			next++;
		if (next < text.len && text.ptr[next] == '\n')
			return end + 1;
	}
	return text.len;
}

/* Whether an address may be defined behind `start`: if so it may be for a link anywhere. */
static bool
may_define(const Document *doc, size_t start)
{
	bool closed = false;
	for (size_t pos = start, len = document_length(doc); pos < len;) {
		StrView chunk = document_chunk(doc, pos);
		pos += chunk.len;
		if (closed && chunk.ptr[0] == ':')
			return true;
		for (const char *at; chunk.len > 0 && (at = memchr(chunk.ptr, ']', chunk.len)) != NULL;) {
			chunk = sv_slice(chunk, (size_t)(at - chunk.ptr) + 1, chunk.len);
			if (chunk.len > 0 && chunk.ptr[0] == ':')
				return true;
			closed = chunk.len == 0;
		}
		closed = closed && chunk.len == 0;
	}
	return false;
}

/* Reads and paints the blocks that `visible` touches. */
static bool
paint_visible(Highlight *h, size_t start, Span visible, Err *err)
{
	size_t len = document_length(h->doc);
	Border from = {.at = start};
	bool small = len - start <= h->bounds.whole;
	if (small && may_define(h->doc, start)) {
		read_text(h, &from, len);
		return paint(h, err);
	}
	if (!find_border(h, start, visible.from, &from, err))
		return false;
	size_t to = len;
	if (!small && visible.to + h->bounds.ahead < len)
		to = character_start(h->doc, visible.to + h->bounds.ahead);
	read_text(h, &from, to);
	size_t end = block_end(str_view(&h->text), visible.to - h->base + h->lead);
	str_truncate(&h->text, end);
	if (!paint(h, err))
		return false;
	bool is_last = from.at == borders_last(&h->borders, start).at;
	return !is_last || keep_borders(h, false, err);
}

static bool
collect(const Highlight *h, Span visible, StyledSpans *out)
{
	const uint8_t *styles = h->paint.styles + h->lead;
	out->len = 0;
	for (size_t from = visible.from, to; from < visible.to; from = to) {
		uint8_t style = styles[from - h->base];
		to = from + 1;
		while (to < visible.to && styles[to - h->base] == style)
			to++;
		if (style == TEXT_PLAIN)
			continue;
		StyledSpan *items = array_grow(out->items, out->len, &out->cap, sizeof *items);
		if (items == NULL)
			return false;
		out->items = items;
		items[out->len++] = (StyledSpan){{from, to}, style};
	}
	return true;
}

bool
highlight_spans(Highlight *h, Span visible, StyledSpans *out, Err *err)
{
	size_t len = document_length(h->doc), start = document_line_start(h->doc, h->from_line);
	visible.to = visible.to < len ? visible.to : len;
	while (visible.to < len && character_start(h->doc, visible.to) < visible.to)
		visible.to++;
	visible.from = character_start(h->doc, visible.from < start ? start : visible.from);
	if (visible.from >= visible.to || start >= len) {
		out->len = 0;
		return true;
	}
	uint64_t revision = document_revision(h->doc);
	if (!h->painted || h->revision != revision || h->visible.from != visible.from || h->visible.to != visible.to) {
		h->painted = false;
		if (!paint_visible(h, start, visible, err))
			return false;
		h->painted = true;
		h->revision = revision;
		h->visible = visible;
	}
	return collect(h, visible, out) ? true : err_memory(err);
}

void
styled_spans_free(StyledSpans *spans)
{
	free(spans->items);
	*spans = (StyledSpans){0};
}
