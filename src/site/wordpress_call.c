/* One call of WordPress' REST API: JSON, a refusal in its words, or one clear line about what stands in between. */
#include "wordpress.h"

#include <stdio.h>
#include <string.h>

void
wp_answer_free(WpAnswer *answer)
{
	json_free(answer->json);
	str_free(&answer->code);
	str_free(&answer->message);
	*answer = (WpAnswer){0};
}

bool
wp_open(Wp *wp, DriverContext *ctx, StrView root, Err *err)
{
	*wp = (Wp){.ctx = ctx, .root = str_from(root)};
	const Account *account = ctx->account;
	bool done = str_ok(&wp->root, err);
	if (done && account->secret.len > 0)
		done = http_set_credential(ctx->http, root, str_view(&account->user), str_view(&account->secret), err);
	if (!done)
		wp_free(wp);
	return done;
}

void
wp_free(Wp *wp)
{
	str_free(&wp->root);
}

static void
build_url(const Wp *wp, const WpCall *call, Str *out)
{
	StrView root = str_view(&wp->root);
	bool plain = sv_find(root, SV("rest_route="), 0) != SIZE_MAX;
	str_append(out, sv_ends(root, SV("/")) ? sv_slice(root, 0, root.len - 1) : root);
	str_append_byte(out, '/');
	str_append(out, call->path);
	if (call->query.len > 0) {
		str_append_byte(out, plain ? '&' : '?');
		str_append(out, call->query);
	}
}

/* What a person should know of an answer that is not WordPress'. A write may have been done all the same. */
static bool
fail_not_json(const WpCall *call, const HttpAnswer *http, bool page, Err *err)
{
	char status[16];
	snprintf(status, sizeof status, "%d", http->status);
	bool get = strcmp(call->method, "GET") == 0;
	ErrKind kind = get ? ERR_NETWORK : ERR_UNKNOWN;
	if (http->status >= 400 && http->status < 500)
		return err_set(err, ERR_REFUSED,
			"something in front of WordPress refused it (HTTP %s): a security plugin or firewall must "
			"allow its REST API",
			status);
	if (http->status >= 500)
		return err_set(err, kind, "the site has trouble (HTTP %s): try again later", status);
	if (http->body.len == 0)
		return err_set(err, kind, "the site gave an empty answer (HTTP %s): try again later", status);
	if (page)
		return err_set(err, kind,
			"the site answered with a web page instead of data (HTTP %s): check its address and its "
			"plugins",
			status);
	return err_set(err, kind, "the site's answer cannot be read (HTTP %s): try again later", status);
}

static void
take_refusal(WpAnswer *answer)
{
	StrView text;
	if (json_text(json_get(answer->json, "code"), &text))
		str_append(&answer->code, text);
	if (json_text(json_get(answer->json, "message"), &text))
		wp_plain(&answer->message, text);
}

static bool
is_page(const HttpAnswer *http)
{
	StrView type = str_view(&http->headers.content_type), body = sv_trim(str_view(&http->body));
	return sv_equal(type, SV("text/html")) || sv_starts(body, SV("<"));
}

static bool
read_answer(const WpCall *call, const HttpAnswer *http, WpAnswer *answer, Err *err)
{
	size_t limit = call->limit != 0 ? call->limit : HTTP_BODY_MAX;
	*answer = (WpAnswer){.status = http->status, .json = json_parse(str_view(&http->body), limit, NULL)};
	bool fits = json_is_object(answer->json) || json_is_array(answer->json);
	bool good = fits && http->status >= 200 && http->status < 300;
	if (fits && http->status >= 400) {
		take_refusal(answer);
		good = answer->code.len > 0 && http->status < 500 && http->status != 429;
	}
	if (http->status == 429)
		err_set(err, ERR_NETWORK, "the site takes no more requests for now: try again in a few minutes");
	else if (!good && answer->code.len > 0)
		err_set(err, strcmp(call->method, "GET") == 0 ? ERR_NETWORK : ERR_UNKNOWN,
			"the site has trouble, %s (%s): try again later", str_c(&answer->message),
			str_c(&answer->code));
	else if (!good)
		fail_not_json(call, http, is_page(http), err);
	if (!good || !str_ok(&answer->code, err) || !str_ok(&answer->message, err)) {
		wp_answer_free(answer);
		return false;
	}
	return true;
}

bool
wp_call(Wp *wp, const WpCall *call, WpAnswer *answer, Err *err)
{
	Str url = {0}, body = {0};
	build_url(wp, call, &url);
	bool done = str_ok(&url, err) && (call->body == NULL || json_print(call->body, false, &body, err));
	json_free(call->body);
	HttpAnswer http = {0};
	if (done) {
		HttpRequest request = {
			.method = call->method,
			.url = str_view(&url),
			.body = str_view(&body),
			.credential = !call->anonymous && wp->ctx->http->authorization.len > 0,
			.repeatable = call->repeatable,
			.limit = call->limit,
		};
		done = http_exchange(wp->ctx->http, &request, &http, err);
		if (done) {
			done = read_answer(call, &http, answer, err);
			http_answer_free(&http);
		}
	}
	str_free(&url);
	str_free(&body);
	return done;
}

bool
wp_is_refusal(const WpAnswer *answer)
{
	return answer->status >= 400;
}

/* 401 is "not logged in", and WordPress seldom says why: a wrong password, an ordinary one, and a header that never
 * reached it look alike. */
static bool
refuse_login(const WpAnswer *answer, Err *err)
{
	StrView code = str_view(&answer->code);
	if (sv_starts(code, SV("invalid_username")) || sv_starts(code, SV("invalid_email")))
		return err_set(err, ERR_REFUSED, "the site knows no such user: give the name you log in with");
	if (sv_starts(code, SV("application_passwords_disabled")))
		return err_set(err, ERR_REFUSED,
			"application passwords are switched off on this site, perhaps by a security plugin: its owner "
			"must allow them");
	return err_set(err, ERR_REFUSED,
		"the site did not accept name and password: it wants an application password (Users, Profile), not the "
		"one you log "
		"in with; if it is one, a security plugin or a server that strips the Authorization header stands "
		"before it");
}

bool
wp_refuse(const WpAnswer *answer, Err *err)
{
	if (answer->status == 401)
		return refuse_login(answer, err);
	return err_set(err, ERR_REFUSED, "the site refused it: %s (%s)", str_c(&answer->message), str_c(&answer->code));
}
