/* Korean words: which particles come off, what is a verb, what names nothing. */
#include "../../src/text/korean.h"
#include "unit.h"

/* The stems of `word`, shortest first, parted by "|". */
static void
check_stems(const char *word, const char *wanted)
{
	KoreanSplit splits[KOREAN_SPLITS_MAX];
	Str stems = {0};
	size_t count = korean_splits(sv(word), splits);
	for (size_t i = 0; i < count; i++) {
		assert_int_not_equal(splits[i].particles, 0);
		if (i > 0)
			str_append_byte(&stems, '|');
		str_append(&stems, sv_slice(sv(word), 0, splits[i].stem));
	}
	assert_view_equal(str_view(&stems), wanted);
	str_free(&stems);
}

static void
strips_particles(void **state)
{
	(void)state;
	static const char *const particles[] = {"은", "이", "을", "의", "에", "에서", "에게", "으로", "과", "도", "만",
		"부터", "까지", "보다", "처럼", "마다", "이나", "이라는", "이라고", "이다", "이었다", "입니다", "이며",
		"들", "들은", "들에게", "에는", "에서는", "에서도", "으로는", "으로부터", "까지의", "에게까지",
		"부터가", "만이", "들만의", "뿐이다", "조차도", "밖에", "이란", "인데", "이라면"};
	for (size_t i = 0; i < sizeof particles / sizeof particles[0]; i++) {
		KoreanSplit splits[KOREAN_SPLITS_MAX];
		Str word = str_from(SV("우산"));
		str_append_c(&word, particles[i]);
		assert_true(korean_splits(str_view(&word), splits) > 0);
		assert_int_equal(splits[0].stem, sizeof "우산" - 1);
		str_free(&word);
	}
	check_stems("바다는", "바다");
	check_stems("바다가", "바다");
	check_stems("바다였다", "바다");
	check_stems("바다라는", "바다|바다라");
	check_stems("바다로부터의", "바다|바다로|바다로부터");
}

static void
minds_final_consonants(void **state)
{
	(void)state;
	check_stems("우산가", "");
	check_stems("바다을", "");
	check_stems("바다은", "");
	check_stems("서울로", "서울"); /* ㄹ takes 로 */
	check_stems("우산로", "");
	check_stems("전문가", "");
	check_stems("우산", "");
}

static void
shows_every_reading(void **state)
{
	(void)state;
	check_stems("의존도", "의존");
	check_stems("의존도를", "의존도");
	check_stems("고양이", "고양");
	check_stems("고양이가", "고양이");
	check_stems("책에서는", "책|책에서");
	check_stems("나이는", "나이");
	check_stems("사람으로", "사람");
}

static void
takes_any_particle_behind_latin(void **state)
{
	(void)state;
	check_stems("SKT와", "SKT");
	check_stems("SKT과", "SKT");
	check_stems("K팝을", "K팝");
	check_stems("C&C의", "C&C");
	check_stems("Vim", "");
}

static void
knows_bare_particles(void **state)
{
	(void)state;
	KoreanSplit split;
	assert_true(korean_particles(SV("에서는"), &split));
	assert_int_equal(split.stem, 0);
	assert_true(korean_particles(SV("라는"), &split));
	assert_true(korean_particles(SV("는"), &split));
	assert_false(korean_particles(SV("바다는"), &split));
	assert_false(korean_particles(SV("K는"), &split));
	assert_false(korean_particles(SV(""), &split));
}

static void
tells_equal_particles(void **state)
{
	(void)state;
	KoreanSplit one[KOREAN_SPLITS_MAX], two[KOREAN_SPLITS_MAX], glued;
	korean_splits(SV("바다에서는"), one);
	korean_splits(SV("우산에서는"), two);
	assert_int_equal(one[0].particles, two[0].particles);
	assert_true(korean_particles(SV("에서는"), &glued));
	assert_int_equal(one[0].particles, glued.particles);
	korean_splits(SV("우산에서도"), two);
	assert_int_not_equal(one[0].particles, two[0].particles);
}

static void
check_action(const char *word, const char *noun)
{
	assert_view_equal(sv_slice(sv(word), 0, korean_action(sv(word))), noun);
}

static void
finds_nouns_in_verbs(void **state)
{
	(void)state;
	check_action("극복할", "극복");
	check_action("마비되었다", "마비");
	check_action("확장하면서", "확장");
	check_action("반복하지", "반복");
	check_action("정지시켰다", "정지");
	check_action("연구합니다", "연구");
	check_action("준비됐다", "준비");
	check_action("자연재해", "");
	check_action("주가하락이", "");
	check_action("지하철", "");
	check_action("북한", "");
	check_action("이해하다", "이해");
}

static void
knows_endings_of_verbs(void **state)
{
	(void)state;
	static const char *const verbs[] = {"태어난다", "걸으면서", "새로운", "조용히", "느리게", "잃고", "젊은",
		"배고픈", "쓰고", "고르면", "오르지만"};
	static const char *const nouns[] = {
		"바람", "편지", "광고", "냉장고", "화면", "오픈", "까닭", "소금", "기차", "라디오", "이미지"};
	for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
		assert_true(korean_ends_as_verb(sv(verbs[i])));
	for (size_t i = 0; i < sizeof nouns / sizeof nouns[0]; i++)
		assert_false(korean_ends_as_verb(sv(nouns[i])));
	static const char *const never[] = {"갔다", "한다", "먹었", "않", "변하는지", "사회적"};
	static const char *const maybe[] = {"바다", "캐나다", "베란다", "편지", "목적", "먼지"};
	for (size_t i = 0; i < sizeof never / sizeof never[0]; i++)
		assert_true(korean_never_noun(sv(never[i])));
	for (size_t i = 0; i < sizeof maybe / sizeof maybe[0]; i++)
		assert_false(korean_never_noun(sv(maybe[i])));
}

/* Adds the words of `list` to *seen, where none of them may be yet. */
static void
check_list(const char *list, StrList *seen)
{
	StrView rest = sv(list), word;
	while (sv_split(&rest, ' ', &word)) {
		if (list_has(seen, word))
			print_error("twice: %.*s\n", (int)word.len, word.ptr);
		assert_false(list_has(seen, word));
		assert_true(word.len >= sizeof "두자" - 1 && unicode_is_nfc(word));
		list_append(seen, word);
	}
	assert_true(list_ok(seen, NULL));
}

static void
keeps_its_lists_in_order(void **state)
{
	(void)state;
	StrList names = {0}, whole = {0};
	check_list(KOREAN_STOP_WORDS, &names);
	check_list(KOREAN_PALE_WORDS, &names);
	check_list(KOREAN_WHOLE_WORDS, &whole);
	/* A word that can be read in no other way would be listed for nothing. */
	for (size_t i = 0; i < whole.len; i++) {
		KoreanSplit splits[KOREAN_SPLITS_MAX];
		if (korean_splits(str_view(&whole.items[i]), splits) > 0)
			continue;
		print_error("no other reading: %s\n", str_c(&whole.items[i]));
		fail();
	}
	list_free(&names);
	list_free(&whole);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strips_particles),
		cmocka_unit_test(minds_final_consonants),
		cmocka_unit_test(shows_every_reading),
		cmocka_unit_test(takes_any_particle_behind_latin),
		cmocka_unit_test(knows_bare_particles),
		cmocka_unit_test(tells_equal_particles),
		cmocka_unit_test(finds_nouns_in_verbs),
		cmocka_unit_test(knows_endings_of_verbs),
		cmocka_unit_test(keeps_its_lists_in_order),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
