/* The draft on the desk: its text as one document, the changes a writer makes to it, and keeping it. */
#include "writing.h"

#include <stdlib.h>
#include <string.h>

enum { FIELD_LINES = 2 }; /* title and subtitle */

void
writing_free(Writing *writing)
{
	if (writing == NULL)
		return;
	layout_free(writing->layout);
	tally_free(writing->tally);
	highlight_free(writing->highlight);
	document_free(writing->doc);
	revision_free(&writing->revision);
	revision_free(&writing->ground);
	free(writing);
}

static void
put_text(const Revision *revision, Str *out)
{
	str_append(out, str_view(&revision->title));
	str_append_byte(out, '\n');
	str_append(out, str_view(&revision->subtitle));
	str_append_byte(out, '\n');
	str_append(out, str_view(&revision->body));
}

Document *
writing_document(const Revision *revision, Err *err)
{
	Document *doc = NULL;
	Str text = {0};
	put_text(revision, &text);
	if (str_ok(&text, err))
		doc = document_new(str_view(&text), err);
	str_wipe(&text);
	return doc;
}

static bool
build(Writing *writing, const WrapRule *rule, Err *err)
{
	writing->layout = layout_new(writing->doc, rule, err);
	writing->tally = writing->layout != NULL ? tally_new(writing->doc, FIELD_LINES, err) : NULL;
	writing->highlight = writing->tally != NULL ? highlight_new(writing->doc, FIELD_LINES, err) : NULL;
	if (writing->highlight == NULL)
		return false;
	writing->kept_text = document_revision(writing->doc);
	writing->goal = -1;
	writing->top = document_mark_add(writing->doc, 0, MARK_BEFORE);
	return writing->top >= 0 || err_memory(err);
}

Writing *
writing_on(const WrapRule *rule, Document *doc, Revision *revision, Err *err)
{
	Writing *writing = doc != NULL ? calloc(1, sizeof *writing) : NULL;
	if (writing == NULL) {
		if (doc != NULL)
			err_memory(err);
		document_free(doc);
		revision_free(revision);
		return NULL;
	}
	writing->doc = doc;
	writing->revision = *revision;
	writing->kept_ms = id_is_none(revision->draft) ? 0 : revision->time_ms;
	if (build(writing, rule, err))
		return writing;
	writing_free(writing);
	return NULL;
}

Writing *
writing_new(const WrapRule *rule, Err *err)
{
	Revision revision = {0};
	return writing_on(rule, writing_document(&revision, err), &revision, err);
}

Writing *
writing_load(App *app, Id draft, const WrapRule *rule, Err *err)
{
	Revision revision = {0};
	if (!vault_load_draft(app->vault, draft, &revision, err))
		return NULL;
	return writing_on(rule, writing_document(&revision, err), &revision, err);
}

/* ---- Where things are */

static Span
line_span(const Writing *writing, size_t line)
{
	return (Span){document_line_start(writing->doc, line), document_line_start(writing->doc, line + 1) - 1};
}

Span
writing_title(const Writing *writing)
{
	return line_span(writing, 0);
}

Span
writing_subtitle(const Writing *writing)
{
	return line_span(writing, 1);
}

Span
writing_body(const Writing *writing)
{
	return (Span){document_line_start(writing->doc, FIELD_LINES), document_length(writing->doc)};
}

Span
writing_selection(const Writing *writing)
{
	bool forward = writing->anchor <= writing->cursor;
	if (!writing->selecting)
		return (Span){writing->cursor, writing->cursor};
	return forward ? (Span){writing->anchor, writing->cursor} : (Span){writing->cursor, writing->anchor};
}

static bool
is_blank_in(const Writing *writing, Span span)
{
	for (size_t pos = span.from; pos < span.to;) {
		StrView chunk = sv_slice(document_chunk(writing->doc, pos), 0, span.to - pos);
		if (sv_trim(chunk).len > 0)
			return false;
		pos += chunk.len;
	}
	return true;
}

bool
writing_is_blank(const Writing *writing)
{
	return is_blank_in(writing, (Span){0, document_length(writing->doc)});
}

bool
writing_is_changed(const Writing *writing)
{
	return writing->settings_changed || document_revision(writing->doc) != writing->kept_text;
}

