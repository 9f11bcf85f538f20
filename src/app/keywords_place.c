/* Choosing the keywords of a draft: from its text, from its blog, from those used before, or by typing. */
#include "commands.h"
#include "editor.h"
#include "picker.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NEW_KEYWORD = SIZE_MAX >> 1 }; /* the tag of what is typed itself */

typedef struct Choosing {
	KeywordChoices choices;
	SiteRecord site; /* where it goes; all zero: not known yet */
	size_t current;  /* of the chosen ones, SIZE_MAX: none */
	StrView *chosen; /* for the picture */
} Choosing;

static StrList *
chosen_list(Session *session)
{
	return &session->writing->revision.keywords;
}

static bool
is_chosen(Session *session, StrView name)
{
	const StrList *chosen = chosen_list(session);
	for (size_t i = 0; i < chosen->len; i++)
		if (unicode_same(str_view(&chosen->items[i]), name))
			return true;
	return false;
}

/* ---- The list */

static void
describe(const KeywordChoice *choice, Str *out)
{
	if (choice->in_title)
		str_append_c(out, _("title"));
	else if (choice->in_text)
		str_append_c(out, _("text"));
	if (choice->articles > 0) {
		str_append_c(out, out->len > 0 ? " · " : "");
		str_printf(out, ngettext("%u article on the blog", "%u articles on the blog", choice->articles),
			choice->articles);
	}
	if (choice->drafts > 0) {
		str_append_c(out, out->len > 0 ? " · " : "");
		str_printf(out, ngettext("%u draft", "%u drafts", choice->drafts), choice->drafts);
	}
	if (choice->is_new) {
		str_append_c(out, out->len > 0 ? " · " : "");
		str_append_c(out, _("new keyword"));
	}
	if (choice->near.len > 0)
		str_printf(out, _("   ≈ “%s” on the blog: m takes that"), str_c(&choice->near));
}

static void
add_choice(Session *session, Picker *picker, const KeywordChoice *choice, size_t tag)
{
	/* What was taken stays where it is: the numbers of the others must not move under the fingers. */
	PickerItem item = {.tag = tag, .style = STYLE_TEXT, .marked = is_chosen(session, str_view(&choice->name))};
	str_append(&item.label, str_view(&choice->name));
	describe(choice, &item.detail);
	picker_add(session, picker, &item);
}

static void
add_typed(Session *session, Picker *picker, bool known)
{
	PickerItem item = {.tag = NEW_KEYWORD, .style = STYLE_VALUE};
	str_append(&item.label, sv_trim(str_view(&picker->input.text)));
	str_append_c(&item.detail, known ? _("as typed") : _("as typed · new keyword"));
	picker_add(session, picker, &item);
}

/* Initial consonants are looked up, never meant. */
static bool
only_consonants(StrView text)
{
	size_t len;
	for (size_t pos = 0; pos < text.len; pos += len) {
		uint32_t rune = unicode_rune(text, pos, &len);
		if (rune != ' ' && (rune < 0x3131 || rune > 0x314E))
			return false;
	}
	return text.len > 0;
}

typedef struct Ranked {
	size_t index;
	int score;
} Ranked;

static int
compare_ranked(const void *a, const void *b)
{
	const Ranked *x = a, *y = b;
	if (x->score != y->score)
		return x->score > y->score ? -1 : 1;
	return (x->index > y->index) - (x->index < y->index);
}

static void
fill_matching(Session *session, Picker *picker, StrView typed)
{
	Choosing *choosing = picker->data;
	size_t count = 0;
	bool exact = false;
	Str folded = {0};
	Err err = {0};
	Ranked *ranked = calloc(choosing->choices.len + 1, sizeof *ranked);
	if ((ranked == NULL && !err_memory(&err)) || !unicode_fold(typed, &folded, &err))
		session_say_error(session, &err);
	for (size_t i = 0; ranked != NULL && i < choosing->choices.len; i++) {
		int score = match_folded(str_view(&folded), str_view(&choosing->choices.items[i].name));
		if (score > 0)
			ranked[count++] = (Ranked){i, score};
		exact = exact || unicode_same(typed, str_view(&choosing->choices.items[i].name));
	}
	if (count > 1)
		qsort(ranked, count, sizeof *ranked, compare_ranked);
	bool behind = only_consonants(typed);
	if (!exact && !behind && !is_chosen(session, typed))
		add_typed(session, picker, false);
	for (size_t i = 0; i < count; i++)
		add_choice(session, picker, &choosing->choices.items[ranked[i].index], ranked[i].index);
	if (!exact && behind && !is_chosen(session, typed))
		add_typed(session, picker, false);
	free(ranked);
	str_free(&folded);
}

