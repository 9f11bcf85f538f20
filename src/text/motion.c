/* Clusters and words of a document, found in a small window of it. */
#include "window.h"

enum { REACH = 128 };

/* Where memory runs out they go less far. */
static size_t
cluster_after(const Document *doc, size_t pos, bool *failed)
{
	size_t length = document_length(doc);
	if (pos >= length)
		return length;
	StrView chunk = document_chunk(doc, pos);
	size_t end = cluster_next(chunk, 0);
	Str text = {0};
	/* A cluster that ends with its piece may go on in the next one. */
	for (size_t reach = REACH; end == chunk.len && pos + end < length; reach *= 4) {
		str_clear(&text);
		document_copy(doc, (Span){pos, document_floor(doc, pos + end + reach)}, &text);
		*failed = text.failed;
		if (text.failed)
			break;
		chunk = str_view(&text);
		end = cluster_next(chunk, 0);
	}
	str_free(&text);
	return pos + end;
}

static size_t
cluster_before(const Document *doc, size_t pos, bool *failed)
{
	size_t length = document_length(doc), from = pos < length ? pos : length, found = 0;
	Str text = {0};
	pos = from;
	while (from > 0) {
		from = document_restart(doc, from - 1);
		str_clear(&text);
		document_copy(doc, (Span){from, pos}, &text);
		found = text.failed ? document_floor(doc, pos - 1) : from + cluster_prev(str_view(&text), text.len);
		*failed = text.failed;
		if (found > from || text.failed)
			break;
	}
	str_free(&text);
	return found;
}

size_t
document_cluster_next(const Document *doc, size_t pos)
{
	bool failed = false;
	return cluster_after(doc, pos, &failed);
}

size_t
document_cluster_prev(const Document *doc, size_t pos)
{
	bool failed = false;
	return cluster_before(doc, pos, &failed);
}

/* ---- Words */

static bool
is_blank(uint32_t rune)
{
	return rune == ' ' || rune == '\n';
}

/* Ideographs, and the syllables of Hiragana that words do not join. */
static bool
is_word_alone(uint32_t rune)
{
	return (rune >= 0x4E00 && rune <= 0x9FFF) || (rune >= 0x3041 && rune <= 0x3096);
}

/* Whether no word crosses the place between two runes. Words of a window that begins before a blank, or ends behind
 * one, never touch its edges, so "none" can be told from a word there. */
static bool
window_may_begin(uint32_t before, uint32_t after)
{
	return after == '\n' || (after == ' ' && (before < 0x80 || rune_restarts(before))) ||
	       (is_word_alone(before) && is_word_alone(after));
}

static bool
window_may_end(uint32_t before, uint32_t after)
{
	return before == '\n' || (before == ' ' && (after < 0x80 || rune_restarts(after))) ||
	       (is_word_alone(before) && is_word_alone(after));
}

typedef struct Window {
	Span span;
	Str text;
} Window;

/* Cuts what was copied at the outermost such places that leave something before and behind `pos`. */
static bool
window_cut(Window *window, size_t pos, size_t length)
{
	StrView text = str_view(&window->text);
	size_t here = pos - window->span.from, len, from = 0, to = text.len;
	uint32_t before = 0;
	bool begins = window->span.from == 0, ends = window->span.to == length;
	for (size_t i = 0; i < text.len; i += len) {
		uint32_t rune = unicode_rune(text, i, &len);
		if (i > 0 && i < here && !begins && window_may_begin(before, rune)) {
			begins = true;
			from = i;
		}
		if (i > here && window->span.to < length && window_may_end(before, rune)) {
			ends = true;
			to = i;
		}
		before = rune;
	}
	str_truncate(&window->text, to);
	str_splice(&window->text, 0, from, (StrView){NULL, 0});
	window->span = (Span){window->span.from + from, window->span.from + to};
	return begins && ends;
}

static bool
window_take(Window *window, const Document *doc, size_t pos)
{
	size_t length = document_length(doc);
	for (size_t reach = REACH;; reach *= 4) {
		window->span.from = document_floor(doc, pos > reach ? pos - reach : 0);
		window->span.to = document_floor(doc, pos + reach);
		str_clear(&window->text);
		document_copy(doc, window->span, &window->text);
		if (window->text.failed)
			return false;
		if (window_cut(window, pos, length))
			return true;
	}
}

