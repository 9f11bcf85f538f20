/* Ids and tagged fields. */
#include "unit.h"

static void
ids_have_one_text(void **state)
{
	(void)state;
	Id id, back;
	for (int i = 0; i < ID_BYTES; i++)
		id.bytes[i] = (uint8_t)(i * 17);
	char text[ID_TEXT + 1];
	id_format(id, text);
	/* What `base32` of coreutils prints for 00 11 22 … ff, lower case, without padding. */
	assert_string_equal(text, "aaisem2ekvthpcezvk54zxpo74");
	assert_true(id_parse(sv(text), &back) && id_equal(id, back));
	text[25] = '5'; /* a spare bit set */
	assert_false(id_parse(sv(text), &back));
	assert_false(id_parse(SV("AAISEM2EKVTHPCEZVK54ZXPO74"), &back));
	assert_false(id_parse(SV("aaisem2ekvthpcezvk54zxpo7"), &back));
	assert_true(id_is_none(ID_NONE) && !id_is_none(id));
}

static void
fields_come_back(void **state)
{
	(void)state;
	Str out = {0};
	Id id = {{1, 2, 3}}, got;
	field_put(&out, 1, SV("제목"));
	field_put_u64(&out, 0xFFFF, 0x0123456789ABCDEFu);
	field_put_c(&out, 3, "");
	field_put_id(&out, 4, id);
	assert_memory_equal(out.ptr, "\x01\x00\x06\x00\x00\x00제목\xFF\xFF\x08\x00\x00\x00\xEF\xCD", 20);
	FieldReader reader = field_reader(str_view(&out));
	uint16_t tag;
	StrView value = {0};
	uint64_t number = 0;
	assert_true(field_next(&reader, &tag, &value));
	assert_view_equal(value, "제목");
	assert_true(field_next(&reader, &tag, &value) && tag == 0xFFFF && field_u64(value, &number));
	assert_true(number == 0x0123456789ABCDEFu);
	assert_true(field_next(&reader, &tag, &value) && tag == 3 && value.len == 0);
	assert_false(field_u64(value, &number));
	assert_true(field_next(&reader, &tag, &value) && field_id(value, &got) && id_equal(got, id));
	assert_false(field_next(&reader, &tag, &value));
	assert_false(reader.malformed);
	str_free(&out);
}

static void
every_cut_but_at_a_border_is_malformed(void **state)
{
	(void)state;
	Str out = {0};
	field_put(&out, 1, SV("abc"));
	size_t border = out.len;
	field_put(&out, 2, SV("de"));
	for (size_t len = 0; len <= out.len; len++) {
		FieldReader reader = field_reader(sv_slice(str_view(&out), 0, len));
		uint16_t tag;
		StrView value;
		while (field_next(&reader, &tag, &value)) {
		}
		assert_int_equal(reader.malformed, len != 0 && len != border && len != out.len);
	}
	str_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ids_have_one_text),
		cmocka_unit_test(fields_come_back),
		cmocka_unit_test(every_cut_but_at_a_border_is_malformed),
	};
	return cmocka_run_group_tests_name("fields", tests, NULL, NULL);
}
