/* Hints: which key does what, looked up in the keymap so that they never lie. */
#include "session.h"

#include <string.h>

void
session_key_of(Session *session, Context context, const char *words, Str *out)
{
	/* The menu is no command: it is what keys that wait for another one show. */
	if (strcmp(words, "menu") == 0) {
		str_append_c(out, "Esc");
		return;
	}
	const Binding *binding = NULL;
	Keys escape = {.items = {{.code = KEY_ESC}}, .len = 1};
	/* Of the keys that close a screen the one that closes them all is told. */
	if (strcmp(words, "close") != 0 || keymap_match(session->keymap, context, &escape, &binding) != MATCH_BOUND ||
		!sv_equal(str_view(&binding->command.items[0]), SV("close")))
		binding = keymap_find(session->keymap, context, sv(words));
	if (binding != NULL)
		keys_format(&binding->keys, out);
}

void
hints_make(Session *session, Context context, const HintWord *words, size_t count, Hints *out)
{
	*out = (Hints){0};
	for (size_t i = 0; i < count && out->count < HINTS_MAX; i++) {
		Str *key = &out->keys[out->count];
		session_key_of(session, context, words[i].words, key);
		if (key->len == 0)
			continue;
		out->items[out->count++] = (Hint){.key = str_view(key), .label = sv(_(words[i].label))};
	}
}

void
hints_free(Hints *hints)
{
	for (size_t i = 0; i < hints->count; i++)
		str_free(&hints->keys[i]);
	*hints = (Hints){0};
}
