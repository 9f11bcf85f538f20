/* Three devices with a vault each, joined by a tool that copies files one way at a time: whatever the order, nobody is
 * told of a loss, nothing is lost, and in the end all have the same. */
#include "provider.h"

#include "../../src/vault/pack.h"

#include <unistd.h>

enum { DEVICES = 3, STEPS = 60, DRAFTS_MAX = 6, ROUNDS_MAX = 12, DAY_MS = 86400000 };

typedef struct Device {
	char vault[64], state[64], old_index[64];
	Vault *open;
	StrList seen, gone; /* files: that were here; of these, that were removed here */
} Device;

typedef struct World {
	char *dir;
	Sys sys;
	Device devices[DEVICES];
	Item **saved; /* copies of what was acknowledged */
	size_t saved_len, saved_cap;
	Id drafts[DRAFTS_MAX], sites[4], works[3];
	size_t draft_len, site_len, work_len;
	DeviceFigures *figures;
	uint64_t seed;
	size_t step;
} World;

/* A walk through a folder during which the tool is at work: the calls know no vault, so it stands here. */
static struct {
	World *world;
	size_t from, to, calls_left;
} meanwhile;

static void
die(const World *world, const char *what, const Err *err)
{
	char text[ERR_TEXT_MAX] = "";
	if (err != NULL && err->kind != ERR_NONE)
		err_format(err, err->id, text, sizeof text);
	fail_msg("seed %llu, step %zu: %s %s", (unsigned long long)world->seed, world->step, what, text);
}

static void
require(const World *world, bool ok, const char *what, const Err *err)
{
	if (!ok)
		die(world, what, err);
}

/* ---- The tool */

/* What was removed on a device since this was asked last. */
static void
look_around(Device *device)
{
	StrList now = {0};
	list_vault(device->vault, &now);
	for (size_t i = 0; i < device->seen.len; i++) {
		StrView file = str_view(&device->seen.items[i]);
		if (!list_has(&now, file) && !list_has(&device->gone, file))
			list_append(&device->gone, file);
	}
	for (size_t i = 0; i < now.len; i++) {
		StrView file = str_view(&now.items[i]);
		if (!list_has(&device->seen, file))
			list_append(&device->seen, file);
	}
	list_free(&now);
}

/* In any order; a tool that knows nothing of what was removed brings it back. False: it was cut. */
static bool
add_files(World *world, Device *from, Device *to, bool knows, bool may_be_cut)
{
	StrList there = {0};
	list_vault(from->vault, &there);
	bool whole = true;
	size_t cut = may_be_cut ? dice(there.len + 1) : SIZE_MAX;
	for (size_t left = there.len, done = 0; left > 0 && whole; left--, done++) {
		size_t pick = dice(left);
		const char *file = str_c(&there.items[pick]);
		whole = done < cut;
		if (whole && !is_there(to->vault, file) && !(knows && list_has(&to->gone, sv(file))))
			copy_file(from->vault, to->vault, file);
		list_remove(&there, pick);
	}
	list_free(&there);
	world->figures->cut += !whole;
	return whole;
}

static void
sync_devices(World *world, size_t a, size_t b, bool knows, bool may_be_cut)
{
	Device *from = &world->devices[a], *to = &world->devices[b];
	look_around(from);
	look_around(to);
	world->figures->syncs++;
	if (add_files(world, from, to, knows, may_be_cut) && knows) {
		for (size_t i = 0; i < from->gone.len; i++) {
			const char *file = str_c(&from->gone.items[i]);
			if (!is_there(from->vault, file) && is_there(to->vault, file))
				remove_file(to->vault, file);
		}
	}
	look_around(to);
}

static bool
list_dir_meanwhile(const char *path, StrList *names)
{
	World *world = meanwhile.world;
	if (world != NULL && meanwhile.calls_left-- == 0) {
		meanwhile.world = NULL;
		world->figures->in_a_walk++;
		sync_devices(world, meanwhile.from, meanwhile.to, true, false);
	}
	return SYS_POSIX.list_dir(path, names);
}

/* ---- What a writer does */

static void
note_saved(World *world, const Item *item)
{
	Item **grown = array_grow(world->saved, world->saved_len, &world->saved_cap, sizeof *grown);
	assert_non_null(grown);
	world->saved = grown;
	world->saved[world->saved_len] = item_copy(item);
	assert_non_null(world->saved[world->saved_len++]);
	world->figures->saves++;
}

static void
note_head(World *world, Vault *vault, ObjectKind kind, Id subject)
{
	const Item *head = store_head(vault, (uint8_t)kind, subject, NULL);
	if (head != NULL)
		note_saved(world, head);
}

