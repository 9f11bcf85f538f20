/* Suggests keywords: counts the nouns of a text and pairs of them, and weighs them by where and how they stand. */
#include "meok/text.h"

#include <stdlib.h>
#include <string.h>

#include "english.h"
#include "korean.h"
#include "lexicon.h"

enum {
	READ_MAX = 64 << 20, /* bytes of a text that are read */
	KINDS_MAX = 6,       /* more different particles tell nothing more */
	SYLLABLE = 3,
};

/* Where and how a noun or a pair stands in the text. */
typedef struct Tally {
	uint32_t uses, first;
	uint32_t sentences, sentence;          /* how many, and the last one */
	uint32_t kinds[KINDS_MAX], kind_count; /* of particles; standing bare is one */
	bool sure, bare, in_title;
} Tally;

typedef struct Noun {
	Tally tally;
	uint32_t actions;             /* as 극복하다 */
	uint32_t shown, shown_score;  /* the spelling that stands for all */
	uint32_t proper, lower;       /* with and without a capital where a capital means something */
	uint32_t beside;              /* times it stands bare before another noun, or as part of a longer one */
	uint32_t paired;              /* uses inside a pair that is a term of its own */
	bool accepted, opens, closes; /* the last two: it is the first, the second word of an accepted pair */
} Noun;

typedef struct Pair {
	uint32_t first, second; /* keys */
	Tally tally;
	uint32_t shown_first, shown_second; /* as they stand together in one place */
	bool shown_plain;                   /* that place is neither title nor heading nor the start of a sentence */
	uint32_t proper;
	bool accepted;
} Pair;

typedef struct Weigher {
	Lexicon lexicon;
	Noun *nouns; /* by the number of their key */
	Pair *pairs;
	uint32_t pair_count, pair_cap;
	uint32_t *slots; /* hash table of pair numbers + 1 */
	uint32_t slot_count;
} Weigher;

/* What one place in the text gives. */
typedef struct Place {
	const Token *token;
	const Word *word;
	uint32_t index, sentence, noun, key; /* WORD_NONE: no noun */
	bool sure, bare;
} Place;

/* ---- Counting */

static void
tally_add(Tally *tally, const Place *place)
{
	uint32_t kind = place->word->particles * 31 + place->token->tail, i = 0;
	if (tally->uses++ == 0)
		tally->first = place->index;
	if (tally->sentences == 0 || tally->sentence != place->sentence)
		tally->sentences++;
	tally->sentence = place->sentence;
	while (i < tally->kind_count && tally->kinds[i] != kind)
		i++;
	if (i == tally->kind_count && i < KINDS_MAX)
		tally->kinds[tally->kind_count++] = kind;
	tally->sure = tally->sure || place->sure;
	tally->bare = tally->bare || place->bare;
	tally->in_title = tally->in_title || (place->token->flags & TOKEN_TITLE) != 0;
}

static Place
place_at(const Lexicon *lexicon, uint32_t index, uint32_t sentence)
{
	const Token *token = &lexicon->tokens[index];
	const Word *word = &lexicon->words[token->word];
	Place place = {token, word, index, sentence, word->noun, WORD_NONE, false, false};
	if (word->noun == WORD_NONE)
		return place;
	place.key = lexicon->words[word->noun].key;
	if ((lexicon->words[place.key].flags & WORD_STOP) != 0)
		place.noun = place.key = WORD_NONE;
	place.bare = word->noun == token->word && token->tail == 0;
	place.sure = (word->flags & WORD_SURE) != 0 || (token->flags & TOKEN_SURE) != 0;
	return place;
}

/* 쉽지 않다, 바꾸지 못하는: a verb, whatever it looks like. */
static bool
is_denied(const Lexicon *lexicon, const Place *place)
{
	if (place->index + 1 == lexicon->token_count || !sv_ends(lexicon->words[place->noun].text, SV("지")))
		return false;
	const Token *next = place->token + 1;
	StrView text = lexicon->words[next->word].text;
	return (next->flags & TOKEN_NEXT) != 0 &&
	       (sv_starts(text, SV("않")) || sv_starts(text, SV("못하")) || sv_starts(text, SV("못한")) ||
		       sv_starts(text, SV("못할")) || sv_starts(text, SV("못했")) || sv_starts(text, SV("말")));
}

static bool
is_plain(const Place *place)
{
	return (place->token->flags & (TOKEN_SENTENCE | TOKEN_HEADING)) == 0;
}

