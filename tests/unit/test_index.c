/* The index of a device: what is not read again, what is missed, and what is no reason to say anything. */
#include "luckless.h"

#include "store_unit.h"

#include "../../src/vault/bytes.h"

#include <sys/stat.h>
#include <unistd.h>

/* A vault and the state folder of a device, with one way to open it again. */
typedef struct Desk {
	Fixture f;
	Str state, index; /* `index`: the file */
} Desk;

static Vault *
try_open(const Desk *desk, const Sys *sys, Err *err)
{
	return open_vault(sys, str_c(&desk->f.path), str_c(&desk->state), PASSPHRASE, &QUICK, err);
}

static Vault *
open_here(const Desk *desk)
{
	Err err = {0};
	Vault *vault = try_open(desk, &SYS_POSIX, &err);
	if (vault == NULL)
		fail_msg("%s", err_text(&err));
	return vault;
}

static Desk
sit_down(void)
{
	Desk desk = {.f = start()};
	vault_close(desk.f.vault);
	path_join(&desk.state, sv(desk.f.dir), SV("state"));
	desk.f.vault = open_here(&desk);
	path_join(&desk.index, str_view(&desk.f.vault->state), SV("index"));
	return desk;
}

static void
reopen(Desk *desk)
{
	vault_close(desk->f.vault);
	desk->f.vault = open_here(desk);
}

static void
stand_up(Desk *desk)
{
	str_free(&desk->state);
	str_free(&desk->index);
	end(&desk->f);
}

static size_t
missed(const Vault *vault)
{
	size_t number;
	vault_missing(vault, &number);
	return number;
}

static size_t
slots_changed(const Vault *vault)
{
	size_t number;
	vault_slots_changed(vault, &number);
	return number;
}

static Str
file_of(const Desk *desk, Id object)
{
	Str path = {0};
	assert_true(store_path(desk->f.vault, object, &path, NULL));
	return path;
}

static Str
take_away(const Desk *desk, Id object)
{
	Str path = file_of(desk, object), bytes = {0};
	assert_true(file_read(&SYS_POSIX, str_c(&path), SEAL_FILE_MAX, &bytes, NULL));
	assert_int_equal(unlink(str_c(&path)), 0);
	str_free(&path);
	return bytes;
}

static void
lose(const Desk *desk, Id object)
{
	Str bytes = take_away(desk, object);
	str_free(&bytes);
}

