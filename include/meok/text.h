/* text: what a writer writes. The document being edited, how it wraps, and what Markdown becomes. It knows no file,
 * no network and no terminal: bytes in, values out.
 */
#ifndef MEOK_TEXT_H
#define MEOK_TEXT_H

#include "meok/base.h"

/* ---- Document (document.c over pieces.c)
 * A text of any size as a piece table in a balanced tree: an append-only store of everything ever inserted, and an
 * ordered tree of pieces that point into it. Insert, delete, position ↔ line are O(log pieces); undo costs what the
 * change cost. Content is always valid UTF-8 in NFC with LF line ends. Positions are bytes and cluster borders are the
 * caller's matter: a position inside a code point is moved back to its start. */

typedef struct Document Document;

typedef struct Span {
	size_t from, to; /* bytes, [from, to) */
} Span;

/* What a change did: the bytes [at, at + removed) of the text before became [at, at + inserted) of the text after. It
 * may be wider than what was asked for, because insertion normalises across both joints. */
typedef struct Edit {
	size_t at, removed, inserted;
} Edit;

/* `text` must be clean (unicode_clean). NULL when memory runs out. */
Document *document_new(StrView text, Err *err);
void document_free(Document *doc);

size_t document_length(const Document *doc);
size_t document_lines(const Document *doc); /* newlines + 1 */
/* Grows by one with every change, undo and redo included: equal numbers mean equal text. */
uint64_t document_revision(const Document *doc);
/* The longest contiguous run of text that starts at `pos`; empty at the end. Valid until the next change. */
StrView document_chunk(const Document *doc, size_t pos);
void document_copy(const Document *doc, Span span, Str *out); /* appends; check str_ok */
size_t document_line_start(const Document *doc, size_t line); /* line counts from 0; past the end: the length */
size_t document_line_at(const Document *doc, size_t pos);

/* Changes. `text` must be clean; it is inserted so that the result is exactly the NFC of what stands there. On failure
 * (memory) the document is what it was. `edit` (may be NULL) tells what changed. */
bool document_replace(Document *doc, Span span, StrView text, Edit *edit, Err *err);
bool document_insert(Document *doc, size_t pos, StrView text, Edit *edit, Err *err);
bool document_delete(Document *doc, Span span, Edit *edit, Err *err);

/* Undo works in groups. A change opens a group unless one is open; document_group_end closes it. Typing is one group
 * until the caller ends it; between begin and end everything is one group however deep they nest. */
void document_group_begin(Document *doc);
void document_group_end(Document *doc);
/* false when there is nothing to undo or redo. *edit is the smallest span that covers all that changed. */
bool document_undo(Document *doc, Edit *edit);
bool document_redo(Document *doc, Edit *edit);

/* A mark is a position that moves with the text: an insertion exactly at it pushes a MARK_AFTER mark behind the new
 * text and leaves a MARK_BEFORE mark before it. Handles stay valid until removed. -1 when memory runs out. */
typedef enum MarkSide { MARK_BEFORE, MARK_AFTER } MarkSide;
int document_mark_add(Document *doc, size_t pos, MarkSide side);
size_t document_mark(const Document *doc, int mark);
void document_mark_set(Document *doc, int mark, size_t pos);
void document_mark_remove(Document *doc, int mark);

/* A frozen view of the whole text, cheap to take and independent of later changes: for saving and searching while the
 * writer goes on. It must not outlive the document. */
typedef struct Snapshot Snapshot;
Snapshot *document_snapshot(const Document *doc, Err *err);
bool snapshot_text(const Snapshot *snapshot, Str *out, Err *err); /* appends */
void snapshot_free(Snapshot *snapshot);

/* ---- Wrapping (wrap.c)
 * A paragraph (no newline inside) as rows of at most `columns` columns. Keep-all breaks between words only; a word
 * wider than a row is broken between clusters, never before a mark or inside a wide character. Blanks that a row ends
 * with hang beyond the edge and take no column. */