static void
count_noun(Weigher *weigher, const Place *place)
{
	Noun *noun = &weigher->nouns[place->key];
	Word *spelt = &weigher->lexicon.words[place->noun];
	if ((place->word->flags & WORD_ACTION) != 0) {
		noun->actions++;
		return;
	}
	tally_add(&noun->tally, place);
	/* Capitals in the title and at the start of a sentence tell little. */
	bool upper = (spelt->flags & WORD_UPPER) != 0;
	spelt->spelt += is_plain(place) ? 16 : !upper ? 8 : (place->token->flags & TOKEN_TITLE) != 0 ? 1 : 4;
	if (is_plain(place)) {
		noun->proper += upper;
		noun->lower += !upper;
	}
}

/* ---- Pairs */

static uint32_t *
find_pair(const Weigher *weigher, uint32_t first, uint32_t second)
{
	uint32_t mask = weigher->slot_count - 1, hash = first * 2654435761u ^ second * 2246822519u;
	for (uint32_t i = (hash ^ hash >> 15) & mask;; i = (i + 1) & mask) {
		uint32_t *slot = &weigher->slots[i];
		if (*slot == 0)
			return slot;
		const Pair *pair = &weigher->pairs[*slot - 1];
		if (pair->first == first && pair->second == second)
			return slot;
	}
}

static bool
grow_pairs(Weigher *weigher)
{
	if (weigher->pair_count == weigher->pair_cap) {
		uint32_t cap = weigher->pair_cap == 0 ? 1024 : weigher->pair_cap * 2;
		Pair *pairs = cap > weigher->pair_cap ? reallocarray(weigher->pairs, cap, sizeof *pairs) : NULL;
		if (pairs == NULL)
			return false;
		weigher->pairs = pairs;
		weigher->pair_cap = cap;
	}
	if (weigher->slot_count / 2 > weigher->pair_count)
		return true;
	uint32_t count = weigher->slot_count == 0 ? 4096 : weigher->slot_count * 2;
	uint32_t *slots = count > weigher->slot_count ? calloc(count, sizeof *slots) : NULL;
	if (slots == NULL)
		return false;
	free(weigher->slots);
	weigher->slots = slots;
	weigher->slot_count = count;
	for (uint32_t i = 0; i < weigher->pair_count; i++)
		*find_pair(weigher, weigher->pairs[i].first, weigher->pairs[i].second) = i + 1;
	return true;
}

static bool
count_pair(Weigher *weigher, const Place *first, const Place *second)
{
	const Word *words = weigher->lexicon.words;
	if (!grow_pairs(weigher))
		return false;
	uint32_t *slot = find_pair(weigher, first->key, second->key);
	bool plain = is_plain(first), added = *slot == 0;
	if (added) {
		weigher->pairs[weigher->pair_count] = (Pair){.first = first->key, .second = second->key};
		*slot = ++weigher->pair_count;
	}
	Pair *pair = &weigher->pairs[*slot - 1];
	tally_add(&pair->tally, second);
	pair->tally.first = added ? first->index : pair->tally.first;
	if (added || (plain && !pair->shown_plain)) {
		pair->shown_first = first->noun;
		pair->shown_second = second->noun;
		pair->shown_plain = plain;
	}
	pair->proper += is_plain(second) && (words[first->noun].flags & WORD_UPPER) != 0 &&
			(words[second->noun].flags & WORD_UPPER) != 0;
	return true;
}

static bool
may_pair(const Place *first, const Place *second)
{
	return first->key != WORD_NONE && second->key != WORD_NONE && first->bare && first->key != second->key &&
	       (second->token->flags & TOKEN_NEXT) != 0 && (second->word->flags & WORD_ACTION) == 0;
}

/* One letter is no term but may end one: 비타민 D. */
static bool
is_letter(const Lexicon *lexicon, uint32_t noun)
{
	return lexicon->words[noun].text.len == 1;
}

static bool
count_places(Weigher *weigher)
{
	const Lexicon *lexicon = &weigher->lexicon;
	Place before = {.key = WORD_NONE};
	uint32_t sentence = 0;
	for (uint32_t i = 0; i < lexicon->token_count; i++) {
		sentence += (lexicon->tokens[i].flags & TOKEN_SENTENCE) != 0;
		Place place = place_at(lexicon, i, sentence);
		if (place.key != WORD_NONE && is_denied(lexicon, &place))
			place.noun = place.key = WORD_NONE;
		if (place.key != WORD_NONE && is_letter(lexicon, place.noun) &&
			(lexicon->words[place.noun].flags & WORD_UPPER) == 0)
			place.noun = place.key = WORD_NONE;
		if (may_pair(&before, &place) && !is_letter(lexicon, before.noun) &&
			!count_pair(weigher, &before, &place))
			return false;
		if (place.key != WORD_NONE)
			count_noun(weigher, &place);
		before = place;
	}
	return true;
}

