/* The vault folder: made, opened, damaged, shared. */
#include "store_unit.h"

#include "../../src/vault/recovery.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* The file of an object. */
static Str
object_path(const Vault *vault, Id object)
{
	Str path = {0};
	Err err;
	assert_true(store_path(vault, object, &path, &err));
	return path;
}

static void
edit_file(const char *path, long at, int how)
{
	FILE *file = fopen(path, "r+b");
	assert_non_null(file);
	fseek(file, at, SEEK_SET);
	int byte = fgetc(file);
	fseek(file, at, SEEK_SET);
	fputc(byte ^ how, file);
	assert_int_equal(fclose(file), 0);
}

static const Damage *
damage_at(const Vault *vault, size_t index)
{
	size_t number;
	const Damage *damage = vault_damage(vault, &number);
	assert_true(index < number);
	return &damage[index];
}

static void
move_file(const char *from, const char *to)
{
	char folder[300];
	snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(to, '/') - to), to);
	mkdir(folder, 0700);
	assert_int_equal(rename(from, to), 0);
}

/* ---- Making and opening */

static void
a_vault_is_private_and_opens_again(void **state)
{
	(void)state;
	mode_t umask_before = umask(0);
	Fixture f = start();
	Id draft = save(f.vault, "제목", "본문");
	umask(umask_before);
	char command[400];
	snprintf(command, sizeof command, "test -z \"$(find '%s' -type d ! -perm 700 -o -type f ! -perm 600)\"",
		str_c(&f.path));
	assert_int_equal(system(command), 0);
	snprintf(command, sizeof command, "! grep -rqE '제목|본문' '%s'", str_c(&f.path));
	assert_int_equal(system(command), 0);
	assert_true(vault_exists(&SYS_POSIX, str_c(&f.path)));
	Vault *again = quick_open(&SYS_POSIX, str_c(&f.path));
	assert_int_equal(count(again, OBJECT_REVISION), 1);
	const Entry *entry = vault_entry(again, OBJECT_REVISION, draft);
	assert_non_null(entry);
	assert_view_equal(str_view(&entry->title), "제목");
	assert_int_equal(entry->characters, 2);
	assert_int_equal(entry->revisions, 1);
	assert_int_equal(damaged(again), 0);
	vault_close(again);
	end(&f);
}

static void
secrets_are_told_apart(void **state)
{
	(void)state;
	Fixture f = start();
	Err err = {0};
	assert_null(open_vault(&SYS_POSIX, str_c(&f.path), NULL, SV("다른 말"), &QUICK, &err));
	assert_int_equal(err.kind, ERR_PASSPHRASE);
	assert_null(open_vault(&SYS_POSIX, str_c(&f.path), NULL, SV(""), &QUICK, &err));
	assert_int_equal(err.kind, ERR_PASSPHRASE);
	assert_null(open_vault(&SYS_POSIX, str_c(&f.path), NULL, SV("\xFF"), &QUICK, &err));
	assert_int_equal(err.kind, ERR_PASSPHRASE);
	/* the same passphrase in decomposed letters */
	Vault *vault = open_vault(&SYS_POSIX, str_c(&f.path), NULL,
		SV("\xE1\x84\x86\xE1\x85\xA5\xE1\x86\xA8\xE1\x84\x8B\xE1\x85\xB3\xE1\x86\xAF"
		   " \xE1\x84\x80\xE1\x85\xA1\xE1\x86\xAF\xE1\x84\x8B\xE1\x85\xA1"
		   " \xE1\x84\x8A\xE1\x85\xB3\xE1\x86\xAB\xE1\x84\x83\xE1\x85\xA1"),
		&QUICK, &err);
	assert_non_null(vault);
	Id draft = save(vault, "제목", "본문");
	Str key = {0}, slip = {0};
	assert_true(vault_recovery_key(vault, &key, &err));
	vault_close(vault);
	vault = open_vault(&SYS_POSIX, str_c(&f.path), NULL, str_view(&key), &QUICK, &err);
	assert_non_null(vault);
	assert_non_null(vault_entry(vault, OBJECT_REVISION, draft));
	vault_close(vault);
	/* blanks around a recovery key may be more than a passphrase has room for */
	str_set(&slip, str_view(&key));
	for (int i = 0; i < 5000; i++)
		str_append_byte(&slip, ' ');
	vault = open_vault(&SYS_POSIX, str_c(&f.path), NULL, str_view(&slip), &QUICK, &err);
	assert_non_null(vault);
	vault_close(vault);
	str_set(&slip, str_view(&key));
	slip.ptr[6] = slip.ptr[6] == 'Q' ? 'R' : 'Q';
	assert_null(open_vault(&SYS_POSIX, str_c(&f.path), NULL, str_view(&slip), &QUICK, &err));
	assert_int_equal(err.kind, ERR_PASSPHRASE);
	assert_non_null(strstr(err_text(&err), "slip"));
	/* a recovery key, but not of this vault */
	uint8_t other[KEY_BYTES] = {1};
	str_clear(&slip);
	recovery_show(other, &slip);
	assert_null(open_vault(&SYS_POSIX, str_c(&f.path), NULL, str_view(&slip), &QUICK, &err));
	assert_int_equal(err.kind, ERR_PASSPHRASE);
	str_free(&slip);
	str_wipe(&key);
	end(&f);
}

