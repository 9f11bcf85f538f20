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
bool document_can_undo(const Document *doc); /* there is something; false from undo means out of memory then */
bool document_can_redo(const Document *doc);

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
StrView snapshot_chunk(const Snapshot *snapshot, size_t pos);     /* as document_chunk; valid as long as the document */
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
/* Line ends inside paragraphs: readers see a blank there. *count: how many; the first `most` of them go to `places`, in
 * order. False when memory runs out. */
bool markup_joined_lines(StrView markdown, size_t *places, size_t most, size_t *count, Err *err);
void markup_escape(StrView text, Str *out); /* & < > " as HTML entities; appends */

/* ---- Front matter (frontmatter.c)
 * The head of a Markdown file between two lines of ---: the part of YAML that blogs use (scalars plain, 'single' or
 * "double"; lists as [a, b] or as lines of "- a"); or between two lines of +++ the same of TOML, up to its first table. Korean and English names of fields are understood. */
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

/* ---- Clusters and words of a document (motion.c): the border after / before a border `pos` */
size_t document_cluster_next(const Document *doc, size_t pos);
size_t document_cluster_prev(const Document *doc, size_t pos);
size_t document_word_next(const Document *doc, size_t pos); /* as word_next; crosses lines */
size_t document_word_prev(const Document *doc, size_t pos);
/* The same for a cursor: where those go less far for want of memory, and may tear a cluster, it is false and *out is
 * `pos`. */
typedef enum Hop { HOP_CLUSTER_NEXT, HOP_CLUSTER_PREV, HOP_WORD_NEXT, HOP_WORD_PREV } Hop;
bool document_hop(const Document *doc, size_t pos, Hop hop, size_t *out, Err *err);
/* The word (run of letters and digits) around pos, else the run of blanks or signs. */
Span document_word_at(const Document *doc, size_t pos);

/* ---- Rows of a document (layout.c)
 * Which rows a document has at a given width, laid out only where somebody looks. A key costs the same in 10 KB and in
 * 100 MB, in short paragraphs and in a single one of 10 MB (after its first layout). */
typedef struct Layout Layout;
typedef struct LayoutRow {
	Span span;   /* bytes in the document; the newline that ends a paragraph is not in it */
	int columns; /* without the blanks that hang at its end */
	bool opens;  /* the first row of its paragraph */
	bool closes; /* the last one */
} LayoutRow;
/* The document must outlive it. */
Layout *layout_new(const Document *doc, const WrapRule *rule, Err *err);
void layout_free(Layout *layout);
/* Under another rule all is laid out anew, where it is asked for; the same one changes nothing and costs nothing. */
void layout_set_rule(Layout *layout, const WrapRule *rule);
void layout_edited(Layout *layout, const Edit *edit); /* after every change, undo and redo included */
/* The row that holds `pos`. The border between two rows of a paragraph belongs to the second one. */
bool layout_row(Layout *layout, size_t pos, LayoutRow *out, Err *err);
/* The row below / above. False at the end, with err->kind ERR_NONE, or when memory ran out. `out` may be `row`. */
bool layout_next(Layout *layout, const LayoutRow *row, LayoutRow *out, Err *err);
bool layout_prev(Layout *layout, const LayoutRow *row, LayoutRow *out, Err *err);
/* Columns before `pos` in its row, as cluster_show draws them; and the last border at or before `column`, inside the
 * row (in a row that does not close its paragraph: before its last cluster at most). */
int layout_column(const Layout *layout, const LayoutRow *row, size_t pos);
size_t layout_position(const Layout *layout, const LayoutRow *row, int column);

/* ---- Counts that keep up with typing (tally.c): text_count of everything from the line `from_line` on. It keeps a
 * snapshot, so the document must outlive it. */
typedef struct Tally Tally;
Tally *tally_new(const Document *doc, size_t from_line, Err *err);
void tally_free(Tally *tally);
/* After every change; costs what changed, not the text. Where memory ran out all is counted with the next call; NULL
 * for `edit` makes up for that alone. */
bool tally_edited(Tally *tally, const Edit *edit, Err *err);
Counts tally_counts(const Tally *tally);
Counts document_count(const Document *doc, Span span); /* of a selection; words cut by its ends count */

/* ---- Search (search.c, over pcre2) */
/* The first hit at or after `from` (forward), or the last one that begins before it (backward). Letters match whatever
 * their case. `needle` is clean and not empty; no hit spans ill-formed borders: hits begin and end at cluster borders.
 * False when there is none (err->kind ERR_NONE) or memory ran out. */
bool document_find(const Document *doc, StrView needle, size_t from, bool forward, Span *out, Err *err);
/* All hits that touch `within`, in order, at most `most`; returns how many. No two overlap: each is the first one that
 * begins at or behind the end of the one before it. */
size_t document_find_all(const Document *doc, StrView needle, Span within, Span *out, size_t most, Err *err);

/* ---- Markdown as it is written (highlight.c): the grammar of markup.c over the visible part
 * A text of up to 32 KB is read whole at every look, a longer one from the nearest place up to 32 KB before `visible`
 * where a block begins, to the end of the last visible block, at most 16 KB further. Where blocks begin is found once,
 * and behind a change only when one looks there: a key costs the same in every long text. Beyond these bounds the
 * answer is simpler: in a text over 32 KB a link by reference is one only when its address is defined in what was read,
 * and in a block over 32 KB spans and raw HTML that began further before are not seen as such (but fenced code is).
 * Code wins over strong and emphasis, those over links, those over struck, heading and quote; a picture's text is
 * TEXT_LINK. */
