/* The bit flipper: a vault of fifty drafts in which every bit is flipped, every length cut, every sector zeroed and
 * files change places. Never a wrong character, never another draft lost, and what is damaged is named. */
#include "crash_sys.h"
#include "torture.h"

#include "../../src/vault/drop.h"

enum { DRAFTS = 50, SECTOR = 512, PATH = 512, FILES = 4 * DRAFTS };

#define DIR "/v"

typedef struct Draft {
	Id id, first, head;
	int number;
} Draft;

typedef struct Flips {
	CrashFs *fs;
	Vault *vault; /* opened before anything was damaged */
	Draft drafts[DRAFTS];
	char files[FILES][PATH];
	size_t file_count;
	uint64_t random, stride, sample;
	size_t tried, opened; /* damages; whole vaults opened with one */
	char why[ERR_TEXT_MAX + PATH];
} Flips;

/* ---- The vault */

static void
text_of(int draft, int revision, Str *title, Str *body)
{
	str_printf(title, "제목 %d", draft);
	str_printf(body, "%d번째 글의 %d번째 판.\n", draft, revision);
	/* A few take more than the smallest file. */
	for (int i = 0; draft % 10 == 7 && i < 90; i++)
		str_printf(body, "\n%d번째 글의 %d번째 문단이다.\n", draft, i);
}

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

static void
note_file(const char *path, void *data)
{
	Flips *flips = data;
	if ((strstr(path, "/objects/") != NULL || strstr(path, "/keys/") != NULL) && flips->file_count < FILES)
		snprintf(flips->files[flips->file_count++], PATH, "%s", path);
}

static void
make_vault(Flips *flips)
{
	Err err = {0};
	must(open_create(&CRASH_SYS, DIR, TORTURE_PASSPHRASE, 1, 8192, &err), &err);
	Vault *vault = open_vault(&CRASH_SYS, DIR, NULL, TORTURE_PASSPHRASE, &TORTURE_LIMITS, &err);
	must(vault != NULL, &err);
	for (int i = 0; i < DRAFTS; i++) {
		Revision revision = {0};
		for (int n = 1; n <= 2; n++) {
			str_clear(&revision.title);
			str_clear(&revision.body);
			text_of(i, n, &revision.title, &revision.body);
			must(vault_save_draft(vault, &revision, &err), &err);
			flips->drafts[i].id = revision.draft;
			*(n == 1 ? &flips->drafts[i].first : &flips->drafts[i].head) = revision.object;
		}
		flips->drafts[i].number = i;
		revision_free(&revision);
	}
	must(vault_save_settings(vault, SV("set language ko"), &err), &err);
	SiteRecord site = {.name = str_from(SV("집")), .driver = str_from(SV("folder"))};
	must(vault_save_site(vault, &site, &err), &err);
	site_record_free(&site);
	crash_each(flips->fs, note_file, flips);
	flips->vault = vault;
}

/* ---- One damage */

static bool
wrong(Flips *flips, const char *path, const char *how, size_t at, const char *what)
{
	snprintf(flips->why, sizeof flips->why, "%s, %s %zu: %s", path, how, at, what);
	return false;
}

static bool
is_text(const Revision *revision, int draft, int number)
{
	Str title = {0}, body = {0};
	text_of(draft, number, &title, &body);
	bool same = sv_equal(str_view(&title), str_view(&revision->title)) &&
		    sv_equal(str_view(&body), str_view(&revision->body));
	str_free(&title);
	str_free(&body);
	return same;
}

/* What the two openings of the room, which all others go through, make of the bytes: neither the card nor the body may
 * come out of a damaged file, unless the card is sound and says no more than it did. */
