/* The fault injector: every call of every operation of the vault fails in every way, once and for ever, and every
 * allocation. Nothing crashes, no text is lost, a message each. */
#include "faulty_sys.h"
#include "torture.h"

#include <errno.h>

#define DIR "/w/vault"
#define STATE "/w/state"

enum { WHY = ERR_TEXT_MAX + 200, ENTRIES = 3 };

/* A session in the middle of its work. */
typedef struct Desk {
	CrashFs *fs;
	Vault *vault;
	Revision kept;    /* a draft with a lasting revision, that the operations leave alone */
	Revision changed; /* a draft whose head is automatic and of this session; its text differs from it */
	Id work, site, other_site, doomed;
	Journal *journal; /* begun, with an entry in it */
	int entries;      /* that it was told of */
	Id left;          /* a journal that a session has left */
} Desk;

typedef struct Operation {
	const char *name;
	bool (*run)(Desk *desk, Err *err);
	bool fresh;  /* begins with an empty file system */
	bool writes; /* a disk that may only be read stops it */
} Operation;

typedef struct Machine {
	CrashFs *base; /* a vault with some things in it */
	Desk ids;      /* of it: ids only */
	const Operation *operation;
	Trouble trouble;
	int step; /* from one call that fails to the next */
	size_t trials, failures, messages;
	char why[WHY];
} Machine;

static void
must(bool ok, const Err *err)
{
	char text[ERR_TEXT_MAX];
	if (ok)
		return;
	err_format(err, err->id, text, sizeof text);
	printf("Bail out! %s\n", text);
	exit(1);
}

static Revision
revision_of(const char *title, const char *body)
{
	return (Revision){.title = str_from(sv(title)), .body = str_from(sv(body))};
}

static Vault *
open_with(const Sys *sys, Err *err)
{
	return open_vault(sys, DIR, STATE, TORTURE_PASSPHRASE, &TORTURE_LIMITS, err);
}

/* ---- The operations */

static bool
run_create(Desk *desk, Err *err)
{
	(void)desk;
	return open_create(&FAULTY_SYS, DIR, TORTURE_PASSPHRASE, 1, 8192, err);
}

static bool
run_open(Desk *desk, Err *err)
{
	(void)desk;
	Vault *vault = open_with(&FAULTY_SYS, err);
	bool ok = vault != NULL;
	vault_close(vault);
	return ok;
}

static bool
run_save_new(Desk *desk, Err *err)
{
	(void)desk;
	Revision revision = revision_of("새 글", "처음 쓰는 글");
	bool ok = vault_save_draft(desk->vault, &revision, err);
	revision_free(&revision);
	return ok;
}

static bool
run_save_automatic(Desk *desk, Err *err)
{
	desk->changed.automatic = true;
	return vault_save_draft(desk->vault, &desk->changed, err);
}

static bool
run_save_lasting(Desk *desk, Err *err)
{
	desk->changed.automatic = false;
	return vault_save_draft(desk->vault, &desk->changed, err);
}

static bool
run_load(Desk *desk, Err *err)
{
	Revision revision = {0};
	bool ok = vault_load_draft(desk->vault, desk->kept.draft, &revision, err);
	revision_free(&revision);
	return ok;
}

static bool
run_trash(Desk *desk, Err *err)
{
	return vault_trash_draft(desk->vault, desk->changed.draft, err) &&
	       vault_restore_draft(desk->vault, desk->changed.draft, err);
}

static bool
run_work(Desk *desk, Err *err)
{
	Work work = {.id = desk->work, .name = str_from(SV("새 이름"))};
	bool ok = str_ok(&work.name, err) && vault_save_work(desk->vault, &work, err);
	work_free(&work);
	return ok;
}

static bool
run_site(Desk *desk, Err *err)
{
	SiteRecord site = {.id = desk->site,
		.name = str_from(SV("집")),
		.driver = str_from(SV("folder")),
		.secret = str_from(SV("다른 암호"))};
	bool ok = str_ok(&site.name, err) && str_ok(&site.driver, err) && str_ok(&site.secret, err) &&
		  vault_save_site(desk->vault, &site, err);
	site_record_free(&site);
	return ok;
}

static bool
run_remove_site(Desk *desk, Err *err)
{
	return vault_remove_site(desk->vault, desk->other_site, err);
}

