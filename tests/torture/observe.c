/* observe serve FOLDER: writes each call that carries bytes or names out of a program under FOLDER/stand_in to
 * FOLDER/log, and lets it go on. FOLDER/join, a FIFO, takes lines: "join PID FD" from the stand-in, "test NUMBER" for
 * the programs that join from now on, "end".
 *
 * observe calls: prints the numbers and names of the calls.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/seccomp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "observed.h"

enum {
	WATCHES_MAX = 4096,
	THREADS_MAX = 64,
	VECTORS_MAX = 1024,
	JOIN_MS = 5000,
	END_MS = 5000,
};

static void
die(const char *what)
{
	fprintf(stderr, "observe: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void *
grown(void *old, size_t size)
{
	void *made = realloc(old, size);
	if (made == NULL)
		die("memory");
	return made;
}

/* ---- Bytes */

typedef struct Bytes {
	unsigned char *ptr;
	size_t len, cap;
} Bytes;

static unsigned char *
room_for(Bytes *bytes, size_t more)
{
	if (bytes->len + more > bytes->cap) {
		bytes->cap = (bytes->len + more) * 2;
		bytes->ptr = grown(bytes->ptr, bytes->cap);
	}
	return bytes->ptr + bytes->len;
}

static void
add(Bytes *bytes, const void *data, size_t len)
{
	memcpy(room_for(bytes, len), data, len);
	bytes->len += len;
}

/* ---- The observed */

typedef struct Watch {
	int listener;
	uint32_t test, number;
	bool begun; /* the stand-in has become the program */
	size_t thread_count;
	struct {
		pid_t thread, process;
	} threads[THREADS_MAX];
} Watch;

typedef struct Observer {
	int epoll, join;
	uint32_t test, watch_count;
	Watch *watches[WATCHES_MAX]; /* by descriptor of their listener */
	size_t watching;
	FILE *log;
	Bytes data;
} Observer;

static bool
read_memory(pid_t pid, uint64_t from, void *to, size_t len)
{
	struct iovec here = {to, len}, there = {(void *)(uintptr_t)from, len};
	return process_vm_readv(pid, &here, 1, &there, 1, 0) == (ssize_t)len;
}

static void
add_memory(Observer *o, pid_t pid, uint64_t from, uint64_t len)
{
	if (len > 1u << 30)
		return; /* the kernel will not take it either */
	unsigned char *to = room_for(&o->data, len);
	struct iovec here = {to, len}, there = {(void *)(uintptr_t)from, len};
	ssize_t got = len == 0 ? 0 : process_vm_readv(pid, &here, 1, &there, 1, 0);
	o->data.len += got < 0 ? 0 : (size_t)got;
}

/* Strings may end just before memory that is not there. */
static void
add_string(Observer *o, pid_t pid, uint64_t from)
{
	for (uint64_t at = from; from != 0;) {
		size_t len = 4096 - at % 4096;
		unsigned char *to = room_for(&o->data, len + 1), *end;
		if (!read_memory(pid, at, to, len))
			break;
		end = memchr(to, 0, len);
		o->data.len += end == NULL ? len : (size_t)(end - to);
		if (end != NULL)
			break;
		at += len;
	}
	add(&o->data, "", 1);
}

static void
add_strings(Observer *o, pid_t pid, uint64_t list)
{
	for (uint64_t string; list != 0 && read_memory(pid, list, &string, sizeof string) && string != 0;
		list += sizeof string)
		add_string(o, pid, string);
}

static void
add_vector(Observer *o, pid_t pid, uint64_t list, uint64_t count)
{
	struct iovec parts[VECTORS_MAX];
	if (count > VECTORS_MAX || !read_memory(pid, list, parts, count * sizeof *parts))
		return;
	for (size_t i = 0; i < count; i++)
		add_memory(o, pid, (uintptr_t)parts[i].iov_base, parts[i].iov_len);
}

static void
add_message(Observer *o, pid_t pid, uint64_t at)
{
	struct msghdr message;
	if (!read_memory(pid, at, &message, sizeof message))
		return;
	add_memory(o, pid, (uintptr_t)message.msg_name, message.msg_namelen);
	add_vector(o, pid, (uintptr_t)message.msg_iov, message.msg_iovlen);
	add_memory(o, pid, (uintptr_t)message.msg_control, message.msg_controllen);
}

