/* The folder's list: there and back, damaged, from a newer meok. */
#include "unit.h"

#include "../../src/site/manifest.h"

static Entry *
add(Manifest *manifest, const char *token, const char *path, const char *work, uint32_t chapter, int64_t date_ms)
{
	Entry *entry = manifest_add(manifest, NULL);
	assert_non_null(entry);
	str_set(&entry->token, sv(token));
	str_set(&entry->title, sv(token));
	str_set(&entry->work, sv(work));
	str_set(&entry->file.path, sv(path));
	str_set(&entry->file.hash, SV("1-0"));
	entry->chapter = chapter;
	entry->date_ms = entry->updated_ms = date_ms;
	entry->listed = true;
	return entry;
}

static void
start(Manifest *manifest)
{
	*manifest = (Manifest){0};
	str_set(&manifest->flavour, SV("plain"));
	str_set(&manifest->id, SV("urn:uuid:1"));
	str_set(&manifest->index.path, SV("index.html"));
}

static void
test_round_trip(void **state)
{
	(void)state;
	Manifest manifest, again = {0};
	start(&manifest);
	Entry *entry = add(&manifest, "t-1", "글.html", "작품 \"하나\"", 4294967295u, 1767398400123);
	str_set(&entry->subtitle, SV("부제"));
	str_set(&entry->file.writing, SV("9-9"));
	str_set(&entry->next_version, SV("ab"));
	list_append(&entry->keywords, SV("먹"));
	list_append(&entry->keywords, SV("벼루"));
	entry->comments = SITE_COMMENTS_CLOSED;
	entry->updated_ms++;
	add(&manifest, "t-2", "b.html", "", 0, 5)->draft = true;
	Str printed = {0}, reprinted = {0};
	assert_true(manifest_print(&manifest, &printed, NULL));
	assert_true(manifest_parse(str_view(&printed), &again, NULL));
	assert_int_equal(again.len, 2);
	assert_int_equal(again.entries[0].chapter, 4294967295u);
	assert_int_equal(again.entries[0].date_ms, 1767398400123);
	assert_int_equal(again.entries[0].comments, SITE_COMMENTS_CLOSED);
	assert_int_equal(again.entries[0].keywords.len, 2);
	assert_view_equal(str_view(&again.entries[0].file.writing), "9-9");
	assert_true(again.entries[0].listed);
	assert_false(again.entries[1].listed);
	assert_true(manifest_print(&again, &reprinted, NULL));
	assert_view_equal(str_view(&reprinted), str_c(&printed));
	str_free(&printed);
	str_free(&reprinted);
	manifest_free(&manifest);
	manifest_free(&again);
}

static void
check_refused(const char *json, ErrKind kind, const char *word)
{
	Manifest manifest = {0};
	Err err = {0};
	if (manifest_parse(sv(json), &manifest, &err))
		fail_msg("taken: %s", json);
	assert_int_equal(err.kind, kind);
	assert_non_null(strstr(err_text(&err), word));
	assert_null(manifest.entries);
}

#define HEAD "{\"format\":\"meok-folder\",\"version\":1,\"flavour\":\"plain\","

static void
test_damage(void **state)
{
	(void)state;
	Manifest manifest = {0};
	assert_true(manifest_parse(SV(HEAD "\"articles\":[]}"), &manifest, NULL));
	manifest_free(&manifest);
	check_refused("", ERR_DAMAGED, "manifest.json");
	check_refused("[]", ERR_DAMAGED, "format");
	check_refused("{\"format\":\"other\"}", ERR_DAMAGED, "format");
	check_refused("{\"format\":\"meok-folder\",\"version\":2}", ERR_FAILED, "newer meok");
	check_refused("{\"format\":\"meok-folder\",\"version\":0}", ERR_DAMAGED, "version");
	check_refused("{\"format\":\"meok-folder\",\"version\":1,\"flavour\":\"jekyll\",\"articles\":[]}", ERR_DAMAGED,
		"flavour");
	check_refused(HEAD "\"articles\":{}}", ERR_DAMAGED, "articles");
	check_refused(HEAD "\"articles\":[{}]}", ERR_DAMAGED, "token");
	check_refused(HEAD "\"articles\":[{\"token\":\"a\"}]}", ERR_DAMAGED, "path");
	check_refused(HEAD "\"articles\":[{\"token\":\"a\",\"path\":\"x\",\"chapter\":-1}]}", ERR_DAMAGED, "chapter");
	check_refused(
		HEAD "\"articles\":[{\"token\":\"a\",\"path\":\"x\",\"date_ms\":1e300}]}", ERR_DAMAGED, "date_ms");
	check_refused(
		HEAD "\"articles\":[{\"token\":\"a\",\"path\":\"x\",\"keywords\":[1]}]}", ERR_DAMAGED, "keywords");
	check_refused(HEAD "\"articles\":[{\"token\":\"a\",\"path\":\"x\"},{\"token\":\"a\",\"path\":\"y\"}]}",
		ERR_DAMAGED, "token");
	check_refused(HEAD "\"articles\":[{\"token\":\"a\",\"path\":\"x\"},{\"token\":\"b\",\"path\":\"x\"}]}",
		ERR_DAMAGED, "path");
	check_refused(HEAD "\"index\":{\"path\":\"x\"},\"articles\":[{\"token\":\"b\",\"path\":\"x\"}]}", ERR_DAMAGED,
		"path");
	check_refused(HEAD "\"index\":{\"path\":\"../x\"},\"articles\":[]}", ERR_DAMAGED, "path");
}

