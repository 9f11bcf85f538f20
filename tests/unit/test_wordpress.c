/* The WordPress driver against recorded conversations: every path that can double, lose or overwrite a post. */
#include "replay.h"

#include "../../src/site/wordpress.h"

#define FIELDS                                                                                                     \
	"_fields=id,status,slug,generated_slug,link,date_gmt,modified_gmt,title.raw,content.raw,excerpt.raw,tags," \
	"categories,"                                                                                              \
	"comment_status,_links.predecessor-version"
#define POSTS "/wp-json/wp/v2/posts"
#define CREATE "POST " POSTS "?" FIELDS "\n{\"title\":\"첫눈\",\"slug\":\"meok-t\",\"status\":\"draft\"}"
#define LOOK_TOKEN "GET " POSTS "?context=edit&status=any&orderby=id&order=asc&slug=meok-t,meok-t-2&" FIELDS
#define LOOK_7 "GET " POSTS "/7?context=edit&" FIELDS
#define WRITE_7 "POST " POSTS "/7?" FIELDS "\n"
#define TEXT "\"title\":\"첫눈\",\"content\":\"<p>눈</p>\",\"excerpt\":\"골목\","
#define FILL_7 WRITE_7 "{" TEXT "\"tags\":[],\"slug\":\"\"}"
#define PUBLISH_7 WRITE_7 "{\"status\":\"publish\"}"
#define PENDING_7 WRITE_7 "{\"status\":\"pending\"}"
#define DELETE_7 "DELETE " POSTS "/7?force=true&_fields=deleted"

#define POST_JSON(id, status, slug, modified, content, tags, categories, comments)                       \
	"{\"id\":" id ",\"status\":\"" status "\",\"slug\":\"" slug                                      \
	"\",\"generated_slug\":\"%ec%b2%ab%eb%88%88\",\"link\":\"https://b.example/x/"                   \
	"\",\"date_gmt\":\"2026-01-03T00:00:00\","                                                       \
	"\"modified_gmt\":\"" modified "\",\"title\":{\"raw\":\"첫눈\"},\"content\":{\"raw\":\"" content \
	"\"},\"excerpt\":{\"raw\":\"골목\"},\"tags\":[" tags "],\"categories\":[" categories             \
	"],\"comment_status\":\"" comments "\",\"_links\":{\"predecessor-version\":[{\"id\":9}]}}"
#define T0 "2026-01-03T00:00:00"
#define CREATED POST_JSON("7", "draft", "meok-t", T0, "", "", "1", "open")
#define FILLED POST_JSON("7", "draft", "", T0, "<p>눈</p>", "", "1", "open")
#define PUBLISHED POST_JSON("7", "publish", "%ec%b2%ab%eb%88%88", T0, "<p>눈</p>", "", "1", "open")
#define PENDING POST_JSON("7", "pending", "", T0, "<p>눈</p>", "", "1", "open")
#define ON_WEB POST_JSON("7", "publish", "%ec%b2%ab%eb%88%88", "2026-01-04T00:00:00", "<p>web</p>", "", "1", "open")
#define TEXT_VERSION "2026-01-03T00:00:00/9/"
#define NO_RIGHT                                                                           \
	"{\"code\":\"rest_cannot_publish\",\"message\":\"Sorry, <b>you</b> may not &amp; " \
	"cannot.\",\"data\":{\"status\":403}}"
#define NOT_FOUND "{\"code\":\"rest_post_invalid_id\",\"message\":\"Invalid post ID.\",\"data\":{\"status\":404}}"
#define HTML "Content-Type: text/html; charset=UTF-8\r\n"

typedef struct Case {
	Replay replay;
	Article article;
	Outcome outcome;
	Err err;
} Case;

static void
begin_at(Case *c, const char *origin, const char *endpoint, const Exchange *exchanges, size_t count)
{
	*c = (Case){0};
	replay_open(&c->replay, origin, endpoint, exchanges, count);
	c->article = (Article){.token = str_from(SV("meok-t")),
		.title = str_from(SV("첫눈")),
		.subtitle = str_from(SV("골목")),
		.body = str_from(SV("<p>눈</p>"))};
}

#define BEGIN(c, exchanges)                                                       \
	begin_at(c, "https://b.example", "https://b.example/wp-json/", exchanges, \
		sizeof exchanges / sizeof exchanges[0])

/* The version that the driver gives a post: asked from the driver itself. */
static Str
version_of(const char *json)
{
	Json *value = json_parse(sv(json), 1 << 20, NULL);
	WpPost post;
	Str version = {0};
	assert_true(wp_post_read(value, &post, NULL));
	wp_post_version(&post, &version);
	wp_post_free(&post);
	json_free(value);
	return version;
}

static void
was_sent(Case *c, SitePhase phase, const char *id, const char *held)
{
	c->article.sent_before = true;
	c->article.phase = phase;
	str_set(&c->article.remote_id, sv(id));
	if (held != NULL) {
		Str version = version_of(held);
		str_move(&c->article.remote_version, &version);
	}
}

static bool
publish(Case *c)
{
	return DRIVER_WORDPRESS.publish(&c->replay.ctx, &c->article, &c->outcome, &c->err);
}

