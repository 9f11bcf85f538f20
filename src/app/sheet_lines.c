/* What the publish sheet says: where the draft goes, how it stands there, its lines and what is to be minded. */
#include "sheet.h"

#include "editor.h"

#include <string.h>

void
sheet_topic_free(SheetTopic *topic)
{
	site_record_free(&topic->site);
	publication_free(&topic->publication);
	str_free(&topic->title);
	str_free(&topic->target);
	str_free(&topic->subtitle);
	str_free(&topic->work);
	str_free(&topic->keywords);
	str_free(&topic->new_keywords);
	str_free(&topic->check);
	list_free(&topic->warnings);
	changes_free(&topic->changes);
	*topic = (SheetTopic){0};
}

/* Readers have some form of it already. */
static bool
is_update(const SheetTopic *topic)
{
	return topic->known && topic->publication.phase == PHASE_PUBLIC;
}

bool
sheet_is_folder(const SheetTopic *topic)
{
	return sv_equal(str_view(&topic->site.driver), SV("folder"));
}

/* In a plain folder everything can be read. */
bool
sheet_takes_drafts(const SheetTopic *topic)
{
	return !sheet_is_folder(topic) || sv_equal(str_view(&topic->site.flavour), SV("hugo"));
}

/* ---- Reading */

static void
add_warning(SheetTopic *topic, const char *text)
{
	list_append(&topic->warnings, sv(text));
}

static const char *
standing(const SheetTopic *topic)
{
	const Publication *publication = &topic->publication;
	if (!topic->known)
		return _("new article");
	switch (publication->phase) {
	case PHASE_PUBLIC:
		return _("published");
	case PHASE_REVIEW:
		return _("in review");
	case PHASE_SITE_DRAFT:
		return _("draft on the blog");
	case PHASE_FILLED:
		if (app_is_hidden(publication->phase, publication->revision))
			return sheet_is_folder(topic) ? _("new article") : _("hidden until now");
		break;
	case PHASE_INTENT:
		if (publication->sent_ms == 0)
			return _("new article");
		break;
	case PHASE_CREATED:
		break;
	}
	return _("to be finished");
}

/* The last try broke off, and nobody knows yet how far it got. */
static bool
is_unknown(const SheetTopic *topic)
{
	const Publication *publication = &topic->publication;
	PublishPhase phase = publication->phase;
	if (!topic->known || app_is_hidden(phase, publication->revision))
		return false;
	return phase == PHASE_CREATED || phase == PHASE_FILLED || (phase == PHASE_INTENT && publication->sent_ms != 0);
}

static void
read_site(Sheet *sheet, const Revision *revision)
{
	SheetTopic *topic = &sheet->topic;
	App *app = sheet->session->app;
	Err err = {0};
	if (app_has_no_site(app)) {
		err_set(&err, ERR_USAGE, "there is no blog yet: choose where to publish");
		topic->obstacle = err;
		return;
	}
	if (!app_choose_site(app, revision, (StrView){NULL, 0}, &topic->site, &err)) {
		topic->obstacle = err;
		return;
	}
	topic->has_site = true;
	topic->known = vault_load_publication(app->vault, revision->draft, topic->site.id, &topic->publication, &err);
	topic->blog_comments = !driver_takes_comments(str_view(&topic->site.driver), str_view(&topic->site.flavour));
	str_printf(&topic->target, "%s → %s", standing(topic), str_c(&topic->site.name));
	if (!topic->known && err.kind != ERR_NOT_FOUND)
		topic->obstacle = err;
	else if (!app_publishable(app, revision, &topic->site, &err))
		topic->obstacle = err;
}

