/* Cleaning, normal form, clusters, words, line breaks, caseless keys. */
#include "unit.h"

#include <time.h>
#include <unigbrk.h>

/* The answers of a row of a table are checked with its number, to be found when one fails. */
#define ROWS(table) (sizeof(table) / sizeof(table)[0])

static void
test_valid(void **state)
{
	(void)state;
	const StrView good[] = {SV(""), SV("abc"), SV("eight by"), SV("먹을 갈다, 천천히"), SV("\xF4\x8F\xBF\xBF"),
		SV("\xEF\xBF\xBF"), SV("\xC2\x80"), SV("\xE0\xA0\x80"), SV("\xF0\x90\x80\x80"), SV("\xED\x9F\xBF")};
	const StrView bad[] = {SV("\0"), SV("12345678\0"), SV("1234567\0"), SV("\x80"), SV("\xC0\xAF"), SV("\xC1\xBF"),
		SV("\xE0\x9F\xBF"), SV("\xED\xA0\x80"), SV("\xF0\x8F\xBF\xBF"), SV("\xF4\x90\x80\x80"),
		SV("\xF5\x80\x80\x80"), SV("\xFF"), SV("a\xE1\x80"), SV("abcdefgh\xC3")};
	for (size_t i = 0; i < ROWS(good); i++)
		assert_true(unicode_valid(good[i]));
	for (size_t i = 0; i < ROWS(bad); i++)
		assert_false(unicode_valid(bad[i]));
}

static void
test_rune(void **state)
{
	(void)state;
	size_t len;
	assert_int_equal(unicode_rune(SV("가"), 0, &len), 0xAC00);
	assert_int_equal(len, 3);
	assert_int_equal(unicode_rune(SV("x😀"), 1, &len), 0x1F600);
	assert_int_equal(len, 4);
	assert_int_equal(unicode_rune(SV("\xF1\x80\x80z"), 0, &len), 0xFFFD);
	assert_int_equal(len, 3);
	unicode_rune(SV("a"), 1, &len);
	assert_int_equal(len, 0);
	unicode_rune(SV("a"), 9, &len);
	assert_int_equal(len, 0);
	assert_int_equal(unicode_count(SV("밤 9시, 촛불 두 자루")), 13);
	assert_int_equal(unicode_count(SV("\xE1\x80\xE1\x80\x80\x80")), 3);
	assert_int_equal(unicode_count_clusters(SV("\xE1\x80\xE1\x80\x80\x80")), 3);
}

static void
test_clean(void **state)
{
	(void)state;
	static const struct {
		StrView in;
		const char *out;
		size_t replaced;
	} rows[] = {
		{SV(""), "", 0},
		{SV("그대로 둔다.\n\t끝"), "그대로 둔다.\n\t끝", 0},
		{SV("a\r\nb\rc\r\r\nd\r"), "a\nb\nc\n\nd\n", 0},
		/* The example of Unicode 15, table 3-11, and those of 3-8 to 3-10. */
		{SV("a\xF1\x80\x80\xE1\x80\xC2"
		    "b\x80"
		    "c\x80\xBF"
		    "d"),
			"a\uFFFD\uFFFD\uFFFDb\uFFFDc\uFFFD\uFFFDd", 6},
		{SV("\xC0\xAF\xE0\x80\xBF\xF0\x81\x82\x41"), "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFDA", 8},
		{SV("\xED\xA0\x80\xED\xBF\xBF\xED\xAF\x41"), "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFDA", 8},
		{SV("\xF4\x91\x92\x93\xFF\x41\x80\xBF\x42"),
			"\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD"
			"A\uFFFD\uFFFD"
			"B",
			7},
		{SV("a\0b\x1B[2J"), "a\uFFFDb\uFFFD[2J", 2},
		{SV("\x7F"), "\x7F", 0},
		{SV("\u1112\u1161\u11AB\u1100\u1173\u11AF 글"), "한글 글", 0},
		{SV("e\u0301, A\u030A, \u212B"), "é, Å, Å", 0},
		{SV("1234567e\u0301 12345678 \u0301"), "1234567é 12345678 \u0301", 0},
		{SV("a\u0323\u0307 a\u0307\u0323"), "ạ\u0307 ạ\u0307", 0},
		{SV("\u0301 lone"), "\u0301 lone", 0},
		{SV("\uAC00\u11A8"), "각", 0},
		{SV("e\xFF\u0301"), "e\uFFFD\u0301", 1},
		{SV("\uFFFD"), "\uFFFD", 0},
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		Str out = str_from(SV("before:"));
		size_t replaced = 99;
		assert_true(unicode_clean(rows[i].in, &out, &replaced, NULL));
		assert_view_equal(sv_slice(str_view(&out), 7, out.len), rows[i].out);
		assert_int_equal(replaced, rows[i].replaced);
		str_free(&out);
	}
}