static bool
object_refused(Flips *flips, const char *path, const uint8_t *bytes, size_t len, const Card *sound)
{
	ObjectPlace place = {.vault = flips->vault->id, .epoch = flips->vault->keys->epoch};
	Card card = {0};
	Str body = {0};
	StrView file = {(const char *)bytes, len};
	if (!id_parse(sv(strrchr(path, '/') + 1), &place.object))
		abort();
	Verdict listed = object_open_card(flips->vault->keys->objects, &place, file, len, &card);
	bool ok = listed != VERDICT_OK ||
		  (id_equal(card.subject, sound->subject) && sv_equal(str_view(&card.title), str_view(&sound->title)) &&
			  card.lamport == sound->lamport && card.body_len == sound->body_len);
	card_free(&card);
	card = (Card){0};
	ok = object_open(flips->vault->keys->objects, &place, file, &card, &body) != VERDICT_OK && ok;
	card_free(&card);
	str_wipe(&body);
	return ok;
}

/* The previous revision of a draft whose head is damaged, through a vault that is opened now. */
static bool
head_is_offered(Flips *flips, Vault *vault, const Draft *draft, const char *path, const char **what)
{
	Revision shown = {0};
	Err err = {0};
	char text[ERR_TEXT_MAX];
	Str title = {0}, body = {0};
	size_t count;
	bool listed = false;
	const Damage *damage = vault_damage(vault, &count);
	for (size_t i = 0; i < count; i++)
		listed = listed || (strstr(path, str_c(&damage[i].path)) != NULL && damage[i].reason.kind != ERR_NONE);
	*what = "the head is damaged and neither named nor an earlier revision in its place";
	bool ok = vault_load_draft(vault, draft->id, &shown, &err);
	if (ok) {
		ok = listed && is_text(&shown, draft->number, 1);
	} else {
		text_of(draft->number, 2, &title, &body);
		err_format(&err, err.id, text, sizeof text);
		ok = err.kind == ERR_DAMAGED && strstr(text, str_c(&title)) != NULL;
	}
	revision_free(&shown);
	if (ok) {
		*what = "the previous revision does not open";
		ok = vault_load_revision(vault, draft->first, &shown, &err) && is_text(&shown, draft->number, 1);
	}
	revision_free(&shown);
	str_free(&title);
	str_free(&body);
	(void)flips;
	return ok;
}

/* The whole check names the file, and the draft when a part of it is there to tell. */
static bool
check_names(Vault *vault, const char *path, const Draft *draft, const char **what)
{
	size_t objects, count;
	Err err = {0};
	bool named = false, titled = draft == NULL;
	*what = "the check does not name it";
	if (!vault_check(vault, &objects, &err))
		return false;
	const Damage *damage = vault_damage(vault, &count);
	for (size_t i = 0; i < count; i++) {
		if (strstr(path, str_c(&damage[i].path)) == NULL)
			continue;
		named = true;
		/* A card that cannot be read of a revision that nothing came after: nothing says whose it was. */
		titled = titled || damage[i].title.len > 0 || id_is_none(damage[i].subject);
	}
	return named && titled && count == 1;
}

/* A vault opened with the damage in it: all but one draft are as they were. */
static bool
vault_stands(Flips *flips, const char *path, const char **what)
{
	Err err = {0};
	bool slot = strstr(path, "/keys/") != NULL;
	Vault *vault = open_vault(&CRASH_SYS, DIR, NULL, TORTURE_PASSPHRASE, &TORTURE_LIMITS, &err);
	flips->opened++;
	*what = "the vault does not open";
	if (vault == NULL)
		return false;
	Id object = ID_NONE;
	if (!slot)
		id_parse(sv(strrchr(path, '/') + 1), &object);
	bool ok = true;
	const Draft *hit = NULL;
	for (int i = 0; ok && i < DRAFTS; i++) {
		const Draft *draft = &flips->drafts[i];
		Revision shown = {0};
		if (id_equal(draft->first, object) || id_equal(draft->head, object))
			hit = draft;
		if (id_equal(draft->head, object)) {
			ok = head_is_offered(flips, vault, draft, path, what);
		} else {
			*what = "another draft does not open";
			ok = vault_load_draft(vault, draft->id, &shown, &err) && is_text(&shown, draft->number, 2);
		}
		revision_free(&shown);
	}
	/* What lies between the copies of a slot means nothing. */
	size_t len;
	const uint8_t *bytes = crash_bytes(flips->fs, path, &len);
	bool harmless =
		slot && (strstr(path, ".pub") != NULL || slot_sound_copies((StrView){(const char *)bytes, len}) == 2);
	ok = ok && (harmless || check_names(vault, path, hit, what));
	vault_close(vault);
	return ok;
}

