/* What sessions do while they are crashed: saving, moving, recording, removing. */
#include "crash.h"

static Flight *
take_off(Session *session, FlightKind kind)
{
	Claims *claims = &session->run->claims;
	Flight *flight = &claims->flights[session->number];
	*flight = (Flight){.kind = kind, .draft = -1, .began = claims->clock};
	if (kind == FLIGHT_SAVE || kind == FLIGHT_RECORD || kind == FLIGHT_KEYS)
		flight->text = ++session->run->next_text;
	return flight;
}

static int
drafts_coming(const Claims *claims)
{
	int count = claims->draft_count;
	for (int s = 0; s < CLAIM_SESSIONS; s++)
		count += claims->flights[s].kind == FLIGHT_SAVE && claims->flights[s].draft < 0;
	return count;
}

/* Tells an order that removes too early what the next save of this revision may remove. */
static void
doom(const Session *session, const Revision *revision, bool automatic)
{
	session->run->doomed[0] = '\0';
	if (!automatic || !revision->automatic || id_is_none(revision->object))
		return;
	Str path = {0};
	if (store_path(session->vault, revision->object, &path, NULL))
		snprintf(session->run->doomed, sizeof session->run->doomed, "%s", str_c(&path));
	str_free(&path);
}

static void
save_as(Session *session, int draft, bool automatic)
{
	Run *run = session->run;
	Err err = {0};
	Revision fresh = {0}, *revision = draft < 0 ? &fresh : &session->revisions[draft];
	Flight *flight = take_off(session, FLIGHT_SAVE);
	flight->draft = draft;
	flight->base = draft < 0 ? 0 : session->bases[draft];
	flight->lasting = !automatic;
	doom(session, revision, automatic);
	revision->automatic = automatic;
	str_clear(&revision->title);
	str_clear(&revision->body);
	claim_title(flight->text, &revision->title);
	claim_body(flight->text, &revision->body);
	int text = flight->text;
	crash_note(session, automatic ? "automatic save" : "save", draft, text, flight->base);
	if (vault_save_draft(session->vault, revision, &err)) {
		int at = draft < 0 ? run->claims.draft_count : draft;
		claims_saved(&run->claims, session->number, revision->draft, revision->object);
		crash_note(session, "saved", at, text, 0);
		session->bases[at] = text;
		if (draft < 0)
			session->revisions[at] = fresh;
		crash_moment(run);
	} else {
		crash_broken(run, "a save failed", &err);
		revision_free(&fresh);
	}
}

static void
save(Session *session, int draft)
{
	save_as(session, draft, torture_random(&session->run->random) % 3 != 0);
}

static void
load(Session *session, int draft)
{
	Err err = {0};
	Revision *revision = &session->revisions[draft];
	if (!vault_refresh(session->vault, &err) ||
		!vault_load_draft(session->vault, session->run->claims.drafts[draft].id, revision, &err)) {
		crash_broken(session->run, "a draft does not load", &err);
		return;
	}
	session->bases[draft] = atoi(str_c(&revision->title) + strlen("글 "));
	crash_note(session, "load", draft, session->bases[draft], 0);
}

static void
move(Session *session, int draft)
{
	Run *run = session->run;
	Err err = {0};
	bool trash = torture_random(&run->random) % 2 == 0;
	Flight *flight = take_off(session, trash ? FLIGHT_TRASH : FLIGHT_RESTORE);
	flight->draft = draft;
	Id id = run->claims.drafts[draft].id;
	if (!vault_refresh(session->vault, &err) ||
		!(trash ? vault_trash_draft : vault_restore_draft)(session->vault, id, &err)) {
		crash_broken(run, "a draft does not move", &err);
		return;
	}
	claims_trashed(&run->claims, session->number);
	crash_moment(run);
}

