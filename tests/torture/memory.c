/* Takes memory and disk away from a session in which somebody writes. A writer's acts are played one after the other;
 * before each of them the process is copied once for every allocation and every call that follows, and in the copy
 * that one fails: once, or with all that come after it, until one more key was typed. Nothing that was on the screen may
 * be lost then, no edit be done by half, something has to tell the writer; and when there is memory again, undo, typing,
 * saving and leaving have to work.
 *
 * Every allocation of meok's own code fails, threads, locked memory and key derivation among them. Not: what libc,
 * libunistring, libcurl, pcre2, md4c, libhangul, cJSON and terminfo allocate inside (they are asked through functions whose
 * failure their own file turns into one of meok's), and what lists a folder (the file system here is in memory). */
#include "memory.h"

#include "../../src/app/editor.h"
#include "faulty_sys.h"
#include "torture.h"

#include <errno.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WHY_BYTES = 4096, WHERE_BYTES = 400, TEXTS_MAX = 400, SECONDS_MAX = 60, CALM_KEYS = 60, ALL_KEYS = 400, WRONG_SHOWN = 400, OPENING = -1 };

typedef enum Role { ROLE_WRITER, ROLE_SCOUT, ROLE_TRIAL } Role;
typedef enum Phase { PHASE_FAULT, PHASE_HEALING, PHASE_CALM, PHASE_MARKED, PHASE_SAVED, PHASE_LEAVING } Phase;

extern const char __executable_start; /* the linker's: what addr2line counts from */

/* What copies tell the one that made them. */
typedef struct Report {
	Sight after; /* what comes of the act when nothing fails */
	int allocations, calls; /* in it */
	bool struck, told, left, healed, wrong;
	char why[WHY_BYTES];
} Report;

static struct {
	const Scene *scene;
	int act; /* that comes next; OPENING: the beginning */
	Role role;
	Trouble trouble;
	Report *report;
	Sight before, now, last; /* last: before the mark was typed */
	char texts[TEXTS_MAX][TEXT_BYTES];
	size_t text_count;
	/* of a trial */
	Phase phase;
	char unmarked[TEXT_BYTES]; /* what the mark was typed into */
	bool blind; /* a key was typed while there was no memory */
	int calm_keys, unlock_tries;
	/* of all */
	int step;
	unsigned turn;
	size_t trials, messages, leavings, healed, unnoticed, crashes, failures;
} machine;

static const Act *
act_of(int number)
{
	return number == OPENING ? NULL : &machine.scene->acts[number];
}

static const char *
act_name(void)
{
	return machine.act == OPENING ? "begin" : act_of(machine.act)->name;
}

static bool
may_leave(void)
{
	return machine.act != OPENING && act_of(machine.act)->leaves;
}

/* ---- What is wrong */

static const char *
way_name(const Trouble *trouble)
{
	return trouble->fault == FAULT_MEMORY  ? "no memory"
	       : trouble->fault == FAULT_SHORT ? "short"
					       : strerrorname_np(trouble->failure);
}

static void
wrong(const char *what, const char *more)
{
	const Trouble *trouble = &machine.trouble;
	Report *report = machine.report;
	if (report->wrong)
		return;
	report->wrong = true;
	size_t len = (size_t)snprintf(report->why, sizeof report->why - WHERE_BYTES, "%s: %s %s at %d (%s): %s %s",
		act_name(), way_name(trouble), trouble->forever ? "for ever" : "once", trouble->at,
		trouble->last == NULL ? "-" : trouble->last, what, more);
	if (len > sizeof report->why - WHERE_BYTES)
		len = sizeof report->why - WHERE_BYTES - 1;
	len += (size_t)snprintf(report->why + len, sizeof report->why - len, "\n#  by addr2line:");
	for (int i = 2; i < trouble->from_count && len < sizeof report->why; i++)
		len += (size_t)snprintf(report->why + len, sizeof report->why - len, " %#zx",
			(size_t)((const char *)trouble->from[i] - &__executable_start));
}

static void
wrong_texts(const char *what, const char *a, const char *b)
{
	static char both[WHY_BYTES / 2];
	snprintf(both, sizeof both, "\n#  is: %.900s\n# was: %.900s", a, b);
	wrong(what, both);
}

static bool
speaks(const Err *err)
{
	size_t len = strlen(err->id);
	return err->kind != ERR_NONE && len > 0 && err->id[len - 1] != '.' &&
	       (strchr(err->id, ':') != NULL || strcmp(err->id, "out of memory") == 0);
}

/* ---- What has to be true after the fault */

static bool
unseen(void)
{
	return machine.trouble.fault == FAULT_SHORT ||
	       (machine.trouble.fault == FAULT_ERRNO && machine.trouble.failure == EINTR);
}

static bool
is_whole(const char *text)
{
	const char *before = machine.before.text, *after = machine.report->after.text;
	static char line[CONTENT_BYTES];
	sight_line(text, line, sizeof line);
	/* Another draft may be on the desk than the one that should be. */
	if (!machine.before.desk && sight_has_line(machine.before.content, line))
		return true;
	return strcmp(text, before) == 0 || strcmp(text, after) == 0 ||
	       (machine.blind &&
		       (sight_is_with(text, before, MEMORY_BLIND) || sight_is_with(text, after, MEMORY_BLIND)));
}