static void
creating_refuses_what_is_not_empty(void **state)
{
	(void)state;
	Fixture f = start();
	Err err = {0};
	Str path = {0};
	assert_false(open_create(&SYS_POSIX, str_c(&f.path), PASSPHRASE, 1, 8192, &err));
	assert_int_equal(err.kind, ERR_USAGE);
	path_join(&path, sv(f.dir), SV("w"));
	assert_false(open_create(&SYS_POSIX, str_c(&path), SV(""), 1, 8192, &err));
	assert_int_equal(err.kind, ERR_USAGE);
	assert_false(open_create(&SYS_POSIX, str_c(&path), SV("\xFF"), 1, 8192, &err));
	assert_int_equal(err.kind, ERR_USAGE);
	assert_false(file_exists(&SYS_POSIX, str_c(&path)));
	assert_int_equal(mkdir(str_c(&path), 0700), 0);
	char other[300];
	snprintf(other, sizeof other, "%s/letter.txt", str_c(&path));
	assert_int_equal(close(creat(other, 0600)), 0);
	assert_false(open_create(&SYS_POSIX, str_c(&path), PASSPHRASE, 1, 8192, &err));
	assert_int_equal(err.kind, ERR_USAGE);
	assert_int_equal(count_files(str_c(&path), "."), 1);
	assert_false(vault_exists(&SYS_POSIX, str_c(&path)));
	assert_null(vault_open(&SYS_POSIX, str_c(&path), NULL, PASSPHRASE, &err));
	assert_int_equal(err.kind, ERR_NOT_FOUND);
	str_free(&path);
	end(&f);
}

static void
the_public_functions_keep_the_formats_limits(void **state)
{
	(void)state;
	char *dir = make_dir();
	Str path = {0};
	Err err = {0};
	path_join(&path, sv(dir), SV("deep/er/v/"));
	assert_true(vault_create(&SYS_POSIX, str_c(&path), PASSPHRASE, KDF_INTERACTIVE, &err));
	Vault *vault = vault_open(&SYS_POSIX, str_c(&path), NULL, PASSPHRASE, &err);
	assert_non_null(vault);
	vault_close(vault);
	assert_null(vault_open(&SYS_POSIX, str_c(&path), NULL, SV("x"), &err));
	assert_int_equal(err.kind, ERR_PASSPHRASE);
	str_free(&path);
	remove_dir(dir);
	/* a vault under the limits is refused before anything is computed */
	Fixture f = start();
	assert_null(vault_open(&SYS_POSIX, str_c(&f.path), NULL, PASSPHRASE, &err));
	assert_int_equal(err.kind, ERR_DAMAGED);
	end(&f);
}

