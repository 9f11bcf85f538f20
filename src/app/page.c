/* A page to read: help, a preview, the words of a server. */
#include "page.h"

#include "commands.h"

#include <stdlib.h>

typedef struct Page {
	const PageUse *use; /* NULL: help and the like */
	Str heading, text;
	PageLine *lines;
	size_t len, cap;
	int columns; /* for which the lines were made */
	size_t top;
	int rows; /* on the screen at the last picture */
} Page;

static Context
context(const void *state)
{
	(void)state;
	return CONTEXT_PAGE;
}

static bool
add_line(Page *page, PageLine line)
{
	PageLine *lines = array_grow(page->lines, page->len, &page->cap, sizeof *lines);
	if (lines == NULL)
		return false;
	page->lines = lines;
	lines[page->len++] = line;
	return true;
}

/* The rows of a line; `made` is what they have in common. */
static bool
add_rows(Page *page, PageLine made, StrView line, int columns, Err *err)
{
	Rows rows = {0};
	WrapRule rule = {.columns = columns, .rule = BREAK_KEEP_ALL};
	bool ok = wrap_paragraph(line, &rule, &rows, err);
	for (size_t i = 0; ok && i < rows.len; i++) {
		made.text = sv_slice(line, rows.items[i].from, rows.items[i].to);
		while (sv_ends(made.text, SV(" ")))
			made.text.len--;
		ok = add_line(page, made) || err_memory(err);
		/* Rows that go on stand in the same column, with no key of their own. */
		if (made.key.len > 0)
			made.key = SV(" ");
	}
	rows_free(&rows);
	return ok;
}

static Style
sign_style(char sign)
{
	return sign == APPEARS      ? STYLE_GOOD
	       : sign == DISAPPEARS ? STYLE_STRUCK
	       : sign == CHANGES    ? STYLE_VALUE
				    : STYLE_TEXT;
}

/* A line begins with its sign, and all behind that is text. */
static bool
add_signed(Page *page, StrView line, int columns, Err *err)
{
	StrView sign = line.len > 0 ? sv_slice(line, 0, 1) : SV(" ");
	PageLine made = {.key = sign, .style = sign_style(sign.ptr[0])};
	return add_rows(page, made, sv_slice(line, line.len > 0, line.len), page_sign_columns(columns), err);
}

/* A line "# text" is a heading; of "key<TAB>text" the key stands in a column of its own. */
static bool
add_paragraph(Page *page, StrView line, int columns, Err *err)
{
	PageLine made = {.style = STYLE_TEXT};
	size_t tab = sv_find(line, SV("\t"), 0);
	if (tab != SIZE_MAX) {
		made.key = sv_slice(line, 0, tab);
		line = sv_slice(line, tab + 1, line.len);
	} else if (sv_starts(line, SV("# "))) {
		made.style = STYLE_HEADING;
		line = sv_slice(line, sizeof "# " - 1, line.len);
	}
	return add_rows(page, made, line, page_columns(columns, tab != SIZE_MAX), err);
}
static void
lay_out(Session *session, Page *page, int columns)
{
	StrView rest = str_view(&page->text), line;
	Err err = {0};
	page->len = 0;
	page->columns = columns;
	while (sv_split(&rest, '\n', &line))
		if (!(page->use != NULL && page->use->signs ? add_signed : add_paragraph)(page, line, columns, &err)) {
			session_say_error(session, &err);
			return;
		}
}

static const HintWord HINTS[] = {
	{"close", N_("close")}, {"move page-down", N_("further")}, {"move page-up", N_("back")}};

