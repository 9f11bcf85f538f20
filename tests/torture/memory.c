/* Takes memory and disk away from a session in which somebody writes. A writer's acts are played one after the other;
 * before each of them the process is copied once for every allocation and every call that follows, and in the copy
 * that one fails: once, or with all that come after it, until one more key was typed. Nothing that was on the screen
 * may be lost then, no edit be done by half, something has to tell the writer; and when there is memory again, undo,
 * typing, saving and leaving have to work.
 *
 * `--step N` tries every N-th; `--scene` and `--act`, numbers from 1, try one alone.
 *
 * Every allocation of meok's own code fails, threads, locked memory and key derivation among them. Not: what libc,
 * libunistring, libcurl, pcre2, md4c, libhangul, cJSON and terminfo allocate inside (they are asked through functions
 * whose failure their own file turns into one of meok's), and what lists a folder (the file system here is in memory).
 */
#include "memory.h"

#include "../../src/app/editor.h"
#include "faulty_sys.h"
#include "torture.h"

#include <errno.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

Machine machine;

static const Act *
act_of(int number)
{
	return number == OPENING ? NULL : &machine.scene->acts[number];
}

const char *
act_name(void)
{
	return machine.act == OPENING ? "begin" : act_of(machine.act)->name;
}

bool
may_leave(void)
{
	return machine.act != OPENING && act_of(machine.act)->leaves;
}

/* ---- When there is memory again */

static bool
needs_calm(const Session *session, Context top)
{
	return (session->message_count > 0 && session->messages[0].stays) || session->pending.len > 0 ||
	       (top != CONTEXT_EDITOR && top != CONTEXT_LIBRARY && top != CONTEXT_START);
}

/* Messages put away, one place after the other closed: back to the text, or the list. */
static void
calm_down(Session *session)
{
	const Sight *now = &machine.now;
	if (machine.calm_keys++ > CALM_KEYS) {
		wrong("there is no way back", now->picture);
		_exit(0);
	}
	if (needs_calm(session, now->top)) {
		stage_keys("\033");
	} else if (now->top == CONTEXT_START) {
		/* Both fields of the first run are filled again. */
		bool first = strstr(now->picture, "Once more") != NULL;
		stage_keys(first ? "\033[Z\025" MEMORY_PASSPHRASE "\t\025" MEMORY_PASSPHRASE "\r"
				 : "\025" MEMORY_PASSPHRASE "\r");
		machine.unlock_tries++;
		if (machine.unlock_tries > 3) {
			wrong("it cannot be opened any more", now->picture);
			_exit(0);
		}
	} else if (now->top == CONTEXT_LIBRARY) {
		machine.phase = PHASE_LEAVING;
		stage_keys("\021");
	} else {
		check_undo(session);
		session->writing->selecting = false;
		machine.last = *now;
		snprintf(machine.unmarked, sizeof machine.unmarked, "%s", now->text);
		machine.phase = PHASE_MARKED;
		stage_keys(MEMORY_MARK);
	}
}

static void
trial_turn(Session *session)
{
	Sight *now = &machine.now;
	if (machine.phase == PHASE_FAULT) {
		machine.report->struck = machine.trouble.struck > 0;
		if (!machine.report->struck)
			_exit(0);
		bool editor =
			session_on_top(session, &EDITOR) && session->pending.len == 0 && !session->writing->selecting;
		if (machine.trouble.forever && !fault_is_unseen() && !machine.blind && editor) {
			machine.blind = true;
			stage_keys(MEMORY_BLIND);
			return;
		}
		faulty_clear();
		check_after(session);
		/* A journal's file that could not be replaced is not tried again at once. */
		CrashFs *fs = crash_use(NULL);
		crash_use(fs);
		crash_pass_time(fs, 60000);
		machine.phase = PHASE_CALM;
		if (machine.report->healed && !machine.report->wrong) {
			machine.phase = PHASE_HEALING;
			session_mark_dirty(session);
			return;
		}
	} else {
		sight_take(now, session);
	}
	if (machine.phase == PHASE_HEALING) {
		/* A message that names a key may do without it. */
		if (!shows(now, session->message_count > 0 ? STAGE_ROWS - BOTTOM_ROWS : STAGE_ROWS))
			wrong_texts("nothing tells the writer, and the next picture is not whole:", now->picture,
				machine.report->after.picture);
		machine.phase = PHASE_CALM;
	}
	if (machine.report->wrong)
		_exit(0);
	switch (machine.phase) {
	case PHASE_CALM:
		calm_down(session);
		break;
	case PHASE_MARKED:
		check_mark();
		machine.phase = PHASE_SAVED;
		stage_keys("\023");
		break;
	case PHASE_SAVED:
		if (now->unkept || (session->message_count > 0 && session->messages[0].stays))
			wrong_texts("saving does not work again:", now->picture, "");
		machine.phase = PHASE_LEAVING;
		machine.last = *now;
		stage_keys("\021");
		break;
	case PHASE_FAULT:
	case PHASE_HEALING:
	case PHASE_LEAVING:
		wrong("it cannot be left", now->picture);
		_exit(0);
	}
}