static void
end(Case *c)
{
	replay_close(&c->replay);
	article_free(&c->article);
	outcome_free(&c->outcome);
}

static void
expect_phase(Case *c, SitePhase phase)
{
	bool done = publish(c);
	if (!done)
		fail_msg("%s", err_text(&c->err));
	assert_int_equal(c->outcome.phase, phase);
	end(c);
}

static void
expect_failure(Case *c, ErrKind kind, SitePhase reached, const char *words)
{
	assert_false(publish(c));
	if (c->err.kind != kind || strstr(err_text(&c->err), words) == NULL)
		fail_msg("kind %d: %s (wanted kind %d with '%s')", c->err.kind, err_text(&c->err), kind, words);
	assert_int_equal(c->replay.ctx.reached, reached);
	end(c);
}

/* ---- First publish */

static void
test_three_requests(void **state)
{
	(void)state;
	static const Exchange TALK[] = {{CREATE, .status = 201, .body = CREATED},
		{FILL_7, .status = 200, .body = FILLED}, {PUBLISH_7, .status = 200, .body = PUBLISHED}};
	Case c;
	BEGIN(&c, TALK);
	assert_true(publish(&c));
	assert_int_equal(c.outcome.phase, SITE_PUBLIC);
	assert_false(c.outcome.updated);
	assert_view_equal(str_view(&c.outcome.remote_id), "7");
	assert_view_equal(str_view(&c.outcome.slug), "첫눈");
	assert_view_equal(str_view(&c.outcome.url), "https://b.example/x/");
	assert_int_equal(c.outcome.published_ms, 1767398400000);
	assert_true(sv_starts(str_view(&c.outcome.remote_version), SV(TEXT_VERSION)));
	assert_int_equal(c.replay.checkpoint_count, 2);
	assert_int_equal(c.replay.checkpoints[0], SITE_CREATED);
	assert_int_equal(c.replay.checkpoints[1], SITE_FILLED);
	assert_string_equal(c.replay.ids[0], "7");
	end(&c);
}

static void
test_everything_sent(void **state)
{
	(void)state;
	static const Exchange TALK[] = {
		{"POST " POSTS "?" FIELDS
		 "\n{\"title\":\"a &lt;b&gt; R&D &amp;lt;\",\"slug\":\"meok-t\",\"status\":\"draft\"}",
			.status = 201, .body = CREATED},
		{WRITE_7 "{\"title\":\"a &lt;b&gt; R&D "
			 "&amp;lt;\",\"content\":\"<p>눈</p>\",\"excerpt\":\"골목\",\"tags\":[3,5],"
			 "\"categories\":[4],\"comment_status\":\"closed\",\"slug\":\"눈-길\"}",
			.status = 200, .body = POST_JSON("7", "draft", "x", T0, "<p>눈</p>", "5,3", "4", "closed")},
		{PUBLISH_7, .status = 200,
			.body = POST_JSON("7", "publish", "x", T0, "<p>눈</p>", "3,5", "4", "closed")}};
	Case c;
	BEGIN(&c, TALK);
	str_set(&c.article.title, SV("a <b> R&D &lt;"));
	str_set(&c.article.slug, SV("눈-길"));
	str_set(&c.article.work, SV("겨울 노트"));
	list_append(&c.article.keywords, SV("카카오"));
	list_append(&c.article.keywords, SV("r&d"));
	list_append(&c.article.keywords, SV("카카오"));
	c.article.comments = SITE_COMMENTS_CLOSED;
	assert_true(site_terms_put(&c.article.known, false, SV("3"), SV("카카오"), 2));
	assert_true(site_terms_put(&c.article.known, false, SV("5"), SV("R&D"), 2));
	assert_true(site_terms_put(&c.article.known, true, SV("4"), SV("겨울 노트"), 2));
	expect_phase(&c, SITE_PUBLIC);
}

static void
test_as_draft(void **state)
{
	(void)state;
	static const Exchange TALK[] = {
		{CREATE, .status = 201, .body = CREATED}, {FILL_7, .status = 200, .body = FILLED}};
	Case c;
	BEGIN(&c, TALK);
	c.article.as_draft = true;
	assert_true(publish(&c));
	assert_int_equal(c.outcome.phase, SITE_DRAFT);
	assert_view_equal(str_view(&c.outcome.slug), "첫눈");
	assert_int_equal(c.outcome.published_ms, 0);
	end(&c);
}

static void
test_blank_title(void **state)
{
	(void)state;
	static const Exchange TALK[] = {
		{"POST " POSTS "?" FIELDS
		 "\n{\"title\":\"\",\"content\":\"…\",\"slug\":\"meok-t\",\"status\":\"draft\"}",
			.status = 201, .body = CREATED},
		{WRITE_7 "{\"title\":\"\",\"content\":\"<p>눈</p>\",\"excerpt\":\"골목\",\"tags\":[],\"slug\":\"\"}",
			.status = 200, .body = FILLED},
		{PUBLISH_7, .status = 200, .body = PUBLISHED}};
	Case c;
	BEGIN(&c, TALK);
	str_clear(&c.article.title);
	expect_phase(&c, SITE_PUBLIC);
}

/* ---- Roles */

