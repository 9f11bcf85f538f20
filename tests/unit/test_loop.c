/* The event loop: descriptors, timers, and handlers that change both. */
#include "unit.h"

#include <poll.h>
#include <signal.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/* What the handlers share: the loop, two pipes, and a log of what ran. */
typedef struct Bench {
	Loop *loop;
	int pipes[2][2];
	Str log;
	short revents;
	int timer;
} Bench;

static int
set_up(void **state)
{
	Bench *bench = calloc(1, sizeof *bench);
	bench->loop = loop_new(NULL);
	for (int i = 0; i < 2; i++)
		if (pipe(bench->pipes[i]) != 0)
			return -1;
	*state = bench;
	return bench->loop == NULL;
}

static int
tear_down(void **state)
{
	Bench *bench = *state;
	loop_free(bench->loop);
	for (int i = 0; i < 4; i++)
		if (bench->pipes[i / 2][i % 2] >= 0)
			close(bench->pipes[i / 2][i % 2]);
	str_free(&bench->log);
	free(bench);
	return 0;
}

static int64_t
now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void
feed(const Bench *bench, int index)
{
	assert_int_equal(write(bench->pipes[index][1], "x", 1), 1);
}

static void
on_read(void *data, int fd, short revents)
{
	Bench *bench = data;
	char byte;
	bench->revents = revents;
	if ((revents & POLLIN) != 0 && read(fd, &byte, 1) == 1)
		str_append_byte(&bench->log, fd == bench->pipes[0][0] ? '0' : '1');
	else
		str_append_byte(&bench->log, 'h');
}

static void
on_read_drop_all(void *data, int fd, short revents)
{
	Bench *bench = data;
	on_read(data, fd, revents);
	loop_unwatch(bench->loop, bench->pipes[0][0]);
	loop_unwatch(bench->loop, bench->pipes[1][0]);
}

/* Drops the other watch and puts a new one in its place, which must not get the old one's event. */
static void
on_read_replace_other(void *data, int fd, short revents)
{
	Bench *bench = data;
	int other = fd == bench->pipes[0][0] ? bench->pipes[1][0] : bench->pipes[0][0];
	on_read(data, fd, revents);
	loop_unwatch(bench->loop, other);
	assert_true(loop_watch(bench->loop, other, POLLIN, on_read_drop_all, bench, NULL));
}

static void
on_timer_a(void *data)
{
	str_append_byte(&((Bench *)data)->log, 'a');
}

static void
on_timer_b(void *data)
{
	str_append_byte(&((Bench *)data)->log, 'b');
}

static void
on_timer_again(void *data)
{
	Bench *bench = data;
	str_append_byte(&bench->log, 'r');
	bench->timer = loop_timer(bench->loop, 0, on_timer_again, bench);
}

static void
on_timer_stop(void *data)
{
	Bench *bench = data;
	str_append_byte(&bench->log, 's');
	loop_stop(bench->loop);
}

static void
on_timer_cancel(void *data)
{
	Bench *bench = data;
	str_append_byte(&bench->log, 'c');
	loop_timer_cancel(bench->loop, bench->timer);
}

static void
test_watch(void **state)
{
	Bench *b = *state;
	assert_true(loop_watch(b->loop, b->pipes[0][0], POLLIN, on_read, b, NULL));
	assert_true(loop_watch(b->loop, b->pipes[1][0], POLLIN, on_read, b, NULL));
	assert_true(loop_step(b->loop, 0, NULL));
	assert_view_equal(str_view(&b->log), "");
	feed(b, 1);
	assert_true(loop_step(b->loop, 1000, NULL));
	assert_view_equal(str_view(&b->log), "1");
	feed(b, 0);
	feed(b, 1);
	assert_true(loop_step(b->loop, 1000, NULL));
	assert_view_equal(str_view(&b->log), "101");
	loop_unwatch(b->loop, b->pipes[1][0]);
	loop_unwatch(b->loop, b->pipes[1][0]);
	feed(b, 1);
	assert_true(loop_step(b->loop, 0, NULL));
	assert_view_equal(str_view(&b->log), "101");
}