static void
put(const Str *path, StrView bytes)
{
	FILE *file = fopen(str_c(path), "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes.ptr, 1, bytes.len, file), bytes.len);
	assert_int_equal(fclose(file), 0);
}

static Str
index_bytes(const Desk *desk)
{
	Str bytes = {0};
	assert_true(file_read(&SYS_POSIX, str_c(&desk->index), INDEX_FILE_MAX, &bytes, NULL));
	return bytes;
}

static void
spoil(const Desk *desk, Id object)
{
	Str path = file_of(desk, object), bytes = {0};
	assert_true(file_read(&SYS_POSIX, str_c(&path), SEAL_FILE_MAX, &bytes, NULL));
	bytes.ptr[200] ^= 1;
	put(&path, str_view(&bytes));
	str_free(&path);
	str_free(&bytes);
}

static Id
head_of(const Vault *vault, ObjectKind kind, Id subject)
{
	const Item *head = store_head(vault, (uint8_t)kind, subject, NULL);
	assert_non_null(head);
	return head->id;
}

static Id
revise(Vault *vault, Id draft, const char *body, bool automatic)
{
	Revision revision = {0};
	Err err = {0};
	assert_true(vault_load_draft(vault, draft, &revision, &err));
	str_set(&revision.body, sv(body));
	revision.automatic = automatic;
	assert_true(vault_save_draft(vault, &revision, &err));
	Id object = revision.object;
	revision_free(&revision);
	return object;
}

/* ---- The cache */

static void
what_is_known_is_not_read_again(void **state)
{
	(void)state;
	Desk desk = sit_down();
	Sys sys = faulty_sys();
	Id last = ID_NONE;
	for (int i = 0; i < 150; i++)
		last = save(desk.f.vault, i % 2 == 0 ? "글" : "제목이 있는 글", "본문");
	revise(desk.f.vault, last, "다음 본문", false);
	assert_true(vault_trash_draft(desk.f.vault, last, NULL));
	vault_close(desk.f.vault);
	struct stat info;
	assert_int_equal(stat(str_c(&desk.index), &info), 0);
	assert_int_equal(info.st_mode & 0777, 0600);
	Str sealed = index_bytes(&desk);
	assert_int_equal(sv_find(str_view(&sealed), SV("제목"), 0), SIZE_MAX);
	str_free(&sealed);
	faulty_arm(0, 0, false);
	desk.f.vault = try_open(&desk, &sys, NULL);
	assert_non_null(desk.f.vault);
	size_t read = 0;
	for (const char *at = str_c(&faulty.log); (at = strstr(at, "pread ")) != NULL; at++)
		read += memmem(at, strcspn(at, "\n"), "/objects/", 9) != NULL;
	assert_int_equal(read, 64);
	assert_int_equal(count(desk.f.vault, OBJECT_REVISION), 150);
	const Entry *entry = vault_entry(desk.f.vault, OBJECT_REVISION, last);
	assert_view_equal(str_view(&entry->title), "제목이 있는 글");
	assert_int_equal(entry->revisions, 2);
	assert_true(entry->trashed);
	assert_int_equal(entry->characters, 5);
	Revision revision = {0};
	assert_true(vault_load_draft(desk.f.vault, last, &revision, NULL));
	assert_view_equal(str_view(&revision.body), "다음 본문");
	revision_free(&revision);
	/* nothing changed, nothing is written */
	Str before = index_bytes(&desk);
	reopen(&desk);
	Str after = index_bytes(&desk);
	assert_true(sv_equal(str_view(&before), str_view(&after)));
	str_free(&before);
	str_free(&after);
	str_free(&faulty.log);
	stand_up(&desk);
}

static void
what_is_new_is_read(void **state)
{
	(void)state;
	Desk desk = sit_down();
	Id old = save(desk.f.vault, "전부터 있던 글", "본문");
	vault_close(desk.f.vault);
	Vault *elsewhere = quick_open(&SYS_POSIX, str_c(&desk.f.path));
	Id draft = save(elsewhere, "다른 곳에서 쓴 글", "본문");
	Id object = revise(elsewhere, old, "다른 곳에서 고친 본문", false);
	vault_close(elsewhere);
	for (int i = 0; i < 2; i++) {
		desk.f.vault = open_here(&desk);
		assert_int_equal(count(desk.f.vault, OBJECT_REVISION), 2);
		assert_view_equal(
			str_view(&vault_entry(desk.f.vault, OBJECT_REVISION, draft)->title), "다른 곳에서 쓴 글");
		assert_true(id_equal(head_of(desk.f.vault, OBJECT_REVISION, old), object));
		assert_int_equal(missed(desk.f.vault), 0);
		if (i == 0)
			vault_close(desk.f.vault);
	}
	stand_up(&desk);
}

/* Whatever stands in its place, the vault opens with all that is in it, and nothing is said. */
static void
any_other_file_is_as_none(void **state)
{
	(void)state;
	Desk desk = sit_down();
	for (int i = 0; i < 5; i++)
		save(desk.f.vault, "글", "본문");
	vault_close(desk.f.vault);
	Str good = index_bytes(&desk);
	for (size_t i = 0; i < 200; i++) {
		Str bytes = str_from(str_view(&good));
		if (i % 2 == 0)
			bytes.ptr[good.len * i / 200] ^= (char)(1 << i % 8);
		else
			str_truncate(&bytes, good.len * i / 200);
		put(&desk.index, str_view(&bytes));
		str_free(&bytes);
		desk.f.vault = open_here(&desk);
		assert_false(desk.f.vault->index.has_file);
		assert_int_equal(count(desk.f.vault, OBJECT_REVISION), 5);
		assert_int_equal(missed(desk.f.vault) + damaged(desk.f.vault) + slots_changed(desk.f.vault), 0);
		vault_close(desk.f.vault);
		bytes = index_bytes(&desk);
		assert_int_equal(bytes.len, good.len);
		str_free(&bytes);
	}
	/* that of another vault */
	Desk other = sit_down();
	save(other.f.vault, "남의 글", "본문");
	vault_close(other.f.vault);
	Str foreign = index_bytes(&other);
	put(&desk.index, str_view(&foreign));
	other.f.vault = open_here(&other);
	desk.f.vault = open_here(&desk);
	assert_int_equal(missed(desk.f.vault), 0);
	assert_int_equal(count(desk.f.vault, OBJECT_REVISION), 5);
	str_free(&foreign);
	str_free(&good);
	stand_up(&other);
	stand_up(&desk);
}

/* ---- What is missing */

static void
a_lost_draft_is_named_until_it_is_accepted(void **state)
{
	(void)state;
	Desk desk = sit_down();
	Id draft = save(desk.f.vault, "사라질 글", "본문");
	save(desk.f.vault, "남는 글", "본문");
	vault_close(desk.f.vault);
	desk.f.vault = open_here(&desk);
	Str bytes = take_away(&desk, draft);
	for (int i = 0; i < 3; i++) {
		reopen(&desk);
		size_t number;
		const Missing *missing = vault_missing(desk.f.vault, &number);
		assert_int_equal(number, 1);
		assert_true(id_equal(missing->object, draft) && id_equal(missing->subject, draft));
		assert_view_equal(str_view(&missing->title), "사라질 글");
		assert_int_equal(missing->kind, OBJECT_REVISION);
		assert_true(missing->was_head && missing->time_ms > 0);
		assert_false(vault_is_rolled_back(desk.f.vault));
		assert_int_equal(count(desk.f.vault, OBJECT_REVISION), 1);
	}
	/* it comes back */
	Str path = file_of(&desk, draft);
	put(&path, str_view(&bytes));
	assert_true(vault_refresh(desk.f.vault, NULL));
	assert_int_equal(missed(desk.f.vault), 0);
	assert_int_equal(count(desk.f.vault, OBJECT_REVISION), 2);
	/* and goes while the vault is open */
	lose(&desk, draft);
	assert_true(vault_refresh(desk.f.vault, NULL));
	assert_int_equal(missed(desk.f.vault), 1);
	assert_true(vault_accept_missing(desk.f.vault, NULL));
	assert_int_equal(missed(desk.f.vault), 0);
	reopen(&desk);
	assert_int_equal(missed(desk.f.vault), 0);
	assert_true(vault_scan(desk.f.vault, NULL));
	assert_int_equal(missed(desk.f.vault), 0);
	str_free(&bytes);
	str_free(&path);
	stand_up(&desk);
}

static void
what_else_may_not_go(void **state)
{
	(void)state;
	Desk desk = sit_down();
	Vault *vault = desk.f.vault;
	Id draft = save(vault, "글", "처음");
	Id lasting = revise(vault, draft, "둘째", false);
	revise(vault, draft, "셋째", false);
	assert_true(vault_trash_draft(vault, draft, NULL));
	SiteRecord site = {.name = str_from(SV("자리")), .driver = str_from(SV("folder"))};
	assert_true(vault_save_site(vault, &site, NULL));
	Publication publication = {.draft = draft, .site = site.id, .phase = PHASE_PUBLIC, .token = str_from(SV("표"))};
	assert_true(vault_save_publication(vault, &publication, NULL));
	publication.phase = PHASE_REVIEW;
	assert_true(vault_save_publication(vault, &publication, NULL));
	Chain published = chains_of(&vault->chains, OBJECT_PUBLICATION, publication_subject(draft, site.id));
	assert_int_equal(published.len, 2);
	const Id gone[] = {lasting, head_of(vault, OBJECT_TOMBSTONE, draft), head_of(vault, OBJECT_SITE, site.id),
		published.items[0]->id, published.items[1]->id};
	for (size_t i = 0; i < sizeof gone / sizeof *gone; i++) {
		lose(&desk, gone[i]);
		reopen(&desk);
		assert_int_equal(missed(desk.f.vault), i + 1);
	}
	size_t number, named = 0;
	const Missing *missing = vault_missing(desk.f.vault, &number);
	for (size_t i = 0; i < number; i++) {
		named += missing[i].title.len > 0;
		/* of the publication, what was not the head is one when the head is gone */
		assert_true(missing[i].was_head != id_equal(missing[i].object, lasting) ||
			    id_equal(missing[i].object, gone[3]));
	}
	assert_int_equal(named, number);
	site_record_free(&site);
	publication_free(&publication);
	stand_up(&desk);
}

/* Another session replaces, prunes and removes; the index of this one is as old as can be. */
static void
what_goes_by_the_rules_is_not_missed(void **state)
{
	(void)state;
	Desk desk = sit_down();
	Vault *vault = desk.f.vault;
	Id draft = save(vault, "글", "처음");
	Id automatic = revise(vault, draft, "저절로", true);
	SiteRecord site = {.name = str_from(SV("자리")), .driver = str_from(SV("folder"))};
	assert_true(vault_save_site(vault, &site, NULL));
	assert_true(vault_save_settings(vault, SV("set site a\n"), NULL));
	assert_true(vault_trash_draft(vault, draft, NULL));
	assert_true(vault_save_index(vault, NULL));
	Str old = index_bytes(&desk);
	Id objects[] = {automatic, head_of(vault, OBJECT_SITE, site.id), head_of(vault, OBJECT_SETTINGS, vault->id),
		head_of(vault, OBJECT_TOMBSTONE, draft)};
	revise(vault, draft, "다시 저절로", true);
	assert_true(vault_save_settings(vault, SV("set site b\n"), NULL));
	assert_true(vault_save_settings(vault, SV("set site c\n"), NULL));
	assert_true(vault_save_settings(vault, SV("set site d\n"), NULL));
	assert_true(vault_restore_draft(vault, draft, NULL));
	assert_true(vault_remove_site(vault, site.id, NULL));
	vault_close(vault);
	put(&desk.index, str_view(&old));
	desk.f.vault = open_here(&desk);
	assert_true(desk.f.vault->index.has_file);
	for (size_t i = 0; i < sizeof objects / sizeof *objects; i++)
		assert_null(chains_find(&desk.f.vault->chains, objects[i]));
	assert_int_equal(missed(desk.f.vault), 0);
	assert_int_equal(desk.f.vault->index.memory.lost_len, 0);
	site_record_free(&site);
	str_free(&old);
	stand_up(&desk);
}

static void
most_of_it_gone_is_one_fact(void **state)
{
	(void)state;
	Desk desk = sit_down();
	Id drafts[24];
	for (int i = 0; i < 24; i++)
		drafts[i] = save(desk.f.vault, "글", "본문");
	vault_close(desk.f.vault);
	desk.f.vault = open_here(&desk);
	for (int i = 0; i < 12; i++)
		lose(&desk, drafts[i]);
	reopen(&desk);
	assert_int_equal(missed(desk.f.vault), 12);
	assert_false(vault_is_rolled_back(desk.f.vault));
	lose(&desk, drafts[12]);
	reopen(&desk);
	assert_true(vault_is_rolled_back(desk.f.vault));
	assert_true(vault_accept_missing(desk.f.vault, NULL));
	assert_false(vault_is_rolled_back(desk.f.vault));
	reopen(&desk);
	assert_int_equal(missed(desk.f.vault), 0);
	stand_up(&desk);
}

static void
damage_is_not_absence_and_has_a_name(void **state)
{
	(void)state;
	Desk desk = sit_down();
	Id draft = save(desk.f.vault, "한 판뿐인 글", "본문");
	vault_close(desk.f.vault);
	desk.f.vault = open_here(&desk);
	spoil(&desk, draft);
	size_t objects, number;
	for (int i = 0; i < 3; i++) {
		assert_true(vault_check(desk.f.vault, &objects, NULL));
		assert_int_equal(objects, 1);
		const Damage *damage = vault_damage(desk.f.vault, &number);
		assert_int_equal(number, 1);
		assert_view_equal(str_view(&damage->title), "한 판뿐인 글");
		assert_true(id_equal(damage->subject, draft));
		assert_int_equal(missed(desk.f.vault), 0);
		reopen(&desk);
		assert_int_equal(damaged(desk.f.vault), 1);
		assert_int_equal(missed(desk.f.vault), 0);
	}
	lose(&desk, draft);
	reopen(&desk);
	assert_int_equal(missed(desk.f.vault), 1);
	assert_int_equal(damaged(desk.f.vault), 0);
	stand_up(&desk);
}

/* In a small vault at once, in a large one by and by. */
static void
cards_are_read_again_now_and_then(void **state)
{
	(void)state;
	Desk desk = sit_down();
	Id draft = ID_NONE;
	for (int i = 0; i < 100; i++)
		draft = save(desk.f.vault, "글", "본문");
	vault_close(desk.f.vault);
	desk.f.vault = open_here(&desk);
	spoil(&desk, draft);
	int openings = 0;
	for (; damaged(desk.f.vault) == 0 && openings < 100; openings++)
		reopen(&desk);
	assert_in_range(openings, 1, 99);
	/* and from then on always */
	reopen(&desk);
	assert_int_equal(damaged(desk.f.vault), 1);
	assert_int_equal(count(desk.f.vault, OBJECT_REVISION), 99);
	stand_up(&desk);
}

/* A folder that cannot be listed says nothing of what is in it. */
static void
what_cannot_be_looked_at_is_not_gone(void **state)
{
	(void)state;
	Desk desk = sit_down();
	Sys sys = faulty_sys();
	Id draft = save(desk.f.vault, "글", "본문");
	char name[ID_TEXT + 1], shard[] = "objects/x";
	id_format(draft, name);
	shard[8] = name[0];
	vault_close(desk.f.vault);
	faulty_arm_on("list_dir", shard, 1, EIO, true);
	desk.f.vault = try_open(&desk, &sys, NULL);
	assert_non_null(desk.f.vault);
	assert_int_equal(missed(desk.f.vault), 0);
	assert_int_equal(damaged(desk.f.vault), 1);
	faulty_arm(0, 0, false);
	reopen(&desk);
	assert_int_equal(count(desk.f.vault, OBJECT_REVISION), 1);
	assert_int_equal(damaged(desk.f.vault), 0);
	str_free(&faulty.log);
	stand_up(&desk);
}

/* ---- Slots */

static void
slots_that_others_change_are_told(void **state)
{
	(void)state;
	Desk desk = sit_down();
	Str shown = {0}, foreign = {0};
	assert_int_equal(slots_changed(desk.f.vault), 0);
	assert_true(vault_recovery_key(desk.f.vault, &shown, NULL));
	assert_int_equal(slots_changed(desk.f.vault), 0);
	reopen(&desk);
	assert_int_equal(slots_changed(desk.f.vault), 0);
	str_printf(&foreign, "%s/keys/old.key", str_c(&desk.f.path));
	put(&foreign, SV("anything"));
	reopen(&desk);
	size_t number;
	const SlotChange *change = vault_slots_changed(desk.f.vault, &number);
	assert_int_equal(number, 1);
	assert_view_equal(str_view(&change->name), "old.key");
	assert_true(change->came && !change->went);
	/* what this device does itself makes nobody else's change right */
	str_clear(&shown);
	assert_true(vault_recovery_key(desk.f.vault, &shown, NULL));
	assert_int_equal(slots_changed(desk.f.vault), 1);
	reopen(&desk);
	assert_int_equal(slots_changed(desk.f.vault), 1);
	assert_true(vault_accept_slots(desk.f.vault, NULL));
	assert_int_equal(slots_changed(desk.f.vault), 0);
	put(&foreign, SV("something else"));
	reopen(&desk);
	change = vault_slots_changed(desk.f.vault, &number);
	assert_int_equal(number, 1);
	assert_true(change->came && change->went);
	assert_int_equal(unlink(str_c(&foreign)), 0);
	reopen(&desk);
	change = vault_slots_changed(desk.f.vault, &number);
	assert_int_equal(number, 1);
	assert_true(!change->came && change->went);
	str_free(&shown);
	str_free(&foreign);
	stand_up(&desk);
}

/* ---- Places */

/* Another session of this device, opened while and after the first one changes the slots. */
static size_t
told_elsewhere(const Desk *desk, StrView passphrase)
{
	Err err = {0};
	Vault *other = open_vault(&SYS_POSIX, str_c(&desk->f.path), str_c(&desk->state), passphrase, &QUICK, &err);
	assert_non_null(other);
	size_t told = slots_changed(other);
	vault_close(other);
	return told;
}

static void
slots_that_this_device_changes_are_not_told(void **state)
{
	(void)state;
	Desk desk = sit_down();
	Str shown = {0};
	Err err = {0};
	assert_true(vault_save_index(desk.f.vault, &err));
	assert_true(vault_recovery_key(desk.f.vault, &shown, &err));
	assert_int_equal(told_elsewhere(&desk, PASSPHRASE), 0);
	assert_true(vault_hold(desk.f.vault, &err));
	assert_true(rekey_passphrase(desk.f.vault, SV("첫서리"), 1, 8192, &QUICK, &err));
	assert_int_equal(told_elsewhere(&desk, SV("첫서리")), 0);
	vault_release(desk.f.vault);
	assert_int_equal(told_elsewhere(&desk, SV("첫서리")), 0);
	/* what came meanwhile from elsewhere is told as ever */
	Str foreign = {0};
	str_printf(&foreign, "%s/keys/old.key", str_c(&desk.f.path));
	put(&foreign, SV("anything"));
	assert_int_equal(told_elsewhere(&desk, SV("첫서리")), 1);
	str_free(&foreign);
	str_free(&shown);
	stand_up(&desk);
}

static void
places_are_remembered(void **state)
{
	(void)state;
	Desk desk = sit_down();
	size_t cursor = 0;
	Id draft = save(desk.f.vault, "글", "본문");
	assert_false(vault_place(desk.f.vault, draft, &cursor));
	vault_set_place(desk.f.vault, draft, 3);
	vault_set_place(desk.f.vault, draft, 6);
	vault_set_place(desk.f.vault, ID_NONE, 1);
	assert_true(vault_place(desk.f.vault, draft, &cursor));
	assert_int_equal(cursor, 6);
	reopen(&desk);
	cursor = 0;
	assert_true(vault_place(desk.f.vault, draft, &cursor));
	assert_int_equal(cursor, 6);
	/* the newest thousand, with a clock of a millisecond each */
	Memory memory = {0};
	for (int i = 0; i < 1500; i++) {
		CursorPlace place = {.cursor = (uint64_t)i, .time_ms = i};
		put_le(place.draft.bytes, (uint64_t)i + 1, 8);
		assert_true(index_put_place(&memory, &place));
	}
	assert_int_equal(memory.place_len, CURSOR_PLACES_MAX);
	for (size_t i = 0; i < memory.place_len; i++)
		assert_in_range(memory.places[i].time_ms, 500, 1499);
	index_free_memory(&memory);
	assert_true(vault_save_index(desk.f.vault, NULL));
	stand_up(&desk);
}

/* ---- Two sessions, and calls that fail */

static void
two_sessions_remember_for_each_other(void **state)
{
	(void)state;
	Desk desk = sit_down();
	size_t cursor = 0;
	Id first = save(desk.f.vault, "글", "본문");
	assert_true(vault_save_index(desk.f.vault, NULL));
	Vault *second = open_here(&desk);
	Id seen = save(second, "둘째 자리에서 쓴 글", "본문");
	vault_set_place(second, first, 3);
	vault_close(second);
	vault_set_place(desk.f.vault, seen, 6);
	save(desk.f.vault, "첫 자리에서 쓴 글", "본문");
	vault_close(desk.f.vault);
	desk.f.vault = open_here(&desk);
	assert_int_equal(count(desk.f.vault, OBJECT_REVISION), 3);
	assert_true(vault_place(desk.f.vault, first, &cursor) && cursor == 3);
	assert_true(vault_place(desk.f.vault, seen, &cursor) && cursor == 6);
	/* the first session never looked: what the second saw is missed all the same */
	second = open_here(&desk);
	Id other = save(second, "아무도 못 본 글", "본문");
	vault_close(second);
	vault_set_place(desk.f.vault, first, 0);
	lose(&desk, other);
	reopen(&desk);
	assert_int_equal(missed(desk.f.vault), 1);
	/* what one accepts, the other does not bring back */
	second = open_here(&desk);
	assert_int_equal(missed(second), 1);
	assert_true(vault_accept_missing(second, NULL));
	vault_close(second);
	vault_set_place(desk.f.vault, first, 3);
	reopen(&desk);
	assert_int_equal(missed(desk.f.vault), 0);
	stand_up(&desk);
}

/* Where `what` was logged first; SIZE_MAX: nowhere. */
static size_t
logged(const Str *log, const char *what)
{
	return sv_find(str_view(log), sv(what), 0);
}

static void
what_is_remembered_is_durable_before(void **state)
{
	(void)state;
	Desk desk = sit_down();
	Vault *other = open_here(&desk);
	save(other, "남이 쓴 글", "이름은 아직 디스크에 없다.");
	Id theirs = head_of(other, OBJECT_REVISION, vault_entries(other, OBJECT_REVISION, &(size_t){0})[0]->subject);
	Sys sys = faulty_sys();
	Err err = {0};
	faulty_arm(0, EIO, false);
	Vault *vault = try_open(&desk, &sys, &err);
	assert_non_null(vault);
	faulty_arm(0, EIO, false);
	assert_true(vault_save_index(vault, &err));
	char folder[ID_TEXT + 1], line[64];
	id_format(theirs, folder);
	Str path = {0}, renamed = {0};
	snprintf(line, sizeof line, "objects/%c\n", folder[0]);
	str_printf(&path, "sync %s/%s", str_c(&desk.f.path), line);
	str_printf(&renamed, "rename_over %s\n", str_c(&desk.index));
	assert_true(logged(&faulty.log, str_c(&path)) < logged(&faulty.log, str_c(&renamed)));
	assert_true(logged(&faulty.log, str_c(&renamed)) < faulty.log.len);
	/* Its own are durable already, and what was remembered is. */
	save(vault, "내가 쓴 글", "이미 디스크에 있다.");
	faulty_arm(0, EIO, false);
	assert_true(vault_save_index(vault, &err));
	assert_true(logged(&faulty.log, str_c(&renamed)) < faulty.log.len);
	assert_false(logged(&faulty.log, "/objects/") < faulty.log.len);
	/* A folder that cannot be synchronised does not keep the index from being written. */
	save(other, "또 하나", "잇는다.");
	assert_true(vault_refresh(vault, &err));
	faulty_arm_on("sync", "objects/", 1, EIO, true);
	assert_true(vault_save_index(vault, &err));
	assert_true(faulty.failed > 0);
	vault_close(vault);
	vault_close(other);
	str_free(&faulty.log);
	str_free(&path);
	str_free(&renamed);
	stand_up(&desk);
}

static void
a_failed_write_leaves_the_old_one(void **state)
{
	(void)state;
	Desk desk = sit_down();
	Sys sys = faulty_sys();
	save(desk.f.vault, "글", "본문");
	assert_true(vault_save_index(desk.f.vault, NULL));
	Str before = index_bytes(&desk);
	vault_close(desk.f.vault);
	static const char *const calls[] = {"open", "write", "sync", "close", "rename_over"};
	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
		Err err = {0};
		faulty_arm(0, 0, false);
		desk.f.vault = try_open(&desk, &sys, NULL);
		assert_non_null(desk.f.vault);
		vault_set_place(desk.f.vault, desk.f.vault->session, 1);
		faulty_arm_on(calls[i], "/.tmp-", 1, ENOSPC, true);
		if (strcmp(calls[i], "rename_over") == 0)
			faulty.only_path = "/index";
		assert_false(vault_save_index(desk.f.vault, &err));
		assert_int_equal(err.kind, ERR_FAILED);
		/* nothing is said at the end */
		vault_close(desk.f.vault);
		Str after = index_bytes(&desk);
		assert_true(sv_equal(str_view(&before), str_view(&after)));
		str_free(&after);
	}
	faulty_arm(0, 0, false);
	desk.f.vault = open_here(&desk);
	assert_int_equal(missed(desk.f.vault), 0);
	str_free(&before);
	str_free(&faulty.log);
	stand_up(&desk);
}