static void
test_contributor(void **state)
{
	(void)state;
	static const Exchange REFUSED[] = {{CREATE, .status = 201, .body = CREATED},
		{FILL_7, .status = 200, .body = FILLED}, {PUBLISH_7, .status = 403, .body = NO_RIGHT},
		{PENDING_7, .status = 200, .body = PENDING}};
	static const Exchange KNOWN[] = {{CREATE, .status = 201, .body = CREATED},
		{FILL_7, .status = 200, .body = FILLED}, {PENDING_7, .status = 200, .body = PENDING}};
	Case c;
	BEGIN(&c, REFUSED);
	expect_phase(&c, SITE_REVIEW);
	BEGIN(&c, KNOWN);
	c.replay.account.may_publish = false;
	expect_phase(&c, SITE_REVIEW);
}

static void
test_refused_for_good_leaves_nothing(void **state)
{
	(void)state;
	static const Exchange PUBLISH[] = {{CREATE, .status = 201, .body = CREATED},
		{FILL_7, .status = 200, .body = FILLED}, {PUBLISH_7, .status = 403, .body = NO_RIGHT},
		{PENDING_7, .status = 403, .body = NO_RIGHT}, {DELETE_7, .status = 200, .body = "{\"deleted\":true}"}};
	static const Exchange FILL[] = {{CREATE, .status = 201, .body = CREATED},
		{FILL_7, .status = 400, .body = NO_RIGHT}, {DELETE_7, .status = 200, .body = "{\"deleted\":true}"}};
	static const Exchange WALL[] = {{CREATE, .status = 201, .body = CREATED},
		{FILL_7, .headers = HTML, .status = 403, .body = "<html>blocked</html>"},
		{DELETE_7, .headers = HTML, .status = 403, .body = "<html>blocked</html>"}};
	static const Exchange CREATION[] = {{CREATE, .status = 403, .body = NO_RIGHT}};
	Case c;
	BEGIN(&c, PUBLISH);
	expect_failure(&c, ERR_REFUSED, SITE_INTENT, "you may not & cannot. (rest_cannot_publish)");
	BEGIN(&c, FILL);
	expect_failure(&c, ERR_REFUSED, SITE_INTENT, "rest_cannot_publish");
	/* where it cannot be removed, the phase says that it is there */
	BEGIN(&c, WALL);
	expect_failure(&c, ERR_REFUSED, SITE_CREATED, "security plugin or firewall");
	BEGIN(&c, CREATION);
	expect_failure(&c, ERR_REFUSED, SITE_INTENT, "rest_cannot_publish");
}

static void
test_not_hidden(void **state)
{
	(void)state;
	static const Exchange TALK[] = {
		{CREATE, .status = 201, .body = POST_JSON("7", "publish", "meok-t", T0, "", "", "1", "open")}};
	Case c;
	BEGIN(&c, TALK);
	expect_failure(&c, ERR_REFUSED, SITE_INTENT, "would not keep the article hidden");
}

/* ---- Broken links */

static void
test_create_lost_then_found(void **state)
{
	(void)state;
	static const Exchange TALK[] = {{CREATE, .error = ERR_UNKNOWN},
		{LOOK_TOKEN, .status = 200, .body = "[" CREATED "]"}, {FILL_7, .status = 200, .body = FILLED},
		{PUBLISH_7, .status = 200, .body = PUBLISHED}};
	static const Exchange HTML_500[] = {
		{CREATE, .headers = HTML, .status = 500, .body = "<html>critical error</html>"},
		{LOOK_TOKEN, .status = 200, .body = "[" CREATED "]"}, {FILL_7, .status = 200, .body = FILLED},
		{PUBLISH_7, .status = 200, .body = PUBLISHED}};
	Case c;
	BEGIN(&c, TALK);
	expect_phase(&c, SITE_PUBLIC);
	BEGIN(&c, HTML_500);
	expect_phase(&c, SITE_PUBLIC);
}

/* Not found is not proof: the lost request may still be on its way, so nothing is created a second time. */
static void
test_create_lost_not_found(void **state)
{
	(void)state;
	static const Exchange TALK[] = {{CREATE, .error = ERR_UNKNOWN}, {LOOK_TOKEN, .status = 200, .body = "[]"}};
	static const Exchange NETWORK[] = {{CREATE, .error = ERR_NETWORK}};
	Case c;
	BEGIN(&c, TALK);
	expect_failure(&c, ERR_UNKNOWN, SITE_INTENT, "the link broke");
	BEGIN(&c, NETWORK);
	expect_failure(&c, ERR_NETWORK, SITE_INTENT, "the link broke");
}

static void
test_repeated_steps(void **state)
{
	(void)state;
	static const Exchange TALK[] = {{CREATE, .status = 201, .body = CREATED}, {FILL_7, .error = ERR_UNKNOWN},
		{FILL_7, .status = 200, .body = FILLED}, {PUBLISH_7, .error = ERR_UNKNOWN},
		{PUBLISH_7, .status = 200, .body = PUBLISHED}};
	static const Exchange TWICE[] = {{CREATE, .status = 201, .body = CREATED},
		{FILL_7, .status = 200, .body = FILLED}, {PUBLISH_7, .error = ERR_UNKNOWN},
		{PUBLISH_7, .error = ERR_NETWORK}};
	Case c;
	BEGIN(&c, TALK);
	expect_phase(&c, SITE_PUBLIC);
	/* the first try may have published: the second one's "never got there" does not take that back */
	BEGIN(&c, TWICE);
	expect_failure(&c, ERR_UNKNOWN, SITE_FILLED, "the link broke");
}

