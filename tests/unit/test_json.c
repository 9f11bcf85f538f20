/* JSON in, with every guard, and out. */
#include "unit.h"

#define ROWS(table) (sizeof(table) / sizeof(table)[0])

static Json *
parse(const char *text)
{
	Err err = {0};
	Json *json = json_parse(sv(text), 1 << 20, &err);
	if (json == NULL)
		fail_msg("%s: %s", text, err_text(&err));
	return json;
}

static void
assert_refused(StrView text, const char *reason)
{
	Err err = {0};
	Json *json = json_parse(text, 1 << 24, &err);
	if (json != NULL)
		fail_msg("taken: %.*s", (int)text.len, text.ptr);
	assert_int_equal(err.kind, ERR_REFUSED);
	if (strstr(err_text(&err), reason) == NULL)
		fail_msg("%.*s: %s", (int)text.len, text.ptr, err_text(&err));
}

static void
test_reads(void **state)
{
	(void)state;
	Json *root = parse(" {\"title\":{\"raw\":\"\\uD55C글 \\ud83d\\ude00 "
			   "\\\"\\\\\\/\\n\"},\"n\":-2.5e1,\"ok\":true,\"no\":false,"
			   "\"nil\":null,\"tags\":[{\"id\":7},{\"id\":8}],\"\":\"empty\"}\r\n");
	StrView text;
	double number;
	bool flag = false;
	assert_true(json_is_object(root));
	assert_true(json_text(json_path(root, "title.raw"), &text));
	assert_view_equal(text, "한글 😀 \"\\/\n");
	assert_true(json_number(json_get(root, "n"), &number) && number == -25.0);
	assert_true(json_bool(json_get(root, "ok"), &flag) && flag);
	assert_true(json_bool(json_get(root, "no"), &flag) && !flag);
	assert_int_equal(json_count(json_get(root, "tags")), 2);
	assert_true(json_number(json_path(root, "tags.1.id"), &number) && number == 8);
	assert_true(json_text(json_get(root, ""), &text));
	assert_view_equal(text, "empty");

	/* What is not there or of another kind. */
	assert_null(json_get(root, "Title"));
	assert_null(json_get(root, "missing"));
	assert_null(json_get(NULL, "a"));
	assert_null(json_get(json_get(root, "tags"), "id"));
	assert_null(json_path(root, "tags.2.id"));
	assert_null(json_path(root, "tags.x"));
	assert_null(json_path(root, "tags.-1"));
	assert_null(json_path(root, "title.raw.more"));
	assert_null(json_at(root, 0));
	assert_null(json_at(json_get(root, "tags"), 2));
	assert_null(json_next(NULL));
	assert_int_equal(json_count(root), 0);
	assert_int_equal(json_count(NULL), 0);
	assert_false(json_text(json_get(root, "nil"), &text));
	assert_false(json_text(NULL, &text));
	assert_false(json_bool(json_get(root, "n"), &flag));
	assert_false(json_number(json_get(root, "ok"), &number));
	size_t seen = 0;
	for (const Json *tag = json_at(json_get(root, "tags"), 0); tag != NULL; tag = json_next(tag))
		seen++;
	assert_int_equal(seen, 2);
	json_free(root);
}

static void
test_keys_are_case_sensitive(void **state)
{
	(void)state;
	Json *root = parse("{\"ID\":1,\"id\":2,\"Id\":3}");
	double number;
	assert_true(json_number(json_get(root, "id"), &number) && number == 2);
	assert_true(json_number(json_path(root, "Id"), &number) && number == 3);
	json_free(root);
}

static void
test_ids(void **state)
{
	(void)state;
	static const struct {
		const char *json, *id; /* NULL: none */
	} rows[] = {{"12", "12"}, {"2147483648", "2147483648"}, {"9007199254740992", "9007199254740992"},
		{"1e3", "1000"}, {"-0", "0"}, {"7.0", "7"}, {"\"0012\"", "0012"},
		{"\"90071992547409931\"", "90071992547409931"}, {"\"\"", ""}, {"1.5", NULL}, {"9007199254740994", NULL},
		{"1e300", NULL}, {"true", NULL}, {"null", NULL}, {"{}", NULL}, {"[1]", NULL}};
	for (size_t i = 0; i < ROWS(rows); i++) {
		Json *json = parse(rows[i].json);
		Str id = {0};
		assert_int_equal(json_id(json, &id), rows[i].id != NULL);
		assert_view_equal(str_view(&id), rows[i].id == NULL ? "" : rows[i].id);
		str_free(&id);
		json_free(json);
	}
	Str none = {0};
	assert_false(json_id(NULL, &none));
}