static void
save_draft(World *world, Vault *vault)
{
	Revision revision = {0};
	Err err = {0};
	size_t pick = dice(DRAFTS_MAX);
	bool is_new = pick >= world->draft_len && world->draft_len < DRAFTS_MAX;
	Id draft = is_new || world->draft_len == 0 ? ID_NONE : world->drafts[pick % world->draft_len];
	const Entry *entry = id_is_none(draft) ? NULL : vault_entry(vault, OBJECT_REVISION, draft);
	Id other = entry == NULL ? ID_NONE : entry->other_head;
	if (entry != NULL)
		require(world, vault_load_draft(vault, draft, &revision, &err), "load", &err);
	else
		draft = ID_NONE;
	if (dice(2) == 0)
		revision.merged = other;
	revision.automatic = dice(2) == 0;
	str_printf(&revision.body, "%zu번째 줄\n", world->step);
	str_clear(&revision.title);
	str_printf(&revision.title, "글 %zu", world->step);
	require(world, vault_save_draft(vault, &revision, &err), "save", &err);
	note_saved(world, chains_find(&vault->chains, revision.object));
	if (id_is_none(draft) && world->draft_len < DRAFTS_MAX)
		world->drafts[world->draft_len++] = revision.draft;
	revision_free(&revision);
}

static void
trash_draft(World *world, Vault *vault)
{
	if (world->draft_len == 0)
		return;
	Id draft = world->drafts[dice(world->draft_len)];
	Err err = {0};
	if (vault_entry(vault, OBJECT_REVISION, draft) == NULL)
		return;
	bool ok = dice(2) == 0 ? vault_trash_draft(vault, draft, &err) : vault_restore_draft(vault, draft, &err);
	require(world, ok, "trash", &err);
}

static void
write_on(World *world, Vault *vault, Id draft, size_t times)
{
	Revision revision = {0};
	Err err = {0};
	require(world, vault_load_draft(vault, draft, &revision, &err), "load", &err);
	for (size_t i = 0; i < times; i++) {
		simulated_wait((int64_t)dice(DAY_MS));
		str_printf(&revision.body, "%zu번째 줄, %zu\n", world->step, i);
		revision.automatic = dice(3) == 0;
		require(world, vault_save_draft(vault, &revision, &err), "save", &err);
		note_saved(world, chains_find(&vault->chains, revision.object));
	}
	revision_free(&revision);
}

/* Old revisions go into packs, and some of them out of the world. */
static void
tidy_draft(World *world, Vault *vault)
{
	if (world->draft_len == 0)
		return;
	size_t removed = 0;
	Err err = {0};
	Id draft = world->drafts[dice(world->draft_len)];
	if (vault_entry(vault, OBJECT_REVISION, draft) == NULL)
		return;
	write_on(world, vault, draft, dice(8));
	require(world, vault_tidy(vault, draft, &removed, &err), "tidy", &err);
	world->figures->thinned += removed;
}

static void
destroy_draft(World *world, Vault *vault)
{
	Err err = {0};
	if (world->draft_len == 0 || dice(4) != 0)
		return;
	if (!vault_destroy_draft(vault, world->drafts[dice(world->draft_len)], &err))
		require(world, err.kind == ERR_USAGE || err.kind == ERR_NOT_FOUND, "destroy", &err);
}

static void
save_work(World *world, Vault *vault)
{
	Work work = {0};
	Err err = {0};
	bool old = world->work_len == 3 || (world->work_len > 0 && dice(2) == 0);
	work.id = old ? world->works[dice(world->work_len)] : ID_NONE;
	if (old && !vault_load_work(vault, work.id, &work, &err)) {
		require(world, err.kind == ERR_NOT_FOUND, "load a work", &err);
		return;
	}
	str_clear(&work.name);
	str_printf(&work.name, "작품 %zu", world->step);
	require(world, vault_save_work(vault, &work, &err), "save a work", &err);
	note_head(world, vault, OBJECT_WORK, work.id);
	if (!old)
		world->works[world->work_len++] = work.id;
	work_free(&work);
}

static void
save_site(World *world, Vault *vault)
{
	if (world->site_len == 4)
		return;
	SiteRecord site = {.driver = str_from(SV("folder"))};
	Err err = {0};
	str_printf(&site.name, "자리 %zu", world->step);
	require(world, vault_save_site(vault, &site, &err), "save a site", &err);
	world->sites[world->site_len++] = site.id;
	site_record_free(&site);
}

static void
remove_site(World *world, Vault *vault)
{
	Err err = {0};
	if (world->site_len > 0 && !vault_remove_site(vault, world->sites[dice(world->site_len)], &err))
		require(world, err.kind == ERR_NOT_FOUND, "remove a site", &err);
}