static void
test_busy(void **state)
{
	(void)state;
	static const char BUSY[] = "Content-Type: application/json\r\nRetry-After: 3\r\n";
	static const char LATER[] = "Content-Type: application/json\r\nRetry-After: 600\r\n";
	static const char ERROR[] = "{\"code\":\"busy\",\"message\":\"later\"}";
	static const Exchange TALK[] = {{CREATE, .status = 201, .body = CREATED},
		{FILL_7, .headers = BUSY, .status = 503, .body = ERROR},
		{FILL_7, .headers = BUSY, .status = 429, .body = ERROR}, {FILL_7, .status = 200, .body = FILLED},
		{PUBLISH_7, .status = 200, .body = PUBLISHED}};
	static const Exchange LONG[] = {
		{CREATE, .status = 201, .body = CREATED}, {FILL_7, .headers = LATER, .status = 429, .body = ERROR}};
	/* a create is not safe to repeat, whatever the server proposes */
	static const Exchange FIRST[] = {
		{CREATE, .headers = BUSY, .status = 503, .body = ERROR}, {LOOK_TOKEN, .status = 200, .body = "[]"}};
	Case c;
	BEGIN(&c, TALK);
	assert_true(publish(&c));
	assert_int_equal(c.replay.waited, 6);
	end(&c);
	BEGIN(&c, LONG);
	expect_failure(&c, ERR_NETWORK, SITE_CREATED, "no more requests for now");
	BEGIN(&c, FIRST);
	expect_failure(&c, ERR_UNKNOWN, SITE_INTENT, "later (busy)");
}

/* Two creates reached the server: the older draft stays, the younger goes. */
static void
test_token_taken(void **state)
{
	(void)state;
	static const Exchange TALK[] = {
		{CREATE, .status = 201, .body = POST_JSON("8", "draft", "meok-t-2", T0, "", "", "1", "open")},
		{LOOK_TOKEN, .status = 200,
			.body = "[" CREATED "," POST_JSON("8", "draft", "meok-t-2", T0, "", "", "1", "open") "]"},
		{"DELETE " POSTS "/8?force=true&_fields=deleted", .status = 200, .body = "{\"deleted\":true}"},
		{"DELETE " POSTS "/8?force=true&_fields=deleted", .status = 404, .body = NOT_FOUND},
		{FILL_7, .status = 200, .body = FILLED}, {PUBLISH_7, .status = 200, .body = PUBLISHED}};
	Case c;
	BEGIN(&c, TALK);
	expect_phase(&c, SITE_PUBLIC);
}

static void
test_parent_gone(void **state)
{
	(void)state;
	static const Exchange TALK[] = {{CREATE, .status = 201, .body = CREATED}};
	Case c;
	BEGIN(&c, TALK);
	c.replay.refuse_checkpoint = SITE_CREATED;
	expect_failure(&c, ERR_UNKNOWN, SITE_CREATED, "gone");
}

/* ---- Resuming */

static void
test_resume_intent(void **state)
{
	(void)state;
	static const Exchange NOTHING[] = {{LOOK_TOKEN, .status = 200, .body = "[]"},
		{CREATE, .status = 201, .body = CREATED}, {FILL_7, .status = 200, .body = FILLED},
		{PUBLISH_7, .status = 200, .body = PUBLISHED}};
	static const Exchange FOUND[] = {
		{LOOK_TOKEN, .status = 200,
			.body = "[" CREATED "," POST_JSON("8", "draft", "meok-t-2", T0, "", "", "1", "open") "]"},
		{"DELETE " POSTS "/8?force=true&_fields=deleted", .status = 200, .body = "{\"deleted\":true}"},
		{FILL_7, .status = 200, .body = FILLED}, {PUBLISH_7, .status = 200, .body = PUBLISHED}};
	static const Exchange BLIND[] = {{LOOK_TOKEN, .error = ERR_NETWORK}};
	Case c;
	BEGIN(&c, NOTHING);
	was_sent(&c, SITE_INTENT, "", NULL);
	expect_phase(&c, SITE_PUBLIC);
	BEGIN(&c, FOUND);
	was_sent(&c, SITE_INTENT, "", NULL);
	expect_phase(&c, SITE_PUBLIC);
	/* what happened before is as unknown as it was */
	BEGIN(&c, BLIND);
	was_sent(&c, SITE_INTENT, "", NULL);
	expect_failure(&c, ERR_UNKNOWN, SITE_INTENT, "the link broke");
}