static void
draw(Session *session, void *state)
{
	Page *page = state;
	int columns = surface_columns(session->surface);
	if (columns != page->columns)
		lay_out(session, page, columns);
	page->rows = page_rows(surface_rows(session->surface));
	size_t rows = page->rows > 0 ? (size_t)page->rows : 1;
	if (page->top + rows > page->len)
		page->top = page->len > rows ? page->len - rows : 0;
	Hints hints;
	if (page->use != NULL)
		hints_make(session, CONTEXT_PAGE, page->use->hints, page->use->hint_count, &hints);
	else
		hints_make(session, CONTEXT_PAGE, HINTS, sizeof HINTS / sizeof HINTS[0], &hints);
	PageModel model = {.heading = str_view(&page->heading),
		.lines = page->lines + page->top,
		.line_count = page->len - page->top < rows ? page->len - page->top : rows,
		.signs = page->use != NULL && page->use->signs,
		.more_above = page->top > 0,
		.more_below = page->top + rows < page->len,
		.hints = hints.items,
		.hint_count = hints.count,
		.notice = session_notice(session)};
	draw_page(&model, session->surface);
	hints_free(&hints);
}

static bool
move(Session *session, void *state, Motion motion, bool select)
{
	(void)session;
	(void)select;
	Page *page = state;
	size_t step = page->rows > 1 ? (size_t)page->rows - 1 : 1;
	switch (motion) {
	case MOVE_UP:
		page->top -= page->top > 0;
		break;
	case MOVE_DOWN:
		page->top++;
		break;
	case MOVE_PAGE_UP:
		page->top -= page->top < step ? page->top : step;
		break;
	case MOVE_PAGE_DOWN:
		page->top += step;
		break;
	case MOVE_TOP:
	case MOVE_HOME:
		page->top = 0;
		break;
	case MOVE_BOTTOM:
	case MOVE_END:
		page->top = page->len;
		break;
	case MOVE_LEFT:
	case MOVE_RIGHT:
	case MOVE_WORD_LEFT:
	case MOVE_WORD_RIGHT:
		return false;
	}
	return true;
}

static void
accept(Session *session, void *state)
{
	(void)state;
	session_close_top(session);
}

static void
free_place(Session *session, void *state)
{
	(void)session;
	Page *page = state;
	str_free(&page->heading);
	str_wipe(&page->text);
	free(page->lines);
	free(page);
}

static const PlaceKind PAGE = {
	.context = context,
	.draw = draw,
	.move = move,
	.accept = accept,
	.free = free_place,
};

bool
page_open_as(Session *session, const PageUse *use, const char *heading, Str *text)
{
	Page *page = calloc(1, sizeof *page);
	Err err = {0};
	if (page != NULL) {
		page->use = use;
		while (sv_ends(str_view(text), SV("\n")))
			str_truncate(text, text->len - 1);
		str_append_c(&page->heading, heading);
		if (!str_ok(&page->heading, &err))
			session_say_error(session, &err);
		str_move(&page->text, text);
	}
	str_wipe(text);
	return session_push(session, &PAGE, page);
}

bool
page_open(Session *session, const char *heading, Str *text)
{
	return page_open_as(session, NULL, heading, text);
}

bool
page_is_on_top(const Session *session, const PageUse *use)
{
	const Page *page = session_on_top(session, &PAGE) ? session->places[session->depth - 1].state : NULL;
	return page != NULL && page->use == use;
}

static bool
is_change(const PageLine *line)
{
	return line->key.len > 0 && line->key.ptr[0] != ' ';
}

/* The next row that begins a change and is not among those passed already. */
bool
run_next_change(Session *session, const StrList *words)
{
	(void)words;
	Page *page = session_state(session, &PAGE);
	if (page->use == NULL || !page->use->signs)
		return false;
	size_t rows = page->rows > 0 ? (size_t)page->rows : 1, at = page->top + 1;
	while (at < page->len && !(is_change(&page->lines[at]) && !is_change(&page->lines[at - 1])))
		at++;
	if (at >= page->len || page->top + rows >= page->len)
		session_say(session, NOTICE_INFO, "%s", _("that was the last place that differs"));
	else
		page->top = at;
	return true;
}
