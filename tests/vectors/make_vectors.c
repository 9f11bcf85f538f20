/* Makes vault.txt and vault.bin: the public vectors of meok-vault(5). With a folder as argument it writes them there;
 * without one it compares them with what is committed, as a test. The verdicts are stated by hand, from the page: no
 * reader is asked for them. */
#include "make.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
need(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "make_vectors: %s\n", what);
	exit(1);
}

void
fill_random(Vectors *v, void *buffer, size_t size)
{
	uint8_t *at = buffer;
	for (size_t i = 0; i < size; i++) {
		v->random = v->random * 6364136223846793005u + 1442695040888963407u;
		at[i] = (uint8_t)(v->random >> 56);
	}
}

Id
id_of(uint8_t number)
{
	Id id;
	memset(id.bytes, number, ID_BYTES);
	return id;
}

StrView
bytes_view(const void *bytes, size_t len)
{
	return (StrView){bytes, len};
}

void
put_hex(Str *out, const void *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		str_printf(out, "%02x", ((const uint8_t *)bytes)[i]);
}

void
put_hash(Str *out, const Str *plain)
{
	uint8_t hash[32];
	secret_hash(hash, sizeof hash, NULL, 0, str_view(plain));
	str_append_c(out, " hash=");
	put_hex(out, hash, sizeof hash);
}

/* ---- Cases */

void
add_case(Vectors *v, const char *name, const char *base, const char *what, Verdict verdict)
{
	str_printf(&v->text, "case %s base=%s%s verdict=%s\n", name, base, what, verdict_name(verdict));
}

void
add_good_case(Vectors *v, const char *name, const char *base, const char *what, const Str *plain)
{
	str_printf(&v->text, "case %s base=%s%s verdict=ok", name, base, what);
	put_hash(&v->text, plain);
	str_append_byte(&v->text, '\n');
}

void
add_flip(Vectors *v, const char *base, StrView bytes, size_t at, uint8_t mask, Verdict verdict)
{
	char name[64], what[64];
	snprintf(name, sizeof name, "%s-flip-%zu-%02x", base, at, mask);
	snprintf(what, sizeof what, " edit=%zu:%02x", at, ((const uint8_t *)bytes.ptr)[at] ^ mask);
	add_case(v, name, base, what, verdict);
}

/* ---- Bases */

void
add_base(Vectors *v, const char *name, const char *kind, StrView bytes, const Id *id)
{
	char text[ID_TEXT + 2] = "";
	if (id != NULL) {
		text[0] = ' ';
		id_format(*id, text + 1);
	}
	str_printf(&v->text, "base %s %s %zu %zu%s\n", name, kind, v->bin.len, bytes.len, text);
	str_append(&v->bin, bytes);
}

StrView
base_bytes(const Vectors *v, const char *name)
{
	char line[128];
	snprintf(line, sizeof line, "\nbase %s ", name);
	size_t at = sv_find(str_view(&v->text), sv(line), 0);
	need(at != SIZE_MAX, name);
	size_t offset, length;
	need(sscanf(v->text.ptr + at + strlen(line), "%*s %zu %zu", &offset, &length) == 2, name);
	return sv_slice(str_view(&v->bin), offset, offset + length);
}

Verdict
header_verdict(size_t at)
{
	if (at < 8 || at == 9)
		return VERDICT_DAMAGED;
	if (at == 8)
		return VERDICT_UNKNOWN_VERSION;
	if (at == 10)
		return VERDICT_UNKNOWN_SUITE;
	if (at < 16 || (at >= 52 && at < 64))
		return VERDICT_UNKNOWN_FLAGS;
	if (at < 32)
		return VERDICT_FOREIGN;
	if (at < 48)
		return VERDICT_MISNAMED;
	return at < 52 ? VERDICT_UNKNOWN_EPOCH : VERDICT_DAMAGED;
}

/* ---- All of it */

static void
make_all(Vectors *v)
{
	v->random = 20251122;
	v->next_object = 1;
	fill_random(v, v->keys->master, KEY_BYTES);
	fill_random(v, v->vault.bytes, ID_BYTES);
	v->keys->epoch = 1;
	keys_derive(v->keys);
	str_append_c(&v->text,
		"# Vectors for meok-vault(5), made by make_vectors.c; README.md says how to read them.\nvault ");
	put_hex(&v->text, v->vault.bytes, ID_BYTES);
	str_append_c(&v->text, "\nmaster ");
	put_hex(&v->text, v->keys->master, KEY_BYTES);
	str_append_c(&v->text, "\n\n# Key slots\n");
	make_slots(v);
	make_objects(v);
	make_kinds(v);
	make_journals(v);
	make_index(v);
	make_drops(v);
	need(!v->text.failed && !v->bin.failed, "out of memory");
}

static void
write_file(const char *dir, const char *name, const Str *content)
{
	Str path = {0};
	Err err;
	path_join(&path, sv(dir), sv(name));
	need(file_replace(&SYS_POSIX, str_c(&path), str_view(content), 0644, &err), str_c(&path));
	str_free(&path);
}

static bool
same_file(const char *dir, const char *name, const Str *content)
{
	Str path = {0}, committed = {0};
	str_printf(&path, "%s/tests/vectors/%s", dir, name);
	bool same = file_read(&SYS_POSIX, str_c(&path), 16u << 20, &committed, NULL) &&
		    sv_equal(str_view(&committed), str_view(content));
	str_free(&path);
	str_free(&committed);
	return same;
}

int
main(int argc, char **argv)
{
	Vectors v = {.keys = keys_new(NULL)};
	need(v.keys != NULL, "cannot start libsodium");
	make_all(&v);
	bool ok = true;
	if (argc > 1) {
		write_file(argv[1], "vault.txt", &v.text);
		write_file(argv[1], "vault.bin", &v.bin);
	} else {
		const char *top = getenv("MEOK_TOP");
		ok = top != NULL && same_file(top, "vault.txt", &v.text) && same_file(top, "vault.bin", &v.bin);
		printf("1..1\n%sok 1 - the committed vectors are what make_vectors makes\n", ok ? "" : "not ");
	}
	keys_free(v.keys);
	str_free(&v.text);
	str_free(&v.bin);
	return ok ? 0 : 1;
}
