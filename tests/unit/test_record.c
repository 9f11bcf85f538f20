/* The fields of records: there and back, unknown ones kept, wrong ones refused. */
#include "vault_unit.h"

static Id
id_of(uint8_t number)
{
	Id id;
	memset(id.bytes, number, ID_BYTES);
	return id;
}

static void
a_revision_comes_back(void **state)
{
	(void)state;
	Revision revision = text_revision("제목", "가나다 e\xCC\x81 👩‍👩‍👧"), read = {0};
	revision.subtitle = str_from(SV("소제목"));
	revision.work = id_of(3);
	revision.site = id_of(4);
	revision.comments = COMMENTS_CLOSED;
	list_append(&revision.keywords, SV("데이터 센터"));
	list_append(&revision.keywords, SV("카카오"));
	field_put_c(&revision.unknown, 900, "later");
	Card card = {0};
	Str body = {0}, again = {0};
	Err err = {0};
	assert_true(revision_encode(&revision, &card, &body, &err));
	assert_view_equal(str_view(&card.title), "제목");
	assert_int_equal(card.characters, 7);
	assert_true(id_equal(card.work, id_of(3)));
	assert_true(id_equal(card.site, id_of(4)));
	assert_true(revision_decode(str_view(&body), &read, &err));
	assert_true(revision_same(&revision, &read));
	assert_true(sv_equal(str_view(&revision.unknown), str_view(&read.unknown)));
	assert_true(revision_encode(&read, &card, &again, &err));
	assert_true(sv_equal(str_view(&body), str_view(&again)));
	list_append(&read.keywords, SV("시련"));
	assert_false(revision_same(&revision, &read));
	revision_free(&revision);
	revision_free(&read);
	str_free(&body);
	str_free(&again);
	card_free(&card);
}

static void
a_work_comes_back(void **state)
{
	(void)state;
	Work work = {.name = str_from(SV("시사 노트")),
		.blurb = str_from(SV("매주")),
		.limit = 30,
		.cadence = str_from(SV("토요일마다")),
		.comments = COMMENTS_OPEN,
		.site = id_of(9)};
	Work read = {0};
	Err err = {0};
	for (int i = 1; i < 100; i++)
		assert_true(work_add_chapter(&work, id_of((uint8_t)i), &err));
	assert_true(work_add_chapter(&work, id_of(5), &err));
	assert_int_equal(work.chapter_count, 99);
	assert_int_equal(work_chapter(&work, id_of(5)), 5);
	assert_int_equal(work_chapter(&work, id_of(200)), 0);
	field_put_u64(&work.unknown, 60000, 1);
	Card card = {0};
	Str body = {0}, again = {0};
	assert_true(work_encode(&work, &card, &body, &err));
	assert_true(work_decode(str_view(&body), &read, &err));
	assert_int_equal(read.chapter_count, 99);
	assert_memory_equal(read.chapters, work.chapters, 99 * sizeof(Id));
	assert_int_equal(read.limit, 30);
	assert_int_equal(read.comments, COMMENTS_OPEN);
	assert_true(work_encode(&read, &card, &again, &err));
	assert_true(sv_equal(str_view(&body), str_view(&again)));
	work_free(&work);
	work_free(&read);
	str_free(&body);
	str_free(&again);
	card_free(&card);
}