static void
a_vault_is_made_and_opened_at_once(void **state)
{
	(void)state;
	char *dir = make_dir();
	Str path = {0};
	Err err = {0};
	path_join(&path, sv(dir), SV("v"));
	Vault *vault = vault_create_open(&SYS_POSIX, str_c(&path), NULL, PASSPHRASE, KDF_INTERACTIVE, &err);
	assert_non_null(vault);
	Id draft = save(vault, "첫 글", "본문");
	assert_null(vault_create_open(&SYS_POSIX, str_c(&path), NULL, PASSPHRASE, KDF_INTERACTIVE, &err));
	assert_int_equal(err.kind, ERR_USAGE);
	vault_close(vault);
	vault = vault_open(&SYS_POSIX, str_c(&path), NULL, PASSPHRASE, &err);
	assert_non_null(vault);
	assert_non_null(vault_entry(vault, OBJECT_REVISION, draft));
	assert_int_equal(damaged(vault), 0);
	vault_close(vault);
	path_join(&path, sv(dir), SV("w"));
	assert_null(vault_create_open(&SYS_POSIX, str_c(&path), NULL, SV(""), KDF_INTERACTIVE, &err));
	assert_int_equal(err.kind, ERR_USAGE);
	assert_false(vault_exists(&SYS_POSIX, str_c(&path)));
	str_free(&path);
	remove_dir(dir);
}

static void
a_hold_is_tried_without_waiting(void **state)
{
	(void)state;
	Fixture f = start();
	Err err = {0};
	bool held = false;
	Vault *other = quick_open(&SYS_POSIX, str_c(&f.path));
	assert_true(vault_try_hold(f.vault, &held, &err));
	assert_true(held);
	Id draft = save(f.vault, "제목", "본문");
	assert_null(vault_entry(other, OBJECT_REVISION, draft));
	assert_true(vault_try_hold(other, &held, &err));
	assert_false(held);
	vault_release(other); /* of what it has not: the hold stays */
	assert_true(vault_try_hold(other, &held, &err));
	assert_false(held);
	vault_release(f.vault);
	assert_true(vault_try_hold(other, &held, &err));
	assert_true(held);
	assert_non_null(vault_entry(other, OBJECT_REVISION, draft));
	vault_close(other);
	assert_true(vault_hold(f.vault, &err));
	vault_release(f.vault);
	/* a folder that has gone is nobody's hold */
	char command[700];
	snprintf(command, sizeof command, "mv '%s' '%s-away'", str_c(&f.path), str_c(&f.path));
	assert_int_equal(system(command), 0);
	held = true;
	assert_false(vault_try_hold(f.vault, &held, &err));
	assert_false(held);
	assert_int_equal(err.kind, ERR_FAILED);
	end(&f);
}

static void
memory_that_cannot_be_locked_is_told(void **state)
{
	(void)state;
	Fixture f = start();
	struct rlimit before, none = {0, 0};
	assert_int_equal(getrlimit(RLIMIT_MEMLOCK, &before), 0);
	assert_int_equal(setrlimit(RLIMIT_MEMLOCK, &none), 0);
	Vault *vault = quick_open(&SYS_POSIX, str_c(&f.path));
	/* root may lock whatever the limit says; AddressSanitizer answers mlock itself and locks nothing */
#ifdef __SANITIZE_ADDRESS__
	bool limit_counts = false;
#else
	bool limit_counts = geteuid() != 0;
#endif
	if (limit_counts)
		assert_false(vault_memory_locked(vault));
	else
		assert_true(vault_memory_locked(vault));
	vault_close(vault);
	none.rlim_max = before.rlim_max;
	setrlimit(RLIMIT_MEMLOCK, &before);
	end(&f);
}