static void
test_resume_hidden(void **state)
{
	(void)state;
	static const Exchange CREATED_7[] = {{LOOK_7, .status = 200, .body = CREATED},
		{FILL_7, .status = 200, .body = FILLED}, {PUBLISH_7, .status = 200, .body = PUBLISHED}};
	static const Exchange GONE[] = {{LOOK_7, .status = 404, .body = NOT_FOUND},
		{LOOK_TOKEN, .status = 200, .body = "[]"}, {CREATE, .status = 201, .body = CREATED},
		{FILL_7, .status = 200, .body = FILLED}, {PUBLISH_7, .status = 200, .body = PUBLISHED}};
	static const Exchange EDITED[] = {{LOOK_7, .status = 200,
		.body = POST_JSON("7", "draft", "", "2026-01-04T00:00:00", "<p>web</p>", "", "1", "open")}};
	Case c;
	BEGIN(&c, CREATED_7);
	was_sent(&c, SITE_CREATED, "7", CREATED);
	expect_phase(&c, SITE_PUBLIC);
	BEGIN(&c, CREATED_7);
	was_sent(&c, SITE_FILLED, "7", CREATED);
	expect_phase(&c, SITE_PUBLIC);
	BEGIN(&c, GONE);
	was_sent(&c, SITE_CREATED, "7", CREATED);
	expect_phase(&c, SITE_PUBLIC);
	BEGIN(&c, EDITED);
	was_sent(&c, SITE_FILLED, "7", FILLED);
	expect_failure(&c, ERR_CONFLICT, SITE_FILLED, "--overwrite");
}

/* The answer to "publish" was lost: the look finds it public, and nothing is written twice. */
static void
test_resume_public(void **state)
{
	(void)state;
	static const Exchange TALK[] = {{LOOK_7, .status = 200, .body = PUBLISHED}};
	/* the text here is newer than what went out, the one there is ours */
	static const Exchange NEWER[] = {
		{LOOK_7, .status = 200,
			.body = POST_JSON("7", "publish", "x", "2026-01-03T00:00:01", "<p>old</p>", "", "1", "open")},
		{WRITE_7 "{" TEXT "\"tags\":[]}", .status = 200, .body = PUBLISHED}};
	static const Exchange EDITED[] = {{LOOK_7, .status = 200, .body = ON_WEB}};
	Case c;
	BEGIN(&c, TALK);
	was_sent(&c, SITE_FILLED, "7", FILLED);
	expect_phase(&c, SITE_PUBLIC);
	BEGIN(&c, NEWER);
	was_sent(&c, SITE_FILLED, "7", FILLED);
	expect_phase(&c, SITE_PUBLIC);
	BEGIN(&c, EDITED);
	was_sent(&c, SITE_FILLED, "7", FILLED);
	expect_failure(&c, ERR_CONFLICT, SITE_FILLED, "changed on the site");
}

/* ---- Updates */

static void
test_update(void **state)
{
	(void)state;
	static const Exchange TALK[] = {{LOOK_7, .status = 200, .body = PUBLISHED},
		{WRITE_7 "{\"title\":\"첫눈 2\",\"content\":\"<p>눈</p>\",\"excerpt\":\"골목\",\"tags\":[]}",
			.status = 200, .body = PUBLISHED}};
	Case c;
	BEGIN(&c, TALK);
	was_sent(&c, SITE_PUBLIC, "7", PUBLISHED);
	str_set(&c.article.title, SV("첫눈 2"));
	str_set(&c.article.slug, SV("another"));
	assert_true(publish(&c));
	assert_true(c.outcome.updated);
	assert_int_equal(c.replay.checkpoint_count, 0);
	end(&c);
}

static void
test_update_conflict(void **state)
{
	(void)state;
	static const Exchange TALK[] = {{LOOK_7, .status = 200, .body = ON_WEB}};
	static const Exchange OVER[] = {{LOOK_7, .status = 200, .body = ON_WEB},
		{WRITE_7 "{" TEXT "\"tags\":[]}", .status = 200, .body = PUBLISHED}};
	/* the answer to our own update was lost: the same text there is no conflict, and needs no writing */
	static const Exchange SAME[] = {{LOOK_7, .status = 200,
		.body = POST_JSON("7", "publish", "x", "2026-01-05T00:00:00", "<p>눈</p>", "", "1", "open")}};
	static const Exchange TAGGED[] = {{LOOK_7, .status = 200,
		.body = POST_JSON("7", "publish", "x", "2026-01-05T00:00:00", "<p>눈</p>", "3", "1", "open")}};
	Case c;
	BEGIN(&c, TALK);
	was_sent(&c, SITE_PUBLIC, "7", PUBLISHED);
	expect_failure(&c, ERR_CONFLICT, SITE_PUBLIC, "https://b.example/x/");
	BEGIN(&c, OVER);
	was_sent(&c, SITE_PUBLIC, "7", PUBLISHED);
	c.article.overwrite = true;
	expect_phase(&c, SITE_PUBLIC);
	BEGIN(&c, SAME);
	was_sent(&c, SITE_PUBLIC, "7", PUBLISHED);
	expect_phase(&c, SITE_PUBLIC);
	BEGIN(&c, TAGGED);
	was_sent(&c, SITE_PUBLIC, "7", PUBLISHED);
	expect_failure(&c, ERR_CONFLICT, SITE_PUBLIC, "changed on the site");
	/* a second's resolution hides an edit: the text does not */
	static const Exchange SAME_SECOND[] = {{LOOK_7, .status = 200,
		.body = POST_JSON("7", "publish", "%ec%b2%ab%eb%88%88", T0, "<p>web</p>", "", "1", "open")}};
	BEGIN(&c, SAME_SECOND);
	was_sent(&c, SITE_PUBLIC, "7", PUBLISHED);
	expect_failure(&c, ERR_CONFLICT, SITE_PUBLIC, "changed on the site");
}

