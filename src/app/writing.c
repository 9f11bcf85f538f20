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

bool
writing_is_blank(const Writing *writing)
{
	size_t length = document_length(writing->doc);
	for (size_t pos = 0; pos < length;) {
		StrView chunk = document_chunk(writing->doc, pos);
		if (sv_trim(chunk).len > 0)
			return false;
		pos += chunk.len;
	}
	return true;
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

static bool
follow(Writing *writing, const Edit *edit, Err *err)
{
	layout_edited(writing->layout, edit);
	highlight_edited(writing->highlight, edit);
	writing->goal = -1;
	writing->selecting = false;
	return tally_edited(writing->tally, edit, err);
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
	return follow(writing, &edit, err);
}

/* The part of a span that lies in title, subtitle or body; to == from when none does. */
static Span
part_in(const Writing *writing, Span span, size_t field)
{
	Span area = field < FIELD_LINES ? line_span(writing, field) : writing_body(writing);
	size_t from = span.from > area.from ? span.from : area.from;
	size_t to = span.to < area.to ? span.to : area.to;
	return from < to ? (Span){from, to} : (Span){from, from};
}

/* From the end, so that the spans before it stay where they are. */
bool
writing_delete(Writing *writing, Span span, Err *err)
{
	bool ok = true;
	begin_group(writing);
	for (size_t field = FIELD_LINES + 1; ok && field-- > 0;) {
		Span part = part_in(writing, span, field);
		if (part.from < part.to)
			ok = replace(writing, part, (StrView){NULL, 0}, err);
	}
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
	Span selection = writing_selection(writing);
	bool ok = true;
	/* A key by itself joins the typing before it as one step; anything larger is a step of its own. */
	bool step = clean.len > 8 || selection.from < selection.to;
	if (step)
		begin_group(writing);
	if (selection.from < selection.to)
		ok = writing_delete(writing, selection, err);
	bool field = document_line_at(writing->doc, writing->cursor) < FIELD_LINES;
	bool article = field && sv_find(clean, SV("\n"), 0) != SIZE_MAX && writing_is_blank(writing);
	if (ok && field && !article)
		ok = one_line(clean, &line, err);
	if (ok && article)
		ok = insert_article(writing, clean, err);
	else if (ok)
		ok = replace(writing, (Span){writing->cursor, writing->cursor}, field ? str_view(&line) : clean, err);
	if (step)
		end_group(writing);
	str_wipe(&line);
	return ok;
}

/* Behind the line end at `place`: an empty line, quoted as the line behind it is. */
static bool
part_line(Writing *writing, StrView body, size_t place, Err *err)
{
	Str line = {0};
	size_t from = place + 1, to = from;
	for (size_t i = from; i < body.len && (body.ptr[i] == ' ' || body.ptr[i] == '>'); i++)
		if (body.ptr[i] == '>')
			to = i + 1;
	str_append(&line, sv_slice(body, from, to));
	str_append_byte(&line, '\n');
	size_t at = writing_body(writing).from + from, cursor = writing->cursor;
	bool ok = str_ok(&line, err) && replace(writing, (Span){at, at}, str_view(&line), err);
	writing->cursor = cursor < at ? cursor : cursor + line.len;
	str_wipe(&line);
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
	for (size_t i = ok ? *count : 0; ok && i-- > 0;)
		ok = part_line(writing, str_view(&body), places[i], err);
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

/* From the end, so that the spans before it stay where they are. */
static bool
apply(Writing *writing, const TextEdits *edits, StrView after, Err *err)
{
	size_t cursor = carry(edits, writing->cursor), anchor = carry(edits, writing->anchor);
	bool ok = true, selecting = writing->selecting;
	begin_group(writing);
	for (size_t i = edits->len; ok && i-- > 0;)
		ok = replace(writing, edits->items[i].before,
			sv_slice(after, edits->items[i].after.from, edits->items[i].after.to), err);
	end_group(writing);
	writing->typing = false;
	writing->cursor = cursor;
	writing->anchor = anchor;
	writing->selecting = selecting && cursor != anchor;
	return ok;
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

static bool
travel(Writing *writing, bool (*step)(Document *, Edit *), JournalStep name)
{
	Edit edit;
	if (!step(writing->doc, &edit))
		return false;
	writing->typing = false;
	writing->cursor = edit.at + edit.inserted;
	note(writing, &(JournalEntry){.step = name, .length = document_length(writing->doc)});
	return follow(writing, &edit, NULL);
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
