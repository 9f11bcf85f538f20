/* Columns of code points and clusters in a terminal, from a table made of the Unicode Character Database. */
#include "internal.h"
#include "width_table.h"

enum { VARIATION_SELECTOR_16 = 0xFE0F };

static int
columns(uint8_t bits, bool ambiguous_wide)
{
	int width = bits & RUNE_WIDTH;
	return width != RUNE_AMBIGUOUS ? width : ambiguous_wide ? 2 : 1;
}

/* The sum over the code points, at most 2: so a flag is 1 + 1, a syllable of jamo 2 + 0 + 0, a family or a hand with a
 * skin tone 2 + 2 and more, a letter with a spacing mark 1 + 1. */
int
cluster_width(StrView cluster, bool ambiguous_wide)
{
	int width = 0;
	bool emoji_style = false;
	size_t len;
	for (size_t pos = 0; pos < cluster.len && width < 2; pos += len) {
		uint32_t rune = utf8_at(cluster, pos, &len);
		if (rune == VARIATION_SELECTOR_16 && emoji_style)
			return 2;
		uint8_t bits = rune_bits(rune);
		if ((bits & RUNE_EMOJI_STYLE) != 0)
			emoji_style = true;
		width += columns(bits, ambiguous_wide);
	}
	return width < 2 ? width : 2;
}

size_t
unicode_width(StrView in, bool ambiguous_wide)
{
	uint8_t breaks[CLUSTER_CHUNK];
	size_t width = 0;
	for (size_t pos = 0, end; pos < in.len; pos = end) {
		end = cluster_chunk(in, pos, breaks, sizeof breaks);
		if (end - pos > sizeof breaks) {
			width += (size_t)cluster_width(sv_slice(in, pos, end), ambiguous_wide);
			continue;
		}
		for (size_t from = pos, to; from < end; from = to) {
			for (to = from + 1; to < end && breaks[to - pos] == 0; to++)
				;
			width += (size_t)cluster_width(sv_slice(in, from, to), ambiguous_wide);
		}
	}
	return width;
}