static pid_t
process_of(Watch *watch, pid_t thread)
{
	for (size_t i = 0; i < watch->thread_count; i++)
		if (watch->threads[i].thread == thread)
			return watch->threads[i].process;
	char path[64], line[256];
	pid_t process = thread;
	snprintf(path, sizeof path, "/proc/%d/status", (int)thread);
	FILE *status = fopen(path, "re");
	while (status != NULL && fgets(line, sizeof line, status) != NULL)
		if (sscanf(line, "Tgid: %d", &process) == 1)
			break;
	if (status != NULL)
		fclose(status);
	size_t slot = watch->thread_count < THREADS_MAX ? watch->thread_count++ : (size_t)thread % THREADS_MAX;
	watch->threads[slot].thread = thread;
	watch->threads[slot].process = process;
	return process;
}

/* ---- Where bytes go */

typedef struct Place {
	char text[PATH_MAX + 64];
} Place;

__attribute__((format(printf, 2, 3))) static void
say(Place *place, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(place->text, sizeof place->text, format, arguments);
	va_end(arguments);
}

static int
borrow(pid_t process, int fd)
{
	int handle = (int)syscall(SYS_pidfd_open, process, 0);
	int got = handle < 0 ? -1 : (int)syscall(SYS_pidfd_getfd, handle, fd, 0);
	if (handle >= 0)
		close(handle);
	return got;
}

static void
say_inet(Place *place, const char *kind, const struct sockaddr *address)
{
	char text[INET6_ADDRSTRLEN] = "?";
	const struct sockaddr_in *four = (const void *)address;
	const struct sockaddr_in6 *six = (const void *)address;
	bool is_six = address->sa_family == AF_INET6;
	inet_ntop(address->sa_family, is_six ? (const void *)&six->sin6_addr : &four->sin_addr, text, sizeof text);
	say(place, "%s %s %d", kind, text, ntohs(is_six ? six->sin6_port : four->sin_port));
}

static void
say_socket(Place *place, pid_t process, int fd)
{
	int copy = borrow(process, fd), type = 0;
	union {
		struct sockaddr any;
		struct sockaddr_un local;
		struct sockaddr_storage room;
	} peer = {.any = {.sa_family = AF_UNSPEC}};
	struct ucred creator = {0};
	socklen_t size = sizeof type, peer_size = sizeof peer, creator_size = sizeof creator;
	say(place, "socket unknown");
	if (copy < 0)
		return;
	getsockopt(copy, SOL_SOCKET, SO_TYPE, &type, &size);
	if (getpeername(copy, &peer.any, &peer_size) != 0)
		say(place, "socket unconnected");
	else if (peer.any.sa_family == AF_INET || peer.any.sa_family == AF_INET6)
		say_inet(place, type == SOCK_STREAM ? "tcp" : "udp", &peer.any);
	else if (peer.any.sa_family == AF_UNIX && peer_size <= offsetof(struct sockaddr_un, sun_path) &&
		 getsockopt(copy, SOL_SOCKET, SO_PEERCRED, &creator, &creator_size) == 0)
		say(place, "socketpair %d", (int)creator.pid);
	else if (peer.any.sa_family == AF_UNIX)
		say(place, "unix %s", peer.local.sun_path[0] == '\0' ? peer.local.sun_path + 1 : peer.local.sun_path);
	close(copy);
}

static void
say_descriptor(Place *place, pid_t process, int fd)
{
	char path[64], target[PATH_MAX];
	snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)process, fd);
	ssize_t len = readlink(path, target, sizeof target - 1);
	target[len < 0 ? 0 : len] = '\0';
	if (strncmp(target, "socket:", 7) == 0)
		say_socket(place, process, fd);
	else
		say(place, "%s", target);
}

/* ---- Calls */

static const Observed *
observed(int number)
{
	for (size_t i = 0; i < sizeof OBSERVED / sizeof *OBSERVED; i++)
		if (OBSERVED[i].number == number)
			return &OBSERVED[i];
	return NULL;
}

