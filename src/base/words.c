/* One line of a settings or keymap file as words. */
#include "meok/base.h"

#include <string.h>

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Appends what stands between the quote at `pos` and its partner. Returns the position behind that, SIZE_MAX when the
 * line is wrong. */
static size_t
take_quoted(StrView line, size_t pos, Str *word, Err *err)
{
	char quote = line.ptr[pos++];
	for (; pos < line.len; pos++) {
		char c = line.ptr[pos];
		if (c == quote)
			return pos + 1;
		if (c == '\\' && quote == '"' && pos + 1 < line.len) {
			c = line.ptr[++pos];
			if (c == 'n') {
				c = '\n';
			} else if (c != '"' && c != '\\') {
				Str rest = str_from(sv_slice(line, pos - 1, line.len));
				err_set(err, ERR_USAGE,
					"unknown escape in \"%s\": inside double quotes only \\\", \\\\ and \\n have a "
					"meaning",
					str_c(&rest));
				str_free(&rest);
				return SIZE_MAX;
			}
		}
		str_append_byte(word, c);
	}
	Str whole = str_from(sv_trim(line));
	err_set(err, ERR_USAGE, "a quote is opened and not closed in \"%s\"", str_c(&whole));
	str_free(&whole);
	return SIZE_MAX;
}

static size_t
take_word(StrView line, size_t pos, Str *word, Err *err)
{
	while (pos < line.len && !is_blank(line.ptr[pos])) {
		if (line.ptr[pos] == '"' || line.ptr[pos] == '\'') {
			pos = take_quoted(line, pos, word, err);
			if (pos == SIZE_MAX)
				return SIZE_MAX;
		} else {
			str_append_byte(word, line.ptr[pos++]);
		}
	}
	return pos;
}

bool
words_parse(StrView line, StrList *out, Err *err)
{
	StrList words = {0};
	for (size_t pos = 0; pos < line.len;) {
		if (is_blank(line.ptr[pos])) {
			pos++;
			continue;
		}
		if (line.ptr[pos] == '#')
			break;
		Str word = {0};
		pos = take_word(line, pos, &word, err);
		list_take(&words, &word);
		if (pos == SIZE_MAX) {
			list_free(&words);
			return false;
		}
	}
	if (!list_ok(&words, err)) {
		list_free(&words);
		return false;
	}
	for (size_t i = 0; i < words.len; i++)
		list_take(out, &words.items[i]);
	list_free(&words);
	return list_ok(out, err);
}

void
words_quote(StrView word, Str *out)
{
	bool plain = word.len > 0 && word.ptr[0] != '#';
	for (size_t i = 0; i < word.len && plain; i++)
		plain = !is_blank(word.ptr[i]) && word.ptr[i] != '"' && word.ptr[i] != '\'';
	if (plain) {
		str_append(out, word);
		return;
	}
	str_append_byte(out, '"');
	for (size_t i = 0; i < word.len; i++) {
		char c = word.ptr[i];
		if (c == '"' || c == '\\')
			str_append_byte(out, '\\');
		if (c == '\n')
			str_append_c(out, "\\n");
		else
			str_append_byte(out, c);
	}
	str_append_byte(out, '"');
}
