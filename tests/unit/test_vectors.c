/* Reads the public vectors and agrees with every verdict. */
#include "vault_unit.h"

#include "../../src/vault/drop.h"
#include "../../src/vault/index_format.h"
#include "../../src/vault/journal.h"
#include "../../src/vault/journal_format.h"
#include "../../src/vault/recovery.h"

enum { BASES_MAX = 512 };

typedef enum Kind { KIND_SLOT, KIND_OBJECT, KIND_JOURNAL, KIND_INDEX, KIND_DROP, KIND_DROP_KEY, KINDS } Kind;

static const char *const KIND_NAMES[KINDS] = {"slot", "object", "journal", "index", "drop", "dropkey"};

typedef struct Base {
	StrView name, bytes;
	Kind kind;
	Id object;
} Base;

typedef struct Vectors {
	Str text, bin;
	Base bases[BASES_MAX];
	size_t base_count;
	Id vault;
	VaultKeys *keys;
} Vectors;

/* One case line, as its words. */
typedef struct Case {
	const Base *base;
	StrView name, copy, edit, length, secret, object_name, vault, master, keys, verdict, hash, rest;
} Case;

static size_t
number_of(StrView text)
{
	char digits[32];
	assert_true(text.len > 0 && text.len < sizeof digits);
	memcpy(digits, text.ptr, text.len);
	digits[text.len] = '\0';
	char *end;
	size_t number = strtoul(digits, &end, 10);
	assert_int_equal(*end, 0);
	return number;
}

static Str
bytes_of(StrView hex)
{
	Str out = {0};
	assert_int_equal(hex.len % 2, 0);
	for (size_t i = 0; i < hex.len; i += 2) {
		char pair[3] = {hex.ptr[i], hex.ptr[i + 1], '\0'}, *end;
		str_append_byte(&out, (char)strtoul(pair, &end, 16));
		assert_int_equal(*end, 0);
	}
	return out;
}

static void
bytes_into(StrView hex, void *out, size_t size)
{
	Str bytes = bytes_of(hex);
	assert_int_equal(bytes.len, size);
	memcpy(out, bytes.ptr, size);
	str_free(&bytes);
}

static const Base *
find_base(const Vectors *v, StrView name)
{
	for (size_t i = 0; i < v->base_count; i++) {
		if (sv_equal(v->bases[i].name, name))
			return &v->bases[i];
	}
	fail_msg("no base %.*s", (int)name.len, name.ptr);
	return NULL;
}

static void
read_base(Vectors *v, StrView rest)
{
	StrView kind = {0}, offset = {0}, length = {0}, id = {0};
	assert_true(v->base_count < BASES_MAX);
	Base *base = &v->bases[v->base_count++];
	assert_true(sv_split(&rest, ' ', &base->name) && sv_split(&rest, ' ', &kind) && sv_split(&rest, ' ', &offset) &&
		    sv_split(&rest, ' ', &length));
	while (base->kind < KINDS && !sv_equal(kind, sv(KIND_NAMES[base->kind])))
		base->kind++;
	assert_true(base->kind < KINDS);
	base->bytes = sv_slice(str_view(&v->bin), number_of(offset), number_of(offset) + number_of(length));
	assert_int_equal(base->bytes.len, number_of(length));
	if (base->kind == KIND_OBJECT || base->kind == KIND_JOURNAL || base->kind == KIND_DROP)
		assert_true(sv_split(&rest, ' ', &id) && id_parse(id, &base->object));
}

static Case
read_case(const Vectors *v, StrView rest)
{
	Case c = {0};
	StrView word, key;
	assert_true(sv_split(&rest, ' ', &c.name));
	while (sv_split(&rest, ' ', &word)) {
		StrView value = word;
		assert_true(sv_split(&value, '=', &key));
		if (sv_equal(key, SV("base")))
			c.base = find_base(v, value);
		else if (sv_equal(key, SV("copy")))
			c.copy = value;
		else if (sv_equal(key, SV("edit")))
			c.edit = value;
		else if (sv_equal(key, SV("length")))
			c.length = value;
		else if (sv_equal(key, SV("secret")))
			c.secret = value;
		else if (sv_equal(key, SV("name")))
			c.object_name = value;
		else if (sv_equal(key, SV("vault")))
			c.vault = value;
		else if (sv_equal(key, SV("master")))
			c.master = value;
		else if (sv_equal(key, SV("keys")))
			c.keys = value;
		else if (sv_equal(key, SV("rest")))
			c.rest = value;
		else if (sv_equal(key, SV("verdict")))
			c.verdict = value;
		else if (sv_equal(key, SV("hash")))
			c.hash = value;
		else
			fail_msg("unknown key %.*s", (int)key.len, key.ptr);
	}
	return c;
}

