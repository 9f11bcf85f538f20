/* From whatever a writer types to the REST root: every kind of site, and the answers that are none. */
#include "replay.h"

#define INDEX                                                                       \
	"{\"name\":\"눈 &amp; "                                                    \
	"길\",\"home\":\"https://b.example\",\"namespaces\":[\"oembed/1.0\",\"wp/" \
	"v2\"],\"authentication\":{\"application-passwords\":{}}}"
#define ASK_INDEX "GET /wp-json/?_fields=name,home,url,namespaces,authentication"
#define ME "GET /wp-json/wp/v2/users/me?context=edit&_fields=id,name,capabilities"
#define TAGS "GET /wp-json/wp/v2/tags?orderby=count&order=desc&per_page=100&_fields=id,name,count"
#define CATEGORIES "GET /wp-json/wp/v2/categories?orderby=count&order=desc&per_page=100&_fields=id,name,count"
#define LINKED "Content-Type: text/html\r\nLink: <https://b.example/wp-json/>; rel=\"https://api.w.org/\"\r\n"
#define HTML "Content-Type: text/html\r\n"
#define AUTHOR "{\"id\":2,\"name\":\"미나\",\"capabilities\":{\"edit_posts\":true,\"publish_posts\":true}}"
#define VOCABULARY                                                                                     \
	{TAGS, .status = 200, .body = "[{\"id\":3,\"name\":\"R&amp;D\",\"count\":41},{\"id\":{}},7]"}, \
	{                                                                                              \
		CATEGORIES, .status = 200, .body = "[{\"id\":1,\"name\":\"겨울\",\"count\":2}]"      \
	}
#define FINE \
	{ASK_INDEX, .status = 200, .body = INDEX, .anonymous = true}, {ME, .status = 200, .body = AUTHOR}, VOCABULARY

typedef struct Case {
	Replay replay;
	Probe probe;
	Err err;
} Case;

static void
begin(Case *c, const char *origin, const char *typed, const Exchange *exchanges, size_t count)
{
	*c = (Case){0};
	replay_open(&c->replay, origin, typed, exchanges, count);
}
#define BEGIN(c, typed, exchanges) \
	begin(c, "https://b.example", typed, exchanges, sizeof exchanges / sizeof exchanges[0])

static bool
probe(Case *c)
{
	return DRIVER_WORDPRESS.probe(&c->replay.ctx, &c->probe, &c->err);
}

static void
end(Case *c)
{
	replay_close(&c->replay);
	probe_free(&c->probe);
}

static void
expect_found(Case *c, const char *endpoint)
{
	if (!probe(c))
		fail_msg("%s", err_text(&c->err));
	assert_view_equal(str_view(&c->probe.driver), "wordpress");
	assert_view_equal(str_view(&c->probe.endpoint), endpoint);
	assert_view_equal(str_view(&c->probe.site_name), "눈 & 길");
	assert_view_equal(str_view(&c->probe.address), "https://b.example");
	end(c);
}

static void
expect_failure(Case *c, ErrKind kind, const char *words)
{
	assert_false(probe(c));
	if (c->err.kind != kind || strstr(err_text(&c->err), words) == NULL)
		fail_msg("kind %d: %s (wanted %d '%s')", c->err.kind, err_text(&c->err), kind, words);
	end(c);
}

static void
test_all_of_a_probe(void **state)
{
	(void)state;
	static const Exchange TALK[] = {
		{"GET /", .headers = LINKED, .status = 200, .body = "<html>", .anonymous = true}, FINE};
	Case c;
	BEGIN(&c, "b.example", TALK);
	assert_true(probe(&c));
	assert_view_equal(str_view(&c.probe.user_name), "미나");
	assert_true(c.probe.may_publish);
	assert_int_equal(c.probe.terms.len, 2);
	assert_view_equal(str_view(&c.probe.terms.items[0].name), "R&D");
	assert_int_equal(c.probe.terms.items[0].count, 41);
	assert_true(c.probe.terms.items[1].is_work);
	end(&c);
}

