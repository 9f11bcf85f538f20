/* Collects the words of a text in a hash table and reads a noun in each, by what stands behind it elsewhere in the
 * text. */
#include "lexicon.h"

#include <stdlib.h>
#include <string.h>

#include "english.h"
#include "korean.h"
#include "prose.h"

enum {
	BLOCK_SIZE = 16384,
	EVIDENCE_MAX = 8,   /* more different particles tell nothing more */
	WHOLE_EVIDENCE = 4, /* what a listed word counts as */
	SYLLABLE = 3,
};

typedef struct LexiconBlock {
	struct LexiconBlock *next;
	size_t used;
	char bytes[BLOCK_SIZE];
} LexiconBlock;

/* ---- Storage */

/* Makes room for one more item of `size` bytes; the array or NULL. */
static void *
grow(void *items, uint32_t len, uint32_t *cap, size_t size)
{
	if (len < *cap)
		return items;
	uint32_t wanted = *cap == 0 ? 256 : *cap + *cap / 2;
	void *grown = wanted > *cap ? reallocarray(items, wanted, size) : NULL;
	if (grown != NULL)
		*cap = wanted;
	return grown;
}

/* A copy that lives as long as the lexicon; the empty view without memory. `text` is at most a few words long. */
static StrView
keep_text(Lexicon *lexicon, StrView text)
{
	LexiconBlock *block = lexicon->blocks;
	if (text.len > BLOCK_SIZE)
		return (StrView){0};
	if (block == NULL || BLOCK_SIZE - block->used < text.len) {
		block = malloc(sizeof *block);
		if (block == NULL)
			return (StrView){0};
		block->next = lexicon->blocks;
		block->used = 0;
		lexicon->blocks = block;
	}
	char *copy = block->bytes + block->used;
	memcpy(copy, text.ptr, text.len);
	block->used += text.len;
	return (StrView){copy, text.len};
}

static uint32_t
hash_text(StrView text)
{
	uint32_t hash = 2166136261u; /* FNV-1a */
	for (size_t i = 0; i < text.len; i++)
		hash = (hash ^ (unsigned char)text.ptr[i]) * 16777619u;
	return hash ^ hash >> 15;
}

/* The slot that holds `text`, or the empty one where it belongs. */
static uint32_t *
find_slot(const Lexicon *lexicon, StrView text, uint32_t hash)
{
	uint32_t mask = lexicon->slot_count - 1;
	for (uint32_t i = hash & mask;; i = (i + 1) & mask) {
		uint32_t *slot = &lexicon->slots[i];
		if (*slot == 0)
			return slot;
		const Word *word = &lexicon->words[*slot - 1];
		if (word->hash == hash && sv_equal(word->text, text))
			return slot;
	}
}

static bool
grow_slots(Lexicon *lexicon)
{
	if (lexicon->slot_count / 2 > lexicon->len)
		return true;
	uint32_t count = lexicon->slot_count == 0 ? 4096 : lexicon->slot_count * 2;
	uint32_t *old = lexicon->slots, *slots = count > lexicon->slot_count ? calloc(count, sizeof *slots) : NULL;
	if (slots == NULL)
		return false;
	lexicon->slots = slots;
	lexicon->slot_count = count;
	for (uint32_t i = 0; i < lexicon->len; i++)
		*find_slot(lexicon, lexicon->words[i].text, lexicon->words[i].hash) = i + 1;
	free(old);
	return true;
}

static uint32_t
look_flags(StrView text)
{
	uint32_t flags = 0, capitals = 0;
	size_t len;
	if (text.len >= SYLLABLE && korean_syllable(unicode_rune(text, text.len - SYLLABLE, &len)) && len == SYLLABLE)
		flags |= WORD_HANGUL;
	for (size_t i = 0; i < text.len; i++)
		capitals += (text.ptr[i] >= 'A' && text.ptr[i] <= 'Z') || (text.ptr[i] >= '0' && text.ptr[i] <= '9');
	if (text.len > 0 && text.ptr[0] >= 'A' && text.ptr[0] <= 'Z')
		flags |= WORD_UPPER;
	return flags | (capitals >= 2 ? WORD_SHOUTS : 0);
}

/* The number of `text`, new or known. `kept`: whether its bytes live as long as the lexicon. WORD_NONE without memory.
 */
