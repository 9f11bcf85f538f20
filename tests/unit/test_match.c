/* Matching what is typed against names: what fits, what does not, and what fits better. */
#include "unit.h"

#include "meok/text.h"

#include <time.h>

typedef struct Pair {
	const char *typed, *name;
} Pair;

static int
score(const char *typed, const char *name)
{
	int found = match_score(sv(typed), sv(name));
	assert_true(found >= 0);
	return found;
}

static void
check_fits(const Pair *pairs, size_t count, bool wanted)
{
	for (size_t i = 0; i < count; i++)
		if ((score(pairs[i].typed, pairs[i].name) > 0) != wanted) {
			print_error(
				"\"%s\" %s \"%s\"\n", pairs[i].typed, wanted ? "does not fit" : "fits", pairs[i].name);
			fail();
		}
}

#define assert_fits(pairs) check_fits(pairs, sizeof(pairs) / sizeof(pairs)[0], true)
#define assert_misfits(pairs) check_fits(pairs, sizeof(pairs) / sizeof(pairs)[0], false)

static void
fits_letters_wherever_they_stand(void **state)
{
	(void)state;
	static const Pair fitting[] = {{"데이터", "데이터"}, {"데", "데이터 센터"}, {"센", "데이터 센터"},
		{"이터", "데이터 센터"}, {"데 센", "데이터 센터"}, {"데센", "데이터 센터"},
		{"데이터센터", "데이터 센터"}, {"터 센", "데이터 센터"}, {"pub", "publish"}, {"psh", "publish"},
		{"2024", "회고 2024년"}, {"", "아무것"}, {" \t", ""}, {"!", "뭐라고!"}, {"値", "價値"},
		{"カ", "カメラ"}};
	static const Pair misfits[] = {{"데이터", "데이"}, {"터데", "데이터"}, {"가", ""}, {"publishs", "publish"},
		{"데이더", "데이터"}, {"z", "publish"}, {"ㅏ", "가"}};
	assert_fits(fitting);
	assert_misfits(misfits);
}

static void
fits_initial_consonants(void **state)
{
	(void)state;
	static const Pair fitting[] = {{"ㄷㅇㅌ", "데이터"}, {"데ㅇㅌ", "데이터"}, {"ㄷ이ㅌ", "데이터"},
		{"ㄷ", "데이터 센터"}, {"ㅅㅌ", "데이터 센터"}, {"ㄷㅅ", "데이터 센터"}, {"ㄷ ㅅ", "데이터 센터"},
		{"ㄲㅌ", "꽃틀"}, {"ㄱㄱ", "가ㄱ"},
		/* what a keyboard makes of consonants in a row */
		{"뎅ㅌ", "데이터"}, {"ㄳ", "감사"}, {"ㄱㅅ", "감사"}, {"ㅄㅊ", "비상체제"}, {"ㄳ", "ㄳ합니다"},
		{"\u1103\u110B\u1110", "데이터"}};
	static const Pair misfits[] = {{"ㄷㅌㅇ", "데이터"}, {"ㄱ", "까치"}, {"ㄲ", "가치"}, {"뎅터", "데이터"},
		{"ㅁ", "mint"}, {"ㄳ", "사과"}};
	assert_fits(fitting);
	assert_misfits(misfits);
}

static void
fits_a_syllable_that_is_being_composed(void **state)
{
	(void)state;
	static const Pair fitting[] = {{"데잍", "데이터"}, {"데잍", "데이 터"}, {"세", "센터"},
		{"데이터 세", "데이터 센터"}, {"고", "과자"}, {"구", "권리"}, {"구", "귀"}, {"그", "의긔"},
		{"갑", "값"}, {"갑", "값어치"}, {"값", "갑사"}, {"있", "이쑤시개"}, {"닭", "달걀"}, {"앉", "안전"},
		{"않", "안하무인"}, {"읽", "일기"}, {"없", "업소"}, {"가", "강"}, {"글샆", "나의 글 사프란"}};
	static const Pair misfits[] = {{"데잍", "데이다"}, {"고", "거리"}, {"구", "과자"}, {"값", "갑"}, {"간", "강"},
		{"가자", "강자"}, {"값", "가사"}, {"곧", "과다"}, {"데잍어", "데이터어"}, {"값", "갑자"},
		{"글샆", "글 사"}, {"과", "고기"}, {"닭", "닫"}};
	assert_fits(fitting);
	assert_misfits(misfits);
}

