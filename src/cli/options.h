/* The table of subcommands and options, and argv as values. */
#ifndef MEOK_CLI_OPTIONS_H
#define MEOK_CLI_OPTIONS_H

#include "meok/base.h"

typedef enum Option {
	OPT_VAULT,
	OPT_PASSPHRASE_FD,
	OPT_CONFIG,
	OPT_CA_FILE,
	OPT_HELP,
	OPT_VERSION,
	OPT_GLOBALS, /* the ones above go with every subcommand */
	OPT_TITLE = OPT_GLOBALS,
	OPT_SUBTITLE,
	OPT_KEYWORD,
	OPT_WORK,
	OPT_COMMENTS,
	OPT_SITE,
	OPT_BODY,
	OPT_BASE,
	OPT_JSON,
	OPT_MARKDOWN,
	OPT_HTML,
	OPT_STATE,
	OPT_SEARCH,
	OPT_SORT,
	OPT_KDF,
	OPT_AS_DRAFT,
	OPT_OVERWRITE,
	OPT_DRY_RUN,
	OPT_UPDATE,
	OPT_TYPE,
	OPT_USER,
	OPT_SECRET_FD,
	OPT_KEYWORD_LIMIT,
	OPT_SUGGEST,
	OPT_JOIN,
	OPT_ACCEPT,
	OPT_REVISIONS,
	OPT_TRASH,
	OPT_REVISION,
	OPT_EMPTY,
	OPT_YES,
	OPTIONS,
} Option;

typedef struct OptionRow {
	const char *name;
	const char *argument; /* NULL: a switch */
	const char *help;     /* one line; a message id */
} OptionRow;
extern const OptionRow OPTION_ROWS[OPTIONS];

typedef struct Cli Cli;
typedef int CommandFn(Cli *cli); /* returns the exit code */

typedef struct Command {
	const char *name;      /* "site add": two words for a family */
	const char *arguments; /* as usage shows them */
	const char *help;      /* one line; a message id */
	int least, most;       /* how many arguments; most -1: any number */
	bool opens_vault; /* before it runs; the screens ask for the passphrase themselves */
	CommandFn *run;
	Option options[12]; /* ended by OPT_VAULT, which is global anyway */
} Command;

typedef struct Arguments {
	const Command *command;      /* NULL: none was named */
	const char *values[OPTIONS]; /* NULL: not given; "" for a switch */
	StrList keywords;
	char **rest;
	int rest_count;
} Arguments;

extern const Command COMMANDS[]; /* ended by a NULL name (main.c) */

/* Global options may stand before or after the subcommand. ERR_USAGE names the nearest word. */
bool arguments_parse(int argc, char **argv, Arguments *out, Err *err);
void arguments_free(Arguments *arguments);
/* A number option: descriptor or limit. */
bool option_number(const Arguments *arguments, Option option, unsigned long most, unsigned long *out, Err *err);

/* ---- usage.c */

void usage_start(Str *out);                         /* first steps, for whoever types `meok` alone */
void usage_print(const Command *command, Str *out); /* NULL: the list of all */

#endif
