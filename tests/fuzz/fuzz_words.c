/* What words_parse reads, words_quote writes so that it is read back the same. */
#include <stdlib.h>

#include "meok/base.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(bool holds)
{
	if (!holds)
		abort();
}

static void
check_round_trip(const StrList *words)
{
	Str line = {0};
	StrList again = {0};
	for (size_t i = 0; i < words->len; i++) {
		words_quote(str_view(&words->items[i]), &line);
		str_append_byte(&line, i % 2 == 0 ? ' ' : '\t');
	}
	str_append_c(&line, "# remark");
	check(words_parse(str_view(&line), &again, NULL) && again.len == words->len);
	for (size_t i = 0; i < words->len; i++)
		check(sv_equal(str_view(&words->items[i]), str_view(&again.items[i])));
	list_free(&again);
	str_free(&line);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	StrView line = {(const char *)data, size};
	StrList words = {0}, one = {0};
	Err err = {0};
	if (words_parse(line, &words, &err))
		check_round_trip(&words);
	else
		check(err.kind == ERR_USAGE && words.len == 0);
	list_free(&words);
	list_append(&one, line);
	check_round_trip(&one);
	list_free(&one);
	return 0;
}
