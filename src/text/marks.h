/* Marks: positions that move with a text, and the memory of where they stood in a text that was taken out. */
#ifndef MEOK_TEXT_MARKS_H
#define MEOK_TEXT_MARKS_H

#include "meok/text.h"

typedef struct Mark {
	size_t pos;
	uint64_t stamp; /* changes whenever somebody places the mark; 0 for a handle that is free */
	MarkSide side;
} Mark;

typedef struct Marks {
	Mark *items;
	size_t len;
	uint64_t stamp; /* the last one given out */
} Marks;

/* Where one mark stood in a removed text, and when it had been placed. */
typedef struct Remembered {
	int mark;
	uint64_t stamp;
	size_t offset;
} Remembered;

typedef struct MarkMemory {
	Remembered *items;
	size_t len;
} MarkMemory;

int marks_add(Marks *marks, size_t pos, MarkSide side); /* -1 when memory runs out */
void marks_set(Marks *marks, int mark, size_t pos);
void marks_remove(Marks *marks, int mark);
void marks_free(Marks *marks);
/* Moves all marks for `edit`. `asked` is what was asked to be replaced; the edit may be wider for normalisation. */
void marks_move(Marks *marks, Edit edit, Span asked);

/* Remembers the marks in [span.from, span.to]; their offset is their distance from span.from plus `shift`. One that is
 * remembered already stays as it is. Without memory it forgets: a mark is no text. */
void memory_add(MarkMemory *memory, const Marks *marks, Span span, size_t shift);
void memory_shift(MarkMemory *memory, size_t by);
/* Puts the marks back that nobody has placed since, now that the removed text stands at `at` again. */
void memory_restore(const MarkMemory *memory, Marks *marks, size_t at);
void memory_free(MarkMemory *memory);

#endif
