/* The piece tree against a flat string: order, sums, balance, and that a reserve pays for what follows. */
#include "unit.h"

#include "../../src/text/pieces.h"

static uint32_t
next_random(uint32_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

static Tree *
tree_of(Pieces *pieces, StrView text)
{
	StrView stored;
	Tree *tree;
	assert_true(pieces_store(pieces, text, &stored));
	assert_true(pieces_tree(pieces, stored, &tree));
	return tree;
}

static void
assert_tree_is(const Tree *tree, StrView wanted)
{
	Str text = {0};
	tree_copy(tree, 0, tree_bytes(tree), &text);
	assert_int_equal(tree_bytes(tree), wanted.len);
	assert_true(sv_equal(str_view(&text), wanted));
	str_free(&text);
}

static void
a_long_text_is_cut_between_code_points(void **state)
{
	(void)state;
	Str text = {0};
	for (int i = 0; i < 20000; i++)
		str_append_c(&text, i % 7 == 0 ? "a\n" : "먹");
	Pieces pieces = {0};
	Tree *tree = tree_of(&pieces, str_view(&text));
	size_t count = 0;
	for (size_t pos = 0; pos < text.len; count++) {
		StrView chunk = tree_chunk(tree, pos);
		assert_in_range(chunk.len, 1, PIECE_MAX);
		assert_true(unicode_valid(chunk));
		pos += chunk.len;
	}
	assert_in_range(count, text.len / PIECE_MAX, text.len / PIECE_MAX + 2);
	assert_tree_is(tree, str_view(&text));
	pieces_free(&pieces);
	str_free(&text);
}

static void
typing_at_one_place_stays_one_piece(void **state)
{
	(void)state;
	Pieces pieces = {0};
	Tree *tree = tree_of(&pieces, SV("처음"));
	for (int i = 0; i < 1000; i++) {
		StrView stored;
		assert_true(pieces_store(&pieces, SV("가"), &stored));
		assert_true(pieces_reserve(&pieces, tree, NULL, 1));
		tree = tree_append(&pieces, tree, stored);
	}
	assert_int_equal(tree_bytes(tree), 3006);
	assert_int_equal(tree_chunk(tree, 0).len, 3006);
	pieces_free(&pieces);
}

static void
an_older_tree_stays_what_it_was(void **state)
{
	(void)state;
	Pieces pieces = {0};
	Tree *tree = tree_of(&pieces, SV("하나 둘 셋")), *old = tree_retain(tree), *left, *right;
	StrView stored;
	assert_true(pieces_store(&pieces, SV(" 넷"), &stored));
	assert_true(pieces_reserve(&pieces, tree, NULL, 3));
	tree = tree_append(&pieces, tree, stored);
	tree_split(&pieces, tree, 7, &left, &right);
	tree = tree_join(&pieces, right, left);
	assert_tree_is(tree, SV("둘 셋 넷하나 "));
	assert_tree_is(old, SV("하나 둘 셋"));
	tree_release(&pieces, old);
	tree_release(&pieces, tree);
	pieces_free(&pieces);
}

/* Cuts and joins at random while a second tree keeps every node shared, which is the dearest case for a reserve. */
static void
random_cuts_and_joins(void **state)
{
	(void)state;
	uint32_t seed = 20221015;
	Pieces pieces = {0};
	Str text = {0};
	Tree *tree = NULL;
	for (int i = 0; i < 3000; i++) {
		char word[40];
		StrView stored;
		snprintf(word, sizeof word, "%d%s", i, next_random(&seed) % 3 == 0 ? "\n" : ",");
		assert_true(pieces_store(&pieces, SV("-"), &stored)); /* keeps the pieces apart */
		assert_true(pieces_store(&pieces, sv(word), &stored));
		size_t at = next_random(&seed) % (text.len + 1);
		Tree *shared = tree_retain(tree), *left, *right;
		assert_true(pieces_reserve(&pieces, tree, NULL, 4));
		size_t free_before = pieces.free_count;
		tree_split(&pieces, tree, at, &left, &right);
		tree = tree_join(&pieces, tree_append(&pieces, left, stored), right);
		assert_true(free_before - pieces.free_count < free_before / 2);
		tree_release(&pieces, shared);
		str_splice(&text, at, at, sv(word));
	}
	assert_tree_is(tree, str_view(&text));
	size_t newlines = 0;
	for (size_t pos = 0; pos < text.len; pos++) {
		assert_int_equal(tree_newlines_before(tree, pos), newlines);
		if (text.ptr[pos] == '\n')
			assert_int_equal(tree_after_newline(tree, ++newlines), pos + 1);
	}
	assert_int_equal(tree_newlines(tree), newlines);
	for (int i = 0; i < 2000; i++) {
		Tree *left, *right;
		size_t at = next_random(&seed) % (text.len + 1);
		assert_true(pieces_reserve(&pieces, tree, NULL, 2));
		tree_split(&pieces, tree, at, &left, &right);
		assert_int_equal(tree_bytes(left), at);
		tree = tree_join(&pieces, left, right);
	}
	assert_tree_is(tree, str_view(&text));
	size_t used = pieces.free_count;
	tree_release(&pieces, tree);
	assert_true(pieces.free_count > used + 3000);
	pieces_free(&pieces);
	str_free(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_long_text_is_cut_between_code_points),
		cmocka_unit_test(typing_at_one_place_stays_one_piece),
		cmocka_unit_test(an_older_tree_stays_what_it_was),
		cmocka_unit_test(random_cuts_and_joins),
	};
	return cmocka_run_group_tests_name("pieces", tests, NULL, NULL);
}
