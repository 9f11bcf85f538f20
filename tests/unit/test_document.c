/* The document against a naive model in long random sessions, normal form at joints, lines, snapshots, long texts. */
#include "unit.h"

#include "document_model.h"

static void
fill_random(uint8_t *data, size_t size, uint32_t seed)
{
	for (size_t i = 0; i < size; i++) {
		seed ^= seed << 13;
		seed ^= seed >> 17;
		seed ^= seed << 5;
		data[i] = (uint8_t)(seed >> 7);
	}
}

static void
random_sessions_agree_with_the_model(void **state)
{
	(void)state;
	static uint8_t data[16000];
	size_t steps = 0;
	for (uint32_t seed = 1; seed <= 12; seed++) {
		fill_random(data, sizeof data, seed * 2654435761U);
		steps += model_run(data, sizeof data);
	}
	assert_true(steps > 40000);
}

static void
assert_document_is(const Document *doc, StrView wanted)
{
	Str text = {0};
	document_copy(doc, (Span){0, SIZE_MAX}, &text);
	assert_int_equal(text.len, wanted.len);
	assert_true(sv_equal(str_view(&text), wanted));
	str_free(&text);
}

static void
insertion_is_normalised_at_both_joints(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		size_t from, to;
		const char *insert, *wanted;
		Edit edit;
	} cases[] = {
		{"ab", 1, 1, "x", "axb", {1, 0, 1}},
		{"\u1112", 3, 3, "\u1161", "하", {0, 3, 3}},
		{"하나", 3, 3, "\u11ab", "한나", {0, 3, 3}},
		{"\u1112x\u1161", 3, 4, "", "하", {0, 7, 3}},
		{"é", 0, 0, "", "é", {0, 0, 0}},
		{"x\u0323y", 1, 1, "s\u0307", "x\u1e69y", {1, 2, 3}},
		{"a\u0327z", 3, 3, "\u0323", "\u1ea1\u0327z", {0, 3, 5}},
		{"\u11a8나", 0, 0, "가", "각나", {0, 3, 3}},
		{"첫 줄\n둘째", 8, 8, "\u0301", "첫 줄\n\u0301둘째", {8, 0, 2}},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		Edit edit;
		Document *doc = document_new(sv(cases[i].text), NULL);
		assert_true(
			document_replace(doc, (Span){cases[i].from, cases[i].to}, sv(cases[i].insert), &edit, NULL));
		assert_document_is(doc, sv(cases[i].wanted));
		assert_int_equal(edit.at, cases[i].edit.at);
		assert_int_equal(edit.removed, cases[i].edit.removed);
		assert_int_equal(edit.inserted, cases[i].edit.inserted);
		document_free(doc);
	}
}

static void
a_tower_of_marks_is_normalised_whole(void **state)
{
	(void)state;
	Str wanted = {0}, text = {0};
	str_append_c(&text, "o");
	for (int i = 0; i < 300; i++)
		str_append_c(&text, "\u0301");
	assert_true(unicode_nfc(str_view(&text), &wanted, NULL));
	Document *doc = document_new(str_view(&wanted), NULL);
	assert_true(document_insert(doc, wanted.len, SV("\u0323"), NULL, NULL)); /* goes below, so to the front */
	str_append_c(&text, "\u0323");
	str_clear(&wanted);
	assert_true(unicode_nfc(str_view(&text), &wanted, NULL));
	assert_document_is(doc, str_view(&wanted));
	assert_true(document_undo(doc, NULL));
	assert_int_equal(document_length(doc), wanted.len - strlen("ọ") + strlen("ó") - 2);
	document_free(doc);
	str_free(&wanted);
	str_free(&text);
}

static void
positions_are_made_sensible(void **state)
{
	(void)state;
	Document *doc = document_new(SV("가나다"), NULL);
	Edit edit;
	assert_true(document_insert(doc, 4, SV("-"), &edit, NULL));
	assert_int_equal(edit.at, 3);
	assert_true(document_insert(doc, 1000, SV("!"), &edit, NULL));
	assert_int_equal(edit.at, 10);
	assert_document_is(doc, SV("가-나다!"));
	assert_true(document_delete(doc, (Span){8, 2000}, NULL, NULL));
	assert_document_is(doc, SV("가-나"));
	assert_true(document_delete(doc, (Span){5, 3}, NULL, NULL)); /* upside down: nothing lies in it */
	assert_document_is(doc, SV("가-나"));
	assert_true(document_delete(doc, (Span){0, 7}, NULL, NULL));
	assert_int_equal(document_length(doc), 0);
	assert_int_equal(document_lines(doc), 1);
	assert_int_equal(document_line_start(doc, 0), 0);
	assert_int_equal(document_line_start(doc, 9), 0);
	assert_int_equal(document_chunk(doc, 0).len, 0);
	document_free(doc);
}

static void
lines_are_found_in_a_long_text(void **state)
{
	(void)state;
	Str text = {0};
	for (int i = 0; i < 40000; i++)
		str_printf(&text, "%d째 줄\n", i);
	Document *doc = document_new(str_view(&text), NULL);
	assert_int_equal(document_lines(doc), 40001);
	size_t start = 0;
	for (size_t line = 0; line < 40000; line++) {
		assert_int_equal(document_line_start(doc, line), start);
		assert_int_equal(document_line_at(doc, start), line);
		start = sv_find(str_view(&text), SV("\n"), start) + 1;
		assert_int_equal(document_line_at(doc, start - 1), line);
	}
	document_free(doc);
	str_free(&text);
}

static void
a_long_paste_and_what_surrounds_it(void **state)
{
	(void)state;
	Str paste = {0}, joined = {0}, wanted = {0};
	str_append_c(&paste, "\u1161");
	for (int i = 0; i < 30000; i++)
		str_append_c(&paste, "긴 글을 붙여 넣는다.\n");
	str_append_c(&paste, "끝가");
	Document *doc = document_new(SV("앞\u1112\n"), NULL);
	Snapshot *snapshot = document_snapshot(doc, NULL);
	assert_true(document_insert(doc, 7, SV("\u11a8뒤"), NULL, NULL));
	assert_true(document_insert(doc, 6, str_view(&paste), NULL, NULL));
	str_append_c(&joined, "앞\u1112");
	str_append(&joined, str_view(&paste));
	str_append_c(&joined, "\n\u11a8뒤");
	assert_true(unicode_nfc(str_view(&joined), &wanted, NULL));
	assert_document_is(doc, str_view(&wanted));
	assert_true(document_undo(doc, NULL));
	assert_document_is(doc, SV("앞\u1112\n"));
	assert_true(document_redo(doc, NULL));
	assert_document_is(doc, str_view(&wanted));
	Str old = {0};
	assert_true(snapshot_text(snapshot, &old, NULL));
	assert_view_equal(str_view(&old), "앞\u1112\n");
	snapshot_free(snapshot);
	document_free(doc);
	str_free(&old);
	str_free(&paste);
	str_free(&joined);
	str_free(&wanted);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_sessions_agree_with_the_model),
		cmocka_unit_test(insertion_is_normalised_at_both_joints),
		cmocka_unit_test(a_tower_of_marks_is_normalised_whole),
		cmocka_unit_test(positions_are_made_sensible),
		cmocka_unit_test(lines_are_found_in_a_long_text),
		cmocka_unit_test(a_long_paste_and_what_surrounds_it),
	};
	return cmocka_run_group_tests_name("document", tests, NULL, NULL);
}
