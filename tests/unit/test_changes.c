/* What changed between two texts: places, the words of the first one, texts that have little in common, and memory that
 * runs out. */
#include "unit.h"

#include "meok/text.h"

#include <time.h>

/* ---- Allocations that fail: linked with --wrap */

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *ptr, size_t size);
void *__real_reallocarray(void *ptr, size_t count, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *ptr, size_t size);
void *__wrap_reallocarray(void *ptr, size_t count, size_t size);

static int allocations_left = -1; /* -1: no limit */

static bool
out_of_luck(void)
{
	if (allocations_left > 0)
		allocations_left--;
	return allocations_left == 0;
}

void *
__wrap_malloc(size_t size)
{
	return out_of_luck() ? NULL : __real_malloc(size);
}

void *
__wrap_calloc(size_t count, size_t size)
{
	return out_of_luck() ? NULL : __real_calloc(count, size);
}

void *
__wrap_realloc(void *ptr, size_t size)
{
	return out_of_luck() ? NULL : __real_realloc(ptr, size);
}

void *
__wrap_reallocarray(void *ptr, size_t count, size_t size)
{
	return out_of_luck() ? NULL : __real_reallocarray(ptr, count, size);
}

/* ---- Places */

typedef struct Example {
	const char *before, *after;
	size_t count;
	const char *was, *is; /* the words of the first place */
} Example;

static void
check_example(const Example *example)
{
	Changes changes = {.count = 99, .before = str_from(SV("옛것"))};
	Err err = {0};
	assert_true(text_changes(sv(example->before), sv(example->after), &changes, &err));
	if (changes.count != example->count)
		print_error("\"%s\", \"%s\": %zu places\n", example->before, example->after, changes.count);
	assert_int_equal(changes.count, example->count);
	assert_view_equal(str_view(&changes.before), example->was);
	assert_view_equal(str_view(&changes.after), example->is);
	changes_free(&changes);
}

static void
counts_places_and_shows_the_first(void **state)
{
	(void)state;
	static const Example examples[] = {
		{"", "", 0, "", ""},
		{"같은 글", "같은 글", 0, "", ""},
		{"", "새 글", 1, "", "새 글"},
		{"옛 글", "", 1, "옛 글", ""},
		{"간편 결재 서비스", "간편 결제 서비스", 1, "결재", "결제"},
		{"결재가 멈췄다.\n", "결제가 멈췄다.\n", 1, "결재가", "결제가"},
		{"가 나 다 라 마", "가 너 다 러 마", 2, "나", "너"},
		{"가 나 다", "가 너 더", 1, "나 다", "너 더"},
		{"가 나 다", "가 다", 1, "나", ""},
		{"가 다", "가 아주 긴 다", 1, "", "아주 긴"},
		{"첫 줄\n둘째 줄\n셋째 줄\n", "첫 줄\n두 번째 줄\n셋째 줄 끝\n", 2, "둘째", "두 번째"},
		{"첫 줄\n\n둘째 줄\n", "첫 줄\n\n끼운 줄\n\n둘째 줄\n", 1, "", "끼운 줄"},
		{"끝에 더한다", "끝에 더한다\n\n한 줄", 1, "", "한 줄"},
		{"줄 하나\n줄 둘\n줄 셋\n", "줄 둘\n줄 셋\n", 1, "줄 하나", ""},
		{"가 나\n가", "가 나 나\n가", 1, "", "나"},
		/* one place over the end of a line */
		{"가 나\n다 라", "가 너\n더 라", 1, "나 다", "너 더"},
	};
	for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++)
		check_example(&examples[i]);
}

static void
takes_blanks_for_no_change(void **state)
{
	(void)state;
	static const Example examples[] = {
		{"가 나\n다", "가\n나 다\n", 0, "", ""},
		{" 가\t나\n\n", "가\u3000나", 0, "", ""},
		{"가 나\n가", "가\n나 가", 0, "", ""},
		{"\n\n\n", "", 0, "", ""},
		{"가\n나 다\n라", "가\n너\n다 라", 1, "나", "너"},
	};
	for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++)
		check_example(&examples[i]);
}

/* ---- Long texts */

static uint64_t
next_random(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005 + 1442695040888963407;
	return *seed >> 33;
}

static void
append_word(uint64_t *seed, unsigned vocabulary, Str *text)
{
	str_printf(
		text, "낱말%u%c", (unsigned)(next_random(seed) % vocabulary), next_random(seed) % 12 == 0 ? '\n' : ' ');
}

