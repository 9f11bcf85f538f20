/* A former revision compared with now: known cases, and that no line of it is ever left out. */
#include "app_unit.h"

static Str
compared(const Revision *now, const Revision *then)
{
	Str out = {0};
	Err err = {0};
	if (!app_compare(now, then, &out, &err))
		fail_msg("%s", err_text(&err));
	return out;
}

/* Of two bodies under the same title. */
static void
check(const char *now, const char *then, const char *wanted)
{
	Revision a = text_revision("제목", now), b = text_revision("제목", then);
	Str out = compared(&a, &b), all = str_from(SV(" 제목\n \n"));
	str_append_c(&all, wanted);
	assert_string_equal(str_c(&out), str_c(&all));
	str_free(&out);
	str_free(&all);
	revision_free(&a);
	revision_free(&b);
}

static void
test_lines(void **state)
{
	(void)state;
	check("하나\n둘\n", "하나\n둘\n", " 하나\n 둘\n");
	check("하나\n둘", "하나\n둘\n", " 하나\n 둘\n");
	check("하나\n셋\n", "하나\n둘\n셋\n", " 하나\n+둘\n 셋\n");
	check("하나\n둘\n셋\n", "하나\n셋\n", " 하나\n-둘\n 셋\n");
	check("끝\n", "처음\n끝\n", "+처음\n 끝\n");
	check("처음\n", "처음\n끝\n", " 처음\n+끝\n");
	check("", "하나\n둘\n", "+하나\n+둘\n");
	check("하나\n둘\n", "", "-하나\n-둘\n");
	check("# 제목\t\n", "# 제목\t\n- 줄\n", " # 제목\t\n+- 줄\n");
}

static void
test_words(void **state)
{
	(void)state;
	check("오늘 결제 서류를 책상에 두고 나왔다.\n", "오늘 결재 서류를 책상에 두고 나왔다.\n",
		"~결제 → 결재\n 오늘 결재 서류를 책상에 두고 나왔다.\n");
	check("비가 오늘 하루 종일 내린다.\n", "비가 하루 종일 내린다.\n", "-오늘\n 비가 하루 종일 내린다.\n");
	check("비가 하루 종일 내린다.\n", "비가 오늘 하루 종일 내린다.\n", "+오늘\n 비가 오늘 하루 종일 내린다.\n");
	/* Twice in one line. */
	check("가 나 다 라 마 바 사 아 자 차 카 타\n", "가 나 달 라 마 바 사 아 자 차 카 탈\n",
		"~다 → 달\n~타 → 탈\n 가 나 달 라 마 바 사 아 자 차 카 탈\n");
	/* Hardly a word is the same. */
	check("창밖에는 눈이 쌓였다.\n", "우리는 밤새 걸어서 바다에 갔다.\n",
		"-창밖에는 눈이 쌓였다.\n+우리는 밤새 걸어서 바다에 갔다.\n");
	/* Only blanks are not the same. */
	check("한 줄이다.  두 칸이다.\n", "한 줄이다. 두 칸이다.\n", " 한 줄이다. 두 칸이다.\n");
}

static void
test_titles(void **state)
{
	(void)state;
	Revision now = text_revision("겨울 다리 위에서 쓴 편지", "본문\n");
	Revision then = text_revision("여름 다리 위에서 쓴 편지", "본문\n");
	str_set(&then.subtitle, SV("부제"));
	Str out = compared(&now, &then);
	assert_string_equal(str_c(&out), "~겨울 → 여름\n 여름 다리 위에서 쓴 편지\n+부제\n \n 본문\n");
	str_free(&out);
	revision_free(&now);
	revision_free(&then);
}

/* ---- Any two texts */

static size_t
any(size_t below)
{
	uint32_t number;
	seeded_random(&number, sizeof number);
	return number % below;
}

static void
put_any_line(Str *out)
{
	static const char *const words[] = {
		"강", "물", "다리 위", "눈", "가", "", "+", "-", "~", "→", "아주 긴 낱말들이"};
	for (size_t i = any(7); i-- > 0;) {
		str_append_c(out, words[any(sizeof words / sizeof words[0])]);
		if (any(5) > 0)
			str_append_byte(out, ' ');
	}
	if (any(12) > 0)
		str_append_byte(out, '\n');
}

/* `from` with some lines left out, changed, or put in. */
static void
vary(StrView from, Str *out)
{
	StrView line;
	while (from.len > 0 && sv_split(&from, '\n', &line)) {
		if (any(4) == 0)
			put_any_line(out);
		if (any(4) == 0)
			continue;
		str_append(out, line);
		str_append_byte(out, '\n');
	}
}

/* The lines that are of `then`, without their signs. */
static void
take_then(StrView page, Str *out)
{
	StrView line;
	while (page.len > 0 && sv_split(&page, '\n', &line)) {
		assert_true(line.len > 0);
		if (line.ptr[0] == STAYS || line.ptr[0] == APPEARS) {
			str_append(out, sv_slice(line, 1, line.len));
			str_append_byte(out, '\n');
		} else {
			assert_true(line.ptr[0] == DISAPPEARS || line.ptr[0] == CHANGES);
		}
	}
}

/* All lines of `then` stand in it in order (besides words that appear, which have the sign of lines that do). */
static void
test_nothing_is_left_out(void **state)
{
	(void)state;
	seeded_state = 20261122;
	for (int round = 0; round < 3000; round++) {
		Str before = {0}, after = {0}, wanted = str_from(SV("제\n\n"));
		for (size_t i = any(12); i-- > 0;)
			put_any_line(&before);
		vary(str_view(&before), &after);
		Revision now = text_revision("제", str_c(&before)), then = text_revision("제", str_c(&after));
		Str page = compared(&now, &then), lines = {0};
		str_append(&wanted, str_view(&after));
		if (!sv_ends(str_view(&wanted), SV("\n")))
			str_append_byte(&wanted, '\n');
		take_then(str_view(&page), &lines);
		StrView rest = str_view(&lines), want = str_view(&wanted), line, one;
		while (want.len > 0 && sv_split(&want, '\n', &line)) {
			bool found = false;
			while (!found && rest.len > 0 && sv_split(&rest, '\n', &one))
				found = sv_equal(one, line);
			if (!found)
				fail_msg(
					"round %d: “%.*s” is not in\n%s", round, (int)line.len, line.ptr, str_c(&page));
		}
		if (sv_equal(str_view(&before), str_view(&after)))
			assert_true(sv_equal(str_view(&lines), str_view(&wanted)));
		str_free(&before);
		str_free(&after);
		str_free(&wanted);
		str_free(&page);
		str_free(&lines);
		revision_free(&now);
		revision_free(&then);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_titles),
		cmocka_unit_test(test_nothing_is_left_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