/* Stretches longer than the buffers, and joints at every place of them. */
static void
test_clean_long(void **state)
{
	(void)state;
	Str apart = {0}, wanted = {0}, out = {0};
	for (int i = 0; i < 9000; i++) {
		str_append(&apart, SV("\u1112\u1161\u11AB"));
		str_append(&wanted, SV("한"));
		for (int j = 0; j < i % 9; j++) {
			str_append_byte(&apart, 'x');
			str_append_byte(&wanted, 'x');
		}
	}
	assert_true(unicode_clean(str_view(&apart), &out, NULL, NULL));
	assert_true(sv_equal(str_view(&out), str_view(&wanted)));
	assert_false(unicode_is_nfc(str_view(&apart)));
	assert_true(unicode_is_nfc(str_view(&out)));
	str_free(&apart);
	str_free(&wanted);
	str_free(&out);

	/* Ten thousand marks in the wrong order are one stretch. */
	for (int i = 0; i < 5000; i++)
		str_append(&apart, SV("\u0301\u0323"));
	assert_true(unicode_nfc(str_view(&apart), &out, NULL));
	assert_int_equal(out.len, apart.len);
	assert_true(sv_starts(str_view(&out), SV("\u0323\u0323")) && sv_ends(str_view(&out), SV("\u0301\u0301")));
	assert_int_equal(sv_find(str_view(&out), SV("\u0301\u0323"), 0), SIZE_MAX);
	str_free(&apart);
	str_free(&out);
}

static void
test_is_nfc(void **state)
{
	(void)state;
	assert_true(unicode_is_nfc(SV("")));
	assert_true(unicode_is_nfc(SV("전깃불, café")));
	assert_false(unicode_is_nfc(SV("a\u0323\u0302b")));
	assert_true(unicode_is_nfc(SV("x\u0301")));
	assert_false(unicode_is_nfc(SV("x\u0301\u0323")));
	assert_false(unicode_is_nfc(SV("\u1100\u1161")));
	assert_true(unicode_is_nfc(SV("\u1100")));
	assert_false(unicode_is_nfc(SV("\u2126")));
}

/* Splits into clusters with '|' between, forwards, backwards and at once; the three must agree. */
static void
assert_clusters(StrView text, const char *wanted)
{
	Str split = {0};
	uint8_t *breaks = malloc(text.len + 1);
	size_t count = 0;
	cluster_breaks(text, breaks);
	for (size_t pos = 0, next; pos < text.len; pos = next, count++) {
		next = cluster_next(text, pos);
		assert_int_equal(cluster_prev(text, next), pos);
		for (size_t i = pos; i < next; i++)
			assert_int_equal(breaks[i], i == pos);
		if (pos > 0)
			str_append_byte(&split, '|');
		str_append(&split, sv_slice(text, pos, next));
	}
	assert_view_equal(str_view(&split), wanted);
	assert_int_equal(unicode_count_clusters(text), count);
	str_free(&split);
	free(breaks);
}

