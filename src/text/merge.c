/* Two changed texts as one: the differences of each from the base, put together by paragraphs (diff3, as Khanna, Kunal
 * and Pierce describe it in 2007), and the blanks between them. */
#include "paragraphs.h"

#include <stdlib.h>
#include <string.h>

typedef struct Text {
	StrView text;
	Parts parts;
	bool scattered; /* its parts lie in another text: there is nothing between them */
} Text;

/* What stands before the next paragraph. Where paragraphs were left out there are several answers: between two
 * paragraphs the longest is taken, at the ends the shortest. */
typedef struct Gap {
	bool known, settled;
	StrView longest, shortest;
} Gap;

typedef struct Weaver {
	Text base, mine, theirs;
	Parts base_again; /* marked by the comparison with theirs */
	Gap gap;
	size_t written; /* paragraphs */
	size_t first;   /* where the first one of the present place begins; SIZE_MAX: it has none yet */
	Merge out;
	bool failed;
} Weaver;

/* A place in all three texts: numbers of paragraphs. */
typedef struct At {
	size_t base, mine, theirs;
} At;

/* ---- Blanks between paragraphs */

static StrView
gap_before(const Text *text, size_t part)
{
	const Parts *parts = &text->parts;
	const char *from = text->text.ptr, *to = text->text.ptr + text->text.len;
	if (text->text.len == 0)
		return (StrView){NULL, 0};
	if (part > 0)
		from = parts->items[part - 1].text.ptr + parts->items[part - 1].text.len;
	if (part < parts->len)
		to = parts->items[part].text.ptr;
	return (StrView){from, (size_t)(to - from)};
}

static StrView
longer(StrView a, StrView b)
{
	if (a.len != b.len)
		return a.len > b.len ? a : b;
	return sv_compare(a, b) >= 0 ? a : b;
}

static StrView
shorter(StrView a, StrView b)
{
	StrView more = longer(a, b);
	return more.ptr == a.ptr && more.len == a.len ? b : a;
}

static StrView
agreed_gap(const Weaver *w, At at)
{
	StrView mine = gap_before(&w->mine, at.mine), theirs = gap_before(&w->theirs, at.theirs);
	if (!w->base.scattered) {
		StrView base = gap_before(&w->base, at.base);
		if (sv_equal(mine, base))
			return theirs;
		if (sv_equal(theirs, base))
			return mine;
	}
	return longer(mine, theirs);
}

static void
set_gap(Weaver *w, StrView gap)
{
	if (!w->gap.known)
		w->gap = (Gap){.known = true, .longest = gap, .shortest = gap};
}

/* Paragraphs were left out here: who left them out says what is there instead. */
static void
settle_gap(Weaver *w, StrView gap)
{
	if (w->gap.settled) {
		w->gap.longest = longer(w->gap.longest, gap);
		w->gap.shortest = shorter(w->gap.shortest, gap);
	} else {
		w->gap = (Gap){.known = true, .settled = true, .longest = gap, .shortest = gap};
	}
}

static bool
parts_paragraphs(StrView gap)
{
	size_t newlines = 0;
	for (size_t i = 0; i < gap.len; i++)
		newlines += gap.ptr[i] == '\n';
	return newlines >= 2;
}

static void
write_part(Weaver *w, StrView part)
{
	StrView gap = w->written > 0 ? w->gap.longest : w->gap.shortest;
	str_append(&w->out.text, w->written > 0 && !parts_paragraphs(gap) ? SV("\n\n") : gap);
	if (w->first == SIZE_MAX)
		w->first = w->out.text.len;
	str_append(&w->out.text, part);
	w->gap = (Gap){0};
	w->written++;
}

/* ---- Stretches: paragraphs of one text, or the same ones of several */

static At
step_on(At at, size_t count)
{
	return (At){at.base + count, at.mine + count, at.theirs + count};
}

static void
write_same(Weaver *w, At at, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		At here = step_on(at, i);
		set_gap(w, agreed_gap(w, here));
		write_part(w, w->mine.parts.items[here.mine].text);
	}
}

/* Paragraphs [from, to) of mine or theirs; `other` (may be NULL) has the same ones at its paragraph `at`. */
static void
write_of(Weaver *w, const Text *text, size_t from, size_t to, const Text *other, size_t at)
{
	for (size_t i = from; i < to || from == to; i++) {
		StrView gap = gap_before(text, i);
		if (other != NULL)
			gap = longer(gap, gap_before(other, at + i - from));
		if (from == to) {
			settle_gap(w, gap);
			return;
		}
		set_gap(w, gap);
		write_part(w, text->parts.items[i].text);
	}
}