typedef struct WrapRule {
	int columns; /* at least 2 */
	BreakRule rule;
	bool ambiguous_wide;
} WrapRule;
typedef struct Row {
	size_t from, to; /* bytes in the paragraph; `to` includes the hanging blanks */
	int columns;     /* without them */
} Row;
typedef struct Rows {
	Row *items;
	size_t len, cap;
} Rows;
/* Replaces *rows. An empty paragraph is one empty row. */
bool wrap_paragraph(StrView paragraph, const WrapRule *rule, Rows *rows, Err *err);
void rows_free(Rows *rows);

/* ---- Markdown (markup.c over md4c, emphasis.c)
 * CommonMark 0.30 with tables and strikethrough, and two rules of this house: a line of three or more hyphens is always
 * a rule, never a heading's underline; and emphasis opens and closes beside Korean letters and particles. Code spans,
 * code blocks, link destinations and raw HTML come out as they went in. */
typedef enum MarkupForm {
	MARKUP_HTML,   /* a plain HTML fragment */
	MARKUP_BLOCKS, /* the same as WordPress block markup: <!-- wp:paragraph --> … */
} MarkupForm;
/* Appends. `markdown` must be clean. ERR_FAILED when it is over 64 MiB or memory runs out. */
bool markup_render(StrView markdown, MarkupForm form, Str *out, Err *err);
void markup_escape(StrView text, Str *out); /* & < > " as HTML entities; appends */

/* ---- Front matter (frontmatter.c)
 * The head of a Markdown file between two lines of ---: the part of YAML that blogs use (scalars plain, 'single' or
 * "double"; lists as [a, b] or as lines of "- a"). Korean and English names of fields are understood. */
typedef struct FrontMatter {
	bool has_title, has_subtitle, has_keywords, has_work, has_comments, has_date, has_site;
	Str title, subtitle, work, site;
	StrList keywords;
	bool comments_open;
	int64_t date_ms;
	StrList unknown; /* names of fields that were there but mean nothing to meok */
} FrontMatter;
/* Reads the head of `text` and sets *body to what follows it (all of `text` when there is none), a view into `text`.
 * ERR_USAGE names the line. */
bool frontmatter_parse(StrView text, FrontMatter *out, StrView *body, Err *err);
void frontmatter_free(FrontMatter *front);

/* ---- Counts (count.c) */
typedef struct Counts {
	size_t clusters;       /* what a reader counts as characters, newlines left out */
	size_t clusters_solid; /* the same without blanks */
	size_t words;          /* runs of non-blanks: 어절 */
} Counts;
Counts text_count(StrView text);

/* ---- Keyword suggestions (keywords.c over lexicon.c, prose.c, korean.c, english.c)
 * Nouns of a text that a writer might choose as keywords, Korean ones without their particles, by what the text itself
 * shows: which words come back, in how many sentences, behind how many particles, and in the title. No dictionary and
 * no model: it misses and errs, so it suggests and never chooses. */
typedef struct Suggestion {
	Str term;      /* as the text spells it, at least two clusters; two words have one space between them */
	double weight; /* over 0; comparable within one text only */
	size_t count;  /* occurrences in title and body, whatever particles follow */
	bool in_title;
} Suggestion;
typedef struct Suggestions {
	Suggestion *items;
	size_t len, cap;
} Suggestions;
/* Replaces *out by the best terms, best first, at most `most`; terms of equal weight stand as the text has them first.
 * No two are unicode_same. `title` is plain text, `body` Markdown, both clean; a subtitle belongs in front of the body,
 * on a line of its own. At most the first 64 MiB of each are read; time and memory are linear in them. Fails only when
 * memory runs out. */
bool keywords_suggest(StrView title, StrView body, size_t most, Suggestions *out, Err *err);
void suggestions_free(Suggestions *suggestions); /* and makes it empty */

#endif
