/* The provider simulator: everything that somebody who holds the folder can do to it, to every file of a vault that a
 * device has seen; and what honest devices do to each other. As a test it runs a share: the first argument is the
 * number of interleavings, 40 without one. */
#include "provider.h"

#include <time.h>

enum { SNAPSHOTS_MAX = 40, DRAFTS = 5, TEXTS_MAX = 64, SHARE = 40 };

static size_t interleavings = SHARE;

/* ---- A vault with one of everything */

/* Whatever was ever saved, to tell it from wrong characters. */
typedef struct Text {
	Id draft;
	Str body;
} Text;

typedef struct World {
	char *dir;
	Sys sys;
	char vault[64], state[64], moved[64], moved_state[64];
	char snapshots[SNAPSHOTS_MAX][72]; /* of the whole folder, oldest first */
	size_t snapshot_len;
	Vault *open;
	Id drafts[DRAFTS], sites[2];
	Text texts[TEXTS_MAX];
	size_t text_len;
} World;

static void
snapshot(World *world)
{
	assert_true(world->snapshot_len < SNAPSHOTS_MAX);
	char *name = world->snapshots[world->snapshot_len];
	snprintf(name, sizeof world->snapshots[0], "%s/old%zu", world->dir, world->snapshot_len++);
	copy_tree(world->vault, name);
}

static void
new_session(World *world)
{
	Err err = {0};
	vault_close(world->open);
	world->open = open_device(&world->sys, world->vault, world->state, &err);
	if (world->open == NULL)
		fail_msg("%s", err_text(&err));
	snapshot(world);
}

static void
write_draft(World *world, size_t number, const char *body, bool automatic)
{
	Revision revision = {0};
	Err err = {0};
	if (!id_is_none(world->drafts[number]))
		assert_true(vault_load_draft(world->open, world->drafts[number], &revision, &err));
	str_clear(&revision.title);
	str_printf(&revision.title, "글 %zu", number);
	str_set(&revision.body, sv(body));
	revision.automatic = automatic;
	assert_true(vault_save_draft(world->open, &revision, &err));
	world->drafts[number] = revision.draft;
	assert_true(world->text_len < TEXTS_MAX);
	world->texts[world->text_len++] = (Text){revision.draft, str_from(sv(body))};
	revision_free(&revision);
}

static void
write_site(World *world, size_t number, const char *name)
{
	Err err = {0};
	SiteRecord site = {.id = world->sites[number], .name = str_from(sv(name)), .driver = str_from(SV("folder"))};
	assert_true(vault_save_site(world->open, &site, &err));
	world->sites[number] = site.id;
	site_record_free(&site);
}

static void
write_publication(World *world, PublishPhase phase)
{
	Err err = {0};
	Publication publication = {
		.draft = world->drafts[0], .site = world->sites[0], .phase = phase, .token = str_from(SV("표"))};
	assert_true(vault_save_publication(world->open, &publication, &err));
	publication_free(&publication);
}

static void
write_work(World *world, Id *id, const char *name)
{
	Err err = {0};
	Work work = {.id = *id, .name = str_from(sv(name))};
	assert_true(vault_save_work(world->open, &work, &err));
	*id = work.id;
	work_free(&work);
}

static void
write_records(World *world)
{
	Err err = {0};
	Vault *vault = world->open;
	write_site(world, 0, "첫 자리");
	write_site(world, 1, "떠날 자리");
	write_publication(world, PHASE_INTENT);
	write_publication(world, PHASE_CREATED);
	write_publication(world, PHASE_PUBLIC);
	assert_true(vault_save_settings(vault, SV("set site 하나\n"), &err));
	assert_true(vault_save_settings(vault, SV("set site 둘\n"), &err));
	Vocabulary words = {.site = world->sites[0]};
	assert_true(vocabulary_put(&words, false, SV("1"), SV("촛불"), 3, &err));
	assert_true(vault_save_vocabulary(vault, &words, &err));
	vocabulary_free(&words);
}