static void
without_memory_nothing_is_forgotten(void **state)
{
	(void)state;
	Desk desk = sit_down();
	Id draft = save(desk.f.vault, "사라질 글", "본문");
	save(desk.f.vault, "글", "본문");
	vault_set_place(desk.f.vault, draft, 3);
	vault_close(desk.f.vault);
	desk.f.vault = open_here(&desk);
	lose(&desk, draft);
	vault_close(desk.f.vault);
	Str before = index_bytes(&desk);
	/* while it is opened, then while it is closed */
	int failed = 0, opened = 0;
	for (int luck = 1; opened < 60; luck++) {
		Err err = {0};
		put(&desk.index, str_view(&before));
		allocations_left = luck;
		Vault *vault = try_open(&desk, &SYS_POSIX, &err);
		size_t number = vault == NULL ? 1 : missed(vault);
		if (vault != NULL)
			vault_set_place(vault, vault->session, 1);
		opened += vault != NULL;
		failed += vault == NULL;
		bool told = vault != NULL || err.kind != ERR_NONE;
		vault_close(vault);
		allocations_left = -1;
		assert_int_equal(number, 1);
		assert_true(told);
		desk.f.vault = open_here(&desk);
		assert_int_equal(missed(desk.f.vault), 1);
		vault_close(desk.f.vault);
	}
	assert_true(failed > 30);
	desk.f.vault = open_here(&desk);
	str_free(&before);
	stand_up(&desk);
}

