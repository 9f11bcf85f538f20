/* The editor: the draft on the screen. */
#include "editor.h"

#include "commands.h"
#include "recorder.h"
#include "rejoin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_COLUMNS_MAX = 100, SPANS_MAX = 4096, HITS_MAX = 256 };

static Context
context(const void *state)
{
	(void)state;
	return CONTEXT_EDITOR;
}

/* ---- What the bottom lines say */

void
format_number(size_t number, Str *out)
{
	char digits[32];
	int len = snprintf(digits, sizeof digits, "%zu", number);
	for (int i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			str_append_byte(out, ',');
		str_append_byte(out, digits[i]);
	}
}

void
format_characters(size_t count, Str *out)
{
	Str number = {0};
	format_number(count, &number);
	str_printf(out, ngettext("%s character", "%s characters", count), str_c(&number));
	out->failed = out->failed || number.failed;
	str_free(&number);
}

static void
refresh_work(Session *session, Editor *editor)
{
	const Revision *revision = &session->writing->revision;
	uint32_t chapter = 0;
	str_clear(&editor->work);
	StrView name = app_work_name(session->app, revision->work);
	if (name.len == 0) {
		editor->stale = editor->stale || !id_is_none(revision->work);
		return;
	}
	str_append(&editor->work, name);
	/* A chapter number that cannot be read is only left out here: the work's own list tells why. */
	if (!app_chapter(session->app, revision->draft, revision->work, &chapter, NULL)) {
		editor->stale = true;
	} else if (chapter > 0) {
		str_append_byte(&editor->work, ' ');
		str_printf(&editor->work, _("ch. %u"), chapter);
	}
}

static const char *
comments_label(Comments comments)
{
	switch (comments) {
	case COMMENTS_OPEN:
		return _("comments on");
	case COMMENTS_CLOSED:
		return _("comments off");
	case COMMENTS_DEFAULT:
		break;
	}
	return _("comments: the blog decides");
}

static void
set_comments(Editor *editor, Comments comments)
{
	str_clear(&editor->comments);
	str_append_c(&editor->comments, comments_label(comments));
}

static void
refresh_site(Session *session, Editor *editor)
{
	SiteRecord site = {0};
	Err err = {0};
	editor->keyword_limit = 0;
	str_clear(&editor->site);
	if (app_has_no_site(session->app))
		return;
	if (!app_choose_site(session->app, &session->writing->revision, (StrView){NULL, 0}, &site, &err)) {
		editor->stale = editor->stale || err.kind == ERR_FAILED;
		return;
	}
	str_set(&editor->site, str_view(&site.name));
	if (!driver_takes_comments(str_view(&site.driver), str_view(&site.flavour)))
		set_comments(editor, COMMENTS_DEFAULT);
	editor->keyword_limit = site.keyword_limit;
	site_record_free(&site);
}

static void
refresh_state(Session *session, Editor *editor)
{
	const Entry *entry = vault_entry(session->app->vault, OBJECT_REVISION, session->writing->revision.draft);
	DraftState state = STATE_DRAFT;
	str_clear(&editor->state);
	if (entry != NULL && app_draft_state(session->app, entry, &state, NULL))
		str_append_c(&editor->state, state_label(state));
	else
		editor->stale = editor->stale || !id_is_none(session->writing->revision.draft);
}

void
editor_refresh(Session *session, Editor *editor)
{
	const Revision *revision = &session->writing->revision;
	editor->stale = false;
	str_clear(&editor->keywords);
	for (size_t i = 0; i < revision->keywords.len; i++) {
		str_append_c(&editor->keywords, i > 0 ? " · " : "");
		str_append(&editor->keywords, str_view(&revision->keywords.items[i]));
	}
	set_comments(editor, revision->comments);
	if (session->app->vault == NULL)
		return;
	refresh_work(session, editor);
	refresh_site(session, editor);
	refresh_state(session, editor);
	editor->stale = editor->stale || editor->keywords.failed || editor->comments.failed || editor->work.failed ||
			editor->site.failed || editor->state.failed;
}

/* ---- The picture */

/* Everything a picture's rows point to, made anew for each. It is large: only what a picture needs is written to. */
typedef struct Picture {
	Str text;
	size_t span_count;
	EditorRow rows[VIEW_ROWS_MAX];
	size_t offsets[VIEW_ROWS_MAX + 1], span_offsets[VIEW_ROWS_MAX + 1];
	EditorSpan spans[SPANS_MAX];
} Picture;

