/* The editor's state between its two files: the place (editor.c) and its commands (editor_commands.c). */
#ifndef MEOK_APP_EDITOR_H
#define MEOK_APP_EDITOR_H

#include "view.h"

typedef struct Editor {
	View view;
	int text_rows; /* on the screen, at the last picture */
	bool plain;    /* nothing but the text */
	bool finding;  /* hits of session->last_search are shown */
	/* what the lines at the bottom say, made when the draft's settings have changed */
	Str work, keywords, comments, site, state;
	uint32_t keyword_limit;
	bool stale; /* a part of that could not be made: it is tried again with the next picture */
} Editor;

extern const PlaceKind EDITOR;
/* Reads what the bottom lines say about the draft's settings from the vault. */
void editor_refresh(Session *session, Editor *editor);
/* Keeps the draft, saying what failed. */
bool editor_keep(Session *session);
/* "1,743 characters" in the writer's language. */
void format_characters(size_t count, Str *out);
/* "today 14:02", "yesterday 14:02", else with the date (history_place.c). */
void format_moment(const Sys *sys, int64_t ms, Str *out);
void format_number(size_t number, Str *out); /* 1,743 */

#endif
