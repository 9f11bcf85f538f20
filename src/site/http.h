/* HTTP for drivers: one question, one answer, and the rules that every driver needs once.
 *
 * exchange.c holds the rules: http:// only to this machine, a credential only to its exact origin, redirects followed
 * only where that is harmless, waiting when the server asks for it, and telling "it never got there" from "who knows".
 * http.c moves the bytes with libcurl. Between them stands HttpTransport, so that tests replay conversations.
 */
#ifndef MEOK_SITE_HTTP_H
#define MEOK_SITE_HTTP_H

#include "header.h"
#include "url.h"

enum { HTTP_BODY_MAX = 8 * 1024 * 1024, HTTP_HEADERS_MAX = 64 * 1024, HTTP_REDIRECTS_MAX = 5, HTTP_WAIT_MAX = 30 };

/* One request as it goes out. All views stay the caller's. */
typedef struct HttpWire {
	const char *method;
	StrView url;           /* in the normal form of url.h, NUL-terminated */
	StrView body;          /* JSON; empty: none */
	StrView authorization; /* the value of that header; empty: none */
	size_t limit;          /* bytes of the answer's body, unpacked */
} HttpWire;

typedef struct HttpAnswer {
	int status;
	HttpHeaders headers;
	Str body;
	Str url;   /* that answered, after redirects */
	bool slow; /* on failure: a time limit ended it, asking again would only take as long */
} HttpAnswer;
void http_answer_free(HttpAnswer *answer);

typedef struct HttpTransport {
	void *data;
	/* One request, no rule but TLS verification, time and size. ERR_NETWORK when the request surely never reached
	 * the server, else ERR_UNKNOWN. Fills the answer but for url. */
	bool (*send)(void *data, const HttpWire *wire, HttpAnswer *answer, Err *err);
	bool (*wait)(void *data, int seconds); /* false when nobody wants the answer any more */
} HttpTransport;

typedef struct Http {
	HttpTransport transport;
	Str origin;        /* the one that gets the credential */
	Str authorization; /* wiped by http_free */
} Http;

/* From now on requests that ask for it carry user and secret (Basic, RFC 7617), to the origin of `url` alone. */
bool http_set_credential(Http *http, StrView url, StrView user, StrView secret, Err *err);
void http_free(Http *http);

typedef struct HttpRequest {
	const char *method; /* "GET" changes nothing there: a broken link is then ERR_NETWORK, never ERR_UNKNOWN */
	StrView url;
	StrView body;
	bool credential; /* send the credential; refused (ERR_FAILED) when the url has another origin */
	bool repeatable; /* twice is the same as once: asked again after a broken link, and after 429 or 503 as told */
	bool follow;     /* follow up to five redirects; only for a GET without credential */
	size_t limit;    /* of the answer's body; 0: HTTP_BODY_MAX */
} HttpRequest;

/* True when an answer came that is no redirect (any other status: the caller judges it); the caller frees it then. */
bool http_exchange(Http *http, const HttpRequest *request, HttpAnswer *answer, Err *err);

/* ---- libcurl (http.c) */

typedef struct HttpLimits {
	long connect_ms, total_ms;
	long stalled_s; /* less than a byte a second for so long */
} HttpLimits;
extern const HttpLimits HTTP_LIMITS;

/* Connections are kept between requests. `ca_file` (or empty) is trusted besides the system's certificates. When
 * `hangup_fd` (or -1) hangs up, a running request ends at once with ERR_UNKNOWN. */
bool http_curl_open(HttpTransport *out, StrView ca_file, int hangup_fd, const HttpLimits *limits, Err *err);
void http_curl_close(HttpTransport *transport);

#endif
