/* Which keys run which words in which context. */
#include "unit.h"

#include "meok/keys.h"

static const char *const CONTEXTS[] = {"any", "editor", "library"};
enum { ANY, EDITOR, LIBRARY, CONTEXT_COUNT };

static Keymap *
new_keymap(void)
{
	Keymap *keymap = keymap_new(CONTEXTS, CONTEXT_COUNT, NULL);
	assert_non_null(keymap);
	return keymap;
}

static bool
apply(Keymap *keymap, const char *line, Err *err)
{
	StrList words = {0};
	assert_true(words_parse(sv(line), &words, NULL));
	bool done = keymap_apply(keymap, &words, SV("keys:7"), err);
	list_free(&words);
	return done;
}

static Keymap *
keymap_of(const char *const *lines)
{
	Keymap *keymap = new_keymap();
	for (; *lines != NULL; lines++) {
		Err err = {0};
		if (!apply(keymap, *lines, &err))
			fail_msg("%s: %s", *lines, err_text(&err));
	}
	return keymap;
}
#define KEYMAP(...) keymap_of((const char *const[]){__VA_ARGS__, NULL})

static Keys
keys_of(const char *text)
{
	Keys keys = {0};
	if (*text != '\0')
		assert_true(keys_parse(sv(text), &keys, NULL));
	return keys;
}

/* The command that keys run; "…" when more are needed, "" when nothing. */
static void
assert_match(const Keymap *keymap, size_t context, const char *text, const char *wanted)
{
	Keys keys = keys_of(text);
	const Binding *binding = NULL;
	Str got = {0};
	switch (keymap_match(keymap, context, &keys, &binding)) {
	case MATCH_NONE:
		break;
	case MATCH_PREFIX:
		str_append_c(&got, "…");
		break;
	case MATCH_BOUND:
		for (size_t i = 0; i < binding->command.len; i++)
			str_printf(&got, "%s%s", i > 0 ? " " : "", str_c(&binding->command.items[i]));
		break;
	}
	if (!sv_equal(str_view(&got), sv(wanted)))
		fail_msg("%s in %s runs \"%s\", not \"%s\"", text, CONTEXTS[context], str_c(&got), wanted);
	str_free(&got);
}

/* What keymap_list finds, as "keys:command" parted by commas. */
static void
assert_list(const Keymap *keymap, size_t context, const char *prefix, const char *wanted)
{
	Keys keys = keys_of(prefix);
	const Binding *found[16] = {0};
	Str got = {0};
	size_t count = keymap_list(keymap, context, &keys, found, 16);
	for (size_t i = 0; i < count; i++) {
		str_append_c(&got, i > 0 ? ", " : "");
		keys_format(&found[i]->keys, &got);
		str_printf(&got, ":%s", str_c(&found[i]->command.items[0]));
	}
	if (!sv_equal(str_view(&got), sv(wanted)))
		fail_msg("%s has \"%s\", not \"%s\"", CONTEXTS[context], str_c(&got), wanted);
	str_free(&got);
}

static void
test_binds(void **state)
{
	(void)state;
	Keymap *keymap = KEYMAP("bind any ^Q quit", "bind editor ^S save now",
		"bind editor 'Esc p k' \"go to\" \"a b\"", "bind library j down", "bind library / find");
	assert_int_equal(keymap_contexts(keymap), CONTEXT_COUNT);
	assert_match(keymap, EDITOR, "^S", "save now");
	assert_match(keymap, EDITOR, "^Q", "quit");
	assert_match(keymap, ANY, "^Q", "quit");
	assert_match(keymap, ANY, "^S", "");
	assert_match(keymap, LIBRARY, "^S", "");
	assert_match(keymap, EDITOR, "Esc", "…");
	assert_match(keymap, EDITOR, "Alt-p", "…");
	assert_match(keymap, EDITOR, "M-p k", "go to a b");
	assert_match(keymap, EDITOR, "Esc p x", "");
	assert_match(keymap, EDITOR, "Esc p k x", "");
	assert_match(keymap, EDITOR, "", "…");
	assert_match(keymap, LIBRARY, "j", "down");
	assert_match(keymap, LIBRARY, "J", "");
	const Binding *binding;
	Keys keys = keys_of("^S");
	assert_int_equal(keymap_match(keymap, EDITOR, &keys, &binding), MATCH_BOUND);
	assert_view_equal(str_view(&binding->where), "keys:7");
	assert_int_equal(binding->command.len, 2);
	keymap_free(keymap);
	keymap_free(NULL);
}

