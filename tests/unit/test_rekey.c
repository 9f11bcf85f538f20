/* Changing the passphrase and the master key: whenever it is cut short, the old or the new passphrase opens a vault in
 * which everything reads. */
#include "store_unit.h"

#include "../../src/vault/slots.h"

#define NEW_PASSPHRASE SV("새벽 두 시의 등대")

static Vault *
try_open(const char *dir, StrView secret, Err *err)
{
	return open_vault(&SYS_POSIX, dir, NULL, secret, &QUICK, err);
}

static bool
change(Vault *vault, StrView passphrase, Err *err)
{
	return rekey_passphrase(vault, passphrase, 1, 8192, &QUICK, err);
}

static bool
rekey(Vault *vault, StrView passphrase, size_t *resealed, Err *err)
{
	return rekey_vault(vault, passphrase, 1, 8192, &QUICK, resealed, err);
}

static void
expect_reads(Vault *vault, size_t drafts, const char *body)
{
	size_t number, objects;
	Err err = {0};
	const Entry *const *entries = vault_entries(vault, OBJECT_REVISION, &number);
	assert_int_equal(number, drafts);
	Id ids[16];
	for (size_t i = 0; i < number; i++)
		ids[i] = entries[i]->subject;
	for (size_t i = 0; i < number; i++) {
		Revision revision = {0};
		if (!vault_load_draft(vault, ids[i], &revision, &err))
			print_error("%s\n", err_text(&err));
		assert_view_equal(str_view(&revision.body), body);
		revision_free(&revision);
	}
	assert_true(vault_check(vault, &objects, &err));
	size_t damage_count;
	const Damage *damage = vault_damage(vault, &damage_count);
	for (size_t i = 0; i < damage_count; i++)
		print_error("%s\n", err_text(&damage[i].reason));
	assert_int_equal(damage_count, 0);
}

static void
expect_opens(const char *dir, StrView secret, size_t drafts, const char *body)
{
	Err err = {0};
	Vault *vault = try_open(dir, secret, &err);
	if (vault == NULL)
		print_error("%s\n", err_text(&err));
	assert_non_null(vault);
	expect_reads(vault, drafts, body);
	vault_close(vault);
}

static void
expect_wrong(const char *dir, StrView secret)
{
	Err err = {0};
	assert_null(try_open(dir, secret, &err));
	assert_int_equal(err.kind, ERR_PASSPHRASE);
}

static Fixture
start_with(size_t drafts, const char *body)
{
	Fixture f = start();
	for (size_t i = 0; i < drafts; i++)
		save(f.vault, "등대", body);
	return f;
}

static size_t
count_slots(const char *dir)
{
	return count_files(dir, "keys") - count_files(dir, "keys/drop.pub");
}

static void
changed_passphrase(void **state)
{
	(void)state;
	Fixture f = start_with(2, "파도");
	Err err = {0};
	Str recovery = {0};
	assert_false(vault_has_recovery_key(f.vault));
	assert_true(vault_recovery_key(f.vault, &recovery, &err));
	assert_true(vault_has_recovery_key(f.vault));
	assert_true(change(f.vault, NEW_PASSPHRASE, &err));
	assert_int_equal(count_slots(str_c(&f.path)), 2);
	expect_wrong(str_c(&f.path), PASSPHRASE);
	expect_opens(str_c(&f.path), NEW_PASSPHRASE, 2, "파도");
	expect_opens(str_c(&f.path), str_view(&recovery), 2, "파도");
	/* Hangul that another system sends decomposed: the same passphrase. */
	expect_opens(str_c(&f.path), SV("새벽 두 시의 등대"), 2, "파도");
	str_wipe(&recovery);
	end(&f);
}