static void
damaged_slots_are_told_from_wrong_passphrases(void **state)
{
	(void)state;
	Fixture f = start();
	Err err = {0};
	Str keys = {0}, slot = {0};
	StrList names = {0};
	path_join(&keys, str_view(&f.path), SV("keys"));
	assert_true(SYS_POSIX.list_dir(str_c(&keys), &names));
	/* beside the slot lies drop.pub */
	for (size_t i = 0; i < names.len; i++)
		if (sv_ends(str_view(&names.items[i]), SV(".key")))
			path_join(&slot, str_view(&keys), str_view(&names.items[i]));
	edit_file(str_c(&slot), 100, 1);
	Vault *vault = quick_open(&SYS_POSIX, str_c(&f.path));
	size_t objects;
	assert_true(vault_check(vault, &objects, &err));
	assert_int_equal(damaged(vault), 1);
	assert_true(sv_starts(str_view(&damage_at(vault, 0)->path), SV("keys/")));
	Str recovery = {0};
	assert_true(vault_recovery_key(vault, &recovery, &err));
	vault_close(vault);
	edit_file(str_c(&slot), SLOT_COPY_AT + 100, 1);
	assert_null(open_vault(&SYS_POSIX, str_c(&f.path), NULL, PASSPHRASE, &QUICK, &err));
	assert_int_equal(err.kind, ERR_DAMAGED);
	vault = open_vault(&SYS_POSIX, str_c(&f.path), NULL, str_view(&recovery), &QUICK, &err);
	assert_non_null(vault);
	vault_close(vault);
	str_wipe(&recovery);
	str_free(&keys);
	str_free(&slot);
	list_free(&names);
	end(&f);
}

static void
only_the_first_64_slot_files_count(void **state)
{
	(void)state;
	Fixture f = start();
	Err err = {0};
	for (int i = 0; i < 64; i++) {
		/* names with a 0 come before every id */
		Str path = {0};
		str_printf(&path, "%s/keys/0%d.key", str_c(&f.path), i);
		assert_true(file_replace(&SYS_POSIX, str_c(&path), SV("no slot"), 0600, &err));
		str_free(&path);
		Vault *vault = open_vault(&SYS_POSIX, str_c(&f.path), NULL, PASSPHRASE, &QUICK, &err);
		assert_int_equal(vault != NULL, i < 63);
		vault_close(vault);
	}
	assert_int_equal(err.kind, ERR_DAMAGED);
	end(&f);
}

static void
a_head_with_a_damaged_body_stays_the_head(void **state)
{
	(void)state;
	Fixture f = start();
	Err err = {0};
	Work work = {.name = str_from(SV("처음"))};
	assert_true(vault_save_work(f.vault, &work, &err));
	str_set(&work.name, SV("나중"));
	assert_true(vault_save_work(f.vault, &work, &err));
	Id head = vault_entry(f.vault, OBJECT_WORK, work.id)->head;
	Str path = object_path(f.vault, head);
	edit_file(str_c(&path), 2000, 1);
	Vault *vault = quick_open(&SYS_POSIX, str_c(&f.path));
	const Entry *entry = vault_entry(vault, OBJECT_WORK, work.id);
	assert_non_null(entry);
	assert_true(id_equal(entry->head, head));
	assert_true(id_is_none(entry->other_head));
	Work read = {0};
	assert_false(vault_load_work(vault, work.id, &read, &err));
	assert_int_equal(err.kind, ERR_DAMAGED);
	vault_close(vault);
	/* without its card it is in no chain, and the one before is the head again */
	edit_file(str_c(&path), 200, 1);
	vault = quick_open(&SYS_POSIX, str_c(&f.path));
	assert_true(vault_load_work(vault, work.id, &read, &err));
	assert_view_equal(str_view(&read.name), "처음");
	assert_int_equal(damaged(vault), 1);
	vault_close(vault);
	work_free(&read);
	work_free(&work);
	str_free(&path);
	end(&f);
}

