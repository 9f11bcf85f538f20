/* What the files of the interactive session share: the session, its stack of places, and the table of commands.
 *
 * A place is one screen with its state. The top of the stack is what is seen; keys go to it, by its context in the
 * keymap. A command changes state and marks the session dirty; only session_draw makes a picture. A place's functions
 * get their state as `void *`: each file casts it once.
 */
#ifndef MEOK_APP_SESSION_H
#define MEOK_APP_SESSION_H

#include "meok/app.h"
#include "meok/i18n.h"
#include "meok/keys.h"
#include "meok/ui.h"

/* ---- Contexts: where a key means what. The order is that of CONTEXT_NAMES in commands.c */

typedef enum Context {
	CONTEXT_ANY,     /* what all others fall back to */
	CONTEXT_START,   /* passphrase: keys are text */
	CONTEXT_LIBRARY, /* letters are commands */
	CONTEXT_EDITOR,
	CONTEXT_PICKER, /* a list with an input: keys are text */
	CONTEXT_LIST,   /* a list without one: letters are commands */
	CONTEXT_FORM,
	CONTEXT_SHEET, /* letters are commands */
	CONTEXT_PAGE,
	CONTEXT_CONFLICT, /* letters are commands */
	CONTEXT_PROMPT,   /* one line of input over another screen */
	CONTEXTS,
} Context;

/* ---- One line of input (line.c) */

typedef struct LineInput {
	Str text; /* clean, one line */
	size_t cursor;
	bool secret; /* wiped, drawn as dots */
} LineInput;
bool line_insert(LineInput *line, StrView text, Err *err); /* cleans it; newlines and tabs become blanks */
void line_free(LineInput *line);                           /* wipes it */
Field line_field(const LineInput *line);

/* What every place that holds text or a list understands (general.c has the commands). */
typedef enum Motion {
	MOVE_LEFT,
	MOVE_RIGHT,
	MOVE_WORD_LEFT,
	MOVE_WORD_RIGHT,
	MOVE_UP,
	MOVE_DOWN,
	MOVE_HOME,
	MOVE_END,
	MOVE_PAGE_UP,
	MOVE_PAGE_DOWN,
	MOVE_TOP,
	MOVE_BOTTOM,
} Motion;
typedef enum Deletion {
	DELETE_LEFT,
	DELETE_RIGHT,
	DELETE_WORD_LEFT,
	DELETE_WORD_RIGHT,
	DELETE_TO_END,
	DELETE_TO_START
} Deletion;
bool line_move(LineInput *line, Motion motion);   /* false when it means nothing in one line */
bool line_delete(LineInput *line, Deletion what); /* false when nothing was there */

/* ---- Places (session.c) */

typedef struct Session Session;

typedef struct PlaceKind {
	Context (*context)(const void *state);
	/* Makes a const model of the state and has ui draw it on session->surface. */
	void (*draw)(Session *session, void *state);
	/* Sees every key, and a whole paste, before anything else does (key NULL: a paste). True: it ends here. NULL:
	 * none. */
	bool (*guard)(Session *session, void *state, const Key *key);
	/* Typed or pasted text (clean UTF-8, perhaps several lines) where keys are text. NULL: it takes none. */
	void (*text)(Session *session, void *state, StrView text, bool pasted);
	/* False: it means nothing here, the key is handled as text. NULL: never. */
	bool (*move)(Session *session, void *state, Motion motion, bool select);
	bool (*erase)(Session *session, void *state, Deletion what);
	void (*accept)(Session *session, void *state); /* Enter; NULL: nothing */
	bool (*close)(
		Session *session, void *state); /* Esc or leaving; NULL: it closes. False: it stays, having said why */
	void (*arrive)(Session *session, void *state); /* it became the top (again) */
	void (*free)(Session *session, void *state);
} PlaceKind;

enum { PLACES_MAX = 16 };
typedef struct Place {
	const PlaceKind *kind;
	void *state;
} Place;

/* ---- Messages (notice.c): one at a time at the bottom, those that stay one after the other until read */

enum { NOTICES_MAX = 16 };
typedef struct Message {
	NoticeKind kind;
	Str text;
	bool stays;
} Message;

typedef struct Writing Writing; /* writing.h */
typedef struct Watcher Watcher;

/* What the desk's journal needs between pictures (recorder.c). */
typedef struct Recorder {
	bool noted; /* settings and cursor below are those of the journal's end */
	Revision settings;
	size_t cursor, anchor;
	bool selecting;
	int timer; /* until what was written is synchronised */
	Job *job;  /* synchronising `syncing` */
	Journal *syncing;
	Err sync_err;
	bool complained; /* that the journal does not work was said */
} Recorder;

