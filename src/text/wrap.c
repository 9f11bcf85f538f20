/* A paragraph as rows of a given width. */
#include "meok/text.h"

#include <stdlib.h>
#include <string.h>

/* Blanks that may hang beyond the edge: those at which a line may end (not the no-break ones). */
static bool
hangs(StrView cluster)
{
	size_t len;
	uint32_t rune = unicode_rune(cluster, 0, &len);
	return len == cluster.len && (rune == ' ' || rune == '\t' || rune == 0x1680 || rune == 0x3000 ||
					     rune == 0x205F || (rune >= 0x2000 && rune <= 0x200A && rune != 0x2007));
}

static bool
rows_add(Rows *rows, Row row)
{
	Row *items = array_grow(rows->items, rows->len, &rows->cap, sizeof *items);
	if (items == NULL)
		return false;
	rows->items = items;
	rows->items[rows->len++] = row;
	return true;
}

/* The row that begins at `from`. */
static Row
next_row(StrView paragraph, size_t from, const uint8_t *breaks, const WrapRule *rule)
{
	Row row = {from, from, 0};  /* up to where we are; columns without the blanks at its end */
	Row fits = {from, from, 0}; /* up to the last place where a line may break */
	int columns = 0;            /* with those blanks */
	while (row.to < paragraph.len) {
		StrView rest = sv_slice(paragraph, row.to, paragraph.len);
		StrView cluster = sv_slice(rest, 0, cluster_next(rest, 0));
		if (row.to > from && breaks[row.to] == 2)
			return row;
		if (row.to > from && breaks[row.to] == 1)
			fits = row;
		int width = cluster_width(cluster, rule->ambiguous_wide);
		if (!hangs(cluster)) {
			if (columns + width > rule->columns && row.to > from)
				return fits.to > from ? fits : row;
			row.columns = columns + width;
		}
		columns += width;
		row.to += cluster.len;
	}
	return row;
}

bool
wrap_paragraph(StrView paragraph, const WrapRule *rule, Rows *rows, Err *err)
{
	Rows made = {0};
	uint8_t *breaks = malloc(paragraph.len + 1);
	bool done = breaks != NULL;
	if (!done)
		err_memory(err);
	done = done && line_breaks(paragraph, rule->rule, breaks, err);
	size_t pos = 0;
	while (done && (pos < paragraph.len || made.len == 0)) {
		Row row = next_row(paragraph, pos, breaks, rule);
		done = rows_add(&made, row) || err_memory(err);
		pos = row.to;
	}
	free(breaks);
	if (!done) {
		rows_free(&made);
		return false;
	}
	rows_free(rows);
	*rows = made;
	return true;
}

void
rows_free(Rows *rows)
{
	free(rows->items);
	*rows = (Rows){0};
}
