/* The event loop: poll(2) over descriptors, and timers on the monotonic clock. */
#include "meok/base.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct Watch {
	int fd;
	short events;
	LoopFdFn *fn;
	void *data;
	uint64_t serial; /* tells a watch from a later one on the same descriptor */
} Watch;

typedef struct Timer {
	int number;
	int64_t due; /* nanoseconds, CLOCK_MONOTONIC */
	LoopTimerFn *fn;
	void *data;
} Timer;

struct Loop {
	Watch *watches;
	struct pollfd *polled; /* room for every watch, so that a step needs no memory */
	uint64_t *serials;     /* of the watches behind `polled` */
	size_t watch_count, watch_cap;
	Timer *timers;
	size_t timer_count, timer_cap;
	uint64_t last_serial;
	int last_timer;
	bool stopped;
};

enum { NS_PER_MS = 1000000, NS_PER_S = 1000000000 };

static int64_t
monotonic_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}

Loop *
loop_new(Err *err)
{
	Loop *loop = calloc(1, sizeof *loop);
	if (loop == NULL)
		err_memory(err);
	return loop;
}

void
loop_free(Loop *loop)
{
	if (loop == NULL)
		return;
	free(loop->watches);
	free(loop->polled);
	free(loop->serials);
	free(loop->timers);
	free(loop);
}

/* ---- Descriptors */

static Watch *
find_watch(Loop *loop, int fd)
{
	for (size_t i = 0; i < loop->watch_count; i++)
		if (loop->watches[i].fd == fd)
			return &loop->watches[i];
	return NULL;
}

/* Resizes the array that the pointer at `array` holds; false without memory, the old one is kept. */
static bool
grow(void *array, size_t count, size_t size)
{
	void *old, *larger;
	memcpy(&old, array, sizeof old);
	larger = reallocarray(old, count, size);
	if (larger == NULL)
		return false;
	memcpy(array, &larger, sizeof larger);
	return true;
}

static bool
reserve_watch(Loop *loop)
{
	if (loop->watch_count < loop->watch_cap)
		return true;
	size_t cap = loop->watch_cap == 0 ? 8 : loop->watch_cap * 2;
	if (!grow(&loop->watches, cap, sizeof *loop->watches) || !grow(&loop->polled, cap, sizeof *loop->polled) ||
		!grow(&loop->serials, cap, sizeof *loop->serials))
		return false;
	loop->watch_cap = cap;
	return true;
}

bool
loop_watch(Loop *loop, int fd, short events, LoopFdFn *fn, void *data, Err *err)
{
	Watch *watch = find_watch(loop, fd);
	if (watch == NULL) {
		if (!reserve_watch(loop))
			return err_memory(err);
		watch = &loop->watches[loop->watch_count++];
	}
	*watch = (Watch){fd, events, fn, data, ++loop->last_serial};
	return true;
}

void
loop_unwatch(Loop *loop, int fd)
{
	Watch *watch = find_watch(loop, fd);
	if (watch == NULL)
		return;
	size_t index = (size_t)(watch - loop->watches);
	loop->watch_count--;
	memmove(watch, watch + 1, (loop->watch_count - index) * sizeof *watch);
}

/* ---- Timers */

int
loop_timer(Loop *loop, int64_t delay_ms, LoopTimerFn *fn, void *data)
{
	if (loop->timer_count == loop->timer_cap) {
		size_t cap = loop->timer_cap == 0 ? 8 : loop->timer_cap * 2;
		if (!grow(&loop->timers, cap, sizeof *loop->timers))
			return 0;
		loop->timer_cap = cap;
	}
	int64_t longest = INT64_MAX / NS_PER_MS / 2;
	int64_t delay = delay_ms < 0 ? 0 : delay_ms > longest ? longest : delay_ms;
	loop->last_timer = loop->last_timer == INT_MAX ? 1 : loop->last_timer + 1;
	loop->timers[loop->timer_count++] = (Timer){loop->last_timer, monotonic_ns() + delay * NS_PER_MS, fn, data};
	return loop->last_timer;
}

static void
remove_timer(Loop *loop, size_t index)
{
	loop->timer_count--;
	memmove(&loop->timers[index], &loop->timers[index + 1], (loop->timer_count - index) * sizeof loop->timers[0]);
}

void
loop_timer_cancel(Loop *loop, int timer)
{
	for (size_t i = 0; i < loop->timer_count; i++) {
		if (loop->timers[i].number == timer) {
			remove_timer(loop, i);
			return;
		}
	}
}

/* The index of the timer that is due first (the older one of two equal ones); timer_count when there is none. */
static size_t
first_due(const Loop *loop)
{
	size_t first = loop->timer_count;
	for (size_t i = 0; i < loop->timer_count; i++)
		if (first == loop->timer_count || loop->timers[i].due < loop->timers[first].due)
			first = i;
	return first;
}

/* Only timers that were due when it began: one that a handler sets waits for the next step, so input is never starved.
 */
static void
fire_timers(Loop *loop)
{
	int64_t now = monotonic_ns();
	while (!loop->stopped) {
		size_t index = first_due(loop);
		if (index == loop->timer_count || loop->timers[index].due > now)
			return;
		Timer timer = loop->timers[index];
		remove_timer(loop, index);
		timer.fn(timer.data);
	}
}

/* ---- Steps */

static int
timeout_ms(const Loop *loop, int wait_ms)
{
	size_t index = first_due(loop);
	if (index == loop->timer_count)
		return wait_ms;
	int64_t left = loop->timers[index].due - monotonic_ns();
	int64_t ms = left <= 0 ? 0 : (left + NS_PER_MS - 1) / NS_PER_MS;
	if (wait_ms >= 0 && ms > wait_ms)
		return wait_ms;
	return ms > INT_MAX ? INT_MAX : (int)ms;
}

static void
dispatch(Loop *loop, size_t polled)
{
	for (size_t i = 0; i < polled && !loop->stopped; i++) {
		const Watch *watch = find_watch(loop, loop->polled[i].fd);
		/* A handler before this one may have dropped the watch or put another in its place. */
		if (loop->polled[i].revents == 0 || watch == NULL || watch->serial != loop->serials[i])
			continue;
		watch->fn(watch->data, loop->polled[i].fd, loop->polled[i].revents);
	}
}

bool
loop_step(Loop *loop, int wait_ms, Err *err)
{
	size_t polled = loop->watch_count;
	loop->stopped = false;
	for (size_t i = 0; i < polled; i++) {
		loop->polled[i] = (struct pollfd){.fd = loop->watches[i].fd, .events = loop->watches[i].events};
		loop->serials[i] = loop->watches[i].serial;
	}
	int ready = poll(loop->polled, polled, timeout_ms(loop, wait_ms));
	if (ready < 0 && errno != EINTR)
		return err_set(err, ERR_FAILED, "cannot wait for input: %s", strerror(errno));
	/* Input first: a timer that decides about missing input must not run while some is there. */
	if (ready > 0)
		dispatch(loop, polled);
	fire_timers(loop);
	return true;
}

bool
loop_run(Loop *loop, Err *err)
{
	bool done = true;
	while (done && !loop->stopped && (loop->watch_count > 0 || loop->timer_count > 0))
		done = loop_step(loop, -1, err);
	loop->stopped = false;
	return done;
}

void
loop_stop(Loop *loop)
{
	loop->stopped = true;
}