/* Paragraphs [from, to) as bytes; where there are none, the place behind the one before. */
static Span
span_of(const Text *text, size_t from, size_t to)
{
	const Parts *parts = &text->parts;
	if (text->scattered || text->text.len == 0)
		return (Span){0, 0};
	size_t end = 0;
	if (to > 0)
		end = (size_t)(parts->items[to - 1].text.ptr - text->text.ptr) + parts->items[to - 1].text.len;
	return (Span){from < to ? (size_t)(parts->items[from].text.ptr - text->text.ptr) : end, end};
}

/* A stretch that mine or theirs changed, from `a` to `b`. */
static void
write_place(Weaver *w, MergeSide side, At a, At b)
{
	MergePlace place = {.side = side,
		.base = span_of(&w->base, a.base, b.base),
		.mine = span_of(&w->mine, a.mine, b.mine),
		.theirs = span_of(&w->theirs, a.theirs, b.theirs)};
	w->first = SIZE_MAX;
	set_gap(w, agreed_gap(w, a));
	if (side == MERGE_THEIRS)
		write_of(w, &w->theirs, a.theirs, b.theirs, NULL, 0);
	else
		write_of(w, &w->mine, a.mine, b.mine, side == MERGE_BOTH ? &w->theirs : NULL, a.theirs);
	size_t end = w->out.text.len;
	place.result = (Span){w->first == SIZE_MAX ? end : w->first, end};
	MergePlace *places = array_grow(w->out.places, w->out.len, &w->out.cap, sizeof *places);
	if (places == NULL) {
		w->failed = true;
		return;
	}
	w->out.places = places;
	places[w->out.len++] = place;
	w->out.conflicts += side == MERGE_APART;
}

/* ---- Stretches that both changed */

static bool
same_at(const Weaver *w, size_t mine, size_t theirs)
{
	const Part *a = &w->mine.parts.items[mine], *b = &w->theirs.parts.items[theirs];
	return a->hash == b->hash && sv_equal(a->text, b->text);
}

/* Whether `more` is `less` with something put in at one place. */
static bool
holds(StrView more, StrView less)
{
	if (less.len > more.len)
		return false;
	size_t head = 0, tail = 0;
	while (head < less.len && more.ptr[head] == less.ptr[head])
		head++;
	while (tail < less.len - head && more.ptr[more.len - 1 - tail] == less.ptr[less.len - 1 - tail])
		tail++;
	return head + tail == less.len;
}

static StrView
slice_of(const Text *text, size_t from, size_t to)
{
	Span span = span_of(text, from, to);
	return sv_slice(text->text, span.from, span.to);
}

/* One of them wrote on where the other had begun: nothing of either is missing in the longer one. */
static MergeSide
side_of_both(const Weaver *w, At a, At b)
{
	StrView base = slice_of(&w->base, a.base, b.base);
	StrView mine = slice_of(&w->mine, a.mine, b.mine), theirs = slice_of(&w->theirs, a.theirs, b.theirs);
	if (base.len == 0)
		return MERGE_APART;
	if (holds(mine, base) && holds(theirs, mine))
		return MERGE_THEIRS;
	return holds(theirs, base) && holds(mine, theirs) ? MERGE_MINE : MERGE_APART;
}

/* What both wrote the same at the ends is no conflict. */
static void
write_both(Weaver *w, At a, At b)
{
	size_t mine = b.mine - a.mine, theirs = b.theirs - a.theirs, least = mine < theirs ? mine : theirs;
	size_t head = 0, tail = 0;
	while (head < least && same_at(w, a.mine + head, a.theirs + head))
		head++;
	while (tail < least - head && same_at(w, b.mine - 1 - tail, b.theirs - 1 - tail))
		tail++;
	if (head == mine && head == theirs) {
		write_place(w, MERGE_BOTH, a, b);
		return;
	}
	At from = {a.base, a.mine + head, a.theirs + head}, to = {b.base, b.mine - tail, b.theirs - tail};
	if (head > 0)
		write_place(w, MERGE_BOTH, a, from);
	write_place(w, side_of_both(w, from, to), from, to);
	if (tail > 0)
		write_place(w, MERGE_BOTH, to, b);
}

/* ---- Both lists of differences */

