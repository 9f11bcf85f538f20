/* The folder's list: whatever is in the file, what is taken stays inside the folder and comes back the same. */
#include <stdlib.h>

#include "../../src/site/manifest.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_path(const Str *path, bool required)
{
	if ((required || path->len > 0) && !own_path_ok(str_view(path)))
		abort();
}

static void
check(const Manifest *manifest)
{
	check_path(&manifest->index.path, false);
	check_path(&manifest->feed.path, false);
	check_path(&manifest->style.path, false);
	for (size_t i = 0; i < manifest->len; i++) {
		const Entry *entry = &manifest->entries[i];
		check_path(&entry->file.path, true);
		if (manifest_find(manifest, str_view(&entry->token)) != entry || entry->date_ms < 0 ||
			entry->updated_ms < 0)
			abort();
	}
	const Entry **entries;
	size_t len;
	if (!manifest_by_date(manifest, &entries, &len, NULL) || len > manifest->len)
		abort();
	for (size_t i = 0; i < len; i++)
		if (!entries[i]->listed || (i > 0 && entries[i - 1]->date_ms < entries[i]->date_ms))
			abort();
	free(entries);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Manifest manifest = {0}, again = {0};
	Err err = {0};
	if (!manifest_parse((StrView){(const char *)data, size}, &manifest, &err)) {
		if (err.kind != ERR_DAMAGED && err.kind != ERR_FAILED)
			abort();
		return 0;
	}
	check(&manifest);
	Str first = {0}, second = {0};
	if (!manifest_print(&manifest, &first, NULL) || !manifest_parse(str_view(&first), &again, NULL) ||
		!manifest_print(&again, &second, NULL) || !sv_equal(str_view(&first), str_view(&second)))
		abort();
	str_free(&first);
	str_free(&second);
	manifest_free(&manifest);
	manifest_free(&again);
	return 0;
}
