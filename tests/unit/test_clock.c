/* Times as text and back. */
#include "unit.h"

#include <time.h>

static void
stamps_have_the_offset(void **state)
{
	(void)state;
	setenv("TZ", "Asia/Seoul", 1);
	tzset();
	Str out = {0};
	int64_t ms = 1767398400123;
	time_local(ms, &out);
	assert_view_equal(str_view(&out), "2026-01-03T09:00:00+09:00");
	str_clear(&out);
	time_utc(ms, &out);
	assert_view_equal(str_view(&out), "2026-01-03T00:00:00Z");
	str_clear(&out);
	time_utc(-1, &out);
	assert_view_equal(str_view(&out), "1969-12-31T23:59:59Z");
	str_clear(&out);
	time_minute(ms, &out);
	assert_view_equal(str_view(&out), "2026-01-03 09:00");
	str_clear(&out);
	time_date(ms - 3600 * 1000 * 10, &out);
	assert_view_equal(str_view(&out), "2026-01-02");
	str_free(&out);
}

static void
stamps_are_read(void **state)
{
	(void)state;
	setenv("TZ", "Asia/Seoul", 1);
	tzset();
	static const struct {
		const char *text;
		int64_t ms;
	} good[] = {
		{"2026-01-03T00:00:00Z", 1767398400000},
		{"2026-01-03T09:00:00+09:00", 1767398400000},
		{"2026-01-03 09:00", 1767398400000},
		{"2026-01-03 09:00:00 +0900", 1767398400000},
		{"2026-01-02T19:30:00-04:30", 1767398400000},
		{"2026-01-03", 1767398400000 - 9 * 3600 * 1000},
		{" 2026-01-03T00:00:00.123456Z ", 1767398400123},
		{"1969-12-31T23:59:59Z", -1000},
	};
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		int64_t ms = 0;
		assert_true(time_parse(sv(good[i].text), &ms));
		assert_true(ms == good[i].ms);
	}
	static const char *const bad[] = {"", "tomorrow", "2026-02-30", "2026-13-01", "2026-01-03T25:00",
		"2026-01-03T24:00", "2026-01-03T09:60", "2026-01-03T09:00:61", "2026-01-03T09:00+15:00",
		"2026-01-03T09:00+09:60", "2026-01-03T09:00+99:00", "2026-01-03T09:00:00Zx", "2026-1-3",
		"2026-01-03T09:00.Z"};
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		int64_t ms = 7;
		assert_false(time_parse(sv(bad[i]), &ms));
		assert_true(ms == 7);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stamps_have_the_offset),
		cmocka_unit_test(stamps_are_read),
	};
	return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