bool
writing_is_unkept(const Writing *writing)
{
	bool blank = id_is_none(writing->revision.draft) && !writing->settings_changed && writing_is_blank(writing);
	return writing_is_changed(writing) && !blank;
}

/* ---- Changes */

/* What happens to the text goes into the journal as it happens. */
static void
note(Writing *writing, const JournalEntry *entry)
{
	if (writing->journal != NULL && !journal_add(writing->journal, entry, NULL))
		writing->journal_torn = true;
}

static void
begin_group(Writing *writing)
{
	document_group_begin(writing->doc);
	note(writing, &(JournalEntry){.step = STEP_GROUP_BEGIN});
}

static void
end_group(Writing *writing)
{
	document_group_end(writing->doc);
	note(writing, &(JournalEntry){.step = STEP_GROUP_END});
}

void
writing_pause(Writing *writing)
{
	if (!writing->typing)
		return;
	writing->typing = false;
	end_group(writing);
}

/* The text has changed: a count that there is no memory for is made with the next picture. */
static void
follow(Writing *writing, const Edit *edit)
{
	layout_edited(writing->layout, edit);
	highlight_edited(writing->highlight, edit);
	tally_edited(writing->tally, edit, NULL);
	writing->goal = -1;
	writing->selecting = false;
}

static bool
replace(Writing *writing, Span span, StrView text, Err *err)
{
	Edit edit;
	if (span.from == span.to && text.len == 0)
		return true;
	if (!document_replace(writing->doc, span, text, &edit, err))
		return false;
	writing->typing = true;
	writing->cursor = edit.at + edit.inserted;
	note(writing, &(JournalEntry){.step = STEP_REPLACE,
			      .from = span.from,
			      .to = span.to,
			      .text = text,
			      .length = document_length(writing->doc)});
	follow(writing, &edit);
	return true;
}

static bool
is_border(const Writing *writing, size_t pos)
{
	return pos == line_span(writing, 0).to || pos == line_span(writing, 1).to;
}

/* How many of the newlines that end title and subtitle lie in a span: they stay whatever happens to it. */
static size_t
borders_in(const Writing *writing, Span span)
{
	size_t count = 0;
	for (size_t line = 0; line < FIELD_LINES; line++) {
		size_t border = line_span(writing, line).to;
		count += border >= span.from && border < span.to;
	}
	return count;
}

/* The text in the place of a span, and behind it the borders that were in the span: one change, whole or not at all. */
static bool
put_in_place(Writing *writing, Span span, StrView text, Err *err)
{
	static const char BORDERS[FIELD_LINES] = {'\n', '\n'};
	size_t borders = borders_in(writing, span);
	Str whole = {0};
	if (borders > 0) {
		str_append(&whole, text);
		str_append(&whole, (StrView){BORDERS, borders});
		text = str_view(&whole);
	}
	bool ok = str_ok(&whole, err) && replace(writing, span, text, err);
	if (ok)
		writing->cursor -= borders;
	str_wipe(&whole);
	return ok;
}

bool
writing_delete(Writing *writing, Span span, Err *err)
{
	Span rest = span;
	while (rest.from < rest.to && is_border(writing, rest.from))
		rest.from++;
	while (rest.to > rest.from && is_border(writing, rest.to - 1))
		rest.to--;
	begin_group(writing);
	bool ok = put_in_place(writing, rest, (StrView){NULL, 0}, err);
	end_group(writing);
	if (ok)
		writing->cursor = span.from;
	writing->selecting = false;
	return ok;
}

/* In a line of its own newlines and tabs are blanks. */
static bool
one_line(StrView text, Str *out, Err *err)
{
	str_append(out, text);
	for (size_t i = 0; i < out->len; i++)
		if (out->ptr[i] == '\n' || out->ptr[i] == '\t')
			out->ptr[i] = ' ';
	return str_ok(out, err);
}

