/* ui: what a writer sees. Cells, one terminal, and screens drawn from const models that are declared here. Nothing here
 * changes a model; nothing here knows a draft, a vault or a key's meaning.
 */
#ifndef MEOK_UI_H
#define MEOK_UI_H

#include "meok/base.h"

/* ---- Styles (theme.c): what a text is, not how it looks; a theme says that */

typedef enum Style {
	STYLE_TEXT,
	STYLE_TITLE,
	STYLE_SUBTITLE,
	STYLE_DIM,       /* labels, hints, what may be read past */
	STYLE_KEY,       /* a key in a hint */
	STYLE_BAR,       /* the publishing line */
	STYLE_VALUE,     /* what the writer has set */
	STYLE_CURRENT,   /* the row of a list that Enter takes */
	STYLE_SELECTION, /* selected text */
	STYLE_FOUND,     /* a hit of a search */
	STYLE_GOOD,
	STYLE_WARNING,
	STYLE_ERROR,
	STYLE_STRANGE, /* stands for something that has no picture of its own */
	STYLE_HEADING, /* Markdown */
	STYLE_STRONG,
	STYLE_EMPHASIS,
	STYLE_STRONG_EMPHASIS,
	STYLE_CODE,
	STYLE_LINK,
	STYLE_QUOTE,
	STYLE_MARK, /* the signs of Markdown themselves */
	STYLE_RULE,
	STYLE_STRUCK,
	STYLES,
} Style;

/* ---- A surface (surface.c): the cells of one picture of the screen
 * Text reaches a cell only through cluster_show (base.h), so nothing on a surface can command a terminal. */

typedef struct Surface Surface;

Surface *surface_new(int rows, int columns, Err *err);
void surface_free(Surface *surface); /* wipes the cells */
/* Blank, with the cursor hidden; other sizes than before are allowed. False when memory ran out (the old size stays).
 */
bool surface_reset(Surface *surface, int rows, int columns, Err *err);
bool surface_is_whole(const Surface *surface); /* false: memory ran out for a part of what was drawn since */
int surface_rows(const Surface *surface);
int surface_columns(const Surface *surface);
/* Draws text from a place on, at most `most` columns and not beyond the row: whole clusters only. `text` is any UTF-8;
 * newlines are drawn as their picture. Returns the columns used. A place outside is no error and draws nothing. */
int surface_put(Surface *surface, int row, int column, int most, StrView text, Style style);
/* The same, and where the text does not fit its last column is "…". */
int surface_put_cut(Surface *surface, int row, int column, int most, StrView text, Style style);
/* Text that ends at column `end` (exclusive); returns the column it begins at. */
int surface_put_right(Surface *surface, int row, int end, StrView text, Style style);
void surface_fill(Surface *surface, int row, int column, int columns, uint32_t rune, Style style); /* rune of width 1 */
void surface_restyle(Surface *surface, int row, int column, int columns, Style style);
/* Where the terminal's own cursor stands: at the insertion point, so that the input method composes there. */
void surface_cursor(Surface *surface, int row, int column);
void surface_hide_cursor(Surface *surface);
int surface_width(StrView text); /* columns that surface_put would use */
/* As text, for tests: rows joined with newlines, blanks at their ends cut. */
void surface_text(const Surface *surface, Str *out);

/* ---- The terminal (term.c, diff.c) */

typedef enum Colours { COLOURS_AUTO, COLOURS_NONE, COLOURS_16, COLOURS_256 } Colours;

typedef struct Terminal Terminal;
/* Takes the terminal behind `fd`: raw mode, the alternate screen, bracketed paste, no automatic wrap. It opens its own
 * description of it (non-blocking), so that whoever shares fd notices nothing. ERR_USAGE: fd is no terminal, or $TERM
 * is unknown or cannot move the cursor the ECMA-48 way. COLOURS_AUTO: what terminfo says, none with NO_COLOR. */