static void
links_are_refused(void **state)
{
	(void)state;
	Fixture f = start();
	Id draft = save(f.vault, "제목", "본문"), other = save(f.vault, "둘", "본문 2");
	Err err = {0};
	Str link = {0};
	path_join(&link, sv(f.dir), SV("link"));
	assert_int_equal(symlink(str_c(&f.path), str_c(&link)), 0);
	assert_null(open_vault(&SYS_POSIX, str_c(&link), NULL, PASSPHRASE, &QUICK, &err));
	str_append_byte(&link, '/');
	assert_null(open_vault(&SYS_POSIX, str_c(&link), NULL, PASSPHRASE, &QUICK, &err));
	assert_int_equal(err.kind, ERR_FAILED);
	str_free(&link);
	/* an object that is a link, and a pipe where an object should be */
	Str path = object_path(f.vault, draft), away = {0}, pipe_path = object_path(f.vault, other);
	path_join(&away, sv(f.dir), SV("away"));
	assert_int_equal(rename(str_c(&path), str_c(&away)), 0);
	assert_int_equal(symlink(str_c(&away), str_c(&path)), 0);
	assert_int_equal(unlink(str_c(&pipe_path)), 0);
	assert_int_equal(mkfifo(str_c(&pipe_path), 0600), 0);
	assert_true(vault_scan(f.vault, &err));
	assert_int_equal(count(f.vault, OBJECT_REVISION), 0);
	size_t bad;
	const Damage *damage = vault_damage(f.vault, &bad);
	assert_int_equal(bad, 2);
	for (size_t i = 0; i < bad; i++)
		assert_true(strstr(err_text(&damage[i].reason), "symbolic link") != NULL ||
			    strstr(err_text(&damage[i].reason), "is no file") != NULL);
	/* the folder of objects itself */
	Str objects = {0}, elsewhere = {0};
	path_join(&objects, str_view(&f.path), SV("objects"));
	path_join(&elsewhere, sv(f.dir), SV("elsewhere"));
	assert_int_equal(rename(str_c(&objects), str_c(&elsewhere)), 0);
	assert_int_equal(symlink(str_c(&elsewhere), str_c(&objects)), 0);
	assert_true(vault_scan(f.vault, &err));
	assert_int_equal(damaged(f.vault), 1);
	Revision revision = text_revision("셋", "3");
	assert_false(vault_save_draft(f.vault, &revision, &err));
	revision_free(&revision);
	str_free(&objects);
	str_free(&elsewhere);
	str_free(&path);
	str_free(&away);
	str_free(&pipe_path);
	end(&f);
}

/* ---- Damage and provider moves */

static void
damage_stays_in_one_object_and_has_a_name(void **state)
{
	(void)state;
	Fixture f = start();
	Err err = {0};
	Id sound = save(f.vault, "성한 글", "본문"), draft = save(f.vault, "다친 글", "처음");
	Revision revision = {0}, read = {0};
	assert_true(vault_load_draft(f.vault, draft, &revision, &err));
	str_set(&revision.body, SV("둘째"));
	assert_true(vault_save_draft(f.vault, &revision, &err));
	Id second = revision.object;
	str_set(&revision.body, SV("셋째"));
	assert_true(vault_save_draft(f.vault, &revision, &err));
	Str first_path = object_path(f.vault, draft), second_path = object_path(f.vault, second);
	Str head_path = object_path(f.vault, revision.object);

	/* the card of the first revision: its id is the draft's; of the second: its child names it */
	edit_file(str_c(&first_path), 500, 1);
	edit_file(str_c(&second_path), 120, 1);
	assert_true(vault_scan(f.vault, &err));
	assert_int_equal(damaged(f.vault), 2);
	for (size_t i = 0; i < 2; i++) {
		assert_true(id_equal(damage_at(f.vault, i)->subject, draft));
		assert_view_equal(str_view(&damage_at(f.vault, i)->title), "다친 글");
		assert_int_equal(damage_at(f.vault, i)->reason.kind, ERR_DAMAGED);
	}
	assert_true(vault_load_draft(f.vault, draft, &read, &err));
	assert_view_equal(str_view(&read.body), "셋째");

	/* the body of the head: the list does not see it, loading and checking do */
	edit_file(str_c(&head_path), 2000, 1);
	assert_true(vault_scan(f.vault, &err));
	assert_int_equal(damaged(f.vault), 2);
	assert_false(vault_load_draft(f.vault, draft, &read, &err));
	assert_int_equal(err.kind, ERR_DAMAGED);
	assert_non_null(strstr(err_text(&err), "다친 글"));
	size_t objects;
	assert_true(vault_check(f.vault, &objects, &err));
	assert_int_equal(objects, 4);
	assert_int_equal(damaged(f.vault), 3);
	assert_true(vault_load_draft(f.vault, sound, &read, &err));
	assert_view_equal(str_view(&read.body), "본문");

	/* every card of the draft: it is damaged, not unknown */
	edit_file(str_c(&head_path), 500, 1);
	assert_true(vault_scan(f.vault, &err));
	assert_false(vault_load_draft(f.vault, draft, &read, &err));
	assert_int_equal(err.kind, ERR_DAMAGED);
	assert_int_equal(count(f.vault, OBJECT_REVISION), 1);
	str_free(&first_path);
	str_free(&second_path);
	str_free(&head_path);
	revision_free(&revision);
	revision_free(&read);
	end(&f);
}

