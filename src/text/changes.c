/* What changed between two texts: Myers' greedy comparison (1986) of lines, then of the words of the lines that differ.
 * A comparison that finds more differences than STEP at once keeps what it has and goes on from there, and one that has
 * used up its budget takes all that is left for changed, so that work is bounded. */
#include "meok/text.h"

#include <stdlib.h>
#include <string.h>

enum { STEP = 1024, ROUNDS = STEP + 1 };
static const size_t BUDGET = 40 * 1000 * 1000; /* comparisons: under a second */

/* ---- Parts: lines, or words */

typedef struct Part {
	StrView text;
	uint64_t hash;
	bool changed;
} Part;

typedef struct Parts {
	Part *items;
	size_t len, cap;
} Parts;

/* FNV-1a (Fowler, Noll, Vo). */
static uint64_t
hash_of(StrView text)
{
	uint64_t hash = 0xCBF29CE484222325;
	for (size_t i = 0; i < text.len; i++)
		hash = (hash ^ (unsigned char)text.ptr[i]) * 0x100000001B3;
	return hash;
}

static bool
same_part(const Part *a, const Part *b)
{
	return a->hash == b->hash && sv_equal(a->text, b->text);
}

static bool
add_part(Parts *parts, StrView text)
{
	Part *items = array_grow(parts->items, parts->len, &parts->cap, sizeof *items);
	if (items == NULL)
		return false;
	parts->items = items;
	items[parts->len++] = (Part){text, hash_of(text), false};
	return true;
}

static bool
is_blank(StrView text, size_t pos, size_t *len)
{
	char c = text.ptr[pos];
	*len = 1;
	if ((unsigned char)c < 0x80)
		return c == ' ' || (c >= '\t' && c <= '\r');
	uint32_t rune = unicode_rune(text, pos, len);
	return rune == 0x3000 || rune == 0xA0 || (rune >= 0x2000 && rune <= 0x200A) || rune == 0x202F || rune == 0x205F;
}

/* Takes the next word off *rest; false when only blanks are left. */
static bool
next_word(StrView *rest, StrView *word)
{
	size_t from = 0, len;
	while (from < rest->len && is_blank(*rest, from, &len))
		from += len;
	size_t to = from;
	while (to < rest->len && !is_blank(*rest, to, &len))
		to += len;
	*word = sv_slice(*rest, from, to);
	*rest = sv_slice(*rest, to, rest->len);
	return word->len > 0;
}

/* Empty lines are no parts: as landmarks they are too much alike. */
static bool
add_lines(Parts *parts, StrView text)
{
	StrView line;
	while (sv_split(&text, '\n', &line))
		if (sv_trim(line).len > 0 && !add_part(parts, line))
			return false;
	return true;
}

static bool
add_words(Parts *parts, StrView text)
{
	StrView word;
	while (next_word(&text, &word))
		if (!add_part(parts, word))
			return false;
	return true;
}

/* ---- Myers */

/* How far along `a` each diagonal reaches, for every round to find the way back. Round d holds the diagonals -d … d in
 * steps of two. Beyond the ends of the parts a reach means nothing and does no harm. */
typedef struct Comparison {
	Part *a, *b;
	size_t a_len, b_len;
	uint32_t *reach;
	size_t budget;
} Comparison;

typedef struct Place {
	size_t round, index; /* the diagonal x - y = 2 * index - round */
	size_t x, y;
} Place;

static uint32_t *
round_of(const Comparison *c, size_t round)
{
	return c->reach + round * (round + 1) / 2;
}

/* Whether the way from the round before goes down (a part of b is new) rather than right. */
static bool
goes_down(const uint32_t *before, size_t round, size_t index)
{
	return index == 0 || (index < round && before[index - 1] < before[index]);
}

/* Where the diagonal is entered, before it slides along equal parts. */
static size_t
enter(const Comparison *c, size_t round, size_t index)
{
	if (round == 0)
		return 0;
	const uint32_t *before = round_of(c, round - 1);
	return goes_down(before, round, index) ? before[index] : before[index - 1] + 1;
}

