/* The stage: poll, clocks and threads in the place of the machine's, and a pseudo-terminal read by libvterm. */
#include "stage.h"

#include "../../src/app/recorder.h"
#include "faulty_sys.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <vterm.h>

/* Longer waits are for somebody. */
enum { SHORT_MS = 1000, SHORT_MANY = 100, BEGIN_S = 1000000 };

int __real_poll(struct pollfd *fds, nfds_t count, int timeout);
int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout);
int __wrap_clock_gettime(clockid_t clock, struct timespec *now);
int __wrap_nanosleep(const struct timespec *wanted, struct timespec *left);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *how, void *(*run)(void *), void *data);
int __wrap_pthread_join(pthread_t thread, void **result);
void __real_recorder_flush(Session *session);
void __wrap_recorder_flush(Session *session);
void *__real_sodium_malloc(size_t size);
void *__wrap_sodium_malloc(size_t size);
int __wrap_crypto_pwhash_argon2id(unsigned char *out, unsigned long long len, const char *secret,
	unsigned long long secret_len, const unsigned char *salt, unsigned long long passes, size_t memory, int kind);

static struct {
	void (*idle)(Session *session);
	Session *session;
	int master;
	struct termios before, noted;
	VTerm *vt;
	VTermScreen *screen;
	bool alternate;
	int64_t ns;
	int64_t rest_ms;
	int short_waits; /* one after the other: what is tried again and again need not succeed */
} stage;

static int
property(VTermProp name, VTermValue *value, void *user)
{
	(void)user;
	if (name == VTERM_PROP_ALTSCREEN)
		stage.alternate = value->boolean;
	return 1;
}

static const VTermScreenCallbacks CALLBACKS = {.settermprop = property};

void
stage_open(void (*idle)(Session *session))
{
	int slave;
	struct winsize size = {.ws_row = STAGE_ROWS, .ws_col = STAGE_COLUMNS};
	stage.idle = idle;
	if (openpty(&stage.master, &slave, NULL, NULL, &size) != 0 || dup2(slave, STDIN_FILENO) < 0 ||
		tcgetattr(slave, &stage.before) != 0 || fcntl(stage.master, F_SETFL, O_NONBLOCK) != 0) {
		perror("no terminal");
		exit(2);
	}
	close(slave);
	setenv("TERM", "xterm-256color", 1);
	stage.vt = vterm_new(STAGE_ROWS, STAGE_COLUMNS);
	vterm_set_utf8(stage.vt, 1);
	stage.screen = vterm_obtain_screen(stage.vt);
	vterm_screen_set_callbacks(stage.screen, &CALLBACKS, NULL);
	vterm_screen_enable_altscreen(stage.screen, 1);
	vterm_screen_reset(stage.screen, 1);
}

/* ---- The terminal */

static void
take_picture(void)
{
	char bytes[16384];
	ssize_t count;
	while ((count = read(stage.master, bytes, sizeof bytes)) > 0)
		vterm_input_write(stage.vt, bytes, (size_t)count);
}

void
stage_keys(const char *bytes)
{
	size_t len = strlen(bytes);
	if (write(stage.master, bytes, len) != (ssize_t)len)
		abort();
}

void
stage_rest(int64_t ms)
{
	stage.rest_ms += ms;
}

void
stage_picture(char *out, size_t size)
{
	size_t len = 0;
	take_picture();
	for (int row = 0; row < STAGE_ROWS && len + 1 < size; row++) {
		VTermRect line = {.start_row = row, .end_row = row + 1, .end_col = STAGE_COLUMNS};
		len += vterm_screen_get_text(stage.screen, out + len, size - len - 1, line);
		while (len > 0 && out[len - 1] == ' ')
			len--;
		out[len++] = '\n';
	}
	out[len < size ? len : size - 1] = '\0';
}

bool
stage_is_given_back(void)
{
	struct termios now;
	take_picture();
	return !stage.alternate && tcgetattr(STDIN_FILENO, &now) == 0 && now.c_lflag == stage.before.c_lflag &&
	       now.c_iflag == stage.before.c_iflag && now.c_oflag == stage.before.c_oflag;
}

void
stage_note(void)
{
	take_picture();
	tcgetattr(STDIN_FILENO, &stage.noted);
}

void
stage_go_on(void)
{
	char rest[16384];
	tcflush(STDIN_FILENO, TCIFLUSH);
	while (read(stage.master, rest, sizeof rest) > 0)
		;
	tcsetattr(STDIN_FILENO, TCSANOW, &stage.noted);
}

/* ---- In the machine's place */

int
__wrap_poll(struct pollfd *fds, nfds_t count, int timeout)
{
	take_picture();
	int ready = __real_poll(fds, count, 0);
	if (ready != 0)
		return ready;
	if (timeout >= 0 && timeout <= SHORT_MS && stage.short_waits++ < SHORT_MANY) {
		stage.ns += (int64_t)timeout * 1000000;
		return 0;
	}
	stage.short_waits = 0;
	faulty_pause();
	stage.idle(stage.session);
	faulty_resume();
	stage.ns += stage.rest_ms * 1000000;
	stage.rest_ms = 0;
	return __real_poll(fds, count, 0);
}

int
__wrap_clock_gettime(clockid_t clock, struct timespec *now)
{
	(void)clock;
	*now = (struct timespec){BEGIN_S + stage.ns / 1000000000, stage.ns % 1000000000};
	return 0;
}

int
__wrap_nanosleep(const struct timespec *wanted, struct timespec *left)
{
	(void)left;
	stage.ns += wanted->tv_sec * 1000000000 + wanted->tv_nsec;
	return 0;
}

/* A thread needs memory, too. */
int
__wrap_pthread_create(pthread_t *thread, const pthread_attr_t *how, void *(*run)(void *), void *data)
{
	(void)how;
	if (faulty_memory_strikes("pthread_create"))
		return EAGAIN;
	*thread = pthread_self();
	run(data);
	return 0;
}

int
__wrap_pthread_join(pthread_t thread, void **result)
{
	(void)thread;
	(void)result;
	return 0;
}

void
__wrap_recorder_flush(Session *session)
{
	stage.session = session;
	__real_recorder_flush(session);
}

void *
__wrap_sodium_malloc(size_t size)
{
	return faulty_memory_strikes("sodium_malloc") ? NULL : __real_sodium_malloc(size);
}

/* Different for different passphrases, and cheap; it needs much memory. */
int
__wrap_crypto_pwhash_argon2id(unsigned char *out, unsigned long long len, const char *secret,
	unsigned long long secret_len, const unsigned char *salt, unsigned long long passes, size_t memory, int kind)
{
	(void)passes;
	(void)memory;
	(void)kind;
	if (faulty_memory_strikes("Argon2id"))
		return -1;
	for (unsigned long long i = 0; i < len; i++)
		out[i] = (unsigned char)(salt[i % 16] + (secret_len > 0 ? secret[i % secret_len] : 0) * (i + 1));
	return 0;
}