static bool
run_publication(Desk *desk, Err *err)
{
	Publication publication = {.draft = desk->kept.draft,
		.site = desk->site,
		.revision = desk->kept.object,
		.phase = PHASE_CREATED,
		.slug = str_from(SV("slug"))};
	bool ok = str_ok(&publication.slug, err) && vault_save_publication(desk->vault, &publication, err);
	publication_free(&publication);
	Publication *list = NULL;
	size_t count = 0;
	ok = ok && vault_publications(desk->vault, desk->kept.draft, &list, &count, err);
	for (size_t i = 0; i < count; i++)
		publication_free(&list[i]);
	free(list);
	return ok;
}

static bool
run_settings(Desk *desk, Err *err)
{
	Str lines = {0};
	bool ok = vault_save_settings(desk->vault, SV("set language ko"), err) &&
		  vault_load_settings(desk->vault, &lines, err);
	str_free(&lines);
	return ok;
}

static bool
run_vocabulary(Desk *desk, Err *err)
{
	Vocabulary vocabulary = {.site = desk->site};
	bool ok = vocabulary_put(&vocabulary, false, SV("7"), SV("장마"), 3, err) &&
		  vault_save_vocabulary(desk->vault, &vocabulary, err);
	vocabulary_free(&vocabulary);
	ok = ok && vault_load_vocabulary(desk->vault, desk->site, &vocabulary, err);
	vocabulary_free(&vocabulary);
	return ok;
}

static bool
run_recovery_key(Desk *desk, Err *err)
{
	Str shown = {0};
	bool ok = vault_recovery_key(desk->vault, &shown, err);
	str_wipe(&shown);
	return ok;
}

static bool
run_refresh(Desk *desk, Err *err)
{
	size_t count;
	if (!vault_refresh(desk->vault, err))
		return false;
	return vault_entries(desk->vault, OBJECT_REVISION, &count) != NULL || err_memory(err);
}

static bool
run_history(Desk *desk, Err *err)
{
	RevisionEntry *entries = NULL;
	size_t count;
	bool ok = vault_history(desk->vault, desk->kept.draft, &entries, &count, err);
	free(entries);
	return ok;
}

static bool
run_hold(Desk *desk, Err *err)
{
	bool ok = vault_hold(desk->vault, err);
	vault_release(desk->vault);
	return ok;
}

/* What is damaged is told there, not here. */
static bool
run_check(Desk *desk, Err *err)
{
	size_t objects;
	return vault_check(desk->vault, &objects, err);
}

static bool
type(Desk *desk, Err *err)
{
	if (desk->entries < ENTRIES) {
		char text[32];
		snprintf(text, sizeof text, "친 글 %d", desk->entries + 1);
		JournalEntry entry = {.step = STEP_REPLACE, .text = sv(text), .length = strlen(text)};
		if (!journal_add(desk->journal, &entry, err))
			return false;
		desk->entries++;
	}
	return journal_write(desk->journal, err);
}

static bool
run_journal_new(Desk *desk, Err *err)
{
	JournalEntry begin = {.step = STEP_BEGIN, .draft = desk->kept.draft, .time_ms = 7};
	Journal *journal = journal_new(desk->vault, &begin, err);
	bool ok = journal != NULL;
	return ok && journal_close(journal, false, err);
}

static bool
run_journal_write(Desk *desk, Err *err)
{
	return type(desk, err) && type(desk, err);
}

/* A descriptor that has failed is replaced with the next writing. */
static bool
run_journal_sync(Desk *desk, Err *err)
{
	return type(desk, err) && journal_sync(desk->journal, err);
}

static bool
count_replaced(void *data, const JournalEntry *entry, Err *err)
{
	(void)err;
	*(int *)data += entry->step == STEP_REPLACE;
	return true;
}

static bool
run_journals(Desk *desk, Err *err)
{
	JournalFound *found = NULL;
	size_t count = 0;
	int entries = 0;
	bool ok = vault_journals(desk->vault, &found, &count, err);
	for (size_t i = 0; ok && i < count; i++)
		ok = journal_read(desk->vault, found[i].id, count_replaced, &entries, NULL, err);
	free(found);
	return ok;
}

static bool
run_journal_resume(Desk *desk, Err *err)
{
	Journal *journal = journal_resume(desk->vault, desk->left, err);
	bool ok = journal != NULL;
	return journal_close(journal, true, ok ? err : NULL) && ok;
}