/* Tries what the file is now. */
static bool
tried(Flips *flips, const char *path, const char *how, size_t at, const Card *sound)
{
	size_t len;
	const uint8_t *bytes = crash_bytes(flips->fs, path, &len);
	const char *what = "damaged bytes are taken for sound ones";
	flips->tried++;
	bool ok;
	if (strstr(path, ".pub") != NULL) {
		DropKey key;
		ok = drop_key_decode((StrView){(const char *)bytes, len}, &key) != VERDICT_OK;
	} else if (sound != NULL) {
		ok = object_refused(flips, path, bytes, len, sound);
	} else {
		Slot slot = {0};
		SlotSecret secret = {SLOT_ARGON2ID, TORTURE_PASSPHRASE};
		VaultKeys *keys = keys_new(NULL);
		ok = keys != NULL &&
		     slot_open((StrView){(const char *)bytes, len}, secret, &TORTURE_LIMITS, &slot, keys) ==
			     VERDICT_OK &&
		     secret_equal(keys->master, flips->vault->keys->master, KEY_BYTES);
		what = "one half of the slot does not open";
		keys_free(keys);
	}
	if (ok && flips->tried % flips->sample == 0)
		ok = vault_stands(flips, path, &what);
	return ok || wrong(flips, path, how, at, what);
}

/* ---- All damages of one kind */

/* Copies of what a file was and of its card. */
typedef struct File {
	const char *path;
	uint8_t *bytes;
	size_t len;
	const Card *sound; /* NULL: a slot */
} File;

static File
file_of(Flips *flips, size_t number)
{
	File file = {.path = flips->files[number]};
	const uint8_t *bytes = crash_bytes(flips->fs, file.path, &file.len);
	file.bytes = malloc(file.len + SECTOR);
	if (bytes == NULL || file.bytes == NULL)
		abort();
	memcpy(file.bytes, bytes, file.len);
	Id object;
	if (strstr(file.path, "/keys/") == NULL && id_parse(sv(strrchr(file.path, '/') + 1), &object))
		file.sound = &chains_find(&flips->vault->chains, object)->card;
	return file;
}

static void
put_back(Flips *flips, const File *file)
{
	crash_set_bytes(flips->fs, file->path, file->bytes, file->len);
}

/* A slot has two copies; the bytes outside them mean nothing and are not looked at. */
static bool
every_bit(Flips *flips, File *file)
{
	bool ok = true;
	uint64_t start = flips->stride == 1 ? 0 : torture_random(&flips->random) % flips->stride;
	for (uint64_t bit = start; ok && bit < file->len * 8; bit += flips->stride) {
		crash_flip(flips->fs, file->path, bit);
		ok = tried(flips, file->path, "bit", bit, file->sound);
		/* Who opens a vault whose drop key is damaged writes that anew. */
		if (strstr(file->path, ".pub") != NULL)
			put_back(flips, file);
		else
			crash_flip(flips->fs, file->path, bit);
	}
	return ok;
}

static bool
every_length(Flips *flips, File *file)
{
	bool ok = true;
	uint64_t start = flips->stride == 1 ? 0 : torture_random(&flips->random) % flips->stride;
	for (uint64_t len = start; ok && len < file->len; len += flips->stride) {
		/* A slot needs one of its copies. */
		if (file->sound == NULL && len < SLOT_BYTES)
			continue;
		crash_set_bytes(flips->fs, file->path, file->bytes, len);
		ok = tried(flips, file->path, "length", len, file->sound);
	}
	memset(file->bytes + file->len, 0, SECTOR);
	if (ok && file->sound != NULL) {
		crash_set_bytes(flips->fs, file->path, file->bytes, file->len + SECTOR);
		ok = tried(flips, file->path, "longer by", SECTOR, file->sound);
	}
	put_back(flips, file);
	return ok;
}

