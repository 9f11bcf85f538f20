/* Clusters as cells: what is shown of them, and that nothing a terminal obeys ever is. */
#include "unit.h"

#include "../../src/base/internal.h"

static void
assert_shown(StrView cluster, const char *wanted, int columns, bool replaced, bool doubtful)
{
	Shown shown;
	cluster_show(cluster, false, &shown);
	assert_view_equal(((StrView){shown.text, shown.len}), wanted);
	assert_int_equal(shown.columns, columns);
	assert_int_equal(shown.replaced, replaced);
	assert_int_equal(shown.doubtful, doubtful);
	assert_int_equal(cluster_columns(cluster, false), columns);
}

static void
assert_certain(const char *cluster, int columns)
{
	assert_shown(sv(cluster), cluster, columns, false, false);
}

static void
assert_doubtful(const char *cluster, int columns)
{
	assert_shown(sv(cluster), cluster, columns, false, true);
}

static void
test_plain(void **state)
{
	(void)state;
	assert_certain(" ", 1);
	assert_certain("a", 1);
	assert_certain("~", 1);
	assert_certain("가", 2);
	assert_certain("힣", 2);
	assert_certain("ㄱ", 2);
	assert_certain("한", 2);
	assert_certain("漢", 2);
	assert_certain("カ", 2);
	assert_certain("。", 2);
	assert_certain("Ａ", 2);
	assert_certain("ｶ", 1);
	assert_certain("š", 1);
	assert_certain("Ա", 1);
	assert_certain("✓", 1);
	assert_certain("▸", 1);
	assert_certain("😀", 2);
	assert_certain("x\u0304", 1);
	assert_certain("가\u0301", 2);
	assert_shown(SV("\t"), "    ", 4, false, false);
}

static void
test_doubtful(void **state)
{
	(void)state;
	assert_doubtful("“", 1);
	assert_doubtful("…", 1);
	assert_doubtful("─", 1);
	assert_doubtful("\uE000", 1);
	assert_doubtful("👩‍👩‍👧", 2);
	assert_doubtful("❤️", 2);
	assert_doubtful("☀", 1);
	assert_doubtful("😀\uFE0E", 2);
	assert_doubtful("👍🏽", 2);
	assert_doubtful("🇰🇷", 2);
	assert_doubtful("🇰", 1);
	assert_doubtful("1️⃣", 2);
	assert_doubtful("🫠", 2);
	assert_doubtful("\u1112\u1161\u11AB", 2);
	assert_doubtful("\u1112", 2);
	assert_doubtful("e\u0301\u0302", 1);
	assert_doubtful("a\u20DD", 1);
	assert_doubtful("का", 2);
	assert_doubtful("ש", 1);
	assert_doubtful("\u0378", 1);
	assert_doubtful("\U0003FFFD", 2);
	assert_doubtful("ü", 1);
	assert_doubtful("\u0600\u0661", 2);
}

static void
test_ambiguous(void **state)
{
	(void)state;
	Shown shown;
	cluster_show(SV("…"), true, &shown);
	assert_int_equal(shown.columns, 2);
	assert_true(shown.doubtful);
	assert_int_equal(cluster_columns(SV("…"), true), 2);
	cluster_show(SV("a"), true, &shown);
	assert_int_equal(shown.columns, 1);
}

static void
test_replaced(void **state)
{
	(void)state;
	assert_shown(SV("\n"), "\u2424", 1, true, false);
	assert_shown(SV("\0"), "␀", 1, true, false);
	assert_shown(SV("\x1B"), "␛", 1, true, false);
	assert_shown(SV("\r\n"), "␍", 1, true, false);
	assert_shown(SV("\x7F"), "␡", 1, true, false);
	assert_shown(SV("\xC2\x9B"), "\u2426", 1, true, false);
	assert_shown(SV("\u202E"), "\u2426", 1, true, false);
	assert_shown(SV("\u200B"), "\u2426", 1, true, false);
	assert_shown(SV("\uFEFF"), "\u2426", 1, true, false);
	assert_shown(SV("\u200D"), "\u2426", 1, true, false);
	assert_shown(SV("\u3164"), "\u2426", 1, true, false);
	assert_shown(SV("\u2028"), "\u2426", 1, true, false);
	assert_shown(SV("\xFF"), "\uFFFD", 1, true, true);
	assert_shown(SV("\xED\xA0\x80"), "\uFFFD", 1, true, true);
	assert_shown(SV(""), "␀", 1, true, false);
}

