/* The table of commands: what a key, the palette and the menus run. */
#include "commands.h"

#include <stdlib.h>

const char *const CONTEXT_NAMES[CONTEXTS] = {
	[CONTEXT_ANY] = "any",
	[CONTEXT_START] = "start",
	[CONTEXT_LIBRARY] = "library",
	[CONTEXT_EDITOR] = "editor",
	[CONTEXT_PICKER] = "picker",
	[CONTEXT_LIST] = "list",
	[CONTEXT_FORM] = "form",
	[CONTEXT_SHEET] = "sheet",
	[CONTEXT_PAGE] = "page",
	[CONTEXT_CONFLICT] = "conflict",
	[CONTEXT_PROMPT] = "prompt",
};

#define IN(context) (1u << CONTEXT_##context)
#define ANYWHERE ((1u << CONTEXTS) - 1)
#define UNLOCKED (ANYWHERE & ~IN(START))
#define AT_DESK (IN(EDITOR) | IN(SHEET))

const CommandRow COMMAND_ROWS[] = {
	{"publish", "", AT_DESK, N_("publish"), N_("publish the draft, or send what has changed"), run_publish},
	{"keywords", "", AT_DESK, N_("keywords"), N_("choose the keywords of the draft"), run_keywords},
	{"work", "", AT_DESK, N_("work"), N_("put the draft into a work, as its next chapter"), run_work},
	{"comments", "[on|off|default]", AT_DESK, N_("comments"), N_("let readers comment, or not"), run_comments},
	{"site", "", AT_DESK, N_("blog"), N_("choose where the draft is published, or add a blog"), run_site},
	{"save", "", IN(EDITOR), N_("save"), N_("keep the draft as it is now"), run_save},
	{"write-file", "", IN(EDITOR), N_("to a file"), N_("write the draft to a file, outside the vault"),
		run_write_file},
	{"find", "", IN(EDITOR), N_("find"), N_("find words in the draft"), run_find},
	{"find-next", "", IN(EDITOR) | IN(PROMPT), NULL, N_("go to the next place where they stand"), run_find_next},
	{"find-previous", "", IN(EDITOR) | IN(PROMPT), NULL, N_("go to the place before"), run_find_previous},
	{"undo", "", IN(EDITOR), NULL, N_("take the last change back"), run_undo},
	{"redo", "", IN(EDITOR), NULL, N_("make the change that was taken back again"), run_redo},
	{"cut", "", IN(EDITOR), NULL, N_("cut what is selected; the paragraph when nothing is"), run_cut},
	{"copy", "", IN(EDITOR), NULL, N_("copy what is selected, for your own machine too"), run_copy},
	{"paste", "", IN(EDITOR) | IN(PICKER) | IN(FORM) | IN(PROMPT), NULL, N_("insert what was cut or copied"),
		run_paste},
	{"select-all", "", IN(EDITOR), NULL, N_("select the whole text"), run_select_all},
	{"paragraphs", "", AT_DESK, N_("paragraphs"), N_("make every line of the text a paragraph of its own"),
		run_paragraphs},
	{"count", "", IN(EDITOR), N_("count"), N_("count characters, words and manuscript pages"), run_count},
	{"focus", "", IN(EDITOR), N_("text only"), N_("show nothing but the text, or all again"), run_focus},
	{"preview", "", AT_DESK, N_("preview"), N_("read the draft as readers will"), run_preview},
	{"new", "", IN(EDITOR) | IN(LIBRARY), N_("new"), N_("begin a new draft"), run_new},
	{"library", "", IN(EDITOR), N_("library"), N_("keep the draft and go to the library"), run_library},
	{"open", "N", IN(LIBRARY), NULL, N_("open the draft with this number"), run_open},
	{"filter", "", IN(LIBRARY), N_("find"), N_("search the titles and texts of all drafts"), run_filter},
	{"order", "", IN(LIBRARY), N_("order"), N_("order the library by works, by date, by state"), run_order},
	{"fragment", "", IN(LIBRARY) | IN(EDITOR), N_("fragment"), N_("write a thought down in one line, for later"),
		run_fragment},
	{"fragment-save", "", IN(LIBRARY), NULL, N_("write the fragment to a file, outside the vault"),
		run_fragment_save},
	{"trash", "", IN(LIBRARY), N_("trash"), N_("put the draft or the fragment into the trash"), run_trash},
	{"untrash", "", IN(LIBRARY), NULL, N_("take a draft out of the trash: the one that went last"), run_untrash},
	{"history", "", IN(EDITOR) | IN(LIBRARY), N_("history"), N_("see what the draft was before, and bring it back"),
		run_history},
	{"bring-back", "", IN(LIST) | IN(PAGE), N_("bring back"),
		N_("make the text what it was then, or take the draft out of the trash"), run_bring_back},
	{"next-change", "", IN(PAGE), NULL, N_("go to the next place that differs"), run_next_change},
	{"trash-list", "", IN(LIBRARY), N_("the trash"), N_("see what is in the trash, and empty it"), run_trash_list},
	{"destroy", "", IN(LIST), N_("destroy"), N_("destroy the draft in the trash for good, once confirmed"),
		run_destroy},
	{"empty-trash", "", IN(LIST), N_("empty the trash"), N_("destroy all that is in the trash, once confirmed"),
		run_empty_trash},
	{"confirm", "", IN(LIST), NULL, N_("do what was just asked about"), run_confirm},
	{"choose", "N", IN(PICKER) | IN(LIST), NULL, N_("take the row with this number"), run_choose},
	{"keyword-move", "left|right", IN(PICKER), NULL, N_("move the chosen keyword"), run_keyword_move},
	{"keyword-merge", "", IN(PICKER), NULL, N_("spell the keyword as the blog does"), run_keyword_merge},
	{"site-remove", "", IN(LIST), NULL, N_("forget a blog and destroy its password here"), run_site_remove},
	{"change", "N", IN(SHEET), NULL, N_("change the line with this number"), run_change},
	{"publish-draft", "", IN(SHEET), N_("blog draft"), N_("leave it on the blog as a draft"), run_publish_draft},
	{"release", "", IN(SHEET), N_("public now"), N_("make it public without waiting"), run_release},
	{"overwrite", "", IN(SHEET), N_("overwrite"), N_("replace what was changed on the web"), run_overwrite},
	{"copy-address", "", IN(SHEET), N_("copy address"), N_("copy the address of the article"), run_copy_url},
	{"conflict", "", IN(EDITOR), N_("two versions"), N_("see what was changed here and elsewhere, and choose"),
		run_conflict},
	{"take", "mine|theirs|both", IN(CONFLICT), NULL, N_("let this one stand, the other one, or both"), run_take},
	{"settings", "", IN(EDITOR) | IN(LIBRARY), N_("settings"),
		N_("language, colours, blogs, passphrase, recovery key"), run_settings},
	{"lock", "", UNLOCKED, N_("lock"), N_("keep the draft and lock the vault"), run_lock},
	{"language", "", ANYWHERE, NULL, N_("change between English and Korean"), run_language},
	{"show-passphrase", "", IN(START) | IN(FORM), NULL, N_("show the passphrase, or hide it"), run_show_passphrase},
	{"commands", "", ANYWHERE, N_("all commands"), N_("find any command by its name"), run_commands},
	{"help", "", ANYWHERE, N_("help"), N_("what the keys do here"), run_help},
	{"move", "left|right|up|down|word-left|word-right|home|end|page-up|page-down|top|bottom", ANYWHERE, NULL,
		N_("move the cursor"), run_move},
	{"select", "left|right|up|down|word-left|word-right|home|end|page-up|page-down|top|bottom", IN(EDITOR), NULL,
		N_("select"), run_select},
	{"delete", "left|right|word-left|word-right|to-start|to-end", ANYWHERE, NULL, N_("delete"), run_delete},
	{"accept", "", ANYWHERE, NULL, N_("take it, go on, or begin a new line"), run_accept},
	{"close", "", ANYWHERE, NULL, N_("close what is open, or say no"), run_close},
	{"redraw", "", ANYWHERE, NULL, N_("draw the screen anew"), run_redraw},
	{"suspend", "", ANYWHERE, NULL, N_("leave meok for the shell; fg comes back"), run_suspend},
	{"abandon", "", IN(EDITOR), NULL, N_("leave the draft without keeping what has changed"), run_abandon},
	{"quit", "", ANYWHERE, N_("quit"), N_("keep the draft and leave meok"), run_quit},
	{0},
};

