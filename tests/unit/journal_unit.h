/* What tests of the journal share: a vault with a state folder, entries as lines of text, and a story that has every
 * step in it. */
#ifndef MEOK_TESTS_JOURNAL_UNIT_H
#define MEOK_TESTS_JOURNAL_UNIT_H

#include "vault_unit.h"

#include "../../src/vault/journal.h"

#include <unistd.h>

typedef struct Desk {
	char *dir;
	Str path, state; /* of the vault, of what the device remembers */
	Vault *vault;
} Desk;

static inline Vault *
desk_open(const Desk *desk, const Sys *sys)
{
	Err err = {0};
	Vault *vault = open_vault(sys, str_c(&desk->path), str_c(&desk->state), PASSPHRASE, &QUICK, &err);
	if (vault == NULL)
		print_error("%s\n", err_text(&err));
	assert_non_null(vault);
	return vault;
}

static inline Desk
desk_start(void)
{
	Desk desk = {.dir = make_dir()};
	Err err;
	path_join(&desk.path, sv(desk.dir), SV("v"));
	path_join(&desk.state, sv(desk.dir), SV("s"));
	assert_true(open_create(&SYS_POSIX, str_c(&desk.path), PASSPHRASE, 1, 8192, &err));
	desk.vault = desk_open(&desk, &SYS_POSIX);
	return desk;
}

static inline void
desk_end(Desk *desk)
{
	vault_close(desk->vault);
	str_free(&desk->path);
	str_free(&desk->state);
	remove_dir(desk->dir);
}

/* Removes all journals, whatever they are. */
static inline void
desk_clear(const Desk *desk)
{
	char command[400];
	snprintf(command, sizeof command, "rm -rf '%s/journal'", str_c(&desk->vault->state));
	assert_int_equal(system(command), 0);
}

/* ---- Entries as text */

static inline void
entry_line(const JournalEntry *entry, Str *line)
{
	char draft[ID_TEXT + 1], revision[ID_TEXT + 1], work[ID_TEXT + 1];
	id_format(entry->draft, draft);
	id_format(entry->revision, revision);
	str_printf(line, "%d", (int)entry->step);
	if (entry->step == STEP_BEGIN || entry->step == STEP_SAVED)
		str_printf(line, " %s %s %lld", draft, revision, (long long)entry->time_ms);
	if (entry->step == STEP_LEFT)
		str_printf(line, " %lld", (long long)entry->time_ms);
	if (entry->step == STEP_REPLACE) {
		str_printf(line, " %zu %zu ", entry->from, entry->to);
		str_append(line, entry->text);
	}
	if (entry->step == STEP_REPLACE || entry->step == STEP_UNDO || entry->step == STEP_REDO)
		str_printf(line, " %zu", entry->length);
	if (entry->step == STEP_CURSOR)
		str_printf(line, " %zu %zu %d", entry->cursor, entry->anchor, entry->selecting);
	if (entry->step != STEP_SETTINGS)
		return;
	id_format(entry->settings->work, work);
	str_printf(line, " %s %d", work, (int)entry->settings->comments);
	for (size_t i = 0; i < entry->settings->keywords.len; i++)
		str_printf(line, " #%s", str_c(&entry->settings->keywords.items[i]));
}

static inline bool
note_entry(void *data, const JournalEntry *entry, Err *err)
{
	StrList *lines = data;
	Str line = {0};
	entry_line(entry, &line);
	list_take(lines, &line);
	return list_ok(lines, err);
}

static inline bool
is_prefix(const StrList *part, const StrList *all)
{
	bool same = part->len <= all->len;
	for (size_t i = 0; same && i < part->len; i++)
		same = sv_equal(str_view(&part->items[i]), str_view(&all->items[i]));
	return same;
}

static inline void
assert_same_lines(const StrList *got, const StrList *wanted)
{
	for (size_t i = 0; i < got->len && i < wanted->len; i++)
		assert_string_equal(str_c(&got->items[i]), str_c(&wanted->items[i]));
	assert_int_equal(got->len, wanted->len);
}

/* ---- A story with every step in it */

enum { STORY_MS = 1760000000000, STORY_GROUPS = 9 };

static const Id STORY_DRAFT = {{1, 2, 3}}, STORY_REVISION = {{4, 5, 6}}, STORY_SAVED = {{7, 8, 9}};

static inline JournalEntry
story_begin(void)
{
	return (JournalEntry){
		.step = STEP_BEGIN, .draft = STORY_DRAFT, .revision = STORY_REVISION, .time_ms = STORY_MS};
}