static void
put_at(Str *file, size_t at, StrView bytes)
{
	assert_true(at + bytes.len <= file->len);
	memcpy(file->ptr + at, bytes.ptr, bytes.len);
}

/* The file of a case. */
static Str
make_file(const Vectors *v, const Case *c)
{
	static const char zeros[SLOT_FILE_BYTES];
	Str file = str_from(c->base->kind == KIND_SLOT ? (StrView){zeros, sizeof zeros} : c->base->bytes);
	if (c->base->kind == KIND_SLOT) {
		put_at(&file, 0, c->base->bytes);
		put_at(&file, SLOT_COPY_AT, c->base->bytes);
	}
	StrView rest = c->copy, base = {0}, from = {0}, count = {0}, to = {0}, edit;
	if (c->copy.ptr != NULL) {
		assert_true(sv_split(&rest, ':', &base) && sv_split(&rest, ':', &from) &&
			    sv_split(&rest, ':', &count) && sv_split(&rest, ':', &to));
		StrView source = find_base(v, base)->bytes;
		put_at(&file, number_of(to), sv_slice(source, number_of(from), number_of(from) + number_of(count)));
	}
	rest = c->edit;
	while (sv_split(&rest, ',', &edit)) {
		assert_true(sv_split(&edit, ':', &to));
		Str bytes = bytes_of(edit);
		put_at(&file, number_of(to), str_view(&bytes));
		str_free(&bytes);
	}
	if (c->length.ptr != NULL) {
		size_t length = number_of(c->length);
		Str sized = {.ptr = calloc(length + 1, 1), .len = length, .cap = length + 1};
		assert_non_null(sized.ptr);
		memcpy(sized.ptr, file.ptr, length < file.len ? length : file.len);
		str_move(&file, &sized);
	}
	return file;
}

static Verdict
read_slot(const Case *c, StrView file, Str *plain)
{
	VaultKeys *keys = keys_new(NULL);
	uint8_t recovery[KEY_BYTES], epoch[4] = {0};
	Str typed = bytes_of(c->secret), nfc = {0};
	Err err;
	Slot slot;
	SlotSecret secret = {SLOT_RECOVERY, {(const char *)recovery, sizeof recovery}};
	if (recovery_read(str_view(&typed), recovery) != RECOVERY_KEY) {
		assert_true(unicode_nfc(str_view(&typed), &nfc, &err));
		secret = (SlotSecret){SLOT_ARGON2ID, str_view(&nfc)};
	}
	Verdict verdict = slot_open(file, secret, &SLOT_LIMITS, &slot, keys);
	if (verdict == VERDICT_OK) {
		epoch[0] = (uint8_t)keys->epoch;
		str_append(plain, (StrView){(const char *)keys->master, KEY_BYTES});
		str_append(plain, (StrView){(const char *)epoch, sizeof epoch});
		str_append(plain, (StrView){(const char *)slot.vault.bytes, ID_BYTES});
	}
	keys_free(keys);
	str_free(&typed);
	str_free(&nfc);
	return verdict;
}

/* The keys that are at hand in a case. */
static VaultKeys *
keys_of(const Vectors *v, const Case *c)
{
	VaultKeys *keys = keys_new(NULL);
	StrView rest = c->keys, key, epoch;
	Err err = {0};
	assert_non_null(keys);
	memcpy(keys->master, v->keys->master, KEY_BYTES);
	keys->epoch = 1;
	if (c->master.ptr != NULL)
		bytes_into(c->master, keys->master, KEY_BYTES);
	for (bool first = true; sv_split(&rest, ',', &key); first = false) {
		uint8_t master[KEY_BYTES];
		bool added = false;
		assert_true(sv_split(&key, ':', &epoch));
		bytes_into(key, master, KEY_BYTES);
		if (first) {
			memcpy(keys->master, master, KEY_BYTES);
			keys->epoch = (uint32_t)number_of(epoch);
		} else {
			assert_true(keys_add(keys, (uint32_t)number_of(epoch), master, false, &added, &err) && added);
		}
	}
	keys_derive(keys);
	return keys;
}