/* ---- Copies of the process */

static bool run_copy(Role role);

static void
play(const Act *act)
{
	if (act == NULL)
		return;
	stage_rest(act->rest_ms);
	stage_keys(act->keys);
}

static const char *
how_it_died(int status)
{
	static char text[80];
	if (WIFSIGNALED(status))
		snprintf(text, sizeof text, "%s",
			WTERMSIG(status) == SIGALRM ? "it never ends" : strsignal(WTERMSIG(status)));
	else
		snprintf(text, sizeof text, "it ended with %d", WEXITSTATUS(status));
	return text;
}

/* True in the copy. In the process that writes it returns when the copy is over. */
static bool
run_copy(Role role)
{
	Report *report = machine.report;
	report->struck = report->told = report->left = report->healed = report->wrong = false;
	stage_note();
	fflush(stdout);
	pid_t child = fork();
	if (child == 0) {
		alarm(SECONDS_MAX);
		machine.role = role;
		machine.phase = PHASE_FAULT;
		faulty_set(&machine.trouble);
		return true;
	}
	int status;
	if (child < 0 || waitpid(child, &status, 0) != child) {
		perror("no process");
		exit(2);
	}
	stage_go_on();
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		machine.crashes++;
		wrong("crash:", how_it_died(status));
		report->struck = true;
	}
	return false;
}

static void
count_trial(void)
{
	const Report *report = machine.report;
	machine.trials++;
	machine.messages += report->told;
	machine.leavings += report->left && !may_leave();
	machine.healed += report->healed;
	machine.unnoticed += !report->told && !report->left && !report->healed;
	if (!report->wrong)
		return;
	machine.failures++;
	if (machine.failures <= WRONG_SHOWN)
		printf("# %s\n", report->why);
}

/* True in a copy. */
static bool
try_way(Fault fault, int failure, bool forever)
{
	int count = fault == FAULT_MEMORY ? machine.report->allocations : machine.report->calls;
	for (int at = 1; at <= count; at++) {
		if (machine.turn++ % (unsigned)machine.step != 0)
			continue;
		machine.trouble = (Trouble){.fault = fault, .failure = failure, .at = at, .forever = forever};
		if (run_copy(ROLE_TRIAL))
			return true;
		if (machine.report->struck)
			count_trial();
	}
	return false;
}

static bool
try_every_way(void)
{
	static const int failures[] = {EIO, ENOSPC, EDQUOT, EROFS};
	if (try_way(FAULT_MEMORY, 0, false) || try_way(FAULT_MEMORY, 0, true))
		return true;
	for (size_t i = 0; i < sizeof failures / sizeof *failures; i++)
		if (try_way(FAULT_ERRNO, failures[i], false) || try_way(FAULT_ERRNO, failures[i], true))
			return true;
	/* For ever interrupted would be for ever tried. */
	return try_way(FAULT_ERRNO, EINTR, false) || try_way(FAULT_SHORT, 0, false) || try_way(FAULT_SHORT, 0, true);
}

static void
remember_text(void)
{
	if (!machine.before.desk || text_was_seen(machine.before.text))
		return;
	if (machine.text_count == TEXTS_MAX)
		abort();
	snprintf(machine.texts[machine.text_count++], TEXT_BYTES, "%s", machine.before.text);
}