static size_t
word_after(const Document *doc, size_t pos, bool *failed)
{
	size_t length = document_length(doc);
	Window window = {0};
	while (pos < length && window_take(&window, doc, pos)) {
		StrView text = str_view(&window.text);
		size_t end = word_next(text, pos - window.span.from);
		pos = window.span.from + end;
		if (end < text.len || !is_blank((unsigned char)text.ptr[end - 1]))
			break;
	}
	*failed = window.text.failed;
	str_free(&window.text);
	return pos < length ? pos : length;
}

static size_t
word_before(const Document *doc, size_t pos, bool *failed)
{
	Window window = {0};
	if (pos > document_length(doc))
		pos = document_length(doc);
	while (pos > 0 && window_take(&window, doc, pos)) {
		StrView text = str_view(&window.text);
		size_t start = word_prev(text, pos - window.span.from);
		pos = window.span.from + start;
		if (start > 0 || !is_blank((unsigned char)text.ptr[0]))
			break;
	}
	*failed = window.text.failed;
	str_free(&window.text);
	return pos;
}

size_t
document_word_next(const Document *doc, size_t pos)
{
	bool failed = false;
	return word_after(doc, pos, &failed);
}

size_t
document_word_prev(const Document *doc, size_t pos)
{
	bool failed = false;
	return word_before(doc, pos, &failed);
}

bool
document_hop(const Document *doc, size_t pos, Hop hop, size_t *out, Err *err)
{
	bool failed = false;
	*out = hop == HOP_CLUSTER_NEXT   ? cluster_after(doc, pos, &failed)
	       : hop == HOP_CLUSTER_PREV ? cluster_before(doc, pos, &failed)
	       : hop == HOP_WORD_NEXT    ? word_after(doc, pos, &failed)
					 : word_before(doc, pos, &failed);
	if (failed)
		*out = pos;
	return !failed || err_memory(err);
}

/* What stands in for a character when a run of its like is selected. */
static uint32_t
kind_at(const Document *doc, size_t pos)
{
	size_t len;
	uint32_t rune = unicode_rune(document_chunk(doc, pos), 0, &len);
	if (rune == '\n')
		return '\n';
	Str text = {0};
	document_copy(doc, (Span){pos, document_cluster_next(doc, pos)}, &text);
	bool blank = text_count(str_view(&text)).clusters_solid == 0;
	str_free(&text);
	return blank ? ' ' : '!';
}

static Span
run_around(const Document *doc, size_t pos, Span limits)
{
	uint32_t kind = kind_at(doc, pos);
	Span run = {pos, document_cluster_next(doc, pos)};
	if (kind == '\n')
		return (Span){pos, pos};
	while (run.to < limits.to && kind_at(doc, run.to) == kind)
		run.to = document_cluster_next(doc, run.to);
	while (run.from > limits.from) {
		size_t before = document_cluster_prev(doc, run.from);
		if (before < limits.from || kind_at(doc, before) != kind)
			break;
		run.from = before;
	}
	return run;
}

Span
document_word_at(const Document *doc, size_t pos)
{
	size_t length = document_length(doc);
	bool at_end = pos >= length || document_chunk(doc, pos).ptr[0] == '\n';
	if (at_end && pos > 0) {
		size_t before = document_cluster_prev(doc, pos < length ? pos : length);
		if (document_chunk(doc, before).ptr[0] != '\n')
			pos = before;
	}
	if (pos >= length)
		return (Span){length, length};
	size_t start = document_word_prev(doc, document_word_next(doc, pos));
	size_t end = document_word_next(doc, start);
	if (start <= pos && pos < end)
		return (Span){start, end};
	size_t before_end = document_word_next(doc, document_word_prev(doc, pos));
	/* There may be no word before it, or none behind. */
	return run_around(doc, pos, (Span){before_end <= pos ? before_end : 0, start > pos ? start : length});
}
