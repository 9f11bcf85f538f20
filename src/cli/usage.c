/* Help: the commands and options of the tables, laid out for a terminal of 80 columns. */
#include "options.h"

#include "meok/i18n.h"
#include "meok/text.h"

#include <string.h>

enum { SCREEN = 80, INDENT = 2, COMMAND_COLUMNS = 32, OPTION_COLUMNS = 22 };

static void
pad(size_t from, size_t to, Str *out)
{
	for (; from < to; from++)
		str_append_byte(out, ' ');
}

/* Two columns; the right one is wrapped, and begins on the next line when the left one is too wide. */
static void
put_row(const char *left, const char *help, size_t column, Str *out)
{
	StrView text = sv(_(help));
	WrapRule rule = {.columns = (int)(SCREEN - INDENT - column), .rule = BREAK_KEEP_ALL};
	Rows lines = {0};
	pad(0, INDENT, out);
	str_append_c(out, left);
	size_t width = unicode_width(sv(left), false);
	if (!wrap_paragraph(text, &rule, &lines, NULL))
		out->failed = true;
	for (size_t i = 0; i < lines.len; i++) {
		if (i > 0 || width + 2 > column) {
			str_append_byte(out, '\n');
			pad(0, INDENT, out);
			width = 0;
		}
		pad(width, column, out);
		str_append(out, sv_trim(sv_slice(text, lines.items[i].from, lines.items[i].to)));
	}
	str_append_byte(out, '\n');
	rows_free(&lines);
}

static void
put_command(const Command *command, Str *out)
{
	Str left = {0};
	str_printf(&left, "meok %s %s", command->name, command->arguments);
	put_row(str_c(&left), command->help, COMMAND_COLUMNS, out);
	str_free(&left);
}

static void
put_option(Option option, Str *out)
{
	const OptionRow *row = &OPTION_ROWS[option];
	Str left = {0};
	str_printf(&left, "--%s%s%s", row->name, row->argument == NULL ? "" : " ",
		row->argument == NULL ? "" : row->argument);
	put_row(str_c(&left), row->help, OPTION_COLUMNS, out);
	str_free(&left);
}

void
usage_start(Str *out)
{
	static const char *const first[] = {"init", "new", "list", "publish", "site add"};
	str_append_c(out, _("meok writes drafts, keeps them sealed, and publishes them to your blog.\n\n"));
	for (size_t i = 0; i < sizeof first / sizeof first[0]; i++)
		for (const Command *c = COMMANDS; c->name != NULL; c++)
			if (strcmp(c->name, first[i]) == 0)
				put_command(c, out);
	put_row("meok --help", N_("show every command"), COMMAND_COLUMNS, out);
}

void
usage_print(const Command *command, Str *out)
{
	if (command != NULL) {
		put_command(command, out);
		str_append_byte(out, '\n');
		for (size_t i = 0; command->options[i] != OPT_VAULT; i++)
			put_option(command->options[i], out);
	} else {
		str_append_c(out, _("meok writes drafts, keeps them sealed, and publishes them to your blog.\n\n"));
		for (const Command *c = COMMANDS; c->name != NULL; c++)
			put_command(c, out);
		str_append_c(out, _("\nan ID is the first letters of a draft's id, or @ for the one changed last\n\n"));
	}
	for (int i = 0; i < OPT_GLOBALS; i++)
		put_option((Option)i, out);
}
