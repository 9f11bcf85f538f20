/* The HTTP client over libcurl: moves one request and one answer, with verified TLS and limits on time and size. */
#include "http.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <curl/curl.h>

const HttpLimits HTTP_LIMITS = {.connect_ms = 15000, .total_ms = 300000, .stalled_s = 45};

/* Results of X509_verify_cert (OpenSSL's x509_vfy.h), as CURLINFO_SSL_VERIFYRESULT gives them. */
enum {
	CERT_UNSPECIFIED = 1,
	CERT_NOT_YET_VALID = 9,
	CERT_EXPIRED = 10,
	CERT_SELF_SIGNED = 18,
	CERT_UNTRUSTED_LAST = 21
};

typedef struct Curl {
	CURLM *multi;
	CURL *easy;
	Str ca_file;
	int hangup_fd;
	HttpLimits limits;
	char reason[CURL_ERROR_SIZE];
} Curl;

/* One transfer under way. */
typedef struct Transfer {
	const HttpWire *wire;
	size_t sent;
	Str headers;
	Str body;
	bool too_big;
} Transfer;

static size_t
on_header(char *bytes, size_t size, size_t count, void *data)
{
	Transfer *transfer = data;
	StrView line = {bytes, size * count};
	if (sv_starts(line, SV("HTTP/")))
		str_clear(&transfer->headers);
	str_append(&transfer->headers, line);
	transfer->too_big |= transfer->headers.len > HTTP_HEADERS_MAX;
	return transfer->too_big || transfer->headers.failed ? 0 : line.len;
}

/* curl calls this with unpacked bytes: the only place where a gzip bomb and an endless body can be stopped. */
static size_t
on_body(char *bytes, size_t size, size_t count, void *data)
{
	Transfer *transfer = data;
	StrView part = {bytes, size * count};
	if (part.len > transfer->wire->limit - transfer->body.len) {
		transfer->too_big = true;
		return 0;
	}
	str_append(&transfer->body, part);
	return transfer->body.failed ? 0 : part.len;
}

static size_t
on_send(char *buffer, size_t size, size_t count, void *data)
{
	Transfer *transfer = data;
	StrView part = sv_slice(transfer->wire->body, transfer->sent, transfer->sent + size * count);
	memcpy(buffer, part.ptr, part.len);
	transfer->sent += part.len;
	return part.len;
}

/* curl would send a body again when a kept connection closes without an answer: that is how one post becomes two. */
static int
on_rewind(void *data, curl_off_t offset, int origin)
{
	(void)data;
	(void)offset;
	(void)origin;
	return CURL_SEEKFUNC_FAIL;
}

static bool
hung_up(const Curl *curl)
{
	struct pollfd watch = {.fd = curl->hangup_fd, .events = POLLRDHUP};
	return poll(&watch, 1, 0) > 0 && (watch.revents & (POLLRDHUP | POLLHUP | POLLERR | POLLNVAL)) != 0;
}

static void
set_options(Curl *curl, Transfer *transfer, struct curl_slist *headers)
{
	const HttpWire *wire = transfer->wire;
	CURL *easy = curl->easy;
	curl_easy_reset(easy);
	curl->reason[0] = '\0';
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, curl->reason);
	curl_easy_setopt(easy, CURLOPT_URL, wire->url.ptr);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(easy, CURLOPT_PROXY, "");
	curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
	/* The built-in CA folder stays in force, so that this adds to the system's certificates. */
	if (curl->ca_file.len > 0)
		curl_easy_setopt(easy, CURLOPT_CAINFO, str_c(&curl->ca_file));
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, curl->limits.connect_ms);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, curl->limits.total_ms);
	curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, curl->limits.stalled_s);
	curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
	curl_easy_setopt(easy, CURLOPT_USERAGENT, "meok");
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
	if (wire->body.len > 0) {
		curl_easy_setopt(easy, CURLOPT_POST, 1L);
		curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)wire->body.len);
		curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_send);
		curl_easy_setopt(easy, CURLOPT_READDATA, transfer);
		curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, on_rewind);
		curl_easy_setopt(easy, CURLOPT_SEEKDATA, transfer);
	}
	if (strcmp(wire->method, wire->body.len > 0 ? "POST" : "GET") != 0)
		curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, wire->method);
}

