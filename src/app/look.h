/* A search inside the app room: what is looked for, how it is found in a text, and a search in steps of which one may
 * run on another thread. */
#ifndef MEOK_APP_LOOK_H
#define MEOK_APP_LOOK_H

#include "meok/app.h"

/* ---- One word or phrase in a text (needle.c) */

enum { NEEDLE_MAX = 256, PIECES_MAX = 16, RARE_BYTES = 3 };

typedef struct Piece {
	const uint8_t *bytes, *masks; /* a byte of the text, or'ed with its mask, is the same */
	size_t len;
	size_t rare[RARE_BYTES]; /* places of bytes that few texts have, the rarest first */
} Piece;

/* Letters are found whatever their case, a blank stands for any run of blanks. Texts are searched as they are: only for
 * letters beyond those of which A to Z alone have a case the text is folded first. */
typedef struct Needle {
	uint8_t bytes[NEEDLE_MAX], masks[NEEDLE_MAX];
	size_t len; /* 0: nothing is looked for */
	Piece pieces[PIECES_MAX];
	size_t piece_count;
	bool folds;
} Needle;
/* `folded` as unicode_fold makes it; what is behind NEEDLE_MAX bytes or PIECES_MAX words is left out. `folds`: it was
 * made of letters whose case is more than that of A to Z (needle_needs_fold). The needle may not be moved. */
void needle_make(Needle *needle, StrView folded, bool folds);
bool needle_needs_fold(StrView typed);
typedef struct NeedleHits {
	size_t count, at, len; /* the first one; when the text was folded about where it is */
} NeedleHits;
/* At most `most` hits. False only when memory runs out. */
bool needle_find(const Needle *needle, StrView text, size_t most, NeedleHits *out);

/* ---- What is typed (query.c) */

typedef struct LookQuery {
	StrList words;                  /* folded; all must occur */
	StrList keywords, sites, works; /* names without blanks, folded */
	unsigned states;                /* bits 1 << DraftState; meaningful with has_state */
	bool has_state;
	Str unknown_state; /* the first name that is none */
	bool folds;
} LookQuery;
/* Anything that is typed is a query, while it is typed as well: a quotation mark that is not closed goes to the end. */
bool look_parse(StrView typed, LookQuery *out, Err *err);
void look_query_free(LookQuery *query);
/* A name as it is compared: folded, without blanks. Replaces *out. */
bool look_name(StrView text, Str *out, Err *err);

/* A piece of text on one line, from a few clusters before the hit (look.c). */
void look_snippet(StrView text, const NeedleHits *hits, Str *out);

/* ---- A search in steps (look.c): begin and end on the thread of the vault, work on any */

typedef struct Look Look;
/* `keep`: bytes of texts that stay in memory for the next search; 0: none, and hits come with their excerpts. */
Look *look_new(size_t keep, Err *err);
void look_free(Look *look);
bool look_begin(Look *look, App *app, StrView typed, Err *err);
/* What was said of state, work and site, from the cards alone. */
bool look_fits(const Look *look, Id draft);
/* Nothing is to be read: look_end tells all at once. */
bool look_is_done(const Look *look);
void look_work(Look *look);
/* In place of look_work: reads what can be kept of the texts that fit, and looks for nothing. No look_end follows. */
void look_read(Look *look);
void look_stop(Look *look); /* look_work ends soon; from any thread */
bool look_end(Look *look, App *app, LookOrder order, LookHits *out, Err *err);
/* Around the first hit in a draft that look_end told of, until the next look_begin. Replaces *out; empty when the words
 * are in the title alone. Texts that are not kept are read again. */
bool look_excerpt(Look *look, App *app, Id draft, Str *out, Err *err);

#endif
