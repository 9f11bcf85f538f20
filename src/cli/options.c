/* The arguments of the program against the table of subcommands and options. */
#include "options.h"

#include "meok/i18n.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

const OptionRow OPTION_ROWS[OPTIONS] = {
	[OPT_VAULT] = {"vault", "DIR", N_("the folder that holds your drafts, sealed")},
	[OPT_PASSPHRASE_FD] = {"passphrase-fd", "N",
		N_("read the passphrase from descriptor N (one line; a new one from the next)")},
	[OPT_CONFIG] = {"config", "FILE", N_("settings file to read instead of the usual one")},
	[OPT_CA_FILE] = {"ca-file", "FILE", N_("certificates to trust besides the system's")},
	[OPT_HELP] = {"help", NULL, N_("show this")},
	[OPT_VERSION] = {"version", NULL, N_("show the version")},
	[OPT_TITLE] = {"title", "TITLE", N_("title of the draft")},
	[OPT_SUBTITLE] = {"subtitle", "TEXT", N_("subtitle; becomes the excerpt on a blog")},
	[OPT_KEYWORD] = {"keyword", "WORD", N_("a keyword; give it again for more; empty: none")},
	[OPT_WORK] = {"work", "NAME", N_("the work (series) it belongs to; made when there is none; empty: none")},
	[OPT_COMMENTS] = {"comments", "on|off", N_("whether readers may comment")},
	[OPT_SITE] = {"site", "NAME", N_("the site it goes to")},
	[OPT_BODY] = {"body", "FILE|-", N_("new text, in Markdown, from a file or standard input")},
	[OPT_BASE] = {"base", "REVISION", N_("what the new text grew out of; the newest revision")},
	[OPT_JSON] = {"json", NULL, N_("print JSON")},
	[OPT_MARKDOWN] = {"markdown", NULL, N_("print front matter and Markdown")},
	[OPT_HTML] = {"html", NULL, N_("print the body as HTML")},
	[OPT_STATE] = {"state", "STATE",
		N_("only drafts in this state: draft, published, edited, review, site-draft, hidden, unknown, "
		   "trashed")},
	[OPT_SEARCH] = {"search", "QUERY",
		N_("only drafts with these words; \"a phrase\", #keyword, @site, work:NAME, state:NAME")},
	[OPT_SORT] = {"sort", "relevance|date", N_("order of what was searched for (relevance)")},
	[OPT_KDF] = {"kdf", "interactive|moderate|sensitive", N_("how costly a guess at the passphrase is (moderate)")},
	[OPT_AS_DRAFT] = {"as-draft", NULL, N_("leave it on the site as a draft")},
	[OPT_OVERWRITE] = {"overwrite", NULL, N_("replace it even if it was changed or deleted on the web")},
	[OPT_DRY_RUN] = {"dry-run", NULL, N_("say what would be sent, and send nothing")},
	[OPT_UPDATE] = {"update", NULL, N_("give drafts the text that their files have now")},
	[OPT_TYPE] = {"type", "TYPE", N_("wordpress, hugo or plain; found out when left away")},
	[OPT_USER] = {"user", "USER", N_("user name there; for a folder, the author's name on its pages")},
	[OPT_SECRET_FD] = {"secret-fd", "N", N_("read the application password from descriptor N (one line)")},
	[OPT_KEYWORD_LIMIT] = {"keyword-limit", "N", N_("how many keywords the site takes")},
	[OPT_SUGGEST] = {"suggest", "ID", N_("suggest keywords from the text of this draft")},
	[OPT_JOIN] = {"join", NULL, N_("take in the key of another machine that did this at the same time")},
	[OPT_ACCEPT] = {"accept", NULL, N_("take what is missing or changed as it is now")},
	[OPT_REVISIONS] = {"revisions", NULL, N_("earlier revisions too")},
	[OPT_TRASH] = {"trash", NULL, N_("what is in the trash too")},
	[OPT_REVISION] = {"revision", "REVISION", N_("a former revision of it; `meok log` lists them")},
	[OPT_EMPTY] = {"empty", NULL, N_("destroy these drafts, or all in the trash, for good")},
	[OPT_YES] = {"yes", NULL, N_("ask nothing")},
};

void
arguments_free(Arguments *arguments)
{
	list_free(&arguments->keywords);
}

static bool
takes(const Command *command, Option option)
{
	if (option < OPT_GLOBALS)
		return true;
	for (size_t i = 0; command != NULL && command->options[i] != OPT_VAULT; i++)
		if (command->options[i] == option)
			return true;
	return false;
}

/* The long options that `command` takes, for getopt_long; `out` has room for all and the end. */
static void
long_options(const Command *command, struct option out[OPTIONS + 1])
{
	size_t count = 0;
	for (int i = 0; i < OPTIONS; i++)
		if (takes(command, (Option)i))
			out[count++] = (struct option){OPTION_ROWS[i].name,
				OPTION_ROWS[i].argument == NULL ? no_argument : required_argument, NULL, i};
	out[count] = (struct option){0};
}

