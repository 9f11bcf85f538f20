/* Start: the locale, the table of subcommands, the vault, the exit code. */
#include "meok/cli.h"

#include "cli.h"
#include "config.h"

#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#define DRAFT_OPTIONS OPT_TITLE, OPT_SUBTITLE, OPT_KEYWORD, OPT_WORK, OPT_COMMENTS, OPT_SITE

const Command COMMANDS[] = {
	{"init", "", N_("make a vault, where drafts are kept sealed"), 0, 0, false, command_init, {OPT_KDF}},
	{"edit", "ID|@ [+LINE[:COLUMN]]", N_("open the editor on a draft"), 1, 2, false, command_edit, {OPT_VAULT}},
	{"new", "[FILE|-]", N_("make a draft from Markdown and print its id"), 0, 1, true, command_new,
		{DRAFT_OPTIONS}},
	{"list", "", N_("list the drafts"), 0, 0, true, command_list,
		{OPT_STATE, OPT_WORK, OPT_SEARCH, OPT_SORT, OPT_JSON}},
	{"show", "ID", N_("show a draft"), 1, 1, true, command_show, {OPT_REVISION, OPT_MARKDOWN, OPT_HTML, OPT_JSON}},
	{"set", "ID", N_("change a draft"), 1, 1, true, command_set, {DRAFT_OPTIONS, OPT_BODY, OPT_BASE}},
	{"merge", "[ID…]", N_("make drafts that were changed in two places one again"), 0, -1, true, command_merge,
		{OPT_VAULT}},
	{"rm", "ID…", N_("put drafts into the trash"), 1, -1, true, command_rm, {OPT_VAULT}},
	{"restore", "ID [REVISION]", N_("take a draft out of the trash, or bring a former revision back"), 1, 2, true,
		command_restore, {OPT_VAULT}},
	{"log", "ID", N_("list the revisions of a draft"), 1, 1, true, command_log, {OPT_JSON}},
	{"trash", "[ID…]", N_("list what is in the trash, or destroy it for good"), 0, -1, true, command_trash,
		{OPT_EMPTY, OPT_YES, OPT_JSON}},
	{"drop", "[TEXT|FILE|-]", N_("seal a thought or a picture for later, without the passphrase"), 0, 1, false,
		command_drop, {OPT_VAULT}},
	{"fragments", "", N_("list what was dropped and is no draft yet"), 0, 0, true, command_fragments, {OPT_JSON}},
	{"publish", "[ID|FILE]…", N_("publish drafts, or send their changes"), 0, -1, true, command_publish,
		{OPT_SITE, OPT_AS_DRAFT, OPT_OVERWRITE, OPT_DRY_RUN, OPT_JSON}},
	{"site add", "NAME URL|FOLDER", N_("connect a blog, or a folder that needs no account"), 2, 2, true,
		command_site_add, {OPT_TYPE, OPT_USER, OPT_SECRET_FD, OPT_KEYWORD_LIMIT}},
	{"site list", "", N_("list the sites"), 0, 0, true, command_site_list, {OPT_JSON}},
	{"site check", "NAME", N_("ask a site whether all is well, and learn its keywords"), 1, 1, true,
		command_site_check, {OPT_JSON}},
	{"site remove", "NAME", N_("forget a site and destroy its credential here"), 1, 1, true, command_site_remove,
		{OPT_VAULT}},
	{"keywords", "", N_("list the keywords in use, or suggest some for a draft"), 0, 0, true, command_keywords,
		{OPT_SITE, OPT_SUGGEST, OPT_JSON}},
	{"recovery-key", "", N_("make a key that opens the vault when the passphrase is lost"), 0, 0, true,
		command_recovery_key, {OPT_VAULT}},
	{"passwd", "", N_("choose another passphrase"), 0, 0, true, command_passwd, {OPT_KDF}},
	{"recover", "", N_("choose another passphrase with the recovery key"), 0, 0, false, command_recover, {OPT_KDF}},
	{"rekey", "", N_("seal everything under a new key, so that old copies of the keys open nothing new"), 0, 0,
		true, command_rekey, {OPT_KDF, OPT_JOIN}},
	{"export", "DIR", N_("write every draft as Markdown into a new folder, in the clear"), 1, 1, true,
		command_export, {OPT_REVISIONS, OPT_TRASH}},
	{"import", "PATH…", N_("make drafts of Markdown files and of folders of hugo or jekyll"), 1, -1, true,
		command_import, {OPT_WORK, OPT_SITE, OPT_UPDATE, OPT_DRY_RUN}},
	{"check", "", N_("verify every sealed object of the vault"), 0, 0, true, command_check, {OPT_JSON, OPT_ACCEPT}},
	{0},
};

/* `meok` alone, on a terminal. */
static const Command SCREENS = {"", "", "", 0, 0, false, command_screens, {OPT_VAULT}};

/* No core file and no debugger of the same user may hold what the vault protects. */
static bool
harden(Err *err)
{
	struct rlimit none = {0, 0};
	if (setrlimit(RLIMIT_CORE, &none) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
		return err_set(err, ERR_FAILED, "cannot switch core files off: text could reach the disk in the clear");
	return true;
}

/* Where a standard descriptor is closed, the next file opened would take its place and get what is meant for the
 * writer. The wrong way round, so that using it is an error as before. */
static bool
fill_standard_descriptors(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) >= 0)
			continue;
		if (open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
			return false;
	}
	return true;
}