static void
save_publication(World *world, Vault *vault)
{
	if (world->draft_len == 0 || world->site_len == 0)
		return;
	Err err = {0};
	Publication publication = {.draft = world->drafts[dice(world->draft_len)],
		.site = world->sites[dice(world->site_len)],
		.phase = PHASE_PUBLIC};
	str_printf(&publication.token, "표 %zu", world->step);
	/* Of a draft that was destroyed there is none any more. */
	if (vault_save_publication(vault, &publication, &err))
		note_head(world, vault, OBJECT_PUBLICATION, publication_subject(publication.draft, publication.site));
	else
		require(world, err.kind == ERR_NOT_FOUND, "save a publication", &err);
	publication_free(&publication);
}

static void
save_settings(World *world, Vault *vault)
{
	Str lines = {0};
	Err err = {0};
	str_printf(&lines, "set site %zu\n", world->step);
	require(world, vault_save_settings(vault, str_view(&lines), &err), "save settings", &err);
	note_head(world, vault, OBJECT_SETTINGS, vault->id);
	str_free(&lines);
}

/* ---- Sessions */

/* Nobody did anything dishonest. */
static void
listen(World *world, size_t number)
{
	Vault *vault = world->devices[number].open;
	size_t missing, damaged, slots;
	const Missing *list = vault_missing(vault, &missing);
	vault_damage(vault, &damaged);
	vault_slots_changed(vault, &slots);
	if (missing > 0)
		print_error("device %zu misses an object of kind %d\n", number, (int)list[0].kind);
	require(world, missing == 0, "a false alarm: missing", NULL);
	require(world, damaged == 0, "a false alarm: damage", NULL);
	require(world, slots == 0, "a false alarm: slots", NULL);
	require(world, !vault_is_rolled_back(vault), "a false alarm: rolled back", NULL);
}

/* The tool may be at work while the folder is walked through. */
static void
stir(World *world, size_t number)
{
	size_t other = (number + 1 + dice(DEVICES - 1)) % DEVICES;
	meanwhile.world = dice(3) == 0 ? world : NULL;
	meanwhile.from = other;
	meanwhile.to = number;
	meanwhile.calls_left = dice(40);
}

static Vault *
open_one(World *world, size_t number)
{
	Device *device = &world->devices[number];
	Err err = {0};
	if (device->open == NULL) {
		stir(world, number);
		device->open = open_device(&world->sys, device->vault, device->state, &err);
		meanwhile.world = NULL;
		require(world, device->open != NULL, "open", &err);
		world->figures->opens++;
	} else {
		stir(world, number);
		require(world, vault_refresh(device->open, &err), "refresh", &err);
		meanwhile.world = NULL;
	}
	listen(world, number);
	return device->open;
}

static void
close_one(Device *device)
{
	vault_close(device->open);
	device->open = NULL;
}

/* The index may be older than what the device has seen, or gone, or no index: a state folder out of a backup. */
static void
spoil_index(World *world, Device *device)
{
	Str index = {0};
	if (device->open != NULL || !file_exists(&SYS_POSIX, device->state))
		return;
	StrList names = {0};
	assert_true(SYS_POSIX.list_dir(device->state, &names));
	if (names.len == 1)
		str_printf(&index, "%s/%s", device->state, str_c(&names.items[0]));
	list_free(&names);
	if (index.len == 0 || !is_there(str_c(&index), "index")) {
		str_free(&index);
		return;
	}
	switch (dice(4)) {
	case 0:
		remove_file(str_c(&index), "index");
		break;
	case 1: {
		Str bytes = read_bytes(str_c(&index), "index");
		bytes.ptr[dice(bytes.len)] ^= 4;
		write_bytes(str_c(&index), "index", str_view(&bytes));
		str_free(&bytes);
		break;
	}
	case 2:
		if (is_there(device->old_index, "index"))
			copy_file(device->old_index, str_c(&index), "index");
		break;
	default:
		copy_file(str_c(&index), device->old_index, "index");
		break;
	}
	(void)world;
	str_free(&index);
}

static void
take_step(World *world)
{
	static void (*const acts[])(World *, Vault *) = {save_draft, save_draft, save_draft, trash_draft, save_work,
		save_site, remove_site, save_publication, save_publication, save_settings, tidy_draft, tidy_draft,
		destroy_draft};
	size_t number = dice(DEVICES);
	Device *device = &world->devices[number];
	simulated_wait((int64_t)dice(DAY_MS));
	switch (dice(8)) {
	case 0:
	case 1:
	case 2:
		sync_devices(world, number, (number + 1 + dice(DEVICES - 1)) % DEVICES, dice(6) != 0, dice(3) == 0);
		break;
	case 3:
		close_one(device);
		spoil_index(world, device);
		break;
	default: {
		Vault *vault = open_one(world, number);
		world->figures->operations++;
		acts[dice(sizeof acts / sizeof *acts)](world, vault);
		listen(world, number);
		break;
	}
	}
}