/* It was there before and would be there after: it is there. */
static bool
stays(const char *line, void *data)
{
	const Sight *sight = data;
	static char desk[CONTENT_BYTES];
	if (strncmp(line, "under:", 6) == 0)
		return true;
	if (!sight_has_line(machine.report->after.content, line) || sight_has_line(sight->content, line))
		return true;
	/* That of the draft on the desk is looked at by itself. */
	sight_line(machine.before.text, desk, sizeof desk);
	if (strcmp(line, desk) == 0)
		return true;
	sight_line(machine.report->after.text, desk, sizeof desk);
	if (strcmp(line, desk) == 0 && (machine.now.desk || machine.last.desk))
		return true;
	sight_line(machine.unmarked, desk, sizeof desk);
	if (strcmp(line, desk) == 0)
		return true;
	wrong_texts("a text is lost:", sight->content, line);
	return false;
}

/* Nothing is there that never was. */
static bool
is_known(const char *line, void *data)
{
	(void)data;
	static char desk[CONTENT_BYTES], bare[CONTENT_BYTES];
	sight_line(machine.now.text, desk, sizeof desk);
	bool signed_so = strncmp(line, "trash:", 6) == 0 || strncmp(line, "under:", 6) == 0;
	snprintf(bare, sizeof bare, "%s", signed_so ? line + 6 : line);
	if (strcmp(bare, desk) == 0 || sight_has_line(machine.before.content, bare) ||
		sight_has_line(machine.before.content, line) ||
		sight_has_line(machine.report->after.content, bare) ||
		sight_has_line(machine.report->after.content, line))
		return true;
	for (size_t i = 0; i < machine.text_count; i++) {
		sight_line(machine.texts[i], desk, sizeof desk);
		if (strcmp(bare, desk) == 0)
			return true;
	}
	if (machine.blind && strstr(line, MEMORY_BLIND) != NULL)
		return true;
	wrong_texts("a text is there that was never written:", line, machine.before.content);
	return false;
}

/* A session that comes after a kill now has what was on the screen. */
static void
check_content(const Sight *sight, bool told)
{
	static char line[CONTENT_BYTES];
	sight_each_line(machine.before.content, stays, (void *)sight);
	sight_each_line(sight->content, is_known, NULL);
	if (!machine.before.desk || (machine.report->after.desk && !sight->desk && !sight->over))
		return;
	sight_line(sight->text, line, sizeof line);
	bool has = sight->desk && (line[0] == '\0' || sight_has_line(sight->content, line));
	sight_line(machine.report->after.text, line, sizeof line);
	has = has || (!sight->desk && sight_has_line(sight->content, line));
	bool new = line[0] != '\0' && sight_has_line(sight->content, line);
	sight_line(machine.before.text, line, sizeof line);
	bool old = new || line[0] == '\0' || sight_has_line(sight->content, line) ||
		   (!machine.report->after.desk && sight_has_line(machine.report->after.content, line));
	if (!has && !old)
		wrong_texts("what was on the screen is lost:", sight->content, line);
	else if (sight->desk && !has && !told)
		wrong_texts("what is on the screen is in no journal, and nobody says so:", sight->content, sight->text);
}

typedef struct Lines {
	const char *others;
} Lines;

static bool
is_among(const char *line, void *data)
{
	const Lines *lines = data;
	return strncmp(line, "under:", 6) == 0 || sight_has_line(lines->others, line);
}

static bool
same_texts(const char *a, const char *b)
{
	return sight_each_line(a, is_among, &(Lines){b}) && sight_each_line(b, is_among, &(Lines){a});
}

/* Nothing was lost but, perhaps, what a picture shows. */
static bool
is_done(const Sight *sight)
{
	const Sight *after = &machine.report->after;
	return !after->over && sight->desk == after->desk && (after->unkept || !sight->unkept) &&
	       sight->depth == after->depth && sight->top == after->top && strcmp(sight->text, after->text) == 0 &&
	       same_texts(sight->content, after->content);
}

/* The first rows of the picture are what they should be. */
static bool
shows(const Sight *sight, int rows)
{
	const char *a = sight->picture, *b = machine.report->after.picture;
	for (int row = 0; row < rows; row++) {
		size_t len = strcspn(a, "\n");
		if (strncmp(a, b, len + 1) != 0)
			return false;
		a += len + 1;
		b += len + 1;
	}
	return true;
}

enum { BOTTOM_ROWS = 3 };

