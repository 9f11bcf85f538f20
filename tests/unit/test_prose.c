/* The words of a Markdown text: what is prose, and what stands before each word. */
#include "../../src/text/prose.h"
#include "unit.h"

/* The words of `markdown`, parted by "|"; a word after blanks only has "+" before it, after closing marks only "~". */
static void
words_of(StrView markdown, Str *out)
{
	Prose prose;
	ProseWord word;
	str_clear(out);
	prose_start(&prose, markdown);
	while (prose_next(&prose, &word)) {
		if (out->len > 0)
			str_append_byte(out, '|');
		if ((word.flags & PROSE_NEXT) != 0)
			str_append_byte(out, '+');
		if ((word.flags & PROSE_GLUED) != 0)
			str_append_byte(out, '~');
		str_append(out, word.text);
	}
}

typedef struct Case {
	const char *markdown, *words;
} Case;

static void
check_cases(const Case *cases, size_t count)
{
	Str words = {0};
	for (size_t i = 0; i < count; i++) {
		words_of(sv(cases[i].markdown), &words);
		if (!sv_equal(str_view(&words), sv(cases[i].words)))
			print_error("of \"%s\":\n", cases[i].markdown);
		assert_view_equal(str_view(&words), cases[i].words);
	}
	str_free(&words);
}
#define CHECK(cases) check_cases(cases, sizeof(cases) / sizeof((cases)[0]))

static void
tells_words_apart(void **state)
{
	(void)state;
	static const Case cases[] = {
		{"데이터 센터, 화재", "데이터|+센터|화재"},
		{"데이터\n센터\n\n화재", "데이터|+센터|화재"},
		{"데이터  센터", "데이터|+센터"},
		{"SK C&C의 R&D", "SK|+C&C의|+R&D"},
		{"K팝, K-팝을", "K팝|K-팝을"},
		{"don't Korea's it’s", "don't|+Korea's|+it’s"},
		{"C++ and C# in the U.S. today", "C++|+and|+C#|+in|+the|+U.S.|+today"},
		{"Node.js uses snake_case names -- always", "Node.js|+uses|+snake_case|+names|always"},
		{"10월 15일 3.14 2만여 대", "대"},
		{"5G와 3D", "5G와|+3D"},
		{"시련(試鍊)은", "시련|試鍊|~은"},
		{"café naïve Żółw", "café|+naïve|+Żółw"},
		{"a@example.org 에게", "에게"},
		{"https://example.org/a_b?c=d를 보라", "를|+보라"},
		{"www.example.org", ""},
		{"가\xFF나 \xEA\xB0", "가|나"},
	};
	CHECK(cases);
}

static void
skips_what_is_no_prose(void **state)
{
	(void)state;
	static const Case cases[] = {
		{"# 제목 하나\n본문", "제목|+하나|본문"},
		{"**카카오**는 *글*을", "카카오|~는|글|~을"},
		{"“라디오”라는 말", "라디오|~라는|+말"},
		{"`코드`는 ``a ` b`` 끝", "는|끝"},
		{"`열린 글", "열린|+글"},
		{"앞\n```c\nint 변수;\n```\n뒤", "앞|뒤"},
		{"~~~~\n가나\n~~~\n다라\n~~~~\n마바", "마바"},
		{"```\n끝나지 않는", ""},
		{"> ```\n> 코드\n> ```\n> 인용", "인용"},
		{"앞\n\n    들여 쓴 코드\n\n뒤", "앞|뒤"},
		{"- 항목\n\n    항목의 문단", "항목|항목의|+문단"},
		{"[글](https://example.org/경로 \"제목\")을", "글|~을"},
		{"[글](a(b)c) [글](<가 나>)", "글|글"},
		{"[글](열린 괄호", "글|열린|+괄호"},
		{"[글][참조]와 ![그림](사진.png)", "글|~와|그림"},
		{"[참조]: https://example.org\n본문", "본문"},
		{"<b>굵게</b> <a href=\"가>나\">곳</a>", "굵게|곳"},
		{"<!-- 주석\n\n주석 --> 글", "글"},
		{"<pre>\n코드\n</pre>\n글", "글"},
		{"<https://example.org/x> 1 < 2 그리고", "그리고"},
		{"&nbsp;글&#x3000;둘 &c", "글|둘|c"},
		{"가 \\* 나", "가|나"},
		{"표\n\n| 가로 | 세로 |\n|---|---|\n| 하나 | 둘 |", "표|가로|세로|하나|둘"},
		{"앞\n---\n뒤\n===", "앞|뒤"},
		{"1. 첫째\n2) 둘째\n+ 셋째", "첫째|둘째|셋째"},
		{"~~지운~~ 글", "지운|글"},
	};
	CHECK(cases);
}

static void
marks_sentences_and_headings(void **state)
{
	(void)state;
	Prose prose;
	ProseWord word;
	prose_start(&prose, SV("# One two\nThree four. Five 2.5 six! \"Seven\n\nEight"));
	static const unsigned flags[] = {PROSE_SENTENCE | PROSE_HEADING, PROSE_HEADING, PROSE_SENTENCE, 0,
		PROSE_SENTENCE, 0, PROSE_SENTENCE, PROSE_SENTENCE};
	for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
		assert_true(prose_next(&prose, &word));
		if (i == 5)
			assert_view_equal(word.text, "six");
		assert_int_equal(word.flags & (PROSE_SENTENCE | PROSE_HEADING), flags[i]);
	}
	assert_false(prose_next(&prose, &word));
}

static void
leaves_clusters_whole(void **state)
{
	(void)state;
	/* A sign that combines with the last letter but belongs to no word takes the word with it. */
	static const Case cases[] = {
		{"글\xE2\x83\x9D 둘", "둘"},
		{"x\xCC\x81y \xCC\x81z", "x\xCC\x81y|z"},
		{"가\xE1\x86\xA8 나", "나"},
	};
	CHECK(cases);
}

static void
refuses_endless_words(void **state)
{
	(void)state;
	Str text = {0}, words = {0};
	for (int i = 0; i < PROSE_WORD_MAX / 3; i++)
		str_append_c(&text, "글");
	words_of(str_view(&text), &words);
	assert_int_equal(words.len, text.len);
	str_append_c(&text, "글");
	words_of(str_view(&text), &words);
	assert_int_equal(words.len, 0);
	str_free(&text);
	str_free(&words);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_words_apart),
		cmocka_unit_test(skips_what_is_no_prose),
		cmocka_unit_test(marks_sentences_and_headings),
		cmocka_unit_test(leaves_clusters_whole),
		cmocka_unit_test(refuses_endless_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