/* The value that decides the language, by the rules of setlocale(3). */
static const char *
locale_name(void)
{
	static const char *const variables[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
	for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++) {
		const char *value = getenv(variables[i]);
		if (value != NULL && value[0] != '\0')
			return value;
	}
	return "C";
}

/* A bare server often lacks ko_KR.UTF-8: text still is UTF-8 there and the messages still are Korean. Only a locale
 * that truly is not UTF-8 is complained about. */
static void
start_locale(void)
{
	const char *name = locale_name();
	const char *dot = strchr(name, '.');
	bool there = setlocale(LC_ALL, "") != NULL;
	bool utf8 = there && strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	if (!utf8) {
		bool plain = strcmp(name, "C") == 0 || strcmp(name, "POSIX") == 0;
		bool meant_utf8 =
			dot == NULL || strncasecmp(dot, ".utf8", 5) == 0 || strncasecmp(dot, ".utf-8", 6) == 0;
		if (setlocale(LC_ALL, "C.UTF-8") == NULL)
			output_note("meok: this machine has no UTF-8 locale; text may look wrong");
		else if (there && !plain && !meant_utf8)
			output_note("meok: the locale %s is not UTF-8; meok writes UTF-8 all the same", name);
		const char *languages = getenv("LANGUAGE");
		if (!plain && (languages == NULL || languages[0] == '\0')) {
			char language[16];
			snprintf(language, sizeof language, "%.*s", (int)strcspn(name, "_.@"), name);
			setenv("LANGUAGE", language, 1);
		}
	}
	setlocale(LC_NUMERIC, "C");
	bindtextdomain("meok", LOCALEDIR);
	bind_textdomain_codeset("meok", "UTF-8");
	textdomain("meok");
}

static void
print_complaints(const Complaints *complaints)
{
	for (size_t i = 0; i < complaints->len; i++) {
		char text[ERR_TEXT_MAX];
		const Err *what = &complaints->items[i].what;
		err_format(what, gettext(what->id), text, sizeof text);
		output_note("meok: %s: %s", str_c(&complaints->items[i].where), text);
	}
}

bool
cli_unlock(Cli *cli, Err *err)
{
	Str secret = {0};
	if (!vault_exists(cli->app.sys, str_c(&cli->app.settings.vault)))
		return err_set(err, ERR_NOT_FOUND, "there is no vault in %s yet: make one with `meok init`",
			str_c(&cli->app.settings.vault));
	bool ok = input_passphrase(cli, &secret, err) && app_unlock(&cli->app, str_view(&secret), err);
	str_wipe(&secret);
	return ok;
}

static int
run(Cli *cli)
{
	Err err = {0};
	const Arguments *arguments = &cli->arguments;
	const char *const *values = arguments->values;
	if (!app_init(&cli->app, &SYS_POSIX, values[OPT_VAULT], values[OPT_CONFIG], values[OPT_CA_FILE], &err))
		return output_error(&err);
	if (cli->app.settings.language.len > 0)
		language_choose(str_view(&cli->app.settings.language));
	bool screens = arguments->command->run == command_screens || arguments->command->run == command_edit;
	if (!screens)
		print_complaints(&cli->app.complaints);
	size_t said = cli->app.complaints.len;
	if (arguments->command->opens_vault && !cli_unlock(cli, &err))
		return output_error(&err);
	Complaints sealed = {cli->app.complaints.items + said, cli->app.complaints.len - said, 0};
	print_complaints(&sealed);
	int code = arguments->command->run(cli);
	return code == 0 && !output_flush(&err) ? output_error(&err) : code;
}

static int
print_usage(const Arguments *arguments)
{
	Err err = {0};
	Str text = {0};
	if (arguments->values[OPT_HELP] != NULL)
		usage_print(arguments->command, &text);
	else
		usage_start(&text);
	fputs(str_c(&text), stdout);
	str_free(&text);
	return output_flush(&err) ? 0 : output_error(&err);
}

int
cli_main(int argc, char **argv)
{
	Err err = {0};
	/* The child begins here too, before anything of the parent's is read. */
	if (argc == 2 && strcmp(argv[1], "net") == 0)
		return net_main(3);
	if (!fill_standard_descriptors())
		return 1;
	start_locale();
	if (!harden(&err))
		return output_error(&err);
	Cli cli = {0};
	int code;
	if (!arguments_parse(argc, argv, &cli.arguments, &err)) {
		code = output_error(&err);
	} else if (cli.arguments.values[OPT_VERSION] != NULL) {
		printf("meok %s\n", PACKAGE_VERSION);
		code = output_flush(&err) ? 0 : output_error(&err);
	} else if (cli.arguments.values[OPT_HELP] == NULL && cli.arguments.command == NULL && isatty(STDIN_FILENO) &&
		   isatty(STDOUT_FILENO)) {
		cli.arguments.command = &SCREENS;
		code = run(&cli);
	} else if (cli.arguments.values[OPT_HELP] != NULL || cli.arguments.command == NULL) {
		code = print_usage(&cli.arguments);
	} else {
		code = run(&cli);
	}
	app_free(&cli.app);
	arguments_free(&cli.arguments);
	return code;
}

int
main(int argc, char **argv)
{
	return cli_main(argc, argv);
}
