/* Sealing a fragment without the vault: to its public key, as a file that waits in drops/. */
#include "drop.h"
#include "bytes.h"
#include "disk.h"
#include "record.h"
#include "store.h"

#include <stdlib.h>
#include <string.h>

enum { FILE_KIND_DROP = 5, FILE_KIND_DROP_KEY = 6 };
/* Offsets of both files, */
enum { AT_VERSION = 8, AT_FILE_KIND = 9, AT_SUITE = 10, AT_BYTE_ZERO = 11, AT_FLAGS = 12, AT_VAULT = 16 };
/* of the drop key, */
enum { KEY_AT_EPOCH = 32, KEY_AT_ZERO = 36, KEY_AT_PUBLIC = 48, KEY_AT_CHECKSUM = 80 };
/* and of a dropped file: of its header and of the plaintext in its box. */
enum { AT_DROP = 32, AT_EPOCH = 48, AT_ZERO = 52, PLAIN_AT_LENGTH = DROP_HEADER_BYTES, PLAIN_AT_CONTENT = 72 };
enum { OUTSIDE_BYTES = DROP_HEADER_BYTES + BOX_EXTRA_BYTES, CHECKSUM_BYTES = 16, STEP_BYTES = 65536 };

static const uint8_t MAGIC[8] = {0x8D, 0x6D, 0x65, 0x6F, 0x6B, 0x0D, 0x0A, 0x1A};

static bool
all_zero(const uint8_t *bytes, size_t len)
{
	uint8_t any = 0;
	for (size_t i = 0; i < len; i++)
		any |= bytes[i];
	return any == 0;
}

static void
put_start(uint8_t *file, uint8_t kind, Id vault)
{
	memcpy(file, MAGIC, sizeof MAGIC);
	file[AT_VERSION] = 1;
	file[AT_FILE_KIND] = kind;
	file[AT_SUITE] = 1;
	memcpy(file + AT_VAULT, vault.bytes, ID_BYTES);
}

static Verdict
check_start(const uint8_t *file, uint8_t kind)
{
	if (memcmp(file, MAGIC, sizeof MAGIC) != 0 || file[AT_FILE_KIND] != kind)
		return VERDICT_DAMAGED;
	if (file[AT_VERSION] != 1)
		return VERDICT_UNKNOWN_VERSION;
	if (file[AT_SUITE] != 1)
		return VERDICT_UNKNOWN_SUITE;
	return file[AT_BYTE_ZERO] == 0 && get_le(file + AT_FLAGS, 4) == 0 ? VERDICT_OK : VERDICT_UNKNOWN_FLAGS;
}

/* ---- The drop key */

static void
checksum(const uint8_t file[DROP_KEY_BYTES], uint8_t out[CHECKSUM_BYTES])
{
	secret_hash(out, CHECKSUM_BYTES, NULL, 0, (StrView){(const char *)file, KEY_AT_CHECKSUM});
}

void
drop_key_encode(const DropKey *key, uint8_t out[DROP_KEY_BYTES])
{
	memset(out, 0, DROP_KEY_BYTES);
	put_start(out, FILE_KIND_DROP_KEY, key->vault);
	put_le(out + KEY_AT_EPOCH, key->epoch, 4);
	memcpy(out + KEY_AT_PUBLIC, key->public_key, KEY_BYTES);
	checksum(out, out + KEY_AT_CHECKSUM);
}

Verdict
drop_key_decode(StrView file, DropKey *key)
{
	uint8_t right[CHECKSUM_BYTES];
	const uint8_t *bytes = (const uint8_t *)file.ptr;
	if (file.len != DROP_KEY_BYTES)
		return VERDICT_DAMAGED;
	checksum(bytes, right);
	if (memcmp(right, bytes + KEY_AT_CHECKSUM, sizeof right) != 0)
		return VERDICT_DAMAGED;
	Verdict verdict = check_start(bytes, FILE_KIND_DROP_KEY);
	if (verdict == VERDICT_OK && !all_zero(bytes + KEY_AT_ZERO, KEY_AT_PUBLIC - KEY_AT_ZERO))
		verdict = VERDICT_UNKNOWN_FLAGS;
	if (verdict == VERDICT_OK && get_le(bytes + KEY_AT_EPOCH, 4) == 0)
		verdict = VERDICT_DAMAGED;
	if (verdict != VERDICT_OK)
		return verdict;
	memcpy(key->vault.bytes, bytes + AT_VAULT, ID_BYTES);
	key->epoch = (uint32_t)get_le(bytes + KEY_AT_EPOCH, 4);
	memcpy(key->public_key, bytes + KEY_AT_PUBLIC, KEY_BYTES);
	return VERDICT_OK;
}

