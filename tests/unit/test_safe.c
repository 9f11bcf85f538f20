/* Foreign text made harmless. */
#include "unit.h"

static void
assert_safe(StrView in, SafeLines lines, const char *wanted)
{
	SafeText safe = safe_text(in, lines);
	assert_view_equal(str_view(&safe.text), wanted);
	safe_free(&safe);
}

static void
test_stays(void **state)
{
	(void)state;
	static const char *const texts[] = {"", "평범한 제목", "café, naïve", "नमस्ते", "שלום", "ก็ำ",
		"\u1112\u1161\u11AB\u1100\u1173\u11AF", "\u1100\u1100\u1161", "가\u11A8",
		"👩‍👩‍👧 👍🏽 🏳️‍🌈 ❤️‍🔥 🇰🇷🇯🇵 1️⃣",
		"e\u0301\u0302\u0303\u0304", "\u0600\u0661", "葛\U000E0100", "\u115F\u1161", "\uE000", "\uFFFD"};
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		assert_safe(sv(texts[i]), SAFE_ONE_LINE, texts[i]);
}

static void
test_controls(void **state)
{
	(void)state;
	assert_safe(SV("\x1B]0;owned\x07\x1B[2J"), SAFE_ONE_LINE, "␛]0;owned␇␛[2J");
	assert_safe(SV("a\0b\tc\rd\x7F"), SAFE_ONE_LINE, "a␀b␉c␍d␡");
	assert_safe(SV("a\nb"), SAFE_ONE_LINE, "a\u2424b");
	assert_safe(SV("a\r\nb\n"), SAFE_KEEP_NEWLINES, "a␍\nb\n");
	assert_safe(SV("\xC2\x9B[2J\xC2\x85"), SAFE_ONE_LINE, "<U+009B>[2J<U+0085>");
	assert_safe(SV("\u2028\u2029"), SAFE_KEEP_NEWLINES, "<U+2028><U+2029>");
}

static void
test_hidden(void **state)
{
	(void)state;
	assert_safe(SV("photo\u202Egpj.exe"), SAFE_ONE_LINE, "photo<U+202E>gpj.exe");
	assert_safe(SV("a\u200Bb\uFEFFc\u2066d\u2060"), SAFE_ONE_LINE, "a<U+200B>b<U+FEFF>c<U+2066>d<U+2060>");
	assert_safe(SV("\u00AD\u061C\u180E\u200E\u200C"), SAFE_ONE_LINE, "<U+00AD><U+061C><U+180E><U+200E><U+200C>");
	assert_safe(SV("\u3164\uFFA0"), SAFE_ONE_LINE, "<U+3164><U+FFA0>");
	assert_safe(SV("x\U000E0041"), SAFE_ONE_LINE, "x<U+E0041>");
}

static void
test_joiner(void **state)
{
	(void)state;
	assert_safe(SV("a\u200Db"), SAFE_ONE_LINE, "a<U+200D>b");
	assert_safe(SV("\u200D👩"), SAFE_ONE_LINE, "<U+200D>👩");
	assert_safe(SV("👩\u200D"), SAFE_ONE_LINE, "👩<U+200D>");
	assert_safe(SV("👩\u200Dx"), SAFE_ONE_LINE, "👩<U+200D>x");
	assert_safe(SV("👩\u200D\u200D👩"), SAFE_ONE_LINE, "👩<U+200D><U+200D>👩");
	assert_safe(SV("👩🏽\u200D🚀"), SAFE_ONE_LINE, "👩🏽\u200D🚀");
	Str many = {0};
	for (int i = 0; i < 40; i++)
		str_append_c(&many, "👩\u200D");
	SafeText safe = safe_text(str_view(&many), SAFE_ONE_LINE);
	for (size_t pos = 0, next; pos < safe.text.len; pos = next) {
		next = cluster_next(str_view(&safe.text), pos);
		assert_true(next - pos <= 9 * 7);
	}
	safe_free(&safe);
	str_free(&many);
}

static void
test_marks(void **state)
{
	(void)state;
	assert_safe(
		SV("e\u0301\u0301\u0301\u0301\u0301\u0301x\u0301"), SAFE_ONE_LINE, "e\u0301\u0301\u0301\u0301x\u0301");
	assert_safe(SV("\u0301"), SAFE_ONE_LINE, "◌\u0301");
	assert_safe(SV("a\n\u0301"), SAFE_KEEP_NEWLINES, "a\n◌\u0301");
	assert_safe(SV("\x1B\u0301"), SAFE_ONE_LINE, "␛\u0301");
	assert_safe(SV("\uFE0Fx"), SAFE_ONE_LINE, "◌\uFE0Fx");
	Str tower = str_from(SV("a"));
	for (int i = 0; i < 10000; i++)
		str_append_c(&tower, "\u0301");
	SafeText safe = safe_text(str_view(&tower), SAFE_ONE_LINE);
	assert_int_equal(unicode_count(str_view(&safe.text)), 5);
	safe_free(&safe);
	str_free(&tower);
}

/* A vowel or a final that nothing leads gets fillers, so that it has columns of its own. */
static void
test_jamo(void **state)
{
	(void)state;
	assert_safe(SV("\u1161"), SAFE_ONE_LINE, "\u115F\u1161");
	assert_safe(SV("a\u11AB"), SAFE_ONE_LINE, "a\u115F\u1160\u11AB");
	assert_safe(SV("\u1112\u11AB"), SAFE_ONE_LINE, "\u1112\u1160\u11AB");
	assert_safe(SV("각\u1161"), SAFE_ONE_LINE, "각\u115F\u1161");
	Str run = {0};
	for (int i = 0; i < 100; i++)
		str_append_c(&run, "\u1100");
	SafeText safe = safe_text(str_view(&run), SAFE_ONE_LINE);
	assert_true(sv_find(str_view(&safe.text), SV("<U+1100>"), 0) != SIZE_MAX);
	safe_free(&safe);
	str_free(&run);
}

static void
test_ill_formed(void **state)
{
	(void)state;
	assert_safe(SV("a\xFFz\xE1\x80\xED\xA0\x80"), SAFE_ONE_LINE, "a\uFFFDz\uFFFD\uFFFD\uFFFD\uFFFD");
	assert_safe(SV("👩\u200D\xFF"), SAFE_ONE_LINE, "👩<U+200D>\uFFFD");
	assert_safe((StrView){NULL, 0}, SAFE_ONE_LINE, "");
}

static void
test_json(void **state)
{
	(void)state;
	Str out = {0};
	safe_json(SV("{\"a\":\t\"\xC2\x9B"
		     "31m \u202E\u200D \x7F 가\u0301 \U000E0041 👩\\u001b\"}\n"),
		&out);
	assert_string_equal(
		str_c(&out), "{\"a\":\t\"\\u009b31m \\u202e\\u200d \\u007f 가\u0301 \\udb40\\udc41 👩\\u001b\"}\n");
	str_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stays),
		cmocka_unit_test(test_controls),
		cmocka_unit_test(test_hidden),
		cmocka_unit_test(test_joiner),
		cmocka_unit_test(test_marks),
		cmocka_unit_test(test_jamo),
		cmocka_unit_test(test_ill_formed),
		cmocka_unit_test(test_json),
	};
	return cmocka_run_group_tests_name("safe", tests, NULL, NULL);
}
