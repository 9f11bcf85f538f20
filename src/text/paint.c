/* The style of every byte of a Markdown text. The parser tells pieces of text, and spans and blocks between them; what
 * it leaves out are the signs. */
#include "markup.h"
#include "paint.h"

#include <stdlib.h>
#include <string.h>

enum { UNSEEN = 0xFF };

/* ---- What is known while the parser goes on */

/* A piece of text, or a span that begins or ends, in the block that is open. */
typedef struct Event {
	StepKind kind;
	InlineKind span;
	bool paired; /* a begin that has an end, an end that has a begin */
	Span source;
} Event;

typedef struct Painting {
	StrView text;
	Paint *paint;
	Event *events;
	size_t events_len, events_cap;
	size_t *open; /* events that began a span */
	size_t open_len, open_cap;
	size_t open_of[INLINE_KINDS];
	size_t images; /* that are open: other spans inside them are not shown */
	BlockKind leaf;
	bool fenced, begun; /* the code: between fences, with a piece seen */
	bool fresh;         /* the next piece is the first of what a text could begin with */
	size_t depth, quotes;
	size_t last_end; /* of pieces and rules */
} Painting;

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

static size_t
line_start(StrView text, size_t pos)
{
	const char *hit = pos == 0 ? NULL : memrchr(text.ptr, '\n', pos);
	return hit == NULL ? 0 : (size_t)(hit - text.ptr) + 1;
}

static size_t
line_end(StrView text, size_t pos)
{
	size_t hit = sv_find(text, SV("\n"), pos);
	return hit == SIZE_MAX ? text.len : hit;
}

static void
fill(Painting *p, size_t from, size_t to, TextStyle style)
{
	memset(p->paint->styles + from, style, to - from);
}

/* ---- Spans */

static TextStyle
style_of(const Painting *p, const size_t *inside)
{
	if (p->leaf == BLOCK_CODE || inside[INLINE_CODE] > 0)
		return TEXT_CODE;
	if (inside[INLINE_IMAGE] > 0)
		return TEXT_LINK;
	if (inside[INLINE_STRONG] > 0)
		return inside[INLINE_EMPHASIS] > 0 ? TEXT_STRONG_EMPHASIS : TEXT_STRONG;
	if (inside[INLINE_EMPHASIS] > 0)
		return TEXT_EMPHASIS;
	if (inside[INLINE_LINK] > 0)
		return TEXT_LINK;
	if (inside[INLINE_STRUCK] > 0)
		return TEXT_STRUCK;
	if (p->leaf == BLOCK_HEADING)
		return TEXT_HEADING;
	return p->quotes > 0 ? TEXT_QUOTE : TEXT_PLAIN;
}

/* At the end of a block it is known which spans are some. */
static void
settle(Painting *p)
{
	size_t inside[INLINE_KINDS] = {0};
	for (size_t i = 0; i < p->events_len; i++) {
		const Event *event = &p->events[i];
		if (event->kind == STEP_TEXT)
			fill(p, event->source.from, event->source.to, style_of(p, inside));
		else if (event->paired && event->kind == STEP_INTO_SPAN)
			inside[event->span]++;
		else if (event->paired)
			inside[event->span]--;
	}
	memset(p->open_of, 0, sizeof p->open_of);
	p->events_len = p->open_len = p->images = 0;
}

static bool
add_event(Painting *p, Event event)
{
	Event *events = array_grow(p->events, p->events_len, &p->events_cap, sizeof *events);
	if (events == NULL)
		return false;
	p->events = events;
	events[p->events_len++] = event;
	return true;
}

static bool
into_span(Painting *p, InlineKind span)
{
	if (p->images > 0 && span != INLINE_IMAGE)
		return true;
	p->images += span == INLINE_IMAGE;
	size_t *open = array_grow(p->open, p->open_len, &p->open_cap, sizeof *open);
	if (open == NULL)
		return false;
	p->open = open;
	open[p->open_len++] = p->events_len;
	p->open_of[span]++;
	return add_event(p, (Event){.kind = STEP_INTO_SPAN, .span = span});
}

/* As spans.c pairs them. */
static bool
out_of_span(Painting *p, InlineKind span)
{
	if (p->open_of[span] == 0 || (p->images > 0 && span != INLINE_IMAGE))
		return true;
	p->images -= span == INLINE_IMAGE;
	for (bool found = false; !found;) {
		Event *begin = &p->events[p->open[--p->open_len]];
		p->open_of[begin->span]--;
		found = begin->paired = begin->span == span;
	}
	return add_event(p, (Event){.kind = STEP_OUT_OF_SPAN, .span = span, .paired = true});
}

/* ---- Blocks */

static bool
add_place(PlaceList *list, size_t place)
{
	size_t *items = array_grow(list->items, list->len, &list->cap, sizeof *items);
	if (items == NULL)
		return false;
	list->items = items;
	items[list->len++] = place;
	return true;
}

/* The line of the first piece of a block. Code is left out: its first piece need not be in its first line. */
static bool
note_border(Painting *p, size_t pos)
{
	size_t start = line_start(p->text, pos);
	if (p->leaf == BLOCK_CODE || start < 2 || is_blank(p->text.ptr[start]))
		return true;
	for (size_t i = start - 1; i > 0 && p->text.ptr[i - 1] != '\n'; i--)
		if (!is_blank(p->text.ptr[i - 1]))
			return true;
	return add_place(&p->paint->borders, start);
}