/* A whole article into an empty draft: its lines are title, subtitle and body. */
static bool
insert_article(Writing *writing, StrView article, Err *err)
{
	Str text = {0};
	size_t newlines = 0;
	while (sv_ends(article, SV("\n")))
		article.len--;
	str_append(&text, article);
	for (size_t i = 0; i < text.len; i++) {
		newlines += text.ptr[i] == '\n';
		if (newlines < FIELD_LINES && text.ptr[i] == '\t')
			text.ptr[i] = ' ';
	}
	for (; newlines < FIELD_LINES; newlines++)
		str_append_byte(&text, '\n');
	Span everything = {0, document_length(writing->doc)};
	bool ok = str_ok(&text, err) && replace(writing, everything, str_view(&text), err);
	str_wipe(&text);
	return ok;
}

bool
writing_insert(Writing *writing, StrView clean, Err *err)
{
	Str line = {0};
	Span selection = writing_selection(writing), all = {0, document_length(writing->doc)};
	if (clean.len == 0)
		return selection.from == selection.to || writing_delete(writing, selection, err);
	/* A key by itself joins the typing before it as one step; anything larger is a step of its own. */
	bool step = clean.len > 8 || selection.from < selection.to;
	bool field = document_line_at(writing->doc, selection.from) < FIELD_LINES;
	bool article = field && sv_find(clean, SV("\n"), 0) != SIZE_MAX &&
		       is_blank_in(writing, (Span){all.from, selection.from}) &&
		       is_blank_in(writing, (Span){selection.to, all.to});
	bool ok = !field || article || one_line(clean, &line, err);
	if (step)
		begin_group(writing);
	if (ok && article)
		ok = insert_article(writing, clean, err);
	else if (ok)
		ok = put_in_place(writing, selection, field ? str_view(&line) : clean, err);
	if (step)
		end_group(writing);
	str_wipe(&line);
	return ok;
}

/* Behind the line end at `place`: an empty line, quoted as the line behind it is. */
static void
put_parting(StrView body, size_t place, Str *out)
{
	size_t from = place + 1, to = from;
	for (size_t i = from; i < body.len && (body.ptr[i] == ' ' || body.ptr[i] == '>'); i++)
		if (body.ptr[i] == '>')
			to = i + 1;
	str_append(out, sv_slice(body, from, to));
	str_append_byte(out, '\n');
}

/* All of them in one change. */
static bool
part_lines(Writing *writing, StrView body, const size_t *places, size_t count, Err *err)
{
	size_t start = writing_body(writing).from, cursor = writing->cursor, moved = cursor;
	size_t first = places[0] + 1, from = first;
	Str text = {0};
	for (size_t i = 0; i < count; i++) {
		size_t at = places[i] + 1;
		str_append(&text, sv_slice(body, from, at));
		size_t before = text.len;
		put_parting(body, places[i], &text);
		if (cursor >= start + at)
			moved += text.len - before;
		from = at;
	}
	bool ok = str_ok(&text, err) && replace(writing, (Span){start + first, start + from}, str_view(&text), err);
	if (ok)
		writing->cursor = moved;
	str_wipe(&text);
	return ok;
}

bool
writing_part_lines(Writing *writing, size_t *count, Err *err)
{
	Str body = {0};
	document_copy(writing->doc, writing_body(writing), &body);
	bool ok = str_ok(&body, err) && markup_joined_lines(str_view(&body), NULL, 0, count, err);
	size_t *places = ok ? calloc(*count + 1, sizeof *places) : NULL;
	ok = ok && (places != NULL || err_memory(err)) &&
	     markup_joined_lines(str_view(&body), places, *count, count, err);
	begin_group(writing);
	if (ok && *count > 0)
		ok = part_lines(writing, str_view(&body), places, *count, err);
	end_group(writing);
	free(places);
	str_wipe(&body);
	return ok;
}

/* Where a place of the text before stands in the text after. */
static size_t
carry(const TextEdits *edits, size_t pos)
{
	size_t moved = pos;
	for (size_t i = 0; i < edits->len && edits->items[i].before.from < pos; i++) {
		const TextEdit *edit = &edits->items[i];
		bool inside = pos < edit->before.to;
		moved = inside ? edit->after.from : edit->after.to + (pos - edit->before.to);
	}
	return moved;
}

