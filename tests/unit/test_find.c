/* Drafts, sites and works by what a person types, and the site that a draft goes to. */
#include "app_unit.h"

static void
a_draft_is_found_by_its_beginning(void **state)
{
	(void)state;
	AppCase c = app_begin();
	Id found;
	assert_false(app_find_draft(&c.app, SV("@"), &found, &c.err));
	assert_int_equal(c.err.kind, ERR_NOT_FOUND);
	Id first = app_draft(&c, "하나", "눈"), second = app_draft(&c, "둘", "비");
	char text[ID_TEXT + 1];
	size_t length = 0;
	assert_true(app_short_id(&c.app, &length, &c.err));
	assert_in_range(length, 7, ID_TEXT);
	id_format(first, text);
	assert_true(app_find_draft(&c.app, (StrView){text, length}, &found, &c.err) && id_equal(found, first));
	assert_true(app_find_draft(&c.app, sv(text), &found, &c.err) && id_equal(found, first));
	assert_true(app_find_draft(&c.app, SV("@"), &found, &c.err) && id_equal(found, second));
	assert_true(vault_trash_draft(c.app.vault, second, &c.err));
	assert_true(app_find_draft(&c.app, SV("@"), &found, &c.err) && id_equal(found, first));
	id_format(second, text);
	assert_true(app_find_draft(&c.app, sv(text), &found, &c.err) && id_equal(found, second));
	assert_false(app_find_draft(&c.app, SV(""), &found, &c.err));
	assert_int_equal(c.err.kind, ERR_NOT_FOUND);
	app_end(&c);
}

static void
an_ambiguous_beginning_is_refused(void **state)
{
	(void)state;
	AppCase c = app_begin();
	/* Among 33 ids two begin with the same of 32 letters. */
	for (int i = 0; i < 33; i++)
		app_draft(&c, "글", "눈");
	bool seen = false;
	for (const char *letter = "abcdefghijklmnopqrstuvwxyz234567"; *letter != '\0' && !seen; letter++) {
		Id found;
		seen = !app_find_draft(&c.app, (StrView){letter, 1}, &found, &c.err) && c.err.kind == ERR_USAGE;
	}
	assert_true(seen);
	assert_non_null(strstr(err_text(&c.err), "more than one draft"));
	app_end(&c);
}

static void
a_site_is_found_as_it_is_spelled(void **state)
{
	(void)state;
	AppCase c = app_begin();
	Id site = app_site(&c, "Blog", 0), found;
	assert_true(app_find_site(&c.app, SV("blog"), &found, &c.err) && id_equal(found, site));
	assert_false(app_find_site(&c.app, SV("blgo"), &found, &c.err));
	assert_int_equal(c.err.kind, ERR_NOT_FOUND);
	assert_non_null(strstr(err_text(&c.err), "did you mean Blog?"));
	assert_false(app_find_site(&c.app, SV("elsewhere"), &found, &c.err));
	assert_non_null(strstr(err_text(&c.err), "`meok site add`"));
	assert_view_equal(app_site_name(&c.app, site), "Blog");
	assert_view_equal(app_site_name(&c.app, ID_NONE), "");
	app_end(&c);
}

/* The name of the site that a draft would go to, or the kind of the error. */
static const char *
goes_to(AppCase *c, const Revision *revision, const char *wanted, char name[64])
{
	SiteRecord site = {0};
	if (!app_choose_site(&c->app, revision, sv(wanted), &site, &c->err))
		return c->err.kind == ERR_USAGE ? "usage" : "other";
	snprintf(name, 64, "%s", str_c(&site.name));
	site_record_free(&site);
	return name;
}

static void
a_site_is_chosen_from_near_to_far(void **state)
{
	(void)state;
	AppCase c = app_begin();
	char name[64];
	Revision revision = {0};
	assert_true(app_has_no_site(&c.app));
	app_site(&c, "only", 0);
	assert_false(app_has_no_site(&c.app));
	assert_string_equal(goes_to(&c, &revision, "", name), "only");
	Id second = app_site(&c, "second", 0), third = app_site(&c, "third", 0);
	assert_string_equal(goes_to(&c, &revision, "", name), "usage");
	c.app.settings.default_site = str_from(SV("only"));
	assert_string_equal(goes_to(&c, &revision, "", name), "only");
	Work work = {.name = str_from(SV("연작")), .site = second};
	assert_true(vault_save_work(c.app.vault, &work, &c.err));
	revision.work = work.id;
	assert_string_equal(goes_to(&c, &revision, "", name), "second");
	revision.site = third;
	assert_string_equal(goes_to(&c, &revision, "", name), "third");
	assert_string_equal(goes_to(&c, &revision, "only", name), "only");
	assert_string_equal(goes_to(&c, &revision, "nowhere", name), "other");
	assert_true(vault_remove_site(c.app.vault, third, &c.err));
	assert_string_equal(goes_to(&c, &revision, "", name), "second");
	work_free(&work);
	app_end(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_draft_is_found_by_its_beginning),
		cmocka_unit_test(an_ambiguous_beginning_is_refused),
		cmocka_unit_test(a_site_is_found_as_it_is_spelled),
		cmocka_unit_test(a_site_is_chosen_from_near_to_far),
	};
	return cmocka_run_group_tests_name("find", tests, NULL, NULL);
}
