/* A paragraph as rows of a given width. */
#include "wrap.h"

#include <stdlib.h>
#include <string.h>

/* Blanks that may hang beyond the edge: those at which a line may end (not the no-break ones). */
static bool
hangs(StrView cluster)
{
	if (cluster.len == 1)
		return cluster.ptr[0] == ' ' || cluster.ptr[0] == '\t';
	size_t len;
	uint32_t rune = unicode_rune(cluster, 0, &len);
	return len == cluster.len && (rune == 0x1680 || rune == 0x3000 || rune == 0x205F ||
					     (rune >= 0x2000 && rune <= 0x200A && rune != 0x2007));
}

bool
wrap_look(WrapText *wrap, StrView text, bool whole, BreakRule rule, Err *err)
{
	if (text.len > wrap->cap) {
		size_t cap = text.len < 512 ? 512 : text.len;
		uint8_t *breaks = cap > SIZE_MAX / 2 ? NULL : malloc(2 * cap);
		if (breaks == NULL)
			return err_memory(err);
		free(wrap->breaks);
		wrap->breaks = breaks;
		wrap->cap = cap;
	}
	wrap->text = text;
	wrap->whole = whole;
	if (text.len == 0)
		return true;
	wrap->clusters = wrap->breaks + wrap->cap;
	cluster_breaks(text, wrap->clusters);
	return line_breaks(text, rule, wrap->breaks, err);
}

void
wrap_free(WrapText *wrap)
{
	free(wrap->breaks);
	*wrap = (WrapText){0};
}

static size_t
cluster_end(const WrapText *wrap, size_t pos)
{
	do
		pos++;
	while (pos < wrap->text.len && wrap->clusters[pos] == 0);
	return pos;
}

/* Whether a break stands somewhere may depend on the two characters behind it. */
static bool
look_ahead(const WrapText *wrap, WrappedRow *row)
{
	for (int i = 0; i < 2 && row->reach < wrap->text.len; i++)
		row->reach = cluster_end(wrap, row->reach);
	return row->reach < wrap->text.len || wrap->whole;
}

bool
wrap_row(const WrapText *wrap, size_t from, const WrapRule *rule, WrappedRow *out)
{
	WrappedRow row = {from, 0, from};  /* up to where we are */
	WrappedRow fits = {from, 0, from}; /* up to the last place where a line may break */
	int columns = 0;                   /* with the blanks at its end */
	while (row.to < wrap->text.len) {
		row.reach = cluster_end(wrap, row.to);
		if (row.to > from && wrap->breaks[row.to] == 2)
			break;
		if (row.to > from && wrap->breaks[row.to] == 1)
			fits = row;
		StrView cluster = sv_slice(wrap->text, row.to, row.reach);
		int width = cluster_columns(cluster, rule->ambiguous_wide);
		if (!hangs(cluster)) {
			if (columns + width > rule->columns && row.to > from) {
				fits.reach = row.reach;
				if (fits.to > from)
					row = fits;
				break;
			}
			row.columns = columns + width;
		}
		columns += width;
		row.to = row.reach;
	}
	*out = row;
	return look_ahead(wrap, out);
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

bool
wrap_paragraph(StrView paragraph, const WrapRule *rule, Rows *rows, Err *err)
{
	Rows made = {0};
	WrapText wrap = {0};
	WrappedRow row = {0};
	bool done = wrap_look(&wrap, paragraph, true, rule->rule, err);
	while (done && (row.to < paragraph.len || made.len == 0)) {
		size_t from = row.to;
		wrap_row(&wrap, from, rule, &row);
		done = rows_add(&made, (Row){from, row.to, row.columns}) || err_memory(err);
	}
	wrap_free(&wrap);
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