static inline JournalEntry
typed(size_t at, const char *text)
{
	return (JournalEntry){
		.step = STEP_REPLACE, .from = at, .to = at, .length = at + strlen(text), .text = sv(text)};
}

/* Longer than one record, and than two. */
#define STORY_PASTE                                                                                                                                   \
	"비가 그친 마당에 참새 두 마리가 내려앉았다. 할머니는 문지방에 걸터앉아 콩을 고르며 그 모습을 오래 " \
	"바라보았다. "                                                                                                                           \
	"콩 한 줌이 굴러 나가자 참새들이 놀라 담장 위로 날아올랐고, 잠시 뒤 다시 내려왔다."

/* Adds the entries of one group; what was added is noted in *lines when it went in. Group 0 is the begin. */
static inline bool
story_add(Journal *journal, int group, StrList *lines, Err *err)
{
	Revision settings = {.comments = COMMENTS_CLOSED, .work = STORY_SAVED};
	list_append(&settings.keywords, SV("마당"));
	list_append(&settings.keywords, SV("참새"));
	const JournalEntry groups[STORY_GROUPS][4] = {
		{story_begin()},
		{{.step = STEP_SETTINGS, .settings = &settings}, {.step = STEP_CURSOR, .cursor = 2, .anchor = 2}},
		{typed(0, "가")},
		{typed(3, "나"), {.step = STEP_CURSOR, .cursor = 1, .anchor = 4, .selecting = true}},
		{{.step = STEP_GROUP_BEGIN}, {.step = STEP_REPLACE, .from = 3, .to = 6, .length = 3},
			typed(3, STORY_PASTE), {.step = STEP_GROUP_END}},
		{{.step = STEP_UNDO, .length = 6}},
		{{.step = STEP_REDO, .length = 3 + sizeof STORY_PASTE - 1}},
		{{.step = STEP_SAVED, .draft = STORY_DRAFT, .revision = STORY_SAVED, .time_ms = STORY_MS + 5000}},
		{{.step = STEP_LEFT, .time_ms = STORY_MS + 9000}},
	};
	bool ok = list_ok(&settings.keywords, err);
	for (size_t i = 0; ok && i < 4 && groups[group][i].step != 0; i++) {
		ok = group == 0 || journal_add(journal, &groups[group][i], err);
		if (ok && lines != NULL)
			ok = note_entry(lines, &groups[group][i], err);
	}
	list_free(&settings.keywords);
	return ok;
}

/* The whole story in a file that nobody holds. ends[i] (may be NULL): where group i ends in it. */
static inline Id
story_write(Vault *vault, StrList *lines, uint64_t *ends)
{
	Err err = {0};
	JournalEntry begin = story_begin();
	Journal *journal = journal_new(vault, &begin, &err);
	assert_non_null(journal);
	for (int i = 0; i < STORY_GROUPS; i++) {
		assert_true(story_add(journal, i, lines, &err));
		assert_true(journal_write(journal, &err));
		if (ends != NULL)
			ends[i] = journal_size(journal);
	}
	assert_true(journal_close(journal, true, &err));
	JournalFound *found;
	size_t count;
	assert_true(vault_journals(vault, &found, &count, &err));
	assert_true(count >= 1);
	Id id = found[0].id;
	free(found);
	return id;
}

/* The one journal that is there for the taking; ID_NONE when there is none. */
static inline Id
only_journal(Vault *vault)
{
	JournalFound *found;
	size_t count;
	Err err = {0};
	bool ok = vault_journals(vault, &found, &count, &err);
	if (!ok)
		print_error("%s\n", err_text(&err));
	if (count > 1)
		print_error("%zu journals\n", count);
	assert_true(ok);
	assert_true(count <= 1);
	Id id = count == 1 ? found[0].id : ID_NONE;
	free(found);
	return id;
}

static inline bool
read_lines(Vault *vault, Id journal, StrList *lines, bool *whole)
{
	Err err = {0};
	bool ok = journal_read(vault, journal, note_entry, lines, whole, &err);
	if (!ok)
		print_error("%s\n", err_text(&err));
	return ok;
}

static inline Str
journal_file(const Vault *vault, Id journal, const char *ending)
{
	Str path = {0};
	assert_true(journal_path(vault, journal, ending, &path, NULL));
	return path;
}

static inline Str
read_bytes(const Str *path)
{
	Str bytes = {0};
	Err err;
	assert_true(file_read(&SYS_POSIX, str_c(path), 1 << 30, &bytes, &err));
	return bytes;
}

static inline void
write_bytes(const Str *path, StrView bytes)
{
	FILE *file = fopen(str_c(path), "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes.ptr, 1, bytes.len, file), bytes.len);
	assert_int_equal(fclose(file), 0);
}

#endif
