/* The draft on the desk: title, subtitle and body stay what they are whatever is typed, pasted, deleted and undone. */
#include "app_unit.h"

#include "../../src/app/writing.h"

static const WrapRule RULE = {40, BREAK_KEEP_ALL, false};

static Writing *
blank(void)
{
	Writing *writing = writing_new(&RULE, NULL);
	assert_non_null(writing);
	return writing;
}

static Writing *
writing_of(const char *text)
{
	Writing *writing = blank();
	assert_true(writing_insert(writing, sv(text), NULL));
	document_group_end(writing->doc);
	return writing;
}

static void
assert_text(const Writing *writing, const char *wanted)
{
	Str got = {0};
	document_copy(writing->doc, (Span){0, document_length(writing->doc)}, &got);
	assert_view_equal(str_view(&got), wanted);
	str_free(&got);
}

static void
assert_fields(Writing *writing, const char *title, const char *subtitle, const char *body)
{
	assert_true(writing_sync(writing, NULL));
	assert_view_equal(str_view(&writing->revision.title), title);
	assert_view_equal(str_view(&writing->revision.subtitle), subtitle);
	assert_view_equal(str_view(&writing->revision.body), body);
}

/* What follows the document agrees with one that is made anew. */
static void
assert_followed(Writing *writing)
{
	Err err = {0};
	Tally *tally = tally_new(writing->doc, 2, &err);
	assert_non_null(tally);
	assert_int_equal(tally_counts(writing->tally).clusters, tally_counts(tally).clusters);
	assert_int_equal(tally_counts(writing->tally).words, tally_counts(tally).words);
	tally_free(tally);
	Layout *layout = layout_new(writing->doc, &RULE, &err);
	LayoutRow kept, fresh;
	bool more = layout_row(layout, 0, &fresh, &err), also = layout_row(writing->layout, 0, &kept, &err);
	while (more && also) {
		assert_memory_equal(&kept.span, &fresh.span, sizeof kept.span);
		more = layout_next(layout, &fresh, &fresh, &err);
		also = layout_next(writing->layout, &kept, &kept, &err);
	}
	assert_int_equal(more, also);
	layout_free(layout);
}

static void
a_new_draft_is_blank(void **state)
{
	(void)state;
	Writing *writing = blank();
	assert_text(writing, "\n\n");
	assert_true(writing_is_blank(writing));
	assert_false(writing_is_changed(writing));
	assert_fields(writing, "", "", "");
	assert_true(writing_insert(writing, SV(" "), NULL));
	assert_true(writing_is_blank(writing));
	assert_true(writing_insert(writing, SV("가"), NULL));
	assert_false(writing_is_blank(writing));
	assert_true(writing_is_changed(writing));
	assert_fields(writing, " 가", "", "");
	writing_free(writing);
}