/* The differences of one text from the base, taken one by one. */
typedef struct Side {
	const Parts *base, *text;
	Hunk whole, hunk;
	bool more;
} Side;

/* As many paragraphs as before are taken for the same ones, each changed. */
static void
side_next(Side *side)
{
	side->more = side->hunk.a_to < side->whole.a_to || hunk_next(side->base, side->text, &side->whole);
	size_t a = side->whole.a_to - side->whole.a_from, b = side->whole.b_to - side->whole.b_from;
	if (a != b || !side->more) {
		side->hunk = side->whole;
		return;
	}
	bool first = side->hunk.a_to <= side->whole.a_from;
	size_t from = first ? side->whole.a_from : side->hunk.a_to;
	size_t text = side->whole.b_from + (from - side->whole.a_from);
	side->hunk = (Hunk){from, from + 1, text, text + 1};
}

static bool
grows(const Hunk *hunk)
{
	return hunk->b_to - hunk->b_from > hunk->a_to - hunk->a_from;
}

/* A stretch of the base that one side changed, or both. */
typedef struct Stretch {
	size_t from, to;
	bool grows;
	const Side *last; /* who took it this far */
	bool mine, theirs;
	size_t mine_more, theirs_more; /* paragraphs that they have more there, modulo 2^64 */
} Stretch;

/* Of changes that only touch, two that both put something in would leave its order open. */
static bool
meets(const Stretch *stretch, const Side *side)
{
	const Hunk *hunk = &side->hunk;
	return side->more &&
	       (hunk->a_from < stretch->to || (hunk->a_from == stretch->to && stretch->grows && grows(hunk)));
}

static void
take_hunk(Stretch *stretch, Side *side, bool mine)
{
	const Hunk *hunk = &side->hunk;
	size_t more = (hunk->b_to - hunk->b_from) - (hunk->a_to - hunk->a_from);
	stretch->to = hunk->a_to > stretch->to ? hunk->a_to : stretch->to;
	stretch->grows = stretch->grows || grows(hunk);
	stretch->mine = stretch->mine || mine;
	stretch->theirs = stretch->theirs || !mine;
	if (mine)
		stretch->mine_more += more;
	else
		stretch->theirs_more += more;
	side_next(side);
}

static bool
comes_first(const Side *a, const Side *b)
{
	if (!a->more || !b->more)
		return a->more;
	if (a->hunk.a_from != b->hunk.a_from)
		return a->hunk.a_from < b->hunk.a_from;
	return a->hunk.a_to <= b->hunk.a_to;
}

static void
weave(Weaver *w)
{
	Side mine = {.base = &w->base.parts, .text = &w->mine.parts};
	Side theirs = {.base = &w->base_again, .text = &w->theirs.parts};
	At at = {0};
	side_next(&mine);
	side_next(&theirs);
	while (mine.more || theirs.more) {
		bool first = comes_first(&mine, &theirs);
		Stretch stretch = {.from = first ? mine.hunk.a_from : theirs.hunk.a_from};
		stretch.to = stretch.from;
		take_hunk(&stretch, first ? &mine : &theirs, first);
		while (meets(&stretch, &mine) || meets(&stretch, &theirs)) {
			bool next = meets(&stretch, &mine);
			take_hunk(&stretch, next ? &mine : &theirs, next);
		}
		write_same(w, at, stretch.from - at.base);
		at = step_on(at, stretch.from - at.base);
		At end = step_on(at, stretch.to - stretch.from);
		end.mine += stretch.mine_more;
		end.theirs += stretch.theirs_more;
		if (stretch.mine && stretch.theirs)
			write_both(w, at, end);
		else
			write_place(w, stretch.mine ? MERGE_MINE : MERGE_THEIRS, at, end);
		at = end;
	}
	write_same(w, at, w->base.parts.len - at.base);
	at = step_on(at, w->base.parts.len - at.base);
	set_gap(w, agreed_gap(w, at));
	str_append(&w->out.text, w->gap.shortest);
}

/* ---- The whole */

/* Without a base: what both have counts as one. */
static bool
make_base(Weaver *w, Comparison *c)
{
	comparison_run(c, &w->mine.parts, &w->theirs.parts);
	w->base.scattered = true;
	for (size_t i = 0; i < w->mine.parts.len; i++)
		if (!w->mine.parts.items[i].changed && !parts_add(&w->base.parts, w->mine.parts.items[i].text))
			return false;
	for (size_t i = 0; i < w->mine.parts.len; i++)
		w->mine.parts.items[i].changed = false;
	for (size_t i = 0; i < w->theirs.parts.len; i++)
		w->theirs.parts.items[i].changed = false;
	return true;
}

