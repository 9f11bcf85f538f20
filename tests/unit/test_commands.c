/* The keymaps of the tree and the writer's own lines, bound to the table of commands. */
#include "unit.h"

#include "../../src/app/session.h"

typedef struct Fixture {
	App app;
	Keymap *keymap;
	Err err;
} Fixture;

/* The lines as if they stood in the writer's file /c/keys. */
static Fixture
begin(const char *lines)
{
	Fixture f = {.app = {.sys = &SYS_POSIX}};
	assert_true(settings_parse(
		&SYS_POSIX, sv(lines), "/c/keys", SETTINGS_FILE, &f.app.settings, &f.app.complaints, &f.err));
	f.keymap = keymap_new(CONTEXT_NAMES, CONTEXTS, &f.err);
	assert_non_null(f.keymap);
	assert_true(commands_bind(&f.app, f.keymap, &f.err));
	return f;
}

static void
end(Fixture *f)
{
	keymap_free(f->keymap);
	app_free(&f->app);
}

static Keys
keys_of(const char *name)
{
	Keys keys;
	Err err = {0};
	assert_true(keys_parse(sv(name), &keys, &err));
	return keys;
}

/* The words that the keys run; the empty string when they run nothing, "…" when more keys are waited for. */
static void
assert_runs(const Fixture *f, Context context, const char *name, const char *words)
{
	const Binding *binding = NULL;
	Keys keys = keys_of(name);
	Str got = {0};
	switch (keymap_match(f->keymap, context, &keys, &binding)) {
	case MATCH_BOUND:
		for (size_t i = 0; i < binding->command.len; i++) {
			str_append_c(&got, i > 0 ? " " : "");
			str_append(&got, str_view(&binding->command.items[i]));
		}
		break;
	case MATCH_PREFIX:
		str_append_c(&got, "…");
		break;
	case MATCH_NONE:
		break;
	}
	assert_string_equal(str_c(&got), words);
	str_free(&got);
}

static void
assert_complaint(const Fixture *f, size_t index, const char *where, const char *text)
{
	assert_true(index < f->app.complaints.len);
	assert_string_equal(str_c(&f->app.complaints.items[index].where), where);
	assert_string_equal(err_text(&f->app.complaints.items[index].what), text);
}

static void
rows_are_found_by_their_names(void **state)
{
	(void)state;
	size_t count = 0;
	for (const CommandRow *row = COMMAND_ROWS; row->name != NULL; row++, count++) {
		assert_ptr_equal(command_row(sv(row->name)), row);
		assert_non_null(row->run);
		assert_non_null(row->arguments);
		assert_int_not_equal(row->contexts, 0);
		assert_int_equal(row->contexts >> CONTEXTS, 0);
		assert_true(row->help != NULL && row->help[0] != '\0');
	}
	assert_true(count > 40);
	assert_null(command_row(SV("")));
	assert_null(command_row(SV("publis")));
	assert_null(command_row(SV("publish ")));
	for (size_t i = 0; i < CONTEXTS; i++)
		assert_non_null(CONTEXT_NAMES[i]);
}

static void
default_keys_have_no_complaint(void **state)
{
	(void)state;
	Fixture f = begin("");
	assert_int_equal(f.app.complaints.len, 0);
	assert_runs(&f, CONTEXT_EDITOR, "Esc", "…");
	assert_runs(&f, CONTEXT_EDITOR, "Alt-p", "publish");
	assert_runs(&f, CONTEXT_EDITOR, "Esc ㅔ", "publish");
	assert_runs(&f, CONTEXT_EDITOR, "^S", "save");
	assert_runs(&f, CONTEXT_EDITOR, "Enter", "accept");
	assert_runs(&f, CONTEXT_SHEET, "Esc", "close");
	assert_runs(&f, CONTEXT_LIBRARY, "ㅂ", "quit");
	assert_runs(&f, CONTEXT_EDITOR, "x", "");
	end(&f);
}

/* No line of the keymap is dead: a later one, or one that its keys begin, would have taken its place. */
static void
every_default_line_counts(void **state)
{
	(void)state;
	Fixture f = begin("");
	StrView rest = sv(DEFAULT_KEYS), line;
	size_t bound = 0;
	while (sv_split(&rest, '\n', &line)) {
		StrList words = {0};
		Keys keys;
		assert_true(words_parse(line, &words, &f.err));
		if (words.len > 0) {
			const Binding *binding = NULL;
			size_t context = 0;
			while (strcmp(CONTEXT_NAMES[context], str_c(&words.items[1])) != 0)
				context++;
			assert_true(keys_parse(str_view(&words.items[2]), &keys, &f.err));
			assert_int_equal(keymap_match(f.keymap, context, &keys, &binding), MATCH_BOUND);
			assert_int_equal(binding->command.len, words.len - 3);
			for (size_t i = 3; i < words.len; i++)
				assert_string_equal(str_c(&binding->command.items[i - 3]), str_c(&words.items[i]));
			bound++;
		}
		list_free(&words);
	}
	assert_true(bound > 100);
	end(&f);
}

static void
own_lines_win(void **state)
{
	(void)state;
	Fixture f = begin(
		"bind editor ^P publish\nbind any F5 save # 저장\nunbind any ^Q\nbind editor ^X \"select\" left\n");
	assert_int_equal(f.app.complaints.len, 0);
	assert_runs(&f, CONTEXT_EDITOR, "^P", "publish");
	assert_runs(&f, CONTEXT_PAGE, "F5", "save");
	assert_runs(&f, CONTEXT_LIBRARY, "^Q", "");
	assert_runs(&f, CONTEXT_EDITOR, "^X", "select left");
	end(&f);
}

