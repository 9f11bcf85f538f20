/* A machine that edits a document and looks at its rows here and there, driven by any bytes. It aborts where the rows
 * are not those that wrap_paragraph gives, or where clusters and words are not those of the whole text. */
#ifndef MEOK_TESTS_LAYOUT_MODEL_H
#define MEOK_TESTS_LAYOUT_MODEL_H

#include "document_model.h"

typedef struct LayoutModel {
	Document *doc;
	Layout *layout;
	WrapRule rule;
	Str text;
	LayoutRow *rows; /* all of the text */
	size_t len, cap;
} LayoutModel;

static inline const char *
layout_fragment(uint32_t number)
{
	static const char *const fragments[] = {" ", "\n", "불이 난 밤 ", "서버는 멈췄다. ", "a", "word ", "e.g. ",
		"3.5% ", "(주)", "“그렇다.” ", "\t", "\u00a0", "\u2028", "\u200d",
		"\U0001F468\u200d\U0001F469\u200d\U0001F467", "\U0001F1F0", "\U0001F1F0\U0001F1F7", "\U0001F3FD",
		"\ufe0f", "\u2764", "\u1112", "\u1161", "\u11ab", "\u0301", "漢字かな交じり文、", "「カタカナ」",
		"\u3099", "\u0e01\u0e33\u0e2a\u0e27", "\u0915\u094d\u0937\u093f", "\u0600", "\u05d0\u05d1-",
		"\u0627\u0644\u0639", "https://example.org/a/b?c=d ", "——", "…", "  ", "   \u3000", "-", "/", "\u200b",
		"$1,000.00 ", "아주긴낱말하나를붙여서쓴다", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "'", "\"", "\U0001F600",
		"\U0001F1EF\U0001F1F5\U0001F1F0\U0001F1F7\U0001F1FA", "\n\n", "\u2026\u2026"};
	return fragments[number % (sizeof fragments / sizeof *fragments)];
}

static inline void
layout_model_wrap(LayoutModel *model)
{
	Rows rows = {0};
	StrView rest = str_view(&model->text), paragraph;
	size_t at = 0;
	bool more = true;
	model->len = 0;
	while (more) {
		const char *newline = rest.len > 0 ? memchr(rest.ptr, '\n', rest.len) : NULL;
		more = newline != NULL;
		paragraph = sv_slice(rest, 0, more ? (size_t)(newline - rest.ptr) : rest.len);
		model_require(wrap_paragraph(paragraph, &model->rule, &rows, NULL));
		for (size_t i = 0; i < rows.len; i++) {
			Row row = rows.items[i];
			LayoutRow *items = array_grow(model->rows, model->len, &model->cap, sizeof *items);
			model_require(items != NULL);
			model->rows = items;
			items[model->len++] =
				(LayoutRow){{at + row.from, at + row.to}, row.columns, i == 0, i + 1 == rows.len};
		}
		at += paragraph.len + 1;
		rest = sv_slice(rest, paragraph.len + 1, rest.len);
	}
	rows_free(&rows);
}

static inline void
layout_model_text(LayoutModel *model)
{
	str_clear(&model->text);
	document_copy(model->doc, (Span){0, document_length(model->doc)}, &model->text);
	model_require(!model->text.failed);
	layout_model_wrap(model);
}

static inline void
layout_model_equal(const LayoutRow *a, const LayoutRow *b)
{
	model_require(a->span.from == b->span.from && a->span.to == b->span.to);
	model_require(a->columns == b->columns && a->opens == b->opens && a->closes == b->closes);
}

/* The model's row that holds `pos`. */
static inline size_t
layout_model_row(const LayoutModel *model, size_t pos)
{
	size_t i = 0;
	while (i + 1 < model->len && model->rows[i + 1].span.from <= pos)
		i++;
	return i;
}

/* The row of a place and some below and above it. */
static inline void
layout_model_look(LayoutModel *model, size_t pos, size_t count)
{
	LayoutRow row, first;
	Err err = {.kind = ERR_FAILED};
	size_t i = layout_model_row(model, pos), start = i;
	model_require(layout_row(model->layout, pos, &first, NULL));
	layout_model_equal(&first, &model->rows[i]);
	row = first;
	for (size_t n = 0; n < count; n++) {
		bool more = layout_next(model->layout, &row, &row, &err);
		model_require(more == (i + 1 < model->len));
		model_require(more || err.kind == ERR_NONE);
		if (!more)
			break;
		layout_model_equal(&row, &model->rows[++i]);
	}
	row = first;
	i = start;
	for (size_t n = 0; n < count; n++) {
		bool more = layout_prev(model->layout, &row, &row, NULL);
		model_require(more == (i > 0));
		if (!more)
			break;
		layout_model_equal(&row, &model->rows[--i]);
	}
}