static void
test_marks_and_joiners(void **state)
{
	(void)state;
	assert_shown(SV("\u0301"), "◌\u0301", 1, true, false);
	assert_shown(SV("\u093E"), "◌\u093E", 2, true, true);
	assert_shown(SV("🏽"), "◌🏽", 2, true, true);
	assert_shown(SV("\uFE0F"), "◌\uFE0F", 1, true, true);
	assert_shown(SV("e\u0301\u0302\u0303\u0304\u0305"), "e\u0301\u0302\u0303\u0304", 1, true, true);
	assert_shown(SV("a\u200D"), "a", 1, true, false);
	assert_shown(SV("a\u200C"), "a", 1, true, false);
	assert_shown(SV("👩\u200D"), "👩", 2, true, false);
	assert_shown(SV("👩\u200D\u200D👩"), "👩\u200D👩", 2, true, true);
	assert_shown(SV("🏴\U000E0067\U000E0062\U000E007F"), "🏴", 2, true, false);
	assert_shown(SV("👩🏽\u200D🚀"), "👩🏽\u200D🚀", 2, false, true);
	Str many = str_from(SV("👩"));
	for (int i = 0; i < 40; i++)
		str_append_c(&many, "\u200D👩");
	Shown shown;
	cluster_show(str_view(&many), false, &shown);
	assert_int_equal(shown.len, 9 * 4 + 8 * 3);
	str_clear(&many);
	for (int i = 0; i < 40; i++)
		str_append_c(&many, "👩\U0001F3FD\U0001F3FD\U0001F3FD\U0001F3FD\u200D");
	cluster_show(str_view(&many), false, &shown);
	assert_true(shown.len <= SHOWN_MAX && shown.len > SHOWN_MAX - 8);
	str_free(&many);
}

static void
test_jamo(void **state)
{
	(void)state;
	assert_shown(SV("\u1161"), "\u115F\u1161", 2, true, true);
	assert_shown(SV("\u11AB"), "\u115F\u1160\u11AB", 2, true, true);
	assert_shown(SV("\u1112\u11AB"), "\u1112\u1160\u11AB", 2, true, true);
	assert_shown(SV("\u1100\u1100\uAC00\u11A8"), "\u1100\u1100\uAC00\u11A8", 2, false, true);
	assert_shown(SV("\u1100a"), "\u1100", 2, true, true);
}

/* ---- Whatever comes in */

static void
assert_harmless(StrView in, bool ambiguous_wide)
{
	Shown shown;
	memset(&shown, 0xAA, sizeof shown);
	cluster_show(in, ambiguous_wide, &shown);
	StrView text = {shown.text, shown.len};
	assert_true(shown.len > 0 && shown.len <= SHOWN_MAX && unicode_valid(text));
	assert_true(shown.columns == 1 || shown.columns == 2 || (shown.columns == 4 && sv_equal(in, SV("\t"))));
	assert_int_equal(cluster_columns(in, ambiguous_wide), shown.columns);
	if (shown.columns != 4)
		assert_int_equal(cluster_width(text, ambiguous_wide), shown.columns);
	uint32_t before = 0;
	bool picture = false;
	size_t len, next;
	for (size_t pos = 0; pos < text.len; pos += len) {
		uint32_t rune = utf8_at(text, pos, &len);
		assert_true(rune >= 0x20 && (rune < 0x7F || rune > 0x9F));
		if (rune == ZERO_WIDTH_JOINER) {
			assert_true(picture && pos + len < text.len);
			assert_true((rune_bits(utf8_at(text, pos + len, &next)) & RUNE_PICTOGRAPH) != 0);
		} else {
			assert_int_equal(rune_bits(rune) & RUNE_HIDDEN, 0);
		}
		if ((rune_bits(rune) & RUNE_MARK) == 0)
			picture = (rune_bits(rune) & RUNE_PICTOGRAPH) != 0;
		before = rune;
	}
	assert_int_not_equal(before, ZERO_WIDTH_JOINER);
	/* What was shown is shown as it is: nothing is left to replace. */
	Shown again;
	if (shown.columns != 4 && cluster_next(text, 0) == text.len) {
		cluster_show(text, ambiguous_wide, &again);
		assert_true(again.len == shown.len && memcmp(again.text, shown.text, shown.len) == 0);
		assert_int_equal(again.columns, shown.columns);
		assert_int_equal(again.doubtful, shown.doubtful);
		assert_false(again.replaced);
	}
}