/* ---- A dropped file */

static bool
is_size(uint64_t size)
{
	bool small = size >= 4096 && size <= STEP_BYTES && (size & (size - 1)) == 0;
	return small || (size > 0 && size <= DROP_FILE_MAX && size % STEP_BYTES == 0);
}

size_t
drop_size(size_t content_len)
{
	size_t least = OUTSIDE_BYTES + PLAIN_AT_CONTENT;
	if (content_len > DROP_FILE_MAX - least)
		return 0;
	least += content_len;
	for (size_t size = 4096; size <= STEP_BYTES; size *= 2) {
		if (least <= size)
			return size;
	}
	return (least + STEP_BYTES - 1) / STEP_BYTES * STEP_BYTES;
}

/* The whole file but for the box is in `out` already. */
static bool
seal_box(const DropKey *key, const uint8_t seed[KEY_BYTES], StrView content, uint8_t *out, size_t size, Err *err)
{
	size_t plain_len = size - OUTSIDE_BYTES;
	uint8_t *plain = calloc(1, plain_len);
	if (plain == NULL)
		return err_memory(err);
	memcpy(plain, out, DROP_HEADER_BYTES);
	put_le(plain + PLAIN_AT_LENGTH, content.len, 8);
	if (content.len > 0)
		memcpy(plain + PLAIN_AT_CONTENT, content.ptr, content.len);
	bool ok = secret_box_seal(
			  key->public_key, seed, (StrView){(const char *)plain, plain_len}, out + DROP_HEADER_BYTES) ||
		  err_set(err, ERR_FAILED,
			  "what was sealed does not open again: this machine's memory may be faulty or full");
	secret_wipe(plain, plain_len);
	free(plain);
	return ok;
}

bool
drop_seal(const DropKey *key, Id drop, const uint8_t seed[KEY_BYTES], StrView content, Str *file, Err *err)
{
	size_t size = drop_size(content.len);
	if (size == 0)
		return err_set(err, ERR_USAGE, "this is longer than %s: make a draft of it with `meok new`", "16 MiB");
	uint8_t *out = calloc(1, size + 1);
	if (out == NULL)
		return err_memory(err);
	put_start(out, FILE_KIND_DROP, key->vault);
	memcpy(out + AT_DROP, drop.bytes, ID_BYTES);
	put_le(out + AT_EPOCH, key->epoch, 4);
	Str sealed = {.ptr = (char *)out, .len = size, .cap = size + 1};
	bool ok = seal_box(key, seed, content, out, size, err);
	if (ok)
		str_move(file, &sealed);
	str_free(&sealed);
	return ok;
}

Verdict
drop_check(StrView head, uint64_t file_size, Id vault, Id drop, uint32_t *epoch)
{
	const uint8_t *header = (const uint8_t *)head.ptr;
	if (file_size > DROP_FILE_MAX)
		return VERDICT_LIMITS;
	if (!is_size(file_size) || head.len < DROP_HEADER_BYTES)
		return VERDICT_DAMAGED;
	Verdict verdict = check_start(header, FILE_KIND_DROP);
	if (verdict != VERDICT_OK)
		return verdict;
	if (!all_zero(header + AT_ZERO, DROP_HEADER_BYTES - AT_ZERO))
		return VERDICT_UNKNOWN_FLAGS;
	if (memcmp(header + AT_VAULT, vault.bytes, ID_BYTES) != 0)
		return VERDICT_FOREIGN;
	if (memcmp(header + AT_DROP, drop.bytes, ID_BYTES) != 0)
		return VERDICT_MISNAMED;
	*epoch = (uint32_t)get_le(header + AT_EPOCH, 4);
	return VERDICT_OK;
}

