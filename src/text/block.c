/* The tree of blocks between the parser and the printer of Markdown. */
#include "markup.h"

#include <stdlib.h>

Block *
block_new(Block *parent, BlockKind kind)
{
	Block *block = calloc(1, sizeof *block);
	if (block == NULL)
		return NULL;
	block->kind = kind;
	block->parent = parent;
	if (parent != NULL && parent->last != NULL)
		parent->last->next = block;
	else if (parent != NULL)
		parent->first = block;
	if (parent != NULL)
		parent->last = block;
	return block;
}

void
block_free(Block *block)
{
	while (block != NULL) {
		Block *next = block->next;
		/* The parser bounds the depth of the tree. */
		block_free(block->first);
		str_free(&block->language);
		str_free(&block->html);
		free(block);
		block = next;
	}
}

bool
block_is_leaf(BlockKind kind)
{
	return kind == BLOCK_PARAGRAPH || kind == BLOCK_INLINE || kind == BLOCK_HEADING || kind == BLOCK_CODE ||
	       kind == BLOCK_HTML || kind == BLOCK_CELL;
}

bool
block_failed(const Block *block)
{
	for (; block != NULL; block = block->next)
		if (block->html.failed || block->language.failed || block_failed(block->first))
			return true;
	return false;
}