/* ---- Which words are nouns */

/* The spelling seen most where it means something; the first one where that is even. */
static void
choose_spellings(Weigher *weigher)
{
	const Word *words = weigher->lexicon.words;
	for (uint32_t i = 0; i < weigher->lexicon.len; i++) {
		Noun *noun = words[i].key != WORD_NONE ? &weigher->nouns[words[i].key] : NULL;
		if (noun == NULL || words[i].spelt <= noun->shown_score)
			continue;
		noun->shown = i;
		noun->shown_score = words[i].spelt;
	}
}

static StrView
spelling(const Weigher *weigher, const Noun *noun)
{
	return weigher->lexicon.words[noun->shown].text;
}

static bool
is_korean(const Weigher *weigher, const Noun *noun)
{
	return (weigher->lexicon.words[noun->shown].flags & WORD_HANGUL) != 0;
}

/* Whether it may be a noun for want of a sign of being something else. */
static bool
is_possible(const Weigher *weigher, const Noun *noun)
{
	if (noun->tally.uses == 0)
		return false;
	return !is_korean(weigher, noun) || noun->tally.sure ||
	       (noun->tally.bare && !korean_ends_as_verb(spelling(weigher, noun)));
}

static bool
is_accepted(const Weigher *weigher, const Noun *noun)
{
	const Tally *tally = &noun->tally;
	if (tally->uses == 0 || unicode_count_clusters(spelling(weigher, noun)) < 2)
		return false;
	if (!is_korean(weigher, noun))
		return tally->uses >= 2 || noun->proper > noun->lower ||
		       (weigher->lexicon.words[noun->shown].flags & WORD_SHOUTS) != 0;
	return (tally->kind_count >= 2 && (tally->sure || tally->uses >= 3)) ||
	       ((tally->in_title || noun->beside >= 2) && is_possible(weigher, noun));
}

/* 서비스 in 부가통신서비스: counts for the parts of long words. */
static void
count_parts(Weigher *weigher)
{
	for (uint32_t i = 0; i < weigher->lexicon.len; i++) {
		const Noun *whole = &weigher->nouns[i];
		StrView text = weigher->lexicon.words[i].text;
		if (whole->tally.uses == 0 || !is_korean(weigher, whole) || (unsigned char)text.ptr[0] < 0x80)
			continue;
		for (size_t cut = 2 * SYLLABLE; cut + 2 * SYLLABLE <= text.len; cut += SYLLABLE) {
			uint32_t head = lexicon_find(&weigher->lexicon, sv_slice(text, 0, cut));
			uint32_t tail = lexicon_find(&weigher->lexicon, sv_slice(text, cut, text.len));
			if (head != WORD_NONE)
				weigher->nouns[head].beside += whole->tally.uses;
			if (tail != WORD_NONE)
				weigher->nouns[tail].beside += whole->tally.uses;
		}
	}
}

static void
accept_nouns(Weigher *weigher)
{
	choose_spellings(weigher);
	count_parts(weigher);
	for (uint32_t i = 0; i < weigher->lexicon.len; i++)
		weigher->nouns[i].accepted = is_accepted(weigher, &weigher->nouns[i]);
	for (uint32_t i = 0; i < weigher->pair_count; i++) {
		const Pair *pair = &weigher->pairs[i];
		Noun *first = &weigher->nouns[pair->first], *second = &weigher->nouns[pair->second];
		first->beside += second->accepted ? pair->tally.uses : 0;
		second->beside += first->accepted ? pair->tally.uses : 0;
	}
	for (uint32_t i = 0; i < weigher->lexicon.len; i++)
		weigher->nouns[i].accepted = is_accepted(weigher, &weigher->nouns[i]);
}

/* ---- Which pairs are terms */

static double
pale_factor(const Weigher *weigher, uint32_t key)
{
	const Word *word = &weigher->lexicon.words[key];
	bool english = (word->flags & WORD_HANGUL) == 0 && weigher->nouns[key].proper <= weigher->nouns[key].lower;
	if ((word->flags & WORD_PALE) != 0)
		return 0.3;
	return english && english_pale_ending(word->text) ? 0.4 : 1;
}

