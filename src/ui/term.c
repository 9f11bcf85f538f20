/* The one terminal: its modes, what it can do, bytes to it and from it. Of ncurses only terminfo is used. */
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define NCURSES_NOMACROS
#include <curses.h>
#include <term.h>
/* term.h makes macros of these names */
#undef columns
#undef lines

enum {
	ROWS_MAX = 1000,
	COLUMNS_MAX = 2000,
	READ_BYTES = 64 * 1024,
	PARTING_MS = 500, /* how long a terminal that takes nothing is waited for when it is given back */
	PATH_BYTES = 256,
};

struct Terminal {
	int fd;                  /* our own description */
	struct termios original; /* what the terminal was */
	bool taken;              /* it is in our modes */
	Str begin, end;          /* what takes it, and what gives it back */
	DiffRule rule;
	bool modern;     /* of the family that has, or skips, what xterm added */
	Surface *shown;  /* what is on it */
	bool shown_true; /* false: it may hold anything */
	Str queue;       /* bytes from `sent` on are still to be sent */
	size_t sent;
};

/* ---- What terminfo says */

/* A capability without its padding; no bytes when it is absent. */
static void
append_capability(Str *out, const char *value)
{
	if (value == NULL || value == (const char *)-1)
		return;
	for (const char *c = value; *c != '\0'; c++) {
		const char *close = c[0] == '$' && c[1] == '<' ? strchr(c, '>') : NULL;
		if (close != NULL)
			c = close;
		else
			str_append_byte(out, *c);
	}
}

static char *
capability(const char *name)
{
	char *value = tigetstr(name);
	return value == (char *)-1 ? NULL : value;
}

/* Whether the capability, with these numbers, is this sequence of ECMA-48. */
static bool
says(const char *name, int first, int second, const char *sequence)
{
	char *value = capability(name);
	Str bytes = {0};
	if (value != NULL)
		append_capability(&bytes, tiparm(value, first, second));
	bool same = value != NULL && str_ok(&bytes, NULL) && strcmp(str_c(&bytes), sequence) == 0;
	str_free(&bytes);
	return same;
}

static Colours
colours_of(Colours wanted)
{
	if (wanted != COLOURS_AUTO)
		return wanted;
	const char *no_color = getenv("NO_COLOR");
	int count = tigetnum("colors");
	if (no_color != NULL && *no_color != '\0')
		return COLOURS_NONE;
	return count >= 256 ? COLOURS_256 : count >= 8 ? COLOURS_16 : COLOURS_NONE;
}

static void
learn(Terminal *term, const char *type, Colours colours)
{
	term->modern = !sv_starts(sv(type), SV("linux")) && !sv_starts(sv(type), SV("vt"));
	term->rule = (DiffRule){
		.insert_delete_cells = says("ich", 7, 0, "\033[7@") && says("dch", 7, 0, "\033[7P"),
		.insert_delete_rows = says("il", 7, 0, "\033[7L") && says("dl", 7, 0, "\033[7M"),
		.erase = says("el", 0, 0, "\033[K"),
		.colours = colours_of(colours),
		.synchronised = term->modern,
		.column_moves = says("hpa", 6, 0, "\033[7G") && says("vpa", 6, 0, "\033[7d"),
	};
	append_capability(&term->begin, capability("smcup"));
	str_append_c(&term->begin, "\033[?7l\033[?2004h");
	str_append_c(&term->end, "\033[?2004l\033[?7h\033[m");
	if (capability("rmcup") == NULL)
		str_append_c(&term->end, "\033[H\033[2J");
	append_capability(&term->end, capability("cnorm") != NULL ? capability("cnorm") : "\033[?25h");
	append_capability(&term->end, capability("rmcup"));
}