/* Where the file of a case lies; its epoch is none as yet. */
static ObjectPlace
place_of(const Vectors *v, const Case *c)
{
	ObjectPlace place = {.vault = v->vault, .object = c->base->object};
	if (c->vault.ptr != NULL)
		bytes_into(c->vault, place.vault.bytes, ID_BYTES);
	if (c->object_name.ptr != NULL)
		assert_true(id_parse(c->object_name, &place.object));
	return place;
}

static Verdict
read_object(ObjectPlace place, const VaultKeys *ring, StrView file, Str *plain)
{
	const VaultKeys *keys = object_keys(ring, file);
	if (keys == NULL)
		keys = ring;
	place.epoch = keys->epoch;
	Card card;
	Str body = {0};
	Verdict verdict = object_open(keys->objects, &place, file, &card, &body);
	if (verdict == VERDICT_OK)
		verdict = record_check(&card, str_view(&body));
	if (verdict == VERDICT_OK) {
		/* the card as it was sealed, reserved bytes included */
		uint8_t encoded[SEAL_CARD_BYTES];
		assert_int_equal(seal_open_card(keys->objects, file, encoded), VERDICT_OK);
		str_append(plain, (StrView){(const char *)encoded, sizeof encoded});
		str_append(plain, str_view(&body));
	}
	card_free(&card);
	str_free(&body);
	return verdict;
}

static bool
add_group(void *data, StrView fields, bool first, Err *err)
{
	Str *plain = data;
	assert_int_equal(first, plain->len == 0);
	str_append(plain, fields);
	return str_ok(plain, err);
}

static Verdict
read_journal(const Case *c, ObjectPlace place, VaultKeys *ring, StrView file, Str *plain)
{
	Vault *vault = calloc(1, sizeof *vault);
	Verdict verdict;
	bool whole;
	Err err = {0};
	assert_non_null(vault);
	vault->id = place.vault;
	vault->keys = ring;
	assert_true(journal_groups(vault, place.object, file, add_group, plain, &verdict, &whole, &err));
	free(vault);
	assert_int_equal(verdict == VERDICT_OK, c->rest.ptr != NULL);
	if (verdict == VERDICT_OK && !sv_equal(c->rest, whole ? SV("torn") : SV("damaged")))
		fail_msg("%.*s: the rest is not %.*s", (int)c->name.len, c->name.ptr, (int)c->rest.len, c->rest.ptr);
	return verdict;
}

static Verdict
read_index(ObjectPlace place, const VaultKeys *ring, StrView file, Str *plain)
{
	const VaultKeys *keys = object_keys(ring, file);
	Chains chains = {0};
	Memory memory = {0};
	if (keys == NULL)
		keys = ring;
	place.epoch = keys->epoch;
	Verdict verdict = index_open(keys->index, &place, file, plain);
	if (verdict == VERDICT_OK)
		verdict = index_decode(str_view(plain), &chains, &memory);
	if (verdict == VERDICT_OK && memory.minimum > INDEX_MINIMUM)
		verdict = VERDICT_UNKNOWN_SUITE;
	chains_free(&chains);
	index_free_memory(&memory);
	return verdict;
}

static Verdict
read_drop(ObjectPlace place, const VaultKeys *ring, StrView file, Str *plain)
{
	uint32_t epoch = 0;
	Verdict verdict = drop_check(file, file.len, place.vault, place.object, &epoch);
	if (verdict != VERDICT_OK)
		return verdict;
	verdict = VERDICT_UNKNOWN_EPOCH;
	for (const VaultKeys *keys = keys_of_epoch(ring, epoch); keys != NULL && verdict != VERDICT_OK;
		keys = keys_of_epoch(keys->former, epoch)) {
		uint8_t public_key[KEY_BYTES], secret_key[KEY_BYTES];
		drop_pair(keys, public_key, secret_key);
		verdict = drop_open(file, public_key, secret_key, plain);
	}
	Fragment fragment = {0};
	Err err = {0};
	if (verdict == VERDICT_OK && !fragment_decode(str_view(plain), &fragment, &err)) {
		assert_int_equal(err.kind, ERR_DAMAGED);
		verdict = VERDICT_DAMAGED;
	}
	fragment_free(&fragment);
	return verdict;
}

