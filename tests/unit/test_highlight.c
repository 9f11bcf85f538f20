/* Markdown as it is written: the style of every character, the same as on the page, whatever part is looked at and
 * whatever was changed before, and at the same cost in a long text. */
#include "unit.h"

#include "highlight_model.h"

#include "../../src/text/borders.h"
#include "../../src/text/highlight.h"

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

/* ---- Styles */

/* No text is read whole, and everything is within reach: exact, but by way of borders. */
static const HighlightBounds BY_BORDERS = {.whole = 0, .reach = 1 << 20, .ahead = 1 << 20, .spacing = 1};

static void
styles_within(StrView text, size_t from_line, Span visible, const HighlightBounds *bounds, Str *out)
{
	StyledSpans spans = {0};
	Err err = {0};
	Document *doc = document_new(text, &err);
	Highlight *h = bounds == NULL ? highlight_new(doc, from_line, &err)
				      : highlight_new_within(doc, from_line, bounds, &err);
	assert_non_null(h);
	assert_true(highlight_spans(h, visible, &spans, &err));
	str_clear(out);
	styles_of(&spans, text.len, out);
	styled_spans_free(&spans);
	highlight_free(h);
	document_free(doc);
}

static void
styles_all(StrView text, Str *out)
{
	styles_within(text, 0, (Span){0, text.len}, NULL, out);
}

typedef struct Sample {
	const char *text, *styles; /* a letter of STYLE_LETTERS for each character, but newlines as they are */
} Sample;

static void
check_sample(const Sample *sample)
{
	StrView text = sv(sample->text);
	Str styles = {0}, seen = {0};
	size_t len;
	styles_all(text, &styles);
	for (size_t pos = 0; pos < text.len; pos += len) {
		unicode_rune(text, pos, &len);
		assert_true(text.ptr[pos] != '\n' || styles.ptr[pos] == ' ');
		str_append_byte(&seen, text.ptr[pos] == '\n' ? '\n' : styles.ptr[pos]);
		for (size_t i = 1; i < len; i++)
			assert_int_equal(styles.ptr[pos + i], styles.ptr[pos]);
	}
	if (!sv_equal(str_view(&seen), sv(sample->styles)))
		print_error("of     \"%s\"\n", sample->text);
	assert_view_equal(str_view(&seen), sample->styles);
	str_free(&styles);
	str_free(&seen);
}

#define assert_samples(samples)                                              \
	for (size_t i_ = 0; i_ < sizeof(samples) / sizeof(samples)[0]; i_++) \
	check_sample(&(samples)[i_])

static void
styles_what_is_inside_a_line(void **state)
{
	(void)state;
	static const Sample samples[] = {
		{"", ""},
		{"그냥 글", "    "},
		{"**굵게** 씀", "..SS..  "},
		{"*기울여* 씀", ".EEE.  "},
		{"***둘 다***", "...BBB..."},
		{"**굵고 *기울여***", "..SSS.BBB..."},
		{"**카카오(주)**는", "..SSSSSS.. "},
		{"그는**\"인용\"**이라고", "  ..SSSS..   "},
		{"**‘소 잃고’**라는", "..SSSSSS..  "},
		{"a_b_c 2 * 3", "           "},
		{"~~지움~~", "..XX.."},
		{"`코드 *안*`", ".CCCCCC."},
		{"``코`드`` **굵은 `코드`**", "..CCC.. ..SSS.CC..."},
		{"[글](/a \"제목\")이", ".L.... ..... "},
		{"[**굵은** 글](x)", "...SS..LL...."},
		{"**[글](x)**", "...S......"},
		{"![그림 **x**](y)", "..LLL..L......"},
		{"<http://a.b>", ".LLLLLLLLLL."},
		{"[a] [b][a]\n\n[a]: /x", ".L. .L....\n\n.... .."},
		{"\\*별\\* &amp;", ".  .       "},
		{"<b>글</b>", "... ...."},
		{"끝  \n다음\\\n줄", "   \n  .\n "},
		/* emphasis that the parser ends inside an address, and so nowhere */
		{"*글 [a](b*) 나", ".  .L.....  "},
	};
	assert_samples(samples);
}

