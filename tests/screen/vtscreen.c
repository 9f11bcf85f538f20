/* vtscreen [-o FILE] ROWS COLUMNS PROGRAM [ARG…]
 *
 * A terminal for tests: starts a program in a pty, gives its output to libvterm, sends back what terminals answer, and
 * does what the lines on its standard input say. Each line gets one line of JSON. The program's environment is this
 * one's. -o: all output of the program goes to that file as well.
 *
 *   send HEX          bytes to the program, in one write if it has taken all earlier ones
 *   taken LIMIT       until it has read all that was sent
 *   quiet MS LIMIT    until it has read all, writes nothing, runs nowhere and has used no processor for MS ms: {"ok":…}
 *   seen HEX LIMIT    until a row shows this text     (limits are ms)
 *   gone HEX LIMIT    until no row shows it
 *   dump | cells      the screen as rows, or as cells: [text, columns, attributes, foreground, background]
 *   resize ROWS COLUMNS
 *   signal NUMBER     to the program
 *   hangup            the terminal goes away
 *   exit LIMIT        until the program has ended: {"exit":STATUS}, {"signal":NUMBER} or {"exit":null}
 *   count             bytes and reads of its output, bytes of input, since last asked
 *   cpu               processor time of the program, all threads, in ns
 *
 * The end of standard input is a hang-up for the program and, after a second, its death.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <dirent.h>
#include <time.h>
#include <unistd.h>
#include <vterm.h>

enum {
	READ_SIZE = 65536,
	ANSWERS_MAX = 1 << 20, /* bytes of answers that wait for a program that never reads */
	SETTLED_MS = 5,        /* a picture is looked at when nothing came for so long, */
	LOOK_MS = 50,          /* or this long after it was looked at */
	GRACE_MS = 1000,
};

typedef struct Bytes {
	char *data;
	size_t len, cap;
} Bytes;

typedef struct Machine {
	VTerm *vt;
	VTermScreen *screen;
	int rows, columns;
	int master; /* -1 after hang-up */
	bool master_ended;
	pid_t child;
	int pidfd;
	bool ended;
	int status;  /* negative: of a signal */
	Bytes queue; /* for the program, not yet taken */
	int log;
	bool visible, alternate;
	int shape, mouse;
	char *title;
	unsigned long bells;
	unsigned long long bytes_out, reads, bytes_in; /* since last asked */
	char rest[4];                                  /* the begin of a character whose end has not come */
	size_t rest_len;
} Machine;

static void
die(const char *what)
{
	fprintf(stderr, "vtscreen: %s: %s\n", what, strerror(errno));
	exit(2);
}

static void
bytes_add(Bytes *bytes, const void *data, size_t len)
{
	if (bytes->cap - bytes->len < len) {
		size_t cap = (bytes->len + len) * 2 + 256;
		char *grown = realloc(bytes->data, cap);
		if (grown == NULL)
			die("memory");
		bytes->data = grown;
		bytes->cap = cap;
	}
	if (len > 0)
		memcpy(bytes->data + bytes->len, data, len);
	bytes->len += len;
}

static void
bytes_drop(Bytes *bytes, size_t len)
{
	memmove(bytes->data, bytes->data + len, bytes->len - len);
	bytes->len -= len;
}

static int64_t
now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- Between the program and libvterm */

static void
queue_write(Machine *m)
{
	if (m->master < 0 || m->master_ended) {
		m->queue.len = 0;
		return;
	}
	while (m->queue.len > 0) {
		ssize_t n = write(m->master, m->queue.data, m->queue.len);
		if (n <= 0)
			return; /* full: poll says when it goes on; gone: reading says so */
		bytes_drop(&m->queue, (size_t)n);
	}
}

static void
answer(const char *data, size_t len, void *user)
{
	Machine *m = user;
	if (m->queue.len < ANSWERS_MAX)
		bytes_add(&m->queue, data, len);
}