Terminal *term_open(int fd, Colours colours, Err *err);
void term_close(Terminal *term); /* puts everything back; NULL is allowed */
/* Gives the terminal back for a while (suspend), and takes it again. */
void term_pause(Terminal *term);
bool term_resume(Terminal *term, Err *err);
int term_fd(const Terminal *term);                             /* for poll: POLLIN, and POLLOUT while term_pending */
void term_size(const Terminal *term, int *rows, int *columns); /* as the system says now; 24×80 when it does not */
/* Sends what differs from what is shown, in one write; does nothing when nothing differs. What the terminal does not
 * take at once waits (term_pending): draw again only when nothing waits, later frames make earlier ones needless. */
bool term_draw(Terminal *term, const Surface *surface, Err *err);
bool term_pending(const Terminal *term);
bool term_flush(Terminal *term, Err *err); /* sends what waits, as far as that goes without blocking */
void term_forget(Terminal *term);          /* the screen may hold anything: the next frame draws all */
/* Puts text into the clipboard of the writer's own machine (OSC 52); terminals may ignore it. */
bool term_copy(Terminal *term, StrView text, Err *err);
/* Reads what has come. 1: something, 0: nothing yet, -1: the terminal is gone. Appends to *bytes. */
int term_read(Terminal *term, Str *bytes);

/* The bytes that turn one picture into another on an ECMA-48 terminal (diff.c): pure, for tests and benchmarks. */
typedef struct DiffRule {
	bool insert_delete_cells; /* ICH, DCH */
	bool insert_delete_rows;  /* IL, DL */
	bool erase;               /* EL */
	Colours colours;          /* NONE, 16 or 256 */
	bool synchronised;        /* bracket frames of several rows with mode 2026 */
	bool column_moves;        /* CHA, VPA */
} DiffRule;
/* `from` NULL: the screen may hold anything. Both must have the same size. Appends. */
void diff_frames(const Surface *from, const Surface *to, const DiffRule *rule, Str *out);

/* ---- What screens have in common (parts.c) */

/* One key and what it does, in a line of hints. */
typedef struct Hint {
	StrView key;   /* as keys_format writes it */
	StrView label; /* translated */
} Hint;
/* Draws as many as fit, the first ones first. */
void draw_hints(Surface *surface, int row, const Hint *hints, size_t count);

typedef enum NoticeKind { NOTICE_NONE, NOTICE_INFO, NOTICE_GOOD, NOTICE_WARNING, NOTICE_ERROR } NoticeKind;
/* One line at the bottom that says what happened. */
typedef struct Notice {
	NoticeKind kind;
	StrView text;
	bool stays;      /* until read: drawn with how to put it away */
	StrView dismiss; /* key that does */
} Notice;

/* A line of text being typed. */
typedef struct Field {
	StrView text;
	size_t cursor; /* byte */
	bool hidden;   /* shown as dots */
} Field;
/* Scrolled so that the cursor is to be seen, and the surface's cursor put there when `focus`. */
void draw_field(Surface *surface, int row, int column, int columns, const Field *field, bool focus);

/* ---- Screens. Each draws a whole picture of any size; under 30×6 only "too small" (draw_too_small). */

enum { EDITOR_MARGIN = 0 }; /* columns left free at both sides of a text; columns of EditorModel count behind it */
bool draw_too_small(Surface *surface); /* true when it is, and drawn */

/* first run and unlock (screen_start.c) */
typedef struct StartModel {
	bool first_run;
	bool changes;                        /* with first_run: there is a vault, and the passphrase is to be another */
	Field passphrase, again;             /* again: first run only */
	int focus;                           /* 0 or 1 */
	size_t latin, hangul, digits, other; /* clusters of each in the focused field */
	bool has_again;                      /* something is typed there */
	bool same;                           /* both are equal so far */
	int strength;                        /* 0 nothing typed, 1 weak … 4 strong */
	bool capitals_only;                  /* perhaps Caps Lock */
	bool shown;                          /* the passphrase is to be read */
	StrView vault;                       /* folder */
	StrView working;                     /* key derivation is on: what to say; empty: it is not */
	StrView other_language;              /* "English", "한국어" */
	StrView language_key;                /* changes to it; empty: it is not offered */
	const Hint *hints;
	size_t hint_count;
	Notice notice;
} StartModel;
void draw_start(const StartModel *model, Surface *surface);