static void
moved_and_foreign_files_are_noticed(void **state)
{
	(void)state;
	Fixture f = start();
	Err err = {0};
	Id one = save(f.vault, "하나", "1"), two = save(f.vault, "둘", "2");
	Str one_path = object_path(f.vault, one), two_path = object_path(f.vault, two), third = {0}, copy = {0};
	/* swapped names */
	path_join(&third, sv(f.dir), SV("x"));
	move_file(str_c(&one_path), str_c(&third));
	move_file(str_c(&two_path), str_c(&one_path));
	move_file(str_c(&third), str_c(&two_path));
	assert_true(vault_scan(f.vault, &err));
	assert_int_equal(damaged(f.vault), 2);
	assert_int_equal(count(f.vault, OBJECT_REVISION), 0);
	move_file(str_c(&one_path), str_c(&third));
	move_file(str_c(&two_path), str_c(&one_path));
	move_file(str_c(&third), str_c(&two_path));
	assert_true(vault_scan(f.vault, &err));
	assert_int_equal(damaged(f.vault), 0);

	/* conflict copies, other files, a wrong shard: ignored by the list, named by the check */
	const char *one_file = str_c(&one_path), *vault_dir = str_c(&f.path);
	char wrong = strrchr(one_file, '/')[1] == 'q' ? 'r' : 'q';
	str_printf(
		&copy, "cp '%s' '%s.sync-conflict-1'; touch '%s/objects/.stfolder'; ", one_file, one_file, vault_dir);
	str_printf(&copy, "mkdir -p '%s/objects/%c' && cp '%s' '%s/objects/%c/'", vault_dir, wrong, one_file, vault_dir,
		wrong);
	assert_int_equal(system(str_c(&copy)), 0);
	assert_true(vault_scan(f.vault, &err));
	assert_int_equal(damaged(f.vault), 0);
	assert_int_equal(count(f.vault, OBJECT_REVISION), 2);
	size_t objects;
	assert_true(vault_check(f.vault, &objects, &err));
	assert_int_equal(objects, 2);
	assert_int_equal(damaged(f.vault), 3);

	/* an object of another vault */
	Str other_path = {0}, foreign = {0};
	path_join(&other_path, sv(f.dir), SV("other"));
	assert_int_equal(mkdir(str_c(&other_path), 0700), 0);
	Vault *other = quick_vault(str_c(&other_path), &foreign);
	Id stranger = save(other, "남의 글", "3");
	Str from = object_path(other, stranger), to = object_path(f.vault, stranger);
	move_file(str_c(&from), str_c(&to));
	assert_true(vault_scan(f.vault, &err));
	assert_int_equal(damaged(f.vault), 1);
	assert_non_null(strstr(err_text(&damage_at(f.vault, 0)->reason), "another vault"));
	vault_close(other);
	str_free(&from);
	str_free(&to);
	str_free(&other_path);
	str_free(&foreign);
	str_free(&one_path);
	str_free(&two_path);
	str_free(&third);
	str_free(&copy);
	end(&f);
}