static void
test_takes(void **state)
{
	(void)state;
	static const char *const texts[] = {"0", "-1", "1.25", "1E+2", "1e-400", "0.0e0", "\"\"", "\"\x7F\"", "true",
		"null", "[]", "{}", "[[],{}]", "[1 , 2]", "\xEF\xBB\xBF{}", " \t\r\n1 \n", "1e307",
		"\"\\u0001\\u001f\"", "\"\\uFFFF\"", "100000000000000000000000000000000000000000000000000000000000"};
	for (size_t i = 0; i < ROWS(texts); i++)
		json_free(parse(texts[i]));
}

static void
test_refuses(void **state)
{
	(void)state;
	static const struct {
		StrView text;
		const char *reason;
	} rows[] = {
		{SV(""), "byte 0"},
		{SV("  "), "byte 2"},
		{SV("<html>"), "byte 0"},
		{SV("{} x"), "byte 3"},
		{SV("{}{}"), "byte 2"},
		{SV("{}\0"), "UTF-8"},
		{SV("[1,]"), "JSON"},
		{SV("[,1]"), "JSON"},
		{SV("[1 2]"), "JSON"},
		{SV("[1}"), "JSON"},
		{SV("[1"), "JSON"},
		{SV("{\"a\":1,}"), "JSON"},
		{SV("{\"a\" 1}"), "JSON"},
		{SV("{\"a\"}"), "JSON"},
		{SV("{a:1}"), "JSON"},
		{SV("{1:1}"), "JSON"},
		{SV("]"), "JSON"},
		{SV("'a'"), "JSON"},
		{SV("tru"), "JSON"},
		{SV("True"), "JSON"},
		{SV("NaN"), "JSON"},
		{SV("Infinity"), "JSON"},
		{SV("01"), "JSON"},
		{SV("+1"), "JSON"},
		{SV("-"), "JSON"},
		{SV(".5"), "JSON"},
		{SV("1."), "JSON"},
		{SV("1e"), "JSON"},
		{SV("1e+"), "JSON"},
		{SV("0x10"), "JSON"},
		{SV("/**/1"), "JSON"},
		{SV("\xEF\xBB\xBF\xEF\xBB\xBF{}"), "JSON"},
		{SV("\"open"), "JSON"},
		{SV("\"\\x41\""), "JSON"},
		{SV("\"\\u12g4\""), "JSON"},
		{SV("\"\\u12"), "JSON"},
		{SV("\"a\nb\""), "JSON"},
		{SV("\"a\tb\""), "JSON"},
		{SV("\"a\x1B[2Jb\""), "JSON"},
		{SV("\"a\0b\""), "UTF-8"},
		{SV("\"\\u0000\""), "NUL"},
		{SV("{\"a\\u0000b\":1}"), "NUL"},
		{SV("\"\\ud800\""), "JSON"},
		{SV("\"\\ud800x\""), "JSON"},
		{SV("\"\\ud800\\u0041\""), "JSON"},
		{SV("\"\\udc00\""), "JSON"},
		{SV("\"\xFF\""), "UTF-8"},
		{SV("\"\xED\xA0\x80\""), "UTF-8"},
		{SV("\"\xC0\x80\""), "UTF-8"},
		{SV("1e999"), "range"},
		{SV("-1e999"), "range"},
		{SV("1e308"), "range"},
		{SV("12e307"), "range"},
		{SV("1e99999999999999999999"), "range"},
		{SV("1000000000000000000000000000000000000000000000000000000000000"), "range"},
		{SV("0.00000000000000000000000000000000000000000000000000000000001"), "range"},
	};
	for (size_t i = 0; i < ROWS(rows); i++)
		assert_refused(rows[i].text, rows[i].reason);
}

static void
test_size(void **state)
{
	(void)state;
	Err err = {0};
	Json *json = json_parse(SV("[12]"), 4, &err);
	assert_non_null(json);
	json_free(json);
	assert_null(json_parse(SV("[123]"), 4, &err));
	assert_int_equal(err.kind, ERR_REFUSED);
	assert_non_null(strstr(err_text(&err), "too large"));
	assert_null(json_parse(SV("[123]"), 4, NULL));
}

static void
repeat(Str *out, const char *piece, size_t times)
{
	for (size_t i = 0; i < times; i++)
		str_append_c(out, piece);
}

static void
test_depth(void **state)
{
	(void)state;
	for (size_t depth = 64; depth <= 100000; depth = depth == 64 ? 65 : depth * 40) {
		Str text = {0};
		repeat(&text, "[", depth);
		repeat(&text, "]", depth);
		if (depth == 64)
			json_free(parse(str_c(&text)));
		else
			assert_refused(str_view(&text), "nested");
		str_clear(&text);
		repeat(&text, "{\"a\":", depth);
		repeat(&text, "1", 1);
		repeat(&text, "}", depth);
		if (depth == 64)
			json_free(parse(str_c(&text)));
		else
			assert_refused(str_view(&text), "nested");
		str_free(&text);
	}
}