static void
spend(Comparison *c, size_t work)
{
	c->budget -= work < c->budget ? work : c->budget;
}

static Place
reach_on(Comparison *c, size_t round, size_t index)
{
	size_t x = enter(c, round, index), from = x;
	size_t y = x + round - 2 * index;
	while (x < c->a_len && y < c->b_len && same_part(&c->a[x], &c->b[y])) {
		x++;
		y++;
	}
	round_of(c, round)[index] = (uint32_t)x;
	spend(c, x - from + 1);
	return (Place){round, index, x, y};
}

static size_t
distance(size_t a, size_t b)
{
	return a < b ? b - a : a - b;
}

/* Of places equally far on the one that took as much of both texts. */
static bool
is_further(Place place, Place best)
{
	size_t far = place.x + place.y, best_far = best.x + best.y;
	return far > best_far || (far == best_far && distance(place.x, place.y) < distance(best.x, best.y));
}

/* Goes on until the ends are reached, or as far as STEP rounds and the budget carry: the furthest place. */
static Place
reach_furthest(Comparison *c)
{
	Place best = {0};
	for (size_t round = 0; round <= STEP && c->budget > 0; round++)
		for (size_t index = 0; index <= round; index++) {
			Place place = reach_on(c, round, index);
			if (place.x > c->a_len || place.y > c->b_len)
				continue;
			best = is_further(place, best) ? place : best;
			if (best.x == c->a_len && best.y == c->b_len)
				return best;
		}
	return best;
}

/* Marks the parts that the way to the place leaves out. */
static void
mark_way(const Comparison *c, Place place)
{
	size_t index = place.index;
	for (size_t round = place.round; round > 0; round--) {
		size_t x = enter(c, round, index);
		if (goes_down(round_of(c, round - 1), round, index)) {
			c->b[x + round - 2 * index - 1].changed = true;
		} else {
			c->a[x - 1].changed = true;
			index--;
		}
	}
}

static void
mark_all(Part *parts, size_t len)
{
	for (size_t i = 0; i < len; i++)
		parts[i].changed = true;
}

static void
advance(Comparison *c, size_t x, size_t y)
{
	c->a += x;
	c->a_len -= x;
	c->b += y;
	c->b_len -= y;
}

static void
compare(Comparison *c, const Parts *a, const Parts *b)
{
	c->a = a->items;
	c->a_len = a->len;
	c->b = b->items;
	c->b_len = b->len;
	while (c->a_len > 0 && c->b_len > 0 && same_part(&c->a[c->a_len - 1], &c->b[c->b_len - 1])) {
		c->a_len--;
		c->b_len--;
	}
	while (c->a_len > 0 && c->b_len > 0 && c->budget > 0) {
		Place place = reach_furthest(c);
		mark_way(c, place);
		advance(c, place.x, place.y);
	}
	mark_all(c->a, c->a_len);
	mark_all(c->b, c->b_len);
}

/* ---- Places */

/* A run of parts that only one of the texts has. */
typedef struct Hunk {
	size_t a_from, a_to, b_from, b_to;
} Hunk;

/* The next one behind *hunk, which begins all zero. */
static bool
next_hunk(const Parts *a, const Parts *b, Hunk *hunk)
{
	size_t i = hunk->a_to, k = hunk->b_to;
	while (i < a->len && k < b->len && !a->items[i].changed && !b->items[k].changed) {
		i++;
		k++;
	}
	*hunk = (Hunk){i, i, k, k};
	while (hunk->a_to < a->len && a->items[hunk->a_to].changed)
		hunk->a_to++;
	while (hunk->b_to < b->len && b->items[hunk->b_to].changed)
		hunk->b_to++;
	return hunk->a_to > i || hunk->b_to > k;
}

