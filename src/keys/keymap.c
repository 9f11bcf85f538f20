/* Which keys run which words in which context. */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

/* A binding without a command stands for keys that were unbound: it hides those of the fall-back. */
typedef struct Entry {
	Binding binding;
	size_t context;
} Entry;

struct Keymap {
	const char *const *contexts;
	size_t context_count;
	Entry *entries; /* in the order in which they were made */
	size_t len, cap;
};

Keymap *
keymap_new(const char *const *contexts, size_t count, Err *err)
{
	Keymap *keymap = calloc(1, sizeof *keymap);
	if (keymap == NULL) {
		err_memory(err);
		return NULL;
	}
	keymap->contexts = contexts;
	keymap->context_count = count;
	return keymap;
}

static void
binding_free(Binding *binding)
{
	list_free(&binding->command);
	str_free(&binding->where);
}

void
keymap_free(Keymap *keymap)
{
	if (keymap == NULL)
		return;
	for (size_t i = 0; i < keymap->len; i++)
		binding_free(&keymap->entries[i].binding);
	free(keymap->entries);
	free(keymap);
}

size_t
keymap_contexts(const Keymap *keymap)
{
	return keymap->context_count;
}

/* ---- Comparing keys */

/* The Latin key under a Hangul letter of one stroke. */
static bool
latin_key(Key typed, Key *out)
{
	Key keys[HANGUL_KEYS_MAX];
	if (key_from_hangul(typed.code, keys) != 1)
		return false;
	*out = key_make(keys[0].code, typed.mods);
	return true;
}

typedef enum Likeness { AS_TYPED, AS_LATIN } Likeness;

static bool
is_same_key(Key bound, Key typed, Likeness likeness)
{
	Key latin;
	return key_equal(bound, typed) || (likeness == AS_LATIN && latin_key(typed, &latin) && key_equal(bound, latin));
}

/* How bound keys stand to typed ones. */
typedef enum Relation { OTHER, EQUAL, SHORTER, LONGER } Relation;

static Relation
compare(const Keys *bound, const Keys *typed, Likeness likeness)
{
	for (size_t i = 0; i < bound->len && i < typed->len; i++)
		if (!is_same_key(bound->items[i], typed->items[i], likeness))
			return OTHER;
	return bound->len == typed->len ? EQUAL : bound->len < typed->len ? SHORTER : LONGER;
}

static bool
is_unbound(const Entry *entry)
{
	return entry->binding.command.len == 0;
}

/* Whether a context's own entries hide a binding of the fall-back. */
static bool
is_hidden(const Keymap *keymap, size_t context, const Keys *keys)
{
	for (size_t i = 0; i < keymap->len; i++) {
		const Entry *own = &keymap->entries[i];
		if (own->context != context)
			continue;
		Relation relation = compare(&own->binding.keys, keys, AS_TYPED);
		if (is_unbound(own) ? relation == EQUAL || relation == SHORTER : relation != OTHER)
			return true;
	}
	return false;
}

static bool
is_visible(const Keymap *keymap, size_t context, const Entry *entry)
{
	if (is_unbound(entry))
		return false;
	return entry->context == context || (entry->context == 0 && !is_hidden(keymap, context, &entry->binding.keys));
}

/* ---- Lines of keymap files */

static bool
find_context(const Keymap *keymap, const Str *name, size_t *context, Err *err)
{
	StrList names = {0};
	for (size_t i = 0; i < keymap->context_count; i++) {
		if (sv_equal(str_view(name), sv(keymap->contexts[i]))) {
			list_free(&names);
			*context = i;
			return true;
		}
		list_append(&names, sv(keymap->contexts[i]));
	}
	StrView nearest = list_nearest(&names, str_view(name));
	if (nearest.len > 0)
		err_set(err, ERR_USAGE, "there is no context %s: did you mean %s?", str_c(name), nearest.ptr);
	else
		err_set(err, ERR_USAGE, "there is no context %s: see meok-keys(5) for their names", str_c(name));
	list_free(&names);
	return false;
}

/* Which entries of its context a new one takes the place of. */
static bool
gives_way(const Entry *old, const Entry *new)
{
	if (old->context != new->context)
		return false;
	Relation relation = compare(&old->binding.keys, &new->binding.keys, AS_TYPED);
	if (relation == SHORTER)
		return !is_unbound(old) && !is_unbound(new);
	return relation != OTHER;
}