static bool
unknown_option(const Command *command, const char *word, Err *err)
{
	StrList names = {0};
	for (int i = 0; i < OPTIONS; i++)
		if (takes(command, (Option)i))
			list_append(&names, sv(OPTION_ROWS[i].name));
	const char *bare = word;
	while (*bare == '-')
		bare++;
	StrView typed = sv(bare);
	size_t equals = sv_find(typed, SV("="), 0);
	StrView nearest = list_nearest(&names, sv_slice(typed, 0, equals));
	if (nearest.len > 0)
		err_set(err, ERR_USAGE, "there is no option %s here: did you mean --%s?", word, nearest.ptr);
	else if (command != NULL)
		err_set(err, ERR_USAGE, "there is no option %s here: `meok %s --help` shows them", word, command->name);
	else
		err_set(err, ERR_USAGE, "there is no option %s here: `meok --help` shows them", word);
	list_free(&names);
	return false;
}

/* Reads options up to the end, or up to the first word when `until_word`. optind tells where it stopped. */
static bool
read_options(int argc, char **argv, const Command *command, bool until_word, Arguments *out, Err *err)
{
	struct option options[OPTIONS + 1];
	long_options(command, options);
	for (;;) {
		int before = optind == 0 ? 1 : optind;
		int got = getopt_long(argc, argv, until_word ? "+:hV" : ":hV", options, NULL);
		if (got == -1)
			return true;
		if (got == 'h')
			got = OPT_HELP;
		if (got == 'V')
			got = OPT_VERSION;
		if (got == '?')
			return unknown_option(command, argv[optind > before ? optind - 1 : before], err);
		if (got == ':')
			return err_set(err, ERR_USAGE, "the option %s needs a value", argv[optind - 1]);
		out->values[got] = optarg == NULL ? "" : optarg;
		if (got == OPT_KEYWORD)
			list_append(&out->keywords, sv(optarg));
	}
}

/* The command whose name is `first`, or `first second`; *words tells how many of the two it took. */
static const Command *
find_command(const char *first, const char *second, int *words)
{
	for (const Command *c = COMMANDS; c->name != NULL; c++) {
		size_t len = strlen(first);
		if (strcmp(c->name, first) == 0) {
			*words = 1;
			return c;
		}
		if (second != NULL && strncmp(c->name, first, len) == 0 && c->name[len] == ' ' &&
			strcmp(c->name + len + 1, second) == 0) {
			*words = 2;
			return c;
		}
	}
	return NULL;
}

static bool
unknown_command(const char *first, const char *second, Err *err)
{
	StrList firsts = {0}, seconds = {0};
	size_t len = strlen(first);
	for (const Command *c = COMMANDS; c->name != NULL; c++) {
		const char *space = strchr(c->name, ' ');
		StrView word = space == NULL ? sv(c->name) : (StrView){c->name, (size_t)(space - c->name)};
		if (!list_has(&firsts, word))
			list_append(&firsts, word);
		if (space != NULL && strncmp(c->name, first, len) == 0 && c->name[len] == ' ')
			list_append(&seconds, sv(space + 1));
	}
	StrView nearest;
	if (seconds.len > 0 && second == NULL)
		err_set(err, ERR_USAGE, "meok %s needs one word more: `meok --help` shows which", first);
	else if (seconds.len > 0 && (nearest = list_nearest(&seconds, sv(second))).len > 0)
		err_set(err, ERR_USAGE, "there is no command %s %s: did you mean %s %s?", first, second, first,
			nearest.ptr);
	else if (seconds.len > 0)
		err_set(err, ERR_USAGE, "there is no command %s %s: `meok --help` shows them all", first, second);
	else if ((nearest = list_nearest(&firsts, sv(first))).len > 0)
		err_set(err, ERR_USAGE, "there is no command %s: did you mean %s?", first, nearest.ptr);
	else
		err_set(err, ERR_USAGE, "there is no command %s: `meok --help` shows them all", first);
	list_free(&firsts);
	list_free(&seconds);
	return false;
}

bool
arguments_parse(int argc, char **argv, Arguments *out, Err *err)
{
	opterr = 0;
	optind = 0;
	if (!read_options(argc, argv, NULL, true, out, err))
		return false;
	if (optind >= argc)
		return true;
	const char *first = argv[optind], *second = optind + 1 < argc ? argv[optind + 1] : NULL;
	int words = 0;
	out->command = find_command(first, second, &words);
	if (out->command == NULL) {
		if (out->values[OPT_HELP] != NULL)
			return true;
		return unknown_command(first, second != NULL && second[0] == '-' ? NULL : second, err);
	}
	/* getopt begins behind argv[0]: the last word of the command's name stands there. */
	int shift = optind + words - 1;
	argc -= shift;
	argv += shift;
	optind = 0;
	if (!read_options(argc, argv, out->command, false, out, err))
		return false;
	out->rest = argv + optind;
	out->rest_count = argc - optind;
	if (out->values[OPT_HELP] != NULL)
		return true;
	if (out->rest_count < out->command->least)
		return err_set(err, ERR_USAGE, "meok %s needs %s", out->command->name, out->command->arguments);
	if (out->command->most >= 0 && out->rest_count > out->command->most)
		return err_set(err, ERR_USAGE,
			"meok %s does not know what to do with %s: put words that belong together in quotes",
			out->command->name, out->rest[out->command->most]);
	return list_ok(&out->keywords, err);
}

bool
option_number(const Arguments *arguments, Option option, unsigned long most, unsigned long *out, Err *err)
{
	const char *text = arguments->values[option];
	char *end;
	errno = 0;
	unsigned long value = strtoul(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0 || value > most)
		return err_set(err, ERR_USAGE, "--%s needs a number, not %s", OPTION_ROWS[option].name, text);
	*out = value;
	return true;
}