static bool
is_term(const Weigher *weigher, const Pair *pair)
{
	const Noun *first = &weigher->nouns[pair->first], *second = &weigher->nouns[pair->second];
	uint32_t uses = pair->tally.uses;
	uint32_t rarer = first->tally.uses < second->tally.uses ? first->tally.uses : second->tally.uses;
	bool proper = pair->proper > 0 && first->proper >= first->lower && second->proper > second->lower;
	if ((uses < 2 && !proper) || 5 * (uint64_t)uses < 2 * (uint64_t)rarer)
		return false;
	return is_possible(weigher, first) && is_possible(weigher, second) &&
	       (first->accepted || second->accepted || pair->tally.sure);
}

static int
compare_pairs(const void *left, const void *right)
{
	const Pair *a = left, *b = right;
	if (a->tally.uses != b->tally.uses)
		return a->tally.uses > b->tally.uses ? -1 : 1;
	return a->tally.first < b->tally.first ? -1 : a->tally.first > b->tally.first;
}

/* A pair that overlaps a stronger one (센터 화재 in 데이터 센터 화재) is no term. */
static bool
has_room(const Noun *shared, bool taken, uint32_t uses)
{
	return !taken || shared->tally.uses >= shared->paired + uses;
}

static void
accept_pairs(Weigher *weigher)
{
	uint32_t kept = 0;
	for (uint32_t i = 0; i < weigher->pair_count; i++)
		if (is_term(weigher, &weigher->pairs[i]))
			weigher->pairs[kept++] = weigher->pairs[i];
	weigher->pair_count = kept; /* the hash table is not asked any more */
	if (kept > 0)
		qsort(weigher->pairs, kept, sizeof *weigher->pairs, compare_pairs);
	for (uint32_t i = 0; i < kept; i++) {
		Pair *pair = &weigher->pairs[i];
		Noun *first = &weigher->nouns[pair->first], *second = &weigher->nouns[pair->second];
		pair->accepted = has_room(first, first->closes, pair->tally.uses) &&
				 has_room(second, second->opens, pair->tally.uses);
		if (!pair->accepted)
			continue;
		first->opens = second->closes = true;
		if (pale_factor(weigher, pair->first) < 1 || pale_factor(weigher, pair->second) < 1)
			continue; /* 화재 사건 says no more than 화재 */
		first->paired += pair->tally.uses;
		second->paired += pair->tally.uses;
	}
}

/* ---- Weights */

/* A term on the way to being a suggestion. */
typedef struct Candidate {
	double weight;
	uint32_t first, count;
	uint32_t words[2]; /* the second WORD_NONE: one word */
	bool in_title;
} Candidate;

typedef struct Candidates {
	Candidate *items;
	size_t len, cap;
} Candidates;

static bool
add_candidate(Candidates *list, Candidate item)
{
	Candidate *items = array_grow(list->items, list->len, &list->cap, sizeof *items);
	if (items == NULL)
		return false;
	list->items = items;
	list->items[list->len++] = item;
	return true;
}

static double
capped(double value, double most)
{
	return value < most ? value : most;
}

/* What every term is weighed by: a word of the title, of many sentences and with many particles is what a text is
 * about. */
static double
weigh_tally(const Tally *tally, double uses, bool korean)
{
	double kinds = korean ? tally->kind_count : 3;
	return uses * (1 + 0.15 * kinds) * (1 + 1.5 * tally->sentences / (tally->sentences + 4.0)) *
	       (tally->in_title ? 2 : 1);
}

static double
weigh_noun(const Weigher *weigher, uint32_t key)
{
	const Noun *noun = &weigher->nouns[key];
	bool korean = is_korean(weigher, noun);
	double uses = noun->tally.uses - 0.8 * noun->paired + 0.5 * noun->actions +
		      0.2 * capped(noun->beside, noun->tally.uses);
	double length = korean ? capped((double)spelling(weigher, noun).len / SYLLABLE - 2, 2) : 0;
	double proper = !korean && noun->proper > noun->lower ? 1.3 : 1;
	return weigh_tally(&noun->tally, uses, korean) * (1 + 0.12 * length) * proper * pale_factor(weigher, key);
}

static double
weigh_pair(const Weigher *weigher, const Pair *pair)
{
	bool korean = is_korean(weigher, &weigher->nouns[pair->second]);
	double first = pale_factor(weigher, pair->first), second = pale_factor(weigher, pair->second);
	return 1.6 * weigh_tally(&pair->tally, pair->tally.uses, korean) * (first < second ? first : second);
}

