/* Merging by paragraphs: what merges and what does not, what is never torn, random texts against a plain model, a long
 * text in little time, and memory that runs out. */
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

/* ---- What merges, and what does not */

typedef struct Example {
	const char *base, *mine, *theirs;
	const char *merged; /* NULL: a conflict */
} Example;

static const Example EXAMPLES[] = {
	/* two paragraphs, neighbours */
	{"봄\n\n여름\n\n가을", "봄비\n\n여름\n\n가을", "봄\n\n여름밤\n\n가을", "봄비\n\n여름밤\n\n가을"},
	/* the same paragraph */
	{"봄\n\n여름", "봄비\n\n여름", "봄꽃\n\n여름", NULL},
	/* the same edit */
	{"봄\n\n여름", "봄비\n\n여름", "봄비\n\n여름", "봄비\n\n여름"},
	/* the same edit and another one */
	{"a\n\nb\n\nc", "A\n\nb\n\nc", "A\n\nb\n\nC", "A\n\nb\n\nC"},
	/* both put something in: at different places, at the same one, the same thing */
	{"a\n\nb", "x\n\na\n\nb", "a\n\nb\n\ny", "x\n\na\n\nb\n\ny"},
	{"a\n\nb", "a\n\nx\n\nb", "a\n\ny\n\nb", NULL},
	{"a\n\nb", "a\n\nx\n\nb", "a\n\nx\n\nb", "a\n\nx\n\nb"},
	{"a\n", "a\n\nx\n", "a\n\ny\n", NULL},
	/* one goes on where the other changed the paragraph before, or behind */
	{"a\n\nb", "a2\n\nb", "a\n\nx\n\nb", "a2\n\nx\n\nb"},
	{"a\n\nb", "a\n\nb2", "a\n\nx\n\nb", "a\n\nx\n\nb2"},
	/* both go on behind the same paragraph */
	{"a\n\nb", "a2\n\nx\n\nb", "a\n\ny\n\nb", NULL},
	/* taken out here, changed there: a conflict; taken out here, changed beside it there: none */
	{"a\n\nb\n\nc", "a\n\nc", "a\n\nb2\n\nc", NULL},
	{"a\n\nb\n\nc", "a\n\nc", "a\n\nb\n\nc2", "a\n\nc2"},
	{"a\n\nb\n\nc", "a\n\nb", "a\n\nb\n\nc\n\nd", "a\n\nb\n\nd"},
	{"a\n\nb\n\nc", "b\n\nc", "a\n\nc", "c"},
	/* blanks between paragraphs are kept as they were changed */
	{"a\n\nb\n\nc\n", "a\n\n\n\nb\n\nc\n", "a\n\nb\n\nC\n", "a\n\n\n\nb\n\nC\n"},
	{"a", "a\n", "a", "a\n"},
	{"", "", "a", "a"},
	{"", "a", "b", NULL},
	/* one wrote on where the other had begun, or begun otherwise */
	{"봄이\n\n끝", "봄이 왔다\n\n끝", "봄이 왔다. 늦게\n\n끝", "봄이 왔다. 늦게\n\n끝"},
	{"봄이 간다", "봄이", "봄이 온다", NULL},
	{"", "봄이", "봄이 온다", NULL},
	/* a line inside a paragraph is no paragraph */
	{"a\nb\nc", "a2\nb\nc", "a\nb\nc2", NULL},
	/* fenced code is one piece, empty lines and all */
	{"```\na\n\nb\n```\n\nz", "```\na2\n\nb\n```\n\nz", "```\na\n\nb2\n```\n\nz", NULL},
	{"```\na\n\nb\n```\n\nz", "```\na2\n\nb\n```\n\nz", "```\na\n\nb\n```\n\nz2", "```\na2\n\nb\n```\n\nz2"},
	{"~~~~\n~~~\n\nb\n~~~~\n\nz", "~~~~\n~~~2\n\nb\n~~~~\n\nz", "~~~~\n~~~\n\nb2\n~~~~\n\nz", NULL},
	/* so is a fence that nobody closed, and one in a list */
	{"a\n\n```\nb\n\nc", "a\n\n```\nb2\n\nc", "a\n\n```\nb\n\nc2", NULL},
	{"- ```\n  a\n\n  b\n  ```\n\nz", "- ```\n  a2\n\n  b\n  ```\n\nz", "- ```\n  a\n\n  b2\n  ```\n\nz", NULL},
	/* so is a list, also one with empty lines between its items; another sign begins another list */
	{"- a\n\n- b\n\n  b\n\nz", "- a2\n\n- b\n\n  b\n\nz", "- a\n\n- b\n\n  b2\n\nz", NULL},
	{"1. a\n\n2. b\n\nz", "1. a2\n\n2. b\n\nz", "1. a\n\n2. b\n\nz2", "1. a2\n\n2. b\n\nz2"},
	{"- a\n\n* b", "- a2\n\n* b", "- a\n\n* b2", "- a2\n\n* b2"},
	/* a rule is none, nor is a number with no sign behind it */
	{"- - -\n\n- - -\n\nb", "- - -\n\nx\n\n- - -\n\nb", "- - -\n\n- - -\n\nb2", "- - -\n\nx\n\n- - -\n\nb2"},
	{"2026 a\n\n2027 b", "2026 a2\n\n2027 b", "2026 a\n\n2027 b2", "2026 a2\n\n2027 b2"},
	/* raw HTML that may hold empty lines, and indented code */
	{"<!-- a\n\nb -->\n\nz", "<!-- a2\n\nb -->\n\nz", "<!-- a\n\nb2 -->\n\nz", NULL},
	{"<pre>a\n\nb</PRE>\n\nz", "<pre>a2\n\nb</PRE>\n\nz", "<pre>a\n\nb</PRE>\n\nz2", "<pre>a2\n\nb</PRE>\n\nz2"},
	{"    a\n\n    b\n\nz", "    a2\n\n    b\n\nz", "    a\n\n    b2\n\nz", NULL},
};