static void
remove_replaced(Keymap *keymap, const Entry *new)
{
	size_t kept = 0;
	for (size_t i = 0; i < keymap->len; i++) {
		if (gives_way(&keymap->entries[i], new))
			binding_free(&keymap->entries[i].binding);
		else
			keymap->entries[kept++] = keymap->entries[i];
	}
	keymap->len = kept;
}

static bool
add(Keymap *keymap, size_t context, const Keys *keys, const StrList *words, StrView where, Err *err)
{
	Entry entry = {.binding = {.keys = *keys, .where = str_from(where)}, .context = context};
	for (size_t i = 3; i < words->len; i++)
		list_append(&entry.binding.command, str_view(&words->items[i]));
	Entry *entries = array_grow(keymap->entries, keymap->len, &keymap->cap, sizeof *entries);
	if (entries != NULL)
		keymap->entries = entries;
	if (entries == NULL || !list_ok(&entry.binding.command, NULL) || !str_ok(&entry.binding.where, NULL)) {
		binding_free(&entry.binding);
		return err_memory(err);
	}
	remove_replaced(keymap, &entry);
	keymap->entries[keymap->len++] = entry;
	return true;
}

bool
keymap_apply(Keymap *keymap, const StrList *words, StrView where, Err *err)
{
	StrView verb = words->len > 0 ? str_view(&words->items[0]) : SV("");
	bool bind = sv_equal(verb, SV("bind"));
	if (!bind && !sv_equal(verb, SV("unbind")))
		return err_set(err, ERR_USAGE,
			"there is no command %s: a line is `bind CONTEXT KEYS COMMAND` or `unbind CONTEXT KEYS`",
			words->len > 0 ? str_c(&words->items[0]) : "\"\"");
	if (bind && words->len < 4)
		return err_set(err, ERR_USAGE, "bind needs a context, keys and a command: put several keys in quotes");
	if (!bind && words->len != 3)
		return err_set(err, ERR_USAGE, "unbind needs a context and keys: put several keys in quotes");
	size_t context;
	Keys keys;
	if (!find_context(keymap, &words->items[1], &context, err) ||
		!keys_parse(str_view(&words->items[2]), &keys, err))
		return false;
	return add(keymap, context, &keys, words, where, err);
}

/* ---- Asking */

static KeyMatch
match_own(const Keymap *keymap, size_t context, const Keys *keys, Likeness likeness, const Binding **out, bool *decided)
{
	KeyMatch match = MATCH_NONE;
	*decided = false;
	for (size_t i = 0; i < keymap->len; i++) {
		const Entry *entry = &keymap->entries[i];
		if (entry->context != context)
			continue;
		Relation relation = compare(&entry->binding.keys, keys, likeness);
		if (relation == OTHER || (relation == LONGER && is_unbound(entry)))
			continue;
		*decided = true;
		if (relation == LONGER) {
			match = MATCH_PREFIX;
		} else if (relation == EQUAL && !is_unbound(entry)) {
			*out = &entry->binding;
			return MATCH_BOUND;
		}
	}
	return match;
}

static KeyMatch
match_fallback(const Keymap *keymap, size_t context, const Keys *keys, Likeness likeness, const Binding **out)
{
	KeyMatch match = MATCH_NONE;
	for (size_t i = 0; i < keymap->len; i++) {
		const Entry *entry = &keymap->entries[i];
		if (entry->context != 0)
			continue;
		Relation relation = compare(&entry->binding.keys, keys, likeness);
		if ((relation != EQUAL && relation != LONGER) || !is_visible(keymap, context, entry))
			continue;
		if (relation == EQUAL) {
			*out = &entry->binding;
			return MATCH_BOUND;
		}
		match = MATCH_PREFIX;
	}
	return match;
}

static KeyMatch
match_as(const Keymap *keymap, size_t context, const Keys *keys, Likeness likeness, const Binding **out)
{
	bool decided;
	KeyMatch match = match_own(keymap, context, keys, likeness, out, &decided);
	return decided || context == 0 ? match : match_fallback(keymap, context, keys, likeness, out);
}