static void
destroy(Session *session, int draft)
{
	Run *run = session->run;
	Err err = {0};
	Id id = run->claims.drafts[draft].id;
	if (!run->claims.drafts[draft].trashed)
		return;
	Flight *flight = take_off(session, FLIGHT_DESTROY);
	flight->draft = draft;
	crash_note(session, "destroy", draft, 0, 0);
	if (!vault_refresh(session->vault, &err) || !vault_destroy_draft(session->vault, id, &err)) {
		crash_broken(run, "a draft was not destroyed", &err);
		return;
	}
	revision_free(&session->revisions[draft]);
	claims_trashed(&run->claims, session->number);
	crash_moment(run);
}

/* Old revisions go from their files into a pack; nothing of it is news to anybody. */
static void
tidy(Session *session)
{
	Run *run = session->run;
	Err err = {0};
	size_t removed = 0;
	crash_note(session, "tidy", 0, 0, 0);
	bool ok = vault_refresh(session->vault, &err) &&
		  (run->sessions > 1 ? vault_tidy_some(session->vault, 1, &err)
				     : vault_tidy(session->vault, run->claims.drafts[0].id, &removed, &err));
	run->packed += removed;
	if (ok && torture_random(&run->random) % 2 == 0)
		ok = vault_save_index(session->vault, &err);
	if (!ok)
		crash_broken(run, "history was not tidied", &err);
	else
		crash_moment(run);
}

static bool
save_site(Session *session, Id *id, StrView value, Err *err)
{
	SiteRecord site = {.id = *id,
		.name = str_from(SV("집")),
		.driver = str_from(SV("wordpress")),
		.endpoint = str_from(SV("https://example.org/wp-json/")),
		.secret = str_from(value)};
	bool ok = vault_save_site(session->vault, &site, err);
	*id = site.id;
	site_record_free(&site);
	Claims *claims = &session->run->claims;
	const Item *head = ok ? store_head(session->vault, OBJECT_SITE, *id, NULL) : NULL;
	if (head != NULL && !session->run->site_removed && claims->site_object_count < CLAIM_OBJECTS)
		claims->site_objects[claims->site_object_count++] = head->id;
	return ok;
}

static void
record(Session *session, RecordName name)
{
	Run *run = session->run;
	Claims *claims = &run->claims;
	Err err = {0};
	Str value = {0};
	Id id = claims->records[name].id;
	Flight *flight = take_off(session, FLIGHT_RECORD);
	flight->record = name;
	claim_value(flight->text, &value);
	bool ok;
	if (name == RECORD_WORK) {
		Work work = {.id = id, .name = str_from(str_view(&value))};
		ok = vault_save_work(session->vault, &work, &err);
		id = work.id;
		work_free(&work);
	} else if (name == RECORD_SITE) {
		ok = save_site(session, &id, str_view(&value), &err);
	} else if (name == RECORD_SETTINGS) {
		ok = vault_save_settings(session->vault, str_view(&value), &err);
	} else {
		Publication publication = {.draft = claims->drafts[0].id,
			.site = session->vault->id,
			.revision = session->revisions[0].object,
			.token = str_from(SV("token")),
			.phase = PHASE_FILLED,
			.slug = str_from(str_view(&value))};
		ok = vault_save_publication(session->vault, &publication, &err);
		publication_free(&publication);
	}
	str_free(&value);
	/* A site that the other session removes meanwhile cannot be saved any more. */
	if (!ok && name == RECORD_SITE && run->site_removed) {
		*flight = (Flight){0};
	} else if (!ok) {
		crash_broken(run, "a record was not saved", &err);
	} else {
		claims_record(claims, session->number, id);
		crash_moment(run);
	}
}

static void
remove_site(Session *session)
{
	Run *run = session->run;
	Err err = {0};
	run->site_removed = true;
	take_off(session, FLIGHT_REMOVE);
	if (vault_remove_site(session->vault, run->claims.records[RECORD_SITE].id, &err)) {
		claims_removed(&run->claims, session->number);
		crash_moment(run);
	} else {
		crash_broken(run, "a site was not removed", &err);
	}
}