typedef enum TextStyle {
	TEXT_PLAIN,
	TEXT_MARK, /* the signs themselves: **, #, >, ```; addresses and their definitions, raw HTML */
	TEXT_HEADING,
	TEXT_STRONG,
	TEXT_EMPHASIS,
	TEXT_STRONG_EMPHASIS,
	TEXT_CODE,
	TEXT_LINK, /* the text of a link; its address is TEXT_MARK */
	TEXT_QUOTE,
	TEXT_RULE,
	TEXT_STRUCK,
} TextStyle;
typedef struct StyledSpan {
	Span span;
	TextStyle style;
} StyledSpan;
typedef struct StyledSpans {
	StyledSpan *items;
	size_t len, cap;
} StyledSpans;
typedef struct Highlight Highlight;
/* Of the lines from `from_line` on; what is before them is never Markdown. The document must outlive it. */
Highlight *highlight_new(const Document *doc, size_t from_line, Err *err);
void highlight_free(Highlight *highlight);
void highlight_edited(Highlight *highlight, const Edit *edit); /* after every change, undo and redo included */
/* Replaces *out by the spans in `visible` that are not plain, cut to it, in order, not overlapping. Blanks and newlines
 * between signs belong to none. */
bool highlight_spans(Highlight *highlight, Span visible, StyledSpans *out, Err *err);
void styled_spans_free(StyledSpans *spans);

/* ---- What changed between two texts (changes.c) */
typedef struct Changes {
	size_t count;      /* places where words differ */
	Str before, after; /* the words of the first place; one of them may be empty */
} Changes;
/* Word by word (runs of non-blanks), by line first. Linear for texts that differ little; beyond a bound of work places
 * that lie near each other count as one. Blanks and the ends of lines are no difference. Replaces *out. */
bool text_changes(StrView before, StrView after, Changes *out, Err *err);
void changes_free(Changes *changes);

/* ---- Two changed texts as one (merge.c over paragraphs.c) */
typedef enum MergeSide {
	MERGE_MINE,   /* only mine changed it */
	MERGE_THEIRS, /* only theirs did */
	MERGE_BOTH,   /* both did the same */
	MERGE_APART,  /* each did something else: a conflict */
} MergeSide;
typedef struct MergePlace {
	MergeSide side;
	Span base, mine, theirs; /* whole paragraphs; empty where that text has none there */
	Span result;             /* in the merged text; of a conflict what stands there is mine */
} MergePlace;
typedef struct Merge {
	Str text;
	MergePlace *places; /* where mine or theirs differ from base, in order */
	size_t len, cap;
	size_t conflicts; /* how many of them are MERGE_APART */
} Merge;
/* Merges by paragraphs of Markdown: runs of lines between empty ones, with fenced code, lists and raw HTML whole. Edits
 * of two paragraphs merge, also when those are neighbours; what both insert at one place is a conflict unless it is the
 * same. Where one wrote on in a paragraph that the other had begun in the same words, the longer one stands. Each other
 * paragraph of mine or theirs that is not in base is in the text, or in a conflict. Without base (NULL) what only one of
 * the texts has is kept. It makes no difference which is mine, but in conflicts. Replaces *out.
 * Fails only when memory runs out. */
bool text_merge(const StrView *base, StrView mine, StrView theirs, Merge *out, Err *err);
void merge_free(Merge *merge);
typedef enum MergeChoice { CHOOSE_MINE, CHOOSE_THEIRS, CHOOSE_BOTH } MergeChoice;
/* The merged text with a choice for each conflict, in order. Appends. */
bool merge_choose(const Merge *merge, StrView mine, StrView theirs, const MergeChoice *choices, Str *out, Err *err);

/* ---- What makes one text into another (edits.c) */
typedef struct TextEdit {
	Span before, after; /* that part of one text became that part of the other */
} TextEdit;
typedef struct TextEdits {
	TextEdit *items; /* in order, neither overlapping nor touching */
	size_t len, cap;
} TextEdits;
/* What makes `before` into `after`: lines that differ, without what they have in common at both ends. */
bool text_edits(StrView before, StrView after, TextEdits *out, Err *err);
void text_edits_free(TextEdits *edits);

/* ---- Matching what is typed against names (match.c) */
/* How well `typed` fits `name`, higher is better, 0 not at all: the same, the beginning, the beginning of a word,
 * inside, by initial consonants (ㄷㅇㅌ fits 데이터, and mixed: 데ㅇㅌ), letters in order. Case, blanks and NFC make no
 * difference; a last syllable still being composed fits what it can become (데잍 fits 데이터). Nothing typed fits every
 * name, with 1. At most the first 512 letters of each are read. 0 also when memory runs out, which only letters other
 * than ASCII, Hangul, kana and Han need. */
int match_score(StrView typed, StrView name);
/* The same, cheaper for many names: `typed` has come through unicode_fold already. */
int match_folded(StrView typed, StrView name);

/* ---- The two-set keyboard (hangul.c, over libhangul) */
/* What Latin letters would have typed with the keyboard in Hangul mode (rksk: 가나), and the keys under Hangul text
 * (가나: rksk). What is neither stays. Appends. */
bool hangul_from_keys(StrView latin, Str *out, Err *err);
bool hangul_to_keys(StrView hangul, Str *out, Err *err);

#endif