static Picture *
picture_new(void)
{
	Picture *picture = malloc(sizeof *picture);
	if (picture == NULL)
		return NULL;
	picture->text = (Str){0};
	picture->span_count = 0;
	return picture;
}

static Style
style_of(TextStyle style)
{
	static const Style styles[] = {
		[TEXT_PLAIN] = STYLE_TEXT,
		[TEXT_MARK] = STYLE_MARK,
		[TEXT_HEADING] = STYLE_HEADING,
		[TEXT_STRONG] = STYLE_STRONG,
		[TEXT_EMPHASIS] = STYLE_EMPHASIS,
		[TEXT_STRONG_EMPHASIS] = STYLE_STRONG_EMPHASIS,
		[TEXT_CODE] = STYLE_CODE,
		[TEXT_LINK] = STYLE_LINK,
		[TEXT_QUOTE] = STYLE_QUOTE,
		[TEXT_RULE] = STYLE_RULE,
		[TEXT_STRUCK] = STYLE_STRUCK,
	};
	return styles[style];
}

static void
put_span(Picture *picture, Span row, size_t from, size_t to, Style style)
{
	from = from > row.from ? from : row.from;
	to = to < row.to ? to : row.to;
	if (from >= to || picture->span_count == SPANS_MAX)
		return;
	picture->spans[picture->span_count++] =
		(EditorSpan){(uint32_t)(from - row.from), (uint32_t)(to - row.from), style};
}

/* Spans of Markdown with what lies above them (a selection, hits) cut out. */
static void
put_row_spans(
	Picture *picture, Span row, const StyledSpans *styled, const StyledSpan *over, size_t over_count, Style above)
{
	size_t s = 0, o = 0, pos = row.from;
	while (s < styled->len && styled->items[s].span.to <= row.from)
		s++;
	while (o < over_count && over[o].span.to <= row.from)
		o++;
	while (pos < row.to) {
		Span up = o < over_count ? over[o].span : (Span){SIZE_MAX, SIZE_MAX};
		Span down = s < styled->len ? styled->items[s].span : (Span){SIZE_MAX, SIZE_MAX};
		if (up.from <= pos) {
			put_span(picture, row, pos, up.to, above);
			pos = up.to;
			o++;
		} else if (down.to <= pos) {
			s++;
		} else {
			size_t from = down.from > pos ? down.from : pos;
			size_t to = down.to < up.from ? down.to : up.from;
			if (from >= up.from || from == SIZE_MAX) {
				pos = up.from;
				continue;
			}
			put_span(picture, row, from, to, style_of(styled->items[s].style));
			pos = to;
		}
	}
}

static size_t
find_hits(Session *session, const Editor *editor, Span visible, StyledSpan *out)
{
	Span hits[HITS_MAX];
	Writing *writing = session->writing;
	Span selection = writing_selection(writing);
	if (selection.from < selection.to) {
		out[0] = (StyledSpan){.span = selection};
		return 1;
	}
	if (!editor->finding || session->last_search.len == 0)
		return 0;
	size_t count = document_find_all(writing->doc, str_view(&session->last_search), visible, hits, HITS_MAX, NULL);
	for (size_t i = 0; i < count; i++)
		out[i] = (StyledSpan){.span = hits[i]};
	return count;
}

static bool
make_rows(Session *session, const Editor *editor, Picture *picture, Err *err)
{
	Writing *writing = session->writing;
	const View *view = &editor->view;
	StyledSpans styled = {0};
	StyledSpan over[HITS_MAX];
	Span visible = {SIZE_MAX, 0};
	for (size_t i = 0; i < view->count; i++) {
		if (view->rows[i].rule)
			continue;
		if (visible.from == SIZE_MAX)
			visible.from = view->rows[i].row.span.from;
		visible.to = view->rows[i].row.span.to;
	}
	/* Without memory for its styles the text is still there to be read. */
	if (!highlight_spans(writing->highlight, visible, &styled, NULL))
		styled.len = 0;
	size_t over_count = find_hits(session, editor, visible, over);
	Style above = writing->selecting ? STYLE_SELECTION : STYLE_FOUND;
	for (size_t i = 0; i < view->count; i++) {
		const ViewRow *one = &view->rows[i];
		picture->rows[i] = (EditorRow){.rule = one->rule,
			.base = one->line == 0   ? STYLE_TITLE
				: one->line == 1 ? STYLE_SUBTITLE
						 : STYLE_TEXT};
		picture->offsets[i] = picture->text.len;
		picture->span_offsets[i] = picture->span_count;
		if (one->rule)
			continue;
		document_copy(writing->doc, one->row.span, &picture->text);
		put_row_spans(picture, one->row.span, &styled, over, over_count, above);
	}
	picture->offsets[view->count] = picture->text.len;
	picture->span_offsets[view->count] = picture->span_count;
	styled_spans_free(&styled);
	return str_ok(&picture->text, err);
}