static void
assert_merges(StrView base, StrView mine, StrView theirs, const char *merged)
{
	Merge merge = {0};
	assert_true(text_merge(&base, mine, theirs, &merge, NULL));
	assert_int_equal(merge.conflicts > 0, merged == NULL);
	if (merged != NULL)
		assert_string_equal(str_c(&merge.text), merged);
	merge_free(&merge);
}

static void
test_examples(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof EXAMPLES / sizeof EXAMPLES[0]; i++) {
		const Example *e = &EXAMPLES[i];
		assert_merges(sv(e->base), sv(e->mine), sv(e->theirs), e->merged);
		assert_merges(sv(e->base), sv(e->theirs), sv(e->mine), e->merged);
	}
}

/* ---- Conflicts and choices */

static void
assert_choice(const char *base, const char *mine, const char *theirs, MergeChoice choice, const char *wanted)
{
	Merge merge = {0};
	Str out = {0};
	StrView old = sv(base);
	assert_true(text_merge(&old, sv(mine), sv(theirs), &merge, NULL));
	assert_int_equal(merge.conflicts, 1);
	assert_true(merge_choose(&merge, sv(mine), sv(theirs), &choice, &out, NULL));
	assert_string_equal(str_c(&out), wanted);
	str_free(&out);
	merge_free(&merge);
}

