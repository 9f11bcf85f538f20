/* A former revision compared with what is now, line by line, and in lines that differ little word by word. */
#include "meok/app.h"

#include <string.h>

/* ---- Lines of the comparison */

static void
put_line(Str *out, char sign, StrView line)
{
	str_append_byte(out, sign);
	str_append(out, line);
	str_append_byte(out, '\n');
}

/* `text` is whole lines. */
static void
put_lines(Str *out, char sign, StrView text)
{
	StrView line;
	while (text.len > 0 && sv_split(&text, '\n', &line))
		put_line(out, sign, line);
}

/* Words of one line or of several, in one. */
static void
put_words(Str *out, StrView words)
{
	for (size_t i = 0; i < words.len; i++)
		str_append_byte(out, words.ptr[i] == '\n' ? ' ' : words.ptr[i]);
}

static void
put_edit(Str *out, StrView before, StrView after)
{
	before = sv_trim(before);
	after = sv_trim(after);
	if (before.len == 0 && after.len == 0)
		return;
	str_append_byte(out, before.len == 0 ? APPEARS : after.len == 0 ? DISAPPEARS : CHANGES);
	put_words(out, before);
	if (before.len > 0 && after.len > 0)
		str_append_c(out, " → ");
	put_words(out, after);
	str_append_byte(out, '\n');
}

/* ---- Places */

/* The words of a text as lines of their own, byte for byte where they were. */
static bool
words_as_lines(StrView text, Str *out, Err *err)
{
	str_append(out, text);
	for (size_t i = 0; i < out->len; i++)
		if (out->ptr[i] == ' ')
			out->ptr[i] = '\n';
	return str_ok(out, err);
}

/* More than half of them is other words: both are easier to read whole. */
static bool
differ_much(const TextEdits *words, StrView before, StrView after)
{
	size_t changed = 0;
	for (size_t i = 0; i < words->len; i++) {
		const TextEdit *edit = &words->items[i];
		changed += edit->before.to - edit->before.from + edit->after.to - edit->after.from;
	}
	return changed > (before.len + after.len) / 2;
}

/* One line of `after`, [line.from, line.to) with its newline, and before it what is different in it. */
static void
put_changed_line(Str *out, StrView before, StrView after, Span line, const TextEdits *words)
{
	size_t end = line.to > line.from && after.ptr[line.to - 1] == '\n' ? line.to - 1 : line.to;
	size_t length = out->len;
	for (size_t i = 0; i < words->len && words->items[i].after.from < line.to; i++) {
		Span was = words->items[i].before, is = words->items[i].after;
		bool begins = is.from >= line.from;
		if (!begins && is.to <= line.from)
			continue;
		StrView gone = begins ? sv_slice(before, was.from, was.to) : SV("");
		if (is.from <= line.from && is.to >= end && end > line.from && sv_trim(gone).len == 0) {
			/* Nothing of it was there. */
			str_truncate(out, length);
			put_line(out, APPEARS, sv_slice(after, line.from, end));
			return;
		}
		size_t from = begins ? is.from : line.from, to = is.to < end ? is.to : end;
		put_edit(out, gone, from < to ? sv_slice(after, from, to) : SV(""));
	}
	put_line(out, STAYS, sv_slice(after, line.from, end));
}

static void
put_changed_lines(Str *out, StrView before, StrView after, const TextEdits *words)
{
	for (Span line = {0}; line.from < after.len; line.from = line.to) {
		size_t newline = sv_find(after, SV("\n"), line.from);
		line.to = newline == SIZE_MAX ? after.len : newline + 1;
		put_changed_line(out, before, after, line, words);
	}
	for (size_t i = 0; i < words->len; i++)
		if (words->items[i].after.from >= after.len)
			put_edit(out, sv_slice(before, words->items[i].before.from, words->items[i].before.to), SV(""));
}

static bool
put_changed(Str *out, StrView before, StrView after, Err *err)
{
	Str a = {0}, b = {0};
	TextEdits words = {0};
	bool ok = words_as_lines(before, &a, err) && words_as_lines(after, &b, err) &&
		  text_edits(str_view(&a), str_view(&b), &words, err);
	if (ok && differ_much(&words, before, after)) {
		put_lines(out, DISAPPEARS, before);
		put_lines(out, APPEARS, after);
	} else if (ok) {
		put_changed_lines(out, before, after, &words);
	}
	text_edits_free(&words);
	str_wipe(&a);
	str_wipe(&b);
	return ok;
}

static bool
is_line_start(StrView text, size_t pos)
{
	return pos == 0 || text.ptr[pos - 1] == '\n';
}

static Span
whole_lines(StrView text, Span span)
{
	while (!is_line_start(text, span.from))
		span.from--;
	while (span.to < text.len && (span.to == span.from || text.ptr[span.to - 1] != '\n'))
		span.to++;
	return span;
}

/* Lines that only one of the texts has. */
static bool
is_of_lines(StrView text, Span span)
{
	return is_line_start(text, span.from) && is_line_start(text, span.to);
}

/* What text_edits cuts away of lines that differ belongs to them here. */
static void
widen(StrView before, StrView after, TextEdit *edit)
{
	if (is_of_lines(before, edit->before) && is_of_lines(after, edit->after))
		return;
	edit->before = whole_lines(before, edit->before);
	edit->after = whole_lines(after, edit->after);
}

/* ---- The whole */

static bool
put_text(const Revision *revision, Str *out, Err *err)
{
	str_append(out, str_view(&revision->title));
	str_append_byte(out, '\n');
	if (revision->subtitle.len > 0)
		str_append(out, str_view(&revision->subtitle));
	str_append_c(out, revision->subtitle.len > 0 ? "\n\n" : "\n");
	str_append(out, str_view(&revision->body));
	if (!sv_ends(str_view(out), SV("\n")))
		str_append_byte(out, '\n');
	return str_ok(out, err);
}

static bool
put_places(StrView before, StrView after, const TextEdits *edits, Str *out, Err *err)
{
	size_t done = 0;
	for (size_t i = 0; i < edits->len; i++) {
		TextEdit edit = edits->items[i];
		widen(before, after, &edit);
		StrView was = sv_slice(before, edit.before.from, edit.before.to);
		StrView is = sv_slice(after, edit.after.from, edit.after.to);
		if (edit.after.from > done)
			put_lines(out, STAYS, sv_slice(after, done, edit.after.from));
		if (was.len > 0 && is.len > 0 && !put_changed(out, was, is, err))
			return false;
		if (was.len == 0 || is.len == 0) {
			put_lines(out, DISAPPEARS, was);
			put_lines(out, APPEARS, is);
		}
		done = edit.after.to;
	}
	put_lines(out, STAYS, sv_slice(after, done, after.len));
	return true;
}

bool
app_compare(const Revision *now, const Revision *then, Str *out, Err *err)
{
	Str before = {0}, after = {0};
	TextEdits edits = {0};
	bool ok = put_text(now, &before, err) && put_text(then, &after, err) &&
		  text_edits(str_view(&before), str_view(&after), &edits, err) &&
		  put_places(str_view(&before), str_view(&after), &edits, out, err) && str_ok(out, err);
	text_edits_free(&edits);
	str_wipe(&before);
	str_wipe(&after);
	return ok;
}