static void
a_site_and_a_publication_come_back(void **state)
{
	(void)state;
	SiteRecord site = {.name = str_from(SV("내 블로그")),
		.driver = str_from(SV("wordpress")),
		.endpoint = str_from(SV("https://blog.example.org/wp-json")),
		.address = str_from(SV("https://blog.example.org")),
		.user = str_from(SV("meok")),
		.secret = str_from(SV("abcd efgh")),
		.ca_file = str_from(SV("/etc/ca.pem")),
		.flavour = str_from(SV("plain")),
		.keyword_limit = 3,
		.may_publish = true,
		.closed_vocabulary = true};
	SiteRecord site_read = {0};
	Publication publication = {.draft = id_of(1),
		.site = id_of(2),
		.revision = id_of(3),
		.token = str_from(SV("tok")),
		.phase = PHASE_FILLED,
		.remote_id = str_from(SV("17")),
		.url = str_from(SV("https://blog.example.org/17")),
		.slug = str_from(SV("geukbok")),
		.remote_version = str_from(SV("v1")),
		.sent_ms = 5,
		.published_ms = 6};
	Publication publication_read = {0};
	Card card = {0};
	Str body = {0}, again = {0};
	Err err = {0};
	assert_true(site_encode(&site, &card, &body, &err));
	assert_true(site_decode(str_view(&body), &site_read, &err));
	assert_true(site_encode(&site_read, &card, &again, &err));
	assert_true(sv_equal(str_view(&body), str_view(&again)));
	assert_view_equal(str_view(&site_read.secret), "abcd efgh");
	assert_true(site_read.may_publish && site_read.closed_vocabulary && site_read.keyword_limit == 3);
	str_clear(&body);
	str_clear(&again);
	assert_true(publication_encode(&publication, &card, &body, &err));
	assert_int_equal(card.state, PHASE_FILLED);
	assert_true(publication_decode(str_view(&body), &publication_read, &err));
	assert_true(publication_encode(&publication_read, &card, &again, &err));
	assert_true(sv_equal(str_view(&body), str_view(&again)));
	assert_int_equal(publication_read.published_ms, 6);
	card.kind = OBJECT_PUBLICATION;
	card.subject = publication_subject(id_of(1), id_of(2));
	assert_int_equal(record_check(&card, str_view(&body)), VERDICT_OK);
	card.subject = publication_subject(id_of(2), id_of(1));
	assert_int_equal(record_check(&card, str_view(&body)), VERDICT_DAMAGED);
	publication.phase = 0;
	assert_false(publication_encode(&publication, &card, &again, &err));
	assert_int_equal(err.kind, ERR_USAGE);
	site_record_free(&site);
	site_record_free(&site_read);
	publication_free(&publication);
	publication_free(&publication_read);
	str_free(&body);
	str_free(&again);
	card_free(&card);
}

static void
a_vocabulary_comes_back(void **state)
{
	(void)state;
	Vocabulary words = {.site = id_of(2)}, read = {0};
	Err err = {0};
	for (uint32_t i = 0; i < 300; i++) {
		char name[32];
		snprintf(name, sizeof name, "낱말 %u", i);
		assert_true(vocabulary_put(&words, i % 7 == 0, sv(name), sv(name), i, &err));
	}
	assert_true(vocabulary_put(&words, false, SV("낱말 5"), SV("고친 낱말"), 50, &err));
	assert_true(vocabulary_put(&words, true, SV("낱말 5"), SV("같은 번호의 작품"), 1, &err));
	assert_int_equal(words.len, 301);
	Card card = {0};
	Str body = {0};
	assert_true(vocabulary_encode(&words, &card, &body, &err));
	assert_true(vocabulary_decode(str_view(&body), &read, &err));
	assert_int_equal(read.len, 301);
	for (size_t i = 0; i < read.len; i++) {
		assert_int_equal(read.terms[i].is_work, words.terms[i].is_work);
		assert_int_equal(read.terms[i].count, words.terms[i].count);
		assert_true(sv_equal(str_view(&read.terms[i].name), str_view(&words.terms[i].name)));
		assert_true(sv_equal(str_view(&read.terms[i].remote_id), str_view(&words.terms[i].remote_id)));
	}
	assert_view_equal(str_view(&read.terms[5].name), "고친 낱말");
	vocabulary_free(&words);
	vocabulary_free(&read);
	str_free(&body);
	card_free(&card);
}

typedef struct Bad {
	uint8_t kind;
	uint16_t tag;
	StrView value;
} Bad;