static void
check_after(Session *session)
{
	Sight *now = &machine.now;
	Report *report = machine.report;
	sight_take(now, session);
	report->told = sight_tells(now, report->after.notices, session);
	bool done = !machine.blind && is_done(now), same = done && strcmp(now->picture, report->after.picture) == 0;
	if (unseen()) {
		if (!same && !report->after.over)
			wrong_texts("it was noticed:", now->picture, report->after.picture);
		return;
	}
	if (now->desk && !is_whole(now->text))
		wrong_texts("half an edit:", now->text, machine.before.text);
	check_content(now, report->told);
	report->healed = done && !same && !report->told &&
			 (now->top != CONTEXT_EDITOR || shows(now, STAGE_ROWS - BOTTOM_ROWS));
	if (!same && !report->told && !report->healed && !machine.blind)
		wrong_texts("nothing tells the writer:", now->picture, report->after.picture);
	if (machine.blind && !report->told)
		wrong_texts("nothing tells the writer of what fails for ever:", now->picture, report->after.picture);
}

/* ---- When there is memory again */

static bool
was_seen(const char *text)
{
	for (size_t i = 0; machine.scene->known[i] != NULL; i++)
		if (strcmp(machine.scene->known[i], text) == 0)
			return true;
	for (size_t i = 0; i < machine.text_count; i++)
		if (strcmp(machine.texts[i], text) == 0)
			return true;
	return false;
}

/* All that can be undone leads to texts that were there, and back. */
static void
check_undo(Session *session)
{
	Writing *writing = session->writing;
	size_t count = 0;
	Str text = {0};
	static char begin[TEXT_BYTES];
	snprintf(begin, sizeof begin, "%s", machine.now.text);
	writing_pause(writing);
	while (writing_undo(writing)) {
		count++;
		str_clear(&text);
		document_copy(writing->doc, (Span){0, document_length(writing->doc)}, &text);
		if (!was_seen(str_c(&text)) && !is_whole(str_c(&text)))
			wrong_texts("undo leads to a text that never was:", str_c(&text), begin);
	}
	for (; count > 0; count--)
		writing_redo(writing);
	str_clear(&text);
	document_copy(writing->doc, (Span){0, document_length(writing->doc)}, &text);
	if (strcmp(str_c(&text), begin) != 0)
		wrong_texts("redo leads elsewhere:", str_c(&text), begin);
	str_free(&text);
	session_mark_dirty(session);
}

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
check_mark(void)
{
	static char line[CONTENT_BYTES];
	if (!sight_is_with(machine.now.text, machine.last.text, MEMORY_MARK))
		wrong_texts("typing does not work again:", machine.now.text, machine.last.text);
	sight_line(machine.now.text, line, sizeof line);
	if (!sight_has_line(machine.now.content, line))
		wrong_texts("what is typed now is in no journal:", machine.now.content, machine.now.picture);
}

static void
trial_turn(Session *session)
{
	Sight *now = &machine.now;
	if (machine.phase == PHASE_FAULT) {
		machine.report->struck = machine.trouble.struck > 0;
		if (!machine.report->struck)
			_exit(0);
		bool editor = session_on_top(session, &EDITOR) && session->pending.len == 0 &&
			      !session->writing->selecting;
		if (machine.trouble.forever && !unseen() && !machine.blind && editor) {
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

/* ---- When the session has ended */

static void
check_end(bool ok, const Err *err)
{
	Report *report = machine.report;
	Sight *now = &machine.now;
	static char line[CONTENT_BYTES];
	bool during = machine.phase == PHASE_FAULT;
	if (during) {
		report->struck = machine.trouble.struck > 0;
		faulty_clear();
		report->left = true;
		report->told = !ok && speaks(err);
	}
	*now = (Sight){0};
	sight_take(now, NULL);
	if (!stage_is_given_back())
		wrong("the terminal is not given back", "");
	if (during && !ok && !report->told)
		wrong("it ends without a proper message", err->id);
	if (during && ok && !may_leave())
		wrong("it ends without a word", "");
	if (during)
		check_content(now, report->told);
	if (!during && machine.phase != PHASE_LEAVING)
		wrong("it ends by itself", err->id);
	if (!during && !ok)
		wrong("it cannot be left without an error:", err->id);
	if (!during && machine.last.desk) {
		sight_line(machine.last.text, line, sizeof line);
		static char under[CONTENT_BYTES + 8];
		snprintf(under, sizeof under, "under:%s", line);
		if (line[0] != '\0' && !sight_has_line(now->content, line) && !sight_has_line(now->content, under))
			wrong_texts("what was saved is lost:", now->content, line);
	}
	if (!during)
		sight_each_line(machine.before.content, stays, now);
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
	if (!machine.before.desk || was_seen(machine.before.text))
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
	return run_copy(ROLE_SCOUT) || try_every_way();
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
	for (const Scene *scene = SCENES; scene->name != NULL; scene++) {
		size_t trials = machine.trials, failures = machine.failures;
		play_scene(scene);
		printf("# %zu faults\n", machine.trials - trials);
		all = torture_result(++number, machine.failures == failures, scene->name) && all;
	}
	printf("1..%d\n", number);
	printf("# %zu faults in all: %zu told, %zu of them by leaving in order, %zu that the next picture made good, %zu "
	       "that changed nothing to be seen; %zu crashes, %zu other failures\n",
		machine.trials, machine.messages, machine.leavings, machine.healed, machine.unnoticed, machine.crashes,
		machine.failures - machine.crashes);
	return all ? 0 : 1;
}