static void
refused_passphrases(void **state)
{
	(void)state;
	Fixture f = start_with(1, "파도");
	Err err = {0};
	char longest[1026];
	memset(longest, 'a', sizeof longest);
	const StrView bad[] = {SV(""), SV("\xff\xfe"), {longest, 1025}};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_false(change(f.vault, bad[i], &err));
		assert_int_equal(err.kind, ERR_USAGE);
		assert_false(rekey(f.vault, bad[i], NULL, &err));
		assert_int_equal(err.kind, ERR_USAGE);
	}
	/* What a reader would refuse is not made. */
	static const struct {
		uint64_t passes, memory;
	} costs[] = {{0, 64u << 20}, {17, 64u << 20}, {1, 8192}, {1, (64u << 20) + 1}, {1, 2ull << 30}};
	for (size_t i = 0; i < sizeof costs / sizeof *costs; i++) {
		err = (Err){0};
		assert_false(rekey_passphrase(
			f.vault, NEW_PASSPHRASE, costs[i].passes, costs[i].memory, &SLOT_LIMITS, &err));
		assert_int_equal(err.kind, ERR_USAGE);
		assert_false(rekey_vault(
			f.vault, NEW_PASSPHRASE, costs[i].passes, costs[i].memory, &SLOT_LIMITS, NULL, &err));
	}
	assert_int_equal(count_slots(str_c(&f.path)), 1);
	expect_opens(str_c(&f.path), PASSPHRASE, 1, "파도");
	end(&f);
}

static void
new_epoch(void **state)
{
	(void)state;
	Fixture f = start_with(3, "파도");
	Err err = {0};
	Str recovery = {0};
	size_t resealed;
	assert_true(vault_recovery_key(f.vault, &recovery, &err));
	assert_true(rekey(f.vault, NEW_PASSPHRASE, &resealed, &err));
	/* Three drafts and the object that says what was begun. */
	assert_int_equal(resealed, 4);
	assert_int_equal(f.vault->keys->epoch, 2);
	expect_reads(f.vault, 3, "파도");
	expect_wrong(str_c(&f.path), PASSPHRASE);
	expect_wrong(str_c(&f.path), str_view(&recovery));
	expect_opens(str_c(&f.path), NEW_PASSPHRASE, 3, "파도");
	str_wipe(&recovery);
	assert_true(vault_recovery_key(f.vault, &recovery, &err));
	expect_opens(str_c(&f.path), str_view(&recovery), 3, "파도");
	/* And again, to the old passphrase. */
	assert_true(rekey(f.vault, PASSPHRASE, &resealed, &err));
	assert_int_equal(f.vault->keys->epoch, 3);
	expect_wrong(str_c(&f.path), NEW_PASSPHRASE);
	expect_opens(str_c(&f.path), PASSPHRASE, 3, "파도");
	str_wipe(&recovery);
	end(&f);
}

/* How many objects of the vault are sealed under a key of that epoch. */
static size_t
of_epoch(Vault *vault, uint8_t epoch)
{
	size_t count = 0;
	Str path = {0}, file = {0};
	for (size_t i = 0; i < vault->chains.len; i++) {
		assert_true(store_path(vault, vault->chains.by_id[i]->id, &path, NULL));
		assert_true(file_read(&SYS_POSIX, str_c(&path), 1 << 20, &file, NULL));
		count += (uint8_t)file.ptr[48] == epoch;
		str_clear(&file);
	}
	str_free(&path);
	str_free(&file);
	return count;
}