/* ---- The format */

static void
a_later_minimum_is_obeyed(void **state)
{
	(void)state;
	Desk desk = sit_down();
	save(desk.f.vault, "글", "본문");
	desk.f.vault->index.memory.minimum = INDEX_MINIMUM + 1;
	vault_close(desk.f.vault);
	Err err = {0};
	assert_null(try_open(&desk, &SYS_POSIX, &err));
	assert_int_equal(err.kind, ERR_DAMAGED);
	/* and it stays */
	assert_null(try_open(&desk, &SYS_POSIX, &err));
	assert_int_equal(unlink(str_c(&desk.index)), 0);
	desk.f.vault = open_here(&desk);
	stand_up(&desk);
}

static void
other_fields_do_no_harm(void **state)
{
	(void)state;
	Desk desk = sit_down();
	Vault *vault = desk.f.vault;
	save(vault, "글", "본문");
	save(vault, "", "본문");
	Str body = {0};
	assert_true(index_encode(&vault->chains, &vault->index.memory, &body, NULL));
	/* cut anywhere, it is none; with a field more it is the same */
	for (size_t i = 0; i <= body.len; i++) {
		Chains chains = {0};
		Memory memory = {0};
		Verdict verdict = index_decode(sv_slice(str_view(&body), 0, i), &chains, &memory);
		assert_true(verdict == VERDICT_OK || verdict == VERDICT_DAMAGED);
		assert_true(i < body.len || verdict == VERDICT_OK);
		assert_true(verdict == VERDICT_OK || chains.by_id == NULL);
		/* a sequence that ends between fields is one, with its order or without any object */
		assert_true(verdict == VERDICT_DAMAGED || chains.len == 2 || chains.len == 0);
		chains_free(&chains);
		index_free_memory(&memory);
	}
	field_put(&body, 999, SV("later"));
	Chains chains = {0};
	Memory memory = {0};
	assert_int_equal(index_decode(str_view(&body), &chains, &memory), VERDICT_OK);
	assert_int_equal(chains.len, 2);
	chains_free(&chains);
	index_free_memory(&memory);
	/* an object twice, and an order that is none */
	Str twice = str_from(str_view(&body));
	size_t object = ID_BYTES + CARD_FIXED_BYTES + 6;
	str_splice(&twice, 14, 14, sv_slice(str_view(&body), 14, 14 + object + vault->chains.by_id[0]->card.title.len));
	assert_int_equal(index_decode(str_view(&twice), &chains, &memory), VERDICT_DAMAGED);
	size_t order = sv_find(str_view(&body), (StrView){"\3\0\x08\0\0\0", 6}, 0);
	assert_int_not_equal(order, SIZE_MAX);
	body.ptr[order + 6] = body.ptr[order + 10];
	assert_int_equal(index_decode(str_view(&body), &chains, &memory), VERDICT_DAMAGED);
	str_free(&body);
	str_free(&twice);
	stand_up(&desk);
}

