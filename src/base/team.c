/* The same work on many things, on all processors at once. */
#include "meok/base.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

typedef struct Team {
	TeamFn *work;
	void *data;
	size_t count;
	atomic_size_t next;
	atomic_size_t members; /* numbers that are taken */
} Team;

size_t
team_size(void)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	return processors < 1 ? 1 : processors > TEAM_MAX ? TEAM_MAX : (size_t)processors;
}

static void *
run(void *argument)
{
	Team *team = argument;
	size_t member = atomic_fetch_add(&team->members, 1), index;
	while ((index = atomic_fetch_add(&team->next, 1)) < team->count)
		team->work(team->data, member, index);
	return NULL;
}

void
team_run(size_t members, size_t count, TeamFn *work, void *data)
{
	Team team = {.work = work, .data = data, .count = count};
	pthread_t threads[TEAM_MAX];
	size_t started = 0;
	sigset_t all, before;
	if (members > TEAM_MAX)
		members = TEAM_MAX;
	/* Signals are for the thread that runs the loop. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	while (started + 1 < members && started + 1 < count && pthread_create(&threads[started], NULL, run, &team) == 0)
		started++;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	run(&team);
	for (size_t i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
}
