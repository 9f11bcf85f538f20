/* The piece tree: a persistent AVL tree over an append-only store. */
#include "pieces.h"

#include <stdlib.h>
#include <string.h>

typedef struct Piece {
	const char *ptr;
	uint32_t len, newlines;
} Piece;

struct Tree {
	Tree *left, *right; /* `left` chains the free list too */
	Piece piece;
	size_t bytes, newlines; /* of the whole subtree */
	uint32_t references;
	uint32_t height;
};

enum { SLAB_NODES = 256, CHUNK_BYTES = 64 * 1024 };

struct NodeSlab {
	NodeSlab *next;
	Tree nodes[SLAB_NODES];
};

struct StoreChunk {
	StoreChunk *next;
	size_t used, size;
	char bytes[];
};

void
pieces_free(Pieces *pieces)
{
	while (pieces->chunks != NULL) {
		StoreChunk *next = pieces->chunks->next;
		free(pieces->chunks);
		pieces->chunks = next;
	}
	while (pieces->slabs != NULL) {
		NodeSlab *next = pieces->slabs->next;
		free(pieces->slabs);
		pieces->slabs = next;
	}
	*pieces = (Pieces){0};
}

/* ---- The store */

bool
pieces_store(Pieces *pieces, StrView bytes, StrView *stored)
{
	StoreChunk *chunk = pieces->chunks;
	if (chunk == NULL || chunk->size - chunk->used < bytes.len) {
		size_t size = bytes.len > CHUNK_BYTES ? bytes.len : CHUNK_BYTES;
		if (size > SIZE_MAX - sizeof *chunk)
			return false;
		chunk = malloc(sizeof *chunk + size);
		if (chunk == NULL)
			return false;
		*chunk = (StoreChunk){.next = pieces->chunks, .size = size};
		pieces->chunks = chunk;
	}
	char *to = chunk->bytes + chunk->used;
	if (bytes.len > 0)
		memcpy(to, bytes.ptr, bytes.len);
	chunk->used += bytes.len;
	*stored = (StrView){to, bytes.len};
	return true;
}

/* ---- Nodes */

static uint32_t
height_of(const Tree *tree)
{
	return tree == NULL ? 0 : tree->height;
}

static bool
reserve_nodes(Pieces *pieces, size_t count)
{
	while (pieces->free_count < count) {
		NodeSlab *slab = malloc(sizeof *slab);
		if (slab == NULL)
			return false;
		slab->next = pieces->slabs;
		pieces->slabs = slab;
		for (size_t i = 0; i < SLAB_NODES; i++) {
			slab->nodes[i].left = pieces->free_nodes;
			pieces->free_nodes = &slab->nodes[i];
		}
		pieces->free_count += SLAB_NODES;
	}
	return true;
}

/* A join walks down the difference of two heights and makes at most three nodes a level; a split makes as many joins as
 * the tree is high, whose differences add up to three heights at most; and each operation may add one level to what the
 * next one gets. Twelve nodes a level and operation is above all of that, even when every node is shared. */
bool
pieces_reserve(Pieces *pieces, const Tree *a, const Tree *b, size_t operations)
{
	size_t height = height_of(a) > height_of(b) ? height_of(a) : height_of(b);
	return reserve_nodes(pieces, operations * 12 * (height + operations + 2));
}

static Tree *
make(Pieces *pieces, Tree *left, Piece piece, Tree *right)
{
	Tree *tree = pieces->free_nodes;
	if (tree == NULL)
		abort(); /* somebody forgot to reserve: going on would lose text */
	pieces->free_nodes = tree->left;
	pieces->free_count--;
	uint32_t a = height_of(left), b = height_of(right);
	*tree = (Tree){
		.left = left,
		.right = right,
		.piece = piece,
		.bytes = tree_bytes(left) + piece.len + tree_bytes(right),
		.newlines = tree_newlines(left) + piece.newlines + tree_newlines(right),
		.references = 1,
		.height = (a > b ? a : b) + 1,
	};
	return tree;
}

static void
give_back(Pieces *pieces, Tree *tree)
{
	tree->left = pieces->free_nodes;
	pieces->free_nodes = tree;
	pieces->free_count++;
}

Tree *
tree_retain(Tree *tree)
{
	if (tree != NULL)
		tree->references++;
	return tree;
}

void
tree_release(Pieces *pieces, Tree *tree)
{
	while (tree != NULL && --tree->references == 0) {
		Tree *right = tree->right;
		tree_release(pieces, tree->left);
		give_back(pieces, tree);
		tree = right;
	}
}

