/* What the files of the cli room share: the running command, its input and its output. */
#ifndef MEOK_CLI_CLI_H
#define MEOK_CLI_CLI_H

#include "meok/app.h"
#include "meok/base.h"
#include "meok/i18n.h"

#include "options.h"

struct Cli {
	App app;
	Arguments arguments;
};

/* ---- Input (input.c) */

/* That of the vault: one line from --passphrase-fd, else what passphrase_command prints, else asked on the terminal
 * without echo. No terminal: ERR_USAGE. */
bool input_passphrase(Cli *cli, Str *out, Err *err);
/* A passphrase that is to be: the next line of --passphrase-fd, else asked twice. */
bool input_new_passphrase(Cli *cli, Str *out, Err *err);
bool input_other_passphrase(Cli *cli, Str *out, Err *err);             /* of another machine; the next line, or asked */
bool input_recovery_key(Cli *cli, Str *out, Err *err);                 /* the next line, or asked */
bool input_secret(Cli *cli, const char *question, Str *out, Err *err); /* the same for --secret-fd */
/* A line typed on the terminal, to be seen. ERR_USAGE without one. */
bool input_answer(const char *question, Str *out, Err *err);
/* A file, or standard input for "-". At most 64 MiB. */
bool input_text(Cli *cli, const char *path, Str *out, Err *err);

/* ---- Output (output.c) */

int output_error(const Err *err); /* one line on stderr; returns the exit code */
void output_note(const char *format, ...) __attribute__((format(printf, 1, 2))); /* one line on stderr */
/* Foreign text: made harmless for a terminal, byte for byte into a file or pipe. */
void output_text(StrView text, SafeLines lines);
void output_cell(StrView text, size_t columns); /* made harmless, cut or padded to that many columns */
bool output_json(Json *root, Err *err);         /* prints and frees it */
void output_put_id(Json *object, const char *key, Id id);
void output_put_time(Json *object, const char *key, int64_t ms); /* UTC; 0 is null */
/* Adds a row for it, and returns that. */
Json *output_put_damage(Json *array, const Damage *damage);
void output_note_damage(const Damage *damage); /* one line on stderr */
/* Flushes; a full disk or closed pipe is an error like any other. */
bool output_flush(Err *err);

/* ---- Subcommands */

int command_init(Cli *cli); /* vault.c */
int command_recovery_key(Cli *cli);
bool vault_cost(const char *word, KdfCost *cost, Err *err); /* of --kdf; NULL: as it is */
int command_passwd(Cli *cli);                               /* keys.c */
int command_recover(Cli *cli);
int command_rekey(Cli *cli);
int command_check(Cli *cli);
int command_screens(Cli *cli); /* screens.c */
int command_edit(Cli *cli);
int screens_edit(Cli *cli, Id draft); /* the editor on a draft; the vault is open */
int command_new(Cli *cli);            /* drafts.c */
int command_set(Cli *cli);
int command_rm(Cli *cli);
int command_restore(Cli *cli); /* history.c */
int command_log(Cli *cli);
int command_trash(Cli *cli);
int command_merge(Cli *cli);  /* merge.c */
int command_export(Cli *cli); /* export.c */
int command_import(Cli *cli); /* import.c */
int command_list(Cli *cli);   /* list.c */
int command_show(Cli *cli);   /* show.c */
int command_drop(Cli *cli);   /* fragments.c */
int command_fragments(Cli *cli);
int command_publish(Cli *cli);  /* publish.c */
int command_site_add(Cli *cli); /* sites.c */
int command_site_list(Cli *cli);
int command_site_check(Cli *cli);
int command_site_remove(Cli *cli);
int command_keywords(Cli *cli);

/* ---- Shared by subcommands (main.c, drafts.c, history.c, merge.c) */

/* Which former revision of a damaged draft can be read, and how it is brought back: one line on stderr. */
void history_note_way_out(Cli *cli, Id draft);
/* The same for programs: "sound", the newest revision that is whole, when there is one. */
void history_put_way_out(Cli *cli, Json *row, Id draft);
int history_error(Cli *cli, Id draft, const Err *err); /* output_error; of a damaged draft it tells the way out */
void merge_note_texts(Cli *cli, Id draft);             /* on stderr: it has two texts, or a newer one is missing */
bool cli_unlock(Cli *cli, Err *err);                   /* with the passphrase from --passphrase-fd or the terminal */
/* Makes a draft of a file's text. The options of the command line count before its front matter. */
typedef enum DraftFrom {
	DRAFT_NEW,
	DRAFT_RENEWED,  /* the draft that came from this file gets its text */
	DRAFT_IMPORTED, /* it keeps its date, and a blog's file name stands for what its front matter does not say */
} DraftFrom;
bool draft_from_file(Cli *cli, const char *path, DraftFrom how, Revision *revision, Err *err);
/* Whether the draft is, or once was, what importing the file would make of it. */
bool draft_was_file(Cli *cli, Id draft, const char *path, bool *out, Err *err);

#endif
