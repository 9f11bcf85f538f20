/* What a crash may leave of a file system: one choice for each name, size and sector that is not durable. */
#include "crash_fs.h"

#include <stdlib.h>
#include <string.h>

typedef struct CrashDim {
	uint32_t ways, choice; /* 0: as it is durable; the last one: as it is now */
	bool dull;
} CrashDim;

/* A walk over all of them, always in the same order: it first counts the ways of each, then builds what is left. */
typedef struct Choosing {
	CrashStates *states;
	bool counting, dull;
	size_t at;
} Choosing;

static uint32_t
choose(Choosing *choosing, size_t ways)
{
	CrashStates *states = choosing->states;
	size_t at = choosing->at++;
	if (!choosing->counting)
		return states->dims[at].choice;
	states->dims = crash_must(array_grow(states->dims, states->dim_count, &states->dim_cap, sizeof *states->dims));
	states->dims[states->dim_count++] = (CrashDim){.ways = (uint32_t)ways, .dull = choosing->dull};
	return (uint32_t)(ways - 1);
}

/* The bytes of a file that are left. */
static Blob *
choose_bytes(Choosing *choosing, const Node *node)
{
	if (node->pending_len == 0)
		return crash_blob_share(node->durable);
	Blob *blob = crash_blob_new(node->durable->bytes, node->durable->len);
	uint32_t size_way = choose(choosing, node->pending_len + 1);
	for (size_t i = 0; i < node->pending_len; i++) {
		const Pending *pending = &node->pending[i];
		for (size_t at = 0; at < pending->len;) {
			size_t end = (pending->offset + at) / SECTOR * SECTOR + SECTOR - pending->offset;
			end = end < pending->len ? end : pending->len;
			if (choose(choosing, 2) == 1) {
				if (pending->offset + end > blob->len)
					crash_blob_resize(&blob, pending->offset + end);
				memcpy(blob->bytes + pending->offset + at, pending->bytes + at, end - at);
			}
			at = end;
		}
	}
	crash_blob_resize(&blob, size_way == 0 ? node->durable->len : node->pending[size_way - 1].size);
	return blob;
}

/* The ways of a name: durable first, the last one live. */
static int
choose_name(Choosing *choosing, const Name *name)
{
	if (name->past_len == 0)
		return name->durable;
	uint32_t way = choose(choosing, name->past_len + 1);
	return way == 0 ? name->durable : name->past[way - 1];
}

/* Node numbers may be met twice (both names of a rename): the second meets what the first one built. */
static int
build(Choosing *choosing, const CrashFs *fs, int from, CrashFs *to, int *built)
{
	if (built[from] >= 0)
		return built[from];
	const Node *node = &fs->nodes[from];
	int copy = crash_node_new(to, node->folder);
	built[from] = copy;
	if (!node->folder) {
		Blob *bytes = choose_bytes(choosing, node);
		crash_blob_drop(to->nodes[copy].live);
		crash_blob_drop(to->nodes[copy].durable);
		to->nodes[copy].live = bytes;
		to->nodes[copy].durable = crash_blob_share(bytes);
		return copy;
	}
	for (size_t i = 0; i < node->name_len; i++) {
		/* Choices depend on the names alone until all of a folder's are chosen, but what they mean is walked
		 * in every case, so that the places of the choices do not depend on the choices. */
		const Name *name = &node->names[i];
		const char *dull = choosing->states->dull;
		bool before = choosing->dull;
		int chosen = choose_name(choosing, name);
		choosing->dull = before || (dull != NULL && strcmp(name->text, dull) == 0);
		if (name->durable >= 0)
			build(choosing, fs, name->durable, to, built);
		for (size_t k = 0; k < name->past_len; k++) {
			if (name->past[k] >= 0)
				build(choosing, fs, name->past[k], to, built);
		}
		choosing->dull = before;
		if (chosen < 0)
			continue;
		int child = built[chosen];
		Name *fresh = crash_add_name(&to->nodes[copy], name->text);
		fresh->live = fresh->durable = child;
	}
	return copy;
}

static CrashFs *
build_all(CrashFs *fs, CrashStates *states, bool counting)
{
	CrashFs *to = crash_must(calloc(1, sizeof *to));
	to->random = fs->random ^ 0x5DEECE66DULL;
	to->now = fs->now + 60000;
	int *built = crash_must(malloc(fs->len * sizeof *built));
	for (size_t i = 0; i < fs->len; i++)
		built[i] = -1;
	Choosing choosing = {.states = states, .counting = counting};
	build(&choosing, fs, 0, to, built);
	free(built);
	return to;
}

void
crash_begin(CrashFs *fs, CrashStates *states)
{
	states->dim_count = states->next = states->round = 0;
	crash_free(build_all(fs, states, true));
	double all = 1;
	bool dull = false;
	for (size_t i = 0; i < states->dim_count; i++) {
		dull = dull || states->dims[i].dull;
		all *= states->dims[i].dull ? 1 : states->dims[i].ways;
	}
	states->exhaustive = all <= (double)states->limit;
	states->count = states->exhaustive ? (size_t)all : states->limit;
	states->rounds = dull ? 3 : 1;
}

/* The next choice in counting order. */
static void
count_up(CrashStates *states)
{
	for (size_t i = 0; i < states->dim_count; i++) {
		CrashDim *dim = &states->dims[i];
		if (dim->dull)
			continue;
		if (++dim->choice < dim->ways)
			return;
		dim->choice = 0;
	}
}

/* Samples: all lost, all kept, for half of them one alone kept or one alone lost, then at random. */
static void
sample(CrashStates *states, size_t n)
{
	size_t dims = states->dim_count;
	size_t alone = states->limit / 4 < dims ? states->limit / 4 : dims;
	for (size_t i = 0; i < dims; i++) {
		CrashDim *dim = &states->dims[i];
		uint32_t kept = dim->ways - 1;
		if (n < 2)
			dim->choice = n == 0 ? 0 : kept;
		else if (n < 2 + alone)
			dim->choice = i == (n - 2) * dims / alone ? kept : 0;
		else if (n < 2 + 2 * alone)
			dim->choice = i == (n - 2 - alone) * dims / alone ? 0 : kept;
		else
			dim->choice = (uint32_t)(crash_random_step(&states->random) % dim->ways);
	}
}

static void
choose_dull(CrashStates *states)
{
	for (size_t i = 0; i < states->dim_count; i++) {
		CrashDim *dim = &states->dims[i];
		if (dim->dull && states->round == 0)
			dim->choice = dim->ways - 1;
		else if (dim->dull)
			dim->choice =
				states->round == 1 ? 0 : (uint32_t)(crash_random_step(&states->random) % dim->ways);
	}
}

CrashFs *
crash_next(CrashFs *fs, CrashStates *states)
{
	if (states->next >= states->count)
		return NULL;
	if (states->round == 0 && !states->exhaustive)
		sample(states, states->next);
	else if (states->round == 0 && states->next > 0)
		count_up(states);
	choose_dull(states);
	if (++states->round == states->rounds) {
		states->round = 0;
		states->next++;
	}
	return build_all(fs, states, false);
}

void
crash_end(CrashStates *states)
{
	free(states->dims);
	states->dims = NULL;
	states->dim_count = states->dim_cap = 0;
}

CrashFs *
crash_killed(CrashFs *fs)
{
	CrashStates states = {.limit = 1};
	crash_begin(fs, &states);
	for (size_t i = 0; i < states.dim_count; i++)
		states.dims[i].choice = states.dims[i].ways - 1;
	CrashFs *left = build_all(fs, &states, false);
	crash_end(&states);
	return left;
}