static void
leftovers_in_tmp_and_a_missing_tmp_do_not_matter(void **state)
{
	(void)state;
	Fixture f = start();
	Err err = {0};
	char command[600];
	snprintf(command, sizeof command, "head -c 4096 /dev/urandom > '%s/tmp/aaaaaaaaaaaaaaaaaaaaaaaaaa'",
		str_c(&f.path));
	assert_int_equal(system(command), 0);
	save(f.vault, "제목", "본문");
	size_t objects;
	assert_true(vault_check(f.vault, &objects, &err));
	assert_int_equal(objects, 1);
	assert_int_equal(damaged(f.vault), 0);
	snprintf(command, sizeof command, "rm -r '%s/tmp'", str_c(&f.path));
	assert_int_equal(system(command), 0);
	save(f.vault, "둘", "본문");
	assert_int_equal(count_files(str_c(&f.path), "objects"), 2);
	end(&f);
}

static void
kinds_of_the_future_are_kept(void **state)
{
	(void)state;
	Fixture f = start();
	Err err = {0};
	Card card = {.kind = 77, .lamport = 0};
	const Item *item = store_put(f.vault, &card, SV(""), &err);
	assert_non_null(item);
	Id object = item->id;
	save(f.vault, "제목", "본문");
	assert_true(vault_scan(f.vault, &err));
	assert_non_null(chains_find(&f.vault->chains, object));
	assert_int_equal(count(f.vault, OBJECT_REVISION), 1);
	size_t objects, number;
	assert_true(vault_check(f.vault, &objects, &err));
	assert_int_equal(objects, 2);
	assert_int_equal(damaged(f.vault), 0);
	vault_entries(f.vault, (ObjectKind)77, &number);
	assert_int_equal(number, 0);
	assert_null(vault_entry(f.vault, (ObjectKind)77, object));
	end(&f);
}

/* ---- Two sessions */

static void
two_sessions_see_each_other_after_a_refresh(void **state)
{
	(void)state;
	Fixture f = start();
	Err err = {0};
	Vault *other = quick_open(&SYS_POSIX, str_c(&f.path));
	Id draft = save(f.vault, "제목", "본문");
	assert_null(vault_entry(other, OBJECT_REVISION, draft));
	assert_true(vault_refresh(other, &err));
	assert_non_null(vault_entry(other, OBJECT_REVISION, draft));
	Str path = object_path(f.vault, draft);
	assert_int_equal(unlink(str_c(&path)), 0);
	assert_true(vault_refresh(other, &err));
	assert_null(vault_entry(other, OBJECT_REVISION, draft));
	/* the counter of a session goes on from the highest it has seen */
	save(f.vault, "둘", "2");
	save(f.vault, "셋", "3");
	assert_true(vault_refresh(other, &err));
	Id last = save(other, "넷", "4");
	Item *item = chains_find(&other->chains, last);
	assert_int_equal(item->card.lamport, 4);
	str_free(&path);
	vault_close(other);
	end(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_vault_is_private_and_opens_again),
		cmocka_unit_test(secrets_are_told_apart),
		cmocka_unit_test(creating_refuses_what_is_not_empty),
		cmocka_unit_test(the_public_functions_keep_the_formats_limits),
		cmocka_unit_test(a_vault_is_made_and_opened_at_once),
		cmocka_unit_test(a_hold_is_tried_without_waiting),
		cmocka_unit_test(memory_that_cannot_be_locked_is_told),
		cmocka_unit_test(damaged_slots_are_told_from_wrong_passphrases),
		cmocka_unit_test(only_the_first_64_slot_files_count),
		cmocka_unit_test(a_head_with_a_damaged_body_stays_the_head),
		cmocka_unit_test(links_are_refused),
		cmocka_unit_test(damage_stays_in_one_object_and_has_a_name),
		cmocka_unit_test(moved_and_foreign_files_are_noticed),
		cmocka_unit_test(leftovers_in_tmp_and_a_missing_tmp_do_not_matter),
		cmocka_unit_test(kinds_of_the_future_are_kept),
		cmocka_unit_test(two_sessions_see_each_other_after_a_refresh),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