static Verdict
read_drop_key(StrView file, Str *plain)
{
	DropKey key;
	Verdict verdict = drop_key_decode(file, &key);
	if (verdict == VERDICT_OK)
		str_append(plain, (StrView){(const char *)key.public_key, KEY_BYTES});
	return verdict;
}

static Verdict
read_file(const Vectors *v, const Case *c, StrView file, Str *plain)
{
	ObjectPlace place = place_of(v, c);
	VaultKeys *ring = keys_of(v, c);
	Verdict verdict = VERDICT_NO_MEMORY;
	if (c->base->kind == KIND_SLOT)
		verdict = read_slot(c, file, plain);
	else if (c->base->kind == KIND_OBJECT)
		verdict = read_object(place, ring, file, plain);
	else if (c->base->kind == KIND_JOURNAL)
		verdict = read_journal(c, place, ring, file, plain);
	else if (c->base->kind == KIND_INDEX)
		verdict = read_index(place, ring, file, plain);
	else if (c->base->kind == KIND_DROP)
		verdict = read_drop(place, ring, file, plain);
	else
		verdict = read_drop_key(file, plain);
	keys_free(ring);
	return verdict;
}

/* Returns how many of its verdict and hash are wrong, after saying so: one wrong case hides no other. */
static size_t
run_case(const Vectors *v, const Case *c)
{
	Str file = make_file(v, c), plain = {0};
	Verdict verdict = read_file(v, c, str_view(&file), &plain);
	size_t wrong = !sv_equal(sv(verdict_name(verdict)), c->verdict);
	if (wrong > 0)
		print_error("%.*s: %s, not %.*s\n", (int)c->name.len, c->name.ptr, verdict_name(verdict),
			(int)c->verdict.len, c->verdict.ptr);
	if (verdict == VERDICT_OK && c->hash.ptr != NULL) {
		uint8_t hash[32], wanted[32];
		secret_hash(hash, sizeof hash, NULL, 0, str_view(&plain));
		bytes_into(c->hash, wanted, sizeof wanted);
		if (memcmp(hash, wanted, sizeof hash) != 0) {
			print_error("%.*s: another hash\n", (int)c->name.len, c->name.ptr);
			wrong++;
		}
	}
	str_free(&file);
	str_free(&plain);
	return wrong;
}

static Str
read_committed(const char *name)
{
	Str path = {0}, content = {0};
	Err err;
	const char *top = getenv("MEOK_TOP");
	str_printf(&path, "%s/tests/vectors/%s", top == NULL ? ".." : top, name);
	assert_true(file_read(&SYS_POSIX, str_c(&path), 16u << 20, &content, &err));
	str_free(&path);
	return content;
}

static void
every_verdict_is_right(void **state)
{
	(void)state;
	static Vectors v;
	v.text = read_committed("vault.txt");
	v.bin = read_committed("vault.bin");
	v.keys = keys_new(NULL);
	StrView rest = str_view(&v.text), line, word;
	size_t counts[KINDS] = {0}, all = 0, sound = 0, wrong = 0;
	while (sv_split(&rest, '\n', &line)) {
		if (line.len == 0 || line.ptr[0] == '#')
			continue;
		assert_true(sv_split(&line, ' ', &word));
		if (sv_equal(word, SV("vault"))) {
			bytes_into(line, v.vault.bytes, ID_BYTES);
		} else if (sv_equal(word, SV("master"))) {
			bytes_into(line, v.keys->master, KEY_BYTES);
		} else if (sv_equal(word, SV("base"))) {
			read_base(&v, line);
		} else {
			assert_true(sv_equal(word, SV("case")));
			Case c = read_case(&v, line);
			wrong += run_case(&v, &c);
			counts[c.base->kind]++;
			all++;
			sound += c.hash.ptr != NULL;
			assert_int_equal(sv_equal(c.verdict, SV("ok")), c.hash.ptr != NULL);
		}
	}
	for (int kind = 0; kind < KINDS; kind++) {
		print_message("# %zu cases of kind %s\n", counts[kind], KIND_NAMES[kind]);
		assert_true(counts[kind] >= 40);
	}
	print_message("# %zu of %zu are sound\n", sound, all);
	assert_int_equal(wrong, 0);
	assert_true(all >= 800);
	assert_true(sound >= 120);
	keys_free(v.keys);
	str_free(&v.text);
	str_free(&v.bin);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_verdict_is_right),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
