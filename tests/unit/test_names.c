/* Keys and their names, and the keys under Hangul. */
#include "unit.h"

#include "meok/keys.h"

/* What keys_format shows of what keys_parse reads. */
static void
assert_shown(const char *text, const char *wanted)
{
	Keys keys = {0};
	Str shown = {0};
	Err err = {0};
	if (!keys_parse(sv(text), &keys, &err))
		fail_msg("%s: %s", text, err_text(&err));
	keys_format(&keys, &shown);
	if (!sv_equal(str_view(&shown), sv(wanted)))
		fail_msg("%s is shown as %s, not %s", text, str_c(&shown), wanted);
	str_free(&shown);
}

static void
assert_keys(const char *text, size_t len, const Key *wanted)
{
	Keys keys = {0};
	Err err = {0};
	if (!keys_parse(sv(text), &keys, &err))
		fail_msg("%s: %s", text, err_text(&err));
	if (keys.len != len)
		fail_msg("%s: %zu keys", text, keys.len);
	for (size_t i = 0; i < len; i++)
		if (!key_equal(keys.items[i], wanted[i]))
			fail_msg("%s: key %zu is %x/%u", text, i, keys.items[i].code, keys.items[i].mods);
}

static void
test_parses(void **state)
{
	(void)state;
	assert_keys("^S", 1, (Key[]){{'s', MOD_CTRL}});
	assert_keys("^Left", 1, (Key[]){{KEY_LEFT, MOD_CTRL}});
	assert_keys("Alt-p", 2, (Key[]){{KEY_ESC, 0}, {'p', 0}});
	assert_keys("Alt-Shift-p", 2, (Key[]){{KEY_ESC, 0}, {'P', 0}});
	assert_keys("M-^Left", 2, (Key[]){{KEY_ESC, 0}, {KEY_LEFT, MOD_CTRL}});
	assert_keys("Alt-한", 2, (Key[]){{KEY_ESC, 0}, {0xD55C, 0}});
	assert_keys(" Esc\tp  k ", 3, (Key[]){{KEY_ESC, 0}, {'p', 0}, {'k', 0}});
	assert_keys("가 나 다 라", 4, (Key[]){{0xAC00, 0}, {0xB098, 0}, {0xB2E4, 0}, {0xB77C, 0}});
	assert_keys("F1", 1, (Key[]){{KEY_F1, 0}});
	assert_keys("Shift-F12", 1, (Key[]){{KEY_F1 + 11, MOD_SHIFT}});
	assert_keys("^", 1, (Key[]){{'^', 0}});
	assert_keys("^^", 1, (Key[]){{'^', MOD_CTRL}});
	assert_keys("C--", 1, (Key[]){{'-', MOD_CTRL}});
	assert_keys("-", 1, (Key[]){{'-', 0}});
	assert_keys("P", 1, (Key[]){{'P', 0}});
	assert_keys("Shift-p", 1, (Key[]){{'P', 0}});
	assert_keys("Shift-Space", 1, (Key[]){{' ', MOD_SHIFT}});
	assert_keys("Ctrl-Shift-s", 1, (Key[]){{'s', MOD_CTRL | MOD_SHIFT}});
	assert_keys("\xE1\x84\x80\xE1\x85\xA1", 1, (Key[]){{0xAC00, 0}}); /* 가, decomposed */
	assert_keys("U+3000", 1, (Key[]){{0x3000, 0}});
	assert_keys("u+1f600", 1, (Key[]){{0x1F600, 0}});
	assert_keys("U", 1, (Key[]){{'U', 0}});
}

/* What is one byte on a plain terminal is one key. */
static void
test_same_keys(void **state)
{
	(void)state;
	assert_keys("^I", 1, (Key[]){{KEY_TAB, 0}});
	assert_keys("^M", 1, (Key[]){{KEY_ENTER, 0}});
	assert_keys("^[", 1, (Key[]){{KEY_ESC, 0}});
	assert_keys("^?", 1, (Key[]){{KEY_BACKSPACE, 0}});
	assert_keys("^@", 1, (Key[]){{' ', MOD_CTRL}});
	assert_keys("^_", 1, (Key[]){{'/', MOD_CTRL}});
	assert_keys("^h", 1, (Key[]){{'h', MOD_CTRL}});
	assert_keys("^j", 1, (Key[]){{'j', MOD_CTRL}});
}

