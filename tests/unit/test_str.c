/* Strings, lists, the nearest word. */
#include "unit.h"

static void
views_are_cut_and_split(void **state)
{
	(void)state;
	assert_view_equal(sv_trim(SV(" \t글 하나\r\n")), "글 하나");
	assert_view_equal(sv_trim(SV("  ")), "");
	assert_view_equal(sv_slice(SV("abc"), 1, 9), "bc");
	assert_true(sv_starts(SV("https://"), SV("http")));
	assert_true(sv_ends(SV("a.html"), SV(".html")));
	assert_false(sv_ends(SV("l"), SV(".html")));
	assert_true(sv_find(SV("가나다나"), SV("나"), 4) == 9);
	assert_true(sv_find(SV("abc"), SV("d"), 0) == SIZE_MAX);
	assert_true(sv_compare(SV("a"), SV("ab")) < 0 && sv_compare(SV("b"), SV("ab")) > 0);
	StrView rest = SV("a,,b"), part;
	assert_true(sv_split(&rest, ',', &part));
	assert_view_equal(part, "a");
	assert_true(sv_split(&rest, ',', &part));
	assert_view_equal(part, "");
	assert_true(sv_split(&rest, ',', &part));
	assert_view_equal(part, "b");
	assert_false(sv_split(&rest, ',', &part));
	rest = SV("a,");
	assert_true(sv_split(&rest, ',', &part) && sv_split(&rest, ',', &part));
	assert_view_equal(part, "");
	assert_false(sv_split(&rest, ',', &part));
}

static void
strings_grow_and_change(void **state)
{
	(void)state;
	Str s = {0};
	assert_string_equal(str_c(&s), "");
	for (int i = 0; i < 1000; i++)
		str_append(&s, SV("먹"));
	assert_int_equal(s.len, 3000);
	str_truncate(&s, 6);
	str_splice(&s, 3, 3, SV("과 "));
	assert_view_equal(str_view(&s), "먹과 먹");
	str_splice(&s, 0, 3, str_view(&s));
	assert_view_equal(str_view(&s), "먹과 먹과 먹");
	str_set(&s, sv_slice(str_view(&s), 3, 6));
	assert_view_equal(str_view(&s), "과");
	str_printf(&s, " %d%%", 7);
	assert_view_equal(str_view(&s), "과 7%");
	str_clear(&s);
	str_append_rune(&s, 0x41);
	str_append_rune(&s, 0xE9);
	str_append_rune(&s, 0xBA39);
	str_append_rune(&s, 0x1F58B);
	str_append_rune(&s, 0xD800);
	assert_view_equal(str_view(&s), "Aé먹\xF0\x9F\x96\x8B\xEF\xBF\xBD");
	Str other = {0};
	str_move(&other, &s);
	assert_null(s.ptr);
	str_wipe(&other);
	assert_int_equal(other.len, 0);
}

static void
a_failed_string_stays_failed(void **state)
{
	(void)state;
	Str s = str_from(SV("kept"));
	str_append(&s, (StrView){"", SIZE_MAX / 2});
	assert_true(s.failed);
	str_append(&s, SV(" more"));
	assert_view_equal(str_view(&s), "kept");
	Err err = {0};
	assert_false(str_ok(&s, &err));
	assert_string_equal(err_text(&err), "out of memory");
	StrList list = {0};
	list_append(&list, SV("a"));
	list_take(&list, &s);
	assert_false(list_ok(&list, NULL));
	list_free(&list);
}

static void
lists_keep_order(void **state)
{
	(void)state;
	StrList list = {0}, copy = {0};
	char name[8];
	for (int i = 0; i < 20; i++) {
		snprintf(name, sizeof name, "%d", i);
		list_append(&list, sv(name));
	}
	list_remove(&list, 3);
	list_remove(&list, 99);
	assert_int_equal(list.len, 19);
	assert_view_equal(str_view(&list.items[3]), "4");
	assert_true(list_has(&list, SV("19")) && !list_has(&list, SV("3")));
	list_copy(&copy, &list);
	assert_int_equal(copy.len, 19);
	assert_true(copy.items[0].ptr != list.items[0].ptr);
	list_free(&list);
	list_free(&copy);
}

static void
arrays_grow_and_stay_when_they_cannot(void **state)
{
	(void)state;
	int *numbers = NULL;
	size_t cap = 0;
	for (size_t i = 0; i < 100; i++) {
		int *grown = array_grow(numbers, i, &cap, sizeof *grown);
		assert_non_null(grown);
		assert_true(cap > i);
		numbers = grown;
		numbers[i] = (int)i;
	}
	for (int i = 0; i < 100; i++)
		assert_int_equal(numbers[i], i);
	size_t huge = SIZE_MAX / 2 + 1, before = huge;
	assert_null(array_grow(numbers, huge, &huge, 1)); /* twice as much is none */
	assert_int_equal(huge, before);
	huge = before = SIZE_MAX / 8;
	assert_null(array_grow(numbers, huge, &huge, sizeof(uint64_t)));
	assert_int_equal(huge, before);
	assert_int_equal(numbers[99], 99);
	free(numbers);
}

static void
the_nearest_word_is_a_slip_away(void **state)
{
	(void)state;
	StrList words = {0};
	static const char *const names[] = {"init", "new", "list", "show", "set", "publish", "keywords", "시사 노트"};
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		list_append(&words, sv(names[i]));
	assert_view_equal(list_nearest(&words, SV("pubilsh")), "publish");
	assert_view_equal(list_nearest(&words, SV("lst")), "list");
	assert_view_equal(list_nearest(&words, SV("keyword")), "keywords");
	assert_view_equal(list_nearest(&words, SV("시사 노투")), "시사 노트");
	assert_view_equal(list_nearest(&words, SV("zzz")), "");
	assert_view_equal(list_nearest(&words, SV("x")), "");
	assert_view_equal(list_nearest(&words, SV("")), "");
	list_free(&words);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(views_are_cut_and_split),
		cmocka_unit_test(strings_grow_and_change),
		cmocka_unit_test(a_failed_string_stays_failed),
		cmocka_unit_test(lists_keep_order),
		cmocka_unit_test(arrays_grow_and_stay_when_they_cannot),
		cmocka_unit_test(the_nearest_word_is_a_slip_away),
	};
	return cmocka_run_group_tests_name("str", tests, NULL, NULL);
}
