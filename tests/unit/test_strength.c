/* The hint beside a passphrase: Latin, Hangul as the keys under it, anything else, and how long it takes. */
#include "unit.h"

#include "meok/vault.h"

#include <time.h>

static int
strength(const char *passphrase)
{
	return vault_strength(sv(passphrase));
}

static void
test_latin(void **state)
{
	(void)state;
	assert_int_equal(strength(""), 0);
	assert_int_equal(strength("a"), 1);
	assert_int_equal(strength("password"), 1);
	assert_int_equal(strength("p4ssw0rd"), 1);
	assert_int_equal(strength("qwertyuiop"), 1);
	assert_int_equal(strength("20120304"), 1);
	assert_int_equal(strength("                    "), 1);
	assert_int_equal(strength("correct horse battery staple"), 4);
	assert_int_equal(strength("vK8#qz!2Lm"), 4);
}

/* zxcvbn itself knows only English: what Koreans choose first must not look like noise to it. */
static void
test_hangul(void **state)
{
	(void)state;
	assert_int_equal(strength("ㅂㅈㄷㄱ"), 1);
	assert_int_equal(strength("ㅏㅏㅏㅏㅏㅏㅏㅏ"), 1);
	assert_int_equal(strength("가나다라"), 1);
	assert_int_equal(strength("비밀번호"), 1);
	assert_int_equal(strength("안녕하세요"), 1);
	assert_int_equal(strength("사랑해"), 1);
	assert_int_equal(strength("qlalfqjsgh"), 1); /* the same in the other mode of the keyboard */
	assert_int_equal(strength("먹을 갈아 쓴다"), 4);
	assert_int_equal(strength("굵은 빗방울 소리"), 4);
}

static void
test_keys_under_hangul(void **state)
{
	(void)state;
	static const char *const same[][2] = {{"왜", "dho"}, {"값", "rkqt"}, {"뷁뷁", "qnpfrqnpfr"},
		{"꽃잎 네 장", "Rhcdlv sp wkd"}, {"ㅘㄳ", "hkrt"}, {"의", "dml"}, {"얘 쟤", "dO wO"}};
	for (size_t i = 0; i < sizeof same / sizeof same[0]; i++)
		assert_int_equal(strength(same[i][0]), strength(same[i][1]));
	/* decomposed, as macOS hands it on */
	assert_int_equal(strength("\xE1\x84\x80\xE1\x85\xA1\xE1\x84\x82\xE1\x85\xA1\xE1\x84\x83\xE1\x85\xA1"), 1);
	/* more letters than one: longer than the same number of Latin ones */
	assert_true(strength("닭볶음탕") > strength("xkzq"));
}

static void
test_other_scripts_and_nonsense(void **state)
{
	(void)state;
	assert_int_equal(strength("漢漢漢漢漢漢"), 1);
	assert_true(strength("花鳥風月雪夜梅") >= 3);
	assert_int_equal(strength("\xFF\xFF\xFF"), 1);
	assert_in_range(strength("\xED\xA0\x80\x01\x7F"), 1, 4);
	assert_in_range(vault_strength((StrView){"a\0b", 3}), 1, 4);
}

/* Only the beginning counts; a character that the border cuts is left out. */
static void
test_long_ones_are_quick(void **state)
{
	(void)state;
	Str text = {0};
	for (int i = 0; i < 600; i++)
		str_append_c(&text, "12");
	str_append_c(&text, "vK8#qz!2Lm");
	struct timespec from, to;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
	assert_int_equal(vault_strength(str_view(&text)), 1);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
	/* 17 ms; 170 with 64 keys, and over a second with 100 */
	assert_true((to.tv_sec - from.tv_sec) * 1000 + (to.tv_nsec - from.tv_nsec) / 1000000 < 100);
	str_clear(&text);
	for (int i = 0; i < 21; i++)
		str_append_c(&text, "글");
	int before = vault_strength(str_view(&text));
	for (int i = 0; i < 20; i++)
		str_append_c(&text, "뒤에 오는 말");
	assert_int_equal(vault_strength(str_view(&text)), before);
	str_free(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_latin),
		cmocka_unit_test(test_hangul),
		cmocka_unit_test(test_keys_under_hangul),
		cmocka_unit_test(test_other_scripts_and_nonsense),
		cmocka_unit_test(test_long_ones_are_quick),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