static void
test_from_any_address(void **state)
{
	(void)state;
	static const Exchange ARTICLE[] = {
		{"GET /%EC%B2%AB%EB%88%88/", .headers = LINKED, .status = 200, .body = "", .anonymous = true}, FINE};
	static const Exchange MISSING[] = {
		{"GET /gone", .headers = LINKED, .status = 404, .body = "", .anonymous = true}, FINE};
	static const Exchange ROOT[] = {{"GET /wp-json/", .status = 200, .body = INDEX, .anonymous = true}, FINE};
	static const Exchange IN_HEAD[] = {
		{"GET /", .headers = HTML, .status = 200, .anonymous = true,
			.body = "<head><link rel='stylesheet' href='x'><link href=\"https://b.example/wp-json/\" "
				"rel=\"https://api.w.org/\" />"},
		FINE};
	static const Exchange USUAL[] = {
		{"GET /a/b", .headers = HTML, .status = 200, .body = "<html>", .anonymous = true},
		{"GET /a/b/wp-json/", .headers = HTML, .status = 404, .body = "", .anonymous = true},
		{"GET /a/b/?rest_route=/", .headers = HTML, .status = 200, .body = "", .anonymous = true},
		{"GET /wp-json/", .status = 200, .body = INDEX, .anonymous = true}, FINE};
	/* behind a TLS proxy WordPress believes that it is plain HTTP */
	static const Exchange PROXIED[] = {
		{"GET /", .status = 200, .body = "", .anonymous = true,
			.headers = "Link: <http://b.example/wp-json/>; rel=\"https://api.w.org/\"\r\n"},
		FINE};
	Case c;
	BEGIN(&c, "https://B.example/첫눈/#comments", ARTICLE);
	expect_found(&c, "https://b.example/wp-json/");
	BEGIN(&c, "https://b.example/gone", MISSING);
	expect_found(&c, "https://b.example/wp-json/");
	BEGIN(&c, "https://b.example/wp-json/", ROOT);
	expect_found(&c, "https://b.example/wp-json/");
	BEGIN(&c, " b.example ", IN_HEAD);
	expect_found(&c, "https://b.example/wp-json/");
	BEGIN(&c, "b.example/a/b", USUAL);
	expect_found(&c, "https://b.example/wp-json/");
	BEGIN(&c, "b.example", PROXIED);
	expect_found(&c, "https://b.example/wp-json/");
}

static void
test_plain_permalinks(void **state)
{
	(void)state;
	/* /wp-json/ is 200 text/html there: the content type tells, the header leads on */
	static const Exchange TALK[] = {
		{"GET /wp-json/", .status = 200, .body = "<html>", .anonymous = true,
			.headers = HTML
			"Link: <https://b.example/blog/index.php?rest_route=/>; rel=\"https://api.w.org/\"\r\n"},
		{"GET /blog/index.php?rest_route=/&_fields=name,home,url,namespaces,authentication", .status = 200,
			.body = INDEX, .anonymous = true},
		{"GET /blog/index.php?rest_route=/wp/v2/users/me&context=edit&_fields=id,name,capabilities",
			.status = 200, .body = AUTHOR},
		{"GET "
		 "/blog/index.php?rest_route=/wp/v2/tags&orderby=count&order=desc&per_page=100&_fields=id,name,count",
			.status = 200, .body = "[]"},
		{"GET "
		 "/blog/index.php?rest_route=/wp/v2/"
		 "categories&orderby=count&order=desc&per_page=100&_fields=id,name,count",
			.status = 200, .body = "[]"}};
	Case c;
	BEGIN(&c, "b.example/wp-json/", TALK);
	expect_found(&c, "https://b.example/blog/index.php?rest_route=/");
}