static void
styles_blocks(void **state)
{
	(void)state;
	static const Sample samples[] = {
		{"# 제목 **x** ##", ". HHH..S.. .."},
		{"제목\n===\n글", "HH\n...\n "},
		{"글\n---\n글", " \nRRR\n "},
		{"글\n\n* * *\n\n_____\n", " \n\nRRRRR\n\nRRRRR\n"},
		{"> ---\n* ---\n- ***", ". RRR\n. RRR\n. RRR"},
		{"- 하나\n- * 둘\n  1. 셋", ".   \n. .  \n  ..  "},
		{"> 인용 **b**\n> > 더\n이어서", ". QQQ..S..\n. . Q\nQQQ"},
		{"> # 제목\n> `코드`", ". . HH\n. .CC."},
		{"```c\n  코드\n\n---\n```\n글", "....\nCCCC\n\nCCC\n...\n "},
		{"~~~\n```\n**글**", "...\nCCC\nCCCCC"},
		{"    코드\n\n글", "CCCCCC\n\n "},
		{"- a\n\n      b", ".  \n\nCCCCCCC"},
		{"| 가 | 나 |\n|---|:-:|\n| x | `y` |", ".   .   .\n.........\n.   . .C. ."},
		{"<div>\n글</div>\n\n글", ".....\n.......\n\n "},
	};
	assert_samples(samples);
}

/* ---- As on the page */

static void
check_page(StrView text)
{
	Str styles = {0}, html = {0};
	Look screen = {0}, page = {0};
	styles_all(text, &styles);
	assert_true(markup_render(text, MARKUP_HTML, &html, NULL));
	look_of_screen(text, &styles, &screen);
	look_of_page(str_view(&html), &page);
	assert_view_equal(str_view(&screen.text), str_c(&page.text));
	assert_view_equal(str_view(&screen.styles), str_c(&page.styles));
	str_free(&styles);
	str_free(&html);
	look_free(&screen);
	look_free(&page);
}

static void
shows_what_the_page_shows(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"**카카오(주)**는 **“그는”**이라고 *(주)*가 **가***나* a_b_c __굵__ _기울_\n",
		"**가** 나**다**라 *마**바*** ** 사** **아 **자\n차**\n",
		"# 먹 *갈기* **글**\n\n> 인용 **굵은**\n이어지는 *줄*\n\n- 하나 ~~지움~~\n- 둘\n\n  문단\n",
		"제목 **굵은**\n===\n\n글\n---\n글 --\n--\n\n1. 하나\n2. 둘\n   - `코드 **x**`\n",
		"```\n**코드**\n\n> 글\n```\n**글**\n\n    들인 **코드**\n",
		"[글 *a*](http://a.b/*c) *끝* [참조][r] [r]\n\n[r]: http://c.d '**제목**'\n",
		"| 가 **나** | 다 |\n|--|--|\n| *라* | `마` |\n\n\\*\\*글\\*\\* a\\\n*b*  \n**c**\n",
		"**굵은 [링크](x) 와 `코드` 와 ~~지움~~**\n~~**지움**~~ *~~x~~*\n",
		"“**인용.**”이라고 *했다.*그리고 **《책》**을 **가-**나\n",
	};
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		check_page(sv(texts[i]));
}

/* ---- Parts of a text */

static const char ESSAY[] = "제목 **아님**\n소제목\n# 첫 장\n\n**굵은\n글**과 *기운 글*.\n\n- 하나\n\n- 둘 `a\n  "
			    "b`\n\n```\n코드\n\n**코드**\n\n# 코드\n"
			    "```\n\n글\n\n> 인용\n> **굵은**\n\n---\n\n1. 가\n\n   ~~~\n\n   나\n   ~~~\n\n다 "
			    "[라](마)\n\n<!-- 바\n\n사 -->\n\n*아*\n";

static void
shows_the_same_in_every_part(void **state)
{
	(void)state;
	Str whole = {0}, part = {0};
	styles_within(sv(ESSAY), 2, (Span){0, SIZE_MAX}, NULL, &whole);
	StrView text = sv(ESSAY);
	for (size_t from = 0; from <= text.len; from++)
		for (size_t len = 1; len < 30; len += 7) {
			styles_within(text, 2, (Span){from, from + len}, &BY_BORDERS, &part);
			for (size_t i = 0; i < text.len; i++) {
				bool in = i >= from && i < from + len;
				/* a part of a character is none */
				if (part.ptr[i] != (in ? whole.ptr[i] : ' '))
					assert_true((unsigned char)text.ptr[i] >= 0x80);
			}
		}
	str_free(&whole);
	str_free(&part);
}

