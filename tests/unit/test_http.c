/* The HTTP client against servers that misbehave, and TLS with certificates that are wrong in one way each. */
#include "local_server.h"

#include <time.h>

#include "../../src/site/http.h"

static const HttpLimits QUICK = {.connect_ms = 2000, .total_ms = 1500, .stalled_s = 1};

typedef struct Client {
	Http http;
	HttpAnswer answer;
	Err err;
} Client;

static void
client_open(Client *c, const char *ca_file, int hangup_fd, const HttpLimits *limits)
{
	*c = (Client){0};
	assert_true(http_curl_open(&c->http.transport, sv(ca_file), hangup_fd, limits, NULL));
}

static void
client_close(Client *c)
{
	http_answer_free(&c->answer);
	http_curl_close(&c->http.transport);
	http_free(&c->http);
}

static bool
ask(Client *c, const char *method, const char *origin, const char *path, HttpRequest request)
{
	Str url = {0};
	str_append_c(&url, origin);
	str_append_c(&url, path);
	request.method = method;
	request.url = str_view(&url);
	if (strcmp(method, "POST") == 0 && request.body.len == 0)
		request.body = SV("{\"a\":1}");
	http_answer_free(&c->answer);
	bool done = http_exchange(&c->http, &request, &c->answer, &c->err);
	str_free(&url);
	return done;
}

static void
expect_error(const Client *c, ErrKind kind, const char *words)
{
	if (c->err.kind != kind || strstr(err_text(&c->err), words) == NULL)
		fail_msg("kind %d: %s (wanted %d, '%s')", c->err.kind, err_text(&c->err), kind, words);
}

static int64_t
now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- Servers */

static bool
serve_fine(int fd, const char *request, int number, const char *argument)
{
	(void)request;
	(void)number;
	(void)argument;
	server_say(fd, "HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=UTF-8\r\nContent-Length: "
		       "11\r\n\r\n{\"ok\":true}");
	return true;
}

static bool
serve_redirect(int fd, const char *request, int number, const char *target)
{
	(void)request;
	(void)number;
	server_say(fd, "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: ");
	server_say(fd, target);
	server_say(fd, "\r\n\r\n");
	return true;
}

static bool
serve_endless(int fd, const char *request, int number, const char *head)
{
	(void)request;
	(void)number;
	static char block[65536];
	memset(block, 'x', sizeof block - 1);
	for (bool more = server_say(fd, head); more;)
		more = server_say(fd, block);
	return false;
}

