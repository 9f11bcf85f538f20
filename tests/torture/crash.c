/* The crash simulator: sessions at work on a file system that may lose what was not synchronised, stopped after every
 * call, and a new session that has to find all that was acknowledged. */
#include "crash.h"

enum { SEEN_START = 1 << 12 };

static bool
seen_add(Seen *seen, uint64_t number)
{
	if (seen->len * 2 >= seen->cap) {
		Seen grown = {.cap = seen->cap == 0 ? SEEN_START : seen->cap * 2};
		grown.slots = calloc(grown.cap, sizeof *grown.slots);
		if (grown.slots == NULL)
			abort();
		for (size_t i = 0; i < seen->cap; i++) {
			if (seen->slots[i] != 0)
				seen_add(&grown, seen->slots[i]);
		}
		free(seen->slots);
		*seen = grown;
	}
	number += number == 0;
	size_t at = number % seen->cap;
	while (seen->slots[at] != 0 && seen->slots[at] != number)
		at = (at + 1) % seen->cap;
	bool fresh = seen->slots[at] == 0;
	seen->slots[at] = number;
	seen->len += fresh;
	return fresh;
}

/* ---- A moment: every state that a crash now may leave */

static uint64_t
claims_key(const Claims *claims)
{
	uint64_t key = (uint64_t)claims->clock;
	for (int s = 0; s < CLAIM_SESSIONS; s++)
		key = key * 1000003 + (uint64_t)claims->flights[s].kind * 1009 + (uint64_t)claims->flights[s].text;
	return key * 0x9E3779B97F4A7C15ULL;
}

static void
check_state(Run *run, CrashFs *state, bool killed)
{
	Claims claims = run->claims;
	CrashFs *before = crash_use(state);
	bool whole = torture_random(&run->random) % 16 == 0;
	run->failed += !claims_hold(&claims, killed ? WANT_KILLED : WANT_CLAIMS, whole, run->why, sizeof run->why);
	crash_use(before);
}

/* One of all states of a life, each as likely as the others, is where the next one begins. */
static void
perhaps_keep(Run *run, CrashFs *state)
{
	if (torture_random(&run->random) % ++run->chances != 0)
		return;
	crash_free(run->kept);
	run->kept = crash_killed(state);
	run->kept_claims = run->claims;
}

void
crash_moment(Run *run)
{
	if (run->failed > 0 || (run->wanted > 0 && run->distinct.len >= run->wanted))
		return;
	CrashStates states = {.limit = run->limit, .random = torture_random(&run->random) | 1, .dull = "tmp"};
	crash_begin(run->fs, &states);
	run->moments++;
	uint64_t live = crash_hash(run->fs, NULL);
	run->exhaustive += states.exhaustive;
	CrashFs *state;
	while (run->failed == 0 && (state = crash_next(run->fs, &states)) != NULL) {
		uint64_t hash = crash_hash(state, NULL);
		seen_add(&run->distinct, hash);
		seen_add(&run->outside, crash_hash(state, "tmp"));
		/* The same claims against the same bytes: one look is enough. */
		if (seen_add(&run->opened, hash + claims_key(&run->claims))) {
			perhaps_keep(run, state);
			check_state(run, state, hash == live);
		}
		crash_free(state);
	}
	crash_end(&states);
}

/* ---- Two sessions take turns at their calls */

static void
pass_turn(Run *run, bool leave)
{
	int me = run->turn, other = 1 - me;
	if (leave) {
		run->done[me] = true;
		run->alive--;
	}
	if (run->alive == 0 || run->done[other])
		return;
	run->turn = other;
	pthread_cond_broadcast(&run->turned);
	while (!leave && run->turn != me && !run->done[other])
		pthread_cond_wait(&run->turned, &run->mutex);
	if (!leave)
		run->turn = me;
}

static void
after_call(void *data)
{
	Run *run = data;
	crash_moment(run);
	if (run->alive == 2 && torture_random(&run->random) % 3 == 0)
		pass_turn(run, false);
}

void
crash_broken(Run *run, const char *what, const Err *err)
{
	char text[ERR_TEXT_MAX] = "";
	if (err != NULL)
		err_format(err, err->id, text, sizeof text);
	if (run->failed++ == 0)
		snprintf(run->why, sizeof run->why, "%s: %s", what, text);
}

static void *
session_main(void *data)
{
	Session *session = data;
	Run *run = session->run;
	pthread_mutex_lock(&run->mutex);
	while (run->turn != session->number && !run->done[run->turn])
		pthread_cond_wait(&run->turned, &run->mutex);
	run->turn = session->number;
	if (act_enter(session)) {
		for (int i = 0; i < run->acts && run->failed == 0; i++)
			act(session);
	}
	act_leave(session);
	pass_turn(run, true);
	pthread_cond_broadcast(&run->turned);
	pthread_mutex_unlock(&run->mutex);
	return NULL;
}

/* ---- A life */

