/* Which rows a document has at a given width. */
#include "meok/text.h"

#include <stdlib.h>

struct Layout {
	const Document *doc;
	WrapRule rule;
};

Layout *
layout_new(const Document *doc, const WrapRule *rule, Err *err)
{
	Layout *layout = calloc(1, sizeof *layout);
	if (layout == NULL) {
		err_memory(err);
		return NULL;
	}
	layout->doc = doc;
	layout_set_rule(layout, rule);
	return layout;
}

void
layout_free(Layout *layout)
{
	free(layout);
}

void
layout_set_rule(Layout *layout, const WrapRule *rule)
{
	layout->rule = *rule;
	if (layout->rule.columns < 2)
		layout->rule.columns = 2;
}

void
layout_edited(Layout *layout, const Edit *edit)
{
	(void)layout;
	(void)edit;
}

bool
layout_row(Layout *layout, size_t pos, LayoutRow *out, Err *err)
{
	size_t length = document_length(layout->doc);
	if (pos > length)
		pos = length;
	size_t line = document_line_at(layout->doc, pos), start = document_line_start(layout->doc, line);
	size_t end = line + 1 < document_lines(layout->doc) ? document_line_start(layout->doc, line + 1) - 1 : length;
	Rows rows = {0};
	Str text = {0};
	document_copy(layout->doc, (Span){start, end}, &text);
	bool done = str_ok(&text, err) && wrap_paragraph(str_view(&text), &layout->rule, &rows, err);
	if (done) {
		size_t i = 0;
		while (i + 1 < rows.len && start + rows.items[i].to <= pos)
			i++;
		Row row = rows.items[i];
		*out = (LayoutRow){{start + row.from, start + row.to}, row.columns, row.from == 0, i + 1 == rows.len};
	}
	rows_free(&rows);
	str_free(&text);
	return done;
}

static bool
no_row(Err *err)
{
	if (err != NULL)
		err->kind = ERR_NONE;
	return false;
}

bool
layout_next(Layout *layout, const LayoutRow *row, LayoutRow *out, Err *err)
{
	if (row->closes && row->span.to >= document_length(layout->doc))
		return no_row(err);
	return layout_row(layout, row->span.to + row->closes, out, err);
}

bool
layout_prev(Layout *layout, const LayoutRow *row, LayoutRow *out, Err *err)
{
	if (row->span.from == 0)
		return no_row(err);
	return layout_row(layout, row->span.from - 1, out, err);
}

/* The columns of the clusters of the row up to the byte `until` or, when that is past it, up to `columns`. */
static int
measure(const Layout *layout, const LayoutRow *row, size_t until, int columns, size_t *pos)
{
	int width = 0;
	*pos = row->span.from;
	while (*pos < until && *pos < row->span.to) {
		size_t next = document_cluster_next(layout->doc, *pos);
		Str cluster = {0};
		document_copy(layout->doc, (Span){*pos, next}, &cluster);
		int more = sv_equal(str_view(&cluster), SV("\t"))
				   ? 4
				   : cluster_width(str_view(&cluster), layout->rule.ambiguous_wide);
		str_free(&cluster);
		if (more < 1)
			more = 1;
		if (next > until || width + more > columns ||
			(next >= row->span.to && !row->closes && until > row->span.to))
			break;
		width += more;
		*pos = next;
	}
	return width;
}

int
layout_column(const Layout *layout, const LayoutRow *row, size_t pos)
{
	size_t at;
	return measure(layout, row, pos < row->span.to ? pos : row->span.to, INT32_MAX - 8, &at);
}

size_t
layout_position(const Layout *layout, const LayoutRow *row, int column)
{
	size_t at;
	measure(layout, row, SIZE_MAX, column, &at);
	return at;
}