static void
an_article_fills_an_empty_draft(void **state)
{
	(void)state;
	static const struct {
		const char *pasted, *title, *subtitle, *body;
	} cases[] = {
		{"제목\n부제\n첫째\n\n둘째", "제목", "부제", "첫째\n\n둘째"},
		{"title\n\nbody\n\n\n", "title", "", "body"},
		{"title\nsub", "title", "sub", ""},
		{"title\n", "title", "", ""},
		{"a\tb\nc\td\n\te", "a b", "c d", "\te"},
		{"a\tb", "a b", "", ""},
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		for (size_t line = 0; line < 2; line++) {
			Writing *writing = blank();
			bool whole = sv_find(sv(cases[i].pasted), SV("\n"), 0) != SIZE_MAX;
			writing->cursor = whole ? line : 0;
			assert_true(writing_insert(writing, sv(cases[i].pasted), NULL));
			assert_fields(writing, cases[i].title, cases[i].subtitle, cases[i].body);
			assert_int_equal(writing->cursor, whole ? document_length(writing->doc) : 3);
			assert_followed(writing);
			assert_true(writing_undo(writing));
			assert_text(writing, "\n\n");
			assert_false(writing_undo(writing));
			writing_free(writing);
		}
}

static void
lines_stay_lines(void **state)
{
	(void)state;
	Writing *writing = writing_of("title\nsub\nbody");
	writing->cursor = 5;
	assert_true(writing_insert(writing, SV(" one\ntwo\tthree"), NULL));
	assert_fields(writing, "title one two three", "sub", "body");
	assert_int_equal(writing->cursor, strlen("title one two three"));
	writing->cursor++;
	assert_true(writing_insert(writing, SV("a\nb "), NULL));
	assert_fields(writing, "title one two three", "a b sub", "body");
	writing->cursor = writing_body(writing).from;
	assert_true(writing_insert(writing, SV("x\ty\n"), NULL));
	assert_fields(writing, "title one two three", "a b sub", "x\ty\nbody");
	assert_followed(writing);
	writing_free(writing);
}

static void
deleting_never_joins_the_fields(void **state)
{
	(void)state;
	static const struct {
		Span span;
		const char *text;
	} cases[] = {
		{{0, 14}, "\n\n"},
		{{5, 6}, "title\nsub\nbody"},
		{{9, 10}, "title\nsub\nbody"},
		{{3, 8}, "tit\nb\nbody"},
		{{7, 12}, "title\ns\ndy"},
		{{3, 12}, "tit\n\ndy"},
		{{12, 14}, "title\nsub\nbo"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		Writing *writing = writing_of("title\nsub\nbody");
		assert_true(writing_delete(writing, cases[i].span, NULL));
		document_group_end(writing->doc);
		assert_text(writing, cases[i].text);
		assert_int_equal(writing->cursor, cases[i].span.from);
		assert_followed(writing);
		if (strcmp(cases[i].text, "title\nsub\nbody") != 0)
			assert_true(writing_undo(writing));
		assert_text(writing, "title\nsub\nbody");
		assert_followed(writing);
		writing_free(writing);
	}
}

static void
a_selection_is_replaced_in_one_step(void **state)
{
	(void)state;
	for (int back = 0; back < 2; back++) {
		Writing *writing = writing_of("title\nsub\none two");
		writing->selecting = true;
		writing->anchor = back ? 17 : 14;
		writing->cursor = back ? 14 : 17;
		assert_int_equal(writing_selection(writing).from, 14);
		assert_int_equal(writing_selection(writing).to, 17);
		assert_true(writing_insert(writing, SV("셋"), NULL));
		document_group_end(writing->doc);
		assert_fields(writing, "title", "sub", "one 셋");
		assert_int_equal(writing->cursor, 17);
		assert_false(writing->selecting);
		writing->selecting = true;
		assert_true(writing_undo(writing));
		assert_false(writing->selecting);
		assert_fields(writing, "title", "sub", "one two");
		assert_true(writing_redo(writing));
		assert_fields(writing, "title", "sub", "one 셋");
		assert_false(writing_redo(writing));
		assert_followed(writing);
		writing_free(writing);
	}
}

static void
everything_selected_is_replaced_by_an_article(void **state)
{
	(void)state;
	Writing *writing = writing_of("title\nsub\nbody");
	writing->selecting = true;
	writing->anchor = 0;
	writing->cursor = 14;
	assert_true(writing_insert(writing, SV("새\n글\n본문"), NULL));
	document_group_end(writing->doc);
	assert_fields(writing, "새", "글", "본문");
	assert_true(writing_undo(writing));
	assert_fields(writing, "title", "sub", "body");
	writing_free(writing);
}

static void
it_is_kept_when_it_differs(void **state)
{
	(void)state;
	AppCase c = app_begin();
	Writing *writing = blank();
	assert_true(writing_keep(&c.app, writing, true, &c.err));
	assert_true(id_is_none(writing->revision.draft));
	assert_int_equal(writing->kept_ms, 0);
	assert_true(writing_insert(writing, SV("제목\n부제\n본문"), NULL));
	writing->keep_failed = true;
	assert_true(writing_keep(&c.app, writing, true, &c.err));
	assert_false(id_is_none(writing->revision.draft));
	assert_true(writing->revision.automatic);
	assert_false(writing_is_changed(writing) || writing->keep_failed);
	assert_true(writing->kept_ms > 0);
	Id draft = writing->revision.draft, object = writing->revision.object;
	assert_true(writing_keep(&c.app, writing, false, &c.err));
	assert_true(id_equal(writing->revision.object, object)); /* nothing differs, nothing is saved */
	writing->settings_changed = true;
	assert_true(writing_keep(&c.app, writing, false, &c.err));
	assert_false(id_equal(writing->revision.object, object));
	assert_false(writing->revision.automatic || writing->settings_changed);
	writing_free(writing);
	writing = writing_load(&c.app, draft, &RULE, &c.err);
	assert_non_null(writing);
	assert_fields(writing, "제목", "부제", "본문");
	assert_false(writing_is_changed(writing));
	assert_true(writing->kept_ms > 0);
	writing->cursor = 0;
	assert_true(writing_insert(writing, SV("x"), NULL));
	assert_true(writing_undo(writing));
	assert_fields(writing, "제목", "부제", "본문");
	writing_free(writing);
	Id unknown = {{1}};
	assert_null(writing_load(&c.app, unknown, &RULE, &c.err));
	assert_int_not_equal(c.err.kind, ERR_NONE);
	app_end(&c);
}

/* A failed keeping leaves the draft changed, so that it is tried again. */
static void
a_full_disk_loses_nothing(void **state)
{
	(void)state;
	AppCase c = app_begin();
	Writing *writing = writing_of("title\n\nbody");
	char command[300];
	snprintf(command, sizeof command, "mv '%s/v' '%s/w'", c.dir, c.dir);
	assert_int_equal(system(command), 0);
	assert_false(writing_keep(&c.app, writing, true, &c.err));
	assert_true(writing_is_changed(writing));
	snprintf(command, sizeof command, "mv '%s/w' '%s/v'", c.dir, c.dir);
	assert_int_equal(system(command), 0);
	assert_true(writing_keep(&c.app, writing, true, &c.err));
	assert_false(writing_is_changed(writing));
	writing_free(writing);
	app_end(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_draft_is_blank),
		cmocka_unit_test(an_article_fills_an_empty_draft),
		cmocka_unit_test(lines_stay_lines),
		cmocka_unit_test(deleting_never_joins_the_fields),
		cmocka_unit_test(a_selection_is_replaced_in_one_step),
		cmocka_unit_test(everything_selected_is_replaced_by_an_article),
		cmocka_unit_test(it_is_kept_when_it_differs),
		cmocka_unit_test(a_full_disk_loses_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