static uint32_t
intern(Lexicon *lexicon, StrView text, bool kept)
{
	if (lexicon->failed || !grow_slots(lexicon)) {
		lexicon->failed = true;
		return WORD_NONE;
	}
	uint32_t hash = hash_text(text), *slot = find_slot(lexicon, text, hash);
	if (*slot != 0)
		return *slot - 1;
	Word *words = grow(lexicon->words, lexicon->len, &lexicon->cap, sizeof *words);
	if (words != NULL)
		lexicon->words = words;
	StrView own = kept ? text : keep_text(lexicon, text);
	if (words == NULL || own.ptr == NULL) {
		lexicon->failed = true;
		return WORD_NONE;
	}
	words[lexicon->len] = (Word){.text = own,
		.hash = hash,
		.flags = look_flags(own),
		.noun = WORD_NONE,
		.key = WORD_NONE,
		.evidence = WORD_NONE};
	*slot = ++lexicon->len;
	return lexicon->len - 1;
}

uint32_t
lexicon_find(const Lexicon *lexicon, StrView word)
{
	if (lexicon->slot_count == 0)
		return WORD_NONE;
	uint32_t slot = *find_slot(lexicon, word, hash_text(word));
	return slot == 0 ? WORD_NONE : slot - 1;
}

void
lexicon_free(Lexicon *lexicon)
{
	for (LexiconBlock *block = lexicon->blocks, *next; block != NULL; block = next) {
		next = block->next;
		free(block);
	}
	free(lexicon->words);
	free(lexicon->slots);
	free(lexicon->tokens);
	free(lexicon->evidence);
	*lexicon = (Lexicon){0};
}

/* ---- Evidence */

/* Notes that `particles` stand behind `noun` in the word `word`. */
static void
add_evidence(Lexicon *lexicon, uint32_t noun, uint32_t particles, uint32_t word)
{
	if (noun == WORD_NONE || lexicon->words[noun].evidence_count == EVIDENCE_MAX)
		return;
	for (uint32_t i = lexicon->words[noun].evidence; i != WORD_NONE; i = lexicon->evidence[i].next)
		if (lexicon->evidence[i].particles == particles)
			return;
	Evidence *items = grow(lexicon->evidence, lexicon->evidence_len, &lexicon->evidence_cap, sizeof *items);
	if (items == NULL) {
		lexicon->failed = true;
		return;
	}
	lexicon->evidence = items;
	items[lexicon->evidence_len] = (Evidence){particles, word, lexicon->words[noun].evidence};
	lexicon->words[noun].evidence = lexicon->evidence_len++;
	lexicon->words[noun].evidence_count++;
}

/* How many different particles speak for the noun `text`, those left out that stand in words beginning with `longer`
 * (empty: none): 의존도 speaks for 의존 only as long as nothing speaks for 의존도. */
static uint32_t
evidence_for(const Lexicon *lexicon, StrView text, StrView longer)
{
	uint32_t noun = lexicon_find(lexicon, text), count = 0;
	if (noun == WORD_NONE)
		return 0;
	if ((lexicon->words[noun].flags & WORD_WHOLE) != 0)
		count = WHOLE_EVIDENCE;
	for (uint32_t i = lexicon->words[noun].evidence; i != WORD_NONE; i = lexicon->evidence[i].next)
		if (longer.len == 0 || !sv_starts(lexicon->words[lexicon->evidence[i].word].text, longer))
			count++;
	return count;
}

/* ---- Reading the text */

static void
learn_list(Lexicon *lexicon, const char *list, WordFlags flag)
{
	StrView rest = sv(list), item;
	while (sv_split(&rest, ' ', &item)) {
		uint32_t word = intern(lexicon, item, true);
		if (word != WORD_NONE)
			lexicon->words[word].flags |= flag;
	}
}

static void
add_token(Lexicon *lexicon, const ProseWord *word, uint32_t flags)
{
	uint32_t number = intern(lexicon, word->text, true);
	Token *tokens = grow(lexicon->tokens, lexicon->token_count, &lexicon->token_cap, sizeof *tokens);
	if (tokens == NULL || number == WORD_NONE) {
		lexicon->failed = true;
		return;
	}
	lexicon->tokens = tokens;
	flags |= (word->flags & PROSE_SENTENCE) != 0 ? TOKEN_SENTENCE : 0;
	flags |= (word->flags & PROSE_NEXT) != 0 ? TOKEN_NEXT : 0;
	flags |= (word->flags & PROSE_HEADING) != 0 ? TOKEN_HEADING : 0;
	tokens[lexicon->token_count++] = (Token){number, flags, 0};
	lexicon->words[number].count++;
}