/* The signs that open the fenced code whose first piece is at `pos`: nothing but empty lines stands between. */
static Span
fence_before(StrView text, size_t pos)
{
	size_t from = line_start(text, pos);
	do {
		size_t end = from > 0 ? from - 1 : 0;
		from = line_start(text, end);
		while (from < end && is_blank(text.ptr[from]))
			from++;
		if (from < end)
			break;
		from = line_start(text, end);
	} while (from > 0);
	size_t to = from;
	while (to < text.len && text.ptr[to] == text.ptr[from])
		to++;
	bool found = to - from >= 3 && (text.ptr[from] == '`' || text.ptr[from] == '~');
	return found ? (Span){from, to} : (Span){0, 0};
}

static bool
take_text(Painting *p, Span source, bool raw)
{
	Paint *paint = p->paint;
	if (p->fresh && !note_border(p, source.from))
		return false;
	p->fresh = false;
	bool in_fence = p->leaf == BLOCK_CODE && p->fenced && p->depth == 1;
	if (!in_fence)
		paint->fence = (Span){0, 0};
	else if (!p->begun)
		paint->fence = fence_before(p->text, source.from);
	p->begun = true;
	paint->text_end = p->last_end = source.to;
	/* The blanks before a line of code belong to it. */
	while (p->leaf == BLOCK_CODE && source.from > 0 && strchr(" \t", p->text.ptr[source.from - 1]) != NULL)
		source.from--;
	if (raw)
		fill(p, source.from, source.to, TEXT_MARK);
	return raw || add_event(p, (Event){.kind = STEP_TEXT, .source = source});
}

/* Whether the line is a rule behind signs of quotes and lists; *from is where it begins. */
static bool
looks_like_rule(StrView line, size_t *from)
{
	size_t end = line.len, signs = 0;
	while (end > 0 && is_blank(line.ptr[end - 1]))
		end--;
	char sign = end > 0 ? line.ptr[end - 1] : '\0';
	size_t start = end;
	while (start > 0 && (line.ptr[start - 1] == sign || is_blank(line.ptr[start - 1])))
		signs += line.ptr[--start] == sign;
	for (size_t i = 0; i < start; i++)
		if (strchr(" \t>-+*0123456789.)", line.ptr[i]) == NULL)
			return false;
	while (start < end && is_blank(line.ptr[start]))
		start++;
	*from = start;
	return signs >= 3 && (sign == '*' || sign == '-' || sign == '_');
}

/* The parser does not tell where a rule stands: it is the next line that looks like one. */
static void
paint_rule(Painting *p)
{
	while (p->last_end < p->text.len) {
		size_t end = line_end(p->text, p->last_end), from;
		size_t start = line_start(p->text, p->last_end);
		bool seen = p->last_end > start;
		StrView line = sv_slice(p->text, start, end);
		p->last_end = end < p->text.len ? end + 1 : end;
		if (!seen && looks_like_rule(line, &from)) {
			fill(p, start + from, end, TEXT_RULE);
			return;
		}
	}
}

static void
into_block(Painting *p, const Step *step)
{
	p->depth += step->block != BLOCK_DOCUMENT;
	p->quotes += step->block == BLOCK_QUOTE;
	p->leaf = step->block;
	p->fenced = step->fenced;
	p->fresh = p->fresh || p->depth == 1 || (p->depth == 2 && step->block == BLOCK_ITEM);
	p->begun = false;
	if (step->block == BLOCK_RULE)
		paint_rule(p);
}

static bool
take_step(void *data, const Step *step)
{
	Painting *p = data;
	switch (step->kind) {
	case STEP_INTO_BLOCK:
		settle(p);
		into_block(p, step);
		break;
	case STEP_OUT_OF_BLOCK:
		settle(p);
		p->depth -= step->block != BLOCK_DOCUMENT;
		p->quotes -= step->block == BLOCK_QUOTE;
		p->leaf = BLOCK_DOCUMENT;
		break;
	case STEP_INTO_SPAN:
		return into_span(p, step->span);
	case STEP_OUT_OF_SPAN:
		return out_of_span(p, step->span);
	case STEP_TEXT:
		return take_text(p, step->source, step->raw);
	}
	return true;
}

/* ---- The whole */

static bool
reserve(Paint *paint, size_t len)
{
	if (len <= paint->cap)
		return true;
	uint8_t *styles = realloc(paint->styles, len);
	if (styles == NULL)
		return false;
	paint->styles = styles;
	paint->cap = len;
	return true;
}

bool
paint_markdown(StrView markdown, Paint *paint, Err *err)
{
	paint->borders.len = 0;
	paint->text_end = 0;
	paint->fence = (Span){0, 0};
	if (markdown.len == 0)
		return true;
	if (!reserve(paint, markdown.len))
		return err_memory(err);
	memset(paint->styles, UNSEEN, markdown.len);
	Painting p = {.text = markdown, .paint = paint};
	bool done = markup_walk(markdown, take_step, &p, err);
	free(p.events);
	free(p.open);
	for (size_t i = 0; done && i < markdown.len; i++)
		if (paint->styles[i] == UNSEEN)
			paint->styles[i] = is_blank(markdown.ptr[i]) ? TEXT_PLAIN : TEXT_MARK;
	return done;
}

void
paint_free(Paint *paint)
{
	free(paint->styles);
	free(paint->borders.items);
	*paint = (Paint){0};
}