/* From nothing: the first run, and one of each record. */
static void
begin(Run *run)
{
	Err err = {0};
	if (!open_create(run->sys, CLAIM_DIR, TORTURE_PASSPHRASE, 1, 8192, &err)) {
		crash_broken(run, "no vault was made", &err);
		return;
	}
	run->claims.created = true;
	crash_moment(run);
	Session session = {.run = run};
	if (!act_enter(&session))
		return;
	act_begin(&session);
	act_leave(&session);
}

static void
work(Run *run)
{
	pthread_t threads[CLAIM_SESSIONS];
	Session sessions[CLAIM_SESSIONS] = {{.run = run}, {.run = run, .number = 1}};
	run->turn = 0;
	run->alive = run->sessions;
	run->done[0] = run->done[1] = false;
	if (run->sessions == 1) {
		session_main(&sessions[0]);
		return;
	}
	for (int i = 0; i < run->sessions; i++) {
		if (pthread_create(&threads[i], NULL, session_main, &sessions[i]) != 0)
			abort();
	}
	for (int i = 0; i < run->sessions; i++)
		pthread_join(threads[i], NULL);
}

/* A life from the first run on, and one that goes on from a state that a crash left of it. */
void
crash_live(Run *run, uint64_t seed)
{
	run->random = seed * 0x9E3779B97F4A7C15ULL + 7;
	run->claims = (Claims){.passphrase_before = -1};
	str_clear(&run->trace);
	run->next_text = 0;
	run->chances = 0;
	run->site_removed = false;
	run->fs = crash_new(seed);
	crash_watch(run->fs, after_call, run);
	crash_use(run->fs);
	run->alive = 1;
	run->lives++;
	begin(run);
	if (run->failed == 0)
		work(run);
	crash_free(run->fs);
	if (run->failed > 0 || run->kept == NULL)
		return;
	run->fs = run->kept;
	run->kept = NULL;
	run->claims = run->kept_claims;
	run->chances = 0;
	str_append_c(&run->trace, "#   a crash, and a new life\n");
	crash_use(run->fs);
	run->lives++;
	if (!claims_hold(&run->claims, WANT_SETTLED, true, run->why, sizeof run->why)) {
		run->failed++;
	} else if (run->claims.draft_count > 0) {
		run->site_removed =
			run->claims.records[RECORD_SITE].gone || run->claims.records[RECORD_SITE].count == 0;
		crash_watch(run->fs, after_call, run);
		work(run);
	}
	crash_free(run->fs);
	crash_free(run->kept);
	run->kept = NULL;
}

void
crash_note(Session *session, const char *what, int draft, int text, int base)
{
	str_printf(&session->run->trace, "#   session %d: %s, draft %d, text %d, on %d\n", session->number, what, draft,
		text, base);
}

void
crash_run_free(Run *run)
{
	crash_free(run->kept);
	str_free(&run->trace);
	free(run->distinct.slots);
	free(run->outside.slots);
	free(run->opened.slots);
}

/* ---- */

static bool
explore(int test, int sessions, size_t wanted, size_t limit, uint64_t seed)
{
	Run run = {.limit = limit, .wanted = wanted, .sys = &CRASH_SYS, .sessions = sessions, .acts = 16};
	pthread_mutex_init(&run.mutex, NULL);
	pthread_cond_init(&run.turned, NULL);
	double start = torture_seconds();
	uint64_t at = seed;
	while (run.distinct.len < wanted && run.failed == 0)
		crash_live(&run, at++);
	printf("# %d session(s): %zu distinct states (%zu of them differ outside tmp/) at %zu moments of %zu lives, "
	       "%zu moments exhaustively, %zu vaults opened, %zu files packed, %zu resealed, %.1f s\n",
		sessions, run.distinct.len, run.outside.len, run.moments, run.lives, run.exhaustive, run.opened.len,
		run.packed, run.resealed, torture_seconds() - start);
	if (run.failed > 0)
		printf("# seed %llu: %s\n%s", (unsigned long long)(at - 1), run.why, str_c(&run.trace));
	char what[200];
	snprintf(what, sizeof what, "%d session(s): nothing acknowledged is lost, no vault needs repair", sessions);
	pthread_mutex_destroy(&run.mutex);
	pthread_cond_destroy(&run.turned);
	crash_run_free(&run);
	return torture_result(test, run.failed == 0, what);
}

int
main(int argc, char **argv)
{
	size_t states = (size_t)torture_option(argc, argv, "--states", 3000);
	size_t limit = (size_t)torture_option(argc, argv, "--limit", 48);
	uint64_t seed = torture_option(argc, argv, "--seed", 1);
	int test = 1;
	printf("1..%d\n", 2 + CONTROL_COUNT);
	bool ok = explore(test++, 1, states / 2, limit, seed);
	ok = explore(test++, 2, states / 2, limit, seed + 100000) && ok;
	ok = controls_caught(&test, limit, seed) && ok;
	return ok ? 0 : 1;
}
