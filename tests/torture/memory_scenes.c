/* What a writer does while memory and disk fail: in a vault that is there, after a kill, and at the very beginning. */
#include "memory.h"

#include "../../src/app/writing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PASTE(text) "\033[200~" text "\033[201~"
#define ENTER "\r"
#define ESC "\033"

/* Esc alone is told from the beginning of a key by the time that follows. */
static const Act AT_WORK[] = {
	{.name = "type the passphrase", .keys = MEMORY_PASSPHRASE},
	{.name = "unlock", .keys = ENTER},
	{.name = "one down in the library", .keys = "j"},
	{.name = "begin to filter", .keys = "/"},
	{.name = "filter", .keys = "비"},
	{.name = "filter for more", .keys = " 창가"},
	{.name = "end the filter", .keys = ESC},
	{.name = "the library by another order", .keys = "\t"},
	{.name = "to the first row", .keys = "g"},
	{.name = "open a draft", .keys = ENTER},
	{.name = "to the end", .keys = ESC "[1;5F"},
	{.name = "type Hangul", .keys = "봄"},
	{.name = "type more Hangul", .keys = "비"},
	{.name = "type a blank", .keys = " "},
	{.name = "type Latin", .keys = "r"},
	{.name = "a new line", .keys = ENTER},
	{.name = "paste Korean",
		.keys = PASTE("창가에 앉아 **편지**를 쓴다.\n\n> 봄은 짧고\n밤은 길다\n\n- 하나\n- 둘")},
	{.name = "erase to the left", .keys = "\177"},
	{.name = "erase a word", .keys = "\027"},
	{.name = "paste a family", .keys = PASTE("👩‍👩‍👧")},
	{.name = "erase it", .keys = "\177"},
	{.name = "one up", .keys = ESC "[A"},
	{.name = "a page up", .keys = ESC "[5~"},
	{.name = "to the begin of the row", .keys = ESC "[H"},
	{.name = "to the end of the row", .keys = ESC "[F"},
	{.name = "erase to the begin of the line", .keys = "\025"},
	{.name = "take it back", .keys = "\032"},
	{.name = "do it again", .keys = "\031"},
	{.name = "take it back once more", .keys = "\032"},
	{.name = "erase to the end of the line", .keys = "\013"},
	{.name = "select to the left", .keys = ESC "[1;6D"},
	{.name = "select more", .keys = ESC "[1;2A"},
	{.name = "cut", .keys = "\030"},
	{.name = "paste what was cut", .keys = "\026"},
	{.name = "save", .keys = "\023"},
	{.name = "to the top", .keys = ESC "[1;5H"},
	{.name = "paste lines into the title", .keys = PASTE("첫 줄\n둘째 줄")},
	{.name = "to the subtitle", .keys = ENTER},
	{.name = "type a subtitle", .keys = "부"},
	{.name = "rest until it is kept", .keys = ESC "[D", .rest_ms = 40000},
	{.name = "let time pass", .keys = ESC "[C", .rest_ms = 70000},
	{.name = "look for something", .keys = "\006"},
	{.name = "type what is looked for", .keys = "밤"},
	{.name = "go there", .keys = ENTER},
	{.name = "the next one", .keys = "\007"},
	{.name = "the menu", .keys = ESC},
	{.name = "the preview from it", .keys = "v"},
	{.name = "back from the preview", .keys = "q"},
	{.name = "the history", .keys = ESC "h"},
	{.name = "one down in the history", .keys = "j"},
	{.name = "compare", .keys = ENTER},
	{.name = "bring that back", .keys = "r"},
	{.name = "take that back", .keys = "\032"},
	{.name = "keywords", .keys = ESC "k"},
	{.name = "type a keyword", .keys = "봄비"},
	{.name = "take it", .keys = ENTER},
	{.name = "back from the keywords", .keys = ESC},
	{.name = "works", .keys = ESC "w"},
	{.name = "type a work", .keys = "계절"},
	{.name = "make it", .keys = ENTER},
	{.name = "comments", .keys = ESC "c"},
	{.name = "choose", .keys = "2"},
	{.name = "commands", .keys = ESC ":"},
	{.name = "type a command", .keys = "sel"},
	{.name = "back from the commands", .keys = ESC},
	{.name = "help", .keys = ESC "?"},
	{.name = "back from help", .keys = "q"},
	{.name = "settings", .keys = ESC ","},
	{.name = "back from the settings", .keys = ESC},
	{.name = "where to publish", .keys = ESC "b"},
	{.name = "back from there", .keys = ESC},
	{.name = "the publish sheet", .keys = ESC "p"},
	{.name = "back from the sheet", .keys = ESC},
	{.name = "select everything", .keys = "\001"},
	{.name = "type over it", .keys = "새"},
	{.name = "take that back", .keys = "\032"},
	{.name = "a new draft", .keys = ESC "n"},
	{.name = "an article into it", .keys = PASTE("새 글\n\n새벽에 쓴다.\n잠이 오지 않는다.")},
	{.name = "the menu again", .keys = ESC},
	{.name = "back to the library", .keys = "l"},
	{.name = "to the trash", .keys = "d"},
	{.name = "out of the trash", .keys = "u"},
	{.name = "one down", .keys = "j"},
	{.name = "another to the trash", .keys = "d"},
	{.name = "the list of the trash", .keys = "t"},
	{.name = "bring it back", .keys = "r"},
	{.name = "back from the trash", .keys = ESC},
	{.name = "down to a fragment", .keys = "G"},
	{.name = "a draft out of the fragment", .keys = "i"},
	{.name = "type into it", .keys = "그"},
	{.name = "lock", .keys = ESC "x", .leaves = true},
	{0},
};