/* Views are made when the text has its last place. */
static void
point_rows(Picture *picture, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		picture->rows[i].text =
			sv_slice(str_view(&picture->text), picture->offsets[i], picture->offsets[i + 1]);
		picture->rows[i].spans = picture->spans + picture->span_offsets[i];
		picture->rows[i].span_count = picture->span_offsets[i + 1] - picture->span_offsets[i];
	}
}

static void
set_empty_hints(const Writing *writing, const View *view, EditorModel *model)
{
	Span title = writing_title(writing), subtitle = writing_subtitle(writing), body = writing_body(writing);
	model->title_row = model->subtitle_row = model->body_row = -1;
	for (size_t i = 0; i < view->count; i++) {
		const ViewRow *row = &view->rows[i];
		if (row->rule || !row->row.opens)
			continue;
		if (row->line == 0 && title.from == title.to)
			model->title_row = (int)i;
		else if (row->line == 1 && subtitle.from == subtitle.to)
			model->subtitle_row = (int)i;
		else if (row->line == 2 && body.from == body.to)
			model->body_row = (int)i;
	}
	model->title_hint = sv(_("Title"));
	model->subtitle_hint = sv(_("Subtitle"));
	model->body_hint = sv(_("Text (Markdown; an empty line parts paragraphs)"));
}

static void
format_saved(Session *session, const Writing *writing, Str *out)
{
	Str clock = {0};
	if (!id_is_none(writing->apart)) {
		Str key = {0};
		session_key_of(session, CONTEXT_EDITOR, "conflict", &key);
		str_printf(out, _("split: %s shows both"), str_c(&key));
		str_free(&key);
	} else if (writing->recovered_ms > 0) {
		time_clock(writing->recovered_ms, &clock);
		str_printf(out, _("recovered %s"), str_c(&clock));
	} else if (writing_is_changed(writing)) {
		str_append_c(out, writing->keep_failed ? _("NOT SAVED") : _("not saved yet"));
	} else if (writing->kept_ms > 0) {
		time_clock(writing->kept_ms, &clock);
		str_printf(out, _("saved %s"), str_c(&clock));
	}
	str_free(&clock);
}

static const HintWord HINTS[] = {{"menu", N_("commands")}, {"help", N_("help")}};

static void
set_rule(Writing *writing, int columns)
{
	int width = columns - 2 * EDITOR_MARGIN;
	WrapRule rule = {.columns = width > TEXT_COLUMNS_MAX ? TEXT_COLUMNS_MAX
				    : width < 2              ? 2
							     : width,
		.rule = BREAK_KEEP_ALL};
	layout_set_rule(writing->layout, &rule);
}

static void
draw(Session *session, void *state)
{
	Editor *editor = state;
	Writing *writing = session->writing;
	Err err = {0};
	Str count = {0}, saved = {0};
	Hints hints = {0};
	Picture *picture = picture_new();
	int columns = surface_columns(session->surface);
	hints_make(session, CONTEXT_EDITOR, HINTS, sizeof HINTS / sizeof HINTS[0], &hints);
	tally_edited(writing->tally, NULL, NULL);
	if (editor->stale)
		editor_refresh(session, editor);
	format_characters(tally_counts(writing->tally).clusters, &count);
	format_saved(session, writing, &saved);
	EditorModel model = {.plain = editor->plain,
		.work = str_view(&editor->work),
		.keywords = writing->revision.keywords.len,
		.keyword_limit = editor->keyword_limit,
		.keyword_list = str_view(&editor->keywords),
		.comments = str_view(&editor->comments),
		.site = str_view(&editor->site),
		.state = str_view(&editor->state),
		.count = str_view(&count),
		.saved = str_view(&saved),
		.hints = hints.items,
		.hint_count = hints.count,
		.notice = session_notice(session)};
	set_rule(writing, columns);
	editor->text_rows = editor_text_rows(&model, surface_rows(session->surface));
	if (picture != NULL && view_make(writing, editor->text_rows, &editor->view, &err) &&
		make_rows(session, editor, picture, &err)) {
		point_rows(picture, editor->view.count);
		model.rows = picture->rows;
		model.row_count = editor->view.count;
		model.cursor_row = editor->view.cursor_row;
		model.cursor_column = editor->view.cursor_column;
		set_empty_hints(writing, &editor->view, &model);
	} else {
		session->pending.len = 0; /* its menu would hide that */
		model.notice = (Notice){.kind = NOTICE_ERROR, .text = sv(_("out of memory")), .stays = true};
		model.title_row = model.subtitle_row = model.body_row = -1;
	}
	draw_editor(&model, session->surface);
	if (picture != NULL)
		str_wipe(&picture->text);
	free(picture);
	hints_free(&hints);
	str_free(&count);
	str_free(&saved);
}