static void
wrong_lines_are_named_and_the_rest_works(void **state)
{
	(void)state;
	Fixture f = begin("bind editor ^T publsh\n"
			  "bind editor F6 count\n"
			  "bind writing ^T count\n"
			  "bind editr ^T count\n"
			  "bind editor Hyper-T count\n"
			  "bind editor ^T\n"
			  "bind editor ^T zzzzzzzzzz\n"
			  "bind editor \"^X ^T\" count\n");
	assert_int_equal(f.app.complaints.len, 6);
	assert_complaint(&f, 0, "/c/keys:1", "there is no command publsh: did you mean publish?");
	assert_complaint(&f, 1, "/c/keys:3", "there is no context writing: see meok-keys(5) for their names");
	assert_complaint(&f, 2, "/c/keys:4", "there is no context editr: did you mean editor?");
	assert_string_equal(str_c(&f.app.complaints.items[3].where), "/c/keys:5");
	assert_non_null(strstr(err_text(&f.app.complaints.items[3].what), "Hyper-T"));
	assert_complaint(&f, 4, "/c/keys:6", "bind needs a context, keys and a command: put several keys in quotes");
	assert_complaint(&f, 5, "/c/keys:7", "there is no command zzzzzzzzzz: F1 shows them all");
	assert_runs(&f, CONTEXT_EDITOR, "F6", "count");
	assert_runs(&f, CONTEXT_EDITOR, "^T", "");
	assert_runs(&f, CONTEXT_EDITOR, "^X", "…");
	assert_runs(&f, CONTEXT_EDITOR, "^S", "save");
	end(&f);
}

static void
included_lines_are_named_by_their_own_file(void **state)
{
	(void)state;
	char *dir = make_dir();
	char path[64], lines[128], where[80];
	snprintf(path, sizeof path, "%s/more", dir);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs("# 글쇠\nbind editor F7 cont\nbind editor F8 count\n", file) >= 0);
	assert_int_equal(fclose(file), 0);
	snprintf(lines, sizeof lines, "include %s\nbind editor F9 cnt\n", path);
	Fixture f = begin(lines);
	assert_int_equal(f.app.complaints.len, 2);
	snprintf(where, sizeof where, "%s:2", path);
	assert_complaint(&f, 0, where, "there is no command cont: did you mean count?");
	assert_string_equal(str_c(&f.app.complaints.items[1].where), "/c/keys:2");
	assert_runs(&f, CONTEXT_EDITOR, "F8", "count");
	end(&f);
	remove_dir(dir);
}

static void
emacs_keys_are_a_file_to_include(void **state)
{
	(void)state;
	const char *variable = getenv("MEOK_TOP");
	char *top = realpath(variable != NULL ? variable : "..", NULL);
	Str line = {0};
	assert_non_null(top);
	str_printf(&line, "include '%s/keymaps/emacs.keys'\nbind editor F5 save\n", top);
	Fixture f = begin(str_c(&line));
	str_free(&line);
	free(top);
	for (size_t i = 0; i < f.app.complaints.len; i++)
		print_error(
			"%s: %s\n", str_c(&f.app.complaints.items[i].where), err_text(&f.app.complaints.items[i].what));
	assert_int_equal(f.app.complaints.len, 0);
	static const struct {
		const char *keys, *words;
	} wanted[] = {{"C-x C-s", "save"}, {"C-x C-c", "quit"}, {"C-x C-f", "library"}, {"C-x h", "select-all"},
		{"C-a", "move home"}, {"C-e", "move end"}, {"C-n", "move down"}, {"C-p", "move up"},
		{"C-f", "move right"}, {"C-b", "move left"}, {"M-f", "move word-right"}, {"M-b", "move word-left"},
		{"C-v", "move page-down"}, {"M-v", "move page-up"}, {"M-<", "move top"}, {"M->", "move bottom"},
		{"C-d", "delete right"}, {"M-d", "delete word-right"}, {"M-Backspace", "delete word-left"},
		{"C-k", "delete to-end"}, {"C-w", "cut"}, {"M-w", "copy"}, {"C-y", "paste"}, {"C-s", "find"},
		{"C-r", "find-previous"}, {"C-/", "undo"}, {"C-_", "undo"}, {"C-z", "suspend"}, {"C-l", "redraw"},
		{"M-x", "commands"}, {"C-c p", "publish"}, {"C-j", "accept"}, {"C-g", ""}, {"C-x", "…"}, {"C-c", "…"},
		{"M-p", "publish"}, {"M-k", "keywords"}, {"F5", "save"}, {"Up", "move up"}};
	for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
		assert_runs(&f, CONTEXT_EDITOR, wanted[i].keys, wanted[i].words);
	assert_runs(&f, CONTEXT_PROMPT, "C-s", "find-next");
	assert_runs(&f, CONTEXT_PROMPT, "C-r", "find-previous");
	assert_runs(&f, CONTEXT_PROMPT, "C-g", "close");
	assert_runs(&f, CONTEXT_PICKER, "C-n", "move down");
	assert_runs(&f, CONTEXT_PICKER, "C-g", "close");
	assert_runs(&f, CONTEXT_LIST, "Esc", "close");
	assert_runs(&f, CONTEXT_LIBRARY, "C-x C-c", "quit");
	end(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_found_by_their_names),
		cmocka_unit_test(default_keys_have_no_complaint),
		cmocka_unit_test(every_default_line_counts),
		cmocka_unit_test(own_lines_win),
		cmocka_unit_test(wrong_lines_are_named_and_the_rest_works),
		cmocka_unit_test(included_lines_are_named_by_their_own_file),
		cmocka_unit_test(emacs_keys_are_a_file_to_include),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
