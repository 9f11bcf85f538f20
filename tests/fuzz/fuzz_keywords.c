/* Whatever the text: every suggested term stands in it, is NFC, has at least two clusters, and comes once, the best
 * first. */
#include <stdlib.h>

#include "meok/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(bool holds)
{
	if (!holds)
		abort();
}

/* Appends `text` with every run of blanks made one space. */
static void
append_plain(StrView text, Str *out)
{
	bool blank = false;
	for (size_t i = 0; i < text.len; i++) {
		bool here = text.ptr[i] == ' ' || text.ptr[i] == '\t' || text.ptr[i] == '\n';
		if (!here || !blank)
			str_append_byte(out, here ? ' ' : text.ptr[i]);
		blank = here;
	}
}

static void
check_one(const Suggestions *found, size_t index, StrView text)
{
	const Suggestion *suggestion = &found->items[index];
	StrView term = str_view(&suggestion->term);
	check(sv_find(text, term, 0) != SIZE_MAX);
	check(unicode_valid(term) && unicode_is_nfc(term) && unicode_count_clusters(term) >= 2);
	check(suggestion->weight > 0 && suggestion->count > 0);
	check(index == 0 || suggestion->weight <= found->items[index - 1].weight);
	for (size_t i = 0; i < index; i++)
		check(!unicode_same(term, str_view(&found->items[i].term)));
}

static void
check_equal(const Suggestions *a, const Suggestions *b, size_t len)
{
	check(a->len >= len && b->len == len);
	for (size_t i = 0; i < len; i++)
		check(sv_equal(str_view(&a->items[i].term), str_view(&b->items[i].term)) &&
			a->items[i].weight == b->items[i].weight && a->items[i].count == b->items[i].count);
}

/* The first line is the title. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum { MOST = 40, FEW = 3 };
	Str clean = {0}, plain = {0};
	Suggestions found = {0}, again = {0};
	check(unicode_clean((StrView){(const char *)data, size}, &clean, NULL, NULL));
	StrView body = str_view(&clean), title = {0};
	sv_split(&body, '\n', &title);
	append_plain(title, &plain);
	str_append_byte(&plain, '\n');
	append_plain(body, &plain);
	check(str_ok(&plain, NULL) && keywords_suggest(title, body, MOST, &found, NULL) && found.len <= MOST);
	for (size_t i = 0; i < found.len; i++)
		check_one(&found, i, str_view(&plain));
	check(keywords_suggest(title, body, FEW, &again, NULL));
	check_equal(&found, &again, found.len < FEW ? found.len : FEW);
	suggestions_free(&found);
	suggestions_free(&again);
	str_free(&clean);
	str_free(&plain);
	return 0;
}
