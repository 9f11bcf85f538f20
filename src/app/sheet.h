/* The publish sheet's state, shared by its files: what it shows (sheet_lines.c), the place with its guard (sheet.c),
 * and the sending (sheet_send.c).
 */
#ifndef MEOK_APP_SHEET_H
#define MEOK_APP_SHEET_H

#include "writing.h"

enum { SHEET_HOLD_SECONDS = 10 };

/* What is to be sent and where, read again whenever the sheet comes to the top. */
typedef struct SheetTopic {
	bool has_site;
	SiteRecord site;
	bool known; /* there is a record of it */
	Publication publication;
	Err obstacle;       /* why it cannot be sent; ERR_NONE: it can */
	bool blog_comments; /* the blog decides about comments */
	Str title, target, subtitle, work, keywords, new_keywords, check;
	StrList warnings; /* translated */
	Changes changes;  /* of an update */
} SheetTopic;

typedef struct Sheet {
	Session *session;
	SheetStage stage;
	SheetTopic topic;
	bool asks_site;  /* the list of blogs was opened from here: without one there is nothing to publish to */
	int64_t open_ms; /* keys before this moment do nothing (session_clock) */
	int guard_timer; /* 0: none, as all timers here */
	/* what the next send asks for */
	int send_timer;
	bool as_draft, overwrite;
	/* on its way */
	Publishing *publishing;
	int end_timer, hold_timer;
	int seconds;
	SitePhase reached; /* SITE_INTENT: it has only just begun */
	/* the outcome */
	PublishResult result;
	Str url;
	StrList made; /* keywords that the blog did not have before */
	bool first;   /* nothing was published before */
	Err error;
} Sheet;

/* ---- sheet_lines.c */

/* Reads what stands on the desk and in the vault; ASK or UPDATE becomes the stage. */
void sheet_read(Sheet *sheet);
void sheet_topic_free(SheetTopic *topic);
bool sheet_is_folder(const SheetTopic *topic);
bool sheet_takes_drafts(const SheetTopic *topic);
void sheet_draw(Session *session, void *state);

/* ---- sheet_send.c */

/* Sends after a moment in which a second key takes it back. */
void sheet_arm(Sheet *sheet, bool as_draft, bool overwrite);
void sheet_disarm(Sheet *sheet);
void sheet_release(Sheet *sheet); /* what is held becomes public */
void sheet_stop(Sheet *sheet);    /* whatever is on its way; says what is left where */
void sheet_abandon(Sheet *sheet); /* the same without a word */

/* ---- sheet.c */

void sheet_raise_guard(Sheet *sheet); /* keys do nothing for a moment from now on */

#endif