static void
test_clusters(void **state)
{
	(void)state;
	assert_clusters(SV(""), "");
	assert_clusters(SV("a한b"), "a|한|b");
	assert_clusters(SV("\u1112\u1161\u11AB\u1100\u1173\u11AF"), "\u1112\u1161\u11AB|\u1100\u1173\u11AF");
	assert_clusters(SV("ᄀ각"), "ᄀ각");
	assert_clusters(SV("👩‍👩‍👧👍🏽"), "👩‍👩‍👧|👍🏽");
	assert_clusters(SV("🇰🇷🇯🇵🇺"), "🇰🇷|🇯🇵|🇺");
	assert_clusters(SV("x🇰🇷🇯🇵y"), "x|🇰🇷|🇯🇵|y");
	assert_clusters(SV("1️⃣2"), "1️⃣|2");
	assert_clusters(SV("a\r\nb\n\u0301"), "a|\r\n|b|\n|\u0301");
	assert_clusters(SV("e\u0301\u0302x"), "e\u0301\u0302|x");
	assert_clusters(SV("नमस्ते"), "न|म|स्|ते");
	assert_clusters(SV("\u0600\u0661"), "\u0600\u0661");
	assert_clusters(SV("e\xFF\u0301"), "e|\xFF|\u0301");
	assert_clusters(SV("👩\u200D\xFF👧"), "👩\u200D|\xFF|👧");
	assert_int_equal(cluster_next(SV("abc"), 7), 3);
	assert_int_equal(cluster_prev(SV("abc"), 7), 2);
}

static void
test_long_clusters(void **state)
{
	(void)state;
	Str text = {0};
	str_append(&text, SV("xa"));
	for (int i = 0; i < 3000; i++)
		str_append(&text, SV("\u0301"));
	size_t end = text.len;
	str_append(&text, SV("가"));
	assert_int_equal(cluster_next(str_view(&text), 1), end);
	assert_int_equal(cluster_prev(str_view(&text), end), 1);
	assert_int_equal(unicode_count_clusters(str_view(&text)), 3);
	assert_int_equal(unicode_width(str_view(&text), false), 4);

	/* An odd run of regional indicators: pairs from the left, whatever the length. */
	str_set(&text, SV("x"));
	for (int i = 0; i < 2001; i++)
		str_append(&text, SV("🇰"));
	assert_int_equal(cluster_prev(str_view(&text), text.len), text.len - 4);
	assert_int_equal(cluster_prev(str_view(&text), text.len - 4), text.len - 12);
	assert_int_equal(unicode_count_clusters(str_view(&text)), 1 + 1001);
	str_free(&text);
}

/* What the table decides without libunistring is what libunistring decides. */
static void
test_simple_runes(void **state)
{
	(void)state;
	static const char *const frames[][2] = {{"a", "a"}, {"\r", "\n"}, {"\u1100", "\u1161"}, {"👩\u200D", "\u0301"}};
	int bad = 0;
	Str text = {0};
	for (uint32_t rune = 1; rune < 0x110000; rune++) {
		if (rune >= 0xD800 && rune <= 0xDFFF)
			continue;
		for (size_t i = 0; i < ROWS(frames); i++) {
			uint8_t ours[32];
			char theirs[32];
			str_clear(&text);
			str_append_c(&text, frames[i][0]);
			str_append_rune(&text, rune);
			str_append_rune(&text, rune);
			str_append_c(&text, frames[i][1]);
			cluster_breaks(str_view(&text), ours);
			u8_grapheme_breaks((const uint8_t *)text.ptr, text.len, theirs);
			for (size_t j = 0; j < text.len; j++)
				if (ours[j] != (theirs[j] != 0)) {
					print_error("U+%04X in frame %zu\n", (unsigned)rune, i);
					bad++;
				}
		}
	}
	str_free(&text);
	assert_int_equal(bad, 0);
}

static double
seconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* At the end of a long text a step must not cost what the text is long: a scan of it takes milliseconds, so these calls
 * would take a minute. */
