/* The two-set keyboard: keys to Hangul and back. */
#include "unit.h"

#include "meok/text.h"

/* Linked with --wrap. */
static int contexts_left = -1; /* -1: no limit */

void *__real_hangul_ic_new(const char *keyboard);
void *__wrap_hangul_ic_new(const char *keyboard);

void *
__wrap_hangul_ic_new(const char *keyboard)
{
	if (contexts_left > 0)
		contexts_left--;
	return contexts_left == 0 ? NULL : __real_hangul_ic_new(keyboard);
}

typedef struct Pair {
	const char *from, *wanted;
} Pair;

static void
check_from_keys(const char *keys, const char *wanted)
{
	Str out = str_from(SV("앞 "));
	Err err = {0};
	assert_true(hangul_from_keys(sv(keys), &out, &err));
	assert_view_equal(sv_slice(str_view(&out), strlen("앞 "), out.len), wanted);
	str_free(&out);
}

static void
check_to_keys(const char *hangul, const char *wanted)
{
	Str out = str_from(SV("앞 "));
	Err err = {0};
	assert_true(hangul_to_keys(sv(hangul), &out, &err));
	assert_view_equal(sv_slice(str_view(&out), strlen("앞 "), out.len), wanted);
	str_free(&out);
}

static void
composes_what_keys_would_type(void **state)
{
	(void)state;
	static const Pair pairs[] = {
		{"", ""},
		{"rksk", "가나"},
		{"dkssudgktpdy", "안녕하세요"},
		{"Ehr", "똑"},
		{"RnlR", "뀎"},
		{"rkqtk", "갑사"},
		{"rkqt tk", "값 사"},
		{"rk1qt!tk", "가1ㅄ!사"},
		{"kr", "ㅏㄱ"},
		{"rr", "ㄱㄱ"},
		{"rkk", "가ㅏ"},
		{"hk", "ㅘ"},
		{"rt", "ㄳ"},
		{"가rk나", "가가나"},
		{"\t\n\x7F", "\t\n\x7F"},
	};
	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
		check_from_keys(pairs[i].from, pairs[i].wanted);
}

static void
takes_capitals_without_a_meaning_as_small(void **state)
{
	(void)state;
	check_from_keys("RKSKENA", "까나뚬");
	check_from_keys("OP", "ㅒㅖ");
	check_from_keys("qwertyuiopasdfghjklzxcvbnm", "ㅂㅈㄷㄱ쇼ㅕㅑㅐㅔㅁㄴㅇㄹ호ㅓㅏㅣㅋㅌㅊ퓨ㅜㅡ");
	check_from_keys("ASDFG HJKL", "ㅁㄴㅇㅀ ㅗㅓㅏㅣ");
}

static void
finds_the_keys_under_hangul(void **state)
{
	(void)state;
	static const Pair pairs[] = {
		{"", ""},
		{"가나", "rksk"},
		{"꽃잎 値 값!", "Rhcdlv 値 rkqt!"},
		{"ㅘㄳㄲㅃㅣ", "hkrtRQl"},
		{"ㄱㅎㅏ", "rgk"},
		{"뷁", "qnpfr"},
		{"\u1112\u1161\u11ab\u1112", "gksg"},
		{"abC 1", "abC 1"},
		{"\u115F\u3164\uD7B0", "\u115F\u3164\uD7B0"},
	};
	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
		check_to_keys(pairs[i].from, pairs[i].wanted);
}

static void
comes_back_from_all_syllables(void **state)
{
	(void)state;
	Str text = {0}, one = {0}, keys = {0}, back = {0};
	for (uint32_t rune = 0xAC00; rune <= 0xD7A3; rune++) {
		str_clear(&one);
		str_clear(&keys);
		str_clear(&back);
		str_append_rune(&one, rune);
		assert_true(hangul_to_keys(str_view(&one), &keys, NULL));
		assert_true(hangul_from_keys(str_view(&keys), &back, NULL));
		assert_view_equal(str_view(&back), str_c(&one));
		/* In a row no syllable melts into the next, whatever order they stand in. */
		str_append_rune(&text, rune);
		str_append_rune(&text, 0xAC00 + (rune * 7919) % 11172);
	}
	str_clear(&keys);
	str_clear(&back);
	assert_true(hangul_to_keys(str_view(&text), &keys, NULL));
	assert_true(hangul_from_keys(str_view(&keys), &back, NULL));
	assert_true(sv_equal(str_view(&back), str_view(&text)));
	str_free(&text);
	str_free(&one);
	str_free(&keys);
	str_free(&back);
}

static void
fails_without_memory(void **state)
{
	(void)state;
	Err err = {0};
	Str out = str_from(SV("앞"));
	contexts_left = 1;
	assert_false(hangul_from_keys(SV("rk"), &out, &err));
	contexts_left = -1;
	assert_int_equal(err.kind, ERR_FAILED);
	assert_view_equal(str_view(&out), "앞");
	str_free(&out);
	out.failed = true;
	assert_false(hangul_to_keys(SV("가"), &out, &err));
	assert_false(hangul_from_keys(SV("rk"), &out, &err));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(composes_what_keys_would_type),
		cmocka_unit_test(takes_capitals_without_a_meaning_as_small),
		cmocka_unit_test(finds_the_keys_under_hangul),
		cmocka_unit_test(comes_back_from_all_syllables),
		cmocka_unit_test(fails_without_memory),
	};
	return cmocka_run_group_tests_name("hangul", tests, NULL, NULL);
}