static void
test_shows(void **state)
{
	(void)state;
	static const char *const same[] = {"^S", "^Left", "Shift-Up", "Shift-^Up", "F1", "F12", "Enter", "Tab",
		"Shift-Tab", "Backspace", "Esc", "Space", "^Space", "Shift-Space", "Home", "End", "PgUp", "PgDn",
		"Insert", "Delete", "Esc p", "Esc p k", "/", "^/", "^^", "^", "^\\", "^]", "가", "ㅂ", "é", "Shift-^S",
		"U+3000", "U+200B", "U+202E", "U+0301", "U+FEFF", "1", "^1", "A", "\"", "#"};
	for (size_t i = 0; i < sizeof same / sizeof same[0]; i++)
		assert_shown(same[i], same[i]);
	assert_shown("Alt-p", "Esc p");
	assert_shown("C-s", "^S");
	assert_shown("ctrl-S", "^S");
	assert_shown("CONTROL-s", "^S");
	assert_shown("M-P", "Esc P");
	assert_shown("a-x", "Esc x");
	assert_shown("meta-x", "Esc x");
	assert_shown("S-TAB", "Shift-Tab");
	assert_shown("return", "Enter");
	assert_shown("ESCAPE", "Esc");
	assert_shown("bs", "Backspace");
	assert_shown("del", "Delete");
	assert_shown("pageup", "PgUp");
	assert_shown("PageDown", "PgDn");
	assert_shown("C-Shift-left", "Shift-^Left");
	Str shown = {0};
	keys_format(&(Keys){{{'x', MOD_ALT}}, 1}, &shown);
	assert_view_equal(str_view(&shown), "Esc x");
	str_free(&shown);
}

static void
test_refuses(void **state)
{
	(void)state;
	static const struct {
		const char *text, *reason;
	} rows[] = {{"", "no key is named"}, {" \t ", "no key is named"}, {"Entre", "did you mean Enter?"},
		{"Alt-Backspcae", "no key"}, {"pq", "no key pq: write ^S"}, {"C-", "no key C-"}, {"F13", "no key F13"},
		{"F0", "no key F0"}, {"\x01", "no key"}, {"\x7F", "no key"}, {"\xC2\x85", "no key"}, {"\xFF", "no key"},
		{"U+D800", "no key"}, {"U+110000", "no key"}, {"U+7F", "no key"}, {"U+", "no key"}, {"U+00g", "no key"},
		{"Shift-1", "Shift-1 cannot be bound"}, {"Shift-가", "Shift"}, {"a b c d e", "too many keys"},
		{"a b c Alt-d", "too many keys"}, {"a bogus", "no key bogus"}, {"가나", "no key 가나"}};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		Keys keys = {.items = {{'k', 0}}, .len = 1};
		Err err = {0};
		if (keys_parse(sv(rows[i].text), &keys, &err))
			fail_msg("\"%s\" is taken", rows[i].text);
		assert_int_equal(err.kind, ERR_USAGE);
		if (strstr(err_text(&err), rows[i].reason) == NULL)
			fail_msg("\"%s\": %s", rows[i].text, err_text(&err));
		assert_true(keys.len == 1 && keys.items[0].code == 'k');
		assert_false(keys_parse(sv(rows[i].text), &keys, NULL));
	}
	Keys keys;
	assert_false(keys_parse((StrView){"a\0b", 3}, &keys, NULL));
}

