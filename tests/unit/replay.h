/* A server that is a list: each request must be the next one expected, to the letter, and gets the answer beside it. */
#ifndef MEOK_TESTS_REPLAY_H
#define MEOK_TESTS_REPLAY_H

#include "unit.h"

#include "../../src/site/driver.h"
#include "../../src/site/http.h"

typedef struct Exchange {
	const char *request; /* "METHOD /path?query" below the origin, for a write a newline and the body */
	const char *headers; /* of the answer; NULL: application/json */
	int status;          /* 0: the link breaks with the error below */
	const char *body;
	ErrKind error;
	bool anonymous; /* must carry no credential */
} Exchange;

typedef struct Replay {
	const char *origin;
	const Exchange *exchanges;
	size_t count, at;
	int waited; /* seconds */
	/* what the driver told */
	SitePhase checkpoints[8];
	char ids[8][32];
	size_t checkpoint_count;
	SitePhase refuse_checkpoint; /* the parent is gone at this one; 0: never */
	Http http;
	DriverContext ctx;
	Account account;
} Replay;

static inline void
replay_expect(Replay *replay, const HttpWire *wire)
{
	Str got = {0};
	assert_true(sv_starts(wire->url, sv(replay->origin)));
	str_append_c(&got, wire->method);
	str_append_byte(&got, ' ');
	str_append(&got, sv_slice(wire->url, strlen(replay->origin), SIZE_MAX));
	if (wire->body.len > 0)
		str_append_byte(&got, '\n');
	str_append(&got, wire->body);
	if (replay->at >= replay->count)
		fail_msg("request %zu is one too many: %s", replay->at + 1, str_c(&got));
	const Exchange *wanted = &replay->exchanges[replay->at];
	if (!sv_equal(str_view(&got), sv(wanted->request)))
		fail_msg("request %zu\ngot    %s\nwanted %s", replay->at + 1, str_c(&got), wanted->request);
	if ((wire->authorization.len == 0) != wanted->anonymous)
		fail_msg("request %zu %s: credential %s", replay->at + 1, wanted->request,
			wanted->anonymous ? "sent" : "missing");
	str_free(&got);
}

static inline bool
replay_send(void *data, const HttpWire *wire, HttpAnswer *answer, Err *err)
{
	Replay *replay = data;
	replay_expect(replay, wire);
	const Exchange *exchange = &replay->exchanges[replay->at++];
	if (exchange->status == 0)
		return err_set(err, exchange->error, "the link broke");
	const char *headers = exchange->headers != NULL ? exchange->headers : "Content-Type: application/json\r\n";
	answer->status = exchange->status;
	str_append_c(&answer->body, exchange->body);
	return http_headers_parse(sv(headers), &answer->headers, err);
}

static inline bool
replay_wait(void *data, int seconds)
{
	((Replay *)data)->waited += seconds;
	return true;
}

static inline bool
replay_checkpoint(void *data, SitePhase phase, StrView remote_id, StrView slug, StrView version, Err *err)
{
	Replay *replay = data;
	(void)slug;
	(void)version;
	assert_true(replay->checkpoint_count < 8 && remote_id.len < 32);
	replay->checkpoints[replay->checkpoint_count] = phase;
	memcpy(replay->ids[replay->checkpoint_count++], remote_id.len > 0 ? remote_id.ptr : "", remote_id.len);
	return phase != replay->refuse_checkpoint || err_set(err, ERR_UNKNOWN, "gone");
}

static inline void
replay_open(Replay *replay, const char *origin, const char *endpoint, const Exchange *exchanges, size_t count)
{
	*replay = (Replay){.origin = origin, .exchanges = exchanges, .count = count};
	replay->account = (Account){.driver = str_from(SV("wordpress")),
		.endpoint = str_from(sv(endpoint)),
		.user = str_from(SV("mina")),
		.secret = str_from(SV("abcd efgh")),
		.may_publish = true};
	replay->http.transport = (HttpTransport){.data = replay, .send = replay_send, .wait = replay_wait};
	replay->ctx = (DriverContext){.account = &replay->account,
		.http = &replay->http,
		.sys = &SYS_POSIX,
		.data = replay,
		.checkpoint = replay_checkpoint};
}

/* Every expected request must have come. */
static inline void
replay_close(Replay *replay)
{
	if (replay->at != replay->count)
		fail_msg("only %zu of %zu requests; next was %s", replay->at, replay->count,
			replay->exchanges[replay->at].request);
	account_free(&replay->account);
	http_free(&replay->http);
}

#endif
