/* A small HTTP server in a child process on a free port of 127.0.0.1, which writes down what it was asked. */
#ifndef MEOK_TESTS_LOCAL_SERVER_H
#define MEOK_TESTS_LOCAL_SERVER_H

#include "unit.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* Answers one request; false closes the connection. `number` counts the requests of all connections from 1. */
typedef bool ServeFn(int fd, const char *request, int number, const char *argument);

typedef struct LocalServer {
	pid_t pid;
	int port, log; /* log: the requests one after the other */
	char origin[64];
} LocalServer;

static inline bool
server_say(int fd, const char *text)
{
	return send(fd, text, strlen(text), MSG_NOSIGNAL) >= 0;
}

/* Reads one request with its body; false at the end of the connection. */
static inline bool
server_read(int fd, char *request, size_t size)
{
	size_t used = 0;
	while (used < size - 1) {
		ssize_t n = recv(fd, request + used, size - 1 - used, 0);
		if (n <= 0)
			return false;
		used += (size_t)n;
		request[used] = '\0';
		const char *end = strstr(request, "\r\n\r\n"), *length = strstr(request, "Content-Length: ");
		size_t body = length != NULL ? strtoul(length + 16, NULL, 10) : 0;
		if (end != NULL && used >= (size_t)(end + 4 - request) + body)
			return true;
	}
	return false;
}

static inline void __attribute__((noreturn)) server_run(int listener, int log, ServeFn *serve, const char *argument)
{
	static char request[1 << 20];
	int number = 0;
	for (;;) {
		int fd = accept(listener, NULL, NULL);
		if (fd < 0)
			_exit(0);
		while (server_read(fd, request, sizeof request)) {
			if (write(log, request, strlen(request)) < 0 || !serve(fd, request, ++number, argument))
				break;
		}
		close(fd);
	}
}

static inline LocalServer
server_start(ServeFn *serve, const char *argument)
{
	LocalServer server = {0};
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), pipes[2];
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof address;
	if (bind(listener, (struct sockaddr *)&address, len) != 0 || listen(listener, 8) != 0 || pipe(pipes) != 0 ||
		getsockname(listener, (struct sockaddr *)&address, &len) != 0)
		abort();
	server.port = ntohs(address.sin_port);
	server.log = pipes[0];
	snprintf(server.origin, sizeof server.origin, "http://127.0.0.1:%d", server.port);
	server.pid = fork();
	if (server.pid == 0 && prctl(PR_SET_PDEATHSIG, SIGKILL) == 0)
		server_run(listener, pipes[1], serve, argument);
	close(listener);
	close(pipes[1]);
	return server;
}

/* Ends it and gives all that it was asked (to be freed). */
static inline char *
server_stop(LocalServer *server)
{
	kill(server->pid, SIGKILL);
	waitpid(server->pid, NULL, 0);
	char *all = calloc(1, 1 << 20);
	size_t used = 0;
	for (ssize_t n; all != NULL && (n = read(server->log, all + used, (1 << 20) - 1 - used)) > 0;)
		used += (size_t)n;
	close(server->log);
	return all;
}

static inline int
count_of(const char *text, const char *part)
{
	int count = 0;
	for (const char *at = text; (at = strstr(at, part)) != NULL; at += strlen(part))
		count++;
	return count;
}

#endif