static inline void
layout_model_columns(const LayoutModel *model, size_t pos)
{
	StrView text = str_view(&model->text);
	const LayoutRow *row = &model->rows[layout_model_row(model, pos)];
	int column = 0;
	for (size_t at = row->span.from, next; at < row->span.to; at = next) {
		next = cluster_next(text, at);
		int after = layout_column(model->layout, row, next);
		model_require(layout_column(model->layout, row, at) == column);
		model_require(layout_position(model->layout, row, column) == at);
		model_require(after > column);
		if (next < row->span.to || row->closes)
			model_require(layout_position(model->layout, row, after) == next);
		else
			model_require(layout_position(model->layout, row, after) == at);
		if (after > column + 1)
			model_require(layout_position(model->layout, row, after - 1) == at);
		column = after;
	}
	model_require(column >= row->columns);
}

/* Clusters and words around a place against those of the whole text. */
static inline void
layout_model_motion(const LayoutModel *model, size_t pos)
{
	StrView text = str_view(&model->text);
	size_t border = model_floor(text, pos);
	while (border < text.len && cluster_next(text, cluster_prev(text, border)) != border)
		border = model_floor(text, border - 1);
	model_require(document_cluster_next(model->doc, border) == cluster_next(text, border));
	model_require(document_cluster_prev(model->doc, border) == cluster_prev(text, border));
	model_require(document_word_next(model->doc, border) == word_next(text, border));
	model_require(document_word_prev(model->doc, border) == word_prev(text, border));
	Span word = document_word_at(model->doc, border);
	model_require(word.from <= word.to && word.to <= text.len);
}

static inline void
layout_model_edit(LayoutModel *model, Span span, StrView fragment)
{
	Str clean = {0};
	Edit edit;
	model_require(unicode_clean(fragment, &clean, NULL, NULL));
	model_require(document_replace(model->doc, span, str_view(&clean), &edit, NULL));
	layout_edited(model->layout, &edit);
	str_free(&clean);
}

static inline void
layout_model_step(LayoutModel *model, ModelInput *input, size_t *cursor)
{
	uint32_t op = model_take(input, 1) % 16;
	size_t length = document_length(model->doc), pos = model_take(input, 2) % (length + 2);
	Str many = {0};
	Edit edit;
	switch (op) {
	case 0:
	case 1:
	case 2:
	case 3:
		layout_model_edit(model, (Span){*cursor, *cursor}, sv(layout_fragment(model_take(input, 1))));
		break;
	case 4:
		*cursor = pos;
		layout_model_edit(model, (Span){pos, pos}, sv(layout_fragment(model_take(input, 1))));
		break;
	case 5:
		layout_model_edit(
			model, (Span){pos, pos + model_take(input, 1) % 30}, sv(layout_fragment(model_take(input, 1))));
		break;
	case 6:
		layout_model_edit(model, (Span){*cursor, *cursor + model_take(input, 1) % 8}, (StrView){NULL, 0});
		break;
	case 7: /* a long paragraph */
		for (uint32_t i = 0, kind = model_take(input, 1); i < 200 && length < 9000; i++)
			str_append_c(&many, layout_fragment(kind + (kind % 3 == 0 ? i * i % 7 : 0)));
		layout_model_edit(model, (Span){pos, pos}, str_view(&many));
		break;
	case 8:
		if (document_undo(model->doc, &edit))
			layout_edited(model->layout, &edit);
		break;
	case 9:
		if (document_redo(model->doc, &edit))
			layout_edited(model->layout, &edit);
		break;
	case 10:
		if (model_take(input, 1) % 8 == 0) {
			model->rule.columns = 1 + (int)(model_take(input, 1) % 40);
			model->rule.rule = model_take(input, 1) % 2 ? BREAK_KEEP_ALL : BREAK_ANYWHERE;
			layout_set_rule(model->layout, &model->rule);
			if (model->rule.columns < 2)
				model->rule.columns = 2;
		}
		break;
	case 11:
		if (length > 2000)
			layout_model_edit(model, (Span){pos, pos + length / 2}, (StrView){NULL, 0});
		break;
	default:
		*cursor = pos;
		layout_model_text(model);
		layout_model_motion(model, pos);
		layout_model_look(model, pos, op == 12 ? 200 : op);
		layout_model_columns(model, pos);
		break;
	}
	if (op < 7)
		document_group_end(model->doc);
	str_free(&many);
}

static inline void
layout_run(const uint8_t *data, size_t size)
{
	ModelInput input = {data, size};
	LayoutModel model = {.doc = document_new((StrView){NULL, 0}, NULL), .rule = {12, BREAK_KEEP_ALL, false}};
	size_t cursor = 0;
	model.layout = layout_new(model.doc, &model.rule, NULL);
	while (input.size > 0)
		layout_model_step(&model, &input, &cursor);
	layout_model_text(&model);
	layout_model_look(&model, 0, model.len);
	Layout *fresh = layout_new(model.doc, &model.rule, NULL);
	layout_free(model.layout);
	model.layout = fresh;
	layout_model_look(&model, 0, model.len);
	layout_free(model.layout);
	document_free(model.doc);
	str_free(&model.text);
	free(model.rows);
}

#endif