/* In one change from the first difference to the last; cursor and picture stay with the text around them. */
static bool
apply(Writing *writing, const TextEdits *edits, StrView after, Err *err)
{
	const TextEdit *first = &edits->items[0], *last = &edits->items[edits->len - 1];
	size_t cursor = carry(edits, writing->cursor), anchor = carry(edits, writing->anchor);
	size_t top = carry(edits, document_mark(writing->doc, writing->top));
	bool selecting = writing->selecting;
	begin_group(writing);
	bool ok = replace(writing, (Span){first->before.from, last->before.to},
		sv_slice(after, first->after.from, last->after.to), err);
	end_group(writing);
	writing->typing = false;
	if (!ok)
		return false;
	document_mark_set(writing->doc, writing->top, top);
	writing->cursor = cursor;
	writing->anchor = anchor;
	writing->selecting = selecting && cursor != anchor;
	return true;
}

bool
writing_become(Writing *writing, const Revision *wanted, Err *err)
{
	Str before = {0}, after = {0};
	TextEdits edits = {0};
	writing_pause(writing);
	document_copy(writing->doc, (Span){0, document_length(writing->doc)}, &before);
	put_text(wanted, &after);
	bool ok = str_ok(&before, err) && str_ok(&after, err) &&
		  text_edits(str_view(&before), str_view(&after), &edits, err) &&
		  (edits.len == 0 || apply(writing, &edits, str_view(&after), err));
	text_edits_free(&edits);
	str_wipe(&before);
	str_wipe(&after);
	return ok;
}

/* A journal that knows nothing of what is taken back notes what becomes of the text. */
static void
note_travel(Writing *writing, JournalStep name, const Edit *edit)
{
	size_t length = document_length(writing->doc);
	Str text = {0};
	if (!writing->journal_late) {
		note(writing, &(JournalEntry){.step = name, .length = length});
		return;
	}
	document_copy(writing->doc, (Span){edit->at, edit->at + edit->inserted}, &text);
	if (str_ok(&text, NULL))
		note(writing, &(JournalEntry){.step = STEP_REPLACE,
				      .from = edit->at,
				      .to = edit->at + edit->removed,
				      .text = str_view(&text),
				      .length = length});
	else
		writing->journal_torn = true;
	str_wipe(&text);
}

static bool
travel(Writing *writing, bool (*step)(Document *, Edit *), JournalStep name)
{
	Edit edit;
	if (!step(writing->doc, &edit))
		return false;
	writing->typing = false;
	writing->cursor = edit.at + edit.inserted;
	note_travel(writing, name, &edit);
	follow(writing, &edit);
	return true;
}

bool
writing_undo(Writing *writing)
{
	return travel(writing, document_undo, STEP_UNDO);
}

bool
writing_redo(Writing *writing)
{
	return travel(writing, document_redo, STEP_REDO);
}

/* ---- Keeping */

static bool
copy_field(const Writing *writing, Span span, Str *to, Err *err)
{
	Str text = {0};
	document_copy(writing->doc, span, &text);
	if (!str_ok(&text, err)) {
		str_free(&text);
		return false;
	}
	str_move(to, &text);
	return true;
}

bool
writing_sync(Writing *writing, Err *err)
{
	Revision *revision = &writing->revision;
	return copy_field(writing, writing_title(writing), &revision->title, err) &&
	       copy_field(writing, writing_subtitle(writing), &revision->subtitle, err) &&
	       copy_field(writing, writing_body(writing), &revision->body, err);
}

void
writing_kept(Writing *writing, uint64_t text)
{
	writing->kept_text = text;
	writing->settings_changed = false;
	writing->keep_failed = false;
	writing->kept_ms = writing->revision.time_ms;
	writing->recovered_ms = 0;
	note(writing, &(JournalEntry){.step = STEP_SAVED,
			      .draft = writing->revision.draft,
			      .revision = writing->revision.object,
			      .time_ms = writing->kept_ms});
}

bool
writing_keep(App *app, Writing *writing, bool automatic, Err *err)
{
	if (!writing_is_unkept(writing))
		return true;
	uint64_t text = document_revision(writing->doc);
	writing->revision.automatic = automatic;
	if (!writing_sync(writing, err) || !vault_save_draft(app->vault, &writing->revision, err))
		return false;
	writing_kept(writing, text);
	/* One that stays in the library all the same is seen there, and nothing is lost. */
	if (!id_is_none(writing->fragment))
		vault_remove_fragment(app->vault, writing->fragment, NULL);
	writing->fragment = ID_NONE;
	return true;
}
