/* The passphrase from a command of the writer's: a password manager, a key ring. */
#include "meok/app.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LINE_LIMIT = 4096, WAIT_MS = 60000, STEP_MS = 50 };

static int64_t
clock_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* No terminal to draw on, no file of ours (all are close-on-exec), signals as a shell expects them. 0 or an errno. */
static int
run_shell(const char *command, int out, int null, pid_t *child)
{
	char *const words[] = {(char *)"sh", (char *)"-c", (char *)command, NULL};
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	sigset_t none, usual;
	sigemptyset(&none);
	sigemptyset(&usual);
	sigaddset(&usual, SIGPIPE);
	int failure = posix_spawn_file_actions_init(&files);
	if (failure != 0)
		return failure;
	failure = posix_spawnattr_init(&attributes);
	if (failure == 0) {
		posix_spawnattr_setsigmask(&attributes, &none);
		posix_spawnattr_setsigdefault(&attributes, &usual);
		posix_spawnattr_setflags(
			&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
		if (posix_spawn_file_actions_adddup2(&files, null, STDIN_FILENO) != 0 ||
			posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO) != 0 ||
			posix_spawn_file_actions_adddup2(&files, null, STDERR_FILENO) != 0 ||
			posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1) != 0)
			failure = ENOMEM;
		if (failure == 0)
			failure = posix_spawn(child, "/bin/sh", &files, &attributes, words, environ);
		posix_spawnattr_destroy(&attributes);
	}
	posix_spawn_file_actions_destroy(&files);
	return failure;
}

/* Takes the first line of what is there into *line; the rest is thrown away. False at the end. */
static bool
take(int fd, Str *line, bool *ended, bool *too_long)
{
	char bytes[512];
	ssize_t got = read(fd, bytes, sizeof bytes);
	if (got < 0 && (errno == EINTR || errno == EAGAIN))
		return true;
	for (ssize_t i = 0; i < got && !*ended; i++) {
		*ended = bytes[i] == '\n';
		*too_long = *too_long || (!*ended && line->len == LINE_LIMIT);
		if (!*ended && !*too_long)
			str_append_byte(line, bytes[i]);
	}
	explicit_bzero(bytes, sizeof bytes);
	return got > 0;
}

/* Reads until the command has ended, and what it wrote by then. False when it took too long or was stopped. */
static bool
listen_to(pid_t child, int fd, const atomic_bool *stop, Str *line, bool *too_long, int *status)
{
	int64_t deadline = clock_ms() + WAIT_MS;
	bool open = true, ended = false, running = true;
	while (running && clock_ms() < deadline && (stop == NULL || !atomic_load(stop))) {
		struct pollfd wait = {.fd = open ? fd : -1, .events = POLLIN};
		if (poll(&wait, 1, STEP_MS) > 0 && !take(fd, line, &ended, too_long))
			open = false;
		pid_t got = waitpid(child, status, WNOHANG);
		running = got == 0 || (got < 0 && errno == EINTR);
	}
	struct pollfd rest = {.fd = fd, .events = POLLIN};
	while (!running && open && poll(&rest, 1, 0) > 0)
		open = take(fd, line, &ended, too_long);
	if (!running)
		return true;
	kill(-child, SIGKILL);
	kill(child, SIGKILL);
	while (waitpid(child, status, 0) < 0 && errno == EINTR)
		;
	return false;
}

bool
passphrase_from_command(const char *command, const atomic_bool *stop, Str *out, Err *err)
{
	int ends[2], null = open("/dev/null", O_RDWR | O_CLOEXEC), status = 0;
	pid_t child = 0;
	bool piped = null >= 0 && pipe2(ends, O_CLOEXEC) == 0;
	int failure = piped ? run_shell(command, ends[1], null, &child) : errno;
	if (piped)
		close(ends[1]);
	if (failure != 0) {
		err_set(err, ERR_FAILED, "cannot run passphrase_command: %s", strerror(failure));
		if (piped)
			close(ends[0]);
		if (null >= 0)
			close(null);
		return false;
	}
	Str line = {0};
	bool too_long = false;
	bool ok = listen_to(child, ends[0], stop, &line, &too_long, &status);
	close(ends[0]);
	close(null);
	char number[16];
	snprintf(number, sizeof number, "%d", WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
	if (!ok)
		err_set(err, ERR_FAILED,
			"passphrase_command did not end within %s seconds: run it in a shell to see why", "60");
	else if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		ok = err_set(err, ERR_FAILED,
			"passphrase_command ended with exit code %s: run it in a shell to see why", number);
	else if (too_long)
		ok = err_set(
			err, ERR_FAILED, "the first line that passphrase_command gave is longer than %s bytes", "4096");
	else
		ok = str_ok(&line, err);
	if (ok && line.len > 0 && line.ptr[line.len - 1] == '\r')
		str_truncate(&line, line.len - 1);
	if (ok && line.len == 0)
		ok = err_set(err, ERR_FAILED, "passphrase_command gave nothing: run it in a shell to see why");
	if (ok && !unicode_valid(str_view(&line)))
		ok = err_set(err, ERR_FAILED, "what passphrase_command gave is not UTF-8: look what it prints");
	if (ok)
		str_move(out, &line);
	str_wipe(&line);
	return ok;
}
