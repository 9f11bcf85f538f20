/* Messages: a job and an event come back whole; unknown tags are skipped, impossible values refused. */
#include "unit.h"

#include "../../src/site/message.h"

static Str
text(const char *c_string)
{
	return str_from(sv(c_string));
}

static void
test_job(void **state)
{
	(void)state;
	Account account = {.driver = text("wordpress"),
		.endpoint = text("https://blog.example.org/wp-json/"),
		.address = text("https://blog.example.org/"),
		.user = text("mina"),
		.secret = text("abcd efgh"),
		.ca_file = text("/etc/ca.pem"),
		.flavour = text("hugo"),
		.may_publish = true};
	Article article = {.token = text("meok-t1"),
		.title = text("첫눈이 온 아침"),
		.subtitle = text("골목에서"),
		.body = text("본문\n"),
		.body_html = text("<p>본문</p>"),
		.slug = text("첫눈"),
		.work = text("겨울 노트"),
		.chapter = 7,
		.comments = SITE_COMMENTS_CLOSED,
		.author = text("미나"),
		.language = text("ko"),
		.sent_before = true,
		.phase = SITE_FILLED,
		.remote_id = text("12"),
		.remote_version = text("v"),
		.remote_slug = text("s"),
		.as_draft = true,
		.overwrite = true};
	list_append(&article.keywords, SV("눈"));
	list_append(&article.keywords, SV("R&D"));
	assert_true(site_terms_put(&article.known, true, SV("4"), SV("겨울 노트"), 9));
	Str bytes = {0};
	message_put_job(&bytes, NET_PUBLISH, &account, &article);
	/* a tag of a later version, at the end */
	field_put_c(&bytes, 900, "unknown");
	NetJob job;
	assert_true(message_read_job(str_view(&bytes), &job, NULL));
	assert_int_equal(job.kind, NET_PUBLISH);
	assert_view_equal(str_view(&job.account.secret), "abcd efgh");
	assert_view_equal(str_view(&job.account.ca_file), "/etc/ca.pem");
	assert_view_equal(str_view(&job.account.flavour), "hugo");
	assert_true(job.account.may_publish);
	assert_view_equal(str_view(&job.article.title), "첫눈이 온 아침");
	assert_view_equal(str_view(&job.article.body_html), "<p>본문</p>");
	assert_int_equal(job.article.keywords.len, 2);
	assert_view_equal(str_view(&job.article.keywords.items[1]), "R&D");
	assert_int_equal(job.article.chapter, 7);
	assert_int_equal(job.article.comments, SITE_COMMENTS_CLOSED);
	assert_int_equal(job.article.phase, SITE_FILLED);
	assert_true(job.article.sent_before && job.article.as_draft && job.article.overwrite);
	assert_int_equal(job.article.known.len, 1);
	assert_true(job.article.known.items[0].is_work);
	assert_int_equal(job.article.known.items[0].count, 9);
	Str again = {0};
	message_put_job(&again, job.kind, &job.account, &job.article);
	assert_true(sv_equal(str_view(&again), sv_slice(str_view(&bytes), 0, again.len)));
	str_free(&bytes);
	str_free(&again);
	net_job_free(&job);
	account_free(&account);
	article_free(&article);
}

static void
test_events(void **state)
{
	(void)state;
	NetEvent event = {.kind = NET_PUBLISHED, .phase = SITE_PUBLIC};
	event.outcome = (Outcome){.phase = SITE_PUBLIC,
		.updated = true,
		.remote_id = text("9"),
		.url = text("https://x/"),
		.slug = text("첫눈"),
		.remote_version = text("v2"),
		.published_ms = 1767200000000};
	list_append(&event.outcome.notes, SV("눈"));
	assert_true(site_terms_put(&event.outcome.learned, false, SV("3"), SV("눈"), 1));
	Str bytes = {0};
	message_put_event(&bytes, &event);
	NetEvent got;
	assert_true(message_read_event(str_view(&bytes), &got, NULL));
	assert_int_equal(got.outcome.published_ms, 1767200000000);
	assert_true(got.outcome.updated);
	assert_view_equal(str_view(&got.outcome.notes.items[0]), "눈");
	assert_view_equal(str_view(&got.outcome.learned.items[0].remote_id), "3");
	net_event_free(&got);
	net_event_free(&event);
	str_free(&bytes);

	event = (NetEvent){.kind = NET_PROBED};
	event.probe = (Probe){
		.driver = text("wordpress"), .site_name = text("이름"), .user_name = text("미나"), .may_publish = true};
	message_put_event(&bytes, &event);
	assert_true(message_read_event(str_view(&bytes), &got, NULL));
	assert_view_equal(str_view(&got.probe.site_name), "이름");
	assert_true(got.probe.may_publish);
	net_event_free(&got);
	net_event_free(&event);
	str_free(&bytes);

	event = (NetEvent){.kind = NET_FAILED, .phase = SITE_CREATED};
	err_set(&event.error, ERR_REFUSED, "the site refused %s: %s", "it", "because %s");
	message_put_event(&bytes, &event);
	assert_true(message_read_event(str_view(&bytes), &got, NULL));
	assert_int_equal(got.error.kind, ERR_REFUSED);
	assert_int_equal(got.phase, SITE_CREATED);
	assert_string_equal(err_text(&got.error), "the site refused it: because %s");
	net_event_free(&got);
	str_free(&bytes);
}

static void
check_refused(const Str *bytes)
{
	NetEvent event;
	Err err = {0};
	assert_false(message_read_event(str_view(bytes), &event, &err));
	assert_int_equal(err.kind, ERR_FAILED);
	assert_int_equal(event.kind, 0);
}

static void
test_impossible(void **state)
{
	(void)state;
	Str bytes = {0};
	check_refused(&bytes); /* no kind */
	field_put_u64(&bytes, 1, 77);
	check_refused(&bytes);
	str_clear(&bytes);
	field_put_u64(&bytes, 1, NET_GONE); /* only the parent says so */
	check_refused(&bytes);
	str_clear(&bytes);
	field_put_u64(&bytes, 1, NET_PROGRESS);
	field_put_u64(&bytes, 2, SITE_DRAFT + 1);
	check_refused(&bytes);
	str_clear(&bytes);
	field_put_u64(&bytes, 1, NET_PROGRESS);
	str_append(&bytes, SV("\x03\x00\x09\x00\x00\x00short"));
	check_refused(&bytes);
	/* five arguments for an error that may have four */
	Str error = {0};
	for (int i = 0; i < ERR_ARGS + 1; i++)
		field_put_c(&error, 3, "x");
	str_clear(&bytes);
	field_put_u64(&bytes, 1, NET_FAILED);
	field_put(&bytes, 8, str_view(&error));
	check_refused(&bytes);
	/* an argument longer than there is room */
	str_clear(&error);
	str_clear(&bytes);
	Str wide = {0};
	for (int i = 0; i < ERR_ARG_MAX; i++)
		str_append_byte(&wide, 'x');
	field_put(&error, 3, str_view(&wide));
	field_put_u64(&bytes, 1, NET_FAILED);
	field_put(&bytes, 8, str_view(&error));
	check_refused(&bytes);
	str_free(&wide);
	str_free(&error);
	str_free(&bytes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_job),
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_impossible),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