static void
leaves_the_lines_before_alone(void **state)
{
	(void)state;
	Str styles = {0};
	styles_within(SV("# 가\n**나**\n# 다\n"), 2, (Span){0, SIZE_MAX}, NULL, &styles);
	assert_view_equal(str_view(&styles), "              . HHH ");
	styles_within(SV("# 가\n"), 1, (Span){0, SIZE_MAX}, NULL, &styles);
	assert_view_equal(str_view(&styles), "      ");
	styles_within(SV("# 가"), 7, (Span){0, SIZE_MAX}, NULL, &styles);
	assert_view_equal(str_view(&styles), "     ");
	styles_within(SV("가 **나**"), 0, (Span){5, 5}, NULL, &styles);
	assert_view_equal(str_view(&styles), "           ");
	str_free(&styles);
}

/* ---- Long texts */

static Document *
document_of(size_t size, const char *piece)
{
	Str text = {0};
	while (text.len < size)
		str_append_c(&text, piece);
	Document *doc = document_new(str_view(&text), NULL);
	assert_non_null(doc);
	str_free(&text);
	return doc;
}

static const char PARAGRAPH[] =
	"카카오톡은 **밤이(되어)**서도 *불통*이었고, `문제`는 생각보다 컸다. [글](http://a.b/c)도 그렇다.\n\n";

static char
style_at(Highlight *h, size_t pos)
{
	StyledSpans spans = {0};
	assert_true(highlight_spans(h, (Span){pos, pos + 1}, &spans, NULL));
	char style = STYLE_LETTERS[spans.len > 0 ? spans.items[0].style : TEXT_PLAIN];
	styled_spans_free(&spans);
	return style;
}

static void
insert(Document *doc, Highlight *h, size_t pos, const char *text)
{
	Edit edit;
	assert_true(document_insert(doc, pos, sv(text), &edit, NULL));
	highlight_edited(h, &edit);
}

static void
knows_what_opened_far_above(void **state)
{
	(void)state;
	Document *doc = document_of(1 << 20, PARAGRAPH);
	Highlight *h = highlight_new(doc, 0, NULL);
	size_t bold = (sizeof PARAGRAPH - 1) * 6000 + strlen("카카오톡은 **");
	assert_int_equal(style_at(h, bold), 'S');
	insert(doc, h, 0, "```\n");
	assert_int_equal(style_at(h, bold + 4), 'C');
	assert_int_equal(style_at(h, 4), 'C');
	insert(doc, h, (sizeof PARAGRAPH - 1) * 3000 + 4, "```\n\n");
	assert_int_equal(style_at(h, bold + 9), 'S');
	assert_int_equal(style_at(h, bold / 4), 'C');
	highlight_free(h);
	document_free(doc);
}

static void
answers_in_blocks_longer_than_it_reads(void **state)
{
	(void)state;
	static const struct {
		const char *head, *piece, *mark;
		char wanted;
	} cases[] = {
		{"", "글 **굵은 글** ", "굵은", 'S'},
		{"", "글 **굵은 글**\n", "굵은", 'S'},
		{"~~~~ c\n", "글 **굵은 글**\n\n```\n", "굵은", 'C'},
		{"```\n", "글 **굵은 글** ", "굵은", 'C'},
		{"> ", "글 **굵은 글** ", "굵은", 'S'},
		{"", "- 글 **굵은 글**\n", "굵은", 'S'},
		{"", "\n\n\n\n\n\n", "\n", ' '},
		{"[a]: /b\n", "[a]: /b\n", "b", '.'},
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		Document *doc = document_of(300000, cases[i].piece);
		Highlight *h = highlight_new(doc, 0, NULL);
		insert(doc, h, 0, cases[i].head);
		for (size_t place = 1000; place < 300000; place += 37000) {
			size_t count = place / strlen(cases[i].piece);
			size_t in_piece = (size_t)(strstr(cases[i].piece, cases[i].mark) - cases[i].piece);
			size_t pos = strlen(cases[i].head) + count * strlen(cases[i].piece) + in_piece;
			char style = style_at(h, pos);
			if (style != cases[i].wanted)
				print_error("\"%s\" behind \"%s\" at %zu\n", cases[i].mark, cases[i].head, pos);
			assert_int_equal(style, cases[i].wanted);
		}
		highlight_free(h);
		document_free(doc);
	}
}