static void
ignores_case_blanks_and_normal_form(void **state)
{
	(void)state;
	static const Pair same[] = {{"Vim", "vIM"}, {"ÉTÉ", "e\u0301te\u0301"},
		{"\u1103\u1166\u110B\u1175\u1110\u1165", "데이터"}, {"데이터", "\u1103\u1166\u110B\u1175\u1110\u1165"},
		{" 데 이\u3000터 ", "데이터"}, {"ПРИВЕТ", "привет"}, {"Straße", "STRASSE"}};
	int best = score("같음", "같음");
	for (size_t i = 0; i < sizeof same / sizeof same[0]; i++)
		assert_int_equal(score(same[i].typed, same[i].name), best);
	assert_int_equal(score("데이터 센터", "데이터 센터의 밤"), score("데이터센터", "데이터 센터의 밤"));
}

/* Each fits better than the one behind it. */
static void
check_order(const char *typed, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		int better = score(typed, names[i]), worse = i + 1 < count ? score(typed, names[i + 1]) : 0;
		if (better <= worse) {
			print_error("\"%s\": \"%s\" has %d, the next %d\n", typed, names[i], better, worse);
			fail();
		}
	}
}

#define assert_order(typed, ...)                                              \
	do {                                                                  \
		static const char *const names_[] = {__VA_ARGS__};            \
		check_order(typed, names_, sizeof names_ / sizeof names_[0]); \
	} while (0)

static void
ranks_the_better_fit_first(void **state)
{
	(void)state;
	assert_order("데이터", "데이터", "데이터 센터", "데이터 센터의 밤", "큰 데이터", "빅데이터", "데이비드 터너");
	assert_order("데", "데", "데모", "데이터", "덴", "덴마크", "나의 데이터", "나의 덴마크", "그런데");
	assert_order("ㄷㅇ", "ㄷㅇ", "데이", "데이터", "빅 데이터", "빅데이터", "도쿄 여행");
	assert_order("pub", "pub", "publish", "re-publish", "republish", "p u x b");
	assert_order("ms", "make site", "mouse", "animals");
	assert_order("데센", "데센", "데이터 센터", "데친 나물과 센 불", "그런데 하늘센");
}

static void
reads_no_further_than_its_bound(void **state)
{
	(void)state;
	Str name = {0}, longer = {0};
	for (int i = 0; i < 512; i++)
		str_append_c(&name, i % 2 == 0 ? "가" : "나");
	str_append(&longer, str_view(&name));
	str_append_c(&longer, "다");
	int best = score("같음", "같음");
	assert_int_equal(match_score(str_view(&name), str_view(&name)), best);
	assert_int_equal(match_score(str_view(&longer), str_view(&longer)), best);
	assert_int_equal(match_score(SV("다"), str_view(&longer)), 0);
	assert_true(match_score(SV("나가"), str_view(&longer)) > 0);
	str_free(&name);
	str_free(&longer);
}

static void
is_quick_enough_for_every_key(void **state)
{
	(void)state;
	static const char *const typed[] = {"ㄷㅇㅌ ㅅㅌ", "데잍", "밤", "publish"};
	clock_t start = clock();
	int fits = 0;
	for (int i = 0; i < 40000; i++)
		fits += score(typed[i % 4], "겨울 데이터 센터의 긴긴 밤과 불 꺼진 서버") > 0;
	double each = (double)(clock() - start) / CLOCKS_PER_SEC / 40000;
	assert_int_equal(fits, 30000);
	print_message("# %.2f us for one name\n", each * 1e6);
	assert_true(each < 100e-6);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fits_letters_wherever_they_stand),
		cmocka_unit_test(fits_initial_consonants),
		cmocka_unit_test(fits_a_syllable_that_is_being_composed),
		cmocka_unit_test(ignores_case_blanks_and_normal_form),
		cmocka_unit_test(ranks_the_better_fit_first),
		cmocka_unit_test(reads_no_further_than_its_bound),
		cmocka_unit_test(is_quick_enough_for_every_key),
	};
	return cmocka_run_group_tests_name("match", tests, NULL, NULL);
}
