/* The way into the screens: `meok` alone, `meok edit`, `meok new` on a terminal. */
#include "cli.h"

#include <stdlib.h>

static int
run(Cli *cli, const SessionStart *start)
{
	Err err = {0};
	return session_run(&cli->app, start, &err) ? 0 : output_error(&err);
}

/* A passphrase that is handed over is used before the screens begin: it needs no screen to be asked on. */
static bool
open_handed(Cli *cli, Err *err)
{
	return cli->arguments.values[OPT_PASSPHRASE_FD] == NULL || cli_unlock(cli, err);
}

int
command_screens(Cli *cli)
{
	Err err = {0};
	bool there = vault_exists(cli->app.sys, str_c(&cli->app.settings.vault));
	if (there && !open_handed(cli, &err))
		return output_error(&err);
	return run(cli, &(SessionStart){0});
}

int
screens_edit(Cli *cli, Id draft)
{
	char text[ID_TEXT + 1] = "";
	if (!id_is_none(draft))
		id_format(draft, text);
	return run(cli, &(SessionStart){.new_draft = id_is_none(draft), .draft = sv(text)});
}

/* +LINE or +LINE:COLUMN */
static bool
read_place(const char *text, SessionStart *start, Err *err)
{
	char *end = NULL;
	bool ok = text[0] == '+' && text[1] >= '0' && text[1] <= '9';
	if (ok)
		start->line = strtoul(text + 1, &end, 10);
	if (ok && *end == ':' && end[1] >= '0' && end[1] <= '9')
		start->column = strtoul(end + 1, &end, 10);
	if (ok && *end == '\0')
		return true;
	return err_set(err, ERR_USAGE, "%s is no place in a text: it is written +LINE or +LINE:COLUMN", text);
}

int
command_edit(Cli *cli)
{
	Err err = {0};
	Id draft;
	SessionStart start = {.draft = sv(cli->arguments.rest[0])};
	bool there = vault_exists(cli->app.sys, str_c(&cli->app.settings.vault));
	bool ok = there || err_set(&err, ERR_NOT_FOUND, "there is no vault in %s yet: make one with `meok init`",
				   str_c(&cli->app.settings.vault));
	ok = ok && (cli->arguments.rest_count < 2 || read_place(cli->arguments.rest[1], &start, &err)) &&
	     open_handed(cli, &err) && (cli->app.vault == NULL || app_find_draft(&cli->app, start.draft, &draft, &err));
	return ok ? run(cli, &start) : output_error(&err);
}