static void
test_no_wordpress(void **state)
{
	(void)state;
	static const Exchange TALK[] = {
		{"GET /", .headers = HTML, .status = 200, .body = "<html>hello", .anonymous = true},
		{"GET /wp-json/", .headers = HTML, .status = 404, .body = "", .anonymous = true},
		{"GET /?rest_route=/", .status = 200, .body = "{\"namespaces\":[\"other/v1\"]}", .anonymous = true}};
	static const Exchange DEAD[] = {{"GET /", .error = ERR_NETWORK, .anonymous = true}};
	Case c;
	BEGIN(&c, "b.example", TALK);
	expect_failure(&c, ERR_REFUSED, "is no WordPress");
	BEGIN(&c, "b.example", DEAD);
	expect_failure(&c, ERR_NETWORK, "the link broke");
	BEGIN(&c, "b.example\r\nX: y", DEAD);
	c.replay.count = 0;
	expect_failure(&c, ERR_USAGE, "is not a web address");
}

/* The password would go where the page points: another site has to be named by the writer. */
static void
test_leads_elsewhere(void **state)
{
	(void)state;
	static const Exchange LINK[] = {{"GET /", .status = 200, .body = "", .anonymous = true,
		.headers = "Link: <https://evil.example/wp-json/>; rel=\"https://api.w.org/\"\r\n"}};
	static const Exchange PORT[] = {{"GET /", .status = 200, .body = "", .anonymous = true,
		.headers = "Link: <https://b.example:8443/wp-json/>; rel=\"https://api.w.org/\"\r\n"}};
	static const Exchange REDIRECT[] = {{"GET b.example/", .headers = "Location: https://c.example/\r\n",
						    .status = 302, .body = "", .anonymous = true},
		{"GET c.example/", .status = 200, .body = "", .anonymous = true,
			.headers = "Link: <https://c.example/wp-json/>; rel=\"https://api.w.org/\"\r\n"}};
	Case c;
	BEGIN(&c, "b.example", LINK);
	expect_failure(&c, ERR_REFUSED, "leads to the site https://evil.example/wp-json/");
	BEGIN(&c, "b.example", PORT);
	expect_failure(&c, ERR_REFUSED, "leads to the site https://b.example:8443/wp-json/");
	begin(&c, "https://", "b.example", REDIRECT, 2);
	expect_failure(&c, ERR_REFUSED, "leads to the site https://c.example/wp-json/");
}

static void
test_www(void **state)
{
	(void)state;
	static const Exchange TALK[] = {{"GET b.example/", .headers = "Location: https://www.b.example/\r\n",
						.status = 301, .body = "", .anonymous = true},
		{"GET www.b.example/", .status = 200, .body = "", .anonymous = true,
			.headers = "Link: <https://www.b.example/wp-json/>; rel=\"https://api.w.org/\"\r\n"},
		{"GET www.b.example/wp-json/?_fields=name,home,url,namespaces,authentication", .status = 200,
			.body = INDEX, .anonymous = true},
		{"GET www.b.example/wp-json/wp/v2/users/me?context=edit&_fields=id,name,capabilities", .status = 200,
			.body = AUTHOR},
		{"GET www.b.example/wp-json/wp/v2/tags?orderby=count&order=desc&per_page=100&_fields=id,name,count",
			.status = 200, .body = "[]"},
		{"GET "
		 "www.b.example/wp-json/wp/v2/categories?orderby=count&order=desc&per_page=100&_fields=id,name,count",
			.status = 200, .body = "[]"}};
	Case c;
	begin(&c, "https://", "b.example", TALK, sizeof TALK / sizeof TALK[0]);
	expect_found(&c, "https://www.b.example/wp-json/");
}

