/* The vault itself: init, recovery-key, check. */
#include "cli.h"

#include <stdio.h>
#include <string.h>

bool
vault_cost(const char *word, KdfCost *cost, Err *err)
{
	if (word == NULL)
		return true;
	if (strcmp(word, "moderate") == 0)
		*cost = KDF_MODERATE;
	else if (strcmp(word, "interactive") == 0)
		*cost = KDF_INTERACTIVE;
	else if (strcmp(word, "sensitive") == 0)
		*cost = KDF_SENSITIVE;
	else
		return err_set(err, ERR_USAGE, "--kdf is interactive, moderate or sensitive, not %s", word);
	return true;
}

int
command_init(Cli *cli)
{
	Err err = {0};
	KdfCost cost = app_kdf_cost(&cli->app);
	Str passphrase = {0};
	const char *dir = str_c(&cli->app.settings.vault);
	bool ok = vault_cost(cli->arguments.values[OPT_KDF], &cost, &err);
	if (ok && vault_exists(cli->app.sys, dir))
		ok = err_set(&err, ERR_USAGE, "there is a vault in %s already: nothing was changed", dir);
	ok = ok && input_new_passphrase(cli, &passphrase, &err) &&
	     vault_create(cli->app.sys, dir, str_view(&passphrase), cost, &err);
	str_wipe(&passphrase);
	if (ok)
		output_note(_("your drafts are kept sealed in %s; a passphrase that is lost cannot be made up for: "
			      "`meok recovery-key` makes a second key"),
			dir);
	return ok ? 0 : output_error(&err);
}

int
command_recovery_key(Cli *cli)
{
	Err err = {0};
	Str shown = {0};
	bool ok = vault_recovery_key(cli->app.vault, &shown, &err);
	if (ok) {
		printf("%s\n", str_c(&shown));
		output_note("%s", _("write this on paper and keep it away from this computer: it opens the vault like "
				    "the passphrase"));
	}
	str_wipe(&shown);
	return ok ? 0 : output_error(&err);
}
