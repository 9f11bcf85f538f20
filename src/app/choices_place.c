/* Choosing a work, comments and a blog for the draft on the desk. */
#include "commands.h"
#include "editor.h"
#include "picker.h"

#include <stdlib.h>
#include <string.h>

enum { TAG_NONE = SIZE_MAX, TAG_TYPED = SIZE_MAX - 1 };

/* ---- Works */

typedef struct Works {
	Shelf shelf;
} Works;

static void
add_work(Session *session, Picker *picker, size_t index)
{
	const ShelfWork *work = &((Works *)picker->data)->shelf.works[index];
	PickerItem item = {.tag = index, .marked = id_equal(session->writing->revision.work, work->id)};
	str_append(&item.label, str_view(&work->name));
	if (work->limit > 0)
		str_printf(&item.detail, _("%u of %u chapters"), work->chapters, work->limit);
	else
		str_printf(&item.detail, ngettext("%u chapter", "%u chapters", work->chapters), work->chapters);
	picker_add(session, picker, &item);
}

static void
fill_works(Session *session, Picker *picker)
{
	const Shelf *shelf = &((Works *)picker->data)->shelf;
	StrView typed = sv_trim(str_view(&picker->input.text));
	bool exact = false;
	for (size_t i = 0; i < shelf->work_count; i++) {
		if (typed.len > 0 && match_score(typed, str_view(&shelf->works[i].name)) == 0)
			continue;
		exact = exact || unicode_same(typed, str_view(&shelf->works[i].name));
		add_work(session, picker, i);
	}
	PickerItem item = {.tag = TAG_TYPED, .style = STYLE_VALUE};
	if (typed.len > 0 && !exact) {
		str_append(&item.label, typed);
		str_append_c(&item.detail, _("a new work"));
		picker_add(session, picker, &item);
	} else if (typed.len == 0 && !id_is_none(session->writing->revision.work)) {
		item.tag = TAG_NONE;
		item.style = STYLE_DIM;
		str_append_c(&item.label, _("no work: a single article"));
		picker_add(session, picker, &item);
	}
	str_clear(&picker->empty);
	str_append_c(&picker->empty, _("there is no work yet: type a name and press Enter"));
}

static void
take_work(Session *session, Picker *picker, size_t at)
{
	const Shelf *shelf = &((Works *)picker->data)->shelf;
	size_t tag = picker->items[at].tag;
	Str name = {0};
	Err err = {0};
	DraftChanged changed = {0};
	Writing *writing = session->writing;
	if (tag == TAG_TYPED)
		str_append(&name, sv_trim(str_view(&picker->input.text)));
	else if (tag != TAG_NONE)
		str_append(&name, str_view(&shelf->works[tag].name));
	StrView view = str_view(&name);
	DraftChange change = {.work = &view};
	writing->revision.automatic = false;
	uint64_t text = document_revision(writing->doc);
	if (!str_ok(&name, &err) || !writing_sync(writing, &err) ||
		!app_change_draft(session->app, &writing->revision, &change, &changed, &err)) {
		session_say_error(session, &err);
	} else {
		writing_kept(writing, text);
		session_pop(session);
		if (changed.new_work)
			session_say(session, NOTICE_GOOD, _("the work “%s” is made; this is its first chapter"),
				str_c(&name));
	}
	str_free(&name);
}

static void
free_works(Picker *picker)
{
	Works *works = picker->data;
	if (works != NULL)
		shelf_free(&works->shelf);
	free(works);
}

static const HintWord WORK_HINTS[] = {{"accept", N_("take")}, {"close", N_("close")}};
static const PickerUse WORKS = {
	.heading = N_("Work"),
	.has_input = true,
	.fill = fill_works,
	.take = take_work,
	.free = free_works,
	.hints = WORK_HINTS,
	.hint_count = sizeof WORK_HINTS / sizeof WORK_HINTS[0],
};