static void
test_text(void **state)
{
	(void)state;
	static const uint32_t controls[] = {0, 0x1F, 0x7F, 0x80, 0x9F};
	for (size_t i = 0; i < sizeof controls / sizeof controls[0]; i++)
		assert_false(key_is_text((Key){controls[i], 0}));
	assert_true(key_is_text((Key){0xA0, 0}));
	assert_true(key_is_text((Key){'a', 0}));
	assert_true(key_is_text((Key){' ', MOD_SHIFT}));
	assert_true(key_is_text((Key){0xAC00, 0}));
	assert_false(key_is_text((Key){'a', MOD_CTRL}));
	assert_false(key_is_text((Key){KEY_ENTER, 0}));
	assert_false(key_equal((Key){'a', 0}, (Key){'a', MOD_CTRL}));
	assert_false(key_equal((Key){'a', 0}, (Key){'b', 0}));
}

static void
assert_hangul(const char *hangul, const char *wanted)
{
	size_t len;
	Key keys[HANGUL_KEYS_MAX];
	Str typed = {0};
	size_t count = key_from_hangul(unicode_rune(sv(hangul), 0, &len), keys);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(keys[i].mods, 0);
		str_append_rune(&typed, keys[i].code);
	}
	assert_view_equal(str_view(&typed), wanted);
	str_free(&typed);
}

static void
test_hangul(void **state)
{
	(void)state;
	static const struct {
		const char *hangul, *keys;
	} rows[] = {{"ㅂ", "q"}, {"ㅓ", "j"}, {"ㄲ", "R"}, {"ㅖ", "P"}, {"ㅒ", "O"}, {"ㅃ", "Q"}, {"ㅉ", "W"},
		{"ㄸ", "E"}, {"ㅆ", "T"}, {"ㅘ", "hk"}, {"ㅢ", "ml"}, {"ㅞ", "np"}, {"ㄳ", "rt"}, {"ㅄ", "qt"},
		{"ㅀ", "fg"}, {"ㄵ", "sw"}, {"가", "rk"}, {"힣", "glg"}, {"밤", "qka"}, {"뷁", "qnpfr"},
		{"꿿", "Rnpfg"}, {"웹", "dnpq"}, {"쁩", "Qmq"}, {"ᄀ", "r"}, {"ᅡ", "k"}, {"ᆨ", "r"}, {"ᆪ", "rt"},
		{"ㅣ", "l"}, {"ㅎ", "g"}, {"a", ""}, {"あ", ""}, {"ㆍ", ""}, {"ㅤ", ""}, {"1", ""}};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_hangul(rows[i].hangul, rows[i].keys);
}

/* Every syllable is its letters: lead, vowel and tail of its decomposition, each as the table of jamo says. */
static void
test_all_syllables(void **state)
{
	(void)state;
	for (uint32_t rune = 0xAC00; rune <= 0xD7A3; rune++) {
		Key whole[HANGUL_KEYS_MAX], part[HANGUL_KEYS_MAX];
		size_t count = key_from_hangul(rune, whole), at = 0, index = rune - 0xAC00;
		uint32_t jamo[] = {0x1100 + (uint32_t)index / 588, 0x1161 + (uint32_t)index % 588 / 28,
			0x11A7 + (uint32_t)index % 28};
		for (size_t i = 0; i < 3; i++) {
			size_t more = key_from_hangul(jamo[i], part);
			for (size_t k = 0; k < more; k++, at++)
				assert_true(at < count && key_equal(whole[at], part[k]));
		}
		assert_int_equal(at, count);
		assert_in_range(count, 2, HANGUL_KEYS_MAX);
	}
	Key keys[HANGUL_KEYS_MAX];
	assert_int_equal(key_from_hangul(0xABFF, keys), 0);
	assert_int_equal(key_from_hangul(0xD7A4, keys), 0);
	assert_int_equal(key_from_hangul(KEY_ENTER, keys), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parses),
		cmocka_unit_test(test_same_keys),
		cmocka_unit_test(test_shows),
		cmocka_unit_test(test_refuses),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_hangul),
		cmocka_unit_test(test_all_syllables),
	};
	return cmocka_run_group_tests_name("names", tests, NULL, NULL);
}