static bool
run_save_index(Desk *desk, Err *err)
{
	vault_set_place(desk->vault, desk->kept.draft, 3);
	return vault_save_index(desk->vault, err);
}

static bool
run_tidy(Desk *desk, Err *err)
{
	return vault_tidy(desk->vault, desk->kept.draft, NULL, err) && vault_tidy_some(desk->vault, 2, err);
}

static bool
run_destroy(Desk *desk, Err *err)
{
	return vault_trash_draft(desk->vault, desk->doomed, err) && vault_destroy_draft(desk->vault, desk->doomed, err);
}

static bool
run_fragment(Desk *desk, Err *err)
{
	Fragment fragment = {.text = str_from(SV("문득 떠오른 말"))};
	bool ok = str_ok(&fragment.text, err) && vault_save_fragment(desk->vault, &fragment, err) &&
		  vault_load_fragment(desk->vault, fragment.id, &fragment, err);
	fragment_free(&fragment);
	return ok;
}

static bool
run_drop(Desk *desk, Err *err)
{
	(void)desk;
	Fragment fragment = {.text = str_from(SV("길에서 적은 말"))};
	bool ok = str_ok(&fragment.text, err) && vault_drop(&FAULTY_SYS, DIR, STATE, &fragment, err);
	fragment_free(&fragment);
	return ok;
}

static bool
run_collect(Desk *desk, Err *err)
{
	Fragment fragment = {.text = str_from(SV("길에서 적은 말"))};
	bool ok = str_ok(&fragment.text, err) && vault_drop(&FAULTY_SYS, DIR, STATE, &fragment, err) &&
		  vault_collect_drops(desk->vault, NULL, err);
	fragment_free(&fragment);
	return ok;
}

static bool
run_passphrase(Desk *desk, Err *err)
{
	return rekey_passphrase(desk->vault, TORTURE_PASSPHRASE, 1, 8192, &TORTURE_LIMITS, err);
}

static bool
run_rekey(Desk *desk, Err *err)
{
	return rekey_vault(desk->vault, TORTURE_PASSPHRASE, 1, 8192, &TORTURE_LIMITS, NULL, err);
}

static const Operation OPERATIONS[] = {
	{"create", run_create, true, true},
	{"open", run_open, false, false},
	{"save a new draft", run_save_new, false, true},
	{"save automatically", run_save_automatic, false, true},
	{"save", run_save_lasting, false, true},
	{"load", run_load, false, false},
	{"to the trash and back", run_trash, false, true},
	{"save a work", run_work, false, true},
	{"save a site", run_site, false, true},
	{"remove a site", run_remove_site, false, true},
	{"save a publication", run_publication, false, true},
	{"save settings", run_settings, false, true},
	{"save a vocabulary", run_vocabulary, false, true},
	{"make a recovery key", run_recovery_key, false, true},
	{"refresh", run_refresh, false, false},
	{"list the history", run_history, false, false},
	{"hold", run_hold, false, false},
	{"check", run_check, false, false},
	{"begin a journal", run_journal_new, false, true},
	{"write a journal", run_journal_write, false, true},
	{"synchronise a journal", run_journal_sync, false, true},
	{"find journals", run_journals, false, false},
	{"resume a journal", run_journal_resume, false, true},
	{"save the index", run_save_index, false, true},
	{"tidy the history", run_tidy, false, true},
	{"destroy a draft", run_destroy, false, true},
	{"save a fragment", run_fragment, false, true},
	{"drop a fragment", run_drop, false, true},
	{"take a dropped fragment in", run_collect, false, true},
	{"change the passphrase", run_passphrase, false, true},
	{"change the master key", run_rekey, false, true},
};
enum { OPERATION_COUNT = sizeof OPERATIONS / sizeof *OPERATIONS };

/* ---- A desk */