/* A new passphrase, or a new master key with it. */
static void
change_keys(Session *session)
{
	Run *run = session->run;
	Err err = {0};
	Str secret = {0};
	size_t resealed = 0;
	Flight *flight = take_off(session, FLIGHT_KEYS);
	claim_passphrase(flight->text, &secret);
	bool all = torture_random(&run->random) % 2 == 0;
	crash_note(session, all ? "rekey" : "new passphrase", -1, flight->text, run->claims.passphrase);
	bool ok = vault_hold(session->vault, &err);
	ok = ok && (all ? rekey_vault(session->vault, str_view(&secret), 1, 8192, &TORTURE_LIMITS, &resealed, &err)
			: rekey_passphrase(session->vault, str_view(&secret), 1, 8192, &TORTURE_LIMITS, &err));
	vault_release(session->vault);
	str_wipe(&secret);
	run->resealed += resealed;
	/* So that this device does not ask about its own doing. */
	if (!ok || !vault_save_index(session->vault, &err)) {
		crash_broken(run, "the keys were not changed", &err);
		return;
	}
	claims_keys(&run->claims, session->number);
	crash_moment(run);
}

/* ---- Journals */

/* Of the journal that this session has just given its name. */
static Id
journal_id(void)
{
	Id id;
	const char *slash = strrchr(crash_renamed(), '/');
	if (slash == NULL || !id_parse(sv(slash + 1), &id))
		abort();
	return id;
}

static void
begin_journal(Session *session)
{
	Claims *claims = &session->run->claims;
	Err err = {0};
	if (claims->journal_count + claims->journals_coming >= CLAIM_JOURNALS)
		return;
	claims->journals_coming++;
	JournalEntry begin = {.step = STEP_BEGIN, .draft = claims->drafts[0].id, .time_ms = CRASH_SYS.now_ms()};
	Journal *journal = journal_new(session->vault, &begin, &err);
	claims->journals_coming--;
	if (journal == NULL) {
		crash_broken(session->run, "a journal was not begun", &err);
		return;
	}
	session->journal = journal;
	session->journal_claim = claims->journal_count;
	crash_note(session, "journal begun", -1, claims->journal_count, 0);
	claims->journals[claims->journal_count++] = (JournalClaim){.id = journal_id(), .open = true};
	claims->clock++;
	crash_moment(session->run);
}

/* Goes on with one that a session before the crash left. */
static void
resume_journal(Session *session)
{
	Claims *claims = &session->run->claims;
	Err err = {0};
	for (int i = 0; i < claims->journal_count; i++) {
		JournalClaim *claim = &claims->journals[i];
		if (claim->open || claim->dropped)
			continue;
		claim->open = true;
		claim->from = claim->id;
		claims->journals_coming++;
		session->journal = journal_resume(session->vault, claim->id, &err);
		claims->journals_coming--;
		if (session->journal == NULL) {
			crash_broken(session->run, "a journal was not resumed", &err);
			return;
		}
		session->journal_claim = i;
		crash_note(session, "journal resumed", -1, i, 0);
		claim->id = journal_id();
		claims->clock++;
		crash_moment(session->run);
		return;
	}
	begin_journal(session);
}

static void
type(Session *session)
{
	Claims *claims = &session->run->claims;
	JournalClaim *claim = &claims->journals[session->journal_claim];
	Err err = {0};
	bool ok = true;
	for (uint64_t i = torture_random(&session->run->random) % 3; ok && i < 3; i++) {
		Str text = {0};
		claim_entry(++claim->added, &text);
		ok = journal_add(session->journal,
			&(JournalEntry){
				.step = STEP_REPLACE, .to = SIZE_MAX, .text = str_view(&text), .length = text.len},
			&err);
		str_free(&text);
	}
	int added = claim->added;
	if (!ok || !journal_write(session->journal, &err)) {
		crash_broken(session->run, "a journal was not written", &err);
		return;
	}
	claim->written = added;
	crash_note(session, "journal written", -1, added, 0);
	claims->clock++;
	crash_moment(session->run);
	if (torture_random(&session->run->random) % 2 == 0)
		return;
	if (!journal_sync(session->journal, &err)) {
		crash_broken(session->run, "a journal was not synchronised", &err);
		return;
	}
	claim->synced = added;
	crash_note(session, "journal synchronised", -1, added, 0);
	claims->clock++;
	crash_moment(session->run);
}