/* Written byte by byte from the manual page. */
static void
the_page_says_what_is_read(void **state)
{
	(void)state;
	Str path = {0}, body = {0};
	Chains chains = {0};
	Memory memory = {0};
	str_printf(&path, "%s/tests/fuzz/seeds/index/whole", getenv("MEOK_TOP"));
	assert_true(file_read(&SYS_POSIX, str_c(&path), 100000, &body, NULL));
	assert_int_equal(index_decode(str_view(&body), &chains, &memory), VERDICT_OK);
	assert_int_equal(chains.len, 5);
	Item *other, *head = chain_head(chains_at(&chains, 0), &other);
	assert_int_equal(head->id.bytes[0], 3);
	assert_null(other);
	assert_view_equal(str_view(&head->card.title), "촛불!");
	assert_true(head->card.automatic);
	assert_int_equal(memory.lost_len, 2);
	assert_true(memory.lost[0]->superseded && !memory.lost[1]->superseded);
	assert_view_equal(str_view(&memory.lost[0]->card.title), "gone");
	assert_int_equal(memory.place_len, 1);
	assert_int_equal(memory.places[0].cursor, 12);
	assert_int_equal(memory.slots.len, 1);
	uint8_t hash[SLOT_HASH_BYTES];
	secret_hash(hash, sizeof hash, NULL, 0, SV("x"));
	assert_memory_equal(memory.slots.items[0].hash, hash, sizeof hash);
	assert_view_equal(str_view(&memory.slots.items[0].name), "abc.key");
	/* and written so */
	Str again = {0};
	assert_true(index_encode(&chains, &memory, &again, NULL));
	assert_true(sv_equal(str_view(&again), str_view(&body)));
	chains_free(&chains);
	index_free_memory(&memory);
	str_free(&path);
	str_free(&body);
	str_free(&again);
}

