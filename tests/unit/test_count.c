/* Counting clusters and words. */
#include "unit.h"

#include "meok/text.h"

static void
a_reader_counts_clusters(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		Counts wanted;
	} cases[] = {
		{"", {0, 0, 0}},
		{"\n\n", {0, 0, 0}},
		{"밤이 되어서도 불통이었다.", {14, 12, 3}},
		{"첫 줄\n둘째 줄", {7, 5, 4}},
		{"한글과 e\u0301te\u0301", {7, 6, 2}},
		{"\u1112\u1161\u11ab\u1100\u1173\u11af", {2, 2, 1}},
		{"\U0001F468\u200d\U0001F469\u200d\U0001F467 \U0001F1F0\U0001F1F7\U0001F1EF\U0001F1F5", {4, 3, 2}},
		{"  사이\u3000띄움\u00a0 끝\t", {11, 5, 3}},
		{"one two\nthree", {12, 11, 3}},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		Counts counts = text_count(sv(cases[i].text));
		assert_int_equal(counts.clusters, cases[i].wanted.clusters);
		assert_int_equal(counts.clusters_solid, cases[i].wanted.clusters_solid);
		assert_int_equal(counts.words, cases[i].wanted.words);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_reader_counts_clusters),
	};
	return cmocka_run_group_tests_name("count", tests, NULL, NULL);
}
