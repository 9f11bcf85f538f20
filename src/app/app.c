/* The App: configuration, opening and closing the vault. */
#include "meok/app.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CONFIG_LIMIT = 1 << 20 };

static bool
read_settings(App *app, const Str *path, bool must_be, Err *err)
{
	Str text = {0};
	Err why = {0};
	bool ok = str_ok(path, err);
	if (ok && !file_read(app->sys, str_c(path), CONFIG_LIMIT, &text, &why)) {
		ok = !must_be && why.kind == ERR_NOT_FOUND;
		if (!ok && err != NULL)
			*err = why;
	}
	ok = ok && settings_parse(app->sys, str_view(&text), str_c(path), SETTINGS_FILE, &app->settings,
			   &app->complaints, err);
	str_free(&text);
	return ok;
}

/* The settings, then the keys, which may stand in a file of their own. */
static bool
read_config(App *app, const char *config_file, Err *err)
{
	Str dir = {0}, path = {0};
	Err homeless = {0};
	bool home = path_xdg("XDG_CONFIG_HOME", ".config", &dir, &homeless);
	bool ok = home || !err_is_memory(&homeless);
	if (config_file != NULL)
		str_append_c(&path, config_file);
	else if (home)
		path_join(&path, str_view(&dir), SV("config"));
	ok = ok && (home || config_file != NULL);
	if (!ok && err != NULL)
		*err = homeless;
	ok = ok && read_settings(app, &path, config_file != NULL, err);
	str_set(&app->config, str_view(&path));
	ok = ok && str_ok(&app->config, err);
	if (ok && home) {
		path_join(&path, str_view(&dir), SV("keys"));
		ok = read_settings(app, &path, false, err);
	}
	str_free(&dir);
	str_free(&path);
	return ok;
}

/* Where the vault is does not change with the folder meok is started in. */
static bool
make_absolute(Str *path, Err *err)
{
	if (path->len == 0 || path->ptr[0] == '/')
		return true;
	char *here = getcwd(NULL, 0);
	if (here == NULL)
		return err_set(err, ERR_FAILED, "cannot tell which folder this is: %s", strerror(errno));
	Str whole = {0};
	path_join(&whole, sv(here), str_view(path));
	free(here);
	str_move(path, &whole);
	return str_ok(path, err);
}

bool
app_init(App *app, const Sys *sys, const char *vault_dir, const char *config_file, const char *ca_file, Err *err)
{
	*app = (App){.sys = sys, .program = "/proc/self/exe"};
	if (!read_config(app, config_file, err))
		return false;
	Settings *settings = &app->settings;
	if (vault_dir != NULL)
		str_set(&settings->vault, sv(vault_dir));
	else if (settings->vault.len == 0 && !path_xdg("XDG_DATA_HOME", ".local/share", &settings->vault, err))
		return false;
	/* Without a home nothing is remembered; want of memory is no want of a home, or there would be no journal. */
	Err homeless = {0};
	if ((!path_xdg("XDG_STATE_HOME", ".local/state", &app->state, &homeless) && err_is_memory(&homeless)) ||
		!str_ok(&app->state, NULL))
		return err_memory(err);
	if (ca_file != NULL)
		str_set(&settings->ca_file, sv(ca_file));
	return str_ok(&settings->vault, err) && str_ok(&settings->ca_file, err) && make_absolute(&settings->vault, err);
}

KdfCost
app_kdf_cost(const App *app)
{
	StrView wanted = str_view(&app->settings.kdf);
	if (sv_equal(wanted, SV("interactive")))
		return KDF_INTERACTIVE;
	return sv_equal(wanted, SV("sensitive")) ? KDF_SENSITIVE : KDF_MODERATE;
}

bool
app_unlock(App *app, StrView secret, Err *err)
{
	Vault *vault = vault_open(app->sys, str_c(&app->settings.vault), str_c(&app->state), secret, err);
	return vault != NULL && app_take_vault(app, vault, err);
}

bool
app_take_vault(App *app, Vault *vault, Err *err)
{
	app->vault = vault;
	Str lines = {0};
	bool ok = vault_load_settings(app->vault, &lines, err) &&
		  settings_parse(app->sys, str_view(&lines), "settings", SETTINGS_SEALED, &app->settings,
			  &app->complaints, err);
	str_wipe(&lines);
	return ok;
}

void
app_free(App *app)
{
	vault_close(app->vault);
	settings_free(&app->settings);
	complaints_free(&app->complaints);
	str_free(&app->config);
	str_free(&app->state);
	*app = (App){0};
}