Verdict
drop_open(StrView file, const uint8_t public_key[KEY_BYTES], const uint8_t secret_key[KEY_BYTES], Str *content)
{
	size_t plain_len = file.len - OUTSIDE_BYTES;
	uint8_t *plain = malloc(plain_len);
	if (plain == NULL)
		return VERDICT_NO_MEMORY;
	bool ok = secret_box_open(public_key, secret_key, sv_slice(file, DROP_HEADER_BYTES, file.len), plain) &&
		  memcmp(plain, file.ptr, DROP_HEADER_BYTES) == 0;
	uint64_t len = ok ? get_le(plain + PLAIN_AT_LENGTH, 8) : 0;
	ok = ok && len <= plain_len - PLAIN_AT_CONTENT && drop_size((size_t)len) == file.len &&
	     all_zero(plain + PLAIN_AT_CONTENT + len, plain_len - PLAIN_AT_CONTENT - (size_t)len);
	Str opened = {0};
	if (ok)
		str_append(&opened, (StrView){(const char *)plain + PLAIN_AT_CONTENT, (size_t)len});
	secret_wipe(plain, plain_len);
	free(plain);
	if (opened.failed)
		return VERDICT_NO_MEMORY;
	if (ok)
		str_move(content, &opened);
	return ok ? VERDICT_OK : VERDICT_DAMAGED;
}

/* ---- Without the vault */

static bool
read_key(const Sys *sys, const char *dir, DropKey *key, Err *err)
{
	/* One byte more than there is to be: a longer file is damaged, too. */
	uint8_t bytes[DROP_KEY_BYTES + 1];
	size_t got = 0;
	uint64_t size = 0;
	Str path = {0};
	Err why = {0};
	str_printf(&path, "%s/keys/drop.pub", dir);
	bool ok = str_ok(&path, err);
	if (ok && !disk_read_head(sys, str_c(&path), bytes, sizeof bytes, &got, &size, &why)) {
		ok = false;
		if (why.kind == ERR_NOT_FOUND)
			err_set(err, ERR_NOT_FOUND,
				"the vault in %s has no drop key yet: open it once with meok, then drop this again",
				dir);
		else if (err != NULL)
			*err = why;
	} else if (ok) {
		Verdict verdict = drop_key_decode((StrView){(const char *)bytes, got}, key);
		ok = verdict == VERDICT_OK;
		if (verdict == VERDICT_DAMAGED)
			err_set(err, ERR_DAMAGED, "%s is damaged: open the vault once with meok, which writes it anew",
				str_c(&path));
		else if (!ok)
			verdict_err(verdict, str_c(&path), err);
	}
	str_free(&path);
	return ok;
}

/* Makes drops/ when it is missing, and its name durable: it may be another process's, which had no time to. */
static bool
folder_ready(const Sys *sys, const char *dir, Err *err)
{
	Str path = {0};
	path_join(&path, sv(dir), SV("drops"));
	bool ok =
		str_ok(&path, err) && disk_make_folder(sys, str_c(&path), NULL, err) && disk_sync_folder(sys, dir, err);
	str_free(&path);
	return ok;
}

static bool
save(const Sys *sys, const char *dir, const DropKey *key, Fragment *fragment, Err *err)
{
	Id drop;
	uint8_t seed[KEY_BYTES];
	char name[ID_TEXT + 1];
	Str content = {0}, file = {0};
	sys->random(&drop, sizeof drop);
	sys->random(seed, sizeof seed);
	id_format(drop, name);
	if (fragment->time_ms == 0)
		fragment->time_ms = sys->now_ms();
	bool ok = fragment_encode(fragment, NULL, &content, err) &&
		  drop_seal(key, drop, seed, str_view(&content), &file, err) && folder_ready(sys, dir, err) &&
		  disk_save(sys, dir, "drops", name, str_view(&file), err);
	secret_wipe(seed, sizeof seed);
	str_wipe(&content);
	str_free(&file);
	if (ok)
		fragment->id = drop;
	return ok;
}

bool
vault_drop(const Sys *sys, const char *dir, const char *state, Fragment *fragment, Err *err)
{
	Str plain = {0};
	DropKey key;
	bool ok = secret_start(err) && open_plain_dir(dir, &plain, err);
	if (ok && !vault_exists(sys, str_c(&plain)))
		ok = err_set(err, ERR_NOT_FOUND,
			"there is no vault in %s: make one with meok init, or say where with --vault", dir);
	ok = ok && disk_folder(sys, str_c(&plain), err) && read_key(sys, str_c(&plain), &key, err) &&
	     drop_key_is_known(sys, state, str_c(&plain), &key, err) && save(sys, str_c(&plain), &key, fragment, err);
	str_free(&plain);
	return ok;
}
