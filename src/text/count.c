/* How much was written: characters as a reader counts them, and words. */
#include "count.h"

static bool
is_blank(uint32_t rune)
{
	return (rune >= 0x09 && rune <= 0x0D) || rune == ' ' || rune == 0x85 || rune == 0xA0 || rune == 0x1680 ||
	       (rune >= 0x2000 && rune <= 0x200A) || rune == 0x2028 || rune == 0x2029 || rune == 0x202F ||
	       rune == 0x205F || rune == 0x3000;
}

static void
count_cluster(Counter *counter, uint32_t rune)
{
	bool blank = is_blank(rune);
	counter->counts.clusters += rune != '\n';
	counter->counts.clusters_solid += !blank;
	counter->counts.words += !blank && !counter->in_word;
	counter->in_word = !blank;
}

void
counter_add(Counter *counter, StrView text, size_t len, const uint8_t *clusters)
{
	size_t rune_len;
	for (size_t i = 0; i < len; i++)
		if (clusters[i] != 0)
			count_cluster(counter, unicode_rune(text, i, &rune_len));
}

Counts
text_count(StrView text)
{
	Counter counter = {0};
	for (StrView rest = text; rest.len > 0;) {
		size_t len, cluster = cluster_next(rest, 0);
		count_cluster(&counter, unicode_rune(rest, 0, &len));
		rest = sv_slice(rest, cluster, rest.len);
	}
	return counter.counts;
}
