/* Markdown with YAML front matter, as hugo reads it. No I/O.
 *
 * An article is content/posts/SLUG.md whatever its work: posts is the section of hugo's own first steps and of most
 * themes, and the address must not change when an article moves to another work. The work is a category (hugo has that
 * taxonomy without being told) and a series (which themes look for); categories_weight and series_weight keep chapters
 * in order on its page, as hugo does by itself.
 */
#ifndef MEOK_SITE_HUGO_H
#define MEOK_SITE_HUGO_H

#include "manifest.h"

enum { HUGO_CONFIGS = 16 };
extern const char *const HUGO_CONFIG_NAMES[HUGO_CONFIGS]; /* relative paths; any of them makes a folder a hugo site */

/* Appends the whole file. Titles and dates come from `entry`, the body from `markdown`. False when memory runs out. */
bool hugo_page(const Entry *entry, StrView markdown, Str *out, Err *err);
/* Appends a YAML double-quoted scalar that is one line whatever the text. */
void hugo_quote(StrView text, Str *out);
/* Appends `markdown` so that a line of hyphens under text stays a rule: other renderers take it for a heading's
 * underline. */
void hugo_body(StrView markdown, Str *out);
/* Sets *out to a top-level text of a TOML, YAML or JSON configuration (`key` in lower case); empty when it is not
 * plainly there. */
void hugo_config_text(StrView config, const char *key, Str *out);

#endif