static int
property(VTermProp prop, VTermValue *value, void *user)
{
	Machine *m = user;
	if (prop == VTERM_PROP_CURSORVISIBLE) {
		m->visible = value->boolean;
	} else if (prop == VTERM_PROP_ALTSCREEN) {
		m->alternate = value->boolean;
	} else if (prop == VTERM_PROP_CURSORSHAPE) {
		m->shape = value->number;
	} else if (prop == VTERM_PROP_MOUSE) {
		m->mouse = value->number;
	} else if (prop == VTERM_PROP_TITLE) {
		free(m->title);
		m->title = strdup(value->string);
	}
	return 1;
}

static int
bell(void *user)
{
	((Machine *)user)->bells++;
	return 1;
}

/* Where the last character of some bytes begins, if it has not ended with them; else their length. */
static size_t
whole_characters(const char *bytes, size_t len)
{
	for (size_t back = 1; back <= 3 && back <= len; back++) {
		unsigned char byte = (unsigned char)bytes[len - back];
		size_t wanted = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1;
		if (byte < 0x80 || byte >= 0xC0)
			return wanted > back ? len - back : len;
	}
	return len;
}

/* libvterm is given whole characters: it makes U+FFFD of one that comes in two parts now and then. */
static void
show(Machine *m, const char *bytes, size_t len)
{
	char joined[READ_SIZE + sizeof m->rest];
	memcpy(joined, m->rest, m->rest_len);
	memcpy(joined + m->rest_len, bytes, len);
	len += m->rest_len;
	size_t whole = whole_characters(joined, len);
	vterm_input_write(m->vt, joined, whole);
	m->rest_len = len - whole;
	memcpy(m->rest, joined + whole, m->rest_len);
}

/* Takes one read's worth of output; false when there is none. */
static bool
take_output(Machine *m)
{
	char buffer[READ_SIZE];
	if (m->master < 0 || m->master_ended)
		return false;
	ssize_t n = read(m->master, buffer, sizeof buffer);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	if (n <= 0) {
		m->master_ended = true; /* EIO: nobody holds the other side any more */
		return false;
	}
	m->bytes_out += (size_t)n;
	m->reads++;
	for (ssize_t done = 0, more; m->log >= 0 && done < n; done += more) {
		more = write(m->log, buffer + done, (size_t)(n - done));
		if (more <= 0)
			die("writing the copy of the output");
	}
	show(m, buffer, (size_t)n);
	return true;
}

/* It stays a zombie until the end, so that its number, and that of its group, are still its own. */
static void
note_end(Machine *m)
{
	siginfo_t info = {0};
	if (waitid(P_PID, (id_t)m->child, &info, WEXITED | WNOWAIT) != 0)
		die("waitid");
	m->ended = true;
	m->status = info.si_code == CLD_EXITED ? info.si_status : -info.si_status;
	while (take_output(m)) {
	}
}

/* Waits for at most so many ms (-1: for ever) for anything to happen and sees to it. */
typedef enum Turn { TURN_OUTPUT = 1, TURN_COMMAND = 2 } Turn;
static int
turn(Machine *m, int64_t ms, bool with_commands)
{
	bool open = m->master >= 0 && !m->master_ended;
	struct pollfd fds[] = {
		{.fd = open ? m->master : -1, .events = (short)(POLLIN | (m->queue.len > 0 ? POLLOUT : 0))},
		{.fd = m->ended ? -1 : m->pidfd, .events = POLLIN},
		{.fd = with_commands ? STDIN_FILENO : -1, .events = POLLIN},
	};
	if (poll(fds, 3, ms < 0 ? -1 : ms > INT32_MAX ? INT32_MAX : (int)ms) < 0 && errno != EINTR)
		die("poll");
	int result = 0;
	if (fds[0].revents & POLLOUT)
		queue_write(m);
	if ((fds[0].revents & ~POLLOUT) && take_output(m))
		result |= TURN_OUTPUT;
	if (fds[1].revents)
		note_end(m);
	if (fds[2].revents)
		result |= TURN_COMMAND;
	if (m->queue.len > 0)
		queue_write(m);
	return result;
}

/* ---- What the program is doing */