static void
wrong_values_are_damage(void **state)
{
	(void)state;
	static const char three[] = "\3\0\0\0\0\0\0\0", seven[] = "\7\0\0\0\0\0\0\0", wide[] = "\0\0\0\0\1\0\0\0";
	const Bad bad[] = {
		{OBJECT_REVISION, 1, SV("\xFF")},
		{OBJECT_REVISION, 2, SV("\xED\xA0\x80")},
		{OBJECT_REVISION, 3, SV("a\0b")},
		{OBJECT_REVISION, 4, SV("\xC0\x80")},
		{OBJECT_REVISION, 5, SV("short")},
		{OBJECT_REVISION, 6, {three, 8}},
		{OBJECT_REVISION, 6, {three, 7}},
		{OBJECT_REVISION, 7, {NULL, 0}},
		{OBJECT_WORK, 1, SV("\x80")},
		{OBJECT_WORK, 3, SV("123456789012345")},
		{OBJECT_WORK, 4, {wide, 8}},
		{OBJECT_WORK, 6, {three, 8}},
		{OBJECT_WORK, 7, SV("12345678901234567")},
		{OBJECT_SITE, 6, SV("\xFE")},
		{OBJECT_SITE, 9, {wide, 8}},
		{OBJECT_SITE, 10, {three, 8}},
		{OBJECT_SITE, 11, SV("1")},
		{OBJECT_PUBLICATION, 4, SV("no draft, no site, no phase")},
		{OBJECT_PUBLICATION, 5, {seven, 8}},
		{OBJECT_SETTINGS, 1, SV("\xF5\x80\x80\x80")},
		{OBJECT_VOCABULARY, 1, SV("\1\0\1")},
		{OBJECT_VOCABULARY, 1, SV("\1\0\1\0\0\0x")},
		{OBJECT_VOCABULARY, 1, SV("\3\0\1\0\0\0\xFF")},
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		Card card = {.kind = bad[i].kind};
		Str body = {0};
		field_put(&body, bad[i].tag, bad[i].value);
		assert_int_equal(record_check(&card, str_view(&body)), VERDICT_DAMAGED);
		str_truncate(&body, body.len - 1);
		assert_int_equal(record_check(&card, str_view(&body)), VERDICT_DAMAGED);
		str_free(&body);
	}
	Card card = {.kind = OBJECT_TOMBSTONE, .state = TOMBSTONE_DESTROYED};
	assert_int_equal(record_check(&card, SV("")), VERDICT_OK);
	card = (Card){.kind = 77};
	assert_int_equal(record_check(&card, SV("\1\0\1\0\0\0\xFF")), VERDICT_OK);
}

static void
ill_formed_text_is_not_saved(void **state)
{
	(void)state;
	Card card = {0};
	Str body = {0};
	Err err = {0};
	Revision revision = text_revision("\xFF", "글");
	assert_false(revision_encode(&revision, &card, &body, &err));
	assert_int_equal(err.kind, ERR_USAGE);
	revision_free(&revision);
	str_free(&body);
	assert_false(settings_encode(SV("\xC3"), &body, &err));
	assert_int_equal(err.kind, ERR_USAGE);
	card_free(&card);
}

static void
the_last_of_two_counts(void **state)
{
	(void)state;
	Str body = {0};
	Revision read = {0};
	Err err = {0};
	field_put_c(&body, 1, "first");
	field_put_c(&body, 1, "second");
	assert_true(revision_decode(str_view(&body), &read, &err));
	assert_view_equal(str_view(&read.title), "second");
	revision_free(&read);
	str_free(&body);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_revision_comes_back),
		cmocka_unit_test(a_work_comes_back),
		cmocka_unit_test(a_site_and_a_publication_come_back),
		cmocka_unit_test(a_vocabulary_comes_back),
		cmocka_unit_test(wrong_values_are_damage),
		cmocka_unit_test(ill_formed_text_is_not_saved),
		cmocka_unit_test(the_last_of_two_counts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