/* Sectors of zeros, and the whole file. */
static bool
every_sector(Flips *flips, File *file)
{
	static const uint8_t zeros[1 << 16];
	bool ok = true;
	for (size_t at = 0; ok && at < file->len; at += SECTOR) {
		uint8_t *changed = malloc(file->len);
		if (changed == NULL)
			abort();
		memcpy(changed, file->bytes, file->len);
		memset(changed + at, 0, file->len - at < SECTOR ? file->len - at : SECTOR);
		bool same = memcmp(changed, file->bytes, file->len) == 0;
		crash_set_bytes(flips->fs, file->path, changed, file->len);
		free(changed);
		ok = same || tried(flips, file->path, "zeros at", at, file->sound);
	}
	if (ok && file->sound != NULL && file->len <= sizeof zeros) {
		crash_set_bytes(flips->fs, file->path, zeros, file->len);
		ok = tried(flips, file->path, "zeros, all", file->len, file->sound);
	}
	put_back(flips, file);
	return ok;
}

/* Each sector, and the whole of it, as it is in another file at that place. */
static bool
every_swap(Flips *flips, File *file)
{
	if (file->sound == NULL)
		return true;
	size_t number = (size_t)torture_random(&flips->random) % flips->file_count;
	File other = file_of(flips, number);
	bool ok = true;
	for (size_t at = 0; ok && at < file->len; at += SECTOR) {
		bool all = at == 0;
		if (strcmp(other.path, file->path) == 0 || at + SECTOR > other.len)
			break;
		uint8_t *changed = malloc(file->len);
		if (changed == NULL)
			abort();
		memcpy(changed, file->bytes, file->len);
		memcpy(changed + at, other.bytes + at,
			all && other.len < file->len ? other.len
			: all                        ? file->len
						     : SECTOR);
		crash_set_bytes(flips->fs, file->path, changed, file->len);
		free(changed);
		ok = tried(flips, file->path, "another file's bytes at", at, file->sound);
	}
	free(other.bytes);
	put_back(flips, file);
	return ok;
}

typedef bool DamageFn(Flips *flips, File *file);

static bool
all_files(Flips *flips, int test, DamageFn *damage, const char *what)
{
	double start = torture_seconds();
	size_t tried_before = flips->tried, opened_before = flips->opened;
	bool ok = true;
	for (size_t i = 0; ok && i < flips->file_count; i++) {
		File file = file_of(flips, i);
		ok = damage(flips, &file);
		free(file.bytes);
	}
	printf("# %s: %zu in %zu files, %zu whole vaults opened, %.1f s\n", what, flips->tried - tried_before,
		flips->file_count, flips->opened - opened_before, torture_seconds() - start);
	if (!ok)
		printf("# %s\n", flips->why);
	return torture_result(test, ok, what);
}

int
main(int argc, char **argv)
{
	static Flips flips;
	flips.stride = torture_option(argc, argv, "--stride", 199);
	flips.sample = torture_option(argc, argv, "--sample", 113);
	flips.random = torture_option(argc, argv, "--seed", 1) * 0x9E3779B97F4A7C15ULL + 1;
	flips.fs = crash_new(flips.random);
	crash_use(flips.fs);
	make_vault(&flips);
	printf("1..4\n");
	bool ok = all_files(&flips, 1, every_bit, "bits flipped");
	ok = all_files(&flips, 2, every_length, "lengths cut") && ok;
	ok = all_files(&flips, 3, every_sector, "sectors zeroed") && ok;
	ok = all_files(&flips, 4, every_swap, "sectors of other files") && ok;
	vault_close(flips.vault);
	crash_free(flips.fs);
	return ok ? 0 : 1;
}
