/* Frames in a real tmux: it shows what was drawn, and puts the cursor where it belongs. */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "frames_unit.h"

enum { STEPS = 40, PATIENCE = 500, TICK_MS = 10 };

/* A tmux of our own, whose only pane shows what comes through a fifo. */
typedef struct Tmux {
	char *dir;
	int feed;
	pid_t server;
} Tmux;

static void
tick(void)
{
	struct timespec pause = {0, TICK_MS * 1000000L};
	nanosleep(&pause, NULL);
}

/* What a command of tmux prints. */
static bool
ask(const char *arguments, Str *out)
{
	char command[512], buffer[4096];
	size_t count;
	snprintf(command, sizeof command, "tmux -u -L meok -f /dev/null %s 2>/dev/null", arguments);
	FILE *pipe = popen(command, "r");
	if (pipe == NULL)
		return false;
	str_clear(out);
	while ((count = fread(buffer, 1, sizeof buffer, pipe)) > 0)
		str_append(out, (StrView){buffer, count});
	return pclose(pipe) == 0;
}

static int
set_up(void **state)
{
	Tmux *tmux = calloc(1, sizeof *tmux);
	if (tmux == NULL)
		return -1;
	*state = tmux;
	tmux->dir = make_dir();
	tmux->feed = -1;
	return 0;
}

static int
tear_down(void **state)
{
	Tmux *tmux = *state;
	if (tmux->feed >= 0)
		close(tmux->feed);
	if (tmux->server > 0)
		kill(tmux->server, SIGTERM);
	for (int i = 0; i < PATIENCE && tmux->server > 0 && kill(tmux->server, 0) == 0; i++)
		tick();
	remove_dir(tmux->dir);
	free(tmux);
	return 0;
}

static void
start(Tmux *tmux, int rows, int columns)
{
	char path[256], arguments[400];
	Str out = {0};
	snprintf(path, sizeof path, "%s/feed", tmux->dir);
	setenv("TMUX_TMPDIR", tmux->dir, 1);
	setenv("LC_ALL", "C.UTF-8", 1);
	unsetenv("TMUX");
	assert_int_equal(mkfifo(path, 0600), 0);
	snprintf(arguments, sizeof arguments, "new-session -d -x %d -y %d 'stty raw -echo; exec cat %s'", columns, rows,
		path);
	assert_true(ask(arguments, &out));
	assert_true(ask("display -p '#{pid}'", &out));
	tmux->server = (pid_t)strtol(str_c(&out), NULL, 10);
	assert_true(tmux->server > 1);
	for (int i = 0; i < PATIENCE && tmux->feed < 0; i++) {
		tmux->feed = open(path, O_WRONLY | O_NONBLOCK);
		if (tmux->feed < 0)
			tick();
	}
	assert_true(tmux->feed >= 0);
	fcntl(tmux->feed, F_SETFL, 0);
	str_free(&out);
}

static void
feed(const Tmux *tmux, StrView bytes)
{
	assert_true(file_write_all(&SYS_POSIX, tmux->feed, bytes));
}

/* Waits until tmux has shown all up to the mark of this step; then where its cursor is, and below that its screen. */
static void
look(const Tmux *tmux, unsigned step, Str *out)
{
	char mark[64];
	int len = snprintf(mark, sizeof mark, "\033]2;step-%u-\033\\", step);
	feed(tmux, (StrView){mark, (size_t)len});
	snprintf(mark, sizeof mark, "step-%u-", step);
	for (int i = 0; i < PATIENCE; i++) {
		assert_true(ask(
			"display -p '#{pane_title} #{cursor_flag} #{cursor_y} #{cursor_x}' ';' capture-pane -p", out));
		if (sv_starts(str_view(out), sv(mark)))
			return;
		tick();
	}
	fail_msg("tmux does not show step %u", step);
}

/* What look should find. */
static void
expect(const Surface *s, unsigned step, int row, int column, Str *out)
{
	str_clear(out);
	str_printf(out, "step-%u- %d %d %d\n", step, s->cursor_shown, row, column);
	surface_text(s, out);
	str_append_byte(out, '\n');
}

static void
walk(void **state, int rows, int columns, Alphabet alphabet)
{
	Tmux *tmux = *state;
	static const DiffRule rule = {true, true, true, COLOURS_256, true, true};
	Dice d = {.seed = (uint32_t)(rows * columns)};
	Surface *from = surface_new(rows, columns, NULL), *to = surface_new(rows, columns, NULL);
	Str bytes = {0}, wanted = {0}, got = {0};
	start(tmux, rows, columns);
	feed(tmux, SV("\033[?1049h\033[?7l"));
	diff_frames(NULL, from, &rule, &bytes);
	for (unsigned step = 0; step < STEPS; step++) {
		feed(tmux, str_view(&bytes));
		look(tmux, step, &got);
		/* a hidden cursor may be anywhere */
		int row = from->cursor_row, column = from->cursor_column;
		if (!from->cursor_shown)
			sscanf(strchr(str_c(&got), ' '), " %*d %d %d", &row, &column);
		expect(from, step, row, column, &wanted);
		assert_string_equal(str_c(&got), str_c(&wanted));
		assert_true(surface_copy(to, from, NULL));
		for (int i = 0; i < 4; i++)
			change_picture(to, &d, alphabet);
		str_clear(&bytes);
		diff_frames(from, to, &rule, &bytes);
		assert_true(surface_copy(from, to, NULL));
	}
	surface_free(from);
	surface_free(to);
	str_free(&bytes);
	str_free(&wanted);
	str_free(&got);
}

static void
test_home(void **state)
{
	walk(state, 24, 80, ALPHABET_HANGUL);
}

static void
test_small(void **state)
{
	walk(state, 10, 40, ALPHABET_CERTAIN);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_home, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_small, set_up, tear_down),
	};
	return cmocka_run_group_tests_name("diff_tmux", tests, NULL, NULL);
}