/* 데이터센터 beside 데이터 센터: the more frequent spelling takes both. */
static void
join_spellings(Weigher *weigher, Pair *pair, Str *scratch)
{
	const Word *words = weigher->lexicon.words;
	str_set(scratch, words[pair->shown_first].text);
	str_append(scratch, words[pair->shown_second].text);
	uint32_t joined = str_ok(scratch, NULL) ? lexicon_find(&weigher->lexicon, str_view(scratch)) : WORD_NONE;
	if (joined == WORD_NONE || weigher->nouns[joined].tally.uses == 0 ||
		!is_korean(weigher, &weigher->nouns[joined]))
		return;
	Noun *noun = &weigher->nouns[joined];
	if (noun->tally.uses > pair->tally.uses) {
		noun->tally.uses += pair->tally.uses;
		pair->accepted = false;
		return;
	}
	noun->accepted = false;
	pair->tally.uses += noun->tally.uses;
}

static bool
collect(Weigher *weigher, Candidates *list)
{
	bool done = true;
	Str scratch = {0};
	for (uint32_t i = 0; i < weigher->pair_count && done; i++) {
		Pair *pair = &weigher->pairs[i];
		if (pair->accepted)
			join_spellings(weigher, pair, &scratch);
		if (pair->accepted)
			done = add_candidate(
				list, (Candidate){weigh_pair(weigher, pair), pair->tally.first, pair->tally.uses,
					      {pair->shown_first, pair->shown_second}, pair->tally.in_title});
	}
	for (uint32_t i = 0; i < weigher->lexicon.len && done; i++) {
		const Noun *noun = &weigher->nouns[i];
		if (noun->accepted && noun->tally.uses > noun->paired)
			done = add_candidate(
				list, (Candidate){weigh_noun(weigher, i), noun->tally.first, noun->tally.uses,
					      {noun->shown, WORD_NONE}, noun->tally.in_title});
	}
	str_free(&scratch);
	return done;
}

static int
compare_candidates(const void *left, const void *right)
{
	const Candidate *a = left, *b = right;
	if (a->weight != b->weight)
		return a->weight > b->weight ? -1 : 1;
	if (a->first != b->first)
		return a->first < b->first ? -1 : 1;
	return (b->words[1] != WORD_NONE) - (a->words[1] != WORD_NONE);
}

/* ---- The answer */

static bool
put_out(const Weigher *weigher, const Candidates *list, size_t most, Suggestions *out)
{
	size_t len = list->len < most ? list->len : most;
	const Word *words = weigher->lexicon.words;
	Suggestions made = {.items = calloc(len + 1, sizeof *made.items), .cap = len + 1};
	bool done = made.items != NULL;
	for (; done && made.len < len; made.len++) {
		const Candidate *candidate = &list->items[made.len];
		Suggestion *suggestion = &made.items[made.len];
		suggestion->term = str_from(words[candidate->words[0]].text);
		if (candidate->words[1] != WORD_NONE) {
			str_append_byte(&suggestion->term, ' ');
			str_append(&suggestion->term, words[candidate->words[1]].text);
		}
		suggestion->weight = candidate->weight;
		suggestion->count = candidate->count;
		suggestion->in_title = candidate->in_title;
		done = str_ok(&suggestion->term, NULL);
	}
	suggestions_free(done ? out : &made);
	if (done)
		*out = made;
	return done;
}

static StrView
readable(StrView text)
{
	size_t end = text.len < READ_MAX ? text.len : READ_MAX;
	while (end < text.len && end > 0 && ((unsigned char)text.ptr[end] & 0xC0) == 0x80)
		end--;
	return sv_slice(text, 0, end);
}

bool
keywords_suggest(StrView title, StrView body, size_t most, Suggestions *out, Err *err)
{
	Weigher weigher = {0};
	Candidates list = {0};
	bool done = lexicon_read(&weigher.lexicon, readable(title), readable(body), NULL);
	if (done) {
		weigher.nouns = calloc((size_t)weigher.lexicon.len + 1, sizeof *weigher.nouns);
		done = weigher.nouns != NULL && count_places(&weigher);
	}
	if (done) {
		accept_nouns(&weigher);
		accept_pairs(&weigher);
		done = collect(&weigher, &list);
	}
	if (done && list.len > 0)
		qsort(list.items, list.len, sizeof *list.items, compare_candidates);
	done = done && put_out(&weigher, &list, most, out);
	free(list.items);
	free(weigher.nouns);
	free(weigher.pairs);
	free(weigher.slots);
	lexicon_free(&weigher.lexicon);
	return done || err_memory(err);
}

void
suggestions_free(Suggestions *suggestions)
{
	for (size_t i = 0; i < suggestions->len; i++)
		str_free(&suggestions->items[i].term);
	free(suggestions->items);
	*suggestions = (Suggestions){0};
}
