/* The desk's journal: what comes back of a draft whose journal began late, or whose session never ended. */
#include "app_unit.h"

#include "../../src/app/recorder.h"
#include "../../src/app/writing.h"

static const WrapRule RULE = {.columns = 40, .rule = BREAK_KEEP_ALL};

typedef struct Desk {
	AppCase c;
	Session session;
} Desk;

static void
sit_down(Desk *desk)
{
	*desk = (Desk){.c = app_begin()};
	Str path = {0}, state = {0};
	vault_close(desk->c.app.vault);
	path_join(&path, sv(desk->c.dir), SV("v"));
	path_join(&state, sv(desk->c.dir), SV("s"));
	desk->c.app.vault = open_vault(&SYS_POSIX, str_c(&path), str_c(&state), PASSPHRASE, &QUICK, &desk->c.err);
	assert_non_null(desk->c.app.vault);
	desk->session = (Session){.app = &desk->c.app, .loop = loop_new(&desk->c.err)};
	desk->session.writing = writing_new(&RULE, &desk->c.err);
	assert_non_null(desk->session.writing);
	str_free(&path);
	str_free(&state);
}

static void
stand_up(Desk *desk)
{
	assert_true(recorder_close(&desk->session, false, &desk->c.err));
	writing_free(desk->session.writing);
	loop_free(desk->session.loop);
	while (desk->session.message_count > 0)
		session_dismiss(&desk->session);
	app_end(&desk->c);
}

static void
type(Desk *desk, const char *text)
{
	assert_true(writing_insert(desk->session.writing, sv(text), &desk->c.err));
	writing_pause(desk->session.writing);
	recorder_flush(&desk->session);
}

static void
assert_text(const Writing *writing, const char *wanted)
{
	Str text = {0};
	document_copy(writing->doc, (Span){0, document_length(writing->doc)}, &text);
	assert_string_equal(str_c(&text), wanted);
	str_free(&text);
}

/* The session ends without a word; another one finds what was on the desk. */
static void
assert_comes_back(Desk *desk, const char *wanted)
{
	JournalFound found;
	assert_int_equal(desk->session.message_count, 0);
	assert_true(recorder_close(&desk->session, true, &desk->c.err));
	writing_free(desk->session.writing);
	desk->session.writing = NULL;
	assert_true(recover_others(&desk->session, ID_NONE, &found));
	desk->session.writing = recover_writing(&desk->session, &found, &desk->c.err);
	assert_non_null(desk->session.writing);
	assert_text(desk->session.writing, wanted);
}

static void
all_that_was_typed_comes_back(void **state)
{
	(void)state;
	Desk desk;
	sit_down(&desk);
	recorder_flush(&desk.session);
	type(&desk, "제목");
	type(&desk, "과 글");
	assert_true(writing_undo(desk.session.writing));
	recorder_flush(&desk.session);
	assert_comes_back(&desk, "제목\n\n");
	/* What was taken back can be made again. */
	assert_true(writing_redo(desk.session.writing));
	assert_comes_back(&desk, "제목과 글\n\n");
	stand_up(&desk);
}

/* As while a vault is being made, and after a change that could not be noted. */
static void
a_journal_that_began_late_survives_undo(void **state)
{
	(void)state;
	Desk desk;
	sit_down(&desk);
	assert_true(writing_insert(desk.session.writing, SV("먼저"), &desk.c.err));
	writing_pause(desk.session.writing);
	type(&desk, " 나중");
	assert_true(writing_undo(desk.session.writing));
	assert_true(writing_undo(desk.session.writing));
	recorder_flush(&desk.session);
	assert_text(desk.session.writing, "\n\n");
	assert_true(writing_redo(desk.session.writing));
	type(&desk, " 그리고");
	assert_comes_back(&desk, "먼저 그리고\n\n");
	stand_up(&desk);
}

static void
a_journal_that_was_torn_survives_undo(void **state)
{
	(void)state;
	Desk desk;
	sit_down(&desk);
	recorder_flush(&desk.session);
	type(&desk, "하나");
	type(&desk, " 둘");
	desk.session.writing->journal_torn = true;
	type(&desk, " 셋");
	assert_true(writing_undo(desk.session.writing));
	assert_true(writing_undo(desk.session.writing));
	recorder_flush(&desk.session);
	type(&desk, " 넷");
	assert_comes_back(&desk, "하나 넷\n\n");
	stand_up(&desk);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_that_was_typed_comes_back),
		cmocka_unit_test(a_journal_that_began_late_survives_undo),
		cmocka_unit_test(a_journal_that_was_torn_survives_undo),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
