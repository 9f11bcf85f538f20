/* The driver for a folder on this computer: plain files, or the content of a hugo site. It never touches a file that it
 * did not write; what it wrote stands in .meok/manifest.json (manifest.h). probe makes a missing folder, publish does
 * not: a folder that has gone is more often a disk that is not connected than a wish for an empty blog.
 *
 * remote_id is the article's token, remote_version a hash of what readers see of it, slug its file name without ending.
 */
#ifndef MEOK_SITE_FOLDER_H
#define MEOK_SITE_FOLDER_H

#include "driver.h"
#include "inside.h"

enum { FOLDER_TERMS_MAX = 100 }; /* of each kind, the most used first */

/* Sets *out to the full path in what a writer typed: /path, ~/path or file:///path. ERR_USAGE for anything else. */
bool folder_path(StrView typed, Str *out, Err *err);
/* Opens the folder and its list, and takes up what an interrupted publication finished. */
typedef struct Folder {
	Inside in;
	Manifest manifest;
	bool hugo;
} Folder;
bool folder_open(Folder *folder, const Sys *sys, StrView root, StrView flavour, Err *err);
void folder_close(Folder *folder);
bool folder_publish(DriverContext *ctx, const Article *article, Outcome *out, Err *err); /* folder_publish.c */

#endif