static int64_t
cpu_ns(const Machine *m)
{
	clockid_t clock;
	struct timespec t;
	if (clock_getcpuclockid(m->child, &clock) != 0 || clock_gettime(clock, &t) != 0)
		return 0;
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* Whether all its threads sleep. */
static bool
sleeping(const Machine *m)
{
	char path[64], text[512];
	snprintf(path, sizeof path, "/proc/%d/task", (int)m->child);
	DIR *folder = opendir(path);
	bool all = true;
	for (struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof path, "/proc/%d/task/%.16s/stat", (int)m->child, entry->d_name);
		int fd = open(path, O_RDONLY | O_CLOEXEC);
		ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
		if (fd >= 0)
			close(fd);
		if (n <= 0)
			continue; /* the thread has just ended */
		text[n] = '\0';
		const char *state = strrchr(text, ')');
		if (state != NULL && (strncmp(state, ") R", 3) == 0 || strncmp(state, ") D", 3) == 0))
			all = false;
	}
	if (folder != NULL)
		closedir(folder);
	return all;
}

/* Whether bytes lie in the terminal's own queue because the program has not read them. Only poll(2) on its side of the
 * terminal makes sure that they are not still on their way there; FIONREAD does not. */
static bool
has_unread(const Machine *m)
{
	char path[64];
	if (m->queue.len > 0)
		return true;
	if (m->master < 0 || m->master_ended || m->ended || ptsname_r(m->master, path, sizeof path) != 0)
		return false;
	struct pollfd program = {.fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC), .events = POLLIN};
	if (program.fd < 0)
		return false;
	bool unread = poll(&program, 1, 0) > 0 && (program.revents & POLLIN);
	close(program.fd);
	return unread;
}

static bool
wait_quiet(Machine *m, int64_t ms, int64_t limit)
{
	int64_t end = now_ms() + limit, since = now_ms(), cpu = cpu_ns(m);
	for (;;) {
		int64_t now = now_ms(), next = since + ms < end ? since + ms : end;
		bool output = turn(m, next > now ? next - now : 0, false) & TURN_OUTPUT;
		now = now_ms();
		if (m->ended && !output)
			return true;
		if (output || now >= since + ms) {
			/* A timer that only looks at a clock is no work: a twentieth of the time is allowed. */
			bool worked = cpu_ns(m) - cpu > ms * 1000000 / 20;
			if (!output && !worked && sleeping(m) && !has_unread(m))
				return true;
			since = now;
			cpu = cpu_ns(m);
		}
		if (now >= end)
			return false;
	}
}

static bool
wait_taken(Machine *m, int64_t limit)
{
	int64_t end = now_ms() + limit;
	while (has_unread(m) && now_ms() < end)
		turn(m, 1, false);
	return !has_unread(m);
}

/* ---- The screen as text */

static size_t
utf8_put(uint32_t rune, char out[4])
{
	if (rune > 0x10FFFF || (rune >= 0xD800 && rune < 0xE000))
		rune = 0xFFFD;
	size_t n = rune < 0x80 ? 1 : rune < 0x800 ? 2 : rune < 0x10000 ? 3 : 4;
	static const uint8_t LEADS[] = {0, 0x00, 0xC0, 0xE0, 0xF0};
	for (size_t i = n; i-- > 1; rune >>= 6)
		out[i] = (char)(0x80 | (rune & 0x3F));
	out[0] = (char)(LEADS[n] | rune);
	return n;
}

/* What a cell shows. The right half of a wide character shows nothing; one without its left half U+FFFD. */
static void
cell_text(const Machine *m, int row, int column, const VTermScreenCell *cell, Bytes *out)
{
	char utf8[4];
	if (cell->chars[0] == UINT32_MAX) {
		VTermScreenCell left;
		bool has_left = column > 0 && vterm_screen_get_cell(m->screen, (VTermPos){row, column - 1}, &left) &&
				left.chars[0] != UINT32_MAX;
		if (!has_left)
			bytes_add(out, utf8, utf8_put(0xFFFD, utf8));
		return;
	}
	if (cell->chars[0] == 0)
		bytes_add(out, " ", 1);
	for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell->chars[i] != 0; i++)
		bytes_add(out, utf8, utf8_put(cell->chars[i], utf8));
}