struct Session {
	App *app;
	const SessionStart *start;
	Loop *loop;
	Terminal *term;
	Surface *surface;
	Input *input;
	Keymap *keymap;
	Place places[PLACES_MAX];
	size_t depth;
	Keys pending; /* of a prefix typed so far: its menu is shown */
	bool dirty;   /* the picture is not that of the state any more */
	bool over;    /* session_run returns */
	bool gone;    /* the terminal is: nothing is asked any more */
	bool starved; /* there is no memory for a picture: nothing can be shown any more */
	bool refused; /* leaving was asked for, and the draft with this text could not be kept */
	uint64_t refused_text;
	bool unkept; /* left all the same: what is not kept lies in the journal */
	int input_timer, draw_timer, idle_timer;
	Str paste; /* pieces of a paste that has not ended */
	bool pasting;
	bool dismissed;    /* the Esc being handled put a message away */
	bool key_alone;    /* the key being handled came alone in its read */
	int64_t key_ms;    /* monotonic: when it came */
	int64_t joined_ms; /* monotonic: when it was looked for what was written elsewhere */
	int64_t kept_ms;   /* monotonic: when the draft was last kept unasked, or work on it began */
	Message messages[NOTICES_MAX];
	size_t message_count;
	Writing *writing;  /* the draft on the desk, or NULL */
	Recorder recorder; /* of its journal */
	Job *job;          /* key derivation, with what it works on (start.c) */
	struct Derivation *derivation;
	struct PassphraseChange *change; /* of the passphrase, while it is on (passphrase_form.c) */
	struct Watcher *watcher;         /* of the vault's folder (watch.c) */
	int lock_timer;
	int64_t touched_ms; /* lock_clock: when the last key came */
	Str clipboard;      /* wiped */
	Str last_search;    /* wiped */
};

int64_t session_clock(void); /* monotonic milliseconds */
void session_mark_dirty(Session *session);
/* Puts a place on top. The stack owns `state` from then on, also when it returns false. */
bool session_push(Session *session, const PlaceKind *kind, void *state);
/* Takes the top away without asking its `close`. The last place's end is the session's. */
void session_pop(Session *session);
/* Takes away everything above the place of this kind (without asking); nothing when it is not on the stack. */
void session_pop_to(Session *session, const PlaceKind *kind);
void *session_state(Session *session, const PlaceKind *kind); /* of the topmost place of that kind, or NULL */
bool session_on_top(const Session *session, const PlaceKind *kind);
/* Tells the top place that it may look different now (its `arrive`). */
void session_arrive(Session *session);
/* Closes the top place as Esc does. */
void session_close_top(Session *session);
/* Leaves meok: keeps the draft, then ends. When it cannot be kept it stays and says why; asked again at once, it leaves
 * the text in the journal, if that is durable. */
void session_leave(Session *session);
bool session_keep(Session *session, Err *err); /* the draft on the desk, as leaving does */
void session_hang_up(Session *session);        /* the terminal is gone: ends at once, asks nothing */
/* False with a notice while the vault is still being made or opened: commands that need it ask first. */
bool session_has_vault(Session *session);

/* Says something in one line. INFO and GOOD go with the next key; WARNING and ERROR stay until Esc or Enter. The text
 * is translated already. */
void session_say(Session *session, NoticeKind kind, const char *format, ...) __attribute__((format(printf, 3, 4)));
void session_say_error(Session *session, const Err *err);
Notice session_notice(Session *session); /* what a model shows; valid until the next message */
bool session_dismiss(Session *session);  /* the first message that stays goes; false when there was none */
void session_dismiss_all(Session *session);
void error_text(const Err *err, Str *out); /* translated, one line, first letter as it is */

/* The key that runs these words in a context, as a hint shows it; empty when none does. Appends to *out. */
void session_key_of(Session *session, Context context, const char *words, Str *out);
/* Hints from rows { words, label }: keys looked up; those without a key are left out. Owned by *hints. */
typedef struct HintWord {
	const char *words, *label; /* label: untranslated, marked with N_ */
} HintWord;
enum { HINTS_MAX = 12 };
typedef struct Hints {
	Hint items[HINTS_MAX];
	Str keys[HINTS_MAX];
	size_t count;
} Hints;
void hints_make(Session *session, Context context, const HintWord *words, size_t count, Hints *out);
void hints_free(Hints *hints);

/* ---- Commands (commands.c) */

