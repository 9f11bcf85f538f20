/* The terminal through a pseudo-terminal: modes set and put back, frames, a reader that stalls, a line that breaks. */
#include "unit.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "meok/ui.h"

/* A pseudo-terminal: meok's side, and the side of whoever looks at it. */
typedef struct Pair {
	int slave, master;
	struct termios before;
} Pair;

static int
set_up(void **state)
{
	Pair *pair = calloc(1, sizeof *pair);
	struct winsize size = {.ws_row = 10, .ws_col = 40};
	if (pair == NULL || openpty(&pair->master, &pair->slave, NULL, NULL, &size) != 0)
		return -1;
	fcntl(pair->master, F_SETFL, O_NONBLOCK);
	tcgetattr(pair->slave, &pair->before);
	setenv("TERM", "xterm-256color", 1);
	unsetenv("NO_COLOR");
	*state = pair;
	return 0;
}

static int
tear_down(void **state)
{
	Pair *pair = *state;
	close(pair->slave);
	if (pair->master >= 0)
		close(pair->master);
	free(pair);
	return 0;
}

/* What has been sent to the terminal. */
static const char *
seen(const Pair *pair, Str *out)
{
	char buffer[4096];
	ssize_t count;
	str_clear(out);
	while ((count = read(pair->master, buffer, sizeof buffer)) > 0)
		str_append(out, (StrView){buffer, (size_t)count});
	return str_c(out);
}

static void
assert_modes_equal(const struct termios *a, const struct termios *b)
{
	assert_int_equal(a->c_iflag, b->c_iflag);
	assert_int_equal(a->c_oflag, b->c_oflag);
	assert_int_equal(a->c_cflag, b->c_cflag);
	assert_int_equal(a->c_lflag, b->c_lflag);
	assert_memory_equal(a->c_cc, b->c_cc, sizeof a->c_cc);
}

static void
assert_raw(const Pair *pair)
{
	struct termios now;
	tcgetattr(pair->slave, &now);
	assert_int_equal(now.c_lflag & (tcflag_t)(ICANON | ECHO | ISIG | IEXTEN), 0);
	assert_int_equal(now.c_iflag & (tcflag_t)(ICRNL | IXON), 0);
	assert_int_equal(now.c_oflag & (tcflag_t)OPOST, 0);
}

static void
test_taken_and_given_back(void **state)
{
	const Pair *pair = *state;
	Str out = {0};
	int flags = fcntl(pair->slave, F_GETFL);
	Terminal *term = term_open(pair->slave, COLOURS_AUTO, NULL);
	assert_non_null(term);
	assert_raw(pair);
	seen(pair, &out);
	assert_non_null(strstr(str_c(&out), "\033[?1049h"));
	assert_non_null(strstr(str_c(&out), "\033[?7l"));
	assert_non_null(strstr(str_c(&out), "\033[?2004h"));
	/* whoever shares the descriptor notices nothing */
	assert_int_equal(fcntl(pair->slave, F_GETFL), flags);
	assert_true((fcntl(term_fd(term), F_GETFL) & O_NONBLOCK) != 0);
	assert_true((fcntl(term_fd(term), F_GETFD) & FD_CLOEXEC) != 0);
	term_close(term);
	struct termios after;
	tcgetattr(pair->slave, &after);
	assert_modes_equal(&after, &pair->before);
	seen(pair, &out);
	assert_non_null(strstr(str_c(&out), "\033[?2004l"));
	assert_non_null(strstr(str_c(&out), "\033[?7h"));
	assert_non_null(strstr(str_c(&out), "\033[m"));
	assert_non_null(strstr(str_c(&out), "\033[?25h"));
	assert_non_null(strstr(str_c(&out), "\033[?1049l"));
	str_free(&out);
}

static void
test_pause(void **state)
{
	const Pair *pair = *state;
	Str out = {0};
	Surface *picture = surface_new(10, 40, NULL);
	surface_put(picture, 0, 0, 40, SV("잠깐"), STYLE_TEXT);
	Terminal *term = term_open(pair->slave, COLOURS_AUTO, NULL);
	assert_true(term_draw(term, picture, NULL));
	term_pause(term);
	struct termios now;
	tcgetattr(pair->slave, &now);
	assert_modes_equal(&now, &pair->before);
	assert_non_null(strstr(seen(pair, &out), "\033[?1049l"));
	/* nothing is drawn on a terminal that somebody else has */
	assert_true(term_draw(term, picture, NULL));
	assert_true(term_copy(term, SV("x"), NULL));
	term_pause(term);
	assert_string_equal(seen(pair, &out), "");
	assert_true(term_resume(term, NULL));
	assert_raw(pair);
	assert_non_null(strstr(seen(pair, &out), "\033[?1049h"));
	assert_true(term_draw(term, picture, NULL));
	assert_non_null(strstr(seen(pair, &out), "잠깐"));
	term_close(term);
	term_close(NULL);
	surface_free(picture);
	str_free(&out);
}

