/* The App: configuration, opening and closing the vault. */
#include "meok/app.h"

enum { CONFIG_LIMIT = 1 << 20 };

static bool
read_config(App *app, const char *config_file, Err *err)
{
	Str path = {0}, text = {0};
	Err why = {0};
	bool ok;
	if (config_file != NULL) {
		str_append_c(&path, config_file);
		ok = str_ok(&path, err) && file_read(app->sys, str_c(&path), CONFIG_LIMIT, &text, err);
	} else {
		ok = path_xdg("XDG_CONFIG_HOME", ".config", &path, err);
		if (ok) {
			path_join(&path, str_view(&path), SV("config"));
			ok = file_read(app->sys, str_c(&path), CONFIG_LIMIT, &text, &why) || why.kind == ERR_NOT_FOUND;
			if (!ok && err != NULL)
				*err = why;
		}
	}
	ok = ok && settings_parse(app->sys, str_view(&text), str_c(&path), SETTINGS_FILE, &app->settings,
			   &app->complaints, err);
	str_move(&app->config, &path);
	str_free(&text);
	return ok;
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
	if (ca_file != NULL)
		str_set(&settings->ca_file, sv(ca_file));
	return str_ok(&settings->vault, err) && str_ok(&settings->ca_file, err);
}

bool
app_unlock(App *app, StrView secret, Err *err)
{
	Vault *vault = vault_open(app->sys, str_c(&app->settings.vault), secret, err);
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
	str_free(&lines);
	return ok;
}

void
app_free(App *app)
{
	vault_close(app->vault);
	settings_free(&app->settings);
	complaints_free(&app->complaints);
	str_free(&app->config);
	*app = (App){0};
}