static void
test_hang_up(void **state)
{
	Bench *b = *state;
	assert_true(loop_watch(b->loop, b->pipes[0][0], POLLIN, on_read, b, NULL));
	close(b->pipes[0][1]);
	b->pipes[0][1] = -1;
	assert_true(loop_step(b->loop, 1000, NULL));
	assert_view_equal(str_view(&b->log), "h");
	assert_true((b->revents & POLLHUP) != 0);
}

/* Watching a descriptor again replaces its handler. */
static void
test_watch_twice(void **state)
{
	Bench *b = *state;
	assert_true(loop_watch(b->loop, b->pipes[0][0], POLLIN, on_read, b, NULL));
	assert_true(loop_watch(b->loop, b->pipes[0][0], POLLIN, on_read_drop_all, b, NULL));
	feed(b, 0);
	assert_true(loop_run(b->loop, NULL)); /* ends, for nothing is left */
	assert_view_equal(str_view(&b->log), "0");
}

static void
test_handler_drops(void **state)
{
	Bench *b = *state;
	assert_true(loop_watch(b->loop, b->pipes[0][0], POLLIN, on_read_drop_all, b, NULL));
	assert_true(loop_watch(b->loop, b->pipes[1][0], POLLIN, on_read_drop_all, b, NULL));
	feed(b, 0);
	feed(b, 1);
	assert_true(loop_run(b->loop, NULL));
	assert_int_equal(b->log.len, 1);
}

static void
test_handler_replaces(void **state)
{
	Bench *b = *state;
	assert_true(loop_watch(b->loop, b->pipes[0][0], POLLIN, on_read_replace_other, b, NULL));
	assert_true(loop_watch(b->loop, b->pipes[1][0], POLLIN, on_read_replace_other, b, NULL));
	feed(b, 0);
	feed(b, 1);
	assert_true(loop_step(b->loop, 1000, NULL));
	assert_view_equal(str_view(&b->log), "0");
	assert_true(loop_step(b->loop, 1000, NULL));
	assert_view_equal(str_view(&b->log), "01");
}

static void
test_timers_in_order(void **state)
{
	Bench *b = *state;
	int64_t begin = now_ms();
	assert_true(loop_timer(b->loop, 40, on_timer_b, b) > 0);
	assert_true(loop_timer(b->loop, 20, on_timer_a, b) > 0);
	assert_true(loop_timer(b->loop, -5, on_timer_b, b) > 0);
	assert_true(loop_run(b->loop, NULL));
	assert_view_equal(str_view(&b->log), "bab");
	assert_true(now_ms() - begin >= 39);
	/* Equal ones in the order they were set. */
	str_clear(&b->log);
	for (int i = 0; i < 20; i++)
		loop_timer(b->loop, 0, i % 2 == 0 ? on_timer_a : on_timer_b, b);
	assert_true(loop_run(b->loop, NULL));
	assert_view_equal(str_view(&b->log), "abababababababababab");
}

static void
test_step_waits_no_longer(void **state)
{
	Bench *b = *state;
	assert_true(loop_timer(b->loop, 60000, on_timer_a, b) > 0);
	int64_t begin = now_ms();
	assert_true(loop_step(b->loop, 20, NULL));
	assert_true(now_ms() - begin >= 19 && now_ms() - begin < 30000);
	assert_view_equal(str_view(&b->log), "");
	/* And no longer than to the next timer, never before it. */
	assert_true(loop_timer(b->loop, 10, on_timer_b, b) > 0);
	begin = now_ms();
	assert_true(loop_step(b->loop, -1, NULL));
	assert_view_equal(str_view(&b->log), "b");
	assert_true(now_ms() - begin >= 9 && now_ms() - begin < 30000);
}

static void
test_cancel(void **state)
{
	Bench *b = *state;
	int first = loop_timer(b->loop, 0, on_timer_a, b), second = loop_timer(b->loop, 1, on_timer_b, b);
	assert_true(first != second);
	loop_timer_cancel(b->loop, first);
	loop_timer_cancel(b->loop, first);
	loop_timer_cancel(b->loop, 0);
	assert_true(loop_run(b->loop, NULL));
	assert_view_equal(str_view(&b->log), "b");
	/* A handler cancels one that is due in the same step. */
	str_clear(&b->log);
	loop_timer(b->loop, 0, on_timer_cancel, b);
	b->timer = loop_timer(b->loop, 0, on_timer_a, b);
	usleep(2000);
	assert_true(loop_run(b->loop, NULL));
	assert_view_equal(str_view(&b->log), "c");
}