/* Takes a tree apart. A node that nobody else holds is free for the next make. */
static Piece
open_up(Pieces *pieces, Tree *tree, Tree **left, Tree **right)
{
	Piece piece = tree->piece;
	*left = tree->left;
	*right = tree->right;
	if (tree->references == 1) {
		give_back(pieces, tree);
	} else {
		tree_retain(*left);
		tree_retain(*right);
		tree->references--;
	}
	return piece;
}

/* ---- Balance */

static Tree *
rotate_right(Pieces *pieces, Tree *left, Piece piece, Tree *right)
{
	Tree *a, *b;
	Piece top = open_up(pieces, left, &a, &b);
	if (height_of(a) >= height_of(b))
		return make(pieces, a, top, make(pieces, b, piece, right));
	Tree *c, *d;
	Piece middle = open_up(pieces, b, &c, &d);
	Tree *low = make(pieces, a, top, c);
	return make(pieces, low, middle, make(pieces, d, piece, right));
}

static Tree *
rotate_left(Pieces *pieces, Tree *left, Piece piece, Tree *right)
{
	Tree *a, *b;
	Piece top = open_up(pieces, right, &a, &b);
	if (height_of(b) >= height_of(a))
		return make(pieces, make(pieces, left, piece, a), top, b);
	Tree *c, *d;
	Piece middle = open_up(pieces, a, &c, &d);
	Tree *low = make(pieces, left, piece, c);
	return make(pieces, low, middle, make(pieces, d, top, b));
}

/* left, piece, right in this order, whatever their heights. */
static Tree *
link_up(Pieces *pieces, Tree *left, Piece piece, Tree *right)
{
	Tree *a, *b;
	if (height_of(left) > height_of(right) + 1) {
		Piece top = open_up(pieces, left, &a, &b);
		b = link_up(pieces, b, piece, right);
		if (height_of(b) > height_of(a) + 1)
			return rotate_left(pieces, a, top, b);
		return make(pieces, a, top, b);
	}
	if (height_of(right) > height_of(left) + 1) {
		Piece top = open_up(pieces, right, &a, &b);
		a = link_up(pieces, left, piece, a);
		if (height_of(a) > height_of(b) + 1)
			return rotate_right(pieces, a, top, b);
		return make(pieces, a, top, b);
	}
	return make(pieces, left, piece, right);
}

/* ---- Pieces */

static uint32_t
count_newlines(const char *ptr, size_t len)
{
	uint32_t count = 0;
	for (const char *end = ptr + len; ptr < end && (ptr = memchr(ptr, '\n', (size_t)(end - ptr))) != NULL; ptr++)
		count++;
	return count;
}

static Piece
piece_of(const char *ptr, size_t len)
{
	return (Piece){ptr, (uint32_t)len, count_newlines(ptr, len)};
}

/* The length of the next piece of a long text: a full one, but never half a code point. */
static size_t
piece_length(StrView text)
{
	if (text.len <= PIECE_MAX)
		return text.len;
	size_t len = PIECE_MAX;
	while (len > PIECE_MAX - 4 && ((unsigned char)text.ptr[len] & 0xC0) == 0x80)
		len--;
	return len;
}

/* A perfectly balanced tree over the first `count` pieces of *text, which it moves on. */
static Tree *
build(Pieces *pieces, StrView *text, size_t count)
{
	if (count == 0)
		return NULL;
	size_t before = (count - 1) / 2;
	Tree *left = build(pieces, text, before);
	size_t len = piece_length(*text);
	Piece piece = piece_of(text->ptr, len);
	*text = sv_slice(*text, len, text->len);
	return make(pieces, left, piece, build(pieces, text, count - 1 - before));
}

bool
pieces_tree(Pieces *pieces, StrView stored, Tree **out)
{
	size_t count = 0;
	for (StrView rest = stored; rest.len > 0; count++)
		rest = sv_slice(rest, piece_length(rest), rest.len);
	if (!reserve_nodes(pieces, count))
		return false;
	*out = build(pieces, &stored, count);
	return true;
}

size_t
tree_bytes(const Tree *tree)
{
	return tree == NULL ? 0 : tree->bytes;
}

size_t
tree_newlines(const Tree *tree)
{
	return tree == NULL ? 0 : tree->newlines;
}