static void
test_update_gone(void **state)
{
	(void)state;
	static const Exchange DELETED[] = {{LOOK_7, .status = 404, .body = NOT_FOUND}};
	static const Exchange TRASHED[] = {{LOOK_7, .status = 200,
		.body = POST_JSON("7", "trash", "x__trashed", T0, "<p>눈</p>", "", "1", "open")}};
	static const Exchange AGAIN[] = {{LOOK_7, .status = 404, .body = NOT_FOUND},
		{LOOK_TOKEN, .status = 200, .body = "[]"}, {CREATE, .status = 201, .body = CREATED},
		{WRITE_7 "{" TEXT "\"tags\":[]}", .status = 200, .body = FILLED},
		{PUBLISH_7, .status = 200, .body = PUBLISHED}};
	Case c;
	BEGIN(&c, DELETED);
	was_sent(&c, SITE_PUBLIC, "7", PUBLISHED);
	expect_failure(&c, ERR_CONFLICT, SITE_PUBLIC, "deleted on the site: publish with --overwrite");
	BEGIN(&c, TRASHED);
	was_sent(&c, SITE_PUBLIC, "7", PUBLISHED);
	expect_failure(&c, ERR_CONFLICT, SITE_PUBLIC, "trash");
	BEGIN(&c, AGAIN);
	was_sent(&c, SITE_PUBLIC, "7", PUBLISHED);
	c.article.overwrite = true;
	expect_phase(&c, SITE_PUBLIC);
}

/* An article that readers had, now a draft on the web: published again it keeps its address. */
static void
test_unpublished_there(void **state)
{
	(void)state;
	static const Exchange TALK[] = {
		{LOOK_7, .status = 200,
			.body = POST_JSON("7", "draft", "x", "2026-01-05T00:00:00", "<p>눈</p>", "", "1", "open")},
		{WRITE_7 "{" TEXT "\"tags\":[]}", .status = 200,
			.body = POST_JSON("7", "draft", "x", T0, "<p>눈</p>", "", "1", "open")},
		{PUBLISH_7, .status = 200, .body = PUBLISHED}};
	Case c;
	BEGIN(&c, TALK);
	was_sent(&c, SITE_PUBLIC, "7", PUBLISHED);
	c.article.overwrite = true;
	expect_phase(&c, SITE_PUBLIC);
}

static void
test_draft_goes_public(void **state)
{
	(void)state;
	static const Exchange TALK[] = {{LOOK_7, .status = 200, .body = FILLED},
		{WRITE_7 "{" TEXT "\"tags\":[]}", .status = 200, .body = FILLED},
		{PUBLISH_7, .status = 200, .body = PUBLISHED}};
	Case c;
	BEGIN(&c, TALK);
	was_sent(&c, SITE_DRAFT, "7", FILLED);
	assert_true(publish(&c));
	assert_int_equal(c.replay.checkpoints[0], SITE_FILLED);
	end(&c);
}

static void
test_review_updates(void **state)
{
	(void)state;
	static const Exchange TALK[] = {
		{LOOK_7, .status = 200, .body = PENDING}, {FILL_7, .status = 200, .body = PENDING}};
	static const Exchange EDITOR[] = {{LOOK_7, .status = 403, .body = NO_RIGHT}};
	Case c;
	BEGIN(&c, TALK);
	was_sent(&c, SITE_REVIEW, "7", PENDING);
	c.replay.account.may_publish = false;
	expect_phase(&c, SITE_REVIEW);
	BEGIN(&c, EDITOR);
	was_sent(&c, SITE_REVIEW, "7", PENDING);
	expect_failure(&c, ERR_REFUSED, SITE_REVIEW, "an editor published it");
}

/* ---- Keywords and work */

#define TAGS "/wp-json/wp/v2/tags?"
#define CATEGORIES "/wp-json/wp/v2/categories?"
#define SEARCH "per_page=100&_fields=id,name,count&search="
#define MAKE "_fields=id,name,code,message,data\n"
#define FILL_TAGS(tags) WRITE_7 "{" TEXT "\"tags\":[" tags "],\"slug\":\"\"}"
#define HELD(status, tags) POST_JSON("7", status, "x", T0, "<p>눈</p>", tags, "1", "open")

