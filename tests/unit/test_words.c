/* Lines of settings and keymaps as words. */
#include "unit.h"

/* The words with '|' between. */
static void
assert_words(const char *line, const char *wanted)
{
	StrList words = {0};
	Str shown = {0};
	Err err = {0};
	if (!words_parse(sv(line), &words, &err))
		fail_msg("%s: %s", line, err_text(&err));
	for (size_t i = 0; i < words.len; i++) {
		if (i > 0)
			str_append_byte(&shown, '|');
		str_append(&shown, str_view(&words.items[i]));
	}
	assert_view_equal(str_view(&shown), wanted);
	str_free(&shown);
	list_free(&words);
}

static void
test_parses(void **state)
{
	(void)state;
	assert_words("", "");
	assert_words(" \t\r\n", "");
	assert_words("# only a remark", "");
	assert_words("set wrap keep-all", "set|wrap|keep-all");
	assert_words("  bind\teditor ^S   save\r\n", "bind|editor|^S|save");
	assert_words("set color a#b # remark", "set|color|a#b");
	assert_words("bind vi \"#\" next '#'", "bind|vi|#|next|#");
	assert_words("say \"a b\\\"c\\\\d\\n\"", "say|a b\"c\\d\n");
	assert_words("say 'a \\n \"b\"'", "say|a \\n \"b\"");
	assert_words("x\"y z\"w'q'", "xy zwq");
	assert_words("bind C-\\ quit", "bind|C-\\|quit");
	assert_words("제목 \"밤 이야기\"", "제목|밤 이야기");
}

static void
test_empty_words(void **state)
{
	(void)state;
	StrList words = {0};
	assert_true(words_parse(SV("a \"\" '' b"), &words, NULL));
	assert_int_equal(words.len, 4);
	assert_int_equal(words.items[1].len, 0);
	assert_int_equal(words.items[2].len, 0);
	list_free(&words);
}

static void
test_refuses(void **state)
{
	(void)state;
	static const struct {
		const char *line, *reason;
	} rows[] = {{"a \"open", "not closed"}, {"a 'open", "not closed"}, {"\"", "not closed"},
		{"\"end\\", "not closed"}, {"\"\\t\"", "unknown escape"}, {"\"\\'\"", "unknown escape"},
		{"x \"\\한\"", "unknown escape"}};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		StrList words = {0};
		Err err = {0};
		list_append(&words, SV("kept"));
		assert_false(words_parse(sv(rows[i].line), &words, &err));
		assert_int_equal(err.kind, ERR_USAGE);
		if (strstr(err_text(&err), rows[i].reason) == NULL)
			fail_msg("%s: %s", rows[i].line, err_text(&err));
		assert_int_equal(words.len, 1);
		assert_false(words_parse(sv(rows[i].line), &words, NULL));
		list_free(&words);
	}
}

static void
test_quotes(void **state)
{
	(void)state;
	static const struct {
		const char *word, *quoted;
	} rows[] = {{"plain", "plain"}, {"", "\"\""}, {"two words", "\"two words\""}, {"#x", "\"#x\""}, {"a#x", "a#x"},
		{"say \"hi\"", "\"say \\\"hi\\\"\""}, {"C-\\", "C-\\"}, {"a \\", "\"a \\\\\""},
		{"l1\nl2", "\"l1\\nl2\""}, {"it's", "\"it's\""}, {"밤", "밤"}};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		Str quoted = {0};
		StrList back = {0};
		words_quote(sv(rows[i].word), &quoted);
		assert_view_equal(str_view(&quoted), rows[i].quoted);
		assert_true(words_parse(str_view(&quoted), &back, NULL));
		assert_int_equal(back.len, 1);
		assert_view_equal(str_view(&back.items[0]), rows[i].word);
		list_free(&back);
		str_free(&quoted);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parses),
		cmocka_unit_test(test_empty_words),
		cmocka_unit_test(test_refuses),
		cmocka_unit_test(test_quotes),
	};
	return cmocka_run_group_tests_name("words", tests, NULL, NULL);
}
