/* A text as an ordered tree of pieces that point into an append-only store: the ground under document.c.
 *
 * Trees are values: an operation takes the trees it is given and hands back new ones; whoever wants to keep one retains
 * it first. They share nodes, so retaining (a snapshot, an undo step) costs nothing and a change costs O(log pieces).
 * Bytes once stored never move. pieces_reserve and pieces_add may run out of memory; the tree operations that a reserve
 * has paid for cannot.
 */
#ifndef MEOK_TEXT_PIECES_H
#define MEOK_TEXT_PIECES_H

#include "meok/base.h"

/* A piece longer than this is cut, so that looking for a newline or cutting inside one costs a bounded scan. */
enum { PIECE_MAX = 8192 };

typedef struct Tree Tree; /* NULL is the empty text */

typedef struct StoreChunk StoreChunk;
typedef struct NodeSlab NodeSlab;

/* Owns all bytes and all nodes. All zero is empty. */
typedef struct Pieces {
	StoreChunk *chunks; /* the newest is the one that typing goes on in */
	NodeSlab *slabs;
	Tree *free_nodes;
	size_t free_count;
} Pieces;

void pieces_free(Pieces *pieces); /* and with it every tree */

/* Makes sure that `operations` (a handful) calls of tree_split, tree_join or tree_append on these two trees and on what
 * such calls return will find their nodes. */
bool pieces_reserve(Pieces *pieces, const Tree *a, const Tree *b, size_t operations);
/* Copies bytes into the store and tells where they are now. */
bool pieces_store(Pieces *pieces, StrView bytes, StrView *stored);
/* A tree over bytes that are in the store (or outlive it). */
bool pieces_tree(Pieces *pieces, StrView stored, Tree **out);

Tree *tree_retain(Tree *tree);
void tree_release(Pieces *pieces, Tree *tree);
size_t tree_bytes(const Tree *tree);
size_t tree_newlines(const Tree *tree);
/* Bytes [0, pos) and the rest. Takes `tree`. */
void tree_split(Pieces *pieces, Tree *tree, size_t pos, Tree **left, Tree **right);
/* `left` followed by `right`. Takes both. */
Tree *tree_join(Pieces *pieces, Tree *left, Tree *right);
/* `tree` followed by at most PIECE_MAX stored bytes; they become part of its last piece when they lie right behind it.
 * Takes `tree`. */
Tree *tree_append(Pieces *pieces, Tree *tree, StrView stored);

StrView tree_chunk(const Tree *tree, size_t pos); /* from `pos` to the end of its piece; empty at the end */
size_t tree_newlines_before(const Tree *tree, size_t pos);
size_t tree_after_newline(const Tree *tree, size_t count); /* the position behind the count-th newline; count over 0 */
void tree_copy(const Tree *tree, size_t from, size_t to, Str *out); /* appends */

#endif
