/* The same work on many things at once: each once, whoever does it. */
#include "unit.h"

#include <signal.h>
#include <stdatomic.h>

enum { THINGS = 5000 };

typedef struct Count {
	atomic_int done[THINGS];
	atomic_int wrong;
	size_t members;
} Count;

static void
count_one(void *data, size_t member, size_t index)
{
	Count *count = data;
	atomic_fetch_add(&count->done[index], 1);
	if (member >= count->members)
		atomic_fetch_add(&count->wrong, 1);
}

static void
test_each_thing_once(void **state)
{
	(void)state;
	static const size_t members[] = {1, 2, 5, TEAM_MAX};
	for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
		Count *count = calloc(1, sizeof *count);
		assert_non_null(count);
		count->members = members[i];
		team_run(members[i], THINGS, count_one, count);
		for (size_t k = 0; k < THINGS; k++)
			assert_int_equal(atomic_load(&count->done[k]), 1);
		assert_int_equal(atomic_load(&count->wrong), 0);
		free(count);
	}
}

static void
test_nothing_to_do(void **state)
{
	(void)state;
	Count count = {.members = TEAM_MAX};
	team_run(TEAM_MAX, 0, count_one, &count);
	team_run(TEAM_MAX, 1, count_one, &count);
	assert_int_equal(atomic_load(&count.done[0]), 1);
	assert_int_equal(atomic_load(&count.done[1]), 0);
}

static void
test_signals_are_as_they_were(void **state)
{
	(void)state;
	sigset_t before, after;
	sigprocmask(SIG_SETMASK, NULL, &before);
	Count *count = calloc(1, sizeof *count);
	assert_non_null(count);
	count->members = 3;
	team_run(3, THINGS, count_one, count);
	sigprocmask(SIG_SETMASK, NULL, &after);
	assert_int_equal(sigismember(&after, SIGINT), sigismember(&before, SIGINT));
	assert_in_range(team_size(), 1, TEAM_MAX);
	free(count);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_thing_once),
		cmocka_unit_test(test_nothing_to_do),
		cmocka_unit_test(test_signals_are_as_they_were),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
