/* The rules of an HTTP exchange: what is asked again, after how long, and what stays unknown. */
#include "replay.h"

static bool
ask(Replay *replay, const Exchange *exchanges, size_t count, HttpRequest request, Err *err)
{
	HttpAnswer answer = {0};
	replay_open(replay, "https://b.example", "https://b.example/", exchanges, count);
	request.url = SV("https://b.example/x");
	bool answered = http_exchange(&replay->http, &request, &answer, err);
	if (answered)
		http_answer_free(&answer);
	replay_close(replay);
	return answered;
}

#define ASK(replay, exchanges, request, err) \
	ask(replay, exchanges, sizeof(exchanges) / sizeof(exchanges)[0], request, err)
#define GET ((HttpRequest){.method = "GET"})
#define POST ((HttpRequest){.method = "POST"})
#define POST_AGAIN ((HttpRequest){.method = "POST", .repeatable = true})
#define BROKEN(what, kind)                                              \
	{                                                               \
		.request = what " /x", .error = kind, .anonymous = true \
	}
#define BUSY(what, code, after)                                                                             \
	{                                                                                                   \
		.request = what " /x", .status = code, .headers = "Retry-After: " after "\r\n", .body = "", \
		.anonymous = true                                                                           \
	}
#define FINE(what)                                                                    \
	{                                                                             \
		.request = what " /x", .status = 200, .body = "{}", .anonymous = true \
	}

static void
a_lost_request_stays_unknown(void **state)
{
	(void)state;
	Replay replay;
	Err err = {0};
	/* The second try never got there, but the first one may have. */
	const Exchange lost[] = {BROKEN("POST", ERR_UNKNOWN), BROKEN("POST", ERR_NETWORK)};
	assert_false(ASK(&replay, lost, POST_AGAIN, &err));
	assert_int_equal(err.kind, ERR_UNKNOWN);
	const Exchange looked[] = {BROKEN("GET", ERR_UNKNOWN), BROKEN("GET", ERR_UNKNOWN)};
	assert_false(ASK(&replay, looked, GET, &err));
	assert_int_equal(err.kind, ERR_NETWORK);
	const Exchange unreached[] = {BROKEN("POST", ERR_NETWORK)};
	assert_false(ASK(&replay, unreached, POST_AGAIN, &err));
	assert_int_equal(err.kind, ERR_NETWORK);
	const Exchange once[] = {BROKEN("POST", ERR_UNKNOWN)};
	assert_false(ASK(&replay, once, POST, &err));
	assert_int_equal(err.kind, ERR_UNKNOWN);
	const Exchange found[] = {BROKEN("POST", ERR_UNKNOWN), FINE("POST")};
	assert_true(ASK(&replay, found, POST_AGAIN, &err));
}

static void
a_busy_server_is_waited_for(void **state)
{
	(void)state;
	Replay replay;
	const Exchange soon[] = {BUSY("GET", 503, "0"), BUSY("GET", 429, "7"), FINE("GET")};
	assert_true(ASK(&replay, soon, GET, NULL));
	assert_int_equal(replay.waited, 8); /* at least a second: an eager server is not hammered */
	const Exchange never[] = {BUSY("GET", 503, "1"), BUSY("GET", 503, "1"), BUSY("GET", 503, "1")};
	assert_true(ASK(&replay, never, GET, NULL));
	assert_int_equal(replay.waited, 2);
	const Exchange long_wait[] = {BUSY("GET", 503, "31")};
	assert_true(ASK(&replay, long_wait, GET, NULL));
	const Exchange refused[] = {BUSY("GET", 403, "1")};
	assert_true(ASK(&replay, refused, GET, NULL));
	const Exchange post[] = {BUSY("POST", 503, "1")};
	assert_true(ASK(&replay, post, POST, NULL));
	assert_int_equal(replay.waited, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_lost_request_stays_unknown),
		cmocka_unit_test(a_busy_server_is_waited_for),
	};
	return cmocka_run_group_tests_name("exchange", tests, NULL, NULL);
}