/* Takes what the call carries; whether its first argument is a descriptor. */
static bool
take(Observer *o, pid_t pid, int number, const uint64_t *a)
{
	const Observed *call = observed(number);
	if (call == NULL) {
		/* The three of which only some are told; of mmap and ioctl that they happened is what there is to tell.
		 */
		if (number == SYS_prctl)
			add_string(o, pid, a[1]);
		return false;
	}
	switch (call->carries) {
	case CARRIES_BUFFER:
		add_memory(o, pid, a[1], a[2]);
		return true;
	case CARRIES_VECTOR:
		add_vector(o, pid, a[1], a[2]);
		return true;
	case CARRIES_MESSAGE:
		add_message(o, pid, a[1]);
		return true;
	case CARRIES_MESSAGES:
		for (uint64_t i = 0; i < a[2]; i++)
			add_message(o, pid, a[1] + i * sizeof(struct mmsghdr));
		return true;
	case CARRIES_NAME:
		add_string(o, pid, a[0]);
		return false;
	case CARRIES_NAME_AT:
		add_string(o, pid, a[1]);
		return false;
	case CARRIES_NAMES:
		add_string(o, pid, a[0]);
		add_string(o, pid, a[1]);
		return false;
	case CARRIES_NAMES_AT:
		add_string(o, pid, a[1]);
		add_string(o, pid, a[3]);
		return false;
	case CARRIES_LINK_AT:
		add_string(o, pid, a[0]);
		add_string(o, pid, a[2]);
		return false;
	case CARRIES_XATTR:
		add_string(o, pid, a[0]);
		add_string(o, pid, a[1]);
		add_memory(o, pid, a[2], a[3]);
		return false;
	case CARRIES_FXATTR:
		add_string(o, pid, a[1]);
		add_memory(o, pid, a[2], a[3]);
		return true;
	case CARRIES_KEY:
		add_string(o, pid, a[0]);
		add_string(o, pid, a[1]);
		add_memory(o, pid, a[2], a[3]);
		return false;
	case CARRIES_PROGRAM:
		add_string(o, pid, a[0]);
		add_strings(o, pid, a[1]);
		add(&o->data, END_OF_ARGUMENTS, sizeof END_OF_ARGUMENTS);
		add_strings(o, pid, a[2]);
		return false;
	case CARRIES_PROGRAM_AT:
		add_string(o, pid, a[1]);
		add_strings(o, pid, a[2]);
		add(&o->data, END_OF_ARGUMENTS, sizeof END_OF_ARGUMENTS);
		add_strings(o, pid, a[3]);
		return false;
	case CARRIES_UNSEEN:
		break;
	}
	return false;
}

static void
write_record(Observer *o, const Record *record, const Place *place)
{
	if (fwrite(record, sizeof *record, 1, o->log) != 1 ||
		fwrite(place->text, 1, record->where_len, o->log) != record->where_len ||
		fwrite(o->data.ptr, 1, record->len, o->log) != record->len)
		die("the log");
}

static void
note(Observer *o, Watch *watch, const struct seccomp_notif *heard)
{
	Place place = {""};
	pid_t thread = (pid_t)heard->pid, process = process_of(watch, thread);
	int number = heard->data.nr, fd = -1;
	const uint64_t *a = (const uint64_t *)heard->data.args;
	o->data.len = 0;
	bool has_descriptor = take(o, thread, number, a);
	if (has_descriptor || number == SYS_mmap) {
		fd = (int)a[number == SYS_mmap ? 4 : 0];
		say_descriptor(&place, process, fd);
	}
	if (number == SYS_mmap && (a[2] & PROT_WRITE) == 0)
		return; /* cannot be written through */
	if (number == SYS_execve || number == SYS_execveat) {
		say(&place, watch->begun ? "exec" : "begin");
		watch->begun = true;
		watch->thread_count = 0;
	}
	/* The process may have been killed meanwhile, and what was read be another's. */
	uint64_t id = heard->id;
	if (ioctl(watch->listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &id) != 0)
		return;
	Record record = {.test = watch->test,
		.watch = watch->number,
		.pid = (uint32_t)process,
		.number = number,
		.fd = fd,
		.where_len = (uint32_t)strlen(place.text),
		.len = (uint32_t)o->data.len};
	write_record(o, &record, &place);
}

static void
leave(Observer *o, Watch *watch)
{
	o->watches[watch->listener] = NULL;
	close(watch->listener);
	free(watch);
	o->watching--;
}

static void
hear(Observer *o, Watch *watch, uint32_t events)
{
	struct seccomp_notif heard = {0};
	struct seccomp_notif_resp answer = {.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE};
	if ((events & EPOLLIN) == 0) {
		leave(o, watch);
		return;
	}
	if (ioctl(watch->listener, SECCOMP_IOCTL_NOTIF_RECV, &heard) != 0) {
		if (errno != ENOENT && errno != EINTR)
			die("a call");
		return; /* killed while it waited */
	}
	note(o, watch, &heard);
	answer.id = heard.id;
	if (ioctl(watch->listener, SECCOMP_IOCTL_NOTIF_SEND, &answer) != 0 && errno != ENOENT)
		die("an answer");
}

/* ---- Joining */

