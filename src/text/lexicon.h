/* The words of one text, each once, and which noun is read in each: what keyword suggestions count. */
#ifndef MEOK_TEXT_LEXICON_H
#define MEOK_TEXT_LEXICON_H

#include "meok/base.h"

#define WORD_NONE UINT32_MAX

typedef enum WordFlags {
	WORD_STOP = 1,    /* names nothing */
	WORD_PALE = 2,    /* names what any text is about */
	WORD_WHOLE = 4,   /* a noun that looks like a noun with a particle */
	WORD_HANGUL = 8,  /* ends in Hangul */
	WORD_UPPER = 16,  /* begins with a capital */
	WORD_SHOUTS = 32, /* has two capitals or a digit: an abbreviation, a product */
	WORD_ACTION = 64, /* a form of 하다 or 되다 behind `noun` */
	WORD_SURE = 128,  /* its particles follow nouns only */
	WORD_NOUN = 256,  /* read as the noun of some word */
} WordFlags;

/* A word of the text, or a noun or a key found in one. */
typedef struct Word {
	StrView text;
	uint32_t hash, flags;
	uint32_t count;                    /* as it stands in the text */
	uint32_t noun;                     /* the noun in it, itself when it is one; WORD_NONE when there is none */
	uint32_t particles;                /* behind the noun; 0 for none */
	uint32_t key;                      /* of a noun: the word under which its spellings and its plural are one */
	uint32_t spelt;                    /* of a noun: how much speaks for this spelling (the caller counts) */
	uint32_t evidence, evidence_count; /* of a noun: particles that can follow nothing shorter */
} Word;

typedef struct Evidence {
	uint32_t particles, word, next;
} Evidence;

typedef enum TokenFlags {
	TOKEN_SENTENCE = 1, /* first of a sentence */
	TOKEN_NEXT = 2,     /* only blanks part it from the token before */
	TOKEN_HEADING = 4,  /* stands in the title or in a heading, where capitals mean little */
	TOKEN_TITLE = 8,
	TOKEN_SURE = 16, /* of `tail` */
} TokenFlags;

typedef struct Token {
	uint32_t word, flags;
	uint32_t tail; /* particles behind a closing mark; 0 for none */
} Token;

typedef struct Lexicon {
	Word *words;
	uint32_t len, cap;
	uint32_t *slots; /* hash table of word numbers + 1 */
	uint32_t slot_count;
	Token *tokens;
	uint32_t token_count, token_cap;
	Evidence *evidence;
	uint32_t evidence_len, evidence_cap;
	struct LexiconBlock *blocks; /* text that stands nowhere else */
	bool failed;                 /* memory ran out; every further call does nothing */
} Lexicon;

/* Reads the texts, which must outlive the lexicon, and finds the nouns. False when memory runs out. */
bool lexicon_read(Lexicon *lexicon, StrView title, StrView body, Err *err);
/* The number of a word, WORD_NONE when the text has no such word. */
uint32_t lexicon_find(const Lexicon *lexicon, StrView word);
void lexicon_free(Lexicon *lexicon);

#endif
