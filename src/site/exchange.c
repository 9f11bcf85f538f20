/* The rules of an HTTP exchange: who may be asked, who gets the credential, what is asked again. */
#include "http.h"

#include <string.h>

void
http_answer_free(HttpAnswer *answer)
{
	http_headers_free(&answer->headers);
	str_free(&answer->body);
	str_free(&answer->url);
	*answer = (HttpAnswer){.headers = {.total = -1, .retry_after = -1}};
}

void
http_free(Http *http)
{
	str_free(&http->origin);
	str_wipe(&http->authorization);
}

static void
append_base64(Str *out, StrView bytes)
{
	static const char DIGITS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	for (size_t i = 0; i < bytes.len; i += 3) {
		size_t left = bytes.len - i;
		uint32_t group = (uint32_t)(unsigned char)bytes.ptr[i] << 16;
		group |= left > 1 ? (uint32_t)(unsigned char)bytes.ptr[i + 1] << 8 : 0;
		group |= left > 2 ? (uint32_t)(unsigned char)bytes.ptr[i + 2] : 0;
		str_append_byte(out, DIGITS[group >> 18]);
		str_append_byte(out, DIGITS[group >> 12 & 63]);
		str_append_byte(out, left > 1 ? DIGITS[group >> 6 & 63] : '=');
		str_append_byte(out, left > 2 ? DIGITS[group & 63] : '=');
	}
}

bool
http_set_credential(Http *http, StrView url, StrView user, StrView secret, Err *err)
{
	if (sv_find(user, SV(":"), 0) != SIZE_MAX)
		return err_set(err, ERR_USAGE, "a user name cannot hold a colon: give the name you log in with");
	Url parsed = {0};
	if (!url_parse(url, &parsed, err))
		return false;
	str_set(&http->origin, url_origin(&parsed));
	url_free(&parsed);
	Str pair = {0};
	str_append(&pair, user);
	str_append_byte(&pair, ':');
	str_append(&pair, secret);
	str_wipe(&http->authorization);
	str_append_c(&http->authorization, "Basic ");
	append_base64(&http->authorization, str_view(&pair));
	bool done = str_ok(&pair, err) && str_ok(&http->authorization, err) && str_ok(&http->origin, err);
	str_wipe(&pair);
	return done;
}

static bool
is_get(const HttpRequest *request)
{
	return strcmp(request->method, "GET") == 0;
}

/* Asks once. Nothing but TLS stands between this machine and another: http:// is for servers on this one. */
static bool
send_once(Http *http, const HttpRequest *request, const Url *url, HttpAnswer *answer, Err *err)
{
	Str host = str_from(url_origin(url));
	bool allowed = url_is_secure(url) || url_is_loopback(url);
	if (!allowed)
		err_set(err, ERR_REFUSED, "%s is not encrypted: use the address that begins with https://",
			str_c(&host));
	if (allowed && request->credential && !sv_equal(url_origin(url), str_view(&http->origin))) {
		allowed = false;
		err_set(err, ERR_FAILED, "the password is not for %s: add that site under its own address",
			str_c(&host));
	}
	str_free(&host);
	if (!allowed)
		return false;
	HttpWire wire = {
		.method = request->method,
		.url = url_text(url),
		.body = request->body,
		.authorization = request->credential ? str_view(&http->authorization) : (StrView){0},
		.limit = request->limit != 0 ? request->limit : HTTP_BODY_MAX,
	};
	return http->transport.send(http->transport.data, &wire, answer, err);
}

/* 429 and 503 with a Retry-After that a person would wait for. */
static int
seconds_to_wait(const HttpAnswer *answer)
{
	bool busy = answer->status == 429 || answer->status == 503;
	int seconds = answer->headers.retry_after;
	return busy && seconds >= 0 && seconds <= HTTP_WAIT_MAX ? (seconds > 0 ? seconds : 1) : 0;
}

/* Asks, and asks again where that is safe: once after a broken link, twice after waiting as told. What an earlier try
 * did stays unknown even when a later one never got through. */
static bool
send_patiently(Http *http, const HttpRequest *request, const Url *url, HttpAnswer *answer, Err *err)
{
	bool repeatable = request->repeatable || is_get(request), lost = false;
	int waits = 0;
	for (;;) {
		*answer = (HttpAnswer){.headers = {.total = -1, .retry_after = -1}};
		Err why = {0};
		bool answered = send_once(http, request, url, answer, &why);
		if (answered) {
			int seconds = repeatable && waits++ < 2 ? seconds_to_wait(answer) : 0;
			if (seconds == 0)
				return true;
			http_answer_free(answer);
			if (http->transport.wait(http->transport.data, seconds))
				continue;
			return err_set(err, ERR_UNKNOWN, "stopped while waiting for the server");
		}
		bool slow = answer->slow;
		http_answer_free(answer);
		if (why.kind == ERR_UNKNOWN && repeatable && !slow && !lost) {
			lost = true;
			continue;
		}
		if (is_get(request) && why.kind == ERR_UNKNOWN)
			why.kind = ERR_NETWORK;
		else if (lost && why.kind == ERR_NETWORK)
			why.kind = ERR_UNKNOWN;
		if (err != NULL)
			*err = why;
		return false;
	}
}

static bool
is_redirect(int status)
{
	return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/* A redirect of anything that carries a credential or changes something is for the writer to judge. */
static bool
refuse_redirect(const HttpRequest *request, const Url *url, const HttpAnswer *answer, Err *err)
{
	Url target = {0};
	bool known = url_resolve(url, str_view(&answer->headers.location), &target, NULL);
	const char *to = known ? str_c(&target.text) : str_c(&answer->headers.location);
	if (request->follow)
		err_set(err, ERR_REFUSED, "%s redirects too often, last to %s: give the address it ends at",
			str_c(&url->text), to);
	else
		err_set(err, ERR_REFUSED,
			"the site redirects to %s and nothing was sent there: set that as its address", to);
	url_free(&target);
	return false;
}

static bool
follow(Http *http, const HttpRequest *request, Url *url, HttpAnswer *answer, Err *err)
{
	for (int hops = 0;; hops++) {
		if (!send_patiently(http, request, url, answer, err))
			return false;
		if (!is_redirect(answer->status)) {
			str_set(&answer->url, url_text(url));
			if (str_ok(&answer->url, err))
				return true;
			http_answer_free(answer);
			return false;
		}
		Url next = {0};
		bool go = request->follow && is_get(request) && !request->credential && hops < HTTP_REDIRECTS_MAX;
		if (!go)
			refuse_redirect(request, url, answer, err);
		else
			go = url_resolve(url, str_view(&answer->headers.location), &next, err);
		if (go && url_is_secure(url) && !url_is_secure(&next)) {
			go = err_set(err, ERR_REFUSED, "%s redirects to an address that is not encrypted: %s",
				str_c(&url->text), str_c(&next.text));
		}
		http_answer_free(answer);
		if (!go) {
			url_free(&next);
			return false;
		}
		url_free(url);
		*url = next;
	}
}

bool
http_exchange(Http *http, const HttpRequest *request, HttpAnswer *answer, Err *err)
{
	Url url = {0};
	if (!url_parse(request->url, &url, err))
		return false;
	bool done = follow(http, request, &url, answer, err);
	url_free(&url);
	return done;
}
