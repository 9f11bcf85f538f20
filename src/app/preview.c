/* The draft as readers will see it: the HTML that is published, read back as lines of a page. */
#include "commands.h"
#include "editor.h"

#include <string.h>

enum { LIST_DEPTH_MAX = 8, TAG_MAX = 16 };

typedef struct Reading {
	Str *out;
	bool pre;   /* blanks and newlines count */
	bool blank; /* one is due before the next letter */
	bool fresh; /* nothing stands in the line yet */
	int quote;
	int depth;
	int numbers[LIST_DEPTH_MAX]; /* of the next item; 0: bullets */
	size_t cells;
} Reading;

static void
new_line(Reading *reading)
{
	if (!reading->fresh)
		str_append_byte(reading->out, '\n');
	reading->fresh = true;
	reading->blank = false;
}

static void
new_block(Reading *reading)
{
	new_line(reading);
	if (reading->out->len > 0 && !sv_ends(str_view(reading->out), SV("\n\n")))
		str_append_byte(reading->out, '\n');
}

static void
put(Reading *reading, StrView text)
{
	if (reading->fresh)
		for (int i = 0; i < reading->quote; i++)
			str_append_c(reading->out, "│ ");
	else if (reading->blank)
		str_append_byte(reading->out, ' ');
	reading->fresh = false;
	reading->blank = false;
	str_append(reading->out, text);
}

/* ---- Tags */

static void
begin_item(Reading *reading)
{
	Str sign = {0};
	int depth = reading->depth < LIST_DEPTH_MAX ? reading->depth : LIST_DEPTH_MAX;
	new_line(reading);
	for (int i = 1; i < depth; i++)
		str_append_c(&sign, "  ");
	if (depth > 0 && reading->numbers[depth - 1] > 0)
		str_printf(&sign, "%d. ", reading->numbers[depth - 1]++);
	else
		str_append_c(&sign, "• ");
	put(reading, str_view(&sign));
	str_free(&sign);
}

static void
begin_list(Reading *reading, bool numbered)
{
	if (reading->depth == 0)
		new_block(reading);
	if (reading->depth < LIST_DEPTH_MAX)
		reading->numbers[reading->depth] = numbered;
	reading->depth++;
}

static void
begin_tag(Reading *reading, StrView name)
{
	if (name.len == 2 && name.ptr[0] == 'h' && name.ptr[1] >= '1' && name.ptr[1] <= '6') {
		new_block(reading);
		put(reading, SV("# "));
	} else if (sv_equal(name, SV("hr"))) {
		new_block(reading);
		put(reading, SV("────────"));
		new_block(reading);
	} else if (sv_equal(name, SV("br"))) {
		new_line(reading);
	} else if (sv_equal(name, SV("ul")) || sv_equal(name, SV("ol"))) {
		begin_list(reading, sv_equal(name, SV("ol")));
	} else if (sv_equal(name, SV("li"))) {
		begin_item(reading);
	} else if (sv_equal(name, SV("blockquote"))) {
		new_block(reading);
		reading->quote++;
	} else if (sv_equal(name, SV("pre"))) {
		new_block(reading);
		reading->pre = true;
	} else if (sv_equal(name, SV("tr"))) {
		new_line(reading);
		reading->cells = 0;
	} else if (sv_equal(name, SV("td")) || sv_equal(name, SV("th"))) {
		if (reading->cells++ > 0)
			put(reading, SV(" │ "));
	} else if (sv_equal(name, SV("p")) || sv_equal(name, SV("table"))) {
		/* The text of an item stands behind its sign. */
		if (reading->depth == 0)
			new_block(reading);
	}
}

static void
end_tag(Reading *reading, StrView name)
{
	if ((name.len == 2 && name.ptr[0] == 'h' && name.ptr[1] >= '1' && name.ptr[1] <= '6') ||
		sv_equal(name, SV("table"))) {
		new_block(reading);
	} else if (sv_equal(name, SV("p"))) {
		if (reading->depth == 0)
			new_block(reading);
		else
			new_line(reading);
	} else if (sv_equal(name, SV("ul")) || sv_equal(name, SV("ol"))) {
		reading->depth -= reading->depth > 0;
		if (reading->depth == 0)
			new_block(reading);
	} else if (sv_equal(name, SV("blockquote"))) {
		new_block(reading);
		reading->quote -= reading->quote > 0;
	} else if (sv_equal(name, SV("pre"))) {
		reading->pre = false;
		new_block(reading);
	}
}