/* Reads the description of the terminal type; what it says is in `term` afterwards. */
static bool
read_terminfo(Terminal *term, int fd, Colours colours, Err *err)
{
	const char *type = getenv("TERM");
	int status = 0;
	if (type == NULL || *type == '\0')
		return err_set(err, ERR_USAGE,
			"TERM does not say what this terminal is: set it, to xterm-256color for instance");
	if (setupterm(type, fd, &status) != OK)
		return err_set(err, ERR_USAGE,
			"terminals of the type %s are not known here: set TERM to xterm-256color, or install "
			"ncurses-term",
			type);
	bool able = says("cup", 4, 9, "\033[5;10H");
	if (able)
		learn(term, type, colours);
	del_curterm(cur_term);
	if (!able)
		return err_set(err, ERR_USAGE,
			"a terminal of the type %s cannot show screens: if it is another one, set TERM to "
			"xterm-256color",
			type);
	return str_ok(&term->begin, err) && str_ok(&term->end, err);
}

/* ---- Our own description, so that not blocking is our own affair */

static int
open_again(int fd, Err *err)
{
	enum { FLAGS = O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC };
	char path[PATH_BYTES];
	if (!isatty(fd)) {
		err_set(err, ERR_USAGE, "this needs a terminal: start meok in one, or see the commands of meok --help");
		return -1;
	}
	int again = ttyname_r(fd, path, sizeof path) == 0 ? open(path, FLAGS) : -1;
	/* Where the name leads nowhere or belongs to somebody else (containers, su), the controlling terminal still
	 * opens. */
	if (again < 0 && tcgetsid(fd) == getsid(0))
		again = open("/dev/tty", FLAGS);
	if (again < 0)
		err_set(err, ERR_FAILED, "cannot open the terminal: %s", strerror(errno));
	return again;
}

/* ---- Bytes out */

static bool
append_and_check(Str *to, StrView bytes, Err *err)
{
	str_append(to, bytes);
	return str_ok(to, err);
}

bool
term_pending(const Terminal *term)
{
	return term->sent < term->queue.len;
}

static void
empty_queue(Terminal *term)
{
	if (term->queue.len > 0)
		explicit_bzero(term->queue.ptr, term->queue.len);
	str_clear(&term->queue);
	term->sent = 0;
}

bool
term_flush(Terminal *term, Err *err)
{
	while (term_pending(term)) {
		ssize_t count = write(term->fd, term->queue.ptr + term->sent, term->queue.len - term->sent);
		if (count >= 0)
			term->sent += (size_t)count;
		else if (errno == EAGAIN || errno == EWOULDBLOCK)
			return true;
		else if (errno != EINTR)
			return err_set(err, ERR_FAILED, "the terminal is gone: %s", strerror(errno));
	}
	empty_queue(term);
	return true;
}

static int64_t
now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Sends the rest to a terminal that is given back; one that takes nothing is not waited for for ever. */
static void
flush_patiently(Terminal *term)
{
	int64_t end = now_ms() + PARTING_MS, left;
	while (term_flush(term, NULL) && term_pending(term) && (left = end - now_ms()) > 0) {
		struct pollfd ready = {.fd = term->fd, .events = POLLOUT};
		poll(&ready, 1, (int)left);
		if ((ready.revents & (POLLHUP | POLLERR)) != 0)
			break;
	}
	empty_queue(term);
}

/* ---- Taking it and giving it back */

static bool
take(Terminal *term, Err *err)
{
	struct termios raw;
	if (tcgetattr(term->fd, &term->original) != 0)
		return err_set(err, ERR_FAILED, "cannot read the modes of the terminal: %s", strerror(errno));
	raw = term->original;
	cfmakeraw(&raw);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	if (tcsetattr(term->fd, TCSANOW, &raw) != 0)
		return err_set(err, ERR_FAILED, "cannot set the modes of the terminal: %s", strerror(errno));
	term->taken = true;
	term->shown_true = false;
	/* Room for giving it back, which has to need no memory. */
	str_append(&term->queue, str_view(&term->end));
	str_clear(&term->queue);
	return append_and_check(&term->queue, str_view(&term->begin), err) && term_flush(term, err);
}

static void
give_back(Terminal *term)
{
	if (!term->taken)
		return;
	flush_patiently(term);
	str_append(&term->queue, str_view(&term->end));
	flush_patiently(term);
	/* What is not read yet was meant for us: the rest of a paste would be commands to a shell. */
	tcflush(term->fd, TCIFLUSH);
	tcsetattr(term->fd, TCSANOW, &term->original);
	term->taken = false;
	term->shown_true = false;
}

