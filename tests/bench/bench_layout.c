/* What one key costs an editor: the change, the rows around the cursor, the counts; and searching, for the record. */
#include "meok/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { KEYS = 2000, ROWS = 22, COLUMNS = 80 };

static double
now_us(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void
require(bool ok)
{
	if (!ok) {
		fputs("bench_layout: out of memory\n", stderr);
		exit(1);
	}
}

static size_t
random_below(uint64_t *seed, size_t limit)
{
	*seed = *seed * 6364136223846793005 + 1442695040888963407;
	return (size_t)(*seed >> 33) % limit;
}

static void
make_text(size_t size, bool one_paragraph, Str *text)
{
	static const char *const parts[] = {"카카오톡은 밤이 되어서도 불통이었고, ", "문제는 생각보다 컸다. ",
		"The server was down, ", "아무도 몰랐다. ", "2022년 10월에 난 불 하나가 ", "나라 절반의 말을 끊었다. ",
		"“그럴 리가.” "};
	uint64_t seed = 7;
	while (text->len < size) {
		str_append_c(text, parts[random_below(&seed, 7)]);
		if (!one_paragraph && random_below(&seed, 16) == 0)
			str_append_c(text, "\n\n");
	}
	require(!text->failed);
}

/* The rows of a screen with the cursor in its middle. */
static void
lay_out_screen(Layout *layout, size_t pos)
{
	LayoutRow row;
	require(layout_row(layout, pos, &row, NULL));
	int above = 0;
	while (above < ROWS / 2 && layout_prev(layout, &row, &row, NULL))
		above++;
	for (int i = 1; i < ROWS; i++)
		if (!layout_next(layout, &row, &row, NULL))
			break;
	require(layout_row(layout, pos, &row, NULL));
	require(layout_column(layout, &row, pos) >= 0);
}

typedef struct Cost {
	double insert, edited, rows, tally;
} Cost;

static void
type_at(Document *doc, Layout *layout, Tally *tally, size_t pos, const char *where)
{
	Cost cost = {0};
	double first = now_us(), worst = 0;
	LayoutRow row;
	require(layout_row(layout, pos, &row, NULL));
	if (pos < row.span.to)
		pos = layout_position(layout, &row, COLUMNS / 2);
	lay_out_screen(layout, pos);
	first = now_us() - first;
	for (int i = 0; i < KEYS; i++) {
		Edit edit;
		double t0 = now_us();
		require(document_insert(doc, pos, i % 6 == 5 ? SV(" ") : i % 2 ? SV("가") : SV("a"), &edit, NULL));
		double t1 = now_us();
		layout_edited(layout, &edit);
		double t2 = now_us();
		pos = edit.at + edit.inserted;
		lay_out_screen(layout, pos);
		double t3 = now_us();
		require(tally_edited(tally, &edit, NULL));
		double t4 = now_us();
		cost.insert += t1 - t0;
		cost.edited += t2 - t1;
		cost.rows += t3 - t2;
		cost.tally += t4 - t3;
		if (t4 - t0 > worst)
			worst = t4 - t0;
	}
	printf("  %-7s %10.0f %8.2f %8.2f %8.2f %8.2f %8.2f %8.0f\n", where, first, cost.insert / KEYS,
		cost.edited / KEYS, cost.rows / KEYS, cost.tally / KEYS,
		(cost.insert + cost.edited + cost.rows + cost.tally) / KEYS, worst);
}

static void
find(const Document *doc, const char *needle, bool forward)
{
	Span hit;
	double start = now_us();
	bool found = document_find(doc, sv(needle), forward ? 0 : document_length(doc), forward, &hit, NULL);
	printf("  %s \"%s\" %s: %.0f\n", forward ? "find" : "find back", needle, found ? "there" : "not there",
		now_us() - start);
}

static void
measure(const char *name, size_t size, bool one_paragraph)
{
	Str text = {0};
	WrapRule rule = {COLUMNS, BREAK_KEEP_ALL, false};
	make_text(size, one_paragraph, &text);
	Document *doc = document_new(str_view(&text), NULL);
	require(doc != NULL);
	str_free(&text);
	double start = now_us();
	Tally *tally = tally_new(doc, 0, NULL);
	Layout *layout = layout_new(doc, &rule, NULL);
	require(tally != NULL && layout != NULL);
	printf("%s (counted in %.0f)\n", name, now_us() - start);
	type_at(doc, layout, tally, 0, "start");
	type_at(doc, layout, tally, size / 2, "middle");
	type_at(doc, layout, tally, document_length(doc), "end");
	find(doc, "서버실", true);
	find(doc, "serverroom", true);
	find(doc, "서버실", false);
	layout_free(layout);
	tally_free(tally);
	document_free(doc);
}

int
main(int argc, char **argv)
{
	puts("CPU microseconds; 22 rows of 80 columns");
	puts("cursor         first   insert   edited     rows    tally    a key    worst");
	measure("10 KB", 10 * 1000, false);
	measure("1 MB", 1000 * 1000, false);
	if (argc < 2)
		measure("100 MB", 100 * 1000 * 1000, false);
	measure("one paragraph of 1 MB", 1000 * 1000, true);
	measure("one paragraph of 10 MB", 10 * 1000 * 1000, true);
	(void)argv;
	return 0;
}
