/* Errors as values: arguments, order, cutting. */
#include "unit.h"

static void
arguments_are_put_in(void **state)
{
	(void)state;
	Err err = {0};
	char out[200];
	assert_false(err_set(&err, ERR_NOT_FOUND, "no site %s; did you mean %s?", "blg", "blog"));
	assert_int_equal(err.kind, ERR_NOT_FOUND);
	assert_int_equal(err.arg_count, 2);
	err_format(&err, err.id, out, sizeof out);
	assert_string_equal(out, "no site blg; did you mean blog?");
	err_format(&err, "%2$s 말고 %1$s? 100%% %x", out, sizeof out);
	assert_string_equal(out, "blog 말고 blg? 100% %x");
	err_format(&err, "%s %s %s %4$s|", out, sizeof out);
	assert_string_equal(out, "blg blog  |");
}

static void
an_argument_may_come_from_the_error_it_replaces(void **state)
{
	(void)state;
	Err err = {0};
	err_set(&err, ERR_FAILED, "cannot read: %s", "disk on fire");
	err_set(&err, ERR_DAMAGED, "draft %s: %s", "봄", err.args[0]);
	char out[100];
	err_format(&err, err.id, out, sizeof out);
	assert_string_equal(out, "draft 봄: disk on fire");
	assert_false(err_set(NULL, ERR_FAILED, "nobody listens"));
}

static void
cutting_leaves_whole_characters(void **state)
{
	(void)state;
	char longer[400], out[400];
	for (int i = 0; i < 130; i++)
		memcpy(longer + i * 3, "먹", 3);
	longer[390] = '\0';
	Err err = {0};
	err_set(&err, ERR_FAILED, "%s", longer);
	assert_int_equal(strlen(err.args[0]), 255);
	assert_true(strlen(err.args[0]) % 3 == 0);
	for (size_t size = 1; size < 30; size++) {
		err_format(&err, "가나%s다", out, size);
		assert_true(strlen(out) < size);
		assert_true(strlen(out) % 3 == 0);
		assert_true(size < 4 || strlen(out) > size - 4);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arguments_are_put_in),
		cmocka_unit_test(an_argument_may_come_from_the_error_it_replaces),
		cmocka_unit_test(cutting_leaves_whole_characters),
	};
	return cmocka_run_group_tests_name("err", tests, NULL, NULL);
}