/* What a session of the old key goes on to write is read, and sealed again little by little. */
static void
old_session(void **state)
{
	(void)state;
	Fixture f = start_with(1, "파도");
	Err err = {0};
	Vault *old = quick_open(&SYS_POSIX, str_c(&f.path));
	assert_true(rekey(f.vault, NEW_PASSPHRASE, NULL, &err));
	for (int i = 0; i < 5; i++)
		save(old, "늦은 글", "파도");
	/* The old session is told that it does not know the new key. */
	size_t number;
	Id draft = vault_entries(f.vault, OBJECT_REVISION, &number)[0]->subject;
	Revision revision = {0};
	assert_false(vault_load_draft(old, draft, &revision, &err));
	assert_int_equal(err.kind, ERR_DAMAGED);
	assert_true(vault_scan(old, &err));
	const Damage *damage = vault_damage(old, &number);
	assert_int_equal(number, 4);
	assert_non_null(strstr(err_text(&damage[0].reason), "open the vault again"));
	vault_close(old);
	vault_close(f.vault);
	f.vault = try_open(str_c(&f.path), NEW_PASSPHRASE, &err);
	assert_non_null(f.vault);
	expect_reads(f.vault, 6, "파도");
	assert_int_equal(of_epoch(f.vault, 1), 5);
	save(f.vault, "새 글", "파도");
	assert_int_equal(of_epoch(f.vault, 1), 3);
	save(f.vault, "새 글", "파도");
	save(f.vault, "새 글", "파도");
	assert_int_equal(of_epoch(f.vault, 1), 0);
	expect_opens(str_c(&f.path), NEW_PASSPHRASE, 9, "파도");
	end(&f);
}

/* The files of the folder as they are copied by a tool. */
static void
copy_into(const char *from, const char *to)
{
	char command[2000];
	snprintf(command, sizeof command, "mkdir -p '%s' && cp -a '%s/.' '%s/'", to, from, to);
	assert_int_equal(system(command), 0);
}

static void
retired_slots(void **state)
{
	(void)state;
	Fixture f = start_with(1, "파도");
	Err err = {0};
	char copy[300], keys[400];
	snprintf(copy, sizeof copy, "%s/copy", f.dir);
	snprintf(keys, sizeof keys, "%s/keys", str_c(&f.path));
	copy_into(keys, copy);
	assert_true(rekey(f.vault, NEW_PASSPHRASE, NULL, &err));
	copy_into(copy, keys);
	assert_int_equal(count_slots(str_c(&f.path)), 2);
	expect_opens(str_c(&f.path), NEW_PASSPHRASE, 1, "파도");
	assert_int_equal(count_slots(str_c(&f.path)), 1);
	expect_wrong(str_c(&f.path), PASSPHRASE);
	end(&f);
}

/* One of the two objects that hold the old keys may be lost. */
static void
lost_keys_object(void **state)
{
	(void)state;
	Fixture f = start_with(2, "파도");
	Err err = {0};
	Vault *old = quick_open(&SYS_POSIX, str_c(&f.path));
	assert_true(rekey(f.vault, NEW_PASSPHRASE, NULL, &err));
	save(old, "늦은 글", "파도");
	vault_close(old);
	Str path = {0};
	for (size_t i = chains_start(&f.vault->chains, OBJECT_KEYS), gone = 0; gone < 1; i++) {
		const Item *item = f.vault->chains.by_chain[i];
		if (!ids_have(&f.vault->begun, item->id))
			continue;
		assert_true(store_path(f.vault, item->id, &path, &err));
		assert_int_equal(remove(str_c(&path)), 0);
		gone++;
	}
	expect_opens(str_c(&f.path), NEW_PASSPHRASE, 3, "파도");
	str_free(&path);
	end(&f);
}

/* A damaged one of the two is told, though it was named as begun: its twin opens. */
static void
damaged_keys_object(void **state)
{
	(void)state;
	Fixture f = start_with(2, "파도");
	Err err = {0};
	assert_true(rekey(f.vault, NEW_PASSPHRASE, NULL, &err));
	Str path = {0};
	for (size_t i = chains_start(&f.vault->chains, OBJECT_KEYS); path.len == 0; i++) {
		const Item *item = f.vault->chains.by_chain[i];
		if (ids_have(&f.vault->begun, item->id))
			assert_true(store_path(f.vault, item->id, &path, &err));
	}
	/* version and kind, the epoch, the salt, the commitment, the card, the body */
	static const long places[] = {8, 48, 61, 90, 200, 1400};
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		FILE *file = fopen(str_c(&path), "r+b");
		assert_non_null(file);
		fseek(file, places[i], SEEK_SET);
		int byte = fgetc(file);
		fseek(file, places[i], SEEK_SET);
		fputc(byte ^ 0x40, file);
		fclose(file);
		Vault *vault = try_open(str_c(&f.path), NEW_PASSPHRASE, &err);
		size_t objects, damage;
		assert_non_null(vault);
		assert_true(vault_check(vault, &objects, &err));
		const Damage *list = vault_damage(vault, &damage);
		assert_int_equal(damage, 1);
		assert_true(sv_ends(str_view(&path), str_view(&list->path)));
		vault_close(vault);
		file = fopen(str_c(&path), "r+b");
		fseek(file, places[i], SEEK_SET);
		fputc(byte, file);
		fclose(file);
	}
	str_free(&path);
	end(&f);
}

