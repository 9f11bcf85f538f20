/* One line of input: text, a cursor, and what the editing keys do to them. */
#include "session.h"

static void
blank_out_controls(Str *text)
{
	for (size_t i = 0; i < text->len; i++)
		if (text->ptr[i] == '\n' || text->ptr[i] == '\t')
			text->ptr[i] = ' ';
}

/* Both joints are normalised again: what is inserted may compose with what stands there. */
bool
line_insert(LineInput *line, StrView text, Err *err)
{
	enum { LINE_BYTES = 8192 };
	if (text.len > LINE_BYTES || line->text.len > LINE_BYTES)
		return err_set(err, ERR_USAGE, "that is too long for this field");
	Str raw = {0}, clean = {0};
	StrView before = sv_slice(str_view(&line->text), 0, line->cursor);
	StrView after = sv_slice(str_view(&line->text), line->cursor, line->text.len);
	str_append(&raw, before);
	str_append(&raw, text);
	bool ok = str_ok(&raw, err) && unicode_clean(str_view(&raw), &clean, NULL, err);
	size_t cursor = clean.len;
	str_clear(&raw);
	str_append(&raw, str_view(&clean));
	str_append(&raw, after);
	str_clear(&clean);
	ok = ok && str_ok(&raw, err) && unicode_nfc(str_view(&raw), &clean, err) && str_ok(&clean, err);
	if (ok) {
		blank_out_controls(&clean);
		str_wipe(&line->text);
		str_move(&line->text, &clean);
		/* Behind what composed with the text after it. */
		StrView all = str_view(&line->text);
		line->cursor = cursor < all.len ? cluster_prev(all, cluster_next(all, cursor)) : all.len;
		if (line->cursor < cursor)
			line->cursor = cluster_next(all, line->cursor);
	}
	str_wipe(&raw);
	str_wipe(&clean);
	return ok;
}

void
line_free(LineInput *line)
{
	str_wipe(&line->text);
	line->cursor = 0;
}

Field
line_field(const LineInput *line)
{
	return (Field){.text = str_view(&line->text), .cursor = line->cursor, .hidden = line->secret};
}

bool
line_move(LineInput *line, Motion motion)
{
	StrView text = str_view(&line->text);
	switch (motion) {
	case MOVE_LEFT:
		line->cursor = cluster_prev(text, line->cursor);
		return true;
	case MOVE_RIGHT:
		line->cursor = cluster_next(text, line->cursor);
		return true;
	case MOVE_WORD_LEFT:
		line->cursor = word_prev(text, line->cursor);
		return true;
	case MOVE_WORD_RIGHT:
		line->cursor = word_next(text, line->cursor);
		return true;
	case MOVE_HOME:
		line->cursor = 0;
		return true;
	case MOVE_END:
		line->cursor = text.len;
		return true;
	case MOVE_UP:
	case MOVE_DOWN:
	case MOVE_PAGE_UP:
	case MOVE_PAGE_DOWN:
	case MOVE_TOP:
	case MOVE_BOTTOM:
		break;
	}
	return false;
}

bool
line_delete(LineInput *line, Deletion what)
{
	StrView text = str_view(&line->text);
	size_t from = line->cursor, to = line->cursor;
	switch (what) {
	case DELETE_LEFT:
		from = cluster_prev(text, from);
		break;
	case DELETE_RIGHT:
		to = cluster_next(text, to);
		break;
	case DELETE_WORD_LEFT:
		from = word_prev(text, from);
		break;
	case DELETE_WORD_RIGHT:
		to = word_next(text, to);
		break;
	case DELETE_TO_START:
		from = 0;
		break;
	case DELETE_TO_END:
		to = text.len;
		break;
	}
	if (from == to)
		return false;
	str_splice(&line->text, from, to, (StrView){NULL, 0});
	line->cursor = from;
	return true;
}
