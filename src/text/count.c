/* How much was written: characters as a reader counts them, and words. */
#include "meok/text.h"

static bool
is_blank(uint32_t rune)
{
	return (rune >= 0x09 && rune <= 0x0D) || rune == ' ' || rune == 0x85 || rune == 0xA0 || rune == 0x1680 ||
	       (rune >= 0x2000 && rune <= 0x200A) || rune == 0x2028 || rune == 0x2029 || rune == 0x202F ||
	       rune == 0x205F || rune == 0x3000;
}

Counts
text_count(StrView text)
{
	Counts counts = {0};
	bool in_word = false;
	for (StrView rest = text; rest.len > 0;) {
		size_t len, cluster = cluster_next(rest, 0);
		uint32_t rune = unicode_rune(rest, 0, &len);
		bool blank = is_blank(rune);
		counts.clusters += rune != '\n';
		counts.clusters_solid += !blank;
		counts.words += !blank && !in_word;
		in_word = !blank;
		rest = sv_slice(rest, cluster, rest.len);
	}
	return counts;
}
