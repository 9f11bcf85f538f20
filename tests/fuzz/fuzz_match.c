/* Matching: a name fits itself best, its beginnings and its initial consonants fit it, blanks change nothing. The input
 * is what is typed and a name, parted by a newline. */
#include <stdlib.h>

#include "meok/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(bool holds)
{
	if (!holds)
		abort();
}

static void
check_beginnings(StrView name)
{
	for (size_t pos = 0, count = 0; pos < name.len && count < 64; count++) {
		pos = cluster_next(name, pos);
		check(match_score(sv_slice(name, 0, pos), name) > 0);
	}
}

static void
check_initials(StrView name)
{
	static const char *const letters[] = {"ㄱ", "ㄲ", "ㄴ", "ㄷ", "ㄸ", "ㄹ", "ㅁ", "ㅂ", "ㅃ", "ㅅ", "ㅆ", "ㅇ",
		"ㅈ", "ㅉ", "ㅊ", "ㅋ", "ㅌ", "ㅍ", "ㅎ"};
	Str initials = {0};
	size_t len;
	for (size_t pos = 0; pos < name.len; pos += len) {
		uint32_t rune = unicode_rune(name, pos, &len);
		if (rune >= 0xAC00 && rune <= 0xD7A3)
			str_append_c(&initials, letters[(rune - 0xAC00) / 588]);
		else
			str_append(&initials, sv_slice(name, pos, pos + len));
	}
	check(str_ok(&initials, NULL));
	/* A vowel of its own would join its consonant. */
	if (unicode_is_nfc(str_view(&initials)))
		check(match_score(str_view(&initials), name) > 0);
	str_free(&initials);
}

static void
check_blanks(StrView typed, StrView name)
{
	Str solid = {0};
	for (size_t i = 0; i < typed.len; i++)
		if (typed.ptr[i] != ' ' && typed.ptr[i] != '\t')
			str_append_byte(&solid, typed.ptr[i]);
	check(str_ok(&solid, NULL));
	if (unicode_is_nfc(str_view(&solid)))
		check(match_score(str_view(&solid), name) == match_score(typed, name));
	str_free(&solid);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	StrView input = {(const char *)data, size};
	size_t middle = sv_find(input, SV("\n"), 0);
	Str typed = {0}, name = {0};
	int best = match_score(SV("가"), SV("가"));
	int raw =
		match_score(sv_slice(input, 0, middle), sv_slice(input, middle == SIZE_MAX ? size : middle + 1, size));
	check(raw >= 0 && raw <= best);
	check(unicode_clean(sv_slice(input, 0, middle), &typed, NULL, NULL));
	if (middle != SIZE_MAX)
		check(unicode_clean(sv_slice(input, middle + 1, size), &name, NULL, NULL));
	StrView a = str_view(&typed), b = str_view(&name);
	check(match_score(a, b) == raw);
	Str folded = {0};
	check(unicode_fold(a, &folded, NULL));
	check(match_folded(str_view(&folded), b) == raw);
	str_free(&folded);
	check(match_score(b, b) == (match_score(b, SV("")) > 0 ? 1 : best));
	check_beginnings(b);
	check_initials(b);
	check_blanks(a, b);
	str_free(&typed);
	str_free(&name);
	return 0;
}