/* Known only of a blog that has told its own. */
static void
read_new_keywords(Sheet *sheet, const Revision *revision)
{
	SheetTopic *topic = &sheet->topic;
	Vocabulary vocabulary = {0};
	/* A cache that cannot be read tells nothing: then nothing is marked. */
	if (!vault_load_vocabulary(sheet->session->app->vault, topic->site.id, &vocabulary, NULL))
		return;
	size_t tags = 0;
	for (size_t i = 0; i < vocabulary.len; i++)
		tags += !vocabulary.terms[i].is_work;
	for (size_t i = 0; tags > 0 && i < revision->keywords.len; i++) {
		StrView keyword = str_view(&revision->keywords.items[i]);
		bool known = false;
		for (size_t j = 0; !known && j < vocabulary.len; j++)
			known = !vocabulary.terms[j].is_work &&
				unicode_same(str_view(&vocabulary.terms[j].name), keyword);
		if (known)
			continue;
		str_append_c(&topic->new_keywords, topic->new_keywords.len > 0 ? ", " : _("new there: "));
		str_append(&topic->new_keywords, keyword);
	}
	vocabulary_free(&vocabulary);
}

static void
join(const StrList *list, Str *out)
{
	for (size_t i = 0; i < list->len; i++) {
		str_append_c(out, i > 0 ? ", " : "");
		str_append(out, str_view(&list->items[i]));
	}
}

static void
read_keywords(Sheet *sheet, const Revision *revision)
{
	SheetTopic *topic = &sheet->topic;
	if (topic->site.keyword_limit > 0)
		str_printf(&topic->keywords, "%zu/%u  ", revision->keywords.len, topic->site.keyword_limit);
	join(&revision->keywords, &topic->keywords);
	if (topic->has_site)
		read_new_keywords(sheet, revision);
}

static void
read_work(Sheet *sheet, const Revision *revision)
{
	SheetTopic *topic = &sheet->topic;
	App *app = sheet->session->app;
	StrView name = app_work_name(app, revision->work);
	uint32_t chapter = 0;
	if (name.len == 0)
		return;
	str_append(&topic->work, name);
	/* A number that cannot be read is only left out here: publishing itself says why. */
	if (app_chapter(app, revision->draft, revision->work, &chapter, NULL) && chapter > 0) {
		str_append_c(&topic->work, ", ");
		str_printf(&topic->work, _("ch. %u"), chapter);
	}
}

static void
read_counts(Sheet *sheet)
{
	SheetTopic *topic = &sheet->topic;
	Counts counts = tally_counts(sheet->session->writing->tally);
	Str all = {0}, solid = {0};
	if (counts.clusters_solid == 0) {
		add_warning(topic, _("there is no text yet: readers would see the title alone"));
		return;
	}
	format_characters(counts.clusters, &all);
	format_number(counts.clusters_solid, &solid);
	str_append_c(&topic->check, "✓ ");
	str_printf(&topic->check, _("%s (%s without blanks)"), str_c(&all), str_c(&solid));
	str_free(&all);
	str_free(&solid);
}

/* Who writes without Markdown in mind takes every line for a paragraph; readers would get one long one. */
static void
warn_of_joined_lines(Session *session, SheetTopic *topic, const Revision *revision)
{
	enum { LOOKED_AT = 1 << 20 };
	Str text = {0}, key = {0};
	Err err = {0};
	size_t count = 0;
	if (revision->body.len > LOOKED_AT)
		return;
	if (!markup_joined_lines(str_view(&revision->body), NULL, 0, &count, &err))
		topic->obstacle = err;
	if (count > 0) {
		session_key_of(session, CONTEXT_SHEET, "paragraphs", &key);
		str_printf(&text,
			ngettext("%zu line end makes no new paragraph for readers: %s puts an empty line there",
				"%zu line ends make no new paragraph for readers: %s puts empty lines there", count),
			count, str_c(&key));
		add_warning(topic, str_c(&text));
	}
	str_free(&text);
	str_free(&key);
}

static const char *
comments_word(Comments comments)
{
	switch (comments) {
	case COMMENTS_OPEN:
		return _("on");
	case COMMENTS_CLOSED:
		return _("off");
	case COMMENTS_DEFAULT:
		break;
	}
	return _("the blog decides");
}