static const Act COMING_BACK[] = {
	{.name = "type the passphrase", .keys = MEMORY_PASSPHRASE},
	{.name = "unlock, and what was not kept comes back", .keys = ENTER},
	{.name = "type on", .keys = "이"},
	{.name = "take it back", .keys = "\032"},
	{.name = "take more back", .keys = "\032"},
	{.name = "do it again", .keys = "\031"},
	{.name = "save", .keys = "\023"},
	{.name = "quit", .keys = "\021", .leaves = true},
	{0},
};

static const Act AT_FIRST[] = {
	{.name = "type a passphrase", .keys = MEMORY_PASSPHRASE},
	{.name = "to the second field", .keys = ENTER},
	{.name = "type it again", .keys = MEMORY_PASSPHRASE},
	{.name = "make the vault", .keys = ENTER},
	{.name = "the first title", .keys = "첫"},
	{.name = "to the subtitle", .keys = ENTER},
	{.name = "to the text", .keys = ENTER},
	{.name = "the first words", .keys = "쓴"},
	{.name = "quit", .keys = "\021", .leaves = true},
	{0},
};

static void
must(bool ok, const Err *err)
{
	char text[ERR_TEXT_MAX];
	if (ok)
		return;
	err_format(err, err->id, text, sizeof text);
	fprintf(stderr, "%s\n", text);
	exit(2);
}

static Vault *
make_vault(void)
{
	Err err = {0};
	Vault *vault =
		vault_create_open(&CRASH_SYS, MEMORY_DIR, MEMORY_STATE, sv(MEMORY_PASSPHRASE), KDF_INTERACTIVE, &err);
	must(vault != NULL, &err);
	return vault;
}

static Id
save(Vault *vault, Id draft, const char *title, const char *body)
{
	Err err = {0};
	Revision revision = {0};
	if (!id_is_none(draft))
		must(vault_load_draft(vault, draft, &revision, &err), &err);
	str_set(&revision.title, sv(title));
	str_set(&revision.body, sv(body));
	must(vault_save_draft(vault, &revision, &err), &err);
	Id saved = revision.draft;
	revision_free(&revision);
	/* So that each is newer than the one before. */
	CrashFs *fs = crash_use(NULL);
	crash_pass_time(fs, 60000);
	crash_use(fs);
	return saved;
}

static void
prepare_work(void)
{
	Err err = {0};
	Vault *vault = make_vault();
	Id first = save(vault, ID_NONE, "여름 밤", "더운 밤이었다.\n");
	Id trashed = save(vault, ID_NONE, "버린 글", "쓰지 않을 말\n");
	must(vault_trash_draft(vault, trashed, &err), &err);
	save(vault, first, "여름 밤", "더운 밤이었다.\n\n매미가 울었다.\n");
	Id second = save(vault, ID_NONE, "봄비", "봄비가 내린다.\n");
	Str body = {0};
	for (int i = 0; i < 12; i++)
		str_printf(&body,
			"## 밤의 기록 %d\n\n창가에 *비*가 내린다. The server was down, `%d`번째 "
			"[봄](https://example.org/%d).\n\n",
			i, i, i);
	save(vault, second, "봄비", str_c(&body));
	str_append_c(&body, "끝에서 두 번째 줄\n");
	save(vault, second, "봄비", str_c(&body));
	str_free(&body);
	Fragment fragment = {.text = str_from(SV("길에서 떠오른 생각"))};
	must(vault_save_fragment(vault, &fragment, &err), &err);
	fragment_free(&fragment);
	Work work = {.name = str_from(SV("밤에 쓴 글"))};
	must(vault_save_work(vault, &work, &err), &err);
	work_free(&work);
	vault_close(vault);
}

static void
note(Journal *journal, const char *text, size_t length)
{
	Err err = {0};
	must(journal_add(journal,
		     &(JournalEntry){.step = STEP_REPLACE,
			     .from = length,
			     .to = length,
			     .text = sv(text),
			     .length = length + strlen(text)},
		     &err) &&
			journal_write(journal, &err),
		&err);
}

static void
prepare_return(void)
{
	Err err = {0};
	Vault *vault = make_vault();
	static const char *const titles[] = {"남은 글", "또 남은 글"};
	for (size_t i = 0; i < 2; i++) {
		Id draft = save(vault, ID_NONE, titles[i], "여기까지");
		Revision revision = {0};
		must(vault_load_draft(vault, draft, &revision, &err), &err);
		JournalEntry begin = {
			.step = STEP_BEGIN, .draft = draft, .revision = revision.object, .time_ms = 5 + (int64_t)i};
		Journal *journal = journal_new(vault, &begin, &err);
		must(journal != NULL, &err);
		size_t length = revision.title.len + 2 + revision.body.len;
		note(journal, " 쓰다가", length);
		must(journal_add(journal, &(JournalEntry){.step = STEP_GROUP_BEGIN}, &err) &&
				journal_add(journal, &(JournalEntry){.step = STEP_GROUP_END}, &err),
			&err);
		note(journal, " 말았다", length + strlen(" 쓰다가"));
		must(journal_close(journal, true, &err), &err);
		revision_free(&revision);
	}
	vault_close(vault);
}

const Scene SCENES[] = {
	{.name = "at work", .acts = AT_WORK, .prepare = prepare_work},
	{.name = "coming back",
		.acts = COMING_BACK,
		.known = {"또 남은 글\n\n여기까지", "또 남은 글\n\n여기까지 쓰다가", "남은 글\n\n여기까지",
			"남은 글\n\n여기까지 쓰다가"},
		.prepare = prepare_return},
	{.name = "at first", .acts = AT_FIRST},
	{0},
};
