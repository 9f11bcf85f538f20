/* What the Markdown files of the text room share: the tree between the parser (markup.c) and the printer
 * (markup_print.c). */
#ifndef MEOK_TEXT_MARKUP_H
#define MEOK_TEXT_MARKUP_H

#include "meok/text.h"

typedef enum BlockKind {
	BLOCK_DOCUMENT,
	BLOCK_PARAGRAPH,
	BLOCK_INLINE, /* the text of an item of a tight list */
	BLOCK_HEADING,
	BLOCK_QUOTE,
	BLOCK_LIST,
	BLOCK_ITEM,
	BLOCK_RULE,
	BLOCK_CODE,
	BLOCK_HTML,
	BLOCK_TABLE,
	BLOCK_HEAD,
	BLOCK_BODY,
	BLOCK_ROW,
	BLOCK_CELL,
} BlockKind;

typedef struct Block Block;
struct Block {
	BlockKind kind;
	unsigned number;   /* heading: level; list: first number */
	bool ordered;      /* list */
	bool header;       /* cell */
	bool raw;          /* of the leaves: holds raw HTML */
	const char *align; /* cell: "left", "center", "right" or NULL */
	Str language;      /* code: first word of the info string, escaped */
	Str html;          /* of the leaves: inline HTML; code: escaped text; raw HTML as it is */
	Block *parent, *first, *last, *next;
};

/* ---- block.c */

/* The last child of `parent` (NULL: the root). NULL: memory ran out. */
Block *block_new(Block *parent, BlockKind kind);
void block_free(Block *block); /* with those behind it and all below */
bool block_is_leaf(BlockKind kind);
bool block_failed(const Block *block); /* memory ran out for the text of one of them */

/* ---- markup.c, markup_print.c */

/* The tree of clean Markdown. NULL: memory ran out. */
Block *markup_parse(StrView markdown, Err *err);
void markup_print(const Block *document, MarkupForm form, Str *out);

/* ---- The same parse as steps (markup.c): what the screen needs to know about the source */

typedef enum InlineKind {
	INLINE_EMPHASIS,
	INLINE_STRONG,
	INLINE_STRUCK,
	INLINE_CODE,
	INLINE_LINK,
	INLINE_IMAGE,
	INLINE_KINDS,
} InlineKind;

typedef enum StepKind { STEP_INTO_BLOCK, STEP_OUT_OF_BLOCK, STEP_INTO_SPAN, STEP_OUT_OF_SPAN, STEP_TEXT } StepKind;

/* Blocks and spans are told of where they begin and end between the pieces of text, not in bytes. */
typedef struct Step {
	StepKind kind;
	BlockKind block; /* never BLOCK_INLINE */
	bool fenced;     /* into BLOCK_CODE */
	InlineKind span; /* into and out of them as the parser sees it: not always in pairs (spans.c) */
	bool raw;        /* text: raw HTML */
	Span source;     /* text: its bytes in the Markdown, in order */
} Step;

/* False ends the parse. */
typedef bool MarkupStepFn(void *data, const Step *step);
/* Clean Markdown. False when memory ran out or `fn` said so. */
bool markup_walk(StrView markdown, MarkupStepFn *fn, void *data, Err *err);

/* ---- spans.c: elements inside a line of text */

/* A begin tag: `len` bytes at `at` of the text's HTML. Tags that are still open, and those that nothing closed. */
typedef struct Tag {
	const char *name;
	size_t at, len;
} Tag;
typedef struct SpanList {
	Tag *items;
	size_t len, cap;
} SpanList;
typedef struct Spans {
	SpanList open, stray;
} Spans;
/* False when memory runs out. `name` must last; `len` is 0 for an element that is left out. */
bool spans_open(Spans *spans, const char *name, size_t at, size_t len);
/* Appends the end tag; what was typed for it when nothing of that name is open. */
bool spans_close(Spans *spans, const char *name, Str *html);
/* At the end of the text: puts what was typed in place of begin tags that nothing closed. */
bool spans_settle(Spans *spans, Str *html);
void spans_free(Spans *spans);

/* ---- address.c */

/* Only http, https, mailto and relative ones are. Entities must stand in it as they were written. */
bool address_is_harmless(StrView address);
void address_append(StrView address, Str *out); /* for a quoted attribute: percent-encoded where a URL needs it */

/* ---- raw.c: raw HTML among blocks */

typedef enum RawPlace { RAW_ANYWHERE, RAW_IN_PARAGRAPH } RawPlace;
/* Follows the elements that `html` opens and closes; *open holds those still open ("/div/p"), from a part before or
 * empty. False when the part closes what is not open there, or opens what must not stand in that place. */
bool raw_follow(StrView html, RawPlace place, Str *open);
/* Whether the part opens and closes all its elements itself. */
bool raw_is_whole(StrView html, RawPlace place);
/* Appends raw HTML with no comment in it that WordPress would take for the border of a block. */
void raw_append(StrView html, Str *out);

/* ---- emphasis.c: emphasis beside Korean */

enum { SENTINEL_LEN = 3 };
/* Chooses a private-use character that the text does not hold, as UTF-8. False when all are there. */
bool emphasis_sentinel(StrView markdown, char sentinel[SENTINEL_LEN + 1]);
/* Copies the text with the sentinel put inside every run of * that Korean neighbours keep from opening or closing. */
void emphasis_mark(StrView markdown, const char *sentinel, Str *out);
/* From a place in the marked text to the one in the text before. Asked in order it is linear over all calls. */
typedef struct Origin {
	StrView marked;
	const char *sentinel; /* "" when none was put in */
	size_t seen, count;   /* sentinels before `seen` */
} Origin;
size_t emphasis_origin(Origin *origin, size_t place);

#endif