/* ---- Typing and moving */

static void
text(Session *session, void *state, StrView typed, bool pasted)
{
	Editor *editor = state;
	Err err = {0};
	editor->finding = false;
	if (pasted || sv_equal(typed, SV(" ")))
		writing_pause(session->writing);
	if (!writing_insert(session->writing, typed, &err))
		session_say_error(session, &err);
}

/* The cursor before a motion that may extend the selection. */
static void
begin_motion(Writing *writing, bool select)
{
	writing_pause(writing);
	if (select && !writing->selecting)
		writing->anchor = writing->cursor;
	writing->selecting = select;
}

static bool
move(Session *session, void *state, Motion motion, bool select)
{
	Editor *editor = state;
	Writing *writing = session->writing;
	Document *doc = writing->doc;
	Err err = {0};
	bool ok = true;
	int page = editor->text_rows > 2 ? editor->text_rows - 2 : 1;
	Span selection = writing_selection(writing);
	begin_motion(writing, select);
	bool by_row = motion == MOVE_UP || motion == MOVE_DOWN || motion == MOVE_PAGE_UP || motion == MOVE_PAGE_DOWN;
	if (!by_row)
		writing->goal = -1;
	switch (motion) {
	case MOVE_LEFT:
		if (!select && selection.from < selection.to)
			writing->cursor = selection.from;
		else
			ok = document_hop(doc, writing->cursor, HOP_CLUSTER_PREV, &writing->cursor, &err);
		break;
	case MOVE_RIGHT:
		if (!select && selection.from < selection.to)
			writing->cursor = selection.to;
		else
			ok = document_hop(doc, writing->cursor, HOP_CLUSTER_NEXT, &writing->cursor, &err);
		break;
	case MOVE_WORD_LEFT:
		ok = document_hop(doc, writing->cursor, HOP_WORD_PREV, &writing->cursor, &err);
		break;
	case MOVE_WORD_RIGHT:
		ok = document_hop(doc, writing->cursor, HOP_WORD_NEXT, &writing->cursor, &err);
		break;
	case MOVE_UP:
		ok = view_move_rows(writing, -1, &err);
		break;
	case MOVE_DOWN:
		ok = view_move_rows(writing, 1, &err);
		break;
	case MOVE_PAGE_UP:
		ok = view_move_rows(writing, -page, &err);
		break;
	case MOVE_PAGE_DOWN:
		ok = view_move_rows(writing, page, &err);
		break;
	case MOVE_HOME:
		ok = view_row_edge(writing, false, &err);
		break;
	case MOVE_END:
		ok = view_row_edge(writing, true, &err);
		break;
	case MOVE_TOP:
		writing->cursor = 0;
		break;
	case MOVE_BOTTOM:
		writing->cursor = document_length(doc);
		break;
	}
	if (!ok)
		session_say_error(session, &err);
	return true;
}

/* Before its newline. */
static size_t
line_end(const Document *doc, size_t line)
{
	return line + 1 >= document_lines(doc) ? document_length(doc) : document_line_start(doc, line + 1) - 1;
}

