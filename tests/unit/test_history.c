/* Undo groups, what undo does to marks, and that a document survives running out of memory anywhere. */
#include "unit.h"

#include "meok/text.h"

/* ---- Allocations that fail on demand (the linker sends malloc, calloc and realloc of the program here) */

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *ptr, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *ptr, size_t size);

static int allocations_left = -1; /* -1: all succeed */

static bool
out_of_luck(void)
{
	if (allocations_left < 0)
		return false;
	return allocations_left == 0 || allocations_left-- == 0;
}

void *
__wrap_malloc(size_t size)
{
	return out_of_luck() ? NULL : __real_malloc(size);
}

void *
__wrap_calloc(size_t count, size_t size)
{
	return out_of_luck() ? NULL : __real_calloc(count, size);
}

void *
__wrap_realloc(void *ptr, size_t size)
{
	return out_of_luck() ? NULL : __real_realloc(ptr, size);
}

/* ---- Helpers */

static Document *
new_document(const char *text)
{
	Document *doc = document_new(sv(text), NULL);
	assert_non_null(doc);
	return doc;
}

static void
type(Document *doc, size_t pos, const char *text)
{
	assert_true(document_insert(doc, pos, sv(text), NULL, NULL));
}

static void
assert_document_is(const Document *doc, const char *wanted)
{
	Str text = {0};
	document_copy(doc, (Span){0, document_length(doc)}, &text);
	assert_view_equal(str_view(&text), wanted);
	str_free(&text);
}

/* ---- Groups */

static void
typing_is_one_group_until_it_is_ended(void **state)
{
	(void)state;
	Document *doc = new_document("");
	type(doc, 0, "첫");
	type(doc, 3, "눈");
	document_group_end(doc);
	type(doc, 6, "이");
	type(doc, 9, "다");
	assert_document_is(doc, "첫눈이다");
	Edit edit;
	assert_true(document_undo(doc, &edit));
	assert_document_is(doc, "첫눈");
	assert_int_equal(edit.at, 6);
	assert_int_equal(edit.removed, 6);
	assert_int_equal(edit.inserted, 0);
	assert_true(document_undo(doc, NULL));
	assert_document_is(doc, "");
	assert_false(document_undo(doc, NULL));
	assert_true(document_redo(doc, NULL));
	assert_document_is(doc, "첫눈");
	assert_true(document_redo(doc, &edit));
	assert_document_is(doc, "첫눈이다");
	assert_int_equal(edit.inserted, 6);
	assert_false(document_redo(doc, NULL));
	document_free(doc);
}

static void
begin_and_end_nest(void **state)
{
	(void)state;
	Document *doc = new_document("하나 둘 셋");
	type(doc, 0, "영 ");
	document_group_begin(doc);
	type(doc, 0, "[");
	document_group_begin(doc);
	type(doc, document_length(doc), "]");
	document_group_end(doc);
	type(doc, 5, "- ");
	document_group_end(doc);
	type(doc, 0, "!");
	assert_document_is(doc, "![영 - 하나 둘 셋]");
	assert_true(document_undo(doc, NULL));
	assert_document_is(doc, "[영 - 하나 둘 셋]");
	Edit edit;
	assert_true(document_undo(doc, &edit));
	assert_document_is(doc, "영 하나 둘 셋");
	assert_int_equal(edit.at, 0);
	assert_int_equal(edit.removed, strlen("[영 - 하나 둘 셋]"));
	assert_int_equal(edit.inserted, strlen("영 하나 둘 셋"));
	assert_true(document_redo(doc, NULL));
	assert_document_is(doc, "[영 - 하나 둘 셋]");
	document_group_end(doc); /* one too many does no harm */
	assert_true(document_undo(doc, NULL));
	assert_true(document_undo(doc, NULL));
	assert_document_is(doc, "하나 둘 셋");
	document_free(doc);
}

