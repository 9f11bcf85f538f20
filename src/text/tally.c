/* Counts of a document from a line on: what an edit took away is counted in the text before it, what it brought in the
 * text after it, both between two places that see no difference.
 */
#include "count.h"
#include "window.h"

#include <stdlib.h>
#include <string.h>

struct Tally {
	const Document *doc;
	size_t from_line;
	Counts counts;
	/* What was counted: */
	Snapshot *text; /* NULL when memory ran out: all is counted again next time */
	uint64_t revision;
	size_t start; /* of the line */
};

/* ---- Counting a span */

typedef StrView ChunkFn(const void *text, size_t pos);

static StrView
chunk_of_document(const void *text, size_t pos)
{
	return document_chunk(text, pos);
}

static StrView
chunk_of_snapshot(const void *text, size_t pos)
{
	return snapshot_chunk(text, pos);
}

typedef struct Reader {
	ChunkFn *chunk;
	const void *text;
} Reader;

/* Fills `bytes` from the start of the span, with whole code points. */
static StrView
read_span(Reader reader, Span span, char *bytes, size_t size)
{
	size_t len = 0, rune;
	while (span.from + len < span.to && len < size) {
		StrView chunk = sv_slice(reader.chunk(reader.text, span.from + len), 0, span.to - span.from - len);
		chunk = sv_slice(chunk, 0, size - len);
		memcpy(bytes + len, chunk.ptr, chunk.len);
		len += chunk.len;
	}
	if (span.from + len < span.to) {
		size_t last = len;
		do
			last--;
		while (((unsigned char)bytes[last] & 0xC0) == 0x80);
		if (unicode_rune((StrView){bytes, len}, last, &rune) == 0xFFFD)
			len = last;
	}
	return (StrView){bytes, len};
}

enum { READ = 4096 };

/* Counts the clusters at the start of the span that surely end in `size` bytes. Returns the bytes they have. */
static size_t
count_some(Reader reader, Span span, Counter *counter, char *bytes, uint8_t *clusters, size_t size)
{
	StrView text = read_span(reader, span, bytes, size);
	size_t len = text.len;
	cluster_breaks(text, clusters);
	if (span.from + len < span.to) {
		const uint8_t *last = memrchr(clusters, 1, len);
		len = (size_t)(last - clusters);
	}
	counter_add(counter, text, len, clusters);
	return len;
}

/* A cluster that is longer than a reading: counts it, and returns its bytes; SIZE_MAX without memory. */
static size_t
count_long(Reader reader, Span span, Counter *counter)
{
	for (size_t size = 4 * READ;; size *= 4) {
		char *bytes = malloc(2 * size);
		if (bytes == NULL)
			return SIZE_MAX;
		size_t len = count_some(reader, span, counter, bytes, (uint8_t *)bytes + size, size);
		free(bytes);
		if (len > 0)
			return len;
	}
}

/* False when memory runs out, which only clusters of thousands of bytes need. */
static bool
count_span(Reader reader, Span span, Counts *out)
{
	char bytes[READ];
	uint8_t clusters[READ];
	Counter counter = {0};
	while (span.from < span.to) {
		size_t len = count_some(reader, span, &counter, bytes, clusters, sizeof bytes);
		if (len == 0)
			len = count_long(reader, span, &counter);
		if (len == SIZE_MAX)
			return false;
		span.from += len;
	}
	*out = counter.counts;
	return true;
}

Counts
document_count(const Document *doc, Span span)
{
	Counts counts = {0};
	size_t length = document_length(doc);
	span = (Span){document_floor(doc, span.from), span.to < length ? document_floor(doc, span.to) : length};
	count_span((Reader){chunk_of_document, doc}, span, &counts);
	return counts;
}

/* ---- The tally */

static size_t
start_of(const Tally *tally)
{
	return document_line_start(tally->doc, tally->from_line);
}

/* Remembers the text that has been counted. */
static bool
remember(Tally *tally, Err *err)
{
	snapshot_free(tally->text);
	tally->text = document_snapshot(tally->doc, err);
	tally->revision = document_revision(tally->doc);
	tally->start = start_of(tally);
	return tally->text != NULL;
}

static bool
count_all(Tally *tally, Err *err)
{
	Span all = {start_of(tally), document_length(tally->doc)};
	if (!count_span((Reader){chunk_of_document, tally->doc}, all, &tally->counts))
		return err_memory(err);
	return remember(tally, err);
}

Tally *
tally_new(const Document *doc, size_t from_line, Err *err)
{
	Tally *tally = calloc(1, sizeof *tally);
	if (tally == NULL) {
		err_memory(err);
		return NULL;
	}
	tally->doc = doc;
	tally->from_line = from_line;
	if (!count_all(tally, err)) {
		tally_free(tally);
		return NULL;
	}
	return tally;
}

void
tally_free(Tally *tally)
{
	if (tally == NULL)
		return;
	snapshot_free(tally->text);
	free(tally);
}

Counts
tally_counts(const Tally *tally)
{
	return tally->counts;
}

/* ---- Edits */

static uint32_t
rune_at(const Document *doc, size_t pos, size_t *len)
{
	return unicode_rune(document_chunk(doc, pos), 0, len);
}

/* A place behind `pos` where it makes no difference what stands before `pos`: behind a newline, or a letter and what
 * goes with it. */
static size_t
same_after(const Document *doc, size_t pos)
{
	size_t len, length = document_length(doc), at = document_restart_after(doc, pos);
	if (at == pos && at < length && !rune_restarts(rune_at(doc, at, &len)))
		at = document_restart_after(doc, at + len); /* the newline before it need not have been there */
	if (at == length || (at > pos && document_chunk(doc, at - 1).ptr[0] == '\n'))
		return at;
	rune_at(doc, at, &len);
	return document_restart_after(doc, at + len);
}

/* The spans before and after the edit whose counts are the difference. False when there is none. */
static bool
spans_of(const Tally *tally, const Edit *edit, Span *old, Span *now)
{
	size_t start = start_of(tally), end = edit->at + edit->inserted;
	if (tally->start == start && start <= edit->at) {
		size_t from = edit->at > 0 ? document_restart(tally->doc, edit->at - 1) : 0;
		now->from = old->from = from > start ? from : start;
	} else if (tally->start > edit->at + edit->removed && tally->start + edit->inserted - edit->removed == start) {
		return false;
	} else {
		old->from = tally->start;
		now->from = start;
		if (end < start)
			end = start;
		if (tally->start >= edit->at + edit->removed && end < tally->start + edit->inserted - edit->removed)
			end = tally->start + edit->inserted - edit->removed;
	}
	now->to = same_after(tally->doc, end);
	old->to = now->to + edit->removed - edit->inserted;
	return true;
}

bool
tally_edited(Tally *tally, const Edit *edit, Err *err)
{
	uint64_t revision = document_revision(tally->doc);
	Span old, now;
	if (revision == tally->revision)
		return true;
	if (tally->text == NULL || edit == NULL || revision != tally->revision + 1)
		return count_all(tally, err);
	if (spans_of(tally, edit, &old, &now)) {
		Counts gone, come, *counts = &tally->counts;
		if (!count_span((Reader){chunk_of_snapshot, tally->text}, old, &gone) ||
			!count_span((Reader){chunk_of_document, tally->doc}, now, &come)) {
			snapshot_free(tally->text);
			tally->text = NULL;
			return err_memory(err);
		}
		counts->clusters += come.clusters - gone.clusters;
		counts->clusters_solid += come.clusters_solid - gone.clusters_solid;
		counts->words += come.words - gone.words;
	}
	return remember(tally, err);
}