static void
test_new_keywords(void **state)
{
	(void)state;
	static const Exchange TALK[] = {
		{"GET " TAGS SEARCH "R%26D", .status = 200,
			.body = "[{\"id\":5,\"name\":\"R&amp;D "
				"center\",\"count\":1},{\"id\":6,\"name\":\"r&amp;d\",\"count\":4}]"},
		{"GET " TAGS SEARCH "%EB%88%88", .status = 200, .body = "[]"},
		{"POST " TAGS MAKE "{\"name\":\"눈\"}", .status = 201, .body = "{\"id\":11,\"name\":\"눈\"}"},
		{"GET " TAGS SEARCH "%EA%B8%B8", .status = 200, .body = "[]"},
		{"POST " TAGS MAKE "{\"name\":\"길\"}", .status = 400,
			.body = "{\"code\":\"term_exists\",\"message\":\"exists\",\"data\":{\"status\":400,\"term_id\":"
				"12}}"},
		{CREATE, .status = 201, .body = CREATED},
		{FILL_TAGS("6,11,12"), .status = 200, .body = HELD("draft", "6,11,12")},
		{PUBLISH_7, .status = 200, .body = HELD("publish", "6,11,12")}};
	Case c;
	BEGIN(&c, TALK);
	list_append(&c.article.keywords, SV("R&D"));
	/* decomposed: one keyword, not two */
	list_append(&c.article.keywords, SV("\xE1\x84\x82\xE1\x85\xAE\xE1\x86\xAB"));
	list_append(&c.article.keywords, SV("길"));
	assert_true(publish(&c));
	assert_int_equal(c.outcome.notes.len, 1);
	assert_view_equal(str_view(&c.outcome.notes.items[0]), "눈");
	assert_int_equal(c.outcome.learned.len, 3);
	assert_view_equal(str_view(&c.outcome.learned.items[0].remote_id), "6");
	end(&c);
}

static void
test_work_refused_before_anything(void **state)
{
	(void)state;
	static const Exchange TALK[] = {{"GET " CATEGORIES SEARCH "W", .status = 200, .body = "[]"},
		{"POST " CATEGORIES MAKE "{\"name\":\"W\"}", .status = 403, .body = NO_RIGHT}};
	static const Exchange LOST[] = {{"GET " CATEGORIES SEARCH "W", .status = 200, .body = "[]"},
		{"POST " CATEGORIES MAKE "{\"name\":\"W\"}", .error = ERR_UNKNOWN},
		{"POST " CATEGORIES MAKE "{\"name\":\"W\"}", .error = ERR_UNKNOWN}};
	Case c;
	BEGIN(&c, TALK);
	str_set(&c.article.work, SV("W"));
	list_append(&c.article.keywords, SV("눈"));
	expect_failure(&c, ERR_REFUSED, 0, "may not make the work 'W'");
	/* no article was sent: that much is known */
	BEGIN(&c, LOST);
	str_set(&c.article.work, SV("W"));
	expect_failure(&c, ERR_NETWORK, 0, "the link broke");
}

static void
test_vanished_keyword(void **state)
{
	(void)state;
	static const Exchange TALK[] = {{CREATE, .status = 201, .body = CREATED},
		{FILL_TAGS("99"), .status = 200, .body = HELD("draft", "")},
		{"GET " TAGS SEARCH "%EB%88%88", .status = 200, .body = "[{\"id\":11,\"name\":\"눈\",\"count\":1}]"},
		{FILL_TAGS("11"), .status = 200, .body = HELD("draft", "11")},
		{PUBLISH_7, .status = 200, .body = HELD("publish", "11")}};
	static const Exchange STUBBORN[] = {{CREATE, .status = 201, .body = CREATED},
		{FILL_TAGS("99"), .status = 200, .body = HELD("draft", "")},
		{"GET " TAGS SEARCH "%EB%88%88", .status = 200, .body = "[{\"id\":11,\"name\":\"눈\",\"count\":1}]"},
		{FILL_TAGS("11"), .status = 200, .body = HELD("draft", "")},
		{DELETE_7, .status = 200, .body = "{\"deleted\":true}"}};
	Case c;
	BEGIN(&c, TALK);
	list_append(&c.article.keywords, SV("눈"));
	assert_true(site_terms_put(&c.article.known, false, SV("99"), SV("눈"), 2));
	assert_true(publish(&c));
	assert_int_equal(c.outcome.learned.len, 1);
	assert_view_equal(str_view(&c.outcome.learned.items[0].remote_id), "11");
	end(&c);
	BEGIN(&c, STUBBORN);
	list_append(&c.article.keywords, SV("눈"));
	assert_true(site_terms_put(&c.article.known, false, SV("99"), SV("눈"), 2));
	expect_failure(&c, ERR_REFUSED, SITE_INTENT, "did not take the keyword '눈'");
}

static void
test_comments_ignored(void **state)
{
	(void)state;
	static const Exchange TALK[] = {{CREATE, .status = 201, .body = CREATED},
		{WRITE_7 "{" TEXT "\"tags\":[],\"comment_status\":\"closed\",\"slug\":\"\"}", .status = 200,
			.body = FILLED},
		{DELETE_7, .status = 200, .body = "{\"deleted\":true}"}};
	static const Exchange UPDATE[] = {{LOOK_7, .status = 200, .body = PUBLISHED},
		{WRITE_7 "{" TEXT "\"tags\":[],\"comment_status\":\"closed\"}", .status = 200, .body = PUBLISHED}};
	Case c;
	BEGIN(&c, TALK);
	c.article.comments = SITE_COMMENTS_CLOSED;
	expect_failure(&c, ERR_REFUSED, SITE_INTENT, "comments");
	/* of a public article nothing is removed, and what is there now is remembered as ours */
	BEGIN(&c, UPDATE);
	was_sent(&c, SITE_PUBLIC, "7", PUBLISHED);
	c.article.comments = SITE_COMMENTS_CLOSED;
	assert_false(publish(&c));
	assert_int_equal(c.replay.checkpoint_count, 1);
	assert_int_equal(c.replay.checkpoints[0], SITE_PUBLIC);
	end(&c);
}

