/* Keyword suggestions rule by rule, on whole essays, and when memory runs out. */
#include "meok/text.h"
#include "unit.h"

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

/* ---- Help */

static Suggestions
suggest(StrView title, StrView body, size_t most)
{
	Suggestions found = {0};
	Err err = {0};
	assert_true(keywords_suggest(title, body, most, &found, &err));
	assert_true(found.len <= most);
	return found;
}

static const Suggestion *
find_term(const Suggestions *found, const char *term)
{
	for (size_t i = 0; i < found->len; i++)
		if (sv_equal(str_view(&found->items[i].term), sv(term)))
			return &found->items[i];
	return NULL;
}

static void
print_terms(const Suggestions *found)
{
	for (size_t i = 0; i < found->len; i++)
		print_error("%s%s", i > 0 ? ", " : "", str_c(&found->items[i].term));
	print_error("\n");
}

/* The terms of title and body, best first, parted by "|". */
static void
check_terms(const char *title, const char *body, const char *wanted)
{
	Suggestions found = suggest(sv(title), sv(body), 20);
	Str terms = {0};
	for (size_t i = 0; i < found.len; i++) {
		if (i > 0)
			str_append_byte(&terms, '|');
		str_append(&terms, str_view(&found.items[i].term));
	}
	assert_view_equal(str_view(&terms), wanted);
	str_free(&terms);
	suggestions_free(&found);
}

/* ---- Whole essays */

typedef struct Essay {
	const char *file;
	const char *title;     /* NULL: the first line */
	size_t most;           /* where the wanted terms must stand */
	const char *wanted;    /* parted by "|", in any order */
	const char *forbidden; /* nowhere among twenty */
} Essay;

static const Essay ESSAYS[] = {
	{"kw-night-bus.md", NULL, 5, "심야 버스|버스|정류장|승객|노선",
		"있는|놓친|한다|이름이|버스는|심야|대부분|언제나|지나간"},
	{"kw-kimjang.md", "할머니의 김장", 7, "할머니|김장|배추|김치|젓갈|소금|고춧가루",
		"배추를|절인|처음|했다|것|나는|우리|김치가"},
	{"kw-editor.md", NULL, 7, "편집기|Vim|플러그인|설정 파일|오픈 소스|단축키|버그",
		"바꾸지|git|commit|echo|설정파일|floating|window|plugin|example|number|하지만|쓰는"},
	{"kw-tidal-flat.md", NULL, 8, "갯벌|철새|탄소|간척지|서해|썰물|낙지|먹이",
		"태어난다|하루|갯벌은|동안|이곳|다시|잃은|아무도"},
	{"kw-grandfather-radio.md", NULL, 7, "라디오|할아버지|진공관|수리점|잡음|방송|손잡이",
		"고치는|라는|대답이|그런데|그래서|요즘|때마다"},
	{"kw-bread.md", NULL, 9, "starter|sourdough starter|bread|Lisbon|dough|flour|kitchen|loaf",
		"My|my|the|and|Taught|taught|hydration water|ultimate|I|don't|finally|When|loaves"},
	{"kw-lighthouse.md", NULL, 10, "Gull Rock|fog|logbooks|seals|keeper|lighthouse|weather|harbor office|lamp",
		"The|the|of|had|Every|On|last|there|can|Fog|logbook"},
};

static void
read_essay(const Essay *essay, Str *text, StrView *title, StrView *body)
{
	char path[512];
	char bytes[8192];
	snprintf(path, sizeof path, "%s/tests/unit/text/%s", getenv("MEOK_TOP"), essay->file);
	FILE *file = fopen(path, "rb");
	assert_non_null(file);
	str_clear(text);
	assert_true(unicode_clean((StrView){bytes, fread(bytes, 1, sizeof bytes, file)}, text, NULL, NULL));
	fclose(file);
	*body = str_view(text);
	if (essay->title != NULL) {
		*title = sv(essay->title);
		return;
	}
	assert_true(sv_split(body, '\n', title));
	if (sv_starts(*title, SV("# ")))
		*title = sv_slice(*title, 2, title->len);
}

static void
check_essay(const Essay *essay, const Suggestions *found)
{
	StrView rest = sv(essay->wanted), term;
	while (sv_split(&rest, '|', &term)) {
		size_t at = 0;
		while (at < found->len && !sv_equal(str_view(&found->items[at].term), term))
			at++;
		if (at >= essay->most) {
			print_error("%s: \"%.*s\" is not among the first %zu of ", essay->file, (int)term.len, term.ptr,
				essay->most);
			print_terms(found);
			fail();
		}
	}
	rest = sv(essay->forbidden);
	while (sv_split(&rest, '|', &term))
		for (size_t i = 0; i < found->len; i++)
			if (sv_equal(str_view(&found->items[i].term), term)) {
				print_error("%s: \"%.*s\" is in ", essay->file, (int)term.len, term.ptr);
				print_terms(found);
				fail();
			}
}