/* ---- The end */

static bool
all_alike(World *world)
{
	StrList first = {0}, other = {0};
	bool alike = true;
	list_vault(world->devices[0].vault, &first);
	for (size_t i = 1; i < DEVICES && alike; i++) {
		list_vault(world->devices[i].vault, &other);
		alike = first.len == other.len;
		for (size_t k = 0; alike && k < first.len; k++)
			alike = sv_equal(str_view(&first.items[k]), str_view(&other.items[k]));
	}
	list_free(&first);
	list_free(&other);
	return alike;
}

static void
settle(World *world)
{
	for (size_t i = 0; i < DEVICES; i++)
		close_one(&world->devices[i]);
	int rounds = 0;
	do {
		for (size_t a = 0; a < DEVICES; a++) {
			for (size_t b = 0; b < DEVICES; b++) {
				if (a != b)
					sync_devices(world, a, b, true, false);
			}
		}
		/* Opening may remove what a tool has brought back. */
		for (size_t i = 0; i < DEVICES; i++) {
			open_one(world, i);
			close_one(&world->devices[i]);
			look_around(&world->devices[i]);
		}
	} while (!all_alike(world) && ++rounds < ROUNDS_MAX);
	require(world, rounds < ROUNDS_MAX, "the devices do not become alike", NULL);
}

/* There is what was saved, or what took its place: of an automatic revision the next of its session, of old ones the
 * pack that lists them, of records a newer one. What was destroyed was meant to go. */
static bool
is_kept(Vault *vault, const Item *saved)
{
	const Card *card = &saved->card;
	if (chains_find(&vault->chains, saved->id) != NULL || store_destroyed(vault, card->subject))
		return true;
	Chain chain = chains_of(&vault->chains, card->kind, card->subject);
	bool newer = chain.len > 0 && item_compare_age(chain.items[chain.len - 1], saved) > 0;
	if (card->kind != OBJECT_REVISION)
		return newer;
	for (size_t i = 0; i < chain.len && card->automatic; i++) {
		const Card *other = &chain.items[i]->card;
		if (id_equal(other->session, card->session) && other->run <= card->lamport &&
			card->lamport < other->lamport)
			return true;
	}
	return pack_covers(vault, card->subject, saved->id, card);
}

static void
compare(World *world)
{
	Id head[KIND_COUNT * 16] = {0};
	size_t heads = 0;
	for (size_t i = 0; i < DEVICES; i++) {
		Vault *vault = open_one(world, i);
		size_t objects, at = 0;
		Err err = {0};
		require(world, vault_check(vault, &objects, &err), "check", &err);
		listen(world, i);
		for (size_t k = 0; k < world->saved_len; k++)
			require(world, is_kept(vault, world->saved[k]), "an acknowledged save is lost", NULL);
		for (int kind = OBJECT_REVISION; kind < KIND_COUNT; kind++) {
			size_t count;
			const Entry *const *list = vault_entries(vault, (ObjectKind)kind, &count);
			for (size_t k = 0; k < count && at < sizeof head / sizeof *head; k++, at++) {
				require(world, i == 0 || id_equal(head[at], list[k]->head), "another state", NULL);
				head[at] = list[k]->head;
			}
		}
		require(world, i == 0 || heads == at, "another number of things", NULL);
		heads = at;
		close_one(&world->devices[i]);
	}
}

void
run_devices(uint64_t seed, DeviceFigures *figures)
{
	World world = {.dir = make_dir(), .figures = figures, .seed = seed};
	Err err = {0};
	simulated_seed(seed);
	world.sys = simulated_sys();
	world.sys.list_dir = list_dir_meanwhile;
	for (size_t i = 0; i < DEVICES; i++) {
		Device *device = &world.devices[i];
		snprintf(device->vault, sizeof device->vault, "%s/v%zu", world.dir, i);
		snprintf(device->state, sizeof device->state, "%s/s%zu", world.dir, i);
		snprintf(device->old_index, sizeof device->old_index, "%s/o%zu", world.dir, i);
		if (i == 0)
			require(&world, make_vault(&world.sys, device->vault, &err), "make", &err);
		else
			copy_tree(world.devices[0].vault, device->vault);
	}
	for (world.step = 0; world.step < STEPS; world.step++)
		take_step(&world);
	settle(&world);
	compare(&world);
	for (size_t i = 0; i < DEVICES; i++) {
		list_free(&world.devices[i].seen);
		list_free(&world.devices[i].gone);
	}
	for (size_t i = 0; i < world.saved_len; i++)
		item_free(world.saved[i]);
	free(world.saved);
	remove_dir(world.dir);
}