static void
test_later_wins(void **state)
{
	(void)state;
	Keymap *keymap = KEYMAP("bind any ^Q quit", "bind any ^Q close", "bind any ^G help", "bind editor ^Q leave");
	assert_match(keymap, ANY, "^Q", "close");
	assert_match(keymap, EDITOR, "^Q", "leave");
	assert_list(keymap, ANY, "", "^Q:close, ^G:help");
	keymap_free(keymap);

	keymap = KEYMAP("bind any Esc close", "bind any 'Esc p' publish", "bind any 'Esc k' keywords");
	assert_match(keymap, ANY, "Esc", "…");
	assert_list(keymap, ANY, "", "Esc p:publish, Esc k:keywords");
	assert_true(apply(keymap, "bind any Esc close", NULL));
	assert_match(keymap, ANY, "Esc", "close");
	assert_match(keymap, ANY, "Esc p", "");
	assert_list(keymap, ANY, "", "Esc:close");
	keymap_free(keymap);
}

static void
test_falls_back(void **state)
{
	(void)state;
	Keymap *keymap = KEYMAP("bind any 'Esc p' publish", "bind any 'Esc q' quit", "bind editor 'Esc p' print",
		"bind editor 'Esc k' keywords", "bind library Esc close", "bind any ^X 'cut'",
		"bind library '^X ^S' save");
	assert_match(keymap, EDITOR, "Esc", "…");
	assert_match(keymap, EDITOR, "Esc p", "print");
	assert_match(keymap, EDITOR, "Esc q", "quit");
	assert_match(keymap, EDITOR, "Esc k", "keywords");
	assert_list(keymap, EDITOR, "", "Esc q:quit, Esc p:print, Esc k:keywords, ^X:cut");
	assert_list(keymap, EDITOR, "Esc", "Esc q:quit, Esc p:print, Esc k:keywords");
	assert_list(keymap, EDITOR, "Esc p", "Esc p:print");
	assert_list(keymap, EDITOR, "Esc x", "");
	assert_match(keymap, LIBRARY, "Esc", "close");
	assert_match(keymap, LIBRARY, "Esc q", "");
	assert_match(keymap, LIBRARY, "^X", "…");
	assert_list(keymap, LIBRARY, "", "Esc:close, ^X ^S:save");
	assert_list(keymap, ANY, "", "Esc p:publish, Esc q:quit, ^X:cut");
	const Binding *one;
	assert_int_equal(keymap_list(keymap, EDITOR, &(Keys){.len = 0}, &one, 1), 4);
	assert_view_equal(str_view(&one->command.items[0]), "quit");
	assert_int_equal(keymap_list(keymap, EDITOR, &(Keys){.len = 0}, NULL, 0), 4);
	keymap_free(keymap);
}

static void
test_unbinds(void **state)
{
	(void)state;
	Keymap *keymap = KEYMAP("bind any ^Q quit", "bind any 'Esc p' publish", "bind any 'Esc k' keywords",
		"bind editor ^S save", "unbind editor ^S", "unbind editor ^Q", "unbind editor 'Esc p'",
		"unbind library Esc");
	assert_match(keymap, EDITOR, "^S", "");
	assert_match(keymap, EDITOR, "^Q", "");
	assert_match(keymap, ANY, "^Q", "quit");
	assert_match(keymap, LIBRARY, "^Q", "quit");
	assert_match(keymap, EDITOR, "Esc", "…");
	assert_match(keymap, EDITOR, "Esc p", "");
	assert_match(keymap, EDITOR, "Esc k", "keywords");
	assert_match(keymap, LIBRARY, "Esc", "");
	assert_match(keymap, LIBRARY, "Esc k", "");
	assert_list(keymap, EDITOR, "", "Esc k:keywords");
	assert_list(keymap, LIBRARY, "", "^Q:quit");
	assert_null(keymap_find(keymap, EDITOR, SV("quit")));
	/* and bound again */
	assert_true(apply(keymap, "bind library 'Esc w' work", NULL));
	assert_match(keymap, LIBRARY, "Esc", "…");
	assert_match(keymap, LIBRARY, "Esc w", "work");
	assert_match(keymap, LIBRARY, "Esc k", "");
	assert_true(apply(keymap, "bind editor ^Q close", NULL));
	assert_match(keymap, EDITOR, "^Q", "close");
	/* a whole group; a part of what is bound whole; what never was bound */
	assert_true(apply(keymap, "unbind any Esc", NULL));
	assert_match(keymap, ANY, "Esc", "");
	assert_match(keymap, EDITOR, "Esc k", "");
	assert_true(apply(keymap, "unbind any '^Q x'", NULL));
	assert_match(keymap, ANY, "^Q", "quit");
	assert_true(apply(keymap, "unbind any F9", NULL));
	/* what is bound in all contexts later stays unbound where it was */
	assert_true(apply(keymap, "unbind library F5", NULL) && apply(keymap, "bind any F5 again", NULL));
	assert_match(keymap, EDITOR, "F5", "again");
	assert_match(keymap, LIBRARY, "F5", "");
	keymap_free(keymap);
}

