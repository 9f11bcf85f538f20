/* JSON in and out, over cJSON; nothing reaches its parser that json_check has not passed. */
#include "internal.h"

#include <cJSON.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A Json is a cJSON item; the name hides it from the other rooms. */
static cJSON *
item_of(Json *value)
{
	return (cJSON *)value;
}

static const cJSON *
const_item_of(const Json *value)
{
	return (const cJSON *)value;
}

/* The largest integer up to which a double counts every one. */
static const int64_t MAX_EXACT = (int64_t)1 << 53;

/* ---- In */

Json *
json_parse(StrView text, size_t limit, Err *err)
{
	if (text.len > limit) {
		err_set(err, ERR_REFUSED, "the answer of the site is too large: ask for fewer items at once");
		return NULL;
	}
	/* Some WordPress themes send a byte order mark; RFC 8259 allows ignoring it. */
	if (sv_starts(text, SV("\xEF\xBB\xBF")))
		text = sv_slice(text, 3, text.len);
	if (!json_check(text, err))
		return NULL;
	cJSON *root = cJSON_ParseWithLength(text.ptr, text.len);
	if (root == NULL)
		err_memory(err);
	return (Json *)root;
}

void
json_free(Json *root)
{
	cJSON_Delete(item_of(root));
}

const Json *
json_get(const Json *object, const char *key)
{
	return (const Json *)cJSON_GetObjectItemCaseSensitive(const_item_of(object), key);
}

const Json *
json_path(const Json *value, const char *path)
{
	char key[128];
	StrView rest = sv(path), part;
	while (value != NULL && sv_split(&rest, '.', &part)) {
		if (part.len >= sizeof key)
			return NULL;
		memcpy(key, part.ptr, part.len);
		key[part.len] = '\0';
		if (!json_is_array(value)) {
			value = json_get(value, key);
			continue;
		}
		if (part.len == 0 || part.len > 9 || strspn(key, "0123456789") != part.len)
			return NULL;
		value = json_at(value, strtoul(key, NULL, 10));
	}
	return value;
}

size_t
json_count(const Json *array)
{
	return json_is_array(array) ? (size_t)cJSON_GetArraySize(const_item_of(array)) : 0;
}

const Json *
json_at(const Json *array, size_t index)
{
	if (!json_is_array(array))
		return NULL;
	const Json *value = (const Json *)const_item_of(array)->child;
	while (value != NULL && index-- > 0)
		value = json_next(value);
	return value;
}

const Json *
json_next(const Json *element)
{
	return element == NULL ? NULL : (const Json *)const_item_of(element)->next;
}

bool
json_is_object(const Json *value)
{
	return cJSON_IsObject(const_item_of(value));
}

bool
json_is_array(const Json *value)
{
	return cJSON_IsArray(const_item_of(value));
}

bool
json_is_string(const Json *value)
{
	return cJSON_IsString(const_item_of(value));
}

bool
json_text(const Json *value, StrView *out)
{
	if (!json_is_string(value))
		return false;
	*out = sv(const_item_of(value)->valuestring);
	return true;
}

bool
json_bool(const Json *value, bool *out)
{
	if (!cJSON_IsBool(const_item_of(value)))
		return false;
	*out = cJSON_IsTrue(const_item_of(value));
	return true;
}

bool
json_number(const Json *value, double *out)
{
	if (!cJSON_IsNumber(const_item_of(value)))
		return false;
	*out = const_item_of(value)->valuedouble;
	return true;
}

bool
json_id(const Json *value, Str *out)
{
	StrView text;
	double number;
	if (json_text(value, &text)) {
		str_append(out, text);
		return true;
	}
	if (!json_number(value, &number) || number > (double)MAX_EXACT || number < (double)-MAX_EXACT ||
		number != (double)(int64_t)number)
		return false;
	str_printf(out, "%" PRId64, (int64_t)number);
	return true;
}

/* ---- Out */

/* A container that lacks something for want of memory remembers it in a field that cJSON uses for numbers only. */
enum { COMPLETE = 0, INCOMPLETE = 1 };

Json *
json_new_object(void)
{
	return (Json *)cJSON_CreateObject();
}

Json *
json_new_array(void)
{
	return (Json *)cJSON_CreateArray();
}

static void
put_item(Json *container, const char *key, cJSON *item)
{
	cJSON *parent = item_of(container);
	if (parent == NULL) {
		cJSON_Delete(item);
		return;
	}
	bool fits = key == NULL ? cJSON_IsArray(parent) : cJSON_IsObject(parent);
	bool added = fits && item != NULL &&
		     (key == NULL ? cJSON_AddItemToArray(parent, item) : cJSON_AddItemToObject(parent, key, item));
	if (!added) {
		cJSON_Delete(item);
		parent->valueint = INCOMPLETE;
	}
}

void
json_put_text(Json *object, const char *key, StrView value)
{
	Str text = str_from(value);
	if (!unicode_valid(value)) {
		str_clear(&text);
		size_t len;
		for (size_t pos = 0; pos < value.len; pos += len) {
			uint32_t rune = unicode_rune(value, pos, &len);
			str_append_rune(&text, rune == 0 ? 0xFFFD : rune);
		}
	}
	put_item(object, key, text.failed ? NULL : cJSON_CreateString(str_c(&text)));
	str_free(&text);
}

/* cJSON would print 10^15 as 1e+15, which some servers take for no id. */
void
json_put_number(Json *object, const char *key, int64_t value)
{
	char digits[24];
	snprintf(digits, sizeof digits, "%" PRId64, value);
	put_item(object, key, cJSON_CreateRaw(digits));
}

void
json_put_bool(Json *object, const char *key, bool value)
{
	put_item(object, key, cJSON_CreateBool(value));
}

void
json_put_null(Json *object, const char *key)
{
	put_item(object, key, cJSON_CreateNull());
}

void
json_put(Json *object, const char *key, Json *value)
{
	put_item(object, key, item_of(value));
}

void
json_put_id(Json *object, const char *key, StrView id)
{
	int64_t number = 0;
	bool digits = id.len > 0 && id.len <= 16 && (id.ptr[0] != '0' || id.len == 1);
	for (size_t i = 0; i < id.len && digits; i++) {
		digits = id.ptr[i] >= '0' && id.ptr[i] <= '9';
		number = number * 10 + (id.ptr[i] - '0');
	}
	if (digits && number <= MAX_EXACT)
		json_put_number(object, key, number);
	else
		json_put_text(object, key, id);
}

static bool
is_complete(const cJSON *item)
{
	if (!cJSON_IsObject(item) && !cJSON_IsArray(item))
		return true;
	if (item->valueint != COMPLETE)
		return false;
	for (const cJSON *child = item->child; child != NULL; child = child->next)
		if (!is_complete(child))
			return false;
	return true;
}

bool
json_print(const Json *root, bool pretty, Str *out, Err *err)
{
	const cJSON *item = const_item_of(root);
	if (item == NULL || !is_complete(item))
		return err_memory(err);
	char *text = pretty ? cJSON_Print(item) : cJSON_PrintUnformatted(item);
	if (text == NULL)
		return err_memory(err);
	str_append_c(out, text);
	cJSON_free(text);
	return str_ok(out, err);
}