static void
finds_what_essays_are_about(void **state)
{
	(void)state;
	Str text = {0};
	for (size_t i = 0; i < sizeof ESSAYS / sizeof ESSAYS[0]; i++) {
		StrView title, body;
		read_essay(&ESSAYS[i], &text, &title, &body);
		Suggestions found = suggest(title, body, 20);
		check_essay(&ESSAYS[i], &found);
		suggestions_free(&found);
	}
	str_free(&text);
}

/* ---- Rules, one by one */

static void
wants_two_kinds_of_particles(void **state)
{
	(void)state;
	check_terms("", "우산을 샀다. 우산을 폈다. 우산을 접었다.", "");
	check_terms("", "우산을 샀다. 우산은 파랗다.", "우산");
	check_terms("", "노란 우산. 우산이 젖었다.", "우산");
	check_terms("", "우산에서는 물이 떨어진다. 우산으로부터 멀리 갔다.", "우산");
	check_terms("", "물을 마셨다. 물이 차다. 물은 좋다.", ""); /* one syllable */
	check_terms("우산을 쓰고", "비가 왔다.", "우산");
}

static void
reads_words_by_the_whole_text(void **state)
{
	(void)state;
	/* 의존도 and 의존: the particle 도 and the noun look alike. */
	check_terms("", "의존도를 낮추자. 의존도가 높다. 의존도는 그대로다.", "의존도");
	check_terms("", "카메라를 샀다. 카메라도 낡는다. 카메라가 무겁다.", "카메라");
	check_terms("", "고양이가 왔다. 고양이는 잔다. 고양이 한 마리.", "고양이");
	check_terms("", "책에서는 못 배웠다. 책에서의 배움은 책에서도 끝난다.", "");
	check_terms("", "**우산**은 젖었다. ‘우산’이라는 말.", "우산");
}

static void
passes_over_verbs_and_function_words(void **state)
{
	(void)state;
	check_terms("", "있는 것이다. 있는 그것은 있는 수가 있다. 것이다. 것이다.", "");
	check_terms("쉽지 않은 길", "쉽지가 않다. 쉽지는 않다. 쉽지도 않다.", "");
	check_terms("", "갔다가 왔다. 갔다는 말. 갔다 온다.", "");
	check_terms("", "우리가 그녀를 만나는 때. 우리는 만나도 우리의 그녀에게.", "");
	check_terms("새로운 시작을 위한 준비", "준비가 되었다.", "준비|시작");
}

static void
joins_words_that_repeat_together(void **state)
{
	(void)state;
	Suggestions found = suggest(SV(""),
		SV("데이터 센터에 불이 났다. 데이터 센터는 멈췄다. 데이터 센터 직원이 뛰었다. 데이터센터가 꺼졌다."),
		20);
	assert_true(found.len > 0);
	assert_view_equal(str_view(&found.items[0].term), "데이터 센터");
	assert_int_equal(found.items[0].count, 4); /* both spellings */
	assert_null(find_term(&found, "데이터센터"));
	assert_null(find_term(&found, "데이터"));
	suggestions_free(&found);
	/* Not across a comma, a mark or a paragraph. */
	found = suggest(SV(""), SV("데이터, 센터에서. **데이터** 센터를. 데이터\n\n센터가. 데이터를. 데이터가."), 20);
	assert_null(find_term(&found, "데이터 센터"));
	assert_non_null(find_term(&found, "데이터"));
	suggestions_free(&found);
	check_terms("", "비타민 D를 먹는다. 비타민 D가 부족하다.", "비타민 D");
}

static void
takes_latin_and_mixed_words(void **state)
{
	(void)state;
	Suggestions found = suggest(SV(""),
		SV("SK C&C의 건물. SK C&C는 판교에 있다. K팝을 듣는다. K팝은 크다. SKT와 KT의 경쟁. IT 기업이다. C++로 "
		   "쓴다. C++가 어렵다."),
		20);
	static const char *const wanted[] = {"SK C&C", "K팝", "SKT", "KT", "C++"};
	for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
		assert_non_null(find_term(&found, wanted[i]));
	assert_null(find_term(&found, "C&C의"));
	assert_int_equal(find_term(&found, "SK C&C")->count, 2);
	suggestions_free(&found);
}

static void
compares_english_without_case_and_number(void **state)
{
	(void)state;
	Suggestions found = suggest(SV(""),
		SV("Servers fail. A server failed, and two servers slept. We met in Seoul; the news from Seoul was old "
		   "news. "
		   "Cities grow. One city grew."),
		20);
	assert_int_equal(find_term(&found, "server")->count, 3);
	assert_null(find_term(&found, "Servers"));
	assert_null(find_term(&found, "servers"));
	assert_int_equal(find_term(&found, "Seoul")->count, 2);
	assert_int_equal(find_term(&found, "news")->count, 2); /* no singular in the text: left alone */
	assert_int_equal(find_term(&found, "city")->count, 2);
	suggestions_free(&found);
	found = suggest(SV(""), SV("When I read Jane Austen, I read slowly. The novels of Jane Austen are short."), 20);
	assert_view_equal(str_view(&found.items[0].term), "Jane Austen");
	suggestions_free(&found);
}