/* One attribute's value, as our own printer writes them: name="value". */
static StrView
attribute(StrView tag, StrView name)
{
	size_t from = sv_find(tag, name, 0);
	if (from == SIZE_MAX)
		return (StrView){NULL, 0};
	from += name.len;
	size_t to = sv_find(tag, SV("\""), from);
	return sv_slice(tag, from, to == SIZE_MAX ? tag.len : to);
}

static size_t put_text(Reading *reading, StrView html, size_t pos);

static void
read_image(Reading *reading, StrView tag)
{
	StrView alt = attribute(tag, SV(" alt=\""));
	put(reading, SV("["));
	for (size_t i = 0; i < alt.len;)
		i = put_text(reading, alt, i);
	put(reading, SV("]"));
}

/* Returns where it ends; a sign that begins no tag is text. */
static size_t
read_tag(Reading *reading, StrView html, size_t pos)
{
	char name[TAG_MAX];
	size_t len = 0, from = pos + 1;
	if (sv_starts(sv_slice(html, pos, html.len), SV("<!--"))) {
		size_t end = sv_find(html, SV("-->"), pos);
		return end == SIZE_MAX ? html.len : end + 3;
	}
	size_t to = sv_find(html, SV(">"), from);
	if (to == SIZE_MAX) {
		put(reading, SV("<"));
		return from;
	}
	bool ends = from < to && html.ptr[from] == '/';
	from += ends;
	while (from + len < to && len < TAG_MAX && strchr(" \t\n/", html.ptr[from + len]) == NULL) {
		char c = html.ptr[from + len];
		name[len++] = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
	}
	StrView word = {name, len};
	if (sv_equal(word, SV("img")))
		read_image(reading, sv_slice(html, from, to));
	else if (ends)
		end_tag(reading, word);
	else
		begin_tag(reading, word);
	return to + 1;
}

/* ---- Text */

static size_t
put_entity(Reading *reading, StrView html, size_t pos)
{
	static const struct {
		const char *name, *text;
	} known[] = {{"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&nbsp;", " "}};
	StrView rest = sv_slice(html, pos, html.len);
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		if (sv_starts(rest, sv(known[i].name))) {
			put(reading, sv(known[i].text));
			return pos + strlen(known[i].name);
		}
	}
	put(reading, SV("&"));
	return pos + 1;
}

static size_t
put_text(Reading *reading, StrView html, size_t pos)
{
	char c = html.ptr[pos];
	if (c == '&')
		return put_entity(reading, html, pos);
	if (c == '\n' && reading->pre) {
		if (reading->fresh)
			str_append_byte(reading->out, '\n');
		new_line(reading);
		return pos + 1;
	}
	if (c == ' ' || c == '\n' || c == '\t') {
		if (reading->pre)
			put(reading, c == '\t' ? SV("    ") : SV(" "));
		reading->blank = !reading->pre && !reading->fresh && !sv_ends(str_view(reading->out), SV(" "));
		return pos + 1;
	}
	size_t to = pos;
	while (to < html.len && strchr("<& \n\t", html.ptr[to]) == NULL)
		to++;
	/* Code is set off, so that none of it is taken for a heading. */
	if (reading->pre && reading->fresh)
		put(reading, SV("    "));
	put(reading, sv_slice(html, pos, to > pos ? to : pos + 1));
	return to > pos ? to : pos + 1;
}

static void
read_html(StrView html, Str *out)
{
	Reading reading = {.out = out, .fresh = true};
	for (size_t pos = 0; pos < html.len;)
		pos = html.ptr[pos] == '<' ? read_tag(&reading, html, pos) : put_text(&reading, html, pos);
	new_line(&reading);
}

/* ---- The page */

static bool
make_page(const Revision *revision, Str *out, Err *err)
{
	Str html = {0};
	bool ok = markup_render(str_view(&revision->body), MARKUP_HTML, &html, err) && str_ok(&html, err);
	if (ok) {
		str_append_c(out, "# ");
		str_append(out, str_view(&revision->title));
		str_append_byte(out, '\n');
		str_append(out, str_view(&revision->subtitle));
		str_append_c(out, revision->subtitle.len > 0 ? "\n────────\n\n" : "────────\n\n");
		read_html(str_view(&html), out);
	}
	str_wipe(&html);
	return ok && str_ok(out, err);
}

bool
run_preview(Session *session, const StrList *words)
{
	(void)words;
	Str page = {0};
	Err err = {0};
	if (!writing_sync(session->writing, &err) || !make_page(&session->writing->revision, &page, &err)) {
		session_say_error(session, &err);
		str_wipe(&page);
		return true;
	}
	page_open(session, _("Preview"), &page);
	return true;
}
