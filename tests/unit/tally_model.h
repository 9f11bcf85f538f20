/* A machine that edits a document and compares its tallies, from the first and from later lines on, with text_count of
 * the same text. It aborts where they differ. */
#ifndef MEOK_TESTS_TALLY_MODEL_H
#define MEOK_TESTS_TALLY_MODEL_H

#include "document_model.h"

enum { TALLIES = 3 };

typedef struct TallyModel {
	Document *doc;
	Tally *tallies[TALLIES]; /* from line 0, 1, 2 */
	size_t cursor;
	bool silent; /* edits are not told */
} TallyModel;

static inline const char *
tally_fragment(uint32_t number)
{
	static const char *const fragments[] = {"\n", " ", "가", "낱말 ", "a", "제목\n", "\u0301", "\u1112", "\u1161",
		"\u11ab", "\u0600", "\u200d", "\U0001F468\u200d\U0001F469", "\U0001F1F0", "\U0001F3FD", "\n\n",
		"\u3000", "\t", ".", "불이 난 밤 서버는 멈췄다.\n아무도 몰랐다.", " \u0301", "\u00a0", "\u2028",
		"\u0915\u094d\u0937", "漢字", "…"};
	return fragments[number % (sizeof fragments / sizeof *fragments)];
}

static inline void
tally_model_equal(Counts a, Counts b)
{
	model_require(a.clusters == b.clusters && a.clusters_solid == b.clusters_solid && a.words == b.words);
}

static inline void
tally_model_check(TallyModel *model)
{
	Str text = {0};
	document_copy(model->doc, (Span){0, document_length(model->doc)}, &text);
	for (size_t i = 0; i < TALLIES; i++) {
		StrView from = sv_slice(str_view(&text), document_line_start(model->doc, i), text.len);
		tally_model_equal(tally_counts(model->tallies[i]), text_count(from));
	}
	size_t at = model_floor(str_view(&text), model->cursor);
	tally_model_equal(
		document_count(model->doc, (Span){at, text.len}), text_count(sv_slice(str_view(&text), at, text.len)));
	str_free(&text);
}

static inline void
tally_model_tell(TallyModel *model, const Edit *edit)
{
	if (model->silent)
		return;
	for (size_t i = 0; i < TALLIES; i++)
		model_require(tally_edited(model->tallies[i], edit, NULL));
	tally_model_check(model);
}

static inline void
tally_model_edit(TallyModel *model, Span span, StrView fragment)
{
	Str clean = {0};
	Edit edit;
	model_require(unicode_clean(fragment, &clean, NULL, NULL));
	model_require(document_replace(model->doc, span, str_view(&clean), &edit, NULL));
	model->cursor = edit.at + edit.inserted;
	tally_model_tell(model, &edit);
	str_free(&clean);
}

static inline void
tally_model_step(TallyModel *model, ModelInput *input)
{
	uint32_t op = model_take(input, 1) % 12;
	size_t length = document_length(model->doc), pos = model_take(input, 2) % (length + 2);
	StrView fragment = sv(tally_fragment(model_take(input, 1)));
	Str many = {0};
	Edit edit;
	model->silent = model->silent && op != 11;
	switch (op) {
	case 0:
	case 1:
	case 2:
		tally_model_edit(model, (Span){model->cursor, model->cursor}, fragment);
		break;
	case 3:
	case 4:
		tally_model_edit(model, (Span){pos, pos}, fragment);
		break;
	case 5:
		tally_model_edit(model, (Span){pos, pos + model_take(input, 1) % 20}, fragment);
		break;
	case 6:
		tally_model_edit(model, (Span){pos, pos + model_take(input, 1) % 200}, (StrView){NULL, 0});
		break;
	case 7:
		document_group_end(model->doc);
		if (document_undo(model->doc, &edit))
			tally_model_tell(model, &edit);
		break;
	case 8:
		if (document_redo(model->doc, &edit))
			tally_model_tell(model, &edit);
		break;
	case 9:
		for (int i = 0; i < 80 && length < 6000; i++)
			str_append(&many, fragment);
		tally_model_edit(model, (Span){pos, pos}, str_view(&many));
		break;
	case 10:
		document_group_end(model->doc);
		break;
	default:
		model->silent = pos % 4 == 0;
		break;
	}
	str_free(&many);
}

static inline void
tally_run(const uint8_t *data, size_t size)
{
	ModelInput input = {data, size};
	TallyModel model = {.doc = document_new(SV("제목\n부제\n첫 문장."), NULL)};
	for (size_t i = 0; i < TALLIES; i++)
		model.tallies[i] = tally_new(model.doc, i, NULL);
	tally_model_check(&model);
	while (input.size > 0)
		tally_model_step(&model, &input);
	model.silent = false;
	tally_model_edit(&model, (Span){0, 0}, SV("끝"));
	for (size_t i = 0; i < TALLIES; i++)
		tally_free(model.tallies[i]);
	document_free(model.doc);
}

#endif