/* A timer that sets itself again must not keep input out. */
static void
test_timer_does_not_starve(void **state)
{
	Bench *b = *state;
	assert_true(loop_watch(b->loop, b->pipes[0][0], POLLIN, on_read, b, NULL));
	b->timer = loop_timer(b->loop, 0, on_timer_again, b);
	feed(b, 0);
	for (int i = 0; i < 3; i++)
		assert_true(loop_step(b->loop, 1000, NULL));
	assert_view_equal(str_view(&b->log), "0rrr");
}

/* A timeout that decides about missing input comes after the input that is there. */
static void
test_input_before_timers(void **state)
{
	Bench *b = *state;
	assert_true(loop_watch(b->loop, b->pipes[0][0], POLLIN, on_read, b, NULL));
	loop_timer(b->loop, 0, on_timer_a, b);
	feed(b, 0);
	assert_true(loop_step(b->loop, 1000, NULL));
	assert_view_equal(str_view(&b->log), "0a");
}

static void
test_stop(void **state)
{
	Bench *b = *state;
	assert_true(loop_watch(b->loop, b->pipes[0][0], POLLIN, on_read, b, NULL));
	loop_timer(b->loop, 0, on_timer_stop, b);
	loop_timer(b->loop, 1, on_timer_a, b);
	assert_true(loop_run(b->loop, NULL));
	assert_view_equal(str_view(&b->log), "s");
	/* It can run again; a stop before it runs counts once. */
	loop_timer(b->loop, 20, on_timer_stop, b);
	assert_true(loop_run(b->loop, NULL));
	assert_view_equal(str_view(&b->log), "sas");
	loop_stop(b->loop);
	assert_true(loop_run(b->loop, NULL));
	assert_view_equal(str_view(&b->log), "sas");
}

static void
on_signal(int number)
{
	(void)number;
}

/* A signal ends the wait, so that its flag is seen at once; it is no error. */
static void
test_signal(void **state)
{
	Bench *b = *state;
	struct sigaction action = {.sa_handler = on_signal}, before;
	sigaction(SIGALRM, &action, &before);
	assert_true(loop_watch(b->loop, b->pipes[0][0], POLLIN, on_read, b, NULL));
	struct itimerval alarm_soon = {.it_value = {.tv_usec = 20000}};
	int64_t begin = now_ms();
	setitimer(ITIMER_REAL, &alarm_soon, NULL);
	assert_true(loop_step(b->loop, 60000, NULL));
	assert_true(now_ms() - begin < 30000);
	sigaction(SIGALRM, &before, NULL);
}

static void
test_many(void **state)
{
	Bench *b = *state;
	int ends[64][2];
	for (int i = 0; i < 64; i++) {
		assert_int_equal(pipe(ends[i]), 0);
		assert_true(loop_watch(b->loop, ends[i][0], POLLIN, on_read, b, NULL));
		assert_true(loop_timer(b->loop, 1, on_timer_a, b) > 0);
	}
	assert_int_equal(write(ends[63][1], "x", 1), 1);
	while (b->log.len < 65)
		assert_true(loop_step(b->loop, 100, NULL));
	assert_int_equal(b->log.len, 65);
	for (int i = 0; i < 64; i++) {
		loop_unwatch(b->loop, ends[i][0]);
		close(ends[i][0]);
		close(ends[i][1]);
	}
	assert_true(loop_run(b->loop, NULL));
	loop_free(NULL);
}

#define LOOP_TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		LOOP_TEST(test_watch),
		LOOP_TEST(test_hang_up),
		LOOP_TEST(test_watch_twice),
		LOOP_TEST(test_handler_drops),
		LOOP_TEST(test_handler_replaces),
		LOOP_TEST(test_timers_in_order),
		LOOP_TEST(test_step_waits_no_longer),
		LOOP_TEST(test_cancel),
		LOOP_TEST(test_timer_does_not_starve),
		LOOP_TEST(test_input_before_timers),
		LOOP_TEST(test_stop),
		LOOP_TEST(test_signal),
		LOOP_TEST(test_many),
	};
	return cmocka_run_group_tests_name("loop", tests, NULL, NULL);
}
