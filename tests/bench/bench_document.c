/* What one key costs in a small and in a large document: processor time and, for the record, what else is asked of it.
 */
#include "meok/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { KEYS = 20000 };

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
		fputs("bench_document: out of memory\n", stderr);
		exit(1);
	}
}

static Document *
document_of(size_t size)
{
	Str text = {0};
	while (text.len < size)
		str_append_c(
			&text, "카카오톡은 밤이 되어서도 불통이었고, 문제는 생각보다 컸다. The server was down.\n");
	require(!text.failed);
	Document *doc = document_new(str_view(&text), NULL);
	require(doc != NULL);
	str_free(&text);
	return doc;
}

static size_t
random_below(uint64_t *seed, size_t limit)
{
	*seed = *seed * 6364136223846793005 + 1442695040888963407;
	return limit == 0 ? 0 : (size_t)(*seed >> 20) % limit;
}

static void
measure(const char *name, size_t size)
{
	uint64_t seed = 7;
	double start = now_us();
	Document *doc = document_of(size);
	double made = now_us() - start;

	size_t pos = document_length(doc) / 2;
	Edit edit;
	start = now_us();
	for (int i = 0; i < KEYS; i++) {
		require(document_insert(doc, pos, i % 2 ? SV("가") : SV("a"), &edit, NULL));
		pos = edit.at + edit.inserted;
	}
	double typing = (now_us() - start) / KEYS;

	start = now_us();
	for (int i = 0; i < KEYS; i++)
		require(document_insert(doc, random_below(&seed, document_length(doc)), SV("나"), NULL, NULL));
	double scattered = (now_us() - start) / KEYS;

	start = now_us();
	for (int i = 0; i < KEYS; i++) {
		size_t at = random_below(&seed, document_length(doc));
		require(document_delete(doc, (Span){at, at + 3}, NULL, NULL));
		document_group_end(doc);
	}
	double deleting = (now_us() - start) / KEYS;

	start = now_us();
	for (int i = 0; i < KEYS; i++)
		require(document_undo(doc, NULL));
	double undo = (now_us() - start) / KEYS;

	size_t lines = document_lines(doc), found = 0;
	start = now_us();
	for (int i = 0; i < KEYS; i++)
		found += document_line_at(doc, document_line_start(doc, random_below(&seed, lines)));
	double line = (now_us() - start) / KEYS;
	require(found > 0);

	start = now_us();
	Snapshot *snapshot = document_snapshot(doc, NULL);
	require(snapshot != NULL);
	double frozen = now_us() - start;
	snapshot_free(snapshot);
	printf("%-8s %9.0f %8.2f %10.2f %8.2f %8.2f %8.2f %10.2f\n", name, made, typing, scattered, deleting, undo,
		line, frozen);
	document_free(doc);
}

int
main(void)
{
	puts("CPU microseconds");
	puts("size        opening   typing  elsewhere deletion     undo     line   snapshot");
	measure("10 KB", 10 * 1000);
	measure("1 MB", 1000 * 1000);
	measure("100 MB", 100 * 1000 * 1000);
	return 0;
}
