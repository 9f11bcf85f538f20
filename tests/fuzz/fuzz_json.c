/* What json_parse takes is what json_check takes; what it reads it prints, and reads back the same. */
#include <stdlib.h>

#include "../../src/base/internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(bool holds)
{
	if (!holds)
		abort();
}

/* Visits everything through the accessors. */
static size_t
walk(const Json *value, int depth)
{
	StrView text;
	Str id = {0};
	double number;
	bool flag;
	size_t count = 1;
	check(value != NULL && depth <= 64);
	if (json_text(value, &text))
		check(unicode_valid(text));
	if (json_number(value, &number))
		check(number - number == 0); /* finite */
	json_bool(value, &flag);
	if (json_id(value, &id))
		check(json_is_string(value) || id.len > 0);
	str_free(&id);
	size_t seen = 0;
	if (json_is_array(value))
		for (const Json *item = json_at(value, 0); item != NULL; item = json_next(item), seen++)
			count += walk(item, depth + 1);
	check(seen == json_count(value));
	check(json_path(value, "a.b.0.c") == NULL || json_is_object(value) || json_is_array(value));
	return count;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	StrView text = {(const char *)data, size};
	Err err = {0};
	Json *json = json_parse(text, 1 << 16, &err);
	if (json == NULL) {
		check(err.kind == ERR_REFUSED);
		return 0;
	}
	size_t count = walk(json, 0);
	Str printed = {0}, again = {0};
	check(json_print(json, false, &printed, &err));
	Json *second = json_parse(str_view(&printed), printed.len, &err);
	check(second != NULL && walk(second, 0) == count);
	check(json_print(second, false, &again, &err) && sv_equal(str_view(&printed), str_view(&again)));
	json_free(json);
	json_free(second);
	str_free(&printed);
	str_free(&again);
	return 0;
}