/* The Hangul letter of one stroke on a Latin key. */
static uint32_t
letter_on(uint32_t latin)
{
	Key keys[HANGUL_KEYS_MAX];
	for (uint32_t rune = 0x3131; rune <= 0x3163; rune++)
		if (key_from_hangul(rune, keys) == 1 && keys[0].code == latin)
			return rune;
	return latin;
}

/* The single letters that a Hangul key was struck as; 0 when it is no Hangul. */
static size_t
split(Key key, Key out[HANGUL_KEYS_MAX])
{
	size_t count = key_from_hangul(key.code, out);
	for (size_t i = 0; i < count; i++)
		out[i] = (Key){letter_on(out[i].code), key.mods};
	return count;
}

/* The keys with every Hangul one split; false when there are too many. */
static bool
split_all(const Keys *keys, Keys *out)
{
	*out = (Keys){0};
	for (size_t i = 0; i < keys->len; i++) {
		Key parts[HANGUL_KEYS_MAX];
		size_t count = split(keys->items[i], parts);
		if (count == 0)
			parts[count++] = keys->items[i];
		if (count > KEYS_MAX - out->len)
			return false;
		memcpy(out->items + out->len, parts, count * sizeof parts[0]);
		out->len += count;
	}
	return true;
}

KeyMatch
keymap_match(const Keymap *keymap, size_t context, const Keys *keys, const Binding **out)
{
	Keys parts;
	KeyMatch match = match_as(keymap, context, keys, AS_TYPED, out);
	if (match != MATCH_NONE || !split_all(keys, &parts))
		return match;
	return match_as(keymap, context, &parts, AS_LATIN, out);
}

size_t
keymap_expand(const Keymap *keymap, size_t context, const Keys *before, Key key, Key out[HANGUL_KEYS_MAX])
{
	const Binding *binding;
	Key parts[HANGUL_KEYS_MAX];
	size_t count = split(key, parts);
	out[0] = key;
	if (count < 2 || before->len == KEYS_MAX)
		return 1;
	Keys keys = *before;
	keys.items[keys.len++] = key;
	if (match_as(keymap, context, &keys, AS_TYPED, &binding) != MATCH_NONE)
		return 1;
	keys.items[keys.len - 1] = parts[0];
	if (keymap_match(keymap, context, &keys, &binding) == MATCH_NONE)
		return 1;
	memcpy(out, parts, count * sizeof parts[0]);
	return count;
}

static size_t
list_as(const Keymap *keymap, size_t context, const Keys *prefix, Likeness likeness, const Binding **out, size_t most)
{
	size_t count = 0;
	for (size_t i = 0; i < keymap->len; i++) {
		const Entry *entry = &keymap->entries[i];
		Relation relation = compare(&entry->binding.keys, prefix, likeness);
		if ((relation != EQUAL && relation != LONGER) || !is_visible(keymap, context, entry))
			continue;
		if (count < most)
			out[count] = &entry->binding;
		count++;
	}
	return count;
}

size_t
keymap_list(const Keymap *keymap, size_t context, const Keys *prefix, const Binding **out, size_t most)
{
	Keys parts;
	size_t count = list_as(keymap, context, prefix, AS_TYPED, out, most);
	if (count > 0 || !split_all(prefix, &parts))
		return count;
	return list_as(keymap, context, &parts, AS_LATIN, out, most);
}

/* Whether `text` is the words with one blank between. */
static bool
is_joined(const StrList *words, StrView text)
{
	for (size_t i = 0; i < words->len; i++) {
		StrView word = str_view(&words->items[i]);
		if (i > 0) {
			if (!sv_starts(text, SV(" ")))
				return false;
			text = sv_slice(text, 1, text.len);
		}
		if (!sv_starts(text, word))
			return false;
		text = sv_slice(text, word.len, text.len);
	}
	return text.len == 0;
}

const Binding *
keymap_find(const Keymap *keymap, size_t context, StrView command)
{
	const Entry *best = NULL;
	for (size_t i = 0; i < keymap->len; i++) {
		const Entry *entry = &keymap->entries[i];
		if (!is_joined(&entry->binding.command, command) || !is_visible(keymap, context, entry))
			continue;
		size_t len = entry->binding.keys.len;
		if (best == NULL || len < best->binding.keys.len ||
			(len == best->binding.keys.len && entry->context == context && best->context != context))
			best = entry;
	}
	return best == NULL ? NULL : &best->binding;
}