static void
test_refused(void **state)
{
	const Pair *pair = *state;
	static const char *const types[] = {"unknown-terminal", "dumb", ""};
	Str out = {0};
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
		Err err = {0};
		setenv("TERM", types[i], 1);
		assert_null(term_open(pair->slave, COLOURS_AUTO, &err));
		assert_int_equal(err.kind, ERR_USAGE);
		assert_non_null(strstr(err_text(&err), types[i]));
		assert_non_null(strstr(err_text(&err), "TERM"));
		struct termios now;
		tcgetattr(pair->slave, &now);
		assert_modes_equal(&now, &pair->before);
		assert_string_equal(seen(pair, &out), "");
	}
	unsetenv("TERM");
	assert_null(term_open(pair->slave, COLOURS_AUTO, NULL));
	setenv("TERM", "xterm-256color", 1);
	int pipes[2];
	Err err = {0};
	assert_int_equal(pipe(pipes), 0);
	assert_null(term_open(pipes[0], COLOURS_AUTO, &err));
	assert_int_equal(err.kind, ERR_USAGE);
	close(pipes[0]);
	close(pipes[1]);
	str_free(&out);
}

static void
test_size(void **state)
{
	const Pair *pair = *state;
	int rows, columns;
	Terminal *term = term_open(pair->slave, COLOURS_NONE, NULL);
	term_size(term, &rows, &columns);
	assert_int_equal(rows, 10);
	assert_int_equal(columns, 40);
	struct winsize size = {0};
	ioctl(pair->master, TIOCSWINSZ, &size);
	term_size(term, &rows, &columns);
	assert_int_equal(rows, 24);
	assert_int_equal(columns, 80);
	size = (struct winsize){.ws_row = 65535, .ws_col = 65535};
	ioctl(pair->master, TIOCSWINSZ, &size);
	term_size(term, &rows, &columns);
	assert_true(rows * columns < 4000000);
	term_close(term);
}

static void
test_draw(void **state)
{
	const Pair *pair = *state;
	Str out = {0};
	Surface *picture = surface_new(10, 40, NULL), *smaller = surface_new(5, 20, NULL);
	Terminal *term = term_open(pair->slave, COLOURS_AUTO, NULL);
	seen(pair, &out);
	surface_put(picture, 2, 0, 40, SV("첫 줄입니다"), STYLE_TEXT);
	surface_cursor(picture, 2, 11);
	assert_true(term_draw(term, picture, NULL));
	assert_false(term_pending(term));
	assert_non_null(strstr(seen(pair, &out), "첫 줄입니다"));
	assert_true(term_draw(term, picture, NULL));
	assert_string_equal(seen(pair, &out), "");
	surface_put(picture, 2, 11, 40, SV("."), STYLE_TEXT);
	surface_cursor(picture, 2, 12);
	assert_true(term_draw(term, picture, NULL));
	assert_string_equal(seen(pair, &out), ".");
	term_forget(term);
	assert_true(term_draw(term, picture, NULL));
	assert_non_null(strstr(seen(pair, &out), "\033[2J"));
	assert_true(term_draw(term, smaller, NULL));
	assert_non_null(strstr(seen(pair, &out), "\033[2J"));
	assert_true(term_copy(term, SV("봄밤"), NULL));
	assert_string_equal(seen(pair, &out), "\033]52;c;67SE67Ck\033\\");
	assert_true(term_copy(term, SV("abcd"), NULL));
	assert_string_equal(seen(pair, &out), "\033]52;c;YWJjZA==\033\\");
	term_close(term);
	surface_free(picture);
	surface_free(smaller);
	str_free(&out);
}

/* What the first frame on a terminal of some type says about colours. */
static void
assert_colours(const Pair *pair, const char *type, Colours wanted, const char *there, const char *not_there)
{
	Str out = {0};
	setenv("TERM", type, 1);
	Surface *picture = surface_new(10, 40, NULL);
	surface_put(picture, 0, 0, 40, SV("error"), STYLE_ERROR);
	Terminal *term = term_open(pair->slave, wanted, NULL);
	assert_non_null(term);
	assert_true(term_draw(term, picture, NULL));
	term_close(term);
	seen(pair, &out);
	assert_non_null(strstr(str_c(&out), there));
	assert_null(strstr(str_c(&out), not_there));
	surface_free(picture);
	str_free(&out);
}