static void
read_text(Lexicon *lexicon, StrView text, uint32_t flags)
{
	Prose prose;
	ProseWord word;
	prose_start(&prose, text);
	while (!lexicon->failed && prose_next(&prose, &word)) {
		KoreanSplit split;
		if ((word.flags & PROSE_GLUED) == 0 || !korean_particles(word.text, &split)) {
			add_token(lexicon, &word, flags);
			continue;
		}
		Token *before = &lexicon->tokens[lexicon->token_count - 1];
		before->tail = split.particles;
		before->flags |= split.sure ? TOKEN_SURE : 0;
		add_evidence(lexicon, before->word, split.particles, before->word);
	}
}

/* ---- Nouns */

static void
collect_evidence(Lexicon *lexicon, uint32_t number)
{
	StrView text = lexicon->words[number].text;
	KoreanSplit splits[KOREAN_SPLITS_MAX];
	uint32_t flags = lexicon->words[number].flags;
	if ((flags & WORD_HANGUL) == 0 || (flags & WORD_STOP) != 0 || korean_action(text) > 0)
		return;
	if (korean_splits(text, splits) > 0) {
		uint32_t noun = intern(lexicon, sv_slice(text, 0, splits[0].stem), true);
		add_evidence(lexicon, noun, splits[0].particles, number);
	}
}

static bool
is_stop(const Lexicon *lexicon, StrView text)
{
	uint32_t number = lexicon_find(lexicon, text);
	return number != WORD_NONE && (lexicon->words[number].flags & WORD_STOP) != 0;
}

/* The reading of a word with the longest stem that enough speaks for, else that with the shortest. */
static KoreanSplit
choose_split(const Lexicon *lexicon, StrView text, const KoreanSplit *splits, size_t count, bool *proven)
{
	StrView shortest = sv_slice(text, 0, splits[0].stem);
	for (size_t i = count; i > 0; i--) {
		KoreanSplit split = i < count ? splits[i] : (KoreanSplit){.stem = text.len};
		StrView stem = sv_slice(text, 0, split.stem);
		uint32_t speaks = evidence_for(lexicon, stem, (StrView){0});
		if (speaks > 0 && 2 * speaks >= evidence_for(lexicon, shortest, stem)) {
			*proven = true;
			return split;
		}
	}
	*proven = evidence_for(lexicon, shortest, (StrView){0}) > 0;
	return splits[0];
}

static bool
holds_stop_word(const Lexicon *lexicon, StrView text, const KoreanSplit *splits, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (is_stop(lexicon, sv_slice(text, 0, splits[i].stem)))
			return true;
	return false;
}

static void
set_noun(Lexicon *lexicon, uint32_t number, StrView text, uint32_t particles, uint32_t flags)
{
	uint32_t noun = intern(lexicon, text, true);
	if (noun == WORD_NONE || (lexicon->words[noun].flags & WORD_STOP) != 0)
		return;
	lexicon->words[noun].flags |= WORD_NOUN;
	lexicon->words[number].noun = noun;
	lexicon->words[number].particles = particles;
	lexicon->words[number].flags |= flags;
}

static void
read_korean(Lexicon *lexicon, uint32_t number)
{
	StrView text = lexicon->words[number].text;
	KoreanSplit splits[KOREAN_SPLITS_MAX], whole, split = {.stem = text.len};
	size_t count = korean_splits(text, splits), action = korean_action(text);
	bool proven = evidence_for(lexicon, text, (StrView){0}) > 0;
	if (korean_particles(text, &whole) || holds_stop_word(lexicon, text, splits, count))
		return;
	if (count > 0)
		split = choose_split(lexicon, text, splits, count, &proven);
	StrView stem = sv_slice(text, 0, split.stem);
	if (action > 0 && !proven)
		set_noun(lexicon, number, sv_slice(text, 0, action), 0, WORD_ACTION);
	else if (stem.len > SYLLABLE && !korean_never_noun(stem))
		set_noun(lexicon, number, stem, split.particles, split.sure ? WORD_SURE : 0);
	else if (stem.len > 0 && (unsigned char)stem.ptr[0] < 0x80)
		set_noun(lexicon, number, stem, split.particles, split.sure ? WORD_SURE : 0);
}