/* ---- Answers that are none */

static void
test_strange_answers(void **state)
{
	(void)state;
	static const struct {
		int status;
		const char *headers, *body, *words;
		ErrKind kind;
	} ANSWERS[] = {
		{200, HTML, "<html>hello</html>", "web page instead of data", ERR_UNKNOWN},
		{200, NULL, "", "empty answer", ERR_UNKNOWN},
		{200, NULL, "{\"id\":{}}", "not about an article", ERR_UNKNOWN},
		{200, NULL, "[1,2]", "not about an article", ERR_UNKNOWN},
		{200, NULL, "\"text\"", "cannot be read", ERR_UNKNOWN},
		{200, NULL, "{\"id\":7,\"status\":\"draft\",\"tags\":[{}]}", "not about an article", ERR_UNKNOWN},
		{200, NULL, "{\"id\":7,\"status\":", "cannot be read", ERR_UNKNOWN},
		{502, HTML, "<html>Bad Gateway</html>", "HTTP 502", ERR_UNKNOWN},
		{500, NULL, "{\"code\":\"internal_server_error\",\"message\":\"boom\"}", "boom", ERR_UNKNOWN},
	};
	for (size_t i = 0; i < sizeof ANSWERS / sizeof ANSWERS[0]; i++) {
		Exchange talk[] = {
			{CREATE, .headers = ANSWERS[i].headers, .status = ANSWERS[i].status, .body = ANSWERS[i].body},
			{LOOK_TOKEN, .status = 200, .body = "[]"}};
		Case c;
		BEGIN(&c, talk);
		expect_failure(&c, ANSWERS[i].kind, SITE_INTENT, ANSWERS[i].words);
	}
}

static void
test_redirected_write(void **state)
{
	(void)state;
	static const Exchange TALK[] = {
		{CREATE, .headers = "Location: https://www.b.example/wp-json/\r\n", .status = 302, .body = ""}};
	Case c;
	BEGIN(&c, TALK);
	expect_failure(&c, ERR_REFUSED, SITE_INTENT, "redirects to https://www.b.example/wp-json/");
}

static void
test_unauthorised(void **state)
{
	(void)state;
	static const Exchange TALK[] = {{CREATE, .status = 401,
		.body = "{\"code\":\"rest_cannot_create\",\"message\":\"Sorry\",\"data\":{\"status\":401}}"}};
	Case c;
	BEGIN(&c, TALK);
	expect_failure(&c, ERR_REFUSED, SITE_INTENT, "application password");
}

static void
test_plain_permalinks(void **state)
{
	(void)state;
	static const Exchange TALK[] = {{"POST /?rest_route=/wp/v2/posts&" FIELDS
					 "\n{\"title\":\"첫눈\",\"slug\":\"meok-t\",\"status\":\"draft\"}",
						.status = 201, .body = CREATED},
		{"POST /?rest_route=/wp/v2/posts/7&" FIELDS "\n{" TEXT "\"tags\":[],\"slug\":\"\"}", .status = 200,
			.body = FILLED},
		{"POST /?rest_route=/wp/v2/posts/7&" FIELDS "\n{\"status\":\"publish\"}", .status = 200,
			.body = PUBLISHED}};
	Case c;
	begin_at(&c, "https://b.example", "https://b.example/?rest_route=/", TALK, 3);
	expect_phase(&c, SITE_PUBLIC);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_three_requests),
		cmocka_unit_test(test_everything_sent),
		cmocka_unit_test(test_as_draft),
		cmocka_unit_test(test_blank_title),
		cmocka_unit_test(test_contributor),
		cmocka_unit_test(test_refused_for_good_leaves_nothing),
		cmocka_unit_test(test_not_hidden),
		cmocka_unit_test(test_create_lost_then_found),
		cmocka_unit_test(test_create_lost_not_found),
		cmocka_unit_test(test_repeated_steps),
		cmocka_unit_test(test_busy),
		cmocka_unit_test(test_token_taken),
		cmocka_unit_test(test_parent_gone),
		cmocka_unit_test(test_resume_intent),
		cmocka_unit_test(test_resume_hidden),
		cmocka_unit_test(test_resume_public),
		cmocka_unit_test(test_update),
		cmocka_unit_test(test_update_conflict),
		cmocka_unit_test(test_update_gone),
		cmocka_unit_test(test_unpublished_there),
		cmocka_unit_test(test_draft_goes_public),
		cmocka_unit_test(test_review_updates),
		cmocka_unit_test(test_new_keywords),
		cmocka_unit_test(test_work_refused_before_anything),
		cmocka_unit_test(test_vanished_keyword),
		cmocka_unit_test(test_comments_ignored),
		cmocka_unit_test(test_strange_answers),
		cmocka_unit_test(test_redirected_write),
		cmocka_unit_test(test_unauthorised),
		cmocka_unit_test(test_plain_permalinks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
