/* Cleaned text is valid, in NFC, and stays what it is; clusters, words and line breaks agree with each other in cleaned
 * and in wild text; safe text has nothing left that a terminal obeys. */
#include <stdlib.h>

#include "../../src/base/internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(bool holds)
{
	if (!holds)
		abort();
}

static void
check_clean(StrView wild, Str *clean)
{
	Str again = {0};
	size_t replaced = 0, more = 0;
	check(unicode_clean(wild, clean, &replaced, NULL));
	StrView text = str_view(clean);
	check(unicode_valid(text) && unicode_is_nfc(text));
	check(unicode_clean(text, &again, &more, NULL) && more == 0 && sv_equal(text, str_view(&again)));
	check(replaced <= wild.len && replaced <= unicode_count(text));
	for (size_t i = 0; i < text.len; i++)
		check((unsigned char)text.ptr[i] >= 0x20 || text.ptr[i] == '\n' || text.ptr[i] == '\t');
	str_free(&again);
}

static void
check_clusters(StrView text)
{
	uint8_t *breaks = malloc(text.len + 1);
	check(breaks != NULL);
	cluster_breaks(text, breaks);
	size_t count = 0, width = 0;
	for (size_t pos = 0, next; pos < text.len; pos = next, count++) {
		next = cluster_next(text, pos);
		check(next > pos && next <= text.len && cluster_prev(text, next) == pos);
		for (size_t i = pos; i < next; i++)
			check(breaks[i] == (i == pos));
		int columns = cluster_width(sv_slice(text, pos, next), false);
		check(columns >= 0 && columns <= 2);
		width += (size_t)columns;
	}
	check(count == unicode_count_clusters(text) && width == unicode_width(text, false));
	check(cluster_prev(text, 0) == 0 && cluster_next(text, text.len) == text.len);
	free(breaks);
}

static void
check_words(StrView text)
{
	size_t pos = 0;
	while (pos < text.len) {
		size_t next = word_next(text, pos);
		check(next > pos && next <= text.len);
		size_t start = word_prev(text, next);
		check(start < next);
		pos = next;
	}
	while (pos > 0) {
		size_t prev = word_prev(text, pos);
		check(prev < pos);
		pos = prev;
	}
}

static void
check_lines(StrView text)
{
	uint8_t *all = malloc(text.len + 1), *kept = malloc(text.len + 1);
	check(all != NULL && kept != NULL);
	check(line_breaks(text, BREAK_ANYWHERE, all, NULL) && line_breaks(text, BREAK_KEEP_ALL, kept, NULL));
	for (size_t i = 0; i < text.len; i++) {
		check(all[i] <= 2 && kept[i] <= all[i] && (kept[i] == 2) == (all[i] == 2));
		if (i > 0 && text.ptr[i - 1] == '\n')
			check(all[i] == 2);
	}
	free(all);
	free(kept);
}

static void
check_safe(StrView wild, SafeLines lines)
{
	SafeText safe = safe_text(wild, lines);
	StrView text = str_view(&safe.text);
	check(!safe.text.failed && unicode_valid(text));
	size_t len;
	for (size_t pos = 0; pos < text.len; pos += len) {
		uint32_t rune = utf8_at(text, pos, &len);
		check(rune >= 0x20 || (rune == '\n' && lines == SAFE_KEEP_NEWLINES));
		check((rune < 0x7F || rune > 0x9F) && (rune == 0x200D || (rune_bits(rune) & RUNE_HIDDEN) == 0));
	}
	for (size_t pos = 0, next; pos < text.len; pos = next) {
		next = cluster_next(text, pos);
		StrView cluster = sv_slice(text, pos, next);
		check(cluster_width(cluster, false) > 0 || sv_equal(cluster, SV("\n")));
		check(unicode_count(cluster) <= 64);
	}
	safe_free(&safe);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	StrView wild = {(const char *)data, size};
	Str clean = {0}, form = {0}, key = {0}, key_again = {0};
	check_clean(wild, &clean);
	check_clusters(wild);
	check_clusters(str_view(&clean));
	check_words(wild);
	check_words(str_view(&clean));
	check_lines(wild);
	check_lines(str_view(&clean));
	check_safe(wild, SAFE_ONE_LINE);
	check_safe(str_view(&clean), SAFE_KEEP_NEWLINES);
	check(unicode_nfc(wild, &form, NULL));
	check(unicode_fold(wild, &key, NULL) && unicode_fold(str_view(&key), &key_again, NULL));
	check(unicode_valid(str_view(&key)) && sv_equal(str_view(&key), str_view(&key_again)));
	check(unicode_same(wild, str_view(&clean)));
	str_free(&clean);
	str_free(&form);
	str_free(&key);
	str_free(&key_again);
	return 0;
}
