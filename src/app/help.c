/* Help: what every key does in a place, made from the keymap and the table of commands. */
#include "commands.h"

#include <string.h>

enum { BINDINGS_MAX = 256 };

static const char *const titles[CONTEXTS] = {
	[CONTEXT_ANY] = N_("Everywhere"),
	[CONTEXT_START] = N_("The passphrase"),
	[CONTEXT_LIBRARY] = N_("The library"),
	[CONTEXT_EDITOR] = N_("Writing"),
	[CONTEXT_PICKER] = N_("Choosing"),
	[CONTEXT_LIST] = N_("Lists"),
	[CONTEXT_FORM] = N_("Forms"),
	[CONTEXT_SHEET] = N_("Publishing"),
	[CONTEXT_PAGE] = N_("Reading"),
	[CONTEXT_CONFLICT] = N_("A draft changed in two places"),
	[CONTEXT_PROMPT] = N_("Questions"),
};

static void
join(const StrList *words, Str *out)
{
	for (size_t i = 0; i < words->len; i++) {
		if (i > 0)
			str_append_byte(out, ' ');
		str_append(out, str_view(&words->items[i]));
	}
}

/* "1 … 9": of a command that takes a number all keys are one line. */
static void
put_numbered(const CommandRow *row, const Binding *const *bindings, size_t count, Str *out)
{
	const Binding *first = NULL, *last = NULL;
	for (size_t i = 0; i < count; i++) {
		if (!sv_equal(str_view(&bindings[i]->command.items[0]), sv(row->name)))
			continue;
		first = first == NULL ? bindings[i] : first;
		last = bindings[i];
	}
	if (first == NULL)
		return;
	keys_format(&first->keys, out);
	if (last != first) {
		str_append_c(out, " … ");
		keys_format(&last->keys, out);
	}
	str_printf(out, "\t%s\n", _(row->help));
}

/* What an argument of a command means to somebody who presses its key; NULL when it says so itself. */
static const char *
argument_help(StrView argument)
{
	static const struct {
		const char *word, *help;
	} known[] = {
		{"left", N_("one character to the left")},
		{"right", N_("one character to the right")},
		{"up", N_("one row up")},
		{"down", N_("one row down")},
		{"word-left", N_("one word to the left")},
		{"word-right", N_("one word to the right")},
		{"home", N_("to the start of the row")},
		{"to-start", N_("to the start of the row")},
		{"end", N_("to the end of the row")},
		{"to-end", N_("to the end of the row")},
		{"page-up", N_("one screen up")},
		{"page-down", N_("one screen down")},
		{"top", N_("to the very beginning")},
		{"bottom", N_("to the very end")},
	};
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		if (sv_equal(argument, sv(known[i].word)))
			return _(known[i].help);
	}
	return NULL;
}

/* The bindings of one command, one line each run of the same words: "^S, Esc s <TAB> keep the draft". */
static void
put_command(const CommandRow *row, const Binding *const *bindings, size_t count, Str *out)
{
	bool done[BINDINGS_MAX] = {false};
	for (size_t i = 0; i < count; i++) {
		if (done[i] || !sv_equal(str_view(&bindings[i]->command.items[0]), sv(row->name)))
			continue;
		Str words = {0}, other = {0}, keys = {0};
		join(&bindings[i]->command, &words);
		for (size_t j = i; j < count; j++) {
			str_clear(&other);
			join(&bindings[j]->command, &other);
			out->failed = out->failed || other.failed;
			if (done[j] || !sv_equal(str_view(&words), str_view(&other)))
				continue;
			done[j] = true;
			if (keys.len > 0)
				str_append_c(&keys, ", ");
			keys_format(&bindings[j]->keys, &keys);
		}
		str_printf(out, "%s\t%s", str_c(&keys), _(row->help));
		const StrList *command = &bindings[i]->command;
		const char *meaning = command->len == 2 ? argument_help(str_view(&command->items[1])) : NULL;
		if (meaning != NULL)
			str_printf(out, ": %s", meaning);
		else if (command->len > 1)
			str_printf(out, " (%s)", str_c(&words));
		str_append_byte(out, '\n');
		out->failed = out->failed || words.failed || keys.failed;
		str_free(&words);
		str_free(&other);
		str_free(&keys);
	}
}

static size_t
list_bindings(Session *session, Context context, const Binding **out)
{
	Keys none = {0};
	size_t count = keymap_list(session->keymap, context, &none, out, BINDINGS_MAX);
	return count < BINDINGS_MAX ? count : BINDINGS_MAX;
}

/* What a context takes from all others is told once, under "Everywhere". */
static size_t
list_own_bindings(Session *session, Context context, const Binding **out)
{
	const Binding *shared[BINDINGS_MAX];
	size_t count = list_bindings(session, context, out), kept = 0;
	size_t shared_count = context == CONTEXT_ANY ? 0 : list_bindings(session, CONTEXT_ANY, shared);
	for (size_t i = 0; i < count; i++) {
		bool own = true;
		for (size_t j = 0; own && j < shared_count; j++)
			own = shared[j] != out[i];
		if (own)
			out[kept++] = out[i];
	}
	return kept;
}

static void
put_context(Session *session, Context context, Str *out)
{
	const Binding *bindings[BINDINGS_MAX];
	size_t count = list_own_bindings(session, context, bindings);
	if (count == 0)
		return;
	str_printf(out, "# %s\n", _(titles[context]));
	for (const CommandRow *row = COMMAND_ROWS; row->name != NULL; row++)
		if ((row->contexts & (1u << context)) != 0)
			(strcmp(row->arguments, "N") == 0 ? put_numbered : put_command)(row, bindings, count, out);
	str_append_c(out, "\n");
}

static void
put_intro(Context context, Str *out)
{
	if (context == CONTEXT_EDITOR)
		str_append_c(out, _("Type the title, Enter, the subtitle, Enter, the text. Esc shows the commands. The "
				    "draft is kept "
				    "when you leave, publish, press ^S, or rest for half a minute. **bold**, "
				    "*emphasis*, # heading, "
				    "> quote, [words](address), - list, --- rule. An empty line parts paragraphs."));
	else
		str_append_c(out, _("Commands work while the keyboard is in Hangul mode as well: ㅂ is q, ㅓ is j."));
	str_append_c(out, "\n\n");
}

bool
help_open(Session *session)
{
	Str text = {0};
	const Place *top = &session->places[session->depth - 1];
	Context here = top->kind->context(top->state);
	put_intro(here, &text);
	put_context(session, here, &text);
	for (Context other = CONTEXT_ANY; other < CONTEXTS; other++)
		if (other != here)
			put_context(session, other, &text);
	Err err = {0};
	if (str_ok(&text, &err))
		return page_open(session, _("Help"), &text);
	session_say_error(session, &err);
	str_free(&text);
	return false;
}

bool
run_help(Session *session, const StrList *words)
{
	(void)words;
	help_open(session);
	return true;
}
