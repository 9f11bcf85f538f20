/* Forms: the field in focus with its help on every size. */
#include "screens_unit.h"

static const FormField FORM_FIELDS[] = {
	{SV("Address"), {SV("https://blog.example.org"), 24, false}, SV("As it stands in the browser.")},
	{SV("User"), {SV("ink"), 3, false}, {0}},
	{SV("Application password"), {SV("abcd efgh"), 9, true},
		SV("Made in your profile on the blog; it is not the one you log in with there.")},
};
static const Hint FORM_HINTS[] = {{SV("Enter"), SV("connect")}, {SV("Tab"), SV("next")}, {SV("Esc"), SV("close")}};

static FormModel
form(void)
{
	return (FormModel){.heading = SV("A blog: WordPress"),
		.text = SV("Where does your blog live? The password is kept in the vault and nowhere else."),
		.fields = FORM_FIELDS,
		.field_count = COUNT(FORM_FIELDS),
		.focus = 2,
		HINTS(FORM_HINTS)};
}

static void
test_form(void **state)
{
	(void)state;
	FormModel model = form();
	DRAW(draw_form, &model, 24, 80,
		"00| A blog: WordPress\n"
		"02| Where does your blog live? The password is kept in the vault and nowhere else.\n"
		"04| Address               https://blog.example.org\n"
		"05| User                  ink\n"
		"06| Application password  ●●●●●●●●●\n"
		"08|   Made in your profile on the blog; it is not the one you log in with there.\n"
		"23| Enter connect  Tab next  Esc close\n"
		"cursor 6,32\n");
	DRAW(draw_form, &model, 10, 40,
		"00| A blog: WordPress\n"
		"01| Where does your blog live? The\n"
		"02| password is kept in the vault and now…\n"
		"03| Address        https://blog.example.o…\n"
		"04| User           ink\n"
		"05| Application p… ●●●●●●●●●\n"
		"06|   Made in your profile on the blog; it\n"
		"07|   is not the one you log in with ther…\n"
		"09| Enter connect  Tab next  Esc close\n"
		"cursor 5,25\n");
	model.focus = 0;
	DRAW(draw_form, &model, 10, 40,
		"00| A blog: WordPress\n"
		"01| Where does your blog live? The\n"
		"02| password is kept in the vault and now…\n"
		"03| Address        …://blog.example.org\n"
		"04| User           ink\n"
		"05| Application p… ●●●●●●●●●\n"
		"06|   As it stands in the browser.\n"
		"09| Enter connect  Tab next  Esc close\n"
		"cursor 3,36\n");
	DRAW(draw_form, &model, 20, 200,
		"00| A blog: WordPress\n"
		"02| Where does your blog live? The password is kept in the vault and nowhere else.\n"
		"04| Address               https://blog.example.org\n"
		"05| User                  ink\n"
		"06| Application password  ●●●●●●●●●\n"
		"08|   As it stands in the browser.\n"
		"19| Enter connect  Tab next  Esc close\n"
		"cursor 4,47\n");
	model.working = SV("asking the blog");
	DRAW(draw_form, &model, 24, 80,
		"00| A blog: WordPress\n"
		"02| Where does your blog live? The password is kept in the vault and nowhere else.\n"
		"04| Address               https://blog.example.org\n"
		"05| User                  ink\n"
		"06| Application password  ●●●●●●●●●\n"
		"08|   As it stands in the browser.\n"
		"10| asking the blog\n"
		"23| Enter connect  Tab next  Esc close\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_form),
	};
	return cmocka_run_group_tests_name("screen_form", tests, NULL, NULL);
}
