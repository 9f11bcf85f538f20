/* What is typed into the library's filter: titles that fit at once, texts as soon as they are read. */
#ifndef MEOK_APP_LIBRARY_FILTER_H
#define MEOK_APP_LIBRARY_FILTER_H

#include "session.h"

typedef struct LibraryFilter LibraryFilter;
typedef void FilterFoundFn(void *data); /* the texts were read: the lines are others now */

LibraryFilter *library_filter_new(Session *session, FilterFoundFn *found, void *data, Err *err);
void library_filter_free(LibraryFilter *filter); /* what it read is wiped; NULL allowed */
/* Another query, or the same over what was changed meanwhile. Never waits. While nothing is typed the texts are read
 * ahead. */
bool library_filter_set(LibraryFilter *filter, StrView typed, Err *err);
bool library_filter_is_reading(const LibraryFilter *filter);
/* The items of the shelf that were found so far, the best first: their places, allocated. */
bool library_filter_items(const LibraryFilter *filter, const Shelf *shelf, size_t **out, size_t *count, Err *err);
/* The fragments of the shelf that were found, in its order: their places, allocated. */
bool library_filter_fragments(const LibraryFilter *filter, const Shelf *shelf, size_t **out, size_t *count, Err *err);
/* Around the first hit in a draft; empty when there is none. Valid until the next call, or library_filter_set. */
StrView library_filter_snippet(LibraryFilter *filter, Id draft);

#endif
