/* Two rows of parts compared: Myers' greedy algorithm. A comparison that finds more differences than STEP at once keeps
 * what it has and goes on from there, and one that has used up its budget takes all that is left for changed, so that
 * work is bounded. */
#include "compare.h"

#include <stdlib.h>

enum { STEP = 1024, ROUNDS = STEP + 1 };
static const size_t BUDGET = 40 * 1000 * 1000; /* comparisons: under a second */

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

bool
parts_add(Parts *parts, StrView text)
{
	Part *items = array_grow(parts->items, parts->len, &parts->cap, sizeof *items);
	if (items == NULL)
		return false;
	parts->items = items;
	items[parts->len++] = (Part){text, hash_of(text), false};
	return true;
}

/* reach says how far along `a` each diagonal reaches, for every round to find the way back. Round d holds the diagonals
 * -d … d in steps of two. Beyond the ends of the parts a reach means nothing and does no harm. */
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

void
comparison_run(Comparison *c, const Parts *a, const Parts *b)
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

bool
comparison_begin(Comparison *c)
{
	*c = (Comparison){.budget = BUDGET};
	c->reach = malloc(ROUNDS * (ROUNDS + 1) / 2 * sizeof *c->reach);
	return c->reach != NULL;
}

void
comparison_free(Comparison *c)
{
	free(c->reach);
	c->reach = NULL;
}

bool
hunk_next(const Parts *a, const Parts *b, Hunk *hunk)
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