static void
test_refuses(void **state)
{
	(void)state;
	static const struct {
		const char *line, *reason;
	} rows[] = {{"", "there is no command"}, {"set a b", "there is no command set: a line is `bind"},
		{"bind", "bind needs a context"}, {"bind any", "bind needs"}, {"bind any ^S", "bind needs"},
		{"unbind any", "unbind needs"}, {"unbind any ^S save", "unbind needs"},
		{"unbind any Esc p", "unbind needs"}, {"bind editr ^S save", "no context editr: did you mean editor?"},
		{"bind 한글 ^S save", "no context 한글: see"},
		{"bind any Entre save", "no key Entre: did you mean Enter?"}, {"bind any \"\" save", "no key is named"},
		{"unbind any 'a b c d e'", "too many keys"}};
	Keymap *keymap = KEYMAP("bind any Esc close");
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		Err err = {0};
		if (apply(keymap, rows[i].line, &err))
			fail_msg("\"%s\" is taken", rows[i].line);
		assert_int_equal(err.kind, ERR_USAGE);
		if (strstr(err_text(&err), rows[i].reason) == NULL)
			fail_msg("\"%s\": %s", rows[i].line, err_text(&err));
		assert_false(apply(keymap, rows[i].line, NULL));
		assert_list(keymap, ANY, "", "Esc:close");
	}
	keymap_free(keymap);
}

static void
test_hangul(void **state)
{
	(void)state;
	Keymap *keymap = KEYMAP("bind library q quit", "bind library 'g g' first", "bind library R rename",
		"bind library 'Esc p' publish", "bind library ㅊ own", "bind library c latin", "bind library ^R redo",
		"bind library 'z t' tail", "bind library 'z x' zx", "bind editor 'r k' two", "bind editor 나 syllable");
	assert_match(keymap, LIBRARY, "ㅂ", "quit");
	assert_match(keymap, LIBRARY, "ㅎ", "…");
	assert_match(keymap, LIBRARY, "ㅎ ㅎ", "first");
	assert_match(keymap, LIBRARY, "g ㅎ", "first");
	assert_match(keymap, LIBRARY, "ㄲ", "rename");
	assert_match(keymap, LIBRARY, "ㄱ", "");
	assert_match(keymap, LIBRARY, "^ㄱ", "redo");
	assert_match(keymap, LIBRARY, "Esc ㅔ", "publish");
	assert_match(keymap, LIBRARY, "ㅊ", "own");
	assert_match(keymap, LIBRARY, "c", "latin");
	assert_match(keymap, LIBRARY, "ㅋ ㅅ", "tail");
	assert_match(keymap, LIBRARY, "ㅋ", "…");
	assert_match(keymap, EDITOR, "가", "two");
	assert_match(keymap, EDITOR, "ㄱ ㅏ", "two");
	assert_match(keymap, EDITOR, "각", "");
	assert_match(keymap, EDITOR, "나", "syllable");
	assert_list(keymap, LIBRARY, "ㅎ", "g g:first");
	assert_list(keymap, LIBRARY, "z", "z t:tail, z x:zx");
	assert_list(keymap, LIBRARY, "ㅋ", "z t:tail, z x:zx");
	assert_list(keymap, LIBRARY, "ㅊ", "ㅊ:own");
	assert_true(apply(keymap, "bind any q any-quit", NULL) && apply(keymap, "unbind library q", NULL));
	assert_match(keymap, LIBRARY, "ㅂ", "");
	assert_match(keymap, EDITOR, "ㅂ", "any-quit");
	keymap_free(keymap);
}

