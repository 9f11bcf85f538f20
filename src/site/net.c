/* The net child, from both sides: starting it, talking to it without blocking, and its main. */
#include "driver.h"
#include "frame.h"
#include "http.h"
#include "message.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { CHILD_FD = 3, READ_SIZE = 64 * 1024, READS_AT_ONCE = 16, KILL_AFTER_MS = 200 };

/* A publication has four at most; each becomes a sealed file, and the child is not trusted with the disk. */
enum { CHECKPOINTS_MAX = 16 };

struct NetChild {
	pid_t pid; /* 0 once reaped */
	int fd;
	Str out; /* not yet written: out[sent, len) */
	size_t sent;
	FrameReader in;
	bool at_end;     /* the child closed its side */
	bool unreadable; /* it sent what cannot be read */
	bool waiting;    /* for net_acknowledge */
	int checkpoints;
	bool told; /* the last event was given */
};

/* ---- Parent: starting */

/* What the child may know of the environment: how to spell and where it is (TZ, for dates in front matter). Above all
 * no SSLKEYLOGFILE, no proxy, no CURL_CA_BUNDLE. */
typedef struct Environment {
	Str items[4];
	char *pointers[6];
} Environment;

static bool
make_environment(Environment *env)
{
	static const char *const NAMES[] = {"LANG", "LC_ALL", "TZ"};
	int count = 0;
	*env = (Environment){0};
	for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
		const char *value = getenv(NAMES[i]);
		if (value == NULL)
			continue;
		str_append_c(&env->items[i], NAMES[i]);
		str_append_byte(&env->items[i], '=');
		str_append_c(&env->items[i], value);
		if (!str_ok(&env->items[i], NULL))
			return false;
		env->pointers[count++] = env->items[i].ptr;
	}
	str_append_c(&env->items[3], "PATH=/usr/bin:/bin");
	env->pointers[count] = env->items[3].ptr;
	return str_ok(&env->items[3], NULL);
}

static void
free_environment(Environment *env)
{
	for (size_t i = 0; i < sizeof env->items / sizeof env->items[0]; i++)
		str_free(&env->items[i]);
}

/* Between fork and exec, where only async-signal-safe calls are allowed (the parent has threads). */
static void __attribute__((noreturn)) become_child(const char *program, int fd, char *const *env)
{
	char name[] = "meok", argument[] = "net";
	char *const argv[] = {name, argument, NULL};
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	for (int signal_number = 1; signal_number < NSIG; signal_number++)
		signal(signal_number, SIG_DFL);
	setsid();
	/* Out of the way first: the socket itself may be one of 0, 1, 2. */
	int high = fcntl(fd, F_DUPFD, 10);
	int null = open("/dev/null", O_RDWR);
	if (high < 0 || null < 0 || dup2(high, CHILD_FD) < 0 || dup2(null, 0) < 0 || dup2(null, 1) < 0 ||
		dup2(null, 2) < 0)
		_exit(127);
	if (close_range(CHILD_FD + 1, ~0U, 0) != 0)
		_exit(127);
	execve(program, argv, env);
	_exit(127);
}