const CommandRow *
command_row(StrView name)
{
	for (const CommandRow *row = COMMAND_ROWS; row->name != NULL; row++)
		if (sv_equal(sv(row->name), name))
			return row;
	return NULL;
}

bool
command_run(Session *session, const StrList *words)
{
	const CommandRow *row = words->len > 0 ? command_row(str_view(&words->items[0])) : NULL;
	if (row == NULL || session->depth == 0)
		return false;
	const Place *top = &session->places[session->depth - 1];
	if ((row->contexts & (1u << top->kind->context(top->state))) == 0)
		return false;
	session_mark_dirty(session);
	return row->run(session, words);
}

/* ---- Keymaps */

static bool
check_command(const StrList *words, Err *err)
{
	if (words->len < 4 || !sv_equal(str_view(&words->items[0]), SV("bind")))
		return true;
	StrView name = str_view(&words->items[3]);
	if (command_row(name) != NULL)
		return true;
	StrList names = {0};
	for (const CommandRow *row = COMMAND_ROWS; row->name != NULL; row++)
		list_append(&names, sv(row->name));
	StrView nearest = list_nearest(&names, name);
	if (nearest.len > 0)
		err_set(err, ERR_USAGE, "there is no command %s: did you mean %s?", str_c(&words->items[3]),
			nearest.ptr);
	else
		err_set(err, ERR_USAGE, "there is no command %s: F1 shows them all", str_c(&words->items[3]));
	list_free(&names);
	return false;
}

static bool
bind_line(Keymap *keymap, StrView line, StrView where, Err *err)
{
	StrList words = {0};
	bool ok = words_parse(line, &words, err) &&
		  (words.len == 0 || (check_command(&words, err) && keymap_apply(keymap, &words, where, err)));
	list_free(&words);
	return ok;
}

static bool
add_complaint(Complaints *all, StrView where, const Err *what)
{
	Complaint *items = array_grow(all->items, all->len, &all->cap, sizeof *items);
	if (items == NULL)
		return false;
	all->items = items;
	all->items[all->len++] = (Complaint){.where = str_from(where), .what = *what};
	return true;
}

bool
commands_bind(App *app, Keymap *keymap, Err *err)
{
	StrView rest = sv(DEFAULT_KEYS), line;
	for (size_t number = 1; sv_split(&rest, '\n', &line); number++) {
		Str where = {0};
		str_printf(&where, "default.keys:%zu", number);
		bool ok = bind_line(keymap, line, str_view(&where), err);
		str_free(&where);
		if (!ok)
			return false;
	}
	const Settings *settings = &app->settings;
	for (size_t i = 0; i < settings->binds.len; i++) {
		Err why = {0};
		StrView where = str_view(&settings->bind_places.items[i]);
		if (!bind_line(keymap, str_view(&settings->binds.items[i]), where, &why) &&
			!add_complaint(&app->complaints, where, &why))
			return err_memory(err);
	}
	return true;
}
