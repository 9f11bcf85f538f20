/* Work off the loop: one function on a thread, and a pipe that tells the loop when it is done. */
#include "meok/base.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct Job {
	Loop *loop;
	JobFn *work, *done;
	void *data;
	pthread_t thread;
	int ends[2]; /* the thread writes to ends[1] */
	bool running;
};

static void *
run(void *argument)
{
	const Job *job = argument;
	job->work(job->data);
	while (write(job->ends[1], "", 1) < 0 && errno == EINTR)
		;
	return NULL;
}

/* The thread is over afterwards, and the loop knows nothing of it any more. */
static void
finish(Job *job)
{
	if (!job->running)
		return;
	loop_unwatch(job->loop, job->ends[0]);
	pthread_join(job->thread, NULL);
	close(job->ends[0]);
	close(job->ends[1]);
	job->running = false;
}

static void
on_end(void *data, int fd, short revents)
{
	(void)fd;
	(void)revents;
	Job *job = data;
	finish(job);
	job->done(job->data); /* last: it may free the job */
}

/* Signals are for the thread that runs the loop. */
static int
start_thread(Job *job)
{
	sigset_t all, before;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	int error = pthread_create(&job->thread, NULL, run, job);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return error;
}

Job *
job_start(Loop *loop, JobFn *work, JobFn *done, void *data, Err *err)
{
	Job *job = malloc(sizeof *job);
	if (job == NULL) {
		err_memory(err);
		return NULL;
	}
	*job = (Job){.loop = loop, .work = work, .done = done, .data = data};
	if (pipe2(job->ends, O_CLOEXEC) != 0) {
		err_set(err, ERR_FAILED, "cannot work in the background: %s", strerror(errno));
		free(job);
		return NULL;
	}
	bool started = loop_watch(loop, job->ends[0], POLLIN, on_end, job, err);
	int error = started ? start_thread(job) : 0;
	if (error != 0)
		err_set(err, ERR_FAILED, "cannot work in the background: %s", strerror(error));
	if (!started || error != 0) {
		loop_unwatch(loop, job->ends[0]);
		close(job->ends[0]);
		close(job->ends[1]);
		free(job);
		return NULL;
	}
	job->running = true;
	return job;
}

void
job_free(Job *job)
{
	if (job == NULL)
		return;
	finish(job);
	free(job);
}