static void
test_choices(void **state)
{
	(void)state;
	const char *base = "a\n\nb\n\nc\n", *mine = "a\n\nb1\n\nc\n", *theirs = "a\n\nb2\n\nc\n";
	assert_choice(base, mine, theirs, CHOOSE_MINE, mine);
	assert_choice(base, mine, theirs, CHOOSE_THEIRS, theirs);
	assert_choice(base, mine, theirs, CHOOSE_BOTH, "a\n\nb1\n\nb2\n\nc\n");
	/* One took it out, the other changed it: in the middle, at the end, at the beginning. */
	const char *without = "a\n\nc\n";
	assert_choice(base, without, theirs, CHOOSE_MINE, without);
	assert_choice(base, without, theirs, CHOOSE_THEIRS, theirs);
	assert_choice(base, without, theirs, CHOOSE_BOTH, theirs);
	assert_choice(base, theirs, without, CHOOSE_THEIRS, without);
	assert_choice(base, theirs, without, CHOOSE_BOTH, theirs);
	assert_choice("a\n\nb", "a", "a\n\nb2", CHOOSE_THEIRS, "a\n\nb2");
	assert_choice("a\n\nb", "a\n\nb2", "a", CHOOSE_THEIRS, "a");
	assert_choice("a\n\nb", "b", "a2\n\nb", CHOOSE_THEIRS, "a2\n\nb");
	assert_choice("a\n\nb", "a2\n\nb", "b", CHOOSE_THEIRS, "b");
	assert_choice("a\n\n    b", "a2\n\n    b", "    b", CHOOSE_THEIRS, "    b");
	/* What both begin and end with alike is no part of the conflict. */
	assert_choice("", "x\n\na\n\ny", "x\n\nb\n\ny", CHOOSE_BOTH, "x\n\na\n\nb\n\ny");
}

static void
test_places(void **state)
{
	(void)state;
	StrView base = SV("a\n\nb\n\nc"), mine = SV("a1\n\nb\n\nc1"), theirs = SV("a\n\nb2\n\nc2");
	Merge merge = {0};
	assert_true(text_merge(&base, mine, theirs, &merge, NULL));
	assert_string_equal(str_c(&merge.text), "a1\n\nb2\n\nc1");
	assert_int_equal(merge.len, 3);
	assert_int_equal(merge.places[0].side, MERGE_MINE);
	assert_int_equal(merge.places[1].side, MERGE_THEIRS);
	assert_int_equal(merge.places[2].side, MERGE_APART);
	const MergePlace *last = &merge.places[2];
	assert_int_equal(last->base.from, 6);
	assert_int_equal(last->mine.from, 7);
	assert_int_equal(last->theirs.from, 7);
	assert_int_equal(last->theirs.to, 9);
	assert_int_equal(last->result.from, 8);
	assert_int_equal(last->result.to, 10);
	merge_free(&merge);
}

/* What is gone on one side may be new on the other: without a base nothing is left out. */
static void
test_no_base(void **state)
{
	(void)state;
	Merge merge = {0};
	assert_true(text_merge(NULL, SV("a\n\nb\n\nd"), SV("b\n\nc\n\nd\n\ne\n"), &merge, NULL));
	assert_int_equal(merge.conflicts, 0);
	assert_string_equal(str_c(&merge.text), "a\n\nb\n\nc\n\nd\n\ne\n");
	assert_true(text_merge(NULL, SV("a\n\nb"), SV("a\n\nc"), &merge, NULL));
	assert_int_equal(merge.conflicts, 1);
	merge_free(&merge);
}

/* ---- Random texts */

static uint32_t
roll(uint32_t *seed, uint32_t sides)
{
	*seed = *seed * 1664525 + 1013904223;
	return (*seed >> 16) % sides;
}

enum { PIECES = 12 };

/* A text of paragraphs that are all different, as an array of words; 0 is none. */
static void
put_text(const int *words, Str *out)
{
	str_clear(out);
	for (size_t i = 0; i < PIECES; i++)
		if (words[i] != 0)
			str_printf(out, "%s단락 %d", out->len > 0 ? "\n\n" : "", words[i]);
}

