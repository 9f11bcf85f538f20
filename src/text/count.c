/* Counts of a text: characters as a reader counts them, with and without blanks, and words. */
#include "meok/text.h"

/* The blanks of UAX 44 (White_Space) that prose holds. */
static bool
is_blank(uint32_t rune)
{
	return rune == ' ' || rune == '\t' || rune == '\n' || rune == 0xA0 || rune == 0x1680 ||
	       (rune >= 0x2000 && rune <= 0x200A) || rune == 0x2028 || rune == 0x2029 || rune == 0x202F ||
	       rune == 0x205F || rune == 0x3000;
}

Counts
text_count(StrView text)
{
	Counts counts = {0};
	bool in_word = false;
	for (size_t at = 0, next; at < text.len; at = next) {
		size_t len;
		next = cluster_next(text, at);
		uint32_t rune = unicode_rune(text, at, &len);
		bool blank = is_blank(rune);
		counts.clusters += rune != '\n';
		counts.clusters_solid += !blank;
		counts.words += !blank && !in_word;
		in_word = !blank;
	}
	return counts;
}