static bool
copy_parts(const Parts *from, Parts *to)
{
	for (size_t i = 0; i < from->len; i++)
		if (!parts_add(to, from->items[i].text))
			return false;
	return true;
}

static bool
run(Weaver *w, const StrView *base, Comparison *c)
{
	if (!paragraphs_split(w->mine.text, &w->mine.parts) || !paragraphs_split(w->theirs.text, &w->theirs.parts))
		return false;
	bool based = base != NULL ? paragraphs_split(*base, &w->base.parts) : make_base(w, c);
	if (!based || !copy_parts(&w->base.parts, &w->base_again))
		return false;
	comparison_run(c, &w->base.parts, &w->mine.parts);
	comparison_run(c, &w->base_again, &w->theirs.parts);
	weave(w);
	return !w->failed && str_ok(&w->out.text, NULL);
}

bool
text_merge(const StrView *base, StrView mine, StrView theirs, Merge *out, Err *err)
{
	Weaver w = {.mine = {.text = mine}, .theirs = {.text = theirs}};
	Comparison c;
	if (base != NULL)
		w.base.text = *base;
	bool done = comparison_begin(&c) && run(&w, base, &c);
	comparison_free(&c);
	free(w.base.parts.items);
	free(w.base_again.items);
	free(w.mine.parts.items);
	free(w.theirs.parts.items);
	if (!done) {
		merge_free(&w.out);
		return err_memory(err);
	}
	merge_free(out);
	*out = w.out;
	return true;
}

void
merge_free(Merge *merge)
{
	str_wipe(&merge->text);
	free(merge->places);
	*merge = (Merge){0};
}

/* ---- Choosing */

static bool
is_blank(char letter)
{
	return letter == ' ' || letter == '\t' || letter == '\n';
}

/* Where the first line that is not empty begins, behind the end of a paragraph; the length when there is none. */
static size_t
skip_blanks(StrView text, size_t pos)
{
	size_t end = pos;
	while (end < text.len && is_blank(text.ptr[end]))
		end++;
	if (end == text.len)
		return end;
	while (end > pos && text.ptr[end - 1] != '\n')
		end--;
	return end;
}

/* A paragraph where mine has none: `out` ends with the one before it. */
static void
put_new(StrView piece, StrView behind, Str *out)
{
	bool first = sv_trim(str_view(out)).len == 0;
	if (!first)
		str_append_c(out, "\n\n");
	str_append(out, piece);
	if (first && sv_trim(behind).len > 0)
		str_append_c(out, "\n\n");
}

/* Leaves out the paragraph that ends at `to`, with the blanks behind it, or those before it when it is the last.
 * Returns where the text goes on. */
static size_t
leave_out(StrView text, size_t to, Str *out)
{
	size_t next = skip_blanks(text, to);
	if (next < text.len)
		return next;
	while (out->len > 0 && is_blank(out->ptr[out->len - 1]))
		str_truncate(out, out->len - 1);
	return to;
}

bool
merge_choose(const Merge *merge, StrView mine, StrView theirs, const MergeChoice *choices, Str *out, Err *err)
{
	StrView text = str_view(&merge->text);
	size_t at = 0, chosen = 0;
	for (size_t i = 0; i < merge->len; i++) {
		const MergePlace *place = &merge->places[i];
		if (place->side != MERGE_APART || choices[chosen++] == CHOOSE_MINE)
			continue;
		StrView a = sv_slice(mine, place->mine.from, place->mine.to);
		StrView b = sv_slice(theirs, place->theirs.from, place->theirs.to);
		bool both = choices[chosen - 1] == CHOOSE_BOTH;
		str_append(out, sv_slice(text, at, place->result.from));
		at = place->result.to;
		if (a.len == 0) {
			put_new(b, sv_slice(text, at, text.len), out);
		} else if (b.len > 0) {
			str_append(out, both ? a : b);
			str_append_c(out, both ? "\n\n" : "");
			str_append(out, both ? b : SV(""));
		} else if (both) {
			str_append(out, a);
		} else {
			at = leave_out(text, at, out);
		}
	}
	str_append(out, sv_slice(text, at, text.len));
	return str_ok(out, err);
}