static void
test_steps_are_local(void **state)
{
	(void)state;
	static const char *const units[] = {
		"plain words ", "초 두 자루를 켰다 ", "नमस्ते ", "👩‍👩‍👧👍🏽", "e\u0301o\u0308"};
	for (size_t i = 0; i < ROWS(units); i++) {
		Str text = {0};
		while (text.len < 4 << 20)
			str_append_c(&text, units[i]);
		StrView view = str_view(&text);
		double begin = seconds();
		size_t pos = view.len, word = view.len;
		for (int step = 0; step < 5000; step++) {
			pos = cluster_prev(view, pos);
			word = word_prev(view, word);
		}
		for (int step = 0; step < 5000; step++)
			pos = cluster_next(view, pos);
		assert_int_equal(pos, view.len);
		assert_true(seconds() - begin < 8);
		str_free(&text);
	}
}

/* Every stop of word_next as '>', of word_prev as '<'. */
static void
assert_words(StrView text, const char *forward, const char *backward)
{
	Str ends = {0}, starts = {0};
	size_t last = 0;
	for (size_t pos = 0; pos < text.len;) {
		pos = word_next(text, pos);
		str_append(&ends, sv_slice(text, last, pos));
		str_append_byte(&ends, '>');
		last = pos;
	}
	assert_view_equal(str_view(&ends), forward);
	str_append(&starts, text);
	for (size_t pos = text.len; pos > 0;) {
		pos = word_prev(text, pos);
		str_splice(&starts, pos, pos, SV("<"));
	}
	assert_view_equal(str_view(&starts), backward);
	str_free(&ends);
	str_free(&starts);
}

static void
test_words(void **state)
{
	(void)state;
	assert_words(SV("The lamp, it's 3.5 m."), "The> lamp>, it's> 3.5> m>.>", "<The <lamp, <it's <3.5 <m.");
	assert_words(SV("초를 켰다. (주)먹"), "초를> 켰다>. (주>)먹>", "<초를 <켰다. (<주)<먹");
	assert_words(SV("  \n"), "  \n>", "<  \n");
	assert_words(SV("… 끝"), "… 끝>", "<… <끝");
	assert_words(SV("👩‍👩‍👧 go"), "👩‍👩‍👧 go>", "<👩‍👩‍👧 <go");
	assert_words(SV("a\xFFz"), "a>\xFFz>", "<a\xFF<z");
	assert_words(SV("e\u0301te\u0301\r\nx"), "e\u0301te\u0301>\r\nx>", "<e\u0301te\u0301\r\n<x");
	/* From inside a word: its end, its start. */
	assert_int_equal(word_next(SV("밤하늘 별"), 3), 9);
	assert_int_equal(word_prev(SV("밤하늘 별"), 6), 0);
	Str longest = {0};
	for (int i = 0; i < 3000; i++)
		str_append_byte(&longest, 'w');
	str_append_c(&longest, " x");
	assert_int_equal(word_next(str_view(&longest), 10), 3000);
	assert_int_equal(word_prev(str_view(&longest), 2999), 0);
	str_free(&longest);
}

/* '|' where a line may break, '/' where it must. */
static void
assert_lines(BreakRule rule, StrView text, const char *wanted)
{
	Str shown = {0};
	uint8_t *out = malloc(text.len + 1);
	assert_true(line_breaks(text, rule, out, NULL));
	for (size_t i = 0; i < text.len; i++) {
		if (out[i] != 0)
			str_append_byte(&shown, out[i] == 2 ? '/' : '|');
		str_append_byte(&shown, text.ptr[i]);
	}
	assert_view_equal(str_view(&shown), wanted);
	str_free(&shown);
	free(out);
}