/* Runs the transfer. CURLE_ABORTED_BY_CALLBACK when the other process hung up meanwhile. */
static CURLcode
run(Curl *curl)
{
	if (curl_multi_add_handle(curl->multi, curl->easy) != CURLM_OK)
		return CURLE_FAILED_INIT;
	CURLcode result = CURLE_OK;
	struct curl_waitfd watch = {.fd = curl->hangup_fd, .events = CURL_WAIT_POLLIN};
	for (int running = 1; running > 0;) {
		if (curl_multi_perform(curl->multi, &running) != CURLM_OK) {
			result = CURLE_FAILED_INIT;
			break;
		}
		if (running == 0)
			break;
		if (curl_multi_poll(curl->multi, &watch, curl->hangup_fd >= 0 ? 1 : 0, 1000, NULL) != CURLM_OK) {
			result = CURLE_FAILED_INIT;
			break;
		}
		if (curl->hangup_fd >= 0 && hung_up(curl)) {
			result = CURLE_ABORTED_BY_CALLBACK;
			break;
		}
	}
	int left = 0;
	for (CURLMsg *message; (message = curl_multi_info_read(curl->multi, &left)) != NULL;)
		if (message->msg == CURLMSG_DONE && result == CURLE_OK)
			result = message->data.result;
	curl_multi_remove_handle(curl->multi, curl->easy);
	return result;
}

/* "https://blog.example.org" of the address, for messages. */
static void
origin_of(StrView url, char *out, size_t size)
{
	size_t start = sv_find(url, SV("://"), 0);
	size_t end = start == SIZE_MAX ? SIZE_MAX : sv_find(url, SV("/"), start + 3);
	StrView origin = sv_slice(url, 0, end);
	size_t len = origin.len < size ? origin.len : size - 1;
	memcpy(out, origin.ptr, len);
	out[len] = '\0';
}

static bool
fail_certificate(Curl *curl, const char *site, Err *err)
{
	long verdict = 0;
	curl_easy_getinfo(curl->easy, CURLINFO_SSL_VERIFYRESULT, &verdict);
	if (verdict == CERT_EXPIRED)
		return err_set(err, ERR_NETWORK,
			"the certificate of %s has expired: its owner must renew it (or this machine's clock is wrong)",
			site);
	if (verdict == CERT_NOT_YET_VALID)
		return err_set(
			err, ERR_NETWORK, "the certificate of %s is not valid yet: check this machine's clock", site);
	if (verdict >= CERT_SELF_SIGNED && verdict <= CERT_UNTRUSTED_LAST)
		return err_set(err, ERR_NETWORK,
			"nobody this machine trusts vouches for %s: if it is your own server, name its authority with "
			"--ca-file",
			site);
	/* curl compares the name itself, after a chain that is sound; OpenSSL's verdict then stays what it was before.
	 */
	if (verdict <= CERT_UNSPECIFIED)
		return err_set(err, ERR_NETWORK,
			"the certificate of %s is for another name: check the address, or somebody stands in between",
			site);
	return err_set(err, ERR_NETWORK, "the certificate of %s cannot be verified: %s", site, curl->reason);
}

/* Failures before a byte of the request went out. False (and *err untouched) for all others. */
static bool
is_before_request(Curl *curl, CURLcode code, const char *site, Err *err)
{
	long request_bytes = 0;
	curl_easy_getinfo(curl->easy, CURLINFO_REQUEST_SIZE, &request_bytes);
	if (code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_URL_MALFORMAT)
		err_set(err, ERR_NETWORK, "there is no site at %s: check the address and the network", site);
	else if (code == CURLE_COULDNT_CONNECT)
		err_set(err, ERR_NETWORK, "%s does not take the connection: check the address and the network", site);
	else if (code == CURLE_PEER_FAILED_VERIFICATION)
		fail_certificate(curl, site, err);
	else if (code == CURLE_SSL_CACERT_BADFILE)
		err_set(err, ERR_NETWORK, "the certificate file %s cannot be read: check --ca-file",
			str_c(&curl->ca_file));
	else if (code == CURLE_SSL_CONNECT_ERROR)
		err_set(err, ERR_NETWORK, "no encrypted connection to %s: %s", site, curl->reason);
	else if (request_bytes == 0 && code == CURLE_OPERATION_TIMEDOUT)
		err_set(err, ERR_NETWORK, "%s cannot be reached in time: check the network", site);
	else if (request_bytes == 0)
		err_set(err, ERR_NETWORK, "no connection to %s: %s", site, curl_easy_strerror(code));
	else
		return false;
	return true;
}