bool
works_open(Session *session)
{
	Err err = {0};
	if (!session_has_vault(session))
		return false;
	Works *works = calloc(1, sizeof *works);
	if (works != NULL && app_shelf(session->app, &works->shelf, &err))
		return picker_open(session, &WORKS, works);
	if (works == NULL)
		err_memory(&err);
	session_say_error(session, &err);
	free(works);
	return false;
}

bool
run_work(Session *session, const StrList *words)
{
	(void)words;
	works_open(session);
	return true;
}

/* ---- Comments */

static const Comments comment_values[] = {COMMENTS_OPEN, COMMENTS_CLOSED, COMMENTS_DEFAULT};
static const char *const comment_words[] = {"on", "off", "default"};
static const char *const comment_labels[] = {N_("readers may comment"), N_("no comments"), N_("the blog decides")};
enum { COMMENT_VALUES = sizeof comment_values / sizeof comment_values[0] };

/* Whether the blog that the draft goes to leaves it no choice; false while it is not known which one that is. */
static bool
blog_decides(Session *session)
{
	SiteRecord site = {0};
	bool decides = false;
	if (!app_has_no_site(session->app) &&
		app_choose_site(session->app, &session->writing->revision, (StrView){NULL, 0}, &site, NULL))
		decides = !driver_takes_comments(str_view(&site.driver), str_view(&site.flavour));
	site_record_free(&site);
	return decides;
}

static void
fill_comments(Session *session, Picker *picker)
{
	bool decides = blog_decides(session);
	for (size_t i = 0; i < COMMENT_VALUES; i++) {
		bool idle = decides && comment_values[i] != COMMENTS_DEFAULT;
		PickerItem item = {.tag = i,
			.style = idle ? STYLE_DIM : STYLE_TEXT,
			.marked = session->writing->revision.comments == comment_values[i]};
		str_append_c(&item.label, _(comment_labels[i]));
		if (idle)
			str_append_c(&item.detail, _("this blog has no such switch for a single article"));
		picker_add(session, picker, &item);
	}
}

static void
set_comments(Session *session, Comments comments)
{
	Revision *revision = &session->writing->revision;
	session->writing->settings_changed |= revision->comments != comments;
	revision->comments = comments;
}

static void
take_comments(Session *session, Picker *picker, size_t item)
{
	set_comments(session, comment_values[picker->items[item].tag]);
	session_pop(session);
}

static const PickerUse COMMENTS = {
	.heading = N_("Comments"),
	.fill = fill_comments,
	.take = take_comments,
	.hints = WORK_HINTS,
	.hint_count = sizeof WORK_HINTS / sizeof WORK_HINTS[0],
};

bool
comments_open(Session *session)
{
	if (!session_has_vault(session))
		return false;
	return picker_open(session, &COMMENTS, NULL);
}

bool
run_comments(Session *session, const StrList *words)
{
	if (words->len == 1) {
		comments_open(session);
		return true;
	}
	for (size_t i = 0; i < COMMENT_VALUES; i++) {
		if (!sv_equal(str_view(&words->items[1]), sv(comment_words[i])))
			continue;
		set_comments(session, comment_values[i]);
		session_arrive(session);
		return true;
	}
	session_say(session, NOTICE_WARNING, _("%s does not know “%s”"), "comments", str_c(&words->items[1]));
	return true;
}

/* ---- Blogs */

/* What may be added: only what works. */
typedef struct Kind {
	const char *driver, *label, *detail;
} Kind;
static const Kind kinds[] = {
	{"plain", N_("a folder on this computer"), N_("no account needed: pages to open or to upload")},
	{"wordpress", N_("WordPress"), N_("your own or any host: address, user, application password")},
	{"hugo", N_("hugo"), N_("the folder of a hugo site")},
};
enum { KINDS = sizeof kinds / sizeof kinds[0], TAG_KIND = 1 << 20 };

typedef struct Sites {
	Id *ids;
	size_t len, cap;
	Id removing; /* asked once already */
} Sites;

