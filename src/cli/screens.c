/* The way into the screens: `meok` alone, `meok edit`, `meok new` on a terminal. */
#include "cli.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* In the environment of a meok that begins anew: no secret, and no option of the writer's. */
static const char WAS_LOCKED[] = "MEOK_LOCKED";

enum { ARGUMENTS_MAX = 12, PLACE_BYTES = 64 };

/* Begins anew in the place of this process, with the options that were given: nothing of what was open stays in memory.
 * Returns only when that fails. */
static int
begin_anew(Cli *cli)
{
	static const Option handed_on[] = {OPT_VAULT, OPT_CONFIG, OPT_CA_FILE};
	const SessionEnd *end = &cli->app.end;
	Str options[sizeof handed_on / sizeof *handed_on] = {0};
	char *argv[ARGUMENTS_MAX] = {(char *)"meok"}, draft[ID_TEXT + 1], place[PLACE_BYTES];
	size_t count = 1;
	Err err = {0};
	for (size_t i = 0; i < sizeof handed_on / sizeof *handed_on; i++) {
		const char *value = cli->arguments.values[handed_on[i]];
		if (value == NULL)
			continue;
		str_printf(&options[i], "--%s=%s", OPTION_ROWS[handed_on[i]].name, value);
		if (!str_ok(&options[i], &err))
			return output_error(&err);
		argv[count++] = options[i].ptr;
	}
	if (!id_is_none(end->draft)) {
		id_format(end->draft, draft);
		argv[count++] = (char *)"edit";
		argv[count++] = draft;
	}
	if (!id_is_none(end->draft) && end->line > 0) {
		snprintf(place, sizeof place, "+%zu:%zu", end->line, end->column);
		argv[count++] = place;
	}
	/* What it remembers is written, and its keys are zeroed. */
	vault_close(cli->app.vault);
	cli->app.vault = NULL;
	setenv(WAS_LOCKED, end->idle ? "idle" : "asked", 1);
	execv(cli->app.program, argv);
	err_set(&err, ERR_FAILED, "the vault is locked, but meok cannot begin again: %s: start it anew",
		strerror(errno));
	return output_error(&err);
}

static int
run(Cli *cli, SessionStart *start)
{
	Err err = {0};
	/* Said by the one before this one; no child need know. */
	const char *before = getenv(WAS_LOCKED);
	start->was_locked = before == NULL ? NULL : strcmp(before, "idle") == 0 ? "idle" : "asked";
	unsetenv(WAS_LOCKED);
	bool ok = session_run(&cli->app, start, &err);
	if (ok && cli->app.end.locked)
		return begin_anew(cli);
	return ok ? 0 : output_error(&err);
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
	SessionStart start = {0};
	return run(cli, &start);
}

int
screens_edit(Cli *cli, Id draft)
{
	char text[ID_TEXT + 1] = "";
	if (!id_is_none(draft))
		id_format(draft, text);
	SessionStart start = {.new_draft = id_is_none(draft), .draft = sv(text)};
	return run(cli, &start);
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
