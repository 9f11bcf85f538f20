/* What the parts of the machine that takes memory and disk away from a session share: what a writer does, what is
 * there when the session waits, and what has to be true of it. */
#ifndef MEOK_TESTS_MEMORY_H
#define MEOK_TESTS_MEMORY_H

#include "faulty_sys.h"
#include "stage.h"

#define MEMORY_DIR "/w/vault"
#define MEMORY_STATE "/w/meok"
#define MEMORY_PASSPHRASE "먹을 갈아 쓴다"
/* What the checks type; the scripts never do. */
#define MEMORY_MARK "끝"
#define MEMORY_BLIND "ㅎ"

enum { TEXT_BYTES = 16384, CONTENT_BYTES = 65536, PICTURE_BYTES = 8192, NOTICE_BYTES = 2048 };

/* One thing that a writer does. */
typedef struct Act {
	const char *name, *keys;
	int64_t rest_ms; /* before them */
	bool leaves;     /* the session ends with it */
} Act;

typedef struct Scene {
	const char *name;
	const Act *acts;
	const char *known[7];  /* texts that undo may lead to before any act did */
	void (*prepare)(void); /* the file system in use gets a vault; NULL: there is none */
} Scene;
extern const Scene SCENES[]; /* ends with one without a name (memory_scenes.c) */

/* What is there when the session waits. */
typedef struct Sight {
	bool over; /* it waits no more: it has ended */
	bool desk; /* a draft lies on the desk */
	bool unkept;
	size_t depth, cursor;
	Context top;
	char text[TEXT_BYTES]; /* of the draft on the desk */
	char picture[PICTURE_BYTES];
	char notices[NOTICE_BYTES]; /* warnings and errors, a line each */
	/* Texts that a session that comes after a kill has, a line each, in order; "under:" before one that a journal
	 * goes on from. */
	char content[CONTENT_BYTES];
} Sight;

/* (memory_sight.c) */
void sight_take(Sight *sight, Session *session);
/* The texts in the vault, those of journals included, as a line each; "" when there is no vault. */
void sight_content(char *out, size_t size);
void sight_line(const char *text, char *out, size_t size); /* of content, for a text on the desk; "" for a blank one */
bool sight_has_line(const char *lines, const char *line);
/* Calls `each` with every line until it returns false. */
bool sight_each_line(const char *lines, bool (*each)(const char *line, void *data), void *data);
/* A message that is not among `notices`, and can be seen. */
bool sight_tells(const Sight *sight, const char *notices, Session *session);
/* `longer` is `text` with `what` put in somewhere. */
bool sight_is_with(const char *longer, const char *text, const char *what);

/* ---- The machine (memory.c) */

enum {
	WHY_BYTES = 4096,
	WHERE_BYTES = 400,
	TEXTS_MAX = 400,
	SECONDS_MAX = 60,
	CALM_KEYS = 60,
	ALL_KEYS = 400,
	WRONG_SHOWN = 400,
	OPENING = -1
};

typedef enum Role { ROLE_WRITER, ROLE_SCOUT, ROLE_TRIAL } Role;
typedef enum Phase { PHASE_FAULT, PHASE_HEALING, PHASE_CALM, PHASE_MARKED, PHASE_SAVED, PHASE_LEAVING } Phase;

/* What copies tell the one that made them. */
typedef struct Report {
	Sight after;            /* what comes of the act when nothing fails */
	int allocations, calls; /* in it */
	bool struck, told, left, healed, wrong;
	char why[WHY_BYTES];
} Report;

typedef struct Machine {
	const Scene *scene;
	int act; /* that comes next; OPENING: the beginning */
	Role role;
	Trouble trouble;
	Report *report;
	Sight before, now, last; /* last: before the mark was typed */
	char texts[TEXTS_MAX][TEXT_BYTES];
	size_t text_count;
	/* of a trial */
	Phase phase;
	char unmarked[TEXT_BYTES]; /* what the mark was typed into */
	bool blind;                /* a key was typed while there was no memory */
	int calm_keys, unlock_tries;
	/* of all */
	int step, only; /* only: the act that is tried, from 1; 0: all */
	unsigned turn;
	size_t trials, messages, leavings, healed, unnoticed, crashes, failures;
} Machine;
extern Machine machine;

const char *act_name(void);
bool may_leave(void); /* the session ends with the act that comes next */

/* ---- What has to be true (memory_claims.c) */

/* Notes the first that is not. */
void wrong(const char *what, const char *more);
void wrong_texts(const char *what, const char *is, const char *was);
bool fault_is_unseen(void);         /* nobody may notice it */
void check_after(Session *session); /* the fault */
void check_undo(Session *session);  /* all that can be undone leads to texts that were there, and back */
void check_mark(void);
void check_end(bool ok, const Err *err);  /* of the session */
enum { BOTTOM_ROWS = 3 };                 /* of the editor: not the writer's */
bool shows(const Sight *sight, int rows); /* the first rows of the picture are what they should be */
bool text_was_seen(const char *text);

#endif