static void
test_lines(void **state)
{
	(void)state;
	assert_lines(BREAK_ANYWHERE, SV(""), "");
	assert_lines(BREAK_ANYWHERE, SV("촛불 켠 밤"), "촛|불 |켠 |밤");
	assert_lines(BREAK_KEEP_ALL, SV("촛불 켠 밤"), "촛불 |켠 |밤");
	assert_lines(BREAK_KEEP_ALL, SV("카페(주)의 “밤”이었다"), "카페(주)의 |“밤”이었다");
	assert_lines(BREAK_KEEP_ALL, SV("2022년 AI가 30%를 3℃에"), "2022년 |AI가 |30%를 |3℃에");
	assert_lines(BREAK_KEEP_ALL, SV("**굵게**는 「인용」과 大韓은"), "**굵게**는 |「인용」과 |大|韓은");
	assert_lines(BREAK_KEEP_ALL, SV("말…그래서—끝"), "말…|그래서|—|끝");
	assert_lines(BREAK_KEEP_ALL, SV("반반/후라이드"), "반반/|후라이드");
	assert_lines(BREAK_KEEP_ALL, SV("좋다👍정말"), "좋다|👍|정말");
	assert_lines(
		BREAK_KEEP_ALL, SV("\u1112\u1161\u11AB\u1100\u1173\u11AF"), "\u1112\u1161\u11AB\u1100\u1173\u11AF");
	assert_lines(BREAK_KEEP_ALL, SV("漢字仮名"), "漢|字|仮|名");
	assert_lines(BREAK_KEEP_ALL, SV("see example.org, e.g. at night"), "see |example.org, |e.g. |at |night");
	assert_lines(BREAK_KEEP_ALL, SV("한\n\n글\n"), "한\n/\n/글\n");
	assert_lines(BREAK_KEEP_ALL, SV("well-known\u00A0fact"), "well-|known\u00A0fact");
	assert_lines(BREAK_ANYWHERE, SV("a\xFF\xE1\x80 b"), "a\xFF\xE1\x80 |b");
	assert_lines(BREAK_ANYWHERE, SV("🇰🇷🇯🇵👩‍👩‍👧"), "🇰🇷|🇯🇵|👩‍👩‍👧");
}

static void
test_fold(void **state)
{
	(void)state;
	static const struct {
		const char *in, *key;
	} rows[] = {{"", ""}, {"  데이터   센터\t", "데이터 센터"}, {"SK C&C", "sk c&c"}, {"Straße", "strasse"},
		{"E\u0301tude", "étude"}, {"\u1106\u1165\u11A8", "먹"}, {"ΣΊΣΥΦΟΣ", "σίσυφοσ"},
		{"a\u3000b\nc", "a b c"}, {"\u00A0x\u2003", "x"},
		/* what folds by itself beside what does not */
		{"가\u11A8밤", "각밤"}, {"밤E\u0301B", "밤éb"}, {"먹É”B", "먹é”b"}, {"大か\u3099 ﬁX", "大が fix"},
		{"밤\u0301\u0323A", "밤\u0323\u0301a"}};
	for (size_t i = 0; i < ROWS(rows); i++) {
		Str key = {0};
		assert_true(unicode_fold(sv(rows[i].in), &key, NULL));
		assert_view_equal(str_view(&key), rows[i].key);
		str_free(&key);
	}
	assert_true(unicode_same(SV(" 데이터\u00A0센터"), SV("데이터 센터 ")));
	assert_true(unicode_same(SV("ΌΣΟΣ"), SV("όσος")));
	assert_false(unicode_same(SV("데이터센터"), SV("데이터 센터")));
	assert_false(unicode_same(SV("a"), SV("á")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_valid),
		cmocka_unit_test(test_rune),
		cmocka_unit_test(test_clean),
		cmocka_unit_test(test_clean_long),
		cmocka_unit_test(test_is_nfc),
		cmocka_unit_test(test_clusters),
		cmocka_unit_test(test_long_clusters),
		cmocka_unit_test(test_simple_runes),
		cmocka_unit_test(test_steps_are_local),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_fold),
	};
	return cmocka_run_group_tests_name("unicode", tests, NULL, NULL);
}
