/* A document as simple as can be (one string and a list of its former states) and a machine that drives it and the real
 * one with the same operations, read from any bytes. It aborts where they differ. */
#ifndef MEOK_TESTS_DOCUMENT_MODEL_H
#define MEOK_TESTS_DOCUMENT_MODEL_H

#include <stdlib.h>
#include <string.h>

#include "meok/text.h"

enum { MODEL_MARKS = 6, MODEL_LENGTH_MAX = 3000 };

typedef struct Model {
	Document *doc;
	Str text;
	StrList undo, redo; /* whole texts */
	bool open;
	int depth;
	size_t cursor;
	int marks[MODEL_MARKS];
	Snapshot *snapshot;
	Str frozen;
} Model;

typedef struct ModelInput {
	const uint8_t *data;
	size_t size;
} ModelInput;

static inline void
model_require(bool condition)
{
	if (!condition)
		abort();
}

static inline uint32_t
model_take(ModelInput *input, int bytes)
{
	uint32_t value = 0;
	for (; bytes > 0; bytes--) {
		value = value << 8 | (input->size > 0 ? *input->data : 0);
		if (input->size > 0) {
			input->data++;
			input->size--;
		}
	}
	return value;
}

static inline const char *
model_fragment(uint32_t number)
{
	static const char *const fragments[] = {"a", "e", " ", "\n", "가", "글", "\u1112", "\u1161", "\u11ab", "\u11a8",
		"\u1100\u1161\u11ab", "\u1161\u11ab", "\u0301", "\u0323", "\u0302", "\u0301\u0323", "\u0327", "e\u0301",
		"\u00e9", "\u1e69", "s\u0323", "\u200d", "\U0001F468\u200d\U0001F469\u200d\U0001F467", "\U0001F469",
		"\U0001F1F0", "\U0001F1F0\U0001F1F7", "\U0001F3FD", "\ufe0f", "\u200b", "\u0f71\u0f72", "\u0f80",
		"\u0915\u094d\u0937", "\u3099", "\u304b", "\u302e", "\u1b06", "\u1b35", "\u0b47", "\u0b3e", "\u212b",
		"\u0344", "\n\n", "카카오톡은 밤이 되어서도\n불통이었다.", "The server went down.\nNobody noticed.",
		"한\u1100\u1161나"};
	return fragments[number % (sizeof fragments / sizeof *fragments)];
}

static inline size_t
model_floor(StrView text, size_t pos)
{
	if (pos > text.len)
		pos = text.len;
	while (pos > 0 && pos < text.len && ((unsigned char)text.ptr[pos] & 0xC0) == 0x80)
		pos--;
	return pos;
}

static inline void
model_check(const Model *model)
{
	Str text = {0};
	document_copy(model->doc, (Span){0, document_length(model->doc)}, &text);
	model_require(sv_equal(str_view(&text), str_view(&model->text)));
	str_free(&text);
	for (int i = 0; i < MODEL_MARKS; i++) {
		size_t pos = document_mark(model->doc, model->marks[i]);
		model_require(pos == model_floor(str_view(&model->text), pos));
	}
}

static inline void
model_check_lines(const Model *model, size_t pos)
{
	size_t line = 0, start = 0;
	if (pos > model->text.len)
		pos = model->text.len;
	for (size_t i = 0; i < pos; i++)
		if (model->text.ptr[i] == '\n') {
			line++;
			start = i + 1;
		}
	model_require(document_line_at(model->doc, pos) == line);
	model_require(document_line_start(model->doc, line) == start);
	size_t lines = line + 1;
	for (size_t i = pos; i < model->text.len; i++)
		lines += model->text.ptr[i] == '\n';
	model_require(document_lines(model->doc) == lines);
	model_require(document_line_start(model->doc, lines) == model->text.len);
	StrView chunk = document_chunk(model->doc, pos);
	model_require((chunk.len == 0) == (pos == model->text.len));
	model_require(sv_starts(sv_slice(str_view(&model->text), pos, model->text.len), chunk));
}

/* Whether `edit` says how `before` became what the model holds now. */
static inline void
model_check_edit(const Model *model, StrView before, Edit edit)
{
	StrView now = str_view(&model->text);
	model_require(edit.at + edit.removed <= before.len && edit.at + edit.inserted <= now.len);
	model_require(before.len - edit.removed == now.len - edit.inserted);
	model_require(sv_equal(sv_slice(before, 0, edit.at), sv_slice(now, 0, edit.at)));
	model_require(sv_equal(
		sv_slice(before, edit.at + edit.removed, before.len), sv_slice(now, edit.at + edit.inserted, now.len)));
}