static bool
deleted_span(const Writing *writing, Deletion what, Span *out, Err *err)
{
	const Document *doc = writing->doc;
	size_t at = writing->cursor, line = document_line_at(doc, at);
	*out = (Span){at, at};
	switch (what) {
	case DELETE_LEFT:
		return document_hop(doc, at, HOP_CLUSTER_PREV, &out->from, err);
	case DELETE_RIGHT:
		return document_hop(doc, at, HOP_CLUSTER_NEXT, &out->to, err);
	case DELETE_WORD_LEFT:
		return document_hop(doc, at, HOP_WORD_PREV, &out->from, err);
	case DELETE_WORD_RIGHT:
		return document_hop(doc, at, HOP_WORD_NEXT, &out->to, err);
	case DELETE_TO_START:
		out->from = document_line_start(doc, line);
		break;
	case DELETE_TO_END:
		out->to = line_end(doc, line);
		break;
	}
	return true;
}

static bool
erase(Session *session, void *state, Deletion what)
{
	Editor *editor = state;
	Writing *writing = session->writing;
	Err err = {0};
	editor->finding = false;
	Span span = writing_selection(writing);
	bool ok = span.from < span.to || deleted_span(writing, what, &span, &err);
	if (what != DELETE_LEFT && what != DELETE_RIGHT)
		writing_pause(writing);
	if (!ok || (span.from < span.to && !writing_delete(writing, span, &err)))
		session_say_error(session, &err);
	return true;
}

/* In the title Enter goes to the subtitle, there to the text. */
static void
accept(Session *session, void *state)
{
	Writing *writing = session->writing;
	size_t line = document_line_at(writing->doc, writing->cursor);
	writing_pause(writing);
	if (line < 2) {
		writing->selecting = false;
		writing->goal = -1;
		writing->cursor = document_line_start(writing->doc, line + 1);
		return;
	}
	text(session, state, SV("\n"), false);
}

/* ---- Coming and going */

bool
editor_keep(Session *session)
{
	Err err = {0};
	if (session->writing == NULL)
		return true;
	writing_pause(session->writing);
	if (session->app->vault == NULL)
		return session_has_vault(session);
	if (session_on_top(session, &EDITOR))
		desk_rejoin(session);
	if (writing_keep(session->app, session->writing, false, &err))
		return true;
	session->writing->keep_failed = true;
	session_say_error(session, &err);
	return false;
}

static bool
close_place(Session *session, void *state)
{
	(void)state;
	return editor_keep(session);
}

static void
arrive(Session *session, void *state)
{
	editor_refresh(session, state);
}

/* Where the cursor was in the body is where it will be; who only looked at the title has not moved it. */
static void
note_place(Session *session)
{
	const Writing *writing = session->writing;
	size_t body = writing_body(writing).from;
	if (session->app->vault != NULL && writing->cursor >= body)
		vault_set_place(session->app->vault, writing->revision.draft, writing->cursor - body);
}

static void
go_to_place(Session *session, Writing *writing)
{
	Span body = writing_body(writing);
	size_t place;
	if (!vault_place(session->app->vault, writing->revision.draft, &place))
		return;
	/* It may have become shorter elsewhere. */
	size_t pos = place < body.to - body.from ? body.from + place : body.to;
	size_t line = document_line_start(writing->doc, document_line_at(writing->doc, pos));
	while (line < pos && document_hop(writing->doc, line, HOP_CLUSTER_NEXT, &line, NULL))
		continue;
	writing->cursor = line;
}

static void
free_place(Session *session, void *state)
{
	Editor *editor = state;
	str_free(&editor->work);
	str_free(&editor->keywords);
	str_free(&editor->comments);
	str_free(&editor->site);
	str_free(&editor->state);
	free(editor);
	/* What a revision holds needs no journal, but who comes back to a lost terminal takes back what was typed
	 * there. */
	Err err = {0};
	note_place(session);
	bool keep = session->gone || session->app->end.locked || writing_is_unkept(session->writing);
	if (!recorder_close(session, keep, &err))
		session_say_error(session, &err);
	writing_free(session->writing);
	session->writing = NULL;
}

const PlaceKind EDITOR = {
	.context = context,
	.draw = draw,
	.text = text,
	.move = move,
	.erase = erase,
	.accept = accept,
	.close = close_place,
	.arrive = arrive,
	.free = free_place,
};

static void
go_to_line(Writing *writing, size_t line, size_t column)
{
	size_t pos = document_line_start(writing->doc, line + 1), end = line_end(writing->doc, line + 1);
	while (column-- > 1 && pos < end)
		pos = document_cluster_next(writing->doc, pos);
	writing->cursor = pos;
}