static bool
is_listener(int fd)
{
	char path[64], target[64];
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	ssize_t len = readlink(path, target, sizeof target - 1);
	target[len < 0 ? 0 : len] = '\0';
	return strcmp(target, "anon_inode:seccomp notify") == 0;
}

static bool
lives(pid_t pid)
{
	char path[64];
	snprintf(path, sizeof path, "/proc/%d", (int)pid);
	return access(path, F_OK) == 0;
}

/* The stand-in says who it is before its listener is there: afterwards it may not speak. */
static int
listener_of(pid_t pid, int number)
{
	struct timespec pause = {.tv_nsec = 100000};
	for (int i = 0; i < JOIN_MS * 10 && lives(pid); i++, nanosleep(&pause, NULL)) {
		int fd = borrow(pid, number);
		if (fd >= 0 && is_listener(fd))
			return fd;
		if (fd >= 0)
			close(fd);
	}
	return -1;
}

static void
join(Observer *o, pid_t pid, int number)
{
	int listener = listener_of(pid, number);
	if (listener < 0 || listener >= WATCHES_MAX) {
		fprintf(stderr, "observe: %d does not join\n", (int)pid);
		return;
	}
	Watch *watch = grown(NULL, sizeof *watch);
	*watch = (Watch){.listener = listener, .test = o->test, .number = o->watch_count++};
	o->watches[listener] = watch;
	o->watching++;
	struct epoll_event event = {.events = EPOLLIN, .data.fd = listener};
	if (epoll_ctl(o->epoll, EPOLL_CTL_ADD, listener, &event) != 0)
		die("epoll");
}

/* Lines of a FIFO are whole when they are short. False: the end. */
static bool
hear_lines(Observer *o)
{
	char lines[8192], *rest = lines, *line;
	ssize_t got = read(o->join, lines, sizeof lines - 1);
	bool goes_on = true;
	lines[got < 0 ? 0 : got] = '\0';
	while ((line = strsep(&rest, "\n")) != NULL) {
		int pid, number;
		if (sscanf(line, "join %d %d", &pid, &number) == 2)
			join(o, pid, number);
		else if (sscanf(line, "test %d", &number) == 1)
			o->test = (uint32_t)number;
		else if (strcmp(line, "end") == 0)
			goes_on = false;
	}
	return goes_on;
}

static int
serve(const char *folder)
{
	char path[PATH_MAX];
	Observer *o = grown(NULL, sizeof *o);
	*o = (Observer){.epoll = epoll_create1(EPOLL_CLOEXEC)};
	snprintf(path, sizeof path, "%s/log", folder);
	o->log = fopen(path, "we");
	if (o->log == NULL)
		die(path);
	snprintf(path, sizeof path, "%s/join", folder);
	o->join = open(path, O_RDWR | O_CLOEXEC);
	struct epoll_event event = {.events = EPOLLIN, .data.fd = o->join};
	if (o->join < 0 || o->epoll < 0 || epoll_ctl(o->epoll, EPOLL_CTL_ADD, o->join, &event) != 0)
		die(path);
	puts("ready");
	fflush(stdout);
	for (bool goes_on = true; goes_on || o->watching > 0;) {
		int count = epoll_wait(o->epoll, &event, 1, goes_on ? -1 : END_MS);
		if (count < 0 && errno != EINTR)
			die("epoll");
		if (count == 0)
			break;
		if (count == 1 && event.data.fd == o->join)
			goes_on = hear_lines(o) && goes_on;
		else if (count == 1)
			hear(o, o->watches[event.data.fd], event.events);
	}
	printf("watched %u left %zu\n", o->watch_count, o->watching);
	if (fclose(o->log) != 0)
		die("the log");
	for (size_t i = 0; i < WATCHES_MAX; i++)
		if (o->watches[i] != NULL)
			leave(o, o->watches[i]);
	free(o->data.ptr);
	free(o);
	return 0;
}

static int
print_calls(void)
{
	for (size_t i = 0; i < sizeof OBSERVED / sizeof *OBSERVED; i++)
		printf("%ld %s\n", OBSERVED[i].number, OBSERVED[i].name);
	printf("%d mmap\n%d ioctl\n%d prctl\n", SYS_mmap, SYS_ioctl, SYS_prctl);
	return 0;
}

int
main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "serve") == 0)
		return serve(argv[2]);
	if (argc == 2 && strcmp(argv[1], "calls") == 0)
		return print_calls();
	fputs("usage: observe serve FOLDER | calls\n", stderr);
	return 2;
}