static StrView
text_of(const Parts *parts, size_t from, size_t to)
{
	if (from == to)
		return (StrView){NULL, 0};
	StrView last = parts->items[to - 1].text;
	const char *start = parts->items[from].text.ptr;
	return (StrView){start, (size_t)(last.ptr + last.len - start)};
}

static void
join_words(const Parts *parts, size_t from, size_t to, Str *out)
{
	for (size_t i = from; i < to; i++) {
		if (i > from)
			str_append_byte(out, ' ');
		str_append(out, parts->items[i].text);
	}
}

typedef struct Work {
	Comparison comparison;
	Parts a_lines, b_lines, a_words, b_words;
} Work;

/* Counts the places where words differ within lines that do. */
static bool
count_places(Work *w, const Hunk *lines, Changes *out)
{
	w->a_words.len = w->b_words.len = 0;
	if (!add_words(&w->a_words, text_of(&w->a_lines, lines->a_from, lines->a_to)) ||
		!add_words(&w->b_words, text_of(&w->b_lines, lines->b_from, lines->b_to)))
		return false;
	compare(&w->comparison, &w->a_words, &w->b_words);
	for (Hunk words = {0}; next_hunk(&w->a_words, &w->b_words, &words);)
		if (out->count++ == 0) {
			join_words(&w->a_words, words.a_from, words.a_to, &out->before);
			join_words(&w->b_words, words.b_from, words.b_to, &out->after);
		}
	return !out->before.failed && !out->after.failed;
}

/* ---- Texts */

static bool
same_words(StrView a, StrView b)
{
	StrView left, right;
	bool more, also;
	do {
		more = next_word(&a, &left);
		also = next_word(&b, &right);
	} while (more && also && sv_equal(left, right));
	return !more && !also;
}

/* Takes the whole lines off that both begin with, and those that both end with. */
static void
trim_same_lines(StrView *a, StrView *b)
{
	size_t least = a->len < b->len ? a->len : b->len, same = 0, head = 0;
	for (; same < least && a->ptr[same] == b->ptr[same]; same++)
		if (a->ptr[same] == '\n')
			head = same + 1;
	*a = sv_slice(*a, head, a->len);
	*b = sv_slice(*b, head, b->len);
	least -= head;
	size_t tail = 0;
	for (same = 0; same < least && a->ptr[a->len - 1 - same] == b->ptr[b->len - 1 - same]; same++)
		if (a->ptr[a->len - 1 - same] == '\n')
			tail = same;
	*a = sv_slice(*a, 0, a->len - tail);
	*b = sv_slice(*b, 0, b->len - tail);
}

static bool
find_changes(Work *w, StrView before, StrView after, Changes *out)
{
	if (!add_lines(&w->a_lines, before) || !add_lines(&w->b_lines, after))
		return false;
	compare(&w->comparison, &w->a_lines, &w->b_lines);
	for (Hunk lines = {0}; next_hunk(&w->a_lines, &w->b_lines, &lines);)
		if (!count_places(w, &lines, out))
			return false;
	return true;
}

bool
text_changes(StrView before, StrView after, Changes *out, Err *err)
{
	Changes found = {0};
	trim_same_lines(&before, &after);
	/* Lines broken elsewhere would look like words that moved. */
	bool done = true;
	if (!same_words(before, after)) {
		Work w = {.comparison = {.budget = BUDGET}};
		w.comparison.reach = malloc(ROUNDS * (ROUNDS + 1) / 2 * sizeof *w.comparison.reach);
		done = w.comparison.reach != NULL && find_changes(&w, before, after, &found);
		free(w.comparison.reach);
		free(w.a_lines.items);
		free(w.b_lines.items);
		free(w.a_words.items);
		free(w.b_words.items);
	}
	if (!done) {
		changes_free(&found);
		return err_memory(err);
	}
	changes_free(out);
	*out = found;
	return true;
}

void
changes_free(Changes *changes)
{
	str_free(&changes->before);
	str_free(&changes->after);
	*changes = (Changes){0};
}