static void
read_noun(Lexicon *lexicon, uint32_t number)
{
	if ((lexicon->words[number].flags & WORD_STOP) != 0)
		return;
	if ((lexicon->words[number].flags & WORD_HANGUL) != 0) {
		read_korean(lexicon, number);
		return;
	}
	bool function;
	StrView bare = english_bare(lexicon->words[number].text, &function);
	if (!function)
		set_noun(lexicon, number, bare, 0, 0);
}

/* ---- Keys */

static bool
is_all_hangul(StrView text)
{
	size_t len;
	for (size_t pos = 0; pos < text.len; pos += len)
		if (!korean_syllable(unicode_rune(text, pos, &len)))
			return false;
	return true;
}

static bool
fold(StrView text, Str *out)
{
	bool ascii = true;
	for (size_t i = 0; i < text.len; i++)
		ascii = ascii && (unsigned char)text.ptr[i] < 0x80;
	str_clear(out);
	if (!ascii)
		return unicode_fold(text, out, NULL);
	for (size_t i = 0; i < text.len; i++)
		str_append_byte(
			out, text.ptr[i] >= 'A' && text.ptr[i] <= 'Z' ? (char)(text.ptr[i] | 0x20) : text.ptr[i]);
	return str_ok(out, NULL);
}

static void
set_key(Lexicon *lexicon, uint32_t noun, Str *scratch)
{
	StrView text = lexicon->words[noun].text;
	uint32_t key = noun;
	if (!is_all_hangul(text)) {
		lexicon->failed = lexicon->failed || !fold(text, scratch);
		key = intern(lexicon, str_view(scratch), false);
		/* IT and AM are not "it" and "am". */
		if (text.len == 2 && (lexicon->words[noun].flags & WORD_SHOUTS) != 0 &&
			is_stop(lexicon, str_view(scratch)))
			key = noun;
	}
	if (key == WORD_NONE)
		return;
	lexicon->words[noun].key = key;
	lexicon->words[key].key = key;
	lexicon->words[key].flags |= lexicon->words[noun].flags & WORD_SHOUTS;
}

/* Puts a plural under its singular when the text has that too. */
static void
join_plural(Lexicon *lexicon, uint32_t noun, Str *scratch)
{
	uint32_t key = lexicon->words[noun].key;
	StrView text = lexicon->words[key].text;
	if (!sv_ends(text, SV("s")))
		return;
	for (int rank = 0;; rank++) {
		str_clear(scratch);
		if (!english_singular(text, rank, scratch) || !str_ok(scratch, NULL))
			return;
		uint32_t singular = lexicon_find(lexicon, str_view(scratch));
		if (singular != WORD_NONE && lexicon->words[singular].key == singular) {
			lexicon->words[noun].key = singular;
			return;
		}
	}
}

bool
lexicon_read(Lexicon *lexicon, StrView title, StrView body, Err *err)
{
	Str scratch = {0};
	*lexicon = (Lexicon){0};
	learn_list(lexicon, KOREAN_STOP_WORDS, WORD_STOP);
	learn_list(lexicon, ENGLISH_STOP_WORDS, WORD_STOP);
	learn_list(lexicon, KOREAN_PALE_WORDS, WORD_PALE);
	learn_list(lexicon, ENGLISH_PALE_WORDS, WORD_PALE);
	learn_list(lexicon, KOREAN_WHOLE_WORDS, WORD_WHOLE);
	read_text(lexicon, title, TOKEN_TITLE | TOKEN_HEADING);
	read_text(lexicon, body, 0);
	uint32_t surfaces = lexicon->len;
	for (uint32_t i = 0; i < surfaces && !lexicon->failed; i++)
		if (lexicon->words[i].count > 0)
			collect_evidence(lexicon, i);
	for (uint32_t i = 0; i < surfaces && !lexicon->failed; i++)
		if (lexicon->words[i].count > 0)
			read_noun(lexicon, i);
	uint32_t nouns = lexicon->len;
	for (uint32_t i = 0; i < nouns && !lexicon->failed; i++)
		if ((lexicon->words[i].flags & WORD_NOUN) != 0)
			set_key(lexicon, i, &scratch);
	for (uint32_t i = 0; i < nouns && !lexicon->failed; i++)
		if ((lexicon->words[i].flags & WORD_NOUN) != 0)
			join_plural(lexicon, i, &scratch);
	lexicon->failed = lexicon->failed || scratch.failed;
	str_free(&scratch);
	return !lexicon->failed || err_memory(err);
}