static void
row_text(const Machine *m, int row, Bytes *out)
{
	for (int column = 0; column < m->columns; column++) {
		VTermScreenCell cell;
		if (vterm_screen_get_cell(m->screen, (VTermPos){row, column}, &cell))
			cell_text(m, row, column, &cell, out);
	}
}

static bool
is_seen(const Machine *m, const Bytes *text)
{
	Bytes row = {0};
	bool seen = false;
	for (int i = 0; i < m->rows && !seen; i++) {
		row.len = 0;
		row_text(m, i, &row);
		seen = memmem(row.data, row.len, text->data, text->len) != NULL;
	}
	free(row.data);
	return seen;
}

static bool
wait_text(Machine *m, const Bytes *text, bool wanted, int64_t limit)
{
	int64_t end = now_ms() + limit, looked = now_ms();
	bool found = is_seen(m, text) == wanted, news = false;
	while (!found && now_ms() < end && !(m->ended && !news)) {
		int64_t left = end - now_ms();
		bool output = turn(m, news && left > SETTLED_MS ? SETTLED_MS : left, false) & TURN_OUTPUT;
		news |= output;
		if (news && (!output || now_ms() > looked + LOOK_MS)) {
			found = is_seen(m, text) == wanted;
			looked = now_ms();
			news = false;
		}
	}
	return found || is_seen(m, text) == wanted;
}

/* ---- Answers to the driver */

static void
print_string(const char *text, size_t len)
{
	putchar('"');
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];
		if (c == '"' || c == '\\' || c < 0x20 || c == 0x7F)
			printf("\\u%04x", c);
		else
			putchar(c);
	}
	putchar('"');
}

static void
print_colour(const VTermColor *colour)
{
	if (VTERM_COLOR_IS_DEFAULT_FG(colour) || VTERM_COLOR_IS_DEFAULT_BG(colour))
		printf("null");
	else if (VTERM_COLOR_IS_INDEXED(colour))
		printf("%d", colour->indexed.idx);
	else
		printf("\"#%02x%02x%02x\"", colour->rgb.red, colour->rgb.green, colour->rgb.blue);
}

static void
print_cell(const Machine *m, int row, int column)
{
	VTermScreenCell cell;
	Bytes text = {0};
	vterm_screen_get_cell(m->screen, (VTermPos){row, column}, &cell);
	cell_text(m, row, column, &cell, &text);
	printf("%s[", column > 0 ? "," : "");
	print_string(text.data, text.len);
	const struct {
		bool on;
		char letter;
	} attributes[] = {{cell.attrs.bold, 'b'}, {cell.attrs.underline, 'u'}, {cell.attrs.italic, 'i'},
		{cell.attrs.blink, 'f'}, {cell.attrs.reverse, 'r'}, {cell.attrs.strike, 's'}};
	printf(",%d,\"", cell.chars[0] == UINT32_MAX ? 0 : cell.width);
	for (size_t i = 0; i < sizeof attributes / sizeof *attributes; i++)
		if (attributes[i].on)
			putchar(attributes[i].letter);
	printf("\",");
	print_colour(&cell.fg);
	putchar(',');
	print_colour(&cell.bg);
	putchar(']');
	free(text.data);
}

static void
print_screen(const Machine *m, bool cells)
{
	VTermPos cursor;
	vterm_state_get_cursorpos(vterm_obtain_state(m->vt), &cursor);
	printf("{\"cursor\":[%d,%d],\"visible\":%s,\"alternate\":%s,\"shape\":%d,\"mouse\":%d,\"bells\":%lu,\"title\":",
		cursor.row, cursor.col, m->visible ? "true" : "false", m->alternate ? "true" : "false", m->shape,
		m->mouse, m->bells);
	print_string(m->title ? m->title : "", m->title ? strlen(m->title) : 0);
	printf(",\"columns\":%d,\"%s\":[", m->columns, cells ? "cells" : "rows");
	Bytes text = {0};
	for (int row = 0; row < m->rows; row++) {
		if (row > 0)
			putchar(',');
		if (cells) {
			putchar('[');
			for (int column = 0; column < m->columns; column++)
				print_cell(m, row, column);
			putchar(']');
		} else {
			text.len = 0;
			row_text(m, row, &text);
			print_string(text.data, text.len);
		}
	}
	free(text.data);
	printf("]}");
}

