/* The words of a Markdown text as a reader sees them: no marks, no code, no link destinations, no HTML. */
#ifndef MEOK_TEXT_PROSE_H
#define MEOK_TEXT_PROSE_H

#include "meok/base.h"

enum {
	PROSE_WORD_MAX = 64,  /* bytes; longer runs of letters are no words */
	PROSE_TICKS_MAX = 16, /* backticks that open a code span; longer runs are literal */
};

/* What stands before a word. */
typedef enum ProseFlags {
	PROSE_SENTENCE = 1, /* it is the first of a sentence, an item or a heading */
	PROSE_NEXT = 2,     /* only blanks part it from the word before */
	PROSE_GLUED = 4,    /* only closing marks part it from the word before: **카카오**는 */
	PROSE_HEADING = 8,  /* it stands in a heading */
} ProseFlags;

typedef struct ProseWord {
	StrView text; /* inside the text given to prose_start; whole clusters; holds a letter */
	unsigned flags;
} ProseWord;

typedef struct Prose {
	StrView text;
	size_t pos;
	bool line_start, after_empty, in_list;
	bool sentence, heading;
	bool gap_blank, gap_mark, gap_wide; /* since the last word: blanks, closing marks, anything else */
	unsigned unclosed;                  /* HTML elements that are never closed again */
	/* Up to where nothing is closed, so that no stretch is searched twice for the same end. */
	size_t no_ticks[PROSE_TICKS_MAX + 1], no_destination, no_tag;
} Prose;

/* `text` must outlive *prose. Ill-formed bytes part words. */
void prose_start(Prose *prose, StrView text);
/* The next word; false at the end. Time is linear in the text over all calls. */
bool prose_next(Prose *prose, ProseWord *word);

#endif