static void
make_base(Machine *machine)
{
	Err err = {0};
	machine->base = crash_new(11);
	crash_use(machine->base);
	must(open_create(&CRASH_SYS, DIR, TORTURE_PASSPHRASE, 1, 8192, &err), &err);
	Vault *vault = open_with(&CRASH_SYS, &err);
	must(vault != NULL, &err);
	Desk *ids = &machine->ids;
	ids->kept = revision_of("오래된 글", "오래 두고 볼 글");
	ids->changed = revision_of("고치는 글", "고치기 전");
	must(vault_save_draft(vault, &ids->kept, &err) && vault_save_draft(vault, &ids->changed, &err), &err);
	Revision doomed = revision_of("버릴 글", "곧 사라진다");
	must(vault_save_draft(vault, &doomed, &err), &err);
	ids->doomed = doomed.draft;
	revision_free(&doomed);
	/* Enough of a history for a pack. */
	for (int i = 0; i < 10; i++) {
		crash_pass_time(machine->base, 61 * 60 * 1000);
		str_set(&ids->kept.body, i < 9 ? SV("오래 두고 고친 글") : SV("오래 두고 볼 글"));
		if (i % 2 == 0 && i < 9)
			str_append_c(&ids->kept.body, " 또");
		must(vault_save_draft(vault, &ids->kept, &err), &err);
	}
	crash_pass_time(machine->base, 26 * 60 * 60 * 1000);
	Work work = {.name = str_from(SV("연작"))};
	SiteRecord site = {
		.name = str_from(SV("집")), .driver = str_from(SV("folder")), .secret = str_from(SV("암호"))};
	must(vault_save_work(vault, &work, &err) && vault_save_site(vault, &site, &err), &err);
	ids->work = work.id;
	ids->site = site.id;
	site.id = ID_NONE;
	must(vault_save_site(vault, &site, &err), &err);
	ids->other_site = site.id;
	JournalEntry begin = {.step = STEP_BEGIN, .draft = ids->kept.draft, .time_ms = 5};
	Journal *journal = journal_new(vault, &begin, &err);
	must(journal != NULL && journal_close(journal, true, &err), &err);
	JournalFound *found;
	size_t count;
	must(vault_journals(vault, &found, &count, &err) && count == 1, &err);
	ids->left = found[0].id;
	free(found);
	work_free(&work);
	site_record_free(&site);
	vault_close(vault);
}

static void
sit_down(Machine *machine, Desk *desk)
{
	Err err = {0};
	*desk = (Desk){.work = machine->ids.work,
		.site = machine->ids.site,
		.other_site = machine->ids.other_site,
		.left = machine->ids.left,
		.doomed = machine->ids.doomed};
	desk->fs = machine->operation->fresh ? crash_new(3) : crash_killed(machine->base);
	crash_use(desk->fs);
	if (machine->operation->fresh)
		return;
	desk->vault = open_with(&FAULTY_SYS, &err);
	must(desk->vault != NULL, &err);
	must(revision_copy(&desk->kept, &machine->ids.kept, &err), &err);
	must(vault_load_draft(desk->vault, machine->ids.changed.draft, &desk->changed, &err), &err);
	desk->changed.automatic = true;
	str_set(&desk->changed.body, SV("고치는 중"));
	must(vault_save_draft(desk->vault, &desk->changed, &err), &err);
	str_set(&desk->changed.body, SV("고친 뒤"));
	JournalEntry begin = {.step = STEP_BEGIN, .draft = desk->changed.draft, .time_ms = 6};
	desk->journal = journal_new(desk->vault, &begin, &err);
	must(desk->journal != NULL && type(desk, &err), &err);
}

static void
stand_up(Desk *desk)
{
	journal_close(desk->journal, true, NULL);
	vault_close(desk->vault);
	revision_free(&desk->kept);
	revision_free(&desk->changed);
	crash_free(desk->fs);
}

/* ---- What has to be true afterwards */

static bool
wrong(Machine *machine, const char *what, const Err *err)
{
	char text[ERR_TEXT_MAX] = "";
	if (err != NULL)
		err_format(err, err->id, text, sizeof text);
	const Trouble *trouble = &machine->trouble;
	snprintf(machine->why, sizeof machine->why, "%s, call %d (%s) %s %s: %s %s", machine->operation->name,
		trouble->at, trouble->last == NULL ? "-" : trouble->last,
		trouble->fault == FAULT_ERRNO   ? strerror(trouble->failure)
		: trouble->fault == FAULT_SHORT ? "short"
						: "no memory",
		trouble->forever ? "for ever" : "once", what, text);
	return false;
}