Terminal *
term_open(int fd, Colours colours, Err *err)
{
	int own = open_again(fd, err);
	if (own < 0)
		return NULL;
	Terminal *term = calloc(1, sizeof *term);
	if (term == NULL) {
		close(own);
		err_memory(err);
		return NULL;
	}
	term->fd = own;
	if (read_terminfo(term, fd, colours, err) && take(term, err))
		return term;
	term_close(term);
	return NULL;
}

void
term_close(Terminal *term)
{
	if (term == NULL)
		return;
	give_back(term);
	close(term->fd);
	surface_free(term->shown);
	str_free(&term->begin);
	str_free(&term->end);
	str_wipe(&term->queue);
	free(term);
}

void
term_pause(Terminal *term)
{
	give_back(term);
}

bool
term_resume(Terminal *term, Err *err)
{
	return term->taken || take(term, err);
}

int
term_fd(const Terminal *term)
{
	return term->fd;
}

void
term_size(const Terminal *term, int *rows, int *columns)
{
	struct winsize size = {0};
	if (ioctl(term->fd, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0)
		size = (struct winsize){.ws_row = 24, .ws_col = 80};
	*rows = size.ws_row < ROWS_MAX ? size.ws_row : ROWS_MAX;
	*columns = size.ws_col < COLUMNS_MAX ? size.ws_col : COLUMNS_MAX;
}

/* ---- Pictures */

static bool
remember(Terminal *term, const Surface *surface, Err *err)
{
	if (term->shown == NULL)
		term->shown = surface_new(surface_rows(surface), surface_columns(surface), err);
	return term->shown != NULL && surface_copy(term->shown, surface, err);
}

bool
term_draw(Terminal *term, const Surface *surface, Err *err)
{
	if (!term->taken)
		return true;
	if (!term_flush(term, err))
		return false;
	if (term_pending(term))
		return true;
	diff_frames(term->shown_true ? term->shown : NULL, surface, &term->rule, &term->queue);
	if (!str_ok(&term->queue, err)) {
		empty_queue(term);
		term->shown_true = false;
		return false;
	}
	term->shown_true = remember(term, surface, err);
	return term->shown_true && term_flush(term, err);
}

void
term_forget(Terminal *term)
{
	term->shown_true = false;
}

/* ---- The clipboard, and bytes in */

/* RFC 4648, with padding. */
static void
append_base64(Str *out, StrView bytes)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	for (size_t i = 0; i < bytes.len; i += 3) {
		size_t left = bytes.len - i;
		const unsigned char *p = (const unsigned char *)bytes.ptr + i;
		uint32_t word = (uint32_t)p[0] << 16 | (left > 1 ? (uint32_t)p[1] << 8 : 0) | (left > 2 ? p[2] : 0u);
		char four[4] = {digits[word >> 18], digits[word >> 12 & 63], left > 1 ? digits[word >> 6 & 63] : '=',
			left > 2 ? digits[word & 63] : '='};
		str_append(out, (StrView){four, sizeof four});
	}
}

bool
term_copy(Terminal *term, StrView text, Err *err)
{
	if (!term->taken || !term->modern)
		return true;
	str_append_c(&term->queue, "\033]52;c;");
	append_base64(&term->queue, text);
	str_append_c(&term->queue, "\033\\");
	if (str_ok(&term->queue, err))
		return term_flush(term, err);
	empty_queue(term);
	term->shown_true = false;
	return false;
}

int
term_read(Terminal *term, Str *bytes)
{
	char buffer[READ_BYTES];
	ssize_t count;
	do
		count = read(term->fd, buffer, sizeof buffer);
	while (count < 0 && errno == EINTR);
	if (count > 0) {
		str_append(bytes, (StrView){buffer, (size_t)count});
		explicit_bzero(buffer, (size_t)count);
		return 1;
	}
	return count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) ? 0 : -1;
}