static void
test_without_credential(void **state)
{
	(void)state;
	static const Exchange TALK[] = {{"GET /", .headers = LINKED, .status = 200, .body = "", .anonymous = true},
		{ASK_INDEX, .status = 200, .body = INDEX, .anonymous = true},
		{TAGS, .status = 200, .body = "[]", .anonymous = true},
		{CATEGORIES, .status = 200, .body = "[]", .anonymous = true}};
	Case c;
	BEGIN(&c, "b.example", TALK);
	str_clear(&c.replay.account.secret);
	assert_true(probe(&c));
	assert_int_equal(c.probe.user_name.len, 0);
	assert_false(c.probe.may_publish);
	end(&c);
}

static void
check_login(int status, const char *index, const char *body, const char *words)
{
	Exchange talk[] = {{"GET /", .headers = LINKED, .status = 200, .body = "", .anonymous = true},
		{ASK_INDEX, .status = 200, .body = index, .anonymous = true}, {ME, .status = status, .body = body}};
	Case c;
	BEGIN(&c, "b.example", talk);
	expect_failure(&c, ERR_REFUSED, words);
}

static void
test_logins(void **state)
{
	(void)state;
	check_login(401, INDEX, "{\"code\":\"incorrect_password\",\"message\":\"x\"}",
		"application password (Users, Profile)");
	check_login(
		401, INDEX, "{\"code\":\"rest_not_logged_in\",\"message\":\"x\"}", "strips the Authorization header");
	check_login(401, INDEX, "{\"code\":\"invalid_username\",\"message\":\"x\"}", "no such user");
	check_login(
		401, INDEX, "{\"code\":\"application_passwords_disabled_for_user\",\"message\":\"x\"}", "switched off");
	check_login(401, "{\"namespaces\":[],\"authentication\":[]}",
		"{\"code\":\"rest_not_logged_in\",\"message\":\"x\"}", "takes no application passwords");
	check_login(403, INDEX, "<html>blocked", "security plugin or firewall");
	check_login(
		200, INDEX, "{\"id\":2,\"name\":\"구독\",\"capabilities\":{\"read\":true}}", "may not write articles");
	check_login(
		200, INDEX, "{\"id\":2,\"name\":\"구독\",\"capabilities\":[\"edit_posts\"]}", "may not write articles");
}

static void
test_contributor(void **state)
{
	(void)state;
	static const Exchange TALK[] = {{"GET /", .headers = LINKED, .status = 200, .body = "", .anonymous = true},
		{ASK_INDEX, .status = 200, .body = INDEX, .anonymous = true},
		{ME, .status = 200, .body = "{\"id\":2,\"name\":\"x\",\"capabilities\":{\"edit_posts\":true}}"},
		VOCABULARY};
	Case c;
	BEGIN(&c, "b.example", TALK);
	assert_true(probe(&c));
	assert_false(c.probe.may_publish);
	end(&c);
}

/* On this machine a bare address without TLS is tried in the clear, elsewhere never. */
static void
test_bare_address_on_this_machine(void **state)
{
	(void)state;
	static const Exchange TALK[] = {{"GET https://localhost:8080/", .error = ERR_NETWORK, .anonymous = true},
		{"GET http://localhost:8080/", .headers = HTML, .status = 200, .body = "", .anonymous = true},
		{"GET http://localhost:8080/wp-json/", .headers = HTML, .status = 404, .body = "", .anonymous = true},
		{"GET http://localhost:8080/?rest_route=/", .headers = HTML, .status = 404, .body = "",
			.anonymous = true}};
	Case c;
	begin(&c, "", "localhost:8080", TALK, 4);
	expect_failure(&c, ERR_REFUSED, "is no WordPress");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_of_a_probe),
		cmocka_unit_test(test_from_any_address),
		cmocka_unit_test(test_plain_permalinks),
		cmocka_unit_test(test_no_wordpress),
		cmocka_unit_test(test_leads_elsewhere),
		cmocka_unit_test(test_www),
		cmocka_unit_test(test_without_credential),
		cmocka_unit_test(test_logins),
		cmocka_unit_test(test_contributor),
		cmocka_unit_test(test_bare_address_on_this_machine),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
