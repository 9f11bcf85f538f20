/* A vault in a fresh folder, for the tests of the folder itself. */
#ifndef MEOK_TESTS_STORE_UNIT_H
#define MEOK_TESTS_STORE_UNIT_H

#include "vault_unit.h"

typedef struct Fixture {
	char *dir;
	Str path;
	Vault *vault;
} Fixture;

static inline Fixture
start(void)
{
	Fixture f = {.dir = make_dir()};
	f.vault = quick_vault(f.dir, &f.path);
	return f;
}

static inline void
end(Fixture *f)
{
	vault_close(f->vault);
	str_free(&f->path);
	remove_dir(f->dir);
}

static inline Id
save(Vault *vault, const char *title, const char *body)
{
	Revision revision = text_revision(title, body);
	Err err = {0};
	if (!vault_save_draft(vault, &revision, &err))
		print_error("%s\n", err_text(&err));
	Id draft = revision.draft;
	assert_false(id_is_none(draft));
	revision_free(&revision);
	return draft;
}

static inline size_t
count(Vault *vault, ObjectKind kind)
{
	size_t number;
	assert_non_null(vault_entries(vault, kind, &number));
	return number;
}

static inline size_t
damaged(const Vault *vault)
{
	size_t number;
	vault_damage(vault, &number);
	return number;
}

#endif
