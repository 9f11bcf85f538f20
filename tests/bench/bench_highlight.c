/* What it costs to highlight 22 rows after a key, in small and large documents of several kinds: processor time. */
#include "meok/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { KEYS = 2000, ROWS = 22, ROW = 80 * 3 / 2 }; /* bytes of a row of Hangul */

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
		fputs("bench_highlight: out of memory\n", stderr);
		exit(1);
	}
}

static Document *
document_of(const char *piece, size_t size)
{
	Str text = {0};
	while (text.len < size)
		str_append_c(&text, piece);
	Document *doc = document_new(str_view(&text), NULL);
	require(!text.failed && doc != NULL);
	str_free(&text);
	return doc;
}

static double
look(Highlight *h, size_t pos, StyledSpans *spans)
{
	size_t half = ROWS * ROW / 2;
	double start = now_us();
	require(highlight_spans(h, (Span){pos < half ? 0 : pos - half, pos + half}, spans, NULL));
	return now_us() - start;
}

static void
measure(const char *name, const char *piece, size_t size)
{
	Document *doc = document_of(piece, size);
	Highlight *h = highlight_new(doc, 0, NULL);
	require(h != NULL);
	StyledSpans spans = {0};
	Edit edit;
	size_t pos = size / 2 / strlen(piece) * strlen(piece);
	double first = look(h, document_length(doc), &spans), keys = 0, worst = 0;
	for (int i = 0; i < KEYS; i++) {
		require(document_insert(doc, pos, i % 2 ? SV("가") : SV("a"), &edit, NULL));
		double start = now_us();
		highlight_edited(h, &edit);
		double cost = now_us() - start + look(h, pos, &spans);
		pos = edit.at + edit.inserted;
		keys += cost;
		worst = cost > worst ? cost : worst;
	}
	double far = look(h, document_length(doc), &spans);
	printf("%-26s %8.1f %8.1f %12.0f %12.0f\n", name, keys / KEYS, worst, first, far);
	styled_spans_free(&spans);
	highlight_free(h);
	document_free(doc);
}

int
main(void)
{
	static const char PROSE[] =
		"카카오톡은 **밤이(되어)**서도 *불통*이었고, 문제는 `생각`보다 컸다. [글](http://a.b/c)이 있다.\n\n";
	static const char SOLID[] = "카카오톡은 **밤이(되어)**서도 불통이었고, 문제는 생각보다 컸다. ";
	puts("CPU microseconds");
	puts("document                      a key    worst   first: end  end again");
	measure("10 KB", PROSE, 10 * 1000);
	measure("30 KB", PROSE, 30 * 1000);
	measure("1 MB", PROSE, 1000 * 1000);
	measure("10 MB", PROSE, 10 * 1000 * 1000);
	measure("100 MB", PROSE, 100 * 1000 * 1000);
	measure("one paragraph of 10 MB", SOLID, 10 * 1000 * 1000);
	return 0;
}