static void
a_change_forgets_what_could_be_done_again(void **state)
{
	(void)state;
	Document *doc = new_document("가");
	type(doc, 3, "나");
	assert_true(document_undo(doc, NULL));
	type(doc, 3, "다");
	assert_false(document_redo(doc, NULL));
	assert_document_is(doc, "가다");
	uint64_t revision = document_revision(doc);
	type(doc, 0, "");
	assert_true(document_delete(doc, (Span){3, 3}, NULL, NULL));
	assert_int_equal(document_revision(doc), revision);
	assert_true(document_undo(doc, NULL));
	assert_true(document_revision(doc) > revision);
	document_free(doc);
}

/* ---- Marks */

static void
marks_take_sides(void **state)
{
	(void)state;
	Document *doc = new_document("봄 여름");
	int before = document_mark_add(doc, 4, MARK_BEFORE), after = document_mark_add(doc, 4, MARK_AFTER);
	int inside = document_mark_add(doc, 6, MARK_AFTER); /* in the middle of 여: moved back to its start */
	assert_int_equal(document_mark(doc, inside), 4);
	document_mark_remove(doc, inside);
	type(doc, 4, "늦");
	assert_int_equal(document_mark(doc, before), 4);
	assert_int_equal(document_mark(doc, after), 7);
	type(doc, 0, "이른 ");
	assert_int_equal(document_mark(doc, before), 11);
	assert_int_equal(document_mark(doc, after), 14);
	int again = document_mark_add(doc, 1000, MARK_BEFORE);
	assert_int_equal(again, inside);
	assert_int_equal(document_mark(doc, again), document_length(doc));
	document_free(doc);
}

static void
a_mark_is_pushed_by_what_normalisation_makes_of_the_text(void **state)
{
	(void)state;
	Document *doc = new_document("x\u1112\u1161y"); /* not in NFC: only to have the jamo apart */
	document_free(doc);
	doc = new_document("x\u1112y");
	int cursor = document_mark_add(doc, 4, MARK_AFTER), start = document_mark_add(doc, 1, MARK_AFTER);
	Edit edit;
	assert_true(document_insert(doc, 4, SV("\u1161"), &edit, NULL));
	assert_document_is(doc, "x하y");
	assert_int_equal(edit.at, 1);
	assert_int_equal(edit.removed, 3);
	assert_int_equal(edit.inserted, 3);
	assert_int_equal(document_mark(doc, cursor), 4);
	assert_int_equal(document_mark(doc, start), 1);
	assert_true(document_insert(doc, 4, SV("\u11ab"), &edit, NULL));
	assert_document_is(doc, "x한y");
	assert_true(document_delete(doc, (Span){0, 1}, NULL, NULL));
	assert_int_equal(document_mark(doc, cursor), 3);
	document_free(doc);
}

static void
undo_puts_marks_back_into_deleted_text(void **state)
{
	(void)state;
	const char *text = "여기서부터 저기까지";
	Document *doc = new_document(text);
	int marks[20];
	for (int i = 0; i < 10; i++) {
		marks[i] = document_mark_add(doc, (size_t)i * 3, i % 2 ? MARK_AFTER : MARK_BEFORE);
		marks[10 + i] = document_mark_add(doc, (size_t)i * 3, MARK_AFTER);
	}
	size_t before[20];
	for (int i = 0; i < 20; i++)
		before[i] = document_mark(doc, marks[i]);
	document_group_begin(doc);
	assert_true(document_delete(doc, (Span){9, 15}, NULL, NULL));
	assert_true(document_delete(doc, (Span){6, 9}, NULL, NULL)); /* as Backspace goes on to the left */
	assert_true(document_delete(doc, (Span){6, 9}, NULL, NULL)); /* and Delete to the right */
	document_group_end(doc);
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 20; i++)
			assert_true(document_mark(doc, marks[i]) <= before[i]);
		assert_int_equal(document_mark(doc, marks[4]), 6);
		assert_true(document_undo(doc, NULL));
		assert_document_is(doc, text);
		for (int i = 0; i < 20; i++)
			assert_int_equal(document_mark(doc, marks[i]), before[i]);
		assert_true(document_redo(doc, NULL));
	}
	document_mark_set(doc, marks[4], 0); /* placed by hand since: stays where it is */
	assert_true(document_undo(doc, NULL));
	assert_int_equal(document_mark(doc, marks[4]), 0);
	assert_int_equal(document_mark(doc, marks[3]), before[3]);
	document_free(doc);
}