/* One draft lies on the desk at a time: the one that lay there was kept. Takes the writing. */
static bool
put_on_desk(Session *session, Writing *writing)
{
	if (session_state(session, &EDITOR) != NULL) {
		session_pop_to(session, &EDITOR);
		session_pop(session);
	}
	session->writing = writing;
	if (!session_push(session, &EDITOR, calloc(1, sizeof(Editor))))
		return false;
	conflict_open(session);
	return true;
}

static Writing *
load_writing(Session *session, Id draft, Err *err)
{
	WrapRule rule = {.columns = 78, .rule = BREAK_KEEP_ALL};
	JournalFound found;
	if (id_is_none(draft))
		return writing_new(&rule, err);
	/* Another session may have ended without a word. */
	if (recover_find(session, draft, &found))
		return recover_writing(session, &found, err);
	Writing *writing = writing_load(session->app, draft, &rule, err);
	if (writing != NULL)
		go_to_place(session, writing);
	return writing;
}

/* What was opened may not be the newest: that is missing, or a file whose card cannot be read, which is in no history.
 */
static void
say_older(Session *session, Id draft)
{
	size_t count, at = 0;
	if (id_is_none(draft))
		return;
	if (vault_newest_is_missing(session->app->vault, draft))
		session_say(session, NOTICE_WARNING, "%s",
			_("a newer text of this draft was here and is missing: wait for the synchronisation, or write "
			  "on; should it come back, both are kept"));
	const Damage *damage = vault_damage(session->app->vault, &count);
	while (at < count && !id_equal(damage[at].subject, draft))
		at++;
	if (at == count)
		return;
	Str key = {0};
	session_key_of(session, CONTEXT_EDITOR, "history", &key);
	session_say(session, NOTICE_WARNING,
		_("a revision of “%s” is damaged, perhaps the newest one: %s shows those that are whole"),
		damage[at].title.len > 0 ? str_c(&damage[at].title) : _("(no title)"), str_c(&key));
	str_free(&key);
}

bool
editor_open(Session *session, Id draft, size_t line, size_t column)
{
	Err err = {0};
	if (!editor_keep(session))
		return false;
	Writing *writing = load_writing(session, draft, &err);
	if (writing == NULL) {
		session_say_error(session, &err);
		if (err.kind == ERR_DAMAGED)
			history_open_sound(session, draft);
		return false;
	}
	if (line > 0)
		go_to_line(writing, line, column);
	if (!put_on_desk(session, writing))
		return false;
	say_older(session, draft);
	return true;
}

bool
editor_open_text(Session *session, StrView title, StrView body, Id fragment)
{
	Err err = {0};
	Str text = {0};
	if (!editor_keep(session))
		return false;
	str_append(&text, title);
	str_append_c(&text, "\n\n");
	str_append(&text, body);
	Writing *writing = str_ok(&text, &err) ? load_writing(session, ID_NONE, &err) : NULL;
	bool ok = writing != NULL && writing_insert(writing, str_view(&text), &err);
	str_wipe(&text);
	if (!ok) {
		writing_free(writing);
		session_say_error(session, &err);
		return false;
	}
	writing_pause(writing);
	writing->fragment = fragment;
	return put_on_desk(session, writing);
}

bool
editor_open_on(Session *session, Revision *revision)
{
	Err err = {0};
	WrapRule rule = {.columns = 78, .rule = BREAK_KEEP_ALL};
	if (!editor_keep(session))
		return false;
	Document *doc = writing_document(revision, &err);
	Writing *writing = writing_on(&rule, doc, revision, &err);
	*revision = (Revision){0};
	if (writing == NULL) {
		session_say_error(session, &err);
		return false;
	}
	/* It is no revision on top of the unreadable one yet. */
	writing->settings_changed = true;
	return put_on_desk(session, writing);
}

static void
say_recovered(Session *session, int64_t when)
{
	Str clock = {0};
	time_clock(when, &clock);
	session_say(session, NOTICE_GOOD, _("recovered as it was at %s, when meok was cut off"), str_c(&clock));
	str_free(&clock);
}

bool
editor_recover(Session *session, const JournalFound *found)
{
	Err err = {0};
	Writing *writing = recover_writing(session, found, &err);
	if (writing == NULL) {
		session_say_error(session, &err);
		return false;
	}
	bool nothing = id_is_none(writing->revision.draft) && !writing_is_unkept(writing);
	put_on_desk(session, writing);
	if (nothing)
		session_pop(session);
	else if (writing->recovered_ms > 0)
		say_recovered(session, writing->recovered_ms);
	return !nothing;
}
