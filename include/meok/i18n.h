/* i18n: the marks that make a text translatable. Only app, ui and cli translate; below them a message is an id. */
#ifndef MEOK_I18N_H
#define MEOK_I18N_H

#include <libintl.h>

#define _(text) gettext(text)
#define N_(text) text /* collected by xgettext, translated later */

#endif
