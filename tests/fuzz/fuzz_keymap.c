/* Any lines of keymap files: what is refused changes nothing, every binding that is listed can be reached by its keys
 * and found by its command, names read back, and hints agree with matching. */
#include <stdlib.h>
#include <string.h>

#include "meok/keys.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const CONTEXTS[] = {"any", "editor", "library"};
enum { CONTEXT_COUNT = 3, LINES_MOST = 40, FOUND_MOST = 64 };

static void
require(bool condition)
{
	if (!condition)
		abort();
}

static bool
same_keys(const Keys *a, const Keys *b)
{
	if (a->len != b->len)
		return false;
	for (size_t i = 0; i < a->len; i++)
		if (!key_equal(a->items[i], b->items[i]))
			return false;
	return true;
}

static void
check_names(const Keys *keys)
{
	Str shown = {0}, again = {0};
	Keys back;
	keys_format(keys, &shown);
	require(unicode_valid(str_view(&shown)) && keys_parse(str_view(&shown), &back, NULL));
	require(same_keys(keys, &back));
	keys_format(&back, &again);
	require(sv_equal(str_view(&shown), str_view(&again)));
	str_free(&shown);
	str_free(&again);
}

static void
check_binding(const Keymap *keymap, size_t context, const Binding *binding)
{
	const Binding *got = NULL, *found[FOUND_MOST];
	require(binding->command.len > 0 && binding->keys.len > 0);
	require(keymap_match(keymap, context, &binding->keys, &got) == MATCH_BOUND && got == binding);
	Keys prefix = binding->keys;
	require(keymap_list(keymap, context, &prefix, found, FOUND_MOST) == 1 && found[0] == binding);
	while (--prefix.len > 0) {
		require(keymap_match(keymap, context, &prefix, &got) == MATCH_PREFIX);
		require(keymap_list(keymap, context, &prefix, NULL, 0) > 0);
	}
	Str command = {0};
	for (size_t i = 0; i < binding->command.len; i++) {
		str_append_c(&command, i > 0 ? " " : "");
		str_append(&command, str_view(&binding->command.items[i]));
	}
	got = keymap_find(keymap, context, str_view(&command));
	require(got != NULL && got->keys.len <= binding->keys.len);
	str_free(&command);
	check_names(&binding->keys);
}

static size_t
check_context(const Keymap *keymap, size_t context)
{
	const Binding *found[FOUND_MOST];
	size_t count = keymap_list(keymap, context, &(Keys){.len = 0}, found, FOUND_MOST);
	require(count <= FOUND_MOST);
	for (size_t i = 0; i < count; i++)
		check_binding(keymap, context, found[i]);
	return count;
}

/* Keys that somebody strikes: matching and hints say the same, and a Hangul key comes apart into what was struck. */
static void
check_struck(const Keymap *keymap, size_t context, const Keys *keys)
{
	const Binding *binding = NULL;
	KeyMatch match = keymap_match(keymap, context, keys, &binding);
	size_t count = keymap_list(keymap, context, keys, NULL, 0);
	require((match == MATCH_NONE) == (count == 0));
	require(match != MATCH_BOUND || binding != NULL);
	Keys before = *keys;
	Key last = before.items[--before.len], out[HANGUL_KEYS_MAX], whole[HANGUL_KEYS_MAX], part[HANGUL_KEYS_MAX];
	size_t parts = keymap_expand(keymap, context, &before, last, out);
	require(parts >= 1 && parts <= HANGUL_KEYS_MAX);
	if (parts == 1) {
		require(key_equal(out[0], last));
		return;
	}
	require(key_from_hangul(last.code, whole) == parts);
	for (size_t i = 0; i < parts; i++)
		require(key_from_hangul(out[i].code, part) == 1 && key_equal(part[0], whole[i]));
	before.items[before.len++] = out[0];
	require(keymap_match(keymap, context, &before, &binding) != MATCH_NONE);
}

static void
require_unbound(const Keymap *keymap, size_t context, const Keys *keys)
{
	const Binding *found[FOUND_MOST];
	size_t count = keymap_list(keymap, context, &(Keys){.len = 0}, found, FOUND_MOST);
	for (size_t i = 0; i < count; i++)
		require(!same_keys(&found[i]->keys, keys));
}

static void
check_line(Keymap *keymap, StrView line)
{
	StrList words = {0};
	Keys keys;
	Err err = {0};
	size_t counts[CONTEXT_COUNT];
	if (!words_parse(line, &words, NULL))
		return;
	for (size_t i = 0; i < CONTEXT_COUNT; i++)
		counts[i] = check_context(keymap, i);
	bool parsed = words.len > 2 && keys_parse(str_view(&words.items[2]), &keys, NULL);
	if (!keymap_apply(keymap, &words, SV("fuzz:1"), &err)) {
		require(err.kind == ERR_USAGE);
		for (size_t i = 0; i < CONTEXT_COUNT; i++)
			require(check_context(keymap, i) == counts[i]);
	} else {
		size_t context = 0;
		const Binding *binding = NULL;
		require(parsed);
		while (!sv_equal(str_view(&words.items[1]), sv(CONTEXTS[context])))
			context++;
		if (words.len > 3) {
			require(keymap_match(keymap, context, &keys, &binding) == MATCH_BOUND);
			require(same_keys(&binding->keys, &keys) && binding->command.len == words.len - 3);
		} else {
			require_unbound(keymap, context, &keys);
		}
	}
	for (size_t i = 0; parsed && i < CONTEXT_COUNT; i++)
		check_struck(keymap, i, &keys);
	list_free(&words);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	StrView lines = {(const char *)data, size}, line;
	Keymap *keymap = keymap_new(CONTEXTS, CONTEXT_COUNT, NULL);
	require(keymap != NULL);
	for (size_t i = 0; i < LINES_MOST && sv_split(&lines, '\n', &line); i++)
		check_line(keymap, line);
	for (size_t i = 0; i < CONTEXT_COUNT; i++)
		check_context(keymap, i);
	keymap_free(keymap);
	return 0;
}