static void
end_journal(Session *session)
{
	Claims *claims = &session->run->claims;
	JournalClaim *claim = &claims->journals[session->journal_claim];
	bool keep = torture_random(&session->run->random) % 2 == 0;
	Err err = {0};
	claim->dropped = !keep;
	crash_note(session, keep ? "journal kept" : "journal dropped", -1, session->journal_claim, 0);
	Journal *journal = session->journal;
	session->journal = NULL;
	if (!journal_close(journal, keep, &err)) {
		crash_broken(session->run, "a journal was not closed", &err);
		return;
	}
	if (keep)
		claim->synced = claim->written = claim->added;
	claim->open = false;
	claims->clock++;
	crash_moment(session->run);
}

static void
journal(Session *session)
{
	if (session->journal == NULL)
		resume_journal(session);
	else if (torture_random(&session->run->random) % 5 == 0)
		end_journal(session);
	else
		type(session);
}

void
act(Session *session)
{
	Run *run = session->run;
	Claims *claims = &run->claims;
	int draft = (int)(torture_random(&run->random) % (uint64_t)claims->draft_count);
	if (claims->drafts[draft].gone)
		draft = 0;
	bool known = !id_is_none(session->revisions[draft].draft);
	switch (torture_random(&run->random) % 20) {
	case 0:
		if (drafts_coming(claims) < CLAIM_DRAFTS)
			save(session, -1);
		break;
	case 1:
		move(session, draft);
		break;
	case 2:
		load(session, draft);
		break;
	case 3:
		record(session, RECORD_WORK);
		break;
	case 4:
		record(session, RECORD_SETTINGS);
		break;
	case 5:
		if (!run->site_removed)
			record(session, RECORD_SITE);
		break;
	case 6:
		record(session, RECORD_PUBLICATION);
		break;
	case 7:
		if (!run->site_removed && torture_random(&run->random) % 3 == 0)
			remove_site(session);
		break;
	case 12:
		tidy(session);
		break;
	case 13:
		/* The other session would find its draft gone, and the text on its desk a new one. */
		if (run->sessions == 1 && draft != 0)
			destroy(session, draft);
		break;
	case 14:
		/* The other session would have to open the vault again. */
		if (run->sessions == 1)
			change_keys(session);
		break;
	case 8:
	case 9:
	case 10:
	case 11:
		journal(session);
		break;
	default:
		if (!known)
			load(session, draft);
		save(session, draft);
	}
}

void
act_begin(Session *session)
{
	save(session, -1);
	/* Some have a history that is long and old enough for a pack, and none of it too near to another to stay. */
	bool is_long = session->run->lives % 4 == 1;
	for (int i = 0; is_long && i < 10 && session->run->failed == 0; i++) {
		crash_pass_time(session->run->fs, 61 * 60 * 1000);
		save_as(session, 0, false);
	}
	if (is_long)
		crash_pass_time(session->run->fs, 26 * 60 * 60 * 1000);
	if (session->run->failed == 0) {
		record(session, RECORD_WORK);
		record(session, RECORD_SITE);
	}
}

void
act_leave(Session *session)
{
	journal_close(session->journal, true, NULL);
	for (int i = 0; i < CLAIM_DRAFTS; i++)
		revision_free(&session->revisions[i]);
	vault_close(session->vault);
}

bool
act_enter(Session *session)
{
	Err err = {0};
	Str secret = {0};
	claim_passphrase(session->run->claims.passphrase, &secret);
	session->vault =
		open_vault(session->run->sys, CLAIM_DIR, CLAIM_STATE, str_view(&secret), &TORTURE_LIMITS, &err);
	str_wipe(&secret);
	if (session->vault == NULL)
		crash_broken(session->run, "a vault does not open", &err);
	return session->vault != NULL;
}