static inline void
model_replace(Model *model, Span asked, StrView fragment)
{
	Str clean = {0}, joined = {0}, before = {0};
	size_t marks[MODEL_MARKS];
	Edit edit;
	for (int i = 0; i < MODEL_MARKS; i++)
		marks[i] = document_mark(model->doc, model->marks[i]);
	model_require(unicode_clean(fragment, &clean, NULL, NULL));
	model_require(document_replace(model->doc, asked, str_view(&clean), &edit, NULL));

	Span span = {model_floor(str_view(&model->text), asked.from), model_floor(str_view(&model->text), asked.to)};
	if (span.from > span.to)
		span.from = span.to;
	if (span.from < span.to || clean.len > 0) {
		if (!model->open)
			list_append(&model->undo, str_view(&model->text));
		model->open = true;
		list_free(&model->redo);
	}
	str_set(&before, str_view(&model->text));
	str_set(&joined, str_view(&model->text));
	str_splice(&joined, span.from, span.to, str_view(&clean));
	str_clear(&model->text);
	model_require(unicode_nfc(str_view(&joined), &model->text, NULL));
	model_check_edit(model, str_view(&before), edit);
	for (int i = 0; i < MODEL_MARKS; i++) {
		size_t pos = document_mark(model->doc, model->marks[i]);
		if (marks[i] < edit.at)
			model_require(pos == marks[i]);
		else if (marks[i] > edit.at + edit.removed)
			model_require(pos == marks[i] - edit.removed + edit.inserted);
		else
			model_require(pos == edit.at || pos == edit.at + edit.inserted);
	}
	model->cursor = edit.at + edit.inserted;
	str_free(&clean);
	str_free(&joined);
	str_free(&before);
}

static inline void
model_step_back(Model *model, StrList *from, StrList *to, bool done, Edit edit)
{
	model_require(done == (from->len > 0));
	model->open = model->open && !done;
	if (!done)
		return;
	Str before = {0};
	str_move(&before, &model->text);
	str_move(&model->text, &from->items[from->len - 1]);
	list_remove(from, from->len - 1);
	list_append(to, str_view(&before));
	model_check_edit(model, str_view(&before), edit);
	model->cursor = edit.at + edit.inserted;
	str_free(&before);
}

static inline void
model_snapshot(Model *model)
{
	Str text = {0};
	if (model->snapshot == NULL) {
		model->snapshot = document_snapshot(model->doc, NULL);
		str_set(&model->frozen, str_view(&model->text));
		return;
	}
	model_require(snapshot_text(model->snapshot, &text, NULL));
	model_require(sv_equal(str_view(&text), str_view(&model->frozen)));
	snapshot_free(model->snapshot);
	model->snapshot = NULL;
	str_free(&text);
}

static inline void
model_step(Model *model, ModelInput *input)
{
	uint32_t op = model_take(input, 1) % 20;
	Edit edit = {0};
	bool done;
	size_t pos = model_take(input, 2) % (model->text.len + 2);
	if (model->text.len > MODEL_LENGTH_MAX)
		op = 9;
	switch (op) {
	case 0:
	case 1:
	case 2:
		model_replace(model, (Span){pos, pos}, sv(model_fragment(model_take(input, 1))));
		break;
	case 3:
	case 4:
	case 5:
	case 6:
	case 7:
		model_replace(model, (Span){model->cursor, model->cursor}, sv(model_fragment(model_take(input, 1))));
		break;
	case 8:
		model_replace(model, (Span){pos, pos + model_take(input, 1) % 12}, (StrView){NULL, 0});
		break;
	case 9:
		model_replace(model, (Span){pos, pos + model->text.len / 2}, (StrView){NULL, 0});
		break;
	case 10:
	case 11:
		model_replace(
			model, (Span){pos, pos + model_take(input, 1) % 20}, sv(model_fragment(model_take(input, 1))));
		break;
	case 12:
	case 13:
		done = document_undo(model->doc, &edit);
		model_step_back(model, &model->undo, &model->redo, done, edit);
		break;
	case 14:
	case 15:
		done = document_redo(model->doc, &edit);
		model_step_back(model, &model->redo, &model->undo, done, edit);
		break;
	case 16:
		document_group_begin(model->doc);
		model->open = model->open && model->depth > 0;
		model->depth++;
		break;
	case 17:
		document_group_end(model->doc);
		model->depth -= model->depth > 0;
		model->open = model->open && model->depth > 0;
		break;
	case 18:
		document_mark_set(model->doc, model->marks[pos % MODEL_MARKS], pos);
		break;
	default:
		model_snapshot(model);
		model_check_lines(model, pos);
		break;
	}
}

/* Returns how many operations were done. */
static inline size_t
model_run(const uint8_t *data, size_t size)
{
	ModelInput input = {data, size};
	Model model = {.doc = document_new((StrView){NULL, 0}, NULL)};
	size_t steps = 0;
	model_require(model.doc != NULL);
	for (int i = 0; i < MODEL_MARKS; i++)
		model.marks[i] = document_mark_add(model.doc, 0, i % 2 ? MARK_AFTER : MARK_BEFORE);
	for (; input.size > 0; steps++) {
		uint64_t revision = document_revision(model.doc);
		Str before = {0};
		str_set(&before, str_view(&model.text));
		model_step(&model, &input);
		model_check(&model);
		model_require(
			document_revision(model.doc) > revision || sv_equal(str_view(&before), str_view(&model.text)));
		str_free(&before);
	}
	if (model.snapshot != NULL)
		model_snapshot(&model);
	model_require(unicode_is_nfc(str_view(&model.text)));
	document_free(model.doc);
	str_free(&model.text);
	str_free(&model.frozen);
	list_free(&model.undo);
	list_free(&model.redo);
	return steps;
}

#endif