/* Device A writes all of it in a few sessions. */
static World
make_world(void)
{
	World world = {.dir = make_dir()};
	Err err = {0};
	Id work = ID_NONE;
	Str shown = {0};
	size_t packed = 0;
	simulated_seed(1);
	world.sys = simulated_sys();
	snprintf(world.vault, sizeof world.vault, "%s/v", world.dir);
	snprintf(world.state, sizeof world.state, "%s/s", world.dir);
	snprintf(world.moved, sizeof world.moved, "%s/mv", world.dir);
	snprintf(world.moved_state, sizeof world.moved_state, "%s/ms", world.dir);
	assert_true(make_vault(&world.sys, world.vault, &err));
	new_session(&world);
	assert_true(vault_recovery_key(world.open, &shown, &err));
	for (size_t i = 0; i < DRAFTS; i++)
		write_draft(&world, i, i % 2 == 0 ? "처음 쓴 글" : "처음 쓴 다른 글", false);
	new_session(&world);
	write_records(&world);
	write_work(&world, &work, "작품");
	new_session(&world);
	write_draft(&world, 0, "두 번째 판", false);
	write_draft(&world, 1, "저절로 적힌 판", true);
	write_draft(&world, 1, "저절로 다시 적힌 판", true);
	write_work(&world, &work, "작품, 다시");
	new_session(&world);
	write_draft(&world, 1, "그 위에 적은 판", false);
	write_draft(&world, 2, "마지막에 저절로 적힌 판", true);
	assert_true(vault_trash_draft(world.open, world.drafts[3], &err));
	assert_true(vault_trash_draft(world.open, world.drafts[4], &err));
	new_session(&world);
	assert_true(vault_restore_draft(world.open, world.drafts[4], &err));
	assert_true(vault_remove_site(world.open, world.sites[1], &err));
	write_draft(&world, 0, "세 번째 판", false);
	for (size_t i = 0; i < 12; i++) {
		char body[32];
		snprintf(body, sizeof body, "%zu일 뒤의 판", i);
		write_draft(&world, 0, body, false);
		simulated_wait((int64_t)i * 3600000 * 12);
	}
	assert_true(vault_tidy(world.open, world.drafts[0], &packed, &err));
	assert_true(packed > 0);
	new_session(&world);
	vault_close(world.open);
	world.open = NULL;
	str_wipe(&shown);
	return world;
}

static void
free_world(World *world)
{
	for (size_t i = 0; i < world->text_len; i++)
		str_free(&world->texts[i].body);
	remove_dir(world->dir);
}

/* ---- What is noticed */

typedef struct Noticed {
	bool at_open, at_check, missing, damage, slots, rolled_back;
} Noticed;

static void
look(const Vault *vault, Noticed *noticed)
{
	size_t missing, damage, slots;
	vault_missing(vault, &missing);
	vault_damage(vault, &damage);
	vault_slots_changed(vault, &slots);
	noticed->missing = noticed->missing || missing > 0;
	noticed->damage = noticed->damage || damage > 0;
	noticed->slots = noticed->slots || slots > 0;
	noticed->rolled_back = noticed->rolled_back || vault_is_rolled_back(vault);
}

/* A text that is shown is one that was written in that draft. */
static bool
text_right(const World *world, const Revision *revision)
{
	for (size_t i = 0; i < world->text_len; i++) {
		if (id_equal(world->texts[i].draft, revision->draft) &&
			sv_equal(str_view(&world->texts[i].body), str_view(&revision->body)))
			return true;
	}
	return false;
}

static size_t
wrong_texts(const World *world, Vault *vault)
{
	size_t wrong = 0;
	for (size_t i = 0; i < DRAFTS; i++) {
		Revision revision = {0};
		RevisionEntry *history = NULL;
		size_t count = 0;
		if (vault_load_draft(vault, world->drafts[i], &revision, NULL))
			wrong += !text_right(world, &revision);
		if (!vault_history(vault, world->drafts[i], &history, &count, NULL))
			count = 0;
		for (size_t k = 0; k < count; k++) {
			if (vault_load_revision(vault, history[k].object, &revision, NULL))
				wrong += !text_right(world, &revision) || !id_equal(revision.draft, world->drafts[i]);
		}
		free(history);
		revision_free(&revision);
	}
	return wrong;
}

static Noticed
judge(const World *world, size_t *wrong)
{
	Noticed noticed = {0};
	Err err = {0};
	Vault *vault = open_device(&world->sys, world->moved, world->moved_state, &err);
	if (vault == NULL)
		return (Noticed){.at_open = true};
	look(vault, &noticed);
	noticed.at_open = noticed.missing || noticed.damage || noticed.slots;
	*wrong += wrong_texts(world, vault);
	size_t objects;
	assert_true(vault_check(vault, &objects, &err));
	look(vault, &noticed);
	noticed.at_check = noticed.missing || noticed.damage || noticed.slots;
	vault_close(vault);
	return noticed;
}

