/* The draft on the desk: its text as one document whose first line is the title and whose second is the subtitle, its
 * settings, and when it was kept. What is typed goes through here, so that layout, counts and highlighting follow.
 */
#ifndef MEOK_APP_WRITING_H
#define MEOK_APP_WRITING_H

#include "session.h"

struct Writing {
	Revision revision; /* settings as the writer set them; its texts are those of the last keeping */
	Document *doc;     /* title, newline, subtitle, newline, body */
	Layout *layout;
	Tally *tally; /* of the body */
	Highlight *highlight;
	size_t cursor, anchor; /* the selection lies between them; anchor == cursor: none */
	bool selecting;        /* motions extend the selection */
	int goal;              /* column that up and down aim at, -1: where the cursor is */
	int top;               /* mark: the first row on the screen begins here */
	uint64_t kept_text;    /* document_revision at the last keeping */
	bool settings_changed; /* since then */
	int64_t kept_ms;       /* wall clock; 0: never */
	bool keep_failed;      /* it was said already */
	int64_t recovered_ms;  /* wall clock: it came out of a journal that was last written then; 0: it did not */
	Journal *journal;  /* where changes are noted before they are drawn; NULL while there is none (recorder.c) */
	bool journal_torn; /* a change could not be noted: the journal is to begin anew with the whole text */
	bool journal_late; /* it began when there was something to undo, of which it knows nothing */
	Revision ground;   /* what the text grew out of, for when its own file is replaced; maybe none (rejoin.c) */
	Id apart;          /* a head that contradicts it, left for later; ID_NONE: none */
	Id fragment;       /* it grew out of, and that goes to the trash when it is kept; or ID_NONE */
	bool typing;       /* an undo group is open, into which the next key goes */
};

/* A new draft, or the one with this id. */
Writing *writing_new(const WrapRule *rule, Err *err);
/* On a document that is there already and grew out of `revision`; takes both, whatever happens. */
Writing *writing_on(const WrapRule *rule, Document *doc, Revision *revision, Err *err);
/* Title, subtitle and body as the one document that they are on the desk. */
Document *writing_document(const Revision *revision, Err *err);
Writing *writing_load(App *app, Id draft, const WrapRule *rule, Err *err);
void writing_free(Writing *writing);

Span writing_title(const Writing *writing); /* without their newlines */
Span writing_subtitle(const Writing *writing);
Span writing_body(const Writing *writing);
bool writing_is_blank(const Writing *writing);   /* no letter in any of them */
bool writing_is_changed(const Writing *writing); /* since it was kept */
/* It is changed, and there is something to keep: a new draft without a letter is nothing. */
bool writing_is_unkept(const Writing *writing);
Span writing_selection(const Writing *writing);

/* Changes; the cursor ends up behind what was inserted. Title and subtitle stay lines of their own whatever is deleted
 * or inserted: newlines become blanks there, but a paste of several lines into an empty draft fills all three. */
bool writing_insert(Writing *writing, StrView clean, Err *err); /* replaces the selection */
bool writing_delete(Writing *writing, Span span, Err *err);
/* Puts an empty line to each line end of the body that makes no paragraph, as one step; the cursor stays with its text.
 */
bool writing_part_lines(Writing *writing, size_t *count, Err *err);
/* Title, subtitle and body become those of `wanted`, as one step; the cursor stays with its text. */
bool writing_become(Writing *writing, const Revision *wanted, Err *err);
/* Ends the undo group: what is typed from here on is taken back by itself. */
void writing_pause(Writing *writing);
bool writing_undo(Writing *writing);
bool writing_redo(Writing *writing);

/* Brings the texts into writing->revision. */
bool writing_sync(Writing *writing, Err *err);
/* writing->revision was saved with the text that the document had at revision `text`. */
void writing_kept(Writing *writing, uint64_t text);
/* Saves what differs; nothing when nothing does, or when a new draft is blank. */
bool writing_keep(App *app, Writing *writing, bool automatic, Err *err);

#endif