static void
finds_scattered_corrections_in_a_long_text(void **state)
{
	(void)state;
	Str before = {0}, after = {0};
	uint64_t seed = 5;
	size_t corrections = 0;
	for (int i = 0; i < 100000; i++) {
		bool corrected = i % 499 == 7;
		str_printf(&before, "낱말%d%s ", i % 997, corrected ? "개" : "");
		str_printf(&after, "낱말%d%s ", i % 997, corrected ? "게" : "");
		corrections += corrected;
		if (next_random(&seed) % 40 == 0) {
			str_append_c(&before, "\n\n");
			str_append_c(&after, "\n\n");
		}
	}
	Changes changes = {0};
	clock_t start = clock();
	assert_true(text_changes(str_view(&before), str_view(&after), &changes, NULL));
	print_message("# %zu places in %zu bytes: %.0f ms\n", changes.count, before.len,
		(double)(clock() - start) * 1e3 / CLOCKS_PER_SEC);
	assert_int_equal(changes.count, corrections);
	assert_view_equal(str_view(&changes.before), "낱말7개");
	assert_view_equal(str_view(&changes.after), "낱말7게");
	changes_free(&changes);
	str_free(&before);
	str_free(&after);
}

static void
ends_soon_when_texts_have_little_in_common(void **state)
{
	(void)state;
	static const unsigned vocabularies[] = {2, 50, 100000};
	for (size_t i = 0; i < sizeof vocabularies / sizeof vocabularies[0]; i++) {
		Str before = {0}, after = {0};
		uint64_t seed = 11;
		for (int k = 0; k < 200000; k++) {
			append_word(&seed, vocabularies[i], &before);
			append_word(&seed, vocabularies[i], &after);
		}
		Changes changes = {0};
		clock_t start = clock();
		assert_true(text_changes(str_view(&before), str_view(&after), &changes, NULL));
		double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
		print_message("# %u words, %zu bytes: %zu places in %.2f s\n", vocabularies[i], before.len,
			changes.count, seconds);
		assert_true(changes.count > 0);
		assert_true(seconds < 20); /* without a bound: hours */
		changes_free(&changes);
		str_free(&before);
		str_free(&after);
	}
}

static void
goes_on_behind_a_long_difference(void **state)
{
	(void)state;
	Str before = {0}, after = {0};
	for (int i = 0; i < 2000; i++) {
		str_printf(&before, "앞%d ", i);
		str_printf(&after, "뒤%d ", i);
	}
	for (int i = 0; i < 3000; i++) {
		str_printf(&before, "%s%d ", i == 2500 ? "틀린" : "같은", i);
		str_printf(&after, "%s%d ", i == 2500 ? "맞는" : "같은", i);
	}
	Changes changes = {0};
	assert_true(text_changes(str_view(&before), str_view(&after), &changes, NULL));
	assert_int_equal(changes.count, 2);
	changes_free(&changes);
	str_free(&before);
	str_free(&after);
}

static void
fails_without_memory(void **state)
{
	(void)state;
	Str before = {0}, after = {0};
	for (int i = 0; i < 100; i++) {
		str_printf(&before, "줄 %d의 옛 글\n", i % 50);
		str_printf(&after, "줄 %d의 새 글 %s\n", i % 50, i % 3 == 0 ? "더" : "");
	}
	bool done = false;
	int count = 1;
	for (; !done; count++) {
		Changes changes = {.count = 7};
		Err err = {0};
		allocations_left = count;
		done = text_changes(str_view(&before), str_view(&after), &changes, &err);
		allocations_left = -1;
		assert_int_equal(err.kind, done ? ERR_NONE : ERR_FAILED);
		if (!done)
			assert_int_equal(changes.count, 7);
		changes_free(&changes);
	}
	assert_true(count > 10);
	str_free(&before);
	str_free(&after);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_places_and_shows_the_first),
		cmocka_unit_test(takes_blanks_for_no_change),
		cmocka_unit_test(finds_scattered_corrections_in_a_long_text),
		cmocka_unit_test(ends_soon_when_texts_have_little_in_common),
		cmocka_unit_test(goes_on_behind_a_long_difference),
		cmocka_unit_test(fails_without_memory),
	};
	return cmocka_run_group_tests_name("changes", tests, NULL, NULL);
}