/* Everything that readers see, the settings behind the text. */
static bool
whole_text(App *app, const Revision *revision, Str *out, Err *err)
{
	str_append(out, str_view(&revision->title));
	str_append_byte(out, '\n');
	str_append(out, str_view(&revision->subtitle));
	str_append_byte(out, '\n');
	str_append(out, str_view(&revision->body));
	str_printf(out, "\n%s ", _("keywords:"));
	join(&revision->keywords, out);
	str_printf(out, "\n%s ", _("work:"));
	str_append(out, app_work_name(app, revision->work));
	str_printf(out, "\n%s %s", _("comments:"), comments_word(revision->comments));
	return str_ok(out, err);
}

static void
read_changes(Sheet *sheet, const Revision *now)
{
	SheetTopic *topic = &sheet->topic;
	App *app = sheet->session->app;
	Revision then = {0};
	Str before = {0}, after = {0};
	Err err = {0};
	bool there = vault_load_revision(app->vault, topic->publication.revision, &then, &err);
	/* What readers have can no longer be compared; it can still be sent anew. */
	if (!there)
		add_warning(topic, _("what was published is not here to compare: the whole article is sent again"));
	bool ok = (!there || whole_text(app, &then, &before, &err)) && whole_text(app, now, &after, &err) &&
		  (!there || text_changes(str_view(&before), str_view(&after), &topic->changes, &err));
	if (!there && ok)
		topic->changes.count = 1;
	if (!ok)
		topic->obstacle = err;
	str_wipe(&before);
	str_wipe(&after);
	revision_free(&then);
}

void
sheet_read(Sheet *sheet)
{
	SheetTopic *topic = &sheet->topic;
	const Revision *revision = &sheet->session->writing->revision;
	sheet_topic_free(topic);
	str_append(&topic->title, str_view(&revision->title));
	str_append(&topic->subtitle, str_view(&revision->subtitle));
	read_site(sheet, revision);
	read_keywords(sheet, revision);
	read_work(sheet, revision);
	read_counts(sheet);
	warn_of_joined_lines(sheet->session, topic, revision);
	sheet->stage = is_update(topic) ? SHEET_UPDATE : SHEET_ASK;
	if (sheet->stage == SHEET_UPDATE) {
		read_changes(sheet, revision);
		if (!sheet_is_folder(topic))
			add_warning(
				topic, _("if it was changed on the web meanwhile, that shows on sending: nothing is "
					 "overwritten unseen"));
	}
	if (is_unknown(topic))
		add_warning(topic, _("the last try broke off: the blog is asked first, and nothing is doubled"));
	if (topic->has_site && !topic->site.may_publish)
		add_warning(topic, _("this account may not publish by itself: the article is handed in for review"));
}

/* ---- Showing */

enum { LINES = 5, WARNINGS = 8 };

static void
put_line(SheetModel *model, SheetLine *lines, StrView key, const char *label, StrView value, const char *note)
{
	lines[model->line_count++] = (SheetLine){.key = key, .label = sv(label), .value = value, .note = sv(note)};
}

static void
put_lines(const Sheet *sheet, const Str *keys, SheetModel *model, SheetLine *lines)
{
	const SheetTopic *topic = &sheet->topic;
	const Revision *revision = &sheet->session->writing->revision;
	StrView comments = sv(comments_word(revision->comments));
	put_line(model, lines, str_view(&keys[0]), _("subtitle"), str_view(&topic->subtitle),
		topic->subtitle.len == 0 ? _("none") : "");
	put_line(model, lines, str_view(&keys[1]), _("work"), str_view(&topic->work),
		topic->work.len == 0 ? _("none: a single article") : "");
	put_line(model, lines, str_view(&keys[2]), _("keywords"), str_view(&topic->keywords),
		revision->keywords.len == 0 ? _("none") : str_c(&topic->new_keywords));
	put_line(model, lines, str_view(&keys[3]), _("comments"), topic->blog_comments ? (StrView){NULL, 0} : comments,
		topic->blog_comments ? _("the blog decides") : "");
	put_line(model, lines, str_view(&keys[4]), _("blog"), str_view(&topic->site.name),
		topic->has_site ? str_c(&topic->site.address) : _("none"));
	model->lines = lines;
}