static bool
fail(Curl *curl, CURLcode code, const Transfer *transfer, HttpAnswer *answer, Err *err)
{
	char site[ERR_ARG_MAX];
	origin_of(transfer->wire->url, site, sizeof site);
	answer->slow = code == CURLE_OPERATION_TIMEDOUT || code == CURLE_ABORTED_BY_CALLBACK;
	if (code == CURLE_OUT_OF_MEMORY || transfer->headers.failed || transfer->body.failed)
		return err_set(err, ERR_UNKNOWN, "out of memory while talking to %s", site);
	if (is_before_request(curl, code, site, err))
		return false;
	if (transfer->too_big) {
		answer->slow = true;
		return err_set(err, ERR_UNKNOWN, "%s sent more than any answer should hold: it was cut off", site);
	}
	if (code == CURLE_ABORTED_BY_CALLBACK)
		return err_set(err, ERR_UNKNOWN, "stopped while %s was answering", site);
	if (code == CURLE_OPERATION_TIMEDOUT)
		return err_set(err, ERR_UNKNOWN, "%s did not answer in time: try again later", site);
	if (code == CURLE_BAD_CONTENT_ENCODING)
		return err_set(err, ERR_UNKNOWN, "%s sent an answer that cannot be unpacked: try again later", site);
	return err_set(err, ERR_UNKNOWN, "the link to %s broke before it answered: try again", site);
}

static bool
append_header(struct curl_slist **list, const char *name, StrView value)
{
	Str line = {0};
	str_append_c(&line, name);
	str_append(&line, value);
	struct curl_slist *longer = str_ok(&line, NULL) ? curl_slist_append(*list, str_c(&line)) : NULL;
	str_wipe(&line);
	if (longer != NULL)
		*list = longer;
	return longer != NULL;
}

static bool
has_line_end(StrView text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] == '\r' || text.ptr[i] == '\n' || text.ptr[i] == '\0')
			return true;
	return false;
}

static bool
build_headers(const HttpWire *wire, struct curl_slist **out, Err *err)
{
	if (has_line_end(wire->authorization) || has_line_end(wire->url))
		return err_set(err, ERR_FAILED, "a line end in an HTTP header was refused");
	bool good = append_header(out, "Accept: ", SV("application/json, text/html;q=0.5")) &&
		    append_header(out, "Expect:", SV(""));
	if (good && wire->body.len > 0)
		good = append_header(out, "Content-Type: ", SV("application/json"));
	if (good && wire->authorization.len > 0)
		good = append_header(out, "Authorization: ", wire->authorization);
	return good || err_memory(err);
}

static void
free_headers(struct curl_slist *headers)
{
	for (struct curl_slist *one = headers; one != NULL; one = one->next)
		explicit_bzero(one->data, strlen(one->data));
	curl_slist_free_all(headers);
}

static bool
curl_send(void *data, const HttpWire *wire, HttpAnswer *answer, Err *err)
{
	Curl *curl = data;
	Transfer transfer = {.wire = wire};
	struct curl_slist *headers = NULL;
	if (!build_headers(wire, &headers, err)) {
		free_headers(headers);
		return false;
	}
	set_options(curl, &transfer, headers);
	CURLcode code = run(curl);
	long status = 0;
	curl_easy_getinfo(curl->easy, CURLINFO_RESPONSE_CODE, &status);
	bool done = code == CURLE_OK ? http_headers_parse(str_view(&transfer.headers), &answer->headers, err)
				     : fail(curl, code, &transfer, answer, err);
	if (done) {
		answer->status = (int)status;
		str_move(&answer->body, &transfer.body);
	}
	str_free(&transfer.headers);
	str_free(&transfer.body);
	free_headers(headers);
	return done;
}

static bool
curl_wait(void *data, int seconds)
{
	Curl *curl = data;
	struct pollfd watch = {.fd = curl->hangup_fd, .events = POLLRDHUP};
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	int64_t end = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000 + (int64_t)seconds * 1000;
	for (int64_t left = (int64_t)seconds * 1000; left > 0;) {
		int events = poll(&watch, 1, (int)left);
		if (events > 0 || (events < 0 && errno != EINTR))
			return false;
		clock_gettime(CLOCK_MONOTONIC, &now);
		left = end - ((int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000);
	}
	return true;
}

bool
http_curl_open(HttpTransport *out, StrView ca_file, int hangup_fd, const HttpLimits *limits, Err *err)
{
	Curl *curl = calloc(1, sizeof *curl);
	if (curl == NULL)
		return err_memory(err);
	*out = (HttpTransport){.data = curl, .send = curl_send, .wait = curl_wait};
	curl->hangup_fd = hangup_fd;
	curl->limits = *limits;
	str_append(&curl->ca_file, ca_file);
	curl->multi = curl_multi_init();
	curl->easy = curl_easy_init();
	if (curl->multi != NULL && curl->easy != NULL && str_ok(&curl->ca_file, NULL))
		return true;
	http_curl_close(out);
	return err_memory(err);
}

void
http_curl_close(HttpTransport *transport)
{
	Curl *curl = transport->data;
	if (curl == NULL)
		return;
	if (curl->easy != NULL)
		curl_easy_cleanup(curl->easy);
	if (curl->multi != NULL)
		curl_multi_cleanup(curl->multi);
	str_free(&curl->ca_file);
	free(curl);
	*transport = (HttpTransport){0};
}
