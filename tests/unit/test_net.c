/* The net child: what it may hold, that it waits and leaves when it should, and a parent that survives whatever it
 * does. */
#include "local_server.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <time.h>

#include "meok/site.h"

static const char *
real_child(void)
{
	static char path[512];
	const char *build = getenv("MEOK_BUILD");
	snprintf(path, sizeof path, "%s/tests/unit/net_child", build != NULL ? build : ".");
	if (access(path, X_OK) != 0)
		fail_msg("%s is not there", path);
	return path;
}

static int64_t
now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Pumps until there is an event; fails after ten seconds. */
static NetEvent
next_event(NetChild *child)
{
	NetEvent event;
	int64_t end = now_ms() + 10000;
	while (!net_receive(child, &event)) {
		if (now_ms() > end)
			fail_msg("no event");
		struct pollfd watch = {.fd = net_fd(child), .events = POLLIN};
		if (net_wants_write(child))
			watch.events |= POLLOUT;
		poll(&watch, 1, 1000);
		net_pump(child, NULL);
	}
	return event;
}

static void
expect_event(NetChild *child, NetEventKind kind)
{
	NetEvent event = next_event(child);
	if (event.kind != kind)
		fail_msg("event %d, wanted %d: %s", event.kind, kind, err_text(&event.error));
	net_event_free(&event);
}

static Account
account_at(const char *endpoint)
{
	return (Account){.driver = str_from(SV("wordpress")),
		.endpoint = str_from(sv(endpoint)),
		.user = str_from(SV("mina")),
		.secret = str_from(SV("pw")),
		.may_publish = true};
}

static Article
small_article(size_t body)
{
	Article article = {.token = str_from(SV("meok-t")), .title = str_from(SV("첫눈"))};
	for (size_t i = 0; i < body; i++)
		str_append_byte(&article.body, 'x');
	return article;
}

/* Starts a shell script as the child. */
static NetChild *
start_script(const char *dir, const char *script)
{
	char path[256];
	snprintf(path, sizeof path, "%s/child", dir);
	FILE *file = fopen(path, "w");
	if (file == NULL || fprintf(file, "#!/bin/sh\n%s\n", script) < 0 || fclose(file) != 0 || chmod(path, 0700) != 0)
		abort();
	Account account = account_at("https://blog.example/wp-json/");
	NetChild *child = net_start(path, NET_TERMS, &account, NULL, NULL);
	assert_non_null(child);
	account_free(&account);
	return child;
}

static char *
read_all(const char *dir, const char *name)
{
	static char text[8192];
	char path[256];
	snprintf(path, sizeof path, "%s/%s", dir, name);
	FILE *file = fopen(path, "r");
	if (file == NULL)
		fail_msg("no %s", path);
	text[fread(text, 1, sizeof text - 1, file)] = '\0';
	fclose(file);
	return text;
}

/* ---- What the child holds */

static void
test_environment_and_descriptors(void **state)
{
	(void)state;
	char *dir = make_dir(), script[1024];
	snprintf(script, sizeof script,
		"cd %s; cat /proc/$$/environ | tr '\\0' '\\n' > environ; tr '\\0' ' ' < /proc/$$/cmdline > cmdline\n"
		"known=$(for f in 0 1 2 3; do readlink /proc/$$/fd/$f; done); echo \"$known\" > known; ls /proc/$$/fd "
		"> fds\n"
		"cut -d' ' -f1,6 /proc/$$/stat > session",
		dir);
	int leak = open("/etc/passwd", O_RDONLY);
	assert_true(leak > 2 && fcntl(leak, F_SETFD, 0) == 0 && dup2(leak, 77) == 77);
	setenv("SSLKEYLOGFILE", "/tmp/keys", 1);
	setenv("https_proxy", "http://evil", 1);
	setenv("CURL_CA_BUNDLE", "/tmp/ca", 1);
	setenv("LANG", "ko_KR.UTF-8", 1);
	sigset_t blocked, before;
	sigfillset(&blocked);
	sigprocmask(SIG_BLOCK, &blocked, &before);
	NetChild *child = start_script(dir, script);
	sigprocmask(SIG_SETMASK, &before, NULL);
	expect_event(child, NET_GONE);
	net_free(child);
	char *environ_text = read_all(dir, "environ");
	assert_null(strstr(environ_text, "SSLKEYLOGFILE"));
	assert_null(strstr(environ_text, "proxy"));
	assert_null(strstr(environ_text, "CURL"));
	assert_null(strstr(environ_text, "HOME="));
	assert_non_null(strstr(environ_text, "LANG=ko_KR.UTF-8"));
	assert_non_null(strstr(environ_text, "PATH=/usr/bin:/bin"));
	char *known = read_all(dir, "known");
	assert_int_equal(count_of(known, "/dev/null\n"), 3);
	assert_int_equal(count_of(known, "socket:"), 1);
	char *descriptors = read_all(dir, "fds");
	assert_null(strstr(descriptors, "77"));
	assert_true(count_of(descriptors, "\n") <= 6); /* and two of the shell's own */
	int pid = 0, session = 0;
	assert_int_equal(sscanf(read_all(dir, "session"), "%d %d", &pid, &session), 2);
	assert_int_equal(pid, session);
	unsetenv("SSLKEYLOGFILE");
	unsetenv("https_proxy");
	unsetenv("CURL_CA_BUNDLE");
	close(leak);
	close(77);
	remove_dir(dir);
}