static bool
speaks(const Err *err)
{
	size_t len = strlen(err->id);
	bool begins = (err->id[0] >= 'a' && err->id[0] <= 'z') || err->id[0] == '%';
	bool two_parts = strchr(err->id, ':') != NULL || strcmp(err->id, "out of memory") == 0;
	return err->kind != ERR_NONE && len > 0 && begins && err->id[len - 1] != '.' && two_parts;
}

/* What a session that comes now reads of a draft. */
static bool
reads(Vault *vault, Id draft, const char *one, const char *other)
{
	Revision revision = {0};
	bool ok = vault_load_draft(vault, draft, &revision, NULL) &&
		  (sv_equal(str_view(&revision.body), sv(one)) || sv_equal(str_view(&revision.body), sv(other)));
	revision_free(&revision);
	return ok;
}

/* Everything that was there, in the eyes of a session after a kill. */
static bool
nothing_lost(Machine *machine, const Desk *desk, const char *changed_to)
{
	CrashFs *left = crash_killed(desk->fs);
	crash_use(left);
	Err err = {0};
	Vault *vault = open_with(&CRASH_SYS, &err);
	size_t damaged = 0, objects;
	bool ok = vault != NULL || wrong(machine, "the vault does not open afterwards", &err);
	if (ok && !reads(vault, machine->ids.kept.draft, "오래 두고 볼 글", "오래 두고 볼 글"))
		ok = wrong(machine, "another draft is lost", NULL);
	if (ok && !reads(vault, machine->ids.changed.draft, changed_to == NULL ? "고치는 중" : changed_to, "고친 뒤"))
		ok = wrong(machine, "the draft has neither the old nor the new text", NULL);
	ok = ok && (vault_check(vault, &objects, &err) || wrong(machine, "the check fails", &err));
	const Damage *damage = ok ? vault_damage(vault, &damaged) : NULL;
	/* A drop key that could not be changed with the others is told of, and put right. */
	bool drop_key = machine->operation->run == run_rekey && damaged == 1 &&
			strcmp(str_c(&damage[0].path), "keys/drop.pub") == 0;
	if (damaged > 0 && !drop_key)
		ok = wrong(machine, "something is damaged:", &damage[0].reason);
	vault_close(vault);
	crash_use(desk->fs);
	crash_free(left);
	return ok;
}

static bool
journal_has_all(Machine *machine, Desk *desk)
{
	/* One more try for what failed, another for the file that a dead descriptor is replaced by. */
	Err err = {0};
	bool ok = false;
	for (int i = 0; !ok && i < 3; i++, crash_pass_time(desk->fs, 60000))
		ok = journal_write(desk->journal, &err) && journal_sync(desk->journal, &err);
	if (!ok)
		return wrong(machine, "the journal does not work when the fault is gone", &err);
	CrashFs *left = crash_killed(desk->fs);
	crash_use(left);
	Vault *vault = open_with(&CRASH_SYS, &err);
	JournalFound *found = NULL;
	size_t count = 0;
	int most = 0;
	ok = vault != NULL && vault_journals(vault, &found, &count, &err);
	for (size_t i = 0; ok && i < count; i++) {
		int entries = 0;
		bool whole = false;
		ok = journal_read(vault, found[i].id, count_replaced, &entries, &whole, &err) && whole;
		most = entries > most ? entries : most;
	}
	free(found);
	vault_close(vault);
	crash_use(desk->fs);
	crash_free(left);
	return (ok && most == desk->entries) || wrong(machine, "the journal lost what was typed", &err);
}

/* The same once more without the fault. */
static bool
works_again(Machine *machine, Desk *desk)
{
	Err err = {0};
	/* A journal's file that could not be replaced is not tried again at once. */
	crash_pass_time(desk->fs, 60000);
	if (machine->operation->fresh && vault_exists(&CRASH_SYS, DIR)) {
		/* What could not be taken back is a whole vault. */
		Vault *vault = open_with(&CRASH_SYS, &err);
		vault_close(vault);
		return vault != NULL || wrong(machine, "what was made does not open", &err);
	}
	bool was_gone = machine->operation->run == run_remove_site || machine->operation->run == run_journal_resume ||
			machine->operation->run == run_destroy;
	if (!machine->operation->run(desk, &err) &&
		!(was_gone && (err.kind == ERR_NOT_FOUND || err.kind == ERR_USAGE))) {
		/* A journal's descriptor that failed is replaced with the next writing. */
		if (machine->operation->run != run_journal_sync)
			return wrong(machine, "it does not work when the fault is gone", &err);
	}
	if (machine->operation->fresh)
		return vault_exists(&CRASH_SYS, DIR) || wrong(machine, "there is no vault afterwards", NULL);
	desk->changed.automatic = false;
	if (!vault_save_draft(desk->vault, &desk->changed, &err))
		return wrong(machine, "what is on the desk cannot be saved when the fault is gone", &err);
	return nothing_lost(machine, desk, "고친 뒤") && journal_has_all(machine, desk);
}