/* ---- The moves. Each returns false when there is no such move for that file. */

typedef bool MoveFn(const World *world, const StrList *files, size_t file);

static const char *
name_at(const StrList *files, size_t at)
{
	return str_c(&files->items[at]);
}

/* The next file of the same sort. */
static size_t
neighbour(const StrList *files, size_t file)
{
	for (size_t step = 1; step < files->len; step++) {
		size_t at = (file + step) % files->len;
		if (name_at(files, at)[0] == name_at(files, file)[0])
			return at;
	}
	return file;
}

static bool
move_delete(const World *world, const StrList *files, size_t file)
{
	remove_file(world->moved, name_at(files, file));
	return true;
}

/* The whole folder as it was just before the file came, or in the beginning. */
static bool
move_roll_back(const World *world, const StrList *files, size_t file)
{
	size_t from = 0;
	for (size_t i = 0; i < world->snapshot_len; i++) {
		if (!is_there(world->snapshots[i], name_at(files, file)))
			from = i;
	}
	copy_tree(world->snapshots[from], world->moved);
	return true;
}

/* All that came with the file or later is kept back; what went stays away. */
static bool
move_withhold(const World *world, const StrList *files, size_t file)
{
	size_t before = 0;
	while (before < world->snapshot_len && !is_there(world->snapshots[before], name_at(files, file)))
		before++;
	if (before == 0)
		return false;
	for (size_t i = 0; i < files->len; i++) {
		if (!is_there(world->snapshots[before - 1], name_at(files, i)))
			remove_file(world->moved, name_at(files, i));
	}
	return true;
}

static bool
move_swap(const World *world, const StrList *files, size_t file)
{
	const char *one = name_at(files, file), *other = name_at(files, neighbour(files, file));
	Str a = read_bytes(world->moved, one), b = read_bytes(world->moved, other);
	write_bytes(world->moved, one, str_view(&b));
	write_bytes(world->moved, other, str_view(&a));
	str_free(&a);
	str_free(&b);
	return true;
}

/* To a name that is as good as any. */
static bool
move_rename(const World *world, const StrList *files, size_t file)
{
	const char *old = name_at(files, file);
	Str bytes = read_bytes(world->moved, old), name = str_from(sv(old));
	char *at = name.ptr + strlen("keys/") + (old[0] == 'o' ? 10 : 3);
	*at = *at == 'b' ? 'c' : 'b';
	write_bytes(world->moved, str_c(&name), str_view(&bytes));
	remove_file(world->moved, old);
	str_free(&bytes);
	str_free(&name);
	return true;
}

/* To one that is no object's. */
static bool
move_hide(const World *world, const StrList *files, size_t file)
{
	Str bytes = read_bytes(world->moved, name_at(files, file)), name = {0};
	str_printf(&name, "%s~", name_at(files, file));
	write_bytes(world->moved, str_c(&name), str_view(&bytes));
	remove_file(world->moved, name_at(files, file));
	str_free(&bytes);
	str_free(&name);
	return true;
}

/* The first half of one, the second of another. */
static bool
move_splice(const World *world, const StrList *files, size_t file)
{
	size_t other = neighbour(files, file);
	Str a = read_bytes(world->moved, name_at(files, file)), b = read_bytes(world->moved, name_at(files, other));
	size_t half = a.len / 2;
	bool can = other != file && b.len == a.len;
	if (can) {
		memcpy(a.ptr + half, b.ptr + half, a.len - half);
		write_bytes(world->moved, name_at(files, file), str_view(&a));
	}
	str_free(&a);
	str_free(&b);
	return can;
}

/* Other bytes under an old name. */
static bool
move_change(const World *world, const StrList *files, size_t file)
{
	Str bytes = read_bytes(world->moved, name_at(files, file));
	bytes.ptr[file * 37 % 200] ^= 1;
	write_bytes(world->moved, name_at(files, file), str_view(&bytes));
	str_free(&bytes);
	return true;
}

/* A copy under the name that a synchronising tool gives it. */
static bool
move_conflict(const World *world, const StrList *files, size_t file)
{
	const char *old = name_at(files, file);
	bool is_slot = old[0] == 'k';
	Str bytes = read_bytes(world->moved, old), name = {0};
	StrView stem = sv(old);
	stem.len -= is_slot ? strlen(".key") : 0;
	str_printf(
		&name, "%.*s.sync-conflict-20260102-030405-ABCDEFG%s", (int)stem.len, stem.ptr, is_slot ? ".key" : "");
	write_bytes(world->moved, str_c(&name), str_view(&bytes));
	str_free(&bytes);
	str_free(&name);
	return true;
}