static bool
start(NetChild *child, const char *program, Err *err)
{
	Environment env;
	int pair[2] = {-1, -1};
	bool done = make_environment(&env) || err_memory(err);
	if (done && socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
		done = err_set(err, ERR_FAILED, "no connection to the network process: %s", strerror(errno));
	if (done) {
		child->pid = fork();
		if (child->pid == 0)
			become_child(program, pair[1], env.pointers);
		if (child->pid < 0) {
			child->pid = 0;
			done = err_set(err, ERR_FAILED, "the network process did not start: %s", strerror(errno));
		}
	}
	free_environment(&env);
	if (pair[1] >= 0)
		close(pair[1]);
	child->fd = pair[0];
	return done && (fcntl(child->fd, F_SETFL, O_NONBLOCK) == 0 ||
			       err_set(err, ERR_FAILED, "no connection to the network process: %s", strerror(errno)));
}

NetChild *
net_start(const char *program, NetJobKind kind, const Account *account, const Article *article, Err *err)
{
	NetChild *child = calloc(1, sizeof *child);
	Str job = {0};
	if (child == NULL) {
		err_memory(err);
		return NULL;
	}
	child->fd = -1;
	message_put_job(&job, kind, account, article);
	bool done = str_ok(&job, err) && frame_put(&child->out, MESSAGE_JOB, str_view(&job), err) &&
		    str_ok(&child->out, err) && start(child, program, err);
	str_wipe(&job);
	if (done)
		return child;
	net_free(child);
	return NULL;
}

/* ---- Parent: talking */

int
net_fd(const NetChild *child)
{
	return child->fd;
}

bool
net_wants_write(const NetChild *child)
{
	return child->sent < child->out.len && !child->at_end;
}

/* A child that is gone shows in reading: there may be an answer left that it gave before. */
static void
write_some(NetChild *child)
{
	while (net_wants_write(child)) {
		ssize_t n = send(child->fd, child->out.ptr + child->sent, child->out.len - child->sent, MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return;
		if (n < 0)
			break;
		child->sent += (size_t)n;
	}
	str_wipe(&child->out);
	child->sent = 0;
}

static void
read_some(NetChild *child)
{
	char buffer[READ_SIZE];
	for (int i = 0; i < READS_AT_ONCE && !child->at_end; i++) {
		ssize_t n = recv(child->fd, buffer, sizeof buffer, 0);
		if (n > 0)
			frame_feed(&child->in, (StrView){buffer, (size_t)n});
		else if (n < 0 && errno == EINTR)
			continue;
		else if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return;
		else
			child->at_end = true;
	}
}

static bool
fail_unreadable(NetChild *child, Err *err)
{
	child->unreadable = true;
	return err_set(err, ERR_FAILED, "the network process sent something that cannot be read");
}

bool
net_pump(NetChild *child, Err *err)
{
	write_some(child);
	read_some(child);
	return !(child->in.broken || child->unreadable) || fail_unreadable(child, err);
}

bool
net_receive(NetChild *child, NetEvent *event)
{
	*event = (NetEvent){0};
	if (child->told)
		return false;
	Str message = {0};
	uint16_t kind = 0;
	while (!child->unreadable && frame_next(&child->in, &kind, &message)) {
		if (kind != MESSAGE_EVENT || !message_read_event(str_view(&message), event, NULL)) {
			child->unreadable = true;
			break;
		}
		str_free(&message);
		if (event->kind == NET_CHECKPOINT && ++child->checkpoints > CHECKPOINTS_MAX) {
			net_event_free(event);
			child->unreadable = true;
			break;
		}
		child->waiting |= event->kind == NET_CHECKPOINT;
		child->told = event->kind == NET_PUBLISHED || event->kind == NET_PROBED || event->kind == NET_FAILED;
		return true;
	}
	str_free(&message);
	if (!child->at_end && !child->unreadable && !child->in.broken)
		return false;
	child->told = true;
	event->kind = NET_GONE;
	return true;
}

bool
net_acknowledge(NetChild *child, Err *err)
{
	if (!child->waiting)
		return err_set(err, ERR_FAILED, "the network process asked for nothing");
	child->waiting = false;
	if (!frame_put(&child->out, MESSAGE_ACKNOWLEDGE, (StrView){0}, err) || !str_ok(&child->out, err))
		return false;
	write_some(child);
	return true;
}

static bool
reaped(NetChild *child)
{
	pid_t pid;
	do
		pid = waitpid(child->pid, NULL, WNOHANG);
	while (pid < 0 && errno == EINTR);
	return pid != 0;
}

static void
end_child(NetChild *child)
{
	const struct timespec step = {.tv_nsec = 2 * 1000 * 1000};
	if (reaped(child))
		return;
	kill(child->pid, SIGTERM);
	for (int waited = 0; waited < KILL_AFTER_MS; waited += 2) {
		if (reaped(child))
			return;
		nanosleep(&step, NULL);
	}
	kill(child->pid, SIGKILL);
	while (waitpid(child->pid, NULL, 0) < 0 && errno == EINTR)
		;
}

void
net_free(NetChild *child)
{
	if (child == NULL)
		return;
	if (child->fd >= 0)
		close(child->fd);
	if (child->pid > 0)
		end_child(child);
	str_wipe(&child->out);
	frame_reader_free(&child->in);
	free(child);
}

/* ---- Child */

typedef struct Line {
	int fd;
	FrameReader in;
} Line;

static bool
wait_for_message(Line *line, uint16_t wanted, Str *message, Err *err)
{
	char buffer[READ_SIZE];
	for (;;) {
		uint16_t kind = 0;
		if (frame_next(&line->in, &kind, message))
			return kind == wanted ||
			       err_set(err, ERR_FAILED, "the network process was told something out of turn");
		if (line->in.broken)
			return err_set(err, ERR_FAILED, "the network process got a job it cannot read");
		ssize_t n = recv(line->fd, buffer, sizeof buffer, 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return err_set(err, ERR_UNKNOWN, "meok ended while its network process was at work");
		frame_feed(&line->in, (StrView){buffer, (size_t)n});
		explicit_bzero(buffer, (size_t)n);
	}
}

static bool
send_event(Line *line, const NetEvent *event, Err *err)
{
	Str message = {0}, bytes = {0};
	message_put_event(&message, event);
	bool done = str_ok(&message, err) && frame_put(&bytes, MESSAGE_EVENT, str_view(&message), err) &&
		    str_ok(&bytes, err);
	for (size_t sent = 0; done && sent < bytes.len;) {
		ssize_t n = send(line->fd, bytes.ptr + sent, bytes.len - sent, MSG_NOSIGNAL);
		if (n >= 0)
			sent += (size_t)n;
		else if (errno != EINTR)
			done = err_set(err, ERR_UNKNOWN, "meok ended while its network process was at work");
	}
	str_free(&message);
	str_free(&bytes);
	return done;
}

static void
send_progress(void *data, SitePhase phase)
{
	send_event(data, &(NetEvent){.kind = NET_PROGRESS, .phase = phase}, NULL);
}

static bool
send_checkpoint(void *data, SitePhase phase, StrView remote_id, StrView slug, StrView remote_version, Err *err)
{
	NetEvent event = {.kind = NET_CHECKPOINT, .phase = phase};
	str_set(&event.remote_id, remote_id);
	str_set(&event.slug, slug);
	str_set(&event.remote_version, remote_version);
	bool done = str_ok(&event.remote_id, err) && str_ok(&event.slug, err) && str_ok(&event.remote_version, err) &&
		    send_event(data, &event, err);
	net_event_free(&event);
	Str answer = {0};
	done = done && wait_for_message(data, MESSAGE_ACKNOWLEDGE, &answer, err);
	str_free(&answer);
	return done;
}

static const Driver *
choose_driver(const NetJob *job, Err *err)
{
	if (job->kind == NET_PROBE && job->account.driver.len == 0)
		return driver_for_address(str_view(&job->account.endpoint));
	const Driver *driver = driver_find(str_view(&job->account.driver));
	if (driver == NULL)
		err_set(err, ERR_USAGE, "there is no kind of site called '%s'", str_c(&job->account.driver));
	return driver;
}

static bool
do_job(const NetJob *job, DriverContext *ctx, NetEvent *event, Err *err)
{
	const Driver *driver = choose_driver(job, err);
	if (driver == NULL)
		return false;
	switch (job->kind) {
	case NET_PROBE:
		event->kind = NET_PROBED;
		return driver->probe(ctx, &event->probe, err);
	case NET_TERMS:
		event->kind = NET_PROBED;
		return driver->terms(ctx, &event->probe.terms, err);
	case NET_PUBLISH:
		event->kind = NET_PUBLISHED;
		return driver->publish(ctx, &job->article, &event->outcome, err);
	}
	return err_set(err, ERR_FAILED, "the network process got a job it cannot read");
}

static bool
run_job(Line *line, const NetJob *job)
{
	NetEvent event = {0};
	Err err = {0};
	Http http = {0};
	DriverContext ctx = {
		.account = &job->account,
		.http = &http,
		.sys = &SYS_POSIX,
		.data = line,
		.progress = send_progress,
		.checkpoint = send_checkpoint,
	};
	bool done = http_curl_open(&http.transport, str_view(&job->account.ca_file), line->fd, &HTTP_LIMITS, &err) &&
		    do_job(job, &ctx, &event, &err);
	if (!done) {
		event.kind = NET_FAILED;
		event.error = err;
	}
	event.phase = done && event.kind == NET_PUBLISHED ? event.outcome.phase : ctx.reached;
	bool sent = send_event(line, &event, NULL);
	net_event_free(&event);
	http_free(&http);
	http_curl_close(&http.transport);
	return sent;
}

int
net_main(int fd)
{
	const struct rlimit no_core = {0, 0};
	setrlimit(RLIMIT_CORE, &no_core);
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	Line line = {.fd = fd};
	NetJob job = {0};
	Str message = {0};
	Err err = {0};
	bool got = wait_for_message(&line, MESSAGE_JOB, &message, &err) &&
		   message_read_job(str_view(&message), &job, &err);
	str_wipe(&message);
	bool sent = false;
	if (got)
		sent = run_job(&line, &job);
	else
		send_event(&line, &(NetEvent){.kind = NET_FAILED, .error = err}, NULL);
	net_job_free(&job);
	frame_reader_free(&line.in);
	return got && sent ? 0 : 1;
}
