/* The functions behind the rows of the command table, by the file they are in. */
#ifndef MEOK_APP_COMMANDS_H
#define MEOK_APP_COMMANDS_H

#include "session.h"

/* general.c */
bool command_move(Session *session, const StrList *words);
bool command_select(Session *session, const StrList *words);
bool command_delete(Session *session, const StrList *words);
bool command_accept(Session *session, const StrList *words);
bool command_close(Session *session, const StrList *words);
bool command_quit(Session *session, const StrList *words);
bool command_redraw(Session *session, const StrList *words);
bool command_suspend(Session *session, const StrList *words);

/* editor_commands.c */
bool command_save(Session *session, const StrList *words);
bool command_undo(Session *session, const StrList *words);
bool command_redo(Session *session, const StrList *words);
bool command_cut(Session *session, const StrList *words);
bool command_copy(Session *session, const StrList *words);
bool command_paste(Session *session, const StrList *words);
bool command_select_all(Session *session, const StrList *words);
bool command_find(Session *session, const StrList *words);
bool command_find_next(Session *session, const StrList *words);
bool command_find_previous(Session *session, const StrList *words);
bool command_count(Session *session, const StrList *words);
bool command_focus(Session *session, const StrList *words);
bool command_abandon(Session *session, const StrList *words);

/* library.c */
bool command_library(Session *session, const StrList *words);
bool command_new(Session *session, const StrList *words);
bool command_open(Session *session, const StrList *words);
bool command_filter(Session *session, const StrList *words);
bool command_order(Session *session, const StrList *words);
bool command_trash(Session *session, const StrList *words);
bool command_untrash(Session *session, const StrList *words);

/* start.c */
bool command_language(Session *session, const StrList *words);
bool command_show_passphrase(Session *session, const StrList *words);

/* picker.c, keywords_place.c, choices_place.c */
bool command_choose(Session *session, const StrList *words);
bool command_keywords(Session *session, const StrList *words);
bool command_keyword_move(Session *session, const StrList *words);
bool command_keyword_merge(Session *session, const StrList *words);
bool command_work(Session *session, const StrList *words);
bool command_comments(Session *session, const StrList *words);
bool command_site(Session *session, const StrList *words);
bool command_site_remove(Session *session, const StrList *words);
bool command_commands(Session *session, const StrList *words);
bool command_settings(Session *session, const StrList *words);

/* sheet.c */
bool command_publish(Session *session, const StrList *words);
bool command_publish_draft(Session *session, const StrList *words);
bool command_change(Session *session, const StrList *words);
bool command_release(Session *session, const StrList *words);
bool command_overwrite(Session *session, const StrList *words);
bool command_copy_url(Session *session, const StrList *words);
bool command_preview(Session *session, const StrList *words);

/* help.c */
bool command_help(Session *session, const StrList *words);

#endif