/* The slot of a passphrase that was changed comes back: a slot that this device has seen leave. */
static bool
move_replay(const World *world, const StrList *files, size_t file)
{
	Err err = {0};
	Str old = {0};
	if (!sv_ends(sv(name_at(files, file)), SV(".key")))
		return false;
	/* The slot leaves while the other stays, this device says that it is right so, and it is put back. */
	old = read_bytes(world->moved, name_at(files, file));
	Vault *vault = open_device(&world->sys, world->moved, world->moved_state, &err);
	remove_file(world->moved, name_at(files, file));
	index_slots_known(vault);
	size_t changed;
	vault_slots_changed(vault, &changed);
	assert_int_equal(changed, 0);
	vault_close(vault);
	write_bytes(world->moved, name_at(files, file), str_view(&old));
	str_free(&old);
	return true;
}

static const struct {
	const char *name;
	MoveFn *move;
	bool at_open; /* noticed when the vault is opened, without a check */
} MOVES[] = {
	{"delete", move_delete, true},
	{"roll back the whole", move_roll_back, true},
	{"withhold what is new", move_withhold, true},
	{"swap two", move_swap, false},
	{"rename", move_rename, true},
	{"rename to no name", move_hide, true},
	{"splice", move_splice, false},
	{"change a bit", move_change, false},
	{"conflict copy", move_conflict, false},
	{"replay a slot", move_replay, true},
};

static void
try_moves(const World *world, const StrList *files, size_t kind)
{
	size_t tried = 0, at_open = 0, at_check = 0, wrong = 0;
	for (size_t i = 0; i < files->len; i++) {
		copy_tree(world->vault, world->moved);
		copy_tree(world->state, world->moved_state);
		if (!MOVES[kind].move(world, files, i))
			continue;
		Noticed noticed = judge(world, &wrong);
		tried++;
		at_open += noticed.at_open;
		at_check += noticed.at_open || noticed.at_check;
		if (!noticed.at_open && !noticed.at_check)
			print_error("%s: not noticed: %s\n", MOVES[kind].name, name_at(files, i));
		if (MOVES[kind].at_open && !noticed.at_open)
			print_error("%s: not noticed at open: %s\n", MOVES[kind].name, name_at(files, i));
	}
	print_message("# %-22s %3zu files, %3zu noticed on opening, %3zu with a check, %zu wrong texts\n",
		MOVES[kind].name, tried, at_open, at_check, wrong);
	assert_true(tried > 0);
	assert_int_equal(at_check, tried);
	assert_int_equal(wrong, 0);
	assert_true(!MOVES[kind].at_open || at_open == tried);
}

static void
every_move_on_every_file_is_noticed(void **state)
{
	(void)state;
	World world = make_world();
	StrList files = {0};
	size_t wrong = 0;
	list_vault(world.vault, &files);
	copy_tree(world.vault, world.moved);
	copy_tree(world.state, world.moved_state);
	/* the control: nothing was done, nothing is said */
	Noticed nothing = judge(&world, &wrong);
	assert_false(nothing.at_open || nothing.at_check);
	for (size_t kind = 0; kind < sizeof MOVES / sizeof *MOVES; kind++)
		try_moves(&world, &files, kind);
	list_free(&files);
	free_world(&world);
}

static void
honest_devices_raise_no_alarm(void **state)
{
	(void)state;
	DeviceFigures figures = {0};
	for (size_t i = 0; i < interleavings; i++)
		run_devices(i, &figures);
	print_message("# %zu interleavings of 3 devices: %zu operations, %zu acknowledged saves, %zu openings,\n"
		      "# %zu synchronisations, %zu of them cut, %zu in the middle of a look, %zu revisions thinned or "
		      "packed;\n"
		      "# no false alarm, nothing lost\n",
		interleavings, figures.operations, figures.saves, figures.opens, figures.syncs, figures.cut,
		figures.in_a_walk, figures.thinned);
	assert_true(figures.cut > 0 && figures.in_a_walk > 0);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_move_on_every_file_is_noticed),
		cmocka_unit_test(honest_devices_raise_no_alarm),
	};
	if (argc > 1)
		interleavings = strtoul(argv[1], NULL, 10);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