/* ---- Children that misbehave */

static void
check_script(const char *script, bool stream_breaks)
{
	char *dir = make_dir();
	NetChild *child = start_script(dir, script);
	int64_t end = now_ms() + 5000;
	bool fine = true;
	NetEvent event = {0};
	while (!net_receive(child, &event) && now_ms() < end) {
		poll(&(struct pollfd){.fd = net_fd(child), .events = POLLIN}, 1, 100);
		Err err = {0};
		fine = net_pump(child, &err) && fine;
		assert_true(fine || err.kind == ERR_FAILED);
	}
	assert_int_equal(event.kind, NET_GONE);
	assert_false(net_receive(child, &event));
	assert_int_equal(!net_pump(child, NULL), stream_breaks);
	net_free(child);
	remove_dir(dir);
}

static void
test_bad_children(void **state)
{
	(void)state;
	check_script("exit 0", false);
	check_script("kill -9 $$", false);
	check_script("cat <&3 >/dev/null & printf 'HTTP/1.1 200 OK' >&3; sleep 5", true);
	check_script("printf '\\266\\001\\003\\000\\377\\377\\377\\177' >&3", true);
	/* a frame that is cut short by the end */
	check_script("printf '\\266\\001\\003\\000\\020\\000\\000\\000abc' >&3", false);
	/* a whole message that is no event, and one of a kind that only the parent sends */
	check_script("printf '\\266\\001\\003\\000\\003\\000\\000\\000abc' >&3", true);
	check_script("printf '\\266\\001\\001\\000\\000\\000\\000\\000' >&3", true);
}

static void
test_program_missing(void **state)
{
	(void)state;
	Account account = account_at("https://blog.example/wp-json/");
	NetChild *child = net_start("/nonexistent/meok", NET_TERMS, &account, NULL, NULL);
	assert_non_null(child);
	expect_event(child, NET_GONE);
	net_free(child);
	net_free(NULL);
	account_free(&account);
}

static void
test_stubborn_child_is_killed_and_reaped(void **state)
{
	(void)state;
	char *dir = make_dir();
	NetChild *child = start_script(dir, "trap '' TERM; while :; do sleep 0.05; done");
	usleep(200000);
	int64_t start = now_ms();
	net_free(child);
	assert_in_range(now_ms() - start, 0, 1000);
	/* the script's sleep is its own child; ours is reaped */
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
	remove_dir(dir);
}

static void
test_unasked_acknowledgement(void **state)
{
	(void)state;
	char *dir = make_dir();
	NetChild *child = start_script(dir, "sleep 1");
	Err err = {0};
	assert_false(net_acknowledge(child, &err));
	net_free(child);
	remove_dir(dir);
}

/* As printf(1) writes it: one event, whose kind is a checkpoint and whose phase SITE_CREATED. */
#define FIELD(tag, value) "\\00" tag "\\000\\010\\000\\000\\000\\00" value "\\000\\000\\000\\000\\000\\000\\000"
#define CHECKPOINT_FRAME "\\266\\001\\003\\000\\034\\000\\000\\000" FIELD("1", "2") FIELD("2", "2")