static const HintWord ASK_HINTS[] = {{"accept", N_("publish (10 s to take it back)")},
	{"publish-draft", N_("blog draft")}, {"preview", N_("preview")}, {"close", N_("close")}};
static const HintWord FOLDER_HINTS[] = {
	{"accept", N_("publish (10 s to take it back)")}, {"preview", N_("preview")}, {"close", N_("close")}};
static const HintWord UPDATE_HINTS[] = {
	{"accept", N_("send the change")}, {"preview", N_("preview")}, {"close", N_("close")}};
static const HintWord SENDING_HINTS[] = {{"close", N_("stop")}};
static const HintWord HOLD_HINTS[] = {{"close", N_("take back")}, {"release", N_("public now")}};
static const HintWord DONE_HINTS[] = {{"accept", N_("write on")}, {"copy-address", N_("copy address")}};
static const HintWord FAILED_HINTS[] = {
	{"accept", N_("try again")}, {"change 5", N_("blog")}, {"close", N_("back to the draft")}};
static const HintWord CONFLICT_HINTS[] = {
	{"overwrite", N_("overwrite")}, {"accept", N_("try again")}, {"close", N_("back to the draft")}};

#define HINTS_FOR(words) hints_make(session, CONTEXT_SHEET, words, sizeof(words) / sizeof(words)[0], out)

static void
make_hints(Session *session, const Sheet *sheet, Hints *out)
{
	switch (sheet->stage) {
	case SHEET_ASK:
		if (sheet_takes_drafts(&sheet->topic))
			HINTS_FOR(ASK_HINTS);
		else
			HINTS_FOR(FOLDER_HINTS);
		break;
	case SHEET_UPDATE:
		HINTS_FOR(UPDATE_HINTS);
		break;
	case SHEET_SENDING:
		HINTS_FOR(SENDING_HINTS);
		break;
	case SHEET_HOLD:
		HINTS_FOR(HOLD_HINTS);
		break;
	case SHEET_DONE:
		HINTS_FOR(DONE_HINTS);
		break;
	case SHEET_FAILED:
		if (sheet->error.kind == ERR_CONFLICT)
			HINTS_FOR(CONFLICT_HINTS);
		else
			HINTS_FOR(FAILED_HINTS);
		break;
	}
}

static void
put_done(const Sheet *sheet, Str *result, Str *detail)
{
	static const char *const results[] = {
		[RESULT_PUBLISHED] = N_("published: readers can see it now"),
		[RESULT_UPDATED] = N_("the change is public"),
		[RESULT_UNCHANGED] = N_("nothing had changed: readers have it as it is"),
		[RESULT_REVIEW] = N_("handed in: it becomes public when the blog's editors agree"),
		[RESULT_SITE_DRAFT] = N_("left on the blog as a draft: readers do not see it"),
	};
	str_append_c(result, _(results[sheet->result]));
	if (sheet->made.len > 0) {
		str_append_c(detail, _("new keywords on the blog: "));
		join(&sheet->made, detail);
	}
	if (sheet->first) {
		str_append_c(detail, detail->len > 0 ? ". " : "");
		str_append_c(detail, _("Should the passphrase ever be forgotten, a recovery key opens the vault: "
				       "the settings make one."));
	}
}

/* What only the command line can follow is left out. */
static void
put_failed(const Sheet *sheet, Str *result, Str *detail)
{
	error_text(&sheet->error, result);
	size_t option = sv_find(str_view(result), SV("--"), 0), end = SIZE_MAX;
	for (size_t at = 0; option != SIZE_MAX && (at = sv_find(str_view(result), SV(": "), at)) < option; at++)
		end = at;
	if (end != SIZE_MAX)
		str_truncate(result, end);
	if (sheet->error.kind == ERR_CONFLICT)
		str_append_c(detail, _("Overwriting puts your draft in the place of what stands there. Without it "
				       "both stay as they are."));
	else if (sheet->error.kind == ERR_UNKNOWN)
		str_append_c(detail, _("How far it got is found out on the next try: nothing is doubled. Your draft is "
				       "kept."));
	else
		str_append_c(detail, _("Your draft is kept as it is."));
}