/* ---- Memory */

typedef bool Operation(Document *doc);

static bool
op_insert(Document *doc)
{
	return document_insert(doc, 6, SV("\u0301그리고"), NULL, NULL);
}

static bool
op_insert_long(Document *doc)
{
	static char text[70000];
	memset(text, 'x', sizeof text);
	return document_insert(doc, 6, (StrView){text, sizeof text}, NULL, NULL);
}

static bool
op_delete(Document *doc)
{
	return document_delete(doc, (Span){3, 12}, NULL, NULL);
}

static bool
op_undo(Document *doc)
{
	return document_undo(doc, NULL);
}

static bool
op_redo(Document *doc)
{
	return document_redo(doc, NULL);
}

static bool
op_snapshot(Document *doc)
{
	Snapshot *snapshot = document_snapshot(doc, NULL);
	Str text = {0};
	bool ok = snapshot != NULL && snapshot_text(snapshot, &text, NULL);
	snapshot_free(snapshot);
	str_free(&text);
	return ok;
}

static bool
op_new(Document *doc)
{
	(void)doc;
	Document *other = document_new(SV("다른 글"), NULL);
	document_free(other);
	return other != NULL;
}

static Document *
document_with_a_past(void)
{
	Document *doc = new_document("가나다라e마바사\n아자차카\n타파하");
	type(doc, 3, "1");
	type(doc, 3, "2");
	document_group_end(doc);
	document_group_begin(doc);
	type(doc, 0, "머리 ");
	type(doc, document_length(doc), " 꼬리");
	document_group_end(doc);
	type(doc, 5, "셋");
	document_group_end(doc);
	assert_true(document_undo(doc, NULL));
	return doc;
}

static void
running_out_of_memory_changes_nothing(void **state)
{
	(void)state;
	Operation *const operations[] = {op_insert, op_insert_long, op_delete, op_undo, op_redo, op_snapshot, op_new};
	for (size_t i = 0; i < sizeof operations / sizeof *operations; i++) {
		int failures = 0;
		bool done = false;
		for (; !done; failures++) {
			assert_true(failures < 100);
			Document *doc = document_with_a_past();
			Str before = {0};
			document_copy(doc, (Span){0, document_length(doc)}, &before);
			int mark = document_mark_add(doc, 10, MARK_AFTER);
			uint64_t revision = document_revision(doc);
			allocations_left = failures;
			done = operations[i](doc);
			allocations_left = -1;
			if (!done) {
				assert_document_is(doc, str_c(&before));
				assert_int_equal(document_revision(doc), revision);
				assert_int_equal(document_mark(doc, mark), 10);
				assert_true(document_redo(doc, NULL));
				assert_true(document_undo(doc, NULL));
				assert_document_is(doc, str_c(&before));
				assert_true(document_undo(doc, NULL));
				assert_true(document_undo(doc, NULL));
				assert_document_is(doc, "가나다라e마바사\n아자차카\n타파하");
				assert_false(document_undo(doc, NULL));
			}
			str_free(&before);
			document_free(doc);
		}
		assert_true(failures > 1);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(typing_is_one_group_until_it_is_ended),
		cmocka_unit_test(begin_and_end_nest),
		cmocka_unit_test(a_change_forgets_what_could_be_done_again),
		cmocka_unit_test(marks_take_sides),
		cmocka_unit_test(a_mark_is_pushed_by_what_normalisation_makes_of_the_text),
		cmocka_unit_test(undo_puts_marks_back_into_deleted_text),
		cmocka_unit_test(running_out_of_memory_changes_nothing),
	};
	return cmocka_run_group_tests_name("history", tests, NULL, NULL);
}
