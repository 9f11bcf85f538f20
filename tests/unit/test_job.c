/* Work on a thread: its end on the loop, waiting for it, many at once, signals. */
#include "unit.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

/* One piece of work and what became of it. */
typedef struct Task {
	Job *job;
	Loop *loop;
	int *left; /* jobs that are not done */
	int value, result, done_calls;
	int pause_ms;
	bool frees, signals_blocked;
	pthread_t worker;
} Task;

static void
work(void *data)
{
	Task *task = data;
	struct timespec pause = {0, task->pause_ms * 1000000L};
	nanosleep(&pause, NULL);
	sigset_t mask;
	pthread_sigmask(SIG_SETMASK, NULL, &mask);
	task->signals_blocked = sigismember(&mask, SIGINT) == 1 && sigismember(&mask, SIGWINCH) == 1;
	task->worker = pthread_self();
	task->result = task->value * task->value;
}

static void
done(void *data)
{
	Task *task = data;
	task->done_calls++;
	if (task->frees) {
		job_free(task->job);
		task->job = NULL;
	}
	if (task->left != NULL && --*task->left == 0)
		loop_stop(task->loop);
}

static int
open_descriptors(void)
{
	int count = 0;
	for (int fd = 0; fd < 256; fd++)
		if (fcntl(fd, F_GETFD) >= 0)
			count++;
	return count;
}

static void
test_done_on_the_loop(void **state)
{
	(void)state;
	int before = open_descriptors(), left = 1;
	Loop *loop = loop_new(NULL);
	Task task = {.loop = loop, .left = &left, .value = 12, .pause_ms = 20};
	task.job = job_start(loop, work, done, &task, NULL);
	assert_non_null(task.job);
	assert_int_equal(task.done_calls, 0);
	assert_true(loop_run(loop, NULL));
	assert_int_equal(task.result, 144);
	assert_int_equal(task.done_calls, 1);
	assert_false(pthread_equal(task.worker, pthread_self()));
	assert_true(task.signals_blocked);
	sigset_t mask;
	pthread_sigmask(SIG_SETMASK, NULL, &mask);
	assert_int_equal(sigismember(&mask, SIGINT), 0);
	job_free(task.job);
	job_free(NULL);
	/* nothing is left to wait for */
	assert_true(loop_run(loop, NULL));
	assert_int_equal(task.done_calls, 1);
	loop_free(loop);
	assert_int_equal(open_descriptors(), before);
}

static void
test_freed_inside_done(void **state)
{
	(void)state;
	int before = open_descriptors();
	Loop *loop = loop_new(NULL);
	Task task = {.loop = loop, .value = 3, .frees = true};
	task.job = job_start(loop, work, done, &task, NULL);
	assert_true(loop_run(loop, NULL));
	assert_int_equal(task.result, 9);
	assert_null(task.job);
	loop_free(loop);
	assert_int_equal(open_descriptors(), before);
}

/* Freed too early: the work ends first, and nobody hears of it. */
static void
test_freed_before_the_end(void **state)
{
	(void)state;
	int before = open_descriptors();
	Loop *loop = loop_new(NULL);
	Task task = {.loop = loop, .value = 5, .pause_ms = 30};
	task.job = job_start(loop, work, done, &task, NULL);
	job_free(task.job);
	assert_int_equal(task.result, 25);
	assert_true(loop_run(loop, NULL));
	assert_int_equal(task.done_calls, 0);
	loop_free(loop);
	assert_int_equal(open_descriptors(), before);
}

static void
test_many(void **state)
{
	(void)state;
	enum { MANY = 20 };
	Task tasks[MANY];
	int left = MANY;
	Loop *loop = loop_new(NULL);
	for (int i = 0; i < MANY; i++) {
		tasks[i] = (Task){.loop = loop, .left = &left, .value = i, .pause_ms = (i * 7) % 10, .frees = i % 2};
		tasks[i].job = job_start(loop, work, done, &tasks[i], NULL);
		assert_non_null(tasks[i].job);
	}
	assert_true(loop_run(loop, NULL));
	for (int i = 0; i < MANY; i++) {
		assert_int_equal(tasks[i].result, i * i);
		assert_int_equal(tasks[i].done_calls, 1);
		job_free(tasks[i].job);
	}
	loop_free(loop);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_done_on_the_loop),
		cmocka_unit_test(test_freed_inside_done),
		cmocka_unit_test(test_freed_before_the_end),
		cmocka_unit_test(test_many),
	};
	return cmocka_run_group_tests_name("job", tests, NULL, NULL);
}