static void
test_every_code_point(void **state)
{
	(void)state;
	Str one = {0};
	Shown shown;
	for (uint32_t rune = 0; rune <= 0x10FFFF; rune++) {
		str_clear(&one);
		str_append_rune(&one, rune);
		StrView cluster = str_view(&one);
		assert_harmless(cluster, rune % 2 == 0);
		cluster_show(cluster, false, &shown);
		if (!shown.replaced && rune != '\t')
			assert_int_equal(shown.columns, cluster_width(cluster, false));
	}
	str_free(&one);
}

static uint32_t
random_rune(uint32_t *seed)
{
	static const uint32_t some[] = {0, 9, 0x0A, 0x0D, 0x1B, 0x7F, 0x9B, 'a', '1', 0x301, 0x308, 0x483, 0x5D0, 0x600,
		0x93E, 0x915, 0x94D, 0x1100, 0x1112, 0x1161, 0x11AB, 0x115F, 0x1160, 0xAC00, 0xAC01, 0x200B, 0x200C,
		0x200D, 0x200D, 0x200D, 0x202E, 0x2066, 0x20E3, 0x2764, 0xFE0E, 0xFE0F, 0xFEFF, 0x3164, 0x1F1F0,
		0x1F1F7, 0x1F3FD, 0x1F469, 0x1F680, 0x1F3F4, 0xE0067, 0xE007F, 0xE0100, 0xFFFE, 0x378};
	*seed = *seed * 1103515245 + 12345;
	uint32_t r = *seed >> 8;
	return r % 8 == 0 ? (r >> 3) % 0x110000 : some[(r >> 3) % (sizeof some / sizeof some[0])];
}

static void
test_random(void **state)
{
	(void)state;
	uint32_t seed = 20260103;
	Str text = {0};
	for (int round = 0; round < 30000; round++) {
		str_clear(&text);
		size_t runes = round % 50 == 0 ? 60 : (size_t)round % 7 + 1;
		for (size_t i = 0; i < runes; i++)
			str_append_rune(&text, random_rune(&seed));
		if (round % 5 == 0)
			str_append_byte(&text, (char)(seed >> 16));
		if (round % 11 == 0)
			str_splice(&text, text.len / 2, text.len / 2 + 1, SV(""));
		StrView all = str_view(&text);
		assert_harmless(all, round % 2 == 0);
		for (size_t pos = 0, next; pos < all.len; pos = next) {
			next = cluster_next(all, pos);
			assert_harmless(sv_slice(all, pos, next), round % 2 == 0);
		}
	}
	str_free(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_doubtful),
		cmocka_unit_test(test_ambiguous),
		cmocka_unit_test(test_replaced),
		cmocka_unit_test(test_marks_and_joiners),
		cmocka_unit_test(test_jamo),
		cmocka_unit_test(test_every_code_point),
		cmocka_unit_test(test_random),
	};
	return cmocka_run_group_tests_name("shown", tests, NULL, NULL);
}
