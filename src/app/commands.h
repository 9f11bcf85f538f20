/* The functions behind the rows of the command table, by the file they are in. */
#ifndef MEOK_APP_COMMANDS_H
#define MEOK_APP_COMMANDS_H

#include "session.h"

/* general.c */
bool run_move(Session *session, const StrList *words);
bool run_select(Session *session, const StrList *words);
bool run_delete(Session *session, const StrList *words);
bool run_accept(Session *session, const StrList *words);
bool run_close(Session *session, const StrList *words);
bool run_quit(Session *session, const StrList *words);
bool run_redraw(Session *session, const StrList *words);
bool run_suspend(Session *session, const StrList *words);

/* editor_commands.c */
bool run_save(Session *session, const StrList *words);
bool run_undo(Session *session, const StrList *words);
bool run_redo(Session *session, const StrList *words);
bool run_cut(Session *session, const StrList *words);
bool run_copy(Session *session, const StrList *words);
bool run_paste(Session *session, const StrList *words);
bool run_select_all(Session *session, const StrList *words);
bool run_find(Session *session, const StrList *words);
bool run_find_next(Session *session, const StrList *words);
bool run_find_previous(Session *session, const StrList *words);
bool run_paragraphs(Session *session, const StrList *words);
bool run_count(Session *session, const StrList *words);
bool run_focus(Session *session, const StrList *words);
bool run_abandon(Session *session, const StrList *words);
bool run_write_file(Session *session, const StrList *words);

/* library.c */
bool run_library(Session *session, const StrList *words);
bool run_new(Session *session, const StrList *words);
bool run_open(Session *session, const StrList *words);
bool run_filter(Session *session, const StrList *words);
bool run_order(Session *session, const StrList *words);
bool run_trash(Session *session, const StrList *words);
bool run_untrash(Session *session, const StrList *words);

/* fragments.c */
bool run_fragment(Session *session, const StrList *words);
bool run_fragment_save(Session *session, const StrList *words);

/* history_place.c, trash_place.c, page.c */
bool run_history(Session *session, const StrList *words);
bool run_bring_back(Session *session, const StrList *words);
bool run_next_change(Session *session, const StrList *words);
bool run_trash_list(Session *session, const StrList *words);
bool run_destroy(Session *session, const StrList *words);
bool run_empty_trash(Session *session, const StrList *words);
bool run_confirm(Session *session, const StrList *words);

/* lock.c */
bool run_lock(Session *session, const StrList *words);

/* start.c */
bool run_language(Session *session, const StrList *words);
bool run_show_passphrase(Session *session, const StrList *words);

/* picker.c, keywords_place.c, choices_place.c */
bool run_choose(Session *session, const StrList *words);
bool run_keywords(Session *session, const StrList *words);
bool run_keyword_move(Session *session, const StrList *words);
bool run_keyword_merge(Session *session, const StrList *words);
bool run_work(Session *session, const StrList *words);
bool run_comments(Session *session, const StrList *words);
bool run_site(Session *session, const StrList *words);
bool run_site_remove(Session *session, const StrList *words);
bool run_commands(Session *session, const StrList *words);
bool run_settings(Session *session, const StrList *words);

/* sheet.c */
bool run_publish(Session *session, const StrList *words);
bool run_publish_draft(Session *session, const StrList *words);
bool run_change(Session *session, const StrList *words);
bool run_release(Session *session, const StrList *words);
bool run_overwrite(Session *session, const StrList *words);
bool run_copy_url(Session *session, const StrList *words);
bool run_preview(Session *session, const StrList *words);

/* conflict_place.c */
bool run_conflict(Session *session, const StrList *words);
bool run_take(Session *session, const StrList *words);

/* help.c */
bool run_help(Session *session, const StrList *words);

#endif