static void
print_exit(Machine *m, int64_t limit)
{
	for (int64_t end = now_ms() + limit; !m->ended && now_ms() < end;)
		turn(m, end - now_ms(), false);
	if (!m->ended)
		printf("{\"exit\":null}");
	else if (m->status < 0)
		printf("{\"signal\":%d}", -m->status);
	else
		printf("{\"exit\":%d}", m->status);
}

static void
hang_up(Machine *m)
{
	if (m->master >= 0)
		close(m->master);
	m->master = -1;
	m->queue.len = 0;
}

/* libvterm writes where nothing is when a wide character comes to a single column. */
static int
columns_of(int columns)
{
	return columns > 1 ? columns : 2;
}

static bool
resize(Machine *m, int rows, int columns)
{
	struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};
	if (rows < 1 || columns < 1 || rows > 1000 || columns > 1000)
		return false;
	vterm_set_size(m->vt, rows, columns_of(columns));
	m->rows = rows;
	m->columns = columns;
	/* The program hears of it only once the terminal has the size. */
	return m->master < 0 || ioctl(m->master, TIOCSWINSZ, &size) == 0;
}

/* ---- The lines */

static bool
unhex(const char *text, size_t len, Bytes *out)
{
	for (size_t i = 0; i + 1 < len; i += 2) {
		char digits[3] = {text[i], text[i + 1], '\0'}, *end;
		char byte = (char)strtoul(digits, &end, 16);
		if (end != digits + 2)
			return false;
		bytes_add(out, &byte, 1);
	}
	return len % 2 == 0;
}

static void
print_ok(bool ok)
{
	printf("{\"ok\":%s}", ok ? "true" : "false");
}

/* The lines whose argument is text in hex. */
static void
obey_text(Machine *m, const char *name, const char *rest)
{
	Bytes text = {0};
	size_t len = strcspn(rest, " ");
	int64_t limit = strtol(rest + len, NULL, 10);
	if (!unhex(rest, len, &text)) {
		print_ok(false);
	} else if (strcmp(name, "send") == 0) {
		bool open = m->master >= 0 && !m->master_ended;
		m->bytes_in += open ? text.len : 0;
		bytes_add(&m->queue, text.data, text.len);
		queue_write(m);
		print_ok(open);
	} else {
		print_ok(wait_text(m, &text, strcmp(name, "seen") == 0, limit));
	}
	free(text.data);
}

static void
obey(Machine *m, const char *line)
{
	char name[16] = "";
	int skip = 0;
	sscanf(line, "%15s %n", name, &skip);
	char *rest;
	long a = strtol(line + skip, &rest, 10), b = strtol(rest, NULL, 10);
	if (strcmp(name, "send") == 0 || strcmp(name, "seen") == 0 || strcmp(name, "gone") == 0) {
		obey_text(m, name, line + skip);
	} else if (strcmp(name, "taken") == 0) {
		print_ok(wait_taken(m, a));
	} else if (strcmp(name, "quiet") == 0) {
		print_ok(wait_quiet(m, a > 0 ? a : 1, b));
	} else if (strcmp(name, "dump") == 0 || strcmp(name, "cells") == 0) {
		print_screen(m, name[0] == 'c');
	} else if (strcmp(name, "resize") == 0) {
		print_ok(resize(m, (int)a, (int)b));
	} else if (strcmp(name, "signal") == 0) {
		print_ok(!m->ended && kill(m->child, (int)a) == 0);
	} else if (strcmp(name, "hangup") == 0) {
		hang_up(m);
		print_ok(true);
	} else if (strcmp(name, "exit") == 0) {
		print_exit(m, a);
	} else if (strcmp(name, "count") == 0) {
		printf("{\"bytes\":%llu,\"reads\":%llu,\"sent\":%llu}", m->bytes_out, m->reads, m->bytes_in);
		m->bytes_out = m->reads = m->bytes_in = 0;
	} else if (strcmp(name, "cpu") == 0) {
		printf("{\"ns\":%lld,\"pid\":%d}", (long long)cpu_ns(m), (int)m->child);
	} else {
		printf("{\"error\":\"no such line\"}");
	}
	putchar('\n');
	if (fflush(stdout) != 0)
		die("answering");
}