/* False: it has no meaning just now, and a key that would also be text is text. */
typedef bool CommandFn(Session *session, const StrList *words);

typedef struct CommandRow {
	const char *name;
	const char *arguments; /* "", "N", "[NAME]" */
	unsigned contexts;     /* bits: 1 << Context */
	const char *label;     /* a word or two for menus, marked with N_; NULL: it stands in no menu */
	const char *help;      /* one line, marked with N_ */
	CommandFn *run;
} CommandRow;
extern const CommandRow COMMAND_ROWS[]; /* ends with a row without a name */
extern const char *const CONTEXT_NAMES[CONTEXTS];
const CommandRow *command_row(StrView name);
/* Runs `words` in the present context. False as the command's, or with a notice when it does not apply here. */
bool command_run(Session *session, const StrList *words);
/* Binds the embedded keymap and the writer's own lines; what cannot be understood is added to the complaints. */
bool commands_bind(App *app, Keymap *keymap, Err *err);
extern const char DEFAULT_KEYS[]; /* keymaps/default.keys, embedded */

/* ---- Places that others open */

bool session_open_first(Session *session); /* what the session was started for; the vault is open (session.c) */
bool start_open(Session *session);         /* first run or unlock (start.c) */
void start_finish(Session *session);       /* waits for a key derivation that is on, and takes the vault */
void start_count_scripts(StrView text, StartModel *model);
bool passphrase_form_open(Session *session); /* another passphrase (passphrase_form.c) */
bool passphrase_form_show(Session *session); /* false: it is not open */
void passphrase_form_finish(Session *session);
int64_t lock_clock(void);           /* milliseconds, those of sleep included (lock.c) */
void lock_watch(Session *session);  /* locks when no key comes for as long as the settings say, from now on */
bool lock_is_due(Session *session); /* a key has come: true when it came too late, and the vault is locked */
bool sheet_is_sending(Session *session);
bool library_open(Session *session);                 /* library.c */
bool library_is_open(Session *session);              /* it is on top, and nothing is looked for in it */
void library_look_again(Session *session);           /* somebody else wrote; the row chosen stays chosen */
bool library_current(Session *session, Id *draft);   /* the draft of the row chosen; false: it is none */
bool history_open(Session *session, Id draft);       /* its revisions (history_place.c) */
bool history_open_sound(Session *session, Id draft); /* the newest one that can be read is chosen */
bool history_bring_back(Session *session);           /* the one chosen; false: no history is open */
bool trash_bring_back(Session *session);             /* the same in the trash (trash_place.c) */
Id library_fragment(Session *session);               /* on whose row the library is; ID_NONE: on none */
bool editor_open(Session *session, Id draft, size_t line,
	size_t column); /* ID_NONE: a new draft; line and column of the body from 1, 0: the title (editor.c) */
/* A new draft with this text. `fragment` (or ID_NONE) goes to the trash when it is kept. */
bool editor_open_text(Session *session, StrView title, StrView body, Id fragment);
/* With a former revision in the place of the newest one, which cannot be read; takes it. */
bool editor_open_on(Session *session, Revision *revision);
bool editor_recover(Session *session, const JournalFound *found); /* the draft of a journal, as it was */
bool keywords_open(Session *session);                             /* of session->writing (keywords_place.c) */
bool works_open(Session *session);
bool comments_open(Session *session);
bool sites_open(Session *session);                         /* where to: sites there are, and kinds to add */
bool site_form_open(Session *session, const char *driver); /* "folder", "hugo", "wordpress" (site_form.c) */
bool site_form_show_secret(Session *session);              /* false: no form is open */
/* Adds the plain folder ~/meok-blog at once, or takes the one there is, then does site_chosen. */
bool site_add_plain(Session *session);
/* A blog was chosen or added: it becomes that of the draft on the desk, and what asked for it is on top again: the
 * sheet, else the editor. With no draft on the desk only the top place closes. */
void site_chosen(Session *session, Id site);
/* Publishes session->writing (sheet.c). Where there is no blog yet it opens sites_open above itself and goes on when it
 * is on top again; the sheet that is open already comes to the top. */
bool sheet_open(Session *session);
/* What contradicts the draft on the desk, to choose from (conflict_place.c). False: nothing does. */
bool conflict_open(Session *session);
bool settings_open(Session *session);
bool help_open(Session *session);
bool palette_open(Session *session);
/* A page to read, of lines: "# text" is a heading, "key<TAB>text" an entry, all else a paragraph. Takes *text. */
bool page_open(Session *session, const char *heading, Str *text);

#endif