void
tree_split(Pieces *pieces, Tree *tree, size_t pos, Tree **left, Tree **right)
{
	if (tree == NULL || pos == 0 || pos >= tree->bytes) {
		*left = pos == 0 ? NULL : tree;
		*right = pos == 0 ? tree : NULL;
		return;
	}
	Tree *a, *b, *middle;
	Piece piece = open_up(pieces, tree, &a, &b);
	size_t before = tree_bytes(a);
	if (pos <= before) {
		tree_split(pieces, a, pos, left, &middle);
		*right = link_up(pieces, middle, piece, b);
	} else if (pos >= before + piece.len) {
		tree_split(pieces, b, pos - before - piece.len, &middle, right);
		*left = link_up(pieces, a, piece, middle);
	} else {
		Piece head = piece_of(piece.ptr, pos - before);
		Piece tail = {piece.ptr + head.len, piece.len - head.len, piece.newlines - head.newlines};
		*left = link_up(pieces, a, head, NULL);
		*right = link_up(pieces, NULL, tail, b);
	}
}

/* Takes the last piece off a tree that is not empty. */
static Tree *
take_last(Pieces *pieces, Tree *tree, Piece *last)
{
	Tree *a, *b;
	Piece piece = open_up(pieces, tree, &a, &b);
	if (b == NULL) {
		*last = piece;
		return a;
	}
	b = take_last(pieces, b, last);
	return link_up(pieces, a, piece, b);
}

Tree *
tree_join(Pieces *pieces, Tree *left, Tree *right)
{
	if (left == NULL || right == NULL)
		return left == NULL ? right : left;
	Piece last;
	left = take_last(pieces, left, &last);
	return link_up(pieces, left, last, right);
}

Tree *
tree_append(Pieces *pieces, Tree *tree, StrView stored)
{
	if (stored.len == 0)
		return tree;
	Piece piece = piece_of(stored.ptr, stored.len), last;
	if (tree == NULL)
		return make(pieces, NULL, piece, NULL);
	tree = take_last(pieces, tree, &last);
	if (last.ptr + last.len == stored.ptr && last.len + stored.len <= PIECE_MAX) {
		last.len += piece.len;
		last.newlines += piece.newlines;
		return link_up(pieces, tree, last, NULL);
	}
	return link_up(pieces, link_up(pieces, tree, last, NULL), piece, NULL);
}

/* ---- Looking */

StrView
tree_chunk(const Tree *tree, size_t pos)
{
	while (tree != NULL) {
		size_t before = tree_bytes(tree->left);
		if (pos < before) {
			tree = tree->left;
		} else if (pos - before < tree->piece.len) {
			pos -= before;
			return (StrView){tree->piece.ptr + pos, tree->piece.len - pos};
		} else {
			pos -= before + tree->piece.len;
			tree = tree->right;
		}
	}
	return (StrView){NULL, 0};
}

size_t
tree_newlines_before(const Tree *tree, size_t pos)
{
	size_t count = 0;
	while (tree != NULL && pos > 0) {
		size_t before = tree_bytes(tree->left);
		if (pos <= before) {
			tree = tree->left;
			continue;
		}
		count += tree_newlines(tree->left);
		pos -= before;
		if (pos <= tree->piece.len)
			return count + count_newlines(tree->piece.ptr, pos);
		count += tree->piece.newlines;
		pos -= tree->piece.len;
		tree = tree->right;
	}
	return count;
}

size_t
tree_after_newline(const Tree *tree, size_t count)
{
	size_t pos = 0;
	while (tree != NULL) {
		size_t before = tree_newlines(tree->left);
		if (count <= before) {
			tree = tree->left;
			continue;
		}
		pos += tree_bytes(tree->left);
		count -= before;
		if (count <= tree->piece.newlines) {
			const char *at = tree->piece.ptr, *end = at + tree->piece.len;
			for (; count > 0; count--)
				at = (const char *)memchr(at, '\n', (size_t)(end - at)) + 1;
			return pos + (size_t)(at - tree->piece.ptr);
		}
		pos += tree->piece.len;
		count -= tree->piece.newlines;
		tree = tree->right;
	}
	return pos;
}

void
tree_copy(const Tree *tree, size_t from, size_t to, Str *out)
{
	while (from < to) {
		StrView chunk = tree_chunk(tree, from);
		if (chunk.len == 0)
			return;
		if (chunk.len > to - from)
			chunk.len = to - from;
		str_append(out, chunk);
		from += chunk.len;
	}
}