static void
a_body_is_cut_in_one_way(void **state)
{
	(void)state;
	static const size_t sizes[] = {0, 1, 65535, 65536, 65537, 131072, 200000};
	uint8_t keyed[SEAL_KEYED_BYTES] = {0}, stream[SEAL_STREAM_BYTES] = {0}, key[KEY_BYTES] = {1};
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		Str body = {0}, file = {0}, again = {0};
		for (size_t k = 0; k < sizes[i]; k++)
			str_append_byte(&body, (char)(k * 7));
		assert_true(seal_blob_write(key, keyed, stream, str_view(&body), &file, NULL));
		assert_int_equal(seal_blob_open(key, str_view(&file), &again), VERDICT_OK);
		assert_true(sv_equal(str_view(&again), str_view(&body)));
		static const size_t cuts[] = {1, 16, 17, 18, 65553, 65554};
		for (size_t k = 0; k < sizeof cuts / sizeof *cuts; k++) {
			StrView cut = sv_slice(str_view(&file), 0, file.len < cuts[k] ? 0 : file.len - cuts[k]);
			assert_int_equal(seal_blob_open(key, cut, &again), VERDICT_DAMAGED);
		}
		file.ptr[file.len - 1] ^= 1;
		assert_int_equal(seal_blob_open(key, str_view(&file), &again), VERDICT_DAMAGED);
		str_free(&body);
		str_free(&file);
		str_free(&again);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_known_is_not_read_again),
		cmocka_unit_test(what_is_new_is_read),
		cmocka_unit_test(any_other_file_is_as_none),
		cmocka_unit_test(a_lost_draft_is_named_until_it_is_accepted),
		cmocka_unit_test(what_else_may_not_go),
		cmocka_unit_test(what_goes_by_the_rules_is_not_missed),
		cmocka_unit_test(most_of_it_gone_is_one_fact),
		cmocka_unit_test(damage_is_not_absence_and_has_a_name),
		cmocka_unit_test(cards_are_read_again_now_and_then),
		cmocka_unit_test(what_cannot_be_looked_at_is_not_gone),
		cmocka_unit_test(slots_that_others_change_are_told),
		cmocka_unit_test(slots_that_this_device_changes_are_not_told),
		cmocka_unit_test(places_are_remembered),
		cmocka_unit_test(two_sessions_remember_for_each_other),
		cmocka_unit_test(what_is_remembered_is_durable_before),
		cmocka_unit_test(a_failed_write_leaves_the_old_one),
		cmocka_unit_test(without_memory_nothing_is_forgotten),
		cmocka_unit_test(a_later_minimum_is_obeyed),
		cmocka_unit_test(other_fields_do_no_harm),
		cmocka_unit_test(the_page_says_what_is_read),
		cmocka_unit_test(a_body_is_cut_in_one_way),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