static void
add_site(Session *session, Picker *picker, Sites *sites, const Entry *entry)
{
	SiteRecord site = {0};
	Id *ids = array_grow(sites->ids, sites->len, &sites->cap, sizeof *ids);
	if (ids == NULL)
		return;
	sites->ids = ids;
	ids[sites->len] = entry->subject;
	PickerItem item = {.tag = sites->len++};
	item.marked = session->writing != NULL && id_equal(session->writing->revision.site, entry->subject);
	str_append(&item.label, str_view(&entry->title));
	/* A record that cannot be read is still listed: it may be forgotten. */
	if (vault_load_site(session->app->vault, entry->subject, &site, NULL))
		str_printf(&item.detail, "%s  %s", str_c(&site.driver), str_c(&site.address));
	site_record_free(&site);
	picker_add(session, picker, &item);
}

static void
fill_sites(Session *session, Picker *picker)
{
	Sites *sites = picker->data;
	size_t count;
	const Entry *const *entries = vault_entries(session->app->vault, OBJECT_SITE, &count);
	sites->len = 0;
	for (size_t i = 0; i < count; i++)
		if (!entries[i]->trashed)
			add_site(session, picker, sites, entries[i]);
	bool first = sites->len == 0;
	for (size_t i = 0; i < KINDS; i++) {
		PickerItem item = {.tag = TAG_KIND + i, .style = first ? STYLE_TEXT : STYLE_DIM};
		if (!first)
			str_append_c(&item.label, _("add: "));
		str_append_c(&item.label, _(kinds[i].label));
		str_append_c(&item.detail, _(kinds[i].detail));
		picker_add(session, picker, &item);
	}
}

static void
take_site(Session *session, Picker *picker, size_t item)
{
	const Sites *sites = picker->data;
	size_t tag = picker->items[item].tag;
	if (tag < sites->len) {
		site_chosen(session, sites->ids[tag]);
		return;
	}
	const Kind *kind = &kinds[tag - TAG_KIND];
	/* The first blog needs no question at all when it is a folder. */
	if (strcmp(kind->driver, "plain") == 0 && sites->len == 0)
		site_add_plain(session);
	else
		site_form_open(session, strcmp(kind->driver, "plain") == 0 ? "folder" : kind->driver);
}

static void
free_sites(Picker *picker)
{
	Sites *sites = picker->data;
	if (sites != NULL)
		free(sites->ids);
	free(sites);
}

static const HintWord SITE_HINTS[] = {
	{"accept", N_("take")}, {"site-remove", N_("forget a blog")}, {"close", N_("close")}};
static const PickerUse SITES = {
	.heading = N_("Where shall it be published?"),
	.fill = fill_sites,
	.take = take_site,
	.free = free_sites,
	.hints = SITE_HINTS,
	.hint_count = sizeof SITE_HINTS / sizeof SITE_HINTS[0],
};

bool
sites_open(Session *session)
{
	if (!session_has_vault(session))
		return false;
	Sites *sites = calloc(1, sizeof *sites);
	if (sites != NULL)
		return picker_open(session, &SITES, sites);
	session_say(session, NOTICE_ERROR, "%s", _("out of memory"));
	return false;
}

bool
run_site(Session *session, const StrList *words)
{
	(void)words;
	sites_open(session);
	return true;
}

/* Its credential is destroyed: asked twice. */
bool
run_site_remove(Session *session, const StrList *words)
{
	(void)words;
	Err err = {0};
	Picker *picker = picker_on_top(session, &SITES);
	if (picker == NULL || picker->current >= picker->len)
		return false;
	Sites *sites = picker->data;
	size_t tag = picker->items[picker->current].tag;
	if (tag >= sites->len)
		return true;
	Id site = sites->ids[tag];
	Str name = str_from(str_view(&picker->items[picker->current].label));
	if (!id_equal(sites->removing, site)) {
		sites->removing = site;
		session_say(session, NOTICE_INFO,
			_("the same key again forgets %s and destroys its password here; its articles stay on the web"),
			str_c(&name));
	} else if (!app_remove_site(session->app, site, &err)) {
		session_say_error(session, &err);
	} else {
		session_say(session, NOTICE_GOOD, _("%s is forgotten"), str_c(&name));
		picker_refill(session, picker);
	}
	str_free(&name);
	return true;
}