/* Each checkpoint becomes a file in the vault: a child out of its mind must not fill the disk. */
static void
test_checkpoints_without_end(void **state)
{
	(void)state;
	char *dir = make_dir(), script[1024];
	snprintf(script, sizeof script,
		"exec 2>/dev/null; i=0; while [ $i -lt 500 ]; do printf '%s' >&3; i=$((i+1)); done; sleep 1",
		CHECKPOINT_FRAME);
	NetChild *child = start_script(dir, script);
	int checkpoints = 0;
	NetEvent event;
	while ((event = next_event(child)).kind == NET_CHECKPOINT) {
		checkpoints++;
		assert_true(net_acknowledge(child, NULL));
		net_event_free(&event);
	}
	assert_int_equal(event.kind, NET_GONE);
	assert_in_range(checkpoints, 4, 32);
	net_event_free(&event);
	net_free(child);
	remove_dir(dir);
}

/* ---- The real child */

#define JSON "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"
#define POST(status)                                                                   \
	"{\"id\":7,\"status\":\"" status "\",\"slug\":\"meok-t\",\"link\":\"http://x/" \
	"\",\"tags\":[],\"categories\":[]}"

static bool
serve_wordpress(int fd, const char *request, int number, const char *argument)
{
	(void)number;
	(void)argument;
	server_say(fd, JSON);
	if (strstr(request, "/tags?") != NULL)
		server_say(fd, "[{\"id\":3,\"name\":\"R&amp;D\",\"count\":2}]");
	else if (strstr(request, "/categories?") != NULL)
		server_say(fd, "[{\"id\":4,\"name\":\"겨울\",\"count\":1}]");
	else
		server_say(fd, strstr(request, "\"publish\"") != NULL ? POST("publish") : POST("draft"));
	return false;
}

static bool
serve_silence(int fd, const char *request, int number, const char *argument)
{
	(void)fd;
	(void)request;
	(void)number;
	(void)argument;
	sleep(30);
	return false;
}

static NetChild *
start_real(const LocalServer *server, NetJobKind kind, const Article *article)
{
	char endpoint[128];
	snprintf(endpoint, sizeof endpoint, "%s/wp-json/", server->origin);
	Account account = account_at(endpoint);
	NetChild *child = net_start(real_child(), kind, &account, article, NULL);
	assert_non_null(child);
	account_free(&account);
	return child;
}

static void
test_terms(void **state)
{
	(void)state;
	LocalServer server = server_start(serve_wordpress, NULL);
	NetChild *child = start_real(&server, NET_TERMS, NULL);
	NetEvent event = next_event(child);
	if (event.kind != NET_PROBED)
		fail_msg("event %d: %s", event.kind, err_text(&event.error));
	assert_int_equal(event.probe.terms.len, 2);
	assert_view_equal(str_view(&event.probe.terms.items[0].name), "R&D");
	assert_true(event.probe.terms.items[1].is_work);
	net_event_free(&event);
	assert_false(net_receive(child, &event));
	net_free(child);
	free(server_stop(&server));
}

static void
test_checkpoint_waits(void **state)
{
	(void)state;
	LocalServer server = server_start(serve_wordpress, NULL);
	Article article = small_article(10);
	NetChild *child = start_real(&server, NET_PUBLISH, &article);
	NetEvent event = next_event(child);
	assert_int_equal(event.kind, NET_CHECKPOINT);
	assert_int_equal(event.phase, SITE_CREATED);
	assert_view_equal(str_view(&event.remote_id), "7");
	assert_true(event.remote_version.len > 0);
	net_event_free(&event);
	usleep(300000);
	net_free(child);
	char *log = server_stop(&server);
	assert_int_equal(count_of(log, "POST /"), 1);
	free(log);

	server = server_start(serve_wordpress, NULL);
	child = start_real(&server, NET_PUBLISH, &article);
	SitePhase last = 0;
	for (int checkpoints = 0;;) {
		event = next_event(child);
		NetEventKind kind = event.kind;
		if (kind == NET_CHECKPOINT) {
			checkpoints++;
			assert_true(net_acknowledge(child, NULL));
		}
		last = event.phase;
		if (kind == NET_PUBLISHED) {
			assert_view_equal(str_view(&event.outcome.remote_id), "7");
			assert_int_equal(checkpoints, 2);
		}
		net_event_free(&event);
		if (kind != NET_CHECKPOINT && kind != NET_PROGRESS) {
			assert_int_equal(kind, NET_PUBLISHED);
			break;
		}
	}
	assert_int_equal(last, SITE_PUBLIC);
	net_free(child);
	article_free(&article);
	log = server_stop(&server);
	assert_int_equal(count_of(log, "POST /"), 3);
	free(log);
}