/* editor (screen_editor.c) */
typedef struct EditorSpan {
	uint32_t from, to; /* bytes in the row's text */
	Style style;
} EditorSpan;
typedef struct EditorRow {
	StrView text;
	const EditorSpan *spans; /* in order, not overlapping; between them STYLE_TEXT or the field's style */
	size_t span_count;
	Style base; /* TITLE, SUBTITLE or TEXT */
	bool rule;  /* the line between subtitle and body: no text */
	bool tilde; /* beyond the end */
} EditorRow;
typedef struct EditorModel {
	const EditorRow *rows; /* from the top of the screen */
	size_t row_count;
	int cursor_row, cursor_column;
	StrView title_hint, subtitle_hint, body_hint; /* shown dim in an empty field, at *_row (-1: not on screen) */
	int title_row, subtitle_row, body_row;
	/* the publishing line */
	StrView work;                   /* "시사 노트 7화" */
	size_t keywords, keyword_limit; /* limit 0: none */
	StrView keyword_list;
	StrView comments, site, state;
	/* the status line */
	StrView count; /* "1,743자" */
	StrView saved; /* "저장됨 14:02" */
	const Hint *hints;
	size_t hint_count;
	Notice notice;
	bool plain; /* nothing but the text */
} EditorModel;
void draw_editor(const EditorModel *model, Surface *surface);
/* Rows that draw_editor leaves for text on a screen of this size. */
int editor_text_rows(const EditorModel *model, int rows);

/* library (screen_library.c) */
typedef enum LibraryRowKind { LIBRARY_HEADING, LIBRARY_DRAFT, LIBRARY_WORK, LIBRARY_FRAGMENT } LibraryRowKind;
typedef struct LibraryRow {
	LibraryRowKind kind;
	int number;      /* 1-9: a digit opens it; 0: none */
	StrView section; /* drawn left of the first row of a section */
	StrView title, state, when;
	bool indented; /* a chapter under its work */
	Style state_style;
} LibraryRow;
typedef struct LibraryModel {
	const LibraryRow *rows; /* the visible ones only */
	size_t row_count;
	size_t current; /* index into rows */
	Field filter;
	bool filtering;  /* the filter has the cursor */
	StrView order;   /* "작품", "날짜", "상태" */
	StrView summary; /* "12편, 조각 4" */
	StrView empty;   /* what to say instead of rows */
	bool more_above, more_below;
	const Hint *hints;
	size_t hint_count;
	Notice notice;
} LibraryModel;
void draw_library(const LibraryModel *model, Surface *surface);
int library_rows(int rows); /* that draw_library leaves for the list */

/* pickers: keywords, work, comments, site, settings, commands (screen_picker.c) */
typedef struct PickerRow {
	int number; /* 1-9, 0: none */
	StrView label, detail;
	Style label_style;
	bool marked; /* chosen */
} PickerRow;
typedef struct PickerModel {
	StrView heading;                     /* "키워드 1/3" */
	const StrView *chosen;               /* drawn with their numbers behind the heading */
	size_t chosen_count, chosen_current; /* current: SIZE_MAX none */
	StrView aside;                       /* right of the heading: the site */
	bool has_input;
	Field input;
	const PickerRow *rows;     /* the visible ones */
	size_t row_count, current; /* current SIZE_MAX: none */
	StrView empty;
	bool more_above, more_below;
	const Hint *hints;
	size_t hint_count;
	Notice notice;
} PickerModel;
void draw_picker(const PickerModel *model, Surface *surface);
int picker_rows(const PickerModel *model, int rows);