static void
test_colours(void **state)
{
	const Pair *pair = *state;
	assert_colours(pair, "xterm-256color", COLOURS_AUTO, "38;5;", "\033[31");
	assert_colours(pair, "linux", COLOURS_AUTO, "31m", "38;5;");
	assert_colours(pair, "linux", COLOURS_AUTO, "31m", "2026");
	assert_colours(pair, "vt100", COLOURS_AUTO, "\033[1merror", "31m");
	assert_colours(pair, "xterm-256color", COLOURS_NONE, "\033[1merror", "38;5;");
	setenv("NO_COLOR", "1", 1);
	assert_colours(pair, "xterm-256color", COLOURS_AUTO, "\033[1merror", "38;5;");
	assert_colours(pair, "xterm-256color", COLOURS_16, "31m", "38;5;");
	unsetenv("NO_COLOR");
}

static void
test_read(void **state)
{
	Pair *pair = *state;
	Str bytes = {0};
	Terminal *term = term_open(pair->slave, COLOURS_NONE, NULL);
	assert_int_equal(term_read(term, &bytes), 0);
	assert_int_equal(write(pair->master, "\x03가\r\x1A", 6), 6);
	assert_int_equal(term_read(term, &bytes), 1);
	assert_string_equal(str_c(&bytes), "\x03가\r\x1A");
	assert_int_equal(term_read(term, &bytes), 0);
	/* the line breaks: input says so at once and for ever, output fails, giving back does not hang */
	close(pair->master);
	pair->master = -1;
	assert_int_equal(term_read(term, &bytes), -1);
	assert_int_equal(term_read(term, &bytes), -1);
	Surface *picture = surface_new(10, 40, NULL);
	Err err = {0};
	assert_false(term_draw(term, picture, &err));
	assert_int_equal(err.kind, ERR_FAILED);
	term_close(term);
	surface_free(picture);
	str_free(&bytes);
}

static void
fill_differently(Surface *picture, int number)
{
	for (int row = 0; row < surface_rows(picture); row++)
		surface_fill(
			picture, row, 0, surface_columns(picture), (uint32_t)('a' + (number + row) % 26), STYLE_TEXT);
}

static void
test_stalled(void **state)
{
	const Pair *pair = *state;
	Str out = {0}, all = {0};
	Surface *picture = surface_new(100, 200, NULL);
	Terminal *term = term_open(pair->slave, COLOURS_NONE, NULL);
	struct timespec begin, end;
	clock_gettime(CLOCK_MONOTONIC, &begin);
	int frames = 0;
	for (; frames < 100 && !term_pending(term); frames++) {
		fill_differently(picture, frames);
		assert_true(term_draw(term, picture, NULL));
	}
	assert_true(term_pending(term));
	/* frames that come meanwhile are dropped, not piled up */
	surface_put(picture, 0, 0, 200, SV("NEVER SENT"), STYLE_TEXT);
	assert_true(term_draw(term, picture, NULL));
	fill_differently(picture, 3);
	surface_put(picture, 50, 0, 200, SV("LAST OF ALL"), STYLE_TEXT);
	for (int i = 0; i < 1000 && term_pending(term); i++) {
		seen(pair, &out);
		str_append(&all, str_view(&out));
		assert_true(term_flush(term, NULL));
	}
	assert_false(term_pending(term));
	assert_true(term_draw(term, picture, NULL));
	for (int i = 0; i < 1000 && sv_find(str_view(&all), SV("LAST OF ALL"), 0) == SIZE_MAX; i++) {
		seen(pair, &out);
		str_append(&all, str_view(&out));
		assert_true(term_flush(term, NULL));
	}
	clock_gettime(CLOCK_MONOTONIC, &end);
	assert_true(end.tv_sec - begin.tv_sec < 20);
	assert_true(sv_find(str_view(&all), SV("LAST OF ALL"), 0) != SIZE_MAX);
	assert_true(sv_find(str_view(&all), SV("NEVER SENT"), 0) == SIZE_MAX);
	/* nobody reads while it is given back: it is, nevertheless */
	for (int i = 0; i < 100 && !term_pending(term); i++) {
		fill_differently(picture, i);
		assert_true(term_draw(term, picture, NULL));
	}
	term_close(term);
	struct termios after;
	tcgetattr(pair->slave, &after);
	assert_modes_equal(&after, &pair->before);
	surface_free(picture);
	str_free(&out);
	str_free(&all);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_taken_and_given_back, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_pause, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_size, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_draw, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_colours, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_read, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_stalled, set_up, tear_down),
	};
	return cmocka_run_group_tests_name("term", tests, NULL, NULL);
}