static void
test_long_body_never_blocks(void **state)
{
	(void)state;
	LocalServer server = server_start(serve_silence, NULL);
	Article article = small_article(20000000);
	int64_t start = now_ms();
	NetChild *child = start_real(&server, NET_PUBLISH, &article);
	assert_true(net_wants_write(child));
	while (net_wants_write(child) && now_ms() - start < 10000) {
		int64_t before = now_ms();
		assert_true(net_pump(child, NULL));
		assert_in_range(now_ms() - before, 0, 1500);
		poll(&(struct pollfd){.fd = net_fd(child), .events = POLLOUT}, 1, 1000);
	}
	assert_false(net_wants_write(child));
	/* cancelled in the middle of a request */
	usleep(100000);
	start = now_ms();
	net_free(child);
	assert_in_range(now_ms() - start, 0, 1000);
	article_free(&article);
	free(server_stop(&server));
}

static void
test_failure_tells_the_phase(void **state)
{
	(void)state;
	LocalServer server = server_start(serve_wordpress, NULL);
	free(server_stop(&server));
	Article article = small_article(10);
	NetChild *child = start_real(&server, NET_PUBLISH, &article);
	NetEvent event = next_event(child);
	assert_int_equal(event.kind, NET_FAILED);
	assert_int_equal(event.error.kind, ERR_NETWORK);
	assert_int_equal(event.phase, SITE_INTENT);
	net_event_free(&event);
	net_free(child);
	article_free(&article);

	Account account = account_at("x");
	str_set(&account.driver, SV("nosuch"));
	child = net_start(real_child(), NET_TERMS, &account, NULL, NULL);
	event = next_event(child);
	assert_int_equal(event.kind, NET_FAILED);
	assert_int_equal(event.error.kind, ERR_USAGE);
	net_event_free(&event);
	net_free(child);
	account_free(&account);
}

/* A parent that is killed takes no leave: the child must notice the end of its socket even while a server is silent. */
static void
test_child_leaves_with_its_parent(void **state)
{
	(void)state;
	LocalServer server = server_start(serve_silence, NULL);
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	int ready[2];
	assert_int_equal(pipe(ready), 0);
	pid_t parent = fork();
	if (parent == 0) {
		Article article = small_article(10);
		NetChild *child = start_real(&server, NET_PUBLISH, &article);
		while (net_wants_write(child))
			net_pump(child, NULL);
		usleep(300000);
		_exit(write(ready[1], "x", 1) == 1 ? 0 : 1);
	}
	close(ready[1]);
	char byte;
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	assert_int_equal(waitpid(parent, NULL, 0), parent);
	int64_t start = now_ms();
	pid_t orphan = 0;
	while ((orphan = waitpid(-1, NULL, WNOHANG)) <= 0 && now_ms() - start < 5000)
		usleep(10000);
	assert_true(orphan > 0 && orphan != server.pid);
	assert_in_range(now_ms() - start, 0, 1500);
	char *log = server_stop(&server);
	assert_int_equal(count_of(log, "POST /"), 1);
	free(log);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_environment_and_descriptors),
		cmocka_unit_test(test_bad_children),
		cmocka_unit_test(test_program_missing),
		cmocka_unit_test(test_stubborn_child_is_killed_and_reaped),
		cmocka_unit_test(test_unasked_acknowledgement),
		cmocka_unit_test(test_checkpoints_without_end),
		cmocka_unit_test(test_terms),
		cmocka_unit_test(test_checkpoint_waits),
		cmocka_unit_test(test_long_body_never_blocks),
		cmocka_unit_test(test_failure_tells_the_phase),
		cmocka_unit_test(test_child_leaves_with_its_parent),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
