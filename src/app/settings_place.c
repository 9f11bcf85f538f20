/* Settings on the screen: language, colours, blogs, the recovery key, and where things are. */
#include "commands.h"
#include "picker.h"

#include <stdlib.h>

typedef enum Setting {
	SET_LANGUAGE,
	SET_THEME,
	SET_SITES,
	SET_PASSPHRASE,
	SET_RECOVERY,
	SET_LOCK,
	SET_MEMORY,
	SET_VAULT,
	SET_KEYS
} Setting;

static void
add(Session *session, Picker *picker, Setting tag, const char *label, const char *detail)
{
	PickerItem item = {.tag = tag};
	str_append_c(&item.label, label);
	str_append_c(&item.detail, detail);
	picker_add(session, picker, &item);
}

static void
add_lock(Session *session, Picker *picker)
{
	const Str *value = &session->app->settings.lock;
	Str text = {0};
	unsigned long number = value->len > 0 ? strtoul(str_c(value), NULL, 10) : 60;
	bool seconds = sv_ends(str_view(value), SV("s"));
	if (number == 0)
		str_append_c(&text, _("never"));
	else if (seconds)
		str_printf(&text, ngettext("after %lu second without a key", "after %lu seconds without a key", number),
			number);
	else
		str_printf(&text, ngettext("after %lu minute without a key", "after %lu minutes without a key", number),
			number);
	Err err = {0};
	if (!str_ok(&text, &err))
		session_say_error(session, &err);
	add(session, picker, SET_LOCK, _("The vault is locked"), str_c(&text));
	str_free(&text);
}

static void
fill(Session *session, Picker *picker)
{
	const Settings *settings = &session->app->settings;
	Str keys = {0};
	const char *theme = settings->theme.len > 0 ? str_c(&settings->theme) : "auto";
	add(session, picker, SET_LANGUAGE, _("Language"), _("English"));
	add(session, picker, SET_THEME, _("Colours (from the next start)"), theme);
	add(session, picker, SET_SITES, _("Blogs"), str_c(&settings->default_site));
	add(session, picker, SET_PASSPHRASE, _("Change the passphrase"), "");
	add(session, picker, SET_RECOVERY, _("Make a recovery key"),
		_("opens the vault when the passphrase is forgotten"));
	add_lock(session, picker);
	if (!vault_memory_locked(session->app->vault))
		add(session, picker, SET_MEMORY, _("The keys may reach the swap space"),
			_("the system locks no more memory for meok: raise its limit (ulimit -l)"));
	add(session, picker, SET_VAULT, _("The vault is in"), str_c(&settings->vault));
	Err err = {0};
	bool home = path_xdg("XDG_CONFIG_HOME", ".config", &keys, &err);
	if (home)
		path_join(&keys, str_view(&keys), SV("keys"));
	if ((home && !str_ok(&keys, &err)) || (!home && err_is_memory(&err)))
		session_say_error(session, &err);
	else if (home)
		add(session, picker, SET_KEYS, _("Your own keys go into"), str_c(&keys));
	str_free(&keys);
}

static void
next_theme(Session *session)
{
	static const char *const themes[] = {"auto", "none", "16", "256"};
	enum { THEMES = sizeof themes / sizeof themes[0] };
	Settings *settings = &session->app->settings;
	size_t now = 0;
	Err err = {0};
	for (size_t i = 0; i < THEMES; i++)
		if (sv_equal(str_view(&settings->theme), sv(themes[i])))
			now = i;
	if (!app_set(session->app, "theme", sv(themes[(now + 1) % THEMES]), &err))
		session_say_error(session, &err);
}

static void
next_lock(Session *session)
{
	static const char *const minutes[] = {"60", "30", "10", "0"};
	enum { COUNT = sizeof minutes / sizeof minutes[0] };
	const Settings *settings = &session->app->settings;
	size_t now = 0;
	Err err = {0};
	for (size_t i = 0; i < COUNT; i++)
		if (sv_equal(str_view(&settings->lock), sv(minutes[i])))
			now = i;
	if (!app_set(session->app, "lock", sv(minutes[(now + 1) % COUNT]), &err))
		session_say_error(session, &err);
	lock_watch(session);
}

static void
show_recovery_key(Session *session)
{
	Str key = {0}, text = {0};
	Err err = {0};
	if (!vault_recovery_key(session->app->vault, &key, &err)) {
		session_say_error(session, &err);
		return;
	}
	str_append_c(
		&text, _("Whoever has this key can open the vault, also without the passphrase. Write it down now and "
			 "keep it where only you find it: it is not shown again. Each key that was made works."));
	str_printf(&text, "\n\n# %s\n", str_c(&key));
	str_wipe(&key);
	if (str_ok(&text, &err)) {
		page_open(session, _("Recovery key"), &text);
		return;
	}
	str_wipe(&text);
	session_say_error(session, &err);
}

static void
take(Session *session, Picker *picker, size_t item)
{
	switch ((Setting)picker->items[item].tag) {
	case SET_LANGUAGE:
		run_language(session, NULL);
		picker_refill(session, picker);
		break;
	case SET_THEME:
		next_theme(session);
		picker_refill(session, picker);
		break;
	case SET_SITES:
		sites_open(session);
		break;
	case SET_RECOVERY:
		show_recovery_key(session);
		break;
	case SET_PASSPHRASE:
		passphrase_form_open(session);
		break;
	case SET_LOCK:
		next_lock(session);
		picker_refill(session, picker);
		break;
	case SET_MEMORY:
	case SET_VAULT:
	case SET_KEYS:
		session_say(session, NOTICE_INFO, "%s", str_c(&picker->items[item].detail));
		break;
	}
}

static const HintWord HINTS[] = {{"accept", N_("change")}, {"close", N_("close")}};
static const PickerUse SETTINGS = {
	.heading = N_("Settings"),
	.fill = fill,
	.take = take,
	.hints = HINTS,
	.hint_count = sizeof HINTS / sizeof HINTS[0],
};

bool
settings_open(Session *session)
{
	if (!session_has_vault(session))
		return false;
	return picker_open(session, &SETTINGS, NULL);
}

bool
run_settings(Session *session, const StrList *words)
{
	(void)words;
	settings_open(session);
	return true;
}