static bool
try(Machine *machine, bool *struck)
{
	Desk desk;
	Err err = {0};
	sit_down(machine, &desk);
	machine->trials++;
	faulty_set(&machine->trouble);
	bool done = machine->operation->run(&desk, &err);
	*struck = machine->trouble.struck > 0;
	faulty_clear();
	machine->failures += !done;
	bool unseen = machine->trouble.fault == FAULT_SHORT ||
		      (machine->trouble.fault == FAULT_ERRNO && machine->trouble.failure == EINTR);
	bool ok = true;
	if (!done && unseen)
		ok = wrong(machine, "the caller noticed:", &err);
	if (ok && !done && !speaks(&err))
		ok = wrong(machine, "no proper message:", &err);
	machine->messages += !done && speaks(&err);
	bool saves = machine->operation->run == run_save_automatic || machine->operation->run == run_save_lasting;
	if (ok && !machine->operation->fresh)
		ok = nothing_lost(machine, &desk, done && saves ? "고친 뒤" : NULL);
	/* A creation that succeeded needs no other. */
	ok = ok &&
	     ((done && machine->operation->fresh) ||
		     (done && (machine->operation->run == run_remove_site || machine->operation->run == run_destroy ||
				      machine->operation->run == run_journal_resume)) ||
		     works_again(machine, &desk));
	stand_up(&desk);
	return ok;
}

/* One way to fail, at every call. */
static bool
every_call(Machine *machine, Fault fault, int failure, bool forever)
{
	bool struck = true, ok = true;
	for (int at = 1 + (int)(machine->trials % (size_t)machine->step); ok && struck; at += machine->step) {
		machine->trouble = (Trouble){.fault = fault, .failure = failure, .at = at, .forever = forever};
		ok = try(machine, &struck);
	}
	return ok;
}

static bool
every_way(Machine *machine)
{
	static const int failures[] = {EIO, ENOSPC, EDQUOT, EROFS};
	bool ok = true;
	for (size_t i = 0; i < sizeof failures / sizeof *failures; i++) {
		ok = ok && every_call(machine, FAULT_ERRNO, failures[i], false);
		ok = ok && every_call(machine, FAULT_ERRNO, failures[i], true);
	}
	/* For ever interrupted would be for ever tried. */
	ok = ok && every_call(machine, FAULT_ERRNO, EINTR, false);
	ok = ok && every_call(machine, FAULT_SHORT, 0, false) && every_call(machine, FAULT_SHORT, 0, true);
	ok = ok && every_call(machine, FAULT_MEMORY, 0, false) && every_call(machine, FAULT_MEMORY, 0, true);
	return ok;
}

int
main(int argc, char **argv)
{
	static Machine machine;
	machine.step = (int)torture_option(argc, argv, "--step", 7);
	if (machine.step < 1)
		machine.step = 1;
	make_base(&machine);
	bool all = true;
	printf("1..%d\n", OPERATION_COUNT);
	for (int i = 0; i < OPERATION_COUNT; i++) {
		size_t trials = machine.trials, failures = machine.failures;
		machine.operation = &OPERATIONS[i];
		bool ok = every_way(&machine);
		printf("# %zu faults, %zu of them told to the caller\n", machine.trials - trials,
			machine.failures - failures);
		if (!ok)
			printf("# %s\n", machine.why);
		all = torture_result(i + 1, ok, OPERATIONS[i].name) && all;
	}
	printf("# %zu faults in all: %zu failures, %zu messages\n", machine.trials, machine.failures, machine.messages);
	revision_free(&machine.ids.kept);
	revision_free(&machine.ids.changed);
	crash_free(machine.base);
	return all ? 0 : 1;
}