static void
fill(Session *session, Picker *picker)
{
	Choosing *choosing = picker->data;
	StrView typed = sv_trim(str_view(&picker->input.text));
	str_clear(&picker->empty);
	str_append_c(&picker->empty, _("type a keyword"));
	if (typed.len > 0) {
		fill_matching(session, picker, typed);
		return;
	}
	for (size_t i = 0; i < choosing->choices.len; i++)
		add_choice(session, picker, &choosing->choices.items[i], i);
}

/* ---- Taking and leaving out */

static bool
add_keyword(Session *session, Picker *picker, StrView name)
{
	Choosing *choosing = picker->data;
	StrList *chosen = chosen_list(session);
	Err err = {0};
	if (is_chosen(session, name)) {
		session_say(session, NOTICE_INFO, "%s", _("the draft has this keyword already"));
		return false;
	}
	if (choosing->site.keyword_limit > 0 && chosen->len >= choosing->site.keyword_limit) {
		session_say(session, NOTICE_INFO,
			ngettext("%s takes at most %u keyword: Backspace leaves the last one out",
				"%s takes at most %u keywords: Backspace leaves the last one out",
				choosing->site.keyword_limit),
			str_c(&choosing->site.name), choosing->site.keyword_limit);
		return false;
	}
	list_append(chosen, name);
	if (!list_ok(chosen, &err)) {
		session_say_error(session, &err);
		return false;
	}
	session->writing->settings_changed = true;
	return true;
}

static void
take_name(Session *session, Picker *picker, StrView name)
{
	Str copy = str_from(name);
	Err err = {0};
	if (!str_ok(&copy, &err)) {
		session_say_error(session, &err);
	} else if (add_keyword(session, picker, str_view(&copy))) {
		bool typed = picker->input.text.len > 0;
		line_free(&picker->input);
		((Choosing *)picker->data)->current = SIZE_MAX;
		if (typed)
			picker_rest(picker);
		picker_refill(session, picker);
	}
	str_free(&copy);
}

/* Commas part keywords, as they do on the blogs' own pages. */
static void
take_typed(Session *session, Picker *picker)
{
	Str typed = str_from(str_view(&picker->input.text));
	Err err = {0};
	if (!str_ok(&typed, &err))
		session_say_error(session, &err);
	StrView rest = str_view(&typed), name;
	while (sv_split(&rest, ',', &name))
		if (sv_trim(name).len > 0)
			take_name(session, picker, sv_trim(name));
	str_free(&typed);
}

static void
take(Session *session, Picker *picker, size_t item)
{
	Choosing *choosing = picker->data;
	size_t tag = picker->items[item].tag;
	bool is_new = tag == NEW_KEYWORD || choosing->choices.items[tag].is_new;
	if (is_new && choosing->site.closed_vocabulary)
		session_say(
			session, NOTICE_INFO, _("%s takes only keywords of its own list"), str_c(&choosing->site.name));
	else if (tag == NEW_KEYWORD)
		take_typed(session, picker);
	else
		take_name(session, picker, str_view(&choosing->choices.items[tag].name));
}

static bool
erase_chosen(Session *session, Picker *picker)
{
	Choosing *choosing = picker->data;
	StrList *chosen = chosen_list(session);
	if (chosen->len == 0)
		return false;
	list_remove(chosen, choosing->current < chosen->len ? choosing->current : chosen->len - 1);
	choosing->current = SIZE_MAX;
	session->writing->settings_changed = true;
	return true;
}

/* The first step picks the last keyword up. */
static bool
step_chosen(Session *session, Picker *picker, int by, bool carry)
{
	Choosing *choosing = picker->data;
	StrList *chosen = chosen_list(session);
	if (chosen->len == 0)
		return true;
	size_t from = choosing->current < chosen->len ? choosing->current : chosen->len - 1;
	size_t to = from;
	if (carry || choosing->current < chosen->len) {
		if (by < 0)
			to -= from > 0;
		else
			to += from + 1 < chosen->len;
	}
	if (carry && to != from) {
		Str moved = chosen->items[from];
		chosen->items[from] = chosen->items[to];
		chosen->items[to] = moved;
		session->writing->settings_changed = true;
	}
	choosing->current = to;
	return true;
}