/* Two machines that begin an epoch at the same time, and then synchronise their folders. */
static void
two_epochs(void **state, StrView theirs)
{
	(void)state;
	Fixture f = start_with(2, "파도");
	Err err = {0};
	char other_dir[300];
	snprintf(other_dir, sizeof other_dir, "%s/other", f.dir);
	copy_into(str_c(&f.path), other_dir);
	Vault *other = quick_open(&SYS_POSIX, other_dir);
	assert_true(rekey(f.vault, NEW_PASSPHRASE, NULL, &err));
	save(f.vault, "여기", "파도");
	assert_true(rekey(other, theirs, NULL, &err));
	save(other, "저기", "파도");
	/* The others' files win where both have one. */
	copy_into(other_dir, str_c(&f.path));
	vault_close(other);
	vault_close(f.vault);
	f.vault = try_open(str_c(&f.path), NEW_PASSPHRASE, &err);
	assert_non_null(f.vault);
	if (!sv_equal(theirs, NEW_PASSPHRASE)) {
		size_t damage;
		vault_damage(f.vault, &damage);
		assert_true(damage > 0);
		assert_false(epoch_join_keys(f.vault, SV("다른 암호"), &QUICK, &err));
		assert_int_equal(err.kind, ERR_PASSPHRASE);
		assert_true(epoch_join_keys(f.vault, theirs, &QUICK, &err));
	}
	expect_reads(f.vault, 4, "파도");
	/* Whatever key was first, a new epoch knows both. */
	assert_true(rekey(f.vault, PASSPHRASE, NULL, &err));
	assert_int_equal(f.vault->keys->epoch, 3);
	expect_opens(str_c(&f.path), PASSPHRASE, 4, "파도");
	end(&f);
}

static void
two_epochs_one_passphrase(void **state)
{
	two_epochs(state, NEW_PASSPHRASE);
}

static void
two_epochs_two_passphrases(void **state)
{
	two_epochs(state, SV("저쪽의 암호"));
}

/* What this device remembers goes through a change of keys, also when it was written under the old one. */
static void
remembered(void **state)
{
	(void)state;
	Fixture f = start_with(2, "파도");
	Err err = {0};
	char place[300];
	size_t number;
	snprintf(place, sizeof place, "%s/state", f.dir);
	vault_close(f.vault);
	f.vault = open_vault(&SYS_POSIX, str_c(&f.path), place, PASSPHRASE, &QUICK, &err);
	assert_non_null(f.vault);
	Vault *other = open_vault(&SYS_POSIX, str_c(&f.path), place, PASSPHRASE, &QUICK, &err);
	assert_non_null(other);
	assert_true(vault_hold(f.vault, &err));
	assert_true(rekey(f.vault, NEW_PASSPHRASE, NULL, &err));
	assert_true(change(f.vault, PASSPHRASE, &err));
	vault_release(f.vault);
	vault_slots_changed(f.vault, &number);
	assert_int_equal(number, 0);
	/* Seen by the other session alone, then lost: the index of the old key tells. */
	Id draft = save(other, "잃은 글", "파도");
	Str path = {0};
	assert_true(store_path(other, draft, &path, &err));
	vault_close(f.vault);
	vault_close(other);
	assert_int_equal(remove(str_c(&path)), 0);
	for (int i = 0; i < 2; i++) {
		f.vault = open_vault(&SYS_POSIX, str_c(&f.path), place, PASSPHRASE, &QUICK, &err);
		assert_non_null(f.vault);
		vault_slots_changed(f.vault, &number);
		assert_int_equal(number, 0);
		expect_reads(f.vault, 2, "파도");
		vault_missing(f.vault, &number);
		if (i == 0)
			vault_close(f.vault);
	}
	assert_int_equal(number, 1);
	str_free(&path);
	end(&f);
}