static void
test_paths(void **state)
{
	(void)state;
	static const char *const GOOD[] = {"a.html", "content/posts/글.md", "a b", "a..b"};
	static const char *const BAD[] = {"", "/", "/a", "a/", "a//b", ".", "..", "../a", "a/../b", "a/..",
		".meok/manifest.json", "a/.git/b", "a\\b", "a\nb", "a\x7f", "\xff"};
	for (size_t i = 0; i < sizeof(GOOD) / sizeof(GOOD[0]); i++)
		assert_true(own_path_ok(sv(GOOD[i])));
	for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++)
		if (own_path_ok(sv(BAD[i])))
			fail_msg("taken: %s", BAD[i]);
	assert_false(own_path_ok((StrView){"a\0b", 3}));
	char name[257];
	memset(name, 'a', 256);
	name[256] = '\0';
	assert_false(own_path_ok(sv(name)));
	assert_true(own_path_ok((StrView){name, 255}));
}

static void
check_order(const Entry **entries, size_t len, const char *wanted)
{
	Str order = {0};
	for (size_t i = 0; i < len; i++)
		str_printf(&order, "%s ", str_c(&entries[i]->token));
	assert_view_equal(str_view(&order), wanted);
	str_free(&order);
	free(entries);
}

static void
test_order(void **state)
{
	(void)state;
	Manifest manifest;
	const Entry **entries;
	size_t len;
	start(&manifest);
	add(&manifest, "a", "a", "W", 2, 100);
	add(&manifest, "b", "b", "W", 0, 50);
	add(&manifest, "c", "c", "", 0, 300);
	add(&manifest, "d", "d", "W", 10, 200);
	add(&manifest, "e", "e", "V", 1, 250);
	add(&manifest, "f", "f", "W", 1, 200);
	add(&manifest, "g", "g", "W", 0, 40);
	add(&manifest, "h", "h", "W", 3, 400)->listed = false;
	assert_true(manifest_by_date(&manifest, &entries, &len, NULL));
	check_order(entries, len, "c e f d a b g ");
	assert_true(manifest_chapters(&manifest, SV("W"), &entries, &len, NULL));
	check_order(entries, len, "f a d g b ");
	assert_true(manifest_chapters(&manifest, SV("W"), &entries, &len, NULL));
	for (size_t i = 0; i < len; i++) {
		const Entry *before, *after;
		manifest_neighbours(&manifest, entries[i], &before, &after);
		assert_ptr_equal(before, i > 0 ? entries[i - 1] : NULL);
		assert_ptr_equal(after, i + 1 < len ? entries[i + 1] : NULL);
	}
	free(entries);
	StrList works = {0};
	assert_true(manifest_works(&manifest, &works, NULL));
	assert_int_equal(works.len, 2);
	assert_view_equal(str_view(&works.items[0]), "V");
	list_free(&works);
	manifest_free(&manifest);
}

static void
test_hashes(void **state)
{
	(void)state;
	Str a = {0}, b = {0};
	own_hash(SV("foobar"), &a); /* a published FNV-1a vector */
	assert_view_equal(str_view(&a), "6-85944171f73967e8");
	manifest_urn(SV("token-1"), &a);
	manifest_urn(SV("token-1"), &b);
	assert_view_equal(str_view(&a), str_c(&b));
	assert_int_equal(a.len, strlen("urn:uuid:") + 36);
	assert_int_equal(a.ptr[9 + 14], '8');
	assert_non_null(strchr("89ab", a.ptr[9 + 19]));
	manifest_urn(SV("token-2"), &b);
	assert_false(sv_equal(str_view(&a), str_view(&b)));

	Article article = {0};
	str_set(&article.title, SV("ab"));
	manifest_version(&article, &a);
	str_set(&article.title, SV("a"));
	str_set(&article.subtitle, SV("b"));
	manifest_version(&article, &b);
	assert_false(sv_equal(str_view(&a), str_view(&b)));
	str_free(&article.title);
	str_free(&article.subtitle);
	str_free(&a);
	str_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_damage),
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_hashes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