static void
leaves_out_what_is_not_prose(void **state)
{
	(void)state;
	Suggestions found = suggest(SV(""),
		SV("`변수` `변수` <변수>\n\n```\n변수는 변수가 변수를\n```\n\n[글](변수는/변수가/변수를) <b "
		   "title=\"변수를\">"),
		20);
	assert_null(find_term(&found, "변수"));
	suggestions_free(&found);
}

static void
weighs_the_title_and_breaks_ties_by_place(void **state)
{
	(void)state;
	check_terms("", "우산이 있다. 장화가 있다. 장화를 샀다. 우산을 샀다.", "우산|장화");
	check_terms("장화", "우산이 있다. 장화가 있다. 장화를 샀다. 우산을 샀다.", "장화|우산");
	Suggestions found = suggest(SV("장화"), SV("우산이 있다. 우산을 샀다."), 20);
	assert_int_equal(found.len, 2);
	assert_true(find_term(&found, "장화")->in_title);
	assert_false(find_term(&found, "우산")->in_title);
	for (size_t i = 0; i < found.len; i++)
		assert_true(found.items[i].weight > 0);
	suggestions_free(&found);
}

static void
gives_at_most_what_is_asked(void **state)
{
	(void)state;
	StrView body = SV("우산이 있다. 장화가 있다. 장화를 샀다. 우산을 샀다.");
	Suggestions found = suggest(SV(""), body, 1);
	assert_int_equal(found.len, 1);
	assert_true(keywords_suggest(SV(""), body, 0, &found, NULL)); /* replaces what was there */
	assert_int_equal(found.len, 0);
	suggestions_free(&found);
	found = suggest((StrView){0}, (StrView){0}, 5);
	assert_int_equal(found.len, 0);
	suggestions_free(&found);
}

static void
fails_without_memory(void **state)
{
	(void)state;
	StrView body =
		SV("Data centers and a data center: SK C&C의 데이터 센터는 데이터 센터가. 데이터센터의 Élan을 élan은.");
	Suggestions found = suggest(SV("우산"), SV(""), 5);
	int failures = 0;
	for (bool done = false; !done; failures++) {
		Err err = {0};
		allocations_left = failures + 1;
		done = keywords_suggest(SV("데이터"), body, 20, &found, &err);
		allocations_left = -1;
		assert_true(done || err.kind == ERR_FAILED);
		if (!done)
			assert_view_equal(str_view(&found.items[0].term), "우산");
		assert_true(failures < 1000);
	}
	assert_true(failures > 8);
	assert_non_null(find_term(&found, "데이터 센터"));
	suggestions_free(&found);
}

/* ---- Size */

static void
check_speed(const char *piece, bool numbered)
{
	enum { SIZE = 3 << 20 };
	Str body = {0};
	for (unsigned i = 0; body.len < SIZE; i++) {
		str_append_c(&body, piece);
		if (numbered)
			str_printf(
				&body, "%c%c%c%u는 ", 'a' + i % 26, 'a' + i / 26 % 26, 'a' + i / 676 % 26, i / 17576);
	}
	assert_true(str_ok(&body, NULL));
	clock_t start = clock();
	Suggestions found = suggest(SV("제목"), str_view(&body), 20);
	double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
	if (seconds > 20)
		print_error("%.1f s for \"%s\"\n", seconds, piece);
	assert_true(seconds <= 20); /* quadratic time takes hours */
	suggestions_free(&found);
	str_free(&body);
}

static void
takes_linear_time(void **state)
{
	(void)state;
	static const char *const pieces[] = {"](", "[a](b \"", "<a ", "<!-- ", "<pre>", "<a b=\"", "`", "` ``",
		"[a]: b\n", "> ", "    ", "- ", "a_", "만", "만만 ", "데이터 센터가 ", "&amp", "\\", "1.", "```\n",
		"~~~~ a\n\n"};
	for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++)
		check_speed(pieces[i], false);
	check_speed("글", true);
	check_speed("글 ", true);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_what_essays_are_about),
		cmocka_unit_test(wants_two_kinds_of_particles),
		cmocka_unit_test(reads_words_by_the_whole_text),
		cmocka_unit_test(passes_over_verbs_and_function_words),
		cmocka_unit_test(joins_words_that_repeat_together),
		cmocka_unit_test(takes_latin_and_mixed_words),
		cmocka_unit_test(compares_english_without_case_and_number),
		cmocka_unit_test(leaves_out_what_is_not_prose),
		cmocka_unit_test(weighs_the_title_and_breaks_ties_by_place),
		cmocka_unit_test(gives_at_most_what_is_asked),
		cmocka_unit_test(fails_without_memory),
		cmocka_unit_test(takes_linear_time),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