/* Before every act, and before the session begins: all that can fail in it. True in a copy. */
static bool
try_act(void)
{
	machine.trouble = (Trouble){.fault = FAULT_MEMORY};
	bool wanted = machine.only == 0 || machine.only == machine.act + 1;
	return run_copy(ROLE_SCOUT) || (wanted && try_every_way());
}

static void
scout_turn(Session *session)
{
	machine.report->allocations = machine.trouble.allocations;
	machine.report->calls = machine.trouble.calls;
	faulty_clear();
	sight_take(&machine.report->after, session);
	_exit(0);
}

static void
writer_turn(Session *session)
{
	const Act *act;
	sight_take(&machine.before, session);
	remember_text();
	if (getenv("MEMORY_SHOW") != NULL)
		fprintf(stderr, "%s\n%s\n", act_name(), machine.before.picture);
	machine.act++;
	act = act_of(machine.act);
	if (act->name == NULL) {
		fprintf(stderr, "the session has not ended with the last act\n%s\n", machine.before.picture);
		exit(2);
	}
	size_t trials = machine.trials;
	if (!try_act() && getenv("MEMORY_SHOW") != NULL)
		fprintf(stderr, "# %s: %zu faults\n", act->name, machine.trials - trials);
	play(act);
}

static void
idle(Session *session)
{
	switch (machine.role) {
	case ROLE_WRITER:
		writer_turn(session);
		break;
	case ROLE_SCOUT:
		scout_turn(session);
		break;
	case ROLE_TRIAL:
		trial_turn(session);
		break;
	}
}

/* ---- A scene */

static bool
open_meok(App *app, Err *err)
{
	SessionStart start = {0};
	return app_init(app, &FAULTY_SYS, MEMORY_DIR, NULL, NULL, err) && session_run(app, &start, err);
}

static void
play_scene(const Scene *scene)
{
	CrashFs *fs = crash_new(5);
	crash_use(fs);
	machine.scene = scene;
	machine.act = OPENING;
	machine.text_count = 0;
	machine.role = ROLE_WRITER;
	if (scene->prepare != NULL)
		scene->prepare();
	machine.before = (Sight){0};
	sight_content(machine.before.content, sizeof machine.before.content);
	try_act();
	App app = {0};
	Err err = {0};
	bool ok = open_meok(&app, &err);
	faulty_pause();
	if (machine.role == ROLE_SCOUT)
		scout_turn(NULL);
	else if (machine.role == ROLE_TRIAL)
		check_end(ok, &err);
	else if (!ok || !act_of(machine.act)->leaves)
		printf("# the scene ended too early: %s: %s\n", act_name(), err.id);
	app_free(&app);
	crash_free(fs);
	if (machine.role != ROLE_WRITER)
		_exit(0);
	faulty_resume();
}

int
main(int argc, char **argv)
{
	bool all = true;
	int number = 0;
	setvbuf(stdout, NULL, _IOLBF, 0);
	machine.step = (int)torture_option(argc, argv, "--step", 101);
	machine.turn = (unsigned)torture_option(argc, argv, "--seed", 1);
	machine.report = mmap(NULL, sizeof *machine.report, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (machine.report == MAP_FAILED)
		return 2;
	setenv("XDG_CONFIG_HOME", "/w/config", 1);
	setenv("XDG_STATE_HOME", "/w", 1);
	stage_open(idle);
	size_t wanted = torture_option(argc, argv, "--scene", 0);
	machine.only = (int)torture_option(argc, argv, "--act", 0);
	for (const Scene *scene = SCENES; scene->name != NULL; scene++) {
		if (wanted != 0 && scene != &SCENES[wanted - 1])
			continue;
		size_t trials = machine.trials, failures = machine.failures;
		play_scene(scene);
		printf("# %zu faults\n", machine.trials - trials);
		all = torture_result(++number, machine.failures == failures, scene->name) && all;
	}
	printf("1..%d\n", number);
	printf("# %zu faults in all: %zu told, %zu of them by leaving in order, %zu that the next picture made good, "
	       "%zu "
	       "that changed nothing to be seen; %zu crashes, %zu other failures\n",
		machine.trials, machine.messages, machine.leavings, machine.healed, machine.unnoticed, machine.crashes,
		machine.failures - machine.crashes);
	return all ? 0 : 1;
}