/* Each side changes paragraphs of its own: all of it is in the result, and nothing else. */
static void
test_random_apart(void **state)
{
	(void)state;
	uint32_t seed = 4;
	Str texts[4] = {{0}, {0}, {0}, {0}};
	for (int round = 0; round < 20000; round++) {
		int base[PIECES], mine[PIECES], theirs[PIECES], both[PIECES];
		for (int i = 0; i < PIECES; i++) {
			base[i] = mine[i] = theirs[i] = both[i] = i + 1;
			uint32_t die = roll(&seed, 6);
			if (die == 0)
				mine[i] = both[i] = 100 + i;
			else if (die == 1)
				theirs[i] = both[i] = 200 + i;
			else if (die == 2)
				mine[i] = theirs[i] = both[i] = 300 + i;
		}
		int *all[4] = {base, mine, theirs, both};
		for (size_t i = 0; i < 4; i++)
			put_text(all[i], &texts[i]);
		assert_merges(str_view(&texts[0]), str_view(&texts[1]), str_view(&texts[2]), str_c(&texts[3]));
	}
	for (size_t i = 0; i < 4; i++)
		str_free(&texts[i]);
}

/* ---- Edits */

static void
test_edits(void **state)
{
	(void)state;
	TextEdits edits = {0};
	assert_true(text_edits(SV("하나\n둘은 둘이다\n셋\n"), SV("하나\n둘은 큰 둘이다\n셋\n넷\n"), &edits, NULL));
	assert_int_equal(edits.len, 2);
	assert_int_equal(edits.items[0].before.from, 14);
	assert_int_equal(edits.items[0].before.to, 14);
	assert_int_equal(edits.items[0].after.to, 18);
	text_edits_free(&edits);
}

/* ---- Time */

static double
seconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void
test_long(void **state)
{
	(void)state;
	Str base = {0}, mine = {0}, theirs = {0};
	for (int i = 0; base.len < 1 << 20; i++) {
		Str line = {0};
		str_printf(&line, "%d번째 단락은 길고 긴 이야기의 한 조각이며 다음 단락으로 이어진다.\n\n", i);
		str_append(&base, str_view(&line));
		if (i % 100 == 7)
			str_append_c(&mine, "내가 고친 ");
		if (i % 100 == 8)
			str_append_c(&theirs, "남이 고친 ");
		str_append(&mine, str_view(&line));
		str_append(&theirs, str_view(&line));
		str_free(&line);
	}
	assert_true(str_ok(&base, NULL) && str_ok(&mine, NULL) && str_ok(&theirs, NULL));
	Merge merge = {0};
	StrView old = str_view(&base);
	double best = 9;
	for (int i = 0; i < 3; i++) {
		double start = seconds();
		assert_true(text_merge(&old, str_view(&mine), str_view(&theirs), &merge, NULL));
		double spent = seconds() - start;
		best = spent < best ? spent : best;
	}
	assert_int_equal(merge.conflicts, 0);
	print_message("merging 1 MB with 200 edits: %.1f ms\n", best * 1000);
	assert_true(best < 0.5); /* with sanitizers, on a busy machine */
	merge_free(&merge);
	str_free(&base);
	str_free(&mine);
	str_free(&theirs);
}

/* ---- Memory */

static void
test_no_memory(void **state)
{
	(void)state;
	StrView base = SV("a\n\nb\n\nc"), mine = SV("a1\n\nb\n\nc1"), theirs = SV("a\n\nb2\n\nc2");
	bool done = false;
	int failures = 0;
	while (!done) {
		Merge merge = {0};
		TextEdits edits = {0};
		Str out = {0};
		Err err = {0};
		MergeChoice choice = CHOOSE_BOTH;
		allocations_left = failures + 1;
		done = text_merge(&base, mine, theirs, &merge, &err) &&
		       merge_choose(&merge, mine, theirs, &choice, &out, &err) &&
		       text_edits(mine, theirs, &edits, &err);
		allocations_left = -1;
		assert_true(done || err.kind == ERR_FAILED);
		failures += !done;
		text_edits_free(&edits);
		merge_free(&merge);
		str_free(&out);
	}
	assert_true(failures >= 8);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_examples),
		cmocka_unit_test(test_choices),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_no_base),
		cmocka_unit_test(test_random_apart),
		cmocka_unit_test(test_edits),
		cmocka_unit_test(test_long),
		cmocka_unit_test(test_no_memory),
	};
	return cmocka_run_group_tests_name("merge", tests, NULL, NULL);
}