static bool
serve_file(int fd, const char *request, int number, const char *path)
{
	(void)request;
	(void)number;
	static char block[65536];
	server_say(fd, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n");
	FILE *file = fopen(path, "r");
	for (size_t n; file != NULL && (n = fread(block, 1, sizeof block, file)) > 0;)
		if (send(fd, block, n, MSG_NOSIGNAL) < 0)
			break;
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

static bool
serve_half(int fd, const char *request, int number, const char *argument)
{
	(void)request;
	(void)number;
	(void)argument;
	server_say(fd, "HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{\"id\":");
	return false;
}

/* Answers GET and keeps the connection; takes a POST and closes without a byte. */
static bool
serve_drop_posts(int fd, const char *request, int number, const char *argument)
{
	return strncmp(request, "GET", 3) == 0 && serve_fine(fd, request, number, argument);
}

/* ---- Plain things */

static void
test_get_and_post(void **state)
{
	(void)state;
	LocalServer server = server_start(serve_fine, NULL);
	Client c;
	client_open(&c, NULL, -1, &QUICK);
	assert_true(http_set_credential(&c.http, sv(server.origin), SV("mina"), SV("a b c"), NULL));
	assert_true(ask(&c, "GET", server.origin, "/a?b=c", (HttpRequest){0}));
	assert_int_equal(c.answer.status, 200);
	assert_view_equal(str_view(&c.answer.body), "{\"ok\":true}");
	assert_view_equal(str_view(&c.answer.headers.content_type), "application/json");
	assert_true(ask(&c, "POST", server.origin, "/p", (HttpRequest){.credential = true}));
	assert_true(ask(&c, "DELETE", server.origin, "/d", (HttpRequest){.credential = true}));
	client_close(&c);
	char *log = server_stop(&server);
	assert_non_null(strstr(log, "GET /a?b=c HTTP/1.1\r\n"));
	assert_non_null(strstr(log, "POST /p HTTP/1.1\r\n"));
	assert_non_null(strstr(log, "DELETE /d HTTP/1.1\r\n"));
	assert_non_null(strstr(log, "\r\n\r\n{\"a\":1}"));
	assert_int_equal(count_of(log, "Authorization: Basic bWluYTphIGIgYw==\r\n"), 2);
	assert_null(strstr(log, "Expect:"));
	free(log);
}

static void
test_refused_connection(void **state)
{
	(void)state;
	LocalServer server = server_start(serve_fine, NULL);
	free(server_stop(&server));
	Client c;
	client_open(&c, NULL, -1, &QUICK);
	assert_false(ask(&c, "POST", server.origin, "/", (HttpRequest){0}));
	expect_error(&c, ERR_NETWORK, "does not take the connection");
	assert_false(ask(&c, "POST", "https://nowhere.invalid", "/", (HttpRequest){0}));
	expect_error(&c, ERR_NETWORK, "there is no site at https://nowhere.invalid");
	client_close(&c);
}

static void
test_environment_is_ignored(void **state)
{
	(void)state;
	LocalServer server = server_start(serve_fine, NULL);
	setenv("http_proxy", "http://127.0.0.1:1", 1);
	setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
	Client c;
	client_open(&c, NULL, -1, &QUICK);
	assert_true(ask(&c, "GET", server.origin, "/", (HttpRequest){0}));
	client_close(&c);
	unsetenv("http_proxy");
	unsetenv("ALL_PROXY");
	free(server_stop(&server));
}

/* ---- Rules */

static void
test_redirect_gets_no_credential(void **state)
{
	(void)state;
	LocalServer target = server_start(serve_fine, NULL);
	LocalServer server = server_start(serve_redirect, target.origin);
	Client c;
	client_open(&c, NULL, -1, &QUICK);
	assert_true(http_set_credential(&c.http, sv(server.origin), SV("mina"), SV("secret"), NULL));
	assert_false(ask(&c, "POST", server.origin, "/", (HttpRequest){.credential = true, .follow = true}));
	expect_error(&c, ERR_REFUSED, target.origin);
	assert_false(ask(&c, "POST", server.origin, "/", (HttpRequest){.follow = true}));
	expect_error(&c, ERR_REFUSED, target.origin);
	assert_false(ask(&c, "GET", server.origin, "/", (HttpRequest){.credential = true, .follow = true}));
	expect_error(&c, ERR_REFUSED, target.origin);
	assert_false(ask(&c, "GET", target.origin, "/", (HttpRequest){.credential = true}));
	expect_error(&c, ERR_FAILED, "the password is not for");
	assert_true(ask(&c, "GET", server.origin, "/", (HttpRequest){.follow = true}));
	assert_true(sv_starts(str_view(&c.answer.url), sv(target.origin)));
	client_close(&c);
	char *log = server_stop(&target);
	assert_int_equal(count_of(log, "HTTP/1.1\r\n"), 1);
	assert_null(strstr(log, "Authorization"));
	free(log);
	free(server_stop(&server));
}

static void
test_redirect_limits(void **state)
{
	(void)state;
	LocalServer server = server_start(serve_redirect, "/again");
	Client c;
	client_open(&c, NULL, -1, &QUICK);
	assert_false(ask(&c, "GET", server.origin, "/", (HttpRequest){.follow = true}));
	expect_error(&c, ERR_REFUSED, "redirects too often");
	char *log = server_stop(&server);
	assert_int_equal(count_of(log, "GET /"), HTTP_REDIRECTS_MAX + 1);
	free(log);
	static const char *const BAD[] = {
		"http://example.invalid/", "file:///etc/passwd", "//a@b/", "http://127.0.0.1:1/\x01"};
	for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
		server = server_start(serve_redirect, BAD[i]);
		if (ask(&c, "GET", server.origin, "/", (HttpRequest){.follow = true}))
			fail_msg("followed %s", BAD[i]);
		free(server_stop(&server));
	}
	client_close(&c);
}

static void
test_only_encrypted(void **state)
{
	(void)state;
	Client c;
	client_open(&c, NULL, -1, &QUICK);
	assert_false(ask(&c, "GET", "http://192.0.2.1", "/", (HttpRequest){0}));
	expect_error(&c, ERR_REFUSED, "not encrypted");
	assert_false(ask(&c, "GET", "http://127.evil.invalid", "/", (HttpRequest){0}));
	expect_error(&c, ERR_REFUSED, "not encrypted");
	client_close(&c);
}

static void
test_injection(void **state)
{
	(void)state;
	LocalServer server = server_start(serve_fine, NULL);
	Client c;
	client_open(&c, NULL, -1, &QUICK);
	assert_false(ask(&c, "GET", server.origin, "/\r\nX-Evil: 1", (HttpRequest){0}));
	expect_error(&c, ERR_USAGE, "not a web address");
	/* below the rules, the transport refuses too */
	Str url = {0};
	str_append_c(&url, server.origin);
	str_append_c(&url, "/");
	HttpWire wire = {
		.method = "GET", .url = str_view(&url), .authorization = SV("Basic x\r\nX-Evil: 1"), .limit = 100};
	assert_false(c.http.transport.send(c.http.transport.data, &wire, &c.answer, &c.err));
	expect_error(&c, ERR_FAILED, "line end");
	wire.authorization = (StrView){"Basic x\0y", 9};
	assert_false(c.http.transport.send(c.http.transport.data, &wire, &c.answer, &c.err));
	/* in a credential they are only bytes */
	assert_true(http_set_credential(&c.http, str_view(&url), SV("mina"), SV("a\r\nX-Evil: 1"), NULL));
	assert_true(ask(&c, "GET", server.origin, "/", (HttpRequest){.credential = true}));
	assert_false(http_set_credential(&c.http, str_view(&url), SV("mi:na"), SV("a"), NULL));
	client_close(&c);
	str_free(&url);
	char *log = server_stop(&server);
	assert_int_equal(count_of(log, "HTTP/1.1\r\n"), 1);
	assert_null(strstr(log, "X-Evil"));
	free(log);
}

/* ---- Answers without measure */

static void
check_cut_off(const char *head)
{
	LocalServer server = server_start(serve_endless, head);
	Client c;
	client_open(&c, NULL, -1, &HTTP_LIMITS);
	int64_t start = now_ms();
	assert_false(ask(&c, "GET", server.origin, "/", (HttpRequest){0}));
	expect_error(&c, ERR_NETWORK, "more than any answer should hold");
	assert_false(ask(&c, "POST", server.origin, "/", (HttpRequest){.repeatable = true}));
	expect_error(&c, ERR_UNKNOWN, "more than any answer should hold");
	assert_true(now_ms() - start < 10000);
	client_close(&c);
	char *log = server_stop(&server);
	assert_int_equal(count_of(log, "HTTP/1.1\r\n"), 2);
	free(log);
}

static void
test_endless(void **state)
{
	(void)state;
	check_cut_off("HTTP/1.1 200 OK\r\n\r\n");
	check_cut_off("HTTP/1.1 200 OK\r\nContent-Length: 10737418240\r\n\r\n");
}

static bool
serve_headers(int fd, const char *request, int number, const char *argument)
{
	(void)request;
	(void)number;
	(void)argument;
	for (bool more = server_say(fd, "HTTP/1.1 200 OK\r\n"); more;)
		more = server_say(
			fd, "X-Filler: 0123456789012345678901234567890123456789012345678901234567890123456789\r\n");
	return false;
}

static void
test_endless_headers(void **state)
{
	(void)state;
	LocalServer server = server_start(serve_headers, NULL);
	Client c;
	client_open(&c, NULL, -1, &HTTP_LIMITS);
	assert_false(ask(&c, "GET", server.origin, "/", (HttpRequest){0}));
	expect_error(&c, ERR_NETWORK, "more than any answer should hold");
	client_close(&c);
	free(server_stop(&server));
}

static void
test_gzip_bomb(void **state)
{
	(void)state;
	char *dir = make_dir(), path[256], command[512];
	snprintf(path, sizeof path, "%s/bomb.gz", dir);
	snprintf(command, sizeof command, "head -c 200000000 /dev/zero | gzip -1 > %s", path);
	assert_int_equal(system(command), 0);
	LocalServer server = server_start(serve_file, path);
	Client c;
	client_open(&c, NULL, -1, &HTTP_LIMITS);
	assert_false(ask(&c, "GET", server.origin, "/", (HttpRequest){0}));
	expect_error(&c, ERR_NETWORK, "more than any answer should hold");
	free(server_stop(&server));
	snprintf(command, sizeof command, "printf '{\"a\":1}' | gzip > %s", path);
	assert_int_equal(system(command), 0);
	server = server_start(serve_file, path);
	assert_true(ask(&c, "GET", server.origin, "/", (HttpRequest){0}));
	assert_view_equal(str_view(&c.answer.body), "{\"a\":1}");
	client_close(&c);
	free(server_stop(&server));
	remove_dir(dir);
}

/* ---- Broken links */

static void
test_silence(void **state)
{
	(void)state;
	LocalServer server = server_start(serve_silence, NULL);
	Client c;
	client_open(&c, NULL, -1, &QUICK);
	assert_false(ask(&c, "POST", server.origin, "/", (HttpRequest){.repeatable = true}));
	expect_error(&c, ERR_UNKNOWN, "did not answer in time");
	client_close(&c);
	char *log = server_stop(&server);
	assert_int_equal(count_of(log, "POST /"), 1);
	free(log);
}

static void
test_half_an_answer(void **state)
{
	(void)state;
	LocalServer server = server_start(serve_half, NULL);
	Client c;
	client_open(&c, NULL, -1, &QUICK);
	assert_false(ask(&c, "POST", server.origin, "/", (HttpRequest){0}));
	expect_error(&c, ERR_UNKNOWN, "broke before it answered");
	assert_false(ask(&c, "GET", server.origin, "/", (HttpRequest){0}));
	expect_error(&c, ERR_NETWORK, "broke before it answered");
	client_close(&c);
	char *log = server_stop(&server);
	assert_int_equal(count_of(log, "POST /"), 1);
	assert_int_equal(count_of(log, "GET /"), 2);
	free(log);
}

/* On a kept connection that closes without a byte libcurl by itself sends a POST again: one post would become two. */
static void
test_post_is_sent_once(void **state)
{
	(void)state;
	LocalServer server = server_start(serve_drop_posts, NULL);
	Client c;
	client_open(&c, NULL, -1, &QUICK);
	assert_true(ask(&c, "GET", server.origin, "/", (HttpRequest){0}));
	assert_false(ask(&c, "POST", server.origin, "/once", (HttpRequest){0}));
	expect_error(&c, ERR_UNKNOWN, "broke before it answered");
	assert_true(ask(&c, "GET", server.origin, "/", (HttpRequest){0}));
	assert_false(ask(&c, "POST", server.origin, "/twice", (HttpRequest){.repeatable = true}));
	client_close(&c);
	char *log = server_stop(&server);
	assert_int_equal(count_of(log, "POST /once"), 1);
	assert_int_equal(count_of(log, "POST /twice"), 2);
	free(log);
}

static void
test_hang_up(void **state)
{
	(void)state;
	LocalServer server = server_start(serve_silence, NULL);
	int pair[2];
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	pid_t other = fork();
	if (other == 0) {
		close(pair[0]);
		usleep(300000);
		_exit(0);
	}
	close(pair[1]);
	Client c;
	client_open(&c, NULL, pair[0], &HTTP_LIMITS);
	int64_t start = now_ms();
	assert_false(ask(&c, "POST", server.origin, "/", (HttpRequest){.repeatable = true}));
	expect_error(&c, ERR_UNKNOWN, "stopped");
	assert_in_range(now_ms() - start, 200, 1500);
	assert_false(c.http.transport.wait(c.http.transport.data, 20));
	waitpid(other, NULL, 0);
	client_close(&c);
	close(pair[0]);
	free(server_stop(&server));
}

/* ---- TLS */

typedef struct TlsServer {
	pid_t pid;
	int port;
} TlsServer;

static char *tls_dir(void **state);

/* Certificates: ca.pem signs good.pem (127.0.0.1), other.pem (another name), old.pem (expired). */
static int
make_certificates(void **state)
{
	char *dir = make_dir(), command[4096];
	snprintf(command, sizeof command,
		"cd %s && exec >log 2>&1 && set -e\n"
		"key='-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes'\n"
		"openssl req -x509 $key -days 30 -subj '/CN=test authority' -keyout ca.key -out ca.pem\n"
		"printf "
		"'[ca]\\ndefault_ca=d\\n[d]\\ndatabase=index\\nserial=serial\\nnew_certs_dir=.\\ndefault_md=sha256\\n"
		"policy=p\\n[p]\\ncommonName=supplied\\n' > ca.conf; touch index; echo 01 > serial\n"
		"sign() { openssl req $key -subj \"/CN=$1\" -keyout $1.key -out $1.csr; printf "
		"\"subjectAltName=$2\\n\" > $1.ext\n"
		"openssl ca -batch -config ca.conf -cert ca.pem -keyfile ca.key -in $1.csr -out $1.pem -extfile $1.ext"
		" -startdate 20200101000000Z -enddate $3 -notext; }\n"
		"sign good IP:127.0.0.1 20450101000000Z; sign other DNS:other.invalid 20450101000000Z\n"
		"sign old IP:127.0.0.1 20200102000000Z\n",
		dir);
	*state = dir;
	return system(command) == 0 ? 0 : -1;
}

static int
remove_certificates(void **state)
{
	remove_dir(*state);
	return 0;
}

static char *
tls_dir(void **state)
{
	return *state;
}

static TlsServer
tls_start(const char *dir, const char *name)
{
	char certificate[256], key[256], line[256];
	snprintf(certificate, sizeof certificate, "%s/%s.pem", dir, name);
	snprintf(key, sizeof key, "%s/%s.key", dir, name);
	int pipes[2];
	TlsServer server = {0};
	if (pipe(pipes) != 0)
		abort();
	server.pid = fork();
	if (server.pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(pipes[1], 1);
		dup2(pipes[1], 2);
		execlp("openssl", "openssl", "s_server", "-accept", "127.0.0.1:0", "-www", "-cert", certificate, "-key",
			key, (char *)NULL);
		_exit(127);
	}
	close(pipes[1]);
	FILE *out = fdopen(pipes[0], "r");
	while (out != NULL && server.port == 0 && fgets(line, sizeof line, out) != NULL)
		sscanf(line, "ACCEPT 127.0.0.1:%d", &server.port);
	if (out == NULL || server.port == 0)
		fail_msg("openssl s_server did not start");
	/* the pipe stays open: the server writes on */
	return server;
}

static void
check_tls(void **state, const char *name, bool trusted, const char *words)
{
	TlsServer server = tls_start(tls_dir(state), name);
	char ca[256], origin[64];
	snprintf(ca, sizeof ca, "%s/ca.pem", tls_dir(state));
	snprintf(origin, sizeof origin, "https://127.0.0.1:%d", server.port);
	Client c;
	client_open(&c, trusted ? ca : NULL, -1, &QUICK);
	bool done = ask(&c, "GET", origin, "/", (HttpRequest){0});
	assert_int_equal(done, words == NULL);
	if (words != NULL)
		expect_error(&c, ERR_NETWORK, words);
	if (words != NULL) {
		assert_false(ask(&c, "POST", origin, "/", (HttpRequest){0}));
		expect_error(&c, ERR_NETWORK, words);
	}
	client_close(&c);
	kill(server.pid, SIGKILL);
	waitpid(server.pid, NULL, 0);
}

static void
test_tls(void **state)
{
	check_tls(state, "good", true, NULL);
	check_tls(state, "good", false, "nobody this machine trusts");
	check_tls(state, "other", true, "is for another name");
	check_tls(state, "old", true, "has expired");
}

static void
test_tls_files(void **state)
{
	(void)state;
	LocalServer server = server_start(serve_fine, NULL);
	char origin[64];
	snprintf(origin, sizeof origin, "https://127.0.0.1:%d", server.port);
	Client c;
	client_open(&c, NULL, -1, &QUICK);
	assert_false(ask(&c, "POST", origin, "/", (HttpRequest){0}));
	expect_error(&c, ERR_NETWORK, "");
	client_close(&c);
	client_open(&c, "/nonexistent.pem", -1, &QUICK);
	assert_false(ask(&c, "GET", origin, "/", (HttpRequest){0}));
	expect_error(&c, ERR_NETWORK, "/nonexistent.pem cannot be read");
	client_close(&c);
	free(server_stop(&server));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_get_and_post),
		cmocka_unit_test(test_refused_connection),
		cmocka_unit_test(test_environment_is_ignored),
		cmocka_unit_test(test_redirect_gets_no_credential),
		cmocka_unit_test(test_redirect_limits),
		cmocka_unit_test(test_only_encrypted),
		cmocka_unit_test(test_injection),
		cmocka_unit_test(test_endless),
		cmocka_unit_test(test_endless_headers),
		cmocka_unit_test(test_gzip_bomb),
		cmocka_unit_test(test_silence),
		cmocka_unit_test(test_half_an_answer),
		cmocka_unit_test(test_post_is_sent_once),
		cmocka_unit_test(test_hang_up),
		cmocka_unit_test_setup_teardown(test_tls, make_certificates, remove_certificates),
		cmocka_unit_test(test_tls_files),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