/* ---- Cut short at every call */

typedef bool WorkFn(Vault *vault, StrView passphrase, Err *err);

static bool
do_rekey(Vault *vault, StrView passphrase, Err *err)
{
	return rekey(vault, passphrase, NULL, err);
}

/* With `forever` every call after the n-th fails too, as when the process ends there. */
static void
cut_short(WorkFn *work, StrView passphrase, int failure, bool forever)
{
	const Sys sys = faulty_sys();
	bool over = false;
	size_t by_old = 0, by_new = 0;
	for (int n = 1; !over; n++) {
		Fixture f = start_with(2, "파도");
		vault_close(f.vault);
		faulty_arm(0, 0, false);
		Err err = {0};
		f.vault = open_vault(&sys, str_c(&f.path), NULL, PASSPHRASE, &QUICK, &err);
		assert_non_null(f.vault);
		faulty_arm(n, failure, forever);
		bool ok = work(f.vault, passphrase, &err);
		over = faulty.failed == 0;
		faulty_arm(0, 0, false);
		assert_true(ok || err.kind != ERR_NONE);
		vault_close(f.vault);
		f.vault = NULL;
		Err why = {0};
		Vault *old = try_open(str_c(&f.path), PASSPHRASE, &why);
		Vault *new = try_open(str_c(&f.path), passphrase, &why);
		assert_true(old != NULL || new != NULL);
		/* What says that it worked, worked. */
		assert_true(new != NULL || !ok);
		by_old += old != NULL;
		by_new += new != NULL;
		if (old != NULL)
			expect_reads(old, 2, "파도");
		if (new != NULL)
			expect_reads(new, 2, "파도");
		vault_close(old);
		/* What was interrupted is done by doing it again. */
		if (new == NULL)
			new = try_open(str_c(&f.path), PASSPHRASE, &why);
		assert_true(work(new, SV("마지막 암호"), &why));
		vault_close(new);
		expect_opens(str_c(&f.path), SV("마지막 암호"), 2, "파도");
		expect_wrong(str_c(&f.path), PASSPHRASE);
		end(&f);
	}
	assert_true(by_old > 0 && by_new > 0);
}

static void
passphrase_cut_short(void **state)
{
	(void)state;
	cut_short(change, NEW_PASSPHRASE, EIO, true);
	cut_short(change, NEW_PASSPHRASE, ENOSPC, false);
}

static void
rekey_cut_short(void **state)
{
	(void)state;
	cut_short(do_rekey, NEW_PASSPHRASE, EIO, true);
	cut_short(do_rekey, NEW_PASSPHRASE, ENOSPC, false);
}

/* With the passphrase that was: whichever slot comes first, everything reads. */
static void
rekey_same_passphrase_cut_short(void **state)
{
	(void)state;
	cut_short(do_rekey, PASSPHRASE, EIO, true);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(changed_passphrase),
		cmocka_unit_test(refused_passphrases),
		cmocka_unit_test(new_epoch),
		cmocka_unit_test(old_session),
		cmocka_unit_test(retired_slots),
		cmocka_unit_test(lost_keys_object),
		cmocka_unit_test(damaged_keys_object),
		cmocka_unit_test(two_epochs_one_passphrase),
		cmocka_unit_test(two_epochs_two_passphrases),
		cmocka_unit_test(remembered),
		cmocka_unit_test(passphrase_cut_short),
		cmocka_unit_test(rekey_cut_short),
		cmocka_unit_test(rekey_same_passphrase_cut_short),
	};
	return cmocka_run_group_tests_name("rekey", tests, NULL, NULL);
}