static void
serve(Machine *m)
{
	Bytes input = {0};
	char buffer[READ_SIZE];
	for (;;) {
		if (!(turn(m, -1, true) & TURN_COMMAND))
			continue;
		ssize_t n = read(STDIN_FILENO, buffer, sizeof buffer);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		size_t seen = input.len;
		bytes_add(&input, buffer, (size_t)n);
		for (char *end; (end = memchr(input.data + seen, '\n', input.len - seen)) != NULL; seen = 0) {
			*end = '\0';
			obey(m, input.data);
			bytes_drop(&input, (size_t)(end + 1 - input.data));
		}
	}
	free(input.data);
}

/* ---- Beginning and end */

static void
start(Machine *m, char **command)
{
	struct winsize size = {.ws_row = (unsigned short)m->rows, .ws_col = (unsigned short)m->columns};
	m->child = forkpty(&m->master, NULL, NULL, &size);
	if (m->child < 0)
		die("forkpty");
	if (m->child == 0) {
		struct termios mode;
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (tcgetattr(STDIN_FILENO, &mode) == 0) {
			mode.c_iflag |= IUTF8;
			tcsetattr(STDIN_FILENO, TCSANOW, &mode);
		}
		setenv("TERM", "xterm-256color", 0);
		execvp(command[0], command);
		fprintf(stderr, "vtscreen: %s: %s\n", command[0], strerror(errno));
		_exit(127);
	}
	m->pidfd = pidfd_open(m->child, 0);
	if (m->pidfd < 0 || fcntl(m->master, F_SETFL, O_NONBLOCK) != 0 || fcntl(m->master, F_SETFD, FD_CLOEXEC) != 0)
		die("watching the program");
}

static void
stop(Machine *m)
{
	hang_up(m);
	for (int64_t end = now_ms() + GRACE_MS; !m->ended && now_ms() < end;)
		turn(m, end - now_ms(), false);
	kill(-m->child, SIGKILL); /* and what it has left behind */
	waitpid(m->child, NULL, 0);
	close(m->pidfd);
	vterm_free(m->vt);
	free(m->queue.data);
	free(m->title);
}

int
main(int argc, char **argv)
{
	static const VTermScreenCallbacks CALLBACKS = {.settermprop = property, .bell = bell};
	Machine m = {.log = -1, .visible = true};
	int first = 1;
	if (argc > 2 && strcmp(argv[1], "-o") == 0) {
		m.log = open(argv[2], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
		if (m.log < 0)
			die(argv[2]);
		first = 3;
	}
	if (argc < first + 3 || (m.rows = atoi(argv[first])) < 1 || (m.columns = atoi(argv[first + 1])) < 1) {
		fprintf(stderr, "usage: vtscreen [-o FILE] ROWS COLUMNS PROGRAM [ARG...]\n");
		return 2;
	}
	m.vt = vterm_new(m.rows, columns_of(m.columns));
	vterm_set_utf8(m.vt, 1);
	vterm_output_set_callback(m.vt, answer, &m);
	m.screen = vterm_obtain_screen(m.vt);
	vterm_screen_set_callbacks(m.screen, &CALLBACKS, &m);
	vterm_screen_enable_altscreen(m.screen, 1);
	vterm_screen_set_damage_merge(m.screen, VTERM_DAMAGE_SCREEN);
	vterm_screen_reset(m.screen, 1);
	start(&m, argv + first + 2);
	serve(&m);
	stop(&m);
	return 0;
}