static bool
move_chosen(Session *session, Picker *picker, int by)
{
	return step_chosen(session, picker, by, false);
}

/* ---- The picture */

static void
draw_chosen(Session *session, Picker *picker, PickerModel *model)
{
	Choosing *choosing = picker->data;
	const StrList *chosen = chosen_list(session);
	StrView *views = realloc(choosing->chosen, (chosen->len + 1) * sizeof *views);
	if (views == NULL)
		return;
	choosing->chosen = views;
	for (size_t i = 0; i < chosen->len; i++)
		views[i] = str_view(&chosen->items[i]);
	model->chosen = views;
	model->chosen_count = chosen->len;
	model->chosen_current = choosing->current;
	str_clear(&picker->heading);
	str_append_c(&picker->heading, _("Keywords"));
	if (choosing->site.keyword_limit > 0)
		str_printf(&picker->heading, " %zu / %u", chosen->len, choosing->site.keyword_limit);
	else
		str_printf(&picker->heading, " %zu", chosen->len);
	model->heading = str_view(&picker->heading);
	model->aside = str_view(&choosing->site.name);
}

static void
free_choosing(Picker *picker)
{
	Choosing *choosing = picker->data;
	if (choosing == NULL)
		return;
	keyword_choices_free(&choosing->choices);
	site_record_free(&choosing->site);
	free(choosing->chosen);
	free(choosing);
}

static const HintWord HINTS[] = {{"accept", N_("take")}, {"delete left", N_("leave out")},
	{"keyword-move left", N_("order")}, {"close", N_("done")}};
static const PickerUse KEYWORDS = {
	.heading = N_("Keywords"),
	.has_input = true,
	.idle = true,
	.fill = fill,
	.take = take,
	.draw = draw_chosen,
	.erase_chosen = erase_chosen,
	.move_chosen = move_chosen,
	.free = free_choosing,
	.hints = HINTS,
	.hint_count = sizeof HINTS / sizeof HINTS[0],
};

bool
keywords_open(Session *session)
{
	Err err = {0};
	Writing *writing = session->writing;
	if (!session_has_vault(session))
		return false;
	Choosing *choosing = calloc(1, sizeof *choosing);
	bool ok = choosing != NULL || err_memory(&err);
	ok = ok && writing_sync(writing, &err);
	if (ok) {
		choosing->current = SIZE_MAX;
		/* With several blogs and none chosen, or with none, there is no limit yet. */
		if (!app_has_no_site(session->app))
			app_choose_site(session->app, &writing->revision, (StrView){NULL, 0}, &choosing->site, NULL);
		ok = app_keyword_choices(session->app, &writing->revision, choosing->site.id, &choosing->choices, &err);
	}
	if (ok)
		return picker_open(session, &KEYWORDS, choosing);
	session_say_error(session, &err);
	free_choosing(&(Picker){.data = choosing});
	return false;
}

bool
run_keywords(Session *session, const StrList *words)
{
	(void)words;
	keywords_open(session);
	return true;
}

bool
run_keyword_move(Session *session, const StrList *words)
{
	Picker *picker = picker_on_top(session, &KEYWORDS);
	if (picker == NULL || picker->input.text.len > 0 || words->len != 2)
		return false;
	return step_chosen(session, picker, sv_equal(str_view(&words->items[1]), SV("left")) ? -1 : 1, true);
}

bool
run_keyword_merge(Session *session, const StrList *words)
{
	(void)words;
	Picker *picker = picker_on_top(session, &KEYWORDS);
	if (picker == NULL || picker->input.text.len > 0 || picker->current >= picker->len)
		return false;
	const Choosing *choosing = picker->data;
	size_t tag = picker->items[picker->current].tag;
	if (tag == NEW_KEYWORD || choosing->choices.items[tag].near.len == 0)
		session_say(session, NOTICE_INFO, "%s", _("the blog has no other spelling of this one"));
	else
		take_name(session, picker, str_view(&choosing->choices.items[tag].near));
	return true;
}