static void
put_progress(const Sheet *sheet, Str *out)
{
	const char *site = str_c(&sheet->topic.site.name);
	switch (sheet->reached) {
	case SITE_INTENT:
		str_printf(out, _("asking %s …"), site);
		break;
	case SITE_CREATED:
		str_printf(out, _("a hidden draft is on %s: filling it …"), site);
		break;
	case SITE_FILLED:
		str_printf(out, _("sending the text to %s …"), site);
		break;
	case SITE_PUBLIC:
		str_printf(out, _("making it public on %s …"), site);
		break;
	case SITE_REVIEW:
		str_printf(out, _("handing it in on %s …"), site);
		break;
	case SITE_DRAFT:
		str_printf(out, _("leaving it on %s as a draft …"), site);
		break;
	}
}

/* What stands in the way, else what is to be minded. */
static void
put_warnings(const SheetTopic *topic, Str *obstacle, StrView *out, size_t most, SheetModel *model)
{
	if (topic->obstacle.kind != ERR_NONE) {
		error_text(&topic->obstacle, obstacle);
		out[model->warning_count++] = str_view(obstacle);
	} else {
		for (size_t i = 0; i < topic->warnings.len && i < most; i++)
			out[model->warning_count++] = str_view(&topic->warnings.items[i]);
	}
	model->warnings = out;
}

void
sheet_draw(Session *session, void *state)
{
	const Sheet *sheet = state;
	const SheetTopic *topic = &sheet->topic;
	SheetLine lines[LINES];
	StrView warnings[WARNINGS];
	Str keys[LINES] = {0}, progress = {0}, result = {0}, detail = {0}, obstacle = {0};
	Hints hints = {0};
	char words[] = "change 1";
	for (int i = 0; i < LINES; i++) {
		words[sizeof words - 2] = (char)('1' + i);
		session_key_of(session, CONTEXT_SHEET, words, &keys[i]);
	}
	make_hints(session, sheet, &hints);
	int64_t armed = sheet->send_timer != 0 ? 1 : sheet->open_ms - session_clock();
	bool guarded = sheet->stage != SHEET_SENDING && sheet->stage != SHEET_HOLD;
	SheetModel model = {.stage = sheet->stage,
		.title = str_view(&topic->title),
		.target = str_view(&topic->target),
		.check = str_view(&topic->check),
		.ready = topic->obstacle.kind == ERR_NONE,
		.armed_in_ms = guarded && armed > 0 ? (int)armed : 0,
		.hold_seconds = sheet->seconds,
		.hold_total = SHEET_HOLD_SECONDS,
		.changes = topic->changes.count,
		.change_before = str_view(&topic->changes.before),
		.change_after = str_view(&topic->changes.after),
		.url = str_view(&sheet->url),
		.hints = hints.items,
		.hint_count = hints.count,
		.notice = session_notice(session)};
	if (sheet->stage == SHEET_ASK)
		put_lines(sheet, keys, &model, lines);
	if (sheet->stage == SHEET_SENDING)
		put_progress(sheet, &progress);
	if (sheet->stage == SHEET_HOLD)
		str_append_c(&progress, sheet_is_folder(topic) ? _("ready to be written") : _("on the blog, hidden"));
	if (sheet->stage == SHEET_DONE)
		put_done(sheet, &result, &detail);
	if (sheet->stage == SHEET_FAILED)
		put_failed(sheet, &result, &detail);
	if (sheet->stage == SHEET_ASK || sheet->stage == SHEET_UPDATE)
		put_warnings(topic, &obstacle, warnings, WARNINGS, &model);
	model.progress = str_view(&progress);
	model.result = str_view(&result);
	model.detail = str_view(&detail);
	draw_sheet(&model, session->surface);
	hints_free(&hints);
	for (int i = 0; i < LINES; i++)
		str_free(&keys[i]);
	str_free(&obstacle);
	str_free(&progress);
	str_free(&result);
	str_free(&detail);
}