static double
now_us(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* A key in the middle and the rows around it. */
static double
cost_of_key(size_t size, const char *piece)
{
	enum { KEYS = 50, ROWS = 22 * 80 * 2 };
	StyledSpans spans = {0};
	Document *doc = document_of(size, piece);
	Highlight *h = highlight_new(doc, 0, NULL);
	size_t pos = document_length(doc) / 2 / strlen(piece) * strlen(piece);
	insert(doc, h, pos, "가");
	assert_true(highlight_spans(h, (Span){pos - ROWS / 2, pos + ROWS / 2}, &spans, NULL));
	double start = now_us();
	for (int i = 0; i < KEYS; i++) {
		insert(doc, h, pos, "가");
		assert_true(highlight_spans(h, (Span){pos - ROWS / 2, pos + ROWS / 2}, &spans, NULL));
	}
	double cost = (now_us() - start) / KEYS;
	styled_spans_free(&spans);
	highlight_free(h);
	document_free(doc);
	return cost;
}

static void
costs_the_same_in_a_long_text(void **state)
{
	(void)state;
	double small = cost_of_key(10000, PARAGRAPH), large = cost_of_key(5000000, PARAGRAPH);
	double solid = cost_of_key(5000000, "글 **굵은 글** ");
	print_message(
		"# a key: %.0f us in 10 KB, %.0f us in 5 MB, %.0f us in a paragraph of 5 MB\n", small, large, solid);
	/* Reading the whole would cost hundreds of times as much. */
	assert_true(large < small * 20 + 2000);
	assert_true(solid < small * 60 + 5000);
}

/* After every failure the next answer is right. */
static void
fails_without_memory(void **state)
{
	(void)state;
	static const HighlightBounds bounds = {.whole = 24, .reach = 200, .ahead = 60, .spacing = 20};
	StyledSpans spans = {0}, wanted = {0};
	size_t failures = 0;
	for (int count = 1; count < 60; count++) {
		Document *doc = document_of(3000, PARAGRAPH);
		Highlight *h = highlight_new_within(doc, 0, &bounds, NULL);
		insert(doc, h, 1500, "```\n");
		assert_true(highlight_spans(h, (Span){2900, 2990}, &wanted, NULL));
		Err err = {0};
		Edit edit;
		assert_true(document_insert(doc, 700, SV("가"), &edit, NULL));
		allocations_left = count;
		highlight_edited(h, &edit);
		bool done = highlight_spans(h, (Span){2903, 2993}, &spans, &err);
		allocations_left = -1;
		failures += !done;
		assert_int_equal(err.kind, done ? ERR_NONE : ERR_FAILED);
		assert_true(highlight_spans(h, (Span){2903, 2993}, &spans, NULL));
		assert_int_equal(spans.len, wanted.len);
		for (size_t i = 0; i < spans.len; i++)
			assert_int_equal(spans.items[i].span.from, wanted.items[i].span.from + 3);
		highlight_free(h);
		document_free(doc);
	}
	assert_true(failures > 5);
	styled_spans_free(&spans);
	styled_spans_free(&wanted);
}

/* ---- Borders */

static Border
border(size_t at, bool cut)
{
	return (Border){.at = at, .cut = cut};
}

static void
found(Borders *b, size_t at, bool cut, size_t len, bool wanted)
{
	bool settled;
	assert_true(borders_found(b, border(at, cut), len, true, &settled));
	assert_int_equal(settled, wanted);
}

static void
borders_become_sure_again_together(void **state)
{
	(void)state;
	Borders b = {.reach = 100, .spacing = 1};
	for (size_t at = 50; at < 500; at += 50)
		found(&b, at, false, 1000, false);
	assert_int_equal(borders_nearest(&b, 0, 449).at, 400);
	assert_int_equal(borders_nearest(&b, 10, 49).at, 10);
	/* Three bytes for one at 210, in the line that begins at 200. */
	borders_edited(&b, &(Edit){210, 1, 3}, 200, 1002);
	assert_int_equal(borders_last(&b, 0).at, 150);
	found(&b, 202, false, 1002, false);
	found(&b, 252, false, 1002, true);
	assert_int_equal(borders_last(&b, 0).at, 452);
	assert_int_equal(borders_nearest(&b, 0, 301).at, 252);
	/* What lies between two changes is not sure because of what lies behind the second. */
	borders_edited(&b, &(Edit){42, 3, 3}, 40, 1002);
	borders_edited(&b, &(Edit){342, 3, 3}, 340, 1002);
	assert_int_equal(borders_last(&b, 0).at, 0);
	found(&b, 52, false, 1002, false);
	found(&b, 352, false, 1002, true);
	assert_int_equal(borders_last(&b, 0).at, 452);
	borders_free(&b);
}

static void
cuts_are_made_anew_behind_a_change(void **state)
{
	(void)state;
	Borders b = {.reach = 100, .spacing = 1};
	found(&b, 50, false, 1000, false);
	found(&b, 150, true, 1000, false);
	found(&b, 250, true, 1000, false);
	found(&b, 300, false, 1000, false);
	found(&b, 400, true, 1000, false);
	/* The first one that is near enough, though a nearer one is known. */
	assert_int_equal(borders_nearest(&b, 0, 260).at, 250);
	assert_int_equal(borders_nearest(&b, 0, 250).at, 150);
	assert_int_equal(borders_nearest(&b, 0, 150).at, 50);
	borders_edited(&b, &(Edit){245, 0, 0}, 240, 1000);
	assert_int_equal(borders_last(&b, 0).at, 50);
	assert_int_equal(b.maybe.len, 2);
	found(&b, 300, false, 1000, true);
	assert_int_equal(borders_last(&b, 0).at, 400);
	borders_free(&b);
}

static bool
is_link(Highlight *h, size_t pos)
{
	StyledSpans spans = {0};
	assert_true(highlight_spans(h, (Span){pos, pos + 1}, &spans, NULL));
	bool link = spans.len == 1 && spans.items[0].style == TEXT_LINK;
	styled_spans_free(&spans);
	return link;
}

/* In a text that is not long an address may stand anywhere, also in two pieces. */
static void
finds_addresses_anywhere(void **state)
{
	(void)state;
	Edit edit;
	Str text = str_from(SV("[a][b]\n\n"));
	for (int i = 0; i < 400; i++)
		str_append_c(&text, "plain words\n\n");
	Document *doc = document_new(str_view(&text), NULL);
	Highlight *h = highlight_new(doc, 0, NULL);
	assert_false(is_link(h, 1));
	static const char *const pieces[] = {"[b", "]", ":", " http://c/"};
	for (size_t i = 0; i < 4; i++) {
		assert_false(is_link(h, 1));
		assert_true(document_insert(doc, document_length(doc), sv(pieces[i]), &edit, NULL));
		highlight_edited(h, &edit);
		document_group_end(doc);
	}
	assert_true(is_link(h, 1));
	size_t at = document_length(doc) - strlen("http://c/") - 2;
	assert_true(document_replace(doc, (Span){at, at + 1}, SV(";"), &edit, NULL));
	highlight_edited(h, &edit);
	assert_false(is_link(h, 1));
	highlight_free(h);
	document_free(doc);
	str_free(&text);
}

/* Reading takes memory. */
static void
reads_the_same_once(void **state)
{
	(void)state;
	Document *doc = document_new(SV("**a** b"), NULL);
	Highlight *h = highlight_new(doc, 0, NULL);
	StyledSpans spans = {0};
	Edit edit;
	assert_true(highlight_spans(h, (Span){0, 7}, &spans, NULL));
	allocations_left = 1;
	bool again = highlight_spans(h, (Span){0, 7}, &spans, NULL);
	bool other = highlight_spans(h, (Span){0, 6}, &spans, NULL);
	allocations_left = -1;
	assert_true(again);
	assert_false(other);
	assert_true(document_insert(doc, 0, SV("c"), &edit, NULL));
	highlight_edited(h, &edit);
	assert_true(highlight_spans(h, (Span){0, 7}, &spans, NULL));
	assert_int_equal(spans.items[0].span.from, 1);
	styled_spans_free(&spans);
	highlight_free(h);
	document_free(doc);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(styles_what_is_inside_a_line),
		cmocka_unit_test(styles_blocks),
		cmocka_unit_test(shows_what_the_page_shows),
		cmocka_unit_test(shows_the_same_in_every_part),
		cmocka_unit_test(leaves_the_lines_before_alone),
		cmocka_unit_test(knows_what_opened_far_above),
		cmocka_unit_test(answers_in_blocks_longer_than_it_reads),
		cmocka_unit_test(costs_the_same_in_a_long_text),
		cmocka_unit_test(fails_without_memory),
		cmocka_unit_test(finds_addresses_anywhere),
		cmocka_unit_test(reads_the_same_once),
		cmocka_unit_test(borders_become_sure_again_together),
		cmocka_unit_test(cuts_are_made_anew_behind_a_change),
	};
	return cmocka_run_group_tests_name("highlight", tests, NULL, NULL);
}