static void
assert_expands(const Keymap *keymap, size_t context, const char *before, const char *key, const char *wanted)
{
	Keys waiting = keys_of(before), typed = keys_of(key), parts = {0};
	Key out[HANGUL_KEYS_MAX];
	Str got = {0};
	size_t count = keymap_expand(keymap, context, &waiting, typed.items[0], out);
	for (size_t i = 0; i < count; i++) {
		parts = (Keys){.items = {out[i]}, .len = 1};
		str_append_c(&got, i > 0 ? " " : "");
		keys_format(&parts, &got);
	}
	if (!sv_equal(str_view(&got), sv(wanted)))
		fail_msg("%s behind \"%s\" is %s, not %s", key, before, str_c(&got), wanted);
	str_free(&got);
}

static void
test_expands(void **state)
{
	(void)state;
	Keymap *keymap = KEYMAP("bind library r reload", "bind library k up", "bind library R rename",
		"bind library h left", "bind library 낙 own", "bind any 'Esc p' publish", "bind library s next",
		"bind any 'F1 F1 F1 r' far");
	assert_expands(keymap, LIBRARY, "", "가", "ㄱ ㅏ");
	assert_expands(keymap, LIBRARY, "", "괎", "ㄱ ㅗ ㅏ ㅂ ㅅ");
	assert_expands(keymap, LIBRARY, "", "까", "ㄲ ㅏ");
	assert_expands(keymap, LIBRARY, "", "ㄳ", "ㄱ ㅅ");
	assert_expands(keymap, LIBRARY, "", "ㅘ", "ㅗ ㅏ");
	assert_expands(keymap, LIBRARY, "", "낙", "낙");
	assert_expands(keymap, LIBRARY, "", "난", "ㄴ ㅏ ㄴ");
	assert_expands(keymap, LIBRARY, "", "다", "다");
	assert_expands(keymap, LIBRARY, "", "ㄱ", "ㄱ");
	assert_expands(keymap, LIBRARY, "", "x", "x");
	assert_expands(keymap, LIBRARY, "", "^가", "^가");
	assert_expands(keymap, EDITOR, "", "가", "가");
	assert_expands(keymap, EDITOR, "Esc", "ㅔ", "ㅔ");
	assert_expands(keymap, EDITOR, "Esc", "에", "에");
	assert_expands(keymap, EDITOR, "F1 F1 F1", "가", "ㄱ ㅏ");
	assert_expands(keymap, EDITOR, "F1 F1 F1 F1", "가", "가");
	keymap_free(keymap);
}

static void
test_finds(void **state)
{
	(void)state;
	Keymap *keymap = KEYMAP("bind any 'Esc s' save", "bind any ^S save", "bind any F2 save", "bind any ^Q quit now",
		"bind editor 'Esc q' quit now", "bind editor 'Esc ^Q' 'quit now'", "bind library ^S sort",
		"bind library F3 save", "bind any ^G say ''");
	static const struct {
		size_t context;
		const char *command, *keys;
	} rows[] = {{ANY, "save", "^S"}, {EDITOR, "save", "^S"}, {LIBRARY, "save", "F3"}, {LIBRARY, "sort", "^S"},
		{EDITOR, "sort", NULL}, {EDITOR, "quit now", "^Q"}, {EDITOR, "quit", NULL}, {EDITOR, "quit now ", NULL},
		{EDITOR, "quit nowhere", NULL}, {EDITOR, "", NULL}, {ANY, "say ", "^G"}, {ANY, "say", NULL}};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const Binding *binding = keymap_find(keymap, rows[i].context, sv(rows[i].command));
		Str keys = {0};
		if (binding != NULL)
			keys_format(&binding->keys, &keys);
		if ((binding == NULL) != (rows[i].keys == NULL))
			fail_msg("\"%s\" is on \"%s\"", rows[i].command, str_c(&keys));
		if (binding != NULL)
			assert_view_equal(str_view(&keys), rows[i].keys);
		str_free(&keys);
	}
	keymap_free(keymap);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_binds),
		cmocka_unit_test(test_later_wins),
		cmocka_unit_test(test_falls_back),
		cmocka_unit_test(test_unbinds),
		cmocka_unit_test(test_refuses),
		cmocka_unit_test(test_hangul),
		cmocka_unit_test(test_expands),
		cmocka_unit_test(test_finds),
	};
	return cmocka_run_group_tests_name("keymap", tests, NULL, NULL);
}
