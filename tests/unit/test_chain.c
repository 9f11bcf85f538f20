/* Which objects of a chain are its heads. */
#include "vault_unit.h"

static Id
id_of(uint8_t number)
{
	Id id = ID_NONE;
	if (number != 0)
		memset(id.bytes, number, ID_BYTES);
	return id;
}

typedef struct Made {
	uint8_t object, parents[2], session;
	uint64_t lamport, run;
} Made;

/* Builds one chain of drafts (subject 1), all at once or one by one, in the order given or the reverse. */
static Chains
build(const Made *made, size_t count, bool at_once, bool reverse)
{
	Chains chains = {0};
	for (size_t i = 0; i < count; i++) {
		const Made *m = &made[reverse ? count - 1 - i : i];
		Card card = {.kind = OBJECT_REVISION,
			.subject = id_of(1),
			.session = id_of(m->session),
			.lamport = m->lamport,
			.run = m->run == 0 ? m->lamport : m->run};
		for (int p = 0; p < 2 && m->parents[p] != 0; p++)
			card.parents[card.parent_count++] = id_of(m->parents[p]);
		assert_true(chains_reserve(&chains, 1));
		if (at_once)
			chains_append(&chains, item_new(id_of(m->object), &card));
		else
			chains_insert(&chains, item_new(id_of(m->object), &card));
	}
	if (at_once)
		chains_sort(&chains);
	return chains;
}

static void
assert_heads(const Made *made, size_t count, uint8_t head, uint8_t other)
{
	for (int way = 0; way < 4; way++) {
		Chains chains = build(made, count, way & 1, way & 2);
		Item *next, *first = chain_head(chains_of(&chains, OBJECT_REVISION, id_of(1)), &next);
		assert_non_null(first);
		assert_int_equal(first->id.bytes[0], head);
		assert_int_equal(next == NULL ? 0 : next->id.bytes[0], other);
		for (size_t i = 0; i < count; i++)
			assert_non_null(chains_find(&chains, id_of(made[i].object)));
		assert_null(chains_find(&chains, id_of(250)));
		chains_free(&chains);
	}
}

#define HEADS(head, other, ...)                                              \
	do {                                                                 \
		const Made made[] = {__VA_ARGS__};                           \
		assert_heads(made, sizeof made / sizeof *made, head, other); \
	} while (0)

static void
parents_are_superseded(void **state)
{
	(void)state;
	HEADS(1, 0, {1, {0}, 1, 1, 0});
	/* its own parent, twice */
	HEADS(1, 0, {1, {1, 1}, 1, 1, 0});
	/* a session of none is one like others */
	HEADS(2, 0, {1, {0}, 0, 1, 0}, {2, {0}, 0, 2, 1});
	HEADS(3, 0, {1, {0}, 1, 1, 0}, {2, {1}, 1, 2, 0}, {3, {2}, 1, 3, 0});
	/* two machines */
	HEADS(3, 2, {1, {0}, 1, 1, 0}, {2, {1}, 1, 2, 0}, {3, {1}, 2, 3, 0});
	/* the same counter: the greater id */
	HEADS(3, 2, {1, {0}, 1, 1, 0}, {3, {1}, 1, 2, 0}, {2, {1}, 2, 2, 0});
	/* merged */
	HEADS(4, 0, {1, {0}, 1, 1, 0}, {2, {1}, 1, 2, 0}, {3, {1}, 2, 3, 0}, {4, {2, 3}, 1, 4, 0});
	/* a missing parent and one of another chain change nothing */
	HEADS(2, 0, {1, {0}, 1, 1, 0}, {2, {1, 99}, 1, 2, 0});
}

static void
a_run_supersedes_what_its_session_wrote(void **state)
{
	(void)state;
	/* 2, 3, 4 are automatic, each in place of the one before; another copy still has 2 and 3 */
	HEADS(4, 0, {1, {0}, 1, 1, 0}, {2, {1}, 1, 2, 2}, {3, {1}, 1, 3, 2}, {4, {1}, 1, 4, 2});
	HEADS(4, 0, {1, {0}, 1, 1, 0}, {2, {1}, 1, 2, 2}, {4, {1}, 1, 4, 2});
	/* another session's revision in between is not touched */
	HEADS(4, 3, {1, {0}, 1, 1, 0}, {2, {1}, 1, 2, 2}, {3, {1}, 2, 3, 0}, {4, {1}, 1, 4, 2});
	/* nor is one that another machine wrote on top of a replaced one */
	HEADS(4, 3, {1, {0}, 1, 1, 0}, {2, {1}, 1, 2, 2}, {3, {2}, 2, 3, 0}, {4, {1}, 1, 4, 2});
}

static void
there_is_always_a_head(void **state)
{
	(void)state;
	/* no writer makes these: objects that name themselves or each other */
	HEADS(1, 0, {1, {1}, 1, 1, 0});
	HEADS(2, 0, {1, {2}, 1, 1, 0}, {2, {1}, 1, 2, 0});
}

static void
tombstones_decide_by_counter_but_destroyed_is_final(void **state)
{
	(void)state;
	Chains chains = {0};
	static const uint8_t states[] = {
		TOMBSTONE_TRASHED, TOMBSTONE_KEPT, TOMBSTONE_TRASHED, TOMBSTONE_DESTROYED, TOMBSTONE_KEPT};
	static const uint8_t wanted[] = {
		TOMBSTONE_TRASHED, TOMBSTONE_KEPT, TOMBSTONE_TRASHED, TOMBSTONE_DESTROYED, TOMBSTONE_DESTROYED};
	assert_int_equal(chains_tombstone(&chains, id_of(1)), 0);
	for (uint8_t i = 0; i < sizeof states; i++) {
		Card card = {.kind = OBJECT_TOMBSTONE,
			.subject = id_of(1),
			.state = states[i],
			.lamport = i + 1u,
			.run = i + 1u};
		if (i > 0)
			card.parents[card.parent_count++] = id_of(i);
		assert_true(chains_reserve(&chains, 1));
		chains_insert(&chains, item_new(id_of((uint8_t)(i + 1)), &card));
		assert_int_equal(chains_tombstone(&chains, id_of(1)), wanted[i]);
	}
	assert_int_equal(chains_tombstone(&chains, id_of(2)), 0);
	chains_free(&chains);
}

static void
removing_brings_back_what_it_superseded(void **state)
{
	(void)state;
	const Made made[] = {{1, {0}, 1, 1, 0}, {2, {1}, 1, 2, 0}, {3, {2}, 1, 3, 0}};
	Chains chains = build(made, 3, true, false);
	chains_remove(&chains, chains_find(&chains, id_of(3)));
	assert_int_equal(chain_head(chains_of(&chains, OBJECT_REVISION, id_of(1)), NULL)->id.bytes[0], 2);
	chains_remove(&chains, chains_find(&chains, id_of(1)));
	chains_remove(&chains, chains_find(&chains, id_of(2)));
	assert_int_equal(chains.len, 0);
	assert_int_equal(chains_of(&chains, OBJECT_REVISION, id_of(1)).len, 0);
	chains_free(&chains);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parents_are_superseded),
		cmocka_unit_test(a_run_supersedes_what_its_session_wrote),
		cmocka_unit_test(there_is_always_a_head),
		cmocka_unit_test(tombstones_decide_by_counter_but_destroyed_is_final),
		cmocka_unit_test(removing_brings_back_what_it_superseded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
