/* The keys of the vault: passwd, recover, rekey. */
#include "cli.h"

#include <stdio.h>

/* The vault is held meanwhile, so that two on this machine do not change its keys at once. */
static bool
held_change(Cli *cli, StrView passphrase, Err *err)
{
	KdfCost cost = app_kdf_cost(&cli->app);
	bool ok = vault_cost(cli->arguments.values[OPT_KDF], &cost, err) && vault_hold(cli->app.vault, err);
	ok = ok && vault_change_passphrase(cli->app.vault, passphrase, cost, err);
	vault_release(cli->app.vault);
	return ok;
}

static void
say_changed(const Cli *cli)
{
	output_note("%s", _("the passphrase is changed; copies of the vault that were made before still open with the "
			    "old one, and what they give opens later text too, until `meok rekey`"));
	if (cli->app.settings.passphrase_command.len > 0)
		output_note("%s", _("passphrase_command in your settings has to give the new one from now on"));
}

static int
change(Cli *cli)
{
	Err err = {0};
	Str passphrase = {0};
	bool ok = input_new_passphrase(cli, &passphrase, &err) && held_change(cli, str_view(&passphrase), &err);
	str_wipe(&passphrase);
	if (ok)
		say_changed(cli);
	return ok ? 0 : output_error(&err);
}

int
command_passwd(Cli *cli)
{
	return change(cli);
}

int
command_recover(Cli *cli)
{
	Err err = {0};
	Str key = {0};
	const char *dir = str_c(&cli->app.settings.vault);
	bool ok = vault_exists(cli->app.sys, dir) ||
		  err_set(&err, ERR_NOT_FOUND, "there is no vault in %s yet: make one with `meok init`", dir);
	ok = ok && input_recovery_key(cli, &key, &err) && app_unlock(&cli->app, str_view(&key), &err);
	str_wipe(&key);
	return ok ? change(cli) : output_error(&err);
}

/* The old recovery keys open nothing any more. */
static bool
renew_recovery_key(Cli *cli, Err *err)
{
	Str shown = {0};
	bool ok = vault_recovery_key(cli->app.vault, &shown, err);
	if (ok) {
		printf("%s\n", str_c(&shown));
		output_note(
			"%s", _("this is a new recovery key: write it down, those from before open nothing any more"));
	}
	str_wipe(&shown);
	return ok;
}

static bool
rekey(Cli *cli, StrView passphrase, Err *err)
{
	Vault *vault = cli->app.vault;
	KdfCost cost = app_kdf_cost(&cli->app);
	size_t resealed = 0;
	bool had_recovery = vault_has_recovery_key(vault);
	bool ok = vault_cost(cli->arguments.values[OPT_KDF], &cost, err) && vault_hold(vault, err);
	ok = ok && vault_rekey(vault, passphrase, cost, &resealed, err);
	if (ok)
		output_note(ngettext("%zu object is sealed under a new key; open meok again where it is running",
				    "%zu objects are sealed under a new key; open meok again where it is running",
				    resealed),
			resealed);
	ok = ok && (!had_recovery || renew_recovery_key(cli, err));
	vault_release(vault);
	return ok;
}

static bool
join(Cli *cli, StrView passphrase, Err *err)
{
	bool ok = vault_hold(cli->app.vault, err) && vault_join_keys(cli->app.vault, passphrase, err);
	vault_release(cli->app.vault);
	if (ok)
		output_note("%s", _("the key of the other machine is taken in: what was sealed there opens here"));
	return ok;
}

int
command_rekey(Cli *cli)
{
	Err err = {0};
	Str passphrase = {0};
	bool joins = cli->arguments.values[OPT_JOIN] != NULL;
	bool ok = joins ? input_other_passphrase(cli, &passphrase, &err) : input_new_passphrase(cli, &passphrase, &err);
	ok = ok && (joins ? join(cli, str_view(&passphrase), &err) : rekey(cli, str_view(&passphrase), &err));
	str_wipe(&passphrase);
	return ok ? 0 : output_error(&err);
}