/* forms: a site's address, user, secret; a work's name (screen_form.c) */
typedef struct FormField {
	StrView label;
	Field field;
	StrView help; /* one dim line under it while it has the focus */
} FormField;
typedef struct FormModel {
	StrView heading;
	StrView text; /* a sentence or two above the fields; wrapped */
	const FormField *fields;
	size_t field_count, focus;
	StrView working;
	const Hint *hints;
	size_t hint_count;
	Notice notice;
} FormModel;
void draw_form(const FormModel *model, Surface *surface);

/* the publish sheet, the hold, the update line, the result (screen_sheet.c) */
typedef struct SheetLine {
	StrView key, label, value, note; /* note: dim behind the value */
} SheetLine;
typedef enum SheetStage {
	SHEET_ASK,     /* Enter sends */
	SHEET_UPDATE,  /* what changes in a published article */
	SHEET_SENDING, /* on its way; Esc stops */
	SHEET_HOLD,    /* hidden on the site, public in a few seconds; Esc takes it back */
	SHEET_DONE,
	SHEET_FAILED,
} SheetStage;
typedef struct SheetModel {
	SheetStage stage;
	StrView title, target; /* "새 글 → blog.example.org" */
	const SheetLine *lines;
	size_t line_count;
	StrView check; /* "✓ 1,743자 (공백 제외 1,312)" */
	const StrView *warnings;
	size_t warning_count;
	bool ready;       /* false: Enter cannot send; the warnings say why */
	int armed_in_ms;  /* keys are still ignored for this long; 0: not */
	StrView progress; /* what is being done */
	int hold_seconds, hold_total;
	size_t changes;
	StrView change_before, change_after; /* of the first change */
	StrView url;
	StrView result; /* one sentence: published, taken back, failed and why */
	StrView detail; /* the server's own words, or what to do */
	const Hint *hints;
	size_t hint_count;
	Notice notice;
} SheetModel;
void draw_sheet(const SheetModel *model, Surface *surface);

/* pages to read: help, messages, preview (screen_page.c) */
typedef struct PageLine {
	StrView text;
	Style style;
	StrView key; /* help: drawn in a column of its own, a blank leaves that column empty; empty: no such column */
} PageLine;
typedef struct PageModel {
	StrView heading, aside;
	const PageLine *lines; /* from the top of the screen, wrapped already */
	size_t line_count;
	bool signs; /* the keys are signs: one letter each */
	bool more_above, more_below;
	const Hint *hints;
	size_t hint_count;
	Notice notice;
} PageModel;
void draw_page(const PageModel *model, Surface *surface);
int page_rows(int rows);
/* Columns that a line should have at most: without a key, and with one. */
int page_columns(int columns, bool keyed);
int page_sign_columns(int columns); /* beside a sign */

/* two texts that contradict each other, and what both grew out of (screen_apart.c) */
enum { APART_TEXTS = 3 };
typedef struct ApartRow {
	StrView cells[APART_TEXTS]; /* with one column only the first */
	Style style;
} ApartRow;
typedef struct ApartModel {
	StrView heading, aside;
	int columns;          /* apart_columns: APART_TEXTS beside each other, or 1 */
	const ApartRow *rows; /* from the top of the screen, wrapped already */
	size_t row_count;
	bool more_above, more_below;
	const Hint *hints;
	size_t hint_count;
	Notice notice;
} ApartModel;
void draw_apart(const ApartModel *model, Surface *surface);
int apart_columns(int columns); /* on a screen of that many */
int apart_width(int columns);   /* of each text there */

/* The one-line menu, or a one-line question with a field, over the bottom of any picture (parts.c). */
typedef struct MenuModel {
	StrView heading; /* "Esc ▸" */
	const Hint *hints;
	size_t hint_count;
} MenuModel;
void draw_menu(const MenuModel *model, Surface *surface);
typedef struct PromptModel {
	StrView label;
	Field field;
	StrView note; /* right: "3 / 12" */
	const Hint *hints;
	size_t hint_count;
	Notice notice; /* in the place of the hints */
} PromptModel;
void draw_prompt(const PromptModel *model, Surface *surface);

#endif
