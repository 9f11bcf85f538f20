/* Columns of clusters, and the table behind them. */
#include "unit.h"

#include <unistd.h>

static const struct {
	const char *cluster;
	int narrow, wide; /* with ambiguous characters narrow, and wide */
} WIDTHS[] = {
	{"", 0, 0},
	{"a", 1, 1},
	{" ", 1, 1},
	{"한", 2, 2},
	{"ㅎ", 2, 2},
	{"漢", 2, 2},
	{"ｱ", 1, 1},
	{"Ａ", 2, 2},
	{"\u3000", 2, 2},
	/* conjoining jamo: the syllable, the lead alone, vowel and final alone */
	{"\u1112\u1161\u11AB", 2, 2},
	{"\u1112\u1161", 2, 2},
	{"\u1112", 2, 2},
	{"\u1161", 0, 0},
	{"\u11AB", 0, 0},
	{"\u115F\u1161", 2, 2},
	{"\uA960\uD7B0\uD7CB", 2, 2},
	/* combining marks */
	{"e\u0301", 1, 1},
	{"e\u0301\u0323\u0308", 1, 1},
	{"한\u0301", 2, 2},
	{"\u0301", 0, 0},
	{"\u20DD", 0, 0},
	{"ते", 1, 1},
	{"कि", 2, 2},
	{"กำ", 2, 2},
	{"ｶﾞ", 2, 2},
	/* emoji */
	{"😀", 2, 2},
	{"👍🏽", 2, 2},
	{"☝🏽", 2, 2},
	{"🏽", 2, 2},
	{"👩‍👩‍👧", 2, 2},
	{"👩🏽‍🚀", 2, 2},
	{"🏳️‍🌈", 2, 2},
	{"❤️‍🔥", 2, 2},
	{"🇰🇷", 2, 2},
	{"🇰", 1, 1},
	{"🏴\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F", 2, 2},
	{"1️⃣", 2, 2},
	{"1\u20E3", 1, 1},
	{"#️⃣", 2, 2},
	{"❤️", 2, 2},
	{"❤", 1, 1},
	{"☀\uFE0F", 2, 2},
	{"☀\uFE0E", 1, 1},
	{"a\uFE0F", 1, 1},
	/* controls and what has no width */
	{"\n", 0, 0},
	{"\r\n", 0, 0},
	{"\t", 0, 0},
	{"\x1B", 0, 0},
	{"\x7F", 0, 0},
	{"\xC2\x85", 0, 0},
	{"\u200B", 0, 0},
	{"\u200D", 0, 0},
	{"\uFEFF", 0, 0},
	{"\u202E", 0, 0},
	{"\u2028", 0, 0},
	{"\u00AD", 1, 1},
	{"\u0600", 1, 1},
	{"\u115F", 2, 2},
	{"\u3164", 2, 2},
	/* ambiguous */
	{"·", 1, 2},
	{"…", 1, 2},
	{"“", 1, 2},
	{"①", 1, 2},
	{"α", 1, 2},
	{"℃", 1, 2},
	{"\uE000", 1, 2},
	{"\uFFFD", 1, 2},
	{"\xFF", 1, 2},
	{"®️", 2, 2},
	/* unassigned: narrow, but wide in the ideographic planes */
	{"\u0378", 1, 1},
	{"\U0002FA20", 2, 2},
	{"\U00050005", 1, 1},
};

static void
test_clusters(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof WIDTHS / sizeof WIDTHS[0]; i++) {
		StrView cluster = sv(WIDTHS[i].cluster);
		int narrow = cluster_width(cluster, false), wide = cluster_width(cluster, true);
		if (narrow != WIDTHS[i].narrow || wide != WIDTHS[i].wide)
			fail_msg("row %zu, \"%s\": %d and %d", i, WIDTHS[i].cluster, narrow, wide);
		if (cluster.len > 0)
			assert_int_equal(cluster_next(cluster, 0), cluster.len);
	}
}

static void
test_sums(void **state)
{
	(void)state;
	assert_int_equal(unicode_width(SV(""), false), 0);
	assert_int_equal(unicode_width(SV("먹 (墨) ink…"), false), 2 + 1 + 4 + 1 + 4);
	assert_int_equal(unicode_width(SV("먹 (墨) ink…"), true), 2 + 1 + 4 + 1 + 5);
	assert_int_equal(unicode_width(SV("\u1112\u1161\u11AB\u1100\u1173\u11AF👩‍👩‍👧🇰🇷"), false), 8);
	Str many = {0};
	size_t wanted = 0;
	for (int i = 0; i < 3000; i++) {
		str_append_c(&many, i % 3 == 0 ? "👍🏽" : i % 3 == 1 ? "e\u0301" : "글");
		wanted += i % 3 == 1 ? 1 : 2;
	}
	assert_int_equal(unicode_width(str_view(&many), false), wanted);
	str_free(&many);
}

/* Every sequence of Unicode's own list of emoji is one cluster of two columns. */
static void
test_all_emoji(void **state)
{
	(void)state;
	FILE *in = fopen("/usr/share/unicode/emoji/emoji-test.txt", "r");
	if (in == NULL)
		skip();
	char line[1024];
	int count = 0, bad = 0;
	Str cluster = {0};
	while (fgets(line, sizeof line, in) != NULL) {
		char *status = strchr(line, ';');
		if (line[0] == '#' || status == NULL || strstr(status, "fully-qualified") == NULL)
			continue;
		str_clear(&cluster);
		for (char *p = line, *end; p < status; p = end) {
			unsigned long rune = strtoul(p, &end, 16);
			if (end == p)
				break;
			str_append_rune(&cluster, (uint32_t)rune);
		}
		StrView view = str_view(&cluster);
		count++;
		if (cluster_next(view, 0) != view.len || cluster_width(view, false) != 2) {
			print_error("%s", line);
			bad++;
		}
	}
	fclose(in);
	str_free(&cluster);
	assert_true(count > 3000);
	assert_int_equal(bad, 0);
}

/* The committed table is what the generator makes, byte for byte. */
static void
test_table_is_generated(void **state)
{
	(void)state;
	const char *top = getenv("MEOK_TOP");
	assert_non_null(top);
	if (access("/usr/share/unicode/EastAsianWidth.txt", R_OK) != 0 || system("python3 -c 'pass' 2>/dev/null") != 0)
		skip();
	Str command = {0};
	str_printf(&command, "python3 '%s/script/gen-width-table' | cmp - '%s/src/base/width_table.h'", top, top);
	assert_int_equal(system(str_c(&command)), 0);
	str_free(&command);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clusters),
		cmocka_unit_test(test_sums),
		cmocka_unit_test(test_all_emoji),
		cmocka_unit_test(test_table_is_generated),
	};
	return cmocka_run_group_tests_name("width", tests, NULL, NULL);
}