static void
test_tokens(void **state)
{
	(void)state;
	Str text = str_from(SV("[0"));
	repeat(&text, ",0", 199998);
	str_append_c(&text, "]");
	Json *json = parse(str_c(&text));
	assert_int_equal(json_count(json), 199999);
	json_free(json);
	str_truncate(&text, text.len - 1);
	str_append_c(&text, ",0]");
	assert_refused(str_view(&text), "too many");
	/* The two megabytes that would become eighty. */
	str_set(&text, SV("[0"));
	repeat(&text, ",0", 1 << 20);
	str_append_c(&text, "]");
	assert_refused(str_view(&text), "too many");
	str_free(&text);
}

static void
test_prints(void **state)
{
	(void)state;
	Err err = {0};
	Json *root = json_new_object(), *tags = json_new_array(), *inner = json_new_object();
	json_put_text(root, "title", SV("한글 \"q\" \\ \n\x1B\x7F</script>"));
	json_put_number(root, "n", 1000000000000000);
	json_put_number(root, "max", 9007199254740992);
	json_put_number(root, "min", -9007199254740992);
	json_put_bool(root, "yes", true);
	json_put_null(root, "none");
	json_put_text(NULL, "x", SV("nowhere"));
	json_put_number(tags, NULL, 3);
	json_put_id(tags, NULL, SV("42"));
	json_put_id(tags, NULL, SV("0"));
	json_put_id(tags, NULL, SV("007"));
	json_put_id(tags, NULL, SV("9007199254740993"));
	json_put_id(tags, NULL, SV("3000000000"));
	json_put_id(tags, NULL, SV("-1"));
	json_put_id(tags, NULL, SV(""));
	json_put(root, "tags", tags);
	json_put(root, "inner", inner);
	json_put_text(inner, "late", SV("still put in"));
	Str out = str_from(SV("="));
	assert_true(json_print(root, false, &out, &err));
	assert_view_equal(str_view(&out), "={\"title\":\"한글 \\\"q\\\" \\\\ "
					  "\\n\\u001b\x7F</script>\",\"n\":1000000000000000,\"max\":9007199254740992,"
					  "\"min\":-9007199254740992,\"yes\":true,\"none\":null,"
					  "\"tags\":[3,42,0,\"007\",\"9007199254740993\",3000000000,\"-1\",\"\"],"
					  "\"inner\":{\"late\":\"still put in\"}}");
	str_clear(&out);
	assert_true(json_print(root, true, &out, &err));
	assert_true(sv_find(str_view(&out), SV("\n\t\"title\""), 0) != SIZE_MAX);
	Json *again = parse(str_c(&out));
	StrView text;
	assert_true(json_text(json_path(again, "inner.late"), &text));
	json_free(again);
	json_free(root);
	str_free(&out);
}

/* Text that is none never gets out as something else. */
static void
test_puts_bad_text(void **state)
{
	(void)state;
	Json *root = json_new_array();
	json_put_text(root, NULL, SV("a\0b"));
	json_put_text(root, NULL, SV("\xFF\xE1\x80"));
	json_put_text(root, NULL, (StrView){NULL, 0});
	Str out = {0};
	assert_true(json_print(root, false, &out, NULL));
	assert_view_equal(str_view(&out), "[\"a\uFFFD"
					  "b\",\"\uFFFD\uFFFD\",\"\"]");
	json_free(root);
	str_free(&out);
}

/* What could not be put in whole is not printed. */
static void
test_incomplete(void **state)
{
	(void)state;
	Str out = str_from(SV("kept"));
	Err err = {0};
	assert_false(json_print(NULL, false, &out, &err));
	assert_int_equal(err.kind, ERR_FAILED);
	Json *root = json_new_object(), *list = json_new_array();
	json_put(root, "list", list);
	json_put(list, NULL, NULL); /* as after json_new_object without memory */
	assert_false(json_print(root, false, &out, &err));
	assert_view_equal(str_view(&out), "kept");
	json_free(root);
	root = json_new_object();
	json_put_bool(root, NULL, true); /* an object takes no member without a key */
	assert_false(json_print(root, false, &out, &err));
	json_free(root);
	str_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads),
		cmocka_unit_test(test_keys_are_case_sensitive),
		cmocka_unit_test(test_ids),
		cmocka_unit_test(test_takes),
		cmocka_unit_test(test_refuses),
		cmocka_unit_test(test_size),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_tokens),
		cmocka_unit_test(test_prints),
		cmocka_unit_test(test_puts_bad_text),
		cmocka_unit_test(test_incomplete),
	};
	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
